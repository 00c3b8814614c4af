/* SPDX-License-Identifier: Apache-2.0
 *
 * A disk that fails on command, for SQLite: a VFS around the system's own. It counts what changes the disk (writes,
 * truncations, syncs); at the wanted operation it says "full", gives one I/O error, or loses power. After a power cut
 * only what was synced is certain: of the later writes, a random part is on the disk.
 */
#ifndef TESTS_LOG_FAULTDISK_H
#define TESTS_LOG_FAULTDISK_H

#include <stdbool.h>
#include <stdint.h>

enum fault_kind { FAULT_NONE, FAULT_FULL, FAULT_ONCE, FAULT_POWER };

void faultdisk_install(void); /* becomes SQLite's default VFS for the rest of the process */
/* The fault comes with the operation number `after`, from 0. */
void faultdisk_arm(enum fault_kind kind, uint64_t after);
bool faultdisk_reached(void);
bool faultdisk_met_sync(void); /* the first operation that failed was a sync */
/* Puts the files into a state that a power cut may leave, and the disk is sound again. Close all handles before. */
void faultdisk_restart(uint64_t *seed);
void faultdisk_disarm(void);

#endif
