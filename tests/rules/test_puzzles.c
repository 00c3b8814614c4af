/* SPDX-License-Identifier: Apache-2.0
 *
 * Fourteen puzzles of international law about dates, corrections and conflicts: the values that must come out, and what "why" and
 * "why not" must say about them. Each is small enough to be checked by hand.
 */
#include "tests/rules/case.h"

#define assert_value(k, question, expected) assert_string_equal(kase_value((k), (question)), (expected))
#define assert_steps(k, fact, expected) assert_string_equal(kase_steps((k), (fact)), (expected))

/* ---- treaties ------------------------------------------------------------------------------------------------------------ */

#define TREATY_HEAD \
	"source Fin \"Model final clauses\"\n" \
	"type State, Instrument, Meeting\n" \
	"act consent_deposited(S: State, I: Instrument) by S, consent_withdrawn(S: State, I: Instrument) by S,\n" \
	"  convened(M: Meeting, I: Instrument) by secretariat\n" \
	"fact consented(S: State, I: Instrument), in_force(I: Instrument), party(S: State, I: Instrument), mandate(M: Meeting)\n" \
	"rule CONSENT [Fin 1]: consented(S, I) begins on consent_deposited(S, I)\n" \
	"rule UNCONSENT [Fin 6]: consented(S, I) ends on consent_withdrawn(S, I)\n"
#define TREATY_REST \
	"rule PARTY [Fin 3; Fin 4]: party(S, I) begins once consented(S, I)\n" \
	"  and (in_force(I) or count of T with consented(T, I) >= 5)\n" \
	"  with effect from first of month after that day + 3 months if still so\n" \
	"rule UNPARTY [Fin 6]: party(S, I) ends on consent_withdrawn(S, I)\n" \
	"  with effect from first of month after that day + 6 months regardless\n" \
	"rule MANDATE [Fin 9]: mandate(M) begins on convened(M, I) if in_force(I)\n"
#define EIF(choice) \
	"rule EIF [Fin 3]: in_force(I) begins once count of S with consented(S, I) >= 5\n" \
	"  with effect from first of month after that day + 3 months " choice "\n"

static const char treaty[] = TREATY_HEAD EIF("if still so") TREATY_REST;
static const char treaty_regardless[] = TREATY_HEAD EIF("regardless") TREATY_REST;

#define FOUR \
	"consent_deposited(A, I) 2024-01-10\n" \
	"consent_deposited(B, I) 2024-01-20\n" \
	"consent_deposited(C, I) 2024-02-10\n" \
	"consent_deposited(D, I) 2024-02-20\n"

static void p01_real_dates_of_a_convention(void **state)
{
	(void)state;
	struct kase k;
	kase_open(&k, treaty,
		"consent_deposited(AL, 185) 2002-06-20\n"
		"consent_deposited(HR, 185) 2002-10-17\n"
		"consent_deposited(EE, 185) 2003-05-12\n"
		"consent_deposited(HU, 185) 2003-12-04\n"
		"consent_deposited(LT, 185) 2004-03-18\n"
		"consent_deposited(RO, 185) 2004-05-12\n"
		"consent_deposited(AT, 185) 2012-06-13\n");
	assert_steps(&k, "in_force(\"185\")", "yes 2004-07-01..");
	static const char *const first[] = {"AL", "HR", "EE", "HU", "LT"};
	for (size_t i = 0; i < 5; i++) {
		char q[40];
		(void)snprintf(q, sizeof q, "party(\"%s\", \"185\")", first[i]);
		assert_steps(&k, q, "yes 2004-07-01..");
	}
	assert_steps(&k, "party(\"RO\", \"185\")", "yes 2004-09-01..");
	assert_steps(&k, "party(\"AT\", \"185\")", "yes 2012-10-01..");

	/* Romania's own clock: its own deposit, not the entry into force */
	const struct proof *p = kase_why(&k, "party(\"RO\", \"185\") on 2004-10-01");
	assert_line(&k, p, "+ fact party(RO,185) yes [2004-09-01..] PARTY");
	assert_line(&k, p, "+ since 2004-05-12 to 2004-05-12");
	assert_line(&k, p, "+ act 6 consent_deposited(RO,185) 2004-05-12");
	assert_line(&k, p, "+ delay 2004-05-12 to 2004-09-01");
	assert_line(&k, p, "+ value = 2004-08-12 | that day + 3 months");
	assert_line(&k, p, "+ no-act consent_withdrawn(RO,185) [2004-05-12..");
	p = kase_whynot(&k, "party(\"RO\", \"185\") on 2004-08-31");
	assert_false(p->holds);
	assert_line(&k, p, "- delay 2004-05-12 to 2004-09-01"); /* not yet */
	assert_no_line(&k, p, "- act");
	/* those of the first five name each other */
	p = kase_why(&k, "party(\"AL\", \"185\") on 2004-07-01");
	assert_line(&k, p, "+ count 5 >= 5");
	assert_line(&k, p, "+ act 5 consent_deposited(LT,185) 2004-03-18");
	assert_no_line(&k, p, "(RO,185)");
	kase_close(&k);
}

