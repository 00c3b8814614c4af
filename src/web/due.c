/* SPDX-License-Identifier: Apache-2.0 */
#include "web/due.h"

#include "web/listing.h"

enum { THINGS_MAX = 2000, DUES_MAX = 5000 };

static bool of_type(const struct model *m, struct value v, uint32_t type)
{
	const struct entity *en = v.kind == V_ENTITY ? record_entity(m->record, syms_str(m->syms, v.s)) : NULL;
	return en && type != NO_ID && type_accepts(m->rb, type, en->type);
}

static uint32_t arity(const struct model *m, uint32_t fact)
{
	return m->rb->facts.v[fact].nparams;
}

static bool about_meeting(const struct model *m, const struct instance *x)
{
	for (uint32_t i = 0; i < arity(m, x->fact); i++)
		if (of_type(m, x->args[i], m->voc->type.Meeting))
			return true;
	return false;
}

static bool has_arg(const struct model *m, uint32_t fact, const struct value *args, struct value v)
{
	for (uint32_t i = 0; i < arity(m, fact); i++)
		if (value_eq(args[i], v))
			return true;
	return false;
}

static size_t earlier(const struct stretch *s, size_t i)
{
	size_t n = 0;
	for (size_t k = 0; k < i; k++)
		n += s[k].disputed == s[i].disputed && value_eq(s[k].value, s[i].value);
	return n;
}

static void add(const struct model *m, due_list *l, struct due d)
{
	if (l->n < DUES_MAX)
		arena_push(m->arena, l, d);
}

/* The ends that no act brought, and the beginnings that none did where nothing of the same instance ended. */
static void add_instance(const struct model *m, const struct instance *x, due_list *l)
{
	struct stretch *s;
	size_t n = model_stretches(m, x->fact, x->args, &s);
	for (size_t i = 0; i < n; i++) {
		bool joins = i && s[i - 1].to == s[i].from;
		struct due d = {.fact = x->fact, .args = x->args, .s = &s[i], .number = earlier(s, i)};
		if (!joins && s[i].from != CIVIL_ALWAYS && !s[i].cause.act && (s[i].from <= m->on || !m->a->has_on)) {
			d.at = s[i].from;
			add(m, l, d);
		}
		if (s[i].to != CIVIL_NEVER && !s[i].end.act && s[i].from <= m->on) {
			d.ends = true;
			d.at = date_is_day(s[i].to) ? s[i].to - DAY : s[i].to;
			add(m, l, d);
		}
	}
}

/* That something is late, from the day after it was due, says no more than that it was due. */
static bool says_no_more(const struct model *m, const struct due *d, const due_list *all)
{
	for (size_t i = 0; !d->ends && i < all->n; i++) {
		const struct due *o = &all->v[i];
		bool within = o->ends && o->s->to == d->at;
		for (uint32_t k = 0; within && k < arity(m, d->fact); k++)
			within = has_arg(m, o->fact, o->args, d->args[k]);
		if (within)
			return true;
	}
	return false;
}

static void add_facts(const struct model *m, sym name, const struct value *without, due_list *l)
{
	const struct instance *all;
	size_t n = view_instances(m->view, NO_ID, entity_value(name), m->arena, &all);
	for (size_t i = 0; i < n; i++)
		if (!about_meeting(m, &all[i]) && !(without && has_arg(m, all[i].fact, all[i].args, *without)))
			add_instance(m, &all[i], l);
}

/* Does this act make the thing the business of `en`? Of a participant what the act introduces (a commitment of its own); of a body whatever stands
 * beside it in an act (a decision tabled there, an action that it is charged with), but those who meet, and where, and about what. */
static bool is_business(const struct model *m, const struct entity *en, const struct record_act *a, const struct entity *thing, bool party)
{
	const uint32_t others[] = {m->voc->type.Party, m->voc->type.Body, m->voc->type.Area, m->voc->type.Meeting};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (others[i] != NO_ID && type_accepts(m->rb, others[i], thing->type))
			return false;
	return thing != en && (!party || thing->named == record_place(m->record, a->pos));
}

static size_t business_of(const struct model *m, const struct entity *en, const struct entity ***ret)
{
	const act_refs *acts = acts_naming_now(m, en->name);
	const struct entity **all = arena_array(m->arena, THINGS_MAX, const struct entity *);
	bool party = of_type(m, entity_value(en->name), m->voc->type.Party), *seen = arena_array(m->arena, syms_count(m->syms) + 1, bool);
	size_t n = 0;
	for (size_t i = 0; i < acts->n; i++) {
		const struct record_act *a = acts->v[i];
		for (uint32_t p = 0; act_counts(m, a) && p < m->rb->acts.v[a->act.kind].nparams && n < THINGS_MAX; p++) {
			struct value v = act_value(&a->act, p);
			const struct entity *thing = v.kind == V_ENTITY ? record_entity(m->record, syms_str(m->syms, v.s)) : NULL;
			if (!thing || seen[v.s] || !is_business(m, en, a, thing, party))
				continue;
			seen[v.s] = true;
			all[n++] = thing;
		}
	}
	*ret = all;
	return n;
}

void due_about(const struct model *m, const struct entity *en, due_list *ret)
{
	const struct entity **things;
	struct value self = entity_value(en->name);
	due_list all = {0};
	size_t n = business_of(m, en, &things);
	add_facts(m, en->name, NULL, &all);
	for (size_t i = 0; i < n; i++)
		add_facts(m, things[i]->name, &self, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!says_no_more(m, &all.v[i], &all))
			arena_push(m->arena, ret, all.v[i]);
}
