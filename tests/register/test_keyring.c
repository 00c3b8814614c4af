/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys by log index, held against the words of register/keyring.h alone: what is no key act, who may say what, from which entry to
 * which a key counts.
 */
#include "log/base64.h"
#include "tests/register/ring.h"

#define REGISTER(holder, key) "{\"kind\":\"key_registered\"," REG ",\"holder\":\"" holder "\",\"key\":\"" key "\"}"
#define DELEGATE(holder, key, acts, until) "{\"kind\":\"key_delegated\"," REG ",\"holder\":\"" holder "\",\"key\":\"" key "\",\"acts\":[" acts "]" until "}"
#define ROTATE(old, key) "{\"kind\":\"key_rotated\"," REG ",\"old\":\"" old "\",\"key\":\"" key "\"}"
#define REVOKE(old) "{\"kind\":\"key_revoked\"," REG ",\"old\":\"" old "\"}"

static bool counts(struct ring_test *f, unsigned pen, uint64_t at)
{
	const struct held_key *k = keyring_find(&f->ring, str_of(f->pens[pen].id), at);
	if (k)
		assert_string_equal(k->keyid, f->pens[pen].id);
	return k != NULL;
}

/* In force for entries from <= index < until, and for no other. */
static void force(struct ring_test *f, unsigned pen, const char *holder, uint64_t from, uint64_t until)
{
	const uint64_t at[] = {0, 1, from - 1, from, from + 1, from + 1000, until - 1, until, until + 1, UINT64_MAX - 1};
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		const struct held_key *k = keyring_find(&f->ring, str_of(f->pens[pen].id), at[i]);
		if ((k != NULL) != (from <= at[i] && at[i] < until))
			fail_msg("key %u at %llu: %s", pen, (unsigned long long)at[i], k ? "in force" : "not in force");
		if (k && !str_eq(k->holder, str_of(holder)))
			fail_msg("key %u is of %.*s, not %s", pen, STR_ARG(k->holder), holder);
	}
	assert_non_null(keyring_known(&f->ring, str_of(f->pens[pen].id)));
}

/* ---- the genesis entry ------------------------------------------------------------------------------------------------------------ */

static void the_genesis_entry_names_the_first_key(void **state)
{
	struct ring_test *f = *state;
	force(f, 0, "secretariat", 0, UINT64_MAX);
	assert_true(str_eq(f->ring.registrar, STR("secretariat")) && str_eq(f->ring.origin, STR(ORIGIN)));
	assert_int_equal(f->ring.recovery, 1);
	assert_false(counts(f, 1, 0));
	assert_null(keyring_known(&f->ring, STR("ed25519:0000000000000000")));
	assert_null(keyring_known(&f->ring, STR("")));
}

static void what_is_no_genesis_entry_begins_nothing(void **state)
{
	struct ring_test *f = *state;
	char text[800];
	genesis_of(f, "\"keys\":{\"recovery\":2},", text);
	static const char *const members[] = {"origin", "key", "key.vkey", "key.keyid", "key.role"};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		for (int how = 0; how < 4; how++) {
			AUTO_JSON json_t *v = parsed(text);
			struct keyring k = {0};
			struct str in, name = str_of(members[i]);
			json_t *obj = str_cut(name, '.', &in, &name) ? json_object_get(v, "key") : v;
			if (how == 0)
				json_object_deln(obj, name.p, name.n);
			else
				json_object_setn_new(obj, name.p, name.n, how == 1 ? json_null() : how == 2 ? json_integer(1) : json_string(""));
			if (keyring_begin(&k, v, &f->arena, &f->e) != ERR_CORRUPT)
				fail_msg("%s, change %d", members[i], how);
		}
	static const char *const keys[] = {"\"keys\":1,", "\"keys\":{\"recovery\":-1},", "\"keys\":{\"recovery\":\"1\"},", "\"keys\":{\"recovery\":1.5},", "\"keys\":[],"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct keyring k = {0};
		genesis_of(f, keys[i], text);
		if (keyring_begin(&k, keep(f, parsed(text)), &f->arena, &f->e) != ERR_CORRUPT)
			fail_msg("%s", keys[i]);
	}
	/* The name of another key than the one that it shows. */
	struct pen own = f->pens[0];
	memcpy(f->pens[0].id, f->pens[1].id, sizeof own.id);
	genesis_of(f, "", text);
	f->pens[0] = own;
	struct keyring k = {0};
	assert_int_equal(keyring_begin(&k, keep(f, parsed(text)), &f->arena, &f->e), ERR_CORRUPT);
}

