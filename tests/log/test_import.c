/* SPDX-License-Identifier: Apache-2.0
 *
 * A copy that grows by import: it is what was copied, step by step; whatever is wrong leaves it as it was; and it stands failing disks
 * and sudden deaths.
 */
#include "log/import.h"
#include "tests/log/faultdisk.h"
#include "tests/log/fixture.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The fixture's log is the one that is copied. */
struct copy {
	struct fixture *f;
	char dir[100], vkey[NOTE_MAX_VKEY + 1];
	struct log *log;
};

static void copy_open(struct copy *c)
{
	struct fixture *f = c->f;
	assert_done(log_import_open(c->dir, str_of(c->vkey), &c->log, &f->err));
}

static void copy_close(struct copy *c)
{
	log_close(c->log);
	c->log = NULL;
}

static struct copy copy_of(struct fixture *f)
{
	struct copy c = {.f = f};
	(void)snprintf(c.dir, sizeof c.dir, "%s/copy", f->root);
	(void)snprintf(c.vkey, sizeof c.vkey, "%.*s", STR_ARG(log_vkey(f->log)));
	return c;
}

static struct str entry_of(struct fixture *f, uint64_t index)
{
	struct log_entry entry;
	assert_done(log_read(f->log, index, &f->arena, &entry, &f->err));
	return entry.bytes;
}

/* The next entries, up to the log's `to`; all that is not told otherwise by `swap`: bytes that stand for entry `at`. */
struct swap {
	uint64_t at;
	struct str bytes;
};

static int import_to(struct copy *c, struct str note, uint64_t to, const struct swap *swap)
{
	struct fixture *f = c->f;
	struct log_entry entry;
	f->err = (struct err){0};
	int rc = log_import_begin(c->log, note, &f->err);
	for (uint64_t i = log_import_next(c->log); i < to && rc == 0; i++) {
		struct str bytes = swap && swap->at == i ? swap->bytes : entry_of(f, i);
		if ((rc = log_import_entry(c->log, bytes, NULL, &entry, &f->err)) == 0)
			assert_true(entry.index == i && str_eq(entry.bytes, bytes));
	}
	if (rc == 0)
		return log_import_end(c->log, &f->err);
	log_import_abort(c->log);
	return rc;
}

static int import_all(struct copy *c)
{
	return import_to(c, log_checkpoint(c->f->log), log_size(c->f->log), NULL);
}

static uint64_t verified(struct copy *c)
{
	struct fixture *f = c->f;
	struct log_verdict v;
	assert_done(log_verify(c->dir, &(struct log_audit){.vkey = str_of(c->vkey)}, &v, &f->err));
	return v.entries;
}

/* What is held is the beginning of the log, entry for entry, and so are tiles and proofs. */
static void same_log(struct copy *c, struct log *log)
{
	struct fixture *f = c->f;
	struct log_entry a, b;
	for (uint64_t i = 0; i < log_size(log); i++) {
		assert_done(log_read(log, i, &f->arena, &a, &f->err));
		assert_done(log_read(f->log, i, &f->arena, &b, &f->err));
		assert_true(str_eq(a.bytes, b.bytes));
	}
	struct merkle_proof p, q;
	struct buf x, y;
	buf_init(&x, TILE_MAX_BYTES);
	buf_init(&y, TILE_MAX_BYTES);
	assert_done(log_prove_inclusion(log, 0, log_size(log), &p, &f->err));
	assert_done(log_prove_inclusion(f->log, 0, log_size(log), &q, &f->err));
	assert_true(p.n == q.n && memcmp(p.v, q.v, p.n * sizeof *p.v) == 0);
	struct tlog_tile t = {.width = log_size(log) < TILE_WIDTH ? (unsigned)log_size(log) : TILE_WIDTH};
	assert_done(log_tile_read(log, &t, &x, &f->err));
	assert_done(log_tile_read(f->log, &t, &y, &f->err));
	assert_true(str_eq(buf_str(&x), buf_str(&y)));
	buf_done(&x);
	buf_done(&y);
	arena_reset(&f->arena);
}

