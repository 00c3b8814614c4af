/* SPDX-License-Identifier: Apache-2.0
 *
 * The components: their geometry against the design's own pages (same rows in, same strokes out), and their HTML.
 */
#include "gallery_data.h"
#include "tests/test.h"
#include "web/accession.h"
#include "html/draw.h"
#include "html/prose.h"
#include "web/pages.h"
#include "web/relations.h"

struct scene {
	struct arena arena;
	struct buf b;
	struct out o;
};

static struct scene *scene_new(void)
{
	struct scene *s = calloc(1, sizeof *s);
	assert_non_null(s);
	buf_init(&s->b, 1 << 20);
	s->o = (struct out){&s->b, &s->arena, &tongues[0]};
	return s;
}

static void scene_free(struct scene *s)
{
	buf_done(&s->b);
	arena_done(&s->arena);
	free(s);
}

static void wrote(struct scene *s, const char *want)
{
	assert_false(s->b.over);
	assert_string_equal(s->b.n ? s->b.p : "", want);
	buf_clear(&s->b);
}

static void has(const struct scene *s, const char *want)
{
	if (!s->b.p || !strstr(s->b.p, want))
		fail_msg("missing: %s\nin: %.3000s", want, s->b.p);
}

static void has_not(const struct scene *s, const char *word)
{
	if (s->b.p && strstr(s->b.p, word))
		fail_msg("there is: %s\nin: %.3000s", word, s->b.p);
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;
	for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
		n++;
	return n;
}

/* A page of the design, in the scene's arena. */
static const char *design(struct scene *s, const char *name)
{
	char path[512];
	snprintf(path, sizeof path, "%s/design/look/%s", test_shared(), name);
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	char *text = arena_alloc(&s->arena, 100000);
	size_t n = fread(text, 1, 99999, f);
	fclose(f);
	text[n] = 0;
	return text;
}

/* Every element <name .../> that we wrote stands in the design's page too, and nothing is missing: `total` of them. */
static void same_strokes(const struct scene *s, const char *page, const char *name, size_t total)
{
	char open[16], one[400];
	size_t n = 0;
	snprintf(open, sizeof open, "<%s", name);
	for (const char *at = s->b.p; (at = strstr(at, open)); at++, n++) {
		size_t len = strcspn(at, ">") + 1;
		assert_true(len < sizeof one);
		memcpy(one, at, len);
		one[len] = 0;
		if (!strstr(page, one))
			fail_msg("not in the design: %s", one);
	}
	assert_int_equal(n, total);
}

/* Words are cut where there is room, at spaces if there are any, and never inside a character. */
static void words_are_cut(void **state)
{
	struct scene *s = scene_new();
	struct str line[3];
	(void)state;
	assert_int_equal(draw_lines(&s->o, STR("one two three"), 8 * DRAW_LETTER, line, 3), 2);
	assert_true(str_eq(line[0], STR("one two")) && str_eq(line[1], STR("three")));
	assert_int_equal(draw_lines(&s->o, STR("one two three four"), 8 * DRAW_LETTER, line, 2), 2);
	assert_true(str_eq(line[1], STR("three…")));
	assert_int_equal(draw_lines(&s->o, STR("абвгд"), 2 * DRAW_LETTER, line, 3), 3);
	assert_true(str_eq(line[0], STR("аб")) && str_eq(line[2], STR("д")));
	assert_int_equal(draw_lines(&s->o, STR("上海合作"), 4 * DRAW_LETTER, line, 3), 2);
	assert_true(str_eq(line[0], STR("上海")));
	assert_int_equal(draw_lines(&s->o, STR("上"), 1, line, 3), 1); /* too narrow for anything: one at a time, and it ends */
	assert_int_equal(draw_lines(&s->o, STR(""), 100, line, 3), 0);
	scene_free(s);
}

