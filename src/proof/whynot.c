/* SPDX-License-Identifier: Apache-2.0
 *
 * A fact that is not so: what it is instead, and for each rule that could make it so what that lacked, down to the acts that are missing.
 */
#include "proof/reasons.h"

/* ---- acts that would serve if they stood, or were known ------------------------------------------------------------------ */

static bool pattern_fits(const struct ck_walk *w, const struct ck_cx *head, const struct ck_act *a)
{
	struct ck_cx c = *head;
	for (uint32_t i = 0; i < w->b->acts.v[a->kind].nparams; i++)
		if (!ck_match(&c.s, head->w->pattern[i], a->args[i]))
			return false;
	return true;
}

static bool corrected_node(struct ck_walk *w, struct ck_node *n, const struct ck_act *a)
{
	bool later = a->pos > w->p->known;
	const struct ck_act *by = later ? NULL : ck_correction(w->p, a->pos);
	if (n->kind != (later ? N_LATER : N_CORRECTED))
		return ck_fail(w, n, "an act that would serve, but does not stand, is to be named here", "the reason is another");
	if (!ck_holds(w, n, false) || !ck_is_number(w, n, "act", by ? by->pos : a->pos) || !ck_is_number(w, n, "place", a->pos) ||
		!ck_is_act_args(w, n, a->kind, a->args) || !ck_date(w, n, "at", a->date))
		return false;
	const struct jv *annulled = jv_get(n->json, "annulled");
	if (!later && (!jv_is_bool(annulled) || jv_is(annulled, JV_TRUE) != (by && by->annul)))
		return ck_fail(w, n, "\"annulled\" is not what became of the act", "its correction is another");
	return ck_no_more(w, n);
}

static bool add_corrected(struct ck_walk *w, struct ck_node *n, const struct ck_cx *head, civil upto)
{
	uint32_t found = 0;
	for (size_t i = 0; i < w->p->ngiven && found < CK_MAX_FIRED && !w->failed; i++) {
		const struct ck_act *a = &w->p->given[i];
		bool cut;
		if (a->kind != head->w->act || a->date > upto || !pattern_fits(w, head, a) || (a->pos <= w->p->known && !ck_correction(w->p, a->pos)))
			continue;
		struct ck_node *k = ck_next(w, n, &cut);
		if (!k)
			return cut || ck_fail(w, n, "an act that would serve, but does not stand, is not mentioned", "the reason is not whole");
		if (!corrected_node(w, k, a))
			return false;
		found++;
	}
	return !w->failed;
}

/* ---- one rule ------------------------------------------------------------------------------------------------------------ */

static bool at_cut(const struct ck_walk *w, const struct ck_node *n)
{
	return ck_is_cut(w, n) && n->at + 1 == n->nkids;
}

