/* SPDX-License-Identifier: Apache-2.0
 *
 * Each form of the grammar (reference, section 3) and each reading aid.
 */
#include "tests/rules/text.h"

#define WORLD \
	"source C \"c\" type State, Thing, Party = State | Thing, Mark = good | bad " \
	"act a(S: State), b(S: State), go(S: State, I: Thing, n: optional Int, d: optional Date, w: optional Span, m: optional Mark) " \
	"fact p(S: State), q(S: State), r(S: State), k(S: State, I: Thing), v(S: State): x | y | z, n(S: State): Int, d(S: State): Date, " \
	"w(S: State): Span, g(S: State): Rounding, seat(I: Thing): State, mk(I: Thing): Mark, t(I: Thing), t2(I: Thing) " \
	"set two of State [C 1] {\"A\", \"B\"} "

struct form {
	const char *text, *rule;
};

static void assert_forms(const struct form *forms, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char text[4000];
		(void)snprintf(text, sizeof text, "%srule X [C 1]: %s", WORLD, forms[i].text);
		struct rulebook *rb = text_good(text);
		assert_rule(rb, 0, forms[i].rule);
		rulebook_free(rb);
	}
}
#define ASSERT_FORMS(forms) assert_forms((forms), sizeof(forms) / sizeof *(forms))

static void changes(void **state)
{
	(void)state;
	static const struct form forms[] = {
		{"p(S) begins on a(S)", "p(S) := yes on a(S)"},
		{"p(S) ends on a(S)", "p(S) := none on a(S)"},
		{"p(S) becomes yes on a(S)", "p(S) := yes on a(S)"},
		{"p(S) becomes no on a(S)", "p(S) := none on a(S)"},
		{"v(S) becomes x on a(S)", "v(S) := x on a(S)"},
		{"v(S) becomes none on a(S)", "v(S) := none on a(S)"},
		{"n(S) becomes 3 on a(S)", "n(S) := 3 on a(S)"},
		{"n(S) becomes n(S) + 1 on a(S)", "n(S) := (+ n(S) 1) on a(S)"},
		{"n(S) becomes count of T with k(T, I) on go(S, I)", "n(S) := (count T k(T,I)) on go(S,I,_,_,_,_)"},
		{"d(S) becomes that day + 3 days on a(S)", "d(S) := (+ that-day 3 days) on a(S)"},
		{"d(S) becomes later of that instant and d(S) on a(S)", "d(S) := (later that-instant d(S)) on a(S)"},
		{"d(S) becomes first of month of that day on a(S)", "d(S) := (month-of that-day) on a(S)"},
		{"w(S) becomes 3 months on a(S)", "w(S) := 3 months on a(S)"},
		{"w(S) becomes w(S) on a(S)", "w(S) := w(S) on a(S)"},
		{"g(S) becomes month_of on a(S)", "g(S) := month_of on a(S)"},
		{"seat(I) becomes \"KZ\" on go(_, I)", "seat(I) := KZ on go(_,I,_,_,_,_)"},
		{"seat(I) becomes S on go(S, I)", "seat(I) := S on go(S,I,_,_,_,_)"},
		{"p(\"A\") begins on a(\"A\")", "p(A) := yes on a(A)"},
	};
	ASSERT_FORMS(forms);
}

static void triggers(void **state)
{
	(void)state;
	static const struct form forms[] = {
		{"p(S) begins on go(S, _, 3)", "p(S) := yes on go(S,_,3,_,_,_)"},
		{"p(S) begins on go(S, m: good, n: N) if n(S) >= N", "p(S) := yes on go(S,_,N,_,_,good) if (>= n(S) N)"},
		{"p(S) begins on go(S, d: none)", "p(S) := yes on go(S,_,_,none,_,_)"},
		{"p(S) begins on d(S)", "p(S) := yes once (reached d(S))"},
		{"p(\"A\") begins on 2020-01-01", "p(A) := yes once (reached 2020-01-01)"},
		{"p(S) begins on d(S) + w(S)", "p(S) := yes once (reached (+ d(S) w(S)))"},
		{"p(S) begins after d(S)", "p(S) := yes once (passed d(S))"},
		{"p(S) begins after 12 months of q(S)", "p(S) := yes after 12 months of q(S)"},
		{"p(S) begins after w(S) of q(S) and r(S)", "p(S) := yes after w(S) of (and q(S) r(S))"},
		{"p(S) begins once q(S) and not r(S)", "p(S) := yes once (and q(S) (not r(S)))"},
	};
	ASSERT_FORMS(forms);
}

