/* SPDX-License-Identifier: Apache-2.0
 *
 * Across rules: the rules of each fact, the versions of each label, and who overrides whom.
 */
#include "rules/check.h"

#include <stdlib.h>

enum { MAX_OVERRIDES = 1000 }; /* of one rule */

/* ---- facts and their rules ------------------------------------------------------------------- */

static const char *form_word(enum fact_form form)
{
	return form == FACT_DEFINED ? "defined" : form == FACT_TABLE ? "a table" : "changed";
}

/* A fact is changed, or defined, or a table; never two of these (reference 6.1). */
static void set_form(struct loader *l, struct fact *f, uint32_t rule, uint32_t *first)
{
	const struct rule *r = &l->rb->rules.v[rule];
	enum fact_form form = r->form == RULE_DEFINITION ? FACT_DEFINED : FACT_CHANGED;
	if (f->form == FACT_UNSET) {
		f->form = form;
		*first = rule;
	}
	if (f->form == form)
		return;
	if (f->form == FACT_TABLE)
		complain(l, l->rules.v[rule]->head, r->at, "%.*s is both a table and %s (rule %.*s)",
			NAME_ARG(l, f->name), form_word(form), NAME_ARG(l, r->label));
	else
		complain(l, l->rules.v[rule]->head, r->at, "%.*s is both %s (rule %.*s) and %s (rule %.*s)",
			NAME_ARG(l, f->name), form_word(f->form), NAME_ARG(l, l->rb->rules.v[*first].label),
			form_word(form), NAME_ARG(l, r->label));
}

static void link_facts(struct loader *l)
{
	struct rulebook *rb = l->rb;
	uint32_t *first = arena_array(&l->scratch, rb->facts.n, uint32_t);
	for (size_t i = 0; i < rb->rules.n; i++)
		if (rb->rules.v[i].fact != NO_ID)
			rb->facts.v[rb->rules.v[i].fact].nrules++;
	for (size_t i = 0; i < rb->facts.n; i++) {
		struct fact *f = &rb->facts.v[i];
		f->rules = arena_array(&rb->arena, f->nrules, uint32_t);
		f->nrules = 0;
	}
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		uint32_t id = rb->rules.v[i].fact;
		if (id == NO_ID)
			continue;
		struct fact *f = &rb->facts.v[id];
		f->rules[f->nrules++] = i;
		set_form(l, f, i, &first[id]);
	}
}

/* ---- versions of a label --------------------------------------------------------------------- */

bool share_reading(uint32_t a, uint32_t b)
{
	return a == 0 || b == 0 || (a & b);
}

static uint32_t readings_of(const struct loader *l, const struct statement *st)
{
	return st->nrules ? l->rb->rules.v[st->first_rule].readings : 0;
}

static int by_from(const void *pa, const void *pb)
{
	const struct statement *a = *(struct statement *const *)pa, *b = *(struct statement *const *)pb;
	if (a->head->from != b->head->from)
		return a->head->from < b->head->from ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* `v`: the versions of one label, by the beginning of their windows. */
static void check_versions(struct loader *l, struct statement **v, size_t n)
{
	civil until = v[0]->head->until;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k < n && v[k]->head->from < v[i]->head->until; k++) {
			if (!share_reading(readings_of(l, v[i]), readings_of(l, v[k])))
				continue;
			bool in_order = v[i]->order < v[k]->order;
			const struct statement *earlier = v[in_order ? i : k], *later = v[in_order ? k : i];
			complain(l, later->head, later->head->at,
				"rule %.*s is declared twice with overlapping windows",
				NAME_ARG(l, later->head->label));
			hint_other(l, later->head->at, earlier->head->at,
				"; give it another label, or both \"from\" and \"until\"");
			break;
		}
		if (i && v[i]->head->from > until) {
			char a[DATE_LEN], b[DATE_LEN];
			warn(l, v[i]->head, v[i]->head->at, "gap between %s and %s in the versions of rule %.*s",
				date_print(until, a), date_print(v[i]->head->from, b), NAME_ARG(l, v[i]->head->label));
		}
		if (v[i]->head->until > until)
			until = v[i]->head->until;
	}
}

static void link_versions(struct loader *l)
{
	size_t n = l->syntax.statements.n;
	struct statement **st = l->syntax.statements.v, **v = arena_array(&l->scratch, n, struct statement *);
	for (size_t i = n; i--;) { /* backwards, so that each list is in the order of the text */
		st[i]->next_version = index_get(&l->labels, st[i]->head->label);
		index_put(&l->scratch, &l->labels, st[i]->head->label, (uint32_t)i);
	}
	for (uint32_t i = 0; i < n; i++) {
		size_t k = 0;
		if (index_get(&l->labels, st[i]->head->label) != i || st[i]->next_version == NO_ID)
			continue;
		for (uint32_t s = i; s != NO_ID; s = st[s]->next_version)
			v[k++] = st[s];
		qsort(v, k, sizeof *v, by_from);
		check_versions(l, v, k);
	}
}

/* ---- overrides ------------------------------------------------------------------------------- */

static void unknown_label(struct loader *l, const struct syn_head *h, const struct syn_name *name)
{
	struct nearest near = nearest_to(l, name->name);
	complain(l, h, name->at, "unknown rule %.*s", NAME_ARG(l, name->name));
	for (size_t i = 0; i < l->syntax.statements.n; i++)
		nearest_offer(&near, name_of(l, l->syntax.statements.v[i]->head->label));
	hint_nearest(l, &near);
}

/* Appends the rules of all versions of the label. */
static void add_overridden(struct loader *l, const struct statement *by, const struct syn_name *name, struct ids *out)
{
	struct statement *const *all = l->syntax.statements.v;
	uint32_t s = index_get(&l->labels, name->name);
	if (s == NO_ID)
		unknown_label(l, by->head, name);
	for (; s != NO_ID; s = all[s]->next_version) {
		if (all[s]->form != RULE_EFFECT && !all[s]->construct) {
			complain(l, by->head, name->at, "%.*s is no effect and cannot be overridden",
				NAME_ARG(l, name->name));
			hint(l, "write the exception into its condition");
			return;
		}
		for (uint32_t i = 0; i < all[s]->nrules && out->n <= MAX_OVERRIDES; i++)
			arena_push(&l->rb->arena, out, all[s]->first_rule + i);
	}
}

static void link_overrides(struct loader *l)
{
	for (size_t i = 0; i < l->syntax.statements.n; i++) {
		const struct statement *st = l->syntax.statements.v[i];
		struct ids ids = {0};
		if (st->head->overrides.n && st->form != RULE_EFFECT && !st->construct) {
			complain(l, st->head, st->head->at, "a definition cannot override (rule %.*s)",
				NAME_ARG(l, st->head->label));
			hint(l, "write the exception into the condition of the other rule");
			continue;
		}
		for (size_t k = 0; k < st->head->overrides.n && ids.n <= MAX_OVERRIDES; k++)
			add_overridden(l, st, &st->head->overrides.v[k], &ids);
		if (ids.n > MAX_OVERRIDES)
			complain(l, st->head, st->head->at, "rule %.*s overrides more than %d rules",
				NAME_ARG(l, st->head->label), MAX_OVERRIDES);
		for (uint32_t k = 0; k < st->nrules; k++) {
			l->rb->rules.v[st->first_rule + k].overrides = ids.v;
			l->rb->rules.v[st->first_rule + k].noverrides = (uint32_t)ids.n;
		}
	}
}

void link_all(struct loader *l)
{
	link_facts(l);
	link_versions(l);
	link_overrides(l);
}
