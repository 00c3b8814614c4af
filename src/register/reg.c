/* SPDX-License-Identifier: Apache-2.0
 *
 * The register on disk: making, opening, following.
 */
#include "base/gather.h"
#include "log/note.h"
#include "register/draft.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- making ----------------------------------------------------------------------------------------------------------------- */

static void print_digest(const struct digest *d, struct buf *out)
{
	buf_adds(out, "sha256:");
	buf_add_hex(out, d->b, sizeof d->b);
}

struct genesis {
	const struct bundle *bundle;
};

static int write_genesis(void *ctx, struct str vkey, struct str keyid, struct buf *out, struct err *e)
{
	const struct genesis *g = ctx;
	const struct org *org = &g->bundle->org;
	char created[32] = "";
	time_t now = time(NULL);
	struct tm utc;
	(void)e;
	if (gmtime_r(&now, &utc))
		(void)strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", &utc);
	buf_adds(out, "{\"kind\":\"genesis\",\"origin\":");
	json_quote(out, org->origin);
	buf_adds(out, ",\"organisation\":");
	json_quote(out, title_pick(org->names, org->nnames, STR("en")).text);
	buf_adds(out, ",\"key\":{\"vkey\":");
	json_quote(out, vkey);
	buf_adds(out, ",\"keyid\":");
	json_quote(out, keyid);
	buf_adds(out, ",\"role\":");
	json_quote(out, org->registrar);
	buf_addf(out, "},\"keys\":{\"recovery\":%u},\"bundle\":\"", org->recovery);
	print_digest(&g->bundle->sha256, out);
	buf_addf(out, "\",\"created\":\"%s\"}", created);
	return 0;
}

static int put_bundle(const char *dir, const struct bundle *b, struct err *e)
{
	struct log *log;
	struct log_blob blob = {.type = STR(BUNDLE_TYPE), .bytes = b->text};
	int rc = log_open(dir, LOG_WRITE, &log, e);
	if (rc < 0)
		return rc;
	rc = log_blob_put(log, &blob, 1, e);
	log_close(log);
	return rc;
}

int reg_create(const char *dir, const char *org_dir, struct buf *diags, struct err *e)
{
	struct bundle *b;
	int rc = bundle_read_folder(org_dir, &b, diags, e);
	if (rc < 0)
		return rc;
	struct genesis g = {.bundle = b};
	struct log_genesis log = {.origin = b->org.origin, .type = STR(ACT_TYPE), .payload = write_genesis, .ctx = &g};
	rc = log_create(dir, &log, e);
	if (rc == 0 && (rc = put_bundle(dir, b, e)) < 0)
		(void)err_hint(e, "the register is not complete: remove the directory, and make it again");
	bundle_unref(b);
	return rc;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------------ */

static bool says_what_it_is(const struct entry *by, const struct bundle *b)
{
	const json_t *said = json_object_get(by->payload, "rulebook");
	return str_eq(json_get_str(said, "name"), syms_str(&b->rulebook->syms, b->rulebook->name)) &&
	       json_integer_value(json_object_get(said, "version")) == b->rulebook->version;
}

int adopted_bundle(struct log *log, const struct entry *by, struct bundle **ret, struct err *e)
{
	struct arena a = {0};
	struct log_blob blob;
	char where[60];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)by->pos);
	int rc = log_blob_get(log, &by->bundle, &a, &blob, e);
	if (rc == ERR_ABSENT) {
		rc = err_set(e, ERR_CORRUPT, where, "the rulebook that it names is not here%s", by->pos ? "" : ": the register was not completed");
		(void)err_hint(e, by->pos ? "restore log.db" : "remove the directory and make the register again, or restore log.db");
	}
	(void)snprintf(where, sizeof where, "the rulebook of entry %llu", (unsigned long long)by->pos);
	if (rc == 0)
		rc = bundle_read(blob.bytes, where, ret, e);
	arena_done(&a);
	if (rc == 0 && by->kind == ENTRY_ADOPTION && !says_what_it_is(by, *ret)) {
		bundle_unref(*ret);
		rc = err_set(e, ERR_CORRUPT, where, "the entry that adopts it says another name or version");
	}
	return rc;
}

static bool adopts(const struct entry *n)
{
	return n->kind == ENTRY_GENESIS || n->kind == ENTRY_ADOPTION;
}

static int take_entry(void *ctx, const struct log_entry *in, struct err *e)
{
	struct reg *r = ctx;
	struct entry *n;
	int rc = entry_take(in, &n, e);
	if (rc == 0)
		arena_push(&r->arena, &r->fresh, n);
	return rc;
}

