/* SPDX-License-Identifier: Apache-2.0
 *
 * Warnings (reference, section 13): lawful texts that probably do not say what was meant.
 */
#include "rules/check.h"

#include <string.h>

void warn_rule(struct loader *l, const struct rule *r, const char *fmt, ...)
{
	char message[600];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	warn(l, l->rules.v[r->order]->head, r->at, "%s", message);
}

/* ---- retired values -------------------------------------------------------------------------- */

bool can_set(const struct rule *r, struct value v)
{
	return r->form == RULE_EFFECT && (r->value->kind != E_CONST || value_eq(r->value->value, v));
}

/* Had every rule that could set the value before x begins ended by then? */
static void warn_retired(struct loader *l, const struct fact *f, const struct rule *x)
{
	civil retired = CIVIL_ALWAYS;
	if (x->form != RULE_EFFECT || x->from == CIVIL_ALWAYS || x->value->kind != E_CONST ||
		x->value->value.kind != V_WORD)
		return;
	for (uint32_t i = 0; i < f->nrules; i++) {
		const struct rule *r = &l->rb->rules.v[f->rules[i]];
		if (r->from < x->from && can_set(r, x->value->value) && r->until > retired)
			retired = r->until;
	}
	if (retired == CIVIL_ALWAYS || retired >= x->from)
		return;
	char a[DATE_LEN], b[DATE_LEN];
	warn_rule(l, x, "value %.*s of %.*s was retired on %s; rule %.*s sets it again from %s",
		NAME_ARG(l, x->value->value.s), NAME_ARG(l, f->name), date_print(retired, a), NAME_ARG(l, x->label),
		date_print(x->from, b));
}

/* ---- values that nothing sets ----------------------------------------------------------------- */

bool is_set(const struct rulebook *rb, const struct fact *f, struct value v)
{
	bool set = false;
	for (uint32_t i = 0; i < f->nrules && !set; i++)
		set = can_set(&rb->rules.v[f->rules[i]], v);
	return set;
}

/* What a condition asks for can never be. Of a fact that is never set at all, warn_unused tells. */
static void warn_unreachable(struct loader *l, const struct rule *r, const struct node *n)
{
	const struct fact *f = n->kind == C_IS ? &l->rb->facts.v[n->fact] : NULL;
	for (uint32_t i = 0; i < n->nkids; i++) {
		if (!n->kids[i])
			continue;
		warn_unreachable(l, r, n->kids[i]);
		if (f && f->nrules && n->kids[i]->kind == E_CONST && n->kids[i]->value.kind == V_WORD && !is_set(l->rb, f, n->kids[i]->value))
			warn_rule(l, r, "value %.*s of %.*s is set by no rule; rule %.*s asks for it", NAME_ARG(l, n->kids[i]->value.s),
				NAME_ARG(l, f->name), NAME_ARG(l, r->label));
	}
}

/* An included text may know values that this organisation has no use for. */
static void warn_values(struct loader *l, const struct rule *r)
{
	const struct node *parts[] = {r->trigger.cond, r->trigger.span, r->cond, r->value, r->effect};
	for (size_t i = 0; r->at.file == 0 && i < sizeof parts / sizeof *parts; i++)
		if (parts[i])
			warn_unreachable(l, r, parts[i]);
}

/* ---- decisions without voters ---------------------------------------------------------------- */

/* What is known of a tree when there are no voters: a number, a truth value, or nothing. */
struct guess {
	enum { UNKNOWN, NUMBER, TRUTH } kind;
	int64_t num, den;
	bool truth;
};

static struct guess number(int64_t num, int64_t den, bool over)
{
	return (struct guess){.kind = over || den <= 0 ? UNKNOWN : NUMBER, .num = num, .den = den};
}

static struct guess truth(bool t)
{
	return (struct guess){.kind = TRUTH, .truth = t};
}

