/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures of OpenSSH: its own vectors, acts signed by the real ssh-keygen, tokens as OpenSSH uses them (whose signatures
 * ssh-keygen verifies too), and everything that is not quite one.
 */
#include "log/base64.h"
#include "log/webauthn.h"
#include "log/wire.h"
#include "tests/log/fixture.h"
#include "tests/log/shared.h"
#include "tests/log/token.h"

#include <unistd.h>

static const struct str act = STR_INIT("{\"kind\":\"status_granted\",\"date\":\"2026-11-26\"}");
static const struct sshsig_rule untouched = {STR_INIT("comity"), 0};

static void signed_message(struct buf *out)
{
	buf_init(out, 4096);
	dsse_pae(TEST_TYPE, act, out);
}

/* OpenSSH's vectors ---- */

static struct pubkey vector_key(struct arena *a, const char *name)
{
	char file[64];
	struct pubkey k;
	struct err e;
	(void)snprintf(file, sizeof file, "sshsig/%s.pub", name);
	if (pubkey_read(str_trim(shared_read(a, file)), &k, &e) < 0)
		fail_msg("%s: %s", file, e.what);
	return k;
}

static void vectors(void **state)
{
	static const struct {
		const char *name;
		enum sshsig_kind kind;
		uint8_t flags;
		uint32_t counter;
		bool high;
	} all[] = {
		{"ed25519", SSHSIG_ED25519, 0, 0, false},
		{"ed25519_sk", SSHSIG_SK_ED25519, TOKEN_TOUCHED, 0x12345678, false},
		{"ecdsa_sk_webauthn", SSHSIG_WEBAUTHN, TOKEN_TOUCHED, 799, true},
	};
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct err e;
	struct str data = shared_read(&a, "sshsig/signed-data"), space = shared_read(&a, "sshsig/namespace");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char file[64];
		struct str blob, raw;
		struct pubkey key, inner;
		struct sshsig s;
		struct buf b;
		struct sshsig_rule rule = {space, TOKEN_TOUCHED};
		(void)snprintf(file, sizeof file, "sshsig/%s.sig", all[i].name);
		key = vector_key(&a, all[i].name);
		if (sshsig_read(shared_read(&a, file), &a, &blob, &inner, &e) < 0)
			fail_msg("%s: %s", file, e.what);
		assert_true(pubkey_eq(&key, &inner));
		assert_int_equal(sshsig_parse(blob, &s, &e), 0);
		assert_true(s.kind == all[i].kind && s.flags == all[i].flags && s.counter == all[i].counter);
		if (sshsig_good(&key, &rule, data, blob, &e) < 0)
			fail_msg("%s: %s", file, e.what);
		/* What came with a high s is refused as it came, and only then does the blob change. */
		if (all[i].high)
			p256_negate(s.sig);
		buf_init(&b, PUBKEY_MAX_SIG);
		sshsig_write(&s, &b);
		raw = buf_str(&b);
		assert_int_equal(sshsig_good(&key, &rule, data, raw, &e), all[i].high ? ERR_REFUSED : 0);
		if (all[i].high)
			assert_words(e, "high s");
		buf_done(&b);
		/* No act: another namespace, nobody asked for a PIN, another text. */
		assert_int_equal(pubkey_good(&key, data, blob, &e), ERR_REFUSED);
		assert_words(e, "namespace 'unittest', not for 'comity'");
		rule.flags = TOKEN_FOR_ACTS;
		assert_int_equal(sshsig_good(&key, &rule, data, blob, &e), key.token ? ERR_REFUSED : 0);
		if (key.token)
			assert_words(e, "did not ask who");
		rule.flags = TOKEN_TOUCHED;
		assert_int_equal(sshsig_good(&key, &rule, STR("This is another test"), blob, &e), ERR_REFUSED);
	}
	arena_done(&a);
}

