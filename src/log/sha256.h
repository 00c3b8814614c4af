/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 (FIPS 180-4) by OpenSSL.
 *
 * Its own functions for this hash, not those of EVP: these look the algorithm up among all others, which takes a
 * millisecond in each process, a third of a whole check of a proof, and half as long again for each node of a tree. They
 * are the same code of OpenSSL behind, with the processor's instructions where it has them.
 *
 * Invariants: a hasher holds one message in the making; it belongs to one thread at a time. Nothing here allocates, and
 * nothing fails.
 */
#ifndef LOG_SHA256_H
#define LOG_SHA256_H

#include "base/str.h"

#include <openssl/sha.h>

enum { DIGEST_LEN = 32, DIGEST_HEX = 64 };

struct digest {
	uint8_t b[DIGEST_LEN];
};

struct hasher {
	SHA256_CTX ctx;
};

void hasher_init(struct hasher *h);
void hasher_done(struct hasher *h); /* an all-zero hasher is allowed */

/* One message. */
void sha256(struct hasher *h, struct str message, struct digest *ret);

/* A message in pieces: start, any number of adds, end. */
void sha256_start(struct hasher *h);
void sha256_add(struct hasher *h, const void *p, size_t n);
void sha256_end(struct hasher *h, struct digest *ret);

bool digest_eq(const struct digest *a, const struct digest *b);

#endif
