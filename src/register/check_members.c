/* SPDX-License-Identifier: Apache-2.0
 *
 * The members that every act may carry besides its arguments (rules/std.md): their shape and their words.
 */
#include "register/internal.h"
#include "register/similar.h"

#include <string.h>

struct check {
	const struct record *all;
	const json_t *act;
	const struct act *read;
	const char *prefix;
	struct err *e;
};

int field_error(struct err *e, int code, const char *prefix, const char *field, const char *fmt, ...)
{
	char where[160];
	(void)snprintf(where, sizeof where, "%s%s%s", prefix ? prefix : "", prefix && *prefix ? ": " : "", field);
	va_list ap;
	va_start(ap, fmt);
	err_setv(e, code, where, fmt, ap);
	va_end(ap);
	return code;
}

#define BAD(c, field, ...) field_error((c)->e, ERR_INPUT, (c)->prefix, (field), __VA_ARGS__)

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool name_is_entity(struct str s)
{
	if (s.n == 0 || s.n > 64 || !is_alnum(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '_' && s.p[i] != '-')
			return false;
	return true;
}

/* A language tag (BCP 47): "en", "zh-Hans". */
static bool is_lang(struct str s)
{
	size_t part = 0, letters = 0;
	for (size_t i = 0; i <= s.n; i++) {
		if (i == s.n || s.p[i] == '-') {
			if (letters < 2 || letters > (part ? 8 : 3))
				return false;
			part++;
			letters = 0;
		} else if (part ? is_alnum(s.p[i]) : s.p[i] >= 'a' && s.p[i] <= 'z') {
			letters++;
		} else {
			return false;
		}
	}
	return s.n <= 35;
}

/* Text for people: not empty, no control characters but (where `lines`) line ends and tabs. */
static bool is_text(struct str s, bool lines)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == 0x7f || (c < 0x20 && !(lines && (c == '\n' || c == '\t'))))
			return false;
	}
	return str_trim(s).n > 0;
}

static int check_by_lang(const struct check *c, const char *member, const json_t *v, bool lines)
{
	const char *lang;
	json_t *text;
	if (!json_is_object(v) || json_object_size(v) == 0)
		return BAD(c, member, "must be an object with one text per language, as in %s", "{\"en\": \"...\"}");
	json_object_foreach((json_t *)v, lang, text) {
		if (!is_lang(str_of(lang)))
			return BAD(c, member, "%.40s is not a language tag such as \"en\" or \"zh-Hans\"", lang);
		if (!json_is_string(text) || !is_text(json_str(text), lines))
			return BAD(c, member, "the text in %s must be a string with text, without control characters", lang);
		if (!lines && json_string_length(text) > 1000)
			return BAD(c, member, "the text in %s is longer than 1000 bytes", lang);
	}
	return 0;
}

static int check_title(const struct check *c, const json_t *v)
{
	return check_by_lang(c, "title", v, false);
}

static int check_text(const struct check *c, const json_t *v)
{
	return check_by_lang(c, "text", v, true);
}

static int check_line(const struct check *c, const char *member, const json_t *v)
{
	if (!json_is_string(v) || !is_text(json_str(v), false))
		return BAD(c, member, "must be a string with text, without control characters");
	return 0;
}

static int check_place(const struct check *c, const json_t *v)
{
	return check_line(c, "place", v);
}

static int check_date_note(const struct check *c, const json_t *v)
{
	return check_line(c, "date_note", v);
}

static int check_word(const struct check *c, const char *member, const json_t *v, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (str_eq(json_str(v), str_of(words[i])))
			return 0;
	(void)(words[3] ? BAD(c, member, "must be %s, %s, %s or %s", words[0], words[1], words[2], words[3])
			: BAD(c, member, "must be %s, %s or %s", words[0], words[1], words[2]));
	return ERR_INPUT;
}

static int check_certainty(const struct check *c, const json_t *v)
{
	static const char *const words[] = {"sourced", "unverified", "disputed", NULL};
	return check_word(c, "certainty", v, words);
}

