/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole proof files of a small register: accepted as written, in both forms, for every audience; refused when anything that has a meaning was
 * changed, and when they are made to leave something out.
 */
#include "tests/proof/signed.h"

#include "base/json.h"
#include "proof/proof.h"

#include <string.h>

static const char *const acts[] = {
	"{\"kind\":\"status_granted\",\"date\":\"2003-01-01\",\"args\":{\"P\":\"KZ\",\"value\":\"member\"}" SOURCES "}",
	"{\"kind\":\"status_granted\",\"date\":\"2003-02-01\",\"args\":{\"P\":\"AT\",\"value\":\"observer\"}" SOURCES "}",
	"{\"kind\":\"status_granted\",\"date\":\"2004-02-01\",\"args\":{\"P\":\"AT\",\"value\":\"member\"}" SOURCES "}",
	"{\"kind\":\"status_applied\",\"date\":\"2003-03-03\",\"args\":{\"P\":\"BE\",\"value\":\"observer\"}" SOURCES "}",
	"{\"kind\":\"weighed\",\"date\":\"2004-03-01\",\"args\":{\"S\":\"KZ\",\"n\":176,\"due\":\"2004-05-01\"}}",
	"{\"kind\":\"weighed\",\"date\":\"2004-03-01\",\"args\":{\"S\":\"AT\",\"n\":3}}",
	"{\"kind\":\"objected\",\"date\":\"2004-04-01\",\"args\":{\"P\":\"BE\",\"D\":\"DEC-1\"}" SOURCES "}",
	"{\"kind\":\"withdrawal_notified\",\"date\":\"2005-02-28\",\"args\":{\"P\":\"KZ\"}" SOURCES "}",
	"{\"kind\":\"status_granted\",\"date\":\"2004-02-15\",\"args\":{\"P\":\"AT\",\"value\":\"member\"},\"corrects\":10" SOURCES "}",
	"{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"ZZ\"},\"for\":[\"members\"]}",
	"{\"kind\":\"status_granted\",\"date\":\"2004-04-04\",\"args\":{\"P\":\"ZZ\",\"value\":\"member\"},\"for\":[\"members\"]" SOURCES "}",
	"{\"kind\":\"note_made\",\"date\":\"2005-01-01\",\"args\":{\"A\":\"2\"}}",
};

/* Entries 20 to 26, by a member, a key that it gave to somebody, and further keys of the registrar. */
static const struct signing by_others[] = {
	{KEY("registered") ",\"holder\":\"BE\",\"key\":\"$BE1\"}", "LOG BE1", false},
	{KEY("delegated") ",\"holder\":\"BE\",\"key\":\"$XX1\",\"acts\":[\"objected\",\"objection_lifted\"],\"until\":40}", "BE1 XX1", false},
	{"{\"kind\":\"objected\",\"date\":\"2004-04-02\",\"args\":{\"P\":\"BE\",\"D\":\"DEC-1\"}" ID("BE.2004-1") "}", "XX1", false},
	{KEY("rotated") ",\"old\":\"#XX1\",\"key\":\"$KZ4\",\"reason\":\"another desk\"}", "KZ4 XX1", false},
	{KEY("registered") ",\"holder\":\"secretariat\",\"key\":\"$AT1\"}", "AT1 LOG", false},
	{"{\"kind\":\"weighed\",\"date\":\"2004-03-05\",\"args\":{\"S\":\"BE\",\"n\":9,\"due\":\"2004-05-01\"}" ID("secretariat-1") "}", "AT1", false},
	{KEY("revoked") ",\"old\":\"#AT1\"}", "LOG", false},
};

static const struct {
	const char *audience, *question;
	bool whynot;
} asked[] = {
	{"public", "status(\"KZ\") on 2004-01-01", false},
	{"public", "status(\"KZ\") is member on 2004-01-01", false},
	{"public", "status(\"KZ\") is not observer on 2004-01-01", false},
	{"public", "status(\"KZ\") is observer on 2004-01-01", true},
	{"public", "status(\"KZ\") on 2010-01-01", true},
	{"public", "status(\"AT\") is member on 2004-02-10", true},
	{"public", "status(\"AT\") on 2004-02-20", false},
	{"public", "status(\"BE\") on 2004-02-20", false},
	{"public", "crowd() on 2005-02-02", false},
	{"public", "crowd() on 2003-06-01", true},
	{"public", "fair() on 2005-02-02", false},
	{"public", "fair() on 2003-02-02", true},
	{"public", "heavy(\"KZ\") on 2005-02-02", false},
	{"public", "heavy(\"AT\") on 2005-02-02", true},
	{"public", "weighed_late(\"KZ\") on 2005-01-02", false},
	{"public", "load(\"KZ\") on 2005-01-02", false},
	{"public", "load_due(\"KZ\") on 2005-01-02", false},
	{"public", "spared(\"AT\") on 2005-01-02", true},
	{"public", "breach(\"14\") on 2005-01-02", false},
	{"public", "noted(\"2\") on 2005-01-02", false},
	{"members", "crowd() on 2004-06-01", false},
	{"members", "status(\"ZZ\") on 2004-06-01", false},
	{"secretariat", "status(\"ZZ\") on 2004-06-01", false},
	{"public", "breach(\"22\") on 2005-01-02", false},
	{"public", "load(\"BE\") on 2005-01-02", false},
	{"public", "load(\"BE\") is 8 on 2005-01-02", true},
};
enum { NASKED = sizeof asked / sizeof *asked };

