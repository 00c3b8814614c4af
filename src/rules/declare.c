/* SPDX-License-Identifier: Apache-2.0
 *
 * Declarations become entries of the rulebook: types first, then all that uses them, whatever their order in the text.
 */
#include "rules/construct.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_UNION = 256, MAX_UNION_DEPTH = 16 };

/* ---- types ----------------------------------------------------------------------------------- */

static void declare_type(struct loader *l, const struct syn_decl *d)
{
	struct rulebook *rb = l->rb;
	const struct syn_names *words = &d->domain.words;
	bool is_enum = d->domain.given && !is_variable(l, words->v[0].name);
	if (!index_add(l, &rb->type_index, "type", d->name, (uint32_t)rb->types.n, d->at))
		return;
	if (is_enum) {
		(void)type_of_words(l, d->name, words, d->at);
		return;
	}
	struct type t = {.name = d->name, .kind = d->domain.given ? T_UNION : T_ENTITY, .at = d->at};
	arena_push(&rb->arena, &rb->types, t);
}

enum progress { TODO, BUSY, DONE };

struct unions {
	struct loader *l;
	uint32_t *decl_of;   /* by type */
	uint32_t *merged_in; /* by member type: the union it was last put into */
	enum progress *state;
};

/* Puts what m stands for into the union `type`, each once. */
static bool merge(struct unions *u, uint32_t type, const struct type *m, uint32_t *out, uint32_t *n)
{
	for (uint32_t i = 0; i < m->n; i++) {
		if (u->merged_in[m->members[i]] == type)
			continue;
		u->merged_in[m->members[i]] = type;
		if (*n == MAX_UNION)
			return false;
		out[(*n)++] = m->members[i];
	}
	return true;
}

/* Finds the entity types that a union stands for; first those of the unions in it. False if it contains itself, or more
 * unions inside each other or more members than the limits allow. */
static bool complete(struct unions *u, uint32_t type, int depth)
{
	struct rulebook *rb = u->l->rb;
	if (u->state[type] == DONE || rb->types.v[type].kind != T_UNION)
		return true;
	if (u->state[type] == BUSY || depth == 0)
		return false;
	const struct syn_names *names = &u->l->syntax.decls.v[u->decl_of[type]].domain.words;
	uint32_t members[MAX_UNION], n = 0;
	bool good = true;
	u->state[type] = BUSY;
	for (size_t i = 0; i < names->n && good; i++) {
		uint32_t m = index_get(&rb->type_index, names->v[i].name);
		good = !type_is_entity(u->l, m) || complete(u, m, depth - 1);
	}
	for (size_t i = 0; i < names->n && good; i++) {
		uint32_t m = index_get(&rb->type_index, names->v[i].name);
		good = !type_is_entity(u->l, m) || merge(u, type, &rb->types.v[m], members, &n);
	}
	rb->types.v[type].members = arena_copy(&rb->arena, members, n * sizeof *members);
	rb->types.v[type].n = n;
	u->state[type] = DONE;
	return good;
}

static void declare_union(struct unions *u, uint32_t type)
{
	struct loader *l = u->l;
	const struct syn_decl *d = &l->syntax.decls.v[u->decl_of[type]];
	for (size_t i = 0; i < d->domain.words.n; i++) {
		const struct syn_name *w = &d->domain.words.v[i];
		uint32_t m = is_variable(l, w->name) ? type_named(l, w) : NO_ID;
		if (!is_variable(l, w->name) || (m != NO_ID && !type_is_entity(l, m)))
			complain(l, NULL, w->at, "%.*s cannot be part of the union %.*s: only declared types can",
				NAME_ARG(l, w->name), NAME_ARG(l, d->name));
	}
	if (!complete(u, type, MAX_UNION_DEPTH))
		complain(l, NULL, d->at,
			"the union %.*s contains itself, or more than %d unions inside each other, or more than %d "
			"types",
			NAME_ARG(l, d->name), MAX_UNION_DEPTH, MAX_UNION);
}