static void p02_month_end(void **state)
{
	(void)state;
	struct kase k;
	kase_open(&k, treaty, FOUR "consent_deposited(E, I) 2024-11-30\n");
	assert_steps(&k, "in_force(\"I\")", "yes 2025-03-01..");
	const struct proof *p = kase_why(&k, "in_force(\"I\") on 2025-03-01");
	assert_line(&k, p, "+ value = 2025-02-28 | that day + 3 months");
	assert_line(&k, p, "+ value = 2025-03-01 | first of month after that day + 3 months");
	kase_close(&k);
	kase_open(&k, treaty, FOUR "consent_deposited(E, I) 2024-12-31\n");
	assert_steps(&k, "in_force(\"I\")", "yes 2025-04-01..");
	kase_close(&k);
}

static void p03_deposit_on_a_first(void **state)
{
	(void)state;
	struct kase k;
	kase_open(&k, treaty, FOUR "consent_deposited(E, I) 2025-01-01\n");
	assert_steps(&k, "in_force(\"I\")", "yes 2025-05-01..");
	const struct proof *p = kase_why(&k, "in_force(\"I\") on 2025-05-01");
	assert_line(&k, p, "+ delay 2025-01-01 to 2025-05-01");
	assert_line(&k, p, "+ value = 2025-01-01 | that day");
	assert_line(&k, p, "+ value = 2025-04-01 | that day + 3 months"); /* the intermediate date */
	assert_line(&k, p, "+ value = 2025-05-01 | first of month after that day + 3 months");
	p = kase_whynot(&k, "in_force(\"I\") on 2025-04-01");
	assert_line(&k, p, "- delay 2025-01-01 to 2025-05-01");
	assert_line(&k, p, "+ value = 2025-04-01 | that day + 3 months");
	kase_close(&k);
}

static bool warns(const struct rulebook *rb, const char *text)
{
	for (size_t i = 0; i < rb->diags.n; i++)
		if (!rb->diags.v[i].error && str_find(rb->diags.v[i].message, str_of(text)) < rb->diags.v[i].message.n)
			return true;
	return false;
}

static void p04_falling_below_the_threshold(void **state)
{
	(void)state;
	static const char acts[] = FOUR "consent_deposited(E, I) 2025-01-10\n"
					"consent_withdrawn(E, I) 2025-02-01\n"
					"consent_deposited(F, I) 2025-03-05\n";
	struct kase k;
	kase_open(&k, treaty, acts);
	assert_value(&k, "in_force(\"I\") on 2025-05-01", "none");
	assert_steps(&k, "in_force(\"I\")", "yes 2025-07-01..");
	const struct proof *p = kase_whynot(&k, "in_force(\"I\") on 2025-05-01");
	assert_line(&k, p, "- delay 2025-01-10 to 2025-05-01 dropped 2025-02-01"); /* the first five did not last */
	assert_line(&k, p, "- count 4 >= 5");
	assert_line(&k, p, "- delay 2025-03-05 to 2025-07-01"); /* the second five have not waited long enough */
	assert_line(&k, p, "- rule EIF");
	assert_false(warns(k.book.rb, "pending effect of rule EIF"));
	kase_close(&k);

	kase_open(&k, treaty_regardless, acts);
	assert_value(&k, "in_force(\"I\") on 2025-05-01", "yes"); /* with four */
	p = kase_why(&k, "in_force(\"I\") on 2025-05-01");
	assert_line(&k, p, "+ fact in_force(I) yes [2025-05-01..] EIF");
	assert_line(&k, p, "+ count 5 >= 5"); /* as it was on that day */
	assert_true(warns(k.book.rb, "pending effect of rule EIF"));
	kase_close(&k);
}

