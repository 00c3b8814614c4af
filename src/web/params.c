/* SPDX-License-Identifier: Apache-2.0 */
#include "web/params.h"

#include "web/frame.h"
#include "http/marks.h"
#include "web/typed.h"

#include <string.h>

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

/* No day can be read in it. Where one may be written in words, it says so: like this one. */
static void no_day(struct ask *a, const struct target_param *t, civil like, struct problem *p)
{
	const struct out o = {NULL, a->arena, a->tongue}, english = {NULL, a->arena, NULL};
	const char *msgid = N_("No day can be read in that. Write it like {day} or {iso}.");
	FAULT(a, p, "date.form", t, msgid, {"day", show_day(&english, like)}, {"iso", show_iso(&english, like)});
	p->say = TR_SAY(&o, msgid, {"day", show_day(&o, like)}, {"iso", show_iso(&o, like)});
}

/* Is this day asked for by a form, which takes it as people type it? Programs say it exactly; and so does every address of a page as to the day that it shows. */
static bool by_form(const struct ask *a, const struct target_param *t)
{
	return a->route->typed || (a->form == FORM_HTML && !str_eq(t->name, STR("on")));
}

static void no_month(struct ask *a, const struct target_param *t, const struct typed_date *is, struct problem *p)
{
	const struct out o = {NULL, a->arena, a->tongue};
	fault(a, p, "date.month_out_of_range", t, N_("Months run from 01 to 12. Write the day as year-month-day."), NULL, 0);
	p->heading = TR_FILL(&o, N_("There is no month {n}"), {"n", arena_fmt(a->arena, "%02d", is->month)});
	near_day(a, p, date_from(is->year, is->month < 1 ? 1 : 12, is->day >= 1 && is->day <= 31 ? is->day : 1));
}

/* Its month does not have it: the day beside it that there is, on both sides where there are two. */
static void not_in_month(struct ask *a, const struct target_param *t, const struct typed_date *is, struct problem *p)
{
	const struct out o = {NULL, a->arena, a->tongue}, english = {NULL, a->arena, NULL};
	const char *msgid = by_form(a, t) ? N_("{month} has {n} days.") : N_("{month} has {n} days. Write the day as year-month-day.");
	const struct when of = {date_from(is->year, is->month, 1), BY_MONTH, false};
	int last = date_month_length(is->year, is->month);
	FAULT(a, p, "date.day_out_of_range", t, msgid, {"month", arena_fmt(a->arena, "%.*s %d", STR_ARG(show_month(&english, is->month)), is->year)}, {"n", decimal(a, (uint64_t)last)});
	p->say = TR_SAY(&o, msgid, {"month", show_when(&o, of)}, {"n", decimal(a, (uint64_t)last)});
	p->heading = TR_FILL(&o, N_("There is no {day} {month}"), {"day", decimal(a, (uint64_t)is->day)}, {"month", show_month(&o, is->month)});
	civil near = date_from(is->year, is->month, is->day < 1 ? 1 : last);
	near_day(a, p, near);
	if (is->day > last && near + DAY <= CIVIL_MAX)
		near_day(a, p, near + DAY);
}

/* A day, year-month-day. Says which part of a wrong one is wrong, and offers the nearest days that exist. */
static int read_day(struct ask *a, const struct target_param *t, civil *ret, struct problem *p)
{
	struct str s = t->value;
	struct out o = {NULL, a->arena, a->tongue};
	struct typed_date is;
	civil meant = a->today;
	if (date_parse(s, ret) && date_is_day(*ret) && s.n == 10)
		return 0;
	if (typed_day(a->site->typed, s, a->arena, &meant) && by_form(a, t)) {
		*ret = meant;
		return 0;
	}
	bool iso = s.n == 10 && s.p[4] == '-' && s.p[7] == '-' && digits(s, 0, 4, &is.year) && digits(s, 5, 7, &is.month) && digits(s, 8, 10, &is.day);
	if (!iso && !typed_no_day(a->site->typed, s, a->arena, &is)) {
		if (by_form(a, t))
			no_day(a, t, meant, p);
		else
			fault(a, p, "date.form", t, N_("Write the day as year-month-day, like 2016-06-24."), NULL, 0);
		p->heading = tr(&o, N_("This is not a day"));
		near_day(a, p, meant);
	} else if (is.year < 1) {
		fault(a, p, "date.year_out_of_range", t, N_("Years run from 0001 to 9999."), NULL, 0);
		p->heading = tr(&o, N_("There is no year 0000"));
	} else if (is.month < 1 || is.month > 12) {
		no_month(a, t, &is, p);
	} else {
		not_in_month(a, t, &is, p);
	}
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

/* Where it is typed otherwise than addresses write it, or under another name, the page stands at the one that says it exactly. */
static int read_own_day(struct ask *a, const struct query_param *d, const struct target_param *t, struct ask_value *v, struct problem *p)
{
	char iso[DATE_LEN];
	int rc = read_day(a, t, &v->day, p);
	if (rc == 0 && d->is_on) {
		a->on = v->day;
		a->has_on = a->typed = true;
		v->given = false;
	} else if (rc == 0 && !str_eq(t->value, str_of(date_print(v->day, iso)))) {
		v->text = arena_str(a->arena, str_of(iso));
		a->typed = true;
	}
	return rc;
}

static int read_param(struct ask *a, const struct query_param *d, const struct target_param *t, struct ask_value *v, struct problem *p)
{
	size_t max = d->max ? d->max : 500;
	switch (d->type) {
	case PARAM_DATE: return read_own_day(a, d, t, v, p);
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

/* All that the address does not take, for its reader; the first of them is the one that the sentence names. */
static struct str not_taken(const struct ask *a, const struct target *t)
{
	const struct out o = {NULL, a->arena, a->tongue};
	LIST(struct str) all = {0};
	for (size_t i = 0; i < t->params; i++)
		if (!takes(a, t->param[i].name))
			arena_push(a->arena, &all, shown(t->param[i].name));
	return tr_and(&o, all.v, all.n);
}

static int unknown_param(struct ask *a, const struct target *all, const struct target_param *t, struct problem *p)
{
	struct out english = {NULL, a->arena, NULL}, o = {NULL, a->arena, a->tongue};
	struct buf b;
	buf_init(&b, 400);
	for (const struct query_param *d = a->route->params; d && d->name; d++)
		if (route_takes(d, a->form))
			buf_addf(&b, "%s ", d->name);
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
	near_add(a, p, TR_SAY(&o, N_("This page without {names}"), {"names", not_taken(a, all)}), other(a, a->has_on, a->on, a->has_known, a->known));
	return ERR_INPUT;
}

/* What is asked beside the dates is taken as it stands first, so that whatever is wrong, the addresses that are offered keep the rest. */
int params_read(struct ask *a, const struct target *t, struct problem *p)
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
			const struct out o = {NULL, a->arena, a->tongue};
			const char *label = a->route->params[k].label;
			p->label = label ? tr(&o, label) : (struct str){NULL, 0};
			a->param[k].given = false;
			return rc;
		}
	return unknown ? unknown_param(a, t, unknown, p) : 0;
}
