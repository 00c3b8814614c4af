/* SPDX-License-Identifier: Apache-2.0
 *
 * A condition at a moment: what makes it true, or what it lacks.
 */
#include "rules/explain_int.h"

#include "rules/solve_int.h"

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
	for (uint64_t left = c->bound; left;) {
		uint32_t v = take_var(&left);
		s->env[v] = value_pack(c->env[v]);
	}
}

/* An ending ranges over what has had a value; of a thing that is named it is only asked whether it is so (reference 5.5). */
static struct node as_asked(const struct cx *c, const struct node *cond)
{
	struct node n = *cond;
	if (!(n.free & ~c->bound)) {
		n.ending = false;
		n.locals = n.kind == C_AND ? 0 : n.locals;
	}
	return n;
}

bool ex_true(struct ex *x, const struct cx *c, const struct node *cond)
{
	struct node n = as_asked(c, cond);
	load(x, c);
	return solve_any(&x->s, &n);
}

static bool take_first(struct solver *s, void *ctx)
{
	struct cx *c = ctx;
	c->bound = s->bound;
	for (uint64_t left = s->bound; left;) {
		uint32_t v = take_var(&left);
		c->env[v] = value_unpack(s->env[v]);
	}
	return false;
}

bool ex_solve(struct ex *x, struct cx *c, const struct node *cond)
{
	struct node n = as_asked(c, cond);
	load(x, c);
	return !solve(&x->s, &n, take_first, c);
}

struct xval ex_expr(struct ex *x, const struct cx *c, const struct node *n)
{
	load(x, c);
	return solve_expr(&x->s, n);
}

