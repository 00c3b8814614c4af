/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP/1.1. The only file that knows the HTTP library (libmicrohttpd) is http.c; everybody else sees a request, a reply
 * and one function from the one to the other, which runs in several threads at once.
 *
 * Invariants: a reply is complete, constant and counted; the same one may be sent many times and by many threads without
 * copying its body. Every reply carries the security headers; one that brings one of them itself, as a content
 * security policy (HTTP_POLICY) of its own, is sent with that instead of the usual one. HEAD and If-None-Match are answered here, from the reply
 * to the GET. The body of a POST is there as a whole before it is answered, and has a maximum in bytes and in time.
 *
 * Every part of a connection has an end in time that no progress moves: the head of a request, its body, the reading of the reply (gate.h).
 * An answer is made in the library's own threads, where nothing may wait, unless it asks for a lane: a few threads with a bounded queue.
 *
 * What is wrong with the head of a request is found here and refused by whoever answers. Only what the library cannot take in at all keeps
 * the library's own few words: a request line that is none, a line without a colon, a head beyond twice HTTP_HEAD_MAX, a version that is not
 * HTTP/1, a Content-Length that is no number, a broken chunk.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/err.h"

enum {
	HTTP_HEAD_MAX = 16 << 10, /* bytes of the request line and headers of one request */
	HTTP_FIELDS_MAX = 100, /* headers of one request */
	HTTP_IDLE_SECONDS = 30, /* after a connection has begun or a reply has ended, the whole head of the next request is there */
	HTTP_READ_RATE = 4096, /* bytes a second of a reply that are read at least, after the first HTTP_IDLE_SECONDS */
	HTTP_CONNECTIONS = 4096, /* at once, unless the caller says otherwise */
	HTTP_HOT_FILES = 128, /* bodies at most that are sent again and again, and held once more as files */
	HTTP_LANES = 4,
	HTTP_STOP_SECONDS = 5, /* how long a stop waits for replies under way */
	HTTP_BODY_SECONDS = 120, /* within which the body of a POST has come, however steadily it drips */
	HTTP_BODIES_MAX = 64 << 20, /* bytes of bodies that are being sent to us, all together */
	HTTP_DROP_MAX = 1 << 20, /* bytes beyond a maximum that are still read, so that the refusal can be read too */
};

/* Open sockets at most: a connection that is cut off is still open for a moment, until the thread that has it closes it. */
#define HTTP_SEATS(connections) ((connections) + (connections) / 8 + 64)

#define HTTP_POLICY "Content-Security-Policy"
/* Who may read it. What is open may be read by the scripts of any site: it is public, and nobody is known here by a cookie. */
#define HTTP_READERS "Cross-Origin-Resource-Policy"
#define HTTP_READERS_OWN "same-origin"
#define HTTP_READERS_ALL "cross-origin"
#define HTTP_SCRIPTS "Access-Control-Allow-Origin"
#define HTTP_SCRIPTS_ALL "*"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

/* What became of the body of a POST. Unless it is HTTP_BODY_GOOD, answer with this status. */
enum http_body {
	HTTP_BODY_GOOD, /* all of it is there; empty if there was none */
	HTTP_BODY_BAD = 400, /* framed in two ways, or in one that is not known */
	HTTP_BODY_LONG = 413, /* longer than its maximum */
	HTTP_BODY_BUSY = 503, /* HTTP_BODIES_MAX */
};

/* What is wrong with the head of a request, as a whole (RFC 9112 3.2, 5, 6). */
enum http_fault {
	HTTP_FAULT_NONE,
	HTTP_FAULT_HOST, /* HTTP/1.1 without Host, or with more than one */
	HTTP_FAULT_FIELD, /* a header whose name is none */
	HTTP_FAULT_LONG, /* HTTP_HEAD_MAX */
	HTTP_FAULT_MANY, /* HTTP_FIELDS_MAX */
};

