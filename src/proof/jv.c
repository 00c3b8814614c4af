/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/jv.h"

#include <endian.h>
#include <string.h>

struct reader {
	struct arena *a, open; /* open: for the stacks; what is read goes to a */
	const char *at, *end;
	const char *wrong; /* what is wrong; NULL: nothing so far */
	uint32_t values, depth;
	struct { struct jv *v; size_t n, cap; } stack; /* elements of what is open */
	struct { struct str *v; size_t n, cap; } keys;
};

static inline void blank(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

static bool fail(struct reader *r, const char *wrong)
{
	if (!r->wrong)
		r->wrong = wrong;
	return false;
}

static inline bool accept(struct reader *r, char c)
{
	blank(r);
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* ---- strings ------------------------------------------------------------------------------------------------------------- */

static bool hex4(struct reader *r, uint32_t *ret)
{
	*ret = 0;
	if (r->end - r->at < 4)
		return fail(r, "an escape is cut off");
	for (int i = 0; i < 4; i++) {
		char c = *r->at++;
		uint32_t d = c >= '0' && c <= '9' ? (uint32_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10) : 16;
		if (d == 16)
			return fail(r, "an escape is no number");
		*ret = *ret << 4 | d;
	}
	return true;
}

static bool unicode(struct reader *r, char **out)
{
	uint32_t c, low;
	if (!hex4(r, &c))
		return false;
	if (c >= 0xd800 && c < 0xdc00) {
		if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
			return fail(r, "half of a character");
		r->at += 2;
		if (!hex4(r, &low) || low < 0xdc00 || low > 0xdfff)
			return fail(r, "half of a character");
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	} else if ((c >= 0xdc00 && c < 0xe000) || c == 0) {
		return fail(r, "an escape that is no character");
	}
	char *p = *out;
	if (c < 0x80) {
		*p++ = (char)c;
	} else if (c < 0x800) {
		*p++ = (char)(0xc0 | c >> 6);
		*p++ = (char)(0x80 | (c & 63));
	} else if (c < 0x10000) {
		*p++ = (char)(0xe0 | c >> 12);
		*p++ = (char)(0x80 | (c >> 6 & 63));
		*p++ = (char)(0x80 | (c & 63));
	} else {
		*p++ = (char)(0xf0 | c >> 18);
		*p++ = (char)(0x80 | (c >> 12 & 63));
		*p++ = (char)(0x80 | (c >> 6 & 63));
		*p++ = (char)(0x80 | (c & 63));
	}
	*out = p;
	return true;
}

typedef unsigned char sixteen __attribute__((vector_size(16)));

/* The end of the plain bytes from p on: a quote, a backslash, a control byte, or the end. */
static const char *plain(const char *p, const char *end)
{
	for (; end - p >= 16; p += 16) { /* sixteen at once: 0xff for each that ends it */
		sixteen w;
		uint64_t ends[2];
		memcpy(&w, p, sizeof w);
		w = (sixteen)((w == '"') | (w == '\\') | (w < 0x20));
		memcpy(ends, &w, sizeof ends);
		if (ends[0])
			return p + __builtin_ctzll(le64toh(ends[0])) / 8;
		if (ends[1])
			return p + 8 + __builtin_ctzll(le64toh(ends[1])) / 8;
	}
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

/* The quote at which a string with escapes ends, or `end`. */
static const char *closing(const char *from, const char *end)
{
	for (const char *p = from; (p = memchr(p, '"', (size_t)(end - p))) != NULL; p++) {
		const char *first = p;
		while (first > from && first[-1] == '\\')
			first--;
		if ((p - first) % 2 == 0)
			return p;
	}
	return end;
}

/* What an escape of one letter means; 0: there is none. */
static char meaning(char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '/': return c;
	case 'n': return '\n';
	case 't': return '\t';
	case 'r': return '\r';
	case 'b': return '\b';
	case 'f': return '\f';
	default: return 0;
	}
}

static bool escaped(struct reader *r, const char *from, struct str *ret)
{
	const char *close = closing(from, r->end);
	char *out, *p;
	if (close == r->end)
		return fail(r, "a string does not end");
	out = p = arena_alloc(r->a, (size_t)(close - from) + 1); /* what is written is never longer than the text */
	r->at = from;
	for (;;) {
		const char *stop = plain(r->at, r->end);
		memcpy(p, r->at, (size_t)(stop - r->at));
		p += stop - r->at;
		r->at = stop;
		if (r->at == r->end || (unsigned char)*r->at < 0x20)
			return fail(r, "a string does not end, or has a control byte");
		if (*r->at++ == '"')
			break;
		if (r->at == r->end)
			return fail(r, "a string does not end");
		char c = *r->at++;
		char is = meaning(c);
		if (is)
			*p++ = is;
		else if (c != 'u' ? !fail(r, "an escape that is none") : !unicode(r, &p))
			return false;
	}
	*ret = (struct str){out, (size_t)(p - out)};
	return true;
}

static bool string(struct reader *r, struct str *ret)
{
	const char *from = r->at, *stop = plain(from, r->end);
	if (stop < r->end && *stop == '"') {
		*ret = (struct str){from, (size_t)(stop - from)};
		r->at = stop + 1;
		return true;
	}
	return stop < r->end && *stop == '\\' ? escaped(r, from, ret) : fail(r, "a string does not end, or has a control byte");
}

/* ---- values -------------------------------------------------------------------------------------------------------------- */

static size_t digits(struct reader *r)
{
	const char *from = r->at;
	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - from);
}

static bool number(struct reader *r, struct jv *ret)
{
	const char *from = r->at;
	bool minus = accept(r, '-');
	const char *first = r->at;
	size_t n = digits(r);
	if (n == 0 || (n > 1 && *first == '0'))
		return fail(r, "a number that is none");
	*ret = (struct jv){.kind = JV_INT};
	if (r->at < r->end && *r->at == '.') {
		r->at++;
		ret->kind = JV_REAL;
		if (!digits(r))
			return fail(r, "a number that is none");
	}
	if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
		r->at++;
		ret->kind = JV_REAL;
		r->at += r->at < r->end && (*r->at == '+' || *r->at == '-');
		if (!digits(r))
			return fail(r, "a number that is none");
	}
	if (ret->kind == JV_REAL)
		return true;
	for (const char *p = first; p < r->at; p++)
		if (__builtin_mul_overflow(ret->i, 10, &ret->i) || __builtin_add_overflow(ret->i, *p - '0', &ret->i))
			return fail(r, "a number that is too large");
	ret->i = minus ? -ret->i : ret->i;
	return r->at > from;
}

