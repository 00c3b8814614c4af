/* SPDX-License-Identifier: Apache-2.0
 *
 * The newsroom: releases by topic and language, and one release with what the register knows beside it.
 */
#include "web/page_releases.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"

#include <stdlib.h>
#include <string.h>

enum { ACTS_SHOWN = 20, OUTLETS_SHOWN = 8, ABOUT_CHOICES = 60 };

static struct str word_arg(const struct model *m, const struct record_act *a, const char *param)
{
	struct value v = act_arg(m->rb, &a->act, param);
	return v.kind == V_WORD ? syms_str(m->syms, v.s) : STR("");
}

static const json_t *titles_of(const struct record_act *a)
{
	const json_t *t = json_object_get(a->json, "title");
	return json_is_object(t) ? t : NULL;
}

static bool has_language(const struct record_act *a, struct str code)
{
	return json_object_getn(titles_of(a), code.p, code.n) != NULL;
}

/* Of a release what all who look through all of them ask: read once, for acts lie far apart in memory. */
struct issued {
	const struct record_act *act;
	civil date;
	uint64_t pos;
	struct value category, outlet; /* V_NONE: it has none */
	bool out;  /* on the day asked about */
	bool fits; /* what is wanted */
};

typedef LIST(struct issued) release_acts;

static int newer_first(const void *x, const void *y)
{
	const struct issued *a = x, *b = y;
	return a->date != b->date ? (a->date < b->date) - (a->date > b->date) : (a->pos < b->pos) - (a->pos > b->pos);
}

struct wanted {
	struct str category, language, thing;
	bool by_year;
	int year;
	civil from, to; /* instants */
	uint32_t category_param, outlet_param; /* of the acts */
	const struct entity *entity; /* that thing, if it is one */
};

static struct wanted wanted_of(const struct model *m)
{
	struct ask_value year = ask_param(m->a, "year"), from = ask_param(m->a, "from"), to = ask_param(m->a, "to");
	struct str thing = ask_param(m->a, "about").text;
	return (struct wanted){ask_param(m->a, "category").text, ask_param(m->a, "language").text, thing, year.given, (int)year.number,
		from.given ? from.day : CIVIL_ALWAYS, to.given ? view_on(to.day) : CIVIL_NEVER, act_param(m->rb, m->voc->act.release_issued, "category"), act_param(m->rb, m->voc->act.release_issued, "O"),
		thing.n ? record_entity(m->record, thing) : NULL};
}

static struct value arg_of(const struct record_act *a, uint32_t param)
{
	return param == NO_ID ? VALUE_NONE : act_value(&a->act, param);
}

static struct str word_of(const struct model *m, struct value v)
{
	return v.kind == V_WORD ? syms_str(m->syms, v.s) : STR("");
}

/* Is the thing that is wanted among its arguments, or among those that it says it is about? */
static bool names(const struct model *m, const struct wanted *w, const struct record_act *a)
{
	size_t i;
	json_t *v;
	json_array_foreach(a->about, i, v)
		if (str_eq(json_str(v), w->thing))
			return true;
	return w->entity && act_names(a, m->rb, w->entity->name);
}

static bool fits(const struct model *m, const struct wanted *w, const struct record_act *a)
{
	return (!w->by_year || date_year(a->act.date) == w->year) && a->act.date >= w->from && a->act.date <= w->to &&
	       (!w->category.n || str_eq(word_of(m, arg_of(a, w->category_param)), w->category)) && (!w->language.n || has_language(a, w->language)) &&
	       (!w->thing.n || names(m, w, a));
}

/* Those of every day, the newest first. */
static void all_releases(const struct model *m, const struct wanted *w, release_acts *ret)
{
	const act_refs *issued = almanac_of_kind(m->al, m->voc->act.release_issued);
	struct model ever = whenever(m);
	bool sorted = true; /* releases enter the log in the order of their dates, as a rule */
	for (size_t i = 0; i < issued->n; i++) {
		const struct record_act *a = issued->v[i];
		if (!act_out(&ever, a))
			continue;
		struct issued one = {
			a, a->act.date, a->pos, arg_of(a, w->category_param), arg_of(a, w->outlet_param), act_out(m, a), fits(m, w, a)};
		sorted = sorted && (ret->n == 0 || newer_first(&ret->v[ret->n - 1], &one) < 0);
		arena_push(m->arena, ret, one);
	}
	if (!sorted)
		qsort(ret->v, ret->n, sizeof *ret->v, newer_first);
}

