/* SPDX-License-Identifier: Apache-2.0 */
#include "register/internal.h"
#include "register/similar.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

struct record *record_new(const struct bundle *b, struct str audience)
{
	struct record *r = zeroed(1, sizeof *r);
	r->refs = 1;
	r->bundle = bundle_ref(b);
	r->audience = arena_str(&r->arena, audience);
	syms_init(&r->syms, &r->arena, &b->rulebook->syms);
	syms_init(&r->ids, &r->arena, NULL);
	return r;
}

void record_reserve(struct record *r, size_t n)
{
	if (r->slots.n || n <= r->slots.cap)
		return;
	r->slots.v = arena_array(&r->arena, n, struct record_slot);
	r->slots.cap = n;
}

const struct record *record_ref(const struct record *r)
{
	__atomic_add_fetch(&((struct record *)r)->refs, 1, __ATOMIC_RELAXED);
	return r;
}

void record_unref(const struct record *shared)
{
	struct record *r = (struct record *)shared;
	if (!r || __atomic_sub_fetch(&r->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (size_t i = 0; i < r->slots.n; i++)
		entry_unref(r->slots.v[i].entry);
	bundle_unref(r->bundle);
	arena_done(&r->arena);
	free(r);
}

/* ---- titles ---------------------------------------------------------------------------------------------------------- */

/* By its code; empty if ICU does not know it. */
static struct str country_name(struct str code, struct str lang, struct arena *a)
{
	char region[16], locale[16], utf8[256];
	UChar name[128];
	UErrorCode status = U_ZERO_ERROR;
	int32_t n = 0;
	if (code.n != 2 || lang.n >= sizeof locale)
		return (struct str){NULL, 0};
	(void)snprintf(region, sizeof region, "und_%.*s", STR_ARG(code));
	(void)snprintf(locale, sizeof locale, "%.*s", STR_ARG(lang));
	n = uloc_getDisplayCountry(region, locale, name, 128, &status);
	if (status != U_ZERO_ERROR || n <= 0) /* not U_USING_DEFAULT_WARNING: then it is the code again */
		return (struct str){NULL, 0};
	u_strToUTF8(utf8, sizeof utf8, &n, name, n, &status);
	return U_FAILURE(status) ? (struct str){NULL, 0} : arena_str(a, (struct str){utf8, (size_t)n});
}

struct str other_name(const struct bundle *b, uint32_t type, struct str id, struct str lang, struct arena *a)
{
	const struct org *org = &b->org;
	struct str name = b->country_code[type] ? country_name(id, lang, a) : (struct str){NULL, 0};
	for (size_t i = 0; !name.n && str_eq(id, org->id) && i < org->nnames; i++)
		if (str_eq(org->names[i].lang, lang))
			name = org->names[i].text;
	return name.n ? name : words_own(b->words, lang, "names", id, "text");
}

size_t also_called(const struct bundle *b, uint32_t type, struct str id, struct str lang, struct arena *a, struct str ret[ALSO_CALLED])
{
	const struct str all[ALSO_CALLED] = {other_name(b, type, id, lang, a), words_own(b->words, lang, "also", id, "text")};
	size_t n = 0;
	for (size_t i = 0; i < ALSO_CALLED; i++)
		if (all[i].n)
			ret[n++] = all[i];
	return n;
}

static void add_names(struct record *r, struct entity *en)
{
	const struct org *org = &r->bundle->org;
	bool own = false;
	for (size_t i = 0; i <= org->nlanguages; i++) {
		struct str lang = i < org->nlanguages ? org->languages[i] : STR("en");
		bool has = false;
		for (size_t k = 0; k < en->ntitles && !has; k++)
			has = str_eq(en->titles[k].lang, lang);
		struct str name = has ? (struct str){NULL, 0} : other_name(r->bundle, en->type, syms_str(&r->syms, en->name), lang, &r->arena);
		if (!name.n)
			continue;
		if (!own) {
			struct title *t = arena_array(&r->arena, en->ntitles + org->nlanguages + 1, struct title);
			memcpy(t, en->titles, en->ntitles * sizeof *t);
			en->titles = t;
			own = true;
		}
		en->titles[en->ntitles++] = (struct title){.lang = lang, .text = name};
	}
}

bool record_unverified(const struct record_act *a, struct str field)
{
	if (str_eq(a->certainty, STR("unverified")))
		return true;
	for (size_t i = 0; i < json_array_size(a->unverified); i++) {
		struct str name = json_str(json_array_get(a->unverified, i));
		/* "title" marks all languages of the title */
		if (str_eq(name, field) || (str_starts(field, name) && field.n > name.n && field.p[name.n] == '.'))
			return true;
	}
	return false;
}

struct str record_precision(const struct record_act *a, struct str arg)
{
	struct str s = json_str(json_object_getn(json_object_get(a->json, "precisions"), arg.p, arg.n));
	return s.n ? s : STR("day");
}

static void take_titles(struct record *r, struct entity *en, const struct record_act *act)
{
	const json_t *title = json_object_get(act->json, "title");
	const char *lang;
	json_t *text;
	size_t n = 0;
	struct title *t = arena_array(&r->arena, json_object_size(title) + 1, struct title);
	json_object_foreach((json_t *)title, lang, text) {
		char field[48];
		(void)snprintf(field, sizeof field, "title.%.40s", lang);
		t[n++] = (struct title){str_of(lang), json_str(text), record_unverified(act, str_of(field))};
	}
	if (n == 0 && en->ntitles)
		return;
	en->titles = t;
	en->ntitles = n;
	add_names(r, en);
}

struct said act_said(const struct record_act *a, const char *member, struct str lang)
{
	const json_t *all = json_object_get(a->json, member);
	struct said s = {json_str(json_object_getn(all, lang.p, lang.n)), {NULL, 0}};
	if (s.text.n)
		return s;
	s = (struct said){json_get_str(all, "en"), STR("en")};
	void *first = s.text.n ? NULL : json_object_iter((json_t *)all);
	if (first)
		s = (struct said){json_str(json_object_iter_value(first)), str_of(json_object_iter_key(first))};
	return s.text.n ? s : (struct said){{NULL, 0}, {NULL, 0}};
}

struct said record_title(const struct record *r, struct str name, struct str lang)
{
	const struct entity *en = record_entity(r, name);
	struct said s = en ? title_pick(en->titles, en->ntitles, lang) : (struct said){{NULL, 0}, {NULL, 0}};
	return s.text.n ? s : (struct said){name, {NULL, 0}};
}

/* ---- entities ---------------------------------------------------------------------------------------------------------- */

static struct entity *find_entity(const struct record *r, sym name)
{
	return name < r->nentity_of && r->entity_of[name] ? &r->entities.v[r->entity_of[name] - 1] : NULL;
}

static void remember(struct record *r, sym name, uint32_t index)
{
	if (name >= r->nentity_of) {
		size_t n = r->nentity_of ? r->nentity_of : 256;
		while (n <= name)
			n *= 2;
		uint32_t *bigger = arena_array(&r->arena, n, uint32_t);
		if (r->nentity_of)
			memcpy(bigger, r->entity_of, r->nentity_of * sizeof *bigger);
		r->entity_of = bigger;
		r->nentity_of = n;
	}
	r->entity_of[name] = index + 1;
}

static void introduce(struct record *r, const struct record_act *act, uint64_t place)
{
	if (act->act.kind == NO_ID)
		return;
	const struct act_kind *kind = &r->bundle->rulebook->acts.v[act->act.kind];
	for (uint32_t p = 0; p < kind->nparams; p++) {
		uint8_t how = r->bundle->introduces[act->act.kind][p];
		struct value v = act_value(&act->act, p);
		if (how == INTRO_NO || v.kind != V_ENTITY)
			continue;
		sym name = v.s;
		struct entity *en = find_entity(r, name);
		if (!en) {
			struct entity new = {.name = name, .type = kind->params[p].type, .introduced = place, .named = UINT64_MAX};
			arena_push(&r->arena, &r->entities, new);
			remember(r, name, (uint32_t)r->entities.n - 1);
			en = &r->entities.v[r->entities.n - 1];
			take_titles(r, en, act);
			en->named = how == INTRO_DOES ? place : UINT64_MAX;
		} else if (how == INTRO_DOES && en->type == kind->params[p].type) {
			take_titles(r, en, act); /* something else named it first: this act says what it is called */
			en->named = place;
		}
	}
}

/* After a correction: who is introduced by what stands now. */
static void introduce_again(struct record *r)
{
	r->entities.n = 0;
	if (r->nentity_of)
		memset(r->entity_of, 0, r->nentity_of * sizeof *r->entity_of);
	for (size_t i = 0; i < r->slots.n; i++) {
		const struct record_slot *s = &r->slots.v[i];
		const struct record_act *stands = s->depth == 0 ? record_standing(r, i) : NULL;
		if (stands)
			introduce(r, stands, i);
	}
}

const struct entity *record_entity(const struct record *r, struct str name)
{
	if (r->reads)
		reads_note(r->reads, reads_name(name));
	sym s = syms_find(&r->syms, name);
	return s == SYM_ABSENT ? NULL : find_entity(r, s);
}

const struct entity *record_entity_at(const struct record *r, sym number, struct str name)
{
	const struct entity *en = find_entity(r, number);
	return en && str_eq(syms_str(&r->syms, number), name) ? en : record_entity(r, name);
}

bool type_accepts(const struct rulebook *rb, uint32_t type, uint32_t member)
{
	const struct type *t = &rb->types.v[type];
	if (type == member)
		return true;
	for (uint32_t i = 0; t->kind == T_UNION && i < t->n; i++)
		if (t->members[i] == member)
			return true;
	return false;
}

size_t record_entities(const struct record *r, uint32_t type, struct arena *a, const struct entity ***ret)
{
	const struct entity **out = arena_array(a, r->entities.n + 1, const struct entity *);
	size_t n = 0;
	reads_note(r->reads, reads_key(READ_NAMES, type));
	for (size_t i = 0; i < r->entities.n; i++)
		if (type == NO_ID || type_accepts(r->bundle->rulebook, type, r->entities.v[i].type))
			out[n++] = &r->entities.v[i];
	*ret = out;
	return n;
}

static bool is_open(const struct record *r, uint64_t pos)
{
	return pos == UINT64_MAX || r->slots.v[pos].act.audiences.n == 0;
}

size_t record_similar(const struct record *r, struct str name, bool open, struct str *ret, size_t n)
{
	struct similar s;
	reads_note(r->reads, reads_key(READ_NAMES, NO_ID));
	similar_start(&s, name);
	for (size_t i = 0; i < r->entities.n; i++) {
		const struct entity *en = &r->entities.v[i];
		struct str known = syms_str(&r->syms, en->name);
		if (open && !is_open(r, en->introduced))
			continue;
		similar_offer(&s, known, known);
		for (size_t k = 0; k < en->ntitles && !(open && !is_open(r, en->named)); k++)
			similar_offer(&s, known, en->titles[k].text);
	}
	size_t i = 0;
	for (; i < n && i < s.n; i++)
		ret[i] = s.found[i];
	return i;
}

/* ---- acts -------------------------------------------------------------------------------------------------------------- */

static int take_correction(struct record *r, struct record_slot *new, struct err *e)
{
	uint64_t target = act_corrects(&new->act.act);
	char where[40];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)new->act.pos);
	struct record_slot *old = target < r->slots.n ? &r->slots.v[target] : NULL;
	/* What the audience may not read it cannot see corrected either: corrections go to the audience of their act. */
	if (!old || old->act.entry != ENTRY_ACT)
		return err_set(e, ERR_CORRUPT, where, "it corrects entry %llu, which is no act", (unsigned long long)target);
	if (old->depth >= MAX_CORRECTION_DEPTH)
		return err_set(e, ERR_LIMIT, where, "corrections of corrections go deeper than %d", MAX_CORRECTION_DEPTH);
	new->place = old->place;
	new->depth = old->depth + 1;
	size_t n = old->act.ncorrected_by;
	if ((n & (n - 1)) == 0) { /* full at 0, 1, 2, 4, 8 ... */
		uint64_t *more = arena_array(&r->arena, n ? 2 * n : 1, uint64_t);
		if (n)
			memcpy(more, old->act.corrected_by, n * sizeof *more);
		old->act.corrected_by = more;
	}
	((uint64_t *)old->act.corrected_by)[old->act.ncorrected_by++] = new->act.pos;
	return 0;
}

