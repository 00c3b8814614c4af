/* SPDX-License-Identifier: Apache-2.0 */
#include "log/import.h"

#include "log/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_DB LOG_FILE_DB ".new"

/* Opening ---- */

static int check_foreign_key(const struct log *log, struct err *e)
{
	if (!dir_has(&log->dir, LOG_FILE_KEY))
		return 0;
	int rc = err_set(e, ERR_REFUSED, log->dir.path, "the log's own key is here: this is where the log is written, not a copy of it");
	(void)err_hint(e, "name another directory");
	return rc;
}

/* The directory with its lock. One that holds neither a log nor our lock must be empty: it is not for us to fill somebody's home. */
static int take_directory(struct log *log, const char *path, struct err *e)
{
	bool made = false;
	int rc = dir_open(path, &log->dir, e);
	if (rc == ERR_ABSENT || (rc == 0 && !dir_has(&log->dir, LOG_FILE_DB) && !dir_has(&log->dir, LOG_FILE_IMPORT))) {
		dir_close(&log->dir);
		rc = dir_make(path, &log->dir, &made, e);
	}
	if (rc == 0)
		rc = check_foreign_key(log, e);
	if (rc == 0)
		rc = dir_lock(&log->dir, LOG_FILE_IMPORT, &log->lock, e);
	return rc == 0 ? check_foreign_key(log, e) : rc; /* it may have come in between */
}

/* An empty database gets its name when it is whole, so that one with the name is never half-made. */
static int make_store(struct log *log, struct err *e)
{
	static const char *const left[] = {NEW_DB, NEW_DB "-journal", NEW_DB "-wal", NEW_DB "-shm"};
	struct store *made;
	char *path = dir_path(&log->dir, NEW_DB), *name = dir_path(&log->dir, LOG_FILE_DB);
	int rc = 0;
	for (size_t i = 0; i < sizeof left / sizeof *left && rc == 0; i++)
		if (unlinkat(log->dir.fd, left[i], 0) < 0 && errno != ENOENT)
			rc = dir_fail(log->dir.path, left[i], "removed", e);
	if (rc == 0 && (rc = store_create(path, str_of(log->id.vkey), &made, e)) == 0) {
		store_close(made); /* the last one to close puts everything into the file itself */
		rc = dir_has(&log->dir, NEW_DB "-wal") ? err_set(e, ERR_SYSTEM, path, "it could not be written") : log_mark_copy(&log->dir, e);
	}
	if (rc == 0 && (rename(path, name) < 0 || fsync(log->dir.fd) < 0))
		rc = dir_fail(log->dir.path, LOG_FILE_DB, "made", e);
	free(path);
	free(name);
	return rc;
}

static int open_store(struct log *log, struct str vkey, struct err *e)
{
	char *path = dir_path(&log->dir, LOG_FILE_DB);
	int rc = store_open(path, true, &log->store, e);
	free(path);
	if (rc < 0 || str_eq(store_vkey(log->store), vkey))
		return rc;
	rc = err_set(e, ERR_REFUSED, log->dir.path, "this is a copy of another log, whose key is %.*s", STR_ARG(store_vkey(log->store)));
	return err_hint(e, "name another directory for this one");
}

/* What is held; and if the first step was cut off before its last write, the second place of the checkpoint is written now. */
static int find_checkpoint(struct log *log, struct buf *file, struct err *e)
{
	struct str stored;
	struct checkpoint c;
	arena_reset(&log->scratch);
	int rc = log_newest_stored(log->store, &log->scratch, &stored, e);
	if (rc < 0)
		return rc;
	if (!dir_has(&log->dir, LOG_FILE_CHECKPOINT) && stored.n) {
		rc = checkpoint_open(stored, &log->id.key, &c, e);
		return rc < 0 ? rc : (buf_add(file, stored), dir_write(&log->dir, LOG_FILE_CHECKPOINT, stored, 0644, e));
	}
	return dir_has(&log->dir, LOG_FILE_CHECKPOINT) ? dir_read(&log->dir, LOG_FILE_CHECKPOINT, file, e) : 0;
}

