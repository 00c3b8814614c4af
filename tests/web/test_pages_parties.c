/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages of participants and of reasons, over a register of the League (tests/register/org): every page answers for
 * any day and any point of knowledge, gives its reasons, and shows nothing that the public may not know.
 */
#include "tests/register/fixture.h"

#include "register/answer.h"
#include "register/reg_internal.h" /* to hold the index as one who makes it does */
#include "register/search.h"
#include "web/site.h"

#include <sys/stat.h>

struct pages {
	struct fix *f;
	struct register_site *site;
	struct web *web;
};

static int open_pages(void **state)
{
	struct pages *p = calloc(1, sizeof *p);
	void *fix = NULL;
	assert_non_null(p);
	fix_open(&fix);
	p->f = fix;
	assert_int_equal(register_site_open(p->f->dir, "https://league.example", &p->site, &p->f->e), 0);
	struct web_config c = register_site_config(p->site);
	assert_int_equal(web_open(&c, &p->web, &p->f->e), 0);
	*state = p;
	return 0;
}

static int close_pages(void **state)
{
	struct pages *p = *state;
	void *fix = p->f;
	web_stop(p->web);
	register_site_close(p->site);
	fix_close(&fix);
	free(p);
	return 0;
}

static const char *get_as(struct pages *p, const char *address, const char *accept, int status)
{
	struct http_request rq = {.method = HTTP_GET, .target = str_of(address), .accept = str_of(accept)};
	struct http_reply *r = web_answer(p->web, &rq);
	assert_non_null(r);
	const char *body = arena_str(&p->f->arena, http_reply_body(r)).p;
	if (http_reply_status(r) != status)
		fail_msg("%s: status %d, not %d\n%s", address, http_reply_status(r), status, body);
	http_reply_unref(r);
	return body;
}

static const char *get(struct pages *p, const char *address)
{
	return get_as(p, address, "", 200);
}

static bool has(const char *page, const char *words)
{
	return strstr(page, words) != NULL;
}

#define assert_has(page, words)                                                                                        \
	do {                                                                                                           \
		if (!has((page), (words)))                                                                             \
			fail_msg("it does not say %s:\n%s", (words), (page));                                          \
	} while (0)

#define assert_lacks(page, words)                                                                                      \
	do {                                                                                                           \
		if (has((page), (words)))                                                                              \
			fail_msg("it says %s:\n%s", (words), (page));                                                  \
	} while (0)

/* Austria a member from 2001, Belgium from 2010 and out by notice twelve months after 1 June 2014, Kazakhstan applied
 * in 2015. */
static void tell_the_story(struct pages *p)
{
	fix_file(p->f, "{\"kind\":\"status_granted\",\"date\":\"2001-05-01\",\"args\":{\"P\":\"AT\",\"value\":"
		       "\"member\"}" SOURCES "}");
	fix_file(p->f, "{\"kind\":\"status_granted\",\"date\":\"2010-03-01\",\"args\":{\"P\":\"BE\",\"value\":"
		       "\"member\"}" SOURCES "}");
	fix_file(p->f, "{\"kind\":\"withdrawal_notified\",\"date\":\"2014-06-01\",\"args\":{\"P\":\"BE\"}" SOURCES "}");
	fix_file(p->f, "{\"kind\":\"status_applied\",\"date\":\"2015-05-01\",\"args\":{\"P\":\"KZ\",\"value\":"
		       "\"observer\"}" SOURCES "}");
}

/* ---- every day --------------------------------------------------------------------------------------------------- */

static void participant_on_any_day(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	const char *page = get(p, "/en/participants/BE?on=2012-01-01");
	assert_has(page, "<body class=\"past\">");
	assert_has(page, "On 1\u00a0January 2012 Belgium had been <strong>a member</strong> since <strong><time "
			 "datetime=\"2010-03-01\">");
	assert_has(page, "href=\"/en/why/status/BE?on=2012-01-01\"");
	assert_has(page, "href=\"/en/acts/9?on=2012-01-01\"");
	assert_has(page, "href=\"/en/law/pact-1-members?on=2012-01-01\"");
	assert_has(page, "id=\"differ\"");
	page = get(p, "/en/participants/BE?on=2015-06-01");
	assert_has(page, "Belgium has had no status since <strong><time datetime=\"2015-06-01\">");
	assert_has(get(p, "/en/participants/BE?on=2015-05-31"), "Belgium had been <strong>a member</strong>");
	assert_has(get(p, "/en/participants/BE?on=2005-01-01"), "Belgium had no status, and none before that day.");
	assert_has(get(p, "/en/participants/BE"), "Belgium has had no status since");
}

