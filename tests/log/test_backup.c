/* SPDX-License-Identifier: Apache-2.0
 *
 * Backup and restore below the command: entries that no checkpoint covers yet, a verification that says no, archives whose
 * members are larger than the old form can say. The rest is in tests/cli/test_backup.py.
 */
#include "log/pack.h"
#include "tests/log/fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int verify(void *ctx, const char *dir, struct err *e)
{
	struct log_verdict v;
	int *told = ctx;
	return told ? err_set(e, *told, dir, "no") : log_verify(dir, NULL, &v, e);
}

struct names {
	char file[128], dir[128];
};

static struct names names_of(const struct fixture *f)
{
	struct names n;
	(void)snprintf(n.file, sizeof n.file, "%s/copy.tar", f->root);
	(void)snprintf(n.dir, sizeof n.dir, "%s/again", f->root);
	return n;
}

/* A writer that died between entries and checkpoint leaves entries that the next one signs: so does its restored backup. */
static void uncovered(void **state)
{
	struct fixture *f = *state;
	struct names n = names_of(f);
	struct log_restore how = {.verify = verify};
	struct log_copy made, back;
	struct digest root, again;
	char path[128];
	fixture_append(f, 1, 3);
	fixture_path(f, "checkpoint", path);
	struct buf older = fixture_file(path);
	fixture_append(f, 4, 2);
	log_root(f->log, &root);
	fixture_close(f);
	fixture_sql(f, "DELETE FROM checkpoint WHERE size = 6");
	fixture_write(path, buf_str(&older));
	assert_done(log_backup(f->dir, n.file, true, &made, &f->err));
	assert_int_equal(made.entries, 6);
	assert_int_equal(made.size, 4);
	assert_int_equal(made.uncovered, 2);
	assert_true(made.with_key);
	assert_done(log_restore(n.file, n.dir, &how, &back, &f->err));
	assert_memory_equal(&made.root, &back.root, sizeof made.root);
	assert_int_equal(back.uncovered, 2);
	struct log *log;
	assert_int_equal(log_open(n.dir, LOG_WRITE, &log, &f->err), ERR_REFUSED); /* it would sign them */
	assert_words(f->err, "second history");
	assert_done(log_open(n.dir, LOG_READ, &log, &f->err));
	assert_int_equal(log_size(log), 4);
	log_close(log);
	assert_done(log_confirm(n.dir, (struct str){NULL, 0}, &f->err));
	assert_int_equal(log_confirm(n.dir, (struct str){NULL, 0}, &f->err), ERR_ABSENT);
	assert_done(log_open(n.dir, LOG_WRITE, &f->log, &f->err));
	log_root(f->log, &again);
	assert_int_equal(log_size(f->log), 6);
	assert_memory_equal(&root, &again, sizeof root);
	buf_done(&older);
}

/* Whatever the caller's verification says ends it, with its code; no directory appears, also no half-made one. */
static void not_verified(void **state)
{
	struct fixture *f = *state;
	struct names n = names_of(f);
	struct log_copy made = {0};
	char half[140];
	int codes[] = {ERR_CORRUPT, ERR_REFUSED, ERR_SYSTEM};
	(void)snprintf(half, sizeof half, "%s.restoring", n.dir);
	assert_done(log_backup(f->dir, n.file, false, &made, &f->err));
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		struct log_restore how = {.verify = verify, .ctx = &codes[i]};
		struct log_copy back = {.entries = 77};
		assert_int_equal(log_restore(n.file, n.dir, &how, &back, &f->err), codes[i]);
		assert_int_equal(back.entries, 77);
		assert_int_not_equal(access(n.dir, F_OK), 0);
		assert_int_not_equal(access(half, F_OK), 0);
	}
}

/* 2^33 bytes and more have no place in eleven octal digits. */
static void large_members(void **state)
{
	struct fixture *f = *state;
	struct names n = names_of(f);
	struct pack_member m;
	const uint64_t sizes[] = {1, 511, 512, ((uint64_t)1 << 33) - 1, (uint64_t)1 << 33, ((uint64_t)1 << 40) + 5};
	struct rlimit before, little = {4096, RLIM_INFINITY};
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int from = open(n.dir, O_RDWR | O_CREAT | O_TRUNC, 0600), to = open(n.file, O_RDWR | O_CREAT | O_TRUNC, 0600);
		assert_true(from >= 0 && to >= 0);
		assert_int_equal(ftruncate(from, (off_t)sizes[i]), 0); /* sparse */
		void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0); /* the header is enough */
		int rc = pack_file(to, "copy", "large", from, &f->err);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
		signal(SIGXFSZ, old);
		assert_int_equal(rc, sizes[i] < 3000 ? 0 : ERR_SYSTEM);
		assert_int_equal(lseek(to, 0, SEEK_SET), 0);
		assert_int_equal(pack_next(to, "copy", &m, &f->err), 1);
		assert_int_equal(m.size, sizes[i]);
		assert_string_equal(m.name, "large");
		close(from);
		close(to);
		assert_int_equal(unlink(n.dir), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(uncovered, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(not_verified, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(large_members, fixture_setup, fixture_teardown),
	};
	return test_main(tests);
}
