/* SPDX-License-Identifier: Apache-2.0
 *
 * Admissions: who is on the way, at which stage, with which commitments; and of one, the whole path, what is missing for
 * the next stage, and who could give it.
 *
 * The stages and what leads from one to the next are those of the rulebook's procedure for the fact `admission`.
 */
#include "web/page_admissions.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"
#include "web/reasons.h"

#include <string.h>

enum { MAX_NEXT = 6 }; /* stages that may follow at once, of which each missing act is tried */

/* ---- the procedure ----------------------------------------------------------------------------------------------- */

static const struct type *stages_of(const struct model *m)
{
	uint32_t f = m->voc->fact.admission;
	const struct type *t = f == NO_ID ? NULL : &m->rb->types.v[m->rb->facts.v[f].value];
	return t && t->kind == T_ENUM ? t : NULL;
}

static struct value word_value(sym word)
{
	return (struct value){.kind = V_WORD, .s = word};
}

/* Does this condition ask that the fact be `stage` (V_NONE: that it have no value), among others? */
static bool asks_for(const struct node *n, uint32_t fact, struct value stage)
{
	if (!n)
		return false;
	if (n->kind == C_IS && n->fact == fact && !n->negated) {
		for (uint16_t i = 0; i < n->nkids; i++)
			if (n->kids[i]->kind == E_CONST && value_eq(n->kids[i]->value, stage))
				return true;
		return false;
	}
	bool found = false;
	for (uint16_t i = 0; i < n->nkids && !found && (n->kind == C_AND || n->kind == C_OR); i++)
		found = asks_for(n->kids[i], fact, stage);
	return found;
}

static bool leads_to(const struct model *m, const struct rule *r, struct value to)
{
	return model_in_force(m, r) && r->value && r->value->kind == E_CONST && value_eq(r->value->value, to);
}

/* The first rule in force by which the stage is reached; NULL: there is none. */
static const struct rule *rule_to(const struct model *m, struct value to)
{
	const struct fact *f = &m->rb->facts.v[m->voc->fact.admission];
	for (uint32_t i = 0; i < f->nrules; i++)
		if (leads_to(m, &m->rb->rules.v[f->rules[i]], to))
			return &m->rb->rules.v[f->rules[i]];
	return NULL;
}

/* May `to` follow `from` by a rule in force? */
static bool may_follow(const struct model *m, struct value from, struct value to)
{
	const struct fact *f = &m->rb->facts.v[m->voc->fact.admission];
	for (uint32_t i = 0; i < f->nrules; i++) {
		const struct rule *r = &m->rb->rules.v[f->rules[i]];
		if (leads_to(m, r, to) && asks_for(r->cond, m->voc->fact.admission, from))
			return true;
	}
	return false;
}

/* The first stage that leads to this one; V_NONE: none does. */
static struct value leads_from(const struct model *m, struct value to)
{
	const struct type *t = stages_of(m);
	for (uint32_t i = 0; t && i < t->n; i++)
		if (may_follow(m, word_value(t->words[i]), to))
			return word_value(t->words[i]);
	return VALUE_NONE;
}

static bool is_last(const struct model *m, struct value stage)
{
	const struct type *t = stages_of(m);
	for (uint32_t i = 0; t && i < t->n; i++)
		if (may_follow(m, stage, word_value(t->words[i])))
			return false;
	return true;
}

static bool has_ended(const struct model *m, const struct stretch *now)
{
	return now && !now->disputed && is_last(m, now->value);
}

static uint32_t place_of(const struct type *t, struct value stage)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (stage.kind == V_WORD && t->words[i] == stage.s)
			return i;
	return NO_ID;
}

/* What the procedure rests on: what all its rules cite. A stage may cite more. */
static struct html procedure_cites(const struct model *m)
{
	const struct fact *f = m->voc->fact.admission == NO_ID ? NULL : &m->rb->facts.v[m->voc->fact.admission];
	const struct rule *first = f && f->nrules ? &m->rb->rules.v[f->rules[0]] : NULL;
	LIST(struct cite) common = {0};
	for (uint32_t k = 0; first && k < first->ncites; k++) {
		bool all = true;
		for (uint32_t i = 1; all && i < f->nrules; i++) {
			const struct rule *r = &m->rb->rules.v[f->rules[i]];
			all = false;
			for (uint32_t j = 0; j < r->ncites && !all; j++)
				all = str_eq(r->cites[j].text, first->cites[k].text);
		}
		if (all)
			arena_push(m->arena, &common, first->cites[k]);
	}
	return common.n ? model_cites(m, common.v, common.n) : model_rule_cites(m, first);
}

