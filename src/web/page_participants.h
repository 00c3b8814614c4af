/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page of all participants shows.
 */
#ifndef WEB_PAGE_PARTICIPANTS_H
#define WEB_PAGE_PARTICIPANTS_H

#include "web/figures.h"
#include "web/frame.h"
#include "web/listing.h"

struct participants_page {
	struct frame frame;
	civil on;
	struct str counts; /* "10 members, 16 partners, 1 disputed" */
	struct url admissions;
	struct map_figure map;
	struct counts_figure chart;
	struct pager pager; /* of lanes and table */
	pairs index;	    /* of several pages: by group, whom each page has, from whom to whom */
	struct lanes lanes;
	chart_key key;
	struct records who, applicants, guests, organisations, differ;
};

#endif
