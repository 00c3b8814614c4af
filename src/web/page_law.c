/* SPDX-License-Identifier: Apache-2.0
 *
 * The legal basis: the rulebook, article by article, each with its rules and the facts that rest on it.
 */
#include "web/page_law.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"

#include <string.h>

enum { FACTS_OF_A_KIND = 20, FACTS_ON_A_PAGE = 60 };

/* ---- which facts rest on which article -------------------------------------------------------------------------------------- */

static bool cites(const struct rule *r, uint32_t article)
{
	for (uint32_t i = 0; r && i < r->ncites; i++)
		if (r->cites[i].article == article)
			return true;
	return false;
}

static bool may_rest(const struct model *m, uint32_t fact, uint32_t article)
{
	const struct fact *f = &m->rb->facts.v[fact];
	for (uint32_t i = 0; i < f->nrules; i++)
		if (article == NO_ID || cites(&m->rb->rules.v[f->rules[i]], article))
			return true;
	return false;
}

/* Does the fact hold then in that reading, and by which rule (NO_ID: by none)? */
static bool holds_in(const struct then *t, uint32_t k, const struct instance *of, uint32_t *ret_rule)
{
	const struct course *c = &t->courses[k][of->number];
	*ret_rule = c->rule;
	if (!c->inst || c->first > t->round[k])
		return false;
	if (c->last <= t->round[k])
		return !c->over;
	const struct change *last = inst_last(c->inst, t->round[k]);
	*ret_rule = eval_rule(t->evals[k], last);
	return change_value(last).kind != V_NONE;
}

/* The rule by which it holds then, in the first reading in which it does; NULL: it does not. */
static const struct rule *holds_by(const struct model *m, const struct then *t, const struct instance *of)
{
	uint32_t rule;
	view_note_days(m->view, of);
	for (uint32_t k = 0; k < t->n; k++)
		if (holds_in(t, k, of, &rule))
			return rule == NO_ID ? NULL : &m->rb->rules.v[rule];
	return NULL;
}

/* The same where all readings agree; where they do not, the span tells which of them counts. */
static const struct rule *rests_on(const struct model *m, const struct then *t, const struct instance *of)
{
	uint32_t first = NO_ID, rule;
	bool holds = holds_in(t, 0, of, &first), same = true;
	for (uint32_t k = 1; k < t->n; k++)
		same = holds_in(t, k, of, &rule) == holds && (!holds || rule == first) && same;
	if (same)
		return holds && first != NO_ID ? &m->rb->rules.v[first] : NULL;
	const struct stretch *s = model_now(m, of->fact, of->args);
	return s ? s->cause.rule : NULL;
}

/* Facts that hold on the day asked about, by article. */
static size_t *count_facts(const struct model *m)
{
	size_t *n = arena_array(m->arena, m->rb->articles.n + 1, size_t);
	const struct instance *all;
	size_t count = view_instances_then(m->view, NO_ID, VALUE_NONE, m->on, m->arena, &all);
	struct then t = then_of(m, m->on);
	for (size_t i = 0; i < count; i++) {
		const struct rule *r = holds_by(m, &t, &all[i]);
		for (uint32_t k = 0; r && k < r->ncites; k++)
			if (r->cites[k].article != NO_ID)
				n[r->cites[k].article]++;
	}
	return n;
}

/* Rules written under the article; the rules of one construct count once. */
static size_t count_rules(const struct model *m, uint32_t article)
{
	size_t n = 0;
	uint32_t last = UINT32_MAX;
	for (size_t i = 0; i < m->rb->rules.n; i++) {
		const struct rule *r = &m->rb->rules.v[i];
		if (r->at.article == article && r->from_byte != last) {
			n++;
			last = r->from_byte;
		}
	}
	return n;
}

/* ---- the list ------------------------------------------------------------------------------------------------------------------- */

static struct said heading(const struct model *m, uint32_t article)
{
	return words_source(m->words, m->lang, m->rb->articles.v[article].title, m->arena);
}

static struct law_entry entry_of(const struct model *m, uint32_t article, const size_t *facts)
{
	const struct article *a = &m->rb->articles.v[article];
	return (struct law_entry){.href = model_article_href(m, article), .title = heading(m, article), .level = a->level, .rules = count_rules(m, article),
		.facts = facts ? facts[article] : 0, .own_facts = facts != NULL};
}

