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

struct value {
	enum value_kind kind;
	union {
		sym s;		  /* V_WORD, V_ENTITY */
		int64_t i;	  /* V_INT, magnitude below 2^62 */
		civil t;	  /* V_DATE */
		struct span span; /* V_SPAN */
	};
};

#define VALUE_NONE ((struct value){.kind = V_NONE})
#define VALUE_YES ((struct value){.kind = V_YES})

bool value_eq(struct value a, struct value b);
/* When a timer of this span, begun at `from`, is due: days and longer count from the beginning of the day. False: never, for it is no
 * span, or ends beyond all dates. */
bool timer_due(struct value span, civil from, civil *ret);
int value_cmp_printed(const struct syms *syms, struct value a, struct value b); /* bytewise order of the printed forms */
uint64_t value_hash(struct value v);
void value_print(const struct syms *syms, struct value v, struct buf *out); /* none prints "none", yes "yes" */

#endif
