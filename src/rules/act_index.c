/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/act_index.h"

#include "base/bisect.h"

#include <stdlib.h>
#include <string.h>

enum { PER_BUCKET = 4 }; /* acts of different values that are looked at for nothing; a bucket takes as much room as an act */

struct column { /* the acts of one kind, sorted by the hash of one argument, those of one hash as they were */
	uint32_t *starts; /* of bucket b: from starts[b] to starts[b + 1] */
	uint32_t *acts;
	uint32_t nbuckets; /* a power of two; 0: no rule asks for this argument */
};

struct columns { /* of one kind */
	struct arena arena;
	struct column *v; /* per parameter */
};

struct kind {
	const uint32_t *acts;
	size_t n;
	struct columns *columns; /* NULL: not yet asked for */
};

struct shelf {
	struct kind *kinds;
	const uint32_t *given; /* NULL: numbers are of e->acts; else they are of this list, which is of e->given */
};

struct act_index {
	struct arena arena;
	size_t nkinds;
	struct shelf shelves[2];
	struct corrected { /* an act that was corrected: `by` (of e->given) decides about it in the end; NO_ID: what corrected it was void */
		uint64_t pos;
		uint32_t by;
	} *corrected; /* in order of position */
	size_t ncorrected;
	struct version { /* a correction, and the act that it or what it corrects corrects in the end; both of e->given */
		uint32_t act, of;
	} *versions, *by_act; /* by `of`, then `act`; by `act` */
	size_t nversions;
};

static const struct act *numbered(const struct eval *e, const struct shelf *s, size_t i)
{
	return s->given ? &e->given.v[s->given[i]] : e->acts[i].act;
}

/* ---- making -------------------------------------------------------------------------------------------------------------- */

static bool in_head(const struct rulebook *rb, const struct rule *r, uint32_t var)
{
	bool found = r->form == RULE_EFFECT && r->value->kind == E_VAR && r->value->var == var;
	for (uint32_t i = 0; r->args && i < rb->facts.v[r->fact].nparams; i++)
		found |= r->args[i]->kind == E_VAR && r->args[i]->var == var;
	return found;
}

/* Which arguments of a kind are asked for: constants of the patterns, and what the fact and its value tell. */
static uint32_t asked_for(const struct rulebook *rb, uint32_t kind)
{
	uint32_t mask = 0;
	for (size_t k = 0; k < rb->rules.n; k++) {
		const struct rule *r = &rb->rules.v[k];
		if (r->form == RULE_DEFINITION || r->trigger.kind != TRIGGER_ACT || r->trigger.act != kind)
			continue;
		for (uint32_t i = 0; i < rb->acts.v[kind].nparams; i++) {
			const struct node *t = r->trigger.pattern[i];
			if (t && (t->kind == E_CONST || in_head(rb, r, t->var)))
				mask |= 1u << i;
		}
	}
	return mask;
}

static uint32_t bucket_of(const struct column *c, struct value v)
{
	return (uint32_t)hash_end(hash_value(0, value_pack(v))) & (c->nbuckets - 1);
}

/* Sorts by counting. */
static void sort_by(const struct eval *e, const struct shelf *s, const struct kind *k, uint32_t arg, struct arena *a, struct column *c)
{
	struct arena work = {0};
	uint32_t *buckets = arena_array(&work, k->n, uint32_t); /* of each act */
	c->nbuckets = 1;
	while (c->nbuckets < k->n / PER_BUCKET)
		c->nbuckets *= 2;
	c->acts = arena_array(a, k->n, uint32_t);
	c->starts = arena_array(a, c->nbuckets + 2, uint32_t);
	uint32_t *next = c->starts + 1; /* where the next act of a bucket goes: in the end, where the bucket after it starts */
	for (size_t i = 0; i < k->n; i++) {
		buckets[i] = bucket_of(c, act_value(numbered(e, s, k->acts[i]), arg));
		next[buckets[i] + 1]++;
	}
	for (uint32_t b = 0; b < c->nbuckets; b++)
		next[b + 1] += next[b];
	for (size_t i = 0; i < k->n; i++)
		c->acts[next[buckets[i]]++] = k->acts[i];
	arena_done(&work);
}

