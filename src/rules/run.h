/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside an evaluation that is under way (eval.c, prepare.c, derive.c, fire.c, sweep.c and trial.c only).
 *
 * A `def` is a condition whose truth is kept up to date for every binding of its head: a definition of a declared fact,
 * or the condition of a `once` or `after` trigger, which defines a hidden fact over the trigger's variables; or the `if` of
 * pending changes that stand only as long as it holds.
 */
#ifndef RULES_RUN_H
#define RULES_RUN_H

#include "rules/eval.h"
#include "rules/heap.h"
#include "rules/solve.h"
#include "rules/state_int.h"

struct check { /* a part of a condition in which nothing is open but the variables of the head */
	const struct node *node; /* a fact that holds or is one of some values, or anything else */
	enum { CHECK_ROW, CHECK_FACT, CHECK_ANY } where; /* the fact is in the row of the head; elsewhere; it is anything else */
	bool negated;
	uint32_t at;		/* CHECK_ROW: bytes from the beginning of the row to the instance */
	uint8_t from[MAX_ARGS]; /* CHECK_FACT: per argument, which one of the head it is; else it is written out */
};

struct checks { /* a condition of such parts, in the order in which they are looked at; v is NULL: it must be solved */
	struct check *v;
	uint32_t n;
};

struct def {
	uint32_t rule, fact;
	const struct node *cond;
	const struct term *args; /* of the head */
	uint32_t nargs, level;
	uint32_t place; /* of its fact in a row */
	uint64_t head; /* variables of the head */
	uint32_t vars[MAX_ARGS], nvars;
	bool watch;    /* the `if` of pending changes: only instances that some wait for are looked at. See derive_watch */
	bool timed;    /* and it says "that day": what it meant is the last argument of the instance */
	bool alone;    /* the only one of its fact */
	bool straight; /* the arguments of the head are `vars`, in this order */
	civil from, until; /* when it applies */
	struct checks checks;
	struct tuples todo; /* this round's keys to recompute: one value per var of the head, 0 = any */
	bool dirty; /* todo is on the list of its level */
};

struct task { /* what is to be computed again in this round */
	struct def *def;
	struct inst_row *row; /* the instance in this row, by def's checks; NULL: def's todo */
};

enum { ARG_ANY = 0xff, ARG_CONST = 0xfe };

struct reader { /* a place where a def reads a fact */
	uint32_t def;
	const struct node *atom;
	bool near;   /* the instance that def tells stands in the same row as the one that changed */
	bool plain;  /* every variable of def's head is an argument, once, and nothing else is to be compared: see from */
	bool choosy; /* it asks for some values, all written out */
	uint8_t nargs, nkeys;
	uint8_t key[MAX_ARGS];	/* per argument: which of def.vars it is, or ARG_CONST, or ARG_ANY: a variable of the body */
	uint8_t from[MAX_ARGS]; /* per variable of def.vars: its argument */
};

struct act_rule { /* what a rule that an act fires takes from the act */
	bool plain;  /* the arguments of its head are arguments of the act: from */
	bool simple; /* and so is its value (or a constant), it fits every act of the kind, and its `if` need not be solved */
	struct checks checks; /* of the `if` of a simple one; NULL: it has none */
	uint8_t nargs;
	uint8_t from[MAX_ARGS];
	struct term value; /* of a simple one: var is the number of an argument */
};

struct sorted_vars { /* those that tell the firings of a rule apart, by their names */
	uint8_t *v;
	uint32_t n;
};

enum { AHEAD = 4, EXPECTED = 2 * AHEAD, MAX_EXPECTED = 4 };

struct act_rows { /* the rows that an act of a kind will change, as far as its arguments alone tell */
	uint32_t n;
	struct act_row {
		const struct group *group;
		uint8_t nargs;
		uint8_t from[MAX_ARGS]; /* per argument of the row, which one of the act it is */
	} v[MAX_EXPECTED];
};

struct expected { /* what will be looked for when the turn of an act comes */
	const struct act_rows *rows;
	uint32_t hash[MAX_EXPECTED]; /* of the arguments of each */
};

struct wake { /* a def, or the part of it under a binding, whose clock condition turns */
	struct def *def;
	struct inst_row *row; /* the part: of the instance in this row */
	packed keys[];	      /* else as a row of todo */
};

struct timer {
	uint32_t rule;
	struct inst *inst;
	uint32_t change; /* the one that started it is that many-th: if it is not the last any more, the timer is stopped */
};

struct proposal { /* a change that a rule makes in this round */
	uint32_t rule, firing;
	struct inst *inst;
	packed value;
	civil effect; /* <= now: at once */
	bool dropped;
};