static struct url admission_href(const struct model *m, sym party)
{
	return url_fmt(m->arena, "/%s/admissions/%.*s%.*s", m->a->tongue->code, STR_ARG(syms_str(m->syms, party)), STR_ARG(ask_when(m->a).s));
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

struct going {
	const struct participant *who;
	const struct stretch *now;
	bool ended;
	size_t owed, done, late, waived; /* commitments */
};

typedef LIST(struct going) goings;

/* What this party took on: how much of it is done, how much is late, how much is no longer asked for. */
static void count_owed(const struct model *m, struct going *g)
{
	const struct instance *list;
	size_t n = m->voc->fact.owes == NO_ID ? 0 : view_instances(m->view, m->voc->fact.owes, g->who->who, m->arena, &list);
	for (size_t i = 0; i < n; i++) {
		const struct stretch *s = model_now(m, list[i].fact, list[i].args);
		if (!s)
			continue;
		g->owed++;
		bool done = is_word(s->value, m->voc->word.fulfilled);
		g->done += done;
		g->late += is_word(s->value, m->voc->word.overdue);
		g->waived += !done && obligation_over(m->voc, s->value);
	}
}

static void find_all(const struct model *m, goings *ret, shown_list *shown)
{
	uint32_t fact = m->voc->fact.admission;
	const participant_list *parties = almanac_parties_with(m->al, &fact, 1, false, m->arena);
	for (size_t i = 0; fact != NO_ID && i < parties->n; i++) {
		struct going g = {.who = parties->v[i]};
		model_show(m, shown, fact, &g.who->who);
		g.now = model_now(m, fact, &g.who->who);
		if (!g.now)
			continue;
		g.ended = has_ended(m, g.now);
		count_owed(m, &g);
		arena_push(m->arena, ret, g);
	}
}

static struct html owed_cell(const struct model *m, const struct going *g)
{
	if (!g->owed)
		return model_plain(m, STR("–"));
	struct html parts[3] = {SENTENCE(m, tr_start(&m->o, N_("{done} of {all} fulfilled")), {"done", number(m, g->done)}, {"all", number(m, g->owed)}),
		g->late ? model_tag(m, TAG_DISPUTE, SENTENCE(m, tr_start_n(&m->o, g->late, "{n} overdue on the record", "{n} overdue on the record"), {"n", number(m, g->late)}).s)
			: (struct html){{NULL, 0}},
		g->waived ? SENTENCE(m, tr_start(&m->o, N_("(no longer owed: {n})")), {"n", number(m, g->waived)}) : (struct html){{NULL, 0}}};
	return join(m, parts, 3, " ");
}

static void add_going(const struct model *m, const struct going *g, struct records *r)
{
	struct record_row row = {0};
	struct html stage = g->now->disputed ? model_readings(m, m->voc->fact.admission, &g->who->who, g->now)
					     : model_plain(m, capital(m, model_text(m, m->voc->fact.admission, g->now->value)));
	const struct stretch *status = model_status_now(m, g->who);
	model_cell(m, &row, model_anchor(m, admission_href(m, g->who->entity->name), g->who->title, NULL));
	model_cell(m, &row, in_strong(m, stage));
	model_cell(m, &row, model_date(m, model_from(g->now)));
	model_cell(m, &row, model_cause(m, &g->now->cause));
	model_cell(m, &row, owed_cell(m, g));
	model_cell(m, &row, m->voc->fact.status == NO_ID ? model_plain(m, STR("–")) : model_status_cell(m, status));
	model_cell(m, &row, model_why(m, m->voc->fact.admission, &g->who->who));
	arena_push(m->arena, &r->rows, row);
}

static size_t add_group(const struct model *m, const goings *l, bool ended, struct records *r)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++)
		n += l->v[i].ended == ended;
	if (!n)
		return 0;
	struct html title = SENTENCE(m, tr_start(&m->o, ended ? N_("Completed: {n}") : N_("On the way: {n}")), {"n", number(m, n)});
	struct record_row heading = {.group = title.s};
	arena_push(m->arena, &r->rows, heading);
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].ended == ended)
			add_going(m, &l->v[i], r);
	return n;
}

