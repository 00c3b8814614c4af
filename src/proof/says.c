/* SPDX-License-Identifier: Apache-2.0
 *
 * A text against a condition: the text must be what the rule says, with values in the place of variables. Where a variable is open and the
 * text has a value, the text binds it: so the file says which way of making a condition true it means.
 */
#include "proof/reasons.h"

#include <string.h>

enum { TEXT_CUT = 1900, MAX_ITEMS = 12 }; /* longer texts may end in " ..." */

struct scan {
	struct ck_walk *w;
	struct ck_cx *c;
	struct str rest;
	size_t length;
	uint64_t own; /* of the quantifiers around: these stay open */
	bool cut, bad;
};

static void form(struct scan *s, const struct ck_form *f);

static void lit(struct scan *s, struct str what)
{
	if (s->bad || s->cut)
		return;
	if (str_starts(s->rest, what))
		s->rest = str_slice(s->rest, what.n, s->rest.n);
	else if (s->length > TEXT_CUT && str_eq(s->rest, STR(" ...")))
		s->cut = true;
	else
		s->bad = true;
}

static void lits(struct scan *s, const char *what)
{
	lit(s, str_of(what));
}

static void value(struct scan *s, struct value v)
{
	struct buf b;
	buf_init(&b, MAX_STRING + 3);
	if (v.kind == V_ENTITY)
		buf_addc(&b, '"');
	value_print(&s->w->b->rb->syms, v, &b);
	if (v.kind == V_ENTITY)
		buf_addc(&b, '"');
	lit(s, buf_str(&b));
	buf_done(&b);
}

static size_t run_of(struct str s, const char *more)
{
	size_t n = 0;
	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || strchr(more, s.p[n])))
		n++;
	return n;
}

/* A value as it stands in the text. */
static bool read_value(struct scan *s, struct value *ret)
{
	struct str r = s->rest, token;
	uint64_t number;
	size_t n;
	if (r.n && r.p[0] == '"') {
		const char *end = memchr(r.p + 1, '"', r.n - 1);
		if (!end)
			return false;
		token = str_slice(r, 1, (size_t)(end - r.p));
		*ret = (struct value){.kind = V_ENTITY, .s = syms_intern(&s->w->b->rb->syms, token)};
		s->rest = str_slice(r, token.n + 2, r.n);
		return true;
	}
	*ret = VALUE_NONE;
	bool minus = r.n && r.p[0] == '-';
	n = run_of(r, minus ? "-" : "-:T");
	token = str_slice(r, 0, n);
	if (n && date_parse(token, &ret->t)) {
		ret->kind = V_DATE;
	} else if (n && str_u64(str_slice(token, minus, n), &number) && number < (uint64_t)1 << 62) {
		size_t unit = n + 1; /* "3 months" */
		while (unit < r.n && r.p[unit] >= 'a' && r.p[unit] <= 'z')
			unit++;
		*ret = (struct value){.kind = V_INT, .i = minus ? -(int64_t)number : (int64_t)number};
		struct span span;
		if (r.n > n && r.p[n] == ' ' && span_parse(str_slice(r, 0, unit), &span)) {
			*ret = (struct value){.kind = V_SPAN, .span = span};
			n = unit;
		}
	} else {
		n = 0;
		while (n < r.n && ((r.p[n] >= 'a' && r.p[n] <= 'z') || r.p[n] == '_' || (n && r.p[n] >= '0' && r.p[n] <= '9')))
			n++;
		token = str_slice(r, 0, n);
		if (!n)
			return false;
		*ret = str_eq(token, STR("none"))  ? VALUE_NONE
		       : str_eq(token, STR("yes")) ? VALUE_YES
						   : (struct value){.kind = V_WORD, .s = syms_intern(&s->w->b->rb->syms, token)};
	}
	s->rest = str_slice(r, n, r.n);
	return true;
}

