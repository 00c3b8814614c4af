/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables as one SQLite file: what goes in comes out, names are words, values are never SQL, limits.
 */
#include "tests/test.h"

#include "press/database.h"

#include <sqlite3.h>
#include <string.h>

static const struct database_column columns[] = {{STR_INIT("id"), DATABASE_TEXT}, {STR_INIT("act"), DATABASE_INTEGER}};

static void ask(sqlite3 *db, const char *sql, const char *want)
{
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(s, 0), want);
	sqlite3_finalize(s);
}

static void what_goes_in_comes_out(void **state)
{
	const struct str rows[][2] = {{STR_INIT("a'); DROP TABLE t; --"), STR_INIT("7")}, {STR_INIT("б"), STR_INIT("")}};
	struct database *d;
	struct buf b, again;
	struct err e = {0};
	sqlite3 *db;
	(void)state;
	buf_init(&b, 1 << 20);
	buf_init(&again, 1 << 20);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(database_new(&d, &e), 0);
		assert_int_equal(database_table(d, STR("t"), columns, 2, "id", &e), 0);
		assert_int_equal(database_row(d, rows[0], &e), 0);
		assert_int_equal(database_row(d, rows[1], &e), 0);
		assert_int_equal(database_row(d, rows[0], &e), ERR_INPUT); /* the key names one row */
		assert_int_equal(database_view(d, "v", "SELECT count(*) AS n FROM t", &e), 0);
		assert_int_equal(database_file(d, i ? &again : &b, &e), 0);
		database_free(d);
	}
	assert_true(str_eq(buf_str(&b), buf_str(&again)));
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_deserialize(db, "main", (unsigned char *)b.p, (sqlite3_int64)b.n, (sqlite3_int64)b.n, SQLITE_DESERIALIZE_READONLY), SQLITE_OK);
	ask(db, "PRAGMA integrity_check", "ok");
	ask(db, "SELECT n FROM v", "2");
	ask(db, "SELECT typeof(act) FROM t WHERE act = 7 AND id LIKE 'a%DROP%'", "integer");
	ask(db, "SELECT typeof(act) FROM t WHERE id = 'б'", "null");
	sqlite3_close(db);
	buf_done(&b);
	buf_done(&again);
}

static void what_is_no_word_is_refused(void **state)
{
	static const struct database_column bad[] = {{STR_INIT("a\"b"), DATABASE_TEXT}};
	const struct str words[] = {STR_INIT("x"), STR_INIT("no number")};
	struct database *d;
	struct buf b;
	struct err e = {0};
	(void)state;
	assert_int_equal(database_new(&d, &e), 0);
	assert_int_equal(database_table(d, STR("a b"), columns, 2, NULL, &e), ERR_INPUT);
	assert_int_equal(database_table(d, STR("7"), columns, 2, NULL, &e), ERR_INPUT);
	assert_int_equal(database_table(d, STR("t"), bad, 1, NULL, &e), ERR_INPUT);
	assert_int_equal(database_table(d, STR("t"), columns, 0, NULL, &e), ERR_INPUT);
	assert_int_equal(database_view(d, "v\"", "SELECT 1", &e), ERR_INPUT);
	assert_int_equal(database_view(d, "v", "no SQL", &e), ERR_INPUT);
	assert_int_equal(database_table(d, STR("t"), columns, 2, NULL, &e), 0);
	assert_int_equal(database_row(d, words, &e), ERR_INPUT); /* a STRICT table takes no text for a number */
	buf_init(&b, 100);
	assert_int_equal(database_file(d, &b, &e), ERR_LIMIT);
	buf_done(&b);
	database_free(d);
	database_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_goes_in_comes_out), cmocka_unit_test(what_is_no_word_is_refused)};
	return test_main(tests);
}
