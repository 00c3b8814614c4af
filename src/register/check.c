/* SPDX-License-Identifier: Apache-2.0
 *
 * What must be true of an act before it is filed: kind, arguments, entities, audience, correction, signer.
 */
#include "register/bodies.h"
#include "register/internal.h"
#include "register/similar.h"

#include <string.h>

struct check {
	const struct record *all;
	const struct rulebook *rb;
	const json_t *json;
	struct act act;
	struct syms syms; /* of `act`: stands on those of the record */
	struct str audiences;
	struct signers by;
	const char *prefix;
	struct err *e;
};

#define FAIL(c, code, field, ...) field_error((c)->e, (code), (c)->prefix, (field), __VA_ARGS__)
#define REFUSE(c, field, ...) FAIL((c), ERR_REFUSED, (field), __VA_ARGS__)

static struct str type_name(const struct check *c, uint32_t type)
{
	return syms_str(&c->rb->syms, c->rb->types.v[type].name);
}

/* ---- kind ---------------------------------------------------------------------------------------------------------------- */

static int unknown_kind(const struct rulebook *rb, struct str kind, const char *field, const char *prefix, struct err *e)
{
	char hint[200];
	struct similar near;
	similar_start(&near, kind);
	for (size_t i = 0; i < rb->acts.n; i++) {
		struct str known = syms_str(&rb->syms, rb->acts.v[i].name);
		similar_offer(&near, known, known);
	}
	(void)field_error(e, ERR_INPUT, prefix, field, "the rulebook knows no act %.80s", kind.p);
	return err_hint(e, "%s", similar_words(&near, hint, sizeof hint));
}

static int check_kind(const struct check *c)
{
	struct str kind = json_get_str(c->json, "kind");
	if (!json_is_object(c->json))
		return field_error(c->e, ERR_INPUT, c->prefix, "act", "it must be a JSON object");
	if (!kind.p || rulebook_act(c->rb, kind) != NO_ID)
		return 0; /* act_read says what is missing */
	return unknown_kind(c->rb, kind, "kind", c->prefix, c->e);
}

/* ---- entities -------------------------------------------------------------------------------------------------------------- */

struct param_check {
	const struct param *param;
	uint8_t introduces;
	struct str name; /* of the entity */
	char field[MAX_NAME + 8];
};

static int unknown_entity(const struct check *c, const struct param_check *p)
{
	struct str near[3];
	size_t n = record_similar(c->all, p->name, near, 3);
	(void)REFUSE(c, p->field, "%.*s has not been introduced", STR_ARG(p->name));
	if (n)
		return err_hint(c->e, "did you mean %.*s%s%.*s%s%.*s?", STR_ARG(near[0]), n > 1 ? ", " : "", n > 1 ? (int)near[1].n : 0,
			n > 1 ? near[1].p : "", n > 2 ? ", " : "", n > 2 ? (int)near[2].n : 0, n > 2 ? near[2].p : "");
	for (uint32_t k = 0; k < c->rb->acts.n; k++) /* who could introduce it? */
		for (uint32_t i = 0; i < c->rb->acts.v[k].nparams; i++) {
			if (c->all->bundle->introduces[k][i] == INTRO_DOES &&
				type_accepts(c->rb, p->param->type, c->rb->acts.v[k].params[i].type))
				return err_hint(c->e, "file the act %.*s for it first",
					STR_ARG(syms_str(&c->rb->syms, c->rb->acts.v[k].name)));
		}
	return ERR_REFUSED;
}

static bool within(struct str words, struct str of)
{
	struct buf both;
	bool all = true;
	struct str one, rest = words;
	buf_init(&both, MAX_AUDIENCE_BYTES);
	for (bool more = true; more && all;) {
		more = str_cut(rest, ',', &one, &rest);
		if (!more)
			one = rest;
		buf_clear(&both);
		buf_addf(&both, ",%.*s,", STR_ARG(one));
		char list[MAX_AUDIENCE_BYTES + 3];
		(void)snprintf(list, sizeof list, ",%.*s,", STR_ARG(of));
		all = str_find(str_of(list), buf_str(&both)) < strlen(list);
	}
	buf_done(&both);
	return all;
}

/* Whoever reads this act must be able to read the act that introduced what it names, or the name would give it away. */
static int check_no_leak(const struct check *c, const struct param_check *p, const struct entity *en)
{
	struct str theirs = c->all->slots.v[en->introduced].act.audiences;
	if (theirs.n == 0 || (c->audiences.n && within(c->audiences, theirs)))
		return 0;
	return REFUSE(c, p->field, "%.*s was introduced by entry %llu, for %.*s only; this act would show it to others",
		STR_ARG(p->name), (unsigned long long)en->introduced, STR_ARG(theirs));
}

