/* SPDX-License-Identifier: Apache-2.0
 *
 * What changed between two days: the facts that are not the same at the end of both, those that came and went in between,
 * and the acts that are dated after the first and up to the second. For everything, or for what names one participant.
 *
 * The second day is `on`, as on every page; `to` in an address leads there (params.c).
 */
#include "web/page_changes.h"

#include "html/locale.h"
#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"
#include "web/roster.h"

#include <stdlib.h>

/* A kind of facts stands here whole up to IN_GROUP, as on the page of its own; all of them together have IN_GROUPS rows, of which each leaves
 * AT_LEAST to each after it, or as many as there are. Up to MOST_NAMES that changed at one instant stand by the alphabet: more take longer than a reader waits. */
enum { IN_GROUP = 30, IN_GROUPS = 26, AT_LEAST = 3, MANY_GROUPS = 30, ACTS_SHOWN = 7, IN_JSON = 5000, MOST_NAMES = 500 };

struct moved { /* an instance that changed after the first day and up to the second */
	const struct instance *of;
	uint32_t round; /* of its last change, in the reading that has the latest */
	bool passing;	/* the same at the end of both days */
};

struct group { /* those of one fact; in order, the latest first, once sort_group has been there */
	uint32_t fact;
	struct moved *v;
	size_t n, cap, passing;
};

struct between {
	civil from, to; /* days */
	struct value who; /* V_NONE: everything */
	uint32_t only;    /* a fact; NO_ID: all */
	LIST(struct group) groups; /* none is empty */
	size_t net, passing;
	struct alphabet *abc; /* of the page's language; NULL: what has no order of time has that of the record */
};

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

/* ---- what changed ------------------------------------------------------------------------------------------------ */

/* Facts that pages lead with come first, then the order of the rulebook. */
static unsigned weight(const struct model *m, uint32_t f)
{
	return f == m->voc->fact.status ? 0 : f == m->voc->fact.in_force || f == m->voc->fact.party || f == m->voc->fact.decision ? 1 : 2;
}

static int by_time(const struct moved *a, const struct moved *b)
{
	if (a->passing != b->passing)
		return a->passing ? 1 : -1;
	return a->round != b->round ? a->round < b->round ? 1 : -1 : 0;
}

static int in_order(const void *x, const void *y)
{
	const struct moved *a = x, *b = y;
	int d = by_time(a, b);
	return d ? d : (a->of->number > b->of->number) - (a->of->number < b->of->number);
}

/* Brings the n that come first to the front, in no order. No two are equal. */
static void first_ones(struct moved *v, size_t all, size_t n)
{
	enum { FEW = 8 };
	while (n && n < all && all > FEW) {
		struct moved some[] = {v[0], v[all / 2], v[all - 1]};
		size_t i = 0, k = all - 1;
		qsort(some, 3, sizeof *some, in_order);
		for (;; i++, k--) { /* up to k they come before the one in the middle or are it, after k it is not so */
			while (in_order(&v[i], &some[1]) < 0)
				i++;
			while (in_order(&v[k], &some[1]) > 0)
				k--;
			if (i >= k)
				break;
			struct moved one = v[i];
			v[i] = v[k];
			v[k] = one;
		}
		if (n <= k) {
			all = k + 1;
		} else {
			v += k + 1;
			all -= k + 1;
			n -= k + 1;
		}
	}
	if (n && n < all)
		qsort(v, all, sizeof *v, in_order);
}

struct named {
	struct str key;
	struct moved moved;
};

static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int d = str_cmp(a->key, b->key);
	return d ? d : in_order(&a->moved, &b->moved);
}

/* What changed at one instant has no order of time: it stands by the names of what it is about, as a reader looks for them. */
static void sort_names(const struct model *m, const struct between *s, struct moved *v, size_t n)
{
	struct named *k = arena_array(m->arena, n, struct named);
	for (size_t i = 0; i < n; i++) {
		struct str text = {NULL, 0};
		for (uint32_t j = 0; j < m->rb->facts.v[v[i].of->fact].nparams; j++) {
			struct value arg = v[i].of->args[j];
			text = ARENA_JOIN(m->arena, text, STR(" "), arg.kind == V_ENTITY ? model_title(m, arg.s).text : model_text(m, NO_ID, arg));
		}
		k[i] = (struct named){alphabet_key(s->abc, text, m->arena), v[i]};
	}
	qsort(k, n, sizeof *k, by_name);
	for (size_t i = 0; i < n; i++)
		v[i] = k[i].moved;
}

