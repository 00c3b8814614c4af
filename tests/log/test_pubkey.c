/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys as text: one spelling each, one name each, and what is refused.
 */
#include "log/base64.h"
#include "log/webauthn.h"
#include "log/wire.h"
#include "tests/log/fixture.h"
#include "tests/log/token.h"

static const struct {
	enum carrier carrier;
	enum key_algorithm algorithm;
	bool token;
	const char *begins;
} kinds[] = {
	{CARRIER_ED25519, KEY_ED25519, false, "ed25519 "},
	{CARRIER_SSHSIG, KEY_ED25519, false, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"},
	{CARRIER_SSHSIG, KEY_ED25519, true, "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAI"},
	{CARRIER_SSHSIG, KEY_P256, true, "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABB"},
	{CARRIER_WEBAUTHN, KEY_P256, false, "webauthn ES256 B"},
	{CARRIER_WEBAUTHN, KEY_ED25519, false, "webauthn EdDSA "},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void one_text_and_one_name(void **state)
{
	(void)state;
	char keyid[KINDS][KEYID_MAX + 1];
	struct hasher h;
	struct buf text, again;
	struct err e;
	hasher_init(&h);
	buf_init(&text, PUBKEY_MAX_TEXT);
	buf_init(&again, PUBKEY_MAX_TEXT);
	for (size_t i = 0; i < KINDS; i++) {
		struct token t;
		struct pubkey k;
		enum carrier c;
		token_make(&t, kinds[i].carrier, kinds[i].algorithm, kinds[i].token);
		buf_clear(&text);
		pubkey_write(&t.key, &text);
		if (strncmp(text.p, kinds[i].begins, strlen(kinds[i].begins)) != 0)
			fail_msg("%s does not begin with %s", text.p, kinds[i].begins);
		if (pubkey_read(buf_str(&text), &k, &e) < 0)
			fail_msg("%s: %s", text.p, e.what);
		assert_true(pubkey_eq(&k, &t.key));
		buf_clear(&again);
		pubkey_write(&k, &again);
		assert_string_equal(text.p, again.p);
		pubkey_id(&h, &k, keyid[i]);
		assert_true(keyid_carrier(str_of(keyid[i]), &c) && c == kinds[i].carrier);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(keyid[i], keyid[j]);
		token_done(&t);
	}
	buf_done(&again);
	buf_done(&text);
	hasher_done(&h);
}

/* The longest names there may be fit in text and keyid. */
static void longest(void **state)
{
	(void)state;
	struct hasher h;
	struct buf text;
	struct err e;
	struct pubkey k;
	hasher_init(&h);
	buf_init(&text, PUBKEY_MAX_TEXT);
	for (size_t i = 3; i <= 4; i++) {
		struct token t;
		char keyid[KEYID_MAX + 1];
		token_make(&t, kinds[i].carrier, kinds[i].algorithm, kinds[i].token);
		memset(t.key.app, 'a', PUBKEY_MAX_APP);
		if (t.key.origin[0])
			(void)snprintf(t.key.origin, sizeof t.key.origin, "https://%s:65535", t.key.app);
		buf_clear(&text);
		pubkey_write(&t.key, &text);
		assert_false(text.over);
		assert_int_equal(pubkey_read(buf_str(&text), &k, &e), 0);
		assert_true(pubkey_eq(&k, &t.key));
		pubkey_id(&h, &k, keyid);
		token_done(&t);
	}
	buf_done(&text);
	hasher_done(&h);
}

static void a_comment_is_read_over(void **state)
{
	(void)state;
	static const char *const comments[] = {" ", " Legal Office", " office@register.example on  a laptop", " \xc3\x96sterreich"};
	struct token t;
	struct pubkey k;
	struct buf text, with;
	struct err e;
	buf_init(&text, PUBKEY_MAX_TEXT);
	buf_init(&with, 4096);
	token_make(&t, CARRIER_SSHSIG, KEY_ED25519, true);
	pubkey_write(&t.key, &text);
	for (size_t i = 0; i < sizeof comments / sizeof *comments; i++) {
		buf_clear(&with);
		buf_addf(&with, "%s%s", text.p, comments[i]);
		assert_int_equal(pubkey_read(buf_str(&with), &k, &e), 0);
		assert_true(pubkey_eq(&k, &t.key));
	}
	buf_clear(&with);
	buf_addf(&with, "%s a\nb", text.p);
	assert_int_equal(pubkey_read(buf_str(&with), &k, &e), ERR_INPUT);
	token_done(&t);
	buf_done(&with);
	buf_done(&text);
}

#define ED "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=" /* a sound key */
#define EC "BGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfQ=" /* not on the curve */
#define G "BGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfU=" /* the base point */

static void other_texts(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int code;
		const char *words;
	} all[] = {
		{"ed25519 " ED, 0, ""},
		{"webauthn EdDSA " ED " register.example https://register.example", 0, ""},
		{"webauthn ES256 " G " register.example https://a.register.example:8443", 0, ""},
		{"webauthn ES256 " G " localhost http://localhost:8080", 0, ""},
		{"webauthn ES256 " G " localhost https://localhost", 0, ""},
		{"", ERR_INPUT, "no kind of key"},
		{"ed25519", ERR_INPUT, "no kind of key"},
		{"ed25519 ", ERR_INPUT, "32 bytes in base64"},
		{" ed25519 " ED, ERR_INPUT, "no kind of key"},
		{"ed25519  " ED, ERR_INPUT, "32 bytes in base64"},
		{"ed25519 " ED " ", ERR_INPUT, "32 bytes in base64"},
		{"ed25519 " ED " comment", ERR_INPUT, "32 bytes in base64"},
		{"ED25519 " ED, ERR_INPUT, "no kind of key"},
		{"ed25519 A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbh=", ERR_INPUT, "32 bytes in base64"}, /* spare bits */
		{"ed25519 A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg", ERR_INPUT, "32 bytes in base64"},
		{"ed25519 AAAA", ERR_INPUT, "32 bytes in base64"},
		{"ed25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", ERR_REFUSED, "no sound key"}, /* order 4 */
		{"ed25519 7v///////////////////////////////////////38=", ERR_REFUSED, "no sound key"}, /* p + 1 */
		{"ed25519 AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", ERR_REFUSED, "no sound key"}, /* no point */
		/* OpenSSH: its kinds, what stands behind them */
		{"ssh-ed25519", ERR_INPUT, "no kind of key"},
		{"ssh-ed25519 ", ERR_INPUT, "no public key of OpenSSH"},
		{"ssh-ed25519 AAAA", ERR_INPUT, "no public key of OpenSSH"},
		{"ssh-ed25519 !", ERR_INPUT, "must stand base64"},
		{"ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB", ERR_REFUSED, "ssh-rsa sign no acts here"},
		{"ecdsa-sha2-nistp256 AAAA", ERR_REFUSED, "ecdsa-sha2-nistp256 sign no acts here"},
		{"webauthn-sk-ecdsa-sha2-nistp256@openssh.com AAAA", ERR_REFUSED, "sign no acts here"},
		{"ssh-ed25519-cert-v01@openssh.com AAAA", ERR_REFUSED, "sign no acts here"},
		{"restrict ssh-ed25519 AAAA", ERR_INPUT, "no kind of key"},
		{"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA", ERR_INPUT, "perhaps of the secret one"},
		/* passkeys: four words */
		{"webauthn", ERR_INPUT, "no kind of key"},
		{"webauthn ", ERR_INPUT, "something is missing"},
		{"webauthn ES256", ERR_INPUT, "something is missing"},
		{"webauthn ES256 " G, ERR_INPUT, "something is missing"},
		{"webauthn ES256 " G " register.example", ERR_INPUT, "something is missing"},
		{"webauthn ES256 " G " register.example ", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://register.example ", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://register.example x", ERR_INPUT, "no site of"},
		{"webauthn ES384 " G " register.example https://register.example", ERR_INPUT, "ES256 or EdDSA"},
		{"webauthn es256 " G " register.example https://register.example", ERR_INPUT, "ES256 or EdDSA"},
		{"webauthn EdDSA " G " register.example https://register.example", ERR_INPUT, "32 bytes"},
		{"webauthn ES256 " ED " register.example https://register.example", ERR_INPUT, "65 bytes"},
		{"webauthn ES256 " EC " register.example https://register.example", ERR_REFUSED, "no sound key"},
		{"webauthn EdDSA AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= a.example https://a.example", ERR_REFUSED, "no sound key"},
		{"webauthn ES256 " G " Register.example https://register.example", ERR_INPUT, "in lower case"},
		{"webauthn ES256 " G " .example https://register.example", ERR_INPUT, "in lower case"},
		{"webauthn ES256 " G " example. https://register.example", ERR_INPUT, "in lower case"},
		{"webauthn ES256 " G " a..b https://a..b", ERR_INPUT, "in lower case"},
		{"webauthn ES256 " G " register.example http://register.example", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " localhost http://localhost:80", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " localhost http://a.localhost", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://register.example:443", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://register.example:0443", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://register.example:0", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://register.example:65536", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://register.example:", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://register.example/", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://evil.example", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://evilregister.example", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://example", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://x@register.example", ERR_INPUT, "no site of"},
		{"webauthn ES256 " G " register.example https://-.register.example", ERR_INPUT, "no site of"},
	};
	struct pubkey k, before;
	struct err e;
	memset(&before, 0x5a, sizeof before);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		k = before;
		e = (struct err){0};
		int rc = pubkey_read(str_of(all[i].text), &k, &e);
		if (rc != all[i].code || (rc < 0 && !strstr(e.what, all[i].words)))
			fail_msg("%s: %d: %s", all[i].text, rc, rc < 0 ? e.what : "taken");
		if (rc < 0)
			assert_memory_equal(&k, &before, sizeof k); /* untouched on failure */
	}
	assert_int_equal(pubkey_read((struct str){"ed25519 " ED "\0", sizeof "ed25519 " ED}, &k, &e), ERR_INPUT);
}

/* OpenSSH's encoding, part by part: another length, another order, something left over, an unsound key. */
static void other_encodings(void **state)
{
	(void)state;
	struct token t;
	struct buf wire, text;
	struct pubkey k;
	struct err e;
	buf_init(&wire, 4096);
	buf_init(&text, 8192);
	token_make(&t, CARRIER_SSHSIG, KEY_P256, true);
	static const struct {
		const char *type, *curve, *app;
		size_t nkey;
		uint8_t first, more;
		int code;
	} all[] = {
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "ssh:", 65, 4, 0, 0},
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "ssh: with blanks", 65, 4, 0, 0},
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp384", "ssh:", 65, 4, 0, ERR_INPUT},
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "", 65, 4, 0, ERR_INPUT},
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "ssh:\n", 65, 4, 0, ERR_INPUT},
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "ssh:\xc3\xa9", 65, 4, 0, ERR_INPUT},
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "ssh:", 64, 4, 0, ERR_INPUT},
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "ssh:", 33, 2, 0, ERR_INPUT}, /* compressed */
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "ssh:", 65, 6, 0, ERR_REFUSED},
		{"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "ssh:", 65, 4, 1, ERR_INPUT},
		{"sk-ssh-ed25519@openssh.com", "nistp256", "ssh:", 65, 4, 0, ERR_INPUT},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		uint8_t key[P256_PUB];
		memcpy(key, t.ec.pub, P256_PUB);
		key[0] = all[i].first;
		buf_clear(&wire);
		wire_add_str(&wire, str_of(all[i].type));
		wire_add_str(&wire, str_of(all[i].curve));
		wire_add_str(&wire, (struct str){(const char *)key, all[i].nkey});
		wire_add_str(&wire, str_of(all[i].app));
		for (uint8_t n = 0; n < all[i].more; n++)
			buf_addc(&wire, 0);
		buf_clear(&text);
		buf_adds(&text, "sk-ecdsa-sha2-nistp256@openssh.com ");
		base64_add(&text, wire.p, wire.n);
		int rc = pubkey_read(buf_str(&text), &k, &e);
		if (rc != all[i].code)
			fail_msg("%zu: %d: %s", i, rc, rc < 0 ? e.what : "taken");
	}
	/* The type before it must be the one in it. */
	struct buf ed;
	buf_init(&ed, 4096);
	wire_add_str(&ed, STR("ssh-ed25519"));
	wire_add_str(&ed, (struct str){(const char *)t.ed.pub.b, ED25519_PUB});
	static const char *const types[] = {"ssh-ed25519", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"};
	for (size_t i = 0; i < 3; i++) {
		buf_clear(&text);
		buf_addf(&text, "%s ", types[i]);
		base64_add(&text, ed.p, ed.n);
		assert_int_equal(pubkey_read(buf_str(&text), &k, &e), i ? ERR_INPUT : 0);
	}
	assert_words(e, "but is a key of the kind ssh-ed25519");
	/* Each shorter one. */
	for (size_t n = 0; n < ed.n; n++) {
		buf_clear(&text);
		buf_adds(&text, "ssh-ed25519 ");
		base64_add(&text, ed.p, n);
		assert_int_equal(pubkey_read(buf_str(&text), &k, &e), ERR_INPUT);
	}
	memset(ed.p + ed.n - ED25519_PUB, 0, ED25519_PUB); /* of order 4 */
	buf_clear(&text);
	buf_adds(&text, "ssh-ed25519 ");
	base64_add(&text, ed.p, ed.n);
	assert_int_equal(pubkey_read(buf_str(&text), &k, &e), ERR_REFUSED);
	buf_clear(&text);
	buf_adds(&text, "ssh-ed25519 ");
	while (text.n < 4 * PUBKEY_MAX_TEXT)
		buf_adds(&text, "AAAA");
	assert_int_equal(pubkey_read(buf_str(&text), &k, &e), ERR_INPUT);
	buf_done(&ed);
	token_done(&t);
	buf_done(&text);
	buf_done(&wire);
}

