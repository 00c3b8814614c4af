/* SPDX-License-Identifier: Apache-2.0 */
#include "web/web.h"

#include "base/json.h"
#include "web/asked.h"
#include "web/cite.h"
#include "web/fault.h"
#include "web/memento.h"
#include "web/pages.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BODY_MAX = 16 << 20, CACHE_BYTES = 64 << 20 };

struct web {
	struct web_config config;
	struct cache *cache;
	struct http *http;
};

/* What is known of one request while it is answered. */
struct visit {
	struct web *web;
	const struct http_request *rq;
	unsigned *lane; /* where the answer may ask to be made; NULL: it is made here */
	struct target target;
	struct route_match match;
	struct ask ask;
	struct problem problem;
	struct str home;  /* the one segment of the front page, for errors */
	struct url moved; /* where to, when only a slash is wrong */
	struct memento memento;
	unsigned retry; /* seconds, with 503; 0: not said */
	bool chosen; /* the address has no language: it is by Accept-Language */
	struct str name; /* by which the cache may give the answer; empty: by none */
	struct arena arena;
};

/* Understanding the request */

/* What is wrong: in English for programs, and in the page's language. `slot` may be filled in `what`. */
static int refuse(struct visit *v, int status, const char *id, const char *heading, const char *where, const char *what,
	struct tr_slot slot)
{
	struct out english = {NULL, v->ask.arena, NULL}, o = {NULL, v->ask.arena, v->ask.tongue};
	v->problem = (struct problem){.status = status, .id = str_of(id), .heading = tr(&o, heading), .say = tr_say(&o, what, &slot, 1)};
	return err_set(&v->problem.err, ERR_INPUT, where, "%.*s", STR_ARG(tr_fill(&english, what, &slot, 1)));
}

#define NO_SLOT ((struct tr_slot){"", {NULL, 0}})

/* The language of this code, if the site speaks it; "EN" and "en-gb" mean it too. */
static const struct tongue *tongue_of(const struct site *s, struct str code)
{
	struct str first, script;
	if (!str_cut(code, '-', &first, &script))
		first = code;
	for (size_t i = 0; i < s->n; i++) {
		struct str known = str_of(s->words[i].tongue->code);
		if (first.n == known.n && strncasecmp(first.p, known.p, known.n) == 0)
			return s->words[i].tongue;
	}
	return NULL;
}

/* The language that the address begins with; where it begins with none, what the reader likes best. */
static const struct tongue *language(struct visit *v, struct str code)
{
	const struct tongue *t = tongue_of(v->ask.site, code);
	v->chosen = !t;
	return t ? t : ask_preferred(&v->ask);
}

/* Of an address of which nothing else can be read; of one that is too long, only the first TARGET_MAX bytes are here. */
static struct str first_part(struct str target)
{
	size_t n = target.n < TARGET_MAX ? target.n : TARGET_MAX, i = 1;
	while (i < n && target.p[i] != '/' && target.p[i] != '?')
		i++;
	return str_slice(target, 1, i);
}

static int read_target(struct visit *v)
{
	const char *id = "";
	int rc = target_parse(v->rq->target, &v->target, &id, &v->problem.err);
	if (rc < 0) {
		struct out o = {NULL, v->ask.arena, v->ask.tongue = language(v, first_part(v->rq->target))};
		v->target.segments = v->target.params = 0;
		v->problem.status = rc == ERR_LIMIT ? 414 : 400;
		v->problem.id = str_of(id);
		v->problem.heading = tr(&o, N_("The address cannot be read"));
		v->problem.say = rc == ERR_LIMIT ? TR_FILL(&o, N_("The address has {n} bytes, and at most {max} are read. Shorten it."),
							   {"n", arena_fmt(v->ask.arena, "%zu", v->rq->target.n)}, {"max", arena_fmt(v->ask.arena, "%d", TARGET_MAX)})
						 : tr(&o, v->problem.err.what); /* a message of the catalogue (target.c) */
	}
	return rc;
}

