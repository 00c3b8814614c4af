/* SPDX-License-Identifier: Apache-2.0
 *
 * Several acts that together would make a fact so, where a rule asks for some thing ("some decision D that is adopted, about this, and
 * concerns P"). The rules are followed backwards: with a D on record that concerns P, if what it still lacks may still be done to it, or with a
 * new name for D. The acts found that way are then tried, like any other remedy. What was done to a thing once is not done to it again: a decision
 * that was tabled is not tabled for another matter.
 *
 * And those that would bring a fact from some value that it has not to one that may follow it (explain_then): the same way, but that the fact
 * has the value asked for is supposed, so they cannot be tried.
 */
#include "rules/explain_int.h"

#include <string.h>

enum { MAX_PLAN_DEPTH = 5 };

struct plan {
	struct ex *x;
	struct moment m;
	struct value thing; /* EX_FRESH, or one on record */
	uint32_t fact;	    /* whose value is supposed to be what is asked for, for these arguments; NO_ID: of none */
	const struct value *args;
	struct remedy *v;
	size_t n;
};

static bool need(struct plan *p, uint32_t fact, const struct value *args, struct value v, uint32_t depth);

/* Was an act of that kind done to the thing, up to then? */
static bool is_done(const struct plan *p, uint32_t kind, const struct value *args)
{
	const struct eval *e = p->x->e;
	struct value asked[MAX_ARGS] = {VALUE_NONE};
	struct act_walk walk;
	uint32_t i;
	bool done = false;
	for (uint32_t k = 0; k < p->x->rb->acts.v[kind].nparams; k++)
		if (value_eq(args[k], p->thing))
			asked[k] = p->thing;
	act_walk(&walk, e, ACTS_COUNTED, kind, asked, e->nacts);
	while (!done && act_walk_next(&walk, &i))
		done = e->act_round[i] <= p->m.round;
	return done;
}

/* An act of the plan, or one that is in it already and says nothing else. */
static bool need_act(struct plan *p, const struct rule *r, const struct cx *c)
{
	uint32_t n = p->x->rb->acts.v[r->trigger.act].nparams;
	struct value *args = arena_array(p->x->a, n + 1, struct value);
	bool about = false;
	for (uint32_t i = 0; i < n; i++) {
		const struct node *t = r->trigger.pattern[i];
		if (t && t->kind == E_CONST)
			args[i] = t->value;
		else if (t && (c->bound & ex_bit(t->var)))
			args[i] = c->env[t->var];
		about |= value_eq(args[i], p->thing);
	}
	for (size_t k = 0; k < p->n && about; k++) {
		bool same = p->v[k].act_kind == r->trigger.act;
		for (uint32_t i = 0; i < n && same; i++)
			same = args[i].kind == V_NONE || p->v[k].args[i].kind == V_NONE || value_eq(args[i], p->v[k].args[i]);
		if (!same)
			continue;
		for (uint32_t i = 0; i < n; i++)
			if (args[i].kind == V_NONE)
				args[i] = p->v[k].args[i];
		p->v[k].args = args;
		return true;
	}
	if (p->n == MAX_REMEDIES || (about && is_done(p, r->trigger.act, args)))
		return false;
	p->v[p->n++] = (struct remedy){.act_kind = r->trigger.act, .args = args, .thing = NO_ID, .from = CIVIL_NEVER};
	return true;
}

/* The parts of a condition that facts can meet; what else it asks for shows when the plan is tried. */
static bool need_cond(struct plan *p, const struct cx *c, const struct node *n, uint32_t depth)
{
	struct value args[MAX_ARGS], v = VALUE_YES;
	if (!n || ex_true(p->x, c, n))
		return true;
	if (n->kind == C_AND) {
		for (uint32_t i = 0; i < n->nkids; i++)
			if (!need_cond(p, c, n->kids[i], depth))
				return false;
		return true;
	}
	if (n->kind == C_IS && !n->negated && n->kids[0]->kind == E_CONST)
		v = n->kids[0]->value;
	else if (n->kind == C_IS && !n->negated && (c->bound & ex_bit(n->kids[0]->var)))
		v = c->env[n->kids[0]->var];
	else if (n->kind != C_HOLDS)
		return n->kind != C_IS;
	for (uint32_t i = 0; i < n->nargs; i++) {
		const struct node *t = n->args[i];
		if (t->kind != E_CONST && !(c->bound & ex_bit(t->var)))
			return false;
		args[i] = t->kind == E_CONST ? t->value : c->env[t->var];
	}
	return v.kind == V_NONE || need(p, n->fact, args, v, depth + 1);
}

/* The one variable of a trigger that its head leaves open and that stands for an entity; NO_ID: there is none, or several. */
uint32_t ex_open_entity(const struct ex *x, const struct rule *r)
{
	uint64_t open = r->trigger_vars;
	for (uint32_t i = 0; r->args && i < x->rb->facts.v[r->fact].nparams; i++)
		if (r->args[i]->kind == E_VAR)
			open &= ~ex_bit(r->args[i]->var);
	if (r->trigger.kind != TRIGGER_ONCE || !open || (open & (open - 1)))
		return NO_ID;
	uint32_t v = (uint32_t)__builtin_ctzll(open);
	return x->rb->types.v[r->vars[v].type].kind == T_ENTITY ? v : NO_ID;
}

