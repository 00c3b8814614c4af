/* SPDX-License-Identifier: Apache-2.0
 *
 * A witness whose disk fails, whose power goes at every operation, and that is killed in the middle of many requests.
 * Whatever it answered is remembered: no size that was cosigned ever goes back.
 */
#include "tests/log/faultdisk.h"
#include "tests/log/witnessed.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static int setup(void **state)
{
	faultdisk_install();
	return witnessed_setup(state);
}

static int teardown(void **state)
{
	uint64_t seed = 1;
	close_witness(*state);
	faultdisk_restart(&seed);
	return witnessed_teardown(state);
}

static uint64_t size_of(struct witnessed *f, int who)
{
	struct note_key log = f->key[who];
	struct checkpoint c;
	struct str note = held_checkpoint(f, who);
	if (note.n == 0)
		return 0;
	assert_done(checkpoint_open(note, &log, &c, &f->err));
	struct digest root = root_at(&f->tree, c.size);
	assert_true(digest_eq(&root, &c.root));
	return c.size;
}

/* One step of both logs, from what the witness says it holds. The sizes that were answered go to `told`. */
static bool step(struct witnessed *f, uint64_t told[2])
{
	bool all = true;
	for (int who = 0; who < 2; who++) {
		uint64_t old = size_of(f, who), size = old + 1 + (uint64_t)who;
		int status = grow(f, who, old, size);
		if (status == 200)
			told[who] = size;
		else if (status != 500)
			fail_msg("%d %s", status, f->answer.body);
		else
			assert_true(f->answer.failed.code != 0 && !strstr(f->answer.body, f->dir));
		all &= status == 200;
		/* A contradiction is refused, whatever the disk does. */
		uint64_t held = size_of(f, who);
		assert_true(held >= told[who]);
		if (held)
			assert_int_equal(send(f, request(f, held, held, signed_tree(f, who, held, 1))), 422);
	}
	return all;
}

static void again(struct witnessed *f)
{
	close_witness(f);
	open_witness(f);
}

static void disks_that_fail(void **state)
{
	struct witnessed *f = *state;
	uint64_t told[2] = {0}, failed = 0;
	static const enum fault_kind kinds[] = {FAULT_FULL, FAULT_ONCE};
	for (size_t k = 0; k < 2; k++) {
		bool reached = true;
		for (uint64_t at = 0; reached; at++) {
			faultdisk_arm(kinds[k], at);
			failed += !step(f, told);
			reached = faultdisk_reached();
			faultdisk_disarm();
			bool broken = kinds[k] == FAULT_ONCE && faultdisk_met_sync();
			if (broken) /* it cannot know what its disk holds, and waits to be started again */
				again(f);
			assert_true(step(f, told));
			again(f);
			for (int who = 0; who < 2; who++)
				assert_int_equal(size_of(f, who), told[who]);
			if (told[1] + 10 > TREE)
				break;
		}
	}
	print_message("# %llu steps failed\n", (unsigned long long)failed);
	assert_true(failed > 4);
}

static void the_power_goes(void **state)
{
	struct witnessed *f = *state;
	uint64_t told[2] = {0}, seed = test_env("SEED", 1), cuts = 0, more = 0;
	bool reached = true;
	for (uint64_t at = 0; reached || cuts < 40; at = reached ? at + 1 : 0) {
		faultdisk_arm(FAULT_POWER, at);
		(void)step(f, told);
		reached = faultdisk_reached();
		faultdisk_arm(FAULT_POWER, 0);
		close_witness(f);
		faultdisk_restart(&seed);
		open_witness(f);
		for (int who = 0; who < 2; who++) {
			uint64_t held = size_of(f, who);
			if (held < told[who])
				fail_msg("%llu was cosigned, and %llu is remembered", (unsigned long long)told[who], (unsigned long long)held);
			more += held > told[who];
			told[who] = held;
			if (held)
				assert_int_equal(grow(f, who, 0, held + 1), 409);
		}
		cuts++;
		if (told[1] + 10 > TREE)
			break;
	}
	print_message("# %llu power cuts; %llu times a tree was remembered whose cosignature was never told\n", (unsigned long long)cuts,
		(unsigned long long)more);
	assert_true(cuts > 20);
}

