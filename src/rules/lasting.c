/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes to no end, or not to the one it should (reference, section 13): values that nothing sets or nothing ends, timers that start
 * each other for ever, obligations that nobody can fulfil.
 */
#include "rules/check.h"

#include <string.h>

enum { MAX_COMPARED = 256, MAX_WORDS = 64, MAX_OBLIGATIONS = 1000 }; /* rules, words of one fact */

static const struct rule *rule_at(const struct loader *l, uint32_t id)
{
	return &l->rb->rules.v[id];
}

/* Same variables at the same places: f(X, Y) of this head. */
static bool is_own_head(const struct rule *r, const struct node *n, uint32_t nparams)
{
	if (n->fact != r->fact)
		return false;
	for (uint32_t i = 0; i < nparams; i++)
		if (n->args[i]->kind != r->args[i]->kind ||
			(n->args[i]->kind == E_VAR ? n->args[i]->var != r->args[i]->var : !value_eq(n->args[i]->value, r->args[i]->value)))
			return false;
	return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Does a condition keep the rule from finding its head at v? */
static bool needs_another(const struct rule *r, const struct node *n, uint32_t nparams, struct value v)
{
	bool listed = false;
	if (!n)
		return false;
	for (uint32_t i = 0; n->kind == C_AND && i < n->nkids; i++)
		if (needs_another(r, n->kids[i], nparams, v))
			return true;
	bool not = n->kind == C_NOT;
	if (not)
		n = n->kids[0];
	if (n->kind != C_IS || !is_own_head(r, n, nparams))
		return false;
	for (uint32_t i = 0; i < n->nkids; i++) {
		if (n->kids[i]->kind != E_CONST)
			return false;
		listed |= value_eq(n->kids[i]->value, v);
	}
	return listed == (not != n->negated);
}

static bool can_leave(const struct rule *r, uint32_t nparams, struct value v)
{
	if (r->form != RULE_EFFECT || (r->value->kind == E_CONST && value_eq(r->value->value, v)))
		return false;
	return !needs_another(r, r->cond, nparams, v) && !needs_another(r, r->trigger.cond, nparams, v);
}

static bool is_left(const struct loader *l, const struct fact *f, struct value v)
{
	for (uint32_t i = 0; i < f->nrules; i++)
		if (can_leave(rule_at(l, f->rules[i]), f->nparams, v))
			return true;
	return false;
}

/* The first rule that sets this word and no other. */
static const struct rule *setter(const struct loader *l, const struct fact *f, struct value v)
{
	for (uint32_t i = 0; i < f->nrules; i++) {
		const struct rule *r = rule_at(l, f->rules[i]);
		if (r->form == RULE_EFFECT && r->value->kind == E_CONST && value_eq(r->value->value, v))
			return r;
	}
	return NULL;
}

/* By fact, a bit for each of its words that a condition asks for: what nothing sets is told there. */
static void mark_asked(const struct rulebook *rb, const struct node *n, uint64_t *asked)
{
	const struct type *t = n->kind == C_IS ? &rb->types.v[rb->facts.v[n->fact].value] : NULL;
	for (uint32_t i = 0; i < n->nkids; i++) {
		if (!n->kids[i])
			continue;
		mark_asked(rb, n->kids[i], asked);
		for (uint32_t w = 0; t && n->kids[i]->kind == E_CONST && t->kind == T_ENUM && w < t->n && w < MAX_WORDS; w++)
			if (n->kids[i]->value.s == t->words[w])
				asked[n->fact] |= (uint64_t)1 << w;
	}
}

/* *ret is made when it is first needed. */
static const uint64_t *words_asked(struct loader *l, uint64_t **ret)
{
	if (*ret)
		return *ret;
	uint64_t *asked = *ret = arena_array(&l->scratch, l->rb->facts.n + 1, uint64_t);
	for (uint32_t i = 0; i < l->rb->rules.n; i++) {
		const struct rule *r = rule_at(l, i);
		const struct node *parts[] = {r->trigger.cond, r->trigger.span, r->cond, r->value, r->effect};
		for (size_t k = 0; r->at.file == 0 && k < sizeof parts / sizeof *parts; k++)
			if (parts[k])
				mark_asked(l->rb, parts[k], asked);
	}
	return asked;
}

/* Values that no rule sets, of those declared here; and of a fact that goes from value to value, those that it never leaves. */
static void warn_values_of(struct loader *l, const struct fact *f, uint64_t **asked)
{
	const struct type *t = &l->rb->types.v[f->value];
	bool left[MAX_WORDS], moves = false;
	if (f->form != FACT_CHANGED || f->construct || t->kind != T_ENUM || t->n > MAX_WORDS || f->nrules > MAX_COMPARED)
		return;
	for (uint32_t i = 0; i < t->n; i++) {
		struct value v = {.kind = V_WORD, .s = t->words[i]};
		left[i] = is_left(l, f, v);
		moves |= left[i] && setter(l, f, v);
		if (f->at.file == 0 && t->name == 0 && !is_set(l->rb, f, v) && !(words_asked(l, asked)[f - l->rb->facts.v] >> i & 1)) {
			warn(l, NULL, f->at, "value %.*s of %.*s is set by no rule", NAME_ARG(l, v.s), NAME_ARG(l, f->name));
			hint(l, "add the rule, or leave the value out");
		}
	}
	for (uint32_t i = 0; i < t->n && moves; i++) {
		const struct rule *r = setter(l, f, (struct value){.kind = V_WORD, .s = t->words[i]});
		if (left[i] || !r || r->at.file != 0)
			continue;
		warn_rule(l, r, "value %.*s of %.*s is never left: no rule ends it or puts another in its place", NAME_ARG(l, t->words[i]),
			NAME_ARG(l, f->name));
		hint(l, "add the rule; what ends for good may be the stage of a procedure");
	}
}

/* ---- timers that start each other for ever ------------------------------------------------------ */

/* The place of a value among the words of the fact; after them yes, then none. */
static uint32_t place_of(const struct type *t, struct value v)
{
	uint32_t n = t->kind == T_ENUM ? t->n : 0, i = 0;
	while (i < n && !(v.kind == V_WORD && t->words[i] == v.s))
		i++;
	return v.kind == V_YES ? n : v.kind == V_NONE ? n + 1 : i;
}

/* `F becomes w after SPAN of F is v`, and nothing else: true, with the places of v and w. */
static bool is_tick(const struct rule *r, const struct fact *f, const struct type *t, uint32_t *from, uint32_t *to)
{
	const struct node *c = r->trigger.cond;
	struct value v = VALUE_YES;
	if (r->trigger.kind != TRIGGER_AFTER || r->trigger.span->kind != E_CONST || r->cond || r->effect || r->until != CIVIL_NEVER || r->readings ||
		r->value->kind != E_CONST)
		return false;
	if (c->kind == C_NOT && c->kids[0]->kind == C_HOLDS) {
		v = VALUE_NONE;
		c = c->kids[0];
	} else if (c->kind == C_IS && !c->negated && c->nkids == 1 && c->kids[0]->kind == E_CONST) {
		v = c->kids[0]->value;
	} else if (c->kind != C_HOLDS) {
		return false;
	}
	*from = place_of(t, v);
	*to = place_of(t, r->value->value);
	return is_own_head(r, c, f->nparams);
}

/* Only acts, which may fail to come, can end what these rules do. */
static bool ticks_of(const struct loader *l, const struct fact *f, const struct type *t, const struct rule **by)
{
	bool any = false;
	for (uint32_t i = 0; i < f->nrules; i++) {
		const struct rule *r = rule_at(l, f->rules[i]);
		uint32_t from, to;
		if (r->form != RULE_EFFECT)
			return false;
		if (r->trigger.kind == TRIGGER_ACT)
			continue;
		if (!is_tick(r, f, t, &from, &to))
			return false;
		by[from] = by[from] ? by[from] : r;
		any = true;
	}
	return any;
}

static bool has_timer(const struct loader *l, const struct fact *f)
{
	bool timer = false;
	for (uint32_t i = 0; i < f->nrules && !timer; i++)
		timer = rule_at(l, f->rules[i])->trigger.kind == TRIGGER_AFTER && rule_at(l, f->rules[i])->form == RULE_EFFECT;
	return timer;
}

static void warn_ticks(struct loader *l, const struct fact *f)
{
	const struct rule *by[MAX_WORDS + 2] = {NULL};
	const struct type *t = &l->rb->types.v[f->value];
	bool seen[MAX_WORDS + 2] = {false};
	uint32_t at = 0, n = (t->kind == T_ENUM ? t->n : 0) + 2, from;
	if ((t->kind == T_ENUM && t->n > MAX_WORDS) || !ticks_of(l, f, t, by))
		return;
	for (uint32_t i = 0; i < n; i++) {
		memset(seen, 0, sizeof seen);
		for (at = i; by[at] && !seen[at]; (void)is_tick(by[at], f, t, &from, &at))
			seen[at] = true;
		if (at == i && by[i] && seen[i])
			break;
		at = n;
	}
	if (at == n)
		return;
	const struct rule *r = by[at], *other;
	(void)is_tick(r, f, t, &from, &at);
	other = by[at];
	if (r == other)
		warn_rule(l, r, "rule %.*s starts itself again for ever", NAME_ARG(l, r->label));
	else
		warn_rule(l, r, "rules %.*s and %.*s start each other again for ever", NAME_ARG(l, r->label), NAME_ARG(l, other->label));
	hint(l, "time would run without end, which is an error when it comes to it; give one an \"until\"");
}

/* ---- obligations ------------------------------------------------------------------------------- */

static bool is_part(const struct rule *r, const char *part)
{
	return r->part && strcmp(r->part, part) == 0;
}

/* Does the forbidden act speak of the same arguments, place by place, as the act that fulfils? */
static bool same_act(const struct loader *l, const struct rule *forbidden, const struct rule *fulfilled)
{
	const struct node *c = forbidden->cond;
	uint32_t nparams = l->rb->acts.v[fulfilled->trigger.act].nparams;
	for (uint32_t k = 0; k < nparams; k++)
		if (forbidden->trigger.pattern[k] && forbidden->trigger.pattern[k]->kind != E_VAR)
			return false;
	for (uint32_t i = 0; i < c->nargs; i++) {
		bool met = false;
		for (uint32_t k = 0; k < nparams && c->args[i]->kind == E_VAR; k++) {
			const struct node *x = forbidden->trigger.pattern[k], *y = fulfilled->trigger.pattern[k];
			met |= x && y && y->kind == E_VAR && x->var == c->args[i]->var && fulfilled->args[i]->kind == E_VAR &&
			       fulfilled->args[i]->var == y->var;
		}
		if (!met)
			return false;
	}
	return true;
}

/* Is the act that fulfils it forbidden for as long as it can fulfil? */
static const struct rule *forbids(const struct loader *l, const struct rule *fulfilled)
{
	for (uint32_t i = 0; i < l->rb->rules.n; i++) {
		const struct rule *r = rule_at(l, i);
		const struct node *c = r->cond;
		bool pending = false, overdue = false;
		if (r->form != RULE_FORBIDDEN || r->trigger.act != fulfilled->trigger.act || r->readings || r->from > fulfilled->from ||
			r->until < fulfilled->until || c->kind != C_IS || c->negated || c->fact != fulfilled->fact)
			continue;
		for (uint32_t k = 0; k < c->nkids; k++) {
			pending |= c->kids[k]->kind == E_CONST && c->kids[k]->value.s == KW_PENDING;
			overdue |= c->kids[k]->kind == E_CONST && c->kids[k]->value.s == KW_OVERDUE;
		}
		if (pending && overdue && same_act(l, r, fulfilled))
			return r;
	}
	return NULL;
}

/* From the end of its window on: does a later version, or a rule of its own, care for what is pending then? */
static bool goes_on(const struct loader *l, const struct fact *f, const struct rule *fulfilled)
{
	for (uint32_t i = 0; i < f->nrules; i++) {
		const struct rule *r = rule_at(l, f->rules[i]);
		if (!r->construct || (is_part(r, "fulfilled") && r->from <= fulfilled->until && r->until > fulfilled->until))
			return true;
	}
	return false;
}

static void warn_obligation(struct loader *l, const struct fact *f, const struct rule *fulfilled)
{
	char day[DATE_LEN];
	const struct rule *r = forbids(l, fulfilled);
	if (r) {
		warn_rule(l, fulfilled, "obligation %.*s can never be fulfilled lawfully: rule %.*s forbids %.*s while it is due",
			NAME_ARG(l, fulfilled->label), NAME_ARG(l, r->label), NAME_ARG(l, l->rb->acts.v[fulfilled->trigger.act].name));
		hint(l, "let one of the two give way");
	}
	if (fulfilled->until != CIVIL_NEVER && !goes_on(l, f, fulfilled)) {
		warn_rule(l, fulfilled, "obligation %.*s can never be fulfilled from %s on, also where it arose before: its window ends then",
			NAME_ARG(l, fulfilled->label), date_print(fulfilled->until, day));
		hint(l, "put the end into the condition after \"arises\", or add a version from then on");
	}
}

void warn_lasting(struct loader *l)
{
	uint64_t *asked = NULL;
	uint32_t obligations = 0;
	for (size_t i = 0; i < l->rb->facts.n; i++) {
		const struct fact *f = &l->rb->facts.v[i];
		warn_values_of(l, f, &asked);
		if (has_timer(l, f))
			warn_ticks(l, f);
		for (uint32_t k = 0; f->construct == CONSTRUCT_OBLIGATION && k < f->nrules && obligations < MAX_OBLIGATIONS; k++) {
			const struct rule *r = rule_at(l, f->rules[k]);
			if (!is_part(r, "fulfilled") || r->at.file != 0)
				continue;
			obligations++;
			warn_obligation(l, f, r);
		}
	}
}