static void columns_free(struct columns *c)
{
	if (!c)
		return;
	arena_done(&c->arena);
	free(c);
}

static const struct column *columns_of(const struct eval *e, const struct shelf *s, uint32_t kind)
{
	struct kind *k = &s->kinds[kind];
	struct columns *there = __atomic_load_n(&k->columns, __ATOMIC_ACQUIRE), *made;
	if (there)
		return there->v;
	made = zeroed(1, sizeof *made);
	made->v = arena_array(&made->arena, e->rb->acts.v[kind].nparams + 1, struct column);
	for (uint32_t mask = asked_for(e->rb, kind); mask; mask &= mask - 1) {
		uint32_t arg = (uint32_t)__builtin_ctz(mask);
		sort_by(e, s, k, arg, &made->arena, &made->v[arg]);
	}
	if (__atomic_compare_exchange_n(&k->columns, &there, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return made->v;
	columns_free(made);
	return there->v;
}

/* Acts that do not count, the last one first: then a walk back comes to the first one first. */
static void shelve_aside(const struct eval *e, struct act_index *x)
{
	struct shelf *s = &x->shelves[ACTS_ASIDE];
	struct arena work = {0};
	bool *counted = arena_array(&work, e->given.n + 1, bool);
	struct { uint32_t *v; size_t n, cap; } given = {0}, *kinds = arena_alloc(&work, (e->rb->acts.n + 1) * sizeof *kinds);
	for (size_t i = 0; i < e->nacts; i++)
		counted[e->acts[i].act - e->given.v] = true;
	for (size_t i = e->given.n; i-- > 0;) {
		uint32_t kind = e->given.v[i].kind, of_given = (uint32_t)i, number = (uint32_t)given.n;
		if (counted[i] || kind == NO_ID)
			continue;
		arena_push(&x->arena, &given, of_given);
		arena_push(&x->arena, &kinds[kind], number);
	}
	s->given = given.v;
	for (size_t k = 0; k < e->rb->acts.n; k++) {
		s->kinds[k].acts = kinds[k].v;
		s->kinds[k].n = kinds[k].n;
	}
	arena_done(&work);
}

static int by_number(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	return (a > b) - (a < b);
}

static struct corrected *corrected_at(const struct act_index *x, uint64_t pos)
{
	BISECT(i, x->ncorrected, x->corrected[i].pos < pos);
	return i < x->ncorrected && x->corrected[i].pos == pos ? &x->corrected[i] : NULL;
}

static const struct version *version_at(const struct act_index *x, uint32_t act)
{
	BISECT(i, x->nversions, x->by_act[i].act < act);
	return i < x->nversions && x->by_act[i].act == act ? &x->by_act[i] : NULL;
}

static int by_first(const void *x, const void *y)
{
	const struct version *a = x, *b = y;
	if (a->of != b->of)
		return a->of < b->of ? -1 : 1;
	return (a->act > b->act) - (a->act < b->act);
}

static void find_versions(const struct eval *e, struct act_index *x, const uint32_t *corrections, size_t n)
{
	x->by_act = arena_array(&x->arena, n, struct version);
	for (; x->nversions < n; x->nversions++) { /* what is corrected stands before its correction */
		uint32_t act = corrections[x->nversions], of = act;
		const struct act *target = act_given(e, act_corrects(&e->given.v[act]));
		if (target && target < &e->given.v[act]) {
			of = (uint32_t)(target - e->given.v);
			const struct version *v = version_at(x, of);
			of = v ? v->of : of;
		}
		x->by_act[x->nversions] = (struct version){act, of};
	}
	x->versions = arena_copy(&x->arena, x->by_act, n * sizeof *x->by_act);
	if (n)
		qsort(x->versions, n, sizeof *x->versions, by_first);
}

/* What decides about each act that was corrected (reference 8.3). A correction stands later than what it corrects, so going
 * backwards what becomes of it is known when it is needed. */
static void find_corrected(const struct eval *e, struct act_index *x)
{
	struct arena work = {0};
	struct { uint32_t *v; size_t n, cap; } found = {0};
	struct { uint64_t *v; size_t n, cap; } targets = {0};
	for (uint32_t i = 0; i < e->given.n && e->given.v[i].pos <= e->known; i++)
		if (act_is_correction(&e->given.v[i])) {
			arena_push(&work, &found, i);
			arena_push(&work, &targets, act_corrects(&e->given.v[i]));
		}
	if (targets.n)
		qsort(targets.v, targets.n, sizeof *targets.v, by_number);
	x->corrected = arena_array(&x->arena, targets.n, struct corrected);
	for (size_t i = 0; i < targets.n; i++)
		if (!i || targets.v[i] != targets.v[i - 1])
			x->corrected[x->ncorrected++] = (struct corrected){targets.v[i], NO_ID};
	for (size_t i = found.n; i-- > 0;) {
		const struct act *c = &e->given.v[found.v[i]];
		struct corrected *itself = corrected_at(x, c->pos), *target = corrected_at(x, act_corrects(c));
		uint32_t stands = !itself || itself->by == NO_ID ? found.v[i] : e->given.v[itself->by].annul ? NO_ID : itself->by;
		if (target->by == NO_ID)
			target->by = stands;
	}
	find_versions(e, x, found.v, found.n);
	arena_done(&work);
}

static void shelve_counted(const struct eval *e, struct act_index *x)
{
	struct kind *kinds = x->shelves[ACTS_COUNTED].kinds;
	uint32_t *all = arena_array(&x->arena, e->nacts, uint32_t), **next = arena_array(&x->arena, x->nkinds + 1, uint32_t *);
	for (size_t i = 0; i < e->nacts; i++)
		kinds[e->acts[i].act->kind].n++;
	for (size_t k = 0; k < x->nkinds; k++) {
		kinds[k].acts = next[k] = all;
		all += kinds[k].n;
	}
	for (uint32_t i = 0; i < e->nacts; i++)
		*next[e->acts[i].act->kind]++ = i;
}

static struct act_index *make(const struct eval *e)
{
	struct act_index *x = zeroed(1, sizeof *x);
	x->nkinds = e->rb->acts.n;
	for (int i = 0; i < 2; i++)
		x->shelves[i].kinds = arena_array(&x->arena, x->nkinds + 1, struct kind);
	shelve_counted(e, x);
	if (e->nacts < e->given.n) { /* else all are known, and nothing was corrected */
		shelve_aside(e, x);
		find_corrected(e, x);
	}
	return x;
}

static const struct act_index *index_of(const struct eval *e)
{
	/* The one thing about an evaluation that comes later than itself; nobody can tell. */
	struct act_index **place = &((struct eval *)e)->act_index;
	struct act_index *there = __atomic_load_n(place, __ATOMIC_ACQUIRE), *made;
	if (there)
		return there;
	made = make(e);
	if (__atomic_compare_exchange_n(place, &there, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return made;
	act_index_free(made);
	return there;
}

void act_index_free(struct act_index *x)
{
	for (int i = 0; x && i < 2; i++)
		for (size_t k = 0; k < x->nkinds; k++)
			columns_free(x->shelves[i].kinds[k].columns);
	if (x)
		arena_done(&x->arena);
	free(x);
}

/* ---- walking ------------------------------------------------------------------------------------------------------------- */

/* How many of the first n numbers, which grow, are at most `most`? The answer is sought from the end. */
static size_t count_to(const uint32_t *v, size_t n, uint32_t most)
{
	size_t step = 1;
	while (step <= n && v[n - step] > most) {
		n -= step;
		step *= 2;
	}
	size_t lo = step <= n ? n - step : 0; /* v[lo] is not above it, or there is none below */
	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;
		if (v[mid] <= most)
			lo = mid + 1;
		else
			n = mid;
	}
	return lo;
}

static void add_list(struct act_walk *w, const uint32_t *v, size_t n, size_t before)
{
	uint32_t i = w->nlists++;
	n = before ? count_to(v, n, before - 1 < UINT32_MAX ? (uint32_t)before - 1 : UINT32_MAX) : 0;
	for (; i && w->lists[i - 1].n > n; i--) /* the shortest first */
		w->lists[i] = w->lists[i - 1];
	w->lists[i].v = v;
	w->lists[i].n = n;
}

void act_walk(struct act_walk *w, const struct eval *e, enum act_shelf shelf, uint32_t kind, const struct value *asked, size_t before)
{
	const struct shelf *s = &index_of(e)->shelves[shelf];
	const struct column *columns = columns_of(e, s, kind);
	*w = (struct act_walk){.e = e, .shelf = s, .asked = asked, .kind = kind};
	for (uint32_t i = 0; i < e->rb->acts.v[kind].nparams; i++) {
		const struct column *c = &columns[i];
		if (asked[i].kind == V_NONE || !c->nbuckets)
			continue;
		uint32_t b = bucket_of(c, asked[i]);
		add_list(w, c->acts + c->starts[b], c->starts[b + 1] - c->starts[b], before);
	}
	if (!w->nlists)
		add_list(w, s->kinds[kind].acts, s->kinds[kind].n, before);
}

/* Goes back to the last number that is in all lists; false: there is none. */
static bool meet(struct act_walk *w)
{
	for (uint32_t i = 1; i < w->nlists && w->lists[0].n;) {
		uint32_t last = w->lists[0].v[w->lists[0].n - 1];
		w->lists[i].n = count_to(w->lists[i].v, w->lists[i].n, last);
		if (!w->lists[i].n)
			return false;
		uint32_t met = w->lists[i].v[w->lists[i].n - 1];
		if (met == last) {
			i++;
			continue;
		}
		w->lists[0].n = count_to(w->lists[0].v, w->lists[0].n, met);
		i = 1;
	}
	return w->lists[0].n != 0;
}

static bool has_asked(const struct act_walk *w, const struct act *a)
{
	for (uint32_t i = 0; i < w->e->rb->acts.v[w->kind].nparams; i++)
		if (w->asked[i].kind != V_NONE && !value_eq(w->asked[i], act_value(a, i)))
			return false;
	return true;
}

bool act_walk_next(struct act_walk *w, uint32_t *ret)
{
	while (meet(w)) {
		uint32_t i = w->lists[0].v[--w->lists[0].n];
		*ret = w->shelf->given ? w->shelf->given[i] : i;
		if (has_asked(w, numbered(w->e, w->shelf, i)))
			return true;
	}
	return false;
}

/* ---- one act ------------------------------------------------------------------------------------------------------------- */

uint32_t act_correction(const struct eval *e, uint64_t pos)
{
	const struct corrected *c = corrected_at(index_of(e), pos);
	return c ? c->by : NO_ID;
}

const struct act *act_given(const struct eval *e, uint64_t pos)
{
	BISECT(i, e->given.n, e->given.v[i].pos < pos);
	return i < e->given.n && e->given.v[i].pos == pos ? &e->given.v[i] : NULL;
}

uint32_t act_first(const struct eval *e, uint32_t given)
{
	const struct version *v = version_at(index_of(e), given);
	return v ? v->of : given;
}

bool act_version(const struct eval *e, uint32_t first, uint32_t i, uint32_t *ret)
{
	const struct act_index *x = index_of(e);
	BISECT(at, x->nversions, x->versions[at].of < first);
	at += i;
	if (at >= x->nversions || x->versions[at].of != first)
		return false;
	*ret = x->versions[at].act;
	return true;
}

uint32_t act_counted(const struct eval *e, uint64_t place)
{
	const struct act *act = act_given(e, place);
	uint32_t by = act_correction(e, place);
	if (!act || (by != NO_ID && e->given.v[by].annul))
		return NO_ID;
	civil date = by == NO_ID ? act->date : e->given.v[by].date;
	BISECT(i, e->nacts, e->acts[i].act->date < date || (e->acts[i].act->date == date && e->acts[i].place < place)); /* they are in order of date, then place */
	return i < e->nacts && e->acts[i].place == place ? (uint32_t)i : NO_ID;
}
