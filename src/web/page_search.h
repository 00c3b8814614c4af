/* SPDX-License-Identifier: Apache-2.0
 *
 * What the search page shows: the answer, where the words are a question, and what they name.
 */
#ifndef WEB_PAGE_SEARCH_H
#define WEB_PAGE_SEARCH_H

#include "web/frame.h"

struct search_hit {
	struct url href;
	struct str text, code; /* code: its name in the record */
};

struct search_group {
	struct str title;
	LIST(struct search_hit) hits;
	size_t more;
};

struct search_page {
	struct frame frame;
	struct str q;
	struct url action;
	struct str example; /* of a question; empty: none can be asked yet */

	bool answered;
	struct status status; /* rank 0 and no word: not a question about a status */
	struct str says;      /* "Belarus is an observer" */
	struct html since;
	struct url why;
	struct str asked; /* as the rulebook writes it */
	struct str hint;  /* why the words were not read as a question */

	size_t n; /* of hits */
	LIST(struct search_group) groups;
	struct gazette acts;
	size_t nacts;
};

#endif
