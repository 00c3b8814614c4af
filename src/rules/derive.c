/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeping definitions true (reference 7, round item d).
 *
 * When an instance changes, each def that reads its fact is asked to recompute the keys that the change can touch: the
 * head bindings that agree with the instance where the def reads it. Facts stand on levels, a defined one above those that
 * it reads, so one pass from the lowest level up settles everything and each key is looked at once.
 */
#include "rules/run.h"

#include <string.h>

bool rule_applies(const struct eval *e, uint32_t rule)
{
	uint64_t readings = e->rb->rules.v[rule].readings;
	return (!readings || (readings >> e->reading & 1)) && (!e->part || e->part[rule]);
}

static uint64_t bit(uint32_t var)
{
	return (uint64_t)1 << var;
}

/* ---- compiling ------------------------------------------------------------------------------------------------------- */

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

static void add_def(struct run *r, struct def d)
{
	struct arena *a = &r->e->arena;
	uint32_t id = (uint32_t)r->defs.n;
	d.head = 0;
	for (uint32_t i = 0; i < d.nargs; i++)
		d.head |= d.args[i].var != TERM_CONST ? bit(d.args[i].var) : 0;
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

static void add_window(struct run *r, uint32_t def, civil at)
{
	if (at == CIVIL_ALWAYS || at == CIVIL_NEVER)
		return;
	struct wake *w = arena_new(&r->e->arena, struct wake);
	*w = (struct wake){.def = def};
	heap_add(&r->wakes, &r->e->arena, at, w);
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
		if (t->var == TERM_CONST || (t->var < MAX_VARS && (seen & bit(t->var))))
			return false;
		seen |= t->var < MAX_VARS ? bit(t->var) : 0;
	}
	return true;
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
	head->simple = head->plain && head->value.var != TERM_ANY && !rule->cond && !rule->effect && fits_all(r, rule);
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

void derive_compile(struct run *r)
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
	e->state = state_new(a, r->nfacts, nargs);
	r->readers = (void *)arena_alloc(a, r->nfacts * sizeof *r->readers);
	r->fact_defs = (void *)arena_alloc(a, r->nfacts * sizeof *r->fact_defs);
	r->heads = arena_array(&r->arena, rb->rules.n + 1, struct act_rule);
	r->act_rules = (void *)arena_alloc(a, (rb->acts.n + 1) * sizeof *r->act_rules);
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		const struct rule *rule = &rb->rules.v[i];
		if (!rule_applies(e, i))
			continue;
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
		def->alone = r->fact_defs[def->fact].n == 1;
		if (def->level >= r->nlevels)
			r->nlevels = def->level + 1;
		add_window(r, d, def->from);
		add_window(r, d, def->until);
	}
	r->levels = (void *)arena_alloc(a, (r->nlevels + 1) * sizeof *r->levels);
}

/* ---- what is to be recomputed ---------------------------------------------------------------------------------------- */

static void ask(struct run *r, uint32_t def, const packed *keys)
{
	static const packed any[MAX_ARGS];
	struct def *d = &r->defs.v[def];
	if (!d->dirty) {
		d->dirty = true;
		arena_push(&r->arena, &r->levels[d->level], def);
		r->lowest = d->level < r->lowest ? d->level : r->lowest;
		r->highest = d->level > r->highest ? d->level : r->highest;
	}
	(void)tuples_add(&d->todo, keys ? keys : any);
}

void derive_all(struct run *r)
{
	for (uint32_t d = 0; d < r->defs.n; d++)
		ask(r, d, NULL);
}

void derive_wake(struct run *r, const struct wake *w)
{
	ask(r, w->def, w->keys);
}

/* Does "is v or w" (constants only) say the same of both values? Then the change cannot matter here. */
static bool indifferent(const struct node *n, packed before, packed after)
{
	bool was = false, is = false;
	for (uint32_t i = 0; i < n->nkids; i++) {
		was |= n->values[i].value == before;
		is |= n->values[i].value == after;
	}
	return was == is;
}

void derive_changed(struct run *r, const struct inst *i, packed before, packed after)
{
	for (size_t k = 0; k < r->readers[i->fact].n; k++) {
		const struct reader *reader = &r->readers[i->fact].v[k];
		UNSET packed keys[MAX_ARGS];
		bool fits = true;
		if (reader->choosy && indifferent(reader->atom, before, after))
			continue;
		if (reader->plain) {
			for (uint32_t v = 0; v < reader->nkeys; v++)
				keys[v] = i->args[reader->from[v]];
			ask(r, reader->def, keys);
			continue;
		}
		for (uint32_t v = 0; v < reader->nkeys; v++)
			keys[v] = 0;
		for (uint32_t arg = 0; arg < reader->nargs && fits; arg++) {
			uint8_t key = reader->key[arg];
			packed is = i->args[arg];
			if (key == ARG_CONST) {
				fits = reader->atom->terms[arg].value == is;
			} else if (key != ARG_ANY) {
				fits = !keys[key] || keys[key] == is;
				keys[key] = is;
			}
		}
		if (fits)
			ask(r, reader->def, keys);
	}
}

