/* SPDX-License-Identifier: Apache-2.0 */
#include "web/frame.h"

#include "web/asset.h"
#include "web/cite.h"

#include <string.h>

const struct site_words *site_words(const struct site *s, const struct tongue *t)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->words[i].tongue == t)
			return &s->words[i];
	return NULL;
}

const struct asset *asset_find(const char *file)
{
	for (size_t i = 0; i < assets_n; i++)
		if (str_eq(assets[i].file, str_of(file)))
			return &assets[i];
	return NULL;
}

/* Empty when there is no such file. */
static struct url asset_url(struct arena *a, const char *file)
{
	const struct asset *f = asset_find(file);
	return f ? url_fmt(a, "/asset/%.*s", STR_ARG(f->name)) : (struct url){{NULL, 0}};
}

/* The same page in each language of the site: the address with its first part replaced. Whoever reads none of them is best served
 * by the first, which the site falls back to, and the sitemap says the same. */
static void add_languages(struct frame *f, const struct ask *a)
{
	bool page = a->route && str_starts(str_of(a->route->pattern), STR("/{lang}/"));
	struct str path = page ? ask_on_known(a, a->has_on, a->on, a->has_known, a->known).s : STR("");
	size_t cut = 1 + (page && a->segments ? strlen(a->tongue->code) : 0);
	struct link first = {.lang = STR_INIT("x-default")};
	for (size_t i = 0; i < a->site->n; i++) {
		const struct tongue *t = a->site->words[i].tongue;
		struct str rest = path.n > cut ? str_slice(path, cut, path.n) : STR("/");
		struct link l = {.href = url_fmt(a->arena, "/%s%.*s", t->code, STR_ARG(rest)), .text = str_of(t->name), .lang = str_of(t->lang),
			.current = t == a->tongue};
		arena_push(a->arena, &f->languages, l);
		l.href = url_fmt(a->arena, "%.*s%.*s", STR_ARG(a->site->base.s), STR_ARG(l.href.s));
		first.href = i == 0 ? l.href : first.href;
		if (page && a->site->n > 1)
			arena_push(a->arena, &f->alternates, l);
	}
	if (f->alternates.n)
		arena_push(a->arena, &f->alternates, first);
}

/* Patterns of sections have no hole but the language, so that they can be linked to. */
void frame_sections(struct frame *f, const struct ask *a)
{
	const struct routes *r = &a->site->routes;
	struct out o = {NULL, a->arena, a->tongue};
	struct url when = ask_when(a);
	for (size_t i = 0; i < r->n; i++) {
		bool second = r->v[i].more != NULL;
		if (!r->v[i].section && !second)
			continue;
		struct str pattern = str_of(r->v[i].pattern), tail = str_slice(pattern, strlen("/{lang}"), pattern.n);
		bool current = a->segments > 1 && str_starts(str_slice(tail, 1, tail.n), a->segment[1]) &&
			       tail.n - 1 == a->segment[1].n;
		struct link l = {.href = url_fmt(a->arena, "/%s%.*s%.*s", a->tongue->code, STR_ARG(tail),
					 STR_ARG(r->v[i].when ? when.s : STR(""))),
			.text = tr(&o, second ? r->v[i].more : r->v[i].section), .current = current};
		if (second)
			arena_push(a->arena, &f->more, l);
		else
			arena_push(a->arena, &f->sections, l);
	}
}

/* What is subscribed to is asked again and again: it has no dates of its own. */
static void add_calendar(struct frame *f, const struct ask *a, struct url href)
{
	struct ask today = *a;
	struct str scheme, rest;
	today.has_on = today.has_known = false;
	f->calendar = href;
	if (str_cut(a->site->base.s, ':', &scheme, &rest))
		f->webcal = url_fmt(a->arena, "webcal:%.*s%.*s", STR_ARG(rest), STR_ARG(ask_form(&today, FORM_ICS).s));
}

static void add_data(struct frame *f, const struct ask *a)
{
	for (unsigned k = 0; k < FORM_MAX; k++) {
		unsigned forms = a->route->forms & ~(a->published ? a->route->asked : 0);
		if (k == FORM_HTML || (CITES & FORMS(k)) || !(forms & FORMS(k)))
			continue;
		struct link l = {.href = ask_form(a, (enum form)k), .text = str_of(form_name((enum form)k)),
			.media = str_of(form_media((enum form)k))};
		arena_push(a->arena, &f->data, l);
		if (k == FORM_ICS)
			add_calendar(f, a, l.href);
	}
}

