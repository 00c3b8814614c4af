/* SPDX-License-Identifier: Apache-2.0
 *
 * A fact that is so: the change that made it, with trigger, conditions and delay, and that nothing has changed it since.
 */
#include "proof/reasons.h"

#include <string.h>

/* ---- parts --------------------------------------------------------------------------------------------------------------- */

static bool applies(const struct ck_walk *w, const struct ck_law *law)
{
	return !law->readings || law->readings >> w->p->reading & 1;
}

static bool in_window(civil t, const struct ck_law *law)
{
	return t >= law->st->head->from && t < law->st->head->until;
}

void ck_firing_cx(const struct ck_walk *w, uint32_t firing, struct ck_cx *c)
{
	const struct ck_firing *f = &w->p->firings.v[firing];
	const struct ck_law *law = &w->b->laws.v[f->law];
	civil at = ck_time(w, f->round);
	*c = (struct ck_cx){.w = law, .s = {.p = w->p, .round = f->round - 1, .now = at, .fired = at, .bound = f->bound}};
	memcpy(c->s.env, f->env, law->nvars * sizeof *f->env);
}

/* An act as it stands, and the one that it replaced. */
bool ck_act_node(struct ck_walk *w, struct ck_node *n, uint32_t act)
{
	const struct ck_placed *a = &w->p->acts[act];
	if (n->kind != N_ACT && n->kind != N_WITHOUT_EFFECT)
		return ck_fail(w, n, "the act that fired the rule must stand here", "something else stands in its place");
	if (!ck_is_number(w, n, "act", a->act->pos) || !ck_is_number(w, n, "place", a->place) || !ck_is_act_args(w, n, a->act->kind, a->act->args) ||
		!ck_date(w, n, "at", a->act->date) || !ck_holds(w, n, true))
		return false;
	if (w->some && !w->p->act_changes[act]) {
		; /* what it changed may rest on acts that are not here */
	} else if (w->p->part && (n->kind == N_WITHOUT_EFFECT || !w->p->act_changes[act])) {
		*w->unsure = true; /* whether it changed anything else is seen only when all rules are carried out */
	} else if ((n->kind == N_ACT) != (w->p->act_changes[act] > 0)) {
		return ck_fail(w, n, w->p->act_changes[act] ? "this act changed something" : "this act changed nothing", "its effect is another");
	}
	const struct ck_act *before = ck_act_at(w->p, a->place);
	if (a->act->pos != a->place && before && before->kind != NO_ID) {
		struct ck_node *was = ck_need(w, n, N_CORRECTED);
		if (!was || !ck_holds(w, was, true) || !ck_is_number(w, was, "act", a->act->pos) || !ck_is_number(w, was, "place", a->place) ||
			!ck_is_act_args(w, was, before->kind, before->args) || !ck_date(w, was, "at", before->date) || !ck_no_more(w, was))
			return false;
		if (!jv_is(jv_get(was->json, "annulled"), JV_FALSE))
			return ck_fail(w, was, "this act was replaced, not annulled", "its correction is another");
	}
	return ck_no_more(w, n);
}

bool ck_window(struct ck_walk *w, struct ck_node *parent, const struct ck_law *law, civil at, bool *ret_in)
{
	const struct syn_head *h = law->st->head;
	*ret_in = in_window(at, law);
	if (h->from == CIVIL_ALWAYS && h->until == CIVIL_NEVER)
		return true;
	struct ck_node *n = ck_need(w, parent, N_WINDOW);
	if (!n)
		return !w->failed;
	return ck_holds(w, n, *ret_in) && ck_is_rule(w, n, law->id) && ck_date(w, n, "from", h->from) && ck_date(w, n, "to", h->until) &&
	       ck_date(w, n, "at", at) && ck_no_more(w, n);
}

