/* SPDX-License-Identifier: Apache-2.0
 *
 * Firing again: who fires in a round, what that asks of whom, and what an instance then becomes.
 */
#include "rules/late_int.h"

#include <stdlib.h>
#include <string.h>

static const struct rule *trigger_rule(const struct late *l, const struct inst *hidden)
{
	return &l->rb->rules.v[l->r->trigger_rule[hidden->fact - l->rb->facts.n]];
}

/* ---- when a trigger fires ------------------------------------------------------------------------------------------ */

static bool same_step(const struct moment *a, const struct moment *b)
{
	return a->at == b->at && a->phase == b->phase && a->place == b->place;
}

static bool is_start(const struct moment *m)
{
	return m->phase == PHASE_START;
}

struct kept { /* of the solver, while something else is read */
	const struct past *past;
	civil now, fired;
	void (*wake)(void *ctx, const struct solver *s, civil at);
	uint64_t bound;
};

/* When is the timer due that began to run in that round? CIVIL_NEVER: there is none. */
static civil due_of(struct late *l, const struct inst *hidden, const struct moment *began)
{
	struct solver *s = &l->r->solver;
	const struct rule *rule = trigger_rule(l, hidden);
	struct kept kept = {s->past, s->now, s->fired, s->wake, s->bound};
	packed env[MAX_VARS];
	civil due;
	memcpy(env, s->env, sizeof env);
	struct view view = late_view(l, began, false);
	s->past = &view.past;
	s->now = s->fired = began->at;
	s->wake = NULL;
	solve_set(s, rule->trigger_vars, inst_packed(hidden));
	if (!timer_due(value_unpack(solve_value(s, rule->trigger.span)), began->at, &due))
		due = CIVIL_NEVER;
	memcpy(s->env, env, sizeof env);
	s->past = kept.past;
	s->now = kept.now;
	s->fired = kept.fired;
	s->wake = kept.wake;
	s->bound = kept.bound;
	return due;
}

/* Would it fire from that rise in the same step? */
static bool is_immediate(struct late *l, const struct inst *hidden, const struct moment *rise)
{
	return trigger_rule(l, hidden)->trigger.kind == TRIGGER_ONCE || due_of(l, hidden, rise) <= rise->at;
}

bool late_fires_at(struct late *l, const struct inst *hidden, const struct change *rise, struct moment *ret)
{
	struct moment began = late_moment(l, rise->round);
	if (!rise->value)
		return false;
	late_fill(l, &began);
	if (is_start(&began))
		return false;
	civil due = trigger_rule(l, hidden)->trigger.kind == TRIGGER_ONCE ? began.at : due_of(l, hidden, &began);
	if (due > CIVIL_MAX)
		return false;
	*ret = due <= began.at ? late_next(l, &began) : late_find(l, due, PHASE_TIMERS, 0, 0);
	return true;
}

static bool fires_by_timer(struct late *l, const struct inst *hidden, const struct moment *m)
{
	uint32_t n = late_count(l, hidden->v, hidden->n, m, true);
	if (!n || !hidden->v[n - 1].value || trigger_rule(l, hidden)->trigger.kind != TRIGGER_AFTER)
		return false;
	struct moment began = late_moment(l, hidden->v[n - 1].round);
	late_fill(l, &began);
	return !is_start(&began) && began.at < m->at && due_of(l, hidden, &began) == m->at;
}

/* It rose in the round before, and has not fired in this step yet. */
static bool fires_by_rise(struct late *l, const struct inst *hidden, const struct moment *m)
{
	bool rose = false;
	for (uint32_t k = late_count(l, hidden->v, hidden->n, m, true); k-- > 0;) {
		struct moment at = late_moment(l, hidden->v[k].round);
		late_fill(l, &at);
		if (!same_step(&at, m))
			break;
		if (!hidden->v[k].value || !is_immediate(l, hidden, &at))
			continue;
		if (at.cascade + 1 < m->cascade)
			return false; /* that was when it fired */
		rose = true;
	}
	struct moment first = *m;
	if (rose && m->phase == PHASE_TIMERS) {
		first = late_find(l, m->at, PHASE_TIMERS, 0, 0);
		return !fires_by_timer(l, hidden, &first);
	}
	return rose;
}

