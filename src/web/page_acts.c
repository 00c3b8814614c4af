/* SPDX-License-Identifier: Apache-2.0
 *
 * All acts of the record, the newest entry first: a dense list, by kind, by year, by what they are about.
 */
#include "web/page_acts.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"

static struct str kind_name(const struct model *m, const struct record_act *a)
{
	return a->act.kind == NO_ID ? STR("") : syms_str(&m->rb->syms, m->rb->acts.v[a->act.kind].name);
}

static bool says(const struct acts_wanted *w, const struct record_act *a)
{
	uint32_t param = a->act.kind == NO_ID ? NO_ID : w->params[a->act.kind];
	struct value v = param == NO_ID ? VALUE_NONE : act_value(&a->act, param);
	return v.kind == V_WORD && v.s == w->word;
}

bool acts_fit(const struct model *m, const struct acts_wanted *w, const struct record_act *a)
{
	return model_reached(m, a->act.date) && (!w->params || says(w, a)) && (w->of_kind == NO_ID || a->act.kind == w->of_kind) && (!w->by_year || date_year(a->act.date) == w->year) &&
	       (!w->about || act_names(a, m->rb, w->entity));
}

struct acts_wanted acts_of_kind(const struct model *m, uint32_t kind)
{
	return (struct acts_wanted){.kind = syms_str(&m->rb->syms, m->rb->acts.v[kind].name), .of_kind = kind};
}

struct acts_wanted acts_with(const struct model *m, struct str param, struct str word)
{
	uint32_t *params = arena_array(m->arena, m->rb->acts.n + 1, uint32_t);
	const char *name = arena_str(m->arena, param).p;
	for (uint32_t k = 0; k < m->rb->acts.n; k++)
		params[k] = act_param(m->rb, k, name);
	return (struct acts_wanted){.of_kind = NO_ID, .param = param, .says = word, .word = syms_find(m->syms, word), .params = params};
}

/* Of kinds that can fit, each by itself: what is counted needs no order. */
size_t acts_count(const struct model *m, const struct acts_wanted *w, size_t most)
{
	size_t n = 0;
	for (uint32_t k = 0; k < m->rb->acts.n; k++) {
		const act_refs *of = almanac_of_kind(m->al, (w->of_kind == NO_ID || w->of_kind == k) && (!w->params || w->params[k] != NO_ID) ? k : NO_ID);
		for (size_t i = 0; i < of->n && n < most; i++)
			n += acts_fit(m, w, of->v[i]);
	}
	return n;
}

int acts_wanted_read(struct model *m, struct acts_wanted *w, struct err *e)
{
	struct str with = ask_param(m->a, "with").text, param, word;
	struct ask_value kind = ask_param(m->a, "kind"), year = ask_param(m->a, "year"), about = ask_param(m->a, "about");
	*w = str_cut(with, '.', &param, &word) ? acts_with(m, param, word) : (struct acts_wanted){0};
	w->kind = kind.text;
	w->of_kind = rulebook_act(m->rb, kind.text);
	w->by_year = year.given;
	w->year = (int)year.number;
	w->about = about.given;
	if (with.n && !w->params) {
		m->ret->problem.id = STR("with.form");
		return MODEL_FAULT(m, e, ERR_INPUT, "parameter with", N_("An argument and a word are asked for as in “{name}”."), {"name", STR("form.ratification")});
	}
	if (kind.given && w->of_kind == NO_ID) {
		m->ret->problem.id = STR("kind.unknown");
		return MODEL_FAULT(m, e, ERR_INPUT, "parameter kind", N_("The rulebook knows no kind of act “{name}”."), {"name", kind.text});
	}
	if (about.given) {
		const struct entity *en;
		int rc = model_entity(m, about.text, ANY_TYPE, N_("thing"), &en, e);
		if (rc < 0)
			return rc;
		w->entity = en->name;
	}
	return 0;
}

/* All acts of which some fit, the newest entry first. */
static const act_refs *acts_among(const struct model *m, const struct acts_wanted *w)
{
	return w->about ? almanac_naming(m->al, w->entity) : w->of_kind != NO_ID ? almanac_of_kind(m->al, w->of_kind) : almanac_acts(m->al);
}

static bool any_until(const act_refs *acts, civil on)
{
	for (size_t i = 0; i < acts->n; i++)
		if (acts->v[i]->act.date <= on)
			return true;
	return false;
}

static void add_years(const struct model *m, const struct acts_wanted *w, choices *years)
{
	struct str chosen = w->by_year ? arena_fmt(m->arena, "%d", w->year) : STR("");
	for (size_t i = almanac_until(m->al, m->on + 1), first; i > 0; i = first) {
		int y = date_year(almanac_dated(m->al)[i - 1].date);
		struct str text = arena_fmt(m->arena, "%d", y);
		add_choice(m, years, text, tr_digits(&m->o, text), chosen);
		first = almanac_until(m->al, date_from(y, 1, 1));
	}
}

