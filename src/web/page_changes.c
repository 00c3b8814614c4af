/* SPDX-License-Identifier: Apache-2.0
 *
 * What changed between two days: the facts that are not the same at the end of both, those that came and went in between,
 * and the acts that are dated after the first and up to the second. For everything, or for what names one participant.
 *
 * The second day is `on`, as on every page; `to` in an address leads there (params.c).
 */
#include "web/page_changes.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/moved.h"
#include "web/pages.h"
#include "web/roster.h"

#include <stdlib.h>

/* A kind of facts stands here whole up to IN_GROUP, as on the page of its own; all of them together have IN_GROUPS rows, of which each leaves
 * AT_LEAST to each after it, or as many as there are; and no more than weigh ROOM bytes, of the 60,000 of a page: the rest of it has up to 21,500. */
enum { IN_GROUP = 30, IN_GROUPS = 26, AT_LEAST = 3, MANY_GROUPS = 30, ACTS_SHOWN = 7, IN_JSON = 5000, ROOM = 38000, MARKUP = 80 };

/* ---- the question ------------------------------------------------------------------------------------------------ */

static int backwards(struct model *m, civil from, struct err *e)
{
	struct ask a = *m->a;
	char day[DATE_LEN];
	struct near turned = {model_tr(m, N_("The two days the other way round")), {{NULL, 0}}, {NULL, 0}};
	a.has_on = true;
	a.on = from;
	a.param[0].text = arena_str(m->arena, str_of(date_print(m->a->on, day)));
	turned.href = ask_on(&a, from);
	arena_push(m->arena, &m->ret->problem.near, turned);
	m->ret->problem.id = STR("span.backwards");
	return MODEL_FAULT(m, e, ERR_INPUT, "parameter from", N_("The first day comes after the second."), {0});
}

static civil year_before(civil day)
{
	int y, m, d;
	date_split(day, &y, &m, &d);
	return y > 1 ? date_from(y - 1, m, m == 2 && d == 29 ? 28 : d) : date_from(1, 1, 1);
}

/* The parameters, in the order of the route: from, to, who, fact, page. */
static int read_question(struct model *m, struct between *s, struct err *e)
{
	struct ask_value from = ask_param(m->a, "from"), who = ask_param(m->a, "who"), fact = ask_param(m->a, "fact");
	*s = (struct between){.from = from.given ? from.day : year_before(m->a->on), .to = m->a->on, .only = NO_ID};
	if (s->from > s->to)
		return backwards(m, s->from, e);
	if (who.text.n) {
		const struct entity *en;
		int rc = model_entity(m, who.text, m->voc->type.Party, N_("participant"), &en, e);
		if (rc < 0)
			return rc;
		s->who = entity_value(en->name);
	}
	if (fact.text.n && (s->only = rulebook_fact(m->rb, fact.text)) == NO_ID) {
		m->ret->problem.id = STR("fact.unknown");
		return MODEL_FAULT(m, e, ERR_INPUT, "parameter fact", N_("The rulebook declares no fact “{name}”."), {"name", str_slice(fact.text, 0, 64)});
	}
	return 0;
}

static struct shown shown_of(const struct model *m, const struct moved *t)
{
	struct stretch *v;
	struct shown is = {.fact = t->of->fact, .args = t->of->args};
	is.n = model_stretches(m, is.fact, is.args, &v);
	is.v = v;
	return is;
}

/* ---- as a table -------------------------------------------------------------------------------------------------- */

/* The things that the fact is about; the heading over the row names the fact. */
static struct html about_what(const struct model *m, const struct shown *s)
{
	uint32_t n = m->rb->facts.v[s->fact].nparams;
	struct html parts[MAX_ARGS];
	for (uint32_t i = 0; i < n; i++)
		parts[i] = model_value(m, NO_ID, s->args[i]);
	return n ? join_commas(m, parts, n) : model_plain(m, model_fact(m, s->fact));
}

