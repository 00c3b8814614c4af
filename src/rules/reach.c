/* SPDX-License-Identifier: Apache-2.0
 *
 * The intervals grow from nothing until no rule makes them wider: a rule applies where its window meets what its conditions may find,
 * and from then on its value may be found, for nothing need end it. So a value ends only with the windows of its definitions, or where
 * a rule of one date takes it from all that have it and nothing gives it any more.
 */
#include "rules/reach.h"

enum { MAX_PASSES = 40, MAX_TOLD_APART = 64, MAX_COMPARED = 256 }; /* words of an enumeration; rules of a fact */

static const struct hull always = {CIVIL_ALWAYS, CIVIL_NEVER}, never = {CIVIL_NEVER, CIVIL_ALWAYS};

bool hull_empty(struct hull h)
{
	return h.lo >= h.hi;
}

static struct hull meet(struct hull a, struct hull b)
{
	return (struct hull){a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
}

static struct hull join(struct hull a, struct hull b)
{
	if (hull_empty(a) || hull_empty(b))
		return hull_empty(a) ? b : a;
	return (struct hull){a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}

/* ---- values ---------------------------------------------------------------------------------- */

/* NULL: the values of the fact are not told apart. */
static const struct type *enumeration(const struct rulebook *rb, const struct fact *f)
{
	const struct type *t = &rb->types.v[f->value];
	return t->kind == T_ENUM && t->n <= MAX_TOLD_APART ? t : NULL;
}

static uint32_t slots_of(const struct rulebook *rb, const struct fact *f)
{
	const struct type *t = enumeration(rb, f);
	return t ? t->n : 1;
}

/* The slot of a value of the fact: its word's, or the only one. */
uint32_t reach_slot(const struct reach *x, uint32_t fact, struct value v)
{
	const struct rulebook *rb = x->l->rb;
	const struct type *t = enumeration(rb, &rb->facts.v[fact]);
	uint32_t i = 0;
	while (t && i + 1 < t->n && t->words[i] != v.s)
		i++;
	return x->slot[fact] + i;
}

static struct hull any_value(const struct reach *x, uint32_t fact)
{
	struct hull h = never;
	const struct fact *f = &x->l->rb->facts.v[fact];
	if (f->form == FACT_TABLE)
		return always;
	for (uint32_t i = 0; i < slots_of(x->l->rb, f); i++)
		h = join(h, x->value[x->slot[fact] + i]);
	return h;
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* When an expression may have a value: all facts in it must, but for those that may be absent. */
struct hull reach_value(const struct reach *x, const struct node *n)
{
	struct hull h = always;
	switch (n->kind) {
	case E_FACT: return any_value(x, n->fact);
	case E_COUNT:
	case E_SUM: return always;
	case E_LATER:
	case E_EARLIER: return join(reach_value(x, n->kids[0]), reach_value(x, n->kids[1]));
	default: break;
	}
	for (uint32_t i = 0; i < n->nkids; i++)
		h = meet(h, reach_value(x, n->kids[i]));
	return h;
}

static struct hull is_one_of(const struct reach *x, const struct node *n)
{
	struct hull h = never;
	if (n->negated || x->l->rb->facts.v[n->fact].form == FACT_TABLE)
		return always;
	for (uint32_t i = 0; i < n->nkids; i++) {
		const struct node *v = n->kids[i];
		if (v->kind != E_CONST)
			h = join(h, any_value(x, n->fact));
		else if (v->value.kind == V_NONE)
			return always;
		else
			h = join(h, x->value[reach_slot(x, n->fact, v->value)]);
	}
	return h;
}

/* At least one thing is counted: for `count ... >= 1` and what asks for more. */
static bool counts_one(const struct node *cmp)
{
	const struct node *left = cmp->kids[0], *right = cmp->kids[1];
	if (left->kind != E_COUNT || !left->kids[0] || right->kind != E_CONST || right->value.kind != V_INT)
		return false;
	int64_t least = right->value.i + (cmp->op == CMP_GT);
	return (cmp->op == CMP_GE || cmp->op == CMP_GT || cmp->op == CMP_EQ) && least >= 1;
}

bool is_clock(const struct node *n, civil *ret)
{
	if ((n->kind != C_REACHED && n->kind != C_PASSED) || n->kids[0]->kind != E_CONST || n->kids[0]->value.kind != V_DATE)
		return false;
	*ret = n->kind == C_REACHED ? n->kids[0]->value.t : date_end(n->kids[0]->value.t);
	return true;
}

/* When the condition may be true, for whatever binding. */
struct hull reach_holds(const struct reach *x, const struct node *n)
{
	struct hull h = n->kind == C_OR ? never : always;
	civil t;
	switch (n->kind) {
	case C_AND:
		for (uint32_t i = 0; i < n->nkids; i++)
			h = meet(h, reach_holds(x, n->kids[i]));
		return h;
	case C_OR:
		for (uint32_t i = 0; i < n->nkids; i++)
			h = join(h, reach_holds(x, n->kids[i]));
		return h;
	case C_NOT: return is_clock(n->kids[0], &t) ? (struct hull){CIVIL_ALWAYS, t} : always;
	case C_HOLDS: return any_value(x, n->fact);
	case C_IS: return is_one_of(x, n);
	case C_SOME: return n->kids[0] ? reach_holds(x, n->kids[0]) : always;
	case C_CMP:
		h = meet(reach_value(x, n->kids[0]), reach_value(x, n->kids[1]));
		return counts_one(n) ? meet(h, reach_holds(x, n->kids[0]->kids[0])) : h;
	case C_REACHED:
	case C_PASSED: return is_clock(n, &t) ? (struct hull){t, CIVIL_NEVER} : reach_value(x, n->kids[0]);
	default: return always;
	}
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* `once reached DATE` alone comes true at one instant. */
struct hull reach_trigger(const struct reach *x, const struct trigger *g)
{
	civil t;
	if (g->kind == TRIGGER_ACT)
		return always;
	if (g->kind == TRIGGER_ONCE && is_clock(g->cond, &t))
		return (struct hull){t, t + 1};
	struct hull h = reach_holds(x, g->cond);
	if (g->kind != TRIGGER_AFTER)
		return h;
	if (g->span->kind == E_CONST && h.lo != CIVIL_ALWAYS && !hull_empty(h)) {
		if (!timer_due(g->span->value, h.lo, &t))
			return never;
		h.lo = t > h.lo ? t : h.lo;
	}
	return meet(h, reach_value(x, g->span));
}

static void add_literals(struct literals *out, const struct node *n)
{
	for (uint32_t i = 0; n && n->kind == C_AND && i < n->nkids; i++)
		add_literals(out, n->kids[i]);
	if (n && n->kind != C_AND && out->n < MAX_LITERALS)
		out->v[out->n++] = n;
}

struct literals literals_of(const struct rule *r)
{
	struct literals all = {.n = 0};
	if (r->form == RULE_EFFECT)
		add_literals(&all, r->trigger.cond);
	add_literals(&all, r->cond);
	return all;
}

bool contradicts_itself(const struct rule *r, const struct node **ret_a, const struct node **ret_b)
{
	struct literals all = literals_of(r);
	for (uint32_t i = 0; i < all.n; i++)
		for (uint32_t k = 0; k < i; k++)
			if (exclude_each_other(r, all.v[k], all.v[i])) {
				*ret_a = all.v[k];
				*ret_b = all.v[i];
				return true;
			}
	return false;
}

static struct hull rule_hull(const struct reach *x, const struct rule *r)
{
	struct hull h = {r->from, r->until};
	if (r->form == RULE_EFFECT)
		h = meet(h, reach_trigger(x, &r->trigger));
	if (r->cond)
		h = meet(h, reach_holds(x, r->cond));
	return r->effect ? meet(h, reach_value(x, r->effect)) : h;
}

static bool widen(struct reach *x, uint32_t slot, struct hull by, uint32_t rule)
{
	struct hull old = x->value[slot], new = join(old, meet(by, (struct hull){CIVIL_ALWAYS, x->swept[slot]}));
	if (hull_empty(new) || (new.lo == old.lo && new.hi == old.hi))
		return false;
	if (new.lo < old.lo || hull_empty(old))
		x->by[slot] = rule;
	x->value[slot] = new;
	return true;
}

/* What the rule sets may be found from the first time on at which it may apply. */
static bool apply(struct reach *x, uint32_t id)
{
	const struct rule *r = &x->l->rb->rules.v[id];
	const struct fact *f = &x->l->rb->facts.v[r->fact];
	struct hull h = x->contradicts[id] ? never : rule_hull(x, r);
	bool wider = false;
	if (hull_empty(h))
		return false;
	x->applies[id] = h;
	if (r->form != RULE_DEFINITION)
		h.hi = CIVIL_NEVER;
	if (r->form != RULE_EFFECT)
		return widen(x, x->slot[r->fact], h, id);
	if (r->value->kind == E_CONST)
		return r->value->value.kind != V_NONE && widen(x, reach_slot(x, r->fact, r->value->value), h, id);
	for (uint32_t i = 0; i < slots_of(x->l->rb, f); i++)
		wider |= widen(x, x->slot[r->fact] + i, h, id);
	return wider;
}

/* ---- what a rule of one date takes from all ---------------------------------------------------- */

/* F(X ...) becomes ... on DATE if F(X ...) is v or ..., at once, in every reading, for all X */
static bool takes_from_all(const struct rulebook *rb, const struct rule *r, civil *ret)
{
	const struct node *c = r->cond;
	uint64_t seen = 0;
	if (r->form != RULE_EFFECT || r->trigger.kind != TRIGGER_ONCE || r->effect || r->readings || r->value->kind != E_CONST ||
		!is_clock(r->trigger.cond, ret) || *ret < r->from || *ret >= r->until)
		return false;
	if (!c || c->kind != C_IS || c->negated || c->fact != r->fact)
		return false;
	for (uint32_t i = 0; i < rb->facts.v[r->fact].nparams; i++) {
		if (r->args[i]->kind != E_VAR || c->args[i]->kind != E_VAR || r->args[i]->var != c->args[i]->var ||
			(seen >> r->args[i]->var & 1))
			return false;
		seen |= (uint64_t)1 << r->args[i]->var;
	}
	return true;
}

/* Can nothing set v of the fact at t or later? */
static bool set_before(const struct rulebook *rb, const struct fact *f, struct value v, civil t)
{
	if (f->nrules > MAX_COMPARED)
		return false;
	for (uint32_t i = 0; i < f->nrules; i++) {
		const struct rule *r = &rb->rules.v[f->rules[i]];
		if (can_set(r, v) && (r->until > t || r->effect))
			return false;
	}
	return true;
}

static void take(struct reach *x, uint32_t id)
{
	const struct rulebook *rb = x->l->rb;
	const struct rule *r = &rb->rules.v[id];
	civil t;
	if (!takes_from_all(rb, r, &t))
		return;
	for (uint32_t i = 0; i < r->cond->nkids; i++) {
		const struct node *v = r->cond->kids[i];
		if (v->kind != E_CONST || v->value.kind != V_WORD || value_eq(v->value, r->value->value) ||
			!set_before(rb, &rb->facts.v[r->fact], v->value, t))
			continue;
		uint32_t slot = reach_slot(x, r->fact, v->value);
		if (t + 1 < x->swept[slot]) {
			x->swept[slot] = t + 1;
			x->sweeper[slot] = id;
		}
	}
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void reach_init(struct reach *x, struct loader *l)
{
	const struct rulebook *rb = l->rb;
	struct arena *a = &l->scratch;
	uint32_t n = 0;
	*x = (struct reach){.l = l, .slot = arena_array(a, rb->facts.n + 1, uint32_t), .applies = arena_array(a, rb->rules.n + 1, struct hull),
		.contradicts = arena_array(a, rb->rules.n + 1, bool)};
	for (size_t i = 0; i < rb->facts.n; i++) {
		x->slot[i] = n;
		n += slots_of(rb, &rb->facts.v[i]);
	}
	x->value = arena_array(a, n + 1, struct hull);
	x->by = arena_array(a, n + 1, uint32_t);
	x->swept = arena_array(a, n + 1, civil);
	x->sweeper = arena_array(a, n + 1, uint32_t);
	for (uint32_t i = 0; i < n; i++) {
		x->value[i] = never;
		x->by[i] = x->sweeper[i] = NO_ID;
		x->swept[i] = CIVIL_NEVER;
	}
	bool *overridden = arena_array(a, rb->rules.n + 1, bool);
	for (uint32_t i = 0; i < rb->rules.n; i++)
		for (uint32_t k = 0; k < rb->rules.v[i].noverrides; k++)
			overridden[rb->rules.v[i].overrides[k]] = true;
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		const struct node *one, *other;
		x->applies[i] = never;
		x->contradicts[i] = contradicts_itself(&rb->rules.v[i], &one, &other);
		if (!overridden[i])
			take(x, i);
	}
}

/* Forwards and backwards in turn, so that chains in either order of the text settle at once. False: not settled. */
static bool settle(struct reach *x)
{
	uint32_t n = (uint32_t)x->l->rb->rules.n;
	bool wider = true;
	for (int pass = 0; pass < MAX_PASSES && wider; pass++) {
		wider = false;
		for (uint32_t i = 0; i < n; i++)
			wider |= apply(x, pass % 2 ? n - 1 - i : i);
	}
	return !wider;
}

bool reach_new(struct reach *x, struct loader *l)
{
	reach_init(x, l);
	return settle(x);
}
