/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/trial.h"

#include "rules/run.h"

#include <stdlib.h>
#include <string.h>

/* For all trials together: whoever asks on the web what would help must not make time run for long. */
enum { PATIENCE = 20000 }; /* so many instants after the last act */

struct kept { /* of an instance, as it was at the halt */
	uint32_t n, chosen, mark; /* mark: stamp or support */
};

struct kept_facts {
	struct kept *v;
	size_t n;
};

struct trial {
	struct run *r;
	civil at;
	struct arena arena;
	size_t next, nrounds, ninstants, nfirings, npendings, nmore;
	struct kept_facts *facts;
	struct pending *pendings;
	struct heap queues[3];
};

static struct heap *queue(struct run *r, int i)
{
	struct heap *all[] = {&r->wakes, &r->timers, &r->due};
	return all[i];
}

/* ---- the halt ------------------------------------------------------------------------------------------------------------ */

static void keep(struct trial *t)
{
	struct run *r = t->r;
	struct eval *e = r->e;
	t->next = r->next;
	t->nrounds = e->rounds.n;
	t->ninstants = e->instants.n;
	t->nfirings = e->firings.n;
	t->npendings = e->pendings.n;
	t->nmore = e->more.n;
	t->pendings = arena_copy(&t->arena, e->pendings.v, e->pendings.n * sizeof *e->pendings.v);
	for (int i = 0; i < 3; i++) {
		t->queues[i] = *queue(r, i);
		t->queues[i].v = arena_copy(&t->arena, t->queues[i].v, t->queues[i].n * sizeof *t->queues[i].v);
	}
	t->facts = arena_array(&t->arena, r->nfacts + 1, struct kept_facts);
	for (uint32_t f = 0; f < r->nfacts; f++) {
		const struct insts l = state_all(e->state, f);
		t->facts[f] = (struct kept_facts){arena_array(&t->arena, l.n + 1, struct kept), l.n};
		for (size_t i = 0; i < l.n; i++) {
			const struct inst *inst = insts_at(&l, i);
			t->facts[f].v[i] = (struct kept){inst->n, inst->chosen, inst->support};
		}
	}
}

static void put_back(void *to, const void *from, size_t n)
{
	if (n)
		memcpy(to, from, n);
}

/* Instances that the trial made stay, without a value: as if they had never had one. */
static void undo(struct trial *t)
{
	struct run *r = t->r;
	struct eval *e = r->e;
	r->next = t->next;
	r->solver.too_large = false;
	e->rounds.n = t->nrounds;
	e->instants.n = t->ninstants;
	e->firings.n = t->nfirings;
	e->pendings.n = t->npendings;
	e->more.n = t->nmore;
	put_back(e->pendings.v, t->pendings, t->npendings * sizeof *t->pendings);
	for (int i = 0; i < 3; i++) {
		struct heap *h = queue(r, i);
		h->n = t->queues[i].n;
		put_back(h->v, t->queues[i].v, h->n * sizeof *h->v);
	}
	for (uint32_t f = 0; f < r->nfacts; f++) {
		const struct insts l = state_all(e->state, f);
		for (size_t i = 0; i < l.n; i++) {
			struct kept k = i < t->facts[f].n ? t->facts[f].v[i] : (struct kept){0};
			struct inst *inst = insts_at(&l, i);
			inst_undo(e->state, inst, k.n);
			inst->chosen = k.chosen;
			inst->support = k.mark;
		}
	}
}

/* ---- the doors ----------------------------------------------------------------------------------------------------------- */

int trial_open(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint64_t known, uint32_t reading,
	const bool *part, civil at, civil last, struct trial **ret, struct err *err)
{
	struct run *r;
	int code = run_new(rb, syms, acts, known, reading, part, &r, err);
	if (code < 0)
		return code;
	struct eval *e = r->e;
	while (e->nacts && e->acts[e->nacts - 1].act->date > last)
		e->nacts--;
	/* room behind those of the record for the acts on trial */
	struct placed_act *all = arena_array(&e->arena, e->nacts + TRIAL_MAX, struct placed_act);
	put_back(all, e->acts, e->nacts * sizeof *all);
	e->acts = all;
	e->act_works = arena_array(&e->arena, e->nacts + TRIAL_MAX, bool);
	e->act_round = arena_array(&e->arena, e->nacts + TRIAL_MAX, uint32_t);
	sweep_start(r);
	r->patience = PATIENCE;
	if ((code = sweep(r, at, err)) < 0) {
		eval_free(run_free(r));
		return code;
	}
	struct trial *t = zeroed(1, sizeof *t);
	t->r = r;
	t->at = at;
	keep(t);
	*ret = t;
	return 0;
}

int trial_run(struct trial *t, const struct act *acts, size_t n, const struct eval **ret, struct err *err)
{
	struct run *r = t->r;
	struct eval *e = r->e;
	undo(t);
	r->now = t->at;
	for (size_t i = 0; i < n; i++) {
		e->acts[e->nacts + i] = (struct placed_act){&acts[i], acts[i].pos};
		sweep_act(r, (uint32_t)(e->nacts + i));
	}
	*ret = e;
	return sweep(r, CIVIL_MAX, err);
}

void trial_close(struct trial *t)
{
	if (!t)
		return;
	eval_free(run_free(t->r));
	arena_done(&t->arena);
	free(t);
}
