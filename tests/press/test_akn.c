/* SPDX-License-Identifier: Apache-2.0
 *
 * Akoma Ntoso: the schema of OASIS over what is written, and what is refused.
 */
#include "tests/test.h"

#include "press/akn.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <string.h>

static const struct str paragraphs[] = {STR_INIT("The Council decides: <1> & 2."), STR_INIT("Второй абзац.")};
static const struct str others[] = {STR_INIT("rus"), STR_INIT("zho")};
static const struct str sources[] = {STR_INIT("https://source.example/a?b=1&c=2")};
static const struct akn_step steps[] = {{{0, AKN_MONTH}, STR_INIT("tabled"), STR_INIT("Decision tabled"), STR_INIT("https://register.example/act/1.json")},
	{{86400, AKN_DAY}, STR_INIT("adopted"), {NULL, 0}, {NULL, 0}}};

static struct akn document(void)
{
	return (struct akn){.type = AKN_STATEMENT, .name = STR("decision"), .country = STR("org"), .number = STR("D-1"), .alias = STR("https://register.example/id/D-1"),
		.date = {date_from(2024, 7, 4) + 3600, AKN_DAY}, .date_name = "tabled", .author = STR("Council"), .author_iri = STR("https://register.example/id/C"),
		.publisher = STR("Organisation"), .publisher_iri = STR("https://register.example/id/O"), .version = date_from(2024, 8, 1), .lang = STR("en"),
		.lang3 = STR("eng"), .other3 = others, .nothers = 2, .title = STR("On <one> & \"all\""), .paragraphs = paragraphs, .nparagraphs = 2,
		.remark = STR("A remark"), .remark_lang = STR("en"), .steps = steps, .nsteps = 2, .sources = sources, .nsources = 1};
}

static int valid(const struct buf *b)
{
	char path[512];
	snprintf(path, sizeof path, "%s/conformance/akomantoso/akomantoso30.xsd", test_shared());
	xmlSchemaParserCtxtPtr pc = xmlSchemaNewParserCtxt(path);
	xmlSchemaPtr schema = xmlSchemaParse(pc);
	assert_non_null(schema);
	xmlSchemaValidCtxtPtr vc = xmlSchemaNewValidCtxt(schema);
	xmlDocPtr d = xmlReadMemory(b->p, (int)b->n, "akn", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	assert_non_null(d);
	int rc = xmlSchemaValidateDoc(vc, d);
	if (rc == 0) { /* the schema can say no */
		xmlNodePtr meta = xmlDocGetRootElement(d)->children->children;
		xmlUnlinkNode(meta);
		assert_int_not_equal(xmlSchemaValidateDoc(vc, d), 0);
		xmlFreeNode(meta);
	}
	xmlFreeDoc(d);
	xmlSchemaFreeValidCtxt(vc);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(pc);
	return rc;
}

static void valid_by_the_schema(void **state)
{
	(void)state;
	NEED_SHARED();
	for (unsigned variant = 0; variant < 32; variant++) {
		struct akn d = document();
		struct buf b;
		struct err e = {0};
		d.type = variant & 1 ? AKN_DOC : AKN_STATEMENT;
		if (variant & 2)
			d.nparagraphs = 0;
		else
			d.remark = STR("");
		if (variant & 4)
			d.author = STR(""), d.nothers = d.nsources = d.nsteps = 0, d.alias = STR("");
		if (variant & 8)
			d.notice = STR("]]><x/>\x01\xff"), d.notice_lang = STR("zh-Hans"), d.title = STR("\x0b\"'<>&"), d.authoritative = true;
		if (variant & 16)
			d.date = (struct akn_date){date_from(2024, 12, 31), AKN_YEAR};
		buf_init(&b, 1 << 16);
		assert_int_equal(akn_write(&d, &b, &e), 0);
		assert_int_equal(valid(&b), 0);
		buf_done(&b);
	}
}

static void names_follow_the_convention(void **state)
{
	struct akn d = document();
	struct buf b;
	struct err e = {0};
	(void)state;
	buf_init(&b, 1 << 16);
	assert_int_equal(akn_write(&d, &b, &e), 0);
	assert_non_null(strstr(b.p, "<FRBRuri value=\"/akn/org/statement/decision/2024-07-04/D-1\"/>"));
	assert_non_null(strstr(b.p, "<FRBRthis value=\"/akn/org/statement/decision/2024-07-04/D-1/eng@2024-08-01/!main\"/>"));
	assert_non_null(strstr(b.p, "<p>The Council decides: &lt;1&gt; &amp; 2.</p>"));
	buf_done(&b);
}

/* A date that is known by its month or year: the day on which it counts where the schema wants a day, never where it does not. */
static void no_day_is_made_up(void **state)
{
	static const struct {
		enum akn_unit unit;
		const char *work, *date, *shown;
	} rows[] = {{AKN_MONTH, "/2024/D-1\"", "date=\"2024-12-31\" time:unitType=\"http://www.w3.org/2006/time#unitMonth\" name=\"tabled\"", ">2024-12</docDate>"},
		{AKN_YEAR, "/2024/D-1\"", "date=\"2024-12-31\" time:unitType=\"http://www.w3.org/2006/time#unitYear\" name=\"tabled\"", ">2024</docDate>"},
		{AKN_DAY, "/2024-12-31/D-1\"", "date=\"2024-12-31\" name=\"tabled\"", ">2024-12-31</docDate>"}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct akn d = document();
		struct buf b;
		struct err e = {0};
		d.date = (struct akn_date){date_from(2024, 12, 31), rows[i].unit};
		buf_init(&b, 1 << 16);
		assert_int_equal(akn_write(&d, &b, &e), 0);
		assert_non_null(strstr(b.p, rows[i].work));
		assert_non_null(strstr(b.p, rows[i].date));
		assert_non_null(strstr(b.p, rows[i].shown));
		assert_non_null(strstr(b.p, "date=\"1970-01-01\" time:unitType=\"http://www.w3.org/2006/time#unitMonth\" by=")); /* the first step */
		buf_done(&b);
	}
}

static void what_lacks_something_is_refused(void **state)
{
	struct buf b;
	struct err e = {0};
	struct akn d;
	(void)state;
	buf_init(&b, 1 << 16);
#define REFUSED(change) (d = document(), change, assert_int_equal(akn_write(&d, &b, &e), ERR_INPUT))
	REFUSED(d.title = STR(""));
	REFUSED(d.number = STR("two words"));
	REFUSED(d.lang3 = STR(""));
	REFUSED(d.publisher_iri = STR(""));
	REFUSED(d.date.at = CIVIL_NEVER);
	REFUSED((d.nparagraphs = 0, d.remark = STR("")));
	buf_done(&b);
	buf_init(&b, 500);
	d = document();
	assert_int_equal(akn_write(&d, &b, &e), ERR_LIMIT);
	buf_done(&b);
}

static void silent(void *ctx, const char *format, ...)
{
	(void)ctx, (void)format;
}

int main(void)
{
	xmlSetGenericErrorFunc(NULL, silent); /* documents are made invalid on purpose */
	const struct CMUnitTest tests[] = {cmocka_unit_test(valid_by_the_schema), cmocka_unit_test(names_follow_the_convention), cmocka_unit_test(no_day_is_made_up),
		cmocka_unit_test(what_lacks_something_is_refused)};
	int rc = test_main(tests);
	xmlCleanupParser();
	return rc;
}
