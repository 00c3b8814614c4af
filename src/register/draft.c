/* SPDX-License-Identifier: Apache-2.0
 *
 * An act on its way into the log: checked, sealed if it is not for everybody, signed, stored.
 */
#include "register/draft.h"

#include <sys/random.h>

static struct str keep(struct arena *a, struct buf *b)
{
	struct str s = arena_str(a, buf_str(b));
	buf_done(b);
	return s;
}

int act_seal(struct str act, struct arena *a, struct str *ret_public, struct str *ret_body, struct err *e)
{
	uint8_t salt[SEAL_SALT];
	struct hasher h;
	struct digest hash;
	struct buf body, open;
	if (getrandom(salt, sizeof salt, 0) != (ssize_t)sizeof salt)
		return err_set(e, ERR_SYSTEM, "act", "the system gives no random bytes");
	buf_init(&body, MAX_ACT_BYTES + 200);
	buf_init(&open, 200);
	buf_adds(&body, "{\"salt\":\"");
	buf_add_hex(&body, salt, sizeof salt);
	buf_adds(&body, "\",\"act\":");
	buf_add(&body, act);
	buf_addc(&body, '}');
	*ret_body = keep(a, &body);
	hasher_init(&h);
	sha256(&h, *ret_body, &hash);
	hasher_done(&h);
	buf_adds(&open, "{\"kind\":\"sealed\",\"commitment\":\"sha256:");
	buf_add_hex(&open, hash.b, sizeof hash.b);
	buf_adds(&open, "\"}");
	*ret_public = keep(a, &open);
	return 0;
}

/* Is it among those that come with the act? Then it gets the type that the act says. */
static bool comes_along(const struct act_in *in, const json_t *document, const struct digest *hash)
{
	struct str type = json_get_str(document, "type");
	bool found = false;
	for (size_t i = 0; i < in->ndocuments; i++) {
		if (!digest_eq(&in->documents[i].sha256, hash))
			continue;
		in->documents[i].type = type.n ? type : STR("application/octet-stream");
		found = true;
	}
	return found;
}

static int check_document(struct reg *r, const struct act_in *in, const json_t *document, const char *field, const char *prefix, struct err *e)
{
	struct str name = json_get_str(document, "sha256");
	struct arena a = {0};
	struct log_blob blob;
	struct digest hash;
	bool good = hex_parse(name, hash.b, sizeof hash.b);
	if (good && comes_along(in, document, &hash))
		return 0;
	int rc = good ? log_blob_get(r->log, &hash, &a, &blob, e) : ERR_ABSENT;
	arena_done(&a);
	if (rc == ERR_ABSENT) {
		(void)field_error(e, ERR_REFUSED, prefix, field, "there is no document with the hash %.*s", STR_ARG(name));
		return err_hint(e, "hand it in with the act: comity file --documents");
	}
	return rc;
}

static void hash_documents(const struct act_in *in)
{
	struct hasher h;
	hasher_init(&h);
	for (size_t i = 0; i < in->ndocuments; i++) {
		sha256(&h, in->documents[i].bytes, &in->documents[i].sha256);
		in->documents[i].type = (struct str){NULL, 0};
	}
	hasher_done(&h);
}

/* An act names documents by hash; they must be here first, or come with it. What comes and is not named would be lost. */
static int check_stored(struct reg *r, const struct act_in *in, const json_t *act, const char *prefix, struct err *e)
{
	const json_t *documents = json_object_get(act, "documents");
	int rc = 0;
	hash_documents(in);
	for (size_t i = 0; i < json_array_size(documents) && rc == 0; i++) {
		char field[40];
		(void)snprintf(field, sizeof field, "documents[%zu]", i);
		rc = check_document(r, in, json_array_get(documents, i), field, prefix, e);
	}
	for (size_t i = 0; i < in->ndocuments && rc == 0; i++)
		if (!in->documents[i].type.n)
			return field_error(e, ERR_REFUSED, prefix, "documents", "document %zu of those handed in is not one that the act names", i + 1);
	return rc;
}

static int check_size(struct str text, const char *prefix, struct err *e)
{
	if (text.n <= MAX_ACT_BYTES)
		return 0;
	(void)field_error(e, ERR_LIMIT, prefix, "act", "it has %zu bytes; an act has at most %d", text.n, MAX_ACT_BYTES);
	return err_hint(e, "put long texts into documents");
}

static bool is_sealed(const json_t *act)
{
	struct buf words;
	buf_init(&words, MAX_AUDIENCE_BYTES);
	bool sealed = audiences_join(act, &words) && words.n;
	buf_done(&words);
	return sealed;
}

static int check_draft(struct reg *r, const struct draft *d, const json_t *act, struct signers by, const char *prefix, struct err *e)
{
	int rc = check_act(r->all, act, by, prefix, e);
	return rc < 0 ? rc : check_stored(r, d->in, act, prefix, e);
}

