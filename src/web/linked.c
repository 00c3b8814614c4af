/* SPDX-License-Identifier: Apache-2.0 */
#include "web/linked.h"

#include "web/data.h"
#include "web/fact_of.h"
#include "web/listing.h"
#include "web/site.h"

#include <stddef.h>

enum { REASONS_MAX = 2000 }; /* acts under one fact that are named */

json_t *linked_context(void)
{
	static const char *const names[][2] = {{"@vocab", "https://schema.org/"}, {"org", "http://www.w3.org/ns/org#"}, {"prov", "http://www.w3.org/ns/prov#"},
		{"time", "http://www.w3.org/2006/time#"}, {"skos", "http://www.w3.org/2004/02/skos/core#"}, {"xsd", "http://www.w3.org/2001/XMLSchema#"},
		{"dcat", "http://www.w3.org/ns/dcat#"}, {"dct", "http://purl.org/dc/terms/"}, {"foaf", "http://xmlns.com/foaf/0.1/"},
		{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"}};
	static const char *const addresses[] = {"url", "isBasedOn", "license"}, *const terms[] = {"legislationLegalForce", "eventStatus"};
	json_t *c = json_object();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		json_object_set_new(c, names[i][0], json_string(names[i][1]));
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		json_object_set_new(c, addresses[i], json_pack("{s:s}", "@type", "@id"));
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
		json_object_set_new(c, terms[i], json_pack("{s:s}", "@type", "@vocab"));
	return c;
}

struct str linked_iri(const struct model *m, struct str name)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_add(&b, m->a->site->base.s);
	buf_adds(&b, "/id/");
	url_encode(&b, name);
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

json_t *linked_words(const struct model *m, struct str text)
{
	return json_pack("{s:s, s:o}", "@language", m->a->tongue->lang, "@value", data_str(text));
}

json_t *linked_ref(struct str iri)
{
	json_t *j = json_object();
	json_object_set_new(j, "@id", data_str(iri));
	return j;
}

/* A member that has nothing to say is left out. */
static void put(json_t *j, const char *name, json_t *v)
{
	if (v && !json_is_null(v) && !(json_is_array(v) && json_array_size(v) == 0))
		json_object_set_new(j, name, v);
	else
		json_decref(v);
}

static struct str absolute(const struct model *m, struct url u)
{
	return u.s.n ? ARENA_JOIN(m->arena, m->a->site->base.s, u.s) : STR("");
}

static json_t *act_ref(const struct model *m, const struct record_act *a)
{
	return a ? linked_ref(arena_fmt(m->arena, "%.*s/act/%llu.json", STR_ARG(m->a->site->base.s), (unsigned long long)a->pos)) : NULL;
}

static json_t *texts(const struct title *t, size_t n)
{
	json_t *all = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *one = json_object();
		json_object_set_new(one, "@language", data_str(tongue_tag(t[i].lang)));
		json_object_set_new(one, "@value", data_str(t[i].text));
		json_array_append_new(all, one);
	}
	return all;
}

/* What a value is called, in each language of the pages that has words for it; where none has, as the page names it. */
static json_t *labels(const struct model *m, uint32_t fact, struct value v)
{
	const struct site *site = m->a->site;
	struct str word = syms_str(m->syms, v.s), of_fact = ARENA_JOIN(m->arena, syms_str(&m->rb->syms, m->rb->facts.v[fact].name), STR("."), word);
	struct title *all = arena_array(m->arena, site->n + 1, struct title);
	size_t n = 0;
	for (size_t i = 0; i < site->n; i++) {
		struct str lang = str_of(site->words[i].tongue->code), own = words_own(m->words, lang, "values", of_fact, "label");
		own = own.n ? own : words_own(m->words, lang, "values", word, "label");
		if (own.n)
			all[n++] = (struct title){.lang = lang, .text = own};
	}
	if (n == 0)
		all[n++] = (struct title){.lang = m->lang, .text = model_text(m, fact, v)};
	return texts(all, n);
}

static json_t *day(civil t)
{
	json_t *j = data_date(t);
	if (json_is_null(j))
		return j;
	return json_pack("{s:s, s:o}", "@type", json_string_length(j) > 10 ? "xsd:dateTime" : "xsd:date", "@value", j);
}

/* As exactly as the record knows it: no day is made up for a month or a year. NULL: none is known, or only one before which it was; these vocabularies cannot
 * say that. */
static json_t *known_day(struct when w)
{
	static const struct {
		const char *type;
		size_t n;
	} forms[] = {[BY_MONTH] = {"xsd:gYearMonth", 7}, [BY_YEAR] = {"xsd:gYear", 4}};
	char iso[DATE_LEN];
	if (w.precision == BY_LATEST)
		return NULL;
	if (w.at == CIVIL_NEVER || w.at == CIVIL_ALWAYS || w.precision == BY_DAY)
		return day(w.at);
	return json_pack("{s:s, s:s%}", "@type", forms[w.precision].type, "@value", date_print(date_day(w.at), iso), forms[w.precision].n);
}

static json_t *act_day(const struct record_act *a)
{
	return a ? known_day(model_act_when(a)) : NULL;
}

/* The ends of an interval have a property for each precision (OWL-Time 4.2). */
static json_t *end_of(struct when w)
{
	static const char *const names[] = {[BY_DAY] = "time:inXSDDate", [BY_MONTH] = "time:inXSDgYearMonth", [BY_YEAR] = "time:inXSDgYear"};
	w.at = date_day(w.at);
	return w.precision == BY_LATEST ? NULL : json_pack("{s:o}", names[w.precision], known_day(w));
}

/* prov:generatedAtTime and its like are instants: a day stands for its first. */
static json_t *instant(civil t)
{
	char iso[DATE_LEN];
	if (t == CIVIL_ALWAYS || t == CIVIL_NEVER)
		return NULL;
	struct str s = str_of(date_print(t, iso));
	char full[DATE_LEN + 10];
	(void)snprintf(full, sizeof full, "%.*s%s", STR_ARG(s), s.n > 10 ? "" : "T00:00:00");
	return json_pack("{s:s, s:s}", "@type", "xsd:dateTime", "@value", full);
}

static json_t *thing(const struct model *m, sym name, const char *type)
{
	const struct entity *en = record_entity(m->record, syms_str(m->syms, name));
	json_t *j = json_object();
	json_object_set_new(j, "@id", data_str(linked_iri(m, syms_str(m->syms, name))));
	json_object_set_new(j, "@type", json_string(type));
	json_object_set_new(j, "identifier", data_str(syms_str(m->syms, name)));
	if (en && en->ntitles)
		put(j, "name", texts(en->titles, en->ntitles));
	else
		put(j, "name", texts(&(struct title){.lang = m->lang, .text = model_title(m, name).text}, 1));
	put(j, "url", data_str(absolute(m, model_href(m, name))));
	return j;
}

static json_t *ref_of(const struct model *m, sym entity)
{
	return entity == SYM_ABSENT ? NULL : linked_ref(linked_iri(m, syms_str(m->syms, entity)));
}

static json_t *organisation(const struct model *m)
{
	json_t *j;
	if (m->org->id.n && record_entity(m->record, m->org->id)) {
		j = thing(m, record_entity(m->record, m->org->id)->name, "GovernmentOrganization");
	} else {
		j = linked_ref(arena_fmt(m->arena, "%.*s/#organisation", STR_ARG(m->a->site->base.s)));
		json_object_set_new(j, "@type", json_string("GovernmentOrganization"));
	}
	json_object_set_new(j, "name", texts(m->org->names, m->org->nnames));
	put(j, "alternateName", texts(m->org->shorts, m->org->nshorts));
	return j;
}

static json_t *organisation_ref(const struct model *m)
{
	json_t *all = organisation(m), *ref = json_object();
	json_object_set(ref, "@id", json_object_get(all, "@id"));
	json_decref(all);
	return ref;
}

/* ---- things ---------------------------------------------------------------------------------------------------------------------- */

typedef json_t *thing_maker(const struct model *m, const struct entity *en, const struct record_act *by);

/* org:Membership for each span: who, in what, as what, from when to when (W3C ORG 5.5). */
json_t *linked_membership(const struct model *m, sym who, const struct stretch *s)
{
	json_t *j = json_object(), *interval = json_object();
	char from[DATE_LEN];
	const char *since = s->from == CIVIL_ALWAYS ? "ever" : date_print(s->from, from);
	json_object_set_new(j, "@id", data_str(arena_fmt(m->arena, "%.*s#status-%s", STR_ARG(linked_iri(m, syms_str(m->syms, who))), since)));
	json_object_set_new(j, "@type", json_string("org:Membership"));
	json_object_set_new(j, "org:member", ref_of(m, who));
	json_object_set_new(j, "org:organization", organisation_ref(m));
	if (!s->disputed)
		json_object_set_new(j, "org:role", json_pack("{s:o, s:s, s:o}", "@id", data_str(arena_fmt(m->arena, "%.*s/#status-%.*s", STR_ARG(m->a->site->base.s), STR_ARG(syms_str(m->syms, s->value.s)))),
							   "@type", "org:Role", "skos:prefLabel", labels(m, m->voc->fact.status, s->value)));
	json_object_set_new(interval, "@type", json_string("time:Interval"));
	if (s->from != CIVIL_ALWAYS)
		put(interval, "time:hasBeginning", end_of(model_from(s)));
	if (s->to != CIVIL_NEVER)
		put(interval, "time:hasEnd", end_of(model_to(s)));
	json_object_set_new(j, "org:memberDuring", interval);
	put(j, "prov:wasDerivedFrom", act_ref(m, s->cause.act));
	return j;
}

static json_t *party_of(const struct model *m, const struct entity *en, const struct record_act *by)
{
	const struct participant *p = almanac_party(m->al, en->name);
	bool state = m->voc->type.State != NO_ID && type_accepts(m->rb, m->voc->type.State, en->type);
	json_t *j = thing(m, en->name, state ? "Country" : "GovernmentOrganization"), *spans = json_array();
	(void)by;
	for (size_t i = 0; p && i < p->nstatuses; i++)
		if (model_reached(m, p->statuses[i].from))
			json_array_append_new(spans, linked_membership(m, en->name, &p->statuses[i]));
	put(j, "org:hasMembership", spans);
	return j;
}

static json_t *body_of(const struct model *m, const struct entity *en, const struct record_act *by)
{
	json_t *j = thing(m, en->name, "GovernmentOrganization"), *parent = ref_of(m, act_entity(m, by, "parent"));
	put(j, "parentOrganization", parent ? parent : organisation_ref(m));
	put(j, "foundingDate", act_day(by));
	return j;
}

static json_t *meeting_of(const struct model *m, const struct entity *en, const struct record_act *by)
{
	json_t *j = thing(m, en->name, "Event");
	uint32_t cancelled = m->voc->fact.cancelled;
	struct value first = by ? act_arg(m->rb, &by->act, "first") : VALUE_NONE, last = by ? act_arg(m->rb, &by->act, "last") : VALUE_NONE;
	bool off = cancelled != NO_ID && model_now(m, cancelled, args_of(m, 1, entity_value(en->name)));
	put(j, "startDate", first.kind == V_DATE ? known_day(model_arg_when(by, STR("first"), first.t)) : NULL);
	put(j, "endDate", last.kind == V_DATE ? known_day(model_arg_when(by, STR("last"), last.t)) : NULL);
	put(j, "organizer", ref_of(m, act_entity(m, by, "B")));
	struct str place = by ? json_get_str(by->json, "place") : STR("");
	if (place.n)
		json_object_set_new(j, "location", json_pack("{s:s, s:o}", "@type", "Place", "name", data_str(place)));
	json_object_set_new(j, "eventStatus", json_string(off ? "EventCancelled" : "EventScheduled"));
	return j;
}

static json_t *instrument_of(const struct model *m, const struct entity *en, const struct record_act *by)
{
	json_t *j = thing(m, en->name, "Legislation");
	uint32_t in_force = m->voc->fact.in_force;
	const struct stretch *s = in_force == NO_ID ? NULL : model_now(m, in_force, args_of(m, 1, entity_value(en->name)));
	put(j, "legislationDate", act_day(by));
	struct value kind = by ? act_arg(m->rb, &by->act, "kind") : VALUE_NONE;
	put(j, "legislationType", kind.kind == V_WORD ? data_value(m, kind) : NULL);
	put(j, "legislationChanges", ref_of(m, act_entity(m, by, "amends")));
	put(j, "legislationDateVersion", day(m->a->on));
	if (s && !s->disputed)
		put(j, "legislationDateOfApplicability", known_day(model_from(s)));
	if (in_force != NO_ID && !(s && s->disputed))
		json_object_set_new(j, "legislationLegalForce", json_string(s ? "InForce" : "NotInForce"));
	put(j, "publisher", organisation_ref(m));
	return j;
}

static json_t *decision_of(const struct model *m, const struct entity *en, const struct record_act *by)
{
	json_t *j = thing(m, en->name, "Legislation");
	uint32_t fact = m->voc->fact.decision;
	const struct stretch *s = fact == NO_ID ? NULL : model_now(m, fact, args_of(m, 1, entity_value(en->name)));
	json_object_set_new(j, "legislationType", json_string("decision"));
	put(j, "dateCreated", act_day(by));
	put(j, "legislationPassedBy", ref_of(m, act_entity(m, by, "B")));
	put(j, "about", ref_of(m, act_entity(m, by, "I")));
	put(j, "legislationDateVersion", day(m->a->on));
	if (s && !s->disputed) {
		json_object_set_new(j, "creativeWorkStatus", labels(m, fact, s->value));
		put(j, "prov:wasDerivedFrom", act_ref(m, s->cause.act));
	}
	return j;
}

static json_t *sources_of(const struct record_act *a)
{
	json_t *all = json_array(), *v;
	size_t i;
	json_array_foreach(json_object_get(a->json, "sources"), i, v) {
		struct url href = url_foreign(json_get_str(v, "url"));
		if (href.s.n)
			json_array_append_new(all, data_str(href.s));
	}
	return all;
}

static json_t *release_of(const struct model *m, const struct entity *en, const struct record_act *by)
{
	json_t *j = thing(m, en->name, "NewsArticle"), *languages = json_array();
	struct value category = by ? act_arg(m->rb, &by->act, "category") : VALUE_NONE;
	if (!by) { /* not out yet: no more than that it has a name */
		json_object_del(j, "name");
		json_decref(languages);
		return j;
	}
	json_object_set(j, "headline", json_object_get(j, "name"));
	for (size_t i = 0; i < en->ntitles; i++)
		json_array_append_new(languages, data_str(tongue_tag(en->titles[i].lang)));
	put(j, "inLanguage", languages);
	put(j, "datePublished", act_day(by));
	put(j, "articleSection", category.kind == V_WORD ? data_value(m, category) : NULL);
	sym outlet = act_entity(m, by, "O");
	put(j, "publisher", outlet == SYM_ABSENT ? organisation_ref(m) : ref_of(m, outlet));
	put(j, "author", outlet == SYM_ABSENT ? organisation_ref(m) : ref_of(m, outlet));
	put(j, "isBasedOn", sources_of(by));
	return j;
}

static json_t *other_of(const struct model *m, const struct entity *en, const struct record_act *by)
{
	json_t *j = thing(m, en->name, "Thing");
	(void)by;
	json_object_set_new(j, "additionalType", data_str(syms_str(&m->rb->syms, m->rb->types.v[en->type].name)));
	return j;
}

/* One row for each type that pages know; the first that fits. */
#define TYPE(name) offsetof(struct vocabulary, type.name)
static const struct {
	size_t type;
	thing_maker *make;
} makers[] = {{TYPE(Party), party_of}, {TYPE(Body), body_of}, {TYPE(Meeting), meeting_of}, {TYPE(Instrument), instrument_of}, {TYPE(Decision), decision_of},
	{TYPE(Release), release_of}};

static thing_maker *maker_of(const struct model *m, const struct entity *en)
{
	for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
		uint32_t type = *(const uint32_t *)((const char *)m->voc + makers[i].type);
		if (type != NO_ID && type_accepts(m->rb, type, en->type))
			return makers[i].make;
	}
	return other_of;
}

