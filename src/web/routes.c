/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of all addresses. docs/addresses.md is printed from it. The first row that matches is the one; a row with a
 * `section` stands in the navigation, in the order of the table.
 */
#include "web/handlers.h"
#include "web/linked.h"
#include "web/roster.h"
#include "web/route.h"

static const struct query_param date_params[] = {
	{"page", PARAM_TEXT, .max = 1000, .says = "the page to show on that date"},
	{0},
};

#define BOTH (FORMS(FORM_HTML) | FORMS(FORM_JSON) | CITES)
#define FEEDS (FORMS(FORM_ATOM) | FORMS(FORM_FEED))
#define EVERY_FORM (FORMS(FORM_MAX) - 1)
#define LINKED | FORMS(FORM_JSONLD), .linked =
/* What the page of every thing has beside it: its acts as feeds, and itself as linked data. `tables`: pages of both. */
#define OF_THING(tables) | FEEDS LINKED linked_thing, .params = tables

/* Which page of a list. A page of HTML may have several long tables: each has a parameter of its own, named after its place there. */
#define PART(name, part_of, in, rows, words) {name, PARAM_NUMBER, .max = 1000000, .forms = in, .part = part_of, .each = rows, .label = N_("Page"), .says = "page of " words}
#define PAGE(rows, words) PART("page", "page", 0, rows, words)
#define TABLE(name, rows, words) PART(name, name, FORMS(FORM_HTML), rows, words)
#define FACTS TABLE("facts", 20, "the facts about it")
#define DIFFER TABLE("differ", 22, "what differs today")
#define EFFECTS TABLE("effects", 30, "what it changed")
#define RELATIONS(of) TABLE("relations", 45, of)
#define FEED_PAGE PART("page", "page", FEEDS, 50, "a feed")

static const struct query_param acts_params[] = {
	{"kind", PARAM_TEXT, .max = 64, .says = "a kind of act, as the rulebook names it"},
	{"year", PARAM_NUMBER, .max = 9999, .label = N_("Year"), .says = "of the date of the act"},
	{"about", PARAM_TEXT, .max = 64, .says = "only acts that name this thing"},
	{"with", PARAM_TEXT, .max = 129, .says = "only acts with this word as that argument, as in `form.ratification`"},
	PAGE(50, "the acts"),
	{0},
};

static const struct query_param participants_params[] = {
	TABLE("page", ROSTER_EACH, "the participants, where they do not fit on one"),
	TABLE("asked", 8, "those who asked for a status"),
	TABLE("guests", 8, "the guests"),
	TABLE("organisations", 8, "the organisations"),
	DIFFER,
	{0},
};

static const struct query_param participant_params[] = {
	TABLE("instruments", 12, "what it signed, consented to or is bound by"),
	TABLE("meetings", 10, "the meetings that it may or did attend"),
	TABLE("decisions", 6, "the decisions that concern it"),
	TABLE("rest", 10, "what else is on record"),
	DIFFER,
	FEED_PAGE,
	{0},
};

static const struct query_param meeting_params[] = {
	TABLE("attending", 30, "those who may attend"),
	FACTS,
	FEED_PAGE,
	{0},
};

static const struct query_param bodies_params[] = {
	TABLE("page", 60, "the tree"),
	RELATIONS("the table of bodies and organisations"),
	{0},
};

static const struct query_param body_params[] = {
	TABLE("below", 20, "the bodies that belong to it"),
	TABLE("meetings", 20, "its meetings"),
	FACTS,
	FEED_PAGE,
	{0},
};

static const struct query_param instrument_params[] = {
	TABLE("parties", 32, "those who signed, consented or are bound"),
	TABLE("others", 40, "those with a status whom nothing on record ties to it"),
	FACTS,
	DIFFER,
	FEED_PAGE,
	{0},
};

static const struct query_param differ_params[] = {DIFFER, {0}};
static const struct query_param act_params[] = {EFFECTS, {0}};
static const struct query_param decision_params[] = {EFFECTS, FACTS, FEED_PAGE, {0}};
static const struct query_param release_params[] = {FACTS, FEED_PAGE, {0}};

