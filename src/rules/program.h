/* SPDX-License-Identifier: Apache-2.0
 *
 * What a rulebook becomes: declarations, and rules of three kernel forms (effect, definition, forbidden). Obligations,
 * procedures and decisions are gone here (reference, section 9); each rule remembers the construct it came from.
 *
 * Invariants (kept by the parser and checker, relied on by the evaluator):
 *  - everything is resolved to numbers, typed and checked: no name is looked up after loading;
 *  - everything lives in the rulebook's arena and never changes after rulebook_load returns;
 *  - in one rule each variable has one number, also a quantifier's own ones (two quantifiers never share a local);
 *  - `free` of a node holds the variables that occur in it and are not local to a quantifier inside it;
 *  - `binds` holds those of them that the node can bind by itself (reference 5.5);
 *  - a variable that stands in one branch of an `or` only means "for some" there; it is in `free` of that `or` but not in
 *    `binds`, and in neither trigger_vars nor cond_vars: `parent(I) is none or parent(I) is J and in_force(J)`.
 */
#ifndef RULES_PROGRAM_H
#define RULES_PROGRAM_H

#include "base/err.h"
#include "rules/value.h"

enum { MAX_VARS = 64, MAX_ARGS = 16, MAX_READINGS = 32, MAX_NAME = 64, MAX_STRING = 4096, MAX_RULES = 10000,
	MAX_RULEBOOK_BYTES = 4 << 20 };

#define NO_ID UINT32_MAX

struct place { /* where something stands in the text */
	uint16_t file;
	uint32_t line;	  /* from 1 */
	uint32_t article; /* index of the heading above it, or NO_ID */
};

/* Names are numbers, so an index of names is an array: id by name, NO_ID where there is none. */
struct name_index {
	uint32_t *v;
	size_t n;
};

/* ---- types, acts, facts ------------------------------------------------------------------------------------- */

enum type_kind { T_ENTITY, T_UNION, T_ENUM, T_WORD, T_INT, T_DATE, T_SPAN, T_BOOL };

struct type {
	sym name; /* 0: words written out in place */
	enum type_kind kind;
	uint32_t *members; /* T_UNION: type numbers, flattened to T_ENTITY types */
	sym *words;	   /* T_ENUM: in the order of the text, which is their rank */
	uint32_t n;	   /* of members or words */
	struct place at;
};

/* Numbers of the built-in types in rulebook.types */
enum { TYPE_BOOL, TYPE_INT, TYPE_DATE, TYPE_SPAN, TYPE_WORD, TYPE_ROUNDING, TYPE_ACT, TYPE_FIRST_DECLARED };
/* Words of Rounding, interned first: their sym is ROUND_x */
enum { ROUND_EXACT = 1, ROUND_MONTH_AFTER, ROUND_MONTH_OF, ROUND_MONTH_END };

struct param {
	sym name;
	uint32_t type;
	bool optional;
};

enum signer_kind { SIGNER_PARAM, SIGNER_ROLE, SIGNER_BODY, SIGNER_BODY_PARAM };

struct signer {
	enum signer_kind kind;
	uint32_t param; /* SIGNER_PARAM, SIGNER_BODY_PARAM */
	sym name;	/* SIGNER_ROLE: the role word; SIGNER_BODY: the body */
};

struct act_kind {
	sym name;
	struct param *params;
	uint32_t nparams;
	struct signer *signers; /* none: the rulebook does not say who signs */
	uint32_t nsigners;
	struct place at;
};

enum fact_form { FACT_UNSET, FACT_CHANGED, FACT_DEFINED, FACT_TABLE };
enum construct_kind { CONSTRUCT_NONE, CONSTRUCT_OBLIGATION, CONSTRUCT_PROCEDURE, CONSTRUCT_DECISION };

struct fact {
	sym name;
	struct param *params;
	uint32_t nparams;
	uint32_t value; /* type of its value; TYPE_BOOL if boolean */
	enum fact_form form;
	enum construct_kind construct; /* the construct that made it (also its _due, _late, _ballot, _limit facts) */
	uint32_t *rules;	       /* rules with this head, in the order of the text */
	uint32_t nrules;
	struct place at;
};

struct set {
	sym name;
	uint32_t type;
	sym *items;
	uint32_t n;
	struct place at;
};

struct table_row {
	struct value args[MAX_ARGS];
	struct value value;
};

