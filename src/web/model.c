/* SPDX-License-Identifier: Apache-2.0 */
#include "web/akoma.h"
#include "web/calendar.h"
#include "web/feeds.h"
#include "web/linked.h"
#include "html/locale.h"
#include "web/model_int.h"

#include <string.h>

void model_make(struct model *m, struct almanac *al, const struct ask *a)
{
	if (a->published)
		al = almanac_noted(al, &a->published->reads, a->arena);
	*m = (struct model){.a = a,
		.o = {NULL, a->arena, a->tongue},
		.arena = a->arena,
		.al = al,
		.voc = &al->voc,
		.view = al->view,
		.record = view_record(al->view),
		.lang = str_of(a->tongue->code),
		.on = view_on(a->on)};
	m->rb = record_rulebook(m->record);
	m->syms = view_syms(al->view);
	m->words = record_words(m->record);
	m->org = record_org(m->record);
}

/* Forms that a page has beside its own, which follow from what it is about. */
static model_handler *handler_of(const struct ask *a, model_handler *show)
{
	static model_handler *const by_form[FORM_MAX] = {
		[FORM_JSONLD] = linked_show, [FORM_ATOM] = feed_show, [FORM_FEED] = feed_show, [FORM_ICS] = calendar_show,
		[FORM_AKN] = akoma_show};
	bool page = str_starts(str_of(a->route->pattern), STR("/{lang}/"));
	return page && by_form[a->form] ? by_form[a->form] : show;
}

int model_run(const struct ask *a, void *ctx, struct response *ret, struct err *e, model_handler *show)
{
	struct model m;
	struct almanac *al;
	int rc = register_site_almanac(ctx, a->known, a->tongue, &al, e);
	if (rc < 0)
		return rc;
	model_make(&m, al, a);
	m.o.b = &ret->body;
	m.ret = ret;
	m.site = ctx;
	if (a->published)
		a->published->all_noted = true;
	if (a->known != a->position)
		rc = register_site_almanac(ctx, a->position, a->tongue, &m.newest, e);
	if (rc == 0)
		rc = handler_of(a, show)(&m, e);
	almanac_unref(m.newest);
	almanac_unref(al);
	return rc;
}

uint64_t model_known(const struct model *m)
{
	view_note(m->view, READ_ANYTHING, 0);
	return m->a->known;
}

/* ---- markup ------------------------------------------------------------------------------------------------------ */

struct out model_begin(const struct model *m, struct buf *b)
{
	buf_init(b, 1 << 20);
	return (struct out){b, m->arena, m->a->tongue};
}

struct html model_end(const struct model *m, struct buf *b)
{
	struct html h = {arena_str(m->arena, buf_str(b))};
	buf_done(b);
	return h;
}

struct str model_tr(const struct model *m, const char *msgid)
{
	return tr(&m->o, msgid);
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* No line ends at a hyphen: at any, or between a number and its ending (the Russian "24-/th"). */
static struct str held(struct arena *arena, struct str text, bool any)
{
	struct buf b;
	if (!text.n || !memchr(text.p, '-', text.n))
		return text;
	buf_init(&b, 4 * text.n);
	for (size_t i = 0; i < text.n; i++) {
		buf_add(&b, (struct str){text.p + i, 1});
		if (text.p[i] == '-' && (any || (i && digit(text.p[i - 1]) && i + 1 < text.n && !digit(text.p[i + 1]))))
			buf_add(&b, STR("\u2060"));
	}
	struct str s = arena_str(arena, buf_str(&b));
	buf_done(&b);
	return s;
}

/* A date may end a line before its year, and nowhere else. */
static struct str dated(struct arena *arena, struct str date)
{
	struct buf b;
	buf_init(&b, 2 * date.n);
	for (size_t i = 0; i < date.n; i++)
		buf_add(&b, date.p[i] == ' ' && i + 1 < date.n && !digit(date.p[i + 1]) ? STR("\u00a0") : (struct str){date.p + i, 1});
	struct str s = arena_str(arena, buf_str(&b));
	buf_done(&b);
	return s;
}

struct str model_whole(const struct model *m, struct str word)
{
	return held(m->arena, word, true);
}

struct html model_plain(const struct model *m, struct str text)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	html_text(&o, text);
	return model_end(m, &b);
}

