/* SPDX-License-Identifier: Apache-2.0
 *
 * Search: words, a name, a question. And the form of the front page: a participant on a day.
 */
#include "web/page_search.h"

#include "web/found.h"
#include "web/handlers.h"
#include "web/pages.h"
#include "web/question.h"
#include "web/site.h"
#include "web/typed.h"
#include "web/worded.h"

#include <string.h>

struct search {
	struct model *m;
	struct search_query query; /* its text: what was typed, without a day */
	bool has_day, filtered;
	civil day; /* a word that is a date */
	struct choosing kind, language;
	struct search_result found;
	links pages; /* of the site, called so; before all else */
};

/* ---- what is asked ------------------------------------------------------------------------------------------------ */

static void cut_day(struct search *s, struct str q)
{
	s->query.text = q;
	s->day = s->m->a->on;
	s->has_day = typed_day_within(s->m->a->site->typed, q, s->m->arena, &s->day, &s->query.text);
}

/* Words of an address for what is no type of the rulebook, whose names begin with a capital. */
static const struct {
	const char *word;
	enum search_kind is;
	const char *many;
} kinds[] = {{"act", SEARCH_ACT, N_("Acts")}, {"article", SEARCH_ARTICLE, N_("Legal basis")}, {"document", SEARCH_PAPER, N_("Documents of acts")}};

static bool is_thing(const struct model *m, uint32_t type)
{
	return type != TYPE_ACT && (m->rb->types.v[type].kind == T_ENTITY || type == m->voc->type.Party);
}

/* What may be asked for, and what the form offers. */
static struct choosing kind_choices(const struct model *m, struct str chosen)
{
	struct choosing c = {.name = STR("kind"), .label = model_tr(m, N_("Kind")), .all = model_tr(m, N_("All kinds"))};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		add_choice(m, &c.options, str_of(kinds[i].word), model_tr(m, kinds[i].many), chosen);
	for (uint32_t i = 0; i < m->rb->types.n; i++)
		if (is_thing(m, i))
			add_choice(m, &c.options, syms_str(&m->rb->syms, m->rb->types.v[i].name), capital(m, phrase_type(m, i, true)), chosen);
	sort_choices(m, &c.options);
	return c;
}

static void take_kind(struct search *s, struct str kind)
{
	struct model *m = s->m;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_eq(kind, str_of(kinds[i].word)))
			s->query.kind = kinds[i].is;
	for (uint32_t i = 0; i < m->rb->types.n; i++)
		if (is_thing(m, i) && str_eq(kind, syms_str(&m->rb->syms, m->rb->types.v[i].name))) {
			s->query.kind = SEARCH_THING;
			s->query.type = i;
		}
}

static int read_asked(struct search *s, struct err *e)
{
	struct model *m = s->m;
	struct ask_value kind = ask_param(m->a, "kind"), language = ask_param(m->a, "language"), from = ask_param(m->a, "from"), to = ask_param(m->a, "to");
	s->query = (struct search_query){.lang = m->lang, .only = language.text, .type = NO_ID, .from = CIVIL_ALWAYS, .to = CIVIL_NEVER, .on = m->on,
		.timeless = m->voc->type.Party, .hides = found_hides, .ctx = m};
	cut_day(s, ask_param(m->a, "q").text);
	if (from.given)
		s->query.from = from.day;
	if (to.given)
		s->query.to = view_on(to.day);
	s->filtered = kind.text.n || language.text.n || from.given || to.given;
	s->kind = kind_choices(m, kind.text);
	s->language = language_choices(m, N_("All languages"));
	take_kind(s, kind.text);
	int rc = days_check(m, e);
	if (rc == 0)
		rc = choice_check(m, &s->kind, "kind.unknown", e);
	return rc < 0 ? rc : choice_check(m, &s->language, "language.unknown", e);
}

/* ---- what is found -------------------------------------------------------------------------------------------------- */

