/* SPDX-License-Identifier: Apache-2.0
 *
 * A procedure on its way through time, as a drawn path: a row for each stage of the rulebook, in its order; the path runs along the row
 * while the stage lasts and steps over to the next. Below it a row for each commitment: from the day it arose to that of its
 * fulfilment, with the deadline. The drawing is a table, whose rows say the same in words.
 *
 *	struct accession way;
 *	if (fill_accession(m, &dossier, m->voc->fact.admission, &way))      {{> accession &p.way}} in the template
 *
 * Invariants: nothing after the day asked about is drawn but deadlines; stages and their order are those of the rulebook.
 */
#ifndef WEB_ACCESSION_H
#define WEB_ACCESSION_H

#include "web/dossier.h"

struct accession_stop { /* the path entered the stage of this row */
	civil from, to; /* to: at most the day asked about */
	size_t row;
	struct str day; /* as it is known */
};

struct accession_row {
	struct str name;
	struct str says; /* when, in words; or that nothing is on record */
	bool been;
};

struct accession_due {
	struct html name;
	civil since, due, end; /* due: CIVIL_NEVER if no day is set; end: the day it was over, or the day asked about */
	bool over;             /* no longer owed by then */
	struct str says; /* deadline, fulfilment, how early or late */
};

struct accession {
	unsigned id; /* tells two in one page apart; 0 for the first */
	struct axis axis;
	civil now;
	struct str caption, column;
	LIST(struct accession_row) rows;
	LIST(struct accession_stop) stops; /* in order of time */
	struct str dues_title;
	LIST(struct accession_due) dues;
	bool ended; /* the path stands at the last stage */
};

/* The way of d's party through the procedure that made `fact`. False, and nothing to draw: it has not begun by the day asked about, or
 * there is no such procedure. */
bool fill_accession(const struct model *m, const struct dossier *d, uint32_t fact, struct accession *ret);
void part_accession(struct out *o, const struct accession *a); /* nothing when it has no stops */

#endif
