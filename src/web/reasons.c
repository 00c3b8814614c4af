/* SPDX-License-Identifier: Apache-2.0 */
#include "web/reasons.h"

#include "web/listing.h"

#include <string.h>

enum { OPEN_LEVELS = 2, BECAUSE = 3, MISSING = 4 };

struct teller {
	const struct model *m;
	struct phrasing p;
	const struct eval *e;
	bool all, marks;
	bool *told; /* by number of the node: what follows from it was unfolded */
	const struct proof *top; /* the question */
	size_t room; /* for statements yet */
	bool cut; /* there was not enough */
};

static struct html sentence_of(const struct teller *t, const struct proof *x)
{
	struct phrase say = phrase_proof(&t->p, x);
	return model_sentence(t->m, &say);
}

/* Where a statement was stated first: there stands what it follows from. */
static const struct proof *stated(const struct proof *x)
{
	return x->shared && x->same ? x->same : x;
}

static bool is_group(const struct proof *x)
{
	return (x->kind == PROOF_ALL && x->nkids) || (x->kind == PROOF_ANY && x->nkids == 1);
}

/* The first source of an act, by its title. */
static void add_source(const struct model *m, struct out *o, uint64_t pos)
{
	const struct record_act *a = record_act(m->record, pos);
	const json_t *source = a ? json_array_get(json_object_get(a->json, "sources"), 0) : NULL;
	struct str title = json_get_str(source, "title");
	if (!title.n)
		return;
	for (struct tr_walk w = tr_start(o, N_(". Source: {title}")); tr_step(&w);) {
		html_text(o, w.text);
		if (tr_at(&w, "title"))
			/* a name of the outer world, in a language that nobody noted */
			html_text(o, ((struct html){ARENA_JOIN(m->arena, STR("<span lang=\"\" dir=\"auto\">"),
						    model_anchor(m, url_foreign(json_get_str(source, "url")), title, NULL).s, STR("</span>"))}));
	}
}

/* A rule that has no words for a condition shows it as it is written: as code, which a plain text cannot. */
static bool has_code(const struct phrase *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].kind == PIECE_CODE)
			return true;
	return false;
}

/* Of what is asked for, is it there? The question itself needs no mark, nor what is there in the place of what is asked. */
static bool is_marked(const struct teller *t, const struct proof *x, const struct proof *above)
{
	bool instead = above && !above->holds && (above->kind == PROOF_FACT || above->kind == PROOF_STILL);
	return t->marks && above && !(instead && x->kind == PROOF_FACT);
}

/* Several conditions of which one is enough: a step of its own, and the conditions are listed below it. */
static bool is_choice(const struct proof *x)
{
	return x->kind == PROOF_ANY && stated(x)->nkids > 1;
}

/* `listed`: with what it follows from below. A choice that is not says its conditions itself. */
static struct html say(const struct teller *t, const struct proof *x, const struct proof *above, bool again, bool listed)
{
	struct buf b;
	struct out o = model_begin(t->m, &b);
	struct phrase says = is_choice(x) && !listed ? phrase_parts(&t->p, stated(x)) : phrase_proof(&t->p, x);
	if (is_marked(t, x, above)) {
		part_tag(&o, x->holds ? (struct tag){TAG_DONE, model_tr(t->m, N_("Met"))}
				      : (struct tag){TAG_DISPUTE, model_tr(t->m, N_("Not met"))});
		HTML(&o, " ");
	}
	if (has_code(&says)) {
		HTML(&o, "<span class=\"quiet\">");
		html_text(&o, model_phrase(t->m, &says));
		HTML(&o, "</span>");
	} else {
		html_text(&o, model_sentence(t->m, &says));
	}
	if (again) {
		HTML(&o, " <span class=\"quiet\">");
		html_text(&o, model_tr(t->m, N_("(as above)")));
		HTML(&o, "</span>");
	}
	return model_end(t->m, &b);
}

/* The line under a statement: what it rests on. `linked`: where links may stand. */
static struct html basis(const struct teller *t, const struct proof *x, bool linked)
{
	struct phrase rests = phrase_basis(&t->p, x);
	struct buf b;
	if (rests.n == 0)
		return (struct html){{NULL, 0}};
	struct out o = model_begin(t->m, &b);
	html_text(&o, linked ? model_phrase(t->m, &rests) : model_spoken(t->m, &rests));
	if (linked && x->kind == PROOF_ACT)
		add_source(t->m, &o, x->act);
	return model_end(t->m, &b);
}

