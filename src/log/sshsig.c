/* SPDX-License-Identifier: Apache-2.0 */
#include "log/sshsig.h"

#include "log/base64.h"
#include "log/webauthn.h"
#include "log/wire.h"

#include <sodium.h>
#include <string.h>

static const char where_key[] = "public key", where_sig[] = "signature";

enum { HALF = P256_SIG / 2, VERSION = 1, SHA512_LEN = crypto_hash_sha512_BYTES };

static const struct kind {
	struct str name;
	enum key_algorithm algorithm;
	bool token;
} kinds[SSHSIG_KINDS] = {
	[SSHSIG_ED25519] = {STR_INIT("ssh-ed25519"), KEY_ED25519, false},
	[SSHSIG_SK_ED25519] = {STR_INIT("sk-ssh-ed25519@openssh.com"), KEY_ED25519, true},
	[SSHSIG_SK_ECDSA] = {STR_INIT("sk-ecdsa-sha2-nistp256@openssh.com"), KEY_P256, true},
	[SSHSIG_WEBAUTHN] = {STR_INIT("webauthn-sk-ecdsa-sha2-nistp256@openssh.com"), KEY_P256, true},
};

static const struct str magic = STR_INIT("SSHSIG"), curve = STR_INIT("nistp256"), sha256_name = STR_INIT("sha256"),
			sha512_name = STR_INIT("sha512");

const struct sshsig_rule sshsig_for_acts = {STR_INIT("comity"), TOKEN_FOR_ACTS};

/* The last kind is one of signatures only. */
static bool key_kind(struct str name, enum sshsig_kind *ret)
{
	for (enum sshsig_kind i = 0; i < SSHSIG_WEBAUTHN; i++)
		if (str_eq(name, kinds[i].name)) {
			*ret = i;
			return true;
		}
	return false;
}

static enum sshsig_kind kind_of(const struct pubkey *k)
{
	return !k->token ? SSHSIG_ED25519 : k->algorithm == KEY_ED25519 ? SSHSIG_SK_ED25519 : SSHSIG_SK_ECDSA;
}

/* Keys ---- */

bool sshsig_key_is(struct str type)
{
	static const struct str families[] = {STR_INIT("ssh-"), STR_INIT("sk-"), STR_INIT("ecdsa-sha2-"), STR_INIT("webauthn-sk-")};
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (str_starts(type, families[i]))
			return true;
	return false;
}

static int kind_refused(struct str name, const char *where, struct err *e)
{
	(void)err_set(e, ERR_REFUSED, where, "keys of the kind %.*s sign no acts here", STR_ARG(str_slice(name, 0, 80)));
	return err_hint(e, "ssh-keygen -t ed25519 makes one that does, and with a FIDO2 token -t ed25519-sk or ecdsa-sk, with -O verify-required");
}

static bool printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((uint8_t)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return true;
}

/* The application of a token's key: ASCII, mostly "ssh:". */
static bool read_app(struct str *wire, struct pubkey *k)
{
	struct str app;
	if (!wire_str(wire, &app) || app.n == 0 || app.n > PUBKEY_MAX_APP || !printable(app))
		return false;
	for (size_t i = 0; i < app.n; i++)
		if (app.p[i] & 0x80)
			return false;
	memcpy(k->app, app.p, app.n);
	return true;
}

static int key_sound(const struct pubkey *k, struct err *e)
{
	struct ed25519_pub pub;
	memcpy(pub.b, k->bytes, ED25519_PUB);
	if (k->algorithm == KEY_P256 ? p256_pub_sound(k->bytes) : ed25519_pub_sound(&pub))
		return 0;
	return err_set(e, ERR_REFUSED, where_key, "it is no sound key: no point of its curve in its one encoding, or of small order");
}