static void counts_of_any_day(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	assert_has(get(p, "/en/?on=2000-06-01"), "<h1 class=\"counts\">No participants</h1>");
	assert_has(get(p, "/en/?on=2012-01-01"), "<h1 class=\"counts\">Member: 2</h1>");
	assert_has(get(p, "/en/?on=2016-01-01"), "<h1 class=\"counts\">Member: 1, 1\u00a0disputed</h1>");
	assert_has(get(p, "/en/participants?on=2012-01-01"), "Member: 2. Each line names the act");
	assert_has(get(p, "/en/participants.csv?on=2012-01-01"), "BE,Belgium,member,no,2010-03-01,9,GRANT\r\n");
	assert_has(get(p, "/en/participants.csv?on=2016-01-01"), "KZ,Kazakhstan,,yes,2015-05-01,11,EARLY\r\n");
	assert_has(get(p, "/en/index.json?on=2012-01-01"), "\"member\": 2");
}

static void marks_where_it_changes(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	const char *page = get(p, "/en/participants/BE?on=2012-01-01");
	assert_has(page, "rel=\"prev\">1\u00a0March 2010: Belgium is a member</a>");
	assert_has(page, "href=\"/en/participants/BE?on=2014-06-01\" rel=\"next\">1\u00a0June 2014: Belgium is "
			 "leaving</a>");
	assert_has(page, "Nothing that is marked on this bar changes from 1\u00a0March 2010 to 31\u00a0May 2014.");
	page = get(p, "/en/participants/BE?on=2014-06-01"); /* a day of a change is neither before nor after itself */
	assert_has(page, "rel=\"prev\">1\u00a0March 2010: Belgium is a member</a>");
	assert_has(page, "href=\"/en/participants/BE?on=2015-06-01\" rel=\"next\">1\u00a0June 2015: Belgium has no status</a>");
}

/* A dispute that was settled for the value that it was about differs from what is so today. */
static void a_dispute_differs_from_what_settled_it(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	fix_file(p->f, "{\"kind\":\"status_granted\",\"date\":\"2018-05-01\",\"args\":{\"P\":\"KZ\",\"value\":"
		       "\"observer\"}" SOURCES "}");
	assert_has(get(p, "/en/participants/KZ"), "Kazakhstan has been <strong>an observer</strong>");
	assert_has(get(p, "/en/participants/KZ?on=2016-01-01"), "1 fact on this page differs today");
	assert_lacks(get(p, "/en/participants/KZ?on=2019-01-01"), "on this page differs today");
}

/* ---- what is known when ------------------------------------------------------------------------------------------ */

static void as_known_then(void **state)
{
	struct pages *p = *state;
	char act[300];
	uint64_t pos = fix_file(p->f, "{\"kind\":\"status_granted\",\"date\":\"2001-05-01\",\"args\":{\"P\":\"AT\","
				      "\"value\":\"member\"}" SOURCES "}");
	snprintf(act, sizeof act,
		"{\"kind\":\"status_granted\",\"date\":\"2003-07-01\",\"args\":{\"P\":\"AT\",\"value\":\"observer\"},"
		"\"corrects\":%llu" SOURCES "}",
		(unsigned long long)pos);
	fix_file(p->f, act);
	const char *page = get(p, "/en/participants/AT?on=2005-01-01&known=8");
	assert_has(page, "Austria had been <strong>a member</strong> since <strong><time datetime=\"2001-05-01\">");
	assert_has(page, "1 fact on this page differs today");
	page = get(p, "/en/participants/AT?known=8");
	assert_has(page, "You are reading what was known at an earlier entry.");
	assert_has(page, "As known now");
	assert_has(page, "<span class=\"st s2\">Watching</span> since");
	page = get(p, "/en/participants/AT?on=2005-01-01");
	assert_has(page, "Austria had been <strong>an observer</strong> since <strong><time datetime=\"2003-07-01\">");
	assert_lacks(page, "since <strong><time datetime=\"2001-05-01\">");
	assert_has(page, "Corrected</span>"); /* the first report stays in the list of acts */
}

static civil the_day; /* that the clock of the site shows */

static civil day_of_test(void *ctx)
{
	(void)ctx;
	return the_day;
}

