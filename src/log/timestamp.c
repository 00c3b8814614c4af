/* SPDX-License-Identifier: Apache-2.0 */
#include "log/timestamp.h"

#include "base/date.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NONCE = 8 }; /* bytes of a new one: what RFC 3161, 2.4.1, gives as an example, and every authority takes */

struct timestamp_roots {
	X509_STORE *store;
};

static const char where[] = "time-stamp";

#define BAD(e, ...) err_set((e), ERR_INPUT, where, __VA_ARGS__)
#define REFUSE(e, ...) err_set((e), ERR_REFUSED, where, __VA_ARGS__)

/* Words of others: nothing that a terminal would obey, and well formed. */
static void mend(char *z)
{
	for (char *p = z; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	(void)str_utf8_mend(z);
}

/* The last thing that OpenSSL complained of; its queue is then empty. */
static void complaint(char *out, size_t n)
{
	const char *data = NULL;
	int flags = 0;
	unsigned long code = ERR_peek_last_error_data(&data, &flags);
	const char *reason = code ? ERR_reason_error_string(code) : NULL;
	if (!data || !(flags & ERR_TXT_STRING))
		data = "";
	if (strncmp(data, "Verify error:", 13) == 0) /* after "certificate verify error" */
		data += 13;
	(void)snprintf(out, n, "%s%s%s", reason ? reason : "no reason given", *data ? ": " : "", data);
	mend(out);
	ERR_clear_error();
}

void timestamp_imprint(struct hasher *h, const struct checkpoint *c, struct digest *ret)
{
	struct buf text;
	buf_init(&text, NOTE_MAX_BYTES);
	checkpoint_write(c, &text);
	sha256(h, buf_str(&text), ret);
	buf_done(&text);
}

/* Requests ---- */

static bool read_imprint(TS_MSG_IMPRINT *from, struct digest *ret)
{
	const ASN1_OBJECT *algorithm = NULL;
	const ASN1_OCTET_STRING *hash = TS_MSG_IMPRINT_get_msg(from);
	X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(from));
	if (OBJ_obj2nid(algorithm) != NID_sha256 || ASN1_STRING_length(hash) != DIGEST_LEN)
		return false;
	memcpy(ret->b, ASN1_STRING_get0_data(hash), DIGEST_LEN);
	return true;
}

/* False: negative, or too long. None gives 0 bytes. */
static bool read_nonce(const ASN1_INTEGER *from, uint8_t out[TIMESTAMP_MAX_NONCE], size_t *ret_n)
{
	*ret_n = 0;
	if (!from)
		return true;
	BIGNUM *n = ASN1_INTEGER_to_BN(from, NULL);
	bool good = n && !BN_is_negative(n) && BN_num_bytes(n) <= TIMESTAMP_MAX_NONCE;
	if (good)
		*ret_n = (size_t)BN_bn2bin(n, out);
	BN_free(n);
	return good;
}

static TS_REQ *request_new(const struct timestamp_request *q)
{
	TS_REQ *req = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	BIGNUM *n = BN_bin2bn(q->nonce, (int)q->nonce_n, NULL);
	ASN1_INTEGER *nonce = n ? BN_to_ASN1_INTEGER(n, NULL) : NULL;
	/* The setters copy what they are given. */
	bool good = req && imprint && algorithm && nonce && X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) &&
		TS_MSG_IMPRINT_set_algo(imprint, algorithm) &&
		TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)q->imprint.b, DIGEST_LEN) && TS_REQ_set_version(req, 1) &&
		TS_REQ_set_msg_imprint(req, imprint) && TS_REQ_set_nonce(req, nonce) && TS_REQ_set_cert_req(req, 1);
	TS_MSG_IMPRINT_free(imprint);
	X509_ALGOR_free(algorithm);
	ASN1_INTEGER_free(nonce);
	BN_free(n);
	if (good)
		return req;
	TS_REQ_free(req);
	return NULL;
}

int timestamp_request_make(const struct digest *imprint, struct timestamp_request *ret, struct buf *out, struct err *e)
{
	struct timestamp_request q = {.imprint = *imprint, .nonce_n = NONCE};
	if (RAND_bytes(q.nonce, NONCE) != 1)
		return err_set(e, ERR_SYSTEM, where, "the system gives no random bytes");
	q.nonce[0] |= 0x40; /* no leading zero */
	TS_REQ *req = request_new(&q);
	unsigned char *der = NULL;
	int n = req ? i2d_TS_REQ(req, &der) : -1;
	if (n > 0)
		buf_add(out, (struct str){(const char *)der, (size_t)n});
	OPENSSL_free(der);
	TS_REQ_free(req);
	ERR_clear_error();
	if (n <= 0 || out->over)
		return err_set(e, ERR_SYSTEM, where, "the request could not be made");
	*ret = q;
	return 0;
}

