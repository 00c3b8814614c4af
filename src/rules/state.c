/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/state.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_row(uint64_t h, const struct value *row, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		h = hash_value(h, row[i]);
	return hash_end(h);
}

static bool row_eq(const struct value *a, const struct value *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!value_eq(a[i], b[i]))
			return false;
	return true;
}

/* ---- tuples ------------------------------------------------------------------------------------------------------ */

enum { SMALL_SET = 8 }; /* up to here rows are compared one by one */

void tuples_init(struct tuples *t, struct arena *a, uint32_t width)
{
	*t = (struct tuples){.arena = a, .width = width};
}

const struct value *tuples_row(const struct tuples *t, size_t i)
{
	return t->v + i * t->width;
}

static size_t tuple_slot(const struct tuples *t, const struct value *row)
{
	size_t i = hash_row(0, row, t->width) & (t->nslots - 1);
	while (t->slots[i] && !row_eq(tuples_row(t, t->slots[i] - 1), row, t->width))
		i = (i + 1) & (t->nslots - 1);
	return i;
}

static void tuples_rehash(struct tuples *t)
{
	t->nslots = t->nslots ? t->nslots * 2 : 4 * SMALL_SET;
	t->slots = arena_array(t->arena, t->nslots, uint32_t);
	for (size_t i = 0; i < t->n; i++)
		t->slots[tuple_slot(t, tuples_row(t, i))] = (uint32_t)i + 1;
}

static bool tuples_has(const struct tuples *t, const struct value *row)
{
	if (t->nslots)
		return t->slots[tuple_slot(t, row)] != 0;
	for (size_t i = 0; i < t->n; i++)
		if (row_eq(tuples_row(t, i), row, t->width))
			return true;
	return false;
}

bool tuples_add(struct tuples *t, const struct value *row)
{
	if (tuples_has(t, row))
		return false;
	if (t->n >= SMALL_SET && (t->n + 1) * 2 > t->nslots)
		tuples_rehash(t);
	size_t width = t->width ? t->width : 1;
	t->v = arena_grow(t->arena, t->v, t->n, &t->cap, width * sizeof *t->v);
	if (t->width)
		memcpy(t->v + t->n * t->width, row, t->width * sizeof *row);
	if (t->nslots)
		t->slots[tuple_slot(t, tuples_row(t, t->n))] = (uint32_t)t->n + 1;
	t->n++;
	return true;
}

/* ---- instances --------------------------------------------------------------------------------------------------- */

struct bucket { /* the instances that agree in the arguments of an index */
	struct inst_list list;
	uint64_t hash;
	size_t live; /* that have a value in the latest state */
};

struct index { /* of one fact by some of its arguments */
	uint32_t mask;
	struct bucket *slots;
	size_t nslots, used;
	struct index *next;
};

struct per_fact {
	uint32_t nargs;
	struct inst_list all;
	struct index *indexes;
};

enum { SIZES = 32 };

struct state {
	struct arena *arena;
	struct per_fact *facts;
	uint32_t nfacts;
	struct inst_slot { /* by fact and all arguments; the hash spares a look at instances that are others */
		uint64_t hash;
		struct inst *inst;
	} *slots;
	size_t nslots, n;
	struct spare { /* arrays of 2^k changes that were outgrown, to be used again */
		struct spare *next;
	} *spare[SIZES];
	bool frozen;
};

enum { SCAN_BELOW = 12 }; /* so few instances are scanned faster than an index is kept */

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);
	if (!p)
		arena_oom();
	return p;
}

struct state *state_new(struct arena *a, uint32_t nfacts, const uint32_t *nargs)
{
	struct state *s = arena_new(a, struct state);
	s->arena = a;
	s->facts = arena_array(a, nfacts + 1, struct per_fact);
	s->nfacts = nfacts;
	for (uint32_t i = 0; i < nfacts; i++)
		s->facts[i].nargs = nargs[i];
	s->nslots = 256;
	s->slots = zeroed(s->nslots, sizeof *s->slots);
	return s;
}

void state_free(struct state *s)
{
	free(s->slots);
	for (uint32_t i = 0; i < s->nfacts; i++)
		free(s->facts[i].all.v);
}

