/* SPDX-License-Identifier: Apache-2.0
 *
 * log_verify: everything is read again, nothing is believed.
 *
 * Entries, hashes and checkpoints are walked side by side in the order in which they were written. Two trees grow on
 * the way: `real` from the entries, `kept` from the stored leaf hashes. An entry can be wrong by itself (spelling,
 * signature, absent), or only differ from its stored hash; then the next signed checkpoint tells which of the two was
 * changed, for one of the trees has its root. A forger who recomputes every hash leaves no difference, but then neither
 * tree has it.
 */
#include "log/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The first fault of a kind, in words. */
struct finding {
	bool set;
	uint64_t index;
	char words[320];
};

/* A table that is walked beside the entries: its next row, if there is one. */
struct lane {
	bool has;
	uint64_t key;
	struct str bytes;
};

struct audit {
	const struct log_audit *ask;
	struct log_verdict v;
	struct dir dir;
	struct store *store;
	struct hasher hasher;
	struct arena arena; /* of one entry */
	struct log_identity id;
	struct merkle_range real, kept;
	struct lane hashes, notes, cosigned;
	struct buf file_note;   /* the second place */
	struct checkpoint file; /* what it says, if it is good */
	uint64_t proved;        /* entries below this are under a signed checkpoint that fits */
	uint64_t newest;        /* size of the newest good checkpoint in the store */
	struct finding entry;   /* wrong by itself */
	struct finding differs; /* differs from its stored hash, and no checkpoint has decided yet */
	struct finding tree, checkpoint, blob;
	bool lost;            /* from here on nothing can fit: the walk ends */
	uint64_t done, total; /* for progress */
};

__attribute__((format(printf, 3, 4))) static void found(struct finding *f, uint64_t index, const char *fmt, ...)
{
	if (f->set)
		return;
	f->set = true;
	f->index = index;
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(f->words, sizeof f->words, fmt, ap);
	va_end(ap);
}

static void tick(struct audit *a)
{
	uint64_t step = a->total / 100 + 1;
	if (a->ask->progress && a->done < a->total && ++a->done % step == 0)
		a->ask->progress(a->ask->ctx, a->done, a->total);
}

static int advance(struct audit *a, enum store_table t, struct lane *l, struct err *e)
{
	int rc = store_next(a->store, t, &l->key, &l->bytes, e);
	l->has = rc == 1;
	return rc < 0 ? rc : 0;
}

/* Hashes ---- */

/* Compares the hashes that an entry completed with those stored. Gives its stored leaf hash, for `kept`. */
static int compare_hashes(
	struct audit *a, uint64_t index, const struct digest *made, size_t n, struct digest *ret_leaf, struct err *e)
{
	uint64_t place = merkle_places(index);
	*ret_leaf = made[0];
	for (size_t i = 0; i < n; i++, place++) {
		int rc = 0;
		while (a->hashes.has && a->hashes.key < place && rc == 0)
			rc = advance(a, STORE_HASH, &a->hashes, e);
		if (rc < 0)
			return rc;
		if (!a->hashes.has || a->hashes.key != place || a->hashes.bytes.n != DIGEST_LEN) {
			found(&a->tree, index, "a hash of the tree above entry %" PRIu64 " is missing", index);
			continue;
		}
		if (memcmp(a->hashes.bytes.p, made[i].b, DIGEST_LEN) == 0)
			continue;
		if (i > 0) {
			found(&a->tree, index, "a hash of the tree above entry %" PRIu64 " was changed", index);
			continue;
		}
		memcpy(ret_leaf->b, a->hashes.bytes.p, DIGEST_LEN);
		found(&a->differs, index,
			"entry %" PRIu64 " was changed or replaced: its hash is not the one in the signed tree", index);
	}
	return 0;
}

/* Checkpoints ---- */

