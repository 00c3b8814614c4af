/* SPDX-License-Identifier: Apache-2.0 */
#include "web/almanac.h"

#include "base/bisect.h"
#include "register/org.h"
#include "html/locale.h"
#include "html/prose.h"

#include <stdlib.h>
#include <string.h>

/* ---- the vocabulary ---------------------------------------------------------------------------------------------- */

struct name {
	const char *name;
	size_t at; /* in struct vocabulary */
};

#define TYPE_NAME(n) {#n, offsetof(struct vocabulary, type.n)},
#define FACT_NAME(n) {#n, offsetof(struct vocabulary, fact.n)},
#define ACT_NAME(n) {#n, offsetof(struct vocabulary, act.n)},
#define WORD_NAME(n) {#n, offsetof(struct vocabulary, word.n)},

static const struct name type_names[] = {VOCABULARY_TYPES(TYPE_NAME)};
static const struct name fact_names[] = {VOCABULARY_FACTS(FACT_NAME)};
static const struct name act_names[] = {VOCABULARY_ACTS(ACT_NAME)};
static const struct name word_names[] = {VOCABULARY_WORDS(WORD_NAME)};

static uint32_t find_type(const struct rulebook *rb, struct str name)
{
	sym s = syms_find(&rb->syms, name);
	return s != SYM_ABSENT && s < rb->type_index.n ? rb->type_index.v[s] : NO_ID;
}

static uint32_t find_word(const struct rulebook *rb, struct str name)
{
	return syms_find(&rb->syms, name);
}

