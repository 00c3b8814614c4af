/* SPDX-License-Identifier: Apache-2.0 */
#include "web/witness_site.h"

#include "base/json.h"
#include "log/base64.h"
#include "web/handlers.h"
#include "web/page_witness.h"
#include "web/pages.h"

#include <stdlib.h>
#include <time.h>

struct witness_site {
	struct witness *witness;
	struct arena arena;
	struct site_words words;
	struct url base;
	void (*report)(void *ctx, const struct err *e);
	void *ctx;
};

/* ---- what the floor asks ----------------------------------------------------------------------------------------- */

static uint64_t position(void *ctx)
{
	(void)ctx;
	return 0;
}

static civil today(void *ctx)
{
	(void)ctx;
	return date_day((civil)time(NULL));
}

static void report(void *ctx, const struct err *e)
{
	struct witness_site *s = ctx;
	if (s->report)
		s->report(s->ctx, e);
}

/* ---- the protocol ------------------------------------------------------------------------------------------------ */

static int add_checkpoint(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct witness_site *s = ctx;
	struct witness_answer *answer = arena_new(a->arena, struct witness_answer);
	(void)e;
	witness_add_checkpoint(s->witness, a->body, (uint64_t)time(NULL), answer);
	if (answer->failed.code)
		report(s, &answer->failed);
	ret->status = answer->status;
	ret->media = answer->type;
	buf_adds(&ret->body, answer->body);
	return 0;
}