static int check_introduction(const struct check *c, const struct param_check *p, const struct entity *en)
{
	if (en->type != p->param->type)
		return REFUSE(c, p->field, "%.*s is taken already, for the type %.*s (entry %llu)", STR_ARG(p->name),
			STR_ARG(type_name(c, en->type)), (unsigned long long)en->introduced);
	if (p->introduces == INTRO_MAY || en->named == UINT64_MAX)
		return check_no_leak(c, p, en);
	if (act_is_correction(&c->act) && record_place(c->all, act_corrects(&c->act)) == en->named)
		return 0; /* it replaces the act that introduced it */
	(void)REFUSE(c, p->field, "%.*s was introduced by entry %llu already", STR_ARG(p->name), (unsigned long long)en->named);
	return err_hint(c->e, "take another name, or correct that act: \"corrects\": %llu", (unsigned long long)en->named);
}

static int check_place_name(const struct check *c, const struct param_check *p)
{
	uint64_t pos;
	const struct record_act *a = str_u64(p->name, &pos) ? record_act(c->all, pos) : NULL;
	return a && a->entry == ENTRY_ACT ? 0 : REFUSE(c, p->field, "%.*s is not the position of an act", STR_ARG(p->name));
}

static int check_entity(const struct check *c, const struct param_check *p)
{
	if (p->param->type == TYPE_ACT)
		return check_place_name(c, p);
	if (!name_is_entity(p->name)) {
		(void)FAIL(c, ERR_INPUT, p->field, "%.*s cannot be the name of an entity", (int)(p->name.n > 80 ? 80 : p->name.n),
			p->name.p);
		return err_hint(c->e, "1 to 64 letters A-Z a-z, digits, '.', '_', '-'; the first a letter or digit");
	}
	const struct entity *en = record_entity(c->all, p->name);
	if (p->introduces)
		return en ? check_introduction(c, p, en) : 0;
	if (!en)
		return unknown_entity(c, p);
	if (!type_accepts(c->rb, p->param->type, en->type))
		return REFUSE(c, p->field, "%.*s is of the type %.*s, not %.*s", STR_ARG(p->name), STR_ARG(type_name(c, en->type)),
			STR_ARG(type_name(c, p->param->type)));
	return check_no_leak(c, p, en);
}

static int check_entities(const struct check *c)
{
	const struct act_kind *kind = &c->rb->acts.v[c->act.kind];
	for (uint32_t i = 0; i < kind->nparams; i++) {
		struct value v = act_value(&c->act, i);
		if (v.kind != V_ENTITY)
			continue;
		struct param_check p = {&kind->params[i], c->all->bundle->introduces[c->act.kind][i],
			syms_str(&c->syms, v.s), ""};
		(void)snprintf(p.field, sizeof p.field, "args.%.*s", STR_ARG(syms_str(&c->rb->syms, kind->params[i].name)));
		int rc = check_entity(c, &p);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* ---- corrections ------------------------------------------------------------------------------------------------------------ */

static bool names(const struct check *c, const struct act *act, sym name)
{
	uint32_t n = act->kind == NO_ID ? 0 : c->rb->acts.v[act->kind].nparams;
	for (uint32_t i = 0; i < n; i++)
		if (value_eq(act_value(act, i), (struct value){.kind = V_ENTITY, .s = name}))
			return true;
	return false;
}

/* The correction takes away what the act introduced: then nothing else may name it. */
static int check_orphans(const struct check *c, uint64_t place)
{
	for (size_t i = 0; i < c->all->entities.n; i++) {
		const struct entity *en = &c->all->entities.v[i];
		struct str name = syms_str(&c->all->syms, en->name);
		sym now = syms_find(&c->syms, name);
		if (en->introduced != place || (!c->act.annul && names(c, &c->act, now)))
			continue;
		for (uint64_t pos = 0; pos < record_size(c->all); pos++) {
			const struct record_act *other = pos == place || c->all->slots.v[pos].depth ? NULL : record_standing(c->all, pos);
			if (!other || !names(c, &other->act, en->name))
				continue;
			(void)REFUSE(c, "corrects", "entry %llu introduces %.*s, which entry %llu names", (unsigned long long)place,
				STR_ARG(name), (unsigned long long)pos);
			return err_hint(c->e, "correct that one first, or keep the name");
		}
	}
	return 0;
}

static int check_correction(const struct check *c)
{
	unsigned long long target = act_corrects(&c->act);
	const struct record_act *old = record_act(c->all, act_corrects(&c->act));
	if (!old || old->entry != ENTRY_ACT)
		return REFUSE(c, "corrects", "entry %llu is no act%s", target, old && old->entry == ENTRY_SEALED ? " that can be read here" : "");
	if (!str_eq(old->audiences, c->audiences)) {
		(void)REFUSE(c, "for", "a correction goes to the audience of the act that it corrects");
		return old->audiences.n ? err_hint(c->e, "entry %llu is for %.*s", target, STR_ARG(old->audiences))
					: err_hint(c->e, "entry %llu is public", target);
	}
	if (c->all->slots.v[target].depth >= MAX_CORRECTION_DEPTH)
		return FAIL(c, ERR_LIMIT, "corrects", "corrections of corrections go deeper than %d; correct the act itself (entry %llu)",
			MAX_CORRECTION_DEPTH, (unsigned long long)record_place(c->all, target));
	return check_orphans(c, record_place(c->all, target));
}

/* ---- signer ----------------------------------------------------------------------------------------------------------------- */

/* An act and who signed it: on its way, or on record. */
struct signing {
	const struct record *all;
	const struct act *act;
	const struct syms *syms; /* of the act's values */
	const json_t *json;
	struct signers by;
	uint64_t pos;
	const char *prefix;
	struct err *e;
};

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
		buf_adds(&who, i ? " or " : "");
		buf_add(&who, holder);
	}
	(void)REFUSE_SIGNER(s, "signer", "%.*s is signed by %s, and no key of %s has signed this", STR_ARG(syms_str(&rb->syms, kind->name)),
		buf_str(&who).p, kind->nsigners > 1 ? "theirs" : "it");
	buf_done(&who);
	return err_hint(s->e, "record it from sources: \"recorded\": true with \"sources\" or \"documents\"; or let them sign it, with 'comity sign'");
}

