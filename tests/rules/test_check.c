/* SPDX-License-Identifier: Apache-2.0
 *
 * The static checks (reference, section 13), each with its words, its line and its article; limits (section 14); and that
 * one run reports all mistakes of a text.
 */
#include "tests/rules/text.h"

#define WORLD \
	"source Charter \"c\" source Fin \"f\" type State, Thing act a(S: State), b(S: State), link(S: State, I: Thing, n: Int) " \
	"fact p(S: State), q(S: State), k(S: State, I: Thing), v(S: State): x | y, n(S: State): Int, d(S: State): Date, w(S: State): Span, t(I: Thing)\n"

#define EXPECT(text, ...) assert_messages(WORLD text, (const char *const[]){__VA_ARGS__, NULL})

static void names(void **state)
{
	(void)state;
	EXPECT("rule X [Charter 5]: p(S) begins on aa(S)", "2: [Charter 5] unknown name aa (did you mean a?)");
	EXPECT("rule X [Charter 5]: pp(S) begins on a(S)", "2: [Charter 5] unknown name pp (did you mean p?)");
	EXPECT("rule X [Charter 5]: p(S) holds while\nlinks(S, I)", "3: [Charter 5] unknown name links");
	EXPECT("rule X [Charter 5]: p(S) holds while a(S)", "2: [Charter 5] unknown name a: it is an act, and a fact is needed here");
	EXPECT("rule X [Charter 5]: q(S) is forbidden while p(S)", "2: [Charter 5] unknown name q: it is a fact, and an act is needed here");
	EXPECT("rule X [Charter 5]: p(S) begins on link(S, m: 3)", "2: [Charter 5] unknown name m: it is no argument of link");
	EXPECT("rule X [Charter 5]: p(S) holds while S in five", "2: [Charter 5] unknown set five");
	EXPECT("rule X [Charter 5]: n(S) becomes voters on a(S)", "2: [Charter 5] n takes an Int here, not the word voters");
	EXPECT("rule X [Charter 5]: p(S) begins on a(S) if n(S) >= five", "2: [Charter 5] unknown name five");
	EXPECT("act c(S: Stat)\n", "2: unknown type Stat (did you mean State?)");
	EXPECT("act c(S: State) by T\n", "2: unknown name T: it is no argument of c");
	EXPECT("rule X [Charter 5] overrides Y: p(S) begins on a(S)", "2: [Charter 5] unknown rule Y");
	EXPECT("rule X [Charter 5] in reading R: p(S) begins on a(S)", "2: [Charter 5] unknown reading R");
	EXPECT("include missing", "2: cannot find missing.md or missing.rules to include");
}

static void numbers_of_arguments(void **state)
{
	(void)state;
	EXPECT("rule X [Charter 5]: p(S, S) begins on a(S)", "2: [Charter 5] p takes 1 arguments, 2 given");
	EXPECT("rule X [Charter 5]: p(S) holds while k(S)", "2: [Charter 5] k takes 2 arguments, 1 given");
	EXPECT("rule X [Charter 5]: p(S) begins on a(S, S)", "2: [Charter 5] a takes 1 arguments, 2 given");
	EXPECT("rule X [Charter 5]: p(S) begins on link(S, _, 3, 4)", "2: [Charter 5] link takes 3 arguments, 4 given");
	EXPECT("rule X [Charter 5]: p(S) begins on link(S, n: 3, n: 4)", "2: [Charter 5] the argument n is given twice");
	EXPECT("rule X [Charter 5]: p(S) holds while k(S, _)", "2: [Charter 5] _ stands in patterns of acts only");
	EXPECT("rule X [Charter 5]: p(S) holds while k(I: S, T)", "2: [Charter 5] the arguments of a fact are given by place, without names");
}

