/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the search: what was typed, as groups of words, and as an expression for the index.
 *
 * A group is what stands between blanks, or between quotation marks: its words are looked for side by side. All groups must be there.
 *
 * A group may be written in other ways, too, any of which is as good (terms_spell). Persian compounds are written in three: "گفت وگو" with a
 * blank, "گفت‌وگو" with a zero-width non-joiner, "گفتوگو" joined. In a text the second is found by itself and by its parts (search_cut.h).
 * The rest is done here, in the question, where it costs the index nothing: what was typed is cut anew into words that the index knows, and
 * neighbours are joined where the index knows what they make together. (Search engines commonly read the joiner as a blank, which leaves the third
 * way apart from the others.) So it is with the code of a thing and its names.
 */
#ifndef REGISTER_SEARCH_WORDS_H
#define REGISTER_SEARCH_WORDS_H

#include "register/search_cut.h"
#include "register/search_fts.h"

enum { TERMS_MAX = 48, WAYS_MAX = 16, WAY_WORDS = 16 };

struct search_term {
	struct str stem, whole;
};

struct search_way { /* words side by side */
	struct str *v;
	size_t n, cap;
};

struct search_group {
	size_t from, to; /* in the text */
	bool small;	 /* beside longer ones, "of", "и", "از": must be there, and is not shown as found */
	struct search_term *v;
	size_t n, cap;
	struct { struct search_way *v; size_t n, cap; } ways; /* other ways to write it; at most WAYS_MAX of one kind */
};

struct search_terms {
	struct str text; /* what was typed, as far as it is read */
	struct { struct search_group *v; size_t n, cap; } groups;
	size_t n; /* words in all */
	bool cut; /* there were more */
	struct cutters *cutters; /* for showing them; NULL: there are none to be had */
};

/* NULL: no words. Into the arena. */
struct search_terms *terms_read(struct cutter *c, struct str text, struct arena *a);
/* Adds the other ways in which Arabic letters may write the same. */
void terms_spell(struct search_terms *t, struct cutter *c, const struct fts *f, struct arena *a);
/* A copy whose groups can be changed without changing those of `t`. */
struct search_terms *terms_copy(const struct search_terms *t, struct arena *a);
/* Adds the words of a text as another way to write a group; nothing if they are too many. */
void terms_add_way(struct search_group *g, struct cutter *c, struct str text, struct arena *a);
/* Takes each group of one word as the beginning of words: *ret is a copy of `t` that looks for those. False: none begins so but itself. */
bool terms_widen(const struct search_terms *t, const struct fts *f, struct arena *a, struct search_terms *ret);
/* For FTS5; `apart`: words of a group need not stand side by side. */
void terms_write(const struct search_terms *t, bool apart, struct buf *out);
bool terms_together(const struct search_terms *t); /* is there a group of several words? */
/* Is a text these words and nothing more? Of one that is known to have them: as many words, or the same letters. */
bool terms_are(const struct search_terms *t, struct cutter *c, struct str text);

#endif
