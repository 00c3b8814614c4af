/* SPDX-License-Identifier: Apache-2.0
 *
 * The record of the SCO: every fact, why and why not, on days on which it changes and today, as known at several entries; whole files in both
 * forms; and changed ones.
 */
#include "tests/proof/made.h"

#include "proof/proof.h"
#include "register/bundle.h"
#include "tests/proof/table.h"

#include <string.h>

struct sco {
	char dir[64];
	struct reg *reg;
	struct arena arena;
};

static struct str read_file(const char *path, struct arena *a)
{
	struct str text;
	struct err e;
	if (file_read(path, 1 << 26, a, &text, &e) < 0)
		fail_msg("%s: %s", e.where, e.what);
	return text;
}

static int open_sco(void **state)
{
	struct sco *s = calloc(1, sizeof *s);
	struct buf diags;
	struct err e;
	uint64_t done;
	*state = s;
	strcpy(s->dir, "/tmp/proof-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	buf_init(&diags, 1 << 20);
	if (reg_create(s->dir, SCO, &diags, &e) < 0 || reg_open(s->dir, REG_WRITE, &s->reg, &e) < 0 ||
		reg_load(s->reg, read_file(SCO "/record.jsonl", &s->arena), "record.jsonl", NULL, NULL, &done, &e) < 0)
		fail_msg("%s: %s", e.where, e.what);
	buf_done(&diags);
	return 0;
}

static int close_sco(void **state)
{
	struct sco *s = *state;
	reg_close(s->reg);
	remove_tree(s->dir);
	arena_done(&s->arena);
	free(s);
	return 0;
}

static void check_answer(const struct view *v, struct ck_case *c, const struct instance *i, struct value is, bool whynot, civil on)
{
	const struct rulebook *rb = record_rulebook(view_record(v));
	char *proof = made_answer(v, i->fact, i->args, is, whynot, on), *why = ck_case_check(c, proof);
	if (why) {
		struct buf b;
		char day[DATE_LEN];
		buf_init(&b, 1000);
		for (uint32_t k = 0; k < rb->facts.v[i->fact].nparams; k++) {
			buf_adds(&b, k ? ", " : "");
			value_print(record_syms(view_record(v)), i->args[k], &b);
		}
		fail_msg("%s %.*s(%s) on %s: %s", whynot ? "why not" : "why", STR_ARG(syms_str(&rb->syms, rb->facts.v[i->fact].name)), b.p ? b.p : "",
			date_print(on, day), why);
	}
	free(proof);
}

/* Every so many instances of each fact, so that all facts come up and the test ends. */
static size_t check_view(struct sco *s, uint64_t known, size_t most)
{
	const struct view *v;
	struct err e;
	struct arena a = {0};
	const struct instance *all;
	size_t checked = 0;
	assert_int_equal(reg_view(s->reg, STR("public"), known, &v, &e), 0);
	char *file = made_proof(s->reg, "public", known, "status(\"CN\") on 2020-01-01", false, EVIDENCE_WHOLE);
	struct ck_case *c = ck_case_of_file(file);
	const struct rulebook *rb = record_rulebook(view_record(v));
	for (uint32_t f = 0; f < rb->facts.n; f++) {
		size_t n = view_instances(v, f, VALUE_NONE, &a, &all), step = n / most + 1;
		for (size_t i = 0; i < n; i += step) {
			struct span_step *steps;
			size_t nsteps = view_steps(v, f, all[i].args, &a, &steps);
			civil today = view_on(date_from(2025, 11, 1)), at = nsteps ? steps[nsteps - 1].step.from : today;
			struct value had = nsteps ? steps[0].step.value : VALUE_NONE;
			if (rb->facts.v[f].value == TYPE_BOOL)
				had = VALUE_NONE;
			check_answer(v, c, &all[i], VALUE_NONE, false, today);
			check_answer(v, c, &all[i], had, true, today);
			if (at == CIVIL_ALWAYS)
				at = date_from(2001, 6, 15);
			check_answer(v, c, &all[i], VALUE_NONE, false, view_on(date_day(at)));
			check_answer(v, c, &all[i], had, true, view_on(date_day(at) - DAY));
			checked += 4;
		}
	}
	ck_case_close(c);
	free(file);
	arena_done(&a);
	view_unref(v);
	return checked;
}

static void test_every_fact(void **state)
{
	const char *all = getenv("ALL");
	size_t n = check_view(*state, UINT64_MAX, all ? 100000 : 3);
	n += check_view(*state, 420, all ? 1000 : 1);
	n += check_view(*state, 900, all ? 1000 : 1);
	print_message("# %zu answers\n", n);
	assert_true(n > 500);
}

static const char *const questions[] = {"status(\"KZ\") on 2016-01-01", "status(\"BY\") on 2024-07-05", "status(\"LA\") on 2025-09-01",
	"in_force(\"INS-CHARTER-2002\") on 2020-01-01", "party(\"IN\", \"INS-CHARTER-2002\") on 2018-01-01", "admission(\"BY\") on 2023-08-01"};

static void test_whole_files(void **state)
{
	struct sco *s = *state;
	struct ck_options with_log = {.log_dir = s->dir}, all = {.all_signatures = true}, none = {0};
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
		for (int form = 0; form < 2; form++)
			for (int whynot = 0; whynot < 2; whynot++) {
				char *p = made_proof(s->reg, "public", i % 2 ? UINT64_MAX : 1100, questions[i], whynot, (enum evidence_form)form);
				struct ck_verdict v;
				struct err e;
				const struct ck_options *o = i == 0 ? &all : form ? &with_log : &none;
				if (ck_check(str_of(p), o, &v, &e) < 0)
					fail_msg("%s: %s: %s: %s (%s)", questions[i], ck_step_words(v.step), e.where, e.what, e.hint);
				assert_true(v.nodes > 0 && v.signatures > 0);
				free(p);
			}
}

/* Every fact in the form that has only what the answer can depend on: what it says must be checkable without the rest. */
static void test_touched(void **state)
{
	struct sco *s = *state;
	struct ck_options none = {0};
	const struct view *v;
	struct arena a = {0};
	const struct instance *all;
	struct err e;
	size_t checked = 0, most = getenv("ALL") ? 20 : 1;
	assert_int_equal(reg_view(s->reg, STR("public"), UINT64_MAX, &v, &e), 0);
	const struct rulebook *rb = record_rulebook(view_record(v));
	for (uint32_t f = 0; f < rb->facts.n; f++) {
		size_t n = view_instances(v, f, VALUE_NONE, &a, &all), step = n / most + 1;
		for (size_t i = n / 2 % step; i < n; i += step) {
			struct buf q;
			struct ck_verdict verdict;
			struct span_step *steps;
			char day[DATE_LEN];
			size_t nsteps = view_steps(v, f, all[i].args, &a, &steps);
			civil on = nsteps && steps[0].step.from != CIVIL_ALWAYS ? steps[0].step.from : date_from(2025, 1, 1);
			buf_init(&q, 4000);
			buf_addf(&q, "%.*s(", STR_ARG(syms_str(&rb->syms, rb->facts.v[f].name)));
			for (uint32_t k = 0; k < rb->facts.v[f].nparams; k++) {
				const char *quote = all[i].args[k].kind == V_ENTITY ? "\"" : "";
				buf_addf(&q, "%s%s", k ? ", " : "", quote);
				value_print(record_syms(view_record(v)), all[i].args[k], &q);
				buf_adds(&q, quote);
			}
			buf_addf(&q, ") on %s", date_print(date_day(on), day));
			for (int whynot = 0; whynot < 2; whynot++) {
				char *p = made_proof(s->reg, "public", UINT64_MAX, q.p, whynot, EVIDENCE_TOUCHED);
				if (ck_check(str_of(p), &none, &verdict, &e) < 0)
					fail_msg("%s: %s: %s: %s (%s)", q.p, ck_step_words(verdict.step), e.where, e.what, e.hint);
				checked++;
				free(p);
			}
			buf_done(&q);
		}
	}
	print_message("# %zu files\n", checked);
	arena_done(&a);
	view_unref(v);
}

/* Of large trees: 1,000 changes of the answers alone. */
static void test_changes(void **state)
{
	struct sco *s = *state;
	const struct view *v;
	struct err e;
	uint64_t seed = 7;
	size_t n = 0;
	if (getenv("SEED"))
		seed = strtoull(getenv("SEED"), NULL, 10);
	print_message("# seed %llu\n", (unsigned long long)seed);
	assert_int_equal(reg_view(s->reg, STR("public"), UINT64_MAX, &v, &e), 0);
	char *file = made_proof(s->reg, "public", UINT64_MAX, questions[0], false, EVIDENCE_WHOLE);
	struct ck_case *c = ck_case_of_file(file);
	for (size_t i = 0; n < 1000; i = (i + 1) % (sizeof questions / sizeof *questions)) {
		struct question q;
		assert_int_equal(view_question(v, str_of(questions[i]), &q, &e), 0);
		char *p = made_answer(v, q.fact, q.args, VALUE_NONE, made_random(&seed, 2), view_on(q.on));
		for (int k = 0; k < 40; k++) {
			char what[200];
			uint64_t began = seed;
			char *changed = k % 4 == 3 ? made_cut(p, &seed, what) : made_change(p, &seed, what);
			bool elsewhere = changed && (str_starts(str_of(what), STR(".origin")) || str_starts(str_of(what), STR(".notice")) ||
							    str_starts(str_of(what), STR(".rulebook")) || str_starts(str_of(what), STR(".format")));
			char *why = changed && !elsewhere ? ck_case_check(c, changed) : NULL;
			if (changed && !elsewhere && !why)
				fail_msg("accepted, though changed: %s, seed %llu: %s", questions[i], (unsigned long long)began, what);
			n += why != NULL;
			free(why);
			free(changed);
		}
		free(p);
	}
	ck_case_close(c);
	free(file);
	view_unref(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_fact), cmocka_unit_test(test_whole_files), cmocka_unit_test(test_touched),
		cmocka_unit_test(test_changes)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_sco, close_sco);
}
