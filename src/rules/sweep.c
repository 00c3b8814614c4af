/* SPDX-License-Identifier: Apache-2.0
 *
 * The sweep over time (reference, section 7): instants, steps, rounds, cascades.
 */
#include "rules/run.h"

#include <stdlib.h>
#include <string.h>

/* ---- one round --------------------------------------------------------------------------------------------------------- */

static packed bound_value(const struct eval *e, const struct firing *f, uint32_t var)
{
	const struct rule *rule = &e->rb->rules.v[f->rule];
	uint64_t before = var_bit(var) - 1;
	packed env[MAX_VARS];
	if (!(rule->trigger_vars & var_bit(var)))
		return e->more.v[f->more + (uint32_t)__builtin_popcountll(rule->cond_vars & ~rule->trigger_vars & before)];
	if (f->trigger != NO_ID)
		return inst_packed(eval_trigger(e, f))[__builtin_popcountll(rule->trigger_vars & before)];
	(void)eval_env(e, f, env);
	return env[var];
}

/* Order of two bindings of one rule: pairs (name, printed value) in bytewise order of the names (reference 6.7). */
static int cmp_bindings(const struct run *r, const struct proposal *a, const struct proposal *b)
{
	const struct firing *fa = &r->e->firings.v[a->firing], *fb = &r->e->firings.v[b->firing];
	const struct sorted_vars *vars = &r->sorted[a->rule];
	for (uint32_t i = 0; i < vars->n; i++) {
		packed x = bound_value(r->e, fa, vars->v[i]), y = bound_value(r->e, fb, vars->v[i]);
		int c = x == y ? 0 : value_cmp_printed(r->e->syms, value_unpack(x), value_unpack(y));
		if (c)
			return c;
	}
	return 0;
}

int sweep_cmp_proposals(const void *x, const void *y, void *run)
{
	const struct proposal *a = x, *b = y;
	const struct run *r = run;
	uint32_t oa = run_rule(r, a->rule)->order, ob = run_rule(r, b->rule)->order;
	if (oa != ob)
		return oa < ob ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	return cmp_bindings(r, a, b);
}

void sweep_sort(struct run *r)
{
	if (r->proposals.n > 1)
		qsort_r(r->proposals.v, r->proposals.n, sizeof *r->proposals.v, sweep_cmp_proposals, r);
}

bool sweep_overridden(const struct run *r, const struct proposal *p)
{
	for (size_t i = 0; i < r->proposals.n; i++) {
		const struct proposal *q = &r->proposals.v[i];
		const struct rule *rule = run_rule(r, q->rule);
		if (q->inst != p->inst)
			continue;
		for (uint32_t k = 0; k < rule->noverrides; k++)
			if (rule->overrides[k] == p->rule)
				return true;
	}
	return false;
}

static void set_value(struct run *r, struct inst *i, packed v, uint32_t firing, uint32_t round)
{
	packed before = inst_now(i);
	if (before == v)
		return;
	inst_change(r->e->state, i, (struct change){round, firing, v});
	derive_changed(r, i, before, v);
	r->changes++;
}

static void queue_change(struct run *r, const struct proposal *p, uint32_t round)
{
	struct eval *e = r->e;
	struct pending pending = {.firing = p->firing, .inst = p->inst, .value = value_unpack(p->value), .due = p->effect};
	const struct rule *rule = run_rule(r, p->rule);
	const struct firing *firing = &e->firings.v[p->firing];
	struct inst *trigger = firing->trigger == NO_ID ? NULL : state_inst(e->state, e->hidden[p->rule], firing->trigger);
	uint32_t id = (uint32_t)e->pendings.n;
	if (rule->still_so && trigger) { /* dropped when that falls */
		pending.before = trigger->chosen;
		trigger->chosen = id + 1;
	}
	if (rule->still_so && rule->cond) { /* or when its `if` does */
		struct inst *watch = derive_watch(r, p->firing, round);
		pending.before_if = watch->chosen;
		watch->chosen = id + 1;
	}
	EVAL_PUSH(&e->pendings, pending);
	heap_add(&r->due, &e->arena, p->effect, (void *)(uintptr_t)id);
	r->changes++;
}

