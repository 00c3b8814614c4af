/* SPDX-License-Identifier: Apache-2.0 */
#include "web/crew.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct crew {
	pthread_mutex_t lock; /* guards what follows, but `n` */
	pthread_cond_t come;
	struct crew_job *first, **last;
	bool over;
	void (*work)(void *ctx, struct crew_job *job);
	void *ctx;
	unsigned n;
	pthread_t threads[];
};

static void *serve(void *arg)
{
	struct crew *c = arg;
	pthread_mutex_lock(&c->lock);
	while (c->first || !c->over) {
		struct crew_job *job = c->first;
		if (!job) {
			pthread_cond_wait(&c->come, &c->lock);
			continue;
		}
		c->first = job->next;
		if (!c->first)
			c->last = &c->first;
		pthread_mutex_unlock(&c->lock);
		c->work(c->ctx, job);
		pthread_mutex_lock(&c->lock);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

struct crew *crew_new(unsigned n, void (*work)(void *ctx, struct crew_job *job), void *ctx)
{
	struct crew *c = calloc(1, sizeof *c + n * sizeof c->threads[0]);
	if (!c)
		return NULL;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->come, NULL);
	c->last = &c->first;
	c->work = work;
	c->ctx = ctx;
	while (c->n < n && pthread_create(&c->threads[c->n], NULL, serve, c) == 0)
		c->n++;
	if (c->n)
		return c;
	crew_free(c);
	return NULL;
}

void crew_add(struct crew *c, struct crew_job *job)
{
	job->next = NULL;
	pthread_mutex_lock(&c->lock);
	*c->last = job;
	c->last = &job->next;
	pthread_cond_signal(&c->come);
	pthread_mutex_unlock(&c->lock);
}

void crew_free(struct crew *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->over = true;
	pthread_cond_broadcast(&c->come);
	pthread_mutex_unlock(&c->lock);
	for (unsigned i = 0; i < c->n; i++)
		pthread_join(c->threads[i], NULL);
	pthread_cond_destroy(&c->come);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
