/* SPDX-License-Identifier: Apache-2.0
 *
 * What the search page shows: the answer, where the words are a question, and what they find.
 */
#ifndef WEB_PAGE_SEARCH_H
#define WEB_PAGE_SEARCH_H

#include "web/listing.h"

struct search_line {
	struct html title; /* marked where the words stand */
	struct str lang;   /* of the title, when it is not the page's */
	struct url href;
	struct str code;   /* its name in the record */
	struct str kind;
	struct when when;
	bool dated;
	struct status status; /* of a participant, on the day asked about; no word: none */
	struct str state;     /* of other things */
	struct html text;     /* where the words stand in it */
	struct str text_lang;
	struct tag tag;
};

struct search_page {
	struct frame frame;
	struct str q;
	struct url action;
	choosings choose; /* kind, language */
	struct day_fields days;
	struct url all;      /* without filters; empty: there are none */
	struct str example; /* of a question; empty: none can be asked yet */

	bool answered;
	civil day;	      /* that the question names; another than the page's, so it is said */
	struct status status; /* rank 0 and no word: not a question about a status */
	struct html says;     /* "Belarus is an observer" */
	struct str plain;     /* the same for data */
	struct html since;
	bool disputed;	      /* then it is several sentences */
	struct url why;	      /* of a `no`: why not */
	bool no;
	struct str fact, about; /* what was read: "Party", "India, SCO Convention against Terrorism" */
	struct str asked; /* as the rulebook writes it */
	struct str hint;  /* why the words were not read as a question */

	bool more, cut, begins, apart; /* as of struct search_result */
	links near;		       /* did you mean */
	LIST(struct search_line) lines;
	struct pager pager;
};

#endif
