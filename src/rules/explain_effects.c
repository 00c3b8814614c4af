/* SPDX-License-Identifier: Apache-2.0
 *
 * What an act did: the changes of its own step, the delayed ones that it decided, those of timers that it started, and
 * what followed from these.
 *
 * Other acts' steps and the calendar's are theirs. In a step of timers or delayed changes several causes may meet: there a
 * firing is the act's if its trigger is, and a definition that turned is the act's if a fact that it rests on was changed by
 * the act in that round.
 */
#include "rules/change_index.h"
#include "rules/explain_int.h"

#include <stdlib.h>

enum verdict { UNKNOWN, MINE, OTHERS };

struct search {
	struct ex x;
	uint32_t act, round; /* the act's own first round: nothing before it is its doing */
	uint8_t *firings, *rounds; /* enum verdict; rounds: MINE if anything in it is */
	uint32_t *rule_of_hidden;
	struct { struct effect *v; size_t n, cap; } found;
};

static bool change_is_mine(struct search *s, const struct inst *i, const struct change *c);

static bool firing_is_mine(struct search *s, uint32_t id)
{
	const struct firing *f = &s->x.e->firings.v[id];
	const struct round *r = &s->x.e->rounds.v[f->round];
	if (s->firings[id] == UNKNOWN) {
		bool mine = f->round >= s->round && r->act == s->act;
		if (f->round > s->round && f->trigger != NO_ID && r->act == NO_ID) {
			const struct change *rise = inst_last(eval_trigger(s->x.e, f), f->round - 1);
			mine = rise && change_is_mine(s, eval_trigger(s->x.e, f), rise);
		}
		s->firings[id] = mine ? MINE : OTHERS;
	}
	return s->firings[id] == MINE;
}

/* Facts in the tree that changed in `round`: is one of the changes the act's? *any: was there one at all? */
static bool rests_on_mine(struct search *s, const struct proof *p, uint32_t round, bool *any)
{
	bool mine = false;
	if (p->kind == PROOF_FACT || p->kind == PROOF_NEVER) {
		const struct inst *i = eval_find(s->x.e, p->fact, p->args);
		const struct change *c = i ? inst_last(i, round) : NULL;
		if (c && c->round == round) {
			*any = true;
			mine = change_is_mine(s, i, c);
		}
	}
	for (size_t i = 0; i < p->nkids && !mine; i++)
		mine = rests_on_mine(s, p->kids[i], round, any);
	return mine;
}

static bool hidden_binding(const struct search *s, const struct inst *i, struct cx *c)
{
	const struct rule *r = ex_rule_of(&s->x, c->rule);
	for (uint32_t v = 0, k = 0; v < r->nvars; v++)
		if (r->trigger_vars & ex_bit(v)) {
			c->env[v] = inst_arg(i, k++);
			c->bound |= ex_bit(v);
		}
	return true;
}

/* A definition, or the condition of a trigger, turned in c->round: what it rests on when it is true, there or just before. */
static bool derived_is_mine(struct search *s, const struct inst *i, const struct change *c)
{
	struct ex *x = &s->x;
	bool hidden = i->fact >= x->rb->facts.n, any = false, mine = false;
	uint32_t round = c->value ? c->round : c->round - 1;
	const struct fact *f = hidden ? NULL : &x->rb->facts.v[i->fact];
	struct value args[MAX_ARGS];
	if (s->rounds[c->round] != MINE)
		return false;
	for (uint32_t k = 0; k < (hidden ? 1 : f->nrules) && !mine; k++) {
		struct cx with = {.rule = hidden ? s->rule_of_hidden[i->fact - x->rb->facts.n] : f->rules[k],
			.m = {round, ex_time(x, c->round)}, .fired = ex_time(x, c->round)};
		const struct rule *r = ex_rule_of(x, with.rule);
		const struct node *cond = hidden ? r->trigger.cond : r->cond;
		if (hidden ? !hidden_binding(s, i, &with) : !ex_head_cx(x, with.rule, inst_args(i, args), with.m, &with))
			continue;
		if (!ex_true(x, &with, cond))
			continue;
		struct proof *p = ex_new(x, PROOF_ALL, true);
		x->nodes = 0;
		(void)ex_conjuncts(x, p, &with, cond);
		mine = rests_on_mine(s, p, c->round, &any);
	}
	return mine || !any; /* nothing in sight changed: a count that fell, say */
}

static bool change_is_mine(struct search *s, const struct inst *i, const struct change *c)
{
	const struct round *r = &s->x.e->rounds.v[c->round];
	if (c->round < s->round || c->round == 0)
		return false;
	if (r->act != NO_ID)
		return r->act == s->act;
	if (change_firing(c) != NO_ID)
		return firing_is_mine(s, change_firing(c));
	return r->kind != ROUND_CALENDAR && derived_is_mine(s, i, c);
}