static const struct query_param cooperation_params[] = {
	TABLE("with", 16, "the organisations"),
	TABLE("elsewhere", 16, "those where it holds a status itself"),
	RELATIONS("the table of the graph"),
	DIFFER,
	{0},
};

static const struct query_param things_params[] = {TABLE("page", 40, "the tables"), {0}};

static const struct query_param thing_params[] = {
	TABLE("belonging", 40, "what belongs to it"),
	FACTS,
	DIFFER,
	FEED_PAGE,
	{0},
};

static const struct query_param instruments_params[] = {
	{"kind", PARAM_TEXT, .max = 64, .says = "a kind of instrument, as the record names it: the matrix, and all data, have those alone"},
	PART("page", "page", FORMS(FORM_HTML) | CITES, 10, "the instruments of the matrix"),
	PART("rows", "page", FORMS(FORM_HTML), 40, "the parties of the matrix"),
	TABLE("list", 30, "the list below it"),
	{0},
};

static const struct query_param meetings_params[] = {
	{"body", PARAM_TEXT, .max = 64, .says = "of this body"},
	{"year", PARAM_NUMBER, .max = 9999, .label = N_("Year"), .says = "that began in this year"},
	PAGE(60, "the past meetings"),
	{0},
};

static const struct query_param acts_feed_params[] = {
	{"kind", PARAM_TEXT, .max = 64, .says = "a kind of act, as the rulebook names it"},
	PAGE(50, "the acts"),
	{0},
};

static const struct query_param releases_feed_params[] = {
	{"category", PARAM_TEXT, .max = 64, .says = "a topic, as the record names it"},
	{"language", PARAM_TEXT, .max = 16, .says = "only those with a version in it"},
	PAGE(50, "the releases"),
	{0},
};

static const struct query_param decisions_params[] = {
	{"body", PARAM_TEXT, .max = 64, .says = "of this body"},
	{"outcome", PARAM_TEXT, .max = 64, .says = "a value of the fact `decision`"},
	{"year", PARAM_NUMBER, .max = 9999, .label = N_("Year"), .says = "in which it was tabled"},
	PAGE(60, "the decisions"),
	{0},
};

static const struct query_param releases_params[] = {
	{"category", PARAM_TEXT, .max = 64, .says = "a topic, as the record names it"},
	{"language", PARAM_TEXT, .max = 16, .says = "only those with a version in it"},
	{"year", PARAM_NUMBER, .max = 9999, .label = N_("Year"), .says = "issued in this year"},
	{"from", PARAM_DATE, .label = N_("Dated from"), .says = "dated on this day or later"},
	{"to", PARAM_DATE, .label = N_("Dated to"), .says = "dated on this day or earlier"},
	{"about", PARAM_TEXT, .max = 64, .says = "only those that name this thing: a participant, a meeting"},
	PAGE(50, "the releases"),
	{0},
};

static const struct query_param why_params[] = {
	{"open", PARAM_WORD, .words = "all", .says = "every step open"},
	{0},
};

static const struct query_param whynot_params[] = {
	{"is", PARAM_TEXT, .max = 200, .says = "the value that it does not have"},
	{0},
};

static const struct query_param search_params[] = {
	{"q", PARAM_TEXT, .max = 300, .label = N_("Search the register"), .says = "words, a name, a question; words \"in quotes\" stand side by side"},
	{"kind", PARAM_TEXT, .max = 64, .says = "`act`, `article`, `document`, or a type of the rulebook"},
	{"language", PARAM_TEXT, .max = 35, .says = "of the texts, as in `ru`"},
	{"from", PARAM_DATE, .label = N_("Dated from"), .says = "dated on this day or later"},
	{"to", PARAM_DATE, .label = N_("Dated to"), .says = "dated on this day or earlier"},
	{"page", PARAM_NUMBER, .max = 1000, .part = "page", .each = 20, .label = N_("Page"), .says = "page of what is found"},
	{0},
};

static const struct query_param verify_params[] = {
	{"sha256", PARAM_TEXT, .max = 80, .says = "of a text or file: the acts that carry or name it"},
	{"words", PARAM_TEXT, .max = 80, .says = "the SHA-256 of a text with one blank between its words and none around them"},
	{0},
};

