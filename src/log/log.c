/* SPDX-License-Identifier: Apache-2.0 */
#include "log/cosigned.h"
#include "log/internal.h"
#include "log/proof.h"

#include <inttypes.h>
#include <string.h>

/* What the log is ---- */

struct str log_origin(const struct log *log)
{
	return log->id.key.name;
}

struct str log_vkey(const struct log *log)
{
	return str_of(log->id.vkey);
}

struct str log_keyid(const struct log *log)
{
	return str_of(log->id.own.keyid);
}

uint64_t log_size(const struct log *log)
{
	return log->tree.size;
}

void log_root(const struct log *log, struct digest *ret)
{
	*ret = log->root;
}

struct str log_checkpoint(const struct log *log)
{
	return buf_str(&log->checkpoint);
}

/* Reading ---- */

static int changed(const struct log *log, struct err *e, const char *what, uint64_t index)
{
	int rc = err_set(e, ERR_CORRUPT, log->dir.path, "%s %" PRIu64 " is not what was signed", what, index);
	err_hint(e, "'comity verify' names what was changed");
	return rc;
}

static int absent(const struct log *log, struct err *e, uint64_t index)
{
	return err_set(e, ERR_ABSENT, log->dir.path, "there is no entry %" PRIu64 "; the log has %" PRIu64, index,
		log->tree.size);
}

/* The bytes of an entry below the size, which must be those of its leaf. */
static int read_bytes(struct log *log, uint64_t index, struct arena *a, struct str *ret, struct err *e)
{
	struct digest leaf, stored;
	int rc = store_get(log->store, STORE_ENTRY, index, a, ret, e);
	if (rc == 0)
		rc = store_hash(log->store, merkle_place(0, index), &stored, e);
	if (rc < 0)
		return rc == ERR_ABSENT ? changed(log, e, "entry", index) : rc;
	merkle_leaf(&log->hasher, *ret, &leaf);
	return digest_eq(&leaf, &stored) ? 0 : changed(log, e, "entry", index);
}

int log_read(struct log *log, uint64_t index, struct arena *a, struct log_entry *ret, struct err *e)
{
	struct log_entry entry = {.index = index};
	if (index >= (log->step.open ? log->step.tree.size : log->tree.size))
		return absent(log, e, index);
	int rc = read_bytes(log, index, a, &entry.bytes, e);
	if (rc < 0)
		return rc;
	if (dsse_parse(entry.bytes, a, &entry.dsse, NULL) < 0)
		return changed(log, e, "entry", index);
	*ret = entry;
	return 0;
}

/* One entry of log_each. */
static int hand_over(struct log *log, struct merkle_range *tree, struct log_entry *entry,
	int (*each)(void *ctx, const struct log_entry *entry, struct err *e), void *ctx, struct err *e)
{
	struct digest leaf, made[MERKLE_LEVELS];
	arena_reset(&log->scratch);
	if (entry->index != tree->size || (each && dsse_parse(entry->bytes, &log->scratch, &entry->dsse, NULL) < 0))
		return changed(log, e, "entry", tree->size);
	merkle_leaf(&log->hasher, entry->bytes, &leaf);
	merkle_append(&log->hasher, tree, &leaf, made);
	return each ? each(ctx, entry, e) : 0;
}

int log_each(struct log *log, uint64_t from, int (*each)(void *ctx, const struct log_entry *entry, struct err *e),
	void *ctx, struct err *e)
{
	struct merkle_source hashes = log_hashes(log->store);
	struct merkle_range tree;
	struct digest root;
	struct log_entry entry;
	uint64_t end = log->tree.size;
	struct digest expected = log->root;
	if (from > end)
		return absent(log, e, from);
	int rc = merkle_load(&hashes, from, &tree, e);
	if (rc == 0)
		rc = store_scan(log->store, STORE_ENTRY, from, e);
	while (rc == 0 && tree.size < end) {
		if ((rc = store_next(log->store, STORE_ENTRY, &entry.index, &entry.bytes, e)) == 1)
			rc = hand_over(log, &tree, &entry, each, ctx, e);
		else if (rc == 0)
			rc = changed(log, e, "entry", tree.size);
	}
	store_scan_end(log->store, STORE_ENTRY);
	if (rc != 0)
		return rc;
	merkle_root(&log->hasher, &tree, &root);
	return digest_eq(&root, &expected) ? 0 : changed(log, e, "the tree of size", end);
}

