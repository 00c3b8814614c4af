/* SPDX-License-Identifier: Apache-2.0
 *
 * What happened, found again from the acts and the law alone (reference, sections 5 to 8): every change of every fact, with the round,
 * the rule and the variables. The checker's own evaluator; it knows nothing of the engine's.
 *
 * A round is one simultaneous set of changes. The state after any round can be read back; `now` is the clock it is read with.
 * Work is bounded (`budget`), whatever the law says.
 */
#ifndef PROOF_PAST_H
#define PROOF_PAST_H

#include "proof/law.h"

struct ck_act { /* as it stands in the record */
	uint64_t pos, corrects;
	bool is_correction, annul;
	uint32_t kind; /* NO_ID: an annulment that says nothing else */
	civil date;
	struct value *args;
};

struct ck_placed {
	const struct ck_act *act;
	uint64_t place;
};

struct ck_change {
	uint32_t round, law, firing; /* NO_ID where there is none */
	struct value value;
};

struct ck_inst { /* a fact of certain arguments */
	uint32_t fact, mark;
	uint64_t stamp; /* hidden: the step in which it fired last */
	uint32_t generation, chosen;
	struct value *args;
	struct ck_change *v;
	size_t n, cap;
};

struct ck_insts {
	struct ck_inst **v;
	size_t n, cap;
};

enum ck_round_kind { CK_START, CK_CALENDAR, CK_TIMERS, CK_PENDING, CK_ACT, CK_CASCADE };

struct ck_round {
	civil at;
	enum ck_round_kind kind;
	uint32_t act; /* index into acts, NO_ID */
};

struct ck_firing {
	uint32_t law, round;
	struct ck_inst *trigger; /* NULL: an act */
	uint64_t bound;
	struct value *env;
};

enum ck_fate { CK_WAITING, CK_APPLIED, CK_DROPPED };

struct ck_pending {
	uint32_t firing, ended; /* ended: round */
	struct ck_inst *inst;
	struct value value;
	civil due;
	enum ck_fate fate;
};

struct ck_past {
	const struct ck_book *b;
	struct arena arena, scratch; /* scratch: of one question to the law; reset by whoever asks */
	uint32_t reading;
	const bool *part; /* the rules that are carried out; NULL: all of the reading */
	const struct ck_act *given; /* all of the record, in order of position */
	size_t ngiven;
	uint64_t known;
	const struct ck_act **corrected; /* by index into given: what decides about it */
	struct ck_placed *acts; /* in force, in the order in which they count */
	size_t nacts;
	uint32_t *act_round, *act_changes; /* by index into acts */
	struct { struct ck_round *v; size_t n, cap; } rounds;
	struct { struct ck_firing *v; size_t n, cap; } firings;
	struct { struct ck_pending *v; size_t n, cap; } pendings;
	struct ck_insts *of_fact; /* by fact, hidden ones too */
	uint32_t nfacts, *nparams; /* of each */
	uint32_t *hidden; /* by law: the hidden fact of its condition; NO_ID */
	struct ck_slot *slots; /* instances by arguments, see state.c */
	size_t nslots, used;
	struct ck_run *run; /* while it is made */
	uint64_t budget;
	uint32_t deep; /* conditions under way within each other */
	bool too_large, too_much;
};

/* Evaluates the acts known at `known` under one reading. ERR_LIMIT. `ret` must not move; free with ck_past_done. */
int ck_past_make(const struct ck_book *b, const struct ck_act *acts, size_t n, uint64_t known, uint32_t reading, const bool *part,
	struct ck_past *ret, struct err *e);
void ck_past_done(struct ck_past *p);

/* Work that is not counted by itself, such as looking through a list. */
static inline void ck_charge(struct ck_past *p, uint64_t work)
{
	p->budget = p->budget > work ? p->budget - work : 0;
}

/* ---- state (state.c) ----------------------------------------------------------------------------------------------------- */

#define CK_NOW UINT32_MAX /* the state after the latest round */

