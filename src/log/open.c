/* SPDX-License-Identifier: Apache-2.0
 *
 * Making and opening a log: the directory, its key, and the checks without which nothing may start.
 */
#include "log/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct log *log_new(enum log_mode mode)
{
	struct log *log = zeroed(1, sizeof *log);
	log->mode = mode;
	log->lock = log->also = -1;
	hasher_init(&log->hasher);
	buf_init(&log->checkpoint, NOTE_MAX_BYTES);
	return log;
}

void log_close(struct log *log)
{
	if (!log)
		return;
	log_recall_forget(log);
	store_close(log->store);
	if (log->lock >= 0)
		close(log->lock);
	if (log->also >= 0)
		close(log->also);
	dir_close(&log->dir);
	hasher_done(&log->hasher);
	ed25519_key_wipe(&log->secret);
	buf_done(&log->checkpoint);
	arena_done(&log->scratch);
	arena_done(&log->step.arena);
	free(log);
}

int log_identity_read(struct hasher *h, struct str vkey, struct log_identity *ret, struct err *e)
{
	struct log_identity id = {0};
	if (vkey.n >= sizeof id.vkey)
		return err_set(e, ERR_CORRUPT, "public key", "it is longer than %d bytes", NOTE_MAX_VKEY);
	memcpy(id.vkey, vkey.p, vkey.n);
	*ret = id;
	int rc = note_key_read(h, NOTE_ED25519, str_of(ret->vkey), &ret->key, e);
	if (rc == 0)
		dsse_key_ed25519(h, &ret->key.pub, &ret->own);
	return rc;
}

static int read_hash(void *ctx, unsigned level, uint64_t index, struct digest *ret, struct err *e)
{
	struct store *s = ctx;
	int rc = store_hash(s, merkle_place(level, index), ret, e);
	return rc == ERR_ABSENT ? err_set(e, ERR_CORRUPT, "log.db", "a hash of the tree is missing") : rc;
}

struct merkle_source log_hashes(struct store *s)
{
	return (struct merkle_source){read_hash, s};
}

/* Making ---- */

static int check_origin(struct str origin, struct err *e)
{
	if (note_name_plain(origin))
		return 0;
	int rc = err_set(e, ERR_INPUT, "origin", "the log cannot be called '%.*s'",
		(int)(origin.n < NOTE_MAX_NAME ? origin.n : NOTE_MAX_NAME), origin.p ? origin.p : "");
	err_hint(e, "a host name and path without scheme, blanks, '+' and last slash: register.example/acts");
	return rc;
}

static int make_identity(struct log *log, const struct log_genesis *g, struct err *e)
{
	struct note_key k;
	struct buf vkey;
	int rc = check_origin(g->origin, e);
	if (rc == 0)
		rc = ed25519_key_make(&log->secret, g->seed, e);
	if (rc < 0)
		return rc;
	note_key_make(&log->hasher, NOTE_ED25519, g->origin, &log->secret.pub, &k);
	buf_init(&vkey, NOTE_MAX_VKEY);
	note_key_write(&k, &vkey);
	rc = log_identity_read(&log->hasher, buf_str(&vkey), &log->id, e);
	buf_done(&vkey);
	return rc;
}

static int write_key(struct log *log, struct err *e)
{
	struct buf text;
	buf_init(&text, LOG_MAX_KEY_FILE);
	note_secret_write(&log->id.key, &log->secret, &text);
	buf_addc(&text, '\n');
	int rc = dir_write_secret(&log->dir, LOG_FILE_KEY, buf_str(&text), &log->lock, e);
	if (text.p)
		explicit_bzero(text.p, text.n);
	buf_done(&text);
	return rc;
}

static int make_files(struct log *log, struct str envelope, struct err *e)
{
	char *path = dir_path(&log->dir, LOG_FILE_DB);
	uint64_t first;
	int rc = store_create(path, str_of(log->id.vkey), &log->store, e);
	free(path);
	return rc < 0 ? rc : log_append(log, &envelope, 1, NULL, &first, e);
}

