/* SPDX-License-Identifier: Apache-2.0
 *
 * Before the first instant: what a run must know of the rules. Which condition is kept true for which fact (defs), where a fact is
 * read (readers), on which level a fact stands, which rules an act fires and what they take from it.
 */
#include "rules/run.h"

#include <string.h>

bool rule_applies(const struct eval *e, uint32_t rule)
{
	uint64_t readings = e->rb->rules.v[rule].readings;
	return (!readings || (readings >> e->reading & 1)) && (!e->part || e->part[rule]);
}

static void note_reader(struct run *r, uint32_t def, const struct node *n)
{
	const struct def *d = &r->defs.v[def];
	struct reader reader = {.def = def, .atom = n, .nargs = n->nargs};
	for (uint32_t i = 0; i < n->nargs; i++) {
		reader.key[i] = n->terms[i].var == TERM_CONST ? ARG_CONST : ARG_ANY;
		for (uint32_t v = 0; v < d->nvars; v++)
			if (d->vars[v] == n->terms[i].var)
				reader.key[i] = (uint8_t)v;
	}
	uint32_t compared = 0, found = 0;
	for (uint32_t i = 0; i < n->nargs; i++) {
		compared += reader.key[i] == ARG_CONST;
		if (reader.key[i] >= MAX_ARGS)
			continue;
		compared += found >> reader.key[i] & 1;
		found |= 1u << reader.key[i];
		reader.from[reader.key[i]] = (uint8_t)i;
	}
	reader.nkeys = (uint8_t)d->nvars;
	reader.plain = !compared && found + 1 == 1u << d->nvars;
	reader.near = d->checks.v && reader.plain && r->e->state->facts[n->fact].group == r->e->state->facts[d->fact].group;
	for (uint32_t v = 0; v < reader.nkeys; v++)
		reader.near &= reader.from[v] == v;
	reader.choosy = n->kind == C_IS && !n->ending;
	for (uint32_t i = 0; i < n->nkids && reader.choosy; i++)
		reader.choosy = n->values[i].var == TERM_CONST;
	arena_push(&r->e->arena, &r->readers[n->fact], reader);
}

static void note_readers(struct run *r, uint32_t def, const struct node *n)
{
	if (!n)
		return;
	if (n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT)
		note_reader(r, def, n);
	for (uint32_t i = 0; i < n->nkids; i++)
		note_readers(r, def, n->kids[i]);
}

static uint32_t level_of(struct run *r, uint32_t fact);

static uint32_t level_of_reads(struct run *r, const struct node *n)
{
	uint32_t level = 0;
	if (!n)
		return 0;
	if (n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT)
		level = level_of(r, n->fact);
	for (uint32_t i = 0; i < n->nkids; i++) {
		uint32_t l = level_of_reads(r, n->kids[i]);
		level = l > level ? l : level;
	}
	return level;
}

/* 0 for facts that are changed, one more than the highest fact read for those that are defined. */
static uint32_t level_of(struct run *r, uint32_t fact)
{
	if (r->fact_level[fact] != NO_ID)
		return r->fact_level[fact];
	r->fact_level[fact] = 0; /* the checker has refused cycles */
	uint32_t level = 0;
	for (size_t i = 0; i < r->fact_defs[fact].n; i++) {
		uint32_t l = level_of_reads(r, r->defs.v[r->fact_defs[fact].v[i]].cond) + 1;
		level = l > level ? l : level;
	}
	return r->fact_level[fact] = level;
}

static bool is_alone(const struct run *r, uint32_t fact)
{
	const struct rulebook *rb = r->e->rb;
	uint32_t n = 0;
	for (uint32_t i = 0; fact < rb->facts.n && i < rb->facts.v[fact].nrules; i++)
		n += rule_applies(r->e, rb->facts.v[fact].rules[i]);
	return n <= 1;
}

static void add_def(struct run *r, struct def d)
{
	struct arena *a = &r->e->arena;
	uint32_t id = (uint32_t)r->defs.n;
	d.head = 0;
	for (uint32_t i = 0; i < d.nargs; i++)
		d.head |= d.args[i].var != TERM_CONST ? var_bit(d.args[i].var) : 0;
	const struct rule *rule = &r->e->rb->rules.v[d.rule];
	bool definition = rule->form == RULE_DEFINITION; /* a trigger's window is looked at when the rule fires */
	d.from = definition ? rule->from : CIVIL_ALWAYS;
	d.until = definition ? rule->until : CIVIL_NEVER;
	d.nvars = 0;
	for (uint64_t left = d.head; left;)
		d.vars[d.nvars++] = take_var(&left);
	d.straight = d.nvars == d.nargs;
	for (uint32_t i = 0; i < d.nargs && d.straight; i++)
		d.straight = d.args[i].var == d.vars[i];
	d.alone = is_alone(r, d.fact);
	if (d.straight && d.alone && !d.watch)
		d.checks = prepare_checks(r, &(struct named){d.fact, d.nargs, d.args}, d.cond);
	d.place = r->e->state->facts[d.fact].place;
	tuples_init(&d.todo, &r->arena, d.nvars);
	arena_push(a, &r->defs, d);
	arena_push(a, &r->fact_defs[d.fact], id);
	note_readers(r, id, d.cond);
}