static int checkpoint_of_log(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct witness_site *s = ctx;
	struct digest id;
	bool lower = true;
	for (size_t i = 0; i < a->id[0].n; i++)
		lower &= a->id[0].p[i] < 'A' || a->id[0].p[i] > 'F';
	if (!lower || !hex_parse(a->id[0], id.b, DIGEST_LEN))
		return ASK_FAULT(a, ret, e, ERR_ABSENT, "checkpoint", N_("A log is named by the SHA-256 of its origin: 64 hexadecimal digits in lower case."), {0});
	ret->media = "text/plain; charset=utf-8";
	return witness_checkpoint(s->witness, &id, &ret->body, e);
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

struct listing {
	const struct ask *a;
	struct out o;
	struct buf *json;
	struct witness_page *page;
	size_t n;
};

static struct html plain(const struct listing *l, struct str s)
{
	struct buf b;
	struct out o = {&b, l->a->arena, l->a->tongue};
	buf_init(&b, 4096);
	html_text(&o, s);
	struct html h = {arena_str(l->a->arena, buf_str(&b))};
	buf_done(&b);
	return h;
}

static struct html wrapped(const struct listing *l, const char *before, struct str text, const char *after)
{
	return (struct html){arena_fmt(l->a->arena, "%s%.*s%s", before, STR_ARG(plain(l, text).s), after)};
}

static struct str base64_of(const struct listing *l, const struct digest *d)
{
	struct buf b;
	buf_init(&b, BASE64_LEN(DIGEST_LEN));
	base64_add(&b, d->b, DIGEST_LEN);
	struct str s = arena_str(l->a->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static struct str hex_of(const struct listing *l, const struct digest *d)
{
	struct buf b;
	buf_init(&b, DIGEST_HEX);
	buf_add_hex(&b, d->b, DIGEST_LEN);
	struct str s = arena_str(l->a->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static struct str instant(const struct listing *l, uint64_t time)
{
	char text[UTC_LEN];
	return arena_fmt(l->a->arena, "%s", utc_print((int64_t)time, text));
}

static int add_row(void *ctx, const struct witness_head *h)
{
	struct listing *l = ctx;
	struct record_row row = {0};
	struct html cells[5] = {plain(l, h->origin), plain(l, tr(&l->o, N_("nothing yet"))), {{NULL, 0}}, {{NULL, 0}}, {{NULL, 0}}};
	if (h->has) {
		struct str hex = hex_of(l, &h->id);
		cells[1] = plain(l, tr_digits(&l->o, arena_fmt(l->a->arena, "%llu", (unsigned long long)h->size)));
		cells[2] = wrapped(l, "<code class=\"hash\">", str_slice(base64_of(l, &h->root), 0, 16), "…</code>");
		cells[3] = wrapped(l, "<time>", instant(l, h->time), "</time>");
		cells[4] = (struct html){arena_fmt(l->a->arena, "<a href=\"/%.*s/checkpoint\">%.*s</a>", STR_ARG(hex),
			STR_ARG(plain(l, tr(&l->o, N_("checkpoint"))).s))};
	}
	if (h->kept[EVIDENCE_FORK]) {
		l->page->contradicted = true;
		cells[4] = (struct html){arena_fmt(l->a->arena, "%.*s <strong>%.*s</strong>", STR_ARG(cells[4].s),
			STR_ARG(plain(l, tr(&l->o, N_("contradicted itself"))).s))};
	} else if (h->keys == 0) {
		cells[4] = (struct html){arena_fmt(l->a->arena, "%.*s %.*s", STR_ARG(cells[4].s),
			STR_ARG(plain(l, tr(&l->o, N_("no longer witnessed"))).s))};
	}
	for (size_t i = 0; i < 5; i++)
		arena_push(l->a->arena, &row.cells, cells[i]);
	arena_push(l->a->arena, &l->page->logs.rows, row);
	return 0;
}

static int add_json(void *ctx, const struct witness_head *h)
{
	struct listing *l = ctx;
	struct buf *b = l->json;
	buf_adds(b, l->n++ ? ",\n    {\"origin\": " : "\n    {\"origin\": ");
	json_quote(b, h->origin);
	buf_addf(b, ", \"keys\": %zu, \"contradictions\": %zu, \"unproved\": %zu", h->keys, h->kept[EVIDENCE_FORK], h->kept[EVIDENCE_UNPROVED]);
	if (h->has)
		buf_addf(b, ", \"size\": %llu, \"root\": \"%.*s\", \"time\": \"%.*s\", \"checkpoint\": \"/%.*s/checkpoint\"", (unsigned long long)h->size,
			STR_ARG(base64_of(l, &h->root)), STR_ARG(instant(l, h->time)), STR_ARG(hex_of(l, &h->id)));
	buf_addc(b, '}');
	return 0;
}

static void page_json(struct witness_site *s, struct listing *l)
{
	buf_adds(l->json, "{\n  \"witness\": ");
	json_quote(l->json, witness_name(s->witness));
	buf_adds(l->json, ",\n  \"key\": ");
	json_quote(l->json, witness_vkey(s->witness));
	buf_adds(l->json, ",\n  \"logs\": [");
	(void)witness_each(s->witness, add_json, l);
	buf_adds(l->json, "]\n}\n");
}

static int page_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	static const char *const columns[] = {N_("Log"), N_("Entries"), N_("Root"), N_("Signed"), N_("As a file")};
	struct witness_site *s = ctx;
	struct witness_page p = {.vkey = witness_vkey(s->witness)};
	struct listing l = {.a = a, .o = {&ret->body, a->arena, a->tongue}, .json = &ret->body, .page = &p};
	struct err why;
	(void)e;
	if (a->form == FORM_JSON) {
		page_json(s, &l);
		return 0;
	}
	frame_init(&p.frame, a, STR(""));
	p.frame.languages.n = 0;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		struct column c = {.title = tr(&l.o, columns[i])};
		arena_push(a->arena, &p.logs.columns, c);
	}
	p.logs.label = tr(&l.o, N_("What it signed last"));
	(void)witness_each(s->witness, add_row, &l);
	if (witness_stale(s->witness, &why))
		p.stale = arena_fmt(a->arena, "%s", why.what);
	page_witness(&l.o, &p);
	return 0;
}

#define BOTH (FORMS(FORM_HTML) | FORMS(FORM_JSON))

static const struct route table[] = {
	{"/", page_get, BOTH, .keep = KEEP_NOT, .title = "what this witness knows and signed last"},
	{"/{lang}/", page_get, BOTH, .keep = KEEP_NOT, .title = "the same"},
	{"/add-checkpoint", add_checkpoint, FORMS(FORM_TEXT), .keep = KEEP_NOT, .body_max = WITNESS_MAX_REQUEST, .post_only = true, .exact = true,
		.title = "takes a checkpoint (C2SP tlog-witness)"},
	{"/{log}/checkpoint", checkpoint_of_log, FORMS(FORM_TEXT), .keep = KEEP_NOT, .exact = true,
		.title = "the newest checkpoint that was signed, of the log whose origin has this SHA-256"},
	{"/asset/{name}", asset_get, FORMS(FORM_BYTES), .keep = KEEP_FOREVER, .title = "style sheet and icon"},
};

struct witness_site *witness_site_new(struct witness *w, const char *base, void (*tell)(void *ctx, const struct err *e), void *ctx)
{
	struct witness_site *s = zeroed(1, sizeof *s);
	struct out o = {NULL, &s->arena, &tongues[0]};
	*s = (struct witness_site){.witness = w, .base = {str_of(base)}, .report = tell, .ctx = ctx};
	s->words = (struct site_words){.tongue = &tongues[0], .organisation = witness_name(w), .kind = tr(&o, N_("Witness"))};
	return s;
}

void witness_site_free(struct witness_site *s)
{
	if (!s)
		return;
	arena_done(&s->arena);
	free(s);
}

struct web_config witness_site_config(struct witness_site *s)
{
	return (struct web_config){
		.site = {.words = &s->words, .n = 1, .base = s->base, .routes = {table, sizeof table / sizeof *table}},
		.source = {.ctx = s, .position = position, .today = today, .report = report},
	};
}
