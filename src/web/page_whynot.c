/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a fact is not so: what each rule that could make it so asks for, what is missing, who could sign that and from
 * when it would count, and what came in the end.
 */
#include "register/answer.h"
#include "web/fact_of.h"
#include "web/handlers.h"
#include "web/listing.h"
#include "web/page_why.h"
#include "web/pages.h"
#include "web/reasons.h"

#include <string.h>

static bool any_is(const conditions *c, int is)
{
	for (size_t i = 0; i < c->n; i++)
		if ((int)c->v[i].is == is)
			return true;
	return false;
}

/* Of rules of which something is there, what each asks for; of the others only that they exist. */
static void fill_rules(const struct model *m, const struct eval *e, const struct proof *top, struct whynot_page *p)
{
	for (size_t i = 0; i < top->nkids; i++) {
		const struct proof *x = top->kids[i];
		if (x->kind != PROOF_RULE || x->rule == NO_ID)
			continue;
		const struct rule *r = &m->rb->rules.v[x->rule];
		struct whynot_rule rule = {syms_str(&m->rb->syms, r->label), model_rule_cites(m, r),
			reasons_nearest(m, x), reasons_conditions(m, e, x)};
		arena_push(m->arena, any_is(&rule.asks, CONDITION_YES) ? &p->rules : &p->far, rule);
	}
	if (p->rules.n == 0) {
		p->rules.v = p->far.v;
		p->rules.n = p->far.n;
		p->far.n = 0;
	}
}

