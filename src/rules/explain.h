/* SPDX-License-Identifier: Apache-2.0
 *
 * Why, why not, and what follows: explanations of an evaluation, rebuilt on demand from the causes that were kept.
 *
 * A proof is a tree. Each node is one statement that is true (or, in a why-not, false) by itself, with the rule and the
 * act it rests on; its kids are what it follows from. The tree is data: the words are put to it above (register/phrase),
 * and docs/proof.md describes its one JSON form. Nodes come from the caller's arena and point into the evaluation.
 *
 * Invariants: building a proof reads states of the past exactly as they were (after the round before a rule fired, or at
 * the instant asked about); it never evaluates anything anew. Depth and size are bounded (PROOF_MAX_DEPTH, PROOF_MAX_NODES);
 * what is cut off says so (PROOF_CUT).
 */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include "rules/eval.h"

enum { PROOF_MAX_DEPTH = 40, PROOF_MAX_NODES = 4000 };

enum proof_kind {
	PROOF_FACT,    /* fact(args) is `value` in [from, to), by `rule`; kids: what that followed from */
	PROOF_RULE,    /* why-not: what one rule would have needed; kids: its trigger and conditions in the order of the text */
	PROOF_ACT,     /* an act on record: `act` */
	PROOF_NO_ACT,  /* no act of kind `act_kind` with `args` (V_NONE = any) on record up to eval.known */
	PROOF_TABLE,   /* given by a table of the rulebook */
	PROOF_NEVER,   /* fact(args) never had a value */
	PROOF_ALL,     /* all kids hold (and, every) */
	PROOF_ANY,     /* one of the kids holds (or, some) */
	PROOF_NOT,     /* kid 0 does not hold */
	PROOF_COUNT,   /* a count or sum compared: have `op` need; kids: those that were counted */
	PROOF_COMPARE, /* a comparison of dates, numbers or names: left and right */
	PROOF_CLOCK,   /* a date reached or passed, or not yet: `at` */
	PROOF_DELAY,   /* decided at `from`, with effect from `at` (pending, applied, or dropped: holds = false) */
	PROOF_WINDOW,  /* a rule outside its window at `at` */
	PROOF_WITHOUT_EFFECT, /* an act that changed nothing at its place: `act`; kids: why (same day replaced, condition failed) */
	PROOF_CUT,     /* the tree was too large here */
};

struct proof {
	enum proof_kind kind;
	bool holds;
	bool shared;		 /* stated before in this tree, and not unfolded again: see `same` */
	const struct proof *same;
	uint32_t id;		 /* number of the node in its tree, from 0, in order of first mention */
	uint32_t fact;		 /* PROOF_FACT, TABLE, NEVER; else NO_ID */
	uint32_t act_kind;	 /* PROOF_NO_ACT */
	uint32_t rule;		 /* NO_ID if none */
	const struct value *args; /* of the fact, or pattern of the missing act */
	struct value value;
	civil from, to;		 /* CIVIL_ALWAYS, CIVIL_NEVER if open */
	civil at;
	uint64_t act;		 /* position of the act as it stands (the correction, if it was corrected) */
	uint64_t place;		 /* the position that it corrects, or the same */
	uint8_t op;		 /* enum cmp */
	struct value have, need; /* PROOF_COUNT, PROOF_COMPARE: as values; fractions are rounded down, see text */
	struct str text;	 /* the condition as the rule writes it, variables replaced by their values */
	const struct node *node; /* of the rule, if it comes from one */
	struct proof **kids;
	size_t nkids;
};

/* Why fact(args) has the value it has at the end of instant t (also why it has none: then as why-not). */
const struct proof *explain_why(const struct eval *e, uint32_t fact, const struct value *args, civil t, struct arena *a);

/* Why fact(args) is not `value` (V_YES for boolean facts) at the end of t: one PROOF_RULE per rule that could make it so,
 * each with the binding that came furthest; failing parts have holds = false, down to the missing acts. If it is
 * `value`, the proof is that of explain_why and holds. */
const struct proof *explain_whynot(const struct eval *e, uint32_t fact, const struct value *args, struct value value, civil t,
	struct arena *a);

/* What acts would make it so: the leaves of a why-not that are missing acts, each with its kind, pattern, who may sign (from
 * the declaration of the kind) and from when the value would count if it were dated t (found by evaluating with it). */
struct remedy {
	uint32_t act_kind;
	const struct value *args; /* V_NONE: free to choose */
	bool works;		  /* alone, dated t, it makes the fact so */
	civil from;		  /* then: from when */
};
size_t explain_remedies(const struct eval *e, const struct act_list *acts, const struct proof *whynot, uint32_t fact,
	const struct value *args, struct value value, civil t, struct arena *a, struct remedy **ret);

/* The positions of all acts and the citations that a proof rests on, each once, in order of position / first mention. */
struct basis {
	uint64_t *acts;
	size_t nacts;
	const struct cite **cites;
	size_t ncites;
};
void explain_basis(const struct eval *e, const struct proof *p, struct arena *a, struct basis *ret);

/* What an act did: every change (also pending ones and those made later by timers that it started) whose cause it is. */
struct effect {
	const struct inst *inst;
	struct value before, after;
	civil at; /* from when */
	uint32_t rule;
	bool dropped; /* pending, and dropped later */
};
size_t explain_effects(const struct eval *e, uint64_t place, struct arena *a, struct effect **ret);

/* Differences between two evaluations of the same rulebook (other known, or with an act more): intervals of one that are not in
 * the other, by fact and arguments. `e1` and `e2` may have different syms: names are compared. */
struct difference {
	uint32_t fact;
	struct value args[MAX_ARGS]; /* in the syms of e2 */
	struct value before, after;  /* V_NONE: none */
	civil from, to;
};
size_t explain_diff(const struct eval *e1, const struct eval *e2, struct arena *a, struct difference **ret);

#endif
