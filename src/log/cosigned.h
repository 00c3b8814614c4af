/* SPDX-License-Identifier: Apache-2.0
 *
 * Checkpoints of a log with the cosignatures that made their quorum (log/policy.h): in the table `cosigned` of log.db, one for each
 * tree that was published so, as it was first published.
 *
 * Invariants: each is signed by the log and is over a tree that the log signed; none is ever changed or removed. Whose cosignatures
 * make a quorum is not known here.
 */
#ifndef LOG_COSIGNED_H
#define LOG_COSIGNED_H

#include "log/log.h"

struct log_cosigned;

/* For keeping them, beside whoever appends; without the key. Errors as log_open. */
int log_cosigned_open(const char *dir, struct log_cosigned **ret, struct err *e);
void log_cosigned_close(struct log_cosigned *k); /* NULL is allowed */
/* Durable when it returns 0; also 0 if one of this tree is there already. ERR_REFUSED: it is no checkpoint of this log that is in log.db. */
int log_cosigned_keep(struct log_cosigned *k, struct str note, struct err *e);

/* Into the arena: the newest of those over trees that the handle knows; the first whose tree holds the entry at `index`. ERR_ABSENT. */
int log_cosigned_newest(struct log *log, struct arena *a, struct str *ret, struct err *e);
int log_cosigned_over(struct log *log, uint64_t index, struct arena *a, struct str *ret, struct err *e);

#endif