static int open_register(void **state)
{
	struct pens pens;
	if (fix_open(state) != 0)
		return -1;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		(void)fix_file(*state, acts[i]);
	pens_make(&pens);
	steps_append(*state, &pens, by_others, sizeof by_others / sizeof *by_others);
	pens_done(&pens);
	return ((struct fix *)*state)->reg ? 0 : -1;
}

static int check(const char *proof, const struct ck_options *o, struct ck_verdict *v, struct err *e)
{
	*e = (struct err){0};
	return ck_check(str_of(proof), o, v, e);
}

static struct str key_of(struct fix *f)
{
	struct arena *a = &f->arena;
	reg_lock(f->reg);
	struct str key = arena_str(a, log_vkey(reg_log(f->reg)));
	reg_unlock(f->reg);
	return key;
}

static void accepted(const char *what, const char *proof, const struct ck_options *o)
{
	struct ck_verdict v;
	struct err e;
	if (check(proof, o, &v, &e) < 0)
		fail_msg("%s is refused at %s: %s: %s (%s)", what, ck_step_words(v.step), e.where, e.what, e.hint);
}

static void refused(const char *what, const char *proof, const struct ck_options *o, enum ck_step step, const char *says)
{
	struct ck_verdict v;
	struct err e;
	if (check(proof, o, &v, &e) == 0)
		fail_msg("%s is accepted: %s", what, v.answer);
	if (v.step != step || !strstr(e.what, says))
		fail_msg("%s is refused at %s: %s: %s, and not at %s: %s", what, ck_step_words(v.step), e.where, e.what, ck_step_words(step), says);
}

/* ---- as written ---------------------------------------------------------------------------------------------------------- */

static void test_accepted(void **state)
{
	struct fix *f = *state;
	struct ck_options given = {.key = key_of(f)}, with_log = {.key = given.key, .log_dir = f->dir}, all = {.all_signatures = true};
	uint64_t last = reg_size(f->reg) - 1;
	for (size_t i = 0; i < NASKED; i++)
		for (uint64_t known = last; known >= last - 8; known -= 4)
			for (int form = 0; form < 2; form++) {
				char what[200];
				(void)snprintf(what, sizeof what, "%s as known at %llu, form %d", asked[i].question, (unsigned long long)known, form);
				if (known < last && (strstr(asked[i].question, "ZZ") || strstr(asked[i].question, "breach") || strstr(asked[i].question, "load(\"BE")))
					continue;
				char *p = made_proof(f->reg, asked[i].audience, known, asked[i].question, asked[i].whynot, (enum evidence_form)form);
				accepted(what, p, &given);
				accepted(what, p, &with_log);
				accepted(what, p, &all);
				free(p);
			}
}

static void test_says_what_it_knows(void **state)
{
	struct fix *f = *state;
	struct ck_options none = {0}, given = {.key = key_of(f)}, with_log = {.key = given.key, .log_dir = f->dir};
	struct ck_verdict v;
	struct err e;
	char *p = made_proof(f->reg, "public", UINT64_MAX, asked[0].question, false, EVIDENCE_TOUCHED);
	assert_int_equal(check(p, &none, &v, &e), 0);
	assert_true(v.own_key && !v.whole);
	assert_int_equal(check(p, &given, &v, &e), 0);
	assert_true(!v.own_key && !v.whole);
	assert_int_equal(check(p, &with_log, &v, &e), 0);
	assert_true(v.whole);
	assert_int_equal(v.sealed, 2);
	free(p);
	p = made_proof(f->reg, "members", UINT64_MAX, asked[0].question, false, EVIDENCE_WHOLE);
	assert_int_equal(check(p, &given, &v, &e), 0);
	assert_true(v.whole && v.sealed == 0);
	assert_string_equal(v.answer, "status(\"KZ\") at the end of 2004-01-01: reading A: member; reading B: member");
	free(p);
}