static json_t *owed_data(const struct model *m, struct value who)
{
	const struct instance *list;
	json_t *all = json_array();
	size_t n = m->voc->fact.owes == NO_ID ? 0 : view_instances(m->view, m->voc->fact.owes, who, m->arena, &list);
	for (size_t i = 0; i < n; i++) {
		const struct stretch *s = model_now(m, list[i].fact, list[i].args);
		if (s)
			json_array_append_new(all, data_stretch(m, list[i].fact, list[i].args, s));
	}
	return all;
}

static int send_all(struct model *m, const goings *l, struct err *e)
{
	json_t *page = data_page(m), *all = json_array();
	for (size_t i = 0; i < l->n; i++) {
		json_t *one = data_entity(m, l->v[i].who->entity->name);
		json_object_set_new(one, "stage", data_stretch(m, m->voc->fact.admission, &l->v[i].who->who, l->v[i].now));
		json_object_set_new(one, "completed", json_boolean(l->v[i].ended));
		json_object_set_new(one, "owes", owed_data(m, l->v[i].who->who));
		json_array_append_new(all, one);
	}
	json_object_set_new(page, "admissions", all);
	return data_send(m, page, e);
}

static int show_all(struct model *m, struct err *e)
{
	struct admissions_page p = {0};
	goings all = {0};
	shown_list shown = {0};
	find_all(m, &all, &shown);
	if (m->a->form == FORM_JSON)
		return send_all(m, &all, e);
	struct records *r = &p.all;
	r->label = model_tr(m, N_("Admissions"));
	model_column(m, r, model_tr(m, N_("Who")), false);
	model_column(m, r, model_tr(m, N_("Stage")), false);
	model_column(m, r, model_tr(m, N_("Since")), false);
	model_column(m, r, model_tr(m, N_("By which act")), false);
	model_column(m, r, model_tr(m, N_("Commitments")), false);
	model_column(m, r, model_tr(m, N_("Status")), false);
	model_column(m, r, model_tr(m, N_("Reasons")), true);
	size_t open = add_group(m, &all, false, r), ended = add_group(m, &all, true, r);
	p.lead = open || ended ? SENTENCE(m, tr_start_n(&m->o, open, "{n} admission is on the way; completed: {ended}.", "{n} admissions are on the way; completed: {ended}."),
					 {"n", in_strong(m, number(m, open))}, {"ended", number(m, ended)})
			       : model_plain(m, model_tr(m, N_("On this day nobody is on the way.")));
	p.cites = procedure_cites(m);
	p.csv = url_fmt(m->arena, "/data/admissions.%s%.*s", form_suffix(FORM_CSV), STR_ARG(ask_when(m->a).s));
	frame_init(&p.frame, m->a, model_tr(m, N_("Admissions")));
	model_watch(m, &p.frame.bar, &shown, NULL);
	int rc = model_differ(m, &shown, &p.frame.bar, &p.differ, e);
	if (rc < 0)
		return rc;
	page_admissions(&m->o, &p);
	return 0;
}

int admissions_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_all);
}

/* ---- one --------------------------------------------------------------------------------------------------------- */

struct missing { /* for a stage behind the one reached */
	struct value to, after; /* `after`: which leads to it; V_NONE: none does */
	bool at_once;		/* it may follow the one reached, so what brings it was tried */
	struct remedies by;
};

typedef LIST(struct missing) missing_list;

/* Where a stage is entered once another fact is so, and that fact speaks of the same party: what is missing for it. */
static struct remedies missing_cause(const struct model *m, const struct value *who, struct value stage, struct value to)
{
	const struct fact *f = &m->rb->facts.v[m->voc->fact.admission];
	for (uint32_t i = 0; i < f->nrules; i++) {
		const struct rule *r = &m->rb->rules.v[f->rules[i]];
		const struct node *c = r->trigger.kind == TRIGGER_ONCE ? r->trigger.cond : NULL;
		if (!c || c->kind != C_IS || c->negated || c->nkids != 1 || c->kids[0]->kind != E_CONST || c->nargs != 1 || !model_in_force(m, r) ||
			!r->value || !value_eq(r->value->value, to) || !asks_for(r->cond, m->voc->fact.admission, stage) ||
			c->args[0]->kind != E_VAR || r->args[0]->kind != E_VAR || c->args[0]->var != r->args[0]->var)
			continue;
		struct value wanted = c->kids[0]->value;
		return remedies_for(m, 0, c->fact, who, wanted, explain_whynot(view_reasons(m->view, 0, c->fact, who), c->fact, who, wanted, m->on, m->arena));
	}
	return (struct remedies){0};
}

