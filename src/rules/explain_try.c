/* SPDX-License-Identifier: Apache-2.0
 *
 * When a rule could have fired for a fact: the acts that match its pattern, the moments at which its condition became true;
 * and whether it did fire then.
 */
#include "rules/explain_int.h"

#include "base/bisect.h"

#include <string.h>

bool ex_head_cx(const struct ex *x, uint32_t rule, const struct value *args, struct moment m, struct cx *c)
{
	const struct rule *r = ex_rule_of(x, rule);
	*c = (struct cx){.rule = rule, .m = m, .fired = m.now};
	if (!r->args)
		return true; /* forbidden: the head is the place of the act */
	for (uint32_t i = 0; i < x->rb->facts.v[r->fact].nparams; i++)
		if (args[i].kind != V_NONE && !ex_bind(c, r->args[i], args[i]))
			return false;
	return true;
}

bool ex_rule_can(const struct ex *x, uint32_t rule, const struct wanted *w)
{
	const struct rule *r = ex_rule_of(x, rule);
	if (r->readings && !(r->readings >> x->e->reading & 1))
		return false;
	if (r->form != RULE_EFFECT)
		return w->n == 0 || w->v[0].kind == V_YES;
	if (r->value->kind != E_CONST)
		return true;
	for (uint32_t i = 0; i < w->n; i++)
		if (value_eq(r->value->value, w->v[i]))
			return true;
	return w->n == 0 && r->value->value.kind != V_NONE;
}

static bool is_wanted(const struct wanted *w, struct value v)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (value_eq(w->v[i], v))
			return true;
	return w->n == 0 && v.kind != V_NONE;
}

bool ex_bind_value(const struct rule *r, const struct wanted *w, struct cx *c)
{
	if (r->form != RULE_EFFECT || r->value->kind != E_VAR || w->n != 1 || w->v[0].kind == V_NONE)
		return true;
	return ex_bind(c, r->value, w->v[0]);
}

/* ---- did it fire? -------------------------------------------------------------------------------------------------------- */

/* A firing of this rule in that round, by the same trigger, for the head and value asked about. */
static bool is_firing(struct ex *x, const struct try *t, uint32_t id, const struct value *args, const struct wanted *w)
{
	const struct firing *f = &x->e->firings.v[id];
	const struct rule *r = ex_rule_of(x, t->c.rule);
	UNSET packed env[MAX_VARS]; /* one trigger may have fired for many heads: the binding is looked at as it is kept */
	UNSET struct cx c;
	if (f->rule != t->c.rule || eval_trigger(x->e, f) != t->hidden)
		return false;
	if (r->form == RULE_FORBIDDEN)
		return true;
	uint64_t bound = eval_env(x->e, f, env);
	for (uint32_t i = 0; i < x->rb->facts.v[r->fact].nparams; i++) {
		const struct term *own = &r->terms[i];
		packed v = own->var == TERM_CONST ? own->value : bound & ex_bit(own->var) ? env[own->var] : 0;
		if (!v || (args[i].kind != V_NONE && value_pack(args[i]) != v))
			return false;
	}
	if (r->value->kind == E_CONST)
		return is_wanted(w, r->value->value);
	ex_firing_cx(x, id, &c);
	return is_wanted(w, ex_value_of(x, &c, r->value));
}

size_t ex_first_firing(const struct ex *x, uint32_t round)
{
	BISECT(i, x->e->firings.n, x->e->firings.v[i].round < round); /* firings are in order of rounds */
	return i;
}

static void find_firing(struct ex *x, struct try *t, const struct value *args, const struct wanted *w)
{
	t->firing = NO_ID;
	for (size_t i = ex_first_firing(x, t->round); i < x->e->firings.n && x->e->firings.v[i].round == t->round; i++)
		if (is_firing(x, t, (uint32_t)i, args, w)) {
			t->firing = (uint32_t)i;
			ex_firing_cx(x, t->firing, &t->c);
			return;
		}
}

/* ---- acts ---------------------------------------------------------------------------------------------------------------- */

void ex_asked(const struct ex *x, const struct cx *c, struct value *ret)
{
	const struct rule *r = ex_rule_of(x, c->rule);
	for (uint32_t i = 0; i < x->rb->acts.v[r->trigger.act].nparams; i++) {
		const struct node *t = r->trigger.pattern[i];
		ret[i] = VALUE_NONE;
		if (t && t->kind == E_CONST)
			ret[i] = t->value;
		else if (t && (c->bound & ex_bit(t->var)))
			ret[i] = c->env[t->var];
	}
}

