/* SPDX-License-Identifier: Apache-2.0 */
#include "web/memento.h"

#include "web/handlers.h"
#include "web/model.h"

#include <stdlib.h>
#include <string.h>

/* ---- dates ------------------------------------------------------------------------------------------------------------------------------ */

static const char days[] = "MonTueWedThuFriSatSun", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static bool number(struct str s, size_t from, size_t n, int *ret)
{
	*ret = 0;
	for (size_t i = from; i < from + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*ret = *ret * 10 + (s.p[i] - '0');
	}
	return true;
}

static bool name(struct str s, size_t from, const char *names, int *ret)
{
	for (size_t i = 0; names[i]; i += 3)
		if (memcmp(s.p + from, names + i, 3) == 0) {
			*ret = (int)(i / 3);
			return true;
		}
	return false;
}

bool http_date_read(struct str s, int64_t *ret)
{
	static const struct {
		size_t at;
		const char *is;
	} between[] = {{3, ", "}, {7, " "}, {11, " "}, {16, " "}, {19, ":"}, {22, ":"}, {25, " GMT"}};
	int weekday, day, month, year, hour, minute, second;
	char iso[DATE_LEN];
	civil midnight;
	if (s.n != HTTP_DATE_LEN - 1)
		return false;
	for (size_t i = 0; i < sizeof between / sizeof *between; i++)
		if (memcmp(s.p + between[i].at, between[i].is, strlen(between[i].is)) != 0)
			return false;
	if (!name(s, 0, days, &weekday) || !number(s, 5, 2, &day) || !name(s, 8, months, &month) || !number(s, 12, 4, &year) || !number(s, 17, 2, &hour) ||
		!number(s, 20, 2, &minute) || !number(s, 23, 2, &second))
		return false;
	int n = snprintf(iso, sizeof iso, "%04d-%02d-%02d", year, month + 1, day);
	if (n != 10 || !date_parse((struct str){iso, 10}, &midnight) || date_weekday(midnight) != weekday || hour > 23 || minute > 59 || second > 59)
		return false;
	*ret = midnight + hour * 3600 + minute * 60 + second;
	return true;
}

const char *http_date_print(int64_t at, char out[HTTP_DATE_LEN])
{
	civil t = at < CIVIL_MIN ? CIVIL_MIN : at > CIVIL_MAX ? CIVIL_MAX : at;
	int y, m, d, s = (int)(t - date_day(t));
	date_split(t, &y, &m, &d);
	snprintf(out, HTTP_DATE_LEN, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT", days + 3 * date_weekday(t), (unsigned)d % 100, months + 3 * (m - 1), (unsigned)y % 10000,
		(unsigned)s / 3600 % 24, (unsigned)s / 60 % 60, (unsigned)s % 60);
	return out;
}

/* ---- the record at a time --------------------------------------------------------------------------------------------------------------- */

bool received_at(const struct record_act *a, civil *ret)
{
	if (!a || a->entry == ENTRY_SEALED || a->entry == ENTRY_GENESIS)
		return false;
	*ret = a->entered;
	return true;
}

uint64_t known_at(const struct record *r, civil t)
{
	civil received;
	for (uint64_t pos = record_size(r); pos-- > 1;)
		if (received_at(record_act(r, pos), &received) && received <= t)
			return pos;
	return 0;
}

/* ---- a page in time --------------------------------------------------------------------------------------------------------------------- */

/* The same page with these dates, in the form that its address chose. */
static struct url page_at(const struct ask *a, bool suffixed, civil on, uint64_t known)
{
	struct ask there = *a;
	there.has_on = there.has_known = true;
	there.on = on;
	there.known = known;
	return suffixed ? ask_form(&there, a->form) : ask_on_known(&there, true, on, true, known);
}

/* As of now: without dates. */
static struct url page_now(const struct ask *a, bool suffixed)
{
	struct ask there = *a;
	there.has_on = there.has_known = false;
	return suffixed ? ask_form(&there, a->form) : ask_on_known(&there, false, 0, false, 0);
}

static bool has_params(const struct ask *a)
{
	for (size_t i = 0; a->route->params && a->route->params[i].name; i++)
		if (a->param[i].given)
			return true;
	return false;
}

static struct str link_value(const struct ask *a, bool suffixed)
{
	struct str base = a->site->base.s, now = page_now(a, suffixed).s, path = suffixed || !str_ends(now, STR("/")) ? now : ARENA_JOIN(a->arena, now, STR("index.html"));
	struct str link = arena_fmt(a->arena, "<%.*s%.*s>; rel=\"original timegate\"", STR_ARG(base), STR_ARG(now));
	if (has_params(a))
		return link;
	return arena_fmt(a->arena, "%.*s, <%.*s/timemap%.*s>; rel=\"timemap\"; type=\"application/link-format\"", STR_ARG(link), STR_ARG(base), STR_ARG(path));
}

static int refused(const struct ask *a, struct str value, struct problem *p)
{
	char now[HTTP_DATE_LEN];
	struct out o = {NULL, a->arena, a->tongue};
	bool shows = value.n < 60 && str_utf8(value);
	struct str like = arena_fmt(a->arena, "%s", http_date_print(a->today, now));
	*p = (struct problem){.status = 400, .id = STR("accept_datetime"), .heading = tr(&o, N_("This time cannot be read"))};
	PROBLEM(a, p, ERR_INPUT, "Accept-Datetime",
		shows ? N_("“{value}” is no date of HTTP, of a day that there is. Write it like {example}.") : N_("It is no date of HTTP. Write it like {example}."),
		{"value", value}, {"example", like});
	return err_hint(&p->err, "Write it like %.*s.", STR_ARG(like));
}

