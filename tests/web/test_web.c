/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses, routes, negotiation, and whole answers, without a socket.
 */
#include "tests/test.h"

#include "demo.h"
#include "http/head.h"


/* Targets */

static void targets_are_cut_and_decoded(void **state)
{
	struct target t;
	struct err e;
	const char *id;
	(void)state;
	assert_int_equal(target_parse(STR("/en/why/status(%42Y)%2F1?q=a+b%2B%C3%BC&on=&x&&y=1=2"), &t, &id, &e), 0);
	assert_int_equal(t.segments, 3);
	assert_true(str_eq(t.segment[2], STR("status(BY)/1")));
	assert_int_equal(t.params, 4);
	assert_true(str_eq(t.param[0].value, STR("a b+ü")));
	assert_true(str_eq(t.param[1].name, STR("on")) && t.param[1].value.n == 0);
	assert_true(str_eq(t.param[2].name, STR("x")) && t.param[2].value.n == 0);
	assert_true(str_eq(t.param[3].value, STR("1=2")));
	assert_false(t.slash);
	assert_int_equal(target_parse(STR("http://register.example/en/"), &t, &id, &e), 0);
	assert_true(t.segments == 1 && t.slash);
	assert_int_equal(target_parse(STR("https://register.example/en/law?on=2024-07-04"), &t, &id, &e), 0);
	assert_true(t.segments == 2 && str_eq(t.segment[0], STR("en")) && t.params == 1);
	assert_int_equal(target_parse(STR("http://register.example?on=2024-07-04"), &t, &id, &e), 0); /* nothing after the host is "/" */
	assert_true(t.slash && t.segments == 0 && t.params == 1);
	assert_int_equal(target_parse(STR("http://"), &t, &id, &e), ERR_INPUT);
	assert_int_equal(target_parse(STR("/"), &t, &id, &e), 0);
	assert_true(t.segments == 0 && t.slash && t.params == 0);
	assert_int_equal(target_parse(STR("/a//b/"), &t, &id, &e), 0);
	assert_true(t.segments == 3 && t.segment[1].n == 0);
	assert_int_equal(target_parse(STR("/a+b"), &t, &id, &e), 0); /* a plus in a path is a plus */
	assert_true(str_eq(t.segment[0], STR("a+b")));
}

static void bad_targets_are_refused(void **state)
{
	static const struct {
		const char *raw, *id, *where;
	} rows[] = {
		{"", "address.form", "address, character 1"},
		{"*", "address.form", "address, character 1"},
		{"en/", "address.form", "address, character 1"},
		{"?on=1", "address.form", "address, character 1"},
		{"/a%", "address.percent", "address, character 3"},
		{"/a%4", "address.percent", "address, character 3"},
		{"/a%4g", "address.percent", "address, character 3"},
		{"/a?b=%zz", "address.percent", "address, character 6"},
		{"/a%00b", "address.nul", "address, character 3"},
		{"/a%0d%0aSet-Cookie:x", "address.control", "address, character 3"},
		{"/a\x7f", "address.control", "address, character 3"},
		{"/a?%09=1", "address.control", "address, character 4"},
		{"/%ff", "address.utf8", "address, character 2"},
		{"/%c0%af", "address.utf8", "address, character 2"},	 /* an overlong slash */
		{"/%ed%a0%80", "address.utf8", "address, character 2"}, /* a surrogate */
		{"/a?q=\xc3", "address.utf8", "address, character 6"},
		{"/a#b", "address.form", "address, character 3"},
		{"/1/2/3/4/5/6/7/8/9", "address.depth", "address, character 18"},
		{"/a?=1", "address.name", "address, character 4"},
		{"/a?1&2&3&4&5&6&7&8&9&a&b&c&d&e&f&g&h", "address.parameters", "address, character 36"},
	};
	struct target t;
	struct err e;
	const char *id;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		id = "";
		e = (struct err){0};
		assert_int_equal(target_parse(str_of(rows[i].raw), &t, &id, &e), ERR_INPUT);
		assert_string_equal(id, rows[i].id);
		assert_string_equal(e.where, rows[i].where);
	}
	char big[TARGET_MAX + 2];
	memset(big, 'a', sizeof big);
	big[0] = '/';
	assert_int_equal(target_parse((struct str){big, TARGET_MAX}, &t, &id, &e), 0);
	assert_int_equal(target_parse((struct str){big, TARGET_MAX + 1}, &t, &id, &e), ERR_LIMIT);
	assert_string_equal(id, "address.length");
}

