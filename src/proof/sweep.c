/* SPDX-License-Identifier: Apache-2.0
 *
 * Time carried out: instants, at each the calendar, timers, pending changes, acts; rounds and cascades (reference, section 7).
 */
#include "proof/run.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_INSTANTS_AFTER = 1000000 };

/* ---- firing -------------------------------------------------------------------------------------------------------------- */

struct ways {
	struct ck_past *p;
	uint64_t vars;
	uint32_t n; /* of the rule's variables */
	struct { struct value **v; size_t n, cap; } rows;
};

static bool take_way(struct ck_sight *s, void *ctx)
{
	struct ways *w = ctx;
	UNSET struct value row[MAX_VARS];
	for (uint32_t i = 0; i < w->n; i++)
		row[i] = w->vars & s->bound & ck_bit(i) ? s->env[i] : VALUE_NONE;
	ck_charge(w->p, w->rows.n / 4);
	for (size_t i = 0; i < w->rows.n; i++) {
		uint32_t k = 0;
		while (k < w->n && value_eq(w->rows.v[i][k], row[k]))
			k++;
		if (k == w->n)
			return true;
	}
	struct value *copy = arena_copy(&w->p->scratch, row, w->n * sizeof *row);
	arena_push(&w->p->scratch, &w->rows, copy);
	return true;
}

static void propose_way(struct ck_past *p, const struct ck_law *law, struct ck_inst *trigger, uint64_t place)
{
	struct ck_run *r = p->run;
	struct ck_sight *s = &r->s;
	struct value args[MAX_ARGS];
	struct ck_proposal new = {.law = law->id, .value = VALUE_YES, .effect = r->now};
	if (law->form == RULE_FORBIDDEN) {
		char text[24];
		int n = snprintf(text, sizeof text, "%llu", (unsigned long long)place);
		args[0] = (struct value){.kind = V_ENTITY, .s = syms_intern(&p->b->rb->syms, (struct str){text, (size_t)n})};
	} else if (!ck_args(s, law->head, p->nparams[law->fact], args)) {
		return;
	}
	if (law->form == RULE_EFFECT)
		new.value = ck_expr_value(s, law->value);
	if (law->effect) {
		struct ck_num when = ck_expr(s, law->effect);
		if (when.kind != V_DATE)
			return;
		new.effect = when.v.t;
	}
	struct ck_firing f = {.law = law->id, .round = (uint32_t)p->rounds.n, .bound = s->bound, .trigger = trigger};
	f.env = arena_copy(&p->arena, s->env, law->nvars * sizeof *s->env);
	new.inst = ck_inst_make(p, law->fact, args);
	new.firing = (uint32_t)p->firings.n;
	arena_push(&p->arena, &p->firings, f);
	arena_push(&p->arena, &r->proposals, new);
}

/* The variables of the trigger are bound; every way to satisfy `if` fires. */
static void propose(struct ck_past *p, const struct ck_law *law, struct ck_inst *trigger, uint64_t place)
{
	struct ck_run *r = p->run;
	struct ways w = {.p = p, .vars = law->trigger_vars | law->cond_vars, .n = law->nvars};
	if (!ck_in_window(r->now, law))
		return;
	(void)ck_solve(&r->s, law->cond, take_way, &w);
	for (size_t i = 0; i < w.rows.n; i++) {
		r->s.bound = w.vars;
		memcpy(r->s.env, w.rows.v[i], w.n * sizeof *r->s.env);
		propose_way(p, law, trigger, place);
	}
}

static void look(struct ck_past *p)
{
	arena_reset(&p->scratch);
	ck_look(&p->run->s, p, CK_NOW, p->run->now);
}

static void propose_for_act(struct ck_past *p, const struct ck_placed *a)
{
	struct ck_run *r = p->run;
	for (size_t i = 0; i < r->on_act[a->act->kind].n; i++) {
		const struct ck_law *law = &p->b->laws.v[r->on_act[a->act->kind].v[i]];
		bool fits = true;
		look(p);
		for (uint32_t k = 0; k < p->b->acts.v[a->act->kind].nparams && fits; k++)
			fits = ck_match(&r->s, law->pattern[k], a->act->args[k]);
		if (fits)
			propose(p, law, NULL, a->place);
	}
}

static void bind_trigger(struct ck_past *p, const struct ck_law *law, const struct ck_inst *hidden)
{
	uint32_t n = 0;
	look(p);
	for (uint64_t left = law->trigger_vars; left; left &= left - 1)
		p->run->s.env[__builtin_ctzll(left)] = hidden->args[n++];
	p->run->s.bound = law->trigger_vars;
}

