/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page about the register shows.
 */
#ifndef WEB_PAGE_ABOUT_H
#define WEB_PAGE_ABOUT_H

#include "web/page_backgrounder.h"

struct log_names {
	struct str origin, key;
};

struct about_page {
	struct frame frame;
	struct html lead, recorded;
	pairs glance;
	struct link licence;
	struct log_names log;
	struct url thing, act, article, participant; /* permanent addresses as examples; each may be absent */
	struct url base, verify, keys, data;
	struct contact press;
	bool has_press;
	const char *version;
};

#endif
