/* SPDX-License-Identifier: Apache-2.0
 *
 * Keeping definitions true (reference 7, round item d).
 *
 * When an instance changes, each def that reads its fact is asked to recompute the keys that the change can touch: the
 * head bindings that agree with the instance where the def reads it. Facts stand on levels, a defined one above those that
 * it reads, so one pass from the lowest level up settles everything and each key is looked at once.
 */
#include "rules/run.h"

/* ---- what is to be recomputed ---------------------------------------------------------------------------------------- */

static void add_task(struct run *r, struct def *d, struct inst_row *row)
{
	struct task task = {d, row};
	arena_push(&r->arena, &r->levels[d->level], task);
	r->lowest = d->level < r->lowest ? d->level : r->lowest;
	r->highest = d->level > r->highest ? d->level : r->highest;
}

static void ask_row(struct run *r, struct def *d, struct inst_row *row)
{
	uint8_t bit = (uint8_t)(1u << d->place);
	if (row->asked & bit)
		return;
	row->asked |= bit;
	add_task(r, d, row);
}

static void ask(struct run *r, struct def *d, const packed *keys)
{
	static const packed any[MAX_ARGS];
	struct inst *one = d->checks.v && keys ? state_find(r->e->state, d->fact, keys) : NULL; /* it has no argument that is 0 */
	if (one) {
		ask_row(r, d, inst_row(one));
		return;
	}
	if (!d->dirty)
		add_task(r, d, NULL);
	d->dirty = true;
	(void)tuples_add(&d->todo, keys ? keys : any);
}

void derive_all(struct run *r)
{
	for (uint32_t d = 0; d < r->defs.n; d++)
		ask(r, &r->defs.v[d], NULL);
}

void derive_wake(struct run *r, const struct wake *w)
{
	if (w->row)
		ask_row(r, w->def, w->row);
	else
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
		if (reader->choosy && indifferent(reader->atom, before, after))
			continue;
		if (reader->near) {
			ask_row(r, &r->defs.v[reader->def], inst_row(i));
			continue;
		}
		if (reader->plain) {
			for (uint32_t v = 0; v < reader->nkeys; v++)
				keys[v] = inst_packed(i)[reader->from[v]];
			ask(r, &r->defs.v[reader->def], keys);
			continue;
		}
		if (reader_keys(reader, i, keys))
			ask(r, &r->defs.v[reader->def], keys);
	}
}

/* ---- recomputing ------------------------------------------------------------------------------------------------------ */

struct found {
	struct run *r;
	struct def *d;
	struct inst_row *row; /* the instance that is looked at, if it is one */
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
	struct arena *a = &f->r->arena;
	uint32_t nkeys = f->row ? 0 : f->d->nvars;
	struct wake *w = arena_alloc(a, sizeof *w + nkeys * sizeof *w->keys);
	w->def = f->d;
	w->row = f->row;
	for (uint32_t i = 0; i < nkeys; i++)
		if (s->bound & var_bit(f->d->vars[i]))
			w->keys[i] = s->env[f->d->vars[i]];
	heap_add(&f->r->wakes, a, at, w);
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
static void solve_def(struct run *r, struct def *d, struct found *f)
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
static bool is_true(struct run *r, struct def *d, civil fired)
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

static bool accepts(const struct node *n, packed v)
{
	if (n->kind == C_HOLDS)
		return v == PACKED_YES;
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->values[i].value == v)
			return !n->negated;
	return n->negated;
}

static packed value_elsewhere(const struct run *r, const struct check *c, const packed *head)
{
	UNSET packed args[MAX_ARGS];
	for (uint32_t i = 0; i < c->node->nargs; i++)
		args[i] = c->from[i] < MAX_ARGS ? head[c->from[i]] : c->node->terms[i].value;
	const struct inst *i = state_find(r->e->state, c->node->fact, args);
	return i ? inst_now(i) : 0;
}

static packed value_in_row(const struct check *c, const struct inst_row *row)
{
	return row ? inst_now((const struct inst *)(const void *)((const char *)row + c->at)) : 0;
}

bool derive_check(const struct run *r, const struct check *c, const struct inst_row *row, const packed *head)
{
	packed v = c->where == CHECK_ROW ? value_in_row(c, row) : value_elsewhere(r, c, head);
	return accepts(c->node, v) != c->negated;
}

