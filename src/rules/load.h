/* SPDX-License-Identifier: Apache-2.0
 *
 * The loader's own state, shared by the steps from text to program; in their order:
 *
 *   files.c     the files, with what they include
 *   markdown.c  file -> blocks of rule text, headings          lex.c      blocks -> tokens
 *   parse*.c    tokens -> trees (syntax.h)                     declare.c  types, acts, facts, sets, tables
 *   cite.c      citations -> headings and sources              desugar.c  constructs -> rules (reference, section 9)
 *   resolve.c   trees -> nodes: names, variables, types        bind.c     what binds each variable
 *   link.c      rules of a fact, versions, overrides           check.c    cycles
 *   warn.c, conflict.c, lasting.c  warnings                    reach.c, stuck.c  rules that can never apply
 */
#ifndef RULES_LOAD_H
#define RULES_LOAD_H

#include "rules/rulebook.h"
#include "rules/syntax.h"

enum { MAX_ERRORS = 100, MAX_WARNINGS = 1000,
	MAX_SUGGESTIONS = 20, MAX_FILES = 256, MAX_INCLUDE_DEPTH = 32 };

/* The construct that a fact belongs to: one label, in all its versions. */
struct owner {
	enum construct_kind kind;
	sym label;
};

struct loader {
	struct rulebook *rb;
	struct arena scratch; /* syntax, and what only loading needs */
	const struct rulebook_reader *reader;
	size_t bytes; /* of all files */
	uint32_t depth; /* of includes */
	struct syntax syntax;
	struct { const struct statement **v; size_t n, cap; } rules; /* desugared; rule i of the rulebook is from v[i] */
	struct { struct owner *v; size_t n, cap; } owners;    /* by fact */
	struct name_index labels, readings, files;	      /* label: its first statement */
	struct name_index slug_counts;			      /* by the slug of equal headings: the last number given */
	struct name_index seen;				      /* by word: the last type that lists it */
	struct name_index asked;			      /* by name: the last file that included it */
	uint32_t *article_order;			      /* headings sorted by text, see cite.c */
	size_t errors, warnings, suggestions;
	bool full; /* a limit of the whole text was passed: stop */
};

/* ---- messages (names.c) ---------------------------------------------------------------------- */

/* `about` gives the article to name, and may be NULL: then it is the heading above `at`. */
void complain(struct loader *l, const struct syn_head *about, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void warn(struct loader *l, const struct syn_head *about, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void hint(struct loader *l, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* to the message just made */
void hint_other(struct loader *l, struct place here, struct place other, const char *advice); /* where the other one stands */

/* "did you mean ...?": the name nearest to `name`, by edit distance, among those offered. */
struct nearest {
	struct str name, best;
	size_t distance;
	bool off; /* enough suggestions were made */
};
struct nearest nearest_to(struct loader *l, sym name);
void nearest_offer(struct nearest *n, struct str candidate);
void hint_nearest(struct loader *l, const struct nearest *n);

struct str name_of(const struct loader *l, sym name);
#define NAME_ARG(l, name) STR_ARG(name_of((l), (name)))
bool is_variable(const struct loader *l, sym name); /* starts with a capital */

/* ---- names -> numbers (names.c) -------------------------------------------------------------- */

uint32_t index_get(const struct name_index *ix, sym name); /* NO_ID if it is not there */
void index_put(struct arena *a, struct name_index *ix, sym name, uint32_t id);
/* Complains and returns false if the name is there already. */
bool index_add(struct loader *l, struct name_index *ix, const char *what, sym name, uint32_t id, struct place at);

/* ---- steps ----------------------------------------------------------------------------------- */

/* A file of the rulebook, the first one the main one; then the files that it includes. */
void load_file(struct loader *l, struct str path, struct str text);
void include_file(struct loader *l, uint32_t from_file, struct str name, struct place at);
struct blocks {
	struct block *v;
	size_t n, cap;
};
void markdown_read(struct loader *l, uint16_t file, struct blocks *out);
void parse_tokens(struct loader *l, uint16_t file, const struct tokens *tokens);
void declare_all(struct loader *l);
void articles_sort(struct loader *l);
void cites_resolve(struct loader *l, const struct syn_head *about, const struct syn_cites *c, struct cite **ret,
	uint32_t *ret_n);
void desugar_all(struct loader *l);
void resolve_all(struct loader *l);
void link_all(struct loader *l);
void check_all(struct loader *l);
void warn_all(struct loader *l);

#endif
