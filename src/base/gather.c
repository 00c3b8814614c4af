/* SPDX-License-Identifier: Apache-2.0 */
#include "base/gather.h"

#include "base/arena.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

/* A thread inside gather_add, on its own stack. */
struct waiter {
	void *item;
	struct waiter *next;
	sem_t wake;
	bool lead; /* woken to lead, not because its item is in */
};

struct gather {
	struct gather_rule rule;
	pthread_mutex_t lock;
	pthread_cond_t enough; /* `n` has reached `expected` */
	struct waiter *first, **end;
	size_t n, expected; /* waiting now; to wait for */
	bool led;           /* somebody leads; whoever comes is woken */
	void **items;       /* of the commit that runs */
};

struct gather *gather_new(const struct gather_rule *rule)
{
	struct gather *g = zeroed(1, sizeof *g);
	pthread_condattr_t clock;
	g->rule = *rule;
	g->end = &g->first;
	g->items = zeroed(rule->most, sizeof *g->items);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC); /* a clock that is put right must not stretch the delay */
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->enough, &clock);
	pthread_condattr_destroy(&clock);
	return g;
}

void gather_free(struct gather *g)
{
	if (!g)
		return;
	pthread_cond_destroy(&g->enough);
	pthread_mutex_destroy(&g->lock);
	free(g->items);
	free(g);
}

static struct timespec from_now(uint32_t microseconds)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += microseconds / 1000000;
	t.tv_nsec += (long)(microseconds % 1000000) * 1000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static size_t at_most(const struct gather *g, size_t n)
{
	return n < g->rule.most ? n : g->rule.most;
}

/* Waits for the others, and takes those whose turn it is: the leader itself is the first of them. */
static struct waiter *take_turn(struct gather *g, size_t *ret_n)
{
	struct timespec until = from_now(g->rule.delay);
	int rc = 0;
	while (g->n < g->expected && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&g->enough, &g->lock, &until);
	struct waiter *taken = g->first, **end = &g->first;
	size_t n = at_most(g, g->n);
	for (size_t i = 0; i < n; i++) {
		g->items[i] = (*end)->item;
		end = &(*end)->next;
	}
	g->first = *end;
	g->n -= n;
	*end = NULL;
	if (!g->first)
		g->end = &g->first;
	*ret_n = n;
	return taken;
}

static void hand_over(struct gather *g, size_t served)
{
	g->expected = at_most(g, served + g->n);
	g->led = g->first != NULL;
	if (g->led) {
		g->first->lead = true;
		sem_post(&g->first->wake);
	}
}

static void lead(struct gather *g, const struct waiter *self)
{
	size_t n;
	pthread_mutex_lock(&g->lock);
	struct waiter *taken = take_turn(g, &n);
	pthread_mutex_unlock(&g->lock);
	g->rule.commit(g->rule.ctx, g->items, n);
	pthread_mutex_lock(&g->lock);
	hand_over(g, n);
	pthread_mutex_unlock(&g->lock);
	for (struct waiter *w = taken, *next; w; w = next) {
		next = w->next; /* a waiter that was woken is gone */
		if (w != self)
			sem_post(&w->wake);
	}
}

void gather_add(struct gather *g, void *item)
{
	struct waiter w = {.item = item};
	sem_init(&w.wake, 0, 0);
	pthread_mutex_lock(&g->lock);
	*g->end = &w;
	g->end = &w.next;
	g->n++;
	bool leads = !g->led;
	g->led = true;
	if (!leads && g->n == g->expected)
		pthread_cond_signal(&g->enough);
	pthread_mutex_unlock(&g->lock);
	if (!leads) {
		while (sem_wait(&w.wake) < 0 && errno == EINTR)
			;
		leads = w.lead;
	}
	if (leads)
		lead(g, &w);
	sem_destroy(&w.wake);
}