/* A check that must be solved. Wakes are noted. */
static bool solve_check(struct run *r, struct def *d, const struct node *cond, struct inst_row *row)
{
	struct found f = {.r = r, .d = d, .row = row};
	solve_reset(&r->solver);
	solve_set(&r->solver, d->head, row_args(row));
	read_now(r, &f);
	bool yes = solve_any(&r->solver, cond);
	r->solver.wake = NULL;
	return yes;
}

static bool is_true_in(struct run *r, struct def *d, struct inst_row *row)
{
	bool yes = is_open(r, d);
	for (const struct check *c = d->checks.v, *end = c + d->checks.n; c < end && yes; c++)
		yes = c->where == CHECK_ANY ? solve_check(r, d, c->node, row) : derive_check(r, c, row, row_args(row));
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
		struct def *other = &r->defs.v[id];
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
			fits = solve_bind(s, &d->args[k], inst_packed(inst)[k]);
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
		other = held_by_another(r, d, inst_packed(i));
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
static void recompute_watched(struct run *r, struct def *d, const packed *keys, uint32_t round)
{
	struct solver *s = &r->solver;
	uint32_t mask = 0;
	for (uint32_t i = 0; i < d->nvars; i++)
		mask |= (uint32_t)(keys[i] != 0) << i;
	const struct insts l = state_match(r->e->state, d->fact, mask, keys);
	for (size_t k = 0; k < l.n; k++) {
		struct inst *i = insts_at(&l, k);
		if (!inst_now(i) || !bind_head(s, d, inst_packed(i)))
			continue;
		solve_reset(s);
		if (!is_true(r, d, d->timed ? inst_arg(i, d->nvars).t : r->now))
			set_defined(r, d, i, false, round);
	}
}

struct inst *derive_watch(struct run *r, uint32_t firing, uint32_t round)
{
	const struct firing *f = &r->e->firings.v[firing];
	struct def *d = &r->defs.v[r->watches[f->rule]];
	packed env[MAX_VARS], args[MAX_ARGS];
	(void)eval_env(r->e, f, env);
	for (uint32_t i = 0; i < d->nvars; i++)
		args[i] = env[d->vars[i]];
	if (d->timed)
		args[d->nvars] = value_pack((struct value){.kind = V_DATE, .t = r->now});
	struct inst *i = state_make(r->e->state, d->fact, args);
	if (!inst_now(i))
		inst_change(r->e->state, i, (struct change){round, CAUSE_DEFINITION | d->rule, PACKED_YES});
	ask(r, d, args);
	return i;
}

/* Every variable of the head is bound: one instance, true or not. */
static void recompute_one(struct run *r, struct def *d, const packed *keys, uint32_t round)
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

static void recompute_all(struct run *r, struct def *d, uint32_t round)
{
	struct found f;
	size_t nold;
	struct inst **old = old_instances(r, d, &nold);
	solve_def(r, d, &f);
	for (size_t i = 0; i < f.heads.n; i++)
		let_rise(r, d, tuples_row(&f.heads, i), round);
	for (size_t i = 0; i < nold; i++)
		if (tuples_add(&f.heads, inst_packed(old[i])))
			let_fall(r, d, old[i], round);
}

static void recompute(struct run *r, struct def *d, const packed *keys, uint32_t round)
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
			s->bound |= var_bit(d->vars[i]);
		}
	if (d->head & ~s->bound)
		recompute_all(r, d, round);
	else
		recompute_one(r, d, keys, round);
}

static void recompute_row(struct run *r, struct def *d, struct inst_row *row, uint32_t round)
{
	row->asked &= (uint8_t)~(1u << d->place);
	set_defined(r, d, row_inst(row, &r->e->state->facts[d->fact]), is_true_in(r, d, row), round);
}

static void recompute_todo(struct run *r, struct def *d, uint32_t round)
{
	for (size_t k = 0; k < d->todo.n; k++) {
		UNSET packed keys[MAX_ARGS];
		for (uint32_t v = 0; v < d->nvars; v++)
			keys[v] = tuples_row(&d->todo, k)[v];
		recompute(r, d, keys, round);
	}
	d->dirty = false;
	tuples_clear(&d->todo);
}

void derive_settle(struct run *r, uint32_t round)
{
	for (uint32_t level = r->lowest; level <= r->highest && level < r->nlevels; level++) {
		/* what level L changes is read on higher levels only */
		for (size_t i = 0; i < r->levels[level].n; i++) {
			struct task task = r->levels[level].v[i];
			if (task.row)
				recompute_row(r, task.def, task.row, round);
			else
				recompute_todo(r, task.def, round);
		}
		r->levels[level].n = 0;
	}
	r->lowest = UINT32_MAX;
	r->highest = 0;
}
