/* SPDX-License-Identifier: Apache-2.0
 *
 * All data sets as one SQLite file: a table for each, with its columns described, and views for what is asked most.
 */
#include "press/database.h"
#include "register/facts.h"
#include "web/handlers.h"
#include "web/sets.h"

/* What is so on the day asked about, with names. Spans are half open, and dates in one spelling compare as their bytes: a day stands
 * before its own times. */
#define ON "(SELECT value FROM about WHERE name = 'on')"
#define NOW "(s.since IS NULL OR substr(s.since, 1, 10) <= " ON ") AND (s.until IS NULL OR substr(s.until, 1, 10) > " ON ")"

static const struct {
	const char *name, *sql;
} views[] = {
	{"status_on_the_day", "SELECT s.participant, t.title_en AS title, s.status, s.since, s.since_act, s.articles FROM memberships s "
			      "LEFT JOIN things t ON t.id = s.participant WHERE " NOW},
	{"bonds_on_the_day", "SELECT s.instrument, i.title_en AS instrument_title, s.participant, t.title_en AS participant_title, s.bond, s.since, s.since_act "
			     "FROM parties s LEFT JOIN things i ON i.id = s.instrument LEFT JOIN things t ON t.id = s.participant WHERE " NOW},
	{"acts_by_year", "SELECT CAST(substr(date, 1, 4) AS INTEGER) AS year, kind, count(*) AS acts FROM acts WHERE stands = 1 AND kind IS NOT NULL "
			 "GROUP BY year, kind"},
	{"meetings_by_year", "SELECT CAST(substr(first, 1, 4) AS INTEGER) AS year, body, count(*) AS meetings FROM meetings WHERE cancelled = 0 GROUP BY year, body"},
};

struct filling {
	struct database *d;
	const struct set_field *f;
	struct str *cells;
	struct err *e;
	int rc;
};

static bool is_integer(enum cell_type t)
{
	return t == CELL_NUMBER || t == CELL_ENTRY || t == CELL_YES;
}

static void add_row(void *ctx, const struct cell *cells, size_t n)
{
	struct filling *w = ctx;
	if (w->rc < 0)
		return;
	for (size_t i = 0; i < n; i++)
		w->cells[i] = w->f[i].column->type == CELL_YES ? cells[i].number ? STR("1") : STR("0") : cells[i].text;
	w->rc = database_row(w->d, w->cells, w->e);
}

/* "status-events" -> "status_events": so that it needs no quotes. */
static struct str table_name(const struct model *m, const struct dataset *s)
{
	char *name = arena_copy(m->arena, s->name, str_of(s->name).n);
	struct str r = {name, str_of(s->name).n};
	for (size_t i = 0; i < r.n; i++)
		name[i] = name[i] == '-' ? '_' : name[i];
	return r;
}

static int add_set(const struct model *m, struct database *d, const struct dataset *s, struct err *e)
{
	struct filling w = {.d = d, .e = e};
	size_t n = set_fields(m, s, &w.f);
	struct database_column *c = arena_array(m->arena, n + 1, struct database_column);
	w.cells = arena_array(m->arena, n + 1, struct str);
	for (size_t i = 0; i < n; i++)
		c[i] = (struct database_column){w.f[i].name, is_integer(w.f[i].column->type) ? DATABASE_INTEGER : DATABASE_TEXT};
	int rc = database_table(d, table_name(m, s), c, n, s->key, e);
	if (rc == 0)
		set_rows(m, s, add_row, &w);
	return rc < 0 ? rc : w.rc;
}

/* What the file is: of which register, day and entry, under which licence, and what the register says over every page. */
static int add_about(const struct model *m, struct database *d, struct err *e)
{
	static const struct database_column columns[] = {{STR_INIT("name"), DATABASE_TEXT}, {STR_INIT("value"), DATABASE_TEXT}};
	char day[DATE_LEN];
	struct str known = arena_fmt(m->arena, "%llu", (unsigned long long)model_known(m));
	const struct str rows[][2] = {{STR("register"), m->org->origin}, {STR("on"), str_of(date_print(m->a->on, day))}, {STR("known"), known},
		{STR("address"), arena_fmt(m->arena, "%.*s/data/register.sqlite?on=%s&known=%.*s", STR_ARG(m->a->site->base.s), day, STR_ARG(known))},
		{STR("licence"), licence_url(m)}, {STR("notice"), title_pick(m->org->notices, m->org->nnotices, m->lang).text}};
	int rc = database_table(d, STR("about"), columns, 2, "name", e);
	for (size_t i = 0; i < sizeof rows / sizeof *rows && rc == 0; i++)
		rc = database_row(d, rows[i], e);
	return rc;
}

static int add_columns(const struct model *m, struct database *d, struct err *e)
{
	static const struct database_column columns[] = {{STR_INIT("table_name"), DATABASE_TEXT}, {STR_INIT("column_name"), DATABASE_TEXT}, {STR_INIT("title"), DATABASE_TEXT},
		{STR_INIT("note"), DATABASE_TEXT}};
	int rc = database_table(d, STR("columns"), columns, 4, "table_name column_name", e);
	for (size_t i = 0; i < datasets_n; i++) {
		const struct set_field *f;
		size_t n = set_fields(m, &datasets[i], &f);
		for (size_t k = 0; k < n && rc == 0; k++)
			rc = database_row(d, (const struct str[]){table_name(m, &datasets[i]), f[k].name, model_tr(m, f[k].column->title),
				set_note(f[k].column) ? str_of(set_note(f[k].column)) : STR("")}, e);
	}
	return rc;
}

static int fill(const struct model *m, struct database *d, struct err *e)
{
	int rc = add_about(m, d, e);
	if (rc == 0)
		rc = add_columns(m, d, e);
	for (size_t i = 0; i < datasets_n && rc == 0; i++)
		rc = add_set(m, d, &datasets[i], e);
	for (size_t i = 0; i < sizeof views / sizeof *views && rc == 0; i++)
		rc = database_view(d, views[i].name, views[i].sql, e);
	return rc;
}

int sets_sqlite(const struct model *m, struct buf *out, struct err *e)
{
	struct database *d;
	int rc = database_new(&d, e);
	if (rc < 0)
		return rc;
	rc = fill(m, d, e);
	if (rc == 0)
		rc = database_file(d, out, e);
	database_free(d);
	return rc;
}

static int show(struct model *m, struct err *e)
{
	m->ret->body.max = FACTS_MAX_BYTES;
	int rc = sets_sqlite(m, &m->ret->body, e);
	return rc == ERR_LIMIT ? err_hint(e, "take the sets one by one: /data/facts.csv") : rc;
}

int export_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