static void apply_one(struct run *r, const struct proposal *p, uint32_t round)
{
	if (p->effect > r->now)
		queue_change(r, p, round);
	else
		set_value(r, p->inst, p->value, p->firing, round);
}

/* Does it matter in which order they stand? It does to an instance that two of them change, and where rules override others. */
static bool is_order_needed(const struct run *r)
{
	bool overriding = false, met = false;
	for (uint32_t i = 0; i < r->proposals.n; i++) {
		r->proposals.v[i].inst->chosen = i;
		overriding |= run_rule(r, r->proposals.v[i].rule)->noverrides != 0;
	}
	for (uint32_t i = 0; i < r->proposals.n; i++)
		met |= r->proposals.v[i].inst->chosen != i;
	return overriding || met;
}

static void apply_proposals(struct run *r, uint32_t round)
{
	if (r->proposals.n <= 1 || !is_order_needed(r)) {
		for (size_t i = 0; i < r->proposals.n; i++)
			apply_one(r, &r->proposals.v[i], round);
		return;
	}
	sweep_sort(r);
	for (uint32_t i = 0; i < r->proposals.n; i++) {
		struct proposal *p = &r->proposals.v[i];
		p->dropped = sweep_overridden(r, p);
		if (!p->dropped && p->effect <= r->now)
			p->inst->chosen = i; /* the latest stands */
	}
	for (uint32_t i = 0; i < r->proposals.n; i++) {
		const struct proposal *p = &r->proposals.v[i];
		if (!p->dropped && (p->effect > r->now || p->inst->chosen == i))
			apply_one(r, p, round);
	}
}

uint32_t sweep_instant(struct run *r, civil at)
{
	struct eval *e = r->e;
	if (!e->instants.n || e->instants.v[e->instants.n - 1] != at)
		EVAL_PUSH(&e->instants, at);
	return (uint32_t)(e->instants.n - 1);
}

static uint32_t begin_round(struct run *r, enum round_kind kind, uint32_t act)
{
	struct eval *e = r->e;
	struct round round = {.instant = sweep_instant(r, r->now) & (MAX_INSTANTS - 1), .kind = kind & 7u, .act = act};
	EVAL_PUSH(&e->rounds, round);
	return (uint32_t)e->rounds.n - 1;
}

static void drop(struct pending *p, uint32_t round)
{
	if (p->state != PENDING_WAITING)
		return;
	p->state = PENDING_DROPPED;
	p->ended = round;
}

/* What waits for a trigger or an `if` that fell in this round. */
static void drop_pending(struct run *r, uint32_t round)
{
	struct eval *e = r->e;
	for (size_t i = 0; i < r->fell.n; i++) {
		bool trigger = r->fell.v[i]->fact < r->first_watched;
		for (uint32_t id = r->fell.v[i]->chosen; id; id = trigger ? e->pendings.v[id - 1].before : e->pendings.v[id - 1].before_if)
			drop(&e->pendings.v[id - 1], round);
		r->fell.v[i]->chosen = 0;
	}
}

/* Timers whose condition became true: due at once (in the next round) or later. */
static void start_timer(struct run *r, struct inst *hidden)
{
	uint32_t id = r->trigger_rule[hidden->fact - r->e->rb->facts.n];
	const struct rule *rule = run_rule(r, id);
	struct solver *s = &r->solver;
	civil due;
	solve_reset(s);
	s->now = s->fired = r->now;
	solve_set(s, rule->trigger_vars, inst_packed(hidden));
	struct value span = value_unpack(solve_value(s, rule->trigger.span));
	if (!timer_due(span, r->now, &due))
		return;
	if (due <= r->now) {
		arena_push(&r->e->arena, &r->fire, hidden);
		return;
	}
	struct timer *t = arena_new(&r->e->arena, struct timer);
	*t = (struct timer){.rule = id, .inst = hidden, .change = hidden->n};
	heap_add(&r->timers, &r->e->arena, due, t);
}

