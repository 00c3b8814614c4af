/* SPDX-License-Identifier: Apache-2.0
 *
 * An act on its way into the log: checked, sealed if it is not for everybody, signed, stored.
 */
#include "register/draft.h"

#include <sys/random.h>

enum { SALT = 32 };

static struct str keep(struct arena *a, struct buf *b)
{
	struct str s = arena_str(a, buf_str(b));
	buf_done(b);
	return s;
}

/* {"salt":"...","act":...} and, for the log, its hash. */
static int seal(struct draft *d, struct arena *a, struct err *e)
{
	uint8_t salt[SALT];
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
	buf_add(&body, d->text);
	buf_addc(&body, '}');
	d->body = keep(a, &body);
	hasher_init(&h);
	sha256(&h, d->body, &hash);
	hasher_done(&h);
	buf_adds(&open, "{\"kind\":\"sealed\",\"commitment\":\"sha256:");
	buf_add_hex(&open, hash.b, sizeof hash.b);
	buf_adds(&open, "\"}");
	d->text = keep(a, &open);
	return 0;
}

/* An act names documents by hash; they must be here first. */
static int check_stored(struct reg *r, const json_t *act, const char *prefix, struct err *e)
{
	const json_t *documents = json_object_get(act, "documents");
	for (size_t i = 0; i < json_array_size(documents); i++) {
		struct str name = json_get_str(json_array_get(documents, i), "sha256");
		struct arena a = {0};
		struct log_blob blob;
		struct digest hash;
		char field[40];
		(void)snprintf(field, sizeof field, "documents[%zu]", i);
		int rc = hex_parse(name, hash.b, sizeof hash.b) ? log_blob_get(r->log, &hash, &a, &blob, e) : ERR_ABSENT;
		arena_done(&a);
		if (rc == ERR_ABSENT) {
			(void)field_error(e, ERR_REFUSED, prefix, field, "there is no document with the hash %.*s", STR_ARG(name));
			return err_hint(e, "store the document before the act that names it");
		}
		if (rc < 0)
			return rc;
	}
	return 0;
}

int draft_make(struct reg *r, struct str text, const char *prefix, struct draft *d, struct arena *a, struct err *e)
{
	AUTO_JSON json_t *act = NULL;
	struct buf words;
	*d = (struct draft){.text = str_trim(text)};
	if (d->text.n > MAX_ACT_BYTES) {
		(void)field_error(e, ERR_LIMIT, prefix, "act", "it has %zu bytes; an act has at most %d", d->text.n, MAX_ACT_BYTES);
		return err_hint(e, "put long texts into documents");
	}
	int rc = json_read(d->text, prefix && *prefix ? prefix : "act", &act, e);
	if (rc < 0 || (rc = check_act(r->all, act, prefix, e)) < 0 || (rc = check_stored(r, act, prefix, e)) < 0)
		return rc;
	buf_init(&words, MAX_AUDIENCE_BYTES);
	bool sealed = audiences_join(act, &words) && words.n;
	buf_done(&words);
	if (sealed && (rc = seal(d, a, e)) < 0)
		return rc;
	struct str type = STR(ACT_TYPE);
	rc = entry_read(record_size(r->all), type, d->text, log_keyid(r->log), &d->entry, e);
	if (rc == 0 && sealed && (rc = entry_open(d->entry, d->body, e)) < 0)
		entry_unref(d->entry);
	return rc;
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

int drafts_store(struct reg *r, struct draft *drafts, size_t n, struct arena *a, struct err *e)
{
	struct log_blob *bodies = arena_array(a, n + 1, struct log_blob);
	struct str *envelopes = arena_array(a, n + 1, struct str);
	struct entry **entries = arena_array(a, n + 1, struct entry *);
	size_t nbodies = 0;
	for (size_t i = 0; i < n; i++) {
		envelopes[i] = drafts[i].envelope;
		entries[i] = drafts[i].entry;
		if (drafts[i].body.n)
			bodies[nbodies++] = (struct log_blob){.type = STR(SEALED_TYPE), .bytes = drafts[i].body};
	}
	int rc = nbodies ? log_blob_put(r->log, bodies, nbodies, e) : 0;
	uint64_t first;
	if (rc == 0)
		rc = log_append(r->log, envelopes, n, NULL, &first, e);
	if (rc == 0) {
		for (size_t i = 0; i < n; i++)
			(void)entry_ref(entries[i]);
		reg_publish(r, entries, n);
	}
	return rc;
}

int reg_check_mode(const struct reg *r, struct err *e)
{
	return r->mode == REG_WRITE ? 0 : err_set(e, ERR_REFUSED, r->dir, "the register was opened for reading only");
}
