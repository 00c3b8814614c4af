/* SPDX-License-Identifier: Apache-2.0
 *
 * Checkpoints (C2SP tlog-checkpoint v1.0.0): a note of three lines, origin, size and root, signed by the log's key.
 *
 * Invariants: the key's name is the origin. There are no extension lines, written or accepted: witnesses refuse them.
 */
#ifndef LOG_CHECKPOINT_H
#define LOG_CHECKPOINT_H

#include "log/note.h"

struct checkpoint {
	struct str origin;
	uint64_t size;
	struct digest root;
};

/* The three lines, without signatures. */
void checkpoint_write(const struct checkpoint *c, struct buf *out);
int checkpoint_read(struct str text, struct checkpoint *ret, struct err *e);

/* The whole signed note. The origin is the key's name. */
int checkpoint_sign(uint64_t size, const struct digest *root, const struct note_key *k,
	const struct ed25519_key *secret, struct buf *out, struct err *e);
/* Reads a signed checkpoint. ERR_INPUT: malformed; ERR_REFUSED: another origin, or not signed by this key. */
int checkpoint_open(struct str bytes, const struct note_key *k, struct checkpoint *ret, struct err *e);

#endif
