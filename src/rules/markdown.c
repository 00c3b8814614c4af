/* SPDX-License-Identifier: Apache-2.0
 *
 * A rulebook file is Markdown that a lawyer reads (reference, section 1): its headings are the legal bases, and blocks
 * fenced by ```rules hold the rules of the article they stand under. A file without such a fence is all rules.
 */
#include "rules/load.h"

static bool is_fence_open(struct str line)
{
	return str_eq(line, STR("```rules"));
}

/* Without blanks and a CR at the end. */
static struct str line_text(struct str line)
{
	while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t' || line.p[line.n - 1] == '\r'))
		line.n--;
	return line;
}

static bool has_fence(struct str text)
{
	struct str line;
	while (str_line(&text, &line))
		if (is_fence_open(line_text(line)))
			return true;
	return false;
}

/* Level 1 to 6 and the text behind it, or 0 if the line is no heading. */
static uint32_t heading(struct str line, struct str *ret_text)
{
	uint32_t level = 0;
	while (level < line.n && line.p[level] == '#')
		level++;
	if (level < 1 || level > 6 || level == line.n || line.p[level] != ' ')
		return 0;
	*ret_text = str_trim(str_slice(line, level, line.n));
	return ret_text->n ? level : 0;
}

/* "Charter 13(2) Membership" -> "charter-13-2-membership"; the same again -> "...-2". */
static struct str make_slug(struct loader *l, struct str title)
{
	struct arena *a = &l->rb->arena;
	enum { LONGEST = 80 };
	char s[LONGEST + 1];
	size_t n = 0;
	for (size_t i = 0; i < title.n && n < LONGEST; i++) {
		char c = title.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			s[n++] = c;
		else if (n && s[n - 1] != '-')
			s[n++] = '-';
	}
	while (n && s[n - 1] == '-')
		n--;
	struct str base = n ? arena_str(a, (struct str){s, n}) : STR("article"), slug = base;
	sym name = syms_intern(&l->rb->syms, slug);
	for (uint32_t k = 2; index_get(&l->rb->slug_index, name) != NO_ID; k++) {
		/* From the last number given to this heading's namesakes on: a text of equal headings stays cheap. */
		uint32_t last = index_get(&l->slug_counts, syms_intern(&l->rb->syms, base));
		if (last != NO_ID && k <= last)
			k = last + 1;
		slug = arena_fmt(a, "%.*s-%u", STR_ARG(base), k);
		index_put(&l->scratch, &l->slug_counts, syms_intern(&l->rb->syms, base), k);
		name = syms_intern(&l->rb->syms, slug);
	}
	index_put(a, &l->rb->slug_index, name, (uint32_t)l->rb->articles.n);
	return slug;
}

struct reader {
	struct loader *l;
	struct place at; /* of the line: its article is the heading above */
	struct str line;
	const char *body;      /* where the text of the last heading begins */
	struct str other_code; /* the fence of a code block that is not ours, or empty: a # in it is no heading */
};

static void end_body(struct reader *r, const char *end)
{
	if (r->at.article != NO_ID)
		r->l->rb->articles.v[r->at.article].body = (struct str){r->body, (size_t)(end - r->body)};
}

static void add_heading(struct reader *r, uint32_t level, struct str title, const char *next_line)
{
	struct rulebook *rb = r->l->rb;
	end_body(r, r->line.p);
	r->at.article = (uint32_t)rb->articles.n;
	struct article art = {.title = title, .slug = make_slug(r->l, title), .level = level, .at = r->at};
	arena_push(&rb->arena, &rb->articles, art);
	r->body = next_line;
}

static void prose_line(struct reader *r, struct str line, const char *next_line)
{
	struct str title;
	bool fence = str_starts(line, STR("```")) || str_starts(line, STR("~~~"));
	if (r->other_code.n) {
		if (fence && line.p[0] == r->other_code.p[0])
			r->other_code = STR("");
	} else if (fence) {
		r->other_code = line;
	} else {
		uint32_t level = heading(line, &title);
		if (level)
			add_heading(r, level, title, next_line);
	}
}

void markdown_read(struct loader *l, uint16_t file, struct blocks *out)
{
	struct str text = l->rb->files.v[file].text, rest = text;
	struct block open = {.to = (uint32_t)text.n, .line = 1, .article = NO_ID};
	struct reader r = {.l = l, .at = {.file = file, .article = NO_ID}, .other_code = STR_INIT("")};
	bool inside = !has_fence(text); /* then all of it is one block that no fence closes */
	bool bare = inside;
	while (!bare && str_line(&rest, &r.line)) {
		r.at.line++;
		struct str line = line_text(r.line);
		if (inside && str_eq(line, STR("```"))) {
			open.to = (uint32_t)(r.line.p - text.p);
			arena_push(&l->scratch, out, open);
			inside = false;
		} else if (!inside && is_fence_open(line)) {
			open = (struct block){.from = (uint32_t)(rest.p - text.p),
				.to = (uint32_t)text.n,
				.line = r.at.line + 1,
				.article = r.at.article};
			inside = true;
			r.other_code = STR("");
		} else if (!inside) {
			prose_line(&r, line, rest.p);
		}
	}
	if (inside)
		arena_push(&l->scratch, out, open);
	if (inside && !bare)
		complain(l, NULL, (struct place){file, open.line - 1, open.article},
			"this block of rules is not closed: a line ``` is missing");
	end_body(&r, text.p + text.n);
}
