/* SPDX-License-Identifier: Apache-2.0 */
#include "web/site.h"

#include "mirror/submit.h"
#include "register/org.h"
#include "register/search.h"
#include "web/akoma.h"
#include "web/alert.h"
#include "web/linked.h"
#include "web/memento.h"
#include "web/model_int.h"
#include "web/shelf.h"
#include "web/typed.h"
#include "web/witnesses.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct register_site {
	struct arena arena;
	struct reg *reg, *door; /* door: open for writing; NULL: this site only reads */
	const struct view *first; /* whose bundle holds the organisation's words */
	const struct org *org;
	struct site_words *words;
	size_t nwords;
	struct url base;
	const char *dir;
	struct shelf *shelf;
	struct typed *typed;
	_Atomic int64_t day_until; /* seconds since 1970: until then `day` need not be asked again */
	_Atomic civil day;
	struct alert *alert;
	struct submit *submit;
	_Atomic int64_t door_looked; /* second of the last look at whether acts can be taken */
	_Atomic uint64_t door_number; /* another one whenever that has changed */
	pthread_t warming;
	bool warms; /* that thread must be joined */
	pthread_mutex_t lock; /* guards what follows */
	bool door_stopped;
	struct err door_why;
	uint64_t note_size; /* of the log when `note` was read */
	struct arena note_arena;
	struct str note;
};

int register_site_almanac(
	struct register_site *s, uint64_t known, const struct tongue *t, struct almanac **ret, struct err *e)
{
	return shelf_almanac(s->shelf, known, t, ret, e);
}

/* ---- what the floor asks ----------------------------------------------------------------------------------------- */

static uint64_t position(void *ctx)
{
	struct register_site *s = ctx;
	struct err e;
	/* A log that cannot be followed just now still answers from what is known. */
	(void)reg_refresh(s->reg, &e);
	return reg_size(s->reg) - 1;
}

/* Asked for every request, so the time zone is looked up once a minute only: days begin on whole minutes everywhere. */
static civil today(void *ctx)
{
	struct register_site *s = ctx;
	int64_t now = (int64_t)time(NULL);
	if (now >= s->day_until) {
		s->day = date_day(org_now(s->org));
		s->day_until = now - now % 60 + 60;
	}
	return s->day;
}

/* The newest signed note: its lines are the origin, the number of entries, the root, then signatures. */
static struct str newest_note(struct register_site *s, struct arena *a)
{
	uint64_t size = reg_size(s->reg);
	pthread_mutex_lock(&s->lock);
	if (s->note_size != size) {
		arena_reset(&s->note_arena);
		s->note = reg_checkpoint(s->reg, &s->note_arena);
		s->note_size = size;
	}
	struct str copy = arena_str(a, s->note);
	pthread_mutex_unlock(&s->lock);
	return copy;
}

static void link_to(struct out *o, const char *href, const char *text)
{
	HTML(o, "<a href=\"");
	html_attr(o, href);
	HTML(o, "\">");
	html_text(o, tr(o, text));
	HTML(o, "</a>");
}

static struct html state_of_record(struct register_site *s, const struct ask *a)
{
	struct buf b;
	struct out o = {&b, a->arena, a->tongue};
	struct str rest = newest_note(s, a->arena), origin = {NULL, 0}, size = {NULL, 0}, root = {NULL, 0}, witnesses, confirmed;
	uint64_t entries = 0;
	(void)(str_line(&rest, &origin) && str_line(&rest, &size) && str_line(&rest, &root));
	(void)str_u64(size, &entries);
	buf_init(&b, 2000);
	for (struct tr_walk w = tr_start(&o, witnesses_sentence(s, entries, a->arena, &witnesses, &confirmed)); tr_step(&w);) {
		html_text(&o, w.text);
		if (tr_at(&w, "last"))
			html_text(&o, entries - !!entries);
		if (tr_at(&w, "witnesses"))
			html_text(&o, tr_digits(&o, witnesses));
		if (tr_at(&w, "confirmed"))
			html_text(&o, tr_digits(&o, confirmed));
		if (tr_at(&w, "root")) {
			HTML(&o, "<code class=\"hash\">");
			html_text(&o, str_slice(root, 0, 16));
			HTML(&o, "…</code>");
		}
		if (tr_at(&w, "check"))
			link_to(&o, "/checkpoint", N_("The signed checkpoint"));
	}
	struct html h = {arena_str(a->arena, buf_str(&b))};
	buf_done(&b);
	return h;
}