/* ---- what is no key act ---------------------------------------------------------------------------------------------------------- */

/* One good act of each kind, and who signs it, in a ring where KZ has the keys 1 and 2, and 3 for thanks. */
static const struct {
	const char *act, *pens;
	const char *needs[6];
} kinds[] = {
	{REGISTER("KZ", "$9"), "1 9", {"kind", "register", "holder", "key"}},
	{DELEGATE("KZ", "$9", "\"thanked\",\"weighed\"", ""), "1 9", {"kind", "register", "holder", "key", "acts"}},
	{ROTATE("#1", "$9"), "1 9", {"kind", "register", "old", "key"}},
	{REVOKE("#1"), "2", {"kind", "register", "old"}},
};
enum { NKINDS = sizeof kinds / sizeof *kinds };

static void prepare(struct ring_test *f)
{
	begin(f, -1);
	good(f, REGISTER("KZ", "$1"), "0 1", 10);
	good(f, REGISTER("KZ", "$2"), "1 2", 11);
	good(f, DELEGATE("KZ", "$3", "\"thanked\"", ""), "1 3", 12);
	good(f, REGISTER("BE", "$4"), "0 4", 13);
}

/* With one member changed: `how` counts through what may stand there instead. False: no more. */
static bool changed(json_t *act, const char *name, int how)
{
	static const char *const instead[] = {"null", "true", "0", "-1", "1.5", "\"\"", "\" \"", "[]", "{}", "[[]]", "[null]", "[1]", "[\"\"]", "[\"a b\"]",
		"\"\\u0000\"", "\"a\\u0000b\"", "\"\\n\"", "\"\\u202e\"", "\"\xd0\x9a\"", "1e300", "\"ed25519:0\"", "\"ed25519 AAAA\"", "\"../x\""};
	if (how == 0) {
		json_object_del(act, name);
		return true;
	}
	if ((size_t)how <= sizeof instead / sizeof *instead) {
		json_error_t e;
		json_object_set_new(act, name, json_loads(instead[how - 1], JSON_DECODE_ANY | JSON_ALLOW_NUL, &e));
		return true;
	}
	return false;
}

static void one_wrong(struct ring_test *f, size_t kind, json_t *v, const char *what)
{
	struct err e = {0};
	size_t n = f->ring.keys.n;
	int rc = keyring_add(&f->ring, v, by(f, kinds[kind].pens), 20, "entry", &e);
	if (rc != ERR_INPUT && rc != ERR_REFUSED) {
		char *text = json_dumps(v, 0);
		fail_msg("%s: %s gave %d", what, text, rc);
	}
	assert_int_equal(keyring_check(&f->ring, v, by(f, kinds[kind].pens), 20, "entry", &e), rc);
	assert_true(e.what[0] && f->ring.keys.n == n);
}

