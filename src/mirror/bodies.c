/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies of sealed acts, for a mirror whose owner may read some: asked for with the owner's key, held against the commitments in the log.
 */
#include "mirror/follow_int.h"
#include "register/bodies.h"

#include <inttypes.h>
#include <time.h>

enum { MAX_REPLY = BODIES_MAX_ANSWER + (1 << 20) }; /* the last body may go beyond */

static int write_request(struct follow *f, struct buf *out, struct err *e)
{
	struct buf payload;
	struct pubkey pub;
	char keyid[KEYID_MAX + 1];
	buf_init(&payload, BODIES_MAX_REQUEST);
	bodies_ask(f->key.name, f->bodies_next, (int64_t)time(NULL), &payload);
	pubkey_ed25519(&f->c.read->pub, &pub);
	pubkey_id(&f->hasher, &pub, keyid);
	struct dsse d = {.type = STR(BODIES_REQUEST_TYPE), .payload = buf_str(&payload)};
	int rc = dsse_sign(&d, &f->round, str_of(keyid), f->c.read, e);
	if (rc == 0)
		rc = dsse_write(&d, out, e);
	buf_done(&payload);
	return rc;
}

/* In the server's words, which are about our request. */
static int refused(const struct fetch_reply *reply, struct str url, struct err *e)
{
	AUTO_JSON json_t *why = NULL;
	struct str what = json_read(reply->body, url.p, &why, NULL) == 0 ? json_get_str(why, "what") : (struct str){NULL, 0};
	return err_set(e, ERR_SYSTEM, url.p, "the server gives no bodies of sealed acts: %.*s (status %d)", (int)(what.n < 200 ? what.n : 200),
		what.n ? what.p : "", reply->status);
}

static int ask(struct follow *f, struct str *ret, struct err *e)
{
	struct fetch_reply reply;
	struct buf request;
	struct str url = arena_fmt(&f->round, "%.*s/api/bodies", STR_ARG(f->remote.base));
	buf_init(&request, BODIES_MAX_REQUEST);
	int rc = write_request(f, &request, e);
	if (rc == 0)
		rc = fetch_post(f->fetch, url, "application/vnd.dsse.envelope.v1+json", buf_str(&request), MAX_REPLY, &reply, e);
	buf_done(&request);
	if (rc < 0)
		return rc;
	if (reply.status != 200)
		return refused(&reply, url, e);
	*ret = arena_str(&f->round, reply.body);
	return 0;
}

/* One body, if it is what the entry commits to and is not held yet. */
static int take_body(struct follow *f, const json_t *one, struct err *e)
{
	const json_t *at = json_object_get(one, "entry");
	struct arena a = {0};
	struct log_entry entry;
	struct log_blob body = {.bytes = json_get_str(one, "body")}, held;
	if (!json_is_integer(at) || json_integer_value(at) < 0 || !body.bytes.n)
		return err_set(e, ERR_INPUT, f->remote.base.p, "it gives out bodies of sealed acts in another form");
	uint64_t pos = (uint64_t)json_integer_value(at);
	int rc = log_read(f->copy, pos, &a, &entry, e);
	if (rc == 0)
		rc = sealed_body_check(&entry, &body, e);
	if (rc == 0 && (rc = log_blob_get(f->copy, &body.sha256, &a, &held, e)) == ERR_ABSENT)
		rc = log_import_blob(f->copy, &body, e);
	arena_done(&a);
	return rc;
}

static int take_answer(struct follow *f, struct str text, bool *ret_more, struct err *e)
{
	AUTO_JSON json_t *answer = NULL;
	int rc = json_read(text, f->remote.base.p, &answer, e);
	if (rc < 0)
		return rc;
	const json_t *list = json_object_get(answer, "entries"), *next = json_object_get(answer, "next"), *size = json_object_get(answer, "size");
	uint64_t held = log_size(f->copy);
	for (size_t i = 0; i < json_array_size(list) && rc == 0; i++) {
		const json_t *one = json_array_get(list, i);
		if ((uint64_t)json_integer_value(json_object_get(one, "entry")) >= held)
			break; /* not here yet: the next round asks again */
		rc = take_body(f, one, e);
	}
	uint64_t on = (uint64_t)json_integer_value(next);
	*ret_more = rc == 0 && on > f->bodies_next && on < (uint64_t)json_integer_value(size) && on < held;
	if (rc == 0 && on > f->bodies_next)
		f->bodies_next = on < held ? on : held;
	return rc;
}

int bodies_fetch(struct follow *f, struct err *e)
{
	struct str text;
	bool more = f->c.read != NULL;
	int rc = 0;
	while (more && rc == 0 && (rc = ask(f, &text, e)) == 0)
		rc = take_answer(f, text, &more, e);
	return rc;
}
