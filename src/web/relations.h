/* SPDX-License-Identifier: Apache-2.0
 *
 * Who the organisation is bound up with on the day asked about, drawn as a graph in three columns: organisations with which it has
 * agreements in effect or where it holds a status; itself; its bodies that stand, each beside the one to which it belongs. Without
 * bodies, organisations stand on both sides. Columns and the order of names decide the places: the same record always gives the
 * same picture, and nobody's place says anything.
 *
 * Invariant: the table, on all its pages, has a row for each line of the drawing.
 */
#ifndef WEB_RELATIONS_H
#define WEB_RELATIONS_H

#include "web/model.h"

struct moment_list;

struct relation_node {
	struct str name, lang; /* lang: of the name, when it is not the page's */
	struct url href;
	struct str note;	   /* below the name: since when */
	unsigned depth;		   /* of a body: 0 belongs to the organisation itself */
	bool agreement, holds;	   /* of an organisation: which lines lead to it */
};

struct relation {
	sym who, whom; /* SYM_ABSENT: the organisation itself */
	struct str says; /* "belongs to" */
	struct when since;
	uint32_t fact; /* that says why, of the thing `of`; NO_ID: the act says it */
	sym of;
	uint64_t act;
};

struct relations_figure {
	struct str label; /* of the drawing */
	struct str self, self_lang; /* the organisation's name */
	struct url self_href;
	LIST(struct relation_node) organisations, bodies; /* bodies: each followed by those that belong to it */
	size_t more, more_bodies; /* that found no room; the table has them */
	bool agreements, statuses; /* which kinds of lines there are */
	LIST(struct relation) relations; /* a row of the table for each */
	struct records table;	   /* by pages ("relations") */
};

/* `self`: the organisation's name, for one that is no entity of its own record. `bodies`: with them, else organisations alone. */
int fill_relations_figure(const struct model *m, struct str self, bool bodies, struct relations_figure *f, struct err *e);
/* The days on which a relation with an organisation begins or ends, also those after the day asked about. */
void relation_days(const struct model *m, struct moment_list *ret);
void part_relations(struct out *o, const struct relations_figure *f); /* nothing when there are no nodes */

/* By page_bodies.c: the bodies that stand, up to `most` of them to be drawn, the less deep first; a relation for each. */
void fill_body_relations(const struct model *m, size_t most, struct relations_figure *f);

#endif