bool release_out(const struct model *m, const struct record_act *a)
{
	return m->voc->act.release_issued != NO_ID && a->act.kind == m->voc->act.release_issued && act_out(m, a);
}

bool release_listed(const struct model *m, const struct record_act *a)
{
	struct wanted w = wanted_of(m);
	return release_out(m, a) && fits(m, &w, a);
}

bool release_changed(const struct model *m, const struct record_act *a)
{
	struct wanted w = wanted_of(m);
	const struct record_act *old = act_is_correction(&a->act) ? record_act(m->record, act_corrects(&a->act)) : NULL;
	return old && m->voc->act.release_issued != NO_ID && old->act.kind == m->voc->act.release_issued && fits(m, &w, old);
}

struct gazette releases_about(const struct model *m, sym thing, size_t most, struct url *ret_all)
{
	struct gazette g = {0};
	const act_refs *speaking = almanac_speaking_until(m->al, thing, m->on + 1);
	struct buf b;
	for (size_t i = 0; i < speaking->n && g.items.n < most; i++) {
		const struct record_act *a = speaking->v[i];
		if (!release_out(m, a))
			continue;
		struct gazette_item item = act_item(m, a);
		item.href = model_href(m, act_entity(m, a, "R"));
		item.text = (struct str){NULL, 0};
		item.says = (struct html){{NULL, 0}};
		arena_push(m->arena, &g.items, item);
	}
	if (ret_all) {
		buf_init(&b, TARGET_MAX);
		url_encode(&b, syms_str(m->syms, thing));
		*ret_all = url_fmt(m->arena, "/%s/releases?about=%.*s%.*s", m->a->tongue->code, STR_ARG(buf_str(&b)), STR_ARG(ask_also(m->a).s));
		buf_done(&b);
	}
	return g;
}

static int check_category(struct model *m, struct err *e)
{
	struct choosing category = {.name = STR("category"), .label = model_tr(m, N_("Topic"))};
	if (!ask_param(m->a, "category").given)
		return 0;
	add_argument_words(m, m->voc->act.release_issued, "category", &category.options);
	return choice_check(m, &category, "category.unknown", e);
}

/* Of the organisation, or of some version of a release. */
static int check_language(struct model *m, struct err *e)
{
	struct choosing language = language_choices(m, N_("Any"));
	struct str asked = ask_param(m->a, "language").text;
	const act_refs *issued = almanac_of_kind(m->al, asked.n && !has_choice(&language.options, asked) ? m->voc->act.release_issued : NO_ID);
	for (size_t i = 0; i < issued->n; i++)
		if (has_language(issued->v[i], asked))
			return 0;
	return choice_check(m, &language, "language.unknown", e);
}

int releases_wanted(struct model *m, struct err *e)
{
	const struct entity *en;
	struct str thing = ask_param(m->a, "about").text;
	int rc = check_category(m, e);
	if (rc == 0)
		rc = check_language(m, e);
	if (rc == 0)
		rc = days_check(m, e);
	return rc == 0 && thing.n ? model_entity(m, thing, ANY_TYPE, N_("thing"), &en, e) : rc;
}

static struct str label_of(const struct model *m, struct str word)
{
	return model_word(m, STR("category"), word);
}

