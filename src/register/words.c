/* SPDX-License-Identifier: Apache-2.0 */
#include "register/words.h"

#include "base/digits.h"
#include "register/std.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/upluralrules.h>
#include <unicode/ucasemap.h>
#include <unicode/ustring.h>

enum { MAX_FILES = 80 };

struct word { /* what one place says in one language */
	uint64_t hash;
	struct str lang, section, name, member; /* member empty: whatever member is asked for */
	struct str text;
	size_t order; /* of its place: the first that says something is heard */
};

struct plural {
	struct str lang;
	UPluralRules *rules; /* NULL: ICU knows none */
};

struct words {
	struct words_file files[MAX_FILES]; /* the organisation's first, then the standard ones */
	size_t n;
	json_t *owned[MAX_FILES]; /* the standard ones */
	size_t nowned;
	struct plural plurals[MAX_FILES];
	size_t nplurals;
	struct arena arena;
	struct word *slots; /* a proof asks for ten thousand words: found by one look, not by four through JSON */
	size_t nslots, nwords;
};

struct said title_pick(const struct title *t, size_t n, struct str lang)
{
	const struct title *en = NULL;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(t[i].lang, lang))
			return (struct said){t[i].text, {NULL, 0}};
		if (!en && str_eq(t[i].lang, STR("en")))
			en = &t[i];
	}
	if (!en && n)
		en = t;
	return en ? (struct said){en->text, en->lang} : (struct said){{NULL, 0}, {NULL, 0}};
}

struct str capital_first(struct str text, struct str lang, struct arena *a)
{
	enum { MOST = 32 }; /* bytes of one letter in capitals: U+0390 has three code points */
	UErrorCode status = U_ZERO_ERROR;
	char large[MOST];
	int32_t n = 0, next = 0;
	UChar32 c;
	if (!text.n)
		return text;
	U8_NEXT((const uint8_t *)text.p, next, (int32_t)(text.n < 4 ? text.n : 4), c);
	if (c < 0 || !u_islower(c))
		return text;
	/* As the first of a word, so that "ǆ" gives "ǅ". It is the whole of what is mapped: the rules of breaking, which ICU would read each
	 * time, are not asked for. */
	UCaseMap *map = ucasemap_open(arena_str(a, lang).p, U_TITLECASE_WHOLE_STRING, &status);
	n = ucasemap_utf8ToTitle(map, large, MOST, text.p, next, &status);
	ucasemap_close(map);
	if (U_FAILURE(status) || n > MOST)
		return text;
	return ARENA_JOIN(a, ((struct str){large, (size_t)n}), str_slice(text, (size_t)next, text.n));
}

/* ---- plural forms ------------------------------------------------------------------------------------------------------------ */

/* One for each language that some file speaks: opened once, asked by all threads. */
static void add_plural(struct words *w, struct str lang)
{
	UErrorCode status = U_ZERO_ERROR;
	for (size_t i = 0; i < w->nplurals; i++)
		if (str_eq(w->plurals[i].lang, lang))
			return;
	if (w->nplurals == MAX_FILES)
		return;
	UPluralRules *rules = uplrules_open(arena_str(&w->arena, lang).p, &status);
	w->plurals[w->nplurals++] = (struct plural){lang, U_SUCCESS(status) ? rules : NULL};
}

/* The category of CLDR: "one", "few", ...; "other" where ICU knows nothing. */
static const char *plural_of(const struct words *w, struct str lang, uint64_t n, char category[16])
{
	UErrorCode status = U_ZERO_ERROR;
	UChar name[16];
	for (size_t i = 0; i < w->nplurals; i++)
		if (w->plurals[i].rules && str_eq(w->plurals[i].lang, lang)) {
			int32_t length = uplrules_select(w->plurals[i].rules, (double)n, name, 15, &status);
			if (U_FAILURE(status) || length >= 15)
				break;
			name[length] = 0;
			return u_UCharsToChars(name, category, length + 1), category;
		}
	return "other";
}

