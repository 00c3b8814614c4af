/* SPDX-License-Identifier: Apache-2.0
 *
 * The matrix: what each party has signed, consented to and is bound by; below it every instrument in one table.
 */
#include "web/page_instruments.h"

#include "html/draw.h"
#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"

#include <stdlib.h>

enum { FEWEST_COLUMNS = 5, CELLS_ON_A_PAGE = 270, SEVERAL = 2, ANY = 1 };

struct column_of { /* an instrument, with how many parties have a bond to it */
	sym name;
	civil adopted;
	struct str kind, kind_label;
	sym *who;     /* the parties that ever had a bond to it */
	size_t bound; /* how many they are */
	size_t parties;
	bool on_record; /* adopted up to the day asked about */
};

typedef LIST(struct column_of) columns;

static int by_date(const void *x, const void *y)
{
	const struct column_of *a = x, *b = y;
	return a->adopted != b->adopted ? (a->adopted > b->adopted) - (a->adopted < b->adopted) : (a->name > b->name) - (a->name < b->name);
}

static void collect(const struct model *m, columns *ret)
{
	const struct entity **list;
	size_t n = m->voc->type.Instrument == NO_ID ? 0 : record_entities(m->record, m->voc->type.Instrument, m->arena, &list);
	for (size_t i = 0; i < n; i++) {
		const struct record_act *a = list[i]->named == UINT64_MAX ? NULL : record_standing(m->record, list[i]->named);
		struct column_of c = {.name = list[i]->name, .adopted = a ? a->act.date : CIVIL_NEVER};
		if (!model_reached(m, c.adopted))
			continue;
		c.kind_label = instrument_kind(m, c.name, &c.kind);
		c.bound = bound_parties(m, c.name, &c.who);
		arena_push(m->arena, ret, c);
	}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, by_date);
}

static struct str year_of(const struct model *m, civil t)
{
	int y, mo, d;
	date_split(t, &y, &mo, &d);
	return tr_digits(&m->o, arena_fmt(m->arena, "%d", y));
}

/* What the key has to explain. */
static void note_marks(struct instruments_page *p, struct when shown)
{
	p->unverified = p->unverified || shown.unverified;
	p->latest = p->latest || (shown.at != CIVIL_NEVER && shown.precision == BY_LATEST);
}

struct str show_compared(const struct out *o, struct when w)
{
	struct str day = show_iso_when(o, w);
	return w.precision == BY_LATEST ? ARENA_JOIN(o->arena, STR("≤ "), day) : day;
}

/* In a matrix days are compared, and the key of p explains their marks; in a list (p: NULL) they are read. */
static struct html in_force_cell(const struct model *m, sym instrument, struct instruments_page *p)
{
	uint32_t fact = m->voc->fact.in_force;
	const struct value *args = args_of(m, 1, entity_value(instrument));
	if (fact == NO_ID)
		return (struct html){{NULL, 0}};
	const struct stretch *s = model_now(m, fact, args);
	if (!s)
		return model_anchor(m, model_whynot_href(m, fact, args, VALUE_YES), model_tr(m, N_("not on record")), "quiet nb");
	if (s->disputed)
		return model_anchor(m, model_why_href(m, fact, args), model_tr(m, N_("disputed")), NULL);
	struct when since = model_from(s);
	if (p)
		note_marks(p, since);
	struct html day = p ? in_doubt(m, model_plain(m, show_compared(&m->o, since)), since.unverified) : model_date(m, since);
	return (struct html){arena_fmt(m->arena, "<a href=\"%.*s\">%.*s</a>", STR_ARG(model_why_href(m, fact, args).s), STR_ARG(day.s))};
}

static bool has_bond(const struct column_of *c, sym party)
{
	size_t i = 0;
	while (i < c->bound && c->who[i] != party)
		i++;
	return i < c->bound;
}

/* The act that stands by which the party made a reservation to the instrument; NULL: none, or it was rejected. */
static struct url reservation_of(const struct model *m, const act_refs *reserved, sym party, sym instrument)
{
	for (size_t i = 0; i < reserved->n; i++) {
		const struct record_act *a = reserved->v[i];
		struct value p = act_arg(m->rb, &a->act, "P"), in = act_arg(m->rb, &a->act, "I"), r = act_arg(m->rb, &a->act, "R");
		const struct value *args = args_of(m, 1, r);
		if (p.s != party || in.s != instrument)
			continue;
		const struct stretch *s = m->voc->fact.reservation == NO_ID ? NULL : model_now(m, m->voc->fact.reservation, args);
		if (!s) /* no rule says what becomes of it */
			return model_act_href(m, a->pos);
		if (!is_word(s->value, m->voc->word.rejected))
			return model_why_href(m, m->voc->fact.reservation, args);
	}
	return (struct url){{NULL, 0}};
}

