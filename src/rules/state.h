/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of an evaluation: instances of facts with their whole history, and indexes to find them.
 *
 * Every fact instance is a step function of time, kept as its changes. A change names the round in which it happened;
 * rounds are numbered in the order in which they were carried out, so the state at any past moment can be read back
 * exactly, which is all that explanations need.
 *
 * Invariants: the changes of an instance are in order of rounds, at most one a round, each differing from the one
 * before; before the first the value is V_NONE. Instances are never removed. Facts numbered from rulebook.facts.n on are
 * hidden: they hold the truth of the conditions of `once` and `after` triggers.
 *
 * Facts that rules mention together, with the same arguments, form a group: their instances of the same arguments stand
 * side by side in one row, which is found once. A row has an instance of each fact of its group, also of those that never
 * have a value.
 */
#ifndef RULES_STATE_H
#define RULES_STATE_H

#include "rules/program.h"

#define ROUND_NOW UINT32_MAX /* the latest state */

struct change {
	uint32_t round;
	uint32_t cause; /* the firing that made it, or the definition, or nothing: a table row. See change_firing, change_definition */
	packed value;
};

#define CAUSE_DEFINITION (1u << 31) /* and the number of the rule; without it: of eval.firings */

static inline uint32_t change_firing(const struct change *c) /* NO_ID: a definition or a table made it */
{
	return c->cause & CAUSE_DEFINITION ? NO_ID : c->cause;
}

static inline uint32_t change_definition(const struct change *c) /* the rule; NO_ID: a firing or a table made it */
{
	return c->cause != NO_ID && (c->cause & CAUSE_DEFINITION) ? c->cause & ~CAUSE_DEFINITION : NO_ID;
}

static inline struct value change_value(const struct change *c)
{
	return value_unpack(c->value);
}

enum { MAX_FACTS = 1 << 19, MAX_GROUP = 8, ROWS_FIRST = 16, MAX_BLOCKS = 28 };

struct inst {
	struct change *v;
	packed now; /* the latest value: to read it one need not go to the changes, which lie elsewhere */
	uint32_t n;
	uint32_t fact : 19;
	uint32_t nargs : 5;
	uint32_t place : 3;  /* in its row */
	uint32_t room : 5;   /* 0: v has no room yet; k: for 2^(k-1) changes */
	uint32_t chosen;     /* scratch: the proposal that stands in this round; of a hidden one: the latest pending change that */
			     /* its fall would drop, + 1 */
	union {
		uint32_t stamp;	  /* scratch of a hidden one: last step in which its trigger fired */
		uint32_t support; /* scratch of a defined one: of the definitions that make it true, the one that is relied on */
	};
};

struct inst_row { /* behind it the arguments, then the instances of the facts of its group */
	uint32_t id;	/* its number in the group */
	uint8_t listed; /* by place: the instance is in the indexes of its fact, for it has had a value */
	uint8_t asked;	/* scratch, by place: it is to be computed again in this round */
};

struct inst_rows { /* of one group, side by side; block k holds ROWS_FIRST * 2^k of them */
	char *blocks[MAX_BLOCKS];
	uint32_t n;
	uint32_t size; /* bytes of one */
};

struct insts { /* some instances of one fact */
	const struct inst_rows *rows;
	const uint32_t *ids; /* NULL: n instances from `first` on */
	uint32_t first, n;
	uint32_t at; /* bytes from the beginning of a row to its instance of the fact */
};

static inline struct inst_row *inst_row_at(const struct inst_rows *r, uint32_t id)
{
	uint32_t k = id / ROWS_FIRST + 1, block = 31 - (uint32_t)__builtin_clz(k);
	return (struct inst_row *)(void *)(r->blocks[block] + (size_t)(id + ROWS_FIRST - ((uint32_t)ROWS_FIRST << block)) * r->size);
}

static inline struct inst *insts_at(const struct insts *l, size_t i)
{
	char *row = (char *)inst_row_at(l->rows, l->ids ? l->ids[i] : l->first + (uint32_t)i);
	return (struct inst *)(void *)(row + l->at);
}

