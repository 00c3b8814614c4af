/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparisons and counts, dates reached, and where the values in expressions come from.
 */
#include "rules/explain_int.h"

#include "rules/solve_int.h"

/* ---- values -------------------------------------------------------------------------------------------------------------- */

bool ex_is_plain(const struct node *n)
{
	return n->kind == E_CONST || n->kind == E_VAR;
}

static bool is_quantity(const struct node *n)
{
	return n->kind == E_COUNT || n->kind == E_SUM;
}

static bool counts(const struct node *n)
{
	if (is_quantity(n))
		return true;
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i] && counts(n->kids[i]))
			return true;
	return false;
}

static __int128 floor_of(__int128 num, __int128 den)
{
	return num / den - (num % den != 0 && num < 0);
}

/* The whole number that decides: of a fraction, rounded `up` or down. */
static struct value whole(struct xval v, bool up)
{
	if (v.kind != V_INT)
		return v.kind == V_NONE ? VALUE_NONE : v.v;
	__int128 n = floor_of(v.num, v.den) + (up && v.num % v.den != 0);
	return (struct value){.kind = V_INT, .i = (int64_t)n};
}

static struct proof *fact_value(struct ex *x, const struct cx *c, const struct node *n)
{
	struct value args[MAX_ARGS];
	if (!ex_head_args(x, c, n->args, n->nargs, args))
		return NULL; /* of something absent: no value */
	struct proof *p = ex_fact(x, n->fact, args, c->m);
	p->text = ex_text(x, c, n);
	p->node = n;
	return p;
}

/* ---- what was counted ---------------------------------------------------------------------------------------------------- */

/* One that is counted: why it satisfies the condition. One part: that alone; several: all of them. */
static struct proof *counted(struct ex *x, const struct cx *c, const struct node *n, struct value v)
{
	struct cx with = *c;
	with.bound = (with.bound & ~n->locals) | ex_bit(n->var);
	with.env[n->var] = v;
	struct proof *p = ex_new(x, PROOF_ALL, true);
	if (n->kids[0])
		p->holds = ex_conjuncts(x, p, &with, n->kids[0]);
	if (n->kind == E_SUM && !ex_full(x, p))
		ex_add(x, p, fact_value(x, &with, n->kids[1]));
	if (p->nkids == 1 && p->holds && p->kids[0]->kind != PROOF_CUT)
		p = p->kids[0];
	else
		p->value = v;
	return p;
}

static void over_all_weights(struct ex *x, const struct cx *c, const struct node *n, struct tuples *ret)
{
	const struct node *weight = n->kids[1];
	const struct insts l = state_all(x->e->state, weight->fact);
	tuples_init(ret, &x->work, 1);
	for (size_t i = 0; i < l.n; i++) {
		struct cx with = *c;
		with.bound &= ~n->locals;
		bool fits = inst_value(insts_at(&l, i), c->m.round).kind != V_NONE;
		for (uint32_t k = 0; k < weight->nargs && fits; k++)
			fits = ex_bind(&with, weight->args[k], inst_arg(insts_at(&l, i), k));
		packed one = value_pack(with.env[n->var]);
		if (fits)
			(void)tuples_add(ret, &one);
	}
}

static void those_counted(struct ex *x, const struct cx *c, const struct node *n, struct tuples *ret)
{
	if (n->kids[0])
		ex_range(x, c, n, n->kids[0], ret);
	else
		over_all_weights(x, c, n, ret);
}

/* ---- one more ------------------------------------------------------------------------------------------------------------ */

