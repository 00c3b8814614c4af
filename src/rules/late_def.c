/* SPDX-License-Identifier: Apache-2.0
 *
 * Definitions and the conditions of triggers, computed again: at the moment at which something that they read came out otherwise,
 * and while it differs, whenever anything else that they read changes.
 */
#include "rules/late_int.h"

#include <string.h>

/* ---- which moments ------------------------------------------------------------------------------------------------- */

static void bind_keys(struct solver *s, const struct def *d, const packed *keys)
{
	s->bound = 0;
	for (uint32_t i = 0; i < d->nvars; i++)
		if (keys[i]) {
			s->env[d->vars[i]] = keys[i];
			s->bound |= var_bit(d->vars[i]);
		}
}

/* Which arguments of the head do the bound variables tell? */
static uint32_t head_args(const struct solver *s, const struct def *d, packed *args)
{
	uint32_t mask = 0;
	for (uint32_t i = 0; i < d->nargs; i++) {
		args[i] = solve_term(s, &d->args[i]);
		mask |= (uint32_t)solve_known(s, &d->args[i]) << i;
	}
	return mask;
}

static bool bind_some(struct solver *s, const struct def *d, uint32_t mask, const packed *args)
{
	s->bound = 0;
	for (uint32_t i = 0; i < d->nargs; i++)
		if (mask >> i & 1 && !solve_bind(s, &d->args[i], args[i]))
			return false;
	return true;
}

static uint32_t stage_of(const struct late *l, const struct active *a)
{
	return STAGE_DEF + l->r->defs.v[a->def].level;
}

static void add_source(struct late *l, struct active *a, struct inst *source)
{
	size_t k = 0;
	while (k < a->sources.n && a->sources.v[k] != source)
		k++;
	if (k == a->sources.n)
		arena_push(&l->work, &a->sources, source);
}

static void note_event(struct late *l, uint32_t round, const struct node *atom, const struct inst *i, void *ctx)
{
	(void)atom;
	(void)i;
	struct active *a = ctx;
	arena_push(&l->work, &a->events, round);
}

static struct active *active_of(struct late *l, uint32_t def, const packed *keys);

/* Of many keys an instance that changes touches only those that agree with it. */
static void note_some(struct late *l, uint32_t round, const struct node *atom, const struct inst *i, void *ctx)
{
	struct active *a = ctx, *some = NULL;
	const struct def *d = &l->r->defs.v[a->def];
	const struct term *terms = atom ? atom->terms : d->args;
	UNSET packed keys[MAX_ARGS];
	bool narrower = false;
	for (uint32_t v = 0; v < d->nvars; v++) {
		keys[v] = a->keys[v];
		for (uint32_t k = 0; i && !keys[v] && k < i->nargs; k++)
			if (terms[k].var == d->vars[v])
				keys[v] = inst_packed(i)[k];
		narrower |= keys[v] != a->keys[v];
	}
	if (!narrower) {
		note_event(l, round, atom, i, ctx);
		return;
	}
	some = active_of(l, a->def, keys);
	size_t k = 0;
	while (k < some->wider.n && some->wider.v[k] != a)
		k++;
	if (k == some->wider.n)
		arena_push(&l->work, &some->wider, a);
	struct moment m = late_moment(l, round);
	late_push(l, &m, stage_of(l, a), some, 0, false);
}

static void sort_events(const struct late *l, uint32_t *v, size_t n)
{
	for (size_t gap = n / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11) /* no room is needed, and they are few */
		for (size_t i = gap; i < n; i++) {
			uint32_t x = v[i];
			size_t k = i;
			for (; k >= gap && late_cmp_rounds(l, v[k - gap], x) > 0; k -= gap)
				v[k] = v[k - gap];
			v[k] = x;
		}
}

/* Only one of all events that are to come is on the agenda. */
static void queue_next(struct late *l, struct active *a)
{
	if (a->next_event == a->events.n)
		return;
	struct moment next = late_moment(l, a->events.v[a->next_event]);
	if (a->is_queued && moment_cmp(&a->queued, &next) <= 0)
		return;
	a->is_queued = true;
	a->queued = next;
	late_push(l, &next, stage_of(l, a), a, 1, false);
}

