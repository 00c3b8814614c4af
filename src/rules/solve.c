/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions: which part goes next, and how each kind of part is joined to the rest.
 */
#include "rules/solve_int.h"

/* ---- which part next ------------------------------------------------------------------------------------------------ */

static bool has_none(const struct node *n)
{
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i]->kind == E_CONST && n->kids[i]->value.kind == V_NONE)
			return true;
	return false;
}

bool solve_runnable(const struct node *n, uint64_t bound)
{
	uint64_t open = n->free & ~bound;
	switch ((enum node_kind)n->kind) {
	case C_HOLDS: return true;
	case C_IS: return (!n->negated && !has_none(n)) || !open || n->ending;
	case C_NOT: return !open || n->ending;
	case C_IN: return true;
	case C_OR:
		for (uint32_t i = 0; i < n->nkids; i++)
			if (!solve_runnable(n->kids[i], bound))
				return false;
		return true;
	case C_AND: {
		uint64_t done = 0; /* kids already taken */
		for (uint32_t round = 0; round < n->nkids; round++) {
			uint32_t i = 0;
			while (i < n->nkids && ((i < 64 && done >> i & 1) || !solve_runnable(n->kids[i], bound)))
				i++;
			if (i == n->nkids || i >= 64)
				return i >= 64;
			done |= solve_bit(i);
			bound |= n->kids[i]->free;
		}
		return true;
	}
	case C_SOME: return !n->kids[0] || solve_runnable(n->kids[0], bound & ~n->locals);
	default: return (open & ~n->binds) == 0;
	}
}

static const struct node *fact_in(const struct solver *s, const struct node *n);

/* Those of a part that binds: where it says which value they have, and the state is at its end, only those that ever had it. */
static struct insts candidates(const struct solver *s, const struct node *n)
{
	const struct insts all = solve_candidates(s, n);
	packed v = n->kind == C_IS && !n->negated && n->nkids == 1 ? solve_term(s, &n->values[0]) : 0;
	if (!v || !s->state->frozen || s->past || all.n < SCAN_BELOW)
		return all;
	const struct insts some = state_by(s->state, n->fact, n->nargs, v);
	return some.n < all.n ? some : all;
}

/* How many candidates the part is likely to have: 0 for a mere test. */
static size_t cost(const struct solver *s, const struct node *n)
{
	if (!(n->free & ~s->bound))
		return 0;
	if (!solve_runnable(n, s->bound))
		return SIZE_MAX;
	switch ((enum node_kind)n->kind) {
	case C_HOLDS:
	case C_IS: return n->ending ? SIZE_MAX / 2 : 1 + candidates(s, n).n;
	case C_IN: return 1 + n->nitems;
	case C_CMP: /* a count that may be of nothing must not choose for the other parts */
		return n->counted || fact_in(s, n) ? SIZE_MAX / 2 : SIZE_MAX - 1;
	case C_OR: /* what only one branch binds is better bound by another part, if one can */
		return n->free & ~s->bound & ~n->binds ? SIZE_MAX - 1 : SIZE_MAX / 2;
	default: return SIZE_MAX / 2;
	}
}

static packed entity(sym name)
{
	return value_pack((struct value){.kind = V_ENTITY, .s = name});
}

/* ---- joining --------------------------------------------------------------------------------------------------------- */

static bool join(struct solver *s, size_t base, solve_fn fn, void *ctx);

static void push_goal(struct solver *s, const struct node *n)
{
	s->goals = arena_grow(s->scratch, s->goals, s->ngoals, &s->capgoals, sizeof *s->goals);
	s->goals[s->ngoals++] = n;
}

static void push_flat(struct solver *s, const struct node *n)
{
	if (n->kind != C_AND) {
		push_goal(s, n);
		return;
	}
	for (uint32_t i = 0; i < n->nkids; i++)
		push_flat(s, n->kids[i]);
}

/* Continues with the goals of [base, ngoals) plus `extra`; they are copied, so that those below stay as they are. */
static bool join_with(struct solver *s, size_t base, const struct node *extra, solve_fn fn, void *ctx)
{
	size_t top = s->ngoals;
	for (size_t i = base; i < top; i++)
		push_goal(s, s->goals[i]);
	push_flat(s, extra);
	bool more = join(s, top, fn, ctx);
	s->ngoals = top;
	return more;
}

