/* SPDX-License-Identifier: Apache-2.0
 *
 * Why, why not, and what follows: explanations of an evaluation, rebuilt on demand from the causes that were kept.
 *
 * A proof is a tree. Each node is one statement with the rule and the act it rests on; its kids are what it follows from.
 * The tree is data: the words are put to it above (register/phrase), and docs/proof.md describes its one JSON form. Nodes
 * come from the caller's arena and point into the evaluation.
 *
 * `holds` says whether the node gives what its parent needs. So in a why-proof every node holds, except below a PROOF_NOT
 * (which holds because its kid does not); in a why-not the root does not hold, nor does at least one kid of each node that
 * does not, down to the leaves: the missing acts, counts that are short, dates not yet reached.
 *
 * Invariants: building a proof reads states of the past exactly as they were (after the round before a rule fired, or at
 * the instant asked about); it evaluates no rule anew and changes nothing, so many threads may explain one evaluation. Only
 * explain_remedies evaluates, in trials of its own (trial.h).
 * Depth and size are bounded (PROOF_MAX_DEPTH, PROOF_MAX_NODES); what is cut off says so (PROOF_CUT).
 */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include "rules/eval.h"

enum { PROOF_MAX_DEPTH = 40, PROOF_MAX_NODES = 4000 };

enum proof_kind {
	PROOF_FACT,    /* fact(args) is `value` in [from, to), by `rule`, as read at `at`; kids: what that followed from.
			* Not holds: it is not `value` (V_NONE: without any, if it has one; else any) but `have`, in [from, to);
			* kids: PROOF_RULE, and first, if it has another value, the PROOF_FACT of that one. An argument V_NONE: for no value of it. */
	PROOF_RULE,    /* what one rule needs; kids: its trigger and conditions in the order of the text, then what became of it */
	PROOF_ACT,     /* an act on record: `act`, `act_kind`, `args`, dated `at`; kid: PROOF_CORRECTED if it was corrected */
	PROOF_NO_ACT,  /* no act of kind `act_kind` with `args` (V_NONE = any) on record up to eval.known, dated in [from, to); of those
			* dated at `from` only the ones after `place` are meant, of those at the last second the ones before the place
			* `act` (0: all). Holds: none is needed. Not holds: this is the act that is missing */
	PROOF_TABLE,   /* given by a table of the rulebook */
	PROOF_NEVER,   /* fact(args) never had a value; kids: as of PROOF_STILL */
	PROOF_ALL,     /* all kids hold (and, every) */
	PROOF_ANY,     /* one of the kids holds (or, some) */
	PROOF_NOT,     /* kid 0 does not hold */
	PROOF_COUNT,   /* a count or sum compared: have `op` need; kids: those that were counted, then, if it is short, what
			* one more would need */
	PROOF_COMPARE, /* a comparison of dates, numbers or names: have `op` need; kids: where the two sides come from */
	PROOF_CLOCK,   /* a date reached or passed, or not yet: true from `at` on (CIVIL_NEVER: there is no such date) */
	PROOF_DELAY,   /* decided at `from`, with effect from `at`; kids: PROOF_VALUE of that date. Not holds: not yet, or dropped
			* at `to` (else CIVIL_NEVER) because of the kids that do not hold */
	PROOF_WINDOW,  /* `at` lies (or does not lie) in the window [from, to) of `rule` */
	PROOF_WITHOUT_EFFECT, /* an act on record that changed nothing at its place: as PROOF_ACT; from explain_act: kids say why */
	PROOF_CUT,     /* the tree was too large here */
	PROOF_VALUE,   /* the expression `text` has `value`; kids: the parts it is made of */
	PROOF_SINCE,   /* the condition of `once` or `after` became true at `from` and held up to the firing at `at` (for `after`:
			* `value` is the span). Not holds: it is not true (kids), or its span is not over (`at` is when it will be) */
	PROOF_STILL,   /* nothing changed it between `from` and `at`; kids, one or more per rule that could have in that time:
			* PROOF_NO_ACT, or PROOF_NOT of what the rule lacked. Not holds: it ended at `at` by `rule`, `act`; kid: what replaced it. Where
			* `at` equals `from` it was replaced the same day */
	PROOF_OVERRIDDEN, /* not holds: `rule` fired for the same fact at the same moment `at`, and overrides */
	PROOF_CORRECTED,  /* not holds: act `place` as first written (`act_kind`, `args`, date `at`) would have served, but the
			   * correction `act` replaced it, or annulled it (rule: `op` = 1). Below a PROOF_ACT it holds: a remark */
	PROOF_LATER,	  /* not holds: an act that would serve is on record only from position `act` on, dated `at` */
	PROOF_OPEN,	  /* not holds. By enum open (`op`): the condition speaks of something that the conditions before it did not find; it is
			   * true, but did not become true in the time spoken of; or the rule gave another value, or had fired already */
};

enum open { OPEN_UNKNOWN, OPEN_ALWAYS, OPEN_OTHER };

