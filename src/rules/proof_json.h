/* SPDX-License-Identifier: Apache-2.0
 *
 * The one JSON form of an answer with its reasons, for files, the API and pages; docs/proof.md describes it member by member.
 *
 * Invariants: the same answer gives the same bytes. Nodes are a list in which kids are named by number, so a reader needs no
 * deep recursion. Everything that a checker needs beside the rulebook is inside: with `acts`, every act on which the answer
 * can depend, so that the checker can see for itself that nothing is missing.
 */
#ifndef RULES_PROOF_JSON_H
#define RULES_PROOF_JSON_H

#include "rules/explain.h"

enum { PROOF_MAX_ACTS = 20000 };

struct proof_answer { /* one question, answered under each reading */
	uint32_t fact;
	const struct value *args;
	const struct value *is; /* "is v or w": the values asked for; none for "why" alone */
	uint32_t nis;
	bool negated;		 /* "is not v or w" */
	civil at;		 /* the instant asked about */
	uint32_t n;		 /* of readings: 1 if the rulebook declares none */
	const struct eval *const *evals;   /* in the order of the readings */
	const struct proof *const *proofs; /* explain_why or explain_whynot of each */
	struct str rulebook;		   /* SHA-256 of the bundle in hex; empty: not said */
	struct str origin;		   /* of the log; empty: not said */
	struct str notice;		   /* what the organisation says about all of its register; empty: nothing */
	bool acts;			   /* with the acts on which the answer can depend */
};

void proof_json(const struct proof_answer *q, struct buf *out);

#endif
