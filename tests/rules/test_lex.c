/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "rules/lex.h"

struct heard {
	int n;
	uint32_t line;
	char text[200];
};

static void hear(void *ctx, uint32_t line, uint32_t article, const char *message)
{
	struct heard *h = ctx;
	(void)article;
	h->n++;
	h->line = line;
	(void)snprintf(h->text, sizeof h->text, "%s", message);
}

struct fixture {
	struct arena arena;
	struct syms syms;
	struct tokens tokens;
	struct heard heard;
};

static void lex(struct fixture *f, const char *text)
{
	*f = (struct fixture){0};
	syms_init(&f->syms, &f->arena, NULL);
	words_intern(&f->syms);
	struct lexer lx = {.text = str_of(text), .syms = &f->syms, .arena = &f->arena, .complain = hear, .ctx = &f->heard};
	lex_block(&lx, (struct block){.to = (uint32_t)lx.text.n, .line = 1, .article = NO_ID}, &f->tokens);
	lex_end(&lx, 1, NO_ID, &f->tokens);
}

static void words_have_their_numbers(void **state)
{
	(void)state;
	struct fixture f;
	lex(&f, "");
	assert_int_equal(syms_find(&f.syms, STR("exact")), ROUND_EXACT);
	assert_int_equal(syms_find(&f.syms, STR("month_end")), ROUND_MONTH_END);
	assert_int_equal(syms_find(&f.syms, STR("after")), KW_AFTER);
	assert_int_equal(syms_find(&f.syms, STR("with")), KW_WITH);
	assert_int_equal(syms_find(&f.syms, STR("decision")), KW_DECISION);
	assert_int_equal(syms_find(&f.syms, STR("years")), KW_YEARS);
	assert_int_equal(syms_find(&f.syms, STR("A")), KW_END_OF_LIST - 1);
	arena_done(&f.arena);
}

static void every_kind_of_token(void **state)
{
	(void)state;
	struct fixture f;
	lex(&f, "name _ \"a b\" 12 2/3 2025-03-14 2025-03-14T18:00:05 [Charter 13; RoP 4] >= <= ( -- comment ( \"\n9");
	static const uint16_t kinds[] = {TOKEN_NAME, TOKEN_NAME, TOKEN_STRING, TOKEN_INT, TOKEN_FRACTION, TOKEN_OVER, TOKEN_DATE, TOKEN_DATE,
		TOKEN_CITES, TOKEN_GE, TOKEN_LE, SIGN('('), TOKEN_INT, TOKEN_END};
	assert_int_equal(f.heard.n, 0);
	assert_int_equal(f.tokens.n, sizeof kinds / sizeof *kinds);
	for (size_t i = 0; i < f.tokens.n; i++)
		assert_int_equal(f.tokens.v[i].kind, kinds[i]);
	assert_int_equal(f.tokens.v[1].name, KW_ANY);
	assert_true(str_eq(syms_str(&f.syms, f.tokens.v[2].name), STR("a b")));
	assert_int_equal(f.tokens.v[4].num, 2);
	assert_int_equal(f.tokens.v[5].num, 3);
	assert_int_equal(f.tokens.v[6].date, date_from(2025, 3, 14));
	assert_int_equal(f.tokens.v[7].date, date_from(2025, 3, 14) + 18 * 3600 + 5);
	assert_int_equal(f.tokens.v[8].from, 51);
	assert_int_equal(f.tokens.v[8].to, 70);
	assert_int_equal(f.tokens.v[12].line, 2);
	arena_done(&f.arena);
}

static void numbers_and_signs_touch(void **state)
{
	(void)state;
	struct fixture f;
	lex(&f, "3-2025 -1 4/ 5");
	static const uint16_t kinds[] = {TOKEN_INT, SIGN('-'), TOKEN_INT, SIGN('-'), TOKEN_INT, TOKEN_INT, TOKEN_INT, TOKEN_END};
	assert_int_equal(f.tokens.n, sizeof kinds / sizeof *kinds);
	for (size_t i = 0; i < f.tokens.n; i++)
		assert_int_equal(f.tokens.v[i].kind, kinds[i]);
	assert_int_equal(f.heard.n, 1); /* "/" by itself */
	arena_done(&f.arena);
	lex(&f, "4611686018427387903");
	assert_int_equal(f.heard.n, 0);
	assert_int_equal(f.tokens.v[0].num, ((int64_t)1 << 62) - 1);
	arena_done(&f.arena);
}

static void bad_text_is_told(void **state)
{
	(void)state;
	char name[80];
	memset(name, 'a', 65);
	name[65] = 0;
	const struct { const char *text, *says; } bad[] = {
		{"\n\"open", "a string is not closed on its line"},
		{"\n\"\"", "a string is empty: an entity needs a name"},
		{"\n4611686018427387904", "a number is too large: integers stay below 2^62"},
		{"\n99999999999999999999999999999999", "a number is too large: integers stay below 2^62"},
		{"\n1/0", "a fraction is divided by zero"},
		{"\n2025-02-30", "no such date in the calendar"},
		{"\n2025-02-28T24:00:00", "no such date in the calendar"},
		{"\n[Charter 13", "a citation is not closed: ] is missing"},
		{"\n%", "\"%\" has no place here"},
		{"\n\xd0\xaf", "\"\xd0\xaf\" has no place here"},
		{"\n\x01", "a control character (byte 1) has no place here"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct fixture f;
		lex(&f, bad[i].text);
		assert_int_equal(f.heard.n, 1);
		assert_int_equal(f.heard.line, 2);
		assert_string_equal(f.heard.text, bad[i].says);
		arena_done(&f.arena);
	}
	struct fixture f;
	lex(&f, name);
	assert_string_equal(f.heard.text, "a name has more than 64 bytes");
	arena_done(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_have_their_numbers),
		cmocka_unit_test(every_kind_of_token),
		cmocka_unit_test(numbers_and_signs_touch),
		cmocka_unit_test(bad_text_is_told),
	};
	return test_main(tests);
}
