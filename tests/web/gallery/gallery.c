/* SPDX-License-Identifier: Apache-2.0
 *
 * Serves the gallery until its standard input ends: "gallery [port]".
 */
#include "gallery/gallery.h"

#include "gallery_data.h"
#include "gallery_pages.h"
#include "web/handlers.h"
#include "web/web.h"

#include <stdlib.h>

static uint64_t position(void *ctx)
{
	(void)ctx;
	return 447;
}

static civil today(void *ctx)
{
	(void)ctx;
	return day("2026-02-02");
}

static void dress(void *ctx, const struct ask *a, struct frame *f)
{
	(void)ctx;
	f->record = (struct html){STR("Entries 0 to 447 (root <code>d5QRLls3OpIqKOcK…</code>). Cosigned by 3 of 4 demonstration witnesses. "
				      "<a href=\"/en/\">Check it yourself</a>")};
	f->bar.ruler.axis = gallery_axis(a->tongue);
	f->bar.known_href = (struct url){STR("/en/")};
	if (f->bar.past) {
		gallery_ruler(a->arena, &f->bar.ruler, "2016-06-24", "2016-04-16", "2017-06-09");
		f->bar.ruler.on = a->on;
		f->bar.differ = 21;
		f->bar.differ_href = (struct url){STR("#diff")};
		f->bar.prev = (struct link){.href = ask_on(a, day("2016-04-16")), .text = STR("16\u00a0April\u00a02016: Armenia, memorandum")};
		f->bar.next = (struct link){.href = ask_on(a, day("2017-06-09")), .text = STR("9\u00a0June\u00a02017: India and Pakistan, members")};
	} else {
		gallery_ruler(a->arena, &f->bar.ruler, "2026-02-02", "2025-09-01", "2026-02-02");
		f->bar.prev = (struct link){.href = ask_on(a, day("2025-09-01")), .text = STR("1\u00a0September\u00a02025: one partner status")};
	}
}

static void add_key(struct arena *a, chart_key *k, unsigned rank, enum swatch s, const char *text)
{
	struct key_item i = {s, rank, str_of(text)};
	arena_push(a, k, i);
}

static void add_act(struct arena *a, struct gazette *g, const char *no, const char *iso, const char *title, const char *text)
{
	struct gazette_item i = {.number = str_of(no), .when = {day(iso), BY_DAY, false}, .href = {STR("/en/")}, .title = str_of(title),
		.text = str_of(text)};
	arena_push(a, &g->items, i);
}

static void add_row(struct arena *a, struct records *t, size_t n, const char *const *cells)
{
	struct record_row row = {0};
	for (size_t i = 0; i < n; i++) {
		struct html h = {str_of(cells[i])};
		arena_push(a, &row.cells, h);
	}
	arena_push(a, &t->rows, row);
}

static void add_columns(struct arena *a, struct records *t, const char *const *titles)
{
	for (; *titles; titles++) {
		struct column c = {.title = str_of(*titles)};
		arena_push(a, &t->columns, c);
	}
}

static void finish(const struct ask *a, struct gallery_page *p, const char *title)
{
	frame_init(&p->frame, a, str_of(title));
	p->axis = gallery_axis(a->tongue);
}

static int mock_home(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct out o = {&ret->body, a->arena, a->tongue};
	struct gallery_page p = {0};
	struct count_label labels[] = {{1, STR("6 members"), day("2010-01-01"), false}, {1, STR("8 members"), day("2020-01-01"), true},
		{3, STR("observers"), day("2009-01-01"), false}, {4, STR("dialogue partners"), day("2019-01-01"), false},
		{2, STR("partners"), CIVIL_NEVER, false}};
	(void)ctx, (void)e;
	finish(a, &p, "Home");
	gallery_tiles(a->arena, &p.tiles);
	p.counts.axis = p.axis;
	gallery_counts(a->arena, &p.counts);
	p.counts.labels.v = labels;
	p.counts.labels.n = 5;
	add_key(a->arena, &p.key, 1, SWATCH_FILL, "Member");
	add_key(a->arena, &p.key, 3, SWATCH_FILL, "Observer");
	add_key(a->arena, &p.key, 4, SWATCH_FILL, "Dialogue partner");
	add_key(a->arena, &p.key, 2, SWATCH_FILL, "Partner (single status since 1\u00a0September\u00a02025)");
	add_key(a->arena, &p.key, 2, SWATCH_DISPUTED, "Disputed");
	p.acts.reversed = true;
	add_act(a->arena, &p.acts, "446", "2025-11-18", "Protocol to the budget agreement adopted", "Moscow. Text not seen.");
	add_act(a->arena, &p.acts, "445", "2025-11-17", "Council of Heads of Government convened, 24th meeting",
		"Moscow, 17 and 18 November 2025. Five partners and one guest of the chair present.");
	add_act(a->arena, &p.acts, "436", "2025-09-01", "Observers and dialogue partners become partners",
		"Council of Heads of State, Tianjin, decision 5. Changes the status of 16 States.");
	p.news.two = true;
	add_act(a->arena, &p.news, "", "2025-10-10", "CIS leaders give the SCO observer status", "");
	page_g_home(&o, &p);
	return 0;
}

