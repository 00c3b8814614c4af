/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies: every rule of the format, what is refused and in which words, and what a checkpoint is worth under them.
 */
#include "log/policy.h"
#include "tests/log/shared.h"

#define NOW ((uint64_t)1767139200)
enum { WITNESSES = 8 };

struct party {
	struct arena a;
	struct hasher h;
	struct ed25519_key log_secret, secret[WITNESSES];
	struct note_key log, witness[WITNESSES];
	struct str log_vkey, vkey[WITNESSES];
	struct str note; /* of size 7, signed by the log alone */
	struct policy p;
	struct err e;
};

static struct str vkey_of(struct arena *a, const struct note_key *k)
{
	struct buf b;
	buf_init(&b, NOTE_MAX_VKEY);
	note_key_write(k, &b);
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

static struct str signed_note(struct party *f, const struct note_key *k, const struct ed25519_key *secret)
{
	struct buf b;
	buf_init(&b, NOTE_MAX_BYTES);
	assert_int_equal(checkpoint_sign(7, &(struct digest){{7}}, k, secret, &b, &f->e), 0);
	struct str s = arena_str(&f->a, buf_str(&b));
	buf_done(&b);
	return s;
}

static int setup(void **state)
{
	struct party *f = calloc(1, sizeof *f);
	uint8_t seed[ED25519_SEED] = {1};
	hasher_init(&f->h);
	assert_int_equal(ed25519_key_make(&f->log_secret, seed, &f->e), 0);
	note_key_make(&f->h, NOTE_ED25519, STR("register.example/acts"), &f->log_secret.pub, &f->log);
	f->log_vkey = vkey_of(&f->a, &f->log);
	for (int i = 0; i < WITNESSES; i++) {
		seed[0]++;
		assert_int_equal(ed25519_key_make(&f->secret[i], seed, &f->e), 0);
		note_key_make(&f->h, NOTE_COSIGNATURE, arena_fmt(&f->a, "w%d.example", i), &f->secret[i].pub, &f->witness[i]);
		f->vkey[i] = vkey_of(&f->a, &f->witness[i]);
	}
	f->note = signed_note(f, &f->log, &f->log_secret);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct party *f = *state;
	hasher_done(&f->h);
	arena_done(&f->a);
	free(f);
	return 0;
}

/* The text with "$L" for the log's vkey and "$0" to "$7" for those of witnesses. */
static struct str filled(struct party *f, const char *text)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	for (; *text; text++) {
		if (*text != '$')
			buf_addc(&b, *text);
		else if (*++text == 'L')
			buf_add(&b, f->log_vkey);
		else
			buf_add(&b, f->vkey[*text - '0']);
	}
	struct str s = arena_str(&f->a, buf_str(&b));
	buf_done(&b);
	return s;
}

static int reads(struct party *f, const char *text)
{
	return policy_read(filled(f, text), "policy", &f->a, &f->p, &f->e);
}

static void must_read(struct party *f, const char *text)
{
	if (reads(f, text) < 0)
		fail_msg("%s: %s in:\n%s", f->e.where, f->e.what, text);
}

