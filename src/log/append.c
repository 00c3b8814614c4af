/* SPDX-License-Identifier: Apache-2.0
 *
 * Appending. What costs time is the disk: a group of entries is synced three times, whatever its length.
 *
 *	1. log.db, entries and tree	nothing may be signed that is not durable
 *	2. checkpoint.new, then the directory in which it becomes checkpoint
 *					nothing may be told to be done, or shown, that is not signed; and log.db must
 *					not be the only one that knows how far the log had come
 *
 * The checkpoint's row in log.db needs no sync of its own. It stands in the write-ahead log before anything that is
 *appended later: whoever finds an entry after it, finds it too. If a power cut takes the row away, then the tree is the
 *one it was made for, the file has the checkpoint, and the next start writes the row again.
 */
#include "log/internal.h"

#include <string.h>

/* Signing and storing a checkpoint ---- */

int log_keep_checkpoint(struct log *log, uint64_t size, struct str note, struct err *e)
{
	int rc = dir_write(&log->dir, LOG_FILE_CHECKPOINT, note, 0644, e);
	return rc < 0 ? rc : store_put_soon(log->store, STORE_CHECKPOINT, size, note, e);
}

int log_sign_tree(struct log *log, struct err *e)
{
	struct digest root;
	struct buf note;
	merkle_root(&log->hasher, &log->tree, &root);
	buf_init(&note, NOTE_MAX_BYTES);
	int rc = checkpoint_sign(log->tree.size, &root, &log->id.key, &log->secret, &note, e);
	if (rc == 0)
		rc = log_keep_checkpoint(log, log->tree.size, buf_str(&note), e);
	log->root = root;
	if (rc == 0) {
		log->signed_size = log->tree.size;
		buf_clear(&log->checkpoint);
		buf_add(&log->checkpoint, buf_str(&note));
	}
	buf_done(&note);
	return rc;
}

/* Checking ---- */

struct keys_at {
	const struct log_identity *id;
	const struct log_keys *more;
	uint64_t index;
	struct log_checked *used; /* where the keys that were found are noted; NULL: nowhere */
	size_t n;
	struct str missing; /* the key that was not found; empty: none */
};

static bool find_key(void *ctx, const struct dsse *d, struct str keyid, struct pubkey *ret)
{
	struct keys_at *k = ctx;
	bool found = true;
	if (str_eq(keyid, str_of(k->id->own.keyid)))
		*ret = k->id->own.key;
	else
		found = k->more && k->more->find && k->more->find(k->more->ctx, d, keyid, k->index, ret);
	if (!found)
		k->missing = keyid;
	if (found && k->used && k->n < DSSE_MAX_SIGS)
		k->used->keys[k->n++] = *ret;
	return found;
}

static int verify(const struct dsse *d, struct keys_at *at, struct err *e)
{
	int rc = dsse_verify(d, &(struct dsse_keys){find_key, at}, e);
	if (rc < 0 && at->missing.n && at->more && at->more->why)
		at->more->why(at->more->ctx, at->missing, at->index, e);
	return rc;
}

int log_entry_check(const struct log_identity *id, const struct log_keys *more, uint64_t index, struct str bytes,
	struct arena *a, struct log_entry *ret, struct err *e)
{
	struct keys_at at = {.id = id, .more = more, .index = index};
	ret->index = index;
	ret->bytes = bytes;
	int rc = dsse_parse(bytes, a, &ret->dsse, e);
	return rc < 0 ? rc : verify(&ret->dsse, &at, e);
}

int log_check(const struct log *log, struct str envelope, uint64_t index, const struct log_keys *keys, struct arena *a,
	struct log_checked *ret, struct err *e)
{
	struct keys_at at = {.id = &log->id, .more = keys, .index = index, .used = ret};
	ret->entry.index = index;
	ret->entry.bytes = envelope;
	int rc = dsse_parse(envelope, a, &ret->entry.dsse, e);
	return rc < 0 ? rc : verify(&ret->entry.dsse, &at, e);
}

int log_check_again(
	const struct log *log, struct log_checked *c, uint64_t index, const struct log_keys *keys, struct err *e)
{
	struct keys_at at = {.id = &log->id, .more = keys, .index = index};
	const struct dsse *d = &c->entry.dsse;
	bool same = true;
	for (size_t i = 0; i < d->nsigs && same; i++) {
		struct pubkey now;
		same = find_key(&at, d, d->sigs[i].keyid, &now) && pubkey_eq(&now, &c->keys[i]);
	}
	if (!same) { /* good or not, and in which words, is decided as if it had never been looked at */
		at = (struct keys_at){.id = &log->id, .more = keys, .index = index, .used = c};
		int rc = verify(d, &at, e);
		if (rc < 0)
			return rc;
	}
	c->entry.index = index;
	return 0;
}

static void name_the_one(struct err *e, size_t i, size_t n)
{
	if (e && n > 1)
		(void)snprintf(e->where, sizeof e->where, "entry %zu of %zu", i + 1, n);
}

