/* SPDX-License-Identifier: Apache-2.0
 *
 * Properties of explanations, on the cases of the conformance vectors and on records drawn at random ($SEED, $N): every proof
 * is of the value that the evaluation has; each of its nodes agrees with its kids; acts in it are on record; what is said to
 * be missing is missing; a why-not does not hold.
 */
#include "tests/rules/case.h"

#include "base/json.h"
#include "rules/proof_json.h"

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

/* The acts said to be touched give, alone, the same value. */
static void check_touched(struct kase *k, uint32_t fact, const struct inst *i, civil t)
{
	struct arena a = {0};
	struct act_list some = {0};
	uint32_t *touched;
	size_t n;
	struct eval *e;
	assert_true(explain_touched(k->eval, fact, i->args, t, SIZE_MAX, &a, &touched, &n));
	for (size_t j = 0; j < n; j++)
		arena_push(&a, &some, k->acts.v[touched[j]]);
	if (eval_new(k->book.rb, &k->book.syms, &some, k->eval->known, k->eval->reading, &e, NULL) < 0)
		fail_msg("the touched acts cannot be evaluated");
	struct value v = eval_at(e, eval_find(e, fact, i->args), t, NULL);
	if (!value_eq(v, eval_at(k->eval, i, t, NULL)))
		fail_msg("%zu touched acts give another value: %s", n, kase_tree(k, explain_why(k->eval, fact, i->args, t, &a)));
	eval_free(e);
	arena_done(&a);
}

/* The JSON form can be read, numbers its nodes in order, and names only nodes and rules that it holds. */
static void check_json(struct kase *k, uint32_t fact, const struct inst *i, civil t)
{
	struct arena a = {0};
	struct buf text, again;
	struct err e;
	AUTO_JSON json_t *root = NULL;
	const struct proof *p = explain_why(k->eval, fact, i->args, t, &a);
	const struct eval *eval = k->eval;
	struct proof_answer q = {.fact = fact, .args = i->args, .at = t, .n = 1, .evals = &eval, .proofs = &p, .acts = true};
	buf_init(&text, 4 << 20);
	buf_init(&again, 4 << 20);
	proof_json(&q, &text);
	proof_json(&q, &again);
	assert_true(!text.over && str_eq(buf_str(&text), buf_str(&again)));
	if (json_read(buf_str(&text), "proof", &root, &e) < 0)
		fail_msg("%s: %s", e.what, text.p);
	assert_string_equal(json_string_value(json_object_get(root, "format")), "comity-proof/1");
	json_t *reading = json_array_get(json_object_get(root, "readings"), 0), *nodes = json_object_get(reading, "nodes"), *node, *kid;
	json_t *rules = json_object_get(root, "rules"), *rule;
	size_t at, n, m;
	json_array_foreach(nodes, at, node) {
		assert_int_equal(json_integer_value(json_object_get(node, "id")), at);
		json_array_foreach(json_object_get(node, "kids"), n, kid) {
			assert_true(json_integer_value(kid) > (json_int_t)at);
			assert_true(json_integer_value(kid) < (json_int_t)json_array_size(nodes));
		}
		json_t *same = json_object_get(node, "same"), *named = json_object_get(node, "rule");
		assert_true(!same || json_integer_value(same) < (json_int_t)at);
		bool found = !named;
		json_array_foreach(rules, m, rule)
			found |= json_equal(named, json_object_get(rule, "id"));
		assert_true(found);
	}
	buf_done(&text);
	buf_done(&again);
	arena_done(&a);
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
	check_touched(k, fact, i, date_from(2099, 1, 1));
	if (n && steps[0].from != CIVIL_ALWAYS) {
		check_touched(k, fact, i, steps[0].from - 1);
		check_touched(k, fact, i, steps[0].from);
		check_json(k, fact, i, steps[0].from);
	}
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
