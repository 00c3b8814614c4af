/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies as a tree, and one body: does it stand, what belongs to it, when it met, what it decided.
 */
#include "web/page_meetings.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"

#include <stdlib.h>

enum { DECISIONS_SHOWN = 20, ACTS_SHOWN = 20, MAX_DEPTH = 8 };

/* A fact that says whether a body stands is the organisation's own; by the standard vocabulary it is known by acts. */
struct body {
	const struct entity *entity;
	const struct record_act *established, *dissolved;
	sym parent;
};

typedef LIST(struct body) bodies;

static bool read_body(const struct model *m, const struct entity *en, struct body *ret)
{
	const struct record_act *a = introduced_by(m, en);
	if (!a)
		return false;
	*ret = (struct body){en, a, act_about(m, m->voc->act.body_dissolved, "B", en->name), act_entity(m, a, "parent")};
	return true;
}

/* Does it belong to that one, on whatever day? So that a page of one body rests on no others (model_reached). */
static bool is_below(const struct model *m, const struct entity *en, sym parent)
{
	return act_entity(m, en->named == UINT64_MAX ? NULL : record_standing(m->record, en->named), "parent") == parent;
}

/* On the day asked about; those that belong to a body, or all: parent SYM_ABSENT. */
static void all_bodies(const struct model *m, sym parent, bodies *ret)
{
	const struct entity **list;
	size_t n = m->voc->type.Body == NO_ID ? 0 : record_entities(m->record, m->voc->type.Body, m->arena, &list);
	struct body b;
	for (size_t i = 0; i < n; i++)
		if ((parent == SYM_ABSENT || is_below(m, list[i], parent)) && read_body(m, list[i], &b))
			arena_push(m->arena, ret, b);
}

/* The instrument that founds it, if it stands only once that is in force (rules/std.md, body_established). */
static sym founding(const struct model *m, const struct body *b)
{
	return act_entity(m, b->established, "I");
}

static const struct stretch *in_force(const struct model *m, sym instrument)
{
	return m->voc->fact.in_force == NO_ID ? NULL : model_now(m, m->voc->fact.in_force, args_of(m, 1, entity_value(instrument)));
}

/* When the page of all bodies changes for it. */
static civil stands_since(const struct model *m, const struct body *b)
{
	sym f = founding(m, b);
	const struct stretch *s = f == SYM_ABSENT ? NULL : in_force(m, f);
	return b->dissolved ? b->dissolved->act.date : s && s->from != CIVIL_ALWAYS ? s->from : b->established->act.date;
}

static size_t count_meetings(const struct model *m, sym body)
{
	convened_list all = {0};
	all_convened(m, body, &all);
	return all.n;
}

static struct html why_not(const struct model *m, sym instrument)
{
	if (m->voc->fact.in_force == NO_ID)
		return (struct html){{NULL, 0}};
	return model_anchor(m, model_whynot_href(m, m->voc->fact.in_force, args_of(m, 1, entity_value(instrument)), VALUE_YES),
		model_tr(m, N_("Why not")), "why");
}

/* "since 15 June 2001, 25 meetings on record" */
static struct html says(const struct model *m, const struct body *b)
{
	struct html parts[3] = {{{NULL, 0}}};
	sym f = founding(m, b);
	const struct stretch *s = f == SYM_ABSENT ? NULL : in_force(m, f);
	size_t n = count_meetings(m, b->entity->name);
	if (b->dissolved)
		parts[0] = SENTENCE(m, tr_start(&m->o, N_("dissolved on {day}")), {"day", model_when(m, model_act_when(b->dissolved))});
	else if (f != SYM_ABSENT && !s)
		parts[0] = SENTENCE(m, tr_start(&m->o, N_("does not stand yet: {instrument} is not on record as in force. {why}")), {"instrument", model_link(m, f)},
			{"why", why_not(m, f)});
	else if (s)
		parts[0] = SENTENCE(m, tr_start(&m->o, N_("since {day}, with {instrument} {why}")), {"day", model_when(m, model_from(s))},
			{"instrument", model_link(m, f)}, {"why", model_why(m, m->voc->fact.in_force, args_of(m, 1, entity_value(f)))});
	else
		parts[0] = SENTENCE(m, tr_start(&m->o, N_("since {day}")), {"day", model_when(m, model_act_when(b->established))});
	if (n)
		parts[1] = SENTENCE(m, tr_start_n(&m->o, n, "one meeting on record", "{n} meetings on record"), {"n", number(m, n)});
	return join_statements(m, parts, 2);
}