static void take_members(struct record_act *to, const json_t *json)
{
	to->json = json;
	to->recorded = json_is_true(json_object_get(json, "recorded"));
	to->certainty = json_get_str(json, "certainty");
	if (!to->certainty.n)
		to->certainty = STR("sourced");
	to->unverified = json_object_get(json, "unverified");
	to->about = json_object_get(json, "about");
	to->precision = json_get_str(json, "date_precision");
	if (!to->precision.n)
		to->precision = STR("day");
	if (!date_parse(json_get_str(json, "received"), &to->received))
		to->received = to->act.date;
}

civil period_begins(civil last, struct str precision)
{
	return str_eq(precision, STR("year"))    ? date_from(date_year(last), 1, 1)
	       : str_eq(precision, STR("month")) ? date_first_of_month(last)
						 : date_day(last);
}

/* The log grows at its end, so what does not say when it came, came after the entry before it: that counts where its own date tells no day,
 * or is that of what it corrects. It depends on nothing that comes later, and so stays. */
static civil entered(const struct record *r, const struct record_act *a)
{
	civil before = r->slots.n ? r->slots.v[r->slots.n - 1].act.entered : CIVIL_ALWAYS, said;
	if (a->entry != ENTRY_ACT && a->entry != ENTRY_ADOPTION)
		return before;
	if (date_parse(json_get_str(a->json, "received"), &said))
		return said;
	if (str_eq(a->precision, STR("day")) && !act_is_correction(&a->act))
		return a->act.date;
	civil first = period_begins(a->act.date, a->precision), last = act_is_correction(&a->act) ? CIVIL_NEVER : a->act.date;
	return before < first ? first : before > last ? last : before;
}

