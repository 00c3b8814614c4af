/* SPDX-License-Identifier: Apache-2.0 */
#include "web/fault.h"

#include "html/html.h"

#include <string.h>

enum { MESSAGE_MAX = 1024 };

static const char *const names[ERR_VALUES] = {"1", "2", "3", "4", "5", "6"};

/* "%.80s has no key" as the catalogue names it: "{1} has no key". */
static void message_of(const char *fmt, struct buf *b)
{
	size_t value = 0;
	for (const char *p = fmt; *p; p++) {
		if (*p != '%' || p[1] == '%') {
			buf_addc(b, *p);
			p += *p == '%';
			continue;
		}
		p += 1 + strcspn(p + 1, "diuoxXcsp");
		buf_addf(b, "{%zu}", ++value);
		if (!*p)
			break;
	}
}

/* In English every message is known. */
static bool knows(const struct out *o, const char *msgid)
{
	return !o->tongue || o->tongue->n == 0 || tr_known(o, msgid);
}

static struct str said(const struct out *o, const struct err_made *made, const char *text)
{
	struct tr_slot slots[ERR_VALUES];
	struct buf b;
	struct str all = {NULL, 0};
	if (!made->fmt)
		return all;
	for (size_t i = 0; i < made->n; i++) {
		struct str value = arena_str(o->arena, (struct str){text + made->value[i].from, (size_t)(made->value[i].to - made->value[i].from)});
		slots[i] = (struct tr_slot){names[i], tr_known(o, value.p) ? tr(o, value.p) : value};
	}
	buf_init(&b, MESSAGE_MAX);
	message_of(made->fmt, &b);
	if (strcmp(buf_str(&b).p, "{1}") == 0) /* what another error said */
		all = knows(o, text) ? tr(o, text) : all;
	else if (!b.over && knows(o, buf_str(&b).p))
		all = tr_say(o, buf_str(&b).p, slots, made->n);
	buf_done(&b);
	return all;
}

struct str fault_say(const struct out *o, const struct err *e)
{
	struct str what = said(o, &e->made, e->what), hint = said(o, &e->hint_made, e->hint), where = str_of(e->where);
	struct buf b;
	if (!what.n)
		return what;
	if (where.n)
		what = ARENA_JOIN(o->arena, tr_say(o, "{where}", &(struct tr_slot){"where", where}, 1), tr_colon(o), what);
	if (!hint.n && (str_ends(what, STR(".")) || str_ends(what, STR("。"))))
		return what;
	buf_init(&b, 4 * MESSAGE_MAX);
	for (struct tr_walk w = tr_start(o, hint.n ? N_("{fault} ({hint}).") : N_("{fault}.")); tr_step(&w);) {
		buf_add(&b, w.text);
		if (w.slot.p)
			buf_add(&b, tr_at(&w, "fault") ? what : hint);
	}
	struct str all = arena_str(o->arena, buf_str(&b));
	buf_done(&b);
	return all;
}
