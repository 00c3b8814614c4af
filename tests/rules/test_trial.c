/* SPDX-License-Identifier: Apache-2.0
 *
 * What a fact can depend on is enough to evaluate it, and a trial on that is as good as an evaluation of all: on the
 * conformance cases and on records drawn at random ($SEED, $N).
 */
#include "tests/rules/case.h"

#include "rules/trial.h"

#include <stdlib.h>

static struct act_list touched_acts(const struct kase *k, const struct touched *on, struct arena *a)
{
	struct act_list some = {0};
	for (size_t j = 0; j < on->nacts; j++)
		arena_push(a, &some, k->acts.v[on->acts[j]]);
	return some;
}

/* What the fact can depend on, or what is needed of it. */
static void depends_on(const struct kase *k, uint32_t fact, const struct value *args, civil t, const struct act *more, bool needed, struct arena *a,
	struct touched *ret)
{
	if (needed)
		explain_needed(k->eval, fact, args, t, more, more != NULL, a, ret);
	else
		explain_touched(k->eval, fact, args, t, a, ret);
}

/* The acts said to be touched, or needed, give, alone, the same value; also by the rules said to be touched alone. */
static void check_touched(struct kase *k, uint32_t fact, const struct inst *i, civil t, bool needed)
{
	struct value args[MAX_ARGS];
	struct arena a = {0};
	struct touched on;
	struct eval *e;
	const struct eval *part = NULL;
	struct trial *trial = NULL;
	struct value is = eval_at(k->eval, i, t, NULL);
	depends_on(k, fact, inst_args(i, args), t, NULL, needed, &a, &on);
	struct act_list some = touched_acts(k, &on, &a);
	if (eval_new(k->book.rb, &k->book.syms, &some, k->eval->known, k->eval->reading, &e, NULL) < 0 ||
		trial_open(k->book.rb, &k->book.syms, &some, k->eval->known, k->eval->reading, on.rules, t, t, &trial, NULL) < 0 ||
		trial_run(trial, NULL, 0, &part, NULL) < 0)
		fail_msg("the touched acts cannot be evaluated");
	if (!value_eq(eval_at(e, eval_find(e, fact, args), t, NULL), is) ||
		!value_eq(eval_at(part, eval_find(part, fact, args), t, NULL), is))
		fail_msg("%zu %s acts give another value: %s", on.nacts, needed ? "needed" : "touched",
			kase_tree(k, explain_why(k->eval, fact, args, t, &a)));
	trial_close(trial);
	eval_free(e);
	arena_done(&a);
}

static void assert_same_history(const struct eval *e1, const struct eval *e2, uint32_t fact, const struct value *args)
{
	struct arena a = {0};
	struct step *s, *t;
	const struct inst *i = eval_find(e1, fact, args), *k = eval_find(e2, fact, args);
	size_t n = i ? eval_steps(e1, i, &a, &s) : 0;
	assert_int_equal(k ? eval_steps(e2, k, &a, &t) : 0, n);
	for (size_t j = 0; j < n; j++)
		assert_true(s[j].from == t[j].from && s[j].to == t[j].to && value_eq(s[j].value, t[j].value));
	arena_done(&a);
}

/* What stood on record at t, each act at the place that orders it; then `more`. */
static struct eval *evaluated(const struct kase *k, civil t, const struct act *more, struct syms *syms, struct act_list *list, struct arena *a)
{
	struct eval *e;
	struct placed_act *all;
	size_t n = acts_in_force(&k->acts, k->eval->known, a, &all);
	*list = (struct act_list){0};
	for (uint64_t pos = 1; pos <= k->acts.n; pos++)
		for (size_t j = 0; j < n; j++)
			if (all[j].place == pos && all[j].act->date <= t) {
				struct act one = *all[j].act;
				one.pos = pos;
				one.back = 0;
				arena_push(a, list, one);
			}
	if (more)
		arena_push(a, list, *more);
	return eval_new(k->book.rb, syms, list, UINT64_MAX, k->eval->reading, &e, NULL) < 0 ? NULL : e;
}

