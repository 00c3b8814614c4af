/* SPDX-License-Identifier: Apache-2.0
 *
 * Remedies of several acts: a rule asks for a thing that does not exist yet.
 */
#include "rulebooks.h"

#include "rules/explain.h"

static const char text[] =
	"source C \"c\"\ntype S, D\n"
	"act tabled(Q: D, matter: admit | praise), named(Q: D, X: S), closed(Q: D), founded(X: S), asked(X: S)\n"
	"fact status(X: S): member, ready(X: S), decision(Q: D): open | adopted, matter(Q: D): admit | praise, subject(Q: D): S\n"
	"rule OPEN [C 1]: decision(Q) becomes open on tabled(Q)\n"
	"rule CLOSE [C 1]: decision(Q) becomes adopted on closed(Q) if decision(Q) is open\n"
	"rule MATTER [C 1]: matter(Q) becomes M on tabled(Q, M)\n"
	"rule SUBJECT [C 1]: subject(Q) becomes X on named(Q, X)\n"
	"rule READY [C 1]: ready(X) begins on asked(X)\n"
	"rule FOUNDER [C 1] until 2001-06-16: status(X) becomes member on founded(X)\n"
	"rule MEMBER [C 1]: status(X) becomes member\n"
	"  once decision(Q) is adopted and matter(Q) is admit and subject(Q) is X if ready(X)\n";

static struct eval *evaluate(struct book *b, const char *acts)
{
	struct act_list *list = arena_new(&b->arena, struct act_list);
	struct err e = {0};
	struct eval *eval = NULL;
	assert_int_equal(acts_read_lines(b->rb, &b->syms, str_of(acts), "acts", &b->arena, list, &e), 0);
	assert_int_equal(eval_new(b->rb, &b->syms, list, UINT64_MAX, 0, &eval, &e), 0);
	return eval;
}

static size_t remedies(struct book *b, const struct eval *e, const char *who, struct remedy **ret)
{
	uint32_t fact = rulebook_fact(b->rb, STR("status"));
	struct value x = {.kind = V_ENTITY, .s = syms_find(&b->syms, str_of(who))};
	struct value member = {.kind = V_WORD, .s = syms_find(&b->rb->syms, STR("member"))};
	civil t = date_end(date_from(2022, 9, 16)) - 1;
	const struct proof *p = explain_whynot(e, fact, &x, member, t, &b->arena);
	assert_false(p->holds);
	return explain_remedies(e, p, fact, &x, member, t, &b->arena, ret);
}

static bool is_kind(const struct book *b, const struct remedy *r, const char *name)
{
	return r->act_kind == rulebook_act(b->rb, str_of(name));
}

static void a_new_decision_is_planned(void **state)
{
	(void)state;
	struct book b = book_of(STR("plan"), str_of(text));
	book_ready(&b);
	struct eval *e = evaluate(&b, "{\"kind\":\"asked\",\"date\":\"2020-01-01\",\"args\":{\"X\":\"ir\"}}\n"
				      "{\"kind\":\"tabled\",\"date\":\"2020-01-02\",\"args\":{\"Q\":\"d\",\"matter\":\"praise\"}}\n"
				      "{\"kind\":\"named\",\"date\":\"2020-01-02\",\"args\":{\"Q\":\"d\",\"X\":\"ir\"}}\n"
				      "{\"kind\":\"closed\",\"date\":\"2020-01-03\",\"args\":{\"Q\":\"d\"}}\n");
	struct remedy *r;
	assert_int_equal(remedies(&b, e, "ir", &r), 3); /* not a signature among founders: that rule is no longer law */
	assert_true(is_kind(&b, &r[0], "tabled") && is_kind(&b, &r[1], "named") && is_kind(&b, &r[2], "closed"));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(r[i].together, 1);
		assert_true(r[i].works);
		assert_int_equal(r[i].from, date_from(2022, 9, 16));
		assert_int_equal(r[i].args[0].kind, V_NONE); /* the new decision has no name */
	}
	assert_true(str_eq(syms_str(&b.rb->syms, r[0].args[1].s), STR("admit")));
	assert_true(str_eq(syms_str(&b.syms, r[1].args[1].s), STR("ir")));
	eval_free(e);
	book_done(&b);
}

