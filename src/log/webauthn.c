/* SPDX-License-Identifier: Apache-2.0 */
#include "log/webauthn.h"

#include "base/json.h"
#include "log/base64.h"
#include "log/p256.h"
#include "log/wire.h"

#include <string.h>

static const char where_key[] = "public key", where_sig[] = "signature";

static const struct {
	struct str name;
	size_t n; /* bytes of the key */
} algorithms[] = {
	[KEY_ED25519] = {STR_INIT("EdDSA"), ED25519_PUB},
	[KEY_P256] = {STR_INIT("ES256"), P256_PUB},
};

enum { RP_HASH = DIGEST_LEN, AUTH_FLAGS = RP_HASH, AUTH_MIN = RP_HASH + 1 + 4, SIGNATURE = 64 };

_Static_assert(SIGNATURE == (int)P256_SIG && SIGNATURE == (int)ED25519_SIG, "both algorithms sign in 64 bytes");

/* Sites ---- */

/* A name in the DNS as a browser writes it: lower case, no dot at either end. */
static bool host_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool inner = i > 0 && i + 1 < s.n && (s.p[i] == '-' || (s.p[i] == '.' && s.p[i - 1] != '.'));
		if (!inner && !(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9'))
			return false;
	}
	return s.n > 0 && s.n <= PUBKEY_MAX_APP;
}

bool webauthn_origin_of(struct str origin, struct str rp_id)
{
	struct str host = origin, port;
	bool secure = wire_take(&host, STR("https://"));
	uint64_t n;
	if (!secure && !wire_take(&host, STR("http://")))
		return false;
	if (str_cut(host, ':', &host, &port) && (!str_u64(port, &n) || n < 1 || n > 65535 || n == (secure ? 443 : 80)))
		return false;
	if (!host_ok(host) || !host_ok(rp_id) || (!secure && !str_eq(host, STR("localhost"))))
		return false;
	bool below = host.n > rp_id.n && host.p[host.n - rp_id.n - 1] == '.' && str_ends(host, rp_id);
	return str_eq(host, rp_id) || below;
}

/* Keys ---- */

static bool sound(const struct pubkey *k)
{
	struct ed25519_pub pub;
	if (k->algorithm == KEY_P256)
		return p256_pub_sound(k->bytes);
	memcpy(pub.b, k->bytes, ED25519_PUB);
	return ed25519_pub_sound(&pub);
}

static void keep(char *to, struct str s)
{
	memcpy(to, s.p, s.n);
	to[s.n] = 0;
}

