/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page of the differences between two days shows.
 */
#ifndef WEB_PAGE_CHANGES_H
#define WEB_PAGE_CHANGES_H

#include "web/listing.h"

struct changes_page {
	struct frame frame;
	civil from;
	struct day_fields days;
	struct str title;
	struct html lead, passed;
	pairs glance;
	struct url action; /* of the form */
	struct choosing who, fact;
	links spans; /* other first days */
	struct records facts;
	links others;      /* kinds of facts that a wide span shows by name only */
	links back;        /* kinds of facts of which all changed back */
	struct pager pager; /* of one kind of fact */
	struct gazette acts;
	size_t nacts;
	struct url all_acts;
};

#endif
