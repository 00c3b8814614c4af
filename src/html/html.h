/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing HTML: what the compiled templates call. The type of a value and the place where it stands choose the escape,
 * so that the compiler refuses what would be wrong: a `struct html` in an attribute, plain text as an address, a bool.
 *
 * Invariants: only `struct html` and `struct url` are written as they are, and only trusted C makes them. Attribute
 * values stand in double quotes (pagec.py refuses others). An address begins with a struct url: a part of it may be text.
 * Once the buffer is over its limit nothing more is written; whoever made the buffer looks at `over`.
 */
#ifndef HTML_HTML_H
#define HTML_HTML_H

#include "base/arena.h"
#include "base/said.h"
#include "html/tr.h"

struct html {
	struct str s; /* markup, complete elements */
};

struct url {
	struct str s; /* an address or a part of one, already percent-encoded; not yet escaped for HTML */
};

struct out {
	struct buf *b;
	struct arena *arena; /* for what formatters (show_...) make; lives as long as the page */
	const struct tongue *tongue;
};

#define HTML(o, literal) buf_add((o)->b, STR(literal))

#define HTML_BY_TYPE(x, name, ...) \
	_Generic((x), struct str: name##_str, const char *: name##_z, char *: name##_z, short: name##_int, int: name##_int, \
		long: name##_int, long long: name##_int, unsigned char: name##_uint, unsigned short: name##_uint, \
		unsigned: name##_uint, unsigned long: name##_uint, unsigned long long: name##_uint, __VA_ARGS__)

/* In text: a struct html as it is; text of another language set apart, with its language; a number in the digits of the page's
 * language; anything else escaped. */
#define html_text(o, x) HTML_BY_TYPE(x, html_text, struct html: html_text_html, struct said: html_text_said)((o), (x))
/* In the value of an attribute. */
#define html_attr(o, x) HTML_BY_TYPE(x, html_attr, struct url: html_attr_url, struct said: html_attr_said)((o), (x))
/* In an address that has begun: text is percent-encoded as one path segment or one query value. */
#define html_url_part(o, x) HTML_BY_TYPE(x, html_url_part, struct url: html_attr_url)((o), (x))
/* At the beginning of an address. */
#define html_url(o, x) _Generic((x), struct url: html_attr_url)((o), (x))
/* What {{#if}} asks: is there anything? */
#define html_true(x) \
	_Generic((x), struct str: html_true_str, struct said: html_true_said, struct html: html_true_html, struct url: html_true_url, \
		const char *: html_true_z, char *: html_true_z, bool: html_true_u, short: html_true_i, int: html_true_i, \
		long: html_true_i, long long: html_true_i, unsigned char: html_true_u, unsigned short: html_true_u, \
		unsigned: html_true_u, unsigned long: html_true_u, unsigned long long: html_true_u, \
		default: html_true_p)(x)

void html_text_str(struct out *o, struct str s);
void html_text_z(struct out *o, const char *z); /* NULL writes nothing */
void html_text_html(struct out *o, struct html h);
/* <span title="In English"><bdi lang="en">: isolated, so that its direction does not disturb what stands around it; the style sheet
 * marks it. Not for <title>, <option> and SVG, where no markup may stand: give them the text alone. */
void html_text_said(struct out *o, struct said s);
void html_attr_said(struct out *o, struct said s); /* the text alone */
void html_attr_str(struct out *o, struct str s);
void html_attr_z(struct out *o, const char *z);
void html_attr_url(struct out *o, struct url u);
void html_url_part_str(struct out *o, struct str s);
void html_url_part_z(struct out *o, const char *z);
void html_text_int(struct out *o, int64_t v);
void html_text_uint(struct out *o, uint64_t v);
void html_int(struct out *o, int64_t v); /* for machines */
void html_uint(struct out *o, uint64_t v);
#define html_attr_int html_int
#define html_attr_uint html_uint
#define html_url_part_int html_int
#define html_url_part_uint html_uint

bool html_true_str(struct str s);
bool html_true_said(struct said s);
bool html_true_html(struct html h);
bool html_true_url(struct url u);
bool html_true_z(const char *z);
bool html_true_i(int64_t v);
bool html_true_u(uint64_t v);
bool html_true_p(const void *p);

/* Addresses. */
void url_encode(struct buf *b, struct str s); /* one segment or value: all but unreserved and "!$()*,:;=@~" as %XX */
/* An address that came from outside (a source of an act): itself if it is http, https or mailto, else empty, so that
 * {{#if}} can leave the link out. */
struct url url_foreign(struct str s);

#endif
