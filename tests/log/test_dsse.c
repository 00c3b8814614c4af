/* SPDX-License-Identifier: Apache-2.0
 *
 * Envelopes: the message that is signed, the one spelling, and signatures of several keys.
 */
#include "log/base64.h"
#include "log/dsse.h"
#include "tests/log/fixture.h"

static void pre_authentication_encoding(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	/* The example of the DSSE specification (protocol.md). */
	dsse_pae(STR("http://example.com/HelloWorld"), STR("hello world"), &b);
	assert_string_equal(b.p, "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
	buf_clear(&b);
	dsse_pae(STR(""), STR(""), &b);
	assert_string_equal(b.p, "DSSEv1 0  0 ");
	buf_done(&b);
}

/* Three keys with known seeds. */
struct signers {
	struct hasher h;
	struct ed25519_key key[3];
	struct dsse_key pub[3];
	size_t known; /* find() knows the first so many */
};

static void signers_init(struct signers *s)
{
	hasher_init(&s->h);
	s->known = 3;
	for (uint8_t i = 0; i < 3; i++) {
		uint8_t seed[ED25519_SEED] = {i};
		assert_int_equal(ed25519_key_make(&s->key[i], seed, NULL), 0);
		dsse_key_ed25519(&s->h, &s->key[i].pub, &s->pub[i]);
	}
}

static bool find(void *ctx, const struct dsse *d, struct str keyid, struct pubkey *ret)
{
	struct signers *s = ctx;
	for (size_t i = 0; i < s->known; i++)
		if (dsse_only_key(&s->pub[i], d, keyid, ret))
			return true;
	return false;
}

static int sign(const struct signers *s, struct dsse *d, struct arena *a, size_t i, struct err *e)
{
	return dsse_sign(d, a, str_of(s->pub[i].keyid), &s->key[i], e);
}

static void sign_write_parse_verify(void **state)
{
	(void)state;
	static const char order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct signers s;
	struct arena a = {0};
	struct err e = {0};
	struct buf first, b;
	signers_init(&s);
	struct dsse_keys keys = {find, &s};
	buf_init(&first, DSSE_MAX_BYTES);
	buf_init(&b, DSSE_MAX_BYTES);
	for (size_t i = 0; i < 6; i++) { /* in whatever order they sign, the envelope is the same */
		struct dsse d = {.type = TEST_TYPE, .payload = STR("{\"n\":1}")}, again;
		for (size_t j = 0; j < 3; j++)
			assert_int_equal(sign(&s, &d, &a, (size_t)order[i][j], &e), 0);
		assert_int_equal(sign(&s, &d, &a, 1, &e), ERR_CONFLICT);
		buf_clear(&b);
		assert_int_equal(dsse_write(&d, &b, &e), 0);
		if (i == 0)
			buf_add(&first, buf_str(&b));
		assert_true(str_eq(buf_str(&first), buf_str(&b)));
		assert_int_equal(dsse_parse(buf_str(&b), &a, &again, &e), 0);
		assert_true(str_eq(again.payload, d.payload) && str_eq(again.type, d.type) && again.nsigs == 3);
		assert_int_equal(dsse_verify(&again, &keys, &e), 0);
		s.known = 2;
		assert_int_equal(dsse_verify(&again, &keys, &e), ERR_REFUSED);
		assert_non_null(strstr(e.what, "not a registered key"));
		s.known = 3;
		for (size_t j = 0; j < 3; j++) {
			char *sig = (char *)again.sigs[j].sig.p;
			sig[7] ^= 1;
			assert_int_equal(dsse_verify(&again, &keys, &e), ERR_REFUSED);
			assert_non_null(strstr(e.what, "does not fit"));
			sig[7] ^= 1;
		}
		struct dsse other = again;
		other.type = STR("application/json"); /* the type is signed too */
		assert_int_equal(dsse_verify(&other, &keys, &e), ERR_REFUSED);
		other = again;
		other.nsigs = 0;
		assert_int_equal(dsse_verify(&other, &keys, &e), ERR_REFUSED);
	}
	buf_done(&first);
	buf_done(&b);
	hasher_done(&s.h);
	arena_done(&a);
}

#define K1 "ed25519:0123456789abcdef"
#define K2 "ed25519:0123456789abcdf0"
#define K3 "sshsig:0000000000000000"
#define K4 "webauthn:ffffffffffffffff"
#define SIG "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define ONE(k) "{\"keyid\":\"" k "\",\"sig\":\"" SIG "\"}"
#define ONE_OF(k, sig) "{\"keyid\":\"" k "\",\"sig\":\"" sig "\"}"
#define ENV(t, p, s) "{\"payloadType\":\"" t "\",\"payload\":\"" p "\",\"signatures\":[" s "]}"

static void one_spelling(void **state)
{
	(void)state;
	static const char *const good[] = {ENV("t", "e30=", ONE(K1)), ENV("t", "", ONE(K1)),
		ENV("t", "e30=", ONE(K1) "," ONE(K2)), ENV("a/b+c;d", "e30=", ONE(K1)),
		/* the other carriers: bytes of any length */
		ENV("t", "e30=", ONE(K3)), ENV("t", "e30=", ONE_OF(K3, "AA==")), ENV("t", "e30=", ONE_OF(K4, "e30=")),
		ENV("t", "e30=", ONE(K1) "," ONE(K2) "," ONE_OF(K3, "AAAA") "," ONE(K4))};
	static const char *const bad[] = {"", "{}", "null", ENV("t", "e30=", ""), ENV("", "e30=", ONE(K1)),
		/* blanks and line ends */
		" " ENV("t", "e30=", ONE(K1)), ENV("t", "e30=", ONE(K1)) "\n", ENV("t", "e30=", ONE(K1) " "),
		ENV("t", "e30=", " " ONE(K1)),
		"{ \"payloadType\":\"t\",\"payload\":\"e30=\",\"signatures\":[" ONE(K1) "]}",
		"{\"payloadType\": \"t\",\"payload\":\"e30=\",\"signatures\":[" ONE(K1) "]}",
		/* order and names of keys */
		"{\"payload\":\"e30=\",\"payloadType\":\"t\",\"signatures\":[" ONE(K1) "]}",
		"{\"payloadType\":\"t\",\"signatures\":[" ONE(K1) "],\"payload\":\"e30=\"}",
		"{\"payloadType\":\"t\",\"payload\":\"e30=\",\"signatures\":[" ONE(K1) "],\"x\":1}",
		"{\"payloadtype\":\"t\",\"payload\":\"e30=\",\"signatures\":[" ONE(K1) "]}",
		"{\"payloadType\":\"t\",\"payload\":\"e30=\",\"signatures\":[{\"sig\":\"" SIG "\",\"keyid\":\"" K1
		"\"}]}",
		/* escapes */
		ENV("\\u0074", "e30=", ONE(K1)), ENV("t", "e3\\u0030=", ONE(K1)), ENV("a\\/b", "e30=", ONE(K1)),
		ENV("t t", "e30=", ONE(K1)), ENV("t\xc3\xa9", "e30=", ONE(K1)), ENV("t\x7f", "e30=", ONE(K1)),
		ENV("t", "e30=", ONE("ed25519:0123456789abcde\\u0066")),
		/* base64 */
		ENV("t", "e30", ONE(K1)), ENV("t", "e31=", ONE(K1)), ENV("t", "e30=\n", ONE(K1)),
		ENV("t", "e30=e30=", ONE(K1)), ENV("t", "e3_=", ONE(K1)),
		ENV("t", "e30=", "{\"keyid\":\"" K1 "\",\"sig\":\"e30=\"}"),
		ENV("t", "e30=", "{\"keyid\":\"" K1 "\",\"sig\":\"" SIG "AAAA\"}"),
		ENV("t", "e30=", "{\"keyid\":\"" K1 "\",\"sig\":\"\"}"),
		/* keyids */
		ENV("t", "e30=", ONE("")), ENV("t", "e30=", ONE("ed25519:0123456789ABCDEF")),
		ENV("t", "e30=", ONE("ed25519:0123456789abcde")), ENV("t", "e30=", ONE("ed25519:0123456789abcdef0")),
		ENV("t", "e30=", ONE("rsa:0123456789abcdef0123")), ENV("t", "e30=", ONE("none:0123456789abcdef01")),
		ENV("t", "e30=", ONE("sshsig:0123456789abcdef0")), ENV("t", "e30=", ONE("webauthn:0123456789abcde")),
		ENV("t", "e30=", ONE("SSHSIG:0123456789abcdef")), ENV("t", "e30=", ONE(":0123456789abcdef")),
		ENV("t", "e30=", ONE_OF(K3, "")), ENV("t", "e30=", ONE_OF(K4, "AB==")), ENV("t", "e30=", ONE_OF(K4, "AA")),
		ENV("t", "e30=", ONE_OF(K4, "AA=A")),
		/* order of signatures, doubles, commas */
		ENV("t", "e30=", ONE(K2) "," ONE(K1)), ENV("t", "e30=", ONE(K3) "," ONE(K1)),
		ENV("t", "e30=", ONE(K4) "," ONE(K3)), ENV("t", "e30=", ONE(K3) "," ONE(K3)), ENV("t", "e30=", ONE(K1) "," ONE(K1)),
		ENV("t", "e30=", ONE(K1) ","), ENV("t", "e30=", "," ONE(K1)), ENV("t", "e30=", ONE(K1) ",," ONE(K2)),
		ENV("t", "e30=", ONE(K1) ONE(K2)),
		/* cut off and doubled */
		ENV("t", "e30=", ONE(K1)) ENV("t", "e30=", ONE(K1)),
		"{\"payloadType\":\"t\",\"payload\":\"e30=\",\"signatures\":[" ONE(K1) "]",
		"{\"payloadType\":\"t\",\"payload\":\"e30=\"}", "{\"payloadType\":\"t",
		"[" ENV("t", "e30=", ONE(K1)) "]"};
	struct arena a = {0};
	struct err e;
	struct buf b;
	buf_init(&b, DSSE_MAX_BYTES);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct dsse d;
		if (dsse_parse(str_of(good[i]), &a, &d, &e) < 0)
			fail_msg("refused: %s: %s", good[i], e.what);
		buf_clear(&b);
		assert_int_equal(dsse_write(&d, &b, &e), 0);
		assert_string_equal(b.p, good[i]);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct dsse d;
		if (dsse_parse(str_of(bad[i]), &a, &d, &e) != ERR_INPUT)
			fail_msg("taken: %s", bad[i]);
	}
	assert_int_equal(dsse_parse((struct str){ENV("t\0", "e30=", ONE(K1)), sizeof ENV("t\0", "e30=", ONE(K1)) - 1},
				 &a, &(struct dsse){0}, &e),
		ERR_INPUT);
	buf_done(&b);
	arena_done(&a);
}

