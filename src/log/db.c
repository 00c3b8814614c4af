/* SPDX-License-Identifier: Apache-2.0 */
#include "log/db.h"

#include "base/arena.h"
#include "log/dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const own[DB_OWN] = {
	[DB_BEGIN_READ] = "BEGIN",
	[DB_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[DB_COMMIT] = "COMMIT",
	[DB_ROLLBACK] = "ROLLBACK",
};

/* Whoever may write no more, for whatever reason, has a full disk. */
static bool means_full(int no)
{
	return no == ENOSPC || no == EDQUOT || no == EFBIG;
}

/* SQLite's result in our words. */
int db_fail(struct db *d, int rc, struct err *e)
{
	int last = errno; /* SQLite keeps no error of the system for a commit that fails */
	static const struct {
		int rc, code;
		const char *what, *hint;
	} words[] = {
		{SQLITE_FULL, ERR_SYSTEM, "the disk is full; nothing was written", "free some space and try again"},
		{SQLITE_READONLY, ERR_SYSTEM, "it cannot be written; nothing was changed",
			"check the rights on the directory and its files, and whether the disk is mounted read-only"},
		{SQLITE_NOTADB, ERR_CORRUPT, "this is no database of Comity", "check the name of the directory"},
		{SQLITE_BUSY, ERR_CONFLICT, "another program holds the database", "try again when it is done"},
		{SQLITE_TOOBIG, ERR_LIMIT, "a value is too large to be stored", ""},
	};
	const char *message = sqlite3_errmsg(d->sql), *os = "";
	int kind = rc & 0xff, code = ERR_SYSTEM, no = sqlite3_system_errno(d->sql);
	if (kind == SQLITE_IOERR && (means_full(no) || (no == 0 && means_full(last))))
		kind = SQLITE_FULL;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (words[i].rc != kind)
			continue;
		err_set(e, words[i].code, d->path, "%s", words[i].what);
		err_hint(e, "%s", words[i].hint);
		return words[i].code;
	}
	if (kind == SQLITE_NOMEM)
		arena_oom();
	d->broken |= rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC;
	if (kind == SQLITE_CORRUPT)
		code = ERR_CORRUPT;
	if (kind == SQLITE_CONSTRAINT)
		code = ERR_CONFLICT;
	if ((kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) && no)
		os = strerror(no);
	return err_set(e, code, d->path, "%s%s%s", message, *os ? ": " : "", os);
}

