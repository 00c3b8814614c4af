/* SPDX-License-Identifier: Apache-2.0
 *
 * Tiles: their paths, which of them a tree has, their bytes, and what a log hands out.
 */
#include "log/tile.h"

#include "log/checkpoint.h"
#include "tests/log/fixture.h"
#include "tests/log/shared.h"

/* Paths ---- */

static void paths(void **state)
{
	static const struct {
		const char *path;
		struct tlog_tile tile;
	} rows[] = {
		{"0/000", {.width = 256}},
		{"0/000.p/1", {.width = 1}},
		{"0/000.p/255", {.width = 255}},
		{"63/999", {.level = 63, .index = 999, .width = 256}},
		{"1/x001/000", {.level = 1, .index = 1000, .width = 256}},
		{"2/x001/x234/067.p/89", {.level = 2, .index = 1234067, .width = 89}},
		{"entries/000.p/7", {.entries = true, .width = 7}},
		{"entries/x001/x000/000", {.entries = true, .index = 1000000, .width = 256}},
		{"0/x072/x057/x594/x037/x927/935.p/255", {.index = ((uint64_t)1 << 56) - 1, .width = 255}},
		{"entries/x072/x057/x594/x037/x927/935.p/255", {.entries = true, .index = ((uint64_t)1 << 56) - 1, .width = 255}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tlog_tile t;
		struct buf b;
		buf_init(&b, TILE_MAX_PATH);
		if (!tile_path_read(str_of(rows[i].path), &t))
			fail_msg("%s is refused", rows[i].path);
		assert_int_equal(t.entries, rows[i].tile.entries);
		assert_int_equal(t.level, rows[i].tile.level);
		assert_int_equal(t.index, rows[i].tile.index);
		assert_int_equal(t.width, rows[i].tile.width);
		tile_path_write(&rows[i].tile, &b);
		assert_string_equal(b.p, rows[i].path);
		buf_done(&b);
	}
}

static void other_spellings(void **state)
{
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT("/"), STR_INIT("0"), STR_INIT("0/"), STR_INIT("/000"), STR_INIT("entries"), STR_INIT("entries/"),
		/* level */
		STR_INIT("64/000"), STR_INIT("00/000"), STR_INIT("01/000"), STR_INIT("-1/000"), STR_INIT("+1/000"), STR_INIT("x/000"),
		STR_INIT(" 0/000"), STR_INIT("0x0/000"), STR_INIT("18446744073709551616/000"), STR_INIT("Entries/000"), STR_INIT("data/000"),
		STR_INIT("8/0/000"),
		/* index */
		STR_INIT("0/0"), STR_INIT("0/00"), STR_INIT("0/0000"), STR_INIT("0/1000"), STR_INIT("0/x000"), STR_INIT("0/x000/000"),
		STR_INIT("0/x000/001"), STR_INIT("0/x000/x001/000"), STR_INIT("0/001/000"), STR_INIT("0/x001/x000"), STR_INIT("0/X001/000"),
		STR_INIT("0/x001000"), STR_INIT("0/x001//000"), STR_INIT("0/xx001/000"), STR_INIT("0/x1/000"), STR_INIT("0/x001/000/"),
		STR_INIT("0//000"), STR_INIT("0/00a"), STR_INIT("0/-01"), STR_INIT("0/../000"), STR_INIT("0/%30%30%30"), STR_INIT("0/000 "),
		STR_INIT("0/000\0"), STR_INIT("0/000\n"), STR_INIT("0/x072/x057/x594/x037/x927/936"),
		STR_INIT("0/x999/x999/x999/x999/x999/x999/x999/999"),
		/* width */
		STR_INIT("0/000.p"), STR_INIT("0/000.p/"), STR_INIT("0/000.p/0"), STR_INIT("0/000.p/00"), STR_INIT("0/000.p/01"),
		STR_INIT("0/000.p/256"), STR_INIT("0/000.p/257"), STR_INIT("0/000.p/-1"), STR_INIT("0/000.p/+1"), STR_INIT("0/000.p/1/"),
		STR_INIT("0/000.p/1.p/1"), STR_INIT("0/000.P/1"), STR_INIT("0/000/1"), STR_INIT("0/.p/1"), STR_INIT("0/000.p//1"),
		STR_INIT("0/000.p/18446744073709551617"), STR_INIT("entries/000.p/256"), STR_INIT("entries/000.p/0"), STR_INIT("entries/0/000"),
	};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct tlog_tile t;
		if (tile_path_read(bad[i], &t))
			fail_msg("'%.*s' is taken for a tile", STR_ARG(bad[i]));
	}
}

