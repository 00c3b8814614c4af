/* SPDX-License-Identifier: Apache-2.0
 *
 * Akoma Ntoso 3.0 (OASIS LegalDocML 1.0): one document in one language. Data in, bytes out.
 *
 * Invariants: what is written fits the schema, or nothing is; a document without text says so in a remark, and nothing is made up.
 * IRIs follow the naming convention (OASIS AKN-NC 1.0): /akn/COUNTRY/TYPE/SUBTYPE/DATE/NUMBER, then /LANGUAGE@DATE, then .xml.
 *
 * The schema wants a whole day of every date. One that is known by its month or year is written as the day on which it counts, and a
 * time:unitType beside it says how exactly it is known (OWL-Time 4.2; any element may have attributes of other vocabularies). Where
 * less than a day may stand, no day is made up: in the text of the date, and in the IRI, which then has the year alone (AKN-NC 4.4).
 */
#ifndef PRESS_AKN_H
#define PRESS_AKN_H

#include "base/date.h"
#include "base/err.h"

enum akn_type { AKN_STATEMENT, AKN_DOC };

enum akn_unit { AKN_DAY, AKN_MONTH, AKN_YEAR };

struct akn_date {
	civil at;	    /* known by month or year: the day on which it counts */
	enum akn_unit unit; /* how exactly it is known */
};

struct akn_step { /* what became of it */
	struct akn_date date;
	struct str outcome, says; /* a word, and for people */
	struct str source;	  /* an IRI: the act by which */
};

struct akn {
	enum akn_type type;
	struct str name;	 /* "decision", "memorandum" */
	struct str country;	 /* of the IRIs: "sco" */
	struct str number;	 /* its name in the record */
	struct str alias;	 /* its IRI on the web */
	struct akn_date date;	 /* of the work */
	const char *date_name;	 /* "tabled", "adopted" */
	struct str author, author_iri;	 /* a body */
	struct str publisher, publisher_iri; /* of the expression and of this file */
	civil version;		 /* the day asked about */
	struct str lang, lang3;	 /* of this expression: BCP 47, ISO 639-2 */
	const struct str *other3; /* languages of the other expressions */
	size_t nothers;
	bool authoritative;	 /* this language is one of those in which it is authentic */
	struct str title;
	const struct str *paragraphs; /* its text */
	size_t nparagraphs;
	struct str remark, remark_lang; /* the register's own words about it; may be empty */
	struct str notice, notice_lang; /* what the publisher says over everything; may be empty */
	const struct akn_step *steps; /* in order; the first is how it came about */
	size_t nsteps;
	const struct str *sources; /* IRIs */
	size_t nsources;
};

/* ERR_INPUT: something that the schema demands is missing; ERR_LIMIT: out is too small. */
int akn_write(const struct akn *d, struct buf *out, struct err *e);

#endif