static void effects(void **state)
{
	(void)state;
	static const struct form forms[] = {
		{"p(S) begins on a(S) with effect from that day + 1 year regardless", "p(S) := yes on a(S) from (+ that-day 1 year) regardless"},
		{"p(S) begins once q(S) if r(S) with effect from d(S) if still so", "p(S) := yes once q(S) if r(S) from d(S) still-so"},
		{"p(S) begins once q(S) with effect from that day + w(S) rounded by g(S) if still so",
			"p(S) := yes once q(S) from (rounded (+ that-day w(S)) g(S)) still-so"},
	};
	ASSERT_FORMS(forms);
}

static void conditions(void **state)
{
	(void)state;
	static const struct form forms[] = {
		{"p(S) holds while q(S) or r(S) and q(S)", "p(S) while (or q(S) (and r(S) q(S)))"},
		{"p(S) holds while (q(S) and r(S)) and q(S)", "p(S) while (and q(S) r(S) q(S))"},
		{"p(S) holds while q(S) and not (r(S) or not r(S))", "p(S) while (and q(S) (not (or r(S) (not r(S)))))"},
		{"p(S) holds while v(S) is x or y", "p(S) while v(S)=x|y"},
		{"p(S) holds while q(S) and v(S) is not x or none", "p(S) while (and q(S) v(S)!=x|none)"},
		{"p(S) holds while q(S) and not v(S) is x", "p(S) while (and q(S) (not v(S)=x))"},
		{"p(S) holds while seat(I) is S", "p(S) while seat(I)=S"},
		{"p(S) holds while d(S) is 2020-01-01 and n(S) is 3 or 4", "p(S) while (and d(S)=2020-01-01 n(S)=3|4)"},
		{"p(S) holds while q(S) and S is \"A\" or \"B\"", "p(S) while (and q(S) S=A|B)"},
		{"p(S) holds while q(S) and r(T) and S is not T", "p(S) while (and q(S) r(T) S!=T)"},
		{"p(S) holds while S in two", "p(S) while S{A,B}"},
		{"p(S) holds while S in {\"A\"} and q(S)", "p(S) while (and S{A} q(S))"},
		{"p(S) holds while reached d(S)", "p(S) while (reached d(S))"},
		{"p(S) holds while passed d(S) + 3 days and q(S)", "p(S) while (and (passed (+ d(S) 3 days)) q(S))"},
		{"p(S) holds while n(S) >= 1 and n(S) > 1 and n(S) = 1 and n(S) < 1 and n(S) <= 1",
			"p(S) while (and (>= n(S) 1) (> n(S) 1) (= n(S) 1) (< n(S) 1) (<= n(S) 1))"},
		{"p(S) holds while (n(S) + 1) * 2 - 3 >= 4", "p(S) while (>= (- (* (+ n(S) 1) 2) 3) 4)"},
		{"p(S) holds while ((q(S)))", "p(S) while q(S)"},
		{"p(S) holds while d(S) >= end of month of 2020-01-15", "p(S) while (>= d(S) (month-end 2020-01-15))"},
		{"p(S) holds while n(S) >= 2/3 of 3 + 1", "p(S) while (>= n(S) (+ (2/3 3) 1))"},
		{"p(S) holds while 55 percent of n(S) >= 10 percent of 1/2 of 7", "p(S) while (>= (percent 55 n(S)) (percent 10 (1/2 7)))"},
		{"p(S) holds while mk(I) is good and k(S, I)", "p(S) while (and mk(I)=good k(S,I))"},
		{"a(S) is forbidden while p(S)", "forbidden on a(S) while p(S)"},
	};
	ASSERT_FORMS(forms);
}