/* The condition of `once` or `after` came true, and the rule fired. */
static bool since(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_firing *f)
{
	const struct ck_law *law = c->w;
	const struct ck_change *rise = ck_last(f->trigger, f->round - 1);
	struct ck_cx then = *c, trigger = *c;
	civil from = rise ? ck_time(w, rise->round) : CIVIL_ALWAYS;
	if (!ck_text(w, n, &trigger, law->when) || !ck_holds(w, n, true) || !ck_date(w, n, "from", from) || !ck_date(w, n, "at", ck_time(w, f->round)) ||
		!ck_no_member(w, n, "ended") || !ck_no_member(w, n, "binding"))
		return false;
	if (law->span) {
		if (rise) {
			then.s.round = rise->round;
			then.s.now = then.s.fired = from;
		}
		arena_reset(&w->p->scratch);
		if (!ck_is_value(w, n, "span", ck_expr_value(&then.s, law->span)))
			return false;
	} else if (!ck_no_member(w, n, "span")) {
		return false;
	}
	return ck_parts(w, n, &trigger, law->when) && ck_no_more(w, n);
}

static const struct ck_pending *pending_of(const struct ck_walk *w, uint32_t firing)
{
	for (size_t i = 0; i < w->p->pendings.n; i++)
		if (w->p->pendings.v[i].firing == firing)
			return &w->p->pendings.v[i];
	return NULL;
}

bool ck_delay(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, uint32_t firing, uint32_t upto, bool *ret_holds)
{
	const struct ck_firing *f = &w->p->firings.v[firing];
	const struct ck_law *law = c->w;
	const struct ck_pending *a = pending_of(w, firing);
	bool dropped = a && a->fate == CK_DROPPED && a->ended && a->ended <= upto;
	*ret_holds = !a || (a->fate == CK_APPLIED && a->ended <= upto);
	arena_reset(&w->p->scratch);
	struct ck_sight s = c->s;
	struct value when = ck_expr_value(&s, law->effect);
	const struct jv *still = jv_get(n->json, "if_still_so");
	if (!ck_text(w, n, c, law->effect) || !ck_holds(w, n, *ret_holds) || !ck_is_rule(w, n, law->id) || !ck_date(w, n, "from", ck_time(w, f->round)) ||
		!ck_date(w, n, "at", when.t))
		return false;
	if (!jv_is_bool(still) || jv_is(still, JV_TRUE) != law->still_so)
		return ck_fail(w, n, "\"if_still_so\" is not what the rule says", "the delay is of another kind");
	struct ck_node *k = ck_need(w, n, N_VALUE);
	if (!k)
		return !w->failed && ck_no_more(w, n);
	if (!ck_value_node(w, k, c, law->effect, true))
		return false;
	if (!dropped)
		return ck_no_member(w, n, "dropped") && ck_no_more(w, n);
	struct ck_cx then = *c;
	then.s.round = a->ended;
	then.s.now = ck_time(w, a->ended);
	bool trigger = f->trigger && ck_value(f->trigger, a->ended).kind == V_NONE;
	const struct ck_form *cond = trigger ? law->when : law->cond;
	return ck_date(w, n, "dropped", then.s.now) && (!cond || ck_parts(w, n, &then, cond)) && ck_no_more(w, n);
}

/* ---- nothing changed it -------------------------------------------------------------------------------------------------- */

/* The values other than this one that the rule could have given; false: none. */
static bool others(const struct ck_law *law, struct value v, struct ck_wanted *ret)
{
	*ret = (struct ck_wanted){.n = 0};
	if (law->form != RULE_EFFECT)
		*ret = (struct ck_wanted){.v = {VALUE_YES}, .n = 1};
	else if (law->value->kind == E_CONST)
		*ret = (struct ck_wanted){.v = {law->value->value}, .n = 1};
	return !ret->n || !value_eq(ret->v[0], v);
}

