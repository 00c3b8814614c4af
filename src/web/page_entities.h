/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of things of a type show.
 */
#ifndef WEB_PAGE_ENTITIES_H
#define WEB_PAGE_ENTITIES_H

#include "web/listing.h"

struct entity_table {
	struct str title, anchor;
	size_t n; /* on record; those on this page of the room have a row */
	struct records rows;
};

struct entities_page {
	struct frame frame;
	struct str title, lead;
	struct html none; /* nothing is on record: how it could come to be */
	LIST(struct entity_table) tables;
	links types;	      /* of several: each leads to where its table begins */
	struct pager pager;   /* of all rows, one table after the other */
};

struct entity_group {
	struct str title;
	uint32_t type;
	LIST(sym) all;
	LIST(struct html) items; /* of those, the ones on this page of them */
};

typedef LIST(struct entity_group) entity_groups;

struct entity_page {
	struct frame frame;
	struct html over, lead, note;
	struct said title;
	links names;
	pairs glance;
	entity_groups belonging;
	struct pager belonging_pager; /* of all groups, one after the other */
	struct records facts, differ;
	struct gazette acts;
	struct html all_acts;
};

#endif