int open_sealed(struct log *log, struct entry *n, struct err *e)
{
	struct arena a = {0};
	struct log_blob blob;
	int rc = n->kind == ENTRY_SEALED ? log_blob_get(log, &n->commitment, &a, &blob, e) : ERR_ABSENT;
	if (rc == 0)
		rc = entry_open(n, blob.bytes, e);
	arena_done(&a);
	return rc == ERR_ABSENT ? 0 : rc; /* a body that is not held here stays sealed to everybody */
}

void reg_adopted(struct reg *r, uint64_t pos, const struct bundle *b)
{
	struct adopted one = {pos, b};
	pthread_mutex_lock(&r->cache_lock);
	arena_push(&r->arena, &r->adopted, one);
	r->bundle = b;
	pthread_mutex_unlock(&r->cache_lock);
}

void reg_drop_adopted(struct reg *r, size_t n)
{
	pthread_mutex_lock(&r->cache_lock);
	while (r->adopted.n > n)
		bundle_unref(r->adopted.v[--r->adopted.n].bundle);
	r->bundle = n ? r->adopted.v[n - 1].bundle : NULL;
	pthread_mutex_unlock(&r->cache_lock);
}

/* Makes `all` from everything known, under the rulebook in force. */
static int read_again(struct reg *r, struct err *e)
{
	struct record *all = record_new(r->bundle, r->bundle->org.registrar);
	int rc = 0;
	for (size_t i = 0; i < r->entries.n && rc == 0; i++)
		rc = record_add(all, r->entries.v[i], e);
	if (rc < 0) {
		record_unref(all);
		return rc;
	}
	pthread_rwlock_wrlock(&r->keys_lock);
	record_unref(r->all);
	r->all = all;
	pthread_rwlock_unlock(&r->keys_lock);
	return 0;
}

int reg_take(struct reg *r, struct entry *n, struct err *e)
{
	pthread_rwlock_wrlock(&r->keys_lock);
	int rc = record_add(r->all, n, e);
	pthread_rwlock_unlock(&r->keys_lock);
	return rc;
}

/* What the log holds beyond what is known is read into r->fresh, checked, and only then becomes known. */
static int read_fresh(struct reg *r, struct err *e)
{
	r->fresh.n = 0;
	int rc = log_each(r->log, r->entries.n, take_entry, r, e);
	for (size_t i = 0; i < r->fresh.n && rc == 0; i++)
		rc = open_sealed(r->log, r->fresh.v[i], e);
	size_t adopted = r->adopted.n, added = 0;
	for (size_t i = 0; i < r->fresh.n && rc == 0; i++) {
		struct bundle *b;
		if (!adopts(r->fresh.v[i]) || (rc = adopted_bundle(r->log, r->fresh.v[i], &b, e)) < 0)
			continue;
		if (!r->bundle || (rc = bundle_follows(r->bundle, b, "the rulebook that is adopted", e)) == 0)
			reg_adopted(r, r->fresh.v[i]->pos, b);
		else
			bundle_unref(b);
	}
	if (rc == 0 && !r->bundle)
		rc = err_set(e, ERR_CORRUPT, r->dir, "the log is empty: it is no register");
	if (rc == 0 && r->adopted.n > adopted)
		rc = read_again(r, e);
	for (; added < r->fresh.n && rc == 0; added += rc == 0)
		rc = reg_take(r, r->fresh.v[added], e);
	if (rc == 0) {
		reg_publish(r, r->fresh.v, r->fresh.n);
	} else {
		for (size_t i = 0; i < r->fresh.n; i++)
			entry_unref(r->fresh.v[i]);
		reg_drop_adopted(r, adopted);
		if (r->bundle && (added || r->all->bundle != r->bundle)) /* `all` holds more than is known */
			reg_forget(r);
	}
	r->fresh.n = 0;
	return rc < 0 && e && (e->code == ERR_INPUT || e->code == ERR_REFUSED) ? (e->code = ERR_CORRUPT) : rc;
}

int reg_catch_up(struct reg *r, struct err *e)
{
	return log_size(r->log) > r->entries.n ? read_fresh(r, e) : 0;
}

void reg_publish(struct reg *r, struct entry *const *entries, size_t n)
{
	pthread_mutex_lock(&r->cache_lock);
	for (size_t i = 0; i < n; i++)
		arena_push(&r->arena, &r->entries, entries[i]);
	pthread_mutex_unlock(&r->cache_lock);
}

