/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cite.h"

#include "base/json.h"
#include "base/quotes.h"

#include <string.h>

/* ---- words ------------------------------------------------------------------------------------------------------------------------------ */

static struct str title_of(const struct frame *f)
{
	return f->title.n ? f->title : f->words->kind;
}

struct html cite_text(const struct frame *f, const struct ask *a)
{
	struct buf b;
	struct out o = {&b, a->arena, a->tongue};
	buf_init(&b, 8192);
	for (struct tr_walk w = tr_start(&o, N_("{organisation}, “{title}”, {kind}, on {day}, as known at entry {entry}, {address}")); tr_step(&w);) {
		html_text(&o, w.text);
		if (tr_at(&w, "organisation"))
			html_text(&o, f->words->organisation);
		if (tr_at(&w, "title") && f->shown.s.n)
			html_text(&o, (struct html){quotes_within(w.text, f->shown.s, str_of(a->tongue->code), a->arena)});
		else if (tr_at(&w, "title"))
			html_text(&o, quotes_within(w.text, title_of(f), str_of(a->tongue->code), a->arena));
		if (tr_at(&w, "kind"))
			html_text(&o, f->words->kind);
		if (tr_at(&w, "day"))
			html_text(&o, show_day(&o, a->on));
		if (tr_at(&w, "entry"))
			html_text(&o, ask_named(a));
		if (tr_at(&w, "address")) {
			HTML(&o, "<bdi dir=\"ltr\">"); /* one piece: it goes to a line of its own before it is broken */
			html_text(&o, f->permanent);
			HTML(&o, "</bdi>");
		}
	}
	struct html s = {arena_str(a->arena, buf_str(&b))};
	buf_done(&b);
	return s;
}

/* A key of letters, digits and "-": the path, the day, the entry. */
static struct str key_of(const struct ask *a)
{
	struct buf b;
	char day[DATE_LEN];
	buf_init(&b, 4096);
	for (size_t i = 1; i < a->segments; i++) {
		for (size_t k = 0; k < a->segment[i].n; k++) {
			char c = a->segment[i].p[k];
			bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
			buf_addc(&b, stays ? c : '-');
		}
		buf_addc(&b, ':');
	}
	buf_addf(&b, "%s:%llu", date_print(a->on, day), (unsigned long long)ask_named(a));
	struct str s = arena_str(a->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

/* ---- BibTeX ----------------------------------------------------------------------------------------------------------------------------- */

/* In a field between braces: what TeX would read as an order stands as itself. */
static void bib_text(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '\\': buf_adds(out, "{\\textbackslash}"); break;
		case '~': buf_adds(out, "{\\textasciitilde}"); break;
		case '^': buf_adds(out, "{\\textasciicircum}"); break;
		case '{': buf_adds(out, "\\{"); break;
		case '}': buf_adds(out, "\\}"); break;
		case '&':
		case '%':
		case '$':
		case '#':
		case '_': buf_addc(out, '\\'); __attribute__((fallthrough));
		default: buf_addc(out, s.p[i]);
		}
	}
}

static void bib_field(struct buf *out, const char *name, const char *open, struct str s, const char *shut)
{
	if (!s.n)
		return;
	buf_addf(out, ",\n  %s = %s", name, open);
	bib_text(out, s);
	buf_adds(out, shut);
}

void cite_bib(const struct frame *f, const struct ask *a, struct buf *out)
{
	int y, m, d;
	char day[DATE_LEN];
	date_split(a->on, &y, &m, &d);
	buf_addf(out, "@misc{%.*s", STR_ARG(key_of(a)));
	bib_field(out, "author", "{{", f->words->organisation, "}}");
	bib_field(out, "title", "{{", title_of(f), "}}");
	bib_field(out, "howpublished", "{", f->words->kind, "}");
	buf_addf(out, ",\n  year = {%04d},\n  month = {%d},\n  day = {%d},\n  date = {%s}", y, m, d, date_print(a->on, day));
	buf_addf(out, ",\n  version = {%llu},\n  langid = {%s}", (unsigned long long)ask_named(a), a->tongue->lang);
	bib_field(out, "note", "{", f->words->notice, "}");
	buf_addf(out, ",\n  url = {%.*s}\n}\n", STR_ARG(f->permanent)); /* an address is written as it is, and has no brace (RFC 3986) */
}

