/* SPDX-License-Identifier: Apache-2.0 */
#include "demo.h"

#include "base/json.h"
#include "web/handlers.h"
#include "demo_pages.h"

static uint64_t position(void *ctx)
{
	return atomic_load(&((struct demo *)ctx)->position);
}

static civil today(void *ctx)
{
	return ((struct demo *)ctx)->today;
}

static void dress(void *ctx, const struct ask *a, struct frame *f)
{
	(void)ctx;
	f->record = (struct html){arena_fmt(a->arena, "%llu entries", (unsigned long long)a->position + 1)};
}

static int thing_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct demo *d = ctx;
	struct out o = {&ret->body, a->arena, a->tongue};
	struct demo_page p = {.name = a->ids ? a->id[0] : STR("All things"), .ask = a, .q = ask_param(a, "q").text};
	atomic_fetch_add(&d->rendered, 1);
	if (str_eq(p.name, STR("none"))) {
		struct near n = {STR("Some"), url_fmt(a->arena, "/en/things/some"), {NULL, 0}};
		arena_push(a->arena, &ret->problem.near, n);
		return err_set(e, ERR_ABSENT, "things", "There is no thing “none”.");
	}
	if (str_eq(p.name, STR("broken")))
		return err_set(e, ERR_SYSTEM, "/secret/disk", "the disk is on fire");
	if (a->form == FORM_JSON) {
		buf_adds(&ret->body, "{\"name\": ");
		json_quote(&ret->body, p.name);
		buf_addf(&ret->body, ", \"on\": \"%.*s\", \"known\": %llu}\n", STR_ARG(show_iso(&o, a->on)), (unsigned long long)a->known);
		return 0;
	}
	frame_init(&p.frame, a, p.name);
	page_thing(&o, &p);
	return 0;
}

/* Says what came: how much, its ends, its type. */
static int echo(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct demo *d = ctx;
	(void)e;
	atomic_fetch_add(&d->rendered, 1);
	buf_addf(&ret->body, "{\"posted\": %s, \"bytes\": %zu, \"hash\": \"%016llx\", \"type\": ", a->posted ? "true" : "false", a->body.n,
		(unsigned long long)str_hash(a->body));
	json_quote(&ret->body, a->content_type);
	buf_adds(&ret->body, "}\n");
	return 0;
}

static const struct query_param thing_params[] = {
	{"q", PARAM_TEXT, .max = 40, .says = "words"},
	{"open", PARAM_WORD, .words = "all none"},
	{"n", PARAM_NUMBER, .max = 100},
	{"since", .type = PARAM_DATE},
	{0},
};

#define BOTH (FORMS(FORM_HTML) | FORMS(FORM_JSON))

static const struct route table[] = {
	{"/", root_get, FORMS(FORM_HTML), .keep = KEEP_NOT, .title = "the front page in the reader's language"},
	{"/{lang}/", thing_get, BOTH, .when = true, .title = "front page"},
	{"/{lang}/things", thing_get, BOTH, .when = true, .params = thing_params, .section = N_("Things"), .title = "all things"},
	{"/{lang}/things/{id}", thing_get, BOTH, .when = true, .params = thing_params, .title = "one thing"},
	{"/{lang}/date", date_get, FORMS(FORM_HTML), .when = true, .title = "the date form",
		.params = (const struct query_param[]){{"page", PARAM_TEXT, .max = 1000, .says = "the page to show"}, {0}}},
	{"/{lang}/when", when_get, FORMS(FORM_HTML), .when = true, .typed = true, .keep = KEEP_NOT, .title = "what the date form asks",
		.params = (const struct query_param[]){{"page", PARAM_TEXT, .max = 1000, .says = "the page to show"}, {0}}},
	{"/api/things/{id}", thing_get, FORMS(FORM_JSON), .when = true, .title = "one thing, for programs"},
	{"/api/echo", echo, FORMS(FORM_JSON), .body_max = 100000, .title = "says what was sent to it"},
	{"/tile/{path*}", thing_get, FORMS(FORM_JSON), .exact = true, .title = "all that is below"},
	{"/asset/{name}", asset_get, FORMS(FORM_BYTES), .keep = KEEP_FOREVER, .title = "files"},
};

const struct routes demo_routes = {table, sizeof table / sizeof *table};

struct web_config demo_config(struct demo *d)
{
	struct site_words *w = arena_array(&d->arena, 1, struct site_words);
	*w = (struct site_words){.tongue = &tongues[0], .organisation = STR("Organisation of Examples"), .kind = STR("Public register"),
		.notice = STR("A test. Nothing here is true."), .small_print = STR("Made by a test.")};
	atomic_store(&d->position, 9);
	d->today = date_from(2026, 2, 2);
	return (struct web_config){
		.site = {.words = w, .n = 1, .base = {STR("https://register.example")}, .routes = demo_routes, .search = "/{lang}/things"},
		.source = {.ctx = d, .position = position, .today = today, .dress = dress},
	};
}