/* A date known only by month or year counts as the last day of that period, so that nothing is derived too early; one known only to be no later
 * than some day, as that day. */
static int check_period(const struct check *c, const char *member, const json_t *v, const char *of, civil date)
{
	static const char *const words[] = {"day", "latest", "month", "year", NULL};
	int rc = check_word(c, member, v, words), y, m, d;
	if (rc < 0 || str_eq(json_str(v), STR("day")) || str_eq(json_str(v), STR("latest")))
		return rc;
	date_split(date, &y, &m, &d);
	bool year = str_eq(json_str(v), STR("year"));
	civil last = year ? date_from(y, 12, 31) : date_end_of_month(date);
	char text[DATE_LEN];
	if (date == last)
		return 0;
	(void)(year ? BAD(c, member, "a date known only by its year stands on the last day of it")
		    : BAD(c, member, "a date known only by its month stands on the last day of it"));
	return err_hint(c->e, "write \"%s\": \"%s\"", of, date_print(last, text));
}

static int check_precision(const struct check *c, const json_t *v)
{
	return c->read->kind == NO_ID ? 0 : check_period(c, "date_precision", v, "date", c->read->date);
}

static bool argument(const struct check *c, struct str name, struct value *ret)
{
	const struct rulebook *rb = record_rulebook(c->all);
	const struct act_kind *k = c->read->kind == NO_ID ? NULL : &rb->acts.v[c->read->kind];
	for (uint32_t i = 0; k && i < k->nparams; i++)
		if (str_eq(syms_str(&rb->syms, k->params[i].name), name))
			return *ret = act_value(c->read, i), true;
	return false;
}

/* {"first": "year"}: of arguments that are dates. */
static int check_precisions(const struct check *c, const json_t *v)
{
	const char *name;
	json_t *word;
	if (!json_is_object(v))
		return BAD(c, "precisions", "must be an object: the names of arguments with day, latest, month or year");
	json_object_foreach((json_t *)v, name, word) {
		struct value arg;
		if (!argument(c, str_of(name), &arg) || arg.kind != V_DATE)
			return BAD(c, "precisions", "%.60s is no argument with a date", name);
		int rc = check_period(c, "precisions", word, name, arg.t);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int check_received(const struct check *c, const json_t *v)
{
	civil at, from = period_begins(c->read->date, json_get_str(c->act, "date_precision"));
	if (!date_parse(json_str(v), &at))
		return BAD(c, "received", "must be a date of the calendar, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS");
	if (c->read->kind == NO_ID)
		return 0;
	char text[DATE_LEN];
	if (at < from)
		return field_error(c->e, ERR_REFUSED, c->prefix, "received", "it lies before the act itself (%s)",
			date_print(c->read->date, text));
	return 0;
}

static int check_strings(const struct check *c, const char *member, const json_t *v)
{
	if (!json_is_array(v))
		return BAD(c, member, "must be a list of strings");
	for (size_t i = 0; i < json_array_size(v); i++)
		if (!is_text(json_str(json_array_get(v, i)), false))
			return BAD(c, member, "must be a list of strings with text");
	return 0;
}

static int check_about(const struct check *c, const json_t *v)
{
	return check_strings(c, "about", v);
}

/* Which single fields are unverified: an argument, a member, or a text in one language ("title.ru"). */
static int check_unverified(const struct check *c, const json_t *v)
{
	static const char *const fields[] = {"date", "place", "received", "title", "text", "about", "documents", "date_note"};
	int rc = check_strings(c, "unverified", v);
	for (size_t i = 0; i < json_array_size(v) && rc == 0; i++) {
		struct str name = json_str(json_array_get(v, i)), member = name, lang = {NULL, 0};
		struct value arg;
		bool known = argument(c, name, &arg);
		(void)str_cut(name, '.', &member, &lang);
		if (lang.p)
			known = known || ((str_eq(member, STR("title")) || str_eq(member, STR("text"))) && is_lang(lang));
		for (size_t k = 0; !lang.p && k < sizeof fields / sizeof *fields; k++)
			known = known || str_eq(name, str_of(fields[k]));
		if (!known) {
			(void)BAD(c, "unverified", "%.60s is no field of this act", name.p);
			rc = err_hint(c->e, "name an argument, or date, place, title, text, about, title.ru and the like");
		}
	}
	return rc;
}

static int check_recorded(const struct check *c, const json_t *v)
{
	return json_is_boolean(v) ? 0 : BAD(c, "recorded", "must be true or false");
}

static bool only_members(const json_t *obj, const char *const *members, const char **ret_other)
{
	const char *key;
	json_t *v;
	json_object_foreach((json_t *)obj, key, v) {
		size_t i = 0;
		while (members[i] && strcmp(members[i], key) != 0)
			i++;
		if (!members[i]) {
			*ret_other = key;
			return false;
		}
	}
	return true;
}

static bool is_address(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f)
			return false;
	return (str_starts(s, STR("https://")) && s.n > 8) || (str_starts(s, STR("http://")) && s.n > 7);
}

static int check_sources(const struct check *c, const json_t *v)
{
	static const char *const members[] = {"title", "url", "note", "retrieved", NULL};
	const char *other;
	if (!json_is_array(v))
		return BAD(c, "sources", "must be a list of objects with title and url");
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *s = json_array_get(v, i), *url = json_object_get(s, "url"), *got = json_object_get(s, "retrieved");
		char field[32];
		civil t;
		(void)snprintf(field, sizeof field, "sources[%zu]", i);
		if (!json_is_object(s) || !is_text(json_get_str(s, "title"), false))
			return BAD(c, field, "must be an object with a title that names the source");
		if (!only_members(s, members, &other))
			return BAD(c, field, "%.40s is not known here: a source has title, url, note, retrieved", other);
		if (url && !is_address(json_str(url)))
			return BAD(c, field, "url must be an address that begins with https:// or http://");
		if (got && !date_parse(json_str(got), &t))
			return BAD(c, field, "retrieved must be a date of the calendar, YYYY-MM-DD");
	}
	return 0;
}

