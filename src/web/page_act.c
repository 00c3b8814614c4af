/* SPDX-License-Identifier: Apache-2.0
 *
 * One entry of the log: what it says, what it did, where it comes from, and how to check it without this site.
 */
#include "web/page_acts.h"

#include "web/data.h"
#include "web/handlers.h"
#include "html/locale.h"
#include "web/pages.h"

#include <string.h>

/* ---- its words ---------------------------------------------------------------------------------------------------------------- */

/* Blank lines part paragraphs. */
static struct html paragraphs(const struct model *m, struct str text)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	struct str line;
	bool open = false;
	while (str_line(&text, &line)) {
		line = str_trim(line);
		if (!line.n) {
			buf_adds(&b, open ? "</p>" : "");
			open = false;
			continue;
		}
		buf_adds(&b, open ? " " : "<p>");
		html_text(&o, line);
		open = true;
	}
	buf_adds(&b, open ? "</p>" : "");
	return model_end(m, &b);
}

static void fill_words(const struct model *m, const struct record_act *a, struct act_page *p)
{
	const char *lang;
	json_t *v;
	json_object_foreach(json_object_get(a->json, "text"), lang, v) {
		struct in_language one = {tongue_tag(str_of(lang)), language_own_name(str_of(lang), m->arena), paragraphs(m, json_str(v)), {NULL, 0}};
		arena_push(m->arena, &p->texts, one);
	}
	json_object_foreach(json_object_get(a->json, "title"), lang, v) {
		struct in_language one = {tongue_tag(str_of(lang)), language_own_name(str_of(lang), m->arena), {{NULL, 0}}, json_str(v)};
		if (!str_eq(json_str(v), model_act_title(m, a)))
			arena_push(m->arena, &p->titles, one);
	}
}

/* ---- what it says, argument by argument ------------------------------------------------------------------------------------- */

static struct str param_label(const struct model *m, const struct param *prm)
{
	const struct type *t = &m->rb->types.v[prm->type];
	if (t->name && (t->kind == T_ENTITY || t->kind == T_UNION))
		return phrase_type(m, prm->type, false);
	return words_param(m->words, m->lang, syms_str(&m->rb->syms, prm->name), m->arena);
}

static void fill_args(const struct model *m, const struct record_act *a, struct act_page *p)
{
	struct out o = m->o;
	for (uint32_t i = 0; a->act.kind != NO_ID && i < m->rb->acts.v[a->act.kind].nparams; i++) {
		const struct param *prm = &m->rb->acts.v[a->act.kind].params[i];
		struct str name = syms_str(&m->rb->syms, prm->name);
		struct value v = act_value(&a->act, i);
		if (v.kind == V_NONE)
			continue;
		const struct entity *en = v.kind == V_ENTITY ? record_entity(m->record, syms_str(m->syms, v.s)) : NULL;
		struct str label = en ? phrase_type(m, en->type, false) : param_label(m, prm);
		struct html said = v.kind == V_WORD ? model_plain(m, model_word(m, name, syms_str(m->syms, v.s))) : model_value(m, NO_ID, v);
		add_pair(m, &p->args, label, in_doubt(m, said, record_unverified(a, name)));
	}
	struct str place = json_get_str(a->json, "place");
	struct said note = model_date_note(m, a);
	if (place.n)
		add_pair(m, &p->args, model_tr(m, N_("Where")), in_doubt(m, model_mark(m, model_place(m, place)), record_unverified(a, STR("place"))));
	struct html when[2] = {model_date(m, model_act_when(a))};
	if (note.text.n)
		when[1] = in_small(m, model_mark(m, note));
	add_pair(m, &p->args, model_tr(m, N_("Date of the act")), join(m, when, 2, " "));
	if (date_day(a->received) != date_day(a->act.date))
		add_pair(m, &p->args, model_tr(m, N_("First known")), model_plain(m, show_day(&o, a->received)));
	size_t i;
	json_t *v;
	LIST(struct html) about = {0};
	json_array_foreach(a->about, i, v) {
		struct str name = json_str(v);
		const struct entity *en = record_entity(m->record, name);
		struct html one = en ? model_link(m, en->name) : in_code(m, name);
		arena_push(m->arena, &about, one);
	}
	add_pair(m, &p->args, model_tr(m, N_("About")), in_doubt(m, join_commas(m, about.v, about.n), record_unverified(a, STR("about"))));
}

