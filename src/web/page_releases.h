/* SPDX-License-Identifier: Apache-2.0
 *
 * What the newsroom and one release show.
 */
#ifndef WEB_PAGE_RELEASES_H
#define WEB_PAGE_RELEASES_H

#include "web/page_acts.h"

struct release_line {
	struct when when;
	struct url href;
	struct said title;
	struct tag tag;
	struct html text;
};

struct releases_page {
	struct frame frame;
	struct filter filter;
	LIST(struct release_line) lines;
	struct pager pager;
	struct url feed;
};

struct release_page {
	struct frame frame;
	struct html over;
	struct said title;
	struct versions versions;
	struct html state; /* corrected, killed, under embargo */
	bool grave;
	LIST(struct in_language) texts; /* with their titles */
	struct html note;
	act_sources sources;
	pairs glance;
	struct html genuine;
	struct url proof, verify;
	struct records facts;
	struct gazette acts;
	struct html all_acts;
};

#endif