/* Those that satisfy all parts of the condition but one, and are not counted. */
static void candidates(struct ex *x, const struct cx *c, const struct node *n, struct tuples *in, struct tuples *ret)
{
	const struct node *cond = n->kids[0];
	tuples_init(ret, &x->work, 1);
	if (cond->kind != C_AND)
		return;
	for (uint32_t without = 0; without < cond->nkids; without++) {
		struct node rest = *cond;
		struct tuples found;
		rest.nkids = (uint16_t)(cond->nkids - 1);
		rest.kids = arena_array(&x->work, cond->nkids, struct node *);
		uint64_t binds = 0;
		for (uint32_t i = 0, k = 0; i < cond->nkids; i++)
			if (i != without) {
				rest.kids[k++] = cond->kids[i];
				binds |= cond->kids[i]->binds;
			}
		if (!(binds & ex_bit(n->var)) || !solve_runnable(&rest, c->bound))
			continue;
		ex_range(x, c, n, &rest, &found);
		for (size_t i = 0; i < found.n; i++) {
			size_t k = 0;
			while (k < in->n && *tuples_row(in, k) != *tuples_row(&found, i))
				k++;
			if (k == in->n)
				(void)tuples_add(ret, tuples_row(&found, i));
		}
	}
}

static struct wanted values_of(const struct cx *c, const struct node *n)
{
	struct wanted w = {.v = {VALUE_YES}, .n = 1};
	for (uint32_t k = 0; n->kind == C_IS && k < n->nkids; k++) {
		const struct node *t = n->kids[k];
		if (k == MAX_ARGS || (t->kind == E_VAR && !(c->bound & ex_bit(t->var))))
			return (struct wanted){0};
		w.v[k] = t->kind == E_VAR ? c->env[t->var] : t->value;
		w.n = k + 1;
	}
	return w;
}

/* Facts with open variables: the rules that could make one more of them. What speaks of known things only is read as it is. */
static void anyone_part(struct ex *x, struct proof *p, const struct cx *c, const struct node *n)
{
	struct value args[MAX_ARGS];
	struct wanted w = values_of(c, n);
	bool fact = n->kind == C_HOLDS || (n->kind == C_IS && !n->negated), open = (n->free & ~c->bound) != 0;
	if (!open && !ex_true(x, c, n))
		ex_add(x, p, ex_cond(x, c, n));
	if (!fact || !open)
		return;
	(void)ex_head_args(x, c, n->args, n->nargs, args);
	struct proof *kid = ex_lacking(x, n->fact, args, &w, c->m);
	kid->text = ex_text(x, c, n);
	kid->node = n;
	ex_add(x, p, kid);
}

void ex_anyone(struct ex *x, struct proof *p, const struct cx *c, const struct node *cond)
{
	if (cond->kind != C_AND) {
		anyone_part(x, p, c, cond);
		return;
	}
	for (uint32_t i = 0; i < cond->nkids && !ex_full(x, p); i++)
		ex_anyone(x, p, c, cond->kids[i]);
}

static struct proof *one_more(struct ex *x, const struct cx *c, const struct node *n, struct tuples *in)
{
	struct tuples near;
	struct cx open = *c;
	struct proof *p = ex_new(x, PROOF_ANY, false);
	open.bound &= ~n->locals;
	p->text = ex_text(x, &open, n->kids[0]);
	p->node = n->kids[0];
	candidates(x, c, n, in, &near);
	for (size_t i = 0; i < near.n && i < MAX_CANDIDATES && !ex_full(x, p); i++) {
		struct cx with = open;
		with.bound |= ex_bit(n->var);
		with.env[n->var] = value_unpack(*tuples_row(&near, i));
		struct proof *all = ex_new(x, PROOF_ALL, false);
		uint32_t limit = ex_share(x, near.n - i);
		all->value = with.env[n->var];
		all->holds = ex_conjuncts(x, all, &with, n->kids[0]);
		ex_add(x, p, all);
		x->limit = limit;
	}
	if (!near.n)
		ex_anyone(x, p, &open, n->kids[0]);
	return p;
}

/* ---- kids of a comparison ------------------------------------------------------------------------------------------------ */

