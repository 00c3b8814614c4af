/* SPDX-License-Identifier: Apache-2.0 */
#include "register/similar.h"

#include <ctype.h>
#include <unicode/utf8.h>

struct letters {
	UChar32 v[SIMILAR_LONGEST];
	size_t n;
};

/* By characters, not bytes: one wrong letter is as wrong in any script. False: too long. */
static bool read_letters(struct str s, struct letters *ret)
{
	size_t i = 0;
	for (ret->n = 0; i < s.n; ret->n++) {
		UChar32 c;
		if (ret->n == SIMILAR_LONGEST)
			return false;
		U8_NEXT_OR_FFFD((const uint8_t *)s.p, i, s.n, c);
		ret->v[ret->n] = c < 0x80 ? tolower((unsigned char)c) : c;
	}
	return true;
}

/* Edit distance, two neighbours that changed places counting once. */
static size_t distance(const struct letters *a, const struct letters *b)
{
	size_t rows[3][SIMILAR_LONGEST + 1], *before = rows[0], *last = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b->n; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; i <= a->n; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b->n; j++) {
			size_t best = last[j - 1] + (a->v[i - 1] != b->v[j - 1]);
			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a->v[i - 1] == b->v[j - 2] && a->v[i - 2] == b->v[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		size_t *free = before;
		before = last;
		last = row;
		row = free;
	}
	return last[b->n];
}

void similar_start(struct similar *s, struct str name)
{
	*s = (struct similar){.name = name};
}

void similar_offer(struct similar *s, struct str known, struct str as)
{
	struct letters name, other;
	if (!read_letters(s->name, &name) || !read_letters(as, &other))
		return;
	size_t d = distance(&name, &other), allowed = name.n <= 3 ? 1 : name.n / 3;
	if (d > allowed)
		return;
	size_t at = s->n;
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->found[i], known))
			return;
	while (at && s->distance[at - 1] > d)
		at--;
	if (at == SIMILAR_MAX)
		return;
	if (s->n < SIMILAR_MAX)
		s->n++;
	for (size_t i = s->n - 1; i > at; i--) {
		s->found[i] = s->found[i - 1];
		s->distance[i] = s->distance[i - 1];
	}
	s->found[at] = known;
	s->distance[at] = d;
}

int similar_hint(const struct str *near, size_t n, struct err *e)
{
	if (n == 1)
		return err_hint(e, "did you mean %.*s?", STR_ARG(near[0]));
	if (n == 2)
		return err_hint(e, "did you mean %.*s or %.*s?", STR_ARG(near[0]), STR_ARG(near[1]));
	return n ? err_hint(e, "did you mean %.*s, %.*s or %.*s?", STR_ARG(near[0]), STR_ARG(near[1]), STR_ARG(near[2])) : e ? e->code : ERR_INPUT;
}

const char *similar_words(const struct similar *s, char *out, size_t size)
{
	struct err e = {0};
	(void)similar_hint(s->found, s->n, &e);
	if (size)
		(void)snprintf(out, size, "%s", e.hint);
	return out;
}
