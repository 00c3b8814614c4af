/* SPDX-License-Identifier: Apache-2.0 */
#include "web/visit.h"

#include "web/params.h"

#include <string.h>
#include <strings.h>

#define NO_SLOT ((struct tr_slot){"", {NULL, 0}})

void visit_init(struct visit *v, const struct web_config *c, const struct http_request *rq, civil today, uint64_t position)
{
	v->rq = rq;
	v->target.segments = v->target.params = 0; /* as long as nothing is read of it */
	v->retry = 0;
	v->chosen = false;
	v->arena = (struct arena){0};
	v->moved = (struct url){{NULL, 0}};
	v->memento = (struct memento){0};
	v->problem = (struct problem){0};
	v->match = (struct route_match){0};
	v->ask = (struct ask){.site = &c->site, .source = &c->source, .tongue = c->site.words[0].tongue, .today = today,
		.on = today, .position = position, .known = position, .accept_language = rq->accept_language, .arena = &v->arena};
}

void visit_done(struct visit *v)
{
	arena_done(&v->arena);
}

int visit_refuse(struct visit *v, int status, const char *id, const char *heading, const char *where, const char *what, struct tr_slot slot)
{
	struct out english = {NULL, v->ask.arena, NULL}, o = {NULL, v->ask.arena, v->ask.tongue};
	v->problem = (struct problem){.status = status, .id = str_of(id), .heading = tr(&o, heading), .say = tr_say(&o, what, &slot, 1)};
	return err_set(&v->problem.err, ERR_INPUT, where, "%.*s", STR_ARG(tr_fill(&english, what, &slot, 1)));
}

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
		visit_refuse(v, 404, "address.unknown", N_("Nothing is kept at this address"), "address", N_("No page of the register has this address."), NO_SLOT);
		route_near(a->site->routes, &v->target, a->tongue, a->arena, &v->problem.near);
		return ERR_ABSENT;
	}
	if (v->match.lang.n && !str_eq(v->match.lang, str_of(a->tongue->code))) {
		visit_refuse(v, 404, "address.language", N_("The register does not speak this language yet"), "address", N_("There are no pages in “{language}”."),
			(struct tr_slot){"language", v->match.lang});
		v->match.segment[0] = str_of(a->tongue->code);
		struct near n = {tr(&(struct out){NULL, a->arena, a->tongue}, N_("This page in a language it speaks")), ask_self(a), {NULL, 0}};
		arena_push(a->arena, &v->problem.near, n);
		return ERR_ABSENT;
	}
	if (v->match.moved) {
		const char *mark = memchr(v->rq->target.p, '?', v->rq->target.n);
		struct str query = mark ? (struct str){mark, v->rq->target.n - (size_t)(mark - v->rq->target.p)} : STR("");
		v->moved = url_fmt(a->arena, "%.*s%.*s", STR_ARG((v->match.suffixed ? ask_form(a, v->match.form) : ask_self(a)).s), STR_ARG(query));
	}
	return 0;
}

static int check_body(struct visit *v)
{
	const struct http_request *rq = v->rq;
	if (!v->ask.posted)
		return rq->has_body ? visit_refuse(v, 400, "body", N_("This address takes no body"), "body",
					      N_("A question stands in the address, not in a body."), NO_SLOT)
				    : 0;
	v->ask.body = rq->body;
	v->ask.content_type = rq->content_type;
	switch (rq->body_state) {
	case HTTP_BODY_GOOD: return 0;
	case HTTP_BODY_BAD:
		return visit_refuse(v, 400, "body.framing", N_("What was sent cannot be read"), "body",
			N_("Where its end is must be told once: by one Content-Length, or by the Transfer-Encoding “chunked”."), NO_SLOT);
	case HTTP_BODY_LONG:
		return visit_refuse(v, 413, "body.long", N_("What was sent is too long"), "body", N_("This address takes at most {n} bytes."),
			(struct tr_slot){"n", arena_fmt(v->ask.arena, "%zu", v->ask.route->body_max)});
	case HTTP_BODY_BUSY: break;
	}
	v->retry = 60;
	return visit_refuse(v, 503, "body.busy", N_("Too much is being sent at once"), "body", N_("Nothing was changed. Try again in a minute."), NO_SLOT);
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
	return visit_refuse(v, faults[f].status, faults[f].id, faults[f].heading, "request", faults[f].what,
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

int visit_understand(struct visit *v)
{
	int rc = check_head(v);
	if (rc < 0 || (rc = read_target(v)) < 0)
		return rc;
	if ((rc = find_route(v)) < 0)
		return rc;
	if (v->match.moved && !visit_only_asks(v))
		return 0; /* what is sent is not taken there */
	v->ask.suffixed = v->match.suffixed;
	v->ask.form = v->match.suffixed ? v->match.form : route_negotiate(v->ask.route->forms, v->rq->accept);
	v->ask.posted = v->rq->method == HTTP_POST;
	if (v->ask.posted && !v->ask.route->body_max)
		return visit_refuse(v, 405, "method", N_("This address only answers"), "method", N_("Only GET and HEAD are answered here."), NO_SLOT);
	if (v->rq->method == HTTP_OTHER)
		return visit_refuse(v, 405, "method", N_("This address only answers"), "method",
			v->ask.route->body_max ? N_("Only GET, HEAD and POST are answered here.") : N_("Only GET and HEAD are answered here."), NO_SLOT);
	if (v->ask.route->post_only && !v->ask.posted)
		return visit_refuse(v, 405, "method", N_("Something must be sent to this address"), "method", N_("Only POST is answered here."), NO_SLOT);
	if ((rc = check_body(v)) < 0)
		return rc;
	if ((rc = params_read(&v->ask, &v->target, &v->problem)) < 0)
		return rc;
	const struct ask *a = &v->ask;
	struct url better = !a->typed ? without_empty(v) : a->suffixed ? ask_form(a, a->form) : ask_on_known(a, a->has_on, a->on, a->has_known, a->known);
	if (better.s.n) {
		v->moved = better;
		return 0;
	}
	return memento_of(&v->ask, v->rq->accept_datetime, v->match.suffixed, &v->memento, &v->problem);
}

bool visit_only_asks(const struct visit *v)
{
	return v->rq->method == HTTP_GET || v->rq->method == HTTP_HEAD;
}

bool visit_ready(const struct visit *v)
{
	const struct site_source *s = v->ask.source;
	return !v->ask.route || !s->ready || s->ready(s->ctx, &v->ask);
}
