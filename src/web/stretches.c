/* SPDX-License-Identifier: Apache-2.0
 *
 * How one instance of a fact went, as pages show it: spans over all readings, and what made each begin and end.
 */
#include "web/almanac.h"

#include <stdlib.h>

/* ---- causes ------------------------------------------------------------------------------------------------------ */

enum { MAX_CAUSES = 16 };

/* The act in whose step a round was carried out; for what was decided or begun earlier, the act of that moment. */
static const struct record_act *round_act(
	const struct view *v, const struct eval *e, uint32_t round, uint32_t firing, int depth)
{
	const struct round *r = &e->rounds.v[round];
	if (r->act != NO_ID)
		return record_act(view_record(v), e->acts[r->act].act->pos);
	if (firing == NO_ID || depth > MAX_CAUSES)
		return NULL;
	const struct firing *f = &e->firings.v[firing];
	if (f->round != round) /* a delayed change: the moment when it was decided */
		return round_act(v, e, f->round, firing, depth + 1);
	const struct change *since = f->trigger != NO_ID && round ? inst_last(eval_trigger(e, f), round - 1) : NULL;
	return since ? round_act(v, e, since->round, change_firing(since), depth + 1) : NULL;
}

/* c may be NULL. */
static struct cause change_cause(const struct view *v, const struct eval *e, const struct change *c)
{
	struct cause cause = {NULL, NULL};
	if (!c)
		return cause;
	uint32_t rule = eval_rule(e, c);
	if (rule != NO_ID)
		cause.rule = &e->rb->rules.v[rule];
	cause.act = round_act(v, e, c->round, change_firing(c), 0);
	return cause;
}

/* ---- spans ------------------------------------------------------------------------------------------------------- */

struct spans {
	const struct view *v;
	struct arena *a;
	const struct span_step *steps;
	size_t nsteps;
	uint32_t fact, readings;
};

static bool of_reading(const struct span_step *s, uint32_t reading)
{
	return s->readings == 0 || (s->readings & (1u << reading));
}

static struct value value_in(const struct spans *s, uint32_t reading, civil t)
{
	for (size_t i = 0; i < s->nsteps; i++)
		if (of_reading(&s->steps[i], reading) && s->steps[i].step.from <= t && t < s->steps[i].step.to)
			return s->steps[i].step.value;
	return VALUE_NONE;
}

/* Place of a word among the values of its fact, from 1; words that are not in a list come last. */
uint32_t value_place(const struct rulebook *rb, uint32_t fact, struct value v)
{
	const struct type *t = &rb->types.v[rb->facts.v[fact].value];
	if (v.kind == V_NONE)
		return UINT32_MAX;
	for (uint32_t i = 0; v.kind == V_WORD && t->kind == T_ENUM && i < t->n; i++)
		if (t->words[i] == v.s)
			return i + 1;
	return UINT32_MAX - 1;
}

/* What holds from t on, up to the next boundary. */
static void fill(const struct spans *s, civil t, struct stretch *ret)
{
	const struct rulebook *rb = record_rulebook(view_record(s->v));
	struct value *each = arena_array(s->a, s->readings, struct value);
	for (uint32_t k = 0; k < s->readings; k++) {
		each[k] = value_in(s, k, t);
		ret->disputed = ret->disputed || !value_eq(each[k], each[0]);
		if (k == 0 || value_place(rb, s->fact, each[k]) < value_place(rb, s->fact, ret->value))
			ret->value = each[k];
	}
	ret->readings = ret->disputed ? each : NULL;
}

static bool same(const struct stretch *x, const struct stretch *y, uint32_t n)
{
	if (x->disputed != y->disputed || !value_eq(x->value, y->value))
		return false;
	for (uint32_t k = 0; x->disputed && k < n; k++)
		if (!value_eq(x->readings[k], y->readings[k]))
			return false;
	return true;
}

