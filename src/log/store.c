/* SPDX-License-Identifier: Apache-2.0 */
#include "log/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x436f6d79 /* "Comy", shown by file(1) and checked on opening */
#define USER_VERSION 1            /* of the schema below */
#define TEXT_OF(x) #x
#define NUMBER(x) TEXT_OF(x)

/* A row that is in stays in. */
#define KEEP(table)                                                                                                    \
	"CREATE TRIGGER " table "_stays BEFORE DELETE ON " table                                                       \
	" BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",                                                       \
		"CREATE TRIGGER " table "_same BEFORE UPDATE ON " table                                                \
		" BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"

#define HASH_TABLE "CREATE TABLE hash (place INTEGER PRIMARY KEY CHECK (place >= 0), digest BLOB NOT NULL) STRICT"

static const char *const schema[] = {
	"CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), vkey TEXT NOT NULL) STRICT",
	"CREATE TABLE entry (idx INTEGER PRIMARY KEY CHECK (idx >= 0), bytes BLOB NOT NULL) STRICT",
	HASH_TABLE,
	"CREATE TABLE checkpoint (size INTEGER PRIMARY KEY CHECK (size >= 0), note BLOB NOT NULL) STRICT",
	"CREATE TABLE blob (sha256 BLOB NOT NULL UNIQUE, type TEXT NOT NULL, bytes BLOB NOT NULL) STRICT",
	KEEP("identity"),
	KEEP("entry"),
	KEEP("hash"),
	KEEP("checkpoint"),
};
enum { SCHEMA = sizeof schema / sizeof *schema };

/* Four statements for each numbered table, in this order. */
enum { PUT, GET, LAST, SCAN, PER_TABLE };
#define NUMBERED(table, key, value)                                                                                    \
	"INSERT INTO " table " (" key ", " value ") VALUES (?1, ?2)",                                                  \
		"SELECT " value " FROM " table " WHERE " key " = ?1", "SELECT max(" key ") FROM " table,               \
		"SELECT " key ", " value " FROM " table " WHERE " key " >= ?1 ORDER BY " key

enum {
	BLOB_PUT = STORE_TABLES * PER_TABLE,
	BLOB_GET,
	BLOB_SCAN,
	BEGIN_READ,
	BEGIN_WRITE,
	COMMIT,
	ROLLBACK,
	STATEMENTS
};

