/* SPDX-License-Identifier: Apache-2.0 */
#include "log/p256.h"

#include "base/arena.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <string.h>

enum { HALF = P256_SIG / 2 };

/* The order of the group, and half of it (FIPS 186-5 by SP 800-186, 3.2.1.3). */
static const uint8_t order[HALF] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
	0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
static const uint8_t half_order[HALF] = {0x7f, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
	0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8};

struct work {
	EC_GROUP *group;
	EC_POINT *pub, *sum;
	BN_CTX *bn; /* between BN_CTX_start and BN_CTX_end */
};

static void work_init(struct work *w)
{
	w->group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	w->pub = w->group ? EC_POINT_new(w->group) : NULL;
	w->sum = w->group ? EC_POINT_new(w->group) : NULL;
	w->bn = BN_CTX_new();
	if (!w->pub || !w->sum || !w->bn)
		arena_oom(); /* to refuse a good signature for want of memory would be a lie */
	BN_CTX_start(w->bn);
}

static void work_done(struct work *w)
{
	BN_CTX_end(w->bn);
	BN_CTX_free(w->bn);
	EC_POINT_free(w->sum);
	EC_POINT_free(w->pub);
	EC_GROUP_free(w->group);
}

/* OpenSSL looks whether the coordinates are below the prime, and the point on the curve. */
static bool read_pub(struct work *w, const uint8_t pub[P256_PUB])
{
	if (pub[0] == POINT_CONVERSION_UNCOMPRESSED && EC_POINT_oct2point(w->group, w->pub, pub, P256_PUB, w->bn) == 1)
		return true;
	ERR_clear_error(); /* else another user of OpenSSL in this thread takes it for his */
	return false;
}

bool p256_pub_sound(const uint8_t pub[P256_PUB])
{
	struct work w;
	work_init(&w);
	bool sound = read_pub(&w, pub);
	work_done(&w);
	return sound;
}

/* The steps of FIPS 186-5, 6.4.2, from 3 on; r and s are from 1 to order - 1. */
static bool equation(struct work *w, const struct digest *message, const uint8_t sig[P256_SIG])
{
	const BIGNUM *n = EC_GROUP_get0_order(w->group);
	BIGNUM *r = BN_CTX_get(w->bn), *s = BN_CTX_get(w->bn), *e = BN_CTX_get(w->bn), *u = BN_CTX_get(w->bn), *v = BN_CTX_get(w->bn);
	/* Of all these nothing but want of memory can fail. The sum is e/s * base + r/s * pub. */
	if (!v || !BN_bin2bn(sig, HALF, r) || !BN_bin2bn(sig + HALF, HALF, s) || !BN_bin2bn(message->b, DIGEST_LEN, e) ||
		!BN_mod_inverse(s, s, n, w->bn) || !BN_mod_mul(u, e, s, n, w->bn) || !BN_mod_mul(v, r, s, n, w->bn) ||
		!EC_POINT_mul(w->group, w->sum, u, w->pub, v, w->bn))
		arena_oom();
	if (EC_POINT_is_at_infinity(w->group, w->sum))
		return false;
	if (!EC_POINT_get_affine_coordinates(w->group, w->sum, u, NULL, w->bn) || !BN_nnmod(u, u, n, w->bn))
		arena_oom();
	return BN_cmp(u, r) == 0;
}

static bool in_range(const uint8_t x[HALF])
{
	static const uint8_t zero[HALF];
	return memcmp(x, zero, HALF) > 0 && memcmp(x, order, HALF) < 0;
}

bool p256_good(const uint8_t pub[P256_PUB], const struct digest *message, const uint8_t sig[P256_SIG])
{
	struct work w;
	if (!in_range(sig) || !in_range(sig + HALF) || !p256_is_low(sig))
		return false;
	work_init(&w);
	bool good = read_pub(&w, pub) && equation(&w, message, sig);
	work_done(&w);
	return good;
}

bool p256_is_low(const uint8_t sig[P256_SIG])
{
	return memcmp(sig + HALF, half_order, HALF) <= 0;
}

void p256_lower(uint8_t sig[P256_SIG])
{
	uint8_t *s = sig + HALF;
	unsigned borrow = 0;
	if (p256_is_low(sig) || !in_range(s))
		return;
	for (size_t i = HALF; i-- > 0;) {
		unsigned d = 0x100u + order[i] - s[i] - borrow;
		s[i] = (uint8_t)d;
		borrow = d < 0x100;
	}
}

bool p256_read_number(struct str s, uint8_t ret[HALF])
{
	const uint8_t *p = (const uint8_t *)s.p;
	size_t n = s.n;
	if (n == 0 || p[0] & 0x80 || (p[0] == 0 && (n == 1 || !(p[1] & 0x80))))
		return false; /* none, negative, zero, or a zero byte too many */
	if (p[0] == 0) {
		p++;
		n--;
	}
	if (n > HALF)
		return false;
	memset(ret, 0, HALF - n);
	memcpy(ret + HALF - n, p, n);
	return true;
}

struct str p256_number(const uint8_t number[HALF], char room[HALF + 1])
{
	size_t from = 0;
	while (from + 1 < HALF && number[from] == 0)
		from++;
	room[0] = 0;
	memcpy(room + 1, number + from, HALF - from);
	bool zero = number[from] & 0x80;
	return (struct str){room + !zero, HALF - from + zero};
}

/* An element of DER of fewer than 128 bytes, from the front; its content. */
static bool take_der(struct str *rest, uint8_t tag, struct str *ret)
{
	const uint8_t *p = (const uint8_t *)rest->p;
	if (rest->n < 2 || p[0] != tag || p[1] >= 0x80 || p[1] > rest->n - 2)
		return false;
	*ret = str_slice(*rest, 2, 2u + p[1]);
	*rest = str_slice(*rest, 2u + p[1], rest->n);
	return true;
}

bool p256_read_der(struct str der, uint8_t ret[P256_SIG])
{
	enum { INTEGER = 0x02, SEQUENCE = 0x30 };
	struct str both, r, s;
	uint8_t sig[P256_SIG];
	if (!take_der(&der, SEQUENCE, &both) || der.n || !take_der(&both, INTEGER, &r) || !take_der(&both, INTEGER, &s) || both.n ||
		!p256_read_number(r, sig) || !p256_read_number(s, sig + HALF))
		return false;
	memcpy(ret, sig, P256_SIG);
	return true;
}
