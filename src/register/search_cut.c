/* SPDX-License-Identifier: Apache-2.0 */
#include "register/search_cut.h"

#include "base/arena.h"
#include "base/bisect.h"
#include "register/han.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

enum {
	SLICE = 4096, /* units of UTF-16 that are looked at together */
	LONGEST = 64, /* units of a word; what is longer is found by its beginning */
	GROWTH = 18,  /* NFKC: of one unit at most (U+FDFA) */
	TAIL = -1,    /* in `han`: the second unit of a character */
	ZWNJ = 0x200c, /* zero-width non-joiner: parts the letters of a word where a blank would part the word */
};

struct cutter {
	UBreakIterator *breaks;
	const UNormalizer2 *fold, *part;
	UChar units[SLICE + 2]; /* Chinese characters and what parts words as blanks */
	UChar32 han[SLICE + 2]; /* the Chinese character that begins here, TAIL; 0: none */
	size_t at[SLICE + 3];	/* offset in the text of each unit; of the end */
	int32_t n;
};

struct cutter *cutter_new(void)
{
	UErrorCode status = U_ZERO_ERROR;
	struct cutter *c = zeroed(1, sizeof *c);
	c->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
	c->fold = unorm2_getNFKCCasefoldInstance(&status);
	c->part = unorm2_getNFDInstance(&status);
	if (U_SUCCESS(status))
		return c;
	cutter_free(c);
	return NULL;
}

void cutter_free(struct cutter *c)
{
	if (c && c->breaks)
		ubrk_close(c->breaks);
	free(c);
}

void cutters_init(struct cutters *p)
{
	*p = (struct cutters){.n = 0};
	pthread_mutex_init(&p->lock, NULL);
}

void cutters_done(struct cutters *p)
{
	while (p->n)
		cutter_free(p->idle[--p->n]);
	pthread_mutex_destroy(&p->lock);
}

struct cutter *cutters_take(struct cutters *p)
{
	struct cutter *c = NULL;
	if (p) {
		pthread_mutex_lock(&p->lock);
		c = p->n ? p->idle[--p->n] : NULL;
		pthread_mutex_unlock(&p->lock);
	}
	return c ? c : cutter_new();
}

void cutters_give(struct cutters *p, struct cutter *c)
{
	if (p && c) {
		pthread_mutex_lock(&p->lock);
		if (p->n < CUTTERS_IDLE) {
			p->idle[p->n++] = c;
			c = NULL;
		}
		pthread_mutex_unlock(&p->lock);
	}
	cutter_free(c);
}

/* ---- letters ------------------------------------------------------------------------------------------------------ */

/* Letters that Unicode holds apart and people do not. */
static uint32_t one_form(uint32_t c)
{
	switch (c) {
	case 0x131: return 'i'; /* ı */
	case 0x142: return 'l'; /* ł */
	case 0xf8: return 'o'; /* ø */
	case 0x111: return 'd'; /* đ */
	case 0x6cc: case 0x649: return 0x64a; /* yeh of Persian; alef maksura */
	case 0x6a9: return 0x643; /* kaf of Persian */
	case 0x6c1: case 0x6d5: case 0x629: return 0x647; /* heh of Urdu; ae; teh marbuta */
	case 0x671: return 0x627; /* alef wasla */
	default: return c > 0x7f && u_charType((UChar32)c) == U_DECIMAL_DIGIT_NUMBER ? '0' + (uint32_t)u_charDigitValue((UChar32)c) : c;
	}
}

/* Traditional and simplified characters are found by one another. */
static uint32_t han_one_form(uint32_t c)
{
	BISECT(i, han_forms_n, han_forms[i].from < c);
	return i < han_forms_n && han_forms[i].from == c ? han_forms[i].to : c;
}

/* Marks over letters of these scripts are dropped; elsewhere they are vowels. */
static bool drops_marks(uint32_t base)
{
	UErrorCode status = U_ZERO_ERROR;
	UScriptCode s = uscript_getScript((UChar32)base, &status);
	return s == USCRIPT_LATIN || s == USCRIPT_GREEK || s == USCRIPT_CYRILLIC || s == USCRIPT_ARABIC || s == USCRIPT_HEBREW;
}

struct folded {
	char p[CUT_WORD_MAX];
	size_t n, last; /* last: where its last letter begins */
};

static bool add_letter(struct folded *f, uint32_t c)
{
	size_t n = f->n;
	UBool error = false;
	if (c > 0x10ffff || U_IS_SURROGATE(c))
		c = 0xfffd;
	if (n + U8_LENGTH(c) > CUT_WORD_MAX) /* U8_APPEND does not ask, of one byte */
		return false;
	U8_APPEND((uint8_t *)f->p, n, CUT_WORD_MAX, c, error);
	if (error)
		return false;
	f->last = f->n;
	f->n = n;
	return true;
}