static const char *const statement[] = {
	NUMBERED("entry", "idx", "bytes"),
	NUMBERED("hash", "place", "digest"),
	NUMBERED("checkpoint", "size", "note"),
	[BLOB_PUT] = "INSERT INTO blob (sha256, type, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (sha256) DO NOTHING",
	[BLOB_GET] = "SELECT type, bytes FROM blob WHERE sha256 = ?1",
	[BLOB_SCAN] = "SELECT sha256, type, bytes FROM blob ORDER BY rowid",
	[BEGIN_READ] = "BEGIN",
	[BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};
_Static_assert(sizeof statement / sizeof *statement == STATEMENTS, "one row for each statement");

struct store {
	sqlite3 *db;
	sqlite3_stmt *stmt[STATEMENTS]; /* prepared at first use */
	bool write;
	bool broken; /* a sync failed: what the disk holds of the end of the write-ahead log, nobody knows */
	char *path, *vkey;
};

/* The wal-index begins with a header of 48 bytes, twice; every commit of anybody changes it when, and only when, the commit
 * becomes visible (sqlite.org/walformat.html, "The WAL-Index File Format"). It lies in memory that all connections share. */
enum { WAL_INDEX_VERSION = 3007000, WAL_INDEX_REGION = 32768 };

bool store_still(const struct store *s, struct store_mark *mark)
{
	struct store_mark now = {.looked = true};
	sqlite3_file *file = NULL;
	void volatile *region = NULL;
	bool looked = mark->looked;
	*mark = looked ? *mark : now;
	if (!looked || sqlite3_file_control(s->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file ||
		!file->pMethods || file->pMethods->iVersion < 2 ||
		file->pMethods->xShmMap(file, 0, WAL_INDEX_REGION, 0, &region) != SQLITE_OK || !region)
		return false; /* not looked yet, or a file that nobody writes: a look is right, if dearer */
	file->pMethods->xShmBarrier(file);
	for (size_t i = 0; i < sizeof now.header / sizeof *now.header; i++)
		now.header[i] = __atomic_load_n((const volatile uint32_t *)region + i, __ATOMIC_RELAXED);
	bool same = memcmp(&now, mark, sizeof now) == 0;
	*mark = now;
	return same && now.header[0] == WAL_INDEX_VERSION;
}

/* SQLite's result in our words. */
static int fail(struct store *s, int rc, struct err *e)
{
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
	const char *message = sqlite3_errmsg(s->db), *os = "";
	int kind = rc & 0xff, code = ERR_SYSTEM, no = sqlite3_system_errno(s->db);
	if (kind == SQLITE_IOERR && (no == ENOSPC || no == EDQUOT || no == EFBIG))
		kind = SQLITE_FULL; /* to whoever may write no more, it is */
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (words[i].rc != kind)
			continue;
		err_set(e, words[i].code, s->path, "%s", words[i].what);
		err_hint(e, "%s", words[i].hint);
		return words[i].code;
	}
	if (kind == SQLITE_NOMEM)
		arena_oom();
	s->broken |= rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC;
	if (kind == SQLITE_CORRUPT)
		code = ERR_CORRUPT;
	if (kind == SQLITE_CONSTRAINT)
		code = ERR_CONFLICT;
	if ((kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) && no)
		os = strerror(no);
	return err_set(e, code, s->path, "%s%s%s", message, *os ? ": " : "", os);
}

static int run(struct store *s, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : fail(s, rc, e);
}

/* The statement, ready to be bound. */
static int ready(struct store *s, int which, sqlite3_stmt **ret, struct err *e)
{
	int rc = SQLITE_OK;
	if (s->stmt[which])
		sqlite3_reset(s->stmt[which]);
	else
		rc = sqlite3_prepare_v3(s->db, statement[which], -1, SQLITE_PREPARE_PERSISTENT, &s->stmt[which], NULL);
	*ret = s->stmt[which];
	return rc == SQLITE_OK ? 0 : fail(s, rc, e);
}

/* Runs a statement to its next row: 1, or 0 at its end. Unless there is a row it is reset, and lets go of its view. */
static int step(struct store *s, sqlite3_stmt *q, struct err *e)
{
	int rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		return 1;
	rc = rc == SQLITE_DONE ? 0 : fail(s, rc, e);
	sqlite3_reset(q);
	return rc;
}

static int simple(struct store *s, int which, struct err *e)
{
	sqlite3_stmt *q;
	int rc = ready(s, which, &q, e);
	return rc < 0 ? rc : step(s, q, e);
}

static struct str column(sqlite3_stmt *q, int i)
{
	const char *p = sqlite3_column_blob(q, i);
	return (struct str){p ? p : "", (size_t)sqlite3_column_bytes(q, i)};
}

static int64_t pragma_number(struct store *s, const char *sql)
{
	sqlite3_stmt *q = NULL;
	int64_t v = -1;
	if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return v;
}

static int set_wal(struct store *s, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA journal_mode = WAL", -1, &q, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc != SQLITE_ROW) {
		rc = fail(s, rc, e);
	} else if (str_eq(column(q, 0), STR("wal"))) {
		rc = 0;
	} else {
		rc = err_set(e, ERR_SYSTEM, s->path, "this file system cannot hold a write-ahead log");
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
	{SQLITE_LIMIT_LENGTH, STORE_MAX_BYTES + (1 << 16)},
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

static void settle(sqlite3 *db)
{
	for (size_t i = 0; i < sizeof configs / sizeof *configs; i++)
		sqlite3_db_config(db, configs[i].op, configs[i].value, (int *)NULL);
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		sqlite3_limit(db, limits[i].op, limits[i].value);
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, 5000); /* milliseconds; only the last to close, and recovery, ever hold readers up */
}

static int connect(struct store *s, const char *name, int flags, struct err *e)
{
	int rc = sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	if (!s->db)
		arena_oom();
	if (rc != SQLITE_OK)
		return fail(s, rc, e);
	settle(s->db);
	rc = run(s, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY", e);
	if (rc == 0)
		rc = run(s, s->write ? "PRAGMA synchronous = FULL" : "PRAGMA query_only = ON", e);
	return rc;
}

static struct store *new_store(const char *path, bool write)
{
	struct store *s = calloc(1, sizeof *s);
	if (!s || !(s->path = strdup(path)))
		arena_oom();
	s->write = write;
	return s;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->stmt[i]);
	sqlite3_close(s->db);
	free(s->path);
	free(s->vkey);
	free(s);
}

struct str store_vkey(const struct store *s)
{
	return str_of(s->vkey);
}

static int lay_out(struct store *s, struct str vkey, struct err *e)
{
	char *sql = sqlite3_mprintf("INSERT INTO identity (one, vkey) VALUES (1, '%.*q')", STR_ARG(vkey));
	if (!sql)
		arena_oom();
	/* An entry of the usual length, about 1.5 kB, leaves much of a smaller page empty. */
	int rc = run(s, "PRAGMA page_size = 8192; PRAGMA application_id = " NUMBER(APPLICATION_ID), e);
	if (rc == 0)
		rc = set_wal(s, e);
	if (rc == 0)
		rc = store_begin(s, true, e);
	for (size_t i = 0; i < SCHEMA && rc == 0; i++)
		rc = run(s, schema[i], e);
	if (rc == 0)
		rc = run(s, "PRAGMA user_version = " NUMBER(USER_VERSION), e);
	if (rc == 0)
		rc = run(s, sql, e);
	if (rc == 0)
		rc = store_commit(s, e);
	sqlite3_free(sql);
	return rc;
}

int store_create(const char *path, struct str vkey, struct store **ret, struct err *e)
{
	struct store *s = new_store(path, true);
	int rc = access(path, F_OK) == 0 ? err_set(e, ERR_CONFLICT, path, "the file is there already")
					 : connect(s, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, e);
	if (rc == 0)
		rc = lay_out(s, vkey, e);
	if (rc < 0) {
		store_close(s);
		return rc;
	}
	if (!(s->vkey = strndup(vkey.p, vkey.n)))
		arena_oom();
	*ret = s;
	return 0;
}

/* The schema in the file must be ours, word for word and nothing else. */
static int compare_schema(struct store *s, struct err *e)
{
	sqlite3_stmt *q = NULL;
	size_t known = 0;
	bool foreign = false;
	int rc = sqlite3_prepare_v2(s->db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL", -1, &q, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		struct str sql = column(q, 0);
		size_t i = 0;
		while (i < SCHEMA && !str_eq(sql, str_of(schema[i])))
			i++;
		foreign |= i == SCHEMA;
		known++;
		rc = SQLITE_OK;
	}
	rc = rc == SQLITE_DONE ? 0 : fail(s, rc, e);
	sqlite3_finalize(q);
	if (rc == 0 && (foreign || known != SCHEMA)) {
		rc = err_set(e, ERR_CORRUPT, s->path, "its tables are not as they were made: added to, cut or altered");
		err_hint(e, "restore it from a backup or a mirror");
	}
	return rc;
}

static int check_identity(struct store *s, struct err *e)
{
	/* The first read: a file that is no database, or cannot be read, shows itself here. */
	int rc = run(s, "SELECT count(*) FROM sqlite_schema", e);
	if (rc < 0)
		return rc;
	if (pragma_number(s, "PRAGMA application_id") != APPLICATION_ID)
		return err_set(e, ERR_CORRUPT, s->path, "this is a database of another program, or was never finished");
	int64_t version = pragma_number(s, "PRAGMA user_version");
	if (version > USER_VERSION) {
		err_set(e, ERR_CORRUPT, s->path, "a newer Comity wrote it (format %lld, this one knows %d)",
			(long long)version, USER_VERSION);
		err_hint(e, "install the newer version");
		return ERR_CORRUPT;
	}
	if (version < USER_VERSION)
		return err_set(e, ERR_CORRUPT, s->path, "its creation was interrupted");
	if ((rc = compare_schema(s, e)) < 0)
		return rc;
	sqlite3_stmt *q = NULL;
	if (sqlite3_prepare_v2(s->db, "SELECT vkey FROM identity", -1, &q, NULL) == SQLITE_OK &&
		sqlite3_step(q) == SQLITE_ROW) {
		struct str vkey = column(q, 0);
		if (!(s->vkey = strndup(vkey.p, vkey.n)))
			arena_oom();
	}
	sqlite3_finalize(q);
	return s->vkey ? 0 : err_set(e, ERR_CORRUPT, s->path, "it does not name the key of its log");
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

static int open_once(struct store *s, bool immutable, struct err *e)
{
	struct buf uri;
	buf_init(&uri, 1 << 14);
	if (immutable)
		add_uri(&uri, s->path);
	int rc = connect(s, immutable ? buf_str(&uri).p : s->path,
		(s->write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | (immutable ? SQLITE_OPEN_URI : 0), e);
	buf_done(&uri);
	return rc < 0 ? rc : check_identity(s, e);
}

/* A reader who may not write, where SQLite wants to make or repair the files of its write-ahead log. */
static int open_unwritable(struct store **s, const char *path, struct err *e)
{
	if (!frozen(path)) {
		int rc = err_set(
			e, ERR_SYSTEM, path, "it was not closed properly, and must be repaired before it is read");
		err_hint(e, "open it once as a user who may write here");
		return rc;
	}
	store_close(*s);
	*s = new_store(path, false);
	return open_once(*s, true, e);
}

/* Moves into the database what a process that died, or a disk that failed, left in the write-ahead log, as far as no reader is
 * in the way: nothing is to be appended behind frames of which only the system's memory has a good copy. */
static int settle_wal(struct store *s, struct err *e)
{
	int rc = sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return (rc & 0xff) == SQLITE_IOERR ? fail(s, rc, e) : 0;
}

int store_open(const char *path, bool write, struct store **ret, struct err *e)
{
	struct store *s = new_store(path, write);
	int rc = open_once(s, false, e);
	int why = sqlite3_errcode(s->db) & 0xff;
	if (rc == ERR_SYSTEM && !write && (why == SQLITE_CANTOPEN || why == SQLITE_READONLY) && access(path, R_OK) == 0)
		rc = open_unwritable(&s, path, e);
	if (rc == 0 && write) /* SQLite opens what it may not write for reading, without a word */
		rc = sqlite3_db_readonly(s->db, "main") == 1 ? fail(s, SQLITE_READONLY, e) : set_wal(s, e);
	if (rc == 0 && write)
		rc = settle_wal(s, e);
	if (rc < 0) {
		store_close(s);
		return rc;
	}
	*ret = s;
	return 0;
}

int store_begin(struct store *s, bool write, struct err *e)
{
	if (write && s->broken) {
		int rc = err_set(e, ERR_SYSTEM, s->path, "the disk failed to keep what was written; it can only be read until it is opened again");
		err_hint(e, "look after the disk, then start again: what was confirmed is there");
		return rc;
	}
	return simple(s, write ? BEGIN_WRITE : BEGIN_READ, e);
}

int store_commit(struct store *s, struct err *e)
{
	int rc = simple(s, COMMIT, e);
	if (rc < 0)
		store_rollback(s);
	return rc;
}

void store_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db)) /* SQLite may have undone it by itself */
		(void)simple(s, ROLLBACK, NULL);
}

