/* SPDX-License-Identifier: Apache-2.0
 *
 * Logs that were changed and then signed anew by whoever holds the log's key, so that every hash is right: one entry says something else, is
 * signed by others, stands elsewhere, twice, or not at all. What the register's own verification refuses, the checker refuses, and nothing else.
 */
#include "tests/proof/signed.h"
#include "tests/proof/table.h"

#include "base/json.h"
#include "log/checkpoint.h"
#include "register/intake.h"

enum { MUTANTS = 1000, MAX_ENTRIES = 64, MAX_BY = 6 };

struct sheet { /* an entry before it is signed */
	struct str payload, body; /* body: of a sealed one */
	struct { const char *said, *made; } by[MAX_BY];
	size_t nby;
};

struct sheets {
	struct sheet v[MAX_ENTRIES];
	size_t n;
};

struct bench {
	struct fix *f;
	struct pens pens;
	struct ed25519_key secret; /* the log's */
	struct note_key key;
	struct str vkey;
	char keyid[KEYID_MAX + 1];
	struct pubkey own;
	struct sheets honest;
	json_t *proof;
	struct arena arena;
};

/* ---- the honest one ------------------------------------------------------------------------------------------------------ */

static struct str dumped(const json_t *j, struct arena *a)
{
	char *text = json_dumps(j, JSON_COMPACT);
	struct str s = arena_str(a, str_of(text));
	free(text);
	return s;
}

static void take_by(struct sheet *s, struct str by, struct arena *a)
{
	struct str one;
	for (bool more = true; more; s->nby++) {
		more = str_cut(by, ' ', &one, &by);
		s->by[s->nby].said = s->by[s->nby].made = arena_str(a, more ? one : by).p;
	}
}

static void seal_sheet(struct bench *b, struct sheet *s, struct str act, struct arena *a)
{
	struct err e;
	assert_int_equal(act_seal(act, a, &s->payload, &s->body, &e), 0);
	struct log_blob blob = {.type = STR("application/vnd.comity.sealed.v1+json"), .bytes = s->body};
	reg_lock(b->f->reg);
	assert_int_equal(log_blob_put(reg_log(b->f->reg), &blob, 1, &e), 0);
	reg_unlock(b->f->reg);
}

static void add_genesis(struct bench *b, struct str payload)
{
	AUTO_JSON json_t *j = json_loadb(payload.p, payload.n, 0, NULL);
	json_t *key = json_object_get(j, "key");
	json_object_set_new(key, "vkey", json_stringn(b->vkey.p, b->vkey.n));
	json_object_set_new(key, "keyid", json_string(b->keyid));
	b->honest.v[0].payload = dumped(j, &b->arena);
}

/* An answer about these entries, from a register that has them: it rests on entry 13. */
static int make_answer(struct bench *b)
{
	void *made;
	assert_int_equal(fix_open(&made), 0);
	struct fix *f = made;
	steps_append(f, &b->pens, signed_steps, SIGNED_STEPS);
	assert_non_null(f->reg);
	char *proof = made_proof(f->reg, "public", UINT64_MAX, "status(\"AT\") on 2004-01-01", false, EVIDENCE_WHOLE);
	b->proof = json_loads(proof, 0, NULL);
	free(proof);
	return fix_close(&made);
}

static int begin(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	void *f;
	struct hasher h;
	struct buf vkey;
	struct err e;
	*state = b;
	assert_int_equal(fix_open(&f), 0);
	b->f = f;
	pens_make(&b->pens);
	assert_int_equal(ed25519_key_make(&b->secret, NULL, &e), 0);
	hasher_init(&h);
	note_key_make(&h, NOTE_ED25519, STR("league.example/acts"), &b->secret.pub, &b->key);
	pubkey_ed25519(&b->secret.pub, &b->own);
	pubkey_id(&h, &b->own, b->keyid);
	hasher_done(&h);
	buf_init(&vkey, NOTE_MAX_VKEY);
	note_key_write(&b->key, &vkey);
	b->vkey = arena_str(&b->arena, buf_str(&vkey));
	buf_done(&vkey);
	for (size_t i = 0; i <= FIX_ACTS; i++) {
		struct log_entry entry;
		assert_int_equal(log_read(reg_log(b->f->reg), i, &b->arena, &entry, &e), 0);
		b->honest.v[i].payload = entry.dsse.payload;
		take_by(&b->honest.v[i], STR("LOG"), &b->arena);
		if (i == 0)
			add_genesis(b, entry.dsse.payload);
	}
	b->honest.n = FIX_ACTS + 1;
	for (size_t i = 0; i < SIGNED_STEPS; i++) {
		struct sheet *s = &b->honest.v[b->honest.n++];
		struct str payload = filled_in(&b->pens, str_of(b->keyid), signed_steps[i].payload, &b->arena);
		take_by(s, str_of(signed_steps[i].by), &b->arena);
		s->payload = payload;
		if (signed_steps[i].sealed)
			seal_sheet(b, s, payload, &b->arena);
	}
	return make_answer(b);
}