/* A trial on the part that the fact can depend on, or of which the trial is in need, gives it the history that an evaluation of all gives it; another trial after
 * it does not know of it. */
static void check_trial(struct kase *k, uint32_t fact, const struct inst *i, const struct act *more, bool needed)
{
	struct value args[MAX_ARGS];
	struct arena a = {0};
	struct touched on;
	struct trial *trial = NULL;
	const struct eval *e;
	struct act_list l1, l2;
	civil t = date_end(date_day(more->date)) - 1;
	struct eval *with = evaluated(k, t, more, &k->book.syms, &l1, &a), *without = evaluated(k, t, NULL, &k->book.syms, &l2, &a);
	depends_on(k, fact, inst_args(i, args), t, more, needed, &a, &on);
	struct act_list some = touched_acts(k, &on, &a);
	if (with && without) {
		assert_int_equal(trial_open(k->book.rb, &k->book.syms, &some, k->eval->known, k->eval->reading, on.rules, more->date, t,
					 &trial, NULL), 0);
		for (int j = 0; j < 4; j++) {
			assert_int_equal(trial_run(trial, more, (size_t)(j % 2), &e, NULL), 0);
			assert_same_history(j % 2 ? with : without, e, fact, args);
		}
		trial_close(trial);
	}
	eval_free(with);
	eval_free(without);
	arena_done(&a);
}

static void check_evaluation(struct kase *k)
{
	for (uint32_t f = 0; f < k->book.rb->facts.n; f++) {
		const struct insts l = eval_all(k->eval, f);
		for (size_t i = 0; i < l.n; i++) {
			struct arena a = {0};
			struct step *steps;
			size_t n = eval_steps(k->eval, insts_at(&l, i), &a, &steps);
			for (int needed = 0; needed < 2; needed++) {
				check_touched(k, f, insts_at(&l, i), date_from(2099, 1, 1), needed);
				if (n && steps[0].from != CIVIL_ALWAYS) {
					check_touched(k, f, insts_at(&l, i), steps[0].from - 1, needed);
					check_touched(k, f, insts_at(&l, i), steps[0].from, needed);
				}
			}
			arena_done(&a);
		}
	}
}

static void check_case(const char *dir, const char *name)
{
	char *rules = case_file(dir, name, "rules.rules"), *acts = case_file(dir, name, "acts.jsonl");
	struct kase k;
	if (rules && acts) {
		kase_open(&k, rules, acts[0] ? acts : "\n");
		uint32_t n = k.book.rb->readings.n ? (uint32_t)k.book.rb->readings.n : 1;
		for (uint32_t r = 0; r < n; r++) {
			kase_reading(&k, UINT64_MAX, r);
			check_evaluation(&k);
		}
		kase_close(&k);
	}
	free(rules);
	free(acts);
}

static void the_conformance_cases(void **state)
{
	(void)state;
	NEED_SHARED();
	each_case(check_case);
}

static uint64_t seed;

static void check_random(const char *dir, const char *name)
{
	char *rules = case_file(dir, name, "rules.rules");
	unsigned times = count_from_env(2);
	struct kase k;
	for (unsigned t = 0; t < times; t++) {
		if (kase_random(&k, rules, &seed)) {
			check_evaluation(&k);
			struct act more = random_act(&k.book, &seed, RANDOM_ACTS + 1);
			more.back = more.annul = 0; /* a new act: what is corrected need not be among those touched */
			for (uint32_t f = 0; f < k.book.rb->facts.n && more.kind != NO_ID; f++) {
				struct insts all = eval_all(k.eval, f);
				for (size_t i = 0; i < 2 * all.n; i++)
					check_trial(&k, f, insts_at(&all, i / 2), &more, i % 2);
			}
		}
		kase_close(&k);
	}
	free(rules);
}

static void random_records(void **state)
{
	(void)state;
	NEED_SHARED();
	seed = seed_from_env(88172645463325252u);
	each_case(check_random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_conformance_cases),
		cmocka_unit_test(random_records),
	};
	return test_main(tests);
}
