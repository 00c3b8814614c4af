/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept of views, asked for by many threads at once: each made once, two at a time, a few kept.
 */
#include "tests/register/fixture.h"

#include "web/shelf.h"

#include <pthread.h>

enum { THREADS = 8, MORE_ACTS = 60 };

struct shelves {
	struct fix *f;
	struct shelf *shelf;
};

static int open_shelf(void **state)
{
	struct shelves *s = calloc(1, sizeof *s);
	void *fix = NULL;
	char act[200];
	assert_non_null(s);
	fix_open(&fix);
	s->f = fix;
	for (int i = 0; i < MORE_ACTS; i++) {
		snprintf(act, sizeof act, "{\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":{\"S\":\"S-%02d\"}" SOURCES "}", i);
		fix_file(s->f, act);
	}
	assert_non_null(s->shelf = shelf_new(s->f->reg));
	*state = s;
	return 0;
}

static int close_shelf(void **state)
{
	struct shelves *s = *state;
	void *fix = s->f;
	shelf_free(s->shelf);
	fix_close(&fix);
	free(s);
	return 0;
}

/* ---- many at once ------------------------------------------------------------------------------------------------ */

struct asker {
	struct shelf *shelf;
	pthread_barrier_t *start;
	uint64_t known;		 /* of the first almanac it asks for */
	uint64_t step;		 /* to the next one */
	size_t n;		 /* how many */
	int failed;		 /* how many were refused */
	const void *got[MORE_ACTS]; /* addresses, for comparing */
};

static void *ask_for_some(void *arg)
{
	struct asker *a = arg;
	struct err e;
	for (size_t i = 0; i < a->n; i++) {
		struct almanac *al;
		pthread_barrier_wait(a->start);
		if (shelf_almanac(a->shelf, a->known + i * a->step, &tongues[0], &al, &e) < 0) {
			a->failed++;
			continue;
		}
		a->got[i] = al;
		pthread_barrier_wait(a->start); /* all hold theirs, so that equal addresses mean the same thing */
		almanac_unref(al);
	}
	return NULL;
}

/* All of them begin each of their questions at the same moment. */
static void ask_together(struct asker *a, struct shelf *shelf)
{
	pthread_t t[THREADS];
	pthread_barrier_t start;
	assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
	for (size_t i = 0; i < THREADS; i++) {
		a[i].shelf = shelf;
		a[i].start = &start;
		assert_int_equal(pthread_create(&t[i], NULL, ask_for_some, &a[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	pthread_barrier_destroy(&start);
}

static void the_same_is_made_once(void **state)
{
	struct shelves *s = *state;
	struct asker a[THREADS];
	for (size_t i = 0; i < THREADS; i++)
		a[i] = (struct asker){.known = 10, .step = 1, .n = 50};
	ask_together(a, s->shelf);
	for (size_t i = 1; i < THREADS; i++)
		for (size_t k = 0; k < a[i].n; k++)
			assert_ptr_equal(a[i].got[k], a[0].got[k]);
	assert_int_equal(shelf_count(s->shelf).almanacs, 50);
	assert_int_equal(shelf_count(s->shelf).making, 0);
}

static void two_are_made_at_once(void **state)
{
	struct shelves *s = *state;
	struct asker a[THREADS];
	for (size_t i = 0; i < THREADS; i++)
		a[i] = (struct asker){.known = 10 + i, .step = THREADS, .n = 6};
	ask_together(a, s->shelf);
	struct shelf_figures f = shelf_count(s->shelf);
	assert_int_equal(f.almanacs, THREADS * 6);
	assert_in_range(f.most, 1, 2);
	assert_int_equal(f.making, 0);
}

static void what_does_not_exist_holds_nobody_up(void **state)
{
	struct shelves *s = *state;
	struct asker a[THREADS];
	for (size_t i = 0; i < THREADS; i++)
		a[i] = (struct asker){.known = 100000, .step = 0, .n = 5};
	ask_together(a, s->shelf);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(a[i].failed, 5);
	assert_int_equal(shelf_count(s->shelf).almanacs, 0);
	assert_int_equal(shelf_count(s->shelf).making, 0);
}

/* ---- one after the other ----------------------------------------------------------------------------------------- */

static struct almanac *almanac_at(struct shelves *s, uint64_t known)
{
	struct almanac *al;
	assert_int_equal(shelf_almanac(s->shelf, known, &tongues[0], &al, &s->f->e), 0);
	assert_int_equal(view_known(al->view), known);
	return al;
}

static uint64_t made_for(struct shelves *s, uint64_t known)
{
	uint64_t before = shelf_count(s->shelf).almanacs;
	almanac_unref(almanac_at(s, known));
	return shelf_count(s->shelf).almanacs - before;
}

static void a_few_are_kept(void **state)
{
	struct shelves *s = *state;
	struct almanac *held = almanac_at(s, 10);
	for (uint64_t k = 20; k < 20 + SHELF_PLACES - 1; k++)
		assert_int_equal(made_for(s, k), 1);
	assert_int_equal(made_for(s, 10), 0); /* used: now the newest */
	assert_int_equal(made_for(s, 30), 1); /* takes the place of 20 */
	assert_int_equal(made_for(s, 10), 0);
	assert_int_equal(made_for(s, 20), 1);
	for (uint64_t k = 40; k < 40 + SHELF_PLACES; k++)
		assert_int_equal(made_for(s, k), 1);
	assert_int_equal(made_for(s, 10), 1);
	/* what was given out lives on */
	assert_int_equal(view_known(held->view), 10);
	almanac_unref(held);
}

/* What every page of today rests on stays, however many pasts are asked for. */
static void what_is_known_now_stays(void **state)
{
	struct shelves *s = *state;
	uint64_t now = reg_size(s->f->reg) - 1;
	assert_int_equal(made_for(s, now), 1);
	assert_false(shelf_has(s->shelf, 10, &tongues[0]));
	for (uint64_t k = 10; k < 10 + 3 * SHELF_PLACES; k++)
		assert_int_equal(made_for(s, k), 1);
	assert_true(shelf_has(s->shelf, now, &tongues[0]));
	assert_int_equal(made_for(s, now), 0);
	assert_true(shelf_has(s->shelf, 10 + 3 * SHELF_PLACES - 1, &tongues[0]));
	assert_false(shelf_has(s->shelf, 10, &tongues[0]));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_shelf, close_shelf)
	const struct CMUnitTest tests[] = {
		TEST(the_same_is_made_once),
		TEST(two_are_made_at_once),
		TEST(what_does_not_exist_holds_nobody_up),
		TEST(a_few_are_kept),
		TEST(what_is_known_now_stays),
	};
	return test_main(tests);
}
