/* SPDX-License-Identifier: Apache-2.0
 *
 * When a rule could have fired for a fact, and what came of it: the acts that match its pattern, the moments at which its condition came
 * true; the absence of both.
 */
#include "proof/reasons.h"

#include "base/bisect.h"

#include <string.h>

bool ck_head(const struct ck_walk *w, const struct ck_law *law, const struct value *args, const struct ck_sight *m, struct ck_cx *c)
{
	*c = (struct ck_cx){.w = law, .s = {.p = w->p, .round = m->round, .now = m->now, .fired = m->now}};
	for (uint32_t i = 0; law->head && i < w->b->facts.v[law->fact].nparams; i++)
		if (args[i].kind != V_NONE && !ck_match(&c->s, law->head[i], args[i]))
			return false;
	return true;
}

bool ck_wants(const struct ck_wanted *v, struct value x)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (value_eq(v->v[i], x))
			return true;
	return v->n == 0 && x.kind != V_NONE;
}

bool ck_can(const struct ck_walk *w, const struct ck_law *law, const struct ck_wanted *v)
{
	if (law->readings && !(law->readings >> w->p->reading & 1))
		return false;
	if (law->form != RULE_EFFECT)
		return v->n == 0 || v->v[0].kind == V_YES;
	return law->value->kind != E_CONST || ck_wants(v, law->value->value);
}

/* "becomes V", and one value is wanted: then V is that. */
static bool bind_value(const struct ck_law *law, const struct ck_wanted *v, struct ck_cx *c)
{
	if (law->form != RULE_EFFECT || law->value->kind != E_VAR || v->n != 1 || v->v[0].kind == V_NONE)
		return true;
	return ck_match(&c->s, (struct ck_term){.kind = CK_VAR, .var = law->value->var}, v->v[0]);
}

bool ck_head_value(const struct ck_walk *w, const struct ck_law *law, const struct value *args, const struct ck_wanted *v, const struct ck_sight *m,
	struct ck_cx *c)
{
	return ck_head(w, law, args, m, c) && bind_value(law, v, c);
}

/* ---- did it fire? -------------------------------------------------------------------------------------------------------- */

static bool is_place(const struct ck_walk *w, uint32_t act, struct value v)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%llu", (unsigned long long)w->p->acts[act].place);
	return v.kind != V_ENTITY || str_eq(ck_name(w->b, v.s), (struct str){text, (size_t)n});
}

static void find_firing(struct ck_walk *w, struct ck_try *t, const struct value *args, const struct ck_wanted *v)
{
	const struct ck_law *law = t->c.w;
	t->firing = NO_ID;
	BISECT(at, w->p->firings.n, w->p->firings.v[at].round < t->round);
	for (size_t i = at; i < w->p->firings.n && w->p->firings.v[i].round == t->round; i++) {
		const struct ck_firing *f = &w->p->firings.v[i];
		struct ck_cx c;
		struct value head[MAX_ARGS];
		if (f->law != law->id || f->trigger != t->hidden)
			continue;
		ck_firing_cx(w, (uint32_t)i, &c);
		uint32_t n = w->b->facts.v[law->fact].nparams;
		bool same = law->form == RULE_FORBIDDEN || ck_args(&c.s, law->head, n, head);
		for (uint32_t k = 0; same && law->head && k < n; k++)
			same = args[k].kind == V_NONE || value_eq(args[k], head[k]);
		arena_reset(&w->p->scratch);
		struct ck_sight s = c.s;
		if (!same || (law->form != RULE_FORBIDDEN && !ck_wants(v, ck_expr_value(&s, law->value))))
			continue;
		t->firing = (uint32_t)i;
		t->c = c;
		return;
	}
}

/* ---- acts ---------------------------------------------------------------------------------------------------------------- */

