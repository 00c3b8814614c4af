/* SPDX-License-Identifier: Apache-2.0
 *
 * Directories that must not open, or open only after they were put right: torn, foreign, set back, locked, half
 * written.
 */
#include "log/checkpoint.h"
#include "tests/log/fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Neither mode opens, and the error says why. */
static void refuses(struct fixture *f, int code, const char *words)
{
	for (int mode = LOG_READ; mode <= LOG_WRITE; mode++) {
		struct log *log = NULL;
		int rc = log_open(f->dir, (enum log_mode)mode, &log, &f->err);
		if (rc != code)
			fail_msg("mode %d: %d, expected %d: %s: %s", mode, rc, code, f->err.where, f->err.what);
		assert_words(f->err, words);
		assert_null(log);
	}
}

static void no_log_there(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	(void)snprintf(f->dir, sizeof f->dir, "%s/nothing", f->root);
	refuses(f, ERR_ABSENT, "No such file");
	assert_int_equal(mkdir(f->dir, 0700), 0);
	refuses(f, ERR_ABSENT, "there is no log here");
	struct log_verdict v;
	assert_int_equal(log_verify(f->dir, NULL, &v, &f->err), ERR_ABSENT);
}

static void torn_directories(void **state)
{
	struct fixture *f = *state;
	char db[128], checkpoint[128], key[128], away[128];
	struct log *log;
	struct log_verdict v;
	fixture_append(f, 1, 3);
	fixture_close(f);
	fixture_path(f, "log.db", db);
	fixture_path(f, "checkpoint", checkpoint);
	fixture_path(f, "log.key", key);
	fixture_path(f, "away", away);
	assert_int_equal(rename(db, away), 0);
	refuses(f, ERR_CORRUPT, "log.db is missing");
	assert_int_equal(log_verify(f->dir, NULL, &v, &f->err), ERR_CORRUPT);
	assert_int_equal(v.fault, LOG_BAD_STORE);
	assert_int_equal(rename(away, db), 0);
	assert_int_equal(rename(checkpoint, away), 0);
	refuses(f, ERR_CORRUPT, "'checkpoint' is missing");
	assert_int_equal(rename(away, checkpoint), 0);
	assert_int_equal(rename(key, away), 0);
	assert_int_equal(log_open(f->dir, LOG_WRITE, &log, &f->err), ERR_SYSTEM);
	assert_words(f->err, "log.key is missing");
	fixture_open(f, LOG_READ); /* readers and verifiers need no key */
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
	fixture_close(f);
	assert_int_equal(rename(away, key), 0);
	fixture_open(f, LOG_WRITE);
}

static void foreign_files(void **state)
{
	struct fixture *f = *state;
	char db[128];
	fixture_append(f, 1, 50);
	fixture_close(f);
	fixture_path(f, "log.db", db);
	struct buf whole = fixture_file(db);
	fixture_write(db,
		STR("this is a letter, and by no means a database, though it is long enough to be looked at as one: "
		    "one hundred bytes are read before anybody can tell"));
	refuses(f, ERR_CORRUPT, "no database of Comity");
	fixture_write(db, STR(""));
	refuses(f, ERR_CORRUPT, "another program");
	fixture_write(db, str_slice(buf_str(&whole), 0, whole.n / 2));
	refuses(f, ERR_CORRUPT, "");
	assert_int_equal(unlink(db), 0);
	fixture_sql(f, "CREATE TABLE t (x)");
	refuses(f, ERR_CORRUPT, "another program");
	static const struct {
		const char *sql, *words;
	} changes[] = {
		{"PRAGMA application_id = 7", "another program"},
		{"PRAGMA user_version = 99", "a newer Comity"},
		{"PRAGMA user_version = 0", "interrupted"},
		{"CREATE TRIGGER t AFTER INSERT ON entry BEGIN SELECT 1; END", "not as they were made"},
		{"CREATE VIEW v AS SELECT 1", "not as they were made"},
		{"CREATE INDEX i ON entry (bytes)", "not as they were made"},
		{"DROP TABLE blob", "not as they were made"},
		{"DELETE FROM identity", "does not name the key"},
		{"UPDATE identity SET vkey = 'nobody'", "does not name the key"},
		{"DELETE FROM entry", "do not fit together"},
		{"DELETE FROM hash WHERE place > 50", "do not fit together"},
		{"UPDATE hash SET digest = x'00' WHERE place = 62", "32 bytes"},
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		fixture_write(db, buf_str(&whole));
		fixture_sql(f, "%s", changes[i].sql);
		refuses(f, ERR_CORRUPT, changes[i].words);
	}
	fixture_write(db, buf_str(&whole));
	fixture_open(f, LOG_WRITE);
	buf_done(&whole);
}

