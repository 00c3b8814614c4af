/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/explain_needed.h"

#include "base/bisect.h"

enum { FEW = 100, LOOKED_AT = 1000 }; /* ways that are worth telling apart; acts that are looked at to find them */

/* ---- acts ---------------------------------------------------------------------------------------------------------------- */

struct on_record on_record(const struct eval *e, civil at, const struct act *more, size_t nmore)
{
	BISECT(i, e->nacts, e->acts[i].act->date <= at);
	return (struct on_record){e, at, i, more, nmore};
}

void version_walk(struct version_walk *w, const struct on_record *on, uint32_t kind, const struct value *asked)
{
	*w = (struct version_walk){.on = on, .asked = asked, .kind = kind};
	act_walk(&w->walk, on->e, ACTS_COUNTED, kind, asked, on->counted);
}

const struct act *version_walk_next(struct version_walk *w)
{
	const struct eval *e = w->on->e;
	uint32_t i;
	if (w->step == 0 && act_walk_next(&w->walk, &i))
		return e->acts[i].act;
	if (w->step++ == 0)
		act_walk(&w->walk, e, ACTS_ASIDE, w->kind, w->asked, SIZE_MAX);
	while (act_walk_next(&w->walk, &i))
		if (e->given.v[i].pos <= e->known && e->given.v[i].date <= w->on->at)
			return &e->given.v[i];
	return NULL;
}

/* ---- how an act tells a binding ------------------------------------------------------------------------------------------ */

enum { NOWHERE = 0xff };

struct telling {
	uint32_t kind, n;
	bool whole; /* an act that leaves out what is told says nothing: no fact is about nothing, or is nothing */
	struct value asked[MAX_ARGS]; /* of the act; V_NONE: any */
	struct told {
		uint8_t var, from; /* the argument of the act; NOWHERE: it is `is` */
		packed is;
	} v[2 * MAX_ARGS];
};

static struct value known(const struct cx *c, const struct node *term)
{
	if (term->kind == E_CONST)
		return term->value;
	return term->kind == E_VAR && (c->bound & ex_bit(term->var)) ? c->env[term->var] : VALUE_NONE;
}

static bool is_open(const struct cx *c, const struct node *term)
{
	return term->kind == E_VAR && !(c->bound & ex_bit(term->var));
}

/* Where the act that fires the rule has its variable; NOWHERE: it has not. */
static uint8_t place_of(const struct rulebook *rb, const struct rule *r, uint32_t var)
{
	for (uint32_t k = 0; k < rb->acts.v[r->trigger.act].nparams; k++) {
		const struct node *t = r->trigger.pattern[k];
		if (t && t->kind == E_VAR && t->var == var)
			return (uint8_t)k;
	}
	return NOWHERE;
}

/* The part has `term` where the rule has `own`. Can the two be one? Sets *ret_told: is what is open in it then told? */
static bool meets(const struct rulebook *rb, const struct rule *r, const struct cx *c, const struct node *term, const struct node *own,
	struct telling *t, bool *ret_told)
{
	struct value v = known(c, term);
	uint8_t k = own->kind == E_VAR ? place_of(rb, r, own->var) : NOWHERE;
	if (is_open(c, term)) {
		t->v[t->n++] = (struct told){term->var, k, own->kind == E_CONST ? value_pack(own->value) : 0};
		*ret_told &= k != NOWHERE || own->kind == E_CONST;
	} else if (own->kind == E_CONST) {
		return v.kind == V_NONE || value_eq(v, own->value);
	} else if (k != NOWHERE && v.kind != V_NONE) {
		if (t->asked[k].kind != V_NONE && !value_eq(t->asked[k], v))
			return false;
		t->asked[k] = v;
	}
	return true;
}

static bool fits(const struct rulebook *rb, const struct telling *t, const struct act *act)
{
	bool yes = act->kind == t->kind;
	for (uint32_t k = 0; yes && k < rb->acts.v[t->kind].nparams; k++)
		yes = t->asked[k].kind == V_NONE || value_eq(t->asked[k], act_value(act, k));
	return yes;
}

static void add_way(const struct telling *t, const struct act *act, struct ways *w)
{
	UNSET packed row[2 * MAX_ARGS];
	for (uint32_t i = 0; i < t->n; i++) {
		const struct told *told = &t->v[i];
		packed v = told->from == NOWHERE ? told->is : act->args[told->from];
		if (t->whole && !v)
			return;
		row[__builtin_popcountll(w->vars & (ex_bit(told->var) - 1))] = v;
	}
	(void)tuples_add(&w->rows, row);
}

/* False: there are too many. */
static bool add_ways(const struct on_record *on, const struct telling *t, struct ways *w)
{
	struct version_walk walk;
	uint32_t looked = 0;
	version_walk(&walk, on, t->kind, t->asked);
	for (const struct act *act; (act = version_walk_next(&walk));) {
		add_way(t, act, w);
		if (w->rows.n > FEW || ++looked > LOOKED_AT)
			return false;
		if (w->rows.n && !w->vars)
			return true; /* one is enough */
	}
	for (size_t i = 0; i < on->nmore; i++)
		if (fits(on->e->rb, t, &on->more[i]))
			add_way(t, &on->more[i], w);
	return w->rows.n <= FEW;
}

/* ---- parts --------------------------------------------------------------------------------------------------------------- */