struct table {
	uint32_t fact;
	struct table_row *rows;
	uint32_t n;
	struct cite *cites;
	uint32_t ncites;
	struct place at;
};

/* ---- legal basis ---------------------------------------------------------------------------------------------- */

struct cite {
	struct str text;  /* as written: "Charter 13(2)" */
	uint32_t article; /* of rulebook.articles, or NO_ID: it names a source only */
	uint32_t source;  /* of rulebook.sources, or NO_ID */
};

struct article { /* a heading of the Markdown file */
	struct str title; /* the heading text: "Charter 13 Membership" */
	struct str slug;  /* for addresses: lower case, digits, '-'; unique in the rulebook */
	uint32_t level;	  /* 1 to 6 */
	struct str body;  /* Markdown from below the heading to the next one, rule blocks included */
	struct place at;
};

struct source { /* source NAME "title" */
	sym name;
	struct str title;
	struct place at;
};

struct reading { /* reading NAME "..." */
	sym name;
	struct str text;
	struct place at;
};

/* ---- conditions and expressions -------------------------------------------------------------------------------- */

enum node_kind {
	/* conditions */
	C_AND,	   /* kids */
	C_OR,	   /* kids */
	C_NOT,	   /* kid 0 */
	C_HOLDS,   /* boolean fact(args) */
	C_IS,	   /* fact(args) is kid or kid ...; negated: is none of them. A kid is E_CONST (none allowed) or E_VAR */
	C_VAR_IS,  /* var is kid or kid ...; negated likewise. The variable is bound elsewhere */
	C_IN,	   /* var in items */
	C_SOME,	   /* some var with kid 0 */
	C_EVERY,   /* every var with kid 0 has kid 1 */
	C_CMP,	   /* kid 0 `op` kid 1 */
	C_REACHED, /* kid 0: a date */
	C_PASSED,
	/* expressions */
	E_CONST, /* value */
	E_VAR,	 /* var */
	E_FACT,	 /* the value of fact(args) */
	E_ADD,	 /* kid 0 + kid 1 */
	E_SUB,
	E_MUL,
	E_PERCENT,     /* kid 0 percent of kid 1 */
	E_FRACTION,    /* num/den of kid 0 */
	E_ROUNDED,     /* kid 0 rounded by kid 1 */
	E_MONTH_AFTER, /* first of month after kid 0 */
	E_MONTH_OF,    /* first of month of kid 0 */
	E_MONTH_END,   /* end of month of kid 0 */
	E_LATER,       /* later of kid 0 and kid 1 */
	E_EARLIER,
	E_THAT_DAY,
	E_THAT_INSTANT,
	E_COUNT, /* count of var with kid 0 */
	E_SUM,	 /* sum of kid 1 (E_FACT) of var with kid 0 (NULL: over all var for which kid 1 has a value) */
};

enum cmp { CMP_GE, CMP_GT, CMP_EQ, CMP_LT, CMP_LE };

struct term { /* an argument or value, ready to be read: a variable's number, or a constant */
	uint8_t var; /* TERM_CONST: it is `value`; TERM_ANY: whatever stands there */
	packed value;
};

enum { TERM_CONST = 0xff, TERM_ANY = 0xfe };

struct node {
	uint8_t kind; /* enum node_kind */
	uint8_t op;   /* C_CMP: enum cmp */
	bool negated; /* C_IS, C_VAR_IS: "is not" */
	bool fixed;   /* C_IS, C_VAR_IS: all values are written out. C_AND: no kid is a clock */
	bool counted; /* C_CMP: its count or sum is all that binds a variable, so at least one must be counted (reference 5.5) */
	bool ending;  /* C_IS "is none" or C_NOT of C_HOLDS that ranges over instances that have had a value (reference 5.5, Endings) */
	uint8_t var;  /* C_VAR_IS, C_IN, quantifiers, E_VAR */
	uint8_t nargs;
	uint16_t nkids;
	uint32_t fact;		/* C_HOLDS, C_IS, E_FACT */
	uint32_t nitems;	/* C_IN */
	struct node **kids;	/* a quantifier's condition may be NULL; `in` of a binder is a C_IN joined to its condition */
	struct node **args;	/* of the fact: terms, E_CONST (none allowed) or E_VAR; terms have no free or binds of their own */
	struct term *terms;	/* the same, to be read fast */
	struct term *values;	/* C_IS, C_VAR_IS: its kids likewise */
	sym *items;		/* C_IN */
	int64_t num, den;	/* E_FRACTION */
	struct value value;	/* E_CONST */
	uint32_t type;		/* of an expression's value */
	uint64_t free, binds;	/* see above */
	uint64_t locals;	/* quantifiers: their own variable and those that occur only inside ("for some"). Endings: the variables */
				/* that nothing but endings bind; a C_AND of such: all of these */
	struct place at;
	uint32_t from, to; /* bytes of the rule text of this node in its file, for explanations: [from, to) */
};