/* Printable ASCII, as a document is stored with it (log/log.h). */
static bool is_media_type(struct str s)
{
	bool plain = s.n > 0 && s.n <= DSSE_MAX_TYPE;
	for (size_t i = 0; i < s.n && plain; i++)
		plain = s.p[i] >= ' ' && s.p[i] <= '~';
	return plain;
}

static int check_documents(const struct check *c, const json_t *v)
{
	static const char *const members[] = {"sha256", "type", "lang", "value", "title", "name", NULL};
	static const char *const values[] = {"authentic", "official", "translation", NULL};
	const char *other;
	uint8_t hash[DIGEST_LEN];
	if (!json_is_array(v))
		return BAD(c, "documents", "must be a list of objects");
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *d = json_array_get(v, i), *title = json_object_get(d, "title"), *value = json_object_get(d, "value");
		char field[40];
		(void)snprintf(field, sizeof field, "documents[%zu]", i);
		if (!json_is_object(d) || !hex_parse(json_get_str(d, "sha256"), hash, sizeof hash))
			return BAD(c, field, "must be an object with sha256, the SHA-256 of the document in 64 hexadecimal digits");
		if (!only_members(d, members, &other))
			return BAD(c, field, "%.40s is not known here: a document has sha256, type, lang, value, title, name", other);
		if (!is_lang(json_get_str(d, "lang")))
			return BAD(c, field, "lang must be a language tag such as \"en\" or \"zh-Hans\"");
		const json_t *type = json_object_get(d, "type");
		if (type && !is_media_type(json_str(type)))
			return BAD(c, field, "type must be a media type such as \"application/pdf\"");
		int rc = value ? check_word(c, field, value, values) : 0;
		if (rc < 0 || (title && (rc = check_by_lang(c, field, title, false)) < 0))
			return rc;
	}
	return 0;
}

