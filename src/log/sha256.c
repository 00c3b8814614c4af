/* SPDX-License-Identifier: Apache-2.0 */
#include "log/sha256.h"

#include "base/arena.h"

#include <openssl/evp.h>
#include <string.h>

/* OpenSSL fails here only for want of memory (or of SHA-256 itself, which leaves nothing to do either). */
static void must(int ok)
{
	if (ok != 1)
		arena_oom();
}

void hasher_init(struct hasher *h)
{
	h->ctx = EVP_MD_CTX_new();
	/* Fetched once: looking the algorithm up costs more than hashing a node. The context keeps its own reference.
	 */
	EVP_MD *md = h->ctx ? EVP_MD_fetch(NULL, "SHA256", NULL) : NULL;
	must(md && EVP_DigestInit_ex2(h->ctx, md, NULL));
	EVP_MD_free(md);
}

void hasher_done(struct hasher *h)
{
	EVP_MD_CTX_free(h->ctx);
	h->ctx = NULL;
}

void sha256_start(struct hasher *h)
{
	must(EVP_DigestInit_ex2(h->ctx, NULL, NULL));
}

void sha256_add(struct hasher *h, const void *p, size_t n)
{
	must(EVP_DigestUpdate(h->ctx, p, n));
}

void sha256_end(struct hasher *h, struct digest *ret)
{
	must(EVP_DigestFinal_ex(h->ctx, ret->b, NULL));
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