static void a_copy_in_steps(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	struct log *reader;
	struct stat st;
	copy_open(&c);
	assert_int_equal(log_size(c.log), 0);
	assert_int_equal(log_checkpoint(c.log).n, 0);
	assert_int_equal(stat(c.dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_not_equal(log_open(c.dir, LOG_READ, &reader, &f->err), 0); /* nothing yet */
	fixture_append(f, 0, 2);
	assert_int_equal(import_all(&c), 0);
	assert_done(log_open(c.dir, LOG_READ, &reader, &f->err));
	for (uint64_t n = 3; n < 40; n += 9) {
		fixture_append(f, n, 9);
		assert_int_equal(import_all(&c), 0);
		assert_done(log_refresh(reader, &f->err));
		assert_int_equal(log_size(reader), log_size(f->log));
		assert_true(str_eq(log_checkpoint(reader), log_checkpoint(f->log)));
		same_log(&c, reader);
		assert_int_equal(verified(&c), log_size(f->log));
	}
	static const char *const secret[] = {"log.db", "log.db-wal", "log.db-shm"}; /* bodies that its owner may read come here too */
	for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) {
		assert_int_equal(stat(arena_fmt(&f->arena, "%s/%s", c.dir, secret[i]).p, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	log_close(reader);
	copy_close(&c);
	copy_open(&c);
	assert_int_equal(log_size(c.log), log_size(f->log));
	same_log(&c, c.log);
	assert_int_equal(log_import_begin(c.log, log_checkpoint(f->log), &f->err), ERR_INPUT);
	assert_words(f->err, "48 are here");
	copy_close(&c);
	struct log *writer;
	assert_int_equal(log_open(c.dir, LOG_WRITE, &writer, &f->err), ERR_SYSTEM);
	assert_words(f->err, "log.key is missing");
}

/* Backup, restore and rebuild work on a copy as on any log; a restored copy goes on. */
static int no_more(void *ctx, const char *dir, struct err *e)
{
	struct log_verdict v;
	(void)ctx;
	return log_verify(dir, NULL, &v, e);
}

static void a_copy_is_a_log(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	char file[100];
	struct log_copy copy;
	struct log_rebuilt rebuilt;
	fixture_append(f, 0, 9);
	copy_open(&c);
	assert_int_equal(import_all(&c), 0);
	(void)snprintf(file, sizeof file, "%s/copy.tar", f->root);
	assert_done(log_backup(c.dir, file, false, &copy, &f->err)); /* while the importer holds it */
	assert_done(log_rebuild(c.dir, &(struct log_audit){0}, &rebuilt, &f->err));
	assert_int_equal(rebuilt.mended, 0);
	fixture_append(f, 9, 3);
	assert_int_equal(import_all(&c), 0);
	copy_close(&c);
	(void)snprintf(c.dir, sizeof c.dir, "%s/back", f->root);
	assert_done(log_restore(file, c.dir, &(struct log_restore){.verify = no_more}, &copy, &f->err));
	copy_open(&c);
	assert_int_equal(log_size(c.log), 10);
	assert_int_equal(import_all(&c), 0);
	assert_int_equal(verified(&c), 13);
	copy_close(&c);
}

/* Whatever is wrong: a word for it, and nothing has changed. */
static void what_is_wrong_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	struct buf foreign, spoilt;
	fixture_append(f, 0, 5);
	copy_open(&c);
	assert_int_equal(import_all(&c), 0);
	struct str old = arena_str(&f->arena, log_checkpoint(f->log));
	fixture_append(f, 5, 5);
	struct str note = arena_str(&f->arena, log_checkpoint(f->log));
	buf_init(&foreign, LOG_MAX_ENTRY);
	assert_done(log_sign(f->log, TEST_TYPE, STR("{\"n\":4711}"), &foreign, &f->err)); /* signed, but not in the log */
	buf_init(&spoilt, LOG_MAX_ENTRY);
	buf_add(&spoilt, entry_of(f, 8));
	char *sig = strstr(spoilt.p, "\"sig\":\"") + 7;
	sig[4] = sig[4] == 'A' ? 'B' : 'A';
	struct str of_another = str_of("register.example/acts\n11\n");
	const struct {
		struct str note;
		uint64_t to;
		struct swap swap;
		int code;
		const char *words;
	} cases[] = {
		{note, 11, {8, buf_str(&foreign)}, ERR_CORRUPT, "do not give the tree that was signed"},
		{note, 11, {8, buf_str(&spoilt)}, ERR_REFUSED, "signature"},
		{note, 11, {8, STR("{}")}, ERR_INPUT, ""},
		{note, 11, {8, STR("")}, ERR_INPUT, ""},
		{note, 10, {UINT64_MAX, {0}}, ERR_CORRUPT, "10 entries came; 11 were signed"},
		{old, 11, {UINT64_MAX, {0}}, ERR_INPUT, "6 are here"},
		{of_another, 11, {UINT64_MAX, {0}}, ERR_INPUT, ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int rc = import_to(&c, cases[i].note, cases[i].to, &cases[i].swap);
		assert_int_equal(rc, cases[i].code);
		assert_words(f->err, cases[i].words);
		assert_int_equal(log_size(c.log), 6);
		assert_int_equal(verified(&c), 6);
	}
	assert_int_equal(import_to(&c, note, 11, NULL), 0);
	struct log_entry entry;
	assert_int_equal(log_import_entry(c.log, buf_str(&foreign), NULL, &entry, &f->err), ERR_INPUT); /* outside a step */
	assert_int_equal(log_import_end(c.log, &f->err), ERR_INPUT);
	fixture_append(f, 10, 1);
	assert_done(log_import_begin(c.log, log_checkpoint(f->log), &f->err));
	assert_done(log_import_entry(c.log, entry_of(f, 11), NULL, &entry, &f->err));
	assert_int_equal(log_import_entry(c.log, buf_str(&foreign), NULL, &entry, &f->err), ERR_CORRUPT);
	assert_words(f->err, "more entries than the 12");
	copy_close(&c); /* in the middle of a step */
	assert_int_equal(verified(&c), 11);
	buf_done(&foreign);
	buf_done(&spoilt);
}

/* A checkpoint of the same key over another history does not come in over what is held. */
static void another_history(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	fixture_append(f, 0, 5);
	copy_open(&c);
	assert_int_equal(import_all(&c), 0);
	fixture_close(f); /* the log is set back to its beginning, and filled anew with the same key */
	uint8_t seed[32];
	for (size_t i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)i;
	struct log_genesis g = {.origin = STR("register.example/acts"), .seed = seed, .type = TEST_TYPE, .payload = fixture_genesis};
	(void)snprintf(f->dir, sizeof f->dir, "%s/fork", f->root);
	assert_done(log_create(f->dir, &g, &f->err));
	fixture_open(f, LOG_WRITE);
	fixture_append(f, 1000, 9);
	assert_int_equal(import_all(&c), ERR_CORRUPT);
	assert_words(f->err, "do not give the tree that was signed");
	assert_int_equal(verified(&c), 6);
	copy_close(&c);
}

static bool has_reader_seen(struct copy *c, struct log *reader, uint64_t size)
{
	struct fixture *f = c->f;
	assert_done(log_refresh(reader, &f->err));
	return log_size(reader) == size;
}

static void readers_see_whole_steps(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	struct log *reader;
	struct log_entry entry;
	copy_open(&c);
	assert_int_equal(import_all(&c), 0);
	assert_done(log_open(c.dir, LOG_READ, &reader, &f->err));
	fixture_append(f, 0, 5);
	assert_done(log_import_begin(c.log, log_checkpoint(f->log), &f->err));
	for (uint64_t i = 1; i < 6; i++) {
		assert_int_equal(log_import_next(c.log), i);
		assert_done(log_import_entry(c.log, entry_of(f, i), NULL, &entry, &f->err));
		assert_true(has_reader_seen(&c, reader, 1));
		assert_int_equal(verified(&c), 1);
	}
	assert_done(log_import_end(c.log, &f->err));
	assert_true(has_reader_seen(&c, reader, 6));
	log_close(reader);
	copy_close(&c);
}

static void blobs(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	struct hasher h;
	struct log_blob one = {.type = STR("text/plain"), .bytes = STR("one")}, two = {.type = STR("text/plain"), .bytes = STR("two")}, got;
	struct log_entry entry;
	hasher_init(&h);
	sha256(&h, one.bytes, &one.sha256);
	sha256(&h, two.bytes, &two.sha256);
	copy_open(&c);
	assert_done(log_import_blob(c.log, &one, &f->err)); /* alone: there at once */
	assert_done(log_import_blob(c.log, &one, &f->err));
	assert_done(log_import_begin(c.log, log_checkpoint(f->log), &f->err));
	assert_done(log_import_blob(c.log, &two, &f->err));
	assert_done(log_blob_get(c.log, &two.sha256, &f->arena, &got, &f->err)); /* the step sees it */
	log_import_abort(c.log);
	assert_int_equal(log_blob_get(c.log, &two.sha256, &f->arena, &got, &f->err), ERR_ABSENT);
	assert_done(log_blob_get(c.log, &one.sha256, &f->arena, &got, &f->err));
	two.bytes = STR("2");
	assert_int_equal(log_import_blob(c.log, &two, &f->err), ERR_CORRUPT);
	two.type = STR("");
	assert_int_equal(log_import_blob(c.log, &two, &f->err), ERR_INPUT);
	two = (struct log_blob){.sha256 = two.sha256, .type = STR("text/plain"), .bytes = STR("two")};
	assert_done(log_import_begin(c.log, log_checkpoint(f->log), &f->err));
	assert_done(log_import_blob(c.log, &two, &f->err));
	assert_done(log_import_entry(c.log, entry_of(f, 0), NULL, &entry, &f->err));
	assert_done(log_import_end(c.log, &f->err));
	copy_close(&c);
	copy_open(&c);
	assert_done(log_blob_get(c.log, &two.sha256, &f->arena, &got, &f->err));
	assert_true(str_eq(got.bytes, STR("two")));
	assert_int_equal(log_import_blob(f->log, &two, &f->err), ERR_REFUSED);
	assert_int_equal(log_import_begin(f->log, log_checkpoint(f->log), &f->err), ERR_REFUSED);
	copy_close(&c);
	hasher_done(&h);
}

/* Which directories it takes, and which it does not. */
static void directories(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	struct log *log;
	char path[128], other[NOTE_MAX_VKEY + 1];
	struct ed25519_key k;
	struct note_key nk;
	struct hasher h;
	struct buf vkey;
	assert_int_equal(log_import_open(f->dir, str_of(c.vkey), &log, &f->err), ERR_REFUSED);
	assert_words(f->err, "not a copy of it");
	fixture_path(f, "import.lock", path);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(log_import_open(f->root, str_of(c.vkey), &log, &f->err), ERR_CONFLICT);
	assert_words(f->err, "not empty");
	assert_int_equal(log_import_open("/nowhere/at/all", str_of(c.vkey), &log, &f->err), ERR_ABSENT);
	assert_int_equal(log_import_open(c.dir, STR("register.example/acts"), &log, &f->err), ERR_INPUT);
	assert_int_equal(access(c.dir, F_OK), -1);
	copy_open(&c);
	assert_int_equal(log_import_open(c.dir, str_of(c.vkey), &log, &f->err), ERR_CONFLICT);
	assert_words(f->err, "another process is writing here");
	assert_int_equal(import_all(&c), 0);
	copy_close(&c);
	hasher_init(&h);
	assert_done(ed25519_key_make(&k, NULL, &f->err));
	note_key_make(&h, NOTE_ED25519, STR("register.example/acts"), &k.pub, &nk);
	buf_init(&vkey, NOTE_MAX_VKEY);
	note_key_write(&nk, &vkey);
	(void)snprintf(other, sizeof other, "%s", vkey.p);
	assert_int_equal(log_import_open(c.dir, str_of(other), &log, &f->err), ERR_REFUSED);
	assert_words(f->err, "a copy of another log");
	/* The organisation takes the copy over: with its key it is the log itself, and no mirror may follow into it. */
	fixture_path(f, "log.key", path);
	struct buf key = fixture_file(path);
	(void)snprintf(path, sizeof path, "%s/log.key", c.dir);
	copy_open(&c);
	fixture_write(path, buf_str(&key));
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(log_open(c.dir, LOG_WRITE, &log, &f->err), ERR_CONFLICT);
	copy_close(&c);
	assert_int_equal(log_open(c.dir, LOG_WRITE, &log, &f->err), ERR_REFUSED); /* it may lack what was signed since */
	assert_words(f->err, "second history");
	struct buf behind;
	buf_init(&behind, 4096);
	buf_add(&behind, log_checkpoint(f->log));
	fixture_append(f, log_size(f->log), 1);
	assert_int_equal(log_confirm(c.dir, log_checkpoint(f->log), &f->err), ERR_CORRUPT);
	assert_int_equal(log_open(c.dir, LOG_WRITE, &log, &f->err), ERR_REFUSED);
	assert_done(log_confirm(c.dir, buf_str(&behind), &f->err));
	buf_done(&behind);
	assert_done(log_open(c.dir, LOG_WRITE, &log, &f->err));
	log_close(log);
	assert_int_equal(log_import_open(c.dir, str_of(c.vkey), &c.log, &f->err), ERR_REFUSED);
	buf_done(&key);
	buf_done(&vkey);
	hasher_done(&h);
}

/* What a crash leaves is mended; what is no trace of a crash is not. */
static void mending(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	char path[128], kept[128];
	fixture_append(f, 0, 3);
	copy_open(&c);
	copy_close(&c);
	(void)snprintf(path, sizeof path, "%s/log.db.new", c.dir);
	fixture_write(path, STR("half a database"));
	(void)snprintf(path, sizeof path, "%s/log.db", c.dir);
	assert_int_equal(unlink(path), 0);
	copy_open(&c); /* it was being made */
	assert_int_equal(import_all(&c), 0);
	copy_close(&c);
	(void)snprintf(path, sizeof path, "%s/checkpoint", c.dir);
	struct buf older = fixture_file(path);
	assert_int_equal(unlink(path), 0); /* the first step was cut off before its last write */
	copy_open(&c);
	fixture_append(f, 3, 3);
	assert_int_equal(import_all(&c), 0);
	copy_close(&c);
	struct buf newer = fixture_file(path);
	fixture_write(path, buf_str(&older)); /* a later step was */
	copy_open(&c);
	assert_int_equal(log_size(c.log), 7);
	copy_close(&c);
	struct buf now = fixture_file(path);
	assert_true(str_eq(buf_str(&now), buf_str(&newer)));
	assert_int_equal(verified(&c), 7);
	(void)snprintf(path, sizeof path, "%s/log.db", c.dir);
	(void)snprintf(kept, sizeof kept, "%s/kept.db", f->root);
	assert_int_equal(rename(path, kept), 0);
	assert_int_equal(log_import_open(c.dir, str_of(c.vkey), &c.log, &f->err), ERR_CORRUPT);
	assert_words(f->err, "log.db is missing");
	buf_done(&older);
	buf_done(&newer);
	buf_done(&now);
}

/* A copy made from a backup with entries at its end that no checkpoint covers: they are held against what comes. */
static void entries_without_a_checkpoint(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	fixture_append(f, 0, 3);
	struct str old = arena_str(&f->arena, log_checkpoint(f->log));
	fixture_append(f, 3, 3);
	copy_open(&c);
	assert_int_equal(import_all(&c), 0);
	copy_close(&c);
	char dir[80];
	strcpy(dir, f->dir);
	(void)snprintf(f->dir, sizeof f->dir, "%.79s", c.dir);
	fixture_sql(f, "DELETE FROM checkpoint WHERE size = 7");
	char path[128];
	fixture_path(f, "checkpoint", path);
	fixture_write(path, old);
	strcpy(f->dir, dir);
	copy_open(&c);
	assert_int_equal(log_size(c.log), 4);
	fixture_append(f, 6, 3);
	struct swap swap = {5, entry_of(f, 6)};
	assert_int_equal(import_to(&c, log_checkpoint(f->log), log_size(f->log), &swap), ERR_CONFLICT);
	assert_words(f->err, "entry 5 is held here");
	assert_int_equal(import_all(&c), 0);
	same_log(&c, c.log);
	copy_close(&c);
	assert_int_equal(verified(&c), 10);
}

/* ---- failing disks and sudden deaths ------------------------------------------------------------------------------------ */

static int setup_disk(void **state)
{
	faultdisk_install();
	return fixture_setup(state);
}

static void the_disk_fails_at_every_operation(void **state)
{
	static const enum fault_kind kinds[] = {FAULT_FULL, FAULT_ONCE, FAULT_POWER};
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	uint64_t seed = test_env("SEED", 1), failed = 0, kept = 0, held = 0, n = 0;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		bool reached = true;
		for (uint64_t at = 0; reached; at++) {
			int rc;
			fixture_append(f, n++, 1);
			fixture_close(f); /* so that all that fails is the copy's */
			fixture_open(f, LOG_READ);
			faultdisk_arm(kinds[k], at);
			f->err = (struct err){0};
			if ((rc = log_import_open(c.dir, str_of(c.vkey), &c.log, &f->err)) == 0)
				rc = import_all(&c);
			reached = faultdisk_reached();
			if (kinds[k] == FAULT_POWER)
				faultdisk_arm(FAULT_POWER, 0);
			log_close(c.log);
			c.log = NULL;
			if (kinds[k] == FAULT_POWER)
				faultdisk_restart(&seed);
			faultdisk_disarm();
			if (rc < 0)
				assert_true(rc == ERR_SYSTEM || kinds[k] == FAULT_POWER);
			copy_open(&c);
			uint64_t after = log_size(c.log);
			if (rc == 0)
				assert_int_equal(after, log_size(f->log));
			assert_true(after == held || after == log_size(f->log));
			if (after)
				assert_int_equal(verified(&c), after);
			failed += rc < 0;
			kept += rc < 0 && after > held;
			held = after;
			if (at % 2 && after < log_size(f->log)) { /* with the fault gone it goes on */
				assert_int_equal(import_all(&c), 0);
				held = log_size(f->log);
			}
			copy_close(&c);
			fixture_close(f);
			fixture_open(f, LOG_WRITE);
		}
	}
	print_message("# %llu operations failed, one after the other; %llu times the step was durable nevertheless\n",
		(unsigned long long)failed, (unsigned long long)kept);
	assert_true(failed > 30);
}

static void work(struct copy *c)
{
	struct fixture *f = c->f;
	for (;;) {
		fixture_append(f, log_size(f->log), 1 + log_size(f->log) % 3);
		if (!c->log)
			copy_open(c);
		if (import_all(c) != 0)
			_exit(2);
		if (log_size(f->log) % 5 == 0)
			copy_close(c);
	}
}

static void a_mirror_is_killed(void **state)
{
	struct fixture *f = *state;
	struct copy c = copy_of(f);
	uint64_t seed = test_env("SEED", 1), n = test_env("N", 200) / 10, held = 0;
	fixture_close(f);
	for (uint64_t i = 0; i < n; i++) {
		int status;
		pid_t child = fork();
		if (child == 0) {
			fixture_open(f, LOG_WRITE);
			work(&c);
		}
		usleep((useconds_t)(test_random(&seed) % 80000));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		fixture_open(f, LOG_WRITE);
		copy_open(&c);
		assert_true(log_size(c.log) >= held && log_size(c.log) <= log_size(f->log));
		held = log_size(c.log);
		if (held)
			assert_int_equal(verified(&c), held);
		if (held < log_size(f->log))
			assert_int_equal(import_all(&c), 0);
		same_log(&c, c.log);
		held = log_size(c.log);
		copy_close(&c);
		fixture_close(f);
	}
	print_message("# %llu processes killed, %llu entries copied\n", (unsigned long long)n, (unsigned long long)held);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_copy_in_steps, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_copy_is_a_log, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(what_is_wrong_changes_nothing, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(another_history, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(readers_see_whole_steps, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(blobs, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(directories, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(mending, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(entries_without_a_checkpoint, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_mirror_is_killed, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(the_disk_fails_at_every_operation, setup_disk, fixture_teardown),
	};
	return test_main(tests);
}
