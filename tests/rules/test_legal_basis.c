/* SPDX-License-Identifier: Apache-2.0
 *
 * The Markdown form, headings as legal bases, citations, includes (reference, section 1).
 */
#include "tests/rules/text.h"

static const char book[] =
	"# The rulebook\n"					 /* 1 */
	"Prose with # and [Nowhere 1].\n"
	"## Charter 13 Membership\r\n"
	"What article 13 says.\n"
	"~~~sh\n"
	"# a comment, no heading\n"
	"~~~\n"
	"```rules  \n"						 /* 8 */
	"source Fin \"Final clauses\"\n"
	"type State act a(S: State) fact p(S: State), q(S: State)\n"
	"# -- rule text has no headings, and this sign is an error\n"
	"```\n"
	"#### Charter 14. Partners\n"				 /* 13 */
	"```\n"
	"rule NOT [Charter 99]: is an example only\n"
	"```\n"
	"```rules\n"						 /* 17 */
	"rule A [Charter 13(2)(a); Charter  14]:\n"
	"p(S) begins on a(S)\n"
	"rule B [Fin 3; Charter 14(1)]: p(S) ends on aa(S)\n"	 /* 20 */
	"```  \n"
	"####### seven are too many\n"
	"#none\n"
	"## Charter 13 Membership\n"				 /* 24 */
	"Again.";

static void markdown(void **state)
{
	(void)state;
	int code;
	struct rulebook *rb = text_load(book, NULL, &code);
	char *m = text_messages(rb);
	assert_string_equal(m,
		"test.rules:11: [Charter 13 Membership] \"#\" has no place here\n"
		"test.rules:20: [Fin 3] unknown name aa (did you mean a?)\n");
	free(m);
	rulebook_free(rb);
}

static void headings(void **state)
{
	(void)state;
	int code;
	struct rulebook *rb = text_load(book, NULL, &code);
	static const struct { const char *title, *slug; uint32_t level, line; } expected[] = {
		{"The rulebook", "the-rulebook", 1, 1},
		{"Charter 13 Membership", "charter-13-membership", 2, 3},
		{"Charter 14. Partners", "charter-14-partners", 4, 13},
		{"Charter 13 Membership", "charter-13-membership-2", 2, 24},
	};
	assert_int_equal(rb->articles.n, 4);
	for (uint32_t i = 0; i < 4; i++) {
		const struct article *a = &rb->articles.v[i];
		assert_true(str_eq(a->title, str_of(expected[i].title)));
		assert_true(str_eq(a->slug, str_of(expected[i].slug)));
		assert_int_equal(a->level, expected[i].level);
		assert_int_equal(a->at.line, expected[i].line);
		assert_int_equal(rulebook_article(rb, a->slug), i);
	}
	assert_int_equal(rulebook_article(rb, STR("nowhere")), NO_ID);
	assert_true(str_starts(rb->articles.v[1].body, STR("What article 13 says.\n~~~sh")));
	assert_true(str_ends(rb->articles.v[1].body, STR("an error\n```\n")));
	assert_true(str_eq(rb->articles.v[3].body, STR("Again.")));
	rulebook_free(rb);
}

static void citations(void **state)
{
	(void)state;
	int code;
	struct rulebook *rb = text_load(book, NULL, &code);
	assert_int_equal(rb->rules.n, 2);
	const struct cite *a = rb->rules.v[0].cites, *b = rb->rules.v[1].cites;
	assert_int_equal(rb->rules.v[0].ncites, 2);
	assert_true(str_eq(a[0].text, STR("Charter 13(2)(a)")) && str_eq(a[1].text, STR("Charter 14")));
	assert_int_equal(a[0].article, 1); /* the first of two equal headings */
	assert_int_equal(a[0].source, NO_ID);
	assert_int_equal(a[1].article, 2);
	assert_int_equal(b[0].article, NO_ID);
	assert_int_equal(b[0].source, 0);
	assert_int_equal(b[1].article, 2);
	assert_int_equal(rb->rules.v[0].at.line, 18);
	assert_int_equal(rb->rules.v[0].at.article, 2);
	assert_true(str_eq(rule_text(rb, &rb->rules.v[0]), STR("rule A [Charter 13(2)(a); Charter  14]:\np(S) begins on a(S)")));
	rulebook_free(rb);
}

