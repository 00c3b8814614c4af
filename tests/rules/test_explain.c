/* SPDX-License-Identifier: Apache-2.0
 *
 * Properties of explanations, on the cases of the conformance vectors and on records drawn at random ($SEED, $N): every proof
 * is of the value that the evaluation has; each of its nodes agrees with its kids; acts in it are on record; what is said to
 * be missing is missing; a why-not does not hold.
 */
#include "tests/rules/case.h"

#include "base/json.h"
#include "rules/proof_json.h"

/* ---- one evaluation ------------------------------------------------------------------------------------------------------ */

static void check_why(struct kase *k, uint32_t fact, const struct inst *i, struct value v, civil t)
{
	struct value args[MAX_ARGS];
	struct arena a = {0};
	const struct proof *p = explain_why(k->eval, fact, inst_args(i, args), t, &a);
	bool some = v.kind != V_NONE;
	if (p->holds != some || (some && !value_eq(p->value, v)))
		fail_msg("explained another value\n%s", kase_tree(k, p));
	assert_sound(k, p, t);
	const struct proof *brief = explain_why_brief(k->eval, fact, args, t, &a);
	assert_true(brief->holds == p->holds && brief->rule == p->rule && (!p->holds || brief->nkids == p->nkids));
	assert_sound(k, brief, t);
	const struct proof *top = explain_why_top(k->eval, fact, args, t, &a);
	assert_true(top->holds == p->holds && top->rule == p->rule && (!p->holds || top->nkids == p->nkids));
	assert_sound(k, top, t);
	arena_done(&a);
}