static struct remedies missing_next(const struct model *m, const struct value *who, struct value stage, struct value to)
{
	uint32_t fact = m->voc->fact.admission;
	struct remedies by = remedies_for(m, 0, fact, who, to, explain_whynot(view_reasons(m->view, 0, fact, who), fact, who, to, m->on, m->arena));
	return by.n ? by : missing_cause(m, who, stage, to);
}

/* What its rule asks for beside the stage before it. */
static struct remedies missing_later(const struct model *m, const struct value *who, struct value to)
{
	uint32_t fact = m->voc->fact.admission;
	struct remedies by = {0};
	by.n = explain_then(view_reasons(m->view, 0, fact, who), fact, who, to, m->on, m->arena, &by.v);
	for (size_t i = 0; i < m->rb->rules.n && model_wants_days(m); i++)
		(void)model_in_force(m, &m->rb->rules.v[i]); /* on another day other rules lead there */
	return by;
}

/* Each stage behind the one reached, in their order; none where it has ended, or is disputed. */
static missing_list find_missing(const struct model *m, const struct value *who, const struct stretch *now)
{
	const struct type *t = stages_of(m);
	struct value stage = now ? now->value : VALUE_NONE;
	missing_list l = {0};
	size_t next = 0;
	for (uint32_t i = t ? place_of(t, stage) + 1 : 0; t && !has_ended(m, now) && !(now && now->disputed) && i < t->n; i++) {
		struct value to = word_value(t->words[i]);
		struct missing one = {.to = to, .after = leads_from(m, to), .at_once = may_follow(m, stage, to) && next++ < MAX_NEXT};
		one.by = one.at_once ? missing_next(m, who, stage, to) : missing_later(m, who, to);
		arena_push(m->arena, &l, one);
	}
	return l;
}

static void fill_missing(const struct model *m, const missing_list *l, struct admission_page *p)
{
	uint32_t fact = m->voc->fact.admission;
	p->missing = remedies_table(m);
	p->missing.label = model_tr(m, N_("What is missing"));
	for (size_t i = 0; i < l->n; i++) {
		const struct missing *x = &l->v[i];
		struct html after = x->after.kind == V_NONE ? model_plain(m, model_tr(m, N_("not by itself")))
							    : SENTENCE(m, tr_start(&m->o, N_("not before the stage “{stage}”")), {"stage", model_plain(m, model_text(m, fact, x->after))});
		struct html title = SENTENCE(m, tr_start(&m->o, N_("For the stage “{stage}”")), {"stage", model_plain(m, model_text(m, fact, x->to))});
		struct record_row heading = {.group = title.s};
		if (x->by.n)
			arena_push(m->arena, &p->missing.rows, heading);
		remedies_rows(m, &x->by, after, &p->missing, &p->deciding);
	}
}

/* On an earlier day another stage was next: when the acts came that it lacked must be noted, too. */
static void note_missing(const struct model *m, const struct value *who)
{
	struct admission_page unshown = {0};
	struct ask ask = *m->a;
	struct model then = *m;
	struct stretch *all;
	size_t n = model_wants_days(m) ? model_stretches(m, m->voc->fact.admission, who, &all) : 0;
	then.a = &ask;
	for (size_t i = 0; i <= 2 * n && n; i++) { /* before the first, in each, and between them */
		civil t = i == 0 ? all[0].from - 1 : i % 2 ? all[i / 2].from : all[i / 2 - 1].to;
		if (t == CIVIL_NEVER || all[0].from == CIVIL_ALWAYS)
			continue;
		ask.on = date_day(t);
		then.on = view_on(ask.on);
		missing_list missing = find_missing(&then, who, model_now(&then, m->voc->fact.admission, who));
		fill_missing(&then, &missing, &unshown);
	}
}