/* Routes */

static struct route_match match(const char *raw)
{
	static struct target t; /* the match points into it */
	struct err e;
	const char *id;
	struct route_match m;
	assert_int_equal(target_parse(str_of(raw), &t, &id, &e), 0);
	route_find(demo_routes, &t, &m);
	return m;
}

static void is_row(const char *raw, const char *pattern, bool moved)
{
	struct route_match m = match(raw);
	if (!pattern) {
		assert_null(m.route);
		return;
	}
	assert_non_null(m.route);
	assert_string_equal(m.route->pattern, pattern);
	assert_int_equal(m.moved, moved);
}

static void rows_match(void **state)
{
	(void)state;
	is_row("/", "/", false);
	is_row("/en/", "/{lang}/", false);
	is_row("/en", "/{lang}/", true);
	is_row("/en/things", "/{lang}/things", false);
	is_row("/en/things/", "/{lang}/things", true);
	is_row("/en/things/X", "/{lang}/things/{id}", false);
	is_row("/en/things/X/y", NULL, false);
	is_row("/en/things//", NULL, false);
	is_row("/EN/things", NULL, false);
	is_row("/things", NULL, false);
	is_row("/favicon.ico", NULL, false);
	is_row("/api/things/X", "/api/things/{id}", false);
	is_row("/tile/0/x001/234.p/5", "/tile/{path*}", false);
	is_row("/tile", NULL, false);
	is_row("/tile/0/000/", NULL, false);
	is_row("/tile/0/%30%30%30", NULL, false);
	is_row("/%74ile/0/000", NULL, false);
	is_row("/en/%74hings", "/{lang}/things", false); /* other rows are found by any spelling */
	is_row("/en/index.json", "/{lang}/", false);
	is_row("/en/index.csv", NULL, false);
	is_row("/en/things.json", "/{lang}/things", false);
	is_row("/en/things.csv", NULL, false);
}

static void suffixes_choose_the_form(void **state)
{
	(void)state;
	struct route_match m = match("/en/things/X.json");
	assert_true(m.suffixed && m.form == FORM_JSON && str_eq(m.id[0], STR("X")));
	m = match("/en/things/X.html");
	assert_true(m.suffixed && m.form == FORM_HTML && str_eq(m.id[0], STR("X")));
	m = match("/en/things/X.csv"); /* not offered: part of the name */
	assert_true(!m.suffixed && str_eq(m.id[0], STR("X.csv")));
	m = match("/en/things/.json"); /* nothing before it */
	assert_true(!m.suffixed && str_eq(m.id[0], STR(".json")));
	m = match("/asset/comity.123.css");
	assert_true(str_eq(m.id[0], STR("comity.123.css")));
}

static void forms_are_negotiated(void **state)
{
	unsigned both = FORMS(FORM_HTML) | FORMS(FORM_JSON), three = both | FORMS(FORM_CSV);
	(void)state;
	assert_int_equal(route_negotiate(both, STR("")), FORM_HTML);
	assert_int_equal(route_negotiate(both, STR("*/*")), FORM_HTML);
	assert_int_equal(route_negotiate(both, STR("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")), FORM_HTML);
	assert_int_equal(route_negotiate(both, STR("application/json")), FORM_JSON);
	assert_int_equal(route_negotiate(both, STR("application/json, text/html;q=0.5")), FORM_JSON);
	assert_int_equal(route_negotiate(both, STR("application/json;q=0.5, text/html")), FORM_HTML);
	assert_int_equal(route_negotiate(both, STR("text/html;q=0, */*;q=0.1")), FORM_JSON);
	assert_int_equal(route_negotiate(three, STR("text/*;q=0.3, text/csv;q=0.4, application/json;q=0.350")), FORM_CSV);
	assert_int_equal(route_negotiate(both, STR("image/png")), FORM_HTML); /* nothing fits: the first, not an error */
	assert_int_equal(route_negotiate(FORMS(FORM_JSON), STR("text/html")), FORM_JSON);
	assert_int_equal(route_negotiate(both, STR(";q=,,/;;,application/json;level=1;q=0.9;q=x,text/html;q=0.800")), FORM_HTML);
}