static void types(void **state)
{
	(void)state;
	EXPECT("rule X [Charter 5]: p(S) holds while q(S) and\nk(T, S)",
		"3: [Charter 5] S is a Thing here and a State there (the other place is in line 2)");
	EXPECT("rule X [Charter 5]: p(I) begins on link(_, I)", "2: [Charter 5] I is a State here and a Thing there");
	EXPECT("rule X [Charter 5]: p(S) holds while v(S) is z", "2: [Charter 5] v has no value z");
	EXPECT("rule X [Charter 5]: v(S) becomes z on a(S)", "2: [Charter 5] v has no value z");
	EXPECT("rule X [Charter 5]: p(S) holds while q(S) is yes", "2: [Charter 5] q is boolean: write q(...) without \"is\"");
	EXPECT("rule X [Charter 5]: p(S) holds while v(S)", "2: [Charter 5] v has values: write v(...) is V");
	EXPECT("rule X [Charter 5]: p(S) holds while n(S) >= d(S)", "2: [Charter 5] Int is compared with Date");
	EXPECT("rule X [Charter 5]: p(S) holds while w(S) >= 3 days", "2: [Charter 5] Span is compared with Span");
	EXPECT("rule X [Charter 5]: p(S) holds while q(S) >= 3", "2: [Charter 5] q is boolean: it has no value to compare");
	EXPECT("rule X [Charter 5]: p(S) begins after d(S) of q(S)", "2: [Charter 5] Date where a Span is needed (after)");
	EXPECT("rule X [Charter 5]: p(S) begins after w(S)", "2: [Charter 5] Span where a Date is needed (after) (a span runs from a condition");
	EXPECT("rule X [Charter 5]: p(S) begins on n(S)", "2: [Charter 5] Int where a Date is needed (on)");
	EXPECT("rule X [Charter 5]: p(S) holds while reached n(S)", "2: [Charter 5] Int where a Date is needed (reached)");
	EXPECT("rule X [Charter 5]: p(S) holds while n(S) + d(S) >= 3", "2: [Charter 5] Int does not go with Date in '+'");
	EXPECT("rule X [Charter 5]: p(S) holds while d(S) >= d(S) - d(S)", "2: [Charter 5] Date does not go with Date in '-'");
	EXPECT("rule X [Charter 5]: p(S) holds while n(S) >= n(S) * w(S)", "2: [Charter 5] Int does not go with Span in '*'");
	EXPECT("rule X [Charter 5]: p(S) holds while d(S) >= d(S) rounded by v(S)", "2: [Charter 5] x | y where a Rounding is needed (rounded by)");
	EXPECT("rule X [Charter 5]: p(S) begins on a(S) with effect from n(S) regardless", "2: [Charter 5] Int where a Date is needed (with effect from)");
	EXPECT("rule X [Charter 5]: v(S) begins on a(S)", "2: [Charter 5] v begins needs a boolean fact");
	EXPECT("rule X [Charter 5]: v(S) ends on a(S)", "2: [Charter 5] v ends needs a boolean fact");
	EXPECT("rule X [Charter 5]: v(S) holds while q(S)", "2: [Charter 5] v holds needs a boolean fact");
	EXPECT("rule X [Charter 5]: p(S) becomes x on a(S)", "2: [Charter 5] p is boolean: it begins or ends");
	EXPECT("rule X [Charter 5]: d(S) becomes n(S) on a(S)", "2: [Charter 5] n(S) is an Int here and a Date there");
	EXPECT("rule X [Charter 5]: n(S) becomes 1/2 of n(S) on a(S)", "2: [Charter 5] a fraction or percentage can be compared, but not stored in n");
	EXPECT("rule X [Charter 5]: p(S) begins on a(3)", "2: [Charter 5] a takes a State here, not 3");
	EXPECT("rule X [Charter 5]: p(S) begins on a(kz)", "2: [Charter 5] a takes a State here, not the word kz");
	EXPECT("rule X [Charter 5]: p(S) holds while q(S) and S is x", "2: [Charter 5] S is a State and cannot be this");
	EXPECT("act say(S: State, m: Word)\nrule X [Charter 5]: v(S) becomes M on say(S, M)", "3: [Charter 5] M is a Word here and a x | y there");
	EXPECT("rule X [Charter 5]: p(S) holds while q(S) and 3", "2: [Charter 5] a condition is needed here, and this is a value");
	EXPECT("rule X [Charter 5]: p(S) holds while n(S) >= (q(S) and p(S))", "2: [Charter 5] a number or a date is needed here, and this is a condition");
	EXPECT("type Pair = State | x\n", "2: x cannot be part of the union Pair");
	EXPECT("type A = B | State, B = A\n", "2: the union A contains itself");
	EXPECT("table share(S: State): State [Charter 1] {\"A\" 3}", "2: the values of table share are Int, Date or Span");
	EXPECT("table share(S: State): Int [Charter 1] {\"A\" 3, \"B\" 2020-01-01}", "2: the values of table share are of type Int");
	EXPECT("table share(S: State): Int [Charter 1] {\"A\" \"B\" 3}", "2: share takes 1 arguments, 2 given");
	EXPECT("table share(S: State): Int [Charter 1] {\"A\" 3, \"B\" 1,\n\"A\" 3}", "3: table share has two rows for \"A\"");
}

static void unions_meet(void **state)
{
	(void)state;
	rulebook_free(text_good("source C \"c\" type State, Org, Body, Party = State | Org, Host = State | Body act a(P: Party) "
		"fact m(S: State), h(H: Host), f(S: State) rule X [C]: f(P) begins on a(P) if m(P) and h(P)"));
	assert_messages("source C \"c\" type State, Org, Body, Party = State | Org act a(P: Party) fact f(B: Body)\nrule X [C]: f(P) begins on a(P)",
		(const char *const[]){"2: [C] P is a Body here and a Party there", NULL});
}

