/* SPDX-License-Identifier: Apache-2.0
 *
 * A question in everyday words, in any language of the pages: "belarus 2016-01-01", "is India party to the Convention against Terrorism".
 *
 * It is read by its parts: things by their names and codes, a fact by the words of its label and of the sentence that says it, values by theirs, and
 * of the thing that is then still missing some words of its name. So no fact stands here: what the organisation has words for can be asked for.
 *
 * Invariants: nothing is guessed. A question is read only if all its words are used up, small ones ("is", "the") aside, and only one fact fits best;
 * else it is another question than would be answered.
 */
#ifndef WEB_WORDED_H
#define WEB_WORDED_H

#include "web/model.h"

enum { WORDED_ARGS = 2 };

struct worded {
	bool read;
	bool numbers; /* not read, for the numbers beside a name: they may be a day, and are none */
	uint32_t fact;
	struct value args[WORDED_ARGS];
};

/* `text`: without the day. */
int worded_read(struct model *m, struct str text, struct worded *ret, struct err *e);

#endif