/* Which rounds hold something that the act decided? One after the other, so that nothing has to be asked back through a long
 * chain of causes. */
static void judge_rounds(struct search *s)
{
	const struct eval *e = s->x.e;
	size_t i = ex_first_firing(&s->x, s->round);
	for (uint32_t round = s->round; round < e->rounds.n; round++) {
		bool mine = e->rounds.v[round].act == s->act || s->rounds[round] == MINE;
		for (; i < e->firings.n && e->firings.v[i].round == round; i++) {
			if (!firing_is_mine(s, (uint32_t)i))
				continue;
			uint32_t delayed = ex_pending(&s->x, (uint32_t)i), ended = delayed == NO_ID ? 0 : e->pendings.v[delayed].ended;
			if (ended && e->rounds.v[ended].kind == ROUND_PENDING)
				s->rounds[ended] = MINE;
			mine = true;
		}
		s->rounds[round] = mine ? MINE : OTHERS;
	}
}

static void add_changes(struct search *s, uint32_t round)
{
	const struct eval *e = s->x.e;
	const struct changed *v;
	size_t n = changes_of_round(e, round, &v);
	for (size_t i = 0; i < n; i++) {
		const struct change *c = &v[i].inst->v[v[i].at];
		if (!change_is_mine(s, v[i].inst, c))
			continue;
		struct effect f = {.inst = v[i].inst, .before = v[i].at ? change_value(c - 1) : VALUE_NONE, .after = change_value(c),
			.at = round_at(e, c->round), .rule = eval_rule(e, c)};
		arena_push(s->x.a, &s->found, f);
	}
}

static void add_dropped(struct search *s)
{
	const struct eval *e = s->x.e;
	for (size_t i = 0; i < e->pendings.n; i++) {
		const struct pending *p = &e->pendings.v[i];
		const struct firing *f = &e->firings.v[p->firing];
		if (p->state != PENDING_DROPPED || !p->ended || f->round < s->round || !firing_is_mine(s, p->firing))
			continue;
		struct effect d = {.inst = p->inst, .before = inst_value(p->inst, f->round), .after = p->value, .at = p->due,
			.rule = f->rule, .dropped = true};
		arena_push(s->x.a, &s->found, d);
	}
}

static int by_time(const void *x, const void *y)
{
	const struct effect *a = x, *b = y;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->inst->fact != b->inst->fact)
		return a->inst->fact < b->inst->fact ? -1 : 1;
	if (a->dropped || b->dropped)
		return a->dropped - b->dropped;
	return (inst_id(a->inst) > inst_id(b->inst)) - (inst_id(a->inst) < inst_id(b->inst));
}

/* A stable order: by time and fact, those that were dropped last, by instance; as found among equals. */
static void sort(struct arena *a, struct effect *v, size_t n)
{
	struct effect *other = arena_array(a, n, struct effect);
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t from = 0; from < n; from += 2 * width) {
			size_t mid = from + width < n ? from + width : n, to = from + 2 * width < n ? from + 2 * width : n;
			for (size_t i = from, j = mid, k = from; k < to; k++)
				other[k] = j >= to || (i < mid && by_time(&v[i], &v[j]) <= 0) ? v[i++] : v[j++];
		}
		for (size_t i = 0; i < n; i++)
			v[i] = other[i];
	}
}

size_t explain_effects(const struct eval *e, uint64_t place, struct arena *a, struct effect **ret)
{
	struct search s = {0};
	uint32_t act = act_counted(e, place);
	*ret = NULL;
	if (act == NO_ID)
		return 0;
	ex_begin(&s.x, e, a);
	s.x.leaf = true;
	s.act = act;
	s.round = e->act_round[act];
	s.firings = arena_array(&s.x.work, e->firings.n + 1, uint8_t);
	s.rounds = arena_array(&s.x.work, e->rounds.n + 1, uint8_t);
	s.rule_of_hidden = arena_array(&s.x.work, e->rb->rules.n + 1, uint32_t);
	for (uint32_t r = 0; r < e->rb->rules.n; r++)
		if (e->hidden[r] != NO_ID)
			s.rule_of_hidden[e->hidden[r] - e->rb->facts.n] = r;
	judge_rounds(&s);
	for (uint32_t round = s.round; round < e->rounds.n; round++)
		if (s.rounds[round] == MINE)
			add_changes(&s, round);
	add_dropped(&s);
	sort(&s.x.work, s.found.v, s.found.n);
	ex_end(&s.x);
	*ret = s.found.v;
	return s.found.n;
}