/* A reader's tree grows by the leaves that were signed since; the newest checkpoint must fit it. */
static int follow(struct log *log, uint64_t size, struct err *e)
{
	struct merkle_range tree = log->tree;
	struct checkpoint c;
	struct digest leaf, root, made[MERKLE_LEVELS];
	struct str note;
	arena_reset(&log->scratch);
	int rc = store_get(log->store, STORE_CHECKPOINT, size, &log->scratch, &note, e);
	if (rc == 0)
		rc = checkpoint_open(note, &log->id.key, &c, e);
	while (rc == 0 && tree.size < c.size) {
		if ((rc = store_hash(log->store, merkle_place(0, tree.size), &leaf, e)) == 0)
			merkle_append(&log->hasher, &tree, &leaf, made);
	}
	if (rc < 0)
		return rc;
	merkle_root(&log->hasher, &tree, &root);
	if (c.size != size || !digest_eq(&root, &c.root))
		return changed(log, e, "the tree of size", size);
	log->tree = tree;
	log->root = root;
	log->signed_size = size;
	buf_clear(&log->checkpoint);
	buf_add(&log->checkpoint, note);
	return 0;
}

int log_refresh(struct log *log, struct err *e)
{
	uint64_t size;
	if (log->mode != LOG_READ || store_still(log->store, &log->mark))
		return 0;
	int rc = store_begin(log->store, false, e);
	if (rc == 0) {
		if ((rc = store_last(log->store, STORE_CHECKPOINT, &size, e)) == 0 && size > log->signed_size)
			rc = follow(log, size, e);
		if (store_layout(log->store) != log->layout) /* log_rebuild was here, and may have mended hashes */
			log_recall_forget(log);
		log->layout = store_layout(log->store);
		store_rollback(log->store);
	}
	if (rc < 0)
		log->mark = (struct store_mark){0}; /* what was not seen must be looked for again */
	return rc == ERR_ABSENT ? changed(log, e, "the tree of size", log->signed_size) : rc;
}

/* Proofs ---- */

static int in_size(const struct log *log, uint64_t size, struct err *e)
{
	return size <= log->tree.size ? 0
				      : err_set(e, ERR_INPUT, log->dir.path,
						"the log has %" PRIu64 " entries, not %" PRIu64, log->tree.size, size);
}

int log_root_at(struct log *log, uint64_t size, struct digest *ret, struct err *e)
{
	struct merkle_source from = log_recall(log);
	struct merkle_range tree;
	int rc = in_size(log, size, e);
	if (rc < 0)
		return rc;
	if ((rc = merkle_load(&from, size, &tree, e)) == 0)
		merkle_root(&log->hasher, &tree, ret);
	log_recall_end(log);
	return rc;
}

int log_prove_inclusion(struct log *log, uint64_t index, uint64_t size, struct merkle_proof *ret, struct err *e)
{
	struct merkle_source from = log_recall(log);
	int rc = in_size(log, size, e);
	if (rc < 0)
		return rc;
	rc = merkle_prove_inclusion(&log->hasher, &from, index, size, ret, e);
	log_recall_end(log);
	return rc;
}

int log_prove_leaves(struct log *log, struct merkle_leaves leaves, uint64_t size, void (*add)(void *ctx, const struct digest *d), void *ctx,
	struct err *e)
{
	struct merkle_source from = log_recall(log);
	int rc = in_size(log, size, e);
	if (rc < 0)
		return rc;
	rc = merkle_prove_leaves(&log->hasher, &from, leaves, size, add, ctx, e);
	log_recall_end(log);
	return rc;
}

int log_prove_consistency(struct log *log, uint64_t from_size, uint64_t size, struct merkle_proof *ret, struct err *e)
{
	struct merkle_source from = log_recall(log);
	int rc = in_size(log, size, e);
	if (rc < 0)
		return rc;
	rc = merkle_prove_consistency(&log->hasher, &from, from_size, size, ret, e);
	log_recall_end(log);
	return rc;
}

int log_proof_file(struct log *log, uint64_t index, struct buf *out, struct err *e)
{
	struct tlog_proof p = {.index = index, .checkpoint = log_checkpoint(log)};
	struct arena a = {0};
	struct log_entry entry;
	struct checkpoint c = {.size = log->signed_size};
	if (index >= log->signed_size)
		return absent(log, e, index);
	int rc = log_cosigned_newest(log, &a, &p.checkpoint, NULL);
	if (rc == 0)
		rc = checkpoint_open(p.checkpoint, &log->id.key, &c, e);
	if (rc == ERR_ABSENT || (rc == 0 && c.size <= index)) {
		c.size = log->signed_size;
		p.checkpoint = log_checkpoint(log);
		rc = 0;
	}
	if (rc == 0)
		rc = log_prove_inclusion(log, index, c.size, &p.path, e);
	if (rc == 0 && (rc = log_read(log, index, &a, &entry, e)) == 0) {
		p.extra = entry.bytes;
		tlog_proof_write(&p, out);
	}
	arena_done(&a);
	if (rc < 0)
		return rc;
	return out->over ? err_set(e, ERR_LIMIT, "proof", "it is longer than %zu bytes", out->max) : 0;
}

