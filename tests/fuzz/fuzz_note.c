/* SPDX-License-Identifier: Apache-2.0
 *
 * Notes and their keys. What parses keeps its text; a key that is accepted has one spelling.
 */
#include "log/note.h"
#include "tests/fuzz/fuzz.h"

static const char vkey[] = "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

static void try_note(struct hasher *h, struct str in)
{
	struct arena a = {0};
	struct note n;
	struct note_key k;
	struct err e = {0};
	size_t good = 7;
	must(note_key_read(h, NOTE_ED25519, str_of(vkey), &k, &e) == 0);
	if (note_parse(in, &a, &n, &e) == 0) {
		must(n.text.n > 0 && n.text.p == in.p && n.text.p[n.text.n - 1] == '\n' && in.p[n.text.n] == '\n');
		must(n.nsigs > 0 && n.nsigs <= NOTE_MAX_SIGS);
		for (size_t i = 0; i < n.nsigs; i++)
			must(note_name_ok(n.sigs[i].name) && n.sigs[i].bytes.n > 0);
		if (note_verify(&n, &k, 1, &good, &e) == 0)
			must(good <= 1);
	} else {
		must(e.code < 0 && e.what[0]);
	}
	arena_done(&a);
}

static void try_keys(struct hasher *h, enum note_type type, struct str in)
{
	struct note_key k;
	struct ed25519_key secret;
	struct err e = {0};
	struct buf out;
	buf_init(&out, 1000);
	if (note_key_read(h, type, in, &k, &e) == 0) {
		note_key_write(&k, &out);
		must(str_eq(buf_str(&out), in));
	}
	buf_clear(&out);
	if (note_secret_read(h, type, in, &k, &secret, &e) == 0) {
		note_secret_write(&k, &secret, &out);
		must(str_eq(buf_str(&out), in));
	}
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct hasher h;
	struct str in = {(const char *)data, n};
	hasher_init(&h);
	try_note(&h, in);
	try_keys(&h, NOTE_ED25519, in);
	try_keys(&h, NOTE_COSIGNATURE, in);
	hasher_done(&h);
	return 0;
}