/* ---- how far it can be relied on ---------------------------------------------------------------------------------------------- */

/* What of the act nobody verified, in words. */
static void fill_doubt(const struct model *m, const struct record_act *a, struct act_page *p)
{
	LIST(struct html) fields = {0};
	size_t i;
	json_t *v;
	json_array_foreach(json_object_get(a->json, "unverified"), i, v) {
		struct str field = json_str(v), label = field;
		for (uint32_t k = 0; a->act.kind != NO_ID && k < m->rb->acts.v[a->act.kind].nparams; k++)
			if (str_eq(syms_str(&m->rb->syms, m->rb->acts.v[a->act.kind].params[k].name), field))
				label = param_label(m, &m->rb->acts.v[a->act.kind].params[k]);
		struct html one = str_eq(field, label) ? in_code(m, field) : model_plain(m, label);
		arena_push(m->arena, &fields, one);
	}
	if (str_eq(a->certainty, STR("unverified")))
		p->doubt = model_plain(m, model_tr(m, N_("Nothing of this act has been verified in a source.")));
	else if (str_eq(a->certainty, STR("disputed")))
		p->doubt = model_plain(m, model_tr(m, N_("Sources contradict each other about this act.")));
	else if (fields.n)
		p->doubt = SENTENCE(m, tr_start(&m->o, N_("Not verified in a source: {fields}.")), {"fields", join_commas(m, fields.v, fields.n)});
}

static void fill_state(const struct model *m, const struct record_act *a, struct act_page *p)
{
	const struct record_act *stands = record_standing(m->record, a->pos);
	p->state_kind = TAG_DOUBT;
	if (!stands) {
		p->state_kind = TAG_DISPUTE;
		p->state = SENTENCE(m, tr_start(&m->o, N_("Annulled by {act}. It counts no more; it stays on record.")),
			{"act", a->ncorrected_by ? model_act(m, a->corrected_by[a->ncorrected_by - 1]) : model_plain(m, STR(""))});
	} else if (stands != a) {
		p->state = SENTENCE(m, tr_start(&m->o, N_("Corrected by {act}, which counts in its place. This first version stays on record.")),
			{"act", model_act(m, stands->pos)});
	} else if (act_is_correction(&a->act)) {
		p->state_kind = TAG_NEUTRAL;
		p->state = SENTENCE(m, tr_start(&m->o, N_("A correction: it counts in the place of {act}.")), {"act", model_act(m, act_corrects(&a->act))});
	}
	for (size_t i = 0; i < a->ncorrected_by; i++) {
		const struct record_act *c = record_act(m->record, a->corrected_by[i]);
		if (!c)
			continue;
		struct gazette_item item = act_item(m, c);
		arena_push(m->arena, &p->corrections.items, item);
	}
	if (!model_reached(m, a->act.date))
		p->later = SENTENCE(m, tr_start(&m->o, N_("Dated after {day}: on that day it had not happened.")),
			{"day", model_when(m, (struct when){m->a->on, BY_DAY, false})});
	if (a->recorded)
		p->how = model_plain(m, model_tr(m, N_("Recorded by the registrar from the sources below: a summary, not the text of the document.")));
}

void list_sources(const struct model *m, const struct record_act *a, act_sources *ret)
{
	size_t i;
	json_t *v;
	json_array_foreach(json_object_get(a->json, "sources"), i, v) {
		struct str url = json_get_str(v, "url"), host = url, rest;
		struct act_source s = {.title = json_get_str(v, "title"), .href = url_foreign(url), .hash = json_get_str(v, "sha256")};
		size_t at = str_find(url, STR("://"));
		if (at < url.n)
			host = str_slice(url, at + 3, url.n);
		if (str_cut(host, '/', &rest, &host))
			host = rest;
		s.host = str_starts(host, STR("www.")) ? str_slice(host, 4, host.n) : host;
		if (!s.title.n)
			s.title = s.host;
		arena_push(m->arena, ret, s);
	}
}

static struct url url_blob(const struct model *m, const struct digest *sha256)
{
	struct buf hex;
	buf_init(&hex, DIGEST_HEX);
	buf_add_hex(&hex, sha256->b, sizeof sha256->b); /* the address is in lower case, whatever the act's spelling */
	struct url to = url_fmt(m->arena, "/blob/%s", buf_str(&hex).p);
	buf_done(&hex);
	return to;
}