/* No act and no condition ever came up. */
static bool nothing_tried(struct ck_walk *w, struct ck_node *n, const struct ck_cx *head, const struct ck_sight *m)
{
	const struct ck_law *law = head->w;
	struct ck_cx c = *head;
	bool open;
	struct ck_cx claimed = *head;
	if (!ck_is_rule(w, n, law->id) || !ck_holds(w, n, false) || !ck_date(w, n, "at", m->now) || !ck_no_member(w, n, "act") ||
		!ck_no_member(w, n, "place") || !ck_binding(w, n, &claimed) || !ck_binding_whole(w, n, head, head->s.bound))
		return false;
	if (claimed.s.bound != head->s.bound)
		return ck_fail(w, n, "\"binding\" names what is open", "the rule was applied to something else");
	if (law->trigger == TRIGGER_ACT) {
		struct ck_absence a;
		ck_absent(w, head, 0, m, &a);
		struct ck_node *k = ck_need(w, n, N_NO_ACT);
		if (k && (!ck_no_act(w, k, head, &a, false) || !add_corrected(w, n, head, m->now)))
			return false;
	} else {
		struct ck_node *s = ck_need(w, n, N_SINCE), *always;
		if (s) {
			bool holds = ck_ask(w, head, law->when);
			struct ck_cx found = *head;
			if (!ck_text_as_is(w, s, head, law->when) || !ck_holds(w, s, false) || !ck_date(w, s, "from", CIVIL_ALWAYS) ||
				!ck_date(w, s, "at", CIVIL_NEVER) || !ck_no_member(w, s, "ended") || !ck_no_member(w, s, "span") || !ck_binding(w, s, &found))
				return false;
			if (!at_cut(w, s) && !ck_parts(w, s, &found, law->when))
				return false;
			if (holds && !at_cut(w, s)) { /* it is true, but it never came true */
				always = ck_need(w, s, N_OPEN);
				if (always && (!ck_holds(w, always, false) || !ck_is_str(w, always, "text", s->text) || !ck_no_more(w, always)))
					return false;
			}
			if (!ck_no_more(w, s))
				return false;
		}
		if (law->cond && !(law->cond->free & ~(head->s.bound | law->cond->binds)) && !at_cut(w, n) && !w->failed && !ck_parts(w, n, &c, law->cond))
			return false;
	}
	if (w->failed)
		return false;
	if (m->now < law->st->head->from || m->now >= law->st->head->until)
		return (at_cut(w, n) || ck_window(w, n, law, m->now, &open)) && ck_no_more(w, n);
	return ck_no_more(w, n);
}

/* Which of these moments is the node about? */
static struct ck_try *told(struct ck_walk *w, const struct ck_node *n, struct ck_try *tries, size_t from, size_t ntries)
{
	const struct jv *act = jv_get(n->json, "act");
	const struct ck_node *first = n->nkids ? &w->nodes[n->kids[0]] : NULL;
	for (size_t i = from; i < ntries; i++) {
		struct ck_try *t = &tries[i];
		char at[DATE_LEN], rise[DATE_LEN];
		if (t->act != NO_ID) {
			if ((uint64_t)jv_int(act) == w->p->acts[t->act].act->pos)
				return t;
			continue;
		}
		civil up = ck_time(w, t->rise->round);
		struct ck_cx c = t->c;
		if (first && str_eq(jv_get_str(n->json, "at"), str_of(date_print(t->c.s.now, at))) &&
			str_eq(jv_get_str(first->json, "from"), str_of(date_print(up, rise))) && ck_says(w, first->text, &c, t->c.w->when) &&
			c.s.bound == t->c.s.bound)
			return t;
	}
	return NULL;
}

/* Of the moments at which the rule was called: its last firings, and of what came after them one that came furthest. */
static bool effect_rule(struct ck_walk *w, struct ck_node *parent, const struct ck_law *law, const struct value *args, const struct ck_wanted *v,
	const struct ck_sight *m)
{
	struct ck_cx head;
	struct ck_try *tries = arena_array(w->a, CK_MAX_TRIES, struct ck_try);
	size_t fired = 0, unfired = 0, next = 0, shown = 0, must;
	bool cut;
	if (!ck_head_value(w, law, args, v, m, &head))
		return true;
	size_t n = ck_tries(w, law, args, v, 0, m, tries);
	for (size_t i = n; i-- > 0;) {
		fired += tries[i].firing != NO_ID;
		unfired += tries[i].firing == NO_ID && !fired;
	}
	must = (fired < CK_MAX_FIRED ? fired : CK_MAX_FIRED) + (unfired > 0);
	if (n == 0) {
		struct ck_node *k = ck_need(w, parent, N_RULE);
		return k ? nothing_tried(w, k, &head, m) : !w->failed;
	}
	for (; shown < must && !w->failed; shown++) {
		struct ck_node *k = ck_next(w, parent, &cut);
		if (!k)
			return cut || ck_fail(w, parent, "a time at which a rule was called is not mentioned", "the reason is not whole");
		struct ck_try *t = k->kind == N_RULE ? told(w, k, tries, next, n) : NULL;
		if (!t)
			return ck_fail(w, k, "it is no time at which a rule was called that could have made it so", "the reason is another");
		size_t at = (size_t)(t - tries);
		size_t later = 0;
		for (size_t i = at + 1; i < n; i++)
			later += tries[i].firing != NO_ID;
		if ((t->firing != NO_ID && later >= CK_MAX_FIRED) || (t->firing == NO_ID && later))
			return ck_fail(w, k, "it is not one of the last times at which the rule fired, nor one after them", "a later one was left out");
		next = at + 1;
		const struct ck_node *last = k->nkids ? &w->nodes[k->kids[k->nkids - 1]] : NULL;
		(void)last;
		w->after = at + 1 == n && law->trigger == TRIGGER_ACT && t->firing != NO_ID ? &head : NULL;
		w->after_round = t->round;
		w->corrected = t->firing == NO_ID && law->trigger == TRIGGER_ACT ? &head : NULL;
		w->upto = m;
		if (!ck_try_node(w, k, t, v, m))
			return false;
	}
	return !w->failed;
}

