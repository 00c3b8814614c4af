/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers of witnesses, as lines to be added to a checkpoint: what is added is by the known key, timely, and there once.
 */
#include "log/cosign.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* As in corpus/cosign: size 7 of register.example/acts, and the key of the witness w.example, cosigned at NOW. */
static const char note[] = "register.example/acts\n7\nBwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
			   "\xe2\x80\x94 register.example/acts AAAAAAAA\n";
enum { NOW = 1767139200 };

static size_t lines_in(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static void try_lines(struct hasher *h, struct str in)
{
	struct arena a = {0};
	struct note n;
	struct note_key k;
	struct ed25519_key secret;
	struct err e = {0};
	struct buf out;
	size_t added = 7, again = 7;
	uint8_t seed[ED25519_SEED] = {1};
	enum cosign_state state;
	uint64_t time;
	must(ed25519_key_make(&secret, seed, &e) == 0);
	note_key_make(h, NOTE_COSIGNATURE, STR("w.example"), &secret.pub, &k);
	buf_init(&out, NOTE_MAX_BYTES);
	if (cosign_collect(str_of(note), in, &k, 1, cosign_around(NOW), &out, &added, &e) == 0) {
		struct str got = buf_str(&out);
		must(added <= 1 && str_starts(got, str_of(note)) && lines_in(got) == lines_in(str_of(note)) + added);
		must(note_parse(got, &a, &n, &e) == 0);
		must(cosign_check(&n, &k, cosign_around(NOW), &state, &time, &e) == 0);
		must(state == (added ? COSIGN_GOOD : COSIGN_ABSENT));
		struct str first = arena_str(&a, got);
		buf_clear(&out);
		must(cosign_collect(first, in, &k, 1, cosign_around(NOW), &out, &again, &e) == 0);
		must(again == 0 && str_eq(buf_str(&out), first));
	} else {
		must(e.code < 0 && e.what[0] && out.n == 0);
	}
	buf_done(&out);
	arena_done(&a);
}

/* The same bytes as a whole note. */
static void try_note(struct hasher *h, struct str in)
{
	struct arena a = {0};
	struct note n;
	struct note_key k;
	struct ed25519_key secret;
	struct err e = {0};
	uint8_t seed[ED25519_SEED] = {1};
	enum cosign_state state;
	uint64_t time;
	must(ed25519_key_make(&secret, seed, &e) == 0);
	note_key_make(h, NOTE_COSIGNATURE, STR("w.example"), &secret.pub, &k);
	if (note_parse(in, &a, &n, &e) == 0 && cosign_check(&n, &k, cosign_any_time(), &state, &time, &e) == 0)
		must(state == COSIGN_ABSENT || (state == COSIGN_GOOD && time > 0 && time <= COSIGN_MAX_TIME));
	arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct hasher h;
	struct str in = {(const char *)data, n};
	hasher_init(&h);
	try_lines(&h, in);
	try_note(&h, in);
	hasher_done(&h);
	return 0;
}
