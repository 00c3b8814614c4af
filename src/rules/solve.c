/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/solve.h"

#include <stdlib.h>
#include <string.h>

static uint64_t bit(uint32_t var)
{
	return (uint64_t)1 << var;
}

/* ---- terms and facts ----------------------------------------------------------------------------------------------- */

static bool term_value(const struct solver *s, const struct node *t, struct value *ret)
{
	if (t->kind == E_CONST) {
		*ret = t->value;
		return true;
	}
	*ret = s->env[t->var];
	return (s->bound & bit(t->var)) != 0;
}

bool solve_bind(struct solver *s, const struct node *term, struct value v)
{
	struct value has;
	if (term_value(s, term, &has))
		return value_eq(has, v);
	s->env[term->var] = v;
	s->bound |= bit(term->var);
	return true;
}

bool solve_args(const struct solver *s, struct node *const *args, uint32_t n, struct value *out)
{
	for (uint32_t i = 0; i < n; i++)
		if (!term_value(s, args[i], &out[i]) || out[i].kind == V_NONE)
			return false;
	return true;
}

/* The value of a fact whose arguments are bound; a fact of an absent argument has none. */
static struct value fact_value(const struct solver *s, const struct node *n)
{
	UNSET struct value args[MAX_ARGS];
	if (!solve_args(s, n->args, n->nargs, args))
		return VALUE_NONE;
	const struct inst *i = state_find(s->state, n->fact, args);
	return i ? inst_value(i, s->round) : VALUE_NONE;
}

static const struct inst_list *candidates(const struct solver *s, const struct node *n)
{
	UNSET struct value args[MAX_ARGS];
	uint32_t mask = 0;
	for (uint32_t i = 0; i < n->nargs; i++)
		if (term_value(s, n->args[i], &args[i]))
			mask |= 1u << i;
	return state_match(s->state, n->fact, mask, args);
}

static bool bind_args(struct solver *s, const struct node *n, const struct inst *i)
{
	for (uint32_t k = 0; k < n->nargs; k++)
		if (!solve_bind(s, n->args[k], i->args[k]))
			return false;
	return true;
}

/* ---- expressions --------------------------------------------------------------------------------------------------- */

static const struct xval absent = {.kind = V_NONE};

static struct xval of_value(struct value v)
{
	if (v.kind == V_INT)
		return (struct xval){.kind = V_INT, .num = v.i, .den = 1};
	return (struct xval){.kind = v.kind, .v = v};
}

static struct xval of_date(bool ok, civil t)
{
	return ok ? (struct xval){.kind = V_DATE, .v = {.kind = V_DATE, .t = t}} : absent;
}

static __int128 gcd(__int128 a, __int128 b)
{
	a = a < 0 ? -a : a;
	while (b) {
		__int128 r = a % b;
		a = b;
		b = r;
	}
	return a ? a : 1;
}

static struct xval number(struct solver *s, bool overflow, __int128 num, __int128 den)
{
	const __int128 most = (__int128)1 << 126;
	if (overflow || num > most || num < -most || den > most) {
		s->too_large = true;
		return absent;
	}
	__int128 g = gcd(num, den);
	return (struct xval){.kind = V_INT, .num = num / g, .den = den / g};
}

static struct xval add(struct solver *s, struct xval a, struct xval b, int sign)
{
	if (a.kind == V_DATE && b.kind == V_SPAN) {
		civil t = 0;
		bool ok = date_add(a.v.t, b.v.span, sign, &t);
		return of_date(ok, t);
	}
	if (a.kind != V_INT || b.kind != V_INT)
		return absent;
	__int128 x, y, num, den;
	bool over = __builtin_mul_overflow(a.num, b.den, &x) | __builtin_mul_overflow(b.num * sign, a.den, &y) |
		    __builtin_add_overflow(x, y, &num) | __builtin_mul_overflow(a.den, b.den, &den);
	return number(s, over, num, den);
}

static struct xval mul(struct solver *s, struct xval a, struct xval b, int64_t by_num, int64_t by_den)
{
	if (a.kind != V_INT || b.kind != V_INT)
		return absent;
	__int128 num, den;
	bool over = __builtin_mul_overflow(a.num, b.num, &num) | __builtin_mul_overflow(num, (__int128)by_num, &num) |
		    __builtin_mul_overflow(a.den, b.den, &den) | __builtin_mul_overflow(den, (__int128)by_den, &den);
	return number(s, over, num, den);
}

