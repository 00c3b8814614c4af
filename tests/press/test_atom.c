/* SPDX-License-Identifier: Apache-2.0
 *
 * Atom feeds: the bytes, the schema of RFC 4287 over them, and what is refused.
 */
#include "tests/test.h"

#include "press/atom.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>

static const struct atom_link entry_links[] = {
	{"alternate", STR_INIT("https://register.example/en/releases/R?on=2024-07-04&known=3"), STR_INIT("text/html"), STR_INIT("en"),
		STR_INIT("English"), 0},
	{"alternate", STR_INIT("https://register.example/ru/releases/R"), STR_INIT("text/html"), STR_INIT("ru"), STR_INIT("Русский"), 0},
	{"enclosure", STR_INIT("https://register.example/blob/ab"), STR_INIT("image/jpeg"), {NULL, 0}, {NULL, 0}, 12345},
};
static const struct atom_link feed_links[] = {
	{"self", STR_INIT("https://register.example/releases.atom"), STR_INIT("application/atom+xml"), {NULL, 0}, {NULL, 0}, 0},
	{"hub", STR_INIT("https://register.example/hub"), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0},
};
static const struct atom_category categories[] = {{STR_INIT("politics"), STR_INIT("Politics & more"), STR_INIT("https://register.example/c")}};

static struct atom_entry entry(void)
{
	return (struct atom_entry){.id = STR("urn:comity:release:R"), .title = STR("Tenth member <admitted> & welcomed"), .summary_lang = STR("ru"),
		.updated = date_from(2024, 7, 4) + 18 * 3600 + 30 * 60 + 5, .published = date_from(2024, 7, 4), .summary = STR("Astana."),
		.content = STR("<p>\"One\" &amp; two</p>"), .content_type = ATOM_HTML, .links = entry_links, .nlinks = 3, .categories = categories,
		.ncategories = 1};
}

static struct atom_feed feed(const struct atom_entry *e, size_t n)
{
	return (struct atom_feed){.id = STR("https://register.example/releases.atom"), .title = STR("Releases"), .lang = STR("en"),
		.author = STR("Press office"), .updated = CIVIL_NEVER, .offset_minutes = 480, .links = feed_links, .nlinks = 2, .entries = e,
		.nentries = n};
}

static void the_bytes(void **state)
{
	struct atom_entry n = entry();
	struct atom_feed f = feed(&n, 1);
	struct buf b;
	struct err e = {0};
	(void)state;
	f.archive = true;
	buf_init(&b, 1 << 16);
	assert_int_equal(atom_write(&f, &b, &e), 0);
	assert_string_equal(b.p,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:fh=\"http://purl.org/syndication/history/1.0\" xml:lang=\"en\">\n"
		" <id>https://register.example/releases.atom</id>\n <title>Releases</title>\n"
		" <updated>2024-07-04T18:30:05+08:00</updated>\n <author>\n  <name>Press office</name>\n </author>\n"
		" <link rel=\"self\" href=\"https://register.example/releases.atom\" type=\"application/atom+xml\"/>\n"
		" <link rel=\"hub\" href=\"https://register.example/hub\"/>\n <fh:archive/>\n"
		" <entry>\n  <id>urn:comity:release:R</id>\n  <title>Tenth member &lt;admitted&gt; &amp; welcomed</title>\n"
		"  <updated>2024-07-04T18:30:05+08:00</updated>\n  <published>2024-07-04T00:00:00+08:00</published>\n"
		"  <category term=\"politics\" scheme=\"https://register.example/c\" label=\"Politics &amp; more\"/>\n"
		"  <link rel=\"alternate\" href=\"https://register.example/en/releases/R?on=2024-07-04&amp;known=3\" type=\"text/html\" hreflang=\"en\" title=\"English\"/>\n"
		"  <link rel=\"alternate\" href=\"https://register.example/ru/releases/R\" type=\"text/html\" hreflang=\"ru\" title=\"Русский\"/>\n"
		"  <link rel=\"enclosure\" href=\"https://register.example/blob/ab\" type=\"image/jpeg\" length=\"12345\"/>\n"
		"  <summary xml:lang=\"ru\">Astana.</summary>\n  <content type=\"html\">&lt;p&gt;&quot;One&quot; &amp;amp; two&lt;/p&gt;</content>\n </entry>\n</feed>\n");
	buf_done(&b);
}