/* An older copy of log.db: the file beside it knows better. */
static void a_log_that_was_set_back(void **state)
{
	struct fixture *f = *state;
	fixture_append(f, 1, 7);
	fixture_close(f);
	fixture_copy(f, "log.db", "old.db");
	fixture_open(f, LOG_WRITE);
	fixture_append(f, 8, 5);
	fixture_close(f);
	fixture_copy(f, "log.db", "new.db");
	fixture_copy(f, "old.db", "log.db");
	refuses(f, ERR_CORRUPT, "log.db holds 8 entries, but 13 were signed");
	struct log_verdict v;
	assert_int_equal(log_verify(f->dir, NULL, &v, &f->err), ERR_CORRUPT);
	assert_true(v.fault == LOG_BAD_ENTRY && v.index == 8);
	fixture_copy(f, "new.db", "log.db");
	fixture_open(f, LOG_WRITE);
}

/* Two histories under one key: the second must not be taken for the first. */
static void another_tree_under_the_same_key(void **state)
{
	struct fixture *f = *state, *g;
	char from[128];
	fixture_append(f, 1, 7);
	fixture_close(f);
	assert_int_equal(fixture_setup((void **)&g), 0);
	fixture_append(g, 100, 9);
	fixture_close(g);
	fixture_path(g, "log.db", from);
	struct buf other = fixture_file(from);
	char to[128];
	fixture_path(f, "log.db", to);
	fixture_write(to, buf_str(&other));
	refuses(f, ERR_CORRUPT, "is not the one that was signed (checkpoint)");
	buf_done(&other);
	assert_int_equal(fixture_teardown((void **)&g), 0);
}

static void keys_that_do_not_fit(void **state)
{
	struct fixture *f = *state;
	struct log *log;
	char key[128], checkpoint[128];
	fixture_close(f);
	fixture_path(f, "log.key", key);
	fixture_path(f, "checkpoint", checkpoint);
	struct buf right = fixture_file(key), note = fixture_file(checkpoint);
	static const struct {
		const char *text, *words;
		int code;
	} keys[] = {
		{"", "must begin with PRIVATE+KEY+", ERR_INPUT},
		{"PRIVATE+KEY+x", "name+hash+base64", ERR_INPUT},
		{"PRIVATE+KEY+register.example/acts+00000000+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
			"copied wrongly", ERR_INPUT},
		/* A good key of another log, and another good key of this one. */
		{"PRIVATE+KEY+register.example/golden+bbee142e+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
			"does not fit log.db", ERR_CORRUPT},
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		fixture_write(key, str_of(keys[i].text));
		assert_int_equal(log_open(f->dir, LOG_WRITE, &log, &f->err), keys[i].code);
		assert_words(f->err, keys[i].words);
	}
	struct log_verdict v;
	assert_int_equal(log_verify(f->dir, NULL, &v, &f->err), ERR_CORRUPT);
	assert_words(f->err, "log.key is not the key of this log");
	fixture_write(key, buf_str(&right));
	assert_int_equal(chmod(key, 0640), 0);
	assert_int_equal(log_open(f->dir, LOG_WRITE, &log, &f->err), ERR_REFUSED);
	assert_words(f->err, "others than its owner");
	assert_non_null(strstr(f->err.hint, "chmod 600"));
	assert_int_equal(chmod(key, 0600), 0);
	/* A checkpoint of another log, or by nobody. */
	struct buf bad;
	buf_init(&bad, NOTE_MAX_BYTES);
	buf_adds(&bad, "register.example/other");
	buf_add(&bad, str_slice(buf_str(&note), strlen("register.example/acts"), note.n));
	fixture_write(checkpoint, buf_str(&bad));
	refuses(f, ERR_CORRUPT, "of the log 'register.example/other'");
	note.p[note.n - 10] = note.p[note.n - 10] == 'A' ? 'B' : 'A';
	fixture_write(checkpoint, buf_str(&note));
	refuses(f, ERR_CORRUPT, "does not fit the text");
	fixture_write(checkpoint, STR("register.example/acts\n1\n"));
	refuses(f, ERR_CORRUPT, "");
	buf_done(&bad);
	buf_done(&right);
	buf_done(&note);
}

