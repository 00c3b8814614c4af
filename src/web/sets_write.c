/* SPDX-License-Identifier: Apache-2.0
 *
 * A data set as CSV (RFC 4180), as JSON, and the description of the CSV (CSV on the Web, W3C Recommendations of 2015).
 */
#include "web/sets_int.h"

#include "web/data.h"
#include "web/site.h"

/* One row for each type of cell: what CSVW calls it. */
static const struct {
	const char *base, *format;
} types[] = {
	[CELL_TEXT] = {"string", NULL},
	[CELL_ID] = {"string", NULL},
	/* No date of XML Schema may have a time or not, as here. */
	[CELL_WHEN] = {"string", "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?"},
	[CELL_NUMBER] = {"nonNegativeInteger", NULL},
	[CELL_ENTRY] = {"nonNegativeInteger", NULL},
	[CELL_YES] = {"boolean", NULL},
	[CELL_URL] = {"anyURI", NULL},
};

struct str set_title(const struct model *m, const struct dataset *s)
{
	return model_tr(m, s->title);
}

struct str set_says(const struct model *m, const struct dataset *s)
{
	return model_tr(m, s->says);
}

struct str set_address(const struct model *m, const struct dataset *s, enum form f)
{
	return arena_fmt(m->arena, "%.*s/data/%s.%s%.*s", STR_ARG(m->a->site->base.s), s->name, form_suffix(f), STR_ARG(ask_when(m->a).s));
}

struct str licence_url(const struct model *m)
{
	return json_get_str(json_object_get(m->org->json, "licence"), "url");
}

/* Words that a language does not have yet are English: said once. */
json_t *in_languages(const struct model *m, const char *msgid)
{
	json_t *all = json_object();
	for (size_t i = 0; i < m->a->site->n; i++) {
		const struct tongue *t = m->a->site->words[i].tongue;
		struct str words = tr(&(struct out){NULL, m->arena, t}, msgid);
		if (str_eq(words, str_of(msgid)) ? str_eq(str_of(t->code), STR("en")) : true)
			json_object_set_new(all, t->lang, data_str(words));
	}
	if (!json_object_size(all))
		json_object_set_new(all, "en", data_str(str_of(msgid)));
	return all;
}

/* ---- CSV ------------------------------------------------------------------------------------------------------------------------ */

static void csv_row(void *ctx, const struct cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		data_csv(ctx, cells[i].text, i + 1 < n ? "," : "\r\n");
}

static void set_csv(const struct model *m, const struct dataset *s, struct buf *out)
{
	const struct set_field *f;
	size_t n = set_fields(m, s, &f);
	for (size_t i = 0; i < n; i++)
		data_csv(out, f[i].name, i + 1 < n ? "," : "\r\n");
	set_rows(m, s, csv_row, out);
}

/* ---- JSON ----------------------------------------------------------------------------------------------------------------------- */

struct json_rows {
	const struct set_field *f;
	struct data_list list;
};

static void json_cell(struct buf *out, enum cell_type type, const struct cell *c)
{
	if (!c->text.n)
		buf_adds(out, "null");
	else if (type == CELL_NUMBER || type == CELL_ENTRY)
		buf_add_u64(out, c->number);
	else if (type == CELL_YES)
		buf_adds(out, c->number ? "true" : "false");
	else
		json_quote(out, c->text);
}

static void json_row(void *ctx, const struct cell *cells, size_t n)
{
	struct json_rows *w = ctx;
	struct buf *out = w->list.out;
	data_list_next(&w->list);
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? ", " : "{");
		json_quote(out, w->f[i].name);
		buf_adds(out, ": ");
		json_cell(out, w->f[i].column->type, &cells[i]);
	}
	buf_adds(out, "}");
}

static void set_json(const struct model *m, const struct dataset *s, struct buf *out)
{
	struct json_rows w = {0};
	json_t *page = data_page(m);
	set_fields(m, s, &w.f);
	json_object_set_new(page, "set", json_string(s->name));
	json_object_set_new(page, "describedby", data_str(set_address(m, s, FORM_CSVW)));
	w.list = data_list_begin(page, "rows", out);
	set_rows(m, s, json_row, &w);
	data_list_end(&w.list);
}

void set_write(const struct model *m, const struct dataset *s, enum form f, struct buf *out)
{
	if (f == FORM_CSV)
		set_csv(m, s, out);
	else if (f == FORM_JSON)
		set_json(m, s, out);
	else
		set_jsonld(m, s, out);
}

