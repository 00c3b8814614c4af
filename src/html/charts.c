/* SPDX-License-Identifier: Apache-2.0 */
#include "html/chart.h"

enum { CLEAR = 12 /* labels stand at least this part of the axis apart */ };

/* Positions are whole numbers of hundredths of a per cent, so that they are exact and no locale can change their point. */
int64_t chart_at(const struct axis *a, civil t)
{
	int64_t span = (a->to - a->from) / DAY;
	int64_t days = (t < a->from ? 0 : t > a->to ? a->to - a->from : t - a->from) / DAY;
	int64_t x = span ? (days * 20000 + span) / (2 * span) : 0;
	return a->rtl ? 10000 - x : x;
}

void chart_per_cent(struct out *o, const char *name, int64_t v)
{
	draw_number(o, name, v, "%");
}

struct axis axis_years(civil first, civil last, const struct tongue *t)
{
	int y1, y2, m, d;
	date_split(first, &y1, &m, &d);
	date_split(last, &y2, &m, &d);
	return (struct axis){date_from(y1, 1, 1), date_from(y2, 12, 31), t && t->dir[0] == 'r'};
}

/* Years from one that is written under an axis to the next. */
static int step_of(const struct axis *a)
{
	int64_t years = (a->to - a->from) / (365 * DAY);
	return years <= 8 ? 1 : years <= 40 ? 5 : years <= 80 ? 10 : 25;
}

/* Years that are written under an axis: the round ones, and the first when the axis begins with it and the next stands clear. */
static bool labelled(const struct axis *a, int year)
{
	int64_t years = (a->to - a->from) / (365 * DAY);
	int step = step_of(a);
	civil start = date_from(year, 1, 1);
	if (start == a->from)
		return step == 1 || year % step == 0 || (int64_t)(step - year % step) * CLEAR >= years;
	return year % step == 0 && start > a->from && start <= a->to;
}

/* The labelled year after *year; 0: the first. */
bool chart_next_year(const struct axis *a, int *year)
{
	int first, last, m, d;
	date_split(a->from, &first, &m, &d);
	date_split(a->to, &last, &m, &d);
	for (int y = *year ? *year + 1 : first; y <= last; y++)
		if (labelled(a, y)) {
			*year = y;
			return true;
		}
	return false;
}

void chart_year_label(struct out *o, const struct axis *a, const char *cls, int year, int y)
{
	civil start = date_from(year, 1, 1);
	buf_addf(o->b, "<text%s", cls);
	chart_per_cent(o, "x", chart_at(a, start));
	buf_addf(o->b, " y=\"%d\" text-anchor=\"%s\">", y, start == a->from ? "start" : "middle");
	html_text(o, show_year(o, start));
	HTML(o, "</text>");
}

/* On a phone the first year, if it is no round one, would stand on the second: it is left out there. */
void chart_years(struct out *o, const struct axis *a, const char *cls, const char *first, int y)
{
	for (int year = 0; chart_next_year(a, &year);)
		chart_year_label(o, a, date_from(year, 1, 1) == a->from && year % 5 ? first : cls, year, y);
}

void chart_vertical(struct out *o, const char *cls, int64_t x, int y1, int y2)
{
	HTML(o, "<line class=\"");
	buf_adds(o->b, cls);
	HTML(o, "\"");
	chart_per_cent(o, "x1", x);
	chart_per_cent(o, "x2", x);
	buf_addf(o->b, " y1=\"%d\" y2=\"%d\"/>", y1, y2);
}

/* The left edge and the width of an interval, whichever way time runs. */
void chart_interval(struct out *o, const struct axis *a, civil from, civil to, int64_t more)
{
	int64_t span = (a->to - a->from) / DAY, x1 = chart_at(a, from), x2 = chart_at(a, to);
	int64_t days = ((to > a->to ? a->to : to) - (from < a->from ? a->from : from)) / DAY;
	int64_t w = span && days > 0 ? (days * 20000 + span) / (2 * span) : 0;
	chart_per_cent(o, "x", a->rtl ? x2 - more : x1);
	chart_per_cent(o, "width", w + more);
}

enum { MOST_TICKS = 500 };

