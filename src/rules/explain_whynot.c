/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a fact is not so: for each rule that could make it so, what it lacked, down to the acts that are missing.
 */
#include "rules/explain_int.h"

#include <string.h>

/* ---- missing acts -------------------------------------------------------------------------------------------------------- */

/* The acts that count in rounds (after, upto]: dated in [from, to), of those dated at the first instant the ones after
 * `place`, of those at the last the ones before place `act` (0: no such bound). */
static void bound_acts(const struct ex *x, struct proof *p, uint32_t after, struct moment upto)
{
	const struct round *first = &x->e->rounds.v[after], *last = &x->e->rounds.v[upto.round];
	civil from = after ? ex_time(x, after) : CIVIL_ALWAYS, to = upto.now < CIVIL_MAX ? upto.now + 1 : CIVIL_NEVER;
	if (upto.round + 1 < x->e->rounds.n && ex_time(x, upto.round + 1) <= upto.now) { /* read within an instant */
		if (ex_time(x, upto.round) == upto.now && last->act != NO_ID)
			p->act = x->e->acts[last->act].place + 1;
		else
			to = upto.now;
	}
	if (from > p->from) {
		p->from = from;
		p->place = first->act == NO_ID ? 0 : x->e->acts[first->act].place;
	}
	if (to < p->to)
		p->to = to;
	else
		p->act = 0;
	if (p->to < p->from)
		p->to = p->from;
}

/* "No act of this kind with these arguments", from the pattern of a rule under a binding. */
struct proof *ex_no_act(struct ex *x, const struct cx *c, bool holds, uint32_t after, struct moment upto)
{
	const struct rule *r = ex_rule_of(x, c->rule);
	struct value args[MAX_ARGS];
	struct proof *p = ex_new(x, PROOF_NO_ACT, holds);
	ex_asked(x, c, args);
	p->act_kind = r->trigger.act;
	p->args = ex_args(x, args, x->rb->acts.v[r->trigger.act].nparams);
	p->rule = c->rule;
	p->from = r->from;
	p->to = r->until;
	bound_acts(x, p, after, upto);
	return p;
}

static bool stands(const struct ex *x, const struct act *a)
{
	return a->pos <= x->e->known && act_correction(x->e, a->pos) == NO_ID;
}

/* Acts that would serve if they stood: those that were annulled or replaced, and those that came later. */
static void add_corrected(struct ex *x, struct proof *p, const struct cx *head, civil upto)
{
	const struct rule *r = ex_rule_of(x, head->rule);
	struct value asked[MAX_ARGS];
	struct act_walk w;
	uint32_t found = 0, i;
	ex_asked(x, head, asked);
	act_walk(&w, x->e, ACTS_ASIDE, r->trigger.act, asked, SIZE_MAX);
	while (found < MAX_FIRED && act_walk_next(&w, &i)) {
		const struct act *a = &x->e->given.v[i];
		struct cx c = *head;
		if (a->date > upto || !ex_match(x, a, &c) || stands(x, a))
			continue;
		if (ex_full(x, p))
			return;
		bool later = a->pos > x->e->known;
		uint32_t by = later ? NO_ID : act_correction(x->e, a->pos);
		struct proof *kid = ex_new(x, later ? PROOF_LATER : PROOF_CORRECTED, false);
		kid->act_kind = r->trigger.act;
		kid->args = ex_act_args(x, a);
		kid->at = a->date;
		kid->place = a->pos;
		kid->act = by == NO_ID ? a->pos : x->e->given.v[by].pos;
		kid->op = by != NO_ID && x->e->given.v[by].annul;
		ex_add(x, p, kid);
		found++;
	}
}

/* ---- what became of a firing --------------------------------------------------------------------------------------------- */

static uint64_t act_of_change(const struct ex *x, const struct change *c, uint64_t *place)
{
	uint32_t act = NO_ID, firing = change_firing(c);
	if (firing != NO_ID && x->e->firings.v[firing].trigger == NO_ID)
		act = x->e->rounds.v[x->e->firings.v[firing].round].act;
	*place = act == NO_ID ? 0 : x->e->acts[act].place;
	return act == NO_ID ? 0 : x->e->acts[act].act->pos;
}

/* What is so and stands in the way: of the fact that is asked about it is explained as a why. */
static struct proof *obstacle(struct ex *x, uint32_t fact, const struct value *args, struct moment m)
{
	uint32_t negative = x->negative;
	x->negative = x->level > 1;
	struct proof *p = ex_fact(x, fact, args, m);
	x->negative = negative;
	return p;
}