/* Is value v one that "is ..." accepts? Binds a free variable among its terms to v. */
static bool accept_term(struct solver *s, const struct term *t, packed v)
{
	if (!v) /* only the word none stands for no value */
		return t->var == TERM_CONST && !t->value;
	return solve_bind(s, t, v);
}

static bool test_is(struct solver *s, const struct node *n, packed v)
{
	for (uint32_t i = 0; i < n->nkids && n->fixed; i++)
		if (n->values[i].value == v)
			return !n->negated;
	if (n->fixed)
		return n->negated;
	for (uint32_t i = 0; i < n->nkids; i++) {
		uint64_t kept = s->bound;
		bool yes = accept_term(s, &n->values[i], v);
		s->bound = kept;
		if (yes)
			return !n->negated;
	}
	return n->negated;
}

/* Every way in which an instance with value v satisfies the terms, then the rest. */
static bool join_terms(struct solver *s, size_t base, const struct node *n, packed v, solve_fn fn, void *ctx)
{
	for (uint32_t i = 0; i < n->nkids; i++) {
		uint64_t kept = s->bound;
		bool more = !accept_term(s, &n->values[i], v) || join(s, base, fn, ctx);
		s->bound = kept;
		if (!more)
			return false;
	}
	return true;
}

static bool join_fact(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	const struct insts l = candidates(s, n);
	uint64_t kept = s->bound;
	bool more = true;
	for (size_t i = 0; i < l.n && more; i++) {
		packed v = solve_after(s, insts_at(&l, i));
		if (!v)
			continue;
		if (solve_bind_args(s, n, insts_at(&l, i)))
			more = n->kind == C_HOLDS ? join(s, base, fn, ctx) : join_terms(s, base, n, v, fn, ctx);
		s->bound = kept;
	}
	return more;
}

/* An ending ("status(S) is none", "not f(x)") ranges over the instances that had a value after some round before. */
static bool join_ending(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	const struct node *atom = n->kind == C_NOT ? n->kids[0] : n;
	const struct insts l = solve_candidates(s, atom);
	uint64_t kept = s->bound;
	bool more = true;
	for (size_t i = 0; i < l.n && more; i++) {
		if (solve_last(s, insts_at(&l, i)) && !solve_after(s, insts_at(&l, i)) && solve_bind_args(s, atom, insts_at(&l, i)))
			more = join(s, base, fn, ctx);
		s->bound = kept;
	}
	return more;
}

static bool join_in(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	for (uint32_t i = 0; i < n->nitems; i++) {
		s->env[n->var] = entity(n->items[i]);
		s->bound |= solve_bit(n->var);
		bool more = join(s, base, fn, ctx);
		s->bound &= ~solve_bit(n->var);
		if (!more)
			return false;
	}
	return true;
}

/* A fact in an expression, outside all counts, that can bind what is still open. */
static const struct node *fact_in(const struct solver *s, const struct node *n)
{
	if (!(n->free & ~s->bound) || n->kind == E_COUNT || n->kind == E_SUM)
		return NULL;
	if (n->kind == E_FACT)
		return n;
	for (uint32_t i = 0; i < n->nkids; i++) {
		const struct node *found = n->kids[i] ? fact_in(s, n->kids[i]) : NULL;
		if (found)
			return found;
	}
	return NULL;
}

/* The part of a comparison or date that can bind what is still open: a fact, or the count of "count ... >= e". */
static const struct node *binder_in(const struct solver *s, const struct node *n)
{
	const struct node *fact = fact_in(s, n), *left = n->kids[0];
	if (fact || n->kind != C_CMP || (n->op != CMP_GE && n->op != CMP_GT))
		return fact;
	return (left->kind == E_COUNT || left->kind == E_SUM) && (left->free & ~s->bound) ? left : NULL;
}

struct outer {
	struct tuples set;
	uint32_t vars[MAX_VARS], n;
};

