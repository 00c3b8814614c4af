/* SPDX-License-Identifier: Apache-2.0
 *
 * Proofs that rest on acts signed by members and offices: with keys of every carrier, registered, delegated, rotated, revoked and lost; and logs
 * in which somebody signed who may not. Each such log is one that comity verify refuses too.
 */
#include "tests/proof/signed.h"

#include "base/json.h"
#include "proof/proof.h"
#include "register/bundle.h"

enum { FIRST = FIX_ACTS + 1, STEPS = SIGNED_STEPS, LAST = FIRST + STEPS - 1 };

static const struct {
	const char *audience, *question;
	bool whynot;
	uint64_t known;
	const char *signers;
} asked[] = {
	{"public", "status(\"KZ\") on 2004-01-01", false, LAST, "COUNCIL"},
	{"public", "leaving(\"KZ\") on 2005-04-01", false, LAST, "COUNCIL, KZ"},
	{"public", "leaving(\"KZ\") on 2005-04-01", false, 18, "COUNCIL, KZ"},
	{"public", "leaving(\"KZ\") on 2005-07-01", true, LAST, "COUNCIL, KZ"},
	{"public", "breach(\"17\") on 2004-05-01", false, 23, "AT, BE"},
	{"public", "breach(\"17\") on 2004-05-01", true, 30, ""}, /* 5 */
	{"public", "status(\"BE\") on 2006-05-01", false, LAST, "BE"},
	{"members", "leaving(\"AT\") on 2005-08-01", false, LAST, "secretariat, AT"},
	{"secretariat", "leaving(\"AT\") on 2005-08-01", false, 26, "secretariat, AT"},
	{"public", "load(\"KZ\") on 2005-01-02", false, LAST, "secretariat"},
	{"public", "leaving(\"AT\") on 2006-02-01", false, LAST, "secretariat, AT"}, /* 10 */
	{"public", "crowd() on 2005-02-02", false, LAST, "COUNCIL, secretariat"},
	{"public", "breach(\"17\") on 2004-05-01", false, LAST, "AT, BE"},
	{"public", "breach(\"32\") on 2006-03-01", true, LAST, "COUNCIL, KZ"},
	{"public", "breach(\"36\") on 2006-03-02", false, LAST, "BE, secretariat"},
};
enum { NASKED = sizeof asked / sizeof *asked };

static struct pens pens;

/* The register of the steps, with one of them otherwise. */
static struct fix *made(uint64_t at, struct signing otherwise)
{
	void *f;
	struct signing now[STEPS];
	memcpy(now, signed_steps, sizeof signed_steps);
	if (at)
		now[at - FIRST] = otherwise;
	assert_int_equal(fix_open(&f), 0);
	steps_append(f, &pens, now, STEPS);
	return f;
}

static void unmake(struct fix *f)
{
	void *state = f;
	(void)fix_close(&state);
}

static int begin(void **state)
{
	pens_make(&pens);
	*state = made(0, signed_steps[0]);
	return ((struct fix *)*state)->reg ? 0 : -1;
}

static int end(void **state)
{
	unmake(*state);
	pens_done(&pens);
	return 0;
}

static char *proof_of(struct fix *f, size_t i, enum evidence_form form)
{
	return made_proof(f->reg, asked[i].audience, asked[i].known, asked[i].question, asked[i].whynot, form);
}

static int check(const char *proof, const struct ck_options *o, struct ck_verdict *v, struct err *e)
{
	*e = (struct err){0};
	return ck_check(str_of(proof), o, v, e);
}

/* ---- as it should be ----------------------------------------------------------------------------------------------------- */

static void accepted(const char *what, const char *proof, const struct ck_options *o, struct ck_verdict *v)
{
	struct err e;
	if (check(proof, o, v, &e) < 0)
		fail_msg("%s is refused at %s: %s: %s (%s)", what, ck_step_words(v->step), e.where, e.what, e.hint);
}

