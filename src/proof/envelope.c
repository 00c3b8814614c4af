/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries as the file has them: envelopes (log/dsse.h) as JSON objects, spelled again for the tree, read, their signatures verified.
 */
#include "proof/evidence.h"

#include "base/bisect.h"
#include "log/base64.h"
#include "log/dsse.h"

int ck_at_entry(struct err *e, uint64_t index)
{
	(void)snprintf(e->where, sizeof e->where, "entry %llu", (unsigned long long)index);
	return e->code;
}

bool ck_envelope_is(struct arena *a, const struct jv *obj, struct ck_signers *ret)
{
	const struct jv *sigs = jv_get(obj, "signatures");
	size_t n = jv_n(sigs, JV_ARRAY);
	bool is = jv_n(obj, JV_OBJECT) == 3 && str_eq(jv_get_str(obj, "payloadType"), STR(ACT_TYPE)) && jv_get_str(obj, "payload").p && n >= 1 &&
		  n <= DSSE_MAX_SIGS;
	struct str *by = is ? arena_array(a, n, struct str) : NULL;
	for (size_t i = 0; is && i < n; i++) {
		const struct jv *sig = jv_at(sigs, i);
		enum carrier c;
		by[i] = jv_get_str(sig, "keyid");
		is = jv_n(sig, JV_OBJECT) == 2 && jv_get_str(sig, "sig").p && keyid_carrier(by[i], &c) && (i == 0 || str_cmp(by[i - 1], by[i]) < 0);
	}
	*ret = (struct ck_signers){by, n};
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

struct ck_entry *ck_entry_at(const struct ck_evidence *ev, uint64_t index)
{
	if (index < ev->n && ev->entries[index].index == index)
		return &ev->entries[index]; /* all entries are here */
	BISECT(i, ev->n, ev->entries[i].index < index);
	return i < ev->n && ev->entries[i].index == index ? &ev->entries[i] : NULL;
}

/* ---- signatures ---------------------------------------------------------------------------------------------------------- */

struct verifying {
	struct ck_evidence *ev;
	struct arena arena;
	struct { struct ck_entry **v; size_t n, cap; } todo;
	size_t queued; /* of ev->key_acts, all before this one */
	struct err *e;
};

/* Every key that entries name is known by now; that it was in force for its entry was seen before. */
static bool find_key(void *ctx, const struct dsse *d, struct str keyid, struct pubkey *ret)
{
	const struct verifying *v = ctx;
	const struct ck_key *key = ck_key_known(&v->ev->keys, keyid);
	(void)d;
	if (key)
		*ret = key->pub;
	return key != NULL;
}

static void queue(struct verifying *v, uint64_t index)
{
	struct ck_entry *n = ck_entry_at(v->ev, index);
	if (n && !n->verified)
		arena_push(&v->arena, &v->todo, n);
}

/* The entries that named the keys of these signatures; of one that rests on all about keys before, these. */
static void queue_keys(struct verifying *v, const struct ck_entry *n)
{
	const struct ck_evidence *ev = v->ev;
	for (size_t i = 0; i < n->by.n; i++)
		queue(v, ck_key_known(&ev->keys, n->by.v[i])->by);
	for (; n->helped && v->queued < ev->key_acts.n && ev->key_acts.v[v->queued] < n->index; v->queued++)
		queue(v, ev->key_acts.v[v->queued]);
}

static int verify_one(struct verifying *v, struct ck_entry *n)
{
	struct dsse_keys keys = {find_key, v};
	struct arena a = {0};
	struct dsse d;
	int rc = 0;
	if (n->envelope && !read_envelope(&a, n->envelope, &d))
		rc = err_set(v->e, ERR_REFUSED, "", "a signature in it is no base64");
	else if (!n->envelope)
		rc = dsse_parse(n->bytes, &a, &d, v->e);
	if (rc == 0)
		rc = dsse_verify(&d, &keys, v->e);
	arena_done(&a);
	v->ev->nsignatures += n->by.n;
	if (rc == 0)
		return 0;
	v->e->code = ERR_REFUSED;
	(void)ck_at_entry(v->e, n->index);
	return err_hint(v->e, "the entry stands in the log, but it was not signed with the key that it names");
}

static int verify_queue(struct verifying *v)
{
	int rc = 0;
	while (v->todo.n && rc == 0) {
		struct ck_entry *n = v->todo.v[--v->todo.n];
		if (n->verified)
			continue;
		n->verified = true;
		rc = verify_one(v, n);
		queue_keys(v, n);
	}
	arena_done(&v->arena);
	return rc;
}

int ck_evidence_signed(struct ck_evidence *ev, const uint64_t *at, size_t n, struct err *e)
{
	struct verifying v = {.ev = ev, .e = e};
	for (size_t i = n; i-- > 0;) /* the first one first */
		queue(&v, at[i]);
	return verify_queue(&v);
}

int ck_evidence_all_signed(struct ck_evidence *ev, struct err *e)
{
	struct verifying v = {.ev = ev, .e = e};
	for (size_t i = ev->n; i-- > 0;)
		queue(&v, ev->entries[i].index);
	return verify_queue(&v);
}

int ck_evidence_kinds_signed(struct ck_evidence *ev, const bool *kinds, struct err *e)
{
	struct verifying v = {.ev = ev, .e = e};
	uint32_t *place = arena_array(&v.arena, ev->nacts + 1, uint32_t);
	bool *matters = arena_array(&v.arena, ev->nacts + 1, bool);
	for (size_t i = 0; i < ev->nacts; i++) {
		const struct ck_act *act = &ev->acts[i];
		place[i] = act->is_correction ? place[ck_entry_at(ev, act->corrects)->act] : (uint32_t)i;
		matters[place[i]] |= act->kind != NO_ID && kinds[act->kind];
	}
	for (size_t i = ev->nacts; i-- > 0;) {
		struct ck_entry *n = ck_entry_at(ev, ev->acts[i].pos);
		if (matters[place[i]] && n->others)
			queue(&v, n->index);
	}
	return verify_queue(&v);
}

uint64_t ck_evidence_who(struct ck_evidence *ev, const uint64_t *at, size_t n, struct buf *out, uint64_t *ret_recorded)
{
	struct arena a = {0};
	bool *seen = arena_array(&a, syms_count(&ev->keys.names) + 1, bool);
	uint64_t acts = 0;
	*ret_recorded = 0;
	for (size_t i = 0; i < n; i++) {
		struct ck_entry *entry = ck_entry_at(ev, at[i]);
		if (!entry || entry->told)
			continue;
		entry->told = true;
		acts++;
		*ret_recorded += entry->recorded;
		for (size_t k = 0; k < entry->by.n; k++) {
			const struct ck_key *key = ck_key_known(&ev->keys, entry->by.v[k]);
			if (seen[key->holder])
				continue;
			seen[key->holder] = true;
			buf_adds(out, out->n ? ", " : "");
			buf_add(out, ck_holder(&ev->keys, key));
		}
	}
	arena_done(&a);
	return acts;
}
