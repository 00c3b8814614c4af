/* SPDX-License-Identifier: Apache-2.0
 *
 * Declarations: types, acts, facts, sets, tables; and citations.
 */
#include "rules/parse.h"

static struct syn_name named(struct parser *p, const char *what)
{
	struct syn_name n = {.at = here(p)};
	n.name = expect_name(p, what);
	return n;
}

/* An act, fact, set or table may not be called by a word that may stand before a bracket. */
static struct syn_decl new_decl(struct parser *p, enum keyword what, const char *name)
{
	struct syn_name n = named(p, name);
	if (!p->panic && n.name >= KW_AFTER && n.name <= KW_WITH)
		complain(p->l, NULL, n.at, "%.*s is a word of the language; choose another name",
			NAME_ARG(p->l, n.name));
	return (struct syn_decl){.what = what, .name = n.name, .at = n.at};
}

static void add_decl(struct parser *p, const struct syn_decl *d)
{
	if (p->panic)
		return;
	if (p->l->syntax.decls.n == MAX_DECLARATIONS) {
		if (!p->l->full)
			complain(p->l, NULL, d->at, "more than %d declarations of types, acts, facts, sets and tables", MAX_DECLARATIONS);
		p->l->full = true;
		return;
	}
	arena_push(&p->l->scratch, &p->l->syntax.decls, *d);
}

/* domain = NAME | word { "|" word } */
static struct syn_domain parse_domain(struct parser *p)
{
	struct syn_domain d = {.given = true};
	do {
		struct syn_name n = named(p, "a type, or words");
		arena_push(&p->l->scratch, &d.words, n);
	} while (accept(p, SIGN('|')));
	return d;
}

/* "(" [ NAME ":" domain { "," NAME ":" domain } ] ")" */
static void parse_params(struct parser *p, struct syn_decl *d)
{
	expect(p, SIGN('('), "(");
	if (accept(p, SIGN(')')))
		return;
	do {
		struct syn_name n = named(p, "the name of an argument");
		struct syn_param param = {.name = n.name, .at = n.at};
		expect(p, SIGN(':'), ": and a type");
		if (next_is_word(p, KW_OPTIONAL) && peek(p, 1)->kind == TOKEN_NAME) {
			param.optional = accept_word(p, KW_OPTIONAL);
			if (d->what != KW_ACT)
				syntax_error(p, "only an argument of an act can be optional");
		}
		param.domain = parse_domain(p);
		arena_push(&p->l->scratch, &d->params, param);
	} while (accept(p, SIGN(',')));
	expect(p, SIGN(')'), ", or )");
	if (!p->panic && d->params.n > MAX_ARGS)
		syntax_error(p, "%.*s has %zu arguments; at most %d are allowed", NAME_ARG(p->l, d->name), d->params.n,
			MAX_ARGS);
}

/* type = "type" tdecl { "," tdecl }.   tdecl = NAME [ "=" ( NAME { "|" NAME } ) ] */
void parse_types(struct parser *p)
{
	do {
		struct syn_name n = named(p, "the name of a type");
		struct syn_decl d = {.what = KW_TYPE, .name = n.name, .at = n.at};
		if (!p->panic && !is_variable(p->l, d.name))
			syntax_error(
				p, "the name of a type starts with a capital: %.*s does not", NAME_ARG(p->l, d.name));
		if (accept(p, SIGN('=')))
			d.domain = parse_domain(p);
		add_decl(p, &d);
	} while (accept(p, SIGN(',')));
}

/* signer = NAME | "body" ( NAME | STRING ) */
static struct syn_signer parse_signer(struct parser *p)
{
	struct syn_signer s = {.at = here(p)};
	uint16_t after = peek(p, 1)->kind;
	s.body = next_is_word(p, KW_BODY) &&
		 (after == TOKEN_STRING || (after == TOKEN_NAME && is_variable(p->l, peek(p, 1)->name)));
	if (s.body)
		(void)accept_word(p, KW_BODY);
	const struct token *t = peek(p, 0);
	s.quoted = s.body && accept(p, TOKEN_STRING);
	s.name = s.quoted ? t->name : expect_name(p, "who signs: an argument, a role, or body \"...\"");
	return s;
}

