/* SPDX-License-Identifier: Apache-2.0 */
#include "html/html.h"

#include "base/markup.h"

#include <string.h>
#include <strings.h>

void html_text_str(struct out *o, struct str s)
{
	markup_text(o->b, s);
}

void html_text_z(struct out *o, const char *z)
{
	markup_text(o->b, str_of(z));
}

void html_text_html(struct out *o, struct html h)
{
	buf_add(o->b, h.s);
}

void html_text_said(struct out *o, struct said s)
{
	if (!s.lang.n) {
		html_text_str(o, s.text);
		return;
	}
	HTML(o, "<span title=\""); /* which is in the language of the page: what stands in an element's attributes is in the language of the element */
	html_attr_str(o, tr_language(o, s.lang));
	HTML(o, "\"><bdi lang=\"");
	html_attr_str(o, tongue_tag(s.lang));
	HTML(o, "\">");
	html_text_str(o, s.text);
	HTML(o, "</bdi></span>");
}

void html_attr_said(struct out *o, struct said s)
{
	html_attr_str(o, s.text);
}

void html_attr_str(struct out *o, struct str s)
{
	markup_attr(o->b, s);
}

void html_attr_z(struct out *o, const char *z)
{
	markup_attr(o->b, str_of(z));
}

void html_attr_url(struct out *o, struct url u)
{
	markup_attr(o->b, u.s);
}

void html_url_part_str(struct out *o, struct str s)
{
	url_encode(o->b, s); /* leaves nothing that HTML would read */
}

void html_url_part_z(struct out *o, const char *z)
{
	url_encode(o->b, str_of(z));
}

void html_int(struct out *o, int64_t v)
{
	buf_addf(o->b, "%lld", (long long)v);
}

void html_uint(struct out *o, uint64_t v)
{
	char digits[20];
	size_t i = sizeof digits;
	do
		digits[--i] = (char)('0' + v % 10);
	while (v /= 10);
	buf_add(o->b, (struct str){digits + i, sizeof digits - i});
}

void html_text_int(struct out *o, int64_t v)
{
	if (v < 0)
		HTML(o, "-");
	html_text_uint(o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void html_text_uint(struct out *o, uint64_t v)
{
	if (o->tongue && o->tongue->digits)
		tr_number(o, o->b, v);
	else
		html_uint(o, v);
}

bool html_true_str(struct str s)
{
	return s.n > 0;
}

bool html_true_said(struct said s)
{
	return s.text.n > 0;
}

bool html_true_html(struct html h)
{
	return h.s.n > 0;
}

bool html_true_url(struct url u)
{
	return u.s.n > 0;
}

bool html_true_z(const char *z)
{
	return z && *z;
}

bool html_true_i(int64_t v)
{
	return v != 0;
}

bool html_true_u(uint64_t v)
{
	return v != 0;
}

bool html_true_p(const void *p)
{
	return p != NULL;
}

void url_encode(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			     (c && strchr("-._~!$()*,:;=@", c));
		if (plain)
			buf_addc(b, (char)c);
		else
			buf_add(b, (struct str){(char[]){'%', hex[c >> 4], hex[c & 15]}, 3});
	}
}

struct url url_foreign(struct str s)
{
	static const struct str schemes[] = {STR_INIT("https://"), STR_INIT("http://"), STR_INIT("mailto:")};
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (s.n > schemes[i].n && strncasecmp(s.p, schemes[i].p, schemes[i].n) == 0)
			return (struct url){s};
	return (struct url){{NULL, 0}};
}