/* What happened, then the stages that may still come; and those passed over. */
static void fill_path(const struct model *m, const struct dossier *d, const struct stretch *now, struct admission_page *p)
{
	const struct type *t = stages_of(m);
	uint32_t at = t && now && !now->disputed ? place_of(t, now->value) : NO_ID;
	LIST(struct html) passed = {0};
	struct stretch *all;
	size_t n = model_stretches(m, m->voc->fact.admission, &d->who->who, &all);
	p->path = dossier_procedure(m, d);
	for (uint32_t i = 0; t && i < t->n; i++) {
		struct str name = model_text(m, m->voc->fact.admission, word_value(t->words[i]));
		bool been = false;
		for (size_t k = 0; k < n && !been; k++)
			been = all[k].from <= m->on && value_eq(all[k].value, word_value(t->words[i]));
		if (been)
			continue;
		if (at != NO_ID && i < at) {
			struct html one = SENTENCE(m, tr_start(&m->o, N_("“{stage}”")), {"stage", model_plain(m, name)});
			arena_push(m->arena, &passed, one);
		} else if (!p->ended) {
			struct milestone todo = {.when = {.at = CIVIL_NEVER}, .text = name, .state = MILESTONE_TODO,
				.cites = model_rule_cites(m, rule_to(m, word_value(t->words[i])))};
			arena_push(m->arena, &p->path, todo);
		}
	}
	if (passed.n)
		p->passed = SENTENCE(m, tr_start(&m->o, N_("Without an act on record: {stages}. A dash in the sources is no proof that a step was not taken.")),
			{"stages", join_commas(m, passed.v, passed.n)});
}

/* The facts of the shape of `meets` about this party: what was found about each criterion. */
static void fill_criteria(const struct model *m, const struct dossier *d, struct admission_page *p)
{
	uint32_t meets = m->voc->fact.meets;
	const struct fact *like = meets == NO_ID ? NULL : &m->rb->facts.v[meets];
	p->criteria = fact_table(m, model_tr(m, N_("Criteria")));
	for (size_t s = 0; like && s < SUBJECTS; s++)
		for (size_t i = 0; i < d->about[s].n; i++) {
			const struct shown *is = &d->about[s].v[i];
			const struct fact *f = &m->rb->facts.v[is->fact];
			bool same = f->nparams == like->nparams;
			for (uint32_t k = 0; same && k < f->nparams; k++)
				same = f->params[k].type == like->params[k].type;
			const struct stretch *now = same ? shown_now(m, is) : NULL;
			if (now)
				fact_row(m, &p->criteria, is->fact, is->args, now);
		}
}

static void fill_lead(const struct model *m, const struct participant *who, const struct stretch *now, struct admission_page *p)
{
	uint32_t fact = m->voc->fact.admission;
	struct stretch *all;
	size_t n = model_stretches(m, fact, &who->who, &all);
	if (now) {
		struct html says = now->disputed ? model_readings(m, fact, &who->who, now) : say_fact(m, fact, &who->who, now->value);
		p->lead = SENTENCE(m, tr_start(&m->o, N_("{statement}, since {day}, by {act}. {why}")), {"statement", says},
			{"day", in_strong(m, model_when(m, model_from(now)))}, {"act", model_cause_quoted(m, &now->cause)}, {"why", model_why(m, fact, &who->who)});
	} else {
		p->lead = SENTENCE(m, tr_start(&m->o, N_("No admission of {name} is on record by this day.")), {"name", model_plain(m, who->title)});
	}
	for (size_t i = 0; i < n && !p->later.s.n; i++)
		if (all[i].from > m->on && !all[i].disputed)
			p->later = SENTENCE(m, tr_start(&m->o, N_("What came next: {statement}, on {day}.")), {"statement", say_fact(m, fact, &who->who, all[i].value)},
				{"day", model_when(m, model_from(&all[i]))});
}

static void fill_glance(const struct model *m, const struct participant *who, const struct stretch *now, struct admission_page *p)
{
	struct going g = {.who = who, .now = now};
	add_pair(m, &p->glance, model_tr(m, N_("Participant")), model_link(m, who->entity->name));
	if (m->voc->fact.status != NO_ID)
		add_pair(m, &p->glance, model_tr(m, N_("Status")), model_status_cell(m, model_status_now(m, who)));
	if (now && !now->disputed)
		add_pair(m, &p->glance, model_tr(m, N_("Stage")), model_plain(m, model_text(m, m->voc->fact.admission, now->value)));
	if (now)
		add_pair(m, &p->glance, model_tr(m, N_("Since")), model_date(m, model_from(now)));
	count_owed(m, &g);
	if (g.owed)
		add_pair(m, &p->glance, model_tr(m, N_("Commitments")), owed_cell(m, &g));
	add_pair(m, &p->glance, model_tr(m, N_("Legal basis")), procedure_cites(m));
}