static bool is_audience(const struct check *c, struct str word)
{
	const struct org *org = record_org(c->all);
	for (size_t i = 0; i < org->naudiences; i++)
		if (str_eq(org->audiences[i].word, word))
			return true;
	return org_role(org, word) || str_eq(word, org->registrar) || record_entity(c->all, word);
}

/* A word that nobody answers to would hide the act from those for whom it is meant. */
static int check_for(const struct check *c, const json_t *v)
{
	struct buf words;
	buf_init(&words, MAX_AUDIENCE_BYTES);
	bool good = audiences_join(c->act, &words);
	buf_done(&words);
	if (!good)
		return BAD(c, "for", "must be \"public\", or a list of audiences such as [\"members\", \"KZ\"]");
	for (size_t i = 0; i < json_array_size(v); i++) {
		struct str word = json_str(json_array_get(v, i));
		if (is_audience(c, word))
			continue;
		(void)field_error(c->e, ERR_REFUSED, c->prefix, "for", "there is no audience %.*s", STR_ARG(word));
		return err_hint(c->e, "name an entity of the record, an office or an audience of org.json");
	}
	return 0;
}

/* Acts that are signed elsewhere name their register, so that no other takes them, and have an id, so that none is taken twice. */
static int check_register(const struct check *c, const json_t *v)
{
	struct str origin = record_org(c->all)->origin;
	if (!json_is_string(v))
		return BAD(c, "register", "must be the origin of the register, \"%.*s\"", STR_ARG(origin));
	if (!str_eq(json_str(v), origin))
		return field_error(c->e, ERR_REFUSED, c->prefix, "register", "it was signed for the register %.80s, not for %.*s", json_string_value(v),
			STR_ARG(origin));
	return 0;
}

static int check_id(const struct check *c, const json_t *v)
{
	struct str id = json_str(v);
	if (id.n < 8 || !name_is_entity(id))
		return BAD(c, "id", "must have 8 to 64 letters A-Z a-z, digits, '.', '_', '-'; the first a letter or digit");
	char field[200];
	(void)snprintf(field, sizeof field, "%s%sid", c->prefix ? c->prefix : "", c->prefix && *c->prefix ? ": " : "");
	return record_check_id(c->all, c->act, field, c->e);
}

static int check_nothing(const struct check *c, const json_t *v) /* kind, date, args ...: the rules look at them */
{
	(void)c;
	(void)v;
	return 0;
}

static const struct member {
	const char *name;
	int (*check)(const struct check *c, const json_t *v);
} members[] = {
	{"kind", check_nothing}, {"date", check_nothing}, {"args", check_nothing}, {"corrects", check_nothing},
	{"annul", check_nothing}, {"date_precision", check_precision}, {"received", check_received},
	{"precisions", check_precisions}, {"date_note", check_date_note}, {"title", check_title}, {"text", check_text}, {"place", check_place},
	{"sources", check_sources}, {"documents", check_documents}, {"certainty", check_certainty},
	{"unverified", check_unverified}, {"recorded", check_recorded}, {"for", check_for}, {"about", check_about},
	{"register", check_register}, {"id", check_id},
};

int check_members(const struct record *all, const json_t *act, const struct act *read, const char *prefix, struct err *e)
{
	const size_t n = sizeof members / sizeof *members;
	struct check c = {all, act, read, prefix, e};
	const char *key;
	json_t *v;
	json_object_foreach((json_t *)act, key, v) {
		size_t i = 0;
		while (i < n && strcmp(members[i].name, key) != 0)
			i++;
		if (i == n) {
			struct similar near;
			similar_start(&near, str_of(key));
			for (i = 0; i < n; i++)
				similar_offer(&near, str_of(members[i].name), str_of(members[i].name));
			(void)field_error(e, ERR_INPUT, prefix, key, "an act has no such member");
			return similar_hint(near.found, near.n, e);
		}
		int rc = json_is_null(v) ? 0 : members[i].check(&c, v);
		if (rc < 0)
			return rc;
	}
	return 0;
}