static bool collect_outer(struct solver *s, void *ctx)
{
	struct outer *o = ctx;
	UNSET packed row[MAX_VARS];
	for (uint32_t i = 0; i < o->n; i++)
		row[i] = s->env[o->vars[i]];
	(void)tuples_add(&o->set, row);
	return true;
}

/* The distinct values of the open outer variables of a quantifier for which its condition can be made true (for a sum
 * without a condition: for which the weight has a value). */
static void outer_bindings(struct solver *s, const struct node *n, struct outer *o)
{
	uint64_t kept = s->bound;
	o->n = 0;
	for (uint64_t left = n->free & ~kept; left;)
		o->vars[o->n++] = take_var(&left);
	tuples_init(&o->set, s->scratch, o->n);
	s->bound &= ~n->locals;
	if (n->kids[0]) {
		(void)solve(s, n->kids[0], collect_outer, o);
	} else if (n->kind == E_SUM) {
		uint64_t open = s->bound;
		const struct insts l = solve_candidates(s, n->kids[1]);
		for (size_t i = 0; i < l.n; i++) {
			if (solve_after(s, insts_at(&l, i)) && solve_bind_args(s, n->kids[1], insts_at(&l, i)))
				(void)collect_outer(s, o);
			s->bound = open;
		}
	}
	s->bound = kept;
}

static void bind_outer(struct solver *s, const struct outer *o, size_t row)
{
	for (uint32_t k = 0; k < o->n; k++) {
		s->env[o->vars[k]] = tuples_row(&o->set, row)[k];
		s->bound |= solve_bit(o->vars[k]);
	}
}

/* A comparison, `reached` or `passed` with open variables: bind some of them, then look at the same part again. */
static bool join_binding(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	const struct node *b = binder_in(s, n);
	uint64_t kept = s->bound;
	bool more = true;
	if (!b)
		return true; /* nothing can bind it: no solution */
	if (b->kind == E_FACT) {
		const struct insts l = solve_candidates(s, b);
		for (size_t i = 0; i < l.n && more; i++) {
			if (solve_after(s, insts_at(&l, i)) && solve_bind_args(s, b, insts_at(&l, i)))
				more = join_with(s, base, n, fn, ctx);
			s->bound = kept;
		}
		return more;
	}
	UNSET struct outer o;
	outer_bindings(s, b, &o);
	for (size_t i = 0; i < o.set.n && more; i++) {
		bind_outer(s, &o, i);
		more = join_with(s, base, n, fn, ctx);
		s->bound = kept;
	}
	return more;
}

/* "some X with C" may bind outer variables: the rest is solved for each distinct binding. */
static bool join_some(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	UNSET struct outer o;
	uint64_t kept = s->bound;
	bool more = true;
	outer_bindings(s, n, &o);
	for (size_t i = 0; i < o.set.n && more; i++) {
		bind_outer(s, &o, i);
		more = join(s, base, fn, ctx);
		s->bound = kept;
	}
	return more;
}

static bool test_closed(struct solver *s, const struct node *n);

static bool test_every(struct solver *s, const struct node *n)
{
	struct tuples all;
	uint64_t kept = s->bound;
	solve_satisfying(s, n, n->kids[0], &all);
	bool yes = true;
	for (size_t i = 0; i < all.n && yes; i++) {
		s->bound = (kept & ~n->locals) | solve_bit(n->var);
		s->env[n->var] = *tuples_row(&all, i);
		yes = solve_any(s, n->kids[1]);
	}
	s->bound = kept;
	return yes;
}

/* Is there one for which the condition of a quantifier holds? */
static bool any_satisfies(struct solver *s, const struct node *n)
{
	uint64_t kept = s->bound;
	size_t known;
	if (solve_count(s, n, &known))
		return known != 0;
	s->bound &= ~n->locals;
	bool yes = solve_any(s, n->kids[0]);
	s->bound = kept;
	return yes;
}

static bool test_clock(struct solver *s, const struct node *n)
{
	struct xval d = solve_expr(s, n->kids[0]);
	if (d.kind != V_DATE)
		return false;
	civil at = n->kind == C_PASSED ? date_end(d.v.t) : d.v.t;
	if (s->now >= at)
		return true;
	if (s->wake)
		s->wake(s->wake_ctx, s, at);
	return false;
}

