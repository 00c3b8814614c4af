/* SPDX-License-Identifier: Apache-2.0
 *
 * The handlers that need no register: the redirect from "/", the date form, the embedded files, what crawlers may ask.
 */
#include "web/asset.h"
#include "web/handlers.h"
#include "web/pages.h"

const struct tongue *ask_reader(const struct ask *a)
{
	return a->route && !str_starts(str_of(a->route->pattern), STR("/{lang}")) ? ask_preferred(a) : a->tongue;
}

const struct tongue *ask_preferred(const struct ask *a)
{
	const struct tongue *offered[16];
	size_t n = a->site->n < 16 ? a->site->n : 16;
	for (size_t i = 0; i < n; i++)
		offered[i] = a->site->words[i].tongue;
	return offered[route_language(offered, n, a->accept_language)];
}

int root_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	(void)ctx, (void)e;
	ret->status = 302;
	ret->location = url_fmt(a->arena, "/%s/%.*s", ask_preferred(a)->code, STR_ARG(ask_when(a).s));
	ret->vary = "Accept-Language";
	return 0;
}

/* The form leads back to a page of this site, in the form's language; anything else in `page` would make it a way to other sites. */
static struct url page_of(const struct ask *a)
{
	struct target t;
	struct route_match m;
	const char *id;
	struct err e;
	struct str page = ask_param(a, "page").text;
	if (page.n && target_parse(page, &t, &id, &e) == 0 && t.params == 0 && page.p[0] == '/') {
		route_find(a->site->routes, &t, &m);
		if (m.route && !m.moved && m.route->when && m.route != a->route)
			return m.lang.n ? url_fmt(a->arena, "/%s%.*s", a->tongue->code, STR_ARG(str_slice(page, 1 + m.lang.n, page.n)))
					: url_fmt(a->arena, "%.*s", STR_ARG(page));
	}
	return url_fmt(a->arena, "/%s/", a->tongue->code);
}

int date_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct out o = {&ret->body, a->arena, a->tongue};
	struct date_page p;
	(void)ctx, (void)e;
	frame_init(&p.frame, a, tr(&o, N_("Another date")));
	p.frame.permanent = (struct str){NULL, 0};
	p.frame.cite = (struct html){{NULL, 0}};
	p.frame.bar.form = true;
	p.frame.bar.form_action = url_fmt(a->arena, "/%s/when", a->tongue->code);
	p.frame.bar.form_page = page_of(a).s;
	p.frame.bar.form_known = a->has_known ? arena_fmt(a->arena, "%llu", (unsigned long long)a->known) : STR("");
	/* What the bar says of neighbours and differences is true of that page, not of this one. */
	p.frame.bar.today_href = (struct url){p.frame.bar.form_page};
	p.frame.bar.differ = 0;
	p.frame.bar.prev = p.frame.bar.next = (struct link){0};
	page_date(&o, &p);
	return 0;
}

int when_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	(void)ctx, (void)e;
	ret->status = 303;
	ret->location = url_fmt(a->arena, "%.*s%.*s", STR_ARG(page_of(a).s), STR_ARG(ask_when(a).s));
	return 0;
}

/* The day as part of the path, for those who keep pages as files. */
int at_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	char day[DATE_LEN];
	civil on;
	(void)ctx;
	if (a->id[0].n != STR("2024-07-04").n || !date_parse(a->id[0], &on))
		return PROBLEM(a, &ret->problem, ERR_ABSENT, "address", N_("Between “/at/” and the page stands a day, as in {example}."),
			       {"example", STR("/at/2024-07-04/en/participants")}),
		       *e = ret->problem.err, ERR_ABSENT;
	struct buf b;
	buf_init(&b, 4 * TARGET_MAX);
	for (size_t i = 2; i < a->segments; i++) {
		buf_addc(&b, '/');
		url_encode(&b, a->segment[i]);
	}
	buf_adds(&b, a->segments == 3 ? "/" : "");
	ret->location = url_fmt(a->arena, "%.*s?on=%s", STR_ARG(buf_str(&b)), date_print(on, day));
	ret->status = 301;
	buf_done(&b);
	return 0;
}

/* Every page has as many addresses as there are days and entries, and each point of knowledge costs an evaluation of the
 * record. The pages of today link to all there is. RFC 9309 2.2.3: a "*" is any text, the question mark is itself. */
int robots_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	(void)ctx, (void)e;
	buf_adds(&ret->body, "User-agent: *\n"
			     "Disallow: /*?on=\n"
			     "Disallow: /*&on=\n"
			     "Disallow: /*?known=\n"
			     "Disallow: /*&known=\n"
			     "Disallow: /*?from=\n"
			     "Disallow: /*&from=\n"
			     "Disallow: /at/\n"
			     "Disallow: /api/\n");
	for (size_t i = 0; i < a->site->routes.n; i++)
		if (str_eq(str_of(a->site->routes.v[i].pattern), STR("/sitemap")))
			buf_addf(&ret->body, "Sitemap: %.*s/sitemap.xml\nSitemap: %.*s/sitemap/news.xml\n", STR_ARG(a->site->base.s), STR_ARG(a->site->base.s));
	return 0;
}

int asset_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	(void)ctx;
	for (size_t i = 0; i < assets_n; i++) {
		if (!str_eq(assets[i].name, a->id[0]))
			continue;
		buf_add(&ret->body, assets[i].bytes);
		ret->media = assets[i].media;
		return 0;
	}
	return ASK_FAULT(a, ret, e, ERR_ABSENT, "asset", N_("There is no such file in this release."), {0});
}
