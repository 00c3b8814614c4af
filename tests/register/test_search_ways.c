/* SPDX-License-Identifier: Apache-2.0
 *
 * What is written in several ways: Persian compounds, codes and the names that they stand for; labels; suggestions; what is marked.
 */
#include "tests/register/searching.h"

/* Persian compounds have three ways of writing, and a fourth with "and" apart; each finds all. Words of the sample's pages. */
static void what_a_joiner_holds_is_found_however_written(void **state)
{
	static const struct {
		const char *in[4], *with; /* texts, entries 8 to 11; what else may stand beside it in a question */
	} words[] = {
		{{"گفت وگوی راهبردی", "گفت\u200cوگوی راهبردی", "گفتوگوی راهبردی", "گفت و گوی راهبردی"}, "راهبردی"},
		{{"وزیران حمل ونقل", "وزیران حمل\u200cونقل", "وزیران حملونقل", "وزیران حمل و نقل"}, "وزیران"},
	};
	static const char *const asked[][5] = {
		{"گفت وگو", "گفت\u200cوگو", "گفتوگو", "گفت و گو", "گفتوگوهای"},
		{"حمل ونقل", "حمل\u200cونقل", "حملونقل", "حمل و نقل", "حمل\u200cونقلی"},
	};
	struct fix *f = *state;
	char act[600], q[200];
	for (size_t i = 0; i < 8; i++) {
		snprintf(act, sizeof act, "{\"kind\":\"note_made\",\"date\":\"20%02zu-01-01\",\"args\":{\"A\":\"7\"},\"text\":{\"fa\":\"%s\"}" SOURCES "}", 30 - i, words[i / 4].in[i % 4]);
		assert_int_equal(fix_file(f, act), 8 + i);
	}
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < 4; i++) {
			const char *all = k == 0 ? "8 9 10 11" : "12 13 14 15";
			assert_found(f, asked[k][i], all);
			snprintf(q, sizeof q, "%s %s", asked[k][i], words[k].with);
			assert_found(f, q, all);
			snprintf(q, sizeof q, "%s %s", words[k].with, asked[k][i]);
			assert_found(f, q, all);
			snprintf(q, sizeof q, "\"%s\"", asked[k][i]);
			assert_found(f, q, all);
			snprintf(q, sizeof q, "\"%s\"", words[k].in[i]); /* with its neighbour, side by side */
			assert_found(f, q, all);
		}
	assert_found(f, asked[0][4], "8 9 10 11");
	assert_found(f, "گو", "11");    /* a part of a compound is found where it stands as a word, */
	assert_found(f, "وگو", "8 9 11"); /* or between joiners, or as two words */
	assert_found(f, "\"راهبردی گفت\u200cوگو\"", "8 9 10 11"); /* not side by side in this order: found apart */
	assert_found(f, "گفت\u200cنقل", "");
}

static void three_parts_and_what_is_joined_by_habit(void **state)
{
	static const char *const in[] = {"ثبت شده ای", "ثبت\u200cشده\u200cای", "ثبتشدهای", "ثبت\u200cشده ای", "عشق آباد", "عشق\u200cآباد", "عشقآباد"};
	struct fix *f = *state;
	char act[600];
	for (size_t i = 0; i < 7; i++) {
		snprintf(act, sizeof act, "{\"kind\":\"note_made\",\"date\":\"20%02zu-01-01\",\"args\":{\"A\":\"7\"},\"title\":{\"fa\":\"%s\"}" SOURCES "}", 30 - i, in[i]);
		assert_int_equal(fix_file(f, act), 8 + i);
	}
	for (size_t i = 0; i < 4; i++)
		assert_found(f, in[i], "8 9 10 11");
	for (size_t i = 4; i < 7; i++)
		assert_found(f, in[i], "12 13 14");
}

/* What is nothing more than a name is so however it was written. */
static void a_name_is_whole_however_written(void **state)
{
	static const char *const asked[] = {"اسلام\u200cآباد", "اسلام آباد", "اسلامآباد"};
	struct fix *f = *state;
	(void)fix_file(f, STATE("XB", "2005-01-01", "\"fa\":\"اسلام\u200cآباد نو\""));
	(void)fix_file(f, STATE("XA", "2004-01-01", "\"fa\":\"اسلام\u200cآباد\""));
	for (size_t i = 0; i < 3; i++) {
		const struct view *v = fix_view(f, "public", UINT64_MAX);
		struct search_query q = anything;
		q.text = str_of(asked[i]);
		struct search_result r = ask(f, v, q);
		assert_string_equal(hits(f, v, &r), "XA XB 8 9");
		assert_true(r.v[0].whole && !r.v[1].whole);
		view_unref(v);
	}
}

