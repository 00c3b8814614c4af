/* SPDX-License-Identifier: Apache-2.0
 *
 * The changes of an evaluation by their round: so that what an act did is found without reading every history.
 *
 * Made and published as act_index.h says: by the first who asks, whole, and never changed afterwards.
 */
#ifndef RULES_CHANGE_INDEX_H
#define RULES_CHANGE_INDEX_H

#include "rules/eval.h"

struct change_index;

struct changed {
	const struct inst *inst;
	uint32_t at; /* number of the change */
};

/* What changed in a round, in the order of facts and of their instances; returns how many. Facts that the rulebook declares only: not the
 * conditions of triggers. */
size_t changes_of_round(const struct eval *e, uint32_t round, const struct changed **ret);
void change_index_free(struct change_index *x); /* with the evaluation, or when acts are added to it; NULL is allowed */

#endif
