/* SPDX-License-Identifier: Apache-2.0
 *
 * An organisation's folder: what it must hold, what is refused, and that the stored bundle reads the same. And the words.
 */
#include "tests/register/fixture.h"

#include "register/bundle.h"
#include "register/similar.h"
#include "register/std.h"

#include <sys/stat.h>
#include <unistd.h>

static struct str slurp(const char *path, struct arena *a)
{
	struct str text;
	struct err e;
	if (file_read(path, 1 << 22, a, &text, &e) != 0)
		fail_msg("%s: %s", e.where, e.what);
	return text;
}

static void round_trip(void **state)
{
	struct bundle *first, *second;
	struct buf diags;
	struct err e;
	(void)state;
	buf_init(&diags, 1 << 20);
	assert_int_equal(bundle_read_folder(ORG "/", &first, &diags, &e), 0);
	assert_non_null(strstr(buf_str(&diags).p, "act sworn is used by no rule"));
	assert_int_equal(bundle_read(first->text, "stored", &second, &e), 0);
	assert_true(str_eq(first->text, second->text));
	assert_int_equal(first->files.n, second->files.n);
	assert_int_equal(first->rulebook->rules.n, second->rulebook->rules.n);
	/* It holds the standard vocabulary, so that it needs nothing from outside. */
	bool std = false;
	for (size_t i = 0; i < second->files.n; i++)
		std = std || str_eq(second->files.v[i].path, STR("standard:std.md"));
	assert_true(std);
	assert_true(str_eq(second->org.time_zone, STR("Europe/Vienna")));
	bundle_unref(first);
	bundle_unref(second);
	buf_done(&diags);
}

static void refuses_bundles(void **state)
{
	static const char *const texts[] = {"", "[]", "{}", "{\"bundle\": 2, \"rulebook\": \"r.md\", \"files\": {}}",
		"{\"bundle\": 1, \"rulebook\": \"r.md\", \"files\": {}}", "{\"bundle\": 1, \"rulebook\": \"r.md\", \"files\": {\"r.md\": \"rulebook X version 1\"}}",
		"{\"bundle\": 1, \"rulebook\": \"r.md\", \"files\": {\"r.md\": \"type type type\", \"org.json\": \"{}\"}}",
		"{\"bundle\": 1, \"rulebook\": \"r.md\", \"files\": {\"r.md\": 5, \"org.json\": \"{\"}}"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct bundle *b;
		struct err e = {0};
		assert_true(bundle_read(str_of(texts[i]), "stored", &b, &e) < 0);
		assert_true(strlen(e.what) > 5);
	}
}

/* One change to the League's folder, and what is said about it. */
struct alteration {
	const char *file, *find, *put; /* find NULL: the whole file becomes `put`; put NULL: the file is removed */
	int code;
	const char *where, *what, *diag; /* parts; where after the folder */
};