struct proof {
	enum proof_kind kind;
	bool holds;
	bool shared;		 /* stated before in this tree, and not unfolded again: see `same` */
	const struct proof *same;
	uint32_t id;		 /* number of the node in its tree, from 0, in order of first mention */
	uint32_t fact;		 /* PROOF_FACT, TABLE, NEVER; else NO_ID */
	uint32_t act_kind;	 /* PROOF_ACT, NO_ACT, CORRECTED, LATER; else NO_ID */
	uint32_t rule;		 /* NO_ID if none */
	const struct value *args; /* of the fact, or pattern of the missing act, or of the act */
	const struct value *env;  /* PROOF_FACT, PROOF_RULE that are unfolded: the variables of `rule`, those in `bound`; of a condition
				   * (`node`) and an expression in it: those of the rule `within` */
	uint64_t bound;
	uint32_t within;	  /* NO_ID: env is of `rule`, or there is none */
	struct value value;
	civil from, to;		 /* CIVIL_ALWAYS, CIVIL_NEVER if open */
	civil at;
	uint64_t act;		 /* position of the act as it stands (the correction, if it was corrected) */
	uint64_t place;		 /* the position that it corrects, or the same */
	uint8_t op;		 /* enum cmp; PROOF_OPEN: enum open */
	struct value have, need; /* PROOF_COUNT, PROOF_COMPARE: both sides; of a fraction the whole number that decides */
	struct str left, right;	 /* the two sides exactly, as printed ("16/3"); PROOF_VALUE: left */
	struct str text;	 /* the condition as the rule writes it, variables replaced by their values */
	const struct node *node; /* of the rule, if it comes from one */
	struct proof **kids;
	size_t nkids;
};

/* Why fact(args) has the value it has at the end of instant t (also why it has none: then as why-not, and the root does not
 * hold). */
const struct proof *explain_why(const struct eval *e, uint32_t fact, const struct value *args, civil t, struct arena *a);

/* explain_why for readers: that nothing else happened is checked for the fact itself; for those that it follows from, PROOF_CUT
 * stands for these checks, which fill most of a proof. */
const struct proof *explain_why_brief(const struct eval *e, uint32_t fact, const struct value *args, civil t, struct arena *a);

/* The first step of explain_why: by which rule, from what. The facts in it are stated, and PROOF_CUT stands for their reasons. */
const struct proof *explain_why_top(const struct eval *e, uint32_t fact, const struct value *args, civil t, struct arena *a);

/* Why fact(args) is not `value` (V_YES for boolean facts; V_NONE: any value) at the end of t: a PROOF_RULE for each rule that
 * could make it so, with the binding that came furthest (for a rule that fired more than once, its last three firings);
 * failing parts have holds = false, down to the missing acts. If it is `value`, the proof is that of explain_why and holds.
 * Acts of the list that the evaluation was given but that do not stand, or are not yet known, are named too. */
const struct proof *explain_whynot(const struct eval *e, uint32_t fact, const struct value *args, struct value value, civil t,
	struct arena *a);

/* What became of an act: PROOF_ACT if it changed something, else PROOF_WITHOUT_EFFECT; kids: one PROOF_RULE for each rule that
 * its kind could fire, with what it lacked. NULL: no such act is in force. `place`: where it stands in the queue. */
const struct proof *explain_act(const struct eval *e, uint64_t place, struct arena *a);

/* What acts would make it so: the leaves of a why-not that are missing acts, each with its kind, pattern, who may sign (from
 * the declaration of the kind) and from when the value would count if it were dated t: found by a trial (trial.h) on what stood
 * on record then. */
struct remedy {
	uint32_t act_kind;
	const struct value *args; /* V_NONE: free to choose */
	uint32_t together;	  /* several acts about one new thing that only together help share a number; 0: alone */
	uint32_t thing;		  /* of those: the argument that is the new thing, V_NONE as it has no name yet; NO_ID: none is */
	bool works;		  /* dated t (with those of its number), it makes the fact so, or earlier than it will be */
	civil from;		  /* then: from when */
};
/* Returns their number, at most MAX_REMEDIES. */
enum { MAX_REMEDIES = 12 };
size_t explain_remedies(const struct eval *e, const struct proof *whynot, uint32_t fact, const struct value *args,
	struct value value, civil t, struct arena *a, struct remedy **ret);
/* The acts by which, as the rules in force at t have it, the fact would become so once it has the value from which that rule leads on. Not
 * tried: what must come before them has not. 0: no way was found. */
size_t explain_then(const struct eval *e, uint32_t fact, const struct value *args, struct value value, civil t, struct arena *a, struct remedy **ret);

/* On what the history of fact(args) up to `at` can depend. Evaluating these acts by these rules alone gives the same value as
 * evaluating all by all. */
struct touched {
	uint32_t *acts; /* indexes into e->given, in order of position, whole chains of corrections */
	size_t nacts;
	bool *rules; /* one for each rule of the rulebook: the part for eval_new_part */
};
void explain_touched(const struct eval *e, uint32_t fact, const struct value *args, civil at, struct arena *a, struct touched *ret);
/* Fewer: those that are needed for this value on this record, to which the acts in `more` may be added at `at` (their dates do not matter).
 * What a condition reads of things for which another part of it cannot hold, no act having said so, is left out. */
void explain_needed(const struct eval *e, uint32_t fact, const struct value *args, civil at, const struct act *more, size_t nmore,
	struct arena *a, struct touched *ret);

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

/* Differences between two evaluations (other known, an act more, another rulebook): intervals of one that are not in the
 * other, sorted by fact, arguments as printed, and time. `e1` and `e2` may have different syms: names are compared. Of two
 * rulebooks the facts of one name and shape are compared; those that only one declares are not. */
struct difference {
	uint32_t fact; /* of the rulebook of e2 */
	const struct syms *syms;      /* of args and after: those of e2; of e1 for an instance whose names e2 does not know */
	const struct syms *of_before; /* likewise, of before */
	const struct value *args;    /* one copy for all differences of an instance */
	struct value before, after;  /* V_NONE: none */
	civil from, to;
};
size_t explain_diff(const struct eval *e1, const struct eval *e2, struct arena *a, struct difference **ret);

#endif
