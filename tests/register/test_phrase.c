/* SPDX-License-Identifier: Apache-2.0
 *
 * Sentences: with words and without, dates, intervals, proofs, what would help. Pieces carry what a page makes links of.
 */
#include "tests/register/fixture.h"

#define GRANT(p, v, date) \
	"{\"kind\":\"status_granted\",\"date\":\"" date "\",\"args\":{\"P\":\"" p "\",\"value\":\"" v "\"}" SOURCES "}"

static const char *text(const struct phrasing *p, struct phrase x)
{
	return phrase_text(p, &x).p;
}

static struct question ask(const struct phrasing *p, const char *question)
{
	struct question q;
	struct err e;
	if (view_question(p->view, str_of(question), &q, &e) != 0)
		fail_msg("%s: %s", question, e.what);
	return q;
}

static void facts(void **state)
{
	static const struct { const char *question, *is, *not, *why; } cases[] = {
		{"status(\"KZ\") is member", "Kazakhstan is a member", "Kazakhstan is not a member", "Why is Kazakhstan a member?"},
		{"status(\"KZ\") is none", "Kazakhstan has no status", "Kazakhstan has no status", "Why has Kazakhstan no status?"},
		{"leaving(\"KZ\")", "Kazakhstan is leaving", "Kazakhstan is not on record as leaving", "Why is Kazakhstan leaving?"},
		{"may_attend(\"AT\", \"MEET-1\")", "Austria may attend “First meeting”", "Austria may not attend “First meeting”",
			"Why may Austria attend “First meeting”?"},
		{"decision(\"DEC-1\") is adopted", "“Decision on seats” is adopted", "“Decision on seats” is not adopted",
			"Why is “Decision on seats” adopted?"},
		{"threshold(\"PACT\") is 3", "“Pact of the League” needs 3 consents", "“Pact of the League” does not need 3 consents",
			"Why does “Pact of the League” need 3 consents?"},
		{"delay(\"PACT\") is 1 month", "“Pact of the League” enters into force 1 month after its conditions are met", NULL, NULL},
		{"fixed(\"PACT\") is 2001-02-03", "“Pact of the League” names 3 February 2001 as its day of entry into force", NULL, NULL},
		/* The organisation's own words, as far as they go. */
		{"colour(\"RED-1\") is red", "RED-1 is red", "it is not so that RED-1 is red", "Why is it so that RED-1 is red?"},
		{"colour(\"RED-1\") is none", "RED-1 has no colour", "RED-1 has no colour", "Why is it so that RED-1 has no colour?"},
		/* No words at all. */
		{"crowd()", "Crowd: yes", "Crowd: no", "Why is it so: Crowd?"},
		{"noted(\"2\")", "Noted: yes, for act 2", "Noted: no, for act 2", "Why is it so: Noted, for act 2?"},
		{"last_note() is \"2\"", "Last note: act 2", "Last note: not act 2", "Why is it act 2: Last note?"},
	};
	struct fix *f = *state;
	(void)fix_file(f, "{\"kind\":\"flag_raised\",\"date\":\"2001-01-01\",\"args\":{\"F\":\"RED-1\",\"colour\":\"red\"}}");
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	const struct phrasing p = {v, STR("en"), &f->arena};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct question q = ask(&p, cases[i].question);
		struct value is = q.nis ? q.is[0] : VALUE_YES;
		assert_string_equal(text(&p, phrase_fact(&p, q.fact, q.args, is)), cases[i].is);
		if (cases[i].not)
			assert_string_equal(text(&p, phrase_fact_not(&p, q.fact, q.args, is)), cases[i].not);
		if (cases[i].why)
			assert_string_equal(text(&p, phrase_fact_why(&p, q.fact, q.args, is)), cases[i].why);
	}
	civil day = 0;
	assert_true(date_parse(STR("2001-02-03"), &day));
	struct question past = ask(&p, "status(\"KZ\") is member");
	assert_string_equal(text(&p, phrase_fact_whynot_past(&p, past.fact, past.args, past.is[0], day)), "Why was Kazakhstan not a member on 3 February 2001?");
	assert_string_equal(text(&p, phrase_fact_whynot_past(&p, past.fact, past.args, VALUE_NONE, day)), "Why had Kazakhstan no status on 3 February 2001?");
	past = ask(&p, "colour(\"RED-1\") is green");
	assert_string_equal(text(&p, phrase_fact_whynot_past(&p, past.fact, past.args, past.is[0], day)), "it is not so that RED-1 is green, on 3 February 2001");
	past = ask(&p, "crowd()");
	assert_string_equal(text(&p, phrase_fact_whynot_past(&p, past.fact, past.args, VALUE_YES, day)), "Crowd: no, on 3 February 2001");
	struct question q = ask(&p, "status(\"KZ\") is member");
	const struct value any[] = {VALUE_NONE};
	assert_string_equal(text(&p, phrase_fact_not(&p, q.fact, any, q.is[0])), "no State or organisation is a member");
	assert_string_equal(text(&p, phrase_fact(&p, q.fact, any, q.is[0])), "any State or organisation is a member");
	/* Pieces. */
	struct phrase x = phrase_fact(&p, q.fact, q.args, q.is[0]);
	assert_int_equal(x.n, 3);
	assert_int_equal(x.v[0].kind, PIECE_ENTITY);
	assert_true(str_eq(x.v[0].name, STR("KZ")));
	assert_int_equal(x.v[1].kind, PIECE_TEXT);
	assert_int_equal(x.v[2].kind, PIECE_VALUE);
	assert_true(str_eq(x.v[2].name, STR("member")));
	assert_string_equal(phrase_sentence(&p, &x).p, "Kazakhstan is a member.");
	/* Another language: its titles, and English words as long as it has none of its own. */
	const struct phrasing fr = {v, STR("fr"), &f->arena};
	q = ask(&p, "status(\"AT\") is member");
	assert_string_equal(text(&fr, phrase_fact(&fr, q.fact, q.args, q.is[0])), "Autriche is a member");
	/* Of which there is no such thing: in words of its own, where "is" cannot say it. */
	q = ask(&p, "colour(\"RED-1\") is green");
	assert_string_equal(text(&p, phrase_fact_not(&p, q.fact, any, q.is[0])), "no flag is green");
	assert_string_equal(text(&fr, phrase_fact_not(&fr, q.fact, any, q.is[0])), "aucun drapeau n’est vert");
	assert_string_equal(text(&fr, phrase_fact(&fr, q.fact, q.args, q.is[0])), "RED-1 est vert");
	view_unref(v);
}