/* What began and ended again: the last value in between, and its days. */
static struct html in_between(const struct model *m, const struct between *s, const struct shown *is)
{
	const struct stretch *last = NULL;
	for (size_t i = 0; i < is->n; i++)
		if (is->v[i].from <= view_on(s->to) && is->v[i].to > view_on(s->from) && is->v[i].to <= view_on(s->to))
			last = &is->v[i];
	if (!last)
		return model_plain(m, STR("–"));
	return SENTENCE(m, tr_start(&m->o, N_("{value} from {from} until {to}")), {"value", shown_value(m, is, last)},
		{"from", model_when(m, model_from(last))}, {"to", model_when(m, model_to(last))});
}

static struct record_row row_of(const struct model *m, const struct between *s, const struct moved *t)
{
	struct record_row row = {0};
	struct shown spans = shown_of(m, t), *is = &spans;
	const struct stretch *then = stretch_at(is->v, is->n, view_on(s->from)), *now = stretch_at(is->v, is->n, view_on(s->to));
	const struct stretch *ended = NULL; /* where nothing holds now: the last that did */
	for (size_t i = 0; i < is->n && !now; i++)
		if (is->v[i].to <= view_on(s->to))
			ended = &is->v[i];
	struct when at = now ? model_from(now) : ended ? model_to(ended) : (struct when){.at = CIVIL_NEVER};
	const struct cause *by = now ? &now->cause : ended ? &ended->end : NULL;
	model_cell(m, &row, about_what(m, is));
	if (t->passing) {
		model_cell(m, &row, in_between(m, s, is));
		model_cell(m, &row, shown_value(m, is, now));
	} else {
		model_cell(m, &row, shown_value(m, is, then));
		model_cell(m, &row, in_strong(m, shown_value(m, is, now)));
	}
	model_cell(m, &row, model_date(m, at));
	model_cell(m, &row, by && by->act ? model_act(m, by->act->pos) : by ? model_cause(m, by) : model_plain(m, STR("–")));
	model_cell(m, &row, by ? model_rule_cites(m, by->rule) : model_plain(m, STR("")));
	model_cell(m, &row, model_why(m, is->fact, is->args));
	return row;
}

static struct str group_title(const struct model *m, uint32_t fact, size_t net, size_t passing)
{
	struct html label = model_plain(m, model_fact(m, fact));
	struct html title = SENTENCE(m,
		passing ? tr_start(&m->o, N_("{fact}: {n}, and {passing} only in between")) : tr_start(&m->o, N_("{fact}: {n}")),
		{"fact", label}, {"n", number(m, net)}, {"passing", number(m, passing)});
	return title.s;
}

/* net: of those that did not change back, where not all of them are shown; else 0. */
static struct record_row more_row(const struct model *m, const struct group *g, size_t shown, size_t net)
{
	struct record_row row = {0};
	struct url href = ask_with(m, "fact", syms_str(&m->rb->syms, m->rb->facts.v[g->fact].name));
	struct html text = net ? SENTENCE(m, tr_start(&m->o, N_("All {n} of this kind; here are the latest {shown}")), {"n", number(m, g->n)}, {"shown", number(m, shown)})
			       : SENTENCE(m, tr_start(&m->o, N_("All {n} of this kind")), {"n", number(m, g->n)});
	model_cell(m, &row, model_anchor(m, href, text.s, NULL));
	return row;
}

static struct link only_link(const struct model *m, uint32_t fact, struct str text)
{
	return (struct link){.href = ask_with(m, "fact", syms_str(&m->rb->syms, m->rb->facts.v[fact].name)), .text = text};
}

/* Bytes on the page, MARKUP of them around the words. */
static size_t weigh_link(const struct link *l)
{
	return l->href.s.n + l->text.n + MARKUP;
}

static size_t weigh_row(const struct model *m, const struct records *r, const struct record_row *row)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	part_record_cells(&o, r, row);
	size_t n = b.n + row->group.n + MARKUP;
	buf_done(&b);
	return n;
}

