/* SPDX-License-Identifier: Apache-2.0 */
#include "log/dsse.h"

#include "log/base64.h"

#include <string.h>

static const char where[] = "envelope";

void dsse_pae(struct str type, struct str payload, struct buf *out)
{
	buf_addf(out, "DSSEv1 %zu ", type.n);
	buf_add(out, type);
	buf_addf(out, " %zu ", payload.n);
	buf_add(out, payload);
}

/* Printable ASCII that JSON never escapes. */
static bool plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
			return false;
	return true;
}

static bool type_ok(struct str type)
{
	return type.n > 0 && type.n <= DSSE_MAX_TYPE && plain(type);
}

/* Takes exactly these bytes from the front. */
static bool take(struct str *s, const char *literal)
{
	struct str want = str_of(literal);
	if (!str_starts(*s, want))
		return false;
	*s = str_slice(*s, want.n, s->n);
	return true;
}

static int other_spelling(struct err *e, struct str rest, struct str whole, const char *expected)
{
	int rc = err_set(e, ERR_INPUT, where, "at byte %zu: expected %s", whole.n - rest.n, expected);
	err_hint(e, "an envelope has one spelling: no blanks, fixed order of keys, canonical base64");
	return rc;
}

/* The bytes of a signature, into the arena; false if it is not base64 in its one spelling, or of no length that its carrier has. */
static bool read_sig(struct str text, enum carrier c, struct arena *a, struct str *ret)
{
	if (text.n > BASE64_LEN(PUBKEY_MAX_SIG))
		return false;
	char *bytes = arena_alloc(a, text.n / 4 * 3 + 1);
	ret->p = bytes;
	return base64_read(text, BASE64_STRICT, (uint8_t *)bytes, text.n / 4 * 3, &ret->n) && carrier_sig_fits(c, ret->n);
}

static int parse_sig(struct str *s, struct str whole, struct arena *a, struct dsse *d, struct err *e)
{
	struct dsse_sig *sig = &d->sigs[d->nsigs];
	struct str text;
	enum carrier c;
	if (!take(s, "{\"keyid\":\"") || !str_cut(*s, '"', &sig->keyid, s) || !keyid_carrier(sig->keyid, &c))
		return other_spelling(e, *s, whole, "{\"keyid\":\"<carrier>:<16 hexadecimal digits>\"");
	if (d->nsigs && str_cmp(d->sigs[d->nsigs - 1].keyid, sig->keyid) >= 0)
		return other_spelling(e, *s, whole, "signatures in ascending order of keyid, one for each key");
	if (!take(s, ",\"sig\":\"") || !str_cut(*s, '"', &text, s) ||
		!read_sig(text, c, a, &sig->sig) || !take(s, "}"))
		return other_spelling(e, *s, whole, "\"sig\":\"<the carrier's bytes in base64>\"}");
	d->nsigs++;
	return 0;
}

int dsse_parse(struct str bytes, struct arena *a, struct dsse *ret, struct err *e)
{
	struct dsse d = {0};
	struct str s = bytes, payload;
	if (bytes.n > DSSE_MAX_BYTES)
		return err_set(e, ERR_LIMIT, where, "%zu bytes; an entry has at most %d", bytes.n, DSSE_MAX_BYTES);
	if (!take(&s, "{\"payloadType\":\"") || !str_cut(s, '"', &d.type, &s) || !type_ok(d.type))
		return other_spelling(e, s, bytes, "{\"payloadType\":\"<type>\"");
	if (!take(&s, ",\"payload\":\"") || !str_cut(s, '"', &payload, &s))
		return other_spelling(e, s, bytes, ",\"payload\":\"<base64>\"");
	uint8_t *body = arena_alloc(a, payload.n / 4 * 3 + 1);
	if (!base64_read(payload, BASE64_STRICT, body, payload.n / 4 * 3, &d.payload.n))
		return other_spelling(e, s, bytes, "the payload in canonical base64 before this");
	d.payload.p = (const char *)body;
	if (!take(&s, ",\"signatures\":["))
		return other_spelling(e, s, bytes, ",\"signatures\":[");
	do {
		if (d.nsigs == DSSE_MAX_SIGS)
			return err_set(e, ERR_LIMIT, where, "more than %d signatures", DSSE_MAX_SIGS);
		int rc = parse_sig(&s, bytes, a, &d, e);
		if (rc < 0)
			return rc;
	} while (take(&s, ","));
	if (!take(&s, "]}") || s.n)
		return other_spelling(e, s, bytes, "]} and nothing after it");
	*ret = d;
	return 0;
}

static bool sigs_ok(const struct dsse *d)
{
	enum carrier c;
	for (size_t i = 0; i < d->nsigs; i++)
		if (!keyid_carrier(d->sigs[i].keyid, &c) || !carrier_sig_fits(c, d->sigs[i].sig.n) ||
			(i > 0 && str_cmp(d->sigs[i - 1].keyid, d->sigs[i].keyid) >= 0))
			return false;
	return true;
}