/* A signed checkpoint over all that was read so far: it decides what was left open. */
static void decide(struct audit *a, const struct checkpoint *c)
{
	struct digest root, stored;
	merkle_root(&a->hasher, &a->real, &root);
	merkle_root(&a->hasher, &a->kept, &stored);
	if (digest_eq(&root, &c->root)) {
		if (a->differs.set)
			found(&a->tree, a->differs.index, "the stored hash of entry %" PRIu64 " was changed",
				a->differs.index);
		a->differs.set = false;
		a->proved = c->size;
		return;
	}
	a->lost = true;
	/* Where the stored hashes are the signed ones, the first entry that differs is the one that was changed. Where
	 * they are not, one that is wrong by itself is certain, one that only differs is likely. */
	bool sure = a->entry.set && (a->entry.index <= a->differs.index || !digest_eq(&stored, &c->root));
	if (a->differs.set && !sure) {
		a->entry.set = false;
		found(&a->entry, a->differs.index, "%s", a->differs.words);
	}
	if (!a->entry.set)
		found(&a->checkpoint, a->proved,
			"the signed checkpoint over %" PRIu64 " entries does not fit: something from entry %" PRIu64
			" on was replaced and the tree computed anew",
			c->size, a->proved);
}

/* The checkpoint in the current row. False, and noted, if it is not what was signed. */
static bool read_note(struct audit *a, struct checkpoint *ret)
{
	struct err why;
	if (checkpoint_open(a->notes.bytes, &a->id.key, ret, &why) == 0 && ret->size == a->notes.key)
		return true;
	found(&a->checkpoint, a->notes.key, "the stored checkpoint over %" PRIu64 " entries is not what was signed",
		a->notes.key);
	return false;
}

/* Checkpoints with cosignatures up to this size: each must be over the tree of the one in the current row. */
static int meet_cosigned(struct audit *a, const struct checkpoint *c, struct err *e)
{
	int rc = 0;
	while (rc == 0 && a->cosigned.has && a->cosigned.key <= a->notes.key) {
		struct checkpoint same;
		struct err why;
		if (a->cosigned.key != a->notes.key || checkpoint_open(a->cosigned.bytes, &a->id.key, &same, &why) < 0 ||
			same.size != c->size || !digest_eq(&same.root, &c->root))
			found(&a->checkpoint, a->newest, "the cosigned checkpoint over %" PRIu64 " entries is not what was signed",
				a->cosigned.key);
		rc = advance(a, STORE_COSIGNED, &a->cosigned, e);
	}
	return rc;
}

/* All checkpoints over exactly the entries read so far. */
static int meet_checkpoints(struct audit *a, struct err *e)
{
	int rc = 0;
	while (rc == 0 && !a->lost && a->notes.has && a->notes.key <= a->real.size) {
		struct checkpoint c;
		if (read_note(a, &c)) {
			a->v.checkpoints++;
			a->newest = c.size;
			decide(a, &c);
			rc = meet_cosigned(a, &c, e);
		}
		if (rc == 0)
			rc = advance(a, STORE_CHECKPOINT, &a->notes, e);
	}
	if (rc == 0 && !a->lost && a->file.size && a->file.size == a->real.size)
		decide(a, &a->file);
	return rc;
}

static void read_file_note(struct audit *a)
{
	struct err why;
	buf_init(&a->file_note, NOTE_MAX_BYTES);
	if (dir_read(&a->dir, LOG_FILE_CHECKPOINT, &a->file_note, &why) < 0)
		found(&a->checkpoint, 0, "the file 'checkpoint' cannot be read");
}

static void open_file_note(struct audit *a)
{
	struct err why;
	if (!a->checkpoint.set && checkpoint_open(buf_str(&a->file_note), &a->id.key, &a->file, &why) < 0)
		found(&a->checkpoint, 0, "the file 'checkpoint' is not what was signed: %s", why.what);
}

/* Entries ---- */

static int one_entry(struct audit *a, uint64_t index, struct str bytes, struct err *e)
{
	struct digest leaf, stored, made[MERKLE_LEVELS];
	struct log_entry entry;
	struct err why = {0};
	arena_reset(&a->arena);
	if (log_entry_check(&a->id, &a->ask->keys, index, bytes, &a->arena, &entry, &why) < 0)
		found(&a->entry, index, "entry %" PRIu64 " was changed or replaced: %s", index, why.what);
	else if (!a->entry.set && a->ask->entry && a->ask->entry(a->ask->ctx, &entry, &why) != 0)
		found(&a->entry, index, "entry %" PRIu64 ": %s", index, why.what);
	else
		a->v.entries++;
	merkle_leaf(&a->hasher, bytes, &leaf);
	size_t n = merkle_append(&a->hasher, &a->real, &leaf, made);
	int rc = compare_hashes(a, index, made, n, &stored, e);
	merkle_append(&a->hasher, &a->kept, &stored, made);
	tick(a);
	return rc < 0 ? rc : meet_checkpoints(a, e);
}

