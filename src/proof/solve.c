/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions: every way to make them true, part by part, whatever the order in which the text has them (reference, section 5).
 */
#include "proof/past.h"

/* ---- terms --------------------------------------------------------------------------------------------------------------- */

static bool known_term(const struct ck_sight *s, struct ck_term t, struct value *ret)
{
	*ret = t.kind == CK_VAR ? s->env[t.var] : t.value;
	return t.kind == CK_VALUE || (t.kind == CK_VAR && s->bound & ck_bit(t.var));
}

static inline bool match(struct ck_sight *s, struct ck_term t, struct value v)
{
	struct value has;
	if (t.kind == CK_ANY)
		return true;
	if (known_term(s, t, &has))
		return value_eq(has, v);
	s->env[t.var] = v;
	s->bound |= ck_bit(t.var);
	return true;
}

bool ck_match(struct ck_sight *s, struct ck_term t, struct value v)
{
	return match(s, t, v);
}

static bool match_args(struct ck_sight *s, const struct ck_form *f, const struct ck_inst *i)
{
	for (uint32_t k = 0; k < f->nargs; k++)
		if (!match(s, f->args[k], i->args[k]))
			return false;
	return true;
}

bool ck_args(const struct ck_sight *s, const struct ck_term *t, uint32_t n, struct value *out)
{
	for (uint32_t i = 0; i < n; i++)
		if (!known_term(s, t[i], &out[i]) || out[i].kind == V_NONE)
			return false;
	return true;
}

static const struct ck_insts *candidates(const struct ck_sight *s, const struct ck_form *f)
{
	UNSET struct value args[MAX_ARGS];
	for (uint32_t i = 0; i < f->nargs; i++)
		if (!known_term(s, f->args[i], &args[i]))
			args[i] = VALUE_NONE;
	return ck_matching(s->p, f->fact, f->nargs, args);
}

static struct value fact_now(const struct ck_sight *s, const struct ck_form *f)
{
	UNSET struct value args[MAX_ARGS];
	return ck_args(s, f->args, f->nargs, args) ? ck_value(ck_find(s->p, f->fact, args), s->round) : VALUE_NONE;
}

/* ---- sets ---------------------------------------------------------------------------------------------------------------- */

bool ck_set_has(const struct ck_set *s, struct value v)
{
	for (size_t i = 0; i < s->n; i++)
		if (value_eq(s->v[i], v))
			return true;
	return false;
}

void ck_set_add(struct ck_set *s, struct value v)
{
	if (!ck_set_has(s, v))
		arena_push(s->a, s, v);
}

struct collecting {
	struct ck_set *set;
	uint32_t var;
	size_t enough;
};

static bool collect(struct ck_sight *s, void *ctx)
{
	const struct collecting *c = ctx;
	ck_charge(s->p, c->set->n / 16);
	ck_set_add(c->set, s->env[c->var]);
	return c->set->n < c->enough;
}

static bool of_weights(struct ck_sight *s, const struct ck_form *weight, ck_then then, void *ctx)
{
	const struct ck_insts *l = candidates(s, weight);
	uint64_t kept = s->bound;
	bool more = true;
	for (size_t i = 0; i < l->n && more; i++) {
		if (ck_value(l->v[i], s->round).kind != V_NONE && match_args(s, weight, l->v[i]))
			more = then(s, ctx);
		s->bound = kept;
	}
	return more;
}

/* Every way to satisfy what a quantifier ranges over. */
static bool over_range(struct ck_sight *s, const struct ck_form *q, ck_then then, void *ctx)
{
	uint64_t kept = s->bound;
	s->bound &= ~q->own;
	bool more = q->kids[0] ? ck_solve(s, q->kids[0], then, ctx) : q->kind == E_SUM ? of_weights(s, q->kids[1], then, ctx) : then(s, ctx);
	s->bound = kept;
	return more;
}

void ck_range(struct ck_sight *s, const struct ck_form *q, struct ck_set *ret)
{
	struct collecting c = {ret, q->var, SIZE_MAX};
	(void)over_range(s, q, collect, &c);
}

/* ---- which part next ----------------------------------------------------------------------------------------------------- */

static bool mentions_none(const struct ck_form *f)
{
	for (uint32_t i = 0; i < f->nterms; i++)
		if (f->terms[i].kind == CK_VALUE && f->terms[i].value.kind == V_NONE)
			return true;
	return false;
}

