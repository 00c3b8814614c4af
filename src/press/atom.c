/* SPDX-License-Identifier: Apache-2.0 */
#include "press/atom.h"

#include "press/xml.h"

#include <string.h>

#define NS "http://www.w3.org/2005/Atom"
#define NS_HISTORY "http://purl.org/syndication/history/1.0"

struct writer {
	struct xml x;
	int offset;
};

static void text_in(struct writer *w, const char *name, struct str value, struct str lang, const char *type)
{
	if (!value.n)
		return;
	xml_open(&w->x, name);
	xml_attr(&w->x, "xml:lang", lang);
	if (type)
		xml_attr(&w->x, "type", str_of(type));
	xml_text(&w->x, value);
	xml_shut(&w->x);
}

static void text(struct writer *w, const char *name, struct str value, const char *type)
{
	text_in(w, name, value, STR(""), type);
}

const char *atom_time(civil t, int offset_minutes, char out[ATOM_TIME_LEN])
{
	char day[DATE_LEN];
	int s = (int)(t - date_day(t)), off = offset_minutes < 0 ? -offset_minutes : offset_minutes;
	snprintf(out, ATOM_TIME_LEN, "%sT%02d:%02d:%02d%c%02d:%02d", date_print(date_day(t), day), s / 3600, s / 60 % 60, s % 60,
		offset_minutes < 0 ? '-' : '+', off / 60, off % 60);
	return out;
}

static void time_of(struct writer *w, const char *name, civil t)
{
	char all[ATOM_TIME_LEN];
	text(w, name, str_of(atom_time(t, w->offset, all)), NULL);
}

static void link_of(struct writer *w, const struct atom_link *l)
{
	char digits[24];
	xml_open(&w->x, "link");
	xml_attr(&w->x, "rel", str_of(l->rel));
	xml_attr(&w->x, "href", l->href);
	xml_attr(&w->x, "type", l->type);
	xml_attr(&w->x, "hreflang", l->lang);
	xml_attr(&w->x, "title", l->title);
	if (l->length) {
		snprintf(digits, sizeof digits, "%llu", (unsigned long long)l->length);
		xml_attr(&w->x, "length", str_of(digits));
	}
	xml_shut(&w->x);
}

static void author_of(struct writer *w, struct str name)
{
	if (!name.n)
		return;
	xml_open(&w->x, "author");
	text(w, "name", name, NULL);
	xml_shut(&w->x);
}

static void entry_of(struct writer *w, const struct atom_entry *e)
{
	xml_open(&w->x, "entry");
	text(w, "id", e->id, NULL);
	text_in(w, "title", e->title, e->title_lang, NULL);
	time_of(w, "updated", e->updated);
	if (e->published != CIVIL_NEVER)
		time_of(w, "published", e->published);
	author_of(w, e->author);
	for (size_t i = 0; i < e->ncategories; i++) {
		xml_open(&w->x, "category");
		xml_attr(&w->x, "term", e->categories[i].term);
		xml_attr(&w->x, "scheme", e->categories[i].scheme);
		xml_attr(&w->x, "label", e->categories[i].label);
		xml_shut(&w->x);
	}
	for (size_t i = 0; i < e->nlinks; i++)
		link_of(w, &e->links[i]);
	text_in(w, "summary", e->summary, e->summary_lang, NULL);
	text(w, "content", e->content, e->content_type == ATOM_HTML ? "html" : "text");
	xml_shut(&w->x);
}

/* What the RFC demands */

static bool is_iri(struct str s)
{
	const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;
	bool ok = colon && colon > s.p && (size_t)(colon - s.p) + 1 < s.n;
	for (size_t i = 0; ok && i < s.n; i++)
		ok = (unsigned char)s.p[i] > 0x20 && s.p[i] != '<' && s.p[i] != '>' && s.p[i] != '"' && s.p[i] != 0x7f;
	return ok;
}

/* At most one alternate of the same type and language (4.1.1, 4.1.2); every link has an address. */
static int check_links(const struct atom_link *l, size_t n, const char *where, bool *ret_alternate, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_iri(l[i].href) || !l[i].rel)
			return err_set(e, ERR_INPUT, where, "link %zu has no absolute address or no relation", i + 1);
		if (strcmp(l[i].rel, "alternate") != 0)
			continue;
		*ret_alternate = true;
		for (size_t k = 0; k < i; k++)
			if (strcmp(l[k].rel, "alternate") == 0 && str_eq(l[k].type, l[i].type) && str_eq(l[k].lang, l[i].lang))
				return err_set(e, ERR_INPUT, where, "two links \"alternate\" have the same type and language");
	}
	return 0;
}

