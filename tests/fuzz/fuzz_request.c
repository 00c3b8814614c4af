/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole requests, as they come from the network: lines with a method and what is wrong with the head (a letter, a digit), the request target, Accept,
 * Accept-Language, Accept-Datetime, If-None-Match; then the body. A handler is only asked what its row allows, in clean text; who is refused
 * gets a 4xx and a sentence, in the language of the address if that is one of the site.
 */
#include "tests/fuzz/fuzz.h"

#include "web/memento.h"
#include "web/web.h"

#include <string.h>

enum { POSITION = 40 };

static void clean(struct str s)
{
	must(str_utf8(s));
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f);
}

static int show(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	(void)ctx, (void)e;
	must(a->known <= POSITION && a->position == POSITION && date_is_day(a->on) && a->tongue);
	must((a->posted && a->route->body_max >= a->body.n) || (!a->posted && !a->body.n));
	must(a->route->forms & FORMS(a->form) || a->form == FORM_JSON);
	for (size_t i = 0; i < a->segments; i++)
		clean(a->segment[i]);
	for (size_t i = 0; i < a->ids; i++)
		clean(a->id[i]);
	for (size_t i = 0; a->route->params && a->route->params[i].name; i++)
		clean(a->param[i].text);
	buf_addf(&ret->body, "%s %zu\n", a->tongue->code, a->ids);
	return 0;
}

static uint64_t position(void *ctx)
{
	(void)ctx;
	return POSITION;
}

static civil today(void *ctx)
{
	(void)ctx;
	return date_from(2026, 2, 2);
}

static uint64_t known_then(void *ctx, civil t, uint64_t newest)
{
	(void)ctx;
	must(t >= CIVIL_MIN && t <= CIVIL_MAX);
	return (uint64_t)t % (newest + 1);
}

static bool led_here(void *ctx, civil on, uint64_t known, uint64_t newest, civil *ret)
{
	(void)ctx;
	*ret = on;
	return known < newest;
}

static civil seat(void *ctx, int64_t utc)
{
	(void)ctx;
	return utc + 3 * 3600;
}

static int64_t utc(void *ctx, civil t)
{
	(void)ctx;
	return t - 3 * 3600;
}

static bool ready(void *ctx, const struct ask *a)
{
	(void)ctx;
	return a->known % 2 == 0;
}

static const struct query_param params[] = {
	{"q", PARAM_TEXT, .max = 40}, {"open", PARAM_WORD, .words = "all none"}, {"n", PARAM_NUMBER, .max = 100}, {"since", .type = PARAM_DATE}, {0}};
static const struct route rows[] = {
	{"/{lang}/", show, FORMS(FORM_HTML) | FORMS(FORM_JSON), .when = true},
	{"/{lang}/things", show, FORMS(FORM_HTML) | FORMS(FORM_CSV), .when = true, .params = params, .section = "Things"},
	{"/{lang}/things/{id}", show, FORMS(FORM_HTML) | FORMS(FORM_JSON), .when = true, .lane = LANE_WORK},
	{"/act/{n}", show, .forms = FORMS(FORM_JSON)},
	{"/api/acts", show, .forms = FORMS(FORM_JSON), .keep = KEEP_NOT, .body_max = 1000},
	{"/tile/{path*}", show, .forms = FORMS(FORM_BYTES), .keep = KEEP_FOREVER, .exact = true},
};

static struct web *site(void)
{
	static struct web *w;
	static struct site_words words[16];
	struct web_config c = {
		.site = {.words = words, .base = {STR("https://register.example")}, .routes = {rows, sizeof rows / sizeof *rows}},
		.source = {.position = position, .today = today, .known_at = known_then, .led_here = led_here, .seat = seat, .utc = utc, .ready = ready}};
	struct err e;
	for (; c.site.n < tongues_n && c.site.n < 16; c.site.n++)
		words[c.site.n] = (struct site_words){.tongue = &tongues[c.site.n], .organisation = STR("O"), .kind = STR("R")};
	if (!w)
		must(web_open(&c, &w, &e) == 0);
	return w;
}

/* The language of the page is that of the address, where it begins with one. */
static void right_language(struct str target, struct str body)
{
	struct str code = str_slice(target, 1, target.n < 3 ? target.n : 3);
	const struct tongue *t = tongue_find(code);
	if (!t || target.n < 3 || target.p[0] != '/' || (target.n > 3 && target.p[3] != '/' && target.p[3] != '?'))
		return;
	struct str from = str_slice(body, str_find(body, STR("<html lang=\"")) + 12, body.n);
	must(str_starts(from, str_of(t->lang)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const methods = "GHPX";
	struct str rest = {(const char *)data, n}, first = {NULL, 0};
	struct http_request rq = {0};
	(void)(str_line(&rest, &first) && str_line(&rest, &rq.target) && str_line(&rest, &rq.accept) && str_line(&rest, &rq.accept_language) &&
		str_line(&rest, &rq.accept_datetime) && str_line(&rest, &rq.if_none_match));
	const char *m = first.n ? strchr(methods, first.p[0]) : NULL;
	rq.method = m && *m ? (enum http_method)(m - methods) : HTTP_GET;
	rq.fault = first.n > 1 ? (enum http_fault)((unsigned char)first.p[1] % (HTTP_FAULT_MANY + 1)) : HTTP_FAULT_NONE;
	rq.has_body = rest.n;
	if (rq.method == HTTP_POST && rest.n <= 1000)
		rq.body = rest;
	else if (rq.method == HTTP_POST)
		rq.body_state = HTTP_BODY_LONG;
	rq.full = first.n > 2 && first.p[2] == 'f';
	struct http_reply *r = web_answer(site(), &rq);
	must(r);
	int status = http_reply_status(r);
	struct str body = http_reply_body(r);
	must(status == 200 || status == 301 || status == 302 || (status >= 400 && status < 500) || (status == 503 && rq.full));
	must(!rq.fault || status == 400 || status == 431);
	must(str_utf8(body));
	if (status >= 400 && str_starts(body, STR("<!DOCTYPE html>"))) {
		right_language(rq.target, body);
		must(str_find(body, STR("<h1></h1>")) == body.n && str_find(body, STR("<p class=\"lead\"></p>")) == body.n);
		must(str_find(body, STR("<span lang=\"en\">")) == body.n);
	} else if (status >= 400) {
		must(str_starts(body, STR("{\n  \"status\": ")) && str_find(body, STR("\"what\": ")) < body.n);
	}
	(void)http_etag_matches(rq.if_none_match, STR("\"9-0123456789abcdef\""));
	http_reply_unref(r);
	return 0;
}
