/* SPDX-License-Identifier: Apache-2.0
 *
 * Assertions of passkeys: the vectors of the W3C, assertions made here, and everything that is not quite one.
 */
#include "base/json.h"
#include "log/webauthn.h"
#include "log/wire.h"
#include "tests/log/fixture.h"
#include "tests/log/shared.h"
#include "tests/log/token.h"

static const struct str act = STR_INIT("{\"kind\":\"status_granted\",\"date\":\"2026-11-26\"}");
static const char plain_end[] = ",\"crossOrigin\":false}";

static void signed_message(struct buf *out)
{
	buf_init(out, 4096);
	dsse_pae(TEST_TYPE, act, out);
}

/* Vectors ---- */

static struct str bytes_of(struct arena *a, const json_t *obj, const char *name)
{
	struct str hex = json_get_str(obj, name);
	uint8_t *p = arena_alloc(a, hex.n / 2 + 1);
	assert_true(hex.n > 0 && hex_parse(hex, p, hex.n / 2));
	return (struct str){(const char *)p, hex.n / 2};
}

/* The key out of an attestation object: the COSE_Key at its end in the one form that the vectors have (RFC 9053, 7.1, 7.2). */
static struct pubkey vector_key(struct str attestation)
{
	static const struct str ec = STR_INIT("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), y = STR_INIT("\x22\x58\x20"),
				ed = STR_INIT("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20");
	struct pubkey k = {.carrier = CARRIER_WEBAUTHN, .app = "example.org", .origin = "https://example.org"}, again;
	size_t at = str_find(attestation, ec);
	if (at < attestation.n) {
		struct str rest = str_slice(attestation, at + ec.n, attestation.n);
		assert_true(str_starts(str_slice(rest, 32, rest.n), y));
		k.algorithm = KEY_P256;
		k.n = P256_PUB;
		k.bytes[0] = 4;
		memcpy(k.bytes + 1, rest.p, 32);
		memcpy(k.bytes + 33, rest.p + 32 + y.n, 32);
	} else {
		at = str_find(attestation, ed);
		assert_true(at < attestation.n);
		k.algorithm = KEY_ED25519;
		k.n = ED25519_PUB;
		memcpy(k.bytes, attestation.p + at + ed.n, 32);
	}
	struct buf text;
	struct err e;
	buf_init(&text, PUBKEY_MAX_TEXT);
	pubkey_write(&k, &text);
	if (pubkey_read(buf_str(&text), &again, &e) < 0)
		fail_msg("%s: %s", text.p, e.what);
	buf_done(&text);
	return again;
}

static void vectors(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct err e;
	AUTO_JSON json_t *all = NULL;
	const char *name;
	json_t *v;
	size_t n = 0, acts = 0, high = 0;
	assert_int_equal(json_read(shared_read(&a, "webauthn/webauthn-l3-vectors.json"), "vectors", &all, &e), 0);
	json_object_foreach(all, name, v)
	{
		const json_t *get = json_object_get(v, "authentication");
		struct pubkey k = vector_key(bytes_of(&a, json_object_get(v, "registration"), "attestationObject"));
		struct webauthn_response r = {bytes_of(&a, get, "authenticatorData"), bytes_of(&a, get, "clientDataJSON"), bytes_of(&a, get, "signature")};
		struct digest challenge;
		struct buf b, raw;
		uint8_t flags = (uint8_t)r.authenticator_data.p[32], sig[64];
		memcpy(challenge.b, bytes_of(&a, get, "challenge").p, DIGEST_LEN);
		buf_init(&b, PUBKEY_MAX_SIG);
		if (webauthn_pack(&k, &r, &b, &e) < 0)
			fail_msg("%s: %s", name, e.what);
		if (webauthn_assertion_good(&k, TOKEN_TOUCHED, &challenge, buf_str(&b), &e) < 0)
			fail_msg("%s: %s", name, e.what);
		/* For an act the device must have asked who touched it: some of the vectors do not say so. */
		int rc = webauthn_assertion_good(&k, TOKEN_FOR_ACTS, &challenge, buf_str(&b), &e);
		assert_int_equal(rc, flags & TOKEN_VERIFIED ? 0 : ERR_REFUSED);
		acts += rc == 0;
		if (rc < 0)
			assert_words(e, "did not ask who");
		challenge.b[31] ^= 1;
		assert_int_equal(webauthn_assertion_good(&k, TOKEN_TOUCHED, &challenge, buf_str(&b), &e), ERR_REFUSED);
		assert_words(e, "challenge");
		challenge.b[31] ^= 1;
		if (k.algorithm == KEY_P256) { /* as the vector has it: with a high s it is refused */
			assert_true(p256_read_der(r.signature, sig));
			buf_init(&raw, PUBKEY_MAX_SIG);
			buf_add(&raw, str_slice(buf_str(&b), 0, b.n - 64));
			buf_add(&raw, (struct str){(const char *)sig, sizeof sig});
			rc = webauthn_assertion_good(&k, TOKEN_TOUCHED, &challenge, buf_str(&raw), &e);
			assert_int_equal(rc, p256_is_low(sig) ? 0 : ERR_REFUSED);
			high += !p256_is_low(sig);
			buf_done(&raw);
		}
		buf_done(&b);
		n++;
	}
	assert_int_equal(n, 5);
	assert_int_equal(acts, 2);
	assert_true(high > 0);
	arena_done(&a);
}

/* Made here ---- */

/* An assertion over the message with these client data's end and extensions. */
static void assertion(const struct token *t, struct str message, const char *end, struct str extensions, struct buf *out)
{
	struct buf client;
	buf_init(&client, 8192);
	token_client(t, message, end, &client);
	buf_clear(out);
	token_assertion(t, buf_str(&client), extensions, out);
	assert_false(out->over || client.over);
	buf_done(&client);
}

static void no_byte_is_free(void **state)
{
	(void)state;
	struct buf pae, b;
	struct err e = {0};
	buf_init(&b, PUBKEY_MAX_SIG);
	signed_message(&pae);
	for (enum key_algorithm i = KEY_ED25519; i <= KEY_P256; i++) {
		struct token t, stranger;
		token_make(&t, CARRIER_WEBAUTHN, i, false);
		assertion(&t, buf_str(&pae), plain_end, STR(""), &b);
		if (pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e) < 0)
			fail_msg("%s", e.what);
		for (size_t at = 0; at < b.n; at++) {
			char *copy = malloc(at + 1);
			memcpy(copy, b.p, at);
			assert_int_equal(pubkey_good(&t.key, buf_str(&pae), (struct str){copy, at}, &e), ERR_REFUSED);
			assert_true(e.what[0]);
			free(copy);
			for (unsigned bit = 0; bit < 8; bit++) {
				b.p[at] = (char)(b.p[at] ^ 1 << bit);
				if (pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e) == 0)
					fail_msg("bit %u of byte %zu is free", bit, at);
				assert_true(e.code == ERR_REFUSED && e.what[0]);
				b.p[at] = (char)(b.p[at] ^ 1 << bit);
			}
		}
		assert_int_equal(pubkey_good(&t.key, STR("another text"), buf_str(&b), &e), ERR_REFUSED);
		assert_words(e, "challenge");
		if (i == KEY_P256) {
			p256_negate((uint8_t *)b.p + b.n - 64);
			assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
			assert_words(e, "high s");
			p256_negate((uint8_t *)b.p + b.n - 64);
		}
		buf_addc(&b, 0);
		assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
		b.p[b.n - 1 - 64 - 1] = 65; /* the same byte as one of the signature */
		assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
		assert_words(e, "64 bytes of signature");
		token_make(&stranger, CARRIER_WEBAUTHN, i, false);
		assertion(&stranger, buf_str(&pae), plain_end, STR(""), &b);
		assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
		assert_words(e, "does not fit");
		token_done(&stranger);
		token_done(&t);
	}
	buf_done(&b);
	buf_done(&pae);
}

