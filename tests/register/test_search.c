/* SPDX-License-Identifier: Apache-2.0
 *
 * The search index: what is found, in which order, by whom, as known when; and what is not.
 */
#include "tests/register/searching.h"

#include "register/reg_internal.h"
#include "register/search.h"

/* ---- what is found ------------------------------------------------------------------------------------------------------- */

static void words_find_what_has_them(void **state)
{
	struct fix *f = *state;
	uint64_t state_pos = fix_file(f, STATE("TR", "2002-01-01", "\"en\":\"Türkiye\",\"ru\":\"Турция\",\"zh\":\"土耳其\""));
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2003-01-01\",\"args\":{\"A\":\"7\"},\"text\":{\"en\":\"The summit of Astana\",\"ru\":\"О саммитах в Астане\",\"zh\":\"阿斯塔纳峰会\"}" SOURCES "}");
	assert_int_equal(state_pos, 8);
	assert_found(f, "turkiye", "TR 8");
	assert_found(f, "TÜRKİYE", "TR 8");
	assert_found(f, "TR", "TR 8"); /* a code stands for the names */
	assert_found(f, "tr", "TR");
	assert_found(f, "Турцией", "TR 8");
	assert_found(f, "土耳其", "TR 8");
	assert_found(f, "耳其", "TR 8");
	assert_found(f, "summits astana", "9");
	assert_found(f, "САММИТА астана", "9");
	assert_found(f, "峰会", "9");
	assert_found(f, "峰", "9");
	assert_found(f, "纳峰会", "9");
	assert_found(f, "納峰會", "9"); /* traditional characters find simplified ones, and the other way round: entry 10 */
	assert_int_equal(fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2003-01-02\",\"args\":{\"A\":\"7\"},\"text\":{\"zh\":\"比什凱克的聯絡員會議\"}" SOURCES "}"), 10);
	assert_found(f, "联络员会议", "10");
	assert_found(f, "聯絡員會議", "10");
	assert_found(f, "络", "10");
	assert_found(f, "峰会 土耳其", "");  /* both are there, in no one document */
	assert_found(f, "summit турция", "");
	assert_found(f, "\"summit of\"", "9");
	assert_found(f, "may leave, twelve", "law:pact-1-members");
	assert_found(f, "", "");
	assert_found(f, " \"\" - * ", "");
}

/* What is marked is the text as it stands, whichever characters were asked for. */
static void traditional_characters_are_marked(void **state)
{
	struct fix *f = *state;
	struct search_query q = anything;
	struct search_snippet shown;
	const struct view *v;
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2003-01-02\",\"args\":{\"A\":\"7\"},\"text\":{\"zh\":\"比什凱克的聯絡員會議\"}" SOURCES "}");
	v = fix_view(f, "public", UINT64_MAX);
	q.text = STR("联络员");
	struct search_result r = ask(f, v, q);
	search_show(r.terms, STR("比什凱克的聯絡員會議"), 200, &f->arena, &shown);
	assert_true(shown.any && shown.n == 3 && shown.v[1].found);
	assert_true(str_eq(shown.v[1].text, STR("聯絡員")));
	view_unref(v);
}

static void what_begins_so_or_stands_apart(void **state)
{
	struct fix *f = *state;
	struct search_query q = anything;
	const struct view *v;
	(void)fix_file(f, STATE("TR", "2002-01-01", "\"en\":\"Turkey and more\""));
	v = fix_view(f, "public", UINT64_MAX);
	q.text = STR("turk");
	struct search_result r = ask(f, v, q);
	assert_string_equal(hits(f, v, &r), "TR 8");
	assert_true(r.begins && !r.apart);
	q.strict = true;
	r = ask(f, v, q);
	assert_int_equal(r.n + r.nnear, 0);
	q.strict = false;
	q.text = STR("\"turkey more\"");
	r = ask(f, v, q);
	assert_string_equal(hits(f, v, &r), "TR 8");
	assert_true(r.apart && !r.begins);
	q.text = STR("turkye more");
	r = ask(f, v, q);
	assert_int_equal(r.n, 0);
	assert_int_equal(r.nnear, 1);
	assert_true(str_eq(r.near[0].text, STR("Turkey more")));
	q.text = STR("turkye nothing");
	r = ask(f, v, q);
	assert_int_equal(r.n + r.nnear, 0); /* what would find nothing is not suggested */
	view_unref(v);
}

