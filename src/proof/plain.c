/* SPDX-License-Identifier: Apache-2.0
 *
 * Obligations, procedures and decisions as the plain rules that they stand for, in the order of the reference, section 9.
 */
#include "proof/law.h"

#include <string.h>

/* ---- small trees --------------------------------------------------------------------------------------------------------- */

static struct syn *tree(struct ck_book *b, int kind, sym name, size_t n, ...)
{
	struct arena *a = &b->l->scratch;
	struct syn *s = arena_new(a, struct syn);
	va_list ap;
	*s = (struct syn){.kind = (uint8_t)kind, .name = name, .n = (uint16_t)n, .kids = arena_array(a, n + 1, struct syn *)};
	va_start(ap, n);
	for (size_t i = 0; i < n; i++)
		s->kids[i] = va_arg(ap, struct syn *);
	va_end(ap);
	return s;
}

static struct syn *word(struct ck_book *b, sym w)
{
	return tree(b, w == KW_NONE ? S_NONE : S_NAME, w, 0);
}

static struct syn *is(struct ck_book *b, struct syn *atom, sym w)
{
	return tree(b, C_IS, 0, 2, atom, word(b, w));
}

static struct syn *both(struct ck_book *b, struct syn *x, struct syn *y)
{
	return x && y ? tree(b, C_AND, 0, 2, x, y) : x ? x : y;
}

/* name_suffix(FIRST, X), from the head name(X) */
static struct syn *related(struct ck_book *b, const struct statement *st, const char *suffix, sym first)
{
	size_t k = first != 0, n = st->atom->n + k;
	struct syn *s = arena_new(&b->l->scratch, struct syn);
	*s = (struct syn){.kind = S_ATOM, .name = ck_joined(b, st->atom->name, suffix), .n = (uint16_t)n};
	s->kids = arena_array(&b->l->scratch, n + 1, struct syn *);
	if (first)
		s->kids[0] = word(b, first);
	memcpy(s->kids + k, st->atom->kids, st->atom->n * sizeof *s->kids);
	return s;
}

struct plain { /* what differs between the rules of a construct */
	const char *part;
	struct syn *atom, *value; /* value NULL: begins */
	struct syn_trigger trigger;
	struct syn *cond;
};

static void add_citing(struct ck_book *b, const struct statement *st, struct plain p, const struct syn_cites *own)
{
	struct statement r = {.head = st->head, .construct = st->construct, .part = p.part, .atom = p.atom, .form = RULE_EFFECT,
		.change = p.value ? BECOMES : BEGINS, .value = p.value, .trigger = p.trigger, .cond = p.cond, .own = own};
	ck_law_add(b, &r, st);
}

static void add(struct ck_book *b, const struct statement *st, struct plain p)
{
	add_citing(b, st, p, NULL);
}

/* ---- obligations --------------------------------------------------------------------------------------------------------- */

static void obligation(struct ck_book *b, const struct statement *st)
{
	struct syn *o = st->atom, *due = related(b, st, "_due", 0), *late = related(b, st, "_late", 0);
	struct syn *none_yet = both(b, st->cond, is(b, o, KW_NONE));
	struct syn *live = tree(b, C_IS, 0, 3, o, word(b, KW_PENDING), word(b, KW_OVERDUE));
	struct syn_trigger overdue = {.word = ONCE, .what = both(b, tree(b, C_PASSED, 0, 1, due), is(b, o, KW_PENDING))};
	struct syn_trigger is_overdue = {.word = ONCE, .what = is(b, o, KW_OVERDUE)};
	add(b, st, (struct plain){"arises", o, word(b, KW_PENDING), st->trigger, none_yet});
	add(b, st, (struct plain){"due", due, st->due, st->trigger, none_yet});
	add(b, st, (struct plain){"overdue", o, word(b, KW_OVERDUE), overdue, NULL});
	add(b, st, (struct plain){"late", late, NULL, is_overdue, NULL});
	add(b, st, (struct plain){"fulfilled", o, word(b, KW_FULFILLED), {.word = ON, .what = st->fulfilled}, live});
	if (st->waived)
		add(b, st, (struct plain){"waived", o, word(b, KW_WAIVED), {.word = ON, .what = st->waived}, live});
	if (st->has_lapses)
		add(b, st, (struct plain){"lapses", o, word(b, KW_LAPSED), st->lapses, live});
}

/* ---- procedures ---------------------------------------------------------------------------------------------------------- */

static void stage(struct ck_book *b, const struct statement *st, const struct syn_clause *c)
{
	struct syn *p = st->atom;
	struct syn_name none = {.name = KW_NONE};
	const struct syn_name *from = c->from.n ? c->from.v : &none;
	size_t n = c->from.n ? c->from.n : 1;
	if (c->trigger.word == AFTER && !c->trigger.cond && ck_span_fact(b, c->trigger.what)) {
		for (size_t i = 0; i < n; i++) { /* counted from the entry into each stage */
			struct syn_trigger t = {.word = AFTER, .what = c->trigger.what, .cond = is(b, p, from[i].name)};
			add_citing(b, st, (struct plain){"stage", p, word(b, c->word), t, c->cond}, &c->cites);
		}
		return;
	}
	struct syn *is_from = tree(b, C_IS, 0, 0);
	is_from->n = (uint16_t)(n + 1);
	is_from->kids = arena_array(&b->l->scratch, n + 1, struct syn *);
	is_from->kids[0] = p;
	for (size_t i = 0; i < n; i++)
		is_from->kids[i + 1] = word(b, from[i].name);
	add_citing(b, st, (struct plain){"stage", p, word(b, c->word), c->trigger, both(b, is_from, c->cond)}, &c->cites);
}

