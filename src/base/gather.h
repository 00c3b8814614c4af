/* SPDX-License-Identifier: Apache-2.0
 *
 * Group commit: many threads hand in items, one of them commits all that came together, and each returns when its own
 * is in. What a commit costs once (a sync of the disk, a new view) is then paid once for all of them.
 *
 * The first to come leads: it waits until as many are here as are to be expected, but no longer than `delay`, commits
 * up to `most` of them, and hands the lead to the first of those who came meanwhile. To be expected are those of the
 * last commit, who may come again, and those who waited behind it: whoever comes alone waits for nobody, and many who
 * come again and again soon share every commit.
 *
 * Invariants: one commit runs at a time; items are committed in the order in which they came; an item is in exactly one
 * commit, and waits for no more than the commit that runs, `delay`, and the commits of those before it. What one thread
 * wrote before it handed in its item, `commit` sees; what `commit` wrote, the thread sees that gets its item back.
 */
#ifndef BASE_GATHER_H
#define BASE_GATHER_H

#include <stddef.h>
#include <stdint.h>

struct gather_rule {
	uint32_t delay; /* microseconds that a commit waits for others at most */
	size_t most;    /* items in one commit, at least 1 */
	/* Commits n items, 1 to `most`, oldest first, in the thread of one of those who handed them in. How each of
	 * them fared it writes into the item. */
	void (*commit)(void *ctx, void *const *items, size_t n);
	void *ctx;
};

struct gather;

struct gather *gather_new(const struct gather_rule *rule);
void gather_free(struct gather *g); /* nobody may be inside; NULL is allowed */

/* From any thread: returns when the item was in a commit. As many items wait at most as threads call this. */
void gather_add(struct gather *g, void *item);

#endif
