/* SPDX-License-Identifier: Apache-2.0
 *
 * Failing disks and sudden deaths. At every single operation that changes the disk: it is full, it errs once, the power
 * goes. And a process that is killed at any moment. Afterwards the log is sound, holds all that was confirmed, and
 * goes on.
 */
#include "log/group.h"
#include "tests/log/faultdisk.h"
#include "tests/log/faultfiles.h"
#include "tests/log/fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BATCH = 3 };

static int append(struct fixture *f, size_t n)
{
	struct str v[BATCH];
	struct buf b[BATCH];
	char payload[3000];
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(payload, sizeof payload, "{\"n\":%llu,\"long\":\"%0*d\"}",
			(unsigned long long)(log_size(f->log) + i), (int)(i * 1200), 0);
		buf_init(&b[i], LOG_MAX_ENTRY);
		assert_done(log_sign(f->log, TEST_TYPE, str_of(payload), &b[i], &f->err));
		v[i] = buf_str(&b[i]);
	}
	f->err = (struct err){0};
	int rc = log_append(f->log, v, n, NULL, NULL, &f->err);
	for (size_t i = 0; i < n; i++)
		buf_done(&b[i]);
	return rc;
}

static uint64_t verified(struct fixture *f)
{
	struct log_verdict v;
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
	return v.entries;
}

static int setup(void **state)
{
	faultdisk_install();
	int rc = fixture_setup(state);
	struct fixture *f = *state;
	if (rc == 0)
		faultfiles_watch(f->dir);
	return rc;
}

static int teardown(void **state)
{
	uint64_t seed = 1;
	struct fixture *f = *state;
	fixture_close(f);
	faultdisk_restart(&seed);
	return fixture_teardown(state);
}

/* The error is told, the handle knows what it holds, and with the fault gone the work goes on: where only space was wanting
 * at once, with the checkpoint that is due first; after a sync that failed, when the log is opened again. */
static void fails_at_every_operation(struct fixture *f, enum fault_kind kind, const char *words)
{
	uint64_t at = 0, stopped = 0;
	for (bool reached = true; reached; at++) {
		uint64_t before = log_size(f->log);
		faultdisk_arm(kind, at);
		int rc = append(f, BATCH);
		reached = faultdisk_reached();
		faultdisk_disarm();
		uint64_t after = log_size(f->log);
		if (rc == 0) {
			assert_int_equal(after, before + BATCH);
		} else {
			assert_int_equal(rc, ERR_SYSTEM);
			if (!strstr(f->err.what, "Input/output error")) /* the system's words, for a small file */
				assert_words(f->err, words);
			assert_true(after == before || after == before + BATCH);
		}
		stopped += rc < 0 && after > before;
		assert_int_equal(log_stopped(f->log, &f->err), rc < 0);
		bool broken = rc < 0 && kind == FAULT_ONCE && faultdisk_met_sync();
		rc = append(f, 1); /* there is space again */
		assert_int_equal(rc, broken ? ERR_SYSTEM : 0);
		if (broken)
			assert_words(f->err, "the disk failed to keep");
		assert_int_equal(log_stopped(f->log, NULL), broken);
		assert_int_equal(log_size(f->log), broken ? after : after + 1);
		after = log_size(f->log);
		fixture_close(f);
		fixture_open(f, LOG_WRITE);
		assert_int_equal(log_size(f->log), after);
		assert_int_equal(verified(f), after);
	}
	print_message("# %llu operations failed, one after the other; %llu times the entries were durable already\n",
		(unsigned long long)at - 1, (unsigned long long)stopped);
	assert_true(at > 10 && stopped > 0);
}

static void a_full_disk(void **state)
{
	fails_at_every_operation(*state, FAULT_FULL, "disk is full");
}

static void a_disk_that_errs_once(void **state)
{
	fails_at_every_operation(*state, FAULT_ONCE, "disk I/O error");
}

/* A write that takes only a part, or is interrupted by a signal, is no error. */
static void writes_cut_short(void **state)
{
	struct fixture *f = *state;
	uint64_t places = 0;
	for (unsigned cut = 0; cut < 8; cut += 3) {
		bool reached = true;
		faultdisk_cut(cut);
		for (uint64_t at = 0; reached; at++, places++) {
			uint64_t before = log_size(f->log);
			faultdisk_arm(FAULT_SHORT, at);
			assert_int_equal(append(f, BATCH), 0);
			reached = faultdisk_reached();
			faultdisk_disarm();
			assert_int_equal(log_size(f->log), before + BATCH);
		}
	}
	assert_int_equal(verified(f), log_size(f->log));
	print_message("# %llu places\n", (unsigned long long)places);
	assert_true(places > 10);
}

