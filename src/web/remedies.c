/* SPDX-License-Identifier: Apache-2.0
 *
 * What would have made a fact so: the missing acts, who could sign them, from when they would count, what came.
 */
#include "web/data.h"
#include "web/listing.h"
#include "web/reasons.h"

#include <string.h>

/* What it asks for as that argument, where the new thing is this one; V_NONE: anything. */
static struct value asked(const struct remedy *r, uint32_t k, struct value thing)
{
	return k == r->thing ? thing : r->args[k];
}

/* The acts among which one that serves must be: those of its kind, or the fewer that name what it names. */
static const act_refs *among(const struct model *m, const struct remedy *r, struct value thing)
{
	const act_refs *of = almanac_of_kind(m->al, r->act_kind);
	for (uint32_t k = 0; k < m->rb->acts.v[r->act_kind].nparams; k++) {
		struct value v = asked(r, k, thing);
		const act_refs *naming = v.kind == V_ENTITY ? almanac_naming(m->al, v.s) : of;
		of = naming->n < of->n ? naming : of;
	}
	return of;
}

static bool serves(const struct model *m, const struct remedy *r, struct value thing, const struct record_act *a)
{
	bool fits = a->act.kind == r->act_kind && record_standing(m->record, a->pos) == a;
	for (uint32_t k = 0; fits && k < m->rb->acts.v[r->act_kind].nparams; k++) {
		struct value v = asked(r, k, thing);
		fits = v.kind == V_NONE || value_eq(v, act_value(&a->act, k));
	}
	return fits;
}

/* The first act that would have served; `later`: after the day asked about. */
static const struct record_act *first_act(const struct model *m, const struct remedy *r, struct value thing, bool later)
{
	const struct record_act *found = NULL;
	const act_refs *of = among(m, r, thing);
	for (size_t i = 0; i < of->n; i++)
		if (serves(m, r, thing, of->v[i]) && !(later && model_reached(m, of->v[i]->act.date)) && (!found || of->v[i]->act.date <= found->act.date))
			found = of->v[i];
	return found;
}

/* The thing that all acts which only together help came about, the first of which that was after the day asked about; V_NONE: none. One of them
 * about another thing is none of theirs: the adoption of one decision adopts no other. */
static struct value thing_that_came(const struct model *m, const struct remedies *l, uint32_t together)
{
	struct value found = VALUE_NONE;
	civil came = CIVIL_NEVER;
	const struct remedy *by = NULL;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].together == together && l->v[i].thing != NO_ID && (!by || among(m, &l->v[i], found)->n < among(m, by, found)->n))
			by = &l->v[i];
	const act_refs *of = among(m, by, found);
	for (size_t i = 0; i < of->n; i++) {
		if (!serves(m, by, VALUE_NONE, of->v[i]))
			continue;
		struct value thing = act_value(&of->v[i]->act, by->thing);
		civil last = CIVIL_ALWAYS;
		for (size_t k = 0; k < l->n && last != CIVIL_NEVER; k++) {
			const struct record_act *a = l->v[k].together == together ? first_act(m, &l->v[k], thing, false) : of->v[i];
			if (a)
				(void)model_reached(m, a->act.date); /* from then on what has begun is to go on */
			last = !a ? CIVIL_NEVER : a->act.date > last ? a->act.date : last;
		}
		if (last < came && !model_reached(m, last))
			found = thing, came = last;
	}
	return found;
}

static const struct record_act *what_came(const struct model *m, const struct remedies *l, const struct remedy *r)
{
	if (r->thing == NO_ID)
		return first_act(m, r, VALUE_NONE, true);
	struct value thing = thing_that_came(m, l, r->together);
	return thing.kind == V_NONE ? NULL : first_act(m, r, thing, false);
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

/* r: one of them. */
static void add_row(const struct model *m, const struct remedies *l, const struct remedy *r, struct html from, struct records *ret)
{
	struct phrasing ph = model_phrasing(m);
	struct phrase who = phrase_signers(&ph, r->act_kind, r->args);
	const struct record_act *came = what_came(m, l, r);
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

struct remedies remedies_for(const struct model *m, uint32_t reading, uint32_t fact, const struct value *args, struct value wanted, const struct proof *top)
{
	struct remedies l = {.top = top};
	if (wanted.kind != V_NONE)
		l.n = explain_remedies(view_reasons(m->view, reading, fact, args), top, fact, args, wanted, m->on, m->arena, &l.v);
	return l;
}

void remedies_rows(const struct model *m, const struct remedies *l, struct html after, struct records *ret, struct html *ret_deciding)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->top)
			add_deciding(m, &l->v[i], l->top, ret_deciding);
		add_row(m, l, &l->v[i], l->top ? counts_from(m, &l->v[i]) : after, ret);
	}
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

json_t *remedies_data(const struct model *m, const struct remedies *l)
{
	json_t *all = json_array();
	for (size_t i = 0; i < l->n; i++) {
		const struct remedy *r = &l->v[i];
		const struct act_kind *k = &m->rb->acts.v[r->act_kind];
		json_t *one = json_object();
		json_object_set_new(one, "kind", data_str(syms_str(&m->rb->syms, k->name)));
		json_object_set_new(one, "args", data_args(m, k->params, k->nparams, r->args));
		json_object_set_new(one, "by", signers_data(m, r));
		if (r->works) {
			json_object_set_new(one, "from", data_date(r->from));
			json_object_set_new(one, "together", json_boolean(r->together));
		}
		json_array_append_new(all, one);
	}
	return all;
}
