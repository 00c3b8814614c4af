/* SPDX-License-Identifier: Apache-2.0 */
#include "web/route.h"

#include "web/frame.h"
#include "web/marks.h"
#include "web/parts.h"
#include "web/typed.h"

#include <string.h>

/* Matching */

static bool is_hole(struct str part)
{
	return part.n > 2 && part.p[0] == '{';
}

/* Two letters (ISO 639-1), perhaps with a script: "en", "sr-latn". So "/api/..." and "/act/..." are no languages. */
static bool is_language(struct str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] >= 'a' && s.p[n] <= 'z')
		n++;
	return n == 2 && (n == s.n || (s.p[n] == '-' && s.n <= 12));
}

/* Cuts ".json" off when the row offers JSON; of two suffixes that fit, the longer one: ".feed.json". */
static bool strip_suffix(const struct route *r, struct str *s, enum form *ret)
{
	size_t longest = 0;
	for (unsigned f = 0; f < FORM_MAX; f++) {
		struct str suffix = str_of(form_suffix((enum form)f));
		if (!(r->forms & FORMS(f)) || suffix.n == 0 || s->n <= suffix.n + 1 || !str_ends(*s, suffix) ||
			s->p[s->n - suffix.n - 1] != '.' || suffix.n < longest)
			continue;
		longest = suffix.n + 1;
		*ret = (enum form)f;
	}
	s->n -= longest;
	return longest != 0;
}

static bool take_hole(struct route_match *m, struct str part, struct str seg)
{
	if (seg.n == 0)
		return false;
	if (str_eq(part, STR("{lang}"))) {
		m->lang = seg;
		return is_language(seg);
	}
	if (m->ids < ASK_IDS)
		m->id[m->ids++] = seg;
	return true;
}

/* Do the words of the pattern stand in the address, as far as no form can be behind them? Most rows end here, before anything is copied. */
static bool may_match(const struct route *r, const struct target *t)
{
	const char *p = r->pattern + 1;
	for (size_t i = 0; i < t->segments; i++) {
		const char *end = strchr(p, '/');
		if (!end)
			return true;
		struct str part = {p, (size_t)(end - p)};
		if (!is_hole(part) && !str_eq(part, t->segment[i]))
			return false;
		p = end + 1;
	}
	return true;
}

static bool match_row(const struct route *r, const struct target *t, struct route_match *m)
{
	struct str pattern = str_of(r->pattern), rest = str_slice(pattern, 1, pattern.n), part;
	bool slash = str_ends(pattern, STR("/"));
	size_t i = 0;
	*m = (struct route_match){.route = r, .segments = t->segments};
	memcpy(m->segment, t->segment, sizeof m->segment);
	if (r->exact && (t->escaped || t->slash != slash))
		return false;
	while (rest.n) {
		if (!str_cut(rest, '/', &part, &rest))
			part = rest, rest = (struct str){NULL, 0};
		if (i == t->segments)
			return false;
		if (is_hole(part) && part.p[part.n - 2] == '*')
			return !t->slash;
		struct str *seg = &m->segment[i++];
		bool literal = !is_hole(part) && str_eq(*seg, part);
		if (!literal && rest.n == 0 && !slash && !r->exact)
			m->suffixed = strip_suffix(r, seg, &m->form);
		if (is_hole(part) ? !take_hole(m, part, *seg) : !str_eq(*seg, part))
			return false;
	}
	if (slash && !t->slash && i + 1 == t->segments) { /* "/en/index.json" */
		m->suffixed = strip_suffix(r, &m->segment[i], &m->form);
		m->segments = i;
		return m->suffixed && str_eq(m->segment[i], STR("index"));
	}
	m->moved = slash != t->slash;
	return i == t->segments;
}

void route_find(struct routes table, const struct target *t, struct route_match *ret)
{
	struct route_match moved = {0};
	for (size_t i = 0; i < table.n; i++) {
		if (!may_match(&table.v[i], t) || !match_row(&table.v[i], t, ret))
			continue;
		if (!ret->moved)
			return;
		if (!moved.route)
			moved = *ret;
	}
	*ret = moved;
}

