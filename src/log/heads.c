/* SPDX-License-Identifier: Apache-2.0 */
#include "log/heads.h"

#include "log/db.h"

#include <stdlib.h>
#include <string.h>

#define NEVER "a witness forgets nothing that it signed"

/* Sizes are eight bytes, the highest first: they compare as numbers do, over the whole range. */
static const char *const schema[] = {
	DB_IDENTITY(NEVER),
	"CREATE TABLE head (origin TEXT PRIMARY KEY, size BLOB NOT NULL CHECK (length(size) = 8), note BLOB NOT NULL) STRICT, WITHOUT ROWID",
	"CREATE TRIGGER head_stays BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, '" NEVER "'); END",
	("CREATE TRIGGER head_grows BEFORE UPDATE ON head WHEN NEW.size < OLD.size OR NEW.origin <> OLD.origin "
	 "BEGIN SELECT RAISE(ABORT, '" NEVER "'); END"),
	("CREATE TABLE evidence (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind INTEGER NOT NULL, origin TEXT NOT NULL, "
	 "sha256 BLOB NOT NULL UNIQUE, request BLOB NOT NULL, held BLOB NOT NULL) STRICT"),
	"CREATE INDEX evidence_of ON evidence (origin, kind)",
};
static const size_t length[] = {sizeof schema / sizeof *schema};

enum { HEAD_PUT, HEAD_SCAN, EVIDENCE_PUT, EVIDENCE_COUNT, EVIDENCE_CUT, EVIDENCE_SCAN, STATEMENTS };

static const char *const statement[STATEMENTS] = {
	[HEAD_PUT] = "INSERT INTO head (origin, size, note) VALUES (?1, ?2, ?3) "
		     "ON CONFLICT (origin) DO UPDATE SET size = excluded.size, note = excluded.note",
	[HEAD_SCAN] = "SELECT origin, size, note FROM head ORDER BY origin",
	[EVIDENCE_PUT] = "INSERT INTO evidence (time, kind, origin, sha256, request, held) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
			 "ON CONFLICT (sha256) DO NOTHING",
	[EVIDENCE_COUNT] = "SELECT count(*) FILTER (WHERE origin = ?1 AND kind = ?2), count(*), total(sha256 = ?3) FROM evidence",
	[EVIDENCE_CUT] = "DELETE FROM evidence WHERE id IN "
			 "(SELECT id FROM evidence WHERE origin = ?1 AND kind = ?2 ORDER BY id DESC LIMIT -1 OFFSET ?3)",
	[EVIDENCE_SCAN] = "SELECT time, kind, origin, sha256, request, held FROM evidence ORDER BY id",
};

static const struct db_layout layout = {
	.application_id = 0x436f5769, /* "CoWi" */
	.version = 1,
	.page_size = 4096,
	.schema = schema,
	.length = length,
	.statement = statement,
	.nstatements = STATEMENTS,
	.max_value = HEADS_MAX_NOTE,
};

struct heads {
	struct db *db;
};

static int wrap(int rc, struct db *const *db, struct heads **ret)
{
	if (rc < 0)
		return rc;
	*ret = zeroed(1, sizeof **ret);
	(*ret)->db = *db;
	return 0;
}

int heads_create(const char *path, struct str vkey, struct heads **ret, struct err *e)
{
	struct db *db;
	return wrap(db_create(path, &layout, vkey, &db, e), &db, ret);
}

int heads_open(const char *path, bool write, struct heads **ret, struct err *e)
{
	struct db *db;
	return wrap(db_open(path, &layout, write, &db, e), &db, ret);
}

void heads_close(struct heads *h)
{
	if (h)
		db_close(h->db);
	free(h);
}

struct str heads_vkey(const struct heads *h)
{
	return str_of(h->db->vkey);
}

int heads_begin(struct heads *h, bool write, struct err *e)
{
	return db_begin(h->db, write, e);
}

int heads_commit(struct heads *h, struct err *e)
{
	return db_commit(h->db, e);
}

void heads_rollback(struct heads *h)
{
	db_rollback(h->db);
}

enum { SIZE_BYTES = 8 };

static void write_size(uint64_t size, char out[SIZE_BYTES])
{
	for (int i = 0; i < SIZE_BYTES; i++)
		out[i] = (char)(size >> (8 * (SIZE_BYTES - 1 - i)));
}

static uint64_t read_size(struct str s)
{
	uint64_t size = 0;
	for (size_t i = 0; i < s.n && i < SIZE_BYTES; i++)
		size = size << 8 | (uint8_t)s.p[i];
	return size;
}

