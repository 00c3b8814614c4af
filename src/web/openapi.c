/* SPDX-License-Identifier: Apache-2.0
 *
 * The description of all addresses as OpenAPI 3.1, made from the route table: what is described is what answers. Of each row the
 * address without a suffix, which answers in every form of the row by the header Accept, with the parameters that all of them take; and one with the
 * suffix of each form, with those of that form.
 */
#include "web/data.h"
#include "web/handlers.h"
#include "web/sets.h"
#include "web/site.h"
#include "web/typed.h"

#include <string.h>

/* What may stand in a hole of a pattern, by its name; the others are text. */
static json_t *hole_schema(const struct model *m, struct str name)
{
	static const struct {
		const char *name, *schema;
	} rows[] = {{"entry", "{\"type\": \"integer\", \"minimum\": 0}"}, {"n", "{\"type\": \"integer\", \"minimum\": 1}"},
		{"sha256", "{\"type\": \"string\", \"pattern\": \"^[0-9a-f]{64}$\"}"}, {"log", "{\"type\": \"string\", \"pattern\": \"^[0-9a-f]{64}$\"}"}};
	json_t *schema = json_pack("{s:s}", "type", "string"), *words = json_array();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (str_eq(name, str_of(rows[i].name))) {
			json_decref(schema);
			schema = json_loads(rows[i].schema, 0, NULL);
		}
	for (size_t i = 0; str_eq(name, STR("lang")) && i < m->a->site->n; i++)
		json_array_append_new(words, json_string(m->a->site->words[i].tongue->code));
	for (size_t i = 0; str_eq(name, STR("set")) && i < datasets_n; i++)
		json_array_append_new(words, json_string(datasets[i].name));
	if (json_array_size(words))
		json_object_set(schema, "enum", words);
	json_decref(words);
	return schema;
}

static json_t *words_of(const char *list)
{
	json_t *all = json_array();
	struct str rest = str_of(list), one;
	while (rest.n) {
		if (!str_cut(rest, ' ', &one, &rest))
			one = rest, rest = STR("");
		json_array_append_new(all, data_str(one));
	}
	return all;
}

static json_t *param_schema(const struct query_param *p)
{
	switch (p->type) {
	case PARAM_DATE: return json_pack("{s:s, s:s}", "type", "string", "format", "date");
	case PARAM_NUMBER:
		return p->max ? json_pack("{s:s, s:i, s:I}", "type", "integer", "minimum", 0, "maximum", (json_int_t)p->max) : json_pack("{s:s, s:i}", "type", "integer", "minimum", 0);
	case PARAM_WORD: return json_pack("{s:s, s:o}", "type", "string", "enum", words_of(p->words));
	case PARAM_TEXT: break;
	}
	return json_pack("{s:s, s:I}", "type", "string", "maxLength", (json_int_t)(p->max ? p->max : 500));
}

static json_t *reference(const char *kind, const char *name)
{
	char path[120];
	snprintf(path, sizeof path, "#/components/%.20s/%.70s", kind, name);
	return json_pack("{s:s}", "$ref", path);
}

