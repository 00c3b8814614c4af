/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "base/quotes.h"
#include "base/arena.h"
#include "base/bisect.h"
#include "base/date.h"
#include "base/json.h"
#include "base/syms.h"

static void views(void **state)
{
	(void)state;
	struct str a, b, rest = STR("one\ntwo\n\nlast");
	assert_true(str_cut(STR("k=v=w"), '=', &a, &b));
	assert_true(str_eq(a, STR("k")) && str_eq(b, STR("v=w")));
	assert_false(str_cut(STR("none"), '=', &a, &b));
	size_t n = 0;
	while (str_line(&rest, &a))
		n++;
	assert_int_equal(n, 4);
	assert_true(str_eq(a, STR("last")));
	assert_true(str_eq(str_trim(STR(" \t x y\r\n")), STR("x y")));
	assert_true(str_cmp(STR("ab"), STR("abc")) < 0 && str_cmp(STR("b"), STR("abc")) > 0);
	assert_int_equal(str_find(STR("abcabd"), STR("abd")), 3);
	assert_int_equal(str_find(STR("abc"), STR("x")), 3);
}

static void numbers(void **state)
{
	(void)state;
	uint64_t v;
	assert_true(str_u64(STR("0"), &v) && v == 0);
	assert_true(str_u64(STR("18446744073709551615"), &v) && v == UINT64_MAX);
	const char *bad[] = {"", "01", "18446744073709551616", "-1", "1 ", "1x"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(str_u64(str_of(bad[i]), &v));
	uint8_t h[2];
	assert_true(hex_parse(STR("fF01"), h, 2) && h[0] == 255 && h[1] == 1);
	assert_false(hex_parse(STR("fF0"), h, 2) || hex_parse(STR("fF0g"), h, 2));
}

static void utf8(void **state)
{
	(void)state;
	const char *good[] = {"", "a", "Беларусь", "白俄罗斯", "\xf0\x9f\x8c\x8d", "\xf4\x8f\xbf\xbf"};
	const char *bad[] = {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5", "\xe7\x99"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(str_utf8(str_of(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(str_utf8(str_of(bad[i])));
}

static void errors_are_cut_between_characters(void **state)
{
	(void)state;
	struct err e;
	char name[1000] = "", mend[] = "a\x80\xd0\xb1\xd0";
	for (int i = 0; i < 150; i++)
		strcat(name, "\u767d");
	(void)err_set(&e, ERR_INPUT, name, "%.80s and %s", name, name);
	(void)err_hint(&e, "x%s", name);
	assert_true(str_utf8(str_of(e.where)) && str_utf8(str_of(e.what)) && str_utf8(str_of(e.hint)));
	assert_true(strlen(e.where) > 150 && strlen(e.what) > 390 && strlen(e.hint) > 230);
	assert_int_equal(str_utf8_mend(mend), 3);
	assert_string_equal(mend, "a\u0431");
}

static void errors_tell_how_they_were_made(void **state)
{
	(void)state;
	struct err e;
	char name[1000] = "";
	static const char fmt[] = "%.3s has 100%% of %zu, %.*s and \"%s\"";
	static const char *const values[] = {"abc", "12", "xy", ""};
	(void)err_set(&e, ERR_INPUT, "here", fmt, "abcdef", (size_t)12, 2, "xyz", "");
	assert_string_equal(e.what, "abc has 100% of 12, xy and \"\"");
	assert_ptr_equal(e.made.fmt, fmt);
	assert_int_equal(e.made.n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_true(str_eq(str_slice(str_of(e.what), e.made.value[i].from, e.made.value[i].to), str_of(values[i])));
	assert_null(e.hint_made.fmt);
	(void)err_set(&e, ERR_INPUT, "here", "a value with \x01 in it: %s", "\x02");
	assert_null(e.made.fmt);
	(void)err_set(&e, ERR_INPUT, "here", "%d%d%d%d%d%d%d", 1, 2, 3, 4, 5, 6, 7); /* more than are kept */
	assert_string_equal(e.what, "1234567");
	assert_null(e.made.fmt);
	memset(name, 'x', sizeof name - 1);
	(void)err_set(&e, ERR_INPUT, "here", "cut short: %s", name);
	assert_null(e.made.fmt);
	(void)err_set(&e, ERR_INPUT, "here", "again: %s", "first");
	(void)err_set(&e, ERR_INPUT, e.where, "%s, and more", e.what); /* of the error that is overwritten */
	assert_string_equal(e.where, "here");
	assert_string_equal(e.what, "again: first, and more");
}

static void buffer_keeps_its_maximum(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 5);
	buf_adds(&b, "abc");
	buf_addf(&b, "%d", 12345);
	assert_true(b.over);
	assert_true(str_eq(buf_str(&b), STR("abc")));
	buf_clear(&b);
	buf_addf(&b, "%d", 12345);
	assert_false(b.over);
	assert_string_equal(b.p, "12345");
	buf_done(&b);
}

/* Every day of three centuries against a calendar that is counted, not computed. */
static void calendar_counted(void **state)
{
	(void)state;
	static const int len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	civil t = date_from(1900, 1, 1);
	assert_int_equal(t, -2208988800);
	int weekday = 0; /* a Monday */
	for (int y = 1900; y <= 2200; y++)
		for (int m = 1; m <= 12; m++) {
			int last = len[m - 1] + (m == 2 && ((y % 4 == 0 && y % 100) || y % 400 == 0));
			for (int d = 1; d <= last; d++, t += DAY, weekday = (weekday + 1) % 7) {
				int yy, mm, dd;
				char text[DATE_LEN];
				civil back;
				date_split(t, &yy, &mm, &dd);
				assert_true(yy == y && mm == m && dd == d);
				assert_int_equal(date_from(y, m, d), t);
				assert_int_equal(date_weekday(t), weekday);
				assert_int_equal(date_end_of_month(t), date_from(y, m, last));
				assert_true(date_parse(str_of(date_print(t, text)), &back) && back == t);
			}
		}
}

static void instants_of_utc(void **state)
{
	static const struct {
		int64_t at;
		const char *text;
	} cases[] = {{0, "1970-01-01T00:00:00Z"}, {1, "1970-01-01T00:00:01Z"}, {-1, "1969-12-31T23:59:59Z"}, {1767139200, "2025-12-31T00:00:00Z"},
		{1767139261, "2025-12-31T00:01:01Z"}, {INT64_MAX, "9999-12-31T23:59:59Z"}, {INT64_MIN, "0001-01-01T00:00:00Z"}};
	char text[UTC_LEN];
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(utc_print(cases[i].at, text), cases[i].text);
}

static civil at(const char *s)
{
	civil t = 0;
	assert_true(date_parse(str_of(s), &t));
	return t;
}

static void date_law(void **state)
{
	(void)state;
	struct {
		const char *from, *span, *to;
		int sign;
	} t[] = {
		{"2024-11-30", "3 months", "2025-02-28", 1}, {"2024-01-31", "2 months", "2024-03-31", 1},
		{"2023-01-31", "1 month", "2023-02-28", 1},  {"2024-02-29", "12 months", "2025-02-28", 1},
		{"2024-02-29", "1 year", "2025-02-28", 1},   {"2024-03-31", "1 month", "2024-02-29", -1},
		{"2024-12-31T23:59:59", "1 minute", "2025-01-01T00:00:59", 1}, {"2024-02-28", "2 days", "2024-03-01", 1},
		{"2024-01-31T15:00:00", "1 month", "2024-02-29T15:00:00", 1},
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct span s;
		civil r;
		assert_true(span_parse(str_of(t[i].span), &s));
		assert_true(date_add(at(t[i].from), s, t[i].sign, &r));
		assert_int_equal(r, at(t[i].to));
	}
	civil r;
	assert_false(date_add(at("9999-12-31"), (struct span){1, SPAN_DAY}, 1, &r));
	assert_false(date_add(at("0001-01-01"), (struct span){1, SPAN_MONTH}, -1, &r));
	assert_true(date_first_of_month_after(at("2025-01-01"), &r) && r == at("2025-02-01"));
	assert_int_equal(date_end(at("2025-03-14")), at("2025-03-15"));
	assert_int_equal(date_end(at("2025-03-14T18:00:00")), at("2025-03-14T18:00:01"));
}

static void bad_dates(void **state)
{
	(void)state;
	const char *bad[] = {"2025-02-30", "2025-13-01", "2025-00-10", "0000-01-01", "2025-1-1", "2025-01-01T24:00:00",
		"2025-01-01T10:00", "2025-01-01 10:00:00", "", "20250101", "2023-02-29", "1900-02-29"};
	civil t;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(date_parse(str_of(bad[i]), &t));
}

static void interning(void **state)
{
	(void)state;
	struct arena a = {0};
	struct syms low, high;
	syms_init(&low, &a, NULL);
	sym kz = syms_intern(&low, STR("KZ"));
	syms_init(&high, &a, &low);
	assert_int_equal(syms_intern(&high, STR("KZ")), kz);
	sym first = syms_intern(&high, STR("x0"));
	for (int i = 0; i < 1000; i++)
		(void)syms_intern(&high, arena_fmt(&a, "x%d", i));
	assert_int_equal(syms_intern(&high, STR("x0")), first);
	assert_int_equal(syms_count(&high), syms_count(&low) + 1000);
	assert_true(str_eq(syms_str(&high, kz), STR("KZ")));
	assert_int_equal(syms_find(&low, STR("x1")), SYM_ABSENT);
	arena_done(&a);
}

static void halving(void **state)
{
	int v[9];
	(void)state;
	for (int n = 0; n <= 9; n++)
		for (int first = 0; first <= n; first++) { /* so many are below ten */
			for (int k = 0; k < n; k++)
				v[k] = k < first ? k : 10 + k;
			BISECT(i, (size_t)n, v[i] < 10);
			assert_int_equal(i, first);
		}
}

static void json_is_strict(void **state)
{
	(void)state;
	struct err e;
	json_t *v = NULL;
	const char *bad[] = {"", "{\"a\":1,\"a\":2}", "{\"a\":NaN}", "{'a':1}", "[1,]", "[1] x", "\"\xff\"", "[\"\\ud800\"]"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(json_read(str_of(bad[i]), "in", &v, &e), ERR_INPUT);
		assert_string_equal(e.where, "in");
	}
	char deep[80];
	memset(deep, '[', 40);
	memset(deep + 40, ']', 40);
	assert_int_equal(json_read((struct str){deep, 80}, "in", &v, &e), ERR_LIMIT);
	struct buf b;
	buf_init(&b, 1000);
	json_quote(&b, STR("a\"\\\n\x01 \xff"));
	assert_string_equal(b.p, "\"a\\\"\\\\\\n\\u0001 \xef\xbf\xbd\"");
	buf_done(&b);
}

static void quotes_in_quotes(void **state)
{
	static const struct { const char *before, *text, *lang, *within; } cases[] = {
		{"Решение «", "О статусе «партнёр»", "ru", "О статусе „партнёр“"}, {"“", "Why is “Pact” so?", "en", "Why is ‘Pact’ so?"}, {"“", "主席宣布“地位”通过", "zh", "主席宣布‘地位’通过"},
		{"《", "修改《宪章》的议定书", "zh", "修改〈宪章〉的议定书"}, {"«", "طرف «Pact»", "fa", "طرف ‹Pact›"}, {"Решение ", "«О статусе»", "ru", "«О статусе»"},
		{"«", "a “word”", "ru", "a “word”"}, {"", "“a”", "en", "“a”"}, {"“", "plain", "en", "plain"}, {"“", "", "en", ""}, {"«", "««««««««", "ru", "„„„„„„„„"},
	};
	struct arena a = {0};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str is = quotes_within(str_of(cases[i].before), str_of(cases[i].text), str_of(cases[i].lang), &a);
		if (!str_eq(is, str_of(cases[i].within)))
			fail_msg("%s after %s: %.*s", cases[i].text, cases[i].before, STR_ARG(is));
	}
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views), cmocka_unit_test(numbers), cmocka_unit_test(utf8), cmocka_unit_test(errors_are_cut_between_characters), cmocka_unit_test(errors_tell_how_they_were_made),
		cmocka_unit_test(buffer_keeps_its_maximum), cmocka_unit_test(calendar_counted), cmocka_unit_test(instants_of_utc), cmocka_unit_test(date_law),
		cmocka_unit_test(bad_dates), cmocka_unit_test(interning), cmocka_unit_test(halving), cmocka_unit_test(quotes_in_quotes), cmocka_unit_test(json_is_strict),
	};
	return test_main(tests);
}