static void var(struct scan *s, uint32_t v)
{
	struct value x;
	if (s->bad || s->cut)
		return;
	if (s->c->s.bound & ck_bit(v)) {
		value(s, s->c->s.env[v]);
	} else if (s->own & ck_bit(v) || (s->rest.n && s->rest.p[0] >= 'A' && s->rest.p[0] <= 'Z')) {
		lit(s, ck_name(s->w->b, s->c->w->vars[v]));
	} else if (s->length > TEXT_CUT && str_eq(s->rest, STR(" ..."))) {
		s->cut = true;
	} else if (read_value(s, &x)) {
		s->c->s.env[v] = x;
		s->c->s.bound |= ck_bit(v);
	} else {
		s->bad = true;
	}
}

static void term(struct scan *s, struct ck_term t)
{
	if (t.kind == CK_VAR)
		var(s, t.var);
	else
		value(s, t.value);
}

static void atom(struct scan *s, const struct ck_form *f)
{
	lit(s, ck_name(s->w->b, s->w->b->facts.v[f->fact].name));
	lits(s, "(");
	for (uint32_t i = 0; i < f->nargs; i++) {
		lits(s, i ? ", " : "");
		term(s, f->args[i]);
	}
	lits(s, ")");
}

static void terms(struct scan *s, const struct ck_form *f)
{
	lits(s, f->negated ? " is not " : " is ");
	for (uint32_t i = 0; i < f->nterms; i++) {
		lits(s, i ? " or " : "");
		term(s, f->terms[i]);
	}
}

static void in_brackets(struct scan *s, const struct ck_form *f)
{
	bool b = f->kind == C_AND || f->kind == C_OR || f->kind == C_CMP || f->kind == E_ADD || f->kind == E_SUB || f->kind == E_MUL ||
		 f->kind == E_PERCENT || f->kind == E_ROUNDED;
	lits(s, b ? "(" : "");
	form(s, f);
	lits(s, b ? ")" : "");
}

static void joined(struct scan *s, const struct ck_form *f, const char *word)
{
	for (uint32_t i = 0; i < f->nkids; i++) {
		lits(s, i ? word : "");
		if (f->kind == C_AND && f->kids[i]->kind == C_OR)
			in_brackets(s, f->kids[i]);
		else
			form(s, f->kids[i]);
	}
}

static void items(struct scan *s, const struct ck_form *f)
{
	if (f->set && f->nitems) {
		lit(s, ck_name(s->w->b, f->set));
		return;
	}
	lits(s, "{");
	for (uint32_t i = 0; i < f->nitems && i < MAX_ITEMS; i++) {
		lits(s, i ? ", " : "");
		value(s, (struct value){.kind = V_ENTITY, .s = f->items[i]});
	}
	lits(s, f->nitems > MAX_ITEMS ? ", ...}" : "}");
}

static void binder(struct scan *s, const struct ck_form *f)
{
	var(s, f->var);
	if (!f->kids[0])
		return;
	lits(s, " with ");
	in_brackets(s, f->kids[0]);
}

static void infix(struct scan *s, const struct ck_form *f, const char *op)
{
	bool product = f->kind == E_MUL || f->kind == E_PERCENT;
	for (uint32_t i = 0; i < 2; i++) {
		const struct ck_form *kid = f->kids[i];
		bool sum = kid->kind == E_ADD || kid->kind == E_SUB || kid->kind == E_ROUNDED;
		lits(s, i ? op : "");
		if (sum && (product || (i && f->kind == E_SUB)))
			in_brackets(s, kid);
		else
			form(s, kid);
	}
}

static void quantity(struct scan *s, const struct ck_form *f)
{
	if (f->word) { /* a decision counts by its own words */
		lit(s, ck_name(s->w->b, f->word));
		return;
	}
	lits(s, f->kind == E_COUNT ? "count of " : "sum of ");
	if (f->kind == E_SUM) {
		form(s, f->kids[1]);
		lits(s, " of ");
	}
	binder(s, f);
}