static void propose_for_trigger(struct ck_past *p, struct ck_inst *hidden)
{
	const struct ck_law *law = &p->b->laws.v[p->run->law_of[hidden->fact]];
	bind_trigger(p, law, hidden);
	propose(p, law, hidden, 0);
}

/* ---- rounds -------------------------------------------------------------------------------------------------------------- */

static int by_name(const void *x, const void *y, void *ctx)
{
	const struct ck_past *p = ((void **)ctx)[0];
	const struct ck_law *w = ((void **)ctx)[1];
	return str_cmp(ck_name(p->b, w->vars[*(const uint32_t *)x]), ck_name(p->b, w->vars[*(const uint32_t *)y]));
}

/* Place in the text, then the binding as pairs (name, printed value) in the order of the names (6.7). */
static int by_text(const void *x, const void *y, void *ctx)
{
	const struct ck_proposal *a = x, *b = y;
	struct ck_past *p = ctx;
	uint32_t vars[MAX_VARS], n = 0;
	if (a->law != b->law)
		return a->law < b->law ? -1 : 1;
	const struct ck_law *w = &p->b->laws.v[a->law];
	for (uint32_t i = 0; i < w->nvars; i++)
		if ((w->trigger_vars | w->cond_vars) & ck_bit(i))
			vars[n++] = i;
	void *with[] = {p, (void *)w};
	if (n > 1)
		qsort_r(vars, n, sizeof *vars, by_name, with);
	for (uint32_t i = 0; i < n; i++) {
		int c = value_cmp_printed(&p->b->rb->syms, p->firings.v[a->firing].env[vars[i]], p->firings.v[b->firing].env[vars[i]]);
		if (c)
			return c;
	}
	return 0;
}

static bool overridden(struct ck_past *p, const struct ck_proposal *a)
{
	ck_charge(p, p->run->proposals.n / 16);
	for (size_t i = 0; i < p->run->proposals.n; i++) {
		const struct ck_proposal *o = &p->run->proposals.v[i];
		const struct ck_law *w = &p->b->laws.v[o->law];
		for (size_t k = 0; k < w->noverrides && o->inst == a->inst; k++)
			if (w->overrides[k] == a->law)
				return true;
	}
	return false;
}

static void queue_change(struct ck_past *p, const struct ck_proposal *a)
{
	struct ck_pending new = {.firing = a->firing, .inst = a->inst, .value = a->value, .due = a->effect};
	uint32_t id = (uint32_t)p->pendings.n;
	arena_push(&p->arena, &p->pendings, new);
	if (p->b->laws.v[a->law].still_so)
		arena_push(&p->arena, &p->run->waiting, id);
	ck_event_add(p, (struct ck_event){.at = a->effect, .kind = DUE, .pending = id});
	p->run->changes++;
}

static void wake_pending(void *ctx, const struct ck_sight *s, civil at)
{
	(void)s;
	ck_event_add(ctx, (struct ck_event){.at = at, .kind = WAKE, .fact = NO_ID});
}

/* Are the trigger's condition and `if`, under the binding of then, still true? */
static bool still_so(struct ck_past *p, const struct ck_pending *a)
{
	const struct ck_firing *f = &p->firings.v[a->firing];
	const struct ck_law *w = &p->b->laws.v[f->law];
	if (f->trigger && ck_value(f->trigger, CK_NOW).kind == V_NONE)
		return false;
	if (!w->cond)
		return true;
	look(p);
	p->run->s.fired = p->rounds.v[f->round].at;
	p->run->s.bound = f->bound;
	p->run->s.wake = wake_pending;
	p->run->s.wake_ctx = p;
	memcpy(p->run->s.env, f->env, w->nvars * sizeof *f->env);
	return ck_true(&p->run->s, w->cond);
}

static void drop_pending(struct ck_past *p)
{
	struct ck_run *r = p->run;
	size_t kept = 0;
	for (size_t i = 0; i < r->waiting.n; i++) {
		struct ck_pending *a = &p->pendings.v[r->waiting.v[i]];
		const struct ck_inst *trigger = p->firings.v[a->firing].trigger;
		bool fell = false; /* it may have turned and turned again within the round */
		for (size_t k = 0; trigger && k < r->fell.n; k++)
			fell |= r->fell.v[k] == trigger;
		if (a->fate == CK_WAITING && (fell || !still_so(p, a))) {
			a->fate = CK_DROPPED;
			a->ended = (uint32_t)p->rounds.n - 1;
		}
		if (a->fate == CK_WAITING)
			r->waiting.v[kept++] = r->waiting.v[i];
	}
	r->waiting.n = kept;
}

