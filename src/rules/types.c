/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/types.h"

#include <string.h>

static void add_builtin(struct loader *l, enum keyword name, enum type_kind kind)
{
	struct rulebook *rb = l->rb;
	struct type t = {.name = (sym)name, .kind = kind};
	t.at.article = NO_ID;
	if (name != KW_T_BOOL)
		index_put(&rb->arena, &rb->type_index, (sym)name, (uint32_t)rb->types.n);
	arena_push(&rb->arena, &rb->types, t);
}

void types_builtin(struct loader *l)
{
	static const sym rounding[] = {ROUND_EXACT, ROUND_MONTH_AFTER, ROUND_MONTH_OF, ROUND_MONTH_END};
	add_builtin(l, KW_T_BOOL, T_BOOL);
	add_builtin(l, KW_T_INT, T_INT);
	add_builtin(l, KW_T_DATE, T_DATE);
	add_builtin(l, KW_T_SPAN, T_SPAN);
	add_builtin(l, KW_T_WORD, T_WORD);
	add_builtin(l, KW_T_ROUNDING, T_ENUM);
	add_builtin(l, KW_T_ACT, T_ENTITY);
	struct type *r = &l->rb->types.v[TYPE_ROUNDING], *act = &l->rb->types.v[TYPE_ACT];
	r->words = arena_copy(&l->rb->arena, rounding, sizeof rounding);
	r->n = sizeof rounding / sizeof *rounding;
	act->members = arena_new(&l->rb->arena, uint32_t);
	act->members[0] = TYPE_ACT;
	act->n = 1;
}

/* ---- from the text --------------------------------------------------------------------------- */

uint32_t type_of_words(struct loader *l, sym name, const struct syn_names *words, struct place at)
{
	struct rulebook *rb = l->rb;
	struct type t = {.name = name, .kind = T_ENUM, .at = at};
	t.words = arena_array(&rb->arena, words->n, sym);
	for (size_t i = 0; i < words->n; i++) {
		sym w = words->v[i].name;
		bool again = index_get(&l->seen, w) == (uint32_t)rb->types.n;
		if (is_variable(l, w))
			complain(l, NULL, words->v[i].at, "%.*s is a type; words written out are in lower case",
				NAME_ARG(l, w));
		else if (w == KW_NONE || w == KW_NOT || w == KW_ANY)
			complain(l, NULL, words->v[i].at, "%.*s is a word of the language; choose another name",
				NAME_ARG(l, w));
		else if (again)
			complain(l, NULL, words->v[i].at, "%.*s is listed twice", NAME_ARG(l, w));
		else
			t.words[t.n++] = w;
		index_put(&l->scratch, &l->seen, w, (uint32_t)rb->types.n);
	}
	arena_push(&rb->arena, &rb->types, t);
	return (uint32_t)rb->types.n - 1;
}

uint32_t type_named(struct loader *l, const struct syn_name *n)
{
	uint32_t t = index_get(&l->rb->type_index, n->name);
	if (t == NO_ID && !l->syntax.broken) {
		struct nearest near = nearest_to(l, n->name);
		complain(l, NULL, n->at, "unknown type %.*s", NAME_ARG(l, n->name));
		for (size_t i = 1; i < l->rb->types.n; i++)
			nearest_offer(&near, name_of(l, l->rb->types.v[i].name));
		hint_nearest(l, &near);
	}
	return t;
}

uint32_t type_of_domain(struct loader *l, const struct syn_domain *d)
{
	if (d->words.n == 1 && is_variable(l, d->words.v[0].name))
		return type_named(l, &d->words.v[0]);
	return type_of_words(l, 0, &d->words, d->words.v[0].at);
}

/* ---- how types go together ------------------------------------------------------------------- */

bool type_is_entity(const struct loader *l, uint32_t type)
{
	return type != NO_ID && (l->rb->types.v[type].kind == T_ENTITY || l->rb->types.v[type].kind == T_UNION);
}

bool type_is_word(const struct loader *l, uint32_t type)
{
	return type != NO_ID && (l->rb->types.v[type].kind == T_ENUM || l->rb->types.v[type].kind == T_WORD);
}

bool type_has_word(const struct loader *l, uint32_t type, sym word)
{
	const struct type *t = &l->rb->types.v[type];
	if (t->kind == T_WORD)
		return true;
	if (t->kind != T_ENUM)
		return false;
	for (uint32_t i = 0; i < t->n; i++)
		if (t->words[i] == word)
			return true;
	return false;
}

/* How many of a's members (words) b has too. */
static uint32_t shared(const struct type *a, const struct type *b)
{
	const uint32_t *x = a->kind == T_ENUM ? a->words : a->members, *y = b->kind == T_ENUM ? b->words : b->members;
	uint32_t n = 0;
	for (uint32_t i = 0; i < a->n; i++)
		for (uint32_t j = 0; j < b->n; j++)
			n += x[i] == y[j];
	return n;
}

bool type_meet(const struct loader *l, uint32_t a, uint32_t b, uint32_t *ret)
{
	if (a == b || a == NO_ID || b == NO_ID) {
		*ret = a == NO_ID ? b : a;
		return true;
	}
	const struct type *x = &l->rb->types.v[a], *y = &l->rb->types.v[b];
	bool words = type_is_word(l, a) && type_is_word(l, b);
	if (words && (x->kind == T_WORD || y->kind == T_WORD)) {
		*ret = x->kind == T_WORD ? b : a;
		return true;
	}
	if (!words && !(type_is_entity(l, a) && type_is_entity(l, b)))
		return false;
	uint32_t n = shared(x, y);
	*ret = n == y->n ? b : a;
	return n > 0;
}

bool type_fits(const struct loader *l, uint32_t value, uint32_t into)
{
	uint32_t met;
	if (value == NO_ID || into == NO_ID)
		return true;
	const struct type *v = &l->rb->types.v[value], *t = &l->rb->types.v[into];
	if (t->kind == T_ENUM) /* an enumeration takes only its own words */
		return value == into || (v->kind == T_ENUM && shared(v, t) == v->n);
	return type_meet(l, value, into, &met);
}

/* ---- in messages ----------------------------------------------------------------------------- */

struct str type_name(struct loader *l, uint32_t type)
{
	if (type == NO_ID)
		return STR("entity");
	const struct type *t = &l->rb->types.v[type];
	if (t->name)
		return name_of(l, t->name);
	struct str s = t->n ? name_of(l, t->words[0]) : STR("word");
	for (uint32_t i = 1; i < t->n && i < 8; i++)
		s = arena_fmt(&l->scratch, "%.*s | %.*s", STR_ARG(s), NAME_ARG(l, t->words[i]));
	return s;
}

struct str type_with_article(struct loader *l, uint32_t type)
{
	struct str s = type_name(l, type);
	bool vowel = s.n && memchr("AEIOUaeiou", s.p[0], 10) && type != TYPE_BOOL;
	return arena_fmt(&l->scratch, "%s %.*s", vowel ? "an" : "a", STR_ARG(s));
}