static void quantifiers(void **state)
{
	(void)state;
	static const struct form forms[] = {
		{"t(I) holds while count of S with k(S, I) >= 2", "t(I) while (>= (count S k(S,I)) 2)"},
		{"t(I) holds while some S with k(S, I)", "t(I) while (some S k(S,I))"},
		{"t(I) holds while some S in two with k(S, I)", "t(I) while (some S (and S{A,B} k(S,I)))"},
		{"t(I) holds while t2(I) and some S in two", "t(I) while (and t2(I) (some S S{A,B}))"},
		{"t(I) holds while t2(I) and every S with q(S) has k(S, I)", "t(I) while (and t2(I) (every S q(S) k(S,I)))"},
		{"t(I) holds while t2(I) and every S in two has not k(S, I)", "t(I) while (and t2(I) (every S S{A,B} (not k(S,I))))"},
		{"t(I) holds while sum of n(S) of S with k(S, I) > 3", "t(I) while (> (sum S k(S,I) n(S)) 3)"},
		{"t(I) holds while sum of n of S with k(S, I) >= 55 percent of sum of n of T",
			"t(I) while (>= (sum S k(S,I) n(S)) (percent 55 (sum T _ n(T))))"},
		{"t(I) holds while t2(I) and every S with (q(S) and r(S)) has (count of T with k(T, I) >= n(S))",
			"t(I) while (and t2(I) (every S (and q(S) r(S)) (>= (count T k(T,I)) n(S))))"},
	};
	ASSERT_FORMS(forms);
}

