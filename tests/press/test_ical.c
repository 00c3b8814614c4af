/* SPDX-License-Identifier: Apache-2.0
 *
 * Calendars: the bytes, and what libical reads in them: whatever goes in comes out again.
 */
#include "tests/test.h"

#include "press/ical.h"

#include <libical/ical.h>
#include <string.h>

static const struct ical_shift shifts[] = {{1711846800 + 3600, 3600, 7200}, {1729994400 + 3600, 7200, 3600}}; /* 2024-03-31, 2024-10-27 in central Europe */

static struct ical_event event(void)
{
	return (struct ical_event){.uid = STR("M-1@register.example/acts"), .summary = STR("First meeting"), .lang = STR("en"), .location = STR("Geneva"),
		.description = STR("Open to all."), .url = STR("https://register.example/en/meetings/M-1"), .category = STR("Council"),
		.first = date_from(2024, 7, 3), .last = date_from(2024, 7, 4), .status = ICAL_CONFIRMED, .changed = date_from(2024, 1, 2) + 3600};
}

static struct ical calendar(const struct ical_event *v, size_t n)
{
	return (struct ical){.product = STR("-//Register//Test//EN"), .name = STR("Council"), .description = STR("Unofficial."), .lang = STR("en"),
		.url = STR("https://register.example/en/bodies/C"), .zone = STR("Europe/Zurich"), .shifts = shifts, .nshifts = 2, .offset = 3600, .events = v,
		.nevents = n};
}

static void the_bytes(void **state)
{
	struct ical_event v = event();
	struct ical c = calendar(&v, 1);
	struct buf b;
	struct err e = {0};
	(void)state;
	buf_init(&b, 1 << 16);
	assert_int_equal(ical_write(&c, &b, &e), 0);
	assert_string_equal(b.p,
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Register//Test//EN\r\nCALSCALE:GREGORIAN\r\nNAME;LANGUAGE=en:Council\r\nX-WR-CALNAME:Council\r\n"
		"DESCRIPTION;LANGUAGE=en:Unofficial.\r\nURL:https://register.example/en/bodies/C\r\nREFRESH-INTERVAL;VALUE=DURATION:P1D\r\n"
		"BEGIN:VTIMEZONE\r\nTZID:Europe/Zurich\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
		"BEGIN:DAYLIGHT\r\nDTSTART:20240331T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\n"
		"BEGIN:STANDARD\r\nDTSTART:20241027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
		"BEGIN:VEVENT\r\nUID:M-1@register.example/acts\r\nDTSTAMP:20240102T000000Z\r\nLAST-MODIFIED:20240102T000000Z\r\nSEQUENCE:0\r\nSTATUS:CONFIRMED\r\n"
		"DTSTART;VALUE=DATE:20240703\r\nDTEND;VALUE=DATE:20240705\r\nTRANSP:TRANSPARENT\r\nSUMMARY;LANGUAGE=en:First meeting\r\nLOCATION:Geneva\r\n"
		"DESCRIPTION:Open to all.\r\nCATEGORIES:Council\r\nURL:https://register.example/en/meetings/M-1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	buf_done(&b);
}

static void lines_are_short(const struct buf *b)
{
	struct str rest = buf_str(b), line;
	while (str_line(&rest, &line)) {
		assert_true(line.n && line.p[line.n - 1] == '\r');
		assert_true(line.n - 1 <= ICAL_LINE_MAX);
		assert_true(str_utf8(line)); /* no character is cut in two */
	}
}

/* What libical makes of it; its own complaints are components and properties of their kind. */
static icalcomponent *read_back(const struct buf *b)
{
	icalcomponent *c = icalparser_parse_string(b->p);
	assert_non_null(c);
	assert_int_equal(icalcomponent_count_errors(c), 0);
	assert_true(icalrestriction_check(c));
	assert_int_equal(icalcomponent_count_errors(c), 0);
	return c;
}

static void libical_reads_what_was_written(void **state)
{
	static const char *const words[] = {"plain", "a, b; c\\d", "two\nlines", "long long long long long long long long long long long long long long long long long long",
		"Совет глав государств — членов Шанхайской организации сотрудничества, двадцать четвёртое заседание",
		"上海合作组织成员国元首理事会第二十四次会议，阿斯塔纳，二〇二四年七月三日至四日，上海合作组织成员国元首理事会", "\xf0\x9f\x93\x85 emoji \xf0\x9f\x93\x85", "BEGIN:VEVENT\nEND:VCALENDAR", ":\",;"};
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct ical_event v = event();
		v.summary = v.location = v.description = str_of(words[i]);
		v.sequence = (uint32_t)i;
		v.status = (enum ical_status)(i % 3);
		struct ical c = calendar(&v, 1);
		struct buf b;
		struct err e = {0};
		buf_init(&b, 1 << 16);
		assert_int_equal(ical_write(&c, &b, &e), 0);
		lines_are_short(&b);
		icalcomponent *all = read_back(&b), *one = icalcomponent_get_first_component(all, ICAL_VEVENT_COMPONENT);
		assert_int_equal(icalcomponent_count_components(all, ICAL_VEVENT_COMPONENT), 1);
		assert_int_equal(icalcomponent_count_components(all, ICAL_VTIMEZONE_COMPONENT), 1);
		assert_string_equal(icalcomponent_get_summary(one), words[i]);
		assert_string_equal(icalcomponent_get_location(one), words[i]);
		assert_string_equal(icalcomponent_get_description(one), words[i]);
		assert_string_equal(icalcomponent_get_uid(one), "M-1@register.example/acts");
		assert_int_equal(icalcomponent_get_sequence(one), (int)i);
		static const icalproperty_status want[] = {ICAL_STATUS_CONFIRMED, ICAL_STATUS_TENTATIVE, ICAL_STATUS_CANCELLED};
		assert_int_equal(icalcomponent_get_status(one), want[i % 3]);
		struct icaltimetype from = icalcomponent_get_dtstart(one), to = icalcomponent_get_dtend(one);
		assert_true(from.is_date && to.is_date);
		assert_int_equal(from.year * 10000 + from.month * 100 + from.day, 20240703);
		assert_int_equal(to.year * 10000 + to.month * 100 + to.day, 20240705);
		icalcomponent_free(all);
		buf_done(&b);
	}
}