static bool says_in(const struct record_act *a, struct str lang)
{
	struct said title = act_said(a, "title", lang), text = act_said(a, "text", lang);
	return (title.text.n && !title.lang.n) || (text.text.n && !text.lang.n);
}

/* May it stand among what is asked for? */
static bool fits(const struct search *s, const struct search_hit *h)
{
	const struct search_query *q = &s->query;
	const struct record_act *a = h->act;
	return (a->entry == ENTRY_ACT || a->entry == ENTRY_ADOPTION) && (q->kind == SEARCH_ANY || q->kind == SEARCH_ACT) && a->act.date >= q->from && a->act.date <= q->to &&
	       (!q->only.n || says_in(a, q->only)) && model_reached(s->m, a->act.date) && !found_hides(s->m, h);
}

/* A number alone is that of an act, too, as is the way in which pages name one; it comes first. What only begins so gives way to it. */
static void add_number(struct search *s)
{
	struct model *m = s->m;
	struct search_result *r = &s->found;
	uint64_t pos;
	const struct record_act *a = typed_act(m->a->site->typed, s->query.text, m->arena, &pos) ? record_act(m->record, pos) : NULL;
	struct search_hit hit = {.kind = SEARCH_ACT, .act = a};
	if (!a || !fits(s, &hit))
		return;
	struct search_hit *v = arena_array(m->arena, r->n + 1, struct search_hit);
	size_t n = 0;
	v[n++] = hit;
	for (size_t i = 0; i < r->n && !r->begins && !r->apart; i++)
		if (!(r->v[i].kind == SEARCH_ACT && r->v[i].act == a))
			v[n++] = r->v[i];
	r->v = v;
	r->n = n;
	r->nnear = 0;
	r->more = r->more && n > 1;
	r->begins = r->apart = false;
}

/* The sections of the site, by their names in the reader's language. What only begins so gives way to them. */
static void add_pages(struct search *s)
{
	struct model *m = s->m;
	struct search_result *r = &s->found;
	struct frame f = {0};
	frame_sections(&f, m->a);
	const links *const all[] = {&f.sections, &f.more};
	for (size_t i = 0; i < sizeof all / sizeof *all && r->terms && !s->filtered; i++)
		for (size_t k = 0; k < all[i]->n; k++)
			if (search_is(r->terms, all[i]->v[k].text, m->arena))
				arena_push(m->arena, &s->pages, all[i]->v[k]);
	if (s->pages.n && (r->begins || r->apart))
		*r = (struct search_result){.terms = r->terms, .cut = r->cut};
	r->nnear = s->pages.n ? 0 : r->nnear;
}

/* This address with another parameter, without those of `drop`, from the first page. */
static struct url with(const struct model *m, const char *name, struct str value, bool drop_filters)
{
	struct ask a = *m->a;
	for (size_t i = 0; a.route->params && a.route->params[i].name && i < ASK_PARAMS; i++) {
		const char *param = a.route->params[i].name;
		if (strcmp(param, name) == 0)
			a.param[i] = (struct ask_value){.given = true, .text = value};
		else if (strcmp(param, "page") == 0 || (drop_filters && strcmp(param, "q") != 0))
			a.param[i] = (struct ask_value){0};
	}
	return ask_on_known(&a, a.has_on, a.on, a.has_known, a.known);
}

/* ---- questions --------------------------------------------------------------------------------------------------- */