static int take_stock(struct log *log, struct err *e)
{
	struct buf file;
	uint64_t last;
	buf_init(&file, NOTE_MAX_BYTES);
	int rc = find_checkpoint(log, &file, e);
	if (rc == 0 && file.n == 0) { /* nothing has come yet */
		if (store_last(log->store, STORE_ENTRY, &last, NULL) != ERR_ABSENT)
			rc = err_set(e, ERR_CORRUPT, log->dir.path, "there are entries, but no checkpoint over any of them");
		merkle_root(&log->hasher, &log->tree, &log->root);
	} else if (rc == 0 && (rc = store_begin(log->store, false, e)) == 0) {
		rc = log_take_stock(log, buf_str(&file), e);
		store_rollback(log->store);
		if (rc == 0)
			rc = log_catch_up(log, e);
	}
	buf_done(&file);
	return rc;
}

static int open_in(struct log *log, const char *dir, struct str vkey, struct err *e)
{
	int rc = log_identity_read(&log->hasher, vkey, &log->id, e);
	if (rc < 0)
		return e && e->code == ERR_CORRUPT ? (e->code = ERR_INPUT) : rc;
	if ((rc = take_directory(log, dir, e)) < 0)
		return rc;
	if (!dir_has(&log->dir, LOG_FILE_DB) && dir_has(&log->dir, LOG_FILE_CHECKPOINT))
		return log_files_present(&log->dir, e);
	if (!dir_has(&log->dir, LOG_FILE_DB))
		rc = make_store(log, e);
	if (rc == 0)
		rc = open_store(log, vkey, e);
	return rc == 0 ? take_stock(log, e) : rc;
}

int log_import_open(const char *dir, struct str vkey, struct log **ret, struct err *e)
{
	struct log *log = log_new(LOG_IMPORT);
	int rc = open_in(log, dir, vkey, e);
	if (rc < 0)
		log_close(log);
	else
		*ret = log;
	return rc;
}

/* One step ---- */

static int not_in_a_step(const struct log *log, struct err *e)
{
	return err_set(e, ERR_INPUT, log->dir.path, "no import has begun here");
}

int log_import_begin(struct log *log, struct str note, struct err *e)
{
	struct log_step *s = &log->step;
	struct checkpoint c;
	uint64_t last;
	log_import_abort(log);
	if (log->mode != LOG_IMPORT)
		return err_set(e, ERR_REFUSED, log->dir.path, "the log is not open for import");
	int rc = checkpoint_open(note, &log->id.key, &c, e);
	if (rc < 0)
		return rc;
	if (c.size <= log->signed_size)
		return err_set(e, ERR_INPUT, log->dir.path, "the checkpoint is over %" PRIu64 " entries, and %" PRIu64 " are here", c.size,
			log->signed_size);
	if ((rc = store_begin(log->store, true, e)) < 0)
		return rc;
	rc = store_last(log->store, STORE_ENTRY, &last, e);
	if (rc < 0 && rc != ERR_ABSENT) {
		store_rollback(log->store);
		return rc;
	}
	arena_reset(&s->arena);
	*s = (struct log_step){.open = true, .tree = log->tree, .held = rc == ERR_ABSENT ? 0 : last + 1, .arena = s->arena};
	s->note = arena_str(&s->arena, note);
	return checkpoint_open(s->note, &log->id.key, &s->goal, e);
}

