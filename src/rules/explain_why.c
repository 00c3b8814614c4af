/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a fact is so: the change that made it, with the trigger, the conditions and the delay of its rule, and that nothing
 * has changed it since; or the definition that holds at the moment asked about.
 */
#include "rules/explain_int.h"

#include "base/bisect.h"

#include <string.h>

/* ---- the parts of an effect ---------------------------------------------------------------------------------------------- */

void ex_firing_cx(const struct ex *x, uint32_t firing, struct cx *c)
{
	const struct firing *f = &x->e->firings.v[firing];
	civil at = ex_time(x, f->round);
	*c = (struct cx){.rule = f->rule, .m = {f->round - 1, at}, .fired = at};
	c->bound = eval_binding(x->e, f, c->env);
}

void ex_keep_binding(struct ex *x, struct proof *p, const struct cx *c)
{
	p->env = arena_copy(x->a, c->env, ex_rule_of(x, c->rule)->nvars * sizeof *c->env);
	p->bound = c->bound;
}

static struct proof *since(struct ex *x, struct cx *c, const struct firing *f)
{
	const struct rule *rule = ex_rule_of(x, f->rule);
	const struct change *rise = inst_last(eval_trigger(x->e, f), f->round - 1);
	struct proof *p = ex_new(x, PROOF_SINCE, true);
	p->at = ex_time(x, f->round);
	p->from = rise ? ex_time(x, rise->round) : CIVIL_ALWAYS;
	p->text = ex_text(x, c, rule->trigger.cond);
	p->node = rule->trigger.cond;
	if (rule->trigger.span) {
		struct cx then = *c;
		if (rise)
			then.m = (struct moment){rise->round, p->from};
		p->value = ex_value_of(x, &then, rule->trigger.span);
	}
	(void)ex_conjuncts(x, p, c, rule->trigger.cond);
	return p;
}

struct proof *ex_trigger(struct ex *x, struct cx *c, const struct firing *f)
{
	if (f->trigger == NO_ID)
		return ex_act(x, x->e->rounds.v[f->round].act);
	struct cx trigger = *c; /* what its quantifiers bind is no concern of `if` */
	return since(x, &trigger, f);
}

struct proof *ex_window(struct ex *x, uint32_t rule, civil at)
{
	const struct rule *r = ex_rule_of(x, rule);
	if (r->from == CIVIL_ALWAYS && r->until == CIVIL_NEVER)
		return NULL;
	struct proof *p = ex_new(x, PROOF_WINDOW, at >= r->from && at < r->until);
	p->rule = rule;
	p->from = r->from;
	p->to = r->until;
	p->at = at;
	return p;
}

uint32_t ex_pending(const struct ex *x, uint32_t firing)
{
	uint32_t round = x->e->firings.v[firing].round;
	BISECT(i, x->e->pendings.n, x->e->firings.v[x->e->pendings.v[i].firing].round < round); /* pendings are in order of the rounds of their firings */
	for (; i < x->e->pendings.n; i++) {
		uint32_t f = x->e->pendings.v[i].firing;
		if (f == firing)
			return (uint32_t)i;
		if (x->e->firings.v[f].round != round)
			break;
	}
	return NO_ID;
}

/* What dropped it: the part of its trigger or `if` that was false after the round in which it was dropped. */
static void add_dropped(struct ex *x, struct proof *p, const struct cx *c, const struct firing *f, uint32_t round)
{
	const struct rule *rule = ex_rule_of(x, f->rule);
	struct cx then = *c;
	bool trigger = f->trigger != NO_ID && inst_value(eval_trigger(x->e, f), round).kind == V_NONE;
	const struct node *cond = trigger ? rule->trigger.cond : rule->cond;
	then.m = (struct moment){round, ex_time(x, round)};
	if (cond)
		(void)ex_conjuncts(x, p, &then, cond);
}

