/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands behind a label that a search found (register/search.h): the acts of a kind, those that have a word as an argument, the
 * participants that have a status; how many they are on the day asked about, and which page lists them.
 */
#ifndef WEB_LABEL_H
#define WEB_LABEL_H

#include "register/search.h"
#include "web/listing.h"

struct labelled {
	struct str kind;   /* what it is: "Kind of act", "Status" */
	size_t n;
	struct str counted; /* "24 acts", "10 members" */
	struct html who;   /* of a status: their names; where nobody has it, those who had it last, and until when. May be empty */
	struct url href;
};

/* Has anything had it by the day asked about? Else there is nothing to lead to. Of values, pages list those who have a status. */
bool label_any(const struct model *m, const struct search_label *l);
struct labelled label_stands_for(const struct model *m, const struct search_label *l); /* of one for which there is something */

#endif