/* The letters are those of the reference, end of section 3. */
static void reading_aids(void **state)
{
	(void)state;
	static const struct form forms[] = {
		/* (a) after with and has stands one simple condition */
		{"t(I) holds while count of S with k(S, I) >= 5 and t2(I)", "t(I) while (and (>= (count S k(S,I)) 5) t2(I))"},
		{"t(I) holds while t2(I) and every S with q(S) has r(S) and t2(I)", "t(I) while (and t2(I) (every S q(S) r(S)) t2(I))"},
		/* (b) `or` goes on with values only where a bare term follows */
		{"p(S) holds while v(S) is x or y or q(S)", "p(S) while (or v(S)=x|y q(S))"},
		{"p(S) holds while v(S) is x or S in two", "p(S) while (or v(S)=x S{A,B})"},
		{"p(S) holds while q(S) and (S is \"A\" or S is \"B\")", "p(S) while (and q(S) (or S=A S=B))"},
		{"p(S) holds while v(S) is x or 3 <= n(S)", "p(S) while (or v(S)=x (<= 3 n(S)))"},
		{"p(S) holds while n(S) is 1 or 2 + n(S) >= 5", "p(S) while (or n(S)=1 (>= (+ 2 n(S)) 5))"},
		{"p(S) holds while n(S) is 1 or 10 percent of n(S) >= 5", "p(S) while (or n(S)=1 (>= (percent 10 n(S)) 5))"},
		{"p(S) holds while q(S) and (v(S) is x or not r(S))", "p(S) while (and q(S) (or v(S)=x (not r(S))))"},
		{"p(S) holds while q(S) and (v(S) is x or some T with r(T))", "p(S) while (and q(S) (or v(S)=x (some T r(T))))"},
		{"p(S) holds while q(S) and (v(S) is x or every T with r(T) has q(T))",
			"p(S) while (and q(S) (or v(S)=x (every T r(T) q(T))))"},
		{"p(S) holds while q(S) and (v(S) is x or reached d(S))", "p(S) while (and q(S) (or v(S)=x (reached d(S))))"},
		{"p(S) holds while q(S) and (v(S) is x or count of T with r(T) >= 1)",
			"p(S) while (and q(S) (or v(S)=x (>= (count T r(T)) 1)))"},
		{"p(S) begins on a(S) if v(S) is x or that day >= d(S)", "p(S) := yes on a(S) if (or v(S)=x (>= that-day d(S)))"},
		{"p(S) begins on a(S) if v(S) is x or y with effect from d(S) if still so", "p(S) := yes on a(S) if v(S)=x|y from d(S) still-so"},
		/* (c) with effect starts an effect */
		{"p(S) begins once q(S) and some T in two with effect from d(S) regardless",
			"p(S) := yes once (and q(S) (some T T{A,B})) from d(S) regardless"},
		/* (d) first of month after takes all of the sum */
		{"d(S) becomes first of month after that day + 3 months on a(S)", "d(S) := (month-after (+ that-day 3 months)) on a(S)"},
		{"d(S) becomes (first of month after that day) + 3 months on a(S)", "d(S) := (+ (month-after that-day) 3 months) on a(S)"},
		{"d(S) becomes end of month of that day + 1 month on a(S)", "d(S) := (month-end (+ that-day 1 month)) on a(S)"},
		/* (e) the first `and` belongs to later of */
		{"p(S) holds while d(S) >= later of d(S) + 1 day and 2020-01-01 and q(S)",
			"p(S) while (and (>= d(S) (later (+ d(S) 1 day) 2020-01-01)) q(S))"},
		/* (g) by place, by name, or not at all */
		{"p(S) begins on go(S, I, m: good, d: D) if k(S, I) and D >= d(S)", "p(S) := yes on go(S,I,_,D,_,good) if (and k(S,I) (>= D d(S)))"},
		{"p(\"A\") begins on go()", "p(A) := yes on go(_,_,_,_,_,_)"},
		/* (h) sum of w of S is sum of w(S) of S */
		{"p(\"A\") holds while sum of n of S with q(S) >= 1", "p(A) while (>= (sum S q(S) n(S)) 1)"},
	};
	ASSERT_FORMS(forms);
}

/* (f) on X(...): an act or a date, by its declaration; and words of the language that name things. */
static void words_by_their_place(void **state)
{
	(void)state;
	struct rulebook *rb = text_good(
		"source C \"c\" type State act first(day: State), effect(S: State), rule(S: State) by S or secretariat or body \"CHS\" or body S "
		"fact decision(D: State): open | set | that | count, count(S: State), type(S: State): Date "
		"rule rule [C]: decision(S) becomes open on first(day: S) "
		"rule act [C]: decision(S) becomes that on rule(S) if count(S) and type(S) >= 2020-01-01 "
		"rule set [C]: decision(S) becomes count on type(S) rule fact [C]: count(S) begins on effect(S) "
		"rule Y [C]: type(S) becomes that day on rule(S) rule table [C]: count(S) ends once decision(S) is set or that");
	assert_rule(rb, 0, "decision(S) := open on first(S)");
	assert_rule(rb, 1, "decision(S) := that on rule(S) if (and count(S) (>= type(S) 2020-01-01))");
	assert_rule(rb, 2, "decision(S) := count once (reached type(S))");
	assert_rule(rb, 3, "count(S) := yes on effect(S)");
	assert_rule(rb, 5, "count(S) := none once decision(S)=set|that");
	const struct act_kind *act = &rb->acts.v[rulebook_act(rb, STR("rule"))];
	assert_int_equal(act->nsigners, 4);
	assert_int_equal(act->signers[0].kind, SIGNER_PARAM);
	assert_int_equal(act->signers[1].kind, SIGNER_ROLE);
	assert_int_equal(act->signers[2].kind, SIGNER_BODY);
	assert_int_equal(act->signers[3].kind, SIGNER_BODY_PARAM);
	rulebook_free(rb);
}

