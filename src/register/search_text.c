/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of a document without its markup. Not a reader of HTML: what is between angle brackets is left out, and so is what is inside
 * elements that are not read.
 */
#include "register/reg_internal.h"
#include "register/search_index.h"

#include <string.h>
#include <strings.h>
#include <unicode/utf8.h>

static struct str media(struct str type)
{
	struct str before = type, after;
	(void)str_cut(type, ';', &before, &after);
	return str_trim(before);
}

static bool is(struct str s, const char *what)
{
	return s.n == strlen(what) && strncasecmp(s.p, what, s.n) == 0;
}

static bool at(struct str s, size_t i, const char *what)
{
	size_t n = strlen(what);
	return s.n - i >= n && strncasecmp(s.p + i, what, n) == 0;
}

/* Where an element ends whose words are nobody's reading. */
static size_t skip_element(struct str s, size_t i)
{
	static const char *const names[][2] = {{"<script", "</script"}, {"<style", "</style"}, {"<head", "</head"}, {"<!--", "-->"}};
	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		if (!at(s, i, names[k][0]) || (names[k][0][1] != '!' && i + strlen(names[k][0]) < s.n && ((s.p[i + strlen(names[k][0])] | 32) >= 'a' && (s.p[i + strlen(names[k][0])] | 32) <= 'z')))
			continue;
		while (i < s.n && !at(s, i, names[k][1]))
			i++;
		return i;
	}
	return i;
}

static size_t skip_tag(struct str s, size_t i)
{
	char quote = 0;
	for (; i < s.n; i++) {
		if (quote ? s.p[i] == quote : s.p[i] == '>') {
			if (!quote)
				return i + 1;
			quote = 0;
		} else if (!quote && (s.p[i] == '"' || s.p[i] == '\'')) {
			quote = s.p[i];
		}
	}
	return i;
}

static void add_letter(struct buf *out, uint32_t c)
{
	char p[U8_MAX_LENGTH];
	size_t n = 0;
	UBool error = false;
	if (c < 0x20 || c > 0x10ffff || U_IS_SURROGATE(c))
		c = ' ';
	U8_APPEND((uint8_t *)p, n, sizeof p, c, error);
	buf_add(out, (struct str){p, error ? 0 : n});
}

/* "&amp;", "&#1040;", "&#x410;": the character, and how long it was written; 0: it is none. */
static size_t read_entity(struct str s, size_t i, uint32_t *ret)
{
	static const struct {
		const char *name;
		uint32_t is;
	} named[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&nbsp;", 0xa0}, {"&shy;", 0xad},
		{"&laquo;", 0xab}, {"&raquo;", 0xbb}, {"&mdash;", 0x2014}, {"&ndash;", 0x2013}, {"&rsquo;", 0x2019}};
	for (size_t k = 0; k < sizeof named / sizeof *named; k++)
		if (at(s, i, named[k].name)) {
			*ret = named[k].is;
			return strlen(named[k].name);
		}
	if (!at(s, i, "&#"))
		return 0;
	bool hex = at(s, i, "&#x");
	size_t k = i + 2 + hex;
	for (*ret = 0; k < s.n && k < i + 10 && s.p[k] != ';'; k++) {
		char c = (char)(s.p[k] | 32);
		int digit = s.p[k] >= '0' && s.p[k] <= '9' ? s.p[k] - '0' : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
		if (digit < 0)
			return 0;
		*ret = *ret * (hex ? 16 : 10) + (uint32_t)digit;
	}
	return k < s.n && s.p[k] == ';' ? k + 1 - i : 0;
}

static void strip_html(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n && !out->over;) {
		uint32_t c;
		size_t n = s.p[i] == '&' ? read_entity(s, i, &c) : 0;
		if (n) {
			add_letter(out, c);
			i += n;
		} else if (s.p[i] == '<') {
			i = skip_tag(s, skip_element(s, i));
			buf_addc(out, ' ');
		} else {
			buf_addc(out, s.p[i++]);
		}
	}
}

/* Links without their addresses, words without signs of form. */
static void strip_markdown(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n && !out->over; i++) {
		if (s.p[i] == ']' && i + 1 < s.n && s.p[i + 1] == '(') {
			size_t end = i + 2;
			while (end < s.n && s.p[end] != ')' && s.p[end] != '\n')
				end++;
			i = end < s.n && s.p[end] == ')' ? end : i;
		} else if (!strchr("[]*`#", s.p[i]) || s.p[i] == '\0') {
			buf_addc(out, s.p[i]);
		}
	}
}

static struct str as_text(struct buf *b, struct arena *a)
{
	char *s = (char *)arena_str(a, buf_str(b)).p;
	for (size_t i = 0; i < b->n; i++)
		if ((unsigned char)s[i] < ' ')
			s[i] = s[i] == '\n' ? '\n' : ' ';
	return (struct str){s, b->n ? str_utf8_mend(s) : 0};
}

struct str search_article(const struct article *article, struct arena *a)
{
	struct buf out;
	buf_init(&out, SEARCH_TEXT_BYTES + 16);
	strip_markdown(str_slice(article->body, 0, SEARCH_TEXT_BYTES), &out);
	struct str s = as_text(&out, a);
	buf_done(&out);
	return s;
}

struct str search_plain(struct str bytes, struct str type, struct arena *a)
{
	struct str kind = media(type);
	struct buf out;
	if (!is(kind, "text/plain") && !is(kind, "text/markdown") && !is(kind, "text/html"))
		return (struct str){NULL, 0};
	bytes = str_slice(bytes, 0, SEARCH_TEXT_BYTES);
	buf_init(&out, SEARCH_TEXT_BYTES + 16);
	if (is(kind, "text/html"))
		strip_html(bytes, &out);
	else if (is(kind, "text/markdown"))
		strip_markdown(bytes, &out);
	else
		buf_add(&out, bytes);
	struct str s = as_text(&out, a);
	buf_done(&out);
	return s;
}

struct str search_paper_text(struct reg *r, const struct record *record, const json_t *document, struct arena *a)
{
	struct digest sha256;
	struct log_blob blob;
	struct str type = json_get_str(document, "type"), none = {NULL, 0};
	if (!str_starts(type, STR("text/")) || !hex_parse(json_get_str(document, "sha256"), sha256.b, sizeof sha256.b) || record_seals(record, &sha256))
		return none;
	reg_lock(r);
	int rc = log_blob_get(r->log, &sha256, a, &blob, NULL);
	reg_unlock(r);
	return rc == 0 ? search_plain(blob.bytes, type, a) : none;
}