static void bind_text(sqlite3_stmt *q, int i, struct str s)
{
	sqlite3_bind_text64(q, i, s.n ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_blob(sqlite3_stmt *q, int i, struct str s)
{
	sqlite3_bind_blob64(q, i, s.n ? s.p : "", s.n, SQLITE_STATIC);
}

int heads_put(struct heads *h, struct str origin, uint64_t size, struct str note, struct err *e)
{
	sqlite3_stmt *q;
	char key[SIZE_BYTES];
	int rc = db_ready(h->db, HEAD_PUT, &q, e);
	if (rc < 0)
		return rc;
	write_size(size, key);
	bind_text(q, 1, origin);
	bind_blob(q, 2, (struct str){key, sizeof key});
	bind_blob(q, 3, note);
	return db_step(h->db, q, e);
}

int heads_scan(struct heads *h, struct err *e)
{
	sqlite3_stmt *q;
	return db_ready(h->db, HEAD_SCAN, &q, e);
}

int heads_next(struct heads *h, struct str *ret_origin, uint64_t *ret_size, struct str *ret_note, struct err *e)
{
	sqlite3_stmt *q = h->db->stmt[HEAD_SCAN];
	int rc = db_step(h->db, q, e);
	if (rc != 1)
		return rc;
	*ret_origin = db_column(q, 0);
	*ret_size = read_size(db_column(q, 1));
	*ret_note = db_column(q, 2);
	return 1;
}

/* Is there room for one more, and is it new? Makes room where the newest are kept. 1: put it in. */
static int make_room(struct heads *h, const struct evidence *v, struct err *e)
{
	sqlite3_stmt *q;
	int rc = db_ready(h->db, EVIDENCE_COUNT, &q, e);
	if (rc < 0)
		return rc;
	bind_text(q, 1, v->origin);
	sqlite3_bind_int(q, 2, (int)v->kind);
	bind_blob(q, 3, (struct str){(const char *)v->text.b, DIGEST_LEN});
	if ((rc = db_step(h->db, q, e)) != 1)
		return rc;
	int64_t like = sqlite3_column_int64(q, 0), all = sqlite3_column_int64(q, 1), same = sqlite3_column_int64(q, 2);
	sqlite3_reset(q);
	if (same)
		return 0;
	bool ring = v->kind == EVIDENCE_UNPROVED && like > 0; /* one that goes makes room for one that comes */
	if (!ring)
		return all < HEADS_MAX_EVIDENCE && like < HEADS_MAX_FORKS;
	if (like < HEADS_MAX_UNPROVED && all < HEADS_MAX_EVIDENCE)
		return 1;
	if ((rc = db_ready(h->db, EVIDENCE_CUT, &q, e)) < 0)
		return rc;
	bind_text(q, 1, v->origin);
	sqlite3_bind_int(q, 2, (int)v->kind);
	sqlite3_bind_int64(q, 3, like - 1);
	rc = db_step(h->db, q, e);
	return rc < 0 ? rc : 1;
}

int heads_evidence_put(struct heads *h, const struct evidence *v, struct err *e)
{
	sqlite3_stmt *q;
	int rc = make_room(h, v, e);
	if (rc != 1)
		return rc;
	if ((rc = db_ready(h->db, EVIDENCE_PUT, &q, e)) < 0)
		return rc;
	sqlite3_bind_int64(q, 1, (sqlite3_int64)v->time);
	sqlite3_bind_int(q, 2, (int)v->kind);
	bind_text(q, 3, v->origin);
	bind_blob(q, 4, (struct str){(const char *)v->text.b, DIGEST_LEN});
	bind_blob(q, 5, v->request);
	bind_blob(q, 6, v->held);
	rc = db_step(h->db, q, e);
	return rc < 0 ? rc : 1;
}

int heads_evidence_scan(struct heads *h, struct err *e)
{
	sqlite3_stmt *q;
	return db_ready(h->db, EVIDENCE_SCAN, &q, e);
}

int heads_evidence_next(struct heads *h, struct evidence *ret, struct err *e)
{
	sqlite3_stmt *q = h->db->stmt[EVIDENCE_SCAN];
	int rc = db_step(h->db, q, e);
	if (rc != 1)
		return rc;
	*ret = (struct evidence){
		.time = (uint64_t)sqlite3_column_int64(q, 0),
		.kind = sqlite3_column_int(q, 1) == EVIDENCE_FORK ? EVIDENCE_FORK : EVIDENCE_UNPROVED,
		.origin = db_column(q, 2),
		.request = db_column(q, 4),
		.held = db_column(q, 5),
	};
	struct str d = db_column(q, 3);
	memcpy(ret->text.b, d.p, d.n < DIGEST_LEN ? d.n : DIGEST_LEN);
	return 1;
}