static void citations(void **state)
{
	(void)state;
	EXPECT("rule X: p(S) begins on a(S)", "2: rule X has no citation");
	EXPECT("obligation X: o(S) arises on a(S) due that day fulfilled on b(S)", "2: obligation X has no citation");
	EXPECT("rule X [Charter 5; Chartr 99]: p(S) begins on a(S)",
		"2: [Charter 5] [Chartr 99] is not a heading or source of this rulebook (did you mean Charter?)");
	EXPECT("set two of State {\"A\"}", "2: set two has no citation");
}

static void effects(void **state)
{
	(void)state;
	EXPECT("rule X [Charter 5]: p(S) begins on a(S) if q(S)\nwith effect from that day + 3 days",
		"3: [Charter 5] a delayed effect must say \"if still so\" or \"regardless\" (rule X)");
	EXPECT("rule X [Charter 5]: p(S) begins on a(S) with effect from that day + 3 days if still so",
		"2: [Charter 5] nothing to re-test in rule X: say \"regardless\"");
	EXPECT("rule X [Charter 5]: p(S) begins on a(S)\nrule Y [Fin 2]: p(S) holds while q(S)",
		"3: [Fin 2] p is both changed (rule X) and defined (rule Y)");
	EXPECT("table share(S: State): Int [Charter 1] {\"A\" 3}\nrule Y [Fin 2]: share(S) becomes 3 on a(S)",
		"3: [Fin 2] share is both a table and changed (rule Y)");
	EXPECT("rule X [Charter 5] overrides Y: p(S) holds while q(S)\nrule Y [Fin 2]: q(S) begins on a(S)",
		"2: [Charter 5] a definition cannot override (rule X)");
	EXPECT("rule X [Charter 5] overrides Y: p(S) begins on a(S)\nrule Y [Fin 2]: t(I) holds while k(S, I)",
		"2: [Charter 5] Y is no effect and cannot be overridden");
	EXPECT("rule X [Charter 5]: p(S) holds while q(S) and d(S) <= that day",
		"2: [Charter 5] \"that day\" has no meaning in a definition");
	EXPECT("rule X [Charter 5]: p(S) begins once d(S) <= that instant", "2: [Charter 5] \"that instant\" has no meaning in a trigger");
	EXPECT("rule X [Charter 5]: p(\"A\") begins on that day + 3 days", "2: [Charter 5] \"that day\" has no meaning in a trigger");
	EXPECT("rule X [Charter 5] from 2020-01-01 until 2020-01-01: p(S) begins on a(S)", "2: [Charter 5] rule X applies at no time");
}

static void versions(void **state)
{
	(void)state;
	EXPECT("rule X [Charter 5]: p(S) begins on a(S)\nrule X [Charter 5]: p(S) begins on b(S)",
		"3: [Charter 5] rule X is declared twice with overlapping windows (the other one is in line 2;");
	EXPECT("rule X [Charter 5] until 2020-01-02: p(S) begins on a(S)\nrule X [Charter 5] from 2020-01-01: p(S) begins on b(S)",
		"3: [Charter 5] rule X is declared twice with overlapping windows");
	EXPECT("act c(S: State) act c(S: State)\nfact p(S: State)", "2: act c is declared twice", "3: fact p is declared twice");
	EXPECT("type State\nsource Fin \"g\"", "2: type State is declared twice", "3: source Fin is declared twice");
	rulebook_free(text_good(WORLD "reading A \"a\" reading B \"b\" rule X [Charter 5] in reading A: p(S) begins on a(S) "
		"rule X [Charter 5] in reading B: p(S) begins on b(S)"));
}

static void words(void **state)
{
	(void)state;
	EXPECT("fact after(S: State)", "2: after is a word of the language; choose another name");
	EXPECT("act on(S: State)", "2: on is a word of the language; choose another name");
	EXPECT("type Mark = good | none", "2: none is a word of the language; choose another name");
}

static void cycles(void **state)
{
	(void)state;
	/* Puzzle 13 (a): both articles are named. */
	assert_messages("source Charter \"c\" source Fin \"f\" type State fact suspended(S: State), owes(S: State)\n"
		"rule A [Charter 5]: suspended(S) holds while owes(S)\n"
		"rule B [Fin 2]: owes(S) holds while S in {\"A\"} and not suspended(S)",
		(const char *const[]){"2: [Charter 5] illegal cycle: suspended [Charter 5] -> owes [Fin 2] -> suspended", NULL});
	EXPECT("rule A [Charter 5]: p(S) holds while p(S)", "2: [Charter 5] illegal cycle: p [Charter 5] -> p");
	EXPECT("rule A [Charter 5]: t(I) holds while count of S with p(S) >= 1 and k(S2, I)\nrule B [Fin 2]: p(S) holds while q(S) and n(S) >= 1\n"
		"rule C [Fin 3]: q(S) holds while k(S, I) and\nnot t(I)",
		"3: [Fin 2] illegal cycle: p [Fin 2] -> q [Fin 3] -> t [Charter 5] -> p");
	rulebook_free(text_good(WORLD "rule A [Charter 5]: p(S) holds while q(S) rule B [Fin 2]: q(S) begins once p(S)")); /* time breaks it */
}

