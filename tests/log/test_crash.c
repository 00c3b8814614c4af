/* SPDX-License-Identifier: Apache-2.0
 *
 * Crashes, at every single operation that changes the disk: the process is killed in it, with the write cut short or
 * not, or the power goes, and a part of what was not synced is on the disk. One act, many acts, acts of many threads;
 * while the log is made, opened, closed, and tidied. After each of them, before anything is mended and after it:
 *
 * - what was confirmed is there, at the index that was told, with its bytes, and once;
 * - no checkpoint, in either place, is over more than is there, or over another tree;
 * - the second place alone names at least what was confirmed;
 * - the tree is that of the entries, computed here by the words of RFC 6962;
 * - the log goes on.
 */
#include "log/checkpoint.h"
#include "log/group.h"
#include "tests/log/faultdisk.h"
#include "tests/log/faultfiles.h"
#include "tests/log/fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ACTS = 256, THREADS = 8, EACH = 3, BULK = 64, BLOB = 8140000 };

/* What was confirmed, seen also when the process that was told is dead: act number i stands at index at[i] - 1. */
struct told {
	atomic_uint_fast64_t at[ACTS];
	atomic_uint_fast64_t size; /* the largest size that was told */
	atomic_bool made, blob;
};

/* What is being done when it happens. `before`: entries that are in for certain when it begins. */
struct scene {
	const char *name;
	void (*prepare)(struct fixture *f);
	void (*act)(struct fixture *f, struct told *told); /* arms the fault when it comes to the point */
	uint64_t before, most;                             /* entries at least and at most afterwards */
	bool torn;                                         /* all of them or none */
	unsigned step; /* every how many-th operation, unless it may take long (N) */
};

static struct {
	enum fault_kind kind;
	uint64_t at;
} place;

static void now(void)
{
	faultdisk_arm(place.kind, place.at);
}

/* Acts ---- */

static void text_of(size_t number, char out[1024])
{
	int n = snprintf(out, 1024, "{\"n\":%zu,\"text\":\"", number);
	memset(out + n, 'x', 700 - (size_t)n);
	memcpy(out + 700 - 2, "\"}", 3);
}

static struct buf envelope(struct log *log, size_t number)
{
	struct buf b;
	struct err e;
	char text[1024];
	text_of(number, text);
	buf_init(&b, LOG_MAX_ENTRY);
	if (log_sign(log, TEST_TYPE, str_of(text), &b, &e) < 0)
		abort();
	return b;
}

static void tell(struct told *told, size_t number, uint64_t index)
{
	uint64_t size = atomic_load(&told->size);
	atomic_store(&told->at[number], index + 1);
	while (size < index + 1 && !atomic_compare_exchange_weak(&told->size, &size, index + 1))
		;
}

static void append(struct fixture *f, struct told *told, size_t first, size_t n)
{
	struct buf b[BULK];
	struct str v[BULK];
	uint64_t index;
	for (size_t i = 0; i < n; i++) {
		b[i] = envelope(f->log, first + i);
		v[i] = buf_str(&b[i]);
	}
	int rc = log_append(f->log, v, n, NULL, &index, &f->err);
	for (size_t i = 0; i < n; i++) {
		if (rc == 0)
			tell(told, first + i, index + i);
		buf_done(&b[i]);
	}
}

static void open_it(struct fixture *f)
{
	if (log_open(f->dir, LOG_WRITE, &f->log, &f->err) < 0)
		f->log = NULL;
}

static void single(struct fixture *f, struct told *told)
{
	open_it(f);
	now();
	append(f, told, 0, 1);
}

static void two_singles(struct fixture *f, struct told *told)
{
	open_it(f);
	now();
	append(f, told, 0, 1);
	append(f, told, 1, 1);
}

static void several(struct fixture *f, struct told *told)
{
	open_it(f);
	now();
	append(f, told, 0, 3);
}

static void bulk(struct fixture *f, struct told *told)
{
	open_it(f);
	now();
	append(f, told, 0, BULK);
}

static void put_blob(struct fixture *f, struct told *told)
{
	struct log_blob b = {.type = STR("text/plain"), .bytes = STR("the document that the act names")};
	open_it(f);
	now();
	atomic_store(&told->blob, log_blob_put(f->log, &b, 1, &f->err) == 0);
	if (atomic_load(&told->blob))
		append(f, told, 0, 1);
}

