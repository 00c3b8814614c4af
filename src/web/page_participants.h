/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page of all participants shows.
 */
#ifndef WEB_PAGE_PARTICIPANTS_H
#define WEB_PAGE_PARTICIPANTS_H

#include "web/frame.h"

struct participants_page {
	struct frame frame;
	civil on;
	struct str counts; /* "10 members, 16 partners, 1 disputed" */
	struct lanes lanes;
	chart_key key;
	struct records who, applicants, guests, organisations, differ;
};

#endif
