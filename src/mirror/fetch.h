/* SPDX-License-Identifier: Apache-2.0
 *
 * A small HTTP client: one question, one answer, each with a limit. The only file that names libcurl.
 *
 * Invariants:
 * - http and https alone, and of https a certificate that the system (or `ca_file`) trusts, for this host. HTTP/1.1.
 * - A redirect is never followed: an answer counts only from the address that somebody wrote down. The error names the
 *   other address, so that a person may write that down instead.
 * - The environment has no say: no proxy from http_proxy and its like, no .netrc, no cookies. An address may not hold a
 *   name and password, as errors and logs repeat addresses.
 * - Address, headers, body and time are bounded. A compressed body is unpacked, and its limit counts what comes out.
 * - Whatever status the server gives (404, 500) is an answer, not an error: the caller's protocol knows what it means.
 *
 * Threads: a handle belongs to one thread at a time; different handles are independent. Connections stay open in the
 * handle and are used again.
 */
#ifndef MIRROR_FETCH_H
#define MIRROR_FETCH_H

#include "base/err.h"

enum {
	FETCH_MAX_URL = 2048,
	FETCH_MAX_TYPE = 127,
	FETCH_MAX_HEADERS = 16,		   /* of one question */
	FETCH_MAX_HEADER_BYTES = 64 << 10, /* of one answer, all together */
	FETCH_CONNECT_MS = 10 * 1000,
	FETCH_TOTAL_MS = 60 * 1000,
};

struct fetch;

struct fetch_options {
	unsigned connect_ms, total_ms; /* from the start of each question; 0: the defaults above */
	const char *ca_file;	       /* PEM file of the authorities for https; NULL: those of the system */
	bool (*stopped)(void *ctx);    /* asked about every second while waiting; true ends the question. May be NULL */
	void *ctx;
};

struct fetch_header {
	const char *name, *value;
};

struct fetch_request {
	struct str url;
	size_t max_bytes; /* of the answer's body; 0 to 2^31 */
	const struct fetch_header *headers;
	size_t nheaders;
	const char *type; /* media type of `body`; NULL: this is a GET */
	struct str body;
};

/* Views live until the next question to the same handle, or fetch_free. */
struct fetch_reply {
	int status;	 /* 200 to 299, or 400 to 999 */
	struct str type; /* Content-Type as sent, with its parameters; empty: none. Cut at FETCH_MAX_TYPE bytes */
	struct str body;
};

/* `o` may be NULL: the defaults. What it points to must outlive the handle. */
int fetch_new(const struct fetch_options *o, struct fetch **ret, struct err *e);
void fetch_free(struct fetch *f); /* NULL is allowed */

/* Asks and waits. ERR_INPUT: no such address, or what came back is not HTTP; ERR_SYSTEM: no connection, it broke off, the
 * time was over, or `stopped`; ERR_LIMIT: an answer longer than max_bytes; ERR_REFUSED: a certificate that is not trusted, or a
 * redirect. The error's place is the address. */
int fetch_ask(struct fetch *f, const struct fetch_request *q, struct fetch_reply *ret, struct err *e);
int fetch_get(struct fetch *f, struct str url, size_t max_bytes, struct fetch_reply *ret, struct err *e);
int fetch_post(struct fetch *f, struct str url, const char *type, struct str body, size_t max_bytes, struct fetch_reply *ret,
	struct err *e);

/* An address that fetch_ask takes, looked at by its letters alone: for options and files, before anything is sent. */
int fetch_url_check(struct str url, struct err *e);

#endif
