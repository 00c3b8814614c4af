/* SPDX-License-Identifier: Apache-2.0
 *
 * One instrument: is it in force, since when, by what; for whom; what its clause says, and what is missing.
 */
#include "web/page_instruments.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/page_releases.h"
#include "web/pages.h"

enum { ACTS_SHOWN = 20 };

/* ---- the first sentence ------------------------------------------------------------------------------------------------------ */

static size_t count_holding(const struct model *m, uint32_t fact, sym instrument)
{
	const participant_list *parties = almanac_parties_about(m->al, instrument, false, m->arena);
	size_t n = 0;
	for (size_t i = 0; fact != NO_ID && i < parties->n; i++)
		n += model_now(m, fact, args_of(m, 2, parties->v[i]->who, entity_value(instrument))) != NULL;
	return n;
}

/* The conditions of the clause are met, and the time that it sets is running. */
static struct html waiting_for_its_day(const struct model *m, struct html title, const struct value *args, const struct stretch *met)
{
	struct stretch *all;
	size_t n = model_stretches(m, m->voc->fact.in_force, args, &all), i = 0;
	bool past = m->a->on < m->a->today;
	while (i < n && all[i].from <= m->on)
		i++;
	struct html on = model_when(m, (struct when){m->a->on, BY_DAY, false}), since = model_when(m, model_from(met));
	if (i == n)
		return SENTENCE(m, tr_start(&m->o, past ? N_("On {day} “{title}” was not on record as in force, though it had had the consents it needed since {since}.")
							: N_("“{title}” is not on record as in force, though it has had the consents it needs since {since}.")),
			{"day", on}, {"title", title}, {"since", since});
	return SENTENCE(m, tr_start(&m->o, past ? N_("On {day} “{title}” was not yet in force: it had had the consents it needed since {since}, and was to enter into force on {then}.")
						: N_("“{title}” is not yet in force: it has had the consents it needs since {since}, and enters into force on {then}.")),
		{"day", on}, {"title", title}, {"since", since}, {"then", in_strong(m, model_when(m, model_from(&all[i])))});
}

static struct html not_in_force(const struct model *m, sym name, struct html title)
{
	const struct value *args = args_of(m, 1, entity_value(name));
	const struct stretch *need = m->voc->fact.threshold == NO_ID ? NULL : model_now(m, m->voc->fact.threshold, args);
	const struct stretch *met;
	bool past = m->a->on < m->a->today;
	if (m->voc->fact.met != NO_ID && (met = model_now(m, m->voc->fact.met, args)))
		return waiting_for_its_day(m, title, args, met);
	if (!need || need->value.kind != V_INT)
		return SENTENCE(m, tr_start(&m->o, past ? N_("On {day} the record held nothing that brings “{title}” into force: no final clause, and no certificate.")
							: N_("The record holds nothing that brings “{title}” into force: no final clause, and no certificate.")),
			{"title", title}, {"day", model_when(m, (struct when){m->a->on, BY_DAY, false})});
	return SENTENCE(m, tr_start(&m->o, past ? N_("On {day} “{title}” was not on record as in force: {have} of the {need} consents it needs were on record.")
						: N_("“{title}” is not on record as in force: {have} of the {need} consents it needs are on record.")),
		{"title", title}, {"day", model_when(m, (struct when){m->a->on, BY_DAY, false})},
		{"have", in_strong(m, number(m, count_holding(m, m->voc->fact.counted, name)))},
		{"need", in_strong(m, number(m, (uint64_t)need->value.i))});
}