/* Every signature counts, so each must be of a key in force, and one that may sign such acts (`kind` empty: nobody knows which). */
static int check_keys(const struct signing *s, struct str kind)
{
	for (size_t i = 0; i < s->by.n; i++) {
		const struct held_key *key = keyring_find(&s->all->keys, s->by.v[i], s->pos);
		if (!key) {
			const struct held_key *known = keyring_known(&s->all->keys, s->by.v[i]);
			if (!known)
				return REFUSE_SIGNER(s, "signer", "no key is registered that is called %.*s", STR_ARG(s->by.v[i]));
			return REFUSE_SIGNER(s, "signer", "the key %s of %.*s is not in force: it was from entry %llu to %llu", known->keyid,
				STR_ARG(known->holder), (unsigned long long)known->from, (unsigned long long)known->until - 1);
		}
		if (kind.n && !held_key_covers(key, kind))
			return REFUSE_SIGNER(s, "signer", "the key %s of %.*s was given for other acts than %.*s", key->keyid, STR_ARG(key->holder),
				STR_ARG(kind));
	}
	return 0;
}

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

/* Whoever replaces or annuls an act must be entitled to it too; what was recorded from sources, the registrar may record anew or take back. */
static int check_replaced(const struct signing *s, bool recorded)
{
	uint64_t target = act_corrects(s->act);
	const struct record_act *old = record_act(s->all, target);
	bool taken_back = s->act->annul && signed_by(s, record_org(s->all)->registrar); /* what it has said itself */
	if (!old || (old->recorded && (recorded || taken_back)) ||
		(old->act.kind == NO_ID ? is_of_same_holder(s, old) : is_entitled(s, &old->act, record_syms(s->all))))
		return 0;
	(void)REFUSE_SIGNER(s, "corrects", "entry %llu was signed by others, and they have not signed this", (unsigned long long)target);
	return err_hint(s->e, "who signs an act corrects it");
}

