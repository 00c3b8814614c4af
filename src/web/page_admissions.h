/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of admissions show.
 */
#ifndef WEB_PAGE_ADMISSIONS_H
#define WEB_PAGE_ADMISSIONS_H

#include "web/accession.h"
#include "web/listing.h"

struct admissions_page {
	struct frame frame;
	struct html lead;
	struct records all;
	struct url csv; /* every stage of all, as data */
	struct html cites;
	struct records differ;
};

struct admission_page {
	struct frame frame;
	struct html over, lead, later;
	struct str title;
	struct records owes, criteria, missing, differ;
	struct accession way;
	milestones path; /* what happened, and the stages that may still come */
	struct html passed; /* stages for which nothing is on record */
	struct html deciding;
	pairs glance;
	bool ended; /* the last stage is reached */
};

#endif