static int make(struct reg *r, const struct act_in *in, const char *prefix, struct draft *d, struct arena *a, struct err *e)
{
	AUTO_JSON json_t *act = NULL;
	struct str keyid = log_keyid(r->log);
	struct signers by = {&keyid, 1};
	*d = (struct draft){.text = str_trim(in->text), .in = in};
	int rc = check_size(d->text, prefix, e);
	if (rc < 0 || (rc = json_read(d->text, prefix && *prefix ? prefix : "act", &act, e)) < 0 || (rc = check_draft(r, d, act, by, prefix, e)) < 0)
		return rc;
	for (size_t i = 0; i < in->ndocuments; i++)
		in->documents[i].type = arena_str(a, in->documents[i].type); /* the act goes */
	bool sealed = is_sealed(act);
	if (sealed && (rc = act_seal(d->text, a, &d->text, &d->body, e)) < 0)
		return rc;
	rc = entry_read(record_size(r->all), STR(ACT_TYPE), d->text, by, &d->entry, e);
	if (rc == 0 && sealed && (rc = entry_open(d->entry, d->body, e)) < 0)
		entry_unref(d->entry);
	return rc;
}

/* ---- signed elsewhere --------------------------------------------------------------------------------------------------------- */

static bool find_key(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	const struct record *all = ctx;
	return keyring_may_sign(&all->keys, d, keyid, index, ret);
}

static void say_why(void *ctx, struct str keyid, uint64_t index, struct err *e)
{
	const struct record *all = ctx;
	keyring_words(&all->keys, keyid, index, e);
}

struct log_keys reg_keys(const struct record *all)
{
	return (struct log_keys){find_key, say_why, (void *)all};
}

/* The body is what the entry commits to. */
static int open_body(struct draft *d, const char *prefix, struct err *e)
{
	struct hasher h;
	struct digest hash;
	if (!d->body.n) {
		(void)field_error(e, ERR_INPUT, prefix, "body", "the act is sealed: its body is needed too");
		return err_hint(e, "hand in the file that 'comity sign --seal' wrote");
	}
	hasher_init(&h);
	sha256(&h, d->body, &hash);
	hasher_done(&h);
	if (!digest_eq(&hash, &d->entry->commitment))
		return field_error(e, ERR_REFUSED, prefix, "body", "it is not what the entry commits to");
	return entry_open(d->entry, d->body, e);
}

static int check_marks(const json_t *act, const char *prefix, struct err *e)
{
	static const char *const marks[] = {"register", "id"};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (!json_get_str(act, marks[i]).n) {
			(void)field_error(e, ERR_REFUSED, prefix, marks[i], "an act that is signed elsewhere names its register and has an id, so that it counts here only, and once");
			return err_hint(e, "'comity sign --register' adds both before it signs");
		}
	return 0;
}

static int check_taken(struct reg *r, const struct draft *d, const char *prefix, struct err *e)
{
	const struct entry *n = d->entry;
	struct signers by = entry_signers(n);
	if (n->kind == ENTRY_KEY && (d->body.n || d->in->ndocuments))
		return field_error(e, ERR_INPUT, prefix, "documents", "an act about keys has neither body nor documents");
	if (n->kind == ENTRY_KEY) {
		int rc = keyring_check(&r->all->keys, n->payload, by, n->pos, prefix && *prefix ? prefix : "key act", e);
		return rc < 0 ? rc : check_key_act(r->all, n->payload, prefix, e);
	}
	if (!entry_act(n))
		return field_error(e, ERR_REFUSED, prefix, "kind", "such an entry is not handed in: the register makes it");
	if (n->kind == ENTRY_ACT && d->body.n)
		return field_error(e, ERR_INPUT, prefix, "body", "the act is not sealed, and has no body");
	int rc = check_marks(entry_act(n), prefix, e);
	return rc < 0 ? rc : check_draft(r, d, entry_act(n), by, prefix, e);
}

static int read_draft(struct reg *r, const struct log_checked *c, const char *prefix, struct draft *d, struct err *e)
{
	d->text = c->entry.dsse.payload;
	int rc = check_size(d->text, prefix, e);
	if (rc < 0 || (rc = check_size(d->body, prefix, e)) < 0 || (rc = entry_take(&c->entry, &d->entry, e)) < 0)
		return rc;
	if (d->entry->kind == ENTRY_SEALED)
		rc = open_body(d, prefix, e);
	if (rc == 0)
		rc = check_taken(r, d, prefix, e);
	if (rc < 0)
		entry_unref(d->entry);
	return rc;
}

int draft_take_checked(struct reg *r, struct log_checked *c, const struct act_in *in, const char *prefix, struct draft *d, struct err *e)
{
	struct log_keys keys = reg_keys(r->all);
	*d = (struct draft){.body = in->body, .envelope = c->entry.bytes, .in = in, .checked = c};
	int rc = log_check_again(r->log, c, record_size(r->all), &keys, e);
	if (rc == 0)
		rc = read_draft(r, c, prefix, d, e);
	return rc < 0 && e && e->code == ERR_CORRUPT ? (e->code = ERR_INPUT) : rc; /* what came is bad, not what is here */
}

