/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/log/token.h"

#include "log/base64.h"
#include "log/wire.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/sha.h>

enum { HALF = P256_SIG / 2 };

void p256_key_make(struct p256_key *ret)
{
	size_t n;
	ret->evp = EVP_EC_gen("P-256");
	assert_non_null(ret->evp);
	assert_int_equal(EVP_PKEY_get_octet_string_param(ret->evp, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, ret->pub, P256_PUB, &n), 1);
	assert_int_equal(n, P256_PUB);
}

void p256_key_done(struct p256_key *k)
{
	EVP_PKEY_free(k->evp);
}

static struct str view(const void *p, size_t n)
{
	return (struct str){p, n};
}

void p256_sign(const struct p256_key *k, const struct digest *d, uint8_t ret[P256_SIG])
{
	uint8_t der[80];
	size_t n = sizeof der;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(k->evp, NULL);
	assert_true(EVP_PKEY_sign_init(c) == 1 && EVP_PKEY_sign(c, der, &n, d->b, DIGEST_LEN) == 1);
	EVP_PKEY_CTX_free(c);
	assert_true(p256_read_der(view(der, n), ret));
}

void p256_write_der(const uint8_t sig[P256_SIG], struct buf *out)
{
	unsigned char *der = NULL;
	ECDSA_SIG *s = ECDSA_SIG_new();
	assert_int_equal(ECDSA_SIG_set0(s, BN_bin2bn(sig, HALF, NULL), BN_bin2bn(sig + HALF, HALF, NULL)), 1);
	int n = i2d_ECDSA_SIG(s, &der);
	assert_true(n > 0);
	buf_add(out, view(der, (size_t)n));
	OPENSSL_free(der);
	ECDSA_SIG_free(s);
}

bool p256_evp_good(const uint8_t pub[P256_PUB], const struct digest *d, const uint8_t sig[P256_SIG])
{
	uint8_t point[P256_PUB];
	memcpy(point, pub, P256_PUB);
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("group", (char[]){"P-256"}, 0),
		OSSL_PARAM_construct_octet_string("pub", point, P256_PUB), OSSL_PARAM_construct_end()};
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL), *v = NULL;
	EVP_PKEY *k = NULL;
	struct buf der;
	buf_init(&der, 200);
	p256_write_der(sig, &der);
	bool good = EVP_PKEY_fromdata_init(c) == 1 && EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, params) == 1 &&
		    (v = EVP_PKEY_CTX_new(k, NULL)) && EVP_PKEY_verify_init(v) == 1 &&
		    EVP_PKEY_verify(v, (uint8_t *)der.p, der.n, d->b, DIGEST_LEN) == 1;
	buf_done(&der);
	EVP_PKEY_CTX_free(v);
	EVP_PKEY_free(k);
	EVP_PKEY_CTX_free(c);
	return good;
}

void p256_negate(uint8_t sig[P256_SIG])
{
	EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BIGNUM *s = BN_bin2bn(sig + HALF, HALF, NULL);
	assert_true(BN_sub(s, EC_GROUP_get0_order(g), s) == 1 && BN_bn2binpad(s, sig + HALF, HALF) == HALF);
	BN_free(s);
	EC_GROUP_free(g);
}

/* Tokens ---- */

void token_make(struct token *t, enum carrier carrier, enum key_algorithm algorithm, bool is_token)
{
	*t = (struct token){.key = {.carrier = carrier, .algorithm = algorithm, .token = is_token && carrier == CARRIER_SSHSIG},
		.flags = 5, .counter = 7};
	assert_int_equal(ed25519_key_make(&t->ed, NULL, NULL), 0);
	p256_key_make(&t->ec);
	t->key.n = algorithm == KEY_P256 ? P256_PUB : ED25519_PUB;
	memcpy(t->key.bytes, algorithm == KEY_P256 ? t->ec.pub : t->ed.pub.b, t->key.n);
	if (carrier == CARRIER_WEBAUTHN) {
		strcpy(t->key.app, "register.example");
		strcpy(t->key.origin, "https://sign.register.example");
	} else if (t->key.token) {
		strcpy(t->key.app, "ssh:");
	}
}

void token_done(struct token *t)
{
	p256_key_done(&t->ec);
	ed25519_key_wipe(&t->ed);
}