static bool forbids(const struct rulebook *rb)
{
	for (size_t i = 0; i < rb->rules.n; i++)
		if (rb->rules.v[i].form == RULE_FORBIDDEN)
			return true;
	return false;
}

/* The genesis entry names the first key, key acts all others. */
static int take_keys(struct record *r, const struct entry *n, const char *where, struct err *e)
{
	if (n->kind == ENTRY_GENESIS)
		return keyring_begin(&r->keys, n->payload, &r->arena, e);
	return n->kind == ENTRY_KEY ? keyring_add(&r->keys, n->payload, entry_signers(n), n->pos, where, e) : 0;
}

/* What was signed elsewhere carries an id, so that it cannot be handed in again. */
int record_check_id(const struct record *r, const json_t *act, const char *where, struct err *e)
{
	struct str id = json_get_str(act, "id");
	return !id.n || syms_find(&r->ids, id) == SYM_ABSENT ? 0 : err_set(e, ERR_REFUSED, where, "an act with the id %.80s is on record already", id.p);
}

/* A sealed correction of an act whose own body is not here: lost, or from before this copy's owner might read it. Neither can be read then. */
static bool corrects_unread(const struct record *r, const struct entry *n)
{
	const json_t *target = json_object_get(n->opened, "corrects");
	json_int_t pos = json_integer_value(target);
	return json_is_integer(target) && pos > 0 && (uint64_t)pos < r->slots.n && r->slots.v[pos].act.entry == ENTRY_SEALED;
}

