/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parser makes of the text: the grammar (reference, section 3) as trees, with names not yet looked up.
 *
 * Invariants: everything lives in the loader's scratch arena and is never changed after parsing (constructs share
 * subtrees with the rules they become); no tree is deeper than MAX_DEPTH, so walking one by recursion is safe.
 */
#ifndef RULES_SYNTAX_H
#define RULES_SYNTAX_H

#include "rules/lex.h"

enum { MAX_DEPTH = 64, MAX_KIDS = 4096 };

/* A condition or expression. `kind` is an enum node_kind where the grammar alone decides it, else one of these. */
enum syn_kind {
	S_ATOM = 64, /* name(kids ...): an act, a fact that holds, or its value */
	S_NAME,	     /* a variable or a word */
	S_NONE,
	S_ANY, /* _ */
};

struct syn {
	uint8_t kind;
	uint8_t op;	 /* C_CMP */
	uint8_t depth;
	bool negated;	 /* C_IS */
	bool own;	 /* a quantifier whose variable is its own, whatever the rule around it calls S (decisions) */
	uint16_t n;	 /* of kids */
	sym name;	 /* S_ATOM, S_NAME; C_IN: the set, 0 if its items are written out; quantifiers: their variable */
	/* S_ATOM: arguments; C_IS: subject, then values; C_IN: subject; quantifiers: condition or NULL, then what every one
	 * `has`, or the weight of a sum; else as in struct node */
	struct syn **kids;
	union {
		sym *arg_names; /* S_ATOM: of `name: value` arguments, else 0; NULL if there are none */
		struct {
			sym *items; /* C_IN */
			uint32_t nitems;
		};
		struct value value; /* E_CONST */
		struct {
			int64_t num, den; /* E_FRACTION */
		};
	};
	struct place at;
	uint32_t from, to;
};

enum trigger_word { ON, ONCE, AFTER };

struct syn_trigger {
	enum trigger_word word;
	struct syn *what;  /* ON: pattern or expression; AFTER: expression; ONCE: condition */
	struct syn *cond;  /* AFTER what OF cond */
	struct place at;
};

struct syn_names {
	struct syn_name { sym name; struct place at; } *v;
	size_t n, cap;
};

struct syn_cites {
	struct cite *v;
	size_t n, cap;
	struct place at;
};

struct syn_head {
	sym label;
	struct syn_cites cites;
	bool retroactive;
	civil from, until;
	struct syn_names overrides, readings;
	struct place at;
	uint32_t from_byte;
};

/* A stage of a procedure, or a ballot of a decision. */
struct syn_clause {
	sym word; /* KW_NONE: none */
	struct syn_cites cites; /* of a stage: its own */
	struct syn_names from;
	struct syn_trigger trigger;
	struct syn *cond;
	struct place at;
};

enum change { CHANGE_NONE, BEGINS, ENDS, BECOMES };
enum choice { CHOICE_NONE, STILL_SO, REGARDLESS };

/* A rule or a construct. After desugaring only rules are left (construct NONE, or the one they come from). */
struct statement {
	struct syn_head *head;
	enum construct_kind construct;
	struct syn *atom;
	uint32_t to_byte;

	/* rules */
	enum rule_form form;
	enum change change;
	struct syn *value;	     /* BECOMES */
	struct syn_trigger trigger;  /* also `arises` and `opens` */
	struct syn *cond;	     /* also `while`, and the `if` of arises and opens */
	struct syn *effect;
	enum choice choice;
	const char *part;
	const struct syn_cites *own; /* of a stage that cites articles of its own, before those of the head; else NULL */

	/* obligations */
	struct syn *due, *fulfilled, *waived;
	bool has_lapses;
	struct syn_trigger lapses;

	/* procedures: stages; decisions: ballots */
	struct { struct syn_clause *v; size_t n, cap; } clauses;

	/* decisions */
	struct syn_trigger closes;
	sym voter;
	struct place voter_at;
	struct syn *voters, *adopted;

	uint32_t order; /* among the statements of the text */

	/* filled later */
	uint32_t first_rule, nrules; /* of the rulebook */
	uint32_t next_version;	     /* the next statement with this label, or NO_ID */
};

/* ---- declarations ---------------------------------------------------------------------------- */

struct syn_domain {
	struct syn_names words; /* several, or one in lower case: words written out; one capital: a type */
	bool given;
};

struct syn_param {
	sym name;
	bool optional;
	struct syn_domain domain;
	struct place at;
};

struct syn_signer {
	bool body;
	bool quoted; /* body "CHS" */
	sym name;
	struct place at;
};

/* A type, act, fact, set or table. */
struct syn_decl {
	enum keyword what;
	sym name;
	struct syn_domain domain; /* type: what stands after =; fact: its values; set: of; table: values */
	struct { struct syn_param *v; size_t n, cap; } params;
	struct { struct syn_signer *v; size_t n, cap; } signers;
	struct syn_cites cites;
	struct { sym *v; size_t n, cap; } items;	  /* set */
	struct { struct syn_row *v; size_t n, cap; } rows; /* table */
	struct place at;
};

struct syn_row {
	sym *args;
	uint32_t nargs;
	struct value value;
	struct place at;
};

struct syntax {
	struct { struct syn_decl *v; size_t n, cap; } decls;
	struct { struct statement **v; size_t n, cap; } statements;
	bool broken; /* a declaration could not be read: unknown names may be its fault */
};

#endif
