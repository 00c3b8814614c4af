/* SPDX-License-Identifier: Apache-2.0
 *
 * All that follows from what a view may read, as one text: every interval of every fact, in every reading, in the table that
 * `comity eval` prints (docs/rules-reference.md, section 12). Whoever holds the same entries computes the same bytes.
 */
#ifndef REGISTER_FACTS_H
#define REGISTER_FACTS_H

#include "register/view.h"

enum { FACTS_MAX_BYTES = 64 << 20 };

void facts_csv(const struct view *v, struct buf *out); /* appends it; out->over where that has no room: FACTS_MAX_BYTES will do */

/* Where two such texts part: at the first interval that one side has and the other has not. Views into the texts and the arena. */
struct facts_side {
	struct str value, from, to; /* the interval of this side that begins there, or that the other's begins in; value empty: none */
};
struct facts_parting {
	struct str fact, args; /* args as in the table: joined by '|' */
	struct str reading;    /* empty: in all, or there are none */
	struct facts_side here, there;
};
/* False: they are the same. A text that is no such table parts from one at its first line that is none: `fact` is then empty. */
bool facts_part(struct str here, struct str there, struct arena *a, struct facts_parting *ret);

#endif