/* Which tiles a tree has ---- */

/* The formulas of the specification, which count what is full and what is left. */
static void tiles_of_a_size(uint64_t size, unsigned level)
{
	uint64_t hashes = size, from, to;
	for (unsigned i = 0; i < level; i++)
		hashes /= 256;
	uint64_t full = hashes / 256, partial = hashes % 256;
	for (uint64_t n = 0; n < full + 3; n++) {
		struct tlog_tile t = {.level = level, .index = n};
		unsigned expected = n < full ? 256 : n == full ? (unsigned)partial : 0;
		assert_int_equal(tile_width_at(&t, size), expected);
		for (unsigned w = 1; w <= 256; w++) {
			t.width = w;
			assert_true(tile_sizes(&t, &from, &to));
			assert_int_equal(from <= size && size <= to, w == expected);
		}
	}
}

static void arithmetic(void **state)
{
	static const uint64_t sizes[] = {0, 1, 255, 256, 257, 65535, 65536, 65537, 70000};
	static const struct { /* of 70,000: the example of the specification */
		unsigned level, index, width;
	} example[] = {{0, 0, 256}, {0, 272, 256}, {0, 273, 112}, {0, 274, 0}, {1, 0, 256}, {1, 1, 17}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}, {3, 0, 0}};
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (unsigned level = 0; level < 5; level++)
			tiles_of_a_size(sizes[i], level);
	for (size_t i = 0; i < sizeof example / sizeof *example; i++)
		assert_int_equal(
			tile_width_at(&(struct tlog_tile){.level = example[i].level, .index = example[i].index}, 70000), example[i].width);
	assert_int_equal(tile_width_at(&(struct tlog_tile){.level = 0}, 256), 256);
	assert_int_equal(tile_width_at(&(struct tlog_tile){.level = 1}, 256), 1);
}

static void arithmetic_at_the_ends(void **state)
{
	uint64_t from, to, last = ((uint64_t)1 << 56) - 1;
	(void)state;
	assert_int_equal(tile_width_at(&(struct tlog_tile){.index = last}, UINT64_MAX), 255);
	assert_int_equal(tile_width_at(&(struct tlog_tile){.level = 7}, UINT64_MAX), 255);
	assert_int_equal(tile_width_at(&(struct tlog_tile){.level = 8}, UINT64_MAX), 0);
	assert_int_equal(tile_width_at(&(struct tlog_tile){.level = 63}, UINT64_MAX), 0);
	assert_true(tile_sizes(&(struct tlog_tile){.index = last, .width = 255}, &from, &to));
	assert_true(from == UINT64_MAX && to == UINT64_MAX);
	assert_false(tile_sizes(&(struct tlog_tile){.index = last, .width = 256}, &from, &to));
	assert_true(tile_sizes(&(struct tlog_tile){.level = 7, .width = 255}, &from, &to));
	assert_true(from == (uint64_t)255 << 56 && to == UINT64_MAX);
	assert_false(tile_sizes(&(struct tlog_tile){.level = 7, .width = 256}, &from, &to));
	assert_false(tile_sizes(&(struct tlog_tile){.level = 7, .index = 1, .width = 1}, &from, &to));
	assert_false(tile_sizes(&(struct tlog_tile){.level = 8, .width = 1}, &from, &to));
	assert_false(tile_sizes(&(struct tlog_tile){.level = 63, .width = 1}, &from, &to));
	/* A partial tile of level 1 belongs to 256 sizes. */
	assert_true(tile_sizes(&(struct tlog_tile){.level = 1, .index = 1, .width = 17}, &from, &to));
	assert_true(from == 69888 && to == 70143);
}