static size_t try_acts(struct ck_walk *w, const struct ck_cx *head, const struct value *args, const struct ck_wanted *v, uint32_t after,
	const struct ck_sight *upto, struct ck_try *out)
{
	const struct ck_law *law = head->w;
	size_t n = 0;
	for (size_t i = w->p->nacts; i-- > 0 && n < CK_MAX_TRIES;) {
		const struct ck_act *a = w->p->acts[i].act;
		uint32_t round = w->p->act_round[i];
		if (round > upto->round || a->kind != law->act)
			continue;
		if (round <= after)
			break;
		struct ck_try t = {.c = *head, .act = (uint32_t)i, .round = round, .due = CIVIL_NEVER};
		bool fits = true;
		t.c.s.round = round - 1;
		t.c.s.now = t.c.s.fired = a->date;
		for (uint32_t k = 0; fits && k < w->b->acts.v[a->kind].nparams; k++)
			fits = ck_match(&t.c.s, law->pattern[k], a->args[k]);
		if (!fits || (law->form == RULE_FORBIDDEN && !is_place(w, (uint32_t)i, args[0])))
			continue;
		find_firing(w, &t, args, v);
		out[CK_MAX_TRIES - ++n] = t;
	}
	memmove(out, out + (CK_MAX_TRIES - n), n * sizeof *out);
	return n;
}

/* ---- conditions that came true ------------------------------------------------------------------------------------------- */

static uint32_t timers_at(const struct ck_walk *w, civil at)
{
	uint32_t round = ck_round_at(w->p, at);
	while (round && ck_time(w, round) == at && w->p->rounds.v[round].kind != CK_TIMERS)
		round--;
	return ck_time(w, round) == at ? round : NO_ID;
}

static void set_due(struct ck_walk *w, struct ck_try *t, const struct ck_sight *upto)
{
	struct ck_sight s = t->c.s;
	civil due;
	t->stopped = ck_last(t->hidden, upto->round) != t->rise;
	t->waiting = true;
	arena_reset(&w->p->scratch);
	if (!ck_due(ck_expr_value(&s, t->c.w->span), t->c.s.now, &due))
		return; /* no span: for ever */
	t->due = due;
	if (due <= t->c.s.now) { /* in the round after */
		t->stopped = t->waiting = false;
		return;
	}
	t->waiting = due > upto->now;
	if (t->waiting)
		return;
	uint32_t round = timers_at(w, due), last = round == NO_ID ? ck_round_at(w->p, due) : round - 1;
	t->stopped = ck_last(t->hidden, last) != t->rise;
	if (t->stopped || round == NO_ID)
		return;
	t->round = round;
	t->c.s.round = round - 1;
	t->c.s.now = t->c.s.fired = due;
}

static bool bind_hidden(struct ck_cx *c, const struct ck_inst *hidden)
{
	uint32_t k = 0;
	for (uint64_t left = c->w->trigger_vars; left; left &= left - 1)
		if (!ck_match(&c->s, (struct ck_term){.kind = CK_VAR, .var = (uint8_t)__builtin_ctzll(left)}, hidden->args[k++]))
			return false;
	return true;
}

/* Keeps the latest, in order of rounds. */
static void keep(struct ck_try *out, size_t *n, const struct ck_try *t)
{
	if (*n == CK_MAX_TRIES && t->round <= out[0].round)
		return;
	size_t i = *n;
	if (*n == CK_MAX_TRIES) {
		memmove(out, out + 1, (CK_MAX_TRIES - 1) * sizeof *out);
		i = CK_MAX_TRIES - 1;
	} else {
		++*n;
	}
	for (; i && out[i - 1].round > t->round; i--)
		out[i] = out[i - 1];
	out[i] = *t;
}

static size_t try_conditions(struct ck_walk *w, const struct ck_cx *head, const struct value *args, const struct ck_wanted *v, uint32_t after,
	const struct ck_sight *upto, struct ck_try *out)
{
	uint32_t hidden = w->p->hidden[head->w->id];
	size_t n = 0;
	if (hidden == NO_ID)
		return 0;
	const struct ck_insts *l = &w->p->of_fact[hidden];
	for (size_t i = 0; i < l->n; i++) {
		struct ck_cx c = *head;
		if (!bind_hidden(&c, l->v[i]))
			continue;
		for (size_t k = 0; k < l->v[i]->n && l->v[i]->v[k].round <= upto->round; k++) {
			const struct ck_change *rise = &l->v[i]->v[k];
			struct ck_try t = {.act = NO_ID, .firing = NO_ID, .hidden = l->v[i], .rise = rise, .round = rise->round + 1, .c = c, .due = CIVIL_NEVER};
			if (rise->value.kind != V_YES || rise->round == 0)
				continue;
			t.c.s.round = rise->round;
			t.c.s.now = t.c.s.fired = ck_time(w, rise->round);
			if (head->w->span)
				set_due(w, &t, upto);
			if (t.round <= after)
				continue;
			if (!t.stopped && !t.waiting)
				find_firing(w, &t, args, v);
			keep(out, &n, &t);
		}
	}
	return n;
}

