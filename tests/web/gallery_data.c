/* SPDX-License-Identifier: Apache-2.0 */
#include "gallery_data.h"

#include <string.h>

const struct party parties[] = {
	{"Members", "CN", "China", 8, 2, "member from 15\u00a0June\u00a02001",
		{{"2001-06-15", NULL, 1, SWATCH_FILL}}},
	{"Members", "KZ", "Kazakhstan", 5, 1, "member from 15\u00a0June\u00a02001",
		{{"2001-06-15", NULL, 1, SWATCH_FILL}}},
	{"Members", "KG", "Kyrgyzstan", 6, 2, "member from 15\u00a0June\u00a02001",
		{{"2001-06-15", NULL, 1, SWATCH_FILL}}},
	{"Members", "RU", "Russia", 5, 0, "member from 15\u00a0June\u00a02001",
		{{"2001-06-15", NULL, 1, SWATCH_FILL}}},
	{"Members", "TJ", "Tajikistan", 6, 3, "member from 15\u00a0June\u00a02001",
		{{"2001-06-15", NULL, 1, SWATCH_FILL}}},
	{"Members", "UZ", "Uzbekistan", 5, 2, "member from 15\u00a0June\u00a02001",
		{{"2001-06-15", NULL, 1, SWATCH_FILL}}},
	{"Members", "IN", "India", 6, 4, "observer from 5\u00a0July\u00a02005 to 9\u00a0June\u00a02017; member from 9\u00a0June\u00a02017",
		{{"2005-07-05", "2017-06-09", 3, SWATCH_FILL}, {"2017-06-09", NULL, 1, SWATCH_FILL}}},
	{"Members", "PK", "Pakistan", 5, 4, "observer from 5\u00a0July\u00a02005 to 9\u00a0June\u00a02017; member from 9\u00a0June\u00a02017",
		{{"2005-07-05", "2017-06-09", 3, SWATCH_FILL}, {"2017-06-09", NULL, 1, SWATCH_FILL}}},
	{"Members", "IR", "Iran", 4, 3, "observer from 5\u00a0July\u00a02005 to 4\u00a0July\u00a02023; member from 4\u00a0July\u00a02023",
		{{"2005-07-05", "2023-07-04", 3, SWATCH_FILL}, {"2023-07-04", NULL, 1, SWATCH_FILL}}},
	{"Members", "BY", "Belarus", 2, 0, "dialogue partner from 28\u00a0April\u00a02010 to 10\u00a0July\u00a02015; observer from 10\u00a0July\u00a02015 to 4\u00a0July\u00a02024; member from 4\u00a0July\u00a02024",
		{{"2009-06-16", "2010-04-28", 4, SWATCH_PENDING}, {"2010-04-28", "2015-07-10", 4, SWATCH_FILL}, {"2015-07-10", "2024-07-04", 3, SWATCH_FILL}, {"2024-07-04", NULL, 1, SWATCH_FILL}}},
	{"Partners", "MN", "Mongolia", 8, 1, "observer from 17\u00a0June\u00a02004 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2004-06-17", "2025-09-01", 3, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "LK", "Sri Lanka", 6, 5, "dialogue partner from 6\u00a0May\u00a02010 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2009-06-16", "2010-05-06", 4, SWATCH_PENDING}, {"2010-05-06", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "AF", "Afghanistan", 5, 3, "observer from 7\u00a0June\u00a02012 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2012-06-07", "2025-09-01", 3, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "TR", "Türkiye", 1, 2, "dialogue partner from 26\u00a0April\u00a02013 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2012-06-07", "2013-04-26", 4, SWATCH_PENDING}, {"2013-04-26", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "KH", "Cambodia", 9, 5, "dialogue partner from 24\u00a0September\u00a02015 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2015-07-10", "2015-09-24", 4, SWATCH_PENDING}, {"2015-09-24", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "AZ", "Azerbaijan", 3, 2, "dialogue partner from 14\u00a0March\u00a02016 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2015-07-10", "2016-03-14", 4, SWATCH_PENDING}, {"2016-03-14", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "NP", "Nepal", 7, 4, "dialogue partner from 22\u00a0March\u00a02016 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2015-07-10", "2016-03-22", 4, SWATCH_PENDING}, {"2016-03-22", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "AM", "Armenia", 2, 2, "dialogue partner from 16\u00a0April\u00a02016 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2015-07-10", "2016-04-16", 4, SWATCH_PENDING}, {"2016-04-16", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "SA", "Saudi Arabia", 2, 4, "dialogue partner from 17\u00a0September\u00a02021 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2021-09-17", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "EG", "Egypt", 0, 3, "dialogue partner from 14\u00a0September\u00a02022 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2021-09-17", "2022-09-14", 4, SWATCH_PENDING}, {"2022-09-14", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "QA", "Qatar", 4, 4, "dialogue partner from 14\u00a0September\u00a02022 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2021-09-17", "2022-09-14", 4, SWATCH_PENDING}, {"2022-09-14", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "KW", "Kuwait", 3, 3, "dialogue partner from 5\u00a0May\u00a02023 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2022-09-16", "2023-05-05", 4, SWATCH_PENDING}, {"2023-05-05", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "MV", "Maldives", 5, 5, "dialogue partner from 5\u00a0May\u00a02023 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2022-09-16", "2023-05-05", 4, SWATCH_PENDING}, {"2023-05-05", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "MM", "Myanmar", 8, 4, "dialogue partner from 5\u00a0May\u00a02023 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2022-09-16", "2023-05-05", 4, SWATCH_PENDING}, {"2023-05-05", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "AE", "United Arab Emirates", 4, 5, "dialogue partner from 5\u00a0May\u00a02023 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2022-09-16", "2023-05-05", 4, SWATCH_PENDING}, {"2023-05-05", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "BH", "Bahrain", 3, 4, "dialogue partner from 14\u00a0July\u00a02023 to 1\u00a0September\u00a02025; partner from 1\u00a0September\u00a02025",
		{{"2022-09-16", "2023-07-14", 4, SWATCH_PENDING}, {"2023-07-14", "2025-09-01", 4, SWATCH_FILL}, {"2025-09-01", NULL, 2, SWATCH_FILL}}},
	{"Partners", "LA", "Laos", 9, 4, "disputed from 1\u00a0September\u00a02025",
		{{"2025-09-01", NULL, 2, SWATCH_DISPUTED}}},
};
const size_t parties_n = sizeof parties / sizeof *parties;

