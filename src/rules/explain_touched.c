/* SPDX-License-Identifier: Apache-2.0
 *
 * On which acts can a fact depend? From the text of the rules alone: a fact depends on what its rules read, these on theirs,
 * each with those arguments that the fact fixes and any others; an act is touched if any version of it fits such a pattern.
 *
 * Which acts are needed to evaluate it on this record? Of a condition whose parts must all hold, some parts can hold only if an act
 * said so (explain_needed.c): then what the other parts read matters only for the things that such acts name.
 */
#include "rules/explain_needed.h"

#include "rules/explain_int.h"

#include <string.h>

struct pattern { /* of a fact or a kind of act: V_NONE = any */
	uint32_t id;
	struct value args[MAX_ARGS];
};

enum { MAX_PARTS = 32 };

struct whole { /* parts that must all hold, or nothing that they or the others say matters */
	struct part parts[MAX_PARTS];
	const struct node *others[5];
	uint32_t nparts, nothers;
};

struct patterns {
	struct pattern *v;
	size_t n, cap;
};

struct search {
	const struct eval *e;
	const struct on_record *on; /* NULL: all that is touched is wanted */
	struct arena work;
	struct patterns facts;
	struct patterns *acts; /* per kind */
	struct { uint32_t *v; size_t n, cap; } overriding; /* rules that override others */
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

static void reads(struct search *s, const struct cx *c, const struct node *n);

/* Takes the condition apart where all parts must hold. */
static void add_parts(struct whole *w, const struct node *n)
{
	if (!n)
		return;
	if ((n->kind == C_AND || n->kind == C_SOME) && w->nparts + n->nkids <= MAX_PARTS)
		for (uint32_t i = 0; i < n->nkids; i++)
			add_parts(w, n->kids[i]);
	else if (w->nparts < MAX_PARTS)
		w->parts[w->nparts++] = (struct part){.node = n};
	else
		w->others[w->nothers++] = n;
}

/* Reads the parts under every binding for which all can hold: the part with the fewest is asked first. `left`: those not asked yet. */
static void read_whole(struct search *s, const struct cx *c, const struct whole *w, uint64_t left)
{
	struct ways best = {0}, some;
	uint32_t which = w->nparts;
	for (uint32_t i = 0; s->on && i < w->nparts; i++) {
		if (!(left >> i & 1) || !needed_ways(s->on, c, &w->parts[i], &s->work, &some))
			continue;
		if (!some.rows.n)
			return;
		if (!some.vars)
			left &= ~ex_bit(i); /* it may hold, and says no more */
		else if (which == w->nparts || some.rows.n < best.rows.n)
			best = some, which = i;
	}
	for (size_t k = 0; which < w->nparts && k < best.rows.n; k++) {
		struct cx one = *c;
		needed_bind(&one, &best, k);
		read_whole(s, &one, w, left & ~ex_bit(which));
	}
	for (uint32_t i = 0; which == w->nparts && i < w->nparts; i++)
		reads(s, c, w->parts[i].node);
	for (uint32_t i = 0; which == w->nparts && i < w->nothers; i++)
		reads(s, c, w->others[i]);
}

static void reads(struct search *s, const struct cx *c, const struct node *n)
{
	if (!n)
		return;
	if (n->kind == C_AND || n->kind == C_SOME || n->kind == C_EVERY || n->kind == E_COUNT || n->kind == E_SUM) {
		struct whole w = {.nparts = 0}; /* what is said of those that a quantifier ranges over matters for them alone */
		add_parts(&w, n->kind == C_AND || n->kind == C_SOME ? n : n->kids[0]);
		if (n->kind == C_EVERY || n->kind == E_SUM)
			w.others[w.nothers++] = n->kids[1];
		read_whole(s, c, &w, UINT64_MAX);
		return;
	}
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
	struct whole w = {.others = {r->trigger.span, r->value, r->effect}, .nothers = 3};
	if (r->form != RULE_DEFINITION && r->trigger.kind == TRIGGER_ACT) {
		struct pattern p = {.id = r->trigger.act};
		terms(&c, r->trigger.pattern, rb->acts.v[p.id].nparams, p.args);
		add(s, &s->acts[p.id], &p, rb->acts.v[p.id].nparams);
		w.parts[w.nparts++] = (struct part){.acts_of = r};
	}
	add_parts(&w, r->trigger.cond);
	add_parts(&w, r->cond);
	read_whole(s, &c, &w, UINT64_MAX);
	for (size_t i = 0; i < s->overriding.n; i++) { /* a rule that overrides this one drops its changes */
		const struct rule *over = &rb->rules.v[s->overriding.v[i]];
		for (uint32_t k = 0; k < over->noverrides && over->fact == r->fact; k++)
			if (over->overrides[k] == id) {
				struct pattern p = {.id = r->fact};
				for (uint32_t m = 0; m < rb->facts.v[p.id].nparams; m++)
					p.args[m] = args[m];
				add(s, &s->facts, &p, rb->facts.v[p.id].nparams);
			}
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

/* All known versions of acts that fit the pattern and are dated up to then. */
static void find_acts(struct search *s, const struct on_record *on, const struct pattern *p)
{
	struct version_walk w;
	version_walk(&w, on, p->id, p->args);
	for (const struct act *act; (act = version_walk_next(&w));)
		touch(s, act);
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

static void search(struct search *s, const struct on_record *on, uint32_t fact, const struct value *args, struct arena *a, struct touched *ret)
{
	const struct rulebook *rb = s->e->rb;
	struct pattern root = {.id = fact};
	s->touched = arena_array(&s->work, s->e->given.n / 64 + 1, uint64_t);
	s->acts = arena_array(&s->work, rb->acts.n + 1, struct patterns);
	s->rules = arena_array(a, rb->rules.n + 1, bool);
	for (uint32_t i = 0; i < rb->rules.n; i++)
		if (rb->rules.v[i].noverrides)
			arena_push(&s->work, &s->overriding, i);
	for (uint32_t i = 0; i < rb->facts.v[fact].nparams; i++)
		root.args[i] = args[i];
	add(s, &s->facts, &root, rb->facts.v[fact].nparams);
	for (size_t i = 0; i < s->facts.n; i++) { /* the list grows */
		struct pattern p = s->facts.v[i];
		const struct fact *f = &rb->facts.v[p.id];
		for (uint32_t k = 0; k < f->nrules; k++)
			add_rule(s, &rb->rules.v[f->rules[k]], f->rules[k], p.args);
	}
	for (uint32_t k = 0; k < rb->acts.n; k++)
		for (size_t i = 0; i < s->acts[k].n; i++)
			find_acts(s, on, &s->acts[k].v[i]);
	*ret = (struct touched){.rules = s->rules};
	list_acts(s, a, ret);
	arena_done(&s->work);
}

void explain_touched(const struct eval *e, uint32_t fact, const struct value *args, civil at, struct arena *a, struct touched *ret)
{
	struct on_record on = on_record(e, at, NULL, 0);
	struct search s = {.e = e};
	search(&s, &on, fact, args, a, ret);
}

void explain_needed(const struct eval *e, uint32_t fact, const struct value *args, civil at, const struct act *more, size_t nmore,
	struct arena *a, struct touched *ret)
{
	struct on_record on = on_record(e, at, more, nmore);
	struct search s = {.e = e, .on = &on};
	search(&s, &on, fact, args, a, ret);
}
