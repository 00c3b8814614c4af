/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of things that facts about a party name: instruments, meetings, decisions.
 */
#include "web/dossier.h"
#include "web/listing.h"
#include "web/page_meetings.h"

#include <stdlib.h>

/* ---- tables of things -------------------------------------------------------------------------------------------- */

struct thing { /* an instrument or a meeting that facts about the party name */
	sym name;
	civil from; /* the first day of a meeting; the adoption of an instrument */
	const struct record_act *act; /* that introduced it */
	bool met;		      /* a meeting that `meeting` tells about */
	struct convened meeting;
	struct shown *fact[4];
};

typedef LIST(struct thing) things;

/* `places`: by name, its place in the list, from 1. */
static struct thing *thing_of(const struct model *m, things *l, uint32_t *places, sym name)
{
	struct thing t = {.name = name, .from = CIVIL_ALWAYS};
	if (!places[name]) {
		arena_push(m->arena, l, t);
		places[name] = (uint32_t)l->n;
	}
	return &l->v[places[name] - 1];
}

/* Gathers the instances of `facts` at the instant asked about (or at any before it), by the thing of `type` that they
 * name. */
static void gather(const struct model *m, const struct dossier *d, shown_list *from, uint32_t type, const uint32_t *facts, size_t nfacts,
	bool ever, things *ret)
{
	uint32_t *places = arena_array(m->arena, syms_count(m->syms) + 1, uint32_t);
	for (size_t i = 0; i < from->n; i++) {
		struct shown *s = &from->v[i];
		const struct fact *f = &m->rb->facts.v[s->fact];
		size_t column = 0;
		uint32_t arg = 0;
		while (column < nfacts && facts[column] != s->fact)
			column++;
		while (arg < f->nparams && f->params[arg].type != type)
			arg++;
		if (column == nfacts || arg == f->nparams || !(ever ? then_began(&d->then, s->of) : dossier_now(m, d, s) != NULL))
			continue;
		thing_of(m, ret, places, s->args[arg].s)->fact[column] = s;
	}
}

static int latest_first(const void *x, const void *y)
{
	const struct thing *a = x, *b = y;
	return a->from != b->from ? (a->from < b->from) - (a->from > b->from)
				  : (a->name < b->name) - (a->name > b->name);
}

static int oldest_first(const void *x, const void *y)
{
	return latest_first(y, x);
}

/* The act that stands where the entity was introduced. */
static const struct record_act *introduction(const struct model *m, sym name)
{
	const struct entity *en = record_entity_at(m->record, name, syms_str(m->syms, name));
	return en ? record_standing(m->record, en->named != UINT64_MAX ? en->named : en->introduced) : NULL;
}

static struct html dash(const struct model *m)
{
	return model_plain(m, STR("–"));
}

static struct html since_cell(const struct model *m, const struct shown *s)
{
	const struct stretch *x = s ? shown_now(m, s) : NULL;
	if (!x)
		return dash(m);
	if (x->disputed)
		return model_tag(m, TAG_DISPUTE, model_tr(m, N_("Two readings")));
	return model_date(m, model_from(x));
}

int dossier_instruments(const struct model *m, struct dossier *d, struct records *ret, size_t *ret_yes, struct err *e)
{
	const uint32_t facts[] = {
		m->voc->fact.signatory, m->voc->fact.approved, m->voc->fact.consented, m->voc->fact.party};
	things l = {0};
	*ret = (struct records){.label = model_tr(m, N_("Instruments"))};
	gather(m, d, &d->about[ABOUT_INSTRUMENT], m->voc->type.Instrument, facts, 4, false, &l);
	*ret_yes = 0;
	for (size_t i = 0; i < l.n; i++) {
		const struct record_act *a = introduction(m, l.v[i].name);
		l.v[i].act = a;
		l.v[i].from = a ? a->act.date : CIVIL_NEVER;
		*ret_yes += l.v[i].fact[3] != NULL;
	}
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, oldest_first);
	model_column(m, ret, model_tr(m, N_("Instrument")), false);
	model_column(m, ret, model_tr(m, N_("Adopted")), false);
	model_column(m, ret, model_tr(m, N_("Signed")), false);
	model_column(m, ret, model_tr(m, N_("Approved at home")), false);
	model_column(m, ret, model_tr(m, N_("Consent deposited")), false);
	model_column(m, ret, model_tr(m, N_("Party since")), false);
	model_column(m, ret, model_tr(m, N_("Reasons")), true);
	int rc = records_pages(m, ret, "instruments", l.n, e);
	for (uint64_t i = ret->pager.first; rc == 0 && i && i <= ret->pager.last; i++) {
		const struct thing *t = &l.v[i - 1];
		const struct shown *party = t->fact[3];
		struct record_row row = {0};
		model_cell(m, &row, model_link(m, t->name));
		model_cell(m, &row, model_date(m, t->act ? model_act_when(t->act) : (struct when){.at = CIVIL_NEVER}));
		for (size_t k = 0; k < 4; k++)
			model_cell(m, &row, since_cell(m, t->fact[k]));
		model_cell(m, &row, party ? model_why(m, party->fact, party->args) : model_plain(m, STR("")));
		arena_push(m->arena, &ret->rows, row);
	}
	return rc;
}

