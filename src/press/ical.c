/* SPDX-License-Identifier: Apache-2.0 */
#include "press/ical.h"

#include <stdlib.h>

/* ---- content lines (RFC 5545, 3.1) ------------------------------------------------------------------------------------------------- */

struct line {
	struct buf *out;
	size_t width; /* octets on this line so far */
};

/* One character, on the next line where it does not fit on this one. */
static void put_char(struct line *l, struct str c)
{
	if (l->width + c.n > ICAL_LINE_MAX) {
		buf_adds(l->out, "\r\n ");
		l->width = 1;
	}
	buf_add(l->out, c);
	l->width += c.n;
}

static void put(struct line *l, struct str s)
{
	for (size_t i = 0, n; i < s.n; i += n) {
		for (n = 1; i + n < s.n && ((unsigned char)s.p[i + n] & 0xc0) == 0x80; n++)
			;
		put_char(l, str_slice(s, i, i + n));
	}
}

static void end(struct line *l)
{
	buf_adds(l->out, "\r\n");
	l->width = 0;
}

static void plain(struct buf *out, const char *name, struct str value)
{
	struct line l = {out, 0};
	put(&l, str_of(name));
	put(&l, STR(":"));
	put(&l, value);
	end(&l);
}

/* The length of the character at the beginning of s, and what stands for it: of what is no UTF-8, one byte. */
static size_t next_char(struct str s, struct str *ret)
{
	size_t n = 1;
	unsigned char c = (unsigned char)s.p[0];
	while (n < s.n && n < 4 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n++;
	if (c < 0x80)
		n = 1;
	*ret = str_slice(s, 0, n);
	if (!str_utf8(*ret))
		return *ret = STR("\xef\xbf\xbd"), 1;
	if (c == '\n')
		*ret = STR("\\n");
	else if (c == '\\' || c == ';' || c == ',')
		*ret = c == '\\' ? STR("\\\\") : c == ';' ? STR("\\;") : STR("\\,");
	else if ((c < 0x20 && c != '\t') || c == 0x7f)
		*ret = c == '\r' ? STR("") : STR("\xef\xbf\xbd");
	return n;
}

/* A value of the type TEXT (3.3.11), with the language of its words (3.2.10). Nothing for an empty one. */
static void text(struct buf *out, const char *name, struct str lang, struct str value)
{
	struct line l = {out, 0};
	struct str c;
	if (!value.n)
		return;
	put(&l, str_of(name));
	if (lang.n) {
		put(&l, STR(";LANGUAGE="));
		put(&l, lang);
	}
	put(&l, STR(":"));
	for (size_t i = 0; i < value.n;) {
		i += next_char(str_slice(value, i, value.n), &c);
		if (c.n)
			put_char(&l, c);
	}
	end(&l);
}

/* ---- times -------------------------------------------------------------------------------------------------------------------------- */

static struct str day(civil t, char out[24])
{
	int y, m, d;
	date_split(t, &y, &m, &d);
	return (struct str){out, (size_t)snprintf(out, 24, "%04d%02d%02d", y, m, d)};
}

static struct str moment(civil t, const char *mark, char out[24])
{
	int s = (int)(t - date_day(t));
	size_t n = day(t, out).n;
	return (struct str){out, n + (size_t)snprintf(out + n, 24 - n, "T%02d%02d%02d%s", s / 3600, s / 60 % 60, s % 60, mark)};
}

/* The seat's distance from UTC when its clocks show t. */
static int offset_at(const struct ical *c, civil t)
{
	int offset = c->offset;
	for (size_t i = 0; i < c->nshifts && c->shifts[i].at <= t; i++)
		offset = c->shifts[i].to;
	return offset;
}

static bool is_day(const struct ical_event *v)
{
	return date_is_day(v->first) && date_is_day(v->last);
}

static void when(const struct ical *c, struct buf *out, const char *name, civil t, bool whole_day)
{
	char digits[24];
	struct line l = {out, 0};
	put(&l, str_of(name));
	if (whole_day) {
		put(&l, STR(";VALUE=DATE:"));
		put(&l, day(t, digits));
	} else if (!c->zone.n) {
		put(&l, STR(":"));
		put(&l, moment(t, "Z", digits));
	} else {
		put(&l, STR(";TZID="));
		put(&l, c->zone);
		put(&l, STR(":"));
		put(&l, moment(t, "", digits));
	}
	end(&l);
}

static struct str offset(int s, char out[24])
{
	int a = abs(s);
	return (struct str){out, a % 60 ? (size_t)snprintf(out, 24, "%c%02d%02d%02d", s < 0 ? '-' : '+', a / 3600, a / 60 % 60, a % 60)
					: (size_t)snprintf(out, 24, "%c%02d%02d", s < 0 ? '-' : '+', a / 3600, a / 60 % 60)};
}

/* From `at`, shown by the clocks as they were, until the next. */
static void observance(struct buf *out, const struct ical_shift *s)
{
	const char *kind = s->to > s->from ? "DAYLIGHT" : "STANDARD";
	char digits[24];
	plain(out, "BEGIN", str_of(kind));
	plain(out, "DTSTART", moment(s->at, "", digits));
	plain(out, "TZOFFSETFROM", offset(s->from, digits));
	plain(out, "TZOFFSETTO", offset(s->to, digits));
	plain(out, "END", str_of(kind));
}

static void zone(const struct ical *c, struct buf *out)
{
	if (!c->zone.n)
		return;
	plain(out, "BEGIN", STR("VTIMEZONE"));
	plain(out, "TZID", c->zone);
	observance(out, &(struct ical_shift){date_from(1970, 1, 1), c->offset, c->offset});
	for (size_t i = 0; i < c->nshifts; i++)
		observance(out, &c->shifts[i]);
	plain(out, "END", STR("VTIMEZONE"));
}

/* ---- events --------------------------------------------------------------------------------------------------------------------------- */

static void event(const struct ical *c, struct buf *out, const struct ical_event *v)
{
	static const char *const status[] = {[ICAL_CONFIRMED] = "CONFIRMED", [ICAL_TENTATIVE] = "TENTATIVE", [ICAL_CANCELLED] = "CANCELLED"};
	char digits[24];
	civil changed = v->changed - offset_at(c, v->changed);
	plain(out, "BEGIN", STR("VEVENT"));
	text(out, "UID", STR(""), v->uid);
	plain(out, "DTSTAMP", moment(changed, "Z", digits));
	plain(out, "LAST-MODIFIED", moment(changed, "Z", digits));
	plain(out, "SEQUENCE", (struct str){digits, (size_t)snprintf(digits, sizeof digits, "%u", v->sequence)});
	plain(out, "STATUS", str_of(status[v->status]));
	when(c, out, "DTSTART", v->first, is_day(v));
	if (is_day(v) || v->last > v->first) /* an instant has no end (3.8.2.2) */
		when(c, out, "DTEND", is_day(v) ? v->last + DAY : v->last, is_day(v)); /* the first day after it (3.6.1) */
	plain(out, "TRANSP", STR("TRANSPARENT"));
	text(out, "SUMMARY", v->lang, v->summary);
	text(out, "LOCATION", STR(""), v->location);
	text(out, "DESCRIPTION", STR(""), v->description);
	text(out, "CATEGORIES", STR(""), v->category);
	if (v->url.n)
		plain(out, "URL", v->url);
	plain(out, "END", STR("VEVENT"));
}

/* An address, a name of a zone, a language: no character that would end the value. */
static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f || s.p[i] == '"')
			return false;
	return true;
}

