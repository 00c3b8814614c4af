/* SPDX-License-Identifier: Apache-2.0
 *
 * A data set as linked data: its rows as what they are about, where there are words for it (schema.org, W3C ORG, PROV); else as the conversion of
 * CSV on the Web to RDF has them: each column is a property, named by the address of the table and the column.
 */
#include "web/sets_int.h"

#include "web/data.h"
#include "web/linked.h"

json_t *node_entity(const struct model *m, const struct set_row *r)
{
	return linked_entity(m, r->entity);
}

json_t *node_membership(const struct model *m, const struct set_row *r)
{
	return linked_membership(m, r->args[0].s, r->s);
}

json_t *node_entry(const struct model *m, const struct set_row *r)
{
	return linked_entry(m, r->act);
}

json_t *node_release(const struct model *m, const struct set_row *r)
{
	struct value v = act_arg(m->rb, &r->act->act, "R");
	const struct entity *en = v.kind == V_ENTITY ? record_entity(m->record, syms_str(m->syms, v.s)) : NULL;
	return en ? linked_entity(m, en) : linked_entry(m, r->act);
}

/* ---- rows without words of their own ---------------------------------------------------------------------------------------------- */

static json_t *typed(const char *type, struct str value)
{
	return json_pack("{s:s, s:o}", "@type", type, "@value", data_str(value));
}

/* In their order, as the column is described (sets_write.c). */
static json_t *list_of(struct str items, struct str separator)
{
	json_t *all = json_array();
	while (items.n) {
		size_t at = str_find(items, separator);
		json_array_append_new(all, data_str(str_slice(items, 0, at)));
		items = at < items.n ? str_slice(items, at + separator.n, items.n) : STR("");
	}
	return json_pack("{s:o}", "@list", all);
}

static json_t *value_of(const struct model *m, const struct set_field *f, const struct cell *c)
{
	const struct tongue *t = f->lang.n ? tongue_find(f->lang) : NULL;
	switch (f->column->type) {
	case CELL_ENTRY: return linked_ref(arena_fmt(m->arena, "%.*s/act/%llu.json", STR_ARG(m->a->site->base.s), (unsigned long long)c->number));
	case CELL_ID: return linked_ref(linked_iri(m, c->text));
	case CELL_URL: return linked_ref(c->text);
	case CELL_YES: return json_boolean(c->number != 0);
	case CELL_NUMBER: return json_integer((json_int_t)c->number);
	case CELL_WHEN: return typed(c->text.n > 10 ? "xsd:dateTime" : "xsd:date", c->text);
	case CELL_TEXT: break;
	}
	if (set_separator(f->column))
		return list_of(c->text, str_of(set_separator(f->column)));
	if (f->lang.n)
		return json_pack("{s:o, s:o}", "@language", t ? json_string(t->lang) : data_str(f->lang), "@value", data_str(c->text));
	return data_str(c->text);
}

struct linking {
	const struct model *m;
	const struct dataset *s;
	const struct set_field *f;
	size_t n;
	struct data_list list;
};

static json_t *row_node(const struct linking *w, const struct set_row *r)
{
	json_t *node = json_object();
	for (size_t i = 0; i < w->n; i++) {
		struct cell c = w->f[i].column->get(w->m, r, w->f[i].column);
		struct str name = ARENA_JOIN(w->m->arena, STR("row:"), w->f[i].name);
		if (c.text.n)
			json_object_setn_new(node, name.p, name.n, value_of(w->m, &w->f[i], &c));
	}
	return node;
}

static void add_row(void *ctx, const struct set_row *r)
{
	struct linking *w = ctx;
	json_t *node = w->s->node ? w->s->node(w->m, r) : row_node(w, r);
	data_list_next(&w->list);
	json_write(node, 0, w->list.out);
	json_decref(node);
}

void set_jsonld(const struct model *m, const struct dataset *s, struct buf *out)
{
	struct linking w = {.m = m, .s = s};
	json_t *page = json_object(), *context = linked_context();
	struct str notice = title_pick(m->org->notices, m->org->nnotices, m->lang).text, licence = licence_url(m);
	json_object_set_new(context, "row", data_str(arena_fmt(m->arena, "%.*s/data/%s.csv#", STR_ARG(m->a->site->base.s), s->name)));
	json_object_set_new(page, "@context", context);
	json_object_set_new(page, "@id", data_str(arena_fmt(m->arena, "%.*s/data/%s", STR_ARG(m->a->site->base.s), s->name)));
	json_object_set_new(page, "@type", json_string("dcat:Dataset"));
	json_object_set_new(page, "dct:title", linked_words(m, set_title(m, s)));
	if (licence.n)
		json_object_set_new(page, "dct:license", linked_ref(licence));
	if (notice.n)
		json_object_set_new(page, "rdfs:comment", linked_words(m, notice));
	w.n = set_fields(m, s, &w.f);
	w.list = data_list_begin(page, "@included", out);
	s->walk(m, s->of, add_row, &w);
	data_list_end(&w.list);
}
