/* SPDX-License-Identifier: Apache-2.0 */
#include "register/words.h"

#include "register/std.h"

#include <stdlib.h>

enum { MAX_FILES = 80 };

struct words {
	struct words_file files[MAX_FILES]; /* the organisation's first, then the standard ones */
	size_t n;
	json_t *owned[MAX_FILES]; /* the standard ones */
	size_t nowned;
	const json_t *org_words;
};

struct str title_pick(const struct title *t, size_t n, struct str lang)
{
	struct str en = {NULL, 0};
	for (size_t i = 0; i < n; i++) {
		if (str_eq(t[i].lang, lang))
			return t[i].text;
		if (str_eq(t[i].lang, STR("en")))
			en = t[i].text;
	}
	return en.p ? en : n ? t[0].text : en;
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

int words_new(const struct words_file *files, size_t n, const json_t *org_words, struct words **ret, struct err *e)
{
	struct words *w = calloc(1, sizeof *w);
	if (!w)
		arena_oom();
	w->org_words = org_words;
	for (size_t i = 0; i < n && w->n < MAX_FILES; i++)
		w->files[w->n++] = files[i];
	int rc = add_standard(w, e);
	if (rc < 0) {
		words_free(w);
		return rc;
	}
	*ret = w;
	return 0;
}

void words_free(struct words *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->nowned; i++)
		json_decref(w->owned[i]);
	free(w);
}

/* In one language: the organisation's file, then the values of its org.json, then the standard file. */
static struct str get_lang(const struct words *w, struct str lang, const char *section, struct str name, const char *member)
{
	size_t own = w->n - w->nowned;
	for (size_t i = 0; i <= w->n; i++) {
		struct str s = {NULL, 0};
		if (i == own && str_eq(str_of(section), STR("values")) && str_eq(str_of(member), STR("label"))) {
			const json_t *by_lang = json_object_getn(w->org_words, name.p, name.n);
			s = json_str(json_object_getn(by_lang, lang.p, lang.n));
		}
		if (!s.n && i < w->n && str_eq(w->files[i].lang, lang)) {
			const json_t *entry = json_object_getn(json_object_get(w->files[i].json, section), name.p, name.n);
			s = json_is_string(entry) ? json_str(entry) : json_get_str(entry, member);
		}
		if (s.n)
			return s;
	}
	return (struct str){NULL, 0};
}

struct str words_get(const struct words *w, struct str lang, const char *section, struct str name, const char *member)
{
	struct str s = get_lang(w, lang, section, name, member);
	return s.n || str_eq(lang, STR("en")) ? s : get_lang(w, STR("en"), section, name, member);
}

struct str words_plain(struct str name, struct arena *a)
{
	struct str s = arena_str(a, name);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '_')
			((char *)s.p)[i] = ' ';
	return s;
}

/* A name as a label: blanks for '_', a capital at the beginning. */
static struct str plain_label(struct str name, struct arena *a)
{
	struct str s = words_plain(name, a);
	if (s.n && s.p[0] >= 'a' && s.p[0] <= 'z')
		((char *)s.p)[0] = (char)(s.p[0] - 'a' + 'A');
	return s;
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

struct str words_type(const struct words *w, struct str lang, struct str type, bool many, struct arena *a)
{
	return label(w, lang, "types", type, many ? "many" : "one", a);
}