/* Items (d) and (e) of a round, and what fires in the next one. */
static void end_round(struct run *r, uint32_t round)
{
	r->rose.n = r->fell.n = 0;
	if (r->thorough)
		derive_all(r);
	if (r->lowest <= r->highest)
		derive_settle(r, round);
	drop_pending(r, round);
	for (size_t i = 0; i < r->rose.n; i++) {
		struct inst *hidden = r->rose.v[i];
		uint32_t id = r->trigger_rule[hidden->fact - r->e->rb->facts.n];
		if (run_rule(r, id)->trigger.kind == TRIGGER_AFTER)
			start_timer(r, hidden);
		else
			arena_push(&r->e->arena, &r->fire, hidden);
	}
}

/* Carries the collected proposals out as one round. */
static void carry_out(struct run *r, enum round_kind kind, uint32_t act)
{
	uint32_t round = begin_round(r, kind, act);
	apply_proposals(r, round);
	r->proposals.n = 0;
	end_round(r, round);
}

/* Rounds of one step: each instance fires once, but an instance that names a number may be followed by one with the next. */
enum { MAX_CASCADE = 10000 };

static void cascade(struct run *r, uint32_t act)
{
	for (uint32_t rounds = 0; r->fire.n; rounds++) {
		if (rounds == MAX_CASCADE) {
			r->endless = true;
			r->fire.n = 0;
			return;
		}
		__typeof__(r->fire) now = r->fire; /* end_round fills the other list */
		r->fire = r->spare;
		r->fire.n = 0;
		r->spare = now;
		for (size_t i = 0; i < now.n; i++)
			if (now.v[i]->stamp != r->step) { /* once in a step */
				now.v[i]->stamp = r->step;
				fire_trigger(r, now.v[i]);
			}
		if (r->proposals.n)
			carry_out(r, ROUND_CASCADE, act);
	}
}

/* ---- one instant ------------------------------------------------------------------------------------------------------- */

static void begin_step(struct run *r)
{
	r->step++;
	r->changes = 0;
}

static void step_calendar(struct run *r)
{
	if (heap_next(&r->wakes) > r->now)
		return;
	begin_step(r);
	while (heap_next(&r->wakes) == r->now)
		derive_wake(r, heap_take(&r->wakes));
	carry_out(r, ROUND_CALENDAR, NO_ID);
	cascade(r, NO_ID);
}

static void step_timers(struct run *r)
{
	bool any = false;
	while (heap_next(&r->timers) == r->now) {
		const struct timer *t = heap_take(&r->timers);
		if (t->change != t->inst->n) /* it fell since */
			continue;
		if (!any)
			begin_step(r);
		any = true;
		t->inst->stamp = r->step;
		fire_trigger(r, t->inst);
	}
	if (!any)
		return;
	carry_out(r, ROUND_TIMERS, NO_ID);
	cascade(r, NO_ID);
}

static void step_pending(struct run *r)
{
	struct eval *e = r->e;
	if (heap_next(&r->due) > r->now)
		return;
	begin_step(r);
	uint32_t round = begin_round(r, ROUND_PENDING, NO_ID);
	/* of two for one instance the later-made stands: it is found last */
	struct {
		uint32_t *v;
		size_t n, cap;
	} ready = {0};
	while (heap_next(&r->due) == r->now) {
		uint32_t id = (uint32_t)(uintptr_t)heap_take(&r->due);
		struct pending *p = &e->pendings.v[id];
		if (p->state != PENDING_WAITING)
			continue;
		p->state = PENDING_APPLIED;
		p->ended = round;
		p->inst->chosen = id;
		arena_push(&r->instant_arena, &ready, id);
	}
	for (size_t i = 0; i < ready.n; i++) {
		struct pending *p = &e->pendings.v[ready.v[i]];
		if (p->inst->chosen == ready.v[i])
			set_value(r, p->inst, value_pack(p->value), p->firing, round);
	}
	arena_reset(&r->instant_arena);
	end_round(r, round);
	cascade(r, NO_ID);
}

