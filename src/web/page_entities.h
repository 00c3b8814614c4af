/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of things of a type show.
 */
#ifndef WEB_PAGE_ENTITIES_H
#define WEB_PAGE_ENTITIES_H

#include "web/listing.h"

struct entity_table {
	struct str title, anchor;
	size_t n;
	struct records rows;
};

struct entities_page {
	struct frame frame;
	struct str title, lead;
	struct html none; /* nothing is on record: how it could come to be */
	LIST(struct entity_table) tables;
};

struct entity_group {
	struct str title;
	uint32_t type;
	size_t all; /* of them, the first are shown */
	LIST(struct html) items;
};

typedef LIST(struct entity_group) entity_groups;

struct entity_page {
	struct frame frame;
	struct html over, lead, note;
	struct said title;
	links names;
	pairs glance;
	entity_groups belonging;
	struct records facts, differ;
	struct gazette acts;
	struct html all_acts;
};

#endif
