/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions at a moment: each part is worked out again, and its node must say what came out.
 */
#include "proof/reasons.h"

/* ---- asking -------------------------------------------------------------------------------------------------------------- */

bool ck_ask(struct ck_walk *w, const struct ck_cx *c, const struct ck_form *f)
{
	struct ck_sight s = c->s;
	arena_reset(&w->p->scratch);
	return ck_true(&s, f);
}

static struct ck_num number(struct ck_walk *w, const struct ck_cx *c, const struct ck_form *f)
{
	struct ck_sight s = c->s;
	arena_reset(&w->p->scratch);
	return ck_expr(&s, f);
}

static void range(struct ck_walk *w, const struct ck_cx *c, const struct ck_form *q, struct ck_set *ret)
{
	struct ck_sight s = c->s;
	*ret = (struct ck_set){.a = w->a};
	arena_reset(&w->p->scratch);
	ck_range(&s, q, ret);
}

static struct ck_cx with(const struct ck_cx *c, const struct ck_form *q, struct value v)
{
	struct ck_cx in = *c;
	in.s.bound = (in.s.bound & ~q->own) | ck_bit(q->var);
	in.s.env[q->var] = v;
	return in;
}

bool ck_plain_form(const struct ck_form *f)
{
	return f->kind == E_CONST || f->kind == E_VAR;
}

static bool is_quantity(const struct ck_form *f)
{
	return f->kind == E_COUNT || f->kind == E_SUM;
}

static bool counts(const struct ck_form *f)
{
	bool yes = is_quantity(f);
	for (uint32_t i = 0; i < f->nkids && !yes; i++)
		yes = f->kids[i] && counts(f->kids[i]);
	return yes;
}

/* The values of the arguments; V_NONE where they are open. True if none is. */
static bool args_of(const struct ck_cx *c, const struct ck_form *f, struct value *out)
{
	bool all = true;
	for (uint32_t i = 0; i < f->nargs; i++) {
		const struct ck_term *t = &f->args[i];
		bool known = t->kind == CK_VALUE || c->s.bound & ck_bit(t->var);
		out[i] = t->kind == CK_VALUE ? t->value : known ? c->s.env[t->var] : VALUE_NONE;
		all = all && known && out[i].kind != V_NONE;
	}
	return all;
}

static struct ck_wanted values_of(const struct ck_cx *c, const struct ck_form *f)
{
	struct ck_wanted v = {.v = {VALUE_YES}, .n = 1};
	if (f->kind != C_IS)
		return v;
	v.n = 0;
	for (uint32_t i = 0; i < f->nterms && v.n < MAX_ARGS; i++) {
		const struct ck_term *t = &f->terms[i];
		if (t->kind == CK_VAR && !(c->s.bound & ck_bit(t->var)))
			return (struct ck_wanted){.n = 0}; /* any will do */
		v.v[v.n++] = t->kind == CK_VAR ? c->s.env[t->var] : t->value;
	}
	return v;
}

/* ---- parts joined by and ------------------------------------------------------------------------------------------------- */

static uint32_t parts_of(const struct ck_form *f, const struct ck_form *const **ret, const struct ck_form **one)
{
	if (f->kind != C_AND) {
		*one = f;
		*ret = one;
		return 1;
	}
	*ret = (const struct ck_form *const *)f->kids;
	return f->nkids;
}

/* May a part that is false anyway be left out here? Where little is asked for: if another part was false, or it speaks of something open. */
static bool may_lack(const struct ck_walk *w, const struct ck_cx *c, const struct ck_form *part, bool failed)
{
	bool open = (part->free & ~c->s.bound) != 0;
	return (w->in.leaf || w->in.refuting) && (open || (failed && w->in.refuting));
}