struct ck_inst *ck_find(const struct ck_past *p, uint32_t fact, const struct value *args); /* NULL */
struct ck_inst *ck_inst_make(struct ck_past *p, uint32_t fact, const struct value *args);
const struct ck_insts *ck_matching(const struct ck_past *p, uint32_t fact, uint32_t n, const struct value *args); /* V_NONE: any; may hold more */
const struct ck_change *ck_earlier(const struct ck_inst *i, uint32_t round);

/* The last change up to that round; NULL. Most often it is the last of all. */
static inline const struct ck_change *ck_last(const struct ck_inst *i, uint32_t round)
{
	return !i || !i->n ? NULL : i->v[i->n - 1].round <= round ? &i->v[i->n - 1] : ck_earlier(i, round);
}

static inline struct value ck_value(const struct ck_inst *i, uint32_t round) /* of NULL: none */
{
	const struct ck_change *c = ck_last(i, round);
	return c ? c->value : VALUE_NONE;
}
uint32_t ck_round_at(const struct ck_past *p, civil t);			  /* the last round up to the end of t */
/* The interval in which the value of change c (NULL: none, before the first) lasted; empty if only inside an instant. */
void ck_interval(const struct ck_past *p, const struct ck_inst *i, const struct ck_change *c, civil *from, civil *to);
/* What decides about position `pos`: the latest standing correction; NULL: nothing (reference 8.3). */
const struct ck_act *ck_act_at(const struct ck_past *p, uint64_t pos); /* as given; NULL */
void ck_acts_in_force(struct ck_past *p);
const struct ck_act *ck_correction(const struct ck_past *p, uint64_t pos);

/* ---- conditions (solve.c) ------------------------------------------------------------------------------------------------ */

struct ck_sight { /* where a condition is read: a state, a clock, the variables that are bound */
	struct ck_past *p;
	uint32_t round;
	civil now, fired;
	uint64_t bound;
	struct value env[MAX_VARS];
	/* Called for each future date at which a `reached` or `passed` that was looked at becomes true. */
	void (*wake)(void *ctx, const struct ck_sight *s, civil at);
	void *wake_ctx;
};

/* Nothing bound: what env holds of variables that are not bound is never read, and stays as it is. */
static inline void ck_look(struct ck_sight *s, struct ck_past *p, uint32_t round, civil now)
{
	s->p = p;
	s->round = round;
	s->now = s->fired = now;
	s->bound = 0;
	s->wake = NULL;
}

struct ck_num { /* value of an expression; numbers are exact */
	enum value_kind kind;
	struct value v; /* not V_INT */
	__int128 num, den;
};

typedef bool (*ck_then)(struct ck_sight *s, void *ctx); /* false: enough */

/* Calls `then` for each way to make f true (NULL: true); false if that said enough. Bound variables are restored. */
bool ck_solve(struct ck_sight *s, const struct ck_form *f, ck_then then, void *ctx);
bool ck_true(struct ck_sight *s, const struct ck_form *f);
bool ck_first(struct ck_sight *s, const struct ck_form *f); /* as ck_true, and keeps the variables of the way found */
bool ck_runnable(const struct ck_form *f, uint64_t bound);
struct ck_num ck_expr(struct ck_sight *s, const struct ck_form *f);
struct value ck_expr_value(struct ck_sight *s, const struct ck_form *f);
bool ck_args(const struct ck_sight *s, const struct ck_term *t, uint32_t n, struct value *out); /* false: absent or open */
bool ck_match(struct ck_sight *s, struct ck_term t, struct value v); /* binds an open variable */

struct ck_set { /* distinct values */
	struct arena *a;
	struct value *v;
	size_t n, cap;
};
void ck_set_add(struct ck_set *s, struct value v);
bool ck_set_has(const struct ck_set *s, struct value v);
/* The values of a quantifier's variable for which its condition holds; of a sum without one, for which the weight has a value. */
void ck_range(struct ck_sight *s, const struct ck_form *q, struct ck_set *ret);

bool ck_due(struct value span, civil from, civil *ret); /* when a timer begun then is due */

#endif