static const char *const today = "2026-02-02";

civil day(const char *iso)
{
	civil t = 0;
	return iso && date_parse(str_of(iso), &t) ? t : CIVIL_NEVER;
}

struct axis gallery_axis(const struct tongue *t)
{
	return axis_years(day("2001-06-15"), day(today), t);
}

static struct status status_of(const struct party *p)
{
	static const char *const words[] = {"", "Member", "Partner"};
	const struct party_bar *last = p->bars;
	for (size_t i = 0; i < 4 && p->bars[i].from; i++)
		last = &p->bars[i];
	bool disputed = last->kind == SWATCH_DISPUTED;
	return (struct status){last->rank, disputed, str_of(disputed ? "Disputed" : words[last->rank])};
}

void gallery_tiles(struct arena *a, struct tiles *t)
{
	for (unsigned place = 0; place < 60; place++)
		for (size_t i = 0; i < parties_n; i++) {
			const struct party *p = &parties[i];
			if (p->row * 10 + p->col != place)
				continue;
			struct map_tile k = {p->col, p->row, str_of(p->code), str_of(p->name), status_of(p), {STR("participant.html")}};
			arena_push(a, &t->tiles, k);
		}
	t->label = STR("Participants on 2\u00a0February\u00a02026, by place");
}

static void bars_of(struct arena *a, const struct party *p, struct lane *l)
{
	for (size_t k = 0; k < 4 && p->bars[k].from; k++) {
		struct bar b = {day(p->bars[k].from), day(p->bars[k].to), p->bars[k].rank, p->bars[k].kind};
		arena_push(a, &l->bars, b);
	}
}

