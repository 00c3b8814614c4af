/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers for programs: the one JSON form that the command line, the API and the pages share, so that the same question
 * about the same record gives the same bytes at every door. `lang` chooses the words of the organisation's notice, and
 * nothing else.
 */
#ifndef REGISTER_ANSWER_H
#define REGISTER_ANSWER_H

#include "register/view.h"

bool answer_true(const struct answer *a); /* so in every reading */

/* {["notice",] "fact", "args", "on", "known", "audience", "true", "disputed", ["value", "since", "until",] "answers": [...]}:
 * value, since and until stand there when the readings agree. `date`: as asked. With `proof` the proof file
 * (docs/proof.md) is the last member. */
void answer_json(const struct view *v, const struct question *q, civil date, const struct answer *a, bool proof,
	struct str lang, struct arena *arena, struct buf *out);

/* The proof file of an answer: why it is so, or (with `whynot`, or where it is not so) why not. */
void answer_proof_json(const struct view *v, const struct question *q, const struct answer *a, bool whynot,
	struct str lang, struct arena *arena, struct buf *out);
/* The same without the list of acts: for a file that carries the entries themselves (evidence.h). */
void answer_proof_bare(const struct view *v, const struct question *q, const struct answer *a, bool whynot, struct arena *arena,
	struct buf *out);
/* What a why-not asks for: the value of `is`, "yes" for a fact that is so or not, else any value. */
struct value answer_wanted(const struct view *v, const struct question *q);

void json_date(struct buf *out, civil t);                                  /* null for an open end */
void json_value(struct buf *out, const struct syms *syms, struct value v); /* as rules write it; null for none */

#endif
