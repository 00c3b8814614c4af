/* SPDX-License-Identifier: Apache-2.0
 *
 * Before the first instant: which facts stand side by side in rows, and which conditions can be looked at in a row.
 */
#include "rules/run.h"

struct term *prepare_hidden_head(struct arena *a, uint64_t vars, uint32_t n)
{
	struct term *args = arena_array(a, n + 1, struct term);
	for (uint32_t i = 0; vars; i++)
		args[i].var = (uint8_t)take_var(&vars);
	return args;
}

static bool same_vars(const struct term *a, const struct term *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (a[i].var != b[i].var || a[i].var >= MAX_VARS)
			return false;
	return n != 0;
}

/* ---- which facts stand side by side -------------------------------------------------------------------------------- */

struct grouping {
	const uint32_t *nargs; /* per fact */
	uint32_t *group;       /* per fact: itself, or a lower one of the same group */
	uint32_t *size;	       /* per fact that is the lowest of its group */
};

static uint32_t lowest(const struct grouping *g, uint32_t fact)
{
	while (g->group[fact] != fact)
		fact = g->group[fact] = g->group[g->group[fact]];
	return fact;
}

static void join_groups(struct grouping *g, uint32_t x, uint32_t y)
{
	uint32_t a = lowest(g, x), b = lowest(g, y), low = a < b ? a : b, high = a < b ? b : a;
	if (a == b || g->nargs[a] != g->nargs[b] || g->size[a] + g->size[b] > MAX_GROUP)
		return;
	g->group[high] = low;
	g->size[low] += g->size[high];
}

static void group_with(struct grouping *g, const struct node *n, const struct named *head)
{
	if (!n)
		return;
	bool atom = n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT;
	if (atom && n->nargs == head->nargs && same_vars(n->terms, head->terms, n->nargs))
		join_groups(g, n->fact, head->fact);
	for (uint32_t i = 0; i < n->nkids; i++)
		group_with(g, n->kids[i], head);
}

static void group_rule(struct grouping *g, const struct rule *rule, const struct named *head)
{
	group_with(g, rule->cond, head);
	group_with(g, rule->trigger.cond, head);
	group_with(g, rule->trigger.span, head);
	group_with(g, rule->value, head);
	group_with(g, rule->effect, head);
}

/* What a rule says of one and the same thing is looked up together: its facts are put into one group. */
uint32_t *prepare_groups(const struct run *r, const uint32_t *nargs)
{
	const struct rulebook *rb = r->e->rb;
	struct arena *a = &r->e->arena;
	struct grouping g = {nargs, arena_array(a, r->nfacts + 1, uint32_t), arena_array(a, r->nfacts + 1, uint32_t)};
	for (uint32_t f = 0; f < r->nfacts; f++) {
		g.group[f] = f;
		g.size[f] = 1;
	}
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		const struct rule *rule = &rb->rules.v[i];
		if (!rule_applies(r->e, i) || rule->form == RULE_FORBIDDEN)
			continue;
		struct named head = {rule->fact, nargs[rule->fact], rule->terms}, hidden = {r->e->hidden[i], 0, NULL};
		group_rule(&g, rule, &head);
		if (hidden.fact == NO_ID)
			continue;
		hidden.nargs = nargs[hidden.fact];
		hidden.terms = prepare_hidden_head(a, rule->trigger_vars, hidden.nargs);
		group_rule(&g, rule, &hidden);
		if (head.nargs == hidden.nargs && same_vars(head.terms, hidden.terms, head.nargs))
			join_groups(&g, head.fact, hidden.fact);
	}
	for (uint32_t f = 0; f < r->nfacts; f++)
		g.group[f] = lowest(&g, f);
	return g.group;
}

/* ---- conditions that need not be solved ------------------------------------------------------------------------------ */

static bool is_clock(const struct node *n)
{
	return n->kind == C_REACHED || n->kind == C_PASSED;
}

static struct check check_of(const struct run *r, const struct named *head, const struct node *n)
{
	const struct node *atom = n->kind == C_NOT ? n->kids[0] : n;
	const struct per_fact *facts = r->e->state->facts;
	struct check c = {.node = atom, .negated = n->kind == C_NOT, .where = CHECK_FACT};
	if (atom->kind != C_HOLDS && !(atom->kind == C_IS && atom->fixed))
		return (struct check){.node = n, .where = CHECK_ANY};
	if (facts[atom->fact].group == facts[head->fact].group && same_vars(atom->terms, head->terms, head->nargs)) {
		c.where = CHECK_ROW;
		c.at = facts[atom->fact].at;
	}
	for (uint32_t i = 0; i < atom->nargs; i++) {
		c.from[i] = ARG_CONST;
		for (uint32_t k = 0; k < head->nargs; k++)
			if (atom->terms[i].var < MAX_VARS && head->terms[k].var == atom->terms[i].var)
				c.from[i] = (uint8_t)k;
	}
	return c;
}

/* Dates come last: one need not be awaited where something else is missing. */
struct checks prepare_checks(const struct run *r, const struct named *head, const struct node *cond)
{
	const struct node *one[] = {cond};
	const struct node *const *parts = cond->kind == C_AND ? (const struct node *const *)cond->kids : one;
	uint32_t n = cond->kind == C_AND ? cond->nkids : 1;
	uint64_t vars = 0;
	for (uint32_t i = 0; i < head->nargs; i++)
		vars |= head->terms[i].var < MAX_VARS ? var_bit(head->terms[i].var) : 0;
	bool closed = head->nargs && !(cond->free & ~vars) && !(cond->kind == C_AND && cond->locals);
	for (uint32_t i = 0; i < n && closed; i++)
		closed = !parts[i]->ending;
	struct checks checks = {closed ? arena_array(&r->e->arena, n, struct check) : NULL, 0};
	for (int clocks = 0; clocks < 2 && closed; clocks++)
		for (uint32_t i = 0; i < n; i++)
			if (is_clock(parts[i]) == clocks)
				checks.v[checks.n++] = check_of(r, head, parts[i]);
	return checks;
}