int record_add(struct record *r, struct entry *n, struct err *e)
{
	const struct rulebook *rb = r->bundle->rulebook;
	struct record_slot s = {.entry = n, .place = n->pos};
	const json_t *act = entry_act(n);
	char where[40];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)n->pos);
	if (n->pos != r->slots.n)
		return err_set(e, ERR_CORRUPT, where, "it does not follow entry %zu", r->slots.n);
	s.act = (struct record_act){.pos = n->pos, .entry = n->kind, .act = {.pos = n->pos, .kind = NO_ID}, .json = n->payload,
		.signers = n->signers, .nsigners = n->nsigners};
	int rc = take_keys(r, n, where, e);
	if (rc < 0)
		return rc;
	if (n->kind == ENTRY_ADOPTION) {
		s.act.act.date = n->date;
		take_members(&s.act, n->payload);
	}
	if (act && audience_reads(&r->bundle->org, r->audience, str_of(n->audiences)) && !corrects_unread(r, n)) {
		rc = act_read(rb, &r->syms, act, n->pos, where, &r->arena, &s.act.act, e);
		if (rc < 0)
			return rc;
		s.act.entry = ENTRY_ACT;
		s.act.audiences = str_of(n->audiences);
		take_members(&s.act, act);
		r->unverified |= record_unverified(&s.act, STR("date"));
		if ((rc = record_check_id(r, act, where, e)) < 0 || (act_is_correction(&s.act.act) && (rc = take_correction(r, &s, e)) < 0))
			return rc;
		(void)syms_intern(&r->ids, json_get_str(act, "id"));
		arena_push(&r->arena, &r->list, s.act.act);
		if (forbids(rb)) { /* so that `breach` names the same place by the same number in every reading */
			char place[24];
			(void)snprintf(place, sizeof place, "%llu", (unsigned long long)n->pos);
			(void)syms_intern(&r->syms, str_of(place));
		}
	}
	s.act.entered = entered(r, &s.act);
	if (s.act.entry == ENTRY_SEALED)
		arena_push(&r->arena, &r->sealed, n->pos);
	(void)entry_ref(n);
	arena_push(&r->arena, &r->slots, s);
	if (act_is_correction(&s.act.act))
		introduce_again(r);
	else
		introduce(r, &r->slots.v[n->pos].act, n->pos);
	return 0;
}

