/* SPDX-License-Identifier: Apache-2.0
 *
 * ECDSA over P-256: the same verdict as OpenSSL's EVP on signatures, on changed ones and at the edges, but for the high s and
 * for what is made on purpose to give its key away. Never is good here what is not good there.
 */
#include "log/p256.h"
#include "tests/log/fixture.h"
#include "tests/log/token.h"

#include <openssl/bn.h>
#include <openssl/ec.h>

enum { HALF = P256_SIG / 2 };

static struct digest digest_of(uint64_t *seed)
{
	struct digest d;
	for (size_t i = 0; i < DIGEST_LEN; i++)
		d.b[i] = (uint8_t)test_random(seed);
	return d;
}

static void agrees_on_signatures(void **state)
{
	(void)state;
	uint64_t seed = test_env("SEED", 1);
	size_t high = 0, changed_good = 0;
	for (int i = 0; i < 200; i++) {
		struct p256_key k;
		struct digest d = digest_of(&seed);
		uint8_t sig[P256_SIG], other[P256_SIG], pub[P256_PUB];
		p256_key_make(&k);
		assert_true(p256_pub_sound(k.pub));
		p256_sign(&k, &d, sig);
		high += !p256_is_low(sig);
		assert_int_equal(p256_good(k.pub, &d, sig), p256_is_low(sig));
		memcpy(other, sig, P256_SIG);
		p256_negate(other);
		assert_int_not_equal(p256_is_low(other), p256_is_low(sig)); /* the order is odd: exactly one of the two is low */
		assert_true(p256_evp_good(k.pub, &d, other));
		p256_lower(sig);
		assert_true(p256_is_low(sig) && p256_good(k.pub, &d, sig));
		p256_lower(other);
		assert_memory_equal(sig, other, P256_SIG);
		for (int j = 0; j < 6; j++) { /* one bit of the signature, the key (its form: see unsound_points), the message */
			memcpy(other, sig, P256_SIG);
			memcpy(pub, k.pub, P256_PUB);
			struct digest e = d;
			uint64_t r = test_random(&seed);
			if (j < 3)
				other[r % P256_SIG] ^= (uint8_t)(1u << (r >> 32 & 7));
			else if (j < 5)
				pub[1 + r % (P256_PUB - 1)] ^= (uint8_t)(1u << (r >> 32 & 7));
			else
				e.b[r % DIGEST_LEN] ^= (uint8_t)(1u << (r >> 32 & 7));
			bool good = p256_good(pub, &e, other);
			assert_int_equal(good, p256_evp_good(pub, &e, other) && p256_is_low(other));
			changed_good += good;
		}
		p256_key_done(&k);
	}
	assert_true(high > 50 && high < 150); /* about half: nobody lowers them */
	assert_int_equal(changed_good, 0);
}

/* Numbers at the edges of their ranges, in all pairs. */
static void agrees_at_the_edges(void **state)
{
	(void)state;
	static const char *const edges[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000001",
		"7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a7", /* half the order, and around */
		"7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8",
		"7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9",
		"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550", /* the order, and around */
		"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
		"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552",
		"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", /* the prime */
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", /* x of the base point: r for k = 1 */
	};
	enum { N = sizeof edges / sizeof *edges };
	struct p256_key k;
	uint8_t n[N][HALF], sig[P256_SIG], base[P256_PUB];
	size_t good = 0;
	EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	assert_int_equal(EC_POINT_point2oct(g, EC_GROUP_get0_generator(g), POINT_CONVERSION_UNCOMPRESSED, base, P256_PUB, NULL), P256_PUB);
	p256_key_make(&k);
	for (size_t i = 0; i < N; i++)
		assert_true(hex_parse(str_of(edges[i]), n[i], HALF));
	for (size_t r = 0; r < N; r++)
		for (size_t s = 0; s < N; s++)
			for (size_t e = 0; e < N; e++)
				for (int own = 0; own < 2; own++) {
					struct digest d;
					memcpy(sig, n[r], HALF);
					memcpy(sig + HALF, n[s], HALF);
					memcpy(d.b, n[e], HALF);
					const uint8_t *pub = own ? base : k.pub; /* the base point: the key whose secret is 1 */
					bool ours = p256_good(pub, &d, sig);
					assert_int_equal(ours, p256_evp_good(pub, &d, sig) && p256_is_low(sig));
					good += ours;
				}
	assert_true(good > 0); /* some of these do fit: s = 1 with e = 1 - r, say */
	p256_key_done(&k);
	EC_GROUP_free(g);
}

