/* SPDX-License-Identifier: Apache-2.0
 *
 * The doors of an evaluation that grows, and the pass that brings it up to date.
 */
#include "rules/late_int.h"

#include "rules/act_index.h"
#include "rules/change_index.h"
#include "rules/state_int.h"

#include <stdlib.h>
#include <string.h>

/* Items put on the agenda of one append, beyond the rounds that there are: by then a full evaluation would be faster. */
enum { MAX_ITEMS = 20000 };

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

/* Those evaluated in full last and those appended since, in a new list. */
static struct act_list all_acts(const struct late *l)
{
	size_t n = l->given.n + l->extra.n;
	struct act_list all = {zeroed(n, sizeof *all.v), n, n};
	if (l->given.n)
		memcpy(all.v, l->given.v, l->given.n * sizeof *all.v);
	for (size_t i = 0; i < l->extra.n; i++)
		all.v[l->given.n + i] = *l->extra.v[i];
	return all;
}

static void drop_evaluation(struct late *l)
{
	late_unindex(l);
	if (l->r)
		eval_free(run_free(l->r));
	arena_done(&l->arena);
	arena_done(&l->work);
}

static void note_correction(struct late *l, const struct act *act)
{
	if (!act_is_correction(act))
		return;
	const uint32_t *at = map_get(&l->corrected, act_corrects(act));
	struct correction c = {act, at ? *at : NO_ID};
	map_set(&l->corrected, act_corrects(act), (uint32_t)l->corrections.n);
	arena_push(&l->arena, &l->corrections, c);
}

static void make_room(struct late *l)
{
	struct eval *e = l->r->e;
	if (e->nacts < l->acts_cap)
		return;
	l->acts_cap = e->nacts + e->nacts / 4 + 1024;
	struct placed_act *acts = arena_array(&e->arena, l->acts_cap, struct placed_act);
	bool *works = arena_array(&e->arena, l->acts_cap, bool);
	uint32_t *rounds = arena_array(&e->arena, l->acts_cap, uint32_t);
	if (e->nacts) {
		memcpy(acts, e->acts, e->nacts * sizeof *acts);
		memcpy(works, e->act_works, e->nacts * sizeof *works);
		memcpy(rounds, e->act_round, e->nacts * sizeof *rounds);
	}
	e->acts = acts;
	e->act_works = works;
	e->act_round = rounds;
}

/* Everything from nothing. On errors what was stays. */
static int evaluate(struct late *l, const struct act_list *acts, struct err *err)
{
	struct run *r;
	int code = run_new(l->rb, l->syms, acts, UINT64_MAX, l->reading, NULL, &r, err);
	if (code < 0)
		return code;
	sweep_start(r);
	code = sweep(r, CIVIL_MAX, err);
	if (code < 0) {
		eval_free(run_free(r));
		return code;
	}
	drop_evaluation(l);
	*l = (struct late){.rb = l->rb, .syms = l->syms, .reading = l->reading, .given = *acts, .own = l->own, .acts = l->acts,
		.stats = l->stats, .r = r, .all_changed = true, .acts_cap = r->e->nacts};
	make_room(l);
	late_index(l);
	for (size_t i = 0; i < acts->n; i++)
		note_correction(l, &acts->v[i]);
	return 0;
}

static int evaluate_all(struct late *l, struct err *err)
{
	struct act_list all = all_acts(l);
	int code = evaluate(l, &all, err);
	if (code < 0) {
		free(all.v);
		return code;
	}
	free(l->own);
	l->own = all.v;
	arena_done(&l->acts); /* they are in the list now */
	return 0;
}

int late_open(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint32_t reading, struct late **ret,
	struct err *e)
{
	struct late *l = zeroed(1, sizeof *l);
	*l = (struct late){.rb = rb, .syms = syms, .reading = reading};
	int code = evaluate(l, acts, e);
	if (code < 0)
		late_close(l);
	else
		*ret = l;
	return code;
}

void late_close(struct late *l)
{
	if (!l)
		return;
	drop_evaluation(l);
	arena_done(&l->acts);
	free(l->own);
	free(l);
}

const struct eval *late_eval(const struct late *l)
{
	return l->r->e;
}

size_t late_changed(const struct late *l, struct inst *const **ret, bool *ret_all)
{
	*ret = l->changed.v;
	*ret_all = l->all_changed;
	return l->changed.n;
}

struct late_stats late_stats(const struct late *l)
{
	return l->stats;
}

/* ---- the pass ------------------------------------------------------------------------------------------------------ */

static struct item take(struct late *l)
{
	struct item *v = l->agenda.v, first = v[0], last = v[--l->agenda.n];
	size_t n = l->agenda.n, i = 0;
	for (size_t kid; (kid = 2 * i + 1) < n; i = kid) {
		if (kid + 1 < n && late_sooner(&v[kid + 1], &v[kid]))
			kid++;
		if (!late_sooner(&v[kid], &last))
			break;
		v[i] = v[kid];
	}
	if (n)
		v[i] = last;
	return first;
}

static bool is_again(const struct item *a, const struct item *b)
{
	return a->stage == b->stage && a->what == b->what && a->more == b->more && a->direct == b->direct && moment_cmp(&a->m, &b->m) == 0;
}