/* The write-ahead log is so long that the next commit moves it into the database. */
static void tidying(struct fixture *f, struct told *told)
{
	static char bytes[BLOB];
	struct log_blob b = {.type = STR("text/plain"), .bytes = {bytes, sizeof bytes}};
	open_it(f);
	if (log_blob_put(f->log, &b, 1, &f->err) < 0)
		abort();
	now();
	append(f, told, 0, 1);
	append(f, told, 1, 1);
}

static void opening(struct fixture *f, struct told *told)
{
	(void)told;
	now();
	open_it(f);
}

static void closing(struct fixture *f, struct told *told)
{
	open_it(f);
	append(f, told, 0, 3);
	now();
	fixture_close(f);
}

static void making(struct fixture *f, struct told *told)
{
	uint8_t seed[ED25519_SEED] = {5};
	struct log_genesis g = {
		.origin = STR("register.example/acts"), .seed = seed, .type = TEST_TYPE, .payload = fixture_genesis};
	now();
	atomic_store(&told->made, log_create(f->dir, &g, &f->err) == 0);
}

struct thread {
	struct log_group *group;
	struct buf envelopes[EACH];
	struct told *told;
	size_t first;
	pthread_t id;
};

static void *append_some(void *arg)
{
	struct thread *t = arg;
	struct err e;
	uint64_t index;
	for (size_t i = 0; i < EACH; i++)
		if (log_group_append(t->group, buf_str(&t->envelopes[i]), &index, &e) == 0)
			tell(t->told, t->first + i, index);
	return NULL;
}

static void threads(struct fixture *f, struct told *told)
{
	struct thread t[THREADS];
	struct log_group *g;
	open_it(f);
	if (log_group_new(f->log, &(struct log_group_how){.delay = 2}, &g, &f->err) < 0)
		abort();
	for (size_t i = 0; i < THREADS; i++) {
		t[i] = (struct thread){.group = g, .told = told, .first = i * EACH};
		for (size_t j = 0; j < EACH; j++)
			t[i].envelopes[j] = envelope(f->log, t[i].first + j);
	}
	now();
	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&t[i].id, NULL, append_some, &t[i]) != 0)
			abort();
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(t[i].id, NULL);
		for (size_t j = 0; j < EACH; j++)
			buf_done(&t[i].envelopes[j]);
	}
	log_group_free(g);
}

/* States to begin with ---- */

enum { FILES = 4 };
static const char *const kept[FILES] = {"log.db", "log.db-wal", "checkpoint", "log.key"};

struct snapshot {
	bool has[FILES];
	struct buf bytes[FILES];
};

static void take(const struct fixture *f, struct snapshot *s)
{
	for (size_t i = 0; i < FILES; i++) {
		char path[128];
		fixture_path(f, kept[i], path);
		s->has[i] = access(path, F_OK) == 0;
		if (s->has[i])
			s->bytes[i] = fixture_file(path);
	}
}

static void drop(struct snapshot *s)
{
	for (size_t i = 0; i < FILES; i++)
		if (s->has[i])
			buf_done(&s->bytes[i]);
}

static void clear(const struct fixture *f)
{
	static const char *const more[] = {"log.db-shm", "log.db-journal", "checkpoint.new"};
	char path[128];
	for (size_t i = 0; i < FILES; i++) {
		fixture_path(f, kept[i], path);
		(void)unlink(path);
	}
	for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
		fixture_path(f, more[i], path);
		(void)unlink(path);
	}
}

static void put(const struct fixture *f, const struct snapshot *s)
{
	clear(f);
	for (size_t i = 0; i < FILES; i++) {
		char path[128];
		fixture_path(f, kept[i], path);
		if (s->has[i])
			fixture_write(path, buf_str(&s->bytes[i]));
		if (s->has[i])
			assert_int_equal(chmod(path, 0600), 0);
	}
}

static void some_entries(struct fixture *f)
{
	fixture_append(f, 1, 4);
	fixture_close(f);
}

