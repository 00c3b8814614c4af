/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the search: words to numbers. A database in memory with one FTS5 table a class, none of which keeps its texts; the tokenizer is
 * search_cut.h; beside it all words that were ever seen.
 *
 * Invariants: a row is never changed. Rows of a class come back from the highest number down. In a question FTS5 sees nothing but
 * strings that fts_string wrote and operators that we wrote. One thread at a time.
 */
#ifndef REGISTER_SEARCH_FTS_H
#define REGISTER_SEARCH_FTS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/syms.h"

#define FTS_MARK '\001' /* a text that begins with it has one word up to the first line end, which is taken as it stands */

enum fts_class { FTS_LABELS, FTS_NAMES, FTS_HEADINGS, FTS_LAW, FTS_TITLES, FTS_TEXTS, FTS_PAPERS, FTS_CLASSES };

struct fts;

int fts_open(struct fts **ret, struct err *e); /* empty; ERR_SYSTEM: SQLite or ICU cannot */
void fts_close(struct fts *f); /* NULL is fine */

/* Rows are added between these two, and found after; one that failed in between is of no use any more. */
int fts_begin(struct fts *f, struct err *e);
int fts_add(struct fts *f, enum fts_class c, int64_t row, struct str text, struct err *e); /* fastest in order of rows */
int fts_end(struct fts *f, bool many, struct err *e); /* many: brings the index in its shortest form */

/* One word of an expression, between quotation marks. */
void fts_string(struct buf *out, struct str word);
/* Rows that match, from `high` down to `low`; each(ctx, row) ends it with anything but 0, which is returned. */
int fts_find(struct fts *f, enum fts_class c, struct str expression, int64_t low, int64_t high, int (*each)(void *ctx, int64_t row), void *ctx,
	struct err *e);

/* Words seen so far, but Chinese ones. */
/* Up to `most` that begin with `word`, the most frequent first. */
size_t fts_beginning(const struct fts *f, struct str word, struct str *ret, size_t most);
/* Was it seen, be it as a stem? */
bool fts_knows(const struct fts *f, struct str word);
/* Up to `most` others that are spelled nearly so, the nearest first; whole words, not stems, as people write them: a name
 * with its capital, letters that have several forms in that of the language. */
size_t fts_similar(const struct fts *f, struct str word, struct str *ret, size_t most);

uint64_t fts_bytes(const struct fts *f); /* of memory that it holds */

#endif