static const struct alteration changes[] = {
	{"org.json", NULL, NULL, ERR_ABSENT, "/org.json", "cannot be opened", NULL},
	{"org.json", NULL, "{", ERR_INPUT, "/org.json", "not valid JSON", NULL},
	{"org.json", NULL, "[]", ERR_INPUT, "org.json", "must be a JSON object", NULL},
	{"org.json", "\"origin\": \"league.example/acts\"", "\"origin\": 5", ERR_INPUT, "org.json", "origin must be", NULL},
	{"org.json", "{\"en\": \"The League\", \"fr\": \"La Ligue\"}", "\"The League\"", ERR_INPUT, "org.json", "name must be", NULL},
	{"org.json", "Europe/Vienna", "Europe/Nowhere", ERR_INPUT, "org.json", "seat.time_zone must be", NULL},
	{"org.json", "1990", "0", ERR_INPUT, "org.json", "first_year must be", NULL},
	{"org.json", "[0, 0]", "[0]", ERR_INPUT, "org.json", "tiles must be", NULL},
	{"org.json", "[\"members\", \"observers\"]", "\"members\"", ERR_INPUT, "org.json", "audiences must be", NULL},
	{"org.json", "{\"flag_raised\": [\"F\"]}", "{}", ERR_INPUT, "org.json", "no act introduces a Flag", NULL},
	{"org.json", "{\"flag_raised\": [\"F\"]}", "{\"flag_raisd\": [\"F\"]}", ERR_INPUT, "org.json", "knows no act flag_raisd", NULL},
	{"org.json", "{\"flag_raised\": [\"F\"]}", "{\"flag_raised\": [\"G\"]}", ERR_INPUT, "org.json", "no argument G", NULL},
	{"org.json", "{\"flag_raised\": [\"F\"]}", "{\"flag_raised\": [\"colour\"]}", ERR_INPUT, "org.json", "not of a single type of entities", NULL},
	{"org.json", "\"self\": \"LEAGUE\"", "\"rulebook\": \"../x.md\"", ERR_INPUT, "/org.json", "in this folder", NULL},
	{"org.json", "\"self\": \"LEAGUE\"", "\"rulebook\": \"other.md\"", ERR_ABSENT, "/other.md", "cannot be opened", NULL},
	{"rulebook.md", NULL, NULL, ERR_ABSENT, "/rulebook.md", "cannot be opened", NULL},
	{"rulebook.md", NULL, "\xff", ERR_INPUT, "/rulebook.md", "not text in UTF-8", NULL},
	{"rulebook.md", "include std\n", "include nothing\n", ERR_REFUSED, "/rulebook.md", "the rulebook has errors", "rulebook.md:10:"},
	{"rulebook.md", "[Pact 3]: tick(S) ends", "[Pact 9]: tick(S) ends", ERR_REFUSED, "/rulebook.md", "has errors", "[Pact 9]"},
	{"rulebook.md", "rule LEAVES [Pact 1]", "rule LEFT [Pact 1]", ERR_REFUSED, "/rulebook.md", "has errors",
		"the other one is in standard:std-treaties.rules:"},
	{"words/en.json", NULL, "{\"facts\": ", ERR_INPUT, "words/en.json", "not valid JSON", NULL},
};

static void change_file(const char *dir, const struct alteration *c, struct arena *a)
{
	const char *path = arena_fmt(a, "%s/%s", dir, c->file).p;
	if (!c->put) {
		assert_int_equal(unlink(path), 0);
		return;
	}
	if (!c->find) {
		write_file(path, c->put);
		return;
	}
	struct str text = slurp(path, a);
	size_t at = str_find(text, str_of(c->find));
	assert_true(at < text.n);
	write_file(path, arena_fmt(a, "%.*s%s%s", (int)at, text.p, c->put, text.p + at + strlen(c->find)).p);
}

static void copy_league(const char *dir, struct arena *a)
{
	static const char *const files[] = {"rulebook.md", "org.json", "words/en.json"};
	assert_int_equal(mkdir(arena_fmt(a, "%s/words", dir).p, 0700), 0);
	for (size_t i = 0; i < 3; i++)
		write_file(arena_fmt(a, "%s/%s", dir, files[i]).p, slurp(arena_fmt(a, ORG "/%s", files[i]).p, a).p);
}

static void refuses_folders(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		const struct alteration *c = &changes[i];
		struct arena a = {0};
		struct buf diags;
		struct err e = {0};
		struct bundle *b;
		char dir[] = "/tmp/league-XXXXXX", register_dir[] = "/tmp/league-reg-XXXXXX";
		assert_non_null(mkdtemp(dir));
		assert_non_null(mkdtemp(register_dir));
		copy_league(dir, &a);
		change_file(dir, c, &a);
		buf_init(&diags, 1 << 20);
		int rc = bundle_read_folder(dir, &b, &diags, &e);
		if (rc != c->code || !strstr(e.where, c->where) || !strstr(e.what, c->what) || (c->diag && !strstr(buf_str(&diags).p, c->diag)))
			fail_msg("change %zu: %d %s: %s\n%s", i, rc, e.where, e.what, buf_str(&diags).p);
		/* And no register comes of it. */
		assert_int_equal(reg_create(register_dir, dir, NULL, &e), c->code);
		assert_int_equal(rmdir(register_dir), 0); /* still empty */
		buf_done(&diags);
		remove_tree(dir);
		arena_done(&a);
	}
}

