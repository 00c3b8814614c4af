/* SPDX-License-Identifier: Apache-2.0
 *
 * When can what be so? For every value of every fact, the time in which it may be found, enclosed in one interval; so for conditions and
 * rules. What can happen lies inside; what lies inside need not happen.
 */
#ifndef RULES_REACH_H
#define RULES_REACH_H

#include "rules/check.h"

enum { MAX_LITERALS = 64 };

struct hull { /* [lo, hi) */
	civil lo, hi;
};
bool hull_empty(struct hull h);

struct reach {
	struct loader *l;
	uint32_t *slot;	      /* by fact: its first value; an enumeration has one for each word, any other fact one */
	struct hull *value;   /* by slot */
	uint32_t *by;	      /* by slot: the rule that may be the first to set it */
	civil *swept;	      /* by slot: the end of the instant at which a rule takes it from all */
	uint32_t *sweeper;    /* by slot: that rule */
	struct hull *applies; /* by rule */
	bool *contradicts;    /* by rule: itself */
};

/* False: the intervals did not settle, and nothing can be said. */
bool reach_new(struct reach *x, struct loader *l);

uint32_t reach_slot(const struct reach *x, uint32_t fact, struct value v);	      /* of a value of the fact: its word's, or the only one */
struct hull reach_holds(const struct reach *x, const struct node *cond);	      /* for whatever binding */
struct hull reach_value(const struct reach *x, const struct node *expr);	      /* has a value, for whatever binding */
struct hull reach_trigger(const struct reach *x, const struct trigger *g);
bool is_clock(const struct node *cond, civil *ret); /* reached or passed DATE: true from then on */

struct literals { /* the parts of a rule that must hold together */
	const struct node *v[MAX_LITERALS];
	uint32_t n;
};
struct literals literals_of(const struct rule *r);
bool contradicts_itself(const struct rule *r, const struct node **ret_a, const struct node **ret_b);

#endif
