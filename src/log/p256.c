/* SPDX-License-Identifier: Apache-2.0 */
#include "log/p256.h"

#include <gmp.h>
#include <nettle/dsa.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <string.h>

enum { HALF = P256_SIG / 2 };

/* The order of the group, and half of it (FIPS 186-5 by SP 800-186, 3.2.1.3). */
static const uint8_t order[HALF] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
	0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
static const uint8_t half_order[HALF] = {0x7f, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, //
	0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8};

static void number_init(mpz_t n, const uint8_t bytes[HALF])
{
	mpz_init(n);
	mpz_import(n, HALF, 1, 1, 1, 0, bytes);
}

/* Nettle looks whether the coordinates are below the prime, and the point on the curve. */
static bool read_pub(struct ecc_point *point, const uint8_t pub[P256_PUB])
{
	enum { UNCOMPRESSED = 4 };
	mpz_t x, y;
	number_init(x, pub + 1);
	number_init(y, pub + 1 + HALF);
	bool sound = pub[0] == UNCOMPRESSED && ecc_point_set(point, x, y) == 1;
	mpz_clear(x);
	mpz_clear(y);
	return sound;
}

bool p256_pub_sound(const uint8_t pub[P256_PUB])
{
	struct ecc_point point;
	ecc_point_init(&point, nettle_get_secp_256r1());
	bool sound = read_pub(&point, pub);
	ecc_point_clear(&point);
	return sound;
}

static bool in_range(const uint8_t x[HALF])
{
	static const uint8_t zero[HALF];
	return memcmp(x, zero, HALF) > 0 && memcmp(x, order, HALF) < 0;
}

bool p256_good(const uint8_t pub[P256_PUB], const struct digest *message, const uint8_t sig[P256_SIG])
{
	struct ecc_point point;
	struct dsa_signature numbers;
	if (!in_range(sig) || !in_range(sig + HALF) || !p256_is_low(sig))
		return false;
	ecc_point_init(&point, nettle_get_secp_256r1());
	number_init(numbers.r, sig);
	number_init(numbers.s, sig + HALF);
	bool good = read_pub(&point, pub) && ecdsa_verify(&point, DIGEST_LEN, message->b, &numbers) == 1;
	dsa_signature_clear(&numbers);
	ecc_point_clear(&point);
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