/* Brings those of a group to their places that come from number `first` (from 0) up to `most`, with all that changed at one instant with them; those
 * before them stand before them. */
static void sort_group(const struct model *m, const struct between *s, struct group *g, size_t first, size_t most)
{
	most = most < g->n ? most : g->n;
	first = first < most ? first : most;
	if (most == first)
		return;
	first_ones(g->v, g->n, first);
	first_ones(g->v + first, g->n - first, most - first);
	qsort(g->v + first, most - first, sizeof *g->v, in_order);
	if (!s->abc)
		return;
	struct moved head = g->v[first], tail = g->v[most - 1];
	size_t from = 0, to = 0;
	for (size_t i = 0; i < g->n; i++) {
		from += by_time(&g->v[i], &head) < 0;
		to += by_time(&g->v[i], &tail) <= 0;
	}
	first_ones(g->v, g->n, from);
	first_ones(g->v + from, g->n - from, to - from);
	qsort(g->v + from, to - from, sizeof *g->v, in_order);
	for (size_t i = from, end; i < to; i = end) {
		for (end = i + 1; end < to && by_time(&g->v[i], &g->v[end]) == 0;)
			end++;
		if (end - i > 1 && end - i <= MOST_NAMES)
			sort_names(m, s, g->v + i, end - i);
	}
}

/* The span between the two days in one reading. */
struct window {
	const struct course *courses;
	uint32_t before, after; /* rounds */
};

/* Did it change in that window? Then notes its round, and whether it changed back. */
static bool moves(const struct window *w, const struct instance *of, struct moved *ret)
{
	const struct course *c = &w->courses[of->number];
	if (!c->inst || c->first > w->after || c->last <= w->before)
		return false;
	uint32_t round = c->last;
	bool back = c->over; /* it had no value before */
	if (c->first <= w->before || c->last > w->after) {
		const struct change *last = inst_last(c->inst, w->after);
		if (last == course_last(c, w->before))
			return false;
		round = last->round;
		back = value_eq(c->first <= w->before ? inst_value(c->inst, w->before) : VALUE_NONE, change_value(last));
	}
	ret->passing = ret->passing && back;
	ret->round = round > ret->round ? round : ret->round;
	return true;
}

static int by_weight(const struct model *m, const struct group *a, const struct group *b)
{
	unsigned x = weight(m, a->fact), y = weight(m, b->fact);
	return x != y ? (x > y) - (x < y) : (a->fact > b->fact) - (a->fact < b->fact);
}

static void add_group(const struct model *m, struct between *s, const struct group *g)
{
	arena_push(m->arena, &s->groups, *g);
	for (size_t at = s->groups.n - 1; at > 0 && by_weight(m, g, &s->groups.v[at - 1]) < 0; at--) {
		s->groups.v[at] = s->groups.v[at - 1];
		s->groups.v[at - 1] = *g;
	}
	s->passing += g->passing;
	s->net += g->n - g->passing;
}

