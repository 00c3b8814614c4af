/* SPDX-License-Identifier: Apache-2.0
 *
 * Files of a rulebook: text -> trees (syntax.h), with what they include. This and the steps before it are all of the front half that
 * the checker of proofs shares (src/proof): nothing here knows what a rule means.
 */
#include "rules/load.h"

#include <string.h>

struct lexing {
	struct loader *l;
	uint16_t file;
};

static void lexical_error(void *ctx, uint32_t line, uint32_t article, const char *message)
{
	const struct lexing *x = ctx;
	complain(x->l, NULL, (struct place){x->file, line, article}, "%s", message);
}

static uint32_t line_of_bad_utf8(struct str text)
{
	uint32_t n = 1;
	for (struct str line; str_line(&text, &line) && str_utf8(line); n++)
		;
	return n;
}

/* Are these eight bytes printable ASCII? It may say no where they are, never yes where they are not. */
static bool all_plain(const char *p)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
	uint64_t w, del;
	memcpy(&w, p, sizeof w);
	del = w ^ ones * 0x7f;
	return !((w | (w - ones * ' ') | (del - ones)) & high);
}

/* The line with the first control character, tab and line ends apart; 0: there is none. They would reach terminals and pages with the
 * names and headings that messages quote. In UTF-8 those above ASCII are C2 80 to C2 9F. */
static uint32_t line_of_control(struct str text, unsigned *ret)
{
	for (size_t i = 0; i < text.n; i++) {
		while (text.n - i > 8 && all_plain(text.p + i))
			i += 8;
		unsigned char c = (unsigned char)text.p[i], next = i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0;
		if ((c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0)) {
			uint32_t line = 1;
			for (size_t k = 0; k < i; k++)
				line += text.p[k] == '\n';
			*ret = c == 0xc2 ? next : c;
			return line;
		}
	}
	return 0;
}

static bool readable(struct loader *l, uint16_t file, struct str text)
{
	struct place at = {file, 1, NO_ID};
	l->bytes += text.n;
	if (l->bytes > MAX_RULEBOOK_BYTES) {
		complain(l, NULL, at, "the rulebook with its includes is larger than 4 MB");
		l->full = true;
		return false;
	}
	unsigned control;
	if (str_utf8(text)) {
		uint32_t line = line_of_control(text, &control);
		at.line = line ? line : 1;
		if (line)
			complain(l, NULL, at, "a control character (byte %u) has no place here", control);
		return !line;
	}
	at.line = line_of_bad_utf8(text);
	complain(l, NULL, at, "the text is not valid UTF-8");
	hint(l, "save the file with the encoding UTF-8");
	return false;
}

void load_file(struct loader *l, struct str path, struct str text)
{
	uint16_t id = (uint16_t)l->rb->files.n;
	if (str_starts(text, STR("\xef\xbb\xbf"))) /* a mark that some editors put before UTF-8 */
		text = str_slice(text, 3, text.n);
	struct file f = {.path = path, .text = text};
	arena_push(&l->rb->arena, &l->rb->files, f);
	index_put(&l->scratch, &l->files, syms_intern(&l->rb->syms, path), id);
	if (!readable(l, id, text))
		return;
	struct blocks blocks = {0};
	struct tokens tokens = {0};
	struct arena of_tokens = {0}; /* the largest part of reading a file, and gone once it is parsed */
	struct lexing x = {l, id};
	struct lexer lx = {
		.text = text, .syms = &l->rb->syms, .arena = &of_tokens, .complain = lexical_error, .ctx = &x};
	uint32_t last_line = 1, last_article = NO_ID;
	markdown_read(l, id, &blocks);
	for (size_t i = 0; i < blocks.n; i++)
		tokens.cap += blocks.v[i].to - blocks.v[i].from;
	tokens.cap = tokens.cap / 4 + 16; /* about what rules have; saves most of the growing */
	tokens.v = arena_array(&of_tokens, tokens.cap, struct token);
	for (size_t i = 0; i < blocks.n; i++)
		lex_block(&lx, blocks.v[i], &tokens);
	if (tokens.n) {
		last_line = tokens.v[tokens.n - 1].line;
		last_article = tokens.v[tokens.n - 1].article;
	}
	lex_end(&lx, last_line, last_article, &tokens);
	parse_tokens(l, id, &tokens);
	arena_done(&of_tokens);
}

void include_file(struct loader *l, uint32_t from_file, struct str name, struct place at)
{
	struct str path, text;
	sym what = syms_intern(&l->rb->syms, name);
	if (l->errors > MAX_ERRORS || index_get(&l->asked, what) == from_file)
		return; /* looking again would find the same */
	index_put(&l->scratch, &l->asked, what, from_file);
	if (!l->reader || l->reader->read(l->reader->ctx, &l->rb->arena, l->rb->files.v[from_file].path, name, &path,
				  &text) < 0) {
		complain(l, NULL, at, "cannot find %.*s.md or %.*s.rules to include", STR_ARG(str_slice(name, 0, 100)),
			STR_ARG(str_slice(name, 0, 100)));
		hint(l, "it is looked for beside this file, then in the standard folder");
		l->syntax.broken = true;
		return;
	}
	if (index_get(&l->files, syms_intern(&l->rb->syms, path)) != NO_ID)
		return; /* once only, so cycles are harmless */
	if (l->rb->files.n == MAX_FILES || l->depth == MAX_INCLUDE_DEPTH) {
		complain(l, NULL, at, "too many includes: at most %d files, at most %d inside each other", MAX_FILES,
			MAX_INCLUDE_DEPTH);
		l->full = true;
		return;
	}
	l->depth++;
	load_file(l, path, text);
	l->depth--;
}
