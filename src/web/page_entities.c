/* SPDX-License-Identifier: Apache-2.0
 *
 * Things of types that pages know nothing about: areas, projects, commitments, whatever a rulebook declares. A list by type,
 * and one thing with the facts and the acts about it.
 */
#include "web/page_entities.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"

#include <string.h>

enum { ACTS_SHOWN = 50 };

static bool is_other(const struct model *m, uint32_t type)
{
	return m->al->paths[type] && strcmp(m->al->paths[type], "entities") == 0;
}

static json_t *list_json(const struct model *m, const struct entity **list, size_t n)
{
	json_t *all = json_array();
	for (size_t i = 0; i < n; i++)
		if (is_other(m, list[i]->type))
			json_array_append_new(all, data_entity(m, list[i]->name));
	return all;
}

static int show_all(struct model *m, struct err *e)
{
	struct entities_page p = {0};
	struct moment_list days = {0};
	const struct entity **list;
	size_t n = record_entities(m->record, NO_ID, m->arena, &list);
	if (m->a->form == FORM_JSON) {
		json_t *page = data_page(m);
		json_object_set_new(page, "entities", list_json(m, list, n));
		return data_send(m, page, e);
	}
	frame_init(&p.frame, m->a, model_tr(m, N_("Other things on record")));
	for (uint32_t type = 0; type < m->rb->types.n; type++) {
		struct entity_group g = {.title = phrase_type(m, type, true), .anchor = syms_str(&m->rb->syms, m->rb->types.v[type].name)};
		if (m->rb->types.v[type].kind != T_ENTITY || !is_other(m, type))
			continue;
		for (size_t i = 0; i < n; i++) {
			const struct record_act *a = list[i]->type == type ? introduced_by(m, list[i]) : NULL;
			if (!a)
				continue;
			struct html parts[2] = {model_link(m, list[i]->name), in_small(m, model_when(m, model_act_when(a)))};
			struct html item = join(m, parts, 2, " ");
			arena_push(m->arena, &g.items, item);
		}
		if (g.items.n)
			arena_push(m->arena, &p.groups, g);
	}
	struct model ever = whenever(m);
	for (size_t i = 0; i < n; i++) {
		const struct record_act *a = is_other(m, list[i]->type) ? introduced_by(&ever, list[i]) : NULL;
		if (a)
			add_moment(m, &days, a->act.date, model_mark(m, model_title(m, list[i]->name)));
	}
	watch_days(m, &days, &p.frame.bar);
	page_entities(&m->o, &p);
	return 0;
}

int entities_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_all);
}

static int show_one(struct model *m, struct err *e)
{
	struct entity_page p = {0};
	const struct entity *en;
	shown_list ticks = {0};
	int rc = model_entity(m, m->a->id[0], ANY_TYPE, N_("thing"), &en, e);
	if (rc < 0)
		return rc;
	if (!is_other(m, en->type)) { /* one address for one thing */
		m->ret->status = 308;
		m->ret->location = model_href(m, en->name);
		return 0;
	}
	if (m->a->form == FORM_JSON) {
		json_t *page = data_page(m);
		json_object_set_new(page, "entity", data_entity(m, en->name));
		json_object_set_new(page, "facts", data_facts_about(m, en->name));
		return data_send(m, page, e);
	}
	const struct record_act *a = introduced_by(m, en);
	p.title = model_title(m, en->name);
	frame_init(&p.frame, m->a, p.title.text);
	other_names(m, en, &p.names);
	p.over = SENTENCE(m, tr_start(&m->o, N_("{type}, {all}")), {"type", model_plain(m, phrase_type(m, en->type, false))},
		{"all", model_anchor(m, model_url(m, "entities"), model_tr(m, N_("other things on record")), NULL)});
	p.lead = a ? SENTENCE(m, tr_start(&m->o, N_("{title} is on record since {day}, {act}.")), {"title", model_mark(m, p.title)},
			     {"day", in_strong(m, model_when(m, model_act_when(a)))}, {"act", model_act(m, a->pos)})
		   : SENTENCE(m, tr_start(&m->o, N_("On {day} no act had yet introduced {title}.")), {"title", model_mark(m, p.title)},
			     {"day", model_when(m, (struct when){m->a->on, BY_DAY, false})});
	if (a)
		p.note = model_act_text(m, a);
	add_pair(m, &p.glance, model_tr(m, N_("Kind of thing")), model_plain(m, phrase_type(m, en->type, false)));
	add_pair(m, &p.glance, model_tr(m, N_("Name in the record")), in_code(m, syms_str(m->syms, en->name)));
	p.facts = facts_about(m, en->name, NULL, 0, &ticks);
	p.acts = acts_naming(m, en->name, ACTS_SHOWN, NULL);
	p.all_acts = all_acts_link(m, en->name, ACTS_SHOWN);
	model_watch(m, &p.frame.bar, &ticks, NULL);
	p.differ = model_differ(m, &ticks);
	if (p.differ.rows.n)
		p.frame.bar.differ_href = url_fmt(m->arena, "#differ");
	page_entity(&m->o, &p);
	return 0;
}

int entity_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_one);
}

/* ---- names for ever -------------------------------------------------------------------------------------------------------------- */

static int show_id(struct model *m, struct err *e)
{
	const struct entity *en;
	int rc = model_entity(m, m->a->id[0], ANY_TYPE, "thing", &en, e);
	if (rc < 0)
		return rc;
	m->ret->status = 303; /* the thing is no page: see other */
	m->ret->location = model_href(m, en->name);
	m->ret->vary = "Accept-Language";
	return 0;
}

int id_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct ask in = *a;
	in.tongue = ask_preferred(a);
	return model_run(&in, ctx, ret, e, show_id);
}