void state_freeze(struct state *s)
{
	s->frozen = true;
}

uint32_t state_nargs(const struct state *s, uint32_t fact)
{
	return s->facts[fact].nargs;
}

static uint64_t hash_inst(const struct state *s, uint32_t fact, const struct value *args)
{
	return hash_row(fact + 1, args, s->facts[fact].nargs);
}

/* The slot of the instance, or the free slot where it would go. h: its hash. */
static struct inst_slot *slot_of(const struct state *s, uint32_t fact, const struct value *args, uint64_t h)
{
	uint32_t n = s->facts[fact].nargs;
	size_t i = h & (s->nslots - 1);
	for (; s->slots[i].inst; i = (i + 1) & (s->nslots - 1)) {
		const struct inst *inst = s->slots[i].inst;
		if (s->slots[i].hash == h && inst->fact == fact && row_eq(inst->args, args, n))
			return &s->slots[i];
	}
	return &s->slots[i];
}

struct inst *state_find(const struct state *s, uint32_t fact, const struct value *args)
{
	return slot_of(s, fact, args, hash_inst(s, fact, args))->inst;
}

static void state_rehash(struct state *s)
{
	struct inst_slot *old = s->slots;
	size_t n = s->nslots;
	s->nslots = n * 2;
	s->slots = zeroed(s->nslots, sizeof *s->slots);
	for (size_t i = 0; i < n; i++)
		if (old[i].inst) {
			size_t k = old[i].hash & (s->nslots - 1);
			while (s->slots[k].inst)
				k = (k + 1) & (s->nslots - 1);
			s->slots[k] = old[i];
		}
	free(old);
}

static uint64_t hash_masked(const struct value *args, uint32_t mask)
{
	uint64_t h = mask;
	for (; mask; mask &= mask - 1)
		h = hash_value(h, args[__builtin_ctz(mask)]);
	return hash_end(h);
}

static bool masked_eq(const struct value *a, const struct value *b, uint32_t mask)
{
	for (; mask; mask &= mask - 1)
		if (!value_eq(a[__builtin_ctz(mask)], b[__builtin_ctz(mask)]))
			return false;
	return true;
}

/* The bucket of the arguments, or the free place where it would go. h: their hash. */
static struct bucket *bucket_of(const struct index *x, const struct value *args, uint64_t h)
{
	size_t i = h & (x->nslots - 1);
	while (x->slots[i].list.n && !(x->slots[i].hash == h && masked_eq(x->slots[i].list.v[0]->args, args, x->mask)))
		i = (i + 1) & (x->nslots - 1);
	return &x->slots[i];
}

static struct bucket *bucket_find(const struct index *x, const struct value *args)
{
	return bucket_of(x, args, hash_masked(args, x->mask));
}

static void index_grow(struct state *s, struct index *x)
{
	struct bucket *old = x->slots;
	size_t n = x->nslots;
	x->nslots = n ? n * 2 : 32;
	x->slots = arena_array(s->arena, x->nslots, struct bucket);
	for (size_t i = 0; i < n; i++)
		if (old[i].list.n)
			*bucket_of(x, old[i].list.v[0]->args, old[i].hash) = old[i];
}

static void index_add(struct state *s, struct index *x, struct inst *inst)
{
	if ((x->used + 1) * 2 > x->nslots)
		index_grow(s, x);
	uint64_t h = hash_masked(inst->args, x->mask);
	struct bucket *b = bucket_of(x, inst->args, h);
	if (!b->list.n) {
		b->hash = h;
		x->used++;
	}
	arena_push(s->arena, &b->list, inst);
	b->live += inst_has_value(inst);
}

static void list_push(struct inst_list *l, struct inst *inst)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 8;
		l->v = reallocarray(l->v, l->cap, sizeof *l->v);
		if (!l->v)
			arena_oom();
	}
	l->v[l->n++] = inst;
}

