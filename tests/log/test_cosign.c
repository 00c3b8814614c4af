/* SPDX-License-Identifier: Apache-2.0
 *
 * Cosignatures against the shared vectors, and what is no cosignature; keys and their type byte.
 */
#include "base/json.h"
#include "log/cosign.h"
#include "tests/log/shared.h"

#define THEN ((uint64_t)1767139200) /* when the vectors were cosigned */

struct keys {
	struct arena a;
	struct hasher h;
	struct ed25519_key log_secret, secret[3];
	struct note_key log, witness[3];
	struct str note; /* of size 7, signed by the log alone */
	struct buf out;
	struct err e;
};

static int setup(void **state)
{
	static const char *const names[] = {"w.example/one", "w.example/two", "w.example/three"};
	struct keys *k = calloc(1, sizeof *k);
	uint8_t seed[ED25519_SEED] = {1};
	hasher_init(&k->h);
	assert_int_equal(ed25519_key_make(&k->log_secret, seed, &k->e), 0);
	note_key_make(&k->h, NOTE_ED25519, STR("register.example/acts"), &k->log_secret.pub, &k->log);
	for (int i = 0; i < 3; i++) {
		seed[0]++;
		assert_int_equal(ed25519_key_make(&k->secret[i], seed, &k->e), 0);
		note_key_make(&k->h, NOTE_COSIGNATURE, str_of(names[i]), &k->secret[i].pub, &k->witness[i]);
	}
	buf_init(&k->out, NOTE_MAX_BYTES);
	assert_int_equal(checkpoint_sign(7, &(struct digest){{7}}, &k->log, &k->log_secret, &k->out, &k->e), 0);
	k->note = arena_str(&k->a, buf_str(&k->out));
	buf_clear(&k->out);
	*state = k;
	return 0;
}

static int teardown(void **state)
{
	struct keys *k = *state;
	buf_done(&k->out);
	hasher_done(&k->h);
	arena_done(&k->a);
	free(k);
	return 0;
}

static struct str text_of(struct str note)
{
	return str_slice(note, 0, str_find(note, STR("\n\n")) + 1);
}

static struct str line(struct keys *k, int who, uint64_t time)
{
	struct buf b;
	buf_init(&b, 1000);
	assert_int_equal(cosign_write(text_of(k->note), time, &k->witness[who], &k->secret[who], &b, &k->e), 0);
	struct str s = arena_str(&k->a, buf_str(&b));
	buf_done(&b);
	return s;
}

static enum cosign_state check(struct keys *k, struct str bytes, int who, struct cosign_times believed, uint64_t *time)
{
	struct note *n = arena_new(&k->a, struct note);
	enum cosign_state s;
	assert_int_equal(note_parse(bytes, &k->a, n, &k->e), 0);
	assert_int_equal(cosign_check(n, &k->witness[who], believed, &s, time, &k->e), 0);
	return s;
}

