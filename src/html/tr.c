/* SPDX-License-Identifier: Apache-2.0 */
#include "html/tr.h"

#include "base/digits.h"
#include "base/quotes.h"
#include "html/html.h"
#include "html/locale.h"

#include <string.h>

const struct tongue *tongue_find(struct str code)
{
	for (size_t i = 0; i < tongues_n; i++)
		if (str_eq(str_of(tongues[i].code), code))
			return &tongues[i];
	return NULL;
}

struct str tongue_tag(struct str code)
{
	const struct tongue *t = tongue_find(code);
	return t ? str_of(t->lang) : code;
}

static const struct tr_entry *find(const struct tongue *t, const char *id)
{
	size_t low = 0, high = t ? t->n : 0;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = strcmp(id, t->entries[mid].id);
		if (c == 0)
			return &t->entries[mid];
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

struct str tr(const struct out *o, const char *msgid)
{
	const struct tr_entry *e = find(o->tongue, msgid);
	return str_of(e ? e->text[0] : msgid);
}

bool tr_known(const struct out *o, const char *msgid)
{
	return find(o->tongue, msgid);
}

struct str trc(const struct out *o, const char *context, const char *msgid)
{
	char id[512];
	if (!o->tongue || o->tongue->n == 0)
		return str_of(msgid);
	int n = snprintf(id, sizeof id, "%s\004%s", context, msgid);
	const struct tr_entry *e = n > 0 && (size_t)n < sizeof id ? find(o->tongue, id) : NULL;
	return str_of(e ? e->text[0] : msgid);
}

struct str trn(const struct out *o, const char *one, const char *many, uint64_t n)
{
	const struct tr_entry *e = find(o->tongue, one);
	if (!e)
		return str_of(n == 1 ? one : many);
	unsigned form = o->tongue->plural ? o->tongue->plural(n) : n != 1;
	return str_of(form < 6 && e->text[form] ? e->text[form] : e->text[0]);
}

struct tr_walk tr_start(const struct out *o, const char *msgid)
{
	return (struct tr_walk){.rest = tr(o, msgid)};
}

struct tr_walk tr_start_n(const struct out *o, uint64_t n, const char *one, const char *many)
{
	return (struct tr_walk){.rest = trn(o, one, many, n)};
}

bool tr_step(struct tr_walk *w)
{
	if (w->over)
		return false;
	struct str after, slot;
	if (str_cut(w->rest, '{', &w->text, &after) && str_cut(after, '}', &slot, &w->rest)) {
		w->slot = slot;
		return true;
	}
	w->text = w->rest;
	w->slot = (struct str){NULL, 0};
	w->over = true;
	return true;
}

bool tr_at(const struct tr_walk *w, const char *slot)
{
	return w->slot.p && str_eq(w->slot, str_of(slot));
}

#define ISOLATE "\u2068" /* U+2068 FIRST STRONG ISOLATE */
#define ISOLATED "\u2069" /* U+2069 POP DIRECTIONAL ISOLATE */

static bool isolates(const struct out *o)
{
	return o->tongue && strcmp(o->tongue->dir, "rtl") == 0;
}

/* Words of the language itself need it not. */
static bool has_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] > ' ' && s.p[i] < 0x7f)
			return true;
	return false;
}

static struct str isolated(const struct out *o, struct str s)
{
	return isolates(o) && has_ascii(s) && !str_starts(s, STR(ISOLATE)) && !digits_only(s) ? ARENA_JOIN(o->arena, STR(ISOLATE), s, STR(ISOLATED)) : s;
}

static struct str fill(const struct out *o, struct tr_walk w, const struct tr_slot *slots, size_t n)
{
	struct buf b;
	buf_init(&b, 64 * 1024);
	while (tr_step(&w)) {
		buf_add(&b, w.text);
		for (size_t i = 0; i < n; i++)
			if (tr_at(&w, slots[i].name))
				buf_add(&b, digits_only(slots[i].value) ? tr_digits(o, slots[i].value) : quotes_within(w.text, slots[i].value, o->tongue ? str_of(o->tongue->code) : STR("en"), o->arena));
	}
	struct str s = arena_str(o->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

struct str tr_fill(const struct out *o, const char *msgid, const struct tr_slot *slots, size_t n)
{
	return fill(o, tr_start(o, msgid), slots, n);
}

struct str tr_say(const struct out *o, const char *msgid, const struct tr_slot *slots, size_t n)
{
	struct tr_slot *own = arena_array(o->arena, n + 1, struct tr_slot);
	for (size_t i = 0; i < n; i++)
		own[i] = (struct tr_slot){.name = slots[i].name, .value = isolated(o, slots[i].value)};
	return fill(o, tr_start(o, msgid), own, n);
}

struct str tr_list(const struct out *o, struct str words)
{
	struct str all = {NULL, 0}, one;
	while (words.n) {
		if (!str_cut(words, ' ', &one, &words))
			one = words, words = (struct str){NULL, 0};
		if (one.n)
			all = ARENA_JOIN(o->arena, all, all.n ? tr_comma(o) : STR(""), isolated(o, one));
	}
	return all;
}

struct str tr_and(const struct out *o, const struct str *v, size_t n)
{
	struct str all = {NULL, 0};
	for (size_t i = 0; i + 1 < n; i++)
		all = ARENA_JOIN(o->arena, all, i ? tr_comma(o) : STR(""), isolated(o, v[i]));
	struct str last = n ? isolated(o, v[n - 1]) : all;
	return n < 2 ? last : TR_FILL(o, N_("{first} and {last}"), {"first", all}, {"last", last});
}

struct str tr_fill_n(const struct out *o, uint64_t n, const char *one, const char *many, const struct tr_slot *slots, size_t count)
{
	return fill(o, tr_start_n(o, n, one, many), slots, count);
}

/* Not asked for by name: poc.py reads its translation. */
_Static_assert(sizeof NC_("digits", "0123456789") == 11, "ten digits");

struct str tr_digits(const struct out *o, struct str text)
{
	return o->tongue && o->tongue->digits ? digits_in(text, str_of(o->tongue->digits), o->arena) : text;
}

void tr_number(const struct out *o, struct buf *b, uint64_t n)
{
	const char *ten = o->tongue ? o->tongue->digits : NULL;
	size_t width = ten ? strlen(ten) / 10 : 0, i = 20;
	uint8_t digit[20];
	if (!ten) {
		buf_add_u64(b, n);
		return;
	}
	do
		digit[--i] = (uint8_t)(n % 10);
	while (n /= 10);
	for (; i < 20; i++)
		buf_add(b, (struct str){ten + width * digit[i], width});
}

struct str tr_language(const struct out *o, struct str lang)
{
	return TR_FILL(o, N_("In {language}"), {"language", language_name(lang, o->tongue ? o->tongue->lang : "en", o->arena)});
}

struct str tr_comma(const struct out *o)
{
	return trc(o, "between the items of a list", ", ");
}

struct str tr_semicolon(const struct out *o)
{
	return trc(o, "between statements", "; ");
}

/* By slots, for an empty message would be one without a translation. */
struct str tr_space(const struct out *o)
{
	struct tr_walk w = tr_start(o, N_("{sentence} {next}"));
	tr_step(&w);
	tr_step(&w);
	return w.text;
}

struct str tr_stop(const struct out *o)
{
	return trc(o, "between sentences", ". ");
}

struct str tr_colon(const struct out *o)
{
	return trc(o, "after a name", ": ");
}
