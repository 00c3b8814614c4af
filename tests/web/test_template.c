/* SPDX-License-Identifier: Apache-2.0
 *
 * What a compiled template writes: escapes by place and type, blocks, messages.
 */
#include "tests/test.h"

#include "escape_pages.h"

struct scene {
	struct arena arena;
	struct buf b;
	struct out o;
};

static void begin(struct scene *s, const struct tongue *t)
{
	*s = (struct scene){0};
	buf_init(&s->b, 1 << 16);
	s->o = (struct out){&s->b, &s->arena, t};
}

static void end(struct scene *s, const char *want)
{
	assert_string_equal(s->b.n ? s->b.p : "", want);
	buf_done(&s->b);
	arena_done(&s->arena);
}

static void every_place(void **state)
{
	struct scene s;
	struct str words[] = {STR("<a>"), STR("b&")};
	struct escape_row rows[] = {{STR("one"), {words, 2, 2}}, {STR("two"), {NULL, 0, 0}}};
	struct escape p = {.text = STR("<&>\"'\x01/?"), .z = "a\"b", .markup = {STR("<em>m</em>")}, .address = {STR("/y?a=1&b=\"2\"")},
		.minus = -7, .big = UINT64_MAX, .n = 2, .yes = true, .rows = {rows, 2, 2}, .in = {STR("in")}};
	(void)state;
	begin(&s, &tongues[0]);
	page_escape(&s.o, &p, 5);
	end(&s, "<p>&lt;&amp;&gt;\"'\xef\xbf\xbd/?|a\"b|<em>m</em>|-7|18446744073709551615|5|\"\\?</p>\n"
		"<a href=\"/y?a=1&amp;b=&quot;2&quot;\" title=\"&lt;&amp;&gt;&quot;'\xef\xbf\xbd/? a&quot;b -7\">a</a>\n"
		"<a href=\"/x/%3C%26%3E%22%27%01%2F%3F?q=%3C%26%3E%22%27%01%2F%3F&amp;n=2/y?a=1&amp;b=&quot;2&quot;\">b</a>\n"
		"<b>yes</b>\n<i hidden class=\"x two\">in</i>\n<ul>\n<li>one: &lt;a&gt;, b&amp;</li>\n<li>two: none</li>\n</ul>\n"
		"<p title=\"From &lt;&amp;&gt;&quot;'\xef\xbf\xbd/? to 2\"><b>2</b> things Words &amp; more Open</p>\n"
		"<div><h2>&lt;title&gt;</h2>\n<time datetime=\"1969-12-31\">31\u00a0December 1969</time>\n</div>\n");
}

static void other_branches(void **state)
{
	struct scene s;
	struct escape_inner far = {STR("deep")};
	struct escape p = {.text = STR("t"), .n = 1, .far = &far};
	(void)state;
	begin(&s, &tongues[0]);
	page_escape(&s.o, &p, 0);
	assert_non_null(strstr(s.b.p, "<b>far deep</b>\n<i class=\"x\"></i>\n<ul>\n<li>empty</li>\n</ul>"));
	assert_non_null(strstr(s.b.p, "<b>1</b> thing "));
	buf_clear(&s.b);
	p.far = NULL;
	page_escape(&s.o, &p, 0);
	assert_non_null(strstr(s.b.p, "<b>no</b>"));
	buf_done(&s.b);
	arena_done(&s.arena);
}

static unsigned polish(uint64_t n)
{
	return n == 1 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2;
}

/* A translation puts slots in another order, and has forms of its own. */
static void translated(void **state)
{
	static const struct tr_entry entries[] = {{"From {a} to {b}", {"{b} <- {a}!"}}, {"Words & more", {"Słowa & więcej"}},
		{"verb\004Open", {"Otwórz"}}, {"{n} thing", {"{n} rzecz", "{n} rzeczy", "{n} rzeczy!"}}};
	static const struct tongue pl = {"pl", "pl", "ltr", "polski", entries, 4, polish, NULL};
	struct scene s;
	struct escape p = {.text = STR("x"), .n = 5};
	(void)state;
	begin(&s, &pl);
	page_escape(&s.o, &p, 0);
	assert_non_null(strstr(s.b.p, "<p title=\"5 &lt;- x!\"><b>5</b> rzeczy! Słowa &amp; więcej Otwórz</p>"));
	assert_true(str_eq(trn(&s.o, "{n} thing", "{n} things", 22), STR("{n} rzeczy")));
	assert_true(str_eq(tr(&s.o, "Not there"), STR("Not there")));
	buf_done(&s.b);
	arena_done(&s.arena);
}

static void a_full_buffer_stays_full(void **state)
{
	struct scene s;
	struct escape p = {.text = STR("x")};
	(void)state;
	begin(&s, &tongues[0]);
	buf_done(&s.b);
	buf_init(&s.b, 40);
	page_escape(&s.o, &p, 0);
	assert_true(s.b.over && s.b.n <= 40);
	buf_done(&s.b);
	arena_done(&s.arena);
}

static void foreign_addresses(void **state)
{
	(void)state;
	assert_true(html_true(url_foreign(STR("https://a.example/?q=1"))));
	assert_true(html_true(url_foreign(STR("HTTP://a.example"))));
	assert_true(html_true(url_foreign(STR("mailto:a@b.example"))));
	assert_false(html_true(url_foreign(STR("javascript:alert(1)"))));
	assert_false(html_true(url_foreign(STR("data:text/html,x"))));
	assert_false(html_true(url_foreign(STR("//a.example"))));
	assert_false(html_true(url_foreign(STR("https://"))));
	assert_false(html_true(url_foreign(STR(""))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place),
		cmocka_unit_test(other_branches),
		cmocka_unit_test(translated),
		cmocka_unit_test(a_full_buffer_stays_full),
		cmocka_unit_test(foreign_addresses),
	};
	return test_main(tests);
}