static bool test_var_is(struct solver *s, const struct node *n)
{
	for (uint32_t i = 0; i < n->nkids; i++)
		if (solve_known(s, &n->values[i]) && solve_term(s, &n->values[i]) == s->env[n->var])
			return !n->negated;
	return n->negated;
}

static bool test_in(const struct solver *s, const struct node *n)
{
	for (uint32_t i = 0; i < n->nitems; i++)
		if (s->env[n->var] == entity(n->items[i]))
			return true;
	return false;
}

/* A part all of whose outer variables are bound. */
static bool test(struct solver *s, const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case C_HOLDS: return solve_fact(s, n) == PACKED_YES;
	case C_IS: return test_is(s, n, solve_fact(s, n));
	case C_NOT: return !test_closed(s, n->kids[0]);
	case C_VAR_IS: return test_var_is(s, n);
	case C_IN: return test_in(s, n);
	case C_EVERY: return test_every(s, n);
	case C_CMP: return solve_cmp(s, n) && (!n->counted || any_satisfies(s, n->kids[0]));
	case C_REACHED:
	case C_PASSED: return test_clock(s, n);
	case C_SOME: return any_satisfies(s, n);
	default: return test_closed(s, n);
	}
}

static bool is_clock(const struct node *n)
{
	return n->kind == C_REACHED || n->kind == C_PASSED;
}

/* Has what an ending speaks of ever had a value? */
static bool had_value(const struct solver *s, const struct node *n)
{
	const struct node *atom = n->kind == C_NOT ? n->kids[0] : n;
	UNSET packed args[MAX_ARGS];
	const struct inst *i = solve_args(s, atom->terms, atom->nargs, args) ? state_find(s->state, atom->fact, args) : NULL;
	return i && solve_last(s, i);
}

/* What only endings bind ranges over the instances of any of them that have had a value (reference 5.5). */
static bool endings_met(const struct solver *s, const struct node *n)
{
	for (uint64_t left = n->locals; left;) {
		uint64_t var = solve_bit(take_var(&left));
		bool met = false;
		for (uint32_t i = 0; i < n->nkids && !met; i++)
			met = n->kids[i]->ending && (n->kids[i]->locals & var) && had_value(s, n->kids[i]);
		if (!met)
			return false;
	}
	return true;
}

static bool test_all(struct solver *s, const struct node *n)
{
	for (uint32_t i = 0; i < n->nkids; i++) {
		const struct node *kid = n->kids[i];
		if ((n->fixed || !is_clock(kid)) && !(kid->ending ? test(s, kid) : test_closed(s, kid)))
			return false;
	}
	if (n->locals && !endings_met(s, n))
		return false;
	for (uint32_t i = 0; i < n->nkids && !n->fixed; i++) /* last: a date need not be awaited where something else is missing */
		if (is_clock(n->kids[i]) && !test_clock(s, n->kids[i]))
			return false;
	return true;
}

/* A condition all of whose outer variables are bound. */
static bool test_closed(struct solver *s, const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case C_HOLDS: return solve_fact(s, n) == PACKED_YES;
	case C_AND: return test_all(s, n);
	case C_OR:
		for (uint32_t i = 0; i < n->nkids; i++)
			if (test_closed(s, n->kids[i]))
				return true;
		return false;
	default: return test(s, n) && (!n->ending || had_value(s, n));
	}
}

static bool join_or(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	uint64_t kept = s->bound;
	for (uint32_t i = 0; i < n->nkids; i++) {
		bool more = join_with(s, base, n->kids[i], fn, ctx);
		s->bound = kept;
		if (!more)
			return false;
	}
	return true;
}