json_t *linked_entity(const struct model *m, const struct entity *en)
{
	const struct record_act *by = introduced_by(m, en);
	json_t *j = maker_of(m, en)(m, en, by);
	put(j, "subjectOf", act_ref(m, by));
	return j;
}

json_t *linked_thing(struct model *m, struct err *e)
{
	const struct entity *en;
	return model_entity(m, m->a->id[0], ANY_TYPE, "thing", &en, e) < 0 ? NULL : linked_entity(m, en);
}

json_t *linked_site(struct model *m, struct err *e)
{
	const struct entity **list;
	json_t *j = organisation(m), *parts = json_array();
	size_t n = m->voc->type.Body == NO_ID ? 0 : record_entities(m->record, m->voc->type.Body, m->arena, &list);
	(void)e;
	for (size_t i = 0; i < n; i++) {
		const struct record_act *by = introduced_by(m, list[i]);
		if (by && act_entity(m, by, "parent") == SYM_ABSENT)
			json_array_append_new(parts, thing(m, list[i]->name, "GovernmentOrganization"));
	}
	put(j, "subOrganization", parts);
	return j;
}

json_t *linked_entry(const struct model *m, const struct record_act *a)
{
	json_t *j = act_ref(m, a), *types = json_array();
	json_array_append_new(types, json_string("CreativeWork"));
	json_array_append_new(types, json_string("prov:Entity"));
	json_object_set_new(j, "@type", types);
	json_object_set_new(j, "position", json_integer((json_int_t)a->pos));
	put(j, "url", data_str(absolute(m, model_act_href(m, a->pos))));
	if (a->entry == ENTRY_SEALED)
		return j;
	struct said title = model_said(m, a, "title");
	struct str words = title.text.n ? title.text : model_act_title(m, a);
	if (words.n)
		put(j, "name", texts(&(struct title){.lang = title.lang.n ? title.lang : m->lang, .text = words}, 1));
	if (a->act.kind != NO_ID)
		json_object_set_new(j, "genre", data_str(syms_str(&m->rb->syms, m->rb->acts.v[a->act.kind].name)));
	put(j, "dateCreated", act_day(a));
	put(j, "dct:dateSubmitted", a->received == a->act.date ? act_day(a) : day(a->received));
	put(j, "isBasedOn", sources_of(a));
	if (act_is_correction(&a->act))
		put(j, "prov:wasRevisionOf", act_ref(m, record_act(m->record, act_corrects(&a->act))));
	return j;
}

