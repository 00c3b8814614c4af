/* SPDX-License-Identifier: Apache-2.0
 *
 * Two rules that change one fact on one trigger (reference 6.7): the later in the text stands, which may not be meant.
 * Told only where both can fire together as far as one can see: windows and readings meet, and no condition of one
 * contradicts one of the other.
 */
#include "rules/check.h"

#include <string.h>

enum { MAX_COMPARED = 256 }; /* earlier rules that one is compared with */

struct pair {
	const struct rule *a, *b;
	uint8_t map[MAX_VARS]; /* by variable of a: the one of b that stands at its places, or UNMAPPED */
};
#define UNMAPPED UINT8_MAX

static bool same_var(const struct pair *p, uint8_t a, uint8_t b)
{
	return p->map[a] == UNMAPPED ? p->a->vars[a].name == p->b->vars[b].name : p->map[a] == b;
}

static bool same_tree(const struct pair *p, const struct node *a, const struct node *b);

static bool same_list(const struct pair *p, struct node *const *a, struct node *const *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if ((a[i] == NULL) != (b[i] == NULL) || (a[i] && !same_tree(p, a[i], b[i])))
			return false;
	return true;
}

static bool same_tree(const struct pair *p, const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || a->op != b->op || a->negated != b->negated || a->fact != b->fact ||
		a->nargs != b->nargs || a->nkids != b->nkids || a->nitems != b->nitems || a->num != b->num ||
		a->den != b->den)
		return false;
	if ((a->kind == E_VAR || a->kind == C_VAR_IS || a->kind == C_IN) && !same_var(p, a->var, b->var))
		return false;
	if (a->kind == E_CONST && !value_eq(a->value, b->value))
		return false;
	for (uint32_t i = 0; i < a->nitems; i++)
		if (a->items[i] != b->items[i])
			return false;
	return same_list(p, a->args, b->args, a->nargs) && same_list(p, a->kids, b->kids, a->nkids);
}

/* Notes that the variables of a and b at one place are the same thing. False if two constants there differ. */
static bool meet(struct pair *p, const struct node *a, const struct node *b)
{
	if (!a || !b)
		return true;
	if (a->kind == E_VAR && b->kind == E_VAR)
		p->map[a->var] = b->var;
	return a->kind != E_CONST || b->kind != E_CONST || value_eq(a->value, b->value);
}

static bool meet_all(struct pair *p, struct node *const *a, struct node *const *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!meet(p, a[i], b[i]))
			return false;
	return true;
}

/* ---- do two conditions exclude each other? --------------------------------------------------- */

static bool lists_value(const struct node *is, struct value v)
{
	for (uint32_t i = 0; i < is->nkids; i++)
		if (is->kids[i]->kind != E_CONST || value_eq(is->kids[i]->value, v)) /* a variable may be anything */
			return true;
	return false;
}

/* f(x) is v or w against f(x) is u; or against f(x) is not v or w */
static bool values_apart(const struct node *a, bool not_a, const struct node *b, bool not_b)
{
	if (not_a && not_b)
		return false;
	if (not_a)
		return values_apart(b, not_b, a, not_a);
	for (uint32_t i = 0; i < a->nkids; i++) {
		bool known = a->kids[i]->kind == E_CONST;
		for (uint32_t k = 0; k < b->nkids; k++)
			known &= b->kids[k]->kind == E_CONST;
		if (!known || lists_value(b, a->kids[i]->value) != not_b)
			return false;
	}
	return true;
}

static bool literals_exclude(const struct pair *p, const struct node *a, const struct node *b)
{
	bool not_a = a->kind == C_NOT, not_b = b->kind == C_NOT;
	const struct node *x = not_a ? a->kids[0] : a, *y = not_b ? b->kids[0] : b;
	if (not_a != not_b && same_tree(p, x, y))
		return true;
	if (x->kind != C_IS || y->kind != C_IS || x->fact != y->fact || !same_list(p, x->args, y->args, x->nargs))
		return false;
	return values_apart(x, not_a != x->negated, y, not_b != y->negated);
}

bool exclude_each_other(const struct rule *r, const struct node *a, const struct node *b)
{
	struct pair p = {.a = r, .b = r};
	memset(p.map, UNMAPPED, sizeof p.map);
	return literals_exclude(&p, a, b);
}

static bool conditions_exclude(const struct pair *p)
{
	const struct node *a = p->a->cond, *b = p->b->cond;
	if (!a || !b)
		return false;
	uint32_t n = a->kind == C_AND ? a->nkids : 1, m = b->kind == C_AND ? b->nkids : 1;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < m; k++)
			if (literals_exclude(p, a->kind == C_AND ? a->kids[i] : a, b->kind == C_AND ? b->kids[k] : b))
				return true;
	return false;
}

/* ---- pairs of rules -------------------------------------------------------------------------- */

static bool overrides(const struct rule *a, const struct rule *b)
{
	for (uint32_t i = 0; i < a->noverrides; i++)
		if (a->overrides[i] == b->order)
			return true;
	return false;
}

static bool one_trigger(struct pair *p, const struct loader *l)
{
	const struct trigger *a = &p->a->trigger, *b = &p->b->trigger;
	if (a->kind != b->kind || (a->kind == TRIGGER_ACT && a->act != b->act))
		return false;
	if (!meet_all(p, p->a->args, p->b->args, l->rb->facts.v[p->a->fact].nparams))
		return false;
	if (a->kind == TRIGGER_ACT)
		return meet_all(p, a->pattern, b->pattern, l->rb->acts.v[a->act].nparams);
	return same_tree(p, a->cond, b->cond) && (!a->span || same_tree(p, a->span, b->span));
}

static bool conflict(struct loader *l, const struct rule *a, const struct rule *b)
{
	struct pair p = {.a = a, .b = b};
	bool same_construct = a->construct && a->label == b->label;
	bool met = a->from < b->until && b->from < a->until && share_reading(a->readings, b->readings);
	memset(p.map, UNMAPPED, sizeof p.map);
	return !same_construct && met && one_trigger(&p, l) && !same_tree(&p, a->value, b->value) &&
	       !conditions_exclude(&p) && !overrides(a, b) && !overrides(b, a);
}

void warn_conflicts(struct loader *l, const struct fact *f)
{
	for (uint32_t i = 1; i < f->nrules; i++) {
		const struct rule *b = &l->rb->rules.v[f->rules[i]];
		uint32_t first = i > MAX_COMPARED ? i - MAX_COMPARED : 0;
		for (uint32_t k = first; k < i && b->form == RULE_EFFECT; k++) {
			const struct rule *a = &l->rb->rules.v[f->rules[k]];
			if (a->form != RULE_EFFECT || !conflict(l, a, b))
				continue;
			warn(l, l->rules.v[b->order]->head, b->at,
				"rules %.*s and %.*s change one fact on one trigger; the later in the text stands "
				"unless one overrides",
				NAME_ARG(l, a->label), NAME_ARG(l, b->label));
			hint_other(l, b->at, a->at, "");
			break;
		}
	}
}