/* The rule fires once there is such a thing: this one is to be it. */
static bool need_thing(struct plan *p, const struct cx *c, const struct rule *r, struct value thing, uint32_t depth)
{
	struct cx with = *c;
	uint32_t open = ex_open_entity(p->x, r);
	size_t before = p->n;
	p->thing = with.env[open] = thing;
	with.bound |= ex_bit(open);
	if (need_cond(p, &with, r->cond, depth) && need_cond(p, &with, r->trigger.cond, depth) && p->n > before)
		return true;
	p->n = before;
	return false;
}

/* The latest on record that may still become it. */
static bool need_begun(struct plan *p, const struct cx *c, const struct rule *r, uint32_t depth)
{
	struct value things[MAX_WAYS];
	size_t n = ex_things(p->x, c, r->trigger.cond, ex_open_entity(p->x, r), things);
	while (n > 0)
		if (need_thing(p, c, r, things[--n], depth))
			return true;
	return false;
}

static bool need_by_rule(struct plan *p, uint32_t rule, const struct value *args, const struct wanted *w, uint32_t depth)
{
	const struct rule *r = ex_rule_of(p->x, rule);
	struct cx c;
	if (!ex_rule_can(p->x, rule, w) || p->m.now < r->from || p->m.now >= r->until || !ex_head_cx(p->x, rule, args, p->m, &c) ||
		!ex_bind_value(r, w, &c))
		return false;
	if (r->form == RULE_DEFINITION)
		return need_cond(p, &c, r->cond, depth);
	if (p->fact != NO_ID && r->form == RULE_EFFECT && ex_open_entity(p->x, r) != NO_ID)
		return need_begun(p, &c, r, depth) || need_thing(p, &c, r, EX_FRESH, depth);
	if (r->form != RULE_EFFECT || r->trigger.kind == TRIGGER_AFTER || !need_cond(p, &c, r->cond, depth))
		return false;
	return r->trigger.kind == TRIGGER_ACT ? need_act(p, r, &c) : need_cond(p, &c, r->trigger.cond, depth);
}

static bool need(struct plan *p, uint32_t fact, const struct value *args, struct value v, uint32_t depth)
{
	const struct fact *f = &p->x->rb->facts.v[fact];
	struct wanted w = {.v = {v}, .n = 1};
	bool supposed = fact == p->fact && depth;
	for (uint32_t i = 0; i < f->nparams && supposed; i++)
		supposed = value_eq(args[i], p->args[i]);
	if (supposed)
		return true;
	for (uint32_t i = 0; i < f->nrules && depth < MAX_PLAN_DEPTH; i++) {
		size_t before = p->n;
		if (need_by_rule(p, f->rules[i], args, &w, depth))
			return true;
		p->n = before;
	}
	return false;
}

void ex_forget_name(const struct rulebook *rb, struct remedy *r, struct arena *a)
{
	uint32_t n = rb->acts.v[r->act_kind].nparams;
	struct value *args = arena_copy(a, r->args, n * sizeof *args);
	for (uint32_t i = 0; i < n; i++)
		if (value_eq(args[i], EX_FRESH))
			args[i] = VALUE_NONE, r->thing = i;
	r->args = args;
}

/* As the rulebook declares them: what opens a thing stands there before what closes it. */
static void in_order_of_declaration(struct remedy *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct remedy r = v[i];
		size_t k = i;
		for (; k && v[k - 1].act_kind > r.act_kind; k--)
			v[k] = v[k - 1];
		v[k] = r;
	}
}

size_t ex_plan(struct ex *x, uint32_t rule, const struct value *args, struct value wanted, bool begun, struct moment m, struct remedy *v)
{
	const struct rule *r = ex_rule_of(x, rule);
	struct wanted w = {.v = {wanted}, .n = 1};
	struct plan p = {.x = x, .m = m, .thing = EX_FRESH, .fact = NO_ID, .v = v};
	struct cx c;
	if (ex_open_entity(x, r) == NO_ID || !ex_rule_can(x, rule, &w) || m.now < r->from || m.now >= r->until || !ex_head_cx(x, rule, args, m, &c) ||
		!ex_bind_value(r, &w, &c) || !ex_true(x, &c, r->cond))
		return 0;
	if (!(begun ? need_begun(&p, &c, r, 0) : need_thing(&p, &c, r, EX_FRESH, 0)))
		return 0;
	in_order_of_declaration(v, p.n);
	return p.n;
}

size_t explain_then(const struct eval *e, uint32_t fact, const struct value *args, struct value wanted, civil t, struct arena *a, struct remedy **ret)
{
	struct ex x;
	ex_begin(&x, e, a);
	struct plan p = {.x = &x, .m = {eval_round_at(e, t), t}, .thing = EX_FRESH, .fact = fact, .args = args, .v = arena_array(a, MAX_REMEDIES, struct remedy)};
	if (!need(&p, fact, args, wanted, 0))
		p.n = 0;
	ex_end(&x);
	in_order_of_declaration(p.v, p.n);
	for (size_t i = 0; i < p.n; i++) {
		ex_forget_name(e->rb, &p.v[i], a);
		p.v[i].together = p.v[i].thing != NO_ID;
	}
	*ret = p.v;
	return p.n;
}
