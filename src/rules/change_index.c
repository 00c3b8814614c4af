/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/change_index.h"

#include <stdlib.h>

struct change_index {
	struct arena arena;
	size_t *starts; /* of round r: from starts[r] to starts[r + 1] */
	struct changed *v;
};

/* Twice over all histories: first they are counted, then put in their places. */
static struct change_index *make(const struct eval *e)
{
	struct change_index *x = zeroed(1, sizeof *x);
	x->starts = arena_array(&x->arena, e->rounds.n + 2, size_t);
	size_t *next = x->starts + 1; /* of round r: where its next change goes; in the end starts[r + 1] */
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t f = 0; f < e->rb->facts.n; f++) {
			const struct insts l = eval_all(e, f);
			for (size_t i = 0; i < l.n; i++) {
				const struct inst *inst = insts_at(&l, i);
				for (uint32_t k = 0; k < inst->n; k++) {
					size_t at = next[inst->v[k].round]++;
					if (pass)
						x->v[at] = (struct changed){inst, k};
				}
			}
		}
		size_t sum = 0;
		for (size_t r = 0; r < e->rounds.n && !pass; r++) { /* how many each has -> where it begins */
			size_t n = next[r];
			next[r] = sum;
			sum += n;
		}
		if (!pass)
			x->v = arena_array(&x->arena, sum + 1, struct changed);
	}
	return x;
}

static const struct change_index *index_of(const struct eval *e)
{
	struct change_index **place = &((struct eval *)e)->change_index;
	struct change_index *there = __atomic_load_n(place, __ATOMIC_ACQUIRE), *made;
	if (there)
		return there;
	made = make(e);
	if (__atomic_compare_exchange_n(place, &there, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return made;
	change_index_free(made);
	return there;
}

size_t changes_of_round(const struct eval *e, uint32_t round, const struct changed **ret)
{
	const struct change_index *x = index_of(e);
	*ret = x->v + x->starts[round];
	return x->starts[round + 1] - x->starts[round];
}

void change_index_free(struct change_index *x)
{
	if (x)
		arena_done(&x->arena);
	free(x);
}