/* Killed ---- */

enum { THREADS = 6 };

struct told {
	uint64_t who, size;
};

struct runner {
	struct witnessed *f;
	struct str (*bodies)[TREE + 1][4];
	int who, pipe;
	pthread_t thread;
};

static void *run(void *arg)
{
	struct runner *r = arg;
	uint64_t size = 0;
	while (size < TREE) {
		struct witness_answer a;
		witness_add_checkpoint(r->f->w, r->bodies[r->who][size][1], NOW, &a);
		if (a.status == 200) {
			struct told t = {(uint64_t)r->who, ++size};
			if (write(r->pipe, &t, sizeof t) != sizeof t)
				_exit(3);
		} else if (a.status != 409 || !str_u64(str_slice(str_of(a.body), 0, strlen(a.body) - 1), &size)) {
			_exit(4);
		}
	}
	return NULL;
}

static void child(struct witnessed *f, struct str (*bodies)[TREE + 1][4], int to)
{
	struct runner r[THREADS];
	if (witness_open(f->dir, WITNESS_RUN, &f->w, &f->err) < 0)
		_exit(5);
	for (int i = 0; i < THREADS; i++) {
		r[i] = (struct runner){.f = f, .bodies = bodies, .who = i % 2, .pipe = to};
		if (pthread_create(&r[i].thread, NULL, run, &r[i]) != 0)
			_exit(6);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(r[i].thread, NULL);
}

static void killed(void **state)
{
	struct witnessed *f = *state;
	struct str(*bodies)[TREE + 1][4] = arena_alloc(&f->arena, 2 * sizeof *bodies);
	uint64_t told[2] = {0}, seed = test_env("SEED", 1), confirmed = 0, rounds = 0;
	for (int who = 0; who < 2; who++)
		for (uint64_t old = 0; old < TREE; old++)
			bodies[who][old][1] = request(f, old, old + 1, signed_tree(f, who, old + 1, 0));
	for (; (told[0] < TREE || told[1] < TREE) && rounds < 60; rounds++) {
		int ends[2], status;
		struct told t;
		assert_int_equal(pipe(ends), 0);
		close_witness(f);
		pid_t pid = fork();
		if (pid == 0) {
			close(ends[0]);
			child(f, bodies, ends[1]);
			_exit(0);
		}
		close(ends[1]);
		/* Killed a moment after so many answers, while more are on their way. */
		uint64_t live = 1 + test_random(&seed) % 30;
		for (uint64_t n = 0; read(ends[0], &t, sizeof t) == sizeof t; confirmed++) {
			assert_true(t.size <= TREE);
			told[t.who] = t.size > told[t.who] ? t.size : told[t.who];
			if (++n == live) {
				(void)usleep((useconds_t)(test_random(&seed) % 3000));
				assert_int_equal(kill(pid, SIGKILL), 0);
			}
		}
		close(ends[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFSIGNALED(status))
			assert_int_equal(WTERMSIG(status), SIGKILL);
		else
			assert_true(WEXITSTATUS(status) == 0 && told[0] == TREE && told[1] == TREE);
		open_witness(f);
		for (int who = 0; who < 2; who++) {
			uint64_t held = size_of(f, who);
			assert_true(held >= told[who]);
			told[who] = held;
			if (held > 1)
				assert_int_equal(grow(f, who, held - 1, held), 409);
		}
	}
	print_message("# killed %llu times, after %llu cosignatures\n", (unsigned long long)rounds, (unsigned long long)confirmed);
	assert_true(rounds > 10 && confirmed > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(killed, witnessed_setup, witnessed_teardown),
		cmocka_unit_test_setup_teardown(disks_that_fail, setup, teardown),
		cmocka_unit_test_setup_teardown(the_power_goes, setup, teardown),
	};
	return test_main(tests);
}
