/* SPDX-License-Identifier: Apache-2.0 */
#include "base/syms.h"

void syms_init(struct syms *t, struct arena *a, const struct syms *parent)
{
	*t = (struct syms){.parent = parent, .arena = a, .first = parent ? syms_count(parent) : 0};
	if (!parent)
		(void)syms_intern(t, STR(""));
}

uint32_t syms_count(const struct syms *t)
{
	return t->first + (uint32_t)t->names.n;
}

struct str syms_str(const struct syms *t, sym id)
{
	while (id < t->first)
		t = t->parent;
	return t->names.v[id - t->first];
}

/* The slot of s, or the free slot where it would go (nslots is a power of two, never full). */
static size_t slot_of(const struct syms *t, struct str s)
{
	size_t i = str_hash(s) & (t->nslots - 1);
	while (t->slots[i] != SYM_ABSENT && !str_eq(t->names.v[t->slots[i] - t->first], s))
		i = (i + 1) & (t->nslots - 1);
	return i;
}

sym syms_find(const struct syms *t, struct str s)
{
	for (; t; t = t->parent) {
		if (!t->nslots)
			continue;
		sym id = t->slots[slot_of(t, s)];
		if (id != SYM_ABSENT)
			return id;
	}
	return SYM_ABSENT;
}

static void grow(struct syms *t)
{
	size_t n = t->nslots ? t->nslots * 2 : 64;
	t->slots = arena_array(t->arena, n, sym);
	t->nslots = n;
	for (size_t i = 0; i < n; i++)
		t->slots[i] = SYM_ABSENT;
	for (size_t i = 0; i < t->names.n; i++)
		t->slots[slot_of(t, t->names.v[i])] = t->first + (sym)i;
}

sym syms_intern(struct syms *t, struct str s)
{
	sym id = syms_find(t, s);
	if (id != SYM_ABSENT)
		return id;
	if ((t->names.n + 1) * 2 > t->nslots)
		grow(t);
	id = syms_count(t);
	if (id == SYM_ABSENT)
		arena_oom();
	t->slots[slot_of(t, s)] = id;
	arena_push(t->arena, &t->names, arena_str(t->arena, s));
	return id;
}
