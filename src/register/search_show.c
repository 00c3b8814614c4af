/* SPDX-License-Identifier: Apache-2.0 */
#include "register/search.h"
#include "register/search_words.h"

enum { SHOW_BYTES = 16 << 10, SHOW_MARKS = 256 }; /* of a text that is looked through; in it */

struct showing {
	const struct search_terms *t;
	struct { size_t from, to; } v[SHOW_MARKS];
	size_t n, most;
};

static bool is_wanted(const struct search_terms *t, struct str word)
{
	for (size_t i = 0; i < t->groups.n; i++) {
		const struct search_group *g = &t->groups.v[i];
		for (size_t k = 0; k < g->nothers; k++)
			if (str_eq(g->others[k], word))
				return true;
		for (size_t k = 0; k < g->n; k++)
			if (str_eq(g->v[k].stem, word))
				return true;
	}
	return false;
}

/* Pairs of characters overlap: marks that touch become one. */
static int mark(void *ctx, const struct cut_word *w)
{
	struct showing *s = ctx;
	if (s->n && w->from > s->v[0].from + s->most) /* what comes now is not shown */
		return 1;
	if (!is_wanted(s->t, w->text))
		return 0;
	if (s->n && w->from <= s->v[s->n - 1].to) {
		s->v[s->n - 1].to = w->to > s->v[s->n - 1].to ? w->to : s->v[s->n - 1].to;
		return 0;
	}
	if (s->n == SHOW_MARKS)
		return 1;
	s->v[s->n].from = w->from;
	s->v[s->n++].to = w->to;
	return 0;
}

/* The border of a character at `i` or before it; after a blank, if there is one in the last bytes before it. */
static size_t back_to_border(struct str text, size_t i)
{
	enum { NEAR_BLANK = 24 };
	if (i >= text.n)
		return text.n;
	for (size_t k = i; k > 0 && i - k < NEAR_BLANK; k--)
		if (text.p[k - 1] == ' ' || text.p[k - 1] == '\n')
			return k;
	while (i && ((unsigned char)text.p[i] & 0xc0) == 0x80)
		i--;
	return i;
}

static void add(struct search_snippet *to, struct str text, bool found, struct arena *a)
{
	struct search_piece one = {text, found};
	if (text.n)
		arena_push(a, to, one);
}

void search_show(const struct search_terms *t, struct str text, size_t most, struct arena *a, struct search_snippet *ret)
{
	struct cutter *c = t ? cutter_new() : NULL;
	struct showing s = {.t = t, .most = most};
	*ret = (struct search_snippet){0};
	if (c)
		(void)cut_words(c, str_slice(text, 0, SHOW_BYTES), CUT_TEXT, mark, &s);
	cutter_free(c);
	size_t from = s.n && s.v[0].from > most / 4 && text.n > most ? back_to_border(text, s.v[0].from - most / 4) : 0;
	size_t to = text.n - from > most ? back_to_border(text, from + most) : text.n, at = from;
	while (to < text.n && to > from && (text.p[to - 1] == ' ' || text.p[to - 1] == '\n'))
		to--;
	add(ret, from ? STR("… ") : STR(""), false, a);
	for (size_t i = 0; i < s.n && s.v[i].from < to; i++) {
		size_t end = s.v[i].to < to ? s.v[i].to : to;
		if (s.v[i].from < at)
			continue;
		add(ret, str_slice(text, at, s.v[i].from), false, a);
		add(ret, str_slice(text, s.v[i].from, end), true, a);
		ret->any = true;
		at = end;
	}
	add(ret, str_slice(text, at, to), false, a);
	add(ret, to < text.n ? STR(" …") : STR(""), false, a);
}
