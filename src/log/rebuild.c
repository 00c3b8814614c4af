/* SPDX-License-Identifier: Apache-2.0
 *
 * log_rebuild: what is derived is made again from the entries, and kept only if it is what was signed.
 *
 * The entries are read twice in one transaction: first to compare, with every signed checkpoint and with what is stored; then to
 * write. So nothing is written unless all of it will fit.
 */
#include "log/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct rebuild {
	struct dir dir;
	int lock; /* -1: there is no key, hence no other writer */
	struct store *store;
	struct hasher hasher;
	struct arena arena; /* of one entry */
	struct log_identity id;
	struct buf file_note;
	struct checkpoint file;     /* the second place */
	uint64_t signed_size;	    /* of the newest checkpoint */
	uint64_t note_size;	    /* the stored checkpoint that comes next; UINT64_MAX: none */
	struct str note;
	uint64_t proved; /* entries below this are under a checkpoint that fits */
	struct merkle_range tree;
	struct log_rebuilt v;
	const struct log_audit *how;
	uint64_t done, total;
};

static int refuse(const struct rebuild *r, struct err *e)
{
	err_hint(e, "nothing was changed; restore a backup of %s", r->dir.path);
	return ERR_CORRUPT;
}

static void tick(struct rebuild *r)
{
	uint64_t step = r->total / 100 + 1;
	if (++r->done % step == 0 && r->how->progress)
		r->how->progress(r->how->ctx, r->done, r->total);
}

/* Comparing ---- */

static int next_note(struct rebuild *r, struct err *e)
{
	int rc = store_next(r->store, STORE_CHECKPOINT, &r->note_size, &r->note, e);
	if (rc == 0)
		r->note_size = UINT64_MAX;
	return rc < 0 ? rc : 0;
}

static int must_fit(struct rebuild *r, const struct checkpoint *c, struct err *e)
{
	merkle_root(&r->hasher, &r->tree, &r->v.root);
	if (c->size != r->tree.size || !digest_eq(&c->root, &r->v.root)) {
		err_set(e, ERR_CORRUPT, r->dir.path,
			"entries were changed: those from %" PRIu64 " to %" PRIu64 " do not give the tree that was signed", r->proved,
			r->tree.size - 1);
		return refuse(r, e);
	}
	r->proved = c->size;
	return 0;
}

/* All checkpoints over exactly the entries read so far, in both places. */
static int meet_checkpoints(struct rebuild *r, struct err *e)
{
	int rc = 0;
	while (rc == 0 && r->note_size <= r->tree.size) {
		struct checkpoint c;
		if (checkpoint_open(r->note, &r->id.key, &c, NULL) < 0) {
			err_set(e, ERR_CORRUPT, r->dir.path, "the stored checkpoint over %" PRIu64 " entries is not what was signed", r->note_size);
			return refuse(r, e);
		}
		rc = must_fit(r, &c, e);
		if (rc == 0)
			rc = next_note(r, e);
	}
	return rc == 0 && r->file.size == r->tree.size ? must_fit(r, &r->file, e) : rc;
}

/* An entry that no checkpoint covers yet has only its signatures; of the others it is enough to know what they say of keys. */
static int check_uncovered(struct rebuild *r, uint64_t index, struct str bytes, struct err *e)
{
	struct log_entry entry = {.index = index, .bytes = bytes};
	struct err why;
	bool covered = index < r->signed_size;
	arena_reset(&r->arena);
	int rc = covered ? dsse_parse(bytes, &r->arena, &entry.dsse, &why)
			 : log_entry_check(&r->id, &r->how->keys, index, bytes, &r->arena, &entry, &why);
	if (rc == 0 && r->how->entry)
		rc = r->how->entry(r->how->ctx, &entry, &why);
	if (rc == 0 || covered)
		return 0;
	err_set(e, ERR_CORRUPT, r->dir.path, "entry %" PRIu64 " was changed or replaced: %s", index, why.what);
	return refuse(r, e);
}

static int compare(struct rebuild *r, uint64_t place, const struct digest *made, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct digest stored;
		int rc = store_hash(r->store, place + i, &stored, e);
		if (rc < 0 && rc != ERR_ABSENT && rc != ERR_CORRUPT)
			return rc;
		r->v.mended += rc < 0 || !digest_eq(&stored, &made[i]);
	}
	return 0;
}

/* Hashes of entries that are not there. */
static int count_surplus(struct rebuild *r, struct err *e)
{
	uint64_t place;
	struct str bytes;
	int rc = store_scan(r->store, STORE_HASH, merkle_places(r->tree.size), e);
	while (rc == 0 && (rc = store_next(r->store, STORE_HASH, &place, &bytes, e)) == 1) {
		r->v.mended++;
		rc = 0;
	}
	store_scan_end(r->store, STORE_HASH);
	return rc;
}

/* Both passes ---- */

static int keep(struct rebuild *r, uint64_t place, const struct digest *made, size_t n, struct err *e)
{
	int rc = 0;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = store_put(r->store, STORE_HASH, place + i, (struct str){(const char *)made[i].b, DIGEST_LEN}, e);
	return rc;
}