/* What x follows from: where it is said in the words of a statement below it, what that follows from. */
static const struct proof *origin(const struct proof *x)
{
	return stated(phrase_stands_for(x));
}

/* Checks that nothing else happened fill most of a proof; the statement above them says so in one line. */
static bool is_check(const struct proof *x)
{
	return x->holds && (x->kind == PROOF_STILL || x->kind == PROOF_NEVER || x->kind == PROOF_NOT);
}

/* Is what x follows from shown below it? Where not everything is open: of checks only the first level, of things
 * counted nothing (each leads to its own reasons), and of what is so nothing where the question is why something is
 * not. */
static bool unfolds(const struct teller *t, const struct proof *x, const struct proof *above, size_t depth)
{
	if (t->all || depth == 0 || is_choice(x))
		return true;
	if (is_check(x))
		return depth == 1;
	if (above && (is_check(above) || (above->kind == PROOF_COUNT && above->holds)))
		return false;
	return !t->marks || !x->holds;
}

struct below {
	const struct proof *x;
	bool first; /* what it follows from is told here */
};

typedef LIST(struct below) belows;

/* "observer is observer or partner": the rule's own bookkeeping. It is there for whoever opens every step. */
static bool is_bookkeeping(const struct proof *x)
{
	return x->kind == PROOF_COMPARE && x->holds && (x->have.kind == V_WORD || x->have.kind == V_ENTITY);
}

/* Of a group its parts; of what was counted the headline: China is a member. */
static void gather(const struct teller *t, const struct proof *x, bool counted, belows *out)
{
	for (size_t i = 0; i < x->nkids; i++) {
		struct below b = {x->kids[i], false};
		while (counted && !t->all && (b.x->kind == PROOF_ALL || b.x->kind == PROOF_ANY) && b.x->nkids)
			b.x = b.x->kids[0];
		if (is_group(b.x))
			gather(t, b.x, false, out);
		else if (b.x->kind == PROOF_ALL && stated(b.x)->nkids == 0)
			continue; /* asked of each thing of a kind of which there is none */
		else if (t->all || !is_bookkeeping(b.x))
			arena_push(t->m->arena, out, b);
	}
}

/* A statement that is to be told, and where. */
struct telling {
	struct below b;
	const struct proof *above;
	const struct proof *fact; /* the nearest fact around it, or itself; NULL: none but the question */
	size_t depth;
	struct reason *r;
};

/* Those nearest to the question come first, and checks after all that is more than that, but for those of the question itself: so where
 * there is no room for all, the reasons themselves are told before that nothing else happened to what they rest on. */
struct telling_queue {
	struct telling *v;
	size_t n, cap, at;
};

/* Has it reasons of its own to lead to, on another page than this one? */
static bool has_page(const struct teller *t, const struct proof *x)
{
	const struct model *m = t->m;
	bool fact = (x->kind == PROOF_FACT && x->holds) || x->kind == PROOF_STILL || x->kind == PROOF_NEVER;
	if (!fact || x->fact == NO_ID || !x->args || x->at == CIVIL_NEVER || x->at == CIVIL_ALWAYS)
		return false;
	bool same = t->top->fact == x->fact && t->top->args && date_day(x->at) == date_day(m->on);
	for (uint32_t i = 0; i < m->rb->facts.v[x->fact].nparams; i++) {
		if (x->args[i].kind == V_NONE)
			return false;
		same = same && value_eq(x->args[i], t->top->args[i]);
	}
	return !same;
}

static void add_link(const struct teller *t, struct url href, struct html *line)
{
	struct buf b;
	struct out o = model_begin(t->m, &b);
	html_text(&o, *line);
	buf_adds(&b, line->s.n ? " " : "");
	part_why(&o, href);
	*line = model_end(t->m, &b);
}

/* Its own reasons, for a fact that is not unfolded. */
static void add_why(const struct teller *t, const struct proof *x, struct html *line)
{
	if (x->kind == PROOF_FACT && has_page(t, x))
		add_link(t, model_why_on_href(t->m, x->fact, x->args, date_day(x->at)), line);
}

