/* SPDX-License-Identifier: Apache-2.0 */
#include "register/bundle.h"
#include "register/bodies.h"

#include "register/internal.h"
#include "register/std.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STANDARD "standard:"

enum { MAX_FILE = MAX_RULEBOOK_BYTES, MAX_WORDS = 40 };

/* ---- looking for included files ----------------------------------------------------------------------------------- */

/* A name alone: an include never leaves its folder. */
static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '/' || name.p[i] == '\0')
			return false;
	return name.n > 0 && name.n < 200 && name.p[0] != '.';
}

static const char *const suffixes[] = {".md", ".rules"};

static int read_standard(struct arena *a, struct str name, struct str *ret_path, struct str *ret_text)
{
	for (size_t i = 0; i < 2; i++) {
		struct str path = arena_fmt(a, STANDARD "%.*s%s", STR_ARG(name), suffixes[i]);
		struct str text = std_text(str_slice(path, sizeof STANDARD - 1, path.n));
		if (text.p) {
			*ret_path = path;
			*ret_text = text;
			return 0;
		}
	}
	return ERR_ABSENT;
}

/* Beside a file on disk, then in the standard folder. */
static int read_disk(void *ctx, struct arena *a, struct str from, struct str name, struct str *ret_path, struct str *ret_text)
{
	(void)ctx;
	if (!is_plain(name))
		return ERR_ABSENT;
	if (!str_starts(from, STR(STANDARD))) {
		size_t dir = from.n;
		while (dir && from.p[dir - 1] != '/')
			dir--;
		for (size_t i = 0; i < 2; i++) {
			struct str path = arena_fmt(a, "%.*s%.*s%s", (int)dir, from.p, STR_ARG(name), suffixes[i]);
			if (file_read(path.p, MAX_FILE, a, ret_text, NULL) == 0) {
				*ret_path = path;
				return 0;
			}
		}
	}
	return read_standard(a, name, ret_path, ret_text);
}

static struct str bundle_text(const struct bundle *b, struct str path)
{
	for (size_t i = 0; i < b->files.n; i++)
		if (str_eq(b->files.v[i].path, path))
			return b->files.v[i].text;
	return (struct str){NULL, 0};
}

static int read_bundled(void *ctx, struct arena *a, struct str from, struct str name, struct str *ret_path, struct str *ret_text)
{
	for (size_t k = str_starts(from, STR(STANDARD)); k < 2; k++)
		for (size_t i = 0; i < 2; i++) {
			struct str path = arena_fmt(a, "%s%.*s%s", k ? STANDARD : "", STR_ARG(name), suffixes[i]);
			struct str text = bundle_text(ctx, path);
			if (text.p) {
				*ret_path = path;
				*ret_text = text;
				return 0;
			}
		}
	return ERR_ABSENT;
}

int rulebook_load_file(const char *path, struct rulebook **ret, struct err *e)
{
	struct arena a = {0};
	struct str text;
	*ret = NULL;
	int rc = file_read(path, MAX_FILE, &a, &text, e);
	if (rc == 0) {
		struct rulebook_reader reader = {read_disk, NULL};
		rc = rulebook_load(str_of(path), text, &reader, ret, e);
	}
	arena_done(&a);
	return rc;
}

/* ---- a bundle from its text ---------------------------------------------------------------------------------------- */

/* Parses the file `path`; absent: *ret stays NULL. */
static int keep_json(struct bundle *b, struct str path, const json_t **ret, struct err *e)
{
	struct str text = bundle_text(b, path);
	json_t *v = NULL;
	if (!text.p)
		return 0;
	int rc = json_read(text, path.p, &v, e);
	if (rc < 0)
		return rc;
	b->json[b->njson++] = v;
	*ret = v;
	return 0;
}

/* "introduces" and "may_introduce" of one file. Kinds that this rulebook does not declare are passed over in the standard
 * file, which a rulebook need not include; elsewhere they are mistakes. */