static int mock_participants(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct out o = {&ret->body, a->arena, a->tongue};
	struct gallery_page p = {0};
	(void)ctx, (void)e;
	finish(a, &p, "Participants");
	p.lanes.axis = p.axis;
	gallery_lanes(a->arena, &p.lanes);
	add_key(a->arena, &p.key, 1, SWATCH_FILL, "Member");
	add_key(a->arena, &p.key, 2, SWATCH_FILL, "Partner");
	add_key(a->arena, &p.key, 3, SWATCH_FILL, "Observer");
	add_key(a->arena, &p.key, 4, SWATCH_FILL, "Dialogue partner");
	add_key(a->arena, &p.key, 4, SWATCH_PENDING, "Decided, not yet in effect");
	add_key(a->arena, &p.key, 2, SWATCH_DISPUTED, "Disputed");
	p.table.label = STR("Participants");
	add_columns(a->arena, &p.table, (const char *const[]){"Participant", "Status", "Since", "By which act", "Article", "Held before", "", NULL});
	struct record_row group = {.group = STR("Members: 10")};
	arena_push(a->arena, &p.table.rows, group);
	for (size_t i = 0; i < parties_n; i++) {
		struct status s = {parties[i].group[0] == 'M' ? 1 : 2, false, STR("Member")};
		struct buf b;
		struct out c = {&b, a->arena, a->tongue};
		buf_init(&b, 1000);
		part_status(&c, s);
		const char *cells[] = {parties[i].name, arena_str(a->arena, buf_str(&b)).p, "<time datetime=\"2001-06-15\">15\u00a0June\u00a02001</time>",
			"Founding declaration, Shanghai (<a href=\"/en/\" class=\"nb\">act 2</a>)", "<a href=\"/en/\" class=\"nb\">Charter 13</a>", "–",
			"<a class=\"why\" href=\"/en/why\">Why</a>"};
		buf_done(&b);
		add_row(a->arena, &p.table, 7, cells);
	}
	page_g_participants(&o, &p);
	return 0;
}

