/* SPDX-License-Identifier: Apache-2.0
 *
 * Obligations, procedures and decisions become the rules they stand for, in the order and with the words of the
 * reference, section 9. The trees of the construct are shared by its rules.
 */
#include "rules/construct.h"

#include <string.h>

/* ---- small trees ----------------------------------------------------------------------------- */

/* A tree that stands for the text of `like`. */
static struct syn *make(struct loader *l, int kind, const struct syn *like, size_t n)
{
	struct syn *s = arena_new(&l->scratch, struct syn);
	*s = (struct syn){.kind = (uint8_t)kind,
		.at = like->at,
		.from = like->from,
		.to = like->to,
		.n = (uint16_t)n,
		.kids = arena_array(&l->scratch, n, struct syn *)};
	return s;
}

static struct syn *word(struct loader *l, const struct syn *like, sym w)
{
	struct syn *s = make(l, w == KW_NONE ? S_NONE : S_NAME, like, 0);
	s->name = w;
	return s;
}

/* atom is w */
static struct syn *is(struct loader *l, struct syn *atom, sym w)
{
	struct syn *s = make(l, C_IS, atom, 2);
	s->kids[0] = atom;
	s->kids[1] = word(l, atom, w);
	return s;
}

static struct syn *is_pending_or_overdue(struct loader *l, struct syn *atom)
{
	struct syn *s = make(l, C_IS, atom, 3);
	s->kids[0] = atom;
	s->kids[1] = word(l, atom, KW_PENDING);
	s->kids[2] = word(l, atom, KW_OVERDUE);
	return s;
}

static struct syn *both(struct loader *l, struct syn *a, struct syn *b)
{
	if (!a || !b)
		return a ? a : b;
	struct syn *s = make(l, C_AND, a, 2);
	s->kids[0] = a;
	s->kids[1] = b;
	return s;
}

static struct syn *negated(struct loader *l, struct syn *a)
{
	struct syn *s = make(l, C_NOT, a, 1);
	s->kids[0] = a;
	return s;
}

/* name(first, X) from the construct's head atom(X); first may be absent */
static struct syn *fact_of(struct loader *l, const struct statement *st, const char *suffix, sym first)
{
	size_t k = first != 0, n = st->atom->n;
	struct syn *s = make(l, S_ATOM, st->atom, n + k);
	s->name = construct_fact(l, st, suffix);
	if (first)
		s->kids[0] = word(l, st->atom, first);
	memcpy(s->kids + k, st->atom->kids, n * sizeof *s->kids);
	return s;
}

/* ---- emitting -------------------------------------------------------------------------------- */

/* atom becomes value TRIGGER if cond */
static void emit(struct loader *l, const struct statement *st, const char *part, struct syn *atom, enum change change,
	struct syn *value, const struct syn_trigger *trigger, struct syn *cond)
{
	struct statement r = {.head = st->head,
		.construct = st->construct,
		.to_byte = st->to_byte,
		.atom = atom,
		.form = RULE_EFFECT,
		.change = change,
		.value = value,
		.trigger = *trigger,
		.cond = cond,
		.part = part,
		.own = st->own};
	arena_push(&l->scratch, &l->rules, arena_copy(&l->scratch, &r, sizeof r));
}

static void emit_becomes(struct loader *l, const struct statement *st, const char *part, struct syn *atom, sym w,
	const struct syn_trigger *trigger, struct syn *cond)
{
	emit(l, st, part, atom, BECOMES, word(l, atom, w), trigger, cond);
}

static void desugar_obligation(struct loader *l, const struct statement *st)
{
	struct syn *o = st->atom, *due = fact_of(l, st, "_due", 0), *late = fact_of(l, st, "_late", 0);
	struct syn *none_yet = both(l, st->cond, is(l, o, KW_NONE));
	struct syn *passed = make(l, C_PASSED, st->due, 1);
	passed->kids[0] = due;
	struct syn_trigger overdue = {.word = ONCE, .what = both(l, passed, is(l, o, KW_PENDING)), .at = st->atom->at};
	struct syn_trigger is_overdue = {.word = ONCE, .what = is(l, o, KW_OVERDUE), .at = st->atom->at};
	struct syn_trigger fulfilled = {.word = ON, .what = st->fulfilled, .at = st->fulfilled->at};

	emit_becomes(l, st, "arises", o, KW_PENDING, &st->trigger, none_yet);
	emit(l, st, "due", due, BECOMES, st->due, &st->trigger, none_yet);
	emit_becomes(l, st, "overdue", o, KW_OVERDUE, &overdue, NULL);
	emit(l, st, "late", late, BEGINS, NULL, &is_overdue, NULL);
	emit_becomes(l, st, "fulfilled", o, KW_FULFILLED, &fulfilled, is_pending_or_overdue(l, o));
	if (st->waived) {
		struct syn_trigger waived = {.word = ON, .what = st->waived, .at = st->waived->at};
		emit_becomes(l, st, "waived", o, KW_WAIVED, &waived, is_pending_or_overdue(l, o));
	}
	if (st->has_lapses)
		emit_becomes(l, st, "lapses", o, KW_LAPSED, &st->lapses, is_pending_or_overdue(l, o));
}

