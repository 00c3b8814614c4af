/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions: cond, conj, lit, simple, is, binder. A condition and an expression may begin alike (a bracket, an atom, a
 * name), so a literal is read as an expression first, and what follows it decides.
 */
#include "rules/parse.h"

#include <string.h>

/* ---- trees ----------------------------------------------------------------------------------- */

bool enter(struct parser *p)
{
	if (++p->depth > MAX_NESTING)
		syntax_error(p, "nested too deeply: more than %d steps inside each other", MAX_NESTING);
	return !p->panic;
}

void leave(struct parser *p)
{
	p->depth--;
}

static struct syn *finish(struct parser *p, int kind, struct place at, uint32_t from, struct syn **kids, size_t n)
{
	struct syn *s = arena_new(&p->l->scratch, struct syn);
	s->kind = (uint8_t)kind;
	s->at = at;
	s->from = from;
	s->to = end_byte(p);
	s->kids = kids;
	s->n = (uint16_t)n;
	for (size_t i = 0; i < n; i++)
		if (kids[i] && kids[i]->depth >= s->depth)
			s->depth = (uint8_t)(kids[i]->depth + 1);
	if (s->depth > MAX_DEPTH) { /* a long sum is as deep as it is long */
		s->depth = MAX_DEPTH;
		syntax_error(p, "too long: more than %d steps in one expression", MAX_DEPTH);
	}
	return s;
}

struct syn *syn_new(struct parser *p, int kind, struct place at, uint32_t from, unsigned n, ...)
{
	struct syn **kids = arena_array(&p->l->scratch, n, struct syn *);
	va_list ap;
	va_start(ap, n);
	for (unsigned i = 0; i < n; i++)
		kids[i] = va_arg(ap, struct syn *);
	va_end(ap);
	return finish(p, kind, at, from, kids, n);
}

struct syn *syn_list(struct parser *p, int kind, struct place at, uint32_t from, struct syn **kids, size_t n)
{
	if (n > MAX_KIDS) {
		syntax_error(p, "more than %d members in one list", MAX_KIDS);
		n = MAX_KIDS;
	}
	return finish(p, kind, at, from, arena_copy(&p->l->scratch, kids, n * sizeof *kids), n);
}

/* ---- names and values in conditions ---------------------------------------------------------- */

/* term = NAME | STRING | INT | DATE | "none" */
struct syn *parse_term(struct parser *p)
{
	const struct token *t = peek(p, 0);
	struct place at = here(p);
	struct value v = VALUE_NONE;
	switch (t->kind) {
	case TOKEN_STRING: v = (struct value){.kind = V_ENTITY, .s = t->name}; break;
	case TOKEN_INT: v = (struct value){.kind = V_INT, .i = t->num}; break;
	case TOKEN_DATE: v = (struct value){.kind = V_DATE, .t = t->date}; break;
	default: {
		sym name = expect_name(p, "a name or a value");
		struct syn *s = syn_new(p, name == KW_NONE ? S_NONE : S_NAME, at, t->from, 0);
		s->name = name;
		return s;
	}
	}
	(void)accept(p, t->kind);
	struct syn *s = syn_new(p, E_CONST, at, t->from, 0);
	s->value = v;
	return s;
}

/* Reading aid (b): does the `or` here go on with the list of values? Yes if a term follows that begins nothing else. */
static bool or_continues(const struct parser *p)
{
	const struct token *t = peek(p, 1), *after = peek(p, 2);
	if (!next_is_word(p, KW_OR))
		return false;
	if (t->kind != TOKEN_NAME && t->kind != TOKEN_STRING && t->kind != TOKEN_INT && t->kind != TOKEN_DATE)
		return false;
	if (after->kind == TOKEN_GE || after->kind == TOKEN_LE ||
		(after->kind > TOKEN_SIGN && strchr("(=<>+-*", after->kind - TOKEN_SIGN)))
		return false;
	if (after->kind != TOKEN_NAME) /* "reached 2020-01-01": nothing written out stands behind a value */
		return after->kind != TOKEN_DATE && after->kind != TOKEN_INT && after->kind != TOKEN_STRING;
	if (after->name == KW_IN || after->name == KW_IS || after->name == KW_PERCENT)
		return false;
	if (t->kind == TOKEN_INT)
		return after->name < KW_MINUTE || after->name > KW_YEARS;
	if (t->kind != TOKEN_NAME)
		return true;
	switch (t->name) { /* what would not be a value here, but the beginning of a condition */
	case KW_NOT:
	case KW_REACHED:
	case KW_PASSED: return false;
	case KW_SOME:
	case KW_EVERY: return !is_variable(p->l, after->name);
	case KW_THAT: return after->name != KW_DAY && after->name != KW_INSTANT;
	case KW_COUNT:
	case KW_SUM:
	case KW_FIRST:
	case KW_END:
	case KW_LATER:
	case KW_EARLIER: return after->name != KW_OF;
	default: return true;
	}
}