static int add_standard(struct words *w, struct err *e)
{
	for (size_t i = 0; i < std_files_n; i++) {
		struct str path = std_files[i].path;
		json_t *json;
		if (!str_starts(path, STR("words/")) || w->n == MAX_FILES)
			continue;
		int rc = json_read(std_files[i].text, path.p, &json, e);
		if (rc < 0)
			return rc;
		w->owned[w->nowned++] = json;
		w->files[w->n++] = (struct words_file){str_slice(path, 6, path.n - 5), json};
	}
	return 0;
}

static uint64_t hash_of(struct str lang, struct str section, struct str name)
{
	return (str_hash(lang) * 31 + str_hash(section)) * 31 + str_hash(name);
}

static struct word *slot_of(const struct words *w, uint64_t hash, const struct word *x)
{
	size_t i = hash & (w->nslots - 1);
	for (; w->slots[i].text.n; i = (i + 1) & (w->nslots - 1)) {
		const struct word *s = &w->slots[i];
		if (s->hash == hash && str_eq(s->name, x->name) && str_eq(s->member, x->member) && str_eq(s->section, x->section) &&
			str_eq(s->lang, x->lang))
			break;
	}
	return &w->slots[i];
}

static void add_word(struct words *w, struct word x)
{
	if (!x.text.n)
		return;
	if (2 * ++w->nwords > w->nslots) {
		struct word *old = w->slots;
		size_t n = w->nslots;
		w->nslots = n ? 2 * n : 1024;
		w->slots = arena_array(&w->arena, w->nslots, struct word);
		for (size_t i = 0; i < n; i++)
			if (old[i].text.n)
				*slot_of(w, old[i].hash, &old[i]) = old[i];
	}
	x.hash = hash_of(x.lang, x.section, x.name) * 31 + str_hash(x.member);
	struct word *slot = slot_of(w, x.hash, &x);
	if (!slot->text.n)
		*slot = x;
}

static void add_file(struct words *w, const struct words_file *f, size_t order)
{
	const char *section, *name, *member;
	json_t *entries, *entry, *text;
	json_object_foreach((json_t *)f->json, section, entries)
		json_object_foreach(entries, name, entry) {
			struct word x = {.lang = f->lang, .section = str_of(section), .name = str_of(name), .order = order};
			x.text = json_str(entry);
			add_word(w, x);
			json_object_foreach(entry, member, text) {
				x.member = str_of(member);
				x.text = json_str(text);
				add_word(w, x);
			}
		}
}

/* org.json: labels of values, by language. */
static void add_org_words(struct words *w, const json_t *org_words, size_t order)
{
	const char *name, *lang;
	json_t *by_lang, *text;
	json_object_foreach((json_t *)org_words, name, by_lang)
		json_object_foreach(by_lang, lang, text)
			add_word(w, (struct word){.lang = str_of(lang), .section = STR("values"), .name = str_of(name), .member = STR("label"),
					     .text = json_str(text), .order = order});
}

int words_new(const struct words_file *files, size_t n, const json_t *org_words, struct words **ret, struct err *e)
{
	struct words *w = zeroed(1, sizeof *w);
	for (size_t i = 0; i < n && w->n < MAX_FILES; i++)
		w->files[w->n++] = files[i];
	size_t own = w->n;
	int rc = add_standard(w, e);
	if (rc < 0) {
		words_free(w);
		return rc;
	}
	/* The organisation's files, then the values of its org.json, then the standard files. */
	for (size_t i = 0; i < w->n; i++) {
		if (i == own)
			add_org_words(w, org_words, i);
		add_file(w, &w->files[i], i < own ? i : i + 1);
		add_plural(w, w->files[i].lang);
	}
	if (own == w->n)
		add_org_words(w, org_words, own);
	*ret = w;
	return 0;
}

void words_free(struct words *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->nowned; i++)
		json_decref(w->owned[i]);
	for (size_t i = 0; i < w->nplurals; i++)
		uplrules_close(w->plurals[i].rules);
	arena_done(&w->arena);
	free(w);
}