static void suggestions_are_written_as_people_write(void **state)
{
	static const struct {
		const char *asked, *near;
	} all[] = {
		{"گفت\u200cوگز", "گفت\u200cوگو"}, {"گفتوگز", "گفت\u200cوگو"}, {"گفت وگز", "گفت وگو"}, {"یکپارچکی", "یکپارچگی"}, {"گفتوگز یکپارچگی", "گفت\u200cوگو یکپارچگی"},
		{"XZA", "XA"}, {"XZA گفتوگو", ""}, {"turkye", "Turkey"}, {"lakr", "lake"}, {"sumit", "summit"}, {"یکمارجگو", ""}, {"یکمارچگی", "یکپارچگی"},
		{"turkye sumit", "Turkey summit"}, {"turkye at the lakr", "Turkey at the lake"}, {"turkye qqqq", ""},
	};
	struct fix *f = *state;
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2003-01-01\",\"args\":{\"A\":\"7\"},\"title\":{\"fa\":\"گفت\u200cوگو و یکپارچگی\",\"en\":\"TURKEY: Turkey. Summit, a summit at the lake\"}" SOURCES "}");
	(void)fix_file(f, STATE("XA", "2004-01-01", "\"en\":\"Lake\""));
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct search_query q = anything;
		q.text = str_of(all[i].asked);
		struct search_result r = ask(f, v, q);
		assert_int_equal(r.n, 0);
		assert_true(r.nnear == (*all[i].near != '\0'));
		if (r.nnear)
			assert_string_equal(arena_str(&f->arena, r.near[0].text).p, all[i].near);
	}
	view_unref(v);
}

/* ---- codes ------------------------------------------------------------------------------------------------------------------ */

/* "BY" is a code, "by" is a word: of a hundred things with the word in their names, none comes before the one that is called so. */
static void codes_lead_to_what_they_name(void **state)
{
	struct fix *f = *state;
	char act[400];
	(void)fix_file(f, STATE("BY", "1995-01-01", "\"en\":\"Belarus\"")); /* 8 */
	for (int i = 0; i < 100; i++) {
		snprintf(act, sizeof act, STATE("X%d", "2004-01-01", "\"en\":\"Found by %d\""), i + 10, i);
		(void)fix_file(f, act);
	}
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2006-01-01\",\"args\":{\"A\":\"7\"},\"title\":{\"en\":\"Decision by consensus\"}" SOURCES "}"); /* 109 */
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2007-01-01\",\"args\":{\"A\":\"7\"},\"title\":{\"en\":\"Decision on Belarus\"}" SOURCES "}"); /* 110 */
	(void)fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2007-01-01\",\"args\":{\"A\":\"7\"},\"title\":{\"en\":\"BY and KZ: Decision\"}" SOURCES "}"); /* 111 */
	assert_found(f, "BY", "BY 111 110 8");
	assert_found(f, " \"BY\" ", "BY 111 110 8");
	assert_found(f, "BY decision", "111 110");
	assert_found(f, "by consensus", "109"); /* the word */
	assert_found(f, "BY consensus", "109"); /* nothing of the code: the word */
	assert_found(f, "CONSENSUS BY KZ", "");
	assert_found(f, "CONSENSUS BY", "109"); /* all in capitals: they say nothing */
	assert_found(f, "BY 42", "X52 51");	   /* nothing of the code: the word */
	struct search_query q = anything;
	q.kind = SEARCH_ACT;
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "BY"), "111 110 8");
	q = anything;
	q.kind = SEARCH_THING;
	q.on = view_on(date_from(1994, 1, 1));
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "BY"), "");
	q = anything;
	q.kind = SEARCH_THING;
	q.only = STR("xx");
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "BY"), "");
	q.kind = SEARCH_ANY;
	q.only = STR("en");
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "BY"), "BY 111 110 8");
	q = anything;
	q.strict = true;
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "BY"), "BY 111 110 8");
	q.kind = SEARCH_THING;
	assert_string_equal(find_as(f, "public", 7, q, "BY"), ""); /* not known yet */
}

static void all_ways_are_marked(void **state)
{
	struct fix *f = *state;
	assert_string_equal(show(f, "BY", "Founded by BY and by others", 100), "Founded [by] [BY] and [by] others"); /* nothing is called so here */
	(void)fix_file(f, STATE("BY", "1995-01-01", "\"en\":\"Republic of Belarus\",\"fa\":\"گفت و گو\",\"ru\":\"گفت\u200cوگو\""));
	assert_string_equal(show(f, "BY", "Founded by BY of the Republic of Belarus", 100), "Founded by [BY] of the [Republic of Belarus]");
	assert_string_equal(show(f, "گفتوگو", "و گفت و گو، و گفت\u200cوگو و گفت", 100), "و [گفت و گو]، و [گفت\u200cوگو] و گفت");
	assert_string_equal(show(f, "گفت وگو", "گفت\u200cوگو و گفتوگو", 100), "[گفت\u200cوگو] و [گفتوگو]");
}

