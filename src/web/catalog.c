/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue of the data sets: DCAT 3 (W3C Recommendation of 2024), of the shape that DCAT-AP 3.0 asks for.
 */
#include "web/linked.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/sets.h"
#include "web/site.h"

static json_t *typed(struct str iri, const char *type)
{
	json_t *j = linked_ref(iri);
	json_object_set_new(j, "@type", json_string(type));
	return j;
}

static json_t *words(const struct model *m, const char *msgid)
{
	json_t *by_language = in_languages(m, msgid), *all = json_array(), *text;
	const char *lang;
	json_object_foreach(by_language, lang, text)
		json_array_append_new(all, json_pack("{s:s, s:O}", "@language", lang, "@value", text));
	json_decref(by_language);
	return all;
}

static json_t *names_of(const struct model *m, const struct title *t, size_t n)
{
	json_t *all = json_array();
	(void)m;
	for (size_t i = 0; i < n; i++) {
		const struct tongue *tongue = tongue_find(t[i].lang);
		json_array_append_new(all, json_pack("{s:o, s:o}", "@language", tongue ? json_string(tongue->lang) : data_str(t[i].lang), "@value", data_str(t[i].text)));
	}
	return all;
}

static json_t *publisher(const struct model *m)
{
	json_t *j = m->org->id.n ? linked_ref(linked_iri(m, m->org->id)) : json_object();
	json_object_set_new(j, "@type", json_string("foaf:Agent"));
	json_object_set_new(j, "foaf:name", names_of(m, m->org->names, m->org->nnames));
	return j;
}

static void put_licence(const struct model *m, json_t *j)
{
	struct str url = licence_url(m);
	if (url.n)
		json_object_set_new(j, "dct:license", typed(url, "dct:LicenseDocument"));
}

static json_t *languages(const struct model *m)
{
	json_t *all = json_array();
	for (size_t i = 0; i < m->a->site->n; i++)
		json_array_append_new(all, typed(arena_fmt(m->arena, "http://id.loc.gov/vocabulary/iso639-1/%s", m->a->site->words[i].tongue->code), "dct:LinguisticSystem"));
	return all;
}

static json_t *dated(const char *type, json_t *v)
{
	return json_pack("{s:s, s:o}", "@type", type, "@value", v);
}

static json_t *distribution(const struct model *m, struct str address, enum form f)
{
	struct str media = str_of(form_media(f)), parameters;
	json_t *j = typed(ARENA_JOIN(m->arena, address, STR("#distribution")), "dcat:Distribution");
	(void)str_cut(media, ';', &media, &parameters);
	json_object_set_new(j, "dct:title", json_string(form_name(f)));
	json_object_set_new(j, "dcat:accessURL", linked_ref(address));
	json_object_set_new(j, "dcat:downloadURL", linked_ref(address));
	json_object_set_new(j, "dcat:mediaType", typed(ARENA_JOIN(m->arena, STR("https://www.iana.org/assignments/media-types/"), media), "dct:MediaType"));
	put_licence(m, j);
	return j;
}

static json_t *dataset(const struct model *m, struct str iri, const char *name, const char *title, const char *says, struct str landing)
{
	json_t *j = typed(iri, "dcat:Dataset");
	json_object_set_new(j, "dct:identifier", json_string(name));
	json_object_set_new(j, "dct:title", words(m, title));
	json_object_set_new(j, "dct:description", words(m, says));
	json_object_set_new(j, "dct:publisher", publisher(m));
	json_object_set_new(j, "dcat:landingPage", typed(landing, "foaf:Document"));
	json_object_set_new(j, "dcat:version", data_str(arena_fmt(m->arena, "%llu", (unsigned long long)m->a->known)));
	return j;
}

