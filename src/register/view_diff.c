/* SPDX-License-Identifier: Apache-2.0 */
#include "register/internal.h"

#include <string.h>

static bool same(const struct rulebook *rb, const struct difference *a, const struct difference *b)
{
	bool equal = a->fact == b->fact && a->from == b->from && a->to == b->to && value_eq(a->before, b->before) &&
		     value_eq(a->after, b->after);
	for (uint32_t i = 0; equal && i < rb->facts.v[a->fact].nparams; i++)
		equal = value_eq(a->args[i], b->args[i]);
	return equal;
}

uint32_t view_reading_named(const struct view *v, struct str name)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (str_eq(view_reading_name(v, i), name))
			return i;
	return NO_ID;
}

struct found {
	struct view_difference *v;
	size_t n, cap;
};

/* Both views tell this reading apart, or the earlier has none of this name and its first stands for it. */
static void compare(const struct view *before, const struct view *after, uint32_t k, struct arena *a, struct found *found)
{
	const struct rulebook *rb = record_rulebook(after->record);
	uint32_t of = view_reading_named(before, view_reading_name(after, k));
	struct difference *list;
	size_t n = explain_diff(before->evals[of == NO_ID ? 0 : of], after->evals[k], a, &list);
	size_t first = found->n, at = 0; /* of this reading; where the last one was found: both lists are in one order */
	for (size_t i = 0; i < n; i++) {
		size_t tried = 0;
		while (tried < first && !same(rb, &found->v[at].d, &list[i])) {
			at = (at + 1) % first;
			tried++;
		}
		if (tried == first) {
			struct view_difference new = {.d = list[i], .of = after, .readings = 1u << k};
			arena_push(a, found, new);
		} else {
			found->v[at].readings |= 1u << k;
		}
	}
}

/* A reading that the later rulebook no longer tells apart. */
static void compare_gone(const struct view *before, const struct view *after, uint32_t k, struct arena *a, struct found *found)
{
	struct difference *list;
	size_t n = explain_diff(before->evals[k], after->evals[0], a, &list);
	for (size_t i = 0; i < n; i++) {
		struct view_difference new = {.d = list[i], .of = before, .readings = 1u << k};
		arena_push(a, found, new);
	}
}

size_t view_diff(const struct view *before, const struct view *after, struct arena *a, struct view_difference **ret)
{
	const uint32_t all = after->n < 32 ? (1u << after->n) - 1 : UINT32_MAX;
	struct found found = {0};
	for (uint32_t k = 0; k < after->n; k++)
		compare(before, after, k, a, &found);
	for (size_t i = 0; i < found.n; i++)
		if (found.v[i].readings == all)
			found.v[i].readings = 0;
	for (uint32_t k = 0; k < before->n; k++)
		if (view_reading_name(before, k).n && view_reading_named(after, view_reading_name(before, k)) == NO_ID)
			compare_gone(before, after, k, a, &found);
	*ret = found.v;
	return found.n;
}