static void languages_are_negotiated(void **state)
{
	static const struct tongue en = {.code = "en"}, ru = {.code = "ru"}, zh = {.code = "zh"};
	const struct tongue *offered[] = {&en, &ru, &zh};
	(void)state;
	assert_int_equal(route_language(offered, 3, STR("")), 0);
	assert_int_equal(route_language(offered, 3, STR("ru")), 1);
	assert_int_equal(route_language(offered, 3, STR("fr, zh-Hans-CN;q=0.8, ru;q=0.7")), 2);
	assert_int_equal(route_language(offered, 3, STR("RU-ru")), 1);
	assert_int_equal(route_language(offered, 3, STR("fr")), 0);
	assert_int_equal(route_language(offered, 3, STR("rus")), 0);
	assert_int_equal(route_language(offered, 3, STR("ru;q=0, zh;q=0.1")), 2);
}

/* Whole answers */

struct site_under_test {
	struct demo demo;
	struct web *web;
};

static struct site_under_test *open_site(void)
{
	struct site_under_test *s = calloc(1, sizeof *s);
	struct err e = {0};
	assert_non_null(s);
	struct web_config c = demo_config(&s->demo);
	assert_int_equal(web_open(&c, &s->web, &e), 0);
	return s;
}

static void close_site(struct site_under_test *s)
{
	web_stop(s->web);
	arena_done(&s->demo.arena);
	free(s);
}

/* Asks and says the status; *text (if wanted) gets a copy of the body, to be freed. */
static int ask_with(struct site_under_test *s, struct http_request rq, char **text)
{
	struct http_reply *r = web_answer(s->web, &rq);
	assert_non_null(r);
	int status = http_reply_status(r);
	if (text)
		*text = strndup(http_reply_body(r).p, http_reply_body(r).n);
	http_reply_unref(r);
	return status;
}

static int ask(struct site_under_test *s, const char *target, const char *accept, char **text)
{
	return ask_with(s, (struct http_request){.target = str_of(target), .accept = str_of(accept)}, text);
}

static void contains(struct site_under_test *s, const char *target, const char *accept, int status, const char *words)
{
	char *text;
	assert_int_equal(ask(s, target, accept, &text), status);
	if (!strstr(text, words))
		fail_msg("%s: no “%s” in:\n%s", target, words, text);
	free(text);
}

static void pages_answer(void **state)
{
	struct site_under_test *s = open_site();
	(void)state;
	contains(s, "/en/things/Belarus?on=2016-01-01&known=3", "", 200, "On <strong><time datetime=\"2016-01-01\">1\u00a0January 2016</time></strong>, as known at entry 3");
	contains(s, "/en/things/Belarus?on=2016-01-01&known=3", "", 200, "href=\"/en/things/Belarus?on=2016-01-01&amp;known=3\">Again");
	contains(s, "/en/things/Belarus?on=2016-01-01&known=3", "", 200, "<body class=\"past\">");
	contains(s, "/en/things/a%22%3E%3Cb%3E", "", 200, "<h1>a\"&gt;&lt;b&gt;</h1>");
	contains(s, "/en/things/a%22%3E%3Cb%3E", "", 200, "href=\"/en/date?page=%2Fen%2Fthings%2Fa%2522%253E%253Cb%253E\"");
	contains(s, "/en/things/B?q=x%26y", "", 200, "<p>Words: x&amp;y</p>");
	contains(s, "/en/things/B?on=2016-01-01", "application/json", 200, "{\"name\": \"B\", \"on\": \"2016-01-01\", \"known\": 9}");
	contains(s, "/en/things/B.json", "", 200, "\"on\": \"2026-02-02\"");
	contains(s, "/api/things/B?known=2", "text/html", 200, "\"known\": 2");
	contains(s, "/api/things/B?on=&known=", "text/html", 200, "\"known\": 9"); /* empty fields ask nothing */
	contains(s, "/en/things/B?on=2030-01-01", "", 200, "if nothing else happens");
	contains(s, "/en/things/B?known=9", "", 200, "(today)");
	contains(s, "/en/things/B?on=2016-01-01", "", 200, "https://register.example/en/things/B?on=2016-01-01&amp;known=9");
	close_site(s);
}