struct run {
	struct eval *e;
	struct solver solver;
	struct arena arena, scratch, instant_arena; /* of the run, of one solution, of one instant */
	civil now;
	uint32_t step;
	struct { struct def *v; size_t n, cap; } defs;
	struct { struct reader *v; size_t n, cap; } *readers; /* per fact */
	struct { uint32_t *v; size_t n, cap; } *fact_defs;    /* per fact: its defs */
	struct { uint32_t *v; size_t n, cap; } *act_rules;    /* per kind of act */
	struct act_rule *heads; /* per rule */
	struct sorted_vars *sorted; /* per rule */
	struct act_rows *act_rows;		   /* per kind of act */
	struct expected expected[EXPECTED]; /* by the number of the act */
	struct { struct task *v; size_t n, cap; } *levels;    /* per level: what is to be computed again in this round */
	uint32_t nfacts, nlevels;
	uint32_t lowest, highest; /* levels with something to look at */
	uint32_t *fact_level;
	struct heap wakes, timers, due;
	struct turned { struct inst **v; size_t n, cap; } rose, fell; /* hidden instances that turned in this round */
	struct turned fire, spare; /* those whose rules fire in the next round; an empty list to fill meanwhile */
	struct { struct proposal *v; size_t n, cap; } proposals;
	uint32_t *trigger_rule;				/* per hidden fact (from rb->facts.n): its rule */
	uint32_t first_watched;				/* the first of the hidden facts that are watched */
	uint32_t *watches;				/* per rule: the def of its `if`, NO_ID if nothing waits for it */
	size_t next;					/* the first act whose instant is still to come */
	size_t beyond, patience;			/* instants after the last act, and how many there may be */
	uint32_t last_rule;				/* that fired last, for the message about endless time */
	uint32_t changes;				/* made or made pending in this step */
	bool endless;					/* a step had more rounds than a step may have */
	bool thorough;					/* recompute every key in every round */
};

/* Like eval_new, but every key is recomputed in every round: the slow way to the same result, for tests to compare with. */
int eval_new_thorough(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint64_t known,
	uint32_t reading, struct eval **ret, struct err *err);

/* Lists that grow to millions: their room is outside the arena, which would keep what is outgrown. eval_free frees it. */
#define EVAL_PUSH(vec, item) \
	((vec)->v = (vec)->n < (vec)->cap ? (vec)->v : eval_grow((vec)->v, &(vec)->cap, sizeof *(vec)->v), \
		(vec)->v[(vec)->n++] = (item))

void *eval_grow(void *v, size_t *cap, size_t size);

/* Does the reader read the instance, and for which keys? One per variable of the head: 0: any. */
static inline bool reader_keys(const struct reader *reader, const struct inst *i, packed *keys)
{
	for (uint32_t v = 0; v < reader->nkeys; v++)
		keys[v] = 0;
	for (uint32_t arg = 0; arg < reader->nargs; arg++) {
		uint8_t key = reader->key[arg];
		packed is = inst_packed(i)[arg];
		if (key == ARG_CONST ? reader->atom->terms[arg].value != is : key != ARG_ANY && keys[key] && keys[key] != is)
			return false;
		if (key != ARG_CONST && key != ARG_ANY)
			keys[key] = is;
	}
	return true;
}

/* The variables on which the `if` of a pending change depends. */
static inline uint64_t rule_watched(const struct rule *r)
{
	return r->cond->free & (r->trigger_vars | r->cond_vars);
}

static inline uint64_t rule_binding(const struct rule *r) /* the variables that tell its firings apart */
{
	return r->trigger_vars | r->cond_vars;
}

static inline uint64_t var_bit(uint32_t var)
{
	return (uint64_t)1 << var;
}

static inline const struct rule *run_rule(const struct run *r, uint32_t id)
{
	return &r->e->rb->rules.v[id];
}

bool rule_applies(const struct eval *e, uint32_t rule); /* under the reading, and to the part, that is evaluated */

/* eval.c: a run before its first instant, and its end: what it has evaluated, with nothing left of the run. */
int run_new(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint64_t known, uint32_t reading,
	const bool *part, struct run **ret, struct err *err);
struct eval *run_free(struct run *r);

/* prepare.c */
void prepare(struct run *r); /* defs, readers, levels, hidden facts, windows, what acts fire */

/* prepare_rows.c */
struct named { /* a fact and the variables that a rule names it with */
	uint32_t fact, nargs;
	const struct term *terms;
};

/* The head of a hidden fact: the variables in the order of their numbers. */
struct term *prepare_hidden_head(struct arena *a, uint64_t vars, uint32_t n);
uint32_t *prepare_groups(const struct run *r, const uint32_t *nargs); /* per fact: the lowest fact of its group */
struct checks prepare_checks(const struct run *r, const struct named *head, const struct node *cond);

/* fire.c: the changes that rules would make are added to r->proposals */
void fire_act(struct run *r, const struct placed_act *placed);
void fire_trigger(struct run *r, struct inst *hidden);
void fire_breach(struct run *r, uint64_t place, packed *args); /* the head of a forbidden act */
void fire_expect(struct run *r); /* the act whose turn comes soon: what it will change should be at hand then */

/* sweep.c */
void sweep_start(struct run *r);			 /* what holds before all instants */
int sweep(struct run *r, civil last, struct err *err); /* the instants up to `last` */
uint32_t sweep_instant(struct run *r, civil at); /* its number among those of the evaluation, for a round in it */
void sweep_act(struct run *r, uint32_t index);		 /* the step of one act, now */
void sweep_sort(struct run *r); /* r->proposals, in the order of one round */
int sweep_cmp_proposals(const void *x, const void *y, void *run); /* the order of two proposals of one round */
bool sweep_overridden(const struct run *r, const struct proposal *p); /* by another of r->proposals */

/* derive.c */
void derive_all(struct run *r);	    /* asks for every def to be computed in this round */
void derive_wake(struct run *r, const struct wake *w);
/* Is this part of a condition true, which is no CHECK_ANY? The row of the head may be NULL: it is not there yet. */
bool derive_check(const struct run *r, const struct check *c, const struct inst_row *row, const packed *head);
void derive_changed(struct run *r, const struct inst *i, packed before, packed after);
/* The hidden instance that is true as long as the `if` of a firing holds; it falls in the round after which it does not. */
struct inst *derive_watch(struct run *r, uint32_t firing, uint32_t round);
void derive_settle(struct run *r, uint32_t round); /* brings all definitions up to date, fills rose and fell */

#endif