static void all_reserved(const struct model *m, act_refs *ret)
{
	const act_refs *of = acts_of_kind_now(m, m->voc->act.reserved);
	for (size_t i = 0; i < of->n; i++)
		if (act_counts(m, of->v[i]))
			arena_push(m->arena, ret, of->v[i]);
}

static struct matrix_cell cell_of(const struct model *m, sym party, const struct column_of *of, const act_refs *reserved, struct instruments_page *p)
{
	struct bound b = has_bond(of, party) ? bound_of(m, party, of->name) : (struct bound){.bond = BOND_NONE};
	struct matrix_cell c = {.bond = b.bond};
	const struct value *args = args_of(m, 2, entity_value(party), entity_value(of->name));
	if (b.left) {
		c.left = true;
		c.why = model_whynot_href(m, m->voc->fact.party, args, VALUE_YES);
		c.since = model_to(b.left);
		c.disputed = b.left->disputed;
		p->has[SIGN_LEFT] = true;
	} else if (b.bond != BOND_NONE) {
		c.why = model_why_href(m, b.fact, args);
		c.since = model_from(b.now);
		c.disputed = b.now->disputed;
		c.reservation = reservation_of(m, reserved, party, of->name);
		p->has[b.bond] = true;
		p->has[SIGN_RESERVATION] = p->has[SIGN_RESERVATION] || c.reservation.s.n;
	}
	note_marks(p, c.since);
	return c;
}

static const participant_list *ranked_or_bound(const struct model *m)
{
	uint32_t facts[BOND_MAX];
	size_t n = 0;
	for (int b = BOND_SIGNED; b < BOND_MAX; b++)
		facts[n++] = bond_fact(m, (enum bond)b);
	return almanac_parties_with(m->al, facts, n, true, m->arena);
}

/* Of the status on the day asked about, from 1; those without one come last. */
static unsigned rank_of(const struct model *m, const struct participant *who)
{
	const struct stretch *s = model_status_now(m, who);
	unsigned rank = s ? almanac_rank(m->al, s->value) : 0;
	return rank ? rank : m->al->nranks + 1;
}

/* Parties in the order of their rank, then of the alphabet: those of the highest, and whoever has a mark in a column shown. */
static void find_rows(const struct model *m, const columns *shown, participant_list *ret)
{
	const participant_list *parties = ranked_or_bound(m);
	for (unsigned rank = 1; rank <= m->al->nranks + 1; rank++)
		for (size_t i = 0; i < parties->n; i++) {
			const struct participant *who = parties->v[i];
			bool any = rank == 1;
			if (rank_of(m, who) != rank)
				continue;
			for (size_t k = 0; k < shown->n && !any; k++) {
				struct bound b = has_bond(&shown->v[k], who->entity->name) ? bound_of(m, who->entity->name, shown->v[k].name) : (struct bound){.bond = BOND_NONE};
				any = b.left || b.bond != BOND_NONE;
			}
			if (any)
				arena_push(m->arena, ret, who);
		}
}

static int add_rows(const struct model *m, const columns *shown, struct instruments_page *p, struct err *e)
{
	participant_list parties = {0};
	act_refs reserved = {0};
	find_rows(m, shown, &parties);
	int rc = pager_named(m, "rows", parties.n, &p->row_pager, e);
	if (rc < 0)
		return rc;
	all_reserved(m, &reserved);
	for (uint64_t i = p->row_pager.first; i && i <= p->row_pager.last; i++) {
		const struct participant *who = parties.v[i - 1];
		const struct stretch *s = model_status_now(m, who);
		struct matrix_row head = {.group = s ? status_many(m, s->value) : model_tr(m, N_("No status"))};
		struct matrix_row row = {.name = who->title, .href = model_href(m, who->entity->name)};
		if (i == p->row_pager.first || rank_of(m, who) != rank_of(m, parties.v[i - 2]))
			arena_push(m->arena, &p->rows, head);
		for (size_t k = 0; k < shown->n; k++) {
			struct matrix_cell c = cell_of(m, who->entity->name, &shown->v[k], &reserved, p);
			arena_push(m->arena, &row.cells, c);
		}
		arena_push(m->arena, &p->rows, row);
	}
	return 0;
}

/* What a head of some eight lines has room for. */
static struct str beginning(const struct model *m, struct str title)
{
	enum { LETTERS = 90 };
	struct out o = m->o;
	struct str first = title;
	(void)draw_lines(&o, title, LETTERS * DRAW_LETTER, &first, 1);
	return first;
}