/* Where the telling stops for want of room: the reasons of the fact that it belongs to, in the same breadth; of the question itself, the
 * whole proof as data. */
static void add_rest(const struct teller *t, const struct proof *fact, struct html *line)
{
	struct url href = fact ? model_why_on_href(t->m, fact->fact, fact->args, date_day(fact->at)) : ask_form(t->m->a, FORM_JSON);
	add_link(t, fact && t->all ? url_fmt(t->m->arena, "%.*s&open=all", STR_ARG(href.s)) : href, line);
}

static void tell(struct teller *t, const struct telling *now, struct telling_queue *reasons, struct telling_queue *checks)
{
	const struct proof *x = now->b.x, *from = origin(x);
	struct reason *r = now->r;
	belows kids = {0};
	bool again = from->nkids && !now->b.first, open = unfolds(t, x, now->above, now->depth);
	if (open && !again)
		gather(t, from, x->kind == PROOF_COUNT && x->holds, &kids);
	if (open && from != x && x->shared && x->kind != PROOF_NOT)
		gather(t, x, false, &kids); /* what must be added since it was first stated */
	again = again && open;
	bool cut = kids.n > t->room;
	if (cut)
		kids.n = now->depth ? 0 : t->room;
	t->room -= kids.n;
	t->cut |= cut;
	r->v = arena_array(t->m->arena, kids.n + 1, struct reason);
	r->n = r->cap = kids.n;
	/* All statements of one level are told before what is below the first of them. */
	for (size_t i = 0; i < kids.n; i++) {
		const struct proof *of = origin(kids.v[i].x);
		kids.v[i].first = !t->told[of->id];
		if (unfolds(t, kids.v[i].x, x, now->depth + 1))
			t->told[of->id] = true;
		struct telling next = {kids.v[i], x, has_page(t, kids.v[i].x) ? kids.v[i].x : now->fact, now->depth + 1, &r->v[i]};
		arena_push(t->m->arena, is_check(kids.v[i].x) && now->depth ? checks : reasons, next);
	}
	r->say = say(t, x, now->above, again && r->n == 0, r->n > 0);
	r->open = t->all || is_choice(x) || (now->depth < OPEN_LEVELS && !is_check(x));
	r->by = basis(t, x, r->n == 0);
	if (r->n)
		r->basis = basis(t, x, true);
	else if (cut)
		add_rest(t, now->fact, &r->by);
	else if (from->nkids)
		add_why(t, x, &r->by);
}

/* The first paragraph of an article that is plain text. */
static struct str first_paragraph(struct str body)
{
	struct str line, rest = body;
	while (str_line(&rest, &line) && str_trim(line).n == 0)
		body = rest;
	size_t end = str_find(body, STR("\n\n"));
	struct str p = str_trim(str_slice(body, 0, end));
	return str_starts(p, STR("```")) || str_starts(p, STR("|")) || str_starts(p, STR("Sources:")) ||
			       str_starts(p, STR("*"))
		       ? (struct str){NULL, 0}
		       : p;
}

/* What the article of a rule says, in the rulebook's own words (its first paragraph); empty if it cites none of them. */
static struct html quote(const struct model *m, uint32_t rule)
{
	const struct rule *r = &m->rb->rules.v[rule];
	struct buf b;
	for (uint32_t i = 0; i < r->ncites; i++) {
		const struct article *a = r->cites[i].article == NO_ID ? NULL : &m->rb->articles.v[r->cites[i].article];
		struct str says = a ? first_paragraph(a->body) : (struct str){NULL, 0};
		if (!says.n)
			continue;
		struct out o = model_begin(m, &b);
		const struct said quoted = {says, model_law_language(m)};
		html_text(&o, quoted);
		HTML(&o, " <cite class=\"tiny\">");
		for (struct tr_walk w = tr_start(&o, N_("{article}, in the words of the rulebook.")); tr_step(&w);) {
			html_text(&o, w.text);
			if (tr_at(&w, "article"))
				html_text(&o, words_source(m->words, m->lang, a->title, m->arena));
		}
		HTML(&o, "</cite>");
		return model_end(m, &b);
	}
	return (struct html){{NULL, 0}};
}