/* Causes and doubts of the two ends, from a step that begins or ends there. */
static void fill_ends(const struct spans *s, struct stretch *x)
{
	for (size_t i = 0; i < s->nsteps; i++) {
		const struct span_step *st = &s->steps[i];
		if (st->step.from == x->from) {
			x->cause = change_cause(s->v, st->eval, st->step.begun);
			x->from_unverified = st->from_unverified;
		} else if (st->step.to == x->from && !x->cause.rule) {
			x->cause = change_cause(s->v, st->eval, st->step.ended);
			x->from_unverified = st->to_unverified;
		}
		if (st->step.to == x->to) {
			x->end = change_cause(s->v, st->eval, st->step.ended);
			x->to_unverified = st->to_unverified;
		} else if (st->step.from == x->to && !x->end.rule) {
			x->end = change_cause(s->v, st->eval, st->step.begun);
			x->to_unverified = st->from_unverified;
		}
	}
}

static size_t boundaries(const struct spans *s, civil **ret)
{
	civil *t = arena_array(s->a, 2 * s->nsteps + 1, civil);
	size_t n = 0, kept = 0;
	for (size_t i = 0; i < s->nsteps; i++) {
		t[n++] = s->steps[i].step.from;
		t[n++] = s->steps[i].step.to;
	}
	qsort(t, n, sizeof *t, date_order);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || t[kept - 1] != t[i])
			t[kept++] = t[i];
	*ret = t;
	return kept;
}

/* Where all readings agree, as nearly everywhere, the steps are the spans. */
static size_t agreed(const struct spans *s, struct stretch **ret)
{
	*ret = arena_array(s->a, s->nsteps, struct stretch);
	for (size_t i = 0; i < s->nsteps; i++) {
		const struct span_step *x = &s->steps[i];
		(*ret)[i] = (struct stretch){.from = x->step.from, .to = x->step.to, .value = x->step.value,
			.from_unverified = x->from_unverified, .to_unverified = x->to_unverified,
			.cause = change_cause(s->v, x->eval, x->step.begun), .end = change_cause(s->v, x->eval, x->step.ended)};
	}
	return s->nsteps;
}

static size_t spans_of(struct spans s, struct stretch **ret)
{
	struct arena *a = s.a;
	civil *t;
	*ret = NULL;
	size_t apart = 0;
	for (size_t i = 0; i < s.nsteps; i++)
		apart += s.steps[i].readings != 0;
	if (apart == 0)
		return s.nsteps ? agreed(&s, ret) : 0;
	size_t nt = boundaries(&s, &t), n = 0;
	struct stretch *out = arena_array(a, nt, struct stretch);
	for (size_t i = 0; i + 1 < nt; i++) {
		struct stretch x = {.from = t[i], .to = t[i + 1]};
		fill(&s, t[i], &x);
		if (!x.disputed && x.value.kind == V_NONE)
			continue;
		if (n && out[n - 1].to == x.from && same(&out[n - 1], &x, s.readings))
			out[n - 1].to = x.to;
		else
			out[n++] = x;
	}
	for (size_t i = 0; i < n; i++)
		fill_ends(&s, &out[i]);
	*ret = out;
	return n;
}

size_t stretches(const struct view *v, uint32_t fact, const struct value *args, struct arena *a, struct stretch **ret)
{
	struct span_step *steps = NULL;
	size_t n = fact == NO_ID ? 0 : view_steps(v, fact, args, a, &steps);
	return spans_of((struct spans){v, a, steps, n, fact, view_readings(v)}, ret);
}

size_t stretches_of(const struct view *v, const struct instance *of, struct arena *a, struct stretch **ret)
{
	struct span_step *steps;
	size_t n = view_instance_steps(v, of, a, &steps);
	return spans_of((struct spans){v, a, steps, n, of->fact, view_readings(v)}, ret);
}

const struct stretch *stretch_at(const struct stretch *s, size_t n, civil t)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].from <= t && t < s[i].to)
			return &s[i];
	return NULL;
}
