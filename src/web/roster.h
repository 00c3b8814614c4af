/* SPDX-License-Identifier: Apache-2.0
 *
 * Who has which status on a day: counts in words, intervals as bars, for the pages that show all participants.
 */
#ifndef WEB_ROSTER_H
#define WEB_ROSTER_H

#include "web/model.h"

enum { ROSTER_RANKS = 32 }; /* of a longer list of statuses the rest counts as the last */

struct tally {
	size_t rank[ROSTER_RANKS + 1]; /* by rank, from 1 */
	struct value value[ROSTER_RANKS + 1];
	size_t disputed, all; /* all: the disputed ones too */
};

struct tally roster_count(const struct model *m, civil t); /* at that instant */
/* The days on which one of these numbers changes, to the last one, and what it is from then on. */
typedef LIST(struct tallied { civil day; struct tally c; }) tallied_list;
tallied_list roster_counts(const struct model *m, civil last);
struct str roster_say(const struct model *m, const struct tally *c); /* "10 members, 16 partners, 1 disputed" */
struct str roster_counted(const struct model *m, struct value status, size_t n); /* "10 members", in the organisation's words */
struct str roster_noun(const struct model *m, struct value status);		 /* "members" */
struct str roster_group(const struct model *m, struct value status, size_t n); /* "Members: 10" */
struct str roster_titled(const struct model *m, struct str title, size_t n);	 /* "Disputed: 1" */

/* Who has the status at that instant, where no reading differs, in alphabetical order. */
participant_list roster_with(const struct model *m, struct value status, civil t);
enum { ROSTER_WHOLE = 30, ROSTER_EACH = 20 }; /* so many stand on one page; where there are more, they are cut into pages */
size_t roster_on_a_page(const struct model *m); /* how many the page of all participants lists at once */
/* Where the page of all participants lists them, on that day: on which of its pages, under which heading. */
struct url roster_href(const struct model *m, struct value status, civil day);
struct str roster_anchor(const struct model *m, struct value status); /* of that heading */

json_t *roster_data(const struct model *m, const struct tally *c); /* {"member": 10, ..., "disputed": 1} */

/* The intervals of one party: those decided but not yet in effect, then its statuses. */
void roster_bars(const struct model *m, const struct participant *p, struct lane *l);
struct str roster_story(
	const struct model *m, const struct participant *p, civil before); /* those that ended by then, in words */
chart_key roster_key(
	const struct model *m, bool waiting); /* what the bars of all mean; waiting: also the lines before them */
struct axis roster_axis(const struct model *m);
civil roster_now(const struct model *m); /* where charts end: today, or the day in the future that was asked about */

/* The instances that pages of all participants show: every status. */
shown_list roster_shown(const struct model *m);

#endif
