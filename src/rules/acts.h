/* SPDX-License-Identifier: Apache-2.0
 *
 * Acts as the engine sees them: kind, date, typed arguments, corrections (reference, section 8).
 *
 * Invariants: an act's position is its place in the record (log index); args has one packed value per parameter of its kind,
 * V_NONE for an optional one that is missing. Reading checks everything against the declaration, so that the evaluator
 * never meets an ill-typed value.
 */
#ifndef RULES_ACTS_H
#define RULES_ACTS_H

#include "base/json.h"
#include "rules/program.h"

struct act {
	uint64_t pos;
	civil date;
	packed *args;
	uint32_t kind;	    /* NO_ID: a pure annulment */
	uint32_t back : 31; /* how far before it stands what it corrects; 0: it is no correction */
	uint32_t annul : 1;
};

enum { MAX_BACK = INT32_MAX };

static inline bool act_is_correction(const struct act *act)
{
	return act->back != 0;
}

static inline uint64_t act_corrects(const struct act *act) /* the position of what it corrects */
{
	return act->pos - act->back;
}

static inline struct value act_value(const struct act *act, uint32_t param)
{
	return value_unpack(act->args[param]);
}

/* All arguments of an act of a kind with so many parameters; returns out. */
const struct value *act_values(const struct act *act, uint32_t nparams, struct value out[MAX_ARGS]);

struct act_list { /* in order of position */
	struct act *v;
	size_t n, cap;
};

/* Reads one act from its JSON form; other members than kind, date, args, corrects, annul are ignored. Errors name `where`
 * and the field. Strings are interned in `syms`, memory comes from `a`. */
int act_read(const struct rulebook *rb, struct syms *syms, const json_t *obj, uint64_t pos, const char *where,
	struct arena *a, struct act *ret, struct err *e);

/* Reads a whole file of acts, one JSON object a line, positions 1, 2, 3 ...; blank lines are not counted. Appends to `list`. */
int acts_read_lines(const struct rulebook *rb, struct syms *syms, struct str text, const char *path, struct arena *a,
	struct act_list *list, struct err *e);

/* One value of a declared type from its JSON form. `what` names it in errors ("args.I"). */
int value_read(const struct rulebook *rb, struct syms *syms, uint32_t type, const json_t *v, const char *where,
	const char *what, struct value *ret, struct err *e);

/* Where the act at that position stands among the first n of the list; SIZE_MAX: it is not there. */
size_t acts_find(const struct act_list *list, size_t n, uint64_t pos);

struct placed_act { /* an act that counts, at the place that orders it */
	const struct act *act; /* what stands there: itself or the correction that replaces it */
	uint64_t place;
};

/* What stands at each place as known at `known`, in the order in which it counts: by date, then place.
 * Returns the number of acts in *ret (from `a`). */
size_t acts_in_force(const struct act_list *list, uint64_t known, struct arena *a, struct placed_act **ret);

#endif