int memento_of(const struct ask *a, struct str accept_datetime, bool suffixed, struct memento *ret, struct problem *p)
{
	const struct site_source *s = a->source;
	int64_t at;
	*ret = (struct memento){0};
	if (!a->route->when || a->posted || !s->known_at)
		return 0;
	ret->speaks = true;
	if (a->has_on || a->has_known)
		return 0;
	ret->varies = true;
	if (!accept_datetime.n)
		return 0;
	if (!http_date_read(accept_datetime, &at))
		return refused(a, accept_datetime, p);
	civil t = s->seat(s->ctx, at);
	if (t > a->today + DAY - 1) /* to come: now */
		t = a->today + DAY - 1;
	ret->moved = page_at(a, suffixed, date_day(t < CIVIL_MIN ? CIVIL_MIN : t), s->known_at(s->ctx, t, a->position));
	return 0;
}

void memento_say(const struct ask *a, bool suffixed, struct memento *m)
{
	const struct site_source *s = a->source;
	char date[HTTP_DATE_LEN];
	civil from;
	if (!m->speaks)
		return;
	m->speaks = false;
	m->link = link_value(a, suffixed);
	if (a->has_on && a->has_known && s->led_here(s->ctx, a->on, a->known, a->position, &from))
		m->datetime = arena_str(a->arena, str_of(http_date_print(s->utc(s->ctx, from), date)));
}

/* ---- time maps (RFC 7089, 5) ------------------------------------------------------------------------------------------------------------ */

struct point { /* what the gate leads to from `from` on */
	civil from;
	uint64_t known;
};

static int by_time(const void *x, const void *y)
{
	const struct point *a = x, *b = y;
	return a->from != b->from ? (a->from > b->from) - (a->from < b->from) : (a->known > b->known) - (a->known < b->known);
}

/* One point for each day on which something was received: the last of it. From `arena`. */
static size_t points(const struct model *m, struct point **ret)
{
	uint64_t size = record_size(m->record);
	struct point *all = arena_array(m->arena, size + 1, struct point);
	size_t n = 0, kept = 0;
	for (uint64_t pos = 1; pos < size; pos++)
		if (received_at(record_act(m->record, pos), &all[n].from) && all[n].from <= m->a->today + DAY - 1)
			all[n++].known = pos;
	if (n)
		qsort(all, n, sizeof *all, by_time);
	for (size_t i = 0; i < n; i++) { /* an entry received later may stand before one received earlier: what is known only grows */
		if (kept && all[i].known <= all[kept - 1].known)
			continue;
		if (kept && date_day(all[kept - 1].from) == date_day(all[i].from))
			kept--;
		all[kept++] = all[i];
	}
	*ret = all;
	return kept;
}

/* The address behind "/timemap": a page that has dates, without any. */
static int original(const struct model *m, struct ask *ret, struct target *t, struct route_match *match, bool *suffixed, struct err *e)
{
	struct buf b;
	const char *id;
	buf_init(&b, TARGET_MAX);
	for (size_t i = 1; i < m->a->segments; i++) {
		buf_addc(&b, '/');
		url_encode(&b, m->a->segment[i]);
	}
	int rc = b.over ? ERR_LIMIT : target_parse(buf_str(&b), t, &id, e);
	buf_done(&b);
	if (rc == 0)
		route_find(m->a->site->routes, t, match);
	if (rc < 0 || !match->route || match->moved || !match->route->when)
		return MODEL_FAULT(m, e, ERR_ABSENT, "timemap", N_("Behind {a} stands the path of a page that has dates: {b}."), {"a", STR("/timemap")}, {"b", STR("/timemap/en/participants")});
	*ret = *m->a;
	ret->route = match->route;
	ret->segment = match->segment;
	ret->segments = match->segments;
	memset(ret->param, 0, sizeof ret->param);
	*suffixed = match->suffixed && !(match->form == FORM_HTML);
	ret->form = match->form;
	return 0;
}

static int show(struct model *m, struct err *e)
{
	struct ask page;
	struct target t;
	struct route_match match;
	struct point *all;
	bool suffixed = false;
	char date[HTTP_DATE_LEN];
	struct buf *b = &m->ret->body;
	struct str base = m->a->site->base.s;
	const struct site_source *s = m->a->source;
	int rc = original(m, &page, &t, &match, &suffixed, e);
	if (rc < 0)
		return rc;
	size_t n = points(m, &all), first = n > TIMEMAP_MAX ? n - TIMEMAP_MAX : 0;
	struct str now = page_now(&page, suffixed).s;
	buf_addf(b, "<%.*s%.*s>;rel=\"original timegate\",\n<%.*s%.*s>;rel=\"self\";type=\"application/link-format\"", STR_ARG(base), STR_ARG(now), STR_ARG(base),
		STR_ARG(ask_self(m->a).s));
	if (n) {
		buf_addf(b, ";from=\"%s\"", http_date_print(s->utc(s->ctx, all[first].from), date));
		buf_addf(b, ";until=\"%s\"", http_date_print(s->utc(s->ctx, all[n - 1].from), date));
	}
	for (size_t i = first; i < n; i++)
		buf_addf(b, ",\n<%.*s%.*s>;rel=\"%smemento\";datetime=\"%s\"", STR_ARG(base), STR_ARG(page_at(&page, suffixed, date_day(all[i].from), all[i].known).s),
			n - first == 1 ? "first last " : i == first ? "first " : i + 1 == n ? "last " : "", http_date_print(s->utc(s->ctx, all[i].from), date));
	buf_addc(b, '\n');
	m->ret->media = "application/link-format";
	return 0;
}

int timemap_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