static int read_introductions(struct bundle *b, const json_t *file, const char *where, bool strict, struct err *e)
{
	static const char *const members[] = {"may_introduce", "introduces"};
	const struct rulebook *rb = b->rulebook;
	for (size_t m = 0; m < 2; m++) {
		const char *kind;
		json_t *params;
		json_object_foreach(json_object_get(file, members[m]), kind, params) {
			uint32_t k = rulebook_act(rb, str_of(kind));
			if (k == NO_ID && !strict)
				continue;
			if (k == NO_ID)
				return err_set(e, ERR_INPUT, where, "%s: the rulebook knows no act %s", members[m], kind);
			for (size_t i = 0; i < json_array_size(params); i++) {
				struct str name = json_str(json_array_get(params, i));
				uint32_t p = 0;
				while (p < rb->acts.v[k].nparams && !str_eq(syms_str(&rb->syms, rb->acts.v[k].params[p].name), name))
					p++;
				if (p == rb->acts.v[k].nparams)
					return err_set(e, ERR_INPUT, where, "%s.%s: the act has no argument %.*s", members[m], kind, STR_ARG(name));
				if (rb->types.v[rb->acts.v[k].params[p].type].kind != T_ENTITY)
					return err_set(e, ERR_INPUT, where, "%s.%s: the argument %.*s is not of a single type of entities",
						members[m], kind, STR_ARG(name));
				b->introduces[k][p] = m ? INTRO_DOES : INTRO_MAY;
			}
		}
	}
	return 0;
}

/* Every type of entities that acts can name needs an act that introduces its entities. */
static int check_introductions(const struct bundle *b, struct err *e)
{
	const struct rulebook *rb = b->rulebook;
	bool *introduced = zeroed(rb->types.n, sizeof *introduced);
	for (uint32_t k = 0; k < rb->acts.n; k++)
		for (uint32_t p = 0; p < rb->acts.v[k].nparams; p++)
			if (b->introduces[k][p])
				introduced[rb->acts.v[k].params[p].type] = true;
	int rc = 0;
	for (uint32_t k = 0; k < rb->acts.n && rc == 0; k++)
		for (uint32_t p = 0; p < rb->acts.v[k].nparams && rc == 0; p++) {
			uint32_t t = rb->acts.v[k].params[p].type;
			if (rb->types.v[t].kind != T_ENTITY || t == TYPE_ACT || introduced[t])
				continue;
			struct str type = syms_str(&rb->syms, rb->types.v[t].name);
			rc = err_set(e, ERR_INPUT, "org.json", "no act introduces a %.*s, so no act could name one", STR_ARG(type));
			(void)err_hint(e, "say which one does: \"introduces\": {\"KIND\": [\"PARAMETER\"]}");
		}
	free(introduced);
	return rc;
}

static int read_tables(struct bundle *b, const json_t *org, struct err *e)
{
	const struct rulebook *rb = b->rulebook;
	const json_t *std = NULL;
	b->introduces = arena_array(&b->arena, rb->acts.n + 1, uint8_t *);
	for (uint32_t k = 0; k < rb->acts.n; k++)
		b->introduces[k] = arena_array(&b->arena, rb->acts.v[k].nparams + 1, uint8_t);
	b->country_code = arena_array(&b->arena, rb->types.n + 1, bool);
	int rc = keep_json(b, STR(STANDARD "std.json"), &std, e);
	if (rc < 0 || (std && (rc = read_introductions(b, std, "std.json", false, e)) < 0) ||
		(rc = read_introductions(b, org, "org.json", true, e)) < 0)
		return rc;
	const json_t *codes = json_object_get(std, "named_by_country_code");
	for (size_t i = 0; i < json_array_size(codes); i++)
		for (uint32_t t = 0; t < rb->types.n; t++)
			if (str_eq(syms_str(&rb->syms, rb->types.v[t].name), json_str(json_array_get(codes, i))))
				b->country_code[t] = true;
	return check_introductions(b, e);
}