size_t ck_tries(struct ck_walk *w, const struct ck_law *law, const struct value *args, const struct ck_wanted *v, uint32_t after,
	const struct ck_sight *upto, struct ck_try *out)
{
	struct ck_cx head;
	if (!ck_head_value(w, law, args, v, upto, &head))
		return 0;
	return law->trigger == TRIGGER_ACT ? try_acts(w, &head, args, v, after, upto, out) : try_conditions(w, &head, args, v, after, upto, out);
}

/* ---- absences ------------------------------------------------------------------------------------------------------------ */

void ck_absent(const struct ck_walk *w, const struct ck_cx *c, uint32_t after, const struct ck_sight *upto, struct ck_absence *ret)
{
	const struct ck_round *first = &w->p->rounds.v[after], *last = &w->p->rounds.v[upto->round];
	civil from = after ? first->at : CIVIL_ALWAYS, to = upto->now < CIVIL_MAX ? upto->now + 1 : CIVIL_NEVER;
	*ret = (struct ck_absence){.from = c->w->st->head->from, .to = c->w->st->head->until};
	for (uint32_t i = 0; i < w->b->acts.v[c->w->act].nparams; i++) {
		const struct ck_term *t = &c->w->pattern[i];
		if (t->kind == CK_VALUE)
			ret->args[i] = t->value;
		else if (t->kind == CK_VAR && c->s.bound & ck_bit(t->var))
			ret->args[i] = c->s.env[t->var];
	}
	if (upto->round + 1 < w->p->rounds.n && last[1].at <= upto->now) { /* read within an instant */
		if (last->at == upto->now && last->act != NO_ID)
			ret->before_place = w->p->acts[last->act].place + 1;
		else
			to = upto->now;
	}
	ret->now = upto->now;
	ret->place_before = last->at == upto->now && last->act != NO_ID ? w->p->acts[last->act].place : 0;
	for (size_t i = upto->round + 1; i < w->p->rounds.n && w->p->rounds.v[i].at == upto->now && !ret->place_next; i++)
		if (w->p->rounds.v[i].kind == CK_ACT)
			ret->place_next = w->p->acts[w->p->rounds.v[i].act].place;
	if (from > ret->from) {
		ret->from = from;
		ret->after_place = first->act == NO_ID ? 0 : w->p->acts[first->act].place;
	}
	if (to < ret->to)
		ret->to = to;
	else
		ret->before_place = 0;
	if (ret->to < ret->from)
		ret->to = ret->from;
}

static bool place(struct ck_walk *w, const struct ck_node *n, const char *member, uint64_t expected)
{
	return expected ? ck_is_number(w, n, member, expected) : ck_no_member(w, n, member);
}

/* With acts missing, the end of the time that is spoken of may stand elsewhere in the same instant: no act that is here lies between. */
static bool end_among_missing(const struct ck_walk *w, const struct ck_node *n, const struct ck_absence *a)
{
	const struct jv *before = jv_get(n->json, "before_place");
	struct str to = jv_get_str(n->json, "to");
	char now[DATE_LEN], after[DATE_LEN];
	if (!w->some || a->now >= CIVIL_MAX || (a->to != a->now && a->to != a->now + 1))
		return false;
	if (str_eq(to, str_of(date_print(a->now, now))))
		return !before && !a->place_before;
	uint64_t p = (uint64_t)jv_int(before);
	return str_eq(to, str_of(date_print(a->now + 1, after))) && jv_is(before, JV_INT) && p > a->place_before && (!a->place_next || p <= a->place_next);
}