static void dates(void **state)
{
	struct fix *f = *state;
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	const struct phrasing p = {v, STR("en"), &f->arena};
	civil day = date_from(2024, 7, 4), later = date_from(2025, 1, 31);
	assert_string_equal(text(&p, phrase_date(&p, day, STR(""))), "4 July 2024");
	assert_string_equal(text(&p, phrase_date(&p, day, STR("month"))), "July 2024");
	assert_string_equal(text(&p, phrase_date(&p, day, STR("year"))), "2024");
	assert_string_equal(text(&p, phrase_date(&p, day + 18 * 3600, STR("day"))), "4 July 2024, 18:00");
	assert_string_equal(text(&p, phrase_date(&p, day + 18 * 3600 + 61, STR(""))), "4 July 2024, 18:01:01");
	assert_int_equal(phrase_date(&p, CIVIL_NEVER, STR("")).n, 0);
	assert_string_equal(text(&p, phrase_interval(&p, day, CIVIL_NEVER)), "since 4 July 2024");
	assert_string_equal(text(&p, phrase_interval(&p, day, later)), "from 4 July 2024 until 31 January 2025");
	assert_string_equal(text(&p, phrase_interval(&p, CIVIL_ALWAYS, later)), "until 31 January 2025");
	assert_string_equal(text(&p, phrase_interval(&p, CIVIL_ALWAYS, CIVIL_NEVER)), "at all times");
	assert_string_equal(text(&p, phrase_interval(&p, day, day)), "on 4 July 2024");
	struct phrase x = phrase_date(&p, day, STR(""));
	assert_int_equal(x.v[0].kind, PIECE_DATE);
	assert_int_equal(x.v[0].date, day);
	view_unref(v);
}

