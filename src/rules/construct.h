/* SPDX-License-Identifier: Apache-2.0
 *
 * Obligations, procedures, decisions: the facts they bring along (construct.c) and the rules they stand for (desugar.c).
 */
#ifndef RULES_CONSTRUCT_H
#define RULES_CONSTRUCT_H

#include "rules/types.h"

uint32_t fact_add(struct loader *l, struct fact f);
void constructs_declare(struct loader *l); /* after all other declarations */
sym construct_fact(struct loader *l, const struct statement *st, const char *suffix); /* "_due" -> o_due */
const char *construct_word(enum construct_kind kind);
/* Does the decision close at a date that is known only when it opens, and so is kept in d_limit? */
bool decision_keeps_limit(struct loader *l, const struct statement *st);

#endif
