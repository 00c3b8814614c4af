/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a fact is so: the proof, unfolded to acts and articles; both readings where the law is disputed.
 */
#include "register/answer.h"
#include "web/fact_of.h"
#include "web/handlers.h"
#include "web/listing.h"
#include "web/page_why.h"
#include "web/pages.h"
#include "web/reasons.h"

#include <string.h>

enum { ACTS = 10, ACTS_LISTED = 50 };

struct asking {
	struct fact_asked of;
	struct answer answer;
	const struct proof **proofs; /* one for each reading */
	bool all;                    /* everything open */
};

/* To be asked why it is so, and nothing else. */
static const struct eval *reasons_in(const struct model *m, const struct asking *q, uint32_t k)
{
	bool brief = !q->all && m->a->on == m->a->today;
	return (brief ? view_proof : view_reasons)(m->view, k, q->of.fact, q->of.args);
}

static void answer(struct model *m, struct asking *q)
{
	view_ask(m->view, q->of.fact, q->of.args, NULL, m->on, m->arena, &q->answer);
	q->proofs = arena_array(m->arena, q->answer.n, const struct proof *);
	for (uint32_t k = 0; k < q->answer.n; k++)
		if (k == 0 || q->answer.disputed)
			q->proofs[k] = q->all ? explain_why(reasons_in(m, q, k), q->of.fact, q->of.args, m->on, m->arena)
					      : explain_why_brief(reasons_in(m, q, k), q->of.fact, q->of.args, m->on, m->arena);
}

/* ---- what it rests on -------------------------------------------------------------------------------------------- */

static bool listed(const struct why_page *p, struct html cite)
{
	for (size_t i = 0; i < p->articles.n; i++)
		if (str_eq(p->articles.v[i].link.s, cite.s))
			return true;
	return false;
}

/* The acts of a proof, those nearest to its root first. */
struct nearest {
	const struct proof **v; /* a queue of nodes */
	size_t n, cap, at;
};

/* `seen`: by position, those that are listed already, for another reading. */
static void list_acts(const struct model *m, const struct proof *top, bool *seen, struct why_page *p)
{
	struct nearest q = {0};
	arena_push(m->arena, &q, top);
	while (q.at < q.n) {
		const struct proof *x = q.v[q.at++];
		const struct record_act *a = x->kind == PROOF_ACT && x->holds ? record_act(m->record, x->act) : NULL;
		for (size_t i = 0; i < x->nkids && !x->shared; i++)
			arena_push(m->arena, &q, (const struct proof *)x->kids[i]);
		if (!a || a->entry != ENTRY_ACT || seen[a->pos])
			continue;
		seen[a->pos] = true;
		struct why_act act = {model_act(m, a->pos), model_act_when(a), model_act_name(m, a)};
		if (p->nacts < ACTS_LISTED)
			arena_push(m->arena, p->nacts < ACTS ? &p->acts : &p->more_acts, act);
		p->nacts++;
	}
}

/* What the heading says beyond the cite: "Membership"; where the language has a name for the whole heading, what that says beyond. */
static struct said title_after(const struct model *m, struct str heading, struct str cite)
{
	struct said whole = words_source(m->words, m->lang, heading, m->arena), first = words_source(m->words, m->lang, cite, m->arena);
	if (!str_starts(whole.text, first.text))
		return whole;
	struct str rest = str_trim(str_slice(whole.text, first.text.n, SIZE_MAX));
	static const struct str marks[] = {STR_INIT("."), STR_INIT(":"), STR_INIT("："), STR_INIT(","), STR_INIT("،")};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(rest, marks[i]))
			return (struct said){str_trim(str_slice(rest, marks[i].n, SIZE_MAX)), whole.lang};
	return (struct said){rest, whole.lang};
}