/* In one language. */
static struct str get_lang(const struct words *w, struct str lang, const char *section, struct str name, const char *member)
{
	struct word x = {.lang = lang, .section = str_of(section), .name = name};
	uint64_t hash = hash_of(lang, x.section, name) * 31;
	if (!w->nslots)
		return (struct str){NULL, 0};
	const struct word *any = slot_of(w, hash + str_hash(x.member), &x);
	x.member = str_of(member);
	const struct word *one = slot_of(w, hash + str_hash(x.member), &x);
	return one->text.n && (!any->text.n || one->order <= any->order) ? one->text : any->text;
}

struct str words_own(const struct words *w, struct str lang, const char *section, struct str name, const char *member)
{
	return get_lang(w, lang, section, name, member);
}

struct str words_get(const struct words *w, struct str lang, const char *section, struct str name, const char *member)
{
	struct str s = get_lang(w, lang, section, name, member);
	return s.n || str_eq(lang, STR("en")) ? s : get_lang(w, STR("en"), section, name, member);
}

struct str words_count(const struct words *w, struct str lang, const char *section, struct str name, uint64_t n)
{
	char category[16];
	struct str s = n == 0 ? get_lang(w, lang, section, name, "zero") : (struct str){NULL, 0};
	if (!s.n)
		s = get_lang(w, lang, section, name, plural_of(w, lang, n, category));
	if (!s.n)
		s = get_lang(w, lang, section, name, "other");
	if (!s.n)
		s = get_lang(w, lang, section, name, "many");
	return s.n || str_eq(lang, STR("en")) ? s : words_count(w, STR("en"), section, name, n);
}

struct said words_source(const struct words *w, struct str lang, struct str cite, struct arena *a)
{
	struct str before, after, hole = STR("{n}"), whole = get_lang(w, lang, "sources", cite, "alone");
	if (str_find(whole, hole) < whole.n)
		whole = (struct str){NULL, 0}; /* only said with a number */
	if (whole.n || str_eq(lang, STR("en")))
		return (struct said){whole.n ? whole : cite, {NULL, 0}};
	for (size_t i = cite.n; i-- > 1;) {
		if (cite.p[i - 1] != ' ' || cite.p[i] < '0' || cite.p[i] > '9')
			continue;
		struct str source = get_lang(w, lang, "sources", str_slice(cite, 0, i - 1), "numbered"), number = str_slice(cite, i, cite.n);
		size_t at = str_find(source, hole);
		if (at == source.n || str_find(number, STR(" ")) < number.n)
			continue;
		before = str_slice(source, 0, at);
		after = str_slice(source, at + hole.n, source.n);
		number = digits_in(number, get_lang(w, lang, "phrases", STR("digits"), "text"), a);
		return (struct said){ARENA_JOIN(a, before, number, after), {NULL, 0}};
	}
	return (struct said){cite, STR("en")};
}

struct str words_plain(struct str name, struct arena *a)
{
	struct str s = arena_str(a, name);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '_')
			((char *)s.p)[i] = ' ';
	return s;
}

/* A name as a label: blanks for '_', a capital at the beginning. Names are of ASCII letters. */
static struct str plain_label(struct str name, struct arena *a)
{
	return capital_first(words_plain(name, a), STR("en"), a);
}

static struct str label(const struct words *w, struct str lang, const char *section, struct str name, const char *member,
	struct arena *a)
{
	struct str s = words_get(w, lang, section, name, member);
	return s.n ? s : plain_label(name, a);
}

struct str words_value(const struct words *w, struct str lang, struct str fact, struct str value, struct arena *a)
{
	struct str of_fact = ARENA_JOIN(a, fact, STR("."), value);
	struct str s = words_get(w, lang, "values", of_fact, "label");
	return s.n ? s : label(w, lang, "values", value, "label", a);
}

struct str words_fact(const struct words *w, struct str lang, struct str fact, struct arena *a)
{
	return label(w, lang, "facts", fact, "label", a);
}

struct str words_act(const struct words *w, struct str lang, struct str kind, struct arena *a)
{
	return label(w, lang, "acts", kind, "label", a);
}

struct str words_param(const struct words *w, struct str lang, struct str param, struct arena *a)
{
	return label(w, lang, "params", param, "text", a);
}

struct str words_type(const struct words *w, struct str lang, struct str type, bool many, struct arena *a)
{
	return label(w, lang, "types", type, many ? "many" : "one", a);
}
