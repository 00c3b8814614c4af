/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules -> the program: head, trigger, condition, value, effect.
 */
#include "rules/construct.h"
#include "rules/resolve.h"

/* ---- heads ----------------------------------------------------------------------------------- */

static uint32_t resolve_readings(struct loader *l, const struct syn_head *h)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < h->readings.n; i++) {
		uint32_t id = index_get(&l->readings, h->readings.v[i].name);
		if (id != NO_ID) {
			bits |= (uint32_t)1 << id;
			continue;
		}
		struct nearest near = nearest_to(l, h->readings.v[i].name);
		complain(l, h, h->readings.v[i].at, "unknown reading %.*s", NAME_ARG(l, h->readings.v[i].name));
		for (size_t k = 0; k < l->rb->readings.n; k++)
			nearest_offer(&near, name_of(l, l->rb->readings.v[k].name));
		hint_nearest(l, &near);
	}
	return bits;
}

static void resolve_head(struct resolver *r)
{
	const struct syn_head *h = r->st->head;
	struct rule *rule = r->rule;
	rule->label = h->label;
	rule->form = r->st->form;
	rule->construct = r->st->construct;
	rule->part = r->st->part;
	rule->from = h->from;
	rule->until = h->until;
	rule->retroactive = h->retroactive;
	rule->at = h->at;
	rule->from_byte = h->from_byte;
	rule->to_byte = r->st->to_byte;
	rule->fact = NO_ID;
}

/* ---- patterns of acts ------------------------------------------------------------------------ */

static uint32_t find_param(struct resolver *r, const struct act_kind *act, const struct syn *atom, uint32_t i)
{
	sym name = atom->arg_names ? atom->arg_names[i] : 0;
	if (!name)
		return i;
	for (uint32_t k = 0; k < act->nparams; k++)
		if (act->params[k].name == name)
			return k;
	struct nearest near = nearest_to(r->l, name);
	resolver_complain(r, atom->kids[i]->at, "unknown name %.*s: it is no argument of %.*s", NAME_ARG(r->l, name),
		NAME_ARG(r->l, act->name));
	for (uint32_t k = 0; k < act->nparams; k++)
		nearest_offer(&near, name_of(r->l, act->params[k].name));
	hint_nearest(r->l, &near);
	return NO_ID;
}

/* Reading aid (g): by place or by name; what is not mentioned may be anything. */
static void resolve_pattern(struct resolver *r, const struct syn *atom)
{
	struct loader *l = r->l;
	struct trigger *t = &r->rule->trigger;
	t->kind = TRIGGER_ACT;
	t->act = index_get(&l->rb->act_index, atom->name);
	if (t->act == NO_ID) {
		unknown_name(r, atom, true, r->st->form == RULE_EFFECT);
		return;
	}
	const struct act_kind *act = &l->rb->acts.v[t->act];
	t->pattern = arena_array(&l->rb->arena, act->nparams, struct node *);
	for (uint32_t i = 0; i < atom->n; i++) {
		uint32_t k = find_param(r, act, atom, i);
		if (k != NO_ID && k >= act->nparams) {
			resolver_complain(r, atom->at, "%.*s takes %u arguments, %u given", NAME_ARG(l, atom->name),
				act->nparams, atom->n);
			return;
		}
		if (k == NO_ID || atom->kids[i]->kind == S_ANY)
			continue;
		if (t->pattern[k])
			resolver_complain(r, atom->kids[i]->at, "the argument %.*s is given twice",
				NAME_ARG(l, act->params[k].name));
		t->pattern[k] = resolve_term(r, atom->kids[i], act->params[k].type, atom->name);
	}
}

/* ---- triggers -------------------------------------------------------------------------------- */