static void start_timer(struct ck_past *p, struct ck_inst *hidden)
{
	const struct ck_law *law = &p->b->laws.v[p->run->law_of[hidden->fact]];
	civil due;
	bind_trigger(p, law, hidden);
	if (!ck_due(ck_expr_value(&p->run->s, law->span), p->run->now, &due))
		return;
	if (due <= p->run->now)
		arena_push(&p->arena, &p->run->fire, hidden);
	else
		ck_event_add(p, (struct ck_event){.at = due, .kind = TIMER, .inst = hidden, .generation = hidden->generation});
}

static void begin_round(struct ck_past *p, enum ck_round_kind kind, uint32_t act)
{
	struct ck_round round = {p->run->now, kind, act};
	arena_push(&p->arena, &p->rounds, round);
	p->run->rose.n = p->run->fell.n = 0;
}

static void end_round(struct ck_past *p)
{
	struct ck_run *r = p->run;
	ck_settle(p);
	drop_pending(p);
	for (size_t i = 0; i < r->fell.n; i++)
		r->fell.v[i]->generation++;
	for (size_t i = 0; i < r->rose.n; i++) {
		if (p->b->laws.v[r->law_of[r->rose.v[i]->fact]].span)
			start_timer(p, r->rose.v[i]);
		else
			arena_push(&p->arena, &r->fire, r->rose.v[i]);
	}
}

/* Carries out what was proposed, all at once. */
static void carry_out(struct ck_past *p, enum ck_round_kind kind, uint32_t act)
{
	struct ck_run *r = p->run;
	begin_round(p, kind, act);
	if (r->proposals.n > 1)
		qsort_r(r->proposals.v, r->proposals.n, sizeof *r->proposals.v, by_text, p);
	for (uint32_t i = 0; i < r->proposals.n; i++) {
		struct ck_proposal *a = &r->proposals.v[i];
		a->dropped = overridden(p, a);
		if (!a->dropped && a->effect <= r->now)
			a->inst->chosen = i; /* the later in the text stands */
	}
	for (uint32_t i = 0; i < r->proposals.n; i++) {
		const struct ck_proposal *a = &r->proposals.v[i];
		if (!a->dropped && a->effect > r->now)
			queue_change(p, a);
		else if (!a->dropped && a->inst->chosen == i)
			ck_change(p, a->inst, a->value, a->law, a->firing);
	}
	r->proposals.n = 0;
	end_round(p);
}

static void cascade(struct ck_past *p, uint32_t act)
{
	struct ck_run *r = p->run;
	while (r->fire.n && !p->too_much) {
		struct ck_insts now = r->fire;
		r->fire = (struct ck_insts){0};
		for (size_t i = 0; i < now.n; i++)
			if (now.v[i]->stamp != r->step) { /* once in a step */
				now.v[i]->stamp = r->step;
				propose_for_trigger(p, now.v[i]);
			}
		if (r->proposals.n)
			carry_out(p, CK_CASCADE, act);
	}
}

/* ---- instants ------------------------------------------------------------------------------------------------------------ */

struct due_now {
	struct { struct ck_event **v; size_t n, cap; } of[3];
};

static void take_events(struct ck_past *p, struct due_now *d)
{
	struct ck_run *r = p->run;
	while (r->events.n && r->events.v[0]->at == r->now) {
		struct ck_event *e = ck_event_take(r);
		arena_push(&p->arena, &d->of[e->kind], e);
	}
}

static void begin_step(struct ck_past *p)
{
	p->run->step++;
	p->run->changes = 0;
}

static void step_calendar(struct ck_past *p, const struct due_now *d)
{
	if (!d->of[WAKE].n)
		return;
	begin_step(p);
	for (size_t i = 0; i < d->of[WAKE].n; i++)
		if (d->of[WAKE].v[i]->fact != NO_ID)
			ck_work_out(p, d->of[WAKE].v[i]->fact, &d->of[WAKE].v[i]->keys);
	carry_out(p, CK_CALENDAR, NO_ID);
	cascade(p, NO_ID);
}

static void step_timers(struct ck_past *p, const struct due_now *d)
{
	bool any = false;
	for (size_t i = 0; i < d->of[TIMER].n; i++) {
		struct ck_event *e = d->of[TIMER].v[i];
		if (e->generation != e->inst->generation)
			continue; /* it was stopped */
		if (!any)
			begin_step(p);
		any = true;
		e->inst->stamp = p->run->step;
		propose_for_trigger(p, e->inst);
	}
	if (!any)
		return;
	carry_out(p, CK_TIMERS, NO_ID);
	cascade(p, NO_ID);
}

