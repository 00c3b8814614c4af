/* SPDX-License-Identifier: Apache-2.0
 *
 * Delayed changes that hold "if still so": dropped in the first round after which their condition is false.
 */
#include "rules/late_int.h"

static struct moment made_at(const struct late *l, const struct pending *p)
{
	return late_moment(l, l->r->e->firings.v[p->firing].round);
}

static struct moment due_at(const struct late *l, const struct pending *p)
{
	return late_find(l, p->due, PHASE_PENDING, 0, 0);
}

bool late_dropped_before(const struct late *l, const struct pending *p, const struct moment *m)
{
	return p->state == PENDING_DROPPED && late_is_in(l, p->ended, m, true);
}

void late_push_due(struct late *l, const struct pending *p)
{
	if (p->due > CIVIL_MAX)
		return;
	struct moment at = due_at(l, p);
	late_push(l, &at, STAGE_INST, p->inst, 0, true);
}

static void push_watch(struct late *l, uint32_t round, const struct node *atom, const struct inst *i, void *ctx)
{
	(void)atom;
	(void)i;
	struct moment m = late_moment(l, round);
	late_push(l, &m, STAGE_WATCH, NULL, *(const uint32_t *)ctx, true);
}

/* Each moment in (from, until] at which the pending change may have to be dropped. */
static void watch_inputs(struct late *l, uint32_t id, const struct moment *from, const struct moment *until)
{
	struct eval *e = l->r->e;
	struct solver *s = &l->r->solver;
	const struct pending *p = &e->pendings.v[id];
	const struct firing *f = &e->firings.v[p->firing];
	const struct inst *trigger = eval_trigger(e, f);
	for (uint32_t k = trigger ? trigger->n : 0; k-- > 0 && !late_is_in(l, trigger->v[k].round, from, false);)
		if (late_is_in(l, trigger->v[k].round, until, false))
			push_watch(l, trigger->v[k].round, NULL, NULL, &id);
	if (p->state == PENDING_DROPPED && !late_is_in(l, p->ended, from, false) && late_is_in(l, p->ended, until, false))
		push_watch(l, p->ended, NULL, NULL, &id);
	s->bound = eval_env(e, f, s->env);
	late_inputs(l, l->rb->rules.v[f->rule].cond, from, until, push_watch, &id);
}

void late_watch_new(struct late *l, uint32_t id)
{
	const struct pending *p = &l->r->e->pendings.v[id];
	struct moment from = made_at(l, p);
	if (p->state == PENDING_DROPPED)
		return;
	struct moment until = due_at(l, p);
	push_watch(l, from.round, NULL, NULL, &id);
	watch_inputs(l, id, &from, &until);
}

struct waking {
	struct late *l;
	uint32_t id;
};

static void wake(void *ctx, const struct solver *s, civil at)
{
	const struct waking *w = ctx;
	(void)s;
	if (at <= CIVIL_MAX) {
		struct moment m = late_find(w->l, at, PHASE_CALENDAR, 0, 0);
		late_push(w->l, &m, STAGE_WATCH, NULL, w->id, true);
	}
}

static bool is_so(struct late *l, uint32_t id, struct moment *m)
{
	struct eval *e = l->r->e;
	struct solver *s = &l->r->solver;
	const struct firing *f = &e->firings.v[e->pendings.v[id].firing];
	const struct rule *rule = &l->rb->rules.v[f->rule];
	const struct inst *trigger = eval_trigger(e, f);
	struct waking w = {l, id};
	if (trigger && !late_value(l, trigger, m, false))
		return false;
	if (!rule->cond)
		return true;
	struct view view = late_view(l, m, false);
	late_read(l, &view);
	s->fired = round_at(e, f->round);
	s->bound = eval_env(e, f, s->env);
	s->wake = wake;
	s->wake_ctx = &w;
	bool yes = solve_any(s, rule->cond);
	s->wake = NULL;
	return yes;
}

void late_watch(struct late *l, uint32_t id, struct moment *m)
{
	struct pending *p = &l->r->e->pendings.v[id];
	late_fill(l, m);
	if (!p->inst || !l->rb->rules.v[l->r->e->firings.v[p->firing].rule].still_so)
		return;
	struct moment from = made_at(l, p), until = due_at(l, p);
	if (moment_cmp(m, &from) < 0 || moment_cmp(m, &until) >= 0 || late_dropped_before(l, p, m))
		return;
	bool was_dropped = p->state == PENDING_DROPPED && m->round == p->ended, so = is_so(l, id, m);
	if (so == !was_dropped)
		return;
	p = &l->r->e->pendings.v[id];
	p->state = so ? PENDING_APPLIED : PENDING_DROPPED;
	p->ended = so ? NO_ID : late_round(l, m);
	late_push_due(l, p);
	if (so)
		watch_inputs(l, id, m, &until);
}

/* Is the fact's instance one that `if` reads under the binding of this pending change? Maybe. */
static bool may_read(struct late *l, const struct rule_reader *reader, const struct inst *x, const struct pending *p)
{
	struct solver *s = &l->r->solver;
	s->bound = eval_env(l->r->e, &l->r->e->firings.v[p->firing], s->env);
	for (uint32_t i = 0; i < reader->nargs; i++)
		if (solve_known(s, &reader->atom->terms[i]) && solve_term(s, &reader->atom->terms[i]) != inst_packed(x)[i])
			return false;
	return true;
}

void late_watch_read(struct late *l, const struct rule_reader *reader, const struct inst *x, const struct moment *m, const struct moment *until)
{
	struct eval *e = l->r->e;
	const struct ids *ids = &l->rule_pendings[reader->rule];
	struct moment here = *m;
	late_fill(l, &here);
	for (uint32_t k = 0; k < ids->n; k++) {
		uint32_t id = ids->v[k];
		const struct pending *p = &e->pendings.v[id];
		if (p->due < here.at || late_dropped_before(l, p, m) ||
			!late_is_in(l, e->firings.v[p->firing].round, until, false) || !may_read(l, reader, x, p))
			continue;
		struct moment from = made_at(l, p), due = due_at(l, p);
		if (moment_cmp(&from, m) < 0)
			from = *m;
		late_push(l, &from, STAGE_WATCH, NULL, id, true);
		watch_inputs(l, id, &from, moment_cmp(&due, until) < 0 ? &due : until);
	}
}
