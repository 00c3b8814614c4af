/* SPDX-License-Identifier: Apache-2.0 */
#include "web/dossier.h"

#include "web/follows.h"
#include "web/listing.h"

#include <stdlib.h>

/* ---- sorting ----------------------------------------------------------------------------------------------------- */

static uint32_t params_of_type(const struct fact *f, uint32_t type)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < f->nparams && type != NO_ID; i++)
		n += f->params[i].type == type;
	return n;
}

static uint32_t parties_of(const struct model *m, const struct fact *f)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < f->nparams; i++) {
		uint32_t t = f->params[i].type;
		n += t == m->voc->type.Party || t == m->voc->type.State || t == m->voc->type.Organisation;
	}
	return n;
}

static enum subject subject_of(const struct model *m, uint32_t fact)
{
	const struct fact *f = &m->rb->facts.v[fact];
	if (fact == m->voc->fact.status)
		return ABOUT_STATUS;
	if (params_of_type(f, m->voc->type.Meeting))
		return ABOUT_MEETING;
	if (f->construct == CONSTRUCT_OBLIGATION)
		return ABOUT_OBLIGATION;
	if (params_of_type(f, m->voc->type.Instrument))
		return ABOUT_INSTRUMENT;
	if (params_of_type(f, m->voc->type.Decision))
		return ABOUT_DECISION;
	if (f->construct == CONSTRUCT_PROCEDURE)
		return ABOUT_PROCEDURE;
	if (params_of_type(f, m->voc->type.Project))
		return ABOUT_PROJECT;
	return parties_of(m, f) > 1 ? ABOUT_PARTY : ABOUT_ELSE;
}

/* The facts about an instrument or a meeting that have a column. */
static bool has_column(const struct model *m, uint32_t fact)
{
	const struct vocabulary *v = m->voc;
	return fact == v->fact.signatory || fact == v->fact.approved || fact == v->fact.consented ||
	       fact == v->fact.party || fact == v->fact.may_attend || fact == v->fact.present;
}

/* "owes", but not the facts that the construct makes beside it (its due day, whether it was late). */
static bool is_duty(const struct model *m, uint32_t fact)
{
	const struct fact *f = &m->rb->facts.v[fact];
	return f->construct == CONSTRUCT_OBLIGATION && f->value != TYPE_DATE && f->value != TYPE_BOOL;
}

static bool is_shown(const struct model *m, enum subject s, uint32_t fact)
{
	return s == ABOUT_INSTRUMENT || s == ABOUT_MEETING ? has_column(m, fact)
	       : s == ABOUT_OBLIGATION                     ? is_duty(m, fact)
							   : s != ABOUT_DECISION;
}

static bool may_name(const struct model *m, const struct fact *f, uint32_t type)
{
	bool may = false;
	for (uint32_t i = 0; i < f->nparams; i++)
		may = may || type_accepts(m->rb, f->params[i].type, type);
	return may;
}

/* The spans of a few of many are wanted: dossier_now. */
static bool are_many(enum subject s)
{
	return s == ABOUT_MEETING || s == ABOUT_PROJECT;
}

static void open_fact(const struct model *m, uint32_t fact, struct dossier *d)
{
	const struct instance *list;
	enum subject s = subject_of(m, fact);
	bool many = are_many(s), shown = is_shown(m, s, fact);
	size_t n = many ? view_instances_then(m->view, fact, d->who->who, m->on, m->arena, &list)
			: view_instances(m->view, fact, d->who->who, m->arena, &list);
	for (size_t i = 0; i < n; i++) {
		struct shown one = {.fact = fact, .args = list[i].args, .of = &list[i]};
		const struct instance *of = &list[i];
		if (s == ABOUT_STATUS)
			one.v = d->who->statuses, one.n = d->who->nstatuses;
		if (!many)
			model_spans(m, &one);
		arena_push(m->arena, &d->about[s], one);
		if (shown && many)
			arena_push(m->arena, &d->also, of);
		else if (shown)
			arena_push(m->arena, &d->ticks, one);
	}
}

void dossier_open(const struct model *m, const struct participant *who, struct dossier *ret)
{
	*ret = (struct dossier){.who = who, .then = then_of(m, m->on)};
	for (uint32_t f = 0; f < m->rb->facts.n; f++)
		if (may_name(m, &m->rb->facts.v[f], who->entity->type))
			open_fact(m, f, ret);
}