void gallery_lanes(struct arena *a, struct lanes *l)
{
	l->now = day(today);
	l->caption = STR("Status of each participant over time");
	l->column = STR("Participant");
	for (size_t i = 0; i < parties_n; i++) {
		if (i == 0 || strcmp(parties[i].group, parties[i - 1].group) != 0) {
			struct lane_group g = {.title = str_of(parties[i].group)};
			arena_push(a, &l->groups, g);
		}
		struct lane k = {.name = str_of(parties[i].name), .href = {STR("participant.html")}, .label = str_of(parties[i].label)};
		bars_of(a, &parties[i], &k);
		struct lane_group *g = &l->groups.v[l->groups.n - 1];
		arena_push(a, &g->lanes, k);
	}
}

static bool holds(const struct party_bar *b, civil t)
{
	return b->from && b->kind != SWATCH_PENDING && day(b->from) <= t && t < day(b->to);
}

/* The counts follow from the bars. */
void gallery_counts(struct arena *a, struct counts *c)
{
	LIST(civil) days = {0};
	c->now = day(today);
	c->disputed_rank = 2;
	for (size_t i = 0; i < parties_n; i++)
		for (size_t k = 0; k < 4 && parties[i].bars[k].from; k++)
			if (parties[i].bars[k].kind != SWATCH_PENDING) {
				civil t = day(parties[i].bars[k].from);
				size_t at = 0;
				while (at < days.n && days.v[at] < t)
					at++;
				if (at < days.n && days.v[at] == t)
					continue;
				arena_push(a, &days, t);
				memmove(days.v + at + 1, days.v + at, (days.n - 1 - at) * sizeof *days.v);
				days.v[at] = t;
			}
	for (size_t d = 0; d < days.n; d++) {
		struct count_step s = {.from = days.v[d]};
		for (size_t i = 0; i < parties_n; i++)
			for (size_t k = 0; k < 4; k++) {
				const struct party_bar *b = &parties[i].bars[k];
				if (!holds(b, days.v[d]))
					continue;
				if (b->kind == SWATCH_DISPUTED)
					s.disputed++;
				else
					s.n[b->rank - 1]++;
			}
		arena_push(a, &c->steps, s);
	}
}

void gallery_timeline(struct arena *a, struct timeline *t)
{
	static const struct {
		const char *word;
		struct party_bar bar;
	} steps[] = {{"", {"2009-06-16", "2010-04-28", 4, SWATCH_PENDING}},
		{"Dialogue partner", {"2010-04-28", "2015-07-10", 4, SWATCH_FILL}},
		{"Observer", {"2015-07-10", "2024-07-04", 3, SWATCH_FILL}}, {"Member", {"2024-07-04", NULL, 1, SWATCH_FILL}}};
	static const struct {
		const char *day, *text;
	} moments[] = {{"2009-06-16", "decision"}, {"2022-09-16", "admission starts"}, {"2023-07-04", "memorandum signed"}};
	t->axis = (struct axis){day("2008-06-01"), day("2026-06-01"), false};
	t->now = day(today);
	t->label = STR("Timeline.");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct timeline_step s = {{day(steps[i].bar.from), day(steps[i].bar.to), steps[i].bar.rank, steps[i].bar.kind}, str_of(steps[i].word)};
		arena_push(a, &t->steps, s);
	}
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
		struct moment m = {day(moments[i].day), str_of(moments[i].text)};
		arena_push(a, &t->moments, m);
	}
}

/* The ticks of the front page. */
void gallery_ruler(struct arena *a, struct ruler *r, const char *on, const char *from, const char *to)
{
	static const char *const ticks[] = {"2001-06-15", "2004-06-17", "2005-07-05", "2010-04-28", "2010-05-06", "2012-06-07",
		"2013-04-26", "2015-07-10", "2015-09-24", "2016-03-14", "2016-04-16", "2017-06-09", "2022-09-14", "2022-09-16",
		"2023-05-05", "2023-07-04", "2023-07-14", "2024-07-04", "2025-09-01"};
	for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++)
		arena_push(a, &r->ticks, day(ticks[i]));
	r->on = day(on);
	r->same_from = day(from);
	r->same_to = day(to);
}