static bool in_years(civil t)
{
	return t >= CIVIL_MIN && t <= CIVIL_MAX;
}

static int check_entry(const struct atom_feed *f, size_t i, struct err *e)
{
	const struct atom_entry *n = &f->entries[i];
	bool alternate = false;
	char where[40];
	snprintf(where, sizeof where, "entry %zu", i + 1);
	int rc = check_links(n->links, n->nlinks, where, &alternate, e);
	if (rc < 0)
		return rc;
	for (size_t k = 0; k < n->ncategories; k++)
		if (!n->categories[k].term.n)
			return err_set(e, ERR_INPUT, where, "category %zu has no term", k + 1);
	if (!is_iri(n->id))
		return err_set(e, ERR_INPUT, where, "the id is no absolute IRI");
	if (!n->title.n)
		return err_set(e, ERR_INPUT, where, "it has no title");
	if (!in_years(n->updated) || (n->published != CIVIL_NEVER && !in_years(n->published)))
		return err_set(e, ERR_INPUT, where, "it has no time of its last change, or one outside the years 1 to 9999");
	if (!n->author.n && !f->author.n)
		return err_set(e, ERR_INPUT, where, "neither it nor the feed has an author");
	if (!n->content.n && !alternate)
		return err_set(e, ERR_INPUT, where, "it has neither content nor a link \"alternate\"");
	return 0;
}

int atom_check(const struct atom_feed *f, civil *ret_updated, struct err *e)
{
	bool alternate = false;
	int rc = check_links(f->links, f->nlinks, "feed", &alternate, e);
	if (rc < 0)
		return rc;
	if (f->nentries > ATOM_ENTRIES_MAX)
		return err_set(e, ERR_LIMIT, "feed", "%zu entries; at most %d", f->nentries, ATOM_ENTRIES_MAX);
	if (!is_iri(f->id) || !f->title.n)
		return err_set(e, ERR_INPUT, "feed", "it needs an absolute IRI as id, and a title");
	if (f->offset_minutes < -14 * 60 || f->offset_minutes > 14 * 60)
		return err_set(e, ERR_INPUT, "feed", "the distance from UTC is more than 14 hours");
	*ret_updated = f->updated;
	for (size_t i = 0; i < f->nentries; i++) {
		if ((rc = check_entry(f, i, e)) < 0)
			return rc;
		if (f->updated == CIVIL_NEVER && (i == 0 || f->entries[i].updated > *ret_updated))
			*ret_updated = f->entries[i].updated;
	}
	return in_years(*ret_updated) ? 0 : err_set(e, ERR_INPUT, "feed", "a feed without entries needs the time of its last change");
}

static void feed_of(struct writer *w, const struct atom_feed *f, civil updated)
{
	xml_open(&w->x, "feed");
	xml_attr(&w->x, "xmlns", STR(NS));
	if (f->archive)
		xml_attr(&w->x, "xmlns:fh", STR(NS_HISTORY));
	xml_attr(&w->x, "xml:lang", f->lang);
	text(w, "id", f->id, NULL);
	text(w, "title", f->title, NULL);
	text(w, "subtitle", f->subtitle, NULL);
	time_of(w, "updated", updated);
	author_of(w, f->author);
	text(w, "rights", f->rights, NULL);
	for (size_t i = 0; i < f->nlinks; i++)
		link_of(w, &f->links[i]);
	if (f->archive) {
		xml_open(&w->x, "fh:archive");
		xml_shut(&w->x);
	}
	for (size_t i = 0; i < f->nentries && !w->x.failed; i++)
		entry_of(w, &f->entries[i]);
	xml_shut(&w->x);
}

int atom_write(const struct atom_feed *f, struct buf *out, struct err *e)
{
	struct writer w = {.offset = f->offset_minutes};
	civil updated = CIVIL_NEVER;
	int rc = atom_check(f, &updated, e);
	if (rc < 0 || (rc = xml_begin(&w.x, out, e)) < 0)
		return rc;
	feed_of(&w, f, updated);
	return xml_end(&w.x, "feed", e);
}