static void test_accepted(void **state)
{
	struct fix *f = *state;
	struct ck_options given = {.key = log_key(f)}, with_log = {.key = given.key, .log_dir = f->dir}, all = {.all_signatures = true};
	if (!log_is_sound(f))
		fail_msg("%s: %s", f->e.where, f->e.what);
	for (size_t i = 0; i < NASKED; i++)
		for (int form = 0; form < 2; form++) {
			struct ck_verdict v;
			char *p = proof_of(f, i, (enum evidence_form)form);
			accepted(asked[i].question, p, &all, &v);
			accepted(asked[i].question, p, &with_log, &v);
			assert_true(v.whole && v.keys);
			accepted(asked[i].question, p, &given, &v);
			assert_true(v.whole == !form);
			assert_string_equal(v.signers, asked[i].signers);
			free(p);
		}
}

/* What others signed has no part in it: the keys of those who signed what is here, and no more. */
static void test_touched_is_small(void **state)
{
	struct fix *f = *state;
	static const struct {
		size_t asked;
		const char *entries;
	} cases[] = {
		{0, "0 8 11 12 14 16 18 19 23"}, /* all acts that could move it: how long KZ stays, depends on its notices */
		{6, "0 10 22"},
		{9, "0 25 26"},
		{10, "0 8 9 10 11 13 14 15 18 21 25 27 28 29"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *p = proof_of(f, cases[i].asked, EVIDENCE_TOUCHED);
		json_t *j = json_loads(p, 0, NULL), *entries = json_object_get(json_object_get(j, "evidence"), "entries");
		struct buf b;
		buf_init(&b, 1000);
		for (size_t k = 0; k < json_array_size(entries); k++)
			buf_addf(&b, "%s%lld", k ? " " : "", (long long)json_integer_value(json_object_get(json_array_get(entries, k), "index")));
		print_message("# %s: %s (%zu bytes)\n", asked[cases[i].asked].question, b.p, strlen(p));
		assert_string_equal(b.p, cases[i].entries);
		buf_done(&b);
		json_decref(j);
		free(p);
	}
}

/* ---- as it should not be -------------------------------------------------------------------------------------------------- */

/* One entry is another; the answer stays the same. */
static const struct forgery {
	const char *name;
	uint64_t at;
	struct signing otherwise;
	size_t asked;
	const char *says; /* what it is refused for, at that entry unless `seen_at` is another */
	uint64_t seen_at;
} forgeries[] = {
#define NOTICE "{\"kind\":\"withdrawal_notified\",\"date\":\"2005-02-28\",\"args\":{\"P\":\"KZ\"}"
#define AGAIN "{\"kind\":\"withdrawal_notified\",\"date\":\"2006-01-01\",\"args\":{\"P\":\"AT\"}"
#define CORRECTION "{\"kind\":\"withdrawal_notified\",\"date\":\"2005-03-01\",\"args\":{\"P\":\"KZ\"},\"corrects\":16"
#define GRANT(id) "{\"kind\":\"status_granted\",\"date\":\"2003-01-01\",\"args\":{\"P\":\"KZ\",\"value\":\"member\"}" id
	/* keys that are not in force */
	{"a key that is registered later", 16, {NOTICE ID("KZ.2005-1") "}", "KZ3", false}, 1, "no entry here before it has named", 0},
	{"a key that nobody registered", 16, {NOTICE ID("KZ.2005-1") "}", "KZ4", false}, 1, "no entry here before it has named", 0},
	{"a key that was revoked", 29, {AGAIN ID("AT.2006-1") "}", "AT1", false}, 10, "no longer in force", 0},
	{"a key that was revoked by others", 29, {AGAIN ID("AT.2006-1") "}", "AT2", false}, 10, "no longer in force", 0},
	{"a key that was rotated away", 19, {"{\"kind\":\"withdrawal_revoked\",\"date\":\"2005-06-01\",\"args\":{\"P\":\"KZ\"}" ID("KZ.2005-2") "}", "KZ2", false}, 3,
		"no longer in force", 0},
	{"a good signature and one of an ended key", 29, {AGAIN ID("AT.2006-1") "}", "AT3 AT1", false}, 10, "no longer in force", 0},
	{"a delegated key after its time", 14, {KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ2\",\"acts\":[\"withdrawal_notified\"],\"until\":16}", "KZ1 KZ2", false},
		1, "no longer in force", 16},
	{"a delegated key outside its scope", 14, {KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ2\",\"acts\":[\"objected\"]}", "KZ1 KZ2", false}, 1,
		"for other acts than withdrawal_notified", 16},
	{"a delegated key for another key", 15, {KEY("registered") ",\"holder\":\"KZ\",\"key\":\"$AT2\"}", "KZ2 AT2", false}, 10, "given for some acts only", 0},
	{"a delegated key beside one that may", 15, {KEY("registered") ",\"holder\":\"AT\",\"key\":\"$AT2\"}", "AT1 KZ2 AT2", false}, 10, "given for some acts only", 0},
	/* keys that were never registered as it must be */
	{"no sign of possession", 8, {KEY("registered") ",\"holder\":\"KZ\",\"key\":\"$KZ1\"}", "LOG", false}, 1, "that it names has not signed it", 0},
	{"no sign of possession, delegated", 14, {KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ2\",\"acts\":[\"withdrawal_notified\"]}", "KZ1", false}, 1,
		"that it names has not signed it", 0},
	{"no sign of possession, rotated", 18, {KEY("rotated") ",\"old\":\"#KZ2\",\"key\":\"$KZ3\"}", "KZ2", false}, 3, "that it names has not signed it", 0},
	{"a first key without the registrar", 10, {KEY("registered") ",\"holder\":\"BE\",\"key\":\"$BE1\"}", "AT1 BE1", false}, 6, "the registrar has not signed it", 0},
	{"a first key by itself", 8, {KEY("registered") ",\"holder\":\"KZ\",\"key\":\"$KZ1\"}", "KZ1", false}, 1, "the registrar has not signed it", 0},
	{"a second key that the registrar slips in", 15, {KEY("registered") ",\"holder\":\"AT\",\"key\":\"$AT2\"}", "LOG AT2", false}, 10,
		"none of the keys of AT has signed it", 0},
	{"a delegation by the registrar", 14, {KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ2\",\"acts\":[\"withdrawal_notified\"]}", "LOG KZ2", false}, 1,
		"none of the keys of KZ has signed it", 0},
	{"a rotation without the old key", 18, {KEY("rotated") ",\"old\":\"#KZ2\",\"key\":\"$KZ3\"}", "KZ1 KZ3", false}, 3, "which has not signed it", 0},
	{"a revocation by a stranger", 21, {KEY("revoked") ",\"old\":\"#AT1\"}", "KZ1", false}, 10, "nor did the registrar and 1 that had a key before it", 0},
	{"a revocation by the registrar alone", 27, {KEY("revoked") ",\"old\":\"#AT2\"}", "LOG", false}, 10, "nor did the registrar and 1 that had a key before it", 0},
	{"a revocation by the registrar twice", 27, {KEY("revoked") ",\"old\":\"#AT2\"}", "LOG SE1", false}, 10, "nor did the registrar and 1 that had a key before it", 0},
	{"a revocation by the registrar and who came later", 27, {KEY("revoked") ",\"old\":\"#AT2\"}", "LOG BE1", false}, 10,
		"nor did the registrar and 1 that had a key before it", 0},
	{"a new key by the registrar alone", 28, {KEY("registered") ",\"holder\":\"AT\",\"key\":\"$AT3\"}", "LOG AT3", false}, 10, "nor did the registrar and 1 that", 0},
	{"a new key with a delegated helper", 28, {KEY("registered") ",\"holder\":\"AT\",\"key\":\"$AT3\"}", "LOG KZ3 AT3", false}, 10,
		"given for some acts only", 0},
	{"an act about keys of another register", 8, {"{\"kind\":\"key_registered\",\"register\":\"pact.example/acts\",\"holder\":\"KZ\",\"key\":\"$KZ1\"}", "LOG KZ1", false}, 1,
		"for another register, pact.example/acts", 0},
	{"an act about keys of no register", 8, {"{\"kind\":\"key_registered\",\"holder\":\"KZ\",\"key\":\"$KZ1\"}", "LOG KZ1", false}, 1, "for another register, nobody", 0},
	{"a key that comes again", 28, {KEY("registered") ",\"holder\":\"AT\",\"key\":\"$AT2\"}", "LOG KZ1 AT2", false}, 10, "was named by an entry before", 0},
	{"the log's own key ended", 27, {KEY("revoked") ",\"old\":\"#LOG\"}", "LOG BE1", false}, 10, "the key of the log itself", 0},
	{"a key ended that is none", 27, {KEY("revoked") ",\"old\":\"#XX1\"}", "LOG BE1", false}, 10, "which is not in force", 0},
	{"an act about keys with a member more", 8, {KEY("registered") ",\"holder\":\"KZ\",\"key\":\"$KZ1\",\"acts\":[\"objected\"]}", "LOG KZ1", false}, 1, "means nothing", 0},
	{"an act about keys without its kinds", 14, {KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ2\",\"acts\":[]}", "KZ1 KZ2", false}, 1, "\"acts\" is missing", 0},
	/* acts that were not theirs to say */
	{"the registrar in a member's name", 16, {NOTICE "}", "LOG", false}, 1, "withdrawal_notified is for KZ to sign", 0},
	{"another key of the registrar in a member's name", 29, {AGAIN ID("AT.2006-1") "}", "SE1", false}, 10, "withdrawal_notified is for AT to sign", 0},
	{"one member in another's name", 16, {NOTICE ID("KZ.2005-1") "}", "AT1", false}, 1, "withdrawal_notified is for KZ to sign", 0},
	{"a member in an office's name", 12, {GRANT(ID("council-1")) "}", "KZ1", false}, 0, "status_granted is for council to sign", 0},
	{"a member for the registrar", 26, {"{\"kind\":\"weighed\",\"date\":\"2004-03-01\",\"args\":{\"S\":\"KZ\",\"n\":176}" ID("secretariat-1") "}", "KZ1", false}, 9,
		"weighed is for secretariat to sign", 0},
	{"recorded without sources", 13, {"{\"kind\":\"status_granted\",\"date\":\"2003-02-01\",\"args\":{\"P\":\"AT\",\"value\":\"member\"},\"recorded\":true}", "LOG", false}, 10,
		"names neither a source nor a document", 0},
	{"recorded by a member", 12, {GRANT(ID("council-1") SOURCES) "}", "KZ1", false}, 0, "the registrar has not signed it", 0},
	{"the registrar's correction of a member's act", 23, {CORRECTION "}", "LOG", false}, 1, "withdrawal_notified is for KZ to sign", 0},
	{"the same, recorded from sources", 23, {CORRECTION SOURCES "}", "LOG", false}, 1, "it corrects entry 16, which is for KZ", 0},
	{"one member's correction of another's act", 23, {CORRECTION ID("KZ.2005-3") "}", "BE1", false}, 1, "withdrawal_notified is for KZ to sign", 0},
	{"the registrar's annulment of a member's act", 24, {"{\"annul\":true,\"corrects\":17" SOURCES "}", "LOG", false}, 5, "it corrects entry 17, which is for BE", 0},
	{"an annulment by who signed it too, but may not", 24, {"{\"annul\":true,\"corrects\":17" ID("BE.2005-2") "}", "AT2", false}, 5,
		"it corrects entry 17, which is for BE", 0},
	{"an annulment taken back by another", 31, {"{\"annul\":true,\"corrects\":24" ID("BE.2006-1") "}", "KZ1", false}, 12, "it corrects entry 24, which is for whoever annulled it", 0},
	{"an annulment taken back by the registrar", 31, {"{\"annul\":true,\"corrects\":24" SOURCES "}", "LOG", false}, 12,
		"it corrects entry 24, which is for whoever annulled it", 0},
	{"an annulment of a correction with a key for what it corrects alone", 34, {KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ4\",\"acts\":[\"objected\"]}", "KZ1 KZ4", false}, 13,
		"for other acts than view_recorded", 35},
	{"an annulment with a key for other acts", 34, {KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ4\",\"acts\":[\"view_recorded\"]}", "KZ1 KZ4", false}, 13,
		"for other acts than objected", 35},
	{"a recording over what a member has annulled", 38, {"{\"kind\":\"objected\",\"date\":\"2006-03-02\",\"args\":{\"P\":\"BE\",\"D\":\"DEC-1\"},\"corrects\":36" SOURCES "}", "LOG", false},
		14, "it moves aside entry 37, which is for whoever annulled it", 0},
	{"the registrar's annulment of what a member has annulled", 38, {"{\"annul\":true,\"corrects\":36" SOURCES "}", "LOG", false}, 14,
		"it moves aside entry 37, which is for whoever annulled it", 0},
	/* acts that were signed for something else */
	{"an act for another register", 16, {NOTICE ",\"register\":\"pact.example/acts\",\"id\":\"KZ.2005-1\"}", "KZ2", false}, 1, "not signed for this register", 0},
	{"an act for no register", 16, {NOTICE ",\"id\":\"KZ.2005-1\"}", "KZ2", false}, 1, "not signed for this register", 0},
	{"an act without an id", 16, {NOTICE HERE "}", "KZ2", false}, 1, "has no id", 0},
	{"an act that is there twice", 19, {"{\"kind\":\"withdrawal_revoked\",\"date\":\"2005-06-01\",\"args\":{\"P\":\"KZ\"}" ID("KZ.2005-1") "}", "KZ3", false}, 3,
		"its id is that of an act before it", 0},
	/* signatures that are none */
	{"a signature of an act, made with another key", 16, {NOTICE ID("KZ.2005-1") "}", "KZ2=XX1", false}, 1, "the signature of ed25519:", 0},
	{"a second signature, made with another key", 17, {"{\"kind\":\"objected\",\"date\":\"2004-04-01\",\"args\":{\"P\":\"BE\",\"D\":\"DEC-1\"}" ID("BE.2004-1") "}",
		"AT1=XX1 BE1", false}, 4, "the signature of sshsig:", 0},
	{"an annulment, made with another key", 24, {"{\"annul\":true,\"corrects\":17" ID("BE.2005-2") "}", "BE1=XX1", false}, 5, "the signature of webauthn:", 0},
	{"a delegation, made with another key", 14, {KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ2\",\"acts\":[\"withdrawal_notified\",\"withdrawal_revoked\"]}",
		"KZ1=XX1 KZ2", false}, 1, "the signature of ed25519:", 0},
	{"possession, shown with another key", 8, {KEY("registered") ",\"holder\":\"KZ\",\"key\":\"$KZ1\"}", "LOG KZ1=XX1", false}, 1, "the signature of ed25519:", 0},
	{"possession, shown with another passkey", 10, {KEY("registered") ",\"holder\":\"BE\",\"key\":\"$BE1\"}", "LOG BE1=BE2", false}, 6, "the signature of webauthn:", 0},
	{"help, made with another key", 27, {KEY("revoked") ",\"old\":\"#AT2\"}", "LOG KZ1=XX1", false}, 10, "the signature of ed25519:", 0},
	{"a revocation on which help rests, made with another key", 21, {KEY("revoked") ",\"old\":\"#AT1\"}", "AT2=XX1", false}, 10, "the signature of sshsig:", 0},
	{"the registrar's further key, made with another", 25, {KEY("registered") ",\"holder\":\"secretariat\",\"key\":\"$SE1\"}", "LOG SE1=XX1", false}, 9,
		"the signature of ed25519:", 0},
};

static void refused(const struct forgery *x, const char *form, const char *proof, const struct ck_options *o)
{
	struct ck_verdict v;
	struct err e;
	char where[40];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)(x->seen_at ? x->seen_at : x->at));
	if (check(proof, o, &v, &e) == 0)
		fail_msg("%s (%s) is accepted: %s", x->name, form, v.answer);
	if (v.step != CK_STEP_SIGNERS || !strstr(e.what, x->says) || strcmp(e.where, where) != 0)
		fail_msg("%s (%s) is refused at %s: %s: %s, and not at %s: %s", x->name, form, ck_step_words(v.step), e.where, e.what, where, x->says);
	assert_true(*e.hint);
}

