/* SPDX-License-Identifier: Apache-2.0
 *
 * A log that grows by import: the copy that somebody else keeps. It is a log as log/log.h describes it, without log.key; what
 * comes in was signed elsewhere, and comes under a checkpoint of that log.
 *
 *	log_import_open("copy", vkey, &log, e)
 *	log_import_begin(log, note, e)			a later checkpoint
 *	log_import_blob, log_import_entry ...		all that is between
 *	log_import_end(log, e)				all of it is durable
 *
 * Invariants:
 * - Whose log it is, says who opens it. What a server claims plays no part.
 * - A step goes from the checkpoint that is held to a later one, whole or not at all: every entry in its one spelling and signed
 *   by keys that are known, the tree of all of them the one that the checkpoint signs. Entries, tree, blobs and checkpoint
 *   become durable in one transaction; then the checkpoint's second place is written. Until then readers see what was.
 * - Only under a signed checkpoint that continues what is held does anything come in: no copy ever holds two histories.
 * - One importer at a time, by a lock on DIR/import.lock. A directory with a log.key is refused: it writes by itself.
 *
 * A handle in LOG_IMPORT mode also reads and proves (log/log.h); during a step log_read and log_blob_get see what has come, and
 * tiles and proofs are not to be asked for. One that holds
 * nothing yet has size 0 and an empty checkpoint; log_open finds no log there before the first step has ended.
 */
#ifndef LOG_IMPORT_H
#define LOG_IMPORT_H

#include "log/log.h"

/* Opens a copy, or makes it: the directory is made (its parent must exist), or is empty. ERR_CONFLICT: another importer is
 * at work, or the directory holds something else; ERR_REFUSED: it is the copy of another log, or writes by itself;
 * ERR_CORRUPT as log_open. Mends what a crash left, as log_open does for writing. */
int log_import_open(const char *dir, struct str vkey, struct log **ret, struct err *e);

/* Begins a step to the tree of this signed checkpoint. ERR_REFUSED: not signed by the log's key; ERR_INPUT: malformed, or not
 * over more entries than are held. */
int log_import_begin(struct log *log, struct str note, struct err *e);
/* The next entry. It must be well spelled, and signed by the log's own key or by keys that `keys` finds (which may be NULL).
 * *ret lives until the next call. After an error log_import_abort. ERR_INPUT, ERR_LIMIT, ERR_REFUSED as log_append;
 * ERR_CONFLICT: another one is held at this place, over which no checkpoint was ever signed. */
int log_import_entry(struct log *log, struct str bytes, const struct log_keys *keys, struct log_entry *ret, struct err *e);
/* A blob, which must have the hash that it is given with (ERR_CORRUPT). Within a step it belongs to it; outside it is durable at once. */
int log_import_blob(struct log *log, const struct log_blob *b, struct err *e);
uint64_t log_import_next(const struct log *log); /* the index of the next entry */
/* Ends the step: ERR_CORRUPT, and nothing has changed, unless what came is the tree that was signed. If only the checkpoint's second place
 * could not be written, log_size has grown nevertheless, and the next log_import_open writes it. */
int log_import_end(struct log *log, struct err *e);
void log_import_abort(struct log *log); /* nothing has changed; allowed when no step has begun */

#endif
