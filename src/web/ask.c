/* SPDX-License-Identifier: Apache-2.0 */
#include "web/ask.h"

#include "web/route.h"

#include <string.h>

enum { URL_MAX = 4 * TARGET_MAX };

static const struct {
	const char *suffix, *media, *name;
} forms[FORM_MAX] = {
	[FORM_HTML] = {"html", "text/html; charset=utf-8", "HTML"},
	[FORM_JSON] = {"json", "application/json", "JSON"},
	[FORM_CSV] = {"csv", "text/csv; charset=utf-8", "CSV"},
	[FORM_ATOM] = {"atom", "application/atom+xml", "Atom"},
	[FORM_ICS] = {"ics", "text/calendar; charset=utf-8", "iCalendar"},
	[FORM_TEXT] = {"txt", "text/plain; charset=utf-8", "Text"},
	[FORM_XML] = {"xml", "application/xml", "XML"},
	[FORM_JSONLD] = {"jsonld", "application/ld+json", "JSON-LD"},
	[FORM_CSVW] = {"csv-metadata.json", "application/csvm+json", "CSVW"},
	[FORM_SQLITE] = {"sqlite", "application/vnd.sqlite3", "SQLite"},
	[FORM_FEED] = {"feed.json", "application/feed+json", "JSON Feed"},
	[FORM_AKN] = {"akn.xml", "application/akn+xml", "Akoma Ntoso"},
	[FORM_BIB] = {"bib", "application/x-bibtex", "BibTeX"},
	[FORM_CSL] = {"csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON"},
	[FORM_RIS] = {"ris", "application/x-research-info-systems; charset=utf-8", "RIS"},
	[FORM_BYTES] = {"", "application/octet-stream", "File"},
};

const char *form_media(enum form f)
{
	return forms[f].media;
}

const char *form_suffix(enum form f)
{
	return forms[f].suffix;
}

const char *form_name(enum form f)
{
	return forms[f].name;
}

static size_t declared(const struct ask *a, const char *name)
{
	const struct query_param *p = a->route->params;
	size_t i = 0;
	while (p && p[i].name && strcmp(p[i].name, name) != 0)
		i++;
	return p && p[i].name ? i : SIZE_MAX;
}

struct ask_value ask_param(const struct ask *a, const char *name)
{
	size_t i = declared(a, name);
	return i == SIZE_MAX ? (struct ask_value){0} : a->param[i];
}

uint32_t ask_each(const struct ask *a, const char *name)
{
	size_t i = declared(a, name);
	return i == SIZE_MAX ? 0 : a->route->params[i].each;
}

/* Addresses */

static struct url keep(struct arena *a, struct buf *b)
{
	struct url u = {arena_str(a, buf_str(b))};
	buf_done(b);
	return u;
}

struct url url_fmt(struct arena *a, const char *fmt, ...)
{
	struct buf b;
	va_list ap;
	buf_init(&b, URL_MAX);
	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	return keep(a, &b);
}

static void add_when(struct buf *b, const char *mark, bool with_on, civil on, bool with_known, uint64_t known)
{
	char day[DATE_LEN];
	if (with_on) {
		buf_adds(b, mark);
		buf_adds(b, "on=");
		buf_adds(b, date_print(on, day));
	}
	if (with_known) {
		buf_adds(b, with_on ? "&" : mark);
		buf_adds(b, "known=");
		buf_add_u64(b, known);
	}
}

struct url ask_when(const struct ask *a)
{
	struct buf b;
	buf_init(&b, URL_MAX);
	add_when(&b, "?", a->has_on, a->on, a->has_known, a->known);
	return keep(a->arena, &b);
}

struct url ask_also(const struct ask *a)
{
	struct buf b;
	buf_init(&b, URL_MAX);
	add_when(&b, "&", a->has_on, a->on, a->has_known, a->known);
	return keep(a->arena, &b);
}

static void add_path(struct buf *b, const struct ask *a, const char *suffix)
{
	bool slash = str_ends(str_of(a->route->pattern), STR("/"));
	for (size_t i = 0; i < a->segments; i++) {
		buf_addc(b, '/');
		url_encode(b, a->segment[i]);
	}
	if (slash)
		buf_addc(b, '/');
	if (suffix)
		buf_addf(b, "%s.%s", slash ? "index" : "", suffix);
}

/* Every parameter that was given and has a value, except the two dates, and those that the form at this address does not take; `parts`: with
 * those that tell which part of a list. */
static void add_params(struct buf *b, const struct ask *a, enum form f, bool parts, bool *began)
{
	const struct query_param *p = a->route->params;
	for (size_t i = 0; p && p[i].name; i++) {
		if (!a->param[i].given || !route_takes(&p[i], f) || (p[i].part && !parts))
			continue;
		buf_addf(b, "%s%s=", *began ? "&" : "?", p[i].name);
		url_encode(b, a->param[i].text);
		*began = true;
	}
}

uint64_t ask_named(const struct ask *a)
{
	return a->published && !a->has_known ? a->published->named : a->known;
}

uint64_t ask_entry(const struct ask *a)
{
	if (a->published)
		a->published->reckons = true;
	return a->published && !a->has_known ? a->published->entry : a->known;
}

struct url ask_self(const struct ask *a)
{
	struct buf b;
	buf_init(&b, URL_MAX);
	add_path(&b, a, NULL);
	return keep(a->arena, &b);
}

struct url ask_on_known(const struct ask *a, bool with_on, civil on, bool with_known, uint64_t known)
{
	struct buf b;
	bool began = false, same = (with_on ? on : a->today) == a->on && (with_known ? known == a->known : !a->has_known);
	buf_init(&b, URL_MAX);
	add_path(&b, a, NULL);
	add_params(&b, a, FORM_HTML, same, &began);
	add_when(&b, began ? "&" : "?", with_on, on, with_known, known);
	return keep(a->arena, &b);
}

struct url ask_on(const struct ask *a, civil on)
{
	return ask_on_known(a, true, on, a->has_known, a->known);
}

struct url ask_form(const struct ask *a, enum form f)
{
	struct buf b;
	bool began = false;
	buf_init(&b, URL_MAX);
	add_path(&b, a, forms[f].suffix);
	add_params(&b, a, f, true, &began);
	add_when(&b, began ? "&" : "?", a->has_on, a->on, a->has_known, a->known);
	return keep(a->arena, &b);
}

void problem_say_both(const struct ask *a, struct problem *p, int code, const char *where, const char *msgid, const struct tr_slot *plain, const struct tr_slot *v, size_t n)
{
	struct out english = {NULL, a->arena, NULL}, reader = {NULL, a->arena, ask_reader(a)};
	struct str what = tr_fill(&english, msgid, plain, n);
	err_set(&p->err, code, where, "%.*s", STR_ARG(what));
	p->say = tr_say(&reader, msgid, v, n);
}

void problem_say(const struct ask *a, struct problem *p, int code, const char *where, const char *msgid, const struct tr_slot *v, size_t n)
{
	problem_say_both(a, p, code, where, msgid, v, v, n);
}