static void fill_lead(const struct model *m, sym name, struct instrument_page *p)
{
	uint32_t fact = m->voc->fact.in_force;
	const struct value *args = args_of(m, 1, entity_value(name));
	struct html title = model_mark(m, p->title), since;
	const struct stretch *s = fact == NO_ID ? NULL : model_now(m, fact, args);
	bool past = m->a->on < m->a->today;
	if (fact == NO_ID)
		return;
	if (!s) {
		p->lead = not_in_force(m, name, title);
		p->whynot = model_whynot_href(m, fact, args, VALUE_YES);
		return;
	}
	p->why = model_why_href(m, fact, args);
	since = in_strong(m, when_told(m, model_from(s)));
	if (s->disputed)
		p->lead = SENTENCE(m, tr_start(&m->o, N_("Whether “{title}” is in force has been disputed since {since}. {readings}")), {"title", title},
			{"since", since}, {"readings", model_readings(m, fact, args, s)});
	else
		p->lead = SENTENCE(m, tr_start(&m->o, s->cause.act ? past ? N_("On {day} “{title}” had been {in_force} since {since}, by {act}.")
									    : N_("“{title}” has been {in_force} since {since}, by {act}.")
						      : past	   ? N_("On {day} “{title}” had been {in_force} since {since}.")
								   : N_("“{title}” has been {in_force} since {since}.")),
			{"day", model_when(m, (struct when){m->a->on, BY_DAY, false})}, {"title", title},
			{"in_force", in_strong(m, model_plain(m, model_tr(m, N_("in force"))))}, {"since", since}, {"act", model_cause_quoted(m, &s->cause)});
	size_t n = count_holding(m, m->voc->fact.party, name);
	p->second = n ? SENTENCE(m, tr_start_n(&m->o, n, "One party is bound by it, as far as the record shows.", "{n} parties are bound by it, as far as the record shows."),
				{"n", number(m, n)})
		      : model_plain(m, model_tr(m, N_("For whom it is in force, the record does not show.")));
}

/* ---- its clause ---------------------------------------------------------------------------------------------------------------- */

/* The parameters of instrument_opened (rules/std-treaties.rules), as a reader would name them. */
static const struct {
	const char *param, *label;
} clause_words[] = {
	{"threshold", N_("Consents needed")},
	{"delay", N_("Time from then to entry into force")},
	{"rounding", N_("How the day is rounded")},
	{"fixed", N_("On this day, if met by then")},
	{"floor", N_("Not before")},
	{"parent", N_("Not before this is in force")},
	{"quota", N_("Share of the weights needed")},
	{"whole", N_("Of a whole of")},
	{"only_from", N_("Only consents of this group count")},
	{"states_only", N_("Only States count")},
	{"later_delay", N_("Time for who consents later")},
	{"later_rounding", N_("Rounding for who consents later")},
};

static void fill_clause(const struct model *m, sym name, struct instrument_page *p)
{
	const struct record_act *a = act_about(m, m->voc->act.instrument_opened, "I", name);
	if (!a)
		return;
	for (size_t i = 0; i < sizeof clause_words / sizeof *clause_words; i++) {
		struct value v = act_arg(m->rb, &a->act, clause_words[i].param);
		struct html text = v.kind == V_NONE ? (struct html){{NULL, 0}} : model_value(m, NO_ID, v);
		add_pair(m, &p->clause, model_tr(m, clause_words[i].label), in_doubt(m, text, record_unverified(a, str_of(clause_words[i].param))));
	}
	p->clause_says = model_act_text(m, a);
	p->clause_act = model_act(m, a->pos);
}

/* Facts of the standard law of treaties that repeat the clause or are steps on the way; their reasons show them. */
static const char *const steps[] = {"delay", "rounding", "fixed", "floor", "parent", "quota", "whole", "only_from", "states_only",
	"later_delay", "later_rounding", "least", "weight", "ready", "waited"};

static int other_facts(const struct model *m, sym name, shown_list *shown, struct records *ret, struct err *e)
{
	uint32_t without[10 + sizeof steps / sizeof *steps] = {m->voc->fact.in_force, m->voc->fact.signatory, m->voc->fact.approved,
		m->voc->fact.consented, m->voc->fact.provisional, m->voc->fact.party, m->voc->fact.threshold, m->voc->fact.counted,
		m->voc->fact.met, m->voc->fact.open_to};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		without[10 + i] = rulebook_fact(m->rb, str_of(steps[i]));
	return facts_about(m, name, without, sizeof without / sizeof *without, shown, ret, e);
}

/* ---- for whom -------------------------------------------------------------------------------------------------------------------- */

/* Since when, by what, and why: each fact with its own reasons. */
static struct html bond_cell(const struct model *m, uint32_t fact, const struct value *args, const struct stretch *s)
{
	if (!s)
		return (struct html){{NULL, 0}};
	struct html parts[4] = {model_date(m, model_from(s)), s->cause.act ? in_small(m, model_act(m, s->cause.act->pos)) : (struct html){{NULL, 0}},
		s->disputed ? model_tag(m, TAG_DISPUTE, model_tr(m, N_("Disputed"))) : (struct html){{NULL, 0}}, model_why(m, fact, args)};
	return join(m, parts, 4, " ");
}