static void limits(void **state)
{
	(void)state;
	EXPECT("fact f(A: State, B: State, C: State, D: State, E: State, F: State, G: State, H: State, I: State, J: State, K: State, "
		"L: State, M: State, N: State, O: State, P: State, Q: State)", "2: f has 17 arguments; at most 16 are allowed");
	char deep[4000] = WORLD "rule X [Charter 5]: p(S) holds while ";
	for (int i = 0; i < 300; i++)
		strcat(deep, "(");
	assert_messages(deep, (const char *const[]){"2: [Charter 5] nested too deeply: more than 256 steps inside each other", NULL});
	strcpy(deep, WORLD "rule X [Charter 5]: p(S) holds while ");
	for (int i = 0; i < 70; i++)
		strcat(deep, "not ");
	strcat(deep, "q(S)");
	assert_messages(deep, (const char *const[]){"2: [Charter 5] too long: more than 64 steps in one expression", NULL});
	strcpy(deep, WORLD "rule X [Charter 5]: p(S) holds while n(S)");
	for (int i = 0; i < 70; i++)
		strcat(deep, " + 1");
	strcat(deep, " > 3");
	assert_messages(deep, (const char *const[]){"2: [Charter 5] too long: more than 64 steps in one expression", NULL});
	strcpy(deep, WORLD "rule X [Charter 5]: p(S) holds while q(S)");
	for (int i = 0; i < 64; i++)
		sprintf(deep + strlen(deep), " and k(S, I%d)", i);
	assert_messages(deep, (const char *const[]){"2: [Charter 5] rule X has more than 64 variables", NULL});
}

static void too_many_rules(void **state)
{
	(void)state;
	struct buf b;
	int code;
	buf_init(&b, 1 << 20);
	buf_adds(&b, WORLD);
	for (int i = 0; i < 10001; i++)
		buf_addf(&b, "rule X%d [Fin]: p(S) begins on a(S)\n", i);
	struct rulebook *rb = text_load(b.p, NULL, &code);
	char *m = text_messages(rb);
	assert_string_equal(m, "test.rules:10002: [Fin] more than 10000 rules (those of obligations, procedures and decisions included)\n");
	free(m);
	rulebook_free(rb);
	buf_done(&b);
	buf_init(&b, 5 << 20);
	for (int i = 0; i < (5 << 20) / 16; i++)
		buf_adds(&b, "-- fifteen bytes");
	rb = text_load(b.p, NULL, &code);
	m = text_messages(rb);
	assert_string_equal(m, "test.rules:1: the rulebook with its includes is larger than 4 MB\n");
	free(m);
	rulebook_free(rb);
	buf_done(&b);
}

static void many_errors_end(void **state)
{
	(void)state;
	struct buf b;
	int code;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 1000; i++)
		buf_addf(&b, "rule X%d\n", i);
	struct rulebook *rb = text_load(b.p, NULL, &code);
	assert_int_equal(code, ERR_INPUT);
	assert_int_equal(rb->diags.n, 100);
	rulebook_free(rb);
	buf_done(&b);
}

/* Every value of a byte at many places of a text that uses everything: it loads, or says why, in clean text, and never dies. */
static void every_byte(void **state)
{
	(void)state;
	static const char text[] = "# Cit\xc3\xa9 5 \xc3\x89t\xc3\xa9\nWords.\n```rules\n-- \xe2\x82\xac\nrulebook R version 1 source C \"c\" reading A \"\xc3\xa9\"\n"
		"type State, Mark = good | bad act a(S: State, n: optional Int) by S or body \"B\" fact p(S: State), v(S: State): x | y, d(S: State): Date\n"
		"set two of State [C 1] {\"\xc3\x89\", \"B\"} table t(S: State): Int [C] {\"A\" 3}\n"
		"rule R [Cit\xc3\xa9 5(2); C 1] retroactive from 2020-01-01 until 2030-12-31: v(S) becomes x on a(S, n: 3) if not p(S) and S in two\n"
		"rule Q [C]: p(S) holds while count of T with v(T) is x or y >= 2/3 of t(S) and reached d(S) + 3 months\n"
		"rule D [C] in reading A: d(S) becomes that day once v(S) is none with effect from that day + 9 days if still so\n```\n";
	char copy[sizeof text];
	for (unsigned byte = 0; byte < 256; byte++)
		for (size_t at = byte % 11; at + 1 < sizeof text; at += 11) {
			struct rulebook *rb;
			struct err e = {0};
			memcpy(copy, text, sizeof text);
			copy[at] = (char)byte;
			int rc = rulebook_load(STR("test.md"), (struct str){copy, sizeof text - 1}, NULL, &rb, &e);
			char *m = text_messages(rb);
			assert_true(rc == 0 || (rc == ERR_INPUT && strstr(m, "test.md:")));
			assert_true(str_utf8(str_of(m)));
			for (const char *c = m; *c; c++)
				assert_true((unsigned char)*c >= ' ' || *c == '\n');
			free(m);
			rulebook_free(rb);
		}
}