int timestamp_request_read(struct str der, struct timestamp_request *ret, struct err *e)
{
	struct timestamp_request q = {0};
	const unsigned char *p = (const unsigned char *)der.p;
	if (der.n > TIMESTAMP_MAX_BYTES)
		return err_set(e, ERR_LIMIT, where, "a request of %zu bytes: at most %d are read", der.n, TIMESTAMP_MAX_BYTES);
	TS_REQ *req = der.n ? d2i_TS_REQ(NULL, &p, (long)der.n) : NULL;
	int rc = 0;
	if (!req || p != (const unsigned char *)der.p + der.n)
		rc = BAD(e, "this is no request for a time-stamp (TimeStampReq of RFC 3161)");
	else if (TS_REQ_get_version(req) != 1 || !read_imprint(TS_REQ_get_msg_imprint(req), &q.imprint))
		rc = BAD(e, "the request is not of version 1 over a SHA-256");
	else if (!read_nonce(TS_REQ_get_nonce(req), q.nonce, &q.nonce_n))
		rc = BAD(e, "the request's nonce is negative or longer than %d bytes", TIMESTAMP_MAX_NONCE);
	TS_REQ_free(req);
	ERR_clear_error();
	if (rc == 0)
		*ret = q;
	return rc;
}

/* Answers ---- */

/* One element of DER: its whole bytes, and those inside. False: torn, of indefinite length, or no `tag`. */
static bool element(struct str *rest, int tag, struct str *ret_whole, struct str *ret_inside)
{
	const unsigned char *start = (const unsigned char *)rest->p, *p = start;
	long length = 0;
	int got = 0, class = 0;
	if (!rest->n || rest->n > TIMESTAMP_MAX_BYTES)
		return false;
	int form = ASN1_get_object(&p, &length, &got, &class, (long)rest->n);
	if ((form & 0x80) || (form & 1) || got != tag || class != V_ASN1_UNIVERSAL || length < 0)
		return false;
	size_t head = (size_t)(p - start), whole = head + (size_t)length;
	if (whole > rest->n)
		return false;
	*ret_whole = str_slice(*rest, 0, whole);
	*ret_inside = str_slice(*rest, head, whole);
	*rest = str_slice(*rest, whole, rest->n);
	return true;
}

static const char *const statuses[] = {
	"granted", "granted with changes", "rejected", "told to wait", "warned of a revocation", "told of a revocation"};

static const struct failure {
	int bit;
	const char *words;
} failures[] = {
	{0, "it does not take this hash algorithm"},
	{2, "it does not do this"},
	{5, "it could not read the request"},
	{14, "its clock is not available"},
	{15, "it does not know the policy asked for"},
	{16, "it does not know an extension asked for"},
	{17, "it cannot give the additional information asked for"},
	{25, "its system failed"},
};

static int explain_status(TS_STATUS_INFO *info, long status, struct err *e)
{
	const ASN1_BIT_STRING *bits = TS_STATUS_INFO_get0_failure_info(info);
	const STACK_OF(ASN1_UTF8STRING) *texts = TS_STATUS_INFO_get0_text(info);
	const char *why = "it gives no reason";
	char said[200] = "";
	for (size_t i = 0; bits && i < sizeof failures / sizeof *failures; i++)
		if (ASN1_BIT_STRING_get_bit(bits, failures[i].bit))
			why = failures[i].words;
	if (texts && sk_ASN1_UTF8STRING_num(texts) > 0) {
		const ASN1_UTF8STRING *t = sk_ASN1_UTF8STRING_value(texts, 0);
		int n = ASN1_STRING_length(t);
		(void)snprintf(said, sizeof said, "%.*s", n < 190 ? n : 190, (const char *)ASN1_STRING_get0_data(t));
		mend(said);
	}
	size_t known = sizeof statuses / sizeof *statuses;
	return REFUSE(e, "the authority gave no token (%s): %s%s%s%s", status >= 0 && (size_t)status < known ? statuses[status] : "unknown status",
		why, said[0] ? "; it says \"" : "", said, said[0] ? "\"" : "");
}

