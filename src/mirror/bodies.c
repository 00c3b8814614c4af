/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies of sealed acts, for a mirror whose owner may read some: first a list of what there is, then what is not held yet. All of it is
 * asked for with the owner's key, and held against the commitments in the log; and what the bodies say, against the rulebook.
 */
#include "mirror/follow_int.h"
#include "register/bodies.h"

#include <inttypes.h>
#include <time.h>

enum { MAX_REPLY = BODIES_MAX_ANSWER + (1 << 20) }; /* the last body may go beyond */

struct asking {
	struct follow *f;
	struct arena page; /* as long as an answer */
	struct { uint64_t *v; size_t n, cap; } missing; /* entries whose bodies there are, and are not held; in order */
	struct err *e;
};

/* ---- a question ------------------------------------------------------------------------------------------------------------- */

static int write_request(struct asking *q, uint64_t from, bool list, struct buf *out)
{
	struct follow *f = q->f;
	struct buf payload;
	struct pubkey pub;
	char keyid[KEYID_MAX + 1];
	buf_init(&payload, BODIES_MAX_REQUEST);
	bodies_ask(f->key.name, from, list, (int64_t)time(NULL), &payload);
	pubkey_ed25519(&f->c.read->pub, &pub);
	pubkey_id(&f->hasher, &pub, keyid);
	struct dsse d = {.type = STR(BODIES_REQUEST_TYPE), .payload = buf_str(&payload)};
	int rc = dsse_sign(&d, &q->page, str_of(keyid), f->c.read, q->e);
	if (rc == 0)
		rc = dsse_write(&d, out, q->e);
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

static int strange(struct asking *q)
{
	return err_set(q->e, ERR_INPUT, q->f->remote.base.p, "it gives out bodies of sealed acts in another form");
}

/* The answer, from which entry on to ask next, and whether there is more. */
static int ask(struct asking *q, uint64_t from, bool list, json_t **ret, uint64_t *ret_next, bool *ret_more)
{
	struct follow *f = q->f;
	struct fetch_reply reply;
	struct buf request;
	arena_reset(&q->page);
	struct str url = arena_fmt(&q->page, "%.*s/api/bodies", STR_ARG(f->remote.base));
	buf_init(&request, BODIES_MAX_REQUEST);
	int rc = write_request(q, from, list, &request);
	if (rc == 0)
		rc = fetch_post(f->fetch, url, "application/vnd.dsse.envelope.v1+json", buf_str(&request), MAX_REPLY, &reply, q->e);
	buf_done(&request);
	if (rc == 0 && reply.status != 200)
		rc = refused(&reply, url, q->e);
	if (rc == 0)
		rc = json_read(reply.body, f->remote.base.p, ret, q->e);
	if (rc < 0)
		return rc;
	json_int_t next = json_integer_value(json_object_get(*ret, "next")), size = json_integer_value(json_object_get(*ret, "size"));
	bool last = next == size;
	if (!json_is_array(json_object_get(*ret, "entries")) || next > size || next < 0 || (!last && (uint64_t)next <= from))
		return strange(q);
	*ret_next = (uint64_t)next;
	*ret_more = !last && *ret_next < log_size(f->copy);
	return 0;
}

/* ---- what there is ------------------------------------------------------------------------------------------------------------ */

/* What is not here yet is asked about when it is. */
static int take_list(struct asking *q, const json_t *list)
{
	struct follow *f = q->f;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *at = json_array_get(list, i);
		uint64_t pos = (uint64_t)json_integer_value(at);
		if (!json_is_integer(at) || json_integer_value(at) < 0)
			return strange(q);
		if (pos >= log_size(f->copy))
			break;
		enum intake_sealed is = intake_sealed(f->intake, pos);
		if (is == INTAKE_OPEN || (q->missing.n && q->missing.v[q->missing.n - 1] >= pos))
			return strange(q);
		if (is == INTAKE_COMMITMENT)
			arena_push(&f->round, &q->missing, pos);
	}
	return 0;
}

