/* SPDX-License-Identifier: Apache-2.0
 *
 * The door of the room: starts and stops the site. What it shows comes from a route table and a source (frame.h). A
 * request becomes a question (visit.h), which is answered from the cache or by its handler, and what goes back is a reply (reply.h).
 *
 * Invariants: bad input gets a 4xx with a sentence, changes nothing and never reaches a handler; a complete answer is
 * cached with the log position it was made from, and served only while the source is at that position.
 *
 * What takes long is not made where everybody is served, but in a lane (http.h): a row of the table says so for what goes through much of
 * the record (`lane`), and the source for what rests on a past that must be worked out first (`ready`). In each lane LANE_THREADS answers are
 * made at once (those of a past at a lower priority than everything else), a bounded number waits in the order in which it came, and whoever
 * comes then is told when to come back (503). What is in the cache is given out at once, wherever it was made.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "web/cache.h"
#include "web/frame.h"

struct web_config {
	struct site site;     /* its words and strings must outlive the site */
	struct site_source source;
	const char *address;  /* numeric; NULL: 127.0.0.1 */
	uint16_t port;	      /* 0: any free one */
	unsigned threads, connections; /* 0: see http.h */
	unsigned posts; /* threads for what is posted, which may wait; 0: it is answered where everything is, and must not wait */
	size_t cache_bytes;   /* 0: 64 MiB */
};

enum { LANE_THREADS = 2, LANE_WORK_WAITING = 256, LANE_PAST_WAITING = 32 };

struct web;

int web_start(const struct web_config *c, struct web **ret, struct err *e); /* *c may go, but for what it says must stay; errors: those of http_start */
uint16_t web_port(const struct web *w); /* on which it listens */
struct cache_figures web_cache_count(struct web *w); /* since it was started */
void web_stop(struct web *w); /* lets answers under way finish; NULL is fine */

/* One request answered without a socket: what the server does for it. The caller owns the reference. */
struct http_reply *web_answer(struct web *w, const struct http_request *rq);
/* A page as a file of a publication. NULL: no such address, or one that is only answered when somebody asks. Else as web_answer. */
struct http_reply *web_written(struct web *w, struct str target, struct published *p);
/* Once published, the file at this address is not made again: what it says stays true. */
bool web_lasts(const struct web *w, struct str target);
/* What a server of files says when it refuses what it cannot answer. */
enum refusal {
	REFUSAL_UNPUBLISHED, /* 404: no file answers the address; p->server does */
	REFUSAL_AWAY,	     /* 503: that server is asked in the reader's stead, and cannot be reached */
	REFUSAL_REQUEST,     /* 400: an address or a header that cannot be read */
	REFUSAL_METHOD,	     /* 405 */
	REFUSAL_BODY,	     /* 413: longer than any address takes */
	REFUSAL_HEAD,	     /* 431: longer than HTTP_HEAD_MAX */
	REFUSAL_N,
};
struct http_reply *web_refusal(struct web *w, const struct tongue *t, enum refusal why, enum form f, struct published *p); /* f: HTML or JSON */
/* A site without a server, for web_answer: static publication, tests. web_stop frees it. */
int web_open(const struct web_config *c, struct web **ret, struct err *e);

#endif
