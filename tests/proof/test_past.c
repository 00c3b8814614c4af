/* SPDX-License-Identifier: Apache-2.0
 *
 * The checker's own evaluator as one more independent opinion: on every conformance case it must print what was expected, byte for byte,
 * and on random records what the engine prints.
 */
#include "tests/proof/lines.h"
#include "tests/proof/table.h"
#include "rules/eval.h"
#include "rules/output.h"

#include <stdlib.h>

static void same_table(const char *name, const char *found, const char *expected)
{
	size_t i = 0, line = 1, from = 0;
	if (strcmp(found, expected) == 0)
		return;
	for (; found[i] && found[i] == expected[i]; i++)
		if (found[i] == '\n') {
			line++;
			from = i + 1;
		}
	fail_msg("%s, line %zu:\n  found    %.*s\n  expected %.*s", name, line, (int)strcspn(found + from, "\n"), found + from,
		(int)strcspn(expected + from, "\n"), expected + from);
}

static size_t checked;

static void check_case(const char *dir, const char *name)
{
	char *rules = case_file(dir, name, "rules.rules"), *acts = case_file(dir, name, "acts.jsonl"), *expected = case_file(dir, name, "expected.csv");
	char *about = case_file(dir, name, "about.txt"), *option = about ? strstr(about, "--known ") : NULL;
	if (rules && acts && expected) {
		char *found = ck_table(rules, acts, option ? strtoull(option + 8, NULL, 10) : UINT64_MAX);
		same_table(name, found, expected);
		free(found);
		checked++;
	}
	free(rules);
	free(acts);
	free(expected);
	free(about);
}

static void test_conformance(void **state)
{
	(void)state;
	NEED_SHARED();
	each_case(check_case);
	print_message("# %zu cases, byte for byte\n", checked);
	assert_true(checked > 50);
}

/* ---- random records ------------------------------------------------------------------------------------------------------ */

static void compare_random(const char *name, const char *rules, uint64_t *seed)
{
	struct kase k;
	struct buf lines;
	struct err e;
	uint64_t began = *seed;
	if (kase_random(&k, rules, seed)) {
		char what[200];
		(void)snprintf(what, sizeof what, "case %s, seed %llu", name, (unsigned long long)began);
		buf_init(&lines, 1 << 20);
		for (size_t i = 0; i < k.acts.n; i++)
			add_act(&k, &k.acts.v[i], &lines);
		uint64_t known = k.eval->known;
		const struct eval *evals[MAX_READINGS];
		uint32_t n = k.book.rb->readings.n ? (uint32_t)k.book.rb->readings.n : 1;
		for (uint32_t r = 0; r < n; r++) {
			struct eval *ev;
			assert_int_equal(eval_new(k.book.rb, &k.book.syms, &k.acts, known, r, &ev, &e), 0);
			evals[r] = ev;
		}
		struct buf out;
		buf_init(&out, 64 << 20);
		output_facts(evals, n, NULL, 0, OUTPUT_CSV, &out);
		char *found = ck_table(rules, lines.p, known);
		same_table(what, found, out.p);
		free(found);
		buf_done(&out);
		for (uint32_t r = 0; r < n; r++)
			eval_free((struct eval *)evals[r]);
		buf_done(&lines);
		checked++;
	}
	kase_close(&k);
}

static void random_case(const char *dir, const char *name)
{
	char *rules = case_file(dir, name, "rules.rules"), *expected = case_file(dir, name, "expected.csv");
	uint64_t seed = 20260101u + (uint64_t)atoi(name) * 1000003u;
	for (int i = 0; rules && expected && i < 20; i++)
		compare_random(name, rules, &seed);
	free(rules);
	free(expected);
}

static void test_random(void **state)
{
	(void)state;
	NEED_SHARED();
	checked = 0;
	each_case(random_case);
	print_message("# %zu random records as the engine evaluates them\n", checked);
	assert_true(checked > 500);
}

/* ---- limits -------------------------------------------------------------------------------------------------------------- */

#define DECLARED "source C \"c\"\ntype State\nact join(S: State)\nfact here(S: State), tick(S: State)\nrule J [C 1]: here(S) begins on join(S)\n"
#define JOINED "{\"kind\":\"join\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"X\"}}\n"

static void stops(const char *rules, const char *says)
{
	char *why = ck_table_error(rules, JOINED);
	if (!why || !strstr(why, says))
		fail_msg("%s, and not: %s", why ? why : "nothing is wrong", says);
	free(why);
}

/* d0(S) while d1(S), d1(S) while d2(S) ... */
static char *chain(int n)
{
	char *text = malloc(1000 + (size_t)n * 160);
	int at = sprintf(text, "%s", DECLARED);
	for (int i = 0; i < n; i++) {
		char below[20] = "here";
		if (i + 1 < n)
			(void)snprintf(below, sizeof below, "d%d", i + 1);
		at += sprintf(text + at, "fact d%d(S: State)\nrule D%d [C 1]: d%d(S) holds while %s(S)\n", i, i, i, below);
	}
	return text;
}

/* here(S) and (here(S) or ...) ... side by side and within each other: a way to make it true is as long as the text. */
static char *wide(int n)
{
	char *text = malloc(1000 + (size_t)n * 4000);
	int at = sprintf(text, "%srule W [C 1]: tick(S) begins once ", DECLARED);
	for (int k = 0; k < n; k++) {
		at += sprintf(text + at, "%s(tick(\"Y\") or (here(S)", k ? " and " : "");
		for (int i = 0; i < 120; i++)
			at += sprintf(text + at, i % 60 == 59 ? " and (tick(\"Y\") or here(S))" : " and here(S)");
		at += sprintf(text + at, "))");
	}
	(void)sprintf(text + at, "\n");
	return text;
}

static void test_limits(void **state)
{
	(void)state;
	stops(DECLARED "rule T [C 1]: tick(S) begins after 1 day of not tick(S)\nrule U [C 1]: tick(S) ends after 1 day of tick(S)\nrule V [C 1]: tick(S) begins on join(S)",
		"has no end, or is too much");
	stops(DECLARED "fact a(S: State), b(S: State)\nrule A [C 1]: a(S) holds while b(S)\nrule B [C 1]: b(S) holds while a(S)", "rests on itself");
	stops(DECLARED "rule A [C 1]: nothing(S) holds while here(S)", "nothing is no fact");
	stops(DECLARED "rule A [C 1]: tick(S) holds while here(S) and", "");
	char *text = chain(400);
	stops(text, "rest on each other");
	free(text);
	text = chain(100);
	char *why = ck_table_error(text, JOINED);
	assert_null(why);
	free(text);
	text = wide(40);
	why = ck_table_error(text, JOINED); /* refused for its 64 conditions, or carried out: what matters is that it ends */
	free(why);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_conformance), cmocka_unit_test(test_random), cmocka_unit_test(test_limits)};
	return test_main(tests);
}