bool ck_parts(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f)
{
	const struct ck_form *const *parts, *one;
	uint32_t count = parts_of(f, &parts, &one);
	bool all = ck_ask(w, c, f), failed = false, any = false;
	for (uint32_t i = 0; i < count && !w->failed; i++) {
		struct ck_node *k = ck_peek(w, n);
		struct ck_cx trial = *c;
		bool cut;
		if (ck_is_cut(w, n) && n->at + 1 == n->nkids)
			return true; /* the rest is not shown */
		if (!k || !ck_says(w, k->text, &trial, parts[i])) {
			if (!all && may_lack(w, c, parts[i], failed))
				continue;
			return k ? ck_fail(w, k, "its text is not the condition that the rule has there", "a condition was left out, misquoted, or put in another's place")
				 : ck_fail(w, n, "a condition of the rule has no node", "a condition was left out");
		}
		(void)ck_next(w, n, &cut);
		if (!ck_cond(w, k, c, parts[i]))
			return false;
		failed |= !k->holds;
		any = true;
	}
	if (w->failed)
		return false;
	if (all == failed)
		return ck_fail(w, n, all ? "together its conditions hold, and one of these nodes does not" : "together its conditions do not hold, and all of these nodes do",
			"these are not the reasons");
	return any || count == 0 || all || ck_fail(w, n, "nothing below it says which condition fails", "the reason is missing");
}

/* ---- facts --------------------------------------------------------------------------------------------------------------- */

static bool fact_node(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool yes)
{
	struct value args[MAX_ARGS];
	struct ck_wanted v = values_of(c, f);
	bool whole = args_of(c, f, args);
	return yes && whole ? ck_fact_is(w, n, f->fact, args, &c->s) : ck_fact_is_not(w, n, f->fact, args, &v, &c->s);
}

static bool literal(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool truth)
{
	if (!f->negated)
		return fact_node(w, n, c, f, truth);
	struct ck_form plain = *f; /* "is not v" is not ("is v") */
	struct ck_below in = w->in;
	plain.negated = false;
	if (n->kind != N_NOT)
		return ck_fail(w, n, "a condition with \"is not\" is a node \"not\"", "something else stands in its place");
	struct ck_node *k = ck_peek(w, n);
	if (!ck_holds(w, n, truth))
		return false;
	bool cut;
	k = ck_next(w, n, &cut);
	if (!k)
		return cut ? ck_no_more(w, n) : ck_fail(w, n, "it has no kid", "the reason is missing");
	w->in.refuting = truth;
	bool ok = ck_text(w, k, c, &plain) && fact_node(w, k, c, &plain, !truth);
	w->in = in;
	return ok && ck_no_more(w, n);
}

static bool value_of_fact(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f)
{
	struct value args[MAX_ARGS];
	struct ck_node *k;
	bool cut;
	if (!args_of(c, f, args))
		return true; /* of something absent: no value, and no node */
	k = ck_next(w, n, &cut);
	if (!k)
		return cut || ck_fail(w, n, "it does not say where a value comes from", "the reason is missing");
	return ck_text(w, k, c, f) && ck_fact_is(w, k, f->fact, args, &c->s);
}

/* ---- negation, choice, quantifiers --------------------------------------------------------------------------------------- */

/* Either one part by itself, or a node `all` with the parts that `and` joins. */
static bool part_or_all(struct ck_walk *w, struct ck_node *k, struct ck_cx *c, const struct ck_form *f)
{
	if (f->kind != C_AND)
		return ck_cond(w, k, c, f);
	if (k->kind == N_CUT)
		return ck_text(w, k, c, f);
	if (k->kind != N_ALL)
		return ck_fail(w, k, "several conditions joined are a node \"all\"", "something else stands in their place");
	return ck_text(w, k, c, f) && ck_holds(w, k, ck_ask(w, c, f)) && ck_no_member(w, k, "of") && ck_parts(w, k, c, f) && ck_no_more(w, k);
}

static bool negation(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool truth)
{
	struct ck_below in = w->in;
	struct ck_cx inside = *c;
	bool cut;
	struct ck_node *k = ck_next(w, n, &cut);
	if (!k)
		return cut || ck_fail(w, n, "it has no kid", "the reason is missing");
	w->in.refuting = truth;
	bool ok = part_or_all(w, k, &inside, f->kids[0]) && ck_holds(w, k, !truth);
	w->in = in;
	return ok && ck_no_more(w, n);
}

