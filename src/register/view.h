/* SPDX-License-Identifier: Apache-2.0
 *
 * A view: what an audience can know at a position of the record. It is the rule engine run over the acts which that
 * audience may read, once per reading of the rulebook; so nothing else can show through, not even in a count or a reason.
 * Positions are log indexes in every view: what may not be read is skipped, never renumbered. Immutable, shared, counted.
 *
 * Names: every value in a view is a number in record_syms(view_record(v)), the same in all its readings.
 */
#ifndef REGISTER_VIEW_H
#define REGISTER_VIEW_H

#include "log/log.h"
#include "register/reads.h"
#include "register/record.h"
#include "rules/explain.h"

struct view;
struct instance;

const struct view *view_ref(const struct view *v);
void view_unref(const struct view *v); /* NULL is allowed */

/* The same view, on which (and on whose record) everything that is asked is noted in *r: reads.h. It is not counted: it lasts as long as v, r
 * and the arena, and is for one thread. */
const struct view *view_noted(const struct view *v, struct reads *r, struct arena *a);
/* By whoever keeps what he read of a view, for all who ask him. */
void view_note(const struct view *v, enum read_of what, uint64_t which);
void view_note_name(const struct view *v, sym name);
void view_note_fact(const struct view *v, uint32_t fact, const struct value *args); /* READ_FACT; of NO_ID nothing */
bool view_is_noted(const struct view *v);
/* Such acts as are dated up to some moment (reads_until); of all of them where the days are wanted on which another comes. */
void view_note_until(const struct view *v, enum read_of what, uint64_t which, civil last);
/* Of acts in the order of their dates, those of this one; all of them where the days are wanted. CIVIL_ALWAYS: before the first. */
void view_note_dated(const struct view *v, civil date);
void view_note_day(const struct view *v, civil t); /* another answer is read from the day of that instant on */
void view_note_days(const struct view *v, const struct instance *of); /* of each of its changes: by whoever reads its courses */

/* The record as this audience knows it at that point: its lists, titles and acts hold nothing else. */
const struct record *view_record(const struct view *v);
uint64_t view_known(const struct view *v);	    /* last position that counts */
struct str view_audience(const struct view *v);	    /* "public", "members,BY" */
uint32_t view_readings(const struct view *v);	    /* number of evaluations: 1 without readings */
const struct syms *view_syms(const struct view *v);
const struct eval *view_eval(const struct view *v, uint32_t reading);
/* The same, for whoever asks it nothing but why an instance is as it is, or is not otherwise, and what would help (explain_why, explain_whynot,
 * explain_remedies: explain_touched says on what these rest); or what an act did (explain_effects, explain_act). */
const struct eval *view_reasons(const struct view *v, uint32_t reading, uint32_t fact, const struct value *args);
/* The same, for explain_why_brief of the day on which it is read. */
const struct eval *view_proof(const struct view *v, uint32_t reading, uint32_t fact, const struct value *args);
const struct eval *view_effects(const struct view *v, uint32_t reading, uint64_t place);
bool view_ever(const struct view *v, uint32_t fact, const struct value *args); /* did it ever have a value? */
struct value view_value(const struct view *v, uint32_t reading, uint32_t fact, const struct value *args, civil t); /* at the end of t */
struct str view_reading_name(const struct view *v, uint32_t reading); /* empty without readings */

struct reading_answer {
	const struct eval *eval;
	const struct inst *inst; /* NULL: never had a value */
	struct value value;	 /* V_NONE: none / no */
	civil since, until;	 /* of this value; CIVIL_ALWAYS, CIVIL_NEVER if open */
	bool since_unverified, until_unverified; /* an act whose date decided that end has an unverified date */
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

/* A question as people write it (rules/rulebook.h), checked: every entity that it names must have been introduced in this
 * view. ERR_INPUT with a suggestion otherwise. Its `as known at` is for the caller, who chose the view. */
int view_question(const struct view *v, struct str text, struct question *ret, struct err *e);
/* The entity of that name as a value that can be asked about. False: this view does not know it. */
bool view_entity(const struct view *v, struct str name, struct value *ret);

/* The instant that a question about this date means: the end of what it names. */
civil view_on(civil date);
/* fact(args) at the end of instant `on` (view_on). `is`, of a question with `is v or w`, may be NULL: then truth = not none. */
void view_ask(const struct view *v, uint32_t fact, const struct value *args, const struct question *is, civil on, struct arena *a,
	struct answer *ret);

/* All intervals of one instance over all readings, in order of time: where readings agree, one interval with readings = 0. */
struct span_step {
	struct step step;
	uint32_t readings; /* bit set of the readings that have it; 0: all */
	const struct eval *eval; /* of the first of them */
	bool from_unverified, to_unverified;
};
size_t view_steps(const struct view *v, uint32_t fact, const struct value *args, struct arena *a, struct span_step **ret);
size_t view_instance_steps(const struct view *v, const struct instance *of, struct arena *a, struct span_step **ret);

/* Does the change of fact(args) at t, in any reading, rest on a date that nobody has verified? */
bool view_unverified(const struct view *v, uint32_t fact, const struct value *args, civil t);

/* Instances that have a value at some time, each once: of one fact (NO_ID: of all, in the order of their declaration);
 * `about`: only those with this entity among their arguments (V_NONE: any). */
struct instance {
	uint32_t fact;
	uint32_t number; /* among all */
	const struct value *args;
};
size_t view_instances(const struct view *v, uint32_t fact, struct value about, struct arena *a, const struct instance **ret);
/* The same, for whoever asks of all of them only how they stand at the instant t, and when one changes next before and after it (view_courses). */
size_t view_instances_then(const struct view *v, uint32_t fact, struct value about, civil t, struct arena *a, const struct instance **ret);

/* How each instance went in one reading, by its number: for whoever looks at all of them. The changes themselves lie elsewhere, and need
 * be read of those only that changed both before a moment and after it. */
struct course {
	const struct inst *inst; /* NULL: it has no value in this reading */
	uint32_t first, last;	 /* rounds of its first change and its latest */
	uint32_t rule;		 /* of the latest change, as eval_rule */
	bool over;		 /* the latest change left no value */
};
const struct course *view_courses(const struct view *v, uint32_t reading); /* only of instances that view_instances gave */
const struct eval *view_rounds(const struct view *v, uint32_t reading); /* to read courses with: eval_round_at, round_at, eval_rule */
/* Its latest change up to that round; NULL: none. */
static inline const struct change *course_last(const struct course *c, uint32_t round)
{
	return c->inst && c->first <= round ? inst_last(c->inst, round) : NULL;
}

/* What differs between two views (other positions, an act more, another rulebook): intervals of one that are not in the other. Readings
 * are compared by name; one that only the later rulebook has with the first of the earlier one, one that only the earlier has with the
 * first of the later one. */
struct view_difference {
	struct difference d;
	const struct view *of; /* whose readings are meant: the later view, or the earlier for one that it alone has */
	uint32_t readings;     /* bit set; 0: in all of them */
};
size_t view_diff(const struct view *before, const struct view *after, struct arena *a, struct view_difference **ret);

/* Is this blob named by an act that the view may read (a document of it, or the sealed body itself), or is it the bundle? */
bool view_may_read_blob(const struct view *v, const struct digest *sha256);

#endif
