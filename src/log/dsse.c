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

static bool keyid_ok(struct str keyid)
{
	static const struct str scheme = STR_INIT("ed25519:"); /* the only one so far */
	if (keyid.n != KEYID_LEN || !str_starts(keyid, scheme))
		return false;
	for (size_t i = scheme.n; i < keyid.n; i++)
		if (!strchr("0123456789abcdef", keyid.p[i]) || !keyid.p[i])
			return false;
	return true;
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

static int parse_sig(struct str *s, struct str whole, struct dsse *d, struct err *e)
{
	struct dsse_sig *sig = &d->sigs[d->nsigs];
	struct str text;
	size_t n;
	if (!take(s, "{\"keyid\":\"") || !str_cut(*s, '"', &sig->keyid, s) || !keyid_ok(sig->keyid))
		return other_spelling(e, *s, whole, "{\"keyid\":\"ed25519:<16 hexadecimal digits>\"");
	if (d->nsigs && str_cmp(d->sigs[d->nsigs - 1].keyid, sig->keyid) >= 0)
		return other_spelling(e, *s, whole, "signatures in ascending order of keyid, one for each key");
	if (!take(s, ",\"sig\":\"") || !str_cut(*s, '"', &text, s) ||
		!base64_read(text, BASE64_STRICT, sig->sig.b, ED25519_SIG, &n) || n != ED25519_SIG || !take(s, "}"))
		return other_spelling(e, *s, whole, "\"sig\":\"<64 bytes in base64>\"}");
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
		int rc = parse_sig(&s, bytes, &d, e);
		if (rc < 0)
			return rc;
	} while (take(&s, ","));
	if (!take(&s, "]}") || s.n)
		return other_spelling(e, s, bytes, "]} and nothing after it");
	*ret = d;
	return 0;
}

int dsse_write(const struct dsse *d, struct buf *out, struct err *e)
{
	if (!type_ok(d->type))
		return err_set(e, ERR_INPUT, where,
			"the payload type must be 1 to %d printable ASCII characters without quotes", DSSE_MAX_TYPE);
	if (d->nsigs == 0 || d->nsigs > DSSE_MAX_SIGS)
		return err_set(e, ERR_INPUT, where, "%zu signatures; there must be 1 to %d", d->nsigs, DSSE_MAX_SIGS);
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
		base64_add(out, d->sigs[i].sig.b, ED25519_SIG);
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

int dsse_sign(struct dsse *d, struct str keyid, const struct ed25519_key *k, struct err *e)
{
	if (!keyid_ok(keyid))
		return err_set(
			e, ERR_INPUT, where, "'%.*s' is not a keyid", (int)(keyid.n < 80 ? keyid.n : 80), keyid.p);
	if (d->nsigs == DSSE_MAX_SIGS)
		return err_set(e, ERR_LIMIT, where, "more than %d signatures", DSSE_MAX_SIGS);
	size_t at = d->nsigs;
	while (at > 0 && str_cmp(d->sigs[at - 1].keyid, keyid) > 0)
		at--;
	if (at > 0 && str_eq(d->sigs[at - 1].keyid, keyid))
		return err_set(e, ERR_CONFLICT, where, "%.*s has signed already", STR_ARG(keyid));
	struct buf pae = pae_of(d);
	memmove(&d->sigs[at + 1], &d->sigs[at], (d->nsigs - at) * sizeof d->sigs[0]);
	d->sigs[at].keyid = keyid;
	ed25519_sign(k, buf_str(&pae), &d->sigs[at].sig);
	d->nsigs++;
	buf_done(&pae);
	return 0;
}

static int verify_over(const struct dsse *d, struct str pae, const struct dsse_keys *keys, struct err *e)
{
	for (size_t i = 0; i < d->nsigs; i++) {
		struct str keyid = d->sigs[i].keyid;
		struct ed25519_pub pub;
		if (!keys->find(keys->ctx, keyid, &pub)) {
			int rc = err_set(
				e, ERR_REFUSED, where, "signed by %.*s, which is not a registered key", STR_ARG(keyid));
			err_hint(e, "a key must be registered before it signs");
			return rc;
		}
		if (!ed25519_good(&pub, pae, &d->sigs[i].sig))
			return err_set(e, ERR_REFUSED, where, "the signature of %.*s does not fit the payload",
				STR_ARG(keyid));
	}
	return 0;
}

bool dsse_only_key(void *key, struct str keyid, struct ed25519_pub *ret)
{
	const struct dsse_key *only = key;
	*ret = *only->pub;
	return str_eq(keyid, only->keyid);
}

int dsse_verify(const struct dsse *d, const struct dsse_keys *keys, struct err *e)
{
	struct buf pae = pae_of(d);
	int rc = d->nsigs ? verify_over(d, buf_str(&pae), keys, e) : err_set(e, ERR_REFUSED, where, "not signed");
	buf_done(&pae);
	return rc;
}