static void check_whynot(struct kase *k, uint32_t fact, const struct inst *i, struct value wanted, civil t)
{
	struct value args[MAX_ARGS];
	struct arena a = {0};
	struct value v = eval_at(k->eval, i, t, NULL);
	const struct proof *p = explain_whynot(k->eval, fact, inst_args(i, args), wanted, t, &a);
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

/* The JSON form can be read, numbers its nodes in order, and names only nodes and rules that it holds. */
static void check_json(struct kase *k, uint32_t fact, const struct inst *i, civil t)
{
	struct value args[MAX_ARGS];
	struct arena a = {0};
	struct buf text, again;
	struct err e;
	AUTO_JSON json_t *root = NULL;
	const struct proof *p = explain_why(k->eval, fact, inst_args(i, args), t, &a);
	const struct eval *eval = k->eval;
	struct proof_answer q = {.fact = fact, .args = args, .at = t, .n = 1, .evals = &eval, .proofs = &p, .acts = true};
	buf_init(&text, 4 << 20);
	buf_init(&again, 4 << 20);
	proof_json(&q, &text);
	proof_json(&q, &again);
	assert_true(!text.over && str_eq(buf_str(&text), buf_str(&again)));
	if (json_read(buf_str(&text), "proof", &root, &e) < 0)
		fail_msg("%s: %s", e.what, text.p);
	assert_string_equal(json_string_value(json_object_get(root, "format")), "comity-proof/2");
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
	if (n && steps[0].from != CIVIL_ALWAYS)
		check_json(k, fact, i, steps[0].from);
	arena_done(&a);
}

static void check_evaluation(struct kase *k)
{
	struct arena a = {0};
	for (uint32_t f = 0; f < k->book.rb->facts.n; f++) {
		const struct insts l = eval_all(k->eval, f);
		for (size_t i = 0; i < l.n; i++)
			check_inst(k, f, insts_at(&l, i));
	}
	for (size_t i = 0; i < k->eval->nacts; i++) {
		struct effect *effects;
		if (explain_effects(k->eval, k->eval->acts[i].place, &a, &effects)) /* a delayed change may come to nothing */
			assert_true(k->eval->act_works[i]);
		const struct proof *p = explain_act(k->eval, k->eval->acts[i].place, &a);
		assert_non_null(p);
		assert_int_equal(p->kind == PROOF_ACT, k->eval->act_works[i]);
		assert_sound(k, p, CIVIL_MAX);
	}
	arena_done(&a);
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
			kase_reading(&k, k.acts.n / 2, r);
			check_evaluation(&k);
		}
		kase_close(&k);
	}
	free(rules);
	free(acts);
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
	char *rules = case_file(dir, name, "rules.rules");
	unsigned times = count_from_env(2);
	struct kase k;
	for (unsigned t = 0; t < times; t++) {
		uint64_t from = seed;
		if (kase_random(&k, rules, &seed)) {
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

/* ---- what an act did ----------------------------------------------------------------------------------------------------- */

static const char treaty[] =
	"source Fin \"Clauses\"\n"
	"type State, Instrument\n"
	"act consent_deposited(S: State, I: Instrument) by S, consent_withdrawn(S: State, I: Instrument) by S, joined(S: State),\n"
	"  notified(S: State), confirmed(S: State)\n"
	"fact consented(S: State, I: Instrument), in_force(I: Instrument), bound(S: State, I: Instrument), member(S: State), leaving(S: State)\n"
	"rule JOIN [Fin 9]: member(S) begins on joined(S)\n"
	"rule CONSENT [Fin 1]: consented(S, I) begins on consent_deposited(S, I)\n"
	"rule UNCONSENT [Fin 6; Fin 7]: consented(S, I) ends on consent_withdrawn(S, I)\n"
	"rule EIF [Fin 3]: in_force(I) begins once count of S with consented(S, I) >= 2\n"
	"  with effect from first of month after that day + 3 months if still so\n"
	"rule BOUND [Fin 4]: bound(S, I) holds while in_force(I) and consented(S, I)\n"
	"rule LEAVE [Fin 10]: leaving(S) begins on notified(S) if member(S)\n"
	"rule LEFT [Fin 10]: member(S) ends after 12 months of leaving(S)\n"
	"rule LEFT_OFF [Fin 10]: leaving(S) ends once not member(S)\n";

/* "in_force(I) yes 2024-07-01": one a line, in order. */
static const char *effects(struct kase *k, uint64_t place)
{
	struct effect *v;
	size_t n = explain_effects(k->eval, place, &k->book.arena, &v);
	struct buf b;
	char date[DATE_LEN];
	buf_init(&b, 10000);
	for (size_t i = 0; i < n; i++) {
		buf_addf(&b, "%.*s(", STR_ARG(syms_str(&k->book.rb->syms, k->book.rb->facts.v[v[i].inst->fact].name)));
		output_args(k->eval, v[i].inst, &b);
		buf_adds(&b, ") ");
		value_print(&k->book.syms, v[i].before, &b);
		buf_adds(&b, ">");
		value_print(&k->book.syms, v[i].after, &b);
		buf_addf(&b, " %s%s\n", date_print(v[i].at, date), v[i].dropped ? " dropped" : "");
	}
	const char *s = arena_str(&k->book.arena, buf_str(&b)).p;
	buf_done(&b);
	return s;
}

static void what_an_act_did(void **state)
{
	(void)state;
	struct kase k;
	kase_open(&k, treaty, "consent_deposited(A, I) 2024-01-10\n"
			      "consent_deposited(A, J) 2024-01-10\n"
			      "consent_deposited(B, I) 2024-03-10\n"
			      "consent_deposited(B, J) 2024-03-12\n"); /* both treaties enter into force in one round */
	assert_string_equal(effects(&k, 1), "consented(A|I) none>yes 2024-01-10\n");
	assert_string_equal(effects(&k, 3), "consented(B|I) none>yes 2024-03-10\n"
					    "in_force(I) none>yes 2024-07-01\n"
					    "bound(A|I) none>yes 2024-07-01\n"
					    "bound(B|I) none>yes 2024-07-01\n");
	assert_string_equal(effects(&k, 4), "consented(B|J) none>yes 2024-03-12\n"
					    "in_force(J) none>yes 2024-07-01\n"
					    "bound(A|J) none>yes 2024-07-01\n"
					    "bound(B|J) none>yes 2024-07-01\n");
	assert_string_equal(effects(&k, 99), "");
	kase_close(&k);

	kase_open(&k, treaty, "consent_deposited(A, I) 2024-01-10\n"
			      "consent_deposited(B, I) 2024-03-10\n"
			      "consent_withdrawn(A, I) 2024-05-01\n"
			      "consent_withdrawn(A, I) 2024-05-02\n");
	assert_string_equal(effects(&k, 2), "consented(B|I) none>yes 2024-03-10\n"
					    "in_force(I) none>yes 2024-07-01 dropped\n");
	assert_string_equal(effects(&k, 3), "consented(A|I) yes>none 2024-05-01\n");
	assert_string_equal(effects(&k, 4), ""); /* without effect */
	kase_close(&k);

	kase_open(&k, treaty, "joined(A) 2001-01-01\njoined(B) 2001-01-01\nnotified(A) 2024-02-29\nnotified(B) 2024-02-29\n");
	assert_string_equal(effects(&k, 3), "leaving(A) none>yes 2024-02-29\n"
					    "member(A) yes>none 2025-02-28\n" /* by the timer that it started */
					    "leaving(A) yes>none 2025-02-28\n");
	kase_close(&k);
}

/* ---- differences --------------------------------------------------------------------------------------------------------- */

static const char *differences(struct kase *k, const struct eval *e1, const struct eval *e2)
{
	struct difference *v;
	size_t n = explain_diff(e1, e2, &k->book.arena, &v);
	struct buf b;
	char date[DATE_LEN];
	buf_init(&b, 10000);
	for (size_t i = 0; i < n; i++) {
		buf_addf(&b, "%.*s(", STR_ARG(syms_str(&k->book.rb->syms, k->book.rb->facts.v[v[i].fact].name)));
		for (uint32_t a = 0; a < k->book.rb->facts.v[v[i].fact].nparams; a++) {
			buf_adds(&b, a ? "|" : "");
			value_print(v[i].syms, v[i].args[a], &b);
		}
		buf_adds(&b, ") ");
		value_print(v[i].syms, v[i].before, &b);
		buf_adds(&b, ">");
		value_print(v[i].syms, v[i].after, &b);
		buf_addf(&b, " %s..", date_print(v[i].from, date));
		buf_addf(&b, "%s\n", v[i].to == CIVIL_NEVER ? "" : date_print(v[i].to, date));
	}
	const char *s = arena_str(&k->book.arena, buf_str(&b)).p;
	buf_done(&b);
	return s;
}

static void what_differs(void **state)
{
	(void)state;
	struct kase k;
	struct err e;
	kase_open(&k, treaty, "consent_deposited(A, I) 2024-01-10\n"
			      "consent_deposited(B, I) 2024-03-10\n"
			      "@5 >2 consent_deposited(B, I) 2024-04-02\n"
			      "@6 joined(Z) 2024-04-02\n");
	struct eval *before, *after, *elsewhere;
	struct syms other;
	assert_int_equal(eval_new(k.book.rb, &k.book.syms, &k.acts, 4, 0, &before, &e), 0);
	assert_int_equal(eval_new(k.book.rb, &k.book.syms, &k.acts, 5, 0, &after, &e), 0);
	assert_string_equal(differences(&k, before, after), "consented(B|I) yes>none 2024-03-10..2024-04-02\n"
							    "in_force(I) yes>none 2024-07-01..2024-08-01\n"
							    "bound(A|I) yes>none 2024-07-01..2024-08-01\n"
							    "bound(B|I) yes>none 2024-07-01..2024-08-01\n");
	assert_string_equal(differences(&k, after, after), "");

	/* the same acts with names numbered in another order, and one name less */
	struct arena a = {0};
	struct act_list acts = {0};
	syms_init(&other, &a, &k.book.rb->syms);
	(void)syms_intern(&other, STR("I"));
	(void)syms_intern(&other, STR("B"));
	for (size_t i = 0; i < 3; i++) {
		struct act act = k.acts.v[i];
		act.args = arena_copy(&a, act.args, 2 * sizeof *act.args);
		for (uint32_t n = 0; n < 2; n++) {
			struct value v = act_value(&k.acts.v[i], n);
			v.s = syms_intern(&other, syms_str(&k.book.syms, v.s));
			act.args[n] = value_pack(v);
		}
		arena_push(&a, &acts, act);
	}
	assert_int_equal(eval_new(k.book.rb, &other, &acts, UINT64_MAX, 0, &elsewhere, &e), 0);
	assert_string_equal(differences(&k, after, elsewhere), "");
	assert_string_equal(differences(&k, k.eval, elsewhere), "member(Z) yes>none 2024-04-02..\n");
	assert_string_equal(differences(&k, elsewhere, k.eval), "member(Z) none>yes 2024-04-02..\n");
	eval_free(before);
	eval_free(after);
	eval_free(elsewhere);
	arena_done(&a);
	kase_close(&k);
}

/* ---- basis and remedies -------------------------------------------------------------------------------------------------- */

static void what_it_rests_on(void **state)
{
	(void)state;
	struct kase k;
	struct basis b;
	kase_open(&k, treaty, "consent_deposited(A, I) 2024-01-10\n"
			      "joined(A) 2024-01-11\n"
			      "consent_deposited(B, I) 2024-03-10\n"
			      "@9 >1 consent_deposited(A, I) 2024-01-09\n");
	const struct proof *p = kase_why(&k, "bound(\"A\", \"I\") on 2024-07-01");
	explain_basis(k.eval, p, &k.book.arena, &b);
	assert_int_equal(b.nacts, 2);
	assert_true(b.acts[0] == 3 && b.acts[1] == 9);
	assert_int_equal(b.ncites, 3);
	assert_true(str_eq(b.cites[0]->text, STR("Fin 4")) && str_eq(b.cites[1]->text, STR("Fin 3")) && str_eq(b.cites[2]->text, STR("Fin 1")));
	/* what failed is the basis of a why-not */
	p = kase_whynot(&k, "bound(\"A\", \"I\") on 2024-06-30");
	explain_basis(k.eval, p, &k.book.arena, &b);
	assert_true(b.ncites >= 2 && str_eq(b.cites[0]->text, STR("Fin 4")) && str_eq(b.cites[1]->text, STR("Fin 3")));
	kase_close(&k);
}

static void what_would_help(void **state)
{
	(void)state;
	struct kase k;
	struct remedy *r;
	civil t;
	kase_open(&k, treaty, "joined(A) 2001-01-01\nconsent_deposited(A, I) 2024-01-10\nconsent_deposited(C, I) 2024-09-09\n");
	const struct proof *p = kase_whynot(&k, "bound(\"B\", \"I\") on 2024-02-01");
	struct question q = kase_question(&k, "bound(\"B\", \"I\") on 2024-02-01", &t);
	size_t n = explain_remedies(k.eval, p, q.fact, q.args, VALUE_YES, t, &k.book.arena, &r), works = 0;
	assert_true(n >= 2);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(r[i].act_kind, rulebook_act(k.book.rb, STR("consent_deposited")));
		works += r[i].works;
		if (r[i].works) /* B's own deposit: the second, so it brings the treaty into force as well */
			assert_true(r[i].args[0].kind == V_ENTITY && r[i].from == date_from(2024, 6, 1));
	}
	assert_int_equal(works, 1);
	/* what comes anyway is no remedy: C's deposit of September is on record */
	p = kase_whynot(&k, "in_force(\"I\") on 2024-10-01");
	assert_line(&k, p, "- delay 2024-09-09 to 2025-01-01");
	q = kase_question(&k, "in_force(\"I\") on 2024-10-01", &t);
	n = explain_remedies(k.eval, p, q.fact, q.args, VALUE_YES, t, &k.book.arena, &r);
	assert_int_equal(n, 0);
	kase_close(&k);
}

/* ---- bounds -------------------------------------------------------------------------------------------------------------- */

static void what_is_too_large_is_cut(void **state)
{
	(void)state;
	enum { STATES = 3000, CHAIN = 60 };
	struct kase k;
	struct buf b;
	buf_init(&b, 4 << 20);
	for (int i = 0; i < STATES; i++)
		buf_addf(&b, "consent_deposited(S%d, I) 2024-01-10\n", i);
	kase_open(&k, treaty, b.p);
	const struct proof *p = kase_why(&k, "in_force(\"I\") on 2024-06-01"); /* and sound, within its bounds */
	assert_line(&k, p, "+ count 2 >= 2");
	kase_close(&k);

	/* all of them at once */
	static const char all[] = "source F \"f\"\ntype State\nact joined(S: State)\nfact member(S: State), quorum(S: State)\n"
				  "rule J [F 1]: member(S) begins on joined(S)\n"
				  "rule Q [F 2]: quorum(S) holds while member(S) and count of T with member(T) >= 3000\n";
	buf_clear(&b);
	for (int i = 0; i < STATES; i++)
		buf_addf(&b, "joined(S%d) 2024-01-10\n", i);
	kase_open(&k, all, b.p);
	p = kase_why(&k, "quorum(\"S7\") on 2024-06-01");
	assert_line(&k, p, "+ count 3000 >= 3000");
	assert_line(&k, p, "+ cut");
	p = kase_whynot(&k, "quorum(\"X\") on 2024-06-01");
	assert_line(&k, p, "- no-act joined(X)"); /* the missing act is not what is cut */
	kase_close(&k);

	/* a chain of definitions, one resting on the other */
	buf_clear(&b);
	buf_adds(&b, "source F \"f\"\ntype State\nact joined(S: State)\nfact f0(S: State)");
	for (int i = 1; i <= CHAIN; i++)
		buf_addf(&b, ", f%d(S: State)", i);
	buf_adds(&b, "\nrule R0 [F 1]: f0(S) begins on joined(S)\n");
	for (int i = 1; i <= CHAIN; i++)
		buf_addf(&b, "rule R%d [F 1]: f%d(S) holds while f%d(S)\n", i, i, i - 1);
	kase_open(&k, b.p, "joined(A) 2024-01-10\n");
	p = kase_why(&k, "f60(\"A\") on 2024-06-01");
	assert_lines(&k, p, "+ cut", 1);
	p = kase_why(&k, "f10(\"A\") on 2024-06-01");
	assert_line(&k, p, "+ act 1 joined(A)");
	assert_no_line(&k, p, "cut");
	kase_close(&k);
	buf_done(&b);
}

/* ---- the JSON form ------------------------------------------------------------------------------------------------------- */

static json_t *json_at(json_t *v, const char *key, size_t i)
{
	json_t *found = json_object_get(v, key);
	return json_is_array(found) ? json_array_get(found, i) : found;
}

static const char *json_text(json_t *v, const char *key)
{
	const char *s = json_string_value(json_object_get(v, key));
	return s ? s : "";
}

static json_t *node_of_kind(json_t *reading, const char *kind)
{
	size_t i;
	json_t *node;
	json_array_foreach(json_object_get(reading, "nodes"), i, node)
		if (strcmp(json_text(node, "kind"), kind) == 0)
			return node;
	fail_msg("no node of kind %s", kind);
	return NULL;
}

static void the_json_form(void **state)
{
	(void)state;
	static const char rules[] = "rulebook Test version 3\n"
				    "source Fin \"Final \\u clauses\"\n"
				    "reading NARROW \"only members count\"\nreading WIDE \"all count\"\n"
				    "type State\nact named(S: State, weight: Int, note: optional Word)\nact ended(S: State)\n"
				    "fact named_(S: State), chosen(S: State), weight(S: State): Int\n"
				    "table quota(S: State): Int [Fin 8] { \"A\" 7 }\n"
				    "rule N [Fin 1; Fin 2]: named_(S) begins on named(S)\n"
				    "rule W [Fin 1]: weight(S) becomes K on named(S, K)\n"
				    "rule E [Fin 3]: named_(S) ends on ended(S)\n"
				    "rule C1 [Fin 4] in reading NARROW from 2020-01-01:\n"
				    "  chosen(S) holds while named_(S) and weight(S) >= 2/3 of quota(S)\n"
				    "rule C2 [Fin 4] in reading WIDE: chosen(S) holds while named_(S)\n";
	struct kase k;
	struct err e;
	civil at;
	AUTO_JSON json_t *root = NULL;
	kase_open(&k, rules, "named(A, 4, -) 2024-05-06T07:08:09\nended(B) 2024-05-07\n@9 >1 named(A, 3, x) 2024-05-06T07:08:09\n");
	struct question q = kase_question(&k, "chosen(\"A\") on 2024-05-06", &at);
	const struct eval *evals[2];
	const struct proof *proofs[2];
	for (uint32_t i = 0; i < 2; i++) {
		struct eval *one;
		assert_int_equal(eval_new(k.book.rb, &k.book.syms, &k.acts, 9, i, &one, &e), 0);
		evals[i] = one;
		proofs[i] = explain_why(one, q.fact, q.args, at, &k.book.arena);
	}
	struct proof_answer answer = {.fact = q.fact, .args = q.args, .at = at, .n = 2, .evals = evals, .proofs = proofs,
		.rulebook = STR("ab12"), .origin = STR("example.org/log"), .acts = true};
	struct buf b;
	buf_init(&b, 1 << 20);
	proof_json(&answer, &b);
	assert_int_equal(json_read(buf_str(&b), "proof", &root, &e), 0);
	assert_string_equal(json_text(root, "origin"), "example.org/log");
	assert_string_equal(json_text(json_object_get(root, "rulebook"), "sha256"), "ab12");
	assert_int_equal(json_integer_value(json_at(json_object_get(root, "rulebook"), "version", 0)), 3);
	json_t *asked = json_object_get(root, "question");
	assert_string_equal(json_text(asked, "on"), "2024-05-06");
	assert_string_equal(json_text(asked, "at"), "2024-05-06T23:59:59");
	assert_int_equal(json_integer_value(json_object_get(asked, "known")), 9);

	/* 3 of 7 is short of two thirds under one reading; the other does not ask */
	json_t *narrow = json_at(root, "readings", 0), *wide = json_at(root, "readings", 1);
	assert_string_equal(json_text(narrow, "reading"), "NARROW");
	assert_true(json_is_false(json_object_get(narrow, "holds")) && json_is_null(json_object_get(narrow, "value")));
	assert_true(json_is_true(json_object_get(wide, "holds")));
	assert_string_equal(json_text(wide, "value"), "yes");
	json_t *compare = node_of_kind(narrow, "compare");
	assert_string_equal(json_text(compare, "left"), "3");
	assert_string_equal(json_text(compare, "op"), ">=");
	assert_string_equal(json_text(compare, "right"), "14/3");
	assert_string_equal(json_text(compare, "text"), "weight(\"A\") >= 2/3 of quota(\"A\")");
	json_t *table = node_of_kind(narrow, "table");
	assert_int_equal(json_integer_value(json_object_get(table, "value")), 7);
	assert_string_equal(json_text(json_at(table, "cites", 0), "text"), "Fin 8");

	json_t *act = node_of_kind(wide, "act");
	assert_int_equal(json_integer_value(json_object_get(act, "act")), 9);
	assert_int_equal(json_integer_value(json_object_get(act, "place")), 1);
	assert_string_equal(json_text(act, "at"), "2024-05-06T07:08:09");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(act, "args"), "weight")), 3);
	json_t *was = node_of_kind(wide, "corrected");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(was, "args"), "weight")), 4);
	assert_null(json_object_get(json_object_get(was, "args"), "note")); /* not given */
	json_t *fact = json_at(wide, "nodes", 0);
	assert_string_equal(json_text(fact, "from"), "2024-05-06T07:08:09");
	assert_true(json_is_null(json_object_get(fact, "to")));
	assert_string_equal(json_text(json_object_get(fact, "binding"), "S"), "A");

	json_t *rule = NULL, *each;
	size_t i;
	json_array_foreach(json_object_get(root, "rules"), i, each)
		if (strcmp(json_text(each, "label"), "C1") == 0)
			rule = each;
	assert_non_null(rule);
	assert_string_equal(json_text(rule, "form"), "definition");
	assert_string_equal(json_text(rule, "from"), "2020-01-01");
	assert_int_equal(json_integer_value(json_object_get(rule, "line")), 13);
	assert_string_equal(json_text(json_at(rule, "cites", 0), "title"), "Final \\u clauses");
	assert_string_equal(json_string_value(json_at(rule, "readings", 0)), "NARROW");
	assert_non_null(strstr(json_text(rule, "text"), "holds while named_(S) and weight(S) >= 2/3 of quota(S)"));

	/* B's act says nothing about A */
	assert_true(json_is_true(json_object_get(root, "acts_complete")));
	assert_int_equal(json_array_size(json_object_get(root, "acts")), 2);
	assert_int_equal(json_integer_value(json_object_get(json_at(root, "acts", 1), "corrects")), 1);
	/* a buffer that is too small says so */
	struct buf small;
	for (size_t max = 0; max < 400; max += 7) {
		buf_init(&small, max);
		proof_json(&answer, &small);
		assert_true(small.over);
		buf_done(&small);
	}
	for (i = 0; i < 2; i++)
		eval_free((struct eval *)evals[i]);
	buf_done(&b);
	kase_close(&k);
}

