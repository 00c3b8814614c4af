/* SPDX-License-Identifier: Apache-2.0
 *
 * The logs that a witness knows: DIR/logs, and what it cosigned last of each. Behind witness.h; not for other rooms.
 *
 * Invariants: a head, once there, stays where it is; `keys` of all heads change together, under the lock for writing.
 */
#ifndef LOG_WITNESS_LOGS_H
#define LOG_WITNESS_LOGS_H

#include "log/dir.h"
#include "log/policy.h"
#include "log/witness.h"

#include <pthread.h>
#include <sys/stat.h>

#define WITNESS_FILE_LOGS "logs"

/* What was cosigned. */
struct tree_head {
	bool has;
	uint64_t size, time;
	struct digest root;
	struct buf note; /* signed by the log and cosigned */
};

struct head {
	char *origin;
	struct digest id; /* SHA-256 of the origin */
	struct note_key keys[WITNESS_MAX_KEYS];
	size_t nkeys;
	struct tree_head now;  /* durable */
	struct tree_head next; /* the running commit's: what it is about to make durable, if `has` */
	size_t kept[EVIDENCE_KINDS], keeps[EVIDENCE_KINDS]; /* requests kept as evidence; those of the running commit */
	bool grows;	       /* the running commit's: `next` is another tree than `now` */
};

struct logs {
	pthread_rwlock_t lock; /* of the list and of keys */
	struct head **v;       /* by origin */
	size_t n, cap;
	struct arena arena; /* of the file that was read last */
	struct stat file;
	struct err stale; /* code 0: it is not */
};

void logs_init(struct logs *l);
void logs_done(struct logs *l);
struct head *logs_find(const struct logs *l, struct str origin);
/* The head of this origin, made if it is not there. Under the lock for writing. */
struct head *logs_head(struct logs *l, struct hasher *h, struct str origin);
/* Text of the file to logs with their keys; also says what is too many. `where`: its name. */
int logs_read(struct str text, const char *where, struct arena *a, struct policy *ret, struct err *e);
/* Reads the file if it is another than last time. After an error all is as before. */
int logs_refresh(struct logs *l, const struct dir *d, struct err *e);

#endif
