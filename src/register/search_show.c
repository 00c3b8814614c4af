/* SPDX-License-Identifier: Apache-2.0 */
#include "register/search.h"
#include "register/search_words.h"

enum { SHOW_BYTES = 16 << 10, SHOW_MARKS = 256 }; /* of a text that is looked through; in it */

struct way { /* of several words, as far as they stood side by side up to the word `last` */
	const struct search_way *words;
	size_t n, from, last;
};

struct showing {
	const struct search_terms *t;
	struct str text;
	struct { size_t from, to; } v[SHOW_MARKS];
	size_t n, most;
	struct { struct way *v; size_t n, cap; } ways;
	size_t place; /* number of the word that is looked at */
};

static void list_ways(struct showing *s, struct arena *a)
{
	for (size_t i = 0; i < s->t->groups.n; i++)
		for (size_t k = 0; k < s->t->groups.v[i].ways.n; k++) {
			struct way one = {.words = &s->t->groups.v[i].ways.v[k]};
			if (one.words->n > 1)
				arena_push(a, &s->ways, one);
		}
}

static bool is_wanted(const struct search_terms *t, struct str word)
{
	for (size_t i = 0; i < t->groups.n; i++) {
		const struct search_group *g = &t->groups.v[i];
		for (size_t k = 0; k < g->ways.n && !g->small; k++)
			if (g->ways.v[k].n == 1 && str_eq(g->ways.v[k].v[0], word))
				return true;
		for (size_t k = 0; k < g->n && !g->small; k++)
			if (str_eq(g->v[k].stem, word))
				return true;
	}
	return false;
}

/* Is there anything between them but a zero-width non-joiner, which holds them together? */
static bool touches(const struct showing *s, size_t to, size_t from)
{
	return from <= to || str_eq(str_slice(s->text, to, from), STR("\u200c"));
}

/* Pairs of characters overlap, words come after those that they are part of: marks that touch become one. */
static bool add_mark(struct showing *s, size_t from, size_t to)
{
	while (s->n && touches(s, s->v[s->n - 1].to, from)) {
		s->n--;
		from = s->v[s->n].from < from ? s->v[s->n].from : from;
		to = s->v[s->n].to > to ? s->v[s->n].to : to;
	}
	if (s->n == SHOW_MARKS)
		return false;
	s->v[s->n].from = from;
	s->v[s->n++].to = to;
	return true;
}

/* Of words that count only side by side, all are marked when the last has come; false: no more marks. */
static bool follow(struct showing *s, struct way *way, const struct cut_word *w)
{
	if (way->n && s->place > way->last + 1)
		way->n = 0;
	if (way->n && s->place == way->last) /* another form of a word that was taken */
		return true;
	if (!str_eq(way->words->v[way->n], w->text))
		return true;
	way->from = way->n ? way->from : w->from;
	way->last = s->place;
	if (++way->n < way->words->n)
		return true;
	way->n = 0;
	return add_mark(s, way->from, w->to);
}

static int mark(void *ctx, const struct cut_word *w)
{
	struct showing *s = ctx;
	s->place += !w->beside;
	if (s->n && w->from > s->v[0].from + s->most) /* what comes now is not shown */
		return 1;
	for (size_t i = 0; i < s->ways.n; i++)
		if (!follow(s, &s->ways.v[i], w))
			return 1;
	return is_wanted(s->t, w->text) && !add_mark(s, w->from, w->to);
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

struct joined {
	struct str words;
	struct arena *a;
};

static int join(void *ctx, const struct cut_word *w)
{
	struct joined *j = ctx;
	j->words = ARENA_JOIN(j->a, j->words, STR(" "), w->text);
	return 0;
}

bool search_is(const struct search_terms *t, struct str text, struct arena *a)
{
	struct joined asked = {.a = a}, other = {.a = a};
	struct cutter *c = cutters_take(t->cutters);
	if (!c)
		return false;
	(void)cut_words(c, t->text, CUT_QUERY, join, &asked);
	(void)cut_words(c, text, CUT_QUERY, join, &other);
	cutters_give(t->cutters, c);
	return asked.words.n && str_eq(asked.words, other.words);
}

void search_show(const struct search_terms *t, struct str text, size_t most, struct arena *a, struct search_snippet *ret)
{
	struct cutter *c = t ? cutters_take(t->cutters) : NULL;
	struct showing s = {.t = t, .text = text, .most = most};
	*ret = (struct search_snippet){0};
	if (t)
		list_ways(&s, a);
	if (c)
		(void)cut_words(c, str_slice(text, 0, SHOW_BYTES), CUT_TEXT, mark, &s);
	if (c)
		cutters_give(t->cutters, c);
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