/* A citation is a heading, or goes on behind it with a separator; a longer number is another article. */
static void what_resolves(void **state)
{
	(void)state;
	static const char headings[] = "# A 1\n# A 11 x\n# B 2: y\n# B 2.1\n# C (old)\n# D-3\n# E 5(2) z\n# F, g\n";
	static const struct { const char *cite; uint32_t article; } cases[] = {{"A 1", 0}, {"A 1(1)", 0}, {"A 11", 1}, {"A 11 x(1)(2)", 1},
		{"B 2", 2}, {"B 2.1", 3}, {"C", 4}, {"C(1)", 4}, {"D", 5}, {"D-3", 5}, {"E 5(2)", 6}, {"E 5(3)", 6}, {"F", 7}, {"A", 0}, {"a 1", NO_ID},
		{"A 12", NO_ID}, {"B 2 y", NO_ID}, {"(1)", NO_ID}, {"E 5(2", NO_ID}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[1000];
		int code;
		(void)snprintf(text, sizeof text, "%s```rules\ntype S act a(X: S) fact p(X: S) rule R [%s]: p(X) begins on a(X)\n```", headings, cases[i].cite);
		struct rulebook *rb = text_load(text, NULL, &code);
		assert_int_equal(code, cases[i].article == NO_ID ? ERR_INPUT : 0);
		assert_int_equal(rb->rules.v[0].cites[0].article, cases[i].article);
		rulebook_free(rb);
	}
}

static void bare_form(void **state)
{
	(void)state;
	struct rulebook *rb = text_good("-- no fence: all of it is rule text\nsource C \"c\" type S\nact a(X: S) fact p(X: S)\nrule R [C]: p(X) begins on a(X)");
	assert_int_equal(rb->articles.n, 0);
	assert_int_equal(rb->rules.v[0].at.line, 4);
	assert_int_equal(rb->rules.v[0].at.article, NO_ID);
	rulebook_free(rb);
	rulebook_free(text_good(""));
	rulebook_free(text_good("\xef\xbb\xbf" "type S\n"));
}

static void broken_files(void **state)
{
	(void)state;
	assert_messages("# A\n```rules\ntype S", (const char *const[]){"2: [A] this block of rules is not closed: a line ``` is missing", NULL});
	assert_messages("type S\ntype \xff", (const char *const[]){"2: the text is not valid UTF-8", NULL});
	assert_messages("\n\n\xd0", (const char *const[]){"3: the text is not valid UTF-8", NULL});
}

static void includes(void **state)
{
	(void)state;
	static const struct included others[] = {
		{"std", "include more include std source S \"s\" type Thing"},
		{"more", "include test include std act a(X: Thing), b(X: Thing)\nrule R [S 1]: p(X) begins on b(X)"},
		{"test", "type Never"}, /* the same path as the file that is loaded: not read again */
		{NULL, NULL},
	};
	int code;
	struct rulebook *rb = text_load("rulebook MAIN version 2\ninclude std include \"std\"\nfact p(X: Thing) rule R2 [S]: p(X) ends on a(X)", others, &code);
	char *m = text_messages(rb);
	assert_string_equal(m, "");
	free(m);
	assert_int_equal(rb->files.n, 3);
	assert_int_equal(rb->rules.v[0].at.file, 2); /* at the place of the include */
	assert_int_equal(rb->rules.v[0].at.line, 2);
	assert_int_equal(rb->rules.v[1].at.file, 0);
	assert_int_equal(rb->version, 2);
	rulebook_free(rb);
}

static void errors_in_an_included_file(void **state)
{
	(void)state;
	static const struct included others[] = {{"std", "source S \"s\"\nact a(X: Thing"}, {NULL, NULL}};
	int code;
	struct rulebook *rb = text_load("include std type Thing fact p(X: Thing)\nrule R [S 2]: p(X) begins on a(X, X) if p(Y)", others, &code);
	char *m = text_messages(rb);
	assert_string_equal(m, "std.rules:2: , or ) is expected here, but the text ends\n");
	free(m);
	rulebook_free(rb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markdown),
		cmocka_unit_test(headings),
		cmocka_unit_test(citations),
		cmocka_unit_test(what_resolves),
		cmocka_unit_test(bare_form),
		cmocka_unit_test(broken_files),
		cmocka_unit_test(includes),
		cmocka_unit_test(errors_in_an_included_file),
	};
	return test_main(tests);
}
