/* SPDX-License-Identifier: Apache-2.0
 *
 * May those who signed an act say what it says? Somebody must have signed whom the rulebook names after `by` (reference, 3), or the
 * registrar, who records from sources what others have signed, and may take that back. Whoever corrects or annuls must have the right to the
 * whole line in which the correction stands: what it corrects, down to the first act, and what stood in the place of that until now.
 */
#include "proof/reading.h"

#include <string.h>

enum { MAX_LINE = CK_MAX_CORRECTION_DEPTH + 2 };

struct older { /* an act in the line of a correction, and its entry */
	const struct ck_act *act;
	const struct ck_entry *entry;
};

/* An act and those who signed it, judged by one text. */
struct signing {
	const struct ck_evidence *ev;
	struct ck_signers by;
	struct ck_book *book;
	const struct jv *org;
	const struct ck_act *act;
	bool recorded;
	struct older line[MAX_LINE]; /* first what it corrects; empty if it corrects nothing */
	size_t nline;
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
static bool same_holder(const struct signing *s, const struct ck_entry *old)
{
	const struct ck_keys *k = &s->ev->keys;
	for (size_t i = 0; i < old->by.n; i++)
		if (ck_signed_by(k, s->by, ck_holder(k, ck_key_known(k, old->by.v[i]))))
			return true;
	return false;
}

/* What the registrar has recorded, it may record anew or take back. */
static bool may_replace(const struct signing *s, const struct older *old)
{
	const struct ck_keys *k = &s->ev->keys;
	bool taken_back = s->act->annul && ck_signed_by(k, s->by, syms_str(&k->names, k->registrar));
	return (old->entry->recorded && (s->recorded || taken_back)) ||
		(old->act->kind == NO_ID ? same_holder(s, old->entry) : entitled(s, old->act));
}

/* *ret: the act that those who signed could not sign or, if it is another than theirs, not replace; NULL: they may. */
static void judge(const struct signing *s, const struct ck_act **ret)
{
	*ret = NULL;
	if (!s->recorded && s->act->kind != NO_ID && !entitled(s, s->act))
		*ret = s->act;
	for (size_t i = 0; i < s->nline && !*ret; i++)
		if (!may_replace(s, &s->line[i]))
			*ret = s->line[i].act;
}

/* ---- by the text of then ------------------------------------------------------------------------------------------------- */

/* What another entry says, read once more. */
static int read_again(struct intake *r, struct arena *a, const struct ck_entry *n, struct said *ret)
{
	r->again += n->body.n + (n->envelope ? jv_get_str(n->envelope, "payload").n : n->payload.n);
	if (r->again > CK_BUDGET)
		return err_set(r->e, ERR_LIMIT, "evidence.entries", "too much of them was signed under earlier texts");
	return ck_read_said(r, a, n, ret);
}

/* The acts of the line as that text has them, into an array of as many. */
static int read_line(struct intake *r, struct signing *s, struct arena *args, struct ck_act *acts)
{
	struct arena a = {0};
	int rc = 0;
	for (size_t i = 0; i < s->nline && rc == 0; i++) {
		struct said before;
		rc = read_again(r, &a, s->line[i].entry, &before);
		if (rc == 0)
			rc = ck_act_read(s->book, before.act, s->line[i].entry->index, args, &acts[i], r->e);
		s->line[i].act = &acts[i];
	}
	arena_done(&a);
	return rc;
}

/* The act as it was filed, under the text that was in force then. */
static int judge_then(struct intake *r, const struct signing *now, const struct said *said, const struct ck_entry *n, bool *ret_may, bool *ret_absent)
{
	const struct ck_text *t;
	struct signing s = *now;
	struct ck_act act, line[MAX_LINE];
	const struct ck_act *found;
	struct arena args = {0};
	int rc = ck_text_then(r, r->governs, &t);
	*ret_absent = rc == ERR_ABSENT;
	*ret_may = false;
	if (*ret_absent)
		return 0; /* it stays as it was found */
	if (rc == 0) {
		s.book = t->book;
		s.org = t->org;
		rc = ck_act_read(s.book, said->act, n->index, &args, &act, r->e);
		s.act = &act;
	}
	if (rc == 0)
		rc = read_line(r, &s, &args, line);
	if (rc == 0) {
		judge(&s, &found);
		*ret_may = !found;
	}
	arena_done(&args);
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

static int refuse_finding(struct intake *r, const struct ck_entry *n, const struct signing *s, const struct ck_act *found, bool absent)
{
	struct buf who;
	char what[300];
	unsigned long long pos = found->pos;
	buf_init(&who, 150);
	if (found->kind == NO_ID)
		buf_adds(&who, "whoever annulled it");
	else
		add_wanted(s, found, &who);
	if (found == s->act)
		(void)snprintf(what, sizeof what, "%.*s is for %.*s to sign, and no key of theirs has signed it",
			STR_ARG(str_slice(ck_name(s->book, s->book->acts.v[found->kind].name), 0, MAX_NAME)), STR_ARG(buf_str(&who)));
	else
		(void)snprintf(what, sizeof what, "it %s entry %llu, which is for %.*s to sign, and no key of theirs has signed this",
			pos == s->act->corrects ? "corrects" : "moves aside", pos, STR_ARG(buf_str(&who)));
	buf_done(&who);
	return ck_refuse_entry(r, n->index, what,
		absent ? "somebody else spoke in their name, unless an earlier rulebook let him, which the file does not have" : "somebody else spoke in their name");
}

/* ---- the line of a correction -------------------------------------------------------------------------------------------- */

static const struct ck_act *act_of(const struct ck_evidence *ev, const struct ck_entry *n)
{
	return &ev->acts[n->act];
}

/* What stands in place of this entry so far; NULL: it is void. An annulment stands as itself. *ret_by: the correction of it that made it so.
 * Corrections go so deep and no deeper; how many there are is bounded by what is looked at in all. */
static const struct ck_act *version(struct intake *r, const struct ck_entry *n, const struct ck_entry **ret_by)
{
	const struct ck_entry *unused;
	for (const struct ck_entry *c = n->corrected; c && r->again < CK_BUDGET; c = c->beside) {
		r->again++;
		const struct ck_act *stands = version(r, c, &unused);
		if (!stands)
			continue;
		*ret_by = c;
		return stands->annul ? NULL : stands;
	}
	*ret_by = NULL;
	return act_of(r->ev, n);
}

static void add_to_line(struct signing *s, const struct ck_entry *n)
{
	s->line[s->nline++] = (struct older){act_of(s->ev, n), n};
}

/* All acts of a line are corrections of one another, so there are no more of them than corrections go deep. */
static int find_line(struct intake *r, struct signing *s)
{
	const struct ck_entry *n = ck_entry_at(s->ev, s->act->corrects), *by = n;
	for (; by; by = act_of(s->ev, by)->is_correction ? ck_entry_at(s->ev, act_of(s->ev, by)->corrects) : NULL)
		add_to_line(s, by);
	for ((void)version(r, n, &by); by; (void)version(r, by, &by))
		add_to_line(s, by);
	return r->again < CK_BUDGET ? 0 : err_set(r->e, ERR_LIMIT, "evidence.entries", "there are too many corrections of the same acts");
}

/* ---- all together -------------------------------------------------------------------------------------------------------- */

/* Each key that signed must be one that may sign acts of this kind. */
static int check_covered(struct intake *r, const struct ck_entry *n, const struct ck_act *act)
{
	const struct ck_evidence *ev = r->ev;
	struct str kind = act->kind == NO_ID ? STR("") : ck_name(&ev->book, ev->book.acts.v[act->kind].name);
	char what[200];
	for (size_t i = 0; i < n->by.n && kind.n; i++) {
		const struct ck_key *key = ck_key_known(&ev->keys, n->by.v[i]);
		if (ck_key_covers(key, kind))
			continue;
		(void)snprintf(what, sizeof what, "%.*s signed it, a key that %.*s gave for other acts than %.*s", STR_ARG(n->by.v[i]),
			STR_ARG(str_slice(ck_holder(&ev->keys, key), 0, 64)), STR_ARG(str_slice(kind, 0, MAX_NAME)));
		return ck_refuse_entry(r, n->index, what, "whoever signed it may not say this in that holder's name");
	}
	return 0;
}

/* Nor may a key move aside what it could not have signed. */
static int check_all_covered(struct intake *r, const struct ck_entry *n, const struct signing *s)
{
	int rc = check_covered(r, n, s->act);
	for (size_t i = 0; i < s->nline && rc == 0; i++)
		rc = check_covered(r, n, s->line[i].act);
	return rc;
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
	struct signing s = {.ev = ev, .by = n->by, .book = &ev->book, .org = ev->org, .act = act};
	const struct ck_act *found;
	n->recorded = jv_is(jv_get(said->act, "recorded"), JV_TRUE);
	s.recorded = n->recorded;
	int rc = check_marks(r, n, said->act);
	if (rc == 0 && act->is_correction)
		rc = find_line(r, &s);
	if (rc == 0)
		rc = check_all_covered(r, n, &s);
	if (rc == 0 && n->recorded)
		rc = check_recorded(r, n, said->act);
	if (rc < 0)
		return rc;
	bool may, absent = false;
	judge(&s, &found);
	may = !found;
	/* Who could sign when it was filed signed well, whatever was adopted later. */
	if (!may && n->index < ev->adopted && (rc = judge_then(r, &s, said, n, &may, &absent)) < 0)
		return rc;
	return may ? 0 : refuse_finding(r, n, &s, found, absent);
}