/* PKIStatusInfo: granted, with or without changes, is 0 and 1 (RFC 3161, 2.4.2). */
static int check_status(struct str der, struct err *e)
{
	const unsigned char *p = (const unsigned char *)der.p;
	TS_STATUS_INFO *info = d2i_TS_STATUS_INFO(NULL, &p, (long)der.n);
	const ASN1_INTEGER *number = info ? TS_STATUS_INFO_get0_status(info) : NULL;
	int64_t status = -1;
	int rc = 0;
	if (!number || p != (const unsigned char *)der.p + der.n || !ASN1_INTEGER_get_int64(&status, number))
		rc = BAD(e, "the answer does not begin with a status (TimeStampResp of RFC 3161)");
	else if (status != 0 && status != 1)
		rc = explain_status(info, (long)status, e);
	TS_STATUS_INFO_free(info);
	ERR_clear_error();
	return rc;
}

int timestamp_reply_read(struct str reply, struct str *ret_token, struct err *e)
{
	struct str rest = reply, whole, inside, first, status, token, ignored;
	if (reply.n > TIMESTAMP_MAX_BYTES)
		return err_set(e, ERR_LIMIT, where, "an answer of %zu bytes: at most %d are read", reply.n, TIMESTAMP_MAX_BYTES);
	bool good = element(&rest, V_ASN1_SEQUENCE, &whole, &inside) && rest.n == 0;
	rest = inside;
	if (good && element(&rest, V_ASN1_OBJECT, &first, &ignored)) { /* a ContentInfo begins with its type: a token alone */
		*ret_token = reply;
		return 0;
	}
	if (!good || (rest = inside, !element(&rest, V_ASN1_SEQUENCE, &status, &ignored))) {
		ERR_clear_error();
		return BAD(e, "this is no answer of a time-stamping authority (TimeStampResp of RFC 3161)");
	}
	ERR_clear_error();
	int rc = check_status(status, e);
	if (rc < 0)
		return rc;
	if (!element(&rest, V_ASN1_SEQUENCE, &token, &ignored) || rest.n) {
		ERR_clear_error();
		return BAD(e, "the answer says that a token was granted, and holds none");
	}
	*ret_token = token;
	return 0;
}

/* Tokens ---- */

struct token {
	PKCS7 *p7;
	TS_TST_INFO *info;
	PKCS7_SIGNER_INFO *signer;
	X509 *cert; /* of the signer, as the token carries it; NULL: it does not. Borrowed */
};

static void token_done(struct token *t)
{
	PKCS7_free(t->p7);
	TS_TST_INFO_free(t->info);
	ERR_clear_error();
}

/* An attribute that says which certificate signed: OpenSSL takes for granted that it is a sequence. */
static bool attribute_fits(PKCS7_SIGNER_INFO *si, int nid)
{
	const ASN1_TYPE *v = PKCS7_get_signed_attribute(si, nid);
	return !v || v->type == V_ASN1_SEQUENCE;
}

static X509 *signer_cert(const PKCS7 *p7, const PKCS7_SIGNER_INFO *si)
{
	const STACK_OF(X509) *certs = p7->d.sign->cert;
	const PKCS7_ISSUER_AND_SERIAL *is = si->issuer_and_serial;
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509 *c = sk_X509_value(certs, i);
		if (X509_NAME_cmp(X509_get_issuer_name(c), is->issuer) == 0 && ASN1_INTEGER_cmp(X509_get0_serialNumber(c), is->serial) == 0)
			return c;
	}
	return NULL;
}

static int token_open(struct str der, struct token *ret, struct err *e)
{
	struct token t = {0};
	const unsigned char *p = (const unsigned char *)der.p;
	if (der.n > TIMESTAMP_MAX_BYTES)
		return err_set(e, ERR_LIMIT, where, "a token of %zu bytes: at most %d are read", der.n, TIMESTAMP_MAX_BYTES);
	t.p7 = der.n ? d2i_PKCS7(NULL, &p, (long)der.n) : NULL;
	bool whole = t.p7 && p == (const unsigned char *)der.p + der.n && PKCS7_type_is_signed(t.p7) && t.p7->d.sign && t.p7->d.sign->contents;
	t.info = whole ? PKCS7_to_TS_TST_INFO(t.p7) : NULL;
	if (!t.info || TS_TST_INFO_get_version(t.info) != 1) {
		token_done(&t);
		return BAD(e, "this is no time-stamp token (TimeStampToken of RFC 3161)");
	}
	const STACK_OF(PKCS7_SIGNER_INFO) *signers = PKCS7_get_signer_info(t.p7);
	t.signer = signers && sk_PKCS7_SIGNER_INFO_num(signers) == 1 ? sk_PKCS7_SIGNER_INFO_value(signers, 0) : NULL;
	if (!t.signer || !attribute_fits(t.signer, NID_id_smime_aa_signingCertificate) ||
		!attribute_fits(t.signer, NID_id_smime_aa_signingCertificateV2)) {
		token_done(&t);
		return BAD(e, "the token is not signed by one authority as RFC 3161, 2.4.2, asks");
	}
	t.cert = signer_cert(t.p7, t.signer);
	*ret = t;
	return 0;
}