/* Nothing is filed at midnight, and yet the answer is another: the cache must not give the page of the day before. */
static void turns_the_page_at_midnight(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	struct web_config c = register_site_config(p->site);
	c.source.today = day_of_test;
	struct pages later = {.f = p->f, .site = p->site};
	assert_int_equal(web_open(&c, &later.web, &p->f->e), 0);
	for (int again = 0; again < 2; again++) {
		the_day = date_from(2015, 5, 31);
		assert_has(get(&later, "/en/participants/BE"), "Belgium has been <strong>a member</strong>");
		assert_has(get(&later, "/en/participants/BE.json"), "\"on\": \"2015-05-31\"");
		assert_has(get(&later, "/en/"), "<h1 class=\"counts\">Member: 2, 1\u00a0disputed</h1>");
		assert_has(get(&later, "/en/participants/BE?on=2015-05-31"), "<body>");
		assert_has(get(&later, "/api/ask?q=status(%22BE%22)"), "\"value\": \"member\"");
		the_day = date_from(2015, 6, 1);
		assert_has(get(&later, "/en/participants/BE"), "Belgium has had no status since");
		assert_has(get(&later, "/en/participants/BE.json"), "\"on\": \"2015-06-01\"");
		assert_has(get(&later, "/en/"), "<h1 class=\"counts\">Member: 1, 1\u00a0disputed</h1>");
		assert_has(get(&later, "/en/participants/BE?on=2015-05-31"), "<body class=\"past\">");
		assert_has(get(&later, "/api/ask?q=status(%22BE%22)"), "\"value\": null");
	}
	assert_int_equal(web_cache_count(later.web).entries, 10);
	assert_int_equal(web_cache_count(later.web).hits, 10);
	web_stop(later.web);
}

static void follows_the_log(void **state)
{
	struct pages *p = *state;
	assert_has(get(p, "/en/participants/AT"), "Austria has no status, and no act on record gave it one.");
	fix_file(p->f, "{\"kind\":\"status_granted\",\"date\":\"2001-05-01\",\"args\":{\"P\":\"AT\",\"value\":"
		       "\"member\"}" SOURCES "}");
	assert_has(get(p, "/en/participants/AT"), "Austria has been <strong>a member</strong>");
	assert_has(get(p, "/en/participants/AT?known=7"), "Austria has no status");
}

/* A grant that only members may read must not show through anywhere: not in a count, a list, a reason, a date on a
 * ruler. */
static void nothing_leaks(void **state)
{
	static const char *const addresses[] = {"/en/?on=2012-01-01", "/en/index.json?on=2012-01-01",
		"/en/participants?on=2012-01-01", "/en/participants.csv?on=2012-01-01",
		"/en/participants.json?on=2012-01-01", "/en/participants/BE?on=2012-01-01",
		"/en/participants/BE.json?on=2012-01-01", "/en/why/status/BE?on=2012-01-01",
		"/en/why/status/BE?open=all&on=2012-01-01", "/en/why/status/BE.json?on=2012-01-01",
		"/en/whynot/status/BE?is=member&on=2012-01-01", "/en/why/crowd?on=2012-01-01",
		"/en/search?q=belgium&on=2012-01-01", "/api/ask?q=status(%22BE%22)&on=2012-01-01"};
	struct pages *p = *state;
	const char *before[sizeof addresses / sizeof *addresses];
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		before[i] = get(p, addresses[i]);
	fix_file(p->f, "{\"kind\":\"status_granted\",\"date\":\"2010-03-07\",\"args\":{\"P\":\"BE\",\"value\":"
		       "\"member\"},\"for\":[\"members\"],"
		       "\"title\":{\"en\":\"Whispered\"}" SOURCES "}");
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		const char *after = get(p, addresses[i]);
		assert_lacks(after, "Whispered");
		assert_lacks(after, "2010-03-07");
		assert_lacks(after, "March\u00a02010");
		(void)before;
		if (has(before[i], "No participants"))
			assert_has(after, "No participants");
	}
	assert_has(get(p, "/en/participants/BE?on=2012-01-01"), "Belgium had no status");
	assert_has(get(p, "/api/ask?q=status(%22BE%22)&on=2012-01-01"), "\"value\": null");
}

/* ---- reasons ----------------------------------------------------------------------------------------------------- */