static void one_writer(void **state)
{
	struct fixture *f = *state;
	struct log *log;
	assert_int_equal(log_open(f->dir, LOG_WRITE, &log, &f->err), ERR_CONFLICT);
	assert_words(f->err, "another process is writing");
	pid_t child = fork();
	if (child == 0) {
		struct err e;
		int rc = log_open(f->dir, LOG_WRITE, &log, &e) == ERR_CONFLICT ? 0 : 1;
		if (rc == 0 && log_open(f->dir, LOG_READ, &log, &e) < 0)
			rc = 2;
		_exit(rc);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fixture_append(f, 1, 1); /* the lock did not go with the child */
	fixture_close(f);
	fixture_open(f, LOG_WRITE);
}

static int no_payload(void *ctx, struct str vkey, struct str keyid, struct buf *out, struct err *e)
{
	(void)ctx;
	(void)vkey;
	(void)keyid;
	(void)out;
	return err_set(e, ERR_INPUT, "organisation", "has no rulebook");
}

static void making_refuses(void **state)
{
	struct fixture *f = *state;
	struct log_genesis g = {.origin = STR("register.example/acts"), .type = TEST_TYPE, .payload = fixture_genesis};
	static const char *const origins[] = {
		"", "https://register.example/acts", "register.example/acts/", "a b", "a+b", "a\nb"};
	char dir[128];
	assert_int_equal(log_create(f->dir, &g, &f->err), ERR_CONFLICT); /* there is a log */
	assert_words(f->err, "not empty");
	(void)snprintf(dir, sizeof dir, "%s/a/b", f->root);
	assert_int_equal(log_create(dir, &g, &f->err), ERR_ABSENT); /* its parent is missing */
	(void)snprintf(dir, sizeof dir, "%s/new", f->root);
	for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
		g.origin = str_of(origins[i]);
		assert_int_equal(log_create(dir, &g, &f->err), ERR_INPUT);
		assert_words(f->err, "cannot be called");
		assert_int_equal(access(dir, F_OK), -1);
	}
	g.origin = STR("register.example/acts");
	g.payload = no_payload;
	assert_int_equal(log_create(dir, &g, &f->err), ERR_INPUT);
	assert_words(f->err, "no rulebook");
	assert_int_equal(access(dir, F_OK), -1);
	g.payload = fixture_genesis;
	g.type = STR("not a type");
	assert_int_equal(log_create(dir, &g, &f->err), ERR_INPUT);
	assert_int_equal(access(dir, F_OK), -1);
	g.type = TEST_TYPE;
	assert_int_equal(mkdir(dir, 0700), 0); /* an empty one is taken: a mounted volume, say */
	assert_done(log_create(dir, &g, &f->err));
	struct log_verdict v;
	assert_done(log_verify(dir, NULL, &v, &f->err));
}

/* Names that mean something to SQLite's addresses, and a slash at the end. */
static void awkward_names(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {"file:a?mode=memory#x%41", ":memory:", "b/", "с пробелом"};
	struct log_genesis g = {.origin = STR("register.example/acts"), .type = TEST_TYPE, .payload = fixture_genesis};
	fixture_close(f);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		(void)snprintf(f->dir, sizeof f->dir, "%s/%s", f->root, names[i]);
		assert_done(log_create(f->dir, &g, &f->err));
		fixture_open(f, LOG_WRITE);
		fixture_append(f, 1, 2);
		fixture_close(f);
		fixture_open(f, LOG_READ);
		assert_int_equal(log_size(f->log), 3);
		fixture_close(f);
	}
}

static struct digest root_of(struct fixture *f)
{
	struct digest d;
	log_root(f->log, &d);
	return d;
}

/* A crash after the store and before the second place: readers see the store's, the next writer writes the file. */
static void the_second_place_lags(void **state)
{
	struct fixture *f = *state;
	char path[128];
	fixture_append(f, 1, 1);
	fixture_copy(f, "checkpoint", "old");
	fixture_append(f, 2, 1);
	struct str note = arena_str(&f->arena, log_checkpoint(f->log));
	fixture_close(f);
	fixture_copy(f, "old", "checkpoint");
	struct log_verdict v;
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
	fixture_open(f, LOG_READ);
	assert_int_equal(log_size(f->log), 3);
	fixture_close(f);
	fixture_open(f, LOG_WRITE);
	fixture_path(f, "checkpoint", path);
	struct buf file = fixture_file(path);
	assert_true(str_eq(buf_str(&file), note));
	buf_done(&file);
}

/* A crash after the entries and before their checkpoint: readers do not see them, the next writer signs them. */
static void entries_wait_for_their_checkpoint(void **state)
{
	struct fixture *f = *state;
	fixture_append(f, 1, 4);
	fixture_copy(f, "checkpoint", "old");
	fixture_append(f, 5, 3);
	struct digest root = root_of(f);
	fixture_close(f);
	fixture_copy(f, "old", "checkpoint");
	fixture_sql(f, "DELETE FROM checkpoint WHERE size = 8");
	struct log_verdict v;
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
	assert_true(v.fault == LOG_SOUND && v.uncovered == 3 && v.entries == 8);
	fixture_open(f, LOG_READ);
	assert_int_equal(log_size(f->log), 5);
	fixture_close(f);
	fixture_open(f, LOG_WRITE);
	assert_int_equal(log_size(f->log), 8);
	struct digest now = root_of(f);
	assert_true(digest_eq(&root, &now));
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
	assert_int_equal(v.uncovered, 0);
}