static void declare_types(struct loader *l)
{
	struct rulebook *rb = l->rb;
	size_t most = rb->types.n + l->syntax.decls.n; /* no declaration makes more than one */
	struct unions u = {.l = l,
		.decl_of = arena_array(&l->scratch, most, uint32_t),
		.merged_in = arena_array(&l->scratch, most, uint32_t),
		.state = arena_alloc(&l->scratch, most * sizeof *u.state)};
	for (uint32_t i = 0; i < l->syntax.decls.n; i++) {
		if (l->syntax.decls.v[i].what != KW_TYPE)
			continue;
		u.decl_of[rb->types.n] = i;
		declare_type(l, &l->syntax.decls.v[i]);
	}
	for (uint32_t i = TYPE_FIRST_DECLARED; i < rb->types.n; i++) {
		struct type *t = &rb->types.v[i];
		if (t->kind != T_ENTITY)
			continue;
		t->members = arena_copy(&rb->arena, &i, sizeof i);
		t->n = 1;
	}
	for (uint32_t i = TYPE_FIRST_DECLARED; i < rb->types.n; i++)
		if (rb->types.v[i].kind == T_UNION)
			declare_union(&u, i);
}

/* ---- acts and facts -------------------------------------------------------------------------- */

static struct param *declare_params(struct loader *l, const struct syn_decl *d)
{
	struct param *out = arena_array(&l->rb->arena, d->params.n, struct param);
	for (size_t i = 0; i < d->params.n; i++) {
		const struct syn_param *p = &d->params.v[i];
		out[i] = (struct param){p->name, type_of_domain(l, &p->domain), p->optional};
		for (size_t j = 0; j < i; j++)
			if (out[j].name == p->name)
				complain(l, NULL, p->at, "%.*s has two arguments called %.*s", NAME_ARG(l, d->name),
					NAME_ARG(l, p->name));
	}
	return out;
}

static struct signer declare_signer(struct loader *l, const struct act_kind *act, const struct syn_signer *s)
{
	if (s->quoted)
		return (struct signer){.kind = SIGNER_BODY, .name = s->name};
	for (uint32_t i = 0; i < act->nparams; i++)
		if (act->params[i].name == s->name)
			return (struct signer){
				.kind = s->body ? SIGNER_BODY_PARAM : SIGNER_PARAM, .param = i, .name = s->name};
	if (s->body || is_variable(l, s->name)) {
		struct nearest near = nearest_to(l, s->name);
		complain(l, NULL, s->at, "unknown name %.*s: it is no argument of %.*s", NAME_ARG(l, s->name),
			NAME_ARG(l, act->name));
		for (uint32_t i = 0; i < act->nparams; i++)
			nearest_offer(&near, name_of(l, act->params[i].name));
		hint_nearest(l, &near);
	}
	return (struct signer){.kind = SIGNER_ROLE, .name = s->name};
}

static void declare_act(struct loader *l, const struct syn_decl *d)
{
	struct rulebook *rb = l->rb;
	if (!index_add(l, &rb->act_index, "act", d->name, (uint32_t)rb->acts.n, d->at))
		return;
	struct act_kind act = {.name = d->name, .at = d->at, .nparams = (uint32_t)d->params.n};
	act.params = declare_params(l, d);
	act.nsigners = (uint32_t)d->signers.n;
	act.signers = arena_array(&rb->arena, d->signers.n, struct signer);
	for (size_t i = 0; i < d->signers.n; i++)
		act.signers[i] = declare_signer(l, &act, &d->signers.v[i]);
	arena_push(&rb->arena, &rb->acts, act);
}

uint32_t fact_add(struct loader *l, struct fact f)
{
	struct rulebook *rb = l->rb;
	uint32_t id = (uint32_t)rb->facts.n;
	arena_push(&rb->arena, &rb->facts, f);
	arena_push(&l->scratch, &l->owners, (struct owner){0});
	index_put(&rb->arena, &rb->fact_index, f.name, id);
	return id;
}

static void declare_fact(struct loader *l, const struct syn_decl *d)
{
	if (!index_add(l, &l->rb->fact_index, "fact", d->name, 0, d->at))
		return;
	struct fact f = {.name = d->name, .at = d->at, .nparams = (uint32_t)d->params.n, .value = TYPE_BOOL};
	f.params = declare_params(l, d);
	if (d->domain.given)
		f.value = type_of_domain(l, &d->domain);
	(void)fact_add(l, f);
}

/* ---- sets and tables ------------------------------------------------------------------------- */

static void declare_set(struct loader *l, const struct syn_decl *d)
{
	struct rulebook *rb = l->rb;
	if (!index_add(l, &rb->set_index, "set", d->name, (uint32_t)rb->sets.n, d->at))
		return;
	struct set s = {.name = d->name, .at = d->at, .type = type_named(l, &d->domain.words.v[0])};
	if (s.type != NO_ID && !type_is_entity(l, s.type))
		complain(l, NULL, d->at, "a set holds entities; %.*s is none", TYPE_ARG(l, s.type));
	s.items = arena_copy(&rb->arena, d->items.v, d->items.n * sizeof *d->items.v);
	s.n = (uint32_t)d->items.n;
	struct cite *cites;
	uint32_t ncites;
	if (d->cites.n == 0)
		complain(l, NULL, d->at, "set %.*s has no citation", NAME_ARG(l, d->name));
	cites_resolve(l, NULL, &d->cites, &cites, &ncites);
	arena_push(&rb->arena, &rb->sets, s);
}