static void declarations(void **state)
{
	(void)state;
	struct rulebook *rb = text_good(
		"rulebook SCO version 7 source Charter \"The Charter\" reading strict \"as written\" reading loose \"as meant\" "
		"type Party = State | Organisation, State, Organisation, Answer = yes | no, Any = Party | Body, Body "
		"act say(P: Party, what: Answer, when: optional Date, how: loud | quiet) by P "
		"fact said(P: Any): Answer, heard(P: State, n: Int), style(P: State): Rounding, about(A: Act) "
		"set p5 of State [Charter 23] {\"CN\", \"FR\"} table share(P: State): Int [Charter 17; Charter 18] {\"CN\" 20, \"FR\" 5} "
		"table grace(P: State, Q: State): Span [Charter 1] {\"CN\" \"FR\" 3 months}"
		"rule R [Charter 1] retroactive from 2020-01-01 until 2021-01-01 in reading strict or loose: said(P) becomes A on say(P, A) "
		"rule R [Charter 1] from 2021-01-01 overrides Q, R: said(P) becomes A on say(P, A) rule Q [Charter 1]: said(P) becomes yes on say(P)");
	assert_true(str_eq(syms_str(&rb->syms, rb->name), STR("SCO")));
	assert_int_equal(rb->version, 7);
	assert_int_equal(rb->readings.n, 2);
	const struct type *any = &rb->types.v[rb->acts.v[0].params[0].type], *answer = &rb->types.v[rb->acts.v[0].params[1].type];
	assert_int_equal(any->kind, T_UNION);
	assert_int_equal(any->n, 2);
	assert_int_equal(answer->kind, T_ENUM);
	assert_int_equal(rb->types.v[rb->facts.v[0].params[0].type].n, 3);
	assert_false(rb->acts.v[0].params[1].optional);
	assert_true(rb->acts.v[0].params[2].optional);
	assert_int_equal(rb->types.v[rb->acts.v[0].params[3].type].n, 2);
	assert_int_equal(rb->facts.v[rulebook_fact(rb, STR("heard"))].value, TYPE_BOOL);
	assert_int_equal(rb->facts.v[rulebook_fact(rb, STR("style"))].value, TYPE_ROUNDING);
	assert_int_equal(rb->sets.v[0].n, 2);
	assert_int_equal(rb->tables.n, 2);
	assert_int_equal(rb->tables.v[0].n, 2);
	assert_int_equal(rb->tables.v[0].ncites, 2);
	assert_int_equal(rb->tables.v[0].rows[1].value.i, 5);
	assert_int_equal(rb->tables.v[1].rows[0].value.span.unit, SPAN_MONTH);
	assert_int_equal(rb->facts.v[rb->tables.v[1].fact].form, FACT_TABLE);
	const struct rule *r = rb->rules.v;
	assert_true(r[0].retroactive && r[0].readings == 3 && r[0].from == date_from(2020, 1, 1) && r[0].until == date_from(2021, 1, 1));
	assert_true(!r[1].retroactive && r[1].readings == 0 && r[1].until == CIVIL_NEVER);
	assert_int_equal(r[1].noverrides, 3);
	assert_int_equal(r[1].overrides[0], 2);
	assert_int_equal(r[1].overrides[2], 1);
	assert_true(str_starts(rule_text(rb, &r[2]), STR("rule Q [Charter 1]: said(P)")));
	assert_true(str_eq(node_text(rb, r[2].value), STR("yes")));
	assert_int_equal(rb->facts.v[0].nrules, 3);
	assert_int_equal(rb->facts.v[0].form, FACT_CHANGED);
	rulebook_free(rb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes),
		cmocka_unit_test(triggers),
		cmocka_unit_test(effects),
		cmocka_unit_test(conditions),
		cmocka_unit_test(quantifiers),
		cmocka_unit_test(reading_aids),
		cmocka_unit_test(words_by_their_place),
		cmocka_unit_test(declarations),
	};
	return test_main(tests);
}
