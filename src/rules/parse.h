/* SPDX-License-Identifier: Apache-2.0
 *
 * Recursive descent over the tokens of one file; each production of the grammar is one function of its name.
 *
 * Invariants: nothing returns NULL; after an error the parser is in `panic`: every token reads as the end, so that all
 * loops and alternatives fall through without a further message, until parse_tokens goes on at the next item.
 */
#ifndef RULES_PARSE_H
#define RULES_PARSE_H

#include "rules/load.h"

enum { MAX_NESTING = 256, /* calls of cond, simple, mul and prim inside each other */
	MAX_CLAUSES = 500,    /* stages of a procedure, ballots of a decision */
	MAX_DECLARATIONS = 20000 };

struct parser {
	struct loader *l;
	const struct token *tok; /* the next one */
	const struct token *last; /* TOKEN_END */
	uint16_t file;
	uint32_t depth;
	bool panic;
	const struct syn_head *head; /* of the rule being read, for messages */
};

/* ---- tokens ------------------------------------------------------------------------ */

/* 0: the next one. These few are asked several times for each token. */
static inline const struct token *peek(const struct parser *p, unsigned ahead)
{
	if (p->panic || (size_t)(p->last - p->tok) < ahead)
		return p->last;
	return p->tok + ahead;
}

static inline bool next_is(const struct parser *p, uint16_t kind)
{
	return peek(p, 0)->kind == kind;
}

static inline bool word_at(const struct parser *p, unsigned ahead, enum keyword w)
{
	const struct token *t = peek(p, ahead);
	return t->kind == TOKEN_NAME && t->name == (sym)w;
}

static inline bool next_is_word(const struct parser *p, enum keyword w)
{
	return word_at(p, 0, w);
}

static inline bool accept(struct parser *p, uint16_t kind)
{
	if (!next_is(p, kind) || kind == TOKEN_END)
		return false;
	p->tok++;
	return true;
}

static inline bool accept_word(struct parser *p, enum keyword w)
{
	if (!next_is_word(p, w))
		return false;
	p->tok++;
	return true;
}

static inline struct place here(const struct parser *p)
{
	return (struct place){p->file, p->tok->line, p->tok->article};
}

void expect(struct parser *p, uint16_t kind, const char *what);
void expect_word(struct parser *p, enum keyword w);
sym expect_name(struct parser *p, const char *what);
void syntax_error(struct parser *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void syntax_hint(struct parser *p, const char *text); /* to the syntax_error just made */
uint32_t end_byte(const struct parser *p); /* of the token before the next one */

/* ---- conditions and expressions (parse_cond.c, parse_expr.c) --------------------------------- */

bool enter(struct parser *p); /* one call deeper; false (and panic) beyond MAX_NESTING */
void leave(struct parser *p);
struct syn *syn_new(struct parser *p, int kind, struct place at, uint32_t from, unsigned n, ...); /* n kids */
struct syn *syn_list(struct parser *p, int kind, struct place at, uint32_t from, struct syn **kids, size_t n);

struct syn_list_room { /* kids as they are read */
	struct syn **v;
	size_t n, cap;
};

struct syn *parse_cond(struct parser *p);
struct syn *parse_simple(struct parser *p);
struct syn *parse_expr(struct parser *p);
struct syn *parse_prim(struct parser *p);
struct syn *parse_atom(struct parser *p); /* also a pattern: `name:` and _ are found out later, by what it names */
struct syn *parse_term(struct parser *p);
struct syn *parse_binder(struct parser *p, struct syn *quantifier);
bool at_atom(const struct parser *p);
bool at_span(const struct parser *p);

/* ---- items (parse.c, parse_decl.c, parse_rule.c) --------------------------------------------- */

void parse_rulebook(struct parser *p);
void parse_include(struct parser *p);
void parse_source(struct parser *p);
void parse_reading(struct parser *p);
void parse_types(struct parser *p);
void parse_acts(struct parser *p);
void parse_facts(struct parser *p);
void parse_set(struct parser *p);
void parse_table(struct parser *p);
void parse_rule(struct parser *p);
void parse_obligation(struct parser *p);
void parse_procedure(struct parser *p);
void parse_decision(struct parser *p);
void parse_cites(struct parser *p, struct syn_cites *out);

#endif