static void acts(void **state)
{
	static const struct { const char *act, *says, *on; } cases[] = {
		{GRANT("KZ", "observer", "2003-01-01"), "Kazakhstan was made an observer", "on 1 January 2003"},
		{"{\"kind\":\"status_granted\",\"date\":\"2003-01-31\",\"args\":{\"P\":\"KZ\",\"value\":\"member\",\"D\":\"DEC-1\"},\"date_precision\":\"month\"" SOURCES "}",
			"Kazakhstan was made a member by “Decision on seats”", "in January 2003"},
		{"{\"kind\":\"consent_deposited\",\"date\":\"2003-01-01\",\"args\":{\"P\":\"KZ\",\"I\":\"PACT\"},\"unverified\":[\"date\"]" SOURCES "}",
			"Kazakhstan deposited its consent to “Pact of the League”", "on 1 January 2003 (day unverified)"},
		{"{\"kind\":\"consent_deposited\",\"date\":\"2003-01-02\",\"args\":{\"P\":\"KZ\",\"I\":\"PACT\"},\"date_precision\":\"latest\",\"unverified\":[\"date\"]" SOURCES "}",
			"Kazakhstan deposited its consent to “Pact of the League”", "on 2 January 2003 at the latest"},
		{"{\"kind\":\"consent_deposited\",\"date\":\"2003-12-31\",\"args\":{\"P\":\"KZ\",\"I\":\"PACT\",\"form\":\"accession\"},\"date_precision\":\"year\",\"certainty\":\"unverified\"" SOURCES "}",
			"Kazakhstan deposited its consent to “Pact of the League” by accession", "in 2003 (unverified)"},
		{"{\"kind\":\"flag_raised\",\"date\":\"2003-01-01T12:30:00\",\"args\":{\"F\":\"RED-1\",\"colour\":\"red\"}}", "the flag RED-1 was raised in red",
			"on 1 January 2003, 12:30"},
		{"{\"kind\":\"thanked\",\"date\":\"2003-01-01\",\"args\":{\"P\":\"KZ\"}}", "Thanked: Kazakhstan", "on 1 January 2003"},
		{"{\"corrects\":13,\"annul\":true}", "act 13 was annulled", ""},
		/* {last!first}: of one day the day stands once. */
		{"{\"kind\":\"meeting_convened\",\"date\":\"2003-01-01\",\"args\":{\"M\":\"MEET-2\",\"B\":\"COUNCIL\",\"first\":\"2003-02-01\",\"last\":\"2003-02-02\",\"chair\":\"KZ\"}" SOURCES "}",
			"“MEET-2” was convened for 1 February 2003 to 2 February 2003, chaired by Kazakhstan", "on 1 January 2003"},
		{"{\"kind\":\"meeting_convened\",\"date\":\"2003-01-01\",\"args\":{\"M\":\"MEET-3\",\"B\":\"COUNCIL\",\"first\":\"2003-02-01\",\"last\":\"2003-02-01\",\"chair\":\"KZ\"}" SOURCES "}",
			"“MEET-3” was convened for 1 February 2003, chaired by Kazakhstan", "on 1 January 2003"},
	};
	struct fix *f = *state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t pos = fix_file(f, cases[i].act);
		const struct view *v = fix_view(f, "public", UINT64_MAX);
		const struct phrasing p = {v, STR("en"), &f->arena};
		const struct record_act *a = record_act(view_record(v), pos);
		assert_string_equal(text(&p, phrase_act(&p, a)), cases[i].says);
		assert_string_equal(text(&p, phrase_act_on(&p, a)), cases[i].on);
		view_unref(v);
	}
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	const struct phrasing p = {v, STR("en"), &f->arena};
	assert_string_equal(text(&p, phrase_act(&p, record_act(view_record(v), 0))), "the register was opened, and its rulebook adopted");
	const struct rulebook *rb = record_rulebook(view_record(v));
	struct value args[MAX_ARGS] = {VALUE_NONE};
	assert_string_equal(text(&p, phrase_act_none(&p, rulebook_act(rb, STR("withdrawal_notified")), args)),
		"no notice of withdrawal by any State or organisation");
	assert_string_equal(text(&p, phrase_act_none(&p, rulebook_act(rb, STR("thanked")), args)), "no act “Thanked”");
	assert_string_equal(text(&p, phrase_signers(&p, rulebook_act(rb, STR("withdrawal_notified")), args)), "any State or organisation");
	assert_string_equal(text(&p, phrase_signers(&p, rulebook_act(rb, STR("sworn")), args)), "the Council");
	assert_string_equal(text(&p, phrase_signers(&p, rulebook_act(rb, STR("status_granted")), args)), "the Council");
	assert_string_equal(text(&p, phrase_signers(&p, rulebook_act(rb, STR("organisation_listed")), args)), "the Secretariat or the depositary");
	assert_true(view_entity(v, STR("KZ"), &args[0]));
	assert_string_equal(text(&p, phrase_act_none(&p, rulebook_act(rb, STR("withdrawal_notified")), args)), "no notice of withdrawal by Kazakhstan");
	assert_string_equal(text(&p, phrase_act_none(&p, rulebook_act(rb, STR("thanked")), args)), "no act “Thanked” (Kazakhstan)");
	assert_string_equal(text(&p, phrase_signers(&p, rulebook_act(rb, STR("withdrawal_notified")), args)), "Kazakhstan");
	view_unref(v);
}

