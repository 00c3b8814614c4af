/* SPDX-License-Identifier: Apache-2.0
 *
 * A condition at a moment: what makes it true, or what it lacks.
 */
#include "rules/explain_int.h"

#include <string.h>

/* ---- questions to the solver --------------------------------------------------------------------------------------------- */

static void load(struct ex *x, const struct cx *c)
{
	struct solver *s = &x->s;
	solve_reset(s);
	s->round = c->m.round;
	s->now = c->m.now;
	s->fired = c->fired;
	s->bound = c->bound;
	memcpy(s->env, c->env, sizeof s->env);
}

bool ex_true(struct ex *x, const struct cx *c, const struct node *cond)
{
	load(x, c);
	return solve_any(&x->s, cond);
}

static bool take_first(struct solver *s, void *ctx)
{
	struct cx *c = ctx;
	c->bound = s->bound;
	memcpy(c->env, s->env, sizeof c->env);
	return false;
}

bool ex_solve(struct ex *x, struct cx *c, const struct node *cond)
{
	load(x, c);
	return !solve(&x->s, cond, take_first, c);
}

struct xval ex_expr(struct ex *x, const struct cx *c, const struct node *n)
{
	load(x, c);
	return solve_expr(&x->s, n);
}

struct value ex_value_of(struct ex *x, const struct cx *c, const struct node *n)
{
	load(x, c);
	return solve_value(&x->s, n);
}

bool ex_bind(struct cx *c, const struct node *term, struct value v)
{
	if (term->kind == E_CONST)
		return value_eq(term->value, v);
	if (c->bound & ex_bit(term->var))
		return value_eq(c->env[term->var], v);
	c->env[term->var] = v;
	c->bound |= ex_bit(term->var);
	return true;
}

bool ex_head_args(const struct ex *x, const struct cx *c, struct node *const *args, uint32_t n, struct value *out)
{
	bool all = true;
	(void)x;
	for (uint32_t i = 0; i < n; i++) {
		bool bound = args[i]->kind == E_CONST || (c->bound & ex_bit(args[i]->var));
		out[i] = args[i]->kind == E_CONST ? args[i]->value : bound ? c->env[args[i]->var] : VALUE_NONE;
		all &= bound && out[i].kind != V_NONE;
	}
	return all;
}

struct range {
	struct tuples *set;
	uint32_t var;
};

static bool take_value(struct solver *s, void *ctx)
{
	const struct range *r = ctx;
	if (s->bound & ex_bit(r->var))
		(void)tuples_add(r->set, &s->env[r->var]);
	return true;
}

