/* SPDX-License-Identifier: Apache-2.0 */
#include "register/org.h"

#include <string.h>
#include <time.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

struct reader {
	const char *where;
	struct arena *a;
	struct err *e;
};

static int bad(const struct reader *r, const char *member, const char *wanted)
{
	return err_set(r->e, ERR_INPUT, r->where, "%s must be %s", member, wanted);
}

/* {"en": "...", "ru": "..."} */
static int read_titles(const struct reader *r, const json_t *v, const char *member, struct title **ret, size_t *ret_n)
{
	if (!v)
		return 0;
	size_t n = json_object_size(v);
	if (!json_is_object(v) || n == 0)
		return bad(r, member, "an object with one text per language");
	struct title *t = arena_array(r->a, n, struct title);
	const char *lang;
	json_t *text;
	n = 0;
	json_object_foreach((json_t *)v, lang, text) {
		if (!json_is_string(text) || json_string_length(text) == 0)
			return bad(r, member, "an object with one text per language");
		t[n++] = (struct title){.lang = str_of(lang), .text = json_str(text)};
	}
	*ret = t;
	*ret_n = n;
	return 0;
}

static int read_strings(const struct reader *r, const json_t *v, const char *member, struct str **ret, size_t *ret_n)
{
	if (!v)
		return 0;
	if (!json_is_array(v))
		return bad(r, member, "a list of strings");
	size_t n = json_array_size(v);
	struct str *s = arena_array(r->a, n + 1, struct str);
	for (size_t i = 0; i < n; i++)
		if (!(s[i] = json_str(json_array_get(v, i))).p)
			return bad(r, member, "a list of strings");
	*ret = s;
	*ret_n = n;
	return 0;
}

/* "members", or {"word": "members", "who": "status({P}) is member"} */
static int read_audiences(const struct reader *r, const json_t *v, struct org *o)
{
	static const char wanted[] = "a list of words, or of {\"word\": ..., \"who\": a question with {P}}";
	if (!v)
		return 0;
	if (!json_is_array(v))
		return bad(r, "audiences", wanted);
	o->audiences = arena_array(r->a, json_array_size(v) + 1, struct audience);
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *one = json_array_get(v, i);
		struct str word = json_is_object(one) ? json_get_str(one, "word") : json_str(one), who = json_get_str(one, "who");
		if (!word.n || (json_is_object(one) && str_find(who, STR("{P}")) == who.n))
			return bad(r, "audiences", wanted);
		o->audiences[o->naudiences++] = (struct audience){word, who};
	}
	return 0;
}

static int read_tiles(const struct reader *r, const json_t *v, struct org *o)
{
	if (!v)
		return 0;
	if (!json_is_object(v))
		return bad(r, "tiles", "an object: entity to [column, row]");
	o->tiles = arena_array(r->a, json_object_size(v) + 1, struct tile);
	const char *entity;
	json_t *at;
	json_object_foreach((json_t *)v, entity, at) {
		json_int_t col = json_integer_value(json_array_get(at, 0)), row = json_integer_value(json_array_get(at, 1));
		if (json_array_size(at) != 2 || !json_is_integer(json_array_get(at, 0)) || !json_is_integer(json_array_get(at, 1)) ||
			col < 0 || col > 999 || row < 0 || row > 999)
			return bad(r, "tiles", "an object: entity to [column, row], both from 0 to 999");
		o->tiles[o->ntiles++] = (struct tile){str_of(entity), (int)col, (int)row};
	}
	return 0;
}

