/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a value lasted: for each rule that could have changed it, that nothing called for it, or what it lacked.
 */
#include "rules/explain_int.h"

/* Why a rule that was called did nothing: not (trigger and conditions). The facts in it are stated, not unfolded. */
static struct proof *not_tried(struct ex *x, struct try *t, const struct wanted *w, struct moment upto)
{
	struct proof *p = ex_new(x, PROOF_NOT, true), *kid;
	bool leaf = x->leaf;
	x->leaf = x->numbers = true;
	kid = ex_try(x, t, w, upto);
	x->leaf = x->numbers = leaf;
	if (kid->holds) /* it fired and gave the value that stands */
		return NULL;
	ex_add(x, p, kid);
	return p;
}

static struct proof *never_called(struct ex *x, struct cx *head, struct moment upto)
{
	const struct rule *r = ex_rule_of(x, head->rule);
	struct proof *p = ex_new(x, PROOF_NOT, true), *rule = ex_new(x, PROOF_RULE, false), *since = ex_new(x, PROOF_SINCE, false);
	rule->rule = head->rule;
	rule->at = upto.now;
	since->text = ex_text(x, head, r->trigger.cond);
	since->node = r->trigger.cond;
	since->at = CIVIL_NEVER;
	bool leaf = x->leaf;
	x->leaf = x->numbers = true;
	if (!ex_full(x, since) && ex_conjuncts(x, since, head, r->trigger.cond)) {
		struct proof *before = ex_new(x, PROOF_OPEN, false); /* true, but it did not become true in this time */
		before->text = since->text;
		before->op = OPEN_ALWAYS;
		ex_add(x, since, before);
	}
	x->leaf = x->numbers = leaf;
	ex_add(x, rule, since);
	ex_add(x, p, rule);
	return p;
}

/* Values other than `value` that a rule gives, for ex_tries: any, if it is not a constant. */
static struct wanted others(const struct rule *r, struct value value, bool *none)
{
	struct wanted w = {0};
	*none = false;
	if (r->form != RULE_EFFECT)
		w = (struct wanted){.v = {VALUE_YES}, .n = 1};
	else if (r->value->kind == E_CONST)
		w = (struct wanted){.v = {r->value->value}, .n = 1};
	if (w.n)
		*none = value_eq(w.v[0], value);
	return w;
}

/* Two rules may wait for one kind of act. */
static bool said(const struct ex *x, const struct proof *parent, const struct proof *none)
{
	for (size_t i = 0; i < parent->nkids; i++) {
		const struct proof *p = parent->kids[i];
		bool same = p->kind == PROOF_NO_ACT && p->act_kind == none->act_kind && p->from == none->from && p->to == none->to;
		for (uint32_t k = 0; same && k < x->rb->acts.v[none->act_kind].nparams; k++)
			same = value_eq(p->args[k], none->args[k]);
		if (same)
			return true;
	}
	return false;
}

static void add_rule(struct ex *x, struct proof *parent, uint32_t id, const struct value *args, struct value value, uint32_t after,
	struct moment upto)
{
	const struct rule *r = ex_rule_of(x, id);
	bool same;
	struct wanted w = others(r, value, &same);
	struct cx head;
	if (same || (r->readings && !(r->readings >> x->e->reading & 1)) || !ex_head_cx(x, id, args, upto, &head))
		return;
	if ((after && r->until <= ex_time(x, after)) || r->from > upto.now)
		return; /* its window does not meet this time */
	UNSET struct try tries[MAX_TRIES]; /* not from the arena: what is made here is made thousands of times */
	size_t n = ex_tries(x, id, args, &w, after, upto, MAX_TRIES, tries);
	for (size_t i = 0; i < n && !ex_full(x, parent); i++)
		ex_add(x, parent, not_tried(x, &tries[i], &w, upto));
	if (n || ex_full(x, parent))
		return;
	if (r->trigger.kind != TRIGGER_ACT) {
		ex_add(x, parent, never_called(x, &head, upto));
		return;
	}
	struct proof *none = ex_no_act(x, &head, true, after, upto);
	if (none->from < none->to && !said(x, parent, none))
		ex_add(x, parent, none);
}

static void add_rules(struct ex *x, struct proof *parent, uint32_t fact, const struct value *args, struct value value, uint32_t after,
	struct moment upto)
{
	const struct fact *f = &x->rb->facts.v[fact];
	for (uint32_t i = 0; i < f->nrules && !ex_full(x, parent); i++) {
		uint32_t limit = ex_share(x, f->nrules - i);
		add_rule(x, parent, f->rules[i], args, value, after, upto);
		x->limit = limit;
	}
}

void ex_unchanged(struct ex *x, struct proof *parent, uint32_t fact, const struct value *args, struct value value, uint32_t after,
	struct moment upto)
{
	if (!x->brief || x->level <= 1) {
		add_rules(x, parent, fact, args, value, after, upto);
		return;
	}
	ex_add(x, parent, ex_new(x, PROOF_CUT, true));
	x->cuts--; /* not for want of room: what is above it is whole, and may be referred to */
}