static void add_sources(const struct model *m, const size_t *facts, struct laws_page *p)
{
	struct law_source *open = NULL;
	for (uint32_t i = 0; i < m->rb->articles.n; i++) {
		const struct article *a = &m->rb->articles.v[i];
		struct law_entry e = entry_of(m, i, facts);
		if (a->level > 2 && open) {
			arena_push(m->arena, open, e);
			continue;
		}
		law_sources *to = a->at.file == 0 ? &p->sources : &p->standard; /* the organisation's own, or what its rulebook includes */
		struct law_source s = {.entry = e};
		arena_push(m->arena, to, s);
		open = &to->v[to->n - 1];
	}
}

/* A file of rules without headings has a page under its own name. */
static struct str file_slug(const struct model *m, size_t file)
{
	struct str name = m->rb->files.v[file].path, before, after;
	while (str_cut(name, '/', &before, &after) || str_cut(name, ':', &before, &after)) /* "standard:std.md" */
		name = after;
	return str_cut(name, '.', &before, &after) ? before : name;
}

static bool has_articles(const struct model *m, size_t file)
{
	for (size_t i = 0; i < m->rb->articles.n; i++)
		if (m->rb->articles.v[i].at.file == file)
			return true;
	return false;
}

static struct said file_heading(const struct model *m, size_t file)
{
	return words_source(m->words, m->lang, file_slug(m, file), m->arena);
}

static struct url file_href(const struct model *m, size_t file)
{
	return url_fmt(m->arena, "/%s/law/%.*s%.*s", m->a->tongue->code, STR_ARG(file_slug(m, file)), STR_ARG(ask_when(m->a).s));
}

static void add_files(const struct model *m, struct laws_page *p)
{
	for (size_t i = 0; i < m->rb->files.n; i++) {
		if (has_articles(m, i))
			continue;
		struct law_source s = {.entry = {.title = file_heading(m, i), .level = 2, .href = file_href(m, i)}};
		for (size_t k = 0; k < m->rb->rules.n; k++)
			s.entry.rules += m->rb->rules.v[k].at.file == i;
		arena_push(m->arena, &p->standard, s);
	}
}

static int show_all(struct model *m, struct err *e)
{
	struct laws_page p = {0};
	size_t *facts = count_facts(m);
	if (m->a->form == FORM_JSON) {
		json_t *page = data_page(m), *list = json_array();
		json_object_set_new(page, "rulebook", data_str(syms_str(&m->rb->syms, m->rb->name)));
		json_object_set_new(page, "version", json_integer(m->rb->version));
		for (uint32_t i = 0; i < m->rb->articles.n; i++) {
			json_t *one = json_object();
			json_object_set_new(one, "title", data_str(m->rb->articles.v[i].title));
			json_object_set_new(one, "slug", data_str(m->rb->articles.v[i].slug));
			json_object_set_new(one, "level", json_integer(m->rb->articles.v[i].level));
			json_object_set_new(one, "rules", json_integer((json_int_t)count_rules(m, i)));
			json_object_set_new(one, "facts", json_integer((json_int_t)facts[i]));
			json_array_append_new(list, one);
		}
		json_object_set_new(page, "articles", list);
		return data_send(m, page, e);
	}
	frame_init(&p.frame, m->a, model_tr(m, N_("Legal basis")));
	add_sources(m, facts, &p);
	add_files(m, &p);
	p.rulebook = SENTENCE(m, tr_start(&m->o, N_("Rulebook {name}, version {version}, {n} rules.")),
		{"name", in_code(m, syms_str(&m->rb->syms, m->rb->name))}, {"version", number(m, (uint64_t)m->rb->version)},
		{"n", number(m, m->rb->rules.n)});
	for (size_t i = 0; i < m->rb->readings.n; i++) {
		const struct reading *r = &m->rb->readings.v[i];
		struct html one = SENTENCE(m, tr_start(&m->o, N_("Reading {name}: {text}")),
			{"name", in_strong(m, model_plain(m, syms_str(&m->rb->syms, r->name)))}, {"text", model_reading_text(m, (uint32_t)i)});
		arena_push(m->arena, &p.readings, one);
	}
	page_laws(&m->o, &p);
	return 0;
}

int laws_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_all);
}

/* ---- rules as text --------------------------------------------------------------------------------------------------------------- */

/* The words with which an item of a rulebook begins (docs: the rule language). */
static bool begins_item(struct str line)
{
	static const char *const words[] = {"rule", "procedure", "obligation", "decision", "rulebook", "include", "source", "reading", "type",
		"act", "fact", "set", "table"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct str w = str_of(words[i]);
		if (str_starts(line, w) && line.n > w.n && line.p[w.n] == ' ')
			return true;
	}
	return false;
}