/* Included files: beside the file first, then the standard folder; never elsewhere. */
static void includes(void **state)
{
	struct arena a = {0};
	struct rulebook *rb;
	struct err e;
	char dir[] = "/tmp/include-XXXXXX";
	(void)state;
	assert_non_null(mkdtemp(dir));
	const char *main = arena_fmt(&a, "%s/main.rules", dir).p;
	write_file(main, "rulebook T version 1 type Status = a | b include std include more");
	write_file(arena_fmt(&a, "%s/more.rules", dir).p, "source S \"s\" type Mine");
	assert_int_equal(rulebook_load_file(main, &rb, &e), 0);
	assert_int_equal(rb->files.n, 4);
	assert_true(rulebook_act(rb, STR("state_listed")) != NO_ID);
	rulebook_free(rb);
	write_file(arena_fmt(&a, "%s/std.md", dir).p, "source S2 \"s\" type Theirs");
	assert_int_equal(rulebook_load_file(main, &rb, &e), 0);
	assert_int_equal(rulebook_act(rb, STR("state_listed")), NO_ID); /* theirs came first */
	rulebook_free(rb);
	write_file(main, "rulebook T version 1 include \"../etc/passwd\"");
	assert_int_equal(rulebook_load_file(main, &rb, &e), ERR_INPUT);
	assert_non_null(rb);
	rulebook_free(rb);
	assert_int_equal(rulebook_load_file("/nonexistent.md", &rb, &e), ERR_ABSENT);
	assert_null(rb);
	assert_int_equal(rulebook_load_file(dir, &rb, &e), ERR_INPUT);
	assert_null(rb);
	remove_tree(dir);
	arena_done(&a);
}

/* ---- words ------------------------------------------------------------------------------------------------------------------ */

/* The standard words cover the standard vocabulary. */
static void words_cover(void **state)
{
	struct bundle *b;
	struct err e;
	size_t seen = 0;
	(void)state;
	assert_int_equal(bundle_read_folder(ORG, &b, NULL, &e), 0);
	const struct rulebook *rb = b->rulebook;
	for (size_t i = 0; i < rb->facts.n; i++) {
		const struct fact *f = &rb->facts.v[i];
		struct str name = syms_str(&rb->syms, f->name);
		static const char *const members[] = {"label", "is", "none", "why", "why_none"};
		if (!str_starts(rb->files.v[f->at.file].path, STR("standard:")))
			continue;
		seen++;
		for (size_t k = 0; k < 5; k++)
			if (!words_get(b->words, STR("en"), "facts", name, members[k]).n)
				fail_msg("no words for the fact %.*s: %s", STR_ARG(name), members[k]);
	}
	for (size_t i = 0; i < rb->acts.n; i++) {
		const struct act_kind *k = &rb->acts.v[i];
		struct str name = syms_str(&rb->syms, k->name);
		if (!str_starts(rb->files.v[k->at.file].path, STR("standard:")))
			continue;
		seen++;
		static const char *const members[] = {"label", "says", "none"};
		for (size_t m = 0; m < 3; m++)
			if (!words_get(b->words, STR("en"), "acts", name, members[m]).n)
				fail_msg("no words for the act %.*s: %s", STR_ARG(name), members[m]);
	}
	for (size_t i = 0; i < rb->types.n; i++) {
		const struct type *t = &rb->types.v[i];
		struct str name = syms_str(&rb->syms, t->name);
		if ((t->kind == T_ENTITY || t->kind == T_UNION) && str_starts(rb->files.v[t->at.file].path, STR("standard:")) &&
			!words_get(b->words, STR("en"), "types", name, "many").n)
			fail_msg("no words for the type %.*s", STR_ARG(name));
		for (uint32_t w = 0; t->kind == T_ENUM && t->name == 0 && w < t->n; w++) {
			struct str word = syms_str(&rb->syms, t->words[w]);
			if (str_starts(rb->files.v[t->at.file].path, STR("standard:")) && !words_get(b->words, STR("en"), "values", word, "label").n &&
				!str_eq(word, STR("observer")) && !str_eq(word, STR("objects")) && !str_eq(word, STR("abstains")) && !str_eq(word, STR("view")))
				fail_msg("no words for the value %.*s", STR_ARG(word));
		}
	}
	assert_true(seen > 100);
	bundle_unref(b);
}