static struct xval month(enum node_kind how, struct xval d)
{
	civil t = 0;
	if (d.kind != V_DATE)
		return absent;
	switch (how) {
	case E_MONTH_AFTER: {
		bool ok = date_first_of_month_after(d.v.t, &t);
		return of_date(ok, t);
	}
	case E_MONTH_OF: return of_date(true, date_first_of_month(d.v.t));
	default: return of_date(true, date_end_of_month(d.v.t));
	}
}

static struct xval rounded(struct xval d, struct xval by)
{
	if (d.kind != V_DATE || by.kind != V_WORD)
		return absent;
	switch (by.v.s) {
	case ROUND_EXACT: return d;
	case ROUND_MONTH_AFTER: return month(E_MONTH_AFTER, d);
	case ROUND_MONTH_OF: return month(E_MONTH_OF, d);
	case ROUND_MONTH_END: return month(E_MONTH_END, d);
	default: return absent;
	}
}

static int cmp_numbers(struct solver *s, struct xval a, struct xval b)
{
	__int128 x, y;
	if (__builtin_mul_overflow(a.num, b.den, &x) | __builtin_mul_overflow(b.num, a.den, &y)) {
		s->too_large = true;
		return 0;
	}
	return (x > y) - (x < y);
}

static int cmp_values(struct solver *s, struct xval a, struct xval b)
{
	if (a.kind == V_INT)
		return cmp_numbers(s, a, b);
	if (a.kind == V_DATE)
		return (a.v.t > b.v.t) - (a.v.t < b.v.t);
	return value_eq(a.v, b.v) ? 0 : 1;
}

/* later of / earlier of: an absent side is ignored (reference 4.4) */
static struct xval pick(struct solver *s, struct xval a, struct xval b, bool later)
{
	if (a.kind == V_NONE || b.kind == V_NONE)
		return a.kind == V_NONE ? b : a;
	if (a.kind != b.kind)
		return absent;
	return (cmp_values(s, a, b) >= 0) == later ? a : b;
}

static bool collect_var(struct solver *s, void *ctx)
{
	const struct {
		struct tuples *set;
		uint32_t var;
	} *c = ctx;
	(void)tuples_add(c->set, &s->env[c->var]);
	return true;
}

/* The distinct values of a quantifier's variable for which its condition holds. */
static void satisfying(struct solver *s, const struct node *n, const struct node *cond, struct tuples *ret)
{
	uint64_t kept = s->bound;
	struct {
		struct tuples *set;
		uint32_t var;
	} c = {ret, n->var};
	tuples_init(ret, s->scratch, 1);
	s->bound &= ~n->locals;
	(void)solve(s, cond, collect_var, &c);
	s->bound = kept;
}

static struct xval sum(struct solver *s, const struct node *n)
{
	struct tuples over;
	uint64_t kept = s->bound;
	const struct node *weight = n->kids[1];
	if (n->kids[0]) {
		satisfying(s, n, n->kids[0], &over);
	} else { /* over all for which the weight has a value */
		tuples_init(&over, s->scratch, 1);
		s->bound &= ~n->locals;
		uint64_t open = s->bound;
		const struct inst_list *l = candidates(s, weight);
		for (size_t i = 0; i < l->n; i++) {
			if (inst_value(l->v[i], s->round).kind != V_NONE && bind_args(s, weight, l->v[i]))
				(void)tuples_add(&over, &s->env[n->var]);
			s->bound = open;
		}
	}
	struct xval total = {.kind = V_INT, .num = 0, .den = 1};
	s->bound = (kept & ~n->locals) | bit(n->var);
	for (size_t i = 0; i < over.n && total.kind == V_INT; i++) {
		s->env[n->var] = *tuples_row(&over, i);
		struct xval w = of_value(fact_value(s, weight));
		if (w.kind == V_INT)
			total = add(s, total, w, 1);
	}
	s->bound = kept;
	return total;
}

static struct xval count(struct solver *s, const struct node *n)
{
	struct tuples found;
	satisfying(s, n, n->kids[0], &found);
	return (struct xval){.kind = V_INT, .num = (__int128)found.n, .den = 1};
}