/* ---- as a tree -------------------------------------------------------------------------------------------------------------------- */

struct tree {
	bodies all;
	uint32_t *below, *next; /* by place in the list, from 1: the first that belongs to it (to none: place 0), the next of the same */
};

static void plant(const struct model *m, struct tree *t)
{
	uint32_t *place = arena_array(m->arena, syms_count(m->syms) + 1, uint32_t);
	all_bodies(m, SYM_ABSENT, &t->all);
	t->below = arena_array(m->arena, t->all.n + 1, uint32_t);
	t->next = arena_array(m->arena, t->all.n + 1, uint32_t);
	for (size_t i = 0; i < t->all.n; i++)
		place[t->all.v[i].entity->name] = (uint32_t)i + 1;
	for (size_t i = t->all.n; i > 0; i--) { /* so that they stand below in their order */
		sym parent = t->all.v[i - 1].parent;
		uint32_t over = parent == SYM_ABSENT ? 0 : place[parent];
		t->next[i] = t->below[over];
		t->below[over] = (uint32_t)i;
	}
}

static size_t count_below(const struct tree *t, uint32_t place, int depth)
{
	size_t n = 0;
	for (uint32_t i = depth <= MAX_DEPTH ? t->below[place] : 0; i; i = t->next[i])
		n += 1 + count_below(t, i, depth + 1);
	return n;
}

/* Those of what belongs to it that stand on this page of the tree, each under the one that it belongs to, which may have come before. */
static void grow(const struct model *m, const struct tree *t, uint32_t place, int depth, const struct pager *page, uint64_t *n, struct body_branch *ret)
{
	for (uint32_t i = depth <= MAX_DEPTH ? t->below[place] : 0; i && *n < rows_read(m, page->last, page->all); i = t->next[i]) {
		struct body_branch b = {0};
		bool read = ++*n >= page->first, here = read && *n <= page->last;
		struct html state = read ? says(m, &t->all.v[i - 1]) : (struct html){{NULL, 0}};
		grow(m, t, i, depth + 1, page, n, &b);
		if (!here && !b.n)
			continue;
		b.name = model_link(m, t->all.v[i - 1].entity->name);
		if (here)
			b.says = state;
		arena_push(m->arena, ret, b);
	}
}

/* Does it stand on the day asked about, and since when? */
static bool stands(const struct model *m, const struct body *b, struct when *ret_since)
{
	sym f = founding(m, b);
	const struct stretch *s = f == SYM_ABSENT ? NULL : in_force(m, f);
	*ret_since = s ? model_from(s) : model_act_when(b->established);
	return !b->dissolved && (f == SYM_ABSENT || s);
}

struct standing { /* a body that does */
	const struct body *body;
	unsigned depth;
};

typedef LIST(struct standing) standings;

static void find_standing(const struct model *m, const struct tree *t, uint32_t place, unsigned depth, standings *ret, struct relations_figure *f)
{
	for (uint32_t i = depth <= MAX_DEPTH ? t->below[place] : 0; i; i = t->next[i]) {
		struct standing one = {&t->all.v[i - 1], depth};
		struct when since;
		if (!stands(m, one.body, &since))
			continue;
		sym name = one.body->entity->name, by = founding(m, one.body);
		struct relation r = {name, depth ? one.body->parent : SYM_ABSENT, model_tr(m, N_("belongs to")), since,
			by == SYM_ABSENT ? NO_ID : m->voc->fact.in_force, by, one.body->established->pos};
		arena_push(m->arena, ret, one);
		arena_push(m->arena, &f->relations, r);
		find_standing(m, t, i, depth + 1, ret, f);
	}
}

