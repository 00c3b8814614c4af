/* SPDX-License-Identifier: Apache-2.0
 *
 * What people type into the search, and texts that are indexed: the first line is a question, the rest a text. Words keep what
 * search_cut.h promises; a question becomes an expression that FTS5 reads, whatever it says; a text is found by its own words; what is shown
 * of it is whole UTF-8, piece after piece.
 */
#include "register/search.h"
#include "register/search_index.h"
#include "register/search_words.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

struct watching {
	struct str text, first;
	struct arena *a;
	size_t from, words, places;
};

static int watch(void *ctx, const struct cut_word *w)
{
	struct watching *k = ctx;
	must(w->text.n >= 1 && w->text.n <= CUT_WORD_MAX && str_utf8(w->text));
	for (size_t i = 0; i < w->text.n; i++)
		must((unsigned char)w->text.p[i] > ' ' && w->text.p[i] != '"');
	must(w->from < w->to && w->to <= k->text.n && w->from >= k->from);
	must(!w->beside || k->words);
	if (!k->words && k->a)
		k->first = arena_str(k->a, w->text);
	k->from = w->from;
	k->words++;
	k->places += !w->beside;
	return 0;
}

static int found(void *ctx, int64_t row)
{
	must(row == 7);
	++*(size_t *)ctx;
	return 0;
}

static void is_found(struct fts *f, struct str word)
{
	struct buf q;
	struct err e = {0};
	size_t n = 0;
	buf_init(&q, 10000);
	fts_string(&q, word);
	must(fts_find(f, FTS_TEXTS, buf_str(&q), 0, INT64_MAX, found, &n, &e) == 0);
	must(n == 1);
	buf_done(&q);
}

static void ask(struct fts *f, const struct search_terms *t, bool apart)
{
	struct buf q;
	struct err e = {0};
	size_t n = 0;
	buf_init(&q, 1 << 20);
	terms_write(t, apart, &q);
	must(!q.over);
	must(fts_find(f, FTS_TEXTS, buf_str(&q), 0, INT64_MAX, found, &n, &e) == 0);
	must(n <= 1);
	buf_done(&q);
}

static void show(const struct search_terms *t, struct str text, struct arena *a)
{
	struct search_snippet s;
	if (!str_utf8(text))
		return;
	search_show(t, text, 200, a, &s);
	for (size_t i = 0; i < s.n; i++)
		must(s.v[i].text.n && str_utf8(s.v[i].text));
}

static void strip(struct str text, struct arena *a)
{
	static const char *const types[] = {"text/plain", "text/html; charset=utf-8", "text/markdown", "image/png"};
	for (size_t i = 0; i < 4; i++) {
		struct str s = search_plain(text, str_of(types[i]), a);
		must(str_utf8(s) && s.n <= SEARCH_TEXT_BYTES + 16);
		must(i < 3 || s.n == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct err e = {0};
	struct fts *f;
	struct cutter *c = cutter_new();
	struct str all = {(const char *)data, n}, question = all, text = {"", 0};
	(void)str_cut(all, '\n', &question, &text);
	must(c && fts_open(&f, &e) == 0);
	struct watching w = {.text = text, .a = &a}, q = {.text = text}, whole = {.text = text};
	must(cut_words(c, text, CUT_TEXT, watch, &w) == 0 && cut_words(c, text, CUT_QUERY, watch, &q) == 0 && cut_words(c, text, CUT_WHOLE, watch, &whole) == 0);
	must(q.words == q.places && q.words == whole.words && w.places >= q.places);
	must(fts_begin(f, &e) == 0 && fts_add(f, FTS_TEXTS, 7, text, &e) == 0 && fts_end(f, n & 1, &e) == 0);
	if (w.first.n)
		is_found(f, w.first);
	struct search_terms *t = terms_read(c, question, &a), wide;
	if (t) {
		must(t->groups.n <= SEARCH_WORDS && t->n <= TERMS_MAX && t->n > 0);
		for (size_t i = 0; i < t->groups.n; i++)
			for (size_t k = 0; k < t->groups.v[i].n; k++)
				must(t->groups.v[i].v[k].stem.n && t->groups.v[i].v[k].whole.n);
		ask(f, t, false);
		ask(f, t, true);
		if (terms_widen(t, f, &a, &wide))
			ask(f, &wide, false);
		show(t, text, &a);
	}
	show(NULL, text, &a);
	strip(text, &a);
	fts_close(f);
	cutter_free(c);
	arena_done(&a);
	return 0;
}
