/* SPDX-License-Identifier: Apache-2.0
 *
 * What a record leaves open of a condition (explain_touched.c and explain_needed.c only).
 *
 * Some facts are what acts make them and nothing else: every rule of theirs is fired by an act that names their arguments. Such a fact
 * has a value only if an act said so, in whatever version and on whatever day. So the acts that there are, and those on trial, tell for
 * which things a condition that asks for it can hold at any time. What is told is never too little: an act that had no effect counts, too.
 */
#ifndef RULES_EXPLAIN_NEEDED_H
#define RULES_EXPLAIN_NEEDED_H

#include "rules/explain_int.h"

struct on_record { /* the acts that are looked at */
	const struct eval *e;
	civil at;
	size_t counted; /* of e->acts: those dated up to `at` */
	const struct act *more; /* on trial */
	size_t nmore;
};

struct on_record on_record(const struct eval *e, civil at, const struct act *more, size_t nmore);

struct version_walk { /* along the known versions of acts dated up to then, of a kind and with these arguments; V_NONE: any */
	const struct on_record *on;
	const struct value *asked; /* must live as long as the walk */
	struct act_walk walk;
	uint32_t kind;
	int step;
};

void version_walk(struct version_walk *w, const struct on_record *on, uint32_t kind, const struct value *asked);
const struct act *version_walk_next(struct version_walk *w); /* NULL: there is no other. Those on trial are not among them */

struct part { /* of a condition: what must hold, or that an act fires the rule */
	const struct node *node;
	const struct rule *acts_of;
};

struct ways { /* the bindings of these variables under which a part can hold; 0: of any value */
	uint64_t vars;
	struct tuples rows;
};

/* False: it can hold in too many ways, or other things than acts can make it hold. `c`: what is bound. Memory is from `a`. */
bool needed_ways(const struct on_record *on, const struct cx *c, const struct part *p, struct arena *a, struct ways *ret);
void needed_bind(struct cx *c, const struct ways *w, size_t row);

#endif