struct http_request {
	enum http_method method;
	enum http_fault fault; /* other than none: refuse it, whatever else it says */
	unsigned lane; /* in which it is answered; 0: where all are served, and nobody may wait */
	bool full; /* the lane that the answer asked for takes no more: refuse */
	unsigned seconds; /* full: after which it may take more */
	struct str target; /* as sent, undecoded; longer than TARGET_MAX by its length alone: the bytes after these are missing */
	struct str host, accept, accept_language, accept_datetime, if_none_match; /* empty when absent */
	bool has_body;
	/* HTTP_POST only, to an address that takes one: the others' is not read. */
	struct str body, content_type;
	enum http_body body_state;
};

struct http_header {
	const char *name, *value;
};

struct http_reply;

/* Makes a reply with one reference. The body is taken over (and *body emptied); headers are copied. With an etag (quoted,
 * RFC 9110 8.8.3), a matching If-None-Match is answered 304. NULL when memory is short; the body is then freed. */
struct http_reply *http_reply_new(int status, const struct http_header *h, size_t n, const char *etag, struct buf *body);
struct http_reply *http_reply_ref(struct http_reply *r);
void http_reply_unref(struct http_reply *r);
size_t http_reply_bytes(const struct http_reply *r); /* of the body; twice those once it is a file, too (HTTP_HOT_FILES) */
int http_reply_status(const struct http_reply *r);
struct str http_reply_body(const struct http_reply *r);
const char *http_reply_header(const struct http_reply *r, const char *name); /* NULL: it has none of that name */

/* Returns a reference to a reply, which the server gives back; NULL closes the connection. In lane 0 it may instead return NULL and put a
 * number into *ret_lane: it is called again for the same request, there; or in lane 0, with `full`. */
typedef struct http_reply *http_answer(void *ctx, const struct http_request *rq, unsigned *ret_lane);

/* Threads for answers that take long. A lane without threads is lane 0. */
struct http_lane {
	unsigned threads;
	unsigned waiting; /* requests that wait for a thread at most; 0: as many as there are connections */
	bool keeps;	  /* what is asked for is done, even if who asked has gone, or the server is told to stop */
	bool gives_way;	  /* to every other thread that wants a processor */
};

/* How many bytes the body of this POST may have; 0: the address takes none, and is answered without reading it. */
typedef size_t http_body_max(void *ctx, const struct http_request *rq);

struct http_config {
	const char *address; /* numeric, "127.0.0.1" or "::1" */
	uint16_t port;	     /* 0: any free one */
	unsigned threads;    /* 0: one for each processor that the process may run on, two at least */
	unsigned connections; /* at most; 0: HTTP_CONNECTIONS. The caller sees to it that HTTP_SEATS of them, and HTTP_HOT_FILES, may be open files */
	unsigned idle_seconds, body_seconds, read_rate; /* 0: HTTP_IDLE_SECONDS, HTTP_BODY_SECONDS, HTTP_READ_RATE */
	http_answer *answer;
	http_body_max *body_max; /* NULL: no address takes a body */
	struct http_lane lane[HTTP_LANES]; /* the first is not looked at */
	void *ctx;
};

struct http;

/* Listens and serves until http_stop; *c may go, what it points to must outlive the server. ERR_INPUT: the address is no numeric one; ERR_CONFLICT:
 * somebody listens there; ERR_SYSTEM. */
int http_start(const struct http_config *c, struct http **ret, struct err *e);
uint16_t http_port(const struct http *h); /* on which it listens: another one than in the configuration where that says 0 */
/* Takes no new connection, lets replies under way finish (at most HTTP_STOP_SECONDS), frees everything. NULL is fine. */
void http_stop(struct http *h);

/* On every reply that brings none of its own; the first is the policy. */
extern const struct http_header http_security[];
extern const size_t http_security_n;

bool http_etag_matches(struct str if_none_match, struct str etag); /* RFC 9110 13.1.2, weak comparison */

#endif
