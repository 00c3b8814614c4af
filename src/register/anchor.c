/* SPDX-License-Identifier: Apache-2.0 */
#include "register/anchor.h"

#include "log/past.h"
#include "register/draft.h"

#include <inttypes.h>
#include <string.h>

#define KIND "timestamped"

static int needs_kind(struct reg *r, struct err *e)
{
	if (rulebook_act(r->bundle->rulebook, STR(KIND)) != NO_ID)
		return 0;
	(void)err_set(e, ERR_REFUSED, r->dir, "the rulebook in force has no act \"" KIND "\", by which a time-stamp goes on record");
	return err_hint(e, "adopt a text of it that includes the standard vocabulary of this version");
}

/* ---- asking ------------------------------------------------------------------------------------------------------------------ */

static int ask_locked(struct reg *r, struct arena *a, struct anchor_ask *ret, struct err *e)
{
	struct anchor_ask ask;
	struct digest imprint;
	struct hasher h;
	struct buf query;
	int rc = needs_kind(r, e);
	if (rc < 0 || (rc = log_past(r->log, log_size(r->log), &ask.over, e)) < 0)
		return rc;
	hasher_init(&h);
	timestamp_imprint(&h, &ask.over, &imprint);
	hasher_done(&h);
	buf_init(&query, TIMESTAMP_MAX_BYTES);
	rc = timestamp_request_make(&imprint, &ask.request, &query, e);
	ask.query = arena_str(a, buf_str(&query));
	buf_done(&query);
	if (rc == 0)
		*ret = ask;
	return rc;
}

int reg_anchor_ask(struct reg *r, struct arena *a, struct anchor_ask *ret, struct err *e)
{
	reg_lock(r);
	int rc = ask_locked(r, a, ret, e);
	reg_unlock(r);
	return rc;
}

/* ---- what is on record ---------------------------------------------------------------------------------------------------------- */

/* The public act at this entry by which a time-stamp goes on record, if it stands. */
static const struct record_act *standing_anchor(const struct record *all, uint32_t kind, uint64_t pos)
{
	const struct record_act *a = record_act(all, pos);
	bool is = a && a->entry == ENTRY_ACT && a->act.kind == kind && kind != NO_ID && !a->audiences.n;
	return is && record_standing(all, pos) == a ? a : NULL;
}

static bool token_named(const struct record_act *act, struct digest *ret)
{
	size_t i;
	json_t *d;
	json_array_foreach(json_object_get(act->json, "documents"), i, d)
		if (str_eq(json_get_str(d, "type"), STR(TIMESTAMP_TOKEN_TYPE)))
			return hex_parse(json_get_str(d, "sha256"), ret->b, sizeof ret->b);
	return false;
}

