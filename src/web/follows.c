/* SPDX-License-Identifier: Apache-2.0 */
#include "web/follows.h"

struct asked {
	uint32_t status;
	struct value value;
	bool found, counted;
};

static bool names_value(const struct node *n, const struct asked *q)
{
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i]->kind == E_CONST && value_eq(n->kids[i]->value, q->value))
			return true;
	return false;
}

/* Does the condition ask for the value, where its being so helps? `inside`: below a quantifier or a count. */
static void look(const struct node *n, bool positive, bool inside, struct asked *q)
{
	if (!n)
		return;
	if (n->kind == C_IS && n->fact == q->status && positive != n->negated && names_value(n, q)) {
		q->counted = q->found ? q->counted && inside : inside;
		q->found = true;
	}
	bool quantifier = n->kind == C_SOME || n->kind == C_EVERY || n->kind == E_COUNT || n->kind == E_SUM;
	for (uint32_t i = 0; i < n->nkids; i++)
		look(n->kids[i], n->kind == C_NOT ? !positive : positive, inside || quantifier, q);
}

static bool gives(const struct rule *r)
{
	return r->form == RULE_DEFINITION ||
	       (r->form == RULE_EFFECT && r->value && !(r->value->kind == E_CONST && r->value->value.kind == V_NONE));
}

static bool needs(const struct rule *r, struct asked *q)
{
	q->found = q->counted = false;
	if (!gives(r))
		return false;
	look(r->cond, true, false, q);
	if (r->form == RULE_EFFECT && r->trigger.kind != TRIGGER_ACT)
		look(r->trigger.cond, true, false, q);
	return q->found;
}

size_t status_follows(const struct model *m, struct value value, struct follow **ret)
{
	const struct rulebook *rb = m->rb;
	const uint32_t status = m->voc->fact.status;
	struct arena *a = m->arena;
	LIST(struct follow) out = {0};
	struct asked q = {.status = status, .value = value};
	for (uint32_t i = 0; status != NO_ID && i < rb->rules.n; i++) {
		const struct rule *r = &rb->rules.v[i];
		size_t k = 0;
		if (r->fact == status || !needs(r, &q) || !model_in_force(m, r))
			continue;
		uint32_t act = r->form == RULE_EFFECT && r->trigger.kind == TRIGGER_ACT ? r->trigger.act : NO_ID;
		while (k < out.n && !(out.v[k].fact == r->fact && out.v[k].counted == q.counted && out.v[k].act == act))
			k++;
		if (k == out.n) {
			struct follow f = {r->fact, q.counted, act, NULL, 0};
			arena_push(a, &out, f);
		}
		struct follow *f = &out.v[k];
		LIST(const struct rule *) rules = {(const struct rule **)f->rules, f->n, f->n};
		arena_push(a, &rules, r);
		f->rules = rules.v;
		f->n = rules.n;
	}
	*ret = out.v;
	return out.n;
}