static int one_entry(struct rebuild *r, uint64_t index, struct str bytes, bool write, struct err *e)
{
	struct digest leaf, made[MERKLE_LEVELS];
	if (index != r->tree.size) {
		err_set(e, ERR_CORRUPT, r->dir.path, "entry %" PRIu64 " is missing", r->tree.size);
		return refuse(r, e);
	}
	merkle_leaf(&r->hasher, bytes, &leaf);
	size_t n = merkle_append(&r->hasher, &r->tree, &leaf, made);
	tick(r);
	if (write)
		return keep(r, merkle_places(index), made, n, e);
	int rc = check_uncovered(r, index, bytes, e);
	if (rc == 0)
		rc = compare(r, merkle_places(index), made, n, e);
	return rc == 0 ? meet_checkpoints(r, e) : rc;
}

static int walk(struct rebuild *r, bool write, struct err *e)
{
	uint64_t index;
	struct str bytes;
	r->tree = (struct merkle_range){0};
	int rc = store_scan(r->store, STORE_ENTRY, 0, e);
	while (rc == 0 && (rc = store_next(r->store, STORE_ENTRY, &index, &bytes, e)) == 1)
		rc = one_entry(r, index, bytes, write, e);
	store_scan_end(r->store, STORE_ENTRY);
	return rc;
}

/* Does what the entries give fit all that was signed? Nothing is written. */
static int look(struct rebuild *r, struct err *e)
{
	uint64_t last = 0, stored = 0;
	int rc = store_last(r->store, STORE_ENTRY, &last, e);
	if (rc == 0)
		rc = store_last(r->store, STORE_CHECKPOINT, &stored, e);
	if (rc == ERR_ABSENT) {
		err_set(e, ERR_CORRUPT, r->dir.path, "there is no entry, or no signed checkpoint");
		return refuse(r, e);
	}
	r->total = 2 * (last + 1);
	r->signed_size = stored > r->file.size ? stored : r->file.size;
	if (rc == 0)
		rc = store_scan(r->store, STORE_CHECKPOINT, 0, e);
	if (rc == 0)
		rc = next_note(r, e);
	if (rc == 0)
		rc = walk(r, false, e);
	store_scan_end(r->store, STORE_CHECKPOINT);
	if (rc == 0 && r->signed_size > r->tree.size) {
		err_set(e, ERR_CORRUPT, r->dir.path, "%" PRIu64 " entries were signed, %" PRIu64 " are here", r->signed_size, r->tree.size);
		return refuse(r, e);
	}
	r->v.entries = r->tree.size;
	r->v.hashes = merkle_places(r->tree.size);
	r->v.size = r->signed_size;
	return rc == 0 ? count_surplus(r, e) : rc;
}

static int renew(struct rebuild *r, struct err *e)
{
	int rc = look(r, e);
	if (rc == 0)
		rc = store_drop_derived(r->store, e);
	if (rc == 0)
		rc = walk(r, true, e);
	return rc == 0 ? store_check(r->store, e) : rc;
}

static int take_lock(struct rebuild *r, struct err *e)
{
	struct buf key;
	buf_init(&key, LOG_MAX_KEY_FILE);
	int rc = dir_read_secret(&r->dir, LOG_FILE_KEY, &key, &r->lock, e);
	if (key.p)
		explicit_bzero(key.p, key.n);
	buf_done(&key);
	return rc == ERR_ABSENT ? 0 : rc;
}

static int open_all(struct rebuild *r, const char *dir, struct err *e)
{
	int rc = dir_open(dir, &r->dir, e);
	if (rc == 0)
		rc = log_files_present(&r->dir, e);
	if (rc == 0)
		rc = take_lock(r, e);
	if (rc == 0)
		rc = dir_read(&r->dir, LOG_FILE_CHECKPOINT, &r->file_note, e);
	if (rc < 0)
		return rc;
	char *path = dir_path(&r->dir, LOG_FILE_DB);
	rc = store_open(path, true, &r->store, e);
	free(path);
	if (rc == 0)
		rc = log_identity_read(&r->hasher, store_vkey(r->store), &r->id, e);
	if (rc == 0 && checkpoint_open(buf_str(&r->file_note), &r->id.key, &r->file, NULL) < 0) {
		err_set(e, ERR_CORRUPT, r->dir.path, "the file 'checkpoint' is not what was signed");
		return refuse(r, e);
	}
	return rc;
}

int log_rebuild(const char *dir, const struct log_audit *how, struct log_rebuilt *ret, struct err *e)
{
	struct rebuild r = {.lock = -1, .how = how};
	hasher_init(&r.hasher);
	buf_init(&r.file_note, NOTE_MAX_BYTES);
	int rc = open_all(&r, dir, e);
	if (rc == 0 && (rc = store_begin(r.store, true, e)) == 0) {
		if ((rc = renew(&r, e)) < 0)
			store_rollback(r.store);
		else
			rc = store_commit(r.store, e);
	}
	if (rc == 0)
		*ret = r.v;
	store_close(r.store);
	if (r.lock >= 0)
		close(r.lock);
	dir_close(&r.dir);
	hasher_done(&r.hasher);
	arena_done(&r.arena);
	buf_done(&r.file_note);
	return rc;
}