/* Each stroke that has a place stands as far from the other side when the sheet is turned. */
static void strokes_turn(void **state)
{
	struct scene *s = scene_new();
	struct paper p = {&s->o, 100, false};
	(void)state;
	for (int turned = 0; turned < 2; turned++, p.rtl = true) {
		draw_rect(&p, "r", 10, 1, 20, 5);
		has(s, turned ? "<rect class=\"r\" x=\"70\" y=\"1\" width=\"20\"" : "<rect class=\"r\" x=\"10\" y=\"1\" width=\"20\"");
		draw_line(&p, "l", 10, 1, 40, 2);
		has(s, turned ? "d=\"M90 1L60 2\"" : "d=\"M10 1L40 2\"");
		draw_disc(&p, "d", 10, 2, 55);
		has(s, turned ? "cx=\"90\" cy=\"2\" r=\"5.5\"" : "cx=\"10\" cy=\"2\" r=\"5.5\"");
		draw_curve(&p, "c", 10, 1, 30, 2);
		has(s, turned ? "d=\"M90 1C80 1 80 2 70 2\"" : "d=\"M10 1C20 1 20 2 30 2\"");
		draw_text(&p, "", 10, 3, STR("x"), STR(""));
		has(s, turned ? "<text x=\"90\" y=\"3\">" : "<text x=\"10\" y=\"3\">");
		buf_clear(&s->b);
	}
	scene_free(s);
}

static void graph_turns(void **state)
{
	struct scene *s = scene_new();
	static const struct tongue leftward = {.code = "xx", .lang = "xx", .dir = "rtl"};
	struct relation_node there = {.name = STR("A < B"), .href = {STR("/x?a=1&b=2")}, .agreement = true, .holds = true},
			     body = {.name = STR("Council")}, below = {.name = STR("Bureau"), .depth = 1};
	struct relations_figure f = {.label = STR("Graph"), .self = STR("Self")};
	(void)state;
	part_relations(&s->o, &f);
	wrote(s, "");
	arena_push(&s->arena, &f.organisations, there);
	arena_push(&s->arena, &f.bodies, body);
	arena_push(&s->arena, &f.bodies, below);
	part_relations(&s->o, &f);
	has(s, "<a href=\"/x?a=1&amp;b=2\" aria-label=\"A &lt; B\"><rect class=\"nd\" x=\"0\"");
	has(s, "<text x=\"9\""); /* of the first column */
	has(s, "<path class=\"e1\" d=\"M330 ");
	has(s, "<path class=\"e2\" d=\"M330 ");
	has(s, "x=\"720\" y=\"0\" width=\"330\"");
	has(s, "x=\"746\" y=\"34\" width=\"304\"");
	buf_clear(&s->b);
	s->o.tongue = &leftward;
	part_relations(&s->o, &f);
	has(s, "<rect class=\"nd\" x=\"720\""); /* 1050 wide: the first column is on the right */
	has(s, "<text x=\"1041\"");
	has(s, "<path class=\"e1\" d=\"M720 ");
	has(s, "x=\"0\" y=\"0\" width=\"330\"");
	has(s, "x=\"0\" y=\"34\" width=\"304\"");
	has_not(s, "style");
	scene_free(s);
}

/* Without bodies the second half of the organisations stands behind the middle, and its lines come from there. */
static void graph_on_both_sides(void **state)
{
	struct scene *s = scene_new();
	struct relation_node first = {.name = STR("A"), .agreement = true}, second = {.name = STR("B"), .holds = true};
	struct relations_figure f = {.label = STR("Graph"), .self = STR("Self")};
	(void)state;
	arena_push(&s->arena, &f.organisations, first);
	part_relations(&s->o, &f);
	has(s, " width=\"627\""); /* 330, 95 and 200, and a pixel around: one column has nothing behind the middle */
	buf_clear(&s->b);
	arena_push(&s->arena, &f.organisations, second);
	part_relations(&s->o, &f);
	has(s, " width=\"1052\"");
	has(s, "<rect class=\"nd\" x=\"0\"");
	has(s, "<rect class=\"nd\" x=\"720\"");
	has(s, "<path class=\"e1\" d=\"M330 ");
	has(s, "<path class=\"e2\" d=\"M720 ");
	scene_free(s);
}