/* What `round` gave lasted until change `by` replaced it; NULL: another change of that round or instant stood. */
static struct proof *ended(struct ex *x, const struct inst *i, uint32_t round, const struct change *by)
{
	struct proof *p = ex_new(x, PROOF_STILL, false);
	struct moment m = {by ? by->round : round, ex_time(x, by ? by->round : round)};
	p->from = ex_time(x, round);
	p->at = m.now;
	if (by) {
		p->rule = eval_rule(x->e, by);
		p->act = act_of_change(x, by, &p->place);
	}
	struct value args[MAX_ARGS];
	if (!ex_full(x, p))
		ex_add(x, p, obstacle(x, i->fact, inst_args(i, args), m));
	return p;
}

/* A rule that overrides this one and fired for the same instance in the same round. */
static uint32_t overriding(struct ex *x, const struct try *t, const struct value *head)
{
	for (size_t i = ex_first_firing(x, t->round); i < x->e->firings.n && x->e->firings.v[i].round == t->round; i++) {
		const struct firing *f = &x->e->firings.v[i];
		const struct rule *r = ex_rule_of(x, f->rule);
		struct value args[MAX_ARGS];
		struct cx c;
		bool over = false;
		for (uint32_t k = 0; k < r->noverrides; k++)
			over |= r->overrides[k] == t->c.rule;
		if (!over || r->fact != ex_rule_of(x, t->c.rule)->fact)
			continue;
		ex_firing_cx(x, (uint32_t)i, &c);
		uint32_t n = x->rb->facts.v[r->fact].nparams;
		bool same = ex_head_args(x, &c, r->args, n, args);
		for (uint32_t k = 0; k < n && same; k++)
			same = value_eq(args[k], head[k]);
		if (same)
			return (uint32_t)i;
	}
	return NO_ID;
}

static bool firing_head(struct ex *x, const struct try *t, struct value *head)
{
	const struct rule *r = ex_rule_of(x, t->c.rule);
	if (r->form != RULE_FORBIDDEN)
		return ex_head_args(x, &t->c, r->args, x->rb->facts.v[r->fact].nparams, head);
	char text[24];
	int n = snprintf(text, sizeof text, "%llu", (unsigned long long)x->e->acts[t->act].place);
	sym s = syms_find(x->e->syms, (struct str){text, (size_t)n});
	head[0] = (struct value){.kind = V_ENTITY, .s = s};
	return s != SYM_ABSENT;
}

/* The first change after which the value is not v, from `round` to `upto`; NULL: there is none. */
static const struct change *replaced(const struct inst *i, uint32_t round, struct value v, uint32_t upto)
{
	const struct change *before = round ? inst_last(i, round - 1) : NULL;
	for (size_t k = before ? (size_t)(before - i->v) + 1 : 0; k < i->n && i->v[k].round <= upto; k++)
		if (i->v[k].value != value_pack(v))
			return &i->v[k];
	return NULL;
}

/* It fired: was it overridden, is it delayed, or was its value replaced? */
static void add_fate(struct ex *x, struct proof *p, struct try *t, struct moment upto)
{
	const struct rule *r = ex_rule_of(x, t->c.rule);
	struct value head[MAX_ARGS], v = VALUE_YES;
	struct cx c;
	ex_firing_cx(x, t->firing, &c);
	if (!firing_head(x, t, head))
		return;
	const struct inst *i = eval_find(x->e, r->fact, head);
	uint32_t by = overriding(x, t, head), round = t->round;
	if (by != NO_ID) {
		struct proof *over = ex_new(x, PROOF_OVERRIDDEN, false);
		over->rule = x->e->firings.v[by].rule;
		over->at = c.fired;
		ex_add(x, p, over);
		return;
	}
	if (r->form == RULE_EFFECT)
		v = ex_value_of(x, &c, r->value);
	if (r->effect) {
		struct proof *delay = ex_delay(x, &c, t->firing, ex_value_of(x, &c, r->effect).t, upto.round);
		ex_add(x, p, delay);
		if (!delay->holds)
			return;
		uint32_t id = ex_pending(x, t->firing);
		if (id != NO_ID)
			round = x->e->pendings.v[id].ended;
	}
	if (!i)
		return;
	const struct change *end = replaced(i, round, v, upto.round);
	if (end || !value_eq(inst_value(i, round), v))
		ex_add(x, p, ended(x, i, round, end));
}