static void p05_correction(void **state)
{
	(void)state;
	struct kase k;
	kase_open(&k, treaty, FOUR "@100 consent_deposited(E, I) 2024-03-10\n"
				   "@115 convened(M, I) 2024-07-10\n"
				   "@120 >100 consent_deposited(E, I) 2024-04-02\n");
	kase_known(&k, 110);
	assert_steps(&k, "in_force(\"I\")", "yes 2024-07-01..");
	const struct proof *p = kase_why(&k, "in_force(\"I\") on 2024-07-15");
	assert_line(&k, p, "+ act 100 consent_deposited(E,I) 2024-03-10");
	assert_no_line(&k, p, "120");

	kase_known(&k, 115);
	p = kase_why(&k, "mandate(\"M\") on 2024-07-15");
	assert_true(p->holds);
	assert_line(&k, p, "+ act 115 convened(M,I) 2024-07-10");
	assert_line(&k, p, "+ act 100 consent_deposited(E,I) 2024-03-10");

	kase_known(&k, 120);
	assert_steps(&k, "in_force(\"I\")", "yes 2024-08-01..");
	assert_value(&k, "in_force(\"I\") on 2024-07-15", "none");
	p = kase_whynot(&k, "in_force(\"I\") on 2024-07-15");
	assert_line(&k, p, "- delay 2024-04-02 to 2024-08-01");
	assert_line(&k, p, "+ act 120 at 100 consent_deposited(E,I) 2024-04-02");
	assert_line(&k, p, "+ corrected 120 at 100 consent_deposited(E,I) 2024-03-10"); /* what it said before */
	/* the meeting has no mandate, as known since */
	p = kase_whynot(&k, "mandate(\"M\") on 2024-07-15");
	assert_line(&k, p, "+ without-effect 115 convened(M,I) 2024-07-10");
	assert_line(&k, p, "- fact in_force(I) yes but none [..2024-08-01]");

	/* as known at 50 the fifth consent is not there: the record has it from position 100 */
	kase_known(&k, 50);
	p = kase_whynot(&k, "consented(\"E\", \"I\") on 2024-07-15");
	assert_line(&k, p, "- no-act consent_deposited(E,I)");
	assert_line(&k, p, "- later 100 consent_deposited(E,I) 2024-03-10");
	kase_close(&k);
}

static void p14_count_short(void **state)
{
	(void)state;
	struct kase k;
	struct remedy *r;
	civil t;
	kase_open(&k, treaty, FOUR);
	const struct proof *p = kase_whynot(&k, "in_force(\"I\") on 2024-03-01");
	assert_line(&k, p, "- count 4 >= 5"); /* needs 5, has 4 */
	assert_lines(&k, p, "+ fact consented(", 4); /* the list */
	assert_line(&k, p, "- no-act consent_deposited(_,I)"); /* one more */
	const struct proof *count = p->kids[0]->kids[0]->kids[0];
	assert_int_equal(count->kind, PROOF_COUNT);
	assert_true(count->have.i == 4 && count->need.i == 5);

	struct question q = kase_question(&k, "in_force(\"I\") on 2024-03-01", &t);
	size_t n = explain_remedies(k.eval, p, q.fact, q.args, VALUE_YES, t, &k.book.arena, &r);
	assert_int_equal(n, 1);
	assert_int_equal(r[0].act_kind, rulebook_act(k.book.rb, STR("consent_deposited")));
	assert_int_equal(r[0].args[0].kind, V_NONE); /* anybody's */
	assert_true(r[0].works && r[0].from == date_from(2024, 7, 1));
	const struct act_kind *kind = &k.book.rb->acts.v[r[0].act_kind];
	assert_int_equal(kind->signers[0].kind, SIGNER_PARAM); /* and the State itself signs */
	/* a deposit on a first of a month is a month later: 2024-04-01 + 3 months, the month after */
	p = kase_whynot(&k, "in_force(\"I\") on 2024-04-01");
	(void)kase_question(&k, "in_force(\"I\") on 2024-04-01", &t);
	n = explain_remedies(k.eval, p, q.fact, q.args, VALUE_YES, t, &k.book.arena, &r);
	assert_true(n == 1 && r[0].works && r[0].from == date_from(2024, 8, 1));
	kase_close(&k);
}

/* ---- statuses ------------------------------------------------------------------------------------------------------------ */

#define STATUS_HEAD \
	"source Charter \"Charter\"\n" \
	"source Merger \"Decision on the merger\"\n" \
	"type State\n" \
	"act observer_granted(S: State) by body \"CHS\", dialogue_granted(S: State) by body \"CHS\", partner_granted(S: State) by body \"CHS\",\n" \
	"  admitted(S: State) by body \"CHS\", withdrawal_notified(S: State) by S, withdrawal_revoked(S: State) by S\n" \
	"fact status(S: State): observer | dialogue_partner | partner | member, leaving(S: State)\n" \
	"rule OBS [Charter 14] until 2025-09-01: status(S) becomes observer on observer_granted(S) if not status(S) is member\n" \
	"rule DIA [Charter 14] until 2025-09-01: status(S) becomes dialogue_partner on dialogue_granted(S) if status(S) is none\n" \
	"rule MERGE [Merger 3] from 2025-09-01: status(S) becomes partner on 2025-09-01 if status(S) is observer or dialogue_partner\n" \
	"rule PAR [Merger 3] from 2025-09-01: status(S) becomes partner on partner_granted(S) if status(S) is none\n"
