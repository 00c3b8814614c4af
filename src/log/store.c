/* SPDX-License-Identifier: Apache-2.0 */
#include "log/store.h"

#include "log/db.h"

#include <stdlib.h>
#include <string.h>

#define GROWS "the log only grows"
#define KEEP(table) DB_KEEP(table, GROWS)
#define HASH_TABLE "CREATE TABLE hash (place INTEGER PRIMARY KEY CHECK (place >= 0), digest BLOB NOT NULL) STRICT"

/* Later versions add at the end. */
static const char *const schema[] = {
	DB_IDENTITY(GROWS),
	"CREATE TABLE entry (idx INTEGER PRIMARY KEY CHECK (idx >= 0), bytes BLOB NOT NULL) STRICT",
	HASH_TABLE,
	"CREATE TABLE checkpoint (size INTEGER PRIMARY KEY CHECK (size >= 0), note BLOB NOT NULL) STRICT",
	"CREATE TABLE blob (sha256 BLOB NOT NULL UNIQUE, type TEXT NOT NULL, bytes BLOB NOT NULL) STRICT",
	KEEP("entry"),
	KEEP("hash"),
	KEEP("checkpoint"),
	/* 2 */
	"CREATE TABLE cosigned (size INTEGER PRIMARY KEY CHECK (size >= 0), note BLOB NOT NULL) STRICT",
	KEEP("cosigned"),
};
enum { NEWEST = 2, COSIGNED_SINCE = 2 }; /* versions */
static const size_t length[NEWEST] = {13, sizeof schema / sizeof *schema}; /* of the schema, by version */

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
	STATEMENTS
};

static const char *const statement[] = {
	NUMBERED("entry", "idx", "bytes"),
	NUMBERED("hash", "place", "digest"),
	NUMBERED("checkpoint", "size", "note"),
	NUMBERED("cosigned", "size", "note"),
	[BLOB_PUT] = "INSERT INTO blob (sha256, type, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (sha256) DO NOTHING",
	[BLOB_GET] = "SELECT type, bytes FROM blob WHERE sha256 = ?1",
	[BLOB_SCAN] = "SELECT sha256, type, bytes FROM blob ORDER BY rowid",
};
_Static_assert(sizeof statement / sizeof *statement == STATEMENTS, "one row for each statement");

static const struct db_layout layout = {
	.application_id = 0x436f6d79, /* "Comy" */
	.version = NEWEST,
	.page_size = 8192, /* an entry of the usual length, about 1.5 kB, leaves much of a smaller page empty */
	.schema = schema,
	.length = length,
	.statement = statement,
	.nstatements = STATEMENTS,
	.max_value = STORE_MAX_BYTES,
};

struct store {
	struct db *db;
};

static void wrap(struct db *db, struct store **ret)
{
	*ret = zeroed(1, sizeof **ret);
	(*ret)->db = db;
}

int store_create(const char *path, struct str vkey, struct store **ret, struct err *e)
{
	struct db *db;
	int rc = db_create(path, &layout, vkey, &db, e);
	if (rc == 0)
		wrap(db, ret);
	return rc;
}

int store_open(const char *path, bool write, struct store **ret, struct err *e)
{
	struct db *db;
	int rc = db_open(path, &layout, write, &db, e);
	if (rc == 0)
		wrap(db, ret);
	return rc;
}

void store_close(struct store *s)
{
	if (s)
		db_close(s->db);
	free(s);
}

struct str store_vkey(const struct store *s)
{
	return str_of(s->db->vkey);
}

int store_begin(struct store *s, bool write, struct err *e)
{
	return db_begin(s->db, write, e);
}

int store_commit(struct store *s, struct err *e)
{
	return db_commit(s->db, e);
}