static int numbered(struct store *s, enum store_table t, int op, uint64_t key, sqlite3_stmt **ret, struct err *e)
{
	int rc = ready(s, (int)t * PER_TABLE + op, ret, e);
	if (rc == 0 && op != LAST)
		sqlite3_bind_int64(*ret, 1, (sqlite3_int64)key);
	return rc;
}

int store_put(struct store *s, enum store_table t, uint64_t key, struct str bytes, struct err *e)
{
	sqlite3_stmt *q;
	int rc = numbered(s, t, PUT, key, &q, e);
	if (rc < 0)
		return rc;
	sqlite3_bind_blob64(q, 2, bytes.n ? bytes.p : "", bytes.n, SQLITE_STATIC);
	return step(s, q, e);
}

static int put_alone(struct store *s, enum store_table t, uint64_t key, struct str bytes, struct err *e)
{
	int rc = store_begin(s, true, e);
	if (rc < 0)
		return rc;
	if ((rc = store_put(s, t, key, bytes, e)) == 0)
		return store_commit(s, e);
	store_rollback(s);
	return rc;
}

int store_put_soon(struct store *s, enum store_table t, uint64_t key, struct str bytes, struct err *e)
{
	int rc = run(s, "PRAGMA synchronous = NORMAL", e);
	if (rc == 0)
		rc = put_alone(s, t, key, bytes, e);
	int back = run(s, "PRAGMA synchronous = FULL", rc == 0 ? e : NULL);
	s->broken |= back < 0;
	return rc < 0 ? rc : back;
}

