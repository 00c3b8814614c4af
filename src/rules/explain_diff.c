/* SPDX-License-Identifier: Apache-2.0
 *
 * What differs between two evaluations: each instance's two step functions, compared.
 */
#include "rules/explain.h"
#include "rules/rulebook.h"

#include <stdlib.h>
#include <string.h>

struct names { /* the numbers that names of `from` have in `to` */
	const struct syms *from, *to;
	sym *found; /* + 1; 0: not looked for yet; SYM_ABSENT: `to` does not know it. NULL: they are the same */
};

struct compare {
	const struct eval *e1, *e2;
	struct arena *a, work, tables;
	struct names onward, back; /* of e1 in e2, of e2 in e1 */
	struct { struct difference *v; size_t n, cap; } found;
};

static struct names names_of(struct compare *c, const struct syms *from, const struct syms *to)
{
	struct names n = {.from = from, .to = to};
	if (from != to)
		n.found = arena_array(&c->tables, syms_count(from), sym);
	return n;
}

/* v, a value in `from`, in the numbers of `to`; false if `to` does not know the name. */
static bool translate(const struct names *n, struct value v, struct value *ret)
{
	*ret = v;
	if (!n->found || (v.kind != V_WORD && v.kind != V_ENTITY))
		return true;
	sym *known = &n->found[v.s];
	if (!*known) {
		sym s = syms_find(n->to, syms_str(n->from, v.s));
		*known = s == SYM_ABSENT ? s : s + 1;
	}
	ret->s = *known - (*known != SYM_ABSENT);
	return ret->s != SYM_ABSENT;
}

static bool translate_all(const struct names *names, const struct value *v, uint32_t n, struct value *ret)
{
	for (uint32_t i = 0; i < n; i++)
		if (!translate(names, v[i], &ret[i]))
			return false;
	return true;
}

struct named { /* an instance as the answer names it */
	uint32_t fact, nargs;
	const struct syms *syms;
	struct value args[MAX_ARGS];
	const struct value *kept; /* a copy for the answer, once there is something to say */
};

