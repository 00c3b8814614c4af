/* SPDX-License-Identifier: Apache-2.0
 *
 * Moments, the order of rounds, and how instances are read at a moment.
 */
#include "rules/late_int.h"

#include "base/bisect.h"

#include <stdlib.h>

/* ---- a small hash table -------------------------------------------------------------------------------------------- */

static size_t map_slot(const struct map *m, uint64_t key)
{
	size_t i = hash_end(hash_value(0, key)) & (m->nslots - 1);
	while (m->keys[i] && m->keys[i] != key + 1)
		i = (i + 1) & (m->nslots - 1);
	return i;
}

const uint32_t *map_get(const struct map *m, uint64_t key)
{
	if (!m->nslots)
		return NULL;
	size_t i = map_slot(m, key);
	return m->keys[i] ? &m->vals[i] : NULL;
}

void map_set(struct map *m, uint64_t key, uint32_t val)
{
	if ((m->n + 1) * 2 > m->nslots) {
		struct map bigger = {.nslots = m->nslots ? m->nslots * 2 : 64};
		bigger.keys = zeroed(bigger.nslots, sizeof *bigger.keys);
		bigger.vals = zeroed(bigger.nslots, sizeof *bigger.vals);
		for (size_t i = 0; i < m->nslots; i++)
			if (m->keys[i]) {
				size_t k = map_slot(&bigger, m->keys[i] - 1);
				bigger.keys[k] = m->keys[i];
				bigger.vals[k] = m->vals[i];
			}
		bigger.n = m->n;
		map_free(m);
		*m = bigger;
	}
	size_t i = map_slot(m, key);
	m->n += !m->keys[i];
	m->keys[i] = key + 1;
	m->vals[i] = val;
}

void map_free(struct map *m)
{
	free(m->keys);
	free(m->vals);
	*m = (struct map){0};
}

/* ---- moments ------------------------------------------------------------------------------------------------------- */

static int cmp_meaning(const struct moment *a, const struct moment *b)
{
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->phase != b->phase)
		return a->phase < b->phase ? -1 : 1;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return (a->cascade > b->cascade) - (a->cascade < b->cascade);
}

int moment_cmp(const struct moment *a, const struct moment *b)
{
	bool ea = a->round == a->floor, eb = b->round == b->floor;
	if (a->floor != b->floor)
		return a->floor < b->floor ? -1 : 1;
	return ea || eb ? (int)eb - (int)ea : cmp_meaning(a, b);
}

struct moment late_moment(const struct late *l, uint32_t round)
{
	if (round < l->nbulk)
		return (struct moment){.floor = round, .round = round, .phase = PHASE_UNKNOWN};
	return l->added.v[round - l->nbulk];
}

void late_fill(const struct late *l, struct moment *m)
{
	static const enum phase phases[] = {[ROUND_START] = PHASE_START, [ROUND_CALENDAR] = PHASE_CALENDAR,
		[ROUND_TIMERS] = PHASE_TIMERS, [ROUND_PENDING] = PHASE_PENDING, [ROUND_ACT] = PHASE_ACT};
	if (m->phase != PHASE_UNKNOWN)
		return;
	const struct eval *e = l->r->e;
	const struct round *r = &e->rounds.v[m->round];
	for (m->cascade = 0; r->kind == ROUND_CASCADE; r--)
		m->cascade++;
	m->at = round_at(e, m->round);
	m->phase = phases[r->kind];
	m->place = r->kind == ROUND_ACT ? e->acts[r->act].place : 0;
}

/* The hash need not tell all moments apart: of two with the same one, the second is kept under the next number. */
static uint64_t moment_hash(const struct moment *m, uint64_t again)
{
	uint64_t h = hash_value(again, (uint64_t)m->at);
	h = hash_value(h, (uint64_t)m->phase << 32 | m->cascade);
	return hash_end(hash_value(h, m->place)) >> 1;
}

static uint32_t added_round(const struct late *l, const struct moment *m)
{
	const uint32_t *id;
	for (uint64_t again = 0; (id = map_get(&l->added_at, moment_hash(m, again))); again++)
		if (cmp_meaning(&l->added.v[*id - l->nbulk], m) == 0)
			return *id;
	return NO_ID;
}