static const struct query_param ask_params[] = {
	{"who", PARAM_TEXT, .max = 64, .label = N_("Participant"), .says = "a participant"},
	{0},
};

static const struct query_param api_ask_params[] = {
	{"q", PARAM_TEXT, .max = 1000, .says = "a question in the words of the rulebook: status(\"XX\")"},
	{0},
};

static const struct query_param facts_params[] = {
	{"known", PARAM_NUMBER, .says = "as known at this entry; all intervals of all days"},
	{0},
};

static const struct query_param oembed_params[] = {
	{"url", PARAM_TEXT, .max = 1000, .says = "the address of a participant, its backgrounder or its card"},
	{"format", PARAM_WORD, .words = "json", .says = "the only form there is"},
	{"maxwidth", PARAM_NUMBER, .max = 100000, .says = "pixels"},
	{"maxheight", PARAM_NUMBER, .max = 100000, .says = "pixels"},
	{0},
};

static const struct query_param changes_params[] = {
	{"from", PARAM_DATE, .label = N_("From the end of"), .says = "the first day; else a year before the second"},
	{"to", PARAM_DATE, .label = N_("To the end of"), .is_on = true, .says = "the second day: leads to `on`"},
	{"who", PARAM_TEXT, .max = 64, .label = N_("Participant"), .says = "only what names this participant"},
	{"fact", PARAM_TEXT, .max = 64, .label = N_("Kind of fact"), .says = "only this fact, as the rulebook names it"},
	PAGE(30, "the changes, with `fact`"),
	{0},
};

/* Of a page that other sites may frame: it has no form and no script, so that nothing can be done by a click that was meant for another page. */
#define POLICY_FRAMED "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors *"

/* A fact has up to three arguments in an address. */
#define WHY(args) \
	{"/{lang}/why/{fact}" args, why_get, BOTH LINKED linked_why, .asked = FORMS(FORM_JSON) | FORMS(FORM_JSONLD), .when = true, .params = why_params, .title = "why a fact is what it is, down to acts and articles"}
#define WHYNOT(args) \
	{"/{lang}/whynot/{fact}" args, whynot_get, BOTH, .asked = EVERY_FORM, .when = true, .lane = LANE_WORK, .params = whynot_params, \
		.title = "why a fact is not so: what is missing, who could sign it, from when it would count"}

