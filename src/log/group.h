/* SPDX-License-Identifier: Apache-2.0
 *
 * Group commit: many threads append to one log, and what comes within a short time is made durable, signed and
 * published together (base/gather.h). Signatures are checked in the threads of the callers, beside each other and
 * beside the commit.
 *
 * Invariants: log_group_append returns when its entry stands under a durable, signed, published checkpoint. An envelope
 * that is refused changes nothing for the others of its group. Keys are looked up for the index that an entry gets,
 * after everything before it was taken, whatever group that was in.
 */
#ifndef LOG_GROUP_H
#define LOG_GROUP_H

#include "log/log.h"

enum {
	LOG_GROUP_DELAY = 10, /* milliseconds: a tenth of what a person notices, a few syncs of a slow disk */
	LOG_GROUP_MAX_DELAY = 1000,
	LOG_GROUP_MOST = 1024,
};

struct log_group_how {
	uint32_t delay;       /* milliseconds for which a commit waits for others, at most; 0: for nobody */
	size_t most;          /* entries in one commit; 0: LOG_GROUP_MOST */
	struct log_keys keys; /* `find` is called in the threads of all callers, also beside `take` */
	/* For whoever follows what the entries say, such as which keys are in force; each may be NULL. Called in one
	 * thread at a time. `take`: the entry comes next, and if 0 is returned it is in, unless the commit fails;
	 * otherwise it is refused. `ended`: what was taken below `size` is in the log for good; what was taken from
	 * there on is not. */
	int (*take)(void *ctx, const struct log_entry *entry, struct err *e);
	void (*ended)(void *ctx, uint64_t size);
	void *ctx;
};

struct log_group;

/* The log, open for writing, belongs to the group until log_group_free, which leaves it open. */
int log_group_new(struct log *log, const struct log_group_how *how, struct log_group **ret, struct err *e);
void log_group_free(struct log_group *g); /* nobody may be inside; NULL is allowed */

/* As log_append of one envelope, from any thread. */
int log_group_append(struct log_group *g, struct str envelope, uint64_t *ret_index, struct err *e);

/* As log_size and log_stopped, from any thread. */
uint64_t log_group_size(const struct log_group *g);
bool log_group_stopped(struct log_group *g, struct err *ret);

#endif
