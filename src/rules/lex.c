/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/lex.h"

#include <string.h>

#define INT_BOUND ((int64_t)1 << 62)

void words_intern(struct syms *syms)
{
	static const char *const word[] = {"exact", "month_after", "month_of", "month_end",
#define W(id, text) text,
		RULE_WORDS(W)
#undef W
	};
	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		(void)syms_intern(syms, str_of(word[i]));
}

/* Where the lexer stands in a block. */
struct cursor {
	const struct lexer *lx;
	struct tokens *out;
	const char *base, *at, *end;
	const char *no_close; /* no ] stands before it, from `at` on */
	uint32_t line, article;
};

static void complain(struct cursor *c, const char *message)
{
	c->lx->complain(c->lx->ctx, c->line, c->article, message);
}

static struct token *add(struct cursor *c, uint16_t kind, const char *from)
{
	struct token t = {.kind = kind,
		.line = c->line,
		.article = c->article,
		.from = (uint32_t)(from - c->base),
		.to = (uint32_t)(c->at - c->base)};
	arena_push(c->lx->arena, c->out, t);
	return &c->out->v[c->out->n - 1];
}

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_name_start(char ch)
{
	char small = (char)(ch | 0x20); /* of a letter, and of few other signs */
	return (small >= 'a' && small <= 'z') || ch == '_';
}

static void lex_name(struct cursor *c)
{
	static const bool goes_on[256] = {['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['_'] = true};
	const char *from = c->at;
	while (c->at < c->end && goes_on[(unsigned char)*c->at])
		c->at++;
	struct str s = {from, (size_t)(c->at - from)};
	if (s.n > MAX_NAME) {
		complain(c, "a name has more than 64 bytes");
		s.n = MAX_NAME;
	}
	add(c, TOKEN_NAME, from)->name = syms_intern(c->lx->syms, s);
}

static void lex_string(struct cursor *c)
{
	const char *from = c->at++;
	while (c->at < c->end && *c->at != '"' && *c->at != '\n')
		c->at++;
	struct str s = {from + 1, (size_t)(c->at - from - 1)};
	if (c->at == c->end || *c->at != '"')
		complain(c, "a string is not closed on its line");
	else
		c->at++;
	if (s.n > MAX_STRING) {
		complain(c, "a string has more than 4,096 bytes");
		s.n = 0;
	} else if (s.n == 0) {
		complain(c, "a string is empty: an entity needs a name");
	}
	add(c, TOKEN_STRING, from)->name = syms_intern(c->lx->syms, s);
}

static int64_t digits(struct cursor *c)
{
	int64_t v = 0;
	bool over = false;
	for (; c->at < c->end && is_digit(*c->at); c->at++) {
		over |= __builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *c->at - '0', &v) ||
			v >= INT_BOUND;
		if (over)
			v = 0;
	}
	if (over)
		complain(c, "a number is too large: integers stay below 2^62");
	return v;
}

/* Does the text at p have the shape of `pattern`, where 0 stands for any digit? */
static bool shaped(const char *p, const char *end, const char *pattern)
{
	for (; *pattern; p++, pattern++)
		if (p == end || (*pattern == '0' ? !is_digit(*p) : *p != *pattern))
			return false;
	return p == end || !is_digit(*p);
}

static void lex_date(struct cursor *c)
{
	const char *from = c->at;
	c->at += shaped(from, c->end, "0000-00-00T00:00:00") ? 19 : 10;
	civil t = 0;
	if (!date_parse((struct str){from, (size_t)(c->at - from)}, &t))
		complain(c, "no such date in the calendar");
	add(c, TOKEN_DATE, from)->date = t;
}

static void lex_number(struct cursor *c)
{
	const char *from = c->at;
	int64_t num = digits(c), den = 1;
	bool fraction = c->at + 1 < c->end && *c->at == '/' && is_digit(c->at[1]);
	if (fraction) {
		c->at++;
		den = digits(c);
		if (den == 0) {
			complain(c, "a fraction is divided by zero");
			den = 1;
		}
	}
	add(c, fraction ? TOKEN_FRACTION : TOKEN_INT, from)->num = num;
	if (fraction)
		add(c, TOKEN_OVER, from)->num = den;
}

/* The text of a citation is free, so it is one token; it may run over lines. */
static void lex_cites(struct cursor *c)
{
	const char *from = c->at, *search = c->no_close > from ? c->no_close : from;
	const char *last = c->end - from > MAX_STRING ? from + MAX_STRING : c->end;
	const char *close = search < last ? memchr(search, ']', (size_t)(last - search)) : NULL;
	if (!close) {
		c->no_close = last;
		complain(c, "a citation is not closed: ] is missing");
		c->at++;
		return;
	}
	c->at = close + 1;
	add(c, TOKEN_CITES, from);
	for (const char *p = from; p < close; p++)
		c->line += *p == '\n';
}

static void lex_sign(struct cursor *c)
{
	const char *from = c->at++;
	if ((*from == '>' || *from == '<') && c->at < c->end && *c->at == '=') {
		c->at++;
		add(c, *from == '>' ? TOKEN_GE : TOKEN_LE, from);
	} else if (strchr("(){},:|=<>+-*", *from) && *from) {
		add(c, SIGN(*from), from);
	} else {
		while (c->at < c->end && (*c->at & 0xc0) == 0x80) /* the rest of a character of several bytes */
			c->at++;
		char message[64];
		unsigned char b = (unsigned char)*from;
		if (b < 0x20 || b == 0x7f)
			(void)snprintf(message, sizeof message, "a control character (byte %u) has no place here", b);
		else
			(void)snprintf(
				message, sizeof message, "\"%.*s\" has no place here", (int)(c->at - from), from);
		complain(c, message);
	}
}

void lex_block(const struct lexer *lx, struct block b, struct tokens *out)
{
	struct cursor c = {.lx = lx,
		.out = out,
		.base = lx->text.p,
		.at = lx->text.p + b.from,
		.end = lx->text.p + b.to,
		.line = b.line,
		.article = b.article};
	while (c.at < c.end) {
		char ch = *c.at;
		if (ch == '\n')
			c.line++, c.at++;
		else if (ch == ' ' || ch == '\t' || ch == '\r')
			c.at++;
		else if (ch == '-' && c.at + 1 < c.end && c.at[1] == '-')
			while (c.at < c.end && *c.at != '\n')
				c.at++;
		else if (is_name_start(ch))
			lex_name(&c);
		else if (ch == '"')
			lex_string(&c);
		else if (ch == '[')
			lex_cites(&c);
		else if (!is_digit(ch))
			lex_sign(&c);
		else if (shaped(c.at, c.end, "0000-00-00") || shaped(c.at, c.end, "0000-00-00T00:00:00"))
			lex_date(&c);
		else
			lex_number(&c);
	}
}

void lex_end(const struct lexer *lx, uint32_t line, uint32_t article, struct tokens *out)
{
	struct token t = {.kind = TOKEN_END,
		.line = line,
		.article = article,
		.from = (uint32_t)lx->text.n,
		.to = (uint32_t)lx->text.n};
	arena_push(lx->arena, out, t);
}
