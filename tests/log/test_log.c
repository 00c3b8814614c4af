/* SPDX-License-Identifier: Apache-2.0
 *
 * The log as its callers see it: make, append, read, reopen, prove, keep blobs.
 */
#include "log/checkpoint.h"
#include "log/proof.h"
#include "log/store.h"
#include "tests/log/fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

static void a_new_log_holds_its_genesis(void **state)
{
	struct fixture *f = *state;
	struct log_entry entry;
	struct stat st;
	char path[128];
	assert_int_equal(log_size(f->log), 1);
	assert_done(log_read(f->log, 0, &f->arena, &entry, &f->err));
	assert_true(str_eq(entry.dsse.type, TEST_TYPE));
	assert_true(str_find(entry.dsse.payload, log_vkey(f->log)) < entry.dsse.payload.n);
	assert_int_equal(entry.dsse.nsigs, 1);
	assert_true(str_eq(entry.dsse.sigs[0].keyid, log_keyid(f->log)));
	assert_true(str_eq(log_origin(f->log), STR("register.example/acts")));
	fixture_path(f, "log.key", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(f->dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static int count(void *ctx, const struct log_entry *entry, struct err *e)
{
	(void)e;
	uint64_t *n = ctx;
	char payload[64];
	if (entry->index > 0) {
		(void)snprintf(payload, sizeof payload, "{\"n\":%llu}", (unsigned long long)entry->index);
		assert_true(str_eq(entry->dsse.payload, str_of(payload)));
	}
	++*n;
	return 0;
}

static void entries_are_there_again(void **state)
{
	struct fixture *f = *state;
	struct digest before, after;
	uint64_t n = 0;
	fixture_append(f, 1, 1);
	fixture_append(f, 2, 600);
	log_root(f->log, &before);
	struct str note = arena_str(&f->arena, log_checkpoint(f->log));
	for (int mode = LOG_READ; mode <= LOG_WRITE; mode++) {
		fixture_close(f);
		fixture_open(f, (enum log_mode)mode);
		assert_int_equal(log_size(f->log), 602);
		log_root(f->log, &after);
		assert_true(digest_eq(&before, &after));
		assert_true(str_eq(note, log_checkpoint(f->log)));
		n = 0;
		assert_done(log_each(f->log, 0, count, &n, &f->err));
		assert_int_equal(n, 602);
		n = 0;
		assert_done(log_each(f->log, 600, count, &n, &f->err));
		assert_int_equal(n, 2);
		assert_done(log_each(f->log, 602, count, &n, &f->err));
		assert_int_equal(log_each(f->log, 603, count, &n, &f->err), ERR_ABSENT);
		assert_int_equal(n, 2);
	}
	fixture_append(f, 602, 1);
	assert_int_equal(log_size(f->log), 603);
}

static int stop_at_two(void *ctx, const struct log_entry *entry, struct err *e)
{
	(void)ctx;
	return entry->index == 2 ? err_set(e, ERR_LIMIT, "test", "enough") : 0;
}

static void a_callback_may_stop(void **state)
{
	struct fixture *f = *state;
	struct log_entry entry;
	fixture_append(f, 1, 9);
	assert_int_equal(log_each(f->log, 0, stop_at_two, NULL, &f->err), ERR_LIMIT);
	assert_words(f->err, "enough");
	assert_int_equal(log_read(f->log, 10, &f->arena, &entry, &f->err), ERR_ABSENT);
	fixture_append(f, 10, 1); /* nothing holds the database */
}

static void an_audit_by_hashes(void **state)
{
	struct fixture *f = *state;
	fixture_append(f, 1, 300);
	assert_done(log_each(f->log, 0, NULL, NULL, &f->err));
	assert_done(log_each(f->log, 299, NULL, NULL, &f->err));
	fixture_close(f);
	fixture_sql(f, "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE idx = 76) WHERE idx = 77");
	fixture_open(f, LOG_READ);
	assert_int_equal(log_each(f->log, 0, NULL, NULL, &f->err), ERR_CORRUPT);
	assert_done(log_each(f->log, 78, NULL, NULL, &f->err));
}

static void the_checkpoint_is_signed(void **state)
{
	struct fixture *f = *state;
	struct hasher h;
	struct note_key k;
	struct checkpoint c;
	struct digest root;
	char path[128];
	hasher_init(&h);
	for (int i = 1; i < 5; i++) {
		fixture_append(f, (uint64_t)i, 1);
		assert_done(note_key_read(&h, NOTE_ED25519, log_vkey(f->log), &k, &f->err));
		assert_done(checkpoint_open(log_checkpoint(f->log), &k, &c, &f->err));
		log_root(f->log, &root);
		assert_true(c.size == log_size(f->log) && digest_eq(&c.root, &root));
		fixture_path(f, "checkpoint", path); /* the second place */
		struct buf file = fixture_file(path);
		assert_true(str_eq(buf_str(&file), log_checkpoint(f->log)));
		buf_done(&file);
	}
	hasher_done(&h);
}

static void readers_follow_a_writer(void **state)
{
	struct fixture *f = *state;
	struct log *reader;
	struct log_entry entry;
	struct digest a, b;
	fixture_append(f, 1, 5);
	assert_done(log_open(f->dir, LOG_READ, &reader, &f->err));
	for (uint64_t n = 6; n < 40; n += 7) {
		fixture_append(f, n, 7);
		assert_int_equal(log_size(reader), n);
		assert_done(log_refresh(reader, &f->err));
		assert_int_equal(log_size(reader), n + 7);
		log_root(f->log, &a);
		log_root(reader, &b);
		assert_true(digest_eq(&a, &b));
		assert_true(str_eq(log_checkpoint(reader), log_checkpoint(f->log)));
		assert_done(log_read(reader, n + 6, &f->arena, &entry, &f->err));
	}
	struct str none = STR("x");
	struct buf b2;
	buf_init(&b2, 1000);
	assert_int_equal(log_append(reader, &none, 1, NULL, NULL, &f->err), ERR_REFUSED);
	assert_int_equal(log_sign(reader, TEST_TYPE, STR("{}"), &b2, &f->err), ERR_REFUSED);
	assert_int_equal(log_blob_put(reader, NULL, 0, &f->err), ERR_REFUSED);
	log_close(reader);
	buf_done(&b2);
}

/* Looks once more for the newest checkpoint, as a reader does when the store is not still. */
static uint64_t look(struct fixture *f, struct store *s)
{
	uint64_t size = 0;
	assert_done(store_begin(s, false, &f->err));
	assert_done(store_last(s, STORE_CHECKPOINT, &size, &f->err));
	store_rollback(s);
	return size;
}

/* A store that says "still" hides no commit, and soon says so when there is none; also after a checkpoint of the WAL. */
static void a_still_store_hides_nothing(void **state)
{
	struct fixture *f = *state;
	struct store *s;
	struct store_mark mark = {0};
	char path[128];
	uint64_t seen = 0;
	fixture_path(f, "log.db", path);
	assert_done(store_open(path, false, &s, &f->err));
	for (uint64_t n = 1; n < 80; n++) {
		fixture_append(f, n, 1);
		assert_false(store_still(s, &mark));
		seen = look(f, s);
		assert_int_equal(seen, n + 1);
		if (n == 1)
			continue; /* the first mark cannot be told from none */
		assert_true(store_still(s, &mark));
		assert_true(store_still(s, &mark));
	}
	store_close(s);
}

/* Every entry, by a proof file, under every later checkpoint; and every pair of sizes. */
static void proofs(void **state)
{
	struct fixture *f = *state;
	enum { N = 20 };
	struct digest root[N + 1];
	struct hasher h;
	struct note_key k;
	hasher_init(&h);
	assert_done(note_key_read(&h, NOTE_ED25519, log_vkey(f->log), &k, &f->err));
	for (uint64_t n = 1; n <= N; n++) {
		log_root(f->log, &root[n]);
		for (uint64_t i = 0; i < n; i++) {
			struct buf out;
			struct tlog_proof p;
			struct checkpoint c;
			struct log_entry entry;
			buf_init(&out, TLOG_PROOF_MAX_BYTES);
			assert_done(log_proof_file(f->log, i, &out, &f->err));
			assert_done(tlog_proof_read(buf_str(&out), &f->arena, &p, &f->err));
			assert_done(log_read(f->log, i, &f->arena, &entry, &f->err));
			assert_true(str_eq(p.extra, entry.bytes));
			assert_done(tlog_proof_check(&h, &p, p.extra, &k, &c, &f->err));
			assert_true(c.size == n && p.index == i);
			p.index = (i + 1) % n;
			assert_true(n == 1 || tlog_proof_check(&h, &p, entry.bytes, &k, &c, &f->err) == ERR_REFUSED);
			buf_done(&out);
		}
		fixture_append(f, n, 1);
	}
	for (uint64_t n = 1; n <= N; n++)
		for (uint64_t m = 1; m <= n; m++) {
			struct merkle_proof p;
			assert_done(log_prove_consistency(f->log, m, n, &p, &f->err));
			assert_true(merkle_consistent(&h, m, &root[m], n, &root[n], &p));
		}
	struct merkle_proof p;
	struct buf out;
	buf_init(&out, TLOG_PROOF_MAX_BYTES);
	assert_int_equal(log_prove_consistency(f->log, 0, N, &p, &f->err), ERR_INPUT);
	assert_int_equal(log_prove_consistency(f->log, 1, N + 2, &p, &f->err), ERR_INPUT);
	assert_int_equal(log_prove_inclusion(f->log, N, N, &p, &f->err), ERR_INPUT);
	assert_int_equal(log_prove_inclusion(f->log, 0, UINT64_MAX, &p, &f->err), ERR_INPUT);
	assert_int_equal(log_proof_file(f->log, N + 1, &out, &f->err), ERR_ABSENT);
	hasher_done(&h);
}

/* Refused entries leave nothing behind, wherever they stand in a batch. */
/* The proof that this handle gives of an entry holds against its own root. */
static bool proves(struct fixture *f, struct log *log, uint64_t index)
{
	struct hasher h;
	struct merkle_proof p;
	struct log_entry entry;
	struct digest leaf, root;
	hasher_init(&h);
	assert_done(log_prove_inclusion(log, index, log_size(log), &p, &f->err));
	assert_done(log_read(log, index, &f->arena, &entry, &f->err));
	merkle_leaf(&h, entry.bytes, &leaf);
	log_root(log, &root);
	bool holds = merkle_included(&h, &leaf, index, log_size(log), &p, &root);
	hasher_done(&h);
	return holds;
}

/* A handle remembers hashes. One that was damaged, and made anew beside it, must not stay in its memory. */
static void what_a_rebuild_mended_is_not_remembered(void **state)
{
	struct fixture *f = *state;
	struct log *reader;
	struct log_rebuilt v;
	fixture_append(f, 1, 200);
	fixture_close(f);
	fixture_sql(f, "UPDATE hash SET digest = zeroblob(32) WHERE place = %llu", (unsigned long long)merkle_place(5, 3));
	assert_done(log_open(f->dir, LOG_READ, &reader, &f->err));
	assert_false(proves(f, reader, 70)); /* beside 96 to 127 */
	assert_true(proves(f, reader, 100));
	assert_done(log_rebuild(f->dir, &(struct log_audit){0}, &v, &f->err));
	assert_int_equal(v.mended, 1);
	assert_done(log_refresh(reader, &f->err));
	assert_true(proves(f, reader, 70));
	fixture_open(f, LOG_WRITE);
	fixture_append(f, 201, 100);
	assert_done(log_refresh(reader, &f->err));
	for (uint64_t i = 0; i < 301; i++)
		assert_true(proves(f, reader, i) && proves(f, f->log, i));
	log_close(reader);
}

static void refused(struct fixture *f, struct str envelope, int code, const char *words)
{
	struct digest before, after;
	struct buf good;
	buf_init(&good, LOG_MAX_ENTRY);
	assert_done(log_sign(f->log, TEST_TYPE, STR("{\"n\":1}"), &good, &f->err));
	log_root(f->log, &before);
	for (size_t at = 0; at < 3; at++) {
		struct str batch[3] = {buf_str(&good), buf_str(&good), buf_str(&good)};
		char place[32];
		batch[at] = envelope;
		assert_int_equal(log_append(f->log, batch, 3, NULL, NULL, &f->err), code);
		assert_words(f->err, words);
		(void)snprintf(place, sizeof place, "entry %zu of 3", at + 1);
		assert_string_equal(f->err.where, place);
	}
	log_root(f->log, &after);
	assert_int_equal(log_size(f->log), 1);
	assert_true(digest_eq(&before, &after));
	assert_int_equal(fixture_sql_number(f, "SELECT count(*) FROM entry"), 1);
	assert_int_equal(fixture_sql_number(f, "SELECT count(*) FROM hash"), 1);
	buf_done(&good);
}

static void bad_entries_are_refused(void **state)
{
	struct fixture *f = *state;
	struct buf good, bad;
	struct ed25519_key stranger;
	struct hasher h;
	struct dsse_key pub;
	buf_init(&good, LOG_MAX_ENTRY);
	buf_init(&bad, 1 << 20);
	assert_done(log_sign(f->log, TEST_TYPE, STR("{\"n\":1}"), &good, &f->err));
	refused(f, STR(""), ERR_INPUT, "at byte 0");
	refused(f, STR("{}"), ERR_INPUT, "at byte 0");
	buf_addf(&bad, "%s ", good.p);
	refused(f, buf_str(&bad), ERR_INPUT, "nothing after it");
	buf_clear(&bad);
	buf_add(&bad, buf_str(&good));
	bad.p[bad.n - 20] = bad.p[bad.n - 20] == 'A' ? 'B' : 'A'; /* in the signature */
	refused(f, buf_str(&bad), ERR_REFUSED, "does not fit");
	buf_clear(&bad);
	while (bad.n <= LOG_MAX_ENTRY)
		buf_add(&bad, buf_str(&good));
	refused(f, buf_str(&bad), ERR_LIMIT, "at most 65535");
	/* A stranger's signature is good, but nobody registered the key. */
	struct dsse d = {.type = TEST_TYPE, .payload = STR("{}")};
	hasher_init(&h);
	assert_done(ed25519_key_make(&stranger, NULL, &f->err));
	dsse_key_ed25519(&h, &stranger.pub, &pub);
	assert_done(dsse_sign(&d, &f->arena, str_of(pub.keyid), &stranger, &f->err));
	buf_clear(&bad);
	assert_done(dsse_write(&d, &bad, &f->err));
	refused(f, buf_str(&bad), ERR_REFUSED, "not a registered key");
	/* Under the name of the organisation's key it does not fit. */
	d.nsigs = 0;
	assert_done(dsse_sign(&d, &f->arena, log_keyid(f->log), &stranger, &f->err));
	buf_clear(&bad);
	assert_done(dsse_write(&d, &bad, &f->err));
	refused(f, buf_str(&bad), ERR_REFUSED, "does not fit");
	buf_clear(&bad);
	assert_int_equal(log_sign(f->log, STR("a b"), STR("{}"), &bad, &f->err), ERR_INPUT);
	hasher_done(&h);
	buf_done(&good);
	buf_done(&bad);
}

struct other_key {
	struct ed25519_key key;
	struct dsse_key pub;
	uint64_t from; /* in force from this entry on */
};

static bool find_other(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	struct other_key *o = ctx;
	return index >= o->from && dsse_only_key(&o->pub, d, keyid, ret);
}

/* Keys count from an entry on, in log_append and in log_verify; an entry may bear several signatures. */
static void other_keys_sign_too(void **state)
{
	struct fixture *f = *state;
	struct other_key o = {.from = 2};
	struct log_keys keys = {.find = find_other, .ctx = &o};
	struct hasher h;
	struct buf b;
	struct dsse d = {.type = TEST_TYPE, .payload = STR("{\"n\":2}")};
	hasher_init(&h);
	buf_init(&b, LOG_MAX_ENTRY);
	assert_done(ed25519_key_make(&o.key, NULL, &f->err));
	dsse_key_ed25519(&h, &o.key.pub, &o.pub);
	assert_done(dsse_sign(&d, &f->arena, str_of(o.pub.keyid), &o.key, &f->err));
	assert_done(dsse_write(&d, &b, &f->err));
	struct str envelope = buf_str(&b);
	assert_int_equal(log_append(f->log, &envelope, 1, &keys, NULL, &f->err), ERR_REFUSED);
	fixture_append(f, 1, 1);
	assert_done(log_append(f->log, &envelope, 1, &keys, NULL, &f->err));
	assert_int_equal(log_append(f->log, &envelope, 1, NULL, NULL, &f->err), ERR_REFUSED);
	struct log_audit audit = {.keys = keys};
	struct log_verdict v;
	assert_done(log_verify(f->dir, &audit, &v, &f->err));
	assert_int_equal(v.entries, 3);
	assert_int_equal(log_verify(f->dir, NULL, &v, &f->err), ERR_CORRUPT);
	assert_true(v.fault == LOG_BAD_ENTRY && v.index == 2);
	hasher_done(&h);
	buf_done(&b);
}

static void blobs(void **state)
{
	struct fixture *f = *state;
	struct log_blob b[3] = {{.type = STR("text/plain"), .bytes = STR("hello")},
		{.type = STR("application/pdf"), .bytes = STR("")},
		{.type = STR("text/plain; charset=utf-8"), .bytes = STR("\0\1")}};
	struct log_blob got, again = {.type = STR("text/html"), .bytes = STR("hello")};
	struct digest want;
	assert_done(log_blob_put(f->log, b, 3, &f->err));
	assert_true(hex_parse(STR("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"), want.b, 32));
	assert_true(digest_eq(&b[0].sha256, &want));
	assert_done(log_blob_put(f->log, &again, 1, &f->err)); /* the first media type stays */
	fixture_close(f);
	fixture_open(f, LOG_READ);
	for (size_t i = 0; i < 3; i++) {
		assert_done(log_blob_get(f->log, &b[i].sha256, &f->arena, &got, &f->err));
		assert_true(str_eq(got.bytes, b[i].bytes) && str_eq(got.type, b[i].type));
	}
	want.b[0] ^= 1;
	assert_int_equal(log_blob_get(f->log, &want, &f->arena, &got, &f->err), ERR_ABSENT);
	fixture_close(f);
	fixture_sql(f, "UPDATE blob SET bytes = x'68656c6c70' WHERE type = 'text/plain'");
	fixture_open(f, LOG_WRITE);
	assert_int_equal(log_blob_get(f->log, &b[0].sha256, &f->arena, &got, &f->err), ERR_CORRUPT);
	struct log_verdict v;
	assert_int_equal(log_verify(f->dir, NULL, &v, &f->err), ERR_CORRUPT);
	assert_true(v.fault == LOG_BAD_BLOB && digest_eq(&v.blob, &b[0].sha256) && v.entries == 1 && v.blobs == 2);
	struct log_blob bad[] = {{.type = STR(""), .bytes = STR("x")}, {.type = STR("a\nb"), .bytes = STR("x")},
		{.type = STR("a/b"), .bytes = {"", (size_t)LOG_MAX_BLOB + 1}}};
	assert_int_equal(log_blob_put(f->log, &bad[0], 1, &f->err), ERR_INPUT);
	assert_int_equal(log_blob_put(f->log, &bad[1], 1, &f->err), ERR_INPUT);
	assert_int_equal(log_blob_put(f->log, &bad[2], 1, &f->err), ERR_LIMIT);
	/* The longest that is taken. */
	struct log_blob longest = {.type = STR("a/b"), .bytes = {calloc(1, LOG_MAX_BLOB), LOG_MAX_BLOB}};
	assert_done(log_blob_put(f->log, &longest, 1, &f->err));
	assert_done(log_blob_get(f->log, &longest.sha256, &f->arena, &got, &f->err));
	assert_int_equal(got.bytes.n, LOG_MAX_BLOB);
	free((void *)longest.bytes.p);
}

static void the_longest_entry(void **state)
{
	struct fixture *f = *state;
	struct buf b;
	static char payload[60000];
	struct log_entry entry;
	size_t n = 48900;
	memset(payload, ' ', sizeof payload);
	buf_init(&b, 1 << 20);
	while (log_sign(f->log, TEST_TYPE, (struct str){payload, n + 3}, &b, &f->err) == 0) {
		n += 3;
		buf_clear(&b);
	}
	buf_clear(&b);
	assert_done(log_sign(f->log, TEST_TYPE, (struct str){payload, n}, &b, &f->err));
	assert_true(b.n <= LOG_MAX_ENTRY && b.n > LOG_MAX_ENTRY - 4);
	struct str envelope = buf_str(&b);
	assert_done(log_append(f->log, &envelope, 1, NULL, NULL, &f->err));
	assert_done(log_read(f->log, 1, &f->arena, &entry, &f->err));
	assert_true(str_eq(entry.bytes, envelope) && entry.dsse.payload.n == n);
	buf_done(&b);
}

struct crowd {
	const char *dir;
	atomic_bool done;
	atomic_int faults;
	atomic_ullong proofs;
};

/* Follows the log with a handle of its own, and checks all it sees. */
static void *follow(void *ctx)
{
	struct crowd *c = ctx;
	struct log *log;
	struct hasher h;
	struct arena a = {0};
	struct err e;
	if (log_open(c->dir, LOG_READ, &log, &e) < 0) {
		atomic_fetch_add(&c->faults, 1);
		return NULL;
	}
	hasher_init(&h);
	while (!atomic_load(&c->done)) {
		struct log_entry entry;
		struct merkle_proof p;
		struct digest leaf, root;
		arena_reset(&a);
		bool good = log_refresh(log, &e) == 0 && log_read(log, log_size(log) - 1, &a, &entry, &e) == 0 &&
			    log_prove_inclusion(log, entry.index, log_size(log), &p, &e) == 0;
		if (good) {
			merkle_leaf(&h, entry.bytes, &leaf);
			log_root(log, &root);
			good = merkle_included(&h, &leaf, entry.index, log_size(log), &p, &root);
		}
		if (good)
			atomic_fetch_add(&c->proofs, 1);
		else
			atomic_fetch_add(&c->faults, 1);
	}
	log_close(log);
	hasher_done(&h);
	arena_done(&a);
	return NULL;
}

/* One thread writes, three read beside it. */
static void handles_in_many_threads(void **state)
{
	enum { READERS = 3 };
	struct fixture *f = *state;
	struct crowd c = {.dir = f->dir};
	pthread_t t[READERS];
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, follow, &c), 0);
	for (uint64_t n = 1; n < 100; n += 3)
		fixture_append(f, n, 3);
	while (atomic_load(&c.proofs) < 50 && !atomic_load(&c.faults))
		sched_yield();
	atomic_store(&c.done, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(atomic_load(&c.faults), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_new_log_holds_its_genesis),
		TEST(entries_are_there_again),
		TEST(a_callback_may_stop),
		TEST(an_audit_by_hashes),
		TEST(the_checkpoint_is_signed),
		TEST(readers_follow_a_writer),
		TEST(a_still_store_hides_nothing),
		TEST(proofs),
		TEST(what_a_rebuild_mended_is_not_remembered),
		TEST(bad_entries_are_refused),
		TEST(other_keys_sign_too),
		TEST(blobs),
		TEST(the_longest_entry),
		TEST(handles_in_many_threads),
	};
	return test_main(tests);
}