static void redirects(void **state)
{
	struct site_under_test *s = open_site();
	(void)state;
	assert_int_equal(ask(s, "/", "", NULL), 302);
	assert_int_equal(ask(s, "/en", "", NULL), 301);
	assert_int_equal(ask(s, "/en/things/?on=2016-01-01", "", NULL), 301);
	assert_int_equal(ask(s, "/en/things/B/", "", NULL), 301);
	assert_int_equal(ask(s, "/en/things/none/", "", NULL), 404); /* what is nowhere is nowhere with a slash, too */
	assert_int_equal(ask(s, "/en/things/B/?on=2016-02-30", "", NULL), 400);
	assert_int_equal(ask(s, "//en/things/B/", "", NULL), 404);
	assert_int_equal(ask(s, "/en/things/B?utm_source=letter&on=2016-01-01&fbclid=x", "", NULL), 200); /* marks of who passed the link on */
	assert_int_equal(ask(s, "/en/things/B?utm_source=letter&fbclid2=x", "", NULL), 400);
	assert_int_equal(ask(s, "/en/things/B?on=2016-01-01&known=", "", NULL), 301); /* what a form with an empty field sends */
	assert_int_equal(ask(s, "/en/things/B?known", "", NULL), 301);
	assert_int_equal(ask(s, "/en/things/B?on=2016-01-01", "", NULL), 200);
	close_site(s);
}

static void bad_questions_get_400(void **state)
{
	static const struct {
		const char *target, *words;
	} rows[] = {
		{"/en/things?on=2025-02-30", "\"error\": \"date.day_out_of_range\""},
		{"/en/things?on=2025-02-30", "February 2025 has 28 days"},
		{"/en/things?on=2025-02-30", "\"hint\": \"on=2025-02-28\""},
		{"/en/things?on=2025-02-30&q=x%26y", "\"near\": [\"/en/things?q=x%26y&on=2025-02-28\", \"/en/things?q=x%26y&on=2025-03-01\"]"},
		{"/en/things?on=2025-02-30&known=4", "/en/things?on=2025-02-28&known=4"},
		{"/en/things?on=2024-13-01", "date.month_out_of_range"},
		{"/en/things?on=2024-00-10", "date.month_out_of_range"},
		{"/en/things?on=2024-01-00", "date.day_out_of_range"},
		{"/en/things?on=9999-12-32", "\"near\": [\"/en/things?on=9999-12-31\"]"},
		{"/en/things?on=0000-01-01", "date.year_out_of_range"},
		{"/en/things?on=01.02.2024", "date.form"},
		{"/en/things?on=2024-1-1", "date.form"},
		{"/en/things?on=2024-01-01T10:00:00", "date.form"},
		{"/en/things?on=%C3%BC", "date.form"},
		{"/en/things?since=2024-02-31", "parameter since"},
		{"/en/things?known=10", "The record has entries 0 to 9"},
		{"/en/things?known=-1", "known.range"},
		{"/en/things?known=18446744073709551616", "known.range"},
		{"/en/things?knwon=1", "parameter.unknown"},
		{"/en/things?knwon=1", "It takes: q, open, n, since, on, known."},
		{"/tile/1?on=2024-01-01", "It takes none."},
		{"/en/things?on=2024-01-01&on=2024-01-02", "parameter.twice"},
		{"/en/things?open=some", "It takes one of these words: all, none."},
		{"/en/things?n=101", "a whole number from 0 to 100"},
		{"/en/things?n=1e3", "parameter.number"},
		{"/en/things?q=12345678901234567890123456789012345678901", "It has 41 bytes, and at most 40 are read. Shorten it."},
		{"/en/things?q=%ff", "address.utf8"},
		{"/en/things?q=%", "address.percent"},
		{"/en/%00", "address.nul"},
	};
	struct site_under_test *s = open_site();
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		contains(s, rows[i].target, "application/json", 400, rows[i].words);
		if (rows[i].target[1] == 'e') /* pages; machine addresses have no HTML */
			contains(s, rows[i].target, "text/html", 400, "Nothing was changed, and nothing was guessed.");
	}
	assert_int_equal(atomic_load(&s->demo.rendered), 0); /* none of these reached a handler */
	contains(s, "/en/things?foo=1&q=x&bar=2&utm_source=y", "text/html", 400, "<a href=\"/en/things?q=x\">This page without foo and bar</a>");
	contains(s, "/en/things?a+b=1&c=2&d=3&q=x", "text/html", 400, "<a href=\"/en/things?q=x\">This page without a b, c and d</a>"); /* a blank parts no names */
	contains(s, "/en/things?foo=1", "text/html", 400, "This page without foo</a>");
	contains(s, "/en/things?on=2024-02-30&q=%22%3E", "text/html", 400, "<h1>There is no 30 February</h1>");
	contains(s, "/en/things?on=2024-02-30&q=%22%3E", "text/html", 400, "<input type=\"hidden\" name=\"q\" value=\"&quot;&gt;\">");
	contains(s, "/en/things?on=2024-02-30&q=%22%3E", "text/html", 400, "<a href=\"/en/things?q=%22%3E&amp;on=2024-02-29\">29\u00a0February 2024</a>, ");
	close_site(s);
}

