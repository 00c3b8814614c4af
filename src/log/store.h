/* SPDX-License-Identifier: Apache-2.0
 *
 * The store of the log: one SQLite file. Four tables map a number to bytes and only grow (entries, hashes of full
 * subtrees, checkpoints, cosigned checkpoints); one maps a SHA-256 to a blob; one row names the log's key. It knows nothing of
 * envelopes or trees.
 *
 * Invariants: those of log/db.h (but see store_put_soon); and triggers of ours forbid change and removal, also to somebody at
 * an SQL prompt. A file of an earlier version gets the tables that it lacks when it is opened for writing.
 */
#ifndef LOG_STORE_H
#define LOG_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "log/sha256.h"

enum store_table {
	STORE_ENTRY,
	STORE_HASH,
	STORE_CHECKPOINT,
	STORE_COSIGNED, /* checkpoints with the cosignatures that made their quorum */
};
enum { STORE_TABLES = 4, STORE_MAX_BYTES = 64 << 20 }; /* of one value */

struct store;

/* Makes the file, which must not exist, for the log with this key; open for writing. */
int store_create(const char *path, struct str vkey, struct store **ret, struct err *e);
/* ERR_CORRUPT: not SQLite, not ours, of another version, or altered. A copy on a read-only medium opens for reading. */
int store_open(const char *path, bool write, struct store **ret, struct err *e);
void store_close(struct store *s); /* NULL is allowed; what was not committed is forgotten */
struct str store_vkey(const struct store *s);

/* A transaction: one fsync for all that is put in it; for reading, one view of all tables. Not nested. */
int store_begin(struct store *s, bool write, struct err *e);
int store_commit(struct store *s, struct err *e); /* after an error the transaction is undone already */
void store_rollback(struct store *s);

/* How the database stood when somebody last looked inside; zeroed: nobody has. */
struct store_mark {
	uint32_t header[24];
	bool looked;
};

/* Has nobody committed since the mark was set? Told without SQL, a lock or a call of the system. False also when it cannot
 * be told; the mark is then set anew, so look inside after it. */
bool store_still(const struct store *s, struct store_mark *mark);

/* Number to bytes. */
int store_put(struct store *s, enum store_table t, uint64_t key, struct str bytes, struct err *e);
/* One row in a transaction of its own, without a sync: visible to all at once, durable with the next transaction. A power
 * cut may take it away, but then nothing that was committed after it is there either. */
int store_put_soon(struct store *s, enum store_table t, uint64_t key, struct str bytes, struct err *e);
int store_get(struct store *s, enum store_table t, uint64_t key, struct arena *a, struct str *ret, struct err *e);
int store_hash(struct store *s, uint64_t place, struct digest *ret, struct err *e);    /* store_get of a hash */
int store_last(struct store *s, enum store_table t, uint64_t *ret_key, struct err *e); /* ERR_ABSENT: empty */

/* All rows from a number on: store_next returns 1 and a row, valid until the next call, or 0 at the end. One scan of a
 * table at a time; it holds its view of the database until its end or store_scan_end. */
int store_scan(struct store *s, enum store_table t, uint64_t from, struct err *e);
int store_next(struct store *s, enum store_table t, uint64_t *ret_key, struct str *ret, struct err *e);
void store_scan_end(struct store *s, enum store_table t);

struct store_blob {
	struct digest sha256;
	struct str type, bytes;
};

int store_blob_put(struct store *s, const struct store_blob *b, struct err *e); /* one that is there stays as it is */
int store_blob_get(
	struct store *s, const struct digest *sha256, struct arena *a, struct store_blob *ret, struct err *e);
int store_blob_scan(struct store *s, struct err *e);
int store_blob_next(struct store *s, struct store_blob *ret, struct err *e); /* as store_next */

/* Copies the whole database as the current transaction sees it into another file, which is empty or not there; who writes
 * meanwhile is not held up. The copy is durable only when the caller says so: sync it. */
int store_copy(struct store *s, const char *to, struct err *e);

/* In a transaction for writing, without a scan of hashes: an empty table of hashes, to be filled again before it is committed, and
 * a new index of the blobs. The one way in which rows go away: what they say follows from the entries. */
int store_drop_derived(struct store *s, struct err *e);

/* A number that changes when a table is made anew (store_drop_derived), and only then. */
int64_t store_layout(const struct store *s);

/* SQLite's own check of its file: pages, indexes, free list. ERR_CORRUPT. */
int store_check(struct store *s, struct err *e);

#endif
