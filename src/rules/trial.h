/* SPDX-License-Identifier: Apache-2.0
 *
 * Trials: what would have come of acts, had they been done then?
 *
 * The sweep is carried out once, up to the acts of that instant, and halted. Each trial goes on from there with acts of its
 * own to the end of time, and is undone: what it changed is taken back, so many trials cost little more than one.
 *
 * The record is that of then: acts that only came later are left out, since nobody could count on them.
 */
#ifndef RULES_TRIAL_H
#define RULES_TRIAL_H

#include "rules/eval.h"

enum { TRIAL_MAX = 16 }; /* acts of one trial */

struct trial;

/* Acts on trial are done at `at`, after those of the record that are done then; of the record all count that are dated up to
 * `last`, which is not before `at`. `part`: the rules to evaluate, one flag for each rule of the rulebook, or NULL for all; right
 * for those facts whose rules, and the rules of all that they read, are in it (explain_touched gives such a part). `syms`,
 * `acts` and `part` must outlive the trial. Errors: as of eval_new. */
int trial_open(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint64_t known, uint32_t reading,
	const bool *part, civil at, civil last, struct trial **ret, struct err *e);

/* Goes on with n acts, at most TRIAL_MAX; their dates do not matter. *ret may be read until the next trial: values and
 * steps, not explanations. Errors: as of eval_new, but time may run on for far fewer instants, counted over all trials; others may still
 * be tried. */
int trial_run(struct trial *t, const struct act *acts, size_t n, const struct eval **ret, struct err *e);
void trial_close(struct trial *t);

#endif