static int find_route(struct visit *v)
{
	struct ask *a = &v->ask;
	route_find(a->site->routes, &v->target, &v->match);
	a->tongue = language(v, v->match.lang.n ? v->match.lang : v->target.segments ? v->target.segment[0] : STR(""));
	a->route = v->match.route;
	a->segment = v->match.segment;
	a->segments = v->match.segments;
	a->ids = v->match.ids;
	memcpy(a->id, v->match.id, sizeof a->id);
	if (!a->route) {
		refuse(v, 404, "address.unknown", N_("Nothing is kept at this address"), "address", N_("No page of the register has this address."), NO_SLOT);
		route_near(a->site->routes, &v->target, a->tongue, a->arena, &v->problem.near);
		return ERR_ABSENT;
	}
	if (v->match.lang.n && !str_eq(v->match.lang, str_of(a->tongue->code))) {
		refuse(v, 404, "address.language", N_("The register does not speak this language yet"), "address", N_("There are no pages in “{language}”."),
			(struct tr_slot){"language", v->match.lang});
		v->match.segment[0] = str_of(a->tongue->code);
		struct near n = {tr(&(struct out){NULL, a->arena, a->tongue}, N_("This page in a language it speaks")), ask_self(a), {NULL, 0}};
		arena_push(a->arena, &v->problem.near, n);
		return ERR_ABSENT;
	}
	if (v->match.moved) {
		const char *mark = memchr(v->rq->target.p, '?', v->rq->target.n);
		struct str query = mark ? (struct str){mark, v->rq->target.n - (size_t)(mark - v->rq->target.p)} : STR("");
		v->moved = url_fmt(a->arena, "%.*s%.*s", STR_ARG(ask_self(a).s), STR_ARG(query));
	}
	return 0;
}

static int check_body(struct visit *v)
{
	const struct http_request *rq = v->rq;
	if (!v->ask.posted)
		return rq->has_body ? refuse(v, 400, "body", N_("This address takes no body"), "body",
					      N_("A question stands in the address, not in a body."), NO_SLOT)
				    : 0;
	v->ask.body = rq->body;
	v->ask.content_type = rq->content_type;
	switch (rq->body_state) {
	case HTTP_BODY_GOOD: return 0;
	case HTTP_BODY_BAD:
		return refuse(v, 400, "body.framing", N_("What was sent cannot be read"), "body",
			N_("Where its end is must be told once: by one Content-Length, or by the Transfer-Encoding “chunked”."), NO_SLOT);
	case HTTP_BODY_LONG:
		return refuse(v, 413, "body.long", N_("What was sent is too long"), "body", N_("This address takes at most {n} bytes."),
			(struct tr_slot){"n", arena_fmt(v->ask.arena, "%zu", v->ask.route->body_max)});
	case HTTP_BODY_BUSY: break;
	}
	v->retry = 60;
	return refuse(v, 503, "body.busy", N_("Too much is being sent at once"), "body", N_("Nothing was changed. Try again in a minute."), NO_SLOT);
}

/* What is wrong with the head of the request as a whole. */
static int check_head(struct visit *v)
{
	static const struct {
		int status;
		const char *id, *heading, *what;
	} faults[] = {
		[HTTP_FAULT_HOST] = {400, "request.host", N_("The request cannot be read"), N_("It must name the host that it is for, once, in the header Host.")},
		[HTTP_FAULT_FIELD] = {400, "request.header", N_("The request cannot be read"), N_("The name of a header is empty, or holds what no name holds. Send it without that header.")},
		[HTTP_FAULT_LONG] = {431, "request.long", N_("The request is too long"),
			N_("The request line and the headers have more than {n} bytes together. Send fewer or shorter headers; cookies are never needed here.")},
		[HTTP_FAULT_MANY] = {431, "request.headers", N_("The request is too long"), N_("It has more than {n} headers. Send fewer; cookies are never needed here.")},
	};
	enum http_fault f = v->rq->fault;
	if (!f)
		return 0;
	v->ask.tongue = language(v, first_part(v->rq->target));
	return refuse(v, faults[f].status, faults[f].id, faults[f].heading, "request", faults[f].what,
		(struct tr_slot){"n", arena_fmt(v->ask.arena, "%d", f == HTTP_FAULT_LONG ? (int)HTTP_HEAD_MAX : (int)HTTP_FIELDS_MAX)});
}

