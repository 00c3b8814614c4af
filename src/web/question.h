/* SPDX-License-Identifier: Apache-2.0
 *
 * A question in the words of the rulebook, as people type it: status("BY") is member on 2023-01-01 as known at 200.
 */
#ifndef WEB_QUESTION_H
#define WEB_QUESTION_H

#include "web/model.h"

struct asked_question {
	struct question question;
	const struct view *view; /* as known at the entry that the question or the address names */
	struct almanac *held;    /* of another point of knowledge than the page's; else NULL */
	civil date;
	struct answer answer;
};

/* Reads and answers it. The dates of the address count where the question names none; ERR_INPUT if both name one and
 * they differ. The reason stands in the response's problem too, for the field `q`. Give back with question_done. */
int question_read(struct model *m, struct str text, struct asked_question *ret, struct err *e);
void question_done(struct asked_question *q);

#endif
