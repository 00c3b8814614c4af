/* SPDX-License-Identifier: Apache-2.0
 *
 * Proofs as the site shows them: nested sentences, conditions, what they rest on.
 */
#ifndef WEB_REASONS_H
#define WEB_REASONS_H

#include "web/model.h"

/* The tree below `top` as nested sentences. Groups of conditions say nothing by themselves: their parts stand in their
 * place. `all`: everything is open, with the checks that nothing else happened; else the first two levels. With `marks` each statement says
 * whether it holds. Of a proof that is longer than a reader reads, those nearest to the question are told; each at which the telling stops
 * leads on, to the reasons of the fact that it belongs to. */
enum { STEPS_TOLD = 80, STEPS_OPEN = 200 /* where all are open */ };
struct room { /* on one page */
	size_t steps, trees; /* STEPS_TOLD or STEPS_OPEN; among so many proofs */
	size_t told; /* statements */
	bool cut; /* there was more to tell */
};
struct reason reasons_tree(const struct model *m, const struct eval *e, const struct proof *top, bool all, bool marks, struct room *room);
size_t reasons_steps(const struct proof *top); /* statements in it, each once */

/* "Because ...; ...; ...": the statements that the proof begins with. */
struct html reasons_because(const struct model *m, const struct proof *top);

/* What one rule asks for, one condition after the other (kids of a PROOF_RULE). */
struct html reasons_nearest(
	const struct model *m, const struct proof *rule); /* which thing came nearest, in a sentence; or empty */
conditions reasons_conditions(const struct model *m, const struct eval *e, const struct proof *rule);

/* Of a fact without a value, what that rests on: an act that ended what was so; or only that no act makes it so. The record is open: what it does
 * not hold may be so all the same. */
struct html reasons_of_none(const struct model *m, uint32_t fact, const struct value *args);

/* "act 434; Dialogue partners Memorandum", linked: what a proof rests on, in one line. */
struct html reasons_rests(const struct model *m, const struct eval *e, const struct proof *top);

/* Where the readings of the law differ: "Status of Laos: disputed"; "Reading A: Laos is a partner". */
struct html reasons_disputed(const struct model *m, uint32_t fact, const struct value *args);
struct html reasons_reading(const struct model *m, uint32_t reading, uint32_t fact, const struct value *args, struct value value);

/* What would have made a fact so, as rows: the missing act, who could sign it, from when it would count, what came. `top`: the proof
 * (explain_whynot) for which explain_remedies found them; NULL: of explain_then, and `after` says what must come before. *ret_deciding, if it was
 * empty: by what rule an act among them that only closes a decision decides. */
struct remedies {
	struct remedy *v;
	size_t n;
	const struct proof *top;
};
struct records remedies_table(const struct model *m);
/* Those for the fact to be `wanted` (V_NONE: none) in a reading. */
struct remedies remedies_for(const struct model *m, uint32_t reading, uint32_t fact, const struct value *args, struct value wanted, const struct proof *top);
void remedies_rows(const struct model *m, const struct remedies *l, struct html after, struct records *ret, struct html *ret_deciding);
json_t *remedies_data(const struct model *m, const struct remedies *l); /* kind, args, by; of those that were tried from, together */

#endif
