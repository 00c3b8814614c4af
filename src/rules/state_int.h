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
	struct index *next;
};

struct inst_slot { /* by all arguments; the hash spares a look at instances that are others */
	uint32_t hash;
	uint32_t inst; /* + 1 */
};

struct per_fact {
	struct pool pool;
	uint32_t nargs;
	uint32_t nslots;
	struct inst_slot *slots;
	struct index *indexes;
};

struct state {
	struct arena *arena;
	struct per_fact *facts;
	uint32_t nfacts;
	struct spare { /* arrays of 2^k changes that were outgrown, to be used again */
		struct spare *next;
	} *spare[32];
	struct change *fresh; /* room for changes that no instance has had yet */
	size_t nfresh, piece; /* how much is left of it, how much it was */
	bool frozen;
};

struct inst *state_add(struct state *s, uint32_t fact, const packed *args, uint32_t hash); /* one that is not there */

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

/* The instance with these arguments; NULL: it is not there, and *ret_free is where it would go. There are slots. */
static inline struct inst *state_look(const struct per_fact *f, const packed *args, uint32_t hash, struct inst_slot **ret_free)
{
	for (uint32_t i = hash & (f->nslots - 1);; i = (i + 1) & (f->nslots - 1)) {
		struct inst_slot *slot = &f->slots[i];
		if (!slot->inst) {
			*ret_free = slot;
			return NULL;
		}
		if (slot->hash != hash)
			continue;
		struct inst *inst = pool_at(&f->pool, slot->inst - 1);
		if (packed_eq(inst->args, args, f->nargs))
			return inst;
	}
}

/* NULL: it never had a value. */
static inline struct inst *state_find(const struct state *s, uint32_t fact, const packed *args)
{
	const struct per_fact *f = &s->facts[fact];
	struct inst_slot *slot;
	return f->nslots ? state_look(f, args, hash_packed(args, f->nargs), &slot) : NULL;
}

static inline struct inst *state_make(struct state *s, uint32_t fact, const packed *args)
{
	const struct per_fact *f = &s->facts[fact];
	uint32_t h = hash_packed(args, f->nargs);
	struct inst_slot *slot;
	struct inst *inst = f->nslots ? state_look(f, args, h, &slot) : NULL;
	return inst ? inst : state_add(s, fact, args, h);
}

#endif