static bool fires(struct late *l, const struct inst *hidden, const struct moment *m)
{
	if (m->cascade)
		return fires_by_rise(l, hidden, m);
	return m->phase == PHASE_TIMERS && fires_by_timer(l, hidden, m);
}

void late_turned(struct late *l, struct inst *hidden, const struct moment *m)
{
	const struct eval *e = l->r->e;
	const struct side *side = late_side(l, hidden);
	struct moment here = *m, at;
	late_fill(l, &here);
	uint32_t n = late_count(l, hidden->v, hidden->n, m, false);
	struct moment next = n < hidden->n ? late_moment(l, hidden->v[n].round) : late_end();
	for (uint32_t k = late_firing_after(l, &side->firings, m, false); k < side->firings.n; k++) {
		at = late_moment(l, e->firings.v[side->firings.v[k]].round);
		if (moment_cmp(&at, &next) > 0)
			break; /* it rose anew before that */
		late_push(l, &at, STAGE_FIRE, hidden, 0, true);
	}
	for (uint32_t k = n ? n - 1 : 0; k < hidden->n; k++) { /* the rise that counts now, and others in this step */
		at = late_moment(l, hidden->v[k].round);
		late_fill(l, &at);
		if (k >= n && !same_step(&at, &here))
			break;
		if (late_fires_at(l, hidden, &hidden->v[k], &at) && moment_cmp(&at, m) > 0)
			late_push(l, &at, STAGE_FIRE, hidden, 0, true);
	}
	for (uint32_t k = 0; k < side->pendings.n; k++)
		late_push(l, m, STAGE_WATCH, NULL, side->pendings.v[k], true);
}

/* ---- what a firing asks for ---------------------------------------------------------------------------------------- */

struct wish {
	uint32_t rule;
	struct inst *head;
	packed *more; /* as firing.more */
	uint32_t firing;
};

struct wishes {
	struct late *l;
	struct inst *hidden;
	uint64_t place;
	uint32_t rule;
	struct { struct wish *v; size_t n, cap; } all;
};

static void wish_one(struct wishes *w)
{
	struct late *l = w->l;
	struct solver *s = &l->r->solver;
	const struct rule *rule = &l->rb->rules.v[w->rule];
	UNSET packed args[MAX_ARGS];
	struct wish wish = {.rule = w->rule, .firing = NO_ID};
	if (rule->form == RULE_FORBIDDEN)
		fire_breach(l->r, w->place, args);
	else if (!solve_args(s, rule->terms, l->rb->facts.v[rule->fact].nparams, args))
		return;
	if (rule->effect && solve_expr(s, rule->effect).kind != V_DATE)
		return;
	uint64_t more = rule->cond_vars & ~rule->trigger_vars;
	wish.more = arena_array(&l->work, (size_t)__builtin_popcountll(more) + 1, packed);
	for (uint32_t n = 0; more; n++)
		wish.more[n] = s->env[take_var(&more)];
	wish.head = state_make(l->r->e->state, rule->fact, args);
	arena_push(&l->work, &w->all, wish);
}

/* As propose in fire.c. The trigger's variables are bound. */
static void wish_all(struct wishes *w, const struct moment *m)
{
	struct solver *s = &w->l->r->solver;
	const struct rule *rule = &w->l->rb->rules.v[w->rule];
	if (m->at < rule->from || m->at >= rule->until)
		return;
	if (!(rule->cond_vars & ~s->bound)) {
		s->bound = rule_binding(rule);
		if (!rule->cond || solve_any(s, rule->cond))
			wish_one(w);
		return;
	}
	struct tuples ways;
	solve_ways(s, rule->cond, rule_binding(rule), &w->l->work, &ways);
	for (size_t i = 0; i < ways.n; i++) {
		solve_set(s, rule_binding(rule), tuples_row(&ways, i));
		wish_one(w);
	}
}

