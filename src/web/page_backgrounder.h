/* SPDX-License-Identifier: Apache-2.0
 *
 * What the backgrounder of a participant shows, and the card that other sites may frame.
 */
#ifndef WEB_PAGE_BACKGROUNDER_H
#define WEB_PAGE_BACKGROUNDER_H

#include "web/page_participant.h"

struct contact { /* of the press office; what is empty is left out */
	struct str name, email, telephone;
	struct url mail, page;
};

/* False: the organisation names none. */
bool press_office(const struct model *m, struct contact *ret);

struct backgrounder_page {
	struct participant_page who; /* its frame is that of the page */
	struct html counts;          /* the organisation, by the numbers of the day */
	pairs figures;
	milestones steps; /* the last ones of a procedure */
	links more;
	struct str code; /* of the frame, to copy */
	struct url card;
	bool of_a_day, as_known; /* it shows that day for ever, else that on which it is read; of what was known then for ever, else of all that is known when it is read */
	struct contact press;
	bool has_press;
};

struct card_page {
	struct participant_page who;
	struct url full;
	struct str permanent;
};

#endif