/* `on E` is once reached E, `after E` is once passed E. */
static void resolve_date_trigger(struct resolver *r, const struct syn_trigger *s)
{
	struct trigger *t = &r->rule->trigger;
	t->kind = TRIGGER_ONCE;
	t->cond = node_new(r, s->word == ON ? C_REACHED : C_PASSED, s->what, 1);
	t->cond->kids[0] = resolve_expr(r, s->what);
}

static void resolve_trigger(struct resolver *r, const struct syn_trigger *s)
{
	struct loader *l = r->l;
	struct trigger *t = &r->rule->trigger;
	r->timeless = "a trigger";
	t->act = NO_ID;
	bool atom = s->word == ON && s->what->kind == S_ATOM;
	if (atom && (index_get(&l->rb->act_index, s->what->name) != NO_ID ||
			    index_get(&l->rb->fact_index, s->what->name) == NO_ID)) {
		resolve_pattern(r, s->what);
	} else if (s->word == ONCE) {
		t->kind = TRIGGER_ONCE;
		t->cond = resolve_cond(r, s->what);
	} else if (s->cond) {
		t->kind = TRIGGER_AFTER;
		t->span = resolve_expr(r, s->what);
		t->cond = resolve_cond(r, s->cond);
	} else {
		resolve_date_trigger(r, s);
	}
	r->timeless = NULL;
}

/* The types of a trigger; the messages speak of the words that stand in the text. */
static void check_trigger(struct resolver *r)
{
	const struct syn_trigger *s = &r->st->trigger;
	struct trigger *t = &r->rule->trigger;
	if (t->kind == TRIGGER_AFTER) {
		check_needs(r, t->span, TYPE_SPAN, "after");
		(void)check_type(r, t->cond);
	} else if (t->kind == TRIGGER_ONCE && s->word != ONCE) {
		check_needs(r, t->cond->kids[0], TYPE_DATE, s->word == ON ? "on" : "after");
		if (s->word == AFTER && t->cond->kids[0]->type == TYPE_SPAN)
			hint(r->l, "a span runs from a condition: after SPAN of CONDITION");
	} else if (t->kind == TRIGGER_ONCE) {
		(void)check_type(r, t->cond);
	}
}

/* ---- values and effects ---------------------------------------------------------------------- */

/* begins, ends, becomes yes, becomes no, becomes none: of a boolean fact */
static struct node *boolean_value(struct resolver *r, const struct fact *f)
{
	const struct statement *st = r->st;
	const struct syn *like = st->value ? st->value : st->atom;
	bool word = st->change == BECOMES && (st->value->kind == S_NAME || st->value->kind == S_NONE);
	bool yes = st->change == BEGINS || (word && st->value->name == KW_YES);
	bool no = st->change == ENDS || (word && (st->value->name == KW_NO || st->value->kind == S_NONE));
	if (!yes && !no) {
		resolver_complain(r, like->at, "%.*s is boolean: it begins or ends", NAME_ARG(r->l, f->name));
		hint(r->l, "write %.*s(...) begins, or ends", NAME_ARG(r->l, f->name));
	}
	return node_constant(r, like, yes ? VALUE_YES : VALUE_NONE, TYPE_BOOL);
}

static struct node *resolve_value(struct resolver *r)
{
	const struct statement *st = r->st;
	const struct fact *f = r->rule->fact == NO_ID ? NULL : &r->l->rb->facts.v[r->rule->fact];
	if (f && f->value == TYPE_BOOL)
		return boolean_value(r, f);
	if (st->change != BECOMES) {
		if (f)
			resolver_complain(r, st->atom->at, "%.*s %s needs a boolean fact", NAME_ARG(r->l, f->name),
				st->change == BEGINS ? "begins" : "ends");
		return node_constant(r, st->atom, st->change == BEGINS ? VALUE_YES : VALUE_NONE, NO_ID);
	}
	const struct syn *v = st->value;
	bool variable = v->kind == S_NAME && is_variable(r->l, v->name);
	if (v->kind == S_NONE || (v->kind == S_NAME && !variable) || (v->kind == E_CONST && v->value.kind == V_ENTITY))
		return resolve_term(r, v, f ? f->value : NO_ID, st->atom->name);
	return resolve_expr(r, v);
}