/* ---- recomputing ------------------------------------------------------------------------------------------------------ */

struct found {
	struct run *r;
	const struct def *d;
	struct tuples heads;
};

static bool collect_head(struct solver *s, void *ctx)
{
	struct found *f = ctx;
	UNSET packed args[MAX_ARGS];
	if (solve_args(s, f->d->args, f->d->nargs, args))
		(void)tuples_add(&f->heads, args);
	return true;
}

static void wake_def(void *ctx, const struct solver *s, civil at)
{
	const struct found *f = ctx;
	struct eval *e = f->r->e;
	struct wake *w = arena_new(&e->arena, struct wake);
	w->def = (uint32_t)(f->d - f->r->defs.v);
	w->keys = arena_array(&e->arena, f->d->nvars + 1, packed);
	for (uint32_t i = 0; i < f->d->nvars; i++)
		if (s->bound & bit(f->d->vars[i]))
			w->keys[i] = s->env[f->d->vars[i]];
	heap_add(&f->r->wakes, &e->arena, at, w);
}

static bool is_open(const struct run *r, const struct def *d)
{
	return r->now >= d->from && r->now < d->until;
}

static void read_now(struct run *r, struct found *f)
{
	struct solver *s = &r->solver;
	s->now = s->fired = r->now;
	s->wake = wake_def;
	s->wake_ctx = f;
}

/* Solves def d under some values of its head's variables; fills f->heads. Wakes are noted. */
static void solve_def(struct run *r, const struct def *d, struct found *f)
{
	*f = (struct found){.r = r, .d = d};
	tuples_init(&f->heads, &r->scratch, d->nargs);
	if (!is_open(r, d))
		return;
	read_now(r, f);
	(void)solve(&r->solver, d->cond, collect_head, f);
	r->solver.wake = NULL;
}

/* Is it true under all the values of its head's variables, which are bound? Wakes are noted. */
static bool is_true(struct run *r, const struct def *d, civil fired)
{
	struct found f = {.r = r, .d = d};
	if (!is_open(r, d))
		return false;
	read_now(r, &f);
	r->solver.fired = fired;
	bool yes = solve_any(&r->solver, d->cond);
	r->solver.wake = NULL;
	return yes;
}

static bool bind_head(struct solver *s, const struct def *d, const packed *args)
{
	s->bound = 0;
	for (uint32_t i = 0; i < d->nargs; i++)
		if (!solve_bind(s, &d->args[i], args[i]))
			return false;
	return true;
}

/* Another definition of the same fact that makes this head true, or NO_ID. */
static uint32_t held_by_another(struct run *r, const struct def *d, const packed *args)
{
	for (size_t i = 0; i < r->fact_defs[d->fact].n; i++) {
		uint32_t id = r->fact_defs[d->fact].v[i];
		const struct def *other = &r->defs.v[id];
		if (other != d && bind_head(&r->solver, other, args) && is_true(r, other, r->now))
			return id;
	}
	return NO_ID;
}

static void set_defined(struct run *r, const struct def *d, struct inst *i, bool yes, uint32_t round)
{
	packed before = inst_now(i), after = yes ? PACKED_YES : 0;
	if (before == after)
		return;
	inst_change(r->e->state, i, (struct change){round, CAUSE_DEFINITION | d->rule, after});
	if (d->fact < r->e->rb->facts.n)
		derive_changed(r, i, before, after);
	else if (yes)
		arena_push(&r->e->arena, &r->rose, i);
	else
		arena_push(&r->e->arena, &r->fell, i);
}

/* Which true instances of the def's fact agree with the variables that are bound? */
static struct inst **old_instances(struct run *r, const struct def *d, size_t *ret_n)
{
	struct solver *s = &r->solver;
	UNSET packed args[MAX_ARGS];
	uint32_t mask = 0;
	for (uint32_t i = 0; i < d->nargs; i++) {
		args[i] = solve_term(s, &d->args[i]);
		mask |= (uint32_t)solve_known(s, &d->args[i]) << i;
	}
	const struct insts l = state_match(r->e->state, d->fact, mask, args);
	struct inst **out = arena_array(&r->scratch, l.n + 1, struct inst *);
	*ret_n = 0;
	uint64_t kept = s->bound;
	for (size_t i = 0; i < l.n; i++) {
		struct inst *inst = insts_at(&l, i);
		bool fits = inst_now(inst) != 0;
		for (uint32_t k = 0; k < d->nargs && fits; k++)
			fits = solve_bind(s, &d->args[k], inst->args[k]);
		s->bound = kept;
		if (fits)
			out[(*ret_n)++] = inst;
	}
	return out;
}

/* An instance that d no longer makes true, but that relies on another definition, is that one's business: it is looked at
 * when that one fails. */
