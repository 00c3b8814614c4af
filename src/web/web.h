/* SPDX-License-Identifier: Apache-2.0
 *
 * The door of the room: starts and stops the site. What it shows comes from a route table and a source (frame.h); what
 * this file adds is the way from a request to a handler and back: checks, negotiation, the cache, errors that help.
 *
 * Invariants: bad input gets a 4xx with a sentence, changes nothing and never reaches a handler; a complete answer is
 * cached with the log position it was made from, and served only while the source is at that position.
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
	unsigned threads, connections, workers; /* 0: see http.h */
	size_t cache_bytes;   /* 0: 64 MiB */
};

struct web;

int web_start(const struct web_config *c, struct web **ret, struct err *e);
uint16_t web_port(const struct web *w);
struct cache_figures web_cache_count(struct web *w);
void web_stop(struct web *w); /* lets answers under way finish; NULL is fine */

/* One request answered without a socket: what the server does for it. The caller owns the reference. */
struct http_reply *web_answer(struct web *w, const struct http_request *rq);
/* A site without a server, for web_answer: static publication, tests. web_stop frees it. */
int web_open(const struct web_config *c, struct web **ret, struct err *e);

#endif
