/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading a rulebook: text -> syntax -> checks -> program. No I/O: included files come through the caller's reader.
 * The language is that of docs/rules-reference.md (grammar, types, static checks).
 */
#ifndef RULES_RULEBOOK_H
#define RULES_RULEBOOK_H

#include "rules/program.h"

/* Finds the text of `include NAME` as seen from the file `from`: NAME.md, else NAME.rules, beside `from`, else in the
 * standard folder. Text and path must live as long as the rulebook (put them into `a`). Returns 0 or ERR_ABSENT. */
struct rulebook_reader {
	int (*read)(void *ctx, struct arena *a, struct str from, struct str name, struct str *ret_path, struct str *ret_text);
	void *ctx;
};

/* Loads the rulebook `text` named `path` in messages. *ret is made in every case but ERR_SYSTEM, so that its diags can be
 * printed; with ERR_INPUT (errors found) it must not be evaluated. Free with rulebook_free. */
int rulebook_load(struct str path, struct str text, const struct rulebook_reader *reader, struct rulebook **ret, struct err *e);
void rulebook_free(struct rulebook *rb);

/* FILE:LINE: [article] message */
void diag_print(const struct rulebook *rb, const struct diag *d, struct buf *out);

uint32_t rulebook_act(const struct rulebook *rb, struct str name);     /* NO_ID if there is none */
uint32_t rulebook_fact(const struct rulebook *rb, struct str name);
/* The fact of rulebook `in` that has the name and the shape (types of parameters and value) of this fact of rulebook `of`. NO_ID: none. */
uint32_t rulebook_fact_like(const struct rulebook *in, const struct rulebook *of, uint32_t fact);
uint32_t rulebook_article(const struct rulebook *rb, struct str slug);
struct str rule_text(const struct rulebook *rb, const struct rule *r); /* the rule as written */
struct str node_text(const struct rulebook *rb, const struct node *n);

/* A question: status("BY"), status("BY") is observer or partner, in_force("X"), optionally followed by
 * `on DATE` and `as known at N`. Constants are interned in `syms` (a child of the rulebook's, or the rulebook's own if NULL is
 * not to be changed: unknown entities simply have no facts). */
struct question {
	uint32_t fact;
	struct value args[MAX_ARGS];
	bool has_is, negated;	       /* "is v or w" */
	struct value is[MAX_ARGS];
	uint32_t nis;
	bool has_on, has_known;
	civil on; /* as written; a question on a day asks at its end */
	uint64_t known;
};
int question_parse(const struct rulebook *rb, struct syms *syms, struct str text, struct question *ret, struct err *e);

/* What would have had to stand where the question cannot be read on. */
enum question_wanted {
	WANTED_FACT, WANTED_OPEN, WANTED_ARGUMENT, WANTED_CLOSE, WANTED_NUMBER, WANTED_DATE, WANTED_SPAN, WANTED_VALUE, WANTED_ENTITY, WANTED_NO_VALUE,
	WANTED_FEWER, WANTED_KNOWN, WANTED_END,
};
/* Why a question cannot be read, for whoever says so in another language than that of the error. */
struct question_fault {
	enum { FAULT_NONE, FAULT_LEXICAL, FAULT_NO_FACT, FAULT_WANTED } why; /* lexical: it holds what is no word of the rulebook's */
	enum question_wanted wanted;
	struct str found; /* instead, or the name that no fact has: a slice of the text; empty: it ends */
};
void question_fault(const struct rulebook *rb, struct str text, struct question_fault *ret);

#endif