static int take(struct reg *r, const struct act_in *in, const char *prefix, struct draft *d, struct arena *a, struct err *e)
{
	struct log_checked *c = arena_new(a, struct log_checked);
	struct log_keys keys = reg_keys(r->all);
	int rc = log_check(r->log, str_trim(in->text), record_size(r->all), &keys, a, c, e);
	return rc < 0 ? rc : draft_take_checked(r, c, in, prefix, d, e);
}

bool act_is_signed(struct str text)
{
	return str_starts(str_trim(text), STR("{\"payloadType\""));
}

static int read_json_of(const struct act_in *in, struct arena *a, json_t **ret, struct err *e)
{
	struct dsse d = {.payload = in->text};
	int rc = act_is_signed(in->text) ? dsse_parse(str_trim(in->text), a, &d, e) : 0;
	if (rc == 0)
		rc = json_read(in->body.n ? in->body : d.payload, "act", ret, e);
	return rc;
}

int act_documents(const struct act_in *in, struct arena *a, struct digest **ret, size_t *ret_n, struct err *e)
{
	AUTO_JSON json_t *json = NULL;
	int rc = read_json_of(in, a, &json, e);
	if (rc < 0)
		return rc;
	const json_t *act = in->body.n ? json_object_get(json, "act") : json, *list = json_object_get(act, "documents");
	*ret = arena_array(a, json_array_size(list) + 1, struct digest);
	*ret_n = 0;
	for (size_t i = 0; i < json_array_size(list); i++)
		*ret_n += hex_parse(json_get_str(json_array_get(list, i), "sha256"), (*ret)[*ret_n].b, DIGEST_LEN);
	return 0;
}

int draft_make(struct reg *r, const struct act_in *in, const char *prefix, struct draft *d, struct arena *a, struct err *e)
{
	return (act_is_signed(in->text) ? take : make)(r, in, prefix, d, a, e);
}

int draft_sign(struct reg *r, struct draft *d, const char *prefix, struct arena *a, struct err *e)
{
	struct buf envelope;
	buf_init(&envelope, LOG_MAX_ENTRY);
	int rc = log_sign(r->log, STR(ACT_TYPE), d->text, &envelope, e);
	if (rc == ERR_LIMIT || envelope.over) {
		(void)field_error(e, ERR_LIMIT, prefix, "act", "it has %zu bytes; signed it would be longer than the %d of an entry", d->text.n,
			LOG_MAX_ENTRY);
		rc = err_hint(e, "put long texts into documents");
	}
	d->envelope = keep(a, &envelope);
	return rc;
}

/* Those that were checked before are not checked again; the others are, also if they were signed here a moment ago. */
static int append(struct reg *r, struct draft *drafts, size_t n, struct arena *a, struct err *e)
{
	struct log_checked **checked = arena_array(a, n + 1, struct log_checked *);
	struct log_keys keys = reg_keys(r->all);
	uint64_t first;
	int rc = 0;
	for (size_t i = 0; i < n && rc == 0; i++) {
		checked[i] = drafts[i].checked;
		if (checked[i])
			continue;
		checked[i] = arena_new(a, struct log_checked);
		rc = log_check(r->log, drafts[i].envelope, drafts[i].entry->pos, &keys, a, checked[i], e);
	}
	return rc < 0 ? rc : log_append_checked(r->log, checked, n, &first, e);
}

/* Bodies of sealed acts, and documents: before the acts that name them. */
static int store_blobs(struct reg *r, const struct draft *drafts, size_t n, struct arena *a, struct err *e)
{
	struct { struct log_blob *v; size_t n, cap; } blobs = {0};
	for (size_t i = 0; i < n; i++) {
		struct log_blob body = {.type = STR(SEALED_TYPE), .bytes = drafts[i].body};
		if (body.bytes.n)
			arena_push(a, &blobs, body);
		for (size_t k = 0; drafts[i].in && k < drafts[i].in->ndocuments; k++)
			arena_push(a, &blobs, drafts[i].in->documents[k]);
	}
	return blobs.n ? log_blob_put(r->log, blobs.v, blobs.n, e) : 0;
}

int drafts_store(struct reg *r, struct draft *drafts, size_t n, struct arena *a, struct err *e)
{
	struct entry **entries = arena_array(a, n + 1, struct entry *);
	int rc = store_blobs(r, drafts, n, a, e);
	if (rc == 0)
		rc = append(r, drafts, n, a, e);
	for (size_t i = 0; i < n && rc == 0; i++)
		entries[i] = entry_ref(drafts[i].entry);
	if (rc == 0)
		reg_publish(r, entries, n);
	return rc;
}

int reg_check_mode(const struct reg *r, struct err *e)
{
	return r->mode == REG_WRITE ? 0 : err_set(e, ERR_REFUSED, r->dir, "the register was opened for reading only");
}