/* act = "act" adecl { "," adecl }.   adecl = NAME params [ "by" signer { "or" signer } ] */
void parse_acts(struct parser *p)
{
	do {
		struct syn_decl d = new_decl(p, KW_ACT, "the name of an act");
		parse_params(p, &d);
		if (accept_word(p, KW_BY)) {
			do {
				struct syn_signer s = parse_signer(p);
				arena_push(&p->l->scratch, &d.signers, s);
			} while (accept_word(p, KW_OR));
		}
		add_decl(p, &d);
	} while (accept(p, SIGN(',')));
}

/* fact = "fact" fdecl { "," fdecl }.   fdecl = NAME params [ ":" domain ] */
void parse_facts(struct parser *p)
{
	do {
		struct syn_decl d = new_decl(p, KW_FACT, "the name of a fact");
		parse_params(p, &d);
		if (accept(p, SIGN(':')))
			d.domain = parse_domain(p);
		add_decl(p, &d);
	} while (accept(p, SIGN(',')));
}

/* set = "set" NAME "of" NAME cites "{" STRING { "," STRING } "}" */
void parse_set(struct parser *p)
{
	struct syn_decl d = new_decl(p, KW_SET, "the name of a set");
	expect_word(p, KW_OF);
	struct syn_name of = named(p, "a type");
	arena_push(&p->l->scratch, &d.domain.words, of);
	parse_cites(p, &d.cites);
	expect(p, SIGN('{'), "{");
	do {
		const struct token *t = peek(p, 0);
		expect(p, TOKEN_STRING, "an entity in quotes");
		if (!p->panic)
			arena_push(&p->l->scratch, &d.items, t->name);
	} while (accept(p, SIGN(',')));
	expect(p, SIGN('}'), ", or }");
	add_decl(p, &d);
}

static struct syn_row parse_row(struct parser *p)
{
	struct syn_row row = {.at = here(p)};
	sym args[MAX_ARGS];
	for (const struct token *t = peek(p, 0); row.nargs < MAX_ARGS && accept(p, TOKEN_STRING); t = peek(p, 0))
		args[row.nargs++] = t->name;
	row.args = arena_copy(&p->l->scratch, args, row.nargs * sizeof *args);
	if (row.nargs == 0)
		expect(p, TOKEN_STRING, "an entity in quotes");
	struct syn *v = parse_prim(p);
	row.value = v->value;
	if (!p->panic && (v->kind != E_CONST || row.value.kind == V_ENTITY))
		syntax_error(p, "a row ends in a number, a date or a span");
	return row;
}

/* table = "table" NAME params ":" ( "Int" | "Date" | "Span" ) cites "{" row { "," row } "}" */
void parse_table(struct parser *p)
{
	struct syn_decl d = new_decl(p, KW_TABLE, "the name of a table");
	parse_params(p, &d);
	expect(p, SIGN(':'), ": and Int, Date or Span");
	d.domain = parse_domain(p);
	parse_cites(p, &d.cites);
	expect(p, SIGN('{'), "{");
	do {
		struct syn_row row = parse_row(p);
		arena_push(&p->l->scratch, &d.rows, row);
	} while (accept(p, SIGN(',')));
	expect(p, SIGN('}'), ", or }");
	add_decl(p, &d);
}

/* Blanks and line ends at both ends gone, runs of them one blank. */
static struct str one_spaced(struct arena *a, struct str s)
{
	s = str_trim(s);
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		bool blank = s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r';
		if (!blank)
			p[n++] = s.p[i];
		else if (p[n - 1] != ' ')
			p[n++] = ' ';
	}
	return (struct str){p, n};
}

/* cites = "[" text { ";" text } "]". What they mean is looked up later (cite.c). */
void parse_cites(struct parser *p, struct syn_cites *out)
{
	out->at = here(p);
	const struct token *t = peek(p, 0);
	if (!accept(p, TOKEN_CITES))
		return;
	struct arena *a = &p->l->rb->arena;
	struct str rest = str_slice(p->l->rb->files.v[p->file].text, t->from + 1, t->to - 1), one;
	bool more;
	do {
		one = rest;
		more = str_cut(rest, ';', &one, &rest);
		struct cite c = {.text = one_spaced(a, one), .article = NO_ID, .source = NO_ID};
		if (c.text.n)
			arena_push(&p->l->scratch, out, c);
	} while (more);
}
