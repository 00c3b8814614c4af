/* SPDX-License-Identifier: Apache-2.0
 *
 * What the log accepts is a subset of what OpenSSL accepts, shown on every edge case of the shared vectors: so no
 * verifier built on OpenSSL's rules (Go's and the browsers' are the same) can refuse a signature that is in the log.
 */
#include "base/json.h"
#include "log/pubkey.h"
#include "tests/log/shared.h"

#include <openssl/evp.h>

static bool openssl_good(const struct ed25519_pub *pub, struct str message, const uint8_t *sig, size_t n)
{
	EVP_PKEY *k = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub->b, ED25519_PUB);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool good = k && EVP_DigestVerifyInit(c, NULL, NULL, NULL, k) == 1 &&
		    EVP_DigestVerify(c, sig, n, (const uint8_t *)message.p, message.n) == 1;
	EVP_MD_CTX_free(c);
	EVP_PKEY_free(k);
	return good;
}

/* Small order, non-canonical encodings, torsion: all of what makes verifiers differ. */
static void acceptance_is_a_subset(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct err e;
	AUTO_JSON json_t *cases = NULL;
	size_t i, ours = 0, openssl = 0, registered = 0;
	json_t *c;
	assert_int_equal(json_read(shared_read(&a, "ed25519/cctv_ed25519vectors.json"), "cctv", &cases, &e), 0);
	json_array_foreach(cases, i, c)
	{
		struct ed25519_pub pub;
		struct ed25519_sig sig;
		struct str message = json_get_str(c, "msg");
		assert_true(hex_parse(json_get_str(c, "key"), pub.b, ED25519_PUB));
		assert_true(hex_parse(json_get_str(c, "sig"), sig.b, ED25519_SIG));
		bool good = ed25519_good(&pub, message, &sig), theirs = openssl_good(&pub, message, sig.b, ED25519_SIG);
		if (good && !theirs)
			fail_msg("case %zu: accepted here, refused by OpenSSL", i);
		ours += good;
		openssl += theirs;
		registered += good && ed25519_pub_sound(&pub);
	}
	assert_int_equal(json_array_size(cases), 914);
	print_message(
		"# of 914 edge cases OpenSSL accepts %zu, this log %zu, %zu of them with a key it would register\n",
		openssl, ours, registered);
	assert_true(ours > 0 && openssl > ours);
	arena_done(&a);
}

static void wycheproof(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct err e;
	AUTO_JSON json_t *all = NULL;
	size_t i, j, cases = 0;
	json_t *group, *c;
	assert_int_equal(json_read(shared_read(&a, "ed25519/wycheproof_ed25519_test.json"), "wycheproof", &all, &e), 0);
	json_array_foreach(json_object_get(all, "testGroups"), i, group)
	{
		struct ed25519_pub pub;
		assert_true(hex_parse(json_get_str(json_object_get(group, "publicKey"), "pk"), pub.b, ED25519_PUB));
		json_array_foreach(json_object_get(group, "tests"), j, c)
		{
			struct str message = json_get_str(c, "msg"), sig = json_get_str(c, "sig");
			uint8_t *m = arena_alloc(&a, message.n / 2 + 1), *s = arena_alloc(&a, sig.n / 2 + 1);
			struct ed25519_sig fixed;
			assert_true(hex_parse(message, m, message.n / 2) && hex_parse(sig, s, sig.n / 2));
			bool valid = str_eq(json_get_str(c, "result"), STR("valid"));
			bool good = sig.n == 2 * ED25519_SIG; /* another length never reaches the verifier */
			if (good) {
				memcpy(fixed.b, s, ED25519_SIG);
				good = ed25519_good(&pub, (struct str){(char *)m, message.n / 2}, &fixed);
			}
			if (good != valid)
				fail_msg("case %lld: %d", json_integer_value(json_object_get(c, "tcId")), good);
			cases++;
		}
	}
	assert_int_equal(cases, 151);
	arena_done(&a);
}

static void unsound_keys(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"0000000000000000000000000000000000000000000000000000000000000000", /* small order */
		"0100000000000000000000000000000000000000000000000000000000000000", /* identity */
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* order 2 */
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", /* order 8 */
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", /* order 8 */
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* p + 1: the identity again */
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* p: zero again */
		"0200000000000000000000000000000000000000000000000000000000000000", /* no point */
	};
	struct ed25519_pub pub;
	struct ed25519_key k;
	struct err e;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_true(hex_parse(str_of(bad[i]), pub.b, ED25519_PUB));
		if (ed25519_pub_sound(&pub))
			fail_msg("%s was taken", bad[i]);
	}
	for (int i = 0; i < 20; i++) {
		assert_int_equal(ed25519_key_make(&k, NULL, &e), 0);
		assert_true(ed25519_pub_sound(&k.pub));
	}
}

/* RFC 8032, 7.1, test 2, and the name of its key. */
static void a_known_signature(void **state)
{
	(void)state;
	uint8_t seed[ED25519_SEED];
	struct ed25519_key k;
	struct ed25519_sig sig, want;
	struct ed25519_pub pub;
	struct hasher h;
	struct err e;
	struct pubkey key;
	char keyid[KEYID_MAX + 1];
	assert_true(hex_parse(STR("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), seed, 32));
	assert_true(hex_parse(STR("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), pub.b, 32));
	assert_true(hex_parse(STR("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
				  "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
		want.b, 64));
	assert_int_equal(ed25519_key_make(&k, seed, &e), 0);
	assert_memory_equal(k.pub.b, pub.b, 32);
	ed25519_sign(&k, STR("\x72"), &sig);
	assert_memory_equal(sig.b, want.b, 64);
	assert_true(ed25519_good(&pub, STR("\x72"), &sig));
	sig.b[40] ^= 1;
	assert_false(ed25519_good(&pub, STR("\x72"), &sig));
	hasher_init(&h);
	pubkey_ed25519(&pub, &key);
	pubkey_id(&h, &key, keyid);
	/* printf of the public key | sha256sum */
	assert_string_equal(keyid, "ed25519:39f713d0a644253f");
	hasher_done(&h);
	ed25519_key_wipe(&k);
	static const struct ed25519_key wiped;
	assert_memory_equal(&k, &wiped, sizeof k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acceptance_is_a_subset),
		cmocka_unit_test(wycheproof),
		cmocka_unit_test(unsound_keys),
		cmocka_unit_test(a_known_signature),
	};
	return test_main(tests);
}
