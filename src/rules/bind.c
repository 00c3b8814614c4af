/* SPDX-License-Identifier: Apache-2.0
 *
 * Which variables a node has, and which of them it can bind (reference 5.5). Sets of variables are bit masks.
 */
#include "rules/resolve.h"

static uint64_t vars_of(struct node *const *terms, uint32_t n)
{
	uint64_t vars = 0;
	for (uint32_t i = 0; i < n; i++)
		if (terms[i] && terms[i]->kind == E_VAR)
			vars |= VAR(terms[i]->var);
	return vars;
}

static void complain_unbound(struct resolver *r, uint64_t vars)
{
	for (; vars; vars &= vars - 1) {
		struct variable *v = &r->vars[__builtin_ctzll(vars)];
		if (v->unbound)
			continue;
		v->unbound = true;
		resolver_complain(
			r, v->at, "%.*s is not bound: name a fact or act it comes from", NAME_ARG(r->l, v->name));
	}
}

static struct term *terms_of(struct resolver *r, struct node *const *nodes, uint32_t n)
{
	struct term *terms = arena_array(&r->l->rb->arena, n, struct term);
	for (uint32_t i = 0; i < n; i++)
		if (!nodes[i])
			terms[i].var = TERM_ANY;
		else if (nodes[i]->kind == E_VAR)
			terms[i].var = nodes[i]->var;
		else
			terms[i] = (struct term){TERM_CONST, value_pack(nodes[i]->value)};
	return terms;
}

/* Arguments of facts, values after "is", items: what a node has besides its kids. */
static void bind_leaf(struct resolver *r, struct node *n)
{
	uint64_t args = vars_of(n->args, n->nargs);
	if (n->nargs)
		n->terms = terms_of(r, n->args, n->nargs);
	n->fixed = true;
	for (uint32_t i = 0; i < n->nkids && n->kids[i]; i++)
		n->fixed &= n->kind == C_AND ? n->kids[i]->kind != C_REACHED && n->kids[i]->kind != C_PASSED : n->kids[i]->kind == E_CONST;
	if (n->kind == C_IS || n->kind == C_VAR_IS)
		n->values = terms_of(r, n->kids, n->nkids);
	switch (n->kind) {
	case E_VAR: n->free = VAR(n->var); break;
	case C_IN: n->free = n->binds = VAR(n->var); break;
	case C_HOLDS:
	case E_FACT: n->free = n->binds = args; break;
	case C_VAR_IS: n->free = VAR(n->var) | vars_of(n->kids, n->nkids); break;
	case C_IS: {
		bool none = n->negated;
		for (uint32_t i = 0; i < n->nkids; i++)
			none |= n->kids[i]->kind == E_CONST && n->kids[i]->value.kind == V_NONE;
		uint64_t values = vars_of(n->kids, n->nkids);
		n->free = args | values;
		n->binds = none ? 0 : n->nkids == 1 ? args | values : args;
		break;
	}
	default: break;
	}
}

/* The variables of n that something outside it must bind. A variable that stands in one branch of an `or` only, and is
 * bound there, is nobody else's: it means "for some" (5.4), and is no part of the binding with which a rule fires. */
static uint64_t needs(const struct node *n)
{
	uint64_t needed = 0, once = 0, twice = 0;
	if (n->kind == C_SOME)
		return n->kids[0] ? needs(n->kids[0]) & ~n->locals : 0;
	if (n->kind != C_AND && n->kind != C_OR)
		return n->free & ~n->binds;
	for (uint32_t i = 0; i < n->nkids; i++) {
		needed |= needs(n->kids[i]);
		twice |= once & n->kids[i]->free;
		once |= n->kids[i]->free;
	}
	if (n->kind == C_AND)
		needed |= twice; /* then it is not nobody else's */
	return needed & ~n->binds;
}

/* What is local to a quantifier must be bound in the part where it stands; the rest is seen from outside. */
static void bind_quantifier(struct resolver *r, struct node *n)
{
	struct node *cond = n->kids[0], *second = n->nkids > 1 ? n->kids[1] : NULL;
	uint64_t own = VAR(n->var), cond_free = cond ? cond->free : 0, bound = cond ? cond->binds : 0;
	uint64_t needed = cond ? needs(cond) & n->locals : 0;
	if (n->kind == E_SUM && !cond)
		bound |= second->binds; /* over all S for which w has a value */
	complain_unbound(r, needed | (own & ~bound));
	if (n->kind == C_EVERY)
		complain_unbound(r, needs(second) & n->locals & ~own);
	if (n->kind == E_SUM)
		complain_unbound(r, second->free & n->locals & ~own);
	n->free = (cond_free | (second ? second->free : 0)) & ~n->locals;
	n->binds = n->kind == C_SOME ? bound & ~n->locals : 0;
}

/* count ... >= e and > e bind the outer variables of their condition to what at least one thing is counted for. */
static uint64_t counted(const struct node *cmp)
{
	const struct node *left = cmp->kids[0];
	bool counts = (left->kind == E_COUNT || left->kind == E_SUM) && (cmp->op == CMP_GE || cmp->op == CMP_GT);
	return counts && left->kids[0] ? left->kids[0]->binds & ~left->locals : 0;
}