static void names_come_before_texts_and_the_latest_first(void **state)
{
	struct fix *f = *state;
	(void)fix_file(f, STATE("XA", "2004-01-01", "\"en\":\"Lake\""));		   /* 8 */
	(void)fix_file(f, STATE("XB", "2005-01-01", "\"en\":\"Lake District\""));	   /* 9 */
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2001-01-01\",\"args\":{\"A\":\"7\"},\"text\":{\"en\":\"A lake, first\"}" SOURCES "}"); /* 10 */
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2007-01-01\",\"args\":{\"A\":\"7\"},\"text\":{\"en\":\"A lake, later\"}" SOURCES "}"); /* 11 */
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2006-01-01\",\"args\":{\"A\":\"7\"},\"title\":{\"en\":\"By the lake\"}" SOURCES "}"); /* 12 */
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2006-01-01\",\"args\":{\"A\":\"7\"},\"text\":{\"en\":\"At the lake\"}" SOURCES "}"); /* 13 */
	assert_found(f, "lake", "XA XB 12 9 8 11 13 10");
}

static uint32_t find_type(const struct rulebook *rb, const char *name)
{
	for (uint32_t i = 0; i < rb->types.n; i++)
		if (str_eq(syms_str(&rb->syms, rb->types.v[i].name), str_of(name)))
			return i;
	fail_msg("no type %s", name);
	return NO_ID;
}

static void filters_hold(void **state)
{
	struct fix *f = *state;
	struct search_query q = anything;
	(void)fix_file(f, STATE("XA", "2004-01-01", "\"en\":\"Lake\",\"fr\":\"Lac Lake\"")); /* 8 */
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2001-06-01\",\"args\":{\"A\":\"7\"},\"text\":{\"en\":\"A lake\"}" SOURCES "}"); /* 9 */
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2007-01-01\",\"args\":{\"A\":\"7\"},\"text\":{\"fr\":\"Un lake\"}" SOURCES "}"); /* 10 */
	assert_found(f, "lake", "XA 8 10 9");
	q.kind = SEARCH_ACT;
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "8 10 9");
	q.kind = SEARCH_THING;
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "XA");
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	const struct rulebook *rb = record_rulebook(view_record(v));
	static const struct {
		const char *type, *found;
	} types[] = {{"State", "XA"}, {"Party", "XA"}, {"Meeting", ""}, {"Organisation", ""}};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		q.type = find_type(rb, types[i].type);
		assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), types[i].found);
	}
	q = anything;
	q.only = STR("fr");
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "XA 8 10");
	q = anything;
	q.from = date_from(2001, 6, 1);
	q.to = date_from(2004, 1, 1);
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "XA 8 9");
	q.from = date_from(2001, 6, 2);
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "XA 8");
	q.to = date_from(2003, 12, 31);
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "");
	q = anything;
	q.on = view_on(date_from(2003, 1, 1));
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "9");
	q.timeless = find_type(rb, "Party"); /* a participant can be asked about on any day */
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "XA 9");
	q.kind = SEARCH_THING;
	q.type = find_type(rb, "Meeting");
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "");
	q.type = find_type(rb, "State");
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "XA");
	q.to = date_from(2003, 12, 31);
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "lake"), "");
	q = anything;
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "may leave twelve"), "law:pact-1-members");
	view_unref(v);
}

/* ---- what must not be found ------------------------------------------------------------------------------------------------- */

