/* SPDX-License-Identifier: Apache-2.0
 *
 * The head of a request: the headers that count here, and what is wrong with it as a whole (RFC 9112 3.2, 5, 6).
 *
 * Invariant: a head about whose end, or whose body's end, two readers could disagree is never taken for a good one.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "http/http.h"

struct head {
	size_t bytes;	 /* of the request line and all headers */
	bool needs_host; /* HTTP/1.1 */
	/* The rest comes from head_add. */
	size_t n, hosts, lengths, codings; /* headers; of these Host, Content-Length, Transfer-Encoding */
	struct str host, accept, language, datetime, none_match, type, length, coding; /* each the first of its name; empty: not there */
	bool bad; /* a name that is no token (RFC 9110 5.6.2) */
};

void head_add(struct head *h, struct str name, struct str value); /* views of the caller's */
enum http_fault head_fault(const struct head *h);
bool head_has_body(const struct head *h);
bool head_frames(const struct head *h); /* the end of its body is told once, in a way that is known */

#endif