/* is = "is" [ "not" ] term { "or" term } */
static struct syn *parse_is(struct parser *p, struct syn *subject)
{
	struct syn_list_room kids = {0};
	arena_push(&p->l->scratch, &kids, subject);
	expect_word(p, KW_IS);
	bool negated = accept_word(p, KW_NOT);
	arena_push(&p->l->scratch, &kids, parse_term(p));
	while (or_continues(p)) {
		(void)accept_word(p, KW_OR);
		arena_push(&p->l->scratch, &kids, parse_term(p));
	}
	struct syn *s = syn_list(p, C_IS, subject->at, subject->from, kids.v, kids.n);
	s->negated = negated;
	return s;
}

/* "in" setx.   setx = NAME | "{" STRING { "," STRING } "}" */
static struct syn *parse_in(struct parser *p, struct syn *subject)
{
	struct {
		sym *v;
		size_t n, cap;
	} items = {0};
	sym set = 0;
	expect_word(p, KW_IN);
	if (accept(p, SIGN('{'))) {
		do {
			const struct token *t = peek(p, 0);
			expect(p, TOKEN_STRING, "an entity in quotes");
			if (!p->panic)
				arena_push(&p->l->scratch, &items, t->name);
		} while (accept(p, SIGN(',')));
		expect(p, SIGN('}'), ", or }");
	} else {
		set = expect_name(p, "a set");
	}
	struct syn *s = syn_new(p, C_IN, subject->at, subject->from, 1, subject);
	s->name = set;
	s->items = items.v;
	s->nitems = (uint32_t)items.n;
	return s;
}