/* How deep the drawing may go: those down to there find room. */
static unsigned depth_with_room(const standings *all, size_t most)
{
	size_t n[MAX_DEPTH + 2] = {0}, sum = 0;
	unsigned depth = 0;
	for (size_t i = 0; i < all->n; i++)
		n[all->v[i].depth]++;
	while (depth < MAX_DEPTH && (sum += n[depth]) + n[depth + 1] <= most)
		depth++;
	return depth;
}

void fill_body_relations(const struct model *m, size_t most, struct relations_figure *f)
{
	struct tree t = {0};
	standings all = {0};
	plant(m, &t);
	find_standing(m, &t, 0, 0, &all, f);
	unsigned deepest = depth_with_room(&all, most);
	for (size_t i = 0; i < all.n; i++) {
		const struct entity *en = all.v[i].body->entity;
		if (all.v[i].depth > deepest || f->bodies.n >= most) {
			f->more_bodies++;
			continue;
		}
		struct said title = model_title(m, en->name);
		struct relation_node n = {.name = title.text, .lang = title.lang, .href = model_href(m, en->name), .depth = all.v[i].depth};
		arena_push(m->arena, &f->bodies, n);
	}
}

static int show_all(struct model *m, struct err *e)
{
	struct bodies_page p = {0};
	struct tree t = {0};
	plant(m, &t);
	const bodies *all = &t.all;
	if (m->a->form == FORM_JSON) {
		json_t *page = data_page(m), *list = json_array();
		for (size_t i = 0; i < all->n; i++) {
			json_t *one = data_entity(m, all->v[i].entity->name);
			json_object_set_new(one, "parent", all->v[i].parent == SYM_ABSENT ? json_null() : data_str(syms_str(m->syms, all->v[i].parent)));
			json_object_set_new(one, "established", data_act(m, all->v[i].established));
			json_array_append_new(list, one);
		}
		json_object_set_new(page, "bodies", list);
		return data_send(m, page, e);
	}
	frame_init(&p.frame, m->a, model_tr(m, N_("Bodies")));
	p.lead = SENTENCE(m, tr_start_n(&m->o, all->n, "{n} body is on record.", "{n} bodies are on record, each under the one it belongs to."),
		{"n", in_strong(m, number(m, all->n))});
	uint64_t n = 0;
	int rc = pager_new(m, count_below(&t, 0, 0), &p.pager, e);
	if (rc < 0)
		return rc;
	p.pager.by_name = true;
	grow(m, &t, 0, 0, &p.pager, &n, &p.tree);
	if ((rc = fill_relations_figure(m, p.frame.words->organisation, true, &p.relations, e)) < 0)
		return rc;
	struct moment_list days = {0};
	struct model ever = whenever(m);
	bodies every = {0};
	all_bodies(&ever, SYM_ABSENT, &every);
	for (size_t i = 0; i < every.n; i++)
		add_thing_moment(m, &days, stands_since(&ever, &every.v[i]), every.v[i].entity->name);
	relation_days(m, &days);
	watch_days(m, &days, &p.frame.bar);
	page_bodies(&m->o, &p);
	return 0;
}

int bodies_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_all);
}

/* ---- one body ------------------------------------------------------------------------------------------------------------------ */

