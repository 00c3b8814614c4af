/* SPDX-License-Identifier: Apache-2.0
 *
 * On which acts can a fact depend? From the text of the rules alone: a fact depends on what its rules read, these on theirs,
 * each with those arguments that the fact fixes and any others; an act is touched if any version of it fits such a pattern.
 */
#include "rules/explain_int.h"

#include <string.h>

struct pattern { /* of a fact or a kind of act: V_NONE = any */
	uint32_t id;
	struct value args[MAX_ARGS];
};

struct patterns {
	struct pattern *v;
	size_t n, cap;
};

struct search {
	const struct eval *e;
	struct arena work;
	struct patterns facts;
	struct patterns *acts; /* per kind */
	bool *rules;
};

static bool covers(const struct pattern *p, const struct pattern *q, uint32_t n)
{
	bool yes = p->id == q->id;
	for (uint32_t i = 0; i < n && yes; i++)
		yes = p->args[i].kind == V_NONE || value_eq(p->args[i], q->args[i]);
	return yes;
}

static void add(struct search *s, struct patterns *l, const struct pattern *p, uint32_t n)
{
	for (size_t i = 0; i < l->n; i++)
		if (covers(&l->v[i], p, n))
			return;
	arena_push(&s->work, l, *p);
}

static void terms(const struct cx *c, struct node *const *t, uint32_t n, struct value *out)
{
	for (uint32_t i = 0; i < n; i++)
		if (t[i] && t[i]->kind == E_CONST)
			out[i] = t[i]->value;
		else if (t[i] && t[i]->kind == E_VAR && (c->bound & ex_bit(t[i]->var)))
			out[i] = c->env[t[i]->var];
}

static void reads(struct search *s, const struct cx *c, const struct node *n)
{
	if (!n)
		return;
	if (n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT) {
		struct pattern p = {.id = n->fact};
		terms(c, n->args, n->nargs, p.args);
		add(s, &s->facts, &p, n->nargs);
	}
	for (uint32_t i = 0; i < n->nkids; i++)
		reads(s, c, n->kids[i]);
}

static void add_rule(struct search *s, const struct rule *r, uint32_t id, const struct value *args)
{
	const struct rulebook *rb = s->e->rb;
	struct cx c = {.rule = id};
	for (uint32_t i = 0; i < rb->facts.v[r->fact].nparams && r->args; i++)
		if (args[i].kind != V_NONE && !ex_bind(&c, r->args[i], args[i]))
			return;
	s->rules[id] = true;
	if (r->form != RULE_DEFINITION && r->trigger.kind == TRIGGER_ACT) {
		struct pattern p = {.id = r->trigger.act};
		terms(&c, r->trigger.pattern, rb->acts.v[p.id].nparams, p.args);
		add(s, &s->acts[p.id], &p, rb->acts.v[p.id].nparams);
	}
	reads(s, &c, r->trigger.cond);
	reads(s, &c, r->trigger.span);
	reads(s, &c, r->cond);
	reads(s, &c, r->value);
	reads(s, &c, r->effect);
	for (uint32_t i = 0; i < rb->rules.n; i++) /* a rule that overrides this one drops its changes */
		for (uint32_t k = 0; k < rb->rules.v[i].noverrides; k++)
			if (rb->rules.v[i].overrides[k] == id) {
				struct pattern p = {.id = rb->rules.v[i].fact};
				for (uint32_t m = 0; m < rb->facts.v[p.id].nparams; m++)
					p.args[m] = args[m];
				if (p.id == r->fact)
					add(s, &s->facts, &p, rb->facts.v[p.id].nparams);
			}
}

static bool fits(const struct search *s, const struct act *a)
{
	const struct patterns *l = &s->acts[a->kind];
	struct pattern act = {.id = a->kind};
	uint32_t n = s->e->rb->acts.v[a->kind].nparams;
	if (l->n)
		memcpy(act.args, a->args, n * sizeof *a->args);
	for (size_t i = 0; i < l->n; i++)
		if (covers(&l->v[i], &act, n))
			return true;
	return false;
}

static size_t index_of(const struct act_list *l, size_t n, uint64_t pos)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (l->v[mid].pos < pos)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && l->v[lo].pos == pos ? lo : n;
}

void explain_touched(const struct eval *e, uint32_t fact, const struct value *args, civil at, struct arena *a, struct touched *ret)
{
	struct search s = {.e = e};
	struct pattern root = {.id = fact};
	size_t n = 0;
	s.acts = arena_array(&s.work, e->rb->acts.n + 1, struct patterns);
	s.rules = arena_array(a, e->rb->rules.n + 1, bool);
	for (uint32_t i = 0; i < e->rb->facts.v[fact].nparams; i++)
		root.args[i] = args[i];
	add(&s, &s.facts, &root, e->rb->facts.v[fact].nparams);
	for (size_t i = 0; i < s.facts.n; i++) { /* the list grows */
		struct pattern p = s.facts.v[i];
		const struct fact *f = &e->rb->facts.v[p.id];
		for (uint32_t k = 0; k < f->nrules; k++)
			add_rule(&s, &e->rb->rules.v[f->rules[k]], f->rules[k], p.args);
	}
	while (n < e->given.n && e->given.v[n].pos <= e->known)
		n++;
	/* The place that each act corrects in the end; a place is touched if any act of its chain is. */
	size_t *place = arena_array(&s.work, n + 1, size_t);
	bool *touched = arena_array(&s.work, n + 1, bool);
	for (size_t i = 0; i < n; i++) {
		const struct act *act = &e->given.v[i];
		size_t target = act->is_correction ? index_of(&e->given, i, act->corrects) : i;
		place[i] = act->is_correction && target < i ? place[target] : i;
		if (act->kind != NO_ID && act->date <= at && fits(&s, act))
			touched[place[i]] = true;
	}
	*ret = (struct touched){.acts = arena_array(a, n + 1, uint32_t), .rules = s.rules};
	for (size_t i = 0; i < n; i++)
		if (touched[place[i]])
			ret->acts[ret->nacts++] = (uint32_t)i;
	arena_done(&s.work);
}