/* Every single byte of an envelope, changed in every bit or removed or doubled: it is refused, or it is another
 * envelope in its own one spelling whose signature does not fit. */
static void no_byte_is_free(void **state)
{
	(void)state;
	struct signers s;
	struct arena a = {0};
	struct err e;
	struct buf b, again;
	signers_init(&s);
	struct dsse_keys keys = {find, &s};
	struct dsse d = {.type = TEST_TYPE, .payload = STR("{\"act\":1}")}, out;
	buf_init(&b, DSSE_MAX_BYTES);
	buf_init(&again, DSSE_MAX_BYTES);
	assert_int_equal(sign(&s, &d, &a, 0, &e), 0);
	assert_int_equal(sign(&s, &d, &a, 1, &e), 0);
	assert_int_equal(dsse_write(&d, &b, &e), 0);
	for (size_t i = 0; i < b.n; i++)
		for (int change = 0; change < 10; change++) {
			arena_reset(&a);
			char *copy = arena_alloc(&a, b.n + 2);
			size_t n = b.n;
			memcpy(copy, b.p, n);
			if (change < 8) {
				copy[i] = (char)(copy[i] ^ 1 << change);
			} else if (change == 8) {
				memmove(copy + i, copy + i + 1, --n - i);
			} else {
				memmove(copy + i + 1, copy + i, n++ - i);
			}
			struct str changed = {copy, n};
			if (str_eq(changed, buf_str(&b)) || dsse_parse(changed, &a, &out, &e) < 0)
				continue;
			buf_clear(&again);
			assert_int_equal(dsse_write(&out, &again, &e), 0);
			if (!str_eq(buf_str(&again), changed))
				fail_msg("%s\nis written\n%s", copy, again.p);
			if (dsse_verify(&out, &keys, &e) == 0)
				fail_msg("byte %zu, change %d: still verifies", i, change);
		}
	buf_done(&b);
	buf_done(&again);
	hasher_done(&s.h);
	arena_done(&a);
}