static int mock_participant(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct out o = {&ret->body, a->arena, a->tongue};
	struct gallery_page p = {0};
	(void)ctx, (void)e;
	finish(a, &p, "Belarus");
	gallery_timeline(a->arena, &p.timeline);
	add_key(a->arena, &p.key, 4, SWATCH_FILL, "Dialogue partner");
	add_key(a->arena, &p.key, 3, SWATCH_FILL, "Observer");
	add_key(a->arena, &p.key, 1, SWATCH_FILL, "Member");
	add_key(a->arena, &p.key, 4, SWATCH_PENDING, "Decided, not yet in effect");
	p.table.label = STR("From dialogue partner to member");
	add_columns(a->arena, &p.table, (const char *const[]){"Status", "From", "Until", "By which act", "Article", NULL});
	add_row(a->arena, &p.table, 5, (const char *const[]){"<span class=\"st s4\">Dialogue partner</span>", "28\u00a0April\u00a02010",
		"10\u00a0July\u00a02015", "Decision, Yekaterinburg; memorandum signed, Minsk", "Charter 14"});
	add_row(a->arena, &p.table, 5, (const char *const[]){"<span class=\"st s3\">Observer</span>",
		"<time datetime=\"2015-07-10\" class=\"unv\">10\u00a0July\u00a02015</time>", "4\u00a0July\u00a02024", "Decision, Ufa", "Charter 14; Observers 4"});
	add_row(a->arena, &p.table, 5, (const char *const[]){"<span class=\"st s1\">Member</span>", "4\u00a0July\u00a02024", "–",
		"Decision completing admission, Astana", "Charter 13"});
	struct pair facts[] = {{STR("Code"), {STR("<code>BY</code>")}}, {STR("Status"), {STR("member")}}, {STR("Since"), {STR("4\u00a0July\u00a02024")}},
		{STR("Budget share"), {STR("5.8 per cent")}}};
	p.facts.v = facts;
	p.facts.n = 4;
	struct milestone steps[] = {{{day("2022-07-31"), BY_MONTH, false}, STR("Request received"), STR("Regulation on admission 2.1"), MILESTONE_DONE, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}},
		{{day("2022-09-16"), BY_DAY, false}, STR("Council of Heads of State starts the procedure, Samarkand"), STR("Charter 13"), MILESTONE_DONE, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}},
		{{day("2023-07-04"), BY_DAY, false}, STR("Memorandum of obligations signed, New Delhi"), STR("Model memorandum"), MILESTONE_TODO, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}},
		{{day("2024-07-04"), BY_DAY, true}, STR("Council of Heads of State completes the admission, Astana"), STR("Charter 13"), MILESTONE_LATE, {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}}};
	p.steps.v = steps;
	p.steps.n = 4;
	page_g_participant(&o, &p);
	return 0;
}

static int mock_why(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct out o = {&ret->body, a->arena, a->tongue};
	struct gallery_page p = {0};
	(void)ctx, (void)e;
	finish(a, &p, "Why is Belarus a member?");
	struct reason consensus[] = {{.say = {STR("Nine members took part.")}, .by = {STR("No objection is on record.")}}};
	struct reason decision[] = {{.say = {STR("No member objected while it was discussed.")}, .by = {STR("Rule “Consensus”, Charter 16")},
					    .basis = {STR("Rule “Consensus”, <a href=\"/en/\">Charter 16</a>")}, .v = consensus, .n = 1},
		{.say = {STR("Source: Zakon.kz via mail.kz 4 July 2024")}, .by = {STR("<a href=\"/en/\">Text, signature and place in the log</a>")}}};
	struct reason steps[] = {
		{.say = {STR("The decision completing its admission was adopted on 4\u00a0July\u00a02024 in Astana.")},
			.by = {STR("act 391, decision of the Council of Heads of State")},
			.basis = {STR("<a href=\"/en/\" class=\"nb\">act 391</a>, decision of the Council of Heads of State")}, .open = true, .v = decision, .n = 2},
		{.say = {STR("Nothing has ended it since.")}, .by = {STR("3 conditions, all checked to entry 447")},
			.basis = {STR("3 conditions, all checked to entry 447")}, .v = consensus, .n = 1}};
	p.proof = (struct reason){.say = {STR("Belarus is a member on 2\u00a0February\u00a02026.")},
		.by = {STR("Rule “Member”, Charter 13. Known since entry 391.")},
		.basis = {STR("Rule “Member”, <a href=\"/en/\">Charter 13</a>. Known since entry 391.")}, .open = true,
		.quote = {STR("The Council of Heads of State decides on admission. <cite class=\"tiny\">Charter, article 13, in our words.</cite>")},
		.v = steps, .n = 2};
	struct condition conds[] = {{CONDITION_YES, {STR("A status before: observer since <span class=\"unv\">5\u00a0July\u00a02005</span>")}, {STR("act 82")}},
		{CONDITION_OPEN, {STR("Accession to the Charter by 1\u00a0December\u00a02022")}, {STR("Not yet due.")}},
		{CONDITION_NO, {STR("A decision that completes the admission")}, {STR("<a href=\"/en/\">Charter 13; 16</a>. No such act on that day.")}}};
	p.conditions.v = conds;
	p.conditions.n = 3;
	struct reading_box two[] = {{{STR("Reading A: a partner since 1\u00a0September\u00a02025")}, {STR("Decision 5 turned every dialogue partner into a partner.")},
					{STR("Rests on <a href=\"/en/\" class=\"nb\">act 434</a>.")}},
		{{STR("Reading B: not yet a partner")}, {STR("The memorandum was not signed, so there was nothing to turn into a partnership.")},
			{STR("Rests on <a href=\"/en/\">Dialogue partners 2</a>.")}}};
	p.readings.v = two;
	p.readings.n = 2;
	struct pair rows[] = {{STR("Place"), {STR("entry 391 of 448")}},
		{STR("Leaf"), {STR("<code class=\"hash\">aca3eb354cf6b35fb54934bd6bfd92d04a0b4d69d1edb8421c73fa97f0a7fb45</code>")}},
		{STR("Cosigned"), {STR("witness 1, 2 and 4 of 4<br><span class=\"tag w\">witness 3 silent since 30 Jan</span>")}}};
	p.verify = (struct verify){true, STR("In the log, signed, unaltered"), {rows, 3, 3}, {STR("/en/")}, STR("comity verify act-391.tlog-proof"), {STR("/en/verify")}};
	struct version versions[] = {{STR("Русский"), STR("ru"), STR("authentic, not published"), {STR("/en/")}, false},
		{STR("English"), STR("en"), STR("summary of sources"), {STR("/en/")}, true}};
	p.versions = (struct versions){STR("Text in"), {versions, 2, 2}};
	page_g_why(&o, &p);
	return 0;
}

