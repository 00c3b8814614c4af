/* SPDX-License-Identifier: Apache-2.0
 *
 * Cooperation with other organisations: with whom, since when, by which documents; and what this organisation itself is elsewhere.
 */
#include "web/data.h"
#include "web/handlers.h"
#include "web/page_cooperation.h"
#include "web/pages.h"

enum { DOCS_SHOWN = 5 };

struct tie {
	const struct participant *who;
	const struct stretch *cooperates, *status;
	act_refs docs;
};

typedef LIST(struct tie) ties;

/* The documents signed with it up to the day asked about, the latest first. */
static void documents_with(const struct model *m, const struct participant *who, act_refs *ret)
{
	uint32_t kind = m->voc->act.cooperation_signed;
	const act_refs *naming = acts_naming_now(m, who->entity->name);
	for (size_t i = 0; i < naming->n && kind != NO_ID; i++) {
		const struct record_act *a = naming->v[i];
		if (a->act.kind == kind && act_counts(m, a) && value_eq(act_arg(m->rb, &a->act, "O"), who->who))
			arena_push(m->arena, ret, a);
	}
}

static struct html documents_cell(const struct model *m, const struct tie *t)
{
	const act_refs *docs = &t->docs;
	struct buf b;
	struct out o = model_begin(m, &b);
	if (!docs->n) {
		HTML(&o, "–");
		return model_end(m, &b);
	}
	HTML(&o, "<ul class=\"plain\">");
	for (size_t i = 0; i < docs->n && i < DOCS_SHOWN; i++) {
		struct value v = act_arg(m->rb, &docs->v[i]->act, "I"), ends = act_arg(m->rb, &docs->v[i]->act, "ends");
		HTML(&o, "<li>");
		html_text(&o, v.kind == V_ENTITY ? model_link(m, v.s) : model_act(m, docs->v[i]->pos));
		HTML(&o, " <span class=\"small quiet\">");
		part_date(&o, model_act_when(docs->v[i]));
		if (ends.kind == V_DATE) {
			HTML(&o, " – ");
			part_date(&o, model_arg_when(docs->v[i], STR("ends"), ends.t));
		}
		HTML(&o, "</span></li>");
	}
	HTML(&o, "</ul>");
	if (docs->n > DOCS_SHOWN)
		html_text(&o, all_acts_link(m, t->who->entity->name, 0));
	return model_end(m, &b);
}

static void find_ties(const struct model *m, ties *ret, shown_list *shown)
{
	const participant_list *parties = almanac_parties(m->al);
	for (size_t i = 0; i < parties->n; i++) {
		struct tie t = {.who = parties->v[i]};
		if (m->voc->type.Organisation == NO_ID || t.who->entity->type != m->voc->type.Organisation)
			continue;
		if (m->voc->fact.cooperates != NO_ID) {
			model_show(m, shown, m->voc->fact.cooperates, &t.who->who);
			t.cooperates = model_now(m, m->voc->fact.cooperates, &t.who->who);
		}
		if (m->voc->fact.own_status != NO_ID) {
			model_show(m, shown, m->voc->fact.own_status, &t.who->who);
			t.status = model_now(m, m->voc->fact.own_status, &t.who->who);
		}
		documents_with(m, t.who, &t.docs);
		if (t.cooperates || t.status || t.docs.n)
			arena_push(m->arena, ret, t);
	}
}

static void add_tie(const struct model *m, const struct tie *t, struct records *r)
{
	struct record_row row = {0};
	const struct html dash = model_plain(m, STR("–"));
	model_cell(m, &row, model_link(m, t->who->entity->name));
	model_cell(m, &row, t->cooperates ? model_date(m, model_from(t->cooperates)) : dash);
	model_cell(m, &row, documents_cell(m, t));
	model_cell(m, &row, t->cooperates ? model_rule_cites(m, t->cooperates->cause.rule) : dash);
	model_cell(m, &row, t->cooperates ? model_why(m, m->voc->fact.cooperates, &t->who->who) : (struct html){{NULL, 0}});
	arena_push(m->arena, &r->rows, row);
}

static void add_status(const struct model *m, const struct tie *t, struct records *r)
{
	struct record_row row = {0};
	model_cell(m, &row, model_link(m, t->who->entity->name));
	model_cell(m, &row, in_strong(m, model_plain(m, capital(m, model_text(m, m->voc->fact.own_status, t->status->value)))));
	model_cell(m, &row, model_date(m, model_from(t->status)));
	model_cell(m, &row, model_cause(m, &t->status->cause));
	model_cell(m, &row, model_rule_cites(m, t->status->cause.rule));
	model_cell(m, &row, model_why(m, m->voc->fact.own_status, &t->who->who));
	arena_push(m->arena, &r->rows, row);
}

