/* SPDX-License-Identifier: Apache-2.0 */
#include "register/search_words.h"

#include "register/search.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* ---- reading ------------------------------------------------------------------------------------------------------- */

struct typed {
	struct arena *a;
	struct search_terms *t;
	struct search_group *g;
	size_t at; /* of the second time that the words of a group are cut */
	struct search_way way;
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
	struct typed k = {.a = a, .t = t, .g = &g};
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

/* Three letters or fewer, and no name in capitals ("SCO", "ШОС"), number or Chinese word. */
static bool is_small(struct str word)
{
	enum { LETTERS = 3 };
	bool capital = false;
	size_t letters = 0;
	for (size_t i = 0; i < word.n;) {
		UChar32 x;
		U8_NEXT_OR_FFFD((const uint8_t *)word.p, i, word.n, x);
		if (u_isdigit(x) || u_hasBinaryProperty(x, UCHAR_IDEOGRAPHIC))
			return false;
		if (u_isalpha(x)) {
			letters++;
			capital = u_isupper(x);
		}
	}
	return letters <= LETTERS && !capital;
}

static void tell_small(struct search_terms *t)
{
	bool longer = false;
	for (size_t i = 0; i < t->groups.n; i++)
		longer = longer || !is_small(str_slice(t->text, t->groups.v[i].from, t->groups.v[i].to));
	for (size_t i = 0; i < t->groups.n; i++)
		t->groups.v[i].small = longer && is_small(str_slice(t->text, t->groups.v[i].from, t->groups.v[i].to));
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
	tell_small(t);
	return t->groups.n ? t : NULL;
}

/* ---- other ways to write it ------------------------------------------------------------------------------------------- */

enum { CUTS = 3, STEPS = 4096, JOINED = 3 }; /* words more than were typed; looks for one group; neighbours that are joined */

struct letters { /* of a group, without what parts them */
	char p[SEARCH_QUERY_BYTES * 2];
	size_t n, words;
	bool arabic, over;
};

static bool is_arabic(struct str word)
{
	UChar32 c;
	size_t i = 0;
	U8_NEXT_OR_FFFD((const uint8_t *)word.p, i, word.n, c);
	return c >= 0x600 && c <= 0x6ff;
}

static int add_letters(void *ctx, const struct cut_word *w)
{
	struct letters *l = ctx;
	l->over = l->over || l->n + w->text.n > sizeof l->p;
	if (!l->over) {
		memcpy(l->p + l->n, w->text.p, w->text.n);
		l->n += w->text.n;
	}
	l->words++;
	l->arabic = l->arabic && is_arabic(w->text);
	return 0;
}

static void letters_of(struct cutter *c, struct str text, struct letters *ret)
{
	ret->n = ret->words = 0;
	ret->arabic = true;
	ret->over = false;
	(void)cut_words(c, text, CUT_PARTS, add_letters, ret);
	ret->arabic = ret->arabic && ret->words && !ret->over;
}

struct cutting {
	struct search_group *g;
	const struct fts *f;
	struct arena *a;
	struct str letters;
	struct str way[WAY_WORDS]; /* cut so far */
	size_t most, steps;	   /* words that it may have; looks that are left */
};

static bool is_typed(const struct search_group *g, const struct str *words, size_t n)
{
	bool same = n == g->n;
	for (size_t i = 0; same && i < n; i++)
		same = str_eq(g->v[i].stem, words[i]);
	return same;
}

static void keep_way(struct search_group *g, const struct str *words, size_t n, struct arena *a)
{
	struct search_way way = {.v = arena_copy(a, words, n * sizeof *words), .n = n, .cap = n};
	for (size_t i = 0; i < n; i++)
		way.v[i] = arena_str(a, words[i]);
	arena_push(a, &g->ways, way);
}

/* A word of one letter is none, but for "and", which compounds are made with. */
static bool may_be_word(struct str part)
{
	return part.n > 2 || str_eq(part, STR("و"));
}

/* All ways to cut the letters from `at` on into words that the index knows, long words first; depth: words so far, WAY_WORDS at most. */
static void cut_anew(struct cutting *k, size_t at, size_t depth)
{
	for (size_t end = k->letters.n; end > at && k->g->ways.n < WAYS_MAX && k->steps; end--) {
		char room[CUT_WORD_MAX] UNSET;
		if ((end < k->letters.n && ((unsigned char)k->letters.p[end] & 0xc0) == 0x80) || end - at > CUT_WORD_MAX)
			continue;
		struct str part = str_slice(k->letters, at, end), stem = cut_stem(part, room);
		k->steps--;
		if (!may_be_word(part) || !fts_knows(k->f, stem))
			continue;
		k->way[depth] = stem.p == room ? arena_str(k->a, stem) : stem;
		if (end < k->letters.n && depth + 1 < k->most)
			cut_anew(k, end, depth + 1);
		else if (end == k->letters.n && !is_typed(k->g, k->way, depth + 1))
			keep_way(k->g, k->way, depth + 1, k->a);
	}
}

/* What neighbours make together is another way to write each of them. */
static void join(struct search_terms *t, size_t first, size_t n, struct cutter *c, const struct fts *f, struct arena *a)
{
	struct letters all;
	char room[CUT_WORD_MAX] UNSET;
	for (size_t i = first; i < first + n; i++)
		if (t->groups.v[i].n != 1 || !is_arabic(t->groups.v[i].v[0].whole))
			return;
	letters_of(c, str_slice(t->text, t->groups.v[first].from, t->groups.v[first + n - 1].to), &all);
	struct str stem = all.arabic && all.n <= CUT_WORD_MAX ? cut_stem((struct str){all.p, all.n}, room) : (struct str){NULL, 0};
	if (!stem.n || !fts_knows(f, stem))
		return;
	for (size_t i = first; i < first + n; i++)
		keep_way(&t->groups.v[i], &stem, 1, a);
}

void terms_spell(struct search_terms *t, struct cutter *c, const struct fts *f, struct arena *a)
{
	for (size_t i = 0; i < t->groups.n; i++) {
		struct search_group *g = &t->groups.v[i];
		struct letters all;
		if (!is_arabic(g->v[0].whole))
			continue;
		letters_of(c, str_slice(t->text, g->from, g->to), &all);
		struct cutting k = {.g = g, .f = f, .a = a, .letters = {all.p, all.n}, .steps = STEPS};
		k.most = all.words + CUTS < WAY_WORDS ? all.words + CUTS : WAY_WORDS;
		if (all.arabic)
			cut_anew(&k, 0, 0);
	}
	for (size_t n = 2; n <= JOINED; n++)
		for (size_t i = 0; i + n <= t->groups.n; i++)
			join(t, i, n, c, f, a);
}

static int add_word(void *ctx, const struct cut_word *w)
{
	struct typed *k = ctx;
	if (k->way.n == WAY_WORDS)
		return 1;
	arena_push(k->a, &k->way, arena_str(k->a, w->text));
	return 0;
}

void terms_add_way(struct search_group *g, struct cutter *c, struct str text, struct arena *a)
{
	struct typed k = {.a = a};
	if (g->ways.n < WAYS_MAX && cut_words(c, text, CUT_QUERY, add_word, &k) == 0 && k.way.n)
		arena_push(a, &g->ways, k.way);
}

struct search_terms *terms_copy(const struct search_terms *t, struct arena *a)
{
	struct search_terms *copy = arena_new(a, struct search_terms);
	*copy = *t;
	copy->groups.v = arena_copy(a, t->groups.v, t->groups.n * sizeof *t->groups.v);
	copy->groups.cap = t->groups.n;
	for (size_t i = 0; i < copy->groups.n; i++) {
		struct search_group *g = &copy->groups.v[i];
		g->v = arena_copy(a, g->v, g->n * sizeof *g->v);
		g->cap = g->n;
		g->ways.v = arena_copy(a, g->ways.v, g->ways.n * sizeof *g->ways.v);
		g->ways.cap = g->ways.n;
	}
	return copy;
}

bool terms_are(const struct search_terms *t, struct cutter *c, struct str text)
{
	struct letters typed, other;
	letters_of(c, t->text, &typed);
	letters_of(c, text, &other);
	return typed.words == other.words || (!typed.over && !other.over && str_eq((struct str){typed.p, typed.n}, (struct str){other.p, other.n}));
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
	*ret = *terms_copy(t, a);
	for (size_t i = 0; i < ret->groups.n; i++) {
		struct search_group *g = &ret->groups.v[i];
		struct str found[WAYS_MAX];
		size_t n = g->n == 1 && may_begin(g->v[0].stem) ? fts_beginning(f, g->v[0].stem, found, WAYS_MAX) : 0;
		for (size_t k = 0; k < n; k++) {
			if (str_eq(found[k], g->v[0].stem))
				continue;
			keep_way(g, &found[k], 1, a);
			any = true;
		}
	}
	return any;
}

static void write_group(const struct search_group *g, bool apart, struct buf *out)
{
	const char *between = apart && g->n > 1 ? " AND " : " + ";
	buf_addc(out, '(');
	for (size_t i = 0; i < g->n; i++) {
		buf_adds(out, i == 0 ? "" : between);
		fts_string(out, g->v[i].stem);
	}
	for (size_t i = 0; i < g->ways.n; i++) {
		buf_adds(out, " OR ");
		for (size_t k = 0; k < g->ways.v[i].n; k++) {
			buf_adds(out, k ? between : "");
			fts_string(out, g->ways.v[i].v[k]);
		}
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
