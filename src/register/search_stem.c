/* SPDX-License-Identifier: Apache-2.0
 *
 * Stems by tables. Not grammar: it is enough that the forms of one word mostly meet in one stem, and that those of two words mostly do not.
 * Letters are as search_cut.c leaves them: no case, е for ё, one yeh and one kaf.
 */
#include "register/search_cut.h"

#include <string.h>
#include <unicode/utf8.h>

struct ending {
	struct str text, instead; /* what stands there then */
	size_t least;		  /* letters that must be left */
};

/* Cyrillic: case and number of nouns, case, number and gender of adjectives. The first that fits counts. After four letters at least where
 * it would take the stem of a short name with it: Китай, Китая; Индия, Индии. */
static const struct ending cyrillic[] = {
	{STR_INIT("иями"), {NULL, 0}, 3},
	{STR_INIT("ями"), {NULL, 0}, 3}, {STR_INIT("ами"), {NULL, 0}, 3}, {STR_INIT("ией"), {NULL, 0}, 4}, {STR_INIT("иям"), {NULL, 0}, 3},
	{STR_INIT("иях"), {NULL, 0}, 3}, {STR_INIT("ием"), {NULL, 0}, 4}, {STR_INIT("ого"), {NULL, 0}, 3}, {STR_INIT("его"), {NULL, 0}, 3},
	{STR_INIT("ому"), {NULL, 0}, 3}, {STR_INIT("ему"), {NULL, 0}, 3}, {STR_INIT("ыми"), {NULL, 0}, 3}, {STR_INIT("ими"), {NULL, 0}, 3},
	{STR_INIT("ия"), {NULL, 0}, 4}, {STR_INIT("ии"), {NULL, 0}, 4}, {STR_INIT("ию"), {NULL, 0}, 4}, {STR_INIT("ие"), {NULL, 0}, 4},
	{STR_INIT("ий"), {NULL, 0}, 4}, {STR_INIT("ью"), {NULL, 0}, 3}, {STR_INIT("ов"), {NULL, 0}, 3}, {STR_INIT("ев"), {NULL, 0}, 3},
	{STR_INIT("ей"), {NULL, 0}, 3}, {STR_INIT("ой"), {NULL, 0}, 3}, {STR_INIT("ый"), {NULL, 0}, 3}, {STR_INIT("ая"), {NULL, 0}, 4},
	{STR_INIT("яя"), {NULL, 0}, 3}, {STR_INIT("ое"), {NULL, 0}, 3}, {STR_INIT("ее"), {NULL, 0}, 3}, {STR_INIT("ые"), {NULL, 0}, 3},
	{STR_INIT("ую"), {NULL, 0}, 3}, {STR_INIT("юю"), {NULL, 0}, 3}, {STR_INIT("ом"), {NULL, 0}, 3}, {STR_INIT("ем"), {NULL, 0}, 3},
	{STR_INIT("ам"), {NULL, 0}, 3}, {STR_INIT("ям"), {NULL, 0}, 3}, {STR_INIT("ах"), {NULL, 0}, 3}, {STR_INIT("ях"), {NULL, 0}, 3},
	{STR_INIT("ым"), {NULL, 0}, 3}, {STR_INIT("им"), {NULL, 0}, 3}, {STR_INIT("ых"), {NULL, 0}, 3}, {STR_INIT("их"), {NULL, 0}, 3},
	{STR_INIT("а"), {NULL, 0}, 3}, {STR_INIT("я"), {NULL, 0}, 3}, {STR_INIT("о"), {NULL, 0}, 3}, {STR_INIT("е"), {NULL, 0}, 3},
	{STR_INIT("ы"), {NULL, 0}, 3}, {STR_INIT("и"), {NULL, 0}, 3}, {STR_INIT("у"), {NULL, 0}, 3}, {STR_INIT("ю"), {NULL, 0}, 3},
	{STR_INIT("ь"), {NULL, 0}, 3}, {STR_INIT("й"), {NULL, 0}, 3},
};

/* Latin: the plural, and no more: "parties", "meetings"; the first three rows leave "mass", "status" and "basis" as they are. */
static const struct ending latin[] = {
	{STR_INIT("ss"), STR_INIT("ss"), 1}, {STR_INIT("us"), STR_INIT("us"), 1}, {STR_INIT("is"), STR_INIT("is"), 1},
	{STR_INIT("ies"), STR_INIT("y"), 3}, {STR_INIT("s"), {NULL, 0}, 3},
};

/* Persian plurals, and the yeh that joins a word ending in a vowel to the next; the Arabic article, at the other end. */
static const struct ending arabic[] = {
	{STR_INIT("هايي"), {NULL, 0}, 2}, {STR_INIT("هاي"), {NULL, 0}, 2}, {STR_INIT("ها"), {NULL, 0}, 2},
	{STR_INIT("اي"), STR_INIT("ا"), 2}, {STR_INIT("وي"), STR_INIT("و"), 1}, {STR_INIT("هي"), STR_INIT("ه"), 2},
};
static const struct str articles[] = {STR_INIT("وال"), STR_INIT("بال"), STR_INIT("كال"), STR_INIT("فال"), STR_INIT("ال")};

static size_t letters(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static struct str without_ending(struct str word, const struct ending *v, size_t n, char room[CUT_WORD_MAX])
{
	for (size_t i = 0; i < n; i++) {
		struct str left = str_slice(word, 0, word.n - (v[i].text.n < word.n ? v[i].text.n : word.n));
		if (!str_ends(word, v[i].text) || letters(left) < v[i].least)
			continue;
		if (!v[i].instead.n || word.n > CUT_WORD_MAX)
			return left;
		memcpy(room, left.p, left.n);
		memcpy(room + left.n, v[i].instead.p, v[i].instead.n);
		return (struct str){room, left.n + v[i].instead.n};
	}
	return word;
}

static struct str without_article(struct str word)
{
	for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
		struct str left = str_slice(word, articles[i].n < word.n ? articles[i].n : word.n, word.n);
		if (str_starts(word, articles[i]) && letters(left) >= 3)
			return left;
	}
	return word;
}

struct str cut_stem(struct str word, char room[CUT_WORD_MAX])
{
	UChar32 c;
	size_t at = 0;
	U8_NEXT_OR_FFFD((const uint8_t *)word.p, at, word.n, c);
	if (c >= 'a' && c <= 'z')
		return without_ending(word, latin, sizeof latin / sizeof *latin, room);
	if (c >= 0x400 && c <= 0x52f)
		return without_ending(word, cyrillic, sizeof cyrillic / sizeof *cyrillic, room);
	if (c >= 0x600 && c <= 0x6ff)
		return without_ending(without_article(word), arabic, sizeof arabic / sizeof *arabic, room);
	return word;
}
