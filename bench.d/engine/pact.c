/* SPDX-License-Identifier: Apache-2.0 */
#include "pact.h"

#include <stdlib.h>
#include <string.h>

#include "register/bundle.h"

enum kind { STATUS_DECIDED, OPENED, RATIFIED, WITHDREW, OBLIGATION_AROSE, OBLIGATION_FULFILLED, NKINDS };

static const struct {
	const char *name;
	uint32_t nargs;
	char other; /* what its second argument is: the first letter of the names */
} KINDS[NKINDS] = {
	{"status_decided", 3, 'g'}, {"opened", 3, 0}, {"ratified", 2, 't'},
	{"withdrew", 2, 't'}, {"obligation_arose", 3, 'o'}, {"obligation_fulfilled", 2, 'o'},
};

static const char *const RANKS[] = {NULL, "observer", "partner", "member"};

struct making {
	struct pact *pact;
	uint32_t kinds[NKINDS];
	sym *parties, *orgs, *treaties, *obligations; /* names by number */
	packed ranks[4];
	packed *args; /* room for those of all acts, from here on */
};

static sym *names(struct pact *p, char letter, size_t n)
{
	sym *v = arena_array(&p->arena, n + 1, sym);
	for (size_t i = 0; i < n; i++) {
		char name[24], *at = name + sizeof name;
		size_t left = i;
		do
			*--at = (char)('0' + left % 10);
		while (left /= 10);
		*--at = letter;
		v[i] = syms_intern(&p->syms, (struct str){at, (size_t)(name + sizeof name - at)});
	}
	return v;
}

static packed entity(sym s)
{
	return value_pack((struct value){.kind = V_ENTITY, .s = s});
}

static struct act *add(struct making *m, enum kind k, int64_t day)
{
	struct act *a = &m->pact->acts.v[m->pact->acts.n++];
	a->pos = m->pact->acts.n;
	a->kind = m->kinds[k];
	a->date = day * DAY;
	a->args = m->args;
	m->args += KINDS[k].nargs;
	return a;
}

static void add_row(struct making *m, const struct row *row)
{
	enum kind k = row->kind == 'S'	 ? STATUS_DECIDED
		      : row->kind == 'R' ? RATIFIED
		      : row->kind == 'W' ? WITHDREW
		      : row->kind == 'C' ? OBLIGATION_AROSE
					 : OBLIGATION_FULFILLED;
	const sym *others = KINDS[k].other == 'g' ? m->orgs : KINDS[k].other == 't' ? m->treaties : m->obligations;
	packed *args = add(m, k, row->day)->args;
	args[0] = entity(m->parties[row->party]);
	args[1] = entity(others[row->x]);
	if (k == STATUS_DECIDED)
		args[2] = m->ranks[row->value];
	else if (k == OBLIGATION_AROSE)
		args[2] = value_pack((struct value){.kind = V_DATE, .t = row->value * DAY});
}

static void add_treaty(struct making *m, size_t i, const struct treaty *t)
{
	packed *args = add(m, OPENED, OPENED_DAY)->args;
	args[0] = entity(m->treaties[i]);
	args[1] = value_pack((struct value){.kind = V_INT, .i = t->threshold});
	args[2] = value_pack((struct value){.kind = V_SPAN, .span = {(uint32_t)t->months, SPAN_MONTH}});
}

static size_t count_args(const struct rows *r)
{
	size_t n = 3 * r->ntreaties;
	for (size_t i = 0; i < r->n; i++)
		n += r->v[i].kind == 'S' || r->v[i].kind == 'C' ? 3 : 2;
	return n;
}

static int find_kinds(struct making *m, struct err *e)
{
	for (size_t k = 0; k < NKINDS; k++) {
		m->kinds[k] = rulebook_act(m->pact->rulebook, str_of(KINDS[k].name));
		if (m->kinds[k] == NO_ID)
			return err_set(e, ERR_INPUT, "rulebook", "has no act %s", KINDS[k].name);
	}
	return 0;
}

static void make_acts(struct making *m, const struct rows *r)
{
	struct pact *p = m->pact;
	m->parties = names(p, 'p', r->nparties);
	m->orgs = names(p, 'g', r->norgs);
	m->treaties = names(p, 't', r->ntreaties);
	m->obligations = names(p, 'o', r->nobligations);
	for (size_t i = 1; i < 4; i++)
		m->ranks[i] = value_pack((struct value){.kind = V_WORD, .s = syms_intern(&p->syms, str_of(RANKS[i]))});
	m->args = arena_array(&p->arena, count_args(r) + 1, packed);
	p->acts.v = arena_array(&p->arena, r->n + r->ntreaties + 1, struct act);
	p->acts.cap = r->n + r->ntreaties + 1;
	for (size_t i = 0; i < r->ntreaties; i++)
		add_treaty(m, i, &r->treaties[i]);
	for (size_t i = 0; i < r->n; i++)
		add_row(m, &r->v[i]);
}

int pact_load(struct pact *p, const char *rows, const char *treaties, const char *rulebook, struct err *e)
{
	struct rows r;
	struct making m = {.pact = p};
	*p = (struct pact){0};
	int rc = rulebook_load_file(rulebook, &p->rulebook, e);
	if (rc == 0)
		rc = find_kinds(&m, e);
	if (rc < 0)
		return rc;
	if (rows_read(&r, rows, treaties) < 0)
		return err_set(e, ERR_INPUT, rows, "cannot be used");
	syms_init(&p->syms, &p->arena, &p->rulebook->syms);
	make_acts(&m, &r);
	rows_free(&r);
	return 0;
}

void pact_free(struct pact *p)
{
	arena_done(&p->arena);
	rulebook_free(p->rulebook);
	*p = (struct pact){0};
}

int pact_derive(const struct pact *p, uint64_t known, struct syms *names, struct arena *a, struct eval **ret, struct err *e)
{
	syms_init(names, a, &p->syms);
	return eval_new(p->rulebook, names, &p->acts, known, 0, ret, e);
}

int bench_fail(const struct err *e)
{
	fprintf(stderr, "comity-bench: %s: %s\n", e->where, e->what);
	return 2;
}