static void absent_pages_help(void **state)
{
	struct site_under_test *s = open_site();
	(void)state;
	contains(s, "/en/thngs", "text/html", 404, "<li><a href=\"/en/things\">/en/things</a></li>");
	contains(s, "/things/X", "text/html", 404, "<a href=\"/en/things/X\">");
	contains(s, "/fr/things/X?on=2016-01-01", "text/html", 404, "There are no pages in “fr”.");
	contains(s, "/fr/things/X", "text/html", 404, "<a href=\"/en/things/X\">");
	contains(s, "/en/things/none", "text/html", 404, "There is no thing “none”.");
	contains(s, "/en/things/none", "text/html", 404, "<a href=\"/en/things/some\">Some</a>");
	contains(s, "/en/things/none", "application/json", 404, "\"near\": [\"/en/things/some\"]");
	contains(s, "/nothing/like/this", "application/json", 404, "\"error\": \"address.unknown\"");
	contains(s, "/nothing/like/this", "text/html", 404, "<a href=\"/en/\">Front page</a>");
	contains(s, "/en/%3Cscript%3E", "text/html", 404, "<code class=\"hash\">/en/%3Cscript%3E</code>");
	contains(s, "/asset/comity.css", "", 404, "There is no such file");
	close_site(s);
}

static void other_refusals(void **state)
{
	struct site_under_test *s = open_site();
	char big[TARGET_MAX + 10], *text;
	(void)state;
	assert_int_equal(ask_with(s, (struct http_request){.method = HTTP_OTHER, .target = STR("/en/")}, NULL), 405);
	assert_int_equal(ask_with(s, (struct http_request){.target = STR("/en/"), .has_body = true}, NULL), 400);
	assert_int_equal(ask_with(s, (struct http_request){.method = HTTP_POST, .target = STR("/en/")}, NULL), 405);
	struct http_request post = {.method = HTTP_POST, .target = STR("/api/echo"), .has_body = true, .body = STR("hello"), .content_type = STR("a/b")};
	assert_int_equal(ask_with(s, post, &text), 200);
	assert_non_null(strstr(text, "\"posted\": true, \"bytes\": 5"));
	assert_non_null(strstr(text, "\"type\": \"a/b\""));
	free(text);
	for (size_t i = 0; i < 3; i++) {
		post.body_state = (enum http_body[]){HTTP_BODY_BAD, HTTP_BODY_LONG, HTTP_BODY_BUSY}[i];
		assert_int_equal(ask_with(s, post, NULL), (int)post.body_state);
	}
	memset(big, 'a', sizeof big);
	assert_int_equal(ask_with(s, (struct http_request){.target = {big, sizeof big}}, NULL), 414);
	assert_int_equal(ask(s, "/en/things/broken", "text/html", &text), 500);
	assert_null(strstr(text, "fire")); /* what failed inside is not told outside */
	assert_null(strstr(text, "/secret"));
	assert_non_null(strstr(text, "Nothing was changed"));
	free(text);
	close_site(s);
}

static void the_date_form_leads_back(void **state)
{
	struct site_under_test *s = open_site();
	(void)state;
	contains(s, "/en/date?page=%2Fen%2Fthings%2FX&on=2016-06-24&known=3", "", 200, "<form class=\"asof-form\" id=\"asof-form\" action=\"/en/when\">\n<input type=\"hidden\" name=\"page\" value=\"/en/things/X\">");
	contains(s, "/en/date?page=%2Fen%2Fthings%2FX&on=2016-06-24&known=3", "", 200, "name=\"known\" size=\"18\" dir=\"auto\" value=\"3\"");
	contains(s, "/en/date?page=https:%2F%2Fevil.example%2Fen%2Fthings", "", 200, "name=\"page\" value=\"/en/\"");
	contains(s, "/en/date?page=%2F%2Fevil.example%2F", "", 200, "name=\"page\" value=\"/en/\"");
	contains(s, "/en/date?page=%2Fnothing", "", 200, "name=\"page\" value=\"/en/\"");
	contains(s, "/en/date?page=%2Fen%2Fdate", "", 200, "name=\"page\" value=\"/en/\"");
	contains(s, "/en/date", "", 200, "name=\"page\" value=\"/en/\"");
	close_site(s);
}