static void what_is_sealed_is_found_by_its_readers_alone(void **state)
{
	struct fix *f = *state;
	uint64_t pos = fix_file(f, "{\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":{\"S\":\"ZZ\"},\"title\":{\"en\":\"Secretland\"},\"text\":{\"en\":\"hidden\"},"
				   "\"for\":[\"members\"]" SOURCES "}");
	assert_int_equal(pos, 8);
	assert_string_equal(find_as(f, "members", UINT64_MAX, anything, "secretland"), "ZZ 8");
	assert_string_equal(find_as(f, "members", UINT64_MAX, anything, "ZZ"), "ZZ 8");
	assert_string_equal(find_as(f, "members", UINT64_MAX, anything, "hidden"), "8");
	static const char *const words[] = {"secretland", "Secretl", "ZZ", "hidden", "Secretlend"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const struct view *v = fix_view(f, "public", UINT64_MAX);
		struct search_query q = anything;
		q.text = str_of(words[i]);
		struct search_result r = ask(f, v, q);
		assert_int_equal(r.n + r.nnear, 0);
		view_unref(v);
		assert_string_equal(find_as(f, "KZ", UINT64_MAX, anything, words[i]), "");
	}
	assert_int_equal(reg_search_figures(f->reg).indexes, 3);
}

static void what_came_later_is_not_known_earlier(void **state)
{
	struct fix *f = *state;
	(void)fix_file(f, STATE("XA", "1999-01-01", "\"en\":\"Lakeland\"")); /* 8: dated before everything, filed last */
	assert_found(f, "lakeland", "XA 8");
	assert_string_equal(find_as(f, "public", 7, anything, "lakeland"), "");
	assert_string_equal(find_as(f, "public", 7, anything, "XA"), "");
	assert_string_equal(find_as(f, "public", 8, anything, "lakeland"), "XA 8");
	assert_int_equal(reg_search_figures(f->reg).made, 1); /* one index for all that is known when */
}

static void corrections_replace(void **state)
{
	struct fix *f = *state;
	uint64_t first = fix_file(f, STATE("XA", "2004-01-01", "\"en\":\"Lakeland\""));
	char act[400];
	assert_found(f, "lakeland", "XA 8");
	snprintf(act, sizeof act, "{\"kind\":\"state_listed\",\"date\":\"2004-01-01\",\"args\":{\"S\":\"XA\"},\"title\":{\"en\":\"Riverland\"},\"corrects\":%d" SOURCES "}", (int)first);
	uint64_t second = fix_file(f, act);
	assert_int_equal(second, 9);
	assert_found(f, "lakeland", "");
	assert_found(f, "riverland", "XA 9");
	assert_string_equal(find_as(f, "public", first, anything, "lakeland"), "XA 8");
	assert_string_equal(find_as(f, "public", first, anything, "riverland"), "");
	snprintf(act, sizeof act, "{\"corrects\":%d,\"annul\":true,\"date\":\"2005-01-01\",\"title\":{\"en\":\"Taken back\"}" SOURCES "}", (int)second);
	assert_int_equal(fix_file(f, act), 10);
	assert_found(f, "riverland", ""); /* the correction is void: what it corrected stands again */
	assert_found(f, "lakeland", "XA 8");
	assert_string_equal(find_as(f, "public", 9, anything, "riverland"), "XA 9");
	assert_string_equal(find_as(f, "public", 9, anything, "lakeland"), "");
	assert_string_equal(find_as(f, "public", 8, anything, "lakeland"), "XA 8");
}

/* The same whether the index grew with the record or was made of all of it at once. */
static void grown_and_made_at_once_find_the_same(void **state)
{
	static const char *const words[] = {"lake", "lakeland", "riverland", "district", "XA", "XB", "austria"};
	struct fix *f = *state;
	char grown[7][16][200];
	find(f, "lake");
	(void)fix_file(f, STATE("XA", "2004-01-01", "\"en\":\"Lakeland\""));
	find(f, "lake");
	(void)fix_file(f, STATE("XB", "2003-01-01", "\"en\":\"Lake District\""));
	(void)fix_file(f, "{\"kind\":\"state_listed\",\"date\":\"2004-01-01\",\"args\":{\"S\":\"XA\"},\"title\":{\"en\":\"Riverland\"},\"corrects\":8" SOURCES "}");
	find(f, "lake");
	(void)fix_file(f, "{\"kind\":\"state_listed\",\"date\":\"2004-01-01\",\"args\":{\"S\":\"XA\"},\"title\":{\"en\":\"Lake Riverland\"},\"corrects\":8" SOURCES "}");
	for (uint64_t known = 1; known <= 11; known++)
		for (size_t i = 0; i < 7; i++)
			snprintf(grown[i][known], 200, "%s", find_as(f, "public", known, anything, words[i]));
	fix_reopen(f, REG_WRITE);
	for (uint64_t known = 11; known >= 1; known--)
		for (size_t i = 0; i < 7; i++)
			assert_string_equal(find_as(f, "public", known, anything, words[i]), grown[i][known]);
	assert_string_equal(grown[0][11], "XA XB 11 9");
	assert_string_equal(grown[2][10], "XA 10");
}

static void what_is_only_supposed_is_not_searched(void **state)
{
	struct fix *f = *state;
	const struct view *v;
	struct search_result r;
	struct search_query q = anything;
	assert_int_equal(reg_suppose(f->reg, STR(STATE("XA", "2004-01-01", "\"en\":\"Lakeland\"")), STR("public"), &v, &f->e), 0);
	q.text = STR("lakeland");
	assert_int_equal(reg_search(f->reg, v, &q, &f->arena, &r, &f->e), ERR_INPUT);
	view_unref(v);
	assert_found(f, "lakeland", "");
}

/* ---- documents of acts ---------------------------------------------------------------------------------------------------------- */

static void file_papers(struct fix *f)
{
	struct log_blob papers[] = {
		{.type = STR("text/plain"), .bytes = STR("Plain words about a glacier.")},
		{.type = STR("text/html; charset=utf-8"), .bytes = STR("<html><head><title>volcano</title></head><body class='geyser'>The <b>fjo</b>rd &amp; <a href=\"x>y\">the"
			"</a> m&#252;ller<script>secret()</script></body></html>")},
		{.type = STR("application/pdf"), .bytes = STR("glacier in a PDF")},
	};
	struct digest hash[3];
	struct hasher h;
	struct filed filed;
	struct buf b;
	buf_init(&b, 10000);
	hasher_init(&h);
	buf_adds(&b, "{\"kind\":\"note_made\",\"date\":\"2003-01-01\",\"args\":{\"A\":\"7\"},\"documents\":[");
	for (size_t i = 0; i < 3; i++) {
		sha256(&h, papers[i].bytes, &hash[i]);
		buf_adds(&b, i ? ",{\"sha256\":\"" : "{\"sha256\":\"");
		buf_add_hex(&b, hash[i].b, DIGEST_LEN);
		buf_addf(&b, "\",\"lang\":\"en\",\"type\":\"%.*s\",\"title\":{\"en\":\"Annex %c\"}}", STR_ARG(papers[i].type), 'P' + (int)i);
	}
	buf_adds(&b, "]" SOURCES "}");
	hasher_done(&h);
	struct act_in in = {.text = buf_str(&b), .documents = papers, .ndocuments = 3};
	int rc = reg_file(f->reg, &in, false, &f->arena, &filed, &f->e);
	if (rc < 0)
		print_message("# %s: %s\n", f->e.where, f->e.what);
	assert_int_equal(rc, 0);
	view_unref(filed.before);
	view_unref(filed.after);
	buf_done(&b);
}

static void papers_are_read(void **state)
{
	struct fix *f = *state;
	file_papers(f);
	assert_found(f, "glacier", "8/0"); /* what a PDF says is not read */
	assert_found(f, "annex R", "8/2"); /* but its name is */
	assert_found(f, "annex", "8/2 8/1 8/0");
	assert_found(f, "muller fjord", "");
	assert_found(f, "fjo rd", "8/1");
	assert_found(f, "müller", "8/1");
	assert_found(f, "volcano", "");
	assert_found(f, "geyser", "");
	assert_found(f, "secret volcano", "");
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	struct search_query q = anything;
	struct search_snippet s;
	q.text = STR("Müller");
	q.kind = SEARCH_PAPER;
	struct search_result r = ask(f, v, q);
	assert_int_equal(r.n, 1);
	search_show(r.terms, reg_search_paper(f->reg, v, &r.v[0], &f->arena), 100, &f->arena, &s);
	assert_true(s.any);
	for (size_t i = 0; i < s.n; i++)
		if (s.v[i].found)
			assert_true(str_eq(s.v[i].text, STR("müller")));
	view_unref(v);
}

/* ---- what is shown ---------------------------------------------------------------------------------------------------------------- */

static void words_are_shown_where_they_stand(void **state)
{
	struct fix *f = *state;
	assert_string_equal(show(f, "party", "Parties <b> and a PARTY", 100), "[Parties] <b> and a [PARTY]");
	assert_string_equal(show(f, "who is the party of it", "the party, who is it, of", 100), "the [party], who is it, of");
	assert_string_equal(show(f, "of it", "a part of it", 100), "a part [of] [it]");
	assert_string_equal(show(f, "РФ и Китай", "РФ и Китай", 100), "[РФ] и [Китай]");
	assert_string_equal(show(f, "合作组织", "上海合作组织成员国", 100), "上海[合作组织]成员国");
	assert_string_equal(show(f, "астана", "Саммит в Астане прошёл", 100), "Саммит в [Астане] прошёл");
	assert_string_equal(show(f, "end", "one two three four five six seven eight nine ten eleven twelve the end of it all and some more", 40),
		"… twelve the [end] of it all and some more");
	assert_string_equal(show(f, "нет", "Совет глав государств", 20), "Совет глав …");
	assert_string_equal(show(f, "", "plain", 20), "plain");
	assert_string_equal(show(f, "国", "国家元首理事会会议", 10), "[国]家元 …");
}

/* ---- bounds ------------------------------------------------------------------------------------------------------------------------- */

static void questions_are_bounded(void **state)
{
	struct fix *f = *state;
	struct buf b;
	struct search_query q = anything;
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 20; i++)
		buf_adds(&b, "austria ");
	q.text = buf_str(&b);
	struct search_result r = ask(f, v, q);
	assert_true(r.cut);
	for (int i = 0; i < 50000; i++)
		buf_adds(&b, "中国");
	q.text = buf_str(&b);
	assert_true(ask(f, v, q).cut);
	static const char *const syntax[] = {"a AND", "NEAR(a b)", "t:austria", "{t} : x", "^austria", "austria*", "\"austria", "a\"\"b", "(", "')--", "\\", "NOT", "a OR OR b", "-", "\"+\"", ("aus\xff" "tria")};
	for (size_t i = 0; i < sizeof syntax / sizeof *syntax; i++) {
		q.text = str_of(syntax[i]);
		(void)ask(f, v, q);
	}
	view_unref(v);
	buf_done(&b);
}

