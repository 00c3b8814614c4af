/* SPDX-License-Identifier: Apache-2.0
 *
 * A server for test_post.py: says what body came. "/small" takes 1000 bytes, "/large" 30 million, all else none. Little patience:
 * two seconds of silence, four for a body. "/slow" takes half a second. With a number: so many threads answer what is posted. Prints its port, and ends with its standard input.
 */
#include "http/http.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { POSTS = 1 }; /* the lane of what is posted */

static size_t body_max(void *ctx, const struct http_request *rq)
{
	(void)ctx;
	return str_eq(rq->target, STR("/small")) || str_eq(rq->target, STR("/slow")) ? 1000 : str_eq(rq->target, STR("/large")) ? 30000000 : 0;
}

/* FNV-1a, as the test computes it of what it sent. */
static unsigned long long fnv(struct str s)
{
	unsigned long long h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}

static struct http_reply *answer(void *ctx, const struct http_request *rq, unsigned *ret_lane)
{
	static const struct http_header type = {"Content-Type", "text/plain"};
	static const char *const methods[] = {"GET", "HEAD", "POST", "OTHER"};
	struct buf b;
	if (rq->method == HTTP_POST && rq->lane == 0 && rq->body_state == HTTP_BODY_GOOD && body_max(ctx, rq)) {
		*ret_lane = POSTS;
		return NULL;
	}
	buf_init(&b, 1000);
	if (str_eq(rq->target, STR("/slow")))
		nanosleep(&(struct timespec){0, 500000000}, NULL);
	unsigned calls = atomic_fetch_add((atomic_uint *)ctx, 1) + 1;
	buf_addf(&b, "%s %zu %016llx %.*s %u\n", methods[rq->method], rq->body.n, fnv(rq->body),
		STR_ARG(rq->content_type), calls);
	return http_reply_new(rq->body_state ? (int)rq->body_state : 200, &type, 1, NULL, &b);
}

int main(int argc, char **argv)
{
	atomic_uint calls = 0;
	struct http *h;
	struct err e;
	if (http_start(&(struct http_config){.address = "127.0.0.1", .answer = answer, .body_max = body_max, .ctx = &calls, .threads = 2,
			       .idle_seconds = 2, .body_seconds = 4,
			       .lane = {[POSTS] = {.threads = argc > 1 ? (unsigned)atoi(argv[1]) : 0, .keeps = true}}},
		    &h, &e) < 0) {
		fprintf(stderr, "%s: %s\n", e.where, e.what);
		return 1;
	}
	printf("%u\n", http_port(h));
	fflush(stdout);
	while (getchar() != EOF)
		;
	http_stop(h);
	return 0;
}