/* A path of two stages and one between that it passes by; one deadline kept, one missed. */
static void accession_turns(void **state)
{
	struct scene *s = scene_new();
	struct accession a = {.axis = {day("2020-01-01"), day("2024-12-31"), false}, .now = day("2024-12-31"), .dues_title = STR("Deadlines"), .ended = true};
	struct accession_row rows[] = {{STR("Asked"), STR("in 2020"), true}, {STR("Heard"), STR("no act"), false}, {STR("Done & in"), STR("in 2022"), true}};
	struct accession_stop stops[] = {{day("2020-01-01"), day("2022-07-02"), 0, STR("1 January 2020")}, {day("2022-07-02"), day("2024-12-31"), 2, STR("2 July 2022")}};
	struct accession_due dues[] = {
		{{STR("Kept")}, day("2020-01-01"), day("2024-12-31"), day("2022-07-02"), true, STR("early")},
		{{STR("Missed")}, day("2020-01-01"), day("2022-07-02"), day("2024-12-31"), false, STR("overdue")},
		{{STR("Dateless")}, day("2020-01-01"), CIVIL_NEVER, day("2022-07-02"), true, STR("done")}};
	(void)state;
	part_accession(&s->o, &a);
	wrote(s, "");
	a.rows.v = rows, a.rows.n = 3;
	a.stops.v = stops, a.stops.n = 2;
	a.dues.v = dues, a.dues.n = 3;
	part_accession(&s->o, &a);
	has(s, "<line class=\"way\" x1=\"0.00%\" x2=\"50.00%\" y1=\"50%\" y2=\"50%\"/><circle class=\"stn\" cx=\"0.00%\"");
	has(s, "aria-label=\"no act\" width=\"100%\" height=\"24\"><use href=\"#years0\"/><line class=\"way\" x1=\"50.00%\" x2=\"50.00%\" y1=\"0\" y2=\"100%\"/></svg>");
	has(s, "Done &amp; in <span class=\"tiny nb\">2 July 2022</span>");
	has(s, "y1=\"0\" y2=\"50%\"/><circle class=\"stn here\" cx=\"50.00%\"");
	has(s, "<line class=\"owed\" x1=\"0.00%\" x2=\"50.00%\" y1=\"50%\" y2=\"50%\"/><line class=\"room\" x1=\"50.00%\" x2=\"100.00%\"");
	has(s, "<line class=\"late\" x1=\"50.00%\" x2=\"100.00%\" y1=\"50%\" y2=\"50%\"/><use href=\"#due0\" x=\"50.00%\"");
	assert_int_equal(count(s->b.p, "<use href=\"#due0\""), 2);
	has_not(s, "style");
	buf_clear(&s->b);
	a.axis.rtl = true;
	part_accession(&s->o, &a);
	has(s, "<circle class=\"stn\" cx=\"100.00%\"");
	has(s, "<line class=\"late\" x1=\"50.00%\" x2=\"0.00%\"");
	scene_free(s);
}

static void dates(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	part_when(&s->o, (struct when){date_from(2024, 7, 4), BY_DAY, false});
	wrote(s, "<time datetime=\"2024-07-04\">4\u00a0July 2024</time>");
	part_when(&s->o, (struct when){date_from(2023, 7, 13), BY_LATEST, true});
	wrote(s, "<span class=\"unv\">13\u00a0July 2023 at the latest</span>");
	part_when(&s->o, (struct when){date_from(2022, 7, 31), BY_MONTH, false});
	wrote(s, "<time datetime=\"2022-07\">July\u00a02022</time>");
	part_when(&s->o, (struct when){date_from(2024, 12, 31), BY_YEAR, true});
	wrote(s, "<time datetime=\"2024\" class=\"unv\">2024</time>");
	part_when(&s->o, (struct when){CIVIL_NEVER, BY_DAY, true});
	wrote(s, "–");
	part_day(&s->o, date_from(1, 1, 1) + 3600);
	wrote(s, "<time datetime=\"0001-01-01\">1\u00a0January 1</time>");
	scene_free(s);
}

static void marks(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	part_status(&s->o, (struct status){1, false, STR("Member")});
	wrote(s, "<span class=\"st s1\">Member</span>");
	part_status(&s->o, (struct status){2, true, STR("A < B")});
	wrote(s, "<span class=\"st sq\">A &lt; B</span>");
	part_status(&s->o, (struct status){77, false, STR("No status")});
	wrote(s, "<span class=\"st s0\">No status</span>");
	part_status_mark(&s->o, (struct status){3, false, STR("Observer")});
	wrote(s, "<span class=\"st s3\" aria-hidden=\"true\"></span>");
	part_tag(&s->o, (struct tag){TAG_DOUBT, STR("Day unverified")});
	wrote(s, "<span class=\"tag w\">Day unverified</span>");
	part_tag(&s->o, (struct tag){0});
	wrote(s, "");
	part_why(&s->o, (struct url){STR("/en/why/status(BY)?on=2016-01-01&known=7")});
	wrote(s, "<a class=\"why\" href=\"/en/why/status(BY)?on=2016-01-01&amp;known=7\">Why</a>");
	part_why(&s->o, (struct url){{NULL, 0}});
	wrote(s, "");
	scene_free(s);
}