static bool is_argument(const struct rulebook *rb, const struct param *params, uint32_t n, struct str name)
{
	static const char *const others[] = {"value", "args", "label", "date", NULL};
	bool known = false;
	for (uint32_t i = 0; i < n; i++)
		known = known || str_eq(syms_str(&rb->syms, params[i].name), name);
	for (size_t i = 0; others[i]; i++)
		known = known || str_eq(str_of(others[i]), name);
	return known;
}

/* Slots of a template name parameters of what it speaks of: a misspelt one would print nothing. */
static void check_slots(const struct rulebook *rb, struct str template, const struct param *params, uint32_t n, struct str of)
{
	struct str before, name, own, rest = template;
	while (str_cut(rest, '{', &before, &rest) && str_cut(rest, '}', &name, &rest)) {
		struct str other;
		if (str_ends(name, STR("/10")))
			name = str_slice(name, 0, name.n - 3);
		if (!str_cut(name, '!', &own, &other)) /* {last!first}: unless it says the same as {first} */
			own = other = name;
		if (!is_argument(rb, params, n, own) || !is_argument(rb, params, n, other))
			fail_msg("%.*s: {%.*s} is no argument of it: %.*s", STR_ARG(of), STR_ARG(name), STR_ARG(template));
	}
}

static void words_of_fit(const char *folder)
{
	static const char *const fact_members[] = {"is", "not", "none", "value", "why", "why_none", "of", "count", "sum", "whynot_past", "whynot_past_none", NULL},
				 *const act_members[] = {"says", "none"};
	struct bundle *b;
	struct err e;
	assert_int_equal(bundle_read_folder(folder, &b, NULL, &e), 0);
	const struct rulebook *rb = b->rulebook;
	for (size_t i = 0; i < rb->facts.n; i++)
		for (size_t m = 0; fact_members[m]; m++) {
			struct str name = syms_str(&rb->syms, rb->facts.v[i].name);
			check_slots(rb, words_get(b->words, STR("en"), "facts", name, fact_members[m]), rb->facts.v[i].params, rb->facts.v[i].nparams, name);
		}
	for (size_t i = 0; i < rb->acts.n; i++)
		for (size_t m = 0; m < 2; m++) {
			struct str name = syms_str(&rb->syms, rb->acts.v[i].name);
			check_slots(rb, words_get(b->words, STR("en"), "acts", name, act_members[m]), rb->acts.v[i].params, rb->acts.v[i].nparams, name);
		}
	bundle_unref(b);
}

static void words_fit(void **state)
{
	(void)state;
	words_of_fit(ORG);
	words_of_fit(ORG "/../../../orgs/sco");
}