static int key_from_wire(struct str wire, struct pubkey *ret, struct err *e)
{
	struct pubkey k = {.carrier = CARRIER_SSHSIG};
	struct str type, bytes, name;
	enum sshsig_kind kind;
	if (!wire_str(&wire, &type))
		return err_set(e, ERR_INPUT, where_key, "it is no public key of OpenSSH");
	if (!key_kind(type, &kind))
		return printable(type) ? kind_refused(type, where_key, e) : err_set(e, ERR_INPUT, where_key, "it is no public key of OpenSSH");
	k.algorithm = kinds[kind].algorithm;
	k.token = kinds[kind].token;
	k.n = k.algorithm == KEY_P256 ? P256_PUB : ED25519_PUB;
	bool whole = (k.algorithm != KEY_P256 || (wire_str(&wire, &name) && str_eq(name, curve))) && wire_str(&wire, &bytes) && bytes.n == k.n &&
		     (!k.token || read_app(&wire, &k)) && wire.n == 0;
	if (!whole)
		return err_set(e, ERR_INPUT, where_key, "what stands behind the type is no public key of OpenSSH of the kind %.*s", STR_ARG(type));
	memcpy(k.bytes, bytes.p, k.n);
	int rc = key_sound(&k, e);
	if (rc == 0)
		*ret = k;
	return rc;
}

int sshsig_key_read(struct str line, struct pubkey *ret, struct err *e)
{
	uint8_t wire[PUBKEY_MAX_TEXT];
	struct str type, text, comment, inner;
	enum sshsig_kind kind;
	struct pubkey k;
	size_t n;
	if (!str_cut(line, ' ', &type, &text) || !printable(line))
		return err_set(e, ERR_INPUT, where_key, "it must read '<kind> <base64>', as in a .pub file of ssh-keygen");
	if (!key_kind(type, &kind))
		return kind_refused(type, where_key, e);
	(void)str_cut(text, ' ', &text, &comment);
	if (!base64_read(text, BASE64_STRICT, wire, sizeof wire, &n))
		return err_set(e, ERR_INPUT, where_key, "after '%.*s ' must stand base64", STR_ARG(type));
	int rc = key_from_wire((struct str){(const char *)wire, n}, &k, e);
	if (rc < 0)
		return rc;
	inner = kinds[kind_of(&k)].name;
	if (!str_eq(inner, type))
		return err_set(e, ERR_INPUT, where_key, "it says '%.*s', but is a key of the kind %.*s", STR_ARG(type), STR_ARG(inner));
	*ret = k;
	return 0;
}

void sshsig_key_wire(const struct pubkey *k, struct buf *out)
{
	wire_add_str(out, kinds[kind_of(k)].name);
	if (k->algorithm == KEY_P256)
		wire_add_str(out, curve);
	wire_add_str(out, (struct str){(const char *)k->bytes, k->n});
	if (k->token)
		wire_add_str(out, str_of(k->app));
}

void sshsig_key_write(const struct pubkey *k, struct buf *out)
{
	struct buf wire;
	buf_init(&wire, PUBKEY_MAX_TEXT);
	sshsig_key_wire(k, &wire);
	buf_add(out, kinds[kind_of(k)].name);
	buf_addc(out, ' ');
	base64_add(out, wire.p, wire.n);
	buf_done(&wire);
}

/* Blobs ---- */

static bool read_numbers(struct str *rest, uint8_t sig[P256_SIG])
{
	struct str both, r, s;
	return wire_str(rest, &both) && wire_str(&both, &r) && wire_str(&both, &s) && both.n == 0 && p256_read_number(r, sig) &&
	       p256_read_number(s, sig + HALF);
}

static bool read_bytes(struct str *rest, uint8_t sig[ED25519_SIG])
{
	struct str bytes;
	if (!wire_str(rest, &bytes) || bytes.n != ED25519_SIG)
		return false;
	memcpy(sig, bytes.p, ED25519_SIG);
	return true;
}

/* What stands behind the kind of the signature (PROTOCOL.u2f, "SSH U2F Signatures"). */
static bool read_inner(struct str in, struct sshsig *s)
{
	if (kinds[s->kind].algorithm == KEY_P256 ? !read_numbers(&in, s->sig) : !read_bytes(&in, s->sig))
		return false;
	if (kinds[s->kind].token && (!wire_u8(&in, &s->flags) || !wire_u32(&in, &s->counter)))
		return false;
	if (s->kind == SSHSIG_WEBAUTHN &&
		(!wire_str(&in, &s->origin) || !wire_str(&in, &s->client) || !wire_str(&in, &s->extensions) || s->origin.n > PUBKEY_MAX_ORIGIN ||
			s->client.n > SSHSIG_MAX_CLIENT || s->extensions.n > SSHSIG_MAX_EXTENSIONS))
		return false;
	return in.n == 0;
}

