/* SPDX-License-Identifier: Apache-2.0 */
#include "register/search_words.h"

#include "register/search.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* ---- reading ------------------------------------------------------------------------------------------------------- */

struct typed {
	struct arena *a;
	struct search_terms *t;
	struct search_group *g;
	size_t at; /* of the second time that the words of a group are cut */
};

static int add_stem(void *ctx, const struct cut_word *w)
{
	struct typed *k = ctx;
	if (k->t->n == TERMS_MAX) {
		k->t->cut = true;
		return 1;
	}
	struct search_term one = {.stem = arena_str(k->a, w->text)};
	arena_push(k->a, k->g, one);
	k->t->n++;
	return 0;
}

static int add_whole(void *ctx, const struct cut_word *w)
{
	struct typed *k = ctx;
	if (k->at == k->g->n)
		return 1;
	k->g->v[k->at++].whole = arena_str(k->a, w->text);
	return 0;
}

static void add_group(struct cutter *c, struct search_terms *t, size_t from, size_t to, struct arena *a)
{
	struct search_group g = {.from = from, .to = to};
	struct typed k = {a, t, &g, 0};
	struct str text = str_slice(t->text, from, to);
	if (to <= from)
		return;
	if (t->groups.n == SEARCH_WORDS) {
		t->cut = true;
		return;
	}
	(void)cut_words(c, text, CUT_QUERY, add_stem, &k);
	(void)cut_words(c, text, CUT_WHOLE, add_whole, &k);
	if (g.n)
		arena_push(a, &t->groups, g);
}

static bool is_quote(UChar32 c)
{
	return c == '"' || c == 0xab || c == 0xbb || (c >= 0x201c && c <= 0x201f) || (c >= 0x300a && c <= 0x300f);
}

static struct str within_limit(struct str text, bool *ret_cut)
{
	size_t n = text.n;
	*ret_cut = n > SEARCH_QUERY_BYTES;
	if (*ret_cut)
		for (n = SEARCH_QUERY_BYTES; n && ((unsigned char)text.p[n] & 0xc0) == 0x80;)
			n--;
	return str_slice(text, 0, n);
}

struct search_terms *terms_read(struct cutter *c, struct str text, struct arena *a)
{
	struct search_terms *t = arena_new(a, struct search_terms);
	bool quoted = false;
	size_t begin = 0;
	t->text = arena_str(a, within_limit(text, &t->cut));
	for (size_t i = 0; i < t->text.n;) {
		UChar32 x;
		size_t at = i;
		U8_NEXT((const uint8_t *)t->text.p, i, t->text.n, x);
		if (!is_quote(x) && (quoted || !(x < 0 || u_isUWhiteSpace(x))))
			continue;
		add_group(c, t, begin, at, a);
		quoted = is_quote(x) ? !quoted : quoted;
		begin = i;
	}
	add_group(c, t, begin, t->text.n, a);
	return t->groups.n ? t : NULL;
}

/* ---- looking -------------------------------------------------------------------------------------------------------- */

/* A Chinese character has no words that begin with it: they were cut in pairs. */
static bool may_begin(struct str word)
{
	UChar32 c;
	size_t i = 0, letters = 0;
	while (i < word.n && letters < 3) {
		U8_NEXT_OR_FFFD((const uint8_t *)word.p, i, word.n, c);
		if (u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC))
			return false;
		letters++;
	}
	return letters >= 2;
}

bool terms_widen(const struct search_terms *t, const struct fts *f, struct arena *a, struct search_terms *ret)
{
	bool any = false;
	*ret = *t;
	ret->groups.v = arena_copy(a, t->groups.v, t->groups.n * sizeof *t->groups.v);
	for (size_t i = 0; i < ret->groups.n; i++) {
		struct search_group *g = &ret->groups.v[i];
		struct str found[GROUP_OTHERS];
		g->nothers = g->n == 1 && may_begin(g->v[0].stem) ? fts_beginning(f, g->v[0].stem, found, GROUP_OTHERS) : 0;
		g->others = arena_copy(a, found, g->nothers * sizeof *found);
		any = any || g->nothers > 1 || (g->nothers == 1 && !str_eq(found[0], g->v[0].stem));
	}
	return any;
}

static void write_group(const struct search_group *g, bool apart, struct buf *out)
{
	buf_addc(out, '(');
	for (size_t i = 0; i < g->nothers; i++) {
		buf_adds(out, i ? " OR " : "");
		fts_string(out, g->others[i]);
	}
	for (size_t i = 0; i < g->n && !g->nothers; i++) {
		buf_adds(out, i == 0 ? "" : apart ? " AND " : " + ");
		fts_string(out, g->v[i].stem);
	}
	buf_addc(out, ')');
}

void terms_write(const struct search_terms *t, bool apart, struct buf *out)
{
	for (size_t i = 0; i < t->groups.n; i++) {
		buf_adds(out, i ? " AND " : "");
		write_group(&t->groups.v[i], apart, out);
	}
}

bool terms_together(const struct search_terms *t)
{
	for (size_t i = 0; i < t->groups.n; i++)
		if (t->groups.v[i].n > 1)
			return true;
	return false;
}