/* What was signed with another key than the log's own was signed elsewhere: for this register, and once (record_check_id). */
static int check_marks(const struct signing *s)
{
	struct str origin = json_get_str(s->json, "register");
	if (json_object_get(s->json, "register") && !str_eq(origin, s->all->keys.origin))
		return REFUSE_SIGNER(s, "register", "it was signed for the register %.80s, not for this one", origin.n ? origin.p : "without a name");
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
static int check_signer(const struct signing *s)
{
	const struct org *org = record_org(s->all);
	const struct act *act = s->act;
	bool recorded = is_recorded(s->json), by_registrar = signed_by(s, org->registrar);
	const struct record_act *old = act_is_correction(act) ? record_act(s->all, record_place(s->all, act_corrects(act))) : NULL;
	uint32_t kind = act->kind != NO_ID ? act->kind : old ? old->act.kind : NO_ID;
	const struct rulebook *rb = record_rulebook(s->all);
	int rc = check_keys(s, kind == NO_ID ? STR("") : syms_str(&rb->syms, rb->acts.v[kind].name));
	if (rc == 0)
		rc = check_marks(s);
	if (rc == 0 && recorded && !has_some(s->json, "sources") && !has_some(s->json, "documents")) {
		(void)REFUSE_SIGNER(s, "recorded", "an act that is recorded for others needs sources or a document");
		return err_hint(s->e, "add \"sources\": [{\"title\": \"...\", \"url\": \"https://...\"}]");
	}
	if (rc == 0 && recorded && !by_registrar)
		return REFUSE_SIGNER(s, "recorded", "only %.*s records what others have signed", STR_ARG(org->registrar));
	if (rc == 0 && !recorded && act->kind != NO_ID && !is_entitled(s, act, s->syms))
		return refuse_signer(s);
	return rc == 0 && act_is_correction(act) ? check_replaced(s, recorded) : rc;
}

/* ---- acts about keys ----------------------------------------------------------------------------------------------------------- */

static int check_holder(const struct record *all, struct str holder, const char *prefix, struct err *e)
{
	const struct org *org = record_org(all);
	if (!holder.n || record_entity(all, holder) || org_role(org, holder) || str_eq(holder, org->registrar))
		return 0;
	struct str near[1];
	size_t n = record_similar(all, holder, near, 1);
	(void)field_error(e, ERR_REFUSED, prefix, "holder", "%.*s is no entity of the record, and no office", STR_ARG(holder));
	return n ? err_hint(e, "did you mean %.*s?", STR_ARG(near[0])) : ERR_REFUSED;
}

int check_key_act(const struct record *all, const json_t *act, const char *prefix, struct err *e)
{
	const struct rulebook *rb = record_rulebook(all);
	const json_t *acts = json_object_get(act, "acts");
	int rc = check_holder(all, json_get_str(act, "holder"), prefix, e);
	for (size_t i = 0; i < json_array_size(acts) && rc == 0; i++) {
		struct str kind = json_str(json_array_get(acts, i));
		if (rulebook_act(rb, kind) == NO_ID && !str_eq(kind, STR(BODIES_KIND)))
			rc = unknown_kind(rb, kind, "acts", prefix, e);
	}
	return rc;
}

int check_entitled(const struct record *all, uint64_t pos, struct err *e)
{
	const struct record_slot *slot = &all->slots.v[pos];
	char where[40];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)pos);
	struct signing s = {all, &slot->act.act, &all->syms, slot->act.json, entry_signers(slot->entry), pos, where, e};
	if (slot->act.entry == ENTRY_ADOPTION && !signed_by(&s, record_org(all)->registrar))
		return REFUSE_SIGNER(&s, "signer", "a rulebook is adopted by an entry of %.*s", STR_ARG(record_org(all)->registrar));
	if (slot->act.entry == ENTRY_KEY)
		return check_key_act(all, slot->act.json, where, e);
	if (slot->act.entry == ENTRY_ADOPTION)
		return check_keys(&s, json_get_str(slot->act.json, "kind"));
	return slot->act.entry == ENTRY_ACT ? check_signer(&s) : 0;
}

/* ---- all together -------------------------------------------------------------------------------------------------------------- */

static int check_all(struct check *c, struct arena *a)
{
	int rc = check_kind(c);
	if (rc < 0 || (rc = act_read(c->rb, &c->syms, c->json, record_size(c->all), c->prefix, a, &c->act, c->e)) < 0 ||
		(rc = check_members(c->all, c->json, &c->act, c->prefix, c->e)) < 0)
		return rc;
	if (act_is_correction(&c->act) && (rc = check_correction(c)) < 0)
		return rc;
	if (c->act.kind != NO_ID && (rc = check_entities(c)) < 0)
		return rc;
	struct signing s = {c->all, &c->act, &c->syms, c->json, c->by, record_size(c->all), c->prefix, c->e};
	return check_signer(&s);
}

int check_act(const struct record *all, const json_t *act, struct signers by, const char *prefix, struct err *e)
{
	struct arena a = {0};
	struct buf words;
	struct check c = {.all = all, .rb = record_rulebook(all), .json = act, .by = by, .prefix = prefix ? prefix : "", .e = e};
	buf_init(&words, MAX_AUDIENCE_BYTES);
	syms_init(&c.syms, &a, &all->syms);
	if (audiences_join(act, &words))
		c.audiences = buf_str(&words);
	int rc = check_all(&c, &a);
	buf_done(&words);
	arena_done(&a);
	return rc;
}