/* As a process leaves it that was killed: nothing is in the database yet, all is in the write-ahead log. */
static void not_closed(struct fixture *f)
{
	struct snapshot s;
	fixture_append(f, 1, 4);
	take(f, &s);
	fixture_close(f);
	put(f, &s);
	drop(&s);
}

/* Entries are in, and their checkpoint in neither place. */
static void without_checkpoint(struct fixture *f)
{
	fixture_append(f, 1, 1);
	fixture_copy(f, "checkpoint", "older");
	fixture_append(f, 2, 3);
	fixture_close(f);
	fixture_copy(f, "older", "checkpoint");
	fixture_sql(f, "DELETE FROM checkpoint WHERE size = 5");
}

/* The checkpoint is in its file, and its row went with the power. */
static void without_row(struct fixture *f)
{
	some_entries(f);
	fixture_sql(f, "DELETE FROM checkpoint WHERE size = 5");
}

static void nothing_yet(struct fixture *f)
{
	fixture_close(f);
	clear(f);
	assert_int_equal(rmdir(f->dir), 0);
}

/* What must be true afterwards ---- */

static void hash_of(struct hasher *h, const struct digest *leaf, uint64_t n, struct digest *ret)
{
	char node[1 + 2 * DIGEST_LEN] = {1};
	struct digest half[2];
	uint64_t k = 1;
	if (n == 1) {
		*ret = *leaf;
		return;
	}
	while (k * 2 < n)
		k *= 2;
	hash_of(h, leaf, k, &half[0]);
	hash_of(h, leaf + k, n - k, &half[1]);
	memcpy(node + 1, half, sizeof half);
	sha256(h, (struct str){node, sizeof node}, ret);
}

struct leaves {
	struct hasher h;
	struct digest v[ACTS + 16];
	uint64_t n;
};

/* MTH of RFC 6962, 2.1, over the first n entries. */
static void root_over(struct leaves *l, uint64_t n, struct digest *ret)
{
	assert_true(n > 0 && n <= l->n);
	hash_of(&l->h, l->v, n, ret);
}

static void read_leaves(struct fixture *f, struct leaves *l)
{
	hasher_init(&l->h);
	for (l->n = 0; l->n < log_size(f->log); l->n++) {
		struct log_entry entry;
		struct buf b;
		assert_true(l->n < ACTS + 16);
		assert_done(log_read(f->log, l->n, &f->arena, &entry, &f->err));
		buf_init(&b, LOG_MAX_ENTRY + 1);
		buf_addc(&b, 0);
		buf_add(&b, entry.bytes);
		sha256(&l->h, buf_str(&b), &l->v[l->n]);
		buf_done(&b);
	}
}

/* The second place as it was found, before anybody mended it: a whole signed checkpoint, over what was confirmed or
 * more. */
static void check_second_place(struct fixture *f, struct str note, uint64_t told, struct leaves *l)
{
	struct note_key k;
	struct checkpoint c;
	struct digest root;
	assert_done(note_key_read(&l->h, NOTE_ED25519, log_vkey(f->log), &k, &f->err));
	assert_done(checkpoint_open(note, &k, &c, &f->err));
	if (c.size < told)
		fail_msg("the second place says %llu, though %llu were confirmed", (unsigned long long)c.size,
			(unsigned long long)told);
	root_over(l, c.size, &root);
	assert_true(digest_eq(&root, &c.root));
}

/* Every checkpoint in log.db. */
static void check_rows(struct fixture *f, struct leaves *l)
{
	struct note_key k;
	sqlite3 *db;
	sqlite3_stmt *q;
	char path[128];
	fixture_path(f, "log.db", path);
	assert_done(note_key_read(&l->h, NOTE_ED25519, log_vkey(f->log), &k, &f->err));
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT size, note FROM checkpoint", -1, &q, NULL), SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW) {
		struct checkpoint c;
		struct digest root;
		struct str note = {sqlite3_column_blob(q, 1), (size_t)sqlite3_column_bytes(q, 1)};
		assert_done(checkpoint_open(note, &k, &c, &f->err));
		assert_int_equal(c.size, sqlite3_column_int64(q, 0));
		root_over(l, c.size, &root);
		assert_true(digest_eq(&root, &c.root));
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
}