/* Several mistakes, each told once, and what is right in between is still read. */
static void all_in_one_run(void **state)
{
	(void)state;
	EXPECT("rule A [Charter 5]: p(S) begins a(S)\n"
	       "rule B [Charter 5]: p(S) begins on a(S) whenever q(S)\n"
	       "rul C [Charter 5]: p(S) begins on a(S)\n"
	       "rule D [Charter 5]: p(S) begins on bb(S)\n"
	       "rule E [Charter 5]: p(S) holds while\n  (q(S) and\n"
	       "fact decision(S: State): open\n"
	       "rule F [Charter 5]: decision(S) becomes opn on a(S)",
		"2: [Charter 5] a trigger (on, once, after) is expected here",
		"3: an item (rule, fact, act, type ...) is expected here, not whenever",
		"5: [Charter 5] unknown name bb (did you mean b?)",
		"8: [Charter 5] ) is expected here, not decision",
		"9: [Charter 5] decision has no value opn (did you mean open?)");
	EXPECT("rul C [Charter 5]: p(S) begins on a(S)", "2: an item (rule, fact, act, type ...) is expected here, not rul (did you mean rule?)");
	EXPECT("rule A [Charter 5]: p(S) becomse yes on a(S)", "2: [Charter 5] \"becomes\" is expected here, not becomse (did you mean becomes?)");
	EXPECT("rule A [Charter 5]: p(S) holds while not n(S) >= 3",
		"2: [Charter 5] a comparison cannot follow here (a negated comparison needs brackets: not (A >= B))");
	EXPECT("fact f(S State)\nrule A [Charter 5]: p(S) begins on a(S) if f(S)", "2: : and a type is expected here, not State");
}

static void warnings(void **state)
{
	(void)state;
	/* Puzzle 13 (c). The source lines make every act used and every fact set. */
#define SETS_Y " rule U9 [C]: v(S) becomes y once d(S) = 2020-01-02 "
#define USED "source C \"c\" type State act a(S: State) fact v(S: State): x | y, p(S: State), d(S: State): Date rule U1 [C]: p(S) begins on a(S) rule U2 [C]: d(S) becomes that day on a(S)\n"
	assert_messages(USED SETS_Y "rule OLD [C 1] until 2025-09-01: v(S) becomes x on a(S)\nrule NEW [C 2] from 2026-01-01: v(S) becomes x on a(S)",
		(const char *const[]){"3: [C 2] warning: value x of v was retired on 2025-09-01; rule NEW sets it again from 2026-01-01", NULL});
	assert_messages(USED SETS_Y "rule OLD [C 1] until 2025-09-01: v(S) becomes x on a(S)\nrule NEXT [C 2] from 2025-09-01: v(S) becomes x on a(S)", (const char *const[]){NULL});
	assert_messages(USED "rule R [C 1] until 2020-01-01: v(S) becomes x on a(S)\nrule R [C 2] from 2021-01-01: v(S) becomes y on a(S)",
		(const char *const[]){"3: [C 2] warning: gap between 2020-01-01 and 2021-01-01 in the versions of rule R", NULL});
	assert_messages(USED SETS_Y "rule R [C 1]: v(S) becomes x once p(S) with effect from that day + 3 days regardless",
		(const char *const[]){"2: [C 1] warning: pending effect of rule R stands even if its condition ends (\"regardless\" after \"once\")", NULL});
	assert_messages(USED SETS_Y "rule R [C 1]: v(S) becomes x on a(S) with effect from that day + 1 month regardless",
		(const char *const[]){"2: [C 1] warning: month sum on a base that may fall on day 29, 30 or 31 (rule R)", NULL});
	assert_messages(USED SETS_Y "rule R [C 1]: v(S) becomes x on a(S) with effect from first of month after that day + 1 month regardless "
		"rule R2 [C 1]: p(S) ends once reached 2020-01-28 + 1 month and p(S)", (const char *const[]){NULL});
	assert_messages(USED "rule R [C 1]: v(S) becomes x on a(S) if p(S)\nrule R2 [C 2]: v(S) becomes y on a(S)",
		(const char *const[]){"3: [C 2] warning: rules R and R2 change one fact on one trigger; the later in the text stands unless one overrides", NULL});
	assert_messages(USED "rule R [C 1]: v(S) becomes x on a(S) if v(S) is none\nrule R2 [C 2]: v(T) becomes y on a(T) if v(T) is x\n"
		"rule R3 [C 2] overrides R, R2: v(S) becomes none on a(S) rule R4 [C 1]: v(S) becomes y once p(S) if v(S) is y",
		(const char *const[]){NULL});
	assert_messages(USED SETS_Y "rule U3 [C]: v(S) becomes x on a(S) fact f(S: State)\nact c(S: State)",
		(const char *const[]){"2: warning: fact f is never set", "3: warning: act c is used by no rule", NULL});
	/* A value that is asked for and that nothing sets: told where it is asked, negated or not; not where an act says the value. */
	assert_messages(USED "rule U3 [C]: v(S) becomes x on a(S)\nrule R [C 1]: p(S) ends once v(S) is x or y\n"
		"rule R2 [C 2]: p(S) begins once d(S) = 2020-01-01 and not (p(S) and v(S) is not y)",
		(const char *const[]){"3: [C 1] warning: value y of v is set by no rule; rule R asks for it",
			"4: [C 2] warning: value y of v is set by no rule; rule R2 asks for it", NULL});
	assert_messages(USED "act say(S: State, m: x | y) rule U3 [C]: v(S) becomes M on say(S, M)\nrule R [C 1]: p(S) ends once v(S) is y",
		(const char *const[]){NULL});
	assert_messages(USED SETS_Y "rule U3 [C]: v(S) becomes x on a(S)\nobligation O [C 3]: pay(S) arises on a(S) due that day + 9 days fulfilled on a(S)\n"
		"rule R [C 1]: p(S) ends once pay(S) is pending or overdue or fulfilled\nrule R2 [C 2]: p(S) begins once pay(S) is lapsed",
		(const char *const[]){"5: [C 2] warning: value lapsed of pay is set by no rule; rule R2 asks for it", NULL});
	assert_messages(USED SETS_Y "rule U3 [C]: v(S) becomes x on a(S)\ndecision D [C 4]: vote(S) opens on a(S) closes on d(S) voters V with p(V)\n"
		"ballot yes on a(V) adopted if yes >= 2/3 of voters",
		(const char *const[]){"4: [C 4] warning: with no voters at all vote is adopted; add \"and voters >= 1\"", NULL});
}