/* Bytes ---- */

static void golden_bytes(void **state)
{
	static const char *const names[] = {"0/000", "0/001", "0/002.p/88", "1/000.p/2", "entries/000", "entries/001", "entries/002.p/88"};
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct entry_tree tree;
	struct err e;
	entry_tree_init(&tree);
	entry_tree_grow(&tree, 600);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct tlog_tile t;
		struct buf b;
		char path[80], text[32];
		buf_init(&b, TILE_MAX_BYTES);
		(void)snprintf(path, sizeof path, "golden-600/tile/%s", names[i]);
		assert_true(tile_path_read(str_of(names[i]), &t));
		assert_int_equal(tile_width_at(&t, 600), t.width);
		for (uint64_t n = 0; t.entries && n < t.width; n++) {
			(void)snprintf(text, sizeof text, "entry %llu", (unsigned long long)(t.index * 256 + n));
			tile_entry_add(str_of(text), &b);
		}
		if (!t.entries)
			assert_int_equal(tile_hashes(&(struct merkle_source){entry_tree_read, &tree}, &t, &b, &e), 0);
		if (!str_eq(buf_str(&b), shared_read(&a, path)))
			fail_msg("%s differs", path);
		buf_done(&b);
	}
	entry_tree_done(&tree);
	arena_done(&a);
}

/* Another program's bundles, read, hashed anew, and written again: every partial width of a small log. */
static void foreign_bundles(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct hasher h;
	hasher_init(&h);
	for (unsigned w = 1; w <= 15; w++) {
		char path[80];
		struct merkle_range tree = {0};
		struct digest leaf, root, made[MERKLE_LEVELS];
		struct buf hashes, again;
		struct note n;
		struct checkpoint c;
		struct err e;
		struct str entry;
		buf_init(&hashes, 8192);
		buf_init(&again, TILE_MAX_BYTES);
		(void)snprintf(path, sizeof path, "tessera-testlog/tile/entries/000.p/%u", w);
		struct str bundle = shared_read(&a, path), rest = bundle;
		while (tile_entry_next(&rest, &entry)) {
			merkle_leaf(&h, entry, &leaf);
			merkle_append(&h, &tree, &leaf, made);
			buf_add(&hashes, (struct str){(char *)leaf.b, DIGEST_LEN});
			tile_entry_add(entry, &again);
		}
		assert_int_equal(rest.n, 0);
		assert_true(str_eq(buf_str(&again), bundle));
		(void)snprintf(path, sizeof path, "tessera-testlog/tile/0/000.p/%u", w);
		assert_true(str_eq(buf_str(&hashes), shared_read(&a, path)));
		(void)snprintf(path, sizeof path, "tessera-testlog/checkpoint.%u", w);
		assert_int_equal(note_parse(shared_read(&a, path), &a, &n, &e), 0);
		assert_int_equal(checkpoint_read(n.text, &c, &e), 0);
		merkle_root(&h, &tree, &root);
		assert_int_equal(c.size, w);
		assert_memory_equal(root.b, c.root.b, DIGEST_LEN);
		buf_done(&hashes);
		buf_done(&again);
	}
	hasher_done(&h);
	arena_done(&a);
}

