/* SPDX-License-Identifier: Apache-2.0 */
#include "base/markup.h"

#include <string.h>

/* Which bytes need an escape: 1 in text and attributes, 2 in attributes only. Control characters that neither HTML nor
 * XML allows become U+FFFD. */
static const uint8_t special[256] = {['&'] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 2, [0] = 1, [1] = 1, [2] = 1, [3] = 1,
	[4] = 1, [5] = 1, [6] = 1, [7] = 1, [8] = 1, [11] = 1, [12] = 1, [14] = 1, [15] = 1, [16] = 1, [17] = 1, [18] = 1,
	[19] = 1, [20] = 1, [21] = 1, [22] = 1, [23] = 1, [24] = 1, [25] = 1, [26] = 1, [27] = 1, [28] = 1, [29] = 1,
	[30] = 1, [31] = 1, [127] = 1};

static struct str escape_of(unsigned char c)
{
	switch (c) {
	case '&': return STR("&amp;");
	case '<': return STR("&lt;");
	case '>': return STR("&gt;");
	case '"': return STR("&quot;");
	default: return STR("\xef\xbf\xbd");
	}
}

/* Is none of eight bytes special? A zero byte shows in its highest bit when 1 is taken from it; those above 127 never do. */
static bool plain(const char *p)
{
	const uint64_t each = 0x0101010101010101u, high = each << 7;
	uint64_t x, lt_gt, amp_quot, del;
	memcpy(&x, p, sizeof x);
	lt_gt = (x | each << 1) ^ each * '>'; /* '<' is '>' without a bit, '"' is '&' without one */
	amp_quot = (x | each << 2) ^ each * '&';
	del = x ^ each * 127;
	return (((x - each * ' ') | (lt_gt - each) | (amp_quot - each) | (del - each)) & ~x & high) == 0;
}

static void escape(struct buf *b, struct str s, uint8_t level)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		while (s.n - i >= sizeof(uint64_t) && plain(s.p + i))
			i += sizeof(uint64_t);
		if (i == s.n)
			break;
		unsigned char c = (unsigned char)s.p[i];
		if (special[c] == 0 || special[c] > level)
			continue;
		buf_add(b, str_slice(s, from, i));
		buf_add(b, escape_of(c));
		from = i + 1;
	}
	buf_add(b, str_slice(s, from, s.n));
}

void markup_text(struct buf *b, struct str s)
{
	escape(b, s, 1);
}

void markup_attr(struct buf *b, struct str s)
{
	escape(b, s, 2);
}