const struct stretch *dossier_now(const struct model *m, const struct dossier *d, struct shown *s)
{
	if (!s->v && s->of && !then_holds(&d->then, s->of))
		return NULL;
	model_spans(m, s);
	return shown_now(m, s);
}

/* ---- what follows from the status -------------------------------------------------------------------------------- */

/* What the fact gives to whoever has the status, in the words of the fact ("May withdraw"); else by its label. */
static struct html follow_name(const struct model *m, const struct follow *f)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	struct str says = words_get(m->words, m->lang, "facts", syms_str(&m->rb->syms, m->rb->facts.v[f->fact].name),
		f->counted ? "follows_counted" : "follows");
	if (says.n) {
		html_text(&o, says);
	} else if (f->counted) {
		for (struct tr_walk w = tr_start(&o, N_("Counts in: {fact}")); tr_step(&w);) {
			html_text(&o, w.text);
			if (tr_at(&w, "fact"))
				html_text(&o, model_fact(m, f->fact));
		}
	} else {
		html_text(&o, model_fact(m, f->fact));
	}
	if (f->act != NO_ID && !(says.n && f->counted)) {
		HTML(&o, "<br><span class=\"small quiet\">");
		for (struct tr_walk w = tr_start(&o, N_("by the act: {act}")); tr_step(&w);) {
			html_text(&o, w.text);
			if (tr_at(&w, "act"))
				html_text(&o, words_act(m->words, m->lang,
						      syms_str(&m->rb->syms, m->rb->acts.v[f->act].name), m->arena));
		}
		HTML(&o, "</span>");
	}
	return model_end(m, &b);
}

static bool cites_alike(const struct rule *a, const struct rule *b)
{
	if (a->ncites != b->ncites)
		return false;
	for (uint32_t i = 0; i < a->ncites; i++)
		if (!str_eq(a->cites[i].text, b->cites[i].text))
			return false;
	return true;
}

static struct html follow_articles(const struct model *m, const struct follow *f)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	HTML(&o, "<ul class=\"plain\">");
	for (size_t i = 0; i < f->n; i++) {
		const struct rule *r = f->rules[i];
		bool said = false;
		for (size_t k = 0; k < i && !said; k++)
			said = cites_alike(f->rules[k], r);
		if (said)
			continue;
		HTML(&o, "<li>");
		for (uint32_t k = 0; k < r->ncites; k++) {
			const struct cite *c = &r->cites[k];
			if (k)
				html_text(&o, tr_semicolon(&o));
			html_text(&o, model_link_to(m, model_article_href(m, c->article),
					    words_source(m->words, m->lang, c->article == NO_ID ? c->text : m->rb->articles.v[c->article].title, m->arena), NULL));
		}
		HTML(&o, "</li>");
	}
	HTML(&o, "</ul>");
	return model_end(m, &b);
}

static bool by_one_of(const struct follow *f, const struct rule *r)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->rules[i] == r)
			return true;
	return false;
}

/* How many instances of the fact about this party hold by these rules, or since when the one does. */
static struct html follow_now(const struct model *m, struct dossier *d, const struct follow *f)
{
	struct buf b;
	const struct shown *one = NULL;
	size_t n = 0;
	for (size_t s = 0; s < SUBJECTS && !f->counted; s++)
		for (size_t i = 0; i < d->about[s].n; i++) {
			const struct stretch *x = d->about[s].v[i].fact == f->fact ? dossier_now(m, d, &d->about[s].v[i]) : NULL;
			if (!x || !by_one_of(f, x->cause.rule))
				continue;
			one = &d->about[s].v[i];
			n++;
		}
	struct out o = model_begin(m, &b);
	if (n == 0) {
		HTML(&o, "–");
	} else if (n == 1 && m->rb->facts.v[f->fact].nparams == 1) {
		for (struct tr_walk w = tr_start(&o, N_("since {day}")); tr_step(&w);) {
			html_text(&o, w.text);
			if (tr_at(&w, "day"))
				part_when(&o, model_from(shown_now(m, one)));
		}
		HTML(&o, " ");
		part_why(&o, model_why_href(m, one->fact, one->args));
	} else {
		html_text(&o, n);
	}
	return model_end(m, &b);
}

