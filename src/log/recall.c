/* SPDX-License-Identifier: Apache-2.0
 *
 * Hashes of the tree as proofs read them. Those of larger subtrees are in many proofs: a handle keeps them in memory,
 * as many as its fixed room takes, and looks into the store for the rest. A hash that is once made never changes; only
 * log_rebuild replaces one that was damaged, and lays out the table anew (log_refresh sees that).
 */
#include "log/internal.h"

#include <stdlib.h>

enum {
	RECALL_LEVEL =
		3, /* subtrees of 8 entries and more; those below stand side by side in one or two pages of the store */
	RECALL_BITS = 17, /* 10 MB: all of them up to a million entries, then fewer of the smaller ones */
	RECALL_SLOTS = (2 << RECALL_BITS) + MERKLE_LEVELS,
};

struct log_recalled {
	uint64_t place; /* and one; 0: nothing yet */
	struct digest hash;
};

/* A level has half as many slots as the one below it, and stands before it: what most proofs need is close together. */
static size_t slot_of(unsigned level, uint64_t index)
{
	unsigned up = level - RECALL_LEVEL;
	if (up > RECALL_BITS)
		return (2u << RECALL_BITS) + level;
	size_t slots = (size_t)1 << (RECALL_BITS - up);
	return slots + (size_t)(index & (slots - 1));
}

static struct log_recalled *recalled(struct log *log, unsigned level, uint64_t index)
{
	if (level < RECALL_LEVEL)
		return NULL;
	if (!log->recalled)
		log->recalled = zeroed(RECALL_SLOTS, sizeof *log->recalled);
	return &log->recalled[slot_of(level, index)];
}

static int read_hash(void *ctx, unsigned level, uint64_t index, struct digest *ret, struct err *e)
{
	struct log *log = ctx;
	struct merkle_source stored = log_hashes(log->store);
	uint64_t place = merkle_place(level, index);
	struct log_recalled *slot = recalled(log, level, index);
	if (slot && slot->place == place + 1) {
		*ret = slot->hash;
		return 0;
	}
	if (!log->viewing) { /* one view for a whole proof is cheaper than one for each hash */
		int rc = store_begin(log->store, false, e);
		if (rc < 0)
			return rc;
		log->viewing = true;
	}
	int rc = stored.read(stored.ctx, level, index, ret, e);
	if (rc == 0 && slot)
		*slot = (struct log_recalled){place + 1, *ret};
	return rc;
}

struct merkle_source log_recall(struct log *log)
{
	return (struct merkle_source){read_hash, log};
}

void log_recall_end(struct log *log)
{
	if (log->viewing)
		store_rollback(log->store);
	log->viewing = false;
}

void log_recall_forget(struct log *log)
{
	free(log->recalled);
	log->recalled = NULL;
}