static bool word(struct reader *r, const char *w, enum jv_kind kind, struct jv *ret)
{
	size_t n = strlen(w);
	if ((size_t)(r->end - r->at) < n || memcmp(r->at, w, n) != 0)
		return fail(r, "a value is expected");
	r->at += n;
	*ret = (struct jv){.kind = kind};
	return true;
}

static bool value(struct reader *r, struct jv *ret);

/* Most names differ in length or in the first byte. */
static inline bool same(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0));
}

static bool twice(const struct str *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same(keys[i], keys[n]))
			return true;
	return false;
}

/* Elements or members up to the closing sign. */
static bool many(struct reader *r, struct jv *ret, bool object)
{
	size_t base = r->stack.n, key = r->keys.n;
	char close = object ? '}' : ']';
	if (++r->depth > JV_MAX_DEPTH)
		return fail(r, "it is nested too deeply");
	for (bool first = true; !accept(r, close); first = false) {
		struct jv v;
		struct str name;
		if (!first && !accept(r, ','))
			return fail(r, "a comma or a closing bracket is expected");
		if (object) {
			if (!accept(r, '"') || !string(r, &name))
				return fail(r, "the name of a member is expected");
			arena_push(&r->open, &r->keys, name);
			if (r->keys.n - key > JV_MAX_MEMBERS)
				return fail(r, "an object with too many members");
			if (twice(r->keys.v + key, r->keys.n - 1 - key))
				return fail(r, "an object has a member twice");
			if (!accept(r, ':'))
				return fail(r, "a colon is expected");
		}
		if (!value(r, &v))
			return false;
		arena_push(&r->open, &r->stack, v);
	}
	r->depth--;
	*ret = (struct jv){.kind = object ? JV_OBJECT : JV_ARRAY, .n = (uint32_t)(r->stack.n - base)};
	ret->v = arena_copy(r->a, r->stack.v + base, (r->stack.n - base) * sizeof *r->stack.v);
	ret->keys = object ? arena_copy(r->a, r->keys.v + key, (r->keys.n - key) * sizeof *r->keys.v) : NULL;
	r->stack.n = base;
	r->keys.n = key;
	return true;
}