static int start_walk(struct audit *a, struct err *e)
{
	static const enum store_table tables[STORE_TABLES] = {STORE_ENTRY, STORE_HASH, STORE_CHECKPOINT, STORE_COSIGNED};
	int rc = 0;
	for (int i = 0; i < STORE_TABLES && rc == 0; i++)
		rc = store_scan(a->store, tables[i], 0, e);
	if (rc == 0)
		rc = advance(a, STORE_HASH, &a->hashes, e);
	if (rc == 0)
		rc = advance(a, STORE_COSIGNED, &a->cosigned, e);
	return rc < 0 ? rc : advance(a, STORE_CHECKPOINT, &a->notes, e);
}

/* To the end, or to the first checkpoint that does not fit. */
static int walk(struct audit *a, struct err *e)
{
	struct lane entries = {0};
	struct err why;
	int rc = start_walk(a, e);
	while (rc == 0 && !a->lost) {
		rc = advance(a, STORE_ENTRY, &entries, &why);
		if (rc < 0 && rc != ERR_CORRUPT) {
			if (e)
				*e = why;
			return rc;
		}
		if (rc == 0 && !entries.has)
			break;
		if (rc < 0)
			found(&a->entry, a->real.size, "entry %" PRIu64 " cannot be read: %s", a->real.size, why.what);
		else if (entries.key != a->real.size)
			found(&a->entry, a->real.size, "entry %" PRIu64 " is missing", a->real.size);
		a->lost = rc < 0 || entries.key != a->real.size;
		rc = a->lost ? 0 : one_entry(a, entries.key, entries.bytes, e);
	}
	return rc;
}

/* What the end of the tables says. */
static int conclude(struct audit *a, struct err *e)
{
	int rc = 0;
	uint64_t size = a->real.size, signed_size = a->file.size;
	merkle_root(&a->hasher, &a->real, &a->v.root);
	if (a->lost)
		return 0;
	while (rc == 0 && a->hashes.has && a->hashes.key < merkle_places(size))
		rc = advance(a, STORE_HASH, &a->hashes, e);
	for (struct checkpoint c; rc == 0 && a->notes.has; rc = advance(a, STORE_CHECKPOINT, &a->notes, e))
		if (read_note(a, &c) && c.size > signed_size)
			signed_size = c.size;
	if (signed_size > size)
		found(&a->entry, size,
			"entry %" PRIu64 " is missing: %" PRIu64 " entries were signed, %" PRIu64 " are here", size,
			signed_size, size);
	if (a->differs.set)
		found(&a->tree, a->differs.index, "entry %" PRIu64 " and its stored hash do not fit each other",
			a->differs.index);
	if (a->hashes.has)
		found(&a->tree, size, "there are hashes of entries that are not here");
	if (a->cosigned.has)
		found(&a->checkpoint, a->newest, "there is a cosigned checkpoint over %" PRIu64 " entries, which were never signed", a->cosigned.key);
	/* The row of the newest checkpoint comes last, and is the first to go with the power: what was signed is all here. */
	bool row_to_come = a->file.size == size && a->proved == size;
	if (a->file.size > a->newest && !row_to_come)
		found(&a->checkpoint, a->newest, "the newest checkpoint is missing in log.db: it was set back");
	if (a->newest == 0 && !(row_to_come && size == 1)) /* its making was cut short */
		found(&a->checkpoint, 0, "there is no signed checkpoint in log.db");
	if (size > a->proved)
		a->v.uncovered = size - a->proved;
	return rc;
}

/* Blobs and the rest ---- */

static int walk_blobs(struct audit *a, struct err *e)
{
	struct store_blob b;
	struct err why;
	int rc = store_blob_scan(a->store, e);
	if (rc < 0)
		return rc;
	while ((rc = store_blob_next(a->store, &b, &why)) == 1) {
		struct digest d;
		char hex[DIGEST_HEX + 1];
		sha256(&a->hasher, b.bytes, &d);
		if (digest_eq(&d, &b.sha256)) {
			a->v.blobs++;
			continue;
		}
		for (size_t i = 0; i < DIGEST_LEN; i++)
			(void)snprintf(hex + 2 * i, 3, "%02x", b.sha256.b[i]);
		if (!a->blob.set)
			a->v.blob = b.sha256;
		found(&a->blob, 0, "the blob %s was changed: its bytes have another hash", hex);
	}
	if (rc == ERR_CORRUPT)
		found(&a->blob, 0, "a blob cannot be read: %s", why.what);
	else if (rc < 0 && e)
		*e = why;
	return rc == ERR_CORRUPT ? 0 : rc;
}

