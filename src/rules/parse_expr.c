/* SPDX-License-Identifier: Apache-2.0
 *
 * Expressions: expr, mul, prim, atom. Patterns of acts are atoms too: whether a name is an act or a fact is known only
 * when all declarations are.
 */
#include "rules/parse.h"

bool at_atom(const struct parser *p)
{
	return next_is(p, TOKEN_NAME) && peek(p, 1)->kind == SIGN('(');
}

bool at_span(const struct parser *p)
{
	const struct token *unit = peek(p, 1);
	return next_is(p, TOKEN_INT) && unit->kind == TOKEN_NAME && unit->name >= KW_MINUTE && unit->name <= KW_YEARS &&
	       peek(p, 2)->kind != SIGN('(');
}

/* SPAN = INT UNIT */
static struct syn *parse_span(struct parser *p)
{
	struct place at = here(p);
	const struct token *n = p->tok++, *unit = p->tok++;
	struct syn *s = syn_new(p, E_CONST, at, n->from, 0);
	if (n->num > UINT32_MAX)
		syntax_error(p, "this span is too long");
	s->value = (struct value){
		.kind = V_SPAN, .span = {(uint32_t)n->num, (enum span_unit)((unsigned)(unit->name - KW_MINUTE) / 2)}};
	return s;
}

/* atom = NAME "(" [ term { "," term } ] ")", pattern likewise with [ NAME ":" ] ( term | "_" ) */
struct syn *parse_atom(struct parser *p)
{
	struct place at = here(p);
	uint32_t from = peek(p, 0)->from;
	sym name = expect_name(p, "the name of an act or fact");
	struct syn *args[MAX_ARGS];
	sym arg_names[MAX_ARGS];
	size_t n = 0;
	bool any_named = false;
	if (!p->panic && name >= KW_AFTER && name <= KW_WITH)
		syntax_error(p, "%.*s is a word of the language and names no act or fact", NAME_ARG(p->l, name));
	expect(p, SIGN('('), "(");
	if (!next_is(p, SIGN(')'))) {
		do {
			if (n == MAX_ARGS) {
				syntax_error(p, "more than %d arguments", MAX_ARGS);
				break;
			}
			bool named = next_is(p, TOKEN_NAME) && peek(p, 1)->kind == SIGN(':');
			arg_names[n] = named ? peek(p, 0)->name : 0;
			any_named |= named;
			p->tok += named ? 2 : 0;
			if (next_is_word(p, KW_ANY)) {
				struct place arg_at = here(p);
				p->tok++;
				args[n++] = syn_new(p, S_ANY, arg_at, p->tok[-1].from, 0);
			} else {
				args[n++] = parse_term(p);
			}
		} while (accept(p, SIGN(',')));
	}
	expect(p, SIGN(')'), ", or )");
	struct syn *s = syn_list(p, S_ATOM, at, from, args, n);
	s->name = name;
	if (any_named)
		s->arg_names = arena_copy(&p->l->scratch, arg_names, n * sizeof *arg_names);
	return s;
}

/* "first" "of" "month" ( "after" | "of" ) expr | "end" "of" "month" "of" expr.
 * Reading aid (d): the longest expression. */
static struct syn *parse_month(struct parser *p, struct place at, uint32_t from)
{
	bool first = accept_word(p, KW_FIRST);
	int kind = E_MONTH_END;
	p->tok += !first && !p->panic;
	expect_word(p, KW_OF);
	expect_word(p, KW_MONTH);
	if (first)
		kind = accept_word(p, KW_AFTER) ? E_MONTH_AFTER : E_MONTH_OF;
	if (kind != E_MONTH_AFTER)
		expect_word(p, KW_OF);
	return syn_new(p, kind, at, from, 1, parse_expr(p));
}

/* ( "later" | "earlier" ) "of" expr "and" expr. Reading aid (e): the first `and` belongs to it. */
static struct syn *parse_later(struct parser *p, struct place at, uint32_t from)
{
	int kind = next_is_word(p, KW_LATER) ? E_LATER : E_EARLIER;
	p->tok++;
	expect_word(p, KW_OF);
	struct syn *a = parse_expr(p);
	expect_word(p, KW_AND);
	return syn_new(p, kind, at, from, 2, a, parse_expr(p));
}

