/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/value.h"

void value_print(const struct syms *syms, struct value v, struct buf *out)
{
	char date[DATE_LEN];
	switch (v.kind) {
	case V_NONE: buf_adds(out, "none"); break;
	case V_YES: buf_adds(out, "yes"); break;
	case V_WORD:
	case V_ENTITY: buf_add(out, syms_str(syms, v.s)); break;
	case V_INT: buf_addf(out, "%lld", (long long)v.i); break;
	case V_DATE: buf_adds(out, date_print(v.t, date)); break;
	case V_SPAN: span_print(v.span, out); break;
	}
}

/* The printed form without a copy where the value is a name. */
static struct str printed(const struct syms *syms, struct value v, struct buf *room)
{
	if (v.kind == V_WORD || v.kind == V_ENTITY)
		return syms_str(syms, v.s);
	value_print(syms, v, room);
	return buf_str(room);
}

int value_cmp_printed(const struct syms *syms, struct value a, struct value b)
{
	if (value_eq(a, b))
		return 0;
	struct buf x, y;
	buf_init(&x, 64);
	buf_init(&y, 64);
	int c = str_cmp(printed(syms, a, &x), printed(syms, b, &y));
	buf_done(&x);
	buf_done(&y);
	return c;
}

bool timer_due(struct value span, civil from, civil *ret)
{
	if (span.kind != V_SPAN)
		return false;
	return date_add(span.span.unit >= SPAN_DAY ? date_day(from) : from, span.span, 1, ret);
}