/* Parameters */

/* As much of a name as a message shows; a character is not cut in two. */
static struct str shown(struct str name)
{
	size_t n = name.n < 60 ? name.n : 60;
	while (n < name.n && n > 0 && ((unsigned char)name.p[n] & 0xc0) == 0x80)
		n--;
	return (struct str){name.p, n};
}

/* What is wrong with a parameter: in English for programs, and in the page's language. */
static int fault(const struct ask *a, struct problem *p, const char *id, const struct target_param *t, const char *msgid,
	const struct tr_slot *slots, size_t n)
{
	char where[80];
	struct out english = {NULL, a->arena, NULL}, o = {NULL, a->arena, a->tongue};
	snprintf(where, sizeof where, "parameter %.*s", STR_ARG(shown(t->name)));
	p->status = 400;
	p->id = str_of(id);
	p->field = t->name;
	p->value = t->value;
	p->say = tr_say(&o, msgid, slots, n);
	return err_set(&p->err, ERR_INPUT, where, "%.*s", STR_ARG(tr_fill(&english, msgid, slots, n)));
}

#define FAULT(a, p, id, t, msgid, ...)                                         \
	fault((a), (p), (id), (t), (msgid), (const struct tr_slot[]){__VA_ARGS__}, \
		sizeof (const struct tr_slot[]){__VA_ARGS__} / sizeof(struct tr_slot))

static struct str decimal(const struct ask *a, uint64_t n)
{
	return arena_fmt(a->arena, "%llu", (unsigned long long)n);
}

static void near_add(struct ask *a, struct problem *p, struct str text, struct url href)
{
	struct near n = {text, href, {NULL, 0}};
	arena_push(a->arena, &p->near, n);
}

/* The same address and form with other dates. */
static struct url other(const struct ask *a, bool with_on, civil on, bool with_known, uint64_t known)
{
	struct ask b = *a;
	b.has_on = with_on;
	b.on = on;
	b.has_known = with_known;
	b.known = known;
	return a->suffixed ? ask_form(&b, a->form) : ask_on_known(&b, with_on, on, with_known, known);
}

/* The same address with this day in place of the one that is wrong. */
static void near_day(struct ask *a, struct problem *p, civil day)
{
	char iso[DATE_LEN];
	struct out o = {NULL, a->arena, a->tongue};
	struct ask b = *a;
	bool on = str_eq(p->field, STR("on"));
	for (size_t k = 0; a->route->params && a->route->params[k].name; k++)
		if (str_eq(p->field, str_of(a->route->params[k].name)))
			b.param[k].text = arena_str(a->arena, str_of(date_print(day, iso)));
	near_add(a, p, show_day(&o, day), other(&b, on || a->has_on, on ? day : a->on, a->has_known, a->known));
	if (p->near.n == 1)
		err_hint(&p->err, "%.*s=%s", STR_ARG(p->field), date_print(day, iso));
}

static int days_in(int y, int m)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0) ? 29 : days[m - 1];
}

