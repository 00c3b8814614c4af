/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of `comity eval`, made by the checker's own evaluator. (Headers of the checker and of the engine do not go together in one file.)
 */
#ifndef TESTS_PROOF_TABLE_H
#define TESTS_PROOF_TABLE_H

#include "proof/proof.h"

#include <stdint.h>

/* `acts`: JSON lines, known up to `known`. To be freed. The test fails if it cannot be made. */
char *ck_table(const char *rules, const char *acts, uint64_t known);

/* Why these rules and acts cannot be carried out (to be freed); NULL: they can. */
char *ck_table_error(const char *rules, const char *acts);

/* Checks an answer whose rules and acts are these. NULL: it is accepted; else why not (to be freed). */
struct ck_case; /* rules and acts, read once */
struct ck_case *ck_case_open(const char *rules, const char *acts, uint64_t known);
struct ck_case *ck_case_of_file(const char *proof); /* from the evidence of a proof file */
char *ck_case_check(struct ck_case *c, const char *proof);
void ck_case_close(struct ck_case *c);

/* Why the evidence of a proof file is refused, with all signatures verified, and at which step (to be freed); NULL: it is accepted. */
char *ck_evidence_refusal(const char *proof, enum ck_step *ret_step);

#endif
