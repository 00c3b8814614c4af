/* SPDX-License-Identifier: Apache-2.0 */
#include "web/parts.h"

/* Positions are whole numbers of hundredths of a per cent, so that they are exact and no locale can change their point. */
static int64_t at(const struct axis *a, civil t)
{
	int64_t span = (a->to - a->from) / DAY;
	int64_t days = (t < a->from ? 0 : t > a->to ? a->to - a->from : t - a->from) / DAY;
	int64_t x = span ? (days * 20000 + span) / (2 * span) : 0;
	return a->rtl ? 10000 - x : x;
}

static void per_cent(struct out *o, const char *name, int64_t v)
{
	buf_addf(o->b, " %s=\"%lld.%02lld%%\"", name, (long long)(v / 100), (long long)(v % 100));
}

struct axis axis_years(civil first, civil last, const struct tongue *t)
{
	int y1, y2, m, d;
	date_split(first, &y1, &m, &d);
	date_split(last, &y2, &m, &d);
	return (struct axis){date_from(y1, 1, 1), date_from(y2, 12, 31), t && t->dir[0] == 'r'};
}

/* Years that are written under an axis: its first, and the round ones: every fifth, or rarer on a long axis. */
static bool labelled(const struct axis *a, int year, int first)
{
	int64_t years = (a->to - a->from) / (365 * DAY);
	int step = years <= 8 ? 1 : years <= 40 ? 5 : years <= 80 ? 10 : 25;
	return year == first || (year % step == 0 && at(a, date_from(year, 1, 1)) != at(a, a->from));
}

static void year_labels(struct out *o, const struct axis *a, const char *cls, int y)
{
	int first, last, m, d;
	date_split(a->from, &first, &m, &d);
	date_split(a->to, &last, &m, &d);
	for (int year = first; year <= last; year++) {
		if (!labelled(a, year, first))
			continue;
		buf_addf(o->b, "<text%s", cls);
		per_cent(o, "x", at(a, year == first ? a->from : date_from(year, 1, 1)));
		buf_addf(o->b, " y=\"%d\" text-anchor=\"%s\">", y, year == first ? "start" : "middle");
		html_text(o, show_year(o, date_from(year, 1, 1)));
		HTML(o, "</text>");
	}
}

static void vertical(struct out *o, const char *cls, int64_t x, int y1, int y2)
{
	buf_addf(o->b, "<line class=\"%s\"", cls);
	per_cent(o, "x1", x);
	per_cent(o, "x2", x);
	buf_addf(o->b, " y1=\"%d\" y2=\"%d\"/>", y1, y2);
}

/* The left edge and the width of an interval, whichever way time runs. */
static void interval(struct out *o, const struct axis *a, civil from, civil to, int64_t more)
{
	int64_t span = (a->to - a->from) / DAY, x1 = at(a, from), x2 = at(a, to);
	int64_t days = ((to > a->to ? a->to : to) - (from < a->from ? a->from : from)) / DAY;
	int64_t w = span && days > 0 ? (days * 20000 + span) / (2 * span) : 0;
	per_cent(o, "x", x1 < x2 ? x1 : x2);
	per_cent(o, "width", w + more);
}

void part_ruler(struct out *o, const struct ruler *r)
{
	int64_t needle = at(&r->axis, r->on);
	HTML(o, "<svg class=\"ruler\" aria-hidden=\"true\" width=\"100%\" height=\"38\">");
	if (r->same_to > r->same_from) {
		HTML(o, "<rect class=\"same\"");
		interval(o, &r->axis, r->same_from, r->same_to, 0);
		HTML(o, " y=\"4\" height=\"14\"/>");
	}
	HTML(o, "<line class=\"line\" x1=\"0\" x2=\"100%\" y1=\"18\" y2=\"18\"/>");
	for (size_t i = 0; i < r->ticks.n; i++)
		vertical(o, "tick", at(&r->axis, r->ticks.v[i]), 6, 18);
	vertical(o, "needle", needle, 0, 22);
	HTML(o, "<circle class=\"head\"");
	per_cent(o, "cx", needle);
	HTML(o, " cy=\"3\" r=\"4\"/>");
	year_labels(o, &r->axis, "", 34);
	HTML(o, "</svg>");
}
