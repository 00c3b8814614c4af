/* SPDX-License-Identifier: Apache-2.0
 *
 * The data sets: one table says of each what its rows are and what stands in its columns; CSV, CSVW, JSON, SQLite, the
 * catalogue and the page that lists them come from it.
 *
 * Invariants: a set shows what the public view holds as known at `known`, and of that what had begun by the end of the day
 * `on`; ends to come are shown as they are known. Rows come in one order, so the same question gives the same bytes. Sets and
 * columns are named for ever: one may be added at the end, none renamed.
 */
#ifndef WEB_SETS_H
#define WEB_SETS_H

#include "web/model.h"

enum cell_type {
	CELL_TEXT,
	CELL_ID,     /* names a thing of the record */
	CELL_WHEN,   /* a day, or a day and a time at the seat; empty: an open end */
	CELL_NUMBER,
	CELL_ENTRY,  /* a number that names an entry of the log */
	CELL_YES,    /* true or false */
	CELL_URL,
};

struct cell {
	struct str text; /* {NULL, 0}: nothing there. CELL_WHEN as printed */
	uint64_t number; /* CELL_NUMBER, CELL_ENTRY, CELL_YES: where `text` is not empty */
};

struct set_row;
struct set_column;
typedef struct cell cell_get(const struct model *m, const struct set_row *r, const struct set_column *c);

struct set_column {
	const char *name;
	enum cell_type type;
	cell_get *get;
	const char *of;	   /* what `get` looks at: an argument, a fact; may be NULL */
	const char *title; /* N_(): for people */
	bool each_language; /* one column for each language of the pages: name_en, name_ru */
	bool needed;	   /* never empty */
};

typedef void row_found(void *ctx, const struct set_row *r);
typedef void set_walk(const struct model *m, const char *of, row_found *found, void *ctx);

typedef json_t *set_node(const struct model *m, const struct set_row *r); /* what a row is about, as linked data */

struct dataset {
	const char *name;  /* in addresses: "memberships" */
	const char *title, *says; /* N_() */
	set_walk *walk;
	const char *of; /* what it walks over: a type, kinds, facts of the vocabulary, divided by blanks */
	const struct set_column *columns;
	size_t ncolumns;
	const char *key; /* the columns that name a row, divided by blanks; NULL: none do */
	const char *about; /* keywords of the catalogue, divided by commas */
	set_node *node;	   /* NULL: a row is no more than its cells */
};

extern const struct dataset datasets[];
extern const size_t datasets_n;
const struct dataset *set_find(struct str name); /* NULL: there is none */

/* A column as it stands in a table. */
struct set_field {
	const struct set_column *column;
	struct str name, lang; /* lang: of an each_language column, as the organisation writes it; else empty */
};
size_t set_fields(const struct model *m, const struct dataset *s, const struct set_field **ret); /* in m->arena */

/* What a cell of the column says, beyond its title: in English; NULL: the title says it. */
const char *set_note(const struct set_column *c);
/* What stands between the items of a cell that is a list; NULL: it is none. */
const char *set_separator(const struct set_column *c);

/* Every row, its cells in the order of the fields. `cells` lives until the next row. */
typedef void cells_found(void *ctx, const struct cell *cells, size_t n);
void set_rows(const struct model *m, const struct dataset *s, cells_found *found, void *ctx);

/* ---- how a set is written ------------------------------------------------------------------------------------------------------ */

struct str set_title(const struct model *m, const struct dataset *s);
struct str set_says(const struct model *m, const struct dataset *s);
/* FORM_CSV: RFC 4180, with a header line; FORM_JSON: {"notice",..., "set", "rows": [{...}]}; FORM_JSONLD: the set, and included a node for each row. */
void set_write(const struct model *m, const struct dataset *s, enum form f, struct buf *out);
json_t *set_csvw(const struct model *m, const struct dataset *s);			/* Metadata Vocabulary for Tabular Data, W3C 2015 */
int sets_sqlite(const struct model *m, struct buf *out, struct err *e); /* all of them as one file (export.c); ERR_LIMIT: longer than `out` may be */
/* Where it stands, with the question's dates, absolute: form FORM_CSV, FORM_JSON, FORM_CSVW or FORM_JSONLD. */
struct str set_address(const struct model *m, const struct dataset *s, enum form f);
json_t *in_languages(const struct model *m, const char *msgid); /* {"en": "...", "ru": "..."}: those that have words of their own */
struct str licence_url(const struct model *m); /* of org.json; empty: it names none */

#endif
