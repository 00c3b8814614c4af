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

/* The reading of the same name before; where the rulebook had none such, the first. */
static const struct eval *reading_before(const struct view *before, const struct view *after, uint32_t k)
{
	for (uint32_t i = 0; i < before->n; i++)
		if (str_eq(view_reading_name(before, i), view_reading_name(after, k)))
			return before->evals[i];
	return before->evals[0];
}

size_t view_diff(const struct view *before, const struct view *after, struct arena *a, struct view_difference **ret)
{
	const struct rulebook *rb = record_rulebook(after->record);
	const uint32_t all = after->n < 32 ? (1u << after->n) - 1 : UINT32_MAX;
	struct { struct view_difference *v; size_t n, cap; } found = {0};
	for (uint32_t k = 0; k < after->n; k++) {
		struct difference *list;
		size_t n = explain_diff(reading_before(before, after, k), after->evals[k], a, &list);
		size_t first = found.n, at = 0; /* of this reading; where the last one was found: both lists are in one order */
		for (size_t i = 0; i < n; i++) {
			size_t tried = 0;
			while (tried < first && !same(rb, &found.v[at].d, &list[i])) {
				at = (at + 1) % first;
				tried++;
			}
			if (tried == first) {
				struct view_difference new = {.d = list[i], .readings = 1u << k};
				arena_push(a, &found, new);
			} else {
				found.v[at].readings |= 1u << k;
			}
		}
	}
	for (size_t i = 0; i < found.n; i++)
		if (found.v[i].readings == all)
			found.v[i].readings = 0;
	*ret = found.v;
	return found.n;
}