static void carry_out(struct late *l, struct item *item)
{
	struct moment *m = &item->m;
	if (m->round == NO_ID) /* it may have become a round meanwhile */
		*m = late_find(l, m->at, m->phase, m->place, m->cascade);
	if (item->stage == STAGE_FIRE)
		late_fire(l, item->what, m);
	else if (item->stage == STAGE_INST)
		late_resolve(l, item->what, m);
	else if (item->stage == STAGE_WATCH)
		late_watch(l, item->more, m);
	else if (item->more)
		late_compute_events(l, item->what, m);
	else
		late_compute(l, item->what, m, item->direct);
}

static int pass(struct late *l, struct err *err)
{
	struct item item, before = {.stage = UINT32_MAX};
	while (l->agenda.n) {
		item = take(l);
		if (is_again(&item, &before))
			continue;
		before = item;
		carry_out(l, &item);
		if (l->seq > MAX_ITEMS + l->r->e->rounds.n || l->r->solver.too_large) {
			l->stats.full++;
			return evaluate_all(l, err);
		}
	}
	return 0;
}

/* ---- one act more -------------------------------------------------------------------------------------------------- */

static void displace(struct late *l, uint32_t act)
{
	struct moment m = late_moment(l, l->r->e->act_round[act]);
	l->void_acts.v[act] = true;
	late_push(l, &m, STAGE_FIRE, NULL, 0, true);
}

static void put_in_place(struct late *l, const struct act *act, uint64_t place)
{
	struct eval *e = l->r->e;
	make_room(l);
	uint32_t id = (uint32_t)e->nacts;
	struct moment m = late_find(l, act->date, PHASE_ACT, place, 0);
	e->acts[e->nacts++] = (struct placed_act){act, place};
	arena_push(&l->arena, &l->void_acts, false);
	map_set(&l->at_place, place, id);
	e->act_round[id] = late_round(l, &m);
	e->rounds.v[m.round].act = id;
	late_index_act(l, id);
	late_push(l, &m, STAGE_FIRE, NULL, 0, true);
}

/* ---- corrections (reference 8.3) ------------------------------------------------------------------------------------- */

static int cmp_extra(const void *pos, const void *act)
{
	uint64_t a = *(const uint64_t *)pos, b = (*(struct act *const *)act)->pos;
	return (a > b) - (a < b);
}

static const struct act *act_of(const struct late *l, uint64_t pos)
{
	size_t at = acts_find(&l->given, l->given.n, pos);
	if (at != SIZE_MAX)
		return &l->given.v[at];
	struct act **extra = bsearch(&pos, l->extra.v, l->extra.n, sizeof *l->extra.v, cmp_extra);
	return extra ? *extra : NULL;
}

static int cmp_positions(const void *x, const void *y)
{
	const struct act *a = x, *b = y;
	return (a->pos > b->pos) - (a->pos < b->pos);
}

/* What stands at the place of the act, of it and of all that correct it, or a correction of it; NULL: nothing. */
static const struct act *standing(struct late *l, const struct act *root)
{
	struct act_list family = {0};
	struct placed_act *stands;
	arena_push(&l->work, &family, *root);
	for (size_t i = 0; i < family.n; i++) {
		const uint32_t *at = map_get(&l->corrected, family.v[i].pos);
		for (uint32_t id = at ? *at : NO_ID; id != NO_ID; id = l->corrections.v[id].before)
			arena_push(&l->work, &family, *l->corrections.v[id].act);
	}
	qsort(family.v, family.n, sizeof *family.v, cmp_positions);
	return acts_in_force(&family, UINT64_MAX, &l->work, &stands) ? act_of(l, stands->act->pos) : NULL;
}

static void correct(struct late *l, const struct act *act)
{
	const struct act *root = act;
	while (root && act_is_correction(root))
		root = act_of(l, act_corrects(root));
	if (!root)
		return; /* of an act that is not in the list: it corrects nothing */
	const struct act *stands = standing(l, root);
	uint32_t before = late_act_at(l, root->pos);
	if (before != NO_ID)
		displace(l, before);
	if (stands)
		put_in_place(l, stands, root->pos);
}

int late_append(struct late *l, const struct act *act, struct err *err)
{
	struct eval *e = l->r->e;
	state_thaw(e->state); /* indexes may be made */
	act_index_free(e->act_index);
	change_index_free(e->change_index);
	e->act_index = NULL;
	e->change_index = NULL;
	struct act *kept = arena_copy(&l->acts, act, sizeof *act);
	arena_push(&l->acts, &l->extra, kept);
	note_correction(l, kept);
	arena_reset(&l->work);
	l->touched.v = NULL;
	l->touched.n = l->touched.cap = 0;
	l->changed.v = NULL;
	l->changed.n = l->changed.cap = 0;
	l->actives = NULL;
	l->all_changed = false;
	l->seq = 0;
	l->append++;
	l->stats.looked_at = l->stats.computed = 0;
	if (act_is_correction(kept))
		correct(l, kept);
	else
		put_in_place(l, kept, kept->pos);
	return pass(l, err);
}

int late_settle(struct late *l, struct err *err)
{
	int code = l->extra.n ? evaluate_all(l, err) : 0;
	state_freeze(l->r->e->state); /* as when any evaluation is done: many may read it */
	return code;
}