bool ex_match(const struct ex *x, const struct act *a, struct cx *c)
{
	const struct rule *r = ex_rule_of(x, c->rule);
	for (uint32_t i = 0; i < x->rb->acts.v[a->kind].nparams; i++)
		if (r->trigger.pattern[i] && !ex_bind(c, r->trigger.pattern[i], act_value(a, i)))
			return false;
	return true;
}

/* How many acts came in that round or before? They are in order of rounds. */
static size_t acts_until(const struct ex *x, uint32_t round)
{
	BISECT(i, x->e->nacts, x->e->act_round[i] <= round);
	return i;
}

static bool try_act(struct ex *x, const struct cx *head, uint32_t act, const struct value *args, const struct wanted *w,
	struct try *ret)
{
	const struct act *a = x->e->acts[act].act;
	uint32_t round = x->e->act_round[act];
	*ret = (struct try){.c = *head, .act = act, .round = round, .due = CIVIL_NEVER};
	ret->c.m = (struct moment){round - 1, a->date};
	ret->c.fired = a->date;
	if (!ex_match(x, a, &ret->c))
		return false;
	find_firing(x, ret, args, w);
	return true;
}

/* Whether something is a breach is asked about one act: the one at the place that the head names. */
static size_t try_breach(struct ex *x, const struct cx *head, const struct value *args, const struct wanted *w, uint32_t after,
	struct moment upto, struct try *out)
{
	uint64_t place;
	if (!str_u64(syms_str(x->e->syms, args[0].s), &place))
		return 0;
	uint32_t act = act_counted(x->e, place);
	if (act == NO_ID || x->e->acts[act].act->kind != ex_rule_of(x, head->rule)->trigger.act)
		return 0;
	if (x->e->act_round[act] <= after || x->e->act_round[act] > upto.round)
		return 0;
	return try_act(x, head, act, args, w, out);
}

/* Fills from the end of `out`; returns how many. */
static size_t try_acts(struct ex *x, uint32_t rule, const struct value *args, const struct wanted *w, uint32_t after,
	struct moment upto, uint32_t max, struct try *out)
{
	const struct rule *r = ex_rule_of(x, rule);
	struct value asked[MAX_ARGS];
	struct act_walk walk;
	struct cx head;
	uint32_t n = 0, act;
	if (!ex_head_cx(x, rule, args, upto, &head) || !ex_bind_value(r, w, &head))
		return 0;
	if (r->form == RULE_FORBIDDEN && args[0].kind == V_ENTITY)
		return try_breach(x, &head, args, w, after, upto, out + max - 1);
	ex_asked(x, &head, asked);
	act_walk(&walk, x->e, ACTS_COUNTED, r->trigger.act, asked, acts_until(x, upto.round));
	while (n < max && act_walk_next(&walk, &act) && x->e->act_round[act] > after)
		n += try_act(x, &head, act, args, w, &out[max - n - 1]);
	return n;
}

/* ---- conditions that became true ----------------------------------------------------------------------------------------- */

/* The round of timers at that instant; NO_ID: there is none. */
static uint32_t timers_at(const struct ex *x, civil at)
{
	uint32_t round = eval_round_at(x->e, at);
	while (round && ex_time(x, round) == at && x->e->rounds.v[round].kind != ROUND_TIMERS)
		round--;
	return ex_time(x, round) == at ? round : NO_ID;
}

/* When a condition that became true at `rise` makes its rule fire, if it holds long enough; as seen at `upto`. */
static void due_time(struct ex *x, struct try *t, struct moment upto)
{
	const struct rule *r = ex_rule_of(x, t->c.rule);
	civil due;
	struct value span = ex_value_of(x, &t->c, r->trigger.span);
	t->stopped = inst_last(t->hidden, upto.round) != t->rise;
	t->waiting = true; /* without a span for ever */
	t->due = CIVIL_NEVER;
	if (!timer_due(span, t->c.m.now, &due))
		return;
	t->due = due;
	if (due <= t->c.m.now) { /* in the round after */
		t->stopped = t->waiting = false;
		return;
	}
	t->waiting = due > upto.now;
	if (t->waiting)
		return;
	uint32_t round = timers_at(x, due), last = round == NO_ID ? eval_round_at(x->e, due) : round - 1;
	t->stopped = inst_last(t->hidden, last) != t->rise;
	if (t->stopped || round == NO_ID)
		return;
	t->round = round;
	t->c.m = (struct moment){round - 1, due};
	t->c.fired = due;
}

