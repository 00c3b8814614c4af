/* SPDX-License-Identifier: Apache-2.0
 *
 * The checker's keys beside the register's: random acts about keys, signed by whomever, are taken by both or by neither, and afterwards both
 * know the same keys, in force for the same holders and acts.
 */
#include "proof/keys.h"

#include "base/json.h"
#include "log/note.h"
#include "register/keyring.h"
#include "tests/test.h"

enum { POOL = 24, HOLDERS = 5, ROUNDS = 600, ACTS = 50 };

static const char *const holders[HOLDERS] = {"secretariat", "AT", "BE", "KZ", "council"};
static const char *const kinds[] = {"objected", "signed", "thanked"};
static const char registrar[] = "secretariat", origin[] = "league.example/acts";

struct pool {
	struct { char keyid[KEYID_MAX + 1], text[PUBKEY_MAX_TEXT + 1]; } v[POOL]; /* the first is the log's */
	struct note_key own;
	struct buf vkey;
};

static uint64_t random_below(uint64_t *seed, uint64_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (*seed >> 11) % n;
}

static void make_pool(struct pool *p)
{
	struct hasher h;
	struct buf text;
	hasher_init(&h);
	buf_init(&text, PUBKEY_MAX_TEXT);
	for (size_t i = 0; i < POOL; i++) {
		struct ed25519_key secret;
		struct pubkey key;
		assert_int_equal(ed25519_key_make(&secret, NULL, NULL), 0);
		pubkey_ed25519(&secret.pub, &key);
		pubkey_id(&h, &key, p->v[i].keyid);
		buf_clear(&text);
		pubkey_write(&key, &text);
		strcpy(p->v[i].text, text.p);
		if (i == 0)
			note_key_make(&h, NOTE_ED25519, STR("league.example/acts"), &secret.pub, &p->own);
	}
	buf_init(&p->vkey, NOTE_MAX_VKEY);
	note_key_write(&p->own, &p->vkey);
	buf_done(&text);
	hasher_done(&h);
}

struct both {
	struct pool *pool;
	struct keyring theirs;
	struct ck_keys ours;
	struct arena a;
	uint64_t index, *seed;
	size_t taken[4], helped;
};

static void begin(struct both *b, uint64_t recovery)
{
	struct buf text;
	const struct jv *ours;
	struct err e;
	buf_init(&text, 2000);
	buf_addf(&text, "{\"kind\":\"genesis\",\"origin\":\"%s\",\"key\":{\"vkey\":\"%s\",\"keyid\":\"%s\",\"role\":\"%s\"}", origin, b->pool->vkey.p,
		b->pool->v[0].keyid, registrar);
	if (recovery != 1)
		buf_addf(&text, ",\"keys\":{\"recovery\":%llu}", (unsigned long long)recovery);
	buf_addc(&text, '}');
	struct str s = arena_str(&b->a, buf_str(&text));
	buf_done(&text);
	AUTO_JSON json_t *theirs = json_loadb(s.p, s.n, 0, NULL);
	if (keyring_begin(&b->theirs, theirs, &b->a, &e) < 0 || jv_read(&b->a, s, "", &ours, &e) < 0 ||
		ck_keys_begin(&b->ours, &b->a, ours, &b->pool->own, buf_str(&b->pool->vkey), &e) < 0)
		fail_msg("%s", e.what);
	b->index = 1;
}

/* Something that is said of the right thing most of the time. */
static void write_act(struct both *b, unsigned what, size_t holder, size_t old, size_t new, struct buf *out)
{
	static const char *const names[] = {"registered", "delegated", "rotated", "revoked"};
	uint64_t odd = random_below(b->seed, 40);
	buf_addf(out, "{\"kind\":\"key_%s\",\"register\":\"%s\"", names[what], odd == 0 ? "pact.example/acts" : origin);
	if (what < 2)
		buf_addf(out, ",\"holder\":\"%s\"", odd == 1 ? "" : holders[holder]);
	if (what >= 2)
		buf_addf(out, ",\"old\":\"%s\"", b->pool->v[old].keyid);
	if (what < 3 && odd != 2)
		buf_addf(out, ",\"key\":\"%s\"", odd == 3 ? "ed25519 AAAA" : b->pool->v[new].text);
	if (what == 1 && odd != 4) {
		buf_addf(out, ",\"acts\":[\"%s\"", kinds[random_below(b->seed, 3)]);
		buf_adds(out, odd == 5 ? ",7]" : odd == 6 ? ",\"\"]" : odd & 1 ? ",\"thanked\"]" : "]");
	}
	if (what == 1 && random_below(b->seed, 3) == 0)
		buf_addf(out, ",\"until\":%lld", (long long)b->index - 2 + (long long)random_below(b->seed, 40));
	if (odd == 7 && what != 1)
		buf_adds(out, ",\"until\":12");
	if (odd == 8)
		buf_adds(out, ",\"reason\":\"as its note says\"");
	if (odd == 9)
		buf_adds(out, ",\"reason\":\" \"");
	if (odd == 10)
		buf_adds(out, ",\"note\":1");
	buf_addc(out, '}');
}

