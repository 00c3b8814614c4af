/* SPDX-License-Identifier: Apache-2.0
 *
 * The peer: SQLite alone keeps the same bytes, as durably, in the same groups, and nothing else. No signature is
 * checked, no tree grows, nothing is signed or published: what remains is what the database itself takes.
 */
#include "acts.h"

#include <sqlite3.h>
#include <stdlib.h>

static void must(sqlite3 *db, int rc, int wanted)
{
	if (rc == wanted)
		return;
	fprintf(stderr, "comity-bench-log: SQLite: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static void sql(sqlite3 *db, const char *text)
{
	must(db, sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
}

static sqlite3 *open_new(const char *file)
{
	sqlite3 *db;
	must(NULL, sqlite3_open(file, &db), SQLITE_OK);
	sql(db, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
	sql(db, "CREATE TABLE entry (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT");
	return db;
}

/* The sizes at which the log was signed: where its groups end. */
static size_t read_sizes(const char *dir, uint64_t *sizes, size_t most)
{
	sqlite3 *db;
	sqlite3_stmt *q;
	char path[512];
	size_t n = 0;
	(void)snprintf(path, sizeof path, "%s/log.db", dir);
	must(NULL, sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	must(db, sqlite3_prepare_v2(db, "SELECT size FROM checkpoint ORDER BY size", -1, &q, NULL), SQLITE_OK);
	while (n < most && sqlite3_step(q) == SQLITE_ROW)
		sizes[n++] = (uint64_t)sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

struct acts {
	struct arena a;
	struct str *v;
	size_t n, most;
};

static int keep_entry(void *ctx, const struct log_entry *entry, struct err *e)
{
	struct acts *k = ctx;
	(void)e;
	if (k->n < k->most)
		k->v[k->n++] = arena_str(&k->a, entry->bytes);
	return 0;
}

static void read_acts(const char *dir, struct acts *k, size_t most)
{
	struct log *log = open_log(dir, LOG_READ);
	struct err e;
	k->v = zeroed(most, sizeof *k->v);
	k->most = most;
	if (log_each(log, 1, keep_entry, k, &e) < 0)
		fail(&e);
	log_close(log);
}

int run_raw(const char *dir, const char *file, uint64_t acts, bool singly)
{
	struct acts k = {0};
	read_acts(dir, &k, acts);
	uint64_t *sizes = zeroed(acts + 2, sizeof *sizes);
	double *took = zeroed(acts + 2, sizeof *took);
	size_t groups = singly ? k.n + 1 : read_sizes(dir, sizes, acts + 2), done = 0, g;
	sqlite3 *db = open_new(file);
	sqlite3_stmt *q;
	must(db, sqlite3_prepare_v2(db, "INSERT INTO entry (idx, bytes) VALUES (?1, ?2)", -1, &q, NULL), SQLITE_OK);
	double began = seconds(), spent = seconds_spent();
	for (g = 1; g < groups && done < k.n; g++) {
		double from = seconds();
		uint64_t end = singly ? done + 1 : sizes[g] - 1;
		sql(db, "BEGIN IMMEDIATE");
		for (; done < end && done < k.n; done++) {
			sqlite3_bind_int64(q, 1, (sqlite3_int64)done);
			sqlite3_bind_blob64(q, 2, k.v[done].p, k.v[done].n, SQLITE_STATIC);
			must(db, sqlite3_step(q), SQLITE_DONE);
			sqlite3_reset(q);
		}
		sql(db, "COMMIT");
		took[g - 1] = seconds() - from;
	}
	printf("wall %.6f\nspent %.6f\nacts %zu\ngroups %zu\n", seconds() - began, seconds_spent() - spent, done,
		g - 1);
	print_quantiles("group", took, g - 1);
	sqlite3_finalize(q);
	sqlite3_close(db);
	arena_done(&k.a);
	free(k.v);
	free(sizes);
	free(took);
	return 0;
}
