/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions and expressions: names become numbers, variables find their scope (reference 5.4) and what binds them (5.5).
 */
#include "proof/law.h"

/* ---- variables ----------------------------------------------------------------------------------------------------------- */

/* The innermost variable of that name; -1: none. A name is a variable of the rule if it stands outside all quantifiers. */
static int find(const struct ck_law *w, uint64_t visible, sym name)
{
	for (uint32_t i = w->nvars; i-- > 0;)
		if (visible & ck_bit(i) && w->vars[i] == name)
			return (int)i;
	return -1;
}

static uint8_t new_variable(struct ck_book *b, struct ck_law *w, uint64_t *visible, sym name)
{
	if (w->nvars == MAX_VARS) {
		ck_law_error(b, w->st, "more than %d variables", MAX_VARS);
		return 0;
	}
	w->vars[w->nvars] = name;
	*visible |= ck_bit(w->nvars);
	return (uint8_t)w->nvars++;
}

static bool quantifies(const struct syn *t)
{
	return t->kind == C_SOME || t->kind == C_EVERY || t->kind == E_COUNT || t->kind == E_SUM;
}

void ck_collect(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn *t)
{
	if (!t || quantifies(t) || b->bad)
		return;
	if (t->kind == S_NAME && is_variable(b->l, t->name) && find(w, *visible, t->name) < 0)
		(void)new_variable(b, w, visible, t->name);
	for (uint32_t i = 0; i < t->n; i++)
		ck_collect(b, w, visible, t->kids[i]);
}

struct ck_term ck_term_of(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn *t)
{
	if (t->kind == S_NONE)
		return (struct ck_term){.kind = CK_VALUE};
	if (t->kind == E_CONST)
		return (struct ck_term){.kind = CK_VALUE, .value = t->value};
	if (t->kind != S_NAME) {
		ck_law_error(b, w->st, "a name or a value is needed");
		return (struct ck_term){.kind = CK_VALUE};
	}
	if (!is_variable(b->l, t->name))
		return (struct ck_term){.kind = CK_VALUE, .value = {.kind = V_WORD, .s = t->name}};
	int var = find(w, *visible, t->name);
	return (struct ck_term){.kind = CK_VAR, .var = var < 0 ? new_variable(b, w, visible, t->name) : (uint8_t)var};
}

/* ---- trees --------------------------------------------------------------------------------------------------------------- */

struct reading_in {
	struct ck_book *b;
	struct ck_law *w;
	uint64_t *visible;
};

static struct ck_form *form(const struct reading_in *r, const struct syn *t, bool expression)
{
	return ck_form_of(r->b, r->w, r->visible, t, expression);
}

static struct ck_form *make(const struct reading_in *r, int kind, size_t nkids)
{
	struct ck_form *f = arena_new(&r->b->l->scratch, struct ck_form);
	*f = (struct ck_form){.kind = (uint8_t)kind, .fact = NO_ID, .nkids = (uint32_t)nkids};
	f->kids = arena_array(&r->b->l->scratch, nkids + 1, struct ck_form *);
	return f;
}

static void read_atom(const struct reading_in *r, struct ck_form *f, const struct syn *atom)
{
	f->fact = index_get(&r->b->fact_of, atom->name);
	if (f->fact == NO_ID || r->b->facts.v[f->fact].nparams != atom->n || atom->n > MAX_ARGS) {
		ck_law_error(r->b, r->w->st, "%.*s is no fact with %u arguments", STR_ARG(ck_name(r->b, atom->name)), atom->n);
		return;
	}
	f->nargs = atom->n;
	f->args = arena_array(&r->b->l->scratch, atom->n + 1u, struct ck_term);
	for (uint32_t i = 0; i < atom->n; i++)
		f->args[i] = ck_term_of(r->b, r->w, r->visible, atom->kids[i]);
}

/* f(x) is v or w; S is T or "KZ" */
static struct ck_form *read_is(const struct reading_in *r, const struct syn *t)
{
	const struct syn *of = t->kids[0];
	struct ck_form *f = make(r, of->kind == S_ATOM ? C_IS : C_VAR_IS, 0);
	f->negated = t->negated;
	if (of->kind == S_ATOM)
		read_atom(r, f, of);
	else if (of->kind == S_NAME && is_variable(r->b->l, of->name))
		f->var = ck_term_of(r->b, r->w, r->visible, of).var;
	else
		ck_law_error(r->b, r->w->st, "before \"is\" stands a fact or a variable");
	f->nterms = t->n - 1u;
	f->terms = arena_array(&r->b->l->scratch, t->n, struct ck_term);
	for (uint32_t i = 1; i < t->n; i++)
		f->terms[i - 1] = ck_term_of(r->b, r->w, r->visible, t->kids[i]);
	return f;
}