static int fetch_list(struct asking *q)
{
	uint64_t next = 0;
	int rc = 0;
	for (bool more = true; more && rc == 0;) {
		AUTO_JSON json_t *answer = NULL;
		rc = ask(q, next, true, &answer, &next, &more);
		if (rc == 0)
			rc = take_list(q, json_object_get(answer, "entries"));
	}
	return rc;
}

/* ---- is it an act? -------------------------------------------------------------------------------------------------------------- */

/* Bodies that came and are not held yet, and the record as it would be with them. */
struct trial {
	struct asking *q;
	struct { struct log_blob *v; size_t n, cap; } bodies;
	struct intake *intake;
	uint64_t failed; /* entry */
	bool refused;	 /* by what the register asks of an entry */
};

static int try_entry(void *ctx, const struct log_entry *in, struct err *e)
{
	struct trial *t = ctx;
	int rc = intake_take(t->intake, in, e);
	t->failed = in->index;
	t->refused = rc < 0 && rc != ERR_SYSTEM && rc != ERR_CONFLICT;
	return rc;
}

/* Among those that came and those that are held; empty: it is neither, or too long for a file of evidence. */
static struct str body_of(struct trial *t, const struct digest *commitment)
{
	struct log_blob held = {.bytes = STR("")};
	(void)log_blob_get(t->q->f->copy, commitment, &t->q->f->round, &held, NULL);
	for (size_t i = 0; i < t->bodies.n; i++)
		if (digest_eq(&t->bodies.v[i].sha256, commitment))
			held.bytes = arena_str(&t->q->f->round, t->bodies.v[i].bytes);
	return held.bytes.n <= EVIDENCE_MAX_SERVED ? held.bytes : (struct str){"", 0};
}

/* All that is held is good without these bodies: so one of them is no act, or makes this entry none. */
static int found_no_act(struct trial *t, struct str why)
{
	struct follow *f = t->q->f;
	struct err *e = t->q->e;
	struct log_entry entry;
	struct entry_names names;
	struct finding x = {.kind = FOUND_ENTRY, .first = log_checkpoint(f->copy), .index = t->failed, .why = why, .secret = true};
	int rc = log_read(f->copy, t->failed, &f->round, &entry, e);
	if (rc == 0)
		rc = entry_names(&entry, &f->round, &names, e);
	if (rc == 0)
		rc = log_prove_inclusion(f->copy, t->failed, log_size(f->copy), &x.proof, e);
	if (rc < 0)
		return rc;
	x.entry = entry.bytes;
	if (names.sealed)
		x.body = body_of(t, &names.commitment);
	return found(f, &x, x.body.n ? "first index proof entry body why" : "first index proof entry why",
		"Entry %" PRIu64 " stands in the log that %.*s signed, and is no act of it: so it follows from bodies of sealed acts, which were given out to "
		"those who may read them. What is wrong is in the evidence, which is for them alone.",
		t->failed, STR_ARG(f->key.name));
}

/* The whole record with the new bodies. What it takes in now is what the next start will read. */
static int try_bodies(struct trial *t)
{
	struct follow *f = t->q->f;
	int rc;
	intake_free(f->intake);
	f->intake = NULL;
	t->intake = intake_new(f->copy);
	intake_try_bodies(t->intake, t->bodies.v, t->bodies.n);
	if ((rc = log_each(f->copy, 0, try_entry, t, t->q->e)) == 0) {
		f->intake = t->intake;
		return 0;
	}
	intake_free(t->intake);
	if (!t->refused)
		return rc;
	struct str why = arena_str(&f->round, str_of(t->q->e->what));
	rc = intake_load(f, t->q->e); /* is it still good without them? A disk that spoils something is nobody's fraud */
	return rc < 0 ? rc : found_no_act(t, why);
}

