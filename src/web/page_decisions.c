/* SPDX-License-Identifier: Apache-2.0
 *
 * All decisions, and one: what became of it, by whose consent, and what it did.
 */
#include "web/page_decisions.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"

enum { ACTS_SHOWN = 20, MAX_COUNTS = 8 };

/* ---- all ------------------------------------------------------------------------------------------------------------------------ */

struct tabled {
	const struct record_act *act;
	sym decision, body;
	struct value became;	     /* of the fact `decision`; V_NONE: nothing yet */
	const struct stretch *state; /* the same with its span, once it is asked for; NULL: none */
};

typedef LIST(struct tabled) tabled_list;

/* Completes what all_tabled gave. */
static void read_state(const struct model *m, struct tabled *t)
{
	if (m->voc->fact.decision != NO_ID)
		t->state = model_now(m, m->voc->fact.decision, args_of(m, 1, entity_value(t->decision)));
}

/* The newest first; without `outcomes` nobody asks what became of them. */
static void all_tabled(const struct model *m, bool outcomes, tabled_list *ret)
{
	const act_refs *tabled = acts_of_kind_now(m, m->voc->act.decision_tabled);
	for (size_t i = 0; i < tabled->n; i++) {
		const struct record_act *a = tabled->v[i];
		if (!act_counts(m, a))
			continue;
		struct tabled t = {.act = a, .decision = act_entity(m, a, "D"), .body = act_entity(m, a, "B")};
		if (outcomes)
			t.became = model_value_now(m, m->voc->fact.decision, args_of(m, 1, entity_value(t.decision)));
		arena_push(m->arena, ret, t);
	}
}

static struct str outcome_word(const struct model *m, const struct tabled *t)
{
	return t->became.kind == V_WORD ? syms_str(m->syms, t->became.s) : STR("");
}

static struct html outcome(const struct model *m, const struct tabled *t)
{
	if (!t->state)
		return model_plain(m, model_tr(m, N_("Tabled")));
	if (t->state->disputed)
		return model_tag(m, TAG_DISPUTE, model_tr(m, N_("Disputed")));
	return model_plain(m, model_text(m, m->voc->fact.decision, t->state->value));
}

struct wanted {
	struct str body, outcome;
	bool by_year;
	int year;
};

static bool fits(const struct model *m, const struct wanted *w, const struct tabled *t)
{
	return (!w->body.n || (t->body != SYM_ABSENT && str_eq(syms_str(m->syms, t->body), w->body))) &&
	       (!w->outcome.n || str_eq(outcome_word(m, t), w->outcome)) && (!w->by_year || date_year(t->act->act.date) == w->year);
}

/* They ask for a body and an outcome that there are, though perhaps no decision has them. */
static int check_wanted(struct model *m, const struct wanted *w, const tabled_list *all, struct err *e)
{
	const struct entity *en;
	struct choosing out = {.name = STR("outcome"), .label = model_tr(m, N_("Outcome"))};
	if (w->outcome.n && m->voc->fact.decision != NO_ID)
		add_words(m, m->rb->facts.v[m->voc->fact.decision].value, &out.options);
	for (size_t i = 0; w->outcome.n && i < all->n; i++)
		if (outcome_word(m, &all->v[i]).n)
			add_choice(m, &out.options, outcome_word(m, &all->v[i]), STR(""), STR(""));
	int rc = choice_check(m, &out, "outcome.unknown", e);
	return rc == 0 && w->body.n ? model_entity(m, w->body, m->voc->type.Body, N_("body"), &en, e) : rc;
}

