/* SPDX-License-Identifier: Apache-2.0 */
#include "register/bodies.h"

#include "register/draft.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- who reads what ----------------------------------------------------------------------------------------------------------- */

struct str audience_question(const struct audience *of, struct str holder, struct arena *a)
{
	struct str mark = STR("{P}");
	size_t at = str_find(of->who, mark);
	struct str before = str_slice(of->who, 0, at), after = str_slice(of->who, at + mark.n, of->who.n);
	return arena_fmt(a, "%.*s\"%.*s\"%.*s", STR_ARG(before), STR_ARG(holder), STR_ARG(after));
}

/* In every reading: what some law would not let one read, one does not get. A question that cannot be asked of this holder, since it is of another
 * type (a body, say, where members are meant), is not answered yes. */
static int belongs(const struct view *v, const struct audience *to, struct str holder, struct arena *a, bool *ret, struct err *e)
{
	const struct org *org = record_org(view_record(v));
	struct question q;
	struct answer answer;
	*ret = false;
	int rc = view_question(v, audience_question(to, holder, a), &q, e);
	if (rc < 0)
		return rc == ERR_INPUT ? 0 : rc;
	view_ask(v, q.fact, q.args, &q, view_on(date_day(org_now(org))), a, &answer);
	uint32_t yes = 0;
	for (uint32_t k = 0; k < answer.n; k++)
		yes += answer.readings[k].truth;
	*ret = answer.n && yes == answer.n;
	return 0;
}

int holder_audience(const struct view *v, struct str holder, struct arena *a, struct str *ret, struct err *e)
{
	const struct org *org = record_org(view_record(v));
	struct buf words, spelt;
	int rc = 0;
	buf_init(&words, MAX_AUDIENCE_BYTES);
	buf_init(&spelt, MAX_AUDIENCE_BYTES);
	buf_add(&words, holder);
	for (size_t i = 0; i < org->nroles; i++)
		if (org->roles[i].held_by.n && str_eq(org->roles[i].held_by, holder))
			buf_addf(&words, ",%.*s", STR_ARG(org->roles[i].word));
	bool entity = record_entity(view_record(v), holder) != NULL, is_one = false;
	for (size_t i = 0; i < org->naudiences && entity && rc == 0; i++) {
		const struct audience *to = &org->audiences[i];
		if (to->who.n && (rc = belongs(v, to, holder, a, &is_one, e)) == 0 && is_one)
			buf_addf(&words, ",%.*s", STR_ARG(to->word));
	}
	if (rc == 0)
		rc = audience_spell(buf_str(&words), &spelt, e);
	if (rc == 0)
		*ret = arena_str(a, buf_str(&spelt));
	buf_done(&words);
	buf_done(&spelt);
	return rc;
}

/* ---- the request -------------------------------------------------------------------------------------------------------------- */