static void fold_ascii(const UChar *u, int32_t n, struct folded *f)
{
	for (int32_t i = 0; i < n; i++)
		f->p[f->n++] = (char)(u[i] >= 'A' && u[i] <= 'Z' ? u[i] + 32 : u[i]);
}

static void fold_word(const struct cutter *c, const UChar *u, int32_t n, struct folded *f)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar cased[LONGEST * GROWTH] UNSET, parted[LONGEST * GROWTH * 2] UNSET;
	int32_t ascii = 0, i = 0;
	f->n = f->last = 0;
	if (n > LONGEST)
		n = LONGEST - U16_IS_LEAD(u[LONGEST - 1]);
	while (ascii < n && u[ascii] < 0x80)
		ascii++;
	if (ascii == n) {
		fold_ascii(u, n, f);
		return;
	}
	int32_t k = unorm2_normalize(c->fold, u, n, cased, LONGEST * GROWTH, &status);
	k = unorm2_normalize(c->part, cased, k, parted, LONGEST * GROWTH * 2, &status);
	uint32_t base = 0;
	while (U_SUCCESS(status) && i < k) {
		uint32_t x = parted[i++];
		if (U16_IS_LEAD(x) && i < k && U16_IS_TRAIL(parted[i]))
			x = (uint32_t)U16_GET_SUPPLEMENTARY(x, parted[i++]);
		bool mark = (U_GET_GC_MASK((UChar32)x) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0;
		if (x == 0x306 && base == 0x438) { /* й is a letter of its own */
			f->n = f->last;
			x = 0x439;
		} else if (x == 0x640 || (mark && drops_marks(base))) { /* tatweel only widens a word */
			continue;
		}
		if (x == '"' || x <= 0x20) /* of no letter; it would end a word in a question */
			continue;
		if (!add_letter(f, one_form(x)))
			break;
		base = mark ? base : x;
	}
}

/* ---- words -------------------------------------------------------------------------------------------------------- */

struct cutting {
	struct cutter *c;
	enum cut_for how;
	cut_fn *each;
	void *ctx;
};

static int give(const struct cutting *k, struct str text, int32_t from, int32_t to, bool beside)
{
	struct cut_word w = {text, k->c->at[from], k->c->at[to], beside, false};
	return text.n ? k->each(k->ctx, &w) : 0;
}

static int give_part(const struct cutting *k, struct str text, int32_t from, int32_t to)
{
	struct cut_word w = {text, k->c->at[from], k->c->at[to], true, true};
	return text.n ? k->each(k->ctx, &w) : 0;
}

/* What a zero-width non-joiner holds together, others write apart: each part too, by its stem, beside the word and its own stem. */
static int give_parts(const struct cutting *k, int32_t from, int32_t to, struct str word, struct str stem)
{
	const UChar *u = k->c->units;
	int32_t begin = from;
	int rc = 0;
	for (int32_t i = from; rc == 0 && i <= to; i++) {
		if ((i < to && u[i] != ZWNJ) || (i == to && begin == from))
			continue;
		if (i > begin && i - begin < to - from) {
			struct folded f UNSET;
			char room[CUT_WORD_MAX] UNSET;
			fold_word(k->c, u + begin, i - begin, &f);
			struct str part = f.n ? cut_stem((struct str){f.p, f.n}, room) : (struct str){NULL, 0};
			if (!str_eq(part, word) && !str_eq(part, stem))
				rc = give_part(k, part, begin, i);
		}
		begin = i + 1;
	}
	return rc;
}

/* A word in capitals of ASCII, as it stands: "by" is a word, "BY" may be a code. */
static int give_capitals(const struct cutting *k, int32_t from, int32_t to)
{
	char word[LONGEST];
	size_t n = 0, capitals = 0;
	if (to - from < 2 || to - from > LONGEST)
		return 0;
	for (int32_t i = from; i < to; i++) {
		UChar c = k->c->units[i];
		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
			return 0;
		capitals += c >= 'A';
		word[n++] = (char)c;
	}
	return capitals ? give(k, (struct str){word, n}, from, to, true) : 0;
}

static int give_word(const struct cutting *k, int32_t from, int32_t to)
{
	struct folded f UNSET;
	fold_word(k->c, k->c->units + from, to - from, &f);
	char room[CUT_WORD_MAX] UNSET;
	struct str word = {f.p, f.n}, stem = f.n && k->how <= CUT_QUERY ? cut_stem(word, room) : word;
	int rc = give(k, k->how == CUT_TEXT ? word : stem, from, to, false);
	if (rc != 0 || k->how != CUT_TEXT)
		return rc;
	if (!str_eq(stem, word))
		rc = give(k, stem, from, to, true);
	if (rc == 0)
		rc = give_capitals(k, from, to);
	return rc == 0 ? give_parts(k, from, to, word, stem) : rc;
}