/* ---- one try ------------------------------------------------------------------------------------------------------------- */

static struct proof *trigger_of(struct ex *x, struct try *t, struct moment upto)
{
	const struct rule *r = ex_rule_of(x, t->c.rule);
	if (t->act != NO_ID)
		return ex_act(x, t->act);
	struct proof *p = ex_new(x, PROOF_SINCE, !t->stopped && !t->waiting);
	struct cx c = t->c;
	p->from = ex_time(x, t->rise->round);
	p->at = r->trigger.span ? t->due : t->c.m.now;
	p->text = ex_text(x, &c, r->trigger.cond);
	p->node = r->trigger.cond;
	if (r->trigger.span) {
		struct cx then = c;
		then.m = (struct moment){t->rise->round, p->from};
		p->value = ex_value_of(x, &then, r->trigger.span);
	}
	if (t->stopped) { /* what ended it */
		const struct change *fall = t->rise + 1;
		c.m = (struct moment){fall->round, ex_time(x, fall->round)};
		p->to = c.m.now;
	} else if (t->waiting) {
		c.m = upto;
	}
	(void)ex_conjuncts(x, p, &c, r->trigger.cond);
	return p;
}

struct proof *ex_try(struct ex *x, struct try *t, const struct wanted *w, struct moment upto)
{
	const struct rule *r = ex_rule_of(x, t->c.rule);
	struct proof *p = ex_new(x, PROOF_RULE, false);
	p->rule = t->c.rule;
	p->at = t->c.m.now;
	if (t->act != NO_ID) {
		p->act = x->e->acts[t->act].act->pos;
		p->place = x->e->acts[t->act].place;
	}
	ex_add(x, p, trigger_of(x, t, upto));
	bool reached = !t->stopped && !t->waiting, conds = true;
	struct proof *window = reached ? ex_window(x, t->c.rule, t->c.m.now) : NULL;
	struct cx c = t->c;
	ex_add(x, p, window);
	if (r->cond && reached && !ex_full(x, p))
		conds = ex_conjuncts(x, p, &c, r->cond);
	ex_keep_binding(x, p, &c);
	if (t->firing != NO_ID) {
		size_t before = p->nkids;
		if (r->value && !ex_is_plain(r->value))
			ex_add(x, p, ex_value(x, &c, r->value));
		add_fate(x, p, t, upto);
		p->holds = true;
		for (size_t i = before; i < p->nkids; i++)
			p->holds &= p->kids[i]->holds;
	} else if (reached && conds && (!window || window->holds) && !ex_full(x, p)) {
		/* it fired, if at all, for another value or head, or it had fired already in this step */
		struct proof *other = r->value && !ex_is_plain(r->value) ? ex_value(x, &c, r->value) : ex_new(x, PROOF_OPEN, false);
		other->holds = false;
		if (other->kind == PROOF_OPEN)
			other->op = OPEN_OTHER;
		if (!other->text.n && w->n && r->fact != NO_ID)
			other->text = ex_text(x, &c, r->trigger.cond ? r->trigger.cond : r->cond ? r->cond : r->value);
		ex_add(x, p, other);
	}
	return p;
}

/* ---- one rule ------------------------------------------------------------------------------------------------------------ */

/* How far a try that did not fire came. */
static uint32_t score(struct ex *x, const struct try *t)
{
	const struct rule *r = ex_rule_of(x, t->c.rule);
	struct cx c = t->c;
	uint32_t s = 1;
	if (t->stopped)
		return 0;
	if (t->waiting)
		return 1000;
	s += t->c.m.now >= r->from && t->c.m.now < r->until;
	if (!r->cond)
		return s;
	if (r->cond->kind != C_AND)
		return s + ex_true(x, &c, r->cond);
	for (uint32_t i = 0; i < r->cond->nkids; i++)
		if ((r->cond->kids[i]->free & ~(c.bound | r->cond->kids[i]->binds)) == 0)
			s += ex_true(x, &c, r->cond->kids[i]);
	return s;
}