/* The key from outside, and the secret key if we may read it, must be of this log. */
static int check_keys(struct audit *a, struct err *e)
{
	struct str vkey = str_of(a->id.vkey);
	struct note_key k;
	struct ed25519_key secret = {0};
	struct buf text;
	if (a->ask->vkey.n && !str_eq(a->ask->vkey, vkey))
		return err_set(e, ERR_CORRUPT, a->dir.path,
			"the log is signed by another key than the one you trust: %.*s", STR_ARG(vkey));
	buf_init(&text, LOG_MAX_KEY_FILE);
	int rc = 0;
	if (dir_read(&a->dir, LOG_FILE_KEY, &text, NULL) == 0 &&
		(note_secret_read(&a->hasher, NOTE_ED25519, str_trim(buf_str(&text)), &k, &secret, NULL) < 0 ||
			k.id != a->id.key.id || !str_eq(k.name, a->id.key.name)))
		rc = err_set(e, ERR_CORRUPT, a->dir.path, "log.key is not the key of this log");
	ed25519_key_wipe(&secret);
	if (text.p)
		explicit_bzero(text.p, text.n);
	buf_done(&text);
	return rc;
}

static int open_all(struct audit *a, const char *dir, struct err *e)
{
	int rc = dir_open(dir, &a->dir, e);
	if (rc == 0)
		rc = log_files_present(&a->dir, e);
	if (rc < 0)
		return rc;
	read_file_note(a); /* before the view of the store begins, so that it is never ahead of it */
	char *path = dir_path(&a->dir, LOG_FILE_DB);
	rc = store_open(path, false, &a->store, e);
	free(path);
	if (rc == 0 && (rc = log_identity_read(&a->hasher, store_vkey(a->store), &a->id, e)) < 0)
		rc = err_set(e, ERR_CORRUPT, a->dir.path, "log.db does not name the key of its log");
	if (rc == 0)
		rc = check_keys(a, e);
	if (rc == 0)
		open_file_note(a);
	return rc;
}

static int read_all(struct audit *a, struct err *e)
{
	uint64_t last;
	int rc = store_begin(a->store, false, e);
	if (rc == 0 && store_last(a->store, STORE_ENTRY, &last, NULL) == 0)
		a->total = last + 1;
	if (rc == 0)
		rc = walk(a, e);
	if (rc == 0)
		rc = conclude(a, e);
	if (rc == 0)
		rc = walk_blobs(a, e);
	if (rc == 0 && !a->entry.set)
		rc = store_check(a->store, e);
	return rc;
}

/* What matters most, first. */
static int judge(struct audit *a, int rc, struct err *e)
{
	const struct {
		enum log_fault fault;
		const struct finding *f;
	} order[] = {
		{LOG_BAD_ENTRY, &a->entry},
		{LOG_BAD_TREE, &a->tree},
		{LOG_BAD_CHECKPOINT, &a->checkpoint},
		{LOG_BAD_BLOB, &a->blob},
	};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		if (!order[i].f->set || (rc < 0 && rc != ERR_CORRUPT))
			continue;
		a->v.fault = order[i].fault;
		a->v.index = order[i].f->index;
		err_set(e, ERR_CORRUPT, a->dir.path, "%s", order[i].f->words);
		if (order[i].fault == LOG_BAD_TREE)
			err_hint(e, "'comity rebuild' makes the tree anew, from the entries, if they are those that were signed");
		return ERR_CORRUPT;
	}
	if (rc == ERR_CORRUPT)
		a->v.fault = LOG_BAD_STORE;
	return rc;
}

int log_verify(const char *dir, const struct log_audit *audit, struct log_verdict *ret, struct err *e)
{
	static const struct log_audit nothing;
	struct audit a = {.ask = audit ? audit : &nothing};
	hasher_init(&a.hasher);
	int rc = open_all(&a, dir, e);
	if (rc == 0)
		rc = read_all(&a, e);
	rc = judge(&a, rc, e);
	if (rc == 0 || rc == ERR_CORRUPT)
		*ret = a.v;
	store_close(a.store);
	dir_close(&a.dir);
	hasher_done(&a.hasher);
	arena_done(&a.arena);
	buf_done(&a.file_note);
	return rc;
}
