/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of decisions show.
 */
#ifndef WEB_PAGE_DECISIONS_H
#define WEB_PAGE_DECISIONS_H

#include "web/page_acts.h"

struct decisions_page {
	struct frame frame;
	struct html lead;
	struct filter filter;
	struct records decisions;
	struct pager pager;
};

struct counted { /* a count that the outcome rests on: voters, objections */
	struct html says, names;
	bool holds;
};

struct decision_page {
	struct frame frame;
	struct html over;
	struct said title;
	links names;
	struct html lead;
	struct url why;
	struct html note;
	pairs glance;
	LIST(struct counted) counts;
	struct html counts_basis;
	struct records positions;
	bool done; /* there is an act that closed it */
	struct act_did did;
	struct records facts;
	struct gazette acts;
	struct html all_acts;
};

#endif
