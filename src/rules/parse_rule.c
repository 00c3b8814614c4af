/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules and constructs: head, rule, oblig, proc, decis.
 */
#include "rules/parse.h"

/* ---- heads ----------------------------------------------------------------------------------- */

static void parse_window_end(struct parser *p, civil *end, civil unset, const char *word)
{
	const struct token *t = peek(p, 0);
	if (*end != unset)
		syntax_error(p, "%s is given twice", word);
	expect(p, TOKEN_DATE, "a date");
	if (!p->panic)
		*end = t->date;
}

static void parse_names(struct parser *p, struct syn_names *out, const char *what, bool by_comma)
{
	do {
		struct syn_name n = {.at = here(p)};
		n.name = expect_name(p, what);
		if (!p->panic)
			arena_push(&p->l->scratch, out, n);
	} while (by_comma ? accept(p, SIGN(',')) : accept_word(p, KW_OR));
}

static bool parse_head_option(struct parser *p, struct syn_head *h)
{
	if (accept_word(p, KW_RETROACTIVE)) {
		h->retroactive = true;
	} else if (accept_word(p, KW_FROM)) {
		parse_window_end(p, &h->from, CIVIL_ALWAYS, "from");
	} else if (accept_word(p, KW_UNTIL)) {
		parse_window_end(p, &h->until, CIVIL_NEVER, "until");
	} else if (accept_word(p, KW_OVERRIDES)) {
		parse_names(p, &h->overrides, "the label of a rule", true);
	} else if (accept_word(p, KW_IN)) {
		expect_word(p, KW_READING);
		parse_names(p, &h->readings, "the name of a reading", false);
	} else {
		return false;
	}
	return true;
}

/* head = NAME cites { "retroactive" | "from" DATE | "until" DATE | "overrides" ... | "in" "reading" ... } ":" */
static struct syn_head *parse_head(struct parser *p, const char *what)
{
	struct syn_head *h = arena_new(&p->l->scratch, struct syn_head);
	h->from_byte = p->tok[-1].from;
	h->at = (struct place){p->file, p->tok[-1].line, p->tok[-1].article};
	h->from = CIVIL_ALWAYS;
	h->until = CIVIL_NEVER;
	h->label = expect_name(p, "a label");
	p->head = h;
	parse_cites(p, &h->cites);
	if (h->cites.n == 0 && !p->panic) {
		complain(p->l, h, h->at, "%s %.*s has no citation", what, NAME_ARG(p->l, h->label));
		hint(p->l, "name its legal basis behind the label: [Source article]");
	}
	while (parse_head_option(p, h))
		;
	expect(p, SIGN(':'), ":");
	if (!p->panic && h->from >= h->until)
		complain(p->l, h, h->at, "%s %.*s applies at no time: its \"from\" is not before its \"until\"", what,
			NAME_ARG(p->l, h->label));
	return h;
}

static struct statement begin(struct parser *p, enum construct_kind construct, const char *what)
{
	struct statement s = {.construct = construct, .next_version = NO_ID};
	s.head = parse_head(p, what);
	s.atom = parse_atom(p);
	return s;
}