/* A decision that was tabled for this lacks only to be closed; one that was tabled for something else is not tabled again. */
static void what_has_begun_goes_on(void **state)
{
	(void)state;
	static const char asked[] = "{\"kind\":\"asked\",\"date\":\"2020-01-06\",\"args\":{\"X\":\"ir\"}}\n", other[] =
		"{\"kind\":\"tabled\",\"date\":\"2020-01-02\",\"args\":{\"Q\":\"d\",\"matter\":\"praise\"}}\n"
		"{\"kind\":\"named\",\"date\":\"2020-01-02\",\"args\":{\"Q\":\"d\",\"X\":\"ir\"}}\n"
		"{\"kind\":\"closed\",\"date\":\"2020-01-03\",\"args\":{\"Q\":\"d\"}}\n", open[] =
		"{\"kind\":\"tabled\",\"date\":\"2020-01-04\",\"args\":{\"Q\":\"e\",\"matter\":\"admit\"}}\n"
		"{\"kind\":\"named\",\"date\":\"2020-01-04\",\"args\":{\"Q\":\"e\",\"X\":\"ir\"}}\n", late[] =
		"{\"kind\":\"closed\",\"date\":\"2023-01-01\",\"args\":{\"Q\":\"e\"}}\n", lost[] =
		"{\"kind\":\"closed\",\"date\":\"2020-01-05\",\"args\":{\"Q\":\"e\"}}\n";
	static const struct {
		const char *acts[4];
		size_t n;
	} cases[] = {{{other, open, asked}, 1}, {{other, open, asked, late}, 1}, {{other, asked}, 3}, {{other, open, lost, asked}, 3} /* adopted before the request: in vain */};
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct book b = book_of(STR("plan"), str_of(text));
		struct str all = {NULL, 0};
		struct remedy *r;
		book_ready(&b);
		for (size_t i = 0; i < 4 && cases[k].acts[i]; i++)
			all = ARENA_JOIN(&b.arena, all, str_of(cases[k].acts[i]));
		struct eval *e = evaluate(&b, arena_fmt(&b.arena, "%.*s", STR_ARG(all)).p);
		assert_int_equal(remedies(&b, e, "ir", &r), cases[k].n);
		assert_true(is_kind(&b, &r[cases[k].n - 1], "closed") && r[cases[k].n - 1].works);
		assert_int_equal(r[0].args[0].kind, cases[k].n == 1 ? V_ENTITY : V_NONE);
		assert_true(cases[k].n > 1 || str_eq(syms_str(&b.syms, r[0].args[0].s), STR("e")));
		assert_int_equal(r[0].together != 0, cases[k].n > 1);
		eval_free(e);
		book_done(&b);
	}
}

/* Without the request the decision would not help: it is not offered, and the request alone is no remedy either. */
static void what_would_not_work_is_not_planned(void **state)
{
	(void)state;
	struct book b = book_of(STR("plan"), str_of(text));
	book_ready(&b);
	struct eval *e = evaluate(&b, "{\"kind\":\"named\",\"date\":\"2020-01-02\",\"args\":{\"Q\":\"d\",\"X\":\"ir\"}}\n");
	struct remedy *r;
	size_t n = remedies(&b, e, "ir", &r);
	for (size_t i = 0; i < n; i++)
		assert_false(r[i].works || r[i].together);
	eval_free(e);
	book_done(&b);
}

/* What would bring a later stage: of the stages before it nothing, for that they came is supposed. */
static void what_comes_later(void **state)
{
	(void)state;
	static const char way[] =
		"source C \"c\"\ntype S, D\n"
		"act asked(X: S), tabled(Q: D, matter: admit | praise), named(Q: D, X: S), closed(Q: D), signed(X: S)\n"
		"fact status(X: S): member, decision(Q: D): open | adopted, matter(Q: D): admit | praise, subject(Q: D): S\n"
		"rule OPEN [C 1]: decision(Q) becomes open on tabled(Q)\n"
		"rule CLOSE [C 1]: decision(Q) becomes adopted on closed(Q) if decision(Q) is open\n"
		"rule MATTER [C 1]: matter(Q) becomes M on tabled(Q, M)\n"
		"rule SUBJECT [C 1]: subject(Q) becomes X on named(Q, X)\n"
		"rule MEMBER [C 1]: status(X) becomes member\n"
		"  once decision(Q) is adopted and matter(Q) is admit and subject(Q) is X if way(X) is agreed\n"
		"procedure P [C 1]: way(X) stage asking on asked(X) stage agreed from asking on signed(X) stage done from agreed once status(X) is member\n";
	struct book b = book_of(STR("way"), str_of(way));
	book_ready(&b);
	struct eval *e = evaluate(&b, "{\"kind\":\"asked\",\"date\":\"2020-01-01\",\"args\":{\"X\":\"ir\"}}\n");
	uint32_t fact = rulebook_fact(b.rb, STR("way"));
	struct value x = {.kind = V_ENTITY, .s = syms_find(&b.syms, STR("ir"))};
	civil t = date_end(date_from(2022, 9, 16)) - 1;
	struct remedy *r;
	assert_int_equal(explain_then(e, fact, &x, (struct value){.kind = V_WORD, .s = syms_find(&b.rb->syms, STR("agreed"))}, t, &b.arena, &r), 1);
	assert_true(is_kind(&b, &r[0], "signed") && value_eq(r[0].args[0], x) && !r[0].works);
	assert_int_equal(explain_then(e, fact, &x, (struct value){.kind = V_WORD, .s = syms_find(&b.rb->syms, STR("done"))}, t, &b.arena, &r), 3);
	assert_true(is_kind(&b, &r[0], "tabled") && is_kind(&b, &r[1], "named") && is_kind(&b, &r[2], "closed"));
	assert_int_equal(r[0].args[0].kind, V_NONE); /* the decision has no name yet */
	assert_true(value_eq(r[1].args[1], x));
	eval_free(e);
	book_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_decision_is_planned),
		cmocka_unit_test(what_has_begun_goes_on),
		cmocka_unit_test(what_would_not_work_is_not_planned),
		cmocka_unit_test(what_comes_later),
	};
	return test_main(tests);
}
