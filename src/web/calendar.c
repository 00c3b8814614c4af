/* SPDX-License-Identifier: Apache-2.0 */
#include "web/calendar.h"

#include "press/ical.h"
#include "web/due.h"
#include "web/page_meetings.h"
#include "web/site.h"

#include <string.h>

enum { SHIFTS_MAX = 400, LOOKS_MAX = 8 /* points of knowledge that one answer goes back to */ };

typedef LIST(struct ical_event) event_list;

/* ---- the seat's clocks ---------------------------------------------------------------------------------------------------------------- */

static int offset_of(const struct model *m, int64_t at)
{
	return (int)(org_civil(m->org, at) - at);
}

static void find_shifts(const struct model *m, int64_t from, int64_t to, struct ical *c)
{
	struct ical_shift *all = arena_array(m->arena, SHIFTS_MAX, struct ical_shift);
	int before, after = c->offset = offset_of(m, from);
	for (int64_t at = from; (at = org_next_shift(m->org, at)) < to && c->nshifts < SHIFTS_MAX;) {
		before = after;
		after = offset_of(m, at);
		if (after != before)
			all[c->nshifts++] = (struct ical_shift){at + before, before, after};
	}
	c->shifts = all;
}

/* ---- meetings -------------------------------------------------------------------------------------------------------------------------- */

/* All that was filed to correct or annul this act, and each of those. */
static uint32_t corrections(const struct model *m, const struct record_act *a)
{
	uint32_t n = 0;
	for (size_t i = 0; a && i < a->ncorrected_by; i++)
		n += 1 + corrections(m, record_act(m->record, a->corrected_by[i])); /* depth: MAX_CORRECTION_DEPTH */
	return n;
}

/* How often it was convened, called off, corrected: it only grows, whatever becomes of these acts. */
static uint32_t sequence(const struct model *m, sym meeting)
{
	const act_refs *acts = almanac_naming(m->al, meeting);
	uint32_t n = 0;
	for (size_t i = 0; i < acts->n; i++) {
		const struct record_act *a = acts->v[i];
		bool told = a->act.kind == m->voc->act.meeting_convened || a->act.kind == m->voc->act.meeting_cancelled;
		if (told && a->act.kind != NO_ID && record_place(m->record, a->pos) == a->pos)
			n += 1 + corrections(m, a);
	}
	return n ? n - 1 : 0;
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
	for (size_t i = 0; en && i < en->ntitles; i++)
		if (str_eq(en->titles[i].text, title))
			return tongue_tag(en->titles[i].lang);
	return str_of(m->a->tongue->lang);
}

static struct str uid_of(const struct model *m, struct str name)
{
	return arena_fmt(m->arena, "%.*s@%.*s", STR_ARG(name), STR_ARG(m->org->origin));
}

static void add_event(const struct model *m, const struct convened *c, struct said title, struct url page, bool off, const struct record_act *by, event_list *l)
{
	struct str id = syms_str(m->syms, c->meeting);
	if (!has_days(c->act) || l->n == ICAL_EVENTS_MAX)
		return;
	civil convened = model_entered(m, c->act), off_at = by ? model_entered(m, by) : convened;
	struct ical_event v = {.uid = uid_of(m, id), .summary = title.text.n ? title.text : id, .lang = title.lang, .location = model_place(m, meeting_place(c)).text,
		.url = ARENA_JOIN(m->arena, m->a->site->base.s, page.s),
		.category = c->body == SYM_ABSENT ? STR("") : model_title(m, c->body).text, .first = c->first, .last = c->last,
		.status = off ? ICAL_CANCELLED : days_unverified(c) ? ICAL_TENTATIVE : ICAL_CONFIRMED,
		.sequence = sequence(m, c->meeting), .changed = off_at > convened ? off_at : convened};
	arena_push(m->arena, l, v);
}

static void add_meeting(const struct model *m, const struct convened *c, event_list *l)
{
	bool off = false;
	const struct record_act *by = cancelled_by(m, c->meeting, &off);
	struct str title = model_title(m, c->meeting).text;
	add_event(m, c, (struct said){title, language_of(m, syms_str(m->syms, c->meeting), title)}, model_href(m, c->meeting), off, by, l);
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

/* ---- meetings that no act convenes any more ---------------------------------------------------------------------------------------------- */

struct annulled {
	struct convened c; /* as it was convened last */
	const struct record_act *by; /* what annulled that */
};

typedef LIST(struct annulled) annulled_list;

/* The newest annulment among what was filed against this act, and against that. */
static const struct record_act *annulment(const struct model *m, const struct record_act *a)
{
	const struct record_act *newest = a && a->act.annul ? a : NULL;
	for (size_t i = 0; a && i < a->ncorrected_by; i++) { /* depth: MAX_CORRECTION_DEPTH */
		const struct record_act *c = annulment(m, record_act(m->record, a->corrected_by[i]));
		newest = c && (!newest || c->pos > newest->pos) ? c : newest;
	}
	return newest;
}

static bool is_listed(const convened_list *all, const annulled_list *gone, sym meeting)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].meeting == meeting)
			return true;
	for (size_t i = 0; i < gone->n; i++)
		if (gone->v[i].c.meeting == meeting)
			return true;
	return false;
}

