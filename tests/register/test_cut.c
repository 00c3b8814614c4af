/* SPDX-License-Identifier: Apache-2.0
 *
 * Text cut into words for the search: a table of cases in five scripts; any bytes.
 */
#include "tests/test.h"

#include "base/arena.h"
#include "register/search_cut.h"

#include <stdlib.h>
#include <string.h>

/* "a | b (c)": words at a place of their own, and in brackets those beside them. */
static int write_word(void *ctx, const struct cut_word *w)
{
	struct buf *b = ctx;
	buf_adds(b, w->beside ? " (" : b->n ? " | " : "");
	buf_add(b, w->text);
	buf_adds(b, w->beside ? ")" : "");
	return 0;
}

static const char *cut(struct buf *b, const char *text, enum cut_for how)
{
	struct cutter *c = cutter_new();
	assert_non_null(c);
	buf_clear(b);
	buf_adds(b, "");
	assert_int_equal(cut_words(c, str_of(text), how, write_word, b), 0);
	cutter_free(c);
	return b->n ? b->p : "";
}

static const struct {
	const char *text, *words, *query;
} cases[] = {
	/* English, French, Turkish: case, marks, apostrophes, low lines, stops, plurals */
	{"The Parties' Status", "the | parties (party) | status", "the | party | status"},
	{"l’État d'urgence", "l | etat | d | urgence", "l | etat | d | urgence"},
	{"Türkiye, TÜRKİYE, ısı", "turkiye | turkiye | isi", "turkiye | turkiye | isi"},
	{"consent_deposited rulebook.md CHS-2022-7", "consent | deposited | rulebook | md | chs (CHS) | 2022 | 7",
		"consent | deposited | rulebook | md | chs | 2022 | 7"},
	/* capitals of ASCII as they stand too */
	{"BY by By PARTIES G7 7 A ШОС", "by (BY) | by | by | parties (party) (PARTIES) | g7 (G7) | 7 | a | шос", "by | by | by | party | g7 | 7 | a | шос"},
	{"mass basis gas 3.14 1,000", "mass | basis | gas | 3.14 | 1,000", "mass | basis | gas | 3.14 | 1,000"},
	{"ﬁnal Straße Łódź Ørsted", "final | strasse | lodz | orsted", "final | strasse | lodz | orsted"},
	/* Russian: endings, е for ё, й stays */
	{"Саммит саммита саммитов", "саммит | саммита (саммит) | саммитов (саммит)", "саммит | саммит | саммит"},
	{"Китай Китая Китаем", "китай (кита) | китая (кита) | китаем (кита)", "кита | кита | кита"},
	{"Индия, Индией; России", "индия (инди) | индией (инди) | россии (росс)", "инди | инди | росс"},
	{"ещё ЕЩЕ мой", "еще | еще | мой", "еще | еще | мой"},
	{"организациями организация", "организациями (организац) | организация (организац)", "организац | организац"},
	{"присоединение к соглашению", "присоединение (присоединен) | к | соглашению (соглашен)", "присоединен | к | соглашен"},
	/* Chinese: pairs, single characters beside them; beyond the basic plane; among letters */
	{"中国", "中国 (中) | 国", "中国"},
	{"上海合作组织", "上海 (上) | 海合 (海) | 合作 (合) | 作组 (作) | 组织 (组) | 织", "上海 | 海合 | 合作 | 作组 | 组织"},
	{"国", "国", "国"},
	/* traditional characters as the simplified ones, whichever way: 薴, 苧 and 苎 go round in ICU */
	{"上海合作組織", "上海 (上) | 海合 (海) | 合作 (合) | 作组 (作) | 组织 (组) | 织", "上海 | 海合 | 合作 | 作组 | 组织"},
	{"國", "国", "国"},
	{"薴苧苎", "苎苎 (苎) | 苎苎 (苎) | 苎", "苎苎 | 苎苎"},
	{"第3条，A国", "第 | 3 | 条 | a | 国", "第 | 3 | 条 | a | 国"},
	{"𠀀𠀁中", "𠀀𠀁 (𠀀) | 𠀁中 (𠀁) | 中", "𠀀𠀁 | 𠀁中"},
	/* Persian and Arabic: one yeh and one kaf, no joiner, no vowels, digits, plural, article */
	{"کشورهای یکی", "كشورهاي (كشور) | يكي", "كشور | يكي"},
	{"کتاب\u200cها", "كتابها (كتاب) (ها)", "كتاب"},
	{"گفت\u200cوگو، مي\u200cشود", "گفتوگو (گفت) (وگو) | ميشود (مي) (شود)", "گفتوگو | ميشود"},
	{"شورای شوراها شورا جای", "شوراي (شورا) | شوراها (شورا) | شورا | جاي", "شورا | شورا | شورا | جاي"},
	{"گفت\u200cوگوی نیروی روی خانه\u200cی", "گفتوگوي (گفتوگو) (گفت) (وگو) | نيروي (نيرو) | روي (رو) | خانهي (خانه) (ي)", "گفتوگو | نيرو | رو | خانه"},
	{"گفتوگو گفت وگو", "گفتوگو | گفت | وگو", "گفتوگو | گفت | وگو"},
	{"\u200cالف\u200c", "الف", "الف"},
	{"الْكِتَابُ والدولة", "الكتاب (كتاب) | والدوله (دوله)", "كتاب | دوله"},
	{"أحمد إيران آسيا ســلام ۱۲۳ ١٢٣", "احمد | ايران | اسيا | سلام | 123 | 123", "احمد | ايران | اسيا | سلام | 123 | 123"},
	/* marks that are vowels stay */
	{"हिन्दी", "हिन्दी", "हिन्दी"},
	/* nothing */
	{"", "", ""},
	{" \t\n… — «»“”", "", ""},
	{"\" ' AND NEAR( * ) ^ : - +", "and (AND) | near (NEAR)", "and | near"},
	/* not UTF-8 */
	{"a\xff\xfe" "b \xe4\xb8 c\xc0\xaf\xed\xa0\x80 d", "a | b | c | d", "a | b | c | d"},
};

