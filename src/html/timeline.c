/* SPDX-License-Identifier: Apache-2.0
 *
 * The two charts with words inside: the timeline of one participant, and the counts over time. How wide a word will be is
 * not known to the server; it is estimated on the safe side, for the narrowest place where the words are shown.
 */
#include "html/chart.h"

#include <stdlib.h>

enum { NARROWEST = 512 /* pixels of a chart beside a side column */, GAP = 10, ROW = 14, PHONE = 340 };

/* Estimated width of a word in hundredths of a per cent of the chart. */
static int64_t word_width(struct str s)
{
	int64_t pixels = GAP + draw_width(s);
	return pixels * 10000 / NARROWEST;
}

/* Labels of one side of the timeline. A label hangs on a line from its moment to its row; row 0 is next to the bars. */
struct label {
	struct str text;
	int64_t x, from, to; /* moment; extent of the text, left to right */
	bool end;	     /* the text ends at its moment instead of beginning there */
	size_t row;
};

static bool over(const struct label *text, const struct label *line)
{
	return line->x > text->from && line->x < text->to;
}

/* Can l stand in the row, beside what is placed? Without `lines`, only text on text matters. */
static bool fits(const struct label *v, const bool *placed, size_t n, const struct label *l, size_t row, bool lines)
{
	for (size_t i = 0; i < n; i++) {
		const struct label *p = &v[i];
		if (!placed[i])
			continue;
		if (p->row == row && p->from < l->to && l->from < p->to)
			return false;
		if (lines && ((p->row > row && over(l, p)) || (p->row < row && over(p, l))))
			return false;
	}
	return true;
}

/* The next label to place: one whose text no unplaced label's line has to pass. In a tangle, the first that is left. */
static size_t next_label(const struct label *v, const bool *placed, size_t n)
{
	size_t any = n;
	for (size_t i = 0; i < n; i++) {
		bool free = !placed[i];
		for (size_t k = 0; free && k < n; k++)
			free = placed[k] || k == i || !over(&v[i], &v[k]);
		if (free)
			return i;
		if (!placed[i] && any == n)
			any = i;
	}
	return any;
}

/* Gives every label the row nearest to the bars where its text meets no other text, and no line and text cross. */
static size_t place(struct label *v, size_t n, struct arena *a)
{
	bool *placed = arena_array(a, n + 1, bool);
	size_t rows = 0;
	for (size_t done = 0; done < n; done++) {
		size_t i = next_label(v, placed, n), row = 0;
		while (row < n && !fits(v, placed, n, &v[i], row, true))
			row++;
		if (row == n) /* a tangle: a line through a word is better than a word on a word */
			for (row = 0; !fits(v, placed, n, &v[i], row, false);)
				row++;
		v[i].row = row;
		placed[i] = true;
		rows = row + 1 > rows ? row + 1 : rows;
	}
	return rows;
}

/* Lets the text stand on one or the other side of its moment. */
static void turn(const struct axis *a, struct label *l, bool end)
{
	int64_t w = l->to - l->from;
	bool leftward = end != a->rtl;
	l->end = end;
	l->from = leftward ? l->x - w : l->x;
	l->to = leftward ? l->x : l->x + w;
}

static struct label label_at(const struct axis *a, civil t, struct str text)
{
	struct label l = {.text = text, .x = chart_at(a, t), .from = 0, .to = word_width(text)};
	turn(a, &l, l.to > (a->rtl ? l.x : 10000 - l.x)); /* no room after the moment */
	return l;
}

/* Two texts that each stand over the other's line have no place at all; the earlier turns round, if there is room. */
static void untangle(const struct axis *a, struct label *v, size_t n)
{
	for (size_t i = n; i-- > 0;)
		for (size_t k = 0; k < n && !v[i].end; k++) {
			int64_t w = v[i].to - v[i].from, before = a->rtl ? 10000 - v[i].x : v[i].x;
			if (v[k].end && over(&v[i], &v[k]) && over(&v[k], &v[i]) && w <= before)
				turn(a, &v[i], true);
		}
}

static void write_label(struct out *o, const struct axis *a, const struct label *l, const char *cls, int y, int dx)
{
	buf_addf(o->b, "<text class=\"%s\"", cls);
	chart_per_cent(o, "x", l->x);
	buf_addf(o->b, " dx=\"%d\" y=\"%d\" text-anchor=\"%s\">", l->end != a->rtl ? -dx : dx, y, l->end ? "end" : "start");
	html_text(o, l->text);
	HTML(o, "</text>");
}