/* A form sends the fields that were left empty, too. A page asked for so stands at the address without them, which can be cited; nothing if there are none. */
static struct url without_empty(const struct visit *v)
{
	struct str rest = v->rq->target;
	const char *mark = memchr(rest.p, '?', rest.n);
	struct str query = {NULL, 0};
	bool empty = false;
	if (!mark || v->ask.form != FORM_HTML || v->ask.posted)
		return (struct url){{NULL, 0}};
	for (size_t i = 0; i < v->target.params; i++)
		empty |= !v->target.param[i].value.n;
	for (rest = (struct str){mark + 1, rest.n - (size_t)(mark + 1 - rest.p)}; empty && rest.n;) {
		const char *end = memchr(rest.p, '&', rest.n);
		struct str part = {rest.p, end ? (size_t)(end - rest.p) : rest.n};
		const char *is = memchr(part.p, '=', part.n);
		if (is && is + 1 < part.p + part.n)
			query = ARENA_JOIN(v->ask.arena, query, query.n ? STR("&") : STR("?"), part);
		rest = (struct str){part.p + part.n + !!end, rest.n - part.n - !!end};
	}
	return empty ? url_fmt(v->ask.arena, "%.*s%.*s", STR_ARG(ask_self(&v->ask).s), STR_ARG(query)) : (struct url){{NULL, 0}};
}

/* 0: v->ask is a question that may be put to its handler (or v->moved is set). */
static int understand(struct visit *v)
{
	int rc = check_head(v);
	if (rc < 0 || (rc = read_target(v)) < 0)
		return rc;
	if ((rc = find_route(v)) < 0 || v->moved.s.n)
		return rc;
	v->ask.suffixed = v->match.suffixed;
	v->ask.form = v->match.suffixed ? v->match.form : route_negotiate(v->ask.route->forms, v->rq->accept);
	v->ask.posted = v->rq->method == HTTP_POST;
	if (v->ask.posted && !v->ask.route->body_max)
		return refuse(v, 405, "method", N_("This address only answers"), "method", N_("Only GET and HEAD are answered here."), NO_SLOT);
	if (v->rq->method == HTTP_OTHER)
		return refuse(v, 405, "method", N_("This address only answers"), "method",
			v->ask.route->body_max ? N_("Only GET, HEAD and POST are answered here.") : N_("Only GET and HEAD are answered here."), NO_SLOT);
	if (v->ask.route->post_only && !v->ask.posted)
		return refuse(v, 405, "method", N_("Something must be sent to this address"), "method", N_("Only POST is answered here."), NO_SLOT);
	if ((rc = check_body(v)) < 0)
		return rc;
	if ((rc = route_params(&v->ask, &v->target, &v->problem)) < 0)
		return rc;
	v->moved = without_empty(v);
	if (v->moved.s.n)
		return 0;
	return memento_of(&v->ask, v->rq->accept_datetime, v->match.suffixed, &v->memento, &v->problem);
}

/* How long a body the row of this address takes. */
static size_t body_max(void *ctx, const struct http_request *rq)
{
	struct web *w = ctx;
	struct target t;
	struct route_match m = {0};
	const char *id = "";
	struct err e;
	if (target_parse(rq->target, &t, &id, &e) < 0)
		return 0;
	route_find(w->config.site.routes, &t, &m);
	return m.route && !m.moved ? m.route->body_max : 0;
}

/* Replies */

/* Data are open to the scripts of other sites: all that is asked for, but for pages and what they are made of. What is sent here is answered to the
 * sender alone. */
static bool is_open(const struct visit *v, const char *media)
{
	static const char *const of_pages[] = {"text/html", "text/css", "text/javascript", "image/"};
	bool open = v->rq->method == HTTP_GET || v->rq->method == HTTP_HEAD;
	for (size_t i = 0; i < sizeof of_pages / sizeof *of_pages; i++)
		open = open && strncmp(media, of_pages[i], strlen(of_pages[i])) != 0;
	return open;
}

