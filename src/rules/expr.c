/* SPDX-License-Identifier: Apache-2.0
 *
 * Terms, values of facts, and expressions: exact fractions, dates, counts and sums.
 */
#include "rules/solve_int.h"

/* ---- terms and facts ----------------------------------------------------------------------------------------------- */

/* The value of a fact whose arguments are bound; a fact of an absent argument has none. */
packed solve_fact(const struct solver *s, const struct node *n)
{
	UNSET packed args[MAX_ARGS];
	if (!solve_args(s, n->terms, n->nargs, args))
		return 0;
	const struct inst *i = state_find(s->state, n->fact, args);
	return i ? solve_after(s, i) : 0;
}

struct insts solve_candidates(const struct solver *s, const struct node *n)
{
	UNSET packed args[MAX_ARGS];
	uint32_t mask = 0;
	for (uint32_t i = 0; i < n->nargs; i++) {
		args[i] = solve_term(s, &n->terms[i]);
		mask |= solve_known(s, &n->terms[i]) ? 1u << i : 0;
	}
	return state_match(s->state, n->fact, mask, args);
}

bool solve_bind_args(struct solver *s, const struct node *n, const struct inst *i)
{
	for (uint32_t k = 0; k < n->nargs; k++)
		if (!solve_bind(s, &n->terms[k], inst_packed(i)[k]))
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
	__int128 x, y, num = 0, den = 0;
	bool over = __builtin_mul_overflow(a.num, b.den, &x) || __builtin_mul_overflow(b.num * sign, a.den, &y) ||
		    __builtin_add_overflow(x, y, &num) || __builtin_mul_overflow(a.den, b.den, &den);
	return number(s, over, num, den);
}

static struct xval mul(struct solver *s, struct xval a, struct xval b, int64_t by_num, int64_t by_den)
{
	if (a.kind != V_INT || b.kind != V_INT)
		return absent;
	__int128 num = 0, den = 0;
	bool over = __builtin_mul_overflow(a.num, b.num, &num) || __builtin_mul_overflow(num, (__int128)by_num, &num) ||
		    __builtin_mul_overflow(a.den, b.den, &den) || __builtin_mul_overflow(den, (__int128)by_den, &den);
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
	if (a.den == b.den)
		return (a.num > b.num) - (a.num < b.num);
	if (__builtin_mul_overflow(a.num, b.den, &x) || __builtin_mul_overflow(b.num, a.den, &y)) {
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
void solve_satisfying(struct solver *s, const struct node *n, const struct node *cond, struct tuples *ret)
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
		solve_satisfying(s, n, n->kids[0], &over);
	} else { /* over all for which the weight has a value */
		tuples_init(&over, s->scratch, 1);
		s->bound &= ~n->locals;
		uint64_t open = s->bound;
		const struct insts l = solve_candidates(s, weight);
		for (size_t i = 0; i < l.n; i++) {
			if (solve_after(s, insts_at(&l, i)) && solve_bind_args(s, weight, insts_at(&l, i)))
				(void)tuples_add(&over, &s->env[n->var]);
			s->bound = open;
		}
	}
	struct xval total = {.kind = V_INT, .num = 0, .den = 1};
	s->bound = (kept & ~n->locals) | solve_bit(n->var);
	for (size_t i = 0; i < over.n && total.kind == V_INT; i++) {
		s->env[n->var] = *tuples_row(&over, i);
		struct xval w = of_value(value_unpack(solve_fact(s, weight)));
		if (w.kind == V_INT)
			total = add(s, total, w, 1);
	}
	s->bound = kept;
	return total;
}

/* One fact, that holds or is one of some values written out. */
static bool is_plain(const struct node *n)
{
	if (n->kind == C_HOLDS)
		return true;
	if (n->kind != C_IS || n->negated || n->ending)
		return false;
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i]->kind != E_CONST || n->kids[i]->value.kind == V_NONE)
			return false;
	return true;
}

