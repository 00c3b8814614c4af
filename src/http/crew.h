/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads for work that takes long (it waits for a disk, or for a processor): whoever hands it in goes on at once.
 *
 * Invariants: jobs are begun in the order in which they came, each by one thread; no more than `waiting` wait. What the giver wrote before,
 * the worker sees.
 */
#ifndef HTTP_CREW_H
#define HTTP_CREW_H

#include <stdbool.h>

struct crew;

struct crew_job { /* the giver's, until it is done */
	struct crew_job *next;
};

struct crew_config {
	unsigned threads; /* fewer than that is fine, if no more can be started */
	unsigned waiting; /* jobs that wait at most for a thread; 0: any number */
	bool gives_way;	  /* to every other thread that wants a processor */
	void (*work)(void *ctx, struct crew_job *job);
	void *ctx;
};

struct crew *crew_new(const struct crew_config *c); /* NULL: no thread could be started */
/* A place for one job; false: no more may wait. Whoever has one must use it. */
bool crew_claim(struct crew *c);
void crew_add(struct crew *c, struct crew_job *job); /* in the place that was claimed */
/* In how many seconds a job that came now would be begun, if jobs go on to take as long as lately; at least 1. */
unsigned crew_seconds(struct crew *c);
void crew_free(struct crew *c); /* when every job is done; nobody may add any more; NULL is fine */

#endif