/* ---- proofs -------------------------------------------------------------------------------------------------------------------- */

/* All sentences of a proof, one a line, as deep as it is. */
static void tell(const struct phrasing *p, const struct proof *x, int depth, struct buf *out)
{
	struct phrase say = phrase_proof(p, x), basis = phrase_basis(p, x);
	struct str sentence = phrase_sentence(p, &say);
	if (sentence.n < 5)
		fail_msg("nothing is said about a node of kind %d", x->kind);
	buf_addf(out, "%*s%s %.*s", 2 * depth, "", x->holds ? "+" : "-", STR_ARG(sentence));
	if (basis.n)
		buf_addf(out, " [%.*s]", STR_ARG(phrase_text(p, &basis)));
	buf_addc(out, '\n');
	for (size_t i = 0; i < x->nkids; i++)
		tell(p, x->kids[i], depth + 1, out);
}

static const char *proof_of(struct fix *f, const struct view *v, const char *question, bool whynot)
{
	const struct phrasing p = {v, STR("en"), &f->arena};
	struct question q = ask(&p, question);
	struct buf out;
	const struct proof *x = whynot ? explain_whynot(view_eval(v, 1), q.fact, q.args, q.nis ? q.is[0] : VALUE_YES, view_on(q.on), &f->arena)
				       : explain_why(view_eval(v, 1), q.fact, q.args, view_on(q.on), &f->arena);
	buf_init(&out, 1 << 20);
	tell(&p, x, 0, &out);
	const char *z = arena_str(&f->arena, buf_str(&out)).p;
	buf_done(&out);
	return z;
}

static void proofs(void **state)
{
	struct fix *f = *state;
	(void)fix_file(f, GRANT("KZ", "member", "2003-01-01"));
	(void)fix_file(f, GRANT("AT", "member", "2003-02-01"));
	(void)fix_file(f, "{\"kind\":\"withdrawal_notified\",\"date\":\"2004-03-01\",\"args\":{\"P\":\"KZ\"}" SOURCES "}");
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	assert_string_equal(proof_of(f, v, "status(\"KZ\") on 2003-06-01", false),
		"+ Kazakhstan is a member, from 1 January 2003 until 1 March 2005. [Pact 1, rule GRANT]\n"
		"  + Kazakhstan was made a member on 1 January 2003. [act 8]\n"
		"  + Nothing ended it from 1 January 2003 to 1 June 2003.\n"
		"    + No grant that makes Kazakhstan any status is on record from 1 January 2003 to 1 June 2003.\n"
		"    + Rule LEAVES (Pact 1) did not apply.\n"
		"      - Not all that rule LEAVES (Pact 1) asks for is there.\n"
		"        - What would start it has not come true.\n"
		"          - Kazakhstan is not on record as leaving.\n");
	const char *none = proof_of(f, v, "status(\"KZ\") on 2005-06-01", false);
	assert_true(str_starts(str_of(none), STR("- Kazakhstan has no status.\n  - Not all that rule GRANT (Pact 1) asks for is there.\n")));
	assert_non_null(strstr(none, "      + Kazakhstan has no status, since 1 March 2005. [Pact 1, rule LEAVES]\n"
		"        + What started it came true on 1 March 2004 and had held for 12 months.\n"));
	const char *crowd = proof_of(f, v, "crowd() on 2003-06-01", false);
	assert_non_null(strstr(crowd, "+ Crowd: yes, from 1 February 2003 until 1 March 2005. [Pact 1, rule CROWD]\n"));
	assert_non_null(strstr(crowd, ": 2 counted, at least 2 needed.\n"));
	const char *whynot = proof_of(f, v, "crowd() on 2003-01-15", true);
	assert_non_null(strstr(whynot, "- Crowd: no"));
	assert_non_null(strstr(whynot, ": 1 counted, at least 2 needed.\n"));
	assert_non_null(strstr(proof_of(f, v, "status(\"BE\") is member on 2003-06-01", true),
		"- No grant that makes Belgium a member is on record up to 1 June 2003.\n"));
	/* What would help. */
	const struct phrasing p = {v, STR("en"), &f->arena};
	struct question q = ask(&p, "status(\"BE\") is member on 2003-06-01");
	const struct proof *x = explain_whynot(view_eval(v, 1), q.fact, q.args, q.is[0], view_on(q.on), &f->arena);
	struct remedy *r;
	assert_int_equal(explain_remedies(view_eval(v, 1), x, q.fact, q.args, q.is[0], view_on(q.on), &f->arena, &r), 1);
	assert_true(r->works);
	assert_string_equal(text(&p, phrase_remedy(&p, r)),
		"Status granted (Belgium, a member), which the Council could sign; it would count from 1 June 2003");
	view_unref(v);
}

