/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/state.h"

#include <string.h>

/* ---- tuples ------------------------------------------------------------------------------------------------------ */

static uint64_t hash_row(const struct value *row, uint32_t n, uint64_t h)
{
	for (uint32_t i = 0; i < n; i++)
		h = (h ^ value_hash(row[i])) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static bool row_eq(const struct value *a, const struct value *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!value_eq(a[i], b[i]))
			return false;
	return true;
}

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
	size_t i = hash_row(row, t->width, 1) & (t->nslots - 1);
	while (t->slots[i] && !row_eq(tuples_row(t, t->slots[i] - 1), row, t->width))
		i = (i + 1) & (t->nslots - 1);
	return i;
}

static void tuples_rehash(struct tuples *t)
{
	t->nslots = t->nslots ? t->nslots * 2 : 16;
	t->slots = arena_array(t->arena, t->nslots, uint32_t);
	for (size_t i = 0; i < t->n; i++)
		t->slots[tuple_slot(t, tuples_row(t, i))] = (uint32_t)i + 1;
}

bool tuples_add(struct tuples *t, const struct value *row)
{
	if ((t->n + 1) * 2 > t->nslots)
		tuples_rehash(t);
	size_t slot = tuple_slot(t, row);
	if (t->slots[slot])
		return false;
	size_t width = t->width ? t->width : 1;
	t->v = arena_grow(t->arena, t->v, t->n, &t->cap, width * sizeof *t->v);
	if (t->width)
		memcpy(t->v + t->n * t->width, row, t->width * sizeof *row);
	t->slots[slot] = (uint32_t)++t->n;
	return true;
}

/* ---- instances --------------------------------------------------------------------------------------------------- */

struct index { /* of one fact by some of its arguments */
	uint32_t mask;
	struct bucket {
		struct inst_list list;
		uint64_t hash;
	} *slots;
	size_t nslots, used;
	struct index *next;
};

struct per_fact {
	uint32_t nargs;
	struct inst_list all;
	struct index *indexes;
};

struct state {
	struct arena *arena;
	struct per_fact *facts;
	struct inst_slot { /* by fact and all arguments; the hash spares a look at instances that are others */
		uint64_t hash;
		struct inst *inst;
	} *slots;
	size_t nslots, n;
	bool frozen;
};

enum { SCAN_BELOW = 12 }; /* so few instances are scanned faster than an index is kept */

struct state *state_new(struct arena *a, uint32_t nfacts, const uint32_t *nargs)
{
	struct state *s = arena_new(a, struct state);
	s->arena = a;
	s->facts = arena_array(a, nfacts + 1, struct per_fact);
	for (uint32_t i = 0; i < nfacts; i++)
		s->facts[i].nargs = nargs[i];
	s->nslots = 256;
	s->slots = arena_array(a, s->nslots, struct inst_slot);
	return s;
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
	return hash_row(args, s->facts[fact].nargs, fact + 1);
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
	s->slots = arena_array(s->arena, s->nslots, struct inst_slot);
	for (size_t i = 0; i < n; i++)
		if (old[i].inst) {
			size_t k = old[i].hash & (s->nslots - 1);
			while (s->slots[k].inst)
				k = (k + 1) & (s->nslots - 1);
			s->slots[k] = old[i];
		}
}

static uint64_t hash_masked(const struct value *args, uint32_t n, uint32_t mask)
{
	uint64_t h = mask;
	for (uint32_t i = 0; i < n; i++)
		if (mask >> i & 1)
			h = hash_row(&args[i], 1, h);
	return h;
}

/* Buckets are told apart by their hash alone: two keys that share one share a bucket, which state_match allows. */
static struct bucket *bucket_of(struct index *x, uint64_t h)
{
	size_t i = h & (x->nslots - 1);
	while (x->slots[i].list.n && x->slots[i].hash != h)
		i = (i + 1) & (x->nslots - 1);
	return &x->slots[i];
}

static void index_add(struct state *s, struct index *x, struct inst *inst)
{
	if ((x->used + 1) * 2 > x->nslots) {
		struct bucket *old = x->slots;
		size_t n = x->nslots;
		x->nslots = n ? n * 2 : 32;
		x->slots = arena_array(s->arena, x->nslots, struct bucket);
		for (size_t i = 0; i < n; i++)
			if (old[i].list.n)
				*bucket_of(x, old[i].hash) = old[i];
	}
	uint64_t h = hash_masked(inst->args, s->facts[inst->fact].nargs, x->mask);
	struct bucket *b = bucket_of(x, h);
	if (!b->list.n) {
		b->hash = h;
		x->used++;
	}
	arena_push(s->arena, &b->list, inst);
}

struct inst *state_make(struct state *s, uint32_t fact, const struct value *args)
{
	uint64_t h = hash_inst(s, fact, args);
	struct inst_slot *slot = slot_of(s, fact, args, h);
	if (slot->inst)
		return slot->inst;
	struct per_fact *f = &s->facts[fact];
	struct inst *inst = arena_new(s->arena, struct inst);
	inst->fact = fact;
	inst->args = arena_copy(s->arena, args, f->nargs * sizeof *args);
	*slot = (struct inst_slot){h, inst};
	if (++s->n * 2 > s->nslots)
		state_rehash(s);
	arena_push(s->arena, &f->all, inst);
	for (struct index *x = f->indexes; x; x = x->next)
		index_add(s, x, inst);
	return inst;
}

const struct inst_list *state_all(const struct state *s, uint32_t fact)
{
	return &s->facts[fact].all;
}

const struct inst_list *state_match(struct state *s, uint32_t fact, uint32_t mask, const struct value *args)
{
	struct per_fact *f = &s->facts[fact];
	if (!mask || f->all.n < SCAN_BELOW)
		return &f->all;
	struct index *x = f->indexes;
	while (x && x->mask != mask)
		x = x->next;
	for (struct index *y = f->indexes; s->frozen && !x && y; y = y->next)
		if (!(y->mask & ~mask)) /* narrows less, but it is there */
			return &bucket_of(y, hash_masked(args, f->nargs, y->mask))->list;
	if (s->frozen && !x)
		return &f->all;
	if (!x) {
		x = arena_new(s->arena, struct index);
		x->mask = mask;
		x->next = f->indexes;
		f->indexes = x;
		for (size_t i = 0; i < f->all.n; i++)
			index_add(s, x, f->all.v[i]);
	}
	return &bucket_of(x, hash_masked(args, f->nargs, mask))->list;
}

void inst_change(struct state *s, struct inst *i, struct change c)
{
	arena_push(s->arena, i, c);
}

const struct change *inst_last(const struct inst *i, uint32_t round)
{
	if (round == ROUND_NOW)
		return i->n ? &i->v[i->n - 1] : NULL;
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

struct value inst_value(const struct inst *i, uint32_t round)
{
	const struct change *c = inst_last(i, round);
	return c ? c->value : VALUE_NONE;
}