/* A rule that was called, and what it lacked: not (rule). If it fired and gave the value that stands, nothing is to be said. */
static bool lacked(struct ck_walk *w, struct ck_node *parent, struct ck_try *t, const struct ck_wanted *v, const struct ck_sight *upto)
{
	struct ck_node *n = ck_peek(w, parent), *k;
	struct ck_below in = w->in;
	bool cut, ok;
	if (ck_gave(w, t, v, upto))
		return true;
	n = ck_next(w, parent, &cut);
	if (!n)
		return cut || ck_fail(w, parent, "a rule that was called in that time is not mentioned", "it may have changed the fact");
	if (n->kind != N_NOT || !(k = ck_need(w, n, N_RULE)))
		return ck_fail(w, n, "it must say why a rule did not change the fact", "something else stands in its place");
	w->in.leaf = w->in.numbers = true;
	ok = ck_holds(w, n, true) && ck_try_node(w, k, t, v, upto) && ck_holds(w, k, false);
	w->in = in;
	return ok && ck_no_more(w, n);
}

/* Nothing ever called the rule: its condition never came true in that time. */
static bool never_called(struct ck_walk *w, struct ck_node *parent, struct ck_cx *head, const struct ck_sight *upto)
{
	bool cut;
	struct ck_below in = w->in;
	struct ck_node *n = ck_next(w, parent, &cut), *rule, *s, *open;
	if (!n)
		return cut || ck_fail(w, parent, "a rule that could have changed it in that time is not mentioned", "it may have changed the fact");
	if (n->kind != N_NOT || !(rule = ck_need(w, n, N_RULE)) || !(s = ck_need(w, rule, N_SINCE)))
		return ck_fail(w, n, "it must say why a rule was never called", "something else stands in its place");
	if (!ck_holds(w, n, true) || !ck_holds(w, rule, false) || !ck_is_rule(w, rule, head->w->id) || !ck_date(w, rule, "at", upto->now) ||
		!ck_no_member(w, rule, "act") || !ck_no_member(w, rule, "place") || !ck_no_member(w, rule, "binding"))
		return false;
	w->in.leaf = w->in.numbers = true;
	bool holds = ck_ask(w, head, head->w->when);
	struct ck_cx c = *head;
	bool ok = ck_text_as_is(w, s, &c, head->w->when) && ck_holds(w, s, false) && ck_date(w, s, "from", CIVIL_ALWAYS) && ck_date(w, s, "at", CIVIL_NEVER) && ck_no_member(w, s, "ended") &&
		  ck_no_member(w, s, "span") && ck_no_member(w, s, "binding") && (ck_is_cut(w, s) || ck_parts(w, s, &c, head->w->when));
	if (ok && holds && !ck_is_cut(w, s)) { /* it is true, but did not come true in that time */
		open = ck_need(w, s, N_OPEN);
		ok = open && ck_holds(w, open, false) && ck_is_str(w, open, "text", s->text) && ck_no_more(w, open);
	}
	w->in = in;
	return ok && ck_no_more(w, s) && ck_no_more(w, rule) && ck_no_more(w, n);
}

/* Two rules may wait for one kind of act: it is said once. */
static bool said(const struct ck_walk *w, const struct ck_absence *list, const uint32_t *kinds, size_t n, const struct ck_absence *a, uint32_t kind)
{
	for (size_t i = 0; i < n; i++) {
		bool same = kinds[i] == kind && list[i].from == a->from && list[i].to == a->to;
		for (uint32_t k = 0; same && k < w->b->acts.v[kind].nparams; k++)
			same = value_eq(list[i].args[k], a->args[k]);
		if (same)
			return true;
	}
	return false;
}