static void find_all(const struct rulebook *rb, const struct name *names, size_t n,
	uint32_t (*find)(const struct rulebook *, struct str), struct vocabulary *voc)
{
	for (size_t i = 0; i < n; i++)
		*(uint32_t *)((char *)voc + names[i].at) = find(rb, str_of(names[i].name));
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void find_vocabulary(const struct rulebook *rb, struct vocabulary *voc)
{
	find_all(rb, type_names, COUNT(type_names), find_type, voc);
	find_all(rb, fact_names, COUNT(fact_names), rulebook_fact, voc);
	find_all(rb, act_names, COUNT(act_names), rulebook_act, voc);
	find_all(rb, word_names, COUNT(word_names), find_word, voc);
}

/* Where the entities of a type have their pages. */
static const struct {
	size_t type; /* in struct vocabulary */
	const char *path;
} rooms[] = {
	{offsetof(struct vocabulary, type.State), "participants"},
	{offsetof(struct vocabulary, type.Organisation), "participants"},
	{offsetof(struct vocabulary, type.Body), "bodies"},
	{offsetof(struct vocabulary, type.Meeting), "meetings"},
	{offsetof(struct vocabulary, type.Instrument), "instruments"},
	{offsetof(struct vocabulary, type.Decision), "decisions"},
	{offsetof(struct vocabulary, type.Release), "releases"},
	{offsetof(struct vocabulary, type.Area), "areas"},
	{offsetof(struct vocabulary, type.Project), "projects"},
	{offsetof(struct vocabulary, type.Consultation), "consultations"},
	{offsetof(struct vocabulary, type.Authority), "authorities"},
	{offsetof(struct vocabulary, type.Goal), "strategy"},
	{offsetof(struct vocabulary, type.Indicator), "strategy"},
};

static void find_paths(struct almanac *al, const struct rulebook *rb)
{
	const char **paths = arena_array(&al->arena, rb->types.n + 1, const char *);
	for (size_t i = 0; i < rb->types.n; i++) /* a type that pages do not know has pages all the same */
		paths[i] = rb->types.v[i].kind == T_ENTITY ? "entities" : NULL;
	for (size_t i = 0; i < COUNT(rooms); i++) {
		uint32_t type = *(uint32_t *)((char *)&al->voc + rooms[i].type);
		if (type != NO_ID)
			paths[type] = rooms[i].path;
	}
	al->paths = paths;
}

uint32_t act_param(const struct rulebook *rb, uint32_t kind, const char *param)
{
	struct str name = str_of(param);
	for (uint32_t i = 0; kind != NO_ID && i < rb->acts.v[kind].nparams; i++)
		if (str_eq(syms_str(&rb->syms, rb->acts.v[kind].params[i].name), name))
			return i;
	return NO_ID;
}

struct value act_arg(const struct rulebook *rb, const struct act *act, const char *param)
{
	uint32_t i = act_param(rb, act->kind, param);
	return i == NO_ID ? VALUE_NONE : act_value(act, i);
}

/* ---- parties ----------------------------------------------------------------------------------------------------- */

struct keyed {
	struct str key;
	const struct entity *entity;
	struct str title;
};

static int by_key(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	int d = str_cmp(a->key, b->key);
	return d ? d : (a->entity->name > b->entity->name) - (a->entity->name < b->entity->name);
}

static void list_parties(struct almanac *al, const struct record *r)
{
	const struct entity **list;
	struct arena scratch = {0};
	struct alphabet *abc = alphabet_new(al->tongue->lang);
	size_t n = al->voc.type.Party == NO_ID ? 0 : record_entities(r, al->voc.type.Party, &scratch, &list);
	struct keyed *k = arena_array(&scratch, n + 1, struct keyed);
	for (size_t i = 0; i < n; i++) {
		struct str title = record_title(r, syms_str(record_syms(r), list[i]->name), str_of(al->tongue->code)).text;
		k[i] = (struct keyed){alphabet_key(abc, title, &scratch), list[i], title};
	}
	qsort(k, n, sizeof *k, by_key);
	al->kept.nsyms = syms_count(record_syms(r));
	al->kept.party_of = arena_array(&al->arena, al->kept.nsyms + 1, uint32_t);
	al->kept.everybody.v = arena_array(&al->arena, n + 1, struct participant);
	for (size_t i = 0; i < n; i++) {
		al->kept.everybody.v[i] = (struct participant){
			.entity = k[i].entity, .title = k[i].title, .who = {.kind = V_ENTITY, .s = k[i].entity->name}};
		al->kept.everybody.v[i].place = i;
		al->kept.party_of[k[i].entity->name] = (uint32_t)i + 1;
		arena_push(&al->arena, &al->kept.parties, &al->kept.everybody.v[i]);
	}
	al->kept.everybody.n = n;
	alphabet_free(abc);
	arena_done(&scratch);
}

struct almanac *almanac_noted(const struct almanac *al, struct reads *r, struct arena *a)
{
	struct almanac *noted = arena_new(a, struct almanac);
	memcpy(&noted->arena, &al->arena, sizeof *al - offsetof(struct almanac, arena)); /* without its count */
	noted->view = view_noted(al->view, r, a);
	return noted;
}

/* What is kept of the statuses, noted as if it were looked up now. */
static void note_statuses(const struct almanac *al)
{
	view_note(al->view, READ_FACTS, al->voc.fact.status);
	view_note(al->view, READ_FACTS, al->voc.fact.granted);
}

const participant_list *almanac_parties(const struct almanac *al)
{
	note_statuses(al);
	view_note(al->view, READ_NAMES, al->voc.type.Party);
	return &al->kept.parties;
}

const participant_list *almanac_ranked(const struct almanac *al)
{
	note_statuses(al);
	view_note(al->view, READ_RANKED, 0);
	return &al->kept.ranked;
}

/* Some of the parties, picked one by one. */
struct picking {
	const struct almanac *al;
	bool *has; /* by place */
	struct arena *a;
};

static struct picking pick(const struct almanac *al, bool ranked, struct arena *a)
{
	struct picking k = {al, arena_array(a, al->kept.parties.n + 1, bool), a};
	const participant_list *first = ranked ? almanac_ranked(al) : NULL;
	for (size_t i = 0; first && i < first->n; i++)
		k.has[first->v[i]->place] = true;
	return k;
}

static void pick_one(const struct picking *k, struct value v)
{
	const struct participant *p = v.kind == V_ENTITY ? almanac_party(k->al, v.s) : NULL;
	if (p)
		k->has[p->place] = true;
}

static void pick_of_facts(const struct picking *k, uint32_t fact, struct value about)
{
	const struct rulebook *rb = record_rulebook(view_record(k->al->view));
	const struct instance *facts;
	size_t n = view_instances(k->al->view, fact, about, k->a, &facts);
	for (size_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < rb->facts.v[facts[i].fact].nparams; j++)
			pick_one(k, facts[i].args[j]);
}

static void pick_of_acts(const struct picking *k, const act_refs *acts)
{
	const struct rulebook *rb = record_rulebook(view_record(k->al->view));
	for (size_t i = 0; i < acts->n; i++)
		for (uint32_t j = 0; acts->v[i]->act.kind != NO_ID && j < rb->acts.v[acts->v[i]->act.kind].nparams; j++)
			pick_one(k, act_value(&acts->v[i]->act, j));
}

static const participant_list *picked(const struct picking *k)
{
	participant_list *ret = arena_new(k->a, participant_list);
	for (size_t i = 0; i < k->al->kept.parties.n; i++)
		if (k->has[i])
			arena_push(k->a, ret, k->al->kept.parties.v[i]);
	return ret;
}

const participant_list *almanac_parties_about(const struct almanac *al, sym thing, bool ranked, struct arena *a)
{
	struct picking k = pick(al, ranked, a);
	pick_of_facts(&k, NO_ID, (struct value){.kind = V_ENTITY, .s = thing});
	pick_of_acts(&k, almanac_naming(al, thing));
	return picked(&k);
}

const participant_list *almanac_parties_with(const struct almanac *al, const uint32_t *facts, size_t n, bool ranked, struct arena *a)
{
	struct picking k = pick(al, ranked, a);
	for (size_t i = 0; i < n; i++)
		if (facts[i] != NO_ID)
			pick_of_facts(&k, facts[i], VALUE_NONE);
	return picked(&k);
}

const participant_list *almanac_parties_in(const struct almanac *al, const act_refs *acts, struct arena *a)
{
	struct picking k = pick(al, false, a);
	pick_of_acts(&k, acts);
	return picked(&k);
}

const changing_days *almanac_days(const struct almanac *al)
{
	note_statuses(al);
	return &al->kept.days;
}

const struct participant *almanac_party(const struct almanac *al, sym name)
{
	const struct value who = {.kind = V_ENTITY, .s = name};
	if (name == SYM_ABSENT)
		return NULL;
	view_note_name(al->view, name);
	view_note_fact(al->view, al->voc.fact.status, &who);
	view_note_fact(al->view, al->voc.fact.granted, &who);
	return name < al->kept.nsyms && al->kept.party_of[name] ? &al->kept.everybody.v[al->kept.party_of[name] - 1] : NULL;
}

static const act_refs no_acts = {NULL, 0, 0};

const act_refs *almanac_acts(const struct almanac *al)
{
	view_note(al->view, READ_ACTS, 0);
	return &al->kept.acts;
}

const struct dated_act *almanac_dated(const struct almanac *al)
{
	view_note(al->view, READ_ACTS, 0);
	return al->kept.dated.v;
}

const act_refs *almanac_naming(const struct almanac *al, sym entity)
{
	view_note(al->view, READ_ACTS_NAMING, entity);
	return entity < al->kept.nsyms ? &al->kept.naming[entity] : &no_acts;
}

/* Those that name it are among them: so their keys stand for both. */
static const act_refs *speaking_of(const struct almanac *al, sym entity)
{
	return entity < al->kept.nsyms ? &al->kept.speaking[entity] : &no_acts;
}

const act_refs *almanac_speaking(const struct almanac *al, sym entity)
{
	view_note(al->view, READ_ACTS_NAMING, entity);
	return speaking_of(al, entity);
}

const act_refs *almanac_of_kind(const struct almanac *al, uint32_t kind)
{
	view_note(al->view, READ_ACTS_OF, kind);
	return kind == NO_ID ? &no_acts : &al->kept.of_kind[kind];
}

/* How many acts are dated before the instant t. */
static size_t count_until(const struct almanac *al, civil t)
{
	const struct dated_act *dated = al->kept.dated.v;
	BISECT(i, al->kept.dated.n, dated[i].date < t);
	return i;
}

size_t almanac_until(const struct almanac *al, civil t)
{
	view_note(al->view, READ_ACTS, 0);
	return count_until(al, t);
}

const struct dated_act *almanac_dated_until(const struct almanac *al, civil t, size_t *ret_n)
{
	size_t n = *ret_n = count_until(al, t);
	view_note_dated(al->view, n ? al->kept.dated.v[n - 1].date : CIVIL_ALWAYS);
	for (size_t i = 0; i < al->kept.dated.n && view_is_noted(al->view); i++)
		view_note_day(al->view, al->kept.dated.v[i].date);
	return al->kept.dated.v;
}

void almanac_look(const struct almanac *al, const struct dated_act *a)
{
	view_note_dated(al->view, a->date);
}

const struct dated_act *almanac_dated_between(const struct almanac *al, civil from, civil to, size_t *ret_n)
{
	size_t first = count_until(al, from + 1), n = count_until(al, to + 1);
	view_note_until(al->view, READ_ACTS, 0, n ? al->kept.dated.v[n - 1].date : CIVIL_ALWAYS);
	*ret_n = n > first ? n - first : 0;
	return &al->kept.dated.v[first];
}

static void note_until(const struct almanac *al, enum read_of what, uint64_t which, const act_refs *acts, civil t)
{
	civil last = CIVIL_ALWAYS;
	for (size_t i = 0; i < acts->n && view_is_noted(al->view); i++)
		if (acts->v[i]->act.date < t && acts->v[i]->act.date > last)
			last = acts->v[i]->act.date;
	view_note_until(al->view, what, which, last);
}

const act_refs *almanac_naming_until(const struct almanac *al, sym entity, civil t)
{
	note_until(al, READ_ACTS_NAMING, entity, speaking_of(al, entity), t);
	return entity < al->kept.nsyms ? &al->kept.naming[entity] : &no_acts;
}

const act_refs *almanac_speaking_until(const struct almanac *al, sym entity, civil t)
{
	note_until(al, READ_ACTS_NAMING, entity, speaking_of(al, entity), t);
	return speaking_of(al, entity);
}

const act_refs *almanac_of_kind_until(const struct almanac *al, uint32_t kind, civil t)
{
	const act_refs *of = kind == NO_ID ? &no_acts : &al->kept.of_kind[kind];
	note_until(al, READ_ACTS_OF, kind, of, t);
	return of;
}

const act_refs *almanac_of_kinds_until(const struct almanac *al, const uint32_t *kinds, size_t n, civil t, struct arena *a)
{
	act_refs *ret = arena_new(a, act_refs);
	const act_refs **of = arena_array(a, n + 1, const act_refs *);
	size_t *at = arena_array(a, n + 1, size_t);
	for (size_t i = 0; i < n; i++)
		of[i] = almanac_of_kind_until(al, kinds[i], t);
	for (;;) {
		size_t newest = n;
		for (size_t i = 0; i < n; i++)
			if (at[i] < of[i]->n && (newest == n || of[i]->v[at[i]]->pos > of[newest]->v[at[newest]]->pos))
				newest = i;
		if (newest == n)
			return ret;
		arena_push(a, ret, of[newest]->v[at[newest]++]);
	}
}

unsigned almanac_rank(const struct almanac *al, struct value status)
{
	if (al->voc.fact.status == NO_ID || status.kind != V_WORD)
		return 0;
	uint32_t place = value_place(record_rulebook(view_record(al->view)), al->voc.fact.status, status);
	return place <= al->nranks ? place : 0;
}

/* For a day at least; where the readings differ, the status itself shows it. */
static void list_waiting(struct almanac *al, struct participant *p)
{
	size_t n = stretches(al->view, al->voc.fact.granted, &p->who, &al->arena, &p->waiting);
	for (size_t i = 0; i < n; i++)
		if (!p->waiting[i].disputed && p->waiting[i].to >= p->waiting[i].from + DAY)
			p->waiting[p->nwaiting++] = p->waiting[i];
}

static void list_statuses(struct almanac *al)
{
	for (size_t i = 0; i < al->kept.everybody.n; i++) {
		struct participant *p = &al->kept.everybody.v[i];
		p->nstatuses = stretches(al->view, al->voc.fact.status, &p->who, &al->arena, &p->statuses);
		list_waiting(al, p);
		if (p->nstatuses || p->nwaiting)
			arena_push(&al->arena, &al->kept.ranked, p);
		for (size_t k = 0; k < p->nstatuses; k++) {
			if (p->statuses[k].from != CIVIL_ALWAYS)
				arena_push(&al->arena, &al->kept.days, date_day(p->statuses[k].from));
			if (p->statuses[k].to != CIVIL_NEVER)
				arena_push(&al->arena, &al->kept.days, date_day(p->statuses[k].to));
		}
	}
	if (al->kept.days.n == 0)
		return;
	size_t kept = 0;
	qsort(al->kept.days.v, al->kept.days.n, sizeof *al->kept.days.v, date_order);
	for (size_t i = 0; i < al->kept.days.n; i++)
		if (kept == 0 || al->kept.days.v[kept - 1] != al->kept.days.v[i])
			al->kept.days.v[kept++] = al->kept.days.v[i];
	al->kept.days.n = kept;
}

static int first_year(const struct almanac *al, const struct record *r)
{
	int year = record_org(r)->first_year, month, day;
	if (year > 1) /* the organisation says */
		return year < 9999 ? year : 9999;
	if (al->kept.dated.n == 0)
		return 2000;
	date_split(al->kept.dated.v[0].date, &year, &month, &day);
	return year;
}

/* Once, also if it names the entity twice. */
static void add_act(struct almanac *al, act_refs *by, sym entity, const struct record_act *a)
{
	act_refs *of = entity < al->kept.nsyms ? &by[entity] : NULL;
	if (of && !(of->n && of->v[of->n - 1] == a))
		arena_push(&al->arena, of, a);
}

static void index_act(struct almanac *al, const struct record *r, const struct record_act *a)
{
	const struct rulebook *rb = record_rulebook(r);
	size_t k;
	json_t *about;
	uint32_t n = a->act.kind == NO_ID ? 0 : rb->acts.v[a->act.kind].nparams;
	for (uint32_t i = 0; i < n; i++) {
		struct value v = act_value(&a->act, i);
		if (v.kind != V_ENTITY)
			continue;
		add_act(al, al->kept.naming, v.s, a);
		add_act(al, al->kept.speaking, v.s, a);
	}
	json_array_foreach(a->about, k, about)
		add_act(al, al->kept.speaking, syms_find(record_syms(r), json_str(about)), a);
}

static int by_date(const void *x, const void *y)
{
	const struct dated_act *a = x, *b = y;
	return a->date != b->date ? (a->date > b->date) - (a->date < b->date) : (a->act->pos > b->act->pos) - (a->act->pos < b->act->pos);
}

static void list_acts(struct almanac *al, const struct record *r)
{
	al->kept.naming = arena_array(&al->arena, al->kept.nsyms + 1, act_refs);
	al->kept.speaking = arena_array(&al->arena, al->kept.nsyms + 1, act_refs);
	al->kept.of_kind = arena_array(&al->arena, record_rulebook(r)->acts.n + 1, act_refs);
	for (uint64_t pos = record_size(r); pos-- > 0;) {
		const struct record_act *a = record_act(r, pos);
		if (!a || (a->entry != ENTRY_ACT && a->entry != ENTRY_ADOPTION))
			continue;
		arena_push(&al->arena, &al->kept.acts, a);
		if (a->act.kind != NO_ID)
			arena_push(&al->arena, &al->kept.of_kind[a->act.kind], a);
		index_act(al, r, a);
	}
	al->kept.dated.v = arena_array(&al->arena, al->kept.acts.n + 1, struct dated_act);
	for (size_t i = al->kept.acts.n; i-- > 0;)
		al->kept.dated.v[al->kept.dated.n++] = (struct dated_act){al->kept.acts.v[i]->act.date, al->kept.acts.v[i]};
	qsort(al->kept.dated.v, al->kept.dated.n, sizeof *al->kept.dated.v, by_date);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static void read_standing(struct almanac *al, const struct rulebook *rb)
{
	struct arena scratch = {0};
	al->standing = arena_array(&al->arena, rb->articles.n + 1, struct html);
	for (size_t i = 0; i < rb->articles.n; i++) {
		prose_blocks blocks = {0};
		prose_read(rb->articles.v[i].body, &scratch, &blocks);
		for (size_t k = 0; k < blocks.n; k++)
			if (blocks.v[k].kind == PROSE_STANDING)
				al->standing[i].s = arena_str(&al->arena, blocks.v[k].html.s);
		arena_reset(&scratch);
	}
	arena_done(&scratch);
}

static void name_languages(struct almanac *al, const struct org *org)
{
	al->languages = arena_array(&al->arena, org->nlanguages + 1, struct str);
	for (size_t i = 0; i < org->nlanguages; i++)
		al->languages[i] = language_own_name(org->languages[i], &al->arena);
}

int almanac_new(const struct view *v, const struct tongue *t, struct almanac **ret, struct err *e)
{
	const struct record *r = view_record(v);
	const struct rulebook *rb = record_rulebook(r);
	struct almanac *al = calloc(1, sizeof *al);
	if (!al)
		return err_set(e, ERR_SYSTEM, "memory", "memory is short");
	al->refs = 1;
	al->view = view_ref(v);
	al->tongue = t;
	find_vocabulary(rb, &al->voc);
	find_paths(al, rb);
	if (al->voc.fact.status != NO_ID && rb->types.v[rb->facts.v[al->voc.fact.status].value].kind == T_ENUM)
		al->nranks = rb->types.v[rb->facts.v[al->voc.fact.status].value].n;
	list_parties(al, r);
	list_statuses(al);
	list_acts(al, r);
	read_standing(al, rb);
	name_languages(al, record_org(r));
	al->first_year = first_year(al, r);
	*ret = al;
	return 0;
}

struct almanac *almanac_ref(struct almanac *al)
{
	__atomic_add_fetch(&al->refs, 1, __ATOMIC_RELAXED);
	return al;
}

void almanac_unref(struct almanac *al)
{
	if (!al || __atomic_sub_fetch(&al->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	view_unref(al->view);
	arena_done(&al->arena);
	free(al);
}
