/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts over time: the step function of a count is made once, from the histories of those that are counted; when one of these
 * is written to, its own turns are taken out and put in again.
 */
#include "rules/late_int.h"

#include "base/bisect.h"
#include "rules/state_int.h"

#include <stdlib.h>
#include <string.h>

static bool later(const struct late *l, const struct level *a, const struct level *b)
{
	return a->floor != b->floor ? a->floor > b->floor : a->round != b->round && late_cmp_rounds(l, a->round, b->round) > 0;
}

/* Merging runs that are in order already: the histories of the instances. */
static void sort(const struct late *l, struct level *v, size_t n, struct level *room)
{
	if (n < 12) {
		for (size_t i = 1; i < n; i++) {
			struct level x = v[i];
			size_t k = i;
			for (; k && later(l, &v[k - 1], &x); k--)
				v[k] = v[k - 1];
			v[k] = x;
		}
		return;
	}
	size_t half = n / 2, i = 0, k = half, out = 0;
	sort(l, v, half, room);
	sort(l, v + half, n - half, room);
	memcpy(room, v, half * sizeof *v);
	while (i < half)
		v[out++] = k < n && later(l, &room[i], &v[k]) ? v[k++] : room[i++];
}

enum { TOGETHER = 64 };

/* Instances lie scattered in memory, and their changes elsewhere: many are fetched at a time. */
static void expect(const struct insts *all, size_t from)
{
	size_t upto = from + TOGETHER < all->n ? from + TOGETHER : all->n;
	for (size_t k = from; k < upto; k++)
		__builtin_prefetch(insts_at(all, k));
	for (size_t k = from; k < upto; k++)
		__builtin_prefetch(insts_at(all, k)->v);
}

void late_expect(const struct insts *all)
{
	for (size_t k = 0; k < all->n && k < 16 * TOGETHER; k += TOGETHER)
		expect(all, k);
}

void late_expect_one(struct late *l, uint32_t fact, const packed *args)
{
	const struct group *g = l->r->e->state->facts[fact].group;
	if (g->nslots)
		__builtin_prefetch(&g->slots[hash_packed(args, g->nargs) & (g->nslots - 1)]);
}

static uint32_t floor_of(const struct late *l, uint32_t round)
{
	return round < l->nbulk ? round : l->added.v[round - l->nbulk].floor;
}

struct turns { struct level *v; size_t n, cap; };

/* The rounds in which the instance begins or ceases to count. */
static void add_turns(struct late *l, const struct node *is, const struct change *v, uint32_t n, struct turns *ret)
{
	bool was = false;
	for (uint32_t k = 0; k < n; k++) {
		bool counts = state_counts(is, v[k].value);
		struct level level = {floor_of(l, v[k].round), v[k].round, 0, counts ? 1 : -1};
		if (counts != was)
			arena_push(&l->work, ret, level);
		was = counts;
	}
}

static void add_up(struct timeline *t, size_t from)
{
	uint32_t n = from ? t->v[from - 1].n : 0;
	for (size_t k = from; k < t->n; k++)
		t->v[k].n = n += (uint32_t)t->v[k].turn;
}

static void make_room(struct timeline *t, size_t n)
{
	if (n <= t->cap)
		return;
	t->cap = n + n / 2 + 4;
	t->v = reallocarray(t->v, t->cap, sizeof *t->v);
	if (!t->v)
		arena_oom();
}

static void draw(struct late *l, uint32_t fact, const struct count_group *g, struct timeline *t)
{
	const struct insts all = state_match(l->r->e->state, fact, g->mask, t->args);
	struct turns turns = {0};
	for (size_t k = 0; k < all.n; k++) {
		if (k % TOGETHER == 0)
			expect(&all, k);
		const struct inst *i = insts_at(&all, k);
		if (masked_eq(inst_packed(i), t->args, g->mask))
			add_turns(l, g->is, i->v, i->n, &turns);
	}
	sort(l, turns.v, turns.n, arena_array(&l->work, turns.n / 2 + 1, struct level));
	make_room(t, turns.n);
	if (turns.n)
		memcpy(t->v, turns.v, turns.n * sizeof *t->v);
	t->n = turns.n;
	add_up(t, 0);
}

/* The hash need not tell all apart: of two with the same one, the second is kept under the next number. */
static uint64_t key_of(const packed *args, uint32_t mask, uint64_t again)
{
	uint64_t h = again;
	for (; mask; mask &= mask - 1)
		h = hash_value(h, args[__builtin_ctz(mask)]);
	return hash_end(h) >> 1;
}

static struct timeline *find(const struct count_group *g, const packed *args, uint64_t *again)
{
	const uint32_t *at;
	for (*again = 0; (at = map_get(&g->map, key_of(args, g->mask, *again))); ++*again)
		if (masked_eq(g->all.v[*at].args, args, g->mask))
			return &g->all.v[*at];
	return NULL;
}

