/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept of views, asked for by many threads at once: each made once, two at a time, a few kept; and the texts that
 * a search compares.
 */
#include "tests/register/fixture.h"

#include "web/locale.h"
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
	bool with_finder;
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
		struct finder *f = a->with_finder ? shelf_finder(a->shelf, al) : NULL;
		a->got[i] = f ? (const void *)f : al;
		pthread_barrier_wait(a->start); /* all hold theirs, so that equal addresses mean the same thing */
		finder_unref(f);
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

static void a_finder_is_made_once(void **state)
{
	struct shelves *s = *state;
	struct asker a[THREADS];
	for (size_t i = 0; i < THREADS; i++)
		a[i] = (struct asker){.known = 40, .step = 0, .n = 20, .with_finder = true};
	ask_together(a, s->shelf);
	for (size_t i = 0; i < THREADS; i++)
		for (size_t k = 0; k < a[i].n; k++)
			assert_ptr_equal(a[i].got[k], a[0].got[0]);
	assert_int_equal(shelf_count(s->shelf).finders, 1);
	assert_int_equal(shelf_count(s->shelf).almanacs, 1);
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
	struct finder *f = shelf_finder(s->shelf, held);
	for (uint64_t k = 20; k < 20 + SHELF_PLACES - 1; k++)
		assert_int_equal(made_for(s, k), 1);
	assert_int_equal(made_for(s, 10), 0); /* used: now the newest */
	assert_int_equal(made_for(s, 30), 1); /* takes the place of 20 */
	assert_int_equal(made_for(s, 10), 0);
	assert_int_equal(made_for(s, 20), 1);
	for (uint64_t k = 40; k < 40 + SHELF_PLACES; k++)
		assert_int_equal(made_for(s, k), 1);
	assert_int_equal(made_for(s, 10), 1);
	/* what was given out lives on, and a finder of it is made though its place is gone */
	assert_ptr_equal(f->al, held);
	finder_unref(f);
	f = shelf_finder(s->shelf, held);
	assert_int_equal(shelf_count(s->shelf).finders, 2);
	almanac_unref(held);
	assert_int_equal(f->nthings, 10); /* each entry up to 10 introduced one */
	finder_unref(f);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static bool found(struct shelves *s, const struct findable *f, const char *a, const char *b)
{
	struct str words[2] = {fold_case(str_of(a), &s->f->arena), fold_case(str_of(b), &s->f->arena)};
	return findable_has(f, words, b[0] ? 2 : 1);
}

static void texts_are_found_without_case(void **state)
{
	struct shelves *s = *state;
	uint64_t pos = fix_file(s->f, "{\"kind\":\"state_listed\",\"date\":\"2002-01-01\",\"args\":{\"S\":\"TR\"},\"title\":{\"en\":\"Türkiye\","
				      "\"fr\":\"La Turquie\"},\"text\":{\"fr\":\"Un État de plus\"}" SOURCES "}");
	struct almanac *al = almanac_at(s, pos);
	struct finder *f = shelf_finder(s->shelf, al);
	const struct findable *act = &f->act[0], *thing = &f->thing[f->nthings - 1], *party = NULL;
	assert_int_equal(al->acts.v[0]->pos, pos);
	assert_true(str_eq(syms_str(record_syms(view_record(al->view)), f->things[f->nthings - 1]->name), STR("TR")));
	assert_true(found(s, act, "TÜRKIYE", "") && found(s, act, "état", "PLUS"));
	assert_false(found(s, act, "turquie", "plus")); /* both are there, but in no one text */
	assert_false(found(s, act, "TR", ""));
	assert_true(found(s, thing, "tr", "") && found(s, thing, "turquie", "la") && found(s, thing, "türk", ""));
	assert_false(findable_has(thing, NULL, 0));
	for (size_t i = 0; i < al->nparties; i++)
		if (al->parties[i].entity == f->things[f->nthings - 1])
			party = &f->party[i];
	assert_non_null(party);
	assert_true(findable_is(party, STR("tr")) && findable_is(party, fold_case(STR("TÜRKIYE"), &s->f->arena)));
	assert_false(findable_is(party, STR("turquie"))); /* the name that the page shows */
	bool in_article = false;
	for (size_t i = 0; i < record_rulebook(view_record(al->view))->articles.n; i++)
		in_article = in_article || found(s, &f->article[i], "MAY", "leave,");
	assert_true(in_article);
	finder_unref(f);
	almanac_unref(al);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_shelf, close_shelf)
	const struct CMUnitTest tests[] = {
		TEST(the_same_is_made_once),
		TEST(two_are_made_at_once),
		TEST(a_finder_is_made_once),
		TEST(what_does_not_exist_holds_nobody_up),
		TEST(a_few_are_kept),
		TEST(texts_are_found_without_case),
	};
	return test_main(tests);
}