static void begin(struct telling *t, const struct rulebook *rb, const struct rule *r)
{
	*t = (struct telling){.kind = r->trigger.act};
	for (uint32_t k = 0; k < rb->acts.v[t->kind].nparams; k++) {
		const struct node *p = r->trigger.pattern[k];
		if (p && p->kind == E_CONST)
			t->asked[k] = p->value;
	}
}

/* The acts that fire a rule. */
static bool firing_ways(const struct on_record *on, const struct cx *c, const struct rule *r, struct arena *a, struct ways *ret)
{
	const struct rulebook *rb = on->e->rb;
	struct telling t;
	begin(&t, rb, r);
	for (uint32_t k = 0; k < rb->acts.v[t.kind].nparams; k++) {
		const struct node *p = r->trigger.pattern[k];
		if (!p || p->kind != E_VAR)
			continue;
		if (!is_open(c, p)) {
			t.asked[k] = c->env[p->var];
			continue;
		}
		ret->vars |= ex_bit(p->var);
		t.v[t.n++] = (struct told){p->var, (uint8_t)k, 0};
	}
	tuples_init(&ret->rows, a, (uint32_t)__builtin_popcountll(ret->vars));
	return add_ways(on, &t, ret);
}

/* Do acts make it what it is, and nothing else? */
static bool is_told(const struct rulebook *rb, const struct fact *f)
{
	bool yes = f->form == FACT_CHANGED;
	for (uint32_t i = 0; yes && i < f->nrules; i++) {
		const struct rule *r = &rb->rules.v[f->rules[i]];
		yes = r->form == RULE_EFFECT && r->trigger.kind == TRIGGER_ACT && r->args;
	}
	return yes;
}

/* The acts by which the fact of the part can have the value that it asks for: `is` of several, NULL: any. */
static bool fact_ways(const struct on_record *on, const struct cx *c, const struct node *n, const struct node *is, struct ways *ret)
{
	const struct rulebook *rb = on->e->rb;
	const struct fact *f = &rb->facts.v[n->fact];
	bool told = true;
	for (uint32_t i = 0; told && i < f->nrules; i++) {
		const struct rule *r = &rb->rules.v[f->rules[i]];
		struct telling t;
		bool can = !(r->value->kind == E_CONST && r->value->value.kind == V_NONE);
		begin(&t, rb, r);
		t.whole = true;
		for (uint32_t k = 0; can && k < n->nargs; k++)
			can = meets(rb, r, c, n->args[k], r->args[k], &t, &told);
		if (can && is)
			can = meets(rb, r, c, is, r->value, &t, &told);
		if (can && told)
			told = add_ways(on, &t, ret);
	}
	return told;
}

static uint64_t open_vars(const struct cx *c, const struct node *n)
{
	uint64_t vars = 0;
	for (uint32_t i = 0; i < n->nargs; i++)
		vars |= is_open(c, n->args[i]) ? ex_bit(n->args[i]->var) : 0;
	for (uint32_t i = 0; n->kind == C_IS && i < n->nkids; i++)
		vars |= is_open(c, n->kids[i]) ? ex_bit(n->kids[i]->var) : 0;
	return vars;
}

static bool holding_ways(const struct on_record *on, const struct cx *c, const struct node *n, struct arena *a, struct ways *ret)
{
	if (n->negated || n->ending || !is_told(on->e->rb, &on->e->rb->facts.v[n->fact]))
		return false;
	for (uint32_t i = 0; i < n->nkids; i++) /* "is none" is so without an act; one of several values does not tell a variable */
		if (known(c, n->kids[i]).kind == V_NONE && (n->nkids > 1 || !is_open(c, n->kids[i])))
			return false;
	ret->vars = open_vars(c, n);
	tuples_init(&ret->rows, a, (uint32_t)__builtin_popcountll(ret->vars));
	bool told = n->kind == C_IS || fact_ways(on, c, n, NULL, ret);
	for (uint32_t i = 0; told && i < n->nkids; i++)
		told = fact_ways(on, c, n, n->kids[i], ret);
	return told;
}

/* Of a variable that is bound: is it one of these? */
static bool listed_ways(const struct cx *c, const struct node *n, struct arena *a, struct ways *ret)
{
	if (!(c->bound & ex_bit(n->var)) || c->env[n->var].kind == V_NONE)
		return false;
	tuples_init(&ret->rows, a, 0);
	for (uint32_t i = 0; i < n->nitems; i++)
		if (n->items[i] == c->env[n->var].s)
			(void)tuples_add(&ret->rows, NULL);
	return true;
}

bool needed_ways(const struct on_record *on, const struct cx *c, const struct part *p, struct arena *a, struct ways *ret)
{
	*ret = (struct ways){0};
	if (p->acts_of)
		return firing_ways(on, c, p->acts_of, a, ret);
	switch (p->node->kind) {
	case C_HOLDS:
	case C_IS: return holding_ways(on, c, p->node, a, ret);
	case C_IN: return listed_ways(c, p->node, a, ret);
	default: return false;
	}
}

void needed_bind(struct cx *c, const struct ways *w, size_t row)
{
	const packed *v = tuples_row(&w->rows, row);
	for (uint64_t left = w->vars; left;)
		c->env[take_var(&left)] = value_unpack(*v++);
	c->bound |= w->vars;
}