/* The events in (m, until] become known. When a number turns was seen with what was so then: that is seen anew. */
static void cover(struct late *l, struct active *a, const struct moment *m, const struct moment *until)
{
	const struct def *d = &l->r->defs.v[a->def];
	struct moment upto = *until;
	if (l->counts[a->def] && a->is_covered) {
		a->events.n = a->next_event;
		a->is_covered = false;
		upto = moment_cmp(until, &a->covered) < 0 ? a->covered : upto;
	}
	struct moment from = a->is_covered && moment_cmp(&a->covered, m) > 0 ? a->covered : *m;
	if (moment_cmp(&from, &upto) >= 0)
		return;
	const struct run *r = l->r;
	struct solver *s = &l->r->solver;
	UNSET packed args[MAX_ARGS];
	size_t known = a->events.n;
	bind_keys(s, d, a->keys);
	uint32_t mask = head_args(s, d, args);
	inputs_fn *note = d->head & ~s->bound ? note_some : note_event;
	late_inputs(l, d->cond, &from, &upto, note, a);
	if (l->clocks[a->def] || l->counts[a->def]) { /* a date that was reached, a window that opened, a number that turned before */
		const struct insts own = state_match(s->state, d->fact, mask, args);
		late_inputs_of(l, NULL, &own, &from, &upto, note, a);
	}
	for (size_t i = 0; i < r->fact_defs[d->fact].n && !d->alone; i++) { /* they tell what d alone does not */
		const struct def *other = &r->defs.v[r->fact_defs[d->fact].v[i]];
		if (other != d && bind_some(s, other, mask, args))
			late_inputs(l, other->cond, &from, &upto, note_event, a);
	}
	sort_events(l, a->events.v + known, a->events.n - known);
	a->covered = upto;
	a->is_covered = true;
	queue_next(l, a);
}

enum { ACTIVE_SLOTS = 1 << 8 };

static struct active *active_of(struct late *l, uint32_t def, const packed *keys)
{
	const struct def *d = &l->r->defs.v[def];
	uint64_t h = hash_value(0, def);
	for (uint32_t i = 0; i < d->nvars; i++)
		h = hash_value(h, keys[i]);
	h = hash_end(h);
	if (!l->actives)
		l->actives = arena_array(&l->work, ACTIVE_SLOTS, struct active *);
	struct active **slot = &l->actives[h & (ACTIVE_SLOTS - 1)], *a = *slot;
	while (a && !(a->hash == h && a->def == def && !(d->nvars && memcmp(a->keys, keys, d->nvars * sizeof *keys))))
		a = a->next;
	if (a)
		return a;
	a = arena_new(&l->work, struct active);
	*a = (struct active){.def = def, .hash = h, .next = *slot};
	a->keys = arena_copy(&l->work, keys, d->nvars * sizeof *keys);
	return *slot = a;
}

void late_activate(struct late *l, uint32_t def, const packed *keys, struct inst *source, const struct moment *m,
	const struct moment *until, bool lasts)
{
	struct active *a = active_of(l, def, keys);
	late_push(l, m, stage_of(l, a), a, 0, true);
	if (!lasts && l->counts[def] && a->is_covered)
		cover(l, a, m, m); /* others may still differ, and numbers turn elsewhere from now on */
	if (!lasts)
		return;
	add_source(l, a, source);
	cover(l, a, m, until);
}

/* ---- computing ----------------------------------------------------------------------------------------------------- */

struct finding {
	struct late *l;
	struct active *a;
	const struct def *d, *of; /* of: whose heads are collected */
	const struct moment *m;
	struct tuples heads;
};

static void wake(void *ctx, const struct solver *s, civil at)
{
	struct finding *f = ctx;
	(void)s;
	if (at <= CIVIL_MAX) {
		struct moment m = late_find(f->l, at, PHASE_CALENDAR, 0, 0);
		late_push(f->l, &m, stage_of(f->l, f->a), f->a, 0, true); /* some of these keys may differ for another reason */
	}
}

