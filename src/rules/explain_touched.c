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
	uint64_t *touched; /* a bit for each act of e->given */
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

/* One act of a chain is touched: so all of it is. */
static void touch(struct search *s, const struct act *act)
{
	uint32_t i = act_first(s->e, (uint32_t)(act - s->e->given.v));
	uint64_t bit = (uint64_t)1 << (i % 64);
	if (s->touched[i / 64] & bit)
		return;
	s->touched[i / 64] |= bit;
	for (uint32_t k = 0, version; act_version(s->e, i, k, &version); k++)
		s->touched[version / 64] |= (uint64_t)1 << (version % 64);
}

static size_t counted_until(const struct eval *e, civil at)
{
	size_t lo = 0, hi = e->nacts;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (e->acts[mid].act->date <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* All known versions of acts that fit the pattern and are dated up to `at`. */
static void find_acts(struct search *s, const struct pattern *p, civil at)
{
	const struct eval *e = s->e;
	struct act_walk w;
	uint32_t i;
	act_walk(&w, e, ACTS_COUNTED, p->id, p->args, counted_until(e, at));
	while (act_walk_next(&w, &i))
		touch(s, e->acts[i].act);
	act_walk(&w, e, ACTS_ASIDE, p->id, p->args, SIZE_MAX);
	while (act_walk_next(&w, &i))
		if (e->given.v[i].pos <= e->known && e->given.v[i].date <= at)
			touch(s, &e->given.v[i]);
}

/* The acts that are touched, in order of position. */
static void list_acts(const struct search *s, struct arena *a, struct touched *ret)
{
	size_t n = 0, words = s->e->given.n / 64 + 1;
	for (size_t w = 0; w < words; w++)
		n += (size_t)__builtin_popcountll(s->touched[w]);
	ret->acts = arena_array(a, n + 1, uint32_t);
	for (size_t w = 0; w < words; w++)
		for (uint64_t left = s->touched[w]; left; left &= left - 1)
			ret->acts[ret->nacts++] = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
}

void explain_touched(const struct eval *e, uint32_t fact, const struct value *args, civil at, struct arena *a, struct touched *ret)
{
	struct search s = {.e = e};
	struct pattern root = {.id = fact};
	s.touched = arena_array(&s.work, e->given.n / 64 + 1, uint64_t);
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
	for (uint32_t k = 0; k < e->rb->acts.n; k++)
		for (size_t i = 0; i < s.acts[k].n; i++)
			find_acts(&s, &s.acts[k].v[i], at);
	*ret = (struct touched){.rules = s.rules};
	list_acts(&s, a, ret);
	arena_done(&s.work);
}
