/* SPDX-License-Identifier: Apache-2.0
 *
 * What changed between two days: the instances of facts that are not the same at the end of both, and those that changed and changed back; by kind.
 *
 * Invariants: read off the evaluations themselves, so it costs as many steps as there are instances; in order is only what somebody asks for.
 */
#ifndef WEB_MOVED_H
#define WEB_MOVED_H

#include "html/locale.h"
#include "web/model.h"

struct moved { /* an instance that changed after the first day and up to the second */
	const struct instance *of;
	uint32_t round; /* of its last change, in the reading that has the latest */
	bool passing;	/* the same at the end of both days */
};

struct group { /* those of one fact; in order, the latest first, where moved_sort has been */
	uint32_t fact;
	struct moved *v;
	size_t n, cap, passing;
};

struct between {
	civil from, to; /* days */
	struct value who; /* V_NONE: everything */
	uint32_t only;    /* a fact; NO_ID: all */
	LIST(struct group) groups; /* none is empty */
	size_t net, passing;
	struct alphabet *abc; /* of the page's language; NULL: what has no order of time has that of the record */
};

/* Fills in `groups`, those that pages lead with first, and the counts; `from`, `to`, `who`, `only` say of what. */
void moved_find(const struct model *m, struct between *s);
unsigned moved_rank(const struct model *m, uint32_t fact); /* 0, 1: what pages lead with; 2: the rest */
/* Brings those of a group to their places that come from number `first` (from 0) up to `most`, with all that changed at one instant with them; those
 * before them stand before them. */
void moved_sort(const struct model *m, const struct between *s, struct group *g, size_t first, size_t most);

#endif
