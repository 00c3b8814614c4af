/* SPDX-License-Identifier: Apache-2.0 */
#include "web/data.h"

#include <string.h>

void data_csv(struct buf *b, struct str s, const char *end)
{
	bool runs = s.n && memchr("=+-@\t\r", s.p[0], 6), quote = false;
	for (size_t i = 0; i < s.n && !quote; i++)
		quote = memchr(",\"\r\n", s.p[i], 4) != NULL;
	buf_adds(b, quote ? "\"" : "");
	buf_adds(b, runs ? "'" : "");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_addc(b, '"');
		buf_addc(b, s.p[i]);
	}
	buf_adds(b, quote ? "\"" : "");
	buf_adds(b, end);
}

json_t *data_str(struct str s)
{
	return s.n ? json_stringn(s.p, s.n) : json_null();
}

json_t *data_date(civil t)
{
	char day[DATE_LEN];
	return t == CIVIL_ALWAYS || t == CIVIL_NEVER ? json_null() : json_string(date_print(t, day));
}

json_t *data_page(const struct model *m)
{
	json_t *page = json_object();
	struct str notice = title_pick(m->org->notices, m->org->nnotices, m->lang).text;
	if (notice.n)
		json_object_set_new(page, "notice", data_str(notice));
	json_object_set_new(page, "on", data_date(m->a->on));
	json_object_set_new(page, "known", json_integer((json_int_t)ask_named(m->a)));
	return page;
}

void data_next(json_t *page, const struct pager *p)
{
	if (p->next.s.n)
		json_object_set_new(page, "next", data_str(p->next.s));
}

struct data_list data_list_begin(json_t *page, const char *name, struct buf *out)
{
	json_write(page, JSON_INDENT(1), out);
	json_decref(page);
	if (out->n >= 2 && !out->over)
		out->n -= strlen("\n}"); /* the list stands before it */
	buf_addf(out, ",\n \"%s\": [", name);
	return (struct data_list){out, 0};
}

void data_list_next(struct data_list *l)
{
	buf_adds(l->out, l->n++ ? ",\n  " : "\n  ");
}

void data_list_end(struct data_list *l)
{
	buf_adds(l->out, l->n ? "\n ]\n}\n" : "]\n}\n");
}

int data_send(struct model *m, json_t *page, struct err *e)
{
	if (!page)
		return err_set(e, ERR_SYSTEM, "memory", "memory is short");
	json_write(page, JSON_INDENT(1), &m->ret->body);
	buf_addc(&m->ret->body, '\n');
	json_decref(page);
	return 0;
}

json_t *data_value(const struct model *m, struct value v)
{
	struct buf b;
	if (v.kind == V_NONE)
		return json_null();
	if (v.kind == V_YES)
		return json_true();
	if (v.kind == V_INT)
		return json_integer(v.i);
	buf_init(&b, MAX_STRING);
	value_print(m->syms, v, &b);
	json_t *j = json_stringn(b.p ? b.p : "", b.n);
	buf_done(&b);
	return j;
}

json_t *data_args(const struct model *m, const struct param *params, uint32_t n, const struct value *args)
{
	json_t *all = json_object();
	for (uint32_t i = 0; i < n; i++)
		if (args[i].kind != V_NONE) {
			struct str name = syms_str(&m->rb->syms, params[i].name);
			json_object_setn_new(all, name.p, name.n, data_value(m, args[i]));
		}
	return all;
}

json_t *data_entity(const struct model *m, sym name)
{
	const struct entity *en = record_entity(m->record, syms_str(m->syms, name));
	json_t *j = json_object();
	json_object_set_new(j, "id", data_str(syms_str(m->syms, name)));
	if (en)
		json_object_set_new(j, "type", data_str(syms_str(&m->rb->syms, m->rb->types.v[en->type].name)));
	json_object_set_new(j, "title", data_str(model_title(m, name).text));
	struct url href = model_href(m, name);
	if (href.s.n)
		json_object_set_new(j, "href", data_str(href.s));
	return j;
}

json_t *data_cites(const struct cite *cites, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, data_str(cites[i].text));
	return list;
}

static void add_cause(const struct model *m, json_t *j, const struct cause *c)
{
	if (c->act)
		json_object_set_new(j, "act", json_integer((json_int_t)c->act->pos));
	if (c->rule) {
		json_object_set_new(j, "rule", data_str(syms_str(&m->rb->syms, c->rule->label)));
		json_object_set_new(j, "articles", data_cites(c->rule->cites, c->rule->ncites));
	}
}

