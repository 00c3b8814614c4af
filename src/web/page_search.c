/* SPDX-License-Identifier: Apache-2.0
 *
 * Search: words, a name, a question. And the form of the front page: a participant on a day.
 */
#include "web/handlers.h"
#include "web/listing.h"
#include "web/locale.h"
#include "web/page_search.h"
#include "web/pages.h"
#include "web/question.h"
#include "web/shelf.h"
#include "web/site.h"

#include <string.h>

enum { MAX_WORDS = 12, HITS = 8, ACTS = 20 };

struct search {
	struct model *m;
	const struct finder *finder;
	struct str word[MAX_WORDS]; /* without case */
	size_t n;
	bool has_day;
	civil day; /* a word that is a date */
};

static void cut_words(struct model *m, struct str q, struct search *s)
{
	struct str rest = q, one;
	*s = (struct search){.m = m, .day = m->a->on};
	while (rest.n && s->n < MAX_WORDS) {
		if (!str_cut(rest, ' ', &one, &rest))
			one = rest, rest = (struct str){NULL, 0};
		if (one.n == 0)
			continue;
		if (date_parse(one, &s->day))
			s->has_day = true;
		else
			s->word[s->n++] = fold_case(one, m->arena);
	}
}

static bool has_words(const struct search *s, const struct findable *texts)
{
	return findable_has(texts, s->word, s->n);
}

/* ---- things ------------------------------------------------------------------------------------------------------ */

static struct search_group *group_of(const struct model *m, struct search_page *p, struct str title)
{
	for (size_t i = 0; i < p->groups.n; i++)
		if (str_eq(p->groups.v[i].title, title))
			return &p->groups.v[i];
	struct search_group g = {.title = title};
	arena_push(m->arena, &p->groups, g);
	return &p->groups.v[p->groups.n - 1];
}

static void add_hit(const struct model *m, struct search_page *p, struct str title, struct search_hit hit)
{
	struct search_group *g = group_of(m, p, title);
	p->n++;
	if (g->hits.n == HITS)
		g->more++;
	else
		arena_push(m->arena, &g->hits, hit);
}

static void find_things(const struct search *s, struct search_page *p)
{
	struct model *m = s->m;
	for (size_t i = 0; i < s->finder->nthings; i++) {
		const struct entity *en = s->finder->things[i];
		if (!has_words(s, &s->finder->thing[i]))
			continue;
		struct url href = model_href(m, en->name);
		if (href.s.n)
			add_hit(m, p, phrase_type(m, en->type, true),
				(struct search_hit){href, model_title(m, en->name), syms_str(m->syms, en->name)});
	}
}

static void find_articles(const struct search *s, struct search_page *p)
{
	struct model *m = s->m;
	for (uint32_t i = 0; i < m->rb->articles.n; i++)
		if (has_words(s, &s->finder->article[i]))
			add_hit(m, p, model_tr(m, N_("Legal basis")),
				(struct search_hit){model_article_href(m, i), m->rb->articles.v[i].title, {NULL, 0}});
}

static void find_acts(const struct search *s, struct search_page *p)
{
	struct model *m = s->m;
	uint64_t pos;
	for (size_t i = 0; i < m->al->acts.n; i++) {
		const struct record_act *a = m->al->acts.v[i];
		bool number = s->n == 1 && str_u64(s->word[0], &pos) && pos == a->pos;
		if (a->act.date > m->on || (!number && !has_words(s, &s->finder->act[i])))
			continue;
		if (p->nacts++ < ACTS) {
			struct gazette_item item = model_gazette_item(m, a);
			arena_push(m->arena, &p->acts.items, item);
		}
	}
	p->n += p->nacts;
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

static void put_answer(const struct model *m, uint32_t fact, const struct value *args, civil date,
	const struct answer *a, struct search_page *p)
{
	struct stretch *s;
	size_t n = model_stretches(m, fact, args, &s);
	const struct stretch *now = stretch_at(s, n, view_on(date));
	p->answered = true;
	p->asked = as_written(m, fact, args, date);
	p->why = model_why_on_href(m, fact, args, date);
	p->says = now && now->disputed ? model_readings(m, fact, args, now)
				       : model_say(m, fact, args, a->readings[0].value);
	if (now)
		p->since = model_when(m, model_from(now));
	if (fact == m->voc->fact.status)
		p->status = model_status(m, now ? now->value : VALUE_NONE, now && now->disputed);
}

/* The participant whose name is among the words, if there is only one: "belarus 2016-01-01". */
static const struct participant *named_party(const struct search *s)
{
	const struct participant *found = NULL;
	struct model *m = s->m;
	for (size_t i = 0; i < m->al->nparties; i++) {
		const struct participant *p = &m->al->parties[i];
		bool fits = false;
		for (size_t w = 0; w < s->n && p->nstatuses; w++)
			fits = fits || findable_is(&s->finder->party[i], s->word[w]);
		if (fits && found)
			return NULL;
		found = fits ? p : found;
	}
	return found;
}

static bool looks_like_question(struct str q)
{
	return str_find(q, STR("(")) < q.n;
}

static void read_question(const struct search *s, struct str q, struct search_page *p)
{
	struct model *m = s->m;
	struct asked_question asked;
	struct err e = {0};
	if (looks_like_question(q)) {
		if (question_read(m, q, &asked, &e) == 0) {
			if (asked.view == m->view)
				put_answer(m, asked.question.fact, asked.question.args, asked.date, &asked.answer, p);
			else
				p->hint = model_tr(m, N_("A question as known at another entry is answered with the "
							 "date form, or by the API."));
			question_done(&asked);
		} else {
			p->hint = arena_fmt(m->arena, "%s. %s", e.what, e.hint);
		}
		m->ret->problem = (struct problem){0}; /* the page says it */
		return;
	}
	const struct participant *who = named_party(s);
	if (!who || m->voc->fact.status == NO_ID)
		return;
	struct answer a;
	view_ask(m->view, m->voc->fact.status, &who->who, NULL, view_on(s->day), m->arena, &a);
	put_answer(m, m->voc->fact.status, &who->who, s->day, &a, p);
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

static struct str example(const struct model *m)
{
	for (size_t i = 0; i < m->al->nparties; i++)
		if (m->al->parties[i].nstatuses)
			return as_written(m, m->voc->fact.status, &m->al->parties[i].who,
				date_day(m->al->parties[i].statuses[0].from));
	return (struct str){NULL, 0};
}

static int show(struct model *m, struct err *e)
{
	struct search_page p = {.q = ask_param(m->a, "q").text, .action = model_url(m, "search")};
	struct search s;
	(void)e;
	cut_words(m, p.q, &s);
	p.example = example(m);
	if (p.q.n) {
		struct finder *f = shelf_finder(register_site_shelf(m->site), m->al);
		s.finder = f;
		read_question(&s, p.q, &p);
		find_things(&s, &p);
		find_articles(&s, &p);
		find_acts(&s, &p);
		finder_unref(f);
	}
	frame_init(&p.frame, m->a,
		p.q.n ? arena_fmt(m->arena, "%.*s: %.*s", STR_ARG(model_tr(m, N_("Search"))), STR_ARG(p.q))
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
	int rc = who.n ? model_entity(m, who, m->voc->type.Party, "participant", &en, e) : 0;
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