int dsse_write(const struct dsse *d, struct buf *out, struct err *e)
{
	if (!type_ok(d->type))
		return err_set(e, ERR_INPUT, where,
			"the payload type must be 1 to %d printable ASCII characters without quotes", DSSE_MAX_TYPE);
	if (d->nsigs == 0 || d->nsigs > DSSE_MAX_SIGS)
		return err_set(e, ERR_INPUT, where, "%zu signatures; there must be 1 to %d", d->nsigs, DSSE_MAX_SIGS);
	if (!sigs_ok(d))
		return err_set(e, ERR_INPUT, where, "a signature is not of a length that its carrier has, or they are not in the order of their keyids");
	size_t start = out->n;
	buf_adds(out, "{\"payloadType\":\"");
	buf_add(out, d->type);
	buf_adds(out, "\",\"payload\":\"");
	base64_add(out, d->payload.p, d->payload.n);
	buf_adds(out, "\",\"signatures\":[");
	for (size_t i = 0; i < d->nsigs; i++) {
		buf_adds(out, i ? ",{\"keyid\":\"" : "{\"keyid\":\"");
		buf_add(out, d->sigs[i].keyid);
		buf_adds(out, "\",\"sig\":\"");
		base64_add(out, d->sigs[i].sig.p, d->sigs[i].sig.n);
		buf_adds(out, "\"}");
	}
	buf_adds(out, "]}");
	if (out->over || out->n - start > DSSE_MAX_BYTES)
		return err_set(e, ERR_LIMIT, where, "the payload of %zu bytes makes an entry of more than %d",
			d->payload.n, DSSE_MAX_BYTES);
	return 0;
}

static struct buf pae_of(const struct dsse *d)
{
	struct buf pae;
	buf_init(&pae, d->type.n + d->payload.n + 64);
	dsse_pae(d->type, d->payload, &pae);
	if (pae.over)
		arena_oom(); /* half a message must never be signed */
	return pae;
}

int dsse_add(struct dsse *d, struct str keyid, struct str sig, struct err *e)
{
	enum carrier c;
	if (!keyid_carrier(keyid, &c))
		return err_set(e, ERR_INPUT, where, "'%.*s' is not a keyid", STR_ARG(str_slice(keyid, 0, 80)));
	if (!carrier_sig_fits(c, sig.n))
		return err_set(e, ERR_INPUT, where, "a signature of %zu bytes is none of %.*s", sig.n, STR_ARG(keyid));
	if (d->nsigs == DSSE_MAX_SIGS)
		return err_set(e, ERR_LIMIT, where, "more than %d signatures", DSSE_MAX_SIGS);
	size_t at = d->nsigs;
	while (at > 0 && str_cmp(d->sigs[at - 1].keyid, keyid) > 0)
		at--;
	if (at > 0 && str_eq(d->sigs[at - 1].keyid, keyid))
		return err_set(e, ERR_CONFLICT, where, "%.*s has signed already", STR_ARG(keyid));
	memmove(&d->sigs[at + 1], &d->sigs[at], (d->nsigs - at) * sizeof d->sigs[0]);
	d->sigs[at] = (struct dsse_sig){keyid, sig};
	d->nsigs++;
	return 0;
}

int dsse_sign(struct dsse *d, struct arena *a, struct str keyid, const struct ed25519_key *k, struct err *e)
{
	struct ed25519_sig *sig = arena_new(a, struct ed25519_sig);
	struct buf pae = pae_of(d);
	ed25519_sign(k, buf_str(&pae), sig);
	buf_done(&pae);
	return dsse_add(d, keyid, (struct str){(const char *)sig->b, ED25519_SIG}, e);
}

static int verify_over(const struct dsse *d, struct str pae, const struct dsse_keys *keys, struct err *e)
{
	for (size_t i = 0; i < d->nsigs; i++) {
		struct str keyid = d->sigs[i].keyid;
		struct pubkey key;
		struct err why = {0};
		if (!keys->find(keys->ctx, d, keyid, &key)) {
			(void)err_set(e, ERR_REFUSED, where, "signed by %.*s, which is not a registered key", STR_ARG(keyid));
			return err_hint(e, "a key must be registered before it signs");
		}
		if (pubkey_good(&key, pae, d->sigs[i].sig, &why) < 0) {
			(void)err_set(e, ERR_REFUSED, where, "the signature of %.*s: %s", STR_ARG(keyid), why.what);
			return why.hint[0] ? err_hint(e, "%s", why.hint) : ERR_REFUSED;
		}
	}
	return 0;
}

void dsse_key_ed25519(struct hasher *h, const struct ed25519_pub *pub, struct dsse_key *ret)
{
	pubkey_ed25519(pub, &ret->key);
	pubkey_id(h, &ret->key, ret->keyid);
}

bool dsse_only_key(void *key, const struct dsse *d, struct str keyid, struct pubkey *ret)
{
	const struct dsse_key *only = key;
	(void)d;
	*ret = only->key;
	return str_eq(keyid, str_of(only->keyid));
}

int dsse_verify(const struct dsse *d, const struct dsse_keys *keys, struct err *e)
{
	struct buf pae = pae_of(d);
	int rc = d->nsigs ? verify_over(d, buf_str(&pae), keys, e) : err_set(e, ERR_REFUSED, where, "not signed");
	buf_done(&pae);
	return rc;
}
