/* SPDX-License-Identifier: Apache-2.0
 *
 * Citations -> headings and sources (reference 1.3): [Charter 13(2)(a)] finds the heading "Charter 13 Membership".
 */
#include "rules/load.h"

#include <stdlib.h>
#include <string.h>

/* What may follow the cited text in a heading. */
static const char after_text[] = {' ', '.', ',', ':', ';', '(', '-'};

static int by_title(const void *pa, const void *pb, void *ctx)
{
	const struct rulebook *rb = ctx;
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	int c = str_cmp(rb->articles.v[a].title, rb->articles.v[b].title);
	return c ? c : (a > b) - (a < b);
}

void articles_sort(struct loader *l)
{
	size_t n = l->rb->articles.n;
	l->article_order = arena_array(&l->scratch, n, uint32_t);
	for (uint32_t i = 0; i < n; i++)
		l->article_order[i] = i;
	qsort_r(l->article_order, n, sizeof *l->article_order, by_title, l->rb);
}

/* The first heading in order of text that is not before `key` followed by `next` (0: nothing follows). */
static size_t lower_bound(const struct loader *l, struct str key, char next)
{
	size_t lo = 0, hi = l->rb->articles.n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		struct str title = l->rb->articles.v[l->article_order[mid]].title;
		int c = str_cmp(str_slice(title, 0, key.n), key);
		if (c == 0 && next)
			c = title.n > key.n ? (unsigned char)title.p[key.n] - (unsigned char)next : -1;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The heading that is `key`, else one that goes on behind it with a separator. */
static uint32_t find_heading(const struct loader *l, struct str key)
{
	size_t n = l->rb->articles.n, at = lower_bound(l, key, '\0');
	uint32_t best = NO_ID;
	if (at < n && str_eq(l->rb->articles.v[l->article_order[at]].title, key))
		return l->article_order[at];
	if (at == n || !str_starts(l->rb->articles.v[l->article_order[at]].title, key))
		return NO_ID;
	for (size_t i = 0; i < sizeof after_text; i++) {
		size_t k = lower_bound(l, key, after_text[i]);
		struct str title = k < n ? l->rb->articles.v[l->article_order[k]].title : STR("");
		if (title.n > key.n && str_starts(title, key) && title.p[key.n] == after_text[i] &&
			l->article_order[k] < best)
			best = l->article_order[k];
	}
	return best;
}

/* "Charter 13(2)(a)" -> "Charter 13(2)"; false if no bracket group ends it. */
static bool drop_group(struct str *s)
{
	if (s->n == 0 || s->p[s->n - 1] != ')')
		return false;
	const char *open = memrchr(s->p, '(', s->n);
	if (!open)
		return false;
	*s = str_trim((struct str){s->p, (size_t)(open - s->p)});
	return s->n > 0;
}

static void resolve(struct loader *l, struct cite *c)
{
	struct str key = c->text, word = c->text, rest;
	do
		c->article = find_heading(l, key);
	while (c->article == NO_ID && drop_group(&key));
	(void)str_cut(word, ' ', &word, &rest);
	sym name = syms_find(&l->rb->syms, word);
	if (name != SYM_ABSENT)
		c->source = index_get(&l->rb->source_index, name);
}

/* A heading like the whole text, or a source like its first word. */
static void offer_all(struct loader *l, struct str text)
{
	struct str word = text, rest;
	(void)str_cut(text, ' ', &word, &rest);
	struct nearest heading = nearest_to(l, syms_intern(&l->rb->syms, text));
	struct nearest source = nearest_to(l, syms_intern(&l->rb->syms, word));
	for (size_t i = 0; i < l->rb->articles.n; i++)
		nearest_offer(&heading, l->rb->articles.v[i].title);
	for (size_t i = 0; i < l->rb->sources.n; i++)
		nearest_offer(&source, name_of(l, l->rb->sources.v[i].name));
	hint_nearest(l, heading.best.n ? &heading : &source);
}

void cites_resolve(
	struct loader *l, const struct syn_head *about, const struct syn_cites *in, struct cite **ret, uint32_t *ret_n)
{
	*ret = arena_copy(&l->rb->arena, in->v, in->n * sizeof *in->v);
	*ret_n = (uint32_t)in->n;
	for (size_t i = 0; i < in->n; i++) {
		struct cite *c = &(*ret)[i];
		resolve(l, c);
		if (c->article != NO_ID || c->source != NO_ID)
			continue;
		complain(l, about, in->at, "[%.*s] is not a heading or source of this rulebook", STR_ARG(c->text));
		offer_all(l, c->text);
	}
}
