/* SPDX-License-Identifier: Apache-2.0
 *
 * One meeting: when, where, in whose chair; who may attend and why; what it decided and adopted.
 */
#include "web/page_meetings.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/page_releases.h"
#include "web/pages.h"

#include <stdlib.h>

enum { ACTS_SHOWN = 20 };

/* ---- meetings as acts ---------------------------------------------------------------------------------------------------------- */

void convened_of(const struct model *m, const struct record_act *a, struct convened *ret)
{
	struct value first = act_arg(m->rb, &a->act, "first"), last = act_arg(m->rb, &a->act, "last");
	*ret = (struct convened){.act = a, .meeting = act_entity(m, a, "M"), .body = act_entity(m, a, "B"), .chair = act_entity(m, a, "chair"),
		.first = first.kind == V_DATE ? date_day(first.t) : date_day(a->act.date),
		.last = last.kind == V_DATE ? date_day(last.t) : date_day(a->act.date)};
}

bool read_convened(const struct model *m, const struct record_act *a, struct convened *ret)
{
	if (a->act.kind == NO_ID || a->act.kind != m->voc->act.meeting_convened || !act_counts(m, a))
		return false;
	convened_of(m, a, ret);
	return true;
}

bool is_over(const struct model *m, const struct convened *c)
{
	return model_reached(m, c->last + DAY);
}

bool days_unverified(const struct convened *c)
{
	return record_unverified(c->act, STR("first")) || record_unverified(c->act, STR("last"));
}

struct str meeting_place(const struct convened *c)
{
	return json_get_str(c->act->json, "place");
}

static int by_first_day(const void *x, const void *y)
{
	const struct convened *a = x, *b = y;
	return a->first != b->first ? (a->first > b->first) - (a->first < b->first) : (a->act->pos > b->act->pos) - (a->act->pos < b->act->pos);
}

void all_convened(const struct model *m, sym body, convened_list *ret)
{
	struct convened c;
	const act_refs *among = body == SYM_ABSENT ? acts_of_kind_now(m, m->voc->act.meeting_convened) : acts_naming_now(m, body);
	for (size_t i = 0; i < among->n; i++)
		if (read_convened(m, among->v[i], &c) && (body == SYM_ABSENT || c.body == body))
			arena_push(m->arena, ret, c);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, by_first_day);
}

/* Which of two days is named in full: in a language that begins with the year, the first. */
static bool day_first(const struct model *m)
{
	return str_starts(tr(&m->o, "{day}\u00a0{month} {year}"), STR("{day}"));
}

/* A day without what another, named in full beside it, says too: "8", and of another month of that year "31 August". */
static struct html short_day(const struct model *m, civil day, civil other)
{
	int y, mo, d;
	date_split(day, &y, &mo, &d);
	struct html n = number(m, (uint64_t)d);
	if (date_first_of_month(day) != date_first_of_month(other))
		return SENTENCE(m, tr_start(&m->o, N_("{day}\u00a0{month}")), {"day", n}, {"month", model_plain(m, show_month(&m->o, mo))});
	return day_first(m) ? n : SENTENCE(m, tr_start(&m->o, N_("{day} of that month")), {"day", n});
}

struct html meeting_days(const struct model *m, const struct convened *c)
{
	struct when to = model_arg_when(c->act, STR("last"), c->last);
	to.unverified = days_unverified(c);
	struct html last = model_when(m, to);
	if (c->first == c->last || to.precision != BY_DAY)
		return last;
	bool once = date_year(c->first) == date_year(c->last); /* is the year said? "8 and 9 June 2017" */
	struct html first = once && day_first(m) ? short_day(m, c->first, c->last) : model_when(m, (struct when){c->first, BY_DAY, to.unverified});
	if (once && !day_first(m))
		last = short_day(m, c->last, c->first);
	return SENTENCE(m, tr_start(&m->o, c->last == c->first + DAY ? N_("{first} and {last}") : N_("{first} to {last}")), {"first", first},
		{"last", last});
}

/* ---- what came of it ----------------------------------------------------------------------------------------------------------- */

/* Acts of a kind whose parameter M is the meeting, in order of their entries. */
static struct gazette of_meeting(const struct model *m, uint32_t kind, sym meeting)
{
	struct gazette g = {0};
	const act_refs *naming = acts_naming_now(m, meeting);
	for (size_t i = naming->n; kind != NO_ID && i-- > 0;) {
		const struct record_act *a = naming->v[i];
		if (a->act.kind == kind && act_counts(m, a) && act_entity(m, a, "M") == meeting) {
			struct gazette_item item = act_item(m, a);
			arena_push(m->arena, &g.items, item);
		}
	}
	return g;
}

