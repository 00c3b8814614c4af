/* SPDX-License-Identifier: Apache-2.0 */
#include "web/calendar.h"
#include "web/feeds.h"
#include "web/linked.h"
#include "web/locale.h"
#include "web/model_int.h"

#include <string.h>

void model_make(struct model *m, struct almanac *al, const struct ask *a)
{
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
	m->syms = view_eval(al->view, 0)->syms;
	m->words = record_words(m->record);
	m->org = record_org(m->record);
}

/* Forms that a page has beside its own, which follow from what it is about. */
static model_handler *handler_of(const struct ask *a, model_handler *show)
{
	static model_handler *const by_form[FORM_MAX] = {
		[FORM_JSONLD] = linked_show, [FORM_ATOM] = feed_show, [FORM_FEED] = feed_show, [FORM_ICS] = calendar_show};
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
	if (a->known != a->position)
		rc = register_site_almanac(ctx, a->position, a->tongue, &m.newest, e);
	if (rc == 0)
		rc = handler_of(a, show)(&m, e);
	almanac_unref(m.newest);
	almanac_unref(al);
	return rc;
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

struct html model_plain(const struct model *m, struct str text)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	html_text(&o, text);
	return model_end(m, &b);
}

static void write_anchor(struct out *o, struct url href, struct str text, const char *cls)
{
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
	write_anchor(&o, href, text, cls);
	return model_end(m, &b);
}

struct html model_tag(const struct model *m, enum tag_kind kind, struct str text)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	part_tag(&o, (struct tag){kind, text});
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

void model_cell(const struct model *m, struct record_row *row, struct html cell)
{
	arena_push(m->arena, &row->cells, cell);
}

void model_column(const struct model *m, struct records *r, struct str title, bool hidden)
{
	struct column c = {title, hidden};
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

struct url model_why_on_href(const struct model *m, uint32_t fact, const struct value *args, civil on)
{
	struct ask a = *m->a;
	struct model there = *m;
	a.has_on = true;
	a.on = on;
	there.a = &a;
	return instance_url(&there, "why", fact, args, VALUE_NONE);
}

struct url model_whynot_href(const struct model *m, uint32_t fact, const struct value *args, struct value wanted)
{
	return instance_url(m, "whynot", fact, args, wanted);
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

struct str model_title(const struct model *m, sym entity)
{
	return record_title(m->record, syms_str(m->syms, entity), m->lang);
}

static struct str fact_name(const struct model *m, uint32_t fact)
{
	return fact == NO_ID ? STR("") : syms_str(&m->rb->syms, m->rb->facts.v[fact].name);
}

struct str model_text(const struct model *m, uint32_t fact, struct value v)
{
	struct out o = {NULL, m->arena, m->a->tongue};
	struct buf b;
	switch (v.kind) {
	case V_NONE: return tr(&o, N_("none"));
	case V_YES: return tr(&o, N_("yes"));
	case V_WORD: return words_value(m->words, m->lang, fact_name(m, fact), syms_str(m->syms, v.s), m->arena);
	case V_ENTITY: return model_title(m, v.s);
	case V_INT: return arena_fmt(m->arena, "%lld", (long long)v.i);
	case V_DATE: return show_day(&o, v.t);
	case V_SPAN: break;
	}
	buf_init(&b, 64);
	span_print(v.span, &b);
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

struct html model_link(const struct model *m, sym entity)
{
	return model_anchor(m, model_href(m, entity), model_title(m, entity), NULL);
}

struct html model_value(const struct model *m, uint32_t fact, struct value v)
{
	if (v.kind == V_ENTITY)
		return model_link(m, v.s);
	if (v.kind == V_DATE)
		return model_when(m, (struct when){v.t, BY_DAY, false});
	return model_plain(m, model_text(m, fact, v));
}

struct html model_act(const struct model *m, uint64_t pos)
{
	struct out o = {NULL, m->arena, m->a->tongue};
	struct buf b;
	buf_init(&b, 200);
	for (struct tr_walk w = tr_start(&o, N_("act {n}")); tr_step(&w);) {
		buf_add(&b, w.text);
		if (tr_at(&w, "n"))
			buf_add_u64(&b, pos);
	}
	struct html h = model_anchor(m, model_act_href(m, pos), buf_str(&b), "nb");
	buf_done(&b);
	return h;
}

struct said model_said(const struct model *m, const struct record_act *a, const char *member)
{
	const json_t *all = json_object_get(a->json, member);
	struct said s = {json_str(json_object_getn(all, m->lang.p, m->lang.n)), {NULL, 0}};
	if (s.text.n)
		return s;
	s = (struct said){json_get_str(all, "en"), STR("en")};
	void *first = s.text.n ? NULL : json_object_iter((json_t *)all);
	if (first)
		s = (struct said){json_str(json_object_iter_value(first)), str_of(json_object_iter_key(first))};
	return s.text.n ? s : (struct said){{NULL, 0}, {NULL, 0}};
}

struct html model_act_text(const struct model *m, const struct record_act *a)
{
	struct said s = model_said(m, a, "text");
	struct buf b;
	if (!s.lang.n)
		return model_plain(m, s.text);
	struct out o = model_begin(m, &b);
	HTML(&o, "<span lang=\"");
	html_attr(&o, s.lang);
	HTML(&o, "\">");
	html_text(&o, s.text);
	HTML(&o, "</span>");
	return model_end(m, &b);
}

struct str model_act_title(const struct model *m, const struct record_act *a)
{
	struct str title = act_title(a, m->lang);
	if (a->entry == ENTRY_ADOPTION)
		return model_tr(m, N_("Another text of the rulebook was adopted"));
	if (title.n || (a->act.kind == NO_ID && a->entry != ENTRY_KEY))
		return title;
	struct phrasing p = model_phrasing(m);
	struct phrase x = phrase_act(&p, a);
	title = phrase_text(&p, &x); /* a clause, which stands alone here: a capital, unless the rulebook's own words begin it */
	if (x.n && x.v[0].kind == PIECE_TEXT && title.n && title.p[0] >= 'a' && title.p[0] <= 'z')
		title = arena_fmt(m->arena, "%c%.*s", title.p[0] - 'a' + 'A', STR_ARG(str_slice(title, 1, title.n)));
	return title;
}

struct html model_cites(const struct model *m, const struct cite *cites, size_t n)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	for (size_t i = 0; i < n; i++) {
		if (i)
			HTML(&o, "; ");
		write_anchor(&o, model_article_href(m, cites[i].article), cites[i].text, NULL);
	}
	return model_end(m, &b);
}

struct html model_rule_cites(const struct model *m, const struct rule *r)
{
	return r ? model_cites(m, r->cites, r->ncites) : (struct html){{NULL, 0}};
}

struct html model_cause(const struct model *m, const struct cause *c)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	if (c->act) {
		html_text(&o, model_act_title(m, c->act));
		HTML(&o, " (");
		html_text(&o, model_act(m, c->act->pos));
		HTML(&o, ")");
	} else if (c->rule) {
		html_text(&o, tr(&o, N_("the calendar")));
	} else {
		html_text(&o, tr(&o, N_("a table of the rulebook")));
	}
	return model_end(m, &b);
}

struct html model_cause_quoted(const struct model *m, const struct cause *c)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	if (!c->act)
		return buf_done(&b), model_cause(m, c);
	for (struct tr_walk w = tr_start(&o, N_("“{title}” ({act})")); tr_step(&w);) {
		html_text(&o, w.text);
		if (tr_at(&w, "title"))
			html_text(&o, model_act_title(m, c->act));
		if (tr_at(&w, "act"))
			html_text(&o, model_act(m, c->act->pos));
	}
	return model_end(m, &b);
}