static void flags(void **state)
{
	(void)state;
	static const struct str extension = STR_INIT("\xa1\x63uvm\x80");
	struct buf pae, b;
	struct token t;
	struct err e;
	buf_init(&b, PUBKEY_MAX_SIG);
	signed_message(&pae);
	token_make(&t, CARRIER_WEBAUTHN, KEY_P256, false);
	for (unsigned f = 0; f < 256; f++)
		for (int extended = 0; extended < 2; extended++) {
			t.flags = (uint8_t)f;
			assertion(&t, buf_str(&pae), plain_end, extended ? extension : STR(""), &b);
			bool fits = !(f & TOKEN_ATTESTED) && !(f & TOKEN_EXTENDED) == !extended;
			bool copies = !(f & TOKEN_COPIED) || f & TOKEN_MAY_COPY;
			bool asked = (f & TOKEN_FOR_ACTS) == TOKEN_FOR_ACTS;
			int rc = pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e);
			assert_int_equal(rc, fits && copies && asked ? 0 : ERR_REFUSED);
			if (rc < 0)
				assert_words(e, !fits ? "flags and length" : !copies ? "BS without BE" : f & TOKEN_TOUCHED ? "PIN" : "nobody touched");
		}
	token_done(&t);
	buf_done(&b);
	buf_done(&pae);
}

