/* SPDX-License-Identifier: Apache-2.0
 *
 * All meetings: those to come, those that were; by body and year.
 */
#include "web/page_meetings.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"

struct wanted {
	struct str body;
	bool by_year;
	int year;
};

static bool fits(const struct model *m, const struct wanted *w, const struct convened *c)
{
	return (!w->body.n || (c->body != SYM_ABSENT && str_eq(syms_str(m->syms, c->body), w->body))) &&
	       (!w->by_year || date_year(c->first) == w->year);
}

int meetings_wanted(struct model *m, struct err *e)
{
	const struct entity *en;
	struct str body = ask_param(m->a, "body").text;
	return body.n ? model_entity(m, body, m->voc->type.Body, N_("body"), &en, e) : 0;
}

static void fill_filter(const struct model *m, const struct wanted *w, const convened_list *all, struct meetings_page *p)
{
	struct choosing body = {.name = STR("body"), .label = model_tr(m, N_("Body")), .all = model_tr(m, N_("All bodies"))};
	struct choosing year = {.name = STR("year"), .label = model_tr(m, N_("Year")), .all = model_tr(m, N_("All years"))};
	struct str chosen = w->by_year ? arena_fmt(m->arena, "%d", w->year) : STR("");
	for (size_t i = all->n, last = 0; i-- > 0;) {
		size_t y = (size_t)date_year(all->v[i].first);
		struct str is = y == last ? (struct str){NULL, 0} : arena_fmt(m->arena, "%zu", y);
		if (is.n)
			add_choice(m, &year.options, is, tr_digits(&m->o, is), chosen);
		last = y;
		if (all->v[i].body != SYM_ABSENT && !has_choice(&body.options, syms_str(m->syms, all->v[i].body)))
			add_choice_said(m, &body.options, syms_str(m->syms, all->v[i].body), model_title(m, all->v[i].body), w->body);
	}
	sort_choices(m, &body.options);
	p->filter = filter_new(m);
	arena_push(m->arena, &p->filter.fields, body);
	arena_push(m->arena, &p->filter.fields, year);
}

static struct records table(const struct model *m, struct str label)
{
	struct records r = {.label = label};
	model_column(m, &r, model_tr(m, N_("Meeting")), false);
	model_column(m, &r, model_tr(m, N_("When")), false);
	model_column(m, &r, model_tr(m, N_("Where")), false);
	model_column(m, &r, model_tr(m, N_("Chair")), false);
	model_column(m, &r, model_tr(m, N_("Session")), false);
	return r;
}

static void add_row(const struct model *m, struct records *r, const struct convened *c)
{
	struct record_row row = {0};
	const struct value *args = args_of(m, 1, entity_value(c->meeting));
	const struct stretch *open = m->voc->fact.open == NO_ID ? NULL : model_now(m, m->voc->fact.open, args);
	const struct stretch *sits = m->voc->fact.sitting == NO_ID ? NULL : model_now(m, m->voc->fact.sitting, args);
	struct html name[2] = {model_link(m, c->meeting)};
	if (model_now(m, m->voc->fact.cancelled, args))
		name[1] = model_tag(m, TAG_DOUBT, model_tr(m, N_("Cancelled")));
	else if (sits)
		name[1] = model_tag(m, TAG_DONE, model_tr(m, N_("Sitting")));
	model_cell(m, &row, join(m, name, 2, " "));
	model_cell(m, &row, meeting_days(m, c));
	model_cell(m, &row, model_mark(m, model_place(m, meeting_place(c))));
	model_cell(m, &row, c->chair == SYM_ABSENT ? model_plain(m, STR("–")) : model_link(m, c->chair));
	model_cell(m, &row, open ? model_anchor(m, model_why_href(m, m->voc->fact.open, args), model_tr(m, N_("open")), NULL)
				 : model_plain(m, STR("–")));
	arena_push(m->arena, &r->rows, row);
}

