/* SPDX-License-Identifier: Apache-2.0
 *
 * Explanations: nodes and their room, what was stated before, and the doors.
 */
#include "rules/explain_int.h"

#include <string.h>

/* ---- nodes --------------------------------------------------------------------------------------------------------------- */

struct proof *ex_new(struct ex *x, enum proof_kind kind, bool holds)
{
	struct proof *p = arena_new(x->a, struct proof);
	*p = (struct proof){.kind = kind, .holds = holds, .fact = NO_ID, .act_kind = NO_ID, .rule = NO_ID, .within = NO_ID, .from = CIVIL_ALWAYS,
		.to = CIVIL_NEVER};
	x->nodes++;
	x->cuts += kind == PROOF_CUT;
	return p;
}

void ex_add(struct ex *x, struct proof *parent, struct proof *kid)
{
	if (!kid)
		return;
	if ((parent->nkids & (parent->nkids - 1)) == 0) { /* full at powers of two */
		struct proof **more = arena_array(x->a, parent->nkids ? parent->nkids * 2 : 1, struct proof *);
		if (parent->nkids)
			memcpy(more, parent->kids, parent->nkids * sizeof *more);
		parent->kids = more;
	}
	parent->kids[parent->nkids++] = kid;
}

bool ex_room(const struct ex *x)
{
	return x->nodes < x->limit && x->depth < PROOF_MAX_DEPTH;
}

bool ex_too_deep(struct ex *x)
{
	x->deepest = x->level > x->deepest ? x->level : x->deepest;
	return x->level >= x->max_level;
}

uint32_t ex_share(struct ex *x, size_t left)
{
	uint32_t before = x->limit, least = 16;
	if (!x->fair || x->nodes >= x->limit || left < 2)
		return before;
	uint32_t part = (x->limit - x->nodes) / (uint32_t)left;
	part = part < least ? least : part;
	if (x->nodes + part < x->limit)
		x->limit = x->nodes + part;
	return before;
}

bool ex_full(struct ex *x, struct proof *parent)
{
	if (ex_room(x))
		return false;
	if (parent->nkids && parent->kids[parent->nkids - 1]->kind == PROOF_CUT)
		return true;
	ex_add(x, parent, ex_new(x, PROOF_CUT, parent->holds));
	return true;
}

const struct rule *ex_rule_of(const struct ex *x, uint32_t rule)
{
	return &x->rb->rules.v[rule];
}

const struct value *ex_args(struct ex *x, const struct value *args, uint32_t n)
{
	return arena_copy(x->a, args, n * sizeof *args);
}

const struct value *ex_act_args(struct ex *x, const struct act *act)
{
	struct value args[MAX_ARGS];
	uint32_t n = x->rb->acts.v[act->kind].nparams;
	return ex_args(x, act_values(act, n, args), n);
}

civil ex_time(const struct ex *x, uint32_t round)
{
	return round_at(x->e, round);
}

/* ---- what was stated before ---------------------------------------------------------------------------------------------- */

struct memo {
	enum sense sense;
	bool cut; /* something is missing below */
	uint32_t fact, token, level;
	struct value value;
	const struct value *args;
	struct proof *p;
};

static size_t memo_slot(const struct ex *x, const struct memo *m)
{
	uint32_t n = x->rb->facts.v[m->fact].nparams;
	uint64_t h = hash_value((uint64_t)m->fact << 33 | (uint64_t)m->token << 2 | m->sense, value_pack(m->value));
	for (uint32_t i = 0; i < n; i++)
		h = hash_value(h, value_pack(m->args[i]));
	size_t i = hash_end(h) & (x->nslots - 1);
	for (; x->slots[i].p; i = (i + 1) & (x->nslots - 1)) {
		const struct memo *o = &x->slots[i];
		bool same = o->sense == m->sense && o->fact == m->fact && o->token == m->token && value_eq(o->value, m->value);
		for (uint32_t k = 0; k < n && same; k++)
			same = value_eq(o->args[k], m->args[k]);
		if (same)
			break;
	}
	return i;
}

static void memo_grow(struct ex *x)
{
	struct memo *old = x->slots;
	size_t n = x->nslots;
	x->nslots = n ? n * 2 : 64;
	x->slots = arena_array(&x->work, x->nslots, struct memo);
	for (size_t i = 0; i < n; i++)
		if (old[i].p)
			x->slots[memo_slot(x, &old[i])] = old[i];
}