/* What each decision became, instead of the kind of its act. */
static void fill_decisions(const struct model *m, sym meeting, struct meeting_page *p)
{
	const act_refs *naming = acts_naming_now(m, meeting);
	for (size_t i = naming->n; m->voc->act.decision_tabled != NO_ID && i-- > 0;) {
		const struct record_act *a = naming->v[i];
		if (a->act.kind != m->voc->act.decision_tabled || !act_counts(m, a) || act_entity(m, a, "M") != meeting)
			continue;
		sym d = act_entity(m, a, "D");
		struct gazette_item item = act_item(m, a);
		const struct stretch *s =
			m->voc->fact.decision == NO_ID ? NULL : model_now(m, m->voc->fact.decision, args_of(m, 1, entity_value(d)));
		item.href = model_href(m, d);
		item.title = model_title(m, d).text;
		item.name = model_mark(m, model_title(m, d));
		item.text = s ? model_text(m, m->voc->fact.decision, s->value) : model_tr(m, N_("Tabled"));
		item.says = (struct html){{NULL, 0}};
		arena_push(m->arena, &p->decisions.items, item);
	}
}

static void fill_glance(const struct model *m, const struct convened *c, struct meeting_page *p)
{
	struct value me = entity_value(c->meeting);
	add_pair(m, &p->glance, model_tr(m, N_("Body")), c->body == SYM_ABSENT ? (struct html){{NULL, 0}} : model_link(m, c->body));
	add_pair(m, &p->glance, model_tr(m, N_("When")), meeting_days(m, c));
	add_pair(m, &p->glance, model_tr(m, N_("Where")), model_mark(m, model_place(m, meeting_place(c))));
	add_pair(m, &p->glance, model_tr(m, N_("Chair")), c->chair == SYM_ABSENT ? (struct html){{NULL, 0}} : model_link(m, c->chair));
	add_pair(m, &p->glance, model_tr(m, N_("Convened")), model_act(m, c->act->pos));
	const struct stretch *off = model_now(m, m->voc->fact.cancelled, args_of(m, 1, me));
	if (off)
		add_pair(m, &p->glance, model_tr(m, N_("Cancelled")), model_cause(m, &off->cause));
	if (m->voc->fact.open != NO_ID) {
		const struct value *args = args_of(m, 1, me);
		const struct stretch *s = model_now(m, m->voc->fact.open, args);
		struct html parts[2] = {model_plain(m, s ? model_tr(m, N_("open to observers and partners")) : model_tr(m, N_("no open session on record"))),
			s ? model_why(m, m->voc->fact.open, args) : (struct html){{NULL, 0}}};
		add_pair(m, &p->glance, model_tr(m, N_("Session")), join(m, parts, 2, " "));
	}
	LIST(struct html) areas = {0};
	const act_refs *naming = acts_naming_now(m, c->meeting);
	for (size_t i = naming->n; i-- > 0;) {
		const struct record_act *a = naming->v[i];
		if (a->act.kind != NO_ID && a->act.kind == m->voc->act.area_assigned && act_counts(m, a) && act_entity(m, a, "M") == c->meeting) {
			struct html one = model_link(m, act_entity(m, a, "A"));
			arena_push(m->arena, &areas, one);
		}
	}
	add_pair(m, &p->glance, model_tr(m, N_("Area")), join_commas(m, areas.v, areas.n));
	const struct record_act *closed = act_about(m, m->voc->act.meeting_closed, "M", c->meeting);
	struct value documents = closed ? act_arg(m->rb, &closed->act, "documents") : VALUE_NONE;
	if (documents.kind == V_INT)
		add_pair(m, &p->glance, model_tr(m, N_("Documents reported")), SENTENCE(m, tr_start(&m->o, N_("{n}, {act}")),
			{"n", number(m, (uint64_t)documents.i)}, {"act", model_act(m, closed->pos)}));
	struct said note = model_date_note(m, c->act);
	struct html notes[2] = {model_act_text(m, c->act), note.text.n ? model_mark(m, note) : (struct html){{NULL, 0}}};
	p->note = join(m, notes, 2, " ");
}

/* The first on that side that is convened on the day asked about. */
static struct link neighbour(const struct model *m, const convened_list *ever, size_t at, size_t step)
{
	for (at += step; at < ever->n; at += step)
		if (model_reached(m, ever->v[at].act->act.date)) {
			struct said title = model_title(m, ever->v[at].meeting);
			return (struct link){.href = model_href(m, ever->v[at].meeting), .text = title.text, .says = model_mark(m, title)};
		}
	return (struct link){0};
}

static void fill_neighbours(const struct model *m, const struct convened *c, struct meeting_page *p)
{
	convened_list all = {0};
	struct model ever = whenever(m);
	if (c->body == SYM_ABSENT)
		return;
	all_convened(&ever, c->body, &all);
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].meeting == c->meeting) {
			p->before = neighbour(m, &all, i, SIZE_MAX); /* back: below the first it is past the end */
			p->after = neighbour(m, &all, i, 1);
		}
}

/* ---- what else follows ---------------------------------------------------------------------------------------------------------- */

static bool reads(const struct node *n, uint32_t fact)
{
	bool found = n && (n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT) && n->fact == fact;
	for (uint32_t i = 0; n && i < n->nkids && !found; i++)
		found = reads(n->kids[i], fact);
	return found;
}