static void good_policies(void **state)
{
	struct party *f = *state;
	static const struct {
		const char *text;
		size_t logs, witnesses, parties;
	} cases[] = {
		{"quorum none\n", 0, 0, 0},
		{"log $L\nquorum none\n", 1, 0, 0},
		{"log $L https://register.example/\nquorum none\n", 1, 0, 0},
		{"# a comment\n\n \t \n\t # another\nlog $L\nquorum none\n", 1, 0, 0},
		{" \tlog\t $L \t\n  quorum   none  \n", 1, 0, 0},
		{"witness a $0\nquorum a\nlog $L\n", 1, 1, 1},
		{"witness a $0 http://127.0.0.1:8081\nwitness b $1\ngroup g 1 a b\nquorum g\n", 0, 2, 3},
		{"witness a $0\ngroup g all a\nquorum g\n", 0, 1, 2},
		{"witness a $0\ngroup g any a\nquorum a\n", 0, 1, 2},
		{"quorum none\nwitness a $0\n", 0, 1, 1},
		{"witness all $0\nwitness any $1\nwitness 2 $2\nwitness quorum $3\ngroup log 2 all any 2 quorum\nquorum log\n", 0, 4, 5},
		{"witness #a $0\nquorum #a\n", 0, 1, 1}, /* '#' opens a comment only as the first byte of a line */
		{"witness \xff\xfe $0\nquorum \xff\xfe\n# \xc3\n", 0, 1, 1},
		{"witness K $0\nwitness \xe2\x84\xaa $1\ngroup g all K \xe2\x84\xaa\nquorum g\n", 0, 2, 3}, /* K and the kelvin sign */
		{"witness a $0\nwitness b $1\ngroup x any a\ngroup y any b\ngroup z all x y\nquorum z\n", 0, 2, 5},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		must_read(f, cases[i].text);
		assert_int_equal(f->p.logs.n, cases[i].logs);
		assert_int_equal(f->p.witnesses, cases[i].witnesses);
		assert_int_equal(f->p.parties.n, cases[i].parties);
	}
	must_read(f, "log $L https://register.example/x\nwitness a $0 http://[::1]:99/w\nwitness b $1\ngroup g 2 b a\nquorum g\n");
	const struct policy_party *v = f->p.parties.v;
	assert_true(str_eq(f->p.logs.v[0].url, STR("https://register.example/x")));
	assert_true(note_key_same(&f->p.logs.v[0].key, &f->log));
	assert_true(str_eq(v[0].name, STR("a")) && str_eq(v[0].url, STR("http://[::1]:99/w")) && note_key_same(&v[0].key, &f->witness[0]));
	assert_true(v[1].url.n == 0 && v[0].n == 0 && v[2].n == 2 && v[2].need == 2 && v[2].member[0] == 1 && v[2].member[1] == 0);
	assert_true(!f->p.quorum_none && f->p.quorum == 2);
}