static void fill_filter(const struct model *m, const struct wanted *w, const tabled_list *all, struct decisions_page *p)
{
	struct choosing body = {.name = STR("body"), .label = model_tr(m, N_("Body")), .all = model_tr(m, N_("All bodies"))};
	struct choosing out = {.name = STR("outcome"), .label = model_tr(m, N_("Outcome")), .all = model_tr(m, N_("Any"))};
	struct choosing year = {.name = STR("year"), .label = model_tr(m, N_("Year")), .all = model_tr(m, N_("All years"))};
	struct str chosen = w->by_year ? arena_fmt(m->arena, "%d", w->year) : STR("");
	for (size_t i = 0, last = 0; i < all->n; i++) {
		const struct tabled *t = &all->v[i];
		size_t y = (size_t)date_year(t->act->act.date);
		struct str is = y == last ? (struct str){NULL, 0} : arena_fmt(m->arena, "%zu", y);
		if (is.n)
			add_choice(m, &year.options, is, tr_digits(&m->o, is), chosen);
		last = y;
		if (t->body != SYM_ABSENT && !has_choice(&body.options, syms_str(m->syms, t->body)))
			add_choice_said(m, &body.options, syms_str(m->syms, t->body), model_title(m, t->body), w->body);
		if (outcome_word(m, t).n && !has_choice(&out.options, outcome_word(m, t)))
			add_choice(m, &out.options, outcome_word(m, t), model_text(m, m->voc->fact.decision, t->became), w->outcome);
	}
	sort_choices(m, &body.options);
	p->filter = filter_new(m);
	arena_push(m->arena, &p->filter.fields, body);
	arena_push(m->arena, &p->filter.fields, out);
	arena_push(m->arena, &p->filter.fields, year);
}

/* Whom it concerns: the parties that acts name as its subject. */
static struct html subjects(const struct model *m, sym decision)
{
	LIST(struct html) names = {0};
	const act_refs *naming = acts_naming_now(m, decision);
	for (size_t i = naming->n; m->voc->act.subject_named != NO_ID && i-- > 0;) {
		const struct record_act *a = naming->v[i];
		if (a->act.kind == m->voc->act.subject_named && act_counts(m, a) && act_entity(m, a, "D") == decision) {
			struct html one = model_link(m, act_entity(m, a, "P"));
			arena_push(m->arena, &names, one);
		}
	}
	return join_commas(m, names.v, names.n);
}

static void add_row(const struct model *m, struct records *r, struct tabled *t)
{
	read_state(m, t);
	struct record_row row = {0};
	const struct value *args = args_of(m, 1, entity_value(t->decision));
	model_cell(m, &row, model_link(m, t->decision));
	model_cell(m, &row, outcome(m, t));
	model_cell(m, &row, t->state ? model_date(m, model_from(t->state)) : model_date(m, model_act_when(t->act)));
	model_cell(m, &row, t->body == SYM_ABSENT ? model_plain(m, STR("–")) : model_link(m, t->body));
	model_cell(m, &row, subjects(m, t->decision));
	model_cell(m, &row, t->state ? model_why(m, m->voc->fact.decision, args) : (struct html){{NULL, 0}});
	arena_push(m->arena, &r->rows, row);
}

static json_t *as_json(const struct model *m, struct tabled *t)
{
	read_state(m, t);
	json_t *one = data_entity(m, t->decision);
	json_object_set_new(one, "body", t->body == SYM_ABSENT ? json_null() : data_str(syms_str(m->syms, t->body)));
	json_object_set_new(one, "tabled", data_date(t->act->act.date));
	json_object_set_new(one, "state",
		t->state ? data_stretch(m, m->voc->fact.decision, args_of(m, 1, entity_value(t->decision)), t->state) : json_null());
	return one;
}

static int answer_all(struct model *m, const struct wanted *w, tabled_list *all, const struct pager *pager, struct err *e)
{
	json_t *page = data_page(m), *list = json_array();
	uint64_t n = 0;
	for (size_t i = 0; i < all->n && n < pager->last; i++)
		if (fits(m, w, &all->v[i]) && ++n >= pager->first)
			json_array_append_new(list, as_json(m, &all->v[i]));
	json_object_set_new(page, "all", json_integer((json_int_t)pager->all));
	json_object_set_new(page, "decisions", list);
	data_next(page, pager);
	return data_send(m, page, e);
}

