/* SPDX-License-Identifier: Apache-2.0
 *
 * May those who signed an act say what it says? Somebody must have signed whom the rulebook names after `by` (reference, 3), or the
 * registrar, who records from sources what others have signed, and may take that back. Whoever corrects or annuls an act must be entitled to
 * that act too.
 */
#include "proof/reading.h"

#include <string.h>

/* An act and those who signed it, judged by one text. */
struct signing {
	const struct ck_evidence *ev;
	struct ck_signers by;
	struct ck_book *book;
	const struct jv *org;
	const struct ck_act *act, *old; /* old: what it corrects; NULL: nothing */
	bool recorded, old_recorded;
	struct ck_signers old_by;
};

/* ---- whom the rulebook names --------------------------------------------------------------------------------------------- */

/* An argument of the act, if it has it; else a word: a body in quotes, or an office. */
static bool wanted(const struct signing *s, const struct ck_act *act, const struct syn_signer *by, struct str *ret, bool *ret_office)
{
	const struct ck_act_kind *k = &s->book->acts.v[act->kind];
	*ret_office = false;
	for (uint32_t i = 0; i < k->nparams && !by->quoted; i++)
		if (k->params[i].name == by->name) {
			bool given = act->args[i].kind == V_ENTITY;
			*ret = given ? ck_name(s->book, act->args[i].s) : STR("");
			return given;
		}
	*ret = ck_name(s->book, by->name);
	*ret_office = !by->quoted;
	return true;
}

/* Whose keys sign for an office besides its own. */
static struct str held_by(const struct signing *s, struct str office)
{
	return jv_get_str(jv_getn(jv_get(s->org, "roles"), office), "held_by");
}

static bool entitled(const struct signing *s, const struct ck_act *act)
{
	const struct ck_keys *k = &s->ev->keys;
	const struct syn_decl *d = s->book->acts.v[act->kind].decl;
	for (size_t i = 0; i < d->signers.n; i++) {
		struct str who;
		bool office;
		if (!wanted(s, act, &d->signers.v[i], &who, &office))
			continue;
		struct str holder = office ? held_by(s, who) : STR("");
		if (ck_signed_by(k, s->by, who) || (holder.n && ck_signed_by(k, s->by, holder)))
			return true;
	}
	return d->signers.n == 0 && ck_signed_by(k, s->by, syms_str(&k->names, k->registrar));
}

/* Has a holder that signed the old act signed this one too? */
static bool same_holder(const struct signing *s)
{
	const struct ck_keys *k = &s->ev->keys;
	for (size_t i = 0; i < s->old_by.n; i++)
		if (ck_signed_by(k, s->by, ck_holder(k, ck_key_known(k, s->old_by.v[i]))))
			return true;
	return false;
}

enum finding { MAY, MAY_NOT_SAY, MAY_NOT_CORRECT };

static enum finding judge(const struct signing *s)
{
	if (!s->recorded && s->act->kind != NO_ID && !entitled(s, s->act))
		return MAY_NOT_SAY;
	const struct ck_keys *k = &s->ev->keys;
	bool taken_back = s->act->annul && ck_signed_by(k, s->by, syms_str(&k->names, k->registrar)); /* what the registrar said itself */
	if (!s->old || (s->old_recorded && (s->recorded || taken_back)))
		return MAY;
	return (s->old->kind == NO_ID ? same_holder(s) : entitled(s, s->old)) ? MAY : MAY_NOT_CORRECT;
}

/* ---- by the text of then ------------------------------------------------------------------------------------------------- */

/* What another entry says, read once more. */
static int read_again(struct intake *r, struct arena *a, const struct ck_entry *n, struct said *ret)
{
	r->again += n->envelope ? jv_get_str(n->envelope, "payload").n : n->payload.n;
	if (r->again + n->body.n > CK_BUDGET)
		return err_set(r->e, ERR_LIMIT, "evidence.entries", "too much of them was signed under earlier texts");
	return ck_read_said(r, a, n, ret);
}

/* The act as it was filed, under the text that was in force then. */
static int judge_then(struct intake *r, const struct signing *now, const struct said *said, const struct ck_entry *n, enum finding *ret, bool *ret_absent)
{
	const struct ck_text *t;
	struct signing s = *now;
	struct ck_act act, old;
	struct said before;
	struct arena a = {0}, args = {0};
	int rc = ck_text_then(r, r->governs, &t);
	*ret_absent = rc == ERR_ABSENT;
	if (*ret_absent)
		return 0; /* it stays as it was found */
	if (rc == 0) {
		s.book = t->book;
		s.org = t->org;
		rc = ck_act_read(s.book, said->act, n->index, &args, &act, r->e);
		s.act = &act;
	}
	if (rc == 0 && s.old && (rc = read_again(r, &a, ck_entry_at(r->ev, s.old->pos), &before)) == 0) {
		rc = ck_act_read(s.book, before.act, s.old->pos, &args, &old, r->e);
		s.old = &old;
	}
	if (rc == 0)
		*ret = judge(&s);
	arena_done(&args);
	arena_done(&a);
	return rc;
}

/* ---- in words ------------------------------------------------------------------------------------------------------------ */

static void add_wanted(const struct signing *s, const struct ck_act *act, struct buf *out)
{
	const struct syn_decl *d = s->book->acts.v[act->kind].decl;
	bool first = true;
	for (size_t i = 0; i < d->signers.n; i++) {
		struct str who;
		bool office;
		if (!wanted(s, act, &d->signers.v[i], &who, &office))
			continue;
		buf_adds(out, first ? "" : " or ");
		buf_add(out, str_slice(who, 0, 64));
		first = false;
	}
	if (d->signers.n == 0)
		buf_add(out, syms_str(&s->ev->keys.names, s->ev->keys.registrar));
	else if (first)
		buf_adds(out, "nobody that it names");
}