static struct http_reply *finish(struct visit *v, struct response *w)
{
	const struct route *r = v->ask.route;
	enum keep keep = r && w->status == 200 && !v->ask.posted ? r->keep : KEEP_FRESH;
	struct http_header h[14];
	bool timed = w->status == 200 || w->status == 302;
	size_t n = 0;
	char etag[48], location[4 * TARGET_MAX];
	if (timed)
		memento_say(&v->ask, v->match.suffixed, &v->memento);
	const char *media = w->media ? w->media : form_media(v->ask.form);
	h[n++] = (struct http_header){"Content-Type", media};
	if (is_open(v, media)) {
		h[n++] = (struct http_header){HTTP_READERS, HTTP_READERS_ALL};
		h[n++] = (struct http_header){HTTP_SCRIPTS, HTTP_SCRIPTS_ALL};
	}
	h[n++] = (struct http_header){
		"Cache-Control", keep == KEEP_FOREVER ? "public, max-age=31536000, immutable"
				 : v->ask.posted      ? "no-store" /* an answer to one sender, who may be the only one to read it */
						      : "no-cache"};
	const char *vary = w->vary || !r || (r->forms & (r->forms - 1)) ? w->vary ? w->vary : "Accept" : NULL;
	if (v->chosen && w->status >= 400) /* the words are in the reader's language */
		vary = vary ? arena_fmt(v->ask.arena, "%s, Accept-Language", vary).p : "Accept-Language";
	if (v->rq->fault) /* where this request ends is doubtful, and so is where the next begins */
		h[n++] = (struct http_header){"Connection", "close"};
	if (v->retry && w->status == 503)
		h[n++] = (struct http_header){"Retry-After", arena_fmt(v->ask.arena, "%u", v->retry).p};
	if (v->memento.varies)
		vary = vary ? arena_fmt(v->ask.arena, "%s, Accept-Datetime", vary).p : "Accept-Datetime";
	if (vary)
		h[n++] = (struct http_header){"Vary", vary};
	if (timed && v->memento.datetime.n)
		h[n++] = (struct http_header){"Memento-Datetime", arena_str(v->ask.arena, v->memento.datetime).p};
	if (w->status == 405)
		h[n++] = (struct http_header){"Allow", r && r->post_only ? "POST" : r && r->body_max ? "GET, HEAD, POST" : "GET, HEAD"};
	if (w->location.s.n && w->location.s.n < sizeof location) {
		snprintf(location, sizeof location, "%.*s", STR_ARG(w->location.s));
		h[n++] = (struct http_header){"Location", location};
	}
	bool two = w->link.n && timed && v->memento.link.n;
	struct str link = ARENA_JOIN(v->ask.arena, w->link, two ? STR(", ") : STR(""), timed ? v->memento.link : STR(""));
	if (link.n)
		h[n++] = (struct http_header){"Link", link.p};
	const char *policy = w->policy ? w->policy : r && w->status == 200 ? r->policy : NULL;
	if (policy)
		h[n++] = (struct http_header){HTTP_POLICY, policy};
	bool tagged = w->status == 200 && keep != KEEP_NOT && !v->ask.posted && !v->ask.published;
	if (tagged)
		snprintf(etag, sizeof etag, "\"%llu-%016llx\"", keep == KEEP_FOREVER ? 0 : (unsigned long long)v->ask.position,
			(unsigned long long)str_hash(buf_str(&w->body)));
	return http_reply_new(w->status, h, n, tagged ? etag : NULL, &w->body);
}

static const char *status_words(int status)
{
	switch (status) {
	case 400: return N_("the question cannot be read");
	case 403: return N_("not allowed");
	case 404: return N_("not found");
	case 405: return N_("this address only answers");
	case 413: return N_("what was sent is too long");
	case 414: return N_("the address is too long");
	case 431: return N_("the request is too long");
	case 503: return N_("not available just now");
	default: return N_("the register failed");
	}
}