bool ck_no_act(struct ck_walk *w, struct ck_node *n, const struct ck_cx *c, const struct ck_absence *a, bool holds)
{
	if (!ck_holds(w, n, holds) || !ck_is_rule(w, n, c->w->id) || !ck_is_act_args(w, n, c->w->act, a->args) || !ck_date(w, n, "from", a->from) ||
		!place(w, n, "after_place", a->after_place))
		return false;
	return (end_among_missing(w, n, a) || (ck_date(w, n, "to", a->to) && place(w, n, "before_place", a->before_place))) && ck_no_more(w, n);
}

/* ---- one try ------------------------------------------------------------------------------------------------------------- */

static bool firing_head(struct ck_walk *w, const struct ck_try *t, struct value *head)
{
	const struct ck_law *law = t->c.w;
	struct ck_cx c;
	char text[24];
	ck_firing_cx(w, t->firing, &c);
	if (law->form != RULE_FORBIDDEN)
		return ck_args(&c.s, law->head, w->b->facts.v[law->fact].nparams, head);
	int n = snprintf(text, sizeof text, "%llu", (unsigned long long)w->p->acts[t->act].place);
	head[0] = (struct value){.kind = V_ENTITY, .s = syms_intern(&w->b->rb->syms, (struct str){text, (size_t)n})};
	return true;
}

/* A rule that overrides this one and fired for the same fact in the same round; NO_ID. */
static uint32_t overriding(struct ck_walk *w, const struct ck_try *t, const struct value *head)
{
	for (size_t i = 0; i < w->p->firings.n; i++) {
		const struct ck_firing *f = &w->p->firings.v[i];
		const struct ck_law *law = &w->b->laws.v[f->law];
		struct value args[MAX_ARGS];
		struct ck_cx c;
		bool over = false;
		for (size_t k = 0; f->round == t->round && k < law->noverrides; k++)
			over |= law->overrides[k] == t->c.w->id;
		if (!over || law->fact != t->c.w->fact || !law->head)
			continue;
		ck_firing_cx(w, (uint32_t)i, &c);
		uint32_t n = w->b->facts.v[law->fact].nparams;
		bool same = ck_args(&c.s, law->head, n, args);
		for (uint32_t k = 0; same && k < n; k++)
			same = value_eq(args[k], head[k]);
		if (same)
			return f->law;
	}
	return NO_ID;
}

struct fate { /* of a firing */
	uint32_t over; /* NO_ID: not overridden */
	bool has_delay, delayed, ended;
	const struct ck_change *by; /* what replaced it; NULL with ended: another of that round stood */
	const struct ck_inst *inst;
	uint32_t round; /* in which it gave its value */
};

static struct fate fate_of(struct ck_walk *w, const struct ck_try *t, const struct ck_sight *upto)
{
	const struct ck_law *law = t->c.w;
	struct fate r = {.over = NO_ID, .round = t->round};
	struct value head[MAX_ARGS], v = VALUE_YES;
	struct ck_cx c;
	if (!firing_head(w, t, head))
		return r;
	r.over = overriding(w, t, head);
	r.inst = ck_find(w->p, law->fact, head);
	if (r.over != NO_ID)
		return r;
	ck_firing_cx(w, t->firing, &c);
	arena_reset(&w->p->scratch);
	if (law->form == RULE_EFFECT)
		v = ck_expr_value(&c.s, law->value);
	r.has_delay = law->effect != NULL;
	for (size_t i = 0; r.has_delay && i < w->p->pendings.n; i++) {
		const struct ck_pending *a = &w->p->pendings.v[i];
		if (a->firing != t->firing)
			continue;
		r.delayed = !(a->fate == CK_APPLIED && a->ended <= upto->round);
		r.round = a->ended;
	}
	if (r.delayed || !r.inst)
		return r;
	for (size_t k = 0; k < r.inst->n && r.inst->v[k].round <= upto->round && !r.by; k++)
		if (r.inst->v[k].round >= r.round && !value_eq(r.inst->v[k].value, v))
			r.by = &r.inst->v[k];
	r.ended = r.by || !value_eq(ck_value(r.inst, r.round), v);
	return r;
}