/* Its word and its name: "rule MEMBER". */
static size_t heading_end(struct str line)
{
	size_t i = 0;
	while (i < line.n && line.p[i] != ' ')
		i++;
	while (i < line.n && line.p[i] == ' ')
		i++;
	while (i < line.n && !strchr(" ,:[(", line.p[i]))
		i++;
	return i;
}

/* Each line an element of its own, so that the style sheet can indent what does not fit. */
static struct html rules_html(const struct model *m, struct str text)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	struct str line;
	while (str_line(&text, &line)) {
		size_t n = begins_item(line) ? heading_end(line) : 0;
		HTML(&o, "<span>");
		if (n) {
			HTML(&o, "<b>");
			html_text(&o, str_slice(line, 0, n));
			HTML(&o, "</b>");
		}
		html_text(&o, str_slice(line, n, line.n));
		HTML(&o, "\n</span>");
	}
	return model_end(m, &b);
}

/* Without the words that named the paragraph: the page says them, in its own language. */
static struct html without_word(struct html h)
{
	struct str rest, word;
	if (str_cut(h.s, ':', &word, &rest))
		h.s = str_trim(rest);
	return h;
}

static void fill_body(const struct model *m, const struct article *a, struct law_page *p)
{
	prose_blocks blocks = {0};
	prose_read(a->body, m->arena, &blocks);
	for (size_t i = 0; i < blocks.n; i++) {
		const struct prose_block *b = &blocks.v[i];
		struct rule_text rule = {{{NULL, 0}}};
		switch (b->kind) {
		case PROSE_RULES:
			rule.html = rules_html(m, b->rules);
			arena_push(m->arena, &p->rules, rule);
			break;
		case PROSE_STANDING: arena_push(m->arena, &p->standing, b->html); break;
		case PROSE_NOT_COMPUTED: {
			struct html why = without_word(b->html);
			arena_push(m->arena, &p->not_computed, why);
			break;
		}
		case PROSE_SOURCES: {
			struct html list = without_word(b->html);
			arena_push(m->arena, &p->sources, list);
			break;
		}
		case PROSE_TEXT: arena_push(m->arena, &p->prose, b->html); break;
		}
	}
	p->rules_label = ARENA_JOIN(m->arena, model_tr(m, N_("Rules")), tr_colon(&m->o), p->title.text);
	p->lang = model_law_language(m);
	p->in = p->lang.n ? tr_language(&m->o, p->lang) : p->lang;
}

/* ---- the facts that rest on it --------------------------------------------------------------------------------------------------- */

struct resting {
	uint32_t fact;
	const struct value *args;
};

typedef LIST(struct resting) resting_list;

static bool change_rests(const struct model *m, const struct eval *e, const struct change *c, uint32_t article)
{
	uint32_t rule = change_value(c).kind == V_NONE ? NO_ID : eval_rule(e, c);
	return rule != NO_ID && cites(&m->rb->rules.v[rule], article);
}

/* On which days it comes to rest on the article, or another way, or does so no more. */
static void note_days(const struct model *m, const struct then *t, const struct instance *of, uint32_t article)
{
	for (uint32_t k = 0; k < t->n && model_wants_days(m); k++) {
		const struct inst *inst = t->courses[k][of->number].inst;
		bool rested = false;
		for (size_t i = 0; inst && i < inst->n; i++) {
			bool rests = change_rests(m, t->evals[k], &inst->v[i], article);
			if (rests || rested)
				model_changes_on(m, round_at(t->evals[k], inst->v[i].round));
			rested = rests;
		}
	}
}

/* In order of their facts. */
static void collect(const struct model *m, uint32_t article, resting_list *ret, shown_list *shown)
{
	struct then then = then_of(m, m->on);
	for (uint32_t f = 0; f < m->rb->facts.n; f++) {
		const struct instance *all;
		if (!may_rest(m, f, article))
			continue;
		size_t n = view_instances_then(m->view, f, VALUE_NONE, m->on, m->arena, &all);
		for (size_t i = 0; i < n; i++) {
			struct resting r = {f, all[i].args};
			note_days(m, &then, &all[i], article);
			if (f == m->voc->fact.status)
				model_show(m, shown, f, all[i].args);
			if (cites(rests_on(m, &then, &all[i]), article))
				arena_push(m->arena, ret, r);
		}
	}
}

