/* SPDX-License-Identifier: Apache-2.0
 *
 * All that is on record about one party, sorted by what it is about, as tables for its page.
 */
#ifndef WEB_DOSSIER_H
#define WEB_DOSSIER_H

#include "web/model.h"

enum subject { /* what an instance of a fact is about, beside the party */
	ABOUT_STATUS,
	ABOUT_MEETING,
	ABOUT_INSTRUMENT,
	ABOUT_DECISION,
	ABOUT_OBLIGATION,
	ABOUT_PROCEDURE,
	ABOUT_PARTY, /* another one */
	ABOUT_PROJECT,
	ABOUT_ELSE,
	SUBJECTS
};

struct dossier {
	const struct participant *who;
	shown_list about[SUBJECTS];
	shown_list ticks; /* of those, what the page shows by day on the ruler */
	LIST(const struct instance *) also; /* and beside it */
	struct then then; /* the instant asked about */
};

void dossier_open(const struct model *m, const struct participant *who, struct dossier *ret); /* reads it once, for all tables below; in the arena of m */

/* Something that the party owes, or owed, on the day asked about. */
struct duty {
	const struct shown *owed;
	const struct stretch *now;
	struct html name;
	civil since, due; /* due: CIVIL_NEVER if no day is set */
	bool due_unverified;
	bool fulfilled, over; /* over: fulfilled, or no longer asked for */
	struct tag result;    /* "141 days early", "overdue" */
};

typedef LIST(struct duty) duties;

duties dossier_duties(const struct model *m, const struct dossier *d); /* in the order of the record */

/* The span of one of those `about` at the instant asked about; NULL: none. */
const struct stretch *dossier_now(const struct model *m, const struct dossier *d, struct shown *s);
/* What follows from the status at the instant asked about. */
struct records dossier_follows(const struct model *m, struct dossier *d);
struct records dossier_obligations(const struct model *m, const struct dossier *d);
milestones dossier_procedure(const struct model *m, const struct dossier *d);
/* By pages ("instruments", "meetings"); ret_yes: to how many it is party, how many it attended. */
int dossier_instruments(const struct model *m, struct dossier *d, struct records *ret, size_t *ret_yes, struct err *e);
int dossier_meetings(const struct model *m, struct dossier *d, struct records *ret, size_t *ret_yes, struct err *e);
int dossier_decisions(const struct model *m, const struct dossier *d, struct records *ret, struct err *e); /* by pages ("decisions") */
int dossier_else(const struct model *m, struct dossier *d, struct records *ret, struct err *e); /* everything that no other table shows, by pages ("rest") */
/* The acts that concern it: those that name it, and those by which something changed that its ruler marks; the newest entry first. */
const act_refs *dossier_concerning(const struct model *m, const struct dossier *d);
struct gazette dossier_acts(const struct model *m, const struct dossier *d, size_t most, size_t *ret_all);

#endif