static int end(void **state)
{
	struct bench *b = *state;
	void *f = b->f;
	json_decref(b->proof);
	pens_done(&b->pens);
	ed25519_key_wipe(&b->secret);
	arena_done(&b->arena);
	free(b);
	return fix_close(&f);
}

/* ---- signing it ---------------------------------------------------------------------------------------------------------- */

static struct str keyid_of(const struct bench *b, const char *name)
{
	return strcmp(name, "LOG") == 0 ? str_of(b->keyid) : str_of(pen_named(&b->pens, str_of(name))->keyid);
}

/* False: it has one signature twice, or none, and no log would have it. */
static bool write_envelope(const struct bench *b, const struct sheet *s, struct arena *a, struct str *ret)
{
	struct dsse d = {.type = STR(REG_ACT_TYPE), .payload = s->payload};
	struct buf pae, out;
	struct err e;
	bool good = s->nby > 0;
	buf_init(&pae, DSSE_MAX_BYTES);
	buf_init(&out, DSSE_MAX_BYTES);
	dsse_pae(d.type, d.payload, &pae);
	for (size_t i = 0; i < s->nby && good; i++) {
		struct str sig;
		if (strcmp(s->by[i].made, "LOG") == 0) {
			struct ed25519_sig own;
			ed25519_sign(&b->secret, buf_str(&pae), &own);
			sig = arena_str(a, (struct str){(const char *)own.b, sizeof own.b});
		} else {
			sig = pen_sign(pen_named(&b->pens, str_of(s->by[i].made)), buf_str(&pae), a);
		}
		good = dsse_add(&d, keyid_of(b, s->by[i].said), sig, &e) == 0;
	}
	good = good && dsse_write(&d, &out, &e) == 0;
	*ret = arena_str(a, buf_str(&out));
	buf_done(&out);
	buf_done(&pae);
	return good;
}

/* ---- the two who look ---------------------------------------------------------------------------------------------------- */

struct asking {
	const struct bench *b;
	struct log_keys keys;
	uint64_t index;
};

static bool find_key(void *ctx, const struct dsse *d, struct str keyid, struct pubkey *ret)
{
	const struct asking *q = ctx;
	if (str_eq(keyid, str_of(q->b->keyid))) {
		*ret = q->b->own;
		return true;
	}
	return q->keys.find(q->keys.ctx, d, keyid, q->index, ret);
}

/* As comity verify looks at a log: each signature with the keys in force, then what was signed. The entry refused, or n: none. */
static size_t register_refuses(const struct bench *b, const struct str *envelopes, size_t n, struct err *e)
{
	struct intake *t = intake_new(reg_log(b->f->reg));
	struct arena a = {0};
	size_t i = 0;
	for (; i < n; i++) {
		struct log_entry entry = {.index = i, .bytes = envelopes[i]};
		struct asking q = {b, intake_keys(t), i};
		struct dsse_keys keys = {find_key, &q};
		if (dsse_parse(entry.bytes, &a, &entry.dsse, e) < 0 || dsse_verify(&entry.dsse, &keys, e) < 0 || intake_take(t, &entry, e) < 0)
			break;
	}
	intake_free(t);
	arena_done(&a);
	return i;
}

