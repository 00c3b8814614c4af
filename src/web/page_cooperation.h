/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page of cooperation with other organisations shows.
 */
#ifndef WEB_PAGE_COOPERATION_H
#define WEB_PAGE_COOPERATION_H

#include "web/listing.h"
#include "web/relations.h"

struct cooperation_page {
	struct frame frame;
	struct html lead, docs;
	struct relations_figure relations;
	struct url whole; /* the same with the bodies */
	struct records with, elsewhere, differ;
};

#endif