static struct html party_cell(const struct model *m, const struct value *args, const struct bound *b)
{
	uint32_t party = m->voc->fact.party;
	if (b->each[BOND_PARTY])
		return bond_cell(m, party, args, b->each[BOND_PARTY]);
	if (b->each[BOND_PROVISIONAL])
		return SENTENCE(m, tr_start(&m->o, N_("provisionally, {since}")), {"since", bond_cell(m, m->voc->fact.provisional, args, b->each[BOND_PROVISIONAL])});
	if (party == NO_ID)
		return (struct html){{NULL, 0}};
	struct html parts[2] = {model_plain(m, model_tr(m, N_("not on record"))),
		model_anchor(m, model_whynot_href(m, party, args, VALUE_YES), model_tr(m, N_("Why not")), "why")};
	return join(m, parts, 2, " ");
}

struct bound_party {
	sym who;
	struct bound is;
};

typedef LIST(struct bound_party) bound_list;

/* Whom something on record ties to it on that day. */
static bound_list tied_to(const struct model *m, sym name)
{
	const participant_list *all = almanac_parties_about(m->al, name, false, m->arena);
	bound_list tied = {0};
	for (size_t i = 0; i < all->n; i++) {
		struct bound_party one = {.who = all->v[i]->entity->name};
		if (!bound_ever(m, one.who, name))
			continue;
		one.is = bound_of(m, one.who, name);
		if (one.is.bond != BOND_NONE)
			arena_push(m->arena, &tied, one);
	}
	return tied;
}

static int fill_parties(const struct model *m, sym name, const bound_list *tied, struct instrument_page *p, shown_list *shown, struct err *e)
{
	const participant_list *all_parties = almanac_parties_about(m->al, name, false, m->arena);
	struct records *r = &p->parties;
	r->label = model_tr(m, N_("Who signed, consented and is bound"));
	model_column(m, r, model_tr(m, N_("Party")), false);
	model_column(m, r, model_tr(m, N_("Signed")), false);
	model_column(m, r, model_tr(m, N_("Approved at home")), false);
	model_column(m, r, model_tr(m, N_("Consent deposited")), false);
	model_column(m, r, model_tr(m, N_("In force for it since")), false);
	for (size_t i = 0; i < all_parties->n; i++) {
		sym who = all_parties->v[i]->entity->name;
		if (!bound_ever(m, who, name))
			continue;
		for (int b = BOND_SIGNED; b < BOND_MAX; b++)
			if (bond_fact(m, (enum bond)b) != NO_ID)
				model_show(m, shown, bond_fact(m, (enum bond)b), args_of(m, 2, entity_value(who), entity_value(name)));
	}
	int rc = records_pages(m, r, "parties", tied->n, e);
	for (uint64_t i = r->pager.first; rc == 0 && i && i <= r->pager.last; i++) {
		const struct bound_party *one = &tied->v[i - 1];
		const struct value *args = args_of(m, 2, entity_value(one->who), entity_value(name));
		struct record_row row = {0};
		model_cell(m, &row, model_link(m, one->who));
		for (int step = BOND_SIGNED; step <= BOND_CONSENTED; step++) {
			struct html cell = bond_cell(m, bond_fact(m, (enum bond)step), args, one->is.each[step]);
			model_cell(m, &row, cell.s.n ? cell : model_plain(m, STR("–")));
		}
		model_cell(m, &row, party_cell(m, args, &one->is));
		arena_push(m->arena, &r->rows, row);
	}
	return rc;
}

/* ---- for whom not, as far as the record shows ---------------------------------------------------------------------------------- */

struct openness { /* a status whose holders may become a party at some time */
	const struct value *args; /* of the fact that says so */
	bool now;
};

typedef LIST(struct openness) openness_list;

/* By rank. */
static openness_list open_to(const struct model *m, sym name)
{
	uint32_t fact = m->voc->fact.open_to;
	const struct instance *all;
	size_t n = fact == NO_ID || m->voc->fact.status == NO_ID ? 0 : view_instances(m->view, fact, entity_value(name), m->arena, &all);
	openness_list ret = {0};
	for (unsigned rank = 1; rank <= m->al->nranks && n; rank++)
		for (size_t i = 0; i < n; i++) {
			struct openness one = {all[i].args, false};
			if (almanac_rank(m->al, one.args[1]) != rank)
				continue;
			one.now = model_now(m, fact, one.args);
			arena_push(m->arena, &ret, one);
		}
	return ret;
}