static void every_member_is_looked_at(void **state)
{
	struct ring_test *f = *state;
	prepare(f);
	for (size_t kind = 0; kind < NKINDS; kind++) {
		for (const char *const *name = kinds[kind].needs; *name; name++)
			for (int how = 0;; how++) {
				json_t *v = keep(f, parsed(said(f, kinds[kind].act)));
				if (!changed(v, *name, how))
					break;
				one_wrong(f, kind, v, *name);
			}
		static const char *const others[] = {"holders", "Holder", "date", "args", "id", "for", "corrects", "annul", "recorded", "signer", "from", ""};
		for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
			json_t *v = keep(f, parsed(said(f, kinds[kind].act)));
			json_object_set_new(v, others[i], json_string("2000-01-01"));
			one_wrong(f, kind, v, others[i]);
		}
		static const char *const foreign[NKINDS][4] = {{"old", "acts", "until"}, {"old"}, {"holder", "acts", "until"}, {"holder", "key", "acts", "until"}};
		for (size_t i = 0; i < 4 && foreign[kind][i]; i++) { /* members of another kind */
			json_t *v = keep(f, parsed(said(f, kinds[kind].act))), *acts = json_array();
			json_array_append_new(acts, json_string("thanked"));
			json_object_set_new(v, foreign[kind][i], !strcmp(foreign[kind][i], "acts") ? json_incref(acts)
					: !strcmp(foreign[kind][i], "until") ? json_integer(500)
					: json_string(!strcmp(foreign[kind][i], "holder") ? "KZ" : !strcmp(foreign[kind][i], "key") ? f->pens[9].text : f->pens[1].id));
			json_decref(acts);
			one_wrong(f, kind, v, foreign[kind][i]);
		}
		force(f, 1, "KZ", 11, UINT64_MAX);
		struct keyring before = f->ring; /* nothing of that stands in the way of the good one */
		good(f, kinds[kind].act, kinds[kind].pens, 20);
		f->ring = before;
		prepare(f);
	}
}

/* Each name ends in its number, of `digits` at least; 0: none does. */
static const char *many_acts(struct ring_test *f, size_t n, const char *name, int digits)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	buf_adds(&out, "{\"kind\":\"key_delegated\"," REG ",\"holder\":\"KZ\",\"key\":\"$9\",\"acts\":[");
	for (size_t i = 0; i < n; i++) {
		char word[400];
		if (digits)
			(void)snprintf(word, sizeof word, "%s%0*d", name, digits, (int)i);
		else
			(void)snprintf(word, sizeof word, "%s", name);
		buf_addf(&out, "%s\"%s\"", i ? "," : "", word);
	}
	buf_adds(&out, "]}");
	assert_false(out.over);
	const char *z = arena_str(&f->arena, buf_str(&out)).p;
	buf_done(&out);
	return z;
}

static void lists_and_texts_have_a_limit(void **state)
{
	struct ring_test *f = *state;
	prepare(f);
	good(f, many_acts(f, MAX_KEY_ACTS, "kind_", 1), "1 9", 20);
	prepare(f);
	bad(f, ERR_INPUT, many_acts(f, MAX_KEY_ACTS + 1, "kind_", 1), "1 9", 20);
	bad(f, ERR_INPUT, many_acts(f, 5000, "kind_", 1), "1 9", 20);
	bad(f, ERR_INPUT, many_acts(f, 1, "", 300), "1 9", 20);
	bad(f, ERR_INPUT, many_acts(f, 0, "", 0), "1 9", 20);
	char reason[400], act[900];
	for (int n = MAX_KEY_REASON; n <= MAX_KEY_REASON + 1; n++) {
		prepare(f);
		memset(reason, 'x', (size_t)n);
		reason[n] = 0;
		(void)snprintf(act, sizeof act, "{\"kind\":\"key_revoked\"," REG ",\"old\":\"#1\",\"reason\":\"%s\"}", reason);
		(n == MAX_KEY_REASON) ? good(f, act, "2", 20) : bad(f, ERR_INPUT, act, "2", 20);
	}
	static const char *const reasons[] = {"null", "1", "[\"stolen\"]", "\"\\u0000\"", "\"a\\nb\\u0007\""};
	bad(f, ERR_INPUT, many_acts(f, 2, "thanked", 0), "1 9", 20); /* the same one twice */
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		(void)snprintf(act, sizeof act, "{\"kind\":\"key_revoked\"," REG ",\"old\":\"#1\",\"reason\":%s}", reasons[i]);
		prepare(f);
		bad(f, ERR_INPUT, act, "2", 20);
	}
	static const char *const untils[] = {"-1", "0", "20", "21", "1.5", "1e3", "\"500\"", "null", "[]", "9223372036854775808"};
	for (size_t i = 0; i < sizeof untils / sizeof *untils; i++) { /* one that would never count is no delegation */
		json_error_t no;
		(void)snprintf(act, sizeof act, "{\"kind\":\"key_delegated\"," REG ",\"holder\":\"KZ\",\"key\":\"$9\",\"acts\":[\"thanked\"],\"until\":%s}", untils[i]);
		json_t *v = json_loads(said(f, act), 0, &no);
		if (!v)
			continue; /* too large for JSON here: it does not come as far as this */
		prepare(f);
		if (keyring_add(&f->ring, keep(f, v), by(f, "1 9"), 20, "entry", &f->e) == 0)
			fail_msg("until %s was taken", untils[i]);
	}
}

