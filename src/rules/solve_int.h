/* SPDX-License-Identifier: Apache-2.0
 *
 * What conditions (solve.c) and expressions (expr.c) share.
 */
#ifndef RULES_SOLVE_INT_H
#define RULES_SOLVE_INT_H

#include "rules/solve.h"
#include "rules/state_int.h"

static inline uint64_t solve_bit(uint32_t var)
{
	return (uint64_t)1 << var;
}

/* The value of the fact of node n, whose variables are bound; V_NONE if an argument is absent. */
packed solve_fact(const struct solver *s, const struct node *n);
/* Instances that may fit the fact of node n under the bound variables. */
struct insts solve_candidates(const struct solver *s, const struct node *n);
/* Matches the arguments of n with those of the instance; binds free variables, also when it fails half way. */
bool solve_bind_args(struct solver *s, const struct node *n, const struct inst *i);
/* Of a quantifier over one plain fact, read in the latest state, with all other variables bound: for how many is it so?
 * The state keeps that number. False: it is none of this kind. */
bool solve_compare(struct solver *s, enum cmp op, struct xval a, struct xval b);
/* The plain fact that such a quantifier is about, and which arguments are known. NULL: it is none of this kind. */
const struct node *solve_counted(const struct solver *s, const struct node *n, uint32_t *mask, packed args[MAX_ARGS]);
bool solve_count(const struct solver *s, const struct node *n, size_t *ret);
/* The distinct values of a quantifier's variable for which `cond` holds. */
void solve_satisfying(struct solver *s, const struct node *n, const struct node *cond, struct tuples *ret);

/* Can this part of a condition be solved with these variables bound, binding all others that it needs? */
bool solve_runnable(const struct node *n, uint64_t bound);

#endif