bool ck_gave(struct ck_walk *w, const struct ck_try *t, const struct ck_wanted *v, const struct ck_sight *upto)
{
	(void)v;
	if (t->firing == NO_ID)
		return false;
	struct fate r = fate_of(w, t, upto);
	return r.over == NO_ID && !r.delayed && !r.ended;
}

static bool ended_node(struct ck_walk *w, struct ck_node *parent, const struct fate *r, const struct ck_try *t)
{
	struct ck_node *n = ck_need(w, parent, N_STILL), *k;
	uint32_t at = r->by ? r->by->round : r->round, act = NO_ID;
	struct ck_sight m = {.p = w->p, .round = at, .now = ck_time(w, at), .fired = ck_time(w, at)};
	struct ck_below in = w->in;
	bool cut;
	(void)t;
	if (!n)
		return !w->failed;
	if (r->by && r->by->firing != NO_ID && !w->p->firings.v[r->by->firing].trigger)
		act = w->p->rounds.v[w->p->firings.v[r->by->firing].round].act;
	if (!ck_holds(w, n, false) || !ck_date(w, n, "from", ck_time(w, r->round)) || !ck_date(w, n, "at", m.now) ||
		!ck_is_rule(w, n, r->by ? r->by->law : NO_ID) ||
		(act == NO_ID ? !ck_no_member(w, n, "act") || !ck_no_member(w, n, "place")
			      : !ck_is_number(w, n, "act", w->p->acts[act].act->pos) || !ck_is_number(w, n, "place", w->p->acts[act].place)))
		return false;
	k = ck_next(w, n, &cut);
	if (!k)
		return cut ? ck_no_more(w, n) : ck_fail(w, n, "it does not say what stands in its place", "the reason is missing");
	/* Of the fact that is asked about it is explained as a why. */
	w->in.negative = w->level > 1;
	bool ok = ck_fact_is(w, k, r->inst->fact, r->inst->args, &m);
	w->in = in;
	return ok && ck_no_more(w, n);
}

static bool fate_nodes(struct ck_walk *w, struct ck_node *n, struct ck_try *t, const struct ck_sight *upto)
{
	struct fate r = fate_of(w, t, upto);
	bool holds;
	if (ck_is_cut(w, n) && n->at + 1 == n->nkids)
		return true;
	if (r.over != NO_ID) {
		struct ck_node *k = ck_need(w, n, N_OVERRIDDEN);
		return !k ? !w->failed : ck_holds(w, k, false) && ck_is_rule(w, k, r.over) && ck_date(w, k, "at", ck_time(w, t->round)) && ck_no_more(w, k);
	}
	if (r.has_delay) {
		struct ck_node *k = ck_need(w, n, N_DELAY);
		struct ck_cx c;
		ck_firing_cx(w, t->firing, &c);
		if (!k || !ck_delay(w, k, &c, t->firing, upto->round, &holds))
			return !k && !w->failed;
		if (!holds)
			return true;
	}
	return !r.ended || (ck_is_cut(w, n) && n->at + 1 == n->nkids) || ended_node(w, n, &r, t);
}

static bool since_node(struct ck_walk *w, struct ck_node *n, struct ck_try *t, const struct ck_sight *upto)
{
	const struct ck_law *law = t->c.w;
	struct ck_cx c = t->c, then = t->c;
	civil from = ck_time(w, t->rise->round);
	if (n->kind != N_SINCE)
		return ck_fail(w, n, "that a condition came true must stand here", "something else stands in its place");
	if (!ck_text_as_is(w, n, &c, law->when) || !ck_holds(w, n, !t->stopped && !t->waiting) || !ck_date(w, n, "from", from) ||
		!ck_date(w, n, "at", law->span ? t->due : t->c.s.now) || !ck_no_member(w, n, "binding"))
		return false;
	then.s.round = t->rise->round;
	then.s.now = then.s.fired = from;
	arena_reset(&w->p->scratch);
	if (law->span) {
		struct value span = ck_expr_value(&then.s, law->span);
		if (span.kind == V_NONE ? !ck_no_member(w, n, "span") : !ck_is_value(w, n, "span", span))
			return false;
	} else if (!ck_no_member(w, n, "span")) {
		return false;
	}
	if (t->stopped) {
		const struct ck_change *fall = t->rise + 1;
		c.s.round = fall->round;
		c.s.now = ck_time(w, fall->round);
		if (!ck_date(w, n, "ended", c.s.now))
			return false;
	} else if (t->waiting) {
		c.s.round = upto->round;
		c.s.now = upto->now;
	}
	if (!t->stopped && !ck_no_member(w, n, "ended"))
		return false;
	return ck_parts(w, n, &c, law->when) && ck_no_more(w, n);
}

