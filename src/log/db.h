/* SPDX-License-Identifier: Apache-2.0
 *
 * A database of ours in one SQLite file, under store.c (the log) and heads.c (a witness): how it is made, opened and held
 * to its layout, and SQLite's errors in our words. Only files that speak SQL include this.
 *
 * Invariants: WAL and synchronous=FULL, so what is committed survives a power cut. After a sync that failed nothing is
 * written any more until the file is opened again: the system may have dropped what it could not write, and the next sync
 * would say that all is well. The schema is compared word by word on opening, hence no foreign trigger or view ever runs. Defensive settings and limits follow SQLite's own advice for files of unknown origin
 * (sqlite.org/security.html). Statements are prepared once. One row names the key whose database it is.
 */
#ifndef LOG_DB_H
#define LOG_DB_H

#include "base/err.h"

#include <sqlite3.h>

struct db_layout {
	int application_id; /* shown by file(1), checked on opening */
	int version, page_size;
	const char *const *schema; /* begins with DB_IDENTITY; a later version adds at the end */
	const size_t *length;	   /* of the schema: of version 1, 2, ... `version` */
	const char *const *statement;
	size_t nstatements;
	size_t max_value; /* bytes of one value */
};

/* What is in, stays in, also against somebody at an SQL prompt. */
#define DB_KEEP(table, words)                                                                                          \
	"CREATE TRIGGER " table "_stays BEFORE DELETE ON " table " BEGIN SELECT RAISE(ABORT, '" words "'); END",      \
		"CREATE TRIGGER " table "_same BEFORE UPDATE ON " table " BEGIN SELECT RAISE(ABORT, '" words "'); END"
#define DB_IDENTITY(words)                                                                                             \
	"CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), vkey TEXT NOT NULL) STRICT", DB_KEEP("identity", words)

enum { DB_BEGIN_READ, DB_BEGIN_WRITE, DB_COMMIT, DB_ROLLBACK, DB_OWN };

struct db {
	sqlite3 *sql;
	const struct db_layout *layout;
	int version; /* of the file: below the layout's if it is open for reading only */
	sqlite3_stmt **stmt, *own[DB_OWN]; /* prepared at first use */
	bool write;
	bool broken; /* a sync failed: what the disk holds of the end of the write-ahead log, nobody knows */
	char *path, *vkey;
};

/* Makes the file, which must not exist, for this key; open for writing. */
int db_create(const char *path, const struct db_layout *layout, struct str vkey, struct db **ret, struct err *e);
/* ERR_CORRUPT: not SQLite, not ours, of another version, or altered. A copy on a read-only medium opens for reading. */
int db_open(const char *path, const struct db_layout *layout, bool write, struct db **ret, struct err *e);
/* A file for a copy of another database, whatever it holds: without a write-ahead log, without syncs. */
int db_open_bare(const char *path, const struct db_layout *layout, struct db **ret, struct err *e);
void db_close(struct db *d); /* NULL is allowed; what was not committed is forgotten */

/* A transaction: one fsync for all that is put in it; for reading, one view of all tables. Not nested. */
int db_begin(struct db *d, bool write, struct err *e);
int db_commit(struct db *d, struct err *e); /* after an error the transaction is undone already */
void db_rollback(struct db *d);

/* Is the file of this version or a later one? Somebody else may have made it so meanwhile. */
bool db_since(struct db *d, int version);

/* A number that changes when tables are made or dropped, by anybody, and only then. */
int64_t db_layout_number(struct db *d);

int db_fail(struct db *d, int rc, struct err *e); /* SQLite's result in our words */
int db_run(struct db *d, const char *sql, struct err *e);
/* The statement of the layout, ready to be bound. */
int db_ready(struct db *d, size_t which, sqlite3_stmt **ret, struct err *e);
/* Runs a statement to its next row: 1, or 0 at its end. Unless there is a row it is reset, and lets go of its view. */
int db_step(struct db *d, sqlite3_stmt *q, struct err *e);
struct str db_column(sqlite3_stmt *q, int i); /* of text or a blob, until the next step */

#endif
