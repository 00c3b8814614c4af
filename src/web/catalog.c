/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue of the data sets: DCAT 3 (W3C Recommendation of 2024), of the shape that DCAT-AP 3.0 asks for.
 *
 * Sizes and checksums (SPDX) stand in a catalogue that is asked for by day and entry, and in no other: its distributions name both in their addresses, so
 * their bytes are the same whenever somebody takes them. Today's files are others tomorrow; today's catalogue names the one with the checksums
 * as its current version. Each file is made here as its own address makes it, and thrown away: SUMMED_BYTES in all at most, the smaller forms first.
 */
#include "web/linked.h"

#include "log/sha256.h"
#include "register/facts.h"
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
	for (size_t i = 0; i < n; i++)
		json_array_append_new(all, json_pack("{s:o, s:o}", "@language", data_str(tongue_tag(t[i].lang)), "@value", data_str(t[i].text)));
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

/* ---- checksums ------------------------------------------------------------------------------------------------------------------ */

enum { SUMMED_BYTES = 96 << 20 };

static const enum form forms[] = {FORM_CSV, FORM_JSON, FORM_JSONLD};
enum { NFORMS = sizeof forms / sizeof *forms };

struct sum {
	uint64_t size; /* 0: not known */
	struct digest sha256;
};

struct sums {
	struct hasher hasher;
	struct buf file;
	uint64_t made;
	struct sum *sets, whole; /* of set i in form k: sets[i * NFORMS + k] */
};

static bool is_certain(const struct model *m)
{
	return m->a->has_on && m->a->has_known;
}

static void add_sum(struct sums *s, struct sum *ret)
{
	s->made += s->file.n;
	if (s->file.over)
		return;
	ret->size = s->file.n;
	sha256(&s->hasher, buf_str(&s->file), &ret->sha256);
}

/* In m->arena. */
static struct sums *sums_of(const struct model *m)
{
	struct sums *s = arena_new(m->arena, struct sums);
	s->sets = arena_array(m->arena, datasets_n * NFORMS, struct sum);
	if (!is_certain(m))
		return s;
	hasher_init(&s->hasher);
	buf_init(&s->file, FACTS_MAX_BYTES);
	for (size_t k = 0; k < NFORMS; k++)
		for (size_t i = 0; i < datasets_n && s->made < SUMMED_BYTES; i++) {
			buf_clear(&s->file);
			set_write(m, &datasets[i], forms[k], &s->file);
			add_sum(s, &s->sets[i * NFORMS + k]);
		}
	buf_clear(&s->file);
	if (s->made < SUMMED_BYTES && sets_sqlite(m, &s->file, NULL) == 0)
		add_sum(s, &s->whole);
	buf_done(&s->file);
	hasher_done(&s->hasher);
	return s;
}

static void put_sum(json_t *j, const struct sum *sum)
{
	struct buf hex;
	if (!sum->size)
		return;
	buf_init(&hex, 2 * DIGEST_LEN + 1);
	buf_add_hex(&hex, sum->sha256.b, DIGEST_LEN);
	json_object_set_new(j, "dcat:byteSize", dated("xsd:nonNegativeInteger", json_sprintf("%llu", (unsigned long long)sum->size)));
	json_object_set_new(j, "spdx:checksum", json_pack("{s:s, s:{s:s}, s:o}", "@type", "spdx:Checksum", "spdx:algorithm", "@id", "spdx:checksumAlgorithm_sha256",
		"spdx:checksumValue", dated("xsd:hexBinary", data_str(buf_str(&hex)))));
	buf_done(&hex);
}

/* ---- data sets ------------------------------------------------------------------------------------------------------------------ */

/* As the Publications Office of the EU names it, and DCAT-AP asks; NULL: it does not. */
static const char *file_type(enum form f)
{
	return f == FORM_CSV ? "CSV" : f == FORM_JSON ? "JSON" : f == FORM_JSONLD ? "JSON_LD" : NULL;
}