static void wish_for_act(struct wishes *w, const struct moment *m)
{
	struct run *r = w->l->r;
	uint32_t id = late_act_at(w->l, m->place);
	if (id == NO_ID || r->e->acts[id].act->date != m->at)
		return;
	const struct act *act = r->e->acts[id].act;
	w->place = m->place;
	for (size_t i = 0; i < r->act_rules[act->kind].n; i++) {
		w->rule = r->act_rules[act->kind].v[i];
		const struct rule *rule = &w->l->rb->rules.v[w->rule];
		bool fits = true;
		solve_reset(&r->solver);
		r->solver.bound = 0;
		for (uint32_t k = 0; k < r->e->rb->acts.v[act->kind].nparams && fits; k++)
			if (rule->trigger.terms[k].var != TERM_ANY)
				fits = solve_bind(&r->solver, &rule->trigger.terms[k], act->args[k]);
		if (fits)
			wish_all(w, m);
	}
}

/* ---- firings as they were and as they are -------------------------------------------------------------------------- */

static uint32_t new_firing(struct late *l, const struct wish *wish, const struct inst *hidden, uint32_t round)
{
	struct eval *e = l->r->e;
	const struct rule *rule = &l->rb->rules.v[wish->rule];
	uint32_t n = (uint32_t)__builtin_popcountll(rule->cond_vars & ~rule->trigger_vars);
	struct firing f = {wish->rule, round, hidden ? inst_id(hidden) : NO_ID, n ? (uint32_t)e->more.n : NO_ID};
	for (uint32_t i = 0; i < n; i++)
		EVAL_PUSH(&e->more, wish->more[i]);
	EVAL_PUSH(&e->firings, f);
	arena_push(&l->arena, &l->heads, inst_id(wish->head));
	return (uint32_t)e->firings.n - 1;
}

static void list_firing(struct late *l, const struct inst *of, uint32_t firing, const struct moment *m)
{
	struct ids *ids = &late_side(l, of)->firings;
	ids_add(l, ids, late_firing_after(l, ids, m, false), firing);
}

static void add_firing(struct late *l, struct wish *wish, const struct inst *hidden, struct moment *m)
{
	uint32_t round = late_round(l, m);
	wish->firing = new_firing(l, wish, hidden, round);
	struct ids *more = late_more(l, round, true);
	ids_add(l, more, more->n, wish->firing);
	list_firing(l, wish->head, wish->firing, m);
	if (hidden)
		list_firing(l, hidden, wish->firing, m);
}

static void remove_firing(struct late *l, uint32_t firing, const struct moment *m)
{
	struct eval *e = l->r->e;
	struct inst *head = late_head(l, firing);
	const struct inst *hidden = eval_trigger(e, &e->firings.v[firing]);
	ids_drop(&late_side(l, head)->firings, firing);
	if (hidden)
		ids_drop(&late_side(l, hidden)->firings, firing);
	struct ids *more = late_more(l, e->firings.v[firing].round, false);
	if (more)
		ids_drop(more, firing);
	l->heads.v[firing] = NO_ID;
	late_push(l, m, STAGE_INST, head, 0, true);
}

static bool is_wish(const struct late *l, uint32_t firing, const struct wish *w)
{
	const struct eval *e = l->r->e;
	const struct firing *f = &e->firings.v[firing];
	const struct rule *rule = &l->rb->rules.v[w->rule];
	uint32_t n = (uint32_t)__builtin_popcountll(rule->cond_vars & ~rule->trigger_vars);
	return f->rule == w->rule && l->heads.v[firing] == inst_id(w->head) && (!n || !memcmp(&e->more.v[f->more], w->more, n * sizeof *w->more));
}