static void words_in_order(void **state)
{
	struct bundle *b;
	struct err e;
	struct arena a = {0};
	(void)state;
	assert_int_equal(bundle_read_folder(ORG, &b, NULL, &e), 0);
	const struct words *w = b->words;
#define SAME(s, expected) assert_string_equal(arena_str(&a, (s)).p, (expected))
	SAME(words_value(w, STR("en"), STR("status"), STR("member"), &a), "Member");     /* words/en.json */
	SAME(words_value(w, STR("en"), STR("status"), STR("observer"), &a), "Watching"); /* org.json */
	SAME(words_value(w, STR("fr"), STR("status"), STR("observer"), &a), "Observateur");
	SAME(words_value(w, STR("fr"), STR("decision"), STR("adopted"), &a), "Adopted"); /* English, where a language has none */
	SAME(words_value(w, STR("en"), STR("takes_part"), STR("observer"), &a), "As observer"); /* by fact before by value alone */
	SAME(words_value(w, STR("en"), STR("status"), STR("grand_duke"), &a), "Grand duke");
	SAME(words_fact(w, STR("en"), STR("may_attend"), &a), "May attend");
	SAME(words_fact(w, STR("en"), STR("last_note"), &a), "Last note");
	SAME(words_act(w, STR("ru"), STR("flag_raised"), &a), "Flag raised");
	SAME(words_type(w, STR("en"), STR("Flag"), true, &a), "Flags");
	SAME(words_type(w, STR("en"), STR("Thing"), false, &a), "Thing");
	const struct title titles[] = {{STR_INIT("ru"), STR_INIT("ру"), false}, {STR_INIT("en"), STR_INIT("e"), false}};
	SAME(title_pick(titles, 2, STR("ru")).text, "ру");
	assert_int_equal(title_pick(titles, 2, STR("ru")).lang.n, 0);
	SAME(title_pick(titles, 2, STR("zh")).text, "e");
	SAME(title_pick(titles, 2, STR("zh")).lang, "en");
	SAME(title_pick(titles, 1, STR("zh")).text, "ру");
	SAME(title_pick(titles, 1, STR("zh")).lang, "ru");
	assert_null(title_pick(titles, 0, STR("en")).text.p);
	bundle_unref(b);
	arena_done(&a);
}

