/* SPDX-License-Identifier: Apache-2.0 */
#include "web/reply.h"

#include "base/json.h"
#include "http/marks.h"
#include "web/pages.h"

#include <string.h>

/* Data are open to the scripts of other sites: all that is asked for, but for pages and what they are made of. What is sent here is answered to the
 * sender alone. */
static bool is_open(const struct visit *v, const char *media)
{
	static const char *const of_pages[] = {"text/html", "text/css", "text/javascript", "image/"};
	bool open = visit_only_asks(v);
	for (size_t i = 0; i < sizeof of_pages / sizeof *of_pages; i++)
		open = open && strncmp(media, of_pages[i], strlen(of_pages[i])) != 0;
	return open;
}

struct http_reply *reply_finish(struct visit *v, struct response *w)
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
static void settle_home(struct ask *a)
{
	const struct routes *t = &a->site->routes;
	for (size_t i = 0; i < t->n && !a->route; i++)
		if (strcmp(t->v[i].pattern, "/{lang}/") == 0)
			a->route = &t->v[i];
	struct str *home = arena_new(a->arena, struct str);
	*home = str_of(a->tongue->code);
	a->segment = home;
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
		settle_home(a);
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
								  : p.problem.label; /* empty: its name in the address */
	if (!v->ask.published && v->rq->target.n <= TARGET_MAX && str_utf8(v->rq->target)) /* a page that stands for every address knows none */
		p.address = v->rq->target;
	for (size_t i = 0; i < v->target.params; i++)
		if (!str_eq(v->target.param[i].name, v->problem.field) && v->target.param[i].value.n && !is_mark(v->target.param[i].name))
			arena_push(a->arena, &p.kept, v->target.param[i]);
	buf_init(&json, 8192);
	problem_json(&v->problem, a->tongue, &json);
	p.json = buf_str(&json);
	if (a->published && v->problem.status == 404) { /* who has what is no file */
		struct link server = {.href = a->published->server, .text = a->published->server.s};
		arena_push(a->arena, &p.go_on, server);
	}
	struct link front = {.href = p.frame.home, .text = tr(&o, N_("Front page"))};
	arena_push(a->arena, &p.go_on, front);
	for (size_t i = 0; i < p.frame.sections.n; i++)
		arena_push(a->arena, &p.go_on, p.frame.sections.v[i]);
	page_error(&o, &p);
	buf_done(&json);
}

struct http_reply *reply_complain(struct visit *v)
{
	struct response w = {.status = v->problem.status};
	if (v->ask.has_known && !visit_ready(v)) { /* no past is worked out only to say under its date what is wrong */
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
	buf_init(&w.body, REPLY_MAX);
	if (form == FORM_HTML)
		error_html(v, &w.body);
	else
		problem_json(&v->problem, v->ask.tongue, &w.body);
	return reply_finish(v, &w);
}

struct http_reply *reply_redirect(struct visit *v, int status, struct url to, const char *vary)
{
	struct response w = {.status = status, .location = to, .vary = vary};
	buf_init(&w.body, REPLY_MAX);
	memento_say(&v->ask, v->match.suffixed, &v->memento); /* of the form that was asked for */
	v->ask.form = FORM_TEXT;
	return reply_finish(v, &w);
}