static struct html linked_languages(const struct model *m, const struct record_act *a)
{
	LIST(struct html) have = {0}, missing = {0};
	for (size_t i = 0; i < m->org->nlanguages; i++) {
		struct str code = m->org->languages[i];
		struct html one = {arena_fmt(m->arena, "<span lang=\"%.*s\" dir=\"auto\">%.*s</span>", STR_ARG(tongue_tag(code)), STR_ARG(model_plain(m, m->al->languages[i]).s))};
		if (has_language(a, code))
			arena_push(m->arena, &have, one);
		else
			arena_push(m->arena, &missing, one);
	}
	if (!missing.n)
		return join_commas(m, have.v, have.n);
	return SENTENCE(m, tr_start(&m->o, N_("{have}; missing: {missing}")), {"have", join_commas(m, have.v, have.n)},
		{"missing", join_commas(m, missing.v, missing.n)});
}

/* What the release says that it is about: things of the record, linked. */
static struct html about(const struct model *m, const struct record_act *a)
{
	LIST(struct html) all = {0};
	size_t i;
	json_t *v;
	json_array_foreach(a->about, i, v) {
		const struct entity *en = record_entity(m->record, json_str(v));
		struct html one = en ? model_link(m, en->name) : (struct html){{NULL, 0}};
		arena_push(m->arena, &all, one);
	}
	return join_commas(m, all.v, all.n);
}

static struct tag state_tag(const struct model *m, const struct record_act *a)
{
	uint32_t fact = m->voc->fact.release;
	const struct stretch *s = fact == NO_ID ? NULL : model_now(m, fact, args_of(m, 1, entity_value(act_entity(m, a, "R"))));
	const struct type *t = fact == NO_ID ? NULL : &m->rb->types.v[m->rb->facts.v[fact].value];
	/* The plain state is that of a release on the day of its issue; any other is worth a mark. */
	if (!s || s->value.kind != V_WORD || !t || s->from <= a->act.date)
		return (struct tag){TAG_NEUTRAL, {NULL, 0}};
	return (struct tag){TAG_DOUBT, model_text(m, fact, s->value)};
}

static struct release_line line_of(const struct model *m, const struct record_act *a)
{
	struct gazette_item item = model_gazette_item(m, a);
	sym r = act_entity(m, a, "R"), outlet = act_entity(m, a, "O");
	struct html parts[4] = {model_plain(m, label_of(m, word_arg(m, a, "category"))),
		outlet == SYM_ABSENT
			? (struct html){{NULL, 0}}
			: SENTENCE(m, tr_start(&m->o, N_("reported by {outlet}")), {"outlet", model_mark(m, model_title(m, outlet))}),
		about(m, a), linked_languages(m, a)};
	struct tag state = state_tag(m, a);
	return (struct release_line){.when = item.when, .href = model_href(m, r), .title = model_title(m, r),
		.tag = state.text.n ? state : item.tag, .text = join(m, parts, 4, " · ")};
}

/* How many of all carry it, each as a link to those alone; the most first. */
struct tallied {
	struct str value;
	sym thing; /* SYM_ABSENT: it is a word */
	size_t n;
};

typedef LIST(struct tallied) tallies;

static void tally(const struct model *m, tallies *l, struct str value, sym thing)
{
	struct tallied one = {value, thing, 1};
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].value, value)) {
			l->v[i].n++;
			return;
		}
	arena_push(m->arena, l, one);
}

static int most_first(const void *x, const void *y)
{
	const struct tallied *a = x, *b = y;
	return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : str_cmp(a->value, b->value);
}

static void fill_topics(const struct model *m, const release_acts *all, struct releases_page *p)
{
	tallies topics = {0}, outlets = {0};
	for (size_t i = 0; i < all->n; i++) {
		struct str word = word_of(m, all->v[i].category);
		struct value outlet = all->v[i].outlet;
		if (!all->v[i].out)
			continue;
		if (word.n)
			tally(m, &topics, word, SYM_ABSENT);
		if (outlet.kind == V_ENTITY)
			tally(m, &outlets, syms_str(m->syms, outlet.s), outlet.s);
	}
	if (topics.n)
		qsort(topics.v, topics.n, sizeof *topics.v, most_first);
	if (outlets.n)
		qsort(outlets.v, outlets.n, sizeof *outlets.v, most_first);
	for (size_t i = 0; i < topics.n; i++) {
		struct counted_link one = {model_anchor(m, ask_with(m, "category", topics.v[i].value), label_of(m, topics.v[i].value), NULL), topics.v[i].n};
		arena_push(m->arena, &p->topics, one);
	}
	for (size_t i = 0; i < outlets.n && i < OUTLETS_SHOWN; i++) {
		struct counted_link one = {model_link(m, outlets.v[i].thing), outlets.v[i].n};
		arena_push(m->arena, &p->outlets, one);
	}
}

