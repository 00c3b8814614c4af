/* SPDX-License-Identifier: Apache-2.0 */
#include "press/xml.h"

static int to_buf(void *ctx, const char *bytes, int n)
{
	buf_add(ctx, (struct str){bytes, (size_t)n});
	return n; /* a full buffer is seen at the end: told of an error, the library would print it */
}

/* The length of the character at p, and whether XML 1.0 allows it (2.2). Invalid UTF-8 is forbidden byte by byte. */
static size_t next_char(const unsigned char *p, size_t n, bool *ret_allowed)
{
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (n < len || !str_utf8((struct str){(const char *)p, len})) {
		*ret_allowed = false;
		return 1;
	}
	bool control = p[0] < 0x20 && p[0] != '\t' && p[0] != '\n' && p[0] != '\r';
	*ret_allowed = !control && !(len == 3 && p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe); /* U+FFFE, U+FFFF */
	return len;
}

static const xmlChar *clean(struct xml *w, struct str s)
{
	size_t from = 0;
	buf_clear(&w->scratch);
	for (size_t i = 0, len; i < s.n; i += len) {
		bool allowed;
		len = next_char((const unsigned char *)s.p + i, s.n - i, &allowed);
		if (allowed)
			continue;
		buf_add(&w->scratch, str_slice(s, from, i));
		buf_adds(&w->scratch, "\xef\xbf\xbd");
		from = i + len;
	}
	buf_add(&w->scratch, str_slice(s, from, s.n));
	w->failed |= w->scratch.over;
	return (const xmlChar *)(w->scratch.n ? w->scratch.p : "");
}

static void check(struct xml *w, int rc)
{
	w->failed |= rc < 0;
}

void xml_open(struct xml *w, const char *name)
{
	check(w, xmlTextWriterStartElement(w->x, (const xmlChar *)name));
}

void xml_shut(struct xml *w)
{
	check(w, xmlTextWriterEndElement(w->x));
}

void xml_attr(struct xml *w, const char *name, struct str value)
{
	if (value.n)
		check(w, xmlTextWriterWriteAttribute(w->x, (const xmlChar *)name, clean(w, value)));
}

void xml_text(struct xml *w, struct str text)
{
	if (text.n)
		check(w, xmlTextWriterWriteString(w->x, clean(w, text)));
}

void xml_line(struct xml *w, const char *name, struct str value)
{
	if (!value.n)
		return;
	xml_open(w, name);
	xml_text(w, value);
	xml_shut(w);
}

int xml_begin(struct xml *w, struct buf *out, struct err *e)
{
	*w = (struct xml){.out = out};
	xmlInitParser(); /* the library's tables, once and under its own lock: documents are written by many threads */
	xmlOutputBufferPtr sink = xmlOutputBufferCreateIO(to_buf, NULL, out, NULL);
	w->x = sink ? xmlNewTextWriter(sink) : NULL; /* takes the sink over */
	if (!w->x) {
		if (sink)
			xmlOutputBufferClose(sink);
		return err_set(e, ERR_SYSTEM, "XML", "memory is short");
	}
	buf_init(&w->scratch, out->max);
	check(w, xmlTextWriterSetIndent(w->x, 1));
	check(w, xmlTextWriterStartDocument(w->x, "1.0", "UTF-8", NULL));
	return 0;
}

int xml_end(struct xml *w, const char *what, struct err *e)
{
	check(w, xmlTextWriterEndDocument(w->x));
	xmlFreeTextWriter(w->x); /* writes what is left */
	buf_done(&w->scratch);
	if (w->out->over || w->failed)
		return err_set(e, ERR_LIMIT, what, "it is longer than %zu bytes, or memory is short", w->out->max);
	return 0;
}