static void common_words_say_that_there_is_more(void **state)
{
	struct fix *f = *state;
	struct buf lines;
	uint64_t done;
	buf_init(&lines, 1 << 20);
	for (int i = 0; i < 300; i++)
		buf_addf(&lines, "{\"kind\":\"note_made\",\"date\":\"2001-%02d-%02d\",\"args\":{\"A\":\"7\"},\"text\":{\"en\":\"common %s\"}" SOURCES "}\n", 1 + i / 28 % 12, 1 + i % 28, i == 0 ? "rare" : "word");
	assert_int_equal(reg_load(f->reg, buf_str(&lines), "lines", NULL, NULL, &done, &f->e), 0);
	buf_done(&lines);
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	struct search_query q = anything;
	q.text = STR("common");
	q.kind = SEARCH_ACT;
	struct search_result r = ask(f, v, q);
	assert_int_equal(r.n, SEARCH_HITS);
	assert_true(r.more);
	for (size_t i = 1; i < r.n; i++)
		assert_true(r.v[i - 1].act->act.date > r.v[i].act->act.date || (r.v[i - 1].act->act.date == r.v[i].act->act.date && r.v[i - 1].act->pos > r.v[i].act->pos));
	q.text = STR("common rare");
	r = ask(f, v, q);
	assert_int_equal(r.n, 1);
	assert_false(r.more);
	view_unref(v);
}

