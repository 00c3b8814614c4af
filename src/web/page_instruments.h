/* SPDX-License-Identifier: Apache-2.0
 *
 * What the matrix of instruments and the page of one instrument show.
 */
#ifndef WEB_PAGE_INSTRUMENTS_H
#define WEB_PAGE_INSTRUMENTS_H

#include "web/listing.h"

/* How far a party is bound by an instrument: the highest of these that is so. */
enum bond { BOND_NONE, BOND_SIGNED, BOND_APPROVED, BOND_CONSENTED, BOND_PROVISIONAL, BOND_PARTY, BOND_MAX };

struct bound { /* one party and one instrument, on the day asked about */
	enum bond bond;
	uint32_t fact;			/* that says so */
	const struct stretch *now;	/* of that fact */
	const struct stretch *each[BOND_MAX]; /* by bond; NULL: not so */
	const struct stretch *left; /* it was party, or had consented, until the end of this span, and is no more; NULL: not so */
};

/* What the matrix draws: each of the bonds, and beside them these. Told apart by their form alone. */
enum { SIGN_LEFT = BOND_MAX, SIGN_RESERVATION, SIGNS };

/* All facts of bonds about `instrument`, also those of the past and future, are noted for the ruler. */
struct bound bound_of(const struct model *m, sym party, sym instrument);
const char *bond_words(enum bond b);
struct str show_compared(const struct out *o, struct when w); /* formatter: in a column whose days are compared: "2024-07-04", "2022-07", "≤ 2023-07-13" */
void part_bond_signs(struct out *o); /* once in a page, before the first sign */
void part_bond_sign(struct out *o, unsigned sign);
uint32_t bond_fact(const struct model *m, enum bond b);
/* Does any fact of bonds ever hold between the two? */
bool bound_ever(const struct model *m, sym party, sym instrument);
/* The parties that ever had a bond to it, from the model's arena. */
size_t bound_parties(const struct model *m, sym instrument, sym **ret);
struct str instrument_kind(const struct model *m, sym instrument, struct str *ret_word); /* "Treaty"; empty if not said */

struct matrix_head {
	struct said title;
	struct str whole; /* the title, where only its beginning has room in a head */
	struct url href;
	struct str year;
	struct html in_force;
};

struct matrix_cell {
	enum bond bond;
	struct url why;
	struct when since;
	bool disputed, left;
	struct url reservation; /* why, or the act; empty: none */
};

struct matrix_row {
	struct str group; /* a heading instead of cells */
	struct str name;
	struct url href;
	LIST(struct matrix_cell) cells;
};

struct instruments_page {
	struct frame frame;
	struct filter filter;
	LIST(struct matrix_head) heads;
	LIST(struct matrix_row) rows;
	struct pager pager, row_pager; /* of the columns; of the rows that these have */
	bool unverified, latest; /* some date shown is */
	bool has[SIGNS]; /* which signs are shown */
	struct records all;
	struct pager all_pager;
	struct html count;
	struct url csv;
};

struct instrument_page {
	struct frame frame;
	struct html over;
	struct said title;
	links names;
	struct html lead, second;
	struct url why, whynot;
	struct html note; /* the record's own words about it */
	pairs clause;
	struct html clause_says, clause_act;
	struct records parties;
	pairs others; /* to whom it is open and whom nothing ties to it: by status, their names */
	struct pager others_pager;
	struct records amendments;
	struct records facts;
	struct gazette news;
	struct url all_news;
	struct gazette acts;
	struct html all_acts;
	pairs glance;
	struct records differ;
};

#endif