/* A key of this holder that is in force; one of any if it has none. */
static size_t key_of(struct both *b, const char *holder)
{
	for (int i = 0; i < 20; i++) {
		size_t k = random_below(b->seed, POOL);
		const struct held_key *key = keyring_find(&b->theirs, str_of(b->pool->v[k].keyid), b->index);
		if (key && str_eq(key->holder, str_of(holder)))
			return k;
	}
	return random_below(b->seed, POOL);
}

/* One that nobody has named, mostly. */
static size_t new_key(struct both *b)
{
	size_t k = random_below(b->seed, POOL);
	for (int i = 0; i < 5 && keyring_known(&b->theirs, str_of(b->pool->v[k].keyid)); i++)
		k = random_below(b->seed, POOL);
	return k;
}

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static size_t choose_signers(struct both *b, const char *holder, size_t old, size_t new, struct str *by)
{
	bool in[POOL] = {false};
	size_t n = 0, stranger = random_below(b->seed, POOL);
	in[old] = random_below(b->seed, 3) > 0;
	in[key_of(b, holder)] |= random_below(b->seed, 2) == 0;
	in[0] |= random_below(b->seed, 2) == 0;
	in[key_of(b, registrar)] |= random_below(b->seed, 5) == 0;
	for (uint64_t more = random_below(b->seed, 4); more > 0; more--)
		in[key_of(b, holders[random_below(b->seed, HOLDERS)])] = true;
	for (size_t i = 0; i < POOL; i++) /* what is not in force signs rarely, and then spoils it */
		in[i] &= keyring_find(&b->theirs, str_of(b->pool->v[i].keyid), b->index) != NULL;
	in[stranger] |= random_below(b->seed, 20) == 0;
	in[new] = random_below(b->seed, 10) > 0;
	for (size_t i = 0; i < POOL; i++)
		if (in[i] && n < DSSE_MAX_SIGS)
			by[n++] = str_of(b->pool->v[i].keyid);
	qsort(by, n, sizeof *by, by_text);
	return n;
}

static void compare(struct both *b, const char *act)
{
	for (size_t i = 0; i < POOL; i++) {
		struct str id = str_of(b->pool->v[i].keyid);
		const struct held_key *theirs = keyring_find(&b->theirs, id, b->index), *known = keyring_known(&b->theirs, id);
		const struct ck_key *ours = ck_key_known(&b->ours, id);
		struct err e;
		assert_true((known != NULL) == (ours != NULL));
		bool now = ck_keys_in_force(&b->ours, (struct ck_signers){&id, 1}, b->index, &e) == 0;
		if (now != (theirs != NULL))
			fail_msg("after %s: %s is %sin force here", act, id.p, now ? "" : "not ");
		if (!known)
			continue;
		assert_true(known->by == ours->by && str_eq(known->holder, ck_holder(&b->ours, ours)) && pubkey_eq(&known->pub, &ours->pub));
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			assert_true(held_key_covers(known, str_of(kinds[k])) == ck_key_covers(ours, str_of(kinds[k])));
		assert_true(ck_signed_by(&b->ours, (struct ck_signers){&id, 1}, known->holder));
	}
}

