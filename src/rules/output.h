/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables that `comity eval` prints (reference, section 12): every maximal interval of every fact.
 */
#ifndef RULES_OUTPUT_H
#define RULES_OUTPUT_H

#include "rules/eval.h"

enum output_format { OUTPUT_CSV, OUTPUT_JSON };

/* `evals`: one evaluation per reading of the rulebook (one if it declares none), in the order of the readings.
 * `facts`: numbers of the facts to print, NULL for all. Output is sorted bytewise, as printed. */
void output_facts(const struct eval *const *evals, uint32_t nevals, const uint32_t *facts, size_t nfacts,
	enum output_format format, struct buf *out);

void output_args(const struct eval *e, const struct inst *i, struct buf *out); /* joined by '|', '\' and '|' escaped */

#endif