/* For each rule that could have made it anything but v in rounds (after, upto]: nothing called for it, or what it lacked. */
static bool unchanged(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, struct value v, uint32_t after,
	const struct ck_sight *upto)
{
	const struct ck_fact *f = &w->b->facts.v[fact];
	struct ck_absence *absences = arena_array(w->a, f->laws.n + 1, struct ck_absence);
	uint32_t *kinds = arena_array(w->a, f->laws.n + 1, uint32_t);
	struct ck_try *tries = arena_array(w->a, CK_MAX_TRIES, struct ck_try);
	size_t nabsences = 0;
	for (size_t i = 0; i < f->laws.n && !w->failed; i++) {
		const struct ck_law *law = &w->b->laws.v[f->laws.v[i]];
		struct ck_wanted wanted;
		struct ck_cx head;
		if (!others(law, v, &wanted) || !applies(w, law) || !ck_head(w, law, args, upto, &head) ||
			(after && law->st->head->until <= ck_time(w, after)) || law->st->head->from > upto->now)
			continue;
		if (ck_is_cut(w, n) && n->at + 1 == n->nkids)
			return true;
		size_t ntries = ck_tries(w, law, args, &wanted, after, upto, tries);
		for (size_t k = 0; k < ntries && !w->failed; k++)
			if (!lacked(w, n, &tries[k], &wanted, upto))
				return false;
		if (ntries || w->failed)
			continue;
		if (law->trigger != TRIGGER_ACT) {
			if (!never_called(w, n, &head, upto))
				return false;
			continue;
		}
		struct ck_absence a;
		ck_absent(w, &head, after, upto, &a);
		if (a.from >= a.to || said(w, absences, kinds, nabsences, &a, law->act))
			continue;
		kinds[nabsences] = law->act;
		absences[nabsences++] = a;
		struct ck_node *none = ck_need(w, n, N_NO_ACT);
		if (none && !ck_no_act(w, none, &head, &a, true))
			return false;
	}
	return !w->failed;
}

