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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_conformance), cmocka_unit_test(test_random)};
	return test_main(tests);
}
