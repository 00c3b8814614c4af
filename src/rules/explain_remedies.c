/* SPDX-License-Identifier: Apache-2.0
 *
 * What a proof rests on, and what would make a why-not true: each missing act is tried.
 */
#include "rules/explain_int.h"
#include "rules/trial.h"

#include <stdlib.h>

/* ---- basis --------------------------------------------------------------------------------------------------------------- */

struct gather {
	const struct eval *e;
	struct arena *a;
	struct { uint64_t *v; size_t n, cap; } acts;
	struct { const struct cite **v; size_t n, cap; } cites;
};

static void add_act(struct gather *g, uint64_t pos)
{
	size_t i = 0;
	while (i < g->acts.n && g->acts.v[i] != pos)
		i++;
	if (i == g->acts.n)
		arena_push(g->a, &g->acts, pos);
}

static void add_cites(struct gather *g, const struct cite *v, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		size_t i = 0;
		while (i < g->cites.n && !str_eq(g->cites.v[i]->text, v[k].text))
			i++;
		if (i == g->cites.n) {
			const struct cite *c = &v[k];
			arena_push(g->a, &g->cites, c);
		}
	}
}

static void gather(struct gather *g, const struct proof *p, bool all)
{
	const struct rulebook *rb = g->e->rb;
	if (p->kind == PROOF_ACT || p->kind == PROOF_WITHOUT_EFFECT)
		add_act(g, p->act);
	if ((p->kind == PROOF_FACT || p->kind == PROOF_RULE || p->kind == PROOF_OVERRIDDEN) && p->rule != NO_ID && (p->holds || all))
		add_cites(g, rb->rules.v[p->rule].cites, rb->rules.v[p->rule].ncites);
	for (size_t i = 0; i < rb->tables.n && p->kind == PROOF_TABLE; i++)
		if (rb->tables.v[i].fact == p->fact)
			add_cites(g, rb->tables.v[i].cites, rb->tables.v[i].ncites);
	if ((p->kind == PROOF_STILL && p->holds) || p->kind == PROOF_NEVER || (p->kind == PROOF_RULE && !p->holds && !all))
		return; /* what did not happen is no basis */
	for (size_t i = 0; i < p->nkids; i++)
		gather(g, p->kids[i], all);
}

static int by_position(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	return (a > b) - (a < b);
}

void explain_basis(const struct eval *e, const struct proof *p, struct arena *a, struct basis *ret)
{
	struct gather g = {.e = e, .a = a};
	gather(&g, p, !p->holds);
	if (g.acts.n > 1)
		qsort(g.acts.v, g.acts.n, sizeof *g.acts.v, by_position);
	*ret = (struct basis){g.acts.v, g.acts.n, g.cites.v, g.cites.n};
}

/* ---- remedies ------------------------------------------------------------------------------------------------------------ */

struct attempt {
	const struct eval *e;
	uint32_t fact;
	const struct value *args;
	struct value wanted;
	civil t;
	struct trial *trial;
	struct syms *syms; /* of the trial */
	struct { struct act *v; size_t n, cap; } acts; /* on trial: of each remedy, then of each plan */
	struct arena work; /* until the remedies are found */
	civil anyway;	   /* from when it is so without them */
	struct arena *a;
	struct remedy *v;
	size_t n;
};

static void collect(struct attempt *t, const struct proof *p)
{
	if (t->n == MAX_REMEDIES)
		return;
	/* One that had to come before some day that is past cannot come any more. */
	if (p->kind == PROOF_NO_ACT && !p->holds && p->to > t->t) {
		uint32_t n = t->e->rb->acts.v[p->act_kind].nparams;
		size_t i = 0;
		for (bool same = false; i < t->n; i++) {
			same = t->v[i].act_kind == p->act_kind;
			for (uint32_t k = 0; k < n && same; k++)
				same = value_eq(t->v[i].args[k], p->args[k]);
			if (same)
				break;
		}
		if (i == t->n)
			t->v[t->n++] = (struct remedy){.act_kind = p->act_kind, .args = p->args, .thing = NO_ID, .from = CIVIL_NEVER};
	}
	/* An act that a rule no longer reads, or not yet, is none. */
	for (size_t i = 0; i < p->nkids; i++)
		if (p->kids[i]->kind == PROOF_WINDOW && !p->kids[i]->holds)
			return;
	/* What the closest of the things on record lacks is no remedy where a new one is asked for: that is planned. */
	if (p->kind == PROOF_SINCE && p->bound)
		return;
	/* below "not" the sense turns: a missing act there is what keeps it true */
	for (size_t i = 0; i < p->nkids && p->kind != PROOF_NOT; i++)
		if (!p->kids[i]->holds)
			collect(t, p->kids[i]);
}

