/* SPDX-License-Identifier: Apache-2.0
 *
 * Instances of facts and their changes; which acts are in force.
 */
#include "proof/past.h"

#include "base/bisect.h"

#include <stdlib.h>
#include <string.h>

/* Two keys in one table: all arguments (pos = ALL: one instance), or one argument at its place (a list of them). */
enum { ALL = MAX_ARGS };

struct ck_slot {
	uint32_t fact, pos;
	union {
		struct ck_inst *one; /* NULL: the slot is free */
		struct ck_insts list;
	};
};

/* The arguments by which it is found. */
static const struct value *key(const struct ck_slot *s)
{
	return s->pos == ALL ? s->one->args : &s->list.v[0]->args[s->pos];
}

static size_t slot_of(const struct ck_past *p, uint32_t fact, uint32_t pos, const struct value *args, uint32_t n)
{
	uint64_t h = (uint64_t)fact << 8 | pos;
	for (uint32_t i = 0; i < n; i++)
		h = hash_value(h, value_pack(args[i]));
	size_t i = hash_end(h) & (p->nslots - 1);
	for (; p->slots[i].one; i = (i + 1) & (p->nslots - 1)) {
		const struct ck_slot *s = &p->slots[i];
		bool same = s->fact == fact && s->pos == pos;
		for (uint32_t k = 0; k < n && same; k++)
			same = value_eq(key(s)[k], args[k]);
		if (same)
			break;
	}
	return i;
}

static void grow(struct ck_past *p)
{
	struct ck_slot *old = p->slots;
	size_t n = p->nslots;
	p->nslots = n ? 2 * n : 1024;
	p->slots = arena_array(&p->arena, p->nslots, struct ck_slot);
	for (size_t i = 0; i < n; i++)
		if (old[i].one)
			p->slots[slot_of(p, old[i].fact, old[i].pos, key(&old[i]), old[i].pos == ALL ? p->nparams[old[i].fact] : 1)] = old[i];
}

static struct ck_slot *slot_for(struct ck_past *p, uint32_t fact, uint32_t pos, const struct value *args, uint32_t n)
{
	if (2 * (p->used + 1) > p->nslots)
		grow(p);
	struct ck_slot *s = &p->slots[slot_of(p, fact, pos, args, n)];
	if (!s->one) { /* the caller fills it */
		s->fact = fact;
		s->pos = pos;
		p->used++;
	}
	return s;
}

struct ck_inst *ck_find(const struct ck_past *p, uint32_t fact, const struct value *args)
{
	return p->nslots ? p->slots[slot_of(p, fact, ALL, args, p->nparams[fact])].one : NULL;
}

struct ck_inst *ck_inst_make(struct ck_past *p, uint32_t fact, const struct value *args)
{
	enum { USUAL = 2 }; /* changes of an instance */
	uint32_t n = p->nparams[fact];
	struct ck_slot *all = slot_for(p, fact, ALL, args, n);
	struct ck_inst *i = all->one;
	if (i)
		return i;
	i = all->one = arena_new(&p->arena, struct ck_inst);
	*i = (struct ck_inst){.fact = fact, .args = arena_copy(&p->arena, args, n * sizeof *args),
		.v = arena_array(&p->arena, USUAL, struct ck_change), .cap = USUAL};
	for (uint32_t k = 0; k < n; k++) {
		struct ck_slot *s = slot_for(p, fact, k, &args[k], 1);
		arena_push(&p->arena, &s->list, i);
	}
	arena_push(&p->arena, &p->of_fact[fact], i);
	return i;
}

const struct ck_insts *ck_matching(const struct ck_past *p, uint32_t fact, uint32_t n, const struct value *args)
{
	static const struct ck_insts none;
	const struct ck_insts *best = &p->of_fact[fact];
	for (uint32_t k = 0; k < n && p->nslots; k++) {
		if (args[k].kind == V_NONE)
			continue;
		const struct ck_slot *s = &p->slots[slot_of(p, fact, k, &args[k], 1)];
		const struct ck_insts *l = s->one ? &s->list : &none;
		if (l->n < best->n)
			best = l;
	}
	return best;
}

const struct ck_change *ck_earlier(const struct ck_inst *i, uint32_t round)
{
	BISECT(at, i->n, i->v[at].round <= round);
	return at ? &i->v[at - 1] : NULL;
}

uint32_t ck_round_at(const struct ck_past *p, civil t)
{
	BISECT(i, p->rounds.n, p->rounds.v[i].at <= t);
	return i ? (uint32_t)i - 1 : 0;
}

void ck_interval(const struct ck_past *p, const struct ck_inst *i, const struct ck_change *c, civil *from, civil *to)
{
	size_t k = c ? (size_t)(c - i->v) + 1 : 0;
	struct value v = c ? c->value : VALUE_NONE;
	*from = c ? p->rounds.v[c->round].at : CIVIL_ALWAYS;
	*to = CIVIL_NEVER;
	for (; i && k < i->n; k++) {
		civil at = p->rounds.v[i->v[k].round].at;
		while (k + 1 < i->n && p->rounds.v[i->v[k + 1].round].at == at)
			k++; /* the last of an instant counts */
		if (value_eq(i->v[k].value, v))
			continue;
		*to = at;
		return;
	}
}

/* ---- acts in force (reference 8.3) --------------------------------------------------------------------------------------- */

static const struct ck_act *at_position(const struct ck_act *acts, size_t n, uint64_t pos)
{
	BISECT(i, n, acts[i].pos < pos);
	return i < n && acts[i].pos == pos ? &acts[i] : NULL;
}

const struct ck_act *ck_act_at(const struct ck_past *p, uint64_t pos)
{
	return at_position(p->given, p->ngiven, pos);
}

const struct ck_act *ck_correction(const struct ck_past *p, uint64_t pos)
{
	const struct ck_act *a = ck_act_at(p, pos);
	return a && pos <= p->known ? p->corrected[a - p->given] : NULL;
}

static int by_date(const void *x, const void *y)
{
	const struct ck_placed *a = x, *b = y;
	if (a->act->date != b->act->date)
		return a->act->date < b->act->date ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

/* Backwards, so that what stands for a correction is known when what it corrects is looked at. */
void ck_acts_in_force(struct ck_past *p)
{
	size_t n = 0, count = 0;
	while (n < p->ngiven && p->given[n].pos <= p->known)
		n++;
	const struct ck_act **stands = arena_array(&p->arena, n + 1, const struct ck_act *);
	const struct ck_act **latest = p->corrected = arena_array(&p->arena, n + 1, const struct ck_act *);
	p->acts = arena_array(&p->arena, n + 1, struct ck_placed);
	for (size_t i = n; i-- > 0;) {
		const struct ck_act *a = &p->given[i], *by = latest[i];
		stands[i] = !by ? a : by->annul ? NULL : by;
		if (!a->is_correction)
			continue;
		const struct ck_act *target = at_position(p->given, i, a->corrects);
		if (target && stands[i] && !latest[target - p->given])
			latest[target - p->given] = stands[i];
	}
	for (size_t i = 0; i < n; i++)
		if (!p->given[i].is_correction && stands[i])
			p->acts[count++] = (struct ck_placed){stands[i], p->given[i].pos};
	if (count > 1)
		qsort(p->acts, count, sizeof *p->acts, by_date);
	p->nacts = count;
}
