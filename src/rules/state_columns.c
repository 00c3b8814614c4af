/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns of a state that has come to its end: the instances of a fact by one of their arguments, and by the values that they ever had.
 * Reasons ask by what an evaluation never asked by.
 *
 * Each is made by the first who asks, whole, published, and never changed afterwards (as act_index.h says); a state that goes on loses them.
 */
#include "rules/state_int.h"

#include "base/bisect.h"

#include <stdlib.h>

struct column {
	struct arena arena;
	packed *keys; /* in order, each once */
	uint32_t *starts; /* of keys[i]: from starts[i] to starts[i + 1] */
	uint32_t *ids; /* in the order of the instances */
	size_t n;
};

struct entry {
	packed key;
	uint32_t id;
};

static int by_key(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : (a->id > b->id) - (a->id < b->id);
}

static struct column *make(const struct per_fact *f, uint32_t which)
{
	struct column *c = zeroed(1, sizeof *c);
	struct arena scratch = {0};
	struct { struct entry *v; size_t n, cap; } all = {0};
	for (uint32_t i = 0; i < f->group->rows.n; i++) {
		const struct inst *inst = row_inst(inst_row_at(&f->group->rows, i), f);
		bool value = which == f->group->nargs;
		for (uint32_t k = 0; k < (value ? inst->n : inst->n > 0); k++) {
			struct entry one = {value ? inst->v[k].value : inst_packed(inst)[which], i};
			if (one.key)
				arena_push(&scratch, &all, one);
		}
	}
	if (all.n)
		qsort(all.v, all.n, sizeof *all.v, by_key);
	c->keys = arena_array(&c->arena, all.n + 1, packed);
	c->starts = arena_array(&c->arena, all.n + 1, uint32_t);
	c->ids = arena_array(&c->arena, all.n + 1, uint32_t);
	uint32_t n = 0;
	for (size_t i = 0; i < all.n; i++) {
		bool again = i && all.v[i].key == all.v[i - 1].key;
		if (again && all.v[i].id == all.v[i - 1].id)
			continue;
		if (!again) {
			c->keys[c->n] = all.v[i].key;
			c->starts[c->n++] = n;
		}
		c->ids[n++] = all.v[i].id;
	}
	c->starts[c->n] = n;
	arena_done(&scratch);
	return c;
}

static void column_free(struct column *c)
{
	if (c)
		arena_done(&c->arena);
	free(c);
}

struct insts state_by(const struct state *s, uint32_t fact, uint32_t which, packed key)
{
	const struct per_fact *f = &s->facts[fact];
	struct column **place = &f->columns[which], *c = __atomic_load_n(place, __ATOMIC_ACQUIRE), *made;
	if (!c) {
		made = make(f, which);
		if (__atomic_compare_exchange_n(place, &c, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			c = made;
		else
			column_free(made);
	}
	BISECT(i, c->n, c->keys[i] < key);
	bool found = i < c->n && c->keys[i] == key;
	return (struct insts){.rows = &f->group->rows, .ids = c->ids + (found ? c->starts[i] : 0), .n = found ? c->starts[i + 1] - c->starts[i] : 0, .at = f->at};
}

void state_freeze(struct state *s)
{
	for (uint32_t i = 0; i < s->nfacts && !s->frozen; i++)
		if (!s->facts[i].columns)
			s->facts[i].columns = arena_array(s->arena, s->facts[i].group->nargs + 1, struct column *);
	s->frozen = true;
}

void state_thaw(struct state *s)
{
	for (uint32_t i = 0; i < s->nfacts; i++)
		for (uint32_t k = 0; s->facts[i].columns && k <= s->facts[i].group->nargs; k++) {
			column_free(s->facts[i].columns[k]);
			s->facts[i].columns[k] = NULL;
		}
	s->frozen = false;
}
