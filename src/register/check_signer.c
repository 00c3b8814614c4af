/* SPDX-License-Identifier: Apache-2.0
 *
 * May those who signed an act say what it says? Somebody must have signed whom the rulebook names after `by`, or the registrar, who records
 * from sources what others have signed. Whoever corrects or annuls must have the right to the whole line in which the correction stands:
 * the act that it corrects, those that this one corrects in its turn, and what stands in its place. docs/proof.md has the rules in words.
 */
#include "register/internal.h"

#define REFUSE_SIGNER(s, field, ...) field_error((s)->e, ERR_REFUSED, (s)->prefix, (field), __VA_ARGS__)

static bool has_some(const json_t *act, const char *member)
{
	return json_array_size(json_object_get(act, member)) > 0;
}

static bool is_recorded(const json_t *act)
{
	return json_is_true(json_object_get(act, "recorded"));
}

/* Whose signature the rulebook asks for: an entity of the act, or a word of its own. False: the act does not have that argument, and *ret is
 * what it is called. */
static bool wanted(const struct rulebook *rb, const struct signer *s, const struct act *act, const struct syms *syms, struct str *ret)
{
	bool param = s->kind == SIGNER_PARAM || s->kind == SIGNER_BODY_PARAM;
	struct value v = param ? act_value(act, s->param) : VALUE_NONE;
	*ret = syms_str(&rb->syms, param ? rb->acts.v[act->kind].params[s->param].name : s->name);
	if (param && v.kind == V_ENTITY)
		*ret = syms_str(syms, v.s);
	return !param || v.kind == V_ENTITY;
}

static bool signed_by(const struct signing *s, struct str holder)
{
	for (size_t i = 0; i < s->by.n; i++) {
		const struct held_key *key = keyring_find(&s->all->keys, s->by.v[i], s->pos);
		if (key && str_eq(key->holder, holder))
			return true;
	}
	return false;
}

/* Has somebody signed who may sign this act? An office is signed for by its own keys, or by those of who holds it. */
static bool is_entitled(const struct signing *s, const struct act *act, const struct syms *syms)
{
	const struct rulebook *rb = record_rulebook(s->all);
	const struct act_kind *kind = &rb->acts.v[act->kind];
	for (uint32_t i = 0; i < kind->nsigners; i++) {
		struct str holder;
		if (!wanted(rb, &kind->signers[i], act, syms, &holder))
			continue;
		const struct role *role = kind->signers[i].kind == SIGNER_ROLE ? org_role(record_org(s->all), holder) : NULL;
		if (signed_by(s, holder) || (role && role->held_by.n && signed_by(s, role->held_by)))
			return true;
	}
	return kind->nsigners == 0 && signed_by(s, record_org(s->all)->registrar);
}

static int refuse_signer(const struct signing *s)
{
	const struct rulebook *rb = record_rulebook(s->all);
	const struct act_kind *kind = &rb->acts.v[s->act->kind];
	struct buf who;
	buf_init(&who, 1000);
	if (kind->nsigners == 0)
		buf_add(&who, record_org(s->all)->registrar);
	for (uint32_t i = 0; i < kind->nsigners; i++) {
		struct str holder;
		(void)wanted(rb, &kind->signers[i], s->act, s->syms, &holder);
		buf_adds(&who, i ? ", " : "");
		buf_add(&who, holder);
	}
	if (kind->nsigners > 1)
		(void)REFUSE_SIGNER(s, "signer", "%.*s is signed by one of these: %s; and no key of theirs has signed this", STR_ARG(syms_str(&rb->syms, kind->name)),
			buf_str(&who).p);
	else
		(void)REFUSE_SIGNER(s, "signer", "%.*s is signed by %s, and no key of it has signed this", STR_ARG(syms_str(&rb->syms, kind->name)), buf_str(&who).p);
	buf_done(&who);
	return err_hint(s->e, "record it from sources: \"recorded\": true with \"sources\" or \"documents\"; or let them sign it, with 'comity sign'");
}

/* ---- keys ------------------------------------------------------------------------------------------------------------------- */

/* Every signature counts, so each must be of a key in force. */
static int check_keys(const struct signing *s)
{
	for (size_t i = 0; i < s->by.n; i++) {
		const struct held_key *known = keyring_known(&s->all->keys, s->by.v[i]);
		if (!known)
			return REFUSE_SIGNER(s, "signer", "no key is registered that is called %.*s", STR_ARG(s->by.v[i]));
		if (!keyring_find(&s->all->keys, s->by.v[i], s->pos))
			return REFUSE_SIGNER(s, "signer", "the key %s of %.*s is not in force: it was from entry %llu to %llu", known->keyid,
				STR_ARG(known->holder), (unsigned long long)known->from, (unsigned long long)known->until - 1);
	}
	return 0;
}

/* And of one that may sign acts of this kind. */
static int check_covered(const struct signing *s, struct str kind)
{
	for (size_t i = 0; i < s->by.n; i++) {
		const struct held_key *key = keyring_known(&s->all->keys, s->by.v[i]);
		if (!held_key_covers(key, kind))
			return REFUSE_SIGNER(s, "signer", "the key %s of %.*s was given for other acts than %.*s", key->keyid, STR_ARG(key->holder),
				STR_ARG(kind));
	}
	return 0;
}

static int check_covered_act(const struct signing *s, const struct act *act)
{
	const struct rulebook *rb = record_rulebook(s->all);
	return act->kind == NO_ID ? 0 : check_covered(s, syms_str(&rb->syms, rb->acts.v[act->kind].name));
}