static json_t *dataset_of(const struct model *m, const struct dataset *s, struct str home)
{
	static const enum form forms[] = {FORM_CSV, FORM_JSON, FORM_JSONLD};
	json_t *all = json_array(), *keywords = json_array();
	struct str rest = str_of(s->about), one;
	json_t *j = dataset(m, arena_fmt(m->arena, "%.*s/data/%s", STR_ARG(m->a->site->base.s), s->name), s->name, s->title, s->says,
		arena_fmt(m->arena, "%.*s#%s", STR_ARG(home), s->name));
	while (rest.n) {
		if (!str_cut(rest, ',', &one, &rest))
			one = rest, rest = STR("");
		json_array_append_new(keywords, json_pack("{s:s, s:o}", "@language", "en", "@value", data_str(one)));
	}
	json_object_set_new(j, "dcat:keyword", keywords);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		json_t *d = distribution(m, set_address(m, s, forms[i]), forms[i]);
		if (forms[i] == FORM_CSV)
			json_object_set_new(d, "dct:conformsTo", typed(STR("https://www.w3.org/TR/tabular-metadata/"), "dct:Standard"));
		json_array_append_new(all, d);
	}
	json_object_set_new(j, "dcat:distribution", all);
	return j;
}

json_t *linked_catalog(struct model *m)
{
	struct str base = m->a->site->base.s, home = arena_fmt(m->arena, "%.*s/%s/data", STR_ARG(base), m->a->tongue->code);
	struct str notice = title_pick(m->org->notices, m->org->nnotices, m->lang).text;
	json_t *page = json_object(), *list = json_array();
	const struct record_act *last = record_act(m->record, m->a->known);
	json_object_set_new(page, "@context", linked_context());
	json_object_update_new(page, typed(arena_fmt(m->arena, "%.*s/data/catalog", STR_ARG(base)), "dcat:Catalog"));
	json_object_set_new(page, "dct:title", names_of(m, m->org->names, m->org->nnames));
	json_object_set_new(page, "dct:description", words(m, N_("The data of the register: who has which status, by which act, on any day.")));
	if (notice.n)
		json_object_set_new(page, "rdfs:comment", data_str(notice));
	json_object_set_new(page, "dct:publisher", publisher(m));
	json_object_set_new(page, "dct:language", languages(m));
	json_object_set_new(page, "foaf:homepage", typed(ARENA_JOIN(m->arena, base, STR("/")), "foaf:Document"));
	if (last && last->received > CIVIL_MIN && last->received < CIVIL_MAX)
		json_object_set_new(page, "dct:modified", dated("xsd:date", data_date(date_day(last->received))));
	put_licence(m, page);
	for (size_t i = 0; i < datasets_n; i++)
		json_array_append_new(list, dataset_of(m, &datasets[i], home));
	json_t *whole = dataset(m, ARENA_JOIN(m->arena, base, STR("/data/register")), "register", N_("The register"), N_("All data sets as one SQLite file."),
		ARENA_JOIN(m->arena, home, STR("#main")));
	struct str file = arena_fmt(m->arena, "%.*s/data/register.sqlite%.*s", STR_ARG(base), STR_ARG(ask_when(m->a).s));
	json_object_set_new(whole, "dcat:distribution", distribution(m, file, FORM_SQLITE));
	json_array_append_new(list, whole);
	json_object_set_new(page, "dcat:dataset", list);
	json_t *service = typed(ARENA_JOIN(m->arena, base, STR("/api/openapi.json#service")), "dcat:DataService");
	json_object_set_new(service, "dct:title", words(m, N_("The register")));
	json_object_set_new(service, "dcat:endpointURL", linked_ref(ARENA_JOIN(m->arena, base, STR("/"))));
	json_object_set_new(service, "dcat:endpointDescription", linked_ref(ARENA_JOIN(m->arena, base, STR("/api/openapi.json"))));
	json_object_set_new(page, "dcat:service", service);
	return page;
}

static int show(struct model *m, struct err *e)
{
	return data_send(m, linked_catalog(m), e);
}

int catalog_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
