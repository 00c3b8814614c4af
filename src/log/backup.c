/* SPDX-License-Identifier: Apache-2.0
 *
 * log_backup and log_restore. Both work under another name beside the one they were given, and take that name as their last
 * step: what has the name is whole, verified (a directory) and on the disk.
 */
#include "log/internal.h"
#include "log/pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char *with_ending(const char *path, const char *ending)
{
	size_t n = strlen(path);
	char *both;
	while (n > 1 && path[n - 1] == '/')
		n--;
	if (asprintf(&both, "%.*s%s", (int)n, path, ending) < 0)
		arena_oom();
	return both;
}

static int must_be_new(const char *path, struct err *e)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : dir_fail(path, NULL, "looked at", e);
	int rc = err_set(e, ERR_CONFLICT, path, "it is there already");
	err_hint(e, "choose another name, or move it away yourself");
	return rc;
}

/* One process at a time works under a name; whoever finds one that nobody holds takes it over. The lock is on the file, so
 * look whether the name still means that file. */
static int hold(int fd, const char *path, struct err *e)
{
	struct stat held, named;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? err_set(e, ERR_CONFLICT, path, "another process is writing it")
					    : dir_fail(path, NULL, "locked", e);
	if (fstat(fd, &held) < 0)
		return dir_fail(path, NULL, "looked at", e);
	if (lstat(path, &named) < 0 || named.st_ino != held.st_ino || named.st_dev != held.st_dev)
		return err_set(e, ERR_CONFLICT, path, "another process was writing it");
	return 0;
}

static int sync_parent(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *parent = !slash ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (!parent)
		arena_oom();
	int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	if (fd < 0 || fsync(fd) < 0)
		rc = dir_fail(parent, NULL, "written", e);
	if (fd >= 0)
		close(fd);
	free(parent);
	return rc;
}

/* The last step: `from` gets its name, unless something has that name by now. */
static int take_name(const char *from, const char *to, struct err *e)
{
	int rc = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
	if (rc < 0 && errno == EEXIST)
		return must_be_new(to, e);
	if (rc < 0 && (errno == EINVAL || errno == ENOSYS)) { /* a file system that cannot: look, then rename */
		int there = must_be_new(to, e);
		if (there < 0)
			return there;
		rc = rename(from, to);
	}
	return rc < 0 ? dir_fail(to, NULL, "made", e) : sync_parent(to, e);
}

/* Backup ---- */

struct backup {
	struct log *log;
	char *part, *db; /* half-made: the archive, and the copy of log.db that goes into it */
	int fd;		 /* of the archive; -1: not ours */
	struct buf note, key;
	struct arena arena;
	struct log_copy v;
};

static int read_key(struct backup *b, struct err *e)
{
	struct note_key k;
	struct ed25519_key secret = {0};
	int rc = dir_read(&b->log->dir, LOG_FILE_KEY, &b->key, e);
	if (rc == 0)
		rc = note_secret_read(&b->log->hasher, NOTE_ED25519, str_trim(buf_str(&b->key)), &k, &secret, e);
	if (rc == 0 && (k.id != b->log->id.key.id || !str_eq(k.name, b->log->id.key.name)))
		rc = err_set(e, ERR_CORRUPT, b->log->dir.path, "log.key is not the key of this log");
	ed25519_key_wipe(&secret);
	b->v.with_key = rc == 0;
	return rc;
}

static void remove_db(const char *db)
{
	static const char *const endings[] = {"", "-journal", "-wal", "-shm"};
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		char *path = with_ending(db, endings[i]);
		(void)unlink(path);
		free(path);
	}
}

