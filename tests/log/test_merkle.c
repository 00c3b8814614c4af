/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree against the shared vectors (every case is counted), against a tree computed straight from the words of
 * RFC 6962, and against a published log.
 */
#include "tests/log/shared.h"

static void inclusion_vectors(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct hasher h;
	struct str rest = shared_read(&a, "merkle/inclusion.tsv"), f[7];
	size_t cases = 0;
	hasher_init(&h);
	while (shared_fields(&rest, f, 7) == 7) {
		uint64_t index, size;
		assert_true(str_u64(f[1], &index) && str_u64(f[2], &size));
		struct digest leaf, root;
		struct merkle_proof proof;
		bool ok = shared_digest(f[3], &leaf) && shared_root(&h, f[4], &root) && shared_proof(f[5], &proof) &&
			  merkle_included(&h, &leaf, index, size, &proof, &root);
		if (ok != str_eq(f[6], STR("0")))
			fail_msg("%.*s: %s", STR_ARG(f[0]), ok ? "accepted" : "refused");
		cases++;
	}
	assert_int_equal(cases, 98);
	hasher_done(&h);
	arena_done(&a);
}

static void consistency_vectors(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct hasher h;
	struct str rest = shared_read(&a, "merkle/consistency.tsv"), f[7];
	size_t cases = 0;
	hasher_init(&h);
	while (shared_fields(&rest, f, 7) == 7) {
		uint64_t m, n;
		assert_true(str_u64(f[1], &m) && str_u64(f[2], &n));
		struct digest r1, r2;
		struct merkle_proof proof;
		bool ok = shared_root(&h, f[3], &r1) && shared_root(&h, f[4], &r2) && shared_proof(f[5], &proof) &&
			  merkle_consistent(&h, m, &r1, n, &r2, &proof);
		if (ok != str_eq(f[6], STR("0")))
			fail_msg("%.*s: %s", STR_ARG(f[0]), ok ? "accepted" : "refused");
		cases++;
	}
	assert_int_equal(cases, 98);
	hasher_done(&h);
	arena_done(&a);
}

static void published_roots(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct str rest = shared_read(&a, "roots/entry-decimal-roots.tsv"), f[3];
	struct entry_tree t;
	size_t cases = 0;
	entry_tree_init(&t);
	while (shared_fields(&rest, f, 3) == 3) {
		uint64_t size;
		struct digest root, want, hex;
		assert_true(str_u64(f[0], &size) && shared_digest(f[2], &want) && hex_parse(f[1], hex.b, DIGEST_LEN));
		entry_tree_grow(&t, size);
		merkle_root(&t.h, &t.range, &root);
		if (!digest_eq(&root, &want) || !digest_eq(&root, &hex))
			fail_msg("size %llu: another root", (unsigned long long)size);
		cases++;
	}
	assert_int_equal(cases, 29);
	entry_tree_done(&t);
	arena_done(&a);
}

/* MTH(D[from:to]) in the words of RFC 6962, 2.1. */
static struct digest by_the_book(struct hasher *h, const struct digest *leaf, size_t n)
{
	struct digest ret, left, right;
	if (n == 0) {
		sha256(h, STR(""), &ret);
		return ret;
	}
	if (n == 1)
		return leaf[0];
	size_t k = 1;
	while (k * 2 < n)
		k *= 2;
	left = by_the_book(h, leaf, k);
	right = by_the_book(h, leaf + k, n - k);
	merkle_node(h, &left, &right, &ret);
	return ret;
}

enum { SMALL = 70 };

struct small {
	struct entry_tree t;
	struct digest leaf[SMALL], root[SMALL + 1];
	struct merkle_source from;
};

static int small_setup(void **state)
{
	struct small *s = calloc(1, sizeof *s);
	entry_tree_init(&s->t);
	entry_tree_grow(&s->t, SMALL);
	for (uint64_t i = 0; i < SMALL; i++)
		s->leaf[i] = s->t.hashes[merkle_place(0, i)];
	for (size_t n = 0; n <= SMALL; n++)
		s->root[n] = by_the_book(&s->t.h, s->leaf, n);
	s->from = (struct merkle_source){entry_tree_read, &s->t};
	*state = s;
	return 0;
}

static int small_teardown(void **state)
{
	struct small *s = *state;
	entry_tree_done(&s->t);
	free(s);
	return 0;
}

static void any_size_from_stored_hashes(void **state)
{
	struct small *s = *state;
	for (uint64_t n = 0; n <= SMALL; n++) {
		struct merkle_range r;
		struct digest root;
		assert_int_equal(merkle_load(&s->from, n, &r, NULL), 0);
		merkle_root(&s->t.h, &r, &root);
		assert_true(digest_eq(&root, &s->root[n]));
	}
}