static void keys_that_are_none_are_refused(void **state)
{
	struct ring_test *f = *state;
	prepare(f);
	static const char *const keys[] = {"", "ed25519", "ed25519 ", "ed25519  AAAA", "$9 ", " $9", "$9\\n", "$9 KZ", "ED25519 AAAA", "#9", "rsa AAAA",
		"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7", "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY=", "ssh-ed25519 ", "ssh-ed25519 AAAA",
		"webauthn", "webauthn es256 AAAA register.example https://register.example", "sk-ssh-ed25519@openssh.com AAAA"};
	char act[2200], longest[1200];
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		(void)snprintf(act, sizeof act, "{\"kind\":\"key_registered\"," REG ",\"holder\":\"KZ\",\"key\":\"%s\"}", keys[i]);
		int rc = add(f, act, "1 9", 20); /* of some it is said that they are keys, but none for here */
		if (rc != ERR_INPUT && rc != ERR_REFUSED)
			fail_msg("%s gave %d", said(f, act), rc);
	}
	memset(longest, 'A', sizeof longest - 1);
	longest[sizeof longest - 1] = 0;
	(void)snprintf(act, sizeof act, "{\"kind\":\"key_registered\"," REG ",\"holder\":\"KZ\",\"key\":\"ed25519 %s\"}", longest);
	bad(f, ERR_INPUT, act, "1 9", 20);
}

/* Points of small order, of mixed order, in encodings that are not canonical, and what is no point: RFC 8032, 5.1.3; and as OpenSSH writes keys. */
static void unsound_keys_are_refused(void **state)
{
	static const char *const points[] = {
		"0100000000000000000000000000000000000000000000000000000000000000", /* order 1 */
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* order 2 */
		"0000000000000000000000000000000000000000000000000000000000000000", /* order 4 */
		"0000000000000000000000000000000000000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", /* order 8 */
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"0100000000000000000000000000000000000000000000000000000000000080", /* x = 0 with a sign */
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y = p, p + 1: of small order too */
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y = p + 3, p + 18: of large order */
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"bec057a2fd540866e97183dbfc7358ec1987770480fcddd2af4ba4d4e9fa3e87", /* a good key and a point of order 8, 4, 2 */
		"4a4557fd87a72dc432de76381b582d50b35429d2deda36ae2aa0caba66d25711",
		"652ebf285d0d75d272bebc5495afdf0e94900d57945595f162bf1fd192a7c247",
		"0200000000000000000000000000000000000000000000000000000000000000", /* no point */
		"0700000000000000000000000000000000000000000000000000000000000000",
	};
	struct ring_test *f = *state;
	for (size_t i = 0; i < sizeof points / sizeof *points; i++)
		for (int ssh = 0; ssh < 2; ssh++) {
			uint8_t wire[51] = "\0\0\0\013ssh-ed25519\0\0\0\040";
			char act[500];
			struct buf text;
			struct pubkey pub = {.carrier = ssh ? CARRIER_SSHSIG : CARRIER_ED25519, .algorithm = KEY_ED25519, .n = 32};
			assert_true(hex_parse(str_of(points[i]), wire + 19, 32));
			memcpy(pub.bytes, wire + 19, 32);
			pubkey_id(&f->hash, &pub, f->pens[9].id); /* whoever can sign for such a key has signed */
			buf_init(&text, 200);
			base64_add(&text, ssh ? wire : wire + 19, ssh ? 51 : 32);
			(void)snprintf(act, sizeof act, "{\"kind\":\"key_registered\"," REG ",\"holder\":\"KZ\",\"key\":\"%s %.*s\"}", ssh ? "ssh-ed25519" : "ed25519",
				STR_ARG(buf_str(&text)));
			buf_done(&text);
			prepare(f);
			int rc = add(f, act, "1 9", 20);
			if (rc != ERR_REFUSED && rc != ERR_INPUT)
				fail_msg("%s gave %d", act, rc);
		}
}