/* Takes back what log_create wrote. */
static void unmake(struct log *log, const char *dir, bool made)
{
	static const char *const names[] = {LOG_FILE_DB, LOG_FILE_DB "-journal", LOG_FILE_DB "-wal", LOG_FILE_DB "-shm",
		LOG_FILE_CHECKPOINT, LOG_FILE_KEY};
	store_close(log->store);
	log->store = NULL;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)unlinkat(log->dir.fd, names[i], 0);
	if (made)
		(void)rmdir(dir);
}

static int create(struct log *log, const char *dir, const struct log_genesis *g, struct buf *envelope, struct err *e)
{
	struct buf payload;
	bool made;
	buf_init(&payload, LOG_MAX_ENTRY);
	int rc = make_identity(log, g, e);
	if (rc == 0)
		rc = g->payload(g->ctx, str_of(log->id.vkey), log_keyid(log), &payload, e);
	if (rc == 0 && payload.over)
		rc = err_set(e, ERR_LIMIT, "entry 0", "the payload is longer than %d bytes", LOG_MAX_ENTRY);
	if (rc == 0)
		rc = log_sign(log, g->type, buf_str(&payload), envelope, e);
	buf_done(&payload);
	if (rc == 0)
		rc = dir_make(dir, &log->dir, &made, e);
	if (rc < 0)
		return rc; /* nothing is on the disk yet */
	if ((rc = write_key(log, e)) < 0) {
		if (made)
			(void)rmdir(dir);
		return rc;
	}
	if ((rc = make_files(log, buf_str(envelope), e)) < 0)
		unmake(log, dir, made);
	return rc;
}

int log_create(const char *dir, const struct log_genesis *g, struct err *e)
{
	struct log *log = log_new(LOG_WRITE);
	struct buf envelope;
	buf_init(&envelope, LOG_MAX_ENTRY);
	int rc = create(log, dir, g, &envelope, e);
	buf_done(&envelope);
	log_close(log);
	return rc;
}

/* Opening ---- */

int log_files_present(const struct dir *d, struct err *e)
{
	bool db = dir_has(d, LOG_FILE_DB), checkpoint = dir_has(d, LOG_FILE_CHECKPOINT);
	int rc;
	if (db && checkpoint)
		return 0;
	if (!db && !checkpoint) {
		rc = err_set(e, ERR_ABSENT, d->path, "there is no log here");
		err_hint(e, "check the name of the directory, or make a log with 'comity init'");
	} else if (!db) {
		rc = err_set(e, ERR_CORRUPT, d->path, "log.db is missing, though a checkpoint of it is here");
		err_hint(e, "restore log.db from a backup or a mirror");
	} else {
		rc = err_set(e, ERR_CORRUPT, d->path,
			"the file 'checkpoint' is missing: it shows that log.db was not set back");
		err_hint(e, "restore it; if the log was being made just now, empty the directory and make it again");
	}
	return rc;
}

/* Whoever holds the key file writes. Taken before anything is read, so that nothing changes in between. */
static int lock_key(struct log *log, struct buf *text, struct err *e)
{
	int rc = dir_read_secret(&log->dir, LOG_FILE_KEY, text, &log->lock, e);
	if (rc == ERR_ABSENT) {
		rc = err_set(e, ERR_SYSTEM, log->dir.path,
			"log.key is missing: without the organisation's key nothing can be added");
		err_hint(e, "restore it; reading and verifying work without it");
	}
	if (rc == 0 && dir_has(&log->dir, LOG_FILE_IMPORT)) /* once the copy of a mirror, which may still be following */
		rc = dir_lock(&log->dir, LOG_FILE_IMPORT, &log->also, e);
	return rc;
}

static int take_key(struct log *log, struct str text, struct err *e)
{
	struct note_key k;
	int rc = note_secret_read(&log->hasher, NOTE_ED25519, str_trim(text), &k, &log->secret, e);
	if (rc < 0 || (k.id == log->id.key.id && str_eq(k.name, log->id.key.name)))
		return rc;
	rc = err_set(e, ERR_CORRUPT, log->dir.path, "log.key does not fit log.db: it is the key of '%.*s', hash %08x",
		STR_ARG(k.name), k.id);
	err_hint(e, "restore the key of '%.*s', hash %08x", STR_ARG(log->id.key.name), log->id.key.id);
	return rc;
}