#define BRIDGE \
	"rule BRIDGE [Merger 4] from 2025-09-01: status(S) becomes partner on dialogue_granted(S) if status(S) is none\n"
#define LEAVE \
	"rule ADMIT [Charter 13]: status(S) becomes member on admitted(S)\n" \
	"rule LEAVE [Charter 13]: leaving(S) begins on withdrawal_notified(S) if status(S) is member\n" \
	"rule STAY [Charter 13]: leaving(S) ends on withdrawal_revoked(S)\n" \
	"rule LEFT [Charter 13]: status(S) becomes none after 12 months of leaving(S)\n" \
	"rule LEFT_OFF [Charter 13]: leaving(S) ends once status(S) is none\n"

static const char status[] = STATUS_HEAD BRIDGE LEAVE;
static const char status_without_bridge[] = STATUS_HEAD LEAVE;

static void p06_annulling_an_annulment(void **state)
{
	(void)state;
	struct kase k;
	kase_open(&k, status, "@10 observer_granted(X) 2010-06-11\n"
			      "@11 >10 void\n"
			      "@12 >11 void\n"
			      "@13 >10 void\n");
	static const char *const expected[] = {"observer 2010-06-11..2025-09-01, partner 2025-09-01..", "never",
		"observer 2010-06-11..2025-09-01, partner 2025-09-01..", "never"};
	for (uint64_t known = 10; known <= 13; known++) {
		kase_known(&k, known);
		assert_steps(&k, "status(\"X\")", expected[known - 10]);
		const struct proof *p = kase_whynot(&k, "status(\"X\") is observer on 2011-01-01");
		assert_int_equal(p->holds, known % 2 == 0);
		if (p->holds) {
			assert_line(&k, p, "+ act 10 observer_granted(X) 2010-06-11");
			continue;
		}
		assert_line(&k, p, "- no-act observer_granted(X)");
		assert_line(&k, p, known == 11 ? "- corrected 11 at 10 observer_granted(X) 2010-06-11 annulled"
					       : "- corrected 13 at 10 observer_granted(X) 2010-06-11 annulled");
	}
	kase_close(&k);
}

static void p07_two_acts_in_one_day(void **state)
{
	(void)state;
	struct kase k;
	kase_open(&k, status, "@5 dialogue_granted(X) 2010-06-11\n"
			      "@6 observer_granted(X) 2010-06-11\n"
			      "@9 >5 dialogue_granted(X) 2010-06-11\n");
	kase_known(&k, 6);
	assert_steps(&k, "status(\"X\")", "observer 2010-06-11..2025-09-01, partner 2025-09-01..");
	const struct proof *p = kase_whynot(&k, "status(\"X\") is dialogue_partner on 2010-06-11");
	assert_line(&k, p, "- rule DIA");
	assert_line(&k, p, "+ act 5 dialogue_granted(X) 2010-06-11");
	assert_line(&k, p, "- still [2010-06-11..2010-06-11] OBS act 6"); /* replaced the same day */
	kase_known(&k, 9); /* corrected in its place: nothing changes */
	assert_steps(&k, "status(\"X\")", "observer 2010-06-11..2025-09-01, partner 2025-09-01..");
	p = kase_whynot(&k, "status(\"X\") is dialogue_partner on 2010-06-11");
	assert_line(&k, p, "+ act 9 at 5 dialogue_granted(X) 2010-06-11");
	assert_line(&k, p, "- still [2010-06-11..2010-06-11] OBS act 6");
	kase_close(&k);

	kase_open(&k, status, "@5 observer_granted(X) 2010-06-11\n"
			      "@6 dialogue_granted(X) 2010-06-11\n");
	assert_steps(&k, "status(\"X\")", "observer 2010-06-11..2025-09-01, partner 2025-09-01..");
	p = kase_whynot(&k, "status(\"X\") is dialogue_partner on 2010-06-11");
	assert_line(&k, p, "+ without-effect 6 dialogue_granted(X) 2010-06-11");
	assert_line(&k, p, "| status(\"X\") is none");
	assert_line(&k, p, "+ act 5 observer_granted(X) 2010-06-11");
	p = explain_act(k.eval, 6, &k.book.arena);
	assert_int_equal(p->kind, PROOF_WITHOUT_EFFECT);
	assert_line(&k, p, "- rule DIA");
	assert_line(&k, p, "- window BRIDGE [2025-09-01..] 2010-06-11");
	kase_close(&k);
}

