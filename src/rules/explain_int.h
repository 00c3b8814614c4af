/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside an explanation (explain*.c only): building the tree, reading conditions at a moment of the past.
 *
 *	explain.c	  nodes, memory, numbering; the doors          explain_text.c    conditions as text, variables replaced
 *	explain_cond.c	  a condition: what makes it true or false     explain_count.c   comparisons, counts, expressions
 *	explain_why.c	  a fact that is so                            explain_whynot.c  a fact that is not so
 *	explain_try.c	  when a rule could have fired, and what came of it
 *
 * A node never claims more than was read: each condition is solved again at its moment, and its node says what came out.
 */
#ifndef RULES_EXPLAIN_INT_H
#define RULES_EXPLAIN_INT_H

#include "rules/act_index.h"
#include "rules/explain.h"
#include "rules/solve.h"

enum {
	ROOM = PROOF_MAX_NODES / 2, /* when cut by share: a cut adds at most one node to each that was made with room */
	MAX_NEGATIVE = 8,	    /* why-nots within why-nots */
	MAX_TRIES = 8,		    /* of one rule that are looked at, the latest first */
	MAX_FIRED = 3,		    /* of them that fired and are shown */
	MAX_CANDIDATES = 20,	    /* who could be one more */
	MAX_WAYS = 64,		    /* of making a part true that are looked at */
};

struct moment { /* the state after `round`, with the clock at `now` */
	uint32_t round;
	civil now;
};

struct cx { /* where a condition is read: a moment and a binding of a rule's variables */
	uint32_t rule;
	struct moment m;
	civil fired; /* what "that instant" means */
	uint64_t bound;
	struct value env[MAX_VARS];
};

struct wanted { /* values, one of which a fact should have; n = 0: any */
	struct value v[MAX_ARGS];
	uint32_t n;
};

struct memo; /* what was stated before */

struct ex {
	const struct eval *e;
	const struct rulebook *rb;
	struct arena *a;      /* the caller's: nodes, and what they point to */
	struct arena scratch; /* of the solver: reset by each question */
	struct arena work;    /* until the explanation is made */
	struct solver s;
	struct buf out;	      /* for text that is being made */
	uint32_t nodes, limit, depth, negative, cuts;
	uint32_t level, max_level; /* facts within facts */
	uint32_t deepest;	   /* level at which it was asked whether there may be one more */
	bool fair;     /* each part gets its share of the room */
	bool leaf;     /* facts are stated, not unfolded */
	bool brief;    /* no checks that nothing else happened, but for the fact asked about */
	bool numbers;  /* counts are stated: who was counted is not listed */
	bool refuting; /* what is not so need not be: below a `not` that holds. Else it is lacking: what would make it so? */
	struct memo *slots;
	size_t nslots, nmemo;
};

/* ---- explain.c --------------------------------------------------------------------------------------------------------- */

void ex_begin(struct ex *x, const struct eval *e, struct arena *a); /* x must not move until ex_end */
void ex_end(struct ex *x);
struct proof *ex_new(struct ex *x, enum proof_kind kind, bool holds);
void ex_add(struct ex *x, struct proof *parent, struct proof *kid);
bool ex_room(const struct ex *x);
bool ex_too_deep(struct ex *x); /* facts within facts */
/* Gives the next of `left` kids its part of the room; returns the limit to restore. */
uint32_t ex_share(struct ex *x, size_t left);
/* Adds PROOF_CUT and returns true if there is no room for another kid. */
bool ex_full(struct ex *x, struct proof *parent);

/* What was stated before in this tree is not unfolded again: a node that points to it, or NULL. */
enum sense { SAYS, REFUTES, LACKS };
struct key {
	enum sense sense;
	uint32_t fact, token; /* token: the change or round that is spoken of */
	struct value value;
	const struct value *args; /* must live as long as x */
};
struct proof *ex_stated(struct ex *x, const struct key *k, const struct proof *fresh);
void ex_state(struct ex *x, const struct key *k, struct proof *p, uint32_t cuts); /* cuts: x->cuts before it was unfolded */

