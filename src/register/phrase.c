/* SPDX-License-Identifier: Apache-2.0
 *
 * Pieces, templates, dates and values.
 */
#include "register/phrase_internal.h"

#include "base/digits.h"
#include "base/quotes.h"

#include <string.h>

const struct rulebook *phrase_rulebook(const struct phrasing *p)
{
	return record_rulebook(view_record(p->view));
}

struct str phrase_word(const struct phrasing *p, const char *section, struct str name, const char *member)
{
	return words_get(record_words(view_record(p->view)), p->lang, section, name, member);
}

struct str phrase_digits(const struct phrasing *p, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((text.p[i] >= 'A' && text.p[i] <= 'Z') || (text.p[i] >= 'a' && text.p[i] <= 'z'))
			return text;
	return digits_in(text, phrase_word(p, "phrases", STR("digits"), "text"), p->arena);
}

/* ---- pieces -------------------------------------------------------------------------------------------------------------- */

void phrase_add(const struct phrasing *p, struct phrase *x, struct piece piece)
{
	if (piece.text.n)
		arena_push(p->arena, x, piece);
}

void phrase_add_text(const struct phrasing *p, struct phrase *x, struct str text)
{
	phrase_add(p, x, (struct piece){.kind = PIECE_TEXT, .text = text, .article = NO_ID});
}

void phrase_append(const struct phrasing *p, struct phrase *x, const struct phrase *more)
{
	for (size_t i = 0; i < more->n; i++)
		arena_push(p->arena, x, more->v[i]);
}

struct phrase phrase_plain(const struct phrasing *p, struct str text)
{
	struct piece one = {.kind = PIECE_TEXT, .text = text, .article = NO_ID};
	return text.n ? (struct phrase){arena_copy(p->arena, &one, sizeof one), 1, 1} : (struct phrase){0};
}

struct str phrase_text(const struct phrasing *p, const struct phrase *x)
{
	size_t n = 0;
	for (size_t i = 0; i < x->n; i++)
		n += x->v[i].text.n;
	char *text = arena_alloc(p->arena, n + 1);
	n = 0;
	for (size_t i = 0; i < x->n; i++) {
		memcpy(text + n, x->v[i].text.p, x->v[i].text.n);
		n += x->v[i].text.n;
	}
	return (struct str){text, n};
}

struct phrase phrase_full(const struct phrasing *p, const struct phrase *x)
{
	struct phrase full = {0};
	phrase_append(p, &full, x);
	if (!full.n)
		return full;
	/* A capital; a word of the rulebook, and what is in another language, stay as they are. */
	struct piece *first = &full.v[0];
	if (first->kind != PIECE_CODE && !first->lang.n)
		first->text = capital_first(first->text, p->lang, p->arena);
	phrase_add_text(p, &full, phrase_word(p, "phrases", STR("stop"), "text"));
	return full;
}

struct str phrase_sentence(const struct phrasing *p, const struct phrase *x)
{
	struct phrase full = phrase_full(p, x);
	return phrase_text(p, &full);
}

/* ---- templates ------------------------------------------------------------------------------------------------------------- */

void slot_add(struct slots *s, struct str name, struct phrase is)
{
	if (s->n < MAX_SLOTS)
		s->v[s->n++] = (struct slot){name, is, is.n == 0};
}

void slot_absent(struct slots *s, struct str name, struct phrase filler)
{
	if (s->n < MAX_SLOTS)
		s->v[s->n++] = (struct slot){name, filler, true};
}

void slot_text(const struct phrasing *p, struct slots *s, const char *name, struct str text)
{
	slot_add(s, str_of(name), phrase_plain(p, text));
}

static const struct slot *slot_named(const struct slots *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->v[i].name, name))
			return &s->v[i];
	return NULL;
}

/* {last!first}: none, if it says the same as {first}. */
static const struct slot *find_slot(const struct phrasing *p, const struct slots *s, struct str name)
{
	struct str own, other;
	if (!str_cut(name, '!', &own, &other))
		return slot_named(s, name);
	const struct slot *slot = slot_named(s, own), *beside = slot_named(s, other);
	return slot && beside && str_eq(phrase_text(p, &slot->is), phrase_text(p, &beside->is)) ? NULL : slot;
}

