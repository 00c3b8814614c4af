/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean": the known names closest to a wrong one, by edit distance in letters, case of ASCII aside.
 */
#ifndef REGISTER_SIMILAR_H
#define REGISTER_SIMILAR_H

#include "base/err.h"

enum { SIMILAR_MAX = 5, SIMILAR_LONGEST = 64 /* letters */ };

struct similar {
	struct str name;
	size_t n;
	struct str found[SIMILAR_MAX]; /* the closest first */
	size_t distance[SIMILAR_MAX];
};

void similar_start(struct similar *s, struct str name); /* the wrong one, which must outlive *s */
/* Offers one known name; `as`: what is compared, if that is not the name itself (a title, say). */
void similar_offer(struct similar *s, struct str known, struct str as);
/* "did you mean KZ or KG?", of at most three, as the hint of the error; no hint if there is none. Returns the error's code. */
int similar_hint(const struct str *near, size_t n, struct err *e);
/* The same as text, or "" if nothing is close. */
const char *similar_words(const struct similar *s, char *out, size_t size);

#endif