/* Signatures that were made elsewhere, put in their place. */
static void added(void **state)
{
	(void)state;
	static const char *const ids[] = {K4, K2, K3, K1};
	static char big[PUBKEY_MAX_SIG + 1];
	struct dsse d = {.type = STR("t"), .payload = STR("{}")}, again;
	struct arena a = {0};
	struct buf b;
	struct err e;
	buf_init(&b, DSSE_MAX_BYTES);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(dsse_add(&d, str_of(ids[i]), (struct str){big, 64}, &e), 0);
		assert_int_equal(dsse_add(&d, str_of(ids[i]), (struct str){big, 64}, &e), ERR_CONFLICT);
	}
	for (size_t i = 1; i < d.nsigs; i++)
		assert_true(str_cmp(d.sigs[i - 1].keyid, d.sigs[i].keyid) < 0);
	assert_int_equal(dsse_write(&d, &b, &e), 0);
	assert_int_equal(dsse_parse(buf_str(&b), &a, &again, &e), 0);
	assert_int_equal(again.nsigs, 4);
	static const struct {
		const char *keyid;
		size_t n;
	} bad[] = {{K1, 63}, {K1, 65}, {K1, 0}, {K3, 0}, {K3, PUBKEY_MAX_SIG + 1}, {K4, PUBKEY_MAX_SIG + 1}, {"rsa:0123456789abcdef", 64},
		{"ed25519", 64}, {"", 64}, {"sshsig:0123456789abcdeg", 64}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct dsse other = {.type = STR("t"), .payload = STR("{}")};
		assert_int_equal(dsse_add(&other, str_of(bad[i].keyid), (struct str){big, bad[i].n}, &e), ERR_INPUT);
		assert_int_equal(other.nsigs, 0);
		/* Nor does dsse_write write what was put there by hand. */
		other.nsigs = 1;
		other.sigs[0] = (struct dsse_sig){str_of(bad[i].keyid), {big, bad[i].n}};
		buf_clear(&b);
		assert_int_equal(dsse_write(&other, &b, &e), ERR_INPUT);
	}
	again.sigs[0] = again.sigs[1]; /* twice the same key */
	buf_clear(&b);
	assert_int_equal(dsse_write(&again, &b, &e), ERR_INPUT);
	while (d.nsigs < DSSE_MAX_SIGS) {
		struct str id = arena_fmt(&a, "sshsig:%016zx", d.nsigs);
		assert_int_equal(dsse_add(&d, id, (struct str){big, 10}, &e), 0);
	}
	assert_int_equal(dsse_add(&d, STR("webauthn:0123456789abcdef"), (struct str){big, 10}, &e), ERR_LIMIT);
	buf_done(&b);
	arena_done(&a);
}

