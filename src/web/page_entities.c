/* SPDX-License-Identifier: Apache-2.0
 *
 * Things of a type, in a room of the site that is named after them: areas, projects, consultations, goals, authorities, and in one more
 * room whatever else a rulebook declares. A table of each type, and one thing with what belongs to it, the facts and the acts about it.
 *
 * What the table says is read off the rulebook: a column for each fact about such a thing alone, a count for each fact that ties it to
 * another, the other things that its first act names, and how many things name it in turn.
 */
#include "web/page_entities.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"

#include <string.h>

enum { ACTS_SHOWN = 20, MAX_COLUMNS = 12 };

/* The rooms, by the part of the address. `by`: the acts that put such things on record. */
static const struct room {
	const char *path, *title, *lead;
	size_t by[2]; /* in struct vocabulary; 0: none */
} rooms[] = {
	{"areas", N_("Areas"), N_("The areas in which the organisation works, and what belongs to each."), {offsetof(struct vocabulary, act.area_listed)}},
	{"projects", N_("Projects"), N_("Who takes part in what, in which form and since when. Taking part is for each to choose; joining later and leaving are acts like any other."),
		{offsetof(struct vocabulary, act.project_started)}},
	{"consultations", N_("Consultations"), N_("What was agreed to be talked about, what was held, and what came of it."),
		{offsetof(struct vocabulary, act.consultation_agreed)}},
	{"strategy", N_("Strategy"), N_("Goals set by decision, and the actions assigned for them. What acts on record prove is kept apart from what is only declared."),
		{offsetof(struct vocabulary, act.goal_set), offsetof(struct vocabulary, act.indicator_set)}},
	{"authorities", N_("Competent authorities"), N_("Which authority of which State is competent for what, as far as that is public. Channels of contact, and who may use them, are told to those entitled alone; of private persons the register holds nothing."),
		{offsetof(struct vocabulary, act.authority_designated)}},
	{"entities", N_("Other things on record"), NULL, {0}},
};

static const struct room *room_of(const struct model *m)
{
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
		if (m->a->segments > 1 && str_eq(m->a->segment[1], str_of(rooms[i].path)))
			return &rooms[i];
	return &rooms[sizeof rooms / sizeof *rooms - 1];
}

static bool is_in(const struct model *m, const struct room *r, uint32_t type)
{
	return m->al->paths[type] && strcmp(m->al->paths[type], r->path) == 0;
}

/* ---- what the rulebook says of such things ----------------------------------------------------------------------- */

static bool is_party(const struct model *m, uint32_t type)
{
	return m->voc->type.Party != NO_ID && type_accepts(m->rb, m->voc->type.Party, type);
}

struct column_of {
	uint32_t fact;
	bool counted; /* it has other arguments too: how many there are, not what; unless each is one with what the first act about the thing names */
};

typedef LIST(struct column_of) fact_columns;

static uint32_t params_for(const struct model *m, const struct fact *f, uint32_t type)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < f->nparams; i++)
		n += type_accepts(m->rb, f->params[i].type, type);
	return n;
}

/* The things among `list` of which the fact speaks on the day asked about: how often of this one. */
static size_t speaks_of(const struct model *m, uint32_t fact, sym name, const struct stretch **ret, const struct value **ret_args)
{
	const struct instance *of;
	size_t n = view_instances(m->view, fact, entity_value(name), m->arena, &of), found = 0;
	for (size_t i = 0; i < n; i++) {
		const struct stretch *s = model_now(m, fact, of[i].args);
		if (s && found++ == 0) {
			*ret = s;
			*ret_args = of[i].args;
		}
	}
	return found;
}

/* What the table says in another column already: the thing that its first act names too, and other things than parties that are tied to it. */
static bool said_elsewhere(const struct model *m, const struct fact *f, uint32_t type)
{
	if (f->nparams == 1)
		return m->rb->types.v[f->value].kind == T_ENTITY || m->rb->types.v[f->value].kind == T_UNION;
	for (uint32_t i = 0; i < f->nparams; i++)
		if (!type_accepts(m->rb, f->params[i].type, type) && is_party(m, f->params[i].type))
			return false;
	return true;
}