/* Both half-made files, empty and for their owner alone. */
static int make_parts(struct backup *b, struct err *e)
{
	struct stat st;
	int fd = open(b->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return dir_fail(b->part, NULL, "made", e);
	int rc = hold(fd, b->part, e);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	b->fd = fd;
	(void)fchmod(fd, 0600);
	if (fstat(fd, &st) < 0 || ftruncate(fd, 0) < 0)
		return dir_fail(b->part, NULL, "written", e);
	if (st.st_mode & (S_IRWXG | S_IRWXO)) {
		rc = err_set(e, ERR_REFUSED, b->part, "others could read it there: this file system keeps no rights");
		err_hint(e, "write it to another one: the bodies of sealed acts are in it");
		return rc;
	}
	remove_db(b->db);
	if ((fd = open(b->db, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
		return dir_fail(b->db, NULL, "made", e);
	close(fd);
	return 0;
}

/* Begins a view of the store whose last entry is under its newest checkpoint. A writer signs within moments of writing; what
 * stays without a checkpoint longer was left by one that died, and is taken as it is. */
static int begin_signed(struct backup *b, struct err *e)
{
	enum { TRIES = 100, PAUSE = 10000000 }; /* nanoseconds */
	struct store *s = b->log->store;
	for (int i = 0;; i++) {
		uint64_t last = 0;
		int rc = store_begin(s, false, e);
		if (rc == 0 && (rc = store_last(s, STORE_ENTRY, &last, e)) == 0)
			rc = store_last(s, STORE_CHECKPOINT, &b->v.size, e);
		b->v.entries = last + 1;
		b->v.uncovered = b->v.entries - b->v.size;
		if (rc < 0 || b->v.uncovered == 0 || i == TRIES)
			return rc;
		store_rollback(s);
		(void)nanosleep(&(struct timespec){.tv_nsec = PAUSE}, NULL);
	}
}

static int copy_store(struct backup *b, struct err *e)
{
	struct checkpoint c;
	struct str note;
	int rc = begin_signed(b, e);
	if (rc == 0)
		rc = store_get(b->log->store, STORE_CHECKPOINT, b->v.size, &b->arena, &note, e);
	if (rc == 0)
		rc = checkpoint_open(note, &b->log->id.key, &c, e);
	if (rc == 0) {
		b->v.root = c.root;
		buf_add(&b->note, note);
		rc = store_copy(b->log->store, b->db, e);
	}
	store_rollback(b->log->store);
	return rc;
}

static int pack(struct backup *b, struct err *e)
{
	int db = open(b->db, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (db < 0)
		return dir_fail(b->db, NULL, "opened", e);
	int rc = pack_file(b->fd, b->part, LOG_FILE_DB, db, e);
	close(db);
	if (rc == 0)
		rc = pack_bytes(b->fd, b->part, LOG_FILE_CHECKPOINT, buf_str(&b->note), e);
	if (rc == 0 && b->v.with_key)
		rc = pack_bytes(b->fd, b->part, LOG_FILE_KEY, buf_str(&b->key), e);
	if (rc == 0)
		rc = pack_end(b->fd, b->part, e);
	return rc == 0 && fsync(b->fd) < 0 ? dir_fail(b->part, NULL, "written", e) : rc;
}

static int backup(struct backup *b, const char *dir, const char *file, bool with_key, struct err *e)
{
	int rc = must_be_new(file, e);
	if (rc == 0)
		rc = log_open(dir, LOG_READ, &b->log, e);
	if (rc == 0)
		b->v.has_key = dir_has(&b->log->dir, LOG_FILE_KEY);
	if (rc == 0 && with_key)
		rc = read_key(b, e);
	if (rc == 0)
		rc = make_parts(b, e);
	if (rc == 0)
		rc = copy_store(b, e);
	if (rc == 0)
		rc = pack(b, e);
	if (rc < 0)
		return rc;
	remove_db(b->db); /* before the name: beside a whole backup nothing lies about, whenever the process is killed */
	return take_name(b->part, file, e);
}

int log_backup(const char *dir, const char *file, bool with_key, struct log_copy *ret, struct err *e)
{
	struct backup b = {.fd = -1, .part = with_ending(file, ".part"), .db = with_ending(file, ".part.db")};
	buf_init(&b.note, NOTE_MAX_BYTES);
	buf_init(&b.key, LOG_MAX_KEY_FILE);
	int rc = backup(&b, dir, file, with_key, e);
	if (b.fd >= 0) {
		remove_db(b.db);
		if (rc < 0)
			(void)unlink(b.part);
		close(b.fd);
	}
	if (rc == 0)
		*ret = b.v;
	if (b.key.p)
		explicit_bzero(b.key.p, b.key.n);
	buf_done(&b.key);
	buf_done(&b.note);
	arena_done(&b.arena);
	log_close(b.log);
	free(b.part);
	free(b.db);
	return rc;
}

/* Restore ---- */

/* What a backup may hold. */
static const struct {
	const char *name;
	unsigned mode;
	uint64_t max; /* bytes */
	bool needed;
} members[] = {
	{LOG_FILE_DB, 0600, (uint64_t)1 << 62, true},
	{LOG_FILE_CHECKPOINT, 0644, NOTE_MAX_BYTES, true},
	{LOG_FILE_KEY, 0600, LOG_MAX_KEY_FILE, false},
};
enum { MEMBERS = sizeof members / sizeof *members };

static int take_member(const char *file, int from, const struct pack_member *m, const struct dir *half, struct err *e)
{
	size_t i = 0;
	while (i < MEMBERS && strcmp(members[i].name, m->name) != 0)
		i++;
	if (i == MEMBERS || m->size > members[i].max)
		return err_set(e, ERR_INPUT, file, "it holds something that is in no backup of a register");
	int fd = openat(half->fd, m->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, members[i].mode);
	if (fd < 0)
		return dir_fail(half->path, m->name, "made", e);
	int rc = pack_take(from, file, m, fd, e);
	if (rc == 0 && fsync(fd) < 0)
		rc = dir_fail(half->path, m->name, "written", e);
	close(fd);
	return rc;
}

static int unpack(const char *file, const struct dir *half, struct err *e)
{
	struct pack_member m;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return dir_fail(file, NULL, "opened", e);
	int rc = 0, more = 0;
	while (rc == 0 && (more = pack_next(fd, file, &m, e)) == 1)
		rc = take_member(file, fd, &m, half, e);
	if (rc == 0)
		rc = more;
	for (size_t i = 0; i < MEMBERS && rc == 0; i++)
		if (members[i].needed && !dir_has(half, members[i].name))
			rc = err_set(e, ERR_INPUT, file, "it holds no %s: it is no backup of a register", members[i].name);
	close(fd);
	return rc;
}

/* What a restore makes, also one that was killed. */
static const char *const ours[] = {LOG_FILE_DB, LOG_FILE_DB "-journal", LOG_FILE_DB "-wal", LOG_FILE_DB "-shm", LOG_FILE_CHECKPOINT,
	LOG_FILE_CHECKPOINT ".new", LOG_FILE_KEY, LOG_FILE_UNCONFIRMED, LOG_FILE_UNCONFIRMED ".new"};
enum { OURS = sizeof ours / sizeof *ours };

static void empty(const struct dir *half)
{
	for (size_t i = 0; i < OURS; i++)
		(void)unlinkat(half->fd, ours[i], 0);
}

static int must_be_ours(const struct dir *half, struct err *e)
{
	DIR *list = opendir(half->path);
	bool foreign = false;
	if (!list)
		return dir_fail(half->path, NULL, "read", e);
	for (struct dirent *d; (d = readdir(list)) && !foreign;) {
		size_t i = 0;
		while (i < OURS && strcmp(d->d_name, ours[i]) != 0)
			i++;
		foreign = i == OURS && strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
	}
	closedir(list);
	if (!foreign)
		return 0;
	int rc = err_set(e, ERR_CONFLICT, half->path, "it is in the way, and is no half-made register");
	err_hint(e, "move it, or choose another name for the register");
	return rc;
}

static int make_half(const char *path, struct dir *ret, struct err *e)
{
	struct dir d;
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return dir_fail(path, NULL, "made", e);
	int rc = dir_open(path, &d, e);
	if (rc < 0)
		return rc;
	rc = hold(d.fd, path, e);
	if (rc == 0)
		rc = must_be_ours(&d, e);
	if (rc == 0)
		empty(&d);
	if (rc < 0) {
		dir_close(&d);
		return rc;
	}
	*ret = d;
	return 0;
}

/* The log must open beside the newest checkpoint that somebody kept: log_open refuses one that was set back. */
static int hold_against(const struct dir *half, struct str newest, struct err *e)
{
	struct log *log = NULL;
	struct checkpoint c;
	if (!newest.n)
		return 0;
	int rc = log_open(half->path, LOG_READ, &log, e);
	if (rc == 0 && (rc = checkpoint_open(newest, &log->id.key, &c, e)) < 0 && e)
		(void)snprintf(e->where, sizeof e->where, "the checkpoint to hold it against");
	log_close(log);
	log = NULL;
	if (rc == 0)
		rc = dir_write(half, LOG_FILE_CHECKPOINT, newest, 0644, e);
	if (rc == 0)
		rc = log_open(half->path, LOG_READ, &log, e);
	log_close(log);
	return rc;
}

/* Both places get the newest checkpoint; nothing of the reading stays behind. */
static int finish(const struct dir *half, struct log_copy *ret, struct err *e)
{
	struct log *log;
	uint64_t last = 0;
	int rc = log_open(half->path, LOG_READ, &log, e);
	if (rc < 0)
		return rc;
	rc = store_last(log->store, STORE_ENTRY, &last, e);
	if (rc == 0)
		rc = dir_write(half, LOG_FILE_CHECKPOINT, log_checkpoint(log), 0644, e);
	*ret = (struct log_copy){.entries = last + 1, .uncovered = last + 1 - log->signed_size, .size = log->signed_size,
		.root = log->root, .with_key = dir_has(half, LOG_FILE_KEY), .has_key = dir_has(half, LOG_FILE_KEY)};
	log_close(log);
	(void)unlinkat(half->fd, LOG_FILE_DB "-wal", 0); /* empty: nobody wrote */
	(void)unlinkat(half->fd, LOG_FILE_DB "-shm", 0);
	return rc == 0 && fsync(half->fd) < 0 ? dir_fail(half->path, NULL, "written", e) : rc;
}

static int restore(const char *file, const struct dir *half, const struct log_restore *how, struct log_copy *ret, struct err *e)
{
	int rc = unpack(file, half, e);
	if (rc < 0)
		return rc;
	rc = hold_against(half, how->newest, e);
	if (rc == 0)
		rc = how->verify(how->ctx, half->path, e);
	if (rc == 0 && !how->newest.n)
		rc = log_mark_copy(half, e);
	if (rc == 0)
		rc = finish(half, ret, e);
	if (rc == ERR_CORRUPT && e) /* what is wrong with the half-made directory is wrong with the backup */
		(void)snprintf(e->where, sizeof e->where, "%s", file);
	return rc;
}

int log_restore(const char *file, const char *dir, const struct log_restore *how, struct log_copy *ret, struct err *e)
{
	struct dir half;
	struct log_copy v;
	char *name = with_ending(dir, ""), *path = with_ending(dir, ".restoring");
	int rc = must_be_new(name, e);
	if (rc == 0)
		rc = make_half(path, &half, e);
	if (rc == 0) {
		rc = restore(file, &half, how, &v, e);
		if (rc == 0)
			rc = take_name(path, name, e);
		if (rc == 0) {
			*ret = v;
		} else {
			empty(&half);
			(void)rmdir(path);
		}
		dir_close(&half);
	}
	free(path);
	free(name);
	return rc;
}

/* Confirming ---- */

static int hold_restored(const char *dir, struct str newest, struct err *e)
{
	struct log *log = NULL;
	struct checkpoint c;
	int rc = log_open(dir, LOG_READ, &log, e);
	if (rc == 0 && (rc = checkpoint_open(newest, &log->id.key, &c, e)) < 0 && e)
		(void)snprintf(e->where, sizeof e->where, "the checkpoint to hold it against");
	if (rc == 0)
		rc = log_hold_against(log, newest, e);
	log_close(log);
	return rc;
}

int log_confirm(const char *dir, struct str newest, struct err *e)
{
	struct dir d;
	int rc = dir_open(dir, &d, e);
	if (rc < 0)
		return rc;
	if (!dir_has(&d, LOG_FILE_UNCONFIRMED))
		rc = err_set(e, ERR_ABSENT, dir, "nothing is to be confirmed here: it is no copy, or was confirmed before");
	if (rc == 0 && newest.n)
		rc = hold_restored(dir, newest, e);
	if (rc == 0 && (unlinkat(d.fd, LOG_FILE_UNCONFIRMED, 0) < 0 || fsync(d.fd) < 0))
		rc = dir_fail(dir, LOG_FILE_UNCONFIRMED, "removed", e);
	dir_close(&d);
	return rc;
}
