/* SPDX-License-Identifier: Apache-2.0 */
#include "register/genuine.h"

#include <string.h>

enum { MAX_PLAIN = 64 << 20, MAX_DEPTH = JSON_MAX_DEPTH };

/* Bytes of the blank that stands here; 0: none does. White_Space of Unicode, and U+FEFF. */
static size_t blank_at(struct str s, size_t i)
{
	static const char *const wide[] = {"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
		"\xe3\x80\x80", "\xef\xbb\xbf"};
	unsigned char c = (unsigned char)s.p[i];
	if (c == ' ' || (c >= '\t' && c <= '\r'))
		return 1;
	if (c < 0xc2)
		return 0;
	struct str rest = str_slice(s, i, s.n);
	if (rest.n >= 3 && c == 0xe2 && (unsigned char)rest.p[1] == 0x80 && (unsigned char)rest.p[2] >= 0x80 && (unsigned char)rest.p[2] <= 0x8a)
		return 3; /* U+2000 to U+200A */
	for (size_t k = 0; k < sizeof wide / sizeof *wide; k++)
		if (str_starts(rest, str_of(wide[k])))
			return strlen(wide[k]);
	return 0;
}

void text_plain(struct str text, struct buf *out)
{
	bool any = false;
	for (size_t i = 0, n; i < text.n;) {
		size_t from = i;
		if ((n = blank_at(text, i))) {
			i += n;
			continue;
		}
		while (i < text.n && !blank_at(text, i))
			i++;
		if (any)
			buf_addc(out, ' ');
		buf_add(out, str_slice(text, from, i));
		any = true;
	}
}

static bool hash_words(struct hasher *h, struct str text, struct digest *ret)
{
	struct buf plain;
	buf_init(&plain, MAX_PLAIN);
	text_plain(text, &plain);
	bool good = !plain.over && plain.n;
	sha256(h, buf_str(&plain), ret);
	buf_done(&plain);
	return good;
}

void given_of(struct str bytes, struct given *ret)
{
	struct hasher h;
	hasher_init(&h);
	sha256(&h, bytes, &ret->bytes);
	ret->has_words = str_utf8(bytes) && hash_words(&h, bytes, &ret->words);
	hasher_done(&h);
}

/* ---- what an act offers --------------------------------------------------------------------------------------------------------- */

struct listing {
	struct arena *a;
	struct hasher *h;
	struct genuine_things *to;
};

static void add(const struct listing *l, enum genuine how, const struct digest *hash, struct str path)
{
	struct genuine_thing t = {how, *hash, path};
	arena_push(l->a, l->to, t);
}

static void list_texts(const struct listing *l, const json_t *act, const char *member)
{
	const char *lang;
	json_t *text;
	struct digest hash;
	json_object_foreach(json_object_get(act, member), lang, text)
	{
		struct str path = arena_fmt(l->a, "%s.%s", member, lang);
		if (!json_string_length(text))
			continue;
		sha256(l->h, json_str(text), &hash);
		add(l, GENUINE_EXACT, &hash, path);
		if (hash_words(l->h, json_str(text), &hash))
			add(l, GENUINE_WORDS, &hash, path);
	}
}

static void list_hashes(const struct listing *l, const json_t *v, struct str path, int depth)
{
	const char *dot = path.n ? "." : "", *name;
	struct str s = json_str(v);
	struct digest hash;
	json_t *inner;
	size_t i;
	if (str_starts(s, STR("sha256:")))
		s = str_slice(s, 7, s.n);
	if (s.n == DIGEST_HEX && hex_parse(s, hash.b, DIGEST_LEN))
		add(l, GENUINE_NAMED, &hash, path);
	if (depth == MAX_DEPTH)
		return;
	json_object_foreach((json_t *)v, name, inner)
	{
		list_hashes(l, inner, arena_fmt(l->a, "%.*s%s%s", STR_ARG(path), dot, name), depth + 1);
	}
	json_array_foreach(v, i, inner)
	{
		list_hashes(l, inner, arena_fmt(l->a, "%.*s%s%zu", STR_ARG(path), dot, i), depth + 1);
	}
}

void genuine_list(const json_t *act, struct hasher *h, struct arena *a, struct genuine_things *ret)
{
	struct listing l = {a, h, ret};
	list_texts(&l, act, "text");
	list_texts(&l, act, "title");
	list_hashes(&l, act, STR(""), 0);
}

enum genuine genuine_find(const json_t *act, const struct given *g, struct arena *a, struct str *ret_path)
{
	struct genuine_things all = {0};
	enum genuine best = GENUINE_NO;
	struct hasher h;
	hasher_init(&h);
	genuine_list(act, &h, a, &all);
	hasher_done(&h);
	for (size_t i = 0; i < all.n; i++) {
		bool words = all.v[i].how == GENUINE_WORDS;
		if ((words && !g->has_words) || !digest_eq(&all.v[i].hash, words ? &g->words : &g->bytes))
			continue;
		if (best != GENUINE_NO && (words || best != GENUINE_WORDS))
			continue; /* the first, unless it only has the same words */
		best = all.v[i].how;
		*ret_path = all.v[i].path;
	}
	return best;
}