/* A value for what is free to choose: somebody new, the first word, the day asked about. */
static struct value some_value(const struct rulebook *rb, struct syms *syms, uint32_t type, civil day)
{
	const struct type *t = &rb->types.v[type];
	switch (t->kind) {
	case T_ENTITY:
	case T_UNION: return (struct value){.kind = V_ENTITY, .s = syms_intern(syms, STR("(any)"))};
	case T_ENUM: return (struct value){.kind = V_WORD, .s = t->words[0]};
	case T_WORD: return (struct value){.kind = V_WORD, .s = syms_intern(syms, STR("any"))};
	case T_INT: return (struct value){.kind = V_INT, .i = 1};
	case T_DATE: return (struct value){.kind = V_DATE, .t = day};
	case T_SPAN: return (struct value){.kind = V_SPAN, .span = {1, SPAN_DAY}};
	case T_BOOL: break;
	}
	return VALUE_NONE;
}

static bool is_wanted(const struct attempt *t, struct value v)
{
	return t->wanted.kind == V_NONE ? v.kind != V_NONE : value_eq(v, t->wanted);
}

/* From when, at t or later, does the fact have the value? CIVIL_NEVER: it has not. */
static civil value_from(struct attempt *t, const struct eval *e)
{
	struct step *steps;
	const struct inst *i = eval_find(e, t->fact, t->args);
	size_t n = i ? eval_steps(e, i, &t->work, &steps) : 0;
	for (size_t k = 0; k < n; k++)
		if (steps[k].to > t->t && is_wanted(t, steps[k].value))
			return steps[k].from;
	return CIVIL_NEVER;
}

static bool tried(struct attempt *t, const struct act *acts, size_t n, civil *ret)
{
	const struct eval *e;
	bool done = trial_run(t->trial, acts, n, &e, NULL) == 0;
	*ret = done ? value_from(t, e) : CIVIL_NEVER;
	return done;
}

/* The acts of n remedies. */
static void add_acts(struct attempt *t, const struct remedy *r, size_t n)
{
	uint64_t pos = t->e->given.n ? t->e->given.v[t->e->given.n - 1].pos + 1 : 1;
	for (size_t k = 0; k < n; k++) {
		const struct act_kind *kind = &t->e->rb->acts.v[r[k].act_kind];
		packed *args = arena_array(&t->work, kind->nparams + 1, packed);
		for (uint32_t i = 0; i < kind->nparams; i++) {
			struct value v = r[k].args[i];
			if (value_eq(v, EX_FRESH))
				v.s = syms_intern(t->syms, STR("(new)"));
			else if (v.kind == V_NONE && !kind->params[i].optional)
				v = some_value(t->e->rb, t->syms, kind->params[i].type, date_day(t->t));
			args[i] = value_pack(v);
		}
		struct act act = {.pos = pos + k, .kind = r[k].act_kind, .args = args};
		arena_push(&t->work, &t->acts, act);
	}
}

/* Tries n acts: do they bring the value, or bring it earlier? Sets works and from of each remedy. False: it cannot be told, for with
 * them time would not come to an end. */
static bool attempt(struct attempt *t, struct remedy *r, const struct act *acts, size_t n)
{
	civil from;
	bool done = tried(t, acts, n, &from);
	for (size_t k = 0; k < n; k++) {
		r[k].works = from < t->anyway;
		r[k].from = r[k].works ? from : CIVIL_NEVER;
	}
	return done;
}