const struct node *solve_counted(const struct solver *s, const struct node *n, uint32_t *mask, packed args[MAX_ARGS])
{
	const struct node *atom = n->kids[0];
	uint32_t own = 0;
	*mask = 0;
	if (!atom || !is_plain(atom))
		return NULL;
	for (uint32_t i = 0; i < atom->nargs; i++) {
		const struct term *t = &atom->terms[i];
		if (t->var == n->var) {
			own++;
			continue;
		}
		if ((t->var != TERM_CONST && (n->locals >> t->var & 1)) || !solve_known(s, t))
			return NULL;
		args[i] = solve_term(s, t);
		*mask |= 1u << i;
	}
	return own == 1 ? atom : NULL;
}

bool solve_count(const struct solver *s, const struct node *n, size_t *ret)
{
	UNSET packed args[MAX_ARGS];
	uint32_t mask;
	const struct node *atom = s->round != ROUND_NOW && !s->past ? NULL : solve_counted(s, n, &mask, args);
	if (!atom)
		return false;
	const struct node *is = atom->kind == C_IS ? atom : NULL;
	*ret = s->past ? s->past->count(s->past, atom->fact, mask, args, is) : state_count(s->state, atom->fact, mask, args, is);
	return true;
}

static struct xval count(struct solver *s, const struct node *n)
{
	struct tuples found;
	size_t known;
	if (solve_count(s, n, &known))
		return (struct xval){.kind = V_INT, .num = (__int128)known, .den = 1};
	solve_satisfying(s, n, n->kids[0], &found);
	return (struct xval){.kind = V_INT, .num = (__int128)found.n, .den = 1};
}

struct xval solve_expr(struct solver *s, const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case E_CONST: return of_value(n->value);
	case E_VAR: return s->bound & solve_bit(n->var) ? of_value(value_unpack(s->env[n->var])) : absent;
	case E_FACT: return of_value(value_unpack(solve_fact(s, n)));
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

packed solve_value(struct solver *s, const struct node *n)
{
	if (n->kind == E_CONST)
		return value_pack(n->value);
	if (n->kind == E_VAR)
		return s->bound & solve_bit(n->var) ? s->env[n->var] : 0;
	struct xval x = solve_expr(s, n);
	if (x.kind != V_INT)
		return x.kind == V_NONE ? 0 : value_pack(x.v);
	const __int128 most = (__int128)1 << 62;
	if (x.den != 1 || x.num >= most || x.num <= -most) {
		s->too_large |= x.den == 1;
		return 0;
	}
	return value_pack((struct value){.kind = V_INT, .i = (int64_t)x.num});
}

/* A whole number that needs no reckoning: one written out, one that a fact has, one that is kept. */
static bool plain_number(const struct solver *s, const struct node *n, int64_t *ret)
{
	packed v;
	size_t kept;
	switch ((enum node_kind)n->kind) {
	case E_CONST: v = value_pack(n->value); break;
	case E_FACT: v = solve_fact(s, n); break;
	case E_COUNT:
		if (!solve_count(s, n, &kept))
			return false;
		*ret = (int64_t)kept;
		return true;
	default: return false;
	}
	*ret = (int64_t)v >> 1;
	return v & 1;
}

static bool holds(enum cmp op, int c)
{
	switch (op) {
	case CMP_GE: return c >= 0;
	case CMP_GT: return c > 0;
	case CMP_EQ: return c == 0;
	case CMP_LT: return c < 0;
	case CMP_LE: return c <= 0;
	}
	return false;
}

bool solve_compare(struct solver *s, enum cmp op, struct xval a, struct xval b)
{
	return a.kind != V_NONE && a.kind == b.kind && holds(op, cmp_values(s, a, b));
}

bool solve_cmp(struct solver *s, const struct node *n)
{
	int64_t x, y;
	if (plain_number(s, n->kids[0], &x) && plain_number(s, n->kids[1], &y))
		return holds((enum cmp)n->op, (x > y) - (x < y));
	struct xval a = solve_expr(s, n->kids[0]), b = solve_expr(s, n->kids[1]);
	return solve_compare(s, (enum cmp)n->op, a, b);
}