static void check_value(struct resolver *r)
{
	struct node *v = r->rule->value;
	uint32_t found = check_type(r, v);
	if (r->rule->fact == NO_ID)
		return;
	const struct fact *f = &r->l->rb->facts.v[r->rule->fact];
	if (!type_fits(r->l, found, f->value) && !(v->kind == E_CONST && v->value.kind == V_NONE)) {
		struct str text = str_slice(r->l->rb->files.v[v->at.file].text, v->from, v->to);
		resolver_complain(r, v->at, "%.*s is %.*s here and %.*s there", STR_ARG(str_slice(text, 0, 60)),
			STR_ARG(type_with_article(r->l, found)), STR_ARG(type_with_article(r->l, f->value)));
		hint(r->l, "%.*s takes %.*s", NAME_ARG(r->l, f->name), STR_ARG(type_with_article(r->l, f->value)));
	} else if (has_fraction(v)) {
		resolver_complain(r, v->at, "a fraction or percentage can be compared, but not stored in %.*s",
			NAME_ARG(r->l, f->name));
	}
}

static void resolve_effect(struct resolver *r)
{
	const struct statement *st = r->st;
	struct rule *rule = r->rule;
	if (!st->effect)
		return;
	rule->effect = resolve_expr(r, st->effect);
	rule->still_so = st->choice == STILL_SO;
	if (st->choice == CHOICE_NONE)
		resolver_complain(r, st->effect->at,
			"a delayed effect must say \"if still so\" or \"regardless\" (rule %.*s)",
			NAME_ARG(r->l, rule->label));
	else if (rule->still_so && rule->trigger.kind == TRIGGER_ACT && !st->cond)
		resolver_complain(r, st->effect->at, "nothing to re-test in rule %.*s: say \"regardless\"",
			NAME_ARG(r->l, rule->label));
}

/* ---- whole rules ----------------------------------------------------------------------------- */

static void resolve_fact_head(struct resolver *r)
{
	struct node head = {0};
	resolve_args(r, r->st->atom, &head);
	r->rule->fact = head.fact;
	r->rule->args = head.args;
	const struct fact *f = head.fact == NO_ID ? NULL : &r->l->rb->facts.v[head.fact];
	if (f && r->rule->form == RULE_DEFINITION && f->value != TYPE_BOOL)
		resolver_complain(r, r->st->atom->at, "%.*s holds needs a boolean fact", NAME_ARG(r->l, f->name));
}

/* breach(A: Act) exists if a rule forbids something. */
static uint32_t breach_fact(struct loader *l)
{
	struct rulebook *rb = l->rb;
	uint32_t id = index_get(&rb->fact_index, KW_BREACH);
	if (id != NO_ID) {
		const struct fact *f = &rb->facts.v[id];
		if (f->nparams != 1 || f->params[0].type != TYPE_ACT || f->value != TYPE_BOOL)
			complain(l, NULL, f->at,
				"breach is the fact that rules with \"is forbidden\" set: declare it breach(A: Act), "
				"or not at all");
		return id;
	}
	struct param a = {.name = KW_A, .type = TYPE_ACT};
	struct fact f = {.name = KW_BREACH, .nparams = 1, .value = TYPE_BOOL, .at = {.article = NO_ID}};
	f.params = arena_copy(&rb->arena, &a, sizeof a);
	return fact_add(l, f);
}