static int refuse_finding(struct intake *r, const struct ck_entry *n, const struct signing *s, enum finding found, bool absent)
{
	struct buf who;
	char what[300];
	const struct ck_act *act = found == MAY_NOT_SAY ? s->act : s->old;
	buf_init(&who, 150);
	if (act->kind == NO_ID)
		buf_adds(&who, "whoever annulled it");
	else
		add_wanted(s, act, &who);
	if (found == MAY_NOT_SAY)
		(void)snprintf(what, sizeof what, "%.*s is for %.*s to sign, and no key of theirs has signed it",
			STR_ARG(str_slice(ck_name(s->book, s->book->acts.v[act->kind].name), 0, MAX_NAME)), STR_ARG(buf_str(&who)));
	else
		(void)snprintf(what, sizeof what, "it corrects entry %llu, which is for %.*s to sign, and no key of theirs has signed this",
			(unsigned long long)act->pos, STR_ARG(buf_str(&who)));
	buf_done(&who);
	return ck_refuse_entry(r, n->index, what,
		absent ? "somebody else spoke in their name, unless an earlier rulebook let him, which the file does not have" : "somebody else spoke in their name");
}

/* ---- all together -------------------------------------------------------------------------------------------------------- */

/* Its kind; of an annulment that names none, that of the act in whose place it stands. */
static uint32_t kind_signed(const struct ck_evidence *ev, const struct ck_act *act)
{
	const struct ck_act *at = act;
	while (act->kind == NO_ID && at->is_correction)
		at = &ev->acts[ck_entry_at(ev, at->corrects)->act];
	return at->kind;
}

/* Each key that signed must be one that may sign such acts. */
static int check_covered(struct intake *r, const struct ck_entry *n, const struct ck_act *act)
{
	const struct ck_evidence *ev = r->ev;
	struct str kind = ck_name(&ev->book, ev->book.acts.v[kind_signed(ev, act)].name);
	char what[200];
	for (size_t i = 0; i < n->by.n; i++) {
		const struct ck_key *key = ck_key_known(&ev->keys, n->by.v[i]);
		if (ck_key_covers(key, kind))
			continue;
		(void)snprintf(what, sizeof what, "%.*s signed it, a key that %.*s gave for other acts than %.*s", STR_ARG(n->by.v[i]),
			STR_ARG(str_slice(ck_holder(&ev->keys, key), 0, 64)), STR_ARG(str_slice(kind, 0, MAX_NAME)));
		return ck_refuse_entry(r, n->index, what, "whoever signed it may not say this in that holder's name");
	}
	return 0;
}

/* What was signed away from the register says for which it is, and has an id: it cannot be taken from elsewhere, or come twice. */
static int check_marks(struct intake *r, const struct ck_entry *n, const struct jv *act)
{
	struct str id = jv_get_str(act, "id"), origin = jv_get_str(act, "register");
	if ((n->others || origin.p) && !str_eq(origin, r->ev->origin))
		return ck_refuse_entry(r, n->index, "it was not signed for this register", "it was taken from another one");
	if (n->others && !id.n)
		return ck_refuse_entry(r, n->index, "it was signed away from the register and has no id", "it could be there twice");
	if (id.n && syms_find(&r->ids, id) != SYM_ABSENT)
		return ck_refuse_entry(r, n->index, "its id is that of an act before it", "who signed it said it once, and it is there twice");
	(void)syms_intern(&r->ids, id);
	return 0;
}

static int check_recorded(struct intake *r, const struct ck_entry *n, const struct jv *act)
{
	const struct ck_keys *k = &r->ev->keys;
	if (!ck_signed_by(k, n->by, syms_str(&k->names, k->registrar)))
		return ck_refuse_entry(r, n->index, "it is recorded from sources, and the registrar has not signed it", "only the registrar records what others signed");
	if (!jv_n(jv_get(act, "sources"), JV_ARRAY) && !jv_n(jv_get(act, "documents"), JV_ARRAY))
		return ck_refuse_entry(r, n->index, "it is recorded, and names neither a source nor a document", "nobody can look it up");
	return 0;
}

int ck_check_signer(struct intake *r, struct ck_entry *n, const struct said *said, const struct ck_act *act)
{
	struct ck_evidence *ev = r->ev;
	const struct ck_entry *of = act->is_correction ? ck_entry_at(ev, act->corrects) : NULL;
	struct signing s = {.ev = ev, .by = n->by, .book = &ev->book, .org = ev->org, .act = act};
	n->recorded = jv_is(jv_get(said->act, "recorded"), JV_TRUE);
	s.recorded = n->recorded;
	if (of) {
		s.old = &ev->acts[of->act];
		s.old_recorded = of->recorded;
		s.old_by = of->by;
	}
	int rc = check_marks(r, n, said->act);
	if (rc == 0)
		rc = check_covered(r, n, act);
	if (rc == 0 && n->recorded)
		rc = check_recorded(r, n, said->act);
	if (rc < 0)
		return rc;
	enum finding found = judge(&s);
	bool absent = false;
	/* Who could sign when it was filed signed well, whatever was adopted later. */
	if (found != MAY && n->index < ev->adopted && (rc = judge_then(r, &s, said, n, &found, &absent)) < 0)
		return rc;
	return found == MAY ? 0 : refuse_finding(r, n, &s, found, absent);
}
