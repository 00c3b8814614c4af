/* SPDX-License-Identifier: Apache-2.0 */
#include "log/pubkey.h"

#include "base/arena.h"
#include "log/base64.h"
#include "log/sshsig.h"
#include "log/webauthn.h"

#include <string.h>

static const char where[] = "public key";

static const struct {
	struct str name;
	size_t min, max; /* bytes of a signature */
} carriers[CARRIERS] = {
	[CARRIER_ED25519] = {STR_INIT("ed25519"), ED25519_SIG, ED25519_SIG},
	[CARRIER_SSHSIG] = {STR_INIT("sshsig"), 1, PUBKEY_MAX_SIG},
	[CARRIER_WEBAUTHN] = {STR_INIT("webauthn"), 1, PUBKEY_MAX_SIG},
};

struct str carrier_name(enum carrier c)
{
	return carriers[c].name;
}

bool carrier_sig_fits(enum carrier c, size_t n)
{
	return n >= carriers[c].min && n <= carriers[c].max;
}

static bool hexadecimal(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

bool keyid_carrier(struct str keyid, enum carrier *ret)
{
	struct str name, digits;
	if (!str_cut(keyid, ':', &name, &digits) || digits.n != KEYID_HEX || !hexadecimal(digits))
		return false;
	for (enum carrier c = 0; c < CARRIERS; c++)
		if (str_eq(name, carriers[c].name)) {
			*ret = c;
			return true;
		}
	return false;
}

/* Text ---- */

static int read_ed25519(struct str text, struct pubkey *ret, struct err *e)
{
	struct ed25519_pub pub;
	size_t n;
	if (!base64_read(text, BASE64_STRICT, pub.b, ED25519_PUB, &n) || n != ED25519_PUB)
		return err_set(e, ERR_INPUT, where, "after 'ed25519 ' must stand 32 bytes in base64");
	if (!ed25519_pub_sound(&pub))
		return err_set(e, ERR_REFUSED, where, "it is no sound key: no point of its curve in its one encoding, or of small order");
	pubkey_ed25519(&pub, ret);
	return 0;
}

int pubkey_read(struct str text, struct pubkey *ret, struct err *e)
{
	struct str type, rest;
	bool words = str_cut(text, ' ', &type, &rest);
	if (words && str_eq(type, carriers[CARRIER_ED25519].name))
		return read_ed25519(rest, ret, e);
	if (words && str_eq(type, carriers[CARRIER_WEBAUTHN].name))
		return webauthn_key_read(rest, ret, e);
	if (words && sshsig_key_is(type))
		return sshsig_key_read(text, ret, e);
	if (str_starts(text, STR("-----BEGIN "))) {
		(void)err_set(e, ERR_INPUT, where, "this is a file of a key, perhaps of the secret one, not the line of a public key");
		return err_hint(e, "ssh-keygen writes that line to the file that ends in .pub; never send the other one to anybody");
	}
	(void)err_set(e, ERR_INPUT, where, "it begins with no kind of key that is known here");
	return err_hint(e, "it reads 'ed25519 <base64>', or is the line of a .pub file of OpenSSH, or 'webauthn <algorithm> <base64> <rp id> <origin>'");
}

void pubkey_write(const struct pubkey *k, struct buf *out)
{
	switch (k->carrier) {
	case CARRIER_SSHSIG: sshsig_key_write(k, out); break;
	case CARRIER_WEBAUTHN: webauthn_key_write(k, out); break;
	case CARRIER_ED25519:
	default:
		buf_adds(out, "ed25519 ");
		base64_add(out, k->bytes, k->n);
	}
}

/* Names ---- */

struct str pubkey_text(const struct pubkey *k, struct arena *a)
{
	struct buf b;
	buf_init(&b, PUBKEY_MAX_TEXT);
	pubkey_write(k, &b);
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

void pubkey_id(struct hasher *h, const struct pubkey *k, char ret[KEYID_MAX + 1])
{
	static const char digit[] = "0123456789abcdef";
	struct str name = carriers[k->carrier].name;
	struct buf own;
	struct digest d;
	buf_init(&own, PUBKEY_MAX_TEXT);
	switch (k->carrier) {
	case CARRIER_SSHSIG: sshsig_key_wire(k, &own); break;
	case CARRIER_WEBAUTHN: webauthn_key_wire(k, &own); break;
	case CARRIER_ED25519:
	default: buf_add(&own, (struct str){(const char *)k->bytes, k->n});
	}
	if (own.over)
		arena_oom(); /* no key is that long */
	sha256(h, buf_str(&own), &d);
	buf_done(&own);
	char *at = mempcpy(ret, name.p, name.n);
	*at++ = ':';
	for (size_t i = 0; i < KEYID_HEX / 2; i++) {
		*at++ = digit[d.b[i] >> 4];
		*at++ = digit[d.b[i] & 15];
	}
	*at = 0;
}

void pubkey_ed25519(const struct ed25519_pub *pub, struct pubkey *ret)
{
	*ret = (struct pubkey){.carrier = CARRIER_ED25519, .algorithm = KEY_ED25519, .n = ED25519_PUB};
	memcpy(ret->bytes, pub->b, ED25519_PUB);
}

bool pubkey_eq(const struct pubkey *a, const struct pubkey *b)
{
	return a->carrier == b->carrier && a->algorithm == b->algorithm && a->token == b->token && a->n == b->n &&
	       memcmp(a->bytes, b->bytes, a->n) == 0 && strcmp(a->app, b->app) == 0 && strcmp(a->origin, b->origin) == 0;
}

/* Signatures ---- */

static int good_ed25519(const struct pubkey *k, struct str message, struct str sig, struct err *e)
{
	struct ed25519_pub pub;
	struct ed25519_sig fixed;
	if (sig.n != ED25519_SIG)
		return err_set(e, ERR_REFUSED, "signature", "it has %zu bytes, not 64", sig.n);
	memcpy(pub.b, k->bytes, ED25519_PUB);
	memcpy(fixed.b, sig.p, ED25519_SIG);
	return ed25519_good(&pub, message, &fixed) ? 0 : err_set(e, ERR_REFUSED, "signature", "it does not fit what is signed");
}

int pubkey_good(const struct pubkey *k, struct str message, struct str sig, struct err *e)
{
	switch (k->carrier) {
	case CARRIER_SSHSIG: return sshsig_good(k, &sshsig_for_acts, message, sig, e);
	case CARRIER_WEBAUTHN: return webauthn_good(k, message, sig, e);
	case CARRIER_ED25519:
	default: return good_ed25519(k, message, sig, e);
	}
}
