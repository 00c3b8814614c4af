/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page of one participant shows.
 */
#ifndef WEB_PAGE_PARTICIPANT_H
#define WEB_PAGE_PARTICIPANT_H

#include "web/accession.h"
#include "web/dossier.h"

struct participant_page {
	struct frame frame;
	struct str kind, name; /* "State", "Belarus" */
	links names;           /* in other languages */
	bool past, future;     /* the day asked about */
	civil on;

	/* the first sentence */
	struct status status; /* rank 0: none */
	bool had;             /* some status before or after */
	struct str phrase;    /* "a member" */
	struct html readings; /* disputed: "Reading A: a partner; reading B: none" */
	struct when since;
	struct html by;
	struct url why;
	struct html instead; /* no status, and never one: what the register does know first of all */

	struct str story; /* "From dialogue partner to member" */
	struct axis axis;
	struct timeline timeline;
	chart_key key;
	struct records statuses;
	pairs glance;

	struct records follows, owes, decisions, rest, differ;
	milestones admission;
	struct accession way;
	struct records instruments, meetings;
	size_t party_to, attended;
	struct gazette news;
	struct url all_news;
	struct gazette acts;
	size_t nacts;
	struct html all_acts;
	struct url changes, backgrounder, admission_href; /* what changed for it; the same on one page */
};

/* Its frame, names, first sentence and statuses over time. */
void participant_lead(const struct model *m, const struct participant *who, struct participant_page *p);
/* The same with how it came to be what it is: stages, instruments, decisions, acts. */
int participant_outline(const struct model *m, const struct participant *who, struct dossier *d, struct participant_page *p, struct err *e);
int participant_json(struct model *m, const struct participant *who, struct err *e);

#endif