static struct str write_proof(const struct bench *b, const struct sheets *s, const struct str *envelopes, struct arena *a)
{
	json_t *ev = json_object_get(b->proof, "evidence"), *entries = json_array();
	struct merkle_range tree = {0};
	struct digest leaf, made[MERKLE_LEVELS], root;
	struct hasher h;
	struct buf note;
	struct err e;
	bool opened = false;
	hasher_init(&h);
	for (size_t i = 0; i < s->n; i++) {
		json_t *one = json_pack("{s:I,s:o}", "index", (json_int_t)i, "entry", json_loadb(envelopes[i].p, envelopes[i].n, 0, NULL));
		if (s->v[i].body.p)
			json_object_set_new(one, "body", json_stringn(s->v[i].body.p, s->v[i].body.n));
		opened |= s->v[i].body.p != NULL;
		json_array_append_new(entries, one);
		merkle_leaf(&h, envelopes[i], &leaf);
		(void)merkle_append(&h, &tree, &leaf, made);
	}
	merkle_root(&h, &tree, &root);
	hasher_done(&h);
	buf_init(&note, NOTE_MAX_BYTES);
	assert_int_equal(checkpoint_sign(s->n, &root, &b->key, &b->secret, &note, &e), 0);
	json_object_set_new(ev, "key", json_stringn(b->vkey.p, b->vkey.n));
	json_object_set_new(ev, "checkpoint", json_stringn(note.p, note.n));
	json_object_set_new(ev, "known", json_integer((json_int_t)s->n - 1));
	json_object_set_new(ev, "entries", entries);
	json_object_set_new(ev, "audience", json_string(opened ? "secretariat" : "public"));
	buf_done(&note);
	return dumped(b->proof, a);
}

/* ---- changes ------------------------------------------------------------------------------------------------------------- */

static const char *any_signer(const struct bench *b, uint64_t *seed)
{
	size_t k = made_random(seed, PENS + 2);
	return k < PENS ? b->pens.v[k].name : "LOG";
}

static bool change_payload(struct bench *b, struct sheet *s, uint64_t *seed, struct arena *a, char what[200])
{
	struct str text = s->payload;
	if (s->body.p) {
		AUTO_JSON json_t *j = json_loadb(s->body.p, s->body.n, 0, NULL);
		text = dumped(json_object_get(j, "act"), a);
	}
	char *changed = made_change(text.p, seed, what);
	if (!changed)
		return false;
	if (s->body.p)
		seal_sheet(b, s, str_of(changed), a);
	else
		s->payload = arena_str(a, str_of(changed));
	free(changed);
	return true;
}

static bool change_signers(const struct bench *b, struct sheet *s, uint64_t *seed, char what[200])
{
	size_t i = made_random(seed, s->nby);
	const char *other = any_signer(b, seed);
	switch (made_random(seed, 4)) {
	case 0: /* not by this one */
		(void)snprintf(what, 200, "not signed by %s", s->by[i].said);
		memmove(&s->by[i], &s->by[i + 1], (--s->nby - i) * sizeof *s->by);
		return s->nby > 0;
	case 1: /* by one more */
		(void)snprintf(what, 200, "signed by %s too", other);
		if (s->nby == MAX_BY)
			return false;
		s->by[s->nby].said = s->by[s->nby].made = other;
		s->nby++;
		return true;
	case 2: /* by another */
		(void)snprintf(what, 200, "signed by %s, not %s", other, s->by[i].said);
		s->by[i].said = s->by[i].made = other;
		return true;
	default: /* with another key than it says */
		(void)snprintf(what, 200, "signed with %s as if it were %s", other, s->by[i].said);
		s->by[i].made = other;
		return strcmp(other, s->by[i].said) != 0 &&
		       (strcmp(other, "LOG") == 0 || strcmp(s->by[i].said, "LOG") == 0 ||
			       pen_named(&b->pens, str_of(other))->token.key.carrier == pen_named(&b->pens, str_of(s->by[i].said))->token.key.carrier);
	}
}

