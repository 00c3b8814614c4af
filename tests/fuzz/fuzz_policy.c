/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies: what is read keeps its rules, is the same when it was written and read again, judges any note, and says in words what is missing.
 */
#include "log/policy.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void rules_hold(const struct policy *p)
{
	bool grouped[POLICY_MAX_PARTIES] = {false};
	size_t witnesses = 0;
	must(p->logs.n <= POLICY_MAX_LOGS && p->parties.n <= POLICY_MAX_PARTIES);
	must(p->quorum_none || p->quorum < p->parties.n);
	for (size_t i = 0; i < p->parties.n; i++) {
		const struct policy_party *x = &p->parties.v[i];
		must(x->name.n > 0 && !str_eq(x->name, STR("none")));
		witnesses += x->n == 0;
		must(x->n == 0 || (x->need >= 1 && x->need <= x->n));
		for (size_t m = 0; m < x->n; m++) {
			must(x->member[m] < i && !grouped[x->member[m]]);
			grouped[x->member[m]] = true;
		}
		for (size_t j = 0; j < i; j++) {
			must(!str_eq(x->name, p->parties.v[j].name));
			must(x->n || p->parties.v[j].n || memcmp(&x->key.pub, &p->parties.v[j].key.pub, sizeof x->key.pub) != 0);
		}
	}
	must(witnesses == p->witnesses && witnesses <= POLICY_MAX_WITNESSES);
}

/* All but the addresses, which are not written. */
static void written_is_the_same(const struct policy *p, struct arena *a)
{
	struct policy again;
	struct err e;
	struct buf text;
	buf_init(&text, 2 * POLICY_MAX_BYTES);
	policy_write(p, &text);
	if (text.n <= POLICY_MAX_BYTES) { /* "any" may be longer than the number that stood there */
		must(policy_read(buf_str(&text), "policy", a, &again, &e) == 0);
		must(again.logs.n == p->logs.n && again.parties.n == p->parties.n && again.quorum_none == p->quorum_none && (p->quorum_none || again.quorum == p->quorum));
		for (size_t i = 0; i < p->logs.n; i++)
			must(note_key_same(&again.logs.v[i].key, &p->logs.v[i].key));
		for (size_t i = 0; i < p->parties.n; i++) {
			const struct policy_party *x = &p->parties.v[i], *y = &again.parties.v[i];
			must(str_eq(x->name, y->name) && x->n == y->n && x->need == y->need && (x->n || note_key_same(&x->key, &y->key)));
			must(x->n == 0 || memcmp(x->member, y->member, x->n * sizeof *x->member) == 0);
		}
	}
	buf_done(&text);
}

/* The checkpoint that the corpus' policies are about, with one cosignature. */
static struct str make_note(struct arena *a, struct hasher *h, struct note_key *log)
{
	struct ed25519_key secret;
	struct note_key w;
	struct err e;
	struct buf b;
	uint8_t seed[ED25519_SEED] = {1};
	buf_init(&b, NOTE_MAX_BYTES);
	must(ed25519_key_make(&secret, seed, &e) == 0);
	note_key_make(h, NOTE_ED25519, STR("register.example/acts"), &secret.pub, log);
	must(checkpoint_sign(7, &(struct digest){{7}}, log, &secret, &b, &e) == 0);
	struct str note = arena_str(a, buf_str(&b)), text = str_slice(note, 0, str_find(note, STR("\n\n")) + 1);
	seed[0]++;
	must(ed25519_key_make(&secret, seed, &e) == 0);
	note_key_make(h, NOTE_COSIGNATURE, STR("w0.example"), &secret.pub, &w);
	must(cosign_write(text, 1767139200, &w, &secret, &b, &e) == 0);
	note = arena_str(a, buf_str(&b));
	buf_done(&b);
	return note;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct hasher h;
	struct policy p;
	struct policy_verdict v;
	struct note_key log;
	struct buf words;
	struct err e = {0};
	hasher_init(&h);
	buf_init(&words, 64 << 10);
	struct str note = make_note(&a, &h, &log);
	if (policy_read((struct str){(const char *)data, n}, "policy", &a, &p, &e) == 0) {
		rules_hold(&p);
		written_is_the_same(&p, &a);
		policy_add_log(&p, &a, &log);
		if (policy_judge(&p, note, cosign_any_time(), &a, &v, &e) == 0) {
			must(v.checkpoint.size == 7 && v.cosigned <= 1);
			policy_missing(&p, &v, &words);
			must(v.met == (words.n == 0));
			must(policy_satisfied(&p, note, cosign_any_time(), &a, &v, &e) == (v.met ? 0 : ERR_REFUSED));
		}
	} else {
		must(e.code < 0 && e.what[0] && str_starts(str_of(e.where), STR("policy")));
	}
	buf_done(&words);
	hasher_done(&h);
	arena_done(&a);
	return 0;
}