/* ---- two rules at once --------------------------------------------------------------------------------------------------- */

static void who_prevails(void **state)
{
	(void)state;
	struct kase k;
	const struct proof *p;
	static const char rules[] = "source R \"r\"\ntype State\nact named(S: State), banned(S: State)\n"
				    "fact rank(S: State): low | high | none_yet, ban(S: State)\n"
				    "rule BAN [R 0]: ban(S) begins on banned(S)\n"
				    "rule HIGH [R 1] overrides LOW: rank(S) becomes high on named(S) if not ban(S)\n"
				    "rule LOW [R 2]: rank(S) becomes low on named(S)\n"
				    "rule LAST [R 3]: rank(S) becomes none_yet on banned(S)\n"
				    "rule LATER [R 4]: rank(S) becomes low on banned(S)\n";
	kase_open(&k, rules, "named(A) 2024-01-01\nbanned(B) 2024-01-01\nnamed(B) 2024-01-02\n");
	assert_string_equal(kase_value(&k, "rank(\"A\") on 2024-01-01"), "high");
	p = kase_whynot(&k, "rank(\"A\") is low on 2024-01-01");
	assert_line(&k, p, "- overridden HIGH");
	assert_string_equal(kase_value(&k, "rank(\"B\") on 2024-01-01"), "low");
	p = kase_whynot(&k, "rank(\"B\") is none_yet on 2024-01-01");
	assert_line(&k, p, "- still [2024-01-01..2024-01-01] LATER act 2"); /* later in the text */
	p = kase_whynot(&k, "rank(\"B\") is high on 2024-01-02");
	assert_line(&k, p, "+ fact ban(B) yes [2024-01-01..] BAN");
	kase_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fact_of_the_conformance_cases),
		cmocka_unit_test(every_fact_of_random_records),
		cmocka_unit_test(what_an_act_did),
		cmocka_unit_test(what_differs),
		cmocka_unit_test(what_it_rests_on),
		cmocka_unit_test(what_would_help),
		cmocka_unit_test(what_is_too_large_is_cut),
		cmocka_unit_test(the_json_form),
		cmocka_unit_test(who_prevails),
	};
	return test_main(tests);
}