enum sum { ANY, EQUAL, OPPOSITE, ZERO_HASH, SUMS };

/* With the key whose secret is 1 everybody can choose both points of which the sum is made: u * base and v * key. */
static void sums_of_points(void **state)
{
	(void)state;
	EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	const BIGNUM *n = EC_GROUP_get0_order(g);
	BN_CTX *c = BN_CTX_new();
	BIGNUM *u = BN_new(), *v = BN_new(), *r = BN_new(), *s = BN_new(), *e = BN_new();
	EC_POINT *sum = EC_POINT_new(g);
	uint8_t base[P256_PUB], sig[P256_SIG];
	struct digest d;
	size_t theirs[SUMS] = {0}, ours[SUMS] = {0};
	assert_int_equal(EC_POINT_point2oct(g, EC_GROUP_get0_generator(g), POINT_CONVERSION_UNCOMPRESSED, base, P256_PUB, c), P256_PUB);
	for (int i = 0; i < 20 * SUMS; i++) {
		enum sum kind = (enum sum)(i % SUMS);
		assert_int_equal(BN_rand_range(v, n), 1);
		if (kind == ANY)
			assert_int_equal(BN_rand_range(u, n), 1);
		else if (kind == EQUAL)
			assert_non_null(BN_copy(u, v));
		else if (kind == OPPOSITE)
			assert_int_equal(BN_sub(u, n, v), 1);
		else
			BN_zero(u);
		assert_int_equal(EC_POINT_mul(g, sum, u, EC_GROUP_get0_generator(g), v, c), 1);
		if (EC_POINT_is_at_infinity(g, sum)) {
			assert_int_equal(kind, OPPOSITE);
			assert_int_equal(BN_rand_range(r, n), 1); /* any r: no signature is good */
		} else {
			assert_int_equal(EC_POINT_get_affine_coordinates(g, sum, r, NULL, c), 1);
			assert_int_equal(BN_nnmod(r, r, n, c), 1);
		}
		assert_non_null(BN_mod_inverse(s, v, n, c)); /* s = r / v, e = u * s */
		assert_true(BN_mod_mul(s, s, r, n, c) && BN_mod_mul(e, u, s, n, c));
		assert_true(BN_bn2binpad(r, sig, HALF) == HALF && BN_bn2binpad(s, sig + HALF, HALF) == HALF && BN_bn2binpad(e, d.b, HALF) == HALF);
		bool good = p256_good(base, &d, sig);
		theirs[kind] += p256_evp_good(base, &d, sig);
		assert_true(!good || p256_is_low(sig));
		p256_lower(sig);
		ours[kind] += p256_good(base, &d, sig);
		assert_true(!p256_good(base, &d, sig) || p256_evp_good(base, &d, sig));
	}
	static const size_t openssl[SUMS] = {[ANY] = 20, [EQUAL] = 20, [ZERO_HASH] = 20}, here[SUMS] = {[ANY] = 20, [ZERO_HASH] = 20};
	assert_memory_equal(theirs, openssl, sizeof openssl);
	assert_memory_equal(ours, here, sizeof here);
	EC_POINT_free(sum);
	BN_free(u);
	BN_free(v);
	BN_free(r);
	BN_free(s);
	BN_free(e);
	BN_CTX_free(c);
	EC_GROUP_free(g);
}

