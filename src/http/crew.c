/* SPDX-License-Identifier: Apache-2.0 */
#include "http/crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { GIVES_WAY = 5 }; /* nice(2): where processors are short, a third of what a thread gets that does not */

struct crew {
	struct crew_config config;
	pthread_mutex_t lock; /* guards what follows, but `n` */
	pthread_cond_t come;
	struct crew_job *first, **last;
	unsigned held; /* places: claimed, waiting or being worked on */
	double took; /* seconds: of the jobs lately, each a quarter of what is said */
	bool over;
	unsigned n;
	pthread_t threads[];
};

static double seconds_now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void do_job(struct crew *c, struct crew_job *job)
{
	pthread_mutex_unlock(&c->lock);
	double began = seconds_now();
	c->config.work(c->config.ctx, job);
	double took = seconds_now() - began;
	pthread_mutex_lock(&c->lock);
	c->took += (took - c->took) / 4;
	c->held--;
}

static void *serve(void *arg)
{
	struct crew *c = arg;
	if (c->config.gives_way && nice(GIVES_WAY) == -1) { /* of this thread alone, on Linux; if it may not, it does not */
	}
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
		do_job(c, job);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

struct crew *crew_new(const struct crew_config *config)
{
	struct crew *c = calloc(1, sizeof *c + config->threads * sizeof c->threads[0]);
	if (!c)
		return NULL;
	c->config = *config;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->come, NULL);
	c->last = &c->first;
	while (c->n < config->threads && pthread_create(&c->threads[c->n], NULL, serve, c) == 0)
		c->n++;
	if (c->n)
		return c;
	crew_free(c);
	return NULL;
}

bool crew_claim(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	bool room = !c->config.waiting || c->held < c->n + c->config.waiting;
	c->held += room;
	pthread_mutex_unlock(&c->lock);
	return room;
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

unsigned crew_seconds(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	double s = c->took * c->held / c->n;
	pthread_mutex_unlock(&c->lock);
	return s < 1 ? 1 : s > 3600 ? 3600 : (unsigned)s + 1;
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
