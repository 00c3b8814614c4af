/* SPDX-License-Identifier: Apache-2.0 */
#include "log/base64.h"

#include <sodium.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct buf *out, const void *bytes, size_t n)
{
	/* In steps of whole groups, so that a small buffer on the stack serves any length. */
	enum { STEP = 768 };
	for (const uint8_t *p = bytes; n;) {
		char text[STEP / 3 * 4 + 1];
		size_t k = n < STEP ? n : STEP;
		sodium_bin2base64(text, sizeof text, p, k, sodium_base64_VARIANT_ORIGINAL);
		buf_add(out, (struct str){text, BASE64_LEN(k)});
		p += k;
		n -= k;
	}
}

/* The last group "xy==" or "xyz=" with its unused bits set to zero. False: its last letter is none. */
static bool clear_spare_bits(char group[4])
{
	size_t last = group[2] == '=' ? 1 : 2;
	const char *at = group[last] ? strchr(alphabet, group[last]) : NULL;
	if (!at)
		return false;
	size_t spare = last == 1 ? 15 : 3;
	group[last] = alphabet[(size_t)(at - alphabet) & ~spare];
	return true;
}

bool base64_read(struct str text, enum base64_rule rule, uint8_t *out, size_t cap, size_t *ret_n)
{
	if (text.n % 4)
		return false;
	size_t n = 0;
	if (rule == BASE64_LOOSE_BITS && text.n && text.p[text.n - 1] == '=') {
		char group[4];
		size_t more;
		text.n -= 4;
		memcpy(group, text.p + text.n, 4);
		if ((text.n && text.p[text.n - 1] == '=') || !clear_spare_bits(group) || !base64_read(text, BASE64_STRICT, out, cap, &n) ||
			!base64_read((struct str){group, 4}, BASE64_STRICT, out + n, cap - n, &more))
			return false;
		*ret_n = n + more;
		return true;
	}
	if (text.n && sodium_base642bin(out, cap, text.p, text.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	*ret_n = n;
	return true;
}
