/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

/* Days since 1970-01-01 <-> civil date, by 400-year eras that begin on 1 March (so the leap day is a year's last). */
static int64_t days_from(int y, int m, int d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

void date_split(civil t, int *year, int *month, int *day)
{
	int64_t z = floor_div(t, DAY) + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

int date_year(civil t)
{
	int y, m, d;
	date_split(t, &y, &m, &d);
	return y;
}

int date_month_length(int y, int m)
{
	static const int len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	return len[m - 1] + (m == 2 && leap);
}

civil date_from(int year, int month, int day)
{
	return days_from(year, month, day) * DAY;
}

static bool digits(const char *p, int n, int *ret)
{
	int v = 0;
	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (p[i] - '0');
	}
	*ret = v;
	return true;
}

bool date_parse(struct str s, civil *ret)
{
	int y, mo, d, h = 0, mi = 0, se = 0;
	if (s.n != 10 && s.n != 19)
		return false;
	if (!digits(s.p, 4, &y) || s.p[4] != '-' || !digits(s.p + 5, 2, &mo) || s.p[7] != '-' || !digits(s.p + 8, 2, &d))
		return false;
	if (s.n == 19 && (s.p[10] != 'T' || !digits(s.p + 11, 2, &h) || s.p[13] != ':' || !digits(s.p + 14, 2, &mi) ||
				 s.p[16] != ':' || !digits(s.p + 17, 2, &se)))
		return false;
	if (y < 1 || mo < 1 || mo > 12 || d < 1 || d > date_month_length(y, mo) || h > 23 || mi > 59 || se > 59)
		return false;
	*ret = date_from(y, mo, d) + h * 3600 + mi * 60 + se;
	return true;
}

static char *put_digits(char *at, unsigned v, unsigned n)
{
	for (unsigned i = n; i-- > 0; v /= 10)
		at[i] = (char)('0' + v % 10);
	return at + n;
}

/* By hand, since pages print a thousand dates: printf took a tenth of their time. */
const char *date_print(civil t, char out[DATE_LEN])
{
	int y, m, d;
	date_split(t, &y, &m, &d);
	unsigned s = (unsigned)(t - date_day(t));
	char *at = put_digits(out, (unsigned)y, 4);
	*at++ = '-';
	at = put_digits(at, (unsigned)m, 2);
	*at++ = '-';
	at = put_digits(at, (unsigned)d, 2);
	if (s) {
		*at++ = 'T';
		at = put_digits(at, s / 3600, 2);
		*at++ = ':';
		at = put_digits(at, s / 60 % 60, 2);
		*at++ = ':';
		at = put_digits(at, s % 60, 2);
	}
	*at = 0;
	return out;
}

const char *utc_print(int64_t at, char out[UTC_LEN])
{
	char text[DATE_LEN];
	civil t = at < CIVIL_MIN ? CIVIL_MIN : at > CIVIL_MAX ? CIVIL_MAX : (civil)at;
	(void)snprintf(out, UTC_LEN, "%s%sZ", date_print(t, text), date_is_day(t) ? "T00:00:00" : "");
	return out;
}

int date_weekday(civil t)
{
	int64_t d = (floor_div(t, DAY) + 3) % 7; /* 1970-01-01 was a Thursday */
	return (int)(d < 0 ? d + 7 : d);
}

civil date_day(civil t)
{
	return floor_div(t, DAY) * DAY;
}

bool date_is_day(civil t)
{
	return date_day(t) == t;
}

civil date_end(civil t)
{
	return date_is_day(t) ? t + DAY : t + 1;
}

static bool in_range(civil t)
{
	return t >= CIVIL_MIN && t <= CIVIL_MAX;
}

bool date_add(civil t, struct span s, int sign, civil *ret)
{
	static const civil unit[] = {[SPAN_MINUTE] = 60, [SPAN_HOUR] = 3600, [SPAN_DAY] = DAY};
	if (s.unit <= SPAN_DAY) {
		civil r = t + sign * (civil)s.n * unit[s.unit];
		if (!in_range(r))
			return false;
		*ret = r;
		return true;
	}
	int y, m, d;
	date_split(t, &y, &m, &d);
	int64_t months = (int64_t)y * 12 + (m - 1) + sign * (int64_t)s.n * (s.unit == SPAN_YEAR ? 12 : 1);
	int64_t ny = floor_div(months, 12);
	if (ny < 1 || ny > 9999)
		return false;
	int nm = (int)(months - ny * 12) + 1;
	int last = date_month_length((int)ny, nm);
	*ret = date_from((int)ny, nm, d < last ? d : last) + (t - date_day(t));
	return true;
}

civil date_first_of_month(civil t)
{
	int y, m, d;
	date_split(t, &y, &m, &d);
	return date_from(y, m, 1);
}

bool date_first_of_month_after(civil t, civil *ret)
{
	return date_add(date_first_of_month(t), (struct span){1, SPAN_MONTH}, 1, ret);
}

civil date_end_of_month(civil t)
{
	int y, m, d;
	date_split(t, &y, &m, &d);
	return date_from(y, m, date_month_length(y, m));
}

static const char *const unit_name[] = {"minute", "hour", "day", "month", "year"};

bool span_parse(struct str s, struct span *ret)
{
	struct str num, unit;
	uint64_t n;
	if (!str_cut(s, ' ', &num, &unit) || !str_u64(num, &n) || n > UINT32_MAX)
		return false;
	for (unsigned u = 0; u < sizeof unit_name / sizeof *unit_name; u++) {
		struct str name = str_of(unit_name[u]);
		bool plural = unit.n == name.n + 1 && unit.p[name.n] == 's';
		if (str_eq(str_slice(unit, 0, name.n), name) && (unit.n == name.n || plural)) {
			*ret = (struct span){(uint32_t)n, (enum span_unit)u};
			return true;
		}
	}
	return false;
}

void span_print(struct span s, struct buf *out)
{
	buf_addf(out, "%u %s%s", s.n, unit_name[s.unit], s.n == 1 ? "" : "s");
}

int date_order(const void *x, const void *y)
{
	const civil *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}