static void reasons_unfold_to_acts_and_articles(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	const char *page = get(p, "/en/why/status/BE?on=2012-01-01");
	assert_has(page, "<h1>Why is Belgium a member?</h1>");
	assert_has(page, "<a href=\"/en/law/pact-1-members?on=2012-01-01\">Pact 1</a>, rule GRANT");
	assert_has(page, "<a class=\"nb\" href=\"/en/acts/9?on=2012-01-01\">act 9</a>. Source: <span lang=\"\" dir=\"auto\"><a "
			 "href=\"https://gazette.example/1\">Gazette</a>");
	assert_has(page, "Articles it rests on");
	assert_has(page, "href=\"/en/whynot/status/BE?is=observer&amp;on=2012-01-01\"");
	assert_true(strlen(get(p, "/en/why/status/BE?on=2012-01-01&open=all")) > strlen(page));
	/* what is counted leads to its own reasons */
	assert_has(get(p, "/en/why/crowd?on=2012-01-01"), "href=\"/en/why/status/AT?on=2012-01-01\">Why</a>");
	/* a fact about an act */
	fix_file(p->f, "{\"kind\":\"note_made\",\"date\":\"2016-01-01\",\"args\":{\"A\":\"8\"}" SOURCES "}");
	assert_has(get(p, "/en/why/noted/8"), "act 12");
}

static void both_readings_stand(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	const char *page = get(p, "/en/why/status/KZ?on=2016-01-01");
	assert_has(page, "Status of Kazakhstan: disputed");
	assert_has(page, "<h3>Reading A: Kazakhstan is an observer</h3>");
	assert_has(page, "<h3>Reading B: Kazakhstan has no status</h3>");
	assert_has(page, "What would settle it");
	page = get(p, "/en/participants/KZ?on=2016-01-01");
	assert_has(page, "Reading A: Kazakhstan is an observer. Reading B: Kazakhstan has no status.");
	assert_has(get(p, "/en/participants/KZ.json?on=2016-01-01"), "\"disputed\": true");
	assert_has(get(p, "/en/?on=2016-01-01"), "The record holds both readings");
}

static void says_what_is_missing(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	const char *page = get(p, "/en/whynot/status/BE?is=member&on=2009-01-01");
	assert_has(page, "<h1>Why was Belgium not a member on 1\u00a0January 2009?</h1>");
	assert_has(page, "What rule GRANT asks for");
	assert_has(page, "<td data-l=\"Who could sign it\">the Council</td>");
	assert_has(page, "It became so on <time datetime=\"2010-03-01\">");
	assert_has(get(p, "/en/whynot/status/BE?is=member&on=2012-01-01"), "It is so on this day.");
	assert_has(get(p, "/en/whynot/status/BE?on=2012-01-01"), "<h1>Belgium is a member</h1>");
	assert_has(get(p, "/en/whynot/crowd?on=2005-01-01"), "What would have changed it");
}

/* ---- for programs ------------------------------------------------------------------------------------------------ */

static void asks_by_program(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	const char *answer = get(p, "/api/ask?q=status(%22BE%22)&on=2012-01-01");
	assert_has(answer, "\"value\": \"member\", \"since\": \"2010-03-01\", \"until\": \"2015-06-01\"");
	assert_has(answer, "\"proof\": {");
	assert_has(answer, "\"format\":\"comity-proof/2\"");
	/* the League has no notice: no answer speaks of one */
	assert_lacks(answer, "notice");
	assert_lacks(get(p, "/en/participants/BE.json"), "notice");
	assert_lacks(get(p, "/en/why/status/BE.json"), "notice");
	/* the day and the entry may stand in the question */
	assert_has(get(p, "/api/ask?q=status(%22BE%22)+on+2012-01-01+as+known+at+9"), "\"known\": 9");
	assert_has(get(p, "/api/ask?q=status(%22BE%22)+on+2012-01-01+as+known+at+8"), "\"value\": null");
	assert_has(get_as(p, "/api/ask?q=status(%22BE%22)+on+2012-01-01&on=2013-01-01", "", 400), "different days");
	assert_has(get_as(p, "/api/ask?q=status(%22BE%22)&known=2", "", 400), "It does from entry 3 on.");
	assert_has(get_as(p, "/api/ask?q=statis(%22BE%22)", "", 400), "status");
	assert_has(get_as(p, "/api/ask?q=status(%22BF%22)", "", 400), "did you mean \\\"BE\\\" (Belgium)?");
	assert_has(get_as(p, "/api/ask", "", 400), "No question was asked.");
	/* one address, two forms */
	assert_has(
		get_as(p, "/en/why/status/BE?on=2012-01-01", "application/json", 200), "\"format\":\"comity-proof/2\"");
	assert_has(get_as(p, "/en/participants/BE?on=2012-01-01", "application/json", 200), "\"value\": \"member\"");
}