int db_run(struct db *d, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(d->sql, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : db_fail(d, rc, e);
}

static int prepare(struct db *d, const char *sql, sqlite3_stmt **at, sqlite3_stmt **ret, struct err *e)
{
	int rc = SQLITE_OK;
	if (*at)
		sqlite3_reset(*at);
	else
		rc = sqlite3_prepare_v3(d->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, at, NULL);
	*ret = *at;
	return rc == SQLITE_OK ? 0 : db_fail(d, rc, e);
}

int db_ready(struct db *d, size_t which, sqlite3_stmt **ret, struct err *e)
{
	return prepare(d, d->layout->statement[which], &d->stmt[which], ret, e);
}

int db_step(struct db *d, sqlite3_stmt *q, struct err *e)
{
	int rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		return 1;
	rc = rc == SQLITE_DONE ? 0 : db_fail(d, rc, e);
	sqlite3_reset(q);
	return rc;
}

static int simple(struct db *d, int which, struct err *e)
{
	sqlite3_stmt *q;
	int rc = prepare(d, own[which], &d->own[which], &q, e);
	return rc < 0 ? rc : db_step(d, q, e);
}

struct str db_column(sqlite3_stmt *q, int i)
{
	const char *p = sqlite3_column_blob(q, i);
	return (struct str){p ? p : "", (size_t)sqlite3_column_bytes(q, i)};
}

static int64_t pragma_number(struct db *d, const char *sql)
{
	sqlite3_stmt *q = NULL;
	int64_t v = -1;
	if (sqlite3_prepare_v2(d->sql, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return v;
}

int64_t db_layout_number(struct db *d)
{
	return pragma_number(d, "PRAGMA schema_version");
}

static int set_wal(struct db *d, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(d->sql, "PRAGMA journal_mode = WAL", -1, &q, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc != SQLITE_ROW) {
		rc = db_fail(d, rc, e);
	} else if (str_eq(db_column(q, 0), STR("wal"))) {
		rc = 0;
	} else {
		rc = err_set(e, ERR_SYSTEM, d->path, "this file system cannot hold a write-ahead log");
		err_hint(e, "put the directory on a local disk");
	}
	sqlite3_finalize(q);
	return rc;
}

struct setting {
	int op, value;
};

static const struct setting configs[] = {
	{SQLITE_DBCONFIG_DEFENSIVE, 1},
	{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
	{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
	{SQLITE_DBCONFIG_ENABLE_FKEY, 1},
	{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
	{SQLITE_DBCONFIG_DQS_DDL, 0},
	{SQLITE_DBCONFIG_DQS_DML, 0},
};

static const struct setting limits[] = {
	{SQLITE_LIMIT_SQL_LENGTH, 1 << 12},
	{SQLITE_LIMIT_COLUMN, 16},
	{SQLITE_LIMIT_EXPR_DEPTH, 20},
	{SQLITE_LIMIT_COMPOUND_SELECT, 2},
	{SQLITE_LIMIT_VDBE_OP, 1 << 14},
	{SQLITE_LIMIT_FUNCTION_ARG, 8},
	{SQLITE_LIMIT_ATTACHED, 0},
	{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64},
	{SQLITE_LIMIT_VARIABLE_NUMBER, 8},
	{SQLITE_LIMIT_TRIGGER_DEPTH, 2},
	{SQLITE_LIMIT_WORKER_THREADS, 0},
};

static void settle(sqlite3 *db, size_t max_value)
{
	for (size_t i = 0; i < sizeof configs / sizeof *configs; i++)
		sqlite3_db_config(db, configs[i].op, configs[i].value, (int *)NULL);
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		sqlite3_limit(db, limits[i].op, limits[i].value);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, (int)max_value + (1 << 16));
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, 5000); /* milliseconds; only the last to close, and recovery, ever hold readers up */
}

static int connect(struct db *d, const char *name, int flags, struct err *e)
{
	int rc = sqlite3_open_v2(name, &d->sql, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	if (!d->sql)
		arena_oom();
	if (rc != SQLITE_OK)
		return db_fail(d, rc, e);
	settle(d->sql, d->layout->max_value);
	rc = db_run(d, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY", e);
	if (rc == 0)
		rc = db_run(d, d->write ? "PRAGMA synchronous = FULL" : "PRAGMA query_only = ON", e);
	return rc;
}

static struct db *new_db(const char *path, const struct db_layout *layout, bool write)
{
	struct db *d = zeroed(1, sizeof *d);
	d->layout = layout;
	d->stmt = zeroed(layout->nstatements, sizeof *d->stmt);
	d->write = write;
	if (!(d->path = strdup(path)))
		arena_oom();
	return d;
}

void db_close(struct db *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->layout->nstatements; i++)
		sqlite3_finalize(d->stmt[i]);
	for (size_t i = 0; i < DB_OWN; i++)
		sqlite3_finalize(d->own[i]);
	sqlite3_close(d->sql);
	free(d->stmt);
	free(d->path);
	free(d->vkey);
	free(d);
}

static int set_number(struct db *d, const char *what, int value, struct err *e)
{
	char sql[64];
	(void)snprintf(sql, sizeof sql, "PRAGMA %s = %d", what, value);
	return db_run(d, sql, e);
}

/* Makes what the file lacks of its layout, in a transaction. */
static int lay_out(struct db *d, struct err *e)
{
	int rc = 0;
	for (size_t i = d->version ? d->layout->length[d->version - 1] : 0; i < d->layout->length[d->layout->version - 1] && rc == 0; i++)
		rc = db_run(d, d->layout->schema[i], e);
	if (rc == 0)
		rc = set_number(d, "user_version", d->layout->version, e);
	return rc;
}

static int lay_out_first(struct db *d, struct str vkey, struct err *e)
{
	char *sql = sqlite3_mprintf("INSERT INTO identity (one, vkey) VALUES (1, '%.*q')", STR_ARG(vkey));
	if (!sql)
		arena_oom();
	int rc = set_number(d, "page_size", d->layout->page_size, e);
	if (rc == 0)
		rc = set_number(d, "application_id", d->layout->application_id, e);
	if (rc == 0)
		rc = set_wal(d, e);
	if (rc == 0)
		rc = db_begin(d, true, e);
	if (rc == 0)
		rc = lay_out(d, e);
	if (rc == 0)
		rc = db_run(d, sql, e);
	if (rc == 0)
		rc = db_commit(d, e);
	sqlite3_free(sql);
	d->version = d->layout->version;
	return rc;
}

/* A file of an earlier version, open for writing; somebody else may be doing it too. */
static int upgrade(struct db *d, struct err *e)
{
	int rc = db_begin(d, true, e);
	if (rc < 0)
		return rc;
	if (pragma_number(d, "PRAGMA user_version") == d->version)
		rc = lay_out(d, e);
	if (rc == 0)
		rc = db_commit(d, e);
	else
		db_rollback(d);
	if (rc == 0)
		d->version = d->layout->version;
	return rc;
}

/* For its owner alone, whatever the directory allows: bodies of sealed acts will lie in it. SQLite gives the files beside it the same mode. */
static int make_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && errno == EEXIST)
		return err_set(e, ERR_CONFLICT, path, "the file is there already");
	if (fd < 0)
		return dir_fail(path, NULL, "made", e);
	close(fd);
	return 0;
}

int db_create(const char *path, const struct db_layout *layout, struct str vkey, struct db **ret, struct err *e)
{
	struct db *d = new_db(path, layout, true);
	int rc = make_file(path, e);
	if (rc == 0)
		rc = connect(d, path, SQLITE_OPEN_READWRITE, e);
	if (rc == 0)
		rc = lay_out_first(d, vkey, e);
	if (rc < 0) {
		db_close(d);
		return rc;
	}
	if (!(d->vkey = strndup(vkey.p, vkey.n)))
		arena_oom();
	*ret = d;
	return 0;
}

/* The schema in the file must be ours, word for word and nothing else. */
static int compare_schema(struct db *d, struct err *e)
{
	sqlite3_stmt *q = NULL;
	size_t known = 0;
	bool foreign = false;
	int rc = sqlite3_prepare_v2(d->sql, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL", -1, &q, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		struct str sql = db_column(q, 0);
		size_t i = 0;
		while (i < d->layout->length[d->version - 1] && !str_eq(sql, str_of(d->layout->schema[i])))
			i++;
		foreign |= i == d->layout->length[d->version - 1];
		known++;
		rc = SQLITE_OK;
	}
	rc = rc == SQLITE_DONE ? 0 : db_fail(d, rc, e);
	sqlite3_finalize(q);
	if (rc == 0 && (foreign || known != d->layout->length[d->version - 1])) {
		rc = err_set(e, ERR_CORRUPT, d->path, "its tables are not as they were made: added to, cut or altered");
		err_hint(e, "restore it from a backup or a mirror");
	}
	return rc;
}

static int check_identity(struct db *d, struct err *e)
{
	/* The first read: a file that is no database, or cannot be read, shows itself here. */
	int rc = db_run(d, "SELECT count(*) FROM sqlite_schema", e);
	if (rc < 0)
		return rc;
	if (pragma_number(d, "PRAGMA application_id") != d->layout->application_id)
		return err_set(e, ERR_CORRUPT, d->path, "this is a database of another program, or was never finished");
	int64_t version = pragma_number(d, "PRAGMA user_version");
	if (version > d->layout->version) {
		err_set(e, ERR_CORRUPT, d->path, "a newer Comity wrote it (format %lld, this one knows %d)",
			(long long)version, d->layout->version);
		err_hint(e, "install the newer version");
		return ERR_CORRUPT;
	}
	if (version < 1)
		return err_set(e, ERR_CORRUPT, d->path, "its creation was interrupted");
	d->version = (int)version;
	if ((rc = compare_schema(d, e)) < 0)
		return rc;
	sqlite3_stmt *q = NULL;
	if (sqlite3_prepare_v2(d->sql, "SELECT vkey FROM identity", -1, &q, NULL) == SQLITE_OK &&
		sqlite3_step(q) == SQLITE_ROW) {
		struct str vkey = db_column(q, 0);
		if (!(d->vkey = strndup(vkey.p, vkey.n)))
			arena_oom();
	}
	sqlite3_finalize(q);
	return d->vkey ? 0 : err_set(e, ERR_CORRUPT, d->path, "it does not name the key whose it is");
}

/* On a read-only medium SQLite cannot make the files that WAL needs. A copy without a WAL is complete in itself, and
 * nobody can change it there: it may be read as immutable. */
static bool frozen(const char *path)
{
	struct stat st;
	char *wal = sqlite3_mprintf("%s-wal", path);
	bool no_wal = wal && (stat(wal, &st) != 0 || st.st_size == 0);
	sqlite3_free(wal);
	return no_wal;
}

static void add_uri(struct buf *out, const char *path)
{
	buf_adds(out, "file:");
	for (const char *c = path; *c; c++) {
		if (*c == '?' || *c == '#' || *c == '%')
			buf_addf(out, "%%%02x", (unsigned char)*c);
		else
			buf_addc(out, *c);
	}
	buf_adds(out, "?immutable=1");
}

static int open_once(struct db *d, bool immutable, struct err *e)
{
	struct buf uri;
	buf_init(&uri, 1 << 14);
	if (immutable)
		add_uri(&uri, d->path);
	int rc = connect(d, immutable ? buf_str(&uri).p : d->path,
		(d->write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | (immutable ? SQLITE_OPEN_URI : 0), e);
	buf_done(&uri);
	return rc < 0 ? rc : check_identity(d, e);
}

/* A reader who may not write, where SQLite wants to make or repair the files of its write-ahead log. */
static int open_unwritable(struct db **d, const char *path, struct err *e)
{
	if (!frozen(path)) {
		int rc = err_set(
			e, ERR_SYSTEM, path, "it was not closed properly, and must be repaired before it is read");
		err_hint(e, "open it once as a user who may write here");
		return rc;
	}
	const struct db_layout *layout = (*d)->layout;
	db_close(*d);
	*d = new_db(path, layout, false);
	return open_once(*d, true, e);
}

/* Moves into the database what a process that died, or a disk that failed, left in the write-ahead log, as far as no reader is
 * in the way: nothing is to be appended behind frames of which only the system's memory has a good copy. */
static int settle_wal(struct db *d, struct err *e)
{
	int rc = sqlite3_wal_checkpoint_v2(d->sql, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return (rc & 0xff) == SQLITE_IOERR ? db_fail(d, rc, e) : 0;
}

int db_open(const char *path, const struct db_layout *layout, bool write, struct db **ret, struct err *e)
{
	struct db *d = new_db(path, layout, write);
	int rc = open_once(d, false, e);
	int why = sqlite3_errcode(d->sql) & 0xff;
	if (rc == ERR_SYSTEM && !write && (why == SQLITE_CANTOPEN || why == SQLITE_READONLY) && access(path, R_OK) == 0)
		rc = open_unwritable(&d, path, e);
	if (rc == 0 && write) /* SQLite opens what it may not write for reading, without a word */
		rc = sqlite3_db_readonly(d->sql, "main") == 1 ? db_fail(d, SQLITE_READONLY, e) : set_wal(d, e);
	if (rc == 0 && write)
		rc = settle_wal(d, e);
	if (rc == 0 && write && d->version < d->layout->version)
		rc = upgrade(d, e);
	if (rc < 0) {
		db_close(d);
		return rc;
	}
	*ret = d;
	return 0;
}

bool db_since(struct db *d, int version)
{
	if (d->version < version)
		d->version = (int)pragma_number(d, "PRAGMA user_version");
	return d->version >= version;
}

int db_open_bare(const char *path, const struct db_layout *layout, struct db **ret, struct err *e)
{
	struct db *d = new_db(path, layout, true);
	int rc = connect(d, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, e);
	if (rc == 0)
		rc = db_run(d, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF", e);
	if (rc < 0) {
		db_close(d);
		return rc;
	}
	*ret = d;
	return 0;
}

int db_begin(struct db *d, bool write, struct err *e)
{
	if (write && d->broken) {
		int rc = err_set(e, ERR_SYSTEM, d->path, "the disk failed to keep what was written; it can only be read until it is opened again");
		err_hint(e, "look after the disk, then start again: what was confirmed is there");
		return rc;
	}
	return simple(d, write ? DB_BEGIN_WRITE : DB_BEGIN_READ, e);
}

int db_commit(struct db *d, struct err *e)
{
	int rc = simple(d, DB_COMMIT, e);
	if (rc < 0)
		db_rollback(d);
	return rc;
}

void db_rollback(struct db *d)
{
	if (!sqlite3_get_autocommit(d->sql)) /* SQLite may have undone it by itself */
		(void)simple(d, DB_ROLLBACK, NULL);
}