/* ---- RIS -------------------------------------------------------------------------------------------------------------------------------- */

/* A value ends with its line; an asterisk may not stand in the name of an author. */
static void ris_field(struct buf *out, const char *tag, struct str s)
{
	bool gap = false, any = false; /* no blanks at either end */
	if (!s.n)
		return;
	buf_addf(out, "%s  - ", tag);
	for (size_t i = 0; i < s.n; i++) {
		bool blank = (unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || (s.p[i] == '*' && strcmp(tag, "AU") == 0);
		gap = gap || blank;
		if (blank)
			continue;
		buf_adds(out, gap && any ? " " : "");
		buf_addc(out, s.p[i]);
		gap = false;
		any = true;
	}
	buf_adds(out, "\r\n");
}

void cite_ris(const struct frame *f, const struct ask *a, struct buf *out)
{
	int y, m, d;
	date_split(a->on, &y, &m, &d);
	buf_adds(out, "TY  - ELEC\r\n");
	ris_field(out, "AU", f->words->organisation);
	ris_field(out, "TI", title_of(f));
	ris_field(out, "T2", f->words->kind);
	buf_addf(out, "PY  - %04d\r\nDA  - %04d/%02d/%02d\r\n", y, y, m, d);
	buf_addf(out, "ET  - %llu\r\nLA  - %s\r\n", (unsigned long long)ask_named(a), a->tongue->lang);
	ris_field(out, "N1", f->words->notice);
	ris_field(out, "UR", f->permanent);
	buf_adds(out, "ER  - \r\n");
}

/* ---- CSL-JSON --------------------------------------------------------------------------------------------------------------------------- */

static void csl_field(struct buf *out, const char *name, struct str s)
{
	if (!s.n)
		return;
	buf_addf(out, ",\n  \"%s\": ", name);
	json_quote(out, s);
}

void cite_csl(const struct frame *f, const struct ask *a, struct buf *out)
{
	int y, m, d;
	date_split(a->on, &y, &m, &d);
	buf_adds(out, "[{\n  \"id\": ");
	json_quote(out, key_of(a));
	buf_adds(out, ",\n  \"type\": \"webpage\",\n  \"author\": [{\"literal\": ");
	json_quote(out, f->words->organisation);
	buf_adds(out, "}]");
	csl_field(out, "title", title_of(f));
	csl_field(out, "container-title", f->words->kind);
	buf_addf(out, ",\n  \"issued\": {\"date-parts\": [[%d, %d, %d]]}", y, m, d);
	buf_addf(out, ",\n  \"version\": \"%llu\"", (unsigned long long)ask_named(a));
	csl_field(out, "language", str_of(a->tongue->lang));
	csl_field(out, "note", f->words->notice);
	csl_field(out, "URL", f->permanent);
	buf_adds(out, "\n}]\n");
}

/* ---- the answer ------------------------------------------------------------------------------------------------------------------------- */

int cite_answer(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct ask page = *a;
	struct frame frame = {0};
	page.form = FORM_HTML;
	page.frame = &frame;
	int rc = a->route->handler(&page, ctx, ret, e);
	if (rc < 0 || ret->location.s.n)
		return rc;
	buf_clear(&ret->body);
	ret->policy = NULL;
	if (!frame.words || !frame.permanent.n)
		return ASK_FAULT(a, ret, e, ERR_ABSENT, "cite", N_("What stands here has no permanent address."), {0});
	(a->form == FORM_BIB ? cite_bib : a->form == FORM_RIS ? cite_ris : cite_csl)(&frame, a, &ret->body);
	return 0;
}
