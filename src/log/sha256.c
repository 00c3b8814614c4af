/* SPDX-License-Identifier: Apache-2.0 */
#define OPENSSL_SUPPRESS_DEPRECATED /* in favour of EVP: see the header */
#include "log/sha256.h"

#include <string.h>

void hasher_init(struct hasher *h)
{
	sha256_start(h);
}

void hasher_done(struct hasher *h)
{
	*h = (struct hasher){0};
}

/* None of these can fail (SHA256_Init(3)); they say 1. */
void sha256_start(struct hasher *h)
{
	(void)SHA256_Init(&h->ctx);
}

void sha256_add(struct hasher *h, const void *p, size_t n)
{
	(void)SHA256_Update(&h->ctx, p, n);
}

void sha256_end(struct hasher *h, struct digest *ret)
{
	(void)SHA256_Final(ret->b, &h->ctx);
}

void sha256(struct hasher *h, struct str message, struct digest *ret)
{
	sha256_start(h);
	sha256_add(h, message.p, message.n);
	sha256_end(h, ret);
}

bool digest_eq(const struct digest *a, const struct digest *b)
{
	return memcmp(a->b, b->b, DIGEST_LEN) == 0;
}