static void vectors(void **state)
{
	NEED_SHARED();
	static const struct {
		const char *note, *key;
	} files[] = {{"rome.witness.checkpoint", "witness.v0.json"}, {"rome.mirror.checkpoint", "mirror.v0.json"},
		{"milan.witness2.checkpoint", "witness2.v0.json"}};
	struct keys *k = *state;
	for (size_t i = 0; i < 9; i++) {
		char path[64];
		struct note_key key;
		struct note *n = arena_new(&k->a, struct note);
		enum cosign_state s;
		uint64_t time;
		AUTO_JSON json_t *v = NULL;
		(void)snprintf(path, sizeof path, "cosignature/%s", files[i % 3].key);
		assert_int_equal(json_read(shared_read(&k->a, path), path, &v, &k->e), 0);
		struct str vkey = json_str(json_array_get(json_object_get(v, "verifier_keys"), 0));
		assert_int_equal(note_key_read(&k->h, NOTE_COSIGNATURE, vkey, &key, &k->e), 0);
		assert_int_equal(note_key_read(&k->h, NOTE_ED25519, vkey, &key, &k->e), ERR_INPUT);
		assert_non_null(strstr(k->e.what, "its type byte is 4"));
		assert_int_equal(note_key_read(&k->h, NOTE_COSIGNATURE, vkey, &key, &k->e), 0);
		note_key_write(&key, &k->out);
		assert_true(str_eq(buf_str(&k->out), vkey));
		buf_clear(&k->out);
		(void)snprintf(path, sizeof path, "cosignature/%s", files[i / 3].note);
		struct str bytes = shared_read(&k->a, path);
		assert_int_equal(note_parse(bytes, &k->a, n, &k->e), 0);
		assert_int_equal(cosign_check(n, &key, cosign_any_time(), &s, &time, &k->e), 0);
		assert_int_equal(s, i / 3 == i % 3 ? COSIGN_GOOD : COSIGN_ABSENT);
		if (s == COSIGN_ABSENT)
			continue;
		assert_int_equal(time, THEN);
		assert_int_equal(cosign_check(n, &key, cosign_until(THEN - COSIGN_SKEW - 1), &s, &time, &k->e), 0);
		assert_int_equal(s, COSIGN_UNTIMELY);
		assert_int_equal(cosign_check(n, &key, cosign_until(THEN - COSIGN_SKEW), &s, &time, &k->e), 0);
		assert_int_equal(s, COSIGN_GOOD);
		((char *)bytes.p)[0] ^= 1; /* another origin */
		assert_int_equal(cosign_check(n, &key, cosign_any_time(), &s, &time, &k->e), ERR_REFUSED);
	}
}

static void there_and_back(void **state)
{
	struct keys *k = *state;
	uint64_t time;
	struct str one = line(k, 0, THEN), both = ARENA_JOIN(&k->a, k->note, one, line(k, 1, 1));
	assert_int_equal(check(k, both, 0, cosign_any_time(), &time), COSIGN_GOOD);
	assert_int_equal(time, THEN);
	assert_int_equal(check(k, both, 1, cosign_any_time(), &time), COSIGN_GOOD);
	assert_int_equal(time, 1);
	assert_int_equal(check(k, both, 2, cosign_any_time(), &time), COSIGN_ABSENT);
	/* For a reader of notes that knows the log alone, nothing has changed. */
	struct checkpoint c;
	assert_int_equal(checkpoint_open(both, &k->log, &c, &k->e), 0);
	/* Of several lines of one key, the earliest that is believed. */
	struct str many = ARENA_JOIN(&k->a, k->note, line(k, 0, THEN + 9000), line(k, 0, THEN + 5), one);
	assert_int_equal(check(k, many, 0, cosign_around(THEN + 5), &time), COSIGN_GOOD);
	assert_int_equal(time, THEN);
	assert_int_equal(check(k, many, 0, cosign_around(THEN + 9000), &time), COSIGN_GOOD);
	assert_int_equal(time, THEN + 9000);
	assert_int_equal(check(k, many, 0, cosign_around(5), &time), COSIGN_UNTIMELY);
	assert_int_equal(time, THEN);
}

