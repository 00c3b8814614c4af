/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/log/authority.h"

#include "tests/test.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

enum { ROOT_FROM = 631152000, ROOT_YEARS = 100 };

struct authority {
	struct authority_with with;
	EVP_PKEY *root_key, *key;
	X509 *root, *cert;
	int64_t at;
	long serial;
};

static X509 *certify(EVP_PKEY *key, const char *name, int64_t from, int64_t until, X509 *by, EVP_PKEY *by_key, const char *const (*ext)[2], size_t n)
{
	static long serial = 1000;
	X509 *c = X509_new();
	X509_NAME *subject = X509_get_subject_name(c);
	assert_true(X509_set_version(c, 2) && ASN1_INTEGER_set(X509_get_serialNumber(c), ++serial));
	assert_true(X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_ASC, (const unsigned char *)"AT", -1, -1, 0));
	assert_true(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0));
	assert_true(X509_set_issuer_name(c, X509_get_subject_name(by ? by : c)));
	assert_non_null(ASN1_TIME_set(X509_getm_notBefore(c), (time_t)from));
	assert_non_null(ASN1_TIME_set(X509_getm_notAfter(c), (time_t)until));
	assert_true(X509_set_pubkey(c, key));
	for (size_t i = 0; i < n; i++) {
		X509V3_CTX ctx;
		X509V3_set_ctx(&ctx, by ? by : c, c, NULL, NULL, 0);
		X509_EXTENSION *x = X509V3_EXT_conf(NULL, &ctx, ext[i][0], ext[i][1]);
		assert_non_null(x);
		assert_true(X509_add_ext(c, x, -1));
		X509_EXTENSION_free(x);
	}
	assert_true(X509_sign(c, by_key, EVP_sha256()) > 0);
	return c;
}

struct authority *authority_new(const struct authority_with *w)
{
	static const char *const of_root[][2] = {{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,keyCertSign,cRLSign"}};
	static const char *const of_tsa[][2] = {{"basicConstraints", "CA:FALSE"}, {"keyUsage", "critical,digitalSignature"},
		{"extendedKeyUsage", "critical,timeStamping"}};
	struct authority *a = calloc(1, sizeof *a);
	char root[100];
	a->with = *w;
	(void)snprintf(root, sizeof root, "%s Root", w->name);
	a->root_key = EVP_EC_gen("P-256");
	a->key = w->weak_key ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256");
	assert_true(a->root_key && a->key);
	a->root = certify(a->root_key, root, ROOT_FROM, ROOT_FROM + ROOT_YEARS * (int64_t)31557600, NULL, a->root_key, of_root, 2);
	a->cert = certify(a->key, w->name, w->from, w->until, a->root, a->root_key, of_tsa, 3);
	return a;
}

void authority_free(struct authority *a)
{
	EVP_PKEY_free(a->root_key);
	EVP_PKEY_free(a->key);
	X509_free(a->root);
	X509_free(a->cert);
	free(a);
}

void authority_root(const struct authority *a, struct buf *out)
{
	BIO *to = BIO_new(BIO_s_mem());
	char *p;
	assert_true(PEM_write_bio_X509(to, a->root));
	long n = BIO_get_mem_data(to, &p);
	buf_add(out, (struct str){p, (size_t)n});
	BIO_free(to);
}

static int tell_time(struct TS_resp_ctx *ctx, void *data, long *sec, long *usec)
{
	(void)ctx;
	*sec = (long)((struct authority *)data)->at;
	*usec = 0;
	return 1;
}

static ASN1_INTEGER *number(struct TS_resp_ctx *ctx, void *data)
{
	(void)ctx;
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	assert_true(ASN1_INTEGER_set(n, ++((struct authority *)data)->serial));
	return n;
}

void authority_reply(struct authority *a, struct str query, int64_t at, struct buf *out)
{
	TS_RESP_CTX *ctx = TS_RESP_CTX_new();
	ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3.4.1", 1);
	unsigned char *der = NULL;
	a->at = at;
	assert_true(TS_RESP_CTX_set_signer_cert(ctx, a->cert) && TS_RESP_CTX_set_signer_key(ctx, a->key));
	assert_true(TS_RESP_CTX_set_signer_digest(ctx, a->with.weak_hash ? EVP_sha1() : EVP_sha256()));
	assert_true(TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256()) && TS_RESP_CTX_set_def_policy(ctx, policy));
	assert_true(TS_RESP_CTX_add_md(ctx, EVP_sha256()));
	STACK_OF(X509) *more = sk_X509_new_null();
	for (int i = 0; a->with.long_token && i < 100; i++)
		assert_true(sk_X509_push(more, a->root));
	assert_true(TS_RESP_CTX_set_certs(ctx, more));
	sk_X509_free(more);
	TS_RESP_CTX_add_flags(ctx, TS_TSA_NAME);
	TS_RESP_CTX_set_time_cb(ctx, tell_time, a);
	TS_RESP_CTX_set_serial_cb(ctx, number, a);
	BIO *in = BIO_new_mem_buf(query.p, (int)query.n);
	TS_RESP *reply = TS_RESP_create_response(ctx, in);
	assert_non_null(reply);
	int n = i2d_TS_RESP(reply, &der);
	assert_true(n > 0);
	buf_add(out, (struct str){(const char *)der, (size_t)n});
	OPENSSL_free(der);
	TS_RESP_free(reply);
	BIO_free(in);
	ASN1_OBJECT_free(policy);
	TS_RESP_CTX_free(ctx);
}