static bool digits(struct str s, size_t from, size_t to, int *ret)
{
	int v = 0;
	for (size_t i = from; i < to; i++) {
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*ret = v;
	return true;
}

/* Where a day may be written in words, it says so: like this one. */
static void no_day(struct ask *a, const struct target_param *t, civil like, struct problem *p)
{
	const struct out o = {NULL, a->arena, a->tongue}, english = {NULL, a->arena, NULL};
	const char *msgid = N_("No day can be read in that. Write it like {day} or {iso}.");
	FAULT(a, p, "date.form", t, msgid, {"day", show_day(&english, like)}, {"iso", show_iso(&english, like)});
	p->say = TR_SAY(&o, msgid, {"day", show_day(&o, like)}, {"iso", show_iso(&o, like)});
}

/* A day, year-month-day. Says which part of a wrong one is wrong, and offers the nearest days that exist. */
static int read_day(struct ask *a, const struct target_param *t, civil *ret, struct problem *p)
{
	struct str s = t->value;
	struct out o = {NULL, a->arena, a->tongue}, english = {NULL, a->arena, NULL};
	int y, m, d, last;
	civil meant = a->today;
	if (date_parse(s, ret) && date_is_day(*ret) && s.n == 10)
		return 0;
	if (typed_day(a->site->typed, s, a->arena, &meant) && a->route->typed) {
		*ret = meant;
		return 0;
	}
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(s, 0, 4, &y) || !digits(s, 5, 7, &m) || !digits(s, 8, 10, &d)) {
		if (a->route->typed)
			no_day(a, t, meant, p);
		else
			fault(a, p, "date.form", t, N_("Write the day as year-month-day, like 2016-06-24."), NULL, 0);
		p->heading = tr(&o, N_("This is not a day"));
		near_day(a, p, meant);
		return ERR_INPUT;
	}
	if (y < 1) {
		fault(a, p, "date.year_out_of_range", t, N_("Years run from 0001 to 9999."), NULL, 0);
		p->heading = tr(&o, N_("There is no year 0000"));
		return ERR_INPUT;
	}
	if (m < 1 || m > 12) {
		fault(a, p, "date.month_out_of_range", t, N_("Months run from 01 to 12. Write the day as year-month-day."), NULL, 0);
		p->heading = TR_FILL(&o, N_("There is no month {n}"), {"n", arena_fmt(a->arena, "%02d", m)});
		near_day(a, p, date_from(y, m < 1 ? 1 : 12, d >= 1 && d <= 31 ? d : 1));
		return ERR_INPUT;
	}
	last = days_in(y, m);
	const char *msgid = N_("{month} has {n} days. Write the day as year-month-day.");
	const struct when of = {date_from(y, m, 1), BY_MONTH, false};
	FAULT(a, p, "date.day_out_of_range", t, msgid, {"month", arena_fmt(a->arena, "%.*s %d", STR_ARG(show_month(&english, m)), y)}, {"n", decimal(a, (uint64_t)last)});
	p->say = TR_SAY(&o, msgid, {"month", show_when(&o, of)}, {"n", decimal(a, (uint64_t)last)});
	p->heading = TR_FILL(&o, N_("There is no {day} {month}"), {"day", decimal(a, (uint64_t)d)}, {"month", show_month(&o, m)});
	civil near = date_from(y, m, d < 1 ? 1 : last);
	near_day(a, p, near);
	if (d > last && near + DAY <= CIVIL_MAX)
		near_day(a, p, near + DAY);
	return ERR_INPUT;
}

/* The last entry that the record had received as a day ended. */
static bool known_by(const struct ask *a, struct str value, civil *ret_day, uint64_t *ret)
{
	if (!a->source->known_at || !typed_day(a->site->typed, value, a->arena, ret_day))
		return false;
	*ret = a->source->known_at(a->source->ctx, *ret_day + DAY - 1, a->position);
	return true;
}

static int read_known(struct ask *a, const struct target_param *t, struct problem *p)
{
	struct out o = {NULL, a->arena, a->tongue};
	uint64_t meant = a->position;
	civil day;
	if ((str_u64(t->value, &a->known) || (a->route->typed && typed_number(a->site->typed, t->value, a->arena, &a->known))) && a->known <= a->position) {
		a->has_known = true;
		return 0;
	}
	bool by_day = known_by(a, t->value, &day, &meant);
	if (by_day && a->route->typed) {
		a->known = meant;
		a->has_known = true;
		return 0;
	}
	struct str n = decimal(a, meant);
	FAULT(a, p, "known.range", t,
		a->route->typed ? N_("The record has entries 0 to {n}. Write the number of one of them, or a day.") : N_("The record has entries 0 to {n}. Write the number of one of them."),
		{"n", decimal(a, a->position)});
	err_hint(&p->err, "known=%.*s", STR_ARG(n));
	p->heading = by_day ? tr(&o, N_("This is a day, not the number of an entry")) : tr(&o, N_("There is no such entry"));
	near_add(a, p, by_day ? TR_FILL(&o, N_("{n}, the last entry received by {day}"), {"n", n}, {"day", show_day(&o, day)}) : tr_digits(&o, n), other(a, a->has_on, a->on, true, meant));
	return ERR_INPUT;
}

