/* SPDX-License-Identifier: Apache-2.0
 *
 * What differs between two evaluations: each instance's two step functions, compared.
 */
#include "rules/explain.h"
#include "rules/rulebook.h"

#include <stdlib.h>
#include <string.h>

struct compare {
	const struct eval *e1, *e2;
	struct arena *a, work;
	bool same_names;
	struct { struct difference *v; size_t n, cap; } found;
};

/* v, a value in `from`, in the numbers of `to`; false if `to` does not know the name. */
static bool translate(const struct compare *c, const struct syms *from, const struct syms *to, struct value v, struct value *ret)
{
	*ret = v;
	if (c->same_names || (v.kind != V_WORD && v.kind != V_ENTITY))
		return true;
	ret->s = syms_find(to, syms_str(from, v.s));
	return ret->s != SYM_ABSENT;
}

static bool translate_all(const struct compare *c, const struct syms *from, const struct syms *to, const struct value *v,
	uint32_t n, struct value *ret)
{
	for (uint32_t i = 0; i < n; i++)
		if (!translate(c, from, to, v[i], &ret[i]))
			return false;
	return true;
}

struct named { /* an instance as the answer names it */
	uint32_t fact;
	const struct syms *syms;
	struct value args[MAX_ARGS];
};

static void add(struct compare *c, const struct named *i, const struct syms *of_before, struct value before, struct value after,
	civil from, civil to)
{
	struct difference *last = c->found.n ? &c->found.v[c->found.n - 1] : NULL;
	uint32_t n = c->e2->rb->facts.v[i->fact].nparams;
	struct difference d = {.fact = i->fact, .syms = i->syms, .of_before = of_before, .before = before,
		.after = after, .from = from, .to = to};
	memcpy(d.args, i->args, n * sizeof *d.args);
	bool goes_on = last && last->fact == d.fact && last->to == from && last->syms == d.syms && last->of_before == of_before &&
		       value_eq(last->before, before) &&
		       value_eq(last->after, after);
	for (uint32_t k = 0; k < n && goes_on; k++)
		goes_on = value_eq(last->args[k], d.args[k]);
	if (goes_on)
		last->to = to;
	else
		arena_push(c->a, &c->found, d);
}

struct walk { /* along the steps of one instance */
	struct step *v;
	size_t n, i;
};

/* The value at t, and the next time at which it may change. */
static struct value value_at(struct walk *w, civil t, civil *next)
{
	while (w->i < w->n && w->v[w->i].to <= t)
		w->i++;
	if (w->i == w->n)
		return VALUE_NONE;
	const struct step *s = &w->v[w->i];
	civil turn = s->from > t ? s->from : s->to;
	if (turn < *next)
		*next = turn;
	return s->from <= t ? s->value : VALUE_NONE;
}

/* The same instance in both; i1 or i2 may be NULL. */
static void compare_inst(struct compare *c, const struct named *name, const struct inst *i1, const struct inst *i2)
{
	struct walk w1 = {0}, w2 = {0};
	arena_reset(&c->work);
	if (i1)
		w1.n = eval_steps(c->e1, i1, &c->work, &w1.v);
	if (i2)
		w2.n = eval_steps(c->e2, i2, &c->work, &w2.v);
	for (civil t = CIVIL_ALWAYS, next; t != CIVIL_NEVER; t = next) {
		next = CIVIL_NEVER;
		struct value v1 = value_at(&w1, t, &next), v2 = value_at(&w2, t, &next), before = v1;
		bool known = name->syms == c->e1->syms || translate(c, c->e1->syms, c->e2->syms, v1, &before);
		if (!known) /* a word that e2 does not have */
			add(c, name, c->e1->syms, v1, v2, t, next);
		else if (!value_eq(before, v2))
			add(c, name, name->syms, before, v2, t, next);
	}
}

static void compare_fact(struct compare *c, uint32_t fact)
{
	uint32_t before = rulebook_fact_like(c->e1->rb, c->e2->rb, fact);
	if (before == NO_ID)
		return;
	const struct insts l1 = eval_all(c->e1, before), l2 = eval_all(c->e2, fact);
	uint32_t n = c->e2->rb->facts.v[fact].nparams;
	struct named name = {.fact = fact, .syms = c->e2->syms};
	struct value args[MAX_ARGS];
	for (size_t i = 0; i < l2.n; i++) {
		bool known = translate_all(c, c->e2->syms, c->e1->syms, inst_args(insts_at(&l2, i), name.args), n, args);
		compare_inst(c, &name, known ? eval_find(c->e1, before, args) : NULL, insts_at(&l2, i));
	}
	for (size_t i = 0; i < l1.n; i++) { /* those that e2 does not have; it may not even know their names */
		bool known = translate_all(c, c->e1->syms, c->e2->syms, inst_args(insts_at(&l1, i), args), n, name.args);
		if (known && eval_find(c->e2, fact, name.args))
			continue;
		name.syms = known ? c->e2->syms : c->e1->syms;
		if (!known)
			memcpy(name.args, args, n * sizeof *args);
		compare_inst(c, &name, insts_at(&l1, i), NULL);
	}
}

static int by_fact_and_args(const void *x, const void *y, void *ctx)
{
	const struct difference *a = x, *b = y;
	const struct compare *c = ctx;
	if (a->fact != b->fact)
		return a->fact < b->fact ? -1 : 1;
	for (uint32_t k = 0; k < c->e2->rb->facts.v[a->fact].nparams; k++) {
		struct buf p, q;
		buf_init(&p, MAX_STRING + 1);
		buf_init(&q, MAX_STRING + 1);
		value_print(a->syms, a->args[k], &p);
		value_print(b->syms, b->args[k], &q);
		int r = str_cmp(buf_str(&p), buf_str(&q));
		buf_done(&p);
		buf_done(&q);
		if (r)
			return r;
	}
	return (a->from > b->from) - (a->from < b->from);
}

size_t explain_diff(const struct eval *e1, const struct eval *e2, struct arena *a, struct difference **ret)
{
	struct compare c = {.e1 = e1, .e2 = e2, .a = a, .same_names = e1->syms == e2->syms};
	for (uint32_t f = 0; f < e2->rb->facts.n; f++)
		compare_fact(&c, f);
	if (c.found.n > 1)
		qsort_r(c.found.v, c.found.n, sizeof *c.found.v, by_fact_and_args, &c);
	arena_done(&c.work);
	*ret = c.found.v;
	return c.found.n;
}
