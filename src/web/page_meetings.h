/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of meetings and bodies show.
 */
#ifndef WEB_PAGE_MEETINGS_H
#define WEB_PAGE_MEETINGS_H

#include "web/listing.h"
#include "web/relations.h"

/* A meeting as its convening act says it, on the day asked about. */
struct convened {
	const struct record_act *act; /* that convened it, as it stands */
	sym meeting, body, chair;     /* chair: SYM_ABSENT if not said */
	civil first, last;	      /* days */
};

typedef LIST(struct convened) convened_list;

void convened_of(const struct model *m, const struct record_act *a, struct convened *ret); /* of an act that convenes, whether it counts or not */
bool read_convened(const struct model *m, const struct record_act *a, struct convened *ret); /* false: the act convenes nothing, or does not count on that day */
void all_convened(const struct model *m, sym body, convened_list *ret); /* in order of time; body SYM_ABSENT: of all */
bool is_over(const struct model *m, const struct convened *c); /* on the day asked about */
bool days_unverified(const struct convened *c); /* is one of the two days? */
struct str meeting_place(const struct convened *c); /* as its act has it; empty if not said */
int meetings_wanted(struct model *m, struct err *e); /* ERR_ABSENT: the parameters of the list name a body that there is not */
struct html meeting_days(const struct model *m, const struct convened *c); /* "3 and 4 July 2024" */

struct meetings_page {
	struct frame frame;
	struct html lead;
	struct filter filter;
	struct records coming, past;
	struct pager pager; /* of the past ones */
	struct url bodies;
};

struct meeting_page {
	struct frame frame;
	struct html over, lead;
	struct said title;
	links names;
	bool convened; /* on the day asked about */
	struct html changed; /* whose capacity changed while it lasted */
	struct records attend;
	struct html without; /* those with a status who have no right on record */
	pairs glance;
	struct html note;
	struct gazette decisions, instruments, releases;
	struct records facts;
	struct link before, after; /* meetings of the same body */
	struct gazette acts;
	struct html all_acts;
};

/* Who may attend, in what capacity, by which article (attendance.c). Fills attend (by pages, "attending"), without, changed and the first sentence. */
int fill_attendance(const struct model *m, const struct convened *c, struct meeting_page *p, struct err *e);
/* The days on which a status changes while it lasts, also those after the day asked about. */
void capacity_days(const struct model *m, const struct convened *c, struct moment_list *ret);

struct body_branch { /* a body in the tree; `v` belong to it */
	struct html name;
	struct html says;
	struct body_branch *v;
	size_t n, cap;
};

struct bodies_page {
	struct frame frame;
	struct html lead;
	struct body_branch tree; /* of those on this page of it */
	struct pager pager;
	struct relations_figure relations;
};

struct body_page {
	struct frame frame;
	struct said title;
	links names;
	struct html lead;
	struct url why, whynot;
	struct html note;
	pairs glance;
	struct records below;
	struct records meetings;
	struct records decisions;
	struct html all_decisions;
	struct records facts;
	struct gazette acts;
	struct html all_acts;
};

#endif