/* The span of a status to whose holders it may be open, on that day; NULL: none. A page that asks becomes another only when such a span begins or ends. */
static const struct stretch *open_by(const struct model *m, const openness_list *open, const struct participant *who)
{
	const struct stretch *ret = NULL;
	for (size_t i = 0; i < who->nstatuses; i++)
		for (size_t k = 0; k < open->n; k++) {
			const struct stretch *s = &who->statuses[i];
			if (!value_eq(s->value, open->v[k].args[1]))
				continue;
			if (model_reached(m, s->from) && !model_reached(m, s->to) && open->v[k].now)
				ret = s;
		}
	return ret;
}

static bool is_tied(const bound_list *tied, sym who)
{
	size_t i = 0;
	while (i < tied->n && tied->v[i].who != who)
		i++;
	return i < tied->n;
}

struct untied {
	const struct participant *who;
	const struct stretch *is; /* the status by which it is open to it */
};

typedef LIST(struct untied) untied_list;

/* Those to whom it is open by their status and whom nothing ties to it, by rank. */
static untied_list untied(const struct model *m, sym name, const bound_list *tied)
{
	untied_list ret = {0};
	openness_list open = open_to(m, name);
	const participant_list *ranked = almanac_ranked(m->al);
	for (size_t k = 0; m->voc->fact.party != NO_ID && k < open.n; k++)
		for (size_t i = 0; i < ranked->n; i++) {
			struct untied one = {ranked->v[i], open_by(m, &open, ranked->v[i])};
			if (one.is && value_eq(one.is->value, open.v[k].args[1]) && !is_tied(tied, one.who->entity->name))
				arena_push(m->arena, &ret, one);
		}
	return ret;
}

static struct html untied_name(const struct model *m, const struct untied *one, sym name)
{
	struct url href = model_whynot_href(m, m->voc->fact.party, args_of(m, 2, one->who->who, entity_value(name)), VALUE_YES);
	struct html parts[2] = {model_link_to(m, href, model_title(m, one->who->entity->name), NULL),
		one->is->disputed ? model_tag(m, TAG_DISPUTE, model_tr(m, N_("Disputed"))) : (struct html){{NULL, 0}}};
	return join(m, parts, 2, " ");
}

/* What the list rests on, beside the bonds: to whom it is open, and the spans in which somebody is one of them. */
static void watch_untied(const struct model *m, sym name, shown_list *also)
{
	const participant_list *ranked = almanac_ranked(m->al);
	openness_list open = open_to(m, name);
	for (size_t k = 0; k < open.n; k++)
		model_show(m, also, m->voc->fact.open_to, open.v[k].args);
	for (size_t i = 0; i < ranked->n; i++)
		for (size_t j = 0; j < ranked->v[i]->nstatuses; j++)
			for (size_t k = 0; k < open.n; k++) {
				struct shown one = {m->voc->fact.status, &ranked->v[i]->who, &ranked->v[i]->statuses[j], 1, NULL};
				if (value_eq(one.v->value, open.v[k].args[1]))
					arena_push(m->arena, also, one);
			}
}

static int fill_untied(const struct model *m, sym name, const bound_list *tied, struct instrument_page *p, shown_list *also, struct err *e)
{
	untied_list others = untied(m, name, tied);
	LIST(struct html) names = {0};
	int rc = pager_named(m, "others", others.n, &p->others_pager, e);
	p->others_pager.by_name = true;
	for (uint64_t i = p->others_pager.first; rc == 0 && i && i <= p->others_pager.last; i++) {
		const struct untied *one = &others.v[i - 1];
		arena_push(m->arena, &names, untied_name(m, one, name));
		if (i < p->others_pager.last && value_eq(one->is->value, one[1].is->value))
			continue;
		add_pair(m, &p->others, status_many(m, one->is->value), join_commas(m, names.v, names.n));
		names.n = 0;
	}
	if (rc == 0)
		watch_untied(m, name, also);
	return rc;
}

/* ---- its family ------------------------------------------------------------------------------------------------------------------ */