/* ---- labels ----------------------------------------------------------------------------------------------------------------- */

#define FLAG(f, colour, more) "{\"kind\":\"flag_raised\",\"date\":\"2003-01-01\",\"args\":{\"F\":\"" f "\",\"colour\":\"" colour "\"}" more SOURCES "}"

static bool hides_others(void *ctx, const struct search_hit *h)
{
	(void)ctx;
	return h->kind != SEARCH_LABEL;
}

static void assert_labels(struct fix *f, const char *audience, uint64_t known, const char *text, const char *expected)
{
	struct search_query q = anything;
	q.hides = hides_others;
	assert_string_equal(find_as(f, audience, known, q, text), expected);
}

/* Kinds of acts and values are found by the words for them in each language of the pages, whole, bent or begun. */
static void labels_are_found_in_each_language(void **state)
{
	struct fix *f = *state;
	assert_labels(f, "public", UINT64_MAX, "serment", "kind:sworn");
	assert_labels(f, "public", UINT64_MAX, "SERMENT PRETE", "kind:sworn");
	assert_labels(f, "public", UINT64_MAX, "serm", "kind:sworn");
	assert_labels(f, "public", UINT64_MAX, "sworn", "kind:sworn"); /* no English label: its name, with blanks for '_' */
	assert_labels(f, "public", UINT64_MAX, "flag raised", "kind:flag_raised");
	assert_labels(f, "public", UINT64_MAX, "vert", "colour=green");
	assert_labels(f, "public", UINT64_MAX, "verdoyants", "colour=green"); /* another form of it */
	assert_labels(f, "public", UINT64_MAX, "observateurs", "status=observer granted=observer"); /* a word of org.json */
	assert_labels(f, "public", UINT64_MAX, "serment vert", "");
	struct search_query q = anything;
	q.only = STR("fr");
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "flag raised"), ""); /* French has no word of its own for it */
	q = anything;
	q.kind = SEARCH_ACT;
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "serment"), "");
	q = anything;
	q.from = date_from(2000, 1, 1);
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "serment"), "");
}

/* A word that acts have as an argument is one label, however many have it, from the first on that the audience may read. */
static void words_of_acts_are_labels(void **state)
{
	struct fix *f = *state;
	assert_int_equal(fix_file(f, FLAG("F1", "red", ",\"for\":[\"members\"]")), 8);
	assert_labels(f, "public", UINT64_MAX, "green", "colour=green");
	uint64_t pos = fix_file(f, FLAG("F2", "green", ""));
	(void)fix_file(f, FLAG("F3", "green", ""));
	assert_labels(f, "public", UINT64_MAX, "green", "colour=green colour:green");
	assert_labels(f, "public", UINT64_MAX, "vert", "colour=green colour:green");
	assert_labels(f, "public", UINT64_MAX, "red", "colour=red");
	assert_labels(f, "members", UINT64_MAX, "red", "colour=red colour:red");
	assert_labels(f, "public", pos - 1, "green", "colour=green"); /* not known yet */
	assert_labels(f, "public", pos, "green", "colour=green colour:green");
}

static bool hides_values(void *ctx, const struct search_hit *h)
{
	(void)ctx;
	return h->kind == SEARCH_LABEL && h->label.is == LABEL_VALUE;
}

/* Labels come before names, and those that are the words and nothing more before all; what the page has nothing for is not found. */
static void labels_come_first_and_can_be_hidden(void **state)
{
	struct fix *f = *state;
	struct search_query q = anything;
	(void)fix_file(f, STATE("XA", "2004-01-01", "\"en\":\"Green Lake\""));
	(void)fix_file(f, STATE("XB", "2004-01-01", "\"en\":\"Flag\""));
	assert_found(f, "green", "colour=green XA law:the-league-an-organisation-for-tests 8");
	assert_found(f, "flag", "XB kind:flag_raised law:pact-3-notes-flags-and-clocks law:the-league-an-organisation-for-tests 9");
	q.hides = hides_values;
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "green"), "XA law:the-league-an-organisation-for-tests 8");
	assert_string_equal(find_as(f, "public", UINT64_MAX, q, "vert"), "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)
	const struct CMUnitTest tests[] = {
		TEST(what_a_joiner_holds_is_found_however_written),
		TEST(three_parts_and_what_is_joined_by_habit),
		TEST(a_name_is_whole_however_written),
		TEST(suggestions_are_written_as_people_write),
		TEST(codes_lead_to_what_they_name),
		TEST(all_ways_are_marked),
		TEST(labels_are_found_in_each_language),
		TEST(words_of_acts_are_labels),
		TEST(labels_come_first_and_can_be_hidden),
	};
	return test_main(tests);
}