static void test_other_spelling(void **state)
{
	struct fix *f = *state;
	struct ck_options given = {.key = key_of(f)};
	const size_t flags[] = {JSON_INDENT(3), JSON_SORT_KEYS, JSON_ENSURE_ASCII | JSON_INDENT(1) | JSON_SORT_KEYS};
	for (size_t i = 0; i < NASKED; i++) {
		char *p = made_proof(f->reg, asked[i].audience, UINT64_MAX, asked[i].question, asked[i].whynot, (enum evidence_form)(i % 2));
		json_t *j = json_loads(p, 0, NULL);
		char *other = json_dumps(j, flags[i % 3]);
		accepted("another spelling of the same", other, &given);
		json_decref(j);
		free(other);
		free(p);
	}
}

/* ---- changed ------------------------------------------------------------------------------------------------------------- */

/* What may be changed into a proof that is as good: the question, if the answer is right for the other one too; the body of a sealed act that
 * nothing here rests on may be taken away, for nobody can tell who may read it; and of the touched form an entry on which nothing here
 * rests, which is what that form cannot show. */
static bool still_right(const char *what, bool touched)
{
	return str_starts(str_of(what), STR(".question.is")) || str_starts(str_of(what), STR(".question.negated")) ||
	       str_ends(str_of(what), STR(".body removed")) || (touched && str_starts(str_of(what), STR(".evidence.entries[")) && str_ends(str_of(what), STR("] removed")));
}

static void test_changes(void **state)
{
	struct fix *f = *state;
	struct ck_options given = {.key = key_of(f)};
	uint64_t seed = 20261126;
	const char *from_outside = getenv("SEED");
	size_t steps[CK_STEPS] = {0}, n = 0, right = 0;
	if (from_outside)
		seed = strtoull(from_outside, NULL, 10);
	print_message("# seed %llu\n", (unsigned long long)seed);
	for (size_t i = 0; n < 1000; i++) {
		char what[200];
		char *p = made_proof(f->reg, asked[i % NASKED].audience, UINT64_MAX, asked[i % NASKED].question, asked[i % NASKED].whynot,
			(enum evidence_form)(i / NASKED % 2));
		for (int k = 0; k < 10; k++) {
			uint64_t began = seed;
			struct ck_verdict v;
			struct err e;
			char *changed = k % 4 == 3 ? made_cut(p, &seed, what) : made_change(p, &seed, what);
			if (!changed)
				continue;
			if (check(changed, &given, &v, &e) == 0) {
				if (!still_right(what, i / NASKED % 2))
					fail_msg("accepted, though changed: %s, seed %llu: %s", asked[i % NASKED].question, (unsigned long long)began, what);
				right++;
				free(changed);
				continue;
			}
			if (!e.where[0] || !e.what[0])
				fail_msg("refused without a word: %s", what);
			steps[v.step]++;
			n++;
			free(changed);
		}
		free(p);
	}
	print_message("# %zu changes made a proof of something else that is so, or that the form cannot tell\n", right);
	assert_true(right < 50);
	for (int i = 0; i < CK_STEPS; i++)
		print_message("# %zu changes refused at %s\n", steps[i], ck_step_words((enum ck_step)i));
}

/* ---- forged with care ---------------------------------------------------------------------------------------------------- */

static char *edited(const char *proof, void (*edit)(json_t *proof, const json_t *other), const char *other)
{
	json_t *j = json_loads(proof, 0, NULL), *o = other ? json_loads(other, 0, NULL) : NULL;
	edit(j, o);
	char *text = json_dumps(j, 0);
	json_decref(j);
	json_decref(o);
	return text;
}

static bool is_ending(const json_t *entry)
{
	return json_integer_value(json_object_get(entry, "index")) == 15;
}

static void without_ending(json_t *proof, const json_t *other)
{
	json_t *entries = json_object_get(json_object_get(proof, "evidence"), "entries");
	(void)other;
	for (size_t i = json_array_size(entries); i-- > 0;)
		if (is_ending(json_array_get(entries, i)))
			json_array_remove(entries, i);
}

/* The answer and its reasons as they were before the act that ends the fact, over the entries of now. */
static void with_old_answer(json_t *proof, const json_t *other)
{
	const char *const members[] = {"readings", "rules"};
	for (size_t i = 0; i < 2; i++)
		json_object_set(proof, members[i], json_object_get(other, members[i]));
	without_ending(proof, NULL);
}

static void says_more_is_known(json_t *proof, const json_t *other)
{
	(void)other;
	json_object_set_new(json_object_get(proof, "question"), "known", json_integer(19));
	json_object_set_new(json_object_get(proof, "evidence"), "known", json_integer(19));
}