static int row_cmp(const void *pa, const void *pb)
{
	const struct syn_row *const *a = pa, *const *b = pb;
	return memcmp((*a)->args, (*b)->args, (*a)->nargs * sizeof(sym));
}

/* Complains of rows with equal arguments. All rows have the same number of them. */
static void check_rows(struct loader *l, const struct syn_decl *d)
{
	size_t n = d->rows.n;
	const struct syn_row **order = arena_array(&l->scratch, n, const struct syn_row *);
	for (size_t i = 0; i < n; i++)
		order[i] = &d->rows.v[i];
	qsort(order, n, sizeof *order, row_cmp);
	for (size_t i = 1; i < n; i++)
		if (row_cmp(&order[i - 1], &order[i]) == 0)
			complain(l, NULL, order[i]->at.line > order[i - 1]->at.line ? order[i]->at : order[i - 1]->at,
				"table %.*s has two rows for \"%.*s\"", NAME_ARG(l, d->name),
				NAME_ARG(l, order[i]->args[0]));
}

static bool declare_rows(struct loader *l, const struct syn_decl *d, const struct fact *f, struct table *t)
{
	static const enum value_kind kind_of[] = {[T_INT] = V_INT, [T_DATE] = V_DATE, [T_SPAN] = V_SPAN};
	enum type_kind kind = f->value == NO_ID ? T_BOOL : l->rb->types.v[f->value].kind;
	if (kind != T_INT && kind != T_DATE && kind != T_SPAN) {
		complain(l, NULL, d->at, "the values of table %.*s are Int, Date or Span", NAME_ARG(l, d->name));
		return false;
	}
	t->rows = arena_array(&l->rb->arena, d->rows.n, struct table_row);
	t->n = (uint32_t)d->rows.n;
	for (size_t i = 0; i < d->rows.n; i++) {
		const struct syn_row *r = &d->rows.v[i];
		if (r->nargs != f->nparams) {
			complain(l, NULL, r->at, "%.*s takes %u arguments, %u given", NAME_ARG(l, d->name), f->nparams,
				r->nargs);
			return false;
		}
		if (r->value.kind != kind_of[kind])
			complain(l, NULL, r->at, "the values of table %.*s are of type %.*s", NAME_ARG(l, d->name),
				TYPE_ARG(l, f->value));
		for (uint32_t k = 0; k < r->nargs; k++)
			t->rows[i].args[k] = (struct value){.kind = V_ENTITY, .s = r->args[k]};
		t->rows[i].value = r->value;
	}
	return true;
}

static void declare_table(struct loader *l, const struct syn_decl *d)
{
	struct rulebook *rb = l->rb;
	if (!index_add(l, &rb->fact_index, "fact", d->name, 0, d->at))
		return;
	struct fact f = {.name = d->name, .at = d->at, .nparams = (uint32_t)d->params.n, .form = FACT_TABLE};
	f.params = declare_params(l, d);
	f.value = type_of_domain(l, &d->domain);
	for (uint32_t i = 0; i < f.nparams; i++)
		if (f.params[i].type != NO_ID && !type_is_entity(l, f.params[i].type))
			complain(l, NULL, d->params.v[i].at, "the arguments of a table are entities; %.*s is none",
				TYPE_ARG(l, f.params[i].type));
	struct table t = {.fact = fact_add(l, f), .at = d->at};
	if (d->cites.n == 0)
		complain(l, NULL, d->at, "table %.*s has no citation", NAME_ARG(l, d->name));
	cites_resolve(l, NULL, &d->cites, &t.cites, &t.ncites);
	if (declare_rows(l, d, &f, &t))
		check_rows(l, d);
	arena_push(&rb->arena, &rb->tables, t);
}

void declare_all(struct loader *l)
{
	declare_types(l);
	for (size_t i = 0; i < l->syntax.decls.n; i++) {
		const struct syn_decl *d = &l->syntax.decls.v[i];
		switch (d->what) {
		case KW_ACT: declare_act(l, d); break;
		case KW_FACT: declare_fact(l, d); break;
		case KW_SET: declare_set(l, d); break;
		case KW_TABLE: declare_table(l, d); break;
		default: break;
		}
	}
}