/* Forms by the plural categories of the language (CLDR), capitals as its alphabet has them, sources by their own names. */
static void words_by_language(void **state)
{
	struct err e;
	struct arena a = {0};
	struct words *w;
	json_t *en, *ru, *zh;
	(void)state;
	assert_int_equal(json_read(STR("{\"counts\":{\"flags\":{\"zero\":\"nobody\",\"one\":\"1 objects\",\"many\":\"{n} object\"}},"
				       "\"sources\":{\"Pact\":\"never asked\"}}"), "en", &en, &e), 0);
	assert_int_equal(json_read(STR("{\"counts\":{\"flags\":{\"zero\":\"никто\",\"one\":\"{n} возражает\",\"few\":\"{n} возражают\",\"many\":\"{n} против\"}},"
				       "\"sources\":{\"Pact\":\"Пакт, ст. {n}\",\"Pact 3 Flags\":\"Пакт, ст. 3. Флаги\"}}"), "ru", &ru, &e), 0);
	assert_int_equal(json_read(STR("{\"counts\":{\"flags\":{\"other\":\"{n} 反对\"}}}"), "zh", &zh, &e), 0);
	const struct words_file files[] = {{STR_INIT("en"), en}, {STR_INIT("ru"), ru}, {STR_INIT("zh"), zh}};
	assert_int_equal(words_new(files, 3, NULL, &w, &e), 0);
	static const struct {
		struct str lang;
		uint64_t n;
		const char *form;
	} forms[] = {{STR_INIT("en"), 0, "nobody"}, {STR_INIT("en"), 1, "1 objects"}, {STR_INIT("en"), 21, "{n} object"},
		{STR_INIT("ru"), 0, "никто"}, {STR_INIT("ru"), 1, "{n} возражает"}, {STR_INIT("ru"), 3, "{n} возражают"}, {STR_INIT("ru"), 5, "{n} против"},
		{STR_INIT("ru"), 11, "{n} против"}, {STR_INIT("ru"), 12, "{n} против"}, {STR_INIT("ru"), 21, "{n} возражает"},
		{STR_INIT("ru"), 104, "{n} возражают"}, {STR_INIT("ru"), 111, "{n} против"}, {STR_INIT("zh"), 0, "{n} 反对"},
		{STR_INIT("zh"), 1, "{n} 反对"}, {STR_INIT("zh"), 7, "{n} 反对"}, {STR_INIT("xx"), 7, "{n} object"}};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		SAME(words_count(w, forms[i].lang, "counts", STR("flags"), forms[i].n), forms[i].form);
	SAME(capital_first(STR("вступает в силу"), STR("ru"), &a), "Вступает в силу");
	SAME(capital_first(STR("état"), STR("fr"), &a), "État");
	SAME(capital_first(STR("istanbul"), STR("tr"), &a), "İstanbul");
	SAME(capital_first(STR("istanbul"), STR("en"), &a), "Istanbul");
	SAME(capital_first(STR("ǆungla"), STR("hr"), &a), "ǅungla");
	SAME(capital_first(STR("“so”"), STR("en"), &a), "“so”");
	SAME(capital_first(STR("第一条"), STR("zh"), &a), "第一条");
	SAME(capital_first(STR("\xd0"), STR("ru"), &a), "\xd0");
	SAME(capital_first(STR(""), STR("ru"), &a), "");
	SAME(words_source(w, STR("ru"), STR("Pact 13(2)"), &a).text, "Пакт, ст. 13(2)");
	SAME(words_source(w, STR("ru"), STR("Pact 3 Flags"), &a).text, "Пакт, ст. 3. Флаги");
	SAME(words_source(w, STR("ru"), STR("Pact 4 Anthems"), &a).text, "Pact 4 Anthems"); /* half of it would be mixed in */
	SAME(words_source(w, STR("ru"), STR("Pact 4 Anthems"), &a).lang, "en");
	SAME(words_source(w, STR("en"), STR("Pact 4"), &a).text, "Pact 4");
	assert_int_equal(words_source(w, STR("en"), STR("Pact 4"), &a).lang.n, 0);
	words_free(w);
	json_decref(en);
	json_decref(ru);
	json_decref(zh);
	arena_done(&a);
}

static void similar_names(void **state)
{
	struct similar s;
	char out[100];
	(void)state;
	similar_start(&s, STR("Belarsu"));
	similar_offer(&s, STR("BR"), STR("Brazil"));
	similar_offer(&s, STR("BY"), STR("Belarus"));
	similar_offer(&s, STR("BY"), STR("Belaruss"));
	similar_offer(&s, STR("BG"), STR("Bulgaria"));
	assert_int_equal(s.n, 1);
	assert_string_equal(similar_words(&s, out, sizeof out), "did you mean BY?");
	similar_start(&s, STR("kz"));
	similar_offer(&s, STR("KG"), STR("KG"));
	similar_offer(&s, STR("KZ"), STR("KZ"));
	similar_offer(&s, STR("XX"), STR("XX"));
	assert_string_equal(similar_words(&s, out, sizeof out), "did you mean KZ or KG?");
	similar_start(&s, STR("nothing like it"));
	similar_offer(&s, STR("KZ"), STR("KZ"));
	assert_string_equal(similar_words(&s, out, sizeof out), "");
	assert_string_equal(similar_words(&s, out, 1), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(refuses_bundles), cmocka_unit_test(refuses_folders),
		cmocka_unit_test(includes), cmocka_unit_test(words_cover), cmocka_unit_test(words_fit), cmocka_unit_test(words_in_order), cmocka_unit_test(words_by_language),
		cmocka_unit_test(similar_names)};
	return test_main(tests);
}