void sweep_act(struct run *r, uint32_t index)
{
	struct eval *e = r->e;
	begin_step(r);
	e->act_round[index] = (uint32_t)e->rounds.n;
	fire_act(r, &e->acts[index]);
	carry_out(r, ROUND_ACT, index);
	cascade(r, index);
	e->act_works[index] = r->changes != 0;
}

/* ---- the sweep --------------------------------------------------------------------------------------------------------- */

static struct inst *table_inst(struct run *r, const struct table *t, const struct table_row *row)
{
	packed args[MAX_ARGS];
	for (uint32_t i = 0; i < r->e->rb->facts.v[t->fact].nparams; i++)
		args[i] = value_pack(row->args[i]);
	return state_make(r->e->state, t->fact, args);
}

static void set_tables(struct run *r)
{
	const struct rulebook *rb = r->e->rb;
	for (size_t t = 0; t < rb->tables.n; t++)
		for (uint32_t i = 0; i < rb->tables.v[t].n; i++) {
			const struct table_row *row = &rb->tables.v[t].rows[i];
			struct inst *inst = table_inst(r, &rb->tables.v[t], row);
			inst_change(r->e->state, inst, (struct change){0, NO_ID, value_pack(row->value)});
		}
}

void sweep_start(struct run *r)
{
	r->now = CIVIL_ALWAYS;
	begin_step(r);
	uint32_t round = begin_round(r, ROUND_START, NO_ID);
	set_tables(r);
	derive_all(r);
	derive_settle(r, round); /* what is true from the beginning of time never becomes true */
	r->rose.n = r->fell.n = 0;
}

static civil next_instant(const struct run *r)
{
	civil t = r->next < r->e->nacts ? r->e->acts[r->next].act->date : CIVIL_NEVER;
	const struct heap *queues[] = {&r->wakes, &r->timers, &r->due};
	for (size_t i = 0; i < 3; i++)
		if (heap_next(queues[i]) < t)
			t = heap_next(queues[i]);
	return t;
}

static void instant(struct run *r)
{
	const struct eval *e = r->e;
	step_calendar(r);
	step_timers(r);
	step_pending(r);
	for (; r->next < e->nacts && e->acts[r->next].act->date == r->now; r->next++) {
		fire_expect(r);
		sweep_act(r, (uint32_t)r->next);
	}
}

static struct str last_label(const struct run *r)
{
	return r->last_rule == NO_ID ? STR("?") : syms_str(&r->e->rb->syms, run_rule(r, r->last_rule)->label);
}

int sweep(struct run *r, civil last, struct err *err)
{
	const struct eval *e = r->e;
	for (civil t; (t = next_instant(r)) <= last;) {
		r->now = t;
		instant(r);
		if (r->solver.too_large)
			return err_set(err, ERR_LIMIT, "rules", "a number in rule %.*s went beyond 2^126", STR_ARG(last_label(r)));
		if (r->endless) {
			(void)err_set(err, ERR_LIMIT, "rules", "rule %.*s fires at one instant without end", STR_ARG(last_label(r)));
			return err_hint(err, "its trigger should not name a value that it changes");
		}
		if (r->next == e->nacts && ++r->beyond > r->patience) {
			(void)err_set(err, ERR_LIMIT, "rules", "rule %.*s keeps time running without end", STR_ARG(last_label(r)));
			return err_hint(err, "give it an `until`");
		}
	}
	for (size_t i = 0; last == CIVIL_MAX && i < e->pendings.n; i++)
		if (e->pendings.v[i].state == PENDING_WAITING) /* due after the year 9999 */
			e->pendings.v[i].state = PENDING_DROPPED;
	return 0;
}