static struct guess arithmetic(int kind, struct guess a, struct guess b)
{
	int64_t x, y, n, d;
	if (a.kind != NUMBER || b.kind != NUMBER)
		return (struct guess){0};
	bool over = __builtin_mul_overflow(a.den, b.den, &d);
	if (kind == E_MUL || kind == E_PERCENT) {
		over |= __builtin_mul_overflow(a.num, b.num, &n);
		over |= kind == E_PERCENT && __builtin_mul_overflow(d, 100, &d);
		return number(n, d, over);
	}
	over |= __builtin_mul_overflow(a.num, b.den, &x) || __builtin_mul_overflow(b.num, a.den, &y);
	over |= !over && (kind == E_ADD ? __builtin_add_overflow(x, y, &n) : __builtin_sub_overflow(x, y, &n));
	return over ? (struct guess){0} : number(n, d, false);
}

static struct guess compared(int op, struct guess a, struct guess b)
{
	struct guess diff = arithmetic(E_SUB, a, b);
	if (diff.kind != NUMBER)
		return (struct guess){0};
	int64_t n = diff.num;
	switch (op) {
	case CMP_GE: return truth(n >= 0);
	case CMP_GT: return truth(n > 0);
	case CMP_EQ: return truth(n == 0);
	case CMP_LT: return truth(n < 0);
	default: return truth(n <= 0);
	}
}

static struct guess without_voters(const struct syn *t)
{
	struct guess a = {0};
	switch (t->kind) {
	case S_NAME: return number(0, 1, false); /* voters, or a ballot */
	case E_CONST: return t->value.kind == V_INT ? number(t->value.i, 1, false) : a;
	case E_FRACTION: return arithmetic(E_MUL, number(t->num, t->den, false), without_voters(t->kids[0]));
	case E_ADD:
	case E_SUB:
	case E_MUL:
	case E_PERCENT: return arithmetic(t->kind, without_voters(t->kids[0]), without_voters(t->kids[1]));
	case C_CMP: return compared(t->op, without_voters(t->kids[0]), without_voters(t->kids[1]));
	case C_NOT: a = without_voters(t->kids[0]); return a.kind == TRUTH ? truth(!a.truth) : a;
	case C_AND:
	case C_OR: {
		bool decides = t->kind == C_OR, open = false;
		for (uint32_t i = 0; i < t->n; i++) {
			a = without_voters(t->kids[i]);
			if (a.kind == TRUTH && a.truth == decides)
				return a;
			open |= a.kind != TRUTH;
		}
		return open ? (struct guess){0} : truth(!decides);
	}
	default: return a;
	}
}

static void warn_no_voters(struct loader *l)
{
	for (size_t i = 0; i < l->syntax.statements.n; i++) {
		const struct statement *st = l->syntax.statements.v[i];
		if (st->construct != CONSTRUCT_DECISION)
			continue;
		struct guess g = without_voters(st->adopted);
		if (g.kind == TRUTH && g.truth)
			warn(l, st->head, st->adopted->at,
				"with no voters at all %.*s is adopted; add \"and voters >= 1\"",
				NAME_ARG(l, st->atom->name));
	}
}

/* ---- dates ----------------------------------------------------------------------------------- */

static bool is_months(const struct node *n)
{
	return n->kind == E_CONST && n->value.kind == V_SPAN && n->value.span.unit >= SPAN_MONTH && n->value.span.n > 0;
}

static bool rounds_to_month(const struct node *n)
{
	const struct node *by = n->kids[1];
	return by->kind == E_CONST && by->value.kind == V_WORD && by->value.s != ROUND_EXACT;
}

/* May the date fall on day 29, 30 or 31? */
static bool falls_late(const struct node *n)
{
	int y, m, d = 29;
	switch (n->kind) {
	case E_CONST:
		if (n->value.kind == V_DATE)
			date_split(n->value.t, &y, &m, &d);
		return d > 28;
	case E_MONTH_AFTER:
	case E_MONTH_OF: return false;
	case E_ROUNDED: return !rounds_to_month(n) || n->kids[1]->value.s == ROUND_MONTH_END;
	case E_ADD:
	case E_SUB: return !is_months(n->kids[1]) || falls_late(n->kids[0]);
	default: return true;
	}
}