static void problem_json(const struct problem *p, const struct tongue *t, struct buf *b)
{
	const struct {
		const char *name;
		struct str value;
	} rows[] = {{"error", p->id}, {"where", str_of(p->err.where)}, {"what", str_of(p->err.what)}, {"hint", str_of(p->err.hint)},
		{"say", p->say.n ? p->say : p->heading}, {"lang", str_of(t->lang)}};
	buf_addf(b, "{\n  \"status\": %d", p->status);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!rows[i].value.n)
			continue;
		buf_addf(b, ",\n  \"%s\": ", rows[i].name);
		json_quote(b, rows[i].value);
	}
	for (size_t i = 0; i < p->near.n; i++) {
		buf_adds(b, i ? ", " : ",\n  \"near\": [");
		json_quote(b, p->near.v[i].href.s);
	}
	buf_adds(b, p->near.n ? "]\n}\n" : "\n}\n");
}

/* A page without a row of its own stands under the date bar of the front page. */
static void settle_home(struct visit *v)
{
	struct ask *a = &v->ask;
	const struct routes *t = &a->site->routes;
	for (size_t i = 0; i < t->n && !a->route; i++)
		if (strcmp(t->v[i].pattern, "/{lang}/") == 0)
			a->route = &t->v[i];
	v->home = str_of(a->tongue->code);
	a->segment = &v->home;
	a->segments = 1;
}

static void error_html(struct visit *v, struct buf *b)
{
	struct ask *a = &v->ask;
	struct out o = {b, a->arena, a->tongue};
	struct error_page p = {.problem = v->problem};
	struct buf json;
	if (!a->route || !v->match.lang.n) {
		a->route = NULL;
		settle_home(v);
	}
	frame_init(&p.frame, a, v->problem.heading);
	p.frame.permanent = (struct str){NULL, 0};
	p.frame.data.n = 0;
	p.frame.alternates.n = 0;
	p.frame.linked = (struct html){{NULL, 0}};
	p.frame.cite = (struct html){{NULL, 0}};
	p.frame.bar.differ = 0;
	p.over = ARENA_JOIN(a->arena, tr_digits(&o, arena_fmt(a->arena, "%d", v->problem.status)), tr_colon(&o), tr(&o, status_words(v->problem.status)));
	p.problem.label = str_eq(p.problem.field, STR("on"))	  ? tr(&o, N_("Show the organisation on"))
			  : str_eq(p.problem.field, STR("known")) ? tr(&o, N_("As known"))
								  : (struct str){NULL, 0}; /* its name in the address */
	if (!v->ask.published && v->rq->target.n <= TARGET_MAX && str_utf8(v->rq->target)) /* a page that stands for every address knows none */
		p.address = v->rq->target;
	for (size_t i = 0; i < v->target.params; i++)
		if (!str_eq(v->target.param[i].name, v->problem.field) && v->target.param[i].value.n)
			arena_push(a->arena, &p.kept, v->target.param[i]);
	buf_init(&json, 8192);
	problem_json(&v->problem, a->tongue, &json);
	p.json = buf_str(&json);
	struct link front = {.href = p.frame.home, .text = tr(&o, N_("Front page"))};
	arena_push(a->arena, &p.go_on, front);
	for (size_t i = 0; i < p.frame.sections.n; i++)
		arena_push(a->arena, &p.go_on, p.frame.sections.v[i]);
	page_error(&o, &p);
	buf_done(&json);
}

static bool is_ready(const struct visit *v)
{
	const struct site_source *s = v->ask.source;
	return !v->ask.route || !s->ready || s->ready(s->ctx, &v->ask);
}

static struct http_reply *complain(struct visit *v)
{
	struct response w = {.status = v->problem.status};
	if (v->ask.has_known && !is_ready(v)) { /* no past is worked out only to say under its date what is wrong */
		v->ask.has_known = false;
		v->ask.known = v->ask.position;
	}
	enum form form = v->match.suffixed ? v->match.form
					   : route_negotiate(v->ask.route ? v->ask.route->forms : FORMS(FORM_HTML) | FORMS(FORM_JSON),
						     v->rq->accept);
	if (!v->problem.heading.n) {
		struct out o = {NULL, v->ask.arena, v->ask.tongue};
		v->problem.heading = v->problem.status == 404 ? tr(&o, N_("Nothing is kept at this address"))
				     : v->problem.status < 500 ? tr(&o, N_("The question cannot be answered"))
							       : tr(&o, N_("The register failed to answer"));
	}
	v->ask.form = form == FORM_HTML ? FORM_HTML : FORM_JSON;
	buf_init(&w.body, BODY_MAX);
	if (form == FORM_HTML)
		error_html(v, &w.body);
	else
		problem_json(&v->problem, v->ask.tongue, &w.body);
	return finish(v, &w);
}