/* Does the first act about the thing name whatever else the fact is about? Then the row says with whom it is so. */
static bool named_at_first(const struct model *m, const struct entity *en, const struct fact *f, const struct value *args)
{
	const struct record_act *a = introduced_by(m, en);
	uint32_t nargs = a && a->act.kind != NO_ID ? m->rb->acts.v[a->act.kind].nparams : 0;
	for (uint32_t i = 0; i < f->nparams; i++) {
		bool named = args[i].kind == V_ENTITY && args[i].s == en->name;
		for (uint32_t k = 0; k < nargs && !named; k++) {
			struct value v = act_value(&a->act, k);
			named = v.kind == V_ENTITY && args[i].kind == V_ENTITY && v.s == args[i].s;
		}
		if (!named)
			return false;
	}
	return true;
}

static void find_columns(const struct model *m, uint32_t type, const struct entity *const *list, size_t n, fact_columns *ret)
{
	for (uint32_t k = 0; k < 2 * m->rb->facts.n && ret->n < MAX_COLUMNS; k++) { /* first those about it alone */
		uint32_t f = (uint32_t)(k % m->rb->facts.n);
		const struct fact *fact = &m->rb->facts.v[f];
		bool tie = fact->nparams > 1, said = said_elsewhere(m, fact, type) || params_for(m, fact, type) != 1;
		if (said || tie != (k >= m->rb->facts.n))
			continue;
		for (size_t i = 0; i < ret->n; i++) /* of the same name is what is said of the thing alone and of the thing with its party */
			said |= str_eq(model_fact(m, ret->v[i].fact), model_fact(m, f));
		const struct stretch *s;
		const struct value *args;
		struct column_of one = {f, tie && m->rb->types.v[fact->value].kind == T_BOOL};
		bool any = false;
		for (size_t i = 0; i < n && !said && (!any || (tie && !one.counted)); i++) {
			size_t found = speaks_of(m, f, list[i]->name, &s, &args);
			any |= found > 0;
			one.counted |= tie && (found > 1 || (found && !named_at_first(m, list[i], fact, args)));
		}
		if (any)
			arena_push(m->arena, ret, one);
	}
}

/* ---- what its first act names, and what names it ----------------------------------------------------------------- */

struct named {
	uint32_t type;
	struct html link;
};

typedef LIST(struct named) named_list;

/* The things and days that the act which introduced it names beside it. */
static void add_named(const struct model *m, const struct entity *en, pairs *ret)
{
	const struct record_act *a = introduced_by(m, en);
	const struct act_kind *k = a && a->act.kind != NO_ID ? &m->rb->acts.v[a->act.kind] : NULL;
	for (uint32_t i = 0; k && i < k->nparams; i++) {
		struct value v = act_value(&a->act, i);
		if (v.kind == V_ENTITY && v.s != en->name) {
			const struct entity *other = record_entity(m->record, syms_str(m->syms, v.s));
			if (other)
				add_pair(m, ret, phrase_type(m, other->type, false), model_link(m, v.s));
		}
	}
	struct str place = a ? json_get_str(a->json, "place") : STR("");
	add_pair(m, ret, model_tr(m, N_("Place")), place.n ? model_mark(m, model_place(m, place)) : (struct html){{NULL, 0}});
}

/* The number that the latest act about it reports: of an indicator, from which no fact follows. Empty: none does. */
static struct html reported(const struct model *m, const struct entity *en)
{
	const act_refs *naming = acts_naming_now(m, en->name);
	const struct record_act *last = NULL;
	int64_t number_of = 0;
	for (size_t i = 0; i < naming->n; i++) {
		const struct record_act *a = naming->v[i];
		if (!act_counts(m, a) || a->act.kind == NO_ID || a == introduced_by(m, en) || (last && last->act.date >= a->act.date))
			continue;
		const struct act_kind *k = &m->rb->acts.v[a->act.kind];
		for (uint32_t p = 0; p < k->nparams; p++) {
			struct value v = act_value(&a->act, p);
			if (v.kind != V_INT || !str_eq(syms_str(&m->rb->syms, k->params[p].name), STR("value")))
				continue;
			last = a;
			number_of = v.i;
		}
	}
	if (!last)
		return (struct html){{NULL, 0}};
	struct html figure = model_plain(m, arena_fmt(m->arena, "%lld", (long long)number_of));
	return SENTENCE(m, tr_start(&m->o, N_("{figure}, {day}, {act}")), {"figure", in_strong(m, figure)}, {"day", model_when(m, model_act_when(last))},
		{"act", model_act(m, last->pos)});
}

