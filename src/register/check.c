/* SPDX-License-Identifier: Apache-2.0
 *
 * What must be true of an act before it is filed: kind, arguments, signer, entities, audience, correction.
 *
 * Whoever hands in what he has signed is first asked whether he may, and a refusal then tells him nothing that the public does not know: an
 * entity that only a sealed act has introduced is to him one that has not been introduced. One thing cannot be hidden, that a name is taken.
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
	bool outside; /* signed elsewhere too: words for the public */
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
	struct similar near;
	similar_start(&near, kind);
	for (size_t i = 0; i < rb->acts.n; i++) {
		struct str known = syms_str(&rb->syms, rb->acts.v[i].name);
		similar_offer(&near, known, known);
	}
	(void)field_error(e, ERR_INPUT, prefix, field, "the rulebook knows no act %.80s", kind.p);
	return similar_hint(near.found, near.n, e);
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
	size_t n = record_similar(c->all, p->name, c->outside, near, 3);
	(void)(c->outside ? REFUSE(c, p->field, "%.*s has not been introduced, or not to those who read this act", STR_ARG(p->name))
			  : REFUSE(c, p->field, "%.*s has not been introduced", STR_ARG(p->name)));
	if (n)
		return similar_hint(near, n, c->e);
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
	if (c->outside && !p->introduces)
		return unknown_entity(c, p);
	if (!c->outside)
		return REFUSE(c, p->field, "%.*s was introduced by entry %llu, for %.*s only; this act would show it to others",
			STR_ARG(p->name), (unsigned long long)en->introduced, STR_ARG(theirs));
	(void)REFUSE(c, p->field, "%.*s is taken already", STR_ARG(p->name));
	return err_hint(c->e, "take another name");
}

static int check_type(const struct check *c, const struct param_check *p, const struct entity *en)
{
	struct str is = type_name(c, en->type);
	if (p->introduces && en->type != p->param->type)
		return REFUSE(c, p->field, "%.*s is taken already, for the type %.*s (entry %llu)", STR_ARG(p->name), STR_ARG(is),
			(unsigned long long)en->introduced);
	return type_accepts(c->rb, p->param->type, en->type) ? 0
		: REFUSE(c, p->field, "%.*s is of the type %.*s, not %.*s", STR_ARG(p->name), STR_ARG(is), STR_ARG(type_name(c, p->param->type)));
}

/* What it is the business of an act to introduce, no other has introduced, unless this one corrects it. */
static int check_first(const struct check *c, const struct param_check *p, const struct entity *en)
{
	if (p->introduces != INTRO_DOES || en->named == UINT64_MAX ||
		(act_is_correction(&c->act) && record_place(c->all, act_corrects(&c->act)) == en->named))
		return 0;
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
	if (!en)
		return p->introduces ? 0 : unknown_entity(c, p);
	int rc = check_no_leak(c, p, en);
	if (rc == 0)
		rc = check_type(c, p, en);
	return rc == 0 ? check_first(c, p, en) : rc;
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
			if (c->outside && other->audiences.n)
				(void)REFUSE(c, "corrects", "entry %llu introduces %.*s, which another act names", (unsigned long long)place, STR_ARG(name));
			else
				(void)REFUSE(c, "corrects", "entry %llu introduces %.*s, which entry %llu names", (unsigned long long)place,
					STR_ARG(name), (unsigned long long)pos);
			return err_hint(c->e, "correct that one first, or keep the name");
		}
	}
	return 0;
}

static int check_target(const struct check *c)
{
	const struct record_act *old = record_act(c->all, act_corrects(&c->act));
	unsigned long long pos = act_corrects(&c->act);
	return old && old->entry == ENTRY_ACT	   ? 0
	       : old && old->entry == ENTRY_SEALED ? REFUSE(c, "corrects", "entry %llu is no act that can be read here", pos)
						   : REFUSE(c, "corrects", "entry %llu is no act", pos);
}

static int check_same_audience(const struct check *c, const struct record_act *old)
{
	unsigned long long pos = old->pos;
	if (str_eq(old->audiences, c->audiences))
		return 0;
	(void)REFUSE(c, "for", "a correction goes to the audience of the act that it corrects");
	if (old->audiences.n == 0)
		return err_hint(c->e, "entry %llu is public", pos);
	return c->outside ? err_hint(c->e, "entry %llu is sealed", pos) : err_hint(c->e, "entry %llu is for %.*s", pos, STR_ARG(old->audiences));
}

static int check_correction(const struct check *c)
{
	uint64_t target = act_corrects(&c->act);
	int rc = check_same_audience(c, record_act(c->all, target));
	if (rc == 0 && c->all->slots.v[target].depth >= MAX_CORRECTION_DEPTH)
		return FAIL(c, ERR_LIMIT, "corrects", "corrections of corrections go deeper than %d; correct the act itself (entry %llu)",
			MAX_CORRECTION_DEPTH, (unsigned long long)record_place(c->all, target));
	return rc < 0 ? rc : check_orphans(c, record_place(c->all, target));
}

/* ---- acts about keys ----------------------------------------------------------------------------------------------------------- */

static int check_holder(const struct record *all, struct str holder, const char *prefix, struct err *e)
{
	const struct org *org = record_org(all);
	const struct entity *en = record_entity(all, holder);
	bool open = en && all->slots.v[en->introduced].act.audiences.n == 0; /* as acts about keys are */
	if (!holder.n || open || org_role(org, holder) || str_eq(holder, org->registrar))
		return 0;
	struct str near[1];
	size_t n = record_similar(all, holder, true, near, 1);
	(void)field_error(e, ERR_REFUSED, prefix, "holder", "%.*s is no entity of the record, and no office", STR_ARG(holder));
	return similar_hint(near, n, e);
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

/* ---- all together -------------------------------------------------------------------------------------------------------------- */

static int check_all(struct check *c, struct arena *a)
{
	struct signing s = {c->all, &c->act, &c->syms, c->json, c->by, record_size(c->all), c->prefix, c->e};
	bool corrects;
	int rc = check_kind(c);
	if (rc < 0 || (rc = act_read(c->rb, &c->syms, c->json, record_size(c->all), c->prefix, a, &c->act, c->e)) < 0)
		return rc;
	corrects = act_is_correction(&c->act);
	if ((corrects && (rc = check_target(c)) < 0) || (rc = check_signer(&s)) < 0 ||
		(rc = check_members(c->all, c->json, &c->act, c->prefix, c->e)) < 0 || (corrects && (rc = check_correction(c)) < 0))
		return rc;
	return c->act.kind == NO_ID ? 0 : check_entities(c);
}

/* Has anybody signed it besides the register itself? */
static bool is_from_outside(const struct record *all, struct signers by)
{
	for (size_t i = 0; i < by.n; i++) {
		const struct held_key *key = keyring_known(&all->keys, by.v[i]);
		if (!key || key->by != 0)
			return true;
	}
	return false;
}

int check_act(const struct record *all, const json_t *act, struct signers by, const char *prefix, struct err *e)
{
	struct arena a = {0};
	struct buf words;
	struct check c = {.all = all, .rb = record_rulebook(all), .json = act, .by = by, .outside = is_from_outside(all, by), .prefix = prefix ? prefix : "", .e = e};
	buf_init(&words, MAX_AUDIENCE_BYTES);
	syms_init(&c.syms, &a, &all->syms);
	if (audiences_join(act, &words))
		c.audiences = buf_str(&words);
	int rc = check_all(&c, &a);
	buf_done(&words);
	arena_done(&a);
	return rc;
}
