/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of reasons, node by node (docs/proof.md): what each node says is worked out again from what happened, its text from the rule's
 * own words, and its kids must be those that the rule asks for. `holds`, `value` and `text` of the file are claims, never believed.
 *
 *	reasons.c	nodes, their members, the walk		why.c	a fact that is so, and that it lasted
 *	says.c		a text against a condition		try.c	moments at which a rule could have fired
 *	cond.c		conditions				whynot.c	a fact that is not so
 */
#ifndef PROOF_REASONS_H
#define PROOF_REASONS_H

#include "proof/jv.h"
#include "proof/past.h"

enum { CK_MAX_NODES = 20000, CK_MAX_NODE_DEPTH = 400, CK_MAX_TRIES = 8, CK_MAX_FIRED = 3, CK_MAX_NEGATIVE = 8 };

enum ck_kind { N_FACT, N_RULE, N_ACT, N_WITHOUT_EFFECT, N_NO_ACT, N_NEVER, N_STILL, N_SINCE, N_DELAY, N_WINDOW, N_ALL, N_ANY, N_NOT, N_COUNT,
	N_COMPARE, N_CLOCK, N_VALUE, N_TABLE, N_OVERRIDDEN, N_CORRECTED, N_LATER, N_OPEN, N_CUT, N_KINDS };

struct ck_node {
	const struct jv *json;
	enum ck_kind kind;
	bool holds, checked;
	uint32_t id, parent, same; /* NO_ID: none */
	uint32_t *kids;
	size_t nkids, at; /* at: kids looked at so far */
	struct str text;
};

/* Where the walk is: what a node stands below decides how much it must show. */
struct ck_below {
	bool leaf;     /* facts are stated: below checks that nothing else happened */
	bool numbers;  /* counts are stated */
	bool refuting; /* one part that is false is enough */
	uint32_t negative; /* why-nots within why-nots */
};

struct ck_cx;

struct ck_walk {
	struct ck_past *p;
	const struct ck_book *b;
	struct arena *a;
	struct ck_node *nodes;
	size_t n;
	uint32_t depth, level; /* level: facts within facts */
	struct ck_below in;
	bool *named;	 /* rules that a node names */
	bool some;	 /* not all acts up to the point of knowledge are here */
	bool *unsure;	 /* becomes true: whether an act changed anything is seen only when all rules are carried out */
	const char *reading;
	/* of the try that is looked at, in a why-not: see ck_try_end */
	const struct ck_cx *after, *corrected;
	uint32_t after_round;
	const struct ck_sight *upto;
	bool failed;
	struct err *e;
};

struct ck_cx { /* a rule with its variables at a moment */
	const struct ck_law *w;
	struct ck_sight s;
};

struct ck_wanted { /* one of these values; n = 0: any */
	struct value v[MAX_ARGS];
	uint32_t n;
};

/* Checks one tree. `root`: what is asked. 0, or ERR_REFUSED and *e: which node, what is wrong, what it means. */
int ck_reasons(struct ck_walk *w, const struct jv *nodes, uint32_t fact, const struct value *args, const struct ck_wanted *asked, bool so, civil at);

/* ---- nodes (reasons.c) --------------------------------------------------------------------------------------------------- */

bool ck_fail(struct ck_walk *w, const struct ck_node *n, const char *what, const char *meaning); /* false */
/* The next kid; NULL: none is left (or it is a `cut`, which ends the list: *ret_cut). */
struct ck_node *ck_next(struct ck_walk *w, struct ck_node *n, bool *ret_cut);
struct ck_node *ck_peek(struct ck_walk *w, struct ck_node *n);
/* The next kid must be of this kind. NULL: it is cut off (w->failed false), or refused. */
struct ck_node *ck_need(struct ck_walk *w, struct ck_node *n, enum ck_kind kind);
bool ck_no_more(struct ck_walk *w, struct ck_node *n); /* no kids are left */
bool ck_is_cut(const struct ck_walk *w, const struct ck_node *n); /* its last kid is a cut */

bool ck_holds(struct ck_walk *w, const struct ck_node *n, bool expected);
bool ck_date(struct ck_walk *w, const struct ck_node *n, const char *member, civil expected); /* null: ALWAYS, NEVER */
bool ck_no_member(struct ck_walk *w, const struct ck_node *n, const char *member);
bool ck_is_value(struct ck_walk *w, const struct ck_node *n, const char *member, struct value expected);
bool ck_is_str(struct ck_walk *w, const struct ck_node *n, const char *member, struct str expected);
bool ck_is_number(struct ck_walk *w, const struct ck_node *n, const char *member, uint64_t expected);
bool ck_is_rule(struct ck_walk *w, const struct ck_node *n, uint32_t law);
bool ck_is_fact(struct ck_walk *w, const struct ck_node *n, uint32_t fact, const struct value *args);
bool ck_is_act_args(struct ck_walk *w, const struct ck_node *n, uint32_t kind, const struct value *args);
bool ck_cites_are(const struct ck_book *b, const struct jv *list, const struct syn_cites *c);
bool ck_json_is(const struct ck_book *b, const struct jv *j, struct value v);
struct str ck_print_num(struct ck_walk *w, struct ck_num v);
bool ck_binding(struct ck_walk *w, const struct ck_node *n, struct ck_cx *c); /* binds what the node's binding says */
bool ck_binding_whole(struct ck_walk *w, const struct ck_node *n, const struct ck_cx *c, uint64_t vars); /* exactly these */

