/* SPDX-License-Identifier: Apache-2.0 */
#include "web/web.h"

#include "web/asked.h"
#include "web/cite.h"
#include "web/fault.h"
#include "web/reply.h"

#include <stdlib.h>

enum { CACHE_BYTES = 64 << 20 };

struct web {
	struct web_config config;
	struct cache *cache;
	struct http *http;
};

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
	if (v->ask.source->report)
		v->ask.source->report(v->ask.source->ctx, e);
	v->problem.err = (struct err){.code = rc}; /* the reader is told no more than that it failed */
	v->problem.say = tr(&o, N_("The register could not answer this. Nothing was changed."));
	err_set(&v->problem.err, rc, "register", "The register could not answer this. Nothing was changed.");
}

static struct http_reply *put_question(struct visit *v)
{
	struct response w = {.status = 200};
	struct err e = {0};
	buf_init(&w.body, REPLY_MAX);
	int rc = (CITES & FORMS(v->ask.form) ? cite_answer : v->ask.route->handler)(&v->ask, v->ask.source->ctx, &w, &e);
	if (rc == 0 && w.body.over)
		rc = err_set(&e, ERR_SYSTEM, v->ask.route->pattern, "the answer is longer than %zu bytes, or memory is short", w.body.max);
	if (rc == 0)
		return w.location.s.n ? (buf_done(&w.body), reply_redirect(v, w.status, w.location, w.vary)) : reply_finish(v, &w);
	buf_done(&w.body);
	if (v->chosen)
		v->ask.tongue = ask_preferred(&v->ask);
	take_error(v, rc, &e, &w.problem);
	return reply_complain(v);
}

/* Where this answer is made. */
static unsigned lane_of(const struct visit *v)
{
	if (v->ask.posted)
		return LANE_POSTS;
	return visit_ready(v) ? v->ask.route->lane : LANE_PAST;
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
	return reply_complain(v);
}

/* NULL with *ret_lane set: it is made there. */
static struct http_reply *fresh_answer(struct visit *v, unsigned *ret_lane)
{
	if (v->rq->full)
		return turn_away(v);
	if (ret_lane && v->rq->lane == LANE_HERE && (*ret_lane = lane_of(v)) != LANE_HERE)
		return NULL;
	if (!v->match.lang.n && v->ask.route->keep != KEEP_NOT)
		v->ask.tongue = v->ask.site->words[0].tongue; /* what a machine address says depends on no reader */
	return put_question(v);
}

/* `name`: by which the cache may give the answer, too; empty: by none. */
static struct http_reply *cached_answer(struct cache *c, struct visit *v, struct str name, unsigned *ret_lane)
{
	UNSET char bytes[ASKED_KEY_MAX];
	enum keep keep = v->ask.route->keep;
	if (keep == KEEP_NOT || v->ask.posted)
		return fresh_answer(v, ret_lane);
	struct str key = asked_key(&v->ask, bytes);
	uint64_t position = keep == KEEP_FOREVER ? 0 : v->ask.position;
	struct http_reply *r = cache_get(c, key, position);
	if (r) { /* it is asked for again */
		if (name.n)
			cache_name(c, name, key, v->ask.position);
		return r;
	}
	r = fresh_answer(v, ret_lane);
	if (r && http_reply_status(r) == 200)
		cache_put(c, key, position, r);
	return r;
}

/* What has a better address is there. One that differs by its last slash is only named if something stands there: what is nowhere is said to be. */
static struct http_reply *lead(struct cache *c, struct visit *v, unsigned *ret_lane)
{
	bool looks = v->match.moved && visit_only_asks(v);
	struct http_reply *r = looks ? cached_answer(c, v, (struct str){NULL, 0}, ret_lane) : NULL;
	if (looks && (!r || http_reply_status(r) >= 400))
		return r;
	http_reply_unref(r);
	return reply_redirect(v, 301, v->moved, NULL);
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
	visit_init(&v, &w->config, rq, today, position);
	r = visit_understand(&v) < 0 ? reply_complain(&v)
			       : v.moved.s.n	  ? lead(w->cache, &v, ret_lane)
			       : v.memento.moved.s.n ? reply_redirect(&v, 302, v.memento.moved, NULL)
						  : cached_answer(w->cache, &v, asked, ret_lane);
	visit_done(&v);
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
	visit_init(&v, &w->config, &rq, p->today, p->position);
	v.ask.published = p;
	reads_reset(&p->reads);
	p->reckons = p->all_noted = false;
	struct http_reply *r = NULL;
	if (visit_understand(&v) == 0 && !v.moved.s.n && v.ask.route->keep != KEEP_NOT && !(v.ask.route->asked & FORMS(v.ask.form)) &&
		!(v.ask.has_on && v.ask.route->days_asked)) {
		v.memento = (struct memento){0}; /* a file does not look at what is asked */
		p->days_too = v.ask.route->when && !v.ask.route->days_asked;
		p->tongue = v.ask.tongue;
		r = put_question(&v);
	}
	visit_done(&v);
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

struct http_reply *web_refusal(struct web *w, const struct tongue *t, enum refusal why, enum form f, struct published *p)
{
	static const struct {
		int status;
		const char *id, *heading, *what;
	} rows[] = {
		[REFUSAL_UNPUBLISHED] = {404, "address.unpublished", N_("This page is not among the published ones"),
			N_("Here stand the pages of today, and of each day that the date bar of a page marks: choose a day there. For any other day, for searches and questions, and for what was known earlier, ask the register itself: {server}")},
		[REFUSAL_AWAY] = {503, "register.away", N_("The register does not answer just now"),
			N_("This is answered by the register itself, which cannot be reached at the moment. Ask again in a few minutes. The pages of today are here as always, and so are those of the days that their date bars mark.")},
		[REFUSAL_REQUEST] = {400, "request", N_("The request cannot be read"), N_("Its address, or one of its headers, is not written as HTTP writes them.")},
		[REFUSAL_METHOD] = {405, "method", N_("This address only answers"), N_("Only GET and HEAD are answered here.")},
		[REFUSAL_BODY] = {413, "body.long", N_("What was sent is too long"), N_("This address takes at most {n} bytes.")},
		[REFUSAL_HEAD] = {431, "request.long", N_("The request is too long"),
			N_("The request line and the headers have more than {n} bytes together. Send fewer or shorter headers; cookies are never needed here.")},
	};
	const size_t most = why == REFUSAL_BODY ? routes_body_max(w->config.site.routes) : HTTP_HEAD_MAX;
	UNSET struct visit v;
	const struct http_request rq = {.target = STR("/"), .accept = str_of(form_media(f))};
	visit_init(&v, &w->config, &rq, p->today, p->position);
	v.ask.tongue = t;
	v.ask.published = p;
	visit_refuse(&v, rows[why].status, rows[why].id, rows[why].heading, "address", rows[why].what,
		why == REFUSAL_UNPUBLISHED ? (struct tr_slot){"server", p->server.s} : (struct tr_slot){"n", arena_fmt(v.ask.arena, "%zu", most)});
	struct http_reply *r = reply_complain(&v);
	visit_done(&v);
	return r;
}

/* Start and stop */

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
