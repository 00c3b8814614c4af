/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digits.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool digits_only(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_digit(text.p[i]))
			return false;
	return text.n > 0;
}

struct str digits_in(struct str text, struct str ten, struct arena *a)
{
	size_t width = ten.n / 10, digits = 0, n = 0;
	if (ten.n == 0 || ten.n % 10 || ten.p[0] == '0')
		return text;
	for (size_t i = 0; i < text.n; i++)
		digits += is_digit(text.p[i]);
	if (digits == 0)
		return text;
	char *out = arena_alloc(a, text.n + digits * (width - 1) + 1);
	for (size_t i = 0; i < text.n; i++) {
		if (is_digit(text.p[i])) {
			memcpy(out + n, ten.p + (size_t)(text.p[i] - '0') * width, width);
			n += width;
		} else {
			out[n++] = text.p[i];
		}
	}
	return (struct str){out, n};
}
