/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/value.h"

bool value_eq(struct value a, struct value b)
{
	if (a.kind != b.kind)
		return false;
	switch (a.kind) {
	case V_NONE:
	case V_YES: return true;
	case V_WORD:
	case V_ENTITY: return a.s == b.s;
	case V_INT: return a.i == b.i;
	case V_DATE: return a.t == b.t;
	case V_SPAN: return a.span.n == b.span.n && a.span.unit == b.span.unit;
	}
	return false;
}

/* The payload as one number: equal values of one kind have equal payloads. */
static uint64_t payload(struct value v)
{
	switch (v.kind) {
	case V_NONE:
	case V_YES: return 0;
	case V_WORD:
	case V_ENTITY: return v.s;
	case V_INT: return (uint64_t)v.i;
	case V_DATE: return (uint64_t)v.t;
	case V_SPAN: return (uint64_t)v.span.n << 3 | v.span.unit;
	}
	return 0;
}

/* The finaliser of SplitMix64: neighbouring numbers land far apart. */
uint64_t value_hash(struct value v)
{
	uint64_t h = payload(v) * 8 + v.kind + 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
	h = (h ^ h >> 27) * 0x94d049bb133111ebu;
	return h ^ h >> 31;
}

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