static void client_data(void **state)
{
	(void)state;
	struct buf pae, b, long_end;
	struct token t;
	struct err e;
	buf_init(&b, 2 * PUBKEY_MAX_SIG);
	buf_init(&long_end, 8192);
	signed_message(&pae);
	buf_adds(&long_end, ",\"x\":\"");
	while (long_end.n < WEBAUTHN_MAX_CLIENT)
		buf_addc(&long_end, 'x');
	buf_adds(&long_end, "\"}");
	struct {
		const char *end, *words;
	} ends[] = {
		{"}", NULL},
		{",\"crossOrigin\":false}", NULL},
		{",\"crossOrigin\":false,\"other_keys_can_be_added_here\":\"do not compare\"}", NULL},
		{",\"tokenBinding\":{\"status\":\"supported\"}}", NULL},
		{",\"crossOrigin\":true}", "frame"},
		{",\"crossOrigin\":null}", "frame"},
		{",\"crossOrigin\":\"false\"}", "frame"},
		{",\"crossOrigin\":0}", "frame"},
		{",\"crossOrigin\":false,\"topOrigin\":\"https://register.example\"}", "frame"},
		{"", "no JSON object"},
		{"}x", "no JSON object"},
		{",}", "no JSON object"},
		{",\"x\":\"\xff\"}", "no JSON object"},
		{",\"x\":\"\\u0000\"}", "no JSON object"},
		{",\"origin\":\"https://evil.example\"}", "no JSON object"},
		{",\"\\u006frigin\":\"https://evil.example\"}", "no JSON object"}, /* the same name twice, spelled otherwise */
		{",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}", "no JSON object"},
		{long_end.p, "not authenticator data"},
	};
	token_make(&t, CARRIER_WEBAUTHN, KEY_P256, false);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		assertion(&t, buf_str(&pae), ends[i].end, STR(""), &b);
		int rc = pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e);
		if (rc != (ends[i].words ? ERR_REFUSED : 0))
			fail_msg("%s: %d %s", ends[i].end, rc, rc ? e.what : "");
		if (ends[i].words)
			assert_words(e, ends[i].words);
	}
	/* Whole client data of another kind. */
	static const struct {
		const char *client, *words;
	} others[] = {
		{"", "no JSON object"},
		{"null", "no JSON object"},
		{"[]", "no JSON object"},
		{"{}", "not say that it is an assertion"},
		{"{\"type\":\"webauthn.create\"}", "not say that it is an assertion"},
		{"{\"type\":\"payment.get\"}", "not say that it is an assertion"},
		{"{\"type\":\"webauthn.get\"}", "challenge"},
		{"{\"type\":\"webauthn.get\",\"challenge\":\"\"}", "challenge"},
		{"{\"type\":\"webauthn.get\",\"challenge\":null}", "challenge"},
	};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		buf_clear(&b);
		token_assertion(&t, str_of(others[i].client), STR(""), &b);
		assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
		assert_words(e, others[i].words);
	}
	/* The limit holds for whoever asks. */
	buf_clear(&b);
	buf_addf(&b, "{\"type\":\"webauthn.get\",\"challenge\":\"eA\",\"origin\":\"%s\"%s", t.key.origin, long_end.p);
	assert_int_equal(webauthn_client_good(buf_str(&b), STR("x"), str_of(t.key.origin), &e), ERR_REFUSED);
	assert_words(e, "longer than 2048");
	/* Members in another order are as good: some devices write them so. */
	struct buf client, first;
	buf_init(&client, 4096);
	buf_init(&first, 4096);
	token_client(&t, buf_str(&pae), "}", &first);
	struct str challenge = str_slice(buf_str(&first), str_find(buf_str(&first), STR("\"challenge\"")), str_find(buf_str(&first), STR(",\"origin\"")));
	buf_addf(&client, "{%.*s,\"origin\":\"%s\",\"type\":\"webauthn.get\"}", STR_ARG(challenge), t.key.origin);
	buf_clear(&b);
	token_assertion(&t, buf_str(&client), STR(""), &b);
	assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e), 0);
	buf_done(&first);
	buf_done(&client);
	token_done(&t);
	buf_done(&long_end);
	buf_done(&b);
	buf_done(&pae);
}

