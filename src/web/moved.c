/* SPDX-License-Identifier: Apache-2.0 */
#include "web/moved.h"

#include <stdlib.h>

/* Up to so many that changed at one instant stand by the alphabet: more take longer than a reader waits. */
enum { MOST_NAMES = 500 };

/* Facts that pages lead with come first, then the order of the rulebook. */
unsigned moved_rank(const struct model *m, uint32_t f)
{
	return f == m->voc->fact.status ? 0 : f == m->voc->fact.in_force || f == m->voc->fact.party || f == m->voc->fact.decision ? 1 : 2;
}

static int by_time(const struct moved *a, const struct moved *b)
{
	if (a->passing != b->passing)
		return a->passing ? 1 : -1;
	return a->round != b->round ? a->round < b->round ? 1 : -1 : 0;
}

static int in_order(const void *x, const void *y)
{
	const struct moved *a = x, *b = y;
	int d = by_time(a, b);
	return d ? d : (a->of->number > b->of->number) - (a->of->number < b->of->number);
}

/* Brings the n that come first to the front, in no order. No two are equal. */
static void first_ones(struct moved *v, size_t all, size_t n)
{
	enum { FEW = 8 };
	while (n && n < all && all > FEW) {
		struct moved some[] = {v[0], v[all / 2], v[all - 1]};
		size_t i = 0, k = all - 1;
		qsort(some, 3, sizeof *some, in_order);
		for (;; i++, k--) { /* up to k they come before the one in the middle or are it, after k it is not so */
			while (in_order(&v[i], &some[1]) < 0)
				i++;
			while (in_order(&v[k], &some[1]) > 0)
				k--;
			if (i >= k)
				break;
			struct moved one = v[i];
			v[i] = v[k];
			v[k] = one;
		}
		if (n <= k) {
			all = k + 1;
		} else {
			v += k + 1;
			all -= k + 1;
			n -= k + 1;
		}
	}
	if (n && n < all)
		qsort(v, all, sizeof *v, in_order);
}

struct named {
	struct str key;
	struct moved moved;
};

static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int d = str_cmp(a->key, b->key);
	return d ? d : in_order(&a->moved, &b->moved);
}

/* What changed at one instant has no order of time: it stands by the names of what it is about, as a reader looks for them. */
static void sort_names(const struct model *m, const struct between *s, struct moved *v, size_t n)
{
	struct named *k = arena_array(m->arena, n, struct named);
	for (size_t i = 0; i < n; i++) {
		struct str text = {NULL, 0};
		for (uint32_t j = 0; j < m->rb->facts.v[v[i].of->fact].nparams; j++) {
			struct value arg = v[i].of->args[j];
			text = ARENA_JOIN(m->arena, text, STR(" "), arg.kind == V_ENTITY ? model_title(m, arg.s).text : model_text(m, NO_ID, arg));
		}
		k[i] = (struct named){alphabet_key(s->abc, text, m->arena), v[i]};
	}
	qsort(k, n, sizeof *k, by_name);
	for (size_t i = 0; i < n; i++)
		v[i] = k[i].moved;
}

void moved_sort(const struct model *m, const struct between *s, struct group *g, size_t first, size_t most)
{
	most = most < g->n ? most : g->n;
	first = first < most ? first : most;
	if (most == first)
		return;
	first_ones(g->v, g->n, first);
	first_ones(g->v + first, g->n - first, most - first);
	qsort(g->v + first, most - first, sizeof *g->v, in_order);
	if (!s->abc)
		return;
	struct moved head = g->v[first], tail = g->v[most - 1];
	size_t from = 0, to = 0;
	for (size_t i = 0; i < g->n; i++) {
		from += by_time(&g->v[i], &head) < 0;
		to += by_time(&g->v[i], &tail) <= 0;
	}
	first_ones(g->v, g->n, from);
	first_ones(g->v + from, g->n - from, to - from);
	qsort(g->v + from, to - from, sizeof *g->v, in_order);
	for (size_t i = from, end; i < to; i = end) {
		for (end = i + 1; end < to && by_time(&g->v[i], &g->v[end]) == 0;)
			end++;
		if (end - i > 1 && end - i <= MOST_NAMES)
			sort_names(m, s, g->v + i, end - i);
	}
}

/* The span between the two days in one reading. */
struct window {
	const struct course *courses;
	uint32_t before, after; /* rounds */
};

/* Did it change in that window? Then notes its round, and whether it changed back. */
static bool moves(const struct window *w, const struct instance *of, struct moved *ret)
{
	const struct course *c = &w->courses[of->number];
	if (!c->inst || c->first > w->after || c->last <= w->before)
		return false;
	uint32_t round = c->last;
	bool back = c->over; /* it had no value before */
	if (c->first <= w->before || c->last > w->after) {
		const struct change *last = inst_last(c->inst, w->after);
		if (last == course_last(c, w->before))
			return false;
		round = last->round;
		back = value_eq(c->first <= w->before ? inst_value(c->inst, w->before) : VALUE_NONE, change_value(last));
	}
	ret->passing = ret->passing && back;
	ret->round = round > ret->round ? round : ret->round;
	return true;
}

static int by_rank(const struct model *m, const struct group *a, const struct group *b)
{
	unsigned x = moved_rank(m, a->fact), y = moved_rank(m, b->fact);
	return x != y ? (x > y) - (x < y) : (a->fact > b->fact) - (a->fact < b->fact);
}

static void add_group(const struct model *m, struct between *s, const struct group *g)
{
	arena_push(m->arena, &s->groups, *g);
	for (size_t at = s->groups.n - 1; at > 0 && by_rank(m, g, &s->groups.v[at - 1]) < 0; at--) {
		s->groups.v[at] = s->groups.v[at - 1];
		s->groups.v[at - 1] = *g;
	}
	s->passing += g->passing;
	s->net += g->n - g->passing;
}

/* Read off the evaluations themselves, in the order of facts: spans are made only of what is shown. */
void moved_find(const struct model *m, struct between *s)
{
	const struct instance *list;
	struct group g = {0};
	uint32_t nreadings = view_readings(m->view);
	struct window *w = arena_array(m->arena, nreadings, struct window);
	for (uint32_t k = 0; k < nreadings; k++)
		w[k] = (struct window){view_courses(m->view, k), eval_round_at(view_rounds(m->view, k), view_on(s->from)),
			eval_round_at(view_rounds(m->view, k), view_on(s->to))};
	(void)view_instances_then(m->view, s->only, s->who, view_on(s->from), m->arena, &list);
	size_t n = view_instances_then(m->view, s->only, s->who, view_on(s->to), m->arena, &list);
	for (size_t i = 0; i < n; i++) {
		struct moved one = {.of = &list[i], .passing = true};
		bool changed = false;
		for (uint32_t k = 0; k < nreadings; k++)
			changed = moves(&w[k], &list[i], &one) || changed;
		if (!changed)
			continue;
		if (g.n && g.fact != list[i].fact) {
			add_group(m, s, &g);
			g = (struct group){0};
		}
		g.fact = list[i].fact;
		g.passing += one.passing;
		arena_push(m->arena, &g, one);
	}
	if (g.n)
		add_group(m, s, &g);
}