/* What may stand at the end of a try in a why-not: after a value that was replaced, the act that did not come again; acts that
 * would have served. */
bool ck_try_end(struct ck_walk *w, struct ck_node *n, bool replaced)
{
	const struct ck_cx *again = w->after, *head = w->corrected;
	w->after = w->corrected = NULL;
	if (again && replaced && !at_cut(w, n)) {
		struct ck_absence a;
		ck_absent(w, again, w->after_round, w->upto, &a);
		struct ck_node *k = ck_need(w, n, N_NO_ACT);
		if (k && !ck_no_act(w, k, again, &a, false))
			return false;
		head = again;
	}
	return !w->failed && (!head || at_cut(w, n) || add_corrected(w, n, head, w->upto->now));
}

static bool definition_rule(struct ck_walk *w, struct ck_node *parent, const struct ck_law *law, const struct value *args, const struct ck_sight *m)
{
	struct ck_cx c;
	bool open;
	if (!ck_head(w, law, args, m, &c))
		return true;
	struct ck_node *n = ck_need(w, parent, N_RULE);
	if (!n)
		return !w->failed;
	if (!ck_is_rule(w, n, law->id) || !ck_holds(w, n, false) || !ck_date(w, n, "at", m->now) || !ck_no_member(w, n, "act") ||
		!ck_no_member(w, n, "place") || !ck_binding(w, n, &c) || !(at_cut(w, n) || ck_window(w, n, law, m->now, &open)))
		return false;
	if (!at_cut(w, n) && !ck_parts(w, n, &c, law->cond))
		return false;
	return ck_binding_whole(w, n, &c, c.s.bound) && ck_no_more(w, n);
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

static bool rules(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_wanted *v, const struct ck_sight *m)
{
	const struct ck_fact *f = &w->b->facts.v[fact];
	for (size_t i = 0; i < f->laws.n && !w->failed; i++) {
		const struct ck_law *law = &w->b->laws.v[f->laws.v[i]];
		if (at_cut(w, n))
			return true;
		if (ck_can(w, law, v) && !(f->defined ? definition_rule(w, n, law, args, m) : effect_rule(w, n, law, args, v, m)))
			return false;
	}
	return !w->failed;
}

/* What it is instead, then the rules. */
static bool lacking(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_wanted *v,
	const struct ck_change *ch, const struct ck_sight *m)
{
	bool cut, ok = true;
	w->in.negative++;
	if (ch && ch->value.kind != V_NONE) {
		struct ck_node *k = ck_next(w, n, &cut);
		ok = k ? ck_fact_is(w, k, fact, args, m) : cut || ck_fail(w, n, "it does not say what the fact is instead", "the reason is not whole");
	}
	ok = ok && rules(w, n, fact, args, v, m);
	w->in.negative--;
	return ok;
}

bool ck_fact_is_not(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_wanted *v, const struct ck_sight *m)
{
	const struct ck_fact *f = &w->b->facts.v[fact];
	bool whole = true, ok, cut;
	for (uint32_t i = 0; i < f->nparams; i++)
		whole = whole && args[i].kind != V_NONE;
	const struct ck_inst *i = whole ? ck_find(w->p, fact, args) : NULL;
	const struct ck_change *ch = ck_last(i, m->round);
	civil from = CIVIL_ALWAYS, to = CIVIL_NEVER;
	struct ck_node *s;
	if (n->kind != (f->table ? N_TABLE : N_FACT))
		return ck_fail(w, n, "that a fact is not so must stand here", "something else stands in its place");
	if (!ck_is_fact(w, n, fact, args) || !ck_holds(w, n, false) || !ck_is_value(w, n, "value", v->n ? v->v[0] : VALUE_NONE))
		return false;
	if (f->table)
		return ck_no_more(w, n);
	if (i)
		ck_interval(w->p, i, ch, &from, &to);
	if (!ck_is_value(w, n, "have", ch ? ch->value : VALUE_NONE) || !ck_date(w, n, "from", from) || !ck_date(w, n, "to", to) ||
		!ck_date(w, n, "at", m->now) || !ck_no_member(w, n, "rule") || !ck_no_member(w, n, "binding"))
		return false;
	if (w->in.leaf)
		return ck_no_more(w, n);
	if (n->same != NO_ID)
		return ck_same(w, n, &s) && (str_eq(jv_get_str(s->json, "at"), jv_get_str(n->json, "at")) || ck_fail(w, n,
			"\"same\" points to a statement about another day", "its reasons are not there")) && ck_no_more(w, n);
	if (++w->depth > CK_MAX_NODE_DEPTH)
		return ck_fail(w, n, "the tree is too deep", "it cannot be checked");
	w->level++;
	if (at_cut(w, n)) {
		ok = true;
	} else if (!w->in.refuting) {
		ok = lacking(w, n, fact, args, v, ch, m);
	} else if (f->defined || !whole) {
		ok = rules(w, n, fact, args, v, m);
	} else {
		struct ck_node *k = ck_next(w, n, &cut);
		ok = k ? ck_fact_is(w, k, fact, args, m) : cut || ck_fail(w, n, "it does not say what the fact is instead", "the reason is missing");
	}
	w->level--;
	w->depth--;
	return ok && ck_no_more(w, n);
}

/* ---- one more, whoever it may be ----------------------------------------------------------------------------------------- */

static bool all_args(const struct ck_cx *c, const struct ck_form *f, struct value *out)
{
	for (uint32_t i = 0; i < f->nargs; i++) {
		const struct ck_term *t = &f->args[i];
		out[i] = t->kind == CK_VALUE ? t->value : c->s.bound & ck_bit(t->var) ? c->s.env[t->var] : VALUE_NONE;
	}
	return true;
}

static bool anyone_part(struct ck_walk *w, struct ck_node *n, const struct ck_cx *c, const struct ck_form *f)
{
	struct value args[MAX_ARGS];
	struct ck_wanted v = {.v = {VALUE_YES}, .n = 1};
	bool fact = f->kind == C_HOLDS || (f->kind == C_IS && !f->negated), open = (f->free & ~c->s.bound) != 0, cut;
	struct ck_cx in = *c;
	struct ck_node *k;
	if (!open && !ck_ask(w, c, f)) {
		k = ck_next(w, n, &cut);
		return k ? ck_cond(w, k, &in, f) : cut || ck_fail(w, n, "a condition has no node", "a condition was left out");
	}
	if (!fact || !open)
		return true;
	if (f->kind == C_IS) {
		v.n = 0;
		for (uint32_t i = 0; i < f->nterms && i < MAX_ARGS; i++) {
			const struct ck_term *t = &f->terms[i];
			if (t->kind == CK_VAR && !(c->s.bound & ck_bit(t->var))) {
				v.n = 0;
				break;
			}
			v.v[v.n++] = t->kind == CK_VAR ? c->s.env[t->var] : t->value;
		}
	}
	(void)all_args(c, f, args);
	k = ck_next(w, n, &cut);
	if (!k)
		return cut || ck_fail(w, n, "a condition has no node", "a condition was left out");
	return ck_text_as_is(w, k, c, f) && ck_lacking(w, k, f->fact, args, &v, &c->s);
}

bool ck_anyone(struct ck_walk *w, struct ck_node *n, const struct ck_cx *c, const struct ck_form *f)
{
	if (f->kind != C_AND)
		return anyone_part(w, n, c, f);
	for (uint32_t i = 0; i < f->nkids && !w->failed; i++)
		if (!at_cut(w, n) && !ck_anyone(w, n, c, f->kids[i]))
			return false;
	return !w->failed;
}

static bool lacking_condition(struct ck_walk *w, struct ck_node *n, const struct ck_cx *head)
{
	const struct ck_law *law = head->w;
	const struct ck_form *cond = law->form == RULE_EFFECT ? law->when : law->cond;
	struct ck_node *first = ck_peek(w, n);
	if (!first || first->kind == N_OPEN) {
		struct ck_node *k = ck_need(w, n, N_OPEN);
		return k ? cond && ck_text_as_is(w, k, head, cond) && ck_holds(w, k, false) && ck_no_more(w, k) : !w->failed;
	}
	w->in.negative++;
	bool ok = !cond || ck_anyone(w, n, head, cond);
	w->in.negative--;
	return ok;
}

bool ck_lacking(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_wanted *v, const struct ck_sight *m)
{
	const struct ck_fact *f = &w->b->facts.v[fact];
	if (n->kind != N_FACT)
		return ck_fail(w, n, "a fact that one more would need must stand here", "something else stands in its place");
	if (!ck_is_fact(w, n, fact, args) || !ck_holds(w, n, false) || !ck_is_value(w, n, "value", v->n ? v->v[0] : VALUE_NONE) ||
		!ck_is_value(w, n, "have", VALUE_NONE) || !ck_date(w, n, "from", CIVIL_ALWAYS) || !ck_date(w, n, "to", CIVIL_NEVER) ||
		!ck_date(w, n, "at", m->now) || !ck_no_member(w, n, "rule") || !ck_no_member(w, n, "binding"))
		return false;
	if (++w->depth > CK_MAX_NODE_DEPTH)
		return ck_fail(w, n, "the tree is too deep", "it cannot be checked");
	for (size_t i = 0; i < f->laws.n && !w->failed && !at_cut(w, n); i++) {
		const struct ck_law *law = &w->b->laws.v[f->laws.v[i]];
		struct ck_cx head;
		if (!ck_can(w, law, v) || !ck_head_value(w, law, args, v, m, &head))
			continue;
		struct ck_node *k = ck_need(w, n, N_RULE);
		if (!k)
			return !w->failed;
		if (!ck_is_rule(w, k, law->id) || !ck_holds(w, k, false) || !ck_date(w, k, "at", m->now) || !ck_no_member(w, k, "act") ||
			!ck_no_member(w, k, "place") || !ck_no_member(w, k, "binding"))
			return false;
		if (law->form == RULE_EFFECT && law->trigger == TRIGGER_ACT) {
			struct ck_absence a;
			ck_absent(w, &head, 0, m, &a);
			struct ck_node *none = ck_need(w, k, N_NO_ACT);
			if (none && !ck_no_act(w, none, &head, &a, false))
				return false;
		} else if (w->in.negative < CK_MAX_NEGATIVE && !at_cut(w, k) && !lacking_condition(w, k, &head)) {
			return false;
		}
		if (!ck_no_more(w, k))
			return false;
	}
	w->depth--;
	return !w->failed && ck_no_more(w, n);
}
