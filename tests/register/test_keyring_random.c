/* SPDX-License-Identifier: Apache-2.0
 *
 * Acts about keys at random, against a second opinion, which is written here from the words of register/keyring.h: who may, and from which
 * entry to which each key counts. SEED and N (registers of ninety acts each) in the environment.
 */
#include "tests/register/ring.h"

enum { HOLDERS = 6, SECRETARIAT = 0, STEPS = 90, KINDS_OF_ACTS = 3 };

static const char *const holders[HOLDERS] = {"secretariat", "KZ", "BE", "AT", "FR", "council"};
static const char *const act_words[KINDS_OF_ACTS] = {"thanked", "weighed", "flag_raised"};

struct known { /* one key, as the words of the header have it */
	bool named;
	int holder;
	unsigned acts; /* bits; 0: all */
	uint64_t from, until;
};

struct opinion {
	struct known keys[NKEYS];
	bool had[HOLDERS];
	uint64_t first[HOLDERS]; /* entry that named the first key */
	uint64_t recovery;
};

static uint64_t draw(uint64_t *seed, uint64_t n)
{
	*seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
	return *seed % n;
}

static bool now(const struct opinion *o, unsigned pen, uint64_t at)
{
	const struct known *k = &o->keys[pen];
	return k->named && k->from <= at && at < k->until;
}

static bool full(const struct opinion *o, unsigned pen, uint64_t at)
{
	return now(o, pen, at) && o->keys[pen].acts == 0;
}

static bool holder_signed(const struct opinion *o, uint64_t pens, int holder, uint64_t at)
{
	for (unsigned i = 0; i < NKEYS; i++)
		if (pens >> i & 1 && full(o, i, at) && o->keys[i].holder == holder)
			return true;
	return false;
}

static bool helped(const struct opinion *o, uint64_t pens, int holder, uint64_t at)
{
	uint64_t elders = 0;
	bool all = true;
	for (int h = 1; h < HOLDERS; h++) {
		bool signs = h != holder && holder_signed(o, pens, h, at);
		elders += signs && o->first[h] < o->first[holder];
		all &= h == holder || signs || !holder_signed(o, UINT64_MAX, h, at);
	}
	return holder_signed(o, pens, SECRETARIAT, at) && (all || elders >= o->recovery);
}

struct move {
	int kind, holder; /* 0 register, 1 delegate, 2 rotate, 3 revoke */
	unsigned key, old, acts;
	uint64_t until, pens; /* until 0: none */
};

static bool allowed(const struct opinion *o, const struct move *m, uint64_t at)
{
	if (m->kind != 3 && (o->keys[m->key].named || !(m->pens >> m->key & 1)))
		return false;
	if (m->kind >= 2 && (m->old == 0 || !now(o, m->old, at)))
		return false;
	for (unsigned i = 0; i < NKEYS; i++) /* each signature counts */
		if (m->pens >> i & 1 && !full(o, i, at) && !(m->kind != 3 && i == m->key) && !(m->kind >= 2 && i == m->old))
			return false;
	switch (m->kind) {
	case 0:
		if (!o->had[m->holder])
			return holder_signed(o, m->pens, SECRETARIAT, at);
		if (holder_signed(o, UINT64_MAX, m->holder, at))
			return holder_signed(o, m->pens, m->holder, at);
		return helped(o, m->pens, m->holder, at);
	case 1: return holder_signed(o, m->pens, m->holder, at);
	case 2: return m->pens >> m->old & 1;
	default: return m->pens >> m->old & 1 || holder_signed(o, m->pens, o->keys[m->old].holder, at) || helped(o, m->pens, o->keys[m->old].holder, at);
	}
}

static void apply(struct opinion *o, const struct move *m, uint64_t at)
{
	struct known k = {true, m->holder, m->kind == 1 ? m->acts : 0, at + 1, m->kind == 1 && m->until ? m->until : UINT64_MAX};
	if (m->kind == 2) {
		k = o->keys[m->old];
		k.from = at + 1;
	}
	if (m->kind >= 2 && o->keys[m->old].until > at + 1)
		o->keys[m->old].until = at + 1;
	if (m->kind != 3) {
		o->keys[m->key] = k;
		if (!o->had[k.holder])
			o->first[k.holder] = at;
		o->had[k.holder] = true;
	}
}