static int read_roles(const struct reader *r, const json_t *v, struct org *o)
{
	if (!v)
		return 0;
	if (!json_is_object(v))
		return bad(r, "roles", "an object with one member per office");
	o->roles = arena_array(r->a, json_object_size(v) + 1, struct role);
	const char *word;
	json_t *role;
	json_object_foreach((json_t *)v, word, role) {
		struct role *to = &o->roles[o->nroles++];
		if (!json_is_object(role))
			return bad(r, "roles", "an object with one member per office, each an object");
		*to = (struct role){.word = str_of(word), .held_by = json_get_str(role, "held_by")};
		int rc = read_titles(r, json_object_get(role, "name"), "roles.name", &to->names, &to->nnames);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* ICU takes a zone that it does not know for UTC; a register with a wrong date would be worse than none. */
static int read_seat(const struct reader *r, const json_t *seat, struct org *o)
{
	UChar zone[64];
	UErrorCode status = U_ZERO_ERROR;
	o->time_zone = json_get_str(seat, "time_zone");
	if (!json_object_get(seat, "time_zone"))
		return 0;
	UChar canonical[64];
	UBool known = false;
	u_strFromUTF8(zone, 64, NULL, o->time_zone.p, (int32_t)o->time_zone.n, &status);
	ucal_getCanonicalTimeZoneID(zone, -1, canonical, 64, &known, &status);
	return U_SUCCESS(status) && known ? 0 : bad(r, "seat.time_zone", "a time zone such as \"Europe/Vienna\"");
}

static int read_keys(const struct reader *r, const json_t *keys, struct org *o)
{
	const json_t *recovery = json_object_get(keys, "recovery");
	if (recovery && (!json_is_integer(recovery) || json_integer_value(recovery) < 0 || json_integer_value(recovery) > 1000))
		return bad(r, "keys.recovery", "a whole number up to 1000: how many other holders help one that has lost its keys");
	o->recovery = recovery ? (unsigned)json_integer_value(recovery) : 1;
	return 0;
}

static int read_press(const struct reader *r, const json_t *v, struct org *o)
{
	struct press_office *p = &o->press;
	if (!v)
		return 0;
	if (!json_is_object(v))
		return bad(r, "press", "an object with name, email, telephone, page");
	*p = (struct press_office){.email = json_get_str(v, "email"), .telephone = json_get_str(v, "telephone"), .page = json_get_str(v, "page")};
	if (json_object_get(v, "email") && (str_find(p->email, STR("@")) == p->email.n || str_find(p->email, STR(" ")) < p->email.n))
		return bad(r, "press.email", "an address such as \"press@example.org\"");
	if (json_object_get(v, "page") && !str_starts(p->page, STR("https://")) && !str_starts(p->page, STR("http://")))
		return bad(r, "press.page", "an address that begins with https://");
	if (!p->email.n && !p->telephone.n && !p->page.n)
		return bad(r, "press", "an object with at least one of email, telephone, page");
	return read_titles(r, json_object_get(v, "name"), "press.name", &p->names, &p->nnames);
}

static int read_origin(const struct reader *r, const json_t *obj, struct org *o)
{
	o->origin = json_get_str(obj, "origin");
	if (!o->origin.n)
		return bad(r, "origin", "the name of the log for ever, such as \"register.example/acts\"");
	return 0;
}

int org_read(const json_t *obj, const char *where, struct arena *a, struct org *ret, struct err *e)
{
	struct reader r = {where, a, e};
	struct org o = {.json = obj, .first_year = 1};
	if (!json_is_object(obj))
		return bad(&r, "the file", "a JSON object");
	const json_t *year = json_object_get(obj, "first_year");
	if (year && (!json_is_integer(year) || json_integer_value(year) < 1 || json_integer_value(year) > 9999))
		return bad(&r, "first_year", "a year from 1 to 9999");
	o.first_year = year ? (int)json_integer_value(year) : 1;
	o.id = json_get_str(obj, "self");
	o.registrar = json_get_str(obj, "registrar");
	if (!o.registrar.n)
		o.registrar = STR("secretariat");
	int rc = read_origin(&r, obj, &o);
	if (rc < 0 || (rc = read_seat(&r, json_object_get(obj, "seat"), &o)) < 0 ||
		(rc = read_titles(&r, json_object_get(obj, "name"), "name", &o.names, &o.nnames)) < 0 ||
		(rc = read_titles(&r, json_object_get(obj, "short"), "short", &o.shorts, &o.nshorts)) < 0 ||
		(rc = read_titles(&r, json_object_get(obj, "name_in_sentence"), "name_in_sentence", &o.within, &o.nwithin)) < 0 ||
		(rc = read_titles(&r, json_object_get(obj, "notice"), "notice", &o.notices, &o.nnotices)) < 0 ||
		(rc = read_strings(&r, json_object_get(json_object_get(obj, "languages"), "pages"), "languages.pages",
			 &o.languages, &o.nlanguages)) < 0 ||
		(rc = read_audiences(&r, json_object_get(obj, "audiences"), &o)) < 0 ||
		(rc = read_roles(&r, json_object_get(obj, "roles"), &o)) < 0 ||
		(rc = read_tiles(&r, json_object_get(obj, "tiles"), &o)) < 0)
		return rc;
	if ((rc = read_press(&r, json_object_get(obj, "press"), &o)) < 0)
		return rc;
	if ((rc = read_keys(&r, json_object_get(obj, "keys"), &o)) < 0)
		return rc;
	if (!o.nnames)
		return bad(&r, "name", "the organisation's name by language, as in {\"en\": \"...\"}");
	*ret = o;
	return 0;
}

const struct role *org_role(const struct org *o, struct str word)
{
	for (size_t i = 0; i < o->nroles; i++)
		if (str_eq(o->roles[i].word, word))
			return &o->roles[i];
	return NULL;
}

/* The seat's clocks at that moment; NULL: its time is UTC. */
static UCalendar *clocks_at(const struct org *o, int64_t at, UErrorCode *status)
{
	UChar zone[64];
	if (!o->time_zone.n)
		return NULL;
	u_strFromUTF8(zone, 64, NULL, o->time_zone.p, (int32_t)o->time_zone.n, status);
	UCalendar *calendar = ucal_open(zone, -1, "en", UCAL_GREGORIAN, status);
	ucal_setMillis(calendar, (UDate)at * 1000, status);
	return calendar;
}

static int offset_at(const struct org *o, int64_t at)
{
	UErrorCode status = U_ZERO_ERROR;
	UCalendar *calendar = clocks_at(o, at, &status);
	if (!calendar)
		return 0;
	int32_t offset = ucal_get(calendar, UCAL_ZONE_OFFSET, &status) + ucal_get(calendar, UCAL_DST_OFFSET, &status);
	ucal_close(calendar);
	return U_SUCCESS(status) ? offset / 1000 : 0;
}

int64_t org_next_shift(const struct org *o, int64_t at)
{
	UErrorCode status = U_ZERO_ERROR;
	UCalendar *calendar = clocks_at(o, at, &status);
	UDate next = 0;
	if (!calendar)
		return INT64_MAX;
	bool any = ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, &next, &status);
	ucal_close(calendar);
	return any && U_SUCCESS(status) ? (int64_t)(next / 1000) : INT64_MAX;
}

int org_offset(const struct org *o)
{
	return offset_at(o, time(NULL));
}

civil org_civil(const struct org *o, int64_t at)
{
	return (civil)at + offset_at(o, at);
}

civil org_now(const struct org *o)
{
	return org_civil(o, time(NULL));
}