static void test_act_left_out(void **state)
{
	struct fix *f = *state;
	struct ck_options given = {.key = key_of(f)}, with_log = {.key = given.key, .log_dir = f->dir};
	const char *question = "status(\"KZ\") on 2010-01-01"; /* entry 15 gave notice */
	char *whole = made_proof(f->reg, "public", UINT64_MAX, question, false, EVIDENCE_WHOLE);
	char *touched = made_proof(f->reg, "public", UINT64_MAX, question, false, EVIDENCE_TOUCHED);
	char *touched_before = made_proof(f->reg, "public", 14, question, false, EVIDENCE_TOUCHED);
	char *before = made_proof(f->reg, "public", 14, question, false, EVIDENCE_WHOLE);
	accepted("as known before the act", before, &given);

	char *forged = edited(whole, without_ending, NULL);
	refused("an entry left out", forged, &given, CK_STEP_ENTRIES, "not in their order");
	free(forged);
	forged = edited(whole, with_old_answer, before);
	refused("an entry left out, and the answer of before", forged, &given, CK_STEP_ENTRIES, "not in their order");
	free(forged);
	forged = edited(touched, with_old_answer, before);
	refused("a touched entry taken out, and the answer of before", forged, &given, CK_STEP_ENTRIES, "do not give the root");
	free(forged);
	forged = edited(touched_before, says_more_is_known, NULL);
	accepted("a proof of touched entries shows no gap", forged, &given);
	refused("but a copy of the log does", forged, &with_log, CK_STEP_ANSWER, "another value");
	free(forged);
	free(before);
	free(whole);
	free(touched_before);
	free(touched);
}

static void test_known(void **state)
{
	struct fix *f = *state;
	struct ck_options given = {.key = key_of(f)};
	char *before = made_proof(f->reg, "public", 14, "status(\"KZ\") on 2010-01-01", false, EVIDENCE_WHOLE);
	char *forged = edited(before, says_more_is_known, NULL);
	refused("more is said to be known", forged, &given, CK_STEP_ENTRIES, "they end before");
	free(forged);
	free(before);
}

/* Another log, made by somebody else, without the act. */
static void test_other_log(void **state)
{
	struct fix *f = *state, *g;
	void *other;
	struct ck_options none = {0}, given = {.key = key_of(f)};
	struct ck_verdict v;
	struct err e;
	assert_int_equal(fix_open(&other), 0);
	g = other;
	for (size_t i = 0; i < 7; i++)
		(void)fix_file(g, acts[i]);
	char *p = made_proof(g->reg, "public", UINT64_MAX, "status(\"KZ\") on 2010-01-01", false, EVIDENCE_WHOLE);
	assert_int_equal(check(p, &none, &v, &e), 0);
	assert_true(v.own_key); /* which is why this is said */
	refused("the log of somebody else", p, &given, CK_STEP_LOG, "another key");
	free(p);
	assert_int_equal(fix_close(&other), 0);
}

static void other_bundle(json_t *proof, const json_t *other)
{
	(void)other;
	json_t *adopted = json_object_get(json_object_get(proof, "evidence"), "adopted");
	char *text = strdup(json_string_value(json_object_get(adopted, "bundle")));
	char *at = strstr(text, "12 months");
	assert_non_null(at);
	memcpy(at, "99", 2);
	json_object_set_new(adopted, "bundle", json_string(text));
	free(text);
}

static void test_other_rules(void **state)
{
	struct fix *f = *state;
	struct ck_options given = {.key = key_of(f)};
	char *p = made_proof(f->reg, "public", UINT64_MAX, "status(\"KZ\") on 2010-01-01", false, EVIDENCE_WHOLE);
	char *forged = edited(p, other_bundle, NULL);
	refused("rules changed after their adoption", forged, &given, CK_STEP_RULEBOOK, "its hash is another");
	free(forged);
	free(p);
}

static void test_no_proof(void **state)
{
	struct fix *f = *state;
	struct ck_options none = {0};
	struct ck_verdict v;
	struct err e;
	static const char *const texts[] = {"", "{", "[]", "{}", "{\"format\":\"comity-proof/1\"}", "{\"format\":\"comity-proof/2\"}",
		"{\"format\":\"comity-proof/2\",\"evidence\":{}}", "{\"format\":\"comity-proof/2\",\"evidence\":{\"audience\":\"public\"}}"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_true(check(texts[i], &none, &v, &e) < 0);
		assert_true(e.where[0] && e.what[0]);
	}
	char *p = made_proof(f->reg, "public", UINT64_MAX, asked[0].question, false, EVIDENCE_WHOLE);
	for (size_t n = 0; n < strlen(p); n += 997) {
		char kept = p[n];
		p[n] = 0;
		assert_true(check(p, &none, &v, &e) < 0);
		p[n] = kept;
	}
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_accepted), cmocka_unit_test(test_says_what_it_knows), cmocka_unit_test(test_other_spelling),
		cmocka_unit_test(test_changes), cmocka_unit_test(test_act_left_out), cmocka_unit_test(test_known), cmocka_unit_test(test_other_log),
		cmocka_unit_test(test_other_rules), cmocka_unit_test(test_no_proof)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_register, fix_close);
}
