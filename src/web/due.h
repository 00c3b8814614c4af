/* SPDX-License-Identifier: Apache-2.0
 *
 * What the calendar brings about, and no act: the last day of a commitment, a period that ends, a status or a bond that begins by itself.
 * Which days these are the rules alone decide; so a day that an act has made pointless (what was due is fulfilled) is not among them, and one that
 * an act has moved stands where it now stands.
 */
#ifndef WEB_DUE_H
#define WEB_DUE_H

#include "web/model.h"

struct due {
	uint32_t fact;
	const struct value *args;
	const struct stretch *s; /* that ends, or begins */
	bool ends;
	civil at;      /* ends: the day that is the last, or the instant; begins: from then on */
	size_t number; /* among those of this instance, of this value: the first has 0 */
};

typedef LIST(struct due) due_list;

/* Of the facts about this thing, and about what acts make its business: a decision tabled in a body, an action assigned to it. Not of those about
 * a meeting, which has days of its own. */
void due_about(const struct model *m, const struct entity *en, due_list *ret);

#endif
