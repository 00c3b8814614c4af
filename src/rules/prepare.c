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

/* ---- conditions that need not be solved ------------------------------------------------------------------------------ */

static bool same_vars(const struct term *a, const struct term *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (a[i].var != b[i].var || a[i].var >= MAX_VARS)
			return false;
	return n != 0;
}

static bool is_clock(const struct node *n)
{
	return n->kind == C_REACHED || n->kind == C_PASSED;
}

struct named { /* a fact and the variables that a rule names it with */
	uint32_t fact, nargs;
	const struct term *terms;
};

static struct check check_of(const struct run *r, const struct named *head, const struct node *n)
{
	const struct node *atom = n->kind == C_NOT ? n->kids[0] : n;
	const struct per_fact *facts = r->e->state->facts;
	struct check c = {.node = atom, .negated = n->kind == C_NOT, .where = CHECK_FACT};
	if (atom->kind != C_HOLDS && !(atom->kind == C_IS && atom->fixed))
		return (struct check){.node = n, .where = CHECK_ANY};
	if (facts[atom->fact].group == facts[head->fact].group && same_vars(atom->terms, head->terms, head->nargs)) {
		c.where = CHECK_ROW;
		c.at = facts[atom->fact].at;
	}
	for (uint32_t i = 0; i < atom->nargs; i++) {
		c.from[i] = ARG_CONST;
		for (uint32_t k = 0; k < head->nargs; k++)
			if (atom->terms[i].var < MAX_VARS && head->terms[k].var == atom->terms[i].var)
				c.from[i] = (uint8_t)k;
	}
	return c;
}

/* Dates come last: one need not be awaited where something else is missing. */
static struct checks checks_of(const struct run *r, const struct named *head, const struct node *cond)
{
	const struct node *one[] = {cond};
	const struct node *const *parts = cond->kind == C_AND ? (const struct node *const *)cond->kids : one;
	uint32_t n = cond->kind == C_AND ? cond->nkids : 1;
	uint64_t vars = 0;
	for (uint32_t i = 0; i < head->nargs; i++)
		vars |= head->terms[i].var < MAX_VARS ? var_bit(head->terms[i].var) : 0;
	bool closed = head->nargs && !(cond->free & ~vars) && !(cond->kind == C_AND && cond->locals);
	for (uint32_t i = 0; i < n && closed; i++)
		closed = !parts[i]->ending;
	struct checks checks = {closed ? arena_array(&r->e->arena, n, struct check) : NULL, 0};
	for (int clocks = 0; clocks < 2 && closed; clocks++)
		for (uint32_t i = 0; i < n; i++)
			if (is_clock(parts[i]) == clocks)
				checks.v[checks.n++] = check_of(r, head, parts[i]);
	return checks;
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
		d.checks = checks_of(r, &(struct named){d.fact, d.nargs, d.args}, d.cond);
	d.place = r->e->state->facts[d.fact].place;
	tuples_init(&d.todo, &r->arena, d.nvars);
	arena_push(a, &r->defs, d);
	arena_push(a, &r->fact_defs[d.fact], id);
	note_readers(r, id, d.cond);
}

/* The head of a hidden fact: the trigger's variables in the order of their numbers. */
static struct term *hidden_head(struct arena *a, uint64_t vars, uint32_t n)
{
	struct term *args = arena_array(a, n + 1, struct term);
	for (uint32_t i = 0; vars; i++)
		args[i].var = (uint8_t)take_var(&vars);
	return args;
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
		head->checks = checks_of(r, &(struct named){rule->fact, head->nargs, rule->terms}, rule->cond);
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
			   .args = hidden_head(&r->e->arena, vars, n), .nargs = n});
	r->watches[id] = def;
}

/* ---- which facts stand side by side -------------------------------------------------------------------------------- */

struct grouping {
	const struct run *r;
	const uint32_t *nargs; /* per fact */
	uint32_t *group;       /* per fact: itself, or a lower one of the same group */
	uint32_t *size;	       /* per fact that is the lowest of its group */
};

static uint32_t lowest(const struct grouping *g, uint32_t fact)
{
	while (g->group[fact] != fact)
		fact = g->group[fact] = g->group[g->group[fact]];
	return fact;
}

static void join_groups(struct grouping *g, uint32_t x, uint32_t y)
{
	uint32_t a = lowest(g, x), b = lowest(g, y), low = a < b ? a : b, high = a < b ? b : a;
	if (a == b || g->nargs[a] != g->nargs[b] || g->size[a] + g->size[b] > MAX_GROUP)
		return;
	g->group[high] = low;
	g->size[low] += g->size[high];
}

