/* SPDX-License-Identifier: Apache-2.0
 *
 * Earlier trees of a log: what its checkpoints said, made again from the hashes that never change.
 */
#ifndef LOG_PAST_H
#define LOG_PAST_H

#include "log/checkpoint.h"
#include "log/log.h"

/* The tree of the first `size` entries: what a checkpoint over them says. Its origin lives as long as the handle.
 * ERR_ABSENT: more than log_size. */
int log_past(struct log *log, uint64_t size, struct checkpoint *ret, struct err *e);

/* The signed checkpoint whose text (log/checkpoint.h) has this SHA-256; the newest is looked at first. ERR_ABSENT: none. */
int log_past_find(struct log *log, const struct digest *text, struct checkpoint *ret, struct err *e);

#endif