/* ---- who may ------------------------------------------------------------------------------------------------------------------------- */

static void a_key_counts_from_the_next_entry_on(void **state)
{
	struct ring_test *f = *state;
	good(f, REGISTER("KZ", "$1"), "0 1", 5);
	force(f, 1, "KZ", 6, UINT64_MAX);
	good(f, REGISTER("KZ", "$2"), "1 2", 6);
	force(f, 2, "KZ", 7, UINT64_MAX);
	good(f, ROTATE("#1", "$3"), "1 3", 20);
	force(f, 1, "KZ", 6, 21); /* until and with the entry that ends it */
	force(f, 3, "KZ", 21, UINT64_MAX);
	good(f, REVOKE("#3"), "2", 21);
	force(f, 3, "KZ", 21, 22); /* for the entry that ended it, and no other */
	good(f, DELEGATE("KZ", "$4", "\"thanked\"", ",\"until\":40"), "2 4", 30);
	force(f, 4, "KZ", 31, 40);
	good(f, DELEGATE("KZ", "$5", "\"thanked\"", ",\"until\":40"), "2 5", 31);
	good(f, ROTATE("#5", "$6"), "5 6", 35);
	force(f, 5, "KZ", 32, 36);
	force(f, 6, "KZ", 36, 40); /* in its place: no longer than it */
	const struct held_key *k = keyring_find(&f->ring, str_of(f->pens[6].id), 39);
	assert_true(held_key_covers(k, STR("thanked")) && !held_key_covers(k, STR("weighed")));
	good(f, REVOKE("#6"), "6", 38);
	force(f, 6, "KZ", 36, 39);
	k = keyring_known(&f->ring, str_of(f->pens[6].id));
	assert_true(k->by == 35 && k->ended_by == 38);
}

static void no_key_comes_twice(void **state)
{
	struct ring_test *f = *state;
	prepare(f);
	bad(f, ERR_REFUSED, REGISTER("KZ", "$1"), "1", 20);
	bad(f, ERR_REFUSED, REGISTER("KZ", "$2"), "1 2", 20);
	bad(f, ERR_REFUSED, REGISTER("AT", "$1"), "0 1", 20); /* another holder's */
	bad(f, ERR_REFUSED, REGISTER("KZ", "$0"), "0 1", 20); /* the log's own */
	bad(f, ERR_REFUSED, REGISTER("AT", "$0"), "0", 20);
	bad(f, ERR_REFUSED, DELEGATE("KZ", "$4", "\"thanked\"", ""), "1 4", 20);
	bad(f, ERR_REFUSED, ROTATE("#1", "$4"), "1 4", 20);
	bad(f, ERR_REFUSED, ROTATE("#1", "$1"), "1", 20);
	bad(f, ERR_REFUSED, ROTATE("#1", "$3"), "1 3", 20);
	good(f, REVOKE("#3"), "1", 20);
	bad(f, ERR_REFUSED, DELEGATE("KZ", "$3", "\"thanked\"", ""), "1 3", 21); /* nor one that has ended */
	bad(f, ERR_REFUSED, REGISTER("KZ", "$3"), "1 3", 21);
	good(f, ROTATE("#1", "$9"), "1 9", 22);
	bad(f, ERR_REFUSED, ROTATE("#9", "$1"), "9 1", 23);
}

static void whoever_names_a_key_has_it(void **state)
{
	struct ring_test *f = *state;
	prepare(f);
	bad(f, ERR_REFUSED, REGISTER("AT", "$9"), "0", 20);
	bad(f, ERR_REFUSED, REGISTER("AT", "$9"), "0 8", 20); /* another new one has signed */
	bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "1", 20);
	bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "9", 20); /* and the new one alone is not enough */
	bad(f, ERR_REFUSED, DELEGATE("KZ", "$9", "\"thanked\"", ""), "1", 20);
	bad(f, ERR_REFUSED, DELEGATE("KZ", "$9", "\"thanked\"", ""), "9", 20);
	bad(f, ERR_REFUSED, ROTATE("#1", "$9"), "1", 20);
	bad(f, ERR_REFUSED, ROTATE("#1", "$9"), "9", 20);
	bad(f, ERR_REFUSED, REGISTER("AT", "$9"), "", 20);
	bad(f, ERR_REFUSED, REVOKE("#1"), "", 20);
}