static bool in_years(civil t)
{
	return t >= CIVIL_MIN + 2 * DAY && t <= CIVIL_MAX - 2 * DAY;
}

static int check(const struct ical *c, struct err *e)
{
	char where[40];
	if (c->nevents > ICAL_EVENTS_MAX)
		return err_set(e, ERR_LIMIT, "calendar", "%zu events; at most %d", c->nevents, ICAL_EVENTS_MAX);
	if (!c->product.n || !is_token(c->zone) || !is_token(c->lang) || !is_token(c->url))
		return err_set(e, ERR_INPUT, "calendar", "it needs a product, and a zone, language and address without blanks");
	for (size_t i = 0; i < c->nevents; i++) {
		const struct ical_event *v = &c->events[i];
		snprintf(where, sizeof where, "event %zu", i + 1);
		if (!v->uid.n || !v->summary.n)
			return err_set(e, ERR_INPUT, where, "it has no UID or no summary");
		if (!in_years(v->first) || !in_years(v->last) || v->last < v->first || !in_years(v->changed))
			return err_set(e, ERR_INPUT, where, "it has no days, ends before it begins, or its last change is not said");
		if (!is_token(v->url) || !is_token(v->lang))
			return err_set(e, ERR_INPUT, where, "its address or its language has blanks");
	}
	return 0;
}

int ical_write(const struct ical *c, struct buf *out, struct err *e)
{
	int rc = check(c, e);
	if (rc < 0)
		return rc;
	plain(out, "BEGIN", STR("VCALENDAR"));
	plain(out, "VERSION", STR("2.0"));
	text(out, "PRODID", STR(""), c->product);
	plain(out, "CALSCALE", STR("GREGORIAN"));
	text(out, "NAME", c->lang, c->name);
	text(out, "X-WR-CALNAME", STR(""), c->name);
	text(out, "DESCRIPTION", c->lang, c->description);
	if (c->url.n)
		plain(out, "URL", c->url);
	plain(out, "REFRESH-INTERVAL;VALUE=DURATION", STR("P1D"));
	zone(c, out);
	for (size_t i = 0; i < c->nevents; i++)
		event(c, out, &c->events[i]);
	plain(out, "END", STR("VCALENDAR"));
	return out->over ? err_set(e, ERR_LIMIT, "calendar", "it is longer than %zu bytes, or memory is short", out->max) : 0;
}