static void fill_filter(const struct model *m, const struct acts_wanted *w, struct acts_page *p)
{
	struct choosing kind = {.name = STR("kind"), .label = model_tr(m, N_("Kind")), .all = model_tr(m, N_("All kinds"))};
	struct choosing year = {.name = STR("year"), .label = model_tr(m, N_("Year")), .all = model_tr(m, N_("All years"))};
	for (uint32_t k = 0; k < m->rb->acts.n; k++) {
		const act_refs *of = almanac_of_kind(m->al, k);
		if (any_until(of, m->on))
			add_choice(m, &kind.options, kind_name(m, of->v[0]), act_kind_label(m, of->v[0]), w->kind);
	}
	sort_choices(m, &kind.options);
	add_years(m, w, &year.options);
	p->filter = filter_new(m);
	arena_push(m->arena, &p->filter.fields, kind);
	arena_push(m->arena, &p->filter.fields, year);
	filter_keep(m, &p->filter, "about");
	filter_keep(m, &p->filter, "with");
	if (w->about)
		p->about = model_link(m, w->entity);
	if (w->params) {
		p->word = model_word(m, w->param, w->says);
		p->argument = words_param(m->words, m->lang, w->param, m->arena);
	}
	if (w->about || w->by_year || w->kind.n || w->params)
		p->all = model_url(m, "acts");
}

static void add_row(const struct model *m, struct records *r, const struct record_act *a)
{
	struct record_row row = {0};
	struct str title = model_act_title(m, a), kind = act_kind_label(m, a);
	model_cell(m, &row, model_anchor(m, model_act_href(m, a->pos), number(m, a->pos).s, NULL));
	model_cell(m, &row, model_date(m, model_act_when(a)));
	model_cell(m, &row, act_heading(m, a, true));
	model_cell(m, &row, str_eq(title, kind) ? (struct html){{NULL, 0}} : model_plain(m, kind));
	arena_push(m->arena, &r->rows, row);
}

static int answer_json(struct model *m, const struct acts_wanted *w, const struct pager *pager, struct err *e)
{
	json_t *page = data_page(m), *list = json_array();
	const act_refs *among = acts_among(m, w);
	uint64_t n = 0;
	for (size_t i = 0; i < among->n && n < pager->last; i++) {
		const struct record_act *a = among->v[i];
		if (acts_fit(m, w, a) && ++n >= pager->first)
			json_array_append_new(list, data_act(m, a));
	}
	json_object_set_new(page, "all", json_integer((json_int_t)pager->all));
	json_object_set_new(page, "first", json_integer((json_int_t)pager->first));
	json_object_set_new(page, "acts", list);
	data_next(page, pager);
	return data_send(m, page, e);
}

static int show(struct model *m, struct err *e)
{
	struct acts_page p = {0};
	struct acts_wanted w;
	uint64_t all = 0, later = 0, n = 0;
	int rc = acts_wanted_read(m, &w, e);
	if (rc < 0)
		return rc;
	const act_refs *among = acts_among(m, &w);
	for (size_t i = 0; i < among->n; i++)
		all += acts_fit(m, &w, among->v[i]);
	if ((rc = pager_new(m, all, &p.pager, e)) < 0)
		return rc;
	if (m->a->form == FORM_JSON)
		return answer_json(m, &w, &p.pager, e);
	frame_init(&p.frame, m->a, model_tr(m, N_("Acts")));
	fill_filter(m, &w, &p);
	struct moment_list days = {0};
	struct model ever = whenever(m);
	bool all_of_them = among == almanac_acts(m->al);
	for (size_t i = 0; i < among->n; i++) {
		const struct record_act *a = all_of_them ? almanac_dated(m->al)[i].act : among->v[among->n - 1 - i];
		if (!acts_fit(&ever, &w, a))
			continue;
		add_act_moment(m, &days, a);
		later += !acts_fit(m, &w, a);
	}
	watch_days(m, &days, &p.frame.bar);
	if (p.all.s.n)
		p.lead = all ? SENTENCE(m, tr_start_n(&m->o, all, "{n} act fits.", "{n} acts fit, the newest entry first."), {"n", number(m, all)})
			     : model_plain(m, model_tr(m, N_("No act on record fits.")));
	else
		p.lead = SENTENCE(m, tr_start_n(&m->o, all, "{n} act, the newest entry first. Everything else on this site is derived from them.",
		"{n} acts, the newest entry first. Everything else on this site is derived from them."), {"n", number(m, all)});
	if (later)
		p.lead.s = ARENA_JOIN(m->arena, p.lead.s, STR(" "), SENTENCE(m, tr_start_n(&m->o, later, "One more on record is dated later.", "{n} more on record are dated later."), {"n", number(m, later)}).s);
	p.acts.label = model_tr(m, N_("Acts"));
	model_column(m, &p.acts, model_tr(m, N_("Entry")), false);
	model_column_plain(m, &p.acts, model_tr(m, N_("Date")));
	model_column_plain(m, &p.acts, model_tr(m, N_("Act")));
	model_column_plain(m, &p.acts, model_tr(m, N_("Kind")));
	for (size_t i = 0; i < among->n && n < p.pager.last; i++) {
		const struct record_act *a = among->v[i];
		if (acts_fit(m, &w, a) && ++n >= p.pager.first)
			add_row(m, &p.acts, a);
	}
	p.feed = ask_form(m->a, FORM_ATOM);
	page_acts(&m->o, &p);
	return 0;
}

int acts_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