static int verify_all(
	struct log *log, const struct str *envelopes, size_t n, const struct log_keys *keys, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct log_entry entry;
		arena_reset(&log->scratch);
		int rc = log_entry_check(&log->id, keys, log->tree.size + i, envelopes[i], &log->scratch, &entry, e);
		if (rc < 0) {
			name_the_one(e, i, n);
			return rc;
		}
	}
	return 0;
}

/* Writing ---- */

/* The envelopes of one append: as they came, or checked ahead. */
struct batch {
	const struct str *plain;
	struct log_checked *const *checked;
	size_t n;
};

int log_write_entry(struct log *log, struct merkle_range *tree, struct str bytes, struct err *e)
{
	struct digest leaf, made[MERKLE_LEVELS];
	uint64_t index = tree->size, place = merkle_places(index);
	merkle_leaf(&log->hasher, bytes, &leaf);
	size_t n = merkle_append(&log->hasher, tree, &leaf, made);
	int rc = store_put(log->store, STORE_ENTRY, index, bytes, e);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = store_put(log->store, STORE_HASH, place + i, (struct str){(char *)made[i].b, DIGEST_LEN}, e);
	return rc;
}

/* Entries and tree, durable together or not at all. */
static int write_all(struct log *log, const struct batch *b, struct err *e)
{
	struct merkle_range tree = log->tree;
	int rc = store_begin(log->store, true, e);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < b->n && rc == 0; i++)
		rc = log_write_entry(log, &tree, b->plain ? b->plain[i] : b->checked[i]->entry.bytes, e);
	if (rc < 0) {
		store_rollback(log->store);
		return rc;
	}
	if ((rc = store_commit(log->store, e)) < 0)
		return rc;
	log->tree = tree;
	return 0;
}

int log_may_write(const struct log *log, struct err *e)
{
	if (log->mode == LOG_WRITE)
		return 0;
	return err_set(e, ERR_REFUSED, log->dir.path, "the log is open for reading only");
}

/* What the store or the directory says of a checkpoint is true of the checkpoint only. */
static void say_what_is_in(const struct log *log, size_t n, struct err *e)
{
	struct err why = *e;
	err_set(e, why.code, log->dir.path, "%.*s; the %zu new %s in, only the checkpoint above could not be written",
		(int)strcspn(why.what, ";"), why.what, n, n == 1 ? "entry is" : "entries are");
	err_hint(e, "mend that: the next append signs it, or the next start; do not file them twice");
}

static void say_what_waits(const struct log *log, struct err *e)
{
	struct err why = *e;
	err_set(e, why.code, log->dir.path,
		"nothing was added: the checkpoint above what was added before could not be written yet: %.*s",
		(int)strcspn(why.what, ";"), why.what);
	err_hint(e, "mend that and try again");
}

static int append(struct log *log, const struct batch *b, struct err *e)
{
	int rc = 0;
	if (log->tree.size > log->signed_size && (rc = log_sign_tree(log, e)) < 0) /* an earlier append could not */
		say_what_waits(log, e);
	if (rc == 0)
		rc = write_all(log, b, e);
	if (rc == 0 && (rc = log_sign_tree(log, e)) < 0)
		say_what_is_in(log, b->n, e);
	return rc;
}

/* As `append`, and the handle remembers how it ended. */
static int append_and_note(struct log *log, const struct batch *b, uint64_t *ret_first, struct err *e)
{
	struct err why = {0};
	uint64_t first = log->tree.size;
	int rc = b->n ? append(log, b, &why) : 0;
	if (rc < 0 || b->n)
		log->stopped = why;
	if (rc < 0 && e)
		*e = why;
	if (rc == 0 && ret_first)
		*ret_first = first;
	return rc;
}

int log_append(struct log *log, const struct str *envelopes, size_t n, const struct log_keys *keys, uint64_t *ret_first,
	struct err *e)
{
	int rc = log_may_write(log, e);
	if (rc == 0)
		rc = verify_all(log, envelopes, n, keys, e);
	return rc < 0 ? rc : append_and_note(log, &(struct batch){.plain = envelopes, .n = n}, ret_first, e);
}

int log_append_checked(
	struct log *log, struct log_checked *const *checked, size_t n, uint64_t *ret_first, struct err *e)
{
	int rc = log_may_write(log, e);
	for (size_t i = 0; i < n && rc == 0; i++)
		if (checked[i]->entry.index != log->tree.size + i) {
			rc = err_set(
				e, ERR_INPUT, log->dir.path, "an envelope was checked for another place than it gets");
			name_the_one(e, i, n);
		}
	return rc < 0 ? rc : append_and_note(log, &(struct batch){.checked = checked, .n = n}, ret_first, e);
}

bool log_stopped(const struct log *log, struct err *ret)
{
	if (log->stopped.code && ret)
		*ret = log->stopped;
	return log->stopped.code != 0;
}

int log_sign(struct log *log, struct str type, struct str payload, struct buf *out, struct err *e)
{
	struct dsse d = {.type = type, .payload = payload};
	if (log->mode != LOG_WRITE)
		return err_set(
			e, ERR_REFUSED, log->dir.path, "the log is open for reading only: it has no key to sign with");
	arena_reset(&log->scratch);
	int rc = dsse_sign(&d, &log->scratch, log_keyid(log), &log->secret, e);
	return rc < 0 ? rc : dsse_write(&d, out, e);
}