static struct str as_written(const struct model *m, uint32_t fact, const struct value *args, civil date)
{
	struct buf b;
	char day[DATE_LEN];
	const struct fact *f = &m->rb->facts.v[fact];
	buf_init(&b, MAX_STRING * 2);
	buf_addf(&b, "%.*s(", STR_ARG(syms_str(&m->rb->syms, f->name)));
	for (uint32_t i = 0; i < f->nparams; i++) {
		buf_adds(&b, i ? ", " : "");
		buf_adds(&b, args[i].kind == V_ENTITY ? "\"" : "");
		value_print(m->syms, args[i], &b);
		buf_adds(&b, args[i].kind == V_ENTITY ? "\"" : "");
	}
	buf_addf(&b, ") on %s", date_print(date, day));
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static void put_answer(const struct model *m, uint32_t fact, const struct value *args, civil date, const struct answer *a, struct search_page *p)
{
	struct stretch *s;
	size_t n = model_stretches(m, fact, args, &s);
	const struct stretch *now = stretch_at(s, n, view_on(date));
	p->answered = true;
	p->day = date;
	p->disputed = now && now->disputed;
	p->asked = as_written(m, fact, args, date);
	for (uint32_t i = 0; i < m->rb->facts.v[fact].nparams; i++)
		p->about = ARENA_JOIN(m->arena, p->about, i ? tr_comma(&m->o) : STR(""), model_text(m, NO_ID, args[i]));
	p->fact = model_fact(m, fact);
	p->no = !now && m->rb->facts.v[fact].value == TYPE_BOOL; /* of what has values, none is one, too */
	p->why = p->no ? model_whynot_on_href(m, fact, args, VALUE_YES, date) : model_why_on_href(m, fact, args, date);
	p->plain = p->disputed ? model_readings_text(m, fact, args, now) : model_say_text(m, fact, args, a->readings[0].value);
	p->says = p->disputed ? model_readings(m, fact, args, now) : model_say(m, fact, args, a->readings[0].value);
	if (now)
		p->since = model_when(m, model_from(now));
	if (fact == m->voc->fact.status)
		p->status = model_status(m, now ? now->value : VALUE_NONE, p->disputed);
}

static bool looks_like_question(struct str q)
{
	return str_find(q, STR("(")) < q.n;
}

static int read_question(const struct search *s, struct str q, struct search_page *p, struct err *e)
{
	struct model *m = s->m;
	struct asked_question asked;
	struct worded w;
	struct err why = {0};
	if (looks_like_question(q)) {
		if (question_read(m, q, &asked, &why) == 0) {
			if (asked.view == m->view)
				put_answer(m, asked.question.fact, asked.question.args, asked.date, &asked.answer, p);
			else
				p->hint = model_tr(m, N_("A question as known at another entry is answered with the "
							 "date form, or by the API."));
			question_done(&asked);
		} else {
			p->hint = m->ret->problem.say;
		}
		m->ret->problem = (struct problem){0}; /* the page says it */
		return 0;
	}
	int rc = worded_read(m, s->query.text, &w, e);
	if (rc < 0)
		return rc;
	if (!s->has_day && w.numbers) /* to answer as of today would be a guess */
		p->hint = TR_SAY(&m->o, N_("No day can be read in the numbers beside the name. Write it like {example}."), {"example", show_day(&m->o, m->a->on)});
	if (!w.read)
		return 0;
	struct answer a;
	view_ask(m->view, w.fact, w.args, NULL, view_on(s->day), m->arena, &a);
	put_answer(m, w.fact, w.args, s->day, &a, p);
	return 0;
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

static struct str example(const struct model *m)
{
	const participant_list *parties = almanac_ranked(m->al);
	for (size_t i = 0; i < parties->n; i++)
		if (parties->v[i]->nstatuses)
			return as_written(m, m->voc->fact.status, &parties->v[i]->who,
				date_day(parties->v[i]->statuses[0].from));
	return (struct str){NULL, 0};
}

static void fill_choices(const struct search *s, struct search_page *p)
{
	struct model *m = s->m;
	arena_push(m->arena, &p->choose, s->kind);
	arena_push(m->arena, &p->choose, s->language);
	p->days = days_asked(m);
	if (s->filtered)
		p->all = with(m, "q", p->q, true);
}

static void fill_found(const struct search *s, struct search_page *p)
{
	struct model *m = s->m;
	const struct search_result *r = &s->found;
	p->more = r->more;
	p->cut = r->cut;
	p->begins = r->begins;
	p->apart = r->apart;
	for (uint64_t i = p->pager.first; i && i <= p->pager.last; i++) {
		struct search_line l = i <= s->pages.n ? found_page(m, r->terms, &s->pages.v[i - 1]) : found_line(m, r->terms, &r->v[i - 1 - s->pages.n]);
		arena_push(m->arena, &p->lines, l);
	}
	for (size_t i = 0; i < r->nnear; i++) {
		struct link near = {.href = with(m, "q", r->near[i].text, false), .text = r->near[i].text};
		arena_push(m->arena, &p->near, near);
	}
}

static json_t *answer_part(const struct search_page *p)
{
	json_t *answer = json_object();
	json_object_set_new(answer, "question", data_str(p->asked));
	json_object_set_new(answer, "says", data_str(p->plain));
	json_object_set_new(answer, "why", data_str(p->why.s));
	return answer;
}

static int answer_json(const struct search *s, const struct search_page *p, struct err *e)
{
	struct model *m = s->m;
	const struct search_result *r = &s->found;
	json_t *page = data_page(m), *list = json_array(), *near = json_array();
	json_object_set_new(page, "q", data_str(p->q));
	if (p->answered)
		json_object_set_new(page, "answer", answer_part(p));
	json_object_set_new(page, "all", json_integer((json_int_t)(s->pages.n + r->n)));
	json_object_set_new(page, "more", json_boolean(r->more));
	json_object_set_new(page, "cut", json_boolean(r->cut));
	json_object_set_new(page, "begins", json_boolean(r->begins));
	json_object_set_new(page, "apart", json_boolean(r->apart));
	json_object_set_new(page, "first", json_integer((json_int_t)p->pager.first));
	for (uint64_t i = p->pager.first; i && i <= p->pager.last; i++)
		json_array_append_new(list, i <= s->pages.n ? found_page_json(&s->pages.v[i - 1]) : found_json(m, r->terms, &r->v[i - 1 - s->pages.n]));
	for (size_t i = 0; i < r->nnear; i++)
		json_array_append_new(near, data_str(r->near[i].text));
	json_object_set_new(page, "found", list);
	json_object_set_new(page, "near", near);
	data_next(page, &p->pager);
	return data_send(m, page, e);
}

static int show(struct model *m, struct err *e)
{
	struct search_page p = {.q = ask_param(m->a, "q").text, .action = model_url(m, "search")};
	struct search s = {.m = m};
	int rc = read_asked(&s, e);
	if (rc == 0 && p.q.n)
		rc = read_question(&s, p.q, &p, e);
	if (rc == 0 && p.q.n)
		rc = reg_search(register_site_reg(m->site), m->view, &s.query, m->arena, &s.found, e);
	if (rc < 0)
		return found_failed(m, rc);
	add_number(&s);
	add_pages(&s);
	if ((rc = pager_new(m, s.pages.n + s.found.n, &p.pager, e)) < 0)
		return rc;
	if (m->a->form == FORM_JSON)
		return answer_json(&s, &p, e);
	p.example = example(m);
	fill_choices(&s, &p);
	fill_found(&s, &p);
	frame_init(&p.frame, m->a,
		p.q.n ? ARENA_JOIN(m->arena, model_tr(m, N_("Search")), tr_colon(&m->o), p.q)
		      : model_tr(m, N_("Search")));
	page_search(&m->o, &p);
	return 0;
}

int search_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}

/* The form of the front page leads to the page of the participant on that day. */
static int lead_on(struct model *m, struct err *e)
{
	const struct entity *en;
	struct str who = ask_param(m->a, "who").text;
	int rc = who.n ? model_entity(m, who, m->voc->type.Party, N_("participant"), &en, e) : 0;
	if (rc < 0)
		return rc;
	m->ret->status = 303;
	m->ret->location = who.n ? model_href(m, en->name) : model_url(m, "search");
	return 0;
}

int ask_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, lead_on);
}
