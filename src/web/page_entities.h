/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of things show whose types pages know nothing about.
 */
#ifndef WEB_PAGE_ENTITIES_H
#define WEB_PAGE_ENTITIES_H

#include "web/listing.h"

struct entity_group {
	struct str title, anchor;
	LIST(struct html) items;
};

struct entities_page {
	struct frame frame;
	LIST(struct entity_group) groups;
};

struct entity_page {
	struct frame frame;
	struct html over, lead, note;
	struct said title;
	links names;
	pairs glance;
	struct records facts, differ;
	struct gazette acts;
	struct html all_acts;
};

#endif
