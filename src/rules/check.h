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
void warn_rule(struct loader *l, const struct rule *r, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void warn_conflicts(struct loader *l, const struct fact *f);
void warn_never_applies(struct loader *l);
void warn_lasting(struct loader *l);

bool can_set(const struct rule *r, struct value v);			     /* may an effect of it make the fact v? */
bool is_set(const struct rulebook *rb, const struct fact *f, struct value v); /* can any? */
/* Can these two conditions of one rule never hold together, whatever the record? */
bool exclude_each_other(const struct rule *r, const struct node *a, const struct node *b);

#endif