/* A file stays while the record grows. */
static struct html state_published(const struct ask *a)
{
	struct buf b;
	struct out o = {&b, a->arena, a->tongue};
	buf_init(&b, 2000);
	for (struct tr_walk w = tr_start(&o, N_("No entry after {n} has changed this page. {check} says how many there are.")); tr_step(&w);) {
		html_text(&o, w.text);
		if (tr_at(&w, "n"))
			html_text_uint(&o, ask_named(a));
		if (tr_at(&w, "check"))
			link_to(&o, "/checkpoint", N_("The signed checkpoint"));
	}
	struct html h = {arena_str(a->arena, buf_str(&b))};
	buf_done(&b);
	return h;
}

static struct str in_language(const struct title *t, size_t n, const struct tongue *tongue)
{
	return title_pick(t, n, str_of(tongue->code)).text;
}

/* Its name, unless its language has a form of its own for sentences. */
static struct str name_within(const struct org *org, const struct tongue *t)
{
	for (size_t i = 0; i < org->nwithin; i++)
		if (str_eq(org->within[i].lang, str_of(t->code)))
			return org->within[i].text;
	return in_language(org->names, org->nnames, t);
}

struct site_words site_words_of(const struct org *org, const struct tongue *t, struct arena *a)
{
	struct out o = {NULL, a, t};
	return (struct site_words){.tongue = t,
		.organisation = in_language(org->names, org->nnames, t),
		.within = name_within(org, t),
		.kind = tr(&o, N_("Public register")),
		.notice = in_language(org->notices, org->nnotices, t)};
}

/* A full disk stops the filing, and nothing else: readers are told, and whoever keeps the register. */
static void door_dress(struct register_site *s, const struct ask *a, struct frame *f)
{
	pthread_mutex_lock(&s->lock);
	if (s->door_stopped && !f->alert.n) {
		f->alert = tr(&(struct out){NULL, a->arena, a->tongue}, N_("No act can be filed just now. What is on record can be read as before."));
		f->alert_says = arena_str(a->arena, str_of(s->door_why.what));
		f->alert_href = url_fmt(a->arena, "/api/acts");
	}
	pthread_mutex_unlock(&s->lock);
}

/* The ruler of all statuses, which a page with changes of its own replaces (model_watch); and the words of the organisation as they
 * were adopted at that entry. */
static void dress(void *ctx, const struct ask *a, struct frame *f)
{
	struct register_site *s = ctx;
	struct almanac *al;
	struct err e;
	if (a->published) {
		f->record = state_published(a);
	} else {
		f->record = state_of_record(s, a);
		alert_dress(s->alert, a, f);
		door_dress(s, a, f);
		witnesses_dress(s, a, f);
	}
	if (!f->has_bar || register_site_almanac(s, a->known, a->tongue, &al, &e) < 0)
		return;
	f->bar.known_href = url_fmt(
		a->arena, "/%s/acts/%llu%.*s", a->tongue->code, (unsigned long long)ask_named(a), STR_ARG(ask_when(a).s));
	f->bar.first_day = date_from(al->first_year, 1, 1);
	struct site_words *words = arena_new(a->arena, struct site_words);
	*words = site_words_of(record_org(view_record(al->view)), a->tongue, a->arena);
	f->words = words; /* strings of the bundle, which the log keeps: copied, since the view may go */
	words->organisation = arena_str(a->arena, words->organisation);
	words->within = arena_str(a->arena, words->within);
	words->notice = arena_str(a->arena, words->notice);
	words->notice_href = url_fmt(a->arena, "/%s/about%.*s#notice", a->tongue->code, STR_ARG(ask_when(a).s));
	words->notice_link = tr(&(struct out){NULL, a->arena, a->tongue}, N_("What that means"));
	struct model m;
	model_make(&m, al, a);
	if (a->route->statuses)
		model_dress(m.al, a, &f->bar);
	m.site = s;
	m.ret = &(struct response){0};
	f->linked = linked_block(&m);
	if ((a->route->forms & FORMS(FORM_AKN)) && !akoma_has(&m))
		frame_without(f, FORM_AKN);
	almanac_unref(al);
}