/* The last digit of a number, in ASCII or in the digits of the language; how many bytes it has, 0: it is none. */
static size_t last_digit(const struct phrasing *p, struct str n, bool *ret_zero)
{
	struct str zero = phrase_digits(p, STR("0"));
	for (char c = '0'; c <= '9'; c++) {
		struct str ascii = {&c, 1}, own = phrase_digits(p, ascii);
		*ret_zero = c == '0';
		if (str_ends(n, own) || str_ends(n, ascii))
			return str_ends(n, own) ? zero.n : 1;
	}
	return 0;
}

/* {n/10}: of a whole number the tenth part, "17.6". */
static struct phrase slot_phrase(const struct phrasing *p, const struct slots *s, struct str name)
{
	struct str tenths = STR("/10");
	struct slots digits = {0};
	const struct slot *slot = find_slot(p, s, name);
	if (slot)
		return slot->is;
	if (!str_ends(name, tenths) || !(slot = find_slot(p, s, str_slice(name, 0, name.n - tenths.n))))
		return (struct phrase){0};
	struct str n = phrase_text(p, &slot->is);
	bool zero;
	size_t last = last_digit(p, n, &zero);
	if (!last)
		return slot->is;
	slot_text(p, &digits, "n", n.n > last ? str_slice(n, 0, n.n - last) : phrase_digits(p, STR("0")));
	if (!zero)
		slot_text(p, &digits, "tenth", str_slice(n, n.n - last, n.n));
	return phrase_glue(p, "tenths", &digits);
}

/* Does a [ ... ] part name an empty slot? */
static bool lacks(const struct phrasing *p, struct str part, const struct slots *s)
{
	for (size_t i = 0; i < part.n; i++) {
		struct str name = str_slice(part, i + 1, part.n), rest;
		if (part.p[i] != '{' || !str_cut(name, '}', &name, &rest))
			continue;
		const struct slot *slot = find_slot(p, s, name);
		if (!slot || slot->absent)
			return true;
	}
	return false;
}

/* What stands in a slot, after that text of the template. */
static void append_within(const struct phrasing *p, struct phrase *out, const struct phrase *is, struct str before)
{
	for (size_t i = 0; i < is->n; i++) {
		struct piece one = is->v[i];
		one.text = quotes_within(before, one.text, p->lang, p->arena);
		arena_push(p->arena, out, one);
	}
}

void phrase_expand(const struct phrasing *p, struct str t, const struct slots *s, struct phrase *out)
{
	size_t from = 0, i = 0;
	while (i < t.n) {
		struct str after = str_slice(t, i + 1, t.n), inside, rest;
		char c = t.p[i];
		if ((c != '{' && c != '[') || !str_cut(after, c == '{' ? '}' : ']', &inside, &rest)) {
			i++;
			continue;
		}
		phrase_add_text(p, out, str_slice(t, from, i));
		if (inside.n && inside.p[0] == c) { /* doubled: stands for itself */
			phrase_add_text(p, out, str_slice(t, i, i + 1));
			i += 2;
		} else {
			struct phrase is = c == '{' ? slot_phrase(p, s, inside) : (struct phrase){0};
			if (is.n)
				append_within(p, out, &is, str_slice(t, from, i));
			if (c == '[' && !lacks(p, inside, s))
				phrase_expand(p, inside, s, out);
			i += inside.n + 2;
		}
		from = i;
	}
	phrase_add_text(p, out, str_slice(t, from, t.n));
}

struct phrase phrase_glue(const struct phrasing *p, const char *name, const struct slots *s)
{
	struct phrase x = {0};
	struct slots none = {0};
	phrase_expand(p, phrase_word(p, "phrases", str_of(name), "text"), s ? s : &none, &x);
	return x;
}

/* ---- dates ------------------------------------------------------------------------------------------------------------------ */

struct date_parts {
	int y, m, d, second;
	struct str month;
};

/* What stands for the name in a template of dates. */
static void add_part(const struct phrasing *p, struct buf *b, const struct date_parts *x, struct str ten, struct str name)
{
	enum { HOUR = 3 }; /* from here on with two digits */
	static const struct str names[] = {STR_INIT("d"), STR_INIT("m"), STR_INIT("y"), STR_INIT("h"), STR_INIT("min"), STR_INIT("s")};
	const int n[] = {x->d, x->m, x->y, x->second / 3600, x->second / 60 % 60, x->second % 60};
	if (str_eq(name, STR("month")))
		buf_add(b, x->month);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq(name, names[i])) {
			char digits[12];
			int length = snprintf(digits, sizeof digits, i >= HOUR ? "%02d" : "%d", n[i]);
			buf_add(b, ten.n ? digits_in((struct str){digits, (size_t)length}, ten, p->arena) : (struct str){digits, (size_t)length});
		}
}