/* binder = NAME [ "in" setx ] [ "with" simple ]: fills the quantifier's variable and its condition, kid 0. */
struct syn *parse_binder(struct parser *p, struct syn *q)
{
	struct place at = here(p);
	uint32_t from = peek(p, 0)->from;
	q->name = expect_name(p, "a variable");
	if (!p->panic && !is_variable(p->l, q->name))
		syntax_error(p, "a variable starts with a capital: %.*s does not", NAME_ARG(p->l, q->name));
	struct syn *in = NULL, *with = NULL;
	if (next_is_word(p, KW_IN)) {
		struct syn *var = syn_new(p, S_NAME, at, from, 0);
		var->name = q->name;
		in = parse_in(p, var);
	}
	if (next_is_word(p, KW_WITH) && !word_at(p, 1, KW_EFFECT)) { /* reading aid (c) */
		(void)accept_word(p, KW_WITH);
		with = parse_simple(p);
	}
	q->kids[0] = in && with ? syn_new(p, C_AND, at, from, 2, in, with) : in ? in : with;
	return q;
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* "some" binder | "every" binder "has" simple */
static struct syn *parse_quantified(struct parser *p, bool every)
{
	struct place at = here(p);
	uint32_t from = peek(p, 0)->from;
	p->tok++;
	struct syn *q = syn_new(p, every ? C_EVERY : C_SOME, at, from, every ? 2 : 1, NULL, NULL);
	parse_binder(p, q);
	if (every) {
		expect_word(p, KW_HAS);
		q->kids[1] = parse_simple(p);
	}
	struct syn *whole = syn_list(p, q->kind, at, from, q->kids, q->n); /* now that its depth and end are known */
	whole->name = q->name;
	return whole;
}

/* simple = "not" simple | "(" cond ")" | atom [ is ] | NAME is | NAME "in" setx
 *        | "some" binder | "every" binder "has" simple | "reached" expr | "passed" expr */
struct syn *parse_simple(struct parser *p)
{
	struct place at = here(p);
	uint32_t from = peek(p, 0)->from;
	struct syn *s;
	if (!enter(p))
		return syn_new(p, S_NONE, at, from, 0);
	if (accept_word(p, KW_NOT)) {
		s = syn_new(p, C_NOT, at, from, 1, parse_simple(p));
	} else if (next_is_word(p, KW_SOME) || next_is_word(p, KW_EVERY)) {
		s = parse_quantified(p, next_is_word(p, KW_EVERY));
	} else if (next_is_word(p, KW_REACHED) || next_is_word(p, KW_PASSED)) {
		int kind = accept_word(p, KW_REACHED) ? C_REACHED : C_PASSED;
		p->tok += kind == C_PASSED;
		s = syn_new(p, kind, at, from, 1, parse_expr(p));
	} else if (accept(p, SIGN('('))) {
		s = parse_cond(p);
		expect(p, SIGN(')'), ")");
	} else {
		s = at_atom(p) ? parse_atom(p) : parse_term(p);
		if (next_is_word(p, KW_IS))
			s = parse_is(p, s);
		else if (s->kind == S_NAME && next_is_word(p, KW_IN))
			s = parse_in(p, s);
	}
	leave(p);
	return s;
}

static int comparison(const struct parser *p)
{
	static const struct {
		uint16_t token;
		enum cmp op;
	} signs[] = {
		{TOKEN_GE, CMP_GE}, {SIGN('>'), CMP_GT}, {SIGN('='), CMP_EQ}, {SIGN('<'), CMP_LT}, {TOKEN_LE, CMP_LE}};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (next_is(p, signs[i].token))
			return (int)signs[i].op;
	return -1;
}

static bool begins_simple(const struct parser *p)
{
	return next_is_word(p, KW_NOT) || next_is_word(p, KW_SOME) || next_is_word(p, KW_EVERY) ||
	       next_is_word(p, KW_REACHED) || next_is_word(p, KW_PASSED);
}

/* lit = expr cmp expr | simple */
static struct syn *parse_lit(struct parser *p)
{
	struct place at = here(p);
	uint32_t from = peek(p, 0)->from;
	bool simple = begins_simple(p);
	struct syn *s = simple ? parse_simple(p) : parse_expr(p);
	int op = comparison(p);
	if (op >= 0 && simple) {
		syntax_error(p, "a comparison cannot follow here");
		syntax_hint(p, "a negated comparison needs brackets: not (A >= B)");
	} else if (op >= 0) {
		p->tok++;
		s = syn_new(p, C_CMP, at, from, 2, s, parse_expr(p));
		s->op = (uint8_t)op;
	} else if (!simple && next_is_word(p, KW_IS)) {
		s = parse_is(p, s);
	} else if (s->kind == S_NAME && next_is_word(p, KW_IN)) {
		s = parse_in(p, s);
	}
	return s;
}

static struct syn *parse_joined(struct parser *p, enum keyword word, int kind, struct syn *(*part)(struct parser *))
{
	struct place at = here(p);
	uint32_t from = peek(p, 0)->from;
	struct syn *first = part(p);
	if (!next_is_word(p, word))
		return first;
	struct syn_list_room kids = {0};
	arena_push(&p->l->scratch, &kids, first);
	while (accept_word(p, word))
		arena_push(&p->l->scratch, &kids, part(p));
	return syn_list(p, kind, at, from, kids.v, kids.n);
}

/* conj = lit { "and" lit } */
static struct syn *parse_conj(struct parser *p)
{
	return parse_joined(p, KW_AND, C_AND, parse_lit);
}

/* cond = conj { "or" conj } */
struct syn *parse_cond(struct parser *p)
{
	struct place at = here(p);
	if (!enter(p))
		return syn_new(p, S_NONE, at, 0, 0);
	struct syn *s = parse_joined(p, KW_OR, C_OR, parse_conj);
	leave(p);
	return s;
}