static bool change(struct bench *b, struct sheets *s, uint64_t *seed, struct arena *a, char what[200])
{
	size_t i = 1 + FIX_ACTS * (made_random(seed, 5) > 0);
	char how[200] = "";
	i += made_random(seed, s->n - i);
	bool done = true;
	switch (made_random(seed, 8)) {
	case 0: /* not at all */
		(void)snprintf(how, sizeof how, "left out");
		memmove(&s->v[i], &s->v[i + 1], (--s->n - i) * sizeof *s->v);
		break;
	case 1: { /* elsewhere */
		size_t to = 1 + made_random(seed, s->n - 1);
		struct sheet moved = s->v[i];
		(void)snprintf(how, sizeof how, "moved to %zu", to);
		memmove(&s->v[i], &s->v[i + 1], (s->n - 1 - i) * sizeof *s->v);
		memmove(&s->v[to + 1], &s->v[to], (s->n - 1 - to) * sizeof *s->v);
		s->v[to] = moved;
		done = to != i;
		break;
	}
	case 2: /* twice */
		(void)snprintf(how, sizeof how, "added again at the end");
		done = s->n < MAX_ENTRIES;
		if (done)
			s->v[s->n++] = s->v[i];
		break;
	case 3:
	case 4: done = change_payload(b, &s->v[i], seed, a, how); break;
	default: done = change_signers(b, &s->v[i], seed, how);
	}
	(void)snprintf(what, 200, "entry %zu: %.150s", i, how);
	return done;
}

/* ---- held against each other --------------------------------------------------------------------------------------------- */

static bool write_all(const struct bench *b, const struct sheets *s, struct str *envelopes, struct arena *a)
{
	bool good = true;
	for (size_t i = 0; i < s->n && good; i++)
		good = write_envelope(b, &s->v[i], a, &envelopes[i]);
	return good;
}

static void test_honest(void **state)
{
	struct bench *b = *state;
	struct str envelopes[MAX_ENTRIES] = {0};
	struct arena a = {0};
	enum ck_step step;
	struct err e;
	assert_true(write_all(b, &b->honest, envelopes, &a));
	if (register_refuses(b, envelopes, b->honest.n, &e) != b->honest.n)
		fail_msg("the register: %s: %s", e.where, e.what);
	char *why = ck_evidence_refusal(write_proof(b, &b->honest, envelopes, &a).p, &step);
	if (why)
		fail_msg("%s: %s", ck_step_words(step), why);
	arena_done(&a);
}

static void accepted_or(const struct bench *b, const struct sheets *s, const struct str *envelopes, const char *says)
{
	struct ck_options none = {0};
	struct ck_verdict v;
	struct arena a = {0};
	struct err e = {0};
	int rc = ck_check(write_proof(b, s, envelopes, &a), &none, &v, &e);
	if ((rc == 0) != !says || (says && (v.step != CK_STEP_SIGNERS || !strstr(e.what, says))))
		fail_msg("%s: at %s: %s: %s", says ? says : "accepted", ck_step_words(v.step), e.where, e.what);
	arena_done(&a);
}

/* The log's own signature, under an act in the reasons. */
static void test_own_signature(void **state)
{
	struct bench *b = *state;
	struct sheets *s = malloc(sizeof *s);
	struct str envelopes[MAX_ENTRIES] = {0};
	struct arena a = {0};
	*s = b->honest;
	for (size_t i = 0; i < s->n; i++) /* nothing sealed: the answer is the public's */
		s->v[i].body = (struct str){NULL, 0};
	assert_true(write_all(b, s, envelopes, &a));
	accepted_or(b, s, envelopes, NULL);
	s->v[13].by[0].made = "XX1";
	assert_true(write_all(b, s, envelopes, &a));
	accepted_or(b, s, envelopes, "the signature of ed25519:");
	s->v[13].by[0].made = "LOG";
	s->v[30].by[0].made = "XX1"; /* nothing rests on it, and the same key signed the checkpoint */
	assert_true(write_all(b, s, envelopes, &a));
	accepted_or(b, s, envelopes, NULL);
	free(s);
	arena_done(&a);
}

