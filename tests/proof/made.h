/* SPDX-License-Identifier: Apache-2.0
 *
 * Proof files as a register writes them, and changed ones.
 */
#ifndef TESTS_PROOF_MADE_H
#define TESTS_PROOF_MADE_H

#include "tests/register/fixture.h"

#include "register/evidence.h"

/* The proof file of a question such as `status("KZ") is member on 2005-01-01`, for `audience` as known at `known`; to be freed. */
char *made_proof(struct reg *r, const char *audience, uint64_t known, const char *question, bool whynot, enum evidence_form form);
/* Only the answer, without evidence, about fact(args). `is` V_NONE: none is named. */
char *made_answer(const struct view *v, uint32_t fact, const struct value *args, struct value is, bool whynot, civil on);

uint64_t made_random(uint64_t *seed, uint64_t below);
/* One change of meaning somewhere in the JSON text, as a new text (to be freed); what it was goes to `what`. NULL: this draw changed nothing. */
char *made_change(const char *proof, uint64_t *seed, char what[200]);
/* A node dropped with all below it, the others numbered anew. */
char *made_cut(const char *proof, uint64_t *seed, char what[200]);

#endif
