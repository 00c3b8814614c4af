/* SPDX-License-Identifier: Apache-2.0 */
#include "web/accession.h"

#include "html/chart.h"
#include "web/listing.h"

/* ---- what there is ----------------------------------------------------------------------------------------------- */

static const struct type *stages_of(const struct model *m, uint32_t fact)
{
	const struct type *t = fact == NO_ID ? NULL : &m->rb->types.v[m->rb->facts.v[fact].value];
	return t && t->kind == T_ENUM && m->rb->facts.v[fact].construct == CONSTRUCT_PROCEDURE ? t : NULL;
}

static size_t row_of(const struct type *t, struct value stage)
{
	for (uint32_t i = 0; stage.kind == V_WORD && i < t->n; i++)
		if (t->words[i] == stage.s)
			return i;
	return t->n;
}

static void say_more(const struct model *m, struct str *says, struct str more)
{
	*says = says->n ? arena_fmt(m->arena, "%.*s%.*s%.*s", STR_ARG(*says), STR_ARG(tr_semicolon(&m->o)), STR_ARG(more)) : more;
}

static void add_stops(const struct model *m, const struct type *t, const struct stretch *s, size_t n, struct accession *ret)
{
	struct phrasing ph = model_phrasing(m);
	for (size_t i = 0; i < n && s[i].from <= m->on; i++) {
		size_t row = row_of(t, s[i].value);
		if (s[i].disputed || row == t->n)
			continue;
		struct accession_stop stop = {s[i].from, s[i].to > m->on ? m->on : s[i].to, row, show_date(&m->o, model_from(&s[i]))};
		struct phrase when = phrase_interval(&ph, s[i].from, row + 1 == t->n || s[i].to > m->on ? CIVIL_NEVER : s[i].to);
		say_more(m, &ret->rows.v[row].says, phrase_text(&ph, &when));
		ret->rows.v[row].been = true;
		arena_push(m->arena, &ret->stops, stop);
	}
}

static void add_dues(const struct model *m, const struct dossier *d, struct accession *ret)
{
	duties l = dossier_duties(m, d);
	for (size_t i = 0; i < l.n; i++) {
		const struct duty *x = &l.v[i];
		struct accession_due due = {.name = x->name, .since = x->since, .due = x->due, .over = x->over};
		struct str day = show_when(&m->o, (struct when){x->due, BY_DAY, false});
		due.end = x->over ? x->now->from : m->on;
		due.says = x->due == CIVIL_NEVER ? x->result.text
			   : x->fulfilled ? TR_FILL(&m->o, N_("due {day}, fulfilled {done}: {result}"), {"day", day},
						     {"done", show_when(&m->o, model_from(x->now))}, {"result", x->result.text})
					   : TR_FILL(&m->o, N_("due {day}: {result}"), {"day", day}, {"result", x->result.text});
		arena_push(m->arena, &ret->dues, due);
	}
}

bool fill_accession(const struct model *m, const struct dossier *d, uint32_t fact, struct accession *ret)
{
	const struct type *t = stages_of(m, fact);
	struct stretch *s;
	size_t n = t ? model_stretches(m, fact, &d->who->who, &s) : 0;
	*ret = (struct accession){.now = m->on, .caption = model_tr(m, N_("Stages and deadlines over time")), .column = model_tr(m, N_("Stage"))};
	for (uint32_t i = 0; n && i < t->n; i++) {
		struct accession_row row = {.name = capital(m, model_text(m, fact, (struct value){.kind = V_WORD, .s = t->words[i]}))};
		arena_push(m->arena, &ret->rows, row);
	}
	if (n)
		add_stops(m, t, s, n, ret);
	if (!ret->stops.n)
		return false;
	const struct accession_stop *last = &ret->stops.v[ret->stops.n - 1];
	ret->ended = last->row + 1 == ret->rows.n && last->to == m->on;
	for (size_t i = 0; i < ret->rows.n; i++)
		if (!ret->rows.v[i].been)
			ret->rows.v[i].says = model_tr(m, i < last->row || ret->ended ? N_("no act on record") : N_("not reached"));
	ret->dues_title = model_tr(m, N_("Commitments and their deadlines"));
	add_dues(m, d, ret);
	civil end = ret->ended ? last->from : m->on;
	for (size_t i = 0; i < ret->dues.n; i++) {
		const struct accession_due *due = &ret->dues.v[i];
		end = due->due != CIVIL_NEVER && due->due > end ? due->due : end;
		end = due->over && due->end > end ? due->end : end;
	}
	ret->axis = axis_years(ret->stops.v[0].from, end, m->a->tongue);
	return true;
}

/* ---- how it is drawn --------------------------------------------------------------------------------------------- */

/* Heights are parts of the row's, which grows with its words: the sheet stretches the drawing over the row. */
static void upright(struct out *o, int64_t x, const char *y1, const char *y2)
{
	HTML(o, "<line class=\"way\"");
	chart_per_cent(o, "x1", x);
	chart_per_cent(o, "x2", x);
	buf_addf(o->b, " y1=\"%s\" y2=\"%s\"/>", y1, y2);
}

static void level(struct out *o, const char *cls, int64_t x1, int64_t x2)
{
	buf_addf(o->b, "<line class=\"%s\"", cls);
	chart_per_cent(o, "x1", x1);
	chart_per_cent(o, "x2", x2);
	HTML(o, " y1=\"50%\" y2=\"50%\"/>");
}