/* The power goes at every operation; several times, as another part of the unsynced writes survives each time. */
static void the_power_goes(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = test_env("SEED", 1), rounds = 1 + test_env("N", 200) / 50, cuts = 0, kept = 0;
	for (uint64_t round = 0; round < rounds; round++) {
		bool reached = true;
		for (uint64_t at = 0; reached; at++) {
			uint64_t before = log_size(f->log);
			faultdisk_arm(FAULT_POWER, at);
			int rc = append(f, BATCH);
			reached = faultdisk_reached();
			faultdisk_arm(FAULT_POWER, 0); /* what was not reached before does not happen now */
			fixture_close(f);
			faultdisk_restart(&seed);
			fixture_open(f, LOG_WRITE);
			uint64_t after = log_size(f->log);
			if (rc == 0)
				assert_int_equal(after, before + BATCH);
			else
				assert_true(after == before || after == before + BATCH);
			assert_int_equal(verified(f), after);
			cuts++;
			kept += rc < 0 && after > before;
			assert_int_equal(append(f, 1), 0);
		}
	}
	print_message("# %llu power cuts; %llu times unconfirmed entries had reached the disk, and were signed on the "
		      "next start\n",
		(unsigned long long)cuts, (unsigned long long)kept);
}

/* The same while SQLite moves its write-ahead log into the database, on closing. */
static void the_power_goes_while_closing(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = test_env("SEED", 1), cuts = 0;
	bool reached = true;
	for (uint64_t at = 0; reached; at++, cuts++) {
		assert_int_equal(append(f, BATCH), 0);
		uint64_t size = log_size(f->log);
		faultdisk_arm(FAULT_POWER, at);
		fixture_close(f);
		reached = faultdisk_reached();
		faultdisk_restart(&seed);
		fixture_open(f, LOG_WRITE);
		assert_int_equal(log_size(f->log), size);
		assert_int_equal(verified(f), size);
	}
	assert_true(cuts > 3);
}

static void a_full_disk_while_making(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = test_env("SEED", 1), cuts = 0;
	struct log_genesis g = {.origin = STR("register.example/acts"), .type = TEST_TYPE, .payload = fixture_genesis};
	fixture_close(f);
	for (bool reached = true; reached; cuts++) {
		(void)snprintf(f->dir, sizeof f->dir, "%s/new%llu", f->root, (unsigned long long)cuts);
		faultdisk_arm(FAULT_FULL, cuts);
		int rc = log_create(f->dir, &g, &f->err);
		reached = faultdisk_reached();
		faultdisk_disarm();
		if (rc < 0) {
			assert_words(f->err, "disk is full");
			assert_int_equal(access(f->dir, F_OK), -1); /* as if it had not been tried */
			faultdisk_restart(&seed);
			assert_done(log_create(f->dir, &g, &f->err));
		}
		assert_int_equal(verified(f), 1);
	}
	assert_true(cuts > 10);
}

/* A process that appends and tells what is confirmed, until it is killed. */
static void work(struct fixture *f, int tell)
{
	struct err e;
	if (log_open(f->dir, LOG_WRITE, &f->log, &e) < 0)
		_exit(1);
	while (append(f, 1 + log_size(f->log) % BATCH) == 0) {
		uint64_t size = log_size(f->log);
		if (write(tell, &size, sizeof size) != sizeof size)
			_exit(2);
	}
	_exit(3);
}

static void a_process_is_killed(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = test_env("SEED", 1), n = test_env("N", 200) / 10, size = log_size(f->log);
	fixture_close(f);
	for (uint64_t i = 0; i < n; i++) {
		int fd[2], status;
		uint64_t told = size;
		assert_int_equal(pipe(fd), 0);
		pid_t child = fork();
		if (child == 0)
			work(f, fd[1]);
		close(fd[1]);
		usleep((useconds_t)(test_random(&seed) % 60000));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(fd[0], &told, sizeof told) == sizeof told)
			;
		close(fd[0]);
		fixture_open(f, LOG_WRITE);
		size = log_size(f->log);
		assert_true(size >= told && size <= told + BATCH);
		assert_int_equal(verified(f), size);
		fixture_close(f);
	}
	print_message("# %llu processes killed, %llu entries\n", (unsigned long long)n, (unsigned long long)size);
}

/* Many threads append through a group, each tells what is confirmed to it, until the process is killed. */
enum { BUSY = 16 };

struct confirmed {
	uint64_t number, index;
};

struct busy {
	struct log_group *group;
	struct fixture *f;
	uint64_t number; /* of the next act, different in every thread and process */
	int tell;
};

static void *busily(void *arg)
{
	struct busy *b = arg;
	for (;; b->number += BUSY) {
		struct confirmed c = {.number = b->number};
		struct buf envelope;
		struct err e;
		char payload[64];
		(void)snprintf(payload, sizeof payload, "{\"n\":%llu}", (unsigned long long)c.number);
		buf_init(&envelope, LOG_MAX_ENTRY);
		struct arena a = {0};
		struct dsse d = {.type = TEST_TYPE, .payload = str_of(payload)};
		struct ed25519_key key;
		uint8_t seed[ED25519_SEED];
		for (size_t i = 0; i < sizeof seed; i++)
			seed[i] = (uint8_t)i; /* the fixture's: the log itself is in the hands of the group */
		if (ed25519_key_make(&key, seed, &e) < 0 || dsse_sign(&d, &a, log_keyid(b->f->log), &key, &e) < 0 ||
			dsse_write(&d, &envelope, &e) < 0 || log_group_append(b->group, buf_str(&envelope), &c.index, &e) < 0 ||
			write(b->tell, &c, sizeof c) != sizeof c)
			_exit(4);
		buf_done(&envelope);
		arena_done(&a);
	}
	return NULL;
}