static int show_all(struct model *m, struct err *e)
{
	struct decisions_page p = {0};
	struct ask_value year = ask_param(m->a, "year");
	struct wanted w = {ask_param(m->a, "body").text, ask_param(m->a, "outcome").text, year.given, (int)year.number};
	tabled_list all = {0};
	struct moment_list days = {0};
	uint64_t n = 0, fit = 0;
	all_tabled(m, true, &all);
	int rc = check_wanted(m, &w, &all, e);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < all.n; i++)
		fit += fits(m, &w, &all.v[i]);
	if ((rc = pager_new(m, fit, &p.pager, e)) < 0)
		return rc;
	if (m->a->form == FORM_JSON)
		return answer_all(m, &w, &all, &p.pager, e);
	frame_init(&p.frame, m->a, model_tr(m, N_("Decisions")));
	fill_filter(m, &w, &all, &p);
	p.lead = SENTENCE(m, tr_start_n(&m->o, fit, "{n} decision on record. Whether it was adopted is derived from how it was taken.",
		"{n} decisions on record. Whether each was adopted is derived from how it was taken."), {"n", in_strong(m, number(m, fit))});
	p.decisions.label = model_tr(m, N_("Decisions"));
	model_column(m, &p.decisions, model_tr(m, N_("Decision")), false);
	model_column(m, &p.decisions, model_tr(m, N_("Outcome")), false);
	model_column(m, &p.decisions, model_tr(m, N_("Since")), false);
	model_column(m, &p.decisions, model_tr(m, N_("Body")), false);
	model_column(m, &p.decisions, model_tr(m, N_("Concerns")), false);
	model_column(m, &p.decisions, model_tr(m, N_("Reasons")), true);
	for (size_t i = 0; i < all.n && n < p.pager.last; i++)
		if (fits(m, &w, &all.v[i]) && ++n >= p.pager.first)
			add_row(m, &p.decisions, &all.v[i]);
	struct model ever = whenever(m);
	tabled_list every = {0};
	all_tabled(&ever, w.outcome.n > 0, &every);
	for (size_t i = every.n; i-- > 0;)
		if (fits(m, &w, &every.v[i]))
			add_thing_moment(m, &days, every.v[i].act->act.date, every.v[i].decision);
	watch_days(m, &days, &p.frame.bar);
	page_decisions(&m->o, &p);
	return 0;
}

int decisions_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_all);
}

/* ---- one ------------------------------------------------------------------------------------------------------------------------ */

/* The outcomes of the standard vocabulary (rules/std.md: decision); any other is said in the organisation's word. */
static const char *lead_words(const struct model *m, struct value outcome, bool body)
{
	if (is_word(outcome, m->voc->word.adopted))
		return body ? N_("“{title}” was adopted by the {body} on {day} ({act}).") : N_("“{title}” was adopted on {day} ({act}).");
	if (is_word(outcome, m->voc->word.rejected))
		return body ? N_("“{title}” was rejected by the {body} on {day} ({act}).") : N_("“{title}” was rejected on {day} ({act}).");
	if (is_word(outcome, m->voc->word.open))
		return body ? N_("“{title}” has been open for discussion in the {body} since {day} ({act}).")
			    : N_("“{title}” has been open for discussion since {day} ({act}).");
	return N_("“{title}”: {outcome} since {day} ({act}).");
}

static void fill_lead(const struct model *m, const struct tabled *t, struct decision_page *p)
{
	const struct stretch *s = t->state;
	const struct value *args = args_of(m, 1, entity_value(t->decision));
	struct html title = model_mark(m, p->title), body = t->body == SYM_ABSENT ? (struct html){{NULL, 0}} : model_link(m, t->body);
	if (!s) {
		p->lead = SENTENCE(m, tr_start(&m->o, N_("“{title}” was tabled on {day} ({act}).")), {"title", title},
			{"day", model_when(m, model_act_when(t->act))}, {"act", model_act(m, t->act->pos)});
		return;
	}
	p->why = model_why_href(m, m->voc->fact.decision, args);
	struct html act = s->cause.act ? model_act(m, s->cause.act->pos) : model_cause(m, &s->cause);
	if (s->disputed)
		p->lead = SENTENCE(m, tr_start(&m->o, N_("What became of “{title}” is disputed. {readings}")), {"title", title},
			{"readings", model_readings(m, m->voc->fact.decision, args, s)});
	else
		p->lead = SENTENCE(m, tr_start(&m->o, lead_words(m, t->became, t->body != SYM_ABSENT)), {"title", title}, {"body", body},
			{"outcome", in_strong(m, model_plain(m, model_text(m, m->voc->fact.decision, s->value)))},
			{"day", in_strong(m, model_when(m, model_from(s)))}, {"act", act});
}