/* The holes of the pattern, then what the query may hold, whichever of these forms is asked for. */
static json_t *parameters(const struct model *m, const struct route *r, unsigned forms)
{
	json_t *all = json_array();
	struct str rest = str_slice(str_of(r->pattern), 1, strlen(r->pattern)), part;
	while (rest.n) {
		if (!str_cut(rest, '/', &part, &rest))
			part = rest, rest = STR("");
		if (part.n < 3 || part.p[0] != '{')
			continue;
		bool tail = part.p[part.n - 2] == '*';
		struct str name = str_slice(part, 1, part.n - (tail ? 2 : 1));
		json_t *one = json_pack("{s:o, s:s, s:b, s:o}", "name", data_str(name), "in", "path", "required", 1, "schema", hole_schema(m, name));
		if (tail)
			json_object_set_new(one, "description", json_string("All that is left of the path, slashes included."));
		json_array_append_new(all, one);
	}
	if (r->when) {
		json_array_append_new(all, reference("parameters", r->typed ? "on_typed" : "on"));
		json_array_append_new(all, reference("parameters", r->typed ? "known_typed" : "known"));
		json_array_append_new(all, reference("parameters", "accept_datetime"));
	}
	for (const struct query_param *p = r->params; p && p->name; p++) {
		if (p->forms && (forms & ~p->forms))
			continue;
		json_t *one = json_pack("{s:s, s:s, s:o}", "name", p->name, "in", "query", "schema", param_schema(p));
		if (p->says) {
			struct buf says;
			buf_init(&says, 1000);
			param_says(p, &says);
			json_object_set_new(one, "description", data_str(buf_str(&says)));
			buf_done(&says);
		}
		json_array_append_new(all, one);
	}
	return all;
}

static void add_content(json_t *content, const struct route *r, enum form f)
{
	struct str media = str_of(form_media(f)), rest;
	json_t *of = json_object();
	(void)str_cut(media, ';', &media, &rest);
	if (f == FORM_JSON)
		json_object_set_new(of, "schema", reference("schemas", strcmp(r->pattern, "/data/{set}") == 0 ? "DataSet" : r->when ? "Page" : "Answer"));
	if (f == FORM_BYTES)
		media = STR("*/*"); /* the answer names its type */
	json_object_setn_new(content, media.p, media.n, of);
}

static json_t *responses(const struct route *r, unsigned forms, bool post)
{
	json_t *all = json_object(), *content = json_object();
	for (unsigned f = 0; f < FORM_MAX; f++)
		if (forms & FORMS(f))
			add_content(content, r, (enum form)f);
	json_object_set_new(all, post ? "2XX" : "200", json_pack("{s:s, s:o}", "description", r->title, "content", content));
	if (!post && r->keep != KEEP_NOT)
		json_object_set_new(all, "304", json_pack("{s:s}", "description", "It is as it was (If-None-Match)."));
	json_object_set_new(all, "3XX", json_pack("{s:s}", "description", r->when ? "It stands elsewhere: at the time asked for (Accept-Datetime), or at another address." : "It stands at another address."));
	json_object_set_new(all, "4XX", reference("responses", "refused"));
	json_object_set_new(all, "5XX", reference("responses", "refused"));
	return all;
}

