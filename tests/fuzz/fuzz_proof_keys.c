/* SPDX-License-Identifier: Apache-2.0
 *
 * Acts about keys as the checker of proofs takes them in. The first line is the genesis entry, each further one an act: the keyids that signed
 * it, joined by blanks, a tab, its JSON. What is taken in is known afterwards, and not taken again; a refusal says what is wrong.
 */
#include "proof/keys.h"
#include "tests/fuzz/fuzz.h"

static const char vkey[] = "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

static size_t read_signers(struct str line, struct str by[DSSE_MAX_SIGS])
{
	struct str one;
	size_t n = 0;
	for (bool more = true; more && n < DSSE_MAX_SIGS; n++) {
		more = str_cut(line, ' ', &one, &line);
		by[n] = more ? one : line;
	}
	return n;
}

static void try_act(struct ck_keys *k, struct arena *a, struct str line, uint64_t index)
{
	struct str signers, text, by[DSSE_MAX_SIGS];
	const struct jv *act;
	struct err e = {0};
	bool helped;
	if (!str_cut(line, '\t', &signers, &text) || jv_read(a, text, "act", &act, &e) < 0)
		return;
	struct ck_signers all = {by, read_signers(signers, by)};
	size_t before = k->nkeys;
	int rc = ck_keys_take(k, act, all, index, &helped, &e);
	must(rc == 0 || (rc == e.code && e.what[0] && k->nkeys == before));
	must(k->nkeys <= before + 1 && k->able > 0);
	if (rc < 0)
		return;
	for (size_t i = 0; i < all.n; i++) /* who signed what was taken is known, the new key too */
		must(ck_key_known(k, by[i]) != NULL);
	struct str old = jv_get_str(act, "old");
	must(!old.n || ck_keys_in_force(k, (struct ck_signers){&old, 1}, index + 1, &e) < 0);
	must(ck_keys_take(k, act, all, index + 1, &helped, &e) < 0); /* not again: its key is known, or has ended */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = {(const char *)data, n}, line;
	struct arena a = {0};
	struct ck_keys k;
	struct note_key own;
	struct hasher h;
	const struct jv *genesis;
	struct err e = {0};
	uint64_t index = 1;
	hasher_init(&h);
	must(note_key_read(&h, NOTE_ED25519, str_of(vkey), &own, &e) == 0);
	hasher_done(&h);
	if (str_line(&text, &line) && jv_read(&a, line, "genesis", &genesis, &e) == 0) {
		int rc = ck_keys_begin(&k, &a, genesis, &own, str_of(vkey), &e);
		must(rc == 0 || (rc == e.code && e.what[0] && e.hint[0]));
		while (rc == 0 && str_line(&text, &line))
			try_act(&k, &a, line, index++);
	}
	arena_done(&a);
	return 0;
}