struct records dossier_follows(const struct model *m, struct dossier *d)
{
	const struct stretch *s = model_status_now(m, d->who);
	struct records r = {.label = model_tr(m, N_("What follows"))};
	struct follow *f;
	size_t n = s && !s->disputed ? status_follows(m, s->value, &f) : 0;
	model_column(m, &r, model_tr(m, N_("What the rules give")), false);
	model_column_plain(m, &r, model_tr(m, N_("Legal basis")));
	model_column(m, &r, model_tr(m, N_("On this day")), false);
	for (size_t i = 0; i < n; i++) {
		struct record_row row = {0};
		if (m->rb->facts.v[f[i].fact].construct == CONSTRUCT_PROCEDURE) /* a stage that ends with the status is no right */
			continue;
		model_cell(m, &row, follow_name(m, &f[i]));
		model_cell(m, &row, follow_articles(m, &f[i]));
		model_cell(m, &row, follow_now(m, d, &f[i]));
		arena_push(m->arena, &r.rows, row);
	}
	return r;
}

/* ---- obligations ------------------------------------------------------------------------------------------------- */

static const struct shown *beside(const struct dossier *d, const struct shown *duty, uint32_t fact, uint32_t nargs)
{
	for (size_t i = 0; fact != NO_ID && i < d->about[ABOUT_OBLIGATION].n; i++) {
		const struct shown *s = &d->about[ABOUT_OBLIGATION].v[i];
		bool same = s->fact == fact;
		for (uint32_t k = 0; same && k < nargs; k++)
			same = value_eq(s->args[k], duty->args[k]);
		if (same)
			return s;
	}
	return NULL;
}

static uint32_t due_fact(const struct model *m, uint32_t duty)
{
	return rulebook_fact(
		m->rb, arena_fmt(m->arena, "%.*s_due", STR_ARG(syms_str(&m->rb->syms, m->rb->facts.v[duty].name))));
}

/* "141 days early", "overdue", "pending": the states are those of the rule language. `doubt`: about the day on which it was due. */
static struct tag result_tag(const struct model *m, const struct shown *duty, const struct stretch *s, civil due, bool doubt)
{
	struct tag t = {TAG_NEUTRAL, model_text(m, duty->fact, s->value)};
	if (is_word(s->value, m->voc->word.overdue))
		t.kind = TAG_DISPUTE;
	if (!is_word(s->value, m->voc->word.fulfilled) || due == CIVIL_NEVER)
		return t;
	civil done = date_day(s->from), day = date_day(due);
	uint64_t days = (uint64_t)((done > day ? done - day : day - done) / DAY);
	struct buf b;
	struct tr_walk w = days == 0    ? tr_start(&m->o, N_("on the day"))
			   : done < day ? tr_start_n(&m->o, days, "{n} day early", "{n} days early")
					: tr_start_n(&m->o, days, "{n} day late", "{n} days late");
	buf_init(&b, 200);
	while (tr_step(&w)) {
		buf_add(&b, w.text);
		if (tr_at(&w, "n"))
			tr_number(&m->o, &b, days);
	}
	t = (struct tag){done > day ? TAG_DOUBT : TAG_DONE, arena_str(m->arena, buf_str(&b))};
	buf_done(&b);
	if (doubt || s->from_unverified)
		t = (struct tag){TAG_DOUBT, TR_FILL(&m->o, N_("{what} (day unverified)"), {"what", t.text})};
	return t;
}

/* What is owed: everything that the fact names beside the party. */
static struct html duty_name(const struct model *m, const struct dossier *d, const struct shown *s)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	const struct fact *f = &m->rb->facts.v[s->fact];
	bool any = false;
	for (uint32_t i = 0; i < f->nparams; i++) {
		if (value_eq(s->args[i], d->who->who))
			continue;
		if (any)
			html_text(&o, tr_comma(&o));
		html_text(&o, model_value(m, NO_ID, s->args[i]));
		any = true;
	}
	if (!any)
		html_text(&o, model_fact(m, s->fact));
	return model_end(m, &b);
}

static bool due_unverified(const struct shown *due, civil t)
{
	const struct stretch *s = due ? stretch_at(due->v, due->n, t) : NULL;
	return s && s->cause.act &&
	       (record_unverified(s->cause.act, STR("due")) || record_unverified(s->cause.act, STR("date")));
}

