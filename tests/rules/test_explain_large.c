/* SPDX-License-Identifier: Apache-2.0
 *
 * Explanations of large records, and of one record by many threads.
 */
#include "tests/rules/case.h"

#include "rules/proof_json.h"

#include <pthread.h>
#include <time.h>

/* ---- many changes -------------------------------------------------------------------------------------------------------- */

static void in_time(const char *what, clock_t began) /* a bound that only work in the square of the record goes beyond */
{
	double took = (double)(clock() - began) / CLOCKS_PER_SEC;
	if (took > 2)
		fail_msg("%s took %.1f s", what, took);
}

/* One fact that changes with every act; the last acts correct the first one, each the one before. */
static void a_fact_of_many_changes(void **state)
{
	(void)state;
	enum { CHANGES = 200000, VERSIONS = 20000 };
	static const char often[] = "source F \"f\"\ntype State\ntype Rank = low | high | top\nact ranked(S: State, rank: Rank)\n"
				    "fact rank(S: State): Rank, up(S: State), calm(S: State), some_up()\n"
				    "rule R [F 1]: rank(S) becomes V on ranked(S, V)\n"
				    "rule U [F 2]: up(S) holds while rank(S) is high\n"
				    "rule C [F 3]: calm(S) begins after 3 days of not up(S)\n"
				    "rule A [F 3]: calm(S) ends once up(S)\n"
				    "rule S [F 4]: some_up() holds while count of S with up(S) >= 1\n";
	struct kase k;
	struct buf b;
	char date[DATE_LEN];
	buf_init(&b, 32 << 20);
	for (int i = 0; i < CHANGES; i++)
		buf_addf(&b, "ranked(A, %s) %s\n", i % 2 ? "high" : "low", date_print(date_from(1600, 1, 1) + i * DAY, date));
	for (int i = 0; i < VERSIONS; i++)
		buf_addf(&b, ">%d ranked(A, %s) 1600-01-01\n", i ? CHANGES + i : 1, i % 2 ? "low" : "high");
	kase_open(&k, often, b.p);
	buf_done(&b);
	civil late = date_from(1600, 1, 1) + (CHANGES + 9) * DAY, times[] = {late, late - CHANGES / 2 * DAY, date_from(1600, 1, 3)};
	static const char *const facts[] = {"rank", "up", "calm", "some_up"};
	struct value a = {.kind = V_ENTITY, .s = syms_find(&k.book.syms, STR("A"))}, top = {.kind = V_WORD, .s = syms_find(&k.book.syms, STR("top"))};
	for (int t = 0; t < 3; t++)
		for (int f = 0; f < 4; f++) {
			uint32_t fact = rulebook_fact(k.book.rb, str_of(facts[f]));
			struct value v = eval_at(k.eval, eval_find(k.eval, fact, &a), times[t], NULL), wanted = f ? VALUE_YES : top;
			clock_t began = clock();
			const struct proof *p = explain_why(k.eval, fact, &a, times[t], &k.book.arena);
			assert_true(p->holds == (v.kind != V_NONE) && (!p->holds || value_eq(p->value, v)));
			in_time("why", began);
			began = clock();
			p = explain_whynot(k.eval, fact, &a, wanted, times[t], &k.book.arena);
			assert_int_equal(p->holds, value_eq(v, wanted));
			in_time("why not", began);
		}
	static const uint64_t places[] = {1, 2, CHANGES / 2, CHANGES};
	struct effect *effects;
	for (int i = 0; i < 4; i++) {
		clock_t began = clock();
		const struct proof *p = explain_act(k.eval, places[i], &k.book.arena);
		assert_true(p && p->place == places[i] && p->kind == PROOF_ACT);
		assert_true(explain_effects(k.eval, places[i], &k.book.arena, &effects) >= 1);
		in_time("what an act did", began);
	}
	kase_close(&k);
}