/* In the page's language, else in English, else in whichever there is; nothing: it has none. */
static struct said title_of(const struct model *m, const json_t *titles)
{
	const char *lang;
	json_t *title;
	struct str own = json_str(json_object_getn(titles, m->lang.p, m->lang.n)), english = json_get_str(titles, "en");
	if (own.n || english.n)
		return own.n ? (struct said){own, {NULL, 0}} : (struct said){english, STR("en")};
	json_object_foreach((json_t *)titles, lang, title) {
		return (struct said){json_str(title), str_of(lang)};
	}
	return (struct said){{NULL, 0}, {NULL, 0}};
}

/* What it names by hash, to be had at /blob. A document is called by its title, else its file's name, else its type. */
static void fill_documents(const struct model *m, const struct record_act *a, struct act_page *p)
{
	size_t i;
	json_t *v;
	json_array_foreach(json_object_get(a->json, "documents"), i, v) {
		struct str hash = json_get_str(v, "sha256"), lang = json_get_str(v, "lang");
		struct digest bytes;
		struct act_document d = {.hash = hash, .type = json_get_str(v, "type"), .name = title_of(m, json_object_get(v, "title"))};
		if (!hex_parse(hash, bytes.b, sizeof bytes.b))
			continue;
		if (!d.name.text.n)
			d.name = (struct said){json_get_str(v, "name"), {NULL, 0}};
		if (!d.name.text.n)
			d.name.text = d.type.n ? d.type : hash;
		if (lang.n && !str_eq(lang, STR("zxx"))) /* in no language (ISO 639-2) */
			d.tongue = (struct said){language_own_name(lang, m->arena), tongue_tag(lang)};
		d.href = url_blob(m, &bytes);
		arena_push(m->arena, &p->documents, d);
	}
}

static struct str spread(const struct model *m, const json_t *json)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	json_write(json, JSON_INDENT(2), &b);
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------ */

/* What the record can speak of from this act on. */
static void introduced(const struct model *m, const struct record_act *a, struct act_page *p)
{
	uint64_t place = record_place(m->record, a->pos);
	for (uint32_t i = 0; a->act.kind != NO_ID && i < m->rb->acts.v[a->act.kind].nparams; i++) {
		struct value v = act_value(&a->act, i);
		const struct entity *en = v.kind == V_ENTITY ? record_entity(m->record, syms_str(m->syms, v.s)) : NULL;
		if (en && en->named == place)
			p->introduces = SENTENCE(m, tr_start(&m->o, N_("It brings {thing} into the record ({type}).")), {"thing", model_link(m, en->name)},
				{"type", model_plain(m, phrase_type(m, en->type, false))});
	}
}

static int show_act(const struct model *m, const struct record_act *a, struct act_page *p, struct err *e)
{
	p->act = true;
	p->title = model_act_name(m, a);
	if (!p->title.s.n)
		p->title = model_plain(m, act_kind_label(m, a));
	p->over = SENTENCE(m, tr_start(&m->o, N_("Act {n}, {kind}, {day}")), {"n", number(m, a->pos)},
		{"kind", model_plain(m, act_kind_label(m, a))}, {"day", model_date(m, model_act_when(a))});
	fill_words(m, a, p);
	fill_state(m, a, p);
	fill_args(m, a, p);
	fill_doubt(m, a, p);
	fill_documents(m, a, p);
	list_sources(m, a, &p->sources);
	const struct record_act *stands = record_standing(m->record, a->pos);
	int rc = stands ? act_effects(m, stands, &p->did, e) : 0;
	if (!stands)
		p->did.lead = model_plain(m, model_tr(m, N_("Annulled: it counts no more, and changed nothing.")));
	else if (stands != a)
		p->did.lead = SENTENCE(m, tr_start(&m->o, N_("This version counts no more. What {act}, which stands in its place, did:")),
			{"act", model_act(m, stands->pos)});
	p->did.none = !stands;
	introduced(m, a, p);
	return rc;
}