/* The checkpoint cannot be written: the entries are in, the handle says so and stops, until it can. */
static void the_log_stops_without_a_checkpoint(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct buf b;
	uint64_t first = 77;
	buf_init(&b, LOG_MAX_ENTRY);
	fixture_path(f, "checkpoint.new", path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_done(log_sign(f->log, TEST_TYPE, STR("{}"), &b, &f->err));
	struct str envelope = buf_str(&b);
	assert_int_equal(log_append(f->log, &envelope, 1, NULL, &first, &f->err), ERR_SYSTEM);
	assert_words(f->err, "Is a directory; the 1 new entry is in");
	assert_int_equal(first, 77);
	assert_int_equal(log_size(f->log), 2);
	assert_true(log_stopped(f->log, &f->err));
	assert_words(f->err, "the 1 new entry is in");
	assert_int_equal(log_append(f->log, &envelope, 1, NULL, &first, &f->err), ERR_SYSTEM);
	assert_words(f->err, "nothing was added");
	assert_int_equal(log_size(f->log), 2);
	assert_int_equal(rmdir(path), 0); /* what was in the way is gone: this handle goes on */
	assert_done(log_append(f->log, &envelope, 1, NULL, &first, &f->err));
	assert_int_equal(first, 2);
	assert_false(log_stopped(f->log, &f->err));
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(log_append(f->log, &envelope, 1, NULL, &first, &f->err), ERR_SYSTEM);
	fixture_close(f);
	struct log *log;
	assert_int_equal(log_open(f->dir, LOG_WRITE, &log, &f->err), ERR_SYSTEM);
	assert_int_equal(rmdir(path), 0);
	fixture_open(f, LOG_WRITE); /* and so does the next one */
	assert_int_equal(log_size(f->log), 4);
	fixture_append(f, 4, 1);
	buf_done(&b);
}

/* As somebody who may only read; root, whom no mode hinders, becomes somebody else first. 0: reads, verifies, and is
 * told that it cannot write. */
static int read_as_another(struct fixture *f, const char *words)
{
	struct log *log;
	struct log_verdict v;
	struct err e = {0};
	if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
		return 10;
	int rc = log_open(f->dir, LOG_READ, &log, &e);
	if (words)
		return rc == ERR_SYSTEM && strstr(e.what, words) ? 0 : 11;
	if (rc < 0 || log_size(log) != 6)
		return 12;
	log_close(log);
	if (log_verify(f->dir, NULL, &v, &e) < 0)
		return 13;
	return log_open(f->dir, LOG_WRITE, &log, &e) == ERR_SYSTEM ? 0 : 14;
}

static void in_a_child(struct fixture *f, const char *words)
{
	static const char *const names[] = {"log.db", "log.db-wal", "checkpoint"};
	char path[128];
	int status;
	for (size_t i = 0; i < 3; i++) {
		fixture_path(f, names[i], path);
		(void)chmod(path, 0444);
	}
	assert_int_equal(chmod(f->root, 0755), 0);
	assert_int_equal(chmod(f->dir, 0555), 0);
	pid_t child = fork();
	if (child == 0)
		_exit(read_as_another(f, words));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(chmod(f->dir, 0755), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_read_only_copy(void **state)
{
	struct fixture *f = *state;
	fixture_append(f, 1, 5);
	fixture_close(f);
	in_a_child(f, NULL);
}

/* Copied from under a running server: the write-ahead log lies beside it, and must be worked in before anybody reads.
 */
static void a_read_only_copy_of_a_running_log(void **state)
{
	struct fixture *f = *state;
	char path[128];
	fixture_append(f, 1, 5);
	fixture_copy(f, "log.db-wal", "wal");
	fixture_copy(f, "log.db", "db");
	fixture_close(f);
	fixture_copy(f, "wal", "log.db-wal");
	fixture_copy(f, "db", "log.db");
	in_a_child(f, "was not closed");
	fixture_path(f, "log.db", path);
	assert_int_equal(chmod(path, 0644), 0);
	fixture_path(f, "log.db-wal", path);
	assert_int_equal(chmod(path, 0644), 0);
	fixture_open(f, LOG_READ); /* who may write repairs it by opening */
	assert_int_equal(log_size(f->log), 6);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(no_log_there),
		TEST(torn_directories),
		TEST(foreign_files),
		TEST(a_log_that_was_set_back),
		TEST(another_tree_under_the_same_key),
		TEST(keys_that_do_not_fit),
		TEST(one_writer),
		TEST(making_refuses),
		TEST(awkward_names),
		TEST(the_second_place_lags),
		TEST(entries_wait_for_their_checkpoint),
		TEST(the_log_stops_without_a_checkpoint),
		TEST(a_read_only_copy),
		TEST(a_read_only_copy_of_a_running_log),
	};
	return test_main(tests);
}