static bool fits_type(const struct model *m, uint32_t type, uint32_t of)
{
	return type == ANY_TYPE || (type != NO_ID && type_accepts(m->rb, type, of));
}

int model_entity(
	struct model *m, struct str id, uint32_t type, const char *what, const struct entity **ret, struct err *e)
{
	struct str close[8];
	const struct entity *en = record_entity(m->record, id);
	if (en && fits_type(m, type, en->type)) {
		*ret = en;
		return 0;
	}
	size_t n = record_similar(m->record, id, false, close, 8);
	for (size_t i = 0; i < n; i++) {
		const struct entity *c = record_entity(m->record, close[i]);
		if (!c || !fits_type(m, type, c->type))
			continue;
		struct near near = {
			arena_fmt(m->arena, "%.*s (%.*s)", STR_ARG(model_title(m, c->name)), STR_ARG(close[i])),
			model_href(m, c->name)};
		arena_push(m->arena, &m->ret->problem.near, near);
	}
	return err_set(e, ERR_ABSENT, what,
		m->a->has_known ? "As known at entry %llu there is no %s “%.*s” in the record, on any date."
				: "As of entry %llu there is no %s “%.*s” in the record, on any date.",
		(unsigned long long)m->a->known, what, (int)(id.n < 80 ? id.n : 80), id.p);
}