static void entries_of_a_bundle(void **state)
{
	struct buf b;
	struct str rest, entry;
	char long_one[TILE_MAX_ENTRY];
	(void)state;
	memset(long_one, 'x', sizeof long_one);
	buf_init(&b, TILE_MAX_BYTES);
	tile_entry_add(STR("ab"), &b);
	tile_entry_add(STR(""), &b);
	tile_entry_add((struct str){long_one, sizeof long_one}, &b);
	assert_memory_equal(b.p, "\0\2ab\0\0\377\377x", 9);
	rest = buf_str(&b);
	assert_true(tile_entry_next(&rest, &entry) && str_eq(entry, STR("ab")));
	assert_true(tile_entry_next(&rest, &entry) && entry.n == 0);
	struct str cut = str_slice(rest, 0, rest.n - 1);
	assert_false(tile_entry_next(&cut, &entry));
	assert_int_equal(cut.n, rest.n - 1);
	assert_true(tile_entry_next(&rest, &entry) && entry.n == sizeof long_one);
	assert_int_equal(rest.n, 0);
	assert_false(tile_entry_next(&rest, &entry));
	rest = STR("\0");
	assert_false(tile_entry_next(&rest, &entry));
	buf_done(&b);
}

/* What a log hands out ---- */

static int take(struct fixture *f, const char *path, struct buf *out)
{
	struct tlog_tile t;
	assert_true(tile_path_read(str_of(path), &t));
	buf_clear(out);
	return log_tile_read(f->log, &t, out, &f->err);
}

/* The signed sizes are 1, 3, 256, 300 and 520: of all tiles, those of these trees are there, and no other. */
static void tiles_of_signed_trees(void **state)
{
	static const uint64_t sizes[] = {1, 3, 256, 300, 520};
	struct fixture *f = *state;
	struct buf b;
	size_t there = 0;
	buf_init(&b, TILE_MAX_BYTES);
	for (size_t i = 1; i < 5; i++)
		fixture_append(f, sizes[i - 1], (size_t)(sizes[i] - sizes[i - 1]));
	for (unsigned i = 0; i < 4 * 4 * 256; i++) {
		struct tlog_tile t = {.entries = i / 1024 == 3, .level = i / 1024 % 3, .index = i / 256 % 4, .width = i % 256 + 1};
		bool expected = false;
		for (size_t k = 0; k < 5; k++)
			expected |= tile_width_at(&t, sizes[k]) == t.width;
		buf_clear(&b);
		int rc = log_tile_read(f->log, &t, &b, &f->err);
		assert_int_equal(rc, expected ? 0 : ERR_ABSENT);
		assert_int_equal(b.n, !expected ? 0 : t.entries ? b.n : t.width * DIGEST_LEN);
		there += expected;
	}
	/* 000 full and .p/1, .p/3; 001 full and .p/44; 002.p/8; twice; and of level 1 .p/1, .p/2. */
	assert_int_equal(there, 2 * 6 + 2);
	assert_int_equal(log_tile_read(f->log, &(struct tlog_tile){.level = 8, .width = 1}, &b, &f->err), ERR_ABSENT);
	assert_int_equal(log_tile_read(f->log, &(struct tlog_tile){.level = 63, .width = 256}, &b, &f->err), ERR_ABSENT);
	buf_done(&b);
}