/* A table is read by spreadsheets, which run what begins like a formula. */
static void tables_hold_text(void **state)
{
	static const struct {
		const char *id, *title, *row;
	} rows[] = {
		{"F1", "=HYPERLINK(1)", "\r\nF1,'=HYPERLINK(1),member,no,"},
		{"F2", "+1, @2", "\r\nF2,\"'+1, @2\",member,no,"},
		{"F3", "The \\\"Sons\\\"", "\r\nF3,\"The \"\"Sons\"\"\",member,no,"},
		{"F5", "Plain = good", "\r\nF5,Plain = good,member,no,"},
	};
	struct pages *p = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char act[300];
		snprintf(act, sizeof act, "{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"%s\"},\"title\":{\"en\":\"%s\"}" SOURCES "}",
			rows[i].id, rows[i].title);
		fix_file(p->f, act);
		snprintf(act, sizeof act, "{\"kind\":\"status_granted\",\"date\":\"2001-01-01\",\"args\":{\"P\":\"%s\",\"value\":\"member\"}" SOURCES "}",
			rows[i].id);
		fix_file(p->f, act);
	}
	const char *table = get(p, "/en/participants.csv");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_has(table, rows[i].row);
	assert_has(get(p, "/en/instruments.csv"), "party,party_name,instrument,");
}

/* What an act says in none of the page's languages is shown all the same, and marked with its own. */
static void words_in_another_language(void **state)
{
	struct pages *p = *state;
	fix_file(p->f, "{\"kind\":\"flag_raised\",\"date\":\"2001-01-01\",\"args\":{\"F\":\"FLAG\",\"colour\":\"red\"},\"title\":{\"fr\":\"Drapeau\"},"
		       "\"text\":{\"fr\":\"Bleu & blanc\"}" SOURCES "}");
	fix_file(p->f, "{\"kind\":\"flag_raised\",\"date\":\"2001-01-02\",\"args\":{\"F\":\"FLAG-2\",\"colour\":\"red\"},\"title\":{\"fr\":\"Drapeau\"},"
		       "\"text\":{\"fr\":\"Bleu\",\"en\":\"Blue drapeau\"}" SOURCES "}");
	assert_has(get(p, "/en/entities/FLAG"), "<span title=\"In French\"><bdi lang=\"fr\">Bleu &amp; blanc</bdi></span>");
	assert_has(get(p, "/en/search?q=blanc"), "<p lang=\"fr\" dir=\"auto\">Bleu &amp; <mark>blanc</mark></p>");
	assert_has(get(p, "/en/search?q=blanc"), "The flag Drapeau was raised in red</a>");
	assert_has(get(p, "/en/acts"), "The flag <span title=\"In French\"><bdi lang=\"fr\">Drapeau</bdi></span> was raised in red</a>");
	assert_has(get(p, "/en/search?q=blue"), "<p><mark>Blue</mark> drapeau</p>");
	const char *feed = get(p, "/feed/acts.atom");
	assert_has(feed, "Bleu &amp; blanc</summary>");
	assert_has(feed, "Blue drapeau</summary>");
}

/* ---- search ------------------------------------------------------------------------------------------------------ */

static void search_answers_questions(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	const char *page = get(p, "/en/search?q=BELGIUM+2012-01-01");
	assert_has(page, "Belgium is a member (since <time datetime=\"2010-03-01\">");
	assert_has(page, "<code>status(\"BE\") on 2012-01-01</code>");
	assert_has(page, "href=\"/en/participants/BE\"");
	assert_has(get(p, "/en/search?q=status(%22BE%22)"), "Belgium has no status");
	assert_has(get(p, "/en/search?q=status(%22BF%22)"), "The record has nothing named “BF”");
	assert_has(get(p, "/en/search?q=members"), "href=\"/en/law/pact-1-members\"");
	assert_has(get(p, "/en/search?q=9"), "href=\"/en/acts/9\"");
	assert_has(get(p, "/en/search?q=nowhere"), "Nothing on record by this day has all these words");
	assert_has(get(p, "/en/search"), "status(\"AT\") on 2001-05-01");
}

