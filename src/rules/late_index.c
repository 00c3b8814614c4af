/* SPDX-License-Identifier: Apache-2.0
 *
 * What an evaluation that grows must find quickly: the firings of an instance, the acts that say something, who reads a fact.
 */
#include "rules/late_int.h"

#include "base/bisect.h"

#include <stdlib.h>
#include <string.h>

/* ---- lists of numbers ---------------------------------------------------------------------------------------------- */

void ids_add(struct late *l, struct ids *ids, uint32_t at, uint32_t id)
{
	if (ids->n >= ids->cap) {
		uint32_t cap = ids->n < 2 ? 4 : ids->n * 2;
		uint32_t *v = arena_array(&l->arena, cap, uint32_t);
		if (ids->n)
			memcpy(v, ids->v, ids->n * sizeof *v);
		ids->v = v;
		ids->cap = cap;
	}
	memmove(&ids->v[at + 1], &ids->v[at], (ids->n - at) * sizeof *ids->v);
	ids->v[at] = id;
	ids->n++;
}

void ids_drop(struct ids *ids, uint32_t id)
{
	uint32_t at = 0;
	while (at < ids->n && ids->v[at] != id)
		at++;
	if (at == ids->n)
		return;
	ids->n--;
	memmove(&ids->v[at], &ids->v[at + 1], (ids->n - at) * sizeof *ids->v);
}

struct side *late_side(struct late *l, const struct inst *i)
{
	struct sides *s = &l->sides[i->fact];
	uint32_t id = inst_id(i);
	if (id >= s->n) {
		uint32_t n = s->n * 2 > id ? s->n * 2 : id + 16;
		s->v = reallocarray(s->v, n, sizeof *s->v);
		if (!s->v)
			arena_oom();
		memset(s->v + s->n, 0, (n - s->n) * sizeof *s->v);
		s->n = n;
	}
	return &s->v[id];
}

uint32_t late_firing_after(const struct late *l, const struct ids *ids, const struct moment *m, bool at)
{
	const struct eval *e = l->r->e;
	BISECT(i, ids->n, late_is_in(l, e->firings.v[ids->v[i]].round, m, at));
	return (uint32_t)i;
}

struct ids *late_more(struct late *l, uint32_t round, bool make)
{
	const uint32_t *at = map_get(&l->more_at, round);
	if (at)
		return &l->more_firings.v[*at];
	if (!make)
		return NULL;
	map_set(&l->more_at, round, (uint32_t)l->more_firings.n);
	arena_push(&l->arena, &l->more_firings, (struct ids){0});
	return &l->more_firings.v[l->more_firings.n - 1];
}

struct inst *late_head(const struct late *l, uint32_t firing)
{
	const struct eval *e = l->r->e;
	return state_inst(e->state, e->rb->rules.v[e->firings.v[firing].rule].fact, l->heads.v[firing]);
}

/* ---- firings ------------------------------------------------------------------------------------------------------- */

static struct inst *find_head(struct late *l, const struct firing *f)
{
	struct eval *e = l->r->e;
	const struct rule *rule = &l->rb->rules.v[f->rule];
	struct solver *s = &l->r->solver;
	UNSET packed args[MAX_ARGS];
	s->bound = eval_env(e, f, s->env);
	if (rule->form == RULE_FORBIDDEN)
		fire_breach(l->r, e->acts[e->rounds.v[f->round].act].place, args);
	else
		(void)solve_args(s, rule->terms, l->rb->facts.v[rule->fact].nparams, args);
	return state_find(e->state, rule->fact, args);
}

/* The lists of all instances share one array: first how long each is, then where it lies, then what it says. */
static void index_firings(struct late *l)
{
	struct eval *e = l->r->e;
	size_t n = e->firings.n, total = 0;
	l->heads.v = arena_array(&l->arena, l->heads.cap = n + n / 4 + 64, uint32_t);
	l->heads.n = n;
	l->first_firing = arena_array(&l->arena, l->nbulk + 1, uint32_t);
	for (uint32_t i = 0, round = 0; i <= n; i++)
		for (uint32_t upto = i < n ? e->firings.v[i].round : l->nbulk; round <= upto; round++)
			l->first_firing[round] = i;
	for (uint32_t i = 0; i < n; i++) {
		const struct inst *head = find_head(l, &e->firings.v[i]), *trigger = eval_trigger(e, &e->firings.v[i]);
		l->heads.v[i] = inst_id(head);
		late_side(l, head)->firings.n++;
		if (trigger)
			late_side(l, trigger)->firings.n++;
		total += trigger ? 2 : 1;
	}
	uint32_t *room = arena_array(&l->arena, total + 1, uint32_t);
	for (uint32_t f = 0; f < l->r->nfacts; f++)
		for (uint32_t i = 0; i < l->sides[f].n; i++) {
			l->sides[f].v[i].firings.v = room;
			room += l->sides[f].v[i].firings.n;
			l->sides[f].v[i].firings.n = 0;
		}
	for (uint32_t i = 0; i < n; i++) {
		const struct inst *of[] = {late_head(l, i), eval_trigger(e, &e->firings.v[i])};
		for (size_t k = 0; k < 2; k++)
			if (of[k]) {
				struct ids *ids = &late_side(l, of[k])->firings;
				ids->v[ids->n++] = i;
			}
	}
}