bool record_seals(const struct record *r, const struct digest *sha256)
{
	for (size_t i = 0; i < r->sealed.n; i++)
		if (digest_eq(&r->slots.v[r->sealed.v[i]].entry->commitment, sha256))
			return true;
	return false;
}

const struct record_act *record_act(const struct record *r, uint64_t pos)
{
	if (r->reads)
		reads_note(r->reads, reads_key(READ_ENTRY, pos));
	return pos < r->slots.n ? &r->slots.v[pos].act : NULL;
}

uint64_t record_place(const struct record *r, uint64_t pos)
{
	return pos < r->slots.n ? r->slots.v[pos].place : pos;
}

/* What stood in place of entry `pos` before entry `before` was there (reference 8.3): NULL if it was void. An annulment stands as itself.
 * *ret_by (may be NULL): the correction of this very entry that made it so. Depth is bounded by MAX_CORRECTION_DEPTH. */
static const struct record_act *version(const struct record *r, uint64_t pos, uint64_t before, const struct record_act **ret_by)
{
	const struct record_act *a = &r->slots.v[pos].act;
	for (size_t i = a->ncorrected_by; i-- > 0;) {
		const struct record_act *c = a->corrected_by[i] < before ? version(r, a->corrected_by[i], before, NULL) : NULL;
		if (!c)
			continue;
		if (ret_by)
			*ret_by = &r->slots.v[a->corrected_by[i]].act;
		return c->act.annul ? NULL : c;
	}
	return a;
}