static void another_register_is_another(void **state)
{
	static const char *const origins[] = {"other.example/acts", "league.example", "LEAGUE.example/acts", "league.example/acts/", "https://league.example/acts", (" " ORIGIN)};
	struct ring_test *f = *state;
	char act[500];
	prepare(f);
	for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
		(void)snprintf(act, sizeof act, "{\"kind\":\"key_registered\",\"register\":\"%s\",\"holder\":\"AT\",\"key\":\"$9\"}", origins[i]);
		int rc = add(f, act, "0 9", 20);
		assert_true(rc == ERR_REFUSED || rc == ERR_INPUT);
	}
	(void)snprintf(act, sizeof act, "{\"kind\":\"key_registered\",\"holder\":\"AT\",\"key\":\"$9\"}");
	assert_true(add(f, act, "0 9", 20) < 0);
}

static void first_and_later_keys(void **state)
{
	struct ring_test *f = *state;
	prepare(f);
	bad(f, ERR_REFUSED, REGISTER("AT", "$9"), "9", 20);	/* nobody begins by himself */
	bad(f, ERR_REFUSED, REGISTER("AT", "$9"), "1 9", 20);	/* nor by another member */
	bad(f, ERR_REFUSED, REGISTER("AT", "$9"), "1 2 4 9", 20); /* nor by all of them */
	bad(f, ERR_REFUSED, DELEGATE("AT", "$9", "\"thanked\"", ""), "0 9", 20); /* nor with a part */
	bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "0 9", 20);	/* the registrar cannot slip a key in, */
	bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "0 4 9", 20);	/* not with another's help */
	bad(f, ERR_REFUSED, DELEGATE("KZ", "$9", "\"thanked\"", ""), "0 9", 20);
	bad(f, ERR_REFUSED, DELEGATE("KZ", "$9", "\"thanked\"", ""), "0 4 9", 20);
	bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "3 9", 20);	/* nor a delegated key, */
	bad(f, ERR_REFUSED, DELEGATE("KZ", "$9", "\"thanked\"", ""), "3 9", 20); /* not even for what it may itself */
	bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "2 3 9", 20);	/* nor beside a key that may: each signature counts */
	bad(f, ERR_REFUSED, REVOKE("#1"), "2 3", 20);
	good(f, REGISTER("KZ", "$9"), "2 9", 20);
	good(f, DELEGATE("KZ", "$10", "\"thanked\"", ""), "9 10", 21);
	bad(f, ERR_REFUSED, REGISTER("secretariat", "$11"), "1 11", 22); /* the registrar's further keys */
	good(f, REGISTER("secretariat", "$11"), "0 11", 22);
	good(f, REGISTER("AT", "$12"), "11 12", 23); /* are the registrar's */
	good(f, DELEGATE("secretariat", "$13", "\"state_listed\"", ""), "11 13", 24);
	bad(f, ERR_REFUSED, REGISTER("FR", "$14"), "13 14", 25);
}

static void rotation_is_by_the_key_itself(void **state)
{
	struct ring_test *f = *state;
	prepare(f);
	bad(f, ERR_REFUSED, ROTATE("#1", "$9"), "0 9", 20);
	bad(f, ERR_REFUSED, ROTATE("#1", "$9"), "2 9", 20); /* that would be a registration and a revocation */
	bad(f, ERR_REFUSED, ROTATE("#1", "$9"), "0 4 9", 20);
	bad(f, ERR_REFUSED, ROTATE("#3", "$9"), "1 9", 20);
	bad(f, ERR_REFUSED, ROTATE("#8", "$9"), "8 9", 20); /* of a key that is none here */
	bad(f, ERR_REFUSED, ROTATE("#0", "$9"), "0 9", 20); /* the log's key stays */
	good(f, ROTATE("#1", "$9"), "1 9", 20);
	bad(f, ERR_REFUSED, ROTATE("#1", "$10"), "1 10", 21);
	bad(f, ERR_REFUSED, REGISTER("KZ", "$10"), "1 10", 21);
	good(f, REGISTER("KZ", "$10"), "9 10", 21);
	good(f, ROTATE("#3", "$11"), "3 11", 22); /* a delegated one too: it stays what it is */
	bad(f, ERR_REFUSED, REGISTER("KZ", "$12"), "11 12", 23);
	good(f, REGISTER("secretariat", "$13"), "0 13", 24);
	good(f, ROTATE("#13", "$14"), "13 14", 25);
}