duties dossier_duties(const struct model *m, const struct dossier *d)
{
	duties l = {0};
	for (size_t i = 0; i < d->about[ABOUT_OBLIGATION].n; i++) {
		const struct shown *s = &d->about[ABOUT_OBLIGATION].v[i];
		const struct stretch *x = is_duty(m, s->fact) ? shown_now(m, s) : NULL;
		if (!x)
			continue;
		const struct shown *due = beside(d, s, due_fact(m, s->fact), m->rb->facts.v[s->fact].nparams);
		const struct stretch *day = due ? stretch_at(due->v, due->n, m->on) : NULL;
		struct duty one = {s, x, .name = duty_name(m, d, s), .since = s->v[0].from};
		one.due = day && day->value.kind == V_DATE ? day->value.t : CIVIL_NEVER;
		one.due_unverified = due_unverified(due, m->on);
		one.fulfilled = is_word(x->value, m->voc->word.fulfilled);
		one.over = obligation_over(m->voc, x->value);
		one.result = result_tag(m, s, x, one.due, one.due_unverified);
		arena_push(m->arena, &l, one);
	}
	return l;
}

struct records dossier_obligations(const struct model *m, const struct dossier *d)
{
	struct records r = {.label = model_tr(m, N_("What it owes"))};
	duties l = dossier_duties(m, d);
	model_column(m, &r, model_tr(m, N_("Obligation")), false);
	model_column(m, &r, model_tr(m, N_("Due")), false);
	model_column(m, &r, model_tr(m, N_("Done")), false);
	model_column(m, &r, model_tr(m, N_("Result")), false);
	model_column_plain(m, &r, model_tr(m, N_("Article")));
	model_column(m, &r, model_tr(m, N_("Reasons")), true);
	for (size_t i = 0; i < l.n; i++) {
		const struct duty *one = &l.v[i];
		struct record_row row = {0};
		model_cell(m, &row, one->name);
		model_cell(m, &row, model_date(m, (struct when){one->due, BY_DAY, one->due_unverified}));
		model_cell(m, &row, one->fulfilled ? model_date(m, model_from(one->now)) : model_plain(m, STR("–")));
		model_cell(m, &row, model_tag(m, one->result.kind, one->result.text));
		model_cell(m, &row, model_rule_cites(m, one->now->cause.rule));
		model_cell(m, &row, model_why(m, one->owed->fact, one->owed->args));
		arena_push(m->arena, &r.rows, row);
	}
	return r;
}

/* ---- procedures -------------------------------------------------------------------------------------------------- */

static void add_milestone(const struct model *m, milestones *out, const struct stretch *s, struct html otherwise)
{
	struct milestone step = {.when = model_from(s),
		.says = s->cause.act ? model_act_name(m, s->cause.act) : otherwise,
		.cites = model_rule_cites(m, s->cause.rule)};
	if (s->cause.act)
		step.href = model_act_href(m, s->cause.act->pos);
	arena_push(m->arena, out, step);
}

static int by_when(const void *x, const void *y)
{
	const struct milestone *a = x, *b = y;
	return (a->when.at > b->when.at) - (a->when.at < b->when.at);
}

milestones dossier_procedure(const struct model *m, const struct dossier *d)
{
	milestones out = {0};
	civil first = CIVIL_NEVER;
	for (size_t i = 0; i < d->about[ABOUT_PROCEDURE].n; i++) {
		const struct shown *s = &d->about[ABOUT_PROCEDURE].v[i];
		for (size_t k = 0; k < s->n; k++) {
			if (s->v[k].from > m->on || s->v[k].disputed)
				continue;
			add_milestone(m, &out, &s->v[k], model_plain(m, model_text(m, s->fact, s->v[k].value)));
			first = s->v[k].from < first ? s->v[k].from : first;
		}
	}
	for (size_t i = 0; out.n && i < d->about[ABOUT_PARTY].n; i++) { /* what others did on the way */
		const struct shown *s = &d->about[ABOUT_PARTY].v[i];
		for (size_t k = 0; k < s->n; k++)
			if (s->v[k].from <= m->on && s->v[k].from >= first && !value_eq(s->args[0], d->who->who))
				add_milestone(m, &out, &s->v[k], model_say(m, s->fact, s->args, s->v[k].value));
	}
	if (out.n)
		qsort(out.v, out.n, sizeof *out.v, by_when);
	return out;
}

/* ---- the rest ---------------------------------------------------------------------------------------------------- */

/* The statement with its links: "Share of the budget: 58". */
static struct html statement(const struct model *m, const struct dossier *d, const struct shown *s)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	const struct fact *f = &m->rb->facts.v[s->fact];
	html_text(&o, model_fact(m, s->fact));
	for (uint32_t i = 0, n = 0; i < f->nparams; i++) {
		if (value_eq(s->args[i], d->who->who) && f->nparams > 0)
			continue;
		html_text(&o, n++ ? tr_comma(&o) : tr_colon(&o));
		html_text(&o, model_value(m, NO_ID, s->args[i]));
	}
	return model_end(m, &b);
}

