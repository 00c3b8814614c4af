/* SPDX-License-Identifier: Apache-2.0 */
#include "web/figures.h"

#include "web/listing.h"
#include "web/roster.h"

#include <stdlib.h>

enum { BELOW = 10 /* tiles in a row of those that the organisation gives no place */, NOWHERE = 1000 /* no column */, MOST_ROWS = 60 /* of a table beside a chart */ };

/* ---- the map ----------------------------------------------------------------------------------------------------- */

static bool same_mark(struct status a, struct status b)
{
	return a.disputed == b.disputed && (a.disputed || a.rank == b.rank);
}

static int by_rank(const void *x, const void *y)
{
	const struct status *a = x, *b = y; /* the disputed last */
	unsigned of_a = a->disputed ? UINT32_MAX : a->rank, of_b = b->disputed ? UINT32_MAX : b->rank;
	return (of_a > of_b) - (of_a < of_b);
}

static void add_mark(const struct model *m, struct map_figure *f, struct status s)
{
	for (size_t i = 0; i < f->marks.n; i++)
		if (same_mark(f->marks.v[i], s))
			return;
	arena_push(m->arena, &f->marks, s);
}

static bool place_of(const struct model *m, struct str code, struct map_tile *tile)
{
	for (size_t i = 0; i < m->org->ntiles; i++)
		if (str_eq(m->org->tiles[i].entity, code)) {
			tile->col = (unsigned)m->org->tiles[i].col;
			tile->row = (unsigned)m->org->tiles[i].row;
			return true;
		}
	return false;
}

/* For each mark of the map: its name, how many have it, who they are. */
static void fill_map_table(const struct model *m, struct map_figure *f)
{
	struct records *r = &f->table;
	r->label = f->tiles.label;
	model_column(m, r, model_tr(m, N_("Status")), false);
	model_column(m, r, model_tr(m, N_("Number")), false);
	model_column(m, r, model_tr(m, N_("Participants")), false);
	for (size_t i = 0; i < f->marks.n; i++) {
		LIST(struct html) names = {0};
		struct record_row row = {0};
		struct buf b;
		for (size_t k = 0; k < f->tiles.tiles.n; k++)
			if (same_mark(f->tiles.tiles.v[k].status, f->marks.v[i])) {
				struct html name = model_plain(m, f->tiles.tiles.v[k].name);
				arena_push(m->arena, &names, name);
			}
		struct out o = model_begin(m, &b);
		part_status(&o, f->marks.v[i]);
		model_cell(m, &row, model_end(m, &b));
		model_cell(m, &row, number(m, names.n));
		model_cell(m, &row, join_and(m, names.v, names.n));
		arena_push(m->arena, &r->rows, row);
	}
}

void fill_map_figure(const struct model *m, struct map_figure *f)
{
	const participant_list *parties = almanac_ranked(m->al);
	unsigned row = 0, col = 0;
	size_t placed = 0;
	bool backwards = m->o.tongue && m->o.tongue->dir[0] == 'r';
	f->tiles.label = TR_FILL(&m->o, N_("Participants on {day}"), {"day", show_day(&m->o, m->a->on)});
	for (size_t i = 0; i < m->org->ntiles; i++) {
		unsigned below = (unsigned)m->org->tiles[i].row + 2; /* a row stays free between those with a place and those without */
		row = below > row ? below : row;
	}
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *who = parties->v[i];
		const struct stretch *s = model_status_now(m, who);
		if (!s) /* a tile for each participant of the day */
			continue;
		struct map_tile tile = {NOWHERE, 0, syms_str(m->syms, who->entity->name), who->title, model_status(m, s->value, s->disputed),
			model_href(m, who->entity->name)};
		placed += place_of(m, tile.code, &tile);
		arena_push(m->arena, &f->tiles.tiles, tile);
		add_mark(m, f, tile.status);
	}
	f->tiles.unplaced = placed < f->tiles.tiles.n - placed; /* where most have no place, those of the few say nothing */
	f->below = !f->tiles.unplaced && placed < f->tiles.tiles.n;
	for (size_t i = 0; i < f->tiles.tiles.n && f->below; i++) {
		struct map_tile *tile = &f->tiles.tiles.v[i];
		if (tile->col != NOWHERE)
			continue;
		tile->col = backwards ? BELOW - 1 - col % BELOW : col % BELOW; /* an alphabet is read as the page is; geography does not turn */
		tile->row = row + col++ / BELOW;
	}
	if (f->marks.n)
		qsort(f->marks.v, f->marks.n, sizeof *f->marks.v, by_rank);
	fill_map_table(m, f);
}