static void revocation(void **state)
{
	struct ring_test *f = *state;
	prepare(f);
	bad(f, ERR_REFUSED, REVOKE("#1"), "0", 20);  /* not by the registrar alone */
	bad(f, ERR_REFUSED, REVOKE("#1"), "4", 20);  /* nor by another */
	bad(f, ERR_REFUSED, REVOKE("#1"), "3", 20);  /* nor by a delegated key */
	bad(f, ERR_REFUSED, REVOKE("#1"), "0 3", 20);
	bad(f, ERR_REFUSED, REVOKE("#8"), "1", 20);
	bad(f, ERR_REFUSED, REVOKE("#0"), "0", 20); /* the log's key stays */
	bad(f, ERR_REFUSED, REVOKE("#0"), "0 1 4", 20);
	good(f, REVOKE("#1"), "1", 20); /* by itself */
	bad(f, ERR_REFUSED, REVOKE("#1"), "2", 21); /* once */
	bad(f, ERR_REFUSED, REVOKE("#2"), "1", 21); /* not by what has ended */
	good(f, REVOKE("#3"), "2", 21);
	good(f, REVOKE("#2"), "2", 22); /* the last one: allowed, and then it needs help */
	bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "0 9", 23);
	good(f, REGISTER("KZ", "$9"), "0 4 9", 23);
	good(f, REGISTER("secretariat", "$10"), "0 10", 24);
	good(f, REVOKE("#10"), "0", 25);
}

static void a_holder_without_keys_is_helped(void **state)
{
	static const struct {
		int recovery;
		const char *before; /* one helper too few; NULL: none is too few */
		const char *enough;
	} cases[] = {{-1, "0 9", "0 4 9"}, {0, NULL, "0 9"}, {1, "0 9", "0 5 9"}, {2, "0 4 9", "0 4 6 9"}, {3, "0 5 6 9", "0 4 5 6 9"}, {50, "0 4 6 9", "0 4 5 6 9"}};
	struct ring_test *f = *state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char without[40];
		begin(f, cases[i].recovery);
		good(f, REGISTER("BE", "$4"), "0 4", 1);
		good(f, REGISTER("AT", "$5"), "0 5", 2);
		good(f, REGISTER("FR", "$6"), "0 6", 3);
		good(f, REGISTER("FR", "$7"), "6 7", 4);
		good(f, DELEGATE("BE", "$8", "\"thanked\"", ""), "4 8", 5);
		good(f, REGISTER("KZ", "$1"), "0 1", 6);
		good(f, DELEGATE("KZ", "$3", "\"thanked\"", ""), "1 3", 7);
		good(f, REGISTER("DE", "$20"), "0 20", 8);
		good(f, REVOKE("#20"), "20", 9);	      /* a holder without a key counts for nobody, */
		good(f, DELEGATE("FR", "$21", "\"thanked\"", ""), "7 21", 10);
		bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "0 4 5 6 9", 11); /* no help is needed as long as there is a key: it is revoked first */
		(void)snprintf(without, sizeof without, "%.*s", (int)(strlen(cases[i].enough) - 2), cases[i].enough);
		if (cases[i].before) {
			char fewer[40];
			(void)snprintf(fewer, sizeof fewer, "%.*s", (int)(strlen(cases[i].before) - 2), cases[i].before);
			bad(f, ERR_REFUSED, REVOKE("#1"), fewer, 11);
		}
		bad(f, ERR_REFUSED, REVOKE("#1"), "4 5 6", 11); /* never without the registrar */
		good(f, REVOKE("#1"), without, 11);
		if (cases[i].before)
			bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), cases[i].before, 12);
		bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "4 5 6 9", 12);
		bad(f, ERR_REFUSED, ROTATE("#1", "$9"), "0 4 5 6 9", 12);
		bad(f, ERR_REFUSED, DELEGATE("KZ", "$9", "\"thanked\"", ""), "0 4 5 6 9", 12);
		if (cases[i].recovery == 2) {
			bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "0 6 7 9", 12); /* two keys of one holder are one holder */
			bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "0 6 8 9", 12); /* a delegated key does not help */
			bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "0 6 20 9", 12); /* nor one that has ended, */
			bad(f, ERR_REFUSED, REGISTER("KZ", "$9"), "0 6 3 9", 12); /* nor the holder itself */
		}
		good(f, REGISTER("KZ", "$9"), cases[i].enough, 12);
		good(f, REVOKE("#3"), "9", 13); /* and it is a key like any other */
	}
}

