/* SPDX-License-Identifier: Apache-2.0 */
#include "web/asked.h"

#include <string.h>

struct str asked_key(const struct ask *a, char out[ASKED_KEY_MAX])
{
	struct {
		const struct route *route;
		civil on, today; /* a page also says whether its day is past or to come */
		uint64_t known;
		uint64_t alert;
		uint8_t form, suffixed, has_on, has_known, pad[4]; /* the header Link names the address with the suffix that it has */
	} fixed = {.alert = a->source->alert ? a->source->alert(a->source->ctx) : 0, .route = a->route, .known = a->has_known ? a->known : 0, .form = (uint8_t)a->form, .suffixed = a->suffixed, .has_on = a->has_on, .has_known = a->has_known};
	if (a->route->keep != KEEP_FOREVER)
		fixed.on = a->on, fixed.today = a->today;
	size_t n = sizeof fixed;
	memcpy(out, &fixed, n);
	for (size_t i = 0; i < a->segments; i++) { /* text holds no control characters, so these separate */
		out[n++] = 1;
		memcpy(out + n, a->segment[i].p, a->segment[i].n);
		n += a->segment[i].n;
	}
	for (size_t i = 0; a->route->params && a->route->params[i].name; i++) {
		out[n++] = 2;
		if (a->param[i].given) {
			memcpy(out + n, a->param[i].text.p, a->param[i].text.n);
			n += a->param[i].text.n;
		}
	}
	return (struct str){out, n};
}

struct str asked_name(const struct site_source *s, const struct http_request *rq, civil today, char out[ASKED_NAME_MAX])
{
	struct {
		const struct route *none; /* no key begins so */
		civil today;
		uint64_t alert;
		size_t target, accept;
	} fixed = {NULL, today, s->alert ? s->alert(s->ctx) : 0, rq->target.n, rq->accept.n};
	const struct str said[] = {rq->target, rq->accept, rq->accept_datetime};
	size_t n = sizeof fixed;
	if ((rq->method != HTTP_GET && rq->method != HTTP_HEAD) || rq->fault || rq->has_body)
		return (struct str){NULL, 0};
	memcpy(out, &fixed, n);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		if (said[i].n > ASKED_NAME_MAX - n)
			return (struct str){NULL, 0};
		if (said[i].n)
			memcpy(out + n, said[i].p, said[i].n);
		n += said[i].n;
	}
	return (struct str){out, n};
}