json_t *linked_act(struct model *m, struct err *e)
{
	uint64_t pos;
	const struct record_act *a = str_u64(m->a->id[0], &pos) ? record_act(m->record, pos) : NULL;
	if (!a)
		(void)MODEL_FAULT(m, e, ERR_ABSENT, "entry", N_("The record has entries 0 to {n}. Write the number of one of them."), {"n", arena_fmt(m->arena, "%llu", (unsigned long long)m->a->known)});
	return a ? linked_entry(m, a) : NULL;
}

/* ---- reasons --------------------------------------------------------------------------------------------------------------------- */

/* The fact as it was derived in one reading: from these acts, by these articles. */
static json_t *derived(const struct model *m, const struct fact_asked *of, const struct answer *answer, uint32_t k)
{
	const struct reading_answer *r = &answer->readings[k];
	struct basis basis;
	struct str self = absolute(m, model_why_href(m, of->fact, of->args));
	struct str mark = answer->n > 1 ? arena_fmt(m->arena, "#reading-%.*s", STR_ARG(view_reading_name(m->view, k))) : STR("");
	json_t *j = linked_ref(ARENA_JOIN(m->arena, self, mark)), *acts = json_array(), *plans = json_array();
	const struct proof *p = explain_why(r->eval, of->fact, of->args, answer->on, m->arena);
	explain_basis(r->eval, p, m->arena, &basis);
	json_object_set_new(j, "@type", json_string("prov:Entity"));
	json_object_set_new(j, "name", texts(&(struct title){.lang = m->lang, .text = model_say_text(m, of->fact, of->args, r->value)}, 1));
	json_object_set_new(j, "prov:value", data_value(m, r->value));
	if (r->value.kind != V_NONE)
		put(j, "prov:generatedAtTime", instant(r->since));
	if (r->value.kind != V_NONE)
		put(j, "prov:invalidatedAtTime", instant(r->until));
	for (size_t i = 0; i < basis.nacts && i < REASONS_MAX; i++)
		json_array_append_new(acts, act_ref(m, record_act(m->record, basis.acts[i])));
	for (size_t i = 0; i < basis.ncites; i++) {
		struct url article = model_article_href(m, basis.cites[i]->article);
		json_t *plan = article.s.n ? linked_ref(absolute(m, article)) : json_object();
		json_object_set_new(plan, "@type", json_string("prov:Plan"));
		json_object_set_new(plan, "name", data_str(basis.cites[i]->text));
		json_array_append_new(plans, plan);
	}
	json_t *activity = json_object(), *association = json_object();
	json_object_set_new(activity, "@type", json_string("prov:Activity"));
	put(activity, "prov:used", acts);
	json_object_set_new(association, "@type", json_string("prov:Association"));
	json_object_set_new(association, "prov:agent", organisation_ref(m));
	put(association, "prov:hadPlan", plans);
	json_object_set_new(activity, "prov:qualifiedAssociation", association);
	json_object_set_new(j, "prov:wasGeneratedBy", activity);
	return j;
}

