/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads for work that waits (for a disk, for others): whoever hands it in goes on at once.
 *
 * Invariants: jobs are begun in the order in which they came, each by one thread. What the giver wrote before, the worker sees.
 */
#ifndef WEB_CREW_H
#define WEB_CREW_H

struct crew;

struct crew_job { /* the giver's, until it is done */
	struct crew_job *next;
};

/* NULL: no thread could be started. Fewer than n is fine. */
struct crew *crew_new(unsigned n, void (*work)(void *ctx, struct crew_job *job), void *ctx);
void crew_add(struct crew *c, struct crew_job *job);
void crew_free(struct crew *c); /* when every job is done; nobody may add any more; NULL is fine */

#endif
