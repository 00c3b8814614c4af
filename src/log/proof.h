/* SPDX-License-Identifier: Apache-2.0
 *
 * The proof of one entry as a file (C2SP tlog-proof v1): its index, its inclusion proof, and the checkpoint above it.
 * With the log's public key it is checked anywhere, without the log and without a network.
 *
 *	c2sp.org/tlog-proof@v1
 *	[extra <base64>]
 *	index 17
 *	<hash in base64, from the leaf's sibling upwards>
 *	...
 *
 *	<checkpoint>
 *
 * In a proof that a log of ours gives out, `extra` is the entry itself, so that one file is enough; a foreign one may lack it,
 * or hold anything there, and is checked with the entry given beside it. Nothing vouches for `extra`: it counts only because
 * its leaf hash is the one that is proved.
 *
 * Invariant: whatever tlog_proof_read accepts, tlog_proof_write writes back byte for byte.
 */
#ifndef LOG_PROOF_H
#define LOG_PROOF_H

#include "log/base64.h"
#include "log/merkle.h"
#include "log/policy.h"

enum {
	TLOG_PROOF_MAX_EXTRA = 65535, /* bytes: the longest entry */
	TLOG_PROOF_MAX_BYTES = NOTE_MAX_BYTES + BASE64_LEN(TLOG_PROOF_MAX_EXTRA) + (16 << 10),
};

struct tlog_proof {
	struct str extra; /* empty: there is no such line */
	uint64_t index;
	struct merkle_proof path;
	struct str checkpoint; /* the signed note */
};

void tlog_proof_write(const struct tlog_proof *p, struct buf *out);
/* The checkpoint points into `text` and is not looked into; `extra` goes into the arena. */
int tlog_proof_read(struct str text, struct arena *a, struct tlog_proof *ret, struct err *e);
/* ERR_REFUSED unless the checkpoint is signed by this key and the entry stands in its tree at the index. */
int tlog_proof_check(struct hasher *h, const struct tlog_proof *p, struct str entry, const struct note_key *k,
	struct checkpoint *ret, struct err *e);
/* The same for whoever has a policy: ERR_REFUSED also if the quorum of witnesses is missing. *ret points into the proof. */
int tlog_proof_judge(struct hasher *h, const struct tlog_proof *p, struct str entry, const struct policy *policy, struct cosign_times believed,
	struct arena *a, struct policy_verdict *ret, struct err *e);

#endif
