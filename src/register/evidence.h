/* SPDX-License-Identifier: Apache-2.0
 *
 * What a proof file rests on, beside the answer itself: entries of the log as they stand there, the signed checkpoint above them, the
 * bundle that they adopted. docs/proof.md describes the member `evidence`; src/proof reads it again.
 */
#ifndef REGISTER_EVIDENCE_H
#define REGISTER_EVIDENCE_H

#include "register/answer.h"
#include "register/reg.h"

enum evidence_form {
	EVIDENCE_WHOLE,	  /* every entry up to the point of knowledge: nothing can be missing */
	EVIDENCE_TOUCHED, /* the entries on which the answer can depend, and the keys under them, with one proof of inclusion for all */
};

enum { EVIDENCE_MAX_WHOLE = 32 << 20 }; /* bytes of entries; beyond, the whole becomes the touched */

/* The proof file of an answer (as answer_proof_json), with its evidence. *form becomes what was written. */
int answer_proof_file(struct reg *r, const struct view *v, const struct question *q, const struct answer *a, bool whynot,
	enum evidence_form *form, struct arena *arena, struct buf *out, struct err *e);

#endif
