/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq((struct str){s.p, prefix.n}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq((struct str){s.p + s.n - suffix.n, suffix.n}, suffix);
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){s.p + from, to - from};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct str str_trim(struct str s)
{
	while (s.n && is_blank(s.p[0]))
		s.p++, s.n--;
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

size_t str_find(struct str s, struct str what)
{
	if (what.n == 0)
		return 0;
	const char *at = s.n ? memmem(s.p, s.n, what.p, what.n) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

bool str_cut(struct str s, char sep, struct str *ret_before, struct str *ret_after)
{
	const char *at = s.n ? memchr(s.p, sep, s.n) : NULL;
	if (!at)
		return false;
	size_t n = (size_t)(at - s.p);
	*ret_before = (struct str){s.p, n};
	*ret_after = (struct str){at + 1, s.n - n - 1};
	return true;
}

bool str_line(struct str *rest, struct str *ret_line)
{
	if (rest->n == 0)
		return false;
	if (!str_cut(*rest, '\n', ret_line, rest)) {
		*ret_line = *rest;
		*rest = (struct str){rest->p + rest->n, 0};
	}
	return true;
}

bool str_u64(struct str s, uint64_t *ret)
{
	uint64_t v = 0;
	if (s.n == 0 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	*ret = v;
	return true;
}

/* Length of the well-formed sequence at p, 0 if there is none (RFC 3629, table in section 4). */
static size_t utf8_step(const unsigned char *p, size_t n)
{
	if (p[0] < 0x80)
		return 1;
	size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n < len)
		return 0;
	unsigned char low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool str_utf8(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	for (size_t i = 0, k; i < s.n; i += k) {
		for (uint64_t w[4]; s.n - i >= sizeof w; i += sizeof w) { /* ASCII, as most text is */
			memcpy(w, p + i, sizeof w);
			if ((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u)
				break;
		}
		if (i == s.n)
			break;
		if ((k = utf8_step(p + i, s.n - i)) == 0)
			return false;
	}
	return true;
}

size_t str_utf8_mend(char *z)
{
	size_t n = strlen(z), kept = 0;
	for (size_t i = 0, k; i < n; i += k ? k : 1)
		if ((k = utf8_step((const unsigned char *)z + i, n - i)) != 0) {
			memmove(z + kept, z + i, k);
			kept += k;
		}
	z[kept] = '\0';
	return kept;
}

uint64_t str_hash(struct str s)
{
	const uint64_t odd = 0x9e3779b97f4a7c15u; /* the golden ratio: its bits look random */
	uint64_t h = s.n * odd, word = 0;
	for (; s.n >= sizeof word; s.p += sizeof word, s.n -= sizeof word) {
		memcpy(&word, s.p, sizeof word);
		h = (h ^ word) * odd;
		h ^= h >> 29;
	}
	word = 0;
	for (size_t i = 0; i < s.n; i++)
		word = word << 8 | (unsigned char)s.p[i];
	h = (h ^ word) * odd;
	return h ^ h >> 32;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hex_parse(struct str s, uint8_t *out, size_t n)
{
	if (s.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int hi = hex_digit(s.p[2 * i]), lo = hex_digit(s.p[2 * i + 1]);
		if (hi < 0 || lo < 0)
			return false;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->over = false;
	if (b->p)
		b->p[0] = '\0';
}

/* Room for n more bytes and the NUL. */
static bool buf_room(struct buf *b, size_t n)
{
	if (b->over || n > b->max - b->n) {
		b->over = true;
		return false;
	}
	if (b->n + n + 1 <= b->cap)
		return true;
	size_t cap = b->cap ? b->cap : 256;
	while (cap < b->n + n + 1)
		cap *= 2;
	char *p = realloc(b->p, cap);
	if (!p) {
		b->over = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void buf_grow_add(struct buf *b, struct str s)
{
	if (!buf_room(b, s.n))
		return;
	if (s.n)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void buf_adds(struct buf *b, const char *z)
{
	buf_add(b, str_of(z));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, (struct str){&c, 1});
}

void buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room = b->p && !b->over ? b->cap - b->n : 0; /* mostly it is enough, and one pass is */
	va_copy(again, ap);
	int n = vsnprintf(room ? b->p + b->n : NULL, room, fmt, again);
	va_end(again);
	bool fits = n >= 0 && buf_room(b, (size_t)n);
	if (fits && (size_t)n >= room)
		(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	if (fits)
		b->n += (size_t)n;
	else if (room)
		b->p[b->n] = '\0';
	b->over |= !fits;
}

void buf_add_u64(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t at = sizeof digits;
	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	buf_add(b, (struct str){digits + at, sizeof digits - at});
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_addv(b, fmt, ap);
	va_end(ap);
}

void buf_add_hex(struct buf *b, const void *bytes, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *p = bytes;
	for (size_t i = 0; i < n; i++) {
		buf_addc(b, digit[p[i] >> 4]);
		buf_addc(b, digit[p[i] & 15]);
	}
}

struct str buf_str(const struct buf *b)
{
	return (struct str){b->p ? b->p : "", b->n};
}
