/* SPDX-License-Identifier: Apache-2.0
 *
 * A queue of things that are due: earliest first, of two at one instant the one that was added first.
 */
#ifndef RULES_HEAP_H
#define RULES_HEAP_H

#include "base/arena.h"
#include "base/date.h"

struct due {
	civil at;
	uint64_t seq;
	void *item;
};

struct heap {
	struct due *v;
	size_t n, cap;
	uint64_t seq;
};

static inline bool due_before(struct due a, struct due b)
{
	return a.at != b.at ? a.at < b.at : a.seq < b.seq;
}

static inline void heap_add(struct heap *h, struct arena *a, civil at, void *item)
{
	struct due d = {at, h->seq++, item};
	arena_push(a, h, d);
	size_t i = h->n - 1;
	for (; i && due_before(d, h->v[(i - 1) / 2]); i = (i - 1) / 2)
		h->v[i] = h->v[(i - 1) / 2];
	h->v[i] = d;
}

static inline civil heap_next(const struct heap *h)
{
	return h->n ? h->v[0].at : CIVIL_NEVER;
}

static inline void *heap_take(struct heap *h)
{
	void *item = h->v[0].item;
	struct due last = h->v[--h->n];
	size_t i = 0;
	for (size_t kid; (kid = 2 * i + 1) < h->n; i = kid) {
		if (kid + 1 < h->n && due_before(h->v[kid + 1], h->v[kid]))
			kid++;
		if (!due_before(h->v[kid], last))
			break;
		h->v[i] = h->v[kid];
	}
	if (h->n)
		h->v[i] = last;
	return item;
}

#endif
