/* SPDX-License-Identifier: Apache-2.0 */
#include "press/jsonfeed.h"

#include "base/json.h"
#include "base/markup.h"

#include <string.h>

static void member(struct buf *b, bool *began, const char *name, struct str value)
{
	if (!value.n)
		return;
	buf_addf(b, "%s\"%s\": ", *began ? ", " : "", name);
	json_quote(b, value);
	*began = true;
}

static struct str linked(const struct atom_link *l, size_t n, const char *rel)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(l[i].rel, rel) == 0)
			return l[i].href;
	return STR("");
}

static void authors(struct buf *b, struct str name)
{
	if (!name.n)
		return;
	buf_adds(b, ", \"authors\": [{\"name\": ");
	json_quote(b, name);
	buf_adds(b, "}]");
}

static void moment(struct buf *b, const char *name, civil t, int offset)
{
	char all[ATOM_TIME_LEN];
	if (t != CIVIL_NEVER)
		buf_addf(b, ", \"%s\": \"%s\"", name, atom_time(t, offset, all));
}

static void attachments(struct buf *b, const struct atom_entry *e)
{
	bool any = false;
	for (size_t i = 0; i < e->nlinks; i++) {
		const struct atom_link *l = &e->links[i];
		bool began = false;
		if (strcmp(l->rel, "enclosure") != 0 || !l->type.n)
			continue;
		buf_adds(b, any ? ", {" : ", \"attachments\": [{");
		any = true;
		member(b, &began, "url", l->href);
		member(b, &began, "mime_type", l->type);
		member(b, &began, "title", l->title);
		if (l->length)
			buf_addf(b, ", \"size_in_bytes\": %llu", (unsigned long long)l->length);
		buf_adds(b, "}");
	}
	buf_adds(b, any ? "]" : "");
}

/* An item has content: where there is none beyond the summary, that. An item says one language, its title's; only markup can say that the text is in
 * another, and begins at the side at which that does. */
static void content(struct buf *b, bool *began, const struct atom_feed *f, const struct atom_entry *e)
{
	struct str title_lang = e->title_lang.n ? e->title_lang : f->lang, lang = e->summary_lang.n ? e->summary_lang : f->lang;
	if (e->content.n) {
		member(b, began, e->content_type == ATOM_HTML ? "content_html" : "content_text", e->content);
	} else if (!e->summary.n || str_eq(title_lang, lang)) {
		member(b, began, "content_text", e->summary.n ? e->summary : e->title);
	} else {
		struct buf html;
		buf_init(&html, b->max);
		buf_adds(&html, "<p lang=\"");
		markup_attr(&html, lang);
		buf_adds(&html, "\" dir=\"auto\">");
		markup_text(&html, e->summary);
		buf_adds(&html, "</p>");
		member(b, began, "content_html", buf_str(&html));
		b->over |= html.over;
		buf_done(&html);
	}
}

static void item(struct buf *b, const struct atom_feed *f, const struct atom_entry *e)
{
	bool began = false;
	buf_adds(b, "\n  {");
	member(b, &began, "id", e->id);
	member(b, &began, "url", linked(e->links, e->nlinks, "alternate"));
	member(b, &began, "external_url", linked(e->links, e->nlinks, "related"));
	member(b, &began, "title", e->title);
	content(b, &began, f, e);
	member(b, &began, "summary", e->content.n ? e->summary : STR(""));
	member(b, &began, "language", e->title_lang.n ? e->title_lang : f->lang);
	moment(b, "date_published", e->published, f->offset_minutes);
	moment(b, "date_modified", e->updated, f->offset_minutes);
	authors(b, e->author);
	for (size_t i = 0; i < e->ncategories; i++) {
		buf_adds(b, i ? ", " : ", \"tags\": [");
		json_quote(b, e->categories[i].term);
		buf_adds(b, i + 1 == e->ncategories ? "]" : "");
	}
	attachments(b, e);
	buf_adds(b, "}");
}

static void hubs(struct buf *b, const struct atom_feed *f)
{
	bool any = false;
	for (size_t i = 0; i < f->nlinks; i++) {
		if (strcmp(f->links[i].rel, "hub") != 0)
			continue;
		buf_adds(b, any ? ", {\"type\": \"WebSub\", \"url\": " : ",\n \"hubs\": [{\"type\": \"WebSub\", \"url\": ");
		json_quote(b, f->links[i].href);
		buf_adds(b, "}");
		any = true;
	}
	buf_adds(b, any ? "]" : "");
}

int jsonfeed_write(const struct atom_feed *f, struct buf *out, struct err *e)
{
	civil updated;
	bool began = true;
	int rc = atom_check(f, &updated, e);
	if (rc < 0)
		return rc;
	buf_adds(out, "{\"version\": \"https://jsonfeed.org/version/1.1\"");
	member(out, &began, "title", f->title);
	member(out, &began, "home_page_url", linked(f->links, f->nlinks, "alternate"));
	member(out, &began, "feed_url", linked(f->links, f->nlinks, "self"));
	member(out, &began, "next_url", linked(f->links, f->nlinks, "next"));
	member(out, &began, "description", f->subtitle);
	member(out, &began, "language", f->lang);
	authors(out, f->author);
	hubs(out, f);
	buf_adds(out, ",\n \"items\": [");
	for (size_t i = 0; i < f->nentries; i++) {
		buf_adds(out, i ? "," : "");
		item(out, f, &f->entries[i]);
	}
	buf_adds(out, "\n ]}\n");
	return out->over ? err_set(e, ERR_LIMIT, "feed", "it is longer than %zu bytes, or memory is short", out->max) : 0;
}
