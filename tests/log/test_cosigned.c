/* SPDX-License-Identifier: Apache-2.0
 *
 * Checkpoints with cosignatures, kept beside whoever appends: which are taken, how they are found again, and what is seen of forgeries.
 */
#include "log/cosign.h"
#include "log/cosigned.h"
#include "log/proof.h"
#include "tests/log/fixture.h"

#define THEN ((uint64_t)1767139200)

struct witness {
	struct ed25519_key secret;
	struct note_key key;
};

static void make_witness(struct fixture *f, struct witness *w)
{
	struct hasher h;
	hasher_init(&h);
	assert_done(ed25519_key_make(&w->secret, NULL, &f->err));
	note_key_make(&h, NOTE_COSIGNATURE, STR("witness.example/w"), &w->secret.pub, &w->key);
	hasher_done(&h);
}

/* The log's newest checkpoint with a line of the witness. */
static struct str cosigned(struct fixture *f, const struct witness *w)
{
	struct buf b;
	struct str note = arena_str(&f->arena, log_checkpoint(f->log));
	buf_init(&b, NOTE_MAX_BYTES);
	buf_add(&b, note);
	assert_done(cosign_write(str_slice(note, 0, str_find(note, STR("\n\n")) + 1), THEN, &w->key, &w->secret, &b, &f->err));
	note = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	return note;
}

/* Sizes 1, 4 and 6 are signed; 4 is cosigned. *ret is that note. */
static struct log_cosigned *prepare(struct fixture *f, struct witness *w, struct str *ret)
{
	struct log_cosigned *k;
	make_witness(f, w);
	fixture_append(f, 1, 3);
	*ret = cosigned(f, w);
	assert_done(log_cosigned_open(f->dir, &k, &f->err));
	assert_done(log_cosigned_keep(k, *ret, &f->err));
	fixture_append(f, 4, 2);
	return k;
}

static void kept_and_found(void **state)
{
	struct fixture *f = *state;
	struct witness w;
	struct str four, six, got;
	struct log *reader;
	assert_int_equal(log_cosigned_newest(f->log, &f->arena, &got, &f->err), ERR_ABSENT);
	struct log_cosigned *k = prepare(f, &w, &four);
	assert_done(log_open(f->dir, LOG_READ, &reader, &f->err));
	for (int i = 0; i < 2; i++) {
		struct log *log = i ? reader : f->log;
		assert_done(log_cosigned_newest(log, &f->arena, &got, &f->err));
		assert_true(str_eq(got, four));
		for (uint64_t index = 0; index < 8; index++) {
			int rc = log_cosigned_over(log, index, &f->arena, &got, &f->err);
			assert_int_equal(rc, index < 4 ? 0 : ERR_ABSENT);
			if (rc == 0)
				assert_true(str_eq(got, four));
		}
		assert_int_equal(log_cosigned_over(log, UINT64_MAX, &f->arena, &got, &f->err), ERR_ABSENT);
	}
	/* The same tree again: the first stays. A reader sees the next without being told. */
	six = cosigned(f, &w);
	assert_done(log_cosigned_keep(k, six, &f->err));
	assert_done(log_cosigned_keep(k, arena_str(&f->arena, log_checkpoint(f->log)), &f->err));
	assert_done(log_cosigned_newest(reader, &f->arena, &got, &f->err));
	assert_true(str_eq(got, six));
	assert_done(log_cosigned_over(reader, 3, &f->arena, &got, &f->err));
	assert_true(str_eq(got, four));
	assert_done(log_cosigned_over(reader, 4, &f->arena, &got, &f->err));
	assert_true(str_eq(got, six));
	fixture_append(f, 6, 2); /* whoever appends is not disturbed */
	assert_done(log_cosigned_keep(k, cosigned(f, &w), &f->err));
	assert_done(log_cosigned_newest(reader, &f->arena, &got, &f->err)); /* over a tree that the reader had not seen yet */
	assert_int_equal(log_size(reader), 8);
	log_close(reader);
	log_cosigned_close(k);
	struct log_verdict v;
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
}