/* Dates are half of all words of a proof, so their templates, without parts in [ ], are written straight into one text. */
struct phrase phrase_date(const struct phrasing *p, civil t, struct str precision)
{
	struct phrase x = {0};
	struct date_parts parts = {.second = (int)(t - date_day(t))};
	bool month = str_eq(precision, STR("month")), year = str_eq(precision, STR("year"));
	if (t == CIVIL_ALWAYS || t == CIVIL_NEVER)
		return x;
	date_split(t, &parts.y, &parts.m, &parts.d);
	char name[] = {(char)('0' + parts.m / 10), (char)('0' + parts.m % 10)};
	parts.month = phrase_word(p, month ? "months" : "months_in_dates", (struct str){name + (parts.m < 10), parts.m < 10 ? 1 : 2}, "text");
	const char *form = year ? "date_year" : str_eq(precision, STR("latest")) ? "date_latest" : month ? "date_month" : parts.second == 0 ? "date" : parts.second % 60 == 0 ? "date_time" : "date_second";
	struct str rest = phrase_word(p, "phrases", str_of(form), "text"), before, inside;
	struct str ten = phrase_word(p, "phrases", STR("digits"), "text");
	struct buf b;
	buf_init(&b, MAX_STRING);
	while (str_cut(rest, '{', &before, &rest) && str_cut(rest, '}', &inside, &rest)) {
		buf_add(&b, before);
		add_part(p, &b, &parts, ten, inside);
	}
	buf_add(&b, rest);
	phrase_add(p, &x, (struct piece){.kind = PIECE_DATE, .text = arena_str(p->arena, buf_str(&b)), .date = t, .article = NO_ID});
	buf_done(&b);
	return x;
}

struct phrase phrase_interval(const struct phrasing *p, civil from, civil to)
{
	return phrase_between(p, from, phrase_date(p, from, STR("")), to, phrase_date(p, to, STR("")));
}

struct phrase phrase_between(const struct phrasing *p, civil from, struct phrase first, civil to, struct phrase last)
{
	struct slots s = {0};
	slot_add(&s, STR("from"), first);
	slot_add(&s, STR("to"), last);
	if (from == CIVIL_ALWAYS)
		return phrase_glue(p, to == CIVIL_NEVER ? "always" : "until", &s);
	if (to == CIVIL_NEVER)
		return phrase_glue(p, "since", &s);
	return phrase_glue(p, from == to ? "on" : "from_until", &s);
}

/* ---- values ------------------------------------------------------------------------------------------------------------------ */

/* A name, as the words of its type wrap it: "the {name}", "“{name}”". */
struct phrase phrase_entity(const struct phrasing *p, sym name)
{
	const struct record *r = view_record(p->view);
	struct str text = syms_str(record_syms(r), name);
	const struct entity *en = record_entity(r, text);
	struct phrase x = {0}, wrapped = {0};
	struct said title = record_title(r, text, p->lang);
	phrase_add(p, &x, (struct piece){.kind = PIECE_ENTITY, .text = title.text, .lang = title.lang, .name = text, .article = NO_ID});
	const struct rulebook *rb = record_rulebook(r);
	struct str wrap = en ? phrase_word(p, "types", syms_str(&rb->syms, rb->types.v[en->type].name), "name") : (struct str){NULL, 0};
	if (!wrap.n)
		return x;
	struct slots s = {0};
	slot_add(&s, STR("name"), x);
	phrase_expand(p, wrap, &s, &wrapped);
	return wrapped;
}

struct phrase phrase_act_ref(const struct phrasing *p, uint64_t pos)
{
	struct slots s = {0};
	struct phrase x = {0};
	slot_text(p, &s, "n", phrase_digits(p, arena_fmt(p->arena, "%llu", (unsigned long long)pos)));
	struct phrase text = phrase_glue(p, "act", &s);
	phrase_add(p, &x, (struct piece){.kind = PIECE_ACT, .text = phrase_text(p, &text), .act = pos, .article = NO_ID});
	return x;
}