static void resolve_body(struct resolver *r)
{
	const struct statement *st = r->st;
	struct rule *rule = r->rule;
	const char *timeless = st->form == RULE_DEFINITION ? "a definition" : NULL;
	const struct syn *parts[] = {st->trigger.what, st->trigger.cond, st->atom, st->cond, st->value, st->effect};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		collect(r, parts[i]);
	if (st->form == RULE_EFFECT)
		resolve_trigger(r, &st->trigger);
	if (st->form == RULE_FORBIDDEN) {
		resolve_pattern(r, st->atom);
		rule->fact = breach_fact(r->l);
	} else {
		resolve_fact_head(r);
	}
	r->timeless = timeless;
	if (st->cond)
		rule->cond = resolve_cond(r, st->cond);
	if (st->form == RULE_EFFECT) {
		rule->value = resolve_value(r);
		resolve_effect(r);
	}
}

static void check_types(struct resolver *r)
{
	struct rule *rule = r->rule;
	if (rule->form == RULE_EFFECT)
		check_trigger(r);
	if (rule->cond)
		(void)check_type(r, rule->cond);
	if (rule->value)
		check_value(r);
	if (rule->effect)
		check_needs(r, rule->effect, TYPE_DATE, "with effect from");
}

static void resolve_rule(struct loader *l, uint32_t order)
{
	struct rule rule = {.order = order};
	struct scope scope = {0};
	struct resolver r = {.l = l, .st = l->rules.v[order], .rule = &rule, .scope = &scope};
	size_t errors = l->errors;
	resolve_head(&r);
	resolve_body(&r);
	check_types(&r);
	if (!r.broken && l->errors == errors) /* else a variable may be unbound only because its fact is misspelt */
		bind_rule(&r);
	rule.nvars = r.nvars;
	rule.vars = arena_array(&l->rb->arena, r.nvars, struct var);
	for (uint32_t i = 0; i < r.nvars; i++)
		rule.vars[i] = (struct var){r.vars[i].name, r.vars[i].type};
	arena_push(&l->rb->arena, &l->rb->rules, rule);
}

/* The citations of a stage, then those of its procedure; each once. */
static void resolve_own(struct loader *l, const struct syn_head *head, const struct syn_cites *own, struct rule *r)
{
	struct { struct cite *v; size_t n, cap; } all = {0};
	struct cite *shared = r->cites;
	uint32_t nshared = r->ncites;
	cites_resolve(l, head, own, &r->cites, &r->ncites);
	for (uint32_t i = 0; i < r->ncites + nshared; i++) {
		struct cite c = i < r->ncites ? r->cites[i] : shared[i - r->ncites];
		size_t k = 0;
		while (k < all.n && !str_eq(all.v[k].text, c.text))
			k++;
		if (k == all.n)
			arena_push(&l->rb->arena, &all, c);
	}
	r->cites = all.v;
	r->ncites = (uint32_t)all.n;
}

/* What the rules of one statement share: citations, readings. */
static void resolve_shared(struct loader *l, const struct statement *st)
{
	struct cite *cites;
	uint32_t ncites, readings = resolve_readings(l, st->head);
	const struct syn_cites *before = NULL; /* several rules may be of one stage */
	cites_resolve(l, st->head, &st->head->cites, &cites, &ncites);
	for (uint32_t i = 0; i < st->nrules; i++) {
		struct rule *r = &l->rb->rules.v[st->first_rule + i];
		const struct syn_cites *own = l->rules.v[r->order]->own;
		r->cites = cites;
		r->ncites = ncites;
		r->readings = readings;
		if (own && own == before) {
			r->cites = r[-1].cites;
			r->ncites = r[-1].ncites;
		} else if (own) {
			resolve_own(l, st->head, own, r);
		}
		before = own;
	}
}

void resolve_all(struct loader *l)
{
	l->rb->rules.cap = l->rules.n;
	l->rb->rules.v = arena_array(&l->rb->arena, l->rules.n, struct rule);
	for (uint32_t i = 0; i < l->rules.n; i++)
		resolve_rule(l, i);
	for (size_t i = 0; i < l->syntax.statements.n; i++)
		resolve_shared(l, l->syntax.statements.v[i]);
}