int sshsig_parse(struct str blob, struct sshsig *ret, struct err *e)
{
	struct sshsig s = {0};
	struct str rest = blob, reserved, inner, name;
	uint32_t version;
	if (blob.n > PUBKEY_MAX_SIG)
		return err_set(e, ERR_LIMIT, where_sig, "%zu bytes; a signature has at most %d", blob.n, PUBKEY_MAX_SIG);
	if (!wire_take(&rest, magic) || !wire_u32(&rest, &version))
		return err_set(e, ERR_INPUT, where_sig, "it is no signature of OpenSSH: it does not begin with SSHSIG");
	if (version != VERSION)
		return err_set(e, ERR_INPUT, where_sig, "it is of version %u of OpenSSH's format; known is %d", version, VERSION);
	if (!wire_str(&rest, &s.key) || !wire_str(&rest, &s.name_space) || !wire_str(&rest, &reserved) || !wire_str(&rest, &s.hash) ||
		!wire_str(&rest, &inner) || rest.n || reserved.n || s.name_space.n > SSHSIG_MAX_NAMESPACE || !wire_str(&inner, &name))
		return err_set(e, ERR_INPUT, where_sig, "it is no whole signature of OpenSSH, or something is left over at its end");
	if (!str_eq(s.hash, sha512_name) && !str_eq(s.hash, sha256_name))
		return err_set(e, ERR_INPUT, where_sig, "its hash must be sha512 or sha256");
	while (s.kind < SSHSIG_KINDS && !str_eq(name, kinds[s.kind].name))
		s.kind++;
	if (s.kind == SSHSIG_KINDS)
		return printable(name) ? kind_refused(name, where_sig, e) : err_set(e, ERR_INPUT, where_sig, "it is of no kind that is known");
	if (!read_inner(inner, &s))
		return err_set(e, ERR_INPUT, where_sig, "what stands in it is no signature of the kind %.*s", STR_ARG(name));
	*ret = s;
	return 0;
}

static void write_inner(const struct sshsig *s, struct buf *out)
{
	wire_add_str(out, kinds[s->kind].name);
	if (kinds[s->kind].algorithm == KEY_P256) {
		char r_room[HALF + 1], s_room[HALF + 1];
		struct str r = p256_number(s->sig, r_room), s_ = p256_number(s->sig + HALF, s_room);
		wire_add_u32(out, (uint32_t)(4 + r.n + 4 + s_.n));
		wire_add_str(out, r);
		wire_add_str(out, s_);
	} else {
		wire_add_str(out, (struct str){(const char *)s->sig, ED25519_SIG});
	}
	if (kinds[s->kind].token) {
		buf_addc(out, (char)s->flags);
		wire_add_u32(out, s->counter);
	}
	if (s->kind == SSHSIG_WEBAUTHN) {
		wire_add_str(out, s->origin);
		wire_add_str(out, s->client);
		wire_add_str(out, s->extensions);
	}
}

void sshsig_write(const struct sshsig *s, struct buf *out)
{
	struct buf inner;
	buf_init(&inner, PUBKEY_MAX_SIG);
	write_inner(s, &inner);
	buf_add(out, magic);
	wire_add_u32(out, VERSION);
	wire_add_str(out, s->key);
	wire_add_str(out, s->name_space);
	wire_add_str(out, STR(""));
	wire_add_str(out, s->hash);
	wire_add_str(out, buf_str(&inner));
	buf_done(&inner);
}

/* Verification ---- */

static int refused(struct err *e, const char *what)
{
	return err_set(e, ERR_REFUSED, where_sig, "%s", what);
}

/* What the key has signed, or the token was given to sign. */
static void signed_data(struct hasher *h, const struct sshsig *s, struct str message, struct buf *out)
{
	uint8_t hash[SHA512_LEN];
	struct digest d;
	struct str bytes = {(const char *)hash, sizeof hash};
	if (str_eq(s->hash, sha512_name)) {
		(void)crypto_hash_sha512(hash, (const uint8_t *)message.p, message.n);
	} else {
		sha256(h, message, &d);
		bytes = (struct str){(const char *)d.b, DIGEST_LEN};
	}
	buf_add(out, magic);
	wire_add_str(out, s->name_space);
	wire_add_str(out, STR(""));
	wire_add_str(out, s->hash);
	wire_add_str(out, bytes);
}