static bool choice(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool truth)
{
	for (uint32_t i = 0; i < f->nkids && !w->failed; i++) {
		struct ck_node *k = ck_peek(w, n);
		struct ck_cx branch = *c;
		bool cut;
		if (ck_is_cut(w, n) && n->at + 1 == n->nkids)
			return true;
		if (truth && (!k || !ck_ask(w, c, f->kids[i]) || !ck_says(w, k->text, &branch, f->kids[i])))
			continue;
		branch = *c;
		k = ck_next(w, n, &cut);
		if (!k)
			return ck_fail(w, n, "a condition joined by \"or\" has no node", "a condition was left out");
		if (!part_or_all(w, k, &branch, f->kids[i]))
			return false;
		if (truth)
			return ck_holds(w, k, true) && ck_no_more(w, n);
	}
	return !truth || ck_fail(w, n, "none of its kids is the condition that holds", "these are not the reasons");
}

static bool some(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool truth)
{
	struct ck_cx in = *c;
	struct ck_set all;
	in.s.bound &= ~f->own;
	range(w, &in, f, &all);
	for (size_t i = 0; truth && i < all.n; i++)
		if (ck_json_is(w->b, jv_get(n->json, "of"), all.v[i])) {
			in.s.env[f->var] = all.v[i];
			in.s.bound |= ck_bit(f->var);
			return !f->kids[0] || (ck_parts(w, n, &in, f->kids[0]) && ck_no_more(w, n));
		}
	if (truth)
		return ck_fail(w, n, "\"of\" is none of those that satisfy the condition", "somebody else is meant, or nobody");
	return ck_no_member(w, n, "of") && (!f->kids[0] || ck_parts(w, n, &in, f->kids[0])) && ck_no_more(w, n);
}

/* Which of the values does the node speak of? Each may be spoken of once. */
static bool spoken_of(struct ck_walk *w, struct ck_node *k, const struct ck_set *all, struct ck_set *seen, struct value *ret)
{
	for (size_t i = 0; i < all->n; i++)
		if (ck_json_is(w->b, jv_get(k->json, "of"), all->v[i]) && !ck_set_has(seen, all->v[i])) {
			*ret = all->v[i];
			ck_set_add(seen, all->v[i]);
			return true;
		}
	return ck_fail(w, k, "\"of\" is none of those that it is about, or one that was named before", "somebody is counted who does not count, or twice");
}

static bool every(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f)
{
	struct ck_set all, seen = {.a = w->a};
	struct ck_node *k;
	bool cut;
	range(w, c, f, &all);
	while ((k = ck_next(w, n, &cut)) && !w->failed) {
		struct value v;
		if (k->kind != N_ALL || !spoken_of(w, k, &all, &seen, &v))
			return ck_fail(w, k, "each of those that \"every\" is about has a node \"all\"", "something else stands in its place");
		struct ck_cx ranged = with(c, f, v), has = ranged;
		if (!ck_holds(w, k, ck_ask(w, &has, f->kids[1])) || (f->kids[0] && !ck_parts(w, k, &ranged, f->kids[0])) ||
			!ck_parts(w, k, &has, f->kids[1]) || !ck_no_more(w, k))
			return false;
	}
	return !w->failed && (cut || seen.n == all.n || ck_fail(w, n, "not all that \"every\" is about have a node", "somebody was left out"));
}

/* ---- counts, sums, comparisons ------------------------------------------------------------------------------------------- */

