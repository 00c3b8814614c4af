/* SPDX-License-Identifier: Apache-2.0
 *
 * One participant: what it is, since when, by which act and article; what follows from that.
 */
#include "web/data.h"
#include "web/dossier.h"
#include "web/handlers.h"
#include "web/listing.h"
#include "web/page_participant.h"
#include "web/page_releases.h"
#include "web/pages.h"

#include <stdlib.h>

enum { ACTS = 8 };

/* ---- the first sentence ------------------------------------------------------------------------------------------ */

static void fill_lead(const struct model *m, const struct participant *who, struct participant_page *p)
{
	const struct stretch *s = model_status_now(m, who);
	uint32_t status = m->voc->fact.status;
	p->on = m->a->on;
	p->past = m->a->on < m->a->today;
	p->future = m->a->on > m->a->today;
	p->status = model_status(m, s ? s->value : VALUE_NONE, s && s->disputed);
	p->why = status == NO_ID ? (struct url){{NULL, 0}} : model_why_href(m, status, &who->who);
	if (s) {
		p->phrase = model_whole(m, model_words(m, status, s->value, "phrase", p->status.word));
		p->readings = model_readings(m, status, &who->who, s);
		p->since = model_from(s);
		p->by = model_cause_quoted(m, &s->cause);
		return;
	}
	for (size_t i = 0; i < who->nstatuses && model_reached(m, who->statuses[i].to); i++) { /* the last that ended */
		p->had = true;
		p->since = model_to(&who->statuses[i]);
		p->by = model_cause_quoted(m, &who->statuses[i].end);
	}
}

/* Of an organisation without a status: does the organisation cooperate with it, and since when? */
static void fill_instead(const struct model *m, const struct participant *who, struct participant_page *p)
{
	uint32_t fact = m->voc->fact.cooperates;
	const struct stretch *s =
		who->nstatuses || who->entity->type != m->voc->type.Organisation ? NULL : model_now(m, fact, &who->who);
	struct buf b;
	if (!s)
		return;
	struct phrasing ph = model_phrasing(m);
	struct phrase says = phrase_fact(&ph, fact, &who->who, s->value);
	struct phrase full = phrase_full(&ph, &says); /* without its stop: more follows */
	full.n -= full.n > 1 && !says.v[0].lang.n;
	struct out o = model_begin(m, &b);
	for (struct tr_walk w = tr_start(&o, N_("{statement} (since {day}).")); tr_step(&w);) {
		html_text(&o, w.text);
		if (tr_at(&w, "statement"))
			html_text(&o, model_spoken(m, &full));
		if (tr_at(&w, "day")) {
			HTML(&o, "<strong>");
			part_when(&o, model_from(s));
			HTML(&o, "</strong>");
		}
	}
	HTML(&o, " ");
	part_why(&o, model_why_href(m, fact, &who->who));
	p->instead = model_end(m, &b);
}

/* ---- statuses over time ------------------------------------------------------------------------------------------ */

static struct str word_of(const struct model *m, const struct stretch *s)
{
	return model_status(m, s->value, s->disputed).word;
}

static bool stretch_starts(const struct stretch *s, size_t n, civil t)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].from == t)
			return true;
	return false;
}

static int by_moment(const void *x, const void *y)
{
	const struct moment *a = x, *b = y;
	return (a->at > b->at) - (a->at < b->at);
}

static void add_key(const struct model *m, chart_key *k, enum swatch swatch, unsigned rank, struct str text)
{
	struct key_item item = {swatch, rank, text};
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].swatch == swatch && (swatch != SWATCH_FILL || k->v[i].rank == rank))
			return;
	arena_push(m->arena, k, item);
}