/* "words/ru.json" -> "ru" */
static bool words_lang(struct str path, struct str *ret)
{
	if (!str_starts(path, STR("words/")) || !str_ends(path, STR(".json")) || path.n <= 11)
		return false;
	*ret = str_slice(path, 6, path.n - 5);
	return true;
}

static int read_words(struct bundle *b, const json_t *org, struct err *e)
{
	struct words_file files[MAX_WORDS];
	size_t n = 0;
	for (size_t i = 0; i < b->files.n; i++) {
		struct str lang;
		const json_t *json = NULL;
		if (!words_lang(b->files.v[i].path, &lang))
			continue;
		if (n == MAX_WORDS)
			return err_set(e, ERR_LIMIT, "words", "more than %d languages", MAX_WORDS);
		int rc = keep_json(b, b->files.v[i].path, &json, e);
		if (rc < 0)
			return rc;
		files[n++] = (struct words_file){lang, json};
	}
	return words_new(files, n, json_object_get(org, "words"), &b->words, e);
}

/* The log's own entries have kinds, too. */
static int check_kinds(const struct rulebook *rb, const char *where, struct err *e)
{
	for (size_t i = 0; i < rb->acts.n; i++) {
		struct str name = syms_str(&rb->syms, rb->acts.v[i].name);
		if (entry_is_reserved(name) || str_eq(name, STR(BODIES_KIND)))
			return err_set(e, ERR_REFUSED, where, "the act %.*s has a name that the register itself uses: give it another", STR_ARG(name));
	}
	return 0;
}

/* The questions that say who an audience is are ones of this rulebook. */
static int check_audiences(const struct bundle *b, struct err *e)
{
	struct arena a = {0};
	int rc = 0;
	for (size_t i = 0; i < b->org.naudiences && rc == 0; i++) {
		const struct audience *of = &b->org.audiences[i];
		struct syms syms;
		struct question q;
		struct err why;
		syms_init(&syms, &a, &b->rulebook->syms);
		if (!of->who.n)
			continue;
		rc = question_parse(b->rulebook, &syms, audience_question(of, STR("P"), &a), &q, &why);
		if (rc == 0 && (q.has_on || q.has_known))
			rc = err_set(&why, ERR_INPUT, "", "it must not say on which day");
		if (rc < 0)
			rc = err_set(e, ERR_REFUSED, "org.json", "audiences: who \"%.*s\" are cannot be asked: %s", STR_ARG(of->word), why.what);
	}
	arena_done(&a);
	return rc;
}

static int read_parts(struct bundle *b, struct str main, const char *where, struct err *e)
{
	struct str text = bundle_text(b, main);
	const json_t *org = NULL;
	if (!text.p)
		return err_set(e, ERR_INPUT, where, "the bundle has no rulebook");
	struct rulebook_reader reader = {read_bundled, b};
	int rc = rulebook_load(main, text, &reader, &b->rulebook, e);
	if (rc == ERR_INPUT)
		return err_set(e, ERR_REFUSED, where, "the rulebook has errors");
	if (rc < 0 || (rc = check_kinds(b->rulebook, where, e)) < 0 || (rc = keep_json(b, STR("org.json"), &org, e)) < 0)
		return rc;
	if (!org)
		return err_set(e, ERR_INPUT, where, "the bundle has no org.json");
	if ((rc = org_read(org, "org.json", &b->arena, &b->org, e)) < 0 || (rc = check_audiences(b, e)) < 0 || (rc = read_tables(b, org, e)) < 0)
		return rc;
	return read_words(b, org, e);
}

