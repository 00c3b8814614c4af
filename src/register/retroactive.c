/* SPDX-License-Identifier: Apache-2.0
 *
 * Does another text of the rulebook change the past? It may, by rules that say so: `retroactive`. Every fact that differs before the
 * day of the decision is traced to the rule that decides it: one that the text in force has not, or has otherwise. A fact that
 * differs only because another one does is decided by a rule that both texts have; it needs no mark of its own.
 */
#include "register/internal.h"

#include <string.h>

/* ---- do both texts have this rule? ------------------------------------------------------------------------------------------ */

static struct str name_in(const struct rulebook *rb, sym s)
{
	return syms_str(&rb->syms, s);
}

static const struct table *table_of(const struct rulebook *rb, uint32_t fact)
{
	for (size_t i = 0; i < rb->tables.n; i++)
		if (rb->tables.v[i].fact == fact)
			return &rb->tables.v[i];
	return NULL;
}

static bool same_value(const struct rulebook *a, struct value x, const struct rulebook *b, struct value y)
{
	if (x.kind != y.kind || (x.kind != V_WORD && x.kind != V_ENTITY))
		return value_eq(x, y);
	return str_eq(name_in(a, x.s), name_in(b, y.s));
}

static bool same_table(const struct rulebook *a, const struct table *t, const struct rulebook *b, const struct table *u)
{
	bool same = (t == NULL) == (u == NULL) && (!t || t->n == u->n);
	for (uint32_t i = 0; t && same && i < t->n; i++) {
		same = same_value(a, t->rows[i].value, b, u->rows[i].value);
		for (uint32_t k = 0; same && k < a->facts.v[t->fact].nparams; k++)
			same = same_value(a, t->rows[i].args[k], b, u->rows[i].args[k]);
	}
	return same;
}

/* Of two trees with one text: do the sets and tables that they name say the same? */
static bool same_means(const struct rulebook *a, const struct node *n, const struct rulebook *b, const struct node *m)
{
	if (!n || !m)
		return n == m;
	bool reads = n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT;
	if (n->kind != m->kind || n->nkids != m->nkids || n->nitems != m->nitems || n->nargs != m->nargs)
		return false;
	if (reads && !same_table(a, table_of(a, n->fact), b, table_of(b, m->fact)))
		return false;
	for (uint32_t i = 0; i < n->nitems; i++)
		if (!str_eq(name_in(a, n->items[i]), name_in(b, m->items[i])))
			return false;
	for (uint32_t i = 0; i < n->nkids; i++)
		if (!same_means(a, n->kids[i], b, m->kids[i]))
			return false;
	return true;
}

static bool same_rule(const struct rulebook *a, const struct rule *r, const struct rulebook *b, const struct rule *s)
{
	if (r->form != s->form || (r->part == NULL) != (s->part == NULL) || (r->part && strcmp(r->part, s->part) != 0))
		return false;
	return str_eq(name_in(a, r->label), name_in(b, s->label)) && str_eq(rule_text(a, r), rule_text(b, s)) &&
	       str_eq(name_in(a, a->facts.v[r->fact].name), name_in(b, b->facts.v[s->fact].name)) &&
	       same_means(a, r->trigger.cond, b, s->trigger.cond) && same_means(a, r->trigger.span, b, s->trigger.span) &&
	       same_means(a, r->cond, b, s->cond) && same_means(a, r->value, b, s->value) && same_means(a, r->effect, b, s->effect);
}

/* ---- tracing ------------------------------------------------------------------------------------------------------------------ */

enum known { UNKNOWN, IN_BOTH, ALTERED };

struct tracing {
	const struct rulebook *before, *after;
	uint8_t *of_before, *of_after; /* by rule: enum known */
	civil decided;
	struct arena *a;
	struct { struct past_change *v; size_t n, cap; } found;
	struct { struct counting { size_t facts; const struct difference *last; } *v; size_t n, cap; } counting; /* by found, in this reading */
	size_t marked; /* differences that a retroactive rule makes */
	const struct rule *unaltered; /* decides a difference that no altered rule does */
	const struct difference *unexplained;
};

static bool altered(const struct rulebook *in, const struct rule *r, uint8_t *known, const struct rulebook *other)
{
	uint8_t *k = &known[r - in->rules.v];
	for (size_t i = 0; i < other->rules.n && *k == UNKNOWN; i++)
		if (same_rule(in, r, other, &other->rules.v[i]))
			*k = IN_BOTH;
	if (*k == UNKNOWN)
		*k = ALTERED;
	return *k == ALTERED;
}

/* The rule of that label in the text after; one that is retroactive, if there is any. */
static const struct rule *successor(const struct tracing *t, const struct rule *r)
{
	const struct rule *found = NULL;
	for (size_t i = 0; i < t->after->rules.n && !(found && found->retroactive); i++) {
		const struct rule *s = &t->after->rules.v[i];
		if (str_eq(name_in(t->after, s->label), name_in(t->before, r->label)) && (!found || s->retroactive))
			found = s;
	}
	return found;
}

static bool same_instance(const struct tracing *t, const struct difference *a, const struct difference *b)
{
	bool same = a->fact == b->fact && a->syms == b->syms;
	for (uint32_t i = 0; same && i < t->after->facts.v[a->fact].nparams; i++)
		same = value_eq(a->args[i], b->args[i]);
	return same;
}