static json_t *distribution(const struct model *m, struct str address, enum form f, const struct sum *sum)
{
	struct str media = str_of(form_media(f)), parameters;
	json_t *j = typed(ARENA_JOIN(m->arena, address, STR("#distribution")), "dcat:Distribution");
	(void)str_cut(media, ';', &media, &parameters);
	json_object_set_new(j, "dct:title", json_string(form_name(f)));
	json_object_set_new(j, "dcat:accessURL", linked_ref(address));
	json_object_set_new(j, "dcat:downloadURL", linked_ref(address));
	json_object_set_new(j, "dcat:mediaType", typed(ARENA_JOIN(m->arena, STR("https://www.iana.org/assignments/media-types/"), media), "dct:MediaType"));
	if (file_type(f))
		json_object_set_new(j, "dct:format", typed(arena_fmt(m->arena, "http://publications.europa.eu/resource/authority/file-type/%s", file_type(f)), "dct:MediaTypeOrExtent"));
	put_licence(m, j);
	put_sum(j, sum);
	return j;
}

/* What is asked for by day and entry is a version of its own. */
static struct str version_iri(const struct model *m, struct str iri)
{
	return is_certain(m) ? ARENA_JOIN(m->arena, iri, ask_when(m->a).s) : iri;
}

static void put_version(const struct model *m, json_t *j, struct str iri)
{
	json_object_set_new(j, "dcat:version", data_str(arena_fmt(m->arena, "%llu", (unsigned long long)model_known(m))));
	if (is_certain(m))
		json_object_set_new(j, "dcat:isVersionOf", linked_ref(iri));
}

/* Whom to ask: the press office, where the organisation names one. */
static void put_contact(const struct model *m, json_t *j)
{
	const struct press_office *o = &m->org->press;
	struct str name = title_pick(o->names, o->nnames, m->lang).text;
	struct url page = url_foreign(o->page);
	if (!name.n)
		return;
	json_t *c = json_pack("{s:[s, s], s:o}", "@type", "vcard:Kind", "vcard:Organization", "vcard:fn", linked_words(m, name));
	if (o->email.n)
		json_object_set_new(c, "vcard:hasEmail", linked_ref(ARENA_JOIN(m->arena, STR("mailto:"), o->email)));
	if (page.s.n)
		json_object_set_new(c, "vcard:hasURL", linked_ref(page.s));
	json_object_set_new(j, "dcat:contactPoint", c);
}

/* What catalogues are searched by: a subject (data themes of the EU: international issues; government), and the years. */
static void put_scope(const struct model *m, json_t *j)
{
	static const char *const themes[][2] = {{"INTR", "International issues"}, {"GOVE", "Government and public sector"}};
	json_t *all = json_array();
	for (size_t i = 0; i < sizeof themes / sizeof *themes; i++) {
		json_t *one = typed(arena_fmt(m->arena, "http://publications.europa.eu/resource/authority/data-theme/%s", themes[i][0]), "skos:Concept");
		json_object_set_new(one, "skos:prefLabel", json_pack("{s:s, s:s}", "@language", "en", "@value", themes[i][1]));
		json_array_append_new(all, one);
	}
	json_object_set_new(j, "dcat:theme", all);
	json_object_set_new(j, "dct:temporal", json_pack("{s:s, s:o}", "@type", "dct:PeriodOfTime", "dcat:startDate", dated("xsd:gYear", data_str(arena_fmt(m->arena, "%04d", m->org->first_year)))));
}

static json_t *dataset(const struct model *m, struct str iri, const char *name, const char *title, const char *says, struct str landing)
{
	json_t *j = typed(version_iri(m, iri), "dcat:Dataset");
	json_object_set_new(j, "dct:identifier", json_string(name));
	json_object_set_new(j, "dct:title", words(m, title));
	json_object_set_new(j, "dct:description", words(m, says));
	json_object_set_new(j, "dct:publisher", publisher(m));
	json_object_set_new(j, "dcat:landingPage", typed(landing, "foaf:Document"));
	put_version(m, j, iri);
	put_contact(m, j);
	put_scope(m, j);
	return j;
}

static json_t *dataset_of(const struct model *m, const struct dataset *s, struct str home, const struct sum *sums)
{
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
	for (size_t i = 0; i < NFORMS; i++) {
		json_t *d = distribution(m, set_address(m, s, forms[i]), forms[i], &sums[i]);
		if (forms[i] == FORM_CSV)
			json_object_set_new(d, "dct:conformsTo", typed(STR("https://www.w3.org/TR/tabular-metadata/"), "dct:Standard"));
		json_array_append_new(all, d);
	}
	json_object_set_new(j, "dcat:distribution", all);
	return j;
}