struct moment late_find(const struct late *l, civil at, enum phase phase, uint64_t place, uint32_t cascade)
{
	struct moment m = {.at = at, .phase = phase, .place = place, .cascade = cascade};
	BISECT(i, (l->nbulk + SAMPLE - 1) / SAMPLE, l->samples[i] < at); /* the first sample that is not before it */
	uint32_t lo = (uint32_t)i, hi;
	for (hi = lo; hi * SAMPLE < l->nbulk && l->samples[hi] == at;)
		hi++;
	hi = hi * SAMPLE < l->nbulk ? hi * SAMPLE : l->nbulk; /* first round after it */
	lo = lo ? (lo - 1) * SAMPLE : 0;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		bool after = round_at(l->r->e, mid) > at;
		if (round_at(l->r->e, mid) == at) {
			struct moment other = late_moment(l, mid);
			late_fill(l, &other);
			int c = cmp_meaning(&other, &m);
			if (c == 0) {
				m.floor = m.round = mid;
				return m;
			}
			after = c > 0;
		}
		if (after)
			hi = mid;
		else
			lo = mid + 1;
	}
	m.floor = lo - 1; /* the first of all is before everything */
	m.round = added_round(l, &m);
	return m;
}

void late_sample(struct late *l)
{
	l->samples = arena_array(&l->arena, l->nbulk / SAMPLE + 1, civil);
	for (uint32_t i = 0; i < l->nbulk; i += SAMPLE)
		l->samples[i / SAMPLE] = round_at(l->r->e, i);
}

struct moment late_next(const struct late *l, const struct moment *m)
{
	const struct eval *e = l->r->e;
	struct moment next = *m;
	next.cascade++;
	if (m->round == m->floor && m->round + 1 < l->nbulk && e->rounds.v[m->round + 1].kind == ROUND_CASCADE)
		next.floor = next.round = m->round + 1;
	else
		next.round = added_round(l, &next); /* behind the same first round, for nothing else comes between */
	return next;
}

uint32_t late_round(struct late *l, struct moment *m)
{
	static const enum round_kind kinds[] = {[PHASE_START] = ROUND_START, [PHASE_CALENDAR] = ROUND_CALENDAR,
		[PHASE_TIMERS] = ROUND_TIMERS, [PHASE_PENDING] = ROUND_PENDING, [PHASE_ACT] = ROUND_ACT};
	struct eval *e = l->r->e;
	if (m->round == NO_ID)
		m->round = added_round(l, m);
	if (m->round != NO_ID)
		return m->round;
	uint32_t act = m->phase == PHASE_ACT ? late_act_at(l, m->place) : NO_ID;
	struct round round = {.instant = sweep_instant(l->r, m->at) & (MAX_INSTANTS - 1), .act = act, .kind = (m->cascade ? ROUND_CASCADE : kinds[m->phase]) & 7u};
	m->round = (uint32_t)e->rounds.n;
	EVAL_PUSH(&e->rounds, round);
	arena_push(&l->arena, &l->added, *m);
	uint64_t again = 0;
	while (map_get(&l->added_at, moment_hash(m, again)))
		again++;
	map_set(&l->added_at, moment_hash(m, again), m->round);
	return m->round;
}

int late_cmp_rounds(const struct late *l, uint32_t a, uint32_t b)
{
	if (a < l->nbulk && b < l->nbulk)
		return (a > b) - (a < b);
	struct moment x = late_moment(l, a), y = late_moment(l, b);
	return moment_cmp(&x, &y);
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

bool late_is_in(const struct late *l, uint32_t round, const struct moment *m, bool before)
{
	if (round < l->nbulk)
		return before && m->round == m->floor ? round < m->floor : round <= m->floor;
	int c = moment_cmp(&l->added.v[round - l->nbulk], m);
	return before ? c < 0 : c <= 0;
}

uint32_t late_count(const struct late *l, const struct change *v, uint32_t n, const struct moment *m, bool before)
{
	if (n && late_is_in(l, v[n - 1].round, m, before))
		return n;
	BISECT(i, n, late_is_in(l, v[i].round, m, before));
	return (uint32_t)i;
}

static const struct change *view_last(const struct past *p, const struct inst *i)
{
	const struct view *v = (const struct view *)(const void *)p; /* its first member */
	uint32_t n = late_count(v->l, i->v, i->n, &v->m, v->before);
	return n ? &i->v[n - 1] : NULL;
}

struct view late_view(const struct late *l, const struct moment *m, bool before)
{
	return (struct view){.past = {view_last, late_how_many}, .l = l, .m = *m, .before = before};
}

void late_read(struct late *l, struct view *v)
{
	struct solver *s = &l->r->solver;
	solve_reset(s);
	s->past = &v->past;
	s->wake = NULL;
	s->now = s->fired = v->m.at;
	l->r->now = v->m.at;
}
