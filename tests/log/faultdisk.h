/* SPDX-License-Identifier: Apache-2.0
 *
 * A disk that fails on command. For SQLite it is a VFS around the system's own; for the small files of the log, where a test is
 * linked so (faultfiles.h), it stands between src/log/dir.c and the system. It counts what changes the disk (writes, truncations,
 * syncs, new names), in one sequence for both; at the wanted operation it is full, gives one error, loses power, or the
 * process is killed. After a power cut only what was synced is certain: of the later writes, a random part is on the disk.
 */
#ifndef TESTS_LOG_FAULTDISK_H
#define TESTS_LOG_FAULTDISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_FULL,  /* no space, from there on; what is synced is synced */
	FAULT_ONCE,  /* one operation fails */
	FAULT_POWER, /* it fails, and all that come after it */
	FAULT_KILL,  /* the process is killed in it */
	FAULT_SHORT, /* a write of a small file takes some of its bytes, and is to be asked again; all else works */
};

void faultdisk_install(void); /* becomes SQLite's default VFS for the rest of the process */
/* The fault comes with the operation number `after`, from 0. */
void faultdisk_arm(enum fault_kind kind, uint64_t after);
/* FAULT_KILL, FAULT_POWER: how much of the write in which it comes still reaches the disk, in eighths. */
void faultdisk_cut(unsigned eighths);
bool faultdisk_reached(void);
bool faultdisk_met_sync(void); /* the first operation that failed was a sync of the database */
/* Puts the files into a state that a power cut may leave, and the disk is sound again. Close all handles before. */
void faultdisk_restart(uint64_t *seed);
void faultdisk_disarm(void);
void faultdisk_settle(void); /* all that was written is on the disk for certain; likewise */

/* For the other half ---- */

enum fault_op { OP_WRITE, OP_TRUNCATE, OP_SYNC, OP_DELETE, OP_CREATE, OP_RENAME, OP_CLOSE, OP_SYNC_NAMES, OPS };
enum fault_outcome {
	OUTCOME_GOOD,
	OUTCOME_FULL,
	OUTCOME_ERROR,
	OUTCOME_PART, /* only *n bytes of a write */
};

/* What the next operation meets. *n: the bytes of a write, changed to those that are to be written before it fails or the process
 * dies; for other operations 0. */
enum fault_outcome fault_meet(enum fault_op op, size_t *n);
/* To be called when what fault_meet said was done: it ends the process, if that is its fault. */
void fault_met(void);
void faultdisk_at_restart(void (*restart)(uint64_t *seed));

#endif