static void words_of_many_languages(void **state)
{
	struct buf b;
	(void)state;
	buf_init(&b, 10000);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_string_equal(cut(&b, cases[i].text, CUT_TEXT), cases[i].words);
		assert_string_equal(cut(&b, cases[i].text, CUT_QUERY), cases[i].query);
	}
	assert_string_equal(cut(&b, "Китая Parties 中国", CUT_WHOLE), "китая | parties | 中国");
	assert_string_equal(cut(&b, "کتاب\u200cها\u200c گفت\u200cوگوها", CUT_WHOLE), "كتابها | گفتوگوها");
	assert_string_equal(cut(&b, "کتاب\u200cها\u200c گفت\u200cوگوها 中国", CUT_PARTS), "كتاب | ها | گفت | وگوها | 中国");
	buf_done(&b);
}

struct watching {
	struct str text;
	size_t from, words, places;
};

/* What search_cut.h promises of every word. */
static int watch(void *ctx, const struct cut_word *w)
{
	struct watching *k = ctx;
	assert_in_range(w->text.n, 1, CUT_WORD_MAX);
	assert_true(str_utf8(w->text));
	assert_null(memchr(w->text.p, '"', w->text.n));
	assert_null(memchr(w->text.p, ' ', w->text.n));
	assert_null(memchr(w->text.p, '\0', w->text.n));
	assert_true(w->from < w->to && w->to <= k->text.n && w->from >= k->from);
	assert_true(w->beside || !w->part);
	assert_true(w->beside || w->from > k->from || k->words == 0);
	k->from = w->from;
	k->words++;
	k->places += !w->beside;
	return 0;
}

static void any_bytes_may_be_given(void **state)
{
	static const char *const parts[] = {"a", "Совет", "中", "国家", " ", "\xff", "\xe4\xb8", "\"", "\u0301", "\u200c", "ﷺ", "\U00020000", ".", "9", "\n",
		"\0", "ها", "й", "\xf4\x90\x80\x80"};
	char text[6000];
	struct cutter *c = cutter_new();
	(void)state;
	srand(7);
	for (int run = 0; run < 400; run++) {
		size_t n = 0, want = (size_t)rand() % sizeof text;
		while (n + 16 < want) {
			const char *p = parts[(size_t)rand() % (sizeof parts / sizeof *parts)];
			size_t k = strlen(p) ? strlen(p) : 1;
			if (rand() % 8 == 0)
				text[n++] = (char)rand();
			memcpy(text + n, p, k);
			n += k;
		}
		struct watching w = {.text = {text, n}}, q = w, whole = w;
		assert_int_equal(cut_words(c, w.text, CUT_TEXT, watch, &w), 0);
		assert_int_equal(cut_words(c, q.text, CUT_QUERY, watch, &q), 0);
		assert_int_equal(cut_words(c, whole.text, CUT_WHOLE, watch, &whole), 0);
		assert_int_equal(q.words, q.places);
		assert_int_equal(q.words, whole.words);
		assert_true(w.places >= q.places);
	}
	cutter_free(c);
}

static int count(void *ctx, const struct cut_word *w)
{
	*(size_t *)ctx += !w->beside;
	return 0;
}

/* A text is looked at in slices: words at their borders stay whole. */
static void long_texts_are_cut_alike(void **state)
{
	static const char *const words[] = {"council ", "государство ", "理事会，", "كشور "};
	static const size_t each[] = {1, 1, 3, 1};
	struct cutter *c = cutter_new();
	struct buf b;
	(void)state;
	buf_init(&b, 1 << 20);
	for (size_t k = 0; k < 4; k++) {
		size_t n = 0;
		buf_clear(&b);
		for (int i = 0; i < 20000; i++)
			buf_adds(&b, words[k]);
		assert_int_equal(cut_words(c, buf_str(&b), CUT_TEXT, count, &n), 0);
		assert_int_equal(n, 20000 * each[k]);
	}
	cutter_free(c);
	buf_done(&b);
}

static int stop_at_third(void *ctx, const struct cut_word *w)
{
	(void)w;
	return ++*(int *)ctx == 3 ? 42 : 0;
}

static void whoever_listens_may_stop(void **state)
{
	struct cutter *c = cutter_new();
	int n = 0;
	(void)state;
	assert_int_equal(cut_words(c, STR("a b c d"), CUT_TEXT, stop_at_third, &n), 42);
	assert_int_equal(n, 3);
	n = 0;
	assert_int_equal(cut_words(c, STR("国家元首"), CUT_TEXT, stop_at_third, &n), 42);
	cutter_free(c);
	cutter_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_many_languages),
		cmocka_unit_test(any_bytes_may_be_given),
		cmocka_unit_test(long_texts_are_cut_alike),
		cmocka_unit_test(whoever_listens_may_stop),
	};
	return test_main(tests);
}