/* It fired, if at all, for another value or head, or had fired in this step already. */
static bool other_node(struct ck_walk *w, struct ck_node *n, struct ck_cx *c)
{
	const struct ck_law *law = c->w;
	struct ck_node *k;
	if (ck_is_cut(w, n) && n->at + 1 == n->nkids)
		return true;
	if (law->value && !ck_plain_form(law->value)) {
		k = ck_need(w, n, N_VALUE);
		return k ? ck_value_node(w, k, c, law->value, false) : !w->failed;
	}
	k = ck_need(w, n, N_OPEN);
	const struct ck_form *f = law->when ? law->when : law->cond ? law->cond : law->value;
	struct ck_cx as = *c;
	return k ? ck_holds(w, k, false) && (!k->text.n || !f || ck_text(w, k, &as, f)) && ck_no_more(w, k) : !w->failed;
}

bool ck_try_node(struct ck_walk *w, struct ck_node *n, struct ck_try *t, const struct ck_wanted *v, const struct ck_sight *upto)
{
	const struct ck_law *law = t->c.w;
	bool cut, inside = true, reached = !t->stopped && !t->waiting, conds = true;
	const struct ck_cx *after = w->after, *corrected = w->corrected; /* of this node, not of those below it */
	uint32_t after_round = w->after_round;
	w->after = w->corrected = NULL;
	if (!ck_is_rule(w, n, law->id) || !ck_date(w, n, "at", t->c.s.now))
		return false;
	if (t->act != NO_ID ? !ck_is_number(w, n, "act", w->p->acts[t->act].act->pos) || !ck_is_number(w, n, "place", w->p->acts[t->act].place)
			    : !ck_no_member(w, n, "act") || !ck_no_member(w, n, "place"))
		return false;
	struct ck_cx c = t->c;
	if (!ck_binding(w, n, &c))
		return false;
	struct ck_node *k = ck_next(w, n, &cut);
	if (!k)
		return cut ? ck_no_more(w, n) : ck_fail(w, n, "what called the rule is missing", "the reason is missing");
	if (t->act != NO_ID ? !ck_act_node(w, k, t->act) : !since_node(w, k, t, upto))
		return false;
	if (reached && !(ck_is_cut(w, n) && n->at + 1 == n->nkids) && !ck_window(w, n, law, t->c.s.now, &inside))
		return false;
	if (law->cond && reached && !(ck_is_cut(w, n) && n->at + 1 == n->nkids)) {
		conds = ck_ask(w, &t->c, law->cond);
		if (!ck_parts(w, n, &c, law->cond))
			return false;
	}
	if (!ck_binding_whole(w, n, &c, c.s.bound))
		return false;
	bool gave = ck_gave(w, t, v, upto);
	if (t->firing != NO_ID) {
		if (law->value && !ck_plain_form(law->value) && !(ck_is_cut(w, n) && n->at + 1 == n->nkids)) {
			k = ck_need(w, n, N_VALUE);
			if (k && !ck_value_node(w, k, &c, law->value, true))
				return false;
		}
		if (w->failed || !fate_nodes(w, n, t, upto))
			return false;
	} else if (reached && conds && inside && !other_node(w, n, &c)) {
		return false;
	}
	bool replaced = t->firing != NO_ID && fate_of(w, t, upto).ended;
	w->after = after;
	w->corrected = corrected;
	w->after_round = after_round;
	w->upto = upto;
	return ck_try_end(w, n, replaced) && ck_no_more(w, n) && ck_holds(w, n, gave);
}