const struct record_act *record_replaced_by(const struct record *r, uint64_t pos, uint64_t before)
{
	const struct record_act *by = NULL;
	(void)version(r, pos, before, &by);
	return by;
}

const struct record_act *record_standing(const struct record *r, uint64_t pos)
{
	if (r->reads)
		reads_note(r->reads, reads_key(READ_ENTRY, pos));
	if (pos < r->slots.n && r->slots.v[pos].act.entry == ENTRY_ADOPTION)
		return &r->slots.v[pos].act;
	if (pos >= r->slots.n || r->slots.v[pos].act.entry != ENTRY_ACT)
		return NULL;
	return version(r, r->slots.v[pos].place, UINT64_MAX, NULL);
}

/* ---- what it is ---------------------------------------------------------------------------------------------------------- */

const struct rulebook *record_rulebook(const struct record *r)
{
	return r->bundle->rulebook;
}

const struct keyring *record_keys(const struct record *r)
{
	return &r->keys;
}

const struct digest *record_bundle(const struct record *r)
{
	return &r->bundle->sha256;
}

const struct syms *record_syms(const struct record *r)
{
	return &r->syms;
}

const struct org *record_org(const struct record *r)
{
	return &r->bundle->org;
}

const struct words *record_words(const struct record *r)
{
	return r->bundle->words;
}

uint64_t record_size(const struct record *r)
{
	reads_note(r->reads, reads_key(READ_ANYTHING, 0));
	return r->slots.n;
}

const struct act_list *record_acts(const struct record *r)
{
	reads_note(r->reads, reads_key(READ_ACTS, 0));
	return &r->list;
}

static int check_names_of(const struct record *r, const struct record_act *a, struct err *e)
{
	const struct rulebook *rb = r->bundle->rulebook;
	const struct act_kind *kind = &rb->acts.v[a->act.kind];
	for (uint32_t i = 0; i < kind->nparams; i++) {
		struct value v = act_value(&a->act, i);
		if (v.kind != V_ENTITY || kind->params[i].type == TYPE_ACT)
			continue;
		const struct entity *en = find_entity(r, v.s);
		if (en && type_accepts(rb, kind->params[i].type, en->type))
			continue;
		char where[40];
		(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)a->pos);
		struct str field = syms_str(&rb->syms, kind->params[i].name), name = syms_str(&r->syms, v.s);
		struct str type = syms_str(&rb->syms, rb->types.v[kind->params[i].type].name);
		return en ? err_set(e, ERR_REFUSED, where, "args.%.*s: %.*s is of the type %.*s, not %.*s", STR_ARG(field), STR_ARG(name),
				    STR_ARG(syms_str(&rb->syms, rb->types.v[en->type].name)), STR_ARG(type))
			  : err_set(e, ERR_REFUSED, where, "args.%.*s: %.*s has not been introduced", STR_ARG(field), STR_ARG(name));
	}
	return 0;
}

int record_check_names(const struct record *r, struct err *e)
{
	int rc = 0;
	for (size_t i = 0; i < r->slots.n && rc == 0 && !r->sealed.n; i++) {
		const struct record_act *stands = r->slots.v[i].depth == 0 && r->slots.v[i].act.entry == ENTRY_ACT ? version(r, i, UINT64_MAX, NULL) : NULL;
		if (stands && stands->act.kind != NO_ID)
			rc = check_names_of(r, stands, e);
	}
	return rc;
}

int record_try_rules(const struct record *r, struct err *e)
{
	const struct rulebook *rb = r->bundle->rulebook;
	struct arena a = {0};
	int rc = 0;
	for (uint32_t k = 0; rc == 0 && k < (rb->readings.n ? rb->readings.n : 1); k++) {
		struct syms syms;
		struct eval *ev;
		syms_init(&syms, &a, &r->syms);
		rc = eval_new(rb, &syms, &r->list, UINT64_MAX, k, &ev, e);
		if (rc == 0)
			eval_free(ev);
	}
	arena_done(&a);
	return rc;
}
