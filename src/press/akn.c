/* SPDX-License-Identifier: Apache-2.0 */
#include "press/akn.h"

#include "press/xml.h"

#define NS "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
#define TIME "http://www.w3.org/2006/time#"

static const char *const types[] = {[AKN_STATEMENT] = "statement", [AKN_DOC] = "doc"};

struct writer {
	struct xml x;
	const struct akn *d;
	struct buf iri; /* scratch */
};

static void leaf(struct writer *w, const char *name, const char *attr, struct str value)
{
	xml_open(&w->x, name);
	xml_attr(&w->x, attr, value);
	xml_shut(&w->x);
}

static struct str day_of(civil t, char out[DATE_LEN])
{
	return str_of(date_print(date_day(t), out));
}

static const struct {
	const char *unit; /* OWL-Time; NULL: a day, as every date that says nothing else */
	size_t known, in_iri; /* characters of YYYY-MM-DD; an IRI has a day or a year */
} units[] = {[AKN_DAY] = {NULL, 10, 10}, [AKN_MONTH] = {TIME "unitMonth", 7, 4}, [AKN_YEAR] = {TIME "unitYear", 4, 4}};

static void date_attrs(struct writer *w, struct akn_date d)
{
	char day[DATE_LEN];
	xml_attr(&w->x, "date", day_of(d.at, day));
	if (units[d.unit].unit)
		xml_attr(&w->x, "time:unitType", str_of(units[d.unit].unit));
}

/* ---- names (AKN-NC 4) ---------------------------------------------------------------------------------------------------------------- */

/* Letters, digits, "-", "_" and "." stay; what else a name may hold becomes "-", as an IRI's part must be one word. */
static void part(struct buf *b, struct str s)
{
	buf_addc(b, '/');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c >= 0x80;
		buf_addc(b, stays ? (char)c : '-');
	}
}

enum level { WORK, EXPRESSION, MANIFESTATION };

static struct str iri(struct writer *w, enum level level, struct str lang3, bool main)
{
	const struct akn *d = w->d;
	char day[DATE_LEN];
	buf_clear(&w->iri);
	buf_adds(&w->iri, "/akn");
	part(&w->iri, d->country);
	part(&w->iri, str_of(types[d->type]));
	part(&w->iri, d->name);
	part(&w->iri, str_slice(day_of(d->date.at, day), 0, units[d->date.unit].in_iri));
	part(&w->iri, d->number);
	if (level >= EXPRESSION) {
		part(&w->iri, lang3);
		buf_addf(&w->iri, "@%s", day_of(d->version, day).p);
	}
	buf_adds(&w->iri, main ? "/!main" : "");
	buf_adds(&w->iri, level == MANIFESTATION ? ".xml" : "");
	return buf_str(&w->iri);
}

/* ---- meta ------------------------------------------------------------------------------------------------------------------------------ */

static void core(struct writer *w, enum level level, struct akn_date date, const char *date_name, const char *author)
{
	leaf(w, "FRBRthis", "value", iri(w, level, w->d->lang3, true));
	leaf(w, "FRBRuri", "value", iri(w, level, w->d->lang3, false));
	if (level == WORK && w->d->alias.n) {
		xml_open(&w->x, "FRBRalias");
		xml_attr(&w->x, "value", w->d->alias);
		xml_attr(&w->x, "name", STR("register"));
		xml_shut(&w->x);
	}
	xml_open(&w->x, "FRBRdate");
	date_attrs(w, date);
	xml_attr(&w->x, "name", str_of(date_name));
	xml_shut(&w->x);
	leaf(w, "FRBRauthor", "href", str_of(author));
}