/* An act that is the argument of a fact is named by its position. */
static struct phrase place_ref(const struct phrasing *p, sym name)
{
	uint64_t pos;
	return str_u64(syms_str(record_syms(view_record(p->view)), name), &pos) ? phrase_act_ref(p, pos) : phrase_entity(p, name);
}

static struct phrase value_word(const struct phrasing *p, struct str fact, struct str word)
{
	struct phrase x = {0};
	struct str of_fact = ARENA_JOIN(p->arena, fact, STR("."), word);
	struct str text = phrase_word(p, "values", of_fact, "phrase");
	if (!text.n)
		text = phrase_word(p, "values", word, "phrase");
	if (!text.n)
		text = words_plain(word, p->arena);
	phrase_add(p, &x, (struct piece){.kind = PIECE_VALUE, .text = text, .name = word, .article = NO_ID});
	return x;
}

static struct phrase value_span(const struct phrasing *p, struct span span)
{
	static const char *const units[] = {"minute", "hour", "day", "month", "year"};
	struct slots s = {0};
	struct phrase said = {0};
	slot_text(p, &s, "n", phrase_digits(p, arena_fmt(p->arena, "%u", span.n)));
	phrase_expand(p, words_count(record_words(view_record(p->view)), p->lang, "units", str_of(units[span.unit]), span.n), &s, &said);
	return said;
}

/* `in`: the fact or parameter whose value it is, for its words; `type`: NO_ID if it is not known. */
static struct phrase value_in(const struct phrasing *p, struct str in, uint32_t type, struct value v)
{
	struct phrase x = {0};
	switch (v.kind) {
	case V_NONE: return phrase_glue(p, "none", NULL);
	case V_YES: return phrase_glue(p, "yes", NULL);
	case V_WORD: return value_word(p, in, syms_str(record_syms(view_record(p->view)), v.s));
	case V_ENTITY: return type == TYPE_ACT ? place_ref(p, v.s) : phrase_entity(p, v.s);
	case V_DATE: return phrase_date(p, v.t, STR(""));
	case V_SPAN: return value_span(p, v.span);
	case V_INT: break;
	}
	phrase_add(p, &x, (struct piece){.kind = PIECE_VALUE, .text = phrase_digits(p, arena_fmt(p->arena, "%lld", (long long)v.i)), .article = NO_ID});
	return x;
}

struct phrase phrase_value(const struct phrasing *p, uint32_t fact, struct value v)
{
	const struct rulebook *rb = phrase_rulebook(p);
	if (fact == NO_ID)
		return value_in(p, STR(""), NO_ID, v);
	return value_in(p, syms_str(&rb->syms, rb->facts.v[fact].name), rb->facts.v[fact].value, v);
}

/* ---- parameters ---------------------------------------------------------------------------------------------------------------- */

/* What stands for an argument that is not given: "any State", "no decision". */
struct phrase phrase_filler(const struct phrasing *p, uint32_t type, const char *filler)
{
	const struct rulebook *rb = phrase_rulebook(p);
	if (type == NO_ID) /* an entity of whatever type */
		return phrase_glue(p, filler, NULL);
	struct str name = syms_str(&rb->syms, rb->types.v[type].name);
	struct str text = phrase_word(p, "types", name, filler);
	struct slots s = {0};
	if (text.n)
		return phrase_plain(p, text);
	if (name.n)
		slot_text(p, &s, "type", phrase_word(p, "types", name, "one").n ? phrase_word(p, "types", name, "one") : name);
	return phrase_glue(p, filler, &s);
}

void phrase_params(const struct phrasing *p, const struct param *params, uint32_t n, const struct value *args, const char *first_filler,
	const char *filler, struct slots *s)
{
	struct phrase all = {0};
	struct str comma = phrase_word(p, "phrases", STR("comma"), "text");
	for (uint32_t i = 0; i < n; i++) {
		struct str name = syms_str(&phrase_rulebook(p)->syms, params[i].name);
		if (args[i].kind == V_NONE) {
			slot_absent(s, name, phrase_filler(p, params[i].type, first_filler));
			first_filler = filler;
			continue;
		}
		struct phrase x = value_in(p, name, params[i].type, args[i]);
		slot_add(s, name, x);
		if (all.n)
			phrase_add_text(p, &all, comma);
		phrase_append(p, &all, &x);
	}
	slot_add(s, STR("args"), all);
}
