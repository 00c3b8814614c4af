/* SPDX-License-Identifier: Apache-2.0
 *
 * Obligations, procedures and decisions become exactly the rules of the reference, section 9.
 */
#include "tests/rules/text.h"

static struct str type_of_param(const struct rulebook *rb, const char *fact, uint32_t i)
{
	uint32_t id = rulebook_fact(rb, str_of(fact));
	assert_true(id != NO_ID && i < rb->facts.v[id].nparams);
	return syms_str(&rb->syms, rb->types.v[rb->facts.v[id].params[i].type].name);
}

static const struct type *values(const struct rulebook *rb, const char *fact)
{
	uint32_t id = rulebook_fact(rb, str_of(fact));
	assert_true(id != NO_ID);
	return &rb->types.v[rb->facts.v[id].value];
}

static void assert_words(const struct rulebook *rb, const char *fact, const char *const *words)
{
	const struct type *t = values(rb, fact);
	uint32_t n = 0;
	for (; words[n]; n++)
		assert_true(n < t->n && str_eq(syms_str(&rb->syms, t->words[n]), str_of(words[n])));
	assert_int_equal(t->n, n);
}

#define WORLD \
	"source C \"c\" type State, Meeting, Decision act closed(M: Meeting), filed(S: State, M: Meeting), waived(M: Meeting), " \
	"applied(S: State), reported(S: State), tabled(D: Decision, S: State), gavelled(D: Decision), circulated(D: Decision, L: Date), " \
	"objected(S: State, D: Decision), lifted(S: State, D: Decision) fact status(S: State): member | observer, grace(S: State): Span, " \
	"deadline(D: Decision): Date "

static void obligation(void **state)
{
	(void)state;
	struct rulebook *rb = text_good(WORLD "obligation REP [C 3] until 2030-01-01: report(S, M) arises on closed(M) if status(S) is member "
		"due that day + 2 months fulfilled on filed(S, M) waived on waived(M) lapses once status(S) is none");
	assert_int_equal(rb->rules.n, 7);
	assert_rule(rb, 0, "arises: report(S,M) := pending on closed(M) if (and status(S)=member report(S,M)=none)");
	assert_rule(rb, 1, "due: report_due(S,M) := (+ that-day 2 months) on closed(M) if (and status(S)=member report(S,M)=none)");
	assert_rule(rb, 2, "overdue: report(S,M) := overdue once (and (passed report_due(S,M)) report(S,M)=pending)");
	assert_rule(rb, 3, "late: report_late(S,M) := yes once report(S,M)=overdue");
	assert_rule(rb, 4, "fulfilled: report(S,M) := fulfilled on filed(S,M) if report(S,M)=pending|overdue");
	assert_rule(rb, 5, "waived: report(S,M) := waived on waived(M) if report(S,M)=pending|overdue");
	assert_rule(rb, 6, "lapses: report(S,M) := lapsed once status(S)=none^ if report(S,M)=pending|overdue");
	assert_words(rb, "report", (const char *const[]){"pending", "overdue", "fulfilled", "waived", "lapsed", NULL});
	assert_true(str_eq(type_of_param(rb, "report_due", 1), STR("Meeting")));
	assert_int_equal(rb->facts.v[rulebook_fact(rb, STR("report_due"))].value, TYPE_DATE);
	assert_int_equal(rb->facts.v[rulebook_fact(rb, STR("report_late"))].value, TYPE_BOOL);
	for (size_t i = 0; i < rb->rules.n; i++) {
		assert_int_equal(rb->rules.v[i].construct, CONSTRUCT_OBLIGATION);
		assert_int_equal(rb->rules.v[i].until, date_from(2030, 1, 1));
		assert_int_equal(rb->rules.v[i].order, i);
		assert_true(str_starts(rule_text(rb, &rb->rules.v[i]), STR("obligation REP [C 3]")));
	}
	rulebook_free(rb);
}

static void procedure(void **state)
{
	(void)state;
	struct rulebook *rb = text_good(WORLD "procedure ADM [C 4]: admission(S) stage received on applied(S) if status(S) is observer "
		"stage examined from received or none on reported(S) stage done from examined once status(S) is member "
		"stage lapsed from received or examined after 24 months stage late from received after grace(S) if status(S) is observer "
		"stage old from done after 2030-01-01");
	assert_rule(rb, 0, "stage: admission(S) := received on applied(S) if (and admission(S)=none status(S)=observer)");
	assert_rule(rb, 1, "stage: admission(S) := examined on reported(S) if admission(S)=received|none");
	assert_rule(rb, 2, "stage: admission(S) := done once status(S)=member if admission(S)=examined");
	assert_rule(rb, 3, "stage: admission(S) := lapsed after 24 months of admission(S)=received");
	assert_rule(rb, 4, "stage: admission(S) := lapsed after 24 months of admission(S)=examined");
	assert_rule(rb, 5, "stage: admission(S) := late after grace(S) of admission(S)=received if status(S)=observer");
	assert_rule(rb, 6, "stage: admission(S) := old once (passed 2030-01-01) if admission(S)=done");
	assert_words(rb, "admission", (const char *const[]){"received", "examined", "done", "lapsed", "late", "old", NULL});
	rulebook_free(rb);
}

