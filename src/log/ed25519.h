/* SPDX-License-Identifier: Apache-2.0
 *
 * Ed25519 (RFC 8032) by libsodium: keys and signatures. Their names and texts: log/pubkey.h.
 *
 * Invariants: what ed25519_good accepts, OpenSSL, Go and WebCrypto accept too (libsodium is stricter: no point of small
 * order, nothing in a non-canonical encoding), so that no verifier disagrees about a signature that is in the log.
 * A secret key is wiped when it is no longer needed. Signing is deterministic.
 */
#ifndef LOG_ED25519_H
#define LOG_ED25519_H

#include "base/err.h"
#include "log/sha256.h"

enum { ED25519_SEED = 32, ED25519_PUB = 32, ED25519_SIG = 64 };

struct ed25519_pub {
	uint8_t b[ED25519_PUB];
};

struct ed25519_sig {
	uint8_t b[ED25519_SIG];
};

struct ed25519_key {
	struct ed25519_pub pub;
	uint8_t secret[64]; /* libsodium's form: seed, then public key */
};

/* Makes a key from 32 bytes of seed; NULL takes them from the operating system. */
int ed25519_key_make(struct ed25519_key *ret, const uint8_t seed[ED25519_SEED], struct err *e);
void ed25519_key_wipe(struct ed25519_key *k);

void ed25519_sign(const struct ed25519_key *k, struct str message, struct ed25519_sig *ret);
bool ed25519_good(const struct ed25519_pub *pub, struct str message, const struct ed25519_sig *sig);

/* May this key be registered? No if its encoding is not canonical, it is no point of the curve, or not of prime order:
 * for such keys one signature can fit many messages, and libraries disagree. Does not prove possession. */
bool ed25519_pub_sound(const struct ed25519_pub *pub);

#endif