struct inst *state_make(struct state *s, uint32_t fact, const struct value *args)
{
	uint64_t h = hash_inst(s, fact, args);
	struct inst_slot *slot = slot_of(s, fact, args, h);
	if (slot->inst)
		return slot->inst;
	struct per_fact *f = &s->facts[fact];
	struct inst *inst = arena_alloc(s->arena, sizeof *inst + f->nargs * sizeof *args);
	inst->fact = fact;
	memcpy(inst->args, args, f->nargs * sizeof *args);
	*slot = (struct inst_slot){h, inst};
	if (++s->n * 4 > s->nslots * 3)
		state_rehash(s);
	list_push(&f->all, inst);
	for (struct index *x = f->indexes; x; x = x->next)
		index_add(s, x, inst);
	return inst;
}

const struct inst_list *state_all(const struct state *s, uint32_t fact)
{
	return &s->facts[fact].all;
}

static struct index *index_by(const struct per_fact *f, uint32_t mask)
{
	struct index *x = f->indexes;
	while (x && x->mask != mask)
		x = x->next;
	return x;
}

static struct index *index_new(struct state *s, struct per_fact *f, uint32_t mask)
{
	struct index *x = arena_new(s->arena, struct index);
	x->mask = mask;
	x->next = f->indexes;
	f->indexes = x;
	for (size_t i = 0; i < f->all.n; i++)
		index_add(s, x, f->all.v[i]);
	return x;
}

const struct inst_list *state_match(struct state *s, uint32_t fact, uint32_t mask, const struct value *args)
{
	struct per_fact *f = &s->facts[fact];
	if (!mask || f->all.n < SCAN_BELOW)
		return &f->all;
	struct index *x = index_by(f, mask);
	for (struct index *y = f->indexes; s->frozen && !x && y; y = y->next)
		if (!(y->mask & ~mask)) /* narrows less, but it is there */
			return &bucket_find(y, args)->list;
	if (s->frozen && !x)
		return &f->all;
	if (!x)
		x = index_new(s, f, mask);
	return &bucket_find(x, args)->list;
}

size_t state_count(struct state *s, uint32_t fact, uint32_t mask, const struct value *args)
{
	struct per_fact *f = &s->facts[fact];
	struct index *x = index_by(f, mask);
	size_t n = 0;
	if (!x && mask && f->all.n >= SCAN_BELOW && !s->frozen)
		x = index_new(s, f, mask);
	if (x)
		return x->nslots ? bucket_find(x, args)->live : 0;
	for (size_t i = 0; i < f->all.n; i++)
		n += inst_has_value(f->all.v[i]) && masked_eq(f->all.v[i]->args, args, mask);
	return n;
}

/* ---- changes ------------------------------------------------------------------------------------------------------- */

static void counts_turn(struct state *s, const struct inst *i, bool has)
{
	for (struct index *x = s->facts[i->fact].indexes; x; x = x->next) {
		struct bucket *b = bucket_find(x, i->args);
		b->live = has ? b->live + 1 : b->live - 1;
	}
}

/* Room for one change more. Arrays have 2^k of them; an outgrown one is kept for the next instance that needs its size. */
static void grow(struct state *s, struct inst *i)
{
	int k = i->cap ? __builtin_ctz(i->cap) + 1 : 0;
	struct change *v = (struct change *)(void *)s->spare[k];
	if (v)
		s->spare[k] = s->spare[k]->next;
	else
		v = arena_array(s->arena, (size_t)1 << k, struct change);
	if (i->n) {
		memcpy(v, i->v, i->n * sizeof *v);
		struct spare *spare = (struct spare *)(void *)i->v;
		spare->next = s->spare[k - 1];
		s->spare[k - 1] = spare;
	}
	i->v = v;
	i->cap = 1u << k;
}

void inst_change(struct state *s, struct inst *i, struct change c)
{
	bool had = inst_has_value(i);
	if (i->n == i->cap)
		grow(s, i);
	i->v[i->n++] = c;
	if (had != (c.value != 0))
		counts_turn(s, i, !had);
}

void inst_undo(struct state *s, struct inst *i, uint32_t n)
{
	bool had = inst_has_value(i);
	i->n = n;
	if (had != inst_has_value(i))
		counts_turn(s, i, !had);
}

const struct change *inst_last_before(const struct inst *i, uint32_t round)
{
	size_t lo = 0, hi = i->n; /* first change after `round` */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (i->v[mid].round <= round)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? &i->v[lo - 1] : NULL;
}