static struct html reported_cell(const struct model *m, const struct entity *en)
{
	struct html said = reported(m, en);
	return said.s.n ? said : model_plain(m, STR("–"));
}

/* Things that are no parties, and that acts tie to this one. */
static void find_belonging(const struct model *m, const struct entity *en, entity_groups *ret)
{
	const act_refs *naming = acts_naming_now(m, en->name);
	LIST(sym) seen = {0};
	for (size_t i = 0; i < naming->n; i++) {
		const struct record_act *a = naming->v[i];
		if (!act_counts(m, a) || a->act.kind == NO_ID || a == introduced_by(m, en))
			continue;
		for (uint32_t k = 0; k < m->rb->acts.v[a->act.kind].nparams; k++) {
			struct value v = act_value(&a->act, k);
			const struct entity *other = v.kind == V_ENTITY && v.s != en->name ? record_entity(m->record, syms_str(m->syms, v.s)) : NULL;
			bool known = !other || is_party(m, other->type);
			for (size_t x = 0; x < seen.n && !known; x++)
				known = seen.v[x] == v.s;
			if (known)
				continue;
			arena_push(m->arena, &seen, v.s);
			size_t at = 0;
			while (at < ret->n && ret->v[at].type != other->type)
				at++;
			if (at == ret->n) {
				struct entity_group g = {.title = phrase_type(m, other->type, true), .type = other->type};
				arena_push(m->arena, ret, g);
			}
			arena_push(m->arena, &ret->v[at].all, v.s);
		}
	}
}

