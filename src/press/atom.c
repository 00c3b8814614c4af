/* SPDX-License-Identifier: Apache-2.0 */
#include "press/atom.h"

#include <libxml/xmlwriter.h>
#include <string.h>

#define NS "http://www.w3.org/2005/Atom"
#define NS_HISTORY "http://purl.org/syndication/history/1.0"

struct writer {
	xmlTextWriterPtr x;
	struct buf scratch; /* one text, ended by NUL and without what XML forbids */
	int offset;
	bool failed;
};

static int to_buf(void *ctx, const char *bytes, int n)
{
	buf_add(ctx, (struct str){bytes, (size_t)n});
	return n; /* a full buffer is seen at the end: told of an error, the library would print it */
}

/* The length of the character at p, and whether XML 1.0 allows it (2.2). Invalid UTF-8 is forbidden byte by byte. */
static size_t next_char(const unsigned char *p, size_t n, bool *ret_allowed)
{
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (n < len || !str_utf8((struct str){(const char *)p, len})) {
		*ret_allowed = false;
		return 1;
	}
	bool control = p[0] < 0x20 && p[0] != '\t' && p[0] != '\n' && p[0] != '\r';
	*ret_allowed = !control && !(len == 3 && p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe); /* U+FFFE, U+FFFF */
	return len;
}

static const xmlChar *clean(struct writer *w, struct str s)
{
	size_t from = 0;
	buf_clear(&w->scratch);
	for (size_t i = 0, len; i < s.n; i += len) {
		bool allowed;
		len = next_char((const unsigned char *)s.p + i, s.n - i, &allowed);
		if (allowed)
			continue;
		buf_add(&w->scratch, str_slice(s, from, i));
		buf_adds(&w->scratch, "\xef\xbf\xbd");
		from = i + len;
	}
	buf_add(&w->scratch, str_slice(s, from, s.n));
	w->failed |= w->scratch.over;
	return (const xmlChar *)(w->scratch.n ? w->scratch.p : "");
}

static void check(struct writer *w, int rc)
{
	w->failed |= rc < 0;
}

static void open(struct writer *w, const char *name)
{
	check(w, xmlTextWriterStartElement(w->x, (const xmlChar *)name));
}

static void shut(struct writer *w)
{
	check(w, xmlTextWriterEndElement(w->x));
}

static void attribute(struct writer *w, const char *name, struct str value)
{
	if (value.n)
		check(w, xmlTextWriterWriteAttribute(w->x, (const xmlChar *)name, clean(w, value)));
}

static void text(struct writer *w, const char *name, struct str value, const char *type)
{
	if (!value.n)
		return;
	open(w, name);
	if (type)
		attribute(w, "type", str_of(type));
	check(w, xmlTextWriterWriteString(w->x, clean(w, value)));
	shut(w);
}

/* RFC 3339: the civil time at the seat, with its distance from UTC. */
static void time_of(struct writer *w, const char *name, civil t)
{
	char day[DATE_LEN], all[48];
	int s = (int)(t - date_day(t)), off = w->offset < 0 ? -w->offset : w->offset;
	snprintf(all, sizeof all, "%sT%02d:%02d:%02d%c%02d:%02d", date_print(date_day(t), day), s / 3600, s / 60 % 60, s % 60,
		w->offset < 0 ? '-' : '+', off / 60, off % 60);
	text(w, name, str_of(all), NULL);
}

static void link_of(struct writer *w, const struct atom_link *l)
{
	char digits[24];
	open(w, "link");
	attribute(w, "rel", str_of(l->rel));
	attribute(w, "href", l->href);
	attribute(w, "type", l->type);
	attribute(w, "hreflang", l->lang);
	attribute(w, "title", l->title);
	if (l->length) {
		snprintf(digits, sizeof digits, "%llu", (unsigned long long)l->length);
		attribute(w, "length", str_of(digits));
	}
	shut(w);
}

static void author_of(struct writer *w, struct str name)
{
	if (!name.n)
		return;
	open(w, "author");
	text(w, "name", name, NULL);
	shut(w);
}

static void entry_of(struct writer *w, const struct atom_entry *e)
{
	open(w, "entry");
	attribute(w, "xml:lang", e->lang);
	text(w, "id", e->id, NULL);
	text(w, "title", e->title, NULL);
	time_of(w, "updated", e->updated);
	if (e->published != CIVIL_NEVER)
		time_of(w, "published", e->published);
	author_of(w, e->author);
	for (size_t i = 0; i < e->ncategories; i++) {
		open(w, "category");
		attribute(w, "term", e->categories[i].term);
		attribute(w, "scheme", e->categories[i].scheme);
		attribute(w, "label", e->categories[i].label);
		shut(w);
	}
	for (size_t i = 0; i < e->nlinks; i++)
		link_of(w, &e->links[i]);
	text(w, "summary", e->summary, NULL);
	text(w, "content", e->content, e->content_type == ATOM_HTML ? "html" : "text");
	shut(w);
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

static int check_feed(const struct atom_feed *f, civil *ret_updated, struct err *e)
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
	check(w, xmlTextWriterSetIndent(w->x, 1));
	check(w, xmlTextWriterStartDocument(w->x, "1.0", "UTF-8", NULL));
	open(w, "feed");
	attribute(w, "xmlns", STR(NS));
	if (f->archive)
		attribute(w, "xmlns:fh", STR(NS_HISTORY));
	attribute(w, "xml:lang", f->lang);
	text(w, "id", f->id, NULL);
	text(w, "title", f->title, NULL);
	text(w, "subtitle", f->subtitle, NULL);
	time_of(w, "updated", updated);
	author_of(w, f->author);
	text(w, "rights", f->rights, NULL);
	for (size_t i = 0; i < f->nlinks; i++)
		link_of(w, &f->links[i]);
	if (f->archive) {
		open(w, "fh:archive");
		shut(w);
	}
	for (size_t i = 0; i < f->nentries && !w->failed; i++)
		entry_of(w, &f->entries[i]);
	shut(w);
	check(w, xmlTextWriterEndDocument(w->x));
}

int atom_write(const struct atom_feed *f, struct buf *out, struct err *e)
{
	struct writer w = {.offset = f->offset_minutes};
	civil updated = CIVIL_NEVER;
	int rc = check_feed(f, &updated, e);
	if (rc < 0)
		return rc;
	xmlInitParser(); /* the library's tables, once and under its own lock: feeds are written by many threads */
	xmlOutputBufferPtr sink = xmlOutputBufferCreateIO(to_buf, NULL, out, NULL);
	w.x = sink ? xmlNewTextWriter(sink) : NULL; /* takes the sink over */
	if (!w.x) {
		if (sink)
			xmlOutputBufferClose(sink);
		return err_set(e, ERR_SYSTEM, "feed", "memory is short");
	}
	buf_init(&w.scratch, out->max);
	feed_of(&w, f, updated);
	xmlFreeTextWriter(w.x); /* writes what is left */
	buf_done(&w.scratch);
	if (out->over || w.failed)
		return err_set(e, ERR_LIMIT, "feed", "it is longer than %zu bytes, or memory is short", out->max);
	return 0;
}