/* The row with this number; *ret_q stands on it and must be reset. */
static int find(struct store *s, enum store_table t, uint64_t key, sqlite3_stmt **ret_q, struct err *e)
{
	static const char *const what[STORE_TABLES] = {"entry", "hash", "checkpoint"};
	int rc = numbered(s, t, GET, key, ret_q, e);
	if (rc == 0)
		rc = step(s, *ret_q, e);
	if (rc == 0)
		return err_set(e, ERR_ABSENT, s->path, "there is no %s %llu", what[t], (unsigned long long)key);
	return rc < 0 ? rc : 0;
}

int store_get(struct store *s, enum store_table t, uint64_t key, struct arena *a, struct str *ret, struct err *e)
{
	sqlite3_stmt *q;
	int rc = find(s, t, key, &q, e);
	if (rc < 0)
		return rc;
	*ret = arena_str(a, column(q, 0));
	sqlite3_reset(q);
	return 0;
}

int store_hash(struct store *s, uint64_t place, struct digest *ret, struct err *e)
{
	sqlite3_stmt *q;
	int rc = find(s, STORE_HASH, place, &q, e);
	if (rc < 0)
		return rc;
	struct str d = column(q, 0);
	if (d.n == DIGEST_LEN)
		memcpy(ret->b, d.p, DIGEST_LEN);
	else
		rc = err_set(e, ERR_CORRUPT, s->path, "hash %llu is not %d bytes long", (unsigned long long)place,
			DIGEST_LEN);
	sqlite3_reset(q);
	return rc;
}