static json_t *missing_data(const struct model *m, const missing_list *l)
{
	json_t *all = json_array();
	for (size_t i = 0; i < l->n; i++) {
		const struct missing *x = &l->v[i];
		const struct rule *rule = rule_to(m, x->to);
		json_t *one = json_object();
		json_object_set_new(one, "stage", data_value(m, x->to));
		json_object_set_new(one, "articles", rule ? data_cites(rule->cites, rule->ncites) : json_array());
		if (!x->at_once)
			json_object_set_new(one, "after", data_value(m, x->after));
		json_object_set_new(one, "acts", remedies_data(m, &x->by));
		json_array_append_new(all, one);
	}
	return all;
}

static int send_one(struct model *m, const struct participant *who, struct err *e)
{
	uint32_t fact = m->voc->fact.admission;
	json_t *page = data_page(m), *next = json_array();
	const struct stretch *now = model_now(m, fact, &who->who);
	missing_list missing = find_missing(m, &who->who, now);
	const struct type *t = stages_of(m);
	json_object_set_new(page, "participant", data_entity(m, who->entity->name));
	json_object_set_new(page, "history", data_history(m, fact, &who->who));
	json_object_set_new(page, "owes", owed_data(m, who->who));
	for (uint32_t i = 0; t && i < t->n; i++)
		if (may_follow(m, now ? now->value : VALUE_NONE, word_value(t->words[i]))) {
			json_t *one = json_object();
			json_object_set_new(one, "stage", data_value(m, word_value(t->words[i])));
			json_object_set_new(one, "whynot", data_str(model_whynot_href(m, fact, &who->who, word_value(t->words[i])).s));
			json_array_append_new(next, one);
		}
	json_object_set_new(page, "next", next);
	json_object_set_new(page, "missing", missing_data(m, &missing));
	return data_send(m, page, e);
}

static int show_one(struct model *m, struct err *e)
{
	struct admission_page p = {0};
	struct dossier d;
	const struct entity *en;
	shown_list shown = {0};
	int rc = model_entity(m, m->a->id[0], m->voc->type.Party, N_("participant"), &en, e);
	if (rc < 0)
		return rc;
	if (m->voc->fact.admission == NO_ID)
		return MODEL_FAULT(m, e, ERR_ABSENT, "admission", N_("The rulebook of this organisation has no procedure of admission."), {0});
	const struct participant *who = almanac_party(m->al, en->name);
	if (m->a->form == FORM_JSON)
		return send_one(m, who, e);
	const struct stretch *now = model_now(m, m->voc->fact.admission, &who->who);
	p.title = SENTENCE(m, tr_start(&m->o, N_("Admission of {name}")), {"name", {who->title}}).s;
	p.over = model_anchor(m, model_url(m, "admissions"), model_tr(m, N_("All admissions")), NULL);
	p.ended = has_ended(m, now);
	frame_init(&p.frame, m->a, p.title);
	dossier_open(m, who, &d);
	fill_lead(m, who, now, &p);
	(void)fill_accession(m, &d, m->voc->fact.admission, &p.way);
	fill_path(m, &d, now, &p);
	missing_list missing = find_missing(m, &who->who, now);
	fill_missing(m, &missing, &p);
	note_missing(m, &who->who);
	p.owes = dossier_obligations(m, &d);
	fill_criteria(m, &d, &p);
	fill_glance(m, who, now, &p);
	model_show(m, &shown, m->voc->fact.admission, &who->who);
	for (size_t i = 0; i < d.about[ABOUT_OBLIGATION].n; i++)
		arena_push(m->arena, &shown, d.about[ABOUT_OBLIGATION].v[i]);
	model_watch(m, &p.frame.bar, &shown, NULL);
	if ((rc = model_differ(m, &shown, &p.frame.bar, &p.differ, e)) < 0)
		return rc;
	page_admission(&m->o, &p);
	return 0;
}

int admission_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_one);
}