static void add_year_choices(const struct model *m, const release_acts *all, struct releases_page *p)
{
	struct choosing year = {.name = STR("year"), .label = model_tr(m, N_("Year")), .all = model_tr(m, N_("All years"))};
	for (size_t i = 0, last = 0; i < all->n; i++) {
		if (!all->v[i].out)
			continue;
		size_t y = (size_t)date_year(all->v[i].date);
		struct str is = y == last ? (struct str){NULL, 0} : arena_fmt(m->arena, "%zu", y);
		if (is.n)
			add_choice(m, &year.options, is, tr_digits(&m->o, is), ask_param(m->a, "year").text);
		last = y;
	}
	arena_push(m->arena, &p->filter.fields, year);
}

/* What the latest releases say that they are about; and what was asked for, which may be something else. */
static void add_about_choices(const struct model *m, const release_acts *all, struct releases_page *p)
{
	struct choosing about = {.name = STR("about"), .label = model_tr(m, N_("About")), .all = model_tr(m, N_("Everything"))};
	struct str chosen = ask_param(m->a, "about").text;
	const struct entity *en = record_entity(m->record, chosen);
	size_t k;
	json_t *v;
	if (en)
		add_choice_said(m, &about.options, chosen, model_title(m, en->name), chosen);
	for (size_t i = 0; i < all->n && about.options.n < ABOUT_CHOICES; i++)
		json_array_foreach(all->v[i].out ? all->v[i].act->about : NULL, k, v)
			if (!has_choice(&about.options, json_str(v)) && (en = record_entity(m->record, json_str(v))))
				add_choice_said(m, &about.options, json_str(v), model_title(m, en->name), chosen);
	sort_choices(m, &about.options);
	if (about.options.n)
		arena_push(m->arena, &p->filter.fields, about);
}

static void fill_filter(const struct model *m, const release_acts *all, struct releases_page *p)
{
	struct choosing category = {.name = STR("category"), .label = model_tr(m, N_("Topic")), .all = model_tr(m, N_("All topics"))};
	struct choosing language = language_choices(m, N_("Any"));
	for (size_t i = 0; i < all->n; i++) {
		struct str word = all->v[i].out ? word_of(m, all->v[i].category) : STR("");
		if (word.n && !has_choice(&category.options, word))
			add_choice(m, &category.options, word, label_of(m, word), ask_param(m->a, "category").text);
	}
	sort_choices(m, &category.options);
	p->filter = filter_new(m);
	arena_push(m->arena, &p->filter.fields, category);
	arena_push(m->arena, &p->filter.fields, language);
	add_year_choices(m, all, p);
	add_about_choices(m, all, p);
	p->filter.days = days_asked(m);
}

static json_t *as_json(const struct model *m, const struct record_act *a)
{
	sym r = act_entity(m, a, "R"), outlet = act_entity(m, a, "O");
	json_t *one = data_entity(m, r);
	json_object_set_new(one, "date", data_date(a->act.date));
	json_object_set_new(one, "category", data_str(word_arg(m, a, "category")));
	json_object_set_new(one, "outlet", outlet == SYM_ABSENT ? json_null() : data_str(syms_str(m->syms, outlet)));
	json_object_set(one, "titles", (json_t *)titles_of(a));
	json_object_set(one, "sources", json_object_get(a->json, "sources"));
	json_object_set_new(one, "act", json_integer((json_int_t)a->pos));
	return one;
}