void part_ruler(struct out *o, const struct ruler *r)
{
	int64_t needle = chart_at(&r->axis, r->on);
	HTML(o, "<svg class=\"ruler\" aria-hidden=\"true\" width=\"100%\" height=\"38\">");
	if (r->same_to > r->same_from) {
		HTML(o, "<rect class=\"same\"");
		chart_interval(o, &r->axis, r->same_from, r->same_to, 0);
		HTML(o, " y=\"4\" height=\"14\"/>");
	}
	HTML(o, "<line class=\"line\" x1=\"0\" x2=\"100%\" y1=\"18\" y2=\"18\"/>");
	/* A tick is two pixels wide: of more than MOST_TICKS one stands for all that would run into it. */
	int64_t apart = r->ticks.n > MOST_TICKS ? 10000 / MOST_TICKS : 0, drawn = -2 * 10000;
	for (size_t i = 0; i < r->ticks.n; i++) {
		int64_t x = chart_at(&r->axis, r->ticks.v[i]);
		if ((x > drawn ? x - drawn : drawn - x) < apart)
			continue;
		chart_vertical(o, "tick", x, 6, 18);
		drawn = x;
	}
	chart_vertical(o, "needle", needle, 0, 22);
	HTML(o, "<circle class=\"head\"");
	chart_per_cent(o, "cx", needle);
	HTML(o, " cy=\"3\" r=\"4\"/>");
	chart_years(o, &r->axis, "", "", 34);
	HTML(o, "</svg>");
}

void part_defs(struct out *o, const struct axis *a)
{
	HTML(o, "<svg class=\"defs\" aria-hidden=\"true\" focusable=\"false\"><defs>"
		"<pattern id=\"p2\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\"><path class=\"f2\" d=\"M0 0h4v4H0z\"/>"
		"<path class=\"fp\" d=\"M0 0h4v1H0z\"/></pattern>"
		"<pattern id=\"p3\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
		"<path class=\"f3\" d=\"M0 0h6v6H0z\"/><path class=\"fp\" d=\"M0 0h2v6H0z\"/></pattern>"
		"<pattern id=\"p4\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><path class=\"fp\" d=\"M0 0h5v5H0z\"/>"
		"<circle class=\"f4\" cx=\"2.5\" cy=\"2.5\" r=\"1.6\"/></pattern><g id=\"grid\">");
	for (int year = 0; chart_next_year(a, &year);) {
		civil start = date_from(year, 1, 1);
		if (start == a->from)
			continue;
		HTML(o, "<line class=\"kr\"");
		chart_per_cent(o, "x1", chart_at(a, start));
		chart_per_cent(o, "x2", chart_at(a, start));
		HTML(o, " y2=\"100%\"/>");
	}
	HTML(o, "</g></defs></svg>");
}

/* The fill of a rank, as attributes: solid, or pattern with an outline. Ranks beyond 4 have no fill in charts. */
void chart_fill(struct out *o, unsigned rank)
{
	if (rank == 1)
		HTML(o, "class=\"f1\"");
	else
		buf_addf(o->b, "class=\"k%u\" fill=\"url(#p%u)\"", rank, rank);
}

static unsigned drawn(unsigned rank)
{
	return rank >= 1 && rank <= 4 ? rank : 5;
}

void part_key(struct out *o, const chart_key *k)
{
	HTML(o, "<ul class=\"key\">");
	for (size_t i = 0; i < k->n; i++) {
		const struct key_item *it = &k->v[i];
		HTML(o, "<li><svg aria-hidden=\"true\" width=\"29\" height=\"14\"><rect ");
		if (it->swatch == SWATCH_PENDING) {
			HTML(o, "class=\"f5\" y=\"6\" width=\"100%\" height=\"2\"/></svg>");
		} else if (it->swatch == SWATCH_DISPUTED) {
			buf_addf(o->b, "class=\"none k%u\" x=\"1\" y=\"1\" width=\"27\" height=\"12\" stroke-dasharray=\"3 2\"/></svg>", it->rank);
		} else {
			chart_fill(o, it->rank);
			HTML(o, " width=\"100%\" height=\"100%\"/></svg>");
		}
		html_text(o, it->text);
		HTML(o, "</li>");
	}
	HTML(o, "</ul>");
}