/* Tiles ---- */

/* Is there a signed checkpoint over `from` to `to` entries? Those after the newest that this handle knows do not count yet. */
static int check_signed(struct log *log, uint64_t from, uint64_t to, struct err *e)
{
	uint64_t size = 0;
	struct str note;
	int rc = 0;
	if (from <= log->signed_size && log->signed_size <= to)
		return 0;
	if (from < log->signed_size && (rc = store_scan(log->store, STORE_CHECKPOINT, from, e)) == 0) {
		rc = store_next(log->store, STORE_CHECKPOINT, &size, &note, e);
		store_scan_end(log->store, STORE_CHECKPOINT);
	}
	if (rc < 0 || (rc == 1 && size <= to))
		return rc < 0 ? rc : 0;
	return err_set(e, ERR_ABSENT, log->dir.path, "no tree that was signed has such a tile");
}

static int bundle(struct log *log, const struct tlog_tile *t, struct buf *out, struct err *e)
{
	int rc = 0;
	for (uint64_t i = 0; i < t->width && rc == 0; i++) {
		struct str bytes;
		arena_reset(&log->scratch);
		if ((rc = read_bytes(log, t->index * TILE_WIDTH + i, &log->scratch, &bytes, e)) == 0)
			tile_entry_add(bytes, out);
	}
	return rc;
}

_Static_assert((int)LOG_MAX_ENTRY <= (int)TILE_MAX_ENTRY, "the length of an entry has two bytes in a bundle");

int log_tile_read(struct log *log, const struct tlog_tile *t, struct buf *out, struct err *e)
{
	struct merkle_source from = log_hashes(log->store);
	uint64_t least, most;
	if (!tile_sizes(t, &least, &most))
		return err_set(e, ERR_ABSENT, log->dir.path, "no tree has such a tile");
	int rc = store_begin(log->store, false, e);
	if (rc < 0)
		return rc;
	if ((rc = check_signed(log, least, most, e)) == 0)
		rc = t->entries ? bundle(log, t, out, e) : tile_hashes(&from, t, out, e);
	store_rollback(log->store);
	if (rc == 0 && out->over)
		rc = err_set(e, ERR_LIMIT, "tile", "it is longer than %zu bytes", out->max);
	return rc;
}

/* Blobs ---- */

int log_blob_check(const struct log_blob *b, struct err *e)
{
	if (b->bytes.n > LOG_MAX_BLOB)
		return err_set(e, ERR_LIMIT, "blob", "%zu bytes; a blob has at most %d", b->bytes.n, LOG_MAX_BLOB);
	bool plain = b->type.n > 0 && b->type.n <= DSSE_MAX_TYPE;
	for (size_t i = 0; i < b->type.n && plain; i++)
		plain = b->type.p[i] >= ' ' && b->type.p[i] <= '~';
	return plain ? 0
		     : err_set(e, ERR_INPUT, "blob", "its media type must be 1 to %d printable ASCII characters",
			       DSSE_MAX_TYPE);
}

static int put_blobs(struct log *log, struct log_blob *blobs, size_t n, struct err *e)
{
	int rc = store_begin(log->store, true, e);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < n && rc == 0; i++) {
		sha256(&log->hasher, blobs[i].bytes, &blobs[i].sha256);
		rc = store_blob_put(
			log->store, &(struct store_blob){blobs[i].sha256, blobs[i].type, blobs[i].bytes}, e);
	}
	if (rc == 0)
		return store_commit(log->store, e);
	store_rollback(log->store);
	return rc;
}

int log_blob_put(struct log *log, struct log_blob *blobs, size_t n, struct err *e)
{
	int rc = log_may_write(log, e);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = log_blob_check(&blobs[i], e);
	return rc < 0 || n == 0 ? rc : put_blobs(log, blobs, n, e);
}

int log_blob_get(
	struct log *log, const struct digest *sha256_wanted, struct arena *a, struct log_blob *ret, struct err *e)
{
	struct store_blob b;
	struct digest found;
	int rc = store_blob_get(log->store, sha256_wanted, a, &b, e);
	if (rc < 0)
		return rc;
	sha256(&log->hasher, b.bytes, &found);
	if (!digest_eq(&found, sha256_wanted))
		return err_set(e, ERR_CORRUPT, log->dir.path, "the blob does not have its hash: it was changed");
	*ret = (struct log_blob){b.sha256, b.type, b.bytes};
	return 0;
}
