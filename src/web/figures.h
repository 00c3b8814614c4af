/* SPDX-License-Identifier: Apache-2.0
 *
 * Drawings of all participants that several pages show, each with the table that says the same in words: the map of tiles on the
 * day asked about, and their number over time.
 *
 * Invariant: drawing and table are made of the same rows, so neither can say what the other does not.
 */
#ifndef WEB_FIGURES_H
#define WEB_FIGURES_H

#include "html/parts.h"

struct model;

struct map_figure {
	struct tiles tiles;
	LIST(struct status) marks; /* what its shapes mean */
	struct records table;      /* a status, how many, who */
	bool below;		   /* it has tiles to which the organisation gives no place, below the others */
};

struct counts_figure {
	struct counts chart;
	chart_key key;
	size_t first, now;    /* numbers of participants */
	struct records table; /* a row for each day on which a number changes */
	bool yearly;	      /* there are too many: the last of each year */
	struct url data;      /* the numbers as a data set */
};

/* *f is all zero. The map is of the day asked about; the numbers go on to where charts end (roster_now). */
void fill_map_figure(const struct model *m, struct map_figure *f);
void fill_counts_figure(const struct model *m, struct counts_figure *f);

#endif