const struct rule *ex_rule_of(const struct ex *x, uint32_t rule);
const struct value *ex_args(struct ex *x, const struct value *args, uint32_t n); /* a copy for a node */
const struct value *ex_act_args(struct ex *x, const struct act *act);
civil ex_time(const struct ex *x, uint32_t round);
struct proof *ex_act(struct ex *x, uint32_t index);

static inline uint64_t ex_bit(uint32_t var)
{
	return (uint64_t)1 << var;
}

/* ---- explain_text.c ---------------------------------------------------------------------------------------------------- */

struct str ex_text(struct ex *x, const struct cx *c, const struct node *n);
struct str ex_fact_text(struct ex *x, uint32_t fact, const struct value *args, const struct wanted *w); /* f("A") is v or w */
struct str ex_print(struct ex *x, struct xval v); /* "16/3", "2025-01-01", "none" */

/* ---- explain_cond.c ---------------------------------------------------------------------------------------------------- */

bool ex_true(struct ex *x, const struct cx *c, const struct node *cond); /* for some extension of the binding */
bool ex_solve(struct ex *x, struct cx *c, const struct node *cond);	 /* and binds the first extension found */
struct xval ex_expr(struct ex *x, const struct cx *c, const struct node *n);
struct value ex_value_of(struct ex *x, const struct cx *c, const struct node *n);
bool ex_bind(struct cx *c, const struct node *term, struct value v);
bool ex_head_args(const struct ex *x, const struct cx *c, struct node *const *args, uint32_t n, struct value *out);
/* The distinct values of a quantifier's variable that satisfy `cond`, from x->work. */
void ex_range(struct ex *x, const struct cx *c, const struct node *quantifier, const struct node *cond, struct tuples *ret);

/* p is the condition or expression n: its text, and the variables that it is read with. */
void ex_says(struct ex *x, struct proof *p, const struct cx *c, const struct node *n);
struct proof *ex_cond(struct ex *x, const struct cx *c, const struct node *n); /* holds as it came out */
/* Adds a kid for each part that `and` joins, under the binding that makes all true, or comes furthest; c gets it. Returns
 * whether all hold. */
bool ex_conjuncts(struct ex *x, struct proof *parent, struct cx *c, const struct node *cond);

/* What on record the variable may stand for: that of which the part of the condition that speaks of it and of what is known is true; the latest
 * last. Where several parts do, the one that finds the fewest. */
size_t ex_things(struct ex *x, const struct cx *c, const struct node *cond, uint32_t var, struct value ret[MAX_WAYS]);

/* ---- explain_count.c --------------------------------------------------------------------------------------------------- */

/* What anybody (for the variables that are open) would need to satisfy `cond`. */
void ex_anyone(struct ex *x, struct proof *p, const struct cx *c, const struct node *cond);
struct proof *ex_compare(struct ex *x, const struct cx *c, const struct node *n);
struct proof *ex_clock(struct ex *x, const struct cx *c, const struct node *n);
struct proof *ex_value(struct ex *x, const struct cx *c, const struct node *n); /* PROOF_VALUE of an expression */
bool ex_is_plain(const struct node *n); /* a constant or variable: nothing to explain */

/* ---- explain_why.c ----------------------------------------------------------------------------------------------------- */

/* What fact(args) is at m: PROOF_FACT, TABLE or NEVER, which holds. */
struct proof *ex_fact(struct ex *x, uint32_t fact, const struct value *args, struct moment m);
struct proof *ex_trigger(struct ex *x, struct cx *c, const struct firing *f);
struct proof *ex_window(struct ex *x, uint32_t rule, civil at); /* NULL: the rule has none */
struct proof *ex_delay(struct ex *x, const struct cx *c, uint32_t firing, civil effect, uint32_t upto);
void ex_interval(const struct ex *x, const struct inst *i, const struct change *c, civil *from, civil *to);
void ex_keep_binding(struct ex *x, struct proof *p, const struct cx *c);
void ex_firing_cx(const struct ex *x, uint32_t firing, struct cx *c);
uint32_t ex_pending(const struct ex *x, uint32_t firing); /* the delayed change that it made; NO_ID: none */

