/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside phrases: templates and their slots.
 */
#ifndef REGISTER_PHRASE_INTERNAL_H
#define REGISTER_PHRASE_INTERNAL_H

#include "register/org.h"
#include "register/phrase.h"

enum { MAX_SLOTS = MAX_ARGS + 8 };

struct slot {
	struct str name;
	struct phrase is;
	bool absent; /* `is` only fills the gap ("any State"): a [ ... ] with this slot is left out */
};

struct slots {
	struct slot v[MAX_SLOTS];
	size_t n;
};

void slot_add(struct slots *s, struct str name, struct phrase is);
void slot_absent(struct slots *s, struct str name, struct phrase filler);
void slot_text(const struct phrasing *p, struct slots *s, const char *name, struct str text);

/* Writes a template with its slots filled. */
void phrase_expand(const struct phrasing *p, struct str template, const struct slots *s, struct phrase *out);
/* The template of "phrases" by that name, filled. */
struct phrase phrase_glue(const struct phrasing *p, const char *name, const struct slots *s);

void phrase_add(const struct phrasing *p, struct phrase *x, struct piece piece);
void phrase_add_text(const struct phrasing *p, struct phrase *x, struct str text);
void phrase_append(const struct phrasing *p, struct phrase *x, const struct phrase *more);

const struct rulebook *phrase_rulebook(const struct phrasing *p);
/* A number for people: in the digits that the words of the language name ("digits" of its phrases), if they do; names stay. */
struct str phrase_digits(const struct phrasing *p, struct str text);
struct str phrase_word(const struct phrasing *p, const char *section, struct str name, const char *member); /* of words, or empty */
struct phrase phrase_plain(const struct phrasing *p, struct str text);
struct phrase phrase_act_ref(const struct phrasing *p, uint64_t pos); /* "act 391" */

/* As phrase_interval, where the days are words already. */
struct phrase phrase_between(const struct phrasing *p, civil from, struct phrase first, civil to, struct phrase last);
struct phrase phrase_op(const struct phrasing *p, const char *section, uint8_t cmp); /* "at least", of "ops", "count_ops", "date_ops" */

/* A sentence of a fact: its template `member`, or the general one for "is", "not", "none", "why", "why_none". Open arguments (V_NONE)
 * are spoken of by the member of their type's words: the first by `first`, others by `rest`. Values are joined by "or". */
struct fact_words {
	uint32_t fact;
	const char *member, *first, *rest;
	const struct value *args, *v;
	uint32_t nv;
	struct phrase date; /* {date} */
};
struct phrase phrase_fact_words(const struct phrasing *p, const struct fact_words *w); /* empty: it has no such words */
struct phrase phrase_filler(const struct phrasing *p, uint32_t type, const char *filler); /* "any State", "no decision", "it" */

/* ---- conditions (phrase_cond.c): nodes of a proof that have their syntax and the values of its variables --------------------- */

bool phrase_has_words(const struct proof *x);
struct phrase phrase_condition(const struct phrasing *p, const struct proof *x, bool negated);
struct phrase phrase_compare(const struct phrasing *p, const struct proof *x);
struct phrase phrase_count(const struct phrasing *p, const struct proof *x);
struct phrase phrase_clock(const struct phrasing *p, const struct proof *x);
struct phrase phrase_value_of(const struct phrasing *p, const struct proof *x);
struct phrase phrase_open(const struct phrasing *p, const struct proof *x);

/* Slots from parameters and values: one for each, and {args}: those that are not V_NONE, joined by commas. `filler`: the member of a
 * type's words that stands for V_NONE ("any", "no"). The first V_NONE takes `first_filler`. */
void phrase_params(const struct phrasing *p, const struct param *params, uint32_t n, const struct value *args, const char *first_filler,
	const char *filler, struct slots *s);

#endif
