/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers that the engine gives with their reasons, held against the checker: every fact of every conformance case and of random records,
 * why and why not, on the days on which something changes.
 */
#include "tests/proof/lines.h"
#include "tests/proof/table.h"

#include "rules/proof_json.h"

#include <stdlib.h>
#include <string.h>

static size_t checked;

struct asking {
	const char *name;
	struct kase *k;
	struct ck_case *c;
	const struct eval *evals[MAX_READINGS];
	uint32_t n;
};

static void check_one(const struct asking *q, uint32_t fact, const struct value *args, struct value wanted, bool whynot, civil at)
{
	struct arena a = {0};
	const struct proof *proofs[MAX_READINGS];
	struct buf out;
	for (uint32_t r = 0; r < q->n; r++)
		proofs[r] = whynot ? explain_whynot(q->evals[r], fact, args, wanted, at, &a) : explain_why(q->evals[r], fact, args, at, &a);
	struct proof_answer answer = {.fact = fact, .args = args, .is = &wanted, .nis = whynot && wanted.kind != V_NONE && wanted.kind != V_YES, .at = at, .n = q->n,
		.evals = q->evals, .proofs = proofs};
	buf_init(&out, 64 << 20);
	proof_json(&answer, &out);
	char *why = ck_case_check(q->c, out.p);
	if (why) {
		char day[DATE_LEN];
		struct str name = syms_str(&q->k->book.rb->syms, q->k->book.rb->facts.v[fact].name);
		struct buf text;
		buf_init(&text, 10000);
		for (uint32_t i = 0; i < q->k->book.rb->facts.v[fact].nparams; i++) {
			buf_adds(&text, i ? ", " : "");
			value_print(&q->k->book.syms, args[i], &text);
		}
		fail_msg("%s: %s %.*s(%s) at %s: %s", q->name, whynot ? "why not" : "why", STR_ARG(name), text.p ? text.p : "", date_print(at, day), why);
	}
	free(why);
	buf_done(&out);
	arena_done(&a);
	checked++;
}

/* A boolean fact is asked about as it is; of the others each value that it ever has, and any. */
static void check_at(const struct asking *q, const struct inst *i, const struct step *steps, size_t n, civil at)
{
	const struct fact *f = &q->k->book.rb->facts.v[i->fact];
	struct value args[MAX_ARGS];
	if (at > CIVIL_MAX || at < CIVIL_MIN)
		return;
	(void)inst_args(i, args);
	check_one(q, i->fact, args, VALUE_NONE, false, at);
	if (f->value == TYPE_BOOL) {
		check_one(q, i->fact, args, VALUE_YES, true, at);
		return;
	}
	for (size_t k = 0; k < n && k < 3; k++)
		check_one(q, i->fact, args, steps[k].value, true, at);
}

static void check_facts(const struct asking *q, size_t most)
{
	struct arena a = {0};
	for (uint32_t f = 0; f < q->k->book.rb->facts.n; f++) {
		const struct insts all = eval_all(q->evals[0], f);
		for (size_t i = 0; i < all.n && i < most; i++) {
			const struct inst *inst = insts_at(&all, i);
			struct step *steps;
			size_t n = eval_steps(q->evals[0], inst, &a, &steps);
			check_at(q, inst, steps, n, CIVIL_MAX);
			for (size_t k = 0; k < n && k < most; k++)
				for (int end = 0; end < 2; end++) {
					civil t = end ? steps[k].to : steps[k].from;
					if (t == CIVIL_ALWAYS || t == CIVIL_NEVER)
						continue;
					check_at(q, inst, steps, n, t);
					check_at(q, inst, steps, n, t - 1);
					check_at(q, inst, steps, n, date_end(date_day(t)) - 1);
				}
		}
	}
	arena_done(&a);
}

static void check_record(const char *name, struct kase *k, const char *rules, const char *lines, uint64_t known, size_t most)
{
	struct asking q = {.name = name, .k = k, .c = ck_case_open(rules, lines, known)};
	struct err e;
	q.n = k->book.rb->readings.n ? (uint32_t)k->book.rb->readings.n : 1;
	for (uint32_t r = 0; r < q.n; r++) {
		struct eval *ev;
		if (eval_new(k->book.rb, &k->book.syms, &k->acts, known, r, &ev, &e) < 0)
			fail_msg("%s: %s", e.where, e.what);
		q.evals[r] = ev;
	}
	check_facts(&q, most);
	for (uint32_t r = 0; r < q.n; r++)
		eval_free((struct eval *)q.evals[r]);
	ck_case_close(q.c);
}

static void check_case(const char *dir, const char *name)
{
	char *rules = case_file(dir, name, "rules.rules"), *acts = case_file(dir, name, "acts.jsonl"), *expected = case_file(dir, name, "expected.csv");
	if (rules && acts && expected) {
		struct kase k;
		kase_open(&k, rules, acts);
		check_record(name, &k, rules, acts, UINT64_MAX, 5);
		if (k.acts.n > 2)
			check_record(name, &k, rules, acts, k.acts.n / 2, 3);
		kase_close(&k);
	}
	free(rules);
	free(acts);
	free(expected);
}

static void test_conformance(void **state)
{
	(void)state;
	NEED_SHARED();
	each_case(check_case);
	print_message("# %zu answers of the conformance cases\n", checked);
	assert_true(checked > 3000);
}

static void check_random(const char *dir, const char *name)
{
	char *rules = case_file(dir, name, "rules.rules"), *expected = case_file(dir, name, "expected.csv");
	uint64_t seed = 7u + (uint64_t)atoi(name) * 7919u;
	for (int i = 0; rules && expected && i < 4; i++) {
		struct kase k;
		char what[100];
		(void)snprintf(what, sizeof what, "case %s, seed %llu", name, (unsigned long long)seed);
		if (kase_random(&k, rules, &seed)) {
			struct buf lines;
			buf_init(&lines, 1 << 20);
			for (size_t n = 0; n < k.acts.n; n++)
				add_act(&k, &k.acts.v[n], &lines);
			check_record(what, &k, rules, lines.p, k.eval->known, 3);
			buf_done(&lines);
		}
		kase_close(&k);
	}
	free(rules);
	free(expected);
}

static void test_random(void **state)
{
	(void)state;
	NEED_SHARED();
	checked = 0;
	each_case(check_random);
	print_message("# %zu answers of random records\n", checked);
	assert_true(checked > 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_conformance), cmocka_unit_test(test_random)};
	return test_main(tests);
}