static void add(struct compare *c, struct named *i, const struct syms *of_before, struct value before, struct value after,
	civil from, civil to)
{
	struct difference *last = c->found.n ? &c->found.v[c->found.n - 1] : NULL;
	if (!i->kept)
		i->kept = arena_copy(c->a, i->args, (i->nargs ? i->nargs : 1) * sizeof *i->args); /* its place tells instances apart */
	struct difference d = {.fact = i->fact, .syms = i->syms, .of_before = of_before, .args = i->kept, .before = before,
		.after = after, .from = from, .to = to};
	bool goes_on = last && last->args == d.args && last->to == from && last->of_before == of_before &&
		       value_eq(last->before, before) && value_eq(last->after, after);
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

/* Change for change the same: the common case, and seen at once. */
static bool same_changes(const struct compare *c, const struct inst *i1, const struct inst *i2)
{
	bool same = i1->n == i2->n;
	for (uint32_t k = 0; k < i1->n && same; k++) {
		const struct change *c1 = &i1->v[k], *c2 = &i2->v[k];
		struct value v;
		same = round_at(c->e1, c1->round) == round_at(c->e2, c2->round) && translate(&c->onward, change_value(c1), &v) &&
		       value_pack(v) == c2->value;
	}
	return same;
}

/* The same instance in both; i1 or i2 may be NULL. */
static void compare_inst(struct compare *c, struct named *name, const struct inst *i1, const struct inst *i2)
{
	struct walk w1 = {0}, w2 = {0};
	name->kept = NULL;
	if (i1 && i2 && same_changes(c, i1, i2))
		return;
	arena_reset(&c->work);
	if (i1)
		w1.n = eval_steps(c->e1, i1, &c->work, &w1.v);
	if (i2)
		w2.n = eval_steps(c->e2, i2, &c->work, &w2.v);
	for (civil t = CIVIL_ALWAYS, next; t != CIVIL_NEVER; t = next) {
		next = CIVIL_NEVER;
		struct value v1 = value_at(&w1, t, &next), v2 = value_at(&w2, t, &next), before = v1;
		bool known = name->syms == c->e1->syms || translate(&c->onward, v1, &before);
		if (!known) /* a word that e2 does not have */
			add(c, name, c->e1->syms, v1, v2, t, next);
		else if (!value_eq(before, v2))
			add(c, name, name->syms, before, v2, t, next);
	}
}

static bool has_args(const struct inst *i, const struct value *args)
{
	for (uint32_t k = 0; k < i->nargs; k++)
		if (inst_packed(i)[k] != value_pack(args[k]))
			return false;
	return true;
}

static void compare_fact(struct compare *c, uint32_t fact)
{
	uint32_t before = rulebook_fact_like(c->e1->rb, c->e2->rb, fact);
	if (before == NO_ID)
		return;
	const struct insts l1 = eval_all(c->e1, before), l2 = eval_all(c->e2, fact);
	uint32_t n = c->e2->rb->facts.v[fact].nparams;
	struct named name = {.fact = fact, .nargs = n, .syms = c->e2->syms};
	struct value args[MAX_ARGS];
	for (size_t i = 0, next = 0; i < l2.n; i++) {
		const struct inst *i1 = NULL;
		if (!insts_at(&l2, i)->n)
			continue;
		if (translate_all(&c->back, inst_args(insts_at(&l2, i), name.args), n, args))
			i1 = next < l1.n && has_args(insts_at(&l1, next), args) ? insts_at(&l1, next) : eval_find(c->e1, before, args);
		next = i1 ? inst_id(i1) + 1 : next; /* mostly they came about in one order */
		compare_inst(c, &name, i1, insts_at(&l2, i));
	}
	for (size_t i = 0; i < l1.n; i++) { /* those that e2 does not have; it may not even know their names */
		bool known = translate_all(&c->onward, inst_args(insts_at(&l1, i), args), n, name.args);
		if (known && eval_find(c->e2, fact, name.args))
			continue;
		name.syms = known ? c->e2->syms : c->e1->syms;
		if (!known)
			memcpy(name.args, args, n * sizeof *args);
		compare_inst(c, &name, insts_at(&l1, i), NULL);
	}
}

static int cmp_printed(const struct difference *a, const struct difference *b, uint32_t arg)
{
	if (a->syms == b->syms)
		return value_cmp_printed(a->syms, a->args[arg], b->args[arg]);
	struct buf p, q;
	buf_init(&p, MAX_STRING + 1);
	buf_init(&q, MAX_STRING + 1);
	value_print(a->syms, a->args[arg], &p);
	value_print(b->syms, b->args[arg], &q);
	int r = str_cmp(buf_str(&p), buf_str(&q));
	buf_done(&p);
	buf_done(&q);
	return r;
}

static int by_fact_and_args(const void *x, const void *y, void *ctx)
{
	const struct difference *a = x, *b = y;
	const struct compare *c = ctx;
	if (a->fact != b->fact)
		return a->fact < b->fact ? -1 : 1;
	for (uint32_t k = 0; k < c->e2->rb->facts.v[a->fact].nparams && a->args != b->args; k++) {
		int r = cmp_printed(a, b, k);
		if (r)
			return r;
	}
	return (a->from > b->from) - (a->from < b->from);
}

size_t explain_diff(const struct eval *e1, const struct eval *e2, struct arena *a, struct difference **ret)
{
	struct compare c = {.e1 = e1, .e2 = e2, .a = a};
	c.onward = names_of(&c, e1->syms, e2->syms);
	c.back = names_of(&c, e2->syms, e1->syms);
	for (uint32_t f = 0; f < e2->rb->facts.n; f++)
		compare_fact(&c, f);
	if (c.found.n > 1)
		qsort_r(c.found.v, c.found.n, sizeof *c.found.v, by_fact_and_args, &c);
	arena_done(&c.work);
	arena_done(&c.tables);
	*ret = c.found.v;
	return c.found.n;
}