/* Who was counted: the parties that the parts of the count are about. */
static struct html who_counted(const struct model *m, const struct proof *count)
{
	LIST(struct html) names = {0};
	for (size_t i = 0; i < count->nkids; i++) {
		const struct proof *k = count->kids[i];
		while (k->kind == PROOF_ALL && k->nkids)
			k = k->kids[0];
		if (k->kind != PROOF_FACT || !k->holds || !k->args || k->args[0].kind != V_ENTITY)
			continue;
		struct html one = model_link(m, k->args[0].s);
		arena_push(m->arena, &names, one);
	}
	return join_commas(m, names.v, names.n);
}

static void find_counts(const struct model *m, const struct phrasing *ph, const struct proof *x, struct decision_page *p)
{
	if (x->kind == PROOF_COUNT && p->counts.n < MAX_COUNTS) {
		struct phrase says = phrase_proof(ph, x);
		if (says.n && says.v[0].kind == PIECE_TEXT)
			says.v[0].text = capital(m, says.v[0].text);
		struct counted c = {model_phrase(m, &says), who_counted(m, x), x->holds};
		arena_push(m->arena, &p->counts, c);
		return;
	}
	/* The counts stand beside the trigger; what lies below a fact explains that fact. */
	for (size_t i = 0; i < x->nkids; i++)
		if (x->kids[i]->kind != PROOF_FACT)
			find_counts(m, ph, x->kids[i], p);
}

static void fill_counts(const struct model *m, const struct tabled *t, struct decision_page *p)
{
	if (!t->state)
		return;
	struct phrasing ph = model_phrasing(m);
	const struct value *args = args_of(m, 1, entity_value(t->decision));
	const struct proof *why = explain_why_top(view_reasons(m->view, 0, m->voc->fact.decision, args), m->voc->fact.decision, args, m->on, m->arena);
	if (!why)
		return;
	find_counts(m, &ph, why, p);
	p->counts_basis = model_rule_cites(m, t->state->cause.rule);
}

static void fill_positions(const struct model *m, sym decision, struct decision_page *p)
{
	const participant_list *parties = almanac_parties_about(m->al, decision, false, m->arena);
	p->positions = fact_table(m, model_tr(m, N_("Objections and views")));
	for (size_t i = 0; m->voc->fact.position != NO_ID && i < parties->n; i++) {
		const struct value *args = args_of(m, 2, parties->v[i]->who, entity_value(decision));
		struct stretch *all;
		size_t n = model_stretches(m, m->voc->fact.position, args, &all);
		for (size_t k = 0; k < n && all[k].from <= m->on; k++)
			fact_row(m, &p->positions, m->voc->fact.position, args, &all[k]);
	}
}

