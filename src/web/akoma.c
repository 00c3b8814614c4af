/* SPDX-License-Identifier: Apache-2.0 */
#include "web/akoma.h"

#include "log/log.h"
#include "press/akn.h"
#include "register/reg.h"
#include "web/linked.h"
#include "web/listing.h"
#include "html/locale.h"
#include "web/site.h"

#include <string.h>

typedef LIST(struct akn_step) step_list;
typedef LIST(struct str) str_list;

/* The title in the page's language, else in English, else the first; its language. */
static const struct title *title_of(const struct model *m, const struct entity *en)
{
	const struct title *best = en->ntitles ? &en->titles[0] : NULL;
	for (size_t i = 0; i < en->ntitles; i++)
		if (str_eq(en->titles[i].lang, STR("en")))
			best = &en->titles[i];
	for (size_t i = 0; i < en->ntitles; i++)
		if (str_eq(en->titles[i].lang, m->lang))
			best = &en->titles[i];
	return best;
}

static void add_paragraphs(const struct model *m, struct str text, str_list *l)
{
	struct str rest = text, line;
	while (str_line(&rest, &line)) {
		line = str_trim(line);
		if (line.n)
			arena_push(m->arena, l, line);
	}
}

/* A document of the act that is plain text in this language. */
static void add_documents(const struct model *m, const struct record_act *a, struct str lang, str_list *l)
{
	size_t i;
	json_t *d;
	json_array_foreach(json_object_get(a->json, "documents"), i, d) {
		struct digest hash;
		struct log_blob blob;
		struct err e;
		if (!str_eq(json_get_str(d, "type"), STR("text/plain")) || !str_eq(json_get_str(d, "lang"), lang) ||
			!hex_parse(json_get_str(d, "sha256"), hash.b, sizeof hash.b) ||
			reg_blob(register_site_reg(m->site), m->view, &hash, m->arena, &blob, &e) < 0 || !str_utf8(blob.bytes))
			continue;
		add_paragraphs(m, blob.bytes, l);
		return;
	}
}

/* What the act itself says: the text, if it was signed by who issued it; if the registrar recorded it from sources, a remark. */
static void add_text(const struct model *m, const struct record_act *a, struct str lang, str_list *l, struct akn *d)
{
	struct str own = json_str(json_object_getn(json_object_get(a->json, "text"), lang.p, lang.n));
	add_documents(m, a, lang, l);
	if (!a->recorded && !l->n)
		add_paragraphs(m, own, l);
	else if (a->recorded && own.n)
		d->remark = own, d->remark_lang = tongue_tag(lang);
	if (!l->n && !d->remark.n) {
		d->remark = model_tr(m, N_("The text itself is not on record."));
		d->remark_lang = str_of(m->a->tongue->lang);
	}
	d->paragraphs = l->v;
	d->nparagraphs = l->n;
}

static struct str act_iri(const struct model *m, const struct record_act *a)
{
	return a ? arena_fmt(m->arena, "%.*s/act/%llu.json", STR_ARG(m->a->site->base.s), (unsigned long long)a->pos) : STR("");
}

static struct akn_date date_of(struct when w)
{
	static const enum akn_unit units[] = {[BY_DAY] = AKN_DAY, [BY_LATEST] = AKN_DAY, [BY_MONTH] = AKN_MONTH, [BY_YEAR] = AKN_YEAR};
	return (struct akn_date){w.at, units[w.precision]};
}

/* How it came about, then every value that the fact had up to the day asked about. */
static void add_steps(const struct model *m, const struct entity *en, const struct record_act *by, uint32_t fact, const char *first, step_list *l)
{
	struct akn_step begin = {date_of(model_act_when(by)), str_of(first), act_kind_label(m, by), act_iri(m, by)};
	const struct value *args = args_of(m, 1, entity_value(en->name));
	struct stretch *s;
	size_t n = fact == NO_ID ? 0 : model_stretches(m, fact, args, &s);
	arena_push(m->arena, l, begin);
	for (size_t i = 0; i < n; i++) {
		struct akn_step step = {date_of(model_from(&s[i])), STR("value"), s[i].disputed ? model_readings_text(m, fact, args, &s[i]) : model_say_text(m, fact, args, s[i].value),
			act_iri(m, s[i].cause.act)};
		if (s[i].from >= by->act.date && s[i].from <= m->on)
			arena_push(m->arena, l, step);
	}
}

