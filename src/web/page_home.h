/* SPDX-License-Identifier: Apache-2.0
 *
 * What the front page shows.
 */
#ifndef WEB_PAGE_HOME_H
#define WEB_PAGE_HOME_H

#include "base/syms.h"
#include "web/figures.h"
#include "web/frame.h"

struct home_choice {
	struct str code, name;
	bool chosen;
};

struct home_question { /* an open one */
	struct url href;
	struct said text;
	struct html more;
	struct tag tag;
};

struct home_ahead {
	struct when when;
	struct url href;
	struct said text;
	struct str more;
	sym meeting;
};

struct home_page {
	struct frame frame;
	civil on;
	struct str counts;
	struct {
		struct home_disputed {
			struct str name;
			struct html readings;
			struct url why;
		} * v;
		size_t n, cap;
	} disputed;
	struct link last; /* the last change of a status */
	struct url ask;   /* action of the form */
	LIST(struct home_choice) choices;
	struct str day; /* in words: so it may be typed */
	struct map_figure map;
	struct counts_figure chart;

	struct gazette acts, releases;
	struct url all_acts, changes, all_releases, verify;
	LIST(struct home_question) open;
	size_t more_open;
	LIST(struct home_ahead) ahead;
	struct records differ;
};

#endif