/* No act and no condition ever came up. */
static struct proof *nothing_tried(struct ex *x, const struct cx *head, struct moment m)
{
	const struct rule *r = ex_rule_of(x, head->rule);
	struct proof *p = ex_new(x, PROOF_RULE, false);
	struct cx c = *head;
	p->rule = head->rule;
	p->at = m.now;
	if (r->trigger.kind == TRIGGER_ACT) {
		ex_add(x, p, ex_no_act(x, head, false, 0, m));
		add_corrected(x, p, head, m.now);
	} else {
		struct proof *since = ex_new(x, PROOF_SINCE, false);
		since->text = ex_text(x, &c, r->trigger.cond);
		since->node = r->trigger.cond;
		since->at = CIVIL_NEVER;
		since->rule = head->rule;
		ex_add(x, p, since);
		if (!ex_full(x, since) && ex_conjuncts(x, since, &c, r->trigger.cond)) {
			struct proof *always = ex_new(x, PROOF_OPEN, false); /* true, but it never became true */
			always->text = since->text;
			always->op = OPEN_ALWAYS;
			ex_add(x, since, always);
		}
		if (ex_open_entity(x, r) != NO_ID) /* nothing does all of it: this came closest */
			ex_keep_binding(x, since, &c);
		c = *head;
		if (r->cond && !(r->cond->free & ~(c.bound | r->cond->binds)) && !ex_full(x, p))
			(void)ex_conjuncts(x, p, &c, r->cond);
	}
	if (m.now < r->from || m.now >= r->until)
		ex_add(x, p, ex_window(x, head->rule, m.now));
	ex_keep_binding(x, p, head);
	return p;
}

static void add_effect_rule(struct ex *x, struct proof *parent, uint32_t rule, const struct value *args, const struct wanted *w,
	struct moment m)
{
	const struct rule *r = ex_rule_of(x, rule);
	struct cx head;
	if (!ex_head_cx(x, rule, args, m, &head) || !ex_bind_value(r, w, &head))
		return;
	struct try *tries = arena_array(&x->work, MAX_TRIES, struct try);
	size_t n = ex_tries(x, rule, args, w, 0, m, MAX_TRIES, tries), fired = 0, shown = 0, best = SIZE_MAX;
	uint32_t furthest = 0;
	for (size_t i = n; i-- > 0;) { /* the latest firings, and of those that came after them the one that came furthest */
		if (tries[i].firing != NO_ID) {
			fired++;
			continue;
		}
		uint32_t s = fired ? 0 : score(x, &tries[i]);
		if (!fired && (best == SIZE_MAX || s > furthest)) {
			best = i;
			furthest = s;
		}
	}
	for (size_t i = 0; i < n && !ex_full(x, parent); i++) {
		bool show = i == best || (tries[i].firing != NO_ID && fired-- <= MAX_FIRED);
		if (!show)
			continue;
		uint32_t limit = ex_share(x, n - i);
		struct proof *p = ex_try(x, &tries[i], w, m);
		shown++;
		if (i + 1 == n && r->trigger.kind == TRIGGER_ACT && p->nkids && p->kids[p->nkids - 1]->kind == PROOF_STILL) {
			ex_add(x, p, ex_no_act(x, &head, false, tries[i].round, m));
			add_corrected(x, p, &head, m.now);
		} else if (i == best && r->trigger.kind == TRIGGER_ACT) {
			add_corrected(x, p, &head, m.now);
		}
		ex_add(x, parent, p);
		x->limit = limit;
	}
	if (!shown && !ex_full(x, parent))
		ex_add(x, parent, nothing_tried(x, &head, m));
}

