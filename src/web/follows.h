/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows from a status: the rules that ask for it, read off the rulebook itself, so that a right which an
 * organisation adds to its rulebook appears on its pages without a word of C.
 */
#ifndef WEB_FOLLOWS_H
#define WEB_FOLLOWS_H

#include "web/model.h"

struct follow {
	uint32_t fact; /* what may follow */
	bool counted;  /* who has the status is one of those counted, not the one whom the fact is about */
	uint32_t act;  /* an act of this kind must come; NO_ID: none need */
	const struct rule *const *rules;
	size_t n;
};

/* The rules in force at the instant asked about that need the status of a party to be `value` and give something by it, in the
 * order of the text, those for one fact together. */
size_t status_follows(const struct model *m, struct value value, struct follow **ret);

#endif