static void add_window(struct run *r, struct def *def, civil at)
{
	if (at == CIVIL_ALWAYS || at == CIVIL_NEVER)
		return;
	struct wake *w = arena_alloc(&r->arena, sizeof *w + def->nvars * sizeof *w->keys); /* all of them */
	w->def = def;
	heap_add(&r->wakes, &r->arena, at, w);
}

/* The argument of the act that a term of the rule stands for; TERM_ANY: it is none. */
static uint8_t act_arg(const struct run *r, const struct rule *rule, const struct term *t)
{
	const struct term *pattern = rule->trigger.terms;
	for (uint32_t k = 0; k < r->e->rb->acts.v[rule->trigger.act].nparams; k++)
		if (t->var < MAX_VARS && pattern[k].var == t->var)
			return (uint8_t)k;
	return TERM_ANY;
}

/* Does the pattern fit every act of its kind? Constants do not, nor does a variable that stands there twice. */
static bool fits_all(const struct run *r, const struct rule *rule)
{
	uint64_t seen = 0;
	for (uint32_t k = 0; k < r->e->rb->acts.v[rule->trigger.act].nparams; k++) {
		const struct term *t = &rule->trigger.terms[k];
		if (t->var == TERM_CONST || (t->var < MAX_VARS && (seen & var_bit(t->var))))
			return false;
		seen |= t->var < MAX_VARS ? var_bit(t->var) : 0;
	}
	return true;
}

static void add_act_row(struct run *r, const struct rule *rule, const struct act_rule *head)
{
	struct act_rows *rows = &r->act_rows[rule->trigger.act];
	const struct group *g = r->e->state->facts[rule->fact].group;
	for (uint32_t i = 0; i < rows->n; i++)
		if (rows->v[i].group == g && !memcmp(rows->v[i].from, head->from, head->nargs))
			return;
	if (rows->n == MAX_EXPECTED)
		return;
	struct act_row *row = &rows->v[rows->n++];
	row->group = g;
	row->nargs = head->nargs;
	memcpy(row->from, head->from, head->nargs);
}

static void add_act_rule(struct run *r, uint32_t id)
{
	const struct rulebook *rb = r->e->rb;
	const struct rule *rule = &rb->rules.v[id];
	struct act_rule *head = &r->heads[id];
	arena_push(&r->e->arena, &r->act_rules[rule->trigger.act], id);
	if (rule->form != RULE_EFFECT)
		return;
	head->plain = true;
	head->nargs = (uint8_t)rb->facts.v[rule->fact].nparams;
	for (uint32_t i = 0; i < head->nargs; i++) {
		head->from[i] = act_arg(r, rule, &rule->terms[i]);
		head->plain &= head->from[i] != TERM_ANY;
	}
	if (rule->value->kind == E_CONST)
		head->value = (struct term){TERM_CONST, value_pack(rule->value->value)};
	else if (rule->value->kind == E_VAR)
		head->value.var = act_arg(r, rule, &(struct term){.var = rule->value->var});
	else
		head->value.var = TERM_ANY;
	if (head->plain)
		add_act_row(r, rule, head);
	head->simple = head->plain && head->value.var != TERM_ANY && !rule->effect && fits_all(r, rule);
	if (head->simple && rule->cond) {
		head->checks = prepare_checks(r, &(struct named){rule->fact, head->nargs, rule->terms}, rule->cond);
		head->simple = head->checks.v != NULL;
	}
	for (uint32_t i = 0; i < head->checks.n; i++)
		head->simple &= head->checks.v[i].where != CHECK_ANY;
}

/* Does it speak of "that day" or "that instant"? */
static bool says_that(const struct node *n)
{
	bool that = n->kind == E_THAT_DAY || n->kind == E_THAT_INSTANT;
	for (uint32_t i = 0; i < n->nkids && !that; i++)
		that = n->kids[i] && says_that(n->kids[i]);
	return that;
}

static void add_watch(struct run *r, uint32_t id)
{
	const struct rule *rule = &r->e->rb->rules.v[id];
	uint64_t vars = rule_watched(rule);
	uint32_t n = (uint32_t)__builtin_popcountll(vars), def = (uint32_t)r->defs.n;
	add_def(r, (struct def){.rule = id, .fact = r->watches[id], .cond = rule->cond, .watch = true, .timed = says_that(rule->cond),
			   .args = prepare_hidden_head(&r->e->arena, vars, n), .nargs = n});
	r->watches[id] = def;
}