static inline civil ck_time(const struct ck_walk *w, uint32_t round)
{
	return w->p->rounds.v[round].at;
}

/* ---- texts (says.c) ------------------------------------------------------------------------------------------------------ */

/* Is the text this condition, under the variables that are bound? Open ones that the text names are bound. */
bool ck_says(struct ck_walk *w, struct str text, struct ck_cx *c, const struct ck_form *f);
bool ck_text(struct ck_walk *w, const struct ck_node *n, struct ck_cx *c, const struct ck_form *f); /* or refused */
/* As ck_text, and open variables must be open in the text too. */
bool ck_text_as_is(struct ck_walk *w, const struct ck_node *n, const struct ck_cx *c, const struct ck_form *f);

/* ---- conditions (cond.c) ------------------------------------------------------------------------------------------------- */

bool ck_ask(struct ck_walk *w, const struct ck_cx *c, const struct ck_form *f); /* is it true, for some of the open variables? */
bool ck_cond(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f);
/* The kids of n from here on are the parts that `and` joins. */
bool ck_parts(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f);
bool ck_value_node(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool holds);
bool ck_plain_form(const struct ck_form *f);

/* ---- facts (why.c, whynot.c) --------------------------------------------------------------------------------------------- */

bool ck_fact_is(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_sight *m);
bool ck_fact_is_not(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_wanted *v,
	const struct ck_sight *m);
bool ck_lacking(struct ck_walk *w, struct ck_node *n, uint32_t fact, const struct value *args, const struct ck_wanted *v, const struct ck_sight *m);
bool ck_anyone(struct ck_walk *w, struct ck_node *n, const struct ck_cx *c, const struct ck_form *f);
bool ck_act_node(struct ck_walk *w, struct ck_node *n, uint32_t act);
bool ck_window(struct ck_walk *w, struct ck_node *parent, const struct ck_law *law, civil at, bool *ret_in);
bool ck_delay(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, uint32_t firing, uint32_t upto, bool *ret_holds);
bool ck_same(struct ck_walk *w, struct ck_node *n, struct ck_node **ret); /* the node it points to is earlier and says the same */
void ck_firing_cx(const struct ck_walk *w, uint32_t firing, struct ck_cx *c);

/* ---- moments (try.c) ----------------------------------------------------------------------------------------------------- */

struct ck_try { /* a moment at which a rule fired or could have */
	struct ck_cx c; /* the state before; the head and the trigger are bound */
	uint32_t round, act, firing; /* NO_ID: none */
	const struct ck_inst *hidden;
	const struct ck_change *rise;
	civil due;
	bool stopped, waiting;
};

bool ck_head(const struct ck_walk *w, const struct ck_law *law, const struct value *args, const struct ck_sight *m, struct ck_cx *c);
bool ck_can(const struct ck_walk *w, const struct ck_law *law, const struct ck_wanted *v);
bool ck_wants(const struct ck_wanted *v, struct value x);
size_t ck_tries(struct ck_walk *w, const struct ck_law *law, const struct value *args, const struct ck_wanted *v, uint32_t after,
	const struct ck_sight *upto, struct ck_try *out);
/* The node is the absence of acts that would fire c's rule in rounds (after, upto]. */
struct ck_absence {
	struct value args[MAX_ARGS];
	civil from, to;
	uint64_t after_place, before_place;
	/* Where other acts of the last instant may be missing: its end may be given as after `place_before`, up to `place_next` (0: none). */
	civil now;
	uint64_t place_before, place_next;
};
void ck_absent(const struct ck_walk *w, const struct ck_cx *c, uint32_t after, const struct ck_sight *upto, struct ck_absence *ret);
bool ck_no_act(struct ck_walk *w, struct ck_node *n, const struct ck_cx *c, const struct ck_absence *a, bool holds);
/* As ck_head; and the variable that is the value is the one that is wanted. */
bool ck_head_value(const struct ck_walk *w, const struct ck_law *law, const struct value *args, const struct ck_wanted *v, const struct ck_sight *m,
	struct ck_cx *c);
bool ck_gave(struct ck_walk *w, const struct ck_try *t, const struct ck_wanted *v, const struct ck_sight *upto); /* the value stands at upto */
bool ck_try_end(struct ck_walk *w, struct ck_node *n, bool replaced);
/* Node n is one `rule` with this try. */
bool ck_try_node(struct ck_walk *w, struct ck_node *n, struct ck_try *t, const struct ck_wanted *v, const struct ck_sight *upto);

#endif