struct kind { /* a kind with rows of its own */
	struct group *g;
	struct link by_name; /* as which it stands where there is no room for a row */
	size_t net, most; /* of those that did not change back; rows of it at most */
	LIST(struct record_row) rows;
};

typedef LIST(struct kind) kind_list;

/* All kinds, by the number of rows that each may have; those of which nothing but names is shown. Returns what all the names weigh. */
static size_t choose_tables(const struct model *m, struct between *s, struct changes_page *p, kind_list *ret)
{
	size_t groups = 0, first = 0, names = 0;
	for (size_t i = 0; i < s->groups.n; i++) {
		bool some = s->groups.v[i].n > s->groups.v[i].passing;
		groups += some;
		first += some && moved_rank(m, s->groups.v[i].fact) < 2;
	}
	bool wide = groups > MANY_GROUPS; /* what pages lead with, the rest by name */
	size_t tables = wide ? first : groups, room = IN_GROUPS, least = tables > IN_GROUPS ? 1 : tables ? IN_GROUPS / tables : 0;
	least = least < AT_LEAST ? least : AT_LEAST;
	for (size_t i = 0; i < s->groups.n; i++) {
		struct group *g = &s->groups.v[i];
		size_t net = g->n - g->passing;
		struct kind t = {.g = g, .net = net, .by_name = only_link(m, g->fact, group_title(m, g->fact, net ? net : g->n, net ? g->passing : 0))};
		names += weigh_link(&t.by_name);
		if (net == 0) {
			arena_push(m->arena, &p->back, t.by_name);
		} else if (wide && moved_rank(m, g->fact) == 2) {
			arena_push(m->arena, &p->others, t.by_name);
		} else {
			size_t most = room > least * tables ? room - least * (tables - 1) : least;
			t.most = net < most ? net : most;
			t.most = t.most < IN_GROUP ? t.most : IN_GROUP;
			room -= t.most < room ? t.most : room;
			tables--;
			arena_push(m->arena, ret, t);
		}
	}
	return names;
}

/* In turn, the first row of each, the second of each ..., until they weigh what a page can hold. What a row weighs differs with the language, and how
 * many kinds there are with the rulebook. */
static void fill_tables(const struct model *m, const struct between *s, const struct records *r, size_t names, kind_list *all)
{
	size_t room = names < ROOM ? ROOM - names : 0;
	for (size_t turn = 0; turn < IN_GROUP; turn++) {
		for (size_t i = 0; i < all->n; i++) {
			struct kind *t = &all->v[i];
			if (turn >= t->most)
				continue;
			struct record_row row, more, heading = {.group = t->by_name.text};
			if (turn == 0)
				moved_sort(m, s, t->g, 0, t->most);
			row = row_of(m, s, &t->g->v[turn]);
			size_t heavy = weigh_row(m, r, &row);
			if (turn == 0) {
				more = more_row(m, t->g, t->most, t->net);
				heavy += weigh_row(m, r, &heading) + weigh_row(m, r, &more);
				room += weigh_link(&t->by_name);
			}
			if (heavy > room)
				return;
			room -= heavy;
			arena_push(m->arena, &t->rows, row);
		}
	}
}

/* All kinds, each with its first ones that did not change back; those of which all did, by name. */
static void fill_groups(const struct model *m, struct between *s, struct changes_page *p)
{
	struct records *r = &p->facts;
	kind_list all = {0};
	size_t names = choose_tables(m, s, p, &all);
	fill_tables(m, s, r, names, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct kind *t = &all.v[i];
		struct record_row heading = {.group = t->by_name.text};
		if (!t->rows.n) {
			arena_push(m->arena, &p->others, t->by_name);
			continue;
		}
		arena_push(m->arena, &r->rows, heading);
		for (size_t k = 0; k < t->rows.n; k++)
			arena_push(m->arena, &r->rows, t->rows.v[k]);
		if (t->g->passing || t->net > t->rows.n)
			arena_push(m->arena, &r->rows, more_row(m, t->g, t->rows.n, t->net > t->rows.n ? t->net : 0));
	}
}