static void ruler_is_the_designs(void **state)
{
	(void)state;
	NEED_SHARED();
	struct scene *s = scene_new();
	struct ruler r = {.axis = gallery_axis(&tongues[0])};
	gallery_ruler(&s->arena, &r, "2026-02-02", "2025-09-01", "2026-02-02");
	part_ruler(&s->o, &r);
	assert_non_null(strstr(design(s, "home.html"), s->b.p)); /* byte for byte */
	buf_clear(&s->b);
	r.ticks.n = 0;
	gallery_ruler(&s->arena, &r, "2016-06-24", "2016-04-16", "2017-06-09");
	part_ruler(&s->o, &r);
	assert_non_null(strstr(design(s, "asof.html"), s->b.p));
	scene_free(s);
}

static void ruler_turns(void **state)
{
	(void)state;
	NEED_SHARED();
	struct scene *s = scene_new();
	static const char *const days[] = {"2010-04-28", "2015-07-10", "2022-09-16", "2023-07-04", "2023-07-13", "2023-11-29",
		"2024-07-04", "2025-01-01"};
	struct ruler r = {.axis = {day("2001-01-01"), day("2026-12-31"), true}, .on = day("2026-02-02"),
		.same_from = day("2025-01-01"), .same_to = day("2026-02-02")};
	for (size_t i = 0; i < 8; i++)
		arena_push(&s->arena, &r.ticks, day(days[i]));
	part_ruler(&s->o, &r);
	const char *page = design(s, "participant.fa.html");
	same_strokes(s, page, "line", 10);
	same_strokes(s, page, "rect", 1);
	same_strokes(s, page, "circle", 1);
	same_strokes(s, page, "text", 6);
	scene_free(s);
}

static void ruler_edges(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	struct ruler r = {.axis = axis_years(date_from(2001, 6, 15), date_from(2001, 7, 1), NULL), .on = CIVIL_MAX};
	arena_push(&s->arena, &r.ticks, CIVIL_MIN); /* outside the axis: at its edge */
	part_ruler(&s->o, &r);
	has(s, "<line class=\"tick\" x1=\"0.00%\" x2=\"0.00%\"");
	has(s, "cx=\"100.00%\"");
	has_not(s, "same");
	buf_clear(&s->b);
	r.axis = (struct axis){0, 0, false}; /* no length: nothing divides by it */
	part_ruler(&s->o, &r);
	has(s, "cx=\"0.00%\"");
	scene_free(s);
}

static void tiles_are_the_designs(void **state)
{
	(void)state;
	NEED_SHARED();
	struct scene *s = scene_new();
	struct tiles t = {0};
	gallery_tiles(&s->arena, &t);
	part_tiles(&s->o, &t);
	const char *page = design(s, "home.html");
	same_strokes(s, page, "svg class=\"tiles\"", 1);
	size_t rows = 0;
	for (struct str rest = buf_str(&s->b), line; str_line(&rest, &line); rows++) {
		struct str copy = arena_str(&s->arena, line);
		if (str_starts(line, STR("<g>")) && str_find(line, STR("?</text>")) == line.n && !strstr(page, copy.p))
			fail_msg("not in the design: %s", copy.p);
	}
	assert_int_equal(rows, 29);
	has(s, "<a href=\"participant.html\" class=\"open\" aria-label=\"LA Laos Disputed\"><rect class=\"fp k2\" x=\"667.5\" y=\"297.5\" "
	       "width=\"65\" height=\"65\" stroke-width=\"3\" stroke-dasharray=\"5 3\"/>");
	scene_free(s);
}

static void tiles_of_other_ranks(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	struct tiles t = {.label = STR("a \"b\"")};
	for (unsigned rank = 0; rank <= 7; rank++) {
		struct map_tile k = {7 + rank, 3, STR("X"), STR("Y"), {rank, false, STR("W")}, {STR("/")}};
		arena_push(&s->arena, &t.tiles, k);
	}
	part_tiles(&s->o, &t);
	has(s, "viewBox=\"0 0 586 68\" role=\"group\" aria-label=\"a &quot;b&quot;\""); /* begins at the first column in use */
	assert_int_equal(count(s->b.p, "class=\"f5\""), 4);			   /* 0, 5, 6 and 7 */
	assert_int_equal(count(s->b.p, "stroke-dasharray"), 1);
	buf_clear(&s->b);
	part_tiles(&s->o, &(struct tiles){0});
	wrote(s, "");
	scene_free(s);
}

