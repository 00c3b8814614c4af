/* SPDX-License-Identifier: Apache-2.0
 *
 * From files to a checked program: the order of the steps, includes, and what is asked of a loaded rulebook.
 */
#include "rules/construct.h"

#include <stdlib.h>
#include <string.h>

/* ---- files ----------------------------------------------------------------------------------- */

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

/* The line with the first control character, tab and line ends apart; 0: there is none. They would reach terminals and pages with the
 * names and headings that messages quote. In UTF-8 those above ASCII are C2 80 to C2 9F. */
static uint32_t line_of_control(struct str text, unsigned *ret)
{
	uint32_t line = 1;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i], next = i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0;
		line += c == '\n';
		if ((c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0)) {
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

static void load_file(struct loader *l, struct str path, struct str text)
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
	struct lexing x = {l, id};
	struct lexer lx = {
		.text = text, .syms = &l->rb->syms, .arena = &l->scratch, .complain = lexical_error, .ctx = &x};
	uint32_t last_line = 1, last_article = NO_ID;
	markdown_read(l, id, &blocks);
	tokens.cap = text.n / 6 + 16; /* about what a rulebook has; saves most of the growing */
	tokens.v = arena_array(&l->scratch, tokens.cap, struct token);
	for (size_t i = 0; i < blocks.n; i++)
		lex_block(&lx, blocks.v[i], &tokens);
	if (tokens.n) {
		last_line = tokens.v[tokens.n - 1].line;
		last_article = tokens.v[tokens.n - 1].article;
	}
	lex_end(&lx, last_line, last_article, &tokens);
	parse_tokens(l, id, &tokens);
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

/* ---- messages -------------------------------------------------------------------------------- */

/* By file and line; within a line what was found first. */
static int by_place(const void *pa, const void *pb, void *ctx)
{
	size_t i = *(const size_t *)pa, k = *(const size_t *)pb;
	const struct place *a = &((const struct diag *)ctx)[i].at, *b = &((const struct diag *)ctx)[k].at;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (i > k) - (i < k);
}

static bool same_message(const struct diag *a, const struct diag *b)
{
	return a->at.file == b->at.file && a->at.line == b->at.line && str_eq(a->message, b->message);
}

/* Puts the messages in order, and each once: the rules of one construct share its text and so its mistakes. */
static void sort_diags(struct rulebook *rb)
{
	enum { LOOK_BACK = 16 };
	size_t n = rb->diags.n, kept = 0, *order = arena_array(&rb->arena, n, size_t);
	struct diag *sorted = arena_array(&rb->arena, n, struct diag);
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof *order, by_place, rb->diags.v);
	for (size_t i = 0; i < n; i++) {
		const struct diag *d = &rb->diags.v[order[i]];
		bool again = false;
		for (size_t k = kept > LOOK_BACK ? kept - LOOK_BACK : 0; k < kept && !again; k++)
			again = same_message(&sorted[k], d);
		if (!again)
			sorted[kept++] = *d;
	}
	rb->diags.v = sorted;
	rb->diags.n = kept;
	rb->diags.cap = n;
}

void diag_print(const struct rulebook *rb, const struct diag *d, struct buf *out)
{
	buf_addf(out, "%.*s:%u: ", STR_ARG(rb->files.v[d->at.file].path), d->at.line);
	if (d->article.n)
		buf_addf(out, "[%.*s] ", STR_ARG(d->article));
	if (!d->error)
		buf_adds(out, "warning: ");
	buf_add(out, d->message);
	if (d->hint.n)
		buf_addf(out, " (%.*s)", STR_ARG(d->hint));
}

/* ---- loading --------------------------------------------------------------------------------- */

static void load(struct loader *l, struct str path, struct str text)
{
	types_builtin(l);
	load_file(l, path, text);
	if (!l->full) {
		articles_sort(l);
		declare_all(l);
		constructs_declare(l);
		desugar_all(l);
	}
	if (!l->full) {
		resolve_all(l);
		link_all(l);
		check_all(l);
	}
	if (l->errors == 0)
		warn_all(l);
}

int rulebook_load(
	struct str path, struct str text, const struct rulebook_reader *reader, struct rulebook **ret, struct err *e)
{
	struct rulebook *rb = calloc(1, sizeof *rb);
	struct loader *l = calloc(1, sizeof *l);
	if (!rb || !l) {
		free(rb);
		free(l);
		return err_set(e, ERR_SYSTEM, "rulebook", "out of memory");
	}
	l->rb = rb;
	l->reader = reader;
	syms_init(&rb->syms, &rb->arena, NULL);
	words_intern(&rb->syms);
	load(l, arena_str(&rb->arena, path), arena_str(&rb->arena, text));
	size_t errors = l->errors, listed = 0;
	rb->more_errors = errors > MAX_ERRORS;
	rb->more_warnings = l->warnings > MAX_WARNINGS;
	sort_diags(rb);
	arena_done(&l->scratch);
	free(l);
	*ret = rb;
	if (errors == 0)
		return 0;
	for (size_t i = 0; i < rb->diags.n; i++)
		listed += rb->diags.v[i].error;
	(void)err_set(e, ERR_INPUT, rb->files.v[0].path.p, "the rulebook has %s%zu error%s",
		rb->more_errors ? "more than " : "", listed, listed == 1 ? "" : "s");
	return ERR_INPUT;
}

void rulebook_free(struct rulebook *rb)
{
	if (!rb)
		return;
	arena_done(&rb->arena);
	free(rb);
}

/* ---- questions about the text ---------------------------------------------------------------- */

static uint32_t look_up(const struct rulebook *rb, const struct name_index *ix, struct str name)
{
	sym s = syms_find(&rb->syms, name);
	return s < ix->n ? ix->v[s] : NO_ID; /* SYM_ABSENT is beyond every index */
}

uint32_t rulebook_act(const struct rulebook *rb, struct str name)
{
	return look_up(rb, &rb->act_index, name);
}

uint32_t rulebook_fact(const struct rulebook *rb, struct str name)
{
	return look_up(rb, &rb->fact_index, name);
}

/* By name; an enumeration that a fact declares for itself has none. */
static bool same_type(const struct rulebook *a, uint32_t x, const struct rulebook *b, uint32_t y)
{
	const struct type *t = &a->types.v[x], *u = &b->types.v[y];
	return t->kind == u->kind && str_eq(syms_str(&a->syms, t->name), syms_str(&b->syms, u->name));
}

uint32_t rulebook_fact_like(const struct rulebook *in, const struct rulebook *of, uint32_t fact)
{
	const struct fact *f = &of->facts.v[fact];
	if (in == of)
		return fact;
	uint32_t id = rulebook_fact(in, syms_str(&of->syms, f->name));
	const struct fact *g = id == NO_ID ? NULL : &in->facts.v[id];
	bool same = g && g->nparams == f->nparams && same_type(in, g->value, of, f->value);
	for (uint32_t i = 0; same && i < f->nparams; i++)
		same = same_type(in, g->params[i].type, of, f->params[i].type);
	return same ? id : NO_ID;
}

uint32_t rulebook_article(const struct rulebook *rb, struct str slug)
{
	return look_up(rb, &rb->slug_index, slug);
}

struct str rule_text(const struct rulebook *rb, const struct rule *r)
{
	return str_slice(rb->files.v[r->at.file].text, r->from_byte, r->to_byte);
}

struct str node_text(const struct rulebook *rb, const struct node *n)
{
	return str_slice(rb->files.v[n->at.file].text, n->from, n->to);
}