/* Read off the evaluations themselves, in the order of facts: spans are made only of what is shown. */
static void find_touched(const struct model *m, struct between *s)
{
	const struct instance *list;
	struct group g = {0};
	uint32_t nreadings = view_readings(m->view);
	struct window *w = arena_array(m->arena, nreadings, struct window);
	for (uint32_t k = 0; k < nreadings; k++)
		w[k] = (struct window){view_courses(m->view, k), eval_round_at(view_rounds(m->view, k), view_on(s->from)),
			eval_round_at(view_rounds(m->view, k), view_on(s->to))};
	(void)view_instances_then(m->view, s->only, s->who, view_on(s->from), m->arena, &list);
	size_t n = view_instances_then(m->view, s->only, s->who, view_on(s->to), m->arena, &list);
	for (size_t i = 0; i < n; i++) {
		struct moved one = {.of = &list[i], .passing = true};
		bool changed = false;
		for (uint32_t k = 0; k < nreadings; k++)
			changed = moves(&w[k], &list[i], &one) || changed;
		if (!changed)
			continue;
		if (g.n && g.fact != list[i].fact) {
			add_group(m, s, &g);
			g = (struct group){0};
		}
		g.fact = list[i].fact;
		g.passing += one.passing;
		arena_push(m->arena, &g, one);
	}
	if (g.n)
		add_group(m, s, &g);
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

static void add_row(const struct model *m, const struct between *s, const struct moved *t, struct records *r)
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
	arena_push(m->arena, &r->rows, row);
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
static void add_more(const struct model *m, uint32_t fact, size_t n, size_t shown, size_t net, struct records *r)
{
	struct record_row row = {0};
	struct url href = ask_with(m, "fact", syms_str(&m->rb->syms, m->rb->facts.v[fact].name));
	struct html text = net ? SENTENCE(m, tr_start(&m->o, N_("All {n} of this kind; here are the latest {shown}")), {"n", number(m, n)}, {"shown", number(m, shown)})
			       : SENTENCE(m, tr_start(&m->o, N_("All {n} of this kind")), {"n", number(m, n)});
	model_cell(m, &row, model_anchor(m, href, text.s, NULL));
	arena_push(m->arena, &r->rows, row);
}

static struct link only_link(const struct model *m, uint32_t fact, struct str text)
{
	return (struct link){.href = ask_with(m, "fact", syms_str(&m->rb->syms, m->rb->facts.v[fact].name)), .text = text};
}

/* All kinds, each with its first ones that did not change back; those of which all did, by name. */
static void fill_groups(const struct model *m, struct between *s, struct changes_page *p)
{
	struct records *r = &p->facts;
	size_t groups = 0, first = 0;
	for (size_t i = 0; i < s->groups.n; i++) {
		bool some = s->groups.v[i].n > s->groups.v[i].passing;
		groups += some;
		first += some && weight(m, s->groups.v[i].fact) < 2;
	}
	bool wide = groups > MANY_GROUPS; /* what pages lead with, the rest by name */
	size_t tables = wide ? first : groups, room = IN_GROUPS, least = tables > IN_GROUPS ? 1 : tables ? IN_GROUPS / tables : 0;
	least = least < AT_LEAST ? least : AT_LEAST;
	for (size_t i = 0; i < s->groups.n; i++) {
		struct group *g = &s->groups.v[i];
		size_t net = g->n - g->passing;
		struct str title = group_title(m, g->fact, net ? net : g->n, net ? g->passing : 0);
		struct link by_name = only_link(m, g->fact, title);
		if (net == 0) {
			arena_push(m->arena, &p->back, by_name);
			continue;
		}
		if (wide && weight(m, g->fact) == 2) {
			arena_push(m->arena, &p->others, by_name);
			continue;
		}
		struct record_row heading = {.group = title};
		arena_push(m->arena, &r->rows, heading);
		size_t most = room > least * tables ? room - least * (tables - 1) : least, shown = net < most ? net : most;
		shown = shown < IN_GROUP ? shown : IN_GROUP;
		room -= shown < room ? shown : room;
		tables--;
		sort_group(m, s, g, 0, shown);
		for (size_t k = 0; k < shown; k++)
			add_row(m, s, &g->v[k], r);
		if (g->passing || net > shown)
			add_more(m, g->fact, g->n, shown, net > shown ? net : 0, r);
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
	sort_group(m, s, g, p->pager.first > 1 ? p->pager.first - 2 : 0, p->pager.last); /* and the one before the first */
	for (size_t i = p->pager.first; i && i <= p->pager.last; i++) {
		const struct moved *t = &g->v[i - 1];
		bool first = i == p->pager.first || t->passing != g->v[i - 2].passing;
		struct record_row heading = {.group = t->passing ? model_tr(m, N_("Only in between")) : model_fact(m, s->only)};
		if (first)
			arena_push(m->arena, &r->rows, heading);
		add_row(m, s, t, r);
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
		sort_group(m, s, g, 0, room);
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
	find_touched(m, &s);
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
