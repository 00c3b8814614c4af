/* SPDX-License-Identifier: Apache-2.0 */
#include "html/prose.h"

#include <md4c.h>
#include <string.h>

enum { MAX_PROSE = 4 << 20 };

struct writer {
	struct arena *arena;
	prose_blocks *out;
	struct buf b;
	struct out o;
	struct str begins; /* the first text of a top paragraph */
	int depth;	   /* of blocks, the document not counted */
	bool rules;	   /* inside a fence of rules */
	bool paragraph, plain; /* a top paragraph; it has text outside of emphasis */
	int emphasised, emphases, image;
};

/* ---- elements ---------------------------------------------------------------------------------------------------------------- */

static const struct {
	MD_BLOCKTYPE type;
	const char *open, *close;
} block_tags[] = {
	{MD_BLOCK_QUOTE, "<blockquote>", "</blockquote>"},
	{MD_BLOCK_UL, "<ul>", "</ul>"},
	{MD_BLOCK_OL, "<ol>", "</ol>"},
	{MD_BLOCK_LI, "<li>", "</li>"},
	{MD_BLOCK_HR, "<hr>", ""},
	{MD_BLOCK_H, "<h4>", "</h4>"},
	{MD_BLOCK_CODE, "<pre tabindex=\"0\">", "</pre>"},
	{MD_BLOCK_P, "<p>", "</p>"},
	{MD_BLOCK_TABLE, "<div class=\"scroll\" tabindex=\"0\"><table>", "</table></div>"},
	{MD_BLOCK_THEAD, "<thead>", "</thead>"},
	{MD_BLOCK_TBODY, "<tbody>", "</tbody>"},
	{MD_BLOCK_TR, "<tr>", "</tr>"},
	{MD_BLOCK_TH, "<th scope=\"col\">", "</th>"},
	{MD_BLOCK_TD, "<td>", "</td>"},
};

static const char *tag_of(MD_BLOCKTYPE type, bool open)
{
	for (size_t i = 0; i < sizeof block_tags / sizeof *block_tags; i++)
		if (block_tags[i].type == type)
			return open ? block_tags[i].open : block_tags[i].close;
	return "";
}

static struct str attribute(const MD_ATTRIBUTE *a)
{
	return (struct str){a->text, a->size};
}

/* ---- blocks ------------------------------------------------------------------------------------------------------------------ */

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct writer *w = ctx;
	if (type == MD_BLOCK_DOC)
		return 0;
	if (w->depth++ == 0) {
		buf_clear(&w->b);
		w->begins = (struct str){NULL, 0};
		w->plain = false;
		w->emphases = 0;
		w->rules = type == MD_BLOCK_CODE && str_eq(attribute(&((MD_BLOCK_CODE_DETAIL *)detail)->info), STR("rules"));
		w->paragraph = type == MD_BLOCK_P;
	}
	if (!w->rules && !(w->paragraph && w->depth == 1))
		buf_adds(&w->b, tag_of(type, true));
	return 0;
}

static enum prose_kind kind_of(const struct writer *w)
{
	if (w->rules)
		return PROSE_RULES;
	if (w->paragraph && w->emphases == 1 && !w->plain)
		return PROSE_STANDING;
	if (w->paragraph && str_starts(w->begins, STR("Not computed")))
		return PROSE_NOT_COMPUTED;
	if (w->paragraph && str_starts(w->begins, STR("Sources:")))
		return PROSE_SOURCES;
	return PROSE_TEXT;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct writer *w = ctx;
	(void)detail;
	if (type == MD_BLOCK_DOC)
		return 0;
	if (!w->rules && !(w->paragraph && w->depth == 1))
		buf_adds(&w->b, tag_of(type, false));
	if (--w->depth > 0)
		return 0;
	struct prose_block block = {.kind = kind_of(w)};
	struct str text = arena_str(w->arena, buf_str(&w->b));
	if (block.kind == PROSE_RULES)
		block.rules = text;
	else if (block.kind == PROSE_TEXT && w->paragraph)
		block.html.s = arena_fmt(w->arena, "<p>%.*s</p>", STR_ARG(text));
	else if (block.kind == PROSE_STANDING) /* the page says by its place what the emphasis said */
		block.html.s = str_slice(text, strlen("<em>"), text.n - strlen("</em>"));
	else
		block.html.s = text;
	arena_push(w->arena, w->out, block);
	return 0;
}

/* ---- spans ------------------------------------------------------------------------------------------------------------------- */

static void open_link(struct writer *w, const MD_SPAN_A_DETAIL *a)
{
	struct url href = url_foreign(attribute(&a->href));
	if (!href.s.n) {
		buf_adds(&w->b, "<span>");
		return;
	}
	buf_adds(&w->b, "<a rel=\"nofollow\" href=\"");
	html_url(&w->o, href);
	buf_adds(&w->b, "\">");
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct writer *w = ctx;
	switch (type) {
	case MD_SPAN_EM:
		buf_adds(&w->b, "<em>");
		w->emphasised++;
		w->emphases++;
		break;
	case MD_SPAN_STRONG: buf_adds(&w->b, "<strong>"); break;
	case MD_SPAN_A: open_link(w, detail); break;
	case MD_SPAN_IMG: w->image++; break;
	case MD_SPAN_CODE: buf_adds(&w->b, "<code>"); break;
	default: break;
	}
	return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct writer *w = ctx;
	switch (type) {
	case MD_SPAN_EM:
		buf_adds(&w->b, "</em>");
		w->emphasised--;
		break;
	case MD_SPAN_STRONG: buf_adds(&w->b, "</strong>"); break;
	case MD_SPAN_A:
		buf_adds(&w->b, url_foreign(attribute(&((MD_SPAN_A_DETAIL *)detail)->href)).s.n ? "</a>" : "</span>");
		break;
	case MD_SPAN_IMG: w->image--; break;
	case MD_SPAN_CODE: buf_adds(&w->b, "</code>"); break;
	default: break;
	}
	return 0;
}

static bool is_blank(struct str s)
{
	return str_trim(s).n == 0;
}

static int text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE n, void *ctx)
{
	struct writer *w = ctx;
	struct str s = {p, n};
	if (w->rules) {
		buf_add(&w->b, s);
		return 0;
	}
	if (type != MD_TEXT_BR && type != MD_TEXT_SOFTBR && !is_blank(s)) {
		if (!w->begins.n && w->depth == 1)
			w->begins = s;
		w->plain = w->plain || !w->emphasised;
	}
	switch (type) {
	case MD_TEXT_BR: buf_adds(&w->b, "<br>"); break;
	case MD_TEXT_SOFTBR: buf_addc(&w->b, '\n'); break;
	case MD_TEXT_NULLCHAR: buf_adds(&w->b, "\xef\xbf\xbd"); break;
	case MD_TEXT_ENTITY: /* a name that HTML knows, "&amp;": md4c checked its form */ buf_add(&w->b, s); break;
	default: html_text(&w->o, s); break;
	}
	return 0;
}

void prose_read(struct str markdown, struct arena *a, prose_blocks *ret)
{
	struct writer w = {.arena = a, .out = ret};
	static const MD_PARSER parser = {.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES, .enter_block = enter_block, .leave_block = leave_block,
		.enter_span = enter_span, .leave_span = leave_span, .text = text};
	if (markdown.n > MAX_PROSE)
		return;
	buf_init(&w.b, MAX_PROSE);
	w.o = (struct out){&w.b, a, NULL};
	if (md_parse(markdown.p, (MD_SIZE)markdown.n, &parser, &w) != 0)
		ret->n = 0;
	buf_done(&w.b);
}
