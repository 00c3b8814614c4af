/* SPDX-License-Identifier: Apache-2.0
 *
 * What things, acts, values and articles are called on a page, and whether as a link.
 */
#include "html/locale.h"
#include "web/model_int.h"

#include <string.h>

struct said model_title(const struct model *m, sym entity)
{
	return record_title(m->record, syms_str(m->syms, entity), m->lang);
}

struct str model_fact_name(const struct model *m, uint32_t fact)
{
	return fact == NO_ID ? STR("") : syms_str(&m->rb->syms, m->rb->facts.v[fact].name);
}

struct str model_text(const struct model *m, uint32_t fact, struct value v)
{
	struct out o = {NULL, m->arena, m->a->tongue};
	struct phrasing p = model_phrasing(m);
	struct phrase x = {0};
	switch (v.kind) {
	case V_NONE: return tr(&o, N_("none"));
	case V_YES: return tr(&o, N_("yes"));
	case V_WORD: return words_value(m->words, m->lang, model_fact_name(m, fact), syms_str(m->syms, v.s), m->arena);
	case V_ENTITY: return model_title(m, v.s).text;
	case V_INT:
		if (fact != NO_ID)
			x = phrase_fact_amount(&p, fact, v);
		return x.n ? phrase_text(&p, &x) : tr_digits(&o, arena_fmt(m->arena, "%lld", (long long)v.i));
	case V_DATE: return show_day(&o, v.t);
	case V_SPAN: break;
	}
	x = phrase_value(&p, fact, v);
	return phrase_text(&p, &x);
}

struct str model_word(const struct model *m, struct str param, struct str word)
{
	return words_value(m->words, m->lang, param, word, m->arena);
}

struct said model_said_value(const struct model *m, struct value v)
{
	return v.kind == V_ENTITY ? model_title(m, v.s) : (struct said){model_text(m, NO_ID, v), {NULL, 0}};
}

struct html model_link(const struct model *m, sym entity)
{
	return model_link_to(m, model_href(m, entity), model_title(m, entity), NULL);
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
			tr_number(&o, &b, pos);
	}
	struct html h = model_anchor(m, model_act_href(m, pos), buf_str(&b), "nb");
	buf_done(&b);
	return h;
}

struct said model_said(const struct model *m, const struct record_act *a, const char *member)
{
	return act_said(a, member, m->lang);
}

struct said model_date_note(const struct model *m, const struct record_act *a)
{
	return (struct said){json_get_str(a->json, "date_note"), model_law_language(m)};
}

struct html model_act_text(const struct model *m, const struct record_act *a)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	html_text(&o, model_said(m, a, "text"));
	return model_end(m, &b);
}

/* Has the page's language words for what acts of this kind do? */
static bool has_words(const struct model *m, const struct record_act *a)
{
	return a->act.kind != NO_ID && words_own(m->words, m->lang, "acts", syms_str(&m->rb->syms, m->rb->acts.v[a->act.kind].name), "says").n;
}

/* An act as a phrase that stands alone: a capital, unless the rulebook's own words begin it. A title in another language gives way to
 * the words of the page's language for what the act does: its own page shows the title. */
static struct phrase act_phrase(const struct model *m, const struct record_act *a)
{
	struct said title = model_said(m, a, "title");
	struct phrasing p = model_phrasing(m);
	struct phrase x = {0};
	struct piece one = {.kind = PIECE_TEXT, .text = title.text, .lang = title.lang, .article = NO_ID};
	if (a->entry == ENTRY_ADOPTION)
		one = (struct piece){.kind = PIECE_TEXT, .text = model_tr(m, N_("Another text of the rulebook was adopted")), .article = NO_ID};
	else if ((!title.text.n || (title.lang.n && has_words(m, a))) && (a->act.kind != NO_ID || a->entry == ENTRY_KEY))
		x = phrase_act(&p, a);
	if (!x.n && one.text.n)
		arena_push(m->arena, &x, one);
	if (x.n && x.v[0].kind == PIECE_TEXT && !x.v[0].lang.n)
		x.v[0].text = capital_first(x.v[0].text, m->lang, m->arena);
	return x;
}

struct str model_act_title(const struct model *m, const struct record_act *a)
{
	struct phrasing p = model_phrasing(m);
	struct phrase x = act_phrase(m, a);
	return phrase_text(&p, &x);
}

struct said model_act_called(const struct model *m, const struct record_act *a)
{
	struct phrasing p = model_phrasing(m);
	struct phrase x = act_phrase(m, a);
	struct str lang = x.n ? x.v[0].lang : (struct str){NULL, 0};
	for (size_t i = 1; i < x.n; i++)
		if (!str_eq(x.v[i].lang, lang))
			lang = (struct str){NULL, 0};
	return (struct said){phrase_text(&p, &x), lang};
}

struct html model_act_name(const struct model *m, const struct record_act *a)
{
	struct phrase x = act_phrase(m, a);
	return model_spoken(m, &x);
}

struct str model_law_language(const struct model *m)
{
	return str_eq(m->lang, STR("en")) ? (struct str){NULL, 0} : STR("en");
}