/* ---- CSVW ----------------------------------------------------------------------------------------------------------------------- */

/* The name as it stands in the header line, and the words for people: a reader may find either over the column (CSVW 5.1.2). */
static json_t *titles(const struct model *m, const struct set_field *f)
{
	json_t *all = in_languages(m, f->column->title), *words;
	const char *lang;
	json_object_foreach(all, lang, words) {
		json_t *both = json_array();
		json_array_append_new(both, data_str(f->name));
		json_array_append(both, words);
		json_object_set_new(all, lang, both);
	}
	return all;
}

static json_t *column(const struct model *m, const struct set_field *f)
{
	json_t *c = json_object();
	const struct tongue *t = f->lang.n ? tongue_find(f->lang) : NULL;
	json_object_set_new(c, "name", data_str(f->name));
	json_object_set_new(c, "titles", titles(m, f));
	if (types[f->column->type].format)
		json_object_set_new(c, "datatype", json_pack("{s:s, s:s}", "base", types[f->column->type].base, "format", types[f->column->type].format));
	else
		json_object_set_new(c, "datatype", json_string(types[f->column->type].base));
	if (set_separator(f->column)) { /* the order of arguments tells them apart */
		json_object_set_new(c, "separator", json_string(set_separator(f->column)));
		json_object_set_new(c, "ordered", json_true());
	}
	if (set_note(f->column))
		json_object_set_new(c, "dc:description", json_pack("{s:s, s:s}", "@value", set_note(f->column), "@language", "en"));
	if (f->lang.n)
		json_object_set_new(c, "lang", t ? json_string(t->lang) : data_str(f->lang));
	if (f->column->needed)
		json_object_set_new(c, "required", json_true());
	if (f->column->type == CELL_ENTRY)
		json_object_set_new(c, "valueUrl", data_str(arena_fmt(m->arena, "%.*s/act/{+%.*s}.json", STR_ARG(m->a->site->base.s), STR_ARG(f->name))));
	if (f->column->type == CELL_ID)
		json_object_set_new(c, "valueUrl", data_str(arena_fmt(m->arena, "%.*s/id/{%.*s}", STR_ARG(m->a->site->base.s), STR_ARG(f->name))));
	return c;
}

static json_t *words_of(const char *list, char between)
{
	json_t *all = json_array();
	struct str rest = str_of(list), one;
	while (rest.n) {
		if (!str_cut(rest, between, &one, &rest))
			one = rest, rest = STR("");
		json_array_append_new(all, data_str(one));
	}
	return all;
}

json_t *set_csvw(const struct model *m, const struct dataset *s)
{
	const struct set_field *f;
	size_t n = set_fields(m, s, &f);
	json_t *page = json_object(), *columns = json_array(), *schema = json_object();
	struct str notice = title_pick(m->org->notices, m->org->nnotices, m->lang).text, licence = licence_url(m);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(columns, column(m, &f[i]));
	json_object_set_new(schema, "columns", columns);
	if (s->key)
		json_object_set_new(schema, "primaryKey", words_of(s->key, ' '));
	if (s->key && str_eq(str_of(s->key), STR("id"))) /* a row is about a thing */
		json_object_set_new(schema, "aboutUrl", data_str(arena_fmt(m->arena, "%.*s/id/{id}", STR_ARG(m->a->site->base.s))));
	json_object_set_new(page, "@context", json_pack("[s, {s:s}]", "http://www.w3.org/ns/csvw", "language", m->a->tongue->lang));
	json_object_set_new(page, "url", data_str(set_address(m, s, FORM_CSV)));
	json_object_set_new(page, "dc:title", data_str(set_title(m, s)));
	json_object_set_new(page, "dc:description", data_str(set_says(m, s)));
	if (notice.n)
		json_object_set_new(page, "rdfs:comment", data_str(notice));
	if (licence.n)
		json_object_set_new(page, "dc:license", json_pack("{s:s%}", "@id", licence.p, licence.n));
	json_object_set_new(page, "dc:publisher", data_str(site_words_of(m->org, m->a->tongue, m->arena).organisation));
	json_object_set_new(page, "dcat:keyword", words_of(s->about, ','));
	json_object_set_new(page, "dialect", json_pack("{s:s, s:[s], s:b}", "encoding", "utf-8", "lineTerminators", "\r\n", "header", 1));
	json_object_set_new(page, "tableSchema", schema);
	return page;
}