/* A kind of key that is not taken is refused by name, as a key and as a signature. */
static void post_quantum_is_refused_in_words(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct err e;
	struct pubkey k;
	struct str blob;
	assert_int_equal(pubkey_read(str_trim(shared_read(&a, "sshsig/mldsa44-ed25519.pub")), &k, &e), ERR_REFUSED);
	assert_words(e, "ssh-mldsa44-ed25519@openssh.com sign no acts here");
	assert_int_equal(sshsig_read(shared_read(&a, "sshsig/mldsa44-ed25519.sig"), &a, &blob, NULL, &e), ERR_REFUSED);
	assert_words(e, "ssh-mldsa44-ed25519@openssh.com sign no acts here");
	arena_done(&a);
}

/* ssh-keygen itself ---- */

#define NEED_KEYGEN() \
	do { \
		if (system("command -v ssh-keygen >/dev/null") != 0) { \
			print_message("# SKIP: ssh-keygen is missing (package openssh-client)\n"); \
			skip(); \
		} \
	} while (0)

static int shell(const char *dir, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int shell(const char *dir, const char *fmt, ...)
{
	char command[1024];
	int n = snprintf(command, sizeof command, "cd %s && { ", dir);
	va_list ap;
	va_start(ap, fmt);
	n += vsnprintf(command + n, sizeof command - (size_t)n, fmt, ap);
	va_end(ap);
	(void)snprintf(command + n, sizeof command - (size_t)n, "; } >>out 2>&1");
	return system(command);
}

static struct str file_in(struct fixture *f, const char *name)
{
	char path[128];
	(void)snprintf(path, sizeof path, "%s/%s", f->root, name);
	struct buf b = fixture_file(path);
	struct str s = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static void write_in(struct fixture *f, const char *name, struct str bytes)
{
	char path[128];
	(void)snprintf(path, sizeof path, "%s/%s", f->root, name);
	fixture_write(path, bytes);
}

struct known {
	struct pubkey key;
	char keyid[KEYID_MAX + 1];
};

static bool find(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	const struct known *k = ctx;
	(void)index;
	assert_true(str_eq(d->payload, act)); /* the envelope is there to be asked */
	*ret = k->key;
	return str_eq(keyid, str_of(k->keyid));
}

/* From ssh-keygen to an entry of the log, and back out of it as a file that ssh-keygen verifies. */
static void act_signed_by_ssh_keygen(void **state)
{
	struct fixture *f = *state;
	NEED_KEYGEN();
	struct hasher h;
	struct known k;
	struct buf pae, envelope;
	struct str blob, other;
	struct pubkey inner;
	hasher_init(&h);
	buf_init(&envelope, LOG_MAX_ENTRY);
	signed_message(&pae);
	write_in(f, "pae", buf_str(&pae));
	assert_int_equal(shell(f->root, "ssh-keygen -q -t ed25519 -N '' -C 'Legal Office' -f key"), 0);
	assert_done(pubkey_read(str_trim(file_in(f, "key.pub")), &k.key, &f->err));
	pubkey_id(&h, &k.key, k.keyid);
	for (int hash = 0; hash < 2; hash++) {
		assert_int_equal(shell(f->root, "ssh-keygen -q -Y sign -n comity -f key%s <pae >sig", hash ? " -O hashalg=sha256" : ""), 0);
		assert_done(sshsig_read(file_in(f, "sig"), &f->arena, &blob, &inner, &f->err));
		assert_true(pubkey_eq(&inner, &k.key));
		assert_done(pubkey_good(&k.key, buf_str(&pae), blob, &f->err));
		struct dsse d = {.type = TEST_TYPE, .payload = act};
		struct log_keys keys = {.find = find, .ctx = &k};
		struct log_verdict v;
		struct log_entry entry;
		uint64_t at;
		assert_done(dsse_add(&d, str_of(k.keyid), blob, &f->err));
		buf_clear(&envelope);
		assert_done(dsse_write(&d, &envelope, &f->err));
		struct str bytes = buf_str(&envelope);
		assert_int_equal(log_append(f->log, &bytes, 1, NULL, NULL, &f->err), ERR_REFUSED);
		assert_done(log_append(f->log, &bytes, 1, &keys, &at, &f->err));
		assert_done(log_read(f->log, at, &f->arena, &entry, &f->err));
		assert_true(str_eq(entry.dsse.sigs[0].sig, blob));
		assert_int_equal(log_verify(f->dir, &(struct log_audit){.keys = {.find = NULL}}, &v, &f->err), ERR_CORRUPT);
		assert_true(v.fault == LOG_BAD_ENTRY && v.index == 1);
	}
	/* For another purpose, by another key, of another text. */
	assert_int_equal(shell(f->root, "ssh-keygen -q -Y sign -n file -f key <pae >sig"), 0);
	assert_done(sshsig_read(file_in(f, "sig"), &f->arena, &other, NULL, &f->err));
	assert_int_equal(pubkey_good(&k.key, buf_str(&pae), other, &f->err), ERR_REFUSED);
	assert_words(f->err, "namespace 'file'");
	assert_int_equal(shell(f->root, "ssh-keygen -q -t ed25519 -N '' -f key2 && ssh-keygen -q -Y sign -n comity -f key2 <pae >sig"), 0);
	assert_done(sshsig_read(file_in(f, "sig"), &f->arena, &other, NULL, &f->err));
	assert_int_equal(pubkey_good(&k.key, buf_str(&pae), other, &f->err), ERR_REFUSED);
	assert_words(f->err, "another key");
	assert_int_equal(pubkey_good(&k.key, STR("DSSEv1 "), blob, &f->err), ERR_REFUSED);
	assert_words(f->err, "does not fit");
	/* Kinds that sign no acts. */
	assert_int_equal(shell(f->root, "ssh-keygen -q -t ecdsa -N '' -f key3 && ssh-keygen -q -Y sign -n comity -f key3 <pae >sig"), 0);
	assert_int_equal(pubkey_read(str_trim(file_in(f, "key3.pub")), &inner, &f->err), ERR_REFUSED);
	assert_words(f->err, "ecdsa-sha2-nistp256 sign no acts");
	assert_int_equal(sshsig_read(file_in(f, "sig"), &f->arena, &other, NULL, &f->err), ERR_REFUSED);
	assert_words(f->err, "ecdsa-sha2-nistp256 sign no acts");
	assert_int_equal(pubkey_read(file_in(f, "key"), &inner, &f->err), ERR_INPUT); /* the secret one, by mistake */
	assert_words(f->err, "perhaps of the secret one");
	assert_null(strstr(f->err.what, "AAAA"));
	buf_done(&envelope);
	buf_done(&pae);
	hasher_done(&h);
}

/* The keyid is the beginning of the hash that ssh-keygen shows. */
static void keyid_is_the_fingerprint(void **state)
{
	struct fixture *f = *state;
	NEED_KEYGEN();
	struct hasher h;
	hasher_init(&h);
	for (enum sshsig_kind i = 0; i < SSHSIG_WEBAUTHN; i++) {
		struct token t;
		struct buf text;
		char keyid[KEYID_MAX + 1];
		uint8_t hash[DIGEST_LEN];
		size_t n;
		token_make(&t, CARRIER_SSHSIG, i == SSHSIG_SK_ECDSA ? KEY_P256 : KEY_ED25519, i != SSHSIG_ED25519);
		pubkey_id(&h, &t.key, keyid);
		buf_init(&text, 4096);
		pubkey_write(&t.key, &text);
		write_in(f, "pub", buf_str(&text));
		assert_int_equal(shell(f->root, "ssh-keygen -l -E sha256 -f pub >shown"), 0);
		struct str shown = file_in(f, "shown"), after = str_slice(shown, str_find(shown, STR("SHA256:")) + 7, shown.n);
		buf_clear(&text);
		buf_addf(&text, "%.*s=", 43, after.p);
		assert_true(base64_read(buf_str(&text), BASE64_STRICT, hash, sizeof hash, &n) && n == DIGEST_LEN);
		buf_clear(&text);
		buf_adds(&text, "sshsig:");
		buf_add_hex(&text, hash, KEYID_HEX / 2);
		assert_string_equal(text.p, keyid);
		buf_done(&text);
		token_done(&t);
	}
	hasher_done(&h);
}

/* Tokens ---- */

struct device {
	enum sshsig_kind kind;
	enum key_algorithm algorithm;
	bool token;
};

static const struct device devices[SSHSIG_KINDS] = {
	{SSHSIG_ED25519, KEY_ED25519, false},
	{SSHSIG_SK_ED25519, KEY_ED25519, true},
	{SSHSIG_SK_ECDSA, KEY_P256, true},
	{SSHSIG_WEBAUTHN, KEY_P256, true},
};

static void device_make(size_t i, struct token *ret)
{
	token_make(ret, CARRIER_SSHSIG, devices[i].algorithm, devices[i].token);
	if (devices[i].kind == SSHSIG_WEBAUTHN) {
		strcpy(ret->key.app, "register.example");
		strcpy(ret->key.origin, "https://sign.register.example"); /* token_sshsig takes it from here */
	}
}

/* The key as it is registered: with this carrier it has no origin. */
static struct pubkey registered(const struct token *t)
{
	struct pubkey k = t->key;
	memset(k.origin, 0, sizeof k.origin);
	return k;
}

static const char plain_end[] = ",\"crossOrigin\":false}";

static void armour(struct str blob, struct buf *out)
{
	struct buf text;
	buf_init(&text, SSHSIG_MAX_ARMOUR);
	base64_add(&text, blob.p, blob.n);
	buf_adds(out, "-----BEGIN SSH SIGNATURE-----\n");
	for (size_t i = 0; i < text.n; i += 70) {
		buf_add(out, str_slice(buf_str(&text), i, i + 70));
		buf_addc(out, '\n');
	}
	buf_adds(out, "-----END SSH SIGNATURE-----\n");
	buf_done(&text);
}

/* What we take to be signatures of tokens, ssh-keygen does too; and what we take, it takes. */
static void tokens_as_ssh_keygen_sees_them(void **state)
{
	struct fixture *f = *state;
	NEED_KEYGEN();
	struct buf pae, b, text;
	buf_init(&b, PUBKEY_MAX_SIG);
	buf_init(&text, SSHSIG_MAX_ARMOUR);
	signed_message(&pae);
	write_in(f, "pae", buf_str(&pae));
	for (size_t i = 0; i < SSHSIG_KINDS; i++)
		for (int hash = 0; hash < 2; hash++) {
			struct token t;
			struct str blob;
			device_make(i, &t);
			struct pubkey key = registered(&t);
			buf_clear(&b);
			token_sshsig(&t, devices[i].kind, STR("comity"), hash ? STR("sha256") : STR("sha512"), buf_str(&pae), plain_end, &b);
			assert_done(pubkey_good(&key, buf_str(&pae), buf_str(&b), &f->err));
			buf_clear(&text);
			armour(buf_str(&b), &text);
			write_in(f, "sig", buf_str(&text));
			assert_done(sshsig_read(buf_str(&text), &f->arena, &blob, NULL, &f->err));
			assert_true(str_eq(blob, buf_str(&b)));
			buf_clear(&text);
			buf_adds(&text, "office@register.example ");
			pubkey_write(&key, &text);
			buf_addc(&text, '\n');
			write_in(f, "signers", buf_str(&text));
			static const char verify[] = "ssh-keygen -q -Y verify -f signers -I office@register.example -n comity -s sig";
			if (shell(f->root, "%s <pae", verify) != 0)
				fail_msg("ssh-keygen refuses kind %zu: %.*s", i, STR_ARG(file_in(f, "out")));
			assert_int_not_equal(shell(f->root, "echo other | %s", verify), 0);
			token_done(&t);
		}
	buf_done(&text);
	buf_done(&b);
	buf_done(&pae);
}

/* Nothing that differs in a bit, is cut short or goes on is the same signature: one act, one leaf hash. */
static void no_byte_is_free(void **state)
{
	(void)state;
	struct buf pae, b, again;
	struct err e = {0};
	buf_init(&b, PUBKEY_MAX_SIG);
	buf_init(&again, PUBKEY_MAX_SIG);
	signed_message(&pae);
	for (size_t i = 0; i < SSHSIG_KINDS; i++) {
		struct token t;
		struct sshsig s;
		device_make(i, &t);
		struct pubkey key = registered(&t);
		buf_clear(&b);
		token_sshsig(&t, devices[i].kind, STR("comity"), STR("sha512"), buf_str(&pae), plain_end, &b);
		assert_int_equal(pubkey_good(&key, buf_str(&pae), buf_str(&b), &e), 0);
		for (size_t at = 0; at < b.n; at++) {
			char *copy = malloc(at + 1); /* of that very length, so that a sanitizer sees a byte too many */
			memcpy(copy, b.p, at);
			assert_int_equal(pubkey_good(&key, buf_str(&pae), (struct str){copy, at}, &e), ERR_REFUSED);
			assert_true(e.what[0]);
			free(copy);
			for (unsigned bit = 0; bit < 8; bit++) {
				b.p[at] = (char)(b.p[at] ^ 1 << bit);
				if (pubkey_good(&key, buf_str(&pae), buf_str(&b), &e) == 0)
					fail_msg("kind %zu: bit %u of byte %zu is free", i, bit, at);
				assert_true(e.code == ERR_REFUSED && e.what[0]);
				if (sshsig_parse(buf_str(&b), &s, &e) == 0) {
					buf_clear(&again);
					sshsig_write(&s, &again);
					assert_true(str_eq(buf_str(&again), buf_str(&b)));
				}
				b.p[at] = (char)(b.p[at] ^ 1 << bit);
			}
		}
		buf_addc(&b, 0);
		assert_int_equal(pubkey_good(&key, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
		assert_words(e, "left over");
		b.n--;
		/* Signed by another key of the same kind: its own stands in it, or is put there. */
		struct token stranger;
		device_make(i, &stranger);
		struct pubkey other = registered(&stranger);
		assert_int_equal(pubkey_good(&other, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
		assert_words(e, "another key");
		stranger.key = t.key;
		buf_clear(&b);
		token_sshsig(&stranger, devices[i].kind, STR("comity"), STR("sha512"), buf_str(&pae), plain_end, &b);
		assert_int_equal(pubkey_good(&key, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
		assert_words(e, "does not fit");
		token_done(&stranger);
		token_done(&t);
	}
	buf_done(&again);
	buf_done(&b);
	buf_done(&pae);
}

static void flags_and_namespaces(void **state)
{
	(void)state;
	struct buf pae, b;
	struct err e;
	buf_init(&b, PUBKEY_MAX_SIG);
	signed_message(&pae);
	for (size_t i = 1; i < SSHSIG_KINDS; i++) {
		struct token t;
		device_make(i, &t);
		struct pubkey key = registered(&t);
		for (unsigned flags = 0; flags < 32; flags++) {
			t.flags = (uint8_t)flags;
			buf_clear(&b);
			token_sshsig(&t, devices[i].kind, STR("comity"), STR("sha512"), buf_str(&pae), plain_end, &b);
			int rc = pubkey_good(&key, buf_str(&pae), buf_str(&b), &e);
			assert_int_equal(rc, (flags & 5) == 5 ? 0 : ERR_REFUSED);
			if (rc < 0)
				assert_words(e, flags & 1 ? "PIN" : "nobody touched");
			assert_int_equal(sshsig_good(&key, &untouched, buf_str(&pae), buf_str(&b), &e), 0);
		}
		t.flags = 5;
		static const char *const spaces[] = {"", "comity ", "Comity", "comity\n", "git", "file", "\x01\x02"};
		for (size_t k = 0; k < sizeof spaces / sizeof *spaces; k++) {
			buf_clear(&b);
			token_sshsig(&t, devices[i].kind, str_of(spaces[k]), STR("sha512"), buf_str(&pae), plain_end, &b);
			assert_int_equal(pubkey_good(&key, buf_str(&pae), buf_str(&b), &e), ERR_REFUSED);
			assert_words(e, "namespace '");
			assert_null(strchr(e.what, '\x01'));
		}
		t.counter = 0; /* kept, not judged */
		buf_clear(&b);
		token_sshsig(&t, devices[i].kind, STR("comity"), STR("sha512"), buf_str(&pae), plain_end, &b);
		assert_int_equal(pubkey_good(&key, buf_str(&pae), buf_str(&b), &e), 0);
		token_done(&t);
	}
	buf_done(&b);
	buf_done(&pae);
}

/* A signature that the key did make, taken apart and put together otherwise. */
static void other_spellings(void **state)
{
	(void)state;
	struct buf pae, b, odd;
	struct token t;
	struct sshsig s;
	struct err e;
	buf_init(&b, PUBKEY_MAX_SIG);
	buf_init(&odd, 2 * PUBKEY_MAX_SIG);
	signed_message(&pae);
	token_make(&t, CARRIER_SSHSIG, KEY_P256, true);
	token_sshsig(&t, SSHSIG_SK_ECDSA, STR("comity"), STR("sha512"), buf_str(&pae), "", &b);
	assert_int_equal(sshsig_parse(buf_str(&b), &s, &e), 0);
	assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&b), &e), 0);
	p256_negate(s.sig); /* the high s, which ssh-keygen would take */
	sshsig_write(&s, &odd);
	assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&odd), &e), ERR_REFUSED);
	assert_words(e, "high s");
	p256_negate(s.sig);
	/* By hand: versions, reserved bytes, hashes, numbers with a zero byte too many, a kind that is not the key's. */
	static const struct {
		uint32_t version;
		const char *reserved, *hash, *kind, *zero, *more; /* more: behind the counter */
		const char *words;
	} odds[] = {
		{1, "", "sha512", "sk-ecdsa-sha2-nistp256@openssh.com", "", "", NULL},
		{2, "", "sha512", "sk-ecdsa-sha2-nistp256@openssh.com", "", "", "version 2"},
		{0, "", "sha512", "sk-ecdsa-sha2-nistp256@openssh.com", "", "", "version 0"},
		{1, "x", "sha512", "sk-ecdsa-sha2-nistp256@openssh.com", "", "", "no whole signature"},
		{1, "", "sha384", "sk-ecdsa-sha2-nistp256@openssh.com", "", "", "sha512 or sha256"},
		{1, "", "SHA512", "sk-ecdsa-sha2-nistp256@openssh.com", "", "", "sha512 or sha256"},
		{1, "", "sha256", "sk-ecdsa-sha2-nistp256@openssh.com", "", "", "does not fit"},
		{1, "", "sha512", "sk-ecdsa-sha2-nistp256@openssh.com", "0", "", "no signature of the kind"},
		{1, "", "sha512", "ecdsa-sha2-nistp256", "", "", "sign no acts"},
		{1, "", "sha512", "sk-ssh-ed25519@openssh.com", "", "", "no signature of the kind"},
		{1, "", "sha512", "", "", "", "sign no acts"},
		{1, "", "sha512", "\x1b[2J", "", "", "of no kind that is known"},
		{1, "", "sha512", "sk-ecdsa-sha2-nistp256@openssh.com", "", "x", "no signature of the kind"},
	};
	for (size_t i = 0; i < sizeof odds / sizeof *odds; i++) {
		struct buf inner, numbers;
		char room[33], room2[33];
		struct str r = p256_number(s.sig, room), s_ = p256_number(s.sig + 32, room2);
		buf_init(&inner, 4096);
		buf_init(&numbers, 4096);
		bool zero = odds[i].zero[0];
		wire_add_u32(&numbers, (uint32_t)(r.n + zero));
		if (zero)
			buf_addc(&numbers, 0);
		buf_add(&numbers, r);
		wire_add_str(&numbers, s_);
		wire_add_str(&inner, str_of(odds[i].kind));
		wire_add_str(&inner, buf_str(&numbers));
		buf_addc(&inner, (char)s.flags);
		wire_add_u32(&inner, s.counter);
		buf_adds(&inner, odds[i].more);
		buf_clear(&odd);
		buf_adds(&odd, "SSHSIG");
		wire_add_u32(&odd, odds[i].version);
		wire_add_str(&odd, s.key);
		wire_add_str(&odd, s.name_space);
		wire_add_str(&odd, str_of(odds[i].reserved));
		wire_add_str(&odd, str_of(odds[i].hash));
		wire_add_str(&odd, buf_str(&inner));
		int rc = pubkey_good(&t.key, buf_str(&pae), buf_str(&odd), &e);
		assert_int_equal(rc, odds[i].words ? ERR_REFUSED : 0);
		if (odds[i].words)
			assert_words(e, odds[i].words);
		buf_done(&numbers);
		buf_done(&inner);
	}
	/* Longer than any. */
	buf_clear(&odd);
	buf_add(&odd, buf_str(&b));
	while (odd.n <= PUBKEY_MAX_SIG)
		buf_addc(&odd, 0);
	assert_int_equal(pubkey_good(&t.key, buf_str(&pae), buf_str(&odd), &e), ERR_REFUSED);
	assert_words(e, "at most 4096");
	token_done(&t);
	buf_done(&odd);
	buf_done(&b);
	buf_done(&pae);
}

/* The form that browsers make: what the client data say, and where they were made. */
static void browser_form(void **state)
{
	(void)state;
	static const struct {
		const char *origin, *end, *words; /* words: NULL, it is good */
		uint8_t flags;
	} all[] = {
		{"https://register.example", "}", NULL, 5},
		{"https://register.example", ",\"crossOrigin\":false}", NULL, 5},
		{"https://a.b.register.example:8443", ",\"crossOrigin\":false,\"more\":[1,{\"x\":null}]}", NULL, 5},
		{"https://register.example", "}", NULL, 0x1d},
		{"https://register.example", "}", NULL, 0x85}, /* with extensions */
		{"https://register.example", "}", "flags and its extensions", 0x45},
		{"https://register.example", "}", "nobody touched", 4},
		{"https://register.example", ",\"crossOrigin\":true}", "frame", 5},
		{"https://register.example", ",\"topOrigin\":\"https://evil.example\"}", "frame", 5},
		{"https://register.example", "", "no JSON", 5},
		{"https://register.example", "} ", NULL, 5},
		{"https://register.example", "}}", "no JSON", 5},
		{"https://register.example", ",\"origin\":\"https://evil.example\"}", "no JSON", 5}, /* twice the same name */
		{"https://register.example", ",\"type\":\"webauthn.create\"}", "no JSON", 5},
		{"https://evil.example", "}", "not of register.example", 5},
		{"https://evilregister.example", "}", "not of register.example", 5},
		{"https://register.example.evil.example", "}", "not of register.example", 5},
		{"http://register.example", "}", "not of register.example", 5},
		{"https://register.example:443", "}", "not of register.example", 5},
		{"https://register.example/", "}", "not of register.example", 5},
		{"https://register.example\\u002e", "}", "not of register.example", 5},
		{"", "}", "not of register.example", 5},
	};
	struct buf pae, b, odd;
	struct err e;
	buf_init(&b, PUBKEY_MAX_SIG);
	buf_init(&odd, PUBKEY_MAX_SIG);
	signed_message(&pae);
	struct token t;
	device_make(SSHSIG_WEBAUTHN, &t);
	struct pubkey key = registered(&t);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		strcpy(t.key.origin, all[i].origin);
		t.flags = all[i].flags;
		buf_clear(&b);
		token_sshsig(&t, SSHSIG_WEBAUTHN, STR("comity"), STR("sha512"), buf_str(&pae), all[i].end, &b);
		int rc = pubkey_good(&key, buf_str(&pae), buf_str(&b), &e);
		if (rc != (all[i].words ? ERR_REFUSED : 0))
			fail_msg("%zu: %s %s: %d %s", i, all[i].origin, all[i].end, rc, rc ? e.what : "");
		if (all[i].words)
			assert_words(e, all[i].words);
	}
	/* Other letters before the client data mean another order of members, which OpenSSH would refuse. */
	struct sshsig s;
	strcpy(t.key.origin, "https://register.example");
	t.flags = 5;
	buf_clear(&b);
	token_sshsig(&t, SSHSIG_WEBAUTHN, STR("comity"), STR("sha512"), buf_str(&pae), "}", &b);
	assert_int_equal(sshsig_parse(buf_str(&b), &s, &e), 0);
	s.client = STR(" {}");
	sshsig_write(&s, &odd);
	assert_int_equal(pubkey_good(&key, buf_str(&pae), buf_str(&odd), &e), ERR_REFUSED);
	assert_words(e, "do not begin");
	/* Not every key of a token: only ECDSA has this form. */
	struct token ed;
	token_make(&ed, CARRIER_SSHSIG, KEY_ED25519, true);
	struct buf wire;
	buf_init(&wire, 1000);
	sshsig_key_wire(&ed.key, &wire);
	s.key = buf_str(&wire);
	buf_clear(&odd);
	sshsig_write(&s, &odd);
	assert_int_equal(pubkey_good(&ed.key, buf_str(&pae), buf_str(&odd), &e), ERR_REFUSED);
	assert_words(e, "of another kind");
	buf_done(&wire);
	buf_done(&odd);
	token_done(&ed);
	token_done(&t);
	buf_done(&b);
	buf_done(&pae);
}

/* Armour ---- */

static void armours(void **state)
{
	(void)state;
	struct arena a = {0};
	struct buf b, text, odd;
	struct token t;
	struct str blob;
	struct err e;
	buf_init(&b, PUBKEY_MAX_SIG);
	buf_init(&text, SSHSIG_MAX_ARMOUR);
	buf_init(&odd, 4 * SSHSIG_MAX_ARMOUR);
	token_make(&t, CARRIER_SSHSIG, KEY_ED25519, false);
	token_sshsig(&t, SSHSIG_ED25519, STR("comity"), STR("sha512"), STR("x"), "", &b);
	armour(buf_str(&b), &text);
	/* Other widths of line, other ends of line, blanks around: the same. */
	for (int way = 0; way < 3; way++) {
		buf_clear(&odd);
		for (size_t i = 0; i < text.n; i++) {
			if (way == 0 && text.p[i] == '\n')
				buf_addc(&odd, '\r');
			if (way == 1 && i == 40)
				buf_addc(&odd, '\n');
			if (way == 2 && i == 0)
				buf_adds(&odd, "\n\n");
			buf_addc(&odd, text.p[i]);
		}
		assert_int_equal(sshsig_read(buf_str(&odd), &a, &blob, NULL, &e), 0);
		assert_true(str_eq(blob, buf_str(&b)));
	}
	for (size_t at = 0; at + 1 < text.n; at++) /* cut short */
		assert_true(sshsig_read(str_slice(buf_str(&text), 0, at), &a, &blob, NULL, &e) < 0);
	static const char *const bad[] = {"", "\n", "-----BEGIN SSH SIGNATURE-----", "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
		"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n", "-----BEGIN SSH SIGNATURE-----\n!!!!\n-----END SSH SIGNATURE-----",
		"-----BEGIN PGP SIGNATURE-----\nU1NIU0lH\n-----END PGP SIGNATURE-----\n", "U1NIU0lHAAAAAQ=="};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(sshsig_read(str_of(bad[i]), &a, &blob, NULL, &e), ERR_INPUT);
		assert_true(e.what[0]);
	}
	buf_clear(&odd);
	buf_addf(&odd, "%s%s", text.p, text.p); /* two of them */
	assert_int_equal(sshsig_read(buf_str(&odd), &a, &blob, NULL, &e), ERR_INPUT);
	buf_clear(&odd);
	while (odd.n <= SSHSIG_MAX_ARMOUR)
		buf_add(&odd, buf_str(&text));
	assert_int_equal(sshsig_read(buf_str(&odd), &a, &blob, NULL, &e), ERR_LIMIT);
	token_done(&t);
	buf_done(&odd);
	buf_done(&text);
	buf_done(&b);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(post_quantum_is_refused_in_words),
		cmocka_unit_test_setup_teardown(act_signed_by_ssh_keygen, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(keyid_is_the_fingerprint, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(tokens_as_ssh_keygen_sees_them, fixture_setup, fixture_teardown),
		cmocka_unit_test(no_byte_is_free),
		cmocka_unit_test(flags_and_namespaces),
		cmocka_unit_test(other_spellings),
		cmocka_unit_test(browser_form),
		cmocka_unit_test(armours),
	};
	return test_main(tests);
}