/* Must a past be evaluated for this? So it is if the question names a point of knowledge that is not on the shelf; one that its words
 * may name (question.h) counts as one that is not. */
static bool ready(void *ctx, const struct ask *a)
{
	struct register_site *s = ctx;
	struct ask_value own = ask_param(a, "known"); /* of a set that holds all days */
	uint64_t known = own.given ? own.number : a->known;
	return (known >= a->position || shelf_has(s->shelf, known, a->tongue)) && str_find(ask_param(a, "q").text, STR("known")) == ask_param(a, "q").text.n;
}

/* ---- the record at a time ---------------------------------------------------------------------------------------- */

static civil seat(void *ctx, int64_t utc)
{
	struct register_site *s = ctx;
	return org_civil(s->org, utc);
}

/* The clocks of the seat may show a time twice, or never: then it is one of the two, or close by. */
static int64_t utc(void *ctx, civil t)
{
	struct register_site *s = ctx;
	int64_t at = t - (org_civil(s->org, t) - t);
	return t - (org_civil(s->org, at) - at);
}

static uint64_t known_when(void *ctx, civil t, uint64_t newest)
{
	struct register_site *s = ctx;
	const struct view *v;
	struct err e;
	if (reg_view(s->reg, STR("public"), newest, &v, &e) < 0)
		return newest;
	uint64_t known = known_at(view_record(v), t);
	view_unref(v);
	return known;
}

static bool led_here(void *ctx, civil on, uint64_t known, uint64_t newest, civil *ret)
{
	struct register_site *s = ctx;
	const struct view *v;
	struct err e;
	civil received;
	bool led = false;
	if (reg_view(s->reg, STR("public"), newest, &v, &e) < 0)
		return false;
	if (known == 0 || received_at(record_act(view_record(v), known), &received)) {
		*ret = known && received > on ? received : on;
		led = *ret < on + DAY && known_at(view_record(v), *ret) == known;
	}
	view_unref(v);
	return led;
}

/* ---- open and close ---------------------------------------------------------------------------------------------- */

/* The site speaks the languages that the organisation wants and this program has words for; English if there is none.
 */
static void choose_languages(struct register_site *s)
{
	const struct org *org = s->org;
	s->words = arena_array(&s->arena, tongues_n + 1, struct site_words);
	for (size_t i = 0; i < org->nlanguages + 1; i++) {
		const struct tongue *t = i < org->nlanguages ? tongue_find(org->languages[i])
					 : s->nwords         ? NULL
							     : &tongues[0];
		for (size_t k = 0; k < s->nwords && t; k++)
			t = s->words[k].tongue == t ? NULL : t;
		if (!t || s->nwords == tongues_n)
			continue;
		s->words[s->nwords++] = site_words_of(org, t, &s->arena);
	}
}