/* Solves one part that was taken off the goals [base, ngoals). */
static bool join_one(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	bool open = (n->free & ~s->bound) != 0;
	switch ((enum node_kind)n->kind) {
	case C_OR: return join_or(s, base, n, fn, ctx);
	case C_AND: return join_with(s, base, n, fn, ctx);
	default: break;
	}
	if (!open)
		return !test(s, n) || join(s, base, fn, ctx);
	if (!solve_runnable(n, s->bound))
		return true; /* nothing can bind what it leaves open */
	switch ((enum node_kind)n->kind) {
	case C_HOLDS: return join_fact(s, base, n, fn, ctx);
	case C_IS: return n->ending ? join_ending(s, base, n, fn, ctx) : join_fact(s, base, n, fn, ctx);
	case C_NOT: return join_ending(s, base, n, fn, ctx);
	case C_SOME: return join_some(s, base, n, fn, ctx);
	case C_IN: return join_in(s, base, n, fn, ctx);
	default: return join_binding(s, base, n, fn, ctx);
	}
}

/* Takes a goal out (the order of the others does not matter), solves it and the rest, puts it back. */
static bool join_goal(struct solver *s, size_t base, size_t which, solve_fn fn, void *ctx)
{
	const struct node *n = s->goals[which];
	size_t last = --s->ngoals;
	s->goals[which] = s->goals[last];
	bool more = join_one(s, base, n, fn, ctx);
	s->goals[last] = s->goals[which];
	s->goals[which] = n;
	s->ngoals = last + 1;
	return more;
}

static bool join(struct solver *s, size_t base, solve_fn fn, void *ctx)
{
	if (s->ngoals == base)
		return fn(s, ctx);
	size_t best = base, least = SIZE_MAX;
	for (size_t i = base; i < s->ngoals && least && s->ngoals - base > 1; i++) { /* of one part nothing is to be chosen */
		size_t c = cost(s, s->goals[i]);
		if (c < least || i == base) {
			best = i;
			least = c;
		}
	}
	if (!s->goals[best]->ending || !(s->goals[best]->free & ~s->bound))
		return join_goal(s, base, best, fn, ctx);
	bool more = true;
	uint64_t open = ~s->bound;
	for (size_t i = base; i < s->ngoals && more; i++) /* each ending may be the one that binds */
		if (s->goals[i]->ending && (s->goals[i]->free & open))
			more = join_goal(s, base, i, fn, ctx);
	return more;
}

struct met {
	const struct node *cond;
	solve_fn fn;
	void *ctx;
};

static bool if_met(struct solver *s, void *ctx)
{
	const struct met *m = ctx;
	return !endings_met(s, m->cond) || m->fn(s, m->ctx);
}

bool solve(struct solver *s, const struct node *cond, solve_fn fn, void *ctx)
{
	if (!cond)
		return fn(s, ctx);
	if (!(cond->free & ~s->bound))
		return !test_closed(s, cond) || fn(s, ctx);
	size_t base = s->ngoals;
	uint64_t kept = s->bound;
	struct met met = {cond, fn, ctx};
	bool endings = cond->kind == C_AND && cond->locals;
	push_flat(s, cond);
	bool more = endings ? join(s, base, if_met, &met) : join(s, base, fn, ctx);
	s->ngoals = base;
	s->bound = kept;
	return more;
}

static bool enough(struct solver *s, void *ctx)
{
	(void)s;
	*(bool *)ctx = true;
	return false;
}

bool solve_any(struct solver *s, const struct node *cond)
{
	bool found = false;
	if (!(cond->free & ~s->bound))
		return test_closed(s, cond);
	(void)solve(s, cond, enough, &found);
	return found;
}

struct ways {
	uint64_t vars;
	struct tuples *set;
};

static bool collect_way(struct solver *s, void *ctx)
{
	const struct ways *w = ctx;
	UNSET packed row[MAX_VARS];
	uint32_t n = 0;
	for (uint64_t left = w->vars; left;) {
		uint32_t v = take_var(&left);
		row[n++] = s->bound & solve_bit(v) ? s->env[v] : 0;
	}
	(void)tuples_add(w->set, row);
	return true;
}

void solve_ways(struct solver *s, const struct node *cond, uint64_t vars, struct arena *a, struct tuples *ret)
{
	struct ways w = {vars, ret};
	tuples_init(ret, a, (uint32_t)__builtin_popcountll(vars));
	(void)solve(s, cond, collect_way, &w);
}

void solve_forget(struct solver *s)
{
	arena_reset(s->scratch);
	s->clean = s->scratch->at;
	s->goals = NULL;
	s->ngoals = s->capgoals = 0;
}
