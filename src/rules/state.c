/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/state_int.h"

#include "base/bisect.h"

#include <stdlib.h>
#include <string.h>

/* ---- tuples ------------------------------------------------------------------------------------------------------ */

enum { SMALL_SET = 8 }; /* up to here rows are compared one by one */

void tuples_init(struct tuples *t, struct arena *a, uint32_t width)
{
	*t = (struct tuples){.arena = a, .width = width};
}

const packed *tuples_row(const struct tuples *t, size_t i)
{
	return t->v + i * t->width;
}

static size_t tuple_slot(const struct tuples *t, const packed *row)
{
	size_t i = hash_packed(row, t->width) & (t->nslots - 1);
	while (t->slots[i] && !packed_eq(tuples_row(t, t->slots[i] - 1), row, t->width))
		i = (i + 1) & (t->nslots - 1);
	return i;
}

static void tuples_rehash(struct tuples *t)
{
	t->nslots = t->nslots ? t->nslots * 2 : 4 * SMALL_SET;
	if (t->nslots > t->room)
		t->slots = arena_array(t->arena, t->room = t->nslots, uint32_t);
	else
		memset(t->slots, 0, t->nslots * sizeof *t->slots);
	for (size_t i = 0; i < t->n; i++)
		t->slots[tuple_slot(t, tuples_row(t, i))] = (uint32_t)i + 1;
}

void tuples_clear(struct tuples *t)
{
	t->n = t->nslots = 0;
}

static bool tuples_has(const struct tuples *t, const packed *row)
{
	if (t->nslots)
		return t->slots[tuple_slot(t, row)] != 0;
	for (size_t i = 0; i < t->n; i++)
		if (packed_eq(tuples_row(t, i), row, t->width))
			return true;
	return false;
}

