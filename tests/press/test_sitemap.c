/* SPDX-License-Identifier: Apache-2.0
 *
 * Sitemaps: the schemas of sitemaps.org over them, the languages of each page, the limits.
 */
#include "tests/test.h"

#include "press/sitemap.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

static const struct sitemap_language langs[] = {{STR_INIT("en"), STR_INIT("https://register.example/en")},
	{STR_INIT("ru"), STR_INIT("https://register.example/ru")}, {STR_INIT("zh-Hans"), STR_INIT("https://register.example/zh")}};

static xmlDocPtr parse(const struct buf *b)
{
	xmlDocPtr d = xmlReadMemory(b->p, (int)b->n, "sitemap", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	assert_non_null(d);
	return d;
}

static int valid(const char *name, xmlDocPtr d)
{
	char path[512];
	snprintf(path, sizeof path, "%s/conformance/sitemap/%s", test_shared(), name);
	xmlSchemaParserCtxtPtr pc = xmlSchemaNewParserCtxt(path);
	xmlSchemaPtr schema = xmlSchemaParse(pc);
	assert_non_null(schema);
	xmlSchemaValidCtxtPtr vc = xmlSchemaNewValidCtxt(schema);
	int rc = xmlSchemaValidateDoc(vc, d);
	xmlSchemaFreeValidCtxt(vc);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(pc);
	return rc;
}

static void the_bytes(void **state)
{
	const struct sitemap_page pages[] = {{STR_INIT("/a?x=1&y=2"), CIVIL_NEVER}};
	struct buf b;
	struct err e = {0};
	(void)state;
	buf_init(&b, 1 << 16);
	assert_int_equal(sitemap_write(pages, 1, langs, 2, &b, &e), 0);
#define LINKS \
	"  <xhtml:link rel=\"alternate\" hreflang=\"en\" href=\"https://register.example/en/a?x=1&amp;y=2\"/>\n" \
	"  <xhtml:link rel=\"alternate\" hreflang=\"ru\" href=\"https://register.example/ru/a?x=1&amp;y=2\"/>\n" \
	"  <xhtml:link rel=\"alternate\" hreflang=\"x-default\" href=\"https://register.example/en/a?x=1&amp;y=2\"/>\n </url>\n"
	assert_string_equal(b.p, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				 "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n"
				 " <url>\n  <loc>https://register.example/en/a?x=1&amp;y=2</loc>\n" LINKS
				 " <url>\n  <loc>https://register.example/ru/a?x=1&amp;y=2</loc>\n" LINKS "</urlset>\n");
	buf_done(&b);
}

static void valid_by_the_schemas(void **state)
{
	const struct sitemap_page pages[] = {{STR_INIT("/"), CIVIL_NEVER}, {STR_INIT("/meetings/CHS-2024"), date_from(2024, 7, 4) + 3600}};
	const struct str files[] = {STR_INIT("https://register.example/sitemap/1.xml"), STR_INIT("https://register.example/sitemap/2.xml")};
	struct buf b;
	struct err e = {0};
	(void)state;
	NEED_SHARED();
	buf_init(&b, 1 << 16);
	assert_int_equal(sitemap_write(pages, 2, langs, 3, &b, &e), 0);
	xmlDocPtr d = parse(&b);
	assert_int_equal(valid("sitemap_xhtml.xsd", d), 0);
	xmlNodePtr loc = xmlDocGetRootElement(d)->children->next->children->next; /* without it: the schema can say no */
	xmlUnlinkNode(loc);
	xmlFreeNode(loc);
	assert_int_not_equal(valid("sitemap_xhtml.xsd", d), 0);
	xmlFreeDoc(d);
	buf_clear(&b);
	assert_int_equal(sitemap_write(pages, 2, langs, 1, &b, &e), 0);
	d = parse(&b);
	assert_int_equal(valid("sitemap.xsd", d), 0);
	xmlFreeDoc(d);
	buf_clear(&b);
	assert_int_equal(sitemap_index(files, 2, &b, &e), 0);
	d = parse(&b);
	assert_int_equal(valid("siteindex.xsd", d), 0);
	xmlFreeDoc(d);
	buf_done(&b);
}

static void news(void **state)
{
	const struct sitemap_version two[] = {{STR_INIT("en"), STR_INIT("https://register.example/en/n"), STR_INIT("A & B"), STR_INIT("Secretariat")},
		{STR_INIT("zh-Hans"), STR_INIT("https://register.example/zh/n"), STR_INIT("\u516c\u62a5"), STR_INIT("\u79d8\u4e66\u5904")}};
	struct sitemap_version bad[] = {two[0]};
	struct sitemap_news a[] = {{two, 2, date_from(2026, 8, 1) + 10 * 3600}, {two, 1, date_from(2026, 7, 31)}};
	static struct sitemap_news many[SITEMAP_NEWS_MAX + 1];
	struct buf b;
	struct err e = {0};
	(void)state;
	buf_init(&b, 1 << 20);
	assert_int_equal(sitemap_news(a, 2, 480, &b, &e), 0);
#define BOTH_VERSIONS \
	"  <xhtml:link rel=\"alternate\" hreflang=\"en\" href=\"https://register.example/en/n\"/>\n" \
	"  <xhtml:link rel=\"alternate\" hreflang=\"zh-Hans\" href=\"https://register.example/zh/n\"/>\n" \
	"  <xhtml:link rel=\"alternate\" hreflang=\"x-default\" href=\"https://register.example/en/n\"/>\n"
#define NEWS(name, lang, day, title) \
	"  <news:news>\n   <news:publication>\n    <news:name>" name "</news:name>\n    <news:language>" lang "</news:language>\n   </news:publication>\n" \
	"   <news:publication_date>" day "</news:publication_date>\n   <news:title>" title "</news:title>\n  </news:news>\n </url>\n"
	assert_string_equal(b.p, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n"
		" <url>\n  <loc>https://register.example/en/n</loc>\n" BOTH_VERSIONS NEWS("Secretariat", "en", "2026-08-01T10:00:00+08:00", "A &amp; B")
		" <url>\n  <loc>https://register.example/zh/n</loc>\n" BOTH_VERSIONS NEWS("\u79d8\u4e66\u5904", "zh-cn", "2026-08-01T10:00:00+08:00", "\u516c\u62a5")
		" <url>\n  <loc>https://register.example/en/n</loc>\n" NEWS("Secretariat", "en", "2026-07-31", "A &amp; B") "</urlset>\n");
	for (int i = 0; i < 3; i++) { /* nothing of an article may be missing */
		bad[0] = two[0];
		*(i == 0 ? &bad[0].title : i == 1 ? &bad[0].publication : &bad[0].lang) = STR("");
		a[0] = (struct sitemap_news){bad, 1, date_from(2026, 8, 1)};
		assert_int_equal(sitemap_news(a, 1, 0, &b, &e), ERR_INPUT);
	}
	assert_int_equal(sitemap_news(a, 0, 0, &b, &e), ERR_INPUT); /* the schema wants an address */
	a[0] = (struct sitemap_news){two, 1, CIVIL_NEVER};
	assert_int_equal(sitemap_news(a, 1, 0, &b, &e), ERR_INPUT);
	for (size_t i = 0; i <= SITEMAP_NEWS_MAX; i++)
		many[i] = (struct sitemap_news){two, 1, date_from(2026, 8, 1)};
	assert_int_equal(sitemap_news(many, SITEMAP_NEWS_MAX + 1, 0, &b, &e), ERR_LIMIT);
	buf_done(&b);
}

static void limits(void **state)
{
	static struct sitemap_page many[SITEMAP_URLS_MAX / 3 + 1];
	struct buf b;
	struct err e = {0};
	(void)state;
	buf_init(&b, 1000);
	assert_int_equal(sitemap_write(many, SITEMAP_URLS_MAX / 3 + 1, langs, 3, &b, &e), ERR_LIMIT);
	assert_int_equal(sitemap_write(many, 1, langs, 0, &b, &e), ERR_LIMIT);
	assert_int_equal(sitemap_write(many, 10, langs, 3, &b, &e), ERR_LIMIT); /* does not fit the buffer */
	buf_done(&b);
}

static void silent(void *ctx, const char *format, ...)
{
	(void)ctx, (void)format;
}

int main(void)
{
	xmlSetGenericErrorFunc(NULL, silent); /* one document is made invalid on purpose */
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_bytes), cmocka_unit_test(valid_by_the_schemas), cmocka_unit_test(news), cmocka_unit_test(limits)};
	int rc = test_main(tests);
	xmlCleanupParser();
	return rc;
}