#define WEIGHED(s, rest) "{\"kind\":\"weighed\",\"date\":\"2003-02-01\",\"args\":{\"S\":\"" s "\"," rest "}}"

/* Conditions of every kind, from their syntax and the words of the facts: never the text of the rule. */
static void conditions(void **state)
{
	static const struct { const char *question, *says; } cases[] = {
		{"fair() on 2003-06-01", "+ The loads together: 177 counted, more than 10 needed.\n"},
		{"fair() on 2003-06-01", "- The load of Austria (1) is not at least 2.\n"},
		{"heavy(\"KZ\") on 2003-06-01", "+ The load of Kazakhstan times 2 (352) is at least 10.\n"},
		{"heavy(\"KZ\") on 2003-06-01", "+ The load of Kazakhstan times 2 is 352.\n"},
		{"heavy(\"KZ\") on 2003-06-01", "+ Kazakhstan is one of the founders.\n"},
		{"heavy(\"AT\") on 2003-06-01", "- Austria is not one of the founders.\n"},
		{"weighed_late(\"KZ\") on 2004-01-01", "- “Load due” of Kazakhstan, 1 February 2004, has not passed.\n"},
		{"weighed_late(\"KZ\") on 2004-06-01", "+ “Load due” of Kazakhstan, 1 February 2004, has passed.\n"},
		{"weighed_late(\"KZ\") on 2004-06-01", "  + Kazakhstan is not on record as leaving.\n"}, /* of "not (a and b)" the part that fails */
		{"weighed_late(\"AT\") on 2004-06-01", "- Load due of Austria: none.\n"},
		{"weighed_late(\"AT\") on 2004-06-01", "+ The load of Austria (1) is not at least 7.\n"},
		{"spared(\"AT\") on 2004-06-01", "- The later of the day in question plus 1 month and “Load due” of Austria (1 March 2003) is not after 1 January 2005.\n"},
		{"spared(\"AT\") on 2004-06-01", "+ The day in question is 1 February 2003.\n"},
		{"spared(\"AT\") on 2004-06-01", "+ No value is given.\n"},
		{"spared(\"KZ\") on 2004-06-01", "- A value is given: 1 February 2004.\n"},
		{"load(\"KZ\") on 2003-06-01", "+ Kazakhstan carries 17.6 tons, since 1 February 2003."},
		{"load(\"AT\") on 2003-06-01", "+ Austria carries 0.1 tons, since 1 February 2003."},
		{"crowd() on 2003-06-01", "+ Any State or organisation is a member: 2 counted, at least 2 needed.\n"},
	};
	struct fix *f = *state;
	(void)fix_file(f, GRANT("KZ", "member", "2003-01-01"));
	(void)fix_file(f, GRANT("AT", "member", "2003-01-01"));
	(void)fix_file(f, WEIGHED("KZ", "\"n\":176,\"due\":\"2004-02-01\""));
	(void)fix_file(f, WEIGHED("AT", "\"n\":1"));
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *why = proof_of(f, v, cases[i].question, false);
		if (!strstr(why, cases[i].says))
			fail_msg("%s: not said: %s in\n%s", cases[i].question, cases[i].says, why);
		assert_null(strstr(why, "(\"")); /* status("KZ") */
		assert_null(strstr(why, ">="));
	}
	view_unref(v);
}

/* A day of a fact that rests on an act whose day nobody has verified says so. */
static void unverified_days(void **state)
{
	struct fix *f = *state;
	(void)fix_file(f, "{\"kind\":\"status_granted\",\"date\":\"2003-01-01\",\"args\":{\"P\":\"KZ\",\"value\":\"observer\"},\"unverified\":[\"date\"]" SOURCES "}");
	(void)fix_file(f, GRANT("KZ", "member", "2004-01-01"));
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	assert_true(str_starts(str_of(proof_of(f, v, "status(\"KZ\") on 2003-06-01", false)),
		STR("+ Kazakhstan is an observer, from 1 January 2003 (day unverified) until 1 January 2004. [Pact 1, rule GRANT]\n")));
	assert_true(str_starts(str_of(proof_of(f, v, "status(\"KZ\") on 2004-06-01", false)),
		STR("+ Kazakhstan is a member, since 1 January 2004. [Pact 1, rule GRANT]\n")));
	view_unref(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(facts, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(dates, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(acts, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(proofs, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(conditions, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(unverified_days, fix_open, fix_close),
	};
	return test_main(tests);
}
