/* SPDX-License-Identifier: Apache-2.0
 *
 * What a list is asked for: filters with what may be chosen in them, and the part of it that stands on the page.
 */
#include "web/listing.h"

#include "html/locale.h"
#include "web/route.h"

#include <stdlib.h>
#include <string.h>

bool has_choice(const choices *c, struct str value)
{
	for (size_t i = c->n; i-- > 0;) /* what comes is often what came last */
		if (str_eq(c->v[i].value, value))
			return true;
	return false;
}

void add_choice_said(const struct model *m, choices *c, struct str value, struct said text, struct str chosen)
{
	struct choice one = {value, text, str_eq(value, chosen)};
	if (!has_choice(c, value))
		arena_push(m->arena, c, one);
}

void add_choice(const struct model *m, choices *c, struct str value, struct str text, struct str chosen)
{
	add_choice_said(m, c, value, (struct said){text, {NULL, 0}}, chosen);
}

struct sortable {
	struct str key;
	struct choice choice;
};

static int by_key(const void *x, const void *y)
{
	const struct sortable *a = x, *b = y;
	return str_cmp(a->key, b->key);
}

void sort_choices(const struct model *m, choices *c)
{
	struct alphabet *abc = alphabet_new(m->a->tongue->lang);
	struct sortable *s = arena_array(m->arena, c->n + 1, struct sortable);
	for (size_t i = 0; i < c->n; i++)
		s[i] = (struct sortable){alphabet_key(abc, c->v[i].text.text, m->arena), c->v[i]};
	qsort(s, c->n, sizeof *s, by_key);
	for (size_t i = 0; i < c->n; i++)
		c->v[i] = s[i].choice;
	alphabet_free(abc);
}

struct filter filter_new(const struct model *m)
{
	return (struct filter){.action = ask_self(m->a)};
}

void filter_keep(const struct model *m, struct filter *f, const char *name)
{
	struct ask_value v = ask_param(m->a, name);
	struct target_param one = {str_of(name), v.text};
	if (v.given)
		arena_push(m->arena, &f->kept, one);
}

static struct str day_asked(const struct model *m, const char *name)
{
	struct ask_value v = ask_param(m->a, name);
	return v.given ? show_day(&m->o, v.day) : (struct str){NULL, 0};
}

struct day_fields days_asked(const struct model *m)
{
	return (struct day_fields){model_tr(m, N_("Dated from")), model_tr(m, N_("Dated to")), day_asked(m, "from"), day_asked(m, "to"), m->a->on};
}

void add_words(const struct model *m, uint32_t type, choices *c)
{
	const struct type *t = &m->rb->types.v[type];
	for (uint32_t i = 0; t->kind == T_ENUM && i < t->n; i++)
		add_choice(m, c, syms_str(&m->rb->syms, t->words[i]), STR(""), STR(""));
}

void add_argument_words(const struct model *m, uint32_t kind, const char *param, choices *c)
{
	uint32_t of = act_param(m->rb, kind, param);
	const act_refs *acts = almanac_of_kind(m->al, of == NO_ID ? NO_ID : kind);
	if (of != NO_ID)
		add_words(m, m->rb->acts.v[kind].params[of].type, c);
	for (size_t i = 0; i < acts->n; i++) {
		struct value v = act_value(&acts->v[i]->act, of);
		if (v.kind == V_WORD)
			add_choice(m, c, syms_str(m->syms, v.s), STR(""), STR(""));
	}
}

struct choosing language_choices(const struct model *m, const char *all)
{
	struct choosing c = {.name = STR("language"), .label = model_tr(m, N_("Language")), .all = model_tr(m, all)};
	for (size_t i = 0; i < m->org->nlanguages; i++)
		add_choice_said(m, &c.options, m->org->languages[i], (struct said){m->al->languages[i], m->org->languages[i]}, ask_param(m->a, "language").text);
	return c;
}

/* What there is stands in the field to choose from, in words; programs are told all of it. */
int choice_check(struct model *m, const struct choosing *c, const char *id, struct err *e)
{
	struct problem *p = &m->ret->problem;
	struct out english = {NULL, m->arena, NULL};
	struct str value = ask_param(m->a, c->name.p).text, words = {NULL, 0}, where = ARENA_JOIN(m->arena, STR("parameter "), c->name);
	choices said = {0};
	if (!value.n || has_choice(&c->options, value))
		return 0;
	for (size_t i = 0; i < c->options.n; i++) {
		struct choice one = c->options.v[i];
		if (!one.text.text.n)
			one.text.text = model_word(m, c->name, one.value);
		words = ARENA_JOIN(m->arena, words, i ? STR(" ") : STR(""), one.value);
		arena_push(m->arena, &said, one);
	}
	sort_choices(m, &said);
	for (size_t i = 0; i < said.n; i++) {
		struct option one = {said.v[i].value, said.v[i].text.text, said.v[i].text.lang};
		arena_push(m->arena, &p->options, one);
	}
	p->id = str_of(id);
	p->field = c->name;
	p->value = value;
	p->label = c->label;
	p->any = c->all.n ? c->all : model_tr(m, N_("Any"));
	int rc = MODEL_FAULT(m, e, ERR_INPUT, where.p, words.n ? N_("“{name}” is not among them. Choose one of the list.") : N_("“{name}” is no value that it can have."),
		{"name", str_slice(value, 0, 80)});
	if (words.n) {
		const struct tr_slot plain = {"words", tr_list(&english, words)};
		err_set(&p->err, ERR_INPUT, where.p, "%.*s", STR_ARG(tr_fill(&english, N_("It takes one of these words: {words}."), &plain, 1)));
		*e = p->err;
	}
	return rc;
}