int bundle_read(struct str text, const char *where, struct bundle **ret, struct err *e)
{
	AUTO_JSON json_t *obj = NULL;
	int rc = json_read(text, where, &obj, e);
	if (rc < 0)
		return rc;
	const json_t *files = json_object_get(obj, "files");
	struct str main = json_get_str(obj, "rulebook");
	if (json_integer_value(json_object_get(obj, "bundle")) != 1 || !json_is_object(files) || !main.p)
		return err_set(e, ERR_INPUT, where, "not a bundle that this version of the program can read");
	struct bundle *b = calloc(1, sizeof *b);
	if (!b || !(b->json = calloc(json_object_size(files) + 1, sizeof *b->json)))
		arena_oom();
	b->refs = 1;
	b->text = arena_str(&b->arena, text);
	struct hasher h;
	hasher_init(&h);
	sha256(&h, b->text, &b->sha256);
	hasher_done(&h);
	const char *path;
	json_t *content;
	json_object_foreach((json_t *)files, path, content) {
		struct bundle_file f = {arena_str(&b->arena, str_of(path)), arena_str(&b->arena, json_str(content))};
		arena_push(&b->arena, &b->files, f);
	}
	rc = read_parts(b, main, where, e);
	if (rc < 0) {
		bundle_unref(b);
		return rc;
	}
	*ret = b;
	return 0;
}

const struct bundle *bundle_ref(const struct bundle *b)
{
	__atomic_add_fetch(&((struct bundle *)b)->refs, 1, __ATOMIC_RELAXED);
	return b;
}