static void p08_merge_day(void **state)
{
	(void)state;
	static const char acts[] = "observer_granted(O) 2015-01-01\n"
				   "dialogue_granted(LA) 2025-08-30\n"
				   "dialogue_granted(LB) 2025-09-01\n";
	struct kase k;
	kase_open(&k, status, acts);
	assert_steps(&k, "status(\"O\")", "observer 2015-01-01..2025-09-01, partner 2025-09-01..");
	assert_steps(&k, "status(\"LA\")", "dialogue_partner 2025-08-30..2025-09-01, partner 2025-09-01..");
	assert_steps(&k, "status(\"LB\")", "partner 2025-09-01..");
	const struct proof *p = kase_why(&k, "status(\"O\") on 2026-01-01");
	assert_line(&k, p, "+ fact status(O) partner [2025-09-01..] MERGE");
	assert_line(&k, p, "+ clock 2025-09-01 | reached 2025-09-01");
	assert_line(&k, p, "+ fact status(O) observer [2015-01-01..2025-09-01] OBS");
	p = kase_why(&k, "status(\"LB\") on 2025-09-01");
	assert_line(&k, p, "+ fact status(LB) partner [2025-09-01..] BRIDGE");
	assert_line(&k, p, "- fact status(LB) observer but none"); /* MERGE came before the act, and had nobody */
	kase_close(&k);

	kase_open(&k, status_without_bridge, acts);
	assert_steps(&k, "status(\"LB\")", "never");
	p = kase_whynot(&k, "status(\"LB\") is dialogue_partner on 2025-09-01");
	assert_line(&k, p, "+ without-effect 3 dialogue_granted(LB) 2025-09-01");
	assert_line(&k, p, "- window DIA [..2025-09-01] 2025-09-01"); /* rule DIA ended 2025-09-01 */
	p = explain_act(k.eval, 3, &k.book.arena);
	assert_int_equal(p->kind, PROOF_WITHOUT_EFFECT);
	assert_line(&k, p, "- window DIA [..2025-09-01] 2025-09-01");
	kase_close(&k);
}

static void p12_revocable_notice(void **state)
{
	(void)state;
#define MEMBER "admitted(X) 2001-06-15\n"
	struct kase k;
	const struct proof *p;
	kase_open(&k, status, MEMBER "withdrawal_notified(X) 2024-02-29\n");
	assert_steps(&k, "status(\"X\")", "member 2001-06-15..2025-02-28");
	p = kase_whynot(&k, "status(\"X\") is member on 2025-02-28");
	assert_line(&k, p, "- still [2001-06-15..2025-02-28] LEFT");
	assert_line(&k, p, "+ since 2024-02-29 to 2025-02-28 | leaving(\"X\")");
	assert_line(&k, p, "+ act 2 withdrawal_notified(X) 2024-02-29");
	assert_line(&k, p, "+ no-act withdrawal_revoked(X) [2024-02-29..2025-02-28]");
	kase_close(&k);

	kase_open(&k, status, MEMBER "withdrawal_notified(X) 2024-02-29\nwithdrawal_revoked(X) 2025-02-27\n");
	assert_steps(&k, "status(\"X\")", "member 2001-06-15..");
	p = kase_why(&k, "status(\"X\") on 2025-03-01"); /* still member, although a period had begun */
	assert_line(&k, p, "- since 2024-02-29 to 2025-02-28 | leaving(\"X\")");
	kase_close(&k);

	kase_open(&k, status, MEMBER "withdrawal_notified(X) 2024-02-29\nwithdrawal_revoked(X) 2025-02-28\n");
	assert_steps(&k, "status(\"X\")", "member 2001-06-15..2025-02-28"); /* too late: timers precede acts */
	p = explain_act(k.eval, 3, &k.book.arena);
	assert_int_equal(p->kind, PROOF_WITHOUT_EFFECT);
	kase_close(&k);

	kase_open(&k, status, MEMBER "withdrawal_notified(X) 2024-02-29\n@40 >2 void\n");
	kase_known(&k, 39);
	assert_steps(&k, "status(\"X\")", "member 2001-06-15..2025-02-28"); /* as known before, it had left */
	kase_known(&k, 40);
	assert_steps(&k, "status(\"X\")", "member 2001-06-15..");
	p = kase_whynot(&k, "leaving(\"X\") on 2024-06-01");
	assert_line(&k, p, "- corrected 40 at 2 withdrawal_notified(X) 2024-02-29 annulled");
	kase_close(&k);
}