/* Is the firing one of this act or trigger, and not wished for any longer? What is wished for is noted. */
static void compare_firing(struct wishes *w, uint32_t firing, const struct moment *m)
{
	struct late *l = w->l;
	const struct firing *f = &l->r->e->firings.v[firing];
	bool mine = w->hidden ? f->trigger == inst_id(w->hidden) && l->r->e->hidden[f->rule] == w->hidden->fact : f->trigger == NO_ID;
	if (l->heads.v[firing] == NO_ID || !mine)
		return;
	for (size_t i = 0; i < w->all.n; i++)
		if (w->all.v[i].firing == NO_ID && is_wish(l, firing, &w->all.v[i])) {
			w->all.v[i].firing = firing;
			return;
		}
	remove_firing(l, firing, m);
}

void late_fire(struct late *l, struct inst *hidden, struct moment *m)
{
	struct wishes w = {.l = l, .hidden = hidden};
	late_fill(l, m);
	struct view view = late_view(l, m, true);
	late_read(l, &view);
	if (!hidden) {
		wish_for_act(&w, m);
	} else if (fires(l, hidden, m)) {
		w.rule = l->r->trigger_rule[hidden->fact - l->rb->facts.n];
		solve_set(&l->r->solver, l->rb->rules.v[w.rule].trigger_vars, inst_packed(hidden));
		wish_all(&w, m);
	}
	if (m->round != NO_ID && m->round < l->nbulk)
		for (uint32_t i = l->first_firing[m->round]; i < l->first_firing[m->round + 1]; i++)
			compare_firing(&w, i, m);
	const struct ids *more = m->round != NO_ID ? late_more(l, m->round, false) : NULL;
	for (uint32_t i = more ? more->n : 0; i-- > 0;)
		compare_firing(&w, more->v[i], m);
	for (size_t i = 0; i < w.all.n; i++) {
		if (w.all.v[i].firing == NO_ID)
			add_firing(l, &w.all.v[i], hidden, m);
		late_push(l, m, STAGE_INST, w.all.v[i].head, 0, true);
	}
}

/* ---- what an instance becomes -------------------------------------------------------------------------------------- */

static struct proposal proposal_of(struct late *l, uint32_t firing, struct inst *i, const struct moment *m)
{
	struct eval *e = l->r->e;
	struct solver *s = &l->r->solver;
	const struct firing *f = &e->firings.v[firing];
	const struct rule *rule = &l->rb->rules.v[f->rule];
	struct proposal p = {.rule = f->rule, .firing = firing, .inst = i, .value = PACKED_YES, .effect = m->at};
	s->bound = eval_env(e, f, s->env);
	if (rule->form == RULE_EFFECT)
		p.value = solve_value(s, rule->value);
	if (rule->effect) {
		struct xval when = solve_expr(s, rule->effect);
		p.effect = when.kind == V_DATE ? when.v.t : m->at;
	}
	return p;
}

static void add_pending(struct late *l, const struct proposal *p)
{
	struct eval *e = l->r->e;
	const struct rule *rule = &l->rb->rules.v[p->rule];
	const struct inst *trigger = eval_trigger(e, &e->firings.v[p->firing]);
	struct pending pending = {.firing = p->firing, .inst = p->inst, .value = value_unpack(p->value), .due = p->effect,
		.state = PENDING_APPLIED, .ended = NO_ID};
	uint32_t id = (uint32_t)e->pendings.n;
	if (p->effect > CIVIL_MAX) { /* never */
		pending.state = PENDING_DROPPED;
		pending.ended = 0;
	}
	EVAL_PUSH(&e->pendings, pending);
	struct ids *ids = &late_side(l, p->inst)->pendings;
	ids_add(l, ids, ids->n, id);
	late_push_due(l, &pending);
	if (!rule->still_so)
		return;
	ids = trigger ? &late_side(l, trigger)->pendings : NULL;
	if (ids)
		ids_add(l, ids, ids->n, id);
	ids = &l->rule_pendings[p->rule];
	if (rule->cond)
		ids_add(l, ids, ids->n, id);
	late_watch_new(l, id);
}