/* Without places they stand in strips of five, in the direction of the page; the last is as wide as the others. */
static void tiles_without_places(void **state)
{
	static const struct tongue leftward = {.code = "xx", .lang = "xx", .dir = "rtl"};
	struct scene *s = scene_new();
	(void)state;
	struct tiles t = {.label = STR("all"), .unplaced = true};
	for (size_t i = 0; i < 7; i++) {
		struct map_tile k = {1000, 0, STR("X"), STR("Y"), {1, false, STR("W")}, {STR("/")}};
		arena_push(&s->arena, &t.tiles, k);
	}
	for (int turned = 0; turned < 2; turned++) {
		const int second = turned ? 228 : 74;
		buf_clear(&s->b);
		s->o.tongue = turned ? &leftward : &tongues[0];
		part_tiles(&s->o, &t);
		has(s, "<div class=\"strips\" role=\"group\" aria-label=\"all\">");
		assert_int_equal(count(s->b.p, "<svg class=\"tiles\" viewBox=\"0 0 370 74\" role=\"none\">"), 2);
		assert_int_equal(count(s->b.p, "</svg>"), 2);
		assert_int_equal(count(s->b.p, "<a "), 7);
		char at[64];
		snprintf(at, sizeof at, "<rect class=\"f1\" x=\"%d\" y=\"0\"", second);
		assert_int_equal(count(s->b.p, at), 2); /* the second of each strip */
	}
	scene_free(s);
}

static void lanes_are_the_designs(void **state)
{
	(void)state;
	NEED_SHARED();
	struct scene *s = scene_new();
	struct lanes l = {.axis = gallery_axis(&tongues[0])};
	gallery_lanes(&s->arena, &l);
	part_lanes(&s->o, &l);
	const char *page = design(s, "participants.html");
	size_t rows = 0;
	for (struct str rest = buf_str(&s->b), line; str_line(&rest, &line);) {
		struct str copy = arena_str(&s->arena, line);
		if (str_starts(line, STR("<tr>")) && ++rows && !strstr(page, copy.p))
			fail_msg("not in the design: %s", copy.p);
	}
	assert_int_equal(rows, 27);
	assert_int_equal(count(s->b.p, "<tr class=\"grp\">"), 2);
	buf_clear(&s->b);
	part_defs(&s->o, &l.axis);
	same_strokes(s, page, "line", 5);
	same_strokes(s, page, "path", 5);
	scene_free(s);
}

static void counts_are_the_designs(void **state)
{
	(void)state;
	NEED_SHARED();
	struct scene *s = scene_new();
	struct counts c = {.axis = gallery_axis(&tongues[0])};
	gallery_counts(&s->arena, &c);
	part_counts(&s->o, &c);
	const char *page = design(s, "home.html");
	const char *chart = strstr(page, "<svg class=\"tl\"");
	struct str svg = arena_str(&s->arena, (struct str){chart, (size_t)(strstr(chart, "</svg>") - chart)});
	same_strokes(s, svg.p, "rect", count(svg.p, "<rect"));
	has(s, "<svg class=\"tl\" width=\"100%\" height=\"279\"");
	same_strokes(s, page, "text", 6);
	scene_free(s);
}

static void counts_have_words(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	struct counts c = {.axis = gallery_axis(&tongues[0])};
	struct count_label labels[] = {{1, STR("members"), CIVIL_NEVER, false}, {2, STR("partners"), CIVIL_NEVER, false},
		{3, STR("observers"), day("2008-01-01"), true}, {9, STR("nobody"), CIVIL_NEVER, false}};
	gallery_counts(&s->arena, &c);
	c.labels.v = labels;
	c.labels.n = 4;
	part_counts(&s->o, &c);
	has(s, "<text class=\"on\" x=\"49.12%\" dx=\"0\" y=\"228\" text-anchor=\"middle\">members</text>");
	has(s, "<text class=\"halo\" x=\"94.88%\" dx=\"-6\" y=\"15\" text-anchor=\"end\">partners</text>"); /* no room inside */
	has(s, "<text class=\"halo wide\" x=\"26.92%\" dx=\"0\" y=\"183\" text-anchor=\"middle\">observers</text>");
	has_not(s, "nobody");
	scene_free(s);
}