static void fill_amendments(const struct model *m, sym name, struct instrument_page *p)
{
	struct records *r = &p->amendments;
	r->label = model_tr(m, N_("Amendments"));
	model_column(m, r, model_tr(m, N_("Amended by")), false);
	model_column(m, r, model_tr(m, N_("Adopted")), false);
	model_column(m, r, model_tr(m, N_("In force since")), false);
	model_column(m, r, model_tr(m, N_("Reasons")), true);
	const act_refs *naming = acts_naming_now(m, name);
	for (size_t i = naming->n; i-- > 0;) {
		const struct record_act *a = naming->v[i];
		sym by;
		struct record_row row = {0};
		if (a->act.kind != m->voc->act.instrument_adopted || a->act.kind == NO_ID || !act_counts(m, a))
			continue;
		by = act_entity(m, a, "I");
		if (act_entity(m, a, "amends") != name || by == SYM_ABSENT)
			continue;
		const struct value *args = args_of(m, 1, entity_value(by));
		const struct stretch *s = m->voc->fact.in_force == NO_ID ? NULL : model_now(m, m->voc->fact.in_force, args);
		model_cell(m, &row, model_link(m, by));
		model_cell(m, &row, model_date(m, model_act_when(a)));
		model_cell(m, &row, s ? model_date(m, model_from(s)) : model_plain(m, model_tr(m, N_("not on record"))));
		model_cell(m, &row, s ? model_why(m, m->voc->fact.in_force, args) : (struct html){{NULL, 0}});
		arena_push(m->arena, &r->rows, row);
	}
}

/* Of these the statuses to whose holders it is open on that day, and that somebody has. */
static openness_list open_now(const struct model *m, sym name)
{
	openness_list open = open_to(m, name), ret = {0};
	const participant_list *ranked = almanac_ranked(m->al);
	for (size_t k = 0; k < open.n; k++) {
		bool held = false;
		for (size_t i = 0; i < ranked->n && !held; i++) {
			const struct stretch *s = open_by(m, &open, ranked->v[i]);
			held = s && value_eq(s->value, open.v[k].args[1]);
		}
		if (held)
			arena_push(m->arena, &ret, open.v[k]);
	}
	return ret;
}

/* Each leads to why it is open to those who have it. */
static struct html open_to_cell(const struct model *m, sym name)
{
	openness_list open = open_now(m, name);
	LIST(struct html) each = {0};
	for (size_t i = 0; i < open.n; i++) {
		struct html one = model_anchor(m, model_why_href(m, m->voc->fact.open_to, open.v[i].args), status_many(m, open.v[i].args[1]), NULL);
		arena_push(m->arena, &each, one);
	}
	return join_commas(m, each.v, each.n);
}