static void fill_lead(const struct model *m, const struct body *b, struct body_page *p)
{
	sym f = founding(m, b);
	const struct stretch *s = f == SYM_ABSENT ? NULL : in_force(m, f);
	struct html title = model_mark(m, p->title), act = model_act(m, b->established->pos);
	const struct value *args = f == SYM_ABSENT ? NULL : args_of(m, 1, entity_value(f));
	if (b->dissolved)
		p->lead = SENTENCE(m, tr_start(&m->o, N_("{title} was dissolved on {day} ({act}).")), {"title", title},
			{"day", in_strong(m, model_when(m, model_act_when(b->dissolved)))}, {"act", model_act(m, b->dissolved->pos)});
	else if (f == SYM_ABSENT)
		p->lead = SENTENCE(m, tr_start(&m->o, N_("{title} was introduced by an act dated {day} ({act}).")), {"title", title},
			{"day", in_strong(m, model_when(m, model_act_when(b->established)))}, {"act", act});
	else if (s)
		p->lead = SENTENCE(m, tr_start(&m->o, N_("{title} has stood since {day}, when {instrument} came into force.")), {"title", title},
			{"day", in_strong(m, model_when(m, model_from(s)))}, {"instrument", model_link(m, f)});
	else
		p->lead = SENTENCE(m, tr_start(&m->o, N_("{title} does not stand yet: {instrument}, which founds it, is not on record as in force.")), {"title", title},
			{"instrument", model_link(m, f)});
	if (s)
		p->why = model_why_href(m, m->voc->fact.in_force, args);
	else if (f != SYM_ABSENT && m->voc->fact.in_force != NO_ID && !b->dissolved)
		p->whynot = model_whynot_href(m, m->voc->fact.in_force, args, VALUE_YES);
}

static int fill_below(const struct model *m, const struct body *b, struct body_page *p, struct err *e)
{
	bodies all = {0};
	struct records *r = &p->below;
	all_bodies(m, b->entity->name, &all);
	r->label = model_tr(m, N_("Bodies that belong to it"));
	model_column(m, r, model_tr(m, N_("Body")), false);
	model_column(m, r, model_tr(m, N_("State of things")), false);
	int rc = records_pages(m, r, "below", all.n, e);
	for (uint64_t i = r->pager.first; rc == 0 && i && i <= rows_read(m, r->pager.last, all.n); i++) {
		struct record_row row = {0};
		struct html state = says(m, &all.v[i - 1]);
		if (i > r->pager.last)
			continue;
		model_cell(m, &row, model_link(m, all.v[i - 1].entity->name));
		model_cell(m, &row, state);
		arena_push(m->arena, &r->rows, row);
	}
	return rc;
}

static int fill_meetings(const struct model *m, const struct body *b, struct body_page *p, struct err *e)
{
	convened_list all = {0};
	struct records *r = &p->meetings;
	all_convened(m, b->entity->name, &all);
	r->label = model_tr(m, N_("Meetings"));
	model_column(m, r, model_tr(m, N_("Meeting")), false);
	model_column(m, r, model_tr(m, N_("When")), false);
	model_column(m, r, model_tr(m, N_("Where")), false);
	model_column(m, r, model_tr(m, N_("Chair")), false);
	int rc = records_pages(m, r, "meetings", all.n, e);
	r->pager.by_name = false; /* the latest come first */
	for (uint64_t i = r->pager.first; rc == 0 && i && i <= r->pager.last; i++) {
		const struct convened *c = &all.v[all.n - i];
		struct record_row row = {0};
		model_cell(m, &row, model_link(m, c->meeting));
		model_cell(m, &row, meeting_days(m, c));
		model_cell(m, &row, model_mark(m, model_place(m, meeting_place(c))));
		model_cell(m, &row, c->chair == SYM_ABSENT ? model_plain(m, STR("–")) : model_link(m, c->chair));
		arena_push(m->arena, &r->rows, row);
	}
	return rc;
}