void bind_node(struct resolver *r, struct node *n)
{
	uint64_t any = 0, all = n->nkids ? UINT64_MAX : 0;
	bind_leaf(r, n);
	if (n->kind == C_IS || n->kind == C_VAR_IS)
		return;
	for (uint32_t i = 0; i < n->nkids; i++) {
		if (!n->kids[i])
			continue;
		bind_node(r, n->kids[i]);
		n->free |= n->kids[i]->free;
		any |= n->kids[i]->binds;
		all &= n->kids[i]->binds;
	}
	switch (n->kind) {
	case C_SOME:
	case C_EVERY:
	case E_COUNT:
	case E_SUM: bind_quantifier(r, n); break;
	case C_NOT: n->binds = 0; break;
	case C_OR:
	case E_LATER: /* an absent side is ignored, so neither side alone binds */
	case E_EARLIER: n->binds = all; break;
	case C_CMP: n->binds = any | counted(n); break;
	default: n->binds |= any;
	}
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* f(x) is none, not f(x) */
static bool can_end(const struct node *n)
{
	if (n->kind == C_NOT)
		return n->kids[0]->kind == C_HOLDS;
	return n->kind == C_IS && !n->negated && n->nkids == 1 && n->kids[0]->kind == E_CONST &&
	       n->kids[0]->value.kind == V_NONE;
}

/* Endings (reference 5.5): alone or joined by `and` in a trigger, they bind what nothing else there binds. */
static void bind_endings(struct node *cond)
{
	bool list = cond->kind == C_AND;
	struct node **parts = list ? cond->kids : &cond;
	uint32_t n = list ? cond->nkids : 1;
	uint64_t others = list ? cond->binds : 0;
	for (uint32_t i = 0; i < n; i++) {
		if (!can_end(parts[i]) || !(parts[i]->free & ~others))
			continue;
		parts[i]->ending = true;
		parts[i]->locals = parts[i]->free & ~others;
		parts[i]->binds = parts[i]->free;
		cond->locals |= parts[i]->locals;
		cond->binds |= parts[i]->free;
	}
}

/* Marks the comparisons whose count is all that binds a variable, also within other counts; `bound` is bound elsewhere. */
static void mark_counts(struct node *n, uint64_t bound)
{
	if (n->kind == C_CMP)
		n->counted = (counted(n) & ~(bound | n->kids[1]->binds)) != 0;
	for (uint32_t i = 0; i < n->nkids; i++) {
		uint64_t others = bound;
		for (uint32_t k = 0; k < n->nkids && n->kind != C_OR; k++)
			others |= k == i || !n->kids[k] ? 0 : n->kids[k]->binds;
		if (n->kids[i])
			mark_counts(n->kids[i], others);
	}
}

/* Returns the variables that the trigger binds. */
static uint64_t bind_trigger(struct resolver *r, struct rule *rule)
{
	struct trigger *t = &rule->trigger;
	if (t->kind == TRIGGER_ACT) {
		t->terms = terms_of(r, t->pattern, r->l->rb->acts.v[t->act].nparams);
		rule->trigger_vars = vars_of(t->pattern, r->l->rb->acts.v[t->act].nparams);
		return rule->trigger_vars;
	}
	bind_node(r, t->cond);
	mark_counts(t->cond, 0);
	bind_endings(t->cond);
	rule->trigger_vars = t->cond->free & t->cond->binds;
	complain_unbound(r, needs(t->cond));
	if (t->span) {
		bind_node(r, t->span);
		rule->trigger_vars |= t->span->free;
		complain_unbound(r, t->span->free & ~t->cond->binds);
	}
	return t->cond->binds;
}

void bind_rule(struct resolver *r)
{
	struct rule *rule = r->rule;
	uint64_t bound = 0, used = 0;
	if (rule->form != RULE_DEFINITION)
		bound = bind_trigger(r, rule);
	if (rule->cond) {
		bind_node(r, rule->cond);
		mark_counts(rule->cond, bound);
		rule->cond_vars = rule->cond->free & (rule->cond->binds | rule->trigger_vars);
		used = needs(rule->cond);
		bound |= rule->cond->binds;
	}
	if (rule->args) {
		uint32_t n = r->l->rb->facts.v[rule->fact].nparams;
		rule->terms = terms_of(r, rule->args, n);
		used |= vars_of(rule->args, n);
	}
	if (rule->value) {
		bind_node(r, rule->value);
		used |= rule->value->free;
	}
	if (rule->effect) {
		bind_node(r, rule->effect);
		used |= rule->effect->free;
	}
	/* What means "for some" in one part of the rule cannot be meant in another. */
	uint64_t some = rule->trigger.cond ? rule->trigger.cond->free & ~rule->trigger.cond->binds : 0;
	uint64_t elsewhere = used | (rule->cond ? rule->cond->free : 0);
	complain_unbound(r, (used & ~bound) | (some & elsewhere));
}