/* How a log begins. */
static void test_genesis(void **state)
{
	static const struct {
		const char *from, *to, *by, *says;
	} cases[] = {
		{"\"role\":\"secretariat\"", "\"role\":\"council\"", "LOG", "another registrar than the genesis entry"},
		{"\"role\":\"secretariat\"", "\"role\":\"\"", "LOG", "does not name the key that signed the checkpoint"},
		{"\"origin\":\"league.example", "\"origin\":\"pact.example", "LOG", "does not name the key that signed the checkpoint"},
		{"\"keyid\":\"ed25519:", "\"keyid\":\"ed25519:0", "LOG", "does not name the key that signed the checkpoint"},
		{"\"recovery\":1", "\"recovery\":-1", "LOG", "is no number"},
		{"", "", "KZ1 LOG", "a key that no entry here before it has named"},
		{"", "", "KZ1", "a key that no entry here before it has named"},
	};
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sheets *s = malloc(sizeof *s);
		struct str envelopes[MAX_ENTRIES] = {0}, payload;
		struct arena a = {0};
		*s = b->honest;
		payload = s->v[0].payload;
		size_t at = str_find(payload, str_of(cases[i].from));
		assert_true(at < payload.n);
		s->v[0].payload = ARENA_JOIN(&a, str_slice(payload, 0, at), str_of(cases[i].to), str_slice(payload, at + strlen(cases[i].from), payload.n));
		s->v[0].nby = 0;
		take_by(&s->v[0], str_of(cases[i].by), &a);
		assert_true(write_all(b, s, envelopes, &a));
		accepted_or(b, s, envelopes, cases[i].says);
		free(s);
		arena_done(&a);
	}
}

/* Signatures in another order, or one twice: such an envelope is in no log. */
static void test_order_of_signatures(void **state)
{
	struct bench *b = *state;
	struct str envelopes[MAX_ENTRIES] = {0};
	struct arena a = {0};
	enum ck_step step;
	struct err e;
	assert_true(write_all(b, &b->honest, envelopes, &a));
	for (int twice = 0; twice < 2; twice++) {
		struct str was = envelopes[17];
		AUTO_JSON json_t *j = json_loadb(was.p, was.n, 0, NULL);
		json_t *sigs = json_object_get(j, "signatures");
		assert_int_equal(json_array_size(sigs), 2);
		json_t *first = json_incref(json_array_get(sigs, 0));
		if (!twice)
			json_array_remove(sigs, 0);
		json_array_insert_new(sigs, 1, first);
		envelopes[17] = dumped(j, &a);
		assert_int_equal(register_refuses(b, envelopes, b->honest.n, &e), 17);
		char *why = ck_evidence_refusal(write_proof(b, &b->honest, envelopes, &a).p, &step);
		assert_true(why && step == CK_STEP_ENTRIES && strstr(why, "entry 17: it is no signed envelope"));
		free(why);
		envelopes[17] = was;
	}
	arena_done(&a);
}

static void test_changed(void **state)
{
	struct bench *b = *state;
	uint64_t seed = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : 20261126;
	size_t steps[CK_STEPS] = {0}, good = 0, types = 0;
	print_message("# seed %llu\n", (unsigned long long)seed);
	for (size_t n = 0; n < MUTANTS;) {
		struct sheets *s = malloc(sizeof *s);
		struct str envelopes[MAX_ENTRIES] = {0};
		struct arena a = {0};
		enum ck_step step;
		struct err theirs = {0};
		char what[200];
		uint64_t began = seed;
		*s = b->honest;
		if (change(b, s, &seed, &a, what) && write_all(b, s, envelopes, &a)) {
			size_t at = register_refuses(b, envelopes, s->n, &theirs);
			char *why = ck_evidence_refusal(write_proof(b, s, envelopes, &a).p, &step);
			if (!why && at < s->n && (str_starts(str_of(theirs.what), STR("args.")) || strstr(theirs.what, "is no entity of the record"))) {
				types++; /* the checker does not ask whether a name has a type that its place knows, nor a key a holder that is known yet */
				arena_done(&a);
				free(s);
				continue;
			}
			if ((why == NULL) != (at == s->n))
				fail_msg("seed %llu, %s: the register at %zu: %s; the checker at %s: %s", (unsigned long long)began, what, at,
					at < s->n ? theirs.what : "accepted", ck_step_words(step), why ? why : "accepted");
			good += why == NULL;
			steps[step] += why != NULL;
			free(why);
			n++;
		}
		arena_done(&a);
		free(s);
	}
	print_message("# %zu changed logs are good for both; %zu more have only a name that does not fit its place\n", good, types);
	for (int i = 0; i < CK_STEPS; i++)
		if (steps[i])
			print_message("# %zu are refused by both, by the checker at %s\n", steps[i], ck_step_words((enum ck_step)i));
	assert_true(steps[CK_STEP_SIGNERS] > MUTANTS / 3 && good > MUTANTS / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_honest), cmocka_unit_test(test_own_signature), cmocka_unit_test(test_genesis),
		cmocka_unit_test(test_order_of_signatures), cmocka_unit_test(test_changed)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