static void work_busily(struct fixture *f, uint64_t number, int tell)
{
	static struct busy b[BUSY];
	struct log_group *g;
	pthread_t id;
	struct err e;
	if (log_open(f->dir, LOG_WRITE, &f->log, &e) < 0 || log_group_new(f->log, &(struct log_group_how){.delay = 5}, &g, &e) < 0)
		_exit(1);
	for (size_t i = 0; i < BUSY; i++) {
		b[i] = (struct busy){.group = g, .f = f, .number = number + i, .tell = tell};
		if (pthread_create(&id, NULL, busily, &b[i]) != 0)
			_exit(2);
	}
	for (;;)
		pause();
}

/* Everything that was told is there, at its index. */
static void holds(struct fixture *f, const struct confirmed *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct log_entry entry;
		char payload[64];
		(void)snprintf(payload, sizeof payload, "{\"n\":%llu}", (unsigned long long)c[i].number);
		assert_done(log_read(f->log, c[i].index, &f->arena, &entry, &f->err));
		assert_true(str_eq(entry.dsse.payload, str_of(payload)));
	}
	arena_reset(&f->arena);
}

static void a_busy_process_is_killed(void **state)
{
	enum { MOST = 100000 };
	struct fixture *f = *state;
	struct confirmed *c = calloc(MOST, sizeof *c);
	uint64_t seed = test_env("SEED", 1), n = test_env("N", 200) / 20, told = 0;
	fixture_close(f);
	for (uint64_t i = 0; i < n; i++) {
		int fd[2], status;
		assert_int_equal(pipe(fd), 0);
		pid_t child = fork();
		if (child == 0)
			work_busily(f, (i + 1) * 1000000, fd[1]);
		close(fd[1]);
		/* At a random moment after the first was told, so that it is busy also on a slow machine. */
		size_t first = (size_t)told;
		assert_int_equal(read(fd[0], &c[told], sizeof *c), sizeof *c);
		told++;
		usleep((useconds_t)(test_random(&seed) % 40000));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (told < MOST && read(fd[0], &c[told], sizeof *c) == sizeof *c)
			told++;
		close(fd[0]);
		fixture_open(f, LOG_WRITE);
		assert_true(told > first);
		holds(f, c, (size_t)told);
		assert_done(log_each(f->log, 0, NULL, NULL, &f->err));
		uint64_t size = log_size(f->log);
		fixture_close(f);
		assert_int_equal(verified(f), size);
	}
	print_message("# %llu processes of %d threads killed, %llu entries confirmed\n", (unsigned long long)n, BUSY, (unsigned long long)told);
	assert_true(told > n);
	free(c);
}

/* The same while everything derived is made anew: the log is sound before, and after each of them. */
static void rebuilding(void **state)
{
	static const enum fault_kind kinds[] = {FAULT_FULL, FAULT_ONCE, FAULT_POWER};
	struct fixture *f = *state;
	uint64_t seed = test_env("SEED", 1), failed = 0;
	for (int i = 0; i < 20; i++)
		assert_int_equal(append(f, BATCH), 0);
	uint64_t size = log_size(f->log);
	fixture_close(f);
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		bool reached = true;
		for (uint64_t at = 0; reached; at++) {
			struct log_rebuilt v = {0};
			f->err = (struct err){0};
			faultdisk_arm(kinds[k], at);
			int rc = log_rebuild(f->dir, &(struct log_audit){0}, &v, &f->err);
			reached = faultdisk_reached();
			if (kinds[k] == FAULT_POWER)
				faultdisk_restart(&seed);
			faultdisk_disarm();
			assert_true(rc == 0 || rc == ERR_SYSTEM);
			assert_int_equal(v.entries, rc == 0 ? size : 0);
			assert_int_equal(verified(f), size);
			failed += rc < 0;
		}
	}
	print_message("# %llu operations failed\n", (unsigned long long)failed);
	assert_true(failed > 10);
	fixture_open(f, LOG_WRITE);
	assert_int_equal(append(f, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_full_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(a_disk_that_errs_once, setup, teardown),
		cmocka_unit_test_setup_teardown(writes_cut_short, setup, teardown),
		cmocka_unit_test_setup_teardown(the_power_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(the_power_goes_while_closing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_while_making, setup, teardown),
		cmocka_unit_test_setup_teardown(a_process_is_killed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_busy_process_is_killed, setup, teardown),
		cmocka_unit_test_setup_teardown(rebuilding, setup, teardown),
	};
	return test_main(tests);
}