static void fill_glance(const struct model *m, sym name, struct instrument_page *p)
{
	const struct record_act *a = act_about(m, m->voc->act.instrument_adopted, "I", name);
	if (!a)
		return;
	sym meeting = act_entity(m, a, "M"), amends = act_entity(m, a, "amends"), counterparty = act_entity(m, a, "counterparty");
	struct html adopted[2] = {model_date(m, model_act_when(a)), in_small(m, model_act(m, a->pos))};
	add_pair(m, &p->glance, model_tr(m, N_("Kind")), model_plain(m, instrument_kind(m, name, NULL)));
	add_pair(m, &p->glance, model_tr(m, N_("Adopted")), join_commas(m, adopted, 2));
	if (meeting != SYM_ABSENT)
		add_pair(m, &p->glance, model_tr(m, N_("At")), model_link(m, meeting));
	add_pair(m, &p->glance, model_tr(m, N_("Where")), model_mark(m, model_place(m, json_get_str(a->json, "place"))));
	if (amends != SYM_ABSENT)
		add_pair(m, &p->glance, model_tr(m, N_("Amends")), model_link(m, amends));
	if (counterparty != SYM_ABSENT)
		add_pair(m, &p->glance, model_tr(m, N_("Concluded with")), model_link(m, counterparty));
	add_pair(m, &p->glance, model_tr(m, N_("Open to")), open_to_cell(m, name));
	add_pair(m, &p->glance, model_tr(m, N_("Name in the record")), in_code(m, syms_str(m->syms, name)));
	p->note = model_act_text(m, a);
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------ */

static json_t *open_to_json(const struct model *m, sym name)
{
	openness_list open = open_now(m, name);
	json_t *list = json_array();
	for (size_t i = 0; i < open.n; i++)
		json_array_append_new(list, data_stretch(m, m->voc->fact.open_to, open.v[i].args, model_now(m, m->voc->fact.open_to, open.v[i].args)));
	return list;
}

static json_t *untied_json(const struct model *m, sym name)
{
	bound_list tied = tied_to(m, name);
	untied_list others = untied(m, name, &tied);
	json_t *list = json_array();
	for (size_t i = 0; i < others.n; i++) {
		const struct participant *who = others.v[i].who;
		json_t *one = data_entity(m, who->entity->name);
		json_object_set_new(one, "whynot",
			data_str(model_whynot_href(m, m->voc->fact.party, args_of(m, 2, who->who, entity_value(name)), VALUE_YES).s));
		json_array_append_new(list, one);
	}
	return list;
}

static int answer_json(struct model *m, sym name, struct err *e)
{
	const participant_list *all_parties = almanac_parties_about(m->al, name, false, m->arena);
	json_t *page = data_page(m), *parties = json_array();
	json_object_set_new(page, "instrument", data_entity(m, name));
	if (m->voc->fact.in_force != NO_ID)
		json_object_set_new(page, "in_force", data_history(m, m->voc->fact.in_force, args_of(m, 1, entity_value(name))));
	const struct record_act *a = act_about(m, m->voc->act.instrument_opened, "I", name);
	if (a)
		json_object_set_new(page, "clause", data_act(m, a));
	for (size_t i = 0; i < all_parties->n; i++) {
		const struct value *args = args_of(m, 2, all_parties->v[i]->who, entity_value(name));
		if (!bound_ever(m, all_parties->v[i]->entity->name, name))
			continue;
		for (int b = BOND_SIGNED; b < BOND_MAX; b++) {
			json_t *history = bond_fact(m, (enum bond)b) == NO_ID ? json_array() : data_history(m, bond_fact(m, (enum bond)b), args);
			json_array_extend(parties, history);
			json_decref(history);
		}
	}
	json_object_set_new(page, "parties", parties);
	json_object_set_new(page, "open_to", open_to_json(m, name));
	json_object_set_new(page, "others", untied_json(m, name));
	return data_send(m, page, e);
}

static int show(struct model *m, struct err *e)
{
	struct instrument_page p = {0};
	const struct entity *en;
	shown_list ticks = {0}, also = {0};
	int rc = model_entity(m, m->a->id[0], m->voc->type.Instrument, N_("instrument"), &en, e);
	if (rc < 0)
		return rc;
	if (m->a->form == FORM_JSON)
		return answer_json(m, en->name, e);
	p.title = model_title(m, en->name);
	frame_named(&p.frame, m->a, p.title.text, model_mark(m, p.title));
	struct str kind = instrument_kind(m, en->name, NULL);
	p.over = kind.n ? SENTENCE(m, tr_start(&m->o, N_("Instrument, {kind}")), {"kind", model_plain(m, kind)})
			: model_plain(m, model_tr(m, N_("Instrument")));
	other_names(m, en, &p.names);
	fill_lead(m, en->name, &p);
	fill_clause(m, en->name, &p);
	if (m->voc->fact.in_force != NO_ID)
		model_show(m, &ticks, m->voc->fact.in_force, args_of(m, 1, entity_value(en->name)));
	bound_list tied = tied_to(m, en->name);
	if ((rc = fill_parties(m, en->name, &tied, &p, &ticks, e)) < 0 || (rc = fill_untied(m, en->name, &tied, &p, &also, e)) < 0)
		return rc;
	fill_amendments(m, en->name, &p);
	fill_glance(m, en->name, &p);
	if ((rc = other_facts(m, en->name, &also, &p.facts, e)) < 0)
		return rc;
	p.news = releases_about(m, en->name, 5, &p.all_news);
	p.acts = acts_naming(m, en->name, ACTS_SHOWN, NULL);
	p.all_acts = all_acts_link(m, en->name, ACTS_SHOWN);
	model_watch(m, &p.frame.bar, &ticks, &also);
	if ((rc = model_differ(m, &ticks, &p.frame.bar, &p.differ, e)) < 0)
		return rc;
	page_instrument(&m->o, &p);
	return 0;
}

int instrument_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