static void timeline_is_the_designs(void **state)
{
	(void)state;
	NEED_SHARED();
	struct scene *s = scene_new();
	struct timeline t = {0};
	gallery_timeline(&s->arena, &t);
	part_timeline(&s->o, &t);
	const char *page = design(s, "participant.html");
	same_strokes(s, page, "rect", 4);
	same_strokes(s, page, "line", 11);
	has(s, "<text class=\"wide\" x=\"10.59%\" dx=\"4\" y=\"26\" text-anchor=\"start\">Dialogue partner</text>");
	has(s, "<text class=\"wide\" x=\"89.40%\" dx=\"4\" y=\"26\" text-anchor=\"start\">Member</text>");
	has(s, "<text class=\"q wide\" x=\"79.40%\" dx=\"-4\" y=\"76\" text-anchor=\"end\">admission starts</text>");
	has(s, "<text class=\"q wide\" x=\"83.83%\" dx=\"-4\" y=\"90\" text-anchor=\"end\">memorandum signed</text>");
	scene_free(s);
}

/* Many words in a small place: no text on text, no line through text. Checked on the SVG, with the same letter width. */
static void timeline_words_do_not_collide(void **state)
{
	size_t crossed = 0;
	(void)state;
	for (unsigned seed = 1; seed <= 60; seed++) {
		struct scene *s = scene_new();
		struct timeline t = {.axis = {day("2001-01-01"), day("2026-12-31"), seed % 2 == 0}, .now = day("2026-02-02")};
		unsigned x = seed * 2654435761u;
		civil at = day("2001-02-01");
		for (size_t i = 0; i < 9; i++) {
			x = x * 1664525u + 1013904223u;
			at += (civil)(x >> 22) * DAY;
			struct moment m = {at, i % 2 ? STR("memorandum signed") : STR("decision")};
			struct timeline_step p = {{at, at + 100 * DAY, 1 + (unsigned)i % 4, SWATCH_FILL}, i % 3 ? STR("Observer") : STR("Dialogue partner")};
			arena_push(&s->arena, &t.moments, m);
			arena_push(&s->arena, &t.steps, p);
		}
		part_timeline(&s->o, &t);
		struct {
			double from, to, y, x;
		} texts[32];
		size_t n = 0;
		for (const char *p = s->b.p; (p = strstr(p, "<text class=\"")); p++) {
			double tx = strtod(strstr(p, "x=\"") + 3, NULL) * 512 / 100, y = strtod(strstr(p, " y=\"") + 4, NULL);
			bool end = strstr(p, "anchor=\"") == strstr(p, "anchor=\"end"), middle = strstr(p, "anchor=\"") == strstr(p, "anchor=\"m");
			double w = 7.0 * (double)(strcspn(strchr(p, '>') + 1, "<"));
			bool left = end != t.axis.rtl;
			if (middle || n == 32)
				continue; /* the years stand in a row of their own */
			if (y > 100 && strcspn(strchr(p, '>') + 1, "<") == 4)
				continue;
			texts[n].from = left ? tx - w : tx;
			texts[n].to = left ? tx : tx + w;
			texts[n].x = tx;
			texts[n++].y = y;
		}
		assert_int_equal(n, 18);
		for (size_t i = 0; i < n; i++) {
			for (size_t k = 0; k < i; k++)
				if (texts[i].y == texts[k].y && texts[i].to > texts[k].from && texts[k].to > texts[i].from)
					fail_msg("seed %u: text on text at y %g: %g to %g and %g to %g\n%s", seed, texts[i].y, texts[i].from, texts[i].to,
						texts[k].from, texts[k].to, s->b.p);
			assert_true(texts[i].from > -1 && texts[i].to < 513);
		}
		for (const char *p = s->b.p; (p = strstr(p, "<line class=\"ki\" x1=\"")); p++) {
			double lx = strtod(p + 21, NULL) * 512 / 100, y1 = strtod(strstr(p, "y1=\"") + 4, NULL), y2 = strtod(strstr(p, "y2=\"") + 4, NULL);
			for (size_t i = 0; i < n; i++)
				crossed += lx > texts[i].from + 1 && lx < texts[i].to - 1 && y1 < texts[i].y && y2 > texts[i].y - 9;
		}
		scene_free(s);
	}
	assert_int_equal(crossed, 0);
}