/* Tiles: 68 units wide, 74 from one to the next. */
enum { TILE = 68, TILE_STEP = 74, TILES_ACROSS = 8 /* at least as wide as this many */, STRIP = 5 /* tiles without places, in one piece */ };

/* The shape of the rank in the tile's corner, as beside the word: full disc, ring with a point, half disc, ring, dotted. */
static void tile_mark(const struct paper *p, unsigned rank, int x, int y)
{
	const char *dots = rank == 5 ? " stroke-dasharray=\"2 2\"" : "";
	if (rank == 1)
		draw_disc(p, "fp", x, y, 55);
	if (rank >= 2 && rank <= 5)
		buf_addf(p->o->b, "<circle class=\"none kp\" cx=\"%d\" cy=\"%d\" r=\"5\" stroke-width=\"1.8\"%s/>", x, y, dots);
	if (rank == 2)
		draw_disc(p, "fp", x, y, 18);
	if (rank == 3)
		buf_addf(p->o->b, "<path class=\"fp\" d=\"M%d %da5 5 0 0 0 10 0z\"/>", x - 5, y);
}

static void tile(const struct paper *p, const struct map_tile *t, int x, int y)
{
	static const char *const fill[] = {"", "f1", "f2", "f3", "f4", "f5"};
	struct out *o = p->o;
	HTML(o, "<g><title>");
	html_text(o, t->name);
	HTML(o, "</title><a href=\"");
	html_url(o, t->href);
	buf_adds(o->b, t->status.disputed ? "\" class=\"open\" aria-label=\"" : "\" aria-label=\"");
	html_attr(o, t->code);
	HTML(o, " ");
	html_attr(o, t->name);
	HTML(o, " ");
	html_attr(o, t->status.word);
	if (t->status.disputed) {
		buf_addf(o->b, "\"><rect class=\"fp k%u\" x=\"%d.5\" y=\"%d.5\" width=\"%d\" height=\"%d\" stroke-width=\"3\" "
			       "stroke-dasharray=\"5 3\"/><text x=\"%d\" y=\"%d\" text-anchor=\"end\">?</text>",
			drawn(t->status.rank), x + 1, y + 1, TILE - 3, TILE - 3, x + 58, y + 28);
	} else {
		HTML(o, "\">");
		draw_rect(p, fill[drawn(t->status.rank)], x, y, TILE, TILE);
		tile_mark(p, t->status.rank, x + 55, y + 14);
	}
	int width = draw_width(t->code) / DRAW_LETTER; /* a name longer than two letters is written smaller */
	draw_text(p, width <= 3 ? "" : width <= 4 ? "m" : "l", x + 9, y + 56, t->code, STR(""));
	HTML(o, "</a></g>\n");
}

/* A drawing cannot break into lines; strips of it can. The free edge of each is the gap to the next. */
static void strips(struct out *o, const struct tiles *t)
{
	struct paper p = {.o = o};
	bool backwards = o->tongue && o->tongue->dir[0] == 'r'; /* an alphabet is read as the page is; geography does not turn */
	HTML(o, "<div class=\"strips\" role=\"group\" aria-label=\"");
	html_attr(o, t->label);
	HTML(o, "\">\n");
	for (size_t i = 0; i < t->tiles.n; i++) {
		int at = (int)(i % STRIP);
		if (at == 0)
			buf_addf(o->b, "%s<svg class=\"tiles\" viewBox=\"0 0 %d %d\" role=\"none\">\n", i ? "</svg>" : "", STRIP * TILE_STEP, TILE_STEP);
		tile(&p, &t->tiles.v[i], backwards ? (STRIP - at) * TILE_STEP - TILE : at * TILE_STEP, 0);
	}
	HTML(o, "</svg></div>");
}

