/* SPDX-License-Identifier: Apache-2.0
 *
 * Forgeries. One byte changed in the database file at an entry's own place, N times: log_verify names that entry each
 * time. A forger who computes every hash anew, in seven ways: a signature names the entry, or a checkpoint shows from
 * where on the record was replaced. And damage anywhere in the file: never a crash, never a wrong log called sound.
 *
 * SEED and N from the environment; by default 200 changed bytes, and 20 forgeries of each kind.
 */
#include "log/base64.h"
#include "log/checkpoint.h"
#include "tests/log/fixture.h"

#include <unistd.h>

enum { ENTRIES = 60 };

/* Batches of 1 to 5 entries of many lengths, the longest over several pages; some blobs. The original bytes are kept.
 */
struct forgery {
	struct fixture *f;
	char db[128];
	struct buf whole; /* log.db as it should be */
	struct str entry[ENTRIES];
	struct digest root;
	uint64_t seed, n;
};

static struct str random_payload(struct fixture *f, uint64_t *seed, uint64_t index)
{
	size_t n = test_random(seed) % 5 == 0 ? test_random(seed) % 45000 : test_random(seed) % 700;
	uint8_t *noise = arena_alloc(&f->arena, n);
	struct buf b;
	for (size_t i = 0; i < n; i++)
		noise[i] = (uint8_t)test_random(seed);
	buf_init(&b, LOG_MAX_ENTRY);
	buf_addf(&b, "{\"n\":%llu,\"noise\":\"", (unsigned long long)index);
	size_t fits = n < 20000 ? n : 20000;
	base64_add(&b, noise, fits);
	buf_adds(&b, "\"}");
	struct str s = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static void fill(struct forgery *g)
{
	struct fixture *f = g->f;
	uint64_t seed = g->seed;
	while (log_size(f->log) < ENTRIES) {
		struct str batch[5];
		size_t n = 1 + test_random(&seed) % 5;
		for (size_t i = 0; i < n; i++) {
			struct buf b;
			buf_init(&b, LOG_MAX_ENTRY);
			assert_done(log_sign(
				f->log, TEST_TYPE, random_payload(f, &seed, log_size(f->log) + i), &b, &f->err));
			batch[i] = arena_str(&f->arena, buf_str(&b));
			buf_done(&b);
		}
		if (n > ENTRIES - log_size(f->log))
			n = ENTRIES - log_size(f->log);
		assert_done(log_append(f->log, batch, n, NULL, NULL, &f->err));
		struct log_blob blob = {.type = STR("text/plain"), .bytes = batch[0]};
		assert_done(log_blob_put(f->log, &blob, 1, &f->err));
	}
}

static int setup(void **state)
{
	struct forgery *g = calloc(1, sizeof *g);
	if (fixture_setup((void **)&g->f) < 0)
		return -1;
	struct fixture *f = g->f;
	g->seed = test_env("SEED", 1);
	fill(g);
	for (uint64_t i = 0; i < ENTRIES; i++) {
		struct log_entry e;
		assert_done(log_read(f->log, i, &f->arena, &e, &f->err));
		g->entry[i] = e.bytes;
	}
	log_root(f->log, &g->root);
	fixture_close(f);
	fixture_path(f, "log.db", g->db);
	g->whole = fixture_file(g->db);
	*state = g;
	return 0;
}

static int teardown(void **state)
{
	struct forgery *g = *state;
	buf_done(&g->whole);
	int rc = fixture_teardown((void **)&g->f);
	free(g);
	return rc;
}

static void restore(struct forgery *g)
{
	char path[160];
	(void)snprintf(path, sizeof path, "%s-wal", g->db);
	(void)unlink(path);
	(void)snprintf(path, sizeof path, "%s-shm", g->db);
	(void)unlink(path);
	fixture_write(g->db, buf_str(&g->whole));
}

/* What log_verify must say. */
static void expect(struct forgery *g, enum log_fault fault, uint64_t index, const char *what)
{
	struct fixture *f = g->f;
	struct log_verdict v = {0};
	int rc = log_verify(f->dir, NULL, &v, &f->err);
	if (rc != (fault == LOG_SOUND ? 0 : ERR_CORRUPT) || v.fault != fault || v.index != index)
		fail_msg("%s: expected fault %d at %llu, got %d at %llu (%d): %s", what, fault,
			(unsigned long long)index, v.fault, (unsigned long long)v.index, rc, f->err.what);
}

static void a_sound_log(void **state)
{
	struct forgery *g = *state;
	struct fixture *f = g->f;
	struct log_verdict v;
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
	assert_int_equal(v.fault, LOG_SOUND);
	assert_int_equal(v.entries, ENTRIES);
	assert_int_equal(v.uncovered, 0);
	assert_true(v.checkpoints > 10 && v.blobs >= v.checkpoints - 1);
	assert_true(digest_eq(&v.root, &g->root));
	/* Beside a running writer, and with the right key from outside, and with a wrong one. */
	fixture_open(f, LOG_WRITE);
	struct log_audit audit = {.vkey = log_vkey(f->log)};
	assert_done(log_verify(f->dir, &audit, &v, &f->err));
	audit.vkey = STR("register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
	assert_int_equal(log_verify(f->dir, &audit, &v, &f->err), ERR_CORRUPT);
	assert_words(f->err, "another key");
	fixture_close(f);
}

struct seen {
	struct forgery *g;
	uint64_t entries, ticks, last, total;
	uint64_t refuse;
};

static int see(void *ctx, const struct log_entry *entry, struct err *e)
{
	struct seen *s = ctx;
	assert_int_equal(entry->index, s->entries++);
	assert_true(str_eq(entry->bytes, s->g->entry[entry->index]));
	return entry->index == s->refuse ? err_set(e, ERR_REFUSED, "register", "no such act") : 0;
}

static void tick(void *ctx, uint64_t done, uint64_t total)
{
	struct seen *s = ctx;
	assert_true(done > s->last && done <= total);
	s->last = done;
	s->total = total;
	s->ticks++;
}

static void the_caller_sees_every_entry(void **state)
{
	struct forgery *g = *state;
	struct fixture *f = g->f;
	struct seen s = {.g = g, .refuse = UINT64_MAX};
	struct log_audit audit = {.entry = see, .progress = tick, .ctx = &s};
	struct log_verdict v;
	assert_done(log_verify(f->dir, &audit, &v, &f->err));
	assert_true(s.entries == ENTRIES && s.ticks == ENTRIES && s.total == ENTRIES);
	s = (struct seen){.g = g, .refuse = 17};
	assert_int_equal(log_verify(f->dir, &audit, &v, &f->err), ERR_CORRUPT);
	assert_true(v.fault == LOG_BAD_ENTRY && v.index == 17);
	assert_words(f->err, "no such act");
}

/* One byte of log.db, in place. */
static void poke(struct forgery *g, size_t place, char byte)
{
	FILE *file = fopen(g->db, "r+b");
	assert_true(file && fseek(file, (long)place, SEEK_SET) == 0 && fputc((unsigned char)byte, file) != EOF);
	assert_int_equal(fclose(file), 0);
}

/* Where byte `at` of the entry stands in the file. The bytes around it are looked for, since a long entry lies in
 * pieces; of two places that look alike, the one that SQLite reads counts. */
static size_t place_of(struct forgery *g, uint64_t index, size_t at)
{
	struct fixture *f = g->f;
	struct str entry = g->entry[index], file = buf_str(&g->whole);
	for (size_t back = 0; back < 32 && back <= at; back++) {
		struct str around = str_slice(entry, at - back, at - back + 32);
		for (size_t from = 0; around.n == 32 && from < file.n;) {
			size_t found = from + str_find(str_slice(file, from, file.n), around);
			if (found >= file.n)
				break;
			size_t place = found + back;
			char sql[128], changed = (char)(file.p[place] ^ 1);
			poke(g, place, changed);
			(void)snprintf(sql, sizeof sql,
				"SELECT hex(substr(bytes, %zu, 1)) = '%02X' FROM entry WHERE idx = %llu", at + 1,
				(unsigned char)changed, (unsigned long long)index);
			bool it = fixture_sql_number(f, sql) == 1;
			poke(g, place, file.p[place]);
			if (it)
				return place;
			from = found + 1;
		}
	}
	return SIZE_MAX;
}

static void one_byte_of_an_entry(void **state)
{
	struct forgery *g = *state;
	uint64_t seed = g->seed, n = test_env("N", 200), done = 0, spilled = 0;
	for (uint64_t tries = 0; done < n; tries++) {
		uint64_t index = test_random(&seed) % ENTRIES;
		size_t at = test_random(&seed) % g->entry[index].n, place = place_of(g, index, at);
		if (place == SIZE_MAX && tries < 2 * n + 100)
			continue; /* at the seam of two pages */
		assert_true(place != SIZE_MAX);
		poke(g, place, (char)(g->whole.p[place] ^ 1 << test_random(&seed) % 8));
		char what[64];
		(void)snprintf(what, sizeof what, "byte %zu of entry %llu, SEED %llu", at, (unsigned long long)index,
			(unsigned long long)g->seed);
		expect(g, LOG_BAD_ENTRY, index, what);
		poke(g, place, g->whole.p[place]);
		done++;
		spilled += g->entry[index].n > 4096;
	}
	print_message("# %llu changed bytes named, %llu of them in entries longer than a page\n",
		(unsigned long long)done, (unsigned long long)spilled);
	expect(g, LOG_SOUND, 0, "after all were put back");
}

/* A forger computes every hash of the tree from the entries as they now stand. */
static void recompute_tree(struct forgery *g, const struct str *entry, uint64_t n)
{
	struct hasher h;
	struct merkle_range r = {0};
	struct buf sql;
	hasher_init(&h);
	buf_init(&sql, 4 << 20);
	buf_adds(&sql, "BEGIN; DELETE FROM hash;");
	for (uint64_t i = 0; i < n; i++) {
		struct digest leaf, made[MERKLE_LEVELS];
		uint64_t place = merkle_places(i);
		merkle_leaf(&h, entry[i], &leaf);
		size_t k = merkle_append(&h, &r, &leaf, made);
		for (size_t j = 0; j < k; j++) {
			buf_addf(&sql, "INSERT INTO hash VALUES (%llu, x'", (unsigned long long)(place + j));
			buf_add_hex(&sql, made[j].b, DIGEST_LEN);
			buf_adds(&sql, "');");
		}
	}
	buf_adds(&sql, "COMMIT");
	fixture_sql(g->f, "%s", sql.p);
	buf_done(&sql);
	hasher_done(&h);
}

static void put_entry(struct forgery *g, uint64_t index, struct str bytes)
{
	struct buf hex;
	buf_init(&hex, 4 * LOG_MAX_ENTRY);
	buf_add_hex(&hex, bytes.p, bytes.n);
	fixture_sql(
		g->f, "UPDATE entry SET bytes = x'%s' WHERE idx = %llu", buf_str(&hex).p, (unsigned long long)index);
	buf_done(&hex);
}

static struct str signed_by(struct forgery *g, struct str payload, const struct ed25519_key *k, const char *keyid)
{
	struct fixture *f = g->f;
	struct dsse d = {.type = TEST_TYPE, .payload = payload};
	struct buf b;
	buf_init(&b, LOG_MAX_ENTRY);
	assert_done(dsse_sign(&d, &f->arena, str_of(keyid), k, &f->err));
	assert_done(dsse_write(&d, &b, &f->err));
	struct str s = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

/* One of the ways to change entry `i`; gives what then stands there. */
enum way { OTHER_PAYLOAD, OWN_KEY, OWN_SIGNATURE, BLANK, WAYS };

static struct str forge(struct forgery *g, enum way way, uint64_t i, const struct ed25519_key *forger)
{
	struct fixture *f = g->f;
	struct hasher h;
	struct dsse d;
	struct buf b;
	struct dsse_key pub;
	struct str result = {0};
	hasher_init(&h);
	buf_init(&b, LOG_MAX_ENTRY + 100);
	dsse_key_ed25519(&h, &forger->pub, &pub);
	assert_done(dsse_parse(g->entry[i], &f->arena, &d, &f->err));
	switch (way) {
	case OTHER_PAYLOAD: /* the organisation's signature stays, over something else */
		d.payload = STR("{\"n\":0,\"status\":\"granted\"}");
		assert_done(dsse_write(&d, &b, &f->err));
		break;
	case OWN_KEY: result = signed_by(g, STR("{\"n\":1}"), forger, pub.keyid); break;
	case OWN_SIGNATURE: /* under the organisation's name */
		(void)snprintf(pub.keyid, sizeof pub.keyid, "%.*s", STR_ARG(d.sigs[0].keyid));
		result = signed_by(g, STR("{\"n\":1}"), forger, pub.keyid);
		break;
	case BLANK:
	default: buf_add(&b, g->entry[i]); buf_addc(&b, ' ');
	}
	if (!result.n)
		result = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	hasher_done(&h);
	return result;
}

static void a_forger_computes_the_tree_anew(void **state)
{
	struct forgery *g = *state;
	uint64_t seed = g->seed, n = test_env("N", 200) / 10;
	struct ed25519_key forger;
	uint8_t secret[ED25519_SEED] = "the forger";
	struct fixture *f = g->f;
	assert_done(ed25519_key_make(&forger, secret, &f->err));
	for (uint64_t done = 0; done < n; done++)
		for (int way = 0; way < WAYS; way++) {
			struct str now[ENTRIES];
			uint64_t i = test_random(&seed) % ENTRIES;
			memcpy(now, g->entry, sizeof now);
			now[i] = forge(g, (enum way)way, i, &forger);
			put_entry(g, i, now[i]);
			if (done % 2) /* half of them do not even need the tree to be told */
				recompute_tree(g, now, ENTRIES);
			char what[32];
			(void)snprintf(what, sizeof what, "way %d", way);
			expect(g, LOG_BAD_ENTRY, i, what);
			restore(g);
		}
}

/* Every entry is truly signed, only not in this place: swapped, said twice. The tree is computed anew; the checkpoint
 * shows it, and the last earlier one that still fits says from where on. */
static void true_entries_in_a_false_order(void **state)
{
	struct forgery *g = *state;
	uint64_t seed = g->seed, n = test_env("N", 200) / 10;
	for (uint64_t done = 0; done < 2 * n; done++) {
		struct str now[ENTRIES];
		uint64_t i = test_random(&seed) % (ENTRIES - 1), j = i + 1 + test_random(&seed) % (ENTRIES - 1 - i);
		bool swap = done % 2;
		memcpy(now, g->entry, sizeof now);
		now[i] = g->entry[j];
		now[j] = swap ? g->entry[i] : now[j];
		put_entry(g, i, now[i]);
		put_entry(g, j, now[j]);
		expect(g, LOG_BAD_ENTRY, i, "the tree as it was"); /* the stored hashes still name it */
		recompute_tree(g, now, ENTRIES);
		char sql[96];
		(void)snprintf(sql, sizeof sql, "SELECT coalesce(max(size), 0) FROM checkpoint WHERE size <= %llu",
			(unsigned long long)i);
		uint64_t proved = (uint64_t)fixture_sql_number(g->f, sql);
		expect(g, LOG_BAD_CHECKPOINT, proved, "the tree computed anew");
		restore(g);
	}
}

/* The forger signs the checkpoint as well, with a key of his own; and puts that key everywhere. */
static void a_checkpoint_by_the_forger(void **state)
{
	struct forgery *g = *state;
	struct fixture *f = g->f;
	struct ed25519_key forger;
	struct note_key k;
	struct hasher h;
	struct buf note, vkey, hex;
	char path[128];
	hasher_init(&h);
	buf_init(&note, NOTE_MAX_BYTES);
	buf_init(&vkey, NOTE_MAX_VKEY);
	buf_init(&hex, NOTE_MAX_BYTES);
	assert_done(ed25519_key_make(&forger, NULL, &f->err));
	note_key_make(&h, NOTE_ED25519, STR("register.example/acts"), &forger.pub, &k);
	assert_done(checkpoint_sign(ENTRIES, &g->root, &k, &forger, &note, &f->err));
	buf_add_hex(&hex, note.p, note.n);
	fixture_sql(f, "UPDATE checkpoint SET note = x'%s' WHERE size = %d", hex.p, ENTRIES);
	expect(g, LOG_BAD_CHECKPOINT, ENTRIES, "in the store");
	restore(g);
	fixture_path(f, "checkpoint", path);
	struct buf right = fixture_file(path);
	fixture_write(path, buf_str(&note));
	expect(g, LOG_BAD_CHECKPOINT, 0, "in the second place");
	/* The key named by log.db is the forger's too: his checkpoints fit, the first entry does not. */
	note_key_write(&k, &vkey);
	fixture_sql(f,
		"UPDATE identity SET vkey = '%s'; DELETE FROM checkpoint; INSERT INTO checkpoint VALUES (%d, x'%s')",
		vkey.p, ENTRIES, hex.p);
	expect(g, LOG_BAD_STORE, 0, "log.key is of another log");
	char key[128];
	fixture_path(f, "log.key", key);
	struct buf secret = fixture_file(key);
	assert_int_equal(unlink(key), 0);
	expect(g, LOG_BAD_ENTRY, 0, "signed by a key that is not the log's");
	fixture_write(key, buf_str(&secret));
	fixture_write(path, buf_str(&right));
	restore(g);
	expect(g, LOG_SOUND, 0, "after all was put back");
	buf_done(&secret);
	buf_done(&right);
	buf_done(&note);
	buf_done(&vkey);
	buf_done(&hex);
	hasher_done(&h);
}

/* Single faults by SQL, and what each must be called. */
static void what_is_wrong_is_told_apart(void **state)
{
	struct forgery *g = *state;
	static const struct {
		const char *sql;
		enum log_fault fault;
		uint64_t index;
	} cases[] = {
		{"UPDATE hash SET digest = zeroblob(32) WHERE place = 0", LOG_BAD_TREE, 0},
		{"UPDATE hash SET digest = zeroblob(32) WHERE place = 2", LOG_BAD_TREE, 1}, /* above entries 0 and 1 */
		{"UPDATE hash SET digest = zeroblob(7) WHERE place = 2", LOG_BAD_TREE, 1},
		{"DELETE FROM hash WHERE place = 2", LOG_BAD_TREE, 1},
		{"DELETE FROM hash WHERE place > 100", LOG_BAD_TREE, 52},
		{"INSERT INTO hash VALUES (1000, zeroblob(32))", LOG_BAD_TREE, ENTRIES},
		{"DELETE FROM entry WHERE idx = 13", LOG_BAD_ENTRY, 13},
		{"DELETE FROM entry WHERE idx = 59", LOG_BAD_ENTRY, 59},
		{"DELETE FROM entry WHERE idx >= 40", LOG_BAD_ENTRY, 40},
		{"DELETE FROM entry", LOG_BAD_ENTRY, 0},
		{"UPDATE entry SET bytes = x'' WHERE idx = 5", LOG_BAD_ENTRY, 5},
		{"UPDATE checkpoint SET note = x'41' WHERE size = 1", LOG_BAD_CHECKPOINT, 1},
		{"UPDATE checkpoint SET size = 61 WHERE size = 60", LOG_BAD_CHECKPOINT, 61},
		{"DELETE FROM checkpoint", LOG_BAD_CHECKPOINT, 0},
		{"UPDATE blob SET bytes = x'41' WHERE rowid = 1", LOG_BAD_BLOB, 0},
		{"UPDATE blob SET sha256 = x'41' WHERE rowid = 1", LOG_BAD_BLOB, 0},
		{"DROP TABLE blob", LOG_BAD_STORE, 0},
		/* Two at once: the entry comes first. */
		{"UPDATE entry SET bytes = x'41' WHERE idx = 30; UPDATE checkpoint SET note = x'41' WHERE size = 1",
			LOG_BAD_ENTRY, 30},
		{"UPDATE entry SET bytes = x'41' WHERE idx IN (30, 50, 7)", LOG_BAD_ENTRY, 7},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fixture_sql(g->f, "%s", cases[i].sql);
		expect(g, cases[i].fault, cases[i].index, cases[i].sql);
		restore(g);
	}
	/* An entry at the end that was never signed for: not a fault, but told. */
	struct fixture *f = g->f;
	struct log_verdict v;
	struct buf hex;
	buf_init(&hex, 4 * LOG_MAX_ENTRY);
	buf_add_hex(&hex, g->entry[9].p, g->entry[9].n);
	struct str now[ENTRIES + 1];
	memcpy(now, g->entry, sizeof g->entry);
	now[ENTRIES] = g->entry[9];
	fixture_sql(f, "INSERT INTO entry VALUES (%d, x'%s')", ENTRIES, hex.p);
	recompute_tree(g, now, ENTRIES + 1);
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
	assert_int_equal(v.uncovered, 1);
	buf_done(&hex);
	restore(g);
}

/* Damage anywhere: pages, indexes, free space. Either the verdict is a fault, or all entries are still the true ones.
 */
static void damage_anywhere(void **state)
{
	struct forgery *g = *state;
	struct fixture *f = g->f;
	uint64_t seed = g->seed ^ 0xdada, n = test_env("N", 200), faults = 0;
	for (uint64_t i = 0; i < n; i++) {
		struct buf copy = fixture_file(g->db);
		size_t place = test_random(&seed) % copy.n, len = 1 + (i % 4 == 0) * (test_random(&seed) % 5000);
		for (size_t j = place; j < place + len && j < copy.n; j++)
			copy.p[j] = (char)test_random(&seed);
		if (i % 16 == 1)
			copy.n = place; /* cut off */
		fixture_write(g->db, buf_str(&copy));
		buf_done(&copy);
		struct log_verdict v = {0};
		struct log *log = NULL;
		int rc = log_verify(f->dir, NULL, &v, &f->err);
		assert_true(rc == 0 || rc == ERR_CORRUPT || rc == ERR_SYSTEM);
		if (rc == 0)
			assert_true(v.entries == ENTRIES && digest_eq(&v.root, &g->root));
		else
			assert_true(f->err.what[0]);
		faults += rc != 0;
		if (log_open(f->dir, LOG_READ, &log, &f->err) ==
			0) { /* opening is no audit, but must not crash either */
			for (uint64_t j = 0; j < log_size(log); j++) {
				struct log_entry e;
				rc = log_read(log, j, &f->arena, &e, &f->err);
				assert_true(rc < 0 || str_eq(e.bytes, g->entry[j]));
			}
			log_close(log);
		}
		restore(g);
	}
	print_message("# %llu of %llu damaged files were found at fault, the rest in unused bytes\n",
		(unsigned long long)faults, (unsigned long long)n);
	assert_true(faults > n / 2);
	expect(g, LOG_SOUND, 0, "after all was put back");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_sound_log),
		TEST(the_caller_sees_every_entry),
		TEST(one_byte_of_an_entry),
		TEST(a_forger_computes_the_tree_anew),
		TEST(true_entries_in_a_false_order),
		TEST(a_checkpoint_by_the_forger),
		TEST(what_is_wrong_is_told_apart),
		TEST(damage_anywhere),
	};
	return test_main(tests);
}