static bool still(struct ck_walk *w, struct ck_node *parent, uint32_t fact, const struct value *args, const struct ck_change *ch, const struct ck_sight *m)
{
	struct ck_node *n = ck_need(w, parent, N_STILL);
	civil from = ck_time(w, ch->round);
	if (!n)
		return !w->failed;
	return ck_holds(w, n, true) && ck_date(w, n, "from", from) && ck_date(w, n, "at", m->now) && ck_no_member(w, n, "rule") &&
	       ck_no_member(w, n, "act") && ck_no_member(w, n, "place") && unchanged(w, n, fact, args, ch->value, ch->round, m) && ck_no_more(w, n);
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

static bool is_ancestor(const struct ck_walk *w, const struct ck_node *n, uint32_t of)
{
	for (uint32_t i = n->parent; i != NO_ID; i = w->nodes[i].parent)
		if (i == of)
			return true;
	return false;
}

bool ck_same(struct ck_walk *w, struct ck_node *n, struct ck_node **ret)
{
	static const char *const members[] = {"kind", "fact", "args", "value", "have", "from", "to", "rule"};
	struct ck_node *s = &w->nodes[n->same];
	bool same = s->same == NO_ID && s->holds == n->holds && !is_ancestor(w, n, s->id);
	for (size_t i = 0; same && i < sizeof members / sizeof *members; i++) {
		const struct jv *a = jv_get(n->json, members[i]), *b = jv_get(s->json, members[i]);
		same = a == b || (a && b && jv_equal(a, b));
	}
	*ret = s;
	return same || ck_fail(w, n, "\"same\" points to a node that says something else, or to one that rests on this one", "its reasons are not there");
}

static bool trigger(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_firing *f)
{
	bool cut;
	struct ck_node *k = ck_next(w, n, &cut);
	if (!k)
		return cut || ck_fail(w, n, "what fired the rule is missing", "a fact was stated without its cause");
	if (!f->trigger)
		return ck_act_node(w, k, w->p->rounds.v[f->round].act);
	if (k->kind != N_SINCE)
		return ck_fail(w, k, "that a condition came true must stand here", "something else stands in its place");
	return since(w, k, c, f);
}

static bool ended_list(const struct ck_walk *w, struct ck_node *n)
{
	return ck_is_cut(w, n) && n->at + 1 == n->nkids;
}

static bool unfold_change(struct ck_walk *w, struct ck_node *n, const struct ck_change *ch)
{
	const struct ck_firing *f = &w->p->firings.v[ch->firing];
	struct ck_cx c;
	bool open, holds;
	ck_firing_cx(w, ch->firing, &c);
	struct ck_cx full = c;
	uint64_t known = 0;
	for (uint32_t i = 0; i < c.w->nvars; i++)
		known |= c.s.bound & ck_bit(i);
	if (!ck_binding(w, n, &full) || !ck_binding_whole(w, n, &c, known))
		return false;
	if (full.s.bound != c.s.bound)
		return ck_fail(w, n, "\"binding\" has variables that were open when the rule fired", "the rule was applied to something else");
	if (!trigger(w, n, &c, f) || !(ended_list(w, n) || ck_window(w, n, c.w, c.s.fired, &open)))
		return false;
	if (c.w->cond && !ended_list(w, n) && !ck_parts(w, n, &c, c.w->cond))
		return false;
	if (!ck_plain_form(c.w->value ? c.w->value : &(struct ck_form){.kind = E_CONST}) && !ended_list(w, n)) {
		struct ck_node *k = ck_need(w, n, N_VALUE);
		if (k && !ck_value_node(w, k, &c, c.w->value, true))
			return false;
	}
	if (c.w->effect && !ended_list(w, n)) {
		struct ck_node *k = ck_need(w, n, N_DELAY);
		if (k && !ck_delay(w, k, &c, ch->firing, ch->round, &holds))
			return false;
	}
	return !w->failed;
}

/* The definition that holds at m: the first in the text. NULL: none. */
static const struct ck_law *definition(struct ck_walk *w, uint32_t fact, const struct value *args, const struct ck_sight *m)
{
	const struct ck_fact *f = &w->b->facts.v[fact];
	for (size_t i = 0; i < f->laws.n; i++) {
		const struct ck_law *law = &w->b->laws.v[f->laws.v[i]];
		struct ck_cx c;
		if (applies(w, law) && in_window(m->now, law) && ck_head(w, law, args, m, &c) && ck_ask(w, &c, law->cond))
			return law;
	}
	return NULL;
}

static bool unfold_definition(struct ck_walk *w, struct ck_node *n, const struct ck_law *law, const struct value *args, const struct ck_sight *m)
{
	struct ck_cx c;
	bool open;
	(void)ck_head(w, law, args, m, &c);
	if (!ck_binding(w, n, &c) || !(ended_list(w, n) || ck_window(w, n, law, m->now, &open)))
		return false;
	if (!ck_parts(w, n, &c, law->cond))
		return false;
	return ck_binding_whole(w, n, &c, c.s.bound);
}

static bool table(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, struct value v, bool holds)
{
	const struct ck_fact *f = &w->b->facts.v[fact];
	const struct syn_decl *d = f->decl;
	const struct jv *cites = jv_get(n->json, "cites");
	if (n->kind != N_TABLE)
		return ck_fail(w, n, "what a table gives is a node \"table\"", "something else stands in its place");
	if (!ck_is_fact(w, n, fact, args) || !ck_is_value(w, n, "value", v) || !ck_holds(w, n, holds) || !ck_is_number(w, n, "line", d->at.line) ||
		!ck_is_str(w, n, "file", w->b->rb->files.v[d->at.file].path))
		return false;
	return ck_cites_are(w->b, cites, &f->decl->cites) ? ck_no_more(w, n)
							      : ck_fail(w, n, "\"cites\" is not what the table cites", "its legal basis is another");
}

static bool never(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_inst *i, const struct ck_sight *m)
{
	civil from, to;
	struct ck_node *s;
	if (n->kind != N_NEVER)
		return ck_fail(w, n, "a fact that had no value yet is a node \"never\"", "something else stands in its place");
	ck_interval(w->p, i, NULL, &from, &to);
	if (!ck_is_fact(w, n, fact, args) || !ck_holds(w, n, true) || !ck_date(w, n, "from", from) || !ck_date(w, n, "to", to) || !ck_date(w, n, "at", m->now))
		return false;
	if (n->same != NO_ID)
		return ck_same(w, n, &s) && ck_no_more(w, n);
	if (w->in.leaf || w->in.negative)
		return ck_no_more(w, n);
	return unchanged(w, n, fact, args, VALUE_NONE, 0, m) && ck_no_more(w, n);
}

/* Of a definition that no longer holds any of those that did may be named. */
static bool was_by(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_change *ch)
{
	const struct ck_fact *f = &w->b->facts.v[fact];
	const struct jv *rule = jv_get(n->json, "rule");
	struct ck_sight before = {.p = w->p, .round = ch->round - 1, .now = ck_time(w, ch->round - 1)};
	for (size_t i = 0; i < f->laws.n; i++) {
		const struct ck_law *law = &w->b->laws.v[f->laws.v[i]];
		struct ck_cx c;
		if (jv_int(rule) == (int64_t)law->id && applies(w, law) && ck_head(w, law, args, &before, &c) && ck_ask(w, &c, law->cond))
			return ck_is_rule(w, n, law->id);
	}
	return ck_fail(w, n, "\"rule\" is no definition that held until then", "it ended otherwise");
}

bool ck_fact_is(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_sight *m)
{
	const struct ck_fact *f = &w->b->facts.v[fact];
	const struct ck_inst *i = ck_find(w->p, fact, args);
	const struct ck_change *ch = ck_last(i, m->round);
	const struct ck_law *law = NULL;
	struct ck_below in = w->in;
	struct ck_node *s;
	civil from, to;
	if (f->table)
		return table(w, n, fact, args, ch ? ch->value : VALUE_NONE, true);
	if (!ch)
		return never(w, n, fact, args, i, m);
	if (n->kind != N_FACT)
		return ck_fail(w, n, "a fact and its value must stand here", "something else stands in its place");
	ck_interval(w->p, i, ch, &from, &to);
	if (!ck_is_fact(w, n, fact, args) || !ck_holds(w, n, true) || !ck_is_value(w, n, "value", ch->value) || !ck_no_member(w, n, "have") ||
		!ck_date(w, n, "from", from) || !ck_date(w, n, "to", to) || !ck_date(w, n, "at", m->now))
		return false;
	if (f->defined && ch->value.kind == V_YES)
		law = definition(w, fact, args, m);
	if (f->defined && !law ? !was_by(w, n, fact, args, ch) : !ck_is_rule(w, n, law ? law->id : ch->law))
		return false;
	if (n->same != NO_ID) {
		if (!ck_same(w, n, &s) || !ck_no_member(w, n, "binding"))
			return false;
		civil at = CIVIL_NEVER;
		(void)date_parse(jv_get_str(s->json, "at"), &at);
		if (at < m->now && !f->defined && !w->in.negative && !w->in.leaf && !still(w, n, fact, args, ch, m))
			return false;
		return ck_no_more(w, n);
	}
	if (!jv_get(n->json, "binding")) { /* only stated */
		bool enough = w->in.leaf || (f->defined && (!law || w->in.negative));
		if (n->nkids ? !ck_is_cut(w, n) : !enough)
			return ck_fail(w, n, "it is stated without reasons where they are needed", "a fact was stated without its cause");
		return ck_no_more(w, n);
	}
	if (++w->depth > CK_MAX_NODE_DEPTH)
		return ck_fail(w, n, "the tree is too deep", "it cannot be checked");
	bool once = w->in.negative > 0;
	w->level += !once;
	w->in.refuting = false;
	if (once)
		w->in.leaf = w->in.numbers = true;
	bool ok = f->defined ? law && unfold_definition(w, n, law, args, m) : unfold_change(w, n, ch);
	w->in = in;
	w->in.refuting = false;
	if (ok && !f->defined && !once && !ended_list(w, n))
		ok = still(w, n, fact, args, ch, m);
	w->in = in;
	w->depth--;
	w->level -= !once;
	return ok && ck_no_more(w, n);
}
