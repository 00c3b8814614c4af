/* SPDX-License-Identifier: Apache-2.0
 *
 * The Merkle tree of RFC 6962, section 2.1, over SHA-256: hashes, growth, proofs and their checks.
 *
 * Leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right), empty tree = SHA-256(""). A tree of n > 1
 * leaves splits at the largest power of two below n; a leaf is never duplicated.
 *
 * Invariants: only hashes of full subtrees (2^level leaves, aligned) are ever kept; they never change once made, so a
 * tree of any earlier size can be answered from the same hashes. Sizes and indexes are uint64_t over their whole range.
 */
#ifndef LOG_MERKLE_H
#define LOG_MERKLE_H

#include "base/err.h"
#include "log/sha256.h"

enum { MERKLE_LEVELS = 64, MERKLE_MAX_PROOF = 65 };

void merkle_leaf(struct hasher *h, struct str entry, struct digest *ret);
void merkle_node(struct hasher *h, const struct digest *left, const struct digest *right, struct digest *ret);

/* A tree that can only grow: the hashes of its full subtrees, largest first, one for each bit set in `size`. */
struct merkle_range {
	uint64_t size;
	struct digest peak[MERKLE_LEVELS];
};

/* Adds one leaf. Writes to `made` the hashes of the full subtrees that this completes: the leaf's own, then its
 * ancestors' from below. Returns their number, 1 to 64. The size must be below 2^64 - 1. */
size_t merkle_append(
	struct hasher *h, struct merkle_range *r, const struct digest *leaf, struct digest made[MERKLE_LEVELS]);
void merkle_root(struct hasher *h, const struct merkle_range *r, struct digest *ret);

/* The full subtrees in the order in which they are completed form one sequence that only grows at its end.
 * merkle_place: where the subtree of leaves [index * 2^level, (index + 1) * 2^level) stands in it, from 0.
 * merkle_places: length of the sequence for a tree of this size. Sizes up to 2^62. */
uint64_t merkle_place(unsigned level, uint64_t index);
uint64_t merkle_places(uint64_t size);

/* Where a proof takes its hashes from. `read` returns 0, or an error which the proof function hands on. */
struct merkle_source {
	int (*read)(void *ctx, unsigned level, uint64_t index, struct digest *ret, struct err *e);
	void *ctx;
};

struct merkle_proof {
	size_t n;
	struct digest v[MERKLE_MAX_PROOF];
};

/* The range of a tree of this size, from stored hashes. */
int merkle_load(const struct merkle_source *from, uint64_t size, struct merkle_range *ret, struct err *e);

/* Proof that leaf `index` is in the tree of `size` leaves (RFC 6962, 2.1.1). ERR_INPUT unless index < size. */
int merkle_prove_inclusion(struct hasher *h, const struct merkle_source *from, uint64_t index, uint64_t size,
	struct merkle_proof *ret, struct err *e);
/* Proof that the tree of `from_size` leaves is the beginning of that of `size` (2.1.2). ERR_INPUT unless
 * 1 <= from_size <= size: an empty tree is the beginning of every tree, and there is nothing to prove. */
int merkle_prove_consistency(struct hasher *h, const struct merkle_source *from, uint64_t from_size, uint64_t size,
	struct merkle_proof *ret, struct err *e);

/* Some leaves of a tree at once: `index` ascending. */
struct merkle_leaves {
	const uint64_t *index;
	size_t n;
};

/* Proof that these leaves are in the tree of `size`, for all of them together: down the splits of RFC 6962, 2.1, the hash of each largest
 * subtree that holds none of them, from left to right. Each goes to `add`. ERR_INPUT unless size > 0 and the last index is below it. */
int merkle_prove_leaves(struct hasher *h, const struct merkle_source *from, struct merkle_leaves leaves, uint64_t size,
	void (*add)(void *ctx, const struct digest *d), void *ctx, struct err *e);
/* The root of the tree in which leaf[i] stands at index[i], all other hashes taken from such a proof. False unless the proof has just as
 * many as are needed, and the indexes are ascending and below `size`. */
bool merkle_root_over(struct hasher *h, struct merkle_leaves leaves, const struct digest *leaf, uint64_t size, const struct digest *proof,
	size_t n, struct digest *ret);

/* Checks (RFC 9162, 2.1.3.2 and 2.1.4.2). False also when the numbers make no sense; so is from_size 0. */
bool merkle_included(struct hasher *h, const struct digest *leaf, uint64_t index, uint64_t size,
	const struct merkle_proof *proof, const struct digest *root);
bool merkle_consistent(struct hasher *h, uint64_t from_size, const struct digest *from_root, uint64_t size,
	const struct digest *root, const struct merkle_proof *proof);
/* What the tree with this root was when it had from_size entries, as a proof of consistency shows it. False: it is no proof to that root; or
 * from_size is a power of two, for then the proof leaves that very root out. */
bool merkle_past_root(struct hasher *h, uint64_t from_size, uint64_t size, const struct digest *root, const struct merkle_proof *proof,
	struct digest *ret);

#endif