static void write_anchor(struct out *o, struct url href, struct said text, const char *cls)
{
	text.text = held(o->arena, text.text, false);
	if (!href.s.n) {
		html_text(o, text);
		return;
	}
	HTML(o, "<a");
	if (cls) {
		HTML(o, " class=\"");
		html_attr(o, cls);
		HTML(o, "\"");
	}
	HTML(o, " href=\"");
	html_url(o, href);
	HTML(o, "\">");
	html_text(o, text);
	HTML(o, "</a>");
}

struct html model_anchor(const struct model *m, struct url href, struct str text, const char *cls)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	write_anchor(&o, href, (struct said){text, {NULL, 0}}, cls);
	return model_end(m, &b);
}

struct html model_link_to(const struct model *m, struct url href, struct said text, const char *cls)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	write_anchor(&o, href, text, cls);
	return model_end(m, &b);
}

struct html model_mark(const struct model *m, struct said s)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	html_text(&o, s);
	return model_end(m, &b);
}

struct html model_tag(const struct model *m, enum tag_kind kind, struct str text)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	part_tag(&o, (struct tag){kind, text});
	return model_end(m, &b);
}

struct html model_status_cell(const struct model *m, const struct stretch *s)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	part_status(&o, model_status(m, s ? s->value : VALUE_NONE, s && s->disputed));
	return model_end(m, &b);
}

struct html model_why(const struct model *m, uint32_t fact, const struct value *args)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	part_why(&o, model_why_href(m, fact, args));
	return model_end(m, &b);
}

struct html model_when(const struct model *m, struct when w)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	part_when(&o, w);
	return model_end(m, &b);
}

struct html model_date(const struct model *m, struct when w)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	part_date(&o, w);
	return model_end(m, &b);
}

void model_cell(const struct model *m, struct record_row *row, struct html cell)
{
	arena_push(m->arena, &row->cells, cell);
}

void model_column(const struct model *m, struct records *r, struct str title, bool hidden)
{
	struct column c = {.title = title, .hidden = hidden};
	arena_push(m->arena, &r->columns, c);
}

void model_column_plain(const struct model *m, struct records *r, struct str title)
{
	struct column c = {.title = title, .plain = true};
	arena_push(m->arena, &r->columns, c);
}

/* ---- addresses --------------------------------------------------------------------------------------------------- */

struct url model_url(const struct model *m, const char *path)
{
	return url_fmt(m->arena, "/%s/%s%.*s", m->a->tongue->code, path, STR_ARG(ask_when(m->a).s));
}