static void group_with(struct grouping *g, const struct node *n, const struct named *head)
{
	if (!n)
		return;
	bool atom = n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT;
	if (atom && n->nargs == head->nargs && same_vars(n->terms, head->terms, n->nargs))
		join_groups(g, n->fact, head->fact);
	for (uint32_t i = 0; i < n->nkids; i++)
		group_with(g, n->kids[i], head);
}

static void group_rule(struct grouping *g, const struct rule *rule, const struct named *head)
{
	group_with(g, rule->cond, head);
	group_with(g, rule->trigger.cond, head);
	group_with(g, rule->trigger.span, head);
	group_with(g, rule->value, head);
	group_with(g, rule->effect, head);
}

/* What a rule says of one and the same thing is looked up together: its facts are put into one group. */
static uint32_t *group_facts(const struct run *r, const uint32_t *nargs)
{
	const struct rulebook *rb = r->e->rb;
	struct arena *a = &r->e->arena;
	struct grouping g = {r, nargs, arena_array(a, r->nfacts + 1, uint32_t), arena_array(a, r->nfacts + 1, uint32_t)};
	for (uint32_t f = 0; f < r->nfacts; f++) {
		g.group[f] = f;
		g.size[f] = 1;
	}
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		const struct rule *rule = &rb->rules.v[i];
		if (!rule_applies(r->e, i) || rule->form == RULE_FORBIDDEN)
			continue;
		struct named head = {rule->fact, nargs[rule->fact], rule->terms}, hidden = {r->e->hidden[i], 0, NULL};
		group_rule(&g, rule, &head);
		if (hidden.fact == NO_ID)
			continue;
		hidden.nargs = nargs[hidden.fact];
		hidden.terms = hidden_head(a, rule->trigger_vars, hidden.nargs);
		group_rule(&g, rule, &hidden);
		if (head.nargs == hidden.nargs && same_vars(head.terms, hidden.terms, head.nargs))
			join_groups(&g, head.fact, hidden.fact);
	}
	for (uint32_t f = 0; f < r->nfacts; f++)
		g.group[f] = lowest(&g, f);
	return g.group;
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

void prepare(struct run *r)
{
	struct eval *e = r->e;
	const struct rulebook *rb = e->rb;
	struct arena *a = &e->arena;
	uint32_t nfacts = (uint32_t)rb->facts.n, nargs_cap = nfacts + 2 * (uint32_t)rb->rules.n;
	uint32_t *nargs = arena_array(a, nargs_cap + 1, uint32_t);
	for (uint32_t i = 0; i < nfacts; i++)
		nargs[i] = rb->facts.v[i].nparams;
	e->hidden = arena_array(a, rb->rules.n + 1, uint32_t);
	r->trigger_rule = arena_array(a, rb->rules.n + 1, uint32_t);
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
		r->watches[i] = NO_ID;
		if (!rule_applies(e, i) || !rb->rules.v[i].still_so || !rb->rules.v[i].cond)
			continue;
		nargs[r->nfacts] = (uint32_t)__builtin_popcountll(rule_watched(&rb->rules.v[i])) + says_that(rb->rules.v[i].cond);
		r->watches[i] = r->nfacts++; /* its fact, until the def is made */
	}
	e->state = state_new(a, r->nfacts, nargs, group_facts(r, nargs));
	r->readers = (void *)arena_alloc(a, r->nfacts * sizeof *r->readers);
	r->fact_defs = (void *)arena_alloc(a, r->nfacts * sizeof *r->fact_defs);
	r->heads = arena_array(&r->arena, rb->rules.n + 1, struct act_rule);
	r->act_rows = arena_array(&r->arena, rb->acts.n + 1, struct act_rows);
	r->act_rules = (void *)arena_alloc(a, (rb->acts.n + 1) * sizeof *r->act_rules);
	r->sorted = arena_array(&r->arena, rb->rules.n + 1, struct sorted_vars);
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		const struct rule *rule = &rb->rules.v[i];
		if (!rule_applies(e, i))
			continue;
		sort_vars(r, i);
		if (rule->form == RULE_DEFINITION)
			add_def(r, (struct def){.rule = i, .fact = rule->fact, .cond = rule->cond, .args = rule->terms,
					   .nargs = rb->facts.v[rule->fact].nparams});
		else if (e->hidden[i] != NO_ID)
			add_def(r, (struct def){.rule = i, .fact = e->hidden[i], .cond = rule->trigger.cond,
					   .args = hidden_head(a, rule->trigger_vars, nargs[e->hidden[i]]),
					   .nargs = nargs[e->hidden[i]]});
		else
			add_act_rule(r, i);
		if (r->watches[i] != NO_ID)
			add_watch(r, i);
	}
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
