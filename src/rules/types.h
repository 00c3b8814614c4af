/* SPDX-License-Identifier: Apache-2.0
 *
 * What the loader asks of types. A type number may be NO_ID: not known (yet), which goes with anything.
 */
#ifndef RULES_TYPES_H
#define RULES_TYPES_H

#include "rules/load.h"

void types_builtin(struct loader *l);
/* A new enumeration; name 0: of words written out in place. */
uint32_t type_of_words(struct loader *l, sym name, const struct syn_names *words, struct place at);
uint32_t type_named(struct loader *l, const struct syn_name *n); /* complains; NO_ID if there is none */
uint32_t type_of_domain(struct loader *l, const struct syn_domain *d);

/* The type of a variable that stands at places of type a and of type b: the narrower one. False if no value can be both.
 * Unions meet if they share a member, enumerations if they share a word. */
bool type_meet(const struct loader *l, uint32_t a, uint32_t b, uint32_t *ret);
bool type_fits(const struct loader *l, uint32_t value, uint32_t into); /* may a fact of type `into` take it? */
bool type_has_word(const struct loader *l, uint32_t type, sym word);
bool type_is_entity(const struct loader *l, uint32_t type);
bool type_is_word(const struct loader *l, uint32_t type);
struct str type_name(struct loader *l, uint32_t type);		   /* "State", "yes | no" */
struct str type_with_article(struct loader *l, uint32_t type);	   /* "a State", "an Instrument" */
#define TYPE_ARG(l, type) STR_ARG(type_name((l), (type)))

#endif