struct value ex_value_of(struct ex *x, const struct cx *c, const struct node *n)
{
	load(x, c);
	return value_unpack(solve_value(&x->s, n));
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

void ex_says(struct ex *x, struct proof *p, const struct cx *c, const struct node *n)
{
	p->text = ex_text(x, c, n);
	p->node = n;
	if (p->rule != NO_ID || p->env)
		return; /* a fact: its variables are those of the rule that made it so */
	ex_keep_binding(x, p, c);
	p->within = c->rule;
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
	ex_says(x, p, c, n);
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
	bool refuting = x->refuting;
	x->refuting = !is;
	ex_add(x, p, fact_node(x, c, arena_copy(x->a, &plain, sizeof plain), &w, is));
	x->refuting = refuting;
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
			with.env[n->var] = value_unpack(*tuples_row(&all, i));
			if (ex_true(x, &with, n->kids[1]) == failing)
				continue;
			uint32_t limit = ex_share(x, all.n - i);
			ex_add(x, p, one_of_all(x, c, n, value_unpack(*tuples_row(&all, i))));
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
			ex_says(x, all, c, n->kids[i]);
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

static void negate(struct ex *x, struct proof *p, const struct cx *c, const struct node *kid)
{
	if (kid->kind != C_AND) {
		ex_add(x, p, ex_cond(x, c, kid));
		return;
	}
	struct cx with = *c;
	struct proof *all = ex_new(x, PROOF_ALL, !p->holds);
	ex_says(x, all, c, kid);
	(void)ex_conjuncts(x, all, &with, kid);
	ex_add(x, p, all);
}

static struct proof *negation(struct ex *x, const struct cx *c, const struct node *n)
{
	struct proof *p = ex_new(x, PROOF_NOT, ex_true(x, c, n));
	bool refuting = x->refuting;
	if (!ex_room(x)) {
		ex_add(x, p, ex_new(x, PROOF_CUT, !p->holds));
		return p;
	}
	x->refuting = p->holds;
	negate(x, p, c, n->kids[0]);
	x->refuting = refuting;
	return p;
}

/* Tests of a bound variable: nothing lies behind them. The right side is what follows "is" or "in". */
static struct proof *variable(struct ex *x, const struct cx *c, const struct node *n)
{
	struct proof *p = ex_new(x, PROOF_COMPARE, ex_true(x, c, n));
	struct str text = ex_text(x, c, n), op = n->kind == C_IN ? STR(" in ") : n->negated ? STR(" is not ") : STR(" is ");
	size_t at = str_find(text, op);
	p->op = CMP_EQ;
	p->have = c->env[n->var];
	if (n->kind == C_VAR_IS && n->nkids == 1)
		p->need = n->kids[0]->kind == E_VAR ? c->env[n->kids[0]->var] : n->kids[0]->value;
	p->left = ex_print(x, (struct xval){.kind = p->have.kind, .v = p->have});
	if (at < text.n)
		p->right = str_slice(text, at + op.n, text.n);
	return p;
}

/* It speaks of things that ended ("status(S) is none" with S open), or of nothing that is known yet. */
static bool is_open(struct ex *x, struct cx *c, const struct node *n)
{
	if (!solve_runnable(n, c->bound))
		return true;
	return n->ending && (n->free & ~c->bound) && !ex_solve(x, c, n);
}

struct proof *ex_cond(struct ex *x, const struct cx *given, const struct node *n)
{
	struct proof *p;
	struct cx bound = *given, *c = &bound;
	if (!ex_room(x)) {
		p = ex_new(x, PROOF_CUT, solve_runnable(n, c->bound) && ex_true(x, c, n));
		ex_says(x, p, c, n);
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
	ex_says(x, p, c, n);
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
	all->free = more->free;
	for (size_t i = 0; i < n; i++) {
		all->kids[i] = (struct node *)v[i];
		all->free |= v[i]->free;
	}
	all->kids[n] = (struct node *)more;
	return all;
}

struct ways {
	size_t n;
	struct cx *last;
};

static bool take_way(struct solver *s, void *ctx)
{
	struct ways *w = ctx;
	(void)take_first(s, w->last);
	return ++w->n < MAX_WAYS;
}

/* In how many ways (of MAX_WAYS) can it be true? `last` becomes the last of them. */
static size_t count_ways(struct ex *x, const struct cx *c, const struct node *cond, struct cx *last)
{
	struct ways w = {0, last};
	*last = *c;
	load(x, c);
	(void)solve(&x->s, cond, take_way, &w);
	return w.n;
}

/* The binding that comes furthest. The part that can be true in the fewest ways goes first, together with those taken before
 * (of equals, one that speaks of something known); so what is asked about leads from one thing to the next. The last of
 * several ways is taken, which is the latest. If a part finds nothing, others that speak of the same unknown thing say
 * nothing: they stay open. */
static void furthest(struct ex *x, struct cx *c, const struct parts *parts, bool *open)
{
	const struct node **taken = arena_array(&x->work, parts->n, const struct node *);
	bool *done = arena_array(&x->work, parts->n, bool);
	struct cx best = *c, last, least;
	size_t n = 0;
	uint64_t lost = 0;
	for (;;) {
		size_t next = parts->n, fewest = SIZE_MAX;
		for (size_t i = 0; i < parts->n && fewest; i++) {
			if (done[i] || !solve_runnable(parts->v[i], best.bound))
				continue;
			bool known = !parts->v[i]->free || (parts->v[i]->free & best.bound);
			size_t ways = 2 * count_ways(x, c, join_of(x, taken, n, parts->v[i]), &last) + !known;
			if (ways >= fewest)
				continue;
			next = i;
			fewest = ways;
			least = last;
		}
		if (next == parts->n)
			break;
		done[next] = true;
		if (fewest > 1) {
			taken[n++] = parts->v[next];
			best = least;
		} else {
			lost |= parts->v[next]->free & ~best.bound;
		}
		for (size_t i = 0; i < parts->n; i++)
			if (!done[i] && (parts->v[i]->free & lost & ~best.bound))
				done[i] = open[i] = true;
	}
	*c = best;
}

struct things {
	uint32_t var;
	struct value *v;
	size_t n;
};

static bool take_thing(struct solver *s, void *ctx)
{
	struct things *t = ctx;
	t->v[t->n++] = value_unpack(s->env[t->var]);
	return t->n < MAX_WAYS;
}

size_t ex_things(struct ex *x, const struct cx *c, const struct node *cond, uint32_t var, struct value ret[MAX_WAYS])
{
	struct parts parts = {0};
	const struct node *best = NULL;
	struct things found = {var, ret, 0};
	struct cx last;
	flatten(x, cond, &parts);
	for (size_t i = 0, fewest = SIZE_MAX; i < parts.n; i++) {
		const struct node *n = parts.v[i];
		size_t ways = !(n->free & ex_bit(var)) || !(n->free & c->bound) || !solve_runnable(n, c->bound) ? SIZE_MAX : count_ways(x, c, n, &last);
		best = ways < fewest ? n : best;
		fewest = ways < fewest ? ways : fewest;
	}
	load(x, c);
	if (best)
		(void)solve(&x->s, best, take_thing, &found);
	return found.n;
}

bool ex_conjuncts(struct ex *x, struct proof *parent, struct cx *c, const struct node *cond)
{
	struct parts parts = {0};
	bool all = ex_solve(x, c, cond);
	flatten(x, cond, &parts);
	bool *open = arena_array(&x->work, parts.n, bool);
	if (!all && parts.n > 1)
		furthest(x, c, &parts, open);
	bool failed = false;
	for (size_t i = 0; i < parts.n && !ex_full(x, parent); i++) {
		uint32_t limit = ex_share(x, parts.n - i);
		if (open[i] && (x->leaf || x->refuting))
			continue; /* another part says enough */
		if (failed && x->refuting && !(parts.v[i]->free & ~c->bound))
			continue; /* one part that is false is enough */
		if (open[i]) {
			struct proof *p = ex_new(x, PROOF_OPEN, false);
			ex_says(x, p, c, parts.v[i]);
			ex_add(x, parent, p);
		} else {
			struct proof *p = ex_cond(x, c, parts.v[i]);
			ex_add(x, parent, p);
			failed |= !p->holds;
		}
		x->limit = limit;
	}
	return all;
}
