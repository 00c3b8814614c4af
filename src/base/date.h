/* SPDX-License-Identifier: Apache-2.0
 *
 * Civil time at the organisation's seat, in whole seconds since 1970-01-01T00:00:00 (proleptic Gregorian, no leap
 * seconds, no zones). Years 0001 to 9999. One number is one instant; the first second of a day *names the whole day*.
 * The arithmetic is that of the rule language (rules-reference 4.2 and 4.6; compare ETS 76, articles 3 and 4).
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/str.h"

typedef int64_t civil; /* seconds */

#define CIVIL_MIN ((civil)-62135596800)	  /* 0001-01-01T00:00:00 */
#define CIVIL_MAX ((civil)253402300799)	  /* 9999-12-31T23:59:59 */
#define CIVIL_NEVER ((civil)INT64_MAX)	  /* an open end */
#define CIVIL_ALWAYS ((civil)INT64_MIN)	  /* from the beginning of time */
#define DAY ((civil)86400)

enum span_unit { SPAN_MINUTE, SPAN_HOUR, SPAN_DAY, SPAN_MONTH, SPAN_YEAR };

struct span {
	uint32_t n;
	enum span_unit unit;
};

enum { DATE_LEN = 20, UTC_LEN = 21 }; /* bytes that date_print and utc_print write at most, NUL included */

bool date_parse(struct str s, civil *ret); /* YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS, nothing else; checks the calendar */
/* As a date if it is the first second of a day, else with the time. Returns `out`. */
const char *date_print(civil t, char out[DATE_LEN]);
/* An instant of UTC, in seconds since 1970-01-01T00:00:00Z: "2026-01-01T00:00:00Z" (RFC 3339). What lies outside the years is
 * their first or last second. Returns `out`. */
const char *utc_print(int64_t at, char out[UTC_LEN]);
int date_month_length(int year, int month); /* in days */
civil date_from(int year, int month, int day); /* first second; the triple must exist */
void date_split(civil t, int *year, int *month, int *day);
int date_year(civil t);
int date_weekday(civil t);  /* 0 = Monday */
civil date_day(civil t);    /* first second of its day */
bool date_is_day(civil t);  /* is it the first second of a day? */
civil date_end(civil t);    /* first second after what t names: next midnight, or one second later */
/* t + span, t - span. False if the result leaves the years 0001 to 9999. Months and years: same day number, else the
 * last day of that month; time of day kept. */
bool date_add(civil t, struct span s, int sign, civil *ret);
bool date_first_of_month_after(civil t, civil *ret); /* always later than t */
civil date_first_of_month(civil t);
civil date_end_of_month(civil t); /* first second of the last day of its month */
bool span_parse(struct str s, struct span *ret); /* "3 months", "1 day" */
void span_print(struct span s, struct buf *out);

int date_order(const void *x, const void *y); /* of two civil, for qsort */

#endif