bool tuples_add(struct tuples *t, const packed *row)
{
	if (t->n && tuples_has(t, row))
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

struct state *state_new(struct arena *a, uint32_t nfacts, const uint32_t *nargs, const uint32_t *groups)
{
	struct state *s = arena_new(a, struct state);
	s->arena = a;
	s->facts = arena_array(a, nfacts + 1, struct per_fact);
	s->groups = arena_array(a, nfacts + 1, struct group);
	s->nfacts = nfacts;
	for (uint32_t i = 0; i < nfacts; i++) {
		struct per_fact *f = &s->facts[i];
		f->group = groups[i] == i ? &s->groups[s->ngroups++] : s->facts[groups[i]].group;
		f->group->nargs = nargs[i];
		f->at = (uint32_t)(sizeof(struct inst_row) + nargs[i] * sizeof(packed) + f->group->nfacts * sizeof(struct inst));
		f->place = f->group->nfacts++;
		f->group->blank[f->place] =
			(struct inst){.fact = i & (MAX_FACTS - 1), .nargs = nargs[i] & 31, .place = f->place & (MAX_GROUP - 1)};
		f->group->rows.size = f->at + (uint32_t)sizeof(struct inst);
	}
	return s;
}

void state_free(struct state *s)
{
	state_thaw(s);
	for (uint32_t i = 0; i < s->ngroups; i++) {
		free(s->groups[i].slots);
		for (uint32_t b = 0; b < MAX_BLOCKS; b++)
			free(s->groups[i].rows.blocks[b]);
	}
	for (uint32_t i = 0; i < s->nfacts; i++)
		for (struct index *x = s->facts[i].indexes; x; x = x->next)
			free(x->slots);
}

uint32_t state_nargs(const struct state *s, uint32_t fact)
{
	return s->facts[fact].group->nargs;
}

struct inst *state_inst(const struct state *s, uint32_t fact, uint32_t id)
{
	return row_inst(inst_row_at(&s->facts[fact].group->rows, id), &s->facts[fact]);
}

static void slots_grow(struct group *g)
{
	struct row_slot *old = g->slots;
	uint32_t n = g->nslots;
	g->nslots = n ? n * 2 : 16;
	g->slots = zeroed(g->nslots, sizeof *g->slots);
	for (uint32_t i = 0; i < n; i++)
		if (old[i].row) {
			uint32_t k = old[i].hash & (g->nslots - 1);
			while (g->slots[k].row)
				k = (k + 1) & (g->nslots - 1);
			g->slots[k] = old[i];
		}
	free(old);
}

static uint32_t hash_masked(const packed *args, uint32_t mask)
{
	uint64_t h = 0;
	for (; mask; mask &= mask - 1)
		h = hash_value(h, args[__builtin_ctz(mask)]);
	return (uint32_t)hash_end(h);
}

static bool has_key(const packed *key, const packed *args, uint32_t mask)
{
	for (; mask; mask &= mask - 1)
		if (*key++ != args[__builtin_ctz(mask)])
			return false;
	return true;
}

/* The bucket of the arguments, or the free place where it would go. h: their hash. */
static struct bucket *bucket_of(const struct index *x, const packed *args, uint32_t h)
{
	uint32_t i = h & (x->nslots - 1);
	for (packed first = args[__builtin_ctz(x->mask)]; x->slots[i].n; i = (i + 1) & (x->nslots - 1)) {
		const struct bucket *b = &x->slots[i];
		if (b->hash == h && b->first == first && (!b->key || has_key(b->key, args, x->mask)))
			break;
	}
	return &x->slots[i];
}

static struct bucket *bucket_find(const struct index *x, const packed *args)
{
	return bucket_of(x, args, hash_masked(args, x->mask));
}

/* For one who may write: a change and the counts that rest on it go to one bucket. */
static struct bucket *bucket_again(struct index *x, const packed *args)
{
	struct bucket *b = x->last;
	if (!b || b->first != args[__builtin_ctz(x->mask)] || (b->key && !has_key(b->key, args, x->mask)))
		b = x->last = bucket_find(x, args);
	return b;
}

static void index_grow(struct index *x)
{
	struct bucket *old = x->slots;
	uint32_t n = x->nslots;
	x->nslots = n ? n * 2 : 32;
	x->slots = zeroed(x->nslots, sizeof *x->slots);
	for (uint32_t i = 0; i < n; i++)
		if (old[i].n) {
			uint32_t k = old[i].hash & (x->nslots - 1);
			while (x->slots[k].n)
				k = (k + 1) & (x->nslots - 1);
			x->slots[k] = old[i];
		}
	free(old);
}

bool state_counts(const struct node *is, packed value)
{
	if (!is)
		return value != 0;
	for (uint32_t i = 0; i < is->nkids; i++)
		if (is->values[i].value == value)
			return true;
	return false;
}

static bool counts(const struct index *x, packed value)
{
	return x->is ? state_counts(x->is, value) : value != 0;
}

static packed *key_of(struct arena *a, const packed *args, uint32_t mask)
{
	packed *key = arena_array(a, (size_t)__builtin_popcount(mask), packed), *end = key;
	for (; mask; mask &= mask - 1)
		*end++ = args[__builtin_ctz(mask)];
	return key;
}

static void index_add(struct state *s, struct index *x, const struct inst_row *row, packed value)
{
	const packed *args = row_args(row);
	if ((x->used + 1) * 2 > x->nslots)
		index_grow(x);
	uint32_t h = hash_masked(args, x->mask);
	struct bucket *b = x->last = bucket_of(x, args, h);
	if (!b->n) {
		b->first = args[__builtin_ctz(x->mask)];
		b->key = x->mask & (x->mask - 1) ? key_of(s->arena, args, x->mask) : NULL;
		b->hash = h;
		x->used++;
	}
	if (b->n == b->cap) {
		uint32_t *v = arena_array(s->arena, b->cap ? b->cap * 2 : 4, uint32_t);
		if (b->n)
			memcpy(v, b->v, b->n * sizeof *v);
		b->v = v;
		b->cap = b->cap ? b->cap * 2 : 4;
	}
	b->v[b->n++] = row->id;
	b->live += counts(x, value);
}

static struct inst_row *rows_add(struct inst_rows *r)
{
	uint32_t k = r->n / ROWS_FIRST + 1, block = 31 - (uint32_t)__builtin_clz(k);
	if (!r->blocks[block])
		r->blocks[block] = zeroed((size_t)ROWS_FIRST << block, r->size);
	struct inst_row *row = inst_row_at(r, r->n);
	row->id = r->n++;
	return row;
}

struct inst_row *group_add(struct group *g, const packed *args, uint32_t h)
{
	if ((g->rows.n + 1) * 4ul > g->nslots * 3ul)
		slots_grow(g);
	struct inst_row *row = rows_add(&g->rows);
	packed *to = (packed *)(void *)(row + 1);
	for (uint32_t i = 0; i < g->nargs; i++)
		*to++ = args[i];
	memcpy(to, g->blank, g->nfacts * sizeof *g->blank);
	struct row_slot *slot = NULL;
	(void)group_look(g, args, h, &slot);
	*slot = (struct row_slot){h, row->id + 1};
	return row;
}

static struct insts all_of(const struct per_fact *f)
{
	return (struct insts){.rows = &f->group->rows, .n = f->group->rows.n, .at = f->at};
}

struct insts state_all(const struct state *s, uint32_t fact)
{
	return all_of(&s->facts[fact]);
}

static struct index *index_by(const struct per_fact *f, uint32_t mask)
{
	struct index *x = f->indexes;
	while (x && x->mask != mask)
		x = x->next;
	return x;
}

static struct index *index_new(struct state *s, struct per_fact *f, uint32_t mask, const struct node *is)
{
	struct index *x = arena_new(s->arena, struct index);
	x->mask = mask;
	x->is = is;
	x->next = f->indexes;
	f->indexes = x;
	index_grow(x);
	const struct insts all = all_of(f);
	for (uint32_t i = 0; i < all.n; i++) {
		const struct inst *inst = insts_at(&all, i);
		if (inst_row(inst)->listed >> inst->place & 1)
			index_add(s, x, inst_row(inst), inst_now(inst));
	}
	return x;
}

struct insts state_match(struct state *s, uint32_t fact, uint32_t mask, const packed *args)
{
	struct per_fact *f = &s->facts[fact];
	struct insts all = all_of(f);
	if (mask + 1 == 1u << f->group->nargs) {
		const struct inst *i = state_find(s, fact, args);
		all.first = i ? inst_id(i) : 0;
		all.n = i && i->n;
		return all;
	}
	if (!mask || all.n < SCAN_BELOW)
		return all;
	struct index *x = index_by(f, mask);
	for (uint32_t left = mask; s->frozen && !x && left; left &= left - 1) { /* narrows less, but nothing has to be made for it */
		const struct insts some = state_by(s, fact, (uint32_t)__builtin_ctz(left), args[__builtin_ctz(left)]);
		all = some.n < all.n ? some : all;
	}
	if (s->frozen && !x)
		return all;
	if (!x)
		x = index_new(s, f, mask, NULL);
	const struct bucket *b = bucket_find(x, args);
	all.ids = b->v;
	all.n = b->n;
	return all;
}

size_t state_count(struct state *s, uint32_t fact, uint32_t mask, const packed *args, const struct node *is)
{
	struct per_fact *f = &s->facts[fact];
	struct index *x = f->indexes, some = {.is = is};
	size_t n = 0;
	while (x && !(x->mask == mask && x->is == is))
		x = x->next;
	const struct insts all = all_of(f);
	if (!x && mask && all.n >= SCAN_BELOW && !s->frozen)
		x = index_new(s, f, mask, is);
	if (x)
		return (s->frozen ? bucket_find(x, args) : bucket_again(x, args))->live;
	for (uint32_t i = 0; i < all.n; i++) {
		const struct inst *inst = insts_at(&all, i);
		n += counts(&some, inst_now(inst)) && masked_eq(inst_packed(inst), args, mask);
	}
	return n;
}

/* ---- changes ------------------------------------------------------------------------------------------------------- */

static void set_now(struct state *s, struct inst *i, packed after)
{
	packed before = i->now;
	i->now = after;
	struct inst_row *row = inst_row(i);
	uint8_t bit = (uint8_t)(1u << i->place);
	bool new = !(row->listed & bit);
	row->listed |= bit;
	for (struct index *x = s->facts[i->fact].indexes; x; x = x->next) {
		bool was = counts(x, before), is = counts(x, after);
		if (new)
			index_add(s, x, row, after);
		else if (was != is)
			bucket_again(x, row_args(row))->live += is ? 1 : -1u;
	}
}

enum { FRESH = 1 << 16 };

/* Most arrays hold one change or two: they are cut from one piece, and the pieces of a large record are large enough to be zeroed by the
 * system. */
static struct change *fresh(struct state *s, size_t n)
{
	if (n > 64)
		return arena_array(s->arena, n, struct change);
	if (n > s->nfresh) {
		s->nfresh = s->piece = s->piece < FRESH ? s->piece * 2 + 256 : FRESH;
		s->fresh = arena_array(s->arena, s->nfresh, struct change);
	}
	s->nfresh -= n;
	return s->fresh + s->nfresh;
}

/* Room for one change more. An outgrown array is kept for the next instance that needs its size. */
static void grow(struct state *s, struct inst *i)
{
	struct change *v = (struct change *)(void *)s->spare[i->room];
	if (v)
		s->spare[i->room] = s->spare[i->room]->next;
	else
		v = fresh(s, (size_t)1 << i->room);
	if (i->room) {
		struct spare *spare = (struct spare *)(void *)i->v;
		memcpy(v, i->v, i->n * sizeof *v);
		spare->next = s->spare[i->room - 1];
		s->spare[i->room - 1] = spare;
	}
	i->v = v;
	i->room++;
}

static uint32_t room(const struct inst *i)
{
	return i->room ? 1u << (i->room - 1) : 0;
}

void inst_change(struct state *s, struct inst *i, struct change c)
{
	if (i->n == room(i))
		grow(s, i);
	i->v[i->n++] = c;
	set_now(s, i, c.value);
}

const struct value *inst_args(const struct inst *i, struct value out[MAX_ARGS])
{
	for (uint32_t k = 0; k < i->nargs; k++)
		out[k] = inst_arg(i, k);
	return out;
}

static packed latest(const struct inst *i)
{
	return i->n ? i->v[i->n - 1].value : 0;
}

void inst_undo(struct state *s, struct inst *i, uint32_t n)
{
	i->n = n;
	set_now(s, i, latest(i));
}

void inst_insert(struct state *s, struct inst *i, uint32_t at, struct change c)
{
	if (i->n == room(i))
		grow(s, i);
	memmove(&i->v[at + 1], &i->v[at], (i->n - at) * sizeof *i->v);
	i->v[at] = c;
	i->n++;
	set_now(s, i, latest(i));
}

void inst_replace(struct state *s, struct inst *i, uint32_t at, struct change c)
{
	i->v[at] = c;
	set_now(s, i, latest(i));
}

void inst_remove(struct state *s, struct inst *i, uint32_t at)
{
	i->n--;
	memmove(&i->v[at], &i->v[at + 1], (i->n - at) * sizeof *i->v);
	set_now(s, i, latest(i));
}

const struct change *inst_last_before(const struct inst *i, uint32_t round)
{
	BISECT(at, i->n, i->v[at].round <= round); /* first change after `round` */
	return at ? &i->v[at - 1] : NULL;
}