static void add_fact(const struct model *m, struct records *t, const struct resting *r)
{
	struct record_row row = {0};
	const struct stretch *s = model_now(m, r->fact, r->args);
	struct html say = say_fact(m, r->fact, r->args, s->value);
	if (s->disputed)
		say = SENTENCE(m, tr_start(&m->o, N_("{say} {tag}")), {"say", model_readings(m, r->fact, r->args, s)},
			{"tag", model_tag(m, TAG_DISPUTE, model_tr(m, N_("Disputed")))});
	model_cell(m, &row, say);
	model_cell(m, &row, model_date(m, model_from(s)));
	model_cell(m, &row, in_code(m, syms_str(&m->rb->syms, s->cause.rule->label)));
	model_cell(m, &row, s->cause.act ? model_act(m, s->cause.act->pos) : model_plain(m, model_tr(m, N_("the calendar"))));
	model_cell(m, &row, model_why(m, r->fact, r->args));
	arena_push(m->arena, &t->rows, row);
}

static void add_facts_of(const struct model *m, const resting_list *all, uint32_t fact, struct law_page *p)
{
	size_t from = 0, n = 0, shown = 0;
	while (from < all->n && all->v[from].fact < fact)
		from++;
	while (from + n < all->n && all->v[from + n].fact == fact)
		n++;
	size_t most = p->facts.rows.n < FACTS_ON_A_PAGE ? FACTS_OF_A_KIND : 0;
	if (n == 0)
		return;
	struct html title = n > most ? SENTENCE(m, tr_start(&m->o, N_("{fact}: {n}, of which {shown} are shown")), {"fact", model_plain(m, model_fact(m, fact))},
					       {"n", number(m, n)}, {"shown", number(m, most)})
				     : SENTENCE(m, tr_start(&m->o, N_("{fact}: {n}")), {"fact", model_plain(m, model_fact(m, fact))}, {"n", number(m, n)});
	struct record_row head = {.group = title.s};
	arena_push(m->arena, &p->facts.rows, head);
	for (; shown < n && shown < most; shown++)
		add_fact(m, &p->facts, &all->v[from + shown]);
}

static void fill_facts(const struct model *m, uint32_t article, struct law_page *p, shown_list *shown)
{
	resting_list all = {0};
	struct records *t = &p->facts;
	collect(m, article, &all, shown);
	t->label = model_tr(m, N_("Facts that rest on this article"));
	model_column(m, t, model_tr(m, N_("Fact")), false);
	model_column(m, t, model_tr(m, N_("Since")), false);
	model_column(m, t, model_tr(m, N_("Rule")), false);
	model_column(m, t, model_tr(m, N_("Act")), false);
	model_column(m, t, model_tr(m, N_("Reasons")), true);
	if (m->voc->fact.status != NO_ID)
		add_facts_of(m, &all, m->voc->fact.status, p);
	for (uint32_t f = 0; f < m->rb->facts.n; f++)
		if (f != m->voc->fact.status)
			add_facts_of(m, &all, f, p);
	p->facts_lead = SENTENCE(m, tr_start_n(&m->o, all.n, "{n} fact on {day}.", "{n} facts on {day}."), {"n", number(m, all.n)},
		{"day", model_when(m, (struct when){m->a->on, BY_DAY, false})});
}

/* ---- its place -------------------------------------------------------------------------------------------------------------------- */

static uint32_t source_of(const struct model *m, uint32_t article)
{
	uint32_t i = article;
	while (i > 0 && m->rb->articles.v[i].level > 2 && m->rb->articles.v[i].at.file == m->rb->articles.v[article].at.file)
		i--;
	return i;
}

static struct link link_to(const struct model *m, uint32_t article)
{
	return (struct link){.href = model_article_href(m, article), .text = heading(m, article).text, .says = model_mark(m, heading(m, article))};
}

static void fill_place(const struct model *m, uint32_t article, struct law_page *p)
{
	uint32_t top = source_of(m, article), n = (uint32_t)m->rb->articles.n;
	uint16_t file = m->rb->articles.v[article].at.file;
	p->family.entry = entry_of(m, top, NULL);
	p->family.entry.current = top == article;
	for (uint32_t i = top + 1; i < n && m->rb->articles.v[i].level > 2 && m->rb->articles.v[i].at.file == file; i++) {
		struct law_entry e = entry_of(m, i, NULL);
		e.current = i == article;
		arena_push(m->arena, &p->family, e);
	}
	if (article > 0 && m->rb->articles.v[article - 1].at.file == file)
		p->before = link_to(m, article - 1);
	if (article + 1 < n && m->rb->articles.v[article + 1].at.file == file)
		p->after = link_to(m, article + 1);
	struct html all = model_anchor(m, model_url(m, "law"), model_tr(m, N_("Legal basis")), NULL);
	p->over = top == article ? all : SENTENCE(m, tr_start(&m->o, N_("{all}, {source}")), {"all", all},
						 {"source", model_link_to(m, p->family.entry.href, p->family.entry.title, NULL)});
}