/* Cache */

static void answers_are_kept_by_position(void **state)
{
	struct site_under_test *s = open_site();
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask(s, "/en/things/X?on=2016-01-01", "", NULL), 200);
	assert_int_equal(atomic_load(&s->demo.rendered), 1);
	assert_int_equal(ask(s, "/en/things/X.html?on=2016-01-01", "", NULL), 200); /* the same question, whose answer names another address as its own */
	assert_int_equal(atomic_load(&s->demo.rendered), 2);
	assert_int_equal(ask(s, "/en/things/X?on=2016-01-01", "application/json", NULL), 200);
	assert_int_equal(ask(s, "/en/things/X?on=2016-01-02", "", NULL), 200);
	assert_int_equal(ask(s, "/en/things/X?on=2016-01-01&known=9", "", NULL), 200);
	assert_int_equal(ask(s, "/en/things/X?on=2016-01-01&q=1", "", NULL), 200);
	assert_int_equal(ask(s, "/en/things/Y?on=2016-01-01", "", NULL), 200);
	assert_int_equal(ask(s, "/api/things/X?on=2016-01-01", "", NULL), 200);
	assert_int_equal(atomic_load(&s->demo.rendered), 8);
	atomic_store(&s->demo.position, 10); /* an act was filed: everything is stale */
	contains(s, "/en/things/X?on=2016-01-01", "application/json", 200, "\"known\": 10");
	assert_int_equal(atomic_load(&s->demo.rendered), 9);
	assert_int_equal(web_cache_count(s->web).stale, 1);
	close_site(s);
}

static void today_is_part_of_the_question(void **state)
{
	struct site_under_test *s = open_site();
	(void)state;
	contains(s, "/en/things/X", "application/json", 200, "2026-02-02");
	contains(s, "/en/things/X", "application/json", 200, "2026-02-02");
	assert_int_equal(atomic_load(&s->demo.rendered), 1);
	s->demo.today += DAY;
	contains(s, "/en/things/X", "application/json", 200, "2026-02-03");
	assert_int_equal(ask(s, "/en/things/X?on=2026-02-03", "application/json", NULL), 200); /* says no "(today)" links: another page */
	assert_int_equal(atomic_load(&s->demo.rendered), 3);
	/* an address that takes no dates answers as of today all the same: a feed holds back what is under embargo until its day */
	contains(s, "/tile/a/b", "", 200, "2026-02-03");
	s->demo.today += DAY;
	contains(s, "/tile/a/b", "", 200, "2026-02-04");
	contains(s, "/tile/a/b", "", 200, "2026-02-04");
	assert_int_equal(atomic_load(&s->demo.rendered), 5);
	close_site(s);
}

static void failures_are_not_kept(void **state)
{
	struct site_under_test *s = open_site();
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(s, "/en/things/broken", "", NULL), 500);
		assert_int_equal(ask(s, "/en/things/none", "", NULL), 404);
	}
	assert_int_equal(atomic_load(&s->demo.rendered), 6);
	assert_int_equal(web_cache_count(s->web).entries, 0);
	close_site(s);
}

static void etags_match(void **state)
{
	(void)state;
	assert_true(http_etag_matches(STR("\"9-a\""), STR("\"9-a\"")));
	assert_true(http_etag_matches(STR("W/\"9-a\""), STR("\"9-a\"")));
	assert_true(http_etag_matches(STR("\"x\" , W/\"9-a\",\"y\""), STR("\"9-a\"")));
	assert_true(http_etag_matches(STR(" * "), STR("\"9-a\"")));
	assert_false(http_etag_matches(STR("\"9-b\""), STR("\"9-a\"")));
	assert_false(http_etag_matches(STR("9-a"), STR("\"9-a\"")));
	assert_false(http_etag_matches(STR(",,"), STR("\"9-a\"")));
}

