/* SPDX-License-Identifier: Apache-2.0
 *
 * The proof of one entry as a file (C2SP tlog-proof v1): its index, its inclusion proof, and the checkpoint above it.
 * With the entry and the log's public key it is checked anywhere, without the log and without a network.
 *
 *	c2sp.org/tlog-proof@v1
 *	[extra <base64>]
 *	index 17
 *	<hash in base64, from the leaf's sibling upwards>
 *	...
 *
 *	<checkpoint>
 */
#ifndef LOG_PROOF_H
#define LOG_PROOF_H

#include "log/checkpoint.h"
#include "log/merkle.h"

enum { TLOG_PROOF_MAX_BYTES = NOTE_MAX_BYTES + (16 << 10) };

struct tlog_proof {
	uint64_t index;
	struct merkle_proof path;
	struct str checkpoint; /* the signed note */
};

void tlog_proof_write(const struct tlog_proof *p, struct buf *out);
/* Views point into `text`. An `extra` line is read over: it proves nothing. */
int tlog_proof_read(struct str text, struct tlog_proof *ret, struct err *e);
/* ERR_REFUSED unless the checkpoint is signed by this key and the entry stands in its tree at the index. */
int tlog_proof_check(struct hasher *h, const struct tlog_proof *p, struct str entry, const struct note_key *k,
	struct checkpoint *ret, struct err *e);

#endif