/* One that is counted: the only part by itself, or `all` parts. */
static bool counted(struct ck_walk *w, struct ck_node *k, struct ck_cx *c, const struct ck_form *q, const struct ck_set *all, struct ck_set *seen)
{
	struct value v;
	if (jv_get(k->json, "of") && k->kind == N_ALL && !k->text.n) {
		if (!spoken_of(w, k, all, seen, &v))
			return false;
		struct ck_cx in = with(c, q, v);
		return ck_holds(w, k, true) && (!q->kids[0] || ck_parts(w, k, &in, q->kids[0])) &&
		       (q->kind != E_SUM || ck_is_cut(w, k) || value_of_fact(w, k, &in, q->kids[1])) && ck_no_more(w, k);
	}
	const struct ck_form *only = q->kind == E_COUNT || !q->kids[1] ? q->kids[0] : q->kids[0] ? NULL : q->kids[1];
	struct ck_cx in = *c;
	in.s.bound &= ~q->own;
	struct ck_cx trial = in;
	if (!only || only->kind == C_AND || !ck_says(w, k->text, &trial, only) || !(trial.s.bound & ck_bit(q->var)))
		return ck_fail(w, k, "it is not one of those that are counted", "something else stands in its place");
	v = trial.s.env[q->var];
	if (!ck_set_has(all, v) || ck_set_has(seen, v))
		return ck_fail(w, k, "it is about one that does not count, or that was counted before", "the count would be another");
	ck_set_add(seen, v);
	in = with(c, q, v);
	if (q->kids[0])
		return ck_cond(w, k, &in, only);
	struct value args[MAX_ARGS];
	return args_of(&in, only, args) && ck_fact_is(w, k, only->fact, args, &in.s);
}

/* What one more would need. */
static bool one_more(struct ck_walk *w, struct ck_node *k, struct ck_cx *c, const struct ck_form *q, const struct ck_set *all)
{
	struct ck_cx open = *c;
	struct ck_set seen = {.a = w->a};
	bool cut;
	open.s.bound &= ~q->own;
	struct ck_cx trial = open;
	if (!ck_text(w, k, &trial, q->kids[0]) || !ck_holds(w, k, false) || !ck_no_member(w, k, "of"))
		return false;
	struct ck_node *first = ck_peek(w, k), *one;
	if (!first || first->kind != N_ALL || !jv_get(first->json, "of"))
		return ck_anyone(w, k, &open, q->kids[0]) && ck_no_more(w, k);
	while ((one = ck_next(w, k, &cut)) && !w->failed) {
		struct ck_cx in = open;
		struct value v;
		const struct jv *of = jv_get(one->json, "of");
		struct str name = jv_str(of);
		if (one->kind != N_ALL || one->text.n || !name.p)
			return ck_fail(w, one, "each who could be one more has a node \"all\"", "something else stands in its place");
		v = (struct value){.kind = V_ENTITY, .s = syms_intern(&w->b->rb->syms, name)};
		if (!ck_json_is(w->b, of, v) || ck_set_has(all, v) || ck_set_has(&seen, v))
			return ck_fail(w, one, "it is about one who is counted already, or was named before", "that would not be one more");
		ck_set_add(&seen, v);
		in = with(&open, q, v);
		if (!ck_holds(w, one, ck_ask(w, &in, q->kids[0])) || !ck_parts(w, one, &in, q->kids[0]) || !ck_no_more(w, one))
			return false;
	}
	return !w->failed && ck_no_more(w, k);
}

static bool quantity(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *q, bool more)
{
	struct ck_set all, seen = {.a = w->a};
	range(w, c, q, &all);
	if (w->in.numbers)
		return true;
	for (size_t i = 0; i < all.n && !w->failed; i++) {
		bool cut;
		struct ck_node *k = ck_next(w, n, &cut);
		if (cut)
			return true;
		if (!k)
			return ck_fail(w, n, "it names fewer than are counted", "somebody who counts was left out");
		if (!counted(w, k, c, q, &all, &seen))
			return false;
	}
	if (w->failed || !more || !q->kids[0] || w->in.negative >= CK_MAX_NEGATIVE || w->in.leaf || (ck_is_cut(w, n) && n->at + 1 == n->nkids))
		return !w->failed;
	struct ck_node *k = ck_need(w, n, N_ANY);
	return k ? one_more(w, k, c, q, &all) : !w->failed;
}

/* Where the values of an expression come from. more: a count in it is too small. */
static bool sources(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool more)
{
	bool cut;
	if (ck_plain_form(f) || w->failed || (ck_is_cut(w, n) && n->at + 1 == n->nkids))
		return !w->failed;
	if (is_quantity(f))
		return quantity(w, n, c, f, more);
	if (f->kind == E_FACT)
		return value_of_fact(w, n, c, f);
	if (counts(f)) {
		for (uint32_t i = 0; i < f->nkids; i++)
			if (!sources(w, n, c, f->kids[i], more && !(f->kind == E_SUB && i == 1)))
				return false;
		return true;
	}
	struct ck_node *k = ck_next(w, n, &cut);
	if (!k)
		return cut || ck_fail(w, n, "it does not say where a value comes from", "the reason is missing");
	return ck_value_node(w, k, c, f, true);
}