struct str data_known(const struct model *m, struct when w)
{
	return w.at == CIVIL_NEVER || w.at == CIVIL_ALWAYS ? STR("") : show_iso_when(&m->o, w);
}

/* Of an end that the record knows by month or year its last day is printed, and of one that was no later that day: then it is said. */
static void put_precision(json_t *j, const char *name, struct when w)
{
	if (w.at != CIVIL_NEVER && w.precision != BY_DAY)
		json_object_set_new(j, name, json_string(precision_word(w.precision)));
}

json_t *data_stretch(const struct model *m, uint32_t fact, const struct value *args, const struct stretch *s)
{
	const struct fact *f = &m->rb->facts.v[fact];
	json_t *j = json_object();
	json_object_set_new(j, "fact", data_str(syms_str(&m->rb->syms, f->name)));
	json_object_set_new(j, "args", data_args(m, f->params, f->nparams, args));
	if (s->disputed) {
		json_t *each = json_object();
		for (uint32_t k = 0; k < view_readings(m->view); k++) {
			struct str name = view_reading_name(m->view, k);
			json_object_setn_new(each, name.p, name.n, data_value(m, s->readings[k]));
		}
		json_object_set_new(j, "disputed", json_true());
		json_object_set_new(j, "readings", each);
	} else {
		json_object_set_new(j, "value", data_value(m, s->value));
	}
	json_object_set_new(j, "since", data_date(s->from));
	json_object_set_new(j, "until", data_date(s->to));
	put_precision(j, "since_precision", model_from(s));
	put_precision(j, "until_precision", model_to(s));
	if (s->from_unverified)
		json_object_set_new(j, "since_unverified", json_true());
	if (s->to_unverified)
		json_object_set_new(j, "until_unverified", json_true());
	add_cause(m, j, &s->cause);
	json_object_set_new(j, "why", data_str(model_why_href(m, fact, args).s));
	return j;
}

json_t *data_history(const struct model *m, uint32_t fact, const struct value *args)
{
	struct stretch *s;
	json_t *list = json_array();
	size_t n = model_stretches(m, fact, args, &s);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, data_stretch(m, fact, args, &s[i]));
	return list;
}

json_t *data_facts_about(const struct model *m, sym entity)
{
	const struct instance *all;
	struct value about = {.kind = V_ENTITY, .s = entity};
	json_t *list = json_array();
	size_t n = view_instances(m->view, NO_ID, about, m->arena, &all);
	for (size_t i = 0; i < n; i++) {
		const struct stretch *s = model_now(m, all[i].fact, all[i].args);
		if (s)
			json_array_append_new(list, data_stretch(m, all[i].fact, all[i].args, s));
	}
	return list;
}

json_t *data_act(const struct model *m, const struct record_act *a)
{
	json_t *j = json_object();
	json_object_set_new(j, "entry", json_integer((json_int_t)a->pos));
	if (a->act.kind != NO_ID) {
		const struct act_kind *k = &m->rb->acts.v[a->act.kind];
		json_object_set_new(j, "kind", data_str(syms_str(&m->rb->syms, k->name)));
		struct value args[MAX_ARGS];
		json_object_set_new(j, "args", data_args(m, k->params, k->nparams, act_values(&a->act, k->nparams, args)));
	}
	if (a->entry == ENTRY_ACT || a->entry == ENTRY_ADOPTION) {
		json_object_set_new(j, "date", data_date(a->act.date));
		if (a->precision.n && !str_eq(a->precision, STR("day")))
			json_object_set_new(j, "date_precision", data_str(a->precision));
	}
	json_object_set_new(j, "title", data_str(model_act_title(m, a)));
	if (a->certainty.n && !str_eq(a->certainty, STR("sourced")))
		json_object_set_new(j, "certainty", data_str(a->certainty));
	if (act_is_correction(&a->act))
		json_object_set_new(j, "corrects", json_integer((json_int_t)act_corrects(&a->act)));
	if (a->ncorrected_by)
		json_object_set_new(j, "corrected_by", json_integer((json_int_t)a->corrected_by[a->ncorrected_by - 1]));
	json_object_set_new(j, "href", data_str(model_act_href(m, a->pos).s));
	return j;
}
