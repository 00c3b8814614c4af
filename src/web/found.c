/* SPDX-License-Identifier: Apache-2.0 */
#include "web/found.h"

#include "web/label.h"
#include "web/listing.h"
#include "web/site.h"

enum { TITLE_BYTES = 400, TEXT_BYTES = 280 };

/* ---- what is given out ------------------------------------------------------------------------------------------------- */

bool found_hides(void *ctx, const struct search_hit *h)
{
	const struct model *m = ctx;
	if (h->kind == SEARCH_LABEL)
		return !label_any(m, &h->label);
	return h->act && act_embargoed(m, h->act);
}

bool found_hides_thing(struct model *m, const struct entity *en)
{
	struct search_hit h = {.kind = SEARCH_THING, .entity = en, .act = search_introduced(m->record, en)};
	return found_hides(m, &h);
}

/* ---- how a thing stands ---------------------------------------------------------------------------------------------- */

/* The fact that says so, by type of thing; all have that thing as their only argument. */
static uint32_t state_fact(const struct model *m, const struct entity *en)
{
	const struct vocabulary *v = m->voc;
	const struct {
		uint32_t type, fact;
	} all[] = {{v->type.Party, v->fact.status}, {v->type.Decision, v->fact.decision}, {v->type.Instrument, v->fact.in_force},
		{v->type.Project, v->fact.project}, {v->type.Release, v->fact.release}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].type != NO_ID && all[i].fact != NO_ID && type_accepts(m->rb, all[i].type, en->type))
			return m->rb->facts.v[all[i].fact].nparams == 1 ? all[i].fact : NO_ID;
	return NO_ID;
}

static const struct stretch *state_of(const struct model *m, const struct entity *en, uint32_t *ret_fact)
{
	*ret_fact = state_fact(m, en);
	return *ret_fact == NO_ID ? NULL : model_now(m, *ret_fact, args_of(m, 1, entity_value(en->name)));
}

static void add_state(const struct model *m, const struct entity *en, struct search_line *l)
{
	uint32_t fact;
	const struct stretch *s = state_of(m, en, &fact);
	if (!s)
		return;
	if (fact == m->voc->fact.status)
		l->status = model_status(m, s->value, s->disputed);
	else if (s->disputed)
		l->state = model_tr(m, N_("Disputed"));
	else
		l->state = s->value.kind == V_YES ? model_fact(m, fact) : model_text(m, fact, s->value);
}

/* ---- words marked -------------------------------------------------------------------------------------------------------- */

static struct html marked(const struct model *m, const struct search_terms *t, struct str text, size_t most, bool *ret_any)
{
	struct search_snippet s;
	struct buf b;
	search_show(t, text, most, m->arena, &s);
	struct out o = model_begin(m, &b);
	for (size_t i = 0; i < s.n; i++) {
		if (s.v[i].found)
			HTML(&o, "<mark>");
		html_text(&o, s.v[i].text);
		if (s.v[i].found)
			HTML(&o, "</mark>");
	}
	if (ret_any)
		*ret_any = s.any;
	return model_end(m, &b);
}

/* ---- the parts of a hit --------------------------------------------------------------------------------------------------- */

struct shown_text {
	struct str text, lang; /* lang: empty where it is the page's, or none in particular */
};

struct hit_names {
	struct str title, lang, code, kind;
	struct url href;
	struct shown_text text; /* in which the words may stand, beside the title */
};

static struct str foreign(const struct model *m, struct str lang)
{
	return str_eq(lang, m->lang) ? (struct str){NULL, 0} : lang;
}

static struct str in_lang(const json_t *by_language, struct str lang)
{
	return json_str(json_object_getn(by_language, lang.p, lang.n));
}

/* The text in which the words were found; where they were found in a title that the page does not show, that title. */
static struct shown_text act_words(const struct model *m, const struct search_hit *h, const struct hit_names *n)
{
	struct str title = in_lang(json_object_get(h->act->json, "title"), h->lang);
	struct str text = in_lang(json_object_get(h->act->json, "text"), h->lang);
	if (h->named && title.n && !str_eq(title, n->title))
		return (struct shown_text){title, foreign(m, h->lang)};
	if (text.n)
		return (struct shown_text){text, foreign(m, h->lang)};
	struct said said = model_said(m, h->act, "text");
	return (struct shown_text){said.text, said.lang};
}

static void name_act(const struct model *m, const struct search_hit *h, struct hit_names *n)
{
	n->title = model_act_title(m, h->act);
	struct said own = model_said(m, h->act, "title"); /* which gives way to words of the page's language */
	n->lang = str_eq(own.text, n->title) ? own.lang : (struct str){NULL, 0};
	n->kind = act_kind_label(m, h->act);
	if (!n->title.n)
		n->title = n->kind;
	n->href = model_act_href(m, h->act->pos);
	n->text = act_words(m, h, n);
	struct str place = json_get_str(h->act->json, "place");
	if (place.n)
		n->text.text = n->text.text.n ? ARENA_JOIN(m->arena, place, tr_stop(&m->o), n->text.text) : model_place(m, place).text;
}