/* A move that has some chance to be allowed: mostly the pens that it takes, one of them left out or a few more now and then. */
static struct move think(const struct opinion *o, uint64_t at, uint64_t *seed)
{
	struct move m = {.kind = (int)draw(seed, 4), .holder = (int)draw(seed, HOLDERS), .key = (unsigned)draw(seed, NKEYS), .old = (unsigned)draw(seed, NKEYS),
		.acts = 1 + (unsigned)draw(seed, (1u << KINDS_OF_ACTS) - 1), .until = draw(seed, 2) ? 0 : at + 2 + draw(seed, 30)};
	for (int i = 0; i < 20 && m.kind != 3 && o->keys[m.key].named && draw(seed, 12); i++)
		m.key = (unsigned)draw(seed, NKEYS);
	for (int i = 0; i < 30 && m.kind >= 2 && !now(o, m.old, at) && draw(seed, 12); i++)
		m.old = (unsigned)draw(seed, NKEYS);
	int holder = m.kind >= 2 && o->keys[m.old].named ? o->keys[m.old].holder : m.holder;
	if (m.kind != 3 && draw(seed, 20))
		m.pens |= 1ull << m.key;
	if (m.kind >= 2 && draw(seed, 2))
		m.pens |= 1ull << m.old;
	for (unsigned i = 0; i < NKEYS; i++)
		if (now(o, i, at) && (o->keys[i].holder == holder ? draw(seed, 3) == 0 : draw(seed, o->keys[i].holder == SECRETARIAT ? 3 : 4) == 0))
			m.pens |= full(o, i, at) || i == m.old || draw(seed, 20) == 0 ? 1ull << i : 0;
	return m;
}

static const char *write_move(struct ring_test *f, const struct move *m)
{
	struct buf out;
	buf_init(&out, 1000);
	static const char *const names[] = {"registered", "delegated", "rotated", "revoked"};
	buf_addf(&out, "{\"kind\":\"key_%s\"," REG, names[m->kind]);
	if (m->kind < 2)
		buf_addf(&out, ",\"holder\":\"%s\"", holders[m->holder]);
	if (m->kind >= 2)
		buf_addf(&out, ",\"old\":\"#%u\"", m->old);
	if (m->kind < 3)
		buf_addf(&out, ",\"key\":\"$%u\"", m->key);
	if (m->kind == 1) {
		const char *between = ",\"acts\":[";
		for (int i = 0; i < KINDS_OF_ACTS; i++)
			if (m->acts >> i & 1) {
				buf_addf(&out, "%s\"%s\"", between, act_words[i]);
				between = ",";
			}
		buf_adds(&out, "]");
		if (m->until)
			buf_addf(&out, ",\"until\":%llu", (unsigned long long)m->until);
	}
	buf_adds(&out, "}");
	const char *z = arena_str(&f->arena, buf_str(&out)).p;
	buf_done(&out);
	return z;
}

static const char *write_pens(struct ring_test *f, uint64_t pens)
{
	struct buf out;
	buf_init(&out, 1000);
	for (unsigned i = 0; i < NKEYS; i++)
		if (pens >> i & 1)
			buf_addf(&out, "%s%u", out.n ? " " : "", i);
	const char *z = out.n ? arena_str(&f->arena, buf_str(&out)).p : "";
	buf_done(&out);
	return z;
}

static void compare(struct ring_test *f, const struct opinion *o, uint64_t at)
{
	for (unsigned i = 0; i < NKEYS; i++) {
		const struct held_key *k = keyring_find(&f->ring, str_of(f->pens[i].id), at);
		if ((k != NULL) != now(o, i, at))
			fail_msg("key %u at %llu: %s", i, (unsigned long long)at, k ? "in force" : "not in force");
		if (!k)
			continue;
		if (!str_eq(k->holder, str_of(holders[o->keys[i].holder])))
			fail_msg("key %u at %llu: of %.*s", i, (unsigned long long)at, STR_ARG(k->holder));
		for (int a = 0; a < KINDS_OF_ACTS; a++)
			assert_int_equal(held_key_covers(k, str_of(act_words[a])), o->keys[i].acts == 0 || (o->keys[i].acts >> a & 1));
	}
}

static void both_opinions_are_one(void **state)
{
	struct ring_test *f = *state;
	const char *text = getenv("SEED"), *rounds = getenv("N");
	uint64_t seed = text ? strtoull(text, NULL, 10) * 2 + 1 : 4711, yes[4] = {0}, no[4] = {0};
	for (int round = 0, n = rounds ? atoi(rounds) : 150; round < n; round++) {
		struct opinion o = {.keys[0] = {true, SECRETARIAT, 0, 0, UINT64_MAX}, .had[SECRETARIAT] = true};
		int recovery = (int)draw(&seed, 6) - 1;
		o.recovery = recovery < 0 ? 1 : (uint64_t)recovery;
		begin(f, recovery);
		for (uint64_t at = 1; at < STEPS; at++) {
			struct move m = think(&o, at, &seed);
			const char *act = write_move(f, &m), *pens = write_pens(f, m.pens);
			if (!allowed(&o, &m, at)) {
				bad(f, ERR_REFUSED, act, pens, at);
				no[m.kind]++;
			} else {
				good(f, act, pens, at);
				apply(&o, &m, at);
				yes[m.kind]++;
			}
			compare(f, &o, at);
			compare(f, &o, at + 1);
			compare(f, &o, draw(&seed, STEPS + 40));
		}
		ring_forget(f);
	}
	for (int i = 0; i < 4; i++) /* both were tried, often */
		if (!rounds && (yes[i] < 300 || no[i] < 300))
			fail_msg("kind %d: %llu good, %llu bad", i, (unsigned long long)yes[i], (unsigned long long)no[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(both_opinions_are_one, ring_open, ring_close)};
	return test_main(tests);
}