/* A time at the seat is the same instant for whoever reads the calendar, in summer and in winter. */
static void times_have_a_zone(void **state)
{
	static const struct {
		int month;
		const char *utc;
	} rows[] = {{1, "20240115T090000Z"}, {7, "20240715T080000Z"}, {12, "20241215T090000Z"}};
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct ical_event v = event();
		v.first = date_from(2024, rows[i].month, 15) + 10 * 3600;
		v.last = v.first + 5400;
		struct ical c = calendar(&v, 1);
		struct buf b;
		struct err e = {0};
		buf_init(&b, 1 << 16);
		assert_int_equal(ical_write(&c, &b, &e), 0);
		icalcomponent *all = read_back(&b), *one = icalcomponent_get_first_component(all, ICAL_VEVENT_COMPONENT);
		icalproperty *start = icalcomponent_get_first_property(one, ICAL_DTSTART_PROPERTY);
		const char *id = icalparameter_get_tzid(icalproperty_get_first_parameter(start, ICAL_TZID_PARAMETER));
		assert_string_equal(id, "Europe/Zurich");
		icaltimezone *zone = icaltimezone_new();
		assert_int_equal(icaltimezone_set_component(zone, icalcomponent_new_clone(icalcomponent_get_first_component(all, ICAL_VTIMEZONE_COMPONENT))), 1);
		struct icaltimetype t = icalproperty_get_dtstart(start);
		icaltimezone_convert_time(&t, zone, icaltimezone_get_utc_timezone());
		t.zone = icaltimezone_get_utc_timezone();
		assert_string_equal(icaltime_as_ical_string(t), rows[i].utc);
		icaltimezone_free(zone, 1);
		icalcomponent_free(all);
		buf_done(&b);
	}
}

static void hostile_text_stays_text(void **state)
{
	struct ical_event v = event();
	struct ical c = calendar(&v, 1);
	struct buf b;
	struct err e = {0};
	(void)state;
	v.summary = STR("a\x01\xff\xed\xa0\x80\r\nEND:VEVENT\r\nX:\x7f");
	buf_init(&b, 1 << 16);
	assert_int_equal(ical_write(&c, &b, &e), 0);
	lines_are_short(&b);
	icalcomponent *all = read_back(&b), *one = icalcomponent_get_first_component(all, ICAL_VEVENT_COMPONENT);
	assert_string_equal(icalcomponent_get_summary(one), "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\nEND:VEVENT\nX:\xef\xbf\xbd");
	icalcomponent_free(all);
	buf_done(&b);
}

static void is_refused(struct ical_event v, const char *where, int code)
{
	struct ical_event two[2] = {event(), v};
	struct ical c = calendar(two, 2);
	struct buf b;
	struct err e = {0};
	buf_init(&b, 1 << 16);
	assert_int_equal(ical_write(&c, &b, &e), code);
	assert_string_equal(e.where, where);
	buf_done(&b);
}

static void what_lacks_something_is_refused(void **state)
{
	struct ical_event v;
	(void)state;
	v = event(), v.uid = STR(""), is_refused(v, "event 2", ERR_INPUT);
	v = event(), v.summary = STR(""), is_refused(v, "event 2", ERR_INPUT);
	v = event(), v.last = v.first - DAY, is_refused(v, "event 2", ERR_INPUT);
	v = event(), v.first = CIVIL_NEVER, v.last = CIVIL_NEVER, is_refused(v, "event 2", ERR_INPUT);
	v = event(), v.url = STR("x\r\nX:1"), is_refused(v, "event 2", ERR_INPUT);
	v = event(), v.changed = CIVIL_NEVER, is_refused(v, "event 2", ERR_INPUT);
	struct ical_event good = event();
	struct ical c = calendar(&good, ICAL_EVENTS_MAX + 1);
	struct buf b;
	struct err e = {0};
	buf_init(&b, 100);
	assert_int_equal(ical_write(&c, &b, &e), ERR_LIMIT);
	c = calendar(&good, 1);
	assert_int_equal(ical_write(&c, &b, &e), ERR_LIMIT); /* does not fit */
	c.zone = STR("A\r\nB");
	assert_int_equal(ical_write(&c, &b, &e), ERR_INPUT);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_bytes), cmocka_unit_test(libical_reads_what_was_written), cmocka_unit_test(times_have_a_zone),
		cmocka_unit_test(hostile_text_stays_text), cmocka_unit_test(what_lacks_something_is_refused)};
	return test_main(tests);
}