static int keep_bodies(struct trial *t)
{
	struct follow *f = t->q->f;
	int rc = t->bodies.n ? try_bodies(t) : 0;
	for (size_t i = 0; i < t->bodies.n && rc == 0; i++)
		rc = log_import_blob(f->copy, &t->bodies.v[i], t->q->e);
	if (rc < 0) { /* it has taken in what is not held */
		intake_free(f->intake);
		f->intake = NULL;
	}
	return rc;
}

/* ---- what is not held ------------------------------------------------------------------------------------------------------------ */

/* One body, if it is what the entry commits to and is not held yet. */
static int take_body(struct trial *t, const json_t *one)
{
	struct asking *q = t->q;
	const json_t *at = json_object_get(one, "entry");
	struct log_entry entry;
	struct log_blob body = {.bytes = json_get_str(one, "body")};
	uint64_t pos = (uint64_t)json_integer_value(at);
	if (!json_is_integer(at) || json_integer_value(at) < 0 || !body.bytes.n)
		return strange(q);
	if (pos >= log_size(q->f->copy) || intake_sealed(q->f->intake, pos) == INTAKE_BODY_HELD)
		return 0;
	int rc = log_read(q->f->copy, pos, &q->page, &entry, q->e);
	if (rc == 0)
		rc = sealed_body_check(&entry, &body, q->e);
	if (rc == 0)
		arena_push(&q->page, &t->bodies, body);
	return rc;
}

/* Those that are good are kept, though others are not. */
static int take_bodies(struct asking *q, const json_t *list)
{
	struct trial t = {.q = q};
	struct err first = {0};
	int rc = 0;
	for (size_t i = 0; i < json_array_size(list) && rc != ERR_SYSTEM; i++)
		if ((rc = take_body(&t, json_array_get(list, i))) < 0 && !first.code)
			first = *q->e;
	rc = keep_bodies(&t);
	if (rc == 0 && first.code) {
		*q->e = first;
		rc = first.code;
	}
	return rc;
}

static int fetch_missing(struct asking *q)
{
	struct follow *f = q->f;
	int rc = 0;
	for (size_t i = 0; i < q->missing.n && rc == 0;) {
		AUTO_JSON json_t *answer = NULL;
		uint64_t next;
		bool more;
		rc = ask(q, q->missing.v[i], false, &answer, &next, &more);
		if (rc == 0)
			rc = take_bodies(q, json_object_get(answer, "entries"));
		for (; i < q->missing.n && q->missing.v[i] < next && rc == 0; i++)
			if (intake_sealed(f->intake, q->missing.v[i]) != INTAKE_BODY_HELD)
				rc = err_set(q->e, ERR_INPUT, f->remote.base.p, "it says that the body of entry %" PRIu64 " can be read, and does not give it out",
					q->missing.v[i]);
	}
	return rc;
}

/* ---- in a round ---------------------------------------------------------------------------------------------------------------- */

static bool is_due(struct follow *f)
{
	return f->c.read && (f->listed_size != log_size(f->copy) || ++f->listed_ago >= BODIES_ROUNDS);
}

static int fetch_all(struct follow *f, struct err *e)
{
	struct asking q = {.f = f, .e = e};
	f->listed_size = 0;
	f->listed_ago = 0;
	int rc = fetch_list(&q);
	if (rc == 0)
		rc = fetch_missing(&q);
	if (rc == 0)
		f->listed_size = log_size(f->copy);
	arena_done(&q.page);
	return rc;
}

int bodies_fetch(struct follow *f)
{
	struct mirror_state *s = &f->state;
	struct err e = {0}, again;
	int rc = 0;
	if (is_due(f)) {
		rc = fetch_all(f, &e);
		s->unread = rc < 0 ? arena_fmt(&f->state_arena, "%s: %s", e.where, e.what) : (struct str){"", 0};
	} else if (!f->c.read) {
		s->unread = (struct str){"", 0};
	}
	if (rc != FOUND && intake_load(f, &again) == 0)
		intake_count(f->intake, &s->sealed, &s->bodies);
	return rc == FOUND ? FOUND : 0;
}