/* Moments of the story that are no change of status: grants, and the stages of a procedure. */
static void add_moments(const struct model *m, const struct dossier *d, struct timeline *t)
{
	const struct participant *who = d->who;
	for (size_t i = 0; i < who->nwaiting; i++) {
		struct moment one = {who->waiting[i].from, model_tr(m, N_("granted"))};
		arena_push(m->arena, &t->moments, one);
	}
	for (size_t i = 0; i < d->about[ABOUT_PROCEDURE].n; i++) {
		const struct shown *s = &d->about[ABOUT_PROCEDURE].v[i];
		for (size_t k = 0; k < s->n; k++) {
			bool step = stretch_starts(who->statuses, who->nstatuses, s->v[k].from);
			struct moment one = {s->v[k].from, model_text(m, s->fact, s->v[k].value)};
			if (!step && !s->v[k].disputed && one.at >= t->axis.from && one.at <= t->now)
				arena_push(m->arena, &t->moments, one);
		}
	}
	if (t->moments.n)
		qsort(t->moments.v, t->moments.n, sizeof *t->moments.v, by_moment);
}

static void fill_timeline(const struct model *m, const struct dossier *d, struct participant_page *p)
{
	const struct participant *who = d->who;
	struct timeline *t = &p->timeline;
	civil first = CIVIL_NEVER;
	struct buf label;
	buf_init(&label, 8000);
	for (size_t i = 0; i < who->nwaiting; i++) {
		const struct stretch *w = &who->waiting[i];
		struct timeline_step step = {
			{w->from, w->to, almanac_rank(m->al, w->value), SWATCH_PENDING}, {NULL, 0}};
		arena_push(m->arena, &t->steps, step);
		first = w->from < first ? w->from : first;
	}
	for (size_t i = 0; i < who->nstatuses; i++) {
		const struct stretch *s = &who->statuses[i];
		unsigned rank = almanac_rank(m->al, s->value);
		struct timeline_step step = {
			{s->from, s->to, rank, s->disputed ? SWATCH_DISPUTED : SWATCH_FILL}, word_of(m, s)};
		arena_push(m->arena, &t->steps, step);
		first = s->from < first ? s->from : first;
		buf_addf(&label, "%.*s%.*s%.*s%.*s", STR_ARG(i ? tr_semicolon(&m->o) : STR("")), STR_ARG(step.word), STR_ARG(tr_comma(&m->o)), STR_ARG(show_day(&m->o, s->from)));
		add_key(m, &p->key, step.bar.kind, rank, step.word);
	}
	if (who->nwaiting)
		add_key(m, &p->key, SWATCH_PENDING, 5, model_tr(m, N_("Decided, not yet in effect")));
	t->label = arena_str(m->arena, buf_str(&label));
	buf_done(&label);
	if (first == CIVIL_NEVER)
		return;
	t->now = m->a->on > m->a->today ? m->a->on : m->a->today;
	t->axis = axis_years(first, t->now, m->a->tongue);
	p->axis = t->axis;
	add_moments(m, d, t);
}

static struct html status_cell(const struct model *m, const struct value *who, const struct stretch *s)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	html_text(&o, model_status_cell(m, s));
	if (s->disputed) {
		HTML(&o, "<br><span class=\"small quiet\">");
		html_text(&o, model_readings(m, m->voc->fact.status, who, s));
		HTML(&o, "</span>");
	}
	if (m->a->on != m->a->today && s->from <= m->on && m->on < s->to) {
		HTML(&o, " ");
		part_tag(&o, (struct tag){TAG_NEUTRAL, model_tr(m, N_("On this day"))});
	}
	return model_end(m, &b);
}

/* Why it was so: asked on the day asked about if that lies within, else on the first day. */
static struct html why_cell(const struct model *m, const struct participant *who, const struct stretch *s)
{
	struct buf b;
	bool within = (s->from <= m->on && m->on < s->to) || s->from == CIVIL_ALWAYS;
	struct out o = model_begin(m, &b);
	part_why(&o, within ? model_why_href(m, m->voc->fact.status, &who->who)
			    : model_why_on_href(m, m->voc->fact.status, &who->who, date_day(s->from)));
	return model_end(m, &b);
}

