/* SPDX-License-Identifier: Apache-2.0
 *
 * The acts of an evaluation by kind and arguments: so that "no such act is on record" can be said without reading all of it.
 *
 * The index is made for the first reason that needs it (most evaluations are never asked for one), kind by kind, by the thread that
 * asks; each part is published when it is whole and never changes afterwards, and what an evaluation says does not depend on it.
 * Two threads may both make a part; one of the two is then thrown away.
 *
 * Of each kind those arguments are sorted that a rule can ask for when the fact it is about is known. The acts that have
 * several asked values are found by walking along the sorted lists together, so the shortest list decides about the time.
 */
#ifndef RULES_ACT_INDEX_H
#define RULES_ACT_INDEX_H

#include "rules/eval.h"

struct act_index;

void act_index_free(struct act_index *x); /* with the evaluation, or when acts are added to it; NULL is allowed */

enum act_shelf {
	ACTS_COUNTED, /* numbers are of e->acts; a walk goes back in the order in which acts count */
	ACTS_ASIDE,   /* numbers are of e->given: acts that were replaced, annulled, or are not known yet; a walk goes on in order of position */
};

struct act_walk {
	const struct eval *e;
	const struct shelf *shelf;
	const struct value *asked; /* must live as long as the walk */
	uint32_t kind, nlists;
	struct { const uint32_t *v; size_t n; } lists[MAX_ARGS]; /* what is left of each; acts of the result are in all */
};

/* Walks along the acts of a kind whose arguments are `asked`, one value for each parameter (V_NONE: any). Of those that are counted only
 * the first `before`. */
void act_walk(struct act_walk *w, const struct eval *e, enum act_shelf shelf, uint32_t kind, const struct value *asked, size_t before);
bool act_walk_next(struct act_walk *w, uint32_t *ret); /* false: there is no other */

/* What decides about the act at `pos`, of e->given: the latest correction of it that is known and not void, or what replaced that;
 * NO_ID: nothing. */
uint32_t act_correction(const struct eval *e, uint64_t pos);
const struct act *act_given(const struct eval *e, uint64_t pos); /* as first written; NULL: there is none */
uint32_t act_counted(const struct eval *e, uint64_t place); /* number in e->acts of what counts at that place; NO_ID: nothing does */

/* Chains of corrections, as far as known; all numbers are of e->given. */
uint32_t act_first(const struct eval *e, uint32_t given); /* what is corrected in the end: itself if it is no correction */
bool act_version(const struct eval *e, uint32_t first, uint32_t i, uint32_t *ret); /* the i-th correction in its chain; false: there are fewer */

#endif
