/* SPDX-License-Identifier: Apache-2.0 */
#include "press/sitemap.h"

#include "press/atom.h"
#include "press/xml.h"

#define NS "http://www.sitemaps.org/schemas/sitemap/0.9"
#define NS_XHTML "http://www.w3.org/1999/xhtml"
#define NS_NEWS "http://www.google.com/schemas/sitemap-news/0.9"

/* The address of a page in a language, in the one buffer that is reused for all. */
static struct str address(struct buf *b, const struct sitemap_language *l, const struct sitemap_page *p)
{
	buf_clear(b);
	buf_add(b, l->prefix);
	buf_add(b, p->path);
	return buf_str(b);
}

static void language(struct xml *w, struct str lang, struct str href)
{
	xml_open(w, "xhtml:link");
	xml_attr(w, "rel", STR("alternate"));
	xml_attr(w, "hreflang", lang);
	xml_attr(w, "href", href);
	xml_shut(w);
}

static void page_of(struct xml *w, struct buf *b, const struct sitemap_page *p, const struct sitemap_language *own, const struct sitemap_language *langs, size_t n)
{
	char day[DATE_LEN];
	xml_open(w, "url");
	xml_line(w, "loc", address(b, own, p));
	if (p->changed >= CIVIL_MIN && p->changed <= CIVIL_MAX)
		xml_line(w, "lastmod", str_of(date_print(date_day(p->changed), day)));
	for (size_t i = 0; n > 1 && i < n; i++)
		language(w, langs[i].lang, address(b, &langs[i], p));
	if (n > 1)
		language(w, STR("x-default"), address(b, &langs[0], p));
	xml_shut(w);
}

int sitemap_write(const struct sitemap_page *pages, size_t n, const struct sitemap_language *langs, size_t nlangs, struct buf *out, struct err *e)
{
	struct xml w;
	struct buf b;
	if (nlangs == 0 || n > SITEMAP_URLS_MAX / nlangs)
		return err_set(e, ERR_LIMIT, "sitemap", "%zu pages in %zu languages; at most %d addresses", n, nlangs, SITEMAP_URLS_MAX);
	int rc = xml_begin(&w, out, e);
	if (rc < 0)
		return rc;
	buf_init(&b, 8192);
	xml_open(&w, "urlset");
	xml_attr(&w, "xmlns", STR(NS));
	if (nlangs > 1)
		xml_attr(&w, "xmlns:xhtml", STR(NS_XHTML));
	for (size_t i = 0; i < n && !w.failed && !out->over; i++)
		for (size_t k = 0; k < nlangs; k++)
			page_of(&w, &b, &pages[i], &langs[k], langs, nlangs);
	xml_shut(&w);
	w.failed |= b.over;
	buf_done(&b);
	return xml_end(&w, "sitemap", e);
}

/* ISO 639, but for Chinese, of which the extension wants to know the script by its country. */
static struct str news_language(struct str lang)
{
	struct str first, rest;
	if (str_eq(lang, STR("zh-Hant")))
		return STR("zh-tw");
	if (str_eq(lang, STR("zh")) || str_starts(lang, STR("zh-")))
		return STR("zh-cn");
	return str_cut(lang, '-', &first, &rest) ? first : lang;
}

static void version(struct xml *w, const struct sitemap_news *a, const struct sitemap_version *v, int offset_minutes)
{
	char day[DATE_LEN], time[ATOM_TIME_LEN];
	xml_open(w, "url");
	xml_line(w, "loc", v->loc);
	for (size_t i = 0; a->nversions > 1 && i < a->nversions; i++)
		language(w, a->versions[i].lang, a->versions[i].loc);
	if (a->nversions > 1)
		language(w, STR("x-default"), a->versions[0].loc);
	xml_open(w, "news:news");
	xml_open(w, "news:publication");
	xml_line(w, "news:name", v->publication);
	xml_line(w, "news:language", news_language(v->lang));
	xml_shut(w);
	xml_line(w, "news:publication_date", str_of(date_is_day(a->published) ? date_print(a->published, day) : atom_time(a->published, offset_minutes, time)));
	xml_line(w, "news:title", v->title);
	xml_shut(w);
	xml_shut(w);
}

static int check_news(const struct sitemap_news *v, size_t n, struct err *e)
{
	size_t all = 0;
	if (!n)
		return err_set(e, ERR_INPUT, "sitemap", "no articles; a sitemap names at least one address");
	for (size_t i = 0; i < n; i++) {
		all += v[i].nversions;
		if (v[i].published < CIVIL_MIN || v[i].published > CIVIL_MAX)
			return err_set(e, ERR_INPUT, "sitemap", "article %zu does not say when it was published", i + 1);
		for (size_t k = 0; k < v[i].nversions; k++) {
			size_t letters = news_language(v[i].versions[k].lang).n;
			if (!v[i].versions[k].title.n || !v[i].versions[k].publication.n || letters < 2 || (letters > 3 && letters != 5))
				return err_set(e, ERR_INPUT, "sitemap", "article %zu, version %zu has no title, no publication or no language", i + 1, k + 1);
		}
	}
	return all > SITEMAP_NEWS_MAX ? err_set(e, ERR_LIMIT, "sitemap", "%zu articles; at most %d", all, SITEMAP_NEWS_MAX) : 0;
}

int sitemap_news(const struct sitemap_news *v, size_t n, int offset_minutes, struct buf *out, struct err *e)
{
	struct xml w;
	int rc = check_news(v, n, e);
	if (rc < 0 || (rc = xml_begin(&w, out, e)) < 0)
		return rc;
	xml_open(&w, "urlset");
	xml_attr(&w, "xmlns", STR(NS));
	xml_attr(&w, "xmlns:news", STR(NS_NEWS));
	xml_attr(&w, "xmlns:xhtml", STR(NS_XHTML));
	for (size_t i = 0; i < n && !w.failed; i++)
		for (size_t k = 0; k < v[i].nversions; k++)
			version(&w, &v[i], &v[i].versions[k], offset_minutes);
	xml_shut(&w);
	return xml_end(&w, "sitemap", e);
}

int sitemap_index(const struct str *files, size_t n, struct buf *out, struct err *e)
{
	struct xml w;
	int rc = xml_begin(&w, out, e);
	if (rc < 0)
		return rc;
	xml_open(&w, "sitemapindex");
	xml_attr(&w, "xmlns", STR(NS));
	for (size_t i = 0; i < n; i++) {
		xml_open(&w, "sitemap");
		xml_line(&w, "loc", files[i]);
		xml_shut(&w);
	}
	xml_shut(&w);
	return xml_end(&w, "sitemap", e);
}