static void list_articles(const struct model *m, const struct eval *e, const struct proof *top, struct why_page *p)
{
	struct basis rests;
	explain_basis(e, top, m->arena, &rests);
	for (size_t i = 0; i < rests.ncites; i++) {
		const struct cite *c = rests.cites[i];
		struct why_article article = {model_cites(m, c, 1), {{NULL, 0}, {NULL, 0}}, {{NULL, 0}}};
		if (listed(p, article.link))
			continue;
		if (c->article != NO_ID && str_starts(m->rb->articles.v[c->article].title, c->text)) /* "Charter 13 Membership" */
			article.title = title_after(m, m->rb->articles.v[c->article].title, c->text);
		if (c->article != NO_ID)
			article.standing = m->al->standing[c->article];
		p->standing = p->standing || article.standing.s.n;
		arena_push(m->arena, &p->articles, article);
	}
}

static void add_basis(const struct model *m, const struct eval *e, const struct proof *top, bool *seen, struct why_page *p)
{
	list_acts(m, top, seen, p);
	list_articles(m, e, top, p);
	p->steps += reasons_steps(top);
}

/* ---- readings side by side --------------------------------------------------------------------------------------- */

/* The acts that alone would make the reading that says less say what the other says. */
static void add_settling(const struct model *m, const struct asking *q, struct why_page *p)
{
	struct phrasing ph = model_phrasing(m);
	for (uint32_t k = 0; k < q->answer.n; k++) {
		struct remedy *r;
		struct value want = VALUE_NONE;
		for (uint32_t i = 0; i < q->answer.n; i++)
			if (!value_eq(q->answer.readings[i].value, q->answer.readings[k].value))
				want = q->answer.readings[i].value;
		if (want.kind == V_NONE)
			continue;
		const struct eval *e = view_reasons(m->view, k, q->of.fact, q->of.args);
		const struct proof *lacks = explain_whynot(e, q->of.fact, q->of.args, want, m->on, m->arena);
		size_t n = lacks->holds ? 0
					: explain_remedies(e, lacks, q->of.fact, q->of.args, want, m->on, m->arena, &r);
		for (size_t i = 0; i < n; i++) {
			struct phrase x = phrase_remedy(&ph, &r[i]);
			struct link l = {.says = model_sentence(m, &x)};
			if (r[i].works)
				arena_push(m->arena, &p->settle, l);
		}
	}
}

static void fill_readings(const struct model *m, const struct asking *q, struct why_page *p)
{
	for (uint32_t k = 0; k < q->answer.n; k++) {
		struct reading_box box = {
			reasons_reading(m, k, q->of.fact, q->of.args, q->answer.readings[k].value), model_reading_text(m, k), {{NULL, 0}}};
		box.rests =
			q->proofs[k]->holds
				? SENTENCE(m, tr_start(&m->o, N_("Rests on {cites}.")),
					  {"cites", reasons_rests(m, reasons_in(m, q, k), q->proofs[k])})
				: model_plain(m,
					  model_tr(m, N_("In this reading no rule has given it a value by this day.")));
		arena_push(m->arena, &p->boxes, box);
	}
	add_settling(m, q, p);
}

/* For those who do not see the tree: "Proof, reading A". */
static struct str label_of(const struct model *m, const struct asking *q, uint32_t k)
{
	struct phrasing p = model_phrasing(m);
	struct phrase says = phrase_fact(&p, q->of.fact, q->of.args, q->answer.readings[k].value);
	struct str reading = TR_FILL(&m->o, N_("Reading {name}: {statement}"), {"name", view_reading_name(m->view, k)}, {"statement", phrase_text(&p, &says)});
	return ARENA_JOIN(m->arena, model_tr(m, N_("Proof")), tr_comma(&m->o), reading);
}

static void fill_trees(const struct model *m, const struct asking *q, struct why_page *p)
{
	bool *seen = arena_array(m->arena, m->a->known + 2, bool);
	struct room room = {.steps = q->all ? STEPS_OPEN : STEPS_TOLD, .trees = q->answer.disputed ? q->answer.n : 1};
	for (uint32_t k = 0; k < q->answer.n; k++) {
		const struct proof *top = q->proofs[k];
		struct why_reading r = {.label = model_tr(m, N_("Proof"))};
		if (q->answer.disputed) {
			r.name = view_reading_name(m->view, k);
			r.label = label_of(m, q, k);
		}
		if (!top)
			continue;
		r.tree = reasons_tree(m, reasons_in(m, q, k), top, q->all, !top->holds, &room);
		arena_push(m->arena, &p->trees, r);
		add_basis(m, reasons_in(m, q, k), top, seen, p);
	}
	p->told = room.cut ? room.told : 0;
	p->unlisted = p->nacts > ACTS_LISTED ? p->nacts - ACTS_LISTED : 0;
	p->file = ask_form(m->a, FORM_JSON);
}