/* Who comes while an index is being made is told so, and may ask again; a register that closes makes no more. */
static void nobody_waits_long(void **state)
{
	struct fix *f = *state;
	struct search_query q = anything;
	struct search_result r;
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	q.text = STR("austria");
	assert_int_equal(reg_search_prepare(f->reg, v, &f->e), 0);
	struct search_index *x = NULL;
	for (size_t i = 0; i < SEARCH_INDEXES; i++)
		x = f->reg->searches.kept[i].x ? f->reg->searches.kept[i].x : x;
	assert_non_null(x);
	pthread_mutex_lock(&x->lock);
	assert_int_equal(reg_search(f->reg, v, &q, &f->arena, &r, &f->e), ERR_CONFLICT);
	pthread_mutex_unlock(&x->lock);
	assert_int_equal(reg_search(f->reg, v, &q, &f->arena, &r, &f->e), 0);
	reg_search_stop(f->reg);
	assert_int_equal(reg_search(f->reg, v, &q, &f->arena, &r, &f->e), 0); /* nothing to make */
	const struct view *other = fix_view(f, "members", UINT64_MAX);
	assert_int_equal(reg_search(f->reg, other, &q, &f->arena, &r, &f->e), ERR_REFUSED);
	view_unref(other);
	view_unref(v);
}