#define WARNS(text, ...) assert_messages(USED SETS_Y text, (const char *const[]){__VA_ARGS__, NULL})
#define SILENT(text) assert_messages(USED SETS_Y text, (const char *const[]){NULL})
#define X "rule X [C 1]: v(S) becomes x on a(S) "

/* A rule that can never apply: its window and what it asks for have no time in common, or exclude each other. */
static void never_applies(void **state)
{
	(void)state;
	/* Too late: the value is set only before, and a rule of one date takes it from all. */
	WARNS("fact z(S: State), s(S: State): o | n\nrule OLD [C 1] until 2025-09-01: s(S) becomes o on a(S)\n"
	      "rule MERGE [C 2]: s(S) becomes n on 2025-09-01 if s(S) is o\nrule NEW [C 3] from 2026-01-01: z(S) begins on a(S) if s(S) is o " X,
		"5: [C 3] warning: rule NEW can never apply: its window begins on 2026-01-01, and \"s(S) is o\" can be so until 2025-09-01 at the latest "
		"(rule MERGE ends it then; change one of the two, or delete the rule)");
	SILENT("fact z(S: State), s(S: State): o | n\nrule OLD [C 1] until 2025-09-01: s(S) becomes o on a(S)\n" /* some may keep it */
	       "rule MERGE [C 2]: s(S) becomes n on 2025-09-01 if s(S) is o and p(S)\nrule NEW [C 3] from 2026-01-01: z(S) begins on a(S) if s(S) is o " X);
	SILENT("fact z(S: State), s(S: State): o | n\nrule OLD [C 1] until 2025-09-01: s(S) becomes o on a(S) with effect from that day + 9 days regardless\n"
	       "rule MERGE [C 2]: s(S) becomes n on 2025-09-01 if s(S) is o\nrule NEW [C 3] from 2026-01-01: z(S) begins on a(S) if s(S) is o " X);
	SILENT("fact z(S: State), s(S: State): o | n\nrule OLD [C 1] until 2025-09-01: s(S) becomes o on a(S)\n"
	       "rule MERGE [C 2]: s(S) becomes n on 2025-09-01 if s(S) is o\nrule ALSO [C 3] from 2025-09-01: z(S) begins on 2025-09-01 if s(S) is o " X);
	/* Too early: the rule is gone before the value can be. */
	WARNS("fact z(S: State)\nrule E [C 1] until 2025-01-01: z(S) begins on a(S) if v(S) is x\nrule X [C 2] from 2025-09-01: v(S) becomes x on a(S)",
		"3: [C 1] warning: rule E can never apply: \"v(S) is x\" can be so from 2025-09-01 on at the earliest, and its window ends on 2025-01-01 "
		"(rule X is the first to make it so; change one of the two, or delete the rule)");
	SILENT("fact z(S: State)\nrule E [C 1] until 2025-09-02: z(S) begins on a(S) if v(S) is x\nrule X [C 2] from 2025-09-01: v(S) becomes x on a(S)");
	WARNS("fact z(S: State)\nrule D [C 1] until 2020-01-01: z(S) holds while p(S)\nrule E [C 2] from 2020-01-01: v(S) becomes x on a(S) if z(S)",
		"4: [C 2] warning: rule E can never apply: its window begins on 2020-01-01, and \"z(S)\" can be so until 2020-01-01 at the latest "
		"(change one of the two, or delete the rule)");
	WARNS("fact z(S: State)\nrule E [C 1] from 2027-01-01: z(S) begins on 2026-01-01 if p(S) " X,
		"3: [C 1] warning: rule E can never apply: its window begins on 2027-01-01, and it could on 2026-01-01 only");
	WARNS("fact z(S: State), y(S: State)\nrule A [C 1] from 2030-01-01: z(S) begins on a(S)\nrule B [C 1] until 2029-01-01: y(S) holds while p(S)\n"
	      "rule E [C 2]: v(S) becomes x once z(S) and count of T with y(T) >= 1",
		"5: [C 2] warning: rule E can never apply: \"z(S)\" can be so from 2030-01-01 on at the earliest, and \"count of T with y(T) >= 1\" "
		"can be so until 2029-01-01 at the latest (rule A is the first to make it so;");
	SILENT("fact z(S: State), y(S: State)\nrule A [C 1] from 2030-01-01: z(S) begins on a(S)\nrule B [C 1] until 2029-01-01: y(S) holds while p(S)\n"
	       "rule E [C 2]: v(S) becomes x once z(S) and count of T with y(T) >= 0 and not y(S) and (p(S) or y(S)) and every T with y(T) has p(T)");
	/* The time that a period takes. */
	WARNS("fact z(S: State)\nrule A [C 1] from 2030-01-01: z(S) begins on a(S)\nrule E [C 2] until 2030-06-01: v(S) becomes x after 6 months of z(S)",
		"4: [C 2] warning: rule E can never apply: \"z(S)\" can be so from 2030-07-01 on at the earliest, and its window ends on 2030-06-01");
	/* Conditions that exclude each other. */
	WARNS("fact z(S: State)\nrule E [C 1]: z(S) begins once v(S) is x if v(S) is y " X,
		"3: [C 1] warning: rule E can never apply: \"v(S) is x\" and \"v(S) is y\" exclude each other (one of them is too much, or the rule is)");
	SILENT("fact z(S: State)\nrule E [C 1]: z(S) begins once v(S) is x if p(T) and v(T) is y " X);
	/* A circle that nothing begins, told once, with what hangs on it. */
	WARNS("fact z(S: State), y(S: State), u(S: State)\nrule U [C 1]: u(S) holds while y(S)\nrule A [C 1]: z(S) begins once y(S)\n"
	      "rule B [C 2]: y(S) begins on a(S) if z(S) and p(S) " X,
		"4: [C 1] warning: rule A can never apply: rules wait for each other, A for \"y(S)\", B for \"z(S)\" "
		"(one of them must be able to come first; for want of that U does not apply either)");
	WARNS("fact z(S: State)\nrule A [C 1]: z(S) begins on a(S) if z(S) " X, "3: [C 1] warning: rule A can never apply: it waits for itself, A for \"z(S)\"");
	WARNS("fact z(S: State)\nrule A [C 1]: z(S) ends on a(S)\nrule B [C 2]: v(S) becomes x once z(S)",
		"4: [C 2] warning: rule B can never apply: nothing ever makes \"z(S)\" so (add a rule that does)");
	/* A decision of members that only decisions make members: nobody can be the first. */
	assert_messages("source C \"c\" type State, Paper act table_(D: Paper, S: State), shut(D: Paper) fact member(S: State), about(D: Paper): State\n"
		"rule ABOUT [C 1]: about(D) becomes S on table_(D, S)\nrule IN [C 2]: member(S) begins once vote(D) is adopted and about(D) is S\n"
		"decision D [C 3]: vote(D) opens on table_(D, S) closes on shut(D) voters V with member(V) adopted if voters >= 1",
		(const char *const[]){"3: [C 2] warning: rule IN can never apply: rules wait for each other, IN for \"vote(D) is adopted\", D (adopted) for \"voters >= 1\"", NULL});
	/* Of a construct the part is named that never applies; the others may. */
	WARNS("fact z(S: State)\ndecision D [C 1] until 2020-02-15: vote(S) opens on 2020-01-10 if p(S) closes after 45 days of vote(S) is open voters V with p(V)\n"
	      "ballot yes on a(V) adopted if yes >= 1 rule Z [C 1]: z(S) begins on a(S) " X,
		"3: [C 1] warning: part \"adopted\" of D can never apply: \"vote(S) is open\" can be so from 2020-02-24 on at the earliest, and its window "
		"ends on 2020-02-15 (part \"opens\" of D is the first to make it so;");
}