bool ck_value_node(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool holds)
{
	if (n->kind != N_VALUE)
		return ck_fail(w, n, "a node \"value\" must stand here", "something else stands in its place");
	struct ck_num v = number(w, c, f);
	struct value whole = v.kind == V_NONE ? VALUE_NONE : v.v;
	if (v.kind == V_INT)
		whole = (struct value){.kind = V_INT, .i = (int64_t)(v.num / v.den - (v.num % v.den != 0 && v.num < 0))};
	if (!ck_text(w, n, c, f) || !ck_holds(w, n, holds) || !ck_is_value(w, n, "value", whole) || !ck_is_str(w, n, "exact", ck_print_num(w, v)))
		return false;
	if (f->kind == E_FACT || is_quantity(f))
		return sources(w, n, c, f, false) && ck_no_more(w, n);
	for (uint32_t i = 0; i < f->nkids && !w->failed; i++) {
		const struct ck_form *part = f->kids[i];
		if (ck_plain_form(part) || (ck_is_cut(w, n) && n->at + 1 == n->nkids))
			continue;
		if (part->kind == E_FACT) {
			if (!value_of_fact(w, n, c, part))
				return false;
			continue;
		}
		struct ck_node *k = ck_need(w, n, N_VALUE);
		if (k && !ck_value_node(w, k, c, part, true))
			return false;
	}
	return !w->failed && ck_no_more(w, n);
}

struct sides { /* a way to make a comparison true whose sides are printed so */
	struct ck_walk *w;
	const struct ck_form *f;
	struct str left, right;
	struct ck_cx *c;
	bool found;
};

static bool take_sides(struct ck_sight *s, void *ctx)
{
	struct sides *x = ctx;
	struct ck_sight in = *s;
	if (!str_eq(ck_print_num(x->w, ck_expr(&in, x->f->kids[0])), x->left) || !str_eq(ck_print_num(x->w, ck_expr(&in, x->f->kids[1])), x->right))
		return true;
	x->c->s.bound = s->bound;
	for (uint32_t i = 0; i < MAX_VARS; i++)
		x->c->s.env[i] = s->env[i];
	x->found = true;
	return false;
}

static bool comparison(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool truth)
{
	static const char *const cmp[] = {">=", ">", "=", "<", "<="};
	bool count = counts(f->kids[0]) || counts(f->kids[1]);
	struct ck_cx in = *c;
	struct sides x = {w, f, jv_get_str(n->json, "left"), jv_get_str(n->json, "right"), &in, false};
	if (n->kind != (count ? N_COUNT : N_COMPARE))
		return ck_fail(w, n, count ? "a comparison of a count is a node \"count\"" : "a comparison is a node \"compare\"", "something else stands in its place");
	struct ck_sight s = c->s;
	arena_reset(&w->p->scratch);
	if (truth && f->free & ~c->s.bound)
		(void)ck_solve(&s, f, take_sides, &x);
	else
		(void)take_sides(&s, &x);
	if (!x.found) {
		struct ck_num left = number(w, c, f->kids[0]), right = number(w, c, f->kids[1]);
		return ck_is_str(w, n, "left", ck_print_num(w, left)) && ck_is_str(w, n, "right", ck_print_num(w, right)) &&
		       ck_fail(w, n, "its two sides are not those of the rule", "the comparison is another");
	}
	if (!ck_is_str(w, n, "op", str_of(cmp[f->op])))
		return false;
	bool left_short = !truth && (f->op == CMP_GE || f->op == CMP_GT || f->op == CMP_EQ);
	bool right_short = !truth && (f->op == CMP_LE || f->op == CMP_LT);
	return sources(w, n, &in, f->kids[0], left_short) && sources(w, n, &in, f->kids[1], right_short) && ck_no_more(w, n);
}