static json_t *served(const json_t *list)
{
	json_t *all = json_array(), *one;
	size_t i;
	json_array_foreach((json_t *)list, i, one)
		json_array_append_new(all, json_pack("{s:O}", "@id", json_object_get(one, "@id")));
	return all;
}

/* Entries come in order of receipt as a rule, not by law. */
static civil modified(const struct model *m)
{
	const act_refs *acts = almanac_acts(m->al);
	civil last = model_entered(m, NULL);
	for (size_t i = 0; i < acts->n; i++) {
		civil t = model_entered(m, acts->v[i]);
		last = t > last ? t : last;
	}
	return last;
}

json_t *linked_catalog(struct model *m)
{
	struct str base = m->a->site->base.s, here = ARENA_JOIN(m->arena, base, STR("/data/catalog")), home = arena_fmt(m->arena, "%.*s/%s/data", STR_ARG(base), m->a->tongue->code);
	struct str notice = title_pick(m->org->notices, m->org->nnotices, m->lang).text;
	json_t *page = json_object(), *list = json_array(), *context = linked_context();
	const struct sums *sums = sums_of(m);
	json_object_set_new(context, "spdx", json_string("http://spdx.org/rdf/terms#"));
	json_object_set_new(context, "vcard", json_string("http://www.w3.org/2006/vcard/ns#"));
	json_object_set_new(page, "@context", context);
	json_object_update_new(page, typed(version_iri(m, here), "dcat:Catalog"));
	put_version(m, page, here);
	if (!is_certain(m))
		json_object_set_new(page, "dcat:hasCurrentVersion", linked_ref(ARENA_JOIN(m->arena, base, ask_on_known(m->a, true, m->a->on, true, ask_named(m->a)).s)));
	json_object_set_new(page, "dct:title", names_of(m, m->org->names, m->org->nnames));
	json_object_set_new(page, "dct:description", words(m, N_("The data of the register: who has which status, by which act, on any day.")));
	if (notice.n)
		json_object_set_new(page, "rdfs:comment", linked_words(m, notice));
	json_object_set_new(page, "dct:publisher", publisher(m));
	json_object_set_new(page, "dct:language", languages(m));
	json_object_set_new(page, "foaf:homepage", typed(ARENA_JOIN(m->arena, base, STR("/")), "foaf:Document"));
	json_object_set_new(page, "dct:modified", dated("xsd:date", data_date(date_day(modified(m)))));
	put_licence(m, page);
	for (size_t i = 0; i < datasets_n; i++)
		json_array_append_new(list, dataset_of(m, &datasets[i], home, &sums->sets[i * NFORMS]));
	json_t *whole = dataset(m, ARENA_JOIN(m->arena, base, STR("/data/register")), "register", N_("The register"), N_("All data sets as one SQLite file."),
		ARENA_JOIN(m->arena, home, STR("#main")));
	struct str file = arena_fmt(m->arena, "%.*s/data/register.sqlite%.*s", STR_ARG(base), STR_ARG(ask_when(m->a).s));
	json_object_set_new(whole, "dcat:distribution", distribution(m, file, FORM_SQLITE, &sums->whole));
	json_array_append_new(list, whole);
	json_object_set_new(whole, "dcat:keyword", json_pack("[{s:s, s:s}]", "@language", "en", "@value", "register"));
	json_object_set_new(page, "dcat:dataset", list);
	json_t *service = typed(ARENA_JOIN(m->arena, base, STR("/api/openapi.json#service")), "dcat:DataService");
	json_object_set_new(service, "dct:title", words(m, N_("The register")));
	json_object_set_new(service, "dcat:endpointURL", linked_ref(ARENA_JOIN(m->arena, base, STR("/"))));
	json_object_set_new(service, "dcat:endpointDescription", linked_ref(ARENA_JOIN(m->arena, base, STR("/api/openapi.json"))));
	json_object_set_new(service, "dct:publisher", publisher(m));
	json_object_set_new(service, "dct:conformsTo", typed(STR("https://spec.openapis.org/oas/v3.1.0"), "dct:Standard"));
	json_object_set_new(service, "dcat:servesDataset", served(list));
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
