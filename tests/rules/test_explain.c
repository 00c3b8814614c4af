/* SPDX-License-Identifier: Apache-2.0
 *
 * Properties of explanations, on the cases of the conformance vectors and on records drawn at random ($SEED, $N): every proof
 * is of the value that the evaluation has; each of its nodes agrees with its kids; acts in it are on record; what is said to
 * be missing is missing; a why-not does not hold.
 */
#include "tests/rules/case.h"

#include <dirent.h>

enum { MAX_TEXT = 8 << 20, ACTS = 24 };

static char *read_file(const char *dir, const char *name, const char *file)
{
	char path[600];
	(void)snprintf(path, sizeof path, "%s/rules/%s/%s", dir, name, file);
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	char *text = malloc(MAX_TEXT);
	assert_non_null(text);
	size_t n = fread(text, 1, MAX_TEXT - 1, f);
	text[n] = 0;
	(void)fclose(f);
	return text;
}

/* ---- one evaluation ------------------------------------------------------------------------------------------------------ */

static void check_why(struct kase *k, uint32_t fact, const struct inst *i, struct value v, civil t)
{
	struct arena a = {0};
	const struct proof *p = explain_why(k->eval, fact, i->args, t, &a);
	bool some = v.kind != V_NONE;
	if (p->holds != some || (some && !value_eq(p->value, v)))
		fail_msg("explained another value\n%s", kase_tree(k, p));
	assert_sound(k, p, t);
	arena_done(&a);
}

static void check_whynot(struct kase *k, uint32_t fact, const struct inst *i, struct value wanted, civil t)
{
	struct arena a = {0};
	struct value v = eval_at(k->eval, i, t, NULL);
	const struct proof *p = explain_whynot(k->eval, fact, i->args, wanted, t, &a);
	if (p->holds != value_eq(v, wanted) || !value_eq(p->have, v))
		fail_msg("why-not of another value\n%s", kase_tree(k, p));
	assert_sound(k, p, t);
	arena_done(&a);
}

static void check_moment(struct kase *k, uint32_t fact, const struct inst *i, civil t)
{
	const struct type *type = &k->book.rb->types.v[k->book.rb->facts.v[fact].value];
	check_why(k, fact, i, eval_at(k->eval, i, t, NULL), t);
	if (k->book.rb->facts.v[fact].form == FACT_TABLE)
		return;
	if (type->kind == T_BOOL)
		check_whynot(k, fact, i, VALUE_YES, t);
	for (uint32_t w = 0; w < type->n && type->kind == T_ENUM; w++)
		check_whynot(k, fact, i, (struct value){.kind = V_WORD, .s = type->words[w]}, t);
}

static void check_inst(struct kase *k, uint32_t fact, const struct inst *i)
{
	struct arena a = {0};
	struct step *steps;
	size_t n = eval_steps(k->eval, i, &a, &steps);
	for (size_t s = 0; s < n; s++) {
		if (steps[s].from != CIVIL_ALWAYS) {
			check_moment(k, fact, i, steps[s].from);
			check_moment(k, fact, i, steps[s].from - 1);
			check_moment(k, fact, i, date_end(date_day(steps[s].from)) - 1);
		}
		if (steps[s].to != CIVIL_NEVER)
			check_moment(k, fact, i, steps[s].to);
	}
	check_moment(k, fact, i, date_from(2099, 1, 1));
	arena_done(&a);
}

static void check_evaluation(struct kase *k)
{
	struct arena a = {0};
	for (uint32_t f = 0; f < k->book.rb->facts.n; f++) {
		const struct inst_list *l = eval_all(k->eval, f);
		for (size_t i = 0; i < l->n; i++)
			check_inst(k, f, l->v[i]);
	}
	for (size_t i = 0; i < k->eval->nacts; i++) {
		const struct proof *p = explain_act(k->eval, k->eval->acts[i].place, &a);
		assert_non_null(p);
		assert_int_equal(p->kind == PROOF_ACT, k->eval->act_changes[i] > 0);
		assert_sound(k, p, CIVIL_MAX);
	}
	arena_done(&a);
}

static void check_case(const char *dir, const char *name)
{
	char *rules = read_file(dir, name, "rules.rules"), *acts = read_file(dir, name, "acts.jsonl");
	struct kase k;
	if (rules && acts) {
		kase_open(&k, rules, acts[0] ? acts : "\n");
		uint32_t n = k.book.rb->readings.n ? (uint32_t)k.book.rb->readings.n : 1;
		for (uint32_t r = 0; r < n; r++) {
			kase_reading(&k, UINT64_MAX, r);
			check_evaluation(&k);
			kase_reading(&k, k.acts.n / 2, r);
			check_evaluation(&k);
		}
		kase_close(&k);
	}
	free(rules);
	free(acts);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_case(const struct dirent *d)
{
	return d->d_name[0] >= '0' && d->d_name[0] <= '9';
}

typedef void case_fn(const char *dir, const char *name);

static void each_case(case_fn *fn)
{
	char path[512];
	struct dirent **list;
	const char *dir = getenv("COMITY_SHARED"), *only = getenv("CASE");
	char conformance[400];
	(void)snprintf(conformance, sizeof conformance, "%s/conformance", dir);
	(void)snprintf(path, sizeof path, "%s/rules", conformance);
	int n = scandir(path, &list, is_case, by_name);
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		if (!only || strcmp(only, list[i]->d_name) == 0)
			fn(conformance, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

static void every_fact_of_the_conformance_cases(void **state)
{
	(void)state;
	NEED_SHARED();
	each_case(check_case);
}

static uint64_t seed;

static void check_random(const char *dir, const char *name)
{
	char *rules = read_file(dir, name, "rules.rules");
	unsigned times = count_from_env(2);
	struct kase k;
	for (unsigned t = 0; t < times; t++) {
		struct err e;
		uint64_t from = seed;
		kase_open(&k, rules, "\n");
		for (uint64_t pos = 1; pos <= ACTS && k.book.rb->acts.n; pos++)
			arena_push(&k.book.arena, &k.acts, random_act(&k.book, &seed, pos));
		eval_free(k.eval);
		k.eval = NULL;
		if (eval_new(k.book.rb, &k.book.syms, &k.acts, ACTS - random_next(&seed) % 4, 0, &k.eval, &e) == 0) {
			if (getenv("VERBOSE"))
				print_message("# %s, seed %llu\n", name, (unsigned long long)from);
			check_evaluation(&k);
		}
		kase_close(&k);
	}
	free(rules);
}

static void every_fact_of_random_records(void **state)
{
	(void)state;
	NEED_SHARED();
	seed = seed_from_env(88172645463325252u);
	each_case(check_random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fact_of_the_conformance_cases),
		cmocka_unit_test(every_fact_of_random_records),
	};
	return test_main(tests);
}