/* `settled`: only the month of the result counts, so that a day too many does no harm. */
static bool sums_late_months(const struct node *n, bool settled)
{
	bool sum = n->kind == E_ADD || n->kind == E_SUB;
	if (sum && !settled && is_months(n->kids[1]) && falls_late(n->kids[0]))
		return true;
	bool month = n->kind == E_MONTH_AFTER || n->kind == E_MONTH_OF || n->kind == E_MONTH_END ||
		     (n->kind == E_ROUNDED && rounds_to_month(n));
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i] && sums_late_months(n->kids[i], month))
			return true;
	return false;
}

static void warn_dates(struct loader *l, const struct rule *r)
{
	const struct node *parts[] = {r->trigger.cond, r->cond, r->value, r->effect};
	bool late = false;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		late |= parts[i] && sums_late_months(parts[i], false);
	if (late)
		warn_rule(l, r, "month sum on a base that may fall on day 29, 30 or 31 (rule %.*s)",
			NAME_ARG(l, r->label));
	if (r->effect && !r->still_so && l->rules.v[r->order]->trigger.word == ONCE)
		warn_rule(l, r,
			"pending effect of rule %.*s stands even if its condition ends (\"regardless\" after \"once\")",
			NAME_ARG(l, r->label));
}

/* ---- unused ---------------------------------------------------------------------------------- */

static void mark_read(const struct node *n, bool *read)
{
	if (n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT)
		read[n->fact] = true;
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i])
			mark_read(n->kids[i], read);
}

/* Of an included vocabulary one uses what one needs; only what is read and never set is told there too. */
static void warn_unused(struct loader *l)
{
	const struct rulebook *rb = l->rb;
	bool *used = arena_array(&l->scratch, rb->acts.n, bool), *read = arena_array(&l->scratch, rb->facts.n, bool);
	for (size_t i = 0; i < rb->rules.n; i++) {
		const struct rule *r = &rb->rules.v[i];
		const struct node *parts[] = {r->trigger.cond, r->trigger.span, r->cond, r->value, r->effect};
		if (r->form != RULE_DEFINITION && r->trigger.kind == TRIGGER_ACT)
			used[r->trigger.act] = true;
		for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
			if (parts[k])
				mark_read(parts[k], read);
	}
	for (size_t i = 0; i < rb->acts.n; i++)
		if (!used[i] && rb->acts.v[i].at.file == 0)
			warn(l, NULL, rb->acts.v[i].at, "act %.*s is used by no rule", NAME_ARG(l, rb->acts.v[i].name));
	for (size_t i = 0; i < rb->facts.n; i++)
		if (rb->facts.v[i].form == FACT_UNSET && !rb->facts.v[i].construct && (read[i] || rb->facts.v[i].at.file == 0))
			warn(l, NULL, rb->facts.v[i].at, "fact %.*s is never set", NAME_ARG(l, rb->facts.v[i].name));
}

void warn_all(struct loader *l)
{
	for (size_t i = 0; i < l->rb->facts.n; i++) {
		const struct fact *f = &l->rb->facts.v[i];
		for (uint32_t k = 0; k < f->nrules; k++)
			warn_retired(l, f, &l->rb->rules.v[f->rules[k]]);
		warn_conflicts(l, f);
	}
	for (size_t i = 0; i < l->rb->rules.n; i++) {
		warn_dates(l, &l->rb->rules.v[i]);
		warn_values(l, &l->rb->rules.v[i]);
	}
	warn_no_voters(l);
	warn_unused(l);
	warn_never_applies(l);
	warn_lasting(l);
}
