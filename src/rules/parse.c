/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/parse.h"

/* ---- tokens ---------------------------------------------------------------------------------- */

uint32_t end_byte(const struct parser *p)
{
	return p->tok[-1].to; /* asked only after something was read */
}

__attribute__((format(printf, 2, 0))) static void syntax_errorv(struct parser *p, const char *fmt, va_list ap)
{
	if (p->panic)
		return;
	char message[400];
	(void)vsnprintf(message, sizeof message, fmt, ap);
	complain(p->l, p->head, here(p), "%s", message);
	p->panic = true;
}

void syntax_error(struct parser *p, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	syntax_errorv(p, fmt, ap);
	va_end(ap);
}

void syntax_hint(struct parser *p, const char *text)
{
	hint(p->l, "%s", text);
}

/* "X is expected here, not Y" */
static void unexpected(struct parser *p, const char *what)
{
	const struct token *t = p->tok;
	struct str text = p->l->rb->files.v[p->file].text;
	if (p->panic)
		return;
	if (t->kind == TOKEN_END)
		syntax_error(p, "%s is expected here, but the text ends", what);
	else
		syntax_error(p, "%s is expected here, not %.*s", what,
			STR_ARG(str_slice(text, t->from, t->to - t->from > 60 ? t->from + 60 : t->to)));
}

void expect(struct parser *p, uint16_t kind, const char *what)
{
	if (!accept(p, kind))
		unexpected(p, what);
}

void expect_word(struct parser *p, enum keyword w)
{
	if (accept_word(p, w) || p->panic)
		return;
	char what[MAX_NAME + 3];
	(void)snprintf(what, sizeof what, "\"%.*s\"", NAME_ARG(p->l, (sym)w));
	sym found = p->tok->kind == TOKEN_NAME ? p->tok->name : 0;
	struct nearest near = nearest_to(p->l, found);
	unexpected(p, what);
	nearest_offer(&near, name_of(p->l, (sym)w));
	if (found)
		hint_nearest(p->l, &near);
}