static void unsound_points(void **state)
{
	(void)state;
	struct p256_key k;
	uint8_t pub[P256_PUB];
	p256_key_make(&k);
	assert_true(p256_pub_sound(k.pub));
	for (unsigned first = 0; first < 256; first++) { /* compressed and hybrid forms, infinity */
		memcpy(pub, k.pub, P256_PUB);
		pub[0] = (uint8_t)first;
		assert_int_equal(p256_pub_sound(pub), first == 4);
	}
	for (size_t i = 1; i < P256_PUB; i++) { /* beside the curve */
		memcpy(pub, k.pub, P256_PUB);
		pub[i] ^= 1;
		assert_false(p256_pub_sound(pub));
	}
	memset(pub + 1, 0, P256_PUB - 1);
	pub[0] = 4;
	assert_false(p256_pub_sound(pub));
	/* (0, sqrt(b)) is on the curve; the same with x = p is not taken, though it is the same number. */
	assert_true(hex_parse(STR("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4"), pub + 1 + HALF, HALF));
	assert_true(p256_pub_sound(pub));
	assert_true(hex_parse(STR("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"), pub + 1, HALF));
	assert_false(p256_pub_sound(pub));
	p256_key_done(&k);
}

/* Whatever is read from DER is written to the same bytes by OpenSSL: one form. */
static void der_has_one_form(void **state)
{
	(void)state;
	static const char *const numbers[] = {"01", "7f", "80", "ff", "0100", "00000000", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"};
	uint64_t seed = test_env("SEED", 1);
	size_t taken = 0, tried = 0;
	struct buf der, again;
	buf_init(&der, 200);
	buf_init(&again, 200);
	for (int i = 0; i < 40; i++) {
		uint8_t sig[P256_SIG] = {0}, back[P256_SIG];
		for (int half = 0; half < 2; half++) {
			struct str hex = str_of(numbers[test_random(&seed) % 7]);
			assert_true(hex_parse(hex, sig + HALF * (half + 1) - hex.n / 2, hex.n / 2));
		}
		buf_clear(&der);
		p256_write_der(sig, &der);
		static const uint8_t zero[HALF];
		bool any_zero = memcmp(sig, zero, HALF) == 0 || memcmp(sig + HALF, zero, HALF) == 0;
		assert_int_equal(p256_read_der(buf_str(&der), back), !any_zero);
		if (any_zero)
			continue;
		assert_memory_equal(sig, back, P256_SIG);
		for (size_t at = 0; at < der.n; at++) {
			assert_false(p256_read_der(str_slice(buf_str(&der), 0, at), back));
			for (unsigned bit = 0; bit < 8; bit++) {
				der.p[at] = (char)(der.p[at] ^ 1 << bit);
				tried++;
				if (p256_read_der(buf_str(&der), back)) {
					taken++;
					buf_clear(&again);
					p256_write_der(back, &again);
					assert_true(str_eq(buf_str(&again), buf_str(&der)));
				}
				der.p[at] = (char)(der.p[at] ^ 1 << bit);
			}
		}
		buf_addc(&der, 0);
		assert_false(p256_read_der(buf_str(&der), back));
	}
	assert_true(taken > 0 && taken < tried);
	/* An s that is none stays what it is, lest it become one. */
	for (int i = 0; i < 2; i++) {
		uint8_t sig[P256_SIG] = {1}, before[P256_SIG];
		assert_true(hex_parse(i ? STR("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
					: STR("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"), sig + HALF, HALF));
		memcpy(before, sig, P256_SIG);
		p256_lower(sig);
		assert_memory_equal(sig, before, P256_SIG);
	}
	assert_false(p256_read_der(STR("\x30\x81\x06\x02\x01\x01\x02\x01\x01"), (uint8_t[P256_SIG]){0}));     /* long form of a length */
	assert_false(p256_read_der(STR("\x30\x07\x02\x02\x00\x01\x02\x01\x01"), (uint8_t[P256_SIG]){0})); /* a zero byte too many */
	buf_done(&again);
	buf_done(&der);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_on_signatures),
		cmocka_unit_test(agrees_at_the_edges),
		cmocka_unit_test(sums_of_points),
		cmocka_unit_test(unsound_points),
		cmocka_unit_test(der_has_one_form),
	};
	return test_main(tests);
}