static void check_acts(struct fixture *f, const struct told *told)
{
	bool seen[ACTS] = {false};
	for (uint64_t i = 0; i < log_size(f->log); i++) {
		struct log_entry entry;
		char text[1024];
		unsigned long number;
		assert_done(log_read(f->log, i, &f->arena, &entry, &f->err));
		struct str p = arena_str(&f->arena, entry.dsse.payload);
		if (str_find(p, STR("\"text\"")) == p.n)
			continue; /* of the beginning */
		assert_int_equal(sscanf(p.p, "{\"n\":%lu", &number), 1);
		assert_true(number < ACTS && !seen[number]);
		seen[number] = true;
		text_of(number, text);
		assert_true(str_eq(p, str_of(text)));
		if (told->at[number])
			assert_int_equal(told->at[number], i + 1);
	}
	for (size_t i = 0; i < ACTS; i++)
		if (told->at[i] && !seen[i])
			fail_msg("act %zu was confirmed, and is lost", i);
}

/* Readers, who mend nothing, see what was confirmed, and nothing that is not signed. */
static void check_reader(struct fixture *f, const struct told *told)
{
	fixture_open(f, LOG_READ);
	assert_true(log_size(f->log) >= told->size);
	assert_done(log_each(f->log, 0, NULL, NULL, &f->err));
	check_acts(f, told);
	fixture_close(f);
}

static void check_writer(struct fixture *f, const struct scene *s, const struct told *told, struct str second)
{
	static struct leaves l;
	struct digest root, mine;
	fixture_open(f, LOG_WRITE);
	uint64_t size = log_size(f->log);
	assert_true(size >= s->before && size >= told->size && size <= s->most);
	if (s->torn)
		assert_true(size == s->before || size == s->most);
	read_leaves(f, &l);
	check_second_place(f, second, told->size, &l);
	check_rows(f, &l);
	check_acts(f, told);
	log_root(f->log, &root);
	root_over(&l, size, &mine);
	assert_true(digest_eq(&root, &mine));
	fixture_append(f, 1000, 1); /* it goes on */
	hasher_done(&l.h);
	fixture_close(f);
}

static void check_blob(struct fixture *f, const struct told *told)
{
	struct log_blob b;
	struct hasher h;
	struct digest d;
	hasher_init(&h);
	sha256(&h, STR("the document that the act names"), &d);
	hasher_done(&h);
	fixture_open(f, LOG_READ);
	int rc = log_blob_get(f->log, &d, &f->arena, &b, &f->err);
	assert_true(rc == 0 || (rc == ERR_ABSENT && !told->blob));
	fixture_close(f);
}

/* A log whose making was cut short opens and is sound, or does not open and says what to do. */
static bool check_made(struct fixture *f, struct told *told)
{
	int rc = log_open(f->dir, LOG_WRITE, &f->log, &f->err);
	fixture_close(f);
	if (rc == 0)
		return true;
	assert_false(atomic_load(&told->made));
	assert_true(rc == ERR_ABSENT || rc == ERR_CORRUPT || rc == ERR_INPUT || rc == ERR_SYSTEM);
	assert_true(f->err.what[0]);
	clear(f);
	place.kind = FAULT_NONE;
	making(f, told);
	assert_true(atomic_load(&told->made));
	return true;
}

static void check(struct fixture *f, const struct scene *s, struct told *told)
{
	struct log_verdict v;
	char path[128];
	arena_reset(&f->arena);
	if (s->act == making && !check_made(f, told))
		return;
	fixture_path(f, "checkpoint", path);
	struct buf second = fixture_file(path);
	assert_done(log_verify(f->dir, NULL, &v, &f->err));
	assert_true(v.entries >= told->size && v.entries - v.uncovered >= told->size);
	check_reader(f, told);
	if (s->act == put_blob)
		check_blob(f, told);
	check_writer(f, s, told, buf_str(&second));
	buf_done(&second);
}

/* Every place ---- */

/* In a process of its own, which is killed. False: it came to its end before. */
static bool killed(struct fixture *f, const struct scene *s, struct told *told)
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		s->act(f, told);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("the process ended by itself: %d", status);
	return false;
}