/* The stored tree must be that of the checkpoint. `held`: entries in the store. */
static int check_against(
	struct log *log, struct str note, const char *place, uint64_t held, struct checkpoint *ret, struct err *e)
{
	struct merkle_source from = log_hashes(log->store);
	struct merkle_range tree;
	struct digest root;
	int rc = checkpoint_open(note, &log->id.key, ret, e);
	if (rc < 0) {
		if (e)
			(void)snprintf(e->where, sizeof e->where, "%s/%s", log->dir.path, place);
		return ERR_CORRUPT;
	}
	if (ret->size > held) {
		rc = err_set(e, ERR_CORRUPT, log->dir.path,
			"log.db holds %" PRIu64 " entries, but %" PRIu64 " were signed: an older copy was put back",
			held, ret->size);
		err_hint(
			e, "restore the newest log.db from a backup or a mirror; going on would make a second history");
		return rc;
	}
	if ((rc = merkle_load(&from, ret->size, &tree, e)) < 0)
		return rc;
	merkle_root(&log->hasher, &tree, &root);
	if (digest_eq(&root, &ret->root))
		return 0;
	rc = err_set(e, ERR_CORRUPT, log->dir.path,
		"the tree of %" PRIu64 " entries is not the one that was signed (%s)", ret->size, place);
	err_hint(e, "'comity verify' names what was changed");
	return rc;
}

/* Entries in the store, with all hashes of their tree. */
static int count_entries(struct store *s, uint64_t *ret, struct err *e)
{
	uint64_t entries, places;
	int rc = store_last(s, STORE_ENTRY, &entries, e);
	if (rc == 0)
		rc = store_last(s, STORE_HASH, &places, e);
	if (rc == ERR_ABSENT || (rc == 0 && entries >= (uint64_t)1 << 62) ||
		(rc == 0 && places + 1 != merkle_places(entries + 1)))
		return err_set(e, ERR_CORRUPT, "log.db", "entries and hashes of the tree do not fit together");
	if (rc == 0)
		*ret = entries + 1;
	return rc;
}

int log_newest_stored(struct store *s, struct arena *a, struct str *ret, struct err *e)
{
	uint64_t size;
	int rc = store_last(s, STORE_CHECKPOINT, &size, e);
	if (rc == 0)
		rc = store_get(s, STORE_CHECKPOINT, size, a, ret, e);
	if (rc == ERR_ABSENT)
		*ret = (struct str){"", 0};
	return rc == ERR_ABSENT ? 0 : rc;
}

/* `file` was read before the store's view began: that has all its entries, if not yet its row. */
int log_take_stock(struct log *log, struct str file, struct err *e)
{
	struct merkle_source from = log_hashes(log->store);
	struct checkpoint in_file, in_store = {0};
	struct str stored;
	uint64_t held = 0;
	arena_reset(&log->scratch);
	int rc = count_entries(log->store, &held, e);
	if (rc == 0)
		rc = log_newest_stored(log->store, &log->scratch, &stored, e);
	if (rc == 0)
		rc = check_against(log, file, LOG_FILE_CHECKPOINT, held, &in_file, e);
	if (rc == 0 && stored.n)
		rc = check_against(log, stored, LOG_FILE_DB, held, &in_store, e);
	if (rc < 0)
		return rc;
	bool newer = in_store.size > in_file.size;
	log->signed_size = newer ? in_store.size : in_file.size;
	buf_add(&log->checkpoint, newer ? stored : file);
	rc = merkle_load(&from, log->mode == LOG_WRITE ? held : log->signed_size, &log->tree, e);
	if (rc == 0)
		merkle_root(&log->hasher, &log->tree, &log->root);
	return rc;
}

int log_hold_against(struct log *log, struct str note, struct err *e)
{
	struct checkpoint c;
	uint64_t held;
	int rc = store_begin(log->store, false, e);
	if (rc < 0)
		return rc;
	rc = count_entries(log->store, &held, e);
	if (rc == 0)
		rc = check_against(log, note, LOG_FILE_DB, held, &c, e);
	store_rollback(log->store);
	return rc;
}