int webauthn_key_read(struct str text, struct pubkey *ret, struct err *e)
{
	struct pubkey k = {.carrier = CARRIER_WEBAUTHN};
	struct str algorithm, key, rp_id, origin;
	bool known = false;
	if (!str_cut(text, ' ', &algorithm, &text) || !str_cut(text, ' ', &key, &text) || !str_cut(text, ' ', &rp_id, &origin)) {
		(void)err_set(e, ERR_INPUT, where_key, "after 'webauthn' something is missing");
		return err_hint(e, "it must read 'webauthn <ES256 or EdDSA> <base64 of the key> <rp id> <origin>'");
	}
	for (enum key_algorithm i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
		if (str_eq(algorithm, algorithms[i].name)) {
			k.algorithm = i;
			known = true;
		}
	if (!known)
		return err_set(e, ERR_INPUT, where_key, "after 'webauthn' must stand ES256 or EdDSA");
	if (!base64_read(key, BASE64_STRICT, k.bytes, sizeof k.bytes, &k.n) || k.n != algorithms[k.algorithm].n)
		return err_set(e, ERR_INPUT, where_key, "a key for %.*s is %zu bytes in base64", STR_ARG(algorithm), algorithms[k.algorithm].n);
	if (!host_ok(rp_id))
		return err_set(e, ERR_INPUT, where_key, "the rp id must be a domain in lower case, as in register.example");
	if (origin.n > PUBKEY_MAX_ORIGIN || !webauthn_origin_of(origin, rp_id)) {
		(void)err_set(e, ERR_INPUT, where_key, "the origin is no site of the rp id %.*s", STR_ARG(rp_id));
		return err_hint(e, "it is 'https://', a host that is the rp id or ends with it, and a port if it is not 443; nothing more");
	}
	if (!sound(&k))
		return err_set(e, ERR_REFUSED, where_key, "it is no sound key for %.*s: no point of its curve, or of small order", STR_ARG(algorithm));
	keep(k.app, rp_id);
	keep(k.origin, origin);
	*ret = k;
	return 0;
}

void webauthn_key_write(const struct pubkey *k, struct buf *out)
{
	buf_adds(out, "webauthn ");
	buf_add(out, algorithms[k->algorithm].name);
	buf_addc(out, ' ');
	base64_add(out, k->bytes, k->n);
	buf_addc(out, ' ');
	buf_adds(out, k->app);
	buf_addc(out, ' ');
	buf_adds(out, k->origin);
}

void webauthn_key_wire(const struct pubkey *k, struct buf *out)
{
	wire_add_str(out, algorithms[k->algorithm].name);
	wire_add_str(out, (struct str){(const char *)k->bytes, k->n});
	wire_add_str(out, str_of(k->app));
	wire_add_str(out, str_of(k->origin));
}

/* Signatures ---- */

static int refused(struct err *e, const char *what)
{
	return err_set(e, ERR_REFUSED, where_sig, "%s", what);
}

int token_flags_good(uint8_t flags, uint8_t needed, struct err *e)
{
	uint8_t missing = (uint8_t)(needed & ~flags);
	if (missing & TOKEN_TOUCHED)
		return refused(e, "nobody touched the device");
	if (missing) {
		(void)refused(e, "the device did not ask who touched it, by PIN, finger or face");
		return err_hint(e, "with ssh-keygen make the key with -O verify-required; in a browser ask for user verification");
	}
	return 0;
}

static int client_members_good(const json_t *client, struct str challenge, struct str origin, struct err *e)
{
	const json_t *cross = json_object_get(client, "crossOrigin");
	if (!str_eq(json_get_str(client, "type"), STR("webauthn.get")))
		return refused(e, "the client data do not say that it is an assertion (webauthn.get)");
	if (!str_eq(json_get_str(client, "challenge"), challenge))
		return refused(e, "its challenge is not made of what is signed here");
	if (!str_eq(json_get_str(client, "origin"), origin)) {
		(void)err_set(e, ERR_REFUSED, where_sig, "it was not made at %.*s", STR_ARG(origin));
		return err_hint(e, "a key signs acts at the one site that it was registered with");
	}
	/* In a frame of another site nobody sees whose page it is (section 13.4.9). */
	if ((cross && !json_is_false(cross)) || json_object_get(client, "topOrigin"))
		return refused(e, "it was made in a frame on a page of another site");
	return 0;
}

int webauthn_client_good(struct str json, struct str challenge, struct str origin, struct err *e)
{
	AUTO_JSON json_t *client = NULL;
	struct buf text;
	struct err why;
	if (json.n > WEBAUTHN_MAX_CLIENT)
		return err_set(e, ERR_REFUSED, where_sig, "its client data are longer than %d bytes", WEBAUTHN_MAX_CLIENT);
	if (json_read(json, "client data", &client, &why) < 0)
		return err_set(e, ERR_REFUSED, where_sig, "its client data are no JSON object: %s", why.what);
	if (!json_is_object(client))
		return refused(e, "its client data are no JSON object");
	buf_init(&text, BASE64_LEN(WEBAUTHN_MAX_CHALLENGE));
	base64url_add(&text, challenge.p, challenge.n);
	int rc = text.over ? refused(e, "what is signed is too long for a challenge") : client_members_good(client, buf_str(&text), origin, e);
	buf_done(&text);
	return rc;
}

/* The three strings, each of a length that it may have. */
static bool parse(struct str sig, struct webauthn_response *ret)
{
	struct webauthn_response r;
	bool whole = wire_str(&sig, &r.authenticator_data) && wire_str(&sig, &r.client_data) && wire_str(&sig, &r.signature) && sig.n == 0;
	if (!whole || r.authenticator_data.n > WEBAUTHN_MAX_AUTH || r.client_data.n > WEBAUTHN_MAX_CLIENT || r.signature.n != SIGNATURE)
		return false;
	*ret = r;
	return true;
}

/* Section 6.1: the hash of the rp id, flags, a counter, and extensions if the flags say so. */
static int auth_good(struct hasher *h, const struct pubkey *k, uint8_t needed, struct str auth, struct err *e)
{
	struct digest rp;
	if (auth.n < AUTH_MIN)
		return err_set(e, ERR_REFUSED, where_sig, "its authenticator data have %zu bytes; there are at least %d", auth.n, AUTH_MIN);
	uint8_t flags = (uint8_t)auth.p[AUTH_FLAGS];
	sha256(h, str_of(k->app), &rp);
	if (memcmp(auth.p, rp.b, RP_HASH) != 0)
		return err_set(e, ERR_REFUSED, where_sig, "it was not made for the rp id %s", k->app);
	if (flags & TOKEN_ATTESTED || !(flags & TOKEN_EXTENDED) != (auth.n == AUTH_MIN))
		return refused(e, "its authenticator data are none of an assertion: flags and length do not fit each other");
	if ((flags & TOKEN_COPIED) && !(flags & TOKEN_MAY_COPY))
		return refused(e, "its flags say of the key that it was copied and that it cannot be (BS without BE)");
	return token_flags_good(flags, needed, e);
}

static bool fits(struct hasher *h, const struct pubkey *k, const struct webauthn_response *r)
{
	char message[WEBAUTHN_MAX_AUTH + DIGEST_LEN];
	struct str whole = {message, r->authenticator_data.n + DIGEST_LEN};
	struct digest d;
	struct ed25519_pub pub;
	struct ed25519_sig sig;
	sha256(h, r->client_data, &d);
	memcpy(message, r->authenticator_data.p, r->authenticator_data.n);
	memcpy(message + r->authenticator_data.n, d.b, DIGEST_LEN);
	if (k->algorithm == KEY_P256) {
		sha256(h, whole, &d);
		return p256_good(k->bytes, &d, (const uint8_t *)r->signature.p);
	}
	memcpy(pub.b, k->bytes, ED25519_PUB);
	memcpy(sig.b, r->signature.p, ED25519_SIG);
	return ed25519_good(&pub, whole, &sig);
}

int webauthn_assertion_good(const struct pubkey *k, uint8_t flags, const struct digest *challenge, struct str sig, struct err *e)
{
	struct webauthn_response r;
	struct hasher h;
	if (!parse(sig, &r))
		return refused(e, "it is not authenticator data, client data and 64 bytes of signature");
	hasher_init(&h);
	int rc = auth_good(&h, k, flags, r.authenticator_data, e);
	if (rc == 0)
		rc = webauthn_client_good(r.client_data, (struct str){(const char *)challenge->b, DIGEST_LEN}, str_of(k->origin), e);
	if (rc == 0 && k->algorithm == KEY_P256 && !p256_is_low((const uint8_t *)r.signature.p))
		rc = refused(e, "it has a high s; of the two forms that each signature has, only the one with the low s is taken");
	if (rc == 0 && !fits(&h, k, &r))
		rc = refused(e, "it does not fit what is signed");
	hasher_done(&h);
	return rc;
}

int webauthn_good(const struct pubkey *k, struct str message, struct str sig, struct err *e)
{
	struct hasher h;
	struct digest challenge;
	hasher_init(&h);
	sha256(&h, message, &challenge);
	hasher_done(&h);
	return webauthn_assertion_good(k, TOKEN_FOR_ACTS, &challenge, sig, e);
}

int webauthn_pack(const struct pubkey *k, const struct webauthn_response *r, struct buf *out, struct err *e)
{
	uint8_t sig[SIGNATURE];
	if (r->authenticator_data.n > WEBAUTHN_MAX_AUTH || r->client_data.n > WEBAUTHN_MAX_CLIENT)
		return err_set(e, ERR_LIMIT, where_sig, "the authenticator data may have %d bytes, the client data %d", WEBAUTHN_MAX_AUTH,
			WEBAUTHN_MAX_CLIENT);
	if (k->algorithm == KEY_P256 ? !p256_read_der(r->signature, sig) : r->signature.n != SIGNATURE)
		return err_set(e, ERR_INPUT, where_sig, "the bytes of the signature are %s",
			k->algorithm == KEY_P256 ? "no two numbers of P-256 in DER" : "not 64");
	if (k->algorithm == KEY_P256)
		p256_lower(sig);
	else
		memcpy(sig, r->signature.p, SIGNATURE);
	wire_add_str(out, r->authenticator_data);
	wire_add_str(out, r->client_data);
	wire_add_str(out, (struct str){(const char *)sig, SIGNATURE});
	return out->over ? err_set(e, ERR_LIMIT, where_sig, "it is longer than there is room for") : 0;
}