/* In calendars that people have it stays until it is said that it is off: its name stays, and it is cancelled. */
static void all_annulled(const struct model *m, const convened_list *all, annulled_list *ret)
{
	const act_refs *acts = almanac_of_kind(m->al, m->voc->act.meeting_convened);
	for (size_t i = 0; i < acts->n; i++) {
		const struct record_act *a = acts->v[i];
		struct annulled x;
		if (!model_reached(m, a->act.date) || record_standing(m->record, a->pos))
			continue;
		convened_of(m, a, &x.c);
		x.by = is_listed(all, ret, x.c.meeting) ? NULL : annulment(m, record_act(m->record, record_place(m->record, a->pos)));
		if (x.by)
			arena_push(m->arena, ret, x);
	}
}

/* Did it concern this party before it was annulled? What is asked is the view of that time, with its own numbers for names. */
static bool concerned(const struct model *m, const struct annulled *x, sym party)
{
	struct almanac *al;
	struct value args[2];
	struct stretch *s;
	struct err e;
	size_t n = 0;
	if (x->c.chair == party)
		return true;
	if (register_site_almanac(m->site, x->by->pos - 1, m->a->tongue, &al, &e) < 0)
		return false;
	const uint32_t facts[] = {al->voc.fact.may_attend, al->voc.fact.must_invite, al->voc.fact.present};
	if (view_entity(al->view, syms_str(m->syms, party), &args[0]) && view_entity(al->view, syms_str(m->syms, x->c.meeting), &args[1]))
		for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
			n += stretches(al->view, facts[i], args, m->arena, &s);
	almanac_unref(al);
	return n > 0;
}

static bool was_for(const struct model *m, const struct annulled *x, const struct entity *en, size_t *looks)
{
	if (!en || en->name == x->c.meeting || en->name == x->c.body)
		return true;
	bool party = m->voc->type.Party != NO_ID && type_accepts(m->rb, m->voc->type.Party, en->type);
	return party && (x->c.chair == en->name || (++*looks <= LOOKS_MAX && concerned(m, x, en->name)));
}

static void add_annulled(const struct model *m, const struct annulled *x, event_list *l)
{
	struct said title = model_said(m, x->c.act, "title");
	if (!title.lang.n)
		title.lang = str_of(m->a->tongue->lang);
	add_event(m, &x->c, title, model_act_href(m, x->c.act->pos), true, x->by, l);
}

/* ---- what ends or begins by itself ------------------------------------------------------------------------------------------------------ */

/* What an entity was last named by, looked for once: an act, or what was filed against one. */
struct named {
	const struct record_act **last; /* by sym */
	size_t n;
};

static const struct record_act *last_naming(const struct model *m, struct named *k, sym entity)
{
	const struct record_act *newest = entity < k->n ? k->last[entity] : NULL;
	const act_refs *acts = almanac_naming(m->al, entity);
	if (newest)
		return newest;
	for (size_t i = 0; i < acts->n; i++) {
		const struct record_act *a = acts->v[i], *c = a->ncorrected_by ? record_act(m->record, a->corrected_by[a->ncorrected_by - 1]) : a;
		newest = !newest || c->pos > newest->pos ? c : newest;
	}
	if (entity < k->n)
		k->last[entity] = newest;
	return newest;
}

/* The newest act that could have moved it: one that names what it is about. */
static const struct record_act *moved_by(const struct model *m, const struct due *d, struct named *k)
{
	const struct record_act *newest = NULL;
	for (uint32_t i = 0; i < m->rb->facts.v[d->fact].nparams; i++) {
		const struct record_act *a = d->args[i].kind == V_ENTITY ? last_naming(m, k, d->args[i].s) : NULL;
		newest = a && (!newest || a->pos > newest->pos) ? a : newest;
	}
	return newest;
}