static struct http_reply *redirect(struct visit *v, int status, struct url to, const char *vary)
{
	struct response w = {.status = status, .location = to, .vary = vary};
	buf_init(&w.body, BODY_MAX);
	memento_say(&v->ask, v->match.suffixed, &v->memento); /* of the form that was asked for */
	v->ask.form = FORM_TEXT;
	return finish(v, &w);
}

/* A handler's error becomes a problem; what the handler said itself stays. */
static void take_error(struct visit *v, int rc, const struct err *e, struct problem *said)
{
	static const struct {
		int code, status;
		const char *id;
	} rows[] = {{ERR_ABSENT, 404, "absent"}, {ERR_INPUT, 400, "question"}, {ERR_LIMIT, 400, "limit"}, {ERR_REFUSED, 403, "refused"}};
	int status = 500;
	const char *id = "failed";
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].code == rc)
			status = rows[i].status, id = rows[i].id;
	v->problem = *said;
	if (!v->problem.status)
		v->problem.status = status;
	if (!v->problem.id.n)
		v->problem.id = str_of(id);
	if (!v->problem.err.code || v->problem.say.n) /* the same error, perhaps with a hint by now */
		v->problem.err = *e;
	struct out o = {NULL, v->ask.arena, v->ask.tongue};
	if (v->problem.status != 500) {
		v->problem.say = v->problem.say.n ? v->problem.say : fault_say(&o, &v->problem.err);
		return;
	}
	if (v->web->config.source.report)
		v->web->config.source.report(v->web->config.source.ctx, e);
	v->problem.err = (struct err){.code = rc}; /* the reader is told no more than that it failed */
	v->problem.say = tr(&o, N_("The register could not answer this. Nothing was changed."));
	err_set(&v->problem.err, rc, "register", "The register could not answer this. Nothing was changed.");
}

static struct http_reply *put_question(struct visit *v)
{
	struct response w = {.status = 200};
	struct err e = {0};
	buf_init(&w.body, BODY_MAX);
	int rc = (CITES & FORMS(v->ask.form) ? cite_answer : v->ask.route->handler)(&v->ask, v->web->config.source.ctx, &w, &e);
	if (rc == 0 && w.body.over)
		rc = err_set(&e, ERR_SYSTEM, v->ask.route->pattern, "the answer is longer than %zu bytes, or memory is short", w.body.max);
	if (rc == 0)
		return w.location.s.n ? (buf_done(&w.body), redirect(v, w.status, w.location, w.vary)) : finish(v, &w);
	buf_done(&w.body);
	if (v->chosen)
		v->ask.tongue = ask_preferred(&v->ask);
	take_error(v, rc, &e, &w.problem);
	return complain(v);
}

/* Where this answer is made. */
static unsigned lane_of(const struct visit *v)
{
	if (v->ask.posted)
		return LANE_POSTS;
	return is_ready(v) ? v->ask.route->lane : LANE_PAST;
}

static struct str come_back(const struct out *o, unsigned seconds)
{
	struct tr_slot n = {"n", arena_fmt(o->arena, "%u", seconds)};
	return tr_fill_n(o, seconds, "Many questions that take long wait for their answers already. Nothing was changed. Ask again in {n} second.",
		"Many questions that take long wait for their answers already. Nothing was changed. Ask again in {n} seconds.", &n, 1);
}