struct reason reasons_tree(const struct model *m, const struct eval *e, const struct proof *top, bool all, bool marks, struct room *room)
{
	struct reason *r = arena_new(m->arena, struct reason);
	struct telling_queue reasons = {0}, checks = {0};
	struct teller t = {m, model_phrasing(m), e, all, marks, arena_array(m->arena, PROOF_MAX_NODES + 1, bool), top, room->steps / room->trees - 1, false};
	const size_t most = t.room;
	arena_push(m->arena, &reasons, ((struct telling){{top, true}, NULL, NULL, 0, r}));
	while (reasons.at < reasons.n || checks.at < checks.n) {
		struct telling_queue *next = reasons.at < reasons.n ? &reasons : &checks;
		struct telling now = next->v[next->at++];
		tell(&t, &now, &reasons, &checks);
	}
	if (top->rule != NO_ID)
		r->quote = quote(m, top->rule);
	room->told += most - t.room + 1;
	room->cut |= t.cut;
	return *r;
}

static void mark_steps(const struct proof *x, bool *seen, size_t *n)
{
	if (x->shared || seen[x->id])
		return;
	seen[x->id] = true;
	*n += !is_group(x) && x->kind != PROOF_CUT;
	for (size_t i = 0; i < x->nkids; i++)
		mark_steps(x->kids[i], seen, n);
}

size_t reasons_steps(const struct proof *top)
{
	bool seen[PROOF_MAX_NODES + 1] = {false};
	size_t n = 0;
	mark_steps(top, seen, &n);
	return n;
}

/* ---- in one sentence --------------------------------------------------------------------------------------------- */

/* A statement that says more than "what started it came true": the fact that came true. */
static const struct proof *telling(const struct proof *x)
{
	while ((is_group(x) || (x->kind == PROOF_SINCE && x->nkids)))
		x = x->kids[0];
	return x;
}

struct html reasons_of_none(const struct model *m, uint32_t fact, const struct value *args)
{
	struct stretch *s;
	size_t n = model_stretches(m, fact, args, &s), past = 0;
	while (past < n && s[past].to <= m->on)
		past++;
	if (past == 0)
		return model_plain(m, model_tr(m, N_("No act on record makes it so by this day. That is no proof that it is not so.")));
	return SENTENCE(m, tr_start(&m->o, N_("It was otherwise until {day}, and was ended by {act}.")), {"day", when_told(m, model_to(&s[past - 1]))},
		{"act", model_cause_quoted(m, &s[past - 1].end)});
}

struct html reasons_because(const struct model *m, const struct proof *top)
{
	struct phrasing p = model_phrasing(m);
	struct html said[BECAUSE];
	size_t n = 0;
	for (size_t i = 0; i < top->nkids; i++) {
		const struct proof *x = telling(top->kids[i]);
		struct phrase say = phrase_proof(&p, x);
		if (has_code(&say))
			continue;
		if (n == BECAUSE) /* the last statement is that nothing ended it */
			n--;
		said[n++] = model_spoken(m, &say);
	}
	if (n == 0)
		return (struct html){{NULL, 0}};
	return SENTENCE(m, tr_start(&m->o, N_("Because {statements}.")), {"statements", join_statements(m, said, n)});
}

/* ---- why not ----------------------------------------------------------------------------------------------------- */

static bool any_fails(const struct proof *x)
{
	for (size_t i = 0; i < x->nkids; i++)
		if (!x->kids[i]->holds)
			return true;
	return false;
}

/* The missing things at the ends of what does not hold. */
static void add_missing(const struct teller *t, const struct proof *x, struct out *o, size_t *n)
{
	bool deeper = any_fails(x) && x->kind != PROOF_COUNT; /* how many are short says more than what one more would need */
	if (x->holds || *n >= MISSING || (x->kind == PROOF_OPEN && x->op != OPEN_UNKNOWN)) /* what a rule gives is no missing thing */
		return;
	for (size_t i = 0; i < x->nkids; i++)
		add_missing(t, x->kids[i], o, n);
	if (deeper || x->shared)
		return;
	if ((*n)++)
		HTML(o, " ");
	html_text(o, sentence_of(t, x));
}