static void name_paper(const struct model *m, const struct search_hit *h, struct hit_names *n)
{
	const json_t *d = json_array_get(json_object_get(h->act->json, "documents"), h->paper), *titles = json_object_get(d, "title");
	n->title = in_lang(titles, m->lang);
	if (!n->title.n && (n->title = json_get_str(titles, "en")).n)
		n->lang = foreign(m, STR("en"));
	if (!n->title.n && (n->title = json_str(json_object_iter_value(json_object_iter((json_t *)titles)))).n)
		n->lang = str_of(json_object_iter_key(json_object_iter((json_t *)titles)));
	if (!n->title.n)
		n->title = json_get_str(d, "name");
	if (!n->title.n)
		n->title = model_act_title(m, h->act);
	n->kind = model_tr(m, N_("Document"));
	n->href = model_act_href(m, h->act->pos);
	n->text = (struct shown_text){reg_search_paper(register_site_reg(m->site), m->view, h, m->arena), foreign(m, json_get_str(d, "lang"))};
}

static void name_thing(const struct model *m, const struct search_hit *h, struct hit_names *n)
{
	struct str other = title_pick(h->entity->titles, h->entity->ntitles, h->lang).text;
	struct said title = model_title(m, h->entity->name);
	n->title = title.text;
	n->lang = title.lang;
	n->code = syms_str(m->syms, h->entity->name);
	n->kind = phrase_type(m, h->entity->type, false);
	n->href = model_href(m, h->entity->name);
	if (str_eq(n->title, n->code))
		n->code = (struct str){NULL, 0};
	if (h->lang.n && !str_eq(other, n->title))
		n->text = (struct shown_text){other, foreign(m, h->lang)};
}

static void name_article(const struct model *m, const struct search_hit *h, struct hit_names *n)
{
	const struct article *a = &m->rb->articles.v[h->article];
	struct said title = words_source(m->words, m->lang, a->title, m->arena);
	n->title = title.text;
	n->lang = title.lang;
	n->kind = model_tr(m, N_("Legal basis"));
	n->href = model_article_href(m, h->article);
	struct said other = words_source(m->words, h->lang, a->title, m->arena);
	bool elsewhere = h->named && !str_eq(other.text, n->title);
	n->text = elsewhere ? (struct shown_text){other.text, foreign(m, h->lang)} : (struct shown_text){search_article(a, m->arena), foreign(m, STR("en"))};
}

static void name_label(const struct model *m, const struct search_hit *h, struct hit_names *n)
{
	struct str other = search_label_text(m->record, &h->label, h->lang, m->arena);
	n->title = search_label_text(m->record, &h->label, m->lang, m->arena);
	if (!str_eq(other, n->title))
		n->text = (struct shown_text){other, foreign(m, h->lang)};
}

static struct hit_names names_of(const struct model *m, const struct search_hit *h)
{
	struct hit_names n = {0};
	switch (h->kind) {
	case SEARCH_THING: name_thing(m, h, &n); break;
	case SEARCH_ARTICLE: name_article(m, h, &n); break;
	case SEARCH_ACT: name_act(m, h, &n); break;
	case SEARCH_PAPER: name_paper(m, h, &n); break;
	case SEARCH_LABEL: name_label(m, h, &n); break;
	case SEARCH_ANY: break;
	}
	return n;
}

static void add_label(const struct model *m, const struct search_label *label, struct search_line *l)
{
	struct labelled is = label_stands_for(m, label);
	l->kind = TR_FILL(&m->o, N_("{kind} ({counted})"), {"kind", is.kind}, {"counted", is.counted}); /* not as a state: the dot before it reads as an Arabic zero */
	l->href = is.href;
	if (is.who.s.n) {
		l->text = is.who;
		l->text_lang = (struct str){NULL, 0};
	}
}

/* ---- as a page shows it -------------------------------------------------------------------------------------------------------- */

struct search_line found_line(const struct model *m, const struct search_terms *t, const struct search_hit *h)
{
	struct hit_names n = names_of(m, h);
	struct search_line l = {.title = marked(m, t, n.title, TITLE_BYTES, NULL), .lang = n.lang, .href = n.href, .code = n.code, .kind = n.kind,
		.text = marked(m, t, n.text.text, TEXT_BYTES, NULL), .text_lang = n.text.lang};
	if (h->kind == SEARCH_ACT || h->kind == SEARCH_PAPER)
		l.tag = model_gazette_item(m, h->act).tag;
	if (h->kind == SEARCH_ACT && str_eq(l.kind, n.title))
		l.kind = model_tr(m, N_("Act"));
	if (h->kind == SEARCH_THING)
		add_state(m, h->entity, &l);
	if (h->kind == SEARCH_LABEL)
		add_label(m, &h->label, &l);
	l.dated = h->act != NULL;
	if (l.dated)
		l.when = model_act_when(h->act);
	return l;
}

