/* SPDX-License-Identifier: Apache-2.0
 *
 * Expressions: exact fractions, dates step by step, counts and sums (reference, section 4).
 */
#include "proof/past.h"

static const struct ck_num absent = {.kind = V_NONE};

static struct ck_num of_value(struct value v)
{
	return v.kind == V_INT ? (struct ck_num){.kind = V_INT, .num = v.i, .den = 1} : (struct ck_num){.kind = v.kind, .v = v};
}

static struct ck_num of_date(bool ok, civil t)
{
	return ok ? of_value((struct value){.kind = V_DATE, .t = t}) : absent;
}

/* In lowest terms, within 2^126. */
static struct ck_num number(struct ck_sight *s, bool over, __int128 num, __int128 den)
{
	const __int128 most = (__int128)1 << 126;
	if (over || num > most || num < -most || den > most) {
		s->p->too_large = true;
		return absent;
	}
	__int128 a = num < 0 ? -num : num, b = den;
	while (b) {
		__int128 r = a % b;
		a = b;
		b = r;
	}
	return (struct ck_num){.kind = V_INT, .num = num / a, .den = den / a};
}

static struct ck_num plus(struct ck_sight *s, struct ck_num a, struct ck_num b, int sign)
{
	__int128 x, y, num = 0, den = 0;
	civil t = 0;
	if (a.kind == V_DATE && b.kind == V_SPAN) {
		bool ok = date_add(a.v.t, b.v.span, sign, &t);
		return of_date(ok, t);
	}
	if (a.kind != V_INT || b.kind != V_INT)
		return absent;
	bool over = __builtin_mul_overflow(a.num, b.den, &x) || __builtin_mul_overflow(b.num * sign, a.den, &y) ||
		    __builtin_add_overflow(x, y, &num) || __builtin_mul_overflow(a.den, b.den, &den);
	return number(s, over, num, den);
}

static struct ck_num times(struct ck_sight *s, struct ck_num a, struct ck_num b)
{
	__int128 num = 0, den = 0;
	if (a.kind != V_INT || b.kind != V_INT)
		return absent;
	bool over = __builtin_mul_overflow(a.num, b.num, &num) || __builtin_mul_overflow(a.den, b.den, &den);
	return number(s, over, num, den);
}

static struct ck_num month(int how, struct ck_num d)
{
	civil t = 0;
	if (d.kind != V_DATE)
		return absent;
	if (how == E_MONTH_AFTER) {
		bool ok = date_first_of_month_after(d.v.t, &t);
		return of_date(ok, t);
	}
	return of_date(true, how == E_MONTH_OF ? date_first_of_month(d.v.t) : date_end_of_month(d.v.t));
}

static struct ck_num rounded(struct ck_num d, struct ck_num by)
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

/* later of, earlier of: an absent side is ignored */
static struct ck_num either(struct ck_sight *s, struct ck_num a, struct ck_num b, bool later)
{
	__int128 x, y;
	if (a.kind == V_NONE || b.kind == V_NONE)
		return a.kind == V_NONE ? b : a;
	if (a.kind != b.kind)
		return absent;
	bool first = a.kind == V_DATE ? a.v.t >= b.v.t : value_eq(a.v, b.v);
	if (a.kind == V_INT) {
		if (__builtin_mul_overflow(a.num, b.den, &x) || __builtin_mul_overflow(b.num, a.den, &y)) {
			s->p->too_large = true;
			return absent;
		}
		first = x >= y;
	}
	return first == later ? a : b;
}

static struct value fact(const struct ck_sight *s, const struct ck_form *f)
{
	struct value args[MAX_ARGS];
	return ck_args(s, f->args, f->nargs, args) ? ck_value(ck_find(s->p, f->fact, args), s->round) : VALUE_NONE;
}

static struct ck_num quantity(struct ck_sight *s, const struct ck_form *f)
{
	struct ck_set all = {.a = &s->p->scratch};
	struct ck_num total = {.kind = V_INT, .num = 0, .den = 1};
	uint64_t kept = s->bound;
	ck_range(s, f, &all);
	if (f->kind == E_COUNT) {
		total.num = (__int128)all.n;
		return total;
	}
	s->bound = (kept & ~f->own) | ck_bit(f->var);
	for (size_t i = 0; i < all.n && total.kind == V_INT; i++) {
		s->env[f->var] = all.v[i];
		struct ck_num w = of_value(fact(s, f->kids[1]));
		if (w.kind == V_INT)
			total = plus(s, total, w, 1);
	}
	s->bound = kept;
	return total;
}

struct ck_num ck_expr(struct ck_sight *s, const struct ck_form *f)
{
	struct ck_num a = absent, b = absent;
	if (f->nkids && f->kind != E_COUNT && f->kind != E_SUM)
		a = ck_expr(s, f->kids[0]);
	if (f->nkids > 1 && f->kind != E_SUM)
		b = ck_expr(s, f->kids[1]);
	switch (f->kind) {
	case E_CONST: return of_value(f->value);
	case E_VAR: return s->bound & ck_bit(f->var) ? of_value(s->env[f->var]) : absent;
	case E_FACT: return of_value(fact(s, f));
	case E_ADD: return plus(s, a, b, 1);
	case E_SUB: return plus(s, a, b, -1);
	case E_MUL: return times(s, a, b);
	case E_PERCENT: return times(s, times(s, a, b), (struct ck_num){.kind = V_INT, .num = 1, .den = 100});
	case E_FRACTION: return times(s, a, (struct ck_num){.kind = V_INT, .num = f->num, .den = f->den});
	case E_ROUNDED: return rounded(a, b);
	case E_MONTH_AFTER:
	case E_MONTH_OF:
	case E_MONTH_END: return month(f->kind, a);
	case E_LATER: return either(s, a, b, true);
	case E_EARLIER: return either(s, a, b, false);
	case E_THAT_DAY: return of_date(true, date_day(s->fired));
	case E_THAT_INSTANT: return of_date(true, s->fired);
	case E_COUNT:
	case E_SUM: return quantity(s, f);
	default: return absent;
	}
}

struct value ck_expr_value(struct ck_sight *s, const struct ck_form *f)
{
	struct ck_num x = ck_expr(s, f);
	const __int128 most = (__int128)1 << 62;
	if (x.kind != V_INT)
		return x.kind == V_NONE ? VALUE_NONE : x.v;
	if (x.den != 1 || x.num >= most || x.num <= -most) {
		s->p->too_large |= x.den == 1;
		return VALUE_NONE;
	}
	return (struct value){.kind = V_INT, .i = (int64_t)x.num};
}

bool ck_due(struct value span, civil from, civil *ret)
{
	if (span.kind != V_SPAN)
		return false;
	return date_add(span.span.unit >= SPAN_DAY ? date_day(from) : from, span.span, 1, ret); /* days run from the start of the day */
}
