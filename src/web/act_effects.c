/* SPDX-License-Identifier: Apache-2.0
 *
 * What an act did: every change whose cause it is, in all readings; and why nothing, if nothing.
 */
#include "web/page_acts.h"

struct row {
	struct effect e;
	uint32_t readings; /* bit set */
};

typedef LIST(struct row) rows;

static bool same_effect(const struct effect *x, const struct effect *y)
{
	if (x->inst->fact != y->inst->fact || x->at != y->at || x->rule != y->rule || x->dropped != y->dropped ||
		!value_eq(x->before, y->before) || !value_eq(x->after, y->after))
		return false;
	for (uint32_t i = 0; i < x->inst->nargs; i++)
		if (inst_packed(x->inst)[i] != inst_packed(y->inst)[i])
			return false;
	return true;
}

static void collect(const struct model *m, uint64_t place, rows *ret)
{
	for (uint32_t k = 0; k < view_readings(m->view); k++) {
		struct effect *list;
		size_t n = explain_effects(view_effects(m->view, k, place), place, m->arena, &list);
		for (size_t i = 0; i < n; i++) {
			size_t at = 0;
			if (list[i].inst->fact >= m->rb->facts.n) /* hidden facts of triggers */
				continue;
			while (at < ret->n && !same_effect(&ret->v[at].e, &list[i]))
				at++;
			if (at == ret->n) {
				struct row r = {list[i], 0};
				arena_push(m->arena, ret, r);
			}
			ret->v[at].readings |= 1u << k;
		}
	}
}

/* "Status: Belarus", the things linked. */
static struct html name_fact(const struct model *m, const struct effect *e)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	html_text(&o, model_fact(m, e->inst->fact));
	for (uint32_t i = 0; i < e->inst->nargs; i++) {
		html_text(&o, i ? tr_comma(&o) : tr_colon(&o));
		html_text(&o, model_value(m, NO_ID, inst_arg(e->inst, i)));
	}
	return model_end(m, &b);
}

static struct html name_value(const struct model *m, uint32_t fact, struct value v)
{
	struct buf b;
	if (fact == m->voc->fact.status) {
		struct out o = model_begin(m, &b);
		part_status(&o, model_status(m, v, false));
		return model_end(m, &b);
	}
	if (v.kind == V_NONE)
		return model_plain(m, m->rb->facts.v[fact].value == TYPE_BOOL ? model_tr(m, N_("no")) : model_tr(m, N_("none")));
	return model_value(m, fact, v);
}

/* The day from which it counts, and the marks: only in one reading, dropped before it came to that. */
static struct html name_time(const struct model *m, const struct row *r)
{
	uint32_t all = view_readings(m->view);
	struct html parts[3] = {model_when(m, (struct when){r->e.at, BY_DAY, false})};
	if (r->readings != (all == 32 ? UINT32_MAX : (1u << all) - 1))
		for (uint32_t k = 0; k < all; k++)
			if (r->readings & (1u << k)) {
				struct html name = SENTENCE(m, tr_start(&m->o, N_("Reading {name} only")),
					{"name", model_plain(m, view_reading_name(m->view, k))});
				parts[1] = (struct html){arena_fmt(m->arena, "<span class=\"tag x\">%.*s</span>", STR_ARG(name.s))};
			}
	if (r->e.dropped)
		parts[2] = model_tag(m, TAG_NEUTRAL, model_tr(m, N_("Dropped before that day")));
	return join(m, parts, 3, " ");
}

static void add_row(const struct model *m, struct records *t, const struct row *r)
{
	struct record_row row = {0};
	struct value args[MAX_ARGS];
	struct url why = model_why_on_href(m, r->e.inst->fact, inst_args(r->e.inst, args), date_day(r->e.at));
	model_cell(m, &row, name_fact(m, &r->e));
	model_cell(m, &row, name_value(m, r->e.inst->fact, r->e.before));
	model_cell(m, &row, name_value(m, r->e.inst->fact, r->e.after));
	model_cell(m, &row, name_time(m, r));
	model_cell(m, &row, r->e.rule == NO_ID ? (struct html){{NULL, 0}} : model_rule_cites(m, &m->rb->rules.v[r->e.rule]));
	model_cell(m, &row, model_anchor(m, why, model_tr(m, N_("Why")), "why"));
	arena_push(m->arena, &t->rows, row);
}

/* Facts of the standard vocabulary that pages lead with come first, then the order in which the changes happened. */
static int weight(const struct model *m, const struct row *r)
{
	uint32_t f = r->e.inst->fact;
	return f == m->voc->fact.status ? 0 : f == m->voc->fact.in_force || f == m->voc->fact.party || f == m->voc->fact.decision ? 1 : 2;
}

/* Every rule that this kind of act could fire, with what it lacked. */
static void say_nothing(const struct model *m, uint64_t place, struct act_did *ret)
{
	const struct proof *why = explain_act(view_effects(m->view, 0, place), place, m->arena);
	struct phrasing p = model_phrasing(m);
	for (size_t i = 0; why && i < why->nkids; i++) {
		const struct proof *rule = why->kids[i];
		const struct rule *r = rule->rule == NO_ID ? NULL : &m->rb->rules.v[rule->rule];
		for (size_t k = 0; k < rule->nkids; k++) {
			const struct proof *c = rule->kids[k];
			if (c->kind == PROOF_ACT)
				continue;
			struct phrase x = phrase_proof(&p, c);
			if (x.n && x.v[0].kind == PIECE_TEXT)
				x.v[0].text = capital(m, x.v[0].text);
			struct condition one = {c->holds ? CONDITION_YES : CONDITION_NO, model_phrase(m, &x), model_rule_cites(m, r)};
			arena_push(m->arena, &ret->nothing, one);
		}
	}
}

int act_effects(const struct model *m, const struct record_act *a, struct act_did *ret, struct err *e)
{
	rows all = {0};
	struct records *t = &ret->effects;
	uint64_t place = record_place(m->record, a->pos), at = 0;
	collect(m, place, &all);
	t->label = model_tr(m, N_("What this act did"));
	model_column(m, t, model_tr(m, N_("Fact")), false);
	model_column(m, t, model_tr(m, N_("Before")), false);
	model_column(m, t, model_tr(m, N_("After")), false);
	model_column(m, t, model_tr(m, N_("From")), false);
	model_column(m, t, model_tr(m, N_("Article")), false);
	model_column(m, t, model_tr(m, N_("Reasons")), true);
	int rc = records_pages(m, t, "effects", all.n, e);
	for (int w = 0; rc == 0 && w < 3; w++)
		for (size_t i = 0; i < all.n && at < t->pager.last; i++)
			if (weight(m, &all.v[i]) == w && ++at >= t->pager.first)
				add_row(m, t, &all.v[i]);
	if (all.n == 0)
		say_nothing(m, place, ret);
	return rc;
}