static void add_year(const struct model *m, struct records *r, int year, int *last)
{
	struct record_row row = {.group = tr_digits(&m->o, arena_fmt(m->arena, "%d", year))};
	if (year == *last)
		return;
	*last = year;
	arena_push(m->arena, &r->rows, row);
}

static int answer_json(struct model *m, const struct wanted *w, const convened_list *all, struct err *e)
{
	json_t *page = data_page(m), *list = json_array();
	for (size_t i = 0; i < all->n; i++) {
		const struct convened *c = &all->v[i];
		if (!fits(m, w, c))
			continue;
		json_t *one = data_entity(m, c->meeting);
		json_object_set_new(one, "body", c->body == SYM_ABSENT ? json_null() : data_str(syms_str(m->syms, c->body)));
		json_object_set_new(one, "first", data_date(c->first));
		json_object_set_new(one, "last", data_date(c->last));
		json_object_set_new(one, "place", data_str(meeting_place(c)));
		if (model_now(m, m->voc->fact.cancelled, args_of(m, 1, entity_value(c->meeting))))
			json_object_set_new(one, "cancelled", json_true());
		json_object_set_new(one, "chair", c->chair == SYM_ABSENT ? json_null() : data_str(syms_str(m->syms, c->chair)));
		if (days_unverified(c))
			json_object_set_new(one, "days_unverified", json_true());
		json_array_append_new(list, one);
	}
	json_object_set_new(page, "meetings", list);
	return data_send(m, page, e);
}

static int show(struct model *m, struct err *e)
{
	struct meetings_page p = {0};
	struct ask_value year = ask_param(m->a, "year");
	struct wanted w = {ask_param(m->a, "body").text, year.given, (int)year.number};
	convened_list all = {0};
	uint64_t over = 0, n = 0;
	int heading = -1, rc = meetings_wanted(m, e);
	if (rc < 0)
		return rc;
	all_convened(m, SYM_ABSENT, &all);
	if (m->a->form == FORM_JSON)
		return answer_json(m, &w, &all, e);
	for (size_t i = 0; i < all.n; i++)
		over += is_over(m, &all.v[i]) && fits(m, &w, &all.v[i]);
	if ((rc = pager_new(m, over, &p.pager, e)) < 0)
		return rc;
	frame_init(&p.frame, m->a, model_tr(m, N_("Meetings")));
	fill_filter(m, &w, &all, &p);
	p.coming = table(m, model_tr(m, N_("Sitting or to come")));
	p.past = table(m, model_tr(m, N_("Past meetings")));
	size_t coming = 0;
	for (size_t i = 0; i < all.n; i++)
		if (!is_over(m, &all.v[i]) && fits(m, &w, &all.v[i])) {
			coming += !model_now(m, m->voc->fact.cancelled, args_of(m, 1, entity_value(all.v[i].meeting)));
			add_row(m, &p.coming, &all.v[i]);
		}
	for (size_t i = all.n; i-- > 0 && n < p.pager.last;)
		if (is_over(m, &all.v[i]) && fits(m, &w, &all.v[i]) && ++n >= p.pager.first) {
			add_year(m, &p.past, date_year(all.v[i].first), &heading);
			add_row(m, &p.past, &all.v[i]);
		}
	p.lead = coming ? SENTENCE(m, tr_start_n(&m->o, coming, "One meeting is sitting or to come; over: {past}.",
						 "{n} meetings are sitting or to come; over: {past}."),
				  {"n", in_strong(m, number(m, coming))}, {"past", number(m, over)})
			: SENTENCE(m, tr_start(&m->o, N_("No meeting to come is on record; over: {past}.")), {"past", number(m, over)});
	struct moment_list days = {0};
	struct model ever = whenever(m);
	convened_list every = {0};
	all_convened(&ever, SYM_ABSENT, &every);
	for (size_t i = 0; i < every.n; i++)
		if (fits(m, &w, &every.v[i]))
			add_thing_moment(m, &days, every.v[i].first, every.v[i].meeting);
	watch_days(m, &days, &p.frame.bar);
	p.bodies = model_url(m, "bodies");
	page_meetings(&m->o, &p);
	return 0;
}

int meetings_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