static int fill_facts(struct model *m, struct between *s, struct changes_page *p, struct err *e)
{
	struct records *r = &p->facts;
	int rc = 0;
	r->label = model_tr(m, N_("What is not as it was"));
	model_column(m, r, model_tr(m, N_("What")), false);
	model_column(m, r, show_day(&m->o, s->from), false);
	model_column(m, r, show_day(&m->o, s->to), false);
	model_column(m, r, model_tr(m, N_("Changed")), false);
	model_column_plain(m, r, model_tr(m, N_("By which act")));
	model_column_plain(m, r, model_tr(m, N_("Article")));
	model_column(m, r, model_tr(m, N_("Reasons")), true);
	if (s->only == NO_ID) {
		fill_groups(m, s, p);
		return 0;
	}
	struct group none = {0}, *g = s->groups.n ? &s->groups.v[0] : &none;
	if ((rc = pager_new(m, g->n, &p->pager, e)) < 0)
		return rc;
	moved_sort(m, s, g, p->pager.first > 1 ? p->pager.first - 2 : 0, p->pager.last); /* and the one before the first */
	for (size_t i = p->pager.first; i && i <= p->pager.last; i++) {
		const struct moved *t = &g->v[i - 1];
		bool first = i == p->pager.first || t->passing != g->v[i - 2].passing;
		struct record_row heading = {.group = t->passing ? model_tr(m, N_("Only in between")) : model_fact(m, s->only)};
		if (first)
			arena_push(m->arena, &r->rows, heading);
		arena_push(m->arena, &r->rows, row_of(m, s, t));
	}
	return 0;
}

/* ---- the rest of the page ---------------------------------------------------------------------------------------- */

static void fill_form(const struct model *m, const struct between *s, struct changes_page *p)
{
	const participant_list *parties = almanac_parties(m->al);
	p->action = ask_self(m->a);
	p->who = (struct choosing){.name = STR("who"), .label = model_tr(m, N_("Participant")), .all = model_tr(m, N_("All participants"))};
	for (size_t i = 0; i < parties->n; i++)
		add_choice(m, &p->who.options, syms_str(m->syms, parties->v[i]->entity->name), parties->v[i]->title,
			ask_param(m->a, "who").text);
	p->fact = (struct choosing){.name = STR("fact"), .label = model_tr(m, N_("Kind of fact")), .all = model_tr(m, N_("All kinds"))};
	for (uint32_t f = 0; f < m->rb->facts.n; f++) {
		bool any = f == s->only;
		for (size_t i = 0; i < s->groups.n && !any; i++)
			any = s->groups.v[i].fact == f;
		if (any)
			add_choice(m, &p->fact.options, syms_str(&m->rb->syms, m->rb->facts.v[f].name), model_fact(m, f), ask_param(m->a, "fact").text);
	}
	sort_choices(m, &p->fact.options);
}

static void add_span(const struct model *m, struct changes_page *p, civil from, const char *text)
{
	char day[DATE_LEN];
	struct link l = {.href = ask_with(m, "from", arena_str(m->arena, str_of(date_print(from, day)))),
		.text = model_tr(m, text),
		.current = from == p->from};
	if (from < m->a->on)
		arena_push(m->arena, &p->spans, l);
}

static void fill_spans(const struct model *m, struct changes_page *p)
{
	add_span(m, p, m->a->on - DAY, N_("That day"));
	add_span(m, p, m->a->on - 30 * DAY, N_("30 days"));
	add_span(m, p, year_before(m->a->on), N_("One year"));
	add_span(m, p, date_from(m->al->first_year, 1, 1), N_("From the beginning"));
}

static int latest_act(const void *x, const void *y)
{
	const struct record_act *a = *(const struct record_act *const *)x, *b = *(const struct record_act *const *)y;
	return a->act.date != b->act.date ? (a->act.date < b->act.date) - (a->act.date > b->act.date) : (a->pos < b->pos) - (a->pos > b->pos);
}

