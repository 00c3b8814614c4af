/* SPDX-License-Identifier: Apache-2.0 */
#include "html/draw.h"

void draw_number(struct out *o, const char *name, int64_t v, const char *unit)
{
	char digits[24]; /* a ruler has hundreds of these: printf would take most of the page's time */
	size_t n = sizeof digits;
	int64_t rest = v < 0 ? -v : v;
	for (int i = 0; i < 3 || rest; i++) {
		if (i == 2)
			digits[--n] = '.';
		digits[--n] = (char)('0' + rest % 10);
		rest /= 10;
	}
	if (v < 0)
		digits[--n] = '-';
	buf_addc(o->b, ' ');
	buf_adds(o->b, name);
	HTML(o, "=\"");
	buf_add(o->b, (struct str){digits + n, sizeof digits - n});
	buf_adds(o->b, unit);
	HTML(o, "\"");
}

/* Takes no room: what joins or parts letters (U+200B to U+200F), Arabic vowels and hamza over a letter (U+064B to U+065F). */
static bool no_room(struct str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p + i;
	return (s.n - i > 2 && p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0x8b && p[2] <= 0x8f) ||
	       (s.n - i > 1 && p[0] == 0xd9 && p[1] >= 0x8b && p[1] <= 0x9f);
}

/* The character that begins at s[i]: how many bytes, how many pixels. Those from U+2E80 on are full width. */
static size_t letter(struct str s, size_t i, int *ret_width)
{
	unsigned char c = (unsigned char)s.p[i];
	size_t n = 1;
	while (i + n < s.n && ((unsigned char)s.p[i + n] & 0xc0) == 0x80)
		n++;
	bool wide = c >= 0xe3 || (c == 0xe2 && i + 1 < s.n && (unsigned char)s.p[i + 1] >= 0xba);
	*ret_width = wide ? 2 * DRAW_LETTER : no_room(s, i) ? 0 : DRAW_LETTER;
	return n;
}

int draw_width(struct str words)
{
	int width = 0, one;
	for (size_t i = 0; i < words.n; width += one)
		i += letter(words, i, &one);
	return width;
}

struct paper draw_open(struct out *o, const char *cls, int width, int height, struct str label, bool group)
{
	struct paper p = {o, width, o->tongue && o->tongue->dir[0] == 'r'};
	buf_addf(o->b, "<svg class=\"%s\" width=\"%d\" height=\"%d\" viewBox=\"-1 -1 %d %d\" role=\"%s\" aria-label=\"", cls, width + 2, height + 2,
		width + 2, height + 2, group ? "group" : "img");
	html_attr(o, label);
	HTML(o, "\">\n");
	return p;
}

void draw_close(const struct paper *p)
{
	HTML(p->o, "</svg>\n");
}

static int turned(const struct paper *p, int x)
{
	return p->rtl ? p->width - x : x;
}

void draw_rect(const struct paper *p, const char *cls, int x, int y, int width, int height)
{
	buf_addf(p->o->b, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", cls, p->rtl ? p->width - x - width : x, y, width,
		height);
}

void draw_line(const struct paper *p, const char *cls, int x1, int y1, int x2, int y2)
{
	buf_addf(p->o->b, "<path class=\"%s\" d=\"M%d %dL%d %d\"/>", cls, turned(p, x1), y1, turned(p, x2), y2);
}

void draw_disc(const struct paper *p, const char *cls, int x, int y, int tenths)
{
	buf_addf(p->o->b, "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"%d", cls, turned(p, x), y, tenths / 10);
	if (tenths % 10)
		buf_addf(p->o->b, ".%d", tenths % 10);
	HTML(p->o, "\"/>");
}

void draw_shape(const struct paper *p, const char *cls, const char *d)
{
	buf_addf(p->o->b, "<path class=\"%s\" d=\"%s\"/>", cls, d);
}

void draw_curve(const struct paper *p, const char *cls, int x1, int y1, int x2, int y2)
{
	int middle = turned(p, (x1 + x2) / 2);
	buf_addf(p->o->b, "<path class=\"%s\" d=\"M%d %dC%d %d %d %d %d %d\"/>", cls, turned(p, x1), y1, middle, y1, middle, y2, turned(p, x2), y2);
}

void draw_text(const struct paper *p, const char *cls, int x, int y, struct str text, struct str lang)
{
	buf_addf(p->o->b, "<text%s%s%s x=\"%d\" y=\"%d\"", cls[0] ? " class=\"" : "", cls, cls[0] ? "\"" : "", turned(p, x), y);
	if (lang.n) {
		HTML(p->o, " lang=\"");
		html_attr(p->o, tongue_tag(lang));
		HTML(p->o, "\"");
	}
	HTML(p->o, ">");
	html_text(p->o, text);
	HTML(p->o, "</text>");
}

void draw_link(const struct paper *p, struct url href, struct said name)
{
	HTML(p->o, "<a href=\"");
	html_url(p->o, href);
	if (name.lang.n) {
		HTML(p->o, "\" lang=\"");
		html_attr(p->o, tongue_tag(name.lang));
	}
	HTML(p->o, "\" aria-label=\"");
	html_attr(p->o, name);
	HTML(p->o, "\">");
}

void draw_link_end(const struct paper *p)
{
	HTML(p->o, "</a>\n");
}

/* How much of the words goes into one line: up to the last space that fits, or, where there is none, as many letters as fit. */
static size_t line_end(struct str words, int width)
{
	size_t i = 0, space = 0;
	int used = 0, one;
	while (i < words.n) {
		size_t n = letter(words, i, &one);
		if (used + one > width)
			return space ? space : i ? i : n;
		if (words.p[i] == ' ')
			space = i;
		used += one;
		i += n;
	}
	return words.n;
}

size_t draw_lines(struct out *o, struct str words, int width, struct str *ret, size_t most)
{
	size_t n = 0;
	while (words.n && n < most) {
		size_t end = line_end(words, width);
		ret[n] = str_slice(words, 0, end);
		if (n + 1 == most && end < words.n) {
			end = line_end(words, width - DRAW_LETTER * 2);
			ret[n] = arena_fmt(o->arena, "%.*s…", STR_ARG(str_slice(words, 0, end)));
		}
		n++;
		while (end < words.n && words.p[end] == ' ')
			end++;
		words = str_slice(words, end, words.n);
	}
	return n;
}
