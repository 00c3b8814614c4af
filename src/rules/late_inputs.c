/* SPDX-License-Identifier: Apache-2.0
 *
 * When does something change that a condition reads?
 */
#include "rules/late_int.h"

#include "base/bisect.h"

void late_inputs_of(struct late *l, const struct node *atom, const struct insts *all, const struct moment *from, const struct moment *until,
	inputs_fn *fn, void *ctx)
{
	for (size_t k = 0; k < all->n; k++) {
		const struct inst *i = insts_at(all, k);
		for (uint32_t c = i->n; c-- > 0 && !late_is_in(l, i->v[c].round, from, false);)
			if (late_is_in(l, i->v[c].round, until, false))
				fn(l, i->v[c].round, atom, i, ctx);
	}
}

/* ---- counts ---------------------------------------------------------------------------------------------------------- */

/* The count that a quantifier stands for, over time; NULL: it is none that is kept. */
static const struct timeline *timeline_of(struct late *l, const struct node *n)
{
	UNSET packed args[MAX_ARGS];
	uint32_t mask;
	const struct node *atom = n->kind == E_COUNT || n->kind == C_SOME ? solve_counted(&l->r->solver, n, &mask, args) : NULL;
	return atom ? late_timeline(l, atom->fact, mask, args, atom->kind == C_IS ? atom : NULL) : NULL;
}

static size_t first_turn(const struct late *l, const struct timeline *t, const struct moment *after)
{
	BISECT(i, t->n, late_is_in(l, t->v[i].round, after, false));
	return i;
}

/* Is its value known from what is bound and the values of facts? */
static bool is_timeless(const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case E_CONST:
	case E_VAR:
	case E_FACT: return true;
	case E_ADD:
	case E_SUB:
	case E_MUL:
	case E_PERCENT:
	case E_FRACTION:
		for (uint32_t i = 0; i < n->nkids; i++)
			if (!is_timeless(n->kids[i]))
				return false;
		return true;
	default: return false;
	}
}

static void note_any(struct late *l, uint32_t round, const struct node *atom, const struct inst *i, void *ctx)
{
	(void)l;
	(void)round;
	(void)atom;
	(void)i;
	*(bool *)ctx = true;
}

static struct xval value_after(struct late *l, const struct node *n, const struct moment *m)
{
	struct solver *s = &l->r->solver;
	const struct past *past = s->past;
	struct view view = late_view(l, m, false);
	s->past = &view.past;
	struct xval v = solve_expr(s, n);
	s->past = past;
	return v;
}

/* A count is compared with what does not change meanwhile: only when the comparison turns, something changes. */
static bool inputs_of_comparison(struct late *l, const struct node *n, const struct moment *from, const struct moment *until, inputs_fn *fn,
	void *ctx)
{
	struct solver *s = &l->r->solver;
	if (n->kind != C_CMP || n->free & ~s->bound)
		return false;
	bool right = n->kids[0]->kind != E_COUNT, any = false;
	const struct node *other = n->kids[!right];
	const struct timeline *t = n->kids[right]->kind == E_COUNT && is_timeless(other) ? timeline_of(l, n->kids[right]) : NULL;
	if (!t)
		return false;
	late_inputs(l, other, from, until, note_any, &any);
	if (any)
		return false;
	struct xval with = value_after(l, other, from), number = {.kind = V_INT, .den = 1};
	bool was = false;
	for (size_t first = first_turn(l, t, from), k = first;; k++) {
		number.num = k ? t->v[k - 1].n : 0;
		bool is = solve_compare(s, (enum cmp)n->op, right ? with : number, right ? number : with) && (!n->counted || number.num);
		if (k > first && is != was)
			fn(l, t->v[k - 1].round, NULL, NULL, ctx);
		was = is;
		if (k == t->n || !late_is_in(l, t->v[k].round, until, false))
			return true;
	}
}

/* Of a count only its turns matter; of "some", only whether there are any. */
static bool inputs_of_count(struct late *l, const struct node *n, const struct moment *from, const struct moment *until, inputs_fn *fn, void *ctx)
{
	const struct timeline *t = timeline_of(l, n);
	for (size_t k = t ? first_turn(l, t, from) : 0; t && k < t->n && late_is_in(l, t->v[k].round, until, false); k++)
		if (n->kind == E_COUNT || !t->v[k].n != !(k && t->v[k - 1].n))
			fn(l, t->v[k].round, NULL, NULL, ctx);
	return t != NULL;
}

/* ---- conditions ------------------------------------------------------------------------------------------------------ */

void late_inputs(struct late *l, const struct node *n, const struct moment *from, const struct moment *until, inputs_fn *fn, void *ctx)
{
	struct solver *s = &l->r->solver;
	if (!n || inputs_of_comparison(l, n, from, until, fn, ctx) || inputs_of_count(l, n, from, until, fn, ctx))
		return;
	if (n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT) {
		const struct insts all = solve_candidates(s, n);
		late_expect(&all);
		late_inputs_of(l, n, &all, from, until, fn, ctx);
	}
	for (uint32_t i = 0; i < n->nkids; i++)
		late_inputs(l, n->kids[i], from, until, fn, ctx);
}

void late_expect_read(struct late *l, const struct node *n)
{
	struct solver *s = &l->r->solver;
	if (n && (n->kind == C_HOLDS || n->kind == C_IS)) {
		const struct insts all = solve_candidates(s, n);
		late_expect(&all);
	}
	for (uint32_t i = 0; n && i < n->nkids; i++)
		late_expect_read(l, n->kids[i]);
}