/* ---- ways on ----------------------------------------------------------------------------------------------------- */

static void add_link(const struct model *m, links *l, struct url href, struct str text)
{
	struct link one = {.href = href, .text = text};
	arena_push(m->arena, l, one);
}

/* For each other value that the fact may have: why not that? */
static void add_whynots(const struct model *m, const struct asking *q, struct why_page *p)
{
	const struct type *t = &m->rb->types.v[m->rb->facts.v[q->of.fact].value];
	for (uint32_t i = 0; t->kind == T_ENUM && i < t->n && !q->answer.disputed; i++) {
		struct value v = {.kind = V_WORD, .s = t->words[i]};
		if (value_eq(v, q->answer.readings[0].value))
			continue;
		add_link(m, &p->more, model_whynot_href(m, q->of.fact, q->of.args, v),
			TR_FILL(&m->o, N_("Why not {value}?"), {"value", model_words(m, q->of.fact, v, "phrase", model_text(m, q->of.fact, v))}));
	}
}

static struct url with_all(const struct model *m)
{
	struct str self = ask_on_known(m->a, m->a->has_on, m->a->on, m->a->has_known, m->a->known).s;
	return url_fmt(m->arena, "%.*s%sopen=all", STR_ARG(self), str_find(self, STR("?")) < self.n ? "&" : "?");
}

static void fill_more(const struct model *m, const struct asking *q, struct why_page *p)
{
	if (!q->all)
		add_link(m, &p->more, with_all(m), model_tr(m, N_("Open the steps, with the checks")));
	add_whynots(m, q, p);
	add_link(m, &p->more, ask_form(m->a, FORM_JSON), model_tr(m, N_("Proof file (JSON)")));
}

static int show_page(struct model *m, struct asking *q)
{
	struct why_page p = {.on = m->a->on, .whole = q->all, .law_lang = model_law_language(m), .past = m->a->on < m->a->today, .disputed = q->answer.disputed};
	struct phrasing ph = model_phrasing(m);
	struct phrase why = phrase_fact_why(&ph, q->of.fact, q->of.args, q->answer.readings[0].value);
	shown_list shown = {0};
	struct str title = phrase_text(&ph, &why);
	p.title = model_spoken(m, &why);
	if (q->answer.disputed) {
		title = model_tr(m, N_("Disputed"));
		p.title = reasons_disputed(m, q->of.fact, q->of.args);
		fill_readings(m, q, &p);
	} else {
		p.lead = reasons_because(m, q->proofs[0]);
		if (q->answer.readings[0].value.kind == V_NONE)
			p.rests = reasons_of_none(m, q->of.fact, q->of.args);
	}
	fill_trees(m, q, &p);
	fill_more(m, q, &p);
	frame_named(&p.frame, m->a, title, q->answer.disputed ? (struct html){{NULL, 0}} : p.title);
	model_show(m, &shown, q->of.fact, q->of.args);
	model_watch(m, &p.frame.bar, &shown, NULL);
	page_why(&m->o, &p);
	return 0;
}

static int show(struct model *m, struct err *e)
{
	struct asking q = {.all = ask_param(m->a, "open").given};
	int rc = fact_of_address(m, m->a->id, m->a->ids, STR(""), &q.of, e);
	if (rc < 0)
		return rc;
	if (m->a->form == FORM_JSON) {
		struct question asked = {.fact = q.of.fact};
		memcpy(asked.args, q.of.args, sizeof asked.args);
		view_ask(m->view, q.of.fact, q.of.args, &asked, m->on, m->arena, &q.answer);
		answer_proof_json(m->view, &asked, &q.answer, false, m->lang, m->arena, &m->ret->body);
		return 0;
	}
	answer(m, &q);
	return show_page(m, &q);
}

int why_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