/* ---- their number over time -------------------------------------------------------------------------------------- */

static void add_labels(const struct model *m, const struct value *of, struct counts *c)
{
	for (unsigned r = 1; r <= COUNT_RANKS; r++) {
		struct count_label l = {r, of[r].kind == V_WORD ? roster_noun(m, of[r]) : STR(""), CIVIL_NEVER, false};
		if (l.text.n)
			arena_push(m->arena, &c->labels, l);
	}
}

static void fill_counts_table(const struct model *m, const tallied_list *days, struct counts_figure *f)
{
	const struct tallied *v = days->v;
	size_t n = days->n;
	struct records *r = &f->table;
	struct value of[ROSTER_RANKS + 1] = {{0}};
	bool disputed = false;
	for (size_t i = 0; i < n; i++) {
		disputed = disputed || v[i].c.disputed;
		for (unsigned k = 1; k <= ROSTER_RANKS; k++)
			if (v[i].c.rank[k])
				of[k] = v[i].c.value[k];
	}
	r->label = model_tr(m, N_("Number of participants by status"));
	r->compared = true;
	model_column(m, r, model_tr(m, N_("From")), false);
	for (unsigned k = 1; k <= ROSTER_RANKS; k++)
		if (of[k].kind == V_WORD)
			model_column(m, r, status_many(m, of[k]), false);
	if (disputed)
		model_column(m, r, model_tr(m, N_("Disputed")), false);
	model_column(m, r, model_tr(m, N_("All")), false);
	f->yearly = n > MOST_ROWS;
	for (size_t i = n; i-- > 0;) {
		struct record_row row = {0};
		if (f->yearly && i + 1 < n && date_year(v[i].day) == date_year(v[i + 1].day))
			continue;
		model_cell(m, &row, model_date(m, (struct when){v[i].day, BY_DAY, false}));
		for (unsigned k = 1; k <= ROSTER_RANKS; k++)
			if (of[k].kind == V_WORD)
				model_cell(m, &row, number(m, v[i].c.rank[k]));
		if (disputed)
			model_cell(m, &row, number(m, v[i].c.disputed));
		model_cell(m, &row, number(m, v[i].c.all));
		arena_push(m->arena, &r->rows, row);
	}
}

void fill_counts_figure(const struct model *m, struct counts_figure *f)
{
	const participant_list *parties = almanac_ranked(m->al);
	struct value of[COUNT_RANKS + 1] = {{0}};
	struct counts *c = &f->chart;
	*c = (struct counts){.axis = roster_axis(m), .now = roster_now(m), .disputed_rank = 1};
	f->key = roster_key(m, false);
	f->data = url_fmt(m->arena, "/data/status-counts.%s%.*s", form_suffix(FORM_CSV), STR_ARG(ask_when(m->a).s));
	tallied_list days = roster_counts(m, c->now);
	for (size_t i = 0; i < days.n; i++) {
		const struct tallied *t = &days.v[i];
		struct count_step s = {.from = t->day, .disputed = (uint16_t)t->c.disputed};
		for (unsigned r = 1; r <= COUNT_RANKS; r++) {
			s.n[r - 1] = (uint16_t)t->c.rank[r];
			if (t->c.rank[r])
				of[r] = t->c.value[r];
		}
		arena_push(m->arena, &c->steps, s);
	}
	add_labels(m, of, c);
	for (size_t i = 0; i < parties->n; i++)
		for (size_t k = 0; k < parties->v[i]->nstatuses; k++)
			if (parties->v[i]->statuses[k].disputed)
				c->disputed_rank = almanac_rank(m->al, parties->v[i]->statuses[k].value);
	struct tally now = roster_count(m, view_on(c->now));
	f->first = days.n ? days.v[0].c.all : 0;
	f->now = now.all;
	c->label = TR_FILL(&m->o, N_("Number of participants by status, from {first} to {last}. At the end: {counts}."),
		{"first", show_year(&m->o, c->axis.from)}, {"last", show_year(&m->o, c->now)}, {"counts", roster_say(m, &now)});
	fill_counts_table(m, &days, f);
}