/* The rules under an article, or in a file without headings, that cite this one; as one line. */
static void add_cited(const struct model *m, uint32_t article, uint32_t under, size_t file, struct html place, struct law_page *p)
{
	LIST(struct html) labels = {0};
	sym last = SYM_ABSENT;
	for (size_t k = 0; k < m->rb->rules.n; k++) {
		const struct rule *r = &m->rb->rules.v[k];
		if (r->at.article != under || r->at.file != file || r->label == last || !cites(r, article))
			continue;
		last = r->label;
		struct html one = in_code(m, syms_str(&m->rb->syms, r->label));
		arena_push(m->arena, &labels, one);
	}
	if (labels.n) {
		struct pair one = {{NULL, 0},
			SENTENCE(m, tr_start(&m->o, N_("{article}: {rules}")), {"article", place}, {"rules", join_commas(m, labels.v, labels.n)})};
		arena_push(m->arena, &p->cited, one);
	}
}

/* Rules written elsewhere that cite it, under the article or the file where they stand. */
static void fill_cited(const struct model *m, uint32_t article, struct law_page *p)
{
	for (uint32_t i = 0; i < m->rb->articles.n; i++)
		if (i != article)
			add_cited(m, article, i, m->rb->articles.v[i].at.file, model_link_to(m, model_article_href(m, i), heading(m, i), NULL), p);
	for (size_t i = 0; i < m->rb->files.n; i++)
		if (!has_articles(m, i))
			add_cited(m, article, NO_ID, i, model_link_to(m, file_href(m, i), file_heading(m, i), NULL), p);
}

static int answer_one(struct model *m, uint32_t article, struct err *e)
{
	json_t *page = data_page(m), *facts = json_array();
	const struct article *a = &m->rb->articles.v[article];
	resting_list all = {0};
	shown_list shown = {0};
	collect(m, article, &all, &shown);
	json_object_set_new(page, "title", data_str(a->title));
	json_object_set_new(page, "slug", data_str(a->slug));
	json_object_set_new(page, "text", data_str(a->body));
	for (size_t i = 0; i < all.n; i++)
		json_array_append_new(facts, data_stretch(m, all.v[i].fact, all.v[i].args, model_now(m, all.v[i].fact, all.v[i].args)));
	json_object_set_new(page, "facts", facts);
	return data_send(m, page, e);
}

static int show_file(struct model *m, size_t file, struct err *e)
{
	if (m->a->form == FORM_JSON) {
		json_t *page = data_page(m);
		json_object_set_new(page, "title", data_str(file_slug(m, file)));
		json_object_set_new(page, "slug", data_str(file_slug(m, file)));
		json_object_set_new(page, "text", data_str(m->rb->files.v[file].text));
		return data_send(m, page, e);
	}
	struct law_page p = {.title = {file_slug(m, file), {NULL, 0}}};
	struct rule_text rule = {rules_html(m, m->rb->files.v[file].text)};
	frame_named(&p.frame, m->a, p.title.text, model_mark(m, p.title));
	p.over = model_anchor(m, model_url(m, "law"), model_tr(m, N_("Legal basis")), NULL);
	p.rules_label = p.title.text;
	arena_push(m->arena, &p.rules, rule);
	page_law_file(&m->o, &p);
	return 0;
}

static int show_one(struct model *m, struct err *e)
{
	struct law_page p = {0};
	shown_list shown = {0};
	struct str slug = m->a->id[0];
	uint32_t article = rulebook_article(m->rb, slug);
	for (size_t i = 0; article == NO_ID && i < m->rb->files.n; i++)
		if (!has_articles(m, i) && str_eq(file_slug(m, i), slug))
			return show_file(m, i, e);
	if (article == NO_ID) {
		struct near all = {model_tr(m, N_("Legal basis")), model_url(m, "law"), {NULL, 0}};
		arena_push(m->arena, &m->ret->problem.near, all);
		return MODEL_FAULT(m, e, ERR_ABSENT, "article", N_("The rulebook has no article “{name}”."), {"name", str_slice(slug, 0, 80)});
	}
	if (m->a->form == FORM_JSON)
		return answer_one(m, article, e);
	p.title = heading(m, article);
	frame_named(&p.frame, m->a, p.title.text, model_mark(m, p.title));
	fill_body(m, &m->rb->articles.v[article], &p);
	fill_facts(m, article, &p, &shown);
	fill_place(m, article, &p);
	fill_cited(m, article, &p);
	if (shown.n)
		model_watch(m, &p.frame.bar, &shown, NULL);
	p.frame.bar.differ = 0; /* statuses that rest on other articles are among those watched */
	page_law(&m->o, &p);
	return 0;
}

int law_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_one);
}