/* ---- decisions ----------------------------------------------------------------------------------------------------------- */

#define DECISIONS_HEAD \
	"source RoP \"Rules of procedure\"\n" \
	"type State, Decision\n" \
	"act joined(S: State), left(S: State), circulated(D: Decision, L: Date) by secretariat, objected(S: State, D: Decision) by S,\n" \
	"  objection_lifted(S: State, D: Decision) by S, gavelled(D: Decision), tabled(D: Decision),\n" \
	"  vote_called(D: Decision), vote_closed(D: Decision), voted(S: State, D: Decision, how: yes | no | abstain) by S\n" \
	"fact member(S: State), bound(D: Decision)\n" \
	"rule JOIN [RoP 1]: member(S) begins on joined(S)\n" \
	"rule QUIT [RoP 1]: member(S) ends on left(S)\n"
#define SILENCE \
	"decision SIL [RoP 12]: silence(D) opens on circulated(D, L) closes after L voters S with member(S)\n" \
	"  ballot object on objected(S, D) ballot none on objection_lifted(S, D) adopted if object = 0\n" \
	"rule BOUND [RoP 13]: bound(D) holds while silence(D) is adopted\n"
#define MAJORITY \
	"decision QM [RoP 14]: vote(D) opens on vote_called(D) closes on vote_closed(D) voters S with member(S)\n" \
	"  ballot yes on voted(S, D, yes) ballot no on voted(S, D, no) ballot abstain on voted(S, D, abstain)\n" \
	"  adopted if yes >= 2/3 of (yes + no) and yes + no + abstain >= 1/2 of voters\n"
#define CONSENSUS(quorum) \
	"decision CONS [RoP 10]: decision(D) opens on tabled(D) closes on gavelled(D) voters S with member(S)\n" \
	"  ballot object on objected(S, D) ballot none on objection_lifted(S, D) adopted if object = 0" quorum "\n"

static const char decisions[] = DECISIONS_HEAD SILENCE MAJORITY CONSENSUS(" and voters >= 1");

static void p09_silence(void **state)
{
	(void)state;
#define CIRCULATED "joined(A) 2001-01-01\njoined(B) 2001-01-01\ncirculated(D, 2025-03-14) 2025-03-01\n"
	struct kase k;
	const struct proof *p;
	kase_open(&k, decisions, CIRCULATED "objected(A, D) 2025-03-14\n");
	assert_steps(&k, "silence(\"D\")", "open 2025-03-01..2025-03-15, rejected 2025-03-15..");
	p = kase_whynot(&k, "silence(\"D\") is adopted on 2025-03-15");
	assert_line(&k, p, "- count 1 = 0 | object = 0");
	assert_line(&k, p, "+ act 4 objected(A,D) 2025-03-14");
	kase_close(&k);

	kase_open(&k, decisions, CIRCULATED "objected(A, D) 2025-03-15\n");
	assert_steps(&k, "silence(\"D\")", "open 2025-03-01..2025-03-15, adopted 2025-03-15..");
	p = explain_act(k.eval, 4, &k.book.arena); /* without effect: the decision was taken when the day began */
	assert_int_equal(p->kind, PROOF_WITHOUT_EFFECT);
	assert_line(&k, p, "- fact silence(D) open but adopted [2025-03-15..]");
	p = kase_why(&k, "silence(\"D\") on 2025-03-15");
	assert_line(&k, p, "+ count 0 = 0 | object = 0");
	assert_line(&k, p, "+ clock 2025-03-15"); /* the day after the limit */
	kase_close(&k);

	kase_open(&k, decisions, CIRCULATED "objected(A, D) 2025-03-14\nobjection_lifted(A, D) 2025-03-14\n");
	assert_value(&k, "silence(\"D\") on 2025-03-15", "adopted");
	kase_close(&k);

	kase_open(&k, decisions, CIRCULATED "@300 objected(A, D) 2025-03-14\n");
	kase_known(&k, 299);
	assert_value(&k, "silence(\"D\") on 2025-04-01", "adopted");
	assert_value(&k, "bound(\"D\") on 2025-04-01", "yes");
	struct eval *before = k.eval;
	k.eval = NULL;
	kase_known(&k, 300);
	assert_value(&k, "silence(\"D\") on 2025-04-01", "rejected");
	assert_value(&k, "bound(\"D\") on 2025-04-01", "none"); /* dependants follow */
	struct difference *d;
	size_t n = explain_diff(before, k.eval, &k.book.arena, &d), bound = 0;
	for (size_t i = 0; i < n; i++)
		bound += d[i].fact == rulebook_fact(k.book.rb, STR("bound")) && d[i].before.kind == V_YES && d[i].after.kind == V_NONE &&
			 d[i].from == date_from(2025, 3, 15) && d[i].to == CIVIL_NEVER;
	assert_int_equal(bound, 1);
	eval_free(before);
	kase_close(&k);
}