static void worded(struct scan *s, const char *words, const struct ck_form *f)
{
	lits(s, words);
	form(s, f->kids[0]);
}

static void fraction(struct scan *s, const struct ck_form *f)
{
	char text[64];
	(void)snprintf(text, sizeof text, "%lld/%lld of ", (long long)f->num, (long long)f->den);
	lits(s, text);
	in_brackets(s, f->kids[0]);
}

static void form(struct scan *s, const struct ck_form *f)
{
	static const char *const cmp[] = {" >= ", " > ", " = ", " < ", " <= "};
	if (s->bad || s->cut)
		return;
	s->own |= f->own;
	switch ((enum node_kind)f->kind) {
	case C_AND: joined(s, f, " and "); break;
	case C_OR: joined(s, f, " or "); break;
	case C_NOT:
		lits(s, "not ");
		in_brackets(s, f->kids[0]);
		break;
	case C_HOLDS:
	case E_FACT: atom(s, f); break;
	case C_IS:
		atom(s, f);
		terms(s, f);
		break;
	case C_VAR_IS:
		var(s, f->var);
		terms(s, f);
		break;
	case C_IN:
		var(s, f->var);
		lits(s, " in ");
		items(s, f);
		break;
	case C_SOME:
		lits(s, "some ");
		binder(s, f);
		break;
	case C_EVERY:
		lits(s, "every ");
		binder(s, f);
		lits(s, " has ");
		in_brackets(s, f->kids[1]);
		break;
	case C_CMP: infix(s, f, cmp[f->op]); break;
	case C_REACHED: worded(s, "reached ", f); break;
	case C_PASSED: worded(s, "passed ", f); break;
	case E_CONST: value(s, f->value); break;
	case E_VAR: var(s, f->var); break;
	case E_ADD: infix(s, f, " + "); break;
	case E_SUB: infix(s, f, " - "); break;
	case E_MUL: infix(s, f, " * "); break;
	case E_PERCENT: infix(s, f, " percent of "); break;
	case E_ROUNDED: infix(s, f, " rounded by "); break;
	case E_FRACTION: fraction(s, f); break;
	case E_MONTH_AFTER: worded(s, "first of month after ", f); break;
	case E_MONTH_OF: worded(s, "first of month of ", f); break;
	case E_MONTH_END: worded(s, "end of month of ", f); break;
	case E_LATER:
	case E_EARLIER:
		worded(s, f->kind == E_LATER ? "later of " : "earlier of ", f);
		lits(s, " and ");
		form(s, f->kids[1]);
		break;
	case E_THAT_DAY: lits(s, "that day"); break;
	case E_THAT_INSTANT: lits(s, "that instant"); break;
	case E_COUNT:
	case E_SUM: quantity(s, f); break;
	}
}

bool ck_says(struct ck_walk *w, struct str text, struct ck_cx *c, const struct ck_form *f)
{
	struct ck_cx found = *c;
	struct scan s = {.w = w, .c = &found, .rest = text, .length = text.n};
	form(&s, f);
	if (s.bad || (!s.cut && s.rest.n))
		return false;
	*c = found;
	return true;
}

bool ck_text(struct ck_walk *w, const struct ck_node *n, struct ck_cx *c, const struct ck_form *f)
{
	return ck_says(w, n->text, c, f) || ck_fail(w, n, "its text is not what the rule says there", "the rule was misquoted, or a value in it was changed");
}

bool ck_text_as_is(struct ck_walk *w, const struct ck_node *n, const struct ck_cx *c, const struct ck_form *f)
{
	struct ck_cx found = *c;
	if (!ck_text(w, n, &found, f))
		return false;
	return found.s.bound == c->s.bound || ck_fail(w, n, "its text names something that the rule leaves open there", "the rule was misquoted");
}