static void index_pendings(struct late *l)
{
	struct eval *e = l->r->e;
	l->rule_pendings = arena_array(&l->arena, l->rb->rules.n + 1, struct ids);
	for (uint32_t i = 0; i < e->pendings.n; i++) {
		const struct pending *p = &e->pendings.v[i];
		const struct firing *f = &e->firings.v[p->firing];
		const struct inst *trigger = eval_trigger(e, f);
		struct ids *ids = &late_side(l, p->inst)->pendings;
		ids_add(l, ids, ids->n, i);
		if (!l->rb->rules.v[f->rule].still_so)
			continue;
		ids = trigger ? &late_side(l, trigger)->pendings : NULL;
		if (ids)
			ids_add(l, ids, ids->n, i);
		ids = &l->rule_pendings[f->rule];
		if (l->rb->rules.v[f->rule].cond)
			ids_add(l, ids, ids->n, i);
	}
}

/* ---- who reads a fact ---------------------------------------------------------------------------------------------- */

/* Where a rule's firing gets the variable from: a parameter of the act, or an argument of the trigger. */
static uint8_t source_of(const struct late *l, const struct rule *rule, uint8_t var)
{
	uint8_t n = 0;
	if (rule->trigger.kind == TRIGGER_ACT) {
		for (uint32_t k = 0; k < l->rb->acts.v[rule->trigger.act].nparams; k++)
			if (rule->trigger.terms[k].var == var)
				return (uint8_t)k;
		return ARG_ANY;
	}
	for (uint64_t left = rule->trigger_vars; left; n++)
		if (take_var(&left) == var)
			return n;
	return ARG_ANY;
}

static void note_reads(struct late *l, uint32_t id, const struct node *n, bool span)
{
	const struct rule *rule = &l->rb->rules.v[id];
	if (!n)
		return;
	if (n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT) {
		struct rule_reader reader = {.rule = id, .atom = n, .nargs = n->nargs, .span = span};
		for (uint32_t i = 0; i < n->nargs; i++)
			reader.key[i] = n->terms[i].var == TERM_CONST ? ARG_CONST : source_of(l, rule, n->terms[i].var);
		arena_push(&l->arena, &l->readers[n->fact], reader);
	}
	for (uint32_t i = 0; i < n->nkids; i++)
		note_reads(l, id, n->kids[i], span);
}

static void note_endings(struct late *l, const struct node *n)
{
	if (!n)
		return;
	if (n->ending)
		l->endings[n->kind == C_NOT ? n->kids[0]->fact : n->fact] = true;
	for (uint32_t i = 0; i < n->nkids; i++)
		note_endings(l, n->kids[i]);
}

static void index_readers(struct late *l)
{
	l->readers = (void *)arena_alloc(&l->arena, (l->r->nfacts + 1) * sizeof *l->readers);
	l->endings = arena_array(&l->arena, l->r->nfacts + 1, bool);
	for (uint32_t i = 0; i < l->rb->rules.n; i++) {
		const struct rule *rule = &l->rb->rules.v[i];
		if (rule->form != RULE_DEFINITION)
			note_endings(l, rule->trigger.cond);
		if (!rule_applies(l->r->e, i) || rule->form == RULE_DEFINITION)
			continue;
		note_reads(l, i, rule->cond, false);
		if (rule->form != RULE_EFFECT)
			continue;
		note_reads(l, i, rule->value, false);
		note_reads(l, i, rule->effect, false);
		if (rule->trigger.kind == TRIGGER_AFTER)
			note_reads(l, i, rule->trigger.span, true);
	}
}

/* ---- acts ---------------------------------------------------------------------------------------------------------- */