static void station(struct out *o, const char *cls, int64_t x)
{
	buf_addf(o->b, "<circle class=\"%s\"", cls);
	chart_per_cent(o, "cx", x);
	HTML(o, " cy=\"50%\" r=\"5\"/>");
}

/* The row's part of the step from one stage to the next. */
static void crossing(struct out *o, const struct axis *a, const struct accession_stop *from, const struct accession_stop *to, size_t row)
{
	size_t high = from->row < to->row ? from->row : to->row, low = from->row < to->row ? to->row : from->row;
	if (row < high || row > low || high == low)
		return;
	upright(o, chart_at(a, to->from), row == high ? "50%" : "0", row == low ? "50%" : "100%");
}

static void open_row(struct out *o, const struct accession *a, struct str says)
{
	HTML(o, "</th><td><svg ");
	if (says.n) {
		HTML(o, "role=\"img\" aria-label=\"");
		html_attr(o, says);
	} else {
		HTML(o, "aria-hidden=\"true"); /* the row's heading says it */
	}
	buf_addf(o->b, "\" width=\"100%%\" height=\"24\"><use href=\"#years%u\"/>", a->id);
}

static void stage_row(struct out *o, const struct accession *a, size_t row)
{
	const struct accession_row *r = &a->rows.v[row];
	buf_adds(o->b, r->been ? "<tr><th scope=\"row\">" : "<tr class=\"quiet\"><th scope=\"row\">");
	html_text(o, r->name);
	for (size_t i = 0, n = 0; i < a->stops.n; i++) {
		if (a->stops.v[i].row != row)
			continue;
		html_text(o, n++ ? tr_semicolon(o) : STR(" "));
		HTML(o, "<span class=\"tiny nb\">");
		html_text(o, a->stops.v[i].day);
		HTML(o, "</span>");
	}
	open_row(o, a, r->says);
	for (size_t i = 0; i + 1 < a->stops.n; i++)
		crossing(o, &a->axis, &a->stops.v[i], &a->stops.v[i + 1], row);
	for (size_t i = 0; i < a->stops.n; i++) {
		const struct accession_stop *s = &a->stops.v[i];
		bool last = i + 1 == a->stops.n;
		if (s->row != row)
			continue;
		if (!last)
			level(o, "way", chart_at(&a->axis, s->from), chart_at(&a->axis, a->stops.v[i + 1].from));
		else if (!a->ended && chart_at(&a->axis, s->from) != chart_at(&a->axis, s->to))
			level(o, "way", chart_at(&a->axis, s->from), chart_at(&a->axis, s->to));
	}
	for (size_t i = 0; i < a->stops.n; i++) {
		const struct accession_stop *s = &a->stops.v[i];
		if (s->row != row)
			continue;
		station(o, i + 1 == a->stops.n ? "stn here" : "stn", chart_at(&a->axis, s->from));
	}
	HTML(o, "</svg></td></tr>\n");
}

static void due_row(struct out *o, const struct accession *a, const struct accession_due *d)
{
	const struct axis *x = &a->axis;
	int64_t since = chart_at(x, d->since), end = chart_at(x, d->end), due = chart_at(x, d->due);
	bool dated = d->due != CIVIL_NEVER, late = dated && d->end > d->due;
	HTML(o, "<tr><th scope=\"row\">");
	html_text(o, d->name);
	HTML(o, " <span class=\"tiny\">");
	html_text(o, d->says);
	HTML(o, "</span>");
	open_row(o, a, STR(""));
	level(o, "owed", since, late ? due : end);
	if (dated && !late)
		level(o, "room", end, due); /* what was left */
	if (late)
		level(o, "late", due, end);
	if (d->over)
		station(o, "stn here", end);
	if (dated) {
		buf_addf(o->b, "<use href=\"#due%u\"", a->id);
		chart_per_cent(o, "x", due);
		HTML(o, " y=\"50%\"/>");
	}
	HTML(o, "</svg></td></tr>\n");
}

static void defs(struct out *o, const struct accession *a)
{
	buf_addf(o->b, "<svg class=\"defs\" aria-hidden=\"true\" focusable=\"false\"><defs><g id=\"due%u\"><path class=\"due\" d=\"M-6.5 -14H6.5L0 -3z\"/></g><g id=\"years%u\">",
		a->id, a->id);
	for (int year = 0; chart_next_year(&a->axis, &year);) {
		HTML(o, "<line class=\"kr\"");
		chart_per_cent(o, "x1", chart_at(&a->axis, date_from(year, 1, 1)));
		chart_per_cent(o, "x2", chart_at(&a->axis, date_from(year, 1, 1)));
		HTML(o, " y2=\"100%\"/>");
	}
	HTML(o, "</g></defs></svg>\n");
}

void part_accession(struct out *o, const struct accession *a)
{
	if (!a->stops.n)
		return;
	defs(o, a);
	chart_lanes_open(o, &a->axis, "lanes ways", a->caption, a->column);
	for (size_t i = 0; i < a->rows.n; i++)
		stage_row(o, a, i);
	if (a->dues.n)
		chart_lanes_group(o, a->dues_title);
	for (size_t i = 0; i < a->dues.n; i++)
		due_row(o, a, &a->dues.v[i]);
	HTML(o, "</tbody>\n</table>");
}