bool ck_runnable(const struct ck_form *f, uint64_t bound)
{
	uint64_t open = f->free & ~bound, done = 0;
	switch (f->kind) {
	case C_HOLDS:
	case C_IN: return true;
	case C_IS: return (!f->negated && !mentions_none(f)) || !open || f->ending;
	case C_NOT: return !open || f->ending;
	case C_OR:
		for (uint32_t i = 0; i < f->nkids; i++)
			if (!ck_runnable(f->kids[i], bound))
				return false;
		return true;
	case C_AND:
		for (uint32_t left = f->nkids; left; left--) {
			uint32_t i = 0;
			while (i < f->nkids && (done & ck_bit(i) || !ck_runnable(f->kids[i], bound)))
				i++;
			if (i == f->nkids)
				return false;
			done |= ck_bit(i);
			bound |= f->kids[i]->free;
		}
		return true;
	case C_SOME: return !f->kids[0] || ck_runnable(f->kids[0], bound & ~f->own);
	default: return !(open & ~f->binds);
	}
}

static size_t cost(const struct ck_sight *s, const struct ck_form *f)
{
	if (!(f->free & ~s->bound))
		return 0;
	if (!ck_runnable(f, s->bound))
		return SIZE_MAX;
	if (f->kind == C_HOLDS || f->kind == C_IS)
		return 1 + candidates(s, f)->n;
	return f->kind == C_IN ? 1 + f->nitems : SIZE_MAX / 2;
}

struct rest { /* of a conjunction */
	const struct ck_form *f;
	uint64_t done;
	ck_then then;
	void *ctx;
};

static bool join(struct ck_sight *s, const struct rest *r);

static bool go_on(struct ck_sight *s, void *ctx)
{
	return join(s, ctx);
}

