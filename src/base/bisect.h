/* SPDX-License-Identifier: Apache-2.0
 *
 * Where something stands in an array that is in order, by halving.
 */
#ifndef BASE_BISECT_H
#define BASE_BISECT_H

#include <stddef.h>

/* Declares size_t i: the number of the first of 0 .. count - 1 of which `so`, an expression in i, does not hold; `count` if it holds of all. Of whatever
 * stands before one of which it holds it must hold too.
 *
 *	BISECT(i, list->n, list->v[i].pos < pos);
 *	return i < list->n && list->v[i].pos == pos ? &list->v[i] : NULL;
 */
#define BISECT(i, count, so) \
	size_t i = 0; \
	for (size_t from_ = 0, to_ = (count); i = from_ + (to_ - from_) / 2, from_ < to_;) { \
		if (so) \
			from_ = i + 1; \
		else \
			to_ = i; \
	}

#endif
