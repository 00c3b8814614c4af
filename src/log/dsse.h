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
 * would escape. The carrier of a key stands in its keyid (log/pubkey.h) and was fixed at registration; nothing else in the
 * envelope chooses an algorithm. S is the carrier's bytes in base64, at most PUBKEY_MAX_SIG of them.
 */
#ifndef LOG_DSSE_H
#define LOG_DSSE_H

#include "base/arena.h"
#include "base/err.h"
#include "log/pubkey.h"

enum { DSSE_MAX_BYTES = 65535, DSSE_MAX_TYPE = 127, DSSE_MAX_SIGS = 16 };

struct dsse_sig {
	struct str keyid;
	struct str sig; /* as its carrier has it */
};

struct dsse {
	struct str type, payload;
	size_t nsigs;
	struct dsse_sig sigs[DSSE_MAX_SIGS];
};

/* What is signed. */
void dsse_pae(struct str type, struct str payload, struct buf *out);

/* Payload and signatures go into the arena; all else points into `bytes`. At least one signature. */
int dsse_parse(struct str bytes, struct arena *a, struct dsse *ret, struct err *e);
/* Appends the envelope to `out`. ERR_LIMIT if it is longer than DSSE_MAX_BYTES, ERR_INPUT if a part is not fit. */
int dsse_write(const struct dsse *d, struct buf *out, struct err *e);

/* Adds a signature that was made elsewhere, over dsse_pae, in its place in the order. It is not verified. Keyid and signature
 * must live as long as the envelope. ERR_CONFLICT: this key has signed already. */
int dsse_add(struct dsse *d, struct str keyid, struct str sig, struct err *e);
/* The same, made here; the signature goes into the arena. */
int dsse_sign(struct dsse *d, struct arena *a, struct str keyid, const struct ed25519_key *k, struct err *e);

/* Finds the public key known by a keyid; false: there is none. The whole envelope is given, because an entry that registers
 * a key is also signed by that very key, which stands in its payload. */
struct dsse_keys {
	bool (*find)(void *ctx, const struct dsse *d, struct str keyid, struct pubkey *ret);
	void *ctx;
};

struct dsse_key { /* a key and its name; a plain value */
	char keyid[KEYID_MAX + 1];
	struct pubkey key;
};

void dsse_key_ed25519(struct hasher *h, const struct ed25519_pub *pub, struct dsse_key *ret);
/* A `find` that knows this struct dsse_key. */
bool dsse_only_key(void *key, const struct dsse *d, struct str keyid, struct pubkey *ret);

/* Every signature must be of a known key and good: ERR_REFUSED names the first that is not, and says why. */
int dsse_verify(const struct dsse *d, const struct dsse_keys *keys, struct err *e);

#endif
