/* SPDX-License-Identifier: Apache-2.0
 *
 * The values of the rule language (reference, section 4) and the types they belong to.
 *
 * Invariants: words and entities are interned numbers, so two values are equal exactly when kind and payload are.
 * V_NONE is the absent value, the default of every fact; a boolean fact has only V_NONE ("no") and V_YES.
 */
#ifndef RULES_VALUE_H
#define RULES_VALUE_H

#include "base/date.h"
#include "base/syms.h"

enum value_kind { V_NONE, V_YES, V_WORD, V_ENTITY, V_INT, V_DATE, V_SPAN };

struct value { /* what does not belong to its kind is zero */
	enum value_kind kind;
	sym s; /* V_WORD, V_ENTITY */
	union {
		int64_t i;	  /* V_INT, magnitude below 2^62 */
		civil t;	  /* V_DATE */
		struct span span; /* V_SPAN */
	};
};

#define VALUE_NONE ((struct value){.kind = V_NONE})
#define VALUE_YES ((struct value){.kind = V_YES})

static inline bool value_eq(struct value a, struct value b)
{
	return a.kind == b.kind && a.s == b.s && a.i == b.i;
}

/* A value in one number, for keeping: two values are equal exactly when these are. 0 is V_NONE. */
typedef uint64_t packed;

static inline packed value_pack(struct value v)
{
	uint64_t tag = (uint64_t)v.kind << 1;
	switch (v.kind) {
	case V_WORD:
	case V_ENTITY: return (uint64_t)v.s << 4 | tag;
	case V_INT: return (uint64_t)v.i << 1 | 1; /* the only kind that needs 63 bits */
	case V_DATE: return (uint64_t)v.t << 4 | tag;
	case V_SPAN: return (uint64_t)v.span.n << 32 | (uint64_t)v.span.unit << 4 | tag;
	default: return tag;
	}
}

static inline struct value value_unpack(packed c)
{
	if (c & 1)
		return (struct value){.kind = V_INT, .i = (int64_t)c >> 1};
	enum value_kind kind = (enum value_kind)(c >> 1 & 7);
	switch (kind) {
	case V_WORD:
	case V_ENTITY: return (struct value){.kind = kind, .s = (sym)(c >> 4)};
	case V_DATE: return (struct value){.kind = kind, .t = (int64_t)c >> 4};
	case V_SPAN: return (struct value){.kind = kind, .span = {(uint32_t)(c >> 32), (enum span_unit)(c >> 4 & 7)}};
	default: return (struct value){.kind = kind};
	}
}

#define PACKED_YES ((packed)V_YES << 1)

/* Mixes a value into a hash. The last word belongs to hash_end: the upper bits are the good ones. */
static inline uint64_t hash_value(uint64_t h, packed v)
{
	return (h ^ v) * 0x9e3779b97f4a7c15u;
}

static inline uint64_t hash_end(uint64_t h)
{
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

/* When a timer of this span, begun at `from`, is due: days and longer count from the beginning of the day. False: never, for it is no
 * span, or ends beyond all dates. */
bool timer_due(struct value span, civil from, civil *ret);
int value_cmp_printed(const struct syms *syms, struct value a, struct value b); /* bytewise order of the printed forms */
void value_print(const struct syms *syms, struct value v, struct buf *out); /* none prints "none", yes "yes" */

#endif