static struct str number_text(const struct model *m, uint64_t n)
{
	struct buf b;
	buf_init(&b, 20);
	buf_add_u64(&b, n);
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

/* "/en/acts/391?on=2016-01-01" */
static struct url page_url(const struct model *m, const char *room, struct str name)
{
	return (struct url){ARENA_JOIN(
		m->arena, STR("/"), str_of(m->a->tongue->code), STR("/"), str_of(room), STR("/"), name, ask_when(m->a).s)};
}

struct url model_href(const struct model *m, sym entity)
{
	struct str name = syms_str(m->syms, entity);
	const struct entity *en = record_entity(m->record, name);
	const char *path = en && en->type < m->rb->types.n ? m->al->paths[en->type] : NULL;
	if (!path)
		return (struct url){{NULL, 0}};
	return page_url(m, path, name);
}

struct url model_act_href(const struct model *m, uint64_t pos)
{
	return page_url(m, "acts", number_text(m, pos));
}

struct url model_article_href(const struct model *m, uint32_t article)
{
	if (article == NO_ID)
		return (struct url){{NULL, 0}};
	return page_url(m, "law", m->rb->articles.v[article].slug);
}

/* "/en/why/status/BY": the fact and its arguments as parts of the path. */
static void add_instance(
	const struct model *m, struct buf *b, const char *page, uint32_t fact, const struct value *args)
{
	const struct fact *f = &m->rb->facts.v[fact];
	buf_addc(b, '/');
	buf_adds(b, m->a->tongue->code);
	buf_addc(b, '/');
	buf_adds(b, page);
	buf_addc(b, '/');
	buf_add(b, syms_str(&m->rb->syms, f->name));
	for (uint32_t i = 0; i < f->nparams; i++) {
		struct buf one;
		buf_init(&one, MAX_STRING);
		value_print(m->syms, args[i], &one);
		buf_addc(b, '/');
		url_encode(b, buf_str(&one));
		buf_done(&one);
	}
}

static struct url instance_url(
	const struct model *m, const char *page, uint32_t fact, const struct value *args, struct value wanted)
{
	if (fact == NO_ID)
		return (struct url){{NULL, 0}};
	struct buf b;
	buf_init(&b, 16384);
	add_instance(m, &b, page, fact, args);
	if (wanted.kind != V_NONE && wanted.kind != V_YES) {
		buf_adds(&b, "?is=");
		struct buf one;
		buf_init(&one, MAX_STRING);
		value_print(m->syms, wanted, &one);
		url_encode(&b, buf_str(&one));
		buf_done(&one);
		buf_add(&b, ask_also(m->a).s);
	} else {
		buf_add(&b, ask_when(m->a).s);
	}
	struct url u = {arena_str(m->arena, buf_str(&b))};
	buf_done(&b);
	return u;
}

struct url model_why_href(const struct model *m, uint32_t fact, const struct value *args)
{
	return instance_url(m, "why", fact, args, VALUE_NONE);
}

static struct url instance_on(const struct model *m, const char *page, uint32_t fact, const struct value *args, struct value wanted, civil on)
{
	struct ask a = *m->a;
	struct model there = *m;
	a.has_on = on != a.today;
	a.on = on;
	there.a = &a;
	return instance_url(&there, page, fact, args, wanted);
}

struct url model_why_on_href(const struct model *m, uint32_t fact, const struct value *args, civil on)
{
	return instance_on(m, "why", fact, args, VALUE_NONE, on);
}

struct url model_whynot_href(const struct model *m, uint32_t fact, const struct value *args, struct value wanted)
{
	return instance_url(m, "whynot", fact, args, wanted);
}

struct url model_whynot_on_href(const struct model *m, uint32_t fact, const struct value *args, struct value wanted, civil on)
{
	return instance_on(m, "whynot", fact, args, wanted, on);
}

/* ---- facts ------------------------------------------------------------------------------------------------------- */

struct str model_words(const struct model *m, uint32_t fact, struct value v, const char *member, struct str fallback)
{
	if (v.kind != V_WORD)
		return fallback;
	struct str name = syms_str(m->syms, v.s);
	struct str s = words_get(m->words, m->lang, "values",
		ARENA_JOIN(m->arena, model_fact_name(m, fact), STR("."), name), member);
	if (!s.n)
		s = words_get(m->words, m->lang, "values", name, member);
	return s.n ? s : fallback;
}

struct str model_counted(const struct model *m, uint32_t fact, struct value v, uint64_t n)
{
	if (v.kind != V_WORD)
		return (struct str){NULL, 0};
	struct str name = syms_str(m->syms, v.s);
	struct str s = words_count(m->words, m->lang, "values", ARENA_JOIN(m->arena, model_fact_name(m, fact), STR("."), name), n);
	return s.n ? s : words_count(m->words, m->lang, "values", name, n);
}

struct str model_fact(const struct model *m, uint32_t fact)
{
	return words_fact(m->words, m->lang, model_fact_name(m, fact), m->arena);
}

struct status model_status(const struct model *m, struct value status, bool disputed)
{
	struct out o = {NULL, m->arena, m->a->tongue};
	if (disputed)
		return (struct status){almanac_rank(m->al, status), true, tr(&o, N_("Disputed"))};
	if (status.kind == V_NONE)
		return (struct status){0, false, tr(&o, N_("No status"))};
	return (struct status){almanac_rank(m->al, status), false, model_text(m, m->voc->fact.status, status)};
}

size_t model_stretches(const struct model *m, uint32_t fact, const struct value *args, struct stretch **ret)
{
	return stretches(m->view, fact, args, m->arena, ret);
}

static struct value value_in(const struct model *m, uint32_t reading, uint32_t fact, const struct value *args)
{
	return view_value(m->view, reading, fact, args, m->on);
}

/* In any reading. Most facts of a record are over on most days; this is told without their spans. */
static bool has_value(const struct model *m, uint32_t fact, const struct value *args)
{
	bool has = false;
	for (uint32_t k = 0; fact != NO_ID && k < view_readings(m->view) && !has; k++)
		has = value_in(m, k, fact, args).kind != V_NONE;
	return has;
}

bool model_reached(const struct model *m, civil t)
{
	if (m->on != CIVIL_MAX)
		model_changes_on(m, t);
	return t <= m->on;
}

bool model_in_force(const struct model *m, const struct rule *r)
{
	bool began = model_reached(m, r->from), over = model_reached(m, r->until);
	return began && !over;
}

const struct stretch *model_status_now(const struct model *m, const struct participant *p)
{
	for (size_t i = 0; i < p->nstatuses && model_wants_days(m); i++) {
		model_changes_on(m, p->statuses[i].from);
		model_changes_on(m, p->statuses[i].to);
	}
	return stretch_at(p->statuses, p->nstatuses, m->on);
}

struct value model_value_now(const struct model *m, uint32_t fact, const struct value *args)
{
	struct value first = fact == NO_ID ? VALUE_NONE : value_in(m, 0, fact, args);
	bool same = true;
	for (uint32_t k = 1; fact != NO_ID && k < view_readings(m->view) && same; k++)
		same = value_eq(value_in(m, k, fact, args), first);
	if (same)
		return first;
	const struct stretch *s = model_now(m, fact, args);
	return s ? s->value : VALUE_NONE;
}

const struct stretch *model_now(const struct model *m, uint32_t fact, const struct value *args)
{
	struct stretch *s;
	if (!has_value(m, fact, args))
		return NULL;
	size_t n = model_stretches(m, fact, args, &s);
	return stretch_at(s, n, m->on);
}

const char *precision_word(enum precision p)
{
	static const char *const words[] = {[BY_DAY] = "day", [BY_LATEST] = "latest", [BY_MONTH] = "month", [BY_YEAR] = "year"};
	return words[p];
}

static enum precision precision_of_word(struct str word)
{
	enum precision p = BY_YEAR;
	while (p != BY_DAY && !str_eq(word, str_of(precision_word(p))))
		p--;
	return p;
}

static enum precision precision_of(const struct record_act *a)
{
	return precision_of_word(a->precision);
}

struct when model_arg_when(const struct record_act *a, struct str arg, civil t)
{
	return (struct when){t, precision_of_word(record_precision(a, arg)), record_unverified(a, arg)};
}

struct when model_act_when(const struct record_act *a)
{
	return (struct when){a->act.date, precision_of(a), record_unverified(a, STR("date"))};
}

civil model_entered(const struct model *m, const struct record_act *a)
{
	civil day = m->a->on < m->a->today ? m->a->on : m->a->today;
	/* What is dated ahead and does not say when it came, came after the entry before it. That stays so until its day, as today would not. */
	while (a && day == m->a->today && date_day(a->entered) > day)
		a = a->pos ? record_act(m->record, a->pos - 1) : NULL;
	civil t = a && a->entered != CIVIL_ALWAYS ? a->entered : date_from(m->al->first_year, 1, 1);
	return date_day(t) > day ? day : t;
}

static struct when end_when(civil t, bool unverified, const struct record_act *a)
{
	bool same_day = a && t != CIVIL_ALWAYS && t != CIVIL_NEVER && date_day(a->act.date) == date_day(t);
	return (struct when){t == CIVIL_ALWAYS ? CIVIL_NEVER : t, same_day ? precision_of(a) : BY_DAY, unverified};
}

struct when model_from(const struct stretch *s)
{
	return end_when(s->from, s->from_unverified, s->cause.act);
}

struct when model_to(const struct stretch *s)
{
	return end_when(s->to, s->to_unverified, s->end.act);
}

struct phrasing model_phrasing(const struct model *m)
{
	return (struct phrasing){m->view, m->lang, m->arena};
}

struct html model_say(const struct model *m, uint32_t fact, const struct value *args, struct value v)
{
	struct phrasing p = model_phrasing(m);
	struct phrase x = phrase_fact(&p, fact, args, v);
	return model_spoken(m, &x);
}

struct str model_say_text(const struct model *m, uint32_t fact, const struct value *args, struct value v)
{
	struct phrasing p = model_phrasing(m);
	struct phrase x = phrase_fact(&p, fact, args, v);
	return phrase_text(&p, &x);
}

static struct url piece_href(const struct model *m, const struct piece *x)
{
	sym name;
	switch (x->kind) {
	case PIECE_ENTITY: name = syms_find(m->syms, x->name); return name == SYM_ABSENT ? (struct url){{NULL, 0}} : model_href(m, name);
	case PIECE_ACT: return model_act_href(m, x->act);
	case PIECE_ARTICLE: return model_article_href(m, x->article);
	case PIECE_TEXT:
	case PIECE_VALUE:
	case PIECE_DATE:
	case PIECE_CODE: break;
	}
	return (struct url){{NULL, 0}};
}

static void write_piece(const struct model *m, struct out *o, const struct piece *x, bool linked)
{
	switch (x->kind) {
	case PIECE_DATE:
		if (!linked) {
			html_text(o, dated(o->arena, x->text));
			return;
		}
		HTML(o, "<time datetime=\"");
		html_attr(o, show_iso(o, x->date));
		buf_adds(o->b, x->unverified ? "\" class=\"unv\">" : "\">");
		html_text(o, x->text);
		HTML(o, "</time>");
		return;
	case PIECE_CODE:
		HTML(o, "<code>");
		html_text(o, x->text);
		HTML(o, "</code>");
		return;
	case PIECE_TEXT:
	case PIECE_ENTITY:
	case PIECE_VALUE:
	case PIECE_ACT:
	case PIECE_ARTICLE: break;
	}
	struct str text = x->kind == PIECE_VALUE ? model_whole(m, x->text) : x->text;
	write_anchor(o, linked ? piece_href(m, x) : (struct url){{NULL, 0}}, (struct said){text, x->lang}, x->kind == PIECE_ACT ? "nb" : NULL);
}

static struct html write_phrase(const struct model *m, const struct phrase *x, bool linked)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	for (size_t i = 0; i < x->n; i++)
		write_piece(m, &o, &x->v[i], linked);
	return model_end(m, &b);
}