/* Who looks for a key sees the envelope: the key may stand in it. */
static bool find_in_payload(void *ctx, const struct dsse *d, struct str keyid, struct pubkey *ret)
{
	struct hasher h;
	char id[KEYID_MAX + 1];
	(void)ctx;
	hasher_init(&h);
	bool found = pubkey_read(d->payload, ret, NULL) == 0;
	if (found)
		pubkey_id(&h, ret, id);
	hasher_done(&h);
	return found && str_eq(keyid, str_of(id));
}

static void a_key_proves_itself(void **state)
{
	(void)state;
	struct signers s;
	struct arena a = {0};
	struct buf text;
	struct err e;
	signers_init(&s);
	buf_init(&text, PUBKEY_MAX_TEXT);
	pubkey_write(&s.pub[0].key, &text);
	struct dsse_keys keys = {find_in_payload, NULL};
	for (size_t i = 0; i < 2; i++) {
		struct dsse d = {.type = STR("t"), .payload = buf_str(&text)};
		assert_int_equal(sign(&s, &d, &a, i, &e), 0);
		assert_int_equal(dsse_verify(&d, &keys, &e), i == 0 ? 0 : ERR_REFUSED);
	}
	buf_done(&text);
	hasher_done(&s.h);
	arena_done(&a);
}

