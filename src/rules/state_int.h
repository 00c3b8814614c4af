/* SPDX-License-Identifier: Apache-2.0
 *
 * How instances are found: for those who look for millions of them (state.c, the solver, a run).
 */
#ifndef RULES_STATE_INT_H
#define RULES_STATE_INT_H

#include "rules/state.h"

struct bucket { /* the instances that agree in the arguments of an index */
	uint32_t *v;
	uint32_t n, cap;
	uint32_t hash;
	uint32_t live; /* that have a value in the latest state which the index counts */
	packed first;  /* the first of the arguments */
	packed *key;   /* all of them; NULL: there is but one */
};

struct index { /* of one fact by some of its arguments */
	uint32_t mask;
	uint32_t nslots, used;
	const struct node *is; /* "is v or w": the values that are counted; NULL: all */
	struct bucket *slots;
	struct bucket *last; /* that was found or added; NULL: none yet. Whoever lets the slots grow adds one */
	struct index *next;
};

struct row_slot { /* by all arguments; the hash spares a look at rows that are others */
	uint32_t hash;
	uint32_t row; /* + 1 */
};

struct group { /* facts whose instances share rows */
	struct inst_rows rows;
	uint32_t nargs, nfacts;
	struct inst blank[MAX_GROUP]; /* by place: the instances of a new row */
	uint32_t nslots;
	struct row_slot *slots;
	struct inst_row *last; /* the one that was asked for last: it often is the next one too */
};

struct column;

enum { SCAN_BELOW = 12 }; /* so few instances are scanned faster than an index is kept */

struct per_fact {
	struct group *group;
	uint32_t place; /* of its instance in a row */
	uint32_t at;	/* bytes from the beginning of the row to it */
	struct index *indexes;
	struct column **columns; /* state_columns.c: by argument, and one by value; made when they are asked for. NULL: never frozen yet */
};

struct state {
	struct arena *arena;
	struct per_fact *facts;
	struct group *groups;
	uint32_t nfacts, ngroups;
	struct spare { /* arrays of 2^k changes that were outgrown, to be used again */
		struct spare *next;
	} *spare[32];
	struct change *fresh; /* room for changes that no instance has had yet */
	size_t nfresh, piece; /* how much is left of it, how much it was */
	bool frozen;
};

struct inst_row *group_add(struct group *g, const packed *args, uint32_t hash); /* one that is not there */

static inline uint32_t hash_packed(const packed *v, uint32_t n)
{
	uint64_t h = 0;
	for (uint32_t i = 0; i < n; i++)
		h = hash_value(h, v[i]);
	return (uint32_t)hash_end(h);
}

static inline bool packed_eq(const packed *a, const packed *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static inline bool masked_eq(const packed *a, const packed *b, uint32_t mask) /* in these arguments */
{
	for (; mask; mask &= mask - 1)
		if (a[__builtin_ctz(mask)] != b[__builtin_ctz(mask)])
			return false;
	return true;
}

static inline const packed *row_args(const struct inst_row *row)
{
	return (const packed *)(const void *)(row + 1);
}

static inline struct inst *row_inst(struct inst_row *row, const struct per_fact *f)
{
	return (struct inst *)(void *)((char *)row + f->at);
}

/* The first slot with this hash, or the free one where it would go. There are slots. */
static inline const struct row_slot *group_slot(const struct group *g, uint32_t hash)
{
	uint32_t i = hash & (g->nslots - 1);
	while (g->slots[i].row && g->slots[i].hash != hash)
		i = (i + 1) & (g->nslots - 1);
	return &g->slots[i];
}

/* The row with these arguments; NULL: it is not there, and *ret_free is where it would go. There are slots. */
static inline struct inst_row *group_look(const struct group *g, const packed *args, uint32_t hash, struct row_slot **ret_free)
{
	for (uint32_t i = hash & (g->nslots - 1);; i = (i + 1) & (g->nslots - 1)) {
		struct row_slot *slot = &g->slots[i];
		if (!slot->row) {
			*ret_free = slot;
			return NULL;
		}
		if (slot->hash != hash)
			continue;
		struct inst_row *row = inst_row_at(&g->rows, slot->row - 1);
		if (packed_eq(row_args(row), args, g->nargs))
			return row;
	}
}

/* NULL: it never had a value; that may also be so otherwise. */
static inline struct inst *state_find(const struct state *s, uint32_t fact, const packed *args)
{
	const struct per_fact *f = &s->facts[fact];
	struct group *g = f->group;
	struct row_slot *slot;
	if (!g->nslots)
		return NULL;
	if (packed_eq(row_args(g->last), args, g->nargs))
		return row_inst(g->last, f);
	struct inst_row *row = group_look(g, args, hash_packed(args, g->nargs), &slot);
	if (!row)
		return NULL;
	if (!s->frozen) /* many may read what is frozen */
		g->last = row;
	return row_inst(row, f);
}

static inline struct inst *state_make(struct state *s, uint32_t fact, const packed *args)
{
	const struct per_fact *f = &s->facts[fact];
	struct group *g = f->group;
	struct row_slot *slot;
	if (g->nslots && packed_eq(row_args(g->last), args, g->nargs))
		return row_inst(g->last, f);
	uint32_t hash = hash_packed(args, g->nargs);
	struct inst_row *row = g->nslots ? group_look(g, args, hash, &slot) : NULL;
	g->last = row ? row : group_add(g, args, hash);
	return row_inst(g->last, f);
}

#endif
