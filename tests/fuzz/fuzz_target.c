/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses and the headers that choose an answer: three lines, the request target, Accept, Accept-Language. What is accepted
 * is clean text, and means the same when it is written anew; what is refused says why, in clean text.
 */
#include "tests/fuzz/fuzz.h"

#include "base/arena.h"
#include "web/frame.h"
#include "web/params.h"
#include "web/typed.h"

static const struct query_param params[] = {
	{"q", PARAM_TEXT, .max = 40}, {"open", PARAM_WORD, .words = "all none"}, {"n", PARAM_NUMBER, .max = 100}, {"since", .type = PARAM_DATE}, {0}};
static const struct route rows[] = {
	{"/{lang}/", NULL, FORMS(FORM_HTML) | FORMS(FORM_JSON), .when = true},
	{"/{lang}/things", NULL, FORMS(FORM_HTML) | FORMS(FORM_CSV), .when = true, .params = params},
	{"/{lang}/things/{id}", NULL, FORMS(FORM_HTML) | FORMS(FORM_JSON), .when = true},
	{"/{lang}/when", NULL, FORMS(FORM_HTML), .when = true, .typed = true},
	{"/act/{n}", NULL, .forms = FORMS(FORM_JSON)},
	{"/tile/{path*}", NULL, .forms = FORMS(FORM_BYTES), .exact = true},
};
static const struct routes table = {rows, sizeof rows / sizeof *rows};

static void clean(struct str s)
{
	must(str_utf8(s));
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f);
}

/* Written anew, with every escape that url_encode makes, the address reads the same. */
static void same_again(const struct target *t)
{
	struct buf b;
	struct target again;
	const char *id = NULL;
	struct err e = {0};
	buf_init(&b, 4 * TARGET_MAX);
	for (size_t i = 0; i < t->segments; i++) {
		buf_addc(&b, '/');
		url_encode(&b, t->segment[i]);
	}
	if (t->slash)
		buf_addc(&b, '/');
	for (size_t i = 0; i < t->params; i++) {
		buf_addc(&b, i ? '&' : '?');
		url_encode(&b, t->param[i].name);
		buf_addc(&b, '=');
		url_encode(&b, t->param[i].value);
	}
	if (b.n <= TARGET_MAX) {
		must(target_parse(buf_str(&b), &again, &id, &e) == 0);
		must(again.segments == t->segments && again.params == t->params && again.slash == t->slash);
		for (size_t i = 0; i < t->segments; i++)
			must(str_eq(again.segment[i], t->segment[i]));
		for (size_t i = 0; i < t->params; i++)
			must(str_eq(again.param[i].name, t->param[i].name) && str_eq(again.param[i].value, t->param[i].value));
	}
	buf_done(&b);
}

static uint64_t known_then(void *ctx, civil t, uint64_t newest)
{
	(void)ctx;
	return (uint64_t)(t < 0 ? 0 : t) % (newest + 1);
}

static void try_params(const struct target *t, const struct route_match *m, struct arena *arena)
{
	static struct site site;
	static const struct site_source source = {.known_at = known_then};
	struct problem p = {0};
	if (!site.typed)
		site.typed = typed_new();
	struct ask a = {.route = m->route, .site = &site, .source = &source, .tongue = &tongues[0], .segment = m->segment, .segments = m->segments, .today = date_from(2026, 2, 2),
		.position = 9, .arena = arena};
	if (params_read(&a, t, &p) < 0) {
		must(p.status == 400 && p.id.n && p.err.what[0]);
		clean(str_of(p.err.where));
		clean(str_of(p.err.what));
		clean(str_of(p.err.hint));
	} else {
		must(a.known <= a.position && date_is_day(a.on));
	}
	for (size_t i = 0; i < p.near.n; i++)
		clean(p.near.v[i].href.s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str rest = {(const char *)data, n}, raw = rest, accept = {NULL, 0}, language = {NULL, 0};
	struct arena arena = {0};
	struct target t;
	struct err e = {0};
	const char *id = NULL;
	(void)(str_line(&rest, &raw) && str_line(&rest, &accept) && str_line(&rest, &language));
	must(FORMS(route_negotiate(FORMS(FORM_JSON) | FORMS(FORM_ATOM), accept)) & (FORMS(FORM_JSON) | FORMS(FORM_ATOM)));
	const struct tongue *offered[] = {&tongues[0], &tongues[0]};
	must(route_language(offered, 2, language) < 2);
	if (target_parse(raw, &t, &id, &e) < 0) {
		must(id && e.what[0] && e.where[0]);
	} else {
		struct route_match m;
		struct nears near = {0};
		for (size_t i = 0; i < t.segments; i++)
			clean(t.segment[i]);
		for (size_t i = 0; i < t.params; i++) {
			clean(t.param[i].name);
			clean(t.param[i].value);
		}
		same_again(&t);
		route_find(table, &t, &m);
		if (m.route)
			try_params(&t, &m, &arena);
		route_near(table, &t, &tongues[0], &arena, &near);
		must(near.n <= 5);
	}
	arena_done(&arena);
	return 0;
}