static void add_quantity(struct ex *x, struct proof *p, const struct cx *c, const struct node *n, bool wants_more)
{
	struct tuples in;
	if (x->numbers)
		return;
	those_counted(x, c, n, &in);
	for (size_t i = 0; i < in.n && !ex_full(x, p); i++) {
		uint32_t limit = ex_share(x, in.n - i + wants_more);
		ex_add(x, p, counted(x, c, n, value_unpack(*tuples_row(&in, i))));
		x->limit = limit;
	}
	if (wants_more && n->kids[0] && x->negative < MAX_NEGATIVE && !x->leaf && !ex_full(x, p))
		ex_add(x, p, one_more(x, c, n, &in));
}

/* Where the values of an expression come from. `more`: a count in it is too small. */
static void add_sources(struct ex *x, struct proof *p, const struct cx *c, const struct node *n, bool more)
{
	if (ex_is_plain(n) || ex_full(x, p))
		return;
	if (is_quantity(n)) {
		add_quantity(x, p, c, n, more);
	} else if (n->kind == E_FACT) {
		ex_add(x, p, fact_value(x, c, n));
	} else if (counts(n)) { /* a sum or fraction of counts */
		for (uint32_t i = 0; i < n->nkids; i++)
			add_sources(x, p, c, n->kids[i], more && !(n->kind == E_SUB && i == 1));
	} else {
		ex_add(x, p, ex_value(x, c, n));
	}
}

struct proof *ex_value(struct ex *x, const struct cx *c, const struct node *n)
{
	struct xval v = ex_expr(x, c, n);
	struct proof *p = ex_new(x, PROOF_VALUE, true);
	p->value = whole(v, false);
	p->left = ex_print(x, v);
	ex_says(x, p, c, n);
	if (n->kind == E_FACT)
		ex_add(x, p, fact_value(x, c, n));
	else if (is_quantity(n))
		add_quantity(x, p, c, n, false);
	else
		for (uint32_t i = 0; i < n->nkids && !ex_full(x, p); i++)
			if (n->kids[i]->kind == E_FACT)
				ex_add(x, p, fact_value(x, c, n->kids[i]));
			else if (!ex_is_plain(n->kids[i]))
				ex_add(x, p, ex_value(x, c, n->kids[i]));
	return p;
}

/* ---- comparisons --------------------------------------------------------------------------------------------------------- */

struct proof *ex_compare(struct ex *x, const struct cx *c, const struct node *n)
{
	bool yes = ex_true(x, c, n), count = counts(n->kids[0]) || counts(n->kids[1]);
	struct cx with = *c;
	if (yes)
		(void)ex_solve(x, &with, n); /* binds what only it binds */
	struct xval left = ex_expr(x, &with, n->kids[0]), right = ex_expr(x, &with, n->kids[1]);
	struct proof *p = ex_new(x, count ? PROOF_COUNT : PROOF_COMPARE, yes);
	bool up = n->op == CMP_GE || n->op == CMP_LT; /* so that comparing the whole numbers says the same */
	p->op = n->op;
	p->left = ex_print(x, left);
	p->right = ex_print(x, right);
	p->need = whole(right, up);
	p->have = whole(left, left.den != 1 && !up);
	bool left_short = !yes && (n->op == CMP_GE || n->op == CMP_GT || n->op == CMP_EQ);
	bool right_short = !yes && (n->op == CMP_LE || n->op == CMP_LT);
	add_sources(x, p, &with, n->kids[0], left_short);
	add_sources(x, p, &with, n->kids[1], right_short);
	return p;
}

struct proof *ex_clock(struct ex *x, const struct cx *c, const struct node *n)
{
	bool yes = ex_true(x, c, n);
	struct cx with = *c;
	if (yes)
		(void)ex_solve(x, &with, n);
	struct xval d = ex_expr(x, &with, n->kids[0]);
	struct proof *p = ex_new(x, PROOF_CLOCK, yes);
	p->at = d.kind != V_DATE ? CIVIL_NEVER : n->kind == C_PASSED ? date_end(d.v.t) : d.v.t;
	p->left = ex_print(x, d);
	if (d.kind == V_DATE)
		p->value = d.v;
	if (!ex_is_plain(n->kids[0]))
		add_sources(x, p, &with, n->kids[0], false);
	return p;
}
