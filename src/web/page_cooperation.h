/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page of cooperation with other organisations shows.
 */
#ifndef WEB_PAGE_COOPERATION_H
#define WEB_PAGE_COOPERATION_H

#include "web/listing.h"

struct cooperation_page {
	struct frame frame;
	struct html lead, docs;
	struct records with, elsewhere, differ;
};

#endif