enum { BEGUN, NEW, PLANS }; /* about a thing on record; about a new one, where no other helps */

struct plan { /* acts that help, or only together do */
	struct remedy *v;
	size_t n, first; /* of the acts on trial */
};

/* Rules that ask for some thing: acts that make one so. PLANS for each rule of the fact; n = 0: there is none. */
static struct plan *make_plans(struct attempt *t)
{
	const struct fact *f = &t->e->rb->facts.v[t->fact];
	struct plan *plans = arena_array(&t->work, PLANS * f->nrules + 1, struct plan);
	struct moment m = {eval_round_at(t->e, t->t), t->t};
	for (uint32_t i = 0; i < PLANS * f->nrules && t->wanted.kind != V_NONE; i++) {
		struct plan *p = &plans[i];
		struct ex x;
		p->v = arena_array(t->a, MAX_REMEDIES, struct remedy);
		ex_begin(&x, t->e, t->a);
		p->n = ex_plan(&x, f->rules[i / PLANS], t->args, t->wanted, i % PLANS == BEGUN, m, p->v);
		ex_end(&x);
		p->first = t->acts.n;
		add_acts(t, p->v, p->n);
	}
	return plans;
}

/* One that does not work is not kept. */
static bool try_plan(struct attempt *t, const struct plan *p, uint32_t number)
{
	if (!p->n || t->n + p->n > MAX_REMEDIES || !attempt(t, p->v, t->acts.v + p->first, p->n) || !p->v[0].works)
		return false;
	for (size_t k = 0; k < p->n; k++) {
		ex_forget_name(t->e->rb, &p->v[k], t->a);
		p->v[k].together = p->n > 1 ? number : 0;
		t->v[t->n++] = p->v[k];
	}
	return true;
}

static void try_plans(struct attempt *t, const struct plan *plans)
{
	uint32_t number = 1;
	for (uint32_t i = 0; i < t->e->rb->facts.v[t->fact].nrules; i++)
		number += try_plan(t, &plans[PLANS * i + BEGUN], number) || try_plan(t, &plans[PLANS * i + NEW], number);
}

/* All that stands on record at t, as far as the acts on trial need it, and what the rules make of it alone. */
static int begin_trials(struct attempt *t)
{
	struct touched on;
	struct act_list *known = arena_new(&t->work, struct act_list);
	civil day = date_day(t->t);
	explain_needed(t->e, t->fact, t->args, t->t, t->acts.v, t->acts.n, &t->work, &on);
	for (size_t i = 0; i < on.nacts; i++)
		arena_push(&t->work, known, t->e->given.v[on.acts[i]]);
	return trial_open(t->e->rb, t->syms, known, t->e->known, t->e->reading, on.rules, t->t == date_end(day) - 1 ? day : t->t, t->t,
		&t->trial, NULL);
}

static void find_remedies(struct attempt *t, const struct proof *whynot)
{
	t->syms = arena_new(&t->work, struct syms);
	syms_init(t->syms, &t->work, t->e->syms);
	collect(t, whynot);
	add_acts(t, t->v, t->n);
	const struct plan *plans = make_plans(t);
	size_t n = t->n;
	t->n = 0;
	if (begin_trials(t) < 0)
		return;
	civil came = value_from(t, t->e), alone;
	(void)tried(t, NULL, 0, &alone);
	t->anyway = came < alone ? came : alone;
	for (size_t i = 0; i < n; i++)
		if (attempt(t, &t->v[i], &t->acts.v[i], 1))
			t->v[t->n++] = t->v[i];
	try_plans(t, plans);
	trial_close(t->trial);
}

size_t explain_remedies(const struct eval *e, const struct proof *whynot, uint32_t fact, const struct value *args,
	struct value value, civil t, struct arena *a, struct remedy **ret)
{
	struct attempt all = {.e = e, .fact = fact, .args = args, .wanted = value, .t = t, .a = a};
	all.v = arena_array(a, MAX_REMEDIES, struct remedy);
	if (!whynot->holds)
		find_remedies(&all, whynot);
	arena_done(&all.work);
	*ret = all.v;
	return all.n;
}