static void fill_glance(const struct model *m, const struct tabled *t, struct decision_page *p)
{
	struct value matter = act_arg(m->rb, &t->act->act, "matter"), effect = act_arg(m->rb, &t->act->act, "effect");
	sym meeting = act_entity(m, t->act, "M"), instrument = act_entity(m, t->act, "I");
	if (t->body != SYM_ABSENT)
		add_pair(m, &p->glance, model_tr(m, N_("Body")), model_link(m, t->body));
	if (meeting != SYM_ABSENT)
		add_pair(m, &p->glance, model_tr(m, N_("Meeting")), model_link(m, meeting));
	if (matter.kind == V_WORD)
		add_pair(m, &p->glance, model_tr(m, N_("Matter")), model_plain(m, model_word(m, STR("matter"), syms_str(m->syms, matter.s))));
	add_pair(m, &p->glance, model_tr(m, N_("Concerns")), subjects(m, t->decision));
	if (instrument != SYM_ABSENT)
		add_pair(m, &p->glance, model_tr(m, N_("Approves")), model_link(m, instrument));
	if (effect.kind == V_DATE)
		add_pair(m, &p->glance, model_tr(m, N_("Works from")), model_when(m, (struct when){effect.t, BY_DAY, false}));
	add_pair(m, &p->glance, model_tr(m, N_("Tabled")), model_act(m, t->act->pos));
	add_pair(m, &p->glance, model_tr(m, N_("Name in the record")), in_code(m, syms_str(m->syms, t->decision)));
	p->note = model_act_text(m, t->act);
}

static int answer_one(struct model *m, sym name, struct tabled *t, struct err *e)
{
	json_t *page = data_page(m);
	json_object_set_new(page, "decision", t ? as_json(m, t) : data_entity(m, name));
	json_object_set_new(page, "tabled", t ? data_act(m, t->act) : json_null());
	if (m->voc->fact.decision != NO_ID)
		json_object_set_new(page, "history", data_history(m, m->voc->fact.decision, args_of(m, 1, entity_value(name))));
	json_object_set_new(page, "facts", data_facts_about(m, name));
	return data_send(m, page, e);
}

static int show_one(struct model *m, struct err *e)
{
	struct decision_page p = {0};
	const struct entity *en;
	shown_list ticks = {0}, also = {0};
	int rc = model_entity(m, m->a->id[0], m->voc->type.Decision, N_("decision"), &en, e);
	if (rc < 0)
		return rc;
	const struct record_act *a = introduced_by(m, en);
	const struct value *args = args_of(m, 1, entity_value(en->name));
	struct tabled t = {.act = a, .decision = en->name, .body = a ? act_entity(m, a, "B") : SYM_ABSENT};
	if (m->voc->fact.decision != NO_ID) {
		t.state = model_now(m, m->voc->fact.decision, args);
		t.became = t.state ? t.state->value : VALUE_NONE;
		model_show(m, &ticks, m->voc->fact.decision, args);
	}
	if (m->a->form == FORM_JSON)
		return answer_one(m, en->name, a ? &t : NULL, e);
	p.title = model_title(m, en->name);
	frame_named(&p.frame, m->a, p.title.text, model_mark(m, p.title));
	other_names(m, en, &p.names);
	p.over = model_plain(m, model_tr(m, N_("Decision")));
	if (a) {
		if (t.body != SYM_ABSENT)
			p.over = SENTENCE(m, tr_start(&m->o, N_("Decision, {body}")), {"body", model_link(m, t.body)});
		fill_lead(m, &t, &p);
		fill_counts(m, &t, &p);
		fill_positions(m, en->name, &p);
		fill_glance(m, &t, &p);
		if (t.state && t.state->cause.act) {
			p.done = true;
			if ((rc = act_effects(m, t.state->cause.act, &p.did, e)) < 0)
				return rc;
		}
	} else {
		p.lead = SENTENCE(m, tr_start(&m->o, N_("On {day} this decision had not been tabled.")),
			{"day", model_when(m, (struct when){m->a->on, BY_DAY, false})});
	}
	const uint32_t without[] = {m->voc->fact.decision, m->voc->fact.position, m->voc->fact.final};
	if ((rc = facts_about(m, en->name, without, sizeof without / sizeof *without, &also, &p.facts, e)) < 0)
		return rc;
	p.acts = acts_naming(m, en->name, ACTS_SHOWN, NULL);
	p.all_acts = all_acts_link(m, en->name, ACTS_SHOWN);
	model_watch(m, &p.frame.bar, &ticks, NULL);
	page_decision(&m->o, &p);
	return 0;
}

int decision_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_one);
}
