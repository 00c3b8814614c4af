/* SPDX-License-Identifier: Apache-2.0
 *
 * Many threads, one commit: nothing lost, nothing twice, in order, never two commits at once, never longer than the
 * delay.
 */
#include "base/gather.h"
#include "tests/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 32, EACH = 200 };

struct work {
	struct gather *g;
	atomic_int inside; /* commits that run */
	unsigned commits, largest, overlaps;
	uint64_t next;        /* number of the next item */
	useconds_t takes;     /* of a commit */
	pthread_mutex_t gate; /* held: the commit waits */
};

struct item {
	uint64_t number;
	unsigned times;
};

static void commit(void *ctx, void *const *items, size_t n)
{
	struct work *w = ctx;
	w->overlaps += atomic_fetch_add(&w->inside, 1) != 0;
	pthread_mutex_lock(&w->gate);
	for (size_t i = 0; i < n; i++) {
		struct item *it = items[i];
		it->number = w->next++;
		it->times++;
	}
	w->commits++;
	w->largest = n > w->largest ? (unsigned)n : w->largest;
	pthread_mutex_unlock(&w->gate);
	if (w->takes)
		usleep(w->takes);
	atomic_fetch_sub(&w->inside, 1);
}

static void start(struct work *w, uint32_t delay, size_t most, useconds_t takes)
{
	*w = (struct work){.takes = takes};
	pthread_mutex_init(&w->gate, NULL);
	w->g = gather_new(&(struct gather_rule){.delay = delay, .most = most, .commit = commit, .ctx = w});
}

static void end(struct work *w)
{
	gather_free(w->g);
	pthread_mutex_destroy(&w->gate);
}

static double milliseconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Alone, nobody is waited for; and a wait for those who do not come ends. */
static void who_comes_alone(void **state)
{
	(void)state;
	struct work w;
	start(&w, 5000000, 10, 0);
	double before = milliseconds();
	for (int i = 0; i < 100; i++) {
		struct item it = {0};
		gather_add(w.g, &it);
		assert_true(it.times == 1 && it.number == (uint64_t)i);
	}
	assert_true(w.commits == 100 && w.largest == 1);
	assert_true(milliseconds() - before < 4000);
	end(&w);
}

struct thread {
	struct work *w;
	uint64_t last; /* number of its last item, and one more */
	bool good;
};

static void *many(void *arg)
{
	struct thread *t = arg;
	t->good = true;
	for (int i = 0; i < EACH; i++) {
		struct item it = {0};
		gather_add(t->w->g, &it);
		t->good &= it.times == 1 && it.number + 1 > t->last;
		t->last = it.number + 1;
	}
	return NULL;
}

static void all_at_once(uint32_t delay, size_t most, useconds_t takes)
{
	struct work w;
	pthread_t id[THREADS];
	struct thread t[THREADS] = {0};
	start(&w, delay, most, takes);
	for (int i = 0; i < THREADS; i++) {
		t[i].w = &w;
		assert_int_equal(pthread_create(&id[i], NULL, many, &t[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(id[i], NULL), 0);
		assert_true(t[i].good);
	}
	assert_int_equal(w.next, THREADS * EACH);
	assert_int_equal(w.overlaps, 0);
	assert_true(w.largest <= most);
	print_message("# delay %u us, at most %zu: %d items in %u commits, the largest of %u\n", delay, most,
		THREADS * EACH, w.commits, w.largest);
	if (takes && most >= THREADS) /* otherwise it is no group commit */
		assert_true(w.commits < THREADS * EACH / 4);
	end(&w);
}

static void many_threads(void **state)
{
	(void)state;
	all_at_once(2000, THREADS, 200);
	all_at_once(2000, 1000, 200);
	all_at_once(0, 1000, 200);
	all_at_once(2000, 3, 0);
	all_at_once(2000, 1, 0);
	all_at_once(0, 7, 0);
}

struct one {
	struct work *w;
	struct item it;
	double took;
};

static void *one(void *arg)
{
	struct one *o = arg;
	double before = milliseconds();
	gather_add(o->w->g, &o->it);
	o->took = milliseconds() - before;
	return NULL;
}

/* While a commit runs others come; they are in the next one together. After it as many are expected again, in vain:
 * whoever comes waits for the delay, and then not again. */
static void the_delay_is_the_most(void **state)
{
	(void)state;
	struct work w;
	struct one o[5] = {0}, late[2] = {0};
	pthread_t id[5];
	start(&w, 100000, 1000, 0);
	pthread_mutex_lock(&w.gate);
	for (size_t i = 0; i < 5; i++) {
		o[i].w = &w;
		pthread_create(&id[i], NULL, one, &o[i]);
		while (i == 0 && atomic_load(&w.inside) == 0)
			usleep(100);
	}
	usleep(50000);
	pthread_mutex_unlock(&w.gate);
	for (size_t i = 0; i < 5; i++)
		pthread_join(id[i], NULL);
	assert_true(w.next == 5 && w.commits < 5 && w.commits >= 2);
	for (size_t i = 0; i < 2; i++) {
		late[i].w = &w;
		(void)one(&late[i]);
	}
	assert_true(late[0].took > 90);
	assert_true(late[1].took < late[0].took && late[1].it.number == 6);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_comes_alone),
		cmocka_unit_test(many_threads),
		cmocka_unit_test(the_delay_is_the_most),
	};
	return test_main(tests);
}