static void what_is_not_taken(void **state)
{
	struct fixture *f = *state;
	struct witness w;
	struct str four, got;
	struct log_cosigned *k = prepare(f, &w, &four);
	static const char *const none[] = {"", "nothing\n", "register.example/acts\n6\nAAAA\n\n"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_int_equal(log_cosigned_keep(k, str_of(none[i]), &f->err), ERR_INPUT);
	/* Signed by the log, but over another tree, or one that was never signed. */
	struct digest root = {{7}};
	struct buf b;
	struct hasher h;
	struct note_key key;
	struct ed25519_key secret;
	struct buf text = {0};
	char path[128];
	fixture_path(f, "log.key", path);
	text = fixture_file(path);
	hasher_init(&h);
	assert_done(note_secret_read(&h, NOTE_ED25519, str_trim(buf_str(&text)), &key, &secret, &f->err));
	for (uint64_t size = 5; size <= 6; size++) {
		buf_init(&b, NOTE_MAX_BYTES);
		assert_done(checkpoint_sign(size, &root, &key, &secret, &b, &f->err));
		assert_int_equal(log_cosigned_keep(k, buf_str(&b), &f->err), ERR_REFUSED);
		assert_words(f->err, "not the checkpoint that was signed");
		buf_done(&b);
	}
	buf_init(&b, NOTE_MAX_BYTES);
	assert_done(checkpoint_sign(6, &root, &(struct note_key){.name = STR_INIT("other.example"), .type = NOTE_ED25519}, &secret, &b, &f->err));
	assert_int_equal(log_cosigned_keep(k, buf_str(&b), &f->err), ERR_REFUSED);
	assert_done(log_cosigned_newest(f->log, &f->arena, &got, &f->err));
	assert_true(str_eq(got, four));
	buf_done(&b);
	buf_done(&text);
	hasher_done(&h);
	log_cosigned_close(k);
	assert_int_equal(log_cosigned_open("/nowhere/at/all", &k, &f->err), ERR_ABSENT);
	assert_int_equal(log_cosigned_open(f->root, &k, &f->err), ERR_ABSENT);
}

/* The newest cosigned checkpoint that covers the entry, else the newest that the log signed. */
static void proofs_go_up_to_it(void **state)
{
	struct fixture *f = *state;
	struct witness w;
	struct str four;
	struct log_cosigned *k = prepare(f, &w, &four);
	struct hasher h;
	struct note_key key;
	log_cosigned_close(k);
	hasher_init(&h);
	assert_done(note_key_read(&h, NOTE_ED25519, log_vkey(f->log), &key, &f->err));
	for (uint64_t i = 0; i < 6; i++) {
		struct buf b;
		struct tlog_proof p;
		struct checkpoint c;
		buf_init(&b, TLOG_PROOF_MAX_BYTES);
		assert_done(log_proof_file(f->log, i, &b, &f->err));
		assert_done(tlog_proof_read(buf_str(&b), &f->arena, &p, &f->err));
		assert_done(tlog_proof_check(&h, &p, p.extra, &key, &c, &f->err));
		assert_int_equal(c.size, i < 4 ? 4 : 6);
		assert_true(str_eq(p.checkpoint, i < 4 ? four : log_checkpoint(f->log)));
		buf_done(&b);
	}
	hasher_done(&h);
}

static void forgeries_are_found(void **state)
{
	struct fixture *f = *state;
	struct witness w;
	struct str four;
	struct log_verdict v;
	static const struct {
		const char *sql, *words;
	} cases[] = {
		{"UPDATE cosigned SET note = (SELECT note FROM checkpoint WHERE size = 6)", "the cosigned checkpoint over 4 entries"},
		{"UPDATE cosigned SET note = x'00'", "the cosigned checkpoint over 4 entries"},
		{"UPDATE cosigned SET size = 5", "the cosigned checkpoint over 5 entries"},
		{"UPDATE cosigned SET size = 99", "over 99 entries, which were never signed"},
	};
	log_cosigned_close(prepare(f, &w, &four));
	fixture_close(f);
	fixture_copy(f, "log.db", "kept.db");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fixture_copy(f, "kept.db", "log.db");
		fixture_sql(f, "%s", cases[i].sql);
		assert_int_equal(log_verify(f->dir, NULL, &v, &f->err), ERR_CORRUPT);
		assert_int_equal(v.fault, LOG_BAD_CHECKPOINT);
		assert_words(f->err, cases[i].words);
	}
	fixture_copy(f, "kept.db", "log.db");
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kept_and_found, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(what_is_not_taken, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(proofs_go_up_to_it, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(forgeries_are_found, fixture_setup, fixture_teardown),
	};
	return test_main(tests);
}