/* ---- decisions ----------------------------------------------------------------------------------------------------------- */

static bool quantifies(const struct syn *t)
{
	return t->kind == C_SOME || t->kind == C_EVERY || t->kind == E_COUNT || t->kind == E_SUM;
}

/* Does the variable stand in t, outside quantifiers? 0: "that day" or "that instant". */
static bool mentions(const struct syn *t, sym var)
{
	if (!t || quantifies(t))
		return false;
	if (var ? t->kind == S_NAME && t->name == var : t->kind == E_THAT_DAY || t->kind == E_THAT_INSTANT)
		return true;
	for (uint32_t i = 0; i < t->n; i++)
		if (mentions(t->kids[i], var))
			return true;
	return false;
}

/* A variable of the opening trigger that is not in the head. */
static bool from_opening(struct ck_book *b, const struct statement *st, const struct syn *t)
{
	if (quantifies(t))
		return false;
	if (t->kind == S_NAME && is_variable(b->l, t->name) && !mentions(st->atom, t->name) &&
		(mentions(st->trigger.what, t->name) || mentions(st->trigger.cond, t->name)))
		return true;
	for (uint32_t i = 0; i < t->n; i++)
		if (from_opening(b, st, t->kids[i]))
			return true;
	return false;
}

/* `closes on E` or `after E`, where E is known only when the decision opens. */
bool ck_has_limit(struct ck_book *b, const struct statement *st)
{
	const struct syn *e = st->closes.what;
	bool act = e->kind == S_ATOM && index_get(&b->act_of, e->name) != NO_ID;
	return st->closes.word != ONCE && !st->closes.cond && !act && (mentions(e, 0) || from_opening(b, st, e));
}

/* count of V with VOTERS [and d_ballot(V, X) is ballot] */
static struct syn *votes(struct ck_book *b, const struct statement *st, sym counted)
{
	struct syn *cond = st->voters, *q;
	if (counted != KW_VOTERS)
		cond = both(b, cond, is(b, related(b, st, "_ballot", st->voter), counted));
	q = tree(b, E_COUNT, st->voter, 1, cond);
	q->own = true;
	/* Nothing else names the word by which the text counts. */
	q->items = arena_copy(&b->l->scratch, &counted, sizeof counted);
	q->nitems = 1;
	return q;
}

static bool is_ballot(const struct statement *st, sym w)
{
	for (size_t i = 0; i < st->clauses.n; i++)
		if (st->clauses.v[i].word == w)
			return true;
	return w == KW_VOTERS;
}

/* `adopted if`, its bare words turned into counts. */
static struct syn *counted(struct ck_book *b, const struct statement *st, struct syn *t)
{
	if (!t || t->kind == S_ATOM || t->kind == C_IS || t->kind == C_IN)
		return t;
	if (t->kind == S_NAME) {
		if (is_variable(b->l, t->name))
			return t;
		if (!is_ballot(st, t->name))
			ck_law_error(b, st, "%.*s is no ballot of this decision", STR_ARG(ck_name(b, t->name)));
		return votes(b, st, t->name);
	}
	struct syn *copy = arena_copy(&b->l->scratch, t, sizeof *t);
	copy->kids = arena_array(&b->l->scratch, t->n + 1u, struct syn *);
	for (uint32_t i = 0; i < t->n; i++)
		copy->kids[i] = counted(b, st, t->kids[i]);
	return copy;
}

static void decision(struct ck_book *b, const struct statement *st)
{
	struct syn *d = st->atom, *none_yet = both(b, st->cond, is(b, d, KW_NONE)), *open = is(b, d, KW_OPEN);
	struct syn *adopted = counted(b, st, st->adopted);
	struct syn_trigger closes = st->closes;
	add(b, st, (struct plain){"opens", d, word(b, KW_OPEN), st->trigger, none_yet});
	if (ck_has_limit(b, st)) {
		struct syn *limit = related(b, st, "_limit", 0);
		add(b, st, (struct plain){"limit", limit, st->closes.what, st->trigger, none_yet});
		closes.what = limit;
	}
	for (size_t i = 0; i < st->clauses.n; i++)
		add(b, st, (struct plain){"ballot", related(b, st, "_ballot", st->voter), word(b, st->clauses.v[i].word),
				   st->clauses.v[i].trigger, open});
	add(b, st, (struct plain){"adopted", d, word(b, KW_ADOPTED), closes, both(b, open, adopted)});
	add(b, st, (struct plain){"rejected", d, word(b, KW_REJECTED), closes, both(b, open, tree(b, C_NOT, 0, 1, adopted))});
}

void ck_plain(struct ck_book *b, const struct statement *st)
{
	switch (st->construct) {
	case CONSTRUCT_NONE: ck_law_add(b, st, st); break;
	case CONSTRUCT_OBLIGATION: obligation(b, st); break;
	case CONSTRUCT_PROCEDURE:
		for (size_t i = 0; i < st->clauses.n; i++)
			stage(b, st, &st->clauses.v[i]);
		break;
	case CONSTRUCT_DECISION: decision(b, st); break;
	}
}