static void assert_cites(const struct rulebook *rb, size_t i, const char *const *cites)
{
	const struct rule *r = &rb->rules.v[i];
	for (uint32_t k = 0; k < r->ncites; k++) {
		assert_non_null(cites[k]);
		assert_true(str_eq(r->cites[k].text, str_of(cites[k])));
	}
	assert_null(cites[r->ncites]);
}

static void stages_cite(void **state)
{
	(void)state;
	struct rulebook *rb = text_good(WORLD "procedure ADM [C 4; C 5]: admission(S) stage received [C 1; C 5] on applied(S) "
		"stage examined from received or none on reported(S) stage lapsed [C 9] from received or examined after 24 months");
	assert_cites(rb, 0, (const char *const[]){"C 1", "C 5", "C 4", NULL});
	assert_cites(rb, 1, (const char *const[]){"C 4", "C 5", NULL});
	assert_cites(rb, 2, (const char *const[]){"C 9", "C 4", "C 5", NULL});
	assert_cites(rb, 3, (const char *const[]){"C 9", "C 4", "C 5", NULL});
	rulebook_free(rb);
	assert_messages(WORLD "\nprocedure P [C 2]: way(S) stage one [X 7] on applied(S) stage two [X 8] from one or none after 2 months",
		(const char *const[]){"2: [C 2] [X 7] is not a heading or source of this rulebook", "2: [C 2] [X 8] is not a heading or source of this rulebook", NULL});
}

static void decision(void **state)
{
	(void)state;
	struct rulebook *rb = text_good(WORLD "decision CONS [C 16]: decision(D) opens on tabled(D, S) closes on gavelled(D) "
		"voters S with status(S) is member ballot object on objected(S, D) ballot none on lifted(S, D) "
		"adopted if object = 0 and voters >= 1");
	assert_int_equal(rb->rules.n, 5);
	assert_rule(rb, 0, "opens: decision(D) := open on tabled(D,S) if decision(D)=none");
	assert_rule(rb, 1, "ballot: decision_ballot(S,D) := object on objected(S,D) if decision(D)=open");
	assert_rule(rb, 2, "ballot: decision_ballot(S,D) := none on lifted(S,D) if decision(D)=open");
	assert_rule(rb, 3, "adopted: decision(D) := adopted on gavelled(D) if (and decision(D)=open "
		"(= (count S'1 (and status(S'1)=member decision_ballot(S'1,D)=object)) 0) (>= (count S'2 status(S'2)=member) 1))");
	assert_rule(rb, 4, "rejected: decision(D) := rejected on gavelled(D) if (and decision(D)=open (not (and "
		"(= (count S'1 (and status(S'1)=member decision_ballot(S'1,D)=object)) 0) (>= (count S'2 status(S'2)=member) 1))))");
	assert_words(rb, "decision", (const char *const[]){"open", "adopted", "rejected", NULL});
	assert_words(rb, "decision_ballot", (const char *const[]){"object", NULL});
	assert_true(str_eq(type_of_param(rb, "decision_ballot", 0), STR("State")));
	assert_true(str_eq(type_of_param(rb, "decision_ballot", 1), STR("Decision")));
	assert_int_equal(rulebook_fact(rb, STR("decision_limit")), NO_ID);
	assert_true(str_eq(node_text(rb, rb->rules.v[3].cond->kids[1]->kids[0]), STR("object")));
	rulebook_free(rb);
}