static void remove_pending(struct late *l, uint32_t id)
{
	struct eval *e = l->r->e;
	struct pending *p = &e->pendings.v[id];
	const struct firing *f = &e->firings.v[p->firing];
	const struct inst *trigger = eval_trigger(e, f);
	late_push_due(l, p);
	ids_drop(&late_side(l, p->inst)->pendings, id);
	if (trigger)
		ids_drop(&late_side(l, trigger)->pendings, id);
	ids_drop(&l->rule_pendings[f->rule], id);
	p->inst = NULL;
}

/* The delayed changes of an instance that were made in a round are those that its proposals ask for. */
static void match_pendings(struct late *l, struct inst *i, uint32_t round)
{
	struct eval *e = l->r->e;
	struct run *r = l->r;
	for (uint32_t k = late_side(l, i)->pendings.n; k-- > 0;) {
		uint32_t id = late_side(l, i)->pendings.v[k];
		const struct pending *p = &e->pendings.v[id];
		size_t n = 0;
		if (e->firings.v[p->firing].round != round)
			continue;
		while (n < r->proposals.n && !(!r->proposals.v[n].dropped && r->proposals.v[n].firing == p->firing &&
				r->proposals.v[n].effect == p->due && r->proposals.v[n].value == value_pack(p->value)))
			n++;
		if (n < r->proposals.n)
			r->proposals.v[n].dropped = true; /* it has it */
		else
			remove_pending(l, id);
	}
	for (size_t n = 0; n < r->proposals.n; n++)
		if (!r->proposals.v[n].dropped && r->proposals.v[n].effect > r->now)
			add_pending(l, &r->proposals.v[n]);
}

static void resolve_proposals(struct late *l, struct inst *i, struct moment *m)
{
	struct eval *e = l->r->e;
	struct run *r = l->r;
	const struct ids *ids = &late_side(l, i)->firings;
	packed value = late_value(l, i, m, true);
	uint32_t cause = NO_ID;
	r->proposals.n = 0;
	if (m->round == NO_ID)
		return;
	for (uint32_t k = late_firing_after(l, ids, m, true); k < ids->n && e->firings.v[ids->v[k]].round == m->round; k++)
		arena_push(&e->arena, &r->proposals, proposal_of(l, ids->v[k], i, m));
	sweep_sort(r);
	for (size_t k = 0; k < r->proposals.n; k++) {
		struct proposal *p = &r->proposals.v[k];
		p->dropped = sweep_overridden(r, p);
		if (!p->dropped && p->effect <= m->at) {
			value = p->value;
			cause = p->firing;
		}
	}
	match_pendings(l, i, m->round);
	late_set(l, i, m, value, cause);
}

/* Was a made after b? */
static bool made_later(struct late *l, const struct pending *a, const struct pending *b)
{
	const struct eval *e = l->r->e;
	const struct firing *fa = &e->firings.v[a->firing], *fb = &e->firings.v[b->firing];
	int c = late_cmp_rounds(l, fa->round, fb->round);
	struct proposal pa = {.rule = fa->rule, .firing = a->firing}, pb = {.rule = fb->rule, .firing = b->firing};
	return c ? c > 0 : sweep_cmp_proposals(&pa, &pb, l->r) > 0;
}

static void resolve_pendings(struct late *l, struct inst *i, struct moment *m)
{
	struct eval *e = l->r->e;
	const struct ids *ids = &late_side(l, i)->pendings;
	const struct pending *last = NULL;
	packed value = late_value(l, i, m, true);
	for (uint32_t k = 0; k < ids->n; k++) {
		struct pending *p = &e->pendings.v[ids->v[k]];
		if (p->due != m->at || p->state != PENDING_APPLIED)
			continue;
		p->ended = late_round(l, m);
		if (!last || made_later(l, p, last))
			last = p;
	}
	late_set(l, i, m, last ? value_pack(last->value) : value, last ? last->firing : NO_ID);
}

void late_resolve(struct late *l, struct inst *i, struct moment *m)
{
	late_fill(l, m);
	struct view view = late_view(l, m, true);
	late_read(l, &view);
	if (m->phase == PHASE_PENDING && !m->cascade)
		resolve_pendings(l, i, m);
	else
		resolve_proposals(l, i, m);
}