/* The registrar could make up holders, and let these help it. */
static void elders_help_or_all(void **state)
{
	struct ring_test *f = *state;
	begin(f, 1);
	good(f, REGISTER("KZ", "$1"), "0 1", 1);
	good(f, REGISTER("BE", "$2"), "0 2", 2);
	good(f, REGISTER("AT", "$3"), "0 3", 3);
	good(f, REGISTER("made-up", "$4"), "0 4", 4);
	bad(f, ERR_REFUSED, REVOKE("#2"), "0 4", 5);
	bad(f, ERR_REFUSED, REVOKE("#2"), "0 3 4", 5);
	bad(f, ERR_REFUSED, REVOKE("#1"), "0 3 4", 5); /* nobody is elder than the first: */
	good(f, REVOKE("#1"), "0 2 3 4", 5);	       /* then it takes all */
	good(f, ROTATE("#3", "$5"), "3 5", 6);
	bad(f, ERR_REFUSED, REVOKE("#5"), "0 4", 7); /* a new key makes its holder no younger, */
	good(f, REVOKE("#4"), "4", 7);
	good(f, REVOKE("#5"), "0 2", 8);
	bad(f, ERR_REFUSED, REGISTER("KZ", "$6"), "0 6", 9);
	good(f, REGISTER("KZ", "$6"), "0 2 6", 9); /* all that are left */
	bad(f, ERR_REFUSED, REVOKE("#2"), "0", 10);
	good(f, REVOKE("#2"), "0 6", 10); /* nor does help make it younger */
	static const struct { unsigned pen; bool by, ended; } others[] = {{1, false, true}, {3, false, false}, {4, false, false}, {5, false, true}, {6, true, false}};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		const struct held_key *k = keyring_known(&f->ring, str_of(f->pens[others[i].pen].id));
		assert_true(k->by_others == others[i].by && k->ended_by_others == others[i].ended);
	}
}

static void the_registrar_alone_where_nobody_else_is(void **state)
{
	struct ring_test *f = *state;
	begin(f, 3);
	good(f, REGISTER("KZ", "$1"), "0 1", 1);
	good(f, REVOKE("#1"), "0", 2); /* all others, who are none */
	good(f, REGISTER("KZ", "$2"), "0 2", 3);
	good(f, REGISTER("BE", "$4"), "0 4", 4);
	bad(f, ERR_REFUSED, REVOKE("#2"), "0", 5);
	good(f, REVOKE("#2"), "0 4", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_genesis_entry_names_the_first_key, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(what_is_no_genesis_entry_begins_nothing, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(every_member_is_looked_at, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(lists_and_texts_have_a_limit, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(keys_that_are_none_are_refused, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(unsound_keys_are_refused, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(a_key_counts_from_the_next_entry_on, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(no_key_comes_twice, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(whoever_names_a_key_has_it, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(another_register_is_another, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(first_and_later_keys, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(rotation_is_by_the_key_itself, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(revocation, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(a_holder_without_keys_is_helped, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(elders_help_or_all, ring_open, ring_close),
		cmocka_unit_test_setup_teardown(the_registrar_alone_where_nobody_else_is, ring_open, ring_close),
	};
	return test_main(tests);
}
