/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the search: what was typed, as groups of words, and as an expression for the index.
 *
 * A group is what stands between blanks, or between quotation marks: its words are looked for side by side. All groups must be there.
 */
#ifndef REGISTER_SEARCH_WORDS_H
#define REGISTER_SEARCH_WORDS_H

#include "register/search_cut.h"
#include "register/search_fts.h"

enum { GROUP_OTHERS = 16, TERMS_MAX = 48 };

struct search_term {
	struct str stem, whole;
};

struct search_group {
	size_t from, to; /* in the text */
	struct search_term *v;
	size_t n, cap;
	struct str *others; /* words that begin with its only one, where these are looked for */
	size_t nothers;
};

struct search_terms {
	struct str text; /* what was typed, as far as it is read */
	struct { struct search_group *v; size_t n, cap; } groups;
	size_t n; /* words in all */
	bool cut; /* there were more */
};

/* NULL: no words. Into the arena. */
struct search_terms *terms_read(struct cutter *c, struct str text, struct arena *a);
/* Takes each group of one word as the beginning of words: *ret is a copy of `t` that looks for those. False: none begins so but itself. */
bool terms_widen(const struct search_terms *t, const struct fts *f, struct arena *a, struct search_terms *ret);
/* For FTS5; `apart`: words of a group need not stand side by side. */
void terms_write(const struct search_terms *t, bool apart, struct buf *out);
bool terms_together(const struct search_terms *t); /* is there a group of several words? */

#endif