static void a_bad_site_is_refused(void **state)
{
	struct demo d = {0};
	struct web_config c = demo_config(&d);
	struct web *w = NULL;
	struct err e = {0};
	(void)state;
	c.address = "localhost"; /* a name would need a resolver */
	assert_int_equal(web_start(&c, &w, &e), ERR_INPUT);
	c.address = NULL;
	c.site.n = 0;
	assert_int_equal(web_open(&c, &w, &e), ERR_INPUT);
	assert_null(w);
	arena_done(&d.arena);
}

/* The head of a request */

static void heads_are_judged_as_a_whole(void **state)
{
	static const struct {
		const char *fields; /* "Name:value", one a line */
		bool old;	    /* HTTP/1.0 */
		enum http_fault fault;
		bool body, frames;
	} rows[] = {
		{"Host:t", false, HTTP_FAULT_NONE, false, true},
		{"", false, HTTP_FAULT_HOST, false, true},
		{"", true, HTTP_FAULT_NONE, false, true},
		{"Host:t\nhost:t", false, HTTP_FAULT_HOST, false, true},
		{"Host:a\nHOST:b", true, HTTP_FAULT_HOST, false, true},
		{"Host:t\nContent-Length :5", false, HTTP_FAULT_FIELD, false, true},
		{"Host:t\nA b:c", false, HTTP_FAULT_FIELD, false, true},
		{"Host:t\n:c", false, HTTP_FAULT_FIELD, false, true},
		{"Host:t\nX-\xc3\xbc:c", false, HTTP_FAULT_FIELD, false, true},
		{"Host:t\ncontent-length:5", false, HTTP_FAULT_NONE, true, true},
		{"Host:t\nContent-Length:0", false, HTTP_FAULT_NONE, false, true},
		{"Host:t\nContent-Length:0\nContent-Length:0", false, HTTP_FAULT_NONE, true, false},
		{"Host:t\nTransfer-Encoding:Chunked", false, HTTP_FAULT_NONE, true, true},
		{"Host:t\nTransfer-Encoding:", false, HTTP_FAULT_NONE, true, false},
		{"Host:t\nTransfer-Encoding:chunked, gzip", false, HTTP_FAULT_NONE, true, false},
		{"Host:t\nTransfer-Encoding:chunked\nContent-Length:5", false, HTTP_FAULT_NONE, true, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct head h = {.needs_host = !rows[i].old};
		struct str rest = str_of(rows[i].fields), line, name, value;
		while (str_line(&rest, &line))
			if (str_cut(line, ':', &name, &value))
				head_add(&h, name, value);
		assert_int_equal(head_fault(&h), rows[i].fault);
		assert_int_equal(head_has_body(&h), rows[i].body);
		assert_int_equal(head_frames(&h), rows[i].frames);
	}
	struct head many = {.bytes = HTTP_HEAD_MAX};
	for (int i = 0; i < HTTP_FIELDS_MAX; i++)
		head_add(&many, STR("X"), STR("1"));
	assert_int_equal(head_fault(&many), HTTP_FAULT_NONE);
	head_add(&many, STR("X"), STR("1"));
	assert_int_equal(head_fault(&many), HTTP_FAULT_MANY);
	many.bytes++;
	assert_int_equal(head_fault(&many), HTTP_FAULT_LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_cut_and_decoded),
		cmocka_unit_test(bad_targets_are_refused),
		cmocka_unit_test(rows_match),
		cmocka_unit_test(suffixes_choose_the_form),
		cmocka_unit_test(forms_are_negotiated),
		cmocka_unit_test(languages_are_negotiated),
		cmocka_unit_test(pages_answer),
		cmocka_unit_test(redirects),
		cmocka_unit_test(bad_questions_get_400),
		cmocka_unit_test(absent_pages_help),
		cmocka_unit_test(other_refusals),
		cmocka_unit_test(the_date_form_leads_back),
		cmocka_unit_test(answers_are_kept_by_position),
		cmocka_unit_test(today_is_part_of_the_question),
		cmocka_unit_test(failures_are_not_kept),
		cmocka_unit_test(etags_match),
		cmocka_unit_test(heads_are_judged_as_a_whole),
		cmocka_unit_test(a_bad_site_is_refused),
	};
	return test_main(tests);
}