/* On a phone only the last word stays, if there is room: the key below the chart has them all. */
static bool on_phone(const struct axis *a, const struct label *l, bool last)
{
	int64_t after = a->rtl ? l->x : 10000 - l->x, room = l->end ? 10000 - after : after;
	return last && room * PHONE >= (l->to - l->from) * NARROWEST;
}

void part_timeline(struct out *o, const struct timeline *t)
{
	const struct axis *a = &t->axis;
	struct label *above = arena_array(o->arena, t->steps.n + 1, struct label);
	struct label *below = arena_array(o->arena, t->moments.n + 1, struct label);
	size_t n_above = 0, rows_below;
	for (size_t i = 0; i < t->steps.n; i++)
		if (t->steps.v[i].word.n)
			above[n_above++] = label_at(a, t->steps.v[i].bar.from, t->steps.v[i].word);
	for (size_t i = 0; i < t->moments.n; i++)
		below[i] = label_at(a, t->moments.v[i].at, t->moments.v[i].text);
	untangle(a, above, n_above);
	untangle(a, below, t->moments.n);
	size_t rows_above = place(above, n_above, o->arena);
	rows_below = place(below, t->moments.n, o->arena);
	int top = rows_above > 1 ? (int)(rows_above - 1) * ROW : 0; /* what stands lower moves down */
	int foot = top + (rows_below > 2 ? (int)(rows_below - 2) * ROW : 0);

	buf_addf(o->b, "<svg class=\"tl\" width=\"100%%\" height=\"%d\" role=\"img\" aria-label=\"", 114 + foot);
	html_attr(o, t->label);
	HTML(o, "\">");
	for (int year = 0; chart_next_year(a, &year);) {
		chart_vertical(o, "kr", chart_at(a, date_from(year, 1, 1)), 10, 92 + foot);
		chart_year_label(o, a, " class=\"q\"", year, 108 + foot);
	}
	for (size_t i = 0; i < t->steps.n; i++)
		chart_bar(o, a, &t->steps.v[i].bar, t->now, 34 + top, 26);
	for (size_t i = 0; i < n_above; i++) {
		int up = (int)above[i].row * ROW;
		chart_vertical(o, "ki", above[i].x, 22 + top - up, 60 + top);
		write_label(o, a, &above[i], on_phone(a, &above[i], i + 1 == n_above) ? "" : "wide", 26 + top - up, 4);
	}
	for (size_t i = 0; i < t->moments.n; i++) {
		int down = (int)below[i].row * ROW;
		chart_vertical(o, "ki", below[i].x, 54 + top, 66 + top + down);
		write_label(o, a, &below[i], "q wide", 76 + top + down, below[i].end ? 4 : 0);
	}
	buf_addf(o->b, "<line x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\" class=\"ki\"/></svg>", 60 + top, 60 + top);
}

/* Counts */

enum { COUNT_TOP = 8, COUNT_HEIGHT = 243, COUNT_UNIT = 24 /* pixels for one, at most */, OVERLAP = 6 /* hides seams */ };

struct scale {
	int base, tenths; /* y of zero; tenths of a pixel for one */
};

static unsigned total(const struct count_step *s)
{
	unsigned n = s->disputed;
	for (size_t r = 0; r < COUNT_RANKS; r++)
		n += s->n[r];
	return n;
}

static struct scale scale_of(const struct counts *c)
{
	unsigned most = 1;
	for (size_t i = 0; i < c->steps.n; i++)
		most = total(&c->steps.v[i]) > most ? total(&c->steps.v[i]) : most;
	int tenths = COUNT_HEIGHT * 10 / (int)most;
	tenths = tenths > COUNT_UNIT * 10 ? COUNT_UNIT * 10 : tenths < 1 ? 1 : tenths;
	return (struct scale){COUNT_TOP + (int)most * tenths / 10, tenths};
}

static int y_of(struct scale s, unsigned n)
{
	return s.base - (int)n * s.tenths / 10;
}

static civil end_of(const struct counts *c, size_t i)
{
	return i + 1 < c->steps.n && c->steps.v[i + 1].from < c->now ? c->steps.v[i + 1].from : c->now;
}