/* The acts dated in between, the latest first: up to `most` of them; and how many there are. */
static act_refs acts_between(const struct model *m, const struct between *s, size_t most, size_t *ret_n)
{
	civil from = view_on(s->from), to = view_on(s->to);
	act_refs ret = {0};
	if (s->who.kind != V_ENTITY) {
		const struct dated_act *all = almanac_dated_between(m->al, from, to, ret_n);
		for (size_t i = *ret_n; i-- > 0 && ret.n < most;)
			arena_push(m->arena, &ret, all[i].act);
		return ret;
	}
	const act_refs *all = almanac_naming_until(m->al, s->who.s, to + 1);
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i]->act.date > from && all->v[i]->act.date <= to)
			arena_push(m->arena, &ret, all->v[i]);
	if (ret.n)
		qsort(ret.v, ret.n, sizeof *ret.v, latest_act);
	*ret_n = ret.n;
	ret.n = ret.n < most ? ret.n : most;
	return ret;
}

static void fill_acts(const struct model *m, const struct between *s, struct changes_page *p)
{
	act_refs shown = acts_between(m, s, ACTS_SHOWN, &p->nacts);
	p->acts.reversed = true;
	for (size_t i = 0; i < shown.n; i++) {
		struct gazette_item item = act_item(m, shown.v[i]);
		arena_push(m->arena, &p->acts.items, item);
	}
	if (p->nacts > ACTS_SHOWN)
		p->all_acts = s->who.kind == V_ENTITY ? url_fmt(m->arena, "/%s/acts?about=%.*s%.*s", m->a->tongue->code,
								STR_ARG(syms_str(m->syms, s->who.s)), STR_ARG(ask_also(m->a).s))
						      : model_url(m, "acts");
}

static struct html status_on(const struct model *m, struct value who, civil day)
{
	struct stretch *v;
	struct shown is = {.fact = m->voc->fact.status, .args = args_of(m, 1, who)};
	is.n = model_stretches(m, is.fact, is.args, &v);
	is.v = v;
	return is.fact == NO_ID ? (struct html){{NULL, 0}} : shown_value(m, &is, stretch_at(is.v, is.n, view_on(day)));
}

static void fill_words(const struct model *m, const struct between *s, struct changes_page *p)
{
	struct html from = model_when(m, (struct when){s->from, BY_DAY, false}), to = model_when(m, (struct when){s->to, BY_DAY, false});
	p->title = model_tr(m, N_("What changed"));
	if (s->who.kind == V_ENTITY)
		p->title = SENTENCE(m, tr_start(&m->o, N_("What changed: {name}")), {"name", {model_title(m, s->who.s).text}}).s;
	p->lead = s->net == 0 ? SENTENCE(m, tr_start(&m->o, N_("Everything is on {to} as it was on {from}.")), {"from", from}, {"to", to})
			      : SENTENCE(m, tr_start_n(&m->o, s->net, "From {from} to {to}, {n} fact changed.", "From {from} to {to}, {n} facts changed."),
				{"n", in_strong(m, number(m, s->net))}, {"from", from}, {"to", to});
	if (s->passing)
		p->passed = SENTENCE(m, tr_start_n(&m->o, s->passing, "{n} more changed, and changed back.", "{n} more changed, and changed back."),
			{"n", number(m, s->passing)});
	if (s->who.kind == V_NONE && m->voc->fact.status != NO_ID) {
		struct tally then = roster_count(m, view_on(s->from)), now = roster_count(m, view_on(s->to));
		add_pair(m, &p->glance, model_tr(m, N_("On the first day")), model_plain(m, roster_say(m, &then)));
		add_pair(m, &p->glance, model_tr(m, N_("On the second day")), model_plain(m, roster_say(m, &now)));
	} else if (s->who.kind == V_ENTITY) {
		add_pair(m, &p->glance, model_tr(m, N_("Participant")), model_link(m, s->who.s));
		add_pair(m, &p->glance, model_tr(m, N_("On the first day")), status_on(m, s->who, s->from));
		add_pair(m, &p->glance, model_tr(m, N_("On the second day")), status_on(m, s->who, s->to));
	}
	add_pair(m, &p->glance, model_tr(m, N_("Acts dated in between")), number(m, p->nacts));
}