static void sort_vars(struct run *r, uint32_t id)
{
	const struct rulebook *rb = r->e->rb;
	const struct rule *rule = &rb->rules.v[id];
	struct sorted_vars *s = &r->sorted[id];
	s->v = arena_array(&r->arena, rule->nvars, uint8_t);
	for (uint64_t left = rule_binding(rule); left;) {
		uint8_t var = (uint8_t)take_var(&left);
		struct str name = syms_str(&rb->syms, rule->vars[var].name);
		uint32_t i = s->n++;
		for (; i && str_cmp(name, syms_str(&rb->syms, rule->vars[s->v[i - 1]].name)) < 0; i--)
			s->v[i] = s->v[i - 1];
		s->v[i] = var;
	}
}

/* A hidden fact for each trigger that is a condition, and for each `if` that pending changes may wait for. */
static uint32_t *number_hidden(struct run *r)
{
	struct eval *e = r->e;
	const struct rulebook *rb = e->rb;
	uint32_t nfacts = (uint32_t)rb->facts.n, *nargs = arena_array(&e->arena, nfacts + 2 * rb->rules.n + 1, uint32_t);
	for (uint32_t i = 0; i < nfacts; i++)
		nargs[i] = rb->facts.v[i].nparams;
	e->hidden = arena_array(&e->arena, rb->rules.n + 1, uint32_t);
	r->trigger_rule = arena_array(&e->arena, rb->rules.n + 1, uint32_t);
	r->watches = arena_array(&r->arena, rb->rules.n + 1, uint32_t);
	r->nfacts = nfacts;
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		const struct rule *rule = &rb->rules.v[i];
		e->hidden[i] = NO_ID;
		if (!rule_applies(e, i) || rule->form != RULE_EFFECT || rule->trigger.kind == TRIGGER_ACT)
			continue;
		r->trigger_rule[r->nfacts - nfacts] = i;
		nargs[r->nfacts] = (uint32_t)__builtin_popcountll(rule->trigger_vars);
		e->hidden[i] = r->nfacts++;
	}
	r->first_watched = r->nfacts;
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		const struct rule *rule = &rb->rules.v[i];
		r->watches[i] = NO_ID;
		if (!rule_applies(e, i) || !rule->still_so || !rule->cond)
			continue;
		nargs[r->nfacts] = (uint32_t)__builtin_popcountll(rule_watched(rule)) + says_that(rule->cond);
		r->watches[i] = r->nfacts++; /* its fact, until the def is made */
	}
	return nargs;
}

static void add_rule(struct run *r, uint32_t id, const uint32_t *nargs)
{
	const struct rulebook *rb = r->e->rb;
	const struct rule *rule = &rb->rules.v[id];
	uint32_t hidden = r->e->hidden[id];
	sort_vars(r, id);
	if (rule->form == RULE_DEFINITION)
		add_def(r, (struct def){.rule = id, .fact = rule->fact, .cond = rule->cond, .args = rule->terms,
				   .nargs = rb->facts.v[rule->fact].nparams});
	else if (hidden != NO_ID)
		add_def(r, (struct def){.rule = id, .fact = hidden, .cond = rule->trigger.cond,
				   .args = prepare_hidden_head(&r->e->arena, rule->trigger_vars, nargs[hidden]), .nargs = nargs[hidden]});
	else
		add_act_rule(r, id);
	if (r->watches[id] != NO_ID)
		add_watch(r, id);
}

static void set_levels(struct run *r)
{
	struct arena *a = &r->e->arena;
	r->fact_level = arena_array(a, r->nfacts + 1, uint32_t);
	memset(r->fact_level, 0xff, (r->nfacts + 1) * sizeof *r->fact_level);
	for (uint32_t d = 0; d < r->defs.n; d++) {
		struct def *def = &r->defs.v[d];
		def->level = level_of(r, def->fact);
		if (def->level >= r->nlevels)
			r->nlevels = def->level + 1;
		add_window(r, def, def->from);
		add_window(r, def, def->until);
	}
	r->levels = (void *)arena_alloc(a, (r->nlevels + 1) * sizeof *r->levels);
}

void prepare(struct run *r)
{
	struct eval *e = r->e;
	const struct rulebook *rb = e->rb;
	const uint32_t *nargs = number_hidden(r);
	e->state = state_new(&e->arena, r->nfacts, nargs, prepare_groups(r, nargs));
	r->readers = (void *)arena_alloc(&e->arena, r->nfacts * sizeof *r->readers);
	r->fact_defs = (void *)arena_alloc(&e->arena, r->nfacts * sizeof *r->fact_defs);
	r->heads = arena_array(&r->arena, rb->rules.n + 1, struct act_rule);
	r->sorted = arena_array(&r->arena, rb->rules.n + 1, struct sorted_vars);
	r->act_rows = arena_array(&r->arena, rb->acts.n + 1, struct act_rows);
	r->act_rules = (void *)arena_alloc(&e->arena, (rb->acts.n + 1) * sizeof *r->act_rules);
	for (uint32_t i = 0; i < rb->rules.n; i++)
		if (rule_applies(e, i))
			add_rule(r, i, nargs);
	set_levels(r);
}
