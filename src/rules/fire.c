/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules that fire (reference 7, round items a and b): the bindings that trigger and `if` allow, and what each would change.
 */
#include "rules/run.h"

static bool in_window(const struct run *r, const struct rule *rule)
{
	return r->now >= rule->from && r->now < rule->until;
}

static uint32_t keep_firing(struct run *r, uint32_t id, struct inst *trigger)
{
	struct eval *e = r->e;
	const struct rule *rule = run_rule(r, id);
	struct firing f = {id, (uint32_t)e->rounds.n, trigger ? inst_id(trigger) : NO_ID, NO_ID};
	uint64_t more = rule->cond_vars & ~rule->trigger_vars;
	if (more)
		f.more = (uint32_t)e->more.n;
	while (more)
		EVAL_PUSH(&e->more, r->solver.env[take_var(&more)]);
	EVAL_PUSH(&e->firings, f);
	return (uint32_t)e->firings.n - 1;
}

/* The head of a forbidden act: breach("PLACE"). */
void fire_breach(struct run *r, uint64_t place, packed *args)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%llu", (unsigned long long)place);
	args[0] = value_pack((struct value){.kind = V_ENTITY, .s = syms_intern(r->e->syms, (struct str){text, (size_t)n})});
}

/* One binding of a rule that fires: what it would change, and from when. */
static void propose_one(struct run *r, uint32_t id, struct inst *trigger, uint64_t place)
{
	const struct rule *rule = run_rule(r, id);
	struct solver *s = &r->solver;
	UNSET packed args[MAX_ARGS];
	struct proposal p = {.rule = id, .value = PACKED_YES, .effect = r->now};
	if (rule->form == RULE_FORBIDDEN)
		fire_breach(r, place, args);
	else if (!solve_args(s, rule->terms, r->e->rb->facts.v[rule->fact].nparams, args))
		return;
	if (rule->form == RULE_EFFECT)
		p.value = solve_value(s, rule->value);
	if (rule->effect) {
		struct xval when = solve_expr(s, rule->effect);
		if (when.kind != V_DATE)
			return;
		p.effect = when.v.t;
	}
	p.inst = state_make(r->e->state, rule->fact, args);
	p.firing = keep_firing(r, id, trigger);
	arena_push(&r->e->arena, &r->proposals, p);
	r->last_rule = id;
}

/* A rule fires with the trigger's variables bound in the solver: all bindings that its `if` allows fire together. */
static void propose(struct run *r, uint32_t id, struct inst *trigger, uint64_t place)
{
	const struct rule *rule = run_rule(r, id);
	struct solver *s = &r->solver;
	if (!in_window(r, rule))
		return;
	s->now = s->fired = r->now;
	if (!(rule->cond_vars & ~s->bound)) { /* `if` binds nothing more */
		s->bound = rule_binding(rule);
		if (!rule->cond || solve_any(s, rule->cond))
			propose_one(r, id, trigger, place);
		return;
	}
	struct tuples ways;
	solve_ways(s, rule->cond, rule_binding(rule), s->scratch, &ways);
	for (size_t i = 0; i < ways.n; i++) {
		solve_set(s, rule_binding(rule), tuples_row(&ways, i));
		propose_one(r, id, trigger, place);
	}
}

static bool passes(const struct run *r, const struct checks *checks, uint32_t fact, const packed *args)
{
	const struct inst *i = state_find(r->e->state, fact, args);
	bool yes = true;
	for (uint32_t k = 0; k < checks->n && yes; k++)
		yes = derive_check(r, &checks->v[k], i ? inst_row(i) : NULL, args);
	return yes;
}

/* A rule that takes all that it says from the act: nothing is to be solved. */
static void propose_simple(struct run *r, uint32_t id, const struct act *act)
{
	const struct act_rule *head = &r->heads[id];
	const struct rule *rule = run_rule(r, id);
	struct eval *e = r->e;
	UNSET packed args[MAX_ARGS];
	if (!in_window(r, rule))
		return;
	for (uint32_t i = 0; i < head->nargs; i++)
		if (!(args[i] = act->args[head->from[i]]))
			return;
	if (head->checks.n && !passes(r, &head->checks, rule->fact, args))
		return;
	struct firing f = {id, (uint32_t)e->rounds.n, NO_ID, NO_ID};
	struct proposal p = {.rule = id, .firing = (uint32_t)e->firings.n, .inst = state_make(e->state, rule->fact, args),
		.value = head->value.var == TERM_CONST ? head->value.value : act->args[head->value.var], .effect = r->now};
	EVAL_PUSH(&e->firings, f);
	arena_push(&e->arena, &r->proposals, p);
	r->last_rule = id;
}

static void propose_by_act(struct run *r, uint32_t id, const struct act *act, uint64_t place)
{
	const struct term *pattern = run_rule(r, id)->trigger.terms;
	struct solver *s = &r->solver;
	solve_reset(s);
	s->bound = 0;
	for (uint32_t k = 0; k < r->e->rb->acts.v[act->kind].nparams; k++)
		if (pattern[k].var != TERM_ANY && !solve_bind(s, &pattern[k], act->args[k]))
			return;
	propose(r, id, NULL, place);
}

void fire_act(struct run *r, const struct placed_act *placed)
{
	const struct act *act = placed->act;
	for (size_t i = 0; i < r->act_rules[act->kind].n; i++) {
		uint32_t id = r->act_rules[act->kind].v[i];
		if (r->heads[id].simple)
			propose_simple(r, id, act);
		else
			propose_by_act(r, id, act, placed->place);
	}
}

/* The rows that the acts to come will change are asked for before they are needed: most of the time of a large record is waiting
 * for memory. First the way to the row, then itself. */

static void expect_slots(struct expected *x, const struct act *act)
{
	for (uint32_t i = 0; i < x->rows->n; i++) {
		const struct act_row *row = &x->rows->v[i];
		const struct group *g = row->group;
		uint64_t h = 0;
		for (uint32_t k = 0; k < row->nargs; k++)
			h = hash_value(h, act->args[row->from[k]]);
		x->hash[i] = (uint32_t)hash_end(h);
		if (g->nslots)
			__builtin_prefetch(&g->slots[x->hash[i] & (g->nslots - 1)]);
	}
}

static void expect_rows(const struct expected *x)
{
	for (uint32_t i = 0; i < x->rows->n; i++) {
		const struct group *g = x->rows->v[i].group;
		uint32_t id = g->nslots ? group_slot(g, x->hash[i])->row : 0;
		if (!id)
			continue;
		const char *row = (const char *)inst_row_at(&g->rows, id - 1);
		__builtin_prefetch(row, 1);
		__builtin_prefetch(row + g->rows.size - 1, 1);
	}
}

void fire_expect(struct run *r)
{
	const struct eval *e = r->e;
	size_t i = r->next + 2 * AHEAD;
	struct expected *far = &r->expected[i % EXPECTED], *near = &r->expected[(i - AHEAD) % EXPECTED];
	if (i >= e->nacts)
		return;
	far->rows = &r->act_rows[e->acts[i].act->kind];
	expect_slots(far, e->acts[i].act);
	if (near->rows) /* else nobody asked for it */
		expect_rows(near);
}

void fire_trigger(struct run *r, struct inst *hidden)
{
	uint32_t id = r->trigger_rule[hidden->fact - r->e->rb->facts.n];
	const struct rule *rule = run_rule(r, id);
	solve_reset(&r->solver);
	solve_set(&r->solver, rule->trigger_vars, inst_packed(hidden));
	propose(r, id, hidden, 0);
}