/* One index serves all searches, whatever they ask as known at; it grows with the record, and is made by nothing but a search. */
static void searches_share_an_index(void **state)
{
	static const char *const searches[] = {"/en/search?q=austria", "/en/search?q=belgium&on=2012-01-01", "/en/search?q=members",
		"/en/search?q=nowhere", "/en/search?q=austria&known=8", "/en/search?q=belgium&known=8"};
	struct pages *p = *state;
	struct reg *reg = register_site_reg(p->site);
	tell_the_story(p);
	get(p, "/en/participants");
	get(p, "/en/search");
	assert_int_equal(reg_search_figures(reg).made, 0);
	for (size_t i = 0; i < sizeof searches / sizeof *searches; i++)
		get(p, searches[i]);
	fix_file(p->f, "{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"AU\"},\"title\":{\"en\":\"Australia\"}" SOURCES "}");
	assert_has(get(p, "/en/search?q=australia"), "href=\"/en/participants/AU\"");
	assert_lacks(get(p, "/en/search?q=australia&known=8"), "href=\"/en/participants/AU");
	assert_int_equal(reg_search_figures(reg).made, 1);
}

/* While the index is being made, the page says so, and is not kept. */
static void a_search_waits_for_nobody(void **state)
{
	struct pages *p = *state;
	get(p, "/en/search?q=austria");
	struct search_index *x = register_site_reg(p->site)->searches.kept[0].x;
	assert_non_null(x);
	pthread_mutex_lock(&x->lock);
	get_as(p, "/en/search?q=belgium", "", 503);
	pthread_mutex_unlock(&x->lock);
	assert_has(get(p, "/en/search?q=belgium"), "Belgium</mark>");
}

/* Filters, pages, suggestions, what the words mean: all without a script. */
static void search_narrows(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	const char *page = get(p, "/en/search?q=belgium&on=2012-01-01");
	assert_has(page, "<mark>Belgium</mark></a> <code class=\"small\">BE</code>");
	assert_has(page, "Member"); /* how it stands on that day */
	assert_lacks(get(p, "/en/search?q=belgium&kind=act"), "<code class=\"small\">BE</code>");
	assert_has(get(p, "/en/search?q=belgium&kind=Party"), "<code class=\"small\">BE</code>");
	assert_has(get(p, "/en/search?q=belgium&kind=Meeting"), "Nothing on record");
	assert_has(get(p, "/en/search?q=belgium&kind=Meeting"), "href=\"/en/search?q=belgium\">Without filters</a>");
	assert_has(get(p, "/en/search?q=belgium&language=fr&kind=act"), "Nothing on record");
	assert_has(get(p, "/en/search?q=belgium&to=1950-01-01"), "Nothing on record");
	assert_has(get(p, "/en/search?q=belgium&from=1950-01-01"), "<code class=\"small\">BE</code>");
	get_as(p, "/en/search?q=belgium&kind=nonsense", "", 400);
	get_as(p, "/en/search?q=belgium&from=2001-01-01&to=2000-01-01", "", 400);
	get_as(p, "/en/search?q=belgium&from=2001-02-30", "", 400);
	get_as(p, "/en/search?q=belgium&page=99", "", 400);
	assert_has(get(p, "/en/search?q=belgum"), "Did you mean: <a href=\"/en/search?q=Belgium\">Belgium</a>");
	assert_has(get(p, "/en/search?q=belg"), "words that begin with them");
	assert_has(get(p, "/en/search?q=%22belgium%20AND%20*%20NEAR"), "Nothing on record");
	const char *json = get(p, "/en/search.json?q=belgium&on=2012-01-01&kind=Party");
	assert_has(json, "\"id\": \"BE\"");
	assert_has(json, "\"value\": \"member\"");
	assert_has(json, "\"is\": \"thing\"");
	assert_has(json, "\"more\": false");
}

static void the_form_leads_on(void **state)
{
	struct pages *p = *state;
	get_as(p, "/en/ask?who=BE&on=2012-01-01", "", 303);
	get_as(p, "/en/ask", "", 303);
	assert_has(get_as(p, "/en/ask?who=BF", "", 404), "Belgium (BE)");
}

/* ---- what does not exist ----------------------------------------------------------------------------------------- */