static bool clock(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f, bool truth)
{
	struct ck_cx in = *c;
	if (truth && f->free & ~c->s.bound) {
		arena_reset(&w->p->scratch);
		(void)ck_first(&in.s, f);
	}
	struct ck_num d = number(w, &in, f->kids[0]);
	civil at = d.kind != V_DATE ? CIVIL_NEVER : f->kind == C_PASSED ? date_end(d.v.t) : d.v.t;
	if (n->kind != N_CLOCK)
		return ck_fail(w, n, "a date reached or passed is a node \"clock\"", "something else stands in its place");
	return ck_date(w, n, "at", at) && sources(w, n, &in, f->kids[0], false) && ck_no_more(w, n);
}

/* A name among others: nothing lies behind it. The right side is what the text has behind "is" or "in". */
static bool names(struct ck_walk *w, struct ck_node *n, const struct ck_cx *c, const struct ck_form *f)
{
	struct str op = f->kind == C_IN ? STR(" in ") : f->negated ? STR(" is not ") : STR(" is ");
	size_t at = str_find(n->text, op);
	struct value v = c->s.env[f->var];
	struct ck_num left = {.kind = v.kind, .v = v, .num = v.kind == V_INT ? v.i : 0, .den = 1};
	if (n->kind != N_COMPARE)
		return ck_fail(w, n, "a comparison of names is a node \"compare\"", "something else stands in its place");
	return ck_is_str(w, n, "left", ck_print_num(w, left)) && ck_is_str(w, n, "op", STR("=")) &&
	       ck_is_str(w, n, "right", at < n->text.n ? str_slice(n->text, at + op.n, n->text.n) : STR("")) && ck_no_more(w, n);
}

/* ---- one condition ------------------------------------------------------------------------------------------------------- */

/* It speaks of what nothing else found, or of what ended when nothing did. */
static bool is_open(struct ck_walk *w, struct ck_node *n, const struct ck_cx *c, const struct ck_form *f)
{
	if (!(f->free & ~c->s.bound))
		return ck_fail(w, n, "all that it speaks of is known: it is not open", "the reason is another");
	return ck_holds(w, n, false) && ck_no_more(w, n);
}

bool ck_cond(struct ck_walk *w, struct ck_node *n, struct ck_cx *c, const struct ck_form *f)
{
	if (w->failed || !ck_text(w, n, c, f))
		return false;
	if (n->kind == N_OPEN)
		return is_open(w, n, c, f);
	bool truth = ck_runnable(f, c->s.bound) && ck_ask(w, c, f), ok;
	if (!ck_holds(w, n, truth))
		return false;
	if (n->kind == N_CUT)
		return ck_no_more(w, n);
	if (++w->depth > CK_MAX_NODE_DEPTH)
		return ck_fail(w, n, "the tree is too deep", "it cannot be checked");
	enum ck_kind kind = f->kind == C_NOT ? N_NOT : f->kind == C_OR || f->kind == C_SOME ? N_ANY : f->kind == C_EVERY ? N_ALL : n->kind;
	if (n->kind != kind)
		ok = ck_fail(w, n, "it is of another kind than the condition", "something else stands in its place");
	else
		switch (f->kind) {
		case C_HOLDS:
		case C_IS: ok = literal(w, n, c, f, truth); break;
		case C_NOT: ok = negation(w, n, c, f, truth); break;
		case C_OR: ok = ck_no_member(w, n, "of") && choice(w, n, c, f, truth) && ck_no_more(w, n); break;
		case C_SOME: ok = some(w, n, c, f, truth); break;
		case C_EVERY: ok = ck_no_member(w, n, "of") && every(w, n, c, f) && ck_no_more(w, n); break;
		case C_CMP: ok = comparison(w, n, c, f, truth); break;
		case C_REACHED:
		case C_PASSED: ok = clock(w, n, c, f, truth); break;
		case C_VAR_IS:
		case C_IN: ok = names(w, n, c, f); break;
		default: ok = ck_parts(w, n, c, f) && ck_no_more(w, n);
		}
	w->depth--;
	return ok;
}
