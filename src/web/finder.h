/* SPDX-License-Identifier: Apache-2.0
 *
 * The texts of one view that people search, without case, made once, so that a search only compares: names and titles of
 * things and participants, articles, titles and words of acts; and the hashes of texts and files that acts speak of.
 *
 * Invariants: immutable once made, counted, shared by all threads; holds a reference to its almanac. Lists stand in the
 * order of the almanac and its record, so that the number of a hit is the number of the thing.
 */
#ifndef WEB_FINDER_H
#define WEB_FINDER_H

#include "register/genuine.h"
#include "web/almanac.h"

struct findable { /* what may be searched of one thing: all words must stand in one of the texts */
	struct str *texts;
	size_t n;
};

struct finder_hash { /* something that an entry carries, or names by its SHA-256 (register/genuine.h) */
	struct digest hash;
	enum genuine how;
	struct str path; /* in the entry: "text.en" */
	uint64_t pos;	 /* of the entry */
};

struct finder {
	int refs; /* atomic */
	struct arena arena;
	struct almanac *al;
	const struct entity **things; /* in the order of the record */
	struct findable *thing;	      /* its name in the record, its titles in all languages */
	size_t nthings;
	struct findable *party;	/* of al->parties: its name, its title in the almanac's language */
	struct findable *article; /* of the rulebook: title and text */
	struct findable *act;	/* of al->acts: titles and texts in all languages */
	struct finder_hash *hashes; /* of every entry that this view reads, by hash, then by position, then by `how` */
	size_t nhashes;
};

struct finder *finder_new(struct almanac *al);
struct finder *finder_ref(struct finder *f);
void finder_unref(struct finder *f); /* NULL is fine */

/* Do all n words, without case (fold_case), stand in one text of it? False for no words. */
bool findable_has(const struct findable *f, const struct str *words, size_t n);
size_t finder_first(const struct finder *f, const struct digest *hash); /* the first of `hashes` that is not below it */
bool findable_is(const struct findable *f, struct str word); /* one of its texts, whole */

#endif
