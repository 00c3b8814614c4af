/* SPDX-License-Identifier: Apache-2.0
 *
 * What the newsroom and one release show.
 */
#ifndef WEB_PAGE_RELEASES_H
#define WEB_PAGE_RELEASES_H

#include "web/page_acts.h"
#include "web/page_backgrounder.h"

struct release_line {
	struct when when;
	struct url href;
	struct said title;
	struct tag tag;
	struct html text;
};

struct counted_link {
	struct html text;
	size_t n;
};

struct releases_page {
	struct frame frame;
	LIST(struct counted_link) topics, outlets;
	struct contact press;
	bool has_press;
	struct filter filter;
	LIST(struct release_line) lines;
	struct pager pager;
	struct url feed, json_feed, verify, participants;
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

/* Is it the act of a release that stands and is out on the day asked about? */
bool release_out(const struct model *m, const struct record_act *a);
/* Is it so, and what the parameters of the list ask for? The list and its feeds show the same. */
bool release_listed(const struct model *m, const struct record_act *a);
/* Does it correct or annul one for which they ask? */
bool release_changed(const struct model *m, const struct record_act *a);
/* Those that name the thing, the newest entry first, at most so many; *ret_all (may be NULL): the address of the list of them. */
struct gazette releases_about(const struct model *m, sym thing, size_t most, struct url *ret_all);
/* ERR_INPUT, ERR_ABSENT: they ask for a topic, a language, a span of days or a thing that there is not. */
int releases_wanted(struct model *m, struct err *e);

#endif