static void fill_decisions(const struct model *m, const struct body *b, struct body_page *p)
{
	struct records *r = &p->decisions;
	act_refs all = {0};
	r->label = model_tr(m, N_("Decisions"));
	model_column(m, r, model_tr(m, N_("Decision")), false);
	model_column(m, r, model_tr(m, N_("Tabled")), false);
	model_column(m, r, model_tr(m, N_("Outcome")), false);
	model_column(m, r, model_tr(m, N_("Reasons")), true);
	const act_refs *naming = acts_naming_now(m, b->entity->name);
	for (size_t i = 0; i < naming->n && m->voc->act.decision_tabled != NO_ID; i++) {
		const struct record_act *a = naming->v[i];
		if (a->act.kind != m->voc->act.decision_tabled || !act_counts(m, a))
			continue;
		if (act_entity(m, a, "B") == b->entity->name && act_entity(m, a, "D") != SYM_ABSENT)
			arena_push(m->arena, &all, a);
	}
	size_t shown = all.n < DECISIONS_SHOWN ? all.n : DECISIONS_SHOWN;
	for (size_t i = 0; i < rows_read(m, shown, all.n); i++) {
		const struct value *args = args_of(m, 1, act_arg(m->rb, &all.v[i]->act, "D"));
		const struct stretch *s = m->voc->fact.decision == NO_ID ? NULL : model_now(m, m->voc->fact.decision, args);
		struct record_row row = {0};
		if (i >= shown)
			continue;
		model_cell(m, &row, model_link(m, args->s));
		model_cell(m, &row, model_date(m, model_act_when(all.v[i])));
		model_cell(m, &row, s ? model_plain(m, model_text(m, m->voc->fact.decision, s->value)) : model_plain(m, model_tr(m, N_("Tabled"))));
		model_cell(m, &row, s ? model_why(m, m->voc->fact.decision, args) : (struct html){{NULL, 0}});
		arena_push(m->arena, &r->rows, row);
	}
	if (all.n > shown) {
		struct url href = url_fmt(m->arena, "/%s/decisions?body=%.*s%.*s", m->a->tongue->code, STR_ARG(syms_str(m->syms, b->entity->name)),
			STR_ARG(ask_also(m->a).s));
		struct html text = SENTENCE(m, tr_start(&m->o, N_("All {n} decisions of this body")), {"n", number(m, all.n)});
		p->all_decisions = (struct html){arena_fmt(m->arena, "<a href=\"%.*s\">%.*s</a>", STR_ARG(href.s), STR_ARG(text.s))};
	}
}

static int show_one(struct model *m, struct err *e)
{
	struct body_page p = {0};
	const struct entity *en;
	struct body b;
	shown_list ticks = {0};
	int rc = model_entity(m, m->a->id[0], m->voc->type.Body, N_("body"), &en, e);
	if (rc < 0)
		return rc;
	bool known = read_body(m, en, &b);
	if (m->a->form == FORM_JSON) {
		json_t *page = data_page(m);
		json_object_set_new(page, "body", data_entity(m, en->name));
		json_object_set_new(page, "established", known ? data_act(m, b.established) : json_null());
		json_object_set_new(page, "facts", data_facts_about(m, en->name));
		return data_send(m, page, e);
	}
	p.title = model_title(m, en->name);
	frame_named(&p.frame, m->a, p.title.text, model_mark(m, p.title));
	other_names(m, en, &p.names);
	if ((rc = facts_about(m, en->name, &m->voc->fact.sitting, 1, &ticks, &p.facts, e)) < 0)
		return rc;
	p.acts = acts_naming(m, en->name, ACTS_SHOWN, NULL);
	p.all_acts = all_acts_link(m, en->name, ACTS_SHOWN);
	if (known) {
		fill_lead(m, &b, &p);
		if ((rc = fill_below(m, &b, &p, e)) < 0 || (rc = fill_meetings(m, &b, &p, e)) < 0)
			return rc;
		fill_decisions(m, &b, &p);
		p.note = model_act_text(m, b.established);
		if (b.parent != SYM_ABSENT)
			add_pair(m, &p.glance, model_tr(m, N_("Belongs to")), model_link(m, b.parent));
		if (founding(m, &b) != SYM_ABSENT)
			add_pair(m, &p.glance, model_tr(m, N_("Founded by")), model_link(m, founding(m, &b)));
		add_pair(m, &p.glance, model_tr(m, N_("First act")), model_act(m, b.established->pos));
		add_pair(m, &p.glance, model_tr(m, N_("Name in the record")), in_code(m, syms_str(m->syms, en->name)));
	} else {
		p.lead = SENTENCE(m, tr_start(&m->o, N_("On {day} no act had yet established {title}.")),
			{"day", model_when(m, (struct when){m->a->on, BY_DAY, false})}, {"title", model_mark(m, p.title)});
	}
	model_watch(m, &p.frame.bar, &ticks, NULL);
	p.frame.bar.differ = 0; /* facts about meetings of the body would be counted too */
	page_body(&m->o, &p);
	return 0;
}

int body_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_one);
}