int store_last(struct store *s, enum store_table t, uint64_t *ret_key, struct err *e)
{
	sqlite3_stmt *q;
	int rc = numbered(s, t, LAST, 0, &q, e);
	if (rc == 0)
		rc = step(s, q, e);
	if (rc < 0)
		return rc;
	bool empty = sqlite3_column_type(q, 0) == SQLITE_NULL;
	*ret_key = (uint64_t)sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	return empty ? err_set(e, ERR_ABSENT, s->path, "the table is empty") : 0;
}

int store_scan(struct store *s, enum store_table t, uint64_t from, struct err *e)
{
	sqlite3_stmt *q;
	return numbered(s, t, SCAN, from, &q, e);
}

int store_next(struct store *s, enum store_table t, uint64_t *ret_key, struct str *ret, struct err *e)
{
	sqlite3_stmt *q = s->stmt[(int)t * PER_TABLE + SCAN];
	int rc = step(s, q, e);
	if (rc == 1) {
		*ret_key = (uint64_t)sqlite3_column_int64(q, 0);
		*ret = column(q, 1);
	}
	return rc;
}

void store_scan_end(struct store *s, enum store_table t)
{
	sqlite3_reset(s->stmt[(int)t * PER_TABLE + SCAN]);
}

int store_blob_put(struct store *s, const struct store_blob *b, struct err *e)
{
	sqlite3_stmt *q;
	int rc = ready(s, BLOB_PUT, &q, e);
	if (rc < 0)
		return rc;
	sqlite3_bind_blob(q, 1, b->sha256.b, DIGEST_LEN, SQLITE_STATIC);
	sqlite3_bind_text64(q, 2, b->type.n ? b->type.p : "", b->type.n, SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_blob64(q, 3, b->bytes.n ? b->bytes.p : "", b->bytes.n, SQLITE_STATIC);
	return step(s, q, e);
}

int store_blob_get(struct store *s, const struct digest *sha256, struct arena *a, struct store_blob *ret, struct err *e)
{
	sqlite3_stmt *q;
	int rc = ready(s, BLOB_GET, &q, e);
	if (rc < 0)
		return rc;
	sqlite3_bind_blob(q, 1, sha256->b, DIGEST_LEN, SQLITE_STATIC);
	rc = step(s, q, e);
	if (rc == 0)
		return err_set(e, ERR_ABSENT, s->path, "there is no such blob");
	if (rc < 0)
		return rc;
	*ret = (struct store_blob){*sha256, arena_str(a, column(q, 0)), arena_str(a, column(q, 1))};
	sqlite3_reset(q);
	return 0;
}

int store_blob_scan(struct store *s, struct err *e)
{
	sqlite3_stmt *q;
	return ready(s, BLOB_SCAN, &q, e);
}

int store_blob_next(struct store *s, struct store_blob *ret, struct err *e)
{
	sqlite3_stmt *q = s->stmt[BLOB_SCAN];
	int rc = step(s, q, e);
	if (rc != 1)
		return rc;
	struct str hash = column(q, 0);
	*ret = (struct store_blob){.type = column(q, 1), .bytes = column(q, 2)};
	memcpy(ret->sha256.b, hash.p, hash.n < DIGEST_LEN ? hash.n : DIGEST_LEN);
	return 1;
}

int store_check(struct store *s, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA integrity_check(1)", -1, &q, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		struct str words = column(q, 0);
		bool good = str_eq(words, STR("ok"));
		rc = good ? 0 : err_set(e, ERR_CORRUPT, s->path, "the database is damaged: %.*s", STR_ARG(words));
	} else {
		rc = fail(s, rc, e);
	}
	sqlite3_finalize(q);
	return rc;
}

int store_copy(struct store *s, const char *to, struct err *e)
{
	struct store *other = new_store(to, true);
	int rc = connect(other, to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, e);
	/* A copy that is not whole is thrown away, so nothing needs to be there to undo it. */
	if (rc == 0)
		rc = run(other, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF", e);
	if (rc == 0) {
		sqlite3_backup *b = sqlite3_backup_init(other->db, "main", s->db, "main");
		int done = b ? sqlite3_backup_step(b, -1) : sqlite3_errcode(other->db);
		(void)sqlite3_backup_finish(b);
		if (done != SQLITE_DONE)
			rc = fail(other, done, e);
	}
	store_close(other);
	return rc;
}

int store_drop_derived(struct store *s, struct err *e)
{
	static const char *const anew[] = {HASH_TABLE, KEEP("hash"), "REINDEX blob"};
	int rc = run(s, "DROP TABLE hash", e); /* and its triggers with it */
	for (size_t i = 0; i < sizeof anew / sizeof *anew && rc == 0; i++)
		rc = run(s, anew[i], e);
	return rc;
}
