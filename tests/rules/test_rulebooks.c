/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole rulebooks from files: the evaluation vectors, the standard vocabulary, the sample organisation; and that loading
 * a large one takes time in proportion to its size.
 */
#include "tests/rules/text.h"

#include <time.h>

static int read_file(struct arena *a, const char *path, struct str *ret)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return ERR_ABSENT;
	struct buf b;
	char chunk[4096];
	buf_init(&b, MAX_RULEBOOK_BYTES + 1);
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
		buf_add(&b, (struct str){chunk, n});
	(void)fclose(f);
	*ret = arena_str(a, buf_str(&b));
	buf_done(&b);
	return 0;
}

/* Beside the including file, else in the standard folder: NAME.md, else NAME.rules. */
static int read_include(void *ctx, struct arena *a, struct str from, struct str name, struct str *ret_path, struct str *ret_text)
{
	(void)ctx;
	const char *slash = from.n ? memrchr(from.p, '/', from.n) : NULL;
	struct str beside = slash ? (struct str){from.p, (size_t)(slash - from.p)} : STR(".");
	struct str folders[] = {beside, STR(TEST_SOURCE "/rules")};
	static const char *const suffix[] = {"md", "rules"};
	for (size_t i = 0; i < 4; i++) {
		struct str path = arena_fmt(a, "%.*s/%.*s.%s", STR_ARG(folders[i / 2]), STR_ARG(name), suffix[i % 2]);
		if (read_file(a, path.p, ret_text) == 0) {
			*ret_path = path;
			return 0;
		}
	}
	return ERR_ABSENT;
}

static struct rulebook *load_path(const char *path, int *ret_code)
{
	struct arena a = {0};
	struct str text;
	struct rulebook *rb;
	struct rulebook_reader reader = {read_include, NULL};
	if (read_file(&a, path, &text) < 0) {
		print_message("# cannot read %s\n", path);
		fail();
	}
	*ret_code = rulebook_load(str_of(path), text, &reader, &rb, NULL);
	arena_done(&a);
	return rb;
}

static void assert_loads(const char *path)
{
	int code;
	struct rulebook *rb = load_path(path, &code);
	char *m = text_messages(rb);
	if (code)
		print_message("# %s\n", m);
	assert_int_equal(code, 0);
	assert_true(rb->rules.n > 0);
	free(m);
	rulebook_free(rb);
}

static void evaluation_vectors(void **state)
{
	(void)state;
	NEED_SHARED();
	int n = 0;
	for (int i = 1; i < 1000; i++) {
		char path[4096];
		(void)snprintf(path, sizeof path, "%s/conformance/rules/%03d/rules.rules", test_shared(), i);
		FILE *f = fopen(path, "r");
		if (!f)
			continue;
		(void)fclose(f);
		assert_loads(path);
		n++;
	}
	assert_true(n >= 83);
}

static void treaties(void **state)
{
	(void)state;
	assert_loads(TEST_SOURCE "/rules/std-treaties.rules");
	if (test_shared()) {
		char path[4096];
		(void)snprintf(path, sizeof path, "%s/design/std-treaties.rules", test_shared());
		assert_loads(path);
	}
}

static void sample_organisation(void **state)
{
	(void)state;
	assert_loads(TEST_SOURCE "/orgs/sco/rulebook.md");
}

/* The standard vocabulary leaves the statuses to the organisation, and asks for nothing else. */
static void standard_vocabulary(void **state)
{
	(void)state;
	struct rulebook_reader reader = {read_include, NULL};
	struct rulebook *rb;
	struct err e = {0};
	int code = rulebook_load(STR("x.rules"), STR("rulebook X version 1 type Status = member | observer include std"), &reader, &rb, &e);
	char *m = text_messages(rb);
	if (code)
		print_message("# %s\n", m);
	assert_int_equal(code, 0);
	assert_true(rulebook_fact(rb, STR("status")) != NO_ID && rulebook_act(rb, STR("meeting_convened")) != NO_ID);
	assert_true(rulebook_article(rb, STR("what-each-organisation-adds")) == NO_ID && rulebook_article(rb, STR("participants")) != NO_ID);
	free(m);
	rulebook_free(rb);
}

/* The sample text of the study leaves out one word that the reference made compulsory, and nothing else. */
static void sample_of_the_study(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct str text, rest;
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/design/rules.md", test_shared());
	assert_int_equal(read_file(&a, path, &text), 0);
	rest = str_slice(text, str_find(text, STR("### 4.1 Sample rulebook")), text.n);
	rest = str_slice(rest, str_find(rest, STR("\n```\n")) + 5, rest.n);
	rest = str_slice(rest, 0, str_find(rest, STR("\n```")));
	assert_true(rest.n > 4000);
	struct rulebook *rb;
	assert_int_equal(rulebook_load(STR("sample"), rest, NULL, &rb, NULL), ERR_INPUT);
	assert_int_equal(rb->diags.n, 1);
	assert_true(str_eq(rb->diags.v[0].message, STR("a delayed effect must say \"if still so\" or \"regardless\" (rule UNPARTY)")));
	rulebook_free(rb);
	arena_done(&a);
}

static struct str large_text(struct buf *b, int rules)
{
	buf_init(b, MAX_RULEBOOK_BYTES);
	buf_adds(b, "```rules\ntype State, Thing\n");
	for (int i = 0; i < rules / 10; i++)
		buf_addf(b, "act act%d(S: State, I: Thing) fact fact%d(S: State, I: Thing), count%d(I: Thing)\n", i, i, i);
	buf_adds(b, "```\n");
	for (int i = 0; i < rules; i++) {
		int k = i % (rules / 10);
		buf_addf(b, "## Charter %d Article number %d\nWhat it says.\n```rules\nrule R%d [Charter %d(1)]: ", i, i, i, i);
		if (i < rules / 10)
			buf_addf(b, "fact%d(S, I) begins on act%d(S, I) if not fact%d(S, I)", k, k, (k + 1) % (rules / 10));
		else
			buf_addf(b, "count%d(I) holds while count of S with (fact%d(S, I) and not fact%d(S, I)) >= %d", k, k, (k + 7) % (rules / 10), i);
		buf_adds(b, "\n```\n");
	}
	return buf_str(b);
}

static double seconds_to_load(int rules)
{
	struct buf b;
	struct rulebook *rb;
	struct timespec from, to;
	struct str text = large_text(&b, rules);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	int code = rulebook_load(STR("large.md"), text, NULL, &rb, NULL);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	assert_int_equal(code, 0);
	assert_int_equal(rb->rules.n, rules);
	rulebook_free(rb);
	buf_done(&b);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Ten times the rules may not take fifty times as long. */
static void time_in_proportion(void **state)
{
	(void)state;
	(void)seconds_to_load(1000);
	double small = seconds_to_load(1000), large = seconds_to_load(10000);
	print_message("# 1,000 rules: %.1f ms, 10,000 rules: %.1f ms\n", small * 1e3, large * 1e3);
	assert_true(large < 50 * small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evaluation_vectors),
		cmocka_unit_test(treaties),
		cmocka_unit_test(sample_organisation),
		cmocka_unit_test(standard_vocabulary),
		cmocka_unit_test(sample_of_the_study),
		cmocka_unit_test(time_in_proportion),
	};
	return test_main(tests);
}
