/* SPDX-License-Identifier: Apache-2.0
 *
 * A server for test_crowd.py: "crowd CONNECTIONS IDLE_SECONDS WAITING". "/" is answered at once, "/big" with four million bytes, which must be
 * read at a million a second. "/long..." is answered in a lane of two threads and WAITING places, when it is let: each "g" on standard input lets one go,
 * "a" all from then on. "/seen" lists the long ones that were begun, in their order. Prints its port, and ends with its standard input: all
 * that have begun by then are let go.
 */
#include "http/http.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { SLOW = 1, BIG = 4000000 };

struct crowd {
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t change;
	unsigned begun, gone; /* long ones; the oldest goes first */
	struct buf seen;
	char *big;
};

static struct http_reply *text(int status, struct str s)
{
	static const struct http_header type = {"Content-Type", "text/plain"};
	struct buf b;
	buf_init(&b, BIG);
	buf_add(&b, s);
	return http_reply_new(status, &type, 1, NULL, &b);
}

static struct http_reply *seen(struct crowd *c)
{
	pthread_mutex_lock(&c->lock);
	struct http_reply *r = text(200, buf_str(&c->seen));
	pthread_mutex_unlock(&c->lock);
	return r;
}

static struct http_reply *answer(void *ctx, const struct http_request *rq, unsigned *ret_lane)
{
	struct crowd *c = ctx;
	char seconds[40];
	if (str_eq(rq->target, STR("/seen")))
		return seen(c);
	if (str_eq(rq->target, STR("/big")))
		return text(200, (struct str){c->big, BIG});
	if (!str_starts(rq->target, STR("/long")))
		return text(200, STR("at once"));
	if (rq->full) {
		snprintf(seconds, sizeof seconds, "%u", rq->seconds);
		return text(503, str_of(seconds));
	}
	if (rq->lane != SLOW) {
		*ret_lane = SLOW;
		return NULL;
	}
	pthread_mutex_lock(&c->lock);
	buf_addf(&c->seen, "%.*s ", STR_ARG(rq->target));
	for (unsigned mine = c->begun++; c->gone <= mine;)
		pthread_cond_wait(&c->change, &c->lock);
	pthread_mutex_unlock(&c->lock);
	return text(200, rq->target);
}

static void let_go(struct crowd *c, unsigned n)
{
	pthread_mutex_lock(&c->lock);
	c->gone += n;
	pthread_cond_broadcast(&c->change);
	pthread_mutex_unlock(&c->lock);
}

/* Not before the server has been told to stop. */
static void *let_rest_go(void *c)
{
	nanosleep(&(struct timespec){0, 500000000}, NULL);
	let_go(c, 10000);
	return NULL;
}

int main(int argc, char **argv)
{
	struct crowd c = {.lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER};
	struct http *h;
	struct err e;
	if (argc != 4 || !(c.big = calloc(1, BIG)))
		return 2;
	buf_init(&c.seen, 1 << 20);
	if (http_start(&(struct http_config){.address = "127.0.0.1", .answer = answer, .ctx = &c, .threads = 2, .connections = (unsigned)atoi(argv[1]),
			       .idle_seconds = (unsigned)atoi(argv[2]), .read_rate = 1000000,
			       .lane = {[SLOW] = {.threads = 2, .waiting = (unsigned)atoi(argv[3])}}},
		    &h, &e) < 0) {
		fprintf(stderr, "%s: %s\n", e.where, e.what);
		return 1;
	}
	printf("%u\n", http_port(h));
	fflush(stdout);
	for (int command; (command = getchar()) != EOF;)
		let_go(&c, command == 'a' ? 10000U : command == 'g');
	pthread_t last;
	if (pthread_create(&last, NULL, let_rest_go, &c) != 0)
		return 1;
	http_stop(h);
	pthread_join(last, NULL);
	buf_done(&c.seen);
	free(c.big);
	return 0;
}