static void identification(struct writer *w)
{
	const struct akn *d = w->d;
	struct akn_date version = {d->version, AKN_DAY};
	xml_open(&w->x, "identification");
	xml_attr(&w->x, "source", STR("#publisher"));
	xml_open(&w->x, "FRBRWork");
	core(w, WORK, d->date, d->date_name, d->author.n ? "#author" : "#publisher");
	leaf(w, "FRBRcountry", "value", d->country);
	leaf(w, "FRBRsubtype", "value", d->name);
	leaf(w, "FRBRnumber", "value", d->number);
	xml_shut(&w->x);
	xml_open(&w->x, "FRBRExpression");
	core(w, EXPRESSION, version, "version", "#publisher");
	leaf(w, "FRBRauthoritative", "value", d->authoritative ? STR("true") : STR("false"));
	leaf(w, "FRBRlanguage", "language", d->lang3);
	xml_shut(&w->x);
	xml_open(&w->x, "FRBRManifestation");
	core(w, MANIFESTATION, version, "made", "#publisher");
	leaf(w, "FRBRformat", "value", STR("application/akn+xml"));
	xml_shut(&w->x);
	xml_shut(&w->x);
}

static void workflow(struct writer *w)
{
	if (!w->d->nsteps)
		return;
	xml_open(&w->x, "lifecycle");
	xml_attr(&w->x, "source", STR("#publisher"));
	xml_open(&w->x, "eventRef");
	date_attrs(w, w->d->steps[0].date);
	xml_attr(&w->x, "source", STR("#original"));
	xml_attr(&w->x, "type", STR("generation"));
	xml_shut(&w->x);
	xml_shut(&w->x);
	xml_open(&w->x, "workflow");
	xml_attr(&w->x, "source", STR("#publisher"));
	for (size_t i = 0; i < w->d->nsteps; i++) {
		char mark[40];
		snprintf(mark, sizeof mark, "#outcome_%zu", i + 1);
		xml_open(&w->x, "step");
		date_attrs(w, w->d->steps[i].date);
		xml_attr(&w->x, "by", w->d->author.n ? STR("#author") : STR("#publisher"));
		xml_attr(&w->x, "outcome", str_of(mark));
		xml_shut(&w->x);
	}
	xml_shut(&w->x);
}

static void reference(struct writer *w, const char *name, struct str id, struct str href, struct str shown)
{
	xml_open(&w->x, name);
	xml_attr(&w->x, "eId", id);
	xml_attr(&w->x, "href", href);
	xml_attr(&w->x, "showAs", shown);
	xml_shut(&w->x);
}

static void references(struct writer *w)
{
	const struct akn *d = w->d;
	char id[40];
	xml_open(&w->x, "references");
	xml_attr(&w->x, "source", STR("#publisher"));
	reference(w, "original", STR("original"), iri(w, EXPRESSION, d->lang3, true), d->title);
	reference(w, "TLCOrganization", STR("publisher"), d->publisher_iri, d->publisher);
	if (d->author.n)
		reference(w, "TLCOrganization", STR("author"), d->author_iri, d->author);
	for (size_t i = 0; i < d->nsteps; i++) {
		struct str href = d->steps[i].source.n ? d->steps[i].source : STR("/ontology/concept/outcome");
		snprintf(id, sizeof id, "outcome_%zu", i + 1);
		reference(w, "TLCConcept", str_of(id), href, d->steps[i].says.n ? d->steps[i].says : d->steps[i].outcome);
	}
	for (size_t i = 0; i < d->nothers; i++) {
		snprintf(id, sizeof id, "language_%zu", i + 1);
		reference(w, "TLCObject", str_of(id), iri(w, EXPRESSION, d->other3[i], true), d->other3[i]);
	}
	for (size_t i = 0; i < d->nsources; i++) {
		snprintf(id, sizeof id, "source_%zu", i + 1);
		reference(w, "TLCObject", str_of(id), d->sources[i], d->sources[i]);
	}
	xml_shut(&w->x);
}

/* ---- the document ---------------------------------------------------------------------------------------------------------------------- */