static int wrong(struct anchor *one, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Notes what is wrong with it; 0. */
static int wrong(struct anchor *one, const char *fmt, ...)
{
	char entry[40], what[sizeof one->fault.what];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	(void)snprintf(entry, sizeof entry, "entry %" PRIu64, one->pos);
	(void)err_set(&one->fault, ERR_REFUSED, entry, "%s", what);
	return 0;
}

static struct str text_of(const struct checkpoint *c, struct arena *a)
{
	struct buf b;
	buf_init(&b, NOTE_MAX_BYTES);
	checkpoint_write(c, &b);
	struct str text = arena_str(a, buf_str(&b));
	buf_done(&b);
	return text;
}

static int read_anchor(struct reg *r, const struct record_act *act, struct hasher *h, struct arena *a, struct anchor *to, struct err *e)
{
	int64_t size = json_integer_value(json_object_get(json_object_get(act->json, "args"), "size"));
	struct checkpoint over;
	struct log_blob blob;
	struct digest imprint;
	struct err why;
	*to = (struct anchor){.pos = act->pos, .size = size > 0 ? (uint64_t)size : 0};
	if (!to->size || to->size > act->pos)
		return wrong(to, "it says that the first %" PRId64 " entries were stamped, which were not there", size);
	int rc = log_past(r->log, to->size, &over, e);
	if (rc < 0)
		return rc;
	to->text = text_of(&over, a);
	sha256(h, to->text, &imprint);
	if (!token_named(act, &to->token))
		return wrong(to, "it names no document of the type " TIMESTAMP_TOKEN_TYPE);
	if ((rc = log_blob_get(r->log, &to->token, a, &blob, e)) < 0)
		return rc == ERR_ABSENT	   ? wrong(to, "the token that it names is not here")
		       : rc == ERR_CORRUPT ? wrong(to, "the token that it names was changed where it is stored")
					   : rc;
	if (timestamp_read(blob.bytes, a, &to->stamp, &why) < 0)
		return wrong(to, "%s", why.what);
	to->bytes = blob.bytes;
	if (!digest_eq(&to->stamp.imprint, &imprint))
		return wrong(to, "the token is over something else than the first %" PRIu64 " entries", to->size);
	return 0;
}

/* The tokens that are good, latest entry first; and of those that cover what is judged now, the earliest time. */
struct cover {
	const struct anchor **waiting; /* good, but over a tree that does not reach here yet */
	size_t nwaiting;
	int64_t earliest; /* 0: none */
};

static void cover_reach(struct cover *c, uint64_t pos)
{
	for (size_t i = 0; i < c->nwaiting;) {
		const struct anchor *w = c->waiting[i];
		if (w->size <= pos) {
			i++;
			continue;
		}
		if (!c->earliest || w->stamp.time < c->earliest)
			c->earliest = w->stamp.time;
		c->waiting[i] = c->waiting[--c->nwaiting];
	}
}

static void judge(const struct timestamp_roots *roots, const struct cover *c, int64_t now, struct arena *a, struct anchor *one)
{
	struct timestamp_request q = {.imprint = one->stamp.imprint}; /* that of the log, as read_anchor saw */
	struct err why;
	char mine[TIMESTAMP_TIME], theirs[TIMESTAMP_TIME];
	one->judged = c->earliest ? c->earliest : now;
	if (one->stamp.time > one->judged + ANCHOR_MAX_SKEW) {
		(void)wrong(one, "it says %s, but %s %s", timestamp_time(one->stamp.time, mine),
			c->earliest ? "a later token, which is over this one too, says" : "now it is", timestamp_time(one->judged, theirs));
		return;
	}
	if (one->judged < one->stamp.time)
		one->judged = one->stamp.time;
	if (timestamp_verify(one->bytes, roots, &q, one->judged, a, &one->stamp, &why) < 0)
		(void)wrong(one, "%s", why.what);
}

static void judge_all(const struct timestamp_roots *roots, int64_t now, struct arena *a, struct anchor *v, size_t n)
{
	struct cover c = {.waiting = arena_array(a, n + 1, const struct anchor *)};
	for (size_t i = n; i-- > 0;) {
		if (v[i].fault.code)
			continue;
		cover_reach(&c, v[i].pos);
		judge(roots, &c, now, a, &v[i]);
		if (!v[i].fault.code)
			c.waiting[c.nwaiting++] = &v[i];
	}
}

static int anchors_locked(struct reg *r, const struct timestamp_roots *roots, int64_t now, struct arena *a, struct anchor **ret,
	size_t *ret_n, struct err *e)
{
	struct { struct anchor *v; size_t n, cap; } list = {0};
	uint32_t kind = rulebook_act(r->bundle->rulebook, STR(KIND));
	struct hasher h;
	int rc = 0;
	hasher_init(&h);
	for (uint64_t pos = 0; pos < record_size(r->all) && rc == 0; pos++) {
		const struct record_act *act = standing_anchor(r->all, kind, pos);
		struct anchor one;
		if (act && (rc = read_anchor(r, act, &h, a, &one, e)) == 0)
			arena_push(a, &list, one);
	}
	hasher_done(&h);
	if (rc < 0)
		return rc;
	if (roots)
		judge_all(roots, now, a, list.v, list.n);
	*ret = list.v;
	*ret_n = list.n;
	return 0;
}

int reg_anchors(struct reg *r, const struct timestamp_roots *roots, int64_t now, struct arena *a, struct anchor **ret, size_t *ret_n,
	struct err *e)
{
	reg_lock(r);
	int rc = anchors_locked(r, roots, now, a, ret, ret_n, e);
	reg_unlock(r);
	return rc;
}

/* ---- filing -------------------------------------------------------------------------------------------------------------------- */

/* A token on its way onto the record. */
struct filing {
	const struct anchor_answer *in;
	struct str token, text; /* text: of the checkpoint */
	struct digest hash, imprint;
	struct checkpoint over;
	struct timestamp stamp;
	struct str act;
};

static int check_clock(const struct filing *f, struct err *e)
{
	char theirs[TIMESTAMP_TIME], ours[TIMESTAMP_TIME];
	bool ahead = f->stamp.time > f->in->now + ANCHOR_MAX_SKEW;
	bool behind = f->in->asked && f->stamp.time < f->in->asked - ANCHOR_MAX_SKEW;
	if (!ahead && !behind)
		return 0;
	(void)err_set(e, ERR_REFUSED, "time-stamp", "the token says %s, and here it is %s", timestamp_time(f->stamp.time, theirs),
		timestamp_time(f->in->now, ours));
	return err_hint(e, "one of the two clocks is wrong by more than %d minutes", ANCHOR_MAX_SKEW / 60);
}

static int verify_token(struct reg *r, struct filing *f, struct arena *a, struct err *e)
{
	struct timestamp_request q = {0};
	struct timestamp said;
	struct hasher h;
	int rc = timestamp_reply_read(f->in->reply, &f->token, e);
	if (rc < 0 || (rc = timestamp_read(f->token, a, &said, e)) < 0)
		return rc;
	if ((rc = log_past_find(r->log, &said.imprint, &f->over, e)) < 0)
		return rc == ERR_ABSENT ? err_set(e, ERR_REFUSED, "time-stamp", "the token is over no signed checkpoint of this log") : rc;
	if (f->in->request)
		q = *f->in->request;
	if (f->in->request && !digest_eq(&q.imprint, &said.imprint))
		return err_set(e, ERR_REFUSED, "time-stamp", "the token is over another checkpoint than the request");
	f->text = text_of(&f->over, a);
	hasher_init(&h);
	sha256(&h, f->text, &q.imprint);
	sha256(&h, f->token, &f->hash);
	hasher_done(&h);
	f->imprint = q.imprint;
	rc = timestamp_verify(f->token, f->in->roots, &q, f->in->now, a, &f->stamp, e);
	return rc < 0 ? rc : check_clock(f, e);
}

static int check_new(struct reg *r, const struct digest *token, struct err *e)
{
	uint32_t kind = rulebook_act(r->bundle->rulebook, STR(KIND));
	for (uint64_t pos = 0; pos < record_size(r->all); pos++) {
		const struct record_act *act = standing_anchor(r->all, kind, pos);
		struct digest named;
		if (act && token_named(act, &named) && digest_eq(&named, token))
			return err_set(e, ERR_CONFLICT, "time-stamp", "this token is on record already: entry %" PRIu64, pos);
	}
	return 0;
}

/* The date is civil time at the seat, as in every act; the note beside it says the instant as the authority did. "zxx": a document is
 * in no language (ISO 639-2). The registrar records what the authority attested. */
static struct str write_act(struct reg *r, const struct filing *f, struct arena *a)
{
	char date[DATE_LEN], utc[TIMESTAMP_TIME];
	struct buf b;
	struct str who = f->stamp.authority.n ? f->stamp.authority : f->stamp.policy;
	buf_init(&b, MAX_ACT_BYTES);
	buf_addf(&b, "{\"kind\":\"" KIND "\",\"date\":\"%s\",\"date_note\":\"%s\",\"args\":{\"size\":%" PRIu64
		     "},\"documents\":[{\"sha256\":\"",
		date_print(org_civil(record_org(r->all), f->stamp.time), date), timestamp_time(f->stamp.time, utc), f->over.size);
	buf_add_hex(&b, f->hash.b, sizeof f->hash.b);
	buf_addf(&b, "\",\"type\":\"" TIMESTAMP_TOKEN_TYPE "\",\"lang\":\"zxx\",\"value\":\"authentic\",\"name\":\"checkpoint-%" PRIu64
		     ".tst\"},{\"sha256\":\"",
		f->over.size);
	buf_add_hex(&b, f->imprint.b, sizeof f->imprint.b);
	buf_addf(&b, "\",\"type\":\"text/plain; charset=utf-8\",\"lang\":\"zxx\",\"name\":\"checkpoint-%" PRIu64 ".txt\"}],\"sources\":[{\"title\":",
		f->over.size);
	json_quote(&b, who);
	if (f->in->url.n) {
		buf_adds(&b, ",\"url\":");
		json_quote(&b, f->in->url);
	}
	buf_adds(&b, "}],\"recorded\":true}");
	struct str act = arena_str(a, buf_str(&b));
	buf_done(&b);
	return act;
}

static int prepare(struct reg *r, struct filing *f, struct arena *a, struct err *e)
{
	AUTO_JSON json_t *act = NULL;
	struct str keyid = log_keyid(r->log);
	int rc = needs_kind(r, e);
	if (rc < 0 || (rc = verify_token(r, f, a, e)) < 0 || (rc = check_new(r, &f->hash, e)) < 0)
		return rc;
	f->act = write_act(r, f, a);
	if ((rc = json_read(f->act, "act", &act, e)) < 0 || (rc = check_act(r->all, act, (struct signers){&keyid, 1}, "", e)) < 0)
		return rc;
	return 0;
}

int reg_anchor_file(struct reg *r, const struct anchor_answer *in, struct arena *a, struct anchor *ret, struct err *e)
{
	struct filing f = {.in = in};
	struct filed filed;
	int rc = reg_check_mode(r, e);
	if (rc < 0)
		return rc;
	reg_lock(r);
	rc = prepare(r, &f, a, e);
	reg_unlock(r);
	struct log_blob documents[] = {{.bytes = f.token}, {.bytes = f.text}};
	struct act_in act = {.text = f.act, .documents = documents, .ndocuments = 2};
	if (rc < 0 || (rc = reg_file(r, &act, false, a, &filed, e)) < 0)
		return rc;
	view_unref(filed.before);
	view_unref(filed.after);
	*ret = (struct anchor){.pos = filed.pos, .size = f.over.size, .token = f.hash, .bytes = f.token, .text = f.text, .stamp = f.stamp, .judged = in->now};
	return 0;
}