static const char ten[] = "joined(A) 2001-01-01\njoined(B) 2001-01-01\njoined(C) 2001-01-01\njoined(D) 2001-01-01\njoined(E) 2001-01-01\n"
			  "joined(F) 2001-01-01\njoined(G) 2001-01-01\njoined(H) 2001-01-01\njoined(I) 2001-01-01\njoined(J) 2001-01-01\n"
			  "vote_called(V) 2025-01-10\n";

static void vote(struct kase *k, const char *yes, const char *no, const char *abstain, const char *more)
{
	char acts[4000];
	int n = snprintf(acts, sizeof acts, "%s", ten);
	const char *const who[] = {yes, no, abstain}, *const how[] = {"yes", "no", "abstain"};
	for (size_t i = 0; i < 3; i++)
		for (const char *s = who[i]; *s; s++)
			n += snprintf(acts + n, sizeof acts - (size_t)n, "voted(%c, V, %s) 2025-01-11\n", *s, how[i]);
	(void)snprintf(acts + n, sizeof acts - (size_t)n, "%svote_closed(V) 2025-01-12\n", more);
	kase_open(k, decisions, acts);
}

static void p10_exact_fractions(void **state)
{
	(void)state;
	struct kase k;
	const struct proof *p;
	vote(&k, "ABCDEF", "GHI", "J", "");
	assert_value(&k, "vote(\"V\") on 2025-01-12", "adopted"); /* 6 >= 2/3 of 9 */
	p = kase_why(&k, "vote(\"V\") on 2025-01-12");
	assert_line(&k, p, "+ count 6 >= 6 | yes >= 2/3 of (yes + no)");
	assert_line(&k, p, "+ count 10 >= 5 | yes + no + abstain >= 1/2 of voters");
	kase_close(&k);

	vote(&k, "ABCDE", "FGH", "", "");
	assert_value(&k, "vote(\"V\") on 2025-01-12", "rejected"); /* 15 < 16 */
	p = kase_whynot(&k, "vote(\"V\") is adopted on 2025-01-12");
	assert_line(&k, p, "- count 5 >= 16/3 | yes >= 2/3 of (yes + no)");
	kase_close(&k);

	/* who is no member when the vote closes counts neither as ballot nor as voter */
	vote(&k, "ABCDEF", "GHI", "J", "left(A) 2025-01-11\n");
	assert_value(&k, "vote(\"V\") on 2025-01-12", "rejected");
	p = kase_whynot(&k, "vote(\"V\") is adopted on 2025-01-12");
	assert_line(&k, p, "- count 5 >= 16/3 | yes >= 2/3 of (yes + no)");
	assert_line(&k, p, "+ count 9 >= 9/2 | yes + no + abstain >= 1/2 of voters");
	kase_close(&k);

	/* no voters at all */
	kase_open(&k, decisions, "tabled(D) 2025-01-01\ngavelled(D) 2025-01-02\n");
	assert_value(&k, "decision(\"D\") on 2025-01-02", "rejected");
	p = kase_whynot(&k, "decision(\"D\") is adopted on 2025-01-02");
	assert_line(&k, p, "- count 0 >= 1 | voters >= 1");
	assert_line(&k, p, "- no-act joined(_)");
	assert_false(warns(k.book.rb, "no voters at all decision is adopted"));
	kase_close(&k);
	kase_open(&k, DECISIONS_HEAD CONSENSUS(""), "tabled(D) 2025-01-01\ngavelled(D) 2025-01-02\n");
	assert_value(&k, "decision(\"D\") on 2025-01-02", "adopted");
	assert_true(warns(k.book.rb, "no voters at all decision is adopted"));
	kase_close(&k);
}

/* ---- obligations --------------------------------------------------------------------------------------------------------- */

static const char duty[] =
	"source Mem \"Memorandum\"\n"
	"type State, Meeting\n"
	"act joined(S: State), left(S: State), closed(M: Meeting), report_filed(S: State, M: Meeting) by S\n"
	"fact member(S: State)\n"
	"rule JOIN [Mem 1]: member(S) begins on joined(S)\n"
	"rule QUIT [Mem 1]: member(S) ends on left(S)\n"
	"obligation REP [Mem 3]: report(S, M) arises on closed(M) if member(S) due that day + 2 months\n"
	"  fulfilled on report_filed(S, M) lapses once not member(S)\n";