static void one_act(struct both *b)
{
	unsigned what = (unsigned)random_below(b->seed, 4);
	size_t holder = random_below(b->seed, HOLDERS), old, new = new_key(b);
	struct str by[POOL];
	struct buf text;
	struct err theirs = {0}, ours = {0};
	const struct jv *read;
	bool helped;
	old = key_of(b, holders[holder]);
	if (what == 3)
		new = old; /* there is none */
	buf_init(&text, 3000);
	write_act(b, what, holder, old, new, &text);
	struct str s = arena_str(&b->a, buf_str(&text));
	buf_done(&text);
	size_t n = choose_signers(b, holders[holder], old, new, by);
	if (!n)
		by[n++] = str_of(b->pool->v[0].keyid);
	AUTO_JSON json_t *act = json_loadb(s.p, s.n, 0, NULL);
	if (jv_read(&b->a, s, "", &read, &ours) < 0)
		fail_msg("%s: %s", s.p, ours.what);
	int they = keyring_add(&b->theirs, act, (struct signers){by, n}, b->index, "", &theirs);
	int we = ck_keys_take(&b->ours, read, (struct ck_signers){by, n}, b->index, &helped, &ours);
	if ((they == 0) != (we == 0))
		fail_msg("%s, signed by %zu: %s; but here: %s", s.p, n, they < 0 ? theirs.what : "taken", we < 0 ? ours.what : "taken");
	assert_true(we == 0 || (ours.what[0] && ours.hint[0]));
	b->taken[what] += we == 0;
	b->helped += we == 0 && helped;
	b->index += 1 + random_below(b->seed, 3);
	compare(b, s.p);
}

static void test_beside_the_register(void **state)
{
	static const char *const names[] = {"registered", "delegated", "rotated", "revoked"};
	const char *from_outside = getenv("SEED");
	uint64_t seed = from_outside ? strtoull(from_outside, NULL, 10) : 20261126;
	size_t taken[4] = {0}, helped = 0;
	struct pool pool;
	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	make_pool(&pool);
	for (int i = 0; i < ROUNDS; i++) {
		struct both b = {.pool = &pool, .seed = &seed};
		begin(&b, random_below(&seed, 4));
		for (int k = 0; k < ACTS; k++)
			one_act(&b);
		for (size_t k = 0; k < 4; k++)
			taken[k] += b.taken[k];
		helped += b.helped;
		arena_done(&b.a);
	}
	for (size_t k = 0; k < 4; k++) {
		print_message("# %zu of keys %s were taken\n", taken[k], names[k]);
		assert_true(taken[k] > 500);
	}
	print_message("# %zu with the help of others, of %d acts\n", helped, ROUNDS * ACTS);
	assert_true(helped > 100);
	buf_done(&pool.vkey);
}

/* A genesis entry that names another key, another origin or no office begins nothing. */
static void test_beginning(void **state)
{
	struct pool pool;
	struct arena a = {0};
	(void)state;
	make_pool(&pool);
	static const struct {
		const char *origin, *keyid, *role, *more;
		int rc;
	} cases[] = {{"league.example/acts", NULL, "secretariat", "", 0}, {"pact.example/acts", NULL, "secretariat", "", ERR_REFUSED},
		{"league.example/acts", "ed25519:0000000000000000", "secretariat", "", ERR_REFUSED}, {"league.example/acts", NULL, "", "", ERR_REFUSED},
		{"league.example/acts", NULL, "secretariat", ",\"keys\":{\"recovery\":-1}", ERR_REFUSED},
		{"league.example/acts", NULL, "secretariat", ",\"keys\":{\"recovery\":\"1\"}", ERR_REFUSED},
		{"league.example/acts", NULL, "secretariat", ",\"keys\":[]", ERR_REFUSED}, {"league.example/acts", NULL, "secretariat", ",\"keys\":{}", 0}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct jv *genesis;
		struct ck_keys k;
		struct err e = {0};
		struct str s = arena_fmt(&a, "{\"kind\":\"genesis\",\"origin\":\"%s\",\"key\":{\"vkey\":\"%s\",\"keyid\":\"%s\",\"role\":\"%s\"}%s}", cases[i].origin,
			pool.vkey.p, cases[i].keyid ? cases[i].keyid : pool.v[0].keyid, cases[i].role, cases[i].more);
		assert_int_equal(jv_read(&a, s, "", &genesis, &e), 0);
		if (ck_keys_begin(&k, &a, genesis, &pool.own, buf_str(&pool.vkey), &e) != cases[i].rc)
			fail_msg("%s: %s", s.p, e.what);
	}
	buf_done(&pool.vkey);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_beside_the_register), cmocka_unit_test(test_beginning)};
	return test_main(tests);
}
