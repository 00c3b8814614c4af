/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/load.h"

#include <string.h>

struct str name_of(const struct loader *l, sym name)
{
	return syms_str(&l->rb->syms, name);
}

bool is_variable(const struct loader *l, sym name)
{
	struct str s = name_of(l, name);
	return s.n && s.p[0] >= 'A' && s.p[0] <= 'Z';
}

/* ---- messages -------------------------------------------------------------------------------- */

static struct str article_of(const struct loader *l, const struct syn_head *about, struct place at)
{
	if (about && about->cites.n)
		return about->cites.v[0].text;
	return at.article == NO_ID ? STR("") : l->rb->articles.v[at.article].title;
}

__attribute__((format(printf, 5, 0))) static void add(
	struct loader *l, bool error, const struct syn_head *about, struct place at, const char *fmt, va_list ap)
{
	char message[1024];
	(void)vsnprintf(message, sizeof message, fmt, ap);
	struct arena *a = &l->rb->arena;
	struct diag d = {.error = error,
		.at = at,
		.article = article_of(l, about, at),
		.message = arena_str(a, str_of(message)),
		.hint = STR_INIT("")};
	arena_push(a, &l->rb->diags, d);
}

void complain(struct loader *l, const struct syn_head *about, struct place at, const char *fmt, ...)
{
	if (l->errors++ >= MAX_ERRORS) /* the rest would only repeat; rulebook_load says that there is more */
		return;
	va_list ap;
	va_start(ap, fmt);
	add(l, true, about, at, fmt, ap);
	va_end(ap);
}

void warn(struct loader *l, const struct syn_head *about, struct place at, const char *fmt, ...)
{
	va_list ap;
	if (l->warnings++ >= MAX_WARNINGS)
		return;
	va_start(ap, fmt);
	add(l, false, about, at, fmt, ap);
	va_end(ap);
}

void hint(struct loader *l, const char *fmt, ...)
{
	if (l->errors > MAX_ERRORS || l->warnings > MAX_WARNINGS || l->rb->diags.n == 0)
		return; /* the message was not kept */
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	l->rb->diags.v[l->rb->diags.n - 1].hint = arena_str(&l->rb->arena, str_of(text));
}

void hint_other(struct loader *l, struct place here, struct place other, const char *advice)
{
	struct str path = l->rb->files.v[other.file].path;
	if (here.file == other.file)
		hint(l, "the other one is in line %u%s", other.line, advice);
	else
		hint(l, "the other one is in %.*s:%u%s", STR_ARG(path), other.line, advice);
}

/* ---- the nearest name ------------------------------------------------------------------------ */

struct nearest nearest_to(struct loader *l, sym name)
{
	struct nearest n = {.name = name_of(l, name), .off = l->suggestions >= MAX_SUGGESTIONS};
	n.distance = n.name.n < 4 ? 2 : n.name.n / 3 + 2; /* farther is no likeness */
	return n;
}

/* Insertions, deletions, changes and swaps of neighbours that lead from a to b (Damerau 1964, restricted form), or
 * `bound` if there are as many or more. Names have at most MAX_NAME bytes. */
static size_t edit_distance(struct str a, struct str b, size_t bound)
{
	size_t row[3][MAX_NAME + 1];
	size_t *two = row[0], *one = row[1], *now = row[2];
	if (a.n > MAX_NAME || b.n > MAX_NAME || (a.n > b.n ? a.n - b.n : b.n - a.n) >= bound)
		return bound;
	for (size_t j = 0; j <= b.n; j++)
		one[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t least = now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			bool same = a.p[i - 1] == b.p[j - 1];
			size_t d = one[j - 1] + !same;
			if (one[j] + 1 < d)
				d = one[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
				two[j - 2] + 1 < d)
				d = two[j - 2] + 1;
			now[j] = d;
			if (d < least)
				least = d;
		}
		if (least >= bound)
			return bound;
		size_t *free_row = two;
		two = one, one = now, now = free_row;
	}
	return one[b.n] < bound ? one[b.n] : bound;
}

void nearest_offer(struct nearest *n, struct str candidate)
{
	size_t d = n->off ? n->distance : edit_distance(n->name, candidate, n->distance);
	if (d < n->distance && d > 0) {
		n->distance = d;
		n->best = candidate;
	}
}

void hint_nearest(struct loader *l, const struct nearest *n)
{
	l->suggestions++;
	if (n->best.n)
		hint(l, "did you mean %.*s?", STR_ARG(n->best));
}

/* ---- indexes --------------------------------------------------------------------------------- */

uint32_t index_get(const struct name_index *ix, sym name)
{
	return name < ix->n ? ix->v[name] : NO_ID;
}

void index_put(struct arena *a, struct name_index *ix, sym name, uint32_t id)
{
	if (name >= ix->n) {
		size_t n = ix->n ? ix->n : 256;
		while (n <= name)
			n *= 2;
		uint32_t *v = arena_array(a, n, uint32_t);
		memset(v, 0xff, n * sizeof *v); /* NO_ID everywhere */
		if (ix->n)
			memcpy(v, ix->v, ix->n * sizeof *v);
		ix->v = v;
		ix->n = n;
	}
	ix->v[name] = id;
}

bool index_add(struct loader *l, struct name_index *ix, const char *what, sym name, uint32_t id, struct place at)
{
	if (index_get(ix, name) != NO_ID) {
		complain(l, NULL, at, "%s %.*s is declared twice", what, NAME_ARG(l, name));
		return false;
	}
	index_put(&l->rb->arena, ix, name, id);
	return true;
}