static struct ck_form *read_in(const struct reading_in *r, const struct syn *t)
{
	struct ck_form *f = make(r, C_IN, 0);
	f->items = t->items;
	f->nitems = t->nitems;
	f->set = t->name;
	f->var = ck_term_of(r->b, r->w, r->visible, t->kids[0]).var;
	if (!t->name)
		return f;
	uint32_t set = index_get(&r->b->set_of, t->name);
	if (set == NO_ID) {
		ck_law_error(r->b, r->w->st, "there is no set %.*s", STR_ARG(ck_name(r->b, t->name)));
		return f;
	}
	f->items = r->b->l->syntax.decls.v[set].items.v;
	f->nitems = (uint32_t)r->b->l->syntax.decls.v[set].items.n;
	return f;
}

/* A part of a quantifier: names that stand nowhere around it are its own, "for some". */
static struct ck_form *read_part(const struct reading_in *r, struct ck_form *q, const struct syn *t, bool expression)
{
	uint64_t inside = *r->visible;
	struct reading_in in = {r->b, r->w, &inside};
	if (!t)
		return NULL;
	ck_collect(r->b, r->w, &inside, t);
	struct ck_form *f = form(&in, t, expression);
	q->own |= inside & ~*r->visible;
	return f;
}

static struct ck_form *read_quantifier(const struct reading_in *r, const struct syn *t)
{
	struct ck_form *q = make(r, t->kind, t->n);
	uint64_t inside = *r->visible;
	struct reading_in in = {r->b, r->w, &inside};
	if (!t->own && find(r->w, inside, t->name) >= 0)
		ck_law_error(r->b, r->w->st, "%.*s is already in use", STR_ARG(ck_name(r->b, t->name)));
	q->var = new_variable(r->b, r->w, &inside, t->name);
	q->own = ck_bit(q->var);
	q->word = t->own ? t->items[0] : 0;
	q->kids[0] = read_part(&in, q, t->kids[0], false);
	if (t->n > 1)
		q->kids[1] = read_part(&in, q, t->kids[1], t->kind == E_SUM);
	if ((t->kind != E_SUM && !q->kids[0]) || (t->n > 1 && !q->kids[1]))
		ck_law_error(r->b, r->w->st, "a quantifier without a condition");
	return q;
}

/* And in and, or in or, become one list. */
static struct ck_form *read_list(const struct reading_in *r, const struct syn *t)
{
	struct { struct ck_form **v; size_t n, cap; } all = {0};
	for (uint32_t i = 0; i < t->n && !r->b->bad; i++) {
		struct ck_form *k = form(r, t->kids[i], false);
		bool same = k->kind == t->kind;
		for (size_t j = 0; j < (same ? k->nkids : 1); j++)
			arena_push(&r->b->l->scratch, &all, same ? k->kids[j] : k);
	}
	if (t->kind == C_AND && all.n > CK_MAX_PARTS)
		ck_law_error(r->b, r->w->st, "more than %d conditions joined by \"and\"", CK_MAX_PARTS);
	struct ck_form *f = make(r, t->kind, 0);
	f->kids = all.v;
	f->nkids = (uint32_t)all.n;
	return f;
}

static struct ck_form *read_kids(const struct reading_in *r, const struct syn *t, bool expressions)
{
	struct ck_form *f = make(r, t->kind, t->n);
	f->op = t->op;
	if (t->kind == E_FRACTION) {
		f->num = t->num;
		f->den = t->den;
		if (t->den == 0)
			ck_law_error(r->b, r->w->st, "a fraction over 0");
	}
	for (uint32_t i = 0; i < t->n; i++)
		f->kids[i] = form(r, t->kids[i], expressions);
	return f;
}

static struct ck_form *read_term(const struct reading_in *r, const struct syn *t)
{
	struct ck_term term = ck_term_of(r->b, r->w, r->visible, t);
	struct ck_form *f = make(r, term.kind == CK_VAR ? E_VAR : E_CONST, 0);
	f->var = term.var;
	f->value = term.value;
	return f;
}