static void add_heads(const struct model *m, const columns *shown, struct instruments_page *p)
{
	for (size_t i = 0; i < shown->n; i++) {
		const struct column_of *c = &shown->v[i];
		struct said title = model_title(m, c->name);
		struct str brief = beginning(m, title.text);
		struct matrix_head h = {{brief, title.lang}, str_eq(brief, title.text) ? STR("") : title.text, model_href(m, c->name),
			year_of(m, c->adopted), in_force_cell(m, c->name, p)};
		arena_push(m->arena, &p->heads, h);
	}
}

static size_t count_parties(const struct model *m, const struct column_of *c, enum bond at_least)
{
	size_t n = 0;
	for (size_t i = 0; i < c->bound; i++)
		n += bound_of(m, c->who[i], c->name).bond >= at_least;
	return n;
}

static void add_all(const struct model *m, const columns *all, struct instruments_page *p)
{
	struct records *r = &p->all;
	r->label = model_tr(m, N_("All instruments"));
	model_column(m, r, model_tr(m, N_("Instrument")), false);
	model_column(m, r, model_tr(m, N_("Kind")), false);
	model_column(m, r, model_tr(m, N_("Adopted")), false);
	model_column(m, r, model_tr(m, N_("In force since")), false);
	model_column(m, r, model_tr(m, N_("Parties")), false);
	for (uint64_t i = p->all_pager.first; i && i <= rows_read(m, p->all_pager.last, all->n); i++) {
		const struct column_of *c = &all->v[all->n - i]; /* the newest first */
		struct html in_force = in_force_cell(m, c->name, NULL);
		size_t bound = count_parties(m, c, BOND_PARTY), marks = count_parties(m, c, BOND_SIGNED);
		if (i > p->all_pager.last)
			continue;
		const struct entity *en = record_entity(m->record, syms_str(m->syms, c->name));
		const struct record_act *a = record_standing(m->record, en->named);
		struct record_row row = {0};
		model_cell(m, &row, model_link(m, c->name));
		model_cell(m, &row, model_plain(m, c->kind_label));
		model_cell(m, &row, a ? model_date(m, model_act_when(a)) : (struct html){{NULL, 0}});
		model_cell(m, &row, in_force);
		model_cell(m, &row, bound   ? number(m, bound)
				    : marks ? SENTENCE(m, tr_start(&m->o, N_("none; {n} signed or approved")), {"n", number(m, marks)})
					    : model_plain(m, STR("–")));
		arena_push(m->arena, &r->rows, row);
	}
}

static int check_kind(struct model *m, struct err *e)
{
	struct choosing kind = {.name = STR("kind"), .label = model_tr(m, N_("Kind"))};
	if (!ask_param(m->a, "kind").given)
		return 0;
	add_argument_words(m, m->voc->act.instrument_adopted, "kind", &kind.options);
	return choice_check(m, &kind, "kind.unknown", e);
}

static void fill_filter(const struct model *m, const columns *all, struct instruments_page *p)
{
	struct choosing kind = {.name = STR("kind"), .label = model_tr(m, N_("Kind")), .all = model_tr(m, N_("Of several parties"))};
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].bound && all->v[i].kind.n)
			add_choice(m, &kind.options, all->v[i].kind, all->v[i].kind_label, ask_param(m->a, "kind").text);
	sort_choices(m, &kind.options);
	p->filter = filter_new(m);
	arena_push(m->arena, &p->filter.fields, kind);
}

static void watch(const struct model *m, const columns *shown, struct datebar *bar)
{
	shown_list l = {0};
	for (size_t i = 0; i < shown->n; i++) {
		if (m->voc->fact.in_force != NO_ID)
			model_show(m, &l, m->voc->fact.in_force, args_of(m, 1, entity_value(shown->v[i].name)));
		for (size_t k = 0; k < shown->v[i].bound; k++)
			for (int b = BOND_SIGNED; b < BOND_MAX; b++)
				if (bond_fact(m, (enum bond)b) != NO_ID)
					model_show(m, &l, bond_fact(m, (enum bond)b),
						args_of(m, 2, entity_value(shown->v[i].who[k]), entity_value(shown->v[i].name)));
	}
	model_watch(m, bar, &l, NULL);
}

/* ---- for programs: of every kind, or of the one asked for; whoever is bound or not -------------------------------------------- */

static columns of_kind(const struct model *m, const columns *all)
{
	struct str kind = ask_param(m->a, "kind").text;
	columns some = {0};
	for (size_t i = 0; i < all->n; i++)
		if (!kind.n || str_eq(all->v[i].kind, kind))
			arena_push(m->arena, &some, all->v[i]);
	return some;
}

