/* SPDX-License-Identifier: Apache-2.0
 *
 * The law as the checker reads it: from the trees of the parser (rules/syntax.h) to rules in the plain form of the reference, section 9,
 * with a number for each fact, kind of act and variable. Shares nothing with the compiler of the engine.
 *
 * Invariants: a law that ck_law_read gave back without an error names no unknown fact, act, set or reading, and no definition rests on
 * itself. Rules are numbered in the order of the text, obligations, procedures and decisions as the rules that they stand for.
 * Everything lives in the arenas of the loader. It does not check types: a text with errors was never adopted, and one that
 * was forged fails at its hash.
 */
#ifndef PROOF_LAW_H
#define PROOF_LAW_H

#include "rules/load.h"

enum { CK_MAX_PARTS = 64 /* conditions joined by one `and` */, CK_BUDGET = 100 * 1000 * 1000 /* parts of conditions looked at */,
	CK_MAX_DEEP = 4000 /* of them at once */, CK_MAX_CHAIN = 300 /* definitions that rest on each other */ };

static inline uint64_t ck_bit(uint32_t var)
{
	return (uint64_t)1 << var;
}

struct ck_term { /* an argument, or a value after `is` */
	enum { CK_ANY, CK_VAR, CK_VALUE } kind;
	uint8_t var;
	struct value value; /* may be V_NONE */
};

/* A condition or expression; its kind is an enum node_kind of the grammar. */
struct ck_form {
	uint8_t kind, op, var; /* var: quantifiers, C_VAR_IS, C_IN, E_VAR */
	bool negated, ending;
	uint32_t fact, nargs, nkids, nterms, nitems;
	struct ck_term *args;  /* of the fact */
	struct ck_term *terms; /* C_IS, C_VAR_IS: after `is` */
	struct ck_form **kids;
	sym *items; /* C_IN */
	sym set;    /* its name, 0: written out */
	sym word;   /* the word by which a decision counts, else 0 */
	int64_t num, den;
	struct value value;	   /* E_CONST */
	uint64_t free, binds, own; /* variables: that occur; that it binds; of a quantifier alone */
};

struct ck_law { /* one rule */
	uint32_t id;
	const struct statement *st; /* its head, file and line */
	const char *part;	    /* of a construct */
	struct syn_cites cites;	    /* of its stage, then of its head */
	uint32_t to_byte;
	enum rule_form form;
	uint32_t fact;
	struct ck_term *head; /* NULL for `is forbidden` */
	enum trigger_kind trigger;
	uint32_t act;
	struct ck_term *pattern; /* of the act, one for each of its parameters */
	struct ck_form *when, *span, *cond, *value, *effect;
	bool still_so;
	uint32_t readings; /* bits; 0: all */
	uint32_t *overrides;
	size_t noverrides;
	uint32_t nvars;
	sym *vars; /* their names */
	uint64_t trigger_vars, cond_vars;
};

struct ck_fact {
	sym name;
	uint32_t nparams;
	enum value_kind value; /* V_YES: it is so or not */
	enum value_kind *params; /* kinds of its arguments; an entity where nothing says so */
	bool defined, table;
	struct { uint32_t *v; size_t n, cap; } laws; /* with this head, in the order of the text */
	const struct syn_decl *decl; /* of a table */
};

struct ck_param {
	sym name;
	bool optional;
	enum value_kind kind;
};

struct ck_act_kind {
	sym name;
	uint32_t nparams;
	struct ck_param *params;
	const struct syn_decl *decl; /* who signs it stands there, after `by` */
};

struct ck_book {
	struct loader *l;
	struct rulebook *rb; /* what the parser fills: names, files, headings, sources, readings */
	struct { struct ck_fact *v; size_t n, cap; } facts;
	struct { struct ck_act_kind *v; size_t n, cap; } acts;
	struct { struct ck_law *v; size_t n, cap; } laws;
	struct name_index fact_of, act_of, type_of, set_of;
	struct { const struct syn_decl **v; size_t n, cap; } tables;
	uint64_t budget; /* of work in carrying it out: CK_BUDGET */
	struct err *e;
	bool bad; /* *e is filled */
};

/* Reads `text` named `path`, and what it includes; both must live as long as *ret. ERR_INPUT: it is no law; *e says file and line. */
int ck_law_read(struct str path, struct str text, const struct rulebook_reader *reader, struct ck_book *ret, struct err *e);
void ck_law_done(struct ck_book *b);

uint32_t ck_fact_named(const struct ck_book *b, struct str name); /* NO_ID */
uint32_t ck_act_named(const struct ck_book *b, struct str name);
struct str ck_name(const struct ck_book *b, sym name);
struct str ck_law_text(const struct ck_book *b, const struct ck_law *w); /* its own words */

/* ---- inside (law.c, plain.c, form.c) ----------------------------------------------------------------------------------- */

void ck_law_error(struct ck_book *b, const struct statement *st, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
uint32_t ck_fact_add(struct ck_book *b, sym name, uint32_t nparams, enum value_kind value);
sym ck_joined(struct ck_book *b, sym name, const char *suffix); /* "_due" */
/* Does the decision close at a date known only when it opens, and so kept in d_limit? */
bool ck_has_limit(struct ck_book *b, const struct statement *st);
bool ck_span_fact(const struct ck_book *b, const struct syn *s);
void ck_plain(struct ck_book *b, const struct statement *st); /* adds the rules that it stands for */
/* Adds one rule in plain form. */
void ck_law_add(struct ck_book *b, const struct statement *plain, const struct statement *from);
struct ck_form *ck_form_of(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn *t, bool expression);
void ck_collect(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn *t);
struct ck_term ck_term_of(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn *t);
void ck_bind(struct ck_form *f);   /* free, binds */
void ck_endings(struct ck_form *f); /* of a trigger (reference 5.5) */
uint64_t ck_vars_of(const struct ck_term *t, size_t n);

#endif