struct proof *ex_stated(struct ex *x, const struct key *k, const struct proof *fresh)
{
	struct memo m = {.sense = k->sense, .fact = k->fact, .token = k->token, .value = k->value, .args = k->args};
	if (!x->nslots)
		return NULL;
	const struct memo *found = &x->slots[memo_slot(x, &m)];
	if (!found->p || (found->cut && found->level > x->level)) /* here there is more room for it */
		return NULL;
	struct proof *again = ex_new(x, fresh->kind, fresh->holds);
	*again = *found->p;
	again->shared = true;
	again->same = found->p;
	again->kids = NULL;
	again->nkids = 0;
	again->at = fresh->at;
	return again;
}

void ex_state(struct ex *x, const struct key *k, struct proof *p, uint32_t cuts)
{
	struct memo m = {.sense = k->sense, .cut = x->cuts > cuts, .fact = k->fact, .token = k->token, .level = x->level,
		.value = k->value, .args = k->args, .p = p};
	if ((x->nmemo + 1) * 2 > x->nslots)
		memo_grow(x);
	size_t i = memo_slot(x, &m);
	x->nmemo += x->slots[i].p == NULL;
	x->slots[i] = m;
}

/* ---- acts ---------------------------------------------------------------------------------------------------------------- */

struct proof *ex_act(struct ex *x, uint32_t index)
{
	const struct placed_act *placed = &x->e->acts[index];
	const struct act *act = placed->act;
	struct proof *p = ex_new(x, x->e->act_works[index] ? PROOF_ACT : PROOF_WITHOUT_EFFECT, true);
	p->act = act->pos;
	p->place = placed->place;
	p->act_kind = act->kind;
	p->args = ex_act_args(x, act);
	p->at = act->date;
	if (act->pos == placed->place)
		return p;
	const struct act *before = act_given(x->e, placed->place);
	if (before && before->kind != NO_ID) {
		struct proof *was = ex_new(x, PROOF_CORRECTED, true);
		was->act = act->pos;
		was->place = placed->place;
		was->act_kind = before->kind;
		was->args = ex_act_args(x, before);
		was->at = before->date;
		ex_add(x, p, was);
	}
	return p;
}

/* ---- the doors ----------------------------------------------------------------------------------------------------------- */

void ex_begin(struct ex *x, const struct eval *e, struct arena *a)
{
	*x = (struct ex){.e = e, .rb = e->rb, .a = a, .limit = PROOF_MAX_NODES, .max_level = PROOF_MAX_DEPTH};
	x->s = (struct solver){.rb = e->rb, .syms = e->syms, .state = e->state, .scratch = &x->scratch};
}

void ex_end(struct ex *x)
{
	arena_done(&x->scratch);
	arena_done(&x->work);
	buf_done(&x->out);
}

static uint32_t number(struct proof *p, uint32_t next)
{
	p->id = next++;
	for (size_t i = 0; i < p->nkids; i++)
		next = number(p->kids[i], next);
	return next;
}

struct ask { /* what is to be explained */
	const struct eval *e;
	uint32_t fact;
	const struct value *args;
	struct wanted w;
	struct moment m;
	uint32_t act; /* else: what became of this act */
	bool brief;
};

static struct proof *why_or_not(struct ex *x, const struct ask *q);
static struct proof *fate_of_act(struct ex *x, const struct ask *q);

/* Builds the tree in `a`. Returns NULL if it does not fit. Sets *ret_deepest: with any higher max_level it is the same. */
static struct proof *build(const struct ask *q, struct arena *a, uint32_t max_level, bool fair, uint32_t *ret_deepest)
{
	struct ex x;
	ex_begin(&x, q->e, a);
	x.max_level = max_level;
	x.fair = fair;
	x.brief = q->brief;
	x.limit = fair ? ROOM : PROOF_MAX_NODES;
	struct proof *root = q->act == NO_ID ? why_or_not(&x, q) : fate_of_act(&x, q);
	ex_end(&x);
	*ret_deepest = x.deepest;
	return fair || x.nodes < x.limit ? root : NULL;
}

/* The deepest tree that fits: what is cut off then is cut at one depth of facts, so what stands near the question is whole. If
 * even the flattest does not fit, each part gets its share of the room. */