static bool has_word(const char *words, struct str w)
{
	struct str rest = str_of(words), one;
	while (rest.n) {
		if (!str_cut(rest, ' ', &one, &rest))
			one = rest, rest = (struct str){NULL, 0};
		if (str_eq(one, w))
			return true;
	}
	return false;
}

static int wrong_word(struct ask *a, const struct query_param *d, const struct target_param *t, struct problem *p)
{
	struct out english = {NULL, a->arena, NULL}, o = {NULL, a->arena, a->tongue};
	const char *msgid = N_("It takes one of these words: {words}.");
	FAULT(a, p, "parameter.word", t, msgid, {"words", tr_list(&english, str_of(d->words))});
	p->say = TR_SAY(&o, msgid, {"words", tr_list(&o, str_of(d->words))});
	return ERR_INPUT;
}

static int read_param(struct ask *a, const struct query_param *d, const struct target_param *t, struct ask_value *v, struct problem *p)
{
	size_t max = d->max ? d->max : 500;
	switch (d->type) {
	case PARAM_DATE: return read_day(a, t, &v->day, p);
	case PARAM_NUMBER:
		if (str_u64(t->value, &v->number) && (!d->max || v->number <= d->max))
			return 0;
		return d->max ? FAULT(a, p, "parameter.number", t, N_("Write a whole number from 0 to {n}."), {"n", decimal(a, d->max)})
			      : fault(a, p, "parameter.number", t, N_("Write a whole number, 0 or more."), NULL, 0);
	case PARAM_WORD:
		return has_word(d->words, t->value)
			       ? 0
			       : wrong_word(a, d, t, p);
	case PARAM_TEXT:
		return t->value.n <= max ? 0
					 : FAULT(a, p, "parameter.length", t, N_("It has {m} bytes, and at most {n} are read. Shorten it."),
						   {"n", decimal(a, max)}, {"m", decimal(a, t->value.n)});
	}
	return 0;
}

bool route_takes(const struct query_param *p, enum form f)
{
	return !p->forms || (p->forms & FORMS(f));
}

/* The parameter of the row that has this name, if the form asked for takes it; else the end of the list. */
static size_t param_named(const struct ask *a, struct str name)
{
	const struct query_param *p = a->route->params;
	size_t k = 0;
	while (p && p[k].name && !(str_eq(str_of(p[k].name), name) && route_takes(&p[k], a->form)))
		k++;
	return k;
}

static bool takes(const struct ask *a, struct str name)
{
	const struct query_param *p = a->route->params;
	return is_mark(name) || (p && p[param_named(a, name)].name) || (a->route->when && (str_eq(name, STR("on")) || str_eq(name, STR("known"))));
}

/* All that the address does not take; the first of them is the one that the sentence names. */
static struct str not_taken(const struct ask *a, const struct target *t)
{
	struct str all = {NULL, 0};
	for (size_t i = 0; i < t->params; i++)
		if (!takes(a, t->param[i].name))
			all = ARENA_JOIN(a->arena, all, all.n ? STR(" ") : STR(""), shown(t->param[i].name));
	return all;
}