void bundle_unref(const struct bundle *shared)
{
	struct bundle *b = (struct bundle *)shared;
	if (!b || __atomic_sub_fetch(&b->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	words_free(b->words);
	rulebook_free(b->rulebook);
	for (size_t i = 0; i < b->njson; i++)
		json_decref(b->json[i]);
	free(b->json);
	arena_done(&b->arena);
	free(b);
}

/* ---- a bundle from a folder ------------------------------------------------------------------------------------------ */

static void add_file(json_t *files, struct str path, struct str text)
{
	json_t *v = json_stringn(text.n ? text.p : "", text.n);
	if (!v || json_object_setn_new(files, path.p, path.n, v) != 0)
		arena_oom();
}

static int add_disk_file(json_t *files, const char *dir, struct str path, struct arena *a, struct err *e)
{
	struct str full = arena_fmt(a, "%s/%.*s", dir, STR_ARG(path)), text;
	int rc = file_read(full.p, MAX_FILE, a, &text, e);
	if (rc == 0)
		add_file(files, path, text);
	return rc;
}

static int by_name(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static int add_words(json_t *files, const char *dir, struct arena *a, struct err *e)
{
	struct { struct str *v; size_t n, cap; } names = {0};
	DIR *list = opendir(arena_fmt(a, "%s/words", dir).p);
	if (!list)
		return 0; /* an organisation need not have words */
	for (struct dirent *d; (d = readdir(list));)
		if (str_ends(str_of(d->d_name), STR(".json")) && d->d_name[0] != '.')
			arena_push(a, &names, arena_fmt(a, "words/%s", d->d_name));
	closedir(list);
	if (names.n)
		qsort(names.v, names.n, sizeof *names.v, by_name);
	int rc = 0;
	for (size_t i = 0; i < names.n && rc == 0; i++)
		rc = add_disk_file(files, dir, names.v[i], a, e);
	return rc;
}

/* The rulebook with what it includes, under the names that bundles use. */
static int add_rulebook(json_t *files, const char *dir, struct str main, struct arena *a, struct buf *diags, struct err *e)
{
	struct str path = arena_fmt(a, "%s/%.*s", dir, STR_ARG(main));
	struct rulebook *rb;
	int rc = rulebook_load_file(path.p, &rb, e);
	if (!rb)
		return rc;
	for (size_t i = 0; i < rb->diags.n && diags; i++) {
		diag_print(rb, &rb->diags.v[i], diags);
		buf_addc(diags, '\n');
	}
	for (size_t i = 0; i < rb->files.n && rc == 0; i++) {
		struct str name = rb->files.v[i].path;
		if (!str_starts(name, STR(STANDARD)))
			name = str_slice(name, strlen(dir) + 1, name.n);
		add_file(files, name, rb->files.v[i].text);
	}
	if (rc == ERR_INPUT)
		rc = err_set(e, ERR_REFUSED, path.p, "the rulebook has errors");
	rulebook_free(rb);
	return rc;
}

static void add_of(json_t *files, const struct bundle *now, struct str prefix)
{
	for (size_t i = 0; i < now->files.n; i++)
		if (str_starts(now->files.v[i].path, prefix))
			add_file(files, now->files.v[i].path, now->files.v[i].text);
}

/* The name of the rulebook in org.json. */
static int main_name(const json_t *files, const char *dir, struct arena *a, struct str *ret, struct err *e)
{
	AUTO_JSON json_t *org = NULL;
	struct str org_path = arena_fmt(a, "%s/org.json", dir);
	int rc = json_read(json_str(json_object_get(files, "org.json")), org_path.p, &org, e);
	if (rc < 0)
		return rc;
	struct str main = json_get_str(org, "rulebook");
	*ret = main.p ? arena_str(a, main) : STR("rulebook.md");
	return is_plain(*ret) ? 0 : err_set(e, ERR_INPUT, org_path.p, "rulebook must be the name of a file in this folder");
}

/* `main`: the file with the rulebook; none: the one that org.json names. `now`: whose org.json and words they are if the folder has no
 * org.json; NULL: it must have one. */
static int folder_text(const char *dir, struct str main, const struct bundle *now, struct arena *a, struct buf *text, struct buf *diags,
	struct err *e)
{
	AUTO_JSON json_t *files = json_object();
	int rc = add_disk_file(files, dir, STR("org.json"), a, e);
	bool bare = rc == ERR_ABSENT && now;
	if (bare)
		add_of(files, now, STR("org.json"));
	else if (rc == ERR_ABSENT)
		(void)err_hint(e, "the folder of an organisation holds org.json and its rulebook, as orgs/sco does");
	if ((rc < 0 && !bare) || (!main.p && (rc = main_name(files, dir, a, &main, e)) < 0) ||
		(rc = add_rulebook(files, dir, main, a, diags, e)) < 0 || (!bare && (rc = add_words(files, dir, a, e)) < 0))
		return rc;
	if (bare)
		add_of(files, now, STR("words/"));
	add_file(files, STR(STANDARD "std.json"), std_text(STR("std.json")));
	buf_adds(text, "{\"bundle\": 1, \"rulebook\": ");
	json_quote(text, main);
	buf_adds(text, ", \"files\": ");
	json_write(files, 0, text);
	buf_adds(text, "}\n");
	return text->over ? err_set(e, ERR_LIMIT, dir, "the bundle is longer than %zu bytes", text->max) : 0;
}

static int read_folder(const char *dir, struct str main, const struct bundle *now, struct bundle **ret, struct buf *diags, struct err *e)
{
	struct arena a = {0};
	struct buf text;
	buf_init(&text, JSON_MAX_BYTES);
	size_t n = strlen(dir);
	while (n > 1 && dir[n - 1] == '/') /* "orgs/sco/" names the same files as "orgs/sco" */
		n--;
	dir = arena_fmt(&a, "%.*s", (int)n, dir).p;
	int rc = folder_text(dir, main, now, &a, &text, diags, e);
	if (rc == 0)
		rc = bundle_read(buf_str(&text), dir, ret, e);
	buf_done(&text);
	arena_done(&a);
	return rc;
}

int bundle_read_folder(const char *dir, struct bundle **ret, struct buf *diags, struct err *e)
{
	return read_folder(dir, (struct str){NULL, 0}, NULL, ret, diags, e);
}

int bundle_read_text(const char *path, const struct bundle *now, struct bundle **ret, struct buf *diags, struct err *e)
{
	struct arena a = {0};
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *dir = !slash ? "." : slash == path ? "/" : arena_fmt(&a, "%.*s", (int)(slash - path), path).p;
	int rc = is_plain(str_of(name)) ? read_folder(dir, str_of(name), now, ret, diags, e)
					: err_set(e, ERR_INPUT, path, "this is no name of a file with a rulebook");
	arena_done(&a);
	return rc;
}