static int answer_json(struct model *m, const columns *all, struct err *e)
{
	const participant_list *all_parties = ranked_or_bound(m);
	json_t *page = data_page(m), *list = json_array();
	for (size_t i = 0; i < all->n; i++) {
		const struct column_of *c = &all->v[i];
		const struct value *args = args_of(m, 1, entity_value(c->name));
		const struct stretch *s = m->voc->fact.in_force == NO_ID ? NULL : model_now(m, m->voc->fact.in_force, args);
		json_t *one = data_entity(m, c->name);
		json_object_set_new(one, "kind", data_str(c->kind));
		json_object_set_new(one, "adopted", data_date(c->adopted));
		json_object_set_new(one, "in_force", s ? data_stretch(m, m->voc->fact.in_force, args, s) : json_null());
		json_t *bonds = json_array();
		for (size_t k = 0; c->bound && k < all_parties->n; k++) {
			struct bound b = bound_of(m, all_parties->v[k]->entity->name, c->name);
			if (b.bond != BOND_NONE)
				json_array_append_new(bonds, data_stretch(m, b.fact,
					args_of(m, 2, all_parties->v[k]->who, entity_value(c->name)), b.now));
		}
		json_object_set_new(one, "parties", bonds);
		json_array_append_new(list, one);
	}
	json_object_set_new(page, "instruments", list);
	return data_send(m, page, e);
}

static int answer_csv(struct model *m, const columns *all)
{
	const participant_list *parties = ranked_or_bound(m);
	struct buf *b = &m->ret->body;
	buf_adds(b, "party,party_name,instrument,instrument_name,state,since,unverified\r\n");
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; all->v[i].bound && k < parties->n; k++) {
			struct bound f = bound_of(m, parties->v[k]->entity->name, all->v[i].name);
			if (f.bond == BOND_NONE)
				continue;
			data_csv(b, syms_str(m->syms, parties->v[k]->entity->name), ",");
			data_csv(b, parties->v[k]->title, ",");
			data_csv(b, syms_str(m->syms, all->v[i].name), ",");
			data_csv(b, model_title(m, all->v[i].name).text, ",");
			data_csv(b, model_tr(m, bond_words(f.bond)), ",");
			data_csv(b, data_known(m, model_from(f.now)), ",");
			data_csv(b, f.now->from_unverified ? STR("yes") : STR(""), "\r\n");
		}
	return 0;
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------ */

/* The more rows there may be, the fewer columns. */
static uint64_t columns_on_a_page(const struct model *m)
{
	const participant_list *parties = almanac_ranked(m->al);
	uint64_t rows = 1, most = ask_each(m->a, "page");
	for (size_t i = 0; i < parties->n; i++)
		rows += model_status_now(m, parties->v[i]) != NULL;
	uint64_t n = rows > ask_each(m->a, "rows") ? FEWEST_COLUMNS : CELLS_ON_A_PAGE / rows;
	return n < FEWEST_COLUMNS ? FEWEST_COLUMNS : n > most ? most : n;
}

static int show(struct model *m, struct err *e)
{
	struct instruments_page p = {0};
	columns all = {0}, some, chosen = {0}, shown = {0};
	int rc = check_kind(m, e);
	if (rc < 0)
		return rc;
	collect(m, &all);
	some = of_kind(m, &all);
	if (m->a->form == FORM_JSON)
		return answer_json(m, &some, e);
	if (m->a->form == FORM_CSV)
		return answer_csv(m, &some);
	for (size_t i = 0; i < some.n; i++)
		if (some.v[i].bound >= (ask_param(m->a, "kind").text.n ? ANY : SEVERAL))
			arena_push(m->arena, &chosen, some.v[i]);
	rc = pager_cut(m, "page", chosen.n, columns_on_a_page(m), &p.pager, e);
	if (rc == 0)
		rc = pager_named(m, "list", all.n, &p.all_pager, e);
	if (rc < 0)
		return rc;
	for (uint64_t i = p.pager.first; i && i <= p.pager.last; i++)
		arena_push(m->arena, &shown, chosen.v[i - 1]);
	frame_init(&p.frame, m->a, model_tr(m, N_("Instruments")));
	fill_filter(m, &all, &p);
	add_heads(m, &shown, &p);
	if ((rc = add_rows(m, &shown, &p, e)) < 0)
		return rc;
	add_all(m, &all, &p);
	p.count = SENTENCE(m, tr_start_n(&m->o, all.n, "{n} instrument on record, the newest first.", "{n} instruments on record, the newest first."),
		{"n", number(m, all.n)});
	p.csv = ask_form(m->a, FORM_CSV);
	watch(m, &shown, &p.frame.bar);
	page_instruments(&m->o, &p);
	return 0;
}

int instruments_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