static void bad_policies(void **state)
{
	struct party *f = *state;
	static const struct {
		const char *text, *where, *words;
	} cases[] = {
		{"", "policy", "no line 'quorum'"},
		{"# quorum none\n", "policy", "no line 'quorum'"},
		{"quorum none", "policy", "cut off"},
		{"quorum none\r\n", "policy:1", "CR LF"},
		{"# \x01\nquorum none\n", "policy:1", "byte 0x01"},
		{"# \x7f\nquorum none\n", "policy:1", "byte 0x7f"},
		{"quorum\n", "policy:1", "must read: quorum"},
		{"quorum none none\n", "policy:1", "must read: quorum"},
		{"quorum none\nquorum none\n", "policy:2", "a policy has one"},
		{"quorum a\nwitness a $0\n", "policy:1", "'a' is not defined above"},
		{"witness a $0\nquorum A\n", "policy:2", "'A' is not defined above"},
		{"Quorum none\n", "policy:1", "'Quorum'"},
		{"logs $L\nquorum none\n", "policy:1", "'logs'"},
		{"log\nquorum none\n", "policy:1", "must read: log"},
		{"log $L https://a b\nquorum none\n", "policy:1", "must read: log"},
		{"log $L register.example\nquorum none\n", "policy:1", "is not an address"},
		{"log $L https://\nquorum none\n", "policy:1", "is not an address"},
		{"log $L https:///x\nquorum none\n", "policy:1", "is not an address"},
		{"log $L https://a/?b\nquorum none\n", "policy:1", "is not an address"},
		{"log $L https://a/#b\nquorum none\n", "policy:1", "is not an address"},
		{"log $L ftp://a/\nquorum none\n", "policy:1", "is not an address"},
		{"log $0\nquorum none\n", "policy:1", "its type byte is 4"},
		{"log nonsense\nquorum none\n", "policy:1", "name+hash+base64"},
		{"log $L\nlog $L\nquorum none\n", "policy:2", "same public key"},
		{"witness a\nquorum none\n", "policy:1", "must read: witness"},
		{"witness a $0 https://a b\nquorum none\n", "policy:1", "must read: witness"},
		{"witness a $0 https:/a\nquorum none\n", "policy:1", "is not an address"},
		{"witness a $L\nquorum none\n", "policy:1", "its type byte is 1"},
		{"witness a PeterNeumann+c74f20a3+BhUD\nquorum none\n", "policy:1", "ML-DSA-44"},
		{"witness none $0\nquorum none\n", "policy:1", "'none' cannot be a name"},
		{"witness a $0\nwitness a $1\nquorum none\n", "policy:2", "'a' is defined already"},
		{"witness a $0\nwitness b $0\nquorum none\n", "policy:2", "the witness 'a' has the same public key"},
		{"witness a $0\ngroup a any a\nquorum none\n", "policy:2", "'a' is defined already"},
		{"witness a $0\ngroup none any a\nquorum none\n", "policy:2", "'none' cannot be a name"},
		{"witness a $0\ngroup g any\nquorum none\n", "policy:2", "must read: group"},
		{"witness a $0\ngroup g a\nquorum none\n", "policy:2", "must read: group"},
		{"witness a $0\ngroup g 0 a\nquorum none\n", "policy:2", "has 1 member; so many as 0"},
		{"witness a $0\ngroup g 2 a\nquorum none\n", "policy:2", "has 1 member; so many as 2"},
		{"witness a $0\ngroup g 01 a\nquorum none\n", "policy:2", "'01' must be"},
		{"witness a $0\ngroup g +1 a\nquorum none\n", "policy:2", "'+1' must be"},
		{"witness a $0\ngroup g ANY a\nquorum none\n", "policy:2", "'ANY' must be"},
		{"witness a $0\ngroup g 18446744073709551616 a\nquorum none\n", "policy:2", "must be all"},
		{"witness a $0\ngroup g any none\nquorum none\n", "policy:2", "'none' cannot be a member"},
		{"witness a $0\ngroup g any a a\nquorum none\n", "policy:2", "a member of a group already"},
		{"witness a $0\ngroup g any a\ngroup h any a\nquorum none\n", "policy:3", "a member of a group already"},
		{"witness a $0\ngroup g any g\nquorum none\n", "policy:2", "'g' is not defined above"},
		{"group g any a\nwitness a $0\nquorum none\n", "policy:1", "'a' is not defined above"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int rc = reads(f, cases[i].text);
		if (rc != ERR_INPUT || strcmp(f->e.where, cases[i].where) != 0 || !strstr(f->e.what, cases[i].words))
			fail_msg("%d %s: %s; expected %s: ..%s.. for:\n%s", rc, f->e.where, f->e.what, cases[i].where, cases[i].words,
				cases[i].text);
	}
	/* One key under another name, and the log's own key as its witness. */
	struct note_key again, own;
	note_key_make(&f->h, NOTE_COSIGNATURE, STR("alias.example"), &f->witness[0].pub, &again);
	note_key_make(&f->h, NOTE_COSIGNATURE, STR("own.example"), &f->log.pub, &own);
	struct str text = ARENA_JOIN(&f->a, STR("witness a "), f->vkey[0], STR("\nwitness b "), vkey_of(&f->a, &again), STR("\nquorum a\n"));
	assert_int_equal(policy_read(text, "policy", &f->a, &f->p, &f->e), ERR_INPUT);
	text = ARENA_JOIN(&f->a, STR("log "), f->log_vkey, STR("\nwitness b "), vkey_of(&f->a, &own), STR("\nquorum b\n"));
	assert_int_equal(policy_read(text, "policy", &f->a, &f->p, &f->e), ERR_INPUT);
	assert_non_null(strstr(f->e.what, "the log 'register.example/acts' has the same public key"));
	text = ARENA_JOIN(&f->a, STR("witness b "), vkey_of(&f->a, &own), STR("\nlog "), f->log_vkey, STR("\nquorum b\n"));
	assert_int_equal(policy_read(text, "policy", &f->a, &f->p, &f->e), ERR_INPUT);
	assert_non_null(strstr(f->e.what, "the witness 'b' has the same public key"));
	text = (struct str){"quorum none\n# \0\n", 16};
	assert_int_equal(policy_read(text, "policy", &f->a, &f->p, &f->e), ERR_INPUT);
}

static void limits(void **state)
{
	struct party *f = *state;
	struct buf b;
	buf_init(&b, 2 * POLICY_MAX_BYTES);
	struct ed25519_key secret;
	struct note_key k;
	uint8_t seed[ED25519_SEED] = {0};
	for (int i = 0; i <= POLICY_MAX_WITNESSES; i++) {
		seed[1] = (uint8_t)i, seed[2] = (uint8_t)(i >> 8), seed[3] = 1;
		assert_int_equal(ed25519_key_make(&secret, seed, &f->e), 0);
		note_key_make(&f->h, NOTE_COSIGNATURE, STR("w.example"), &secret.pub, &k);
		buf_addf(&b, "witness w%d ", i);
		note_key_write(&k, &b);
		buf_addc(&b, '\n');
		if (i + 1 < POLICY_MAX_WITNESSES)
			continue;
		size_t n = b.n;
		buf_adds(&b, "group g all");
		for (int j = 0; j <= i; j++)
			buf_addf(&b, " w%d", j);
		buf_adds(&b, "\nquorum g\n");
		int rc = policy_read(buf_str(&b), "policy", &f->a, &f->p, &f->e);
		assert_int_equal(rc, i < POLICY_MAX_WITNESSES ? 0 : ERR_LIMIT);
		if (rc == 0)
			assert_int_equal(f->p.parties.v[f->p.quorum].need, POLICY_MAX_WITNESSES);
		b.n = n;
	}
	/* Groups in groups, as deep as there may be. */
	buf_clear(&b);
	buf_add(&b, filled(f, "witness g0 $0\n"));
	for (int i = 1; i < POLICY_MAX_PARTIES; i++)
		buf_addf(&b, "group g%d any g%d\n", i, i - 1);
	buf_addf(&b, "quorum g%d\n", POLICY_MAX_PARTIES - 1);
	assert_int_equal(policy_read(buf_str(&b), "policy", &f->a, &f->p, &f->e), 0);
	policy_add_log(&f->p, &f->a, &f->log);
	struct policy_verdict v;
	assert_int_equal(policy_satisfied(&f->p, f->note, cosign_any_time(), &f->a, &v, &f->e), ERR_REFUSED);
	buf_addf(&b, "group more any g%d\n", POLICY_MAX_PARTIES - 1);
	assert_int_equal(policy_read(buf_str(&b), "policy", &f->a, &f->p, &f->e), ERR_LIMIT);
	buf_clear(&b);
	buf_adds(&b, "group g all");
	for (int i = 0; i < 2 * POLICY_MAX_PARTIES; i++)
		buf_adds(&b, " a");
	buf_adds(&b, "\nquorum none\n");
	assert_int_equal(policy_read(buf_str(&b), "policy", &f->a, &f->p, &f->e), ERR_LIMIT);
	buf_clear(&b);
	while (b.n <= POLICY_MAX_BYTES)
		buf_adds(&b, "# words\n");
	buf_adds(&b, "quorum none\n");
	assert_int_equal(policy_read(buf_str(&b), "policy", &f->a, &f->p, &f->e), ERR_LIMIT);
	buf_done(&b);
}

/* The note with cosignatures of these witnesses: "023" is of the witnesses 0, 2 and 3; each a second later than the last. */
static struct str cosigned(struct party *f, const char *by)
{
	struct buf b;
	buf_init(&b, NOTE_MAX_BYTES);
	buf_add(&b, f->note);
	struct str text = str_slice(f->note, 0, str_find(f->note, STR("\n\n")) + 1);
	for (uint64_t time = NOW; *by; by++, time++)
		assert_int_equal(cosign_write(text, time, &f->witness[*by - '0'], &f->secret[*by - '0'], &b, &f->e), 0);
	struct str s = arena_str(&f->a, buf_str(&b));
	buf_done(&b);
	return s;
}

static void quorums(void **state)
{
	struct party *f = *state;
	static const char two_regions[] = "log $L\nwitness a $0\nwitness b $1\nwitness c $2\nwitness d $3\nwitness e $4\nwitness f $5\n"
					  "group east 2 a b c\ngroup west any d e f\ngroup both all east west\nquorum both\n";
	static const struct {
		const char *policy, *by, *missing;
		uint64_t after; /* NOW: when the quorum was there */
	} cases[] = {
		{"log $L\nquorum none\n", "", NULL, 0},
		{"log $L\nwitness a $0\nquorum a\n", "0", NULL, 0},
		{"log $L\nwitness a $0\nquorum a\n", "1", "a", 0},
		{"log $L\nwitness a $0\nwitness b $1\nquorum a\n", "1", "a", 0},
		{"log $L\nwitness a $0\nwitness b $1\nwitness c $2\ngroup g 2 a b c\nquorum g\n", "20", NULL, 1},
		{"log $L\nwitness a $0\nwitness b $1\nwitness c $2\ngroup g 2 a b c\nquorum g\n", "210", NULL, 1},
		{"log $L\nwitness a $0\nwitness b $1\nwitness c $2\ngroup g 2 a b c\nquorum g\n", "1", "g (has 1, needs 2; missing: a, c)", 0},
		{"log $L\nwitness a $0\nwitness b $1\nwitness c $2\ngroup g all a b c\nquorum g\n", "012", NULL, 2},
		{"log $L\nwitness a $0\nwitness b $1\nwitness c $2\ngroup g any a b c\nquorum g\n", "", "g (has 0, needs 1; missing: a, b, c)", 0},
		{two_regions, "3012", NULL, 2},
		{two_regions, "013", NULL, 2},
		{two_regions, "01", "both (has 1, needs 2; missing: west (has 0, needs 1; missing: d, e, f))", 0},
		{two_regions, "2345", "both (has 1, needs 2; missing: east (has 1, needs 2; missing: a, b))", 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy_verdict v, again;
		struct buf words;
		buf_init(&words, 1000);
		must_read(f, cases[i].policy);
		struct str note = cosigned(f, cases[i].by);
		assert_int_equal(policy_judge(&f->p, note, cosign_until(NOW), &f->a, &v, &f->e), 0);
		policy_missing(&f->p, &v, &words);
		if (!str_eq(buf_str(&words), str_of(cases[i].missing ? cases[i].missing : "")))
			fail_msg("case %zu: '%s'", i, words.p);
		assert_int_equal(v.met, !cases[i].missing);
		assert_int_equal(v.checkpoint.size, 7);
		if (v.met && !f->p.quorum_none)
			assert_int_equal(v.time, NOW + cases[i].after);
		else
			assert_int_equal(v.time, 0);
		int rc = policy_satisfied(&f->p, note, cosign_until(NOW), &f->a, &again, &f->e);
		assert_int_equal(rc, v.met ? 0 : ERR_REFUSED);
		if (rc < 0)
			assert_non_null(strstr(f->e.what, cases[i].missing));
		buf_done(&words);
	}
}

static void who_and_when(void **state)
{
	struct party *f = *state;
	struct policy_verdict v;
	must_read(f, "log $L\nwitness a $0\nwitness b $1\nwitness c $2\ngroup g any a b c\nquorum g\n");
	assert_int_equal(policy_satisfied(&f->p, cosigned(f, "205"), cosign_until(NOW), &f->a, &v, &f->e), 0);
	assert_true(v.mark[2].state == COSIGN_GOOD && v.mark[2].time == NOW);
	assert_true(v.mark[0].state == COSIGN_GOOD && v.mark[0].time == NOW + 1);
	assert_int_equal(v.mark[1].state, COSIGN_ABSENT);
	assert_int_equal(v.cosigned, 2);
	assert_int_equal(v.log, 0);
	/* From the future: it does not count, and the words say why. */
	must_read(f, "log $L\nwitness a $0\nquorum a\n");
	struct str note = cosigned(f, "0");
	assert_int_equal(policy_judge(&f->p, note, cosign_until(NOW - COSIGN_SKEW - 1), &f->a, &v, &f->e), 0);
	assert_true(!v.met && v.cosigned == 0 && v.mark[0].state == COSIGN_UNTIMELY);
	assert_int_equal(policy_satisfied(&f->p, note, cosign_until(NOW - COSIGN_SKEW - 1), &f->a, &v, &f->e), ERR_REFUSED);
	assert_non_null(strstr(f->e.what, "a (its time cannot be believed)"));
}

static void whose_checkpoint(void **state)
{
	struct party *f = *state;
	struct policy_verdict v;
	/* No log in the policy: the one that is known from elsewhere. */
	must_read(f, "quorum none\n");
	assert_int_equal(policy_judge(&f->p, f->note, cosign_any_time(), &f->a, &v, &f->e), ERR_REFUSED);
	assert_non_null(strstr(f->e.what, "which the policy does not name"));
	policy_add_log(&f->p, &f->a, &f->log);
	policy_add_log(&f->p, &f->a, &f->log);
	assert_int_equal(f->p.logs.n, 1);
	assert_int_equal(policy_judge(&f->p, f->note, cosign_any_time(), &f->a, &v, &f->e), 0);
	/* An old and a new key of one log: either will do. */
	struct ed25519_key secret;
	struct note_key fresh;
	assert_int_equal(ed25519_key_make(&secret, NULL, &f->e), 0);
	note_key_make(&f->h, NOTE_ED25519, f->log.name, &secret.pub, &fresh);
	struct str note = signed_note(f, &fresh, &secret);
	assert_int_equal(policy_judge(&f->p, note, cosign_any_time(), &f->a, &v, &f->e), ERR_REFUSED);
	assert_non_null(strstr(f->e.what, "not signed by a key that the policy names"));
	policy_add_log(&f->p, &f->a, &fresh);
	assert_int_equal(policy_judge(&f->p, note, cosign_any_time(), &f->a, &v, &f->e), 0);
	assert_int_equal(v.log, 1);
	/* A line of a key of the policy that does not fit spoils the note, though the other is good. */
	struct str lines = str_slice(f->note, str_find(f->note, STR("\n\n")) + 2, f->note.n);
	struct str both = ARENA_JOIN(&f->a, note, lines);
	assert_int_equal(policy_judge(&f->p, both, cosign_any_time(), &f->a, &v, &f->e), 0);
	assert_int_equal(v.log, 0);
	((char *)both.p)[both.n - 20] ^= 1;
	assert_int_equal(policy_judge(&f->p, both, cosign_any_time(), &f->a, &v, &f->e), ERR_REFUSED);
	/* So does a witness's that is not even needed. */
	must_read(f, "log $L\nwitness a $0\nwitness b $1\nquorum a\n");
	struct str cosignatures = cosigned(f, "01");
	assert_int_equal(policy_judge(&f->p, cosignatures, cosign_any_time(), &f->a, &v, &f->e), 0);
	((char *)cosignatures.p)[cosignatures.n - 20] ^= 1;
	assert_int_equal(policy_judge(&f->p, cosignatures, cosign_any_time(), &f->a, &v, &f->e), ERR_REFUSED);
	assert_int_equal(policy_judge(&f->p, STR("no note\n"), cosign_any_time(), &f->a, &v, &f->e), ERR_INPUT);
	assert_int_equal(policy_judge(&f->p, cosigned(f, "0"), cosign_any_time(), &f->a, &v, &f->e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(good_policies, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_policies, setup, teardown),
		cmocka_unit_test_setup_teardown(limits, setup, teardown),
		cmocka_unit_test_setup_teardown(quorums, setup, teardown),
		cmocka_unit_test_setup_teardown(who_and_when, setup, teardown),
		cmocka_unit_test_setup_teardown(whose_checkpoint, setup, teardown),
	};
	return test_main(tests);
}