/* A browser signs client data, in which the data to be signed are the challenge. OpenSSH wants them to begin like this, and so
 * in this order (PROTOCOL.u2f); we read them as JSON too. The site must be one that may use the passkey. */
static int client_good(const struct pubkey *k, const struct sshsig *s, struct str data, struct err *e)
{
	struct buf start;
	if (s->flags & TOKEN_ATTESTED || !(s->flags & TOKEN_EXTENDED) != (s->extensions.n == 0))
		return refused(e, "its flags and its extensions do not fit each other");
	if (!webauthn_origin_of(s->origin, str_of(k->app)))
		return err_set(e, ERR_REFUSED, where_sig, "it was made at a site that is not of %s", k->app);
	buf_init(&start, SSHSIG_MAX_CLIENT);
	buf_adds(&start, "{\"type\":\"webauthn.get\",\"challenge\":\"");
	base64url_add(&start, data.p, data.n);
	buf_adds(&start, "\",\"origin\":\"");
	buf_add(&start, s->origin);
	buf_adds(&start, "\"");
	int rc = !start.over && str_starts(s->client, buf_str(&start)) ? webauthn_client_good(s->client, data, s->origin, e)
									: refused(e, "its client data do not begin with what is signed here");
	buf_done(&start);
	return rc;
}

/* What a token signs: the hash of its application, flags, counter, extensions, and the hash of the data or of the client data. */
static void token_data(struct hasher *h, const struct pubkey *k, const struct sshsig *s, struct str data, struct buf *out)
{
	struct digest app, last;
	sha256(h, str_of(k->app), &app);
	sha256(h, s->kind == SSHSIG_WEBAUTHN ? s->client : data, &last);
	buf_add(out, (struct str){(const char *)app.b, DIGEST_LEN});
	buf_addc(out, (char)s->flags);
	wire_add_u32(out, s->counter);
	buf_add(out, s->extensions);
	buf_add(out, (struct str){(const char *)last.b, DIGEST_LEN});
}

static bool fits(struct hasher *h, const struct pubkey *k, const struct sshsig *s, struct str data)
{
	struct digest d;
	struct ed25519_pub pub;
	struct ed25519_sig sig;
	if (k->algorithm == KEY_P256) {
		sha256(h, data, &d);
		return p256_good(k->bytes, &d, s->sig);
	}
	memcpy(pub.b, k->bytes, ED25519_PUB);
	memcpy(sig.b, s->sig, ED25519_SIG);
	return ed25519_good(&pub, data, &sig);
}

/* `data`, `token`: buffers. */
static int good_over(struct hasher *h, const struct pubkey *k, const struct sshsig_rule *rule, const struct sshsig *s, struct str message,
	struct buf *data, struct buf *token, struct err *e)
{
	int rc = 0;
	signed_data(h, s, message, data);
	if (s->kind == SSHSIG_WEBAUTHN)
		rc = client_good(k, s, buf_str(data), e);
	if (rc == 0 && k->token)
		rc = token_flags_good(s->flags, rule->flags, e);
	if (rc < 0)
		return rc;
	if (k->token)
		token_data(h, k, s, buf_str(data), token);
	if (data->over || token->over)
		arena_oom(); /* half of it must never be judged */
	if (k->algorithm == KEY_P256 && !p256_is_low(s->sig))
		return refused(e, "it has a high s; of the two forms that each signature has, only the one with the low s is taken");
	return fits(h, k, s, buf_str(k->token ? token : data)) ? 0 : refused(e, "it does not fit what is signed");
}