static void test_forged(void **state)
{
	static const char *const forms[] = {"whole", "touched"};
	for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
		const struct forgery *x = &forgeries[i];
		struct fix *f = made(x->at, x->otherwise);
		struct ck_options given = {.key = log_key(f)};
		for (int form = 0; form < 2; form++) {
			char *honest = proof_of(*state, x->asked, (enum evidence_form)form), *forged = spliced(f, honest, true);
			refused(x, forms[form], forged, &given);
			free(forged);
			free(honest);
		}
		if (log_is_sound(f))
			fail_msg("%s: comity verify finds nothing wrong", x->name);
		unmake(f);
	}
	print_message("# %zu forgeries, each in both forms\n", sizeof forgeries / sizeof *forgeries);
}

/* By default those signatures are verified on which the answer can rest, not those of all entries. */
static void test_which_signatures(void **state)
{
	struct fix *f = made(26, (struct signing){signed_steps[26 - FIRST].payload, "SE1=XX1", false});
	struct ck_options given = {.key = log_key(f)}, all = {.key = given.key, .all_signatures = true};
	struct ck_verdict v;
	struct err e;
	char *honest = proof_of(*state, 0, EVIDENCE_WHOLE), *forged = spliced(f, honest, true);
	accepted("a forged signature that has no part in the answer", forged, &given, &v);
	assert_true(check(forged, &all, &v, &e) < 0 && v.step == CK_STEP_SIGNERS);
	assert_string_equal(e.where, "entry 26");
	free(forged);
	free(honest);
	unmake(f);
}