/* In words, for whoever looks into the directory. */
int log_mark_copy(const struct dir *d, struct err *e)
{
	return dir_write(d, LOG_FILE_UNCONFIRMED,
		STR("This is a copy of a register, restored from a backup or made by a mirror. It can be read and served. Acts are filed here only after\n"
		    "'comity restore --confirm': if entries were published that the copy lacks, filing would make a second history.\n"),
		0644, e);
}

/* Signing is what cannot be taken back, and log_catch_up may sign. */
static int must_be_confirmed(const struct log *log, struct err *e)
{
	if (!dir_has(&log->dir, LOG_FILE_UNCONFIRMED))
		return 0;
	err_set(e, ERR_REFUSED, log->dir.path,
		"this is a copy, restored or a mirror's, and was held against no newer checkpoint: were any entry published after it, filing would make a second history");
	return err_hint(e, "comity restore --confirm %s --checkpoint FILE, with the newest that a mirror, a witness or a member has; see docs/operating.md, Restore",
		log->dir.path);
}

static int open_store(struct log *log, struct err *e)
{
	struct buf file;
	char *path = dir_path(&log->dir, LOG_FILE_DB);
	buf_init(&file, NOTE_MAX_BYTES);
	int rc = dir_read(&log->dir, LOG_FILE_CHECKPOINT, &file, e);
	if (rc == 0)
		rc = store_open(path, log->mode == LOG_WRITE, &log->store, e);
	if (rc == 0 && (rc = log_identity_read(&log->hasher, store_vkey(log->store), &log->id, e)) < 0)
		rc = err_set(e, ERR_CORRUPT, path, "it does not name the key of its log");
	if (rc == 0 && (rc = store_begin(log->store, false, e)) == 0) {
		rc = log_take_stock(log, buf_str(&file), e);
		store_rollback(log->store);
	}
	buf_done(&file);
	free(path);
	return rc;
}

int log_catch_up(struct log *log, struct err *e)
{
	struct str note = buf_str(&log->checkpoint);
	struct buf file;
	uint64_t stored;
	if (log->tree.size > log->signed_size)
		return log_sign_tree(log, e);
	int rc = store_last(log->store, STORE_CHECKPOINT, &stored, e);
	if (rc == ERR_ABSENT || (rc == 0 && stored < log->signed_size))
		return log_keep_checkpoint(log, log->signed_size, note, e);
	buf_init(&file, NOTE_MAX_BYTES);
	if (rc == 0)
		rc = dir_read(&log->dir, LOG_FILE_CHECKPOINT, &file, e);
	if (rc == 0 && !str_eq(buf_str(&file), note))
		rc = dir_write(&log->dir, LOG_FILE_CHECKPOINT, note, 0644, e);
	buf_done(&file);
	return rc;
}

static int open_in(struct log *log, struct err *e)
{
	struct buf key;
	buf_init(&key, LOG_MAX_KEY_FILE);
	int rc = log_files_present(&log->dir, e);
	if (rc == 0 && log->mode == LOG_WRITE)
		rc = lock_key(log, &key, e);
	if (rc == 0)
		rc = open_store(log, e);
	if (rc == 0 && log->mode == LOG_WRITE)
		rc = take_key(log, buf_str(&key), e);
	if (rc == 0 && log->mode == LOG_WRITE)
		rc = must_be_confirmed(log, e);
	if (rc == 0 && log->mode == LOG_WRITE)
		rc = log_catch_up(log, e);
	if (key.p)
		explicit_bzero(key.p, key.n);
	buf_done(&key);
	return rc;
}

int log_open(const char *dir, enum log_mode mode, struct log **ret, struct err *e)
{
	struct log *log = log_new(mode);
	int rc = dir_open(dir, &log->dir, e);
	if (rc == 0)
		rc = open_in(log, e);
	if (rc < 0) {
		log_close(log);
		return rc;
	}
	*ret = log;
	return 0;
}