static void note(struct tracing *t, const struct rulebook *rb, const struct rule *r, const struct difference *d)
{
	size_t i = 0;
	while (i < t->found.n && (t->found.v[i].rulebook != rb || t->found.v[i].rule->label != r->label))
		i++;
	if (i == t->found.n) {
		arena_push(t->a, &t->found, ((struct past_change){.rulebook = rb, .rule = r, .gone = rb == t->before, .from = d->from}));
		arena_push(t->a, &t->counting, ((struct counting){0}));
	}
	struct past_change *x = &t->found.v[i];
	struct counting *c = &t->counting.v[i];
	if (d->from < x->from)
		x->from = d->from;
	if (!c->last || !same_instance(t, c->last, d)) /* differences of one instance stand together */
		c->facts++;
	c->last = d;
	if (c->facts > x->facts)
		x->facts = c->facts;
}

/* The rule by which the instance has the value that it has then; NULL if it has always had it. */
static const struct rule *decides(const struct eval *e, const struct tracing *t, const struct difference *d)
{
	const struct change *c = NULL;
	const struct rulebook *rb = e->rb;
	struct value args[MAX_ARGS];
	uint32_t fact = rulebook_fact_like(rb, t->after, d->fact);
	for (uint32_t i = 0; i < rb->facts.v[fact].nparams; i++) {
		args[i] = d->args[i];
		if (d->syms != e->syms && (args[i].kind == V_WORD || args[i].kind == V_ENTITY))
			args[i].s = syms_find(e->syms, syms_str(d->syms, args[i].s));
	}
	const struct inst *i = eval_find(e, fact, args);
	if (i)
		(void)eval_at(e, i, d->from, &c);
	uint32_t rule = c ? eval_rule(e, c) : NO_ID;
	return rule == NO_ID ? NULL : &rb->rules.v[rule];
}

static void trace(struct tracing *t, const struct eval *before, const struct eval *after, const struct difference *d)
{
	const struct rule *now = decides(after, t, d), *then = decides(before, t, d);
	if (now && altered(t->after, now, t->of_after, t->before)) {
		if (now->retroactive)
			t->marked++;
		else
			note(t, t->after, now, d);
	} else if (then && altered(t->before, then, t->of_before, t->after)) {
		const struct rule *next = successor(t, then);
		if (next && next->retroactive)
			t->marked++;
		else
			note(t, next ? t->after : t->before, next ? next : then, d);
	} else if (!t->unaltered && now) {
		t->unaltered = now;
		t->unexplained = d;
	}
}

static void trace_reading(struct tracing *t, const struct view *before, const struct view *after, uint32_t k)
{
	struct difference *list;
	uint32_t of = view_reading_named(before, view_reading_name(after, k));
	const struct eval *e1 = before->evals[of == NO_ID ? 0 : of], *e2 = after->evals[k];
	size_t n = explain_diff(e1, e2, t->a, &list);
	for (size_t i = 0; i < t->counting.n; i++)
		t->counting.v[i] = (struct counting){0};
	for (size_t i = 0; i < n; i++)
		if (list[i].from < t->decided && t->after->facts.v[list[i].fact].form != FACT_TABLE)
			trace(t, e1, e2, &list[i]);
}

size_t past_find(const struct view *before, const struct view *after, civil decided, struct arena *a, struct past_change **ret)
{
	struct tracing t = {
		.before = record_rulebook(before->record), .after = record_rulebook(after->record), .decided = decided, .a = a};
	t.of_before = arena_array(a, t.before->rules.n + 1, uint8_t);
	t.of_after = arena_array(a, t.after->rules.n + 1, uint8_t);
	for (uint32_t k = 0; k < after->n; k++)
		trace_reading(&t, before, after, k);
	/* What no altered rule decides follows from what one does, or, if there is none, from the order of the rules or their overrides. */
	if (t.found.n == 0 && t.marked == 0 && t.unaltered && !t.unaltered->retroactive)
		note(&t, t.after, t.unaltered, t.unexplained);
	*ret = t.found.v;
	return t.found.n;
}

void past_print(const struct past_change *x, civil decided, struct buf *out)
{
	char from[DATE_LEN], day[DATE_LEN];
	const struct rulebook *rb = x->rulebook;
	const struct rule *r = x->rule;
	(void)date_print(decided, day);
	buf_addf(out, "%.*s:%u: [%.*s] rule %.*s ", STR_ARG(rb->files.v[r->at.file].path), r->at.line,
		STR_ARG(r->ncites ? r->cites[0].text : STR("")), STR_ARG(name_in(rb, r->label)));
	buf_addf(out, x->gone ? "is no longer in the text, and %zu fact%s of before %s with it" : "changes %zu fact%s of before %s", x->facts,
		x->facts == 1 ? "" : "s", day);
	if (x->from != CIVIL_ALWAYS)
		buf_addf(out, ", from %s on", date_print(x->from, from));
	if (x->gone)
		buf_addf(out, " (keep it, with \"until %s\"; or, if the past is meant to change, \"retroactive\" with an earlier \"until\")", day);
	else
		buf_addf(out, " (let it begin \"from %s\", beside the version of before \"until %s\"; or, if the past is meant to change, mark it "
			      "\"retroactive\")", day, day);
}