/* This address with the two days the other way round. */
static struct url days_turned(const struct model *m)
{
	struct ask a = *m->a;
	struct model turned = *m;
	turned.a = &a;
	for (size_t i = 0; a.route->params[i].name; i++)
		if (strcmp(a.route->params[i].name, "from") == 0)
			a.param[i] = ask_param(m->a, "to");
	return ask_with(&turned, "to", ask_param(m->a, "from").text);
}

int days_check(struct model *m, struct err *e)
{
	struct ask_value from = ask_param(m->a, "from"), to = ask_param(m->a, "to");
	if (!from.given || !to.given || from.day <= to.day)
		return 0;
	struct near turned = {model_tr(m, N_("The two days the other way round")), days_turned(m), {NULL, 0}};
	arena_push(m->arena, &m->ret->problem.near, turned);
	m->ret->problem.id = STR("to.before_from");
	return MODEL_FAULT(m, e, ERR_INPUT, "parameter to", N_("The span of dates ends before it begins."), {0});
}

struct url ask_with(const struct model *m, const char *name, struct str value)
{
	struct ask a = *m->a;
	const struct query_param *p = a.route->params;
	size_t at = 0;
	while (p && p[at].name && strcmp(p[at].name, name) != 0)
		at++;
	for (size_t i = 0; p && p[i].name; i++)
		if (p[i].part && !(i < at && p[at].part && strcmp(p[i].part, p[at].part) == 0))
			a.param[i].given = false;
	if (p && p[at].name)
		a.param[at] = (struct ask_value){.given = value.n > 0, .text = value};
	return a.form == FORM_HTML ? ask_on_known(&a, a.has_on, a.on, a.has_known, a.known) : ask_form(&a, a.form);
}

static struct url page_url(const struct model *m, const char *name, uint64_t page)
{
	struct url u = ask_with(m, name, page > 1 ? arena_fmt(m->arena, "%llu", (unsigned long long)page) : STR(""));
	return strcmp(name, "page") == 0 ? u : url_fmt(m->arena, "%.*s#%s", STR_ARG(u.s), name);
}

int pager_cut(const struct model *m, const char *name, uint64_t all, uint64_t each, struct pager *ret, struct err *e)
{
	struct ask_value asked = ask_param(m->a, name);
	uint64_t pages = all ? (all + each - 1) / each : 1, page = asked.given ? asked.number : 1;
	*ret = (struct pager){.all = all};
	if (page < 1 || page > pages) {
		struct near first = {model_tr(m, N_("The first page")), page_url(m, name, 1), {NULL, 0}};
		arena_push(m->arena, &m->ret->problem.near, first);
		m->ret->problem.id = STR("page.range");
		return MODEL_FAULT((struct model *)m, e, ERR_INPUT, arena_fmt(m->arena, "parameter %s", name).p, N_("This list has pages 1 to {n}."), {"n", arena_fmt(m->arena, "%llu", (unsigned long long)pages)});
	}
	ret->first = all ? (page - 1) * each + 1 : 0;
	ret->last = page * each < all ? page * each : all;
	if (page > 1)
		ret->prev = page_url(m, name, page - 1);
	if (page < pages)
		ret->next = page_url(m, name, page + 1);
	return 0;
}

int pager_named(const struct model *m, const char *name, uint64_t all, struct pager *ret, struct err *e)
{
	uint32_t each = ask_each(m->a, name);
	return pager_cut(m, name, all, each ? each : UINT32_MAX, ret, e);
}

int pager_new(const struct model *m, uint64_t all, struct pager *ret, struct err *e)
{
	return pager_named(m, "page", all, ret, e);
}

uint64_t rows_read(const struct model *m, uint64_t shown, uint64_t all)
{
	return model_wants_days(m) ? all : shown;
}

int records_pages(const struct model *m, struct records *r, const char *name, uint64_t all, struct err *e)
{
	int rc = pager_named(m, name, all, &r->pager, e);
	r->pager.by_name = true;
	return rc;
}