/* An entry that came before, and whose checkpoint never did: a writer died on it, and its log was copied by hand. */
static int same_as_held(struct log *log, struct str bytes, struct err *e)
{
	struct digest leaf, made[MERKLE_LEVELS];
	struct arena a = {0};
	struct str stored;
	uint64_t index = log->step.tree.size;
	int rc = store_get(log->store, STORE_ENTRY, index, &a, &stored, e);
	if (rc == 0 && !str_eq(stored, bytes)) {
		rc = err_set(e, ERR_CONFLICT, log->dir.path,
			"entry %" PRIu64 " is held here, with other bytes than it has in the log that was signed", index);
		(void)err_hint(e, "copy the log into a new directory");
	}
	if (rc == 0) {
		merkle_leaf(&log->hasher, bytes, &leaf);
		(void)merkle_append(&log->hasher, &log->step.tree, &leaf, made);
	}
	arena_done(&a);
	return rc;
}

int log_import_entry(struct log *log, struct str bytes, const struct log_keys *keys, struct log_entry *ret, struct err *e)
{
	struct log_step *s = &log->step;
	struct log_entry entry;
	if (!s->open)
		return not_in_a_step(log, e);
	if (s->tree.size >= s->goal.size)
		return err_set(e, ERR_CORRUPT, log->dir.path, "there are more entries than the %" PRIu64 " that were signed", s->goal.size);
	arena_reset(&log->scratch);
	int rc = log_entry_check(&log->id, keys, s->tree.size, bytes, &log->scratch, &entry, e);
	if (rc == 0)
		rc = s->tree.size < s->held ? same_as_held(log, bytes, e) : log_write_entry(log, &s->tree, bytes, e);
	if (rc == 0)
		*ret = entry;
	return rc;
}

int log_import_blob(struct log *log, const struct log_blob *b, struct err *e)
{
	struct digest real;
	bool alone = !log->step.open;
	if (log->mode != LOG_IMPORT)
		return err_set(e, ERR_REFUSED, log->dir.path, "the log is not open for import");
	int rc = log_blob_check(b, e);
	if (rc < 0)
		return rc;
	sha256(&log->hasher, b->bytes, &real);
	if (!digest_eq(&real, &b->sha256))
		return err_set(e, ERR_CORRUPT, "blob", "it does not have the hash by which it is named");
	if (alone && (rc = store_begin(log->store, true, e)) < 0)
		return rc;
	rc = store_blob_put(log->store, &(struct store_blob){b->sha256, b->type, b->bytes}, e);
	if (alone && rc == 0)
		rc = store_commit(log->store, e);
	else if (alone)
		store_rollback(log->store);
	return rc;
}

uint64_t log_import_next(const struct log *log)
{
	return log->step.open ? log->step.tree.size : log->signed_size;
}

/* Is the tree of what came the one that was signed? */
static int check_goal(struct log *log, struct digest *ret_root, struct err *e)
{
	const struct log_step *s = &log->step;
	if (s->tree.size != s->goal.size)
		return err_set(e, ERR_CORRUPT, log->dir.path, "%" PRIu64 " entries came; %" PRIu64 " were signed", s->tree.size, s->goal.size);
	merkle_root(&log->hasher, &s->tree, ret_root);
	return digest_eq(ret_root, &s->goal.root) ? 0
						  : err_set(e, ERR_CORRUPT, log->dir.path,
							    "the %" PRIu64 " entries do not give the tree that was signed", s->goal.size);
}

int log_import_end(struct log *log, struct err *e)
{
	struct log_step *s = &log->step;
	struct digest root;
	if (!s->open)
		return not_in_a_step(log, e);
	int rc = check_goal(log, &root, e);
	if (rc == 0)
		rc = store_put(log->store, STORE_CHECKPOINT, s->goal.size, s->note, e);
	if (rc < 0) {
		log_import_abort(log);
		return rc;
	}
	s->open = false;
	if ((rc = store_commit(log->store, e)) < 0)
		return rc;
	log->tree = s->tree;
	log->root = root;
	log->signed_size = s->goal.size;
	buf_clear(&log->checkpoint);
	buf_add(&log->checkpoint, s->note);
	return dir_write(&log->dir, LOG_FILE_CHECKPOINT, s->note, 0644, e);
}

void log_import_abort(struct log *log)
{
	if (log->step.open)
		store_rollback(log->store);
	log->step.open = false;
}