void ex_range(struct ex *x, const struct cx *c, const struct node *quantifier, const struct node *cond, struct tuples *ret)
{
	struct range r = {ret, quantifier->var};
	tuples_init(ret, &x->work, 1);
	load(x, c);
	x->s.bound &= ~quantifier->locals;
	(void)solve(&x->s, cond, take_value, &r);
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

static struct wanted terms_of(const struct cx *c, const struct node *n)
{
	struct wanted w = {0};
	for (uint32_t i = 0; i < n->nkids && w.n < MAX_ARGS; i++) {
		const struct node *t = n->kids[i];
		if (t->kind == E_VAR && !(c->bound & ex_bit(t->var)))
			return (struct wanted){0}; /* any value will do */
		w.v[w.n++] = t->kind == E_VAR ? c->env[t->var] : t->value;
	}
	return w;
}

/* fact(args) [is one of w], which is true or not; `n` is the atom. */
static struct proof *fact_node(struct ex *x, const struct cx *c, const struct node *n, const struct wanted *w, bool yes)
{
	struct value args[MAX_ARGS];
	bool all = ex_head_args(x, c, n->args, n->nargs, args);
	struct proof *p = yes && all ? ex_fact(x, n->fact, args, c->m) : ex_not_fact(x, n->fact, args, w, c->m);
	p->text = ex_text(x, c, n);
	p->node = n;
	return p;
}

static struct proof *holds_or_is(struct ex *x, const struct cx *c, const struct node *n)
{
	struct wanted w = {.v = {VALUE_YES}, .n = 1};
	if (n->kind == C_HOLDS)
		return fact_node(x, c, n, &w, ex_true(x, c, n));
	w = terms_of(c, n);
	if (!n->negated)
		return fact_node(x, c, n, &w, ex_true(x, c, n));
	struct node plain = *n; /* "is not v" is the negation of "is v" */
	plain.negated = false;
	bool is = ex_true(x, c, &plain);
	struct proof *p = ex_new(x, PROOF_NOT, !is);
	struct proof *kid = fact_node(x, c, arena_copy(x->a, &plain, sizeof plain), &w, is);
	ex_add(x, p, kid);
	return p;
}

/* ---- quantifiers --------------------------------------------------------------------------------------------------------- */

static struct proof *some(struct ex *x, const struct cx *c, const struct node *n)
{
	struct cx with = *c;
	with.bound &= ~n->locals;
	bool yes = ex_solve(x, &with, n->kids[0]);
	struct proof *p = ex_new(x, PROOF_ANY, yes);
	if (yes)
		p->value = with.env[n->var];
	if (n->kids[0] && !ex_full(x, p))
		(void)ex_conjuncts(x, p, &with, n->kids[0]);
	return p;
}

/* One of those that "every" ranges over: it has what is asked, or not. */
static struct proof *one_of_all(struct ex *x, const struct cx *c, const struct node *n, struct value v)
{
	struct cx with = *c;
	with.bound = (with.bound & ~n->locals) | ex_bit(n->var);
	with.env[n->var] = v;
	struct proof *p = ex_new(x, PROOF_ALL, ex_true(x, &with, n->kids[1]));
	p->value = v;
	struct cx ranged = with;
	if (n->kids[0])
		(void)ex_conjuncts(x, p, &ranged, n->kids[0]);
	(void)ex_conjuncts(x, p, &with, n->kids[1]);
	return p;
}

static struct proof *every(struct ex *x, const struct cx *c, const struct node *n)
{
	struct tuples all;
	struct proof *p = ex_new(x, PROOF_ALL, ex_true(x, c, n));
	ex_range(x, c, n, n->kids[0], &all);
	for (int failing = 1; failing >= 0; failing--) /* those that fail first */
		for (size_t i = 0; i < all.n && !ex_full(x, p); i++) {
			struct cx with = *c;
			with.bound = (with.bound & ~n->locals) | ex_bit(n->var);
			with.env[n->var] = *tuples_row(&all, i);
			if (ex_true(x, &with, n->kids[1]) == failing)
				continue;
			uint32_t limit = ex_share(x, all.n - i);
			ex_add(x, p, one_of_all(x, c, n, *tuples_row(&all, i)));
			x->limit = limit;
		}
	return p;
}

/* ---- the rest ------------------------------------------------------------------------------------------------------------ */

static struct proof *either(struct ex *x, const struct cx *c, const struct node *n)
{
	struct proof *p = ex_new(x, PROOF_ANY, ex_true(x, c, n));
	for (uint32_t i = 0; i < n->nkids && !ex_full(x, p); i++) {
		bool yes = ex_true(x, c, n->kids[i]);
		if (p->holds && !yes)
			continue;
		struct cx with = *c;
		uint32_t limit = ex_share(x, p->holds ? 1 : n->nkids - i);
		if (n->kids[i]->kind == C_AND) {
			struct proof *all = ex_new(x, PROOF_ALL, yes);
			all->text = ex_text(x, c, n->kids[i]);
			all->node = n->kids[i];
			(void)ex_conjuncts(x, all, &with, n->kids[i]);
			ex_add(x, p, all);
		} else {
			if (yes)
				(void)ex_solve(x, &with, n->kids[i]);
			ex_add(x, p, ex_cond(x, &with, n->kids[i]));
		}
		x->limit = limit;
		if (p->holds)
			break; /* one is enough */
	}
	return p;
}

static struct proof *negation(struct ex *x, const struct cx *c, const struct node *n)
{
	struct proof *p = ex_new(x, PROOF_NOT, ex_true(x, c, n));
	const struct node *kid = n->kids[0];
	if (ex_full(x, p))
		return p;
	if (kid->kind != C_AND) {
		ex_add(x, p, ex_cond(x, c, kid));
		return p;
	}
	struct cx with = *c;
	struct proof *all = ex_new(x, PROOF_ALL, !p->holds);
	all->text = ex_text(x, c, kid);
	all->node = kid;
	(void)ex_conjuncts(x, all, &with, kid);
	ex_add(x, p, all);
	return p;
}

/* Tests of a bound variable: nothing lies behind them. */
static struct proof *variable(struct ex *x, const struct cx *c, const struct node *n)
{
	struct proof *p = ex_new(x, PROOF_COMPARE, ex_true(x, c, n));
	p->op = CMP_EQ;
	p->have = c->env[n->var];
	if (n->kind == C_VAR_IS && n->nkids == 1)
		p->need = n->kids[0]->kind == E_VAR ? c->env[n->kids[0]->var] : n->kids[0]->value;
	p->left = ex_print(x, (struct xval){.kind = p->have.kind, .v = p->have});
	return p;
}

/* Can it be read under this binding? What it cannot bind itself must be bound. */
static bool readable(const struct node *n, uint64_t bound)
{
	uint64_t missing = n->free & ~bound;
	if (n->kind == C_HOLDS || n->kind == C_IN || n->ending)
		return true;
	if (n->kind == C_IS)
		return !missing || !n->negated;
	return (missing & ~n->binds) == 0;
}

/* It speaks of things that ended ("status(S) is none" with S open), or of nothing that is known yet. */
static bool is_open(struct ex *x, struct cx *c, const struct node *n)
{
	if (!readable(n, c->bound))
		return true;
	return n->ending && (n->free & ~c->bound) && !ex_solve(x, c, n);
}

struct proof *ex_cond(struct ex *x, const struct cx *given, const struct node *n)
{
	struct proof *p;
	struct cx bound = *given, *c = &bound;
	if (!ex_room(x)) {
		p = ex_new(x, PROOF_CUT, readable(n, c->bound) && ex_true(x, c, n));
		p->text = ex_text(x, c, n);
		p->node = n;
		return p;
	}
	x->depth++;
	if (is_open(x, c, n)) {
		p = ex_new(x, PROOF_OPEN, false);
	} else {
		switch ((enum node_kind)n->kind) {
		case C_HOLDS:
		case C_IS: p = holds_or_is(x, c, n); break;
		case C_NOT: p = negation(x, c, n); break;
		case C_OR: p = either(x, c, n); break;
		case C_SOME: p = some(x, c, n); break;
		case C_EVERY: p = every(x, c, n); break;
		case C_CMP: p = ex_compare(x, c, n); break;
		case C_REACHED:
		case C_PASSED: p = ex_clock(x, c, n); break;
		case C_VAR_IS:
		case C_IN: p = variable(x, c, n); break;
		default: {
			struct cx with = *c;
			p = ex_new(x, PROOF_ALL, ex_true(x, c, n));
			(void)ex_conjuncts(x, p, &with, n);
		}
		}
	}
	x->depth--;
	p->text = ex_text(x, c, n);
	p->node = n;
	return p;
}

/* ---- joined by and ------------------------------------------------------------------------------------------------------- */

struct parts {
	const struct node **v;
	size_t n, cap;
};

static void flatten(struct ex *x, const struct node *n, struct parts *out)
{
	if (n->kind != C_AND) {
		arena_push(&x->work, out, n);
		return;
	}
	for (uint32_t i = 0; i < n->nkids; i++)
		flatten(x, n->kids[i], out);
}

static const struct node *join_of(struct ex *x, const struct node **v, size_t n, const struct node *more)
{
	struct node *all = arena_new(&x->work, struct node);
	all->kind = C_AND;
	all->nkids = (uint16_t)(n + 1);
	all->kids = arena_array(&x->work, n + 1, struct node *);
	for (size_t i = 0; i < n; i++)
		all->kids[i] = (struct node *)v[i];
	all->kids[n] = (struct node *)more;
	return all;
}

/* The binding that comes furthest: part after part in the order of the text, each that can be true together with those
 * before; parts whose variables nothing has bound yet wait. */
static void furthest(struct ex *x, struct cx *c, const struct parts *parts)
{
	const struct node **taken = arena_array(&x->work, parts->n, const struct node *);
	bool *done = arena_array(&x->work, parts->n, bool);
	size_t n = 0;
	uint64_t bound = c->bound;
	struct cx best = *c;
	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; i < parts->n; i++) {
			const struct node *part = parts->v[i];
			struct cx with = *c;
			if (done[i] || !readable(part, bound))
				continue;
			done[i] = again = true;
			if (!ex_solve(x, &with, join_of(x, taken, n, part)))
				continue;
			taken[n++] = part;
			best = with;
			bound = best.bound;
		}
	}
	*c = best;
}

bool ex_conjuncts(struct ex *x, struct proof *parent, struct cx *c, const struct node *cond)
{
	struct parts parts = {0};
	bool all = ex_solve(x, c, cond);
	flatten(x, cond, &parts);
	if (!all && parts.n > 1)
		furthest(x, c, &parts);
	for (size_t i = 0; i < parts.n && !ex_full(x, parent); i++) {
		uint32_t limit = ex_share(x, parts.n - i);
		ex_add(x, parent, ex_cond(x, c, parts.v[i]));
		x->limit = limit;
	}
	return all;
}