void store_rollback(struct store *s)
{
	db_rollback(s->db);
}

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
	if (!looked || sqlite3_file_control(s->db->sql, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file ||
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

/* Files of an earlier version, opened for reading, lack the last table: it is empty then. */
static bool lacks(const struct store *s, enum store_table t)
{
	return t == STORE_COSIGNED && !db_since(s->db, COSIGNED_SINCE);
}

static int numbered(struct store *s, enum store_table t, int op, uint64_t key, sqlite3_stmt **ret, struct err *e)
{
	int rc = db_ready(s->db, (size_t)((int)t * PER_TABLE + op), ret, e);
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
	return db_step(s->db, q, e);
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
	int rc = db_run(s->db, "PRAGMA synchronous = NORMAL", e);
	if (rc == 0)
		rc = put_alone(s, t, key, bytes, e);
	int back = db_run(s->db, "PRAGMA synchronous = FULL", rc == 0 ? e : NULL);
	s->db->broken |= back < 0;
	return rc < 0 ? rc : back;
}

/* The row with this number; *ret_q stands on it and must be reset. */
static int find(struct store *s, enum store_table t, uint64_t key, sqlite3_stmt **ret_q, struct err *e)
{
	static const char *const what[STORE_TABLES] = {"entry", "hash", "checkpoint", "cosigned checkpoint"};
	int rc = lacks(s, t) ? 0 : numbered(s, t, GET, key, ret_q, e);
	if (rc == 0 && !lacks(s, t))
		rc = db_step(s->db, *ret_q, e);
	if (rc == 0)
		return err_set(e, ERR_ABSENT, s->db->path, "there is no %s %llu", what[t], (unsigned long long)key);
	return rc < 0 ? rc : 0;
}

int store_get(struct store *s, enum store_table t, uint64_t key, struct arena *a, struct str *ret, struct err *e)
{
	sqlite3_stmt *q;
	int rc = find(s, t, key, &q, e);
	if (rc < 0)
		return rc;
	*ret = arena_str(a, db_column(q, 0));
	sqlite3_reset(q);
	return 0;
}

int store_hash(struct store *s, uint64_t place, struct digest *ret, struct err *e)
{
	sqlite3_stmt *q;
	int rc = find(s, STORE_HASH, place, &q, e);
	if (rc < 0)
		return rc;
	struct str d = db_column(q, 0);
	if (d.n == DIGEST_LEN)
		memcpy(ret->b, d.p, DIGEST_LEN);
	else
		rc = err_set(e, ERR_CORRUPT, s->db->path, "hash %llu is not %d bytes long", (unsigned long long)place,
			DIGEST_LEN);
	sqlite3_reset(q);
	return rc;
}

int store_last(struct store *s, enum store_table t, uint64_t *ret_key, struct err *e)
{
	sqlite3_stmt *q;
	if (lacks(s, t))
		return err_set(e, ERR_ABSENT, s->db->path, "the table is empty");
	int rc = numbered(s, t, LAST, 0, &q, e);
	if (rc == 0)
		rc = db_step(s->db, q, e);
	if (rc < 0)
		return rc;
	bool empty = sqlite3_column_type(q, 0) == SQLITE_NULL;
	*ret_key = (uint64_t)sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	return empty ? err_set(e, ERR_ABSENT, s->db->path, "the table is empty") : 0;
}

int store_scan(struct store *s, enum store_table t, uint64_t from, struct err *e)
{
	sqlite3_stmt *q;
	return lacks(s, t) ? 0 : numbered(s, t, SCAN, from, &q, e);
}

int store_next(struct store *s, enum store_table t, uint64_t *ret_key, struct str *ret, struct err *e)
{
	sqlite3_stmt *q = s->db->stmt[(int)t * PER_TABLE + SCAN];
	if (lacks(s, t))
		return 0;
	int rc = db_step(s->db, q, e);
	if (rc == 1) {
		*ret_key = (uint64_t)sqlite3_column_int64(q, 0);
		*ret = db_column(q, 1);
	}
	return rc;
}

void store_scan_end(struct store *s, enum store_table t)
{
	sqlite3_reset(s->db->stmt[(int)t * PER_TABLE + SCAN]);
}

int store_blob_put(struct store *s, const struct store_blob *b, struct err *e)
{
	sqlite3_stmt *q;
	int rc = db_ready(s->db, BLOB_PUT, &q, e);
	if (rc < 0)
		return rc;
	sqlite3_bind_blob(q, 1, b->sha256.b, DIGEST_LEN, SQLITE_STATIC);
	sqlite3_bind_text64(q, 2, b->type.n ? b->type.p : "", b->type.n, SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_blob64(q, 3, b->bytes.n ? b->bytes.p : "", b->bytes.n, SQLITE_STATIC);
	return db_step(s->db, q, e);
}

int store_blob_get(struct store *s, const struct digest *sha256, struct arena *a, struct store_blob *ret, struct err *e)
{
	sqlite3_stmt *q;
	int rc = db_ready(s->db, BLOB_GET, &q, e);
	if (rc < 0)
		return rc;
	sqlite3_bind_blob(q, 1, sha256->b, DIGEST_LEN, SQLITE_STATIC);
	rc = db_step(s->db, q, e);
	if (rc == 0)
		return err_set(e, ERR_ABSENT, s->db->path, "there is no such blob");
	if (rc < 0)
		return rc;
	*ret = (struct store_blob){*sha256, arena_str(a, db_column(q, 0)), arena_str(a, db_column(q, 1))};
	sqlite3_reset(q);
	return 0;
}

int store_blob_scan(struct store *s, struct err *e)
{
	sqlite3_stmt *q;
	return db_ready(s->db, BLOB_SCAN, &q, e);
}

int store_blob_next(struct store *s, struct store_blob *ret, struct err *e)
{
	sqlite3_stmt *q = s->db->stmt[BLOB_SCAN];
	int rc = db_step(s->db, q, e);
	if (rc != 1)
		return rc;
	struct str hash = db_column(q, 0);
	*ret = (struct store_blob){.type = db_column(q, 1), .bytes = db_column(q, 2)};
	memcpy(ret->sha256.b, hash.p, hash.n < DIGEST_LEN ? hash.n : DIGEST_LEN);
	return 1;
}

int store_check(struct store *s, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(s->db->sql, "PRAGMA integrity_check(1)", -1, &q, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		struct str words = db_column(q, 0);
		bool good = str_eq(words, STR("ok"));
		rc = good ? 0 : err_set(e, ERR_CORRUPT, s->db->path, "the database is damaged: %.*s", STR_ARG(words));
	} else {
		rc = db_fail(s->db, rc, e);
	}
	sqlite3_finalize(q);
	return rc;
}

int store_copy(struct store *s, const char *to, struct err *e)
{
	struct db *other;
	/* A copy that is not whole is thrown away, so nothing needs to be there to undo it. */
	int rc = db_open_bare(to, &layout, &other, e);
	if (rc < 0)
		return rc;
	sqlite3_backup *b = sqlite3_backup_init(other->sql, "main", s->db->sql, "main");
	int done = b ? sqlite3_backup_step(b, -1) : sqlite3_errcode(other->sql);
	(void)sqlite3_backup_finish(b);
	if (done != SQLITE_DONE)
		rc = db_fail(other, done, e);
	db_close(other);
	return rc;
}

int store_drop_derived(struct store *s, struct err *e)
{
	static const char *const anew[] = {HASH_TABLE, KEEP("hash"), "REINDEX blob"};
	int rc = db_run(s->db, "DROP TABLE hash", e); /* and its triggers with it */
	for (size_t i = 0; i < sizeof anew / sizeof *anew && rc == 0; i++)
		rc = db_run(s->db, anew[i], e);
	return rc;
}

int64_t store_layout(const struct store *s)
{
	return db_layout_number(s->db);
}
