/* SPDX-License-Identifier: Apache-2.0
 *
 * What would have made a fact so: the missing acts, who could sign them, from when they would count, what came.
 */
#include "web/data.h"
#include "web/listing.h"
#include "web/reasons.h"

#include <string.h>

/* The first act after the day asked about that would have served: of that kind, with those arguments. */
static const struct record_act *what_came(const struct model *m, const struct remedy *r)
{
	const struct record_act *found = NULL;
	const act_refs *of = almanac_of_kind(m->al, r->act_kind);
	for (size_t i = 0; i < of->n; i++) {
		const struct record_act *a = of->v[i];
		bool fits = record_standing(m->record, a->pos) == a;
		for (uint32_t k = 0; fits && k < m->rb->acts.v[r->act_kind].nparams; k++)
			fits = r->args[k].kind == V_NONE || value_eq(r->args[k], act_value(&a->act, k));
		if (fits && !model_reached(m, a->act.date) && (!found || a->act.date <= found->act.date))
			found = a;
	}
	return found;
}

static struct html missing_act(const struct model *m, const struct remedy *r)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	const struct act_kind *k = &m->rb->acts.v[r->act_kind];
	html_text(&o, words_act(m->words, m->lang, syms_str(&m->rb->syms, k->name), m->arena));
	for (uint32_t i = 0, n = 0; i < k->nparams; i++) {
		if (r->args[i].kind == V_NONE)
			continue;
		html_text(&o, n++ ? tr_comma(&o) : tr_colon(&o));
		html_text(&o, model_value(m, NO_ID, r->args[i]));
	}
	return model_end(m, &b);
}

static bool mentions(const struct proof *x, uint32_t fact)
{
	bool found = x->kind == PROOF_FACT && x->fact == fact;
	for (size_t i = 0; i < x->nkids && !found; i++)
		found = mentions(x->kids[i], fact);
	return found;
}

/* An act that closes a decision decides nothing by itself: the rule by which it is adopted counts objections or votes. */
static void add_deciding(const struct model *m, const struct remedy *r, const struct proof *top, struct html *ret)
{
	for (size_t i = 0; i < m->rb->rules.n && !ret->s.n; i++) {
		const struct rule *rule = &m->rb->rules.v[i];
		if (rule->construct != CONSTRUCT_DECISION || rule->form != RULE_EFFECT || rule->trigger.kind != TRIGGER_ACT ||
			rule->trigger.act != r->act_kind || !rule->part || strcmp(rule->part, "adopted") != 0 ||
			!mentions(top, rule->fact))
			continue;
		*ret = SENTENCE(m, tr_start(&m->o, N_("“{act}” alone decides nothing: a decision is adopted as rule {rule} says, {articles}.")),
			{"act", model_plain(m, words_act(m->words, m->lang, syms_str(&m->rb->syms, m->rb->acts.v[r->act_kind].name), m->arena))},
			{"rule", model_plain(m, syms_str(&m->rb->syms, rule->label))}, {"articles", model_rule_cites(m, rule)});
	}
}

struct records remedies_table(const struct model *m)
{
	struct records r = {.label = model_tr(m, N_("What would have changed it"))};
	model_column(m, &r, model_tr(m, N_("Missing act")), false);
	model_column(m, &r, model_tr(m, N_("Who could sign it")), false);
	model_column(m, &r, model_tr(m, N_("It would count from")), false);
	model_column(m, &r, model_tr(m, N_("What came")), false);
	return r;
}

static struct html counts_from(const struct model *m, const struct remedy *r)
{
	struct html day = model_when(m, (struct when){r->from, BY_DAY, false});
	if (!r->works)
		return model_plain(m, model_tr(m, N_("not by itself")));
	return r->together ? SENTENCE(m, tr_start(&m->o, N_("{day}, only together")), {"day", day}) : day;
}

static void add_row(const struct model *m, const struct remedy *r, struct html from, struct records *ret)
{
	struct phrasing ph = model_phrasing(m);
	struct phrase who = phrase_signers(&ph, r->act_kind, r->args);
	const struct record_act *came = what_came(m, r);
	struct record_row row = {0};
	model_cell(m, &row, missing_act(m, r));
	model_cell(m, &row, model_phrase(m, &who));
	model_cell(m, &row, from);
	model_cell(m, &row,
		came ? SENTENCE(m, tr_start(&m->o, N_("{day}, {act}")),
			       {"day", model_when(m, model_act_when(came))}, {"act", model_act(m, came->pos)})
		     : model_plain(m, model_tr(m, N_("no such act on record"))));
	arena_push(m->arena, &ret->rows, row);
}

size_t remedies_add(const struct model *m, uint32_t reading, uint32_t fact, const struct value *args, struct value wanted, const struct proof *top,
	struct records *ret, struct html *ret_deciding)
{
	struct remedy *r;
	size_t n = wanted.kind == V_NONE ? 0 : explain_remedies(view_reasons(m->view, reading, fact, args), top, fact, args, wanted, m->on, m->arena, &r);
	for (size_t i = 0; i < n; i++) {
		add_deciding(m, &r[i], top, ret_deciding);
		add_row(m, &r[i], counts_from(m, &r[i]), ret);
	}
	return n;
}

size_t remedies_then(const struct model *m, uint32_t fact, const struct value *args, struct value wanted, struct html after, struct records *ret)
{
	struct remedy *r;
	size_t n = explain_then(view_reasons(m->view, 0, fact, args), fact, args, wanted, m->on, m->arena, &r);
	for (size_t i = 0; i < m->rb->rules.n && model_wants_days(m); i++)
		(void)model_in_force(m, &m->rb->rules.v[i]); /* on another day other rules lead there */
	for (size_t i = 0; i < n; i++)
		add_row(m, &r[i], after, ret);
	return n;
}

/* Who may sign it, as the rulebook names them: the role, the body, or whom the act names. */
static json_t *signers_data(const struct model *m, const struct remedy *r)
{
	const struct act_kind *k = &m->rb->acts.v[r->act_kind];
	json_t *all = json_array();
	for (uint32_t i = 0; i < k->nsigners; i++) {
		const struct signer *by = &k->signers[i];
		bool named = by->kind == SIGNER_PARAM || by->kind == SIGNER_BODY_PARAM;
		if (!named)
			json_array_append_new(all, data_str(syms_str(&m->rb->syms, by->name)));
		else if (r->args[by->param].kind != V_NONE)
			json_array_append_new(all, data_value(m, r->args[by->param]));
	}
	return all;
}

json_t *remedies_data(const struct model *m, uint32_t fact, const struct value *args, struct value wanted)
{
	struct remedy *r;
	size_t n = explain_then(view_reasons(m->view, 0, fact, args), fact, args, wanted, m->on, m->arena, &r);
	json_t *all = json_array();
	for (size_t i = 0; i < n; i++) {
		const struct act_kind *k = &m->rb->acts.v[r[i].act_kind];
		json_t *one = json_object();
		json_object_set_new(one, "kind", data_str(syms_str(&m->rb->syms, k->name)));
		json_object_set_new(one, "args", data_args(m, k->params, k->nparams, r[i].args));
		json_object_set_new(one, "by", signers_data(m, &r[i]));
		json_array_append_new(all, one);
	}
	return all;
}