static void fill_statuses(const struct model *m, const struct participant *who, struct participant_page *p)
{
	struct records *r = &p->statuses;
	r->label = model_tr(m, N_("Statuses over time"));
	model_column(m, r, model_tr(m, N_("Status")), false);
	model_column(m, r, model_tr(m, N_("From")), false);
	model_column(m, r, model_tr(m, N_("Until")), false);
	model_column(m, r, model_tr(m, N_("By which act")), false);
	model_column(m, r, model_tr(m, N_("Article")), false);
	model_column(m, r, model_tr(m, N_("Reasons")), true);
	for (size_t i = 0; i < who->nstatuses; i++) {
		const struct stretch *s = &who->statuses[i];
		struct record_row row = {0};
		model_cell(m, &row, status_cell(m, &who->who, s));
		model_cell(m, &row, model_date(m, model_from(s)));
		model_cell(m, &row, model_date(m, model_to(s)));
		model_cell(m, &row, model_cause(m, &s->cause));
		model_cell(m, &row, model_rule_cites(m, s->cause.rule));
		model_cell(m, &row, why_cell(m, who, s));
		arena_push(m->arena, &r->rows, row);
	}
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

static void fill_names(const struct model *m, const struct participant *who, struct participant_page *p)
{
	for (size_t i = 0; i < who->entity->ntitles; i++) {
		const struct title *t = &who->entity->titles[i];
		struct link l = {.text = t->text, .lang = t->lang};
		if (!str_eq(t->lang, m->lang))
			arena_push(m->arena, &p->names, l);
	}
}

static void fill_glance(const struct model *m, const struct participant *who, struct participant_page *p)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	HTML(&o, "<code>");
	html_text(&o, syms_str(m->syms, who->entity->name));
	HTML(&o, "</code>");
	add_pair(m, &p->glance, model_tr(m, N_("Code")), model_end(m, &b));
	add_pair(m, &p->glance, model_tr(m, N_("Status")), model_plain(m, p->status.word));
	if (p->status.rank || p->status.disputed)
		add_pair(m, &p->glance, model_tr(m, N_("Since")), model_date(m, p->since));
	add_pair(m, &p->glance, model_tr(m, N_("Instruments on record")), number(m, p->instruments.pager.all));
	add_pair(m, &p->glance, model_tr(m, N_("Party on record to")), number(m, p->party_to));
	/* Sources name guests and seldom members: no act is no absence. */
	add_pair(m, &p->glance, model_tr(m, N_("Attendance on record")),
		p->attended ? SENTENCE(m, tr_start_n(&m->o, p->attended, "{n} meeting", "{n} meetings"), {"n", number(m, p->attended)})
				: model_plain(m, model_tr(m, N_("none; sources seldom name members"))));
	add_pair(m, &p->glance, model_tr(m, N_("Acts that name it")), number(m, p->nacts));
}

/* "From dialogue partner to member" */
static void fill_story(const struct model *m, const struct participant *who, struct participant_page *p)
{
	const struct stretch *first = NULL, *last = NULL;
	for (size_t i = 0; i < who->nstatuses; i++)
		if (!who->statuses[i].disputed) {
			first = first ? first : &who->statuses[i];
			last = &who->statuses[i];
		}
	p->story = model_tr(m, N_("Statuses over time"));
	if (!first || value_eq(first->value, last->value))
		return;
	p->story = TR_FILL(&m->o, N_("From {first} to {last}"), {"first", model_words(m, m->voc->fact.status, first->value, "one", word_of(m, first))},
		{"last", model_words(m, m->voc->fact.status, last->value, "one", word_of(m, last))});
}