/* Every bit of a line counts, but for the name's: that makes it a line of somebody else. */
static void no_bit_too_many(void **state)
{
	struct keys *k = *state;
	struct note *n = arena_new(&k->a, struct note);
	enum cosign_state s;
	uint64_t time;
	assert_int_equal(note_parse(ARENA_JOIN(&k->a, k->note, line(k, 0, THEN)), &k->a, n, &k->e), 0);
	struct note_sig *sig = &n->sigs[1];
	for (size_t bit = 0; bit < 8 * sig->bytes.n; bit++) {
		((char *)sig->bytes.p)[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(cosign_check(n, &k->witness[0], cosign_any_time(), &s, &time, &k->e), ERR_REFUSED);
		((char *)sig->bytes.p)[bit / 8] ^= (char)(1 << bit % 8);
	}
	sig->bytes.n--;
	assert_int_equal(cosign_check(n, &k->witness[0], cosign_any_time(), &s, &time, &k->e), ERR_REFUSED);
	sig->bytes.n++;
	assert_int_equal(cosign_check(n, &k->witness[0], cosign_any_time(), &s, &time, &k->e), 0);
	sig->id++;
	assert_int_equal(cosign_check(n, &k->witness[0], cosign_any_time(), &s, &time, &k->e), 0);
	assert_int_equal(s, COSIGN_ABSENT);
}

static void what_is_not_cosigned(void **state)
{
	struct keys *k = *state;
	const struct note_key *w = &k->witness[0];
	struct str text = text_of(k->note);
	assert_int_equal(cosign_write(text, 0, w, &k->secret[0], &k->out, &k->e), ERR_INPUT);
	assert_int_equal(cosign_write(text, COSIGN_MAX_TIME + 1, w, &k->secret[0], &k->out, &k->e), ERR_INPUT);
	assert_int_equal(cosign_write(STR("text\n"), THEN, w, &k->secret[0], &k->out, &k->e), ERR_INPUT);
	assert_int_equal(cosign_write(text, THEN, &k->log, &k->log_secret, &k->out, &k->e), ERR_INPUT);
	assert_int_equal(note_sign(text, w, &k->secret[0], &k->out, &k->e), ERR_INPUT);
	assert_int_equal(k->out.n, 0);
	assert_int_equal(cosign_write(text, COSIGN_MAX_TIME, w, &k->secret[0], &k->out, &k->e), 0);
	/* The same key and name with both types: two keys, and neither stands for the other. */
	struct note_key as_log;
	struct note *n = arena_new(&k->a, struct note);
	size_t good;
	note_key_make(&k->h, NOTE_ED25519, w->name, &w->pub, &as_log);
	assert_int_not_equal(as_log.id, w->id);
	assert_int_equal(note_parse(ARENA_JOIN(&k->a, text, STR("\n"), buf_str(&k->out)), &k->a, n, &k->e), 0);
	assert_int_equal(note_verify(n, &as_log, 1, &good, &k->e), 0);
	assert_int_equal(good, 0);
	as_log.id = w->id;
	assert_int_equal(note_verify(n, &as_log, 1, &good, &k->e), ERR_REFUSED);
	assert_int_equal(note_verify(n, w, 1, &good, &k->e), ERR_REFUSED);
}

static int collect(struct keys *k, struct str note, struct str lines, uint64_t now, size_t *added)
{
	buf_clear(&k->out);
	*added = 99;
	return cosign_collect(note, lines, k->witness, 2, cosign_around(now), &k->out, added, &k->e);
}

static void collecting(void **state)
{
	struct keys *k = *state;
	size_t added;
	struct str one = line(k, 0, THEN), two = line(k, 1, THEN + 3), three = line(k, 2, THEN);
	assert_int_equal(collect(k, k->note, one, THEN, &added), 0);
	assert_int_equal(added, 1);
	assert_true(str_eq(buf_str(&k->out), ARENA_JOIN(&k->a, k->note, one)));
	struct str with_one = arena_str(&k->a, buf_str(&k->out));
	/* What it has is not added again, a stranger's line not at all. */
	assert_int_equal(collect(k, with_one, ARENA_JOIN(&k->a, three, two, line(k, 0, THEN + 1), one, two), THEN, &added), 0);
	assert_int_equal(added, 1);
	assert_true(str_eq(buf_str(&k->out), ARENA_JOIN(&k->a, with_one, two)));
	assert_int_equal(collect(k, k->note, three, THEN, &added), 0);
	assert_int_equal(added, 0);
	assert_true(str_eq(buf_str(&k->out), k->note));
	assert_int_equal(collect(k, k->note, STR(""), THEN, &added), 0);
	assert_int_equal(added, 0);
	/* A line of a known key that is wrong, and a clock that is. */
	struct str other = arena_str(&k->a, k->note);
	((char *)other.p)[0] ^= 1;
	assert_int_equal(collect(k, other, one, THEN, &added), ERR_REFUSED);
	assert_int_equal(k->out.n, 0);
	assert_int_equal(collect(k, k->note, one, THEN + COSIGN_SKEW + 1, &added), ERR_REFUSED);
	assert_non_null(strstr(k->e.what, "is a clock wrong?"));
	assert_int_equal(collect(k, k->note, one, THEN - COSIGN_SKEW - 1, &added), ERR_REFUSED);
	assert_int_equal(collect(k, k->note, one, THEN + COSIGN_SKEW, &added), 0);
	assert_int_equal(collect(k, k->note, one, THEN - COSIGN_SKEW, &added), 0);
	assert_int_equal(collect(k, k->note, STR("<html>no such page</html>\n"), THEN, &added), ERR_INPUT);
	assert_int_equal(collect(k, k->note, str_slice(one, 0, one.n - 1), THEN, &added), ERR_INPUT);
	assert_int_equal(collect(k, STR("no note\n"), one, THEN, &added), ERR_INPUT);
}

/* Lines whose spare bits are set verify, and are written out in the canonical spelling. */
static void spare_bits(void **state)
{
	struct keys *k = *state;
	size_t added;
	struct str one = line(k, 0, THEN), loose = arena_str(&k->a, one);
	char *last = (char *)loose.p + loose.n - 4; /* before "==\n" */
	assert_int_equal(last[1], '=');
	assert_int_not_equal(*last, '/');
	*last = (char)(*last + 1);
	assert_int_equal(collect(k, k->note, loose, THEN, &added), 0);
	assert_true(str_eq(buf_str(&k->out), ARENA_JOIN(&k->a, k->note, one)));
}

static void a_note_has_an_end(void **state)
{
	struct keys *k = *state;
	size_t added;
	struct buf full, lines;
	buf_init(&full, NOTE_MAX_BYTES);
	buf_init(&lines, NOTE_MAX_BYTES + 1000);
	buf_add(&full, k->note);
	struct str other = str_slice(k->note, text_of(k->note).n + 1, k->note.n);
	for (int i = 1; i < NOTE_MAX_SIGS; i++)
		buf_add(&full, other);
	assert_false(full.over);
	assert_int_equal(collect(k, buf_str(&full), line(k, 2, THEN), THEN, &added), 0);
	assert_int_equal(collect(k, buf_str(&full), line(k, 0, THEN), THEN, &added), ERR_LIMIT);
	for (int i = 0; i <= NOTE_MAX_SIGS; i++)
		buf_add(&lines, line(k, 2, THEN));
	assert_int_equal(collect(k, k->note, buf_str(&lines), THEN, &added), ERR_LIMIT);
	buf_done(&full);
	buf_done(&lines);
}

static void secret_keys_keep_their_type(void **state)
{
	struct keys *k = *state;
	struct note_key key;
	struct ed25519_key secret;
	note_secret_write(&k->witness[0], &k->secret[0], &k->out);
	assert_int_equal(note_secret_read(&k->h, NOTE_COSIGNATURE, buf_str(&k->out), &key, &secret, &k->e), 0);
	assert_true(note_key_same(&key, &k->witness[0]));
	assert_memory_equal(&secret, &k->secret[0], sizeof secret);
	assert_int_equal(note_secret_read(&k->h, NOTE_ED25519, buf_str(&k->out), &key, &secret, &k->e), ERR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(vectors, setup, teardown),
		cmocka_unit_test_setup_teardown(there_and_back, setup, teardown),
		cmocka_unit_test_setup_teardown(no_bit_too_many, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_not_cosigned, setup, teardown),
		cmocka_unit_test_setup_teardown(collecting, setup, teardown),
		cmocka_unit_test_setup_teardown(spare_bits, setup, teardown),
		cmocka_unit_test_setup_teardown(a_note_has_an_end, setup, teardown),
		cmocka_unit_test_setup_teardown(secret_keys_keep_their_type, setup, teardown),
	};
	return test_main(tests);
}