static bool is_open(struct finding *f, const struct def *d)
{
	civil now = f->m->at;
	if (now < d->until)
		wake(f, NULL, now < d->from ? d->from : d->until);
	return now >= d->from && now < d->until;
}

static bool collect(struct solver *s, void *ctx)
{
	struct finding *f = ctx;
	UNSET packed args[MAX_ARGS];
	if (solve_args(s, f->of->args, f->of->nargs, args))
		(void)tuples_add(&f->heads, args);
	return true;
}

/* The definition that makes the head true, the one at hand before others; NO_ID: none does. */
static uint32_t held_by(struct finding *f, bool mine, const packed *args)
{
	struct run *r = f->l->r;
	if (mine || f->d->alone)
		return mine ? f->d->rule : NO_ID;
	for (size_t i = 0; i < r->fact_defs[f->d->fact].n; i++) {
		const struct def *other = &r->defs.v[r->fact_defs[f->d->fact].v[i]];
		if (other != f->d && bind_some(&r->solver, other, UINT32_MAX, args) && is_open(f, other) && solve_any(&r->solver, other->cond))
			return other->rule;
	}
	return NO_ID;
}

static void set_head(struct finding *f, bool mine, const packed *args, struct inst *i, struct moment *m)
{
	uint32_t rule = held_by(f, mine, args);
	if (!i && rule != NO_ID)
		i = state_make(f->l->r->e->state, f->d->fact, args);
	if (i)
		late_set(f->l, i, m, rule == NO_ID ? 0 : PACKED_YES, CAUSE_DEFINITION | (rule == NO_ID ? f->d->rule : rule));
}

static bool still_differs(struct late *l, const struct active *a, const struct moment *m)
{
	for (size_t i = 0; i < a->sources.n; i++)
		if (late_differs(l, a->sources.v[i], m))
			return true;
	for (size_t i = 0; i < a->wider.n; i++)
		if (still_differs(l, a->wider.v[i], m))
			return true;
	return false;
}

static void compute_one(struct finding *f, struct moment *m)
{
	struct solver *s = &f->l->r->solver;
	UNSET packed args[MAX_ARGS];
	if (!solve_args(s, f->d->args, f->d->nargs, args))
		return;
	bool mine = is_open(f, f->d) && solve_any(s, f->d->cond);
	if (!f->a->head)
		f->a->head = state_find(s->state, f->d->fact, args);
	set_head(f, mine, args, f->a->head, m);
}

/* Those of the instances that agree with what is bound and are true, were just before, or turned now: all that may have to fall. */
static struct inst **that_may_fall(struct finding *f, const struct insts *own, const struct moment *m, size_t *ret_n)
{
	struct late *l = f->l;
	struct solver *s = &l->r->solver;
	struct inst **old = arena_array(&l->work, own->n + 1, struct inst *);
	uint64_t kept = s->bound;
	late_expect(own);
	*ret_n = 0;
	for (size_t i = 0; i < own->n; i++) {
		struct inst *inst = insts_at(own, i);
		uint32_t n = late_count(l, inst->v, inst->n, m, false);
		bool fits = n && (inst->v[n - 1].value || !late_is_in(l, inst->v[n - 1].round, m, true));
		for (uint32_t k = 0; k < f->d->nargs && fits; k++)
			fits = solve_bind(s, &f->d->args[k], inst_packed(inst)[k]);
		s->bound = kept;
		if (fits)
			old[(*ret_n)++] = inst;
	}
	return old;
}