static void p11_due_day(void **state)
{
	(void)state;
#define CLOSED "joined(A) 2001-01-01\njoined(B) 2025-01-05\nclosed(M) 2024-12-31\n"
	struct kase k;
	const struct proof *p;
	kase_open(&k, duty, CLOSED "report_filed(A, M) 2025-02-28\n");
	assert_value(&k, "report_due(\"A\", \"M\") on 2025-01-01", "2025-02-28");
	assert_steps(&k, "report(\"A\", \"M\")", "pending 2024-12-31..2025-02-28, fulfilled 2025-02-28..");
	assert_steps(&k, "report_late(\"A\", \"M\")", "never");
	p = kase_why(&k, "report_due(\"A\", \"M\") on 2025-01-01");
	assert_line(&k, p, "+ value = 2025-02-28 | that day + 2 months");
	/* no member on the day of closing: no obligation; the condition failed at act 3 */
	assert_steps(&k, "report(\"B\", \"M\")", "never");
	p = kase_whynot(&k, "report(\"B\", \"M\") is pending on 2025-01-10");
	assert_line(&k, p, "+ act 3 closed(M) 2024-12-31");
	assert_line(&k, p, "- fact member(B) yes but none [..2025-01-05]");
	kase_close(&k);

	kase_open(&k, duty, CLOSED "report_filed(A, M) 2025-03-01\n");
	assert_steps(&k, "report(\"A\", \"M\")", "pending 2024-12-31..2025-03-01, fulfilled 2025-03-01..");
	assert_steps(&k, "report_late(\"A\", \"M\")", "yes 2025-03-01..");
	p = kase_whynot(&k, "report(\"A\", \"M\") is overdue on 2025-03-01");
	assert_line(&k, p, "- still [2025-03-01..2025-03-01] REP act 4"); /* overdue only until the report of the same day */
	p = kase_why(&k, "report_late(\"A\", \"M\") on 2025-03-01");
	assert_line(&k, p, "+ fact report(A,M) overdue [2025-03-01..2025-03-01] REP");
	assert_line(&k, p, "+ clock 2025-03-01");
	kase_close(&k);
}

/* ---- static errors ------------------------------------------------------------------------------------------------------- */

static bool says(const char *text, bool error, const char *what)
{
	struct rulebook *rb = NULL;
	struct err e;
	bool found = false;
	struct buf b;
	buf_init(&b, 20000);
	(void)rulebook_load(STR("rules"), str_of(text), NULL, &rb, &e);
	for (size_t i = 0; i < rb->diags.n; i++) {
		buf_clear(&b);
		diag_print(rb, &rb->diags.v[i], &b);
		found |= rb->diags.v[i].error == error && str_find(buf_str(&b), str_of(what)) < b.n;
	}
	buf_done(&b);
	rulebook_free(rb);
	return found;
}

static void p13_static_errors(void **state)
{
	(void)state;
	static const char cycle[] = "source Charter \"c\"\nsource Fin \"f\"\ntype State\nact paid(S: State)\n"
				    "fact suspended(S: State), owes(S: State), known(S: State)\n"
				    "rule K [Fin 1]: known(S) begins on paid(S)\n"
				    "rule SUS [Charter 5]: suspended(S) holds while owes(S)\n"
				    "rule OWE [Fin 2]: owes(S) holds while known(S) and not suspended(S)\n";
	assert_true(says(cycle, true, "illegal cycle"));
	assert_true(says(cycle, true, "Charter 5") && says(cycle, true, "Fin 2"));
	assert_true(says("type State\nact a(S: State)\nfact f(S: State)\nrule R: f(S) begins on a(S)\n", true, "citation"));
	static const char retired[] = STATUS_HEAD "rule NEW [Merger 9] from 2026-01-01: status(S) becomes observer on admitted(S)\n";
	assert_true(says(retired, false, "observer of status was retired on 2025-09-01"));
	assert_false(says(STATUS_HEAD, false, "retired"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p01_real_dates_of_a_convention),
		cmocka_unit_test(p02_month_end),
		cmocka_unit_test(p03_deposit_on_a_first),
		cmocka_unit_test(p04_falling_below_the_threshold),
		cmocka_unit_test(p05_correction),
		cmocka_unit_test(p06_annulling_an_annulment),
		cmocka_unit_test(p07_two_acts_in_one_day),
		cmocka_unit_test(p08_merge_day),
		cmocka_unit_test(p09_silence),
		cmocka_unit_test(p10_exact_fractions),
		cmocka_unit_test(p11_due_day),
		cmocka_unit_test(p12_revocable_notice),
		cmocka_unit_test(p13_static_errors),
		cmocka_unit_test(p14_count_short),
	};
	return test_main(tests);
}
