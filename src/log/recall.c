/* SPDX-License-Identifier: Apache-2.0
 *
 * Hashes of the tree as proofs read them. Those of larger subtrees are in many proofs: a handle keeps them in memory,
 * as many as its fixed room takes, and looks into the store for the rest. A hash that is once made never changes; only
 * log_rebuild replaces one that was damaged, and lays out the table anew (log_refresh sees that).
 */
#include "log/internal.h"

#include <stdlib.h>

enum {
	RECALL_LEVEL = 3, /* smaller subtrees than of 8 entries stand side by side in one or two pages of the store */
	RECALL_BITS = 17, /* 10 MB: with a million entries all from there on; a level fewer each time the log doubles */
};

struct log_recalled {
	bool known;
	struct digest hash;
};

/* The lowest level for which there is room. */
static unsigned lowest(uint64_t size)
{
	unsigned level = RECALL_LEVEL;
	while (size >> level >= (uint64_t)1 << RECALL_BITS)
		level++;
	return level;
}

/* A level has half as much room as the one below it, and stands before it: what most proofs need is close together. */
static struct log_recalled *recalled(struct log *log, unsigned level, uint64_t index)
{
	unsigned up = level - log->recall_from;
	if (level < log->recall_from || up > RECALL_BITS || index >> (RECALL_BITS - up))
		return NULL;
	if (!log->recalled)
		log->recalled = zeroed((size_t)2 << RECALL_BITS, sizeof *log->recalled);
	return &log->recalled[((size_t)1 << (RECALL_BITS - up)) + (size_t)index];
}

static int read_hash(void *ctx, unsigned level, uint64_t index, struct digest *ret, struct err *e)
{
	struct log *log = ctx;
	struct merkle_source stored = log_hashes(log->store);
	struct log_recalled *slot = recalled(log, level, index);
	if (slot && slot->known) {
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
		*slot = (struct log_recalled){true, *ret};
	return rc;
}

struct merkle_source log_recall(struct log *log)
{
	if (log->recall_from != lowest(log->tree.size))
		log_recall_forget(log);
	log->recall_from = lowest(log->tree.size);
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