static int head_good(const struct pubkey *k, const struct sshsig_rule *rule, const struct sshsig *s, struct err *e)
{
	struct buf wire;
	enum sshsig_kind kind = kind_of(k);
	buf_init(&wire, PUBKEY_MAX_TEXT);
	sshsig_key_wire(k, &wire);
	bool same = !wire.over && str_eq(buf_str(&wire), s->key);
	buf_done(&wire);
	if (!same)
		return refused(e, "another key stands in it than the one that is registered");
	if (s->kind != kind && !(s->kind == SSHSIG_WEBAUTHN && kind == SSHSIG_SK_ECDSA))
		return refused(e, "it is of another kind than its key");
	if (!str_eq(s->name_space, rule->name_space)) {
		(void)err_set(e, ERR_REFUSED, where_sig, "it was made for the namespace '%.*s', not for '%.*s'",
			printable(s->name_space) ? (int)(s->name_space.n < 60 ? s->name_space.n : 60) : 0, s->name_space.p, STR_ARG(rule->name_space));
		return err_hint(e, "sign with ssh-keygen -Y sign -n %.*s", STR_ARG(rule->name_space));
	}
	return 0;
}

int sshsig_good(const struct pubkey *k, const struct sshsig_rule *rule, struct str message, struct str blob, struct err *e)
{
	struct sshsig s;
	struct hasher h;
	struct buf data, token;
	if (sshsig_parse(blob, &s, e) < 0) {
		if (e)
			e->code = ERR_REFUSED;
		return ERR_REFUSED;
	}
	int rc = head_good(k, rule, &s, e);
	if (rc < 0)
		return rc;
	hasher_init(&h);
	buf_init(&data, WEBAUTHN_MAX_CHALLENGE);
	buf_init(&token, SSHSIG_MAX_EXTENSIONS + 3 * DIGEST_LEN);
	rc = good_over(&h, k, rule, &s, message, &data, &token, e);
	buf_done(&token);
	buf_done(&data);
	hasher_done(&h);
	return rc;
}

/* Armour ---- */

/* The base64 between the two lines, without line ends. ssh-keygen breaks it after 70 letters; other widths mean the same. */
static int unarmour(struct str text, struct arena *a, struct str *ret, struct err *e)
{
	struct str line, rest = str_trim(text);
	size_t n = 0;
	if (text.n > SSHSIG_MAX_ARMOUR)
		return err_set(e, ERR_LIMIT, where_sig, "%zu bytes; the text of a signature has at most %d", text.n, SSHSIG_MAX_ARMOUR);
	char *letters = arena_alloc(a, rest.n + 1);
	bool begun = str_line(&rest, &line) && str_eq(str_trim(line), STR("-----BEGIN SSH SIGNATURE-----")), ended = false;
	while (begun && !ended && str_line(&rest, &line)) {
		line = str_trim(line);
		ended = str_eq(line, STR("-----END SSH SIGNATURE-----"));
		if (!ended && line.n)
			memcpy(letters + n, line.p, line.n);
		n += ended ? 0 : line.n;
	}
	if (!ended || rest.n) {
		(void)err_set(e, ERR_INPUT, where_sig, "it is not what ssh-keygen -Y sign writes, from -----BEGIN SSH SIGNATURE----- to -----END");
		return err_hint(e, "give the .sig file as it is");
	}
	char *bytes = arena_alloc(a, n / 4 * 3 + 1);
	ret->p = bytes;
	if (!base64_read((struct str){letters, n}, BASE64_STRICT, (uint8_t *)bytes, n / 4 * 3, &ret->n))
		return err_set(e, ERR_INPUT, where_sig, "between its first and its last line stands no base64");
	return 0;
}

int sshsig_read(struct str text, struct arena *a, struct str *ret_blob, struct pubkey *ret_key, struct err *e)
{
	struct str blob;
	struct sshsig s;
	struct pubkey key;
	struct buf out;
	int rc = unarmour(text, a, &blob, e);
	if (rc == 0)
		rc = sshsig_parse(blob, &s, e);
	if (rc == 0)
		rc = key_from_wire(s.key, &key, e);
	if (rc < 0)
		return rc;
	if (kinds[s.kind].algorithm == KEY_P256)
		p256_lower(s.sig);
	buf_init(&out, PUBKEY_MAX_SIG);
	sshsig_write(&s, &out);
	if (out.over)
		arena_oom();
	*ret_blob = arena_str(a, buf_str(&out));
	buf_done(&out);
	if (ret_key)
		*ret_key = key;
	return 0;
}
