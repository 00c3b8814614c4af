/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the search: the index of one audience under one rulebook; and those that a register keeps.
 *
 * Invariants: documents are only added, each with the position from which on it may be found; an index that failed once is thrown away
 * (`broken`). A number of FTS5 is a day and a place in `docs`: the order of numbers is that of dates.
 */
#ifndef REGISTER_SEARCH_INDEX_H
#define REGISTER_SEARCH_INDEX_H

#include "register/genuine.h"
#include "register/internal.h"
#include "register/search.h"
#include "register/search_cut.h"
#include "register/search_fts.h"

#include <pthread.h>

enum { SEARCH_INDEXES = 4 };

struct search_doc {
	uint64_t pos; /* of the entry; 0: of the rulebook */
	enum search_kind kind;
	uint32_t number; /* SEARCH_ARTICLE, SEARCH_PAPER; SEARCH_THING: its type; SEARCH_LABEL: in `labels` */
	sym name, text;	 /* SEARCH_THING: of the entity; its title in `lang`, 0: its name in the record */
	sym lang;
	uint32_t before; /* SEARCH_THING: the document of this name that came before, + 1; 0: none */
	civil date;
};

struct search_index {
	int refs;	      /* guarded by the lock of those who keep it */
	pthread_mutex_t lock; /* guards all that follows `audience` */
	const struct bundle *bundle;
	char *audience;
	_Atomic bool broken;
	uint64_t size; /* entries that are in it */
	struct fts *fts;
	struct cutter *cutter; /* for questions */
	struct arena arena;
	struct syms syms;	/* names, titles, languages, paths */
	struct syms titles;	/* what makes a document of a name, or a label of a word: each comes once */
	struct { struct search_label *v; size_t n, cap; } labels; /* from `arena` */
	struct { uint32_t *v; size_t n, cap; } newest; /* by name: its latest document, + 1; 0: none */
	struct { struct search_doc *v; size_t n, cap; } docs; /* these two grow by realloc: an arena would keep what they outgrew */
	struct { struct search_named_doc *v; size_t n, cap; } hashes;
	uint32_t *slots; /* of hashes by their first bytes: index + 1, 0: none */
	size_t nslots;
};

struct search_named_doc {
	struct digest hash;
	uint64_t pos;
	enum genuine how;
	sym path;
};

struct searches {
	pthread_mutex_t lock;
	struct { struct search_index *x; uint64_t used; } kept[SEARCH_INDEXES];
	uint64_t clock, made;
	struct cutters cutters;
	_Atomic bool stop;
};

void searches_init(struct searches *s); /* *s is all zero */
void searches_done(struct searches *s); /* nobody searches any more */

/* Empty, with one reference, of the audience and the rulebook of that record: search_index_grow fills it. ERR_SYSTEM. */
int search_index_new(const struct record *record, struct search_index **ret, struct err *e);
void search_index_free(struct search_index *x); /* NULL is fine */
/* Adds what this record has and the index has not. With the lock. */
int search_index_grow(struct search_index *x, struct reg *r, const struct record *record, struct err *e);

/* Each document of a name holds this mark of its type, which no word is. */
void search_type_mark(uint32_t type, struct buf *out);
int64_t search_row(civil date, size_t doc); /* CIVIL_ALWAYS: of no date, below all others */
#define SEARCH_ROW_DOC(row) ((size_t)((uint64_t)(row) & UINT32_MAX))

/* Words of a document by its media type, valid UTF-8, at most SEARCH_TEXT_BYTES; empty: it is no text. */
struct str search_plain(struct str bytes, struct str type, struct arena *a);
/* The document of an act, as text; empty: it is none, it is sealed here, or it is not on this machine. */
struct str search_paper_text(struct reg *r, const struct record *record, const json_t *document, struct arena *a);

#endif
