/* SPDX-License-Identifier: Apache-2.0
 *
 * Text -> tokens (reference, section 2). Names are interned at once, so a word of the language is recognised by its
 * number, and by its place: the lexer reserves nothing.
 *
 * Invariants: the list ends in one TOKEN_END; `from` and `to` are bytes of the whole file, lines are those of the whole
 * file, also when the rules stand in blocks of a Markdown text. Any bytes are accepted: what is no token is reported
 * through `complain` and left out.
 */
#ifndef RULES_LEX_H
#define RULES_LEX_H

#include "rules/program.h"

/* The words of the language. Their numbers follow those of Rounding (ROUND_x) in the table of every rulebook. */
#define RULE_WORDS(W) \
	/* these may stand before a bracket and so cannot name acts or facts: KW_AFTER to KW_WITH */ \
	W(AFTER, "after") W(AND, "and") W(BECOMES, "becomes") W(BY, "by") W(DUE, "due") W(EVERY, "every") W(FROM, "from") \
	W(HAS, "has") W(IF, "if") W(IN, "in") W(IS, "is") W(NOT, "not") W(OF, "of") W(ON, "on") W(ONCE, "once") W(OR, "or") \
	W(PASSED, "passed") W(REACHED, "reached") W(SOME, "some") W(UNTIL, "until") W(WHILE, "while") W(WITH, "with") \
	/* what begins an item: KW_RULEBOOK to KW_DECISION */ \
	W(RULEBOOK, "rulebook") W(INCLUDE, "include") W(SOURCE, "source") W(READING, "reading") W(TYPE, "type") W(ACT, "act") \
	W(FACT, "fact") W(SET, "set") W(TABLE, "table") W(RULE, "rule") W(OBLIGATION, "obligation") W(PROCEDURE, "procedure") \
	W(DECISION, "decision") \
	/* units, singular and plural in turn: KW_MINUTE to KW_YEARS */ \
	W(MINUTE, "minute") W(MINUTES, "minutes") W(HOUR, "hour") W(HOURS, "hours") W(DAY, "day") W(DAYS, "days") \
	W(MONTH, "month") W(MONTHS, "months") W(YEAR, "year") W(YEARS, "years") \
	/* the others */ \
	W(ADOPTED, "adopted") W(ARISES, "arises") W(AS, "as") W(AT, "at") W(BALLOT, "ballot") W(BEGINS, "begins") W(BODY, "body") \
	W(CLOSES, "closes") W(COUNT, "count") W(EARLIER, "earlier") W(EFFECT, "effect") W(END, "end") W(ENDS, "ends") \
	W(FIRST, "first") W(FORBIDDEN, "forbidden") W(FULFILLED, "fulfilled") W(HOLDS, "holds") W(INSTANT, "instant") \
	W(KNOWN, "known") W(LAPSES, "lapses") W(LATER, "later") W(NO, "no") W(NONE, "none") W(OPENS, "opens") \
	W(OPTIONAL, "optional") W(OVERRIDES, "overrides") W(PERCENT, "percent") W(REGARDLESS, "regardless") \
	W(RETROACTIVE, "retroactive") W(ROUNDED, "rounded") W(SO, "so") W(STAGE, "stage") W(STILL, "still") W(SUM, "sum") \
	W(THAT, "that") W(VERSION, "version") W(VOTERS, "voters") W(WAIVED, "waived") W(YES, "yes") W(ANY, "_") \
	/* values and types that the constructs and the language bring along */ \
	W(PENDING, "pending") W(OVERDUE, "overdue") W(LAPSED, "lapsed") W(OPEN, "open") W(REJECTED, "rejected") \
	W(T_INT, "Int") W(T_DATE, "Date") W(T_SPAN, "Span") W(T_WORD, "Word") W(T_ROUNDING, "Rounding") W(T_ACT, "Act") \
	W(T_BOOL, "yes or no") W(BREACH, "breach") W(A, "A")

enum keyword {
	KW_BEFORE_FIRST = ROUND_MONTH_END,
#define W(id, text) KW_##id,
	RULE_WORDS(W)
#undef W
	KW_END_OF_LIST
};

void words_intern(struct syms *syms); /* into an empty table: Rounding's words, then those above */

enum token_kind {
	TOKEN_END,
	TOKEN_NAME,	/* name */
	TOKEN_STRING,	/* name: without the quotes */
	TOKEN_INT,	/* num */
	TOKEN_FRACTION, /* num, over the num of the TOKEN_OVER that always follows */
	TOKEN_OVER,
	TOKEN_DATE,	/* date */
	TOKEN_CITES,	/* [ ... ], one token: its text is free */
	TOKEN_GE,
	TOKEN_LE,
	TOKEN_SIGN, /* every other sign, by its byte: TOKEN_SIGN + '(' ... */
};
#define SIGN(c) ((uint16_t)(TOKEN_SIGN + (c)))

struct token {
	uint16_t kind;
	uint32_t line, article;
	uint32_t from, to;
	union {
		sym name;
		civil date;
		int64_t num;
	};
};

struct tokens {
	struct token *v;
	size_t n, cap;
};

/* A stretch of rule text in a file. */
struct block {
	uint32_t from, to; /* bytes */
	uint32_t line;	   /* of the first byte */
	uint32_t article;  /* the heading above, or NO_ID */
};

struct lexer {
	struct str text; /* of the whole file */
	struct syms *syms;
	struct arena *arena; /* for the tokens */
	void (*complain)(void *ctx, uint32_t line, uint32_t article, const char *message);
	void *ctx;
};

void lex_block(const struct lexer *lx, struct block b, struct tokens *out); /* appends, without the TOKEN_END */
void lex_end(const struct lexer *lx, uint32_t line, uint32_t article, struct tokens *out);

#endif