static bool is_span(const struct loader *l, const struct syn *s)
{
	uint32_t fact = s->kind == S_ATOM ? index_get(&l->rb->fact_index, s->name) : NO_ID;
	return (s->kind == E_CONST && s->value.kind == V_SPAN) ||
	       (fact != NO_ID && l->rb->facts.v[fact].value == TYPE_SPAN);
}

static void desugar_stage(struct loader *l, const struct statement *procedure, const struct syn_clause *c)
{
	struct statement own = *procedure;
	const struct statement *st = &own;
	struct syn *p = st->atom;
	own.own = c->cites.n ? &c->cites : NULL;
	struct syn_names from = c->from;
	if (from.n == 0)
		arena_push(&l->scratch, &from, ((struct syn_name){KW_NONE, c->at}));
	if (c->trigger.word == AFTER && !c->trigger.cond && is_span(l, c->trigger.what)) {
		for (size_t i = 0; i < from.n; i++) { /* counted from the entry into each stage */
			struct syn_trigger t = c->trigger;
			t.cond = is(l, p, from.v[i].name);
			emit_becomes(l, st, "stage", p, c->word, &t, c->cond);
		}
		return;
	}
	struct syn *is_from = make(l, C_IS, p, from.n + 1);
	is_from->kids[0] = p;
	for (size_t i = 0; i < from.n; i++) {
		is_from->kids[i + 1] = word(l, p, from.v[i].name);
		is_from->kids[i + 1]->at = from.v[i].at;
	}
	emit_becomes(l, st, "stage", p, c->word, &c->trigger, both(l, is_from, c->cond));
}

/* ---- decisions ------------------------------------------------------------------------------- */

static bool is_quantifier(const struct syn *t)
{
	return t->kind == C_SOME || t->kind == C_EVERY || t->kind == E_COUNT || t->kind == E_SUM;
}

/* Does variable `var` (0: `that day` or `that instant`) stand in t, outside quantifiers? */
static bool mentions(const struct syn *t, sym var)
{
	if (!t || is_quantifier(t))
		return false;
	if (var ? t->kind == S_NAME && t->name == var : t->kind == E_THAT_DAY || t->kind == E_THAT_INSTANT)
		return true;
	for (uint32_t i = 0; i < t->n; i++)
		if (mentions(t->kids[i], var))
			return true;
	return false;
}

/* Does t use a variable that the opening trigger has and the head has not? */
static bool uses_opening(struct loader *l, const struct statement *st, const struct syn *t)
{
	if (is_quantifier(t))
		return false;
	if (t->kind == S_NAME && is_variable(l, t->name) && !mentions(st->atom, t->name) &&
		(mentions(st->trigger.what, t->name) || mentions(st->trigger.cond, t->name)))
		return true;
	for (uint32_t i = 0; i < t->n; i++)
		if (uses_opening(l, st, t->kids[i]))
			return true;
	return false;
}

bool decision_keeps_limit(struct loader *l, const struct statement *st)
{
	const struct syn *e = st->closes.what;
	bool act = e->kind == S_ATOM && index_get(&l->rb->act_index, e->name) != NO_ID;
	return st->closes.word != ONCE && !st->closes.cond && !act && (mentions(e, 0) || uses_opening(l, st, e));
}

/* count of V with VOTERS and d_ballot(V, X) is b; b = 0: of all voters */
static struct syn *count_of(struct loader *l, const struct statement *st, const struct syn *like, sym ballot)
{
	struct syn *q = make(l, E_COUNT, like, 1), *cond = st->voters;
	if (ballot)
		cond = both(l, cond, is(l, fact_of(l, st, "_ballot", st->voter), ballot));
	q->name = st->voter;
	q->own = true;
	q->kids[0] = cond;
	return q;
}