/* d_limit exists where the end is known only at the opening. */
static void limit_of_a_decision(void **state)
{
	(void)state;
	static const struct { const char *closes, *limit, *adopted; } cases[] = {
		{"after L", "L", "(passed silence_limit(D))"},
		{"on L + 3 days", "(+ L 3 days)", "(reached silence_limit(D))"},
		{"after that day + 14 days", "(+ that-day 14 days)", "(passed silence_limit(D))"},
		{"on later of that instant and 2030-01-01", "(later that-instant 2030-01-01)", "(reached silence_limit(D))"},
		{"after deadline(D)", NULL, "(passed deadline(D))"},
		{"on deadline(D)", NULL, "(reached deadline(D))"},
		{"after 2030-01-01", NULL, "(passed 2030-01-01)"},
		{"once passed deadline(D)", NULL, "(passed deadline(D))"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[4000], expected[400];
		(void)snprintf(text, sizeof text, WORLD "decision SIL [C 12]: silence(D) opens on circulated(D, L) if deadline(D) >= 2020-01-01 "
			"closes %s voters S with status(S) is member ballot object on objected(S, D) adopted if object = 0 and voters >= 1", cases[i].closes);
		struct rulebook *rb = text_good(text);
		size_t n = cases[i].limit ? 2 : 1;
		assert_int_equal(rb->rules.n, 4 + (cases[i].limit != NULL));
		(void)snprintf(expected, sizeof expected,
			"limit: silence_limit(D) := %s on circulated(D,L) if (and (>= deadline(D) 2020-01-01) silence(D)=none)",
			cases[i].limit ? cases[i].limit : "");
		if (cases[i].limit)
			assert_rule(rb, 1, expected);
		char *adopted = text_of_rule(rb, n + 1);
		(void)snprintf(expected, sizeof expected, "adopted: silence(D) := adopted once %s if (and silence(D)=open ", cases[i].adopted);
		assert_true(str_starts(str_of(adopted), str_of(expected)));
		free(adopted);
		rulebook_free(rb);
	}
}

/* The opening pattern, the closing one and the electorate may each have their S. */
static void voter_is_a_variable_of_its_own(void **state)
{
	(void)state;
	struct rulebook *rb = text_good("source C \"c\" type State, Decision act put(D: Decision, S: State), end(D: Decision, S: State), "
		"say(S: State, D: Decision) fact member(S: State), chair(S: State) decision V [C]: vote(D) opens on put(D, S) if chair(S) "
		"closes on end(D, S) voters S with member(S) ballot yes on say(S, D) adopted if yes >= 1 and chair(S)");
	assert_rule(rb, 0, "opens: vote(D) := open on put(D,S) if (and chair(S) vote(D)=none)");
	assert_rule(rb, 2, "adopted: vote(D) := adopted on end(D,S'1) if (and vote(D)=open "
		"(>= (count S'2 (and member(S'2) vote_ballot(S'2,D)=yes)) 1) chair(S'1))");
	rulebook_free(rb);
}

static void declared_under_fact_too(void **state)
{
	(void)state;
	struct rulebook *rb = text_good("source C \"c\" type State, Org, Party = State | Org fact duty(P: Party), duty_due(P: Party): Date, "
		"walk(P: Party): stale act start(S: State), done(S: State) "
		"obligation O [C]: duty(S) arises on start(S) due that day + 3 days fulfilled on done(S) "
		"procedure W [C]: walk(S) stage up on start(S) stage down from up on done(S) "
		"rule EXTEND [C]: duty_due(S) becomes duty_due(S) + 3 days on start(S) if duty(S) is pending");
	assert_true(str_eq(type_of_param(rb, "duty", 0), STR("Party")));
	assert_true(str_eq(type_of_param(rb, "duty_late", 0), STR("Party")));
	assert_words(rb, "walk", (const char *const[]){"up", "down", NULL});
	assert_int_equal(rb->facts.v[rulebook_fact(rb, STR("walk"))].construct, CONSTRUCT_PROCEDURE);
	rulebook_free(rb);
}

/* A construct may be written in versions, like a rule; its fact then has the values of all of them. */
static void versions(void **state)
{
	(void)state;
	struct rulebook *rb = text_good("source C \"c\" type State act a(S: State), b(S: State) "
		"procedure P [C] until 2020-01-01: way(S) stage one on a(S) procedure P [C] from 2020-01-01: way(S) stage two on b(S) stage one from two on a(S)");
	assert_words(rb, "way", (const char *const[]){"one", "two", NULL});
	rulebook_free(rb);
}

static void mistakes(void **state)
{
	(void)state;
	assert_messages(WORLD "\nobligation O [C]: duty(S) arises on applied(S) due that day fulfilled on reported(S)\n"
		"procedure P [C 2]: duty(S) stage x on applied(S)",
		(const char *const[]){"3: [C 2] duty already belongs to obligation O", "3: [C 2] duty has no value x", NULL});
	assert_messages(WORLD "\nprocedure P [C 2]: way(S) stage one on applied(S) stage two from onne on reported(S)",
		(const char *const[]){"2: [C 2] way has no value onne (did you mean one?)", NULL});
	assert_messages(WORLD "\ndecision V [C 2]: vote(D) opens on tabled(D, S) closes on gavelled(D) voters S with status(S) is member\n"
		"ballot yes on objected(S, D) adopted if yess >= 1",
		(const char *const[]){"3: [C 2] unknown name yess: it is no ballot of this decision (did you mean yes?)", NULL});
	assert_messages(WORLD "\ndecision V [C 2]: vote(S) opens on applied(S) closes on reported(S) voters S with status(S) is member\n"
		"adopted if voters >= 1", (const char *const[]){"2: [C 2] S is already in use; choose another name in \"voters\"", NULL});
	assert_messages(WORLD "\nprocedure P [C 2]: way(S, X) stage one on applied(S)",
		(const char *const[]){"2: [C 2] the type of X in way is not known: no act or fact of this procedure has it (declare it: fact way(...))",
			"2: [C 2] X is not bound: name a fact or act it comes from", NULL});
	assert_messages(WORLD "fact way(S: State)\nprocedure P [C 2]: way(S, M) stage one on filed(S, M)",
		(const char *const[]){"2: [C 2] way takes 1 arguments, 2 given", NULL});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(obligation),
		cmocka_unit_test(procedure),
		cmocka_unit_test(stages_cite),
		cmocka_unit_test(decision),
		cmocka_unit_test(limit_of_a_decision),
		cmocka_unit_test(voter_is_a_variable_of_its_own),
		cmocka_unit_test(declared_under_fact_too),
		cmocka_unit_test(versions),
		cmocka_unit_test(mistakes),
	};
	return test_main(tests);
}