static int show_belonging(const struct model *m, const struct entity *en, struct entity_page *p, struct err *e)
{
	uint64_t all = 0, n = 0;
	find_belonging(m, en, &p->belonging);
	for (size_t i = 0; i < p->belonging.n; i++)
		all += p->belonging.v[i].all.n;
	int rc = pager_named(m, "belonging", all, &p->belonging_pager, e);
	for (size_t i = 0; rc == 0 && i < p->belonging.n; i++) {
		struct entity_group *g = &p->belonging.v[i];
		for (size_t k = 0; k < g->all.n; k++) {
			bool here = ++n >= p->belonging_pager.first && n <= p->belonging_pager.last;
			struct html item = here ? model_link(m, g->all.v[k]) : (struct html){{NULL, 0}};
			if (here)
				arena_push(m->arena, &g->items, item);
		}
	}
	return rc;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static struct html fact_cell(const struct model *m, const struct column_of *c, sym name)
{
	const struct stretch *s = NULL;
	const struct value *args = NULL;
	size_t n = speaks_of(m, c->fact, name, &s, &args);
	if (n == 0)
		return model_plain(m, STR("–"));
	if (c->counted)
		return number(m, n);
	struct shown is = {.fact = c->fact, .args = args};
	struct html parts[2] = {shown_value(m, &is, s), model_why(m, c->fact, args)};
	return join(m, parts, 2, " ");
}

static struct html belonging_cell(const struct model *m, const struct entity *en)
{
	entity_groups of = {0};
	LIST(struct html) parts = {0};
	find_belonging(m, en, &of);
	for (size_t i = 0; i < of.n; i++) {
		struct html one = SENTENCE(m, tr_start(&m->o, N_("{kind}: {n}")), {"kind", model_plain(m, of.v[i].title)}, {"n", number(m, of.v[i].all.n)});
		arena_push(m->arena, &parts, one);
	}
	return parts.n ? join_statements(m, parts.v, parts.n) : model_plain(m, STR("–"));
}

static struct html named_cell(const struct model *m, const struct entity *en)
{
	pairs p = {0};
	LIST(struct html) parts = {0};
	add_named(m, en, &p);
	for (size_t i = 0; i < p.n; i++)
		arena_push(m->arena, &parts, p.v[i].value);
	return parts.n ? join_statements(m, parts.v, parts.n) : model_plain(m, STR("–"));
}

/* Is there anything but dashes in the column? */
static bool worth(const struct records *r, size_t column)
{
	for (size_t i = 0; i < r->rows.n; i++)
		if (!str_eq(r->rows.v[i].cells.v[column].s, STR("–")))
			return true;
	return false;
}

static void drop_column(struct records *r, size_t column)
{
	memmove(&r->columns.v[column], &r->columns.v[column + 1], (r->columns.n - column - 1) * sizeof *r->columns.v);
	r->columns.n--;
	for (size_t i = 0; i < r->rows.n; i++) {
		memmove(&r->rows.v[i].cells.v[column], &r->rows.v[i].cells.v[column + 1], (r->rows.v[i].cells.n - column - 1) * sizeof(struct html));
		r->rows.v[i].cells.n--;
	}
}

/* Is the fact called like the things it is about, in the rulebook, as project(J) is, or in words? In a table of them its name would say nothing. */
static bool named_alike(const struct model *m, uint32_t fact, uint32_t type)
{
	struct str f = syms_str(&m->rb->syms, m->rb->facts.v[fact].name), t = syms_str(&m->rb->syms, m->rb->types.v[type].name);
	return str_eq(model_fact(m, fact), phrase_type(m, type, false)) ||
	       (f.n == t.n && f.n && (f.p[0] | 0x20) == (t.p[0] | 0x20) && str_eq(str_slice(f, 1, f.n), str_slice(t, 1, t.n)));
}

static struct records table_of(const struct model *m, uint32_t type, const struct entity *const *list, size_t n)
{
	struct records r = {.label = phrase_type(m, type, true)};
	fact_columns facts = {0};
	find_columns(m, type, list, n, &facts);
	model_column(m, &r, phrase_type(m, type, false), false);
	model_column(m, &r, model_tr(m, N_("Introduced on")), false);
	model_column(m, &r, model_tr(m, N_("Belongs to; place")), false);
	for (size_t i = 0; i < facts.n; i++)
		model_column(m, &r, named_alike(m, facts.v[i].fact, type) ? model_tr(m, N_("State")) : model_fact(m, facts.v[i].fact), false);
	model_column(m, &r, model_tr(m, N_("Reported")), false);
	model_column(m, &r, model_tr(m, N_("What belongs to it")), false);
	for (size_t i = 0; i < n; i++) {
		struct record_row row = {0};
		model_cell(m, &row, model_link(m, list[i]->name));
		model_cell(m, &row, model_date(m, model_act_when(introduced_by(m, list[i]))));
		model_cell(m, &row, named_cell(m, list[i]));
		for (size_t k = 0; k < facts.n; k++)
			model_cell(m, &row, fact_cell(m, &facts.v[k], list[i]->name));
		model_cell(m, &row, reported_cell(m, list[i]));
		model_cell(m, &row, belonging_cell(m, list[i]));
		arena_push(m->arena, &r.rows, row);
	}
	const size_t last = r.columns.n - 1;
	if (!worth(&r, last))
		drop_column(&r, last);
	if (!worth(&r, last - 1))
		drop_column(&r, last - 1);
	if (!worth(&r, 2))
		drop_column(&r, 2);
	return r;
}

/* Which acts would put something here, and who signs them. */
static struct html how_it_comes(const struct model *m, const struct room *room)
{
	struct phrasing ph = model_phrasing(m);
	LIST(struct html) all = {0};
	for (size_t i = 0; i < 2 && room->by[i]; i++) {
		uint32_t kind = *(const uint32_t *)((const char *)m->voc + room->by[i]);
		if (kind == NO_ID)
			continue;
		const struct value *any = arena_array(m->arena, MAX_ARGS, struct value);
		struct phrase who = phrase_signers(&ph, kind, any);
		struct html one = SENTENCE(m, tr_start(&m->o, N_("The act “{act}” would put one here; it is for {signer} to sign.")),
			{"act", model_plain(m, words_act(m->words, m->lang, syms_str(&m->rb->syms, m->rb->acts.v[kind].name), m->arena))},
			{"signer", model_phrase(m, &who)});
		arena_push(m->arena, &all, one);
	}
	return join(m, all.v, all.n, " ");
}

struct of_type {
	uint32_t type;
	LIST(const struct entity *) list;
};

typedef LIST(struct of_type) types;

/* What the room holds on the day asked about, type by type; and when each thing of any day came to be on record. */
static size_t find_types(const struct model *m, const struct room *room, types *ret, struct moment_list *days)
{
	struct model ever = whenever(m);
	size_t all = 0;
	for (uint32_t type = 0; type < m->rb->types.n; type++) {
		struct of_type t = {.type = type};
		const struct entity **list;
		size_t n = m->rb->types.v[type].kind == T_ENTITY && is_in(m, room, type) ? record_entities(m->record, type, m->arena, &list) : 0;
		for (size_t i = 0; i < n; i++) {
			const struct record_act *a = introduced_by(&ever, list[i]);
			if (a)
				add_moment(m, days, a->act.date, model_mark(m, model_title(m, list[i]->name)));
			if (introduced_by(m, list[i]))
				arena_push(m->arena, &t.list, list[i]);
		}
		if (t.list.n)
			arena_push(m->arena, ret, t);
		all += t.list.n;
	}
	return all;
}

static json_t *list_json(const struct model *m, const types *of)
{
	json_t *all = json_array();
	for (size_t t = 0; t < of->n; t++)
		for (size_t i = 0; i < of->v[t].list.n; i++) {
			const struct entity *en = of->v[t].list.v[i];
			json_t *one = data_entity(m, en->name);
			json_object_set_new(one, "introduced", data_act(m, introduced_by(m, en)));
			json_object_set_new(one, "facts", data_facts_about(m, en->name));
			json_array_append_new(all, one);
		}
	return all;
}

/* The tables are one long list: those of which a part stands on this page, and where each begins. */
static int fill_tables(const struct model *m, const types *all, size_t n, struct entities_page *p, struct err *e)
{
	int rc = pager_new(m, n, &p->pager, e);
	size_t before = 0, each = ask_each(m->a, "page"); /* before: rows of the tables that come first */
	p->pager.by_name = true;
	for (size_t i = 0; rc == 0 && i < all->n; i++) {
		const struct of_type *of = &all->v[i];
		struct entity_table t = {.title = phrase_type(m, of->type, true), .anchor = syms_str(&m->rb->syms, m->rb->types.v[of->type].name), .n = of->list.n};
		struct str page = before < each ? STR("") : arena_fmt(m->arena, "%zu", before / each + 1);
		struct link begins = {.href = url_fmt(m->arena, "%.*s#%.*s", STR_ARG(ask_with(m, "page", page).s), STR_ARG(t.anchor)), .text = t.title};
		size_t from = p->pager.first > before + 1 ? p->pager.first - 1 - before : 0, to = p->pager.last > before ? p->pager.last - before : 0;
		to = to < of->list.n ? to : of->list.n;
		before += of->list.n;
		arena_push(m->arena, &p->types, begins);
		size_t read = rows_read(m, to, of->list.n);
		if (read > to) /* what a column needs to stand there is read of all rows that may have it */
			(void)table_of(m, of->type, of->list.v, read);
		if (from >= to)
			continue;
		t.rows = table_of(m, of->type, of->list.v + from, to - from);
		arena_push(m->arena, &p->tables, t);
	}
	return rc;
}

static int show_all(struct model *m, struct err *e)
{
	const struct room *room = room_of(m);
	struct entities_page p = {0};
	struct moment_list days = {0};
	types all = {0};
	size_t rows = find_types(m, room, &all, &days);
	if (m->a->form == FORM_JSON) {
		json_t *page = data_page(m);
		json_object_set_new(page, "entities", list_json(m, &all));
		return data_send(m, page, e);
	}
	p.title = model_tr(m, room->title);
	p.lead = room->lead ? model_tr(m, room->lead) : STR("");
	frame_init(&p.frame, m->a, p.title);
	int rc = fill_tables(m, &all, rows, &p, e);
	if (rc < 0)
		return rc;
	if (!rows)
		p.none = how_it_comes(m, room);
	watch_days(m, &days, &p.frame.bar);
	page_entities(&m->o, &p);
	return 0;
}

int entities_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_all);
}