static void records_fold(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	struct column columns[] = {{.title = STR("Participant")}, {.title = STR("Since")}, {.title = STR("Status"), .plain = true}, {.title = STR("Reasons"), .hidden = true}};
	struct html cells[] = {{STR("<a href=\"/x\">B</a>")}, {STR("2024")}, {STR("Member")}, {STR("Why")}};
	struct html without[] = {{STR("C")}, {STR("–")}, {STR("–")}, {STR("Why")}};
	struct record_row rows[] = {{.group = STR("Members: 1 & more")}, {.cells = {cells, 4, 4}}, {.shared = {STR("<a href=\"/y\">Y</a>")}},
		{.cells = {without, 4, 4}}};
	struct records r = {.label = STR("Who"), .columns = {columns, 4, 4}, .rows = {rows, 4, 4}};
	part_records(&s->o, &r);
	has(s, "<th scope=\"col\">Since</th><th scope=\"col\">Status</th><th scope=\"col\"><span class=\"vh\">Reasons</span></th>");
	has(s, "<tr class=\"grp\"><th colspan=\"4\" scope=\"colgroup\">Members: 1 &amp; more</th></tr>");
	has(s, "<tr><th scope=\"row\"><a href=\"/x\">B</a></th><td data-l=\"Since\">2024</td><td>Member</td><td>Why</td></tr>");
	has(s, "<tr class=\"grp\"><th colspan=\"4\" scope=\"colgroup\"><a href=\"/y\">Y</a></th></tr>");
	/* A phone leaves out what would be a dash without a name. */
	has(s, "<tr><th scope=\"row\">C</th><td data-l=\"Since\">–</td><td class=\"no\">–</td><td>Why</td></tr>");
	scene_free(s);
}

static void reasons_nest(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	struct reason leaf = {.say = {STR("No notice.")}, .by = {STR("Charter 13")}};
	struct reason top = {.say = {STR("It is so.")}, .by = {STR("Rule A")}, .basis = {STR("Rule <a href=\"/a\">A</a>")}, .open = true, .v = &leaf,
		.n = 1};
	part_proof(&s->o, &top, STR("Proof"));
	wrote(s, "<section class=\"proof\" aria-label=\"Proof\">\n<details open>\n<summary>It is so. <span class=\"by\">Rule A</span></summary>\n"
		 "<p class=\"basis\">Rule <a href=\"/a\">A</a></p>\n<div class=\"leaf\">No notice. <span class=\"by\">Charter 13</span></div>\n\n"
		 "</details>\n\n</section>\n");
	scene_free(s);
}

static void lists(void **state)
{
	struct scene *s = scene_new();
	(void)state;
	struct gazette_item item = {.number = STR("446"), .when = {day("2025-11-18"), BY_DAY, false}, .href = {STR("/en/acts/446")},
		.title = STR("Protocol"), .text = STR("Moscow.")};
	part_gazette(&s->o, &(struct gazette){.reversed = true, .items = {&item, 1, 1}});
	has(s, "<ol class=\"gaz\" reversed>\n<li><span class=\"no\">446</span><time datetime=\"2025-11-18\">18\u00a0November 2025</time><div><h3>"
	       "<a href=\"/en/acts/446\">Protocol</a></h3><p>Moscow.</p></div></li>");
	buf_clear(&s->b);
	struct condition c[] = {{CONDITION_YES, {STR("A")}, {STR("B")}}, {CONDITION_NO, {STR("C")}, {STR("")}}, {CONDITION_OPEN, {STR("D")}, {STR("")}}};
	conditions all = {c, 3, 3};
	part_conditions(&s->o, &all);
	has(s, "<li class=\"yes\"><span>Met</span><div>A<br><span class=\"small quiet\">B</span></div></li>");
	has(s, "<li class=\"no\"><span>Not met</span><div><strong>C</strong></div></li>");
	has(s, "<li class=\"dk\"><span>Open</span><div>D</div></li>");
	buf_clear(&s->b);
	struct pair p = {STR("Place"), {STR("entry 391")}};
	part_verify(&s->o, &(struct verify){.good = false, .verdict = STR("The signature is wrong"), .rows = {&p, 1, 1}, .command = STR("comity verify x")});
	has(s, "class=\"box verify failed\"");
	has(s, "<dl class=\"kv\"><dt>Place</dt><dd>entry 391</dd></dl>");
	has_not(s, "Download proof");
	scene_free(s);
}