static bool is_authentic(const struct model *m, struct str lang)
{
	size_t i;
	json_t *v;
	json_array_foreach(json_object_get(json_object_get(m->org->json, "languages"), "authentic"), i, v)
		if (str_eq(json_str(v), lang))
			return true;
	return false;
}

static struct str country_of(const struct model *m)
{
	struct str name = title_pick(m->org->shorts, m->org->nshorts, STR("en")).text;
	size_t n = name.n ? name.n : strlen("org");
	char *word = arena_copy(m->arena, name.n ? name.p : "org", n);
	for (size_t i = 0; i < n; i++)
		word[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] + 32) : word[i] == ' ' ? '-' : word[i];
	return (struct str){word, n};
}

/* Each once: an act may rest on several passages of one page. */
static void add_sources(const struct model *m, const struct record_act *a, str_list *l)
{
	size_t i;
	json_t *v;
	json_array_foreach(json_object_get(a->json, "sources"), i, v) {
		struct url href = url_foreign(json_get_str(v, "url"));
		size_t k = 0;
		while (k < l->n && !str_eq(l->v[k], href.s))
			k++;
		if (href.s.n && k == l->n)
			arena_push(m->arena, l, href.s);
	}
}

static void fill(const struct model *m, const struct entity *en, const struct record_act *by, struct akn *d)
{
	bool decision = m->voc->type.Decision != NO_ID && type_accepts(m->rb, m->voc->type.Decision, en->type);
	struct value kind = act_arg(m->rb, &by->act, "kind");
	sym body = act_entity(m, by, "B");
	const struct title *t = title_of(m, en);
	str_list *text = arena_new(m->arena, str_list), *sources = arena_new(m->arena, str_list), *others = arena_new(m->arena, str_list);
	step_list *steps = arena_new(m->arena, step_list);
	struct str lang = t ? t->lang : m->lang;
	d->type = decision ? AKN_STATEMENT : AKN_DOC;
	d->name = decision ? STR("decision") : kind.kind == V_WORD ? syms_str(m->syms, kind.s) : STR("instrument");
	d->country = country_of(m);
	d->number = syms_str(m->syms, en->name);
	d->alias = linked_iri(m, d->number);
	d->date = date_of(model_act_when(by));
	d->date_name = decision ? "tabled" : "adopted";
	if (body != SYM_ABSENT) {
		d->author = model_title(m, body).text;
		d->author_iri = linked_iri(m, syms_str(m->syms, body));
	}
	struct site_words words = site_words_of(m->org, m->a->tongue, m->arena);
	d->publisher = words.organisation;
	d->publisher_iri = m->org->id.n ? linked_iri(m, m->org->id) : ARENA_JOIN(m->arena, m->a->site->base.s, STR("/"));
	d->notice = words.notice;
	d->version = m->a->on;
	d->lang = tongue_tag(lang);
	d->lang3 = language_iso3(lang, m->arena);
	d->authoritative = is_authentic(m, lang) && !by->recorded;
	d->title = t ? t->text : model_title(m, en->name).text;
	for (size_t i = 0; i < en->ntitles; i++) {
		struct str other = language_iso3(en->titles[i].lang, m->arena);
		if (&en->titles[i] != t)
			arena_push(m->arena, others, other);
	}
	d->other3 = others->v;
	d->nothers = others->n;
	add_text(m, by, lang, text, d);
	if (!d->remark_lang.n)
		d->remark_lang = str_of(m->a->tongue->lang);
	d->notice_lang = str_of(m->a->tongue->lang);
	add_steps(m, en, by, decision ? m->voc->fact.decision : m->voc->fact.in_force, d->date_name, steps);
	d->steps = steps->v;
	d->nsteps = steps->n;
	add_sources(m, by, sources);
	d->sources = sources->v;
	d->nsources = sources->n;
}

bool akoma_has(const struct model *m)
{
	const struct entity *en = record_entity(m->record, m->a->id[0]);
	return en && introduced_by(m, en);
}

int akoma_show(struct model *m, struct err *e)
{
	const struct entity *en;
	struct akn d = {0};
	int rc = model_entity(m, m->a->id[0], ANY_TYPE, N_("document"), &en, e);
	if (rc < 0)
		return rc;
	const struct record_act *by = introduced_by(m, en);
	if (!by)
		return MODEL_FAULT(m, e, ERR_ABSENT, "document", N_("On that day no act had yet introduced it."), {0});
	fill(m, en, by, &d);
	return akn_write(&d, &m->ret->body, e);
}