static void let_fall(struct run *r, const struct def *d, struct inst *i, uint32_t round)
{
	uint32_t other = NO_ID;
	if (!d->alone && i->support != (uint32_t)(d - r->defs.v))
		return;
	if (!d->alone)
		other = held_by_another(r, d, i->args);
	if (other == NO_ID)
		set_defined(r, d, i, false, round);
	else
		i->support = other;
}

static void let_rise(struct run *r, const struct def *d, const packed *args, uint32_t round)
{
	struct inst *i = state_make(r->e->state, d->fact, args);
	if (inst_now(i))
		return;
	if (!d->alone)
		i->support = (uint32_t)(d - r->defs.v);
	set_defined(r, d, i, true, round);
}

/* Of what is watched nothing becomes true by itself. */
static void recompute_watched(struct run *r, const struct def *d, const packed *keys, uint32_t round)
{
	struct solver *s = &r->solver;
	uint32_t mask = 0;
	for (uint32_t i = 0; i < d->nvars; i++)
		mask |= (uint32_t)(keys[i] != 0) << i;
	const struct insts l = state_match(r->e->state, d->fact, mask, keys);
	for (size_t k = 0; k < l.n; k++) {
		struct inst *i = insts_at(&l, k);
		if (!inst_now(i) || !bind_head(s, d, i->args))
			continue;
		solve_reset(s);
		if (!is_true(r, d, d->timed ? inst_arg(i, d->nvars).t : r->now))
			set_defined(r, d, i, false, round);
	}
}

struct inst *derive_watch(struct run *r, uint32_t firing, uint32_t round)
{
	const struct firing *f = &r->e->firings.v[firing];
	const struct def *d = &r->defs.v[r->watches[f->rule]];
	packed env[MAX_VARS], args[MAX_ARGS];
	(void)eval_env(r->e, f, env);
	for (uint32_t i = 0; i < d->nvars; i++)
		args[i] = env[d->vars[i]];
	if (d->timed)
		args[d->nvars] = value_pack((struct value){.kind = V_DATE, .t = r->now});
	struct inst *i = state_make(r->e->state, d->fact, args);
	if (!inst_now(i))
		inst_change(r->e->state, i, (struct change){round, CAUSE_DEFINITION | d->rule, PACKED_YES});
	ask(r, r->watches[f->rule], args);
	return i;
}

/* Every variable of the head is bound: one instance, true or not. */
static void recompute_one(struct run *r, const struct def *d, const packed *keys, uint32_t round)
{
	UNSET packed room[MAX_ARGS];
	const packed *args = d->straight ? keys : room;
	if (!d->straight && !solve_args(&r->solver, d->args, d->nargs, room))
		return;
	if (is_true(r, d, r->now)) {
		let_rise(r, d, args, round);
		return;
	}
	struct inst *i = state_find(r->e->state, d->fact, args);
	if (i && inst_now(i))
		let_fall(r, d, i, round);
}

static void recompute_all(struct run *r, const struct def *d, uint32_t round)
{
	struct found f;
	size_t nold;
	struct inst **old = old_instances(r, d, &nold);
	solve_def(r, d, &f);
	for (size_t i = 0; i < f.heads.n; i++)
		let_rise(r, d, tuples_row(&f.heads, i), round);
	for (size_t i = 0; i < nold; i++)
		if (tuples_add(&f.heads, old[i]->args))
			let_fall(r, d, old[i], round);
}

static void recompute(struct run *r, const struct def *d, const packed *keys, uint32_t round)
{
	struct solver *s = &r->solver;
	if (d->watch) {
		recompute_watched(r, d, keys, round);
		return;
	}
	solve_reset(s);
	s->bound = 0;
	for (uint32_t i = 0; i < d->nvars; i++)
		if (keys[i]) {
			s->env[d->vars[i]] = keys[i];
			s->bound |= bit(d->vars[i]);
		}
	if (d->head & ~s->bound)
		recompute_all(r, d, round);
	else
		recompute_one(r, d, keys, round);
}

void derive_settle(struct run *r, uint32_t round)
{
	for (uint32_t level = r->lowest; level <= r->highest && level < r->nlevels; level++) {
		/* what level L changes is read on higher levels only */
		for (size_t i = 0; i < r->levels[level].n; i++) {
			struct def *d = &r->defs.v[r->levels[level].v[i]];
			for (size_t k = 0; k < d->todo.n; k++) {
				UNSET packed keys[MAX_ARGS];
				if (d->nvars)
					memcpy(keys, tuples_row(&d->todo, k), d->nvars * sizeof *keys);
				recompute(r, d, keys, round);
			}
			d->dirty = false;
			tuples_clear(&d->todo);
		}
		r->levels[level].n = 0;
	}
	r->lowest = UINT32_MAX;
	r->highest = 0;
	arena_reset(&r->round_arena);
}