static struct syn *count_named(struct loader *l, const struct statement *st, struct syn *name)
{
	if (is_variable(l, name->name))
		return name;
	if (name->name == KW_VOTERS)
		return count_of(l, st, name, 0);
	struct nearest near = nearest_to(l, name->name);
	for (size_t i = 0; i < st->clauses.n; i++) {
		if (st->clauses.v[i].word == name->name)
			return count_of(l, st, name, name->name);
		nearest_offer(&near, name_of(l, st->clauses.v[i].word));
	}
	nearest_offer(&near, name_of(l, KW_VOTERS));
	complain(l, st->head, name->at, "unknown name %.*s: it is no ballot of this decision", NAME_ARG(l, name->name));
	hint_nearest(l, &near);
	struct syn *zero = make(l, E_CONST, name, 0); /* so that it is not reported again */
	zero->value = (struct value){.kind = V_INT};
	return zero;
}

/* `adopted if`, with its bare words turned into counts. */
static struct syn *with_counts(struct loader *l, const struct statement *st, struct syn *t)
{
	if (!t || t->kind == S_ATOM || t->kind == C_IS || t->kind == C_IN)
		return t;
	if (t->kind == S_NAME)
		return count_named(l, st, t);
	struct syn *copy = arena_copy(&l->scratch, t, sizeof *t);
	copy->kids = arena_copy(&l->scratch, t->kids, t->n * sizeof *t->kids);
	for (uint32_t i = 0; i < t->n; i++)
		copy->kids[i] = with_counts(l, st, t->kids[i]);
	return copy;
}

static void desugar_decision(struct loader *l, const struct statement *st)
{
	struct syn *d = st->atom, *none_yet = both(l, st->cond, is(l, d, KW_NONE)), *open = is(l, d, KW_OPEN);
	struct syn *adopted = with_counts(l, st, st->adopted);
	struct syn_trigger closes = st->closes;
	emit_becomes(l, st, "opens", d, KW_OPEN, &st->trigger, none_yet);
	if (decision_keeps_limit(l, st)) {
		struct syn *limit = fact_of(l, st, "_limit", 0);
		emit(l, st, "limit", limit, BECOMES, st->closes.what, &st->trigger, none_yet);
		closes.what = make(l, S_ATOM, st->closes.what, limit->n);
		closes.what->name = limit->name;
		closes.what->kids = limit->kids;
	}
	for (size_t i = 0; i < st->clauses.n; i++) {
		const struct syn_clause *c = &st->clauses.v[i];
		struct syn *ballot = fact_of(l, st, "_ballot", st->voter);
		emit_becomes(l, st, "ballot", ballot, c->word, &c->trigger, open);
	}
	emit_becomes(l, st, "adopted", d, KW_ADOPTED, &closes, both(l, open, adopted));
	emit_becomes(l, st, "rejected", d, KW_REJECTED, &closes, both(l, open, negated(l, adopted)));
	if (mentions(d, st->voter)) {
		complain(l, st->head, st->voter_at, "%.*s is already in use; choose another name in \"voters\"",
			NAME_ARG(l, st->voter));
	}
}

/* ---- all ------------------------------------------------------------------------------------- */

static void desugar(struct loader *l, const struct statement *st)
{
	switch (st->construct) {
	case CONSTRUCT_NONE: arena_push(&l->scratch, &l->rules, st); break;
	case CONSTRUCT_OBLIGATION: desugar_obligation(l, st); break;
	case CONSTRUCT_PROCEDURE:
		for (size_t i = 0; i < st->clauses.n; i++)
			desugar_stage(l, st, &st->clauses.v[i]);
		break;
	case CONSTRUCT_DECISION: desugar_decision(l, st); break;
	}
}

void desugar_all(struct loader *l)
{
	for (uint32_t i = 0; i < l->syntax.statements.n; i++) {
		struct statement *st = l->syntax.statements.v[i];
		st->first_rule = (uint32_t)l->rules.n;
		desugar(l, st);
		st->nrules = (uint32_t)l->rules.n - st->first_rule;
		if (l->rules.n > MAX_RULES) {
			complain(l, st->head, st->head->at,
				"more than %d rules (those of obligations, procedures and decisions included)",
				MAX_RULES);
			l->full = true;
			return;
		}
	}
}