static void inclusion_of_all_in_all(void **state)
{
	struct small *s = *state;
	struct merkle_proof p;
	for (uint64_t n = 1; n <= SMALL; n++)
		for (uint64_t i = 0; i < n; i++) {
			assert_int_equal(merkle_prove_inclusion(&s->t.h, &s->from, i, n, &p, NULL), 0);
			assert_true(merkle_included(&s->t.h, &s->leaf[i], i, n, &p, &s->root[n]));
			uint64_t other = (i + 1) % n;
			assert_true(n == 1 || !merkle_included(&s->t.h, &s->leaf[i], other, n, &p, &s->root[n]));
			assert_false(merkle_included(&s->t.h, &s->leaf[i], i, n, &p, &s->root[n - 1]));
		}
	struct err e;
	assert_int_equal(merkle_prove_inclusion(&s->t.h, &s->from, 7, 7, &p, &e), ERR_INPUT);
}

struct hashes {
	struct digest v[SMALL];
	size_t n;
};

static void take(void *ctx, const struct digest *d)
{
	struct hashes *to = ctx;
	assert_true(to->n < SMALL);
	to->v[to->n++] = *d;
}

/* Every choice of leaves of small trees, and choices by chance of larger ones. */
static void some_leaves_of_all(void **state)
{
	struct small *s = *state;
	struct hasher *h = &s->t.h;
	uint64_t chance = 1;
	for (uint64_t n = 1; n <= SMALL; n++)
		for (uint64_t choice = 0, all = n <= 8 ? (uint64_t)1 << n : 200; choice < all; choice++) {
			uint64_t index[SMALL];
			struct digest leaf[SMALL], root;
			struct hashes proof = {.n = 0};
			struct merkle_leaves some = {.index = index};
			for (uint64_t i = 0; i < n; i++) {
				chance = chance * 6364136223846793005u + 1442695040888963407u;
				if (n <= 8 ? choice >> i & 1 : chance >> 60 <= choice % 16) {
					leaf[some.n] = s->leaf[i];
					index[some.n++] = i;
				}
			}
			assert_int_equal(merkle_prove_leaves(h, &s->from, some, n, take, &proof, NULL), 0);
			assert_true(merkle_root_over(h, some, leaf, n, proof.v, proof.n, &root) && digest_eq(&root, &s->root[n]));
			assert_false(merkle_root_over(h, some, leaf, n, proof.v, proof.n + 1, &root));
			if (proof.n) {
				assert_false(merkle_root_over(h, some, leaf, n, proof.v, proof.n - 1, &root));
				proof.v[chance % proof.n].b[7] ^= 1;
				assert_true(!merkle_root_over(h, some, leaf, n, proof.v, proof.n, &root) || !digest_eq(&root, &s->root[n]));
				proof.v[chance % proof.n].b[7] ^= 1;
			}
			if (some.n) { /* one left out, moved, changed */
				struct merkle_leaves fewer = {index, some.n - 1};
				assert_true(!merkle_root_over(h, fewer, leaf, n, proof.v, proof.n, &root) || !digest_eq(&root, &s->root[n]));
				index[some.n - 1]++;
				assert_true(!merkle_root_over(h, some, leaf, n, proof.v, proof.n, &root) || !digest_eq(&root, &s->root[n]));
				index[some.n - 1]--;
				leaf[chance % some.n].b[0] ^= 1;
				assert_true(!merkle_root_over(h, some, leaf, n, proof.v, proof.n, &root) || !digest_eq(&root, &s->root[n]));
			}
		}
	struct err e;
	struct digest root;
	const uint64_t seven = 7, twice[] = {3, 3};
	assert_int_equal(merkle_prove_leaves(h, &s->from, (struct merkle_leaves){&seven, 1}, 7, take, NULL, &e), ERR_INPUT);
	assert_int_equal(merkle_prove_leaves(h, &s->from, (struct merkle_leaves){NULL, 0}, 0, take, NULL, &e), ERR_INPUT);
	assert_false(merkle_root_over(h, (struct merkle_leaves){twice, 2}, s->leaf, 7, s->leaf, 5, &root));
	assert_false(merkle_root_over(h, (struct merkle_leaves){NULL, 0}, NULL, 0, NULL, 0, &root));
}