void bodies_ask(struct str origin, uint64_t from, bool list, int64_t now, struct buf *out)
{
	time_t t = now;
	struct tm utc;
	char text[32] = "";
	if (gmtime_r(&t, &utc))
		(void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
	buf_adds(out, "{\"kind\":\"" BODIES_KIND "\",\"register\":");
	json_quote(out, origin);
	buf_addf(out, ",\"from\":%llu,\"time\":\"%s\"%s}", (unsigned long long)from, text, list ? ",\"list\":true" : "");
}

static bool is_fresh(struct str text, int64_t now)
{
	civil at; /* a civil instant of UTC counts the seconds since 1970 */
	if (!str_ends(text, STR("Z")) || !date_parse(str_slice(text, 0, text.n - 1), &at))
		return false;
	return at >= now - BODIES_FRESH && at <= now + BODIES_FRESH;
}

struct request {
	struct str holder;
	uint64_t from;
	bool list; /* without the bodies */
};

static int read_payload(const struct record *all, struct str payload, int64_t now, struct request *ret, struct err *e)
{
	AUTO_JSON json_t *json = NULL;
	int rc = json_read(payload, "request", &json, e);
	if (rc < 0)
		return rc;
	const json_t *from = json_object_get(json, "from"), *list = json_object_get(json, "list");
	struct str origin = json_get_str(json, "register"), mine = record_org(all)->origin;
	if (!str_eq(json_get_str(json, "kind"), STR(BODIES_KIND)) || !json_is_integer(from) || json_integer_value(from) < 0 ||
		(list && !json_is_true(list)) || json_object_size(json) != (list ? 5 : 4))
		return err_set(e, ERR_INPUT, "request",
			"it must be of the kind " BODIES_KIND ", say from which entry, for which register and when, and nothing else but \"list\":true");
	if (!str_eq(origin, mine))
		return err_set(e, ERR_REFUSED, "request", "it is meant for another register, not for %.*s", STR_ARG(mine));
	if (!is_fresh(json_get_str(json, "time"), now)) {
		(void)err_set(e, ERR_REFUSED, "request", "it was not made within the last %d minutes", BODIES_FRESH / 60);
		return err_hint(e, "make a new one; are both clocks right?");
	}
	ret->from = (uint64_t)json_integer_value(from);
	ret->list = list != NULL;
	if (ret->from > record_size(all))
		return err_set(e, ERR_INPUT, "request", "it asks from entry %llu on, but the log has %llu", (unsigned long long)ret->from,
			(unsigned long long)record_size(all));
	return 0;
}

static bool find_key(void *ctx, const struct dsse *d, struct str keyid, struct pubkey *ret)
{
	const struct record *all = ctx;
	const struct held_key *key = keyring_find(&all->keys, keyid, record_size(all));
	(void)d;
	if (key)
		*ret = key->pub;
	return key != NULL;
}

static int read_request(const struct record *all, struct str envelope, int64_t now, struct arena *a, struct request *ret, struct err *e)
{
	struct dsse d;
	if (envelope.n > BODIES_MAX_REQUEST)
		return err_set(e, ERR_LIMIT, "request", "it is longer than %d bytes", BODIES_MAX_REQUEST);
	int rc = dsse_parse(str_trim(envelope), a, &d, e);
	if (rc == 0 && !str_eq(d.type, STR(BODIES_REQUEST_TYPE)))
		rc = err_set(e, ERR_INPUT, "request", "its type is not " BODIES_REQUEST_TYPE);
	if (rc == 0 && d.nsigs != 1)
		rc = err_set(e, ERR_INPUT, "request", "one key asks, not %zu", d.nsigs);
	if (rc == 0 && (rc = dsse_verify(&d, &(struct dsse_keys){find_key, (void *)all}, e)) < 0)
		keyring_words(&all->keys, d.sigs[0].keyid, record_size(all), e);
	if (rc == 0)
		rc = read_payload(all, d.payload, now, ret, e);
	if (rc < 0)
		return rc;
	const struct held_key *key = keyring_find(&all->keys, d.sigs[0].keyid, record_size(all));
	if (!held_key_covers(key, STR(BODIES_KIND)))
		return err_set(e, ERR_REFUSED, "request", "the key %s was given for other things", key->keyid);
	ret->holder = arena_str(a, key->holder);
	return 0;
}

/* ---- the answer ---------------------------------------------------------------------------------------------------------------- */

static int put_body(struct reg *r, const struct entry *n, struct arena *a, struct buf *out, struct err *e)
{
	struct log_blob body;
	int rc = log_blob_get(r->log, &n->commitment, a, &body, e);
	if (rc < 0)
		return rc;
	buf_addf(out, "{\"entry\":%llu,\"body\":", (unsigned long long)n->pos);
	json_quote(out, body.bytes);
	buf_addc(out, '}');
	return 0;
}

static int put_bodies(struct reg *r, struct str audience, const struct request *q, struct arena *a, struct buf *out, struct err *e)
{
	uint64_t size = r->entries.n, pos = q->from;
	const char *sep = "\n";
	int rc = 0;
	buf_adds(out, "{\"entries\":[");
	for (; pos < size && rc == 0 && out->n < BODIES_MAX_ANSWER; pos++) {
		const struct entry *n = r->entries.v[pos];
		if (n->kind != ENTRY_SEALED || !n->opened || !audience_reads(&r->bundle->org, audience, str_of(n->audiences)))
			continue;
		buf_adds(out, sep);
		sep = ",\n";
		if (q->list)
			buf_add_u64(out, pos);
		else
			rc = put_body(r, n, a, out, e);
	}
	buf_addf(out, "],\"next\":%llu,\"size\":%llu}\n", (unsigned long long)(pos > size ? size : pos), (unsigned long long)size);
	return rc;
}

int bodies_answer(struct reg *r, struct str envelope, int64_t now, struct arena *a, struct buf *out, struct err *e)
{
	struct request q;
	const struct view *v;
	struct str audience, registrar;
	reg_lock(r);
	int rc = read_request(r->all, envelope, now, a, &q, e);
	registrar = arena_str(a, r->bundle->org.registrar);
	reg_unlock(r);
	if (rc < 0 || (rc = reg_view(r, registrar, UINT64_MAX, &v, e)) < 0)
		return rc;
	rc = holder_audience(v, q.holder, a, &audience, e);
	view_unref(v);
	if (rc < 0)
		return rc;
	reg_lock(r);
	rc = put_bodies(r, audience, &q, a, out, e);
	reg_unlock(r);
	return rc;
}

int sealed_body_check(const struct log_entry *in, struct log_blob *body, struct err *e)
{
	struct entry *n;
	struct hasher h;
	char where[40];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)in->index);
	int rc = entry_take(in, &n, e);
	if (rc < 0)
		return rc;
	hasher_init(&h);
	sha256(&h, body->bytes, &body->sha256);
	hasher_done(&h);
	body->type = STR(SEALED_TYPE);
	if (n->kind != ENTRY_SEALED)
		rc = err_set(e, ERR_INPUT, where, "it is not sealed, and has no body");
	else if (!digest_eq(&body->sha256, &n->commitment))
		rc = err_set(e, ERR_CORRUPT, where, "the body that was given out is not what it commits to");
	entry_unref(n);
	return rc;
}

int sealed_body_read(const struct log_entry *in, struct str body, struct arena *a, struct str *ret_act, struct str *ret_for, struct err *e)
{
	struct entry *n;
	int rc = entry_take(in, &n, e);
	if (rc < 0)
		return rc;
	if ((rc = entry_open(n, body, e)) == 0) {
		struct buf text;
		buf_init(&text, LOG_MAX_BLOB);
		json_write(n->opened, 0, &text);
		*ret_act = arena_str(a, buf_str(&text));
		*ret_for = arena_str(a, str_of(n->audiences));
		buf_done(&text);
	}
	entry_unref(n);
	return rc < 0 ? ERR_CORRUPT : 0;
}