typedef LIST(struct shown *) shown_refs;

static void find_rest(const struct model *m, const struct dossier *d, shown_list *l, shown_refs *ret)
{
	for (size_t i = 0; i < l->n; i++) {
		struct shown *s = &l->v[i];
		if (dossier_now(m, d, s))
			arena_push(m->arena, ret, s);
	}
}

int dossier_else(const struct model *m, struct dossier *d, struct records *ret, struct err *e)
{
	shown_refs all = {0};
	find_rest(m, d, &d->about[ABOUT_ELSE], &all);
	find_rest(m, d, &d->about[ABOUT_PROJECT], &all);
	if (!d->about[ABOUT_PROCEDURE].n)
		find_rest(m, d, &d->about[ABOUT_PARTY], &all);
	ret->label = model_tr(m, N_("Also on record"));
	model_column(m, ret, model_tr(m, N_("Fact")), false);
	model_column(m, ret, model_tr(m, N_("Value")), false);
	model_column(m, ret, model_tr(m, N_("Since")), false);
	model_column_plain(m, ret, model_tr(m, N_("Article")));
	model_column(m, ret, model_tr(m, N_("Reasons")), true);
	int rc = records_pages(m, ret, "rest", all.n, e);
	for (uint64_t i = ret->pager.first; rc == 0 && i && i <= ret->pager.last; i++) {
		struct shown *s = all.v[i - 1];
		const struct stretch *x = dossier_now(m, d, s);
		struct record_row row = {0};
		struct html value = x->disputed ? model_readings(m, s->fact, s->args, x)
						: model_value(m, s->fact, x->value);
		model_cell(m, &row, statement(m, d, s));
		model_cell(m, &row, value);
		model_cell(m, &row, model_date(m, model_from(x)));
		model_cell(m, &row, model_rule_cites(m, x->cause.rule));
		model_cell(m, &row, model_why(m, s->fact, s->args));
		arena_push(m->arena, &ret->rows, row);
	}
	return rc;
}

/* ---- acts that concern it ---------------------------------------------------------------------------------------- */

static int newest_first(const void *x, const void *y)
{
	const struct record_act *const *a = x, *const *b = y;
	return ((*a)->pos < (*b)->pos) - ((*a)->pos > (*b)->pos);
}

static void add_cause(const struct model *m, act_refs *to, const struct cause *c)
{
	if (c->act)
		arena_push(m->arena, to, c->act);
}

const act_refs *dossier_concerning(const struct model *m, const struct dossier *d)
{
	const act_refs *naming = almanac_naming(m->al, d->who->entity->name);
	act_refs *all = arena_new(m->arena, act_refs);
	size_t kept = 0;
	for (size_t i = 0; i < naming->n; i++)
		arena_push(m->arena, all, naming->v[i]);
	for (size_t i = 0; i < d->ticks.n; i++)
		for (size_t k = 0; k < d->ticks.v[i].n; k++) {
			add_cause(m, all, &d->ticks.v[i].v[k].cause);
			add_cause(m, all, &d->ticks.v[i].v[k].end);
		}
	if (all->n)
		qsort(all->v, all->n, sizeof *all->v, newest_first);
	for (size_t i = 0; i < all->n; i++)
		if (kept == 0 || all->v[kept - 1]->pos != all->v[i]->pos)
			all->v[kept++] = all->v[i];
	all->n = kept;
	return all;
}

struct gazette dossier_acts(const struct model *m, const struct dossier *d, size_t most, size_t *ret_all)
{
	struct gazette g = {.reversed = true};
	*ret_all = 0;
	const act_refs *naming = acts_naming_now(m, d->who->entity->name);
	for (size_t i = 0; i < naming->n; i++) {
		const struct record_act *a = naming->v[i];
		if (!model_reached(m, a->act.date))
			continue;
		if (++*ret_all > most)
			continue;
		struct gazette_item item = model_gazette_item(m, a);
		struct str kind = act_kind_label(m, a);
		if (!item.says.s.n && !item.text.n && !str_eq(item.title, kind)) /* a title alone ("Laos") does not say what was done */
			item.text = kind;
		arena_push(m->arena, &g.items, item);
	}
	return g;
}