static void limits(void **state)
{
	(void)state;
	struct signers s;
	struct arena a = {0};
	struct err e;
	struct buf b;
	signers_init(&s);
	buf_init(&b, 1 << 20);
	static char zeros[60000];
	/* The frame around a payload of type "t", and the longest payload that then fits, in whole groups of base64. */
	size_t frame = sizeof ENV("t", "", ONE(K1)) - 1, longest = (DSSE_MAX_BYTES - frame) / 4 * 3;
	struct dsse d = {.type = STR("t"), .payload = {zeros, longest}}, out;
	assert_int_equal(sign(&s, &d, &a, 0, &e), 0);
	assert_int_equal(dsse_write(&d, &b, &e), 0);
	assert_true(b.n <= DSSE_MAX_BYTES && b.n > DSSE_MAX_BYTES - 4);
	assert_int_equal(dsse_parse(buf_str(&b), &a, &out, &e), 0);
	assert_int_equal(out.payload.n, d.payload.n);
	d.payload.n++;
	buf_clear(&b);
	assert_int_equal(dsse_write(&d, &b, &e), ERR_LIMIT);
	assert_int_equal(dsse_parse(buf_str(&b), &a, &out, &e), ERR_LIMIT);
	char type[DSSE_MAX_TYPE + 1];
	memset(type, 't', sizeof type);
	d.payload.n = 1;
	d.type = (struct str){type, DSSE_MAX_TYPE};
	buf_clear(&b);
	assert_int_equal(dsse_write(&d, &b, &e), 0);
	d.type.n++;
	assert_int_equal(dsse_write(&d, &b, &e), ERR_INPUT);
	/* A signature too long, of 4,097 bytes. */
	for (size_t n = PUBKEY_MAX_SIG; n <= PUBKEY_MAX_SIG + 1; n++) {
		buf_clear(&b);
		buf_adds(&b, "{\"payloadType\":\"t\",\"payload\":\"e30=\",\"signatures\":[{\"keyid\":\"" K3 "\",\"sig\":\"");
		base64_add(&b, zeros, n);
		buf_adds(&b, "\"}]}");
		assert_int_equal(dsse_parse(buf_str(&b), &a, &out, &e), n > PUBKEY_MAX_SIG ? ERR_INPUT : 0);
	}
	/* One signature too many. */
	buf_clear(&b);
	buf_adds(&b, "{\"payloadType\":\"t\",\"payload\":\"e30=\",\"signatures\":[");
	for (int i = 0; i <= DSSE_MAX_SIGS; i++)
		buf_addf(&b, "%s{\"keyid\":\"ed25519:%016x\",\"sig\":\"" SIG "\"}", i ? "," : "", (unsigned)i);
	buf_adds(&b, "]}");
	assert_int_equal(dsse_parse(buf_str(&b), &a, &out, &e), ERR_LIMIT);
	buf_done(&b);
	hasher_done(&s.h);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pre_authentication_encoding),
		cmocka_unit_test(sign_write_parse_verify),
		cmocka_unit_test(one_spelling),
		cmocka_unit_test(no_byte_is_free),
		cmocka_unit_test(added),
		cmocka_unit_test(a_key_proves_itself),
		cmocka_unit_test(limits),
	};
	return test_main(tests);
}
