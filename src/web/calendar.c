/* SPDX-License-Identifier: Apache-2.0 */
#include "web/calendar.h"

#include "press/ical.h"
#include "web/page_meetings.h"
#include "web/site.h"

#include <string.h>

enum { SHIFTS_MAX = 400 };

typedef LIST(struct ical_event) event_list;

/* ---- the seat's clocks ---------------------------------------------------------------------------------------------------------------- */

static int offset_of(const struct model *m, int64_t at)
{
	return (int)(org_civil(m->org, at) - at);
}

/* The shifts of the clocks in these years: looked for week by week, and found to the second. */
static void find_shifts(const struct model *m, int64_t from, int64_t to, struct ical *c)
{
	struct ical_shift *all = arena_array(m->arena, SHIFTS_MAX, struct ical_shift);
	c->offset = offset_of(m, from);
	for (int64_t at = from; at < to && c->nshifts < SHIFTS_MAX; at += 7 * DAY) {
		int before = offset_of(m, at), after = offset_of(m, at + 7 * DAY);
		int64_t low = at, high = at + 7 * DAY;
		if (before == after)
			continue;
		while (high - low > 1) {
			int64_t mid = low + (high - low) / 2;
			if (offset_of(m, mid) == before)
				low = mid;
			else
				high = mid;
		}
		all[c->nshifts++] = (struct ical_shift){high + before, before, after};
	}
	c->shifts = all;
}

/* ---- events ---------------------------------------------------------------------------------------------------------------------------- */

/* How often what stands there was corrected: each correction points at what it corrects. */
static uint32_t corrections(const struct model *m, const struct record_act *a)
{
	uint32_t n = 0;
	for (; a && act_is_correction(&a->act); n++)
		a = record_act(m->record, act_corrects(&a->act));
	return n;
}

/* The act by which a meeting was called off; NULL: it was not. */
static const struct record_act *cancelled_by(const struct model *m, sym meeting, bool *ret)
{
	uint32_t fact = m->voc->fact.cancelled;
	const struct stretch *s = fact == NO_ID ? NULL : model_now(m, fact, args_of(m, 1, entity_value(meeting)));
	*ret = s && !s->disputed;
	return s ? s->cause.act : NULL;
}

/* A meeting of which only the month or the year is known has no day to stand on. */
static bool has_days(const struct record_act *a)
{
	return str_eq(record_precision(a, STR("first")), STR("day")) && str_eq(record_precision(a, STR("last")), STR("day"));
}

/* The language of the title that a thing has here, which need not be the page's. */
static struct str language_of(const struct model *m, struct str id, struct str title)
{
	const struct entity *en = record_entity(m->record, id);
	for (size_t i = 0; en && i < en->ntitles; i++) {
		const struct tongue *t = tongue_find(en->titles[i].lang);
		if (str_eq(en->titles[i].text, title))
			return t ? str_of(t->lang) : en->titles[i].lang;
	}
	return str_of(m->a->tongue->lang);
}

static void add_meeting(const struct model *m, const struct convened *c, event_list *l)
{
	bool off = false;
	const struct record_act *by = cancelled_by(m, c->meeting, &off);
	struct str id = syms_str(m->syms, c->meeting), title = model_title(m, c->meeting).text;
	if (!has_days(c->act) || l->n == ICAL_EVENTS_MAX)
		return;
	civil changed = by && by->received > c->act->received ? by->received : c->act->received;
	struct ical_event v = {.uid = arena_fmt(m->arena, "%.*s@%.*s", STR_ARG(id), STR_ARG(m->org->origin)), .summary = title,
		.lang = language_of(m, id, title), .location = c->place,
		.url = ARENA_JOIN(m->arena, m->a->site->base.s, model_href(m, c->meeting).s),
		.category = c->body == SYM_ABSENT ? STR("") : model_title(m, c->body).text, .first = c->first, .last = c->last,
		.status = off ? ICAL_CANCELLED : c->unverified ? ICAL_TENTATIVE : ICAL_CONFIRMED,
		.sequence = corrections(m, c->act) + (off ? 1 + corrections(m, by) : 0), .changed = changed};
	arena_push(m->arena, l, v);
}

/* May it attend, must it be invited, does it take the chair? */
static bool concerns(const struct model *m, const struct convened *c, sym party)
{
	uint32_t facts[] = {m->voc->fact.may_attend, m->voc->fact.must_invite, m->voc->fact.present};
	if (c->chair == party)
		return true;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		const struct value *args = args_of(m, 2, entity_value(party), entity_value(c->meeting));
		struct stretch *s;
		if (facts[i] != NO_ID && model_stretches(m, facts[i], args, &s))
			return true;
	}
	return false;
}

static bool fits(const struct model *m, const struct convened *c, const struct entity *en)
{
	if (!en)
		return true;
	if (en->name == c->meeting || en->name == c->body)
		return true;
	return m->voc->type.Party != NO_ID && type_accepts(m->rb, m->voc->type.Party, en->type) && concerns(m, c, en->name);
}

/* The parameters of the list of meetings. */
static bool wanted(const struct model *m, const struct convened *c)
{
	struct ask_value body = ask_param(m->a, "body"), year = ask_param(m->a, "year");
	int y, mo, d;
	date_split(c->first, &y, &mo, &d);
	return (!body.given || (c->body != SYM_ABSENT && str_eq(syms_str(m->syms, c->body), body.text))) && (!year.given || (uint64_t)y == year.number);
}

int calendar_show(struct model *m, struct err *e)
{
	event_list events = {0};
	convened_list all = {0};
	const struct entity *en = NULL;
	int rc = m->a->ids ? model_entity(m, m->a->id[0], ANY_TYPE, "thing", &en, e) : 0;
	if (rc < 0)
		return rc;
	struct site_words words = site_words_of(m->org, m->a->tongue, m->arena);
	struct ical c = {.product = arena_fmt(m->arena, "-//%.*s//Comity//EN", STR_ARG(m->org->origin)), .description = words.notice,
		.lang = str_of(m->a->tongue->lang), .zone = m->org->time_zone,
		.url = ARENA_JOIN(m->arena, m->a->site->base.s, ask_on_known(m->a, m->a->has_on, m->a->on, m->a->has_known, m->a->known).s)};
	c.name = arena_fmt(m->arena, "%.*s: %.*s", STR_ARG(words.organisation), STR_ARG(en ? model_title(m, en->name).text : model_tr(m, N_("Meetings"))));
	all_convened(m, SYM_ABSENT, &all);
	for (size_t i = 0; i < all.n; i++)
		if (fits(m, &all.v[i], en) && wanted(m, &all.v[i]))
			add_meeting(m, &all.v[i], &events);
	c.events = events.v;
	c.nevents = events.n;
	civil first = CIVIL_NEVER, last = CIVIL_ALWAYS;
	for (size_t i = 0; i < events.n; i++) {
		first = events.v[i].first < first ? events.v[i].first : first;
		last = events.v[i].last > last ? events.v[i].last : last;
		last = events.v[i].changed > last ? events.v[i].changed : last;
	}
	if (events.n)
		find_shifts(m, first - 400 * DAY, last + 400 * DAY, &c);
	return ical_write(&c, &m->ret->body, e);
}
