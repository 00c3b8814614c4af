/* SPDX-License-Identifier: Apache-2.0
 *
 * The door by itself: a group that one act spoils, a group that the disk refuses, and readers beside whoever files. What the log answers
 * is made up here (the linker's --wrap), for no act that passes every check is known to spoil a group.
 */
#include "register/org.h"
#include "tests/register/fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { CROWD = 6, SPOILER = 3 };

static int fault; /* with which an append fails that has the spoiler in it; 0: it does not */
static size_t appends, largest, ids;

int __real_log_append_checked(struct log *log, struct log_checked *const *checked, size_t n, uint64_t *ret_first, struct err *e);
int __wrap_log_append_checked(struct log *log, struct log_checked *const *checked, size_t n, uint64_t *ret_first, struct err *e);

int __wrap_log_append_checked(struct log *log, struct log_checked *const *checked, size_t n, uint64_t *ret_first, struct err *e)
{
	appends++;
	largest = n > largest ? n : largest;
	for (size_t i = 0; i < n; i++) {
		struct arena a = {0};
		bool spoils = fault && strstr(arena_str(&a, checked[i]->entry.dsse.payload).p, "\"SPOILER\"");
		arena_done(&a);
		if (spoils)
			return err_set(e, fault, "entry", "made up");
	}
	return __real_log_append_checked(log, checked, n, ret_first, e);
}

struct sender {
	pthread_t thread;
	struct fix *f;
	struct buf envelope;
	int rc;
	uint64_t pos;
	struct err e;
};

static void *send(void *arg)
{
	struct sender *s = arg;
	s->rc = reg_submit(s->f->reg, &(struct act_in){.text = buf_str(&s->envelope)}, &s->pos, &s->e);
	return NULL;
}

/* All come while somebody holds the register: the first waits for it, the others for the first, and are one group. */
static void send_all(struct fix *f, struct sender *all)
{
	appends = largest = 0;
	reg_lock(f->reg);
	for (size_t i = 0; i < CROWD; i++) {
		struct arena a = {0};
		struct str act = arena_fmt(&a,
			"{\"register\":\"league.example/acts\",\"id\":\"door%d-%zu-%zu\",\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":{\"S\":\"%s\"}}", -fault, i, ids++,
			i == SPOILER ? "SPOILER" : arena_fmt(&a, "S%d%zu", -fault, i).p);
		all[i] = (struct sender){.f = f};
		buf_init(&all[i].envelope, LOG_MAX_ENTRY);
		assert_int_equal(log_sign(reg_log(f->reg), STR(REG_ACT_TYPE), act, &all[i].envelope, &f->e), 0);
		arena_done(&a);
		assert_int_equal(pthread_create(&all[i].thread, NULL, send, &all[i]), 0);
		(void)usleep(50000);
	}
	reg_unlock(f->reg);
	for (size_t i = 0; i < CROWD; i++) {
		pthread_join(all[i].thread, NULL);
		buf_done(&all[i].envelope);
	}
	if (largest != CROWD - 1)
		fail_msg("%zu came together; %s: %s", largest, all[0].e.where, all[0].e.what);
}

static void one_spoils_itself_alone(void **state)
{
	static const int codes[] = {ERR_INPUT, ERR_REFUSED, ERR_LIMIT};
	struct fix *f = *state;
	for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
		struct sender all[CROWD];
		uint64_t size = reg_size(f->reg);
		fault = codes[k];
		send_all(f, all);
		for (size_t i = 0; i < CROWD; i++)
			assert_int_equal(all[i].rc, i == SPOILER ? codes[k] : 0);
		assert_string_equal(all[SPOILER].e.what, "made up");
		assert_int_equal(reg_size(f->reg), size + CROWD - 1);
		for (size_t i = 0; i < CROWD; i++)
			assert_true(i == SPOILER || (all[i].pos >= size && all[i].pos < size + CROWD - 1));
		fault = 0;
		(void)fix_file(f, arena_fmt(&f->arena, "{\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":{\"S\":\"AFTER%zu\"}}", k).p);
	}
}

/* What stops everybody is not tried once more for each. */
static void what_stops_all_is_not_tried_again(void **state)
{
	static const int codes[] = {ERR_SYSTEM, ERR_CONFLICT, ERR_CORRUPT};
	struct fix *f = *state;
	for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
		struct sender all[CROWD];
		uint64_t size = reg_size(f->reg);
		fault = codes[k];
		send_all(f, all);
		for (size_t i = 0; i < CROWD; i++)
			assert_int_equal(all[i].rc, i ? codes[k] : 0);
		assert_int_equal(appends, 2);
		assert_int_equal(reg_size(f->reg), size + 1);
		fault = 0;
	}
}

static void *look(void *arg)
{
	struct fix *f = arg;
	struct arena a = {0};
	struct err why;
	assert_false(reg_stopped(f->reg, &why));
	assert_true(reg_checkpoint(f->reg, &a).n > 0);
	arena_done(&a);
	return NULL;
}

static void readers_do_not_wait_for_a_filing(void **state)
{
	enum { PATIENCE = 10 }; /* seconds */
	struct fix *f = *state;
	pthread_t thread;
	struct timespec until;
	reg_lock(f->reg);
	assert_int_equal(pthread_create(&thread, NULL, look, f), 0);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE;
	int rc = pthread_timedjoin_np(thread, NULL, &until);
	reg_unlock(f->reg);
	if (rc != 0)
		pthread_join(thread, NULL);
	assert_int_equal(rc, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_spoils_itself_alone, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(what_stops_all_is_not_tried_again, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(readers_do_not_wait_for_a_filing, fix_open, fix_close),
	};
	return test_main(tests);
}