static bool powerless(struct fixture *f, const struct scene *s, struct told *told, uint64_t *seed)
{
	s->act(f, told);
	bool reached = faultdisk_reached();
	faultdisk_arm(FAULT_POWER, 0); /* what was not reached before does not happen now */
	fixture_close(f);
	faultdisk_restart(seed);
	return reached;
}

static uint64_t every_place(struct fixture *f, const struct scene *s, const struct snapshot *start,
	enum fault_kind kind, unsigned cut, uint64_t *seed)
{
	struct told *told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t places = 0;
	assert_true(told != MAP_FAILED);
	for (uint64_t at = 0, reached = true; reached; at += test_env("N", 200) < 10000 ? s->step : 1) {
		memset(told, 0, sizeof *told);
		if (s->act != making)
			put(f, start);
		else if (access(f->dir, F_OK) == 0) {
			clear(f);
			assert_int_equal(rmdir(f->dir), 0);
		}
		faultdisk_settle();
		faultfiles_watch(f->dir);
		place.kind = kind;
		place.at = at;
		faultdisk_cut(cut);
		reached = kind == FAULT_KILL ? killed(f, s, told) : powerless(f, s, told, seed);
		faultdisk_disarm();
		check(f, s, told);
		places += reached;
	}
	munmap(told, sizeof *told);
	return places;
}

static const struct scene scenes[] = {
	{"one act", some_entries, single, 5, 6, true, 1},
	{"one act and another", some_entries, two_singles, 5, 7, false, 1},
	{"three acts", not_closed, several, 5, 8, true, 1},
	{"64 acts", some_entries, bulk, 5, 5 + BULK, true, 1},
	{"a document, and the act that names it", some_entries, put_blob, 5, 6, true, 1},
	{"24 acts of 8 threads", some_entries, threads, 5, 5 + THREADS *EACH, false, 1},
	{"acts while the write-ahead log is moved", some_entries, tidying, 5, 7, false, 61},
	{"opening after a kill", not_closed, opening, 5, 5, true, 1},
	{"opening without the newest checkpoint", without_checkpoint, opening, 5, 5, true, 1},
	{"opening without its row", without_row, opening, 5, 5, true, 1},
	{"closing", some_entries, closing, 8, 8, true, 1},
	{"making", nothing_yet, making, 1, 1, true, 1},
};
enum { SCENES = sizeof scenes / sizeof *scenes };

static const struct scene *scene; /* of the test that runs */
static uint64_t all_places;

static int setup(void **state)
{
	scene = *state;
	faultdisk_install();
	/* What is certain here is what was synced, not what is on a disk: memory does as well. */
	return fixture_setup_in(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", state);
}

static int teardown(void **state)
{
	uint64_t seed = 1;
	struct fixture *f = *state;
	fixture_close(f);
	faultdisk_restart(&seed);
	return fixture_teardown(state);
}

static void crashes(void **state)
{
	struct fixture *f = *state;
	const struct scene *s = scene;
	static const unsigned cuts[] = {0, 1, 7}; /* eighths of the write in which it comes */
	uint64_t seed = test_env("SEED", 1), kills = 0, cuts_of_power = 0, rounds = 1 + test_env("N", 200) / 1000;
	struct snapshot start;
	s->prepare(f);
	take(f, &start);
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
		kills += every_place(f, s, &start, FAULT_KILL, cuts[i], &seed);
	for (uint64_t round = 0; round < rounds; round++)
		cuts_of_power += every_place(f, s, &start, FAULT_POWER, cuts[round % 3], &seed);
	drop(&start);
	print_message("# %s: killed at %llu places, without power at %llu\n", s->name, (unsigned long long)kills,
		(unsigned long long)cuts_of_power);
	assert_true(kills > 3 && cuts_of_power > 3);
	all_places += kills + cuts_of_power;
}

static void many_places(void **state)
{
	(void)state;
	print_message("# %llu places in all\n", (unsigned long long)all_places);
	assert_true(all_places > 1000);
}

int main(void)
{
	struct CMUnitTest tests[SCENES + 1];
	for (size_t i = 0; i < SCENES; i++)
		tests[i] = (struct CMUnitTest){scenes[i].name, crashes, setup, teardown, (void *)(uintptr_t)&scenes[i]};
	tests[SCENES] = (struct CMUnitTest)cmocka_unit_test(many_places);
	return test_main(tests);
}