struct searcher {
	struct fix *f;
	const struct view *v;
	size_t found;
};

static void *search_often(void *arg)
{
	struct searcher *s = arg;
	struct search_query q = anything;
	struct arena a = {0};
	q.text = STR("austria");
	for (int i = 0; i < 200; i++) {
		struct search_result r;
		struct err e;
		if (reg_search(s->f->reg, s->v, &q, &a, &r, &e) == 0)
			s->found += r.n;
		arena_reset(&a);
	}
	arena_done(&a);
	return NULL;
}

static void many_may_ask_at_once(void **state)
{
	enum { THREADS = 6 };
	struct fix *f = *state;
	pthread_t t[THREADS];
	struct searcher s[THREADS];
	for (size_t i = 0; i < THREADS; i++) {
		s[i] = (struct searcher){f, fix_view(f, i % 2 ? "public" : "members", i < 3 ? UINT64_MAX : 5), 0};
		assert_int_equal(pthread_create(&t[i], NULL, search_often, &s[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(s[i].found, s[0].found);
		view_unref(s[i].v);
	}
	assert_true(s[0].found >= 200);
	assert_int_equal(reg_search_figures(f->reg).indexes, 2);
}

/* ---- hashes ---------------------------------------------------------------------------------------------------------------------------- */

static void hashes_are_found_as_known(void **state)
{
	struct fix *f = *state;
	struct given given;
	struct search_named *named;
	size_t n;
	uint64_t pos = fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2003-01-01\",\"args\":{\"A\":\"7\"},\"text\":{\"en\":\"The very words\"}" SOURCES "}");
	given_of(STR("The very words"), &given);
	const struct view *now = fix_view(f, "public", UINT64_MAX), *before = fix_view(f, "public", pos - 1);
	assert_int_equal(reg_search_hash(f->reg, now, &given.bytes, 10, &f->arena, &named, &n, &f->e), 0);
	assert_true(n >= 1 && named[0].pos == pos && named[0].how == GENUINE_EXACT && str_eq(named[0].path, STR("text.en")));
	assert_int_equal(reg_search_hash(f->reg, before, &given.bytes, 10, &f->arena, &named, &n, &f->e), 0);
	assert_int_equal(n, 0);
	view_unref(now);
	view_unref(before);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)
	const struct CMUnitTest tests[] = {
		TEST(words_find_what_has_them), TEST(traditional_characters_are_marked),
		TEST(what_begins_so_or_stands_apart),
		TEST(names_come_before_texts_and_the_latest_first),
		TEST(filters_hold),
		TEST(what_is_sealed_is_found_by_its_readers_alone),
		TEST(what_came_later_is_not_known_earlier),
		TEST(corrections_replace),
		TEST(grown_and_made_at_once_find_the_same),
		TEST(what_is_only_supposed_is_not_searched),
		TEST(papers_are_read),
		TEST(words_are_shown_where_they_stand),
		TEST(questions_are_bounded),
		TEST(common_words_say_that_there_is_more),
		TEST(nobody_waits_long),
		TEST(many_may_ask_at_once),
		TEST(hashes_are_found_as_known),
	};
	return test_main(tests);
}