/* ---- one --------------------------------------------------------------------------------------------------------- */

static int show_one(struct model *m, struct err *e)
{
	struct entity_page p = {0};
	const struct entity *en;
	shown_list ticks = {0};
	int rc = model_entity(m, m->a->id[0], ANY_TYPE, N_("thing"), &en, e);
	if (rc < 0)
		return rc;
	const struct room *room = room_of(m);
	if (!is_in(m, room, en->type)) { /* one address for one thing */
		m->ret->status = 308;
		m->ret->location = model_href(m, en->name);
		return 0;
	}
	if (m->a->form == FORM_JSON) {
		json_t *page = data_page(m);
		json_object_set_new(page, "entity", data_entity(m, en->name));
		json_object_set_new(page, "facts", data_facts_about(m, en->name));
		return data_send(m, page, e);
	}
	const struct record_act *a = introduced_by(m, en);
	p.title = model_title(m, en->name);
	frame_named(&p.frame, m->a, p.title.text, model_mark(m, p.title));
	other_names(m, en, &p.names);
	struct html all = model_anchor(m, model_url(m, room->path), model_tr(m, room->title), NULL);
	p.over = str_eq(phrase_type(m, en->type, true), model_tr(m, room->title)) /* "Projects" says that it is one */
			 ? all
			 : SENTENCE(m, tr_start(&m->o, N_("{type}, {all}")), {"type", model_plain(m, phrase_type(m, en->type, false))}, {"all", all});
	p.lead = a ? SENTENCE(m, tr_start(&m->o, N_("“{title}” was introduced by an act dated {day} ({act}).")), {"title", model_mark(m, p.title)},
			     {"day", in_strong(m, model_when(m, model_act_when(a)))}, {"act", model_act(m, a->pos)})
		   : SENTENCE(m, tr_start(&m->o, N_("On {day} no act had yet introduced “{title}”.")), {"title", model_mark(m, p.title)},
			     {"day", model_when(m, (struct when){m->a->on, BY_DAY, false})});
	if (a)
		p.note = model_act_text(m, a);
	add_pair(m, &p.glance, model_tr(m, N_("Kind of thing")), model_plain(m, phrase_type(m, en->type, false)));
	add_pair(m, &p.glance, model_tr(m, N_("Name in the record")), in_code(m, syms_str(m->syms, en->name)));
	add_named(m, en, &p.glance);
	add_pair(m, &p.glance, model_tr(m, N_("Reported")), reported(m, en));
	if ((rc = show_belonging(m, en, &p, e)) < 0)
		return rc;
	if ((rc = facts_about(m, en->name, NULL, 0, &ticks, &p.facts, e)) < 0)
		return rc;
	p.acts = acts_naming(m, en->name, ACTS_SHOWN, NULL);
	p.all_acts = all_acts_link(m, en->name, ACTS_SHOWN);
	model_watch(m, &p.frame.bar, &ticks, NULL);
	if ((rc = model_differ(m, &ticks, &p.frame.bar, &p.differ, e)) < 0)
		return rc;
	page_entity(&m->o, &p);
	return 0;
}

int entity_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_one);
}

/* ---- names for ever -------------------------------------------------------------------------------------------------------------- */

static int show_id(struct model *m, struct err *e)
{
	const struct entity *en;
	int rc = model_entity(m, m->a->id[0], ANY_TYPE, "thing", &en, e);
	if (rc < 0)
		return rc;
	m->ret->status = 303; /* the thing is no page: see other */
	m->ret->location = model_href(m, en->name);
	m->ret->vary = "Accept-Language";
	return 0;
}

int id_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct ask in = *a;
	in.tongue = ask_preferred(a);
	return model_run(&in, ctx, ret, e, show_id);
}