static int show_all(struct model *m, struct err *e)
{
	struct releases_page p = {0};
	release_acts all = {0};
	struct moment_list days = {0};
	struct wanted w = wanted_of(m);
	uint64_t n = 0, fit = 0;
	int rc = releases_wanted(m, e);
	if (rc < 0)
		return rc;
	all_releases(m, &w, &all);
	for (size_t i = 0; i < all.n; i++)
		fit += all.v[i].out && all.v[i].fits;
	if ((rc = pager_new(m, fit, &p.pager, e)) < 0)
		return rc;
	if (m->a->form == FORM_JSON) {
		json_t *page = data_page(m), *list = json_array();
		for (size_t i = 0; i < all.n && n < p.pager.last; i++)
			if (all.v[i].out && all.v[i].fits && ++n >= p.pager.first)
				json_array_append_new(list, as_json(m, all.v[i].act));
		json_object_set_new(page, "all", json_integer((json_int_t)fit));
		json_object_set_new(page, "releases", list);
		data_next(page, &p.pager);
		if (m->org->press.email.n || m->org->press.telephone.n || m->org->press.page.n)
			json_object_set(page, "press", json_object_get(m->org->json, "press"));
		return data_send(m, page, e);
	}
	frame_init(&p.frame, m->a, model_tr(m, N_("Newsroom")));
	fill_filter(m, &all, &p);
	for (size_t i = 0; i < all.n && n < p.pager.last; i++) {
		if (all.v[i].out && all.v[i].fits && ++n >= p.pager.first) {
			struct release_line line = line_of(m, all.v[i].act);
			arena_push(m->arena, &p.lines, line);
		}
	}
	struct html release = model_plain(m, model_tr(m, N_("one release")));
	for (size_t i = all.n; i-- > 0;)
		if (all.v[i].fits)
			add_moment(m, &days, act_out_from(m, all.v[i].act), release);
	watch_days(m, &days, &p.frame.bar);
	fill_topics(m, &all, &p);
	p.has_press = press_office(m, &p.press);
	p.feed = ask_form(m->a, FORM_ATOM);
	p.json_feed = ask_form(m->a, FORM_FEED);
	p.verify = model_url(m, "verify");
	p.participants = model_url(m, "participants");
	page_releases(&m->o, &p);
	return 0;
}

int releases_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_all);
}

/* ---- one ------------------------------------------------------------------------------------------------------------------------ */

static void fill_versions(const struct model *m, const struct record_act *a, struct release_page *p)
{
	p->versions.label = model_tr(m, N_("Language versions"));
	for (size_t i = 0; i < m->org->nlanguages; i++) {
		struct str code = m->org->languages[i];
		struct version v = {.name = m->al->languages[i], .lang = tongue_tag(code), .value = model_tr(m, N_("no version on record"))};
		if (has_language(a, code)) {
			bool unverified = record_unverified(a, arena_fmt(m->arena, "title.%.*s", STR_ARG(code)));
			v.value = unverified ? model_tr(m, N_("title in the register’s words")) : model_tr(m, N_("title as published"));
			v.href = url_fmt(m->arena, "#%.*s", STR_ARG(code));
			v.current = str_eq(code, m->lang);
		}
		arena_push(m->arena, &p->versions.items, v);
	}
	const char *lang;
	json_t *v;
	json_object_foreach((json_t *)titles_of(a), lang, v) {
		struct in_language one = {.lang = tongue_tag(str_of(lang)), .name = str_of(lang), .title = json_str(v)};
		arena_push(m->arena, &p->texts, one);
	}
}

static void fill_state(const struct model *m, sym r, const struct record_act *a, struct release_page *p)
{
	uint32_t fact = m->voc->fact.release;
	const struct value *args = args_of(m, 1, entity_value(r));
	const struct stretch *s = fact == NO_ID ? NULL : model_now(m, fact, args);
	if (!s)
		return;
	struct html parts[2] = {model_plain(m, model_text(m, fact, s->value)), model_why(m, fact, args)};
	add_pair(m, &p->glance, model_tr(m, N_("State")), join(m, parts, 2, " "));
	if (s->from <= a->act.date)
		return;
	p->grave = true;
	p->state = SENTENCE(m, tr_start(&m->o, N_("{state} since {day}, {act}. The first version stays on record: {first}.")),
		{"state", in_strong(m, model_plain(m, model_text(m, fact, s->value)))}, {"day", model_when(m, model_from(s))},
		{"act", s->cause.act ? model_act(m, s->cause.act->pos) : model_cause(m, &s->cause)}, {"first", model_act(m, a->pos)});
}

