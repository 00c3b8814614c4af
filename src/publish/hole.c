/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/hole.h"

#include <string.h>
#include <sys/random.h>

uint64_t hole_draw(void)
{
	const uint64_t least = 1000000000000000000, most = INT64_MAX; /* what a reader of JSON takes for a whole number */
	uint64_t n;
	return getrandom(&n, sizeof n, 0) == sizeof n ? least + n % (most - least) : 0;
}

/* `to` is not longer than `from`. */
static struct str replace(struct arena *a, struct str bytes, struct str from, struct str to)
{
	const char *at = bytes.p, *end = bytes.p + bytes.n, *next = memmem(at, bytes.n, from.p, from.n);
	char *p = next ? arena_alloc(a, bytes.n) : NULL;
	size_t n = 0;
	if (!next)
		return bytes;
	for (; next; next = memmem(at, (size_t)(end - at), from.p, from.n)) {
		memcpy(p + n, at, (size_t)(next - at));
		n += (size_t)(next - at);
		memcpy(p + n, to.p, to.n);
		n += to.n;
		at = next + from.n;
	}
	memcpy(p + n, at, (size_t)(end - at));
	return (struct str){p, n + (size_t)(end - at)};
}

struct str hole_fill(struct arena *a, struct str bytes, const struct tongue *t, uint64_t hole, uint64_t entry)
{
	const struct out o = {NULL, a, t};
	struct str from = arena_fmt(a, "%llu", (unsigned long long)hole), to = arena_fmt(a, "%llu", (unsigned long long)entry);
	bytes = replace(a, bytes, from, to);
	return t && t->digits ? replace(a, bytes, tr_digits(&o, from), tr_digits(&o, to)) : bytes;
}
