/* SPDX-License-Identifier: Apache-2.0
 *
 * A view: what an audience can know at a position of the record. It is the rule engine run over the acts which that
 * audience may read, once per reading of the rulebook; so nothing else can show through, not even in a count or a reason.
 * Positions are log indexes in every view: what may not be read is skipped, never renumbered. Immutable, shared, counted.
 */
#ifndef REGISTER_VIEW_H
#define REGISTER_VIEW_H

#include "register/record.h"
#include "rules/explain.h"

struct view;

const struct view *view_ref(const struct view *v);
void view_unref(const struct view *v);

const struct record *view_record(const struct view *v);
uint64_t view_known(const struct view *v); /* last position that counts */
struct str view_audience(const struct view *v);
uint32_t view_readings(const struct view *v); /* number of evaluations: 1 without readings */
const struct eval *view_eval(const struct view *v, uint32_t reading);
bool view_may_read(const struct view *v, const struct record_act *a); /* also false for positions after `known` */

struct reading_answer {
	const struct eval *eval;
	const struct inst *inst; /* NULL: never had a value */
	struct value value;	 /* V_NONE: none / no */
	civil since, until;	 /* of this value; CIVIL_ALWAYS, CIVIL_NEVER if open */
	bool since_unverified;	 /* an act that made it so has an unverified date */
	const struct change *begun;
	bool truth; /* of the question: value is not none, or `is ...` fits */
};

struct answer {
	uint32_t fact;
	struct value args[MAX_ARGS];
	civil on;	/* the instant: end of the day asked about */
	bool disputed;	/* the readings differ at that instant */
	uint32_t n;
	struct reading_answer *readings; /* n of them, in the order of the rulebook */
};

/* fact(args) at the end of instant `on`. Arguments are names in the syms of the view (view_sym). */
void view_ask(const struct view *v, uint32_t fact, const struct value *args, civil on, struct arena *a, struct answer *ret);
/* The entity or word of that name, as a value that can be asked about (also if the record does not know it). */
struct value view_entity(const struct view *v, struct str name, struct arena *a);

/* All intervals of one instance over all readings: where readings agree, one interval with readings = 0. */
struct span_step {
	struct step step;
	uint32_t readings; /* bit set of the readings that have it; 0: all */
	const struct eval *eval;
};
size_t view_steps(const struct view *v, uint32_t fact, const struct value *args, struct arena *a, struct span_step **ret);

/* Instances of a fact that have an interval, each once; `about`: only those with this entity among their arguments (or any,
 * if V_NONE). */
struct instance {
	uint32_t fact;
	const struct value *args;
};
size_t view_instances(const struct view *v, uint32_t fact, struct value about, struct arena *a, struct instance **ret);

/* Dates at which something about `about` (V_NONE: anything) changes, ascending, each once. For the ruler. */
size_t view_changes(const struct view *v, struct value about, struct arena *a, civil **ret);

#endif
