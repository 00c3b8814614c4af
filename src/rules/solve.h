/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions and expressions, read against one state: the latest, or that after any earlier round.
 *
 * A condition is solved by joining its parts: at each step the part with the fewest candidates goes next, so the order in
 * which a lawyer writes them does not matter (reference 5.5). Every way of making it true is reported once or more often;
 * whoever needs distinct bindings collects them in a set of tuples.
 */
#ifndef RULES_SOLVE_H
#define RULES_SOLVE_H

#include "rules/state.h"

struct solver;

/* How instances are read at a moment that has no number of its own among the rounds (late.c). */
struct past {
	const struct change *(*last)(const struct past *p, const struct inst *i); /* as inst_last */
	/* As solve_count: how many instances agree with the arguments in `mask` and have a value that `is` accepts. */
	size_t (*count)(const struct past *p, uint32_t fact, uint32_t mask, const packed *args, const struct node *is);
};

struct solver {
	const struct rulebook *rb;
	const struct syms *syms; /* of the evaluation: to print values */
	struct state *state;
	struct arena *scratch; /* reset by the owner between solutions */
	const char *clean;     /* where it stood when it was reset */
	uint32_t round;	       /* the state that is read */
	const struct past *past; /* if not NULL, it says which state is read */
	civil now;	       /* its clock */
	civil fired;	       /* what "that instant" means */
	uint64_t bound;	       /* variables that have a value in env */
	packed env[MAX_VARS];
	/* Called for each date in the future at which a `reached` or `passed` that was looked at will become true. */
	void (*wake)(void *ctx, const struct solver *s, civil at);
	void *wake_ctx;
	const struct node **goals; /* a stack of open parts */
	size_t ngoals, capgoals;
	bool too_large; /* a number went beyond 2^126 */
};

/* The lowest number in a set of variables, which is taken out of it. */
static inline uint32_t take_var(uint64_t *set)
{
	uint32_t v = (uint32_t)__builtin_ctzll(*set);
	*set &= *set - 1;
	return v;
}

/* Binds just these variables, in the order of their numbers, to the values of a row. */
static inline void solve_set(struct solver *s, uint64_t vars, const packed *row)
{
	s->bound = vars;
	for (uint64_t left = vars; left;)
		s->env[take_var(&left)] = *row++;
}

struct xval { /* value of an expression: numbers are exact fractions */
	enum value_kind kind;
	struct value v; /* not V_INT */
	__int128 num, den;
};

static inline const struct change *solve_last(const struct solver *s, const struct inst *i)
{
	return s->past ? s->past->last(s->past, i) : inst_last(i, s->round);
}

static inline packed solve_after(const struct solver *s, const struct inst *i) /* the value in the state that is read */
{
	if (!s->past && s->round == ROUND_NOW)
		return inst_now(i);
	const struct change *c = solve_last(s, i);
	return c ? c->value : 0;
}

typedef bool (*solve_fn)(struct solver *s, void *ctx); /* false: enough */

/* Calls fn for each extension of the bound variables that makes `cond` true (NULL: always true). False if fn said enough.
 * The bound variables are the same afterwards. */
bool solve(struct solver *s, const struct node *cond, solve_fn fn, void *ctx);
bool solve_any(struct solver *s, const struct node *cond); /* is it true for some extension? */
/* The distinct ways in which `cond` can be true: rows of values of `vars`, in the order of their numbers (0: has none), kept in `a`. */
void solve_ways(struct solver *s, const struct node *cond, uint64_t vars, struct arena *a, struct tuples *ret);
struct xval solve_expr(struct solver *s, const struct node *n);
/* A value that can be stored: absent or a broken fraction gives V_NONE. */
packed solve_value(struct solver *s, const struct node *n);

/* The value of a term; 0 (V_NONE) also if it is an unbound variable. */
static inline packed solve_term(const struct solver *s, const struct term *t)
{
	return t->var == TERM_CONST ? t->value : s->bound >> t->var & 1 ? s->env[t->var] : 0;
}

static inline bool solve_known(const struct solver *s, const struct term *t)
{
	return t->var == TERM_CONST || (s->bound >> t->var & 1);
}

/* Arguments of a fact under the bound variables; false if one is absent or unbound. */
static inline bool solve_args(const struct solver *s, const struct term *terms, uint32_t n, packed *out)
{
	for (uint32_t i = 0; i < n; i++)
		if (!(out[i] = solve_term(s, &terms[i])))
			return false;
	return true;
}

/* Matches a term; binds a free variable. */
static inline bool solve_bind(struct solver *s, const struct term *t, packed v)
{
	if (t->var == TERM_CONST)
		return t->value == v;
	if (s->bound >> t->var & 1)
		return s->env[t->var] == v;
	s->env[t->var] = v;
	s->bound |= (uint64_t)1 << t->var;
	return true;
}
bool solve_cmp(struct solver *s, const struct node *n); /* of a C_CMP whose variables are bound */
void solve_forget(struct solver *s);
static inline void solve_reset(struct solver *s) /* gives the scratch memory back; no solution may be under way */
{
	if (s->scratch->at != s->clean)
		solve_forget(s);
}

#endif
