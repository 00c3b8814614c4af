/* SPDX-License-Identifier: Apache-2.0
 *
 * One rule's trees -> nodes: names become numbers (resolve.c), types are checked (typing.c), and every variable is seen to
 * be bound (bind.c; reference 5.4 and 5.5).
 *
 * Scopes: the names that stand outside all quantifiers belong to the rule. A quantifier has its own variable; a name that
 * is not yet known where the quantifier stands is local to it, or to the innermost one that holds all its places. What
 * `every` demands (`has`) and whom it speaks of (`with`) have separate locals.
 */
#ifndef RULES_RESOLVE_H
#define RULES_RESOLVE_H

#include "rules/types.h"

struct variable {
	sym name;
	uint32_t type; /* NO_ID until a place says it */
	struct place at;
	bool clashes, unbound; /* reported already */
};

struct scope {
	const struct scope *outer;
	uint64_t vars;
};

struct resolver {
	struct loader *l;
	const struct statement *st;
	struct rule *rule;
	struct variable vars[MAX_VARS];
	uint32_t nvars;
	struct scope *scope;
	bool broken;	      /* a name is missing: what rests on it cannot be checked */
	const char *timeless; /* where `that day` has no meaning: "a definition", "a trigger"; NULL: it has */
};

#define VAR(i) ((uint64_t)1 << (i))

/* names (resolve.c) */
void collect(struct resolver *r, const struct syn *t); /* puts the names outside quantifiers into the scope */
struct node *resolve_cond(struct resolver *r, const struct syn *t);
struct node *resolve_expr(struct resolver *r, const struct syn *t);
/* A term of the given type, as an argument or value of the fact or act `of`. */
struct node *resolve_term(struct resolver *r, const struct syn *t, uint32_t type, sym of);
void resolve_args(struct resolver *r, const struct syn *atom, struct node *into); /* of a fact: into->fact, args */
struct node *node_new(struct resolver *r, int kind, const struct syn *like, size_t nkids);
struct node *node_constant(struct resolver *r, const struct syn *like, struct value v, uint32_t type);
void unknown_name(struct resolver *r, const struct syn *t, bool acts, bool facts); /* complains */
#define resolver_complain(r, at, ...) complain((r)->l, (r)->st->head, (at), __VA_ARGS__)

/* types (typing.c) */
void constrain(struct resolver *r, uint8_t var, uint32_t type, struct place at);
/* Checks the whole tree; gives the type of an expression, TYPE_BOOL for a condition. */
uint32_t check_type(struct resolver *r, struct node *n);
void check_needs(struct resolver *r, struct node *n, uint32_t type, const char *where); /* and it must be of that type */
bool has_fraction(const struct node *n);

/* binding (bind.c) */
void bind_node(struct resolver *r, struct node *n);
void bind_rule(struct resolver *r); /* masks, endings, and the check that all are bound */

#endif