/* Too many wait in the lane of this question. */
static struct http_reply *turn_away(struct visit *v)
{
	struct out english = {NULL, v->ask.arena, NULL}, o = {NULL, v->ask.arena, v->ask.tongue};
	v->retry = v->rq->seconds ? v->rq->seconds : 1;
	v->problem = (struct problem){.status = 503, .id = STR("busy"), .heading = tr(&o, N_("The register is busy")), .say = come_back(&o, v->retry)};
	(void)err_set(&v->problem.err, ERR_LIMIT, "register", "%.*s", STR_ARG(come_back(&english, v->retry)));
	return complain(v);
}

/* NULL with *v->lane set: it is made there. */
static struct http_reply *fresh_answer(struct visit *v)
{
	if (v->rq->full)
		return turn_away(v);
	if (v->lane && v->rq->lane == LANE_HERE && (*v->lane = lane_of(v)) != LANE_HERE)
		return NULL;
	if (!v->match.lang.n && v->ask.route->keep != KEEP_NOT)
		v->ask.tongue = v->ask.site->words[0].tongue; /* what a machine address says depends on no reader */
	return put_question(v);
}

static struct http_reply *cached_answer(struct visit *v)
{
	UNSET char bytes[ASKED_KEY_MAX];
	enum keep keep = v->ask.route->keep;
	if (keep == KEEP_NOT || v->ask.posted)
		return fresh_answer(v);
	struct str key = asked_key(&v->ask, bytes);
	uint64_t position = keep == KEEP_FOREVER ? 0 : v->ask.position;
	struct http_reply *r = cache_get(v->web->cache, key, position);
	if (r) { /* it is asked for again */
		if (v->name.n)
			cache_name(v->web->cache, v->name, key, v->ask.position);
		return r;
	}
	r = fresh_answer(v);
	if (r && http_reply_status(r) == 200)
		cache_put(v->web->cache, key, position, r);
	return r;
}

static void begin(struct visit *v, struct web *w, const struct http_request *rq, civil today, uint64_t position)
{
	v->web = w;
	v->rq = rq;
	v->lane = NULL;
	v->target.segments = v->target.params = 0; /* as long as nothing is read of it */
	v->retry = 0;
	v->chosen = false;
	v->name = (struct str){NULL, 0};
	v->arena = (struct arena){0};
	v->moved = (struct url){{NULL, 0}};
	v->memento = (struct memento){0};
	v->home = (struct str){NULL, 0};
	v->problem = (struct problem){0};
	v->match = (struct route_match){0};
	v->ask = (struct ask){.site = &w->config.site, .source = &w->config.source, .tongue = w->config.site.words[0].tongue, .today = today,
		.on = today, .position = position, .known = position, .accept_language = rq->accept_language, .arena = &v->arena};
}

static struct http_reply *on_request(void *ctx, const struct http_request *rq, unsigned *ret_lane)
{
	struct web *w = ctx;
	UNSET struct visit v; /* target_parse fills what is read of its target */
	UNSET char name[ASKED_NAME_MAX];
	const struct site_source *s = &w->config.source;
	civil today = s->today(s->ctx);
	uint64_t position = s->position(s->ctx);
	struct str asked = asked_name(s, rq, today, name);
	struct http_reply *r = asked.n ? cache_named(w->cache, asked, position) : NULL;
	if (r)
		return r;
	begin(&v, w, rq, today, position);
	v.lane = ret_lane;
	v.name = asked;
	r = understand(&v) < 0 ? complain(&v)
			       : v.moved.s.n	  ? redirect(&v, 301, v.moved, NULL)
			       : v.memento.moved.s.n ? redirect(&v, 302, v.memento.moved, NULL)
						  : cached_answer(&v);
	arena_done(&v.arena);
	return r;
}

struct http_reply *web_answer(struct web *w, const struct http_request *rq)
{
	return on_request(w, rq, NULL);
}

struct http_reply *web_written(struct web *w, struct str target, struct published *p)
{
	UNSET struct visit v;
	const struct http_request rq = {.target = target};
	begin(&v, w, &rq, p->today, p->position);
	v.ask.published = p;
	reads_reset(&p->reads);
	p->names = p->all_noted = false;
	struct http_reply *r = NULL;
	if (understand(&v) == 0 && !v.moved.s.n && v.ask.route->keep != KEEP_NOT && !(v.ask.route->asked & FORMS(v.ask.form))) {
		v.memento = (struct memento){0}; /* a file does not look at what is asked */
		p->days_too = v.ask.route->when && !v.ask.route->days_asked;
		r = put_question(&v);
	}
	arena_done(&v.arena);
	return r;
}

