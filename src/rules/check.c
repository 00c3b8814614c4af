/* SPDX-License-Identifier: Apache-2.0
 *
 * Illegal cycles: a definition that rests on itself, whether directly, through other definitions, or through their
 * opposites. Cycles through effects are lawful: time breaks them (reference, section 13).
 */
#include "rules/check.h"

/* fact -> another defined fact that a definition of it reads */
struct edge {
	uint32_t to, rule;
};

struct edges {
	struct edge *v;
	size_t n, cap;
};

static void add_edges(struct loader *l, const struct node *n, uint32_t rule, struct edges *out)
{
	bool reads = n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT;
	if (reads && n->fact != NO_ID && l->rb->facts.v[n->fact].form == FACT_DEFINED)
		arena_push(&l->scratch, out, ((struct edge){n->fact, rule}));
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i])
			add_edges(l, n->kids[i], rule, out);
}

static struct edges edges_of(struct loader *l, const struct fact *f)
{
	struct edges out = {0};
	for (uint32_t i = 0; i < f->nrules; i++) {
		const struct rule *r = &l->rb->rules.v[f->rules[i]];
		if (r->form == RULE_DEFINITION && r->cond)
			add_edges(l, r->cond, f->rules[i], &out);
	}
	return out;
}

/* A walk in depth, with its own stack: a chain of definitions may be as long as the rulebook. */
struct step {
	uint32_t fact;
	size_t next; /* the edge to follow next; the last one followed is before it */
	struct edges edges;
};

struct walk {
	struct loader *l;
	struct step *path;
	size_t n;
	uint32_t *place; /* by fact: 0 not seen, 1 + its place on the path, or DONE */
	bool *told;      /* by fact: part of a cycle already reported */
};
#define DONE UINT32_MAX

static struct str citation(const struct rule *r)
{
	return r->ncites ? r->cites[0].text : STR("");
}

/* suspended [Charter 5] -> owes [Fin 2] -> suspended */
static void report(struct walk *w, size_t from)
{
	struct loader *l = w->l;
	struct rulebook *rb = l->rb;
	bool news = false;
	for (size_t i = from; i < w->n; i++) {
		news |= !w->told[w->path[i].fact];
		w->told[w->path[i].fact] = true;
	}
	if (!news)
		return;
	char way[900];
	size_t n = 0;
	const struct edge *first = &w->path[from].edges.v[w->path[from].next - 1];
	for (size_t i = from; i < w->n && n < sizeof way - 300; i++) {
		const struct edge *e = &w->path[i].edges.v[w->path[i].next - 1];
		struct str cite = str_slice(citation(&rb->rules.v[e->rule]), 0, 120);
		n += (size_t)snprintf(way + n, sizeof way - n, "%.*s [%.*s] -> ",
			NAME_ARG(l, rb->facts.v[w->path[i].fact].name), STR_ARG(cite));
	}
	(void)snprintf(way + n, sizeof way - n, "%.*s", NAME_ARG(l, rb->facts.v[w->path[from].fact].name));
	complain(l, l->rules.v[first->rule]->head, rb->rules.v[first->rule].at, "illegal cycle: %s", way);
	hint(l, "a definition cannot rest on itself; let an effect (begins, ends) break the circle");
}

static void enter_fact(struct walk *w, uint32_t fact)
{
	w->path[w->n++] = (struct step){.fact = fact, .edges = edges_of(w->l, &w->l->rb->facts.v[fact])};
	w->place[fact] = (uint32_t)w->n;
}

static void walk_from(struct walk *w, uint32_t start)
{
	enter_fact(w, start);
	while (w->n) {
		struct step *s = &w->path[w->n - 1];
		if (s->next == s->edges.n) {
			w->place[s->fact] = DONE;
			w->n--;
			continue;
		}
		uint32_t to = s->edges.v[s->next++].to, seen = w->place[to];
		if (seen == 0)
			enter_fact(w, to);
		else if (seen != DONE)
			report(w, seen - 1);
	}
}

void check_all(struct loader *l)
{
	size_t n = l->rb->facts.n;
	struct walk w = {.l = l,
		.path = arena_array(&l->scratch, n, struct step),
		.place = arena_array(&l->scratch, n, uint32_t),
		.told = arena_array(&l->scratch, n, bool)};
	for (uint32_t i = 0; i < n; i++)
		if (l->rb->facts.v[i].form == FACT_DEFINED && w.place[i] == 0)
			walk_from(&w, i);
}