static void finish(struct parser *p, struct statement *s)
{
	s->to_byte = end_byte(p);
	s->order = (uint32_t)p->l->syntax.statements.n;
	if (!p->panic)
		arena_push(&p->l->scratch, &p->l->syntax.statements, arena_copy(&p->l->scratch, s, sizeof *s));
	else if (s->construct)
		p->l->syntax.broken = true; /* the facts it would have declared are missing */
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* trigger = "on" ( pattern | expr ) | "once" cond | "after" ( expr | expr "of" cond ) */
static struct syn_trigger parse_trigger(struct parser *p)
{
	struct syn_trigger t = {.at = here(p)};
	if (accept_word(p, KW_ON)) {
		t.word = ON;
		t.what = parse_expr(p);
	} else if (accept_word(p, KW_ONCE)) {
		t.word = ONCE;
		t.what = parse_cond(p);
	} else if (accept_word(p, KW_AFTER)) {
		t.word = AFTER;
		t.what = parse_expr(p);
		if (accept_word(p, KW_OF))
			t.cond = parse_cond(p);
	} else {
		syntax_error(p, "a trigger (on, once, after) is expected here");
		t.what = syn_new(p, S_NONE, t.at, 0, 0);
	}
	return t;
}

static struct syn *parse_if(struct parser *p)
{
	return accept_word(p, KW_IF) ? parse_cond(p) : NULL;
}

/* effect = "with" "effect" "from" expr ( "if" "still" "so" | "regardless" ) */
static void parse_effect(struct parser *p, struct statement *s)
{
	if (!accept_word(p, KW_WITH))
		return;
	expect_word(p, KW_EFFECT);
	expect_word(p, KW_FROM);
	s->effect = parse_expr(p);
	if (accept_word(p, KW_REGARDLESS)) {
		s->choice = REGARDLESS;
	} else if (accept_word(p, KW_IF)) {
		expect_word(p, KW_STILL);
		expect_word(p, KW_SO);
		s->choice = STILL_SO;
	}
}

/* Does a bare word stand here, and not the beginning of an expression? */
static bool at_value_word(const struct parser *p)
{
	static const enum keyword begins_expression[] = {KW_FIRST, KW_END, KW_LATER, KW_EARLIER, KW_COUNT, KW_SUM};
	if (!next_is(p, TOKEN_NAME) || at_atom(p))
		return false;
	if (next_is_word(p, KW_THAT))
		return !word_at(p, 1, KW_DAY) && !word_at(p, 1, KW_INSTANT);
	for (size_t i = 0; i < sizeof begins_expression / sizeof *begins_expression; i++)
		if (next_is_word(p, begins_expression[i]) && word_at(p, 1, KW_OF))
			return false;
	return !is_variable(p->l, peek(p, 0)->name);
}

/* change = "begins" | "ends" | "becomes" ( "none" | word | expr ) */
static void parse_change(struct parser *p, struct statement *s)
{
	if (accept_word(p, KW_BEGINS)) {
		s->change = BEGINS;
	} else if (accept_word(p, KW_ENDS)) {
		s->change = ENDS;
	} else {
		expect_word(p, KW_BECOMES);
		s->change = BECOMES;
		s->value = at_value_word(p) ? parse_term(p) : parse_expr(p);
	}
}

/* word | "none" */
static sym parse_word(struct parser *p, const char *what)
{
	sym word = expect_name(p, what);
	if (!p->panic && is_variable(p->l, word))
		syntax_error(p, "%s is a word in lower case: %.*s is not", what, NAME_ARG(p->l, word));
	return word;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* rule = "rule" head atom ( "holds" "while" cond | "is" "forbidden" "while" cond
 *                         | change trigger [ "if" cond ] [ effect ] ) */
void parse_rule(struct parser *p)
{
	struct statement s = begin(p, CONSTRUCT_NONE, "rule");
	if (accept_word(p, KW_HOLDS)) {
		s.form = RULE_DEFINITION;
		expect_word(p, KW_WHILE);
		s.cond = parse_cond(p);
	} else if (accept_word(p, KW_IS)) {
		s.form = RULE_FORBIDDEN;
		expect_word(p, KW_FORBIDDEN);
		expect_word(p, KW_WHILE);
		s.cond = parse_cond(p);
	} else {
		s.form = RULE_EFFECT;
		parse_change(p, &s);
		s.trigger = parse_trigger(p);
		s.cond = parse_if(p);
		parse_effect(p, &s);
	}
	finish(p, &s);
}

/* oblig = "obligation" head atom "arises" trigger [ "if" cond ] "due" expr "fulfilled" "on" pattern
 *         [ "waived" "on" pattern ] [ "lapses" trigger ] */
void parse_obligation(struct parser *p)
{
	struct statement s = begin(p, CONSTRUCT_OBLIGATION, "obligation");
	expect_word(p, KW_ARISES);
	s.trigger = parse_trigger(p);
	s.cond = parse_if(p);
	expect_word(p, KW_DUE);
	s.due = parse_expr(p);
	expect_word(p, KW_FULFILLED);
	expect_word(p, KW_ON);
	s.fulfilled = parse_atom(p);
	if (accept_word(p, KW_WAIVED)) {
		expect_word(p, KW_ON);
		s.waived = parse_atom(p);
	}
	s.has_lapses = accept_word(p, KW_LAPSES);
	if (s.has_lapses)
		s.lapses = parse_trigger(p);
	finish(p, &s);
}

/* "stage" word [ cites ] [ "from" ( word | "none" ) { "or" ... } ] ( trigger | "after" expr ) [ "if" cond ] */
static struct syn_clause parse_stage(struct parser *p)
{
	struct syn_clause c = {.at = here(p)};
	c.word = parse_word(p, "a stage");
	if (!p->panic && c.word == KW_NONE)
		syntax_error(p, "none is no stage");
	parse_cites(p, &c.cites);
	if (accept_word(p, KW_FROM))
		parse_names(p, &c.from, "a stage", false);
	c.trigger = parse_trigger(p);
	c.cond = parse_if(p);
	return c;
}

static void limit_clauses(struct parser *p, const struct statement *s, const char *what)
{
	if (s->clauses.n == MAX_CLAUSES)
		syntax_error(p, "more than %d %s", MAX_CLAUSES, what);
}

/* proc = "procedure" head atom { stage } */
void parse_procedure(struct parser *p)
{
	struct statement s = begin(p, CONSTRUCT_PROCEDURE, "procedure");
	if (!next_is_word(p, KW_STAGE))
		expect_word(p, KW_STAGE);
	while (accept_word(p, KW_STAGE)) {
		struct syn_clause c = parse_stage(p);
		limit_clauses(p, &s, "stages");
		arena_push(&p->l->scratch, &s.clauses, c);
	}
	finish(p, &s);
}

/* "ballot" ( word | "none" ) "on" pattern */
static struct syn_clause parse_ballot(struct parser *p)
{
	struct syn_clause c = {.at = here(p)};
	c.word = parse_word(p, "a ballot");
	expect_word(p, KW_ON);
	c.trigger.at = here(p);
	c.trigger.word = ON;
	c.trigger.what = parse_atom(p);
	return c;
}

/* decis = "decision" head atom "opens" trigger [ "if" cond ] "closes" trigger "voters" NAME "with" cond
 *         { ballot } "adopted" "if" cond */
void parse_decision(struct parser *p)
{
	struct statement s = begin(p, CONSTRUCT_DECISION, "decision");
	expect_word(p, KW_OPENS);
	s.trigger = parse_trigger(p);
	s.cond = parse_if(p);
	expect_word(p, KW_CLOSES);
	s.closes = parse_trigger(p);
	expect_word(p, KW_VOTERS);
	s.voter_at = here(p);
	s.voter = expect_name(p, "a variable");
	if (!p->panic && !is_variable(p->l, s.voter))
		syntax_error(p, "a variable starts with a capital: %.*s does not", NAME_ARG(p->l, s.voter));
	expect_word(p, KW_WITH);
	s.voters = parse_cond(p);
	while (accept_word(p, KW_BALLOT)) {
		struct syn_clause c = parse_ballot(p);
		limit_clauses(p, &s, "ballots");
		arena_push(&p->l->scratch, &s.clauses, c);
	}
	expect_word(p, KW_ADOPTED);
	expect_word(p, KW_IF);
	s.adopted = parse_cond(p);
	finish(p, &s);
}