struct search_line found_page(const struct model *m, const struct search_terms *t, const struct link *page)
{
	return (struct search_line){.title = marked(m, t, page->text, TITLE_BYTES, NULL), .href = page->href, .kind = model_tr(m, N_("Page of the register"))};
}

/* ---- as data ---------------------------------------------------------------------------------------------------------------------- */

static json_t *snippet_json(const struct model *m, const struct search_terms *t, struct str text)
{
	struct search_snippet s;
	json_t *list = json_array();
	search_show(t, text, TEXT_BYTES, m->arena, &s);
	for (size_t i = 0; i < s.n; i++) {
		json_t *piece = json_object();
		json_object_set_new(piece, "text", data_str(s.v[i].text));
		if (s.v[i].found)
			json_object_set_new(piece, "found", json_true());
		json_array_append_new(list, piece);
	}
	return list;
}

static json_t *state_json(const struct model *m, const struct entity *en)
{
	uint32_t fact;
	const struct stretch *s = state_of(m, en, &fact);
	return s ? data_stretch(m, fact, args_of(m, 1, entity_value(en->name)), s) : json_null();
}

static void label_json(const struct model *m, const struct search_label *l, json_t *one)
{
	struct labelled is = label_stands_for(m, l);
	if (l->is == LABEL_KIND) {
		json_object_set_new(one, "kind", data_str(syms_str(&m->rb->syms, m->rb->acts.v[l->of].name)));
	} else {
		json_object_set_new(one, l->is == LABEL_VALUE ? "fact" : "argument", data_str(l->is == LABEL_VALUE ? syms_str(&m->rb->syms, m->rb->facts.v[l->of].name) : l->param));
		json_object_set_new(one, "value", data_str(l->word));
	}
	json_object_set_new(one, "n", json_integer((json_int_t)is.n));
	json_object_set_new(one, "href", data_str(is.href.s));
}

json_t *found_json(const struct model *m, const struct search_terms *t, const struct search_hit *h)
{
	static const char *const kinds[] = {[SEARCH_THING] = "thing", [SEARCH_ARTICLE] = "article", [SEARCH_ACT] = "act", [SEARCH_PAPER] = "document", [SEARCH_LABEL] = "label"};
	struct hit_names n = names_of(m, h);
	json_t *one = h->kind == SEARCH_THING ? data_entity(m, h->entity->name) : h->kind == SEARCH_ACT ? data_act(m, h->act) : json_object();
	json_object_set_new(one, "is", json_string(kinds[h->kind]));
	if (h->kind == SEARCH_THING) {
		json_object_set_new(one, "state", state_json(m, h->entity));
	} else if (h->kind != SEARCH_ACT) {
		json_object_set_new(one, "title", data_str(n.title));
		json_object_set_new(one, "href", data_str(n.href.s));
	}
	if (h->kind == SEARCH_LABEL)
		label_json(m, &h->label, one);
	if (h->kind == SEARCH_ARTICLE)
		json_object_set_new(one, "article", data_str(m->rb->articles.v[h->article].slug));
	if (h->kind == SEARCH_PAPER) {
		const json_t *d = json_array_get(json_object_get(h->act->json, "documents"), h->paper);
		json_object_set_new(one, "act", json_integer((json_int_t)h->act->pos));
		json_object_set_new(one, "sha256", data_str(json_get_str(d, "sha256")));
		json_object_set_new(one, "date", data_date(h->act->act.date));
	}
	json_object_set_new(one, "lang", data_str(h->lang));
	if (n.text.text.n)
		json_object_set_new(one, "snippet", snippet_json(m, t, n.text.text));
	return one;
}

json_t *found_page_json(const struct link *page)
{
	json_t *one = json_object();
	json_object_set_new(one, "is", json_string("page"));
	json_object_set_new(one, "title", data_str(page->text));
	json_object_set_new(one, "href", data_str(page->href.s));
	return one;
}

int found_failed(const struct model *m, int rc)
{
	if (rc == ERR_CONFLICT)
		m->ret->problem = (struct problem){.status = 503, .id = STR("search.preparing"), .heading = model_tr(m, N_("The search is not ready yet")),
			.say = model_tr(m, N_("The search is being made ready. Ask again in a moment."))};
	return rc;
}
