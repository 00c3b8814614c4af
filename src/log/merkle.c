/* SPDX-License-Identifier: Apache-2.0 */
#include "log/merkle.h"

#include <string.h>

void merkle_leaf(struct hasher *h, struct str entry, struct digest *ret)
{
	sha256_start(h);
	sha256_add(h, "\0", 1);
	sha256_add(h, entry.p, entry.n);
	sha256_end(h, ret);
}

void merkle_node(struct hasher *h, const struct digest *left, const struct digest *right, struct digest *ret)
{
	uint8_t m[1 + 2 * DIGEST_LEN];
	m[0] = 1;
	memcpy(m + 1, left->b, DIGEST_LEN);
	memcpy(m + 1 + DIGEST_LEN, right->b, DIGEST_LEN);
	sha256(h, (struct str){(const char *)m, sizeof m}, ret);
}

static unsigned bits(uint64_t v)
{
	return (unsigned)__builtin_popcountll(v);
}

size_t merkle_append(
	struct hasher *h, struct merkle_range *r, const struct digest *leaf, struct digest made[MERKLE_LEVELS])
{
	size_t peaks = bits(r->size), n = 0;
	made[n++] = *leaf;
	/* Each trailing one of the size is a full subtree that now finds its right half. */
	for (uint64_t s = r->size; s & 1; s >>= 1, n++)
		merkle_node(h, &r->peak[--peaks], &made[n - 1], &made[n]);
	r->peak[peaks] = made[n - 1];
	r->size++;
	return n;
}

void merkle_root(struct hasher *h, const struct merkle_range *r, struct digest *ret)
{
	size_t i = bits(r->size);
	if (i == 0) {
		sha256(h, STR(""), ret);
		return;
	}
	*ret = r->peak[--i];
	while (i > 0)
		merkle_node(h, &r->peak[--i], ret, ret);
}

uint64_t merkle_places(uint64_t size)
{
	return 2 * size - bits(size);
}

uint64_t merkle_place(unsigned level, uint64_t index)
{
	/* A subtree is completed by its last leaf, right after its own right half: `level` places after that leaf. */
	uint64_t last = ((index + 1) << level) - 1;
	return merkle_places(last) + level;
}

int merkle_load(const struct merkle_source *from, uint64_t size, struct merkle_range *ret, struct err *e)
{
	uint64_t done = 0;
	size_t n = 0;
	for (unsigned level = MERKLE_LEVELS; level-- > 0;) {
		if (!(size >> level & 1))
			continue;
		int rc = from->read(from->ctx, level, done >> level, &ret->peak[n++], e);
		if (rc < 0)
			return rc;
		done += (uint64_t)1 << level;
	}
	ret->size = size;
	return 0;
}