/* Of alternatives that all fail, what is so instead. */
static void add_alternatives(const struct teller *t, const struct proof *x, struct out *o, size_t *n)
{
	for (size_t i = 0; i < x->nkids && *n < MISSING; i++) {
		const struct proof *kid = x->kids[i];
		if (kid->holds)
			continue;
		if (is_group(kid) || (kid->kind == PROOF_ANY && kid->nkids)) {
			add_alternatives(t, kid, o, n);
			continue;
		}
		if ((*n)++)
			HTML(o, " ");
		html_text(o, sentence_of(t, kid));
	}
}

static void add_condition(const struct teller *t, const struct proof *x, conditions *out)
{
	if (is_group(x)) {
		for (size_t i = 0; i < x->nkids; i++)
			add_condition(t, x->kids[i], out);
		return;
	}
	struct condition c = {.is = x->holds ? CONDITION_YES : x->kind == PROOF_OPEN && x->op == OPEN_UNKNOWN ? CONDITION_OPEN : CONDITION_NO};
	struct buf b;
	struct out o = model_begin(t->m, &b);
	struct phrase say = phrase_proof(&t->p, x), rests = phrase_basis(&t->p, x);
	size_t n = 0;
	c.say = model_sentence(t->m, &say);
	html_text(&o, model_phrase(t->m, &rests));
	if (x->kind == PROOF_ACT)
		add_source(t->m, &o, x->act);
	if (!x->holds && x->nkids) {
		buf_add(o.b, rests.n ? tr_stop(&o) : STR(""));
		if (x->kind == PROOF_ANY)
			add_alternatives(t, x, &o, &n);
		else if (any_fails(x))
			add_missing(t, x, &o, &n);
		else /* what came in its place */
			html_text(&o, sentence_of(t, x->kids[0]));
	}
	c.basis = model_end(t->m, &b);
	arena_push(t->m->arena, out, c);
}

struct html reasons_nearest(const struct model *m, const struct proof *rule)
{
	struct phrasing p = model_phrasing(m);
	for (size_t i = 0; i < rule->nkids; i++)
		if (rule->kids[i]->kind == PROOF_SINCE && !rule->kids[i]->holds && rule->kids[i]->nkids) {
			struct phrase say = phrase_proof(&p, rule->kids[i]);
			return model_sentence(m, &say);
		}
	return (struct html){{NULL, 0}};
}

conditions reasons_conditions(const struct model *m, const struct eval *e, const struct proof *rule)
{
	conditions out = {0};
	struct teller t = {m, model_phrasing(m), e, false, false, NULL, NULL, 0, false};
	for (size_t i = 0; i < rule->nkids; i++) {
		const struct proof *x = rule->kids[i];
		if (x->kind == PROOF_SINCE) /* its parts are the conditions */
			for (size_t k = 0; k < x->nkids; k++)
				add_condition(&t, x->kids[k], &out);
		if (x->kind != PROOF_SINCE || x->nkids == 0)
			add_condition(&t, x, &out);
	}
	return out;
}

/* ---- what it rests on -------------------------------------------------------------------------------------------- */

struct html reasons_rests(const struct model *m, const struct eval *e, const struct proof *top)
{
	struct basis rests;
	struct buf b;
	struct out o = model_begin(m, &b);
	explain_basis(e, top, m->arena, &rests);
	for (size_t i = 0; i < rests.ncites && i < 3; i++) {
		if (i)
			html_text(&o, tr_semicolon(&o));
		html_text(&o, model_cites(m, rests.cites[i], 1));
	}
	return model_end(m, &b);
}

/* ---- where the law is disputed --------------------------------------------------------------------------------------------------------- */

struct html reasons_disputed(const struct model *m, uint32_t fact, const struct value *args)
{
	uint32_t n = m->rb->facts.v[fact].nparams;
	struct html whom[MAX_ARGS];
	for (uint32_t i = 0; i < n; i++)
		whom[i] = model_mark(m, model_said_value(m, args[i]));
	return SENTENCE(m, tr_start(&m->o, n ? N_("{fact} of {whom}: disputed") : N_("{fact}: disputed")),
		{"fact", model_plain(m, model_fact(m, fact))}, {"whom", join_commas(m, whom, n)});
}

struct html reasons_reading(const struct model *m, uint32_t reading, uint32_t fact, const struct value *args, struct value value)
{
	return SENTENCE(m, tr_start(&m->o, N_("Reading {name}: {statement}")), {"name", model_plain(m, view_reading_name(m->view, reading))},
		{"statement", model_say(m, fact, args, value)});
}