/* Is it of a party at a meeting, and does the right to attend rest on it? */
static bool behind_attendance(const struct model *m, uint32_t fact)
{
	const struct fact *f = &m->rb->facts.v[fact];
	const uint32_t right = m->voc->fact.may_attend;
	if (right == NO_ID || f->nparams != m->rb->facts.v[right].nparams)
		return false;
	for (uint32_t i = 0; i < f->nparams; i++)
		if (f->params[i].type != m->rb->facts.v[right].params[i].type)
			return false;
	for (size_t i = 0; i < m->rb->rules.n; i++)
		if (m->rb->rules.v[i].fact == right && reads(m->rb->rules.v[i].cond, fact))
			return true;
	return false;
}

/* All but what the table of those who come tells already. */
static int what_else(const struct model *m, sym meeting, shown_list *shown, struct records *ret, struct err *e)
{
	const uint32_t told[] = {m->voc->fact.may_attend, m->voc->fact.must_invite, m->voc->fact.present, m->voc->fact.answer, m->voc->fact.open};
	LIST(uint32_t) without = {0};
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		arena_push(m->arena, &without, told[i]);
	for (uint32_t fact = 0; fact < m->rb->facts.n; fact++)
		if (behind_attendance(m, fact))
			arena_push(m->arena, &without, fact);
	return facts_about(m, meeting, without.v, without.n, shown, ret, e);
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------ */

static int answer_json(struct model *m, sym name, const struct convened *c, struct err *e)
{
	const participant_list *parties = almanac_parties_about(m->al, name, false, m->arena);
	json_t *page = data_page(m), *attend = json_array(), *present = json_array();
	json_object_set_new(page, "meeting", data_entity(m, name));
	if (c) {
		json_object_set_new(page, "convened", data_act(m, c->act));
		json_object_set_new(page, "first", data_date(c->first));
		json_object_set_new(page, "last", data_date(c->last));
		json_object_set_new(page, "place", data_str(meeting_place(c)));
	}
	for (size_t i = 0; i < parties->n; i++) {
		const struct value *args = args_of(m, 2, parties->v[i]->who, entity_value(name));
		if (m->voc->fact.may_attend != NO_ID) {
			json_t *h = data_history(m, m->voc->fact.may_attend, args);
			json_array_extend(attend, h);
			json_decref(h);
		}
		const struct stretch *s = m->voc->fact.present == NO_ID ? NULL : model_now(m, m->voc->fact.present, args);
		if (s)
			json_array_append_new(present, data_stretch(m, m->voc->fact.present, args, s));
	}
	json_object_set_new(page, "may_attend", attend);
	json_object_set_new(page, "present", present);
	return data_send(m, page, e);
}

static int show(struct model *m, struct err *e)
{
	struct meeting_page p = {0};
	const struct entity *en;
	struct convened c;
	shown_list also = {0};
	struct moment_list days = {0};
	int rc = model_entity(m, m->a->id[0], m->voc->type.Meeting, N_("meeting"), &en, e);
	if (rc < 0)
		return rc;
	const struct record_act *a = introduced_by(m, en);
	p.convened = a && read_convened(m, a, &c);
	if (m->a->form == FORM_JSON)
		return answer_json(m, en->name, p.convened ? &c : NULL, e);
	p.title = model_title(m, en->name);
	frame_named(&p.frame, m->a, p.title.text, model_mark(m, p.title));
	other_names(m, en, &p.names);
	p.over = model_plain(m, model_tr(m, N_("Meeting")));
	if (p.convened) {
		p.over = SENTENCE(m, tr_start(&m->o, meeting_place(&c).n ? N_("Meeting, {when}, {place}") : N_("Meeting, {when}")), {"when", meeting_days(m, &c)},
			{"place", model_mark(m, model_place(m, meeting_place(&c)))});
		if ((rc = fill_attendance(m, &c, &p, e)) < 0)
			return rc;
		fill_decisions(m, en->name, &p);
		p.instruments = of_meeting(m, m->voc->act.instrument_adopted, en->name);
		for (size_t i = 0; i < p.instruments.items.n; i++)
			p.instruments.items.v[i].text = (struct str){NULL, 0};
		p.releases = releases_about(m, en->name, SIZE_MAX, NULL);
		fill_glance(m, &c, &p);
		fill_neighbours(m, &c, &p);
	}
	if ((rc = what_else(m, en->name, &also, &p.facts, e)) < 0)
		return rc;
	p.acts = acts_naming(m, en->name, ACTS_SHOWN, NULL);
	p.all_acts = all_acts_link(m, en->name, ACTS_SHOWN);
	struct model ever = whenever(m);
	a = introduced_by(&ever, en);
	if (a && read_convened(&ever, a, &c)) {
		if (model_arg_when(c.act, STR("first"), c.first).precision == BY_DAY)
			add_moment(m, &days, c.first, model_plain(m, model_tr(m, N_("first day"))));
		capacity_days(m, &c, &days);
	}
	watch_days(m, &days, &p.frame.bar);
	page_meeting(&m->o, &p);
	return 0;
}

int meeting_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