struct xval solve_expr(struct solver *s, const struct node *n)
{
	struct value v;
	switch ((enum node_kind)n->kind) {
	case E_CONST:
	case E_VAR: return term_value(s, n, &v) ? of_value(v) : absent;
	case E_FACT: return of_value(fact_value(s, n));
	case E_ADD: return add(s, solve_expr(s, n->kids[0]), solve_expr(s, n->kids[1]), 1);
	case E_SUB: return add(s, solve_expr(s, n->kids[0]), solve_expr(s, n->kids[1]), -1);
	case E_MUL: return mul(s, solve_expr(s, n->kids[0]), solve_expr(s, n->kids[1]), 1, 1);
	case E_PERCENT: return mul(s, solve_expr(s, n->kids[0]), solve_expr(s, n->kids[1]), 1, 100);
	case E_FRACTION: return mul(s, solve_expr(s, n->kids[0]), of_value((struct value){.kind = V_INT, .i = 1}), n->num, n->den);
	case E_ROUNDED: return rounded(solve_expr(s, n->kids[0]), solve_expr(s, n->kids[1]));
	case E_MONTH_AFTER:
	case E_MONTH_OF:
	case E_MONTH_END: return month(n->kind, solve_expr(s, n->kids[0]));
	case E_LATER: return pick(s, solve_expr(s, n->kids[0]), solve_expr(s, n->kids[1]), true);
	case E_EARLIER: return pick(s, solve_expr(s, n->kids[0]), solve_expr(s, n->kids[1]), false);
	case E_THAT_DAY: return of_date(true, date_day(s->fired));
	case E_THAT_INSTANT: return of_date(true, s->fired);
	case E_COUNT: return count(s, n);
	case E_SUM: return sum(s, n);
	default: return absent;
	}
}

struct value solve_value(struct solver *s, const struct node *n)
{
	struct xval x = solve_expr(s, n);
	if (x.kind != V_INT)
		return x.kind == V_NONE ? VALUE_NONE : x.v;
	const __int128 most = (__int128)1 << 62;
	if (x.den != 1 || x.num >= most || x.num <= -most) {
		s->too_large |= x.den == 1;
		return VALUE_NONE;
	}
	return (struct value){.kind = V_INT, .i = (int64_t)x.num};
}

bool solve_cmp(struct solver *s, const struct node *n)
{
	struct xval a = solve_expr(s, n->kids[0]), b = solve_expr(s, n->kids[1]);
	if (a.kind == V_NONE || b.kind == V_NONE || a.kind != b.kind)
		return false;
	int c = cmp_values(s, a, b);
	switch ((enum cmp)n->op) {
	case CMP_GE: return c >= 0;
	case CMP_GT: return c > 0;
	case CMP_EQ: return c == 0;
	case CMP_LT: return c < 0;
	case CMP_LE: return c <= 0;
	}
	return false;
}

/* ---- which part next ------------------------------------------------------------------------------------------------ */

static bool has_none(const struct node *n)
{
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i]->kind == E_CONST && n->kids[i]->value.kind == V_NONE)
			return true;
	return false;
}

/* Can this part be solved with these variables bound, binding all others that it needs? */
static bool runnable(const struct node *n, uint64_t bound)
{
	uint64_t open = n->free & ~bound;
	switch ((enum node_kind)n->kind) {
	case C_HOLDS: return true;
	case C_IS: return (!n->negated && !has_none(n)) || !open || n->ending;
	case C_NOT: return !open || n->ending;
	case C_IN: return true;
	case C_OR:
		for (uint32_t i = 0; i < n->nkids; i++)
			if (!runnable(n->kids[i], bound))
				return false;
		return true;
	case C_AND: {
		uint64_t done = 0; /* kids already taken */
		for (uint32_t round = 0; round < n->nkids; round++) {
			uint32_t i = 0;
			while (i < n->nkids && ((i < 64 && done >> i & 1) || !runnable(n->kids[i], bound)))
				i++;
			if (i == n->nkids || i >= 64)
				return i >= 64;
			done |= bit(i);
			bound |= n->kids[i]->free;
		}
		return true;
	}
	case C_SOME: return !n->kids[0] || runnable(n->kids[0], bound & ~n->locals);
	default: return (open & ~n->binds) == 0;
	}
}

