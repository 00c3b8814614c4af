/* SPDX-License-Identifier: Apache-2.0
 *
 * Variables: whose they are (reference 5.4), what binds them (5.5), and the masks that the evaluator works with.
 */
#include "tests/rules/text.h"

#define WORLD \
	"source C \"c\" type State, Thing act a(S: State), link(S: State, I: Thing) " \
	"fact p(S: State), q(S: State), r(S: State), k(S: State, I: Thing), v(S: State): x | y, n(S: State): Int, d(S: State): Date, " \
	"w(S: State): Span, seat(I: Thing): State, t(I: Thing), t2(I: Thing) "

static struct rulebook *one_rule(const char *rule)
{
	char text[4000];
	(void)snprintf(text, sizeof text, "%srule X [C 1]: %s", WORLD, rule);
	return text_good(text);
}

static void not_bound(const char *rule, const char *variable)
{
	char text[4000], expected[200];
	(void)snprintf(text, sizeof text, "%s\nrule X [C 1]: %s", WORLD, rule);
	(void)snprintf(expected, sizeof expected, "2: [C 1] %s is not bound: name a fact or act it comes from", variable);
	assert_messages(text, (const char *const[]){expected, NULL});
}

static uint8_t var(const struct rulebook *rb, const char *name)
{
	const struct rule *r = &rb->rules.v[0];
	for (uint8_t i = 0; i < r->nvars; i++)
		if (str_eq(syms_str(&rb->syms, r->vars[i].name), str_of(name)))
			return i;
	fail();
	return 0;
}
#define BIT(rb, name) ((uint64_t)1 << var(rb, name))

static void names_outside_quantifiers_are_the_rule_s(void **state)
{
	(void)state;
	struct rulebook *rb = one_rule("t(I) holds while count of S with (k(S, I) and seat(J) is S) >= 2");
	const struct rule *r = &rb->rules.v[0];
	const struct node *count = r->cond->kids[0];
	assert_int_equal(count->locals, BIT(rb, "S") | BIT(rb, "J"));
	assert_int_equal(count->free, BIT(rb, "I"));
	assert_int_equal(r->cond->binds, BIT(rb, "I"));
	assert_int_equal(r->cond_vars, BIT(rb, "I"));
	rulebook_free(rb);
}

/* Two quantifiers never share a local; nor do the two parts of `every`. */
static void locals_are_separate(void **state)
{
	(void)state;
	struct rulebook *rb = one_rule("p(S) holds while q(S) and some T with r(T) and count of T with r(T) >= 1");
	assert_rule(rb, 0, "p(S) while (and q(S) (some T'1 r(T'1)) (>= (count T'2 r(T'2)) 1))");
	rulebook_free(rb);
	rb = one_rule("p(\"A\") holds while every S with k(S, I) has k(S, I)");
	assert_rule(rb, 0, "p(A) while (every S k(S,I'1) k(S,I'2))");
	assert_int_equal(rb->rules.v[0].cond->locals, 7);
	assert_int_equal(rb->rules.v[0].cond->free, 0);
	rulebook_free(rb);
	rb = one_rule("p(\"A\") holds while some S with (k(S, I) and some T with (k(T, I) and seat(J) is T))");
	assert_rule(rb, 0, "p(A) while (some S (and k(S,I) (some T (and k(T,I) seat(J)=T))))");
	assert_int_equal(rb->rules.v[0].cond->kids[0]->kids[1]->locals, BIT(rb, "T") | BIT(rb, "J"));
	rulebook_free(rb);
}