static bool join(struct ck_sight *s, const struct rest *r)
{
	uint32_t best = r->f->nkids;
	size_t least = SIZE_MAX;
	for (uint32_t i = 0; i < r->f->nkids && least; i++) {
		if (r->done & ck_bit(i))
			continue;
		size_t c = cost(s, r->f->kids[i]);
		if (best == r->f->nkids || c < least) {
			best = i;
			least = c;
		}
	}
	if (best == r->f->nkids)
		return r->then(s, r->ctx);
	struct rest next = {r->f, r->done | ck_bit(best), r->then, r->ctx};
	return ck_solve(s, r->f->kids[best], go_on, &next);
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

static bool accepts(struct ck_sight *s, struct ck_term t, struct value v)
{
	if (v.kind == V_NONE) /* only the word none stands for no value */
		return t.kind == CK_VALUE && t.value.kind == V_NONE;
	return match(s, t, v);
}

static bool test_is(struct ck_sight *s, const struct ck_form *f)
{
	struct value v = fact_now(s, f);
	for (uint32_t i = 0; i < f->nterms; i++) {
		uint64_t kept = s->bound;
		bool yes = accepts(s, f->terms[i], v);
		s->bound = kept;
		if (yes)
			return !f->negated;
	}
	return f->negated;
}

static bool with_terms(struct ck_sight *s, const struct ck_form *f, struct value v, ck_then then, void *ctx)
{
	uint64_t kept = s->bound;
	bool more = true;
	if (f->kind == C_HOLDS)
		return then(s, ctx);
	for (uint32_t i = 0; i < f->nterms && more; i++) {
		if (accepts(s, f->terms[i], v))
			more = then(s, ctx);
		s->bound = kept;
	}
	return more;
}

/* Instances with a value; of an ending, those that had one and have none now. */
static bool over_instances(struct ck_sight *s, const struct ck_form *f, ck_then then, void *ctx)
{
	const struct ck_form *atom = f->kind == C_NOT ? f->kids[0] : f;
	const struct ck_insts *l = candidates(s, atom);
	uint64_t kept = s->bound;
	bool more = true;
	for (size_t i = 0; i < l->n && more; i++) {
		const struct ck_change *c = ck_last(l->v[i], s->round);
		if (c && (c->value.kind == V_NONE) == f->ending && match_args(s, atom, l->v[i]))
			more = f->ending ? then(s, ctx) : with_terms(s, f, c->value, then, ctx);
		s->bound = kept;
	}
	return more;
}

/* ---- comparisons with open variables ------------------------------------------------------------------------------------- */

/* A part of it that can bind them: a fact, or what a count or sum ranges over. */
static const struct ck_form *binder_in(const struct ck_sight *s, const struct ck_form *f)
{
	if (!f || !(f->free & ~s->bound))
		return NULL;
	if (f->kind == E_FACT || f->kind == E_COUNT || f->kind == E_SUM)
		return f;
	const struct ck_form *found = NULL;
	for (uint32_t i = 0; i < f->nkids && !found; i++)
		found = binder_in(s, f->kids[i]);
	return found;
}

struct outside { /* the distinct values of variables that stand outside a quantifier too */
	struct { struct value *v; size_t n, cap; } rows;
	uint64_t vars;
	uint32_t n;
	struct arena *a;
};

static bool collect_outside(struct ck_sight *s, void *ctx)
{
	struct outside *o = ctx;
	UNSET struct value row[MAX_VARS];
	uint32_t n = 0;
	for (uint64_t left = o->vars; left; left &= left - 1)
		row[n++] = s->env[__builtin_ctzll(left)];
	ck_charge(s->p, o->rows.n / 16);
	for (size_t i = 0; i + n <= o->rows.n; i += n) {
		uint32_t k = 0;
		while (k < n && value_eq(o->rows.v[i + k], row[k]))
			k++;
		if (k == n)
			return true;
	}
	for (uint32_t k = 0; k < n; k++)
		arena_push(o->a, &o->rows, row[k]);
	return true;
}

/* For each of these ways: `again`: f once more, else on. */
static bool over_outside(struct ck_sight *s, const struct ck_form *q, const struct ck_form *again, ck_then then, void *ctx)
{
	uint64_t kept = s->bound;
	struct outside o = {.vars = q->free & ~kept, .a = &s->p->scratch};
	bool more = true;
	(void)over_range(s, q, collect_outside, &o);
	for (size_t i = 0; i < o.rows.n && more;) {
		for (uint64_t left = o.vars; left; left &= left - 1)
			s->env[__builtin_ctzll(left)] = o.rows.v[i++];
		s->bound |= o.vars;
		more = again ? ck_solve(s, again, then, ctx) : then(s, ctx);
		s->bound = kept;
	}
	return more;
}

static bool over_binder(struct ck_sight *s, const struct ck_form *f, ck_then then, void *ctx)
{
	const struct ck_form *b = binder_in(s, f);
	uint64_t kept = s->bound;
	bool more = true;
	if (!b)
		return true; /* nothing binds them: no way */
	if (b->kind != E_FACT)
		return b->free & ~s->bound ? over_outside(s, b, f, then, ctx) : true;
	const struct ck_insts *l = candidates(s, b);
	for (size_t i = 0; i < l->n && more; i++) {
		if (ck_value(l->v[i], s->round).kind != V_NONE && match_args(s, b, l->v[i]))
			more = ck_solve(s, f, then, ctx);
		s->bound = kept;
	}
	return more;
}

/* ---- tests --------------------------------------------------------------------------------------------------------------- */

static bool test_every(struct ck_sight *s, const struct ck_form *f)
{
	struct ck_set all = {.a = &s->p->scratch};
	uint64_t kept = s->bound;
	bool yes = true;
	ck_range(s, f, &all);
	for (size_t i = 0; i < all.n && yes; i++) {
		s->bound = (kept & ~f->own) | ck_bit(f->var);
		s->env[f->var] = all.v[i];
		yes = ck_true(s, f->kids[1]);
	}
	s->bound = kept;
	return yes;
}

static bool test_clock(struct ck_sight *s, const struct ck_form *f)
{
	struct ck_num d = ck_expr(s, f->kids[0]);
	if (d.kind != V_DATE)
		return false;
	civil at = f->kind == C_PASSED ? date_end(d.v.t) : d.v.t;
	if (s->now < at && s->wake)
		s->wake(s->wake_ctx, s, at);
	return s->now >= at;
}

static bool test_name(const struct ck_sight *s, const struct ck_form *f)
{
	struct value v;
	for (uint32_t i = 0; i < f->nterms; i++)
		if (known_term(s, f->terms[i], &v) && value_eq(v, s->env[f->var]))
			return !f->negated;
	return f->negated;
}

static bool test_in(const struct ck_sight *s, const struct ck_form *f)
{
	for (uint32_t i = 0; i < f->nitems; i++)
		if (value_eq(s->env[f->var], (struct value){.kind = V_ENTITY, .s = f->items[i]}))
			return true;
	return false;
}

/* Of a count that is compared with a number, one more than that number tells as much as all of them. What is not looked at then cannot
 * matter before what was looked at changes, and then it is looked at. */
static struct ck_num left_side(struct ck_sight *s, const struct ck_form *f)
{
	const struct ck_form *left = f->kids[0], *right = f->kids[1];
	if (left->kind != E_COUNT || right->kind != E_CONST || right->value.kind != V_INT)
		return ck_expr(s, left);
	struct ck_set some = {.a = &s->p->scratch};
	struct collecting c = {&some, left->var, right->value.i < 0 ? 0 : (size_t)right->value.i + 1};
	if (c.enough)
		(void)over_range(s, left, collect, &c);
	return (struct ck_num){.kind = V_INT, .num = (__int128)some.n, .den = 1};
}

static bool test_compare(struct ck_sight *s, const struct ck_form *f)
{
	struct ck_num a = left_side(s, f), b = ck_expr(s, f->kids[1]);
	__int128 x, y;
	int c;
	if (a.kind == V_NONE || a.kind != b.kind)
		return false;
	if (a.kind == V_DATE) {
		c = (a.v.t > b.v.t) - (a.v.t < b.v.t);
	} else if (a.kind != V_INT) {
		c = !value_eq(a.v, b.v);
	} else {
		if (__builtin_mul_overflow(a.num, b.den, &x) || __builtin_mul_overflow(b.num, a.den, &y)) {
			s->p->too_large = true;
			return false;
		}
		c = (x > y) - (x < y);
	}
	switch ((enum cmp)f->op) {
	case CMP_GE: return c >= 0;
	case CMP_GT: return c > 0;
	case CMP_EQ: return c == 0;
	case CMP_LT: return c < 0;
	case CMP_LE: return c <= 0;
	}
	return false;
}

static bool never(struct ck_sight *s, void *ctx)
{
	(void)s;
	*(bool *)ctx = true;
	return false;
}

static bool test(struct ck_sight *s, const struct ck_form *f)
{
	bool found = false;
	switch (f->kind) {
	case C_HOLDS: return fact_now(s, f).kind == V_YES;
	case C_IS: return test_is(s, f);
	case C_NOT: return !ck_true(s, f->kids[0]);
	case C_VAR_IS: return test_name(s, f);
	case C_IN: return test_in(s, f);
	case C_EVERY: return test_every(s, f);
	case C_CMP: return test_compare(s, f);
	case C_REACHED:
	case C_PASSED: return test_clock(s, f);
	case C_SOME: (void)over_range(s, f, never, &found); return found;
	default: return false;
	}
}

/* ---- all together -------------------------------------------------------------------------------------------------------- */

static bool over_items(struct ck_sight *s, const struct ck_form *f, ck_then then, void *ctx)
{
	uint64_t kept = s->bound;
	bool more = true;
	for (uint32_t i = 0; i < f->nitems && more; i++) {
		s->env[f->var] = (struct value){.kind = V_ENTITY, .s = f->items[i]};
		s->bound |= ck_bit(f->var);
		more = then(s, ctx);
		s->bound = kept;
	}
	return more;
}

static bool solve(struct ck_sight *s, const struct ck_form *f, ck_then then, void *ctx)
{
	uint64_t kept = s->bound;
	bool more = true;
	if (f->kind == C_AND) {
		struct rest all = {f, 0, then, ctx};
		return join(s, &all);
	}
	if (f->kind == C_OR) {
		for (uint32_t i = 0; i < f->nkids && more; i++) {
			more = ck_solve(s, f->kids[i], then, ctx);
			s->bound = kept;
		}
		return more;
	}
	if (!(f->free & ~s->bound)) {
		more = !test(s, f) || then(s, ctx);
		s->bound = kept;
		return more;
	}
	switch (f->kind) {
	case C_HOLDS: return over_instances(s, f, then, ctx);
	case C_IS:
	case C_NOT: return f->negated || (!f->ending && (f->kind == C_NOT || mentions_none(f))) ? true : over_instances(s, f, then, ctx);
	case C_SOME: return over_outside(s, f, NULL, then, ctx);
	case C_IN: return over_items(s, f, then, ctx);
	case C_VAR_IS:
	case C_EVERY: return true; /* these bind nothing */
	default: return over_binder(s, f, then, ctx);
	}
}

bool ck_solve(struct ck_sight *s, const struct ck_form *f, ck_then then, void *ctx)
{
	struct ck_past *p = s->p;
	if (!f)
		return then(s, ctx);
	if (p->budget == 0 || p->deep == CK_MAX_DEEP) {
		p->too_much = true;
		return false;
	}
	p->budget--;
	p->deep++;
	bool more = solve(s, f, then, ctx);
	p->deep--;
	return more;
}

bool ck_true(struct ck_sight *s, const struct ck_form *f)
{
	bool found = false;
	(void)ck_solve(s, f, never, &found);
	return found;
}

static bool keep(struct ck_sight *s, void *ctx)
{
	*(struct ck_sight *)ctx = *s;
	return false;
}

bool ck_first(struct ck_sight *s, const struct ck_form *f)
{
	UNSET struct ck_sight found;
	if (ck_solve(s, f, keep, &found))
		return false;
	if (s->p->too_much)
		return false;
	*s = found;
	return true;
}