static void offers_what_is_near(void **state)
{
	struct pages *p = *state;
	tell_the_story(p);
	const char *page = get_as(p, "/en/participants/BF", "text/html", 404);
	assert_has(page, "there is no participant “BF” in the record");
	assert_has(page, "<a href=\"/en/participants/BE\">Belgium (BE)</a>");
	get_as(p, "/en/participants/PACT", "text/html", 404); /* there is such a thing, but it is no participant */
	page = get_as(p, "/en/why/statuss/BE?on=2012-01-01", "text/html", 404);
	assert_has(page, "<a href=\"/en/why/status/BE?on=2012-01-01\">status</a>");
	assert_has(get_as(p, "/en/why/status", "", 400), "status(P: Party)");
	get_as(p, "/en/why/status/BE/AT", "", 400);
	assert_has(get_as(p, "/en/whynot/status/BE?is=king", "", 400), "member, observer");
	/* an argument that is an act: its number, nothing else that has a name */
	fix_file(p->f, "{\"kind\":\"note_made\",\"date\":\"2016-01-01\",\"args\":{\"A\":\"8\"}" SOURCES "}");
	assert_has(get(p, "/en/why/noted/8"), "act 12");
	assert_has(get_as(p, "/en/why/noted/AT", "", 404), "the record has no act “AT”");
	assert_has(get_as(p, "/en/why/noted/member", "", 404), "an act is named by the number of its entry");
	assert_has(get_as(p, "/en/why/noted/8?known=7", "", 404), "As of entry 7 the record has no act “8”");
	assert_has(get_as(p, "/en/whynot/noted/13", "", 404), "the record has no act “13”");
	get_as(p, "/en/why/noted/0", "", 404); /* an entry, but no act */
	get_as(p, "/en/why/noted/08", "", 404);
	get_as(p, "/en/why/noted/xyz", "", 404);
	get(p, "/en/why/noted/9"); /* an act that no note speaks of: it is not so */
	get_as(p, "/en/participants/%3Cscript%3E", "", 404);
	assert_lacks(get_as(p, "/en/participants/%3Cscript%3E", "text/html", 404), "<script>");
}

/* What the record says is text, never markup. */
static void escapes_the_record(void **state)
{
	static const char *const addresses[] = {"/en/", "/en/participants", "/en/participants/EV", "/en/why/status/EV",
		"/en/whynot/status/EV?is=observer", "/en/search?q=evil", "/en/search?q=%3Cb%3E", "/en/participants/EX"};
	struct pages *p = *state;
	fix_file(p->f, "{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"EV\"},\"title\":{\"en\":"
		       "\"<b>Evil & \\\"Sons\\\"\"}" SOURCES "}");
	fix_file(p->f, "{\"kind\":\"status_granted\",\"date\":\"2001-01-01\",\"args\":{\"P\":\"EV\",\"value\":"
		       "\"member\"},\"title\":{\"en\":\"<b>Evil\"},"
		       "\"text\":{\"en\":\"<b>evil\"},\"place\":\"<b>Vienna\",\"recorded\":true,\"sources\":[{"
		       "\"title\":\"<b>Evil\",\"url\":\"https://gazette.example/<b>\"}]}");
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		const char *page = get_as(p, addresses[i], "text/html", i == 7 ? 404 : 200);
		assert_lacks(page, "<b>");
		assert_lacks(page, "& \"Sons");
	}
}

/* ---- a rulebook of its own --------------------------------------------------------------------------------------- */

static const char *proof_in(struct fix *f, const struct view *v, const struct question *q, const struct answer *a, struct str lang)
{
	struct buf b;
	buf_init(&b, 1 << 16);
	answer_proof_json(v, q, a, false, lang, &f->arena, &b);
	const char *text = arena_str(&f->arena, buf_str(&b)).p;
	buf_done(&b);
	return text;
}

/* In JSON as over every page; in the language of the page, else in English. Nothing else depends on the language. */
static void says_the_notice(struct pages *tiny)
{
	const struct view *v;
	struct question q;
	struct answer a;
	assert_has(get(tiny, "/en/"), ">A trial. <a href=\"/en/");
	assert_has(get(tiny, "/en/index.json"), "\"notice\": \"A trial.\"");
	assert_has(get(tiny, "/en/why/empty.json"), "\"notice\":\"A trial.\"");
	assert_has(get(tiny, "/api/ask?q=empty()"), "{\"notice\": \"A trial.\", \"fact\"");
	assert_int_equal(reg_view(register_site_reg(tiny->site), STR("public"), UINT64_MAX, &v, &tiny->f->e), 0);
	assert_int_equal(view_question(v, STR("empty()"), &q, &tiny->f->e), 0);
	view_ask(v, q.fact, q.args, &q, view_on(date_from(2020, 1, 1)), &tiny->f->arena, &a);
	const char *english = proof_in(tiny->f, v, &q, &a, STR("en")), *french = proof_in(tiny->f, v, &q, &a, STR("fr"));
	assert_has(french, "\"notice\":\"Un essai.\"");
	assert_string_equal(proof_in(tiny->f, v, &q, &a, STR("ru")), english);
	assert_string_equal(strstr(french, "\"rulebook\""), strstr(english, "\"rulebook\""));
	view_unref(v);
}