/* Values that nothing sets, or that nothing ends where others are ended; timers that start each other; obligations without a way out. */
static void lasting(void **state)
{
	(void)state;
	WARNS("fact s(S: State): lo | hi | off\nrule A [C 1]: s(S) becomes lo on a(S) if s(S) is none\nrule B [C 2]: s(S) becomes hi on a(S) if s(S) is lo " X,
		"2: warning: value off of s is set by no rule (add the rule, or leave the value out)",
		"4: [C 2] warning: value hi of s is never left: no rule ends it or puts another in its place");
	SILENT("fact s(S: State): lo | hi\nrule A [C 1]: s(S) becomes lo on a(S) if s(S) is none\nrule B [C 2]: s(S) becomes hi on a(S) if s(S) is lo\n"
	       "rule C [C 2]: s(S) becomes none once p(S) if s(S) is not lo " X);
	SILENT("fact s(S: State): lo | hi\nrule A [C 1]: s(S) becomes lo on a(S) if s(S) is none rule B [C 2]: s(S) becomes hi once p(S) if s(S) is none " X);
	SILENT("procedure P [C 1]: way(S) stage one on a(S) stage two from one once p(S) " X); /* stages may be the last */
	WARNS("fact s(S: State): on | off\nrule ON [C 1]: s(S) becomes on on a(S)\nrule TICK [C 2]: s(S) becomes off after 1 day of s(S) is on\n"
	      "rule TOCK [C 2]: s(S) becomes on after 1 day of s(S) is off " X,
		"4: [C 2] warning: rules TICK and TOCK start each other again for ever (time would run without end, which is an error when it comes to it; "
		"give one an \"until\")");
	WARNS("fact z(S: State)\nrule ON [C 1]: z(S) begins on a(S)\nrule TICK [C 2]: z(S) ends after 1 day of z(S)\nrule TOCK [C 2]: z(S) begins after 2 days of not z(S) " X,
		"4: [C 2] warning: rules TICK and TOCK start each other again for ever");
	SILENT("fact s(S: State): on | off\nrule ON [C 1]: s(S) becomes on on a(S)\nrule TICK [C 2]: s(S) becomes off after 1 day of s(S) is on\n"
	       "rule TOCK [C 2] until 2030-01-01: s(S) becomes on after 1 day of s(S) is off " X);
	SILENT("fact s(S: State): on | off\nrule ON [C 1]: s(S) becomes on on a(S)\nrule TICK [C 2]: s(S) becomes off after 1 day of s(S) is on\n"
	       "rule TOCK [C 2]: s(S) becomes on after 1 day of s(S) is off rule STOP [C 3]: s(S) becomes none on 2030-01-01 if s(S) is on or off " X);
#define OWES(window, more) "act pay(S: State, n: optional Int)\nobligation O [C 3]" window ": owes(S) arises on a(S) due that day + 3 days fulfilled on pay(S)\n" more " " X
	WARNS(OWES("", "rule NO [C 4]: pay(S) is forbidden while owes(S) is pending or overdue"),
		"3: [C 3] warning: obligation O can never be fulfilled lawfully: rule NO forbids pay while it is due (let one of the two give way)");
	SILENT(OWES("", "rule NO [C 4]: pay(S) is forbidden while owes(S) is overdue"));
	SILENT(OWES("", "rule NO [C 4]: pay(S, n: 3) is forbidden while owes(S) is pending or overdue"));
	WARNS(OWES(" until 2025-09-01", ""),
		"3: [C 3] warning: obligation O can never be fulfilled from 2025-09-01 on, also where it arose before: its window ends then "
		"(put the end into the condition after \"arises\", or add a version from then on)");
	SILENT(OWES(" until 2025-09-01", "obligation O [C 3] from 2025-09-01: owes(S) arises on a(S) if p(S) due that day + 3 days fulfilled on pay(S)"));
	SILENT(OWES(" until 2025-09-01", "rule END [C 4]: owes(S) becomes waived on 2025-09-01 if owes(S) is pending or overdue"));
#undef OWES
}
#undef X

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(numbers_of_arguments),
		cmocka_unit_test(types),
		cmocka_unit_test(unions_meet),
		cmocka_unit_test(citations),
		cmocka_unit_test(effects),
		cmocka_unit_test(versions),
		cmocka_unit_test(words),
		cmocka_unit_test(cycles),
		cmocka_unit_test(limits),
		cmocka_unit_test(too_many_rules),
		cmocka_unit_test(many_errors_end),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(all_in_one_run),
		cmocka_unit_test(warnings),
		cmocka_unit_test(never_applies),
		cmocka_unit_test(lasting),
	};
	return test_main(tests);
}
