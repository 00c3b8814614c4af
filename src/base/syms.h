/* SPDX-License-Identifier: Apache-2.0
 *
 * Interned strings: equal strings have equal numbers, so the engine compares and hashes numbers.
 *
 * Invariants: number 0 is the empty string; numbers never change. A table may stand on a parent (a rulebook's table
 * under an evaluation's): the parent's numbers come first and the parent must not grow while a child lives.
 */
#ifndef BASE_SYMS_H
#define BASE_SYMS_H

#include "base/arena.h"

typedef uint32_t sym;
#define SYM_ABSENT UINT32_MAX

struct syms {
	const struct syms *parent;
	uint32_t first; /* numbers below are the parent's */
	struct arena *arena;
	struct {
		struct str *v;
		size_t n, cap;
	} names;
	sym *slots;
	size_t nslots;
};

void syms_init(struct syms *t, struct arena *a, const struct syms *parent);
sym syms_intern(struct syms *t, struct str s);
sym syms_find(const struct syms *t, struct str s); /* SYM_ABSENT if it was never interned */
struct str syms_str(const struct syms *t, sym id);
uint32_t syms_count(const struct syms *t); /* numbers in use, the parent's included */

#endif
