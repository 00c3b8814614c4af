/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the shared vectors of conformance/tlog.
 */
#ifndef TESTS_LOG_SHARED_H
#define TESTS_LOG_SHARED_H

#include "base/arena.h"
#include "log/base64.h"
#include "log/merkle.h"
#include "tests/test.h"

/* A file of $COMITY_SHARED/conformance/tlog; it must be there. */
static inline struct str shared_read(struct arena *a, const char *name)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s/conformance/tlog/%s", test_shared(), name);
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("%s cannot be read", path);
	struct buf b;
	char part[8192];
	buf_init(&b, 16 << 20);
	for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
		buf_add(&b, (struct str){part, n});
	(void)fclose(f);
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

/* The next line that is no comment, cut at its tabs; the number of fields. */
static inline size_t shared_fields(struct str *rest, struct str *field, size_t max)
{
	struct str line;
	do {
		if (!str_line(rest, &line))
			return 0;
	} while (line.n == 0 || line.p[0] == '#');
	size_t n = 0;
	while (n + 1 < max && str_cut(line, '\t', &field[n], &line))
		n++;
	field[n++] = line;
	return n;
}

/* A hash in base64; false if it is anything but 32 bytes, which some vectors are on purpose. */
static inline bool shared_digest(struct str text, struct digest *ret)
{
	size_t n;
	return base64_read(text, BASE64_STRICT, ret->b, DIGEST_LEN, &n) && n == DIGEST_LEN;
}

/* A root in base64; one of another length is any text that is compared only, and its SHA-256 stands for it. */
static inline bool shared_root(struct hasher *h, struct str text, struct digest *ret)
{
	uint8_t bytes[256];
	size_t n;
	if (shared_digest(text, ret))
		return true;
	if (!base64_read(text, BASE64_STRICT, bytes, sizeof bytes, &n))
		return false;
	sha256(h, (struct str){(char *)bytes, n}, ret);
	return true;
}

/* Hashes in base64 parted by commas, "-" for none. */
static inline bool shared_proof(struct str text, struct merkle_proof *ret)
{
	struct str one;
	ret->n = 0;
	if (str_eq(text, STR("-")))
		return true;
	for (bool more = true; more;) {
		more = str_cut(text, ',', &one, &text);
		if (ret->n == MERKLE_MAX_PROOF || !shared_digest(more ? one : text, &ret->v[ret->n++]))
			return false;
	}
	return true;
}

/* Trees of "entry 0", "entry 1", ... as in roots/ and golden-600/; all hashes in memory. */
struct entry_tree {
	struct hasher h;
	struct merkle_range range;
	struct digest *hashes;
	size_t n, cap;
};

static inline void entry_tree_init(struct entry_tree *t)
{
	*t = (struct entry_tree){0};
	hasher_init(&t->h);
}

static inline void entry_tree_done(struct entry_tree *t)
{
	hasher_done(&t->h);
	free(t->hashes);
}

static inline void entry_tree_grow(struct entry_tree *t, uint64_t size)
{
	while (t->range.size < size) {
		char text[32];
		struct digest leaf, made[MERKLE_LEVELS];
		(void)snprintf(text, sizeof text, "entry %llu", (unsigned long long)t->range.size);
		merkle_leaf(&t->h, str_of(text), &leaf);
		assert_int_equal(t->n, merkle_places(t->range.size));
		size_t n = merkle_append(&t->h, &t->range, &leaf, made);
		if (t->n + n > t->cap)
			t->hashes = realloc(t->hashes, (t->cap = t->cap * 2 + 64) * sizeof *t->hashes);
		memcpy(t->hashes + t->n, made, n * sizeof *made);
		t->n += n;
	}
}

static inline int entry_tree_read(void *ctx, unsigned level, uint64_t index, struct digest *ret, struct err *e)
{
	const struct entry_tree *t = ctx;
	uint64_t place = merkle_place(level, index);
	if (place >= t->n)
		return err_set(e, ERR_ABSENT, "tree", "no such hash");
	*ret = t->hashes[place];
	return 0;
}

#endif