/* ---- explain_plan.c ---------------------------------------------------------------------------------------------------- */

/* A new thing: a number of no string, so no fact is about it. */
#define EX_FRESH ((struct value){.kind = V_ENTITY, .s = SYM_ABSENT - 1})

uint32_t ex_open_entity(const struct ex *x, const struct rule *r);
/* What is new in a plan has no name yet: V_NONE. */
void ex_forget_name(const struct rulebook *rb, struct remedy *r, struct arena *a);
/* Acts about one thing that might together make the rule fire for this fact and value at m: about the new thing EX_FRESH, or with `begun` about
 * one on record to which that may still be done. Fills v (of MAX_REMEDIES); returns how many, 0 if no way was found. */
size_t ex_plan(struct ex *x, uint32_t rule, const struct value *args, struct value wanted, bool begun, struct moment m, struct remedy *v);

/* ---- explain_try.c ----------------------------------------------------------------------------------------------------- */

struct try { /* a moment at which a rule fired or could have */
	struct cx c;		   /* the state before; binding: the head, then the trigger */
	uint32_t round;		   /* in which it would fire */
	uint32_t act;		   /* index of the act, or NO_ID */
	const struct inst *hidden; /* of once, after */
	const struct change *rise; /* of it */
	civil due;		   /* after: when its span is over */
	bool stopped;		   /* after: the condition ended before */
	bool waiting;		   /* after: its span is not over */
	uint32_t firing;	   /* or NO_ID: it did not fire for this head and value */
};

/* The latest tries of `rule` for fact(args) (V_NONE: any) in rounds (after, upto], at most max, in order of time. */
size_t ex_tries(struct ex *x, uint32_t rule, const struct value *args, const struct wanted *w, uint32_t after, struct moment upto,
	uint32_t max, struct try *out);
/* What the pattern of c's rule asks of each argument under its binding; V_NONE: anything. */
void ex_asked(const struct ex *x, const struct cx *c, struct value *ret);
bool ex_match(const struct ex *x, const struct act *a, struct cx *c); /* does the act fit the pattern? binds what is open in it */
bool ex_rule_can(const struct ex *x, uint32_t rule, const struct wanted *w); /* can it give one of these values? */
size_t ex_first_firing(const struct ex *x, uint32_t round); /* index of the first in that round or later */
/* "becomes V" with one value wanted: then the variable is that value. */
bool ex_bind_value(const struct rule *r, const struct wanted *w, struct cx *c);
bool ex_head_cx(const struct ex *x, uint32_t rule, const struct value *args, struct moment m, struct cx *c);

/* ---- explain_whynot.c -------------------------------------------------------------------------------------------------- */

struct proof *ex_not_fact(struct ex *x, uint32_t fact, const struct value *args, const struct wanted *w, struct moment m);
/* Why one more instance, of any value for V_NONE arguments, is not there: what anybody would need. */
struct proof *ex_lacking(struct ex *x, uint32_t fact, const struct value *args, const struct wanted *w, struct moment m);
/* What one try lacked: PROOF_RULE. `upto`: the moment at which its value should stand. */
struct proof *ex_try(struct ex *x, struct try *t, const struct wanted *w, struct moment upto);
/* No act that would fire c's rule counts in rounds (after, upto]. */
struct proof *ex_no_act(struct ex *x, const struct cx *c, bool holds, uint32_t after, struct moment upto);

/* ---- explain_still.c --------------------------------------------------------------------------------------------------- */

/* Nothing made it anything but `value` in rounds (after, upto]. */
void ex_unchanged(struct ex *x, struct proof *parent, uint32_t fact, const struct value *args, struct value value, uint32_t after,
	struct moment upto);

#endif
