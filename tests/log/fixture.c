/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/log/fixture.h"

#include <ftw.h>
#include <sqlite3.h>
#include <unistd.h>

uint64_t test_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint64_t test_env(const char *name, uint64_t otherwise)
{
	uint64_t v;
	return str_u64(str_of(getenv(name)), &v) ? v : otherwise;
}

int fixture_genesis(void *ctx, struct str vkey, struct str keyid, struct buf *out, struct err *e)
{
	(void)ctx;
	(void)e;
	buf_addf(out, "{\"act\":\"genesis\",\"vkey\":\"%.*s\",\"keyid\":\"%.*s\"}", STR_ARG(vkey), STR_ARG(keyid));
	return 0;
}

int fixture_setup(void **state)
{
	return fixture_setup_in("/tmp", state);
}

int fixture_setup_in(const char *parent, void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	uint8_t seed[32];
	for (size_t i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)i;
	(void)snprintf(f->root, sizeof f->root, "%s/comity-log-XXXXXX", parent);
	if (!mkdtemp(f->root))
		return -1;
	(void)snprintf(f->dir, sizeof f->dir, "%s/data", f->root);
	struct log_genesis g = {
		.origin = STR("register.example/acts"), .seed = seed, .type = TEST_TYPE, .payload = fixture_genesis};
	assert_done(log_create(f->dir, &g, &f->err));
	fixture_open(f, LOG_WRITE);
	*state = f;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	arena_done(&f->arena);
	int rc = nftw(f->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return rc;
}

void fixture_close(struct fixture *f)
{
	log_close(f->log);
	f->log = NULL;
}

void fixture_open(struct fixture *f, enum log_mode mode)
{
	assert_done(log_open(f->dir, mode, &f->log, &f->err));
}

void fixture_append(struct fixture *f, uint64_t from, size_t n)
{
	struct str *v = calloc(n, sizeof *v);
	struct buf *b = calloc(n, sizeof *b);
	for (size_t i = 0; i < n; i++) {
		char payload[64];
		(void)snprintf(payload, sizeof payload, "{\"n\":%llu}", (unsigned long long)(from + i));
		buf_init(&b[i], LOG_MAX_ENTRY);
		assert_done(log_sign(f->log, TEST_TYPE, str_of(payload), &b[i], &f->err));
		v[i] = buf_str(&b[i]);
	}
	uint64_t first = 0, size = log_size(f->log);
	assert_done(log_append(f->log, v, n, NULL, &first, &f->err));
	assert_int_equal(first, size);
	for (size_t i = 0; i < n; i++)
		buf_done(&b[i]);
	free(b);
	free(v);
}

void fixture_path(const struct fixture *f, const char *name, char out[128])
{
	(void)snprintf(out, 128, "%s/%s", f->dir, name);
}

struct buf fixture_file(const char *path)
{
	struct buf b;
	char part[8192];
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s cannot be read", path);
	buf_init(&b, 256 << 20);
	for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
		buf_add(&b, (struct str){part, n});
	(void)fclose(file);
	return b;
}

void fixture_write(const char *path, struct str bytes)
{
	FILE *file = fopen(path, "wb");
	if (!file || fwrite(bytes.p, 1, bytes.n, file) != bytes.n || fclose(file) != 0)
		fail_msg("%s cannot be written", path);
}

void fixture_copy(const struct fixture *f, const char *from, const char *to)
{
	char a[128], b[128];
	fixture_path(f, from, a);
	fixture_path(f, to, b);
	struct buf bytes = fixture_file(a);
	fixture_write(b, buf_str(&bytes));
	buf_done(&bytes);
}

static sqlite3 *open_sql(struct fixture *f)
{
	sqlite3 *db;
	char path[128];
	fixture_path(f, "log.db", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

static void exec(sqlite3 *db, const char *sql)
{
	char *words = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &words) != SQLITE_OK)
		fail_msg("%s: %s", sql, words);
}

/* The names and texts of all triggers. */
static int add_trigger(void *ctx, int n, char **value, char **name)
{
	struct buf *b = ctx;
	(void)n;
	(void)name;
	buf_addf(&b[0], "DROP TRIGGER %s;", value[0]);
	buf_addf(&b[1], "%s;", value[1]);
	return 0;
}

void fixture_sql(struct fixture *f, const char *fmt, ...)
{
	sqlite3 *db = open_sql(f);
	struct buf b[2];
	va_list ap;
	va_start(ap, fmt);
	char *sql = sqlite3_vmprintf(fmt, ap);
	va_end(ap);
	buf_init(&b[0], 1 << 16);
	buf_init(&b[1], 1 << 16);
	assert_int_equal(
		sqlite3_exec(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'", add_trigger, b, NULL),
		SQLITE_OK);
	exec(db, "PRAGMA synchronous = OFF"); /* a forger has no need to be careful */
	exec(db, buf_str(&b[0]).p);
	exec(db, sql);
	exec(db, buf_str(&b[1]).p);
	sqlite3_free(sql);
	buf_done(&b[0]);
	buf_done(&b[1]);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t fixture_sql_number(struct fixture *f, const char *sql)
{
	sqlite3 *db = open_sql(f);
	sqlite3_stmt *q;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	int64_t v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return v;
}