static void consistency_of_all_with_all(void **state)
{
	struct small *s = *state;
	struct merkle_proof p;
	for (uint64_t n = 1; n <= SMALL; n++)
		for (uint64_t m = 1; m <= n; m++) {
			assert_int_equal(merkle_prove_consistency(&s->t.h, &s->from, m, n, &p, NULL), 0);
			assert_true(merkle_consistent(&s->t.h, m, &s->root[m], n, &s->root[n], &p));
			assert_false(merkle_consistent(&s->t.h, m, &s->root[m - 1], n, &s->root[n], &p));
			assert_true(p.n == 0 || !merkle_consistent(&s->t.h, m, &s->root[m], n, &s->root[n - 1], &p));
		}
	struct err e;
	struct digest past;
	for (uint64_t n = 1; n <= SMALL; n++)
		for (uint64_t m = 1; m <= n; m++) {
			bool says = m < n && (m & (m - 1)) != 0; /* else the proof leaves it out */
			assert_int_equal(merkle_prove_consistency(&s->t.h, &s->from, m, n, &p, NULL), 0);
			assert_int_equal(merkle_past_root(&s->t.h, m, n, &s->root[n], &p, &past), says);
			assert_true(!says || digest_eq(&past, &s->root[m]));
			assert_false(merkle_past_root(&s->t.h, m, n, &s->root[n - 1], &p, &past));
		}
	assert_int_equal(merkle_prove_consistency(&s->t.h, &s->from, 0, 7, &p, &e), ERR_INPUT);
	assert_int_equal(merkle_prove_consistency(&s->t.h, &s->from, 8, 7, &p, &e), ERR_INPUT);
}

/* Proofs at the far end of the numbers, where a subtree's hash is told from its place alone. */
static int anything(void *ctx, unsigned level, uint64_t index, struct digest *ret, struct err *e)
{
	(void)e;
	struct hasher *h = ctx;
	struct digest left, right;
	sha256(h, STR("leaf"), &left);
	(void)index;
	for (unsigned i = 0; i < level; i++) { /* a full tree of equal leaves */
		right = left;
		merkle_node(h, &left, &right, &left);
	}
	*ret = left;
	return 0;
}

static void huge_trees(void **state)
{
	(void)state;
	static const uint64_t sizes[] = {UINT64_MAX, UINT64_MAX - 1, ((uint64_t)1 << 63) + 1, (uint64_t)1 << 63,
		((uint64_t)1 << 63) - 1, 12345678901234567};
	struct hasher h;
	hasher_init(&h);
	struct merkle_source from = {anything, &h};
	struct digest leaf;
	sha256(&h, STR("leaf"), &leaf);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		uint64_t n = sizes[i], at[] = {0, 1, n / 3, n / 2, n - 2, n - 1};
		struct merkle_range r, old;
		struct digest root, old_root;
		struct merkle_proof p;
		assert_int_equal(merkle_load(&from, n, &r, NULL), 0);
		merkle_root(&h, &r, &root);
		for (size_t j = 0; j < sizeof at / sizeof *at; j++) {
			assert_int_equal(merkle_prove_inclusion(&h, &from, at[j], n, &p, NULL), 0);
			assert_true(merkle_included(&h, &leaf, at[j], n, &p, &root));
			uint64_t m = at[j] + 1;
			assert_int_equal(merkle_load(&from, m, &old, NULL), 0);
			merkle_root(&h, &old, &old_root);
			assert_int_equal(merkle_prove_consistency(&h, &from, m, n, &p, NULL), 0);
			assert_true(merkle_consistent(&h, m, &old_root, n, &root, &p));
		}
	}
	hasher_done(&h);
}

/* golden-600: a log with tiles that another program wrote. A hash of tile level L is one of our level 8L. */
static void tiles_of_a_published_log(void **state)
{
	(void)state;
	NEED_SHARED();
	static const struct {
		const char *name;
		unsigned level;
		uint64_t first;
	} tiles[] = {
		{"tile/0/000", 0, 0}, {"tile/0/001", 0, 256}, {"tile/0/002.p/88", 0, 512}, {"tile/1/000.p/2", 8, 0}};
	struct arena a = {0};
	struct entry_tree t;
	size_t hashes = 0;
	entry_tree_init(&t);
	entry_tree_grow(&t, 600);
	for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) {
		char name[64];
		(void)snprintf(name, sizeof name, "golden-600/%s", tiles[i].name);
		struct str tile = shared_read(&a, name);
		for (size_t j = 0; j < tile.n / DIGEST_LEN; j++, hashes++) {
			struct digest d;
			assert_int_equal(entry_tree_read(&t, tiles[i].level, tiles[i].first + j, &d, NULL), 0);
			assert_memory_equal(d.b, tile.p + j * DIGEST_LEN, DIGEST_LEN);
		}
	}
	assert_int_equal(hashes, 602);
	entry_tree_done(&t);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inclusion_vectors),
		cmocka_unit_test(consistency_vectors),
		cmocka_unit_test(published_roots),
		cmocka_unit_test_setup_teardown(any_size_from_stored_hashes, small_setup, small_teardown),
		cmocka_unit_test_setup_teardown(inclusion_of_all_in_all, small_setup, small_teardown),
		cmocka_unit_test_setup_teardown(some_leaves_of_all, small_setup, small_teardown),
		cmocka_unit_test_setup_teardown(consistency_of_all_with_all, small_setup, small_teardown),
		cmocka_unit_test(huge_trees),
		cmocka_unit_test(tiles_of_a_published_log),
	};
	return test_main(tests);
}