struct ck_form *ck_form_of(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn *t, bool expression)
{
	struct reading_in r = {b, w, visible};
	struct ck_form *f;
	switch (t->kind) {
	case C_AND:
	case C_OR: return read_list(&r, t);
	case C_NOT: return read_kids(&r, t, false);
	case C_IS: return read_is(&r, t);
	case C_IN: return read_in(&r, t);
	case C_SOME:
	case C_EVERY:
	case E_COUNT:
	case E_SUM: return read_quantifier(&r, t);
	case S_ATOM:
		f = make(&r, expression ? E_FACT : C_HOLDS, 0);
		read_atom(&r, f, t);
		return f;
	case E_CONST:
	case S_NAME:
	case S_NONE: break;
	case S_ANY: ck_law_error(b, w->st, "_ stands in patterns of acts only"); break;
	default: return read_kids(&r, t, true);
	}
	if (!expression)
		ck_law_error(b, w->st, "a condition is needed, and this is a value");
	return read_term(&r, t);
}

/* ---- what binds a variable ----------------------------------------------------------------------------------------------- */

uint64_t ck_vars_of(const struct ck_term *t, size_t n)
{
	uint64_t vars = 0;
	for (size_t i = 0; i < n; i++)
		if (t[i].kind == CK_VAR)
			vars |= ck_bit(t[i].var);
	return vars;
}

static bool says_none(const struct ck_form *f)
{
	for (uint32_t i = 0; i < f->nterms; i++)
		if (f->terms[i].kind == CK_VALUE && f->terms[i].value.kind == V_NONE)
			return true;
	return false;
}

static void bind_leaf(struct ck_form *f)
{
	uint64_t args = ck_vars_of(f->args, f->nargs), values = ck_vars_of(f->terms, f->nterms);
	f->free = args | values;
	switch (f->kind) {
	case C_HOLDS:
	case E_FACT: f->binds = args; break;
	case C_IS: f->binds = f->negated || says_none(f) ? 0 : f->nterms == 1 ? args | values : args; break;
	case C_IN: f->free = f->binds = ck_bit(f->var); break;
	case C_VAR_IS: f->free |= ck_bit(f->var); break;
	case E_VAR: f->free = ck_bit(f->var); break;
	default: break;
	}
}

/* count ... >= e and > e, and sums likewise, bind what at least one thing is counted for. */
static uint64_t counted(const struct ck_form *f)
{
	const struct ck_form *left = f->kids[0];
	bool counts = (left->kind == E_COUNT || left->kind == E_SUM) && (f->op == CMP_GE || f->op == CMP_GT);
	return counts && left->kids[0] ? left->kids[0]->binds & ~left->own : 0;
}

void ck_bind(struct ck_form *f)
{
	uint64_t any = 0, all = f->nkids ? UINT64_MAX : 0;
	bind_leaf(f);
	for (uint32_t i = 0; i < f->nkids; i++) {
		if (!f->kids[i])
			continue;
		ck_bind(f->kids[i]);
		f->free |= f->kids[i]->free;
		any |= f->kids[i]->binds;
		all &= f->kids[i]->binds;
	}
	f->free &= ~f->own;
	switch (f->kind) {
	case C_SOME: f->binds = any & ~f->own; break;
	case C_NOT:
	case C_EVERY:
	case E_COUNT:
	case E_SUM: break;
	case C_OR:
	case E_LATER:
	case E_EARLIER: f->binds = all; break;
	case C_CMP: f->binds = any | counted(f); break;
	default: f->binds |= any;
	}
}

/* f(x) is none, not f(x): alone or joined by `and` in a trigger they range over what had a value before. */
static bool can_end(const struct ck_form *f)
{
	if (f->kind == C_NOT)
		return f->kids[0]->kind == C_HOLDS;
	return f->kind == C_IS && !f->negated && f->nterms == 1 && says_none(f);
}

void ck_endings(struct ck_form *f)
{
	struct ck_form **parts = f->kind == C_AND ? f->kids : &f;
	uint32_t n = f->kind == C_AND ? f->nkids : 1;
	uint64_t others = f->kind == C_AND ? f->binds : 0;
	for (uint32_t i = 0; i < n; i++)
		if (can_end(parts[i]) && (parts[i]->free & ~others)) {
			parts[i]->ending = true;
			parts[i]->binds = parts[i]->free;
			f->binds |= parts[i]->free;
		}
}