static void add_bar(struct frame *f, const struct ask *a)
{
	struct datebar *b = &f->bar;
	f->has_bar = true;
	b->on = a->on;
	b->first_day = CIVIL_ALWAYS;
	b->past = a->on < a->today;
	b->future = a->on > a->today;
	b->limited = a->has_known && a->known != a->position;
	b->known = ask_named(a);
	struct buf page;
	buf_init(&page, 8192);
	url_encode(&page, ask_self(a).s);
	b->other_href = url_fmt(a->arena, "/%s/date?page=%.*s%.*s", a->tongue->code, STR_ARG(buf_str(&page)), STR_ARG(ask_also(a).s));
	buf_done(&page);
	b->today_href = ask_on_known(a, false, 0, false, 0);
	for (size_t i = 0; b->past && i < a->site->routes.n; i++)
		if (str_eq(str_of(a->site->routes.v[i].pattern), STR("/{lang}/changes")) && a->route != &a->site->routes.v[i])
			b->since_href = url_fmt(a->arena, "/%s/changes?from=%s%.*s", a->tongue->code, date_print(a->on, (char[DATE_LEN]){0}),
				STR_ARG(a->has_known ? url_fmt(a->arena, "&known=%llu", (unsigned long long)a->known).s : STR("")));
}

void frame_without(struct frame *f, enum form form)
{
	size_t n = 0;
	for (size_t i = 0; i < f->data.n; i++)
		if (!str_eq(f->data.v[i].media, str_of(form_media(form))))
			f->data.v[n++] = f->data.v[i];
	f->data.n = n;
}

/* After the source has dressed the frame: the organisation is called as it was at that entry. */
static void add_cite(struct frame *f, const struct ask *a)
{
	static const enum form forms[] = {FORM_BIB, FORM_RIS, FORM_CSL};
	if (!f->permanent.n || !(a->route->forms & CITES))
		return;
	f->cite = cite_text(f, a);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct ask there = *a; /* a citation names the day and the entry */
		there.has_on = there.has_known = true;
		there.known = ask_named(a);
		struct link l = {.href = ask_form(&there, forms[i]), .text = str_of(form_name(forms[i])), .media = str_of(form_media(forms[i]))};
		arena_push(a->arena, &f->cites, l);
	}
}

void frame_init(struct frame *f, const struct ask *a, struct str title)
{
	frame_named(f, a, title, (struct html){{NULL, 0}});
}

void frame_named(struct frame *f, const struct ask *a, struct str title, struct html shown)
{
	*f = (struct frame){.words = site_words(a->site, a->tongue), .tongue = a->tongue, .title = title, .shown = shown};
	f->css = asset_url(a->arena, "comity.css");
	f->icon = asset_url(a->arena, "icon.svg");
	f->home = url_fmt(a->arena, "/%s/%.*s", a->tongue->code, STR_ARG(ask_when(a).s));
	if (a->site->search) {
		struct str pattern = str_of(a->site->search);
		f->search = url_fmt(a->arena, "/%s%.*s", a->tongue->code, STR_ARG(str_slice(pattern, strlen("/{lang}"), pattern.n)));
	}
	char day[DATE_LEN];
	if (a->has_on)
		f->keep_on = arena_str(a->arena, str_of(date_print(a->on, day)));
	if (a->has_known)
		f->keep_known = arena_fmt(a->arena, "%llu", (unsigned long long)a->known);
	add_languages(f, a);
	frame_sections(f, a);
	if (a->route) {
		add_data(f, a);
		if (a->route->when) {
			add_bar(f, a);
			f->permanent = url_fmt(a->arena, "%.*s%.*s", STR_ARG(a->site->base.s),
				STR_ARG(ask_on_known(a, true, a->on, true, ask_named(a)).s)).s;
		}
	}
	if (a->source->dress)
		a->source->dress(a->source->ctx, a, f);
	add_cite(f, a);
	if (a->frame) {
		*a->frame = *f;
		a->frame->title = arena_str(a->arena, f->title); /* it may be the record's, which the page does not hold for ever */
		a->frame->shown.s = arena_str(a->arena, f->shown.s);
	}
}
