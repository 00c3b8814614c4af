/* SPDX-License-Identifier: Apache-2.0
 *
 * Acts about keys: each line is one, "PENS JSON". PENS are the keys that signed, as letters a to p (a: the log's own), "-" for none; in the
 * JSON $b is the text of key b, #b its name. The lines are entries 1, 2, ...
 *
 * What is refused says why and changes nothing, checked or taken in. What is taken in names at most one key, which counts from the next entry on
 * and signed this one; no other begins, and the log's own key stays. No key may sign that is not in force, but the one that an entry names, under
 * that entry.
 */
#include "log/base64.h"
#include "register/keyring.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

enum { PENS = 16, LONGEST = 16384, MAX_LINES = 64 };

#define ORIGIN "league.example/acts"

static struct pen {
	char text[100], id[KEYID_MAX + 1];
} pens[PENS];

static char genesis_text[800];

static void make_pens(void)
{
	struct hasher h;
	struct buf vkey;
	struct digest d;
	struct pubkey pub;
	char name[100] = ORIGIN "\n\001";
	size_t n = strlen(name);
	hasher_init(&h);
	for (size_t i = 0; i < PENS; i++) {
		uint8_t seed[ED25519_SEED] = {(uint8_t)(PENS - i)};
		struct ed25519_key key;
		struct buf text;
		must(ed25519_key_make(&key, seed, NULL) == 0);
		pubkey_ed25519(&key.pub, &pub);
		buf_init(&text, sizeof pens[i].text - 1);
		pubkey_write(&pub, &text);
		memcpy(pens[i].text, text.p, text.n + 1);
		buf_done(&text);
		pubkey_id(&h, &pub, pens[i].id);
	}
	must(pubkey_read(str_of(pens[0].text), &pub, NULL) == 0);
	memcpy(name + n, pub.bytes, 32);
	sha256(&h, (struct str){name, n + 32}, &d);
	buf_init(&vkey, 200);
	buf_addf(&vkey, ORIGIN "+%02x%02x%02x%02x+", d.b[0], d.b[1], d.b[2], d.b[3]);
	base64_add(&vkey, name + n - 1, 33);
	(void)snprintf(genesis_text, sizeof genesis_text, "{\"kind\":\"genesis\",\"origin\":\"" ORIGIN "\",\"key\":{\"vkey\":\"%s\",\"keyid\":\"%s\",\"role\":\"secretariat\"},"
		"\"keys\":{\"recovery\":1}}", vkey.p, pens[0].id);
	buf_done(&vkey);
	hasher_done(&h);
}

static struct str expand(struct str line, struct arena *a)
{
	struct buf out;
	buf_init(&out, 64 * LONGEST);
	for (size_t i = 0; i < line.n; i++) {
		char mark = line.p[i], pen = i + 1 < line.n ? line.p[i + 1] : 0;
		if ((mark == '$' || mark == '#') && pen >= 'a' && pen < 'a' + PENS) {
			buf_adds(&out, mark == '$' ? pens[pen - 'a'].text : pens[pen - 'a'].id);
			i++;
		} else {
			buf_addc(&out, mark);
		}
	}
	struct str s = arena_str(a, buf_str(&out));
	buf_done(&out);
	return s;
}

static bool counts(const struct keyring *k, size_t pen, uint64_t at)
{
	return keyring_find(k, str_of(pens[pen].id), at) != NULL;
}

static bool may_sign(const struct keyring *k, struct str payload, struct str keyid, uint64_t at)
{
	struct dsse d = {.payload = payload};
	struct pubkey pub;
	return keyring_may_sign(k, &d, keyid, at, &pub);
}

/* What one line may have done to the pens. */
static void compare(const struct keyring *k, const bool *before, struct signers by, uint64_t at, bool taken)
{
	size_t begun = 0;
	must(counts(k, 0, at) && counts(k, 0, at + 1));
	for (size_t i = 0; i < PENS; i++) {
		bool now = counts(k, i, at + 1), has_signed = false;
		for (size_t j = 0; j < by.n; j++)
			has_signed |= str_eq(by.v[j], str_of(pens[i].id));
		must(counts(k, i, at) == before[i]);
		begun += now && !before[i];
		must(!now || before[i] || (taken && has_signed && keyring_known(k, str_of(pens[i].id))->by == at));
	}
	must(begun <= (taken ? 1 : 0));
}

static void one_line(struct keyring *k, struct str line, uint64_t at, struct arena *a)
{
	struct str who, text, ids[PENS];
	struct signers by = {ids, 0};
	struct err e = {0}, again = {0};
	AUTO_JSON json_t *act = NULL;
	bool before[PENS];
	if (!str_cut(line, ' ', &who, &text))
		return;
	for (size_t i = 0; i < who.n && by.n < PENS; i++)
		if (who.p[i] >= 'a' && who.p[i] < 'a' + PENS)
			ids[by.n++] = str_of(pens[who.p[i] - 'a'].id);
	text = expand(text, a);
	if (json_read(text, "entry", &act, NULL) < 0)
		return;
	size_t n = k->keys.n;
	for (size_t i = 0; i < PENS; i++) {
		before[i] = counts(k, i, at);
		must(!before[i] || may_sign(k, text, str_of(pens[i].id), at));
	}
	int rc = keyring_check(k, act, by, at, "entry", &e);
	must(k->keys.n == n);
	must(keyring_add(k, act, by, at, "entry", &again) == rc);
	must(rc == 0 || (rc == e.code && e.what[0] && strcmp(e.what, again.what) == 0 && k->keys.n == n));
	must(k->keys.n <= n + 1);
	compare(k, before, by, at, rc == 0);
	for (size_t i = 0; i < by.n && rc == 0; i++) /* the log would have let them sign it */
		must(may_sign(k, text, by.v[i], at));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str rest = {(const char *)data, n < LONGEST ? n : LONGEST}, line;
	struct arena a = {0};
	struct keyring k = {0};
	AUTO_JSON json_t *genesis = NULL;
	if (!pens[0].id[0])
		make_pens();
	must(json_read(str_of(genesis_text), "entry 0", &genesis, NULL) == 0 && keyring_begin(&k, genesis, &a, NULL) == 0);
	for (uint64_t at = 1; at <= MAX_LINES && str_line(&rest, &line); at++)
		one_line(&k, line, at, &a);
	arena_done(&a);
	return 0;
}
