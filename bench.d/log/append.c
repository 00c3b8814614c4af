/* SPDX-License-Identifier: Apache-2.0
 *
 * 64 threads append acts that were signed before, each waiting for its own to be under a durable, signed, published
 * checkpoint.
 */
#include "acts.h"

#include <pthread.h>
#include <stdlib.h>

struct work {
	struct log_group *group;
	const struct str *acts;
	double *took; /* seconds, one for each act */
	size_t from, n;
	pthread_t id;
};

static void *append_some(void *arg)
{
	const struct work *w = arg;
	for (size_t i = w->from; i < w->n; i += SIGNERS) {
		struct err e;
		double began = seconds();
		if (log_group_append(w->group, w->acts[i], NULL, &e) < 0)
			fail(&e);
		w->took[i] = seconds() - began;
	}
	return NULL;
}

static void run_threads(struct log_group *g, const struct str *acts, double *took, size_t n)
{
	static struct work w[SIGNERS];
	for (size_t i = 0; i < SIGNERS; i++) {
		w[i] = (struct work){.group = g, .acts = acts, .took = took, .from = i, .n = n};
		pthread_create(&w[i].id, NULL, append_some, &w[i]);
	}
	for (size_t i = 0; i < SIGNERS; i++)
		pthread_join(w[i].id, NULL);
}

int run_append(const char *dir, uint64_t acts, uint32_t delay)
{
	static struct signers s;
	struct str *v = zeroed(acts, sizeof *v);
	double *took = zeroed(acts, sizeof *took);
	struct arena a = {0};
	struct buf one;
	struct err e;
	signers_make(&s);
	buf_init(&one, LOG_MAX_ENTRY);
	for (uint64_t i = 0; i < acts; i++) {
		buf_clear(&one);
		act_sign(&s, i, &one);
		v[i] = arena_str(&a, buf_str(&one));
	}
	make_log(dir);
	struct log *log = open_log(dir, LOG_WRITE);
	struct log_group *g;
	if (log_group_new(log, &(struct log_group_how){.delay = delay, .keys = signers_keys(&s)}, &g, &e) < 0)
		fail(&e);
	double began = seconds(), spent = seconds_spent();
	run_threads(g, v, took, acts);
	printf("wall %.6f\nspent %.6f\nenvelope %zu\n", seconds() - began, seconds_spent() - spent, v[0].n);
	print_quantiles("call", took, acts);
	log_group_free(g);
	log_close(log);
	arena_done(&a);
	buf_done(&one);
	free(v);
	free(took);
	return 0;
}
