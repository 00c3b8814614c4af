/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks across rules (reference, section 13), after each rule has been checked for itself.
 */
#ifndef RULES_CHECK_H
#define RULES_CHECK_H

#include "rules/load.h"

struct ids {
	uint32_t *v;
	size_t n, cap;
};

bool share_reading(uint32_t a, uint32_t b); /* can two rules apply under one reading? */
void warn_conflicts(struct loader *l, const struct fact *f);

#endif