/* Those in effect, then those that were. */
static int fill_with(const struct model *m, const ties *l, struct cooperation_page *p, struct err *e)
{
	LIST(const struct tie *) order = {0};
	for (int now = 1; now >= 0; now--)
		for (size_t i = 0; i < l->n; i++) {
			const struct tie *t = &l->v[i];
			if ((t->cooperates != NULL) == now && (t->cooperates || t->docs.n))
				arena_push(m->arena, &order, t);
		}
	int rc = records_pages(m, &p->with, "with", order.n, e);
	for (uint64_t i = p->with.pager.first; rc == 0 && i && i <= p->with.pager.last; i++) {
		const struct tie *t = order.v[i - 1];
		struct record_row heading = {.group = t->cooperates ? model_tr(m, N_("In effect on this day")) : model_tr(m, N_("Not on record as in effect on this day"))};
		if (i == p->with.pager.first || !t->cooperates != !order.v[i - 2]->cooperates)
			arena_push(m->arena, &p->with.rows, heading);
		add_tie(m, t, &p->with);
	}
	return rc;
}

static int fill_elsewhere(const struct model *m, const ties *l, struct cooperation_page *p, struct err *e)
{
	uint64_t all = 0, n = 0;
	for (size_t i = 0; i < l->n; i++)
		all += l->v[i].status != NULL;
	int rc = records_pages(m, &p->elsewhere, "elsewhere", all, e);
	for (size_t i = 0; rc == 0 && i < l->n && n < p->elsewhere.pager.last; i++)
		if (l->v[i].status && ++n >= p->elsewhere.pager.first)
			add_status(m, &l->v[i], &p->elsewhere);
	return rc;
}

static int fill_tables(const struct model *m, const ties *l, struct cooperation_page *p, struct err *e)
{
	p->with.label = model_tr(m, N_("With whom"));
	model_column(m, &p->with, model_tr(m, N_("Organisation")), false);
	model_column(m, &p->with, model_tr(m, N_("In effect since")), false);
	model_column(m, &p->with, model_tr(m, N_("Documents")), false);
	model_column(m, &p->with, model_tr(m, N_("Article")), false);
	model_column(m, &p->with, model_tr(m, N_("Reasons")), true);
	p->elsewhere.label = model_tr(m, N_("Own status elsewhere"));
	model_column(m, &p->elsewhere, model_tr(m, N_("Organisation")), false);
	model_column(m, &p->elsewhere, model_tr(m, N_("Status")), false);
	model_column(m, &p->elsewhere, model_tr(m, N_("Since")), false);
	model_column(m, &p->elsewhere, model_tr(m, N_("By which act")), false);
	model_column(m, &p->elsewhere, model_tr(m, N_("Article")), false);
	model_column(m, &p->elsewhere, model_tr(m, N_("Reasons")), true);
	int rc = fill_with(m, l, p, e);
	return rc < 0 ? rc : fill_elsewhere(m, l, p, e);
}

static json_t *tie_data(const struct model *m, const struct tie *t)
{
	json_t *one = data_entity(m, t->who->entity->name), *docs = json_array();
	json_object_set_new(one, "cooperates", t->cooperates ? data_stretch(m, m->voc->fact.cooperates, &t->who->who, t->cooperates) : json_null());
	json_object_set_new(one, "own_status", t->status ? data_stretch(m, m->voc->fact.own_status, &t->who->who, t->status) : json_null());
	for (size_t i = 0; i < t->docs.n; i++)
		json_array_append_new(docs, data_act(m, t->docs.v[i]));
	json_object_set_new(one, "documents", docs);
	return one;
}

static int send_json(struct model *m, const ties *l, struct err *e)
{
	json_t *page = data_page(m), *all = json_array();
	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(all, tie_data(m, &l->v[i]));
	json_object_set_new(page, "organisations", all);
	return data_send(m, page, e);
}

static int show(struct model *m, struct err *e)
{
	struct cooperation_page p = {0};
	ties all = {0};
	shown_list shown = {0};
	size_t now = 0, docs = 0;
	find_ties(m, &all, &shown);
	if (m->a->form == FORM_JSON)
		return send_json(m, &all, e);
	for (size_t i = 0; i < all.n; i++) {
		now += all.v[i].cooperates != NULL;
		docs += all.v[i].docs.n;
	}
	p.lead = now ? SENTENCE(m, tr_start_n(&m->o, now, "Cooperation with {n} organisation is in effect.", "Cooperation with {n} organisations is in effect."),
			       {"n", in_strong(m, number(m, now))})
		     : model_plain(m, model_tr(m, N_("On this day no cooperation with another organisation is on record as in effect.")));
	if (docs)
		p.docs = SENTENCE(m, tr_start_n(&m->o, docs, "{n} document was signed up to this day.", "{n} documents were signed up to this day."), {"n", number(m, docs)});
	int rc = fill_tables(m, &all, &p, e);
	if (rc < 0)
		return rc;
	frame_init(&p.frame, m->a, model_tr(m, N_("Cooperation")));
	if ((rc = fill_relations_figure(m, p.frame.words->organisation, false, &p.relations, e)) < 0)
		return rc;
	p.whole = url_fmt(m->arena, "%.*s#relations", STR_ARG(model_url(m, "bodies").s));
	model_watch(m, &p.frame.bar, &shown, NULL);
	if ((rc = model_differ(m, &shown, &p.frame.bar, &p.differ, e)) < 0)
		return rc;
	page_cooperation(&m->o, &p);
	return 0;
}

int cooperation_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