static void keyids(void **state)
{
	(void)state;
	static const char *const good[CARRIERS] = {"ed25519:0123456789abcdef", "sshsig:0123456789abcdef", "webauthn:0123456789abcdef"};
	static const char *const bad[] = {"", ":", "ed25519", "ed25519:", ":0123456789abcdef", "ed25519:0123456789abcde", "ed25519:0123456789abcdef0",
		"ed25519:0123456789abcdeF", "ed25519:0123456789abcdeg", "ED25519:0123456789abcdef", "ssh:0123456789abcdef", "sshsig::0123456789abcde",
		"sshsig:0123456789abcdef ", " sshsig:0123456789abcdef", "webauth:0123456789abcdef", "webauthnx:0123456789abcdef"};
	enum carrier c;
	for (enum carrier i = 0; i < CARRIERS; i++) {
		assert_true(keyid_carrier(str_of(good[i]), &c) && c == i);
		assert_true(str_starts(str_of(good[i]), carrier_name(i)));
		assert_true(strlen(good[i]) <= KEYID_MAX);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(keyid_carrier(str_of(bad[i]), &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_text_and_one_name),
		cmocka_unit_test(longest),
		cmocka_unit_test(a_comment_is_read_over),
		cmocka_unit_test(other_texts),
		cmocka_unit_test(other_encodings),
		cmocka_unit_test(keyids),
	};
	return test_main(tests);
}