struct html model_phrase(const struct model *m, const struct phrase *x)
{
	return write_phrase(m, x, true);
}

struct html model_spoken(const struct model *m, const struct phrase *x)
{
	return write_phrase(m, x, false);
}

struct html model_sentence(const struct model *m, const struct phrase *x)
{
	struct phrasing p = model_phrasing(m);
	struct phrase full = phrase_full(&p, x);
	return model_spoken(m, &full);
}

struct str model_readings_text(const struct model *m, uint32_t fact, const struct value *args, const struct stretch *s)
{
	struct buf b;
	buf_init(&b, MAX_STRING);
	for (uint32_t k = 0; s->disputed && k < view_readings(m->view); k++) {
		buf_add(&b, k ? tr_space(&m->o) : STR(""));
		buf_add(&b, TR_FILL(&m->o, N_("Reading {name}: {statement}."), {"name", view_reading_name(m->view, k)},
				    {"statement", model_say_text(m, fact, args, s->readings[k])}));
	}
	struct str text = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

struct html model_reading_text(const struct model *m, uint32_t k)
{
	const struct reading *r = &m->rb->readings.v[k];
	struct str own = words_own(m->words, m->lang, "readings", syms_str(&m->rb->syms, r->name), "text");
	return own.n ? model_plain(m, own) : model_mark(m, (struct said){r->text, model_law_language(m)});
}

struct html model_readings(const struct model *m, uint32_t fact, const struct value *args, const struct stretch *s)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	for (uint32_t k = 0; s->disputed && k < view_readings(m->view); k++) {
		buf_add(&b, k ? tr_space(&m->o) : STR(""));
		for (struct tr_walk w = tr_start(&o, N_("Reading {name}: {statement}.")); tr_step(&w);) {
			html_text(&o, w.text);
			if (tr_at(&w, "name"))
				html_text(&o, view_reading_name(m->view, k));
			if (tr_at(&w, "statement"))
				html_text(&o, model_say(m, fact, args, s->readings[k]));
		}
	}
	return model_end(m, &b);
}