static void show_other(const struct model *m, const struct record_act *a, struct act_page *p)
{
	static const char *const titles[] = {
		[ENTRY_GENESIS] = N_("The beginning of the record"), [ENTRY_SEALED] = N_("An entry that is not public")};
	static const char *const how[] = {
		[ENTRY_GENESIS] = N_("The first entry names the log and its key, and adopts the rulebook by its hash."),
		[ENTRY_ADOPTION] = N_("From this entry on everything on record is read under the text that it adopts, by its hash. What was known at an earlier entry is still answered under the text of then."),
		[ENTRY_KEY] = N_("Keys count by entry, not by date: from the one after this. What was signed in time stays signed."),
		[ENTRY_SEALED] = N_("Its content is kept from the public. The log holds a commitment to it, so that it cannot be changed later.")};
	p->title = titles[a->entry] ? model_plain(m, model_tr(m, titles[a->entry])) : model_act_name(m, a);
	p->over = a->entry == ENTRY_ADOPTION ? SENTENCE(m, tr_start(&m->o, N_("Entry {n}, {day}")), {"n", number(m, a->pos)},
						       {"day", model_when(m, model_act_when(a))})
					     : SENTENCE(m, tr_start(&m->o, N_("Entry {n}")), {"n", number(m, a->pos)});
	p->how = model_plain(m, model_tr(m, how[a->entry]));
}

static int answer_json(struct model *m, const struct record_act *a, struct err *e)
{
	json_t *page = data_page(m);
	json_object_set_new(page, "act", data_act(m, a));
	const struct record_act *stands = record_standing(m->record, a->pos);
	json_object_set_new(page, "standing", stands ? json_integer((json_int_t)stands->pos) : json_null());
	json_object_set(page, "filed", (json_t *)a->json);
	json_t *did = json_array();
	uint64_t place = record_place(m->record, a->pos);
	for (uint32_t k = 0; a->entry == ENTRY_ACT && k < view_readings(m->view); k++) {
		struct effect *list;
		size_t n = explain_effects(view_effects(m->view, k, place), place, m->arena, &list);
		for (size_t i = 0; i < n; i++) {
			if (list[i].inst->fact >= m->rb->facts.n)
				continue;
			const struct fact *f = &m->rb->facts.v[list[i].inst->fact];
			json_t *one = json_object();
			struct value args[MAX_ARGS];
			json_object_set_new(one, "reading", data_str(view_reading_name(m->view, k)));
			json_object_set_new(one, "fact", data_str(syms_str(&m->rb->syms, f->name)));
			json_object_set_new(one, "args", data_args(m, f->params, f->nparams, inst_args(list[i].inst, args)));
			json_object_set_new(one, "before", data_value(m, list[i].before));
			json_object_set_new(one, "after", data_value(m, list[i].after));
			json_object_set_new(one, "from", data_date(list[i].at));
			if (list[i].dropped)
				json_object_set_new(one, "dropped", json_true());
			json_array_append_new(did, one);
		}
	}
	json_object_set_new(page, "did", did);
	return data_send(m, page, e);
}

/* For the title of the window. */
static struct str page_name(const struct model *m, const struct record_act *a)
{
	struct str title = model_act_title(m, a);
	if (title.n)
		return title;
	return a->entry == ENTRY_GENESIS  ? model_tr(m, N_("The beginning of the record"))
	       : a->entry == ENTRY_SEALED ? model_tr(m, N_("An entry that is not public"))
					  : act_kind_label(m, a);
}

static int no_entry(struct model *m, struct err *e)
{
	return MODEL_FAULT(m, e, ERR_ABSENT, "act",
		m->a->has_known ? N_("As known at entry {n} the record has no entry “{name}”.")
				: N_("The record has entries 0 to {n}, and no entry “{name}”."),
		{"n", arena_fmt(m->arena, "%llu", (unsigned long long)m->a->known)}, {"name", str_slice(m->a->id[0], 0, 40)});
}

static int show(struct model *m, struct err *e)
{
	struct act_page p = {0};
	uint64_t pos;
	const struct record_act *a = str_u64(m->a->id[0], &pos) ? record_act(m->record, pos) : NULL;
	if (!a)
		return no_entry(m, e);
	if (m->a->form == FORM_JSON)
		return answer_json(m, a, e);
	int rc = a->entry == ENTRY_ACT ? show_act(m, a, &p, e) : 0;
	if (rc < 0)
		return rc;
	if (a->entry != ENTRY_ACT)
		show_other(m, a, &p);
	frame_named(&p.frame, m->a, page_name(m, a), model_act_name(m, a));
	if (a->entry == ENTRY_ACT) {
		struct moment_list days = {0};
		add_moment(m, &days, a->act.date, model_plain(m, model_tr(m, N_("this act"))));
		watch_days(m, &days, &p.frame.bar);
	}
	p.filed = spread(m, a->json);
	(void)act_place(m, pos, &p);
	page_act(&m->o, &p);
	return 0;
}

int act_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