/* The characters of a run in pairs; each alone beside its pair, since somebody may ask for one. */
static int give_run(const struct cutting *k, int32_t from, int32_t to)
{
	const UChar32 *han = k->c->han;
	bool first = true;
	for (int32_t i = from, next; i < to; i = next) {
		struct folded one UNSET, pair UNSET;
		int rc = 0;
		for (next = i + 1; next < to && han[next] == TAIL;)
			next++;
		one.n = one.last = 0;
		(void)add_letter(&one, han_one_form((uint32_t)han[i]));
		pair = one;
		if (next < to) {
			int32_t end = next + 1;
			while (end < to && han[end] == TAIL)
				end++;
			(void)add_letter(&pair, han_one_form((uint32_t)han[next]));
			rc = give(k, (struct str){pair.p, pair.n}, i, end, false);
		}
		if (rc == 0 && (k->how == CUT_TEXT || (first && next == to)))
			rc = give(k, (struct str){one.p, one.n}, i, next, next < to);
		if (rc != 0)
			return rc;
		first = false;
	}
	return 0;
}

/* Between two words there may be Chinese characters, which the breaks took for blanks. */
static int give_between(const struct cutting *k, int32_t from, int32_t to)
{
	for (int32_t i = from; i < to;) {
		int32_t begin = i;
		while (i < to && k->c->han[i])
			i++;
		int rc = i > begin ? give_run(k, begin, i) : 0;
		if (rc != 0)
			return rc;
		i += i == begin;
	}
	return 0;
}

/* ---- slices -------------------------------------------------------------------------------------------------------- */

/* What parts words here and not in UAX 29: apostrophes (l'accord), low lines (consent_deposited), stops between letters (rulebook.md). */
static UChar32 seen_as(UChar32 c, UChar32 before, enum cut_for how)
{
	if (c < 0 || (c == ZWNJ && how == CUT_PARTS) || c == '\'' || c == 0x2019 || c == 0x2bc || c == '_')
		return ' ';
	return (c == '.' || c == ':') && !u_isdigit(before) ? ' ' : c;
}

static bool is_han(UChar32 c)
{
	return c >= 0x2e80 && u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC);
}

/* Between words in any case; so a text may be looked at in parts that end there. */
static bool parts(UChar32 c)
{
	return c < 0x80 ? !u_isalnum(c) : (c >= 0x3000 && c <= 0x3002) || c == 0xff0c;
}

/* Decodes from offset `from` as much as there is room for, up to the end of a word where that can be had. Returns where the next begins. */
static size_t take_slice(struct cutter *c, struct str text, size_t from, enum cut_for how)
{
	const uint8_t *p = (const uint8_t *)text.p;
	UChar32 before = 0;
	size_t i = from, end = from;
	int32_t whole = 0; /* units up to the last place between two words */
	c->n = 0;
	while (i < text.n && c->n < SLICE) {
		UChar32 x;
		size_t start = i;
		U8_NEXT(p, i, text.n, x);
		x = seen_as(x, before, how);
		bool han = is_han(x), wide = x > 0xffff;
		if (parts(x)) {
			whole = c->n;
			end = start;
		}
		c->at[c->n] = c->at[c->n + 1] = start;
		c->han[c->n] = han ? x : 0;
		c->han[c->n + 1] = han && wide ? TAIL : 0;
		c->units[c->n] = han ? ' ' : wide ? U16_LEAD(x) : (UChar)x;
		c->units[c->n + 1] = han || !wide ? ' ' : U16_TRAIL(x);
		c->n += 1 + wide;
		before = x;
	}
	if (i < text.n && end > from) {
		c->n = whole;
		i = end;
	}
	c->at[c->n] = i;
	return i;
}

static int cut_slice(const struct cutting *k)
{
	UErrorCode status = U_ZERO_ERROR;
	ubrk_setText(k->c->breaks, k->c->units, k->c->n, &status);
	if (U_FAILURE(status))
		return 0;
	for (int32_t from = 0, to; (to = ubrk_next(k->c->breaks)) != UBRK_DONE; from = to) {
		int rc = ubrk_getRuleStatus(k->c->breaks) < UBRK_WORD_NONE_LIMIT ? give_between(k, from, to) : give_word(k, from, to);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int cut_words(struct cutter *c, struct str text, enum cut_for how, cut_fn *each, void *ctx)
{
	struct cutting k = {c, how, each, ctx};
	int rc = 0;
	for (size_t at = 0; at < text.n && rc == 0;) {
		at = take_slice(c, text, at, how);
		rc = cut_slice(&k);
	}
	return rc;
}