void reg_forget(struct reg *r)
{
	if (read_again(r, NULL) < 0) /* it was read from these entries before */
		abort();
}

/* With the lock: what is told of the log while the next one files. */
static void tell(struct reg *r)
{
	struct err why = {0};
	struct str note = log_checkpoint(r->log);
	(void)log_stopped(r->log, &why);
	pthread_mutex_lock(&r->told_lock);
	r->stopped = why;
	if (!str_eq(buf_str(&r->note), note)) {
		buf_clear(&r->note);
		buf_add(&r->note, note);
	}
	pthread_mutex_unlock(&r->told_lock);
}

int reg_open(const char *dir, enum reg_mode mode, struct reg **ret, struct err *e)
{
	struct reg *r = zeroed(1, sizeof *r);
	r->mode = mode;
	r->dir = arena_str(&r->arena, str_of(dir)).p;
	pthread_mutex_init(&r->lock, NULL);
	pthread_mutex_init(&r->cache_lock, NULL);
	pthread_cond_init(&r->built, NULL);
	pthread_rwlock_init(&r->keys_lock, NULL);
	pthread_mutex_init(&r->told_lock, NULL);
	searches_init(&r->searches);
	buf_init(&r->note, NOTE_MAX_BYTES);
	r->door = mode == REG_WRITE ? reg_door_new(r) : NULL;
	int rc = log_open(dir, mode == REG_WRITE ? LOG_WRITE : LOG_READ, &r->log, e);
	if (rc == 0)
		rc = read_fresh(r, e);
	if (rc < 0) {
		reg_close(r);
		return rc;
	}
	tell(r);
	*ret = r;
	return 0;
}

void reg_close(struct reg *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < MAX_VIEWS; i++) {
		view_unref(r->views[i].view);
		free(r->views[i].audience);
	}
	for (size_t i = 0; i < r->entries.n; i++)
		entry_unref(r->entries.v[i]);
	record_unref(r->all);
	reg_drop_adopted(r, 0);
	log_close(r->log);
	gather_free(r->door);
	searches_done(&r->searches);
	pthread_mutex_destroy(&r->told_lock);
	buf_done(&r->note);
	pthread_rwlock_destroy(&r->keys_lock);
	pthread_cond_destroy(&r->built);
	pthread_mutex_destroy(&r->cache_lock);
	pthread_mutex_destroy(&r->lock);
	arena_done(&r->arena);
	free(r);
}

int reg_refresh(struct reg *r, struct err *e)
{
	reg_lock(r);
	int rc = log_refresh(r->log, e);
	uint64_t size = log_size(r->log);
	if (rc == 0 && size > r->entries.n) {
		rc = size == r->unreadable ? err_set(e, ERR_CORRUPT, r->dir, "what was appended to the log since entry %zu cannot be read",
						     r->entries.n - 1)
					   : read_fresh(r, e);
		r->unreadable = rc == ERR_CORRUPT ? size : 0;
	}
	reg_unlock(r);
	return rc;
}

/* ---- what it is ---------------------------------------------------------------------------------------------------------------- */

uint64_t reg_size(struct reg *r)
{
	pthread_mutex_lock(&r->cache_lock);
	uint64_t n = r->entries.n;
	pthread_mutex_unlock(&r->cache_lock);
	return n;
}

struct str reg_checkpoint(struct reg *r, struct arena *a)
{
	pthread_mutex_lock(&r->told_lock);
	struct str note = arena_str(a, buf_str(&r->note));
	pthread_mutex_unlock(&r->told_lock);
	return note;
}

bool reg_stopped(struct reg *r, struct err *ret)
{
	pthread_mutex_lock(&r->told_lock);
	bool stopped = r->stopped.code != 0;
	if (stopped && ret)
		*ret = r->stopped;
	pthread_mutex_unlock(&r->told_lock);
	return stopped;
}

struct log *reg_log(struct reg *r)
{
	return r->log;
}

void reg_lock(struct reg *r)
{
	pthread_mutex_lock(&r->lock);
}

void reg_unlock(struct reg *r)
{
	tell(r);
	pthread_mutex_unlock(&r->lock);
}

int reg_blob(struct reg *r, const struct view *v, const struct digest *sha256, struct arena *a, struct log_blob *ret, struct err *e)
{
	if (!view_may_read_blob(v, sha256))
		return err_set(e, ERR_ABSENT, "blob", "there is no such document");
	reg_lock(r);
	int rc = log_blob_get(r->log, sha256, a, ret, e);
	reg_unlock(r);
	return rc;
}