/* "count" "of" binder | "sum" "of" ( atom | NAME ) "of" binder. Reading aid (h): a bare w of S is w(S). */
static struct syn *parse_quantity(struct parser *p, struct place at, uint32_t from)
{
	bool sum = next_is_word(p, KW_SUM);
	struct syn *weight = NULL;
	p->tok++;
	expect_word(p, KW_OF);
	bool bare = false;
	if (sum) {
		bare = !at_atom(p);
		weight = bare ? parse_term(p) : parse_atom(p);
		expect_word(p, KW_OF);
	}
	struct syn *q = syn_new(p, sum ? E_SUM : E_COUNT, at, from, sum ? 2 : 1, NULL, weight);
	struct place var_at = here(p);
	uint32_t var_from = peek(p, 0)->from;
	parse_binder(p, q);
	if (bare) {
		struct syn *var = syn_new(p, S_NAME, var_at, var_from, 0);
		var->name = q->name;
		q->kids[1] = syn_new(p, S_ATOM, weight->at, weight->from, 1, var);
		q->kids[1]->name = weight->name;
		q->kids[1]->to = weight->to;
		if (weight->kind != S_NAME)
			syntax_error(p, "after \"sum of\" stands a fact");
	}
	struct syn *whole = syn_list(p, q->kind, at, from, q->kids, q->n);
	whole->name = q->name;
	return whole;
}

/* Does word w, followed by `then`, begin a construction here? */
static bool at_words(const struct parser *p, enum keyword w, enum keyword then)
{
	return next_is_word(p, w) && word_at(p, 1, then);
}

/* prim = INT | SPAN | DATE | "that" ( "day" | "instant" ) | first ... | end ... | later ... | earlier ... | count ...
 *      | sum ... | atom | NAME | STRING | "(" expr ")" */
struct syn *parse_prim(struct parser *p)
{
	struct place at = here(p);
	uint32_t from = peek(p, 0)->from;
	struct syn *s;
	if (!enter(p))
		return syn_new(p, S_NONE, at, from, 0);
	if (accept(p, SIGN('('))) {
		/* A condition in brackets begins like this too; whoever uses it knows which it must be. */
		s = parse_cond(p);
		expect(p, SIGN(')'), ")");
	} else if (at_span(p)) {
		s = parse_span(p);
	} else if (at_words(p, KW_THAT, KW_DAY) || at_words(p, KW_THAT, KW_INSTANT)) {
		int kind = word_at(p, 1, KW_DAY) ? E_THAT_DAY : E_THAT_INSTANT;
		p->tok += 2;
		s = syn_new(p, kind, at, from, 0);
	} else if (at_words(p, KW_FIRST, KW_OF) || at_words(p, KW_END, KW_OF)) {
		s = parse_month(p, at, from);
	} else if (at_words(p, KW_LATER, KW_OF) || at_words(p, KW_EARLIER, KW_OF)) {
		s = parse_later(p, at, from);
	} else if (at_words(p, KW_COUNT, KW_OF) || at_words(p, KW_SUM, KW_OF)) {
		s = parse_quantity(p, at, from);
	} else if (at_atom(p)) {
		s = parse_atom(p);
	} else {
		s = parse_term(p);
	}
	leave(p);
	return s;
}

/* mul = FRACTION "of" mul | prim [ "*" prim | "percent" "of" mul ] */
static struct syn *parse_mul(struct parser *p)
{
	struct place at = here(p);
	const struct token *t = peek(p, 0);
	struct syn *s;
	if (!enter(p))
		return syn_new(p, S_NONE, at, t->from, 0);
	if (accept(p, TOKEN_FRACTION)) {
		const struct token *over = p->tok++;
		expect_word(p, KW_OF);
		s = syn_new(p, E_FRACTION, at, t->from, 1, parse_mul(p));
		s->num = t->num;
		s->den = over->num;
	} else {
		s = parse_prim(p);
		if (accept(p, SIGN('*'))) {
			s = syn_new(p, E_MUL, at, t->from, 2, s, parse_prim(p));
		} else if (accept_word(p, KW_PERCENT)) {
			expect_word(p, KW_OF);
			s = syn_new(p, E_PERCENT, at, t->from, 2, s, parse_mul(p));
		}
	}
	leave(p);
	return s;
}

/* expr = mul { ( "+" | "-" ) mul } [ "rounded" "by" prim ] */
struct syn *parse_expr(struct parser *p)
{
	struct place at = here(p);
	uint32_t from = peek(p, 0)->from;
	struct syn *s = parse_mul(p);
	while (next_is(p, SIGN('+')) || next_is(p, SIGN('-'))) {
		int kind = accept(p, SIGN('+')) ? E_ADD : E_SUB;
		p->tok += kind == E_SUB;
		s = syn_new(p, kind, at, from, 2, s, parse_mul(p));
	}
	if (accept_word(p, KW_ROUNDED)) {
		expect_word(p, KW_BY);
		s = syn_new(p, E_ROUNDED, at, from, 2, s, parse_prim(p));
	}
	return s;
}
