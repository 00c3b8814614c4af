/* SPDX-License-Identifier: Apache-2.0 */
#include "web/typed.h"

#include "base/digits.h"
#include "register/search_cut.h"
#include "web/parts.h"
#include "web/tr.h"

#include <string.h>

/* ---- words -------------------------------------------------------------------------------------------------------------- */

struct word {
	struct str text; /* folded (search_cut.h): digits are those of ASCII, and no word has both digits and letters */
	size_t from, to; /* in the text */
	char parted;	 /* the one character between it and the word before; 0: none, or more */
	bool begins, ends; /* what stands between blanks or marks */
};

struct words {
	struct str text;
	struct word *v;
	size_t n, cap;
	struct arena *a;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_mark(char c)
{
	return c > 0 && c < '0';
}

static bool is_number(const struct word *w)
{
	return digits_only(w->text);
}

/* ICU leaves "01.07.2023" and "01t12" whole. */
static int take(void *ctx, const struct cut_word *w)
{
	struct words *all = ctx;
	struct str whole = arena_str(all->a, w->text);
	bool exact = whole.n == w->to - w->from; /* else nothing tells where in the text a part of it stands: it counts as standing where the whole does */
	size_t last = all->n ? all->v[all->n - 1].to : 0;
	char parted = all->n && w->from == last + 1 ? all->text.p[last] : 0;
	for (size_t from = 0, to; from < whole.n; from = to) {
		bool digit = is_digit(whole.p[from]);
		for (to = from + 1; to < whole.n && is_digit(whole.p[to]) == digit && !is_mark(whole.p[to]);)
			to++;
		if (is_mark(whole.p[from])) {
			parted = whole.p[from];
			to = from + 1;
			continue;
		}
		struct word one = {str_slice(whole, from, to), exact ? w->from + from : w->from, exact ? w->from + to : w->to, parted, from == 0, to == whole.n};
		arena_push(all->a, all, one);
		parted = 0;
	}
	return 0;
}

static struct words words_of(struct cutter *c, struct str text, struct arena *a)
{
	struct words w = {.text = text, .a = a};
	if (c)
		(void)cut_words(c, text, CUT_WHOLE, take, &w);
	return w;
}

/* ---- patterns ----------------------------------------------------------------------------------------------------------- */

/* What a page writes, with numbers in it that stand for any: no month is the 28th, and no act is on record in the year 2222. */
#define SAMPLE_YEAR 2222
#define SAMPLE_DAY 28
#define SAMPLE_ACT "77777"

struct pattern {
	struct words words; /* up to its last number */
	struct str tail;    /* what follows that: "日", "года"; it may be left out */
	struct str tail_word; /* as a word */
	int month;
};

struct patterns {
	struct pattern *v;
	size_t n, cap;
};

static struct str trimmed(struct str s)
{
	struct str blank = STR("\u00a0");
	for (s = str_trim(s); str_starts(s, blank); s = str_trim(s))
		s = str_slice(s, blank.n, s.n);
	return s;
}

static void add_pattern(struct cutter *c, struct str sample, int month, struct arena *a, struct patterns *ret)
{
	struct pattern p = {.words = words_of(c, sample, a), .month = month};
	size_t n = p.words.n;
	while (n && !is_number(&p.words.v[n - 1]))
		n--;
	if (n == 0)
		return;
	p.tail_word = n < p.words.n ? p.words.v[n].text : STR("");
	p.words.n = n;
	p.tail = trimmed(str_slice(sample, p.words.v[n - 1].to, sample.n));
	arena_push(a, ret, p);
}

static void day_patterns(struct cutter *c, struct arena *a, struct patterns *ret)
{
	for (size_t t = 0; t < tongues_n; t++) {
		const struct out o = {NULL, a, &tongues[t]};
		for (int month = 1; month <= 12; month++)
			add_pattern(c, show_day(&o, date_from(SAMPLE_YEAR, month, SAMPLE_DAY)), month, a, ret);
	}
	const struct out english = {NULL, a, NULL};
	for (int month = 1; month <= 12; month++) /* "July 1, 2023" */
		add_pattern(c, arena_fmt(a, "%.*s %d, %d", STR_ARG(show_month(&english, month)), SAMPLE_DAY, SAMPLE_YEAR), month, a, ret);
}

/* ---- days --------------------------------------------------------------------------------------------------------------- */

struct found {
	int year, month, day;
	size_t from, to;
};

static int value_of(const struct word *w)
{
	int v = 0;
	for (size_t i = 0; i < w->text.n && i < 5; i++)
		v = v * 10 + (w->text.p[i] - '0');
	return v;
}

static bool is_year(const struct word *w)
{
	return is_number(w) && w->text.n == 4;
}

static bool is_part(const struct word *w)
{
	return is_number(w) && w->text.n <= 2;
}

/* The end of the word in which `at` stands. */
static size_t blank_after(struct str text, size_t at)
{
	while (at < text.n && text.p[at] != ' ')
		at++;
	return at;
}

/* 2023-7-1, 2023/07/01, 2023-07-01T12:00:00Z; 1.7.2023. */
static bool in_digits(const struct words *w, size_t i, struct found *ret)
{
	if (i + 3 > w->n)
		return false;
	const struct word *v = w->v + i;
	char mark = v[1].parted;
	bool year_first = is_year(&v[0]) && is_part(&v[1]) && is_part(&v[2]) && (mark == '-' || mark == '/' || mark == '.');
	bool day_first = is_part(&v[0]) && is_part(&v[1]) && is_year(&v[2]) && mark == '.';
	if (v[2].parted != mark || !(year_first || day_first))
		return false;
	bool time = year_first && i + 3 < w->n && !v[2].ends && str_eq(v[3].text, STR("t"));
	if (!v[2].ends && !time)
		return false;
	*ret = (struct found){value_of(&v[year_first ? 0 : 2]), value_of(&v[1]), value_of(&v[year_first ? 2 : 0]), v[0].from,
		time ? blank_after(w->text, v[2].to) : v[2].to};
	return true;
}

/* Where what may follow the last number ends: the tail; of a word its beginning will do ("г."). */
static size_t after_tail(const struct words *w, size_t next, const struct pattern *p)
{
	size_t at = w->v[next - 1].to;
	struct str rest = str_slice(w->text, at, w->text.n);
	if (p->tail.n && str_starts(rest, p->tail)) /* Chinese goes on without a blank */
		return at + p->tail.n;
	if (!p->tail_word.n || next >= w->n || !str_starts(p->tail_word, w->v[next].text))
		return at;
	at = w->v[next].to;
	return at + (at < w->text.n && w->text.p[at] == '.');
}

static bool as_written(const struct words *w, size_t i, const struct pattern *p, struct found *ret)
{
	const struct words *s = &p->words;
	*ret = (struct found){.month = p->month};
	for (size_t k = 0; k < s->n; k++) {
		if (i + k >= w->n)
			return false;
		const struct word *is = &w->v[i + k], *as = &s->v[k];
		if (is_number(is) != is_number(as))
			return false;
		if (!is_number(as) ? !str_eq(is->text, as->text) : value_of(as) != SAMPLE_YEAR && value_of(as) != SAMPLE_DAY && (!is_part(is) || value_of(is) != value_of(as)))
			return false;
		if (is_number(as) && value_of(as) == SAMPLE_YEAR) {
			if (!is_year(is))
				return false;
			ret->year = value_of(is);
		} else if (is_number(as) && value_of(as) == SAMPLE_DAY) {
			if (!is_part(is))
				return false;
			ret->day = value_of(is);
		}
	}
	size_t end = w->v[i + s->n - 1].to;
	ret->from = w->v[i].from;
	ret->to = after_tail(w, i + s->n, p);
	return ret->to != end || w->v[i + s->n - 1].ends;
}

/* No part of a longer name. */
static bool stands_apart(struct str text, const struct found *f)
{
	static const char joins[] = "-/_";
	return !(f->from && strchr(joins, text.p[f->from - 1])) && !(f->to < text.n && text.p[f->to] && strchr(joins, text.p[f->to]));
}

static bool exists(const struct found *f, civil *ret)
{
	char iso[40];
	int n = snprintf(iso, sizeof iso, "%04d-%02d-%02d", f->year, f->month, f->day);
	return n == 10 && date_parse((struct str){iso, 10}, ret);
}

static bool find_day(struct cutter *c, struct str text, struct arena *a, civil *ret, struct found *ret_at)
{
	struct words w = words_of(c, text, a);
	struct patterns all = {0};
	bool any = false;
	for (size_t i = 0; i < w.n; i++)
		any = any || is_year(&w.v[i]);
	if (any)
		day_patterns(c, a, &all);
	for (size_t i = 0; i < w.n && any; i++) {
		bool found = w.v[i].begins && in_digits(&w, i, ret_at) && stands_apart(text, ret_at) && exists(ret_at, ret);
		for (size_t k = 0; k < all.n && !found && w.v[i].begins; k++)
			found = as_written(&w, i, &all.v[k], ret_at) && stands_apart(text, ret_at) && exists(ret_at, ret);
		if (found)
			return true;
	}
	return false;
}

bool typed_day_within(struct str text, struct arena *a, civil *ret, struct str *ret_rest)
{
	struct cutter *c = cutter_new();
	struct found at;
	bool found = find_day(c, text, a, ret, &at);
	cutter_free(c);
	if (!found)
		return false;
	struct str before = trimmed(str_slice(text, 0, at.from)), after = trimmed(str_slice(text, at.to, text.n));
	*ret_rest = ARENA_JOIN(a, before, before.n && after.n ? STR(" ") : STR(""), after);
	return true;
}

bool typed_day(struct str text, struct arena *a, civil *ret)
{
	struct str rest;
	civil day;
	if (!typed_day_within(text, a, &day, &rest) || (rest.n && !str_eq(rest, STR("."))))
		return false;
	*ret = day;
	return true;
}

/* ---- numbers and acts --------------------------------------------------------------------------------------------------- */

static bool numbered(const struct words *w, const struct words *as, uint64_t *ret)
{
	if (w->n != as->n)
		return false;
	for (size_t i = 0; i < w->n; i++) {
		bool slot = str_eq(as->v[i].text, STR(SAMPLE_ACT));
		if (slot ? !str_u64(w->v[i].text, ret) : !str_eq(w->v[i].text, as->v[i].text))
			return false;
	}
	return true;
}

bool typed_number(struct str text, struct arena *a, uint64_t *ret)
{
	struct str t = str_trim(text);
	if (t.n && is_digit(t.p[0])) /* the common case, and no other sign beside it */
		return str_u64(t, ret);
	struct cutter *c = cutter_new();
	struct words w = words_of(c, t, a);
	cutter_free(c);
	return w.n == 1 && w.v[0].from == 0 && w.v[0].to == t.n && str_u64(w.v[0].text, ret);
}

bool typed_digits(struct str text, struct arena *a)
{
	struct cutter *c = cutter_new();
	struct words w = words_of(c, text, a);
	bool any = false;
	cutter_free(c);
	for (size_t i = 0; i < w.n; i++)
		any = any || is_number(&w.v[i]);
	return any;
}

bool typed_act(struct str text, struct arena *a, uint64_t *ret)
{
	bool found = typed_number(text, a, ret);
	if (found)
		return true;
	struct cutter *c = cutter_new();
	struct words w = words_of(c, text, a);
	for (size_t t = 0; t < tongues_n && !found && w.n > 1; t++) {
		const struct out o = {NULL, a, &tongues[t]};
		struct words as = words_of(c, TR_FILL(&o, "act {n}", {"n", STR(SAMPLE_ACT)}), a);
		found = numbered(&w, &as, ret);
	}
	cutter_free(c);
	return found;
}