static void sign(const struct token *t, struct str message, uint8_t ret[64])
{
	struct hasher h;
	struct digest d;
	struct ed25519_sig sig;
	if (t->key.algorithm == KEY_P256) {
		hasher_init(&h);
		sha256(&h, message, &d);
		p256_sign(&t->ec, &d, ret);
		p256_lower(ret);
		return;
	}
	ed25519_sign(&t->ed, message, &sig);
	memcpy(ret, sig.b, sizeof sig.b);
}

static void add_sha256(struct buf *out, struct str message)
{
	uint8_t d[SHA256_DIGEST_LENGTH];
	buf_add(out, view(SHA256((const uint8_t *)message.p, message.n, d), sizeof d));
}

/* PROTOCOL.sshsig: what is signed. */
static void add_signed(struct buf *out, struct str name_space, struct str hash, struct str message)
{
	uint8_t d[SHA512_DIGEST_LENGTH];
	bool short_one = str_eq(hash, STR("sha256"));
	buf_adds(out, "SSHSIG");
	wire_add_str(out, name_space);
	wire_add_str(out, STR(""));
	wire_add_str(out, hash);
	if (short_one)
		(void)SHA256((const uint8_t *)message.p, message.n, d);
	else
		(void)SHA512((const uint8_t *)message.p, message.n, d);
	wire_add_str(out, view(d, short_one ? SHA256_DIGEST_LENGTH : SHA512_DIGEST_LENGTH));
}

void token_sshsig(const struct token *t, enum sshsig_kind kind, struct str name_space, struct str hash, struct str message, const char *client_end,
	struct buf *out)
{
	struct sshsig s = {.name_space = name_space, .hash = hash, .kind = kind, .flags = t->flags, .counter = t->counter};
	struct buf data, client, whole, key;
	buf_init(&data, 4096);
	buf_init(&client, 4096);
	buf_init(&whole, 4096);
	buf_init(&key, 4096);
	sshsig_key_wire(&t->key, &key);
	s.key = buf_str(&key);
	add_signed(&data, name_space, hash, message);
	if (kind == SSHSIG_WEBAUTHN) {
		buf_adds(&client, "{\"type\":\"webauthn.get\",\"challenge\":\"");
		base64url_add(&client, data.p, data.n);
		buf_addf(&client, "\",\"origin\":\"%s\"%s", t->key.origin, client_end);
		s.origin = str_of(t->key.origin);
		s.client = buf_str(&client);
		s.extensions = s.flags & 0x80 ? STR("\xa1\x61x\xf5") : STR("");
	}
	if (t->key.token) {
		add_sha256(&whole, str_of(t->key.app));
		buf_addc(&whole, (char)t->flags);
		wire_add_u32(&whole, t->counter);
		buf_add(&whole, s.extensions);
		add_sha256(&whole, kind == SSHSIG_WEBAUTHN ? s.client : buf_str(&data));
	}
	sign(t, buf_str(t->key.token ? &whole : &data), s.sig);
	sshsig_write(&s, out);
	assert_false(out->over || data.over || client.over || whole.over || key.over);
	buf_done(&key);
	buf_done(&whole);
	buf_done(&client);
	buf_done(&data);
}

void token_client(const struct token *t, struct str message, const char *end, struct buf *out)
{
	uint8_t d[SHA256_DIGEST_LENGTH];
	(void)SHA256((const uint8_t *)message.p, message.n, d);
	buf_adds(out, "{\"type\":\"webauthn.get\",\"challenge\":\"");
	base64url_add(out, d, sizeof d);
	buf_addf(out, "\",\"origin\":\"%s\"%s", t->key.origin, end);
}

void token_assertion(const struct token *t, struct str client, struct str extensions, struct buf *out)
{
	uint8_t sig[64];
	struct buf auth, whole;
	buf_init(&auth, 4096);
	buf_init(&whole, 4096);
	add_sha256(&auth, str_of(t->key.app));
	buf_addc(&auth, (char)t->flags);
	wire_add_u32(&auth, t->counter);
	buf_add(&auth, extensions);
	buf_add(&whole, buf_str(&auth));
	add_sha256(&whole, client);
	sign(t, buf_str(&whole), sig);
	wire_add_str(out, buf_str(&auth));
	wire_add_str(out, client);
	wire_add_str(out, view(sig, sizeof sig));
	buf_done(&whole);
	buf_done(&auth);
}
