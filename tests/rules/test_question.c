/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/rules/text.h"

static struct rulebook *world(void)
{
	return text_good("source C \"c\" type State, Thing act a(S: State) fact status(S: State): member | observer, held(S: State), "
			 "p(S: State, I: Thing), n(S: State): Int, d(S: State): Date, w(S: State): Span, at(D: Date, m: Word), open()");
}

static struct question ask(const struct rulebook *rb, struct syms *syms, const char *text)
{
	struct question q;
	struct err e = {0};
	int rc = question_parse(rb, syms, str_of(text), &q, &e);
	if (rc)
		print_message("# %s: %s\n", text, e.what);
	assert_int_equal(rc, 0);
	return q;
}

static void plain(void **state)
{
	(void)state;
	struct rulebook *rb = world();
	struct arena a = {0};
	struct syms syms;
	syms_init(&syms, &a, &rb->syms);
	struct question q = ask(rb, &syms, "status(\"BY\")");
	assert_int_equal(q.fact, rulebook_fact(rb, STR("status")));
	assert_int_equal(q.args[0].kind, V_ENTITY);
	assert_true(str_eq(syms_str(&syms, q.args[0].s), STR("BY")));
	assert_false(q.has_is || q.has_on || q.has_known);
	q = ask(rb, &syms, " p(\"BY\", \"x\")\n");
	assert_true(str_eq(syms_str(&syms, q.args[1].s), STR("x")));
	q = ask(rb, &syms, "at(2020-01-01, high)");
	assert_int_equal(q.args[0].t, date_from(2020, 1, 1));
	assert_int_equal(q.args[1].kind, V_WORD);
	q = ask(rb, &syms, "open()");
	assert_int_equal(q.fact, rulebook_fact(rb, STR("open")));
	arena_done(&a);
	rulebook_free(rb);
}

static void values_and_dates(void **state)
{
	(void)state;
	struct rulebook *rb = world();
	struct arena a = {0};
	struct syms syms;
	syms_init(&syms, &a, &rb->syms);
	struct question q = ask(rb, &syms, "status(\"BY\") is observer or member or none on 2016-01-01T12:00:00 as known at 120");
	assert_true(q.has_is && !q.negated && q.nis == 3 && q.has_on && q.has_known);
	assert_int_equal(q.is[0].kind, V_WORD);
	assert_int_equal(q.is[2].kind, V_NONE);
	assert_int_equal(q.on, date_from(2016, 1, 1) + 12 * 3600);
	assert_int_equal(q.known, 120);
	q = ask(rb, &syms, "n(\"BY\") is not 3 as known at 0");
	assert_true(q.negated && q.is[0].i == 3 && !q.has_on && q.known == 0);
	q = ask(rb, &syms, "w(\"BY\") is 3 months on 2020-01-01");
	assert_true(q.is[0].span.n == 3 && q.is[0].span.unit == SPAN_MONTH && q.has_on);
	q = ask(rb, &syms, "d(\"BY\") is 2020-01-01");
	assert_int_equal(q.is[0].kind, V_DATE);
	arena_done(&a);
	rulebook_free(rb);
}

/* Without a table of its own a question leaves the rulebook as it is; an entity that nobody named has no number. */
static void rulebook_is_not_changed(void **state)
{
	(void)state;
	struct rulebook *rb = world();
	uint32_t before = syms_count(&rb->syms);
	struct question q = ask(rb, NULL, "status(\"XX\") is member");
	assert_int_equal(q.args[0].s, SYM_ABSENT);
	assert_int_equal(q.is[0].s, syms_find(&rb->syms, STR("member")));
	assert_int_equal(syms_count(&rb->syms), before);
	rulebook_free(rb);
}

static void refused(void **state)
{
	(void)state;
	static const struct { const char *text; int code; const char *says; } bad[] = {
		{"", ERR_INPUT, "the name of a fact is expected, but the question ends"},
		{"\"BY\"", ERR_INPUT, "the name of a fact is expected, not \"BY\""},
		{"nothing(\"BY\")", ERR_ABSENT, "the rulebook has no fact nothing"},
		{"a(\"BY\")", ERR_ABSENT, "the rulebook has no fact a"},
		{"status(BY)", ERR_INPUT, "an entity in quotes is expected, not BY"},
		{"status()", ERR_INPUT, "an entity in quotes is expected, not )"},
		{"status(\"BY\", \"RU\")", ERR_INPUT, ") is expected, not ,"},
		{"p(\"BY\")", ERR_INPUT, "another argument is expected, not )"},
		{"status(\"BY\") is", ERR_INPUT, "a value of this fact is expected, but the question ends"},
		{"status(\"BY\") is partner", ERR_INPUT, "a value of this fact is expected, not partner"},
		{"n(\"BY\") is x", ERR_INPUT, "a number is expected, not x"},
		{"held(\"BY\") is yes", ERR_INPUT, "no value: the fact is true or not; the end of the question is expected, not yes"},
		{"status(\"BY\") on today", ERR_INPUT, "a date (2016-01-01) is expected, not today"},
		{"status(\"BY\") on 2025-02-30", ERR_INPUT, "no such date in the calendar"},
		{"status(\"BY\") as known", ERR_INPUT, "\"as known at\" and a position is expected, but the question ends"},
		{"status(\"BY\") on 2025-02-03 please", ERR_INPUT, "the end of the question is expected, not please"},
		{"status(\"BY", ERR_INPUT, "a string is not closed on its line"},
		{"status(\"B\xff\")", ERR_INPUT, "a question is valid UTF-8 of at most 8192 bytes"},
	};
	struct rulebook *rb = world();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct question q;
		struct err e = {0};
		memset(&q, 0x55, sizeof q);
		assert_int_equal(question_parse(rb, NULL, str_of(bad[i].text), &q, &e), bad[i].code);
		assert_string_equal(e.what, bad[i].says);
		assert_int_equal(q.fact, 0x55555555); /* untouched */
	}
	rulebook_free(rb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(values_and_dates),
		cmocka_unit_test(rulebook_is_not_changed),
		cmocka_unit_test(refused),
	};
	return test_main(tests);
}
