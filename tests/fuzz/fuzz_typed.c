/* SPDX-License-Identifier: Apache-2.0
 *
 * What people type: days and acts. What is read as a day stands on the calendar, and is the same day when pages write it, in every language;
 * what is left of a text beside it is part of that text; what is too long for a field is nothing.
 */
#include "tests/fuzz/fuzz.h"

#include "html/parts.h"
#include "html/tr.h"
#include "web/typed.h"

static struct typed *reader(void)
{
	static struct typed *t;
	if (!t)
		t = typed_new();
	return t;
}

/* Of years before 1000 pages write fewer digits than a year that is read must have. */
static void is_day(civil day, struct arena *a)
{
	must(day >= CIVIL_MIN && day <= CIVIL_MAX && date_is_day(day));
	for (size_t i = 0; i < tongues_n && date_year(day) >= 1000; i++) {
		const struct out o = {NULL, a, &tongues[i]};
		civil again;
		must(typed_day(reader(), show_day(&o, day), a, &again) && again == day);
	}
}

static void is_act(uint64_t n, struct arena *a)
{
	for (size_t i = 0; i < tongues_n; i++) {
		const struct out o = {NULL, a, &tongues[i]};
		uint64_t again;
		must(typed_act(reader(), TR_FILL(&o, "act {n}", {"n", arena_fmt(a, "%llu", (unsigned long long)n)}), a, &again) && again == n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct str text = {(const char *)data, n}, rest;
	civil day, alone;
	uint64_t number, act;
	bool within = typed_day_within(reader(), text, &a, &day, &rest);
	bool is_number = typed_number(reader(), text, &a, &number), digits = typed_digits(reader(), text, &a);
	must(!within || (digits && rest.n < n && (!str_utf8(text) || str_utf8(rest))));
	if (typed_day(reader(), text, &a, &alone))
		must(within && alone == day && n <= TYPED_MAX);
	if (within)
		is_day(day, &a);
	struct typed_date none;
	if (typed_no_day(reader(), text, &a, &none)) /* it names no day, and may not be one that there is */
		must(digits && n <= TYPED_MAX && none.year >= 1 && none.month >= 1 && none.month <= 12 && (none.day < 1 || none.day > date_month_length(none.year, none.month)) &&
			!typed_day(reader(), text, &a, &alone));
	if (typed_act(reader(), text, &a, &act)) {
		must(digits && (!is_number || act == number));
		is_act(act, &a);
	} else {
		must(!is_number);
	}
	must(!typed_day(NULL, text, &a, &alone) && !typed_no_day(NULL, text, &a, &none));
	arena_done(&a);
	return 0;
}