/* Largest power of two below n, for n > 1 (RFC 6962, 2.1). */
static uint64_t split(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* MTH of leaves [start, start + n), n >= 1; start is a multiple of the least power of two that is not below n. */
static int subtree(struct hasher *h, const struct merkle_source *from, uint64_t start, uint64_t n, struct digest *ret,
	struct err *e)
{
	struct digest part[MERKLE_LEVELS];
	size_t parts = 0;
	while (n) {
		unsigned level = 63 - (unsigned)__builtin_clzll(n);
		int rc = from->read(from->ctx, level, start >> level, &part[parts++], e);
		if (rc < 0)
			return rc;
		start += (uint64_t)1 << level;
		n -= (uint64_t)1 << level;
	}
	*ret = part[--parts];
	while (parts > 0)
		merkle_node(h, &part[--parts], ret, ret);
	return 0;
}

/* Proofs are walked from the root down and listed from the leaf up. */
static void reverse(struct merkle_proof *p)
{
	for (size_t i = 0; i < p->n / 2; i++) {
		struct digest d = p->v[i];
		p->v[i] = p->v[p->n - 1 - i];
		p->v[p->n - 1 - i] = d;
	}
}

int merkle_prove_inclusion(struct hasher *h, const struct merkle_source *from, uint64_t index, uint64_t size,
	struct merkle_proof *ret, struct err *e)
{
	if (index >= size)
		return err_set(e, ERR_INPUT, "inclusion proof", "entry %llu is not in a tree of %llu entries",
			(unsigned long long)index, (unsigned long long)size);
	struct merkle_proof p = {0};
	uint64_t start = 0;
	while (size > 1) {
		uint64_t k = split(size);
		bool left = index - start < k;
		int rc = left ? subtree(h, from, start + k, size - k, &p.v[p.n++], e)
			      : subtree(h, from, start, k, &p.v[p.n++], e);
		if (rc < 0)
			return rc;
		start += left ? 0 : k;
		size = left ? k : size - k;
	}
	reverse(&p);
	*ret = p;
	return 0;
}

int merkle_prove_consistency(struct hasher *h, const struct merkle_source *from, uint64_t from_size, uint64_t size,
	struct merkle_proof *ret, struct err *e)
{
	if (from_size == 0 || from_size > size)
		return err_set(e, ERR_INPUT, "consistency proof",
			"there is no proof from a tree of %llu entries to one of %llu", (unsigned long long)from_size,
			(unsigned long long)size);
	/* SUBPROOF(m, D[start : start + n], whole) of RFC 6962, 2.1.2; whole: the old tree is all on the left. */
	struct merkle_proof p = {0};
	uint64_t start = 0, m = from_size, n = size;
	bool whole = true;
	int rc;
	while (m != n) {
		uint64_t k = split(n);
		if (m <= k) {
			rc = subtree(h, from, start + k, n - k, &p.v[p.n++], e);
			n = k;
		} else {
			rc = subtree(h, from, start, k, &p.v[p.n++], e);
			start += k;
			m -= k;
			n -= k;
			whole = false;
		}
		if (rc < 0)
			return rc;
	}
	if (!whole && (rc = subtree(h, from, start, m, &p.v[p.n++], e)) < 0)
		return rc;
	reverse(&p);
	*ret = p;
	return 0;
}

/* The first of the leaves, from the i-th on, that stands at `at` or later. */
static size_t first_from(struct merkle_leaves leaves, size_t i, uint64_t at)
{
	while (i < leaves.n && leaves.index[i] < at)
		i++;
	return i;
}

struct proving {
	struct hasher *h;
	const struct merkle_source *from;
	void (*add)(void *ctx, const struct digest *d);
	void *ctx;
	struct err *e;
};

/* Of the leaves [start, start + n), of which these are to be proved. */
static int prove_below(const struct proving *p, struct merkle_leaves leaves, uint64_t start, uint64_t n)
{
	struct digest d;
	if (leaves.n == 0) {
		int rc = subtree(p->h, p->from, start, n, &d, p->e);
		if (rc == 0)
			p->add(p->ctx, &d);
		return rc;
	}
	if (n == 1)
		return 0;
	uint64_t k = split(n);
	size_t left = first_from(leaves, 0, start + k);
	int rc = prove_below(p, (struct merkle_leaves){leaves.index, left}, start, k);
	return rc < 0 ? rc : prove_below(p, (struct merkle_leaves){leaves.index + left, leaves.n - left}, start + k, n - k);
}

int merkle_prove_leaves(struct hasher *h, const struct merkle_source *from, struct merkle_leaves leaves, uint64_t size,
	void (*add)(void *ctx, const struct digest *d), void *ctx, struct err *e)
{
	struct proving p = {h, from, add, ctx, e};
	if (size == 0 || (leaves.n && leaves.index[leaves.n - 1] >= size))
		return err_set(e, ERR_INPUT, "inclusion proof", "not all entries are in a tree of %llu entries", (unsigned long long)size);
	return prove_below(&p, leaves, 0, size);
}

struct joining {
	struct hasher *h;
	struct merkle_leaves leaves;
	const struct digest *leaf, *proof;
	size_t at, used, n; /* at: the next leaf; used: of the n hashes of the proof */
};

/* The hash over the leaves [start, start + n); the next leaf to come is not before `start`. */
static bool join_below(struct joining *j, uint64_t start, uint64_t n, struct digest *ret)
{
	struct digest left, right;
	bool some = j->at < j->leaves.n && j->leaves.index[j->at] - start < n;
	if (!some) {
		*ret = j->used < j->n ? j->proof[j->used] : (struct digest){0};
		return j->used++ < j->n;
	}
	if (n == 1) {
		*ret = j->leaf[j->at++];
		return true;
	}
	uint64_t k = split(n);
	if (!join_below(j, start, k, &left) || !join_below(j, start + k, n - k, &right))
		return false;
	merkle_node(j->h, &left, &right, ret);
	return true;
}

bool merkle_root_over(struct hasher *h, struct merkle_leaves leaves, const struct digest *leaf, uint64_t size, const struct digest *proof,
	size_t n, struct digest *ret)
{
	struct joining j = {.h = h, .leaves = leaves, .leaf = leaf, .proof = proof, .n = n};
	for (size_t i = 1; i < leaves.n; i++)
		if (leaves.index[i] <= leaves.index[i - 1])
			return false;
	return size && join_below(&j, 0, size, ret) && j.at == leaves.n && j.used == n;
}

bool merkle_included(struct hasher *h, const struct digest *leaf, uint64_t index, uint64_t size,
	const struct merkle_proof *proof, const struct digest *root)
{
	if (index >= size || proof->n > MERKLE_MAX_PROOF)
		return false;
	uint64_t fn = index, sn = size - 1;
	struct digest r = *leaf;
	for (size_t i = 0; i < proof->n; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			merkle_node(h, &proof->v[i], &r, &r);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(h, &r, &proof->v[i], &r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && digest_eq(&r, root);
}

/* A full tree is its own first proof hash, and is left out of the proof. */
static bool is_full(uint64_t size)
{
	return (size & (size - 1)) == 0;
}

/* The two roots to which the proof leads; *ret_old begins as the old root if that is full. 0 < from_size < size. */
static bool walk(struct hasher *h, uint64_t from_size, uint64_t size, const struct merkle_proof *proof, struct digest *ret_old, struct digest *ret_new)
{
	bool full = is_full(from_size);
	if (proof->n > MERKLE_MAX_PROOF || (!full && proof->n == 0))
		return false;
	struct digest fr = full ? *ret_old : proof->v[0], sr = fr;
	uint64_t fn = from_size - 1, sn = size - 1;
	for (; fn & 1; fn >>= 1)
		sn >>= 1;
	for (size_t i = full ? 0 : 1; i < proof->n; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			merkle_node(h, &proof->v[i], &fr, &fr);
			merkle_node(h, &proof->v[i], &sr, &sr);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(h, &sr, &proof->v[i], &sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	*ret_old = fr;
	*ret_new = sr;
	return sn == 0;
}

bool merkle_consistent(struct hasher *h, uint64_t from_size, const struct digest *from_root, uint64_t size,
	const struct digest *root, const struct merkle_proof *proof)
{
	struct digest old = *from_root, new;
	if (from_size == 0 || from_size > size)
		return false;
	if (from_size == size)
		return proof->n == 0 && digest_eq(from_root, root);
	return walk(h, from_size, size, proof, &old, &new) && digest_eq(&old, from_root) && digest_eq(&new, root);
}

bool merkle_past_root(struct hasher *h, uint64_t from_size, uint64_t size, const struct digest *root, const struct merkle_proof *proof,
	struct digest *ret)
{
	struct digest old = {0}, new;
	if (from_size == 0 || from_size >= size || is_full(from_size) || !walk(h, from_size, size, proof, &old, &new) || !digest_eq(&new, root))
		return false;
	*ret = old;
	return true;
}