static bool value(struct reader *r, struct jv *ret)
{
	blank(r);
	if (r->at == r->end)
		return fail(r, "the text ends too early");
	if (++r->values > JV_MAX_VALUES)
		return fail(r, "it has too many values");
	switch (*r->at) {
	case '{': r->at++; return many(r, ret, true);
	case '[': r->at++; return many(r, ret, false);
	case '"':
		r->at++;
		*ret = (struct jv){.kind = JV_STRING};
		return string(r, &ret->s);
	case 't': return word(r, "true", JV_TRUE, ret);
	case 'f': return word(r, "false", JV_FALSE, ret);
	case 'n': return word(r, "null", JV_NULL, ret);
	default: return number(r, ret);
	}
}

int jv_read(struct arena *a, struct str text, const char *where, const struct jv **ret, struct err *e)
{
	struct reader r = {.a = a, .at = text.p, .end = text.p + text.n};
	struct jv *v = arena_new(a, struct jv);
	bool ok = text.n ? value(&r, v) : fail(&r, "it is empty");
	blank(&r);
	if (ok && r.at != r.end)
		ok = fail(&r, "something stands after its end");
	if (ok && !str_utf8(text))
		ok = fail(&r, "it is not UTF-8");
	arena_done(&r.open);
	*ret = v;
	if (ok)
		return 0;
	size_t at = text.n ? (size_t)(r.at - text.p) : 0, line = 1;
	for (size_t i = 0; i < at; i++)
		line += text.p[i] == '\n';
	return err_set(e, ERR_INPUT, where, "this is no JSON that can be read, in line %zu: %s", line, r.wrong);
}

/* ---- asking -------------------------------------------------------------------------------------------------------------- */

const struct jv *jv_getn(const struct jv *obj, struct str key)
{
	for (size_t i = 0; i < jv_n(obj, JV_OBJECT); i++)
		if (same(obj->keys[i], key))
			return &obj->v[i];
	return NULL;
}

const struct jv *jv_at(const struct jv *list, size_t i)
{
	return i < jv_n(list, JV_ARRAY) ? &list->v[i] : NULL;
}

struct str jv_str(const struct jv *v)
{
	return jv_is(v, JV_STRING) ? v->s : (struct str){NULL, 0};
}

bool jv_equal(const struct jv *a, const struct jv *b)
{
	if (!a || !b || a->kind != b->kind || (a->kind >= JV_ARRAY && a->n != b->n))
		return a == b;
	if (a->kind == JV_INT)
		return a->i == b->i;
	if (a->kind == JV_STRING)
		return str_eq(a->s, b->s);
	for (uint32_t i = 0; a->kind >= JV_ARRAY && i < a->n; i++)
		if (!jv_equal(&a->v[i], a->kind == JV_ARRAY ? &b->v[i] : jv_getn(b, a->keys[i])))
			return false;
	return a->kind != JV_REAL;
}

/* Is the name among these: " a b c "? It has no NUL, as no string of a file does. */
static bool listed(const char *names, struct str name)
{
	for (const char *at = names; *at == ' ' && at[1];) {
		size_t n = 0;
		at++;
		while (n < name.n && at[n] == name.p[n] && at[n] != ' ')
			n++;
		if (n == name.n && at[n] == ' ')
			return n > 0;
		while (*at && *at != ' ')
			at++;
	}
	return false;
}

bool jv_only(const struct jv *obj, const char *members)
{
	for (size_t i = 0; i < jv_n(obj, JV_OBJECT); i++)
		if (!listed(members, obj->keys[i]))
			return false;
	return jv_is(obj, JV_OBJECT);
}