static void step_pending(struct ck_past *p, const struct due_now *d)
{
	struct ck_run *r = p->run;
	if (!d->of[DUE].n)
		return;
	begin_step(p);
	begin_round(p, CK_PENDING, NO_ID);
	for (int pass = 0; pass < 2; pass++) /* of two for one instance the later-made stands */
		for (size_t i = 0; i < d->of[DUE].n; i++) {
			uint32_t id = d->of[DUE].v[i]->pending;
			struct ck_pending *a = &p->pendings.v[id];
			if (pass == 0 && a->fate == CK_WAITING) {
				a->fate = CK_APPLIED;
				a->ended = (uint32_t)p->rounds.n - 1;
				a->inst->chosen = id;
			} else if (pass == 1 && a->fate == CK_APPLIED && a->inst->chosen == id) {
				ck_change(p, a->inst, a->value, p->firings.v[a->firing].law, a->firing);
			}
		}
	(void)r;
	end_round(p);
	cascade(p, NO_ID);
}

static void step_act(struct ck_past *p, uint32_t i)
{
	begin_step(p);
	p->act_round[i] = (uint32_t)p->rounds.n;
	propose_for_act(p, &p->acts[i]);
	carry_out(p, CK_ACT, i);
	cascade(p, i);
	p->act_changes[i] = p->run->changes;
}

static void start(struct ck_past *p)
{
	const struct ck_pattern all = {0};
	p->run->now = CIVIL_ALWAYS;
	begin_step(p);
	begin_round(p, CK_START, NO_ID);
	for (size_t t = 0; t < p->b->tables.n; t++) {
		const struct syn_decl *d = p->b->tables.v[t];
		for (size_t i = 0; i < d->rows.n; i++) {
			struct value args[MAX_ARGS];
			for (uint32_t k = 0; k < d->rows.v[i].nargs; k++)
				args[k] = (struct value){.kind = V_ENTITY, .s = d->rows.v[i].args[k]};
			ck_change(p, ck_inst_make(p, index_get(&p->b->fact_of, d->name), args), d->rows.v[i].value, NO_ID, NO_ID);
		}
	}
	for (uint32_t i = 0; i < p->nfacts; i++)
		if (p->run->of[i].watches.n)
			ck_work_out(p, i, &all);
	ck_settle(p); /* what is true from the beginning of time never becomes true */
	p->run->rose.n = p->run->fell.n = 0;
}

static void sweep(struct ck_past *p)
{
	struct ck_run *r = p->run;
	uint32_t after = 0, next = 0;
	start(p);
	while ((r->events.n || next < p->nacts) && !p->too_much) {
		struct due_now due = {0};
		r->now = r->events.n ? r->events.v[0]->at : CIVIL_NEVER;
		if (next < p->nacts && p->acts[next].act->date < r->now)
			r->now = p->acts[next].act->date;
		take_events(p, &due);
		step_calendar(p, &due);
		step_timers(p, &due);
		step_pending(p, &due);
		for (; next < p->nacts && p->acts[next].act->date == r->now; next++)
			step_act(p, next);
		p->budget -= p->budget ? 1 : 0;
		if (p->budget == 0 || (next == p->nacts && ++after > MAX_INSTANTS_AFTER))
			p->too_much = true;
	}
	for (size_t i = 0; i < p->pendings.n; i++)
		if (p->pendings.v[i].fate == CK_WAITING) /* due after the year 9999 */
			p->pendings.v[i].fate = CK_DROPPED;
}

int ck_past_make(const struct ck_book *b, const struct ck_act *acts, size_t n, uint64_t known, uint32_t reading, const bool *part,
	struct ck_past *ret, struct err *e)
{
	struct ck_run run = {0};
	*ret = (struct ck_past){.b = b, .given = acts, .ngiven = n, .known = known, .reading = reading, .part = part, .run = &run, .budget = b->budget};
	ck_acts_in_force(ret);
	ret->act_round = arena_array(&ret->arena, ret->nacts + 1, uint32_t);
	ret->act_changes = arena_array(&ret->arena, ret->nacts + 1, uint32_t);
	ck_set_up(ret);
	sweep(ret);
	ret->run = NULL;
	if (!ret->too_much && !ret->too_large)
		return 0;
	(void)err_set(e, ERR_LIMIT, "rules", ret->too_large ? "a number goes beyond 2^126" : "what follows from the acts has no end, or is too much to check");
	ck_past_done(ret);
	return ERR_LIMIT;
}

void ck_past_done(struct ck_past *p)
{
	arena_done(&p->arena);
	arena_done(&p->scratch);
}
