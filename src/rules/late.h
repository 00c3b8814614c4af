/* SPDX-License-Identifier: Apache-2.0
 *
 * An evaluation that grows: acts are appended one by one, dated whenever, and only what they touch is computed again.
 *
 * Each fact instance has its whole history. An appended act is carried out at its moment in that history; whatever then
 * comes out otherwise than before is followed forwards in time, moment by moment, through definitions, counts, triggers,
 * timers and delayed changes, until everything agrees with the old history again. Nothing works back in time, so one pass
 * is enough. Each value is computed anew from the state of its moment, by the same conditions as in a full evaluation; the
 * result is that of a full evaluation of all acts: the same changes of every instance, in the same rounds, made by the same
 * rules with the same bindings. (Where several definitions make one fact true at once, another of them may be named.)
 *
 * What would take too long to follow is evaluated in full instead; late_stats counts how often. An evaluation that grows
 * belongs to one thread.
 */
#ifndef RULES_LATE_H
#define RULES_LATE_H

#include "rules/eval.h"

struct late;

/* Evaluates, as eval_new. `acts` and `syms` must stay where they are until late_close; the list is not written to. */
int late_open(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint32_t reading, struct late **ret,
	struct err *e);

/* One act more, maybe a correction; its position is larger than all before, its arguments must stay until late_close. Errors:
 * as of eval_new; then all that can be done with it is late_close. */
int late_append(struct late *l, const struct act *act, struct err *e);

/* The evaluation as it is, to be asked with eval_all, eval_find, eval_at, eval_steps. Valid until the next late_append, which
 * changes it. For explanations, which ask for rounds in order, late_settle first. */
const struct eval *late_eval(const struct late *l);

/* Puts all in order: evaluates in full if acts were appended since that was last done. Then late_eval gives what eval_new gives, until
 * the next late_append. Errors: as of eval_new; then all is as before. */
int late_settle(struct late *l, struct err *e);

/* Instances whose history the last append changed; hidden ones are among them. All may have, if it was evaluated in full. */
size_t late_changed(const struct late *l, struct inst *const **ret, bool *ret_all);

struct late_stats {
	uint64_t looked_at; /* by the last append: instances that were computed again */
	uint64_t computed;  /* and how often, over all their moments */
	uint64_t full;	    /* appends so far that were evaluated in full */
};
struct late_stats late_stats(const struct late *l);
void late_close(struct late *l);

#endif