static int answer_one(struct model *m, sym name, const struct record_act *a, struct err *e)
{
	json_t *page = data_page(m);
	json_t *release = a ? as_json(m, a) : data_entity(m, name);
	if (!a) /* not out yet: no more than that it has a name */
		json_object_del(release, "title");
	json_object_set_new(page, "release", release);
	json_object_set_new(page, "facts", data_facts_about(m, name));
	return data_send(m, page, e);
}

static void fill_one(const struct model *m, const struct entity *en, const struct record_act *a, struct release_page *p)
{
	sym outlet = act_entity(m, a, "O");
	struct str category = label_of(m, word_arg(m, a, "category"));
	p->over = SENTENCE(m, tr_start(&m->o, outlet == SYM_ABSENT ? N_("Release, {category}, {day}") : N_("Press report, {category}, {day}")), {"category", model_plain(m, category)},
		{"day", model_when(m, model_act_when(a))});
	fill_versions(m, a, p);
	add_pair(m, &p->glance, model_tr(m, N_("Reported by")), outlet == SYM_ABSENT ? (struct html){{NULL, 0}} : model_link(m, outlet));
	add_pair(m, &p->glance, model_tr(m, N_("About")), about(m, a));
	add_pair(m, &p->glance, model_tr(m, N_("Topic")), model_plain(m, category));
	fill_state(m, en->name, a, p);
	add_pair(m, &p->glance, model_tr(m, N_("Act")), model_act(m, a->pos));
	p->note = model_act_text(m, a);
	list_sources(m, a, &p->sources);
	p->genuine = SENTENCE(m, tr_start(&m->o, a->recorded ? N_("This entry, to the last character, is {act} of the log: recorded by the registrar from the source, not issued here.")
							     : N_("This text, to the last character, is {act} of the log.")),
		{"act", model_act(m, a->pos)});
	p->verify = model_url(m, "verify");
	p->proof = url_fmt(m->arena, "/act/%llu.tlog-proof", (unsigned long long)a->pos);
}

static int show_one(struct model *m, struct err *e)
{
	struct release_page p = {0};
	const struct entity *en;
	shown_list ticks = {0};
	int rc = model_entity(m, m->a->id[0], m->voc->type.Release, N_("release"), &en, e);
	if (rc < 0)
		return rc;
	const struct record_act *a = introduced_by(m, en);
	if (m->a->form == FORM_JSON)
		return answer_one(m, en->name, a, e);
	p.title = a ? model_title(m, en->name) : (struct said){syms_str(m->syms, en->name), {NULL, 0}};
	frame_named(&p.frame, m->a, p.title.text, model_mark(m, p.title));
	if (a) {
		fill_one(m, en, a, &p);
		if ((rc = facts_about(m, en->name, &m->voc->fact.release, 1, &ticks, &p.facts, e)) < 0)
			return rc;
		p.acts = acts_naming(m, en->name, ACTS_SHOWN, NULL);
		p.all_acts = all_acts_link(m, en->name, ACTS_SHOWN);
	} else {
		p.over = model_plain(m, model_tr(m, N_("Release")));
		p.note = SENTENCE(m, tr_start(&m->o, N_("On {day} there was no such release.")), {"day", model_when(m, (struct when){m->a->on, BY_DAY, false})});
	}
	if (m->voc->fact.release != NO_ID)
		model_show(m, &ticks, m->voc->fact.release, args_of(m, 1, entity_value(en->name)));
	model_watch(m, &p.frame.bar, &ticks, NULL);
	page_release(&m->o, &p);
	return 0;
}

int release_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_one);
}