/* By which article it could come: the cites of the rule, from the last span that began by the day asked about. */
static struct html may_cell(const struct model *m, struct shown *s)
{
	const struct stretch *x = NULL;
	if (s)
		model_spans(m, s);
	for (size_t i = 0; s && i < s->n; i++)
		if (s->v[i].from <= m->on)
			x = &s->v[i];
	if (!x)
		return dash(m);
	struct buf b;
	struct out o = model_begin(m, &b);
	html_text(&o, model_rule_cites(m, x->cause.rule));
	if (x->disputed) {
		HTML(&o, " ");
		part_tag(&o, (struct tag){TAG_DISPUTE, model_tr(m, N_("Two readings"))});
	}
	return model_end(m, &b);
}

int dossier_meetings(const struct model *m, struct dossier *d, struct records *ret, size_t *ret_yes, struct err *e)
{
	const uint32_t facts[] = {m->voc->fact.may_attend, m->voc->fact.present};
	things l = {0};
	*ret = (struct records){.label = model_tr(m, N_("Meetings"))};
	gather(m, d, &d->about[ABOUT_MEETING], m->voc->type.Meeting, facts, 2, true, &l);
	*ret_yes = 0;
	for (size_t i = 0; i < l.n; i++) {
		struct thing *t = &l.v[i];
		t->act = introduction(m, t->name);
		t->met = t->act && read_convened(m, t->act, &t->meeting);
		t->from = t->met ? t->meeting.first : t->act ? t->act->act.date : CIVIL_NEVER;
		*ret_yes += t->fact[1] && then_holds(&d->then, t->fact[1]->of);
	}
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, latest_first);
	model_column(m, ret, model_tr(m, N_("Meeting")), false);
	model_column_plain(m, ret, model_tr(m, N_("Days")));
	model_column(m, ret, model_tr(m, N_("May attend by")), false);
	model_column_plain(m, ret, model_tr(m, N_("Attended")));
	model_column(m, ret, model_tr(m, N_("Reasons")), true);
	int rc = records_pages(m, ret, "meetings", l.n, e);
	ret->pager.by_name = false; /* the latest come first */
	for (uint64_t i = ret->pager.first; rc == 0 && i && i <= ret->pager.last; i++) {
		const struct thing *t = &l.v[i - 1];
		struct record_row row = {0};
		const struct shown *may = t->fact[0];
		const struct stretch *x = t->fact[1] ? dossier_now(m, d, t->fact[1]) : NULL;
		model_cell(m, &row, model_link(m, t->name));
		model_cell(m, &row, t->met ? meeting_days(m, &t->meeting) : model_when(m, (struct when){t->from, BY_DAY, false}));
		model_cell(m, &row, may_cell(m, t->fact[0]));
		model_cell(m, &row, x && x->cause.act ? SENTENCE(m, tr_start(&m->o, N_("present, {act}")), {"act", model_act(m, x->cause.act->pos)}) : dash(m));
		model_cell(m, &row, may ? model_why(m, may->fact, may->args) : model_plain(m, STR("")));
		arena_push(m->arena, &ret->rows, row);
	}
	return rc;
}

/* ---- decisions that name it -------------------------------------------------------------------------------------- */

int dossier_decisions(const struct model *m, const struct dossier *d, struct records *ret, struct err *e)
{
	act_refs all = {0};
	const act_refs *naming = acts_naming_now(m, d->who->entity->name);
	for (size_t i = 0; i < naming->n && m->voc->act.subject_named != NO_ID; i++) {
		const struct record_act *a = naming->v[i];
		if (a->act.kind != m->voc->act.subject_named || !act_counts(m, a) || act_entity(m, a, "P") != d->who->entity->name)
			continue;
		arena_push(m->arena, &all, a);
	}
	ret->label = model_tr(m, N_("Decisions that concern it"));
	model_column(m, ret, model_tr(m, N_("Decision")), false);
	model_column(m, ret, model_tr(m, N_("State")), false);
	model_column(m, ret, model_tr(m, N_("Since")), false);
	model_column_plain(m, ret, model_tr(m, N_("Article")));
	model_column(m, ret, model_tr(m, N_("Reasons")), true);
	int rc = records_pages(m, ret, "decisions", all.n, e);
	ret->pager.by_name = false; /* the latest come first */
	for (uint64_t i = ret->pager.first; rc == 0 && i && i <= rows_read(m, ret->pager.last, all.n); i++) {
		struct value about = act_arg(m->rb, &all.v[i - 1]->act, "D");
		const struct stretch *s =
			m->voc->fact.decision == NO_ID ? NULL : model_now(m, m->voc->fact.decision, &about);
		struct record_row row = {0};
		if (i > ret->pager.last)
			continue;
		model_cell(m, &row, model_link(m, about.s));
		model_cell(m, &row, s ? model_value(m, m->voc->fact.decision, s->value) : dash(m));
		model_cell(m, &row, s ? model_date(m, model_from(s)) : dash(m));
		model_cell(m, &row, s ? model_rule_cites(m, s->cause.rule) : dash(m));
		model_cell(m, &row, s ? model_why(m, m->voc->fact.decision, &about) : dash(m));
		arena_push(m->arena, &ret->rows, row);
	}
	return rc;
}