/* How far a text can be relied on is told apart from the text: by one emphasis that is the whole of a paragraph, and by nothing less. */
static void prose_is_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum prose_kind kind;
		const char *html;
	} cases[] = {
		{"*Seen.*", PROSE_STANDING, "Seen."},
		{"*Seen **all** of it.*", PROSE_STANDING, "Seen <strong>all</strong> of it."},
		{"*Seen at [A](https://a.example/).*", PROSE_STANDING, "Seen at <a rel=\"nofollow\" href=\"https://a.example/\">A</a>."},
		{"*Not computed: a judgement.*", PROSE_STANDING, "Not computed: a judgement."},
		{"*Seen.* And more.", PROSE_TEXT, "<p><em>Seen.</em> And more.</p>"},
		{"More: *seen.*", PROSE_TEXT, "<p>More: <em>seen.</em></p>"},
		{"*Seen.* *Read.*", PROSE_TEXT, "<p><em>Seen.</em> <em>Read.</em></p>"},
		{"**Seen.**", PROSE_TEXT, "<p><strong>Seen.</strong></p>"},
		{"> *Seen.*", PROSE_TEXT, "<blockquote><p><em>Seen.</em></p></blockquote>"},
		{"- *Seen.*", PROSE_TEXT, "<ul><li><em>Seen.</em></li></ul>"},
		{"Not computed: a *judgement*.", PROSE_NOT_COMPUTED, "Not computed: a <em>judgement</em>."},
		{"It is not said. Not computed: this.", PROSE_TEXT, "<p>It is not said. Not computed: this.</p>"},
		{"Sources: [A](https://a.example/), [B](javascript:b)", PROSE_SOURCES, "Sources: <a rel=\"nofollow\" href=\"https://a.example/\">A</a>, <span>B</span>"},
		{"> Sources: A", PROSE_TEXT, "<blockquote><p>Sources: A</p></blockquote>"},
	};
	struct scene *s = scene_new();
	prose_blocks all = {0};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		prose_read(str_of(cases[i].text), &s->arena, &all);
		assert_int_equal(all.n, i + 1); /* one after the other: what a paragraph was says nothing of the next */
		assert_string_equal(arena_str(&s->arena, all.v[i].html.s).p, cases[i].html);
		assert_int_equal(all.v[i].kind, cases[i].kind);
	}
	prose_blocks two = {0};
	prose_read(STR("*Seen.*\n\nAnd more.\n\n```rules\nrule *A*\n```\n\n*Read.*"), &s->arena, &two);
	static const enum prose_kind kinds[] = {PROSE_STANDING, PROSE_TEXT, PROSE_RULES, PROSE_STANDING};
	assert_int_equal(two.n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(two.v[i].kind, kinds[i]);
	assert_string_equal(arena_str(&s->arena, two.v[2].rules).p, "rule *A*\n");
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
		cmocka_unit_test(marks),
		cmocka_unit_test(ruler_is_the_designs),
		cmocka_unit_test(ruler_turns),
		cmocka_unit_test(ruler_edges),
		cmocka_unit_test(tiles_are_the_designs),
		cmocka_unit_test(tiles_of_other_ranks),
		cmocka_unit_test(tiles_without_places),
		cmocka_unit_test(lanes_are_the_designs),
		cmocka_unit_test(words_are_cut), cmocka_unit_test(strokes_turn),
		cmocka_unit_test(graph_turns),
		cmocka_unit_test(graph_on_both_sides),
		cmocka_unit_test(accession_turns),
		cmocka_unit_test(counts_are_the_designs),
		cmocka_unit_test(counts_have_words),
		cmocka_unit_test(timeline_is_the_designs),
		cmocka_unit_test(timeline_words_do_not_collide),
		cmocka_unit_test(records_fold),
		cmocka_unit_test(reasons_nest),
		cmocka_unit_test(lists),
		cmocka_unit_test(prose_is_told_apart),
	};
	return test_main(tests);
}