/* When it became so after the day asked about, and by what. */
static void fill_later(const struct model *m, const struct fact_asked *of, struct whynot_page *p)
{
	struct stretch *s;
	size_t n = model_stretches(m, of->fact, of->args, &s);
	for (size_t i = 0; i < n && !p->later.s.n; i++)
		if (s[i].from > m->on && !s[i].disputed &&
			(of->wanted.kind == V_NONE || value_eq(s[i].value, of->wanted)))
			p->later = SENTENCE(m, tr_start(&m->o, N_("It became so on {day}, by {act}. {why}")),
				{"day", when_told(m, model_from(&s[i]))}, {"act", model_cause_quoted(m, &s[i].cause)},
				{"why", model_anchor(m, model_why_on_href(m, of->fact, of->args, date_day(s[i].from)),
						model_tr(m, N_("Why")), "why")});
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

/* In numbers: how many conditions fail of the only rule, or of the one of which something is there; else how many rules there are.
 * What one condition lacks may be several acts. */
static struct tr_walk lead_words(const struct model *m, const struct whynot_page *p, size_t *ret_n)
{
	size_t fail = 0;
	*ret_n = p->rules.n + p->far.n; /* those that are told apart below, too */
	if (p->rules.n == 0)
		return tr_start(&m->o, N_("No rule in force can make it so."));
	if (p->rules.n > 1)
		return tr_start_n(&m->o, *ret_n, "{n} rule could make it so, and not all of its conditions are met on this day.",
			"{n} rules could make it so, but none has all of its conditions met on this day.");
	for (size_t k = 0; k < p->rules.v[0].asks.n; k++)
		fail += p->rules.v[0].asks.v[k].is == CONDITION_NO;
	*ret_n = fail;
	if (p->far.n)
		return tr_start_n(&m->o, fail, "One condition of the rule that comes nearest is not met on this day.",
			"{n} conditions of the rule that comes nearest are not met on this day.");
	return tr_start_n(&m->o, fail, "One condition of the rule is not met on this day.",
		"{n} conditions of the rule are not met on this day.");
}

static struct html lead(const struct model *m, const struct whynot_page *p)
{
	size_t n;
	struct tr_walk w = lead_words(m, p, &n);
	return SENTENCE(m, w, {"n", number(m, n)});
}

/* A clause, and its full stop. */
static struct html instead(const struct model *m, const struct fact_asked *of, struct value v)
{
	struct phrasing p = model_phrasing(m);
	struct phrase says = phrase_fact(&p, of->fact, of->args, v), full = phrase_full(&p, &says);
	if (full.n && says.n)
		full.v[0].text = says.v[0].text;
	return model_spoken(m, &full);
}

/* What is lacking, in the first reading of the law in which it is not so; or that it is so, in all of them. */
struct lacking {
	uint32_t reading;
	const struct proof *top;
	bool disputed; /* it is so in another reading */
};

static struct lacking lacking(const struct model *m, const struct fact_asked *of, const struct stretch *now)
{
	struct lacking ret = {0};
	for (uint32_t k = 0; k < (now && now->disputed ? view_readings(m->view) : 1); k++) {
		const struct proof *top = explain_whynot(view_eval(m->view, k), of->fact, of->args, of->wanted, m->on, m->arena);
		ret.disputed = k > 0 && (ret.disputed || ret.top->holds != top->holds);
		if (!ret.top || (ret.top->holds && !top->holds))
			ret.top = top, ret.reading = k;
	}
	return ret;
}

/* Asked about no value, a fact is so with any: it is said with the one that it has. */
static struct phrase heading_words(const struct model *m, const struct fact_asked *of, const struct stretch *now, bool holds)
{
	struct phrasing ph = model_phrasing(m);
	if (holds)
		return phrase_fact(&ph, of->fact, of->args, of->wanted.kind == V_NONE && now && !now->disputed ? now->value : of->wanted);
	if (m->a->on < m->a->today)
		return phrase_fact_whynot_past(&ph, of->fact, of->args, of->wanted, m->a->on);
	return of->wanted.kind == V_NONE || of->wanted.kind == V_YES ? phrase_fact(&ph, of->fact, of->args, VALUE_NONE)
								      : phrase_fact_not(&ph, of->fact, of->args, of->wanted);
}

static struct phrase heading(const struct model *m, const struct fact_asked *of, const struct stretch *now, bool holds)
{
	struct phrase says = heading_words(m, of, now, holds);
	if (says.n && says.v[0].kind == PIECE_TEXT)
		says.v[0].text = capital_first(says.v[0].text, m->lang, m->arena);
	return says;
}

static void fill_lacking(const struct model *m, const struct fact_asked *of, const struct stretch *now, const struct lacking *l, struct whynot_page *p)
{
	const struct eval *e = view_eval(m->view, l->reading);
	if (l->disputed) {
		p->readings = model_readings(m, of->fact, of->args, now);
		p->reading = reasons_reading(m, l->reading, of->fact, of->args, now->readings[l->reading]);
	} else if (now && now->value.kind != V_YES) {
		p->instead = now->disputed ? model_readings(m, of->fact, of->args, now) : instead(m, of, now->value);
	} else {
		p->rests = reasons_of_none(m, of->fact, of->args);
	}
	fill_rules(m, e, l->top, p);
	p->remedies = remedies_table(m);
	struct remedies would = remedies_for(m, l->reading, of->fact, of->args, of->wanted, l->top);
	remedies_rows(m, &would, (struct html){{NULL, 0}}, &p->remedies, &p->deciding);
	fill_later(m, of, p);
	p->lead = lead(m, p);
	p->tree = reasons_tree(m, e, l->top, false, true, &(struct room){.steps = STEPS_TOLD, .trees = 1});
}

static int show_page(struct model *m, const struct fact_asked *of)
{
	const struct stretch *now = model_now(m, of->fact, of->args);
	struct lacking l = lacking(m, of, now);
	struct whynot_page p = {.on = m->a->on, .so = l.top->holds, .disputed = l.disputed, .why = model_why_href(m, of->fact, of->args)};
	struct phrasing ph = model_phrasing(m);
	struct phrase says = heading(m, of, now, p.so);
	shown_list shown = {0};
	p.title = p.disputed ? reasons_disputed(m, of->fact, of->args) : model_spoken(m, &says);
	if (!p.so)
		fill_lacking(m, of, now, &l, &p);
	if (p.disputed)
		frame_init(&p.frame, m->a, model_tr(m, N_("Disputed")));
	else
		frame_named(&p.frame, m->a, phrase_text(&ph, &says), p.title);
	model_show(m, &shown, of->fact, of->args);
	model_watch(m, &p.frame.bar, &shown, NULL);
	page_whynot(&m->o, &p);
	return 0;
}

static int show(struct model *m, struct err *e)
{
	struct fact_asked of;
	int rc = fact_of_address(m, m->a->id, m->a->ids, ask_param(m->a, "is").text, &of, e);
	if (rc < 0)
		return rc;
	if (m->a->form == FORM_JSON) {
		struct question asked = {.fact = of.fact,
			.has_is = of.wanted.kind != V_NONE && of.wanted.kind != V_YES,
			.is = {of.wanted}};
		struct answer answer;
		asked.nis = asked.has_is;
		memcpy(asked.args, of.args, sizeof asked.args);
		view_ask(m->view, of.fact, of.args, &asked, m->on, m->arena, &answer);
		answer_proof_json(m->view, &asked, &answer, true, m->lang, m->arena, &m->ret->body);
		return 0;
	}
	return show_page(m, &of);
}

int whynot_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
