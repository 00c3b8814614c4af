/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 (FIPS 180-4) by OpenSSL's EVP interface.
 *
 * Invariants: a hasher keeps one OpenSSL context and uses it again, which is what makes short messages cheap; it
 * belongs to one thread at a time. Nothing here fails: the only thing that can go wrong is memory, which ends the
 * process.
 */
#ifndef LOG_SHA256_H
#define LOG_SHA256_H

#include "base/str.h"

enum { DIGEST_LEN = 32, DIGEST_HEX = 64 };

struct digest {
	uint8_t b[DIGEST_LEN];
};

struct hasher {
	struct evp_md_ctx_st *ctx; /* OpenSSL's EVP_MD_CTX */
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