static int unknown_param(struct ask *a, const struct target *all, const struct target_param *t, struct problem *p)
{
	struct out english = {NULL, a->arena, NULL}, o = {NULL, a->arena, a->tongue};
	struct buf b;
	buf_init(&b, 400);
	for (const struct query_param *d = a->route->params; d && d->name; d++)
		buf_addf(&b, route_takes(d, a->form) ? "%s " : "", d->name);
	buf_adds(&b, a->route->when ? "on known" : "");
	struct str names = arena_str(a->arena, buf_str(&b));
	buf_done(&b);
	FAULT(a, p, "parameter.unknown", t, N_("This address takes no parameter “{name}”."), {"name", shown(t->name)});
	p->say = TR_SAY(&o, names.n ? N_("This address takes no parameter “{name}”. It takes: {names}.")
				     : N_("This address takes no parameter “{name}”. It takes none."),
		{"name", shown(t->name)}, {"names", tr_list(&o, names)});
	err_hint(&p->err, names.n ? "It takes: %.*s." : "It takes none.", STR_ARG(tr_list(&english, names)));
	p->heading = tr(&o, N_("The address holds a parameter that is not known"));
	p->field = (struct str){NULL, 0}; /* nothing to correct in a form */
	near_add(a, p, TR_SAY(&o, N_("This page without {names}"), {"names", tr_list(&o, not_taken(a, all))}), other(a, a->has_on, a->on, a->has_known, a->known));
	return ERR_INPUT;
}

/* What is asked beside the dates is taken as it stands first, so that whatever is wrong, the addresses that are offered keep the rest. */
int route_params(struct ask *a, const struct target *t, struct problem *p)
{
	const struct target_param *on = NULL, *known = NULL, *unknown = NULL, *own[ASK_PARAMS] = {NULL};
	int rc;
	a->on = a->today;
	a->known = a->position;
	for (size_t i = 0; i < t->params; i++) {
		const struct target_param *tp = &t->param[i];
		if (is_mark(tp->name))
			continue;
		size_t k = param_named(a, tp->name);
		for (size_t j = 0; j < i; j++)
			if (str_eq(t->param[j].name, tp->name))
				return fault(a, p, "parameter.twice", tp, N_("The address gives two values for it. Write one."), NULL, 0);
		if (a->route->when && str_eq(tp->name, STR("on"))) {
			on = tp;
		} else if (a->route->when && str_eq(tp->name, STR("known"))) {
			known = tp;
		} else if (!a->route->params || !a->route->params[k].name) {
			unknown = unknown ? unknown : tp;
		} else if (tp->value.n) { /* a form sends empty fields: they ask nothing */
			own[k] = tp;
			a->param[k].given = true;
			a->param[k].text = tp->value;
		}
	}
	if (known && known->value.n && (rc = read_known(a, known, p)) < 0)
		return rc;
	if (on && on->value.n) {
		if ((rc = read_day(a, on, &a->on, p)) < 0)
			return rc;
		a->has_on = true;
	}
	for (size_t k = 0; k < ASK_PARAMS; k++)
		if (own[k] && (rc = read_param(a, &a->route->params[k], own[k], &a->param[k], p)) < 0) {
			a->param[k].given = false;
			return rc;
		}
	return unknown ? unknown_param(a, t, unknown, p) : 0;
}

/* Negotiation */

/* "text/html;q=0.8": the value before the first ';' and q in thousandths; a q that cannot be read counts as 0. */
static struct str weighed(struct str item, unsigned *ret_q)
{
	struct str value = item, params, one;
	*ret_q = 1000;
	if (!str_cut(item, ';', &value, &params))
		return str_trim(item);
	while (params.n) {
		if (!str_cut(params, ';', &one, &params))
			one = params, params = (struct str){NULL, 0};
		one = str_trim(one);
		if (one.n < 3 || (one.p[0] | 32) != 'q' || one.p[1] != '=')
			continue;
		unsigned q = one.p[2] == '1' ? 1000 : 0, unit = 100;
		for (size_t i = 4; one.p[2] == '0' && i < one.n && i < 7 && one.p[i] >= '0' && one.p[i] <= '9'; i++, unit /= 10)
			q += (unsigned)(one.p[i] - '0') * unit;
		*ret_q = q;
	}
	return str_trim(value);
}

