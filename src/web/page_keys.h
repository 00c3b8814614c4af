/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page of the keys shows.
 */
#ifndef WEB_PAGE_KEYS_H
#define WEB_PAGE_KEYS_H

#include "web/listing.h"

struct keys_page {
	struct frame frame;
	struct html lead;
	struct records now, ended; /* as known at the entry in question */
	struct str vkey;	   /* of the log itself */
};

#endif