/* Made for another site, or another rp id, than the key is registered for. */
static void other_sites(void **state)
{
	(void)state;
	struct buf pae, b;
	struct token t;
	struct err e;
	buf_init(&b, PUBKEY_MAX_SIG);
	signed_message(&pae);
	token_make(&t, CARRIER_WEBAUTHN, KEY_ED25519, false);
	struct pubkey k = t.key;
	static const char *const origins[] = {"https://register.example", "https://sign.register.example:8443", "https://evil.example",
		"https://SIGN.register.example", "https://sign.register.example/"};
	for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
		strcpy(t.key.origin, origins[i]);
		assertion(&t, buf_str(&pae), plain_end, STR(""), &b);
		assert_int_equal(pubkey_good(&k, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
		assert_words(e, "not made at https://sign.register.example");
	}
	t.key = k;
	strcpy(t.key.app, "example");
	assertion(&t, buf_str(&pae), plain_end, STR(""), &b);
	assert_int_equal(pubkey_good(&k, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
	assert_words(e, "not made for the rp id register.example");
	token_done(&t);
	buf_done(&b);
	buf_done(&pae);
}

/* What a browser gives: DER, with whatever s. */
static void pack(void **state)
{
	(void)state;
	struct token t;
	struct err e;
	struct buf pae, b, made, der;
	static char big[WEBAUTHN_MAX_CLIENT + 1];
	buf_init(&b, PUBKEY_MAX_SIG);
	buf_init(&made, PUBKEY_MAX_SIG);
	buf_init(&der, 200);
	signed_message(&pae);
	token_make(&t, CARRIER_WEBAUTHN, KEY_P256, false);
	assertion(&t, buf_str(&pae), plain_end, STR(""), &made);
	struct webauthn_response r, bad;
	struct str rest = buf_str(&made), raw;
	assert_true(wire_str(&rest, &r.authenticator_data) && wire_str(&rest, &r.client_data) && wire_str(&rest, &raw));
	for (int high = 0; high < 2; high++) {
		uint8_t sig[P256_SIG];
		memcpy(sig, raw.p, P256_SIG);
		if (high)
			p256_negate(sig);
		buf_clear(&der);
		p256_write_der(sig, &der);
		r.signature = buf_str(&der);
		buf_clear(&b);
		assert_int_equal(webauthn_pack(&t.key, &r, &b, &e), 0);
		assert_true(str_eq(buf_str(&b), buf_str(&made)));
		assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e), 0);
	}
	bad = r;
	bad.signature = raw; /* not DER */
	assert_int_equal(webauthn_pack(&t.key, &bad, &b, &e), ERR_INPUT);
	bad.signature.n--;
	t.key.algorithm = KEY_ED25519;
	assert_int_equal(webauthn_pack(&t.key, &bad, &b, &e), ERR_INPUT);
	bad.signature.n++;
	buf_clear(&b);
	assert_int_equal(webauthn_pack(&t.key, &bad, &b, &e), 0);
	bad.client_data = (struct str){big, sizeof big};
	assert_int_equal(webauthn_pack(&t.key, &bad, &b, &e), ERR_LIMIT);
	bad.client_data = r.client_data;
	bad.authenticator_data = (struct str){big, WEBAUTHN_MAX_AUTH + 1};
	assert_int_equal(webauthn_pack(&t.key, &bad, &b, &e), ERR_LIMIT);
	token_done(&t);
	buf_done(&pae);
	buf_done(&der);
	buf_done(&made);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(no_byte_is_free),
		cmocka_unit_test(flags),
		cmocka_unit_test(client_data),
		cmocka_unit_test(other_sites),
		cmocka_unit_test(pack),
	};
	return test_main(tests);
}
