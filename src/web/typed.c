/* SPDX-License-Identifier: Apache-2.0 */
#include "web/typed.h"

#include "base/digits.h"
#include "register/search_cut.h"
#include "html/locale.h"
#include "html/parts.h"
#include "html/tr.h"

#include <stdlib.h>
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

/* What a page writes, with numbers in it that stand for any. */
struct pattern {
	struct words words; /* up to its last number */
	struct str tail;    /* what follows that: "日", "года"; it may be left out */
	struct str tail_word; /* as a word */
	int month;
};

struct typed {
	struct cutters cutters;
	LIST(struct pattern) days;
	LIST(struct words) acts;
	struct arena arena; /* of the patterns, which never change */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Blanks and the marks that ASCII has before its digits, among them those of dates: "-", ".", "/". */
static bool parts_numbers(char c)
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
		for (to = from + 1; to < whole.n && is_digit(whole.p[to]) == digit && !parts_numbers(whole.p[to]);)
			to++;
		if (parts_numbers(whole.p[from])) {
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

static struct words words_of(struct typed *t, struct str text, struct arena *a)
{
	struct words w = {.text = text, .a = a};
	struct cutter *c = cutters_take(&t->cutters);
	if (c)
		(void)cut_words(c, text, CUT_WHOLE, take, &w);
	cutters_give(&t->cutters, c);
	return w;
}

/* ---- patterns ----------------------------------------------------------------------------------------------------------- */

/* Numbers that stand for any: no month is the 28th, and no act is on record in the year 2222. */
#define SAMPLE_YEAR 2222
#define SAMPLE_DAY 28
#define SAMPLE_ACT "77777"

static struct str trimmed(struct str s)
{
	struct str blank = STR("\u00a0");
	for (s = str_trim(s); str_starts(s, blank); s = str_trim(s))
		s = str_slice(s, blank.n, s.n);
	return s;
}

static bool same_words(const struct words *x, const struct words *y)
{
	bool same = x->n == y->n;
	for (size_t i = 0; same && i < x->n; i++)
		same = str_eq(x->v[i].text, y->v[i].text);
	return same;
}

static bool same_pattern(const struct pattern *x, const struct pattern *y)
{
	return x->month == y->month && str_eq(x->tail, y->tail) && str_eq(x->tail_word, y->tail_word) && same_words(&x->words, &y->words);
}

/* In digits alone only what in_digits reads is a day. */
static void add_pattern(struct typed *t, struct str sample, int month)
{
	struct pattern p = {.words = words_of(t, sample, &t->arena), .month = month};
	size_t n = 0, numbers = 0;
	for (size_t i = 0; i < p.words.n; i++)
		if (is_number(&p.words.v[i])) {
			n = i + 1;
			numbers++;
		}
	if (n == 0 || numbers == p.words.n)
		return;
	p.tail_word = n < p.words.n ? p.words.v[n].text : STR("");
	p.words.n = n;
	p.tail = trimmed(str_slice(sample, p.words.v[n - 1].to, sample.n));
	for (size_t i = 0; i < t->days.n; i++)
		if (same_pattern(&t->days.v[i], &p))
			return;
	arena_push(&t->arena, &t->days, p);
}

static void add_tongue(struct typed *t, const struct tongue *tongue)
{
	const struct out o = {NULL, &t->arena, tongue};
	struct words act = words_of(t, TR_FILL(&o, "act {n}", {"n", STR(SAMPLE_ACT)}), &t->arena);
	arena_push(&t->arena, &t->acts, act);
	for (int month = 1; month <= 12; month++)
		add_pattern(t, show_day(&o, date_from(SAMPLE_YEAR, month, SAMPLE_DAY)), month);
	for (int brief = 0; brief < 2; brief++) {
		struct str days[12];
		language_days(tongue->lang, brief, SAMPLE_YEAR, SAMPLE_DAY, &t->arena, days);
		for (int month = 1; month <= 12; month++)
			add_pattern(t, days[month - 1], month);
	}
}

struct typed *typed_new(void)
{
	struct typed *t = zeroed(1, sizeof *t);
	cutters_init(&t->cutters);
	for (size_t i = 0; i < tongues_n; i++)
		add_tongue(t, &tongues[i]);
	return t;
}

void typed_free(struct typed *t)
{
	if (!t)
		return;
	cutters_done(&t->cutters);
	arena_done(&t->arena);
	free(t);
}

/* ---- days --------------------------------------------------------------------------------------------------------------- */

struct found {
	struct typed_date date;
	size_t from, to;
};

enum on_calendar { ON_IT, OFF_IT }; /* a day that exists; one that its month does not have */

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
	*ret = (struct found){{value_of(&v[year_first ? 0 : 2]), value_of(&v[1]), value_of(&v[year_first ? 2 : 0])}, v[0].from,
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

enum likeness { UNLIKE, BEGINNING, LIKE };

/* Of a word three letters or more of its beginning will do: "Sept", "сен". */
static enum likeness word_like(const struct word *is, const struct word *as)
{
	size_t letters = 0;
	for (size_t i = 0; i < is->text.n; i++)
		letters += ((unsigned char)is->text.p[i] & 0xc0) != 0x80;
	return str_eq(is->text, as->text) ? LIKE : letters >= 3 && str_starts(as->text, is->text) ? BEGINNING : UNLIKE;
}

static bool number_like(const struct word *is, const struct word *as, struct found *ret)
{
	int value = value_of(as);
	if (value == SAMPLE_YEAR) {
		ret->date.year = value_of(is);
		return is_year(is);
	}
	if (value == SAMPLE_DAY) {
		ret->date.day = value_of(is);
		return is_part(is);
	}
	return is_part(is) && value_of(is) == value;
}

static enum likeness as_written(const struct words *w, size_t i, const struct pattern *p, struct found *ret)
{
	const struct words *s = &p->words;
	enum likeness all = LIKE;
	*ret = (struct found){.date.month = p->month};
	if (i + s->n > w->n)
		return UNLIKE;
	for (size_t k = 0; k < s->n && all != UNLIKE; k++) {
		const struct word *is = &w->v[i + k], *as = &s->v[k];
		enum likeness one = !is_number(as) ? word_like(is, as) : is_number(is) && number_like(is, as, ret) ? LIKE : UNLIKE;
		all = one < all ? one : all;
	}
	if (all == UNLIKE)
		return UNLIKE;
	const struct word *last = &w->v[i + s->n - 1];
	ret->from = w->v[i].from;
	ret->to = after_tail(w, i + s->n, p);
	return ret->to != last->to || last->ends ? all : UNLIKE;
}

/* No part of a longer name. */
static bool stands_apart(struct str text, const struct found *f)
{
	static const char joins[] = "-/_";
	return !(f->from && strchr(joins, text.p[f->from - 1])) && !(f->to < text.n && text.p[f->to] && strchr(joins, text.p[f->to]));
}

static bool is_a(enum on_calendar on, const struct typed_date *d)
{
	bool month = d->year >= 1 && d->month >= 1 && d->month <= 12, day = month && d->day >= 1 && d->day <= date_month_length(d->year, d->month);
	return on == ON_IT ? day : month && !day;
}

/* The day that is written from word `i` on. What is one only by the beginning of a word is none if it could be two. */
static bool day_at(const struct typed *t, const struct words *w, size_t i, enum on_calendar on, struct found *ret)
{
	bool begun = false, several = false;
	if (in_digits(w, i, ret) && stands_apart(w->text, ret) && is_a(on, &ret->date))
		return true;
	for (size_t k = 0; k < t->days.n; k++) {
		struct found at;
		enum likeness like = as_written(w, i, &t->days.v[k], &at);
		if (like == UNLIKE || !stands_apart(w->text, &at) || !is_a(on, &at.date))
			continue;
		several = several || (begun && memcmp(&at.date, &ret->date, sizeof at.date) != 0);
		begun = true;
		*ret = at;
		if (like == LIKE)
			return true;
	}
	return begun && !several;
}

static bool find_day(struct typed *t, struct str text, enum on_calendar on, struct arena *a, struct found *ret, struct str *ret_rest)
{
	struct words w = words_of(t, text, a);
	bool year = false;
	for (size_t i = 0; i < w.n; i++)
		year = year || is_year(&w.v[i]);
	for (size_t i = 0; i < w.n && year; i++)
		if (w.v[i].begins && day_at(t, &w, i, on, ret)) {
			struct str before = trimmed(str_slice(text, 0, ret->from)), after = trimmed(str_slice(text, ret->to, text.n));
			*ret_rest = ARENA_JOIN(a, before, before.n && after.n ? STR(" ") : STR(""), after);
			return true;
		}
	return false;
}

/* ... and nothing else. */
static bool find_alone(struct typed *t, struct str text, enum on_calendar on, struct arena *a, struct typed_date *ret)
{
	struct found at;
	struct str rest;
	if (!t || text.n > TYPED_MAX || !find_day(t, text, on, a, &at, &rest) || (rest.n && !str_eq(rest, STR("."))))
		return false;
	*ret = at.date;
	return true;
}

bool typed_day_within(struct typed *t, struct str text, struct arena *a, civil *ret, struct str *ret_rest)
{
	struct found at;
	if (!t || !find_day(t, text, ON_IT, a, &at, ret_rest))
		return false;
	*ret = date_from(at.date.year, at.date.month, at.date.day);
	return true;
}

bool typed_day(struct typed *t, struct str text, struct arena *a, civil *ret)
{
	struct typed_date d;
	if (!find_alone(t, text, ON_IT, a, &d))
		return false;
	*ret = date_from(d.year, d.month, d.day);
	return true;
}

bool typed_no_day(struct typed *t, struct str text, struct arena *a, struct typed_date *ret)
{
	return find_alone(t, text, OFF_IT, a, ret);
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

bool typed_number(struct typed *t, struct str text, struct arena *a, uint64_t *ret)
{
	struct str s = str_trim(text);
	if (s.n && is_digit(s.p[0])) /* the common case, and no other sign beside it */
		return str_u64(s, ret);
	if (!t || s.n > TYPED_MAX)
		return false;
	struct words w = words_of(t, s, a);
	return w.n == 1 && w.v[0].from == 0 && w.v[0].to == s.n && str_u64(w.v[0].text, ret);
}

bool typed_digits(struct typed *t, struct str text, struct arena *a)
{
	struct words w = words_of(t, text, a);
	bool any = false;
	for (size_t i = 0; i < w.n; i++)
		any = any || is_number(&w.v[i]);
	return any;
}

bool typed_act(struct typed *t, struct str text, struct arena *a, uint64_t *ret)
{
	if (typed_number(t, text, a, ret))
		return true;
	struct words w = words_of(t, text, a);
	bool found = false;
	for (size_t i = 0; i < t->acts.n && !found; i++)
		found = numbered(&w, &t->acts.v[i], ret);
	return found;
}