/* "/{lang}/participants.csv", or where the pattern ends in a slash "/{lang}/index.csv". */
static struct str path_of(const struct model *m, const struct route *r, const char *suffix)
{
	struct buf b;
	const char *p = r->pattern;
	buf_init(&b, 500);
	for (; *p; p++)
		if (*p != '*')
			buf_addc(&b, *p);
	if (suffix)
		buf_addf(&b, "%s.%s", p[-1] == '/' ? "index" : "", suffix);
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

/* "get_lang_participants_id_csv": letters, digits and "_". */
static json_t *operation_id(const char *method, struct str path)
{
	char id[200];
	size_t n = (size_t)snprintf(id, sizeof id, "%s", method);
	for (size_t i = 0; i < path.n && n + 2 < sizeof id; i++) {
		char c = path.p[i];
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			id[n++] = c;
		else if (id[n - 1] != '_')
			id[n++] = '_';
	}
	return json_stringn(id, path.n == 1 ? n - 1 : n);
}

static void add_path(const struct model *m, json_t *paths, const struct route *r, const char *suffix, unsigned forms)
{
	struct str path = path_of(m, r, suffix);
	json_t *item = json_object();
	if (!r->post_only)
		json_object_set_new(item, "get", json_pack("{s:o, s:s, s:o, s:o}", "operationId", operation_id("get", path), "summary", r->title, "parameters",
						  parameters(m, r, forms), "responses", responses(r, forms, false)));
	if (r->body_max)
		json_object_set_new(item, "post", json_pack("{s:o, s:s, s:o, s:{s:b, s:{s:{s:{s:I}}}}, s:o}", "operationId", operation_id("post", path), "summary", r->title,
						   "parameters", parameters(m, r, forms), "requestBody", "required", 1, "content", "*/*", "schema", "maxLength", (json_int_t)r->body_max,
						   "responses", responses(r, forms, true)));
	json_object_setn_new(paths, path.p, path.n, item);
}

/* Does this form take a parameter that another one of the row refuses? */
static bool takes_more(const struct route *r, enum form f)
{
	for (const struct query_param *p = r->params; p && p->name; p++)
		if (route_takes(p, f) && p->forms && (r->forms & ~p->forms))
			return true;
	return false;
}

static json_t *all_paths(const struct model *m)
{
	json_t *paths = json_object();
	const struct routes *t = &m->a->site->routes;
	for (size_t i = 0; i < t->n; i++) {
		const struct route *r = &t->v[i];
		add_path(m, paths, r, NULL, r->forms);
		for (unsigned f = 0; f < FORM_MAX && !r->exact; f++) {
			const char *suffix = form_suffix((enum form)f);
			/* The suffix ".html" says nothing that the address without it does not, but where only the page has tables in parts. */
			bool own = (r->forms & FORMS(f)) && *suffix && (f != FORM_HTML || takes_more(r, FORM_HTML)) && strcmp(r->pattern, "/") != 0;
			if (own && !str_ends(str_of(r->pattern), arena_fmt(m->arena, ".%s", suffix)))
				add_path(m, paths, r, suffix, FORMS(f));
		}
	}
	return paths;
}

/* ---- components ------------------------------------------------------------------------------------------------------------------------- */

static json_t *cell_schema(const struct set_field *f)
{
	static const char *const types[] = {[CELL_TEXT] = "string", [CELL_ID] = "string", [CELL_WHEN] = "string", [CELL_NUMBER] = "integer",
		[CELL_ENTRY] = "integer", [CELL_YES] = "boolean", [CELL_URL] = "string"};
	const char *type = types[f->column->type];
	json_t *j = f->column->needed ? json_pack("{s:s, s:s}", "type", type, "title", f->column->title) : json_pack("{s:[ss], s:s}", "type", type, "null", "title", f->column->title);
	if (set_note(f->column))
		json_object_set_new(j, "description", json_string(set_note(f->column)));
	return j;
}

static json_t *row_schema(const struct model *m, const struct dataset *s)
{
	const struct set_field *f;
	size_t n = set_fields(m, s, &f);
	json_t *properties = json_object(), *required = json_array();
	for (size_t i = 0; i < n; i++) {
		json_object_setn_new(properties, f[i].name.p, f[i].name.n, cell_schema(&f[i]));
		json_array_append_new(required, data_str(f[i].name));
	}
	return json_pack("{s:s, s:s, s:o, s:o}", "type", "object", "description", s->says, "properties", properties, "required", required);
}

static json_t *schemas(const struct model *m)
{
	json_t *all = json_loads("{\"Answer\": {},"
				 "\"Page\": {\"type\": \"object\"},"
				 "\"Problem\": {\"type\": \"object\", \"required\": [\"status\", \"error\"], \"properties\": {\"status\": {\"type\": \"integer\"},"
				 " \"error\": {\"type\": \"string\", \"description\": \"for programs, stable\"}, \"where\": {\"type\": \"string\"}, \"what\": {\"type\": \"string\"},"
				 " \"hint\": {\"type\": \"string\"}, \"say\": {\"type\": \"string\"}, \"lang\": {\"type\": \"string\"}, \"near\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}}}}}",
		0, NULL),
	       *kinds = json_array();
	for (size_t i = 0; i < datasets_n; i++) {
		char name[80];
		snprintf(name, sizeof name, "row_%s", datasets[i].name);
		json_object_set_new(all, name, row_schema(m, &datasets[i]));
		json_array_append_new(kinds, json_pack("{s:{s:{s:s}, s:{s:s, s:o}}}", "properties", "set", "const", datasets[i].name, "rows", "type", "array", "items",
						     reference("schemas", name)));
	}
	json_object_set_new(all, "DataSet", json_pack("{s:s, s:[s,s,s,s], s:o}", "type", "object", "required", "on", "known", "set", "rows", "oneOf", kinds));
	return all;
}

/* What a form asks: as people type it (typed.h). */
static json_t *typed_parameter(const char *name, const char *says, const char *example)
{
	return json_pack("{s:s, s:s, s:s, s:{s:s, s:i, s:[s,s,s,s]}}", "name", name, "in", "query", "description", says, "schema", "type", "string", "maxLength", TYPED_MAX,
		"examples", example, "2023-07-01", "1 July 2023", "1.7.2023");
}

static json_t *components(const struct model *m)
{
	json_t *all = json_loads("{\"parameters\": {"
				 "\"on\": {\"name\": \"on\", \"in\": \"query\", \"description\": \"As at the end of this day; without it: today.\","
				 " \"schema\": {\"type\": \"string\", \"format\": \"date\"}},"
				 "\"known\": {\"name\": \"known\", \"in\": \"query\", \"description\": \"From the entries of the log up to this one; without it: all.\","
				 " \"schema\": {\"type\": \"integer\", \"minimum\": 0}},"
				 "\"accept_datetime\": {\"name\": \"Accept-Datetime\", \"in\": \"header\", \"description\": \"RFC 7089: leads to the address with the dates of that time.\","
				 " \"schema\": {\"type\": \"string\"}}},"
				 "\"responses\": {\"refused\": {\"description\": \"Why there is no answer.\", \"content\": {\"text/html\": {},"
				 " \"application/json\": {\"schema\": {\"$ref\": \"#/components/schemas/Problem\"}}}}}}",
		0, NULL);
	json_t *parameters = json_object_get(all, "parameters");
	json_object_set_new(parameters, "on_typed",
		typed_parameter("on", "As at the end of this day, in words or digits as any language of the pages writes it; without it: today. Leads to the address that says it exactly.",
			"2023年7月1日"));
	json_object_set_new(parameters, "known_typed",
		typed_parameter("known", "From the entries of the log up to this one, or up to the last one received by the end of this day; without it: all.", "0"));
	json_object_set_new(all, "schemas", schemas(m));
	return all;
}

static int show(struct model *m, struct err *e)
{
	struct site_words words = site_words_of(m->org, m->a->tongue, m->arena);
	json_t *page = json_object(), *info = json_object(), *licence = json_object_get(m->org->json, "licence");
	json_object_set_new(page, "openapi", json_string("3.1.0"));
	json_object_set_new(info, "title", data_str(words.organisation));
	json_object_set_new(info, "summary", data_str(words.kind));
	if (words.notice.n)
		json_object_set_new(info, "description", data_str(words.notice));
	json_object_set_new(info, "version", json_string("1"));
	if (json_get_str(licence, "name").n)
		json_object_set_new(info, "license", json_pack("{s:o, s:o}", "name", data_str(json_get_str(licence, "name")), "url", data_str(json_get_str(licence, "url"))));
	json_object_set_new(page, "info", info);
	json_object_set_new(page, "servers", json_pack("[{s:o}]", "url", data_str(m->a->site->base.s)));
	json_object_set_new(page, "paths", all_paths(m));
	json_object_set_new(page, "components", components(m));
	return data_send(m, page, e);
}

int openapi_lead_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	(void)ctx, (void)e;
	ret->status = 301;
	ret->location = url_fmt(a->arena, "/api/openapi.json");
	return 0;
}

int openapi_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