/* All heads that come out true, first those by d itself; what was true by d may be so by another now. Returns how many are by d. */
static size_t find_heads(struct finding *f, uint32_t mask, const packed *args)
{
	struct run *r = f->l->r;
	struct solver *s = &r->solver;
	tuples_init(&f->heads, &f->l->work, f->d->nargs);
	late_expect_read(f->l, f->d->cond);
	f->of = f->d;
	if (is_open(f, f->d))
		(void)solve(s, f->d->cond, collect, f);
	size_t mine = f->heads.n;
	for (size_t i = 0; i < r->fact_defs[f->d->fact].n && !f->d->alone; i++) {
		f->of = &r->defs.v[r->fact_defs[f->d->fact].v[i]];
		if (f->of != f->d && bind_some(s, f->of, mask, args) && is_open(f, f->of))
			(void)solve(s, f->of->cond, collect, f);
	}
	return mine;
}

static void compute_all(struct finding *f, struct moment *m)
{
	struct late *l = f->l;
	struct solver *s = &l->r->solver;
	UNSET packed args[MAX_ARGS];
	uint32_t mask = head_args(s, f->d, args);
	const struct insts own = state_match(s->state, f->d->fact, mask, args);
	size_t nold;
	struct inst **old = that_may_fall(f, &own, m, &nold);
	size_t nmine = find_heads(f, mask, args), nheads = f->heads.n;
	for (size_t i = 0; i < nheads; i++)
		late_expect_one(l, f->d->fact, tuples_row(&f->heads, i));
	for (size_t i = 0; i < nold; i++)
		if (tuples_add(&f->heads, inst_packed(old[i])))
			set_head(f, false, inst_packed(old[i]), old[i], m);
	for (size_t i = 0; i < nheads; i++)
		set_head(f, i < nmine, tuples_row(&f->heads, i), NULL, m);
}

bool late_has(const struct node *n, enum node_kind one, enum node_kind other)
{
	bool yes = n && (n->kind == one || n->kind == other);
	for (uint32_t i = 0; n && i < n->nkids && !yes; i++)
		yes = late_has(n->kids[i], one, other);
	return yes;
}

void late_note_clocks(struct late *l)
{
	l->clocks = arena_array(&l->arena, l->r->defs.n + 1, bool);
	l->counts = arena_array(&l->arena, l->r->defs.n + 1, bool);
	for (size_t i = 0; i < l->r->defs.n; i++) {
		const struct def *d = &l->r->defs.v[i];
		bool window = d->from != CIVIL_ALWAYS || d->until != CIVIL_NEVER;
		l->clocks[i] = !d->alone || window || late_has(d->cond, C_REACHED, C_PASSED);
		l->counts[i] = late_has(d->cond, E_COUNT, C_SOME);
	}
}

void late_compute(struct late *l, struct active *a, const struct moment *at, bool direct)
{
	struct moment m = *at;
	if (a->is_done && moment_cmp(&a->done, &m) == 0)
		return;
	if (!direct && !still_differs(l, a, &m))
		return;
	a->done = m;
	a->is_done = true;
	if (l->clocks[a->def])
		late_fill(l, &m);
	struct finding f = {.l = l, .a = a, .d = &l->r->defs.v[a->def], .m = &m};
	struct view view = late_view(l, &m, false);
	struct solver *s = &l->r->solver;
	late_read(l, &view);
	s->wake = wake;
	s->wake_ctx = &f;
	bind_keys(s, f.d, a->keys);
	if (f.d->head & ~s->bound)
		compute_all(&f, &m);
	else
		compute_one(&f, &m);
	s->wake = NULL;
}

/* One event after the other, as long as nothing else comes first. */
void late_compute_events(struct late *l, struct active *a, const struct moment *m)
{
	if (!a->is_queued || moment_cmp(&a->queued, m) != 0)
		return; /* it is no longer, or an earlier one was found */
	a->is_queued = false;
	while (a->next_event < a->events.n) {
		uint32_t round = a->events.v[a->next_event];
		struct item item = {.m = late_moment(l, round), .stage = stage_of(l, a), .seq = UINT32_MAX};
		if (moment_cmp(&item.m, m) != 0 && l->agenda.n && late_sooner(&l->agenda.v[0], &item)) {
			queue_next(l, a);
			return;
		}
		a->next_event++;
		late_compute(l, a, &item.m, false);
		while (a->next_event < a->events.n && a->events.v[a->next_event] == round)
			a->next_event++;
	}
}
