/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries as the file has them: envelopes (log/dsse.h) as JSON objects, spelled again for the tree, read, their signatures verified.
 */
#include "proof/evidence.h"

#include "log/base64.h"
#include "log/dsse.h"

int ck_at_entry(struct err *e, uint64_t index)
{
	(void)snprintf(e->where, sizeof e->where, "entry %llu", (unsigned long long)index);
	return e->code;
}

bool ck_envelope_is(const struct jv *obj)
{
	const struct jv *sigs = jv_get(obj, "signatures");
	bool is = jv_n(obj, JV_OBJECT) == 3 && str_eq(jv_get_str(obj, "payloadType"), STR(ACT_TYPE)) && jv_get_str(obj, "payload").p &&
		  jv_n(sigs, JV_ARRAY) >= 1 && jv_n(sigs, JV_ARRAY) <= DSSE_MAX_SIGS;
	for (size_t i = 0; is && i < sigs->n; i++)
		is = jv_n(jv_at(sigs, i), JV_OBJECT) == 2 && jv_get_str(jv_at(sigs, i), "keyid").p && jv_get_str(jv_at(sigs, i), "sig").p;
	return is;
}

void ck_envelope_spell(const struct jv *obj, struct buf *out)
{
	const struct jv *sigs = jv_get(obj, "signatures");
	buf_adds(out, "{\"payloadType\":\"" ACT_TYPE "\",\"payload\":\"");
	buf_add(out, jv_get_str(obj, "payload"));
	buf_adds(out, "\",\"signatures\":[");
	for (size_t i = 0; i < sigs->n; i++) {
		buf_adds(out, i ? ",{\"keyid\":\"" : "{\"keyid\":\"");
		buf_add(out, jv_get_str(&sigs->v[i], "keyid"));
		buf_adds(out, "\",\"sig\":\"");
		buf_add(out, jv_get_str(&sigs->v[i], "sig"));
		buf_adds(out, "\"}");
	}
	buf_adds(out, "]}");
}

static bool read_base64(struct arena *a, struct str text, struct str *ret)
{
	size_t cap = text.n / 4 * 3 + 3;
	char *bytes = arena_alloc(a, cap);
	ret->p = bytes;
	return base64_read(text, BASE64_STRICT, (uint8_t *)bytes, cap, &ret->n);
}

bool ck_envelope_payload(struct arena *a, const struct jv *envelope, struct str *ret)
{
	return read_base64(a, jv_get_str(envelope, "payload"), ret);
}

/* With its signatures. */
static bool read_envelope(struct arena *a, const struct jv *obj, struct dsse *ret)
{
	const struct jv *sigs = jv_get(obj, "signatures");
	*ret = (struct dsse){.type = jv_get_str(obj, "payloadType"), .nsigs = sigs->n};
	for (size_t i = 0; i < sigs->n; i++) {
		ret->sigs[i].keyid = jv_get_str(&sigs->v[i], "keyid");
		if (!read_base64(a, jv_get_str(&sigs->v[i], "sig"), &ret->sigs[i].sig))
			return false;
	}
	return ck_envelope_payload(a, obj, &ret->payload);
}

/* ---- signatures ---------------------------------------------------------------------------------------------------------- */

static int verify_entry(struct ck_evidence *ev, struct ck_entry *n, const struct dsse_keys *keys, struct err *e)
{
	struct arena a = {0};
	struct dsse d;
	if (n->verified)
		return 0;
	n->verified = true;
	int rc = n->envelope ? (read_envelope(&a, n->envelope, &d) ? 0 : ERR_REFUSED) : dsse_parse(n->bytes, &a, &d, e);
	if (rc == 0)
		rc = dsse_verify(&d, keys, e);
	arena_done(&a);
	ev->nsignatures++;
	if (rc == 0)
		return 0;
	(void)err_set(e, ERR_REFUSED, "", "its signature is not the register's");
	(void)ck_at_entry(e, n->index);
	return err_hint(e, "the entry stands in the log, but nobody signed what it says");
}

struct ck_entry *ck_entry_at(const struct ck_evidence *ev, uint64_t index)
{
	size_t lo = 0, hi = ev->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (ev->entries[mid].index < index)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < ev->n && ev->entries[lo].index == index ? &ev->entries[lo] : NULL;
}

int ck_evidence_signed(struct ck_evidence *ev, const uint64_t *at, size_t n, struct err *e)
{
	struct hasher h;
	struct dsse_key known;
	hasher_init(&h);
	dsse_key_ed25519(&h, &ev->key.pub, &known);
	hasher_done(&h);
	struct dsse_keys keys = {dsse_only_key, &known};
	int rc = 0;
	for (size_t i = 0; i < (at ? n : ev->n) && rc == 0; i++) {
		struct ck_entry *entry = at ? ck_entry_at(ev, at[i]) : &ev->entries[i];
		if (entry)
			rc = verify_entry(ev, entry, &keys, e);
	}
	return rc;
}