void part_tiles(struct out *o, const struct tiles *t)
{
	unsigned left = UINT32_MAX, top = UINT32_MAX, right = 0, bottom = 0;
	for (size_t i = 0; i < t->tiles.n; i++) {
		const struct map_tile *k = &t->tiles.v[i];
		left = k->col < left ? k->col : left;
		top = k->row < top ? k->row : top;
		right = k->col > right ? k->col : right;
		bottom = k->row > bottom ? k->row : bottom;
	}
	if (t->tiles.n == 0)
		return;
	if (t->unplaced) {
		strips(o, t);
		return;
	}
	if (right - left + 1 < TILES_ACROSS) /* few tiles are no larger than many */
		right = left + TILES_ACROSS - 1;
	buf_addf(o->b, "<svg class=\"tiles\" viewBox=\"0 0 %u %u\" role=\"group\" aria-label=\"", (right - left) * TILE_STEP + TILE,
		(bottom - top) * TILE_STEP + TILE);
	html_attr(o, t->label);
	HTML(o, "\">\n");
	struct paper p = {.o = o}; /* places on the ground do not turn with the way of writing */
	for (size_t i = 0; i < t->tiles.n; i++) {
		const struct map_tile *k = &t->tiles.v[i];
		tile(&p, k, (int)(k->col - left) * TILE_STEP, (int)(k->row - top) * TILE_STEP);
	}
	HTML(o, "</svg>");
}

/* A bar of a lane or a timeline: y and height of the full bar; a pending one is a line of 2 in its middle. */
void chart_bar(struct out *o, const struct axis *a, const struct bar *b, civil now, int y, int height)
{
	civil to = b->to == CIVIL_NEVER || b->to > now ? now : b->to;
	if (to <= b->from || b->rank < 1 || b->rank > 4)
		return;
	HTML(o, "<rect");
	chart_interval(o, a, b->from, to, 0);
	if (b->kind == SWATCH_PENDING) {
		buf_addf(o->b, " y=\"%d\" height=\"2\" class=\"f%u\"/>", y + height / 2 - 1, b->rank);
		return;
	}
	buf_addf(o->b, " y=\"%d\" height=\"%d\" ", y, height);
	if (b->kind == SWATCH_DISPUTED)
		buf_addf(o->b, "class=\"none k%u\" stroke-dasharray=\"3 2\"", b->rank);
	else
		chart_fill(o, b->rank);
	HTML(o, "/>");
}

static void lane(struct out *o, const struct lanes *l, const struct lane *k)
{
	HTML(o, "<tr><th scope=\"row\">");
	if (k->href.s.n) {
		HTML(o, "<a href=\"");
		html_url(o, k->href);
		HTML(o, "\">");
	}
	html_text(o, k->name);
	buf_adds(o->b, k->href.s.n ? "</a></th><td>" : "</th><td>");
	HTML(o, "<svg role=\"img\" aria-label=\"");
	html_attr(o, k->label);
	HTML(o, "\" width=\"100%\" height=\"20\"><use href=\"#grid\"/>");
	for (size_t i = 0; i < k->bars.n; i++)
		chart_bar(o, &l->axis, &k->bars.v[i], l->now, 5, 16);
	HTML(o, "</svg></td></tr>\n");
}

void chart_lanes_open(struct out *o, const struct axis *a, const char *cls, struct str caption, struct str column)
{
	HTML(o, "<table class=\"");
	buf_adds(o->b, cls);
	HTML(o, "\">\n<caption class=\"vh\">");
	html_text(o, caption);
	HTML(o, "</caption>\n<thead><tr class=\"ax\"><th scope=\"col\"><span class=\"vh\">");
	html_text(o, column);
	HTML(o, "</span></th><td><svg aria-hidden=\"true\" width=\"100%\" height=\"22\">");
	chart_years(o, a, " class=\"q\"", step_of(a) > 1 ? " class=\"q wide\"" : " class=\"q\"", 15);
	HTML(o, "</svg></td></tr></thead>\n<tbody>\n");
}

void chart_lanes_group(struct out *o, struct str title)
{
	if (!title.n)
		return;
	HTML(o, "<tr class=\"grp\"><th scope=\"colgroup\" colspan=\"2\">");
	html_text(o, title);
	HTML(o, "</th></tr>\n");
}

void part_lanes(struct out *o, const struct lanes *l)
{
	chart_lanes_open(o, &l->axis, "lanes", l->caption, l->column);
	for (size_t i = 0; i < l->groups.n; i++) {
		const struct lane_group *g = &l->groups.v[i];
		chart_lanes_group(o, g->title);
		for (size_t k = 0; k < g->lanes.n; k++)
			lane(o, l, &g->lanes.v[k]);
	}
	HTML(o, "</tbody>\n</table>");
}