static void count_bars(struct out *o, const struct counts *c, struct scale s, size_t i)
{
	const struct count_step *st = &c->steps.v[i];
	civil to = end_of(c, i);
	unsigned below = 0;
	if (to <= st->from)
		return;
	for (unsigned r = 0; r < COUNT_RANKS; r++) {
		if (!st->n[r])
			continue;
		HTML(o, "<rect");
		chart_interval(o, &c->axis, st->from, to, OVERLAP);
		buf_addf(o->b, " y=\"%d\" height=\"%d\" ", y_of(s, below + st->n[r]), y_of(s, below) - y_of(s, below + st->n[r]));
		if (r == 0)
			HTML(o, "class=\"f1\"/>");
		else
			buf_addf(o->b, "fill=\"url(#p%u)\"/>", r + 1);
		below += st->n[r];
	}
	if (st->disputed) {
		HTML(o, "<rect");
		chart_interval(o, &c->axis, st->from, to, 0);
		buf_addf(o->b, " y=\"%d\" height=\"%d\" class=\"none k%u\" stroke-dasharray=\"3 2\"/>", y_of(s, below + st->disputed),
			y_of(s, below) - y_of(s, below + st->disputed), c->disputed_rank);
	}
}

static unsigned under(const struct count_step *s, unsigned rank)
{
	unsigned n = 0;
	for (unsigned r = 0; r + 1 < rank; r++)
		n += s->n[r];
	return n;
}

/* The longest time during which the band of a rank is high enough for a word. */
static bool most_room(const struct counts *c, struct scale s, unsigned rank, civil *ret_from, civil *ret_to)
{
	civil start = 0;
	bool in = false, found = false;
	for (size_t i = 0; i <= c->steps.n; i++) {
		bool high = i < c->steps.n && c->steps.v[i].n[rank - 1] * s.tenths >= 16 * 10;
		if (high && !in)
			start = c->steps.v[i].from;
		civil end = i < c->steps.n ? c->steps.v[i].from : c->now;
		if (in && !high && (!found || end - start > *ret_to - *ret_from))
			*ret_from = start, *ret_to = end, found = true;
		in = high;
	}
	return found;
}

static const struct count_step *step_at(const struct counts *c, civil t)
{
	size_t i = 0;
	while (i + 1 < c->steps.n && c->steps.v[i + 1].from <= t)
		i++;
	return &c->steps.v[i];
}

static void count_label(struct out *o, const struct counts *c, struct scale s, const struct count_label *l)
{
	civil from = l->at, to = l->at, at;
	bool beside = false;
	if (l->rank < 1 || l->rank > COUNT_RANKS || !c->steps.n)
		return;
	if (l->at == CIVIL_NEVER) {
		if (!most_room(c, s, l->rank, &from, &to))
			return;
		beside = llabs(chart_at(&c->axis, to) - chart_at(&c->axis, from)) < word_width(l->text);
	}
	at = beside ? from : from + (to - from) / 2;
	const struct count_step *st = step_at(c, at);
	unsigned low = under(st, l->rank), high = low + st->n[l->rank - 1];
	int y = beside ? y_of(s, high) - 2 : (y_of(s, low) + y_of(s, high)) / 2 + 4;
	buf_addf(o->b, "<text class=\"%s%s\"", l->rank == 1 && !beside ? "on" : "halo", l->wide ? " wide" : "");
	chart_per_cent(o, "x", chart_at(&c->axis, at));
	buf_addf(o->b, " dx=\"%d\" y=\"%d\" text-anchor=\"%s\">", beside ? (c->axis.rtl ? 6 : -6) : 0, y < 12 ? 12 : y, beside ? "end" : "middle");
	html_text(o, l->text);
	HTML(o, "</text>");
}

void part_counts(struct out *o, const struct counts *c)
{
	struct scale s = scale_of(c);
	buf_addf(o->b, "<svg class=\"tl\" width=\"100%%\" height=\"%d\" role=\"img\" aria-label=\"", s.base + 28);
	html_attr(o, c->label);
	HTML(o, "\"><use href=\"#grid\"/>");
	for (size_t i = 0; i < c->steps.n; i++)
		count_bars(o, c, s, i);
	for (size_t i = 0; i < c->labels.n; i++)
		count_label(o, c, s, &c->labels.v[i]);
	buf_addf(o->b, "<line class=\"ki\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>", s.base, s.base);
	chart_years(o, &c->axis, " class=\"q\"", " class=\"q\"", s.base + 20);
	HTML(o, "</svg>");
}
