/* SPDX-License-Identifier: Apache-2.0 */
#include "log/wire.h"

bool wire_take(struct str *rest, struct str literal)
{
	if (!str_starts(*rest, literal))
		return false;
	*rest = str_slice(*rest, literal.n, rest->n);
	return true;
}

bool wire_u8(struct str *rest, uint8_t *ret)
{
	if (rest->n < 1)
		return false;
	*ret = (uint8_t)rest->p[0];
	*rest = str_slice(*rest, 1, rest->n);
	return true;
}

bool wire_u32(struct str *rest, uint32_t *ret)
{
	const uint8_t *p = (const uint8_t *)rest->p;
	if (rest->n < 4)
		return false;
	*ret = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	*rest = str_slice(*rest, 4, rest->n);
	return true;
}

bool wire_str(struct str *rest, struct str *ret)
{
	struct str after = *rest;
	uint32_t n;
	if (!wire_u32(&after, &n) || n > after.n)
		return false;
	*ret = str_slice(after, 0, n);
	*rest = str_slice(after, n, after.n);
	return true;
}

void wire_add_u32(struct buf *out, uint32_t n)
{
	const char bytes[4] = {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
	buf_add(out, (struct str){bytes, sizeof bytes});
}

void wire_add_str(struct buf *out, struct str s)
{
	wire_add_u32(out, (uint32_t)s.n);
	buf_add(out, s);
}
