/* SPDX-License-Identifier: Apache-2.0
 *
 * A database that an earlier Comity made: it can be read as it is, and gets the newer tables when it is written.
 */
#include "log/store.h"
#include "tests/log/fixture.h"

#include <sqlite3.h>
#include <sys/stat.h>

static void run_sql(struct fixture *f, const char *sql)
{
	sqlite3 *db;
	char path[128];
	fixture_path(f, "log.db", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void make_old(struct fixture *f)
{
	fixture_close(f);
	run_sql(f, "DROP TABLE cosigned; PRAGMA user_version = 1");
}

static void old_files_are_read(void **state)
{
	struct fixture *f = *state;
	struct store *s;
	struct str note;
	uint64_t key;
	char path[128];
	struct log_verdict verdict;
	fixture_append(f, 1, 3);
	make_old(f);
	fixture_path(f, "log.db", path);
	assert_done(store_open(path, false, &s, &f->err));
	assert_int_equal(store_get(s, STORE_COSIGNED, 4, &f->arena, &note, &f->err), ERR_ABSENT);
	assert_int_equal(store_last(s, STORE_COSIGNED, &key, &f->err), ERR_ABSENT);
	assert_done(store_scan(s, STORE_COSIGNED, 0, &f->err));
	assert_int_equal(store_next(s, STORE_COSIGNED, &key, &note, &f->err), 0);
	store_scan_end(s, STORE_COSIGNED);
	assert_done(store_last(s, STORE_ENTRY, &key, &f->err));
	assert_int_equal(key, 3);
	fixture_open(f, LOG_READ);
	assert_int_equal(log_size(f->log), 4);
	fixture_close(f);
	assert_int_equal(log_verify(f->dir, &(struct log_audit){0}, &verdict, &f->err), 0);
	assert_int_equal(fixture_sql_number(f, "PRAGMA user_version"), 1);
	store_close(s);
}

static void and_grow_when_written(void **state)
{
	struct fixture *f = *state;
	struct store *reader, *writer;
	struct str note;
	char path[128];
	make_old(f);
	fixture_path(f, "log.db", path);
	assert_done(store_open(path, false, &reader, &f->err));
	assert_int_equal(store_get(reader, STORE_COSIGNED, 1, &f->arena, &note, &f->err), ERR_ABSENT);
	fixture_open(f, LOG_WRITE);
	assert_int_equal(fixture_sql_number(f, "PRAGMA user_version"), 2);
	fixture_append(f, 1, 2);
	assert_done(store_open(path, true, &writer, &f->err));
	assert_done(store_begin(writer, true, &f->err));
	assert_done(store_put(writer, STORE_COSIGNED, 1, STR("a note"), &f->err));
	assert_done(store_commit(writer, &f->err));
	assert_int_equal(store_put(writer, STORE_COSIGNED, 1, STR("another"), &f->err), ERR_CONFLICT);
	store_close(writer);
	/* Who had it open as it was sees what it has become. */
	assert_done(store_get(reader, STORE_COSIGNED, 1, &f->arena, &note, &f->err));
	assert_true(str_eq(note, STR("a note")));
	store_close(reader);
}

static void what_is_half_old_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store *s;
	char path[128];
	fixture_path(f, "log.db", path);
	fixture_close(f);
	run_sql(f, "PRAGMA user_version = 1"); /* but the table is there */
	assert_int_equal(store_open(path, false, &s, &f->err), ERR_CORRUPT);
	assert_int_equal(store_open(path, true, &s, &f->err), ERR_CORRUPT);
	run_sql(f, "PRAGMA user_version = 3");
	assert_int_equal(store_open(path, false, &s, &f->err), ERR_CORRUPT);
	assert_words(f->err, "a newer Comity wrote it (format 3");
	run_sql(f, "PRAGMA user_version = 2");
	run_sql(f, "DROP TABLE cosigned");
	assert_int_equal(store_open(path, true, &s, &f->err), ERR_CORRUPT);
	assert_words(f->err, "not as they were made");
}

/* Bodies of sealed acts lie in it, and the directory may be one that others read. */
static void it_is_for_its_owner_alone(void **state)
{
	static const char *const names[] = {"log.db", "log.db-wal", "log.db-shm", "log.key"};
	struct fixture *f = *state;
	struct stat st;
	char path[128];
	fixture_append(f, 1, 1);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		fixture_path(f, names[i], path);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(old_files_are_read, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(and_grow_when_written, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(it_is_for_its_owner_alone, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(what_is_half_old_is_refused, fixture_setup, fixture_teardown),
	};
	return test_main(tests);
}