static const struct route table[] = {
	{"/", root_get, FORMS(FORM_HTML), .when = true, .keep = KEEP_NOT, .title = "the front page in the reader's language"},
	{"/{lang}/", home_get, BOTH LINKED linked_site, .when = true, .params = differ_params, .title = "the front page: the counts of the day, what changed, what comes"},
	{"/{lang}/participants", participants_get, BOTH | FORMS(FORM_CSV), .when = true, .params = participants_params, .section = N_("Participants"),
		.title = "all participants: who has which status, since when, by which act and article"},
	{"/{lang}/participants/{id}", participant_get, BOTH | FORMS(FORM_ICS) OF_THING(participant_params), .when = true,
		.title = "one participant: its status, since when, by which act and article, and what follows"},
	{"/{lang}/meetings", meetings_get, BOTH | FORMS(FORM_ICS), .when = true, .params = meetings_params, .section = N_("Meetings"),
		.title = "all meetings, those to come and those that were"},
	{"/{lang}/meetings/{id}", meeting_get, BOTH | FORMS(FORM_ICS) OF_THING(meeting_params), .when = true,
		.title = "one meeting: who may attend, in what capacity and by which article; what it decided"},
	{"/{lang}/bodies", bodies_get, BOTH, .when = true, .params = bodies_params, .more = N_("Bodies"), .title = "all bodies, each under the one it belongs to"},
	{"/{lang}/bodies/{id}", body_get, BOTH | FORMS(FORM_ICS) OF_THING(body_params), .when = true, .title = "one body: does it stand, when did it meet, what did it decide"},
	{"/{lang}/instruments", instruments_get, BOTH | FORMS(FORM_CSV), .when = true, .params = instruments_params,
		.section = N_("Instruments"), .title = "what each party signed, consented to and is bound by; all instruments"},
	{"/{lang}/instruments/{id}", instrument_get, BOTH | FORMS(FORM_AKN) OF_THING(instrument_params), .when = true,
		.title = "one instrument: is it in force, since when, for whom, what its clause says"},
	{"/{lang}/decisions", decisions_get, BOTH, .when = true, .params = decisions_params, .section = N_("Decisions"),
		.title = "all decisions, and what became of each"},
	{"/{lang}/decisions/{id}", decision_get, BOTH | FORMS(FORM_AKN) OF_THING(decision_params), .when = true, .title = "one decision: how it was taken, and what it did"},
	{"/{lang}/acts", acts_get, BOTH | FEEDS, .when = true, .days_asked = true, .params = acts_params, .section = N_("Acts"), .title = "all acts, the newest first"},
	{"/{lang}/acts/{entry}", act_get, BOTH LINKED linked_act, .when = true, .params = act_params, .days_asked = true,
		.title = "one entry of the log: what it says, what it did, its sources, its place and signature"},
	{"/{lang}/changes", changes_get, BOTH, .when = true, .statuses = true, .params = changes_params, .more = N_("What changed"),
		.lane = LANE_WORK, .title = "what changed between two days, for everything or for one participant: facts at the end of both, acts in between"},
	{"/{lang}/participants/{id}/backgrounder", backgrounder_get, BOTH, .when = true,
		.title = "one participant on one page, for those who write about it"},
	{"/{lang}/participants/{id}/card", card_get, FORMS(FORM_HTML), .when = true, .policy = POLICY_FRAMED,
		.title = "one participant as a card, which any site may show in a frame"},
	{"/{lang}/admissions", admissions_get, BOTH, .when = true, .params = differ_params, .more = N_("Admissions"), .title = "who is on the way to a status by a procedure: stage, commitments"},
	{"/{lang}/admissions/{id}", admission_get, BOTH, .when = true, .params = differ_params,
		.title = "one admission: its stages, what it took on, what is missing and who could give it"},
	{"/{lang}/keys", keys_get, BOTH, .when = true, .more = N_("Who signs"), .title = "who signs: every key, whose it is, from which entry to which it counts"},
	{"/{lang}/law", laws_get, BOTH, .when = true, .statuses = true, .section = N_("Legal basis"), .title = "the rulebook, source by source"},
	{"/{lang}/law/{article}", law_get, BOTH, .when = true, .title = "one article: its words, its rules, the facts that rest on it"},
	{"/{lang}/releases", releases_get, BOTH | FEEDS, .when = true, .statuses = true, .params = releases_params, .section = N_("Newsroom"),
		.title = "releases, the newest first"},
	{"/{lang}/releases/{id}", release_get, BOTH OF_THING(release_params), .when = true, .title = "one release in all its languages"},
	{"/{lang}/verify", verify_get, BOTH, .when = true, .params = verify_params, .section = N_("Verify"),
		.title = "checks a proof, a text, a document in the browser, and works from a saved copy; the acts that name a hash"},
	{"/{lang}/cooperation", cooperation_get, BOTH, .when = true, .params = cooperation_params, .more = N_("Cooperation"),
		.title = "cooperation with other organisations: since when, by which documents; the own status elsewhere"},
	{"/{lang}/areas", entities_get, BOTH, .when = true, .params = things_params, .more = N_("Areas"), .title = "all areas: what belongs to each"},
	{"/{lang}/areas/{id}", entity_get, BOTH OF_THING(thing_params), .when = true, .title = "one of them: what belongs to it, the facts and acts about it"},
	{"/{lang}/projects", entities_get, BOTH, .when = true, .params = things_params, .more = N_("Projects"), .title = "all projects: what state each is in, who takes part"},
	{"/{lang}/projects/{id}", entity_get, BOTH OF_THING(thing_params), .when = true, .title = "one of them: what belongs to it, the facts and acts about it"},
	{"/{lang}/consultations", entities_get, BOTH, .when = true, .params = things_params, .more = N_("Consultations"), .title = "all consultations: agreed, held, concluded"},
	{"/{lang}/consultations/{id}", entity_get, BOTH OF_THING(thing_params), .when = true, .title = "one of them: what belongs to it, the facts and acts about it"},
	{"/{lang}/strategy", entities_get, BOTH, .when = true, .params = things_params, .more = N_("Strategy"), .title = "goals and indicators: actions, what acts prove, what is declared"},
	{"/{lang}/strategy/{id}", entity_get, BOTH OF_THING(thing_params), .when = true, .title = "one of them: what belongs to it, the facts and acts about it"},
	{"/{lang}/authorities", entities_get, BOTH, .when = true, .params = things_params, .more = N_("Competent authorities"), .title = "competent authorities, as far as they are public"},
	{"/{lang}/authorities/{id}", entity_get, BOTH OF_THING(thing_params), .when = true, .title = "one of them: what belongs to it, the facts and acts about it"},
	{"/{lang}/entities", entities_get, BOTH, .when = true, .params = things_params, .more = N_("Other things on record"), .title = "things of every other type that the rulebook declares"},
	{"/{lang}/entities/{id}", entity_get, BOTH OF_THING(thing_params), .when = true, .title = "one of them: the facts and acts about it"},
	{"/{lang}/about", about_get, BOTH, .when = true, .more = N_("About this register"),
		.title = "about the register: how to verify it, how to cite it, licence, software"},
	{"/{lang}/data", data_get, BOTH, .when = true, .more = N_("Data"), .title = "the data sets: where each stands, and what its columns mean"},
	{"/data/catalog", catalog_get, FORMS(FORM_JSONLD), .when = true, .lane = LANE_WORK, .title = "the catalogue of the data sets (DCAT 3)"},
	{"/data/register", export_get, FORMS(FORM_SQLITE), .when = true, .lane = LANE_WORK, .title = "all data sets as one SQLite file: /data/register.sqlite"},
	{"/id/{id}", id_get, FORMS(FORM_HTML), .when = true, .keep = KEEP_NOT,
		.title = "what names a thing for ever; leads to its page in the reader's language"},
	{"/data/{set}", data_set_get, FORMS(FORM_CSV) | FORMS(FORM_JSON) | FORMS(FORM_JSONLD) | FORMS(FORM_CSVW), .when = true,
		.lane = LANE_WORK, .title = "one data set: what had begun by the day, as known at the entry"},
	{"/feed/releases.atom", releases_feed_get, FORMS(FORM_ATOM), .params = releases_feed_params, .title = "the newest releases"},
	{"/feed/acts.atom", acts_feed_get, FORMS(FORM_ATOM), .params = acts_feed_params, .title = "the newest acts, in the order of the log"},
	{"/oembed", oembed_get, FORMS(FORM_JSON), .asked = EVERY_FORM, .params = oembed_params, .title = "the frame for the card of a participant (oEmbed 1.0)"},
	{"/act/{file}", act_file_get, FORMS(FORM_BYTES), .lasts = true, .title = "an entry as signed: N.json the act, N.dsse its envelope, N.tlog-proof its proof"},
	{"/checkpoint", checkpoint_get, FORMS(FORM_TEXT), .exact = true, .title = "the newest signed checkpoint (C2SP tlog-checkpoint)"},
	{"/tile/{path*}", tile_get, FORMS(FORM_BYTES), .keep = KEEP_FOREVER, .exact = true,
		.title = "the log in tiles (C2SP tlog-tiles): L/N hashes, entries/N entries; L/N.p/W and entries/N.p/W where a signed tree ended"},
	{"/{log}/checkpoint", cosigned_get, FORMS(FORM_TEXT), .keep = KEEP_NOT, .exact = true,
		.title = "of a mirror, below the SHA-256 of the log's name: the checkpoint with its cosignature (C2SP tlog-mirror)"},
	{"/{log}/tile/{path*}", mirrored_tile_get, FORMS(FORM_BYTES), .keep = KEEP_FOREVER, .exact = true,
		.title = "the tiles below that checkpoint: those of /tile/"},
	{"/api/witnesses", witnesses_get, FORMS(FORM_JSON), .keep = KEEP_NOT,
		.title = "how the register stands with its witnesses: what is signed, what is published, who is waited for and why"},
	{"/api/mirror", mirror_get, FORMS(FORM_JSON), .keep = KEEP_NOT, .title = "how a mirror stands: in step, in trouble, or stopped by an alert"},
	{"/evidence/{file}", evidence_get, FORMS(FORM_BYTES), .keep = KEEP_NOT, .title = "what a mirror found wrong, for `comity judge`"},
	{"/blob/{sha256}", blob_get, FORMS(FORM_BYTES), .keep = KEEP_FOREVER, .exact = true, .title = "what a public entry names by its SHA-256: a rulebook, a document; it never changes, and caches may keep it for ever"},
	WHY(""), WHY("/{a}"), WHY("/{a}/{b}"), WHY("/{a}/{b}/{c}"),
	WHYNOT(""), WHYNOT("/{a}"), WHYNOT("/{a}/{b}"), WHYNOT("/{a}/{b}/{c}"),
	{"/{lang}/search", search_get, BOTH, .when = true, .params = search_params, .lane = LANE_WORK, .title = "search; a question is answered"},
	{"/{lang}/ask", ask_get, FORMS(FORM_HTML), .when = true, .typed = true, .keep = KEEP_NOT, .params = ask_params,
		.title = "leads to a participant on a day: what the form of the front page asks"},
	{"/api/openapi.json", openapi_get, FORMS(FORM_JSON), .title = "all addresses as OpenAPI 3.1, from the same table as this one"},
	{"/openapi.json", openapi_lead_get, FORMS(FORM_JSON), .keep = KEEP_NOT, .title = "leads to it: where programs look for it first"},
	{"/api/ask", api_ask_get, FORMS(FORM_JSON), .asked = EVERY_FORM, .when = true, .params = api_ask_params,
		.title = "a question answered: value, since, until, and the proof file"},
	{"/api/facts", api_facts_get, FORMS(FORM_CSV), .params = facts_params,
		.lane = LANE_WORK, .title = "every interval of every fact of the public view, as `comity eval` prints them: the same bytes wherever the entries are held"},
	{"/api/acts", api_acts_door, FORMS(FORM_JSON), .keep = KEEP_NOT, .body_max = 16 << 20,
		.title = "POST: files an act that was signed elsewhere; GET: are acts taken here?"},
	{"/api/bodies", api_bodies_post, FORMS(FORM_JSON), .keep = KEEP_NOT, .body_max = 16 << 10,
		.title = "POST: bodies of sealed acts, or a list of those there are, for who asks with a request signed by its key"},
	{"/timemap/{path*}", timemap_get, FORMS(FORM_BYTES), .asked = EVERY_FORM,
		.lane = LANE_WORK, .title = "the times of a page (RFC 7089): /timemap/en/participants; with Accept-Datetime every address that takes `on` and `known` leads to one of them"},
	{"/sitemap", sitemap_get, FORMS(FORM_XML), .lane = LANE_WORK, .title = "the sitemaps (sitemaps.org), /sitemap.xml"},
	{"/sitemap/news", sitemap_news_get, FORMS(FORM_XML), .lane = LANE_WORK, .title = "the organisation's own releases of yesterday and today, each version with its languages (Google's news sitemap): /sitemap/news.xml"},
	{"/sitemap/{n}", sitemap_part_get, FORMS(FORM_XML), .lane = LANE_WORK, .title = "pages of today in each language, with those languages (hreflang)"},
	{"/at/{day}/{path*}", at_get, FORMS(FORM_HTML), .keep = KEEP_NOT,
		.title = "leads to a page on a day, /at/2024-07-04/en/participants; in a publication a file, for each day on which the page changes"},
	{"/{lang}/date", date_get, FORMS(FORM_HTML), .asked = EVERY_FORM, .when = true, .statuses = true, .params = date_params, .title = "the date form"},
	{"/{lang}/when", when_get, FORMS(FORM_HTML), .when = true, .typed = true, .keep = KEEP_NOT, .params = date_params, .title = "leads to a page on a day, as known at an entry: what the date form asks"},
	{"/robots.txt", robots_get, FORMS(FORM_TEXT), .title = "what crawlers are asked to leave alone (RFC 9309): other dates, and questions"},
	{"/asset/{name}", asset_get, FORMS(FORM_BYTES), .keep = KEEP_FOREVER, .title = "style sheet and icon"},
};

const struct routes web_routes = {table, sizeof table / sizeof *table};