struct html model_cites(const struct model *m, const struct cite *cites, size_t n)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	for (size_t i = 0; i < n; i++) {
		if (i)
			html_text(&o, tr_semicolon(&o));
		html_text(&o, model_link_to(m, model_article_href(m, cites[i].article), words_source(m->words, m->lang, cites[i].text, m->arena), NULL));
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
		for (struct tr_walk w = tr_start(&o, N_("{title} ({act})")); tr_step(&w);) {
			html_text(&o, w.text);
			if (tr_at(&w, "title"))
				html_text(&o, model_act_name(m, c->act));
			if (tr_at(&w, "act"))
				html_text(&o, model_act(m, c->act->pos));
		}
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
			html_text(&o, model_act_name(m, c->act));
		if (tr_at(&w, "act"))
			html_text(&o, model_act(m, c->act->pos));
	}
	return model_end(m, &b);
}

static bool fits_type(const struct model *m, uint32_t type, uint32_t of)
{
	return type == ANY_TYPE || (type != NO_ID && type_accepts(m->rb, type, of));
}

int model_entity(struct model *m, struct str id, uint32_t type, const char *what, const struct entity **ret, struct err *e)
{
	struct out reader = {NULL, m->arena, ask_reader(m->a)};
	return model_entity_called(m, id, type, what, tr(&reader, what), ret, e);
}

/* What is asked about as known before it was on record: the entry that first names it; 0: no later entry does. */
static uint64_t named_later(const struct model *m, struct str id, uint32_t type)
{
	struct almanac *newest;
	struct err other;
	uint64_t first = 0;
	if (m->a->known == m->a->position || register_site_almanac(m->site, m->a->position, m->a->tongue, &newest, &other) < 0)
		return 0;
	const struct record *r = view_record(newest->view);
	const struct entity *en = record_rulebook(r) == m->rb ? record_entity(r, id) : NULL; /* another rulebook has other types */
	if (en && fits_type(m, type, en->type))
		first = en->introduced;
	almanac_unref(newest);
	return first;
}

int model_entity_called(struct model *m, struct str id, uint32_t type, const char *what, struct str says, const struct entity **ret, struct err *e)
{
	struct str close[8];
	const struct entity *en = record_entity(m->record, id);
	if (en && fits_type(m, type, en->type)) {
		*ret = en;
		return 0;
	}
	uint64_t first = named_later(m, id, type);
	m->ret->problem.later = first > 0;
	size_t n = first ? 0 : record_similar(m->record, id, false, close, 8);
	for (size_t i = 0; i < n; i++) {
		const struct entity *c = record_entity(m->record, close[i]);
		if (!c || !fits_type(m, type, c->type))
			continue;
		struct said title = model_title(m, c->name);
		struct near near = {TR_FILL(&m->o, N_("{title} ({act})"), {"title", title.text}, {"act", close[i]}), model_href(m, c->name), title.lang};
		arena_push(m->arena, &m->ret->problem.near, near);
	}
	struct str entry = arena_fmt(m->arena, "%llu", (unsigned long long)m->a->known), name = str_slice(id, 0, 80);
	struct str from = arena_fmt(m->arena, "%llu", (unsigned long long)first);
	const struct tr_slot plain[] = {{"n", entry}, {"what", str_of(what)}, {"name", name}, {"m", from}};
	const struct tr_slot said[] = {{"n", entry}, {"what", says}, {"name", name}, {"m", from}};
	problem_say_both(m->a, &m->ret->problem, ERR_ABSENT, what,
		first		  ? N_("As known at entry {n} there is no {what} “{name}” in the record, on any date: it is named from entry {m} on.")
		: m->a->has_known ? N_("As known at entry {n} there is no {what} “{name}” in the record, on any date.")
				  : N_("As of entry {n} there is no {what} “{name}” in the record, on any date."), plain, said, 4);
	*e = m->ret->problem.err;
	return ERR_ABSENT;
}

struct said model_place(const struct model *m, struct str place)
{
	struct str own = words_own(m->words, m->lang, "places", place, "text");
	return (struct said){own.n ? own : place, {NULL, 0}}; /* no act says in which language it names a place */
}

struct gazette_item model_gazette_item(const struct model *m, const struct record_act *a)
{
	struct said text = model_said(m, a, "text");
	struct gazette_item i = {.number = tr_digits(&m->o, arena_fmt(m->arena, "%llu", (unsigned long long)a->pos)),
		.when = model_act_when(a),
		.href = model_act_href(m, a->pos),
		.title = model_act_title(m, a),
		.name = model_act_name(m, a),
		.text = text.text,
		.text_lang = text.lang};
	struct said place = model_place(m, json_get_str(a->json, "place"));
	if (place.text.n) {
		struct html parts[2] = {model_mark(m, place), model_mark(m, text)};
		i.says = (struct html){ARENA_JOIN(m->arena, parts[0].s, text.text.n ? tr_stop(&m->o) : STR(""), parts[1].s)};
		i.text = ARENA_JOIN(m->arena, place.text, i.text.n ? tr_stop(&m->o) : STR(""), i.text);
	}
	if (!record_standing(m->record, a->pos))
		i.tag = (struct tag){TAG_DISPUTE, tr(&m->o, N_("Annulled"))};
	else if (record_standing(m->record, a->pos) != a)
		i.tag = (struct tag){TAG_DOUBT, tr(&m->o, N_("Corrected"))};
	else if (str_eq(a->certainty, STR("disputed")))
		i.tag = (struct tag){TAG_DISPUTE, tr(&m->o, N_("Disputed"))};
	else if (str_eq(a->certainty, STR("unverified")))
		i.tag = (struct tag){TAG_DOUBT, tr(&m->o, N_("Unverified"))};
	return i;
}
