/* SPDX-License-Identifier: Apache-2.0
 *
 * The entry that a published page names is put where its hole is: wherever it stands, in the digits of any language, and nowhere else.
 */
#include "tests/test.h"

#include "publish/hole.h"

#include <string.h>

static const uint64_t hole = 7346190255846091377;

static void expect(const char *text, const char *code, uint64_t entry, const char *want)
{
	struct arena a = {0};
	struct str got = hole_fill(&a, str_of(text), code ? tongue_find(str_of(code)) : NULL, hole, entry);
	assert_true(str_eq(got, str_of(want)));
	arena_done(&a);
}

static void stands_wherever_the_hole_was(void **state)
{
	(void)state;
	expect("7346190255846091377", NULL, 5, "5");
	expect("<a href=\"/en/acts/7346190255846091377\">7346190255846091377</a>, x", "en", 1234, "<a href=\"/en/acts/1234\">1234</a>, x");
	expect("73461902558460913777346190255846091377", "ru", 0, "00");
	expect("known=7346190255846091377", "en", 7346190255846091377, "known=7346190255846091377"); /* as long as the longest */
}

static void stands_in_the_digits_of_the_page(void **state)
{
	(void)state;
	expect("?known=7346190255846091377 در ۷۳۴۶۱۹۰۲۵۵۸۴۶۰۹۱۳۷۷.", "fa", 1249, "?known=1249 در ۱۲۴۹.");
	expect("۷۳۴۶۱۹۰۲۵۵۸۴۶۰۹۱۳۷۷", "en", 1249, "۷۳۴۶۱۹۰۲۵۵۸۴۶۰۹۱۳۷۷"); /* no digits of that page */
}

static void another_number_stays(void **state)
{
	struct arena a = {0};
	static const char text[] = "7346190255846091376 and 734619025584609137";
	(void)state;
	expect(text, "fa", 9, text);
	assert_ptr_equal(hole_fill(&a, str_of(text), NULL, hole, 9).p, text); /* not even copied */
	assert_int_equal(hole_fill(&a, STR(""), NULL, hole, 9).n, 0);
	arena_done(&a);
}

static void is_drawn_anew(void **state)
{
	uint64_t last = 0;
	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t n = hole_draw();
		assert_true(n >= 1000000000000000000 && n <= INT64_MAX && n != last);
		last = n;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stands_wherever_the_hole_was),
		cmocka_unit_test(stands_in_the_digits_of_the_page),
		cmocka_unit_test(another_number_stays),
		cmocka_unit_test(is_drawn_anew),
	};
	return test_main(tests);
}