/* ---- rules ------------------------------------------------------------------------------------------------------ */

enum rule_form { RULE_EFFECT, RULE_DEFINITION, RULE_FORBIDDEN };
enum trigger_kind { TRIGGER_ACT, TRIGGER_ONCE, TRIGGER_AFTER };

struct var {
	sym name;
	uint32_t type; /* NO_ID: an entity of whatever type */
};

struct trigger {
	enum trigger_kind kind;
	uint32_t act;	      /* TRIGGER_ACT: kind of act, also of RULE_FORBIDDEN */
	struct node **pattern; /* one per parameter: NULL (anything), E_CONST (none allowed) or E_VAR */
	struct term *terms;    /* the same, to be read fast */
	struct node *cond;    /* TRIGGER_ONCE, TRIGGER_AFTER. `on E` is ONCE reached E, `after E` is ONCE passed E */
	struct node *span;    /* TRIGGER_AFTER: a Span */
};

struct rule {
	sym label;
	struct cite *cites;
	uint32_t ncites;
	enum rule_form form;
	enum construct_kind construct; /* where it comes from ... */
	const char *part;	       /* ... and which part of it: "arises", "overdue", "stage", "opens", "adopted" ...; NULL */
	uint32_t order;		       /* place in the text, construct expansion included */
	civil from, until;	       /* window [from, until): CIVIL_ALWAYS, CIVIL_NEVER if open */
	uint32_t readings;	       /* bit set of readings it belongs to; 0: always applies */
	bool retroactive;
	uint32_t *overrides; /* rule numbers (all versions of each label) */
	uint32_t noverrides;
	uint32_t fact;	    /* head; RULE_FORBIDDEN: the fact breach */
	struct node **args; /* of the head, one per parameter; RULE_FORBIDDEN: none */
	struct term *terms; /* the same, to be read fast */
	struct node *value; /* RULE_EFFECT: becomes; E_CONST none for `ends` and `becomes none`, E_CONST yes for `begins` */
	struct trigger trigger; /* RULE_EFFECT, RULE_FORBIDDEN (act) */
	struct node *cond;	/* `if` of an effect (NULL: none); `while` of a definition or of `is forbidden` */
	struct node *effect;	/* with effect from; NULL: at once */
	bool still_so;		/* else regardless */
	struct var *vars;
	uint32_t nvars;
	uint64_t trigger_vars; /* the variables that the trigger binds: they tell its instances apart */
	uint64_t cond_vars;    /* those of `if` (or `while`) that it or the trigger binds */
	struct place at;
	uint32_t from_byte, to_byte; /* the rule's text in its file, from its word `rule` on; a construct's rules share it */
};

struct file {
	struct str path, text; /* as given to the loader */
};

struct diag {
	bool error; /* else a warning */
	struct place at;
	struct str article; /* what the rule cites first, or the heading above; may be empty */
	struct str message; /* without file, line and article: see diag_print */
	struct str hint;    /* a suggestion; may be empty */
};

struct rulebook {
	struct arena arena;
	struct syms syms;
	sym name;
	int64_t version;
	struct { struct file *v; size_t n, cap; } files;
	struct { struct article *v; size_t n, cap; } articles;
	struct { struct source *v; size_t n, cap; } sources;
	struct { struct reading *v; size_t n, cap; } readings;
	struct { struct type *v; size_t n, cap; } types;
	struct { struct act_kind *v; size_t n, cap; } acts;
	struct { struct fact *v; size_t n, cap; } facts;
	struct { struct set *v; size_t n, cap; } sets;
	struct { struct table *v; size_t n, cap; } tables;
	struct { struct rule *v; size_t n, cap; } rules;
	struct { struct diag *v; size_t n, cap; } diags; /* by file and line */
	bool more_errors, more_warnings; /* than are kept in diags */
	struct name_index type_index, act_index, fact_index, set_index, source_index, slug_index;
};

#endif
