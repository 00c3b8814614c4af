/* SPDX-License-Identifier: Apache-2.0
 *
 * The data sets: a page that lists them, and each of them at its address.
 */
#include "web/page_data.h"

#include "register/facts.h"
#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"
#include "web/sets.h"

static const char *type_word(enum cell_type t)
{
	static const char *const words[] = {
		[CELL_TEXT] = "text", [CELL_ID] = "id", [CELL_WHEN] = "date", [CELL_NUMBER] = "number", [CELL_ENTRY] = "entry", [CELL_YES] = "true|false", [CELL_URL] = "address"};
	return words[t];
}

/* ---- all ------------------------------------------------------------------------------------------------------------------------ */

static struct url address_here(const struct model *m, const char *name, enum form f)
{
	return url_fmt(m->arena, "/data/%s.%s%.*s", name, form_suffix(f), STR_ARG(ask_when(m->a).s));
}

static struct link form_link(const struct model *m, const char *name, enum form f, struct str text)
{
	return (struct link){.href = address_here(m, name, f), .text = text.n ? text : str_of(form_name(f)), .media = str_of(form_media(f))};
}

static const enum form set_forms[] = {FORM_CSV, FORM_CSVW, FORM_JSON, FORM_JSONLD};

static int answer_json(struct model *m, struct err *e)
{
	json_t *page = data_page(m), *list = json_array();
	for (size_t i = 0; i < datasets_n; i++) {
		json_t *one = json_object();
		json_object_set_new(one, "name", json_string(datasets[i].name));
		json_object_set_new(one, "title", data_str(set_title(m, &datasets[i])));
		for (size_t k = 0; k < sizeof set_forms / sizeof *set_forms; k++)
			json_object_set_new(one, form_suffix(set_forms[k]), data_str(set_address(m, &datasets[i], set_forms[k])));
		json_array_append_new(list, one);
	}
	json_object_set_new(page, "sets", list);
	return data_send(m, page, e);
}

static struct data_set_line line_of(const struct model *m, const struct dataset *s)
{
	struct data_set_line line = {.name = str_of(s->name), .title = set_title(m, s), .says = set_says(m, s)};
	const struct set_field *f;
	size_t n = set_fields(m, s, &f);
	for (size_t i = 0; i < n; i++) {
		struct data_column c = {f[i].name, model_tr(m, f[i].column->title), str_of(type_word(f[i].column->type))};
		arena_push(m->arena, &line.columns, c);
	}
	for (size_t k = 0; k < sizeof set_forms / sizeof *set_forms; k++) {
		struct link l = form_link(m, s->name, set_forms[k], STR(""));
		arena_push(m->arena, &line.forms, l);
	}
	return line;
}

static int show_all(struct model *m, struct err *e)
{
	struct data_page p = {0};
	const json_t *licence = json_object_get(m->org->json, "licence");
	if (m->a->form == FORM_JSON)
		return answer_json(m, e);
	frame_init(&p.frame, m->a, model_tr(m, N_("Data")));
	for (size_t i = 0; i < datasets_n; i++) {
		struct data_set_line line = line_of(m, &datasets[i]);
		arena_push(m->arena, &p.sets, line);
	}
	struct link catalogue = form_link(m, "catalog", FORM_JSONLD, model_tr(m, N_("Catalogue (DCAT 3)")));
	arena_push(m->arena, &p.whole, catalogue);
	struct link whole = form_link(m, "register", FORM_SQLITE, model_tr(m, N_("All sets in one file (SQLite)")));
	arena_push(m->arena, &p.whole, whole);
	struct link described = {.href = url_fmt(m->arena, "/api/openapi.json"), .text = model_tr(m, N_("All addresses (OpenAPI 3.1)")), .media = str_of(form_media(FORM_JSON))};
	arena_push(m->arena, &p.whole, described);
	p.licence = (struct link){.href = url_foreign(json_get_str(licence, "url")), .text = json_get_str(licence, "name")};
	page_data(&m->o, &p);
	return 0;
}

int data_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_all);
}

/* ---- one ------------------------------------------------------------------------------------------------------------------------ */

static int absent(struct model *m, struct str name, struct err *e)
{
	for (size_t i = 0; i < datasets_n; i++) {
		struct near near = {str_of(datasets[i].name), address_here(m, datasets[i].name, m->a->form), {NULL, 0}};
		if (m->ret->problem.near.n < 20)
			arena_push(m->arena, &m->ret->problem.near, near);
	}
	return MODEL_FAULT(m, e, ERR_ABSENT, "data", N_("There is no data set “{name}”."), {"name", str_slice(name, 0, 60)});
}

static int show_one(struct model *m, struct err *e)
{
	const struct dataset *s = set_find(m->a->id[0]);
	if (!s)
		return absent(m, m->a->id[0], e);
	m->ret->body.max = FACTS_MAX_BYTES;
	if (m->a->form == FORM_CSVW)
		return data_send(m, set_csvw(m, s), e);
	set_write(m, s, m->a->form, &m->ret->body);
	if (m->a->form != FORM_CSV)
		return 0;
	m->ret->link = arena_fmt(m->arena, "<%.*s>; rel=\"describedby\"; type=\"%s\"", STR_ARG(set_address(m, s, FORM_CSVW)), form_media(FORM_CSVW));
	return 0;
}

int data_set_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_one);
}