static const struct route table[] = {
	{"/", root_get, FORMS(FORM_HTML), .keep = KEEP_NOT, .title = "front"},
	{"/{lang}/", mock_home, FORMS(FORM_HTML) | FORMS(FORM_JSON) | FORMS(FORM_CSV), .when = true, .title = "home"},
	{"/{lang}/participants", mock_participants, FORMS(FORM_HTML) | FORMS(FORM_CSV), .when = true, .section = "Participants", .title = "all"},
	{"/{lang}/participants/{id}", mock_participant, FORMS(FORM_HTML), .when = true, .title = "one"},
	{"/{lang}/meetings", mock_home, FORMS(FORM_HTML), .when = true, .section = "Meetings", .title = "m"},
	{"/{lang}/instruments", mock_home, FORMS(FORM_HTML), .when = true, .section = "Instruments", .title = "i"},
	{"/{lang}/decisions", mock_home, FORMS(FORM_HTML), .when = true, .section = "Decisions", .title = "d"},
	{"/{lang}/acts", mock_home, FORMS(FORM_HTML), .when = true, .section = "Acts", .title = "a"},
	{"/{lang}/law", mock_home, FORMS(FORM_HTML), .when = true, .section = "Legal basis", .title = "l"},
	{"/{lang}/why", mock_why, FORMS(FORM_HTML), .when = true, .section = "Why", .title = "why"},
	{"/{lang}/date", date_get, FORMS(FORM_HTML), .when = true, .title = "date",
		.params = (const struct query_param[]){{"page", PARAM_TEXT, .max = 1000}, {0}}},
	{"/{lang}/when", when_get, FORMS(FORM_HTML), .when = true, .typed = true, .keep = KEEP_NOT, .title = "when",
		.params = (const struct query_param[]){{"page", PARAM_TEXT, .max = 1000}, {0}}},
	{"/asset/{name}", asset_get, FORMS(FORM_BYTES), .keep = KEEP_FOREVER, .title = "files"},
};

int main(int argc, char **argv)
{
	struct site_words words = {.tongue = &tongues[0], .organisation = STR("Shanghai Cooperation Organisation"), .kind = STR("Public register"),
		.notice = STR("Unofficial demonstration. Built from public sources; it is not the register of the organisation."),
		.notice_href = {STR("/en/")}, .notice_link = STR("What that means"), .small_print = STR("Gallery of the components.")};
	struct web_config c = {.site = {.words = &words, .n = 1, .base = {STR("https://register.example")},
				       .routes = {table, sizeof table / sizeof *table}, .search = "/{lang}/acts"},
		.source = {.position = position, .today = today, .dress = dress}};
	struct web *w;
	struct err e = {0};
	c.port = (uint16_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 0);
	if (web_start(&c, &w, &e) < 0) {
		fprintf(stderr, "%s: %s\n", e.where, e.what);
		return 1;
	}
	printf("%u\n", web_port(w));
	fflush(stdout);
	while (getchar() != EOF)
		;
	web_stop(w);
	return 0;
}