int register_site_open(const char *dir, const char *base, struct register_site **ret, struct err *e)
{
	struct register_site *s = calloc(1, sizeof *s);
	if (!s)
		return err_set(e, ERR_SYSTEM, "memory", "memory is short");
	pthread_mutex_init(&s->lock, NULL);
	s->dir = arena_fmt(&s->arena, "%s", dir).p;
	int rc = reg_open(dir, REG_READ, &s->reg, e);
	if (rc == 0)
		rc = reg_view(s->reg, STR("public"), UINT64_MAX, &s->first, e);
	if (rc == 0 && !(s->shelf = shelf_new(s->reg)))
		rc = err_set(e, ERR_SYSTEM, "memory", "memory is short");
	if (rc < 0) {
		register_site_close(s);
		return rc;
	}
	s->org = record_org(view_record(s->first));
	s->alert = alert_new(s->dir);
	s->typed = typed_new();
	s->base = (struct url){arena_str(&s->arena, str_of(base))};
	choose_languages(s);
	*ret = s;
	return 0;
}

static void *warm(void *arg)
{
	struct register_site *s = arg;
	const struct view *v;
	struct err e; /* whoever searches then makes it, and is told */
	if (reg_view(s->reg, STR("public"), UINT64_MAX, &v, &e) < 0)
		return NULL;
	(void)reg_search_prepare(s->reg, v, &e);
	view_unref(v);
	return NULL;
}

void register_site_warm(struct register_site *s)
{
	s->warms = s->warms || pthread_create(&s->warming, NULL, warm, s) == 0;
}

void register_site_close(struct register_site *s)
{
	if (!s)
		return;
	if (s->reg)
		reg_search_stop(s->reg);
	if (s->warms)
		pthread_join(s->warming, NULL);
	submit_stop(s->submit);
	shelf_free(s->shelf);
	alert_free(s->alert);
	typed_free(s->typed);
	view_unref(s->first);
	reg_close(s->door);
	reg_close(s->reg);
	pthread_mutex_destroy(&s->lock);
	arena_done(&s->note_arena);
	arena_done(&s->arena);
	free(s);
}

int register_site_accept(struct register_site *s, struct err *e)
{
	return reg_open(s->dir, REG_WRITE, &s->door, e);
}

int register_site_witness(struct register_site *s, uint32_t deadline, void (*report)(void *ctx, const struct err *e), void *ctx, struct err *e)
{
	return submit_start(&(struct submit_config){.dir = s->dir, .deadline = deadline, .report = report, .ctx = ctx}, &s->submit, e);
}

struct submit *register_site_submit(struct register_site *s)
{
	return s->submit;
}

struct reg *register_site_door(struct register_site *s)
{
	return s->door;
}

struct reg *register_site_reg(struct register_site *s)
{
	return s->reg;
}

const char *register_site_dir(struct register_site *s)
{
	return s->dir;
}

bool register_site_look_at_door(struct register_site *s, struct err *ret)
{
	struct err why = {0};
	bool stopped = s->door && reg_stopped(s->door, &why);
	pthread_mutex_lock(&s->lock);
	bool changed = stopped != s->door_stopped;
	s->door_stopped = stopped;
	s->door_why = why;
	if (changed)
		atomic_fetch_add(&s->door_number, 1);
	pthread_mutex_unlock(&s->lock);
	*ret = why;
	return changed;
}

static uint64_t alert(void *ctx)
{
	struct register_site *s = ctx;
	struct err ignored;
	int64_t now = (int64_t)time(NULL), last = atomic_load(&s->door_looked);
	if (s->door && now != last && atomic_compare_exchange_strong(&s->door_looked, &last, now))
		(void)register_site_look_at_door(s, &ignored);
	/* all of them only grow */
	return alert_number(s->alert) + (s->submit ? submit_number(s->submit) : 0) + atomic_load(&s->door_number);
}

struct web_config register_site_config(struct register_site *s)
{
	return (struct web_config){
		.site = {.words = s->words,
			.n = s->nwords,
			.base = s->base,
			.routes = web_routes,
			.search = "/{lang}/search",
			.typed = s->typed},
		.source = {.ctx = s, .position = position, .today = today, .dress = dress, .alert = alert, .ready = ready,
			.known_at = known_when, .led_here = led_here, .seat = seat, .utc = utc},
	};
}