static void what_binds(void **state)
{
	(void)state;
	static const char *const good[] = {
		"p(S) begins on a(S)",
		"p(S) holds while q(S)",
		"p(S) holds while v(S) is x",
		"p(S) holds while seat(I) is S",
		"p(S) holds while S in {\"A\"}",
		"p(S) holds while n(S) >= 1",
		"p(S) holds while reached d(S) + w(S)",
		"p(S) holds while q(S) or v(S) is x",
		"t(I) holds while count of S with k(S, I) >= 1",
		"t(I) holds while count of S with k(S, I) > 1",
		"t(I) holds while sum of n of S with k(S, I) > 1",
		"t(I) holds while some S with k(S, I)",
		"p(S) begins on 2020-01-01 if q(S)",
		"p(S) begins after w(S) of q(S)",
		"k(S, I) begins once q(S) if t(I)",
		"p(S) holds while n(S) + n(T) >= 3 and q(T)",
		"p(S) holds while q(S) and d(S) >= later of d(T) and d(T)",
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		rulebook_free(one_rule(good[i]));
}

static void what_does_not_bind(void **state)
{
	(void)state;
	not_bound("p(S) begins on link(_, I)", "S");
	not_bound("p(S) holds while not q(S)", "S");
	not_bound("p(S) holds while v(S) is none", "S");
	not_bound("p(S) holds while v(S) is x or none", "S");
	not_bound("p(S) holds while v(S) is not x", "S");
	not_bound("p(S) holds while q(S) or t(I)", "S");
	not_bound("p(S) holds while q(T) and S is T", "S");
	not_bound("t(I) holds while count of S with k(S, I) <= 1", "I");
	not_bound("t(I) holds while 1 <= count of S with k(S, I)", "I");
	not_bound("t(I) holds while 2 * count of S with k(S, I) >= 1", "I");
	not_bound("t(I) holds while count of S with (q(S) and not k(S, I)) >= 1", "I");
	not_bound("t(I) holds while every S with q(S) has k(S, I)", "I");
	not_bound("p(S) holds while n(S) >= N", "N");
	not_bound("p(S) holds while q(S) and d(S) >= later of d(T) and 2020-01-01", "T");
	not_bound("p(S) begins on a(S) with effect from d(T) regardless", "T");
	not_bound("n(S) becomes N on a(S)", "N");
	not_bound("p(S) begins once not (q(S)) and v(T) is x if r(S) and k(T, I) with effect from d(U) regardless", "U");
	not_bound("p(S) begins after w(T) of q(S)", "T");
	not_bound("p(S) begins once every T with q(T) has k(T, I) if k(S, I)", "I");
	not_bound("p(S) begins once q(S) and not v(T) is x", "T");
	not_bound("p(S) holds while q(S) and count of T with not q(T) >= 1", "T");
	not_bound("p(S) holds while q(S) and every T has q(T)", "T");
	not_bound("p(S) holds while q(S) and some T", "T");
	not_bound("p(S) holds while q(S) and every T with q(T) has not k(T, J)", "J");
	not_bound("p(S) holds while q(S) and some T with (q(T) and not (k(T, J)))", "J");
	not_bound("p(S) holds while q(S) and sum of n(S) of T with q(T) >= 1 and sum of n(U) of T with q(T) >= 1", "U");
	not_bound("a(S) is forbidden while q(T) and not k(T, I)", "I");
}

/* A variable in one branch of an `or` only means "for some"; used elsewhere, it must be bound there. */
static void one_branch_of_an_or(void **state)
{
	(void)state;
	struct rulebook *rb = one_rule("p(S) holds while q(S) and (v(S) is none or k(S, I) and t(I))");
	assert_int_equal(rb->rules.v[0].cond->binds, BIT(rb, "S"));
	assert_int_equal(rb->rules.v[0].cond->free, BIT(rb, "S") | BIT(rb, "I"));
	rulebook_free(rb);
	not_bound("p(S) holds while q(S) and (v(S) is none or k(S, I)) and not t(I)", "I");
	not_bound("k(S, I) holds while q(S) and (v(S) is none or t(I))", "I");
	not_bound("p(S) holds while q(S) and (v(S) is none or k(S, I) and not k(T, I))", "T");
	not_bound("p(S) holds while q(S) and not (v(S) is none or t(I))", "I");
	not_bound("p(S) holds while q(S) and (v(S) is none or t(I)) and (v(S) is x or t2(I))", "I");
	not_bound("p(S) begins once q(S) and (v(S) is none or t(I)) if t2(I)", "I");
	rb = one_rule("p(S) begins once q(S) and (v(S) is none or t(I))");
	assert_int_equal(rb->rules.v[0].trigger_vars, BIT(rb, "S"));
	rulebook_free(rb);
	rb = one_rule("p(S) begins on link(S, I) if v(S) is none or t(I)"); /* here the act says which */
	assert_int_equal(rb->rules.v[0].cond_vars, BIT(rb, "S") | BIT(rb, "I"));
	rulebook_free(rb);
}

static void endings(void **state)
{
	(void)state;
	struct rulebook *rb = one_rule("p(S) begins once v(S) is none");
	assert_rule(rb, 0, "p(S) := yes once v(S)=none^");
	assert_int_equal(rb->rules.v[0].trigger.cond->binds, BIT(rb, "S"));
	rulebook_free(rb);
	rb = one_rule("p(S) begins once not q(S)");
	assert_rule(rb, 0, "p(S) := yes once (not q(S))^");
	rulebook_free(rb);
	rb = one_rule("p(S) begins after 3 days of not k(S, I) and t(I)");
	assert_rule(rb, 0, "p(S) := yes after 3 days of (and (not k(S,I))^ t(I))");
	rulebook_free(rb);
	rb = one_rule("p(S) begins once v(S) is none and q(S)"); /* q binds S already */
	assert_rule(rb, 0, "p(S) := yes once (and v(S)=none q(S))");
	rulebook_free(rb);
	rb = one_rule("p(S) begins on a(S) if v(S) is none"); /* in triggers only */
	assert_rule(rb, 0, "p(S) := yes on a(S) if v(S)=none");
	rulebook_free(rb);
	not_bound("p(S) begins once v(S) is none or not q(S)", "S");
	not_bound("p(S) begins once v(S) is not x", "S");
	not_bound("p(S) begins once v(S) is none or x", "S");
	not_bound("p(S) begins on 2020-01-01 if v(S) is none", "S");
}

static void masks_of_effects(void **state)
{
	(void)state;
	struct rulebook *rb = one_rule("k(S, I) begins once count of T with k(T, I) >= 5 if seat(I) is S and v(S) is x");
	const struct rule *r = &rb->rules.v[0];
	assert_int_equal(r->trigger_vars, BIT(rb, "I"));
	assert_int_equal(r->cond_vars, BIT(rb, "I") | BIT(rb, "S"));
	assert_int_equal(r->nvars, 3);
	assert_true(str_eq(syms_str(&rb->syms, rb->types.v[r->vars[var(rb, "T")].type].name), STR("State")));
	rulebook_free(rb);
}

static void names_in_use(void **state)
{
	(void)state;
	assert_messages(WORLD "\nrule X [C 1]: p(S) holds while q(S) and\n count of S with r(S) >= 1",
		(const char *const[]){"3: [C 1] S is already in use; choose another name in \"count\"", NULL});
	assert_messages(WORLD "\nrule X [C 1]: p(S) holds while q(S) and some T with (q(T) and every T with q(T) has r(T))",
		(const char *const[]){"2: [C 1] T is already in use; choose another name in \"every\"", NULL});
	struct rulebook *rb = one_rule("p(\"A\") holds while some S with q(S) and sum of n of S with q(S) >= 1");
	rulebook_free(rb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_outside_quantifiers_are_the_rule_s),
		cmocka_unit_test(locals_are_separate),
		cmocka_unit_test(what_binds),
		cmocka_unit_test(what_does_not_bind),
		cmocka_unit_test(one_branch_of_an_or),
		cmocka_unit_test(endings),
		cmocka_unit_test(masks_of_effects),
		cmocka_unit_test(names_in_use),
	};
	return test_main(tests);
}