/* ---- many threads -------------------------------------------------------------------------------------------------------- */

static const char treaty[] =
	"source Fin \"Clauses\"\n"
	"type State, Instrument\n"
	"act consent_deposited(S: State, I: Instrument) by S, joined(S: State), notified(S: State)\n"
	"fact consented(S: State, I: Instrument), in_force(I: Instrument), bound(S: State, I: Instrument), member(S: State)\n"
	"rule JOIN [Fin 9]: member(S) begins on joined(S)\n"
	"rule LEFT [Fin 10]: member(S) ends on notified(S)\n"
	"rule CONSENT [Fin 1]: consented(S, I) begins on consent_deposited(S, I)\n"
	"rule EIF [Fin 3]: in_force(I) begins once count of S with consented(S, I) >= 2\n"
	"  with effect from first of month after that day + 3 months if still so\n"
	"rule BOUND [Fin 4]: bound(S, I) holds while in_force(I) and consented(S, I)\n";

enum { ASKING = 4 };

struct asking {
	struct kase *k;
	pthread_barrier_t *start;
	const char *trees[4];
	struct arena arena;
};

static const char *const questions[] = {"bound(\"A\", \"I\") on 2024-12-01", "in_force(\"I\") on 2024-05-01", "member(\"A\") on 2026-01-01",
	"consented(\"C\", \"I\") on 2024-12-01"};

static void ask_all(struct kase *k, struct arena *a, const char **trees)
{
	for (int i = 0; i < 4; i++) {
		civil t;
		struct question q = kase_question(k, questions[i], &t);
		const struct proof *p = explain_whynot(k->eval, q.fact, q.args, VALUE_YES, t, a);
		const struct eval *eval = k->eval;
		struct proof_answer answer = {.fact = q.fact, .args = q.args, .at = t, .n = 1, .evals = &eval, .proofs = &p, .acts = true};
		struct buf text;
		buf_init(&text, 1 << 20);
		proof_json(&answer, &text);
		trees[i] = arena_str(a, buf_str(&text)).p;
		buf_done(&text);
	}
}

static void *ask_in_thread(void *ctx)
{
	struct asking *a = ctx;
	(void)pthread_barrier_wait(a->start);
	ask_all(a->k, &a->arena, a->trees);
	return NULL;
}

/* Nobody has asked before: what reasons look acts up in is not made yet. */
static void many_ask_at_once(void **state)
{
	(void)state;
	struct kase k;
	struct arena once = {0};
	const char *expected[4];
	pthread_barrier_t start;
	kase_open(&k, treaty, "joined(A) 2001-01-01\nconsent_deposited(A, I) 2024-01-10\nconsent_deposited(B, I) 2024-03-10\n"
			      "notified(A) 2024-03-11\n>2 consent_deposited(A, I) 2024-01-11\nconsent_deposited(C, I) 2024-03-12\n>6 void\n");
	ask_all(&k, &once, expected);
	assert_int_equal(pthread_barrier_init(&start, NULL, ASKING), 0);
	for (int times = 0; times < 20; times++) {
		struct asking all[ASKING] = {0};
		pthread_t threads[ASKING];
		kase_known(&k, UINT64_MAX);
		for (int i = 0; i < ASKING; i++) {
			all[i] = (struct asking){.k = &k, .start = &start};
			assert_int_equal(pthread_create(&threads[i], NULL, ask_in_thread, &all[i]), 0);
		}
		for (int i = 0; i < ASKING; i++) {
			assert_int_equal(pthread_join(threads[i], NULL), 0);
			for (int q = 0; q < 4; q++)
				assert_string_equal(all[i].trees[q], expected[q]);
			arena_done(&all[i].arena);
		}
	}
	(void)pthread_barrier_destroy(&start);
	arena_done(&once);
	kase_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fact_of_many_changes),
		cmocka_unit_test(many_ask_at_once),
	};
	return test_main(tests);
}