static int fill_tables(const struct model *m, struct dossier *d, struct participant_page *p, struct err *e)
{
	p->follows = dossier_follows(m, d);
	p->owes = dossier_obligations(m, d);
	(void)fill_accession(m, d, m->voc->fact.admission, &p->way);
	p->news = releases_about(m, d->who->entity->name, 5, &p->all_news);
	p->all_acts = all_acts_link(m, d->who->entity->name, p->acts.items.n);
	int rc = dossier_meetings(m, d, &p->meetings, &p->attended, e);
	return rc < 0 ? rc : dossier_else(m, d, &p->rest, e);
}

int participant_json(struct model *m, const struct participant *who, struct err *e)
{
	const struct stretch *s = model_status_now(m, who);
	uint32_t status = m->voc->fact.status;
	json_t *page = data_page(m);
	json_object_update_new(page, data_entity(m, who->entity->name));
	json_object_set_new(page, "status", s ? data_stretch(m, status, &who->who, s) : json_null());
	json_object_set_new(page, "history", status == NO_ID ? json_array() : data_history(m, status, &who->who));
	json_object_set_new(page, "facts", data_facts_about(m, who->entity->name));
	return data_send(m, page, e);
}

void participant_lead(const struct model *m, const struct participant *who, struct participant_page *p)
{
	*p = (struct participant_page){.name = who->title};
	p->kind = words_type(m->words, m->lang, syms_str(&m->rb->syms, m->rb->types.v[who->entity->type].name), false, m->arena);
	frame_init(&p->frame, m->a, who->title);
	fill_names(m, who, p);
	fill_lead(m, who, p);
	fill_instead(m, who, p);
	fill_statuses(m, who, p);
	fill_story(m, who, p);
}

int participant_outline(const struct model *m, const struct participant *who, struct dossier *d, struct participant_page *p, struct err *e)
{
	participant_lead(m, who, p);
	dossier_open(m, who, d);
	fill_timeline(m, d, p);
	p->admission = dossier_procedure(m, d);
	p->acts = dossier_acts(m, d, ACTS, &p->nacts);
	p->changes = url_fmt(m->arena, "/%s/changes?who=%.*s%.*s", m->a->tongue->code, STR_ARG(syms_str(m->syms, who->entity->name)), STR_ARG(ask_also(m->a).s));
	model_watch(m, &p->frame.bar, &d->ticks, NULL);
	model_watch_beside(m, &p->frame.bar, d->also.v, d->also.n);
	int rc = dossier_instruments(m, d, &p->instruments, &p->party_to, e);
	return rc < 0 ? rc : dossier_decisions(m, d, &p->decisions, e);
}

static int fill(const struct model *m, const struct participant *who, struct dossier *d, struct participant_page *p, struct err *e)
{
	struct str name = syms_str(m->syms, who->entity->name);
	int rc = participant_outline(m, who, d, p, e);
	if (rc < 0 || (rc = fill_tables(m, d, p, e)) < 0)
		return rc;
	fill_glance(m, who, p);
	p->admission_href = url_fmt(m->arena, "/%s/admissions/%.*s%.*s", m->a->tongue->code, STR_ARG(name), STR_ARG(ask_when(m->a).s));
	p->backgrounder = url_fmt(m->arena, "/%s/participants/%.*s/backgrounder%.*s", m->a->tongue->code, STR_ARG(name), STR_ARG(ask_when(m->a).s));
	return model_differ(m, &d->ticks, &p->frame.bar, &p->differ, e);
}

static int show(struct model *m, struct err *e)
{
	const struct entity *en;
	struct dossier d;
	int rc = model_entity(m, m->a->id[0], m->voc->type.Party, N_("participant"), &en, e);
	if (rc < 0)
		return rc;
	const struct participant *who = almanac_party(m->al, en->name);
	if (m->a->form == FORM_JSON)
		return participant_json(m, who, e);
	struct participant_page p = {0};
	if ((rc = fill(m, who, &d, &p, e)) < 0)
		return rc;
	page_participant(&m->o, &p);
	return 0;
}

int participant_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