/* From the bundles alone, and from the tiles alone, comes the root that was signed. */
static void they_lead_to_the_root(void **state)
{
	struct fixture *f = *state;
	struct hasher h;
	struct buf b, hashes;
	struct merkle_range of_entries = {0}, of_hashes = {0};
	struct digest d, root, signed_root, made[MERKLE_LEVELS];
	hasher_init(&h);
	buf_init(&b, TILE_MAX_BYTES);
	buf_init(&hashes, TILE_MAX_BYTES);
	fixture_append(f, 1, 699);
	log_root(f->log, &signed_root);
	for (unsigned n = 0; n < 3; n++) {
		char path[40];
		struct str rest, entry;
		const char *width = n == 2 ? ".p/188" : "";
		(void)snprintf(path, sizeof path, "entries/%03u%s", n, width);
		assert_done(take(f, path, &b));
		for (rest = buf_str(&b); tile_entry_next(&rest, &entry);) {
			merkle_leaf(&h, entry, &d);
			merkle_append(&h, &of_entries, &d, made);
		}
		assert_int_equal(rest.n, 0);
		(void)snprintf(path, sizeof path, "0/%03u%s", n, width);
		assert_done(take(f, path, &hashes));
		for (size_t i = 0; i < hashes.n; i += DIGEST_LEN) {
			memcpy(d.b, hashes.p + i, DIGEST_LEN);
			merkle_append(&h, &of_hashes, &d, made);
		}
		if (n < 2) { /* a full tile's root is a hash one level up */
			struct digest above;
			assert_int_equal(of_hashes.size, 256 * (n + 1));
			assert_done(take(f, "1/000.p/2", &b));
			memcpy(above.b, b.p + (size_t)n * DIGEST_LEN, DIGEST_LEN);
			struct merkle_range one = {0};
			for (size_t i = 0; i < hashes.n; i += DIGEST_LEN) {
				memcpy(d.b, hashes.p + i, DIGEST_LEN);
				merkle_append(&h, &one, &d, made);
			}
			merkle_root(&h, &one, &root);
			assert_memory_equal(root.b, above.b, DIGEST_LEN);
		}
	}
	assert_int_equal(of_entries.size, 700);
	merkle_root(&h, &of_entries, &root);
	assert_memory_equal(root.b, signed_root.b, DIGEST_LEN);
	merkle_root(&h, &of_hashes, &root);
	assert_memory_equal(root.b, signed_root.b, DIGEST_LEN);
	buf_done(&b);
	buf_done(&hashes);
	hasher_done(&h);
}

/* A reader hands out neither more nor less than the checkpoint that it shows. */
static void a_reader_keeps_to_its_checkpoint(void **state)
{
	struct fixture *f = *state;
	struct log *writer = f->log, *reader;
	struct buf b;
	buf_init(&b, TILE_MAX_BYTES);
	assert_done(log_open(f->dir, LOG_READ, &reader, &f->err));
	fixture_append(f, 1, 4);
	fixture_append(f, 5, 300);
	for (int after = 0; after < 2; after++) {
		if (after)
			assert_done(log_refresh(reader, &f->err));
		f->log = reader;
		assert_int_equal(log_size(reader), after ? 305 : 1);
		assert_int_equal(take(f, "entries/000.p/1", &b), 0);
		assert_int_equal(take(f, "0/000.p/5", &b), after ? 0 : ERR_ABSENT);
		assert_int_equal(take(f, "0/000", &b), after ? 0 : ERR_ABSENT);
		assert_int_equal(take(f, "1/000.p/1", &b), after ? 0 : ERR_ABSENT);
		assert_int_equal(take(f, "entries/001.p/49", &b), after ? 0 : ERR_ABSENT);
		f->log = writer;
	}
	log_close(reader);
	buf_done(&b);
}

static void a_changed_entry_is_not_handed_out(void **state)
{
	struct fixture *f = *state;
	struct buf b;
	buf_init(&b, TILE_MAX_BYTES);
	fixture_append(f, 1, 9);
	fixture_sql(f, "UPDATE entry SET bytes = CAST(replace(bytes, 'payload', 'Payload') AS BLOB) WHERE idx = 4");
	assert_int_equal(take(f, "entries/000.p/10", &b), ERR_CORRUPT);
	assert_words(f->err, "entry 4");
	assert_int_equal(take(f, "entries/000.p/1", &b), 0);
	buf_done(&b);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(other_spellings),
		cmocka_unit_test(arithmetic),
		cmocka_unit_test(arithmetic_at_the_ends),
		cmocka_unit_test(golden_bytes),
		cmocka_unit_test(foreign_bundles),
		cmocka_unit_test(entries_of_a_bundle),
		TEST(tiles_of_signed_trees),
		TEST(they_lead_to_the_root),
		TEST(a_reader_keeps_to_its_checkpoint),
		TEST(a_changed_entry_is_not_handed_out),
	};
	return test_main(tests);
}