/* Nothing of the standard vocabulary: pages say that there is nothing, and reasons work all the same. */
static void stands_without_the_vocabulary(void **state)
{
	struct pages *p = *state;
	char org[80], data[80], path[120];
	struct buf diags;
	struct register_site *site;
	struct web *web;
	snprintf(org, sizeof org, "%s/tiny", p->f->dir);
	snprintf(data, sizeof data, "%s/tiny-data", p->f->dir);
	assert_int_equal(mkdir(org, 0700), 0);
	snprintf(path, sizeof path, "%s/org.json", org);
	write_file(path, "{\"origin\":\"tiny.example/"
			 "acts\",\"notice\":{\"en\":\"A trial.\",\"fr\":\"Un essai.\"},\"name\":{\"en\":\"Tiny\"},\"introduces\":{\"seen\":[\"T\"]},\"registrar\":\"clerk\","
			 "\"roles\":{\"clerk\":{\"name\":{\"en\":\"the clerk\"}}}}");
	snprintf(path, sizeof path, "%s/rulebook.md", org);
	write_file(path, "# Tiny\n\n```rules\nrulebook TINY version 1\ntype Thing\nact seen(T: Thing) by clerk\nfact "
			 "known(T: Thing)\n"
			 "rule SEEN [Tiny]: known(T) begins on seen(T)\nfact empty()\n```\n");
	buf_init(&diags, 1 << 16);
	assert_int_equal(reg_create(data, org, &diags, &p->f->e), 0);
	buf_done(&diags);
	assert_int_equal(register_site_open(data, "https://tiny.example", &site, &p->f->e), 0);
	struct web_config c = register_site_config(site);
	assert_int_equal(web_open(&c, &web, &p->f->e), 0);
	struct pages tiny = {p->f, site, web};
	assert_has(get(&tiny, "/en/"), "No participants");
	get(&tiny, "/en/participants");
	get(&tiny, "/en/participants.json");
	get(&tiny, "/en/search?q=x");
	static const char *const across[] = {"changes", "admissions", "areas", "projects", "consultations", "strategy", "authorities", "cooperation", "about", "releases"};
	for (size_t i = 0; i < sizeof across / sizeof *across; i++) {
		char page[60];
		snprintf(page, sizeof page, "/en/%s", across[i]);
		get(&tiny, page);
		snprintf(page, sizeof page, "/en/%s.json", across[i]);
		get(&tiny, page);
	}
	get_as(&tiny, "/en/admissions/x", "", 404);
	get_as(&tiny, "/en/participants/x/card", "", 404);
	get_as(&tiny, "/en/participants/x", "", 404);
	get_as(&tiny, "/en/why/status/x", "", 404);
	get_as(&tiny, "/en/why/known/x", "", 404);
	says_the_notice(&tiny);
	web_stop(web);
	register_site_close(site);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pages, close_pages)
	const struct CMUnitTest tests[] = {
		TEST(participant_on_any_day),
		TEST(counts_of_any_day),
		TEST(marks_where_it_changes),
		TEST(a_dispute_differs_from_what_settled_it),
		TEST(as_known_then),
		TEST(turns_the_page_at_midnight),
		TEST(follows_the_log),
		TEST(nothing_leaks),
		TEST(reasons_unfold_to_acts_and_articles),
		TEST(both_readings_stand),
		TEST(says_what_is_missing),
		TEST(asks_by_program),
		TEST(tables_hold_text),
		TEST(words_in_another_language),
		TEST(search_answers_questions),
		TEST(searches_share_an_index),
		TEST(search_narrows),
		TEST(a_search_waits_for_nobody),
		TEST(the_form_leads_on),
		TEST(offers_what_is_near),
		TEST(escapes_the_record),
		TEST(stands_without_the_vocabulary),
	};
	return test_main(tests);
}