static void add_definition(struct ex *x, struct proof *parent, uint32_t rule, const struct value *args, struct moment m)
{
	struct cx c;
	if (!ex_head_cx(x, rule, args, m, &c))
		return;
	struct proof *p = ex_new(x, PROOF_RULE, false);
	p->rule = rule;
	p->at = m.now;
	ex_add(x, p, ex_window(x, rule, m.now));
	if (!ex_full(x, p))
		(void)ex_conjuncts(x, p, &c, ex_rule_of(x, rule)->cond);
	ex_keep_binding(x, p, &c);
	ex_add(x, parent, p);
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

static bool all_bound(const struct value *args, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (args[i].kind == V_NONE)
			return false;
	return true;
}

static void add_rules(struct ex *x, struct proof *p, uint32_t fact, const struct value *args, const struct wanted *w, struct moment m)
{
	const struct fact *f = &x->rb->facts.v[fact];
	for (uint32_t i = 0; i < f->nrules && !ex_full(x, p); i++) {
		uint32_t limit = ex_share(x, f->nrules - i);
		if (!ex_rule_can(x, f->rules[i], w))
			;
		else if (f->form == FACT_DEFINED)
			add_definition(x, p, f->rules[i], args, m);
		else
			add_effect_rule(x, p, f->rules[i], args, w, m);
		x->limit = limit;
	}
}

/* What would make it so: the value that it has instead, then the rules. */
static void lacking(struct ex *x, struct proof *p, const struct wanted *w, const struct change *ch, struct moment m)
{
	if (ch && ch->value) {
		uint32_t limit = ex_share(x, 2);
		x->negative++;
		ex_add(x, p, ex_fact(x, p->fact, p->args, m));
		x->negative--;
		x->limit = limit;
	}
	x->negative++;
	add_rules(x, p, p->fact, p->args, w, m);
	x->negative--;
}

struct proof *ex_not_fact(struct ex *x, uint32_t fact, const struct value *args, const struct wanted *w, struct moment m)
{
	const struct fact *f = &x->rb->facts.v[fact];
	bool whole = all_bound(args, f->nparams);
	const struct inst *i = whole ? eval_find(x->e, fact, args) : NULL;
	const struct change *ch = i ? inst_last(i, m.round) : NULL;
	struct proof *p = ex_new(x, f->form == FACT_TABLE ? PROOF_TABLE : PROOF_FACT, false), *again;
	p->fact = fact;
	p->args = ex_args(x, args, f->nparams);
	p->value = w->n ? w->v[0] : VALUE_NONE;
	p->at = m.now;
	p->have = ch ? change_value(ch) : VALUE_NONE;
	if (i)
		ex_interval(x, i, ch, &p->from, &p->to);
	if (f->form == FACT_TABLE || x->leaf)
		return p;
	struct key key = {x->refuting ? REFUTES : LACKS, fact, m.round, p->value, p->args};
	uint32_t cuts = x->cuts;
	if (w->n <= 1 && (again = ex_stated(x, &key, p)))
		return again;
	if (x->negative >= MAX_NEGATIVE || ex_too_deep(x)) {
		ex_add(x, p, ex_new(x, PROOF_CUT, false));
		return p;
	}
	x->depth++;
	x->level++;
	if (ex_full(x, p))
		;
	else if (!x->refuting)
		lacking(x, p, w, ch, m);
	else if (f->form == FACT_DEFINED || !whole)
		add_rules(x, p, fact, p->args, w, m);
	else
		ex_add(x, p, ex_fact(x, fact, p->args, m)); /* what it is instead */
	x->level--;
	x->depth--;
	if (w->n <= 1)
		ex_state(x, &key, p, cuts);
	return p;
}

static void lacking_condition(struct ex *x, struct proof *p, const struct cx *head)
{
	const struct rule *r = ex_rule_of(x, head->rule);
	const struct node *cond = r->form == RULE_EFFECT ? r->trigger.cond : r->cond;
	x->negative++;
	x->depth++;
	ex_anyone(x, p, head, cond);
	x->depth--;
	x->negative--;
	if (p->nkids)
		return;
	struct proof *open = ex_new(x, PROOF_OPEN, false);
	ex_says(x, open, head, cond);
	ex_add(x, p, open);
}

struct proof *ex_lacking(struct ex *x, uint32_t fact, const struct value *args, const struct wanted *w, struct moment m)
{
	const struct fact *f = &x->rb->facts.v[fact];
	struct proof *p = ex_new(x, PROOF_FACT, false);
	p->fact = fact;
	p->args = ex_args(x, args, f->nparams);
	p->value = w->n ? w->v[0] : VALUE_NONE;
	p->at = m.now;
	for (uint32_t i = 0; i < f->nrules && !ex_full(x, p); i++) {
		uint32_t id = f->rules[i];
		const struct rule *r = ex_rule_of(x, id);
		struct cx head;
		if (!ex_rule_can(x, id, w) || !ex_head_cx(x, id, args, m, &head) || !ex_bind_value(r, w, &head))
			continue;
		struct proof *rule = ex_new(x, PROOF_RULE, false);
		rule->rule = id;
		rule->at = m.now;
		ex_add(x, p, rule);
		if (r->form == RULE_EFFECT && r->trigger.kind == TRIGGER_ACT)
			ex_add(x, rule, ex_no_act(x, &head, false, 0, m));
		else if (x->negative < MAX_NEGATIVE && !ex_full(x, rule))
			lacking_condition(x, rule, &head);
	}
	return p;
}