static struct str plain(const struct model *m, struct value v)
{
	struct buf b;
	buf_init(&b, 512);
	value_print(m->syms, v, &b);
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static struct str due_name(const struct model *m, const struct due *d)
{
	struct str name = syms_str(&m->rb->syms, m->rb->facts.v[d->fact].name), value = d->s->disputed ? STR("disputed") : plain(m, d->s->value);
	for (uint32_t k = 0; k < m->rb->facts.v[d->fact].nparams; k++)
		name = arena_fmt(m->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(plain(m, d->args[k])));
	return arena_fmt(m->arena, "%.*s.%.*s.%zu.%s", STR_ARG(name), STR_ARG(value), d->number, d->ends ? "ends" : "begins");
}

static void add_due(const struct model *m, const struct due *d, struct named *k, event_list *l)
{
	const struct record_act *by = moved_by(m, d, k);
	struct str says = d->s->disputed ? model_readings_text(m, d->fact, d->args, d->s) : model_say_text(m, d->fact, d->args, d->s->value);
	bool unverified = d->ends ? d->s->to_unverified : d->s->from_unverified;
	if (!by || l->n == ICAL_EVENTS_MAX)
		return;
	struct ical_event v = {.uid = uid_of(m, due_name(m, d)), .lang = str_of(m->a->tongue->lang), .category = model_fact(m, d->fact),
		.url = ARENA_JOIN(m->arena, m->a->site->base.s, model_why_on_href(m, d->fact, d->args, date_day(d->at)).s), .first = d->at, .last = d->at,
		.status = unverified || d->s->disputed ? ICAL_TENTATIVE : ICAL_CONFIRMED, .sequence = (uint32_t)by->pos, .changed = model_entered(m, by)};
	v.summary = d->ends ? TR_FILL(&m->o, N_("Last day: {statement}"), {"statement", says}) : TR_FILL(&m->o, N_("From this day: {statement}"), {"statement", says});
	arena_push(m->arena, l, v);
}

/* ---- the calendar ----------------------------------------------------------------------------------------------------------------------- */

/* Meetings that were convened, then annulled, too; of one that is no more, the page's name is all that is left. */
static void add_meetings(const struct model *m, const struct entity *en, struct str gone_name, event_list *l)
{
	convened_list all = {0};
	annulled_list gone = {0};
	size_t looks = 0;
	all_convened(m, SYM_ABSENT, &all);
	all_annulled(m, &all, &gone);
	for (size_t i = 0; i < all.n; i++)
		if (!gone_name.n && fits(m, &all.v[i], en) && wanted(m, &all.v[i]))
			add_meeting(m, &all.v[i], l);
	for (size_t i = 0; i < gone.n; i++)
		if (gone_name.n ? str_eq(syms_str(m->syms, gone.v[i].c.meeting), gone_name) : was_for(m, &gone.v[i], en, &looks) && wanted(m, &gone.v[i].c))
			add_annulled(m, &gone.v[i], l);
}

static void add_dues(const struct model *m, const struct entity *en, event_list *l)
{
	due_list dues = {0};
	struct named named;
	if (m->voc->type.Meeting != NO_ID && type_accepts(m->rb, m->voc->type.Meeting, en->type))
		return;
	due_about(m, en, &dues);
	named.n = dues.n ? syms_count(m->syms) : 0;
	named.last = arena_array(m->arena, named.n + 1, const struct record_act *);
	for (size_t i = 0; i < dues.n; i++)
		add_due(m, &dues.v[i], &named, l);
}

int calendar_show(struct model *m, struct err *e)
{
	event_list events = {0};
	const struct entity *en = NULL;
	int rc = meetings_wanted(m, e);
	if (rc < 0)
		return rc;
	rc = m->a->ids ? model_entity(m, m->a->id[0], ANY_TYPE, "thing", &en, e) : 0;
	struct str gone = rc == ERR_ABSENT ? m->a->id[0] : STR("");
	if (rc < 0 && rc != ERR_ABSENT)
		return rc;
	add_meetings(m, en, gone, &events);
	if (rc < 0 && !events.n)
		return rc;
	if (en)
		add_dues(m, en, &events);
	struct site_words words = site_words_of(m->org, m->a->tongue, m->arena);
	struct ical c = {.product = arena_fmt(m->arena, "-//%.*s//Comity//EN", STR_ARG(m->org->origin)), .description = words.notice,
		.lang = str_of(m->a->tongue->lang), .zone = m->org->time_zone,
		.url = ARENA_JOIN(m->arena, m->a->site->base.s, ask_on_known(m->a, m->a->has_on, m->a->on, m->a->has_known, m->a->known).s)};
	c.name = ARENA_JOIN(m->arena, words.organisation, tr_colon(&m->o), en ? model_title(m, en->name).text : gone.n ? gone : model_tr(m, N_("Meetings")));
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