static bool hidden_cx(const struct ex *x, uint32_t rule, const struct inst *hidden, struct cx *c)
{
	const struct rule *r = ex_rule_of(x, rule);
	for (uint32_t v = 0, k = 0; v < r->nvars; v++)
		if (r->trigger_vars & ex_bit(v)) {
			struct node var = {.kind = E_VAR, .var = (uint8_t)v};
			if (!ex_bind(c, &var, inst_arg(hidden, k++)))
				return false;
		}
	return true;
}

static struct insts hidden_matching(struct ex *x, uint32_t rule, const struct cx *head)
{
	const struct rule *r = ex_rule_of(x, rule);
	packed args[MAX_ARGS];
	uint32_t mask = 0, k = 0;
	for (uint32_t v = 0; v < r->nvars; v++)
		if (r->trigger_vars & ex_bit(v)) {
			if (head->bound & ex_bit(v)) {
				args[k] = value_pack(head->env[v]);
				mask |= 1u << k;
			}
			k++;
		}
	const struct insts l = state_match(x->e->state, x->e->hidden[rule], mask, args);
	if (l.n < MAX_TRIES)
		return l;
	const struct insts rose = state_by(x->e->state, x->e->hidden[rule], k, value_pack(VALUE_YES)); /* most never do */
	return rose.n < l.n ? rose : l;
}

/* It is later than the oldest, or there is room. */
static void keep_latest(struct try *out, uint32_t max, uint32_t *n, const struct try *t)
{
	uint32_t i = *n;
	if (*n == max) { /* the oldest goes */
		memmove(out, out + 1, (max - 1) * sizeof *out);
		i = max - 1;
	} else {
		(*n)++;
	}
	for (; i && out[i - 1].round > t->round; i--)
		out[i] = out[i - 1];
	out[i] = *t;
}

static bool is_rise(const struct change *c) /* what was so before all instants did not become so */
{
	return c->value && c->round;
}

/* Where the last `max` rises up to that round begin. Each fires, if at all, before the next: so none of the others is among the latest. */
static size_t latest_rises(const struct inst *hidden, uint32_t round, uint32_t max)
{
	const struct change *last = inst_last(hidden, round);
	size_t k = last ? (size_t)(last - hidden->v) + 1 : 0;
	for (uint32_t rises = 0; k && rises < max;)
		rises += is_rise(&hidden->v[--k]);
	return k;
}

static size_t try_conditions(struct ex *x, uint32_t rule, const struct value *args, const struct wanted *w, uint32_t after,
	struct moment upto, uint32_t max, struct try *out)
{
	const struct rule *r = ex_rule_of(x, rule);
	struct cx head;
	uint32_t n = 0;
	if (x->e->hidden[rule] == NO_ID || !ex_head_cx(x, rule, args, upto, &head) || !ex_bind_value(r, w, &head))
		return 0;
	const struct insts l = hidden_matching(x, rule, &head);
	for (size_t i = 0; i < l.n; i++) {
		const struct inst *hidden = insts_at(&l, i);
		struct cx with = head;
		if (!hidden_cx(x, rule, hidden, &with))
			continue;
		for (size_t k = latest_rises(hidden, upto.round, max); k < hidden->n && hidden->v[k].round <= upto.round; k++) {
			const struct change *rise = &hidden->v[k];
			struct try t = {.act = NO_ID, .hidden = hidden, .rise = rise, .round = rise->round + 1, .c = with, .due = CIVIL_NEVER};
			if (!is_rise(rise))
				continue;
			t.c.m = (struct moment){rise->round, ex_time(x, rise->round)};
			t.c.fired = t.c.m.now;
			t.firing = NO_ID;
			if (r->trigger.span)
				due_time(x, &t, upto);
			if (t.round <= after || (n == max && t.round <= out[0].round))
				continue;
			if (!t.stopped && !t.waiting)
				find_firing(x, &t, args, w);
			keep_latest(out, max, &n, &t);
		}
	}
	return n;
}

size_t ex_tries(struct ex *x, uint32_t rule, const struct value *args, const struct wanted *w, uint32_t after, struct moment upto,
	uint32_t max, struct try *out)
{
	if (ex_rule_of(x, rule)->trigger.kind != TRIGGER_ACT)
		return try_conditions(x, rule, args, w, after, upto, max, out);
	size_t n = try_acts(x, rule, args, w, after, upto, max, out);
	if (n)
		memmove(out, out + (max - n), n * sizeof *out);
	return n;
}