static unsigned specificity(struct str range, struct str media)
{
	struct str type = media;
	(void)str_cut(media, ';', &media, &type);
	if (str_eq(range, media))
		return 3;
	if (range.n > 2 && str_ends(range, STR("/*")) && str_starts(media, str_slice(range, 0, range.n - 1)))
		return 2;
	return str_eq(range, STR("*/*")) ? 1 : 0;
}

enum form route_negotiate(unsigned forms, struct str accept)
{
	unsigned best_q = 0;
	enum form best = (enum form)__builtin_ctz(forms);
	for (unsigned f = 0; f < FORM_MAX; f++) {
		unsigned q = 0, spec = 0;
		struct str rest = accept, item;
		if (!(forms & FORMS(f)))
			continue;
		while (rest.n) {
			unsigned item_q;
			if (!str_cut(rest, ',', &item, &rest))
				item = rest, rest = (struct str){NULL, 0};
			item = weighed(item, &item_q);
			unsigned s = specificity(item, str_of(form_media((enum form)f)));
			if (s > spec)
				spec = s, q = item_q;
		}
		if (q > best_q)
			best_q = q, best = (enum form)f;
	}
	return best;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Does the range "zh-Hans-CN", shortened at a hyphen, name the language "zh"? */
static bool language_fits(struct str range, const char *code)
{
	struct str c = str_of(code);
	if (range.n < c.n || (range.n > c.n && range.p[c.n] != '-'))
		return false;
	for (size_t i = 0; i < c.n; i++)
		if (lower(range.p[i]) != lower(c.p[i]))
			return false;
	return true;
}

size_t route_language(const struct tongue *const *offered, size_t n, struct str accept_language)
{
	size_t best = 0;
	unsigned best_q = 0;
	struct str rest = accept_language, item;
	while (rest.n) {
		unsigned q;
		if (!str_cut(rest, ',', &item, &rest))
			item = rest, rest = (struct str){NULL, 0};
		item = weighed(item, &q);
		for (size_t i = 0; i < n; i++)
			if (q > best_q && language_fits(item, offered[i]->code))
				best = i, best_q = q;
	}
	return best;
}

/* Did you mean */

/* Edit distance (insert, delete, replace), given up beyond 3 or for long words. */
static unsigned distance(struct str a, struct str b)
{
	unsigned row[33];
	if (a.n > 32 || b.n > 32)
		return str_eq(a, b) ? 0 : 4;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			unsigned keep = diagonal + (a.p[i - 1] != b.p[j - 1]), up = row[j] + 1, left = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = keep < up ? keep < left ? keep : left : up < left ? up : left;
		}
	}
	return row[b.n];
}

