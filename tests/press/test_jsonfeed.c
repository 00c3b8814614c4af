/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Feed 1.1: the bytes, hostile text, what Atom refuses. The schema is held over the feeds of the site (tests/web/test_feeds.py).
 */
#include "tests/test.h"

#include "base/json.h"
#include "press/jsonfeed.h"

static const struct atom_link links[] = {{"alternate", STR_INIT("https://register.example/en/releases/R"), STR_INIT("text/html"), STR_INIT("en"), {NULL, 0}, 0},
	{"related", STR_INIT("https://elsewhere.example/"), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0},
	{"enclosure", STR_INIT("https://register.example/blob/ab"), STR_INIT("image/jpeg"), {NULL, 0}, {NULL, 0}, 12345}};
static const struct atom_link about[] = {{"self", STR_INIT("https://register.example/f.feed.json"), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0},
	{"alternate", STR_INIT("https://register.example/en/"), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0},
	{"next", STR_INIT("https://register.example/f.feed.json?page=2"), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0},
	{"hub", STR_INIT("https://register.example/hub"), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0}};
static const struct atom_category categories[] = {{STR_INIT("politics"), STR_INIT("Politics"), {NULL, 0}}, {STR_INIT("law"), {NULL, 0}, {NULL, 0}}};

static struct atom_entry entry(void)
{
	return (struct atom_entry){.id = STR("urn:x:1"), .title = STR("A \"title\""), .updated = date_from(2024, 7, 4) + 3661,
		.published = date_from(2024, 7, 4), .summary = STR("Astana."), .links = links, .nlinks = 3, .categories = categories, .ncategories = 2};
}

static struct atom_feed feed(const struct atom_entry *e, size_t n)
{
	return (struct atom_feed){.id = STR("https://register.example/f.feed.json"), .title = STR("Releases"), .subtitle = STR("Notice"), .lang = STR("en"),
		.author = STR("Press office"), .updated = CIVIL_NEVER, .offset_minutes = 480, .links = about, .nlinks = 4, .entries = e, .nentries = n};
}

static void the_bytes(void **state)
{
	struct atom_entry n = entry();
	struct atom_feed f = feed(&n, 1);
	struct buf b;
	struct err e = {0};
	(void)state;
	buf_init(&b, 1 << 16);
	assert_int_equal(jsonfeed_write(&f, &b, &e), 0);
	assert_string_equal(b.p,
		"{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"Releases\", \"home_page_url\": \"https://register.example/en/\", "
		"\"feed_url\": \"https://register.example/f.feed.json\", \"next_url\": \"https://register.example/f.feed.json?page=2\", "
		"\"description\": \"Notice\", \"language\": \"en\", \"authors\": [{\"name\": \"Press office\"}],\n"
		" \"hubs\": [{\"type\": \"WebSub\", \"url\": \"https://register.example/hub\"}],\n \"items\": [\n"
		"  {\"id\": \"urn:x:1\", \"url\": \"https://register.example/en/releases/R\", \"external_url\": \"https://elsewhere.example/\", "
		"\"title\": \"A \\\"title\\\"\", \"content_text\": \"Astana.\", \"language\": \"en\", \"date_published\": \"2024-07-04T00:00:00+08:00\", "
		"\"date_modified\": \"2024-07-04T01:01:01+08:00\", \"tags\": [\"politics\", \"law\"], "
		"\"attachments\": [{\"url\": \"https://register.example/blob/ab\", \"mime_type\": \"image/jpeg\", \"size_in_bytes\": 12345}]}\n ]}\n");
	buf_done(&b);
}

/* The item's language is its title's; a text in another says so in its markup. */
static void each_text_in_its_language(void **state)
{
	struct atom_entry n[3] = {entry(), entry(), entry()};
	struct buf b;
	struct err e = {0};
	json_t *v;
	(void)state;
	n[0].title_lang = n[0].summary_lang = STR("ru");
	n[1].title_lang = STR("ru");
	n[2].summary_lang = STR("zh-Hans"), n[2].summary = STR("<b> & \"c\"");
	struct atom_feed f = feed(n, 3);
	buf_init(&b, 1 << 16);
	assert_int_equal(jsonfeed_write(&f, &b, &e), 0);
	assert_int_equal(json_read(buf_str(&b), "feed", &v, &e), 0);
	const json_t *items = json_object_get(v, "items"), *item[3] = {json_array_get(items, 0), json_array_get(items, 1), json_array_get(items, 2)};
	assert_string_equal(json_get_str(item[0], "language").p, "ru");
	assert_string_equal(json_get_str(item[0], "content_text").p, "Astana.");
	assert_string_equal(json_get_str(item[1], "language").p, "ru");
	assert_string_equal(json_get_str(item[1], "content_html").p, "<p lang=\"en\" dir=\"auto\">Astana.</p>");
	assert_string_equal(json_get_str(item[2], "language").p, "en");
	assert_string_equal(json_get_str(item[2], "content_html").p, "<p lang=\"zh-Hans\" dir=\"auto\">&lt;b&gt; &amp; \"c\"</p>");
	assert_null(json_object_get(item[2], "content_text"));
	json_decref(v);
	buf_done(&b);
}

static void hostile_text_stays_text(void **state)
{
	struct atom_entry n = entry();
	struct buf b;
	struct err e = {0};
	json_t *v;
	(void)state;
	n.title = STR("</script>\x01\"\\\n\xff");
	n.content = STR("<p>\"One\"</p>"), n.content_type = ATOM_HTML;
	struct atom_feed f = feed(&n, 1);
	buf_init(&b, 1 << 16);
	assert_int_equal(jsonfeed_write(&f, &b, &e), 0);
	assert_int_equal(json_read(buf_str(&b), "feed", &v, &e), 0);
	const json_t *item = json_array_get(json_object_get(v, "items"), 0);
	assert_string_equal(json_get_str(item, "title").p, "</script>\x01\"\\\n\xef\xbf\xbd");
	assert_string_equal(json_get_str(item, "content_html").p, "<p>\"One\"</p>");
	assert_string_equal(json_get_str(item, "summary").p, "Astana.");
	json_decref(v);
	buf_done(&b);
}

static void what_atom_refuses_is_refused(void **state)
{
	struct atom_entry n[8];
	struct buf b;
	struct err e = {0};
	(void)state;
	for (size_t i = 0; i < 8; i++)
		n[i] = entry();
	buf_init(&b, 1000);
	struct atom_feed f = feed(n, 8);
	assert_int_equal(jsonfeed_write(&f, &b, &e), ERR_LIMIT);
	n[1].id = STR("no iri");
	assert_int_equal(jsonfeed_write(&f, &b, &e), ERR_INPUT);
	assert_string_equal(e.where, "entry 2");
	f = feed(NULL, 0);
	assert_int_equal(jsonfeed_write(&f, &b, &e), ERR_INPUT);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_bytes), cmocka_unit_test(each_text_in_its_language), cmocka_unit_test(hostile_text_stays_text), cmocka_unit_test(what_atom_refuses_is_refused)};
	return test_main(tests);
}