sym expect_name(struct parser *p, const char *what)
{
	if (!next_is(p, TOKEN_NAME) || next_is_word(p, KW_ANY)) {
		unexpected(p, what);
		return 0;
	}
	return p->tok++->name;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* What may follow the word, so that `decision` the item is told from decision(D) the fact wherever it stands. */
static const struct item {
	enum keyword word;
	uint16_t then, then_too;   /* kinds of the next token */
	uint16_t third, third_too; /* kinds of the one after; 0: any */
	enum keyword third_word;   /* if that is a name: which one */
	void (*parse)(struct parser *p);
} items[] = {
	{KW_RULEBOOK, TOKEN_NAME, 0, TOKEN_NAME, 0, KW_VERSION, parse_rulebook},
	{KW_INCLUDE, TOKEN_NAME, TOKEN_STRING, 0, 0, 0, parse_include},
	{KW_SOURCE, TOKEN_NAME, 0, TOKEN_STRING, 0, 0, parse_source},
	{KW_READING, TOKEN_NAME, 0, TOKEN_STRING, 0, 0, parse_reading},
	{KW_TYPE, TOKEN_NAME, 0, 0, 0, 0, parse_types},
	{KW_ACT, TOKEN_NAME, 0, SIGN('('), 0, 0, parse_acts},
	{KW_FACT, TOKEN_NAME, 0, SIGN('('), 0, 0, parse_facts},
	{KW_SET, TOKEN_NAME, 0, TOKEN_NAME, 0, KW_OF, parse_set},
	{KW_TABLE, TOKEN_NAME, 0, SIGN('('), 0, 0, parse_table},
	{KW_RULE, TOKEN_NAME, 0, TOKEN_CITES, SIGN(':'), 0, parse_rule},
	{KW_OBLIGATION, TOKEN_NAME, 0, TOKEN_CITES, SIGN(':'), 0, parse_obligation},
	{KW_PROCEDURE, TOKEN_NAME, 0, TOKEN_CITES, SIGN(':'), 0, parse_procedure},
	{KW_DECISION, TOKEN_NAME, 0, TOKEN_CITES, SIGN(':'), 0, parse_decision},
};

static const struct item *item_of(const struct parser *p, unsigned ahead)
{
	const struct token *t = peek(p, ahead);
	if (t->kind != TOKEN_NAME || t->name < KW_RULEBOOK || t->name > KW_DECISION)
		return NULL;
	return &items[t->name - KW_RULEBOOK];
}

/* Does an item begin here? At the beginning of a line two tokens tell, elsewhere three. */
static bool at_item(const struct parser *p)
{
	const struct item *it = item_of(p, 0);
	if (!it)
		return false;
	const struct token *second = peek(p, 1), *third = peek(p, 2);
	if (second->kind != it->then && (!it->then_too || second->kind != it->then_too))
		return false;
	if (p->tok->line > p->tok[-1].line)
		return true;
	if (it->third && third->kind != it->third && (!it->third_too || third->kind != it->third_too))
		return false;
	return !it->third_word || third->name == (sym)it->third_word;
}

/* After an error in the item at `from`: on to the next one, which may begin before the place of the error. */
static void skip_to_item(struct parser *p, const struct token *from)
{
	p->panic = false;
	p->tok = from + 1;
	while (p->tok < p->last && !at_item(p))
		p->tok++;
}

static void no_item(struct parser *p)
{
	struct nearest near = nearest_to(p->l, p->tok->kind == TOKEN_NAME ? p->tok->name : 0);
	unexpected(p, "an item (rule, fact, act, type ...)");
	for (sym w = KW_RULEBOOK; w <= KW_DECISION; w++)
		nearest_offer(&near, name_of(p->l, w));
	hint_nearest(p->l, &near);
}

void parse_tokens(struct loader *l, uint16_t file, const struct tokens *tokens)
{
	struct parser p = {.l = l, .tok = tokens->v, .last = tokens->v + tokens->n - 1, .file = file};
	while (p.tok < p.last && !l->full) {
		const struct item *it = item_of(&p, 0);
		p.head = NULL;
		p.depth = 0;
		const struct token *from = p.tok;
		if (!it) {
			no_item(&p);
		} else {
			p.tok++;
			it->parse(&p);
			l->syntax.broken |= p.panic && it->word < KW_RULE;
		}
		if (p.panic)
			skip_to_item(&p, from);
	}
}

void parse_rulebook(struct parser *p)
{
	struct rulebook *rb = p->l->rb;
	sym name = expect_name(p, "the name of the rulebook");
	expect_word(p, KW_VERSION);
	const struct token *t = peek(p, 0);
	expect(p, TOKEN_INT, "a number");
	if (p->panic || p->file != 0)
		return;
	rb->name = name;
	rb->version = t->num;
}

void parse_include(struct parser *p)
{
	struct place at = here(p);
	const struct token *t = peek(p, 0);
	if (!accept(p, TOKEN_STRING))
		(void)expect_name(p, "the name of a file");
	if (!p->panic)
		include_file(p->l, p->file, name_of(p->l, t->name), at);
}

void parse_source(struct parser *p)
{
	struct rulebook *rb = p->l->rb;
	struct source s = {.at = here(p)};
	s.name = expect_name(p, "the name of the source");
	const struct token *t = peek(p, 0);
	expect(p, TOKEN_STRING, "the title in quotes");
	if (p->panic || !index_add(p->l, &rb->source_index, "source", s.name, (uint32_t)rb->sources.n, s.at))
		return;
	s.title = name_of(p->l, t->name);
	arena_push(&rb->arena, &rb->sources, s);
}

void parse_reading(struct parser *p)
{
	struct rulebook *rb = p->l->rb;
	struct reading r = {.at = here(p)};
	r.name = expect_name(p, "the name of the reading");
	const struct token *t = peek(p, 0);
	expect(p, TOKEN_STRING, "what the reading says, in quotes");
	if (p->panic)
		return;
	if (rb->readings.n == MAX_READINGS) {
		complain(p->l, NULL, r.at, "more than %d readings", MAX_READINGS);
		return;
	}
	if (!index_add(p->l, &p->l->readings, "reading", r.name, (uint32_t)rb->readings.n, r.at))
		return;
	r.text = name_of(p->l, t->name);
	arena_push(&rb->arena, &rb->readings, r);
}