static const struct proof *explain(const struct ask *q, struct arena *a)
{
	static const uint32_t levels[] = {12, 8, 6, 5, 4, 3, 2, 1};
	uint32_t deepest;
	struct arena tree = {0};
	struct proof *root = build(q, &tree, PROOF_MAX_DEPTH, false, &deepest);
	for (size_t i = 0; !root && i < sizeof levels / sizeof *levels; i++) {
		if (levels[i] > deepest) /* that did not fit either */
			continue;
		arena_done(&tree);
		root = build(q, &tree, levels[i], false, &deepest);
	}
	if (root)
		arena_take(a, &tree);
	arena_done(&tree);
	if (!root)
		root = build(q, a, 2, true, &deepest);
	(void)number(root, 0);
	return root;
}

static struct moment at_end_of(const struct eval *e, civil t)
{
	return (struct moment){eval_round_at(e, t), t};
}

static struct wanted wanting(struct value v)
{
	return (struct wanted){.v = {v}, .n = v.kind != V_NONE};
}

static struct proof *why_or_not(struct ex *x, const struct ask *q)
{
	const struct inst *i = eval_find(x->e, q->fact, q->args);
	struct value v = i ? inst_value(i, q->m.round) : VALUE_NONE;
	bool so = q->w.n ? value_eq(v, q->w.v[0]) : v.kind != V_NONE;
	struct proof *p = so ? ex_fact(x, q->fact, q->args, q->m) : ex_not_fact(x, q->fact, q->args, &q->w, q->m);
	struct wanted is = so ? wanting(v) : q->w;
	p->text = ex_fact_text(x, q->fact, q->args, &is);
	return p;
}

static struct ask question(const struct eval *e, uint32_t fact, const struct value *args, struct value value, civil t)
{
	struct ask q = {.e = e, .fact = fact, .args = args, .m = at_end_of(e, t), .act = NO_ID};
	q.w = wanting(value.kind == V_NONE && e->rb->facts.v[fact].value == TYPE_BOOL ? VALUE_YES : value);
	return q;
}

const struct proof *explain_why(const struct eval *e, uint32_t fact, const struct value *args, civil t, struct arena *a)
{
	return explain_whynot(e, fact, args, VALUE_NONE, t, a);
}

const struct proof *explain_why_brief(const struct eval *e, uint32_t fact, const struct value *args, civil t, struct arena *a)
{
	struct ask q = question(e, fact, args, VALUE_NONE, t);
	q.brief = true;
	return explain(&q, a);
}

const struct proof *explain_why_top(const struct eval *e, uint32_t fact, const struct value *args, civil t, struct arena *a)
{
	struct ask q = question(e, fact, args, VALUE_NONE, t);
	uint32_t deepest;
	struct proof *root = build(&q, a, 1, true, &deepest);
	(void)number(root, 0);
	return root;
}

const struct proof *explain_whynot(const struct eval *e, uint32_t fact, const struct value *args, struct value value, civil t,
	struct arena *a)
{
	struct ask q = question(e, fact, args, value, t);
	return explain(&q, a);
}

static struct proof *fate_of_act(struct ex *x, const struct ask *q)
{
	const struct eval *e = x->e;
	struct proof *p = ex_act(x, q->act);
	uint32_t round = e->act_round[q->act];
	struct moment m = {round, e->acts[q->act].act->date};
	struct try *t = arena_new(&x->work, struct try);
	for (uint32_t r = 0; r < e->rb->rules.n && !ex_full(x, p); r++) {
		const struct rule *rule = &e->rb->rules.v[r];
		struct wanted any = {0};
		struct value open[MAX_ARGS] = {0};
		if (rule->form == RULE_DEFINITION || rule->trigger.kind != TRIGGER_ACT || rule->trigger.act != e->acts[q->act].act->kind)
			continue;
		if (ex_tries(x, r, open, &any, round - 1, m, 1, t))
			ex_add(x, p, ex_try(x, t, &any, (struct moment){(uint32_t)e->rounds.n - 1, CIVIL_MAX}));
	}
	return p;
}

const struct proof *explain_act(const struct eval *e, uint64_t place, struct arena *a)
{
	struct ask q = {.e = e, .act = act_counted(e, place)};
	return q.act == NO_ID ? NULL : explain(&q, a);
}