/* ---- corrections ------------------------------------------------------------------------------------------------------------ */

/* An annulment is taken back by whoever made it. */
static bool is_of_same_holder(const struct signing *s, const struct record_act *old)
{
	for (size_t i = 0; i < old->nsigners; i++) {
		const struct held_key *key = keyring_known(&s->all->keys, old->signers[i]);
		if (key && signed_by(s, key->holder))
			return true;
	}
	return false;
}

/* What was recorded from sources, the registrar may record anew or take back. */
static bool may_replace(const struct signing *s, const struct record_act *old)
{
	bool taken_back = s->act->annul && signed_by(s, record_org(s->all)->registrar);
	return (old->recorded && (is_recorded(s->json) || taken_back)) ||
		(old->act.kind == NO_ID ? is_of_same_holder(s, old) : is_entitled(s, &old->act, record_syms(s->all)));
}

static int check_replaced_act(const struct signing *s, const struct record_act *old)
{
	int rc = check_covered_act(s, &old->act);
	if (rc < 0 || may_replace(s, old))
		return rc;
	if (old->pos == act_corrects(s->act))
		(void)REFUSE_SIGNER(s, "corrects", "entry %llu was signed by others, and they have not signed this", (unsigned long long)old->pos);
	else
		(void)REFUSE_SIGNER(s, "corrects", "entry %llu stands in one line with entry %llu, was signed by others, and they have not signed this",
			(unsigned long long)act_corrects(s->act), (unsigned long long)old->pos);
	return err_hint(s->e, "who signs an act corrects it");
}

/* The line of a correction: down from what it corrects to the first act, and up to what stood in its place until now. */
static int check_replaced(const struct signing *s)
{
	const struct record_act *target = record_act(s->all, act_corrects(s->act)), *old = target;
	int rc = check_replaced_act(s, old);
	while (rc == 0 && act_is_correction(&old->act)) {
		old = record_act(s->all, act_corrects(&old->act));
		rc = check_replaced_act(s, old);
	}
	for (old = target; rc == 0 && (old = record_replaced_by(s->all, old->pos, s->pos));)
		rc = check_replaced_act(s, old);
	return rc;
}

/* ---- all together ----------------------------------------------------------------------------------------------------------- */

/* What was signed with another key than the log's own was signed elsewhere: for this register, and once (record_check_id). */
static int check_marks(const struct signing *s)
{
	struct str origin = json_get_str(s->json, "register");
	if (json_object_get(s->json, "register") && !str_eq(origin, s->all->keys.origin))
		return REFUSE_SIGNER(s, "register", "it was signed for the register %.80s, not for this one", origin.n ? origin.p : ERR_N("without a name"));
	for (size_t i = 0; i < s->by.n; i++) {
		const struct held_key *key = keyring_find(&s->all->keys, s->by.v[i], s->pos);
		if (!key || key->by == 0)
			continue;
		if (!str_eq(origin, s->all->keys.origin))
			return REFUSE_SIGNER(s, "register", "what %s signed was not signed for this register", key->keyid);
		if (!json_get_str(s->json, "id").n)
			return REFUSE_SIGNER(s, "id", "what %s signed has no id, and could be handed in twice", key->keyid);
	}
	return 0;
}

/* What others sign, the registrar may record, if it says from what. */
static int check_recorded(const struct signing *s)
{
	struct str registrar = record_org(s->all)->registrar;
	if (!has_some(s->json, "sources") && !has_some(s->json, "documents")) {
		(void)REFUSE_SIGNER(s, "recorded", "an act that is recorded for others needs sources or a document");
		return err_hint(s->e, "add %s", "\"sources\": [{\"title\":\"...\",\"url\":\"https://...\"}]");
	}
	return signed_by(s, registrar) ? 0 : REFUSE_SIGNER(s, "recorded", "only %.*s records what others have signed", STR_ARG(registrar));
}

int check_signer(const struct signing *s)
{
	int rc = check_keys(s);
	if (rc == 0)
		rc = check_covered_act(s, s->act);
	if (rc == 0)
		rc = check_marks(s);
	if (rc == 0 && is_recorded(s->json))
		rc = check_recorded(s);
	else if (rc == 0 && s->act->kind != NO_ID && !is_entitled(s, s->act, s->syms))
		rc = refuse_signer(s);
	return rc == 0 && act_is_correction(s->act) ? check_replaced(s) : rc;
}

static int check_adoption(const struct signing *s)
{
	if (!signed_by(s, record_org(s->all)->registrar))
		return REFUSE_SIGNER(s, "signer", "a rulebook is adopted by an entry of %.*s", STR_ARG(record_org(s->all)->registrar));
	int rc = check_keys(s);
	return rc < 0 ? rc : check_covered(s, json_get_str(s->json, "kind"));
}

int check_entitled(const struct record *all, uint64_t pos, struct err *e)
{
	const struct record_slot *slot = &all->slots.v[pos];
	char where[40];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)pos);
	struct signing s = {all, &slot->act.act, &all->syms, slot->act.json, entry_signers(slot->entry), pos, where, e};
	switch (slot->act.entry) {
	case ENTRY_ADOPTION: return check_adoption(&s);
	case ENTRY_KEY: return check_key_act(all, slot->act.json, where, e);
	case ENTRY_ACT: return check_signer(&s);
	default: return 0;
	}
}