/* What the form of touched entries cannot show, and the log can: that a key had ended before it signed. */
static void test_end_left_out(void **state)
{
	struct fix *f = made(20, (struct signing){KEY("revoked") ",\"old\":\"#BE1\"}", "BE1", false});
	struct ck_options given = {.key = log_key(f)}, with_log = {.key = given.key, .log_dir = f->dir};
	struct ck_verdict v;
	struct err e;
	char *honest = proof_of(*state, 6, EVIDENCE_TOUCHED), *left_out = spliced(f, honest, false), *all = spliced(f, honest, true);
	accepted("the end of a key left out", left_out, &given, &v);
	assert_true(!v.whole && v.keys); /* which is why this is said */
	assert_true(check(left_out, &with_log, &v, &e) < 0 && v.step == CK_STEP_SIGNERS && strstr(e.what, "no longer in force"));
	assert_true(check(all, &given, &v, &e) < 0 && v.step == CK_STEP_SIGNERS && strstr(e.what, "no longer in force"));
	free(all);
	free(left_out);
	free(honest);
	unmake(f);
}

/* Who may say what a sealed act says, is seen by those who read it. */
static void test_sealed(void **state)
{
	static const struct {
		const char *by, *says;
	} cases[] = {{"LOG", "withdrawal_notified is for AT to sign"}, {"KZ1", "withdrawal_notified is for AT to sign"}, {"AT2=XX1", "the signature of sshsig:"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fix *f = made(20, (struct signing){signed_steps[20 - FIRST].payload, cases[i].by, true});
		struct ck_verdict v;
		struct err e;
		assert_non_null(f->reg);
		struct ck_options given = {.key = log_key(f)};
		for (int form = 0; form < 2; form++) {
			char *closed = proof_of(f, 0, (enum evidence_form)form), *open = proof_of(f, 7, (enum evidence_form)form);
			accepted("a sealed act that has no part in the answer", closed, &given, &v);
			assert_true(check(open, &given, &v, &e) < 0 && v.step == CK_STEP_SIGNERS && strstr(e.what, cases[i].says));
			free(open);
			free(closed);
		}
		assert_false(log_is_sound(f));
		unmake(f);
	}
}

/* Entries that come after all others: refused by both, and by the checker at that entry. */
static void test_added(void **state)
{
	static const struct {
		const char *name;
		struct signing steps[3];
		size_t n;
		const char *says, *verify;
	} cases[] = {
		{"a rulebook adopted by a member", {{"@", "KZ1", false}}, 1, "the registrar has not signed it", "is adopted by an entry of secretariat"},
		{"a rulebook adopted with a delegated key", {{KEY("delegated") ",\"holder\":\"secretariat\",\"key\":\"$SE2\",\"acts\":[\"thanked\"]}", "LOG SE2", false},
			{"@", "SE2", false}}, 2, "the registrar has not signed it", "was given for other acts than rulebook_adopted"},
		{"signed by a member where only the registrar may", {{"{\"kind\":\"thanked\",\"date\":\"2006-01-02\",\"args\":{\"P\":\"AT\"}" ID("KZ.thanks") "}", "KZ1", false}}, 1,
			"thanked is for secretariat to sign", "thanked is signed by secretariat"},
		{"signed by a party that has the name of an argument", {{"{\"kind\":\"state_listed\",\"date\":\"2006-01-01\",\"args\":{\"S\":\"P\"}}", "LOG", false},
			{KEY("registered") ",\"holder\":\"P\",\"key\":\"$XX1\"}", "LOG XX1", false},
			{"{\"kind\":\"praised\",\"date\":\"2006-01-02\",\"args\":{}" ID("praise-01") "}", "XX1", false}}, 3, "praised is for nobody that it names", "praised is signed by P"},
	};
	const struct view *v = fix_view(*state, "public", UINT64_MAX);
	char adoption[200], hex[2 * DIGEST_LEN + 1];
	for (size_t i = 0; i < DIGEST_LEN; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", record_bundle(view_record(v))->b[i]);
	view_unref(v);
	(void)snprintf(adoption, sizeof adoption, "{\"kind\":\"rulebook_adopted\",\"date\":\"2006-02-01\",\"rulebook\":{\"name\":\"LEAGUE\",\"version\":1},\"bundle\":\"sha256:%s\"}", hex);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fix *f = made(0, signed_steps[0]);
		struct signing more[3];
		struct ck_verdict verdict;
		struct err e;
		for (size_t k = 0; k < cases[i].n; k++) {
			more[k] = cases[i].steps[k];
			if (*more[k].payload == '@')
				more[k].payload = adoption;
		}
		steps_append(f, &pens, more, cases[i].n);
		if (!f->reg)
			fail_msg("%s: %s: %s", cases[i].name, f->e.where, f->e.what);
		char *p = made_proof(f->reg, "public", UINT64_MAX, asked[0].question, false, EVIDENCE_WHOLE);
		if (check(p, &(struct ck_options){0}, &verdict, &e) == 0 || verdict.step != CK_STEP_SIGNERS || !strstr(e.what, cases[i].says))
			fail_msg("%s: %s: %s", cases[i].name, e.where, e.what);
		if (log_is_sound(f))
			fail_msg("%s: comity verify finds nothing wrong", cases[i].name);
		if (!strstr(f->e.what, cases[i].verify))
			fail_msg("%s: comity verify says: %s: %s", cases[i].name, f->e.where, f->e.what);
		free(p);
		unmake(f);
	}
}

/* A text that was adopted later does not make a wrong correction a right one; the text of then, which comes along, neither. */
static void test_later_text(void **state)
{
	struct fix *f = made(23, (struct signing){"{\"kind\":\"thanked\",\"date\":\"2005-03-01\",\"args\":{\"P\":\"KZ\"},\"corrects\":16}", "LOG", false});
	char dir[] = "/tmp/proof-org-XXXXXX", path[80];
	struct ck_verdict v;
	struct arena a = {0};
	struct filed filed;
	struct buf diags;
	struct str text;
	struct err e;
	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(file_read(ORG "/org.json", 1 << 20, &a, &text, &e), 0);
	(void)snprintf(path, sizeof path, "%s/org.json", dir);
	write_file(path, text.p);
	assert_int_equal(file_read(ORG "/rulebook.md", 1 << 20, &a, &text, &e), 0);
	char *version = strstr(text.p, "version 1");
	assert_non_null(version);
	version[strlen("version ")] = '2';
	(void)snprintf(path, sizeof path, "%s/rulebook.md", dir);
	write_file(path, text.p);
	buf_init(&diags, 1 << 20);
	fix_reopen(f, REG_WRITE);
	if (reg_adopt(f->reg, dir, CIVIL_NEVER, &diags, &a, &filed, &e) < 0)
		fail_msg("%s: %s", e.where, e.what);
	view_unref(filed.before);
	view_unref(filed.after);
	for (int form = 0; form < 2; form++) {
		char *p = made_proof(f->reg, "public", UINT64_MAX, "leaving(\"KZ\") on 2005-04-01", false, (enum evidence_form)form);
		assert_non_null(strstr(p, "\"earlier\":[{\"index\":0,"));
		if (check(p, &(struct ck_options){0}, &v, &e) == 0 || v.step != CK_STEP_SIGNERS || !strstr(e.what, "it corrects entry 16, which is for KZ"))
			fail_msg("%s: %s", e.where, e.what);
		free(p);
	}
	assert_false(log_is_sound(f));
	buf_done(&diags);
	arena_done(&a);
	remove_tree(dir);
	unmake(f);
}

/* ---- histories that nobody thought of ------------------------------------------------------------------------------------ */

static const char *any_pen(uint64_t *seed)
{
	return pens.v[made_random(seed, PENS)].name;
}

/* By whom it may be signed is left to luck and the register; tries are made up so that some are right. */
static void make_step(uint64_t *seed, int number, char *payload, size_t npayload, char *by, size_t nby)
{
	static const char *const members[] = {"KZ", "AT", "BE"};
	const char *holder = members[made_random(seed, 3)], *new = any_pen(seed), *old = any_pen(seed);
	bool keys = made_random(seed, 2) == 0;
	if (keys)
		switch (made_random(seed, 4)) {
		case 0: (void)snprintf(payload, npayload, KEY("registered") ",\"holder\":\"%s\",\"key\":\"$%s\"}", holder, new); break;
		case 1:
			(void)snprintf(payload, npayload, KEY("delegated") ",\"holder\":\"%s\",\"key\":\"$%s\",\"acts\":[\"withdrawal_%s\"]}", holder, new,
				made_random(seed, 2) ? "notified" : "revoked");
			break;
		case 2: (void)snprintf(payload, npayload, KEY("rotated") ",\"old\":\"#%s\",\"key\":\"$%s\"}", old, new); break;
		default: (void)snprintf(payload, npayload, KEY("revoked") ",\"old\":\"#%s\"}", old); new = old;
		}
	else
		(void)snprintf(payload, npayload, "{\"kind\":\"withdrawal_%s\",\"date\":\"2005-%02d-%02d\",\"args\":{\"P\":\"%s\"}" ID("try-%04d") "}",
			made_random(seed, 2) ? "notified" : "revoked", 1 + number / 28 % 12, 1 + number % 28, holder, number);
	const char *more = any_pen(seed);
	bool log = keys && made_random(seed, 3) > 0;
	(void)snprintf(by, nby, "%s%s%s%s%s", log ? "LOG " : "", keys ? new : more, keys && strcmp(old, new) != 0 && made_random(seed, 2) ? " " : "", "", "");
	if (by[strlen(by) - 1] == ' ')
		strcat(by, old);
	if (keys && made_random(seed, 2) && !strstr(by, more)) {
		strcat(by, " ");
		strcat(by, more);
	}
}

static void test_random(void **state)
{
	static const char *const members[] = {"KZ", "AT", "BE"};
	uint64_t seed = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : 3;
	size_t taken = 0, proofs = 0;
	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 6; i++) {
		void *made;
		assert_int_equal(fix_open(&made), 0);
		struct fix *f = made;
		for (size_t m = 0; m < 3; m++) {
			char grant[300];
			(void)snprintf(grant, sizeof grant, "{\"kind\":\"status_granted\",\"date\":\"2003-01-01\",\"args\":{\"P\":\"%s\",\"value\":\"member\"}" SOURCES "}", members[m]);
			(void)fix_file(f, grant);
		}
		for (int k = 0; k < 500; k++) {
			char payload[400], by[100];
			make_step(&seed, k, payload, sizeof payload, by, sizeof by);
			taken += step_file(f, &pens, &(struct signing){payload, by, false}) == 0;
		}
		if (!log_is_sound(f))
			fail_msg("%s: %s", f->e.where, f->e.what);
		struct ck_options given = {.key = log_key(f), .all_signatures = true};
		for (size_t m = 0; m < 3; m++)
			for (int form = 0; form < 2; form++)
				for (uint64_t known = reg_size(f->reg) - 1; known > 12; known = known * 2 / 3) {
					char question[60];
					struct ck_verdict v;
					(void)snprintf(question, sizeof question, "leaving(\"%s\") on 2005-12-31", members[m]);
					char *p = made_proof(f->reg, "public", known, question, false, (enum evidence_form)form);
					accepted(question, p, &given, &v);
					proofs++;
					free(p);
				}
		unmake(f);
	}
	print_message("# %zu entries taken, %zu proofs of what follows from them\n", taken, proofs);
	assert_true(taken > 150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_accepted), cmocka_unit_test(test_touched_is_small), cmocka_unit_test(test_forged),
		cmocka_unit_test(test_which_signatures), cmocka_unit_test(test_end_left_out), cmocka_unit_test(test_sealed), cmocka_unit_test(test_added), cmocka_unit_test(test_later_text), cmocka_unit_test(test_random)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