static void remark(struct writer *w, struct str text, struct str lang)
{
	if (!text.n)
		return;
	xml_open(&w->x, "p");
	xml_open(&w->x, "remark");
	xml_attr(&w->x, "status", STR("editorial"));
	xml_attr(&w->x, "xml:lang", lang);
	xml_text(&w->x, text);
	xml_shut(&w->x);
	xml_shut(&w->x);
}

static void document(struct writer *w)
{
	const struct akn *d = w->d;
	char day[DATE_LEN];
	xml_open(&w->x, "akomaNtoso");
	xml_attr(&w->x, "xmlns", STR(NS));
	xml_attr(&w->x, "xmlns:time", STR(TIME));
	xml_open(&w->x, types[d->type]);
	xml_attr(&w->x, "name", d->name);
	xml_attr(&w->x, "contains", STR("singleVersion"));
	xml_open(&w->x, "meta");
	identification(w);
	workflow(w);
	references(w);
	xml_shut(&w->x);
	xml_open(&w->x, "preface");
	xml_attr(&w->x, "xml:lang", d->lang);
	xml_open(&w->x, "longTitle");
	xml_open(&w->x, "p");
	xml_line(&w->x, "docTitle", d->title);
	xml_shut(&w->x);
	xml_shut(&w->x);
	xml_open(&w->x, "p");
	xml_open(&w->x, "docDate");
	date_attrs(w, d->date);
	xml_text(&w->x, str_slice(day_of(d->date.at, day), 0, units[d->date.unit].known));
	xml_shut(&w->x);
	xml_shut(&w->x);
	xml_shut(&w->x);
	xml_open(&w->x, "mainBody");
	xml_attr(&w->x, "xml:lang", d->lang);
	for (size_t i = 0; i < d->nparagraphs; i++)
		xml_line(&w->x, "p", d->paragraphs[i]);
	remark(w, d->remark, d->remark_lang);
	remark(w, d->notice, d->notice_lang);
	xml_shut(&w->x);
	xml_shut(&w->x);
	xml_shut(&w->x);
}

static bool in_years(civil t)
{
	return t >= CIVIL_MIN && t <= CIVIL_MAX;
}

/* An IRI in an attribute that is one: no blank, nothing that XML Schema's anyURI could not be. */
static bool is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f)
			return false;
	return s.n != 0;
}

static int check(const struct akn *d, struct err *e)
{
	if (!is_word(d->name) || !is_word(d->country) || !is_word(d->number) || !is_word(d->lang) || !is_word(d->lang3))
		return err_set(e, ERR_INPUT, "document", "it needs a kind, a country, a name and a language, each one word");
	if (!d->title.n || !d->publisher.n || !is_word(d->publisher_iri) || (d->author.n && !is_word(d->author_iri)))
		return err_set(e, ERR_INPUT, "document", "it needs a title, a publisher, and addresses without blanks");
	if (!in_years(d->date.at) || !in_years(d->version) || !d->date_name)
		return err_set(e, ERR_INPUT, "document", "it has no date");
	for (size_t i = 0; i < d->nsteps; i++)
		if (!in_years(d->steps[i].date.at) || !(d->steps[i].says.n || d->steps[i].outcome.n))
			return err_set(e, ERR_INPUT, "document", "step %zu has no date or no outcome", i + 1);
	if (!d->nparagraphs && !d->remark.n)
		return err_set(e, ERR_INPUT, "document", "it has neither text nor a remark that says so");
	return 0;
}

int akn_write(const struct akn *d, struct buf *out, struct err *e)
{
	struct writer w = {.d = d};
	int rc = check(d, e);
	if (rc < 0 || (rc = xml_begin(&w.x, out, e)) < 0)
		return rc;
	/* Inside a paragraph white space is text. */
	xmlTextWriterSetIndent(w.x.x, 0);
	buf_init(&w.iri, 4096);
	document(&w);
	w.x.failed |= w.iri.over;
	buf_done(&w.iri);
	return xml_end(&w.x, "document", e);
}
