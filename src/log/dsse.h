/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries are DSSE envelopes (secure-systems-lab DSSE v1) in one fixed spelling:
 *
 *	{"payloadType":"T","payload":"B","signatures":[{"keyid":"K","sig":"S"},...]}
 *
 * no blanks, keys in this order, canonical base64, signatures in ascending order of keyid, each keyid once. Any other
 * spelling is refused, so that one signed act has one leaf hash. Every signature is over
 *
 *	"DSSEv1" SP length(T) SP T SP length(body) SP body
 *
 * Invariants: whatever dsse_parse accepts, dsse_write writes back byte for byte. T and K hold no character that JSON
 * would escape. The scheme of a key stands in its keyid and was fixed at registration; nothing else in the envelope
 * chooses an algorithm.
 */
#ifndef LOG_DSSE_H
#define LOG_DSSE_H

#include "base/arena.h"
#include "base/err.h"
#include "log/ed25519.h"

enum { DSSE_MAX_BYTES = 65535, DSSE_MAX_TYPE = 127, DSSE_MAX_SIGS = 16 };

struct dsse_sig {
	struct str keyid;
	struct ed25519_sig sig;
};

struct dsse {
	struct str type, payload;
	size_t nsigs;
	struct dsse_sig sigs[DSSE_MAX_SIGS];
};

/* What is signed. */
void dsse_pae(struct str type, struct str payload, struct buf *out);

/* The payload goes into the arena; all else points into `bytes`. At least one signature. */
int dsse_parse(struct str bytes, struct arena *a, struct dsse *ret, struct err *e);
/* Appends the envelope to `out`. ERR_LIMIT if it is longer than DSSE_MAX_BYTES, ERR_INPUT if a part is not fit. */
int dsse_write(const struct dsse *d, struct buf *out, struct err *e);

/* Adds a signature in its place in the order. The keyid must live as long as the envelope. */
int dsse_sign(struct dsse *d, struct str keyid, const struct ed25519_key *k, struct err *e);

/* Finds the public key known by a keyid; false: there is none. */
struct dsse_keys {
	bool (*find)(void *ctx, struct str keyid, struct ed25519_pub *ret);
	void *ctx;
};

struct dsse_key {
	struct str keyid;
	const struct ed25519_pub *pub;
};

bool dsse_only_key(void *key, struct str keyid, struct ed25519_pub *ret); /* a `find` that knows this struct dsse_key */

/* Every signature must be of a known key and good: ERR_REFUSED names the first that is not. */
int dsse_verify(const struct dsse *d, const struct dsse_keys *keys, struct err *e);

#endif
