/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP/1.1. The only file that knows the HTTP library (libmicrohttpd) is http.c; everybody else sees a request, a reply
 * and one function from the one to the other, which runs in several threads at once.
 *
 * Invariants: a reply is complete, constant and counted; the same one may be sent many times and by many threads without
 * copying its body. Every reply carries the security headers. HEAD and If-None-Match are answered here, from the reply
 * to the GET. What the library refuses before it calls us (malformed request lines, headers beyond the limit) keeps
 * the library's own words.
 */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include "base/err.h"

enum {
	HTTP_HEADERS_MAX = 16 << 10, /* request line and headers of one request, and the headers of its reply */
	HTTP_IDLE_SECONDS = 30,
	HTTP_STOP_SECONDS = 5, /* how long a stop waits for replies under way */
};

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_OTHER };

struct http_request {
	enum http_method method;
	struct str target; /* as sent, undecoded; longer than TARGET_MAX only by its length: then the bytes are missing */
	struct str host, accept, accept_language, if_none_match; /* empty when absent */
	bool has_body;
};

struct http_header {
	const char *name, *value;
};

struct http_reply;

/* Makes a reply with one reference. The body is taken over (and *body emptied); headers are copied. With an etag (quoted,
 * RFC 9110 8.8.3), a matching If-None-Match is answered 304. NULL when memory is short; the body is then freed. */
struct http_reply *http_reply_new(int status, const struct http_header *h, size_t n, const char *etag, struct buf *body);
/* The same for bytes that outlive the server. */
struct http_reply *http_reply_static(
	int status, const struct http_header *h, size_t n, const char *etag, struct str body);
struct http_reply *http_reply_ref(struct http_reply *r);
void http_reply_unref(struct http_reply *r);
size_t http_reply_bytes(const struct http_reply *r); /* of the body */
int http_reply_status(const struct http_reply *r);
struct str http_reply_body(const struct http_reply *r);

/* Returns a reference to a reply, which the server gives back; NULL closes the connection. */
typedef struct http_reply *http_answer(void *ctx, const struct http_request *rq);

struct http_config {
	const char *address; /* numeric, "127.0.0.1" or "::1" */
	uint16_t port;	     /* 0: any free one */
	unsigned threads;    /* 0: one for each processor */
	unsigned connections; /* at most; 0: 1000 */
	http_answer *answer;
	void *ctx;
};

struct http;

int http_start(const struct http_config *c, struct http **ret, struct err *e);
uint16_t http_port(const struct http *h);
/* Takes no new connection, lets replies under way finish (at most HTTP_STOP_SECONDS), frees everything. NULL is fine. */
void http_stop(struct http *h);

bool http_etag_matches(struct str if_none_match, struct str etag); /* RFC 9110 13.1.2, weak comparison */

#endif