struct proof *ex_delay(struct ex *x, const struct cx *c, uint32_t firing, civil effect, uint32_t upto)
{
	const struct firing *f = &x->e->firings.v[firing];
	const struct rule *rule = ex_rule_of(x, f->rule);
	uint32_t id = ex_pending(x, firing);
	const struct pending *pending = id == NO_ID ? NULL : &x->e->pendings.v[id];
	bool dropped = pending && pending->state == PENDING_DROPPED && pending->ended;
	struct proof *p = ex_new(x, PROOF_DELAY, !pending || (pending->state == PENDING_APPLIED && pending->ended <= upto));
	p->from = ex_time(x, f->round);
	p->at = effect;
	p->op = rule->still_so;
	p->rule = f->rule;
	p->text = ex_text(x, c, rule->effect);
	p->node = rule->effect;
	ex_add(x, p, ex_value(x, c, rule->effect));
	if (dropped && pending->ended <= upto) {
		p->to = ex_time(x, pending->ended);
		add_dropped(x, p, c, f, pending->ended);
	}
	return p;
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

/* The last change in the instant of change k. */
static size_t last_of_instant(const struct ex *x, const struct inst *i, size_t k)
{
	civil at = ex_time(x, i->v[k].round);
	size_t step = 1;
	for (; k + step < i->n && ex_time(x, i->v[k + step].round) == at; step *= 2)
		k += step;
	for (; step; step /= 2)
		if (k + step < i->n && ex_time(x, i->v[k + step].round) == at)
			k += step;
	return k;
}

/* The interval of the value that change c gave (NULL: of no value, before the first); empty if the value lived inside one
 * instant only. */
void ex_interval(const struct ex *x, const struct inst *i, const struct change *c, civil *from, civil *to)
{
	size_t k = c ? (size_t)(c - i->v) + 1 : 0;
	struct value v = c ? change_value(c) : VALUE_NONE;
	*from = c ? ex_time(x, c->round) : CIVIL_ALWAYS;
	*to = CIVIL_NEVER;
	for (; k < i->n; k++) {
		k = last_of_instant(x, i, k);
		if (i->v[k].value != value_pack(v)) {
			*to = ex_time(x, i->v[k].round);
			return;
		}
	}
}

static void add_conditions(struct ex *x, struct proof *p, struct cx *c, const struct rule *rule)
{
	if (rule->cond && !ex_full(x, p))
		(void)ex_conjuncts(x, p, c, rule->cond);
}

static void unfold_change(struct ex *x, struct proof *p, const struct change *ch)
{
	uint32_t firing = change_firing(ch);
	const struct firing *f = &x->e->firings.v[firing];
	const struct rule *rule = ex_rule_of(x, f->rule);
	struct cx c;
	ex_firing_cx(x, firing, &c);
	ex_keep_binding(x, p, &c);
	ex_add(x, p, ex_trigger(x, &c, f));
	ex_add(x, p, ex_window(x, f->rule, c.fired));
	add_conditions(x, p, &c, rule);
	if (rule->value && !ex_is_plain(rule->value) && !ex_full(x, p))
		ex_add(x, p, ex_value(x, &c, rule->value));
	if (rule->effect && !ex_full(x, p)) {
		struct value e = ex_value_of(x, &c, rule->effect);
		ex_add(x, p, ex_delay(x, &c, firing, e.t, ch->round));
	}
}

/* The definition that holds at m: the first in the text that does. */
static void unfold_definition(struct ex *x, struct proof *p, const struct fact *f, const struct value *args, struct moment m)
{
	for (uint32_t i = 0; i < f->nrules; i++) {
		uint32_t id = f->rules[i];
		const struct rule *rule = ex_rule_of(x, id);
		struct cx c;
		if (rule->form != RULE_DEFINITION || m.now < rule->from || m.now >= rule->until || !ex_head_cx(x, id, args, m, &c) ||
			!ex_true(x, &c, rule->cond))
			continue;
		p->rule = id;
		if (x->leaf)
			return;
		ex_add(x, p, ex_window(x, id, m.now));
		(void)ex_conjuncts(x, p, &c, rule->cond);
		ex_keep_binding(x, p, &c);
		return;
	}
}

static struct proof *table(struct ex *x, uint32_t fact, const struct value *args, struct value v, struct moment m)
{
	struct proof *p = ex_new(x, PROOF_TABLE, true);
	p->fact = fact;
	p->args = ex_args(x, args, x->rb->facts.v[fact].nparams);
	p->value = v;
	p->at = m.now;
	return p;
}

static struct proof *never(struct ex *x, uint32_t fact, const struct value *args, const struct inst *i, struct moment m)
{
	struct proof *p = ex_new(x, PROOF_NEVER, true), *again;
	struct key key = {SAYS, fact, m.round, VALUE_NONE, NULL};
	uint32_t cuts = x->cuts;
	if (i)
		ex_interval(x, i, NULL, &p->from, &p->to);
	p->fact = fact;
	p->args = ex_args(x, args, x->rb->facts.v[fact].nparams);
	p->at = m.now;
	if (x->leaf || x->negative)
		return p;
	key.args = p->args;
	if ((again = ex_stated(x, &key, p)))
		return again;
	x->depth++;
	if (!ex_full(x, p))
		ex_unchanged(x, p, fact, p->args, VALUE_NONE, 0, m);
	x->depth--;
	ex_state(x, &key, p, cuts);
	return p;
}

/* Adds that nothing changed it since change ch. */
static void add_still(struct ex *x, struct proof *p, const struct change *ch, struct moment m)
{
	struct proof *still;
	if (ex_full(x, p))
		return;
	still = ex_new(x, PROOF_STILL, true);
	still->from = p->from;
	still->at = m.now;
	ex_unchanged(x, still, p->fact, p->args, p->value, ch->round, m);
	ex_add(x, p, still);
}

/* Its rule with trigger and conditions, but the facts in these are only stated. Enough for what is so in a why-not. */
static void unfold_once(struct ex *x, struct proof *p, const struct change *ch, struct moment m)
{
	const struct fact *f = &x->rb->facts.v[p->fact];
	x->leaf = x->numbers = true;
	if (f->form == FACT_DEFINED)
		unfold_definition(x, p, f, p->args, m);
	else
		unfold_change(x, p, ch);
	x->leaf = x->numbers = false;
}

static void unfold(struct ex *x, struct proof *p, const struct change *ch, struct moment m)
{
	const struct fact *f = &x->rb->facts.v[p->fact];
	bool refuting = x->refuting;
	x->refuting = false;
	x->depth++;
	x->level++;
	if (ex_full(x, p))
		;
	else if (f->form == FACT_DEFINED)
		unfold_definition(x, p, f, p->args, m);
	else
		unfold_change(x, p, ch);
	if (f->form != FACT_DEFINED)
		add_still(x, p, ch, m);
	x->level--;
	x->depth--;
	x->refuting = refuting;
}

struct proof *ex_fact(struct ex *x, uint32_t fact, const struct value *args, struct moment m)
{
	const struct fact *f = &x->rb->facts.v[fact];
	const struct inst *i = eval_find(x->e, fact, args);
	const struct change *ch = i ? inst_last(i, m.round) : NULL;
	bool defined = f->form == FACT_DEFINED;
	if (f->form == FACT_TABLE)
		return table(x, fact, args, ch ? change_value(ch) : VALUE_NONE, m);
	if (!ch)
		return never(x, fact, args, i, m);
	struct proof *p = ex_new(x, PROOF_FACT, true), *again;
	uint32_t cuts = x->cuts;
	p->fact = fact;
	p->args = ex_args(x, args, f->nparams);
	struct key key = {SAYS, fact, defined ? m.round : (uint32_t)(ch - i->v), change_value(ch), p->args};
	p->value = p->have = change_value(ch);
	p->rule = eval_rule(x->e, ch);
	p->at = m.now;
	ex_interval(x, i, ch, &p->from, &p->to);
	if (x->leaf) {
		if (defined && p->value.kind == V_YES)
			unfold_definition(x, p, f, args, m); /* which of them holds now */
		return p;
	}
	if ((again = ex_stated(x, &key, p))) {
		if (again->same->at < m.now && !defined && !x->negative)
			add_still(x, again, ch, m); /* it was said to have lasted less long */
		return again;
	}
	if (x->negative) {
		unfold_once(x, p, ch, m);
		return p;
	}
	if (ex_too_deep(x)) {
		ex_add(x, p, ex_new(x, PROOF_CUT, true));
		return p;
	}
	unfold(x, p, ch, m);
	ex_state(x, &key, p, cuts);
	return p;
}