static bool read_time(const ASN1_TIME *t, int64_t *ret)
{
	struct tm tm = {0};
	if (!t || ASN1_TIME_to_tm(t, &tm) != 1)
		return false;
	*ret = (int64_t)timegm(&tm);
	return *ret > 0;
}

static struct str read_name(X509_NAME *name, struct arena *a)
{
	char out[TIMESTAMP_MAX_NAME + 1] = "";
	BIO *to = BIO_new(BIO_s_mem());
	/* CN=..., O=...: the order of RFC 4514, in UTF-8, with what is special escaped. */
	unsigned long how = XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN | XN_FLAG_DN_REV | (ASN1_STRFLGS_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	if (to && X509_NAME_print_ex(to, name, 0, how) > 0) {
		int n = BIO_read(to, out, TIMESTAMP_MAX_NAME);
		out[n > 0 ? n : 0] = 0;
	}
	BIO_free(to);
	mend(out);
	return arena_str(a, str_of(out));
}

static struct str read_serial(const ASN1_INTEGER *serial, struct arena *a)
{
	struct str ret = STR("0x0");
	BIGNUM *n = serial ? ASN1_INTEGER_to_BN(serial, NULL) : NULL;
	char *hex = n && BN_num_bytes(n) <= 64 ? BN_bn2hex(n) : NULL; /* RFC 3161 asks for up to 160 bits */
	if (hex)
		ret = arena_fmt(a, "%s0x%s", hex[0] == '-' ? "-" : "", hex[0] == '-' ? hex + 1 : hex);
	OPENSSL_free(hex);
	BN_free(n);
	return ret;
}

static int token_tell(const struct token *t, struct arena *a, struct timestamp *ret, struct err *e)
{
	struct timestamp s = {0};
	char policy[120] = "";
	if (!read_imprint(TS_TST_INFO_get_msg_imprint(t->info), &s.imprint))
		return BAD(e, "the token is not over a SHA-256");
	if (!read_time(TS_TST_INFO_get_time(t->info), &s.time))
		return BAD(e, "the token's time is no time of the calendar after 1970");
	if (OBJ_obj2txt(policy, sizeof policy, TS_TST_INFO_get_policy_id(t->info), 1) <= 0)
		return BAD(e, "the token names no policy");
	s.policy = arena_str(a, str_of(policy));
	s.serial = read_serial(TS_TST_INFO_get_serial(t->info), a);
	if (t->cert) {
		s.authority = read_name(X509_get_subject_name(t->cert), a);
		if (!read_time(X509_get0_notAfter(t->cert), &s.valid_until))
			return BAD(e, "the certificate in the token does not say until when it is valid");
	}
	*ret = s;
	return 0;
}

int timestamp_read(struct str der, struct arena *a, struct timestamp *ret, struct err *e)
{
	struct token t;
	int rc = token_open(der, &t, e);
	if (rc < 0)
		return rc;
	rc = token_tell(&t, a, ret, e);
	token_done(&t);
	return rc;
}

const char *timestamp_time(int64_t time, char out[TIMESTAMP_TIME])
{
	char date[DATE_LEN];
	(void)snprintf(out, TIMESTAMP_TIME, "%s%sZ", date_print((civil)time, date), date_is_day((civil)time) ? "T00:00:00" : "");
	return out;
}

/* Whom to believe ---- */

/* A file with an encrypted key in it must not make a library ask at the terminal. */
static int no_password(char *buf, int size, int writing, void *ctx)
{
	(void)buf, (void)size, (void)writing, (void)ctx;
	return -1;
}

static bool add_roots(X509_STORE *store, STACK_OF(X509_INFO) *found, int *ret_n)
{
	*ret_n = 0;
	for (int i = 0; i < sk_X509_INFO_num(found); i++) {
		X509 *c = sk_X509_INFO_value(found, i)->x509;
		if (c && X509_STORE_add_cert(store, c) != 1)
			return false;
		*ret_n += c != NULL;
	}
	return true;
}

int timestamp_roots_read(struct str pem, struct timestamp_roots **ret, struct err *e)
{
	if (pem.n > TIMESTAMP_MAX_ROOTS)
		return err_set(e, ERR_LIMIT, "authorities", "a file of %zu bytes: at most %d are read", pem.n, TIMESTAMP_MAX_ROOTS);
	struct timestamp_roots *r = zeroed(1, sizeof *r);
	BIO *from = BIO_new_mem_buf(pem.n ? pem.p : "", (int)pem.n);
	STACK_OF(X509_INFO) *found = from ? PEM_X509_INFO_read_bio(from, NULL, no_password, NULL) : NULL;
	r->store = X509_STORE_new();
	int n = 0;
	bool good = found && r->store && add_roots(r->store, found, &n) && n > 0;
	sk_X509_INFO_pop_free(found, X509_INFO_free);
	BIO_free(from);
	ERR_clear_error();
	if (!good) {
		timestamp_roots_free(r);
		(void)err_set(e, ERR_INPUT, "authorities", "there is no certificate in the file, or one that cannot be read");
		return err_hint(e, "it holds PEM: -----BEGIN CERTIFICATE----- and so on");
	}
	*ret = r;
	return 0;
}

void timestamp_roots_free(struct timestamp_roots *r)
{
	if (!r)
		return;
	X509_STORE_free(r->store);
	free(r);
}

/* Verifying ---- */

/* The hash that was signed over: one that is broken proves nothing, however good the certificate. */
static bool sound_hash(const PKCS7_SIGNER_INFO *si)
{
	static const int good[] = {NID_sha256, NID_sha384, NID_sha512, NID_sha512_256, NID_sha3_256, NID_sha3_384, NID_sha3_512};
	const ASN1_OBJECT *algorithm = NULL;
	X509_ALGOR_get0(&algorithm, NULL, NULL, si->digest_alg);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (OBJ_obj2nid(algorithm) == good[i])
			return true;
	return false;
}

static int check_asked(const struct token *t, const struct timestamp *s, const struct timestamp_request *q, struct err *e)
{
	uint8_t nonce[TIMESTAMP_MAX_NONCE];
	size_t n;
	if (!digest_eq(&s->imprint, &q->imprint))
		return REFUSE(e, "the token is over other data than this checkpoint");
	if (!q->nonce_n)
		return 0;
	if (!read_nonce(TS_TST_INFO_get_nonce(t->info), nonce, &n) || n != q->nonce_n || memcmp(nonce, q->nonce, n) != 0)
		return REFUSE(e, "the token answers another request: its nonce differs");
	return 0;
}

static int check_signature(const struct token *t, X509_STORE *store, int64_t at, struct err *e)
{
	char why[200];
	X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
	X509_VERIFY_PARAM_set_time(param, (time_t)at);
	X509_VERIFY_PARAM_set_auth_level(param, 2); /* keys and hashes of the chain: at least as good as 112 bits */
	TS_VERIFY_CTX *ctx = TS_VERIFY_CTX_new();
	bool good = false;
	if (ctx && X509_STORE_up_ref(store)) {
		(void)TS_VERIFY_CTX_set_flags(ctx, TS_VFY_VERSION | TS_VFY_SIGNER | TS_VFY_SIGNATURE);
		(void)TS_VERIFY_CTX_set_store(ctx, store); /* released with ctx */
		good = TS_RESP_verify_token(ctx, t->p7) == 1;
	}
	TS_VERIFY_CTX_free(ctx);
	if (!good) {
		complaint(why, sizeof why);
		return REFUSE(e, "the token is not signed by an authority that you trust (%s)", why);
	}
	return 0;
}

int timestamp_verify(struct str der, const struct timestamp_roots *roots, const struct timestamp_request *q, int64_t at, struct arena *a,
	struct timestamp *ret, struct err *e)
{
	struct token t;
	struct timestamp s;
	int rc = token_open(der, &t, e);
	if (rc < 0)
		return rc;
	rc = token_tell(&t, a, &s, e);
	if (rc == 0)
		rc = check_asked(&t, &s, q, e);
	if (rc == 0 && !t.cert)
		rc = REFUSE(e, "the token does not carry the certificate that signed it, though it was asked for");
	if (rc == 0 && !sound_hash(t.signer))
		rc = REFUSE(e, "the token is signed over a hash that is not safe");
	if (rc == 0)
		rc = check_signature(&t, roots->store, at, e);
	token_done(&t);
	if (rc == 0)
		*ret = s;
	return rc;
}