static void index_places(struct late *l)
{
	const struct eval *e = l->r->e;
	l->at_given = arena_array(&l->arena, l->given.n + 1, uint32_t);
	memset(l->at_given, 0xff, (l->given.n + 1) * sizeof *l->at_given);
	l->void_acts.v = arena_array(&l->arena, l->void_acts.cap = e->nacts + e->nacts / 8 + 64, uint32_t);
	l->void_acts.n = e->nacts;
	for (uint32_t i = 0; i < e->nacts; i++) {
		size_t at = acts_find(&l->given, l->given.n, e->acts[i].place);
		if (at != SIZE_MAX)
			l->at_given[at] = i;
		else
			map_set(&l->at_place, e->acts[i].place, i);
	}
}

uint32_t late_act_at(const struct late *l, uint64_t place)
{
	const uint32_t *at = map_get(&l->at_place, place);
	size_t given = at ? SIZE_MAX : acts_find(&l->given, l->given.n, place);
	uint32_t act = at ? *at : given != SIZE_MAX ? l->at_given[given] : NO_ID;
	return act != NO_ID && l->void_acts.v[act] ? NO_ID : act;
}

static uint64_t hash_act(const struct act *a, uint32_t mask)
{
	uint64_t h = 0;
	for (; mask; mask &= mask - 1)
		h = hash_value(h, a->args[__builtin_ctz(mask)]);
	return hash_end(h) >> 1;
}

static void add_act(struct late *l, struct act_index *x, uint32_t act)
{
	const struct eval *e = l->r->e;
	uint64_t key = hash_act(e->acts[act].act, x->mask);
	const uint32_t *at = map_get(&x->map, key);
	if (!at) {
		map_set(&x->map, key, (uint32_t)x->lists.n);
		arena_push(&l->arena, &x->lists, (struct ids){0});
		at = map_get(&x->map, key);
	}
	struct ids *ids = &x->lists.v[*at];
	bool last = ids->n && late_cmp_rounds(l, e->act_round[ids->v[ids->n - 1]], e->act_round[act]) <= 0; /* as a rule */
	BISECT(i, last ? 0 : ids->n, late_cmp_rounds(l, e->act_round[ids->v[i]], e->act_round[act]) <= 0);
	ids_add(l, ids, last ? ids->n : (uint32_t)i, act);
}

void late_index_act(struct late *l, uint32_t act)
{
	for (struct act_index *x = l->act_indexes; x; x = x->next)
		if (x->kind == l->r->e->acts[act].act->kind)
			add_act(l, x, act);
}

struct ids late_acts(struct late *l, uint32_t kind, uint32_t mask, const packed *args)
{
	const struct eval *e = l->r->e;
	struct act_index *x = l->act_indexes;
	uint64_t h = 0;
	while (x && !(x->kind == kind && x->mask == mask))
		x = x->next;
	if (!x) {
		x = arena_new(&l->arena, struct act_index);
		*x = (struct act_index){.kind = kind, .mask = mask, .next = l->act_indexes};
		l->act_indexes = x;
		for (uint32_t i = 0; i < e->nacts; i++)
			if (e->acts[i].act->kind == kind)
				add_act(l, x, i);
	}
	for (uint32_t left = mask; left; left &= left - 1)
		h = hash_value(h, args[__builtin_ctz(left)]);
	const uint32_t *at = map_get(&x->map, hash_end(h) >> 1);
	return at ? x->lists.v[*at] : (struct ids){0};
}

/* ---- all ----------------------------------------------------------------------------------------------------------- */

void late_index(struct late *l)
{
	struct eval *e = l->r->e;
	l->nbulk = (uint32_t)e->rounds.n;
	late_sample(l);
	l->groups = arena_array(&l->arena, l->r->nfacts + 1, struct count_group *);
	l->sides = (void *)arena_alloc(&l->arena, (l->r->nfacts + 1) * sizeof *l->sides);
	for (uint32_t f = 0; f < l->r->nfacts; f++) {
		uint32_t n = (uint32_t)state_all(e->state, f).n;
		l->sides[f].n = n + n / 8 + 8;
		l->sides[f].v = zeroed(l->sides[f].n, sizeof *l->sides[f].v);
	}
	index_firings(l);
	index_pendings(l);
	index_readers(l);
	index_places(l);
	late_note_clocks(l);
	late_draw_counts(l);
}

void late_unindex(struct late *l)
{
	for (uint32_t f = 0; l->sides && f < l->r->nfacts; f++)
		free(l->sides[f].v);
	late_counts_free(l);
	map_free(&l->added_at);
	map_free(&l->more_at);
	map_free(&l->at_place);
	map_free(&l->corrected);
	for (struct act_index *x = l->act_indexes; x; x = x->next)
		map_free(&x->map);
}