bool web_lasts(const struct web *w, struct str target)
{
	UNSET struct target t;
	struct route_match m;
	const char *id;
	struct err e;
	if (target_parse(target, &t, &id, &e) < 0)
		return false;
	route_find(w->config.site.routes, &t, &m);
	return m.route && (m.route->lasts || m.route->keep == KEEP_FOREVER);
}

struct http_reply *web_refusal(struct web *w, const struct tongue *t, enum refusal why, struct url server, struct published *p)
{
	static const struct {
		int status;
		const char *id, *heading, *what;
	} rows[] = {
		[REFUSAL_UNPUBLISHED] = {404, "address.unpublished", N_("This page is not among the published ones"),
			N_("Here stand the pages of today, and of each day that the date bar of a page marks: choose a day there. For any other day, for searches and questions, and for what was known earlier, ask the register itself: {server}")},
		[REFUSAL_AWAY] = {503, "register.away", N_("The register does not answer just now"),
			N_("This is answered by the register itself, which cannot be reached at the moment. Ask again in a few minutes. The pages of today are here as always, and so are those of the days that their date bars mark.")},
	};
	UNSET struct visit v;
	const struct http_request rq = {.target = STR("/")};
	begin(&v, w, &rq, p->today, p->position);
	v.ask.tongue = t;
	v.ask.published = p;
	refuse(&v, rows[why].status, rows[why].id, rows[why].heading, "address", rows[why].what, (struct tr_slot){"server", server.s});
	struct http_reply *r = complain(&v);
	arena_done(&v.arena);
	return r;
}

/* Start and stop */

int web_open(const struct web_config *c, struct web **ret, struct err *e)
{
	if (!c->site.n || !c->source.position || !c->source.today)
		return err_set(e, ERR_INPUT, "site", "a site needs words in one language, and a source");
	for (size_t i = 0; i < c->site.routes.n; i++) {
		size_t n = 0;
		for (const struct query_param *p = c->site.routes.v[i].params; p && p->name; p++)
			n++;
		if (n > ASK_PARAMS || !c->site.routes.v[i].forms)
			return err_set(e, ERR_LIMIT, c->site.routes.v[i].pattern, "more than %d parameters, or no form", ASK_PARAMS);
	}
	struct web *w = calloc(1, sizeof *w);
	if (w)
		w->cache = cache_new(c->cache_bytes ? c->cache_bytes : CACHE_BYTES);
	if (!w || !w->cache) {
		free(w);
		return err_set(e, ERR_SYSTEM, "site", "memory is short");
	}
	w->config = *c;
	*ret = w;
	return 0;
}

int web_start(const struct web_config *c, struct web **ret, struct err *e)
{
	struct web *w;
	int rc = web_open(c, &w, e);
	if (rc < 0)
		return rc;
	struct http_config h = {.address = c->address ? c->address : "127.0.0.1", .port = c->port, .threads = c->threads,
		.connections = c->connections, .answer = on_request, .body_max = body_max, .ctx = w,
		.lane = {[LANE_POSTS] = {.threads = c->posts, .keeps = true}, [LANE_WORK] = {.threads = LANE_THREADS, .waiting = LANE_WORK_WAITING},
			[LANE_PAST] = {.threads = LANE_THREADS, .waiting = LANE_PAST_WAITING, .gives_way = true}}};
	if ((rc = http_start(&h, &w->http, e)) < 0) {
		web_stop(w);
		return rc;
	}
	*ret = w;
	return 0;
}

uint16_t web_port(const struct web *w)
{
	return w->http ? http_port(w->http) : 0;
}

struct cache_figures web_cache_count(struct web *w)
{
	return cache_count(w->cache);
}

void web_stop(struct web *w)
{
	if (!w)
		return;
	http_stop(w->http);
	cache_free(w->cache);
	free(w);
}