const struct timeline *late_timeline(struct late *l, uint32_t fact, uint32_t mask, const packed *args, const struct node *is)
{
	struct count_group *g = l->groups[fact];
	uint64_t again;
	while (g && !(g->mask == mask && g->is == is))
		g = g->next;
	if (!g) {
		g = arena_new(&l->arena, struct count_group);
		*g = (struct count_group){.mask = mask, .is = is, .next = l->groups[fact]};
		l->groups[fact] = g;
	}
	struct timeline *t = find(g, args, &again);
	if (t)
		return t;
	uint32_t nargs = state_nargs(l->r->e->state, fact);
	packed *kept = arena_array(&l->arena, nargs + 1, packed);
	for (uint32_t k = 0; k < nargs; k++)
		kept[k] = mask >> k & 1 ? args[k] : 0;
	map_set(&g->map, key_of(args, mask, again), (uint32_t)g->all.n);
	arena_push(&l->arena, &g->all, (struct timeline){.args = kept});
	t = &g->all.v[g->all.n - 1];
	draw(l, fact, g, t);
	return t;
}

static void draw_all(struct late *l, const struct node *n)
{
	UNSET packed args[MAX_ARGS];
	uint32_t mask;
	if (!n)
		return;
	const struct node *atom = n->kind == E_COUNT || n->kind == C_SOME ? solve_counted(&l->r->solver, n, &mask, args) : NULL;
	const struct insts all = atom ? state_all(l->r->e->state, atom->fact) : (struct insts){0};
	for (size_t i = 0; i < all.n; i++) {
		(void)late_timeline(l, atom->fact, mask, inst_packed(insts_at(&all, i)), atom->kind == C_IS ? atom : NULL);
		arena_reset(&l->work);
	}
	for (uint32_t i = 0; i < n->nkids; i++)
		draw_all(l, n->kids[i]);
}

void late_draw_counts(struct late *l)
{
	struct solver *s = &l->r->solver;
	for (size_t i = 0; i < l->r->defs.n; i++) {
		s->bound = l->r->defs.v[i].head;
		for (uint32_t v = 0; v < MAX_VARS; v++)
			s->env[v] = 0;
		draw_all(l, l->r->defs.v[i].cond);
	}
}

size_t late_how_many(const struct past *p, uint32_t fact, uint32_t mask, const packed *args, const struct node *is)
{
	const struct view *v = (const struct view *)(const void *)p;
	struct late *l = (struct late *)(uintptr_t)v->l; /* what it remembers changes nothing */
	const struct timeline *t = late_timeline(l, fact, mask, args, is);
	BISECT(i, t->n, late_is_in(l, t->v[i].round, &v->m, v->before)); /* the first turn that is later */
	return i ? t->v[i - 1].n : 0;
}

/* The first turn that is not before this one. */
static size_t place_of(const struct late *l, const struct timeline *t, const struct level *turn)
{
	BISECT(i, t->n, later(l, turn, &t->v[i]));
	return i;
}

static void replace_turns(struct late *l, struct timeline *t, const struct turns *old, const struct turns *new)
{
	size_t same = 0, n = old->n < new->n ? old->n : new->n, tail = 0, lowest = t->n;
	while (same < n && old->v[same].round == new->v[same].round && old->v[same].turn == new->v[same].turn)
		same++;
	while (tail < n - same && old->v[old->n - 1 - tail].round == new->v[new->n - 1 - tail].round &&
		old->v[old->n - 1 - tail].turn == new->v[new->n - 1 - tail].turn)
		tail++;
	for (size_t k = same; k < old->n - tail; k++) {
		size_t at = place_of(l, t, &old->v[k]);
		while (t->v[at].turn != old->v[k].turn) /* others turn in the same round */
			at++;
		t->n--;
		memmove(&t->v[at], &t->v[at + 1], (t->n - at) * sizeof *t->v);
		lowest = at < lowest ? at : lowest;
	}
	for (size_t k = same; k < new->n - tail; k++) {
		size_t at = place_of(l, t, &new->v[k]);
		make_room(t, t->n + 1);
		memmove(&t->v[at + 1], &t->v[at], (t->n - at) * sizeof *t->v);
		t->v[at] = new->v[k];
		t->n++;
		lowest = at < lowest ? at : lowest;
	}
	add_up(t, lowest);
}

void late_count_again(struct late *l, const struct inst *i, const struct change *old, uint32_t nold)
{
	for (struct count_group *g = l->groups[i->fact]; g; g = g->next) {
		uint64_t again;
		struct timeline *t = find(g, inst_packed(i), &again);
		struct turns was = {0}, is = {0};
		if (!t)
			continue;
		add_turns(l, g->is, old, nold, &was);
		add_turns(l, g->is, i->v, i->n, &is);
		replace_turns(l, t, &was, &is);
	}
}

void late_counts_free(struct late *l)
{
	for (uint32_t f = 0; l->groups && f < l->r->nfacts; f++)
		for (struct count_group *g = l->groups[f]; g; g = g->next) {
			for (size_t k = 0; k < g->all.n; k++)
				free(g->all.v[k].v);
			map_free(&g->map);
		}
}