/* A language, or one in capitals. */
static bool like_language(struct str s)
{
	return is_language(s) || (s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z');
}

/* How far is the target from the row? `skip`: the row's {lang} is missing in the target. 4 and more: too far. */
static unsigned row_distance(const struct route *r, const struct target *t, bool skip)
{
	struct str pattern = str_of(r->pattern), rest = str_slice(pattern, 1, pattern.n), part;
	unsigned sum = 0;
	size_t i = 0;
	for (size_t k = 0; rest.n; k++) {
		if (!str_cut(rest, '/', &part, &rest))
			part = rest, rest = (struct str){NULL, 0};
		if (k == 0 && skip)
			continue;
		if (i == t->segments)
			return 4;
		struct str seg = t->segment[i++];
		sum += is_hole(part) ? (seg.n && (k || like_language(seg)) ? 0 : 4) : distance(seg, part);
	}
	return i == t->segments ? sum : 4;
}

static struct url row_address(const struct route *r, const struct target *t, const struct tongue *lang, bool skip, struct arena *a)
{
	struct str pattern = str_of(r->pattern), rest = str_slice(pattern, 1, pattern.n), part;
	struct buf b;
	size_t i = 0;
	buf_init(&b, 4 * TARGET_MAX);
	while (rest.n) {
		if (!str_cut(rest, '/', &part, &rest))
			part = rest, rest = (struct str){NULL, 0};
		bool is_lang = str_eq(part, STR("{lang}"));
		buf_addc(&b, '/');
		url_encode(&b, is_lang ? str_of(lang->code) : is_hole(part) ? t->segment[i] : part);
		i += !(is_lang && skip);
	}
	if (str_ends(pattern, STR("/")))
		buf_addc(&b, '/');
	struct url u = {arena_str(a, buf_str(&b))};
	buf_done(&b);
	return u;
}

void route_near(struct routes table, const struct target *t, const struct tongue *fallback, struct arena *a, struct nears *ret)
{
	for (unsigned wanted = 0; wanted < 3; wanted++) {
		for (size_t i = 0; i < table.n && ret->n < 5; i++) {
			const struct route *r = &table.v[i];
			bool page = str_starts(str_of(r->pattern), STR("/{lang}/"));
			for (int skip = 0; page && skip < 2; skip++) {
				if (row_distance(r, t, skip) != wanted)
					continue;
				const struct tongue *own = skip || !t->segments ? NULL : tongue_find(t->segment[0]);
				struct url u = row_address(r, t, own ? own : fallback, skip, a);
				struct near n = {u.s, u, {NULL, 0}};
				arena_push(a, ret, n);
				break;
			}
		}
	}
}

/* The document */

static void print_params(const struct route *r, struct buf *out)
{
	size_t n = 0;
	if (r->when)
		buf_adds(out, r->typed ? "`on` day, `known` entry or day, both as people type them" : "`on` day, `known` entry"), n++;
	for (const struct query_param *p = r->params; p && p->name; p++, n++) {
		buf_addf(out, "%s`%s` ", n ? ", " : "", p->name);
		if (p->type == PARAM_WORD) {
			struct str rest = str_of(p->words), one;
			for (bool first = true; rest.n; first = false) {
				if (!str_cut(rest, ' ', &one, &rest))
					one = rest, rest = (struct str){NULL, 0};
				buf_addf(out, "%s`%.*s`", first ? "" : " or ", STR_ARG(one));
			}
		} else {
			buf_adds(out, p->type == PARAM_DATE ? "day" : p->type == PARAM_NUMBER ? "number" : "text");
		}
		if (p->says)
			buf_addf(out, " (%s)", p->says);
	}
}

void route_print(struct routes table, struct buf *out)
{
	buf_adds(out,
		"<!-- SPDX-License-Identifier: Apache-2.0 -->\n# Addresses\n\nPrinted from the route table (`src/web/routes.c`).\n\n"
		"Pages begin with their language; machine addresses carry none. The form follows from the `Accept` header, or from a\n"
		"suffix (`/en/participants/BY.json`, `/en/index.json`). `on` is a day, year-month-day, and answers as at the end of that\n"
		"day; `known` is an entry of the log, and answers from the entries up to it. Without them: today, and all that is known.\n"
		"Every address answers GET and HEAD. A parameter that is not listed is refused with 400, but for the marks that newsletters\n"
		"and social networks put on links (`utm_source`, `fbclid` ...), which ask nothing.\n\n"
		"| address | shows | forms | parameters |\n|---|---|---|---|\n");
	for (size_t i = 0; i < table.n; i++) {
		const struct route *r = &table.v[i];
		buf_addf(out, "| `%s` | %s | ", r->pattern, r->title);
		for (unsigned f = 0, n = 0; f < FORM_MAX; f++)
			if (r->forms & FORMS(f))
				buf_addf(out, "%s%s", n++ ? ", " : "", form_name((enum form)f));
		buf_adds(out, " | ");
		print_params(r, out);
		if (r->body_max)
			buf_addf(out, "%sPOST: up to %zu bytes", r->when || r->params ? ", " : "", r->body_max);
		buf_adds(out, " |\n");
	}
}