json_t *linked_why(struct model *m, struct err *e)
{
	struct fact_asked of;
	struct answer answer;
	if (fact_of_address(m, m->a->id, m->a->ids, STR(""), &of, e) < 0)
		return NULL;
	struct question asked = {.fact = of.fact};
	view_ask(m->view, of.fact, of.args, &asked, m->on, m->arena, &answer);
	json_t *j = json_object(), *graph = json_array();
	for (uint32_t k = 0; k < answer.n; k++)
		json_array_append_new(graph, derived(m, &of, &answer, k));
	json_object_set_new(j, "@included", graph); /* "@graph" beside another member would name a graph (JSON-LD 1.1, 4.9) */
	return j;
}

/* ---- as a file, and in a page ------------------------------------------------------------------------------------------------------ */

static json_t *whole(struct model *m, struct err *e)
{
	json_t *said = m->a->route->linked(m, e), *page = json_object();
	if (!said)
		return json_decref(page), NULL;
	struct str notice = title_pick(m->org->notices, m->org->nnotices, m->lang).text;
	json_object_set_new(page, "@context", linked_context());
	json_object_update(page, said);
	if (notice.n)
		json_object_set_new(page, "rdfs:comment", linked_words(m, notice));
	json_decref(said);
	return page;
}

int linked_show(struct model *m, struct err *e)
{
	json_t *page = whole(m, e);
	return page ? data_send(m, page, e) : e->code;
}

/* In a script element nothing is escaped as in HTML, so that no "<" may stand there. */
struct html linked_block(struct model *m)
{
	struct err e;
	struct buf json, b;
	if (m->a->form != FORM_HTML || !m->a->route || !m->a->route->linked || m->a->route->linked == linked_why)
		return (struct html){{NULL, 0}};
	json_t *page = whole(m, &e);
	if (!page)
		return (struct html){{NULL, 0}};
	buf_init(&json, 1 << 20);
	buf_init(&b, 2 << 20);
	json_write(page, 0, &json);
	buf_adds(&b, "<script type=\"application/ld+json\">");
	struct str rest = buf_str(&json), part;
	while (str_cut(rest, '<', &part, &rest)) {
		buf_add(&b, part);
		buf_adds(&b, "\\u003c");
	}
	buf_add(&b, rest);
	buf_adds(&b, "</script>\n");
	struct html h = {b.over || json.over ? STR("") : arena_str(m->arena, buf_str(&b))};
	buf_done(&b);
	buf_done(&json);
	json_decref(page);
	return h;
}
