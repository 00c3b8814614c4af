/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluation: acts + rulebook -> every fact as a step function of time, with the cause of each change.
 *
 * One evaluation is one reading of the rulebook over the acts known at one position. It is carried out as the reference
 * says (section 7): instants in order; at each the calendar, timers, pending changes, acts; each a step of rounds. After
 * a round only what its changes touch is recomputed, key by key, each key from the state alone: there is no arithmetic of
 * differences that could go wrong. No I/O, no clock: the future is computed until nothing is left to happen.
 *
 * Once made it never changes, not even its indexes: many threads may read one evaluation.
 */
#ifndef RULES_EVAL_H
#define RULES_EVAL_H

#include "rules/acts.h"
#include "rules/state.h"

enum round_kind { ROUND_START, ROUND_CALENDAR, ROUND_TIMERS, ROUND_PENDING, ROUND_ACT, ROUND_CASCADE };

struct round {
	uint32_t instant : 29; /* of eval.instants, see round_at */
	uint32_t kind : 3;     /* enum round_kind; a step begins with a round that is no cascade */
	uint32_t act;	       /* ROUND_ACT and the cascade after it: index into eval.acts; else NO_ID */
};

enum { MAX_ACTS = 1 << 27, MAX_INSTANTS = 1 << 29 };

struct firing { /* a rule that fired; eval_binding tells its binding */
	uint32_t rule;
	uint32_t round;
	uint32_t trigger; /* hidden instance of `once`/`after`, see eval_trigger; NO_ID for acts */
	uint32_t more;	  /* the first of the variables that only `if` binds, in the order of their numbers; NO_ID: there are none */
};

enum pending_state { PENDING_WAITING, PENDING_APPLIED, PENDING_DROPPED };

struct act_index;
struct change_index;

struct pending { /* a delayed change */
	uint32_t firing;
	struct inst *inst;
	struct value value;
	civil due;
	enum pending_state state; /* waiting only during the evaluation */
	uint32_t ended;		  /* the round in which it was applied or dropped */
	uint32_t before, before_if; /* scratch: the one before it of the same trigger, of the same `if`, + 1 */
};

struct eval {
	const struct rulebook *rb;
	struct syms *syms; /* of the acts; a child of the rulebook's */
	uint32_t reading;  /* of rb->readings; 0 if there are none */
	uint64_t known;
	struct arena arena;
	struct state *state;
	struct placed_act *acts; /* in the order in which they count */
	size_t nacts;
	bool *act_works;     /* per act: did its step change something, or make a change pending? Else it is without effect */
	uint32_t *act_round;   /* per act: the first round of its step */
	const bool *part;      /* per rule: is it evaluated? NULL: all are */
	struct act_list given; /* what it was made from, also what is not known or does not stand; only for explanations */
	struct { struct round *v; size_t n, cap; } rounds; /* these five are not in the arena, which would keep what they outgrow */
	struct { civil *v; size_t n, cap; } instants; /* in which something happened */
	struct { struct firing *v; size_t n, cap; } firings;
	struct { struct pending *v; size_t n, cap; } pendings;
	struct { packed *v; size_t n, cap; } more; /* see firing */
	uint32_t *hidden; /* per rule: its hidden fact, or NO_ID */
	struct act_index *act_index; /* act_index.h; NULL until a reason needs it */
	struct change_index *change_index; /* change_index.h; likewise */
};

/* Evaluates. `syms` gains names (places of forbidden acts) and must outlive *ret. Errors: ERR_LIMIT when rules keep time
 * running without end or a number grows too large (names the rule). Free with eval_free. */
int eval_new(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint64_t known, uint32_t reading,
	struct eval **ret, struct err *e);
void eval_free(struct eval *e);

static inline civil round_at(const struct eval *e, uint32_t round)
{
	return e->instants.v[e->rounds.v[round].instant];
}

/* ---- reading the result ------------------------------------------------------------------------------------------- */

struct insts eval_all(const struct eval *e, uint32_t fact); /* instances; some may never hold */
const struct inst *eval_find(const struct eval *e, uint32_t fact, const struct value *args); /* NULL: it never has a value */
/* The value at the end of instant t, and the change that made it (NULL: default since ever). A question "on D" asks at
 * the end of D: pass date_end(D) - 1. */
struct value eval_at(const struct eval *e, const struct inst *i, civil t, const struct change **ret_change);
uint32_t eval_round_at(const struct eval *e, civil t); /* the last round at or before t */
uint32_t eval_rule(const struct eval *e, const struct change *c); /* the rule that made the change; NO_ID: a table row */
const struct inst *eval_trigger(const struct eval *e, const struct firing *f); /* the condition that fired; NULL: an act did */
/* The binding with which a rule fired: fills env, one value per variable of the rule, and returns which are bound. */
uint64_t eval_binding(const struct eval *e, const struct firing *f, struct value env[MAX_VARS]);
uint64_t eval_env(const struct eval *e, const struct firing *f, packed env[MAX_VARS]); /* the same, as the solver keeps it */

struct step { /* a maximal interval [from, to) with one value that is not the default */
	civil from, to; /* CIVIL_ALWAYS, CIVIL_NEVER if open */
	struct value value;
	const struct change *begun;
	const struct change *ended; /* NULL if open */
};
size_t eval_steps(const struct eval *e, const struct inst *i, struct arena *a, struct step **ret);

#endif