static inline const packed *inst_packed(const struct inst *i) /* its arguments */
{
	return (const packed *)(const void *)(i - i->place) - i->nargs;
}

static inline struct inst_row *inst_row(const struct inst *i)
{
	return (struct inst_row *)(uintptr_t)inst_packed(i) - 1;
}

static inline uint32_t inst_id(const struct inst *i) /* its number among those of its fact */
{
	return inst_row(i)->id;
}

/* All arguments of an instance; returns out. */
const struct value *inst_args(const struct inst *i, struct value out[MAX_ARGS]);

/* A set of tuples of values, in order of insertion. */
struct tuples {
	struct arena *arena;
	uint32_t width;
	packed *v; /* n rows of `width` */
	size_t n, cap;
	uint32_t *slots; /* none are in use while the set is small */
	size_t nslots, room;
};

void tuples_init(struct tuples *t, struct arena *a, uint32_t width);
void tuples_clear(struct tuples *t); /* empty again, with the room that it had */
bool tuples_add(struct tuples *t, const packed *row); /* false: it was there */
const packed *tuples_row(const struct tuples *t, size_t i);

struct state;

/* Per fact the number of its arguments and its group, which is the number of the first fact in it. */
struct state *state_new(struct arena *a, uint32_t nfacts, const uint32_t *nargs, const uint32_t *groups);
void state_free(struct state *s); /* what is not in the arena */
struct insts state_all(const struct state *s, uint32_t fact);
/* Instances that may match: at least all those whose arguments in `mask` (bit i = argument i) equal those in `args`. */
struct insts state_match(struct state *s, uint32_t fact, uint32_t mask, const packed *args);
/* How many instances whose arguments in `mask` equal those in `args` have in the latest state a value that `is` (a C_IS of
 * constants; NULL: any value) accepts? The number is kept, not counted. */
size_t state_count(struct state *s, uint32_t fact, uint32_t mask, const packed *args, const struct node *is);
/* Does the value count? As state_count says. */
bool state_counts(const struct node *is, packed value);
void state_freeze(struct state *s); /* from now on state_match makes no index: reading changes nothing but columns */
void state_thaw(struct state *s);   /* it goes on */
/* Of a frozen state: the instances whose argument `which` is `key`; with the number of arguments as `which`, those that ever had that value. */
struct insts state_by(const struct state *s, uint32_t fact, uint32_t which, packed key);
struct inst *state_inst(const struct state *s, uint32_t fact, uint32_t id);
uint32_t state_nargs(const struct state *s, uint32_t fact);

void inst_change(struct state *s, struct inst *i, struct change c);
void inst_undo(struct state *s, struct inst *i, uint32_t n); /* keeps the first n changes only */
/* For a history that is written anew in the middle (late.c): one change more before the one numbered `at`, another one in its
 * place, one less. */
void inst_insert(struct state *s, struct inst *i, uint32_t at, struct change c);
void inst_replace(struct state *s, struct inst *i, uint32_t at, struct change c);
void inst_remove(struct state *s, struct inst *i, uint32_t at);
const struct change *inst_last_before(const struct inst *i, uint32_t round);

/* The change that made the value after that round; NULL: none yet. */
static inline const struct change *inst_last(const struct inst *i, uint32_t round)
{
	if (i->n == 0 || i->v[i->n - 1].round <= round)
		return i->n ? &i->v[i->n - 1] : NULL;
	return inst_last_before(i, round);
}

/* The value after that round. */
static inline packed inst_after(const struct inst *i, uint32_t round)
{
	const struct change *c = inst_last(i, round);
	return c ? c->value : 0;
}

static inline struct value inst_value(const struct inst *i, uint32_t round)
{
	return value_unpack(inst_after(i, round));
}

static inline struct value inst_arg(const struct inst *i, uint32_t k)
{
	return value_unpack(inst_packed(i)[k]);
}

static inline packed inst_now(const struct inst *i) /* the latest value */
{
	return i->now;
}

#endif