/* How many candidates the part is likely to have: 0 for a mere test. */
static size_t cost(const struct solver *s, const struct node *n)
{
	if (!(n->free & ~s->bound))
		return 0;
	if (!runnable(n, s->bound))
		return SIZE_MAX;
	switch ((enum node_kind)n->kind) {
	case C_HOLDS:
	case C_IS: return 1 + candidates(s, n)->n;
	case C_IN: return 1 + n->nitems;
	default: return SIZE_MAX / 2;
	}
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
static bool accept_term(struct solver *s, const struct node *term, struct value v)
{
	if (v.kind == V_NONE) /* only the word none stands for no value */
		return term->kind == E_CONST && term->value.kind == V_NONE;
	return solve_bind(s, term, v);
}

static bool test_is(struct solver *s, const struct node *n, struct value v)
{
	for (uint32_t i = 0; i < n->nkids; i++) {
		uint64_t kept = s->bound;
		bool yes = accept_term(s, n->kids[i], v);
		s->bound = kept;
		if (yes)
			return !n->negated;
	}
	return n->negated;
}

/* Every way in which an instance with value v satisfies the terms, then the rest. */
static bool join_terms(struct solver *s, size_t base, const struct node *n, struct value v, solve_fn fn, void *ctx)
{
	for (uint32_t i = 0; i < n->nkids; i++) {
		uint64_t kept = s->bound;
		bool more = !accept_term(s, n->kids[i], v) || join(s, base, fn, ctx);
		s->bound = kept;
		if (!more)
			return false;
	}
	return true;
}

static bool join_fact(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	const struct inst_list *l = candidates(s, n);
	uint64_t kept = s->bound;
	bool more = true;
	for (size_t i = 0; i < l->n && more; i++) {
		struct value v = inst_value(l->v[i], s->round);
		if (v.kind == V_NONE)
			continue;
		if (bind_args(s, n, l->v[i]))
			more = n->kind == C_HOLDS ? join(s, base, fn, ctx) : join_terms(s, base, n, v, fn, ctx);
		s->bound = kept;
	}
	return more;
}

/* An ending ("status(S) is none", "not f(x)") ranges over the instances that had a value after some round before. */
static bool join_ending(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	const struct node *atom = n->kind == C_NOT ? n->kids[0] : n;
	const struct inst_list *l = candidates(s, atom);
	uint64_t kept = s->bound;
	bool more = true;
	for (size_t i = 0; i < l->n && more; i++) {
		if (inst_last(l->v[i], s->round) && inst_value(l->v[i], s->round).kind == V_NONE && bind_args(s, atom, l->v[i]))
			more = join(s, base, fn, ctx);
		s->bound = kept;
	}
	return more;
}

static bool join_in(struct solver *s, size_t base, const struct node *n, solve_fn fn, void *ctx)
{
	for (uint32_t i = 0; i < n->nitems; i++) {
		s->env[n->var] = (struct value){.kind = V_ENTITY, .s = n->items[i]};
		s->bound |= bit(n->var);
		bool more = join(s, base, fn, ctx);
		s->bound &= ~bit(n->var);
		if (!more)
			return false;
	}
	return true;
}

/* Part of an expression that can bind what is still open: a fact atom, or the condition of a count or sum. */
static const struct node *binder_in(const struct solver *s, const struct node *n)
{
	if (!(n->free & ~s->bound))
		return NULL;
	if (n->kind == E_FACT || n->kind == E_COUNT || n->kind == E_SUM)
		return n;
	for (uint32_t i = 0; i < n->nkids; i++) {
		const struct node *found = n->kids[i] ? binder_in(s, n->kids[i]) : NULL;
		if (found)
			return found;
	}
	return NULL;
}

struct outer {
	struct tuples set;
	uint32_t vars[MAX_VARS], n;
};

static bool collect_outer(struct solver *s, void *ctx)
{
	struct outer *o = ctx;
	UNSET struct value row[MAX_VARS];
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
	for (uint32_t v = 0; v < MAX_VARS; v++)
		if ((n->free & ~kept) >> v & 1)
			o->vars[o->n++] = v;
	tuples_init(&o->set, s->scratch, o->n);
	s->bound &= ~n->locals;
	if (n->kids[0]) {
		(void)solve(s, n->kids[0], collect_outer, o);
	} else if (n->kind == E_SUM) {
		uint64_t open = s->bound;
		const struct inst_list *l = candidates(s, n->kids[1]);
		for (size_t i = 0; i < l->n; i++) {
			if (inst_value(l->v[i], s->round).kind != V_NONE && bind_args(s, n->kids[1], l->v[i]))
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
		s->bound |= bit(o->vars[k]);
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
		const struct inst_list *l = candidates(s, b);
		for (size_t i = 0; i < l->n && more; i++) {
			if (inst_value(l->v[i], s->round).kind != V_NONE && bind_args(s, b, l->v[i]))
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

static bool test(struct solver *s, const struct node *n);

static bool test_every(struct solver *s, const struct node *n)
{
	struct tuples all;
	uint64_t kept = s->bound;
	satisfying(s, n, n->kids[0], &all);
	bool yes = true;
	for (size_t i = 0; i < all.n && yes; i++) {
		s->bound = (kept & ~n->locals) | bit(n->var);
		s->env[n->var] = *tuples_row(&all, i);
		yes = solve_any(s, n->kids[1]);
	}
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
	struct value v = s->env[n->var], t;
	for (uint32_t i = 0; i < n->nkids; i++)
		if (term_value(s, n->kids[i], &t) && value_eq(v, t))
			return !n->negated;
	return n->negated;
}

static bool test_in(const struct solver *s, const struct node *n)
{
	struct value v = s->env[n->var];
	for (uint32_t i = 0; i < n->nitems; i++)
		if (v.kind == V_ENTITY && v.s == n->items[i])
			return true;
	return false;
}

/* A part all of whose outer variables are bound. */
static bool test(struct solver *s, const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case C_HOLDS: return fact_value(s, n).kind == V_YES;
	case C_IS: return test_is(s, n, fact_value(s, n));
	case C_NOT: return !solve_any(s, n->kids[0]);
	case C_VAR_IS: return test_var_is(s, n);
	case C_IN: return test_in(s, n);
	case C_EVERY: return test_every(s, n);
	case C_CMP: return solve_cmp(s, n);
	case C_REACHED:
	case C_PASSED: return test_clock(s, n);
	case C_SOME: {
		uint64_t kept = s->bound;
		s->bound &= ~n->locals;
		bool yes = solve_any(s, n->kids[0]);
		s->bound = kept;
		return yes;
	}
	default: return solve_any(s, n);
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
	switch ((enum node_kind)n->kind) {
	case C_HOLDS: return join_fact(s, base, n, fn, ctx);
	case C_IS: return n->ending ? join_ending(s, base, n, fn, ctx) : join_fact(s, base, n, fn, ctx);
	case C_NOT: return join_ending(s, base, n, fn, ctx);
	case C_SOME: return join_some(s, base, n, fn, ctx);
	case C_IN: return join_in(s, base, n, fn, ctx);
	default: return join_binding(s, base, n, fn, ctx);
	}
}

static bool join(struct solver *s, size_t base, solve_fn fn, void *ctx)
{
	if (s->ngoals == base)
		return fn(s, ctx);
	size_t best = base, least = SIZE_MAX;
	for (size_t i = base; i < s->ngoals && least; i++) {
		size_t c = cost(s, s->goals[i]);
		if (c < least || i == base) {
			best = i;
			least = c;
		}
	}
	/* Take it out (the order of the others does not matter), solve the rest, put it back. */
	const struct node *n = s->goals[best];
	size_t last = --s->ngoals;
	s->goals[best] = s->goals[last];
	bool more = join_one(s, base, n, fn, ctx);
	s->goals[last] = s->goals[best];
	s->goals[best] = n;
	s->ngoals = last + 1;
	return more;
}

bool solve(struct solver *s, const struct node *cond, solve_fn fn, void *ctx)
{
	if (!cond)
		return fn(s, ctx);
	size_t base = s->ngoals;
	uint64_t kept = s->bound;
	push_flat(s, cond);
	bool more = join(s, base, fn, ctx);
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
	(void)solve(s, cond, enough, &found);
	return found;
}

void solve_reset(struct solver *s)
{
	arena_reset(s->scratch);
	s->goals = NULL;
	s->ngoals = s->capgoals = 0;
}