/* Reads the bytes back, without network and entities; the text of the first element of that name, to be freed. */
static xmlDocPtr parse(const struct buf *b)
{
	xmlDocPtr d = xmlReadMemory(b->p, (int)b->n, "feed", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	assert_non_null(d);
	return d;
}

static void valid_by_the_schema(void **state)
{
	(void)state;
	NEED_SHARED();
	char path[512];
	snprintf(path, sizeof path, "%s/conformance/feeds/schema/atom.rng", test_shared());
	xmlRelaxNGParserCtxtPtr pc = xmlRelaxNGNewParserCtxt(path);
	xmlRelaxNGPtr schema = xmlRelaxNGParse(pc);
	assert_non_null(schema);
	for (unsigned variant = 0; variant < 16; variant++) {
		struct atom_entry n[2] = {entry(), entry()};
		struct buf b;
		struct err e = {0};
		n[1].id = STR("urn:x:2");
		n[1].title_lang = STR("zh-Hans");
		n[1].published = CIVIL_NEVER;
		if (variant & 1)
			n[1].content = (struct str){NULL, 0};
		if (variant & 2)
			n[1].summary = (struct str){NULL, 0}, n[1].author = STR("Another"), n[1].content_type = ATOM_PLAIN;
		struct atom_feed f = feed(n, variant & 4 ? 0 : 2);
		f.subtitle = variant & 8 ? STR("All of them") : STR("");
		f.rights = f.subtitle;
		f.archive = variant & 8;
		f.updated = variant & 4 ? date_from(2024, 1, 1) : CIVIL_NEVER;
		buf_init(&b, 1 << 16);
		assert_int_equal(atom_write(&f, &b, &e), 0);
		xmlDocPtr d = parse(&b);
		xmlRelaxNGValidCtxtPtr vc = xmlRelaxNGNewValidCtxt(schema);
		assert_int_equal(xmlRelaxNGValidateDoc(vc, d), 0);
		if (variant == 0) { /* the schema can say no */
			xmlNodePtr id = xmlDocGetRootElement(d)->children->next;
			xmlUnlinkNode(id);
			xmlFreeNode(id);
			assert_int_not_equal(xmlRelaxNGValidateDoc(vc, d), 0);
		}
		xmlRelaxNGFreeValidCtxt(vc);
		xmlFreeDoc(d);
		buf_done(&b);
	}
	xmlRelaxNGFree(schema);
	xmlRelaxNGFreeParserCtxt(pc);
}

static void hostile_text_stays_text(void **state)
{
	struct atom_entry n = entry();
	struct buf b;
	struct err e = {0};
	(void)state;
	n.title = STR("]]><x/>\x01\x0b\xff\xed\xa0\x80\xef\xbf\xbf\xf0\x9f\x98\x80 &amp;\r\n\t\"'");
	n.content_type = ATOM_PLAIN;
	struct atom_feed f = feed(&n, 1);
	buf_init(&b, 1 << 16);
	assert_int_equal(atom_write(&f, &b, &e), 0);
	xmlDocPtr d = parse(&b);
	xmlNodePtr at = xmlDocGetRootElement(d)->children;
	while (at && xmlStrcmp(at->name, (const xmlChar *)"entry") != 0)
		at = at->next;
	assert_non_null(at);
	for (at = at->children; at && xmlStrcmp(at->name, (const xmlChar *)"title") != 0;)
		at = at->next;
	assert_non_null(at);
	xmlChar *text = xmlNodeGetContent(at);
	assert_string_equal((char *)text, "]]><x/>\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xf0\x9f\x98\x80 &amp;\r\n\t\"'");
	xmlFree(text);
	xmlFreeDoc(d);
	buf_done(&b);
}

static void is_refused(struct atom_feed f, int code, const char *where, const char *what)
{
	struct buf b;
	struct err e = {0};
	buf_init(&b, 4000);
	assert_int_equal(atom_write(&f, &b, &e), code);
	assert_string_equal(e.where, where);
	if (!strstr(e.what, what))
		fail_msg("%s: no “%s” in “%s”", where, what, e.what);
	buf_done(&b);
}

static void what_lacks_something_is_refused(void **state)
{
	static const struct atom_link bad[] = {{"alternate", STR_INIT("/en/"), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0}};
	static const struct atom_link twice[] = {{"alternate", STR_INIT("x:1"), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0},
		{"alternate", STR_INIT("x:2"), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0}};
	static const struct atom_category blank[] = {{{NULL, 0}, STR_INIT("x"), {NULL, 0}}};
	struct atom_entry good = entry(), n[2] = {good, good};
	(void)state;
	struct atom_feed f = feed(n, 2);
	f.id = STR("releases");
	is_refused(f, ERR_INPUT, "feed", "absolute IRI");
	f = feed(n, 2);
	f.title = STR("");
	is_refused(f, ERR_INPUT, "feed", "title");
	is_refused(feed(NULL, 0), ERR_INPUT, "feed", "time of its last change");
	f = feed(n, 2);
	f.offset_minutes = 841;
	is_refused(f, ERR_INPUT, "feed", "14 hours");
	f = feed(n, ATOM_ENTRIES_MAX + 1);
	is_refused(f, ERR_LIMIT, "feed", "at most 10000");
	n[1].id = STR("urn:with blank");
	is_refused(feed(n, 2), ERR_INPUT, "entry 2", "id");
	n[1] = good, n[1].title = STR("");
	is_refused(feed(n, 2), ERR_INPUT, "entry 2", "title");
	n[1] = good, n[1].updated = CIVIL_NEVER;
	is_refused(feed(n, 2), ERR_INPUT, "entry 2", "last change");
	n[1] = good, n[1].content = STR(""), n[1].nlinks = 0;
	is_refused(feed(n, 2), ERR_INPUT, "entry 2", "neither content");
	n[1] = good, n[1].links = bad, n[1].nlinks = 1;
	is_refused(feed(n, 2), ERR_INPUT, "entry 2", "link 1");
	n[1] = good, n[1].links = twice, n[1].nlinks = 2;
	is_refused(feed(n, 2), ERR_INPUT, "entry 2", "same type and language");
	n[1] = good, n[1].categories = blank;
	is_refused(feed(n, 2), ERR_INPUT, "entry 2", "category 1");
	n[1] = good;
	f = feed(n, 2);
	f.author = STR("");
	is_refused(f, ERR_INPUT, "entry 1", "author");
}

static void a_long_feed_does_not_fit(void **state)
{
	struct atom_entry n[8];
	(void)state;
	for (size_t i = 0; i < 8; i++)
		n[i] = entry();
	is_refused(feed(n, 8), ERR_LIMIT, "feed", "longer than 4000 bytes");
}

static void times_before_utc(void **state)
{
	struct atom_entry n = entry();
	struct buf b;
	struct err e = {0};
	(void)state;
	struct atom_feed f = feed(&n, 1);
	f.offset_minutes = -210;
	buf_init(&b, 1 << 16);
	assert_int_equal(atom_write(&f, &b, &e), 0);
	assert_non_null(strstr(b.p, "<updated>2024-07-04T18:30:05-03:30</updated>"));
	buf_done(&b);
}

static void silent(void *ctx, const char *format, ...)
{
	(void)ctx, (void)format;
}

int main(void)
{
	xmlSetGenericErrorFunc(NULL, silent); /* one document is made invalid on purpose */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bytes),
		cmocka_unit_test(valid_by_the_schema),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(what_lacks_something_is_refused),
		cmocka_unit_test(a_long_feed_does_not_fit),
		cmocka_unit_test(times_before_utc),
	};
	int rc = test_main(tests);
	xmlCleanupParser();
	return rc;
}