/* ---- as data ----------------------------------------------------------------------------------------------------- */

static json_t *value_data(const struct model *m, const struct stretch *x)
{
	if (!x)
		return json_null();
	return x->disputed ? json_string("disputed") : data_value(m, x->value);
}

static json_t *change_data(const struct model *m, const struct between *s, const struct moved *t)
{
	const struct shown is = shown_of(m, t);
	const struct fact *f = &m->rb->facts.v[is.fact];
	const struct stretch *then = stretch_at(is.v, is.n, view_on(s->from)), *now = stretch_at(is.v, is.n, view_on(s->to));
	json_t *j = json_object();
	json_object_set_new(j, "fact", data_str(syms_str(&m->rb->syms, f->name)));
	json_object_set_new(j, "args", data_args(m, f->params, f->nparams, is.args));
	json_object_set_new(j, "before", value_data(m, then));
	json_object_set_new(j, "after", value_data(m, now));
	if (now)
		json_object_set_new(j, "span", data_stretch(m, is.fact, is.args, now));
	json_object_set_new(j, "why", data_str(model_why_href(m, is.fact, is.args).s));
	return j;
}

static int send_json(struct model *m, struct between *s, struct err *e)
{
	json_t *page = data_page(m), *list = json_array(), *acts = json_array();
	size_t nacts;
	act_refs dated = acts_between(m, s, IN_JSON, &nacts);
	json_object_set_new(page, "from", data_date(s->from));
	json_object_set_new(page, "to", data_date(s->to));
	json_object_set_new(page, "who", s->who.kind == V_ENTITY ? data_value(m, s->who) : json_null());
	json_object_set_new(page, "changed", json_integer((json_int_t)s->net));
	json_object_set_new(page, "only_in_between", json_integer((json_int_t)s->passing));
	for (size_t i = 0; i < s->groups.n; i++) {
		struct group *g = &s->groups.v[i];
		size_t room = IN_JSON - json_array_size(list), net = g->n - g->passing;
		moved_sort(m, s, g, 0, room);
		for (size_t k = 0; k < net && k < room; k++)
			json_array_append_new(list, change_data(m, s, &g->v[k]));
	}
	json_object_set_new(page, "changes", list);
	for (size_t i = 0; i < dated.n; i++)
		json_array_append_new(acts, data_act(m, dated.v[i]));
	json_object_set_new(page, "acts", acts);
	return data_send(m, page, e);
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

static int show(struct model *m, struct err *e)
{
	const changing_days *days = almanac_days(m->al);
	struct changes_page p = {0};
	struct between s;
	int rc = read_question(m, &s, e);
	if (rc < 0)
		return rc;
	moved_find(m, &s);
	if (m->a->form == FORM_JSON)
		return send_json(m, &s, e);
	s.abc = alphabet_new(m->a->tongue->lang);
	rc = fill_facts(m, &s, &p, e);
	alphabet_free(s.abc);
	if (rc < 0)
		return rc;
	p.from = s.from;
	p.days = (struct day_fields){model_tr(m, N_("From the end of")), model_tr(m, N_("To the end of")), show_day(&m->o, s.from), show_day(&m->o, s.to), s.to};
	fill_acts(m, &s, &p);
	fill_words(m, &s, &p);
	fill_form(m, &s, &p);
	fill_spans(m, &p);
	frame_init(&p.frame, m->a, p.title);
	civil before = CIVIL_ALWAYS; /* the day to which the bar leads back */
	for (size_t i = 0; i < days->n && days->v[i] < m->a->on; i++)
		before = days->v[i];
	if (before < s.from)
		p.frame.bar.prev = (struct link){0};
	page_changes(&m->o, &p);
	return 0;
}

int changes_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
