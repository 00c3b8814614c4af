/* SPDX-License-Identifier: Apache-2.0
 *
 * Written here because no library at hand is strict enough: libsodium 1.0.18 takes bytes above 0x7f for letters, and
 * OpenSSL reads over blanks. Two texts for the same bytes would be two leaf hashes for the same act.
 */
#include "log/base64.h"

#include <endian.h>
#include <string.h>

static const char standard[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The value of each letter and one; 0 for what is none. */
/* clang-format off */
static const uint8_t value[256] = {
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
	['+'] = 63,
	['/'] = 64,
};
/* clang-format on */

static void add(struct buf *out, const char letter[64], bool padded, const void *bytes, size_t n)
{
	char text[1024];
	size_t k = 0;
	for (const uint8_t *p = bytes; n; p += n < 3 ? n : 3, n -= n < 3 ? n : 3) {
		uint32_t v = (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);
		text[k++] = letter[v >> 18];
		text[k++] = letter[v >> 12 & 63];
		if (n > 1 || padded)
			text[k++] = n > 1 ? letter[v >> 6 & 63] : '=';
		if (n > 2 || padded)
			text[k++] = n > 2 ? letter[v & 63] : '=';
		if (k == sizeof text) {
			buf_add(out, (struct str){text, k});
			k = 0;
		}
	}
	buf_add(out, (struct str){text, k});
}

void base64_add(struct buf *out, const void *bytes, size_t n)
{
	add(out, standard, true, bytes, n);
}

void base64url_add(struct buf *out, const void *bytes, size_t n)
{
	add(out, url_safe, false, bytes, n);
}

/* One group of four characters: its bytes, or 0 if it is none. Only the last group may be padded. */
static size_t read_group(const char *p, bool last, enum base64_rule rule, uint8_t out[3])
{
	size_t letters = !last || p[3] != '=' ? 4 : p[2] != '=' ? 3 : 2;
	uint32_t v = 0;
	for (size_t i = 0; i < 4; i++) {
		uint32_t x = i < letters ? value[(uint8_t)p[i]] : 1;
		if (x == 0)
			return 0;
		v = v << 6 | (x - 1);
	}
	out[0] = (uint8_t)(v >> 16);
	out[1] = (uint8_t)(v >> 8);
	out[2] = (uint8_t)v;
	uint32_t spare = letters == 4 ? 0 : letters == 3 ? v & 0xff : v & 0xffff; /* bits that no byte takes up */
	return spare && rule == BASE64_STRICT ? 0 : letters - 1;
}

bool base64_read(struct str text, enum base64_rule rule, uint8_t *out, size_t cap, size_t *ret_n)
{
	if (text.n % 4)
		return false;
	/* Whole groups, with a byte too many behind each: all but the last, which may be padded. */
	size_t n = 0, groups = text.n ? text.n / 4 - 1 : 0, room = cap ? (cap - 1) / 3 : 0;
	uint32_t all = 0; /* of what is none, one less than its value has the highest bit */
	for (const uint8_t *p = (const uint8_t *)text.p, *end = p + 4 * (groups < room ? groups : room); p < end; p += 4, n += 3) {
		uint32_t a = value[p[0]] - 1u, b = value[p[1]] - 1u, c = value[p[2]] - 1u, d = value[p[3]] - 1u;
		all |= a | b | c | d;
		uint32_t v = htobe32(a << 26 | b << 20 | c << 14 | d << 8);
		memcpy(out + n, &v, sizeof v);
	}
	if (all >> 31)
		return false;
	for (size_t i = n / 3 * 4; i < text.n; i += 4) {
		uint8_t three[3];
		size_t k = read_group(text.p + i, i + 4 == text.n, rule, three);
		if (k == 0 || k > cap - n)
			return false;
		for (size_t j = 0; j < k; j++)
			out[n++] = three[j];
	}
	*ret_n = n;
	return true;
}