static struct str in_language(const struct model *m, struct str lang)
{
	struct buf b;
	buf_init(&b, 800);
	for (struct tr_walk w = tr_start(&m->o, N_("In {language}")); tr_step(&w);) {
		buf_add(&b, w.text);
		if (tr_at(&w, "language"))
			buf_add(&b, language_name(lang, m->a->tongue->lang, m->arena));
	}
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

struct gazette_item model_gazette_item(const struct model *m, const struct record_act *a)
{
	struct said text = model_said(m, a, "text");
	struct gazette_item i = {.number = number_text(m, a->pos),
		.when = model_act_when(a),
		.href = model_act_href(m, a->pos),
		.title = model_act_title(m, a),
		.lang = model_said(m, a, "title").lang,
		.text = text.text,
		.text_lang = text.lang};
	struct str place = json_get_str(a->json, "place");
	if (place.n)
		i.text = arena_fmt(m->arena, "%.*s%s%.*s", STR_ARG(place), i.text.n ? ". " : "", STR_ARG(i.text));
	if (!record_standing(m->record, a->pos))
		i.tag = (struct tag){TAG_DISPUTE, tr(&m->o, N_("Annulled"))};
	else if (record_standing(m->record, a->pos) != a)
		i.tag = (struct tag){TAG_DOUBT, tr(&m->o, N_("Corrected"))};
	else if (str_eq(a->certainty, STR("disputed")))
		i.tag = (struct tag){TAG_DISPUTE, tr(&m->o, N_("Disputed"))};
	else if (str_eq(a->certainty, STR("unverified")))
		i.tag = (struct tag){TAG_DOUBT, tr(&m->o, N_("Unverified"))};
	else if (i.lang.n)
		i.tag = (struct tag){TAG_NEUTRAL, in_language(m, i.lang)};
	return i;
}

/* ---- facts ------------------------------------------------------------------------------------------------------- */

struct str model_words(const struct model *m, uint32_t fact, struct value v, const char *member, struct str fallback)
{
	if (v.kind != V_WORD)
		return fallback;
	struct str name = syms_str(m->syms, v.s);
	struct str s = words_get(m->words, m->lang, "values",
		ARENA_JOIN(m->arena, fact_name(m, fact), STR("."), name), member);
	if (!s.n)
		s = words_get(m->words, m->lang, "values", name, member);
	return s.n ? s : fallback;
}

struct str model_fact(const struct model *m, uint32_t fact)
{
	return words_fact(m->words, m->lang, fact_name(m, fact), m->arena);
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

/* In any reading. Most facts of a record are over on most days; this is told without their spans. */
static bool has_value(const struct model *m, uint32_t fact, const struct value *args)
{
	bool has = false;
	for (uint32_t k = 0; fact != NO_ID && k < view_readings(m->view) && !has; k++) {
		const struct eval *e = view_eval(m->view, k);
		has = eval_at(e, eval_find(e, fact, args), m->on, NULL).kind != V_NONE;
	}
	return has;
}

const struct stretch *model_now(const struct model *m, uint32_t fact, const struct value *args)
{
	struct stretch *s;
	if (!has_value(m, fact, args))
		return NULL;
	size_t n = model_stretches(m, fact, args, &s);
	return stretch_at(s, n, m->on);
}

static enum precision precision_of_word(struct str word)
{
	return str_eq(word, STR("month")) ? BY_MONTH : str_eq(word, STR("year")) ? BY_YEAR : BY_DAY;
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

struct str model_say(const struct model *m, uint32_t fact, const struct value *args, struct value v)
{
	struct phrasing p = model_phrasing(m);
	struct phrase x = phrase_fact(&p, fact, args, v);
	return phrase_text(&p, &x);
}

static void write_piece(const struct model *m, struct out *o, const struct piece *x)
{
	sym name;
	switch (x->kind) {
	case PIECE_ENTITY:
		name = syms_find(m->syms, x->name);
		write_anchor(o, name == SYM_ABSENT ? (struct url){{NULL, 0}} : model_href(m, name), x->text, NULL);
		return;
	case PIECE_ACT: write_anchor(o, model_act_href(m, x->act), x->text, "nb"); return;
	case PIECE_ARTICLE: write_anchor(o, model_article_href(m, x->article), x->text, NULL); return;
	case PIECE_DATE:
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
	case PIECE_VALUE: break;
	}
	html_text(o, x->text);
}

struct html model_phrase(const struct model *m, const struct phrase *x)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	for (size_t i = 0; i < x->n; i++)
		write_piece(m, &o, &x->v[i]);
	return model_end(m, &b);
}

struct str model_readings(const struct model *m, uint32_t fact, const struct value *args, const struct stretch *s)
{
	struct buf b;
	buf_init(&b, MAX_STRING);
	for (uint32_t k = 0; s->disputed && k < view_readings(m->view); k++) {
		buf_adds(&b, k ? " " : "");
		for (struct tr_walk w = tr_start(&m->o, N_("Reading {name}: {statement}.")); tr_step(&w);) {
			buf_add(&b, w.text);
			if (tr_at(&w, "name"))
				buf_add(&b, view_reading_name(m->view, k));
			if (tr_at(&w, "statement"))
				buf_add(&b, model_say(m, fact, args, s->readings[k]));
		}
	}
	struct str text = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return text;
}
