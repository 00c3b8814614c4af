/* SPDX-License-Identifier: Apache-2.0 */
#include "pact.h"

#include <stdlib.h>
#include <string.h>

#include "register/bundle.h"

enum { MOST_ARGS = 3 };

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

struct names { /* of things numbered from 0 */
	char letter;
	packed *v;
	size_t n, cap;
};

struct making {
	struct pact *pact;
	uint32_t kinds[NKINDS];
	struct names parties, orgs, treaties, obligations;
	packed ranks[4];
	packed *args; /* room for those of all acts, from here on */
};

static packed entity(sym s)
{
	return value_pack((struct value){.kind = V_ENTITY, .s = s});
}

static packed new_name(struct making *m, struct names *names, uint32_t i)
{
	while (names->n <= i) {
		char name[24], *at = name + sizeof name;
		size_t left = names->n;
		do
			*--at = (char)('0' + left % 10);
		while (left /= 10);
		*--at = names->letter;
		sym s = syms_intern(&m->pact->syms, (struct str){at, (size_t)(name + sizeof name - at)});
		arena_push(&m->pact->arena, names, entity(s));
	}
	return names->v[i];
}

static inline packed name_of(struct making *m, struct names *names, uint32_t i)
{
	return i < names->n ? names->v[i] : new_name(m, names, i);
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
	struct names *others = KINDS[k].other == 'g' ? &m->orgs : KINDS[k].other == 't' ? &m->treaties : &m->obligations;
	packed *args = add(m, k, row->day)->args;
	args[0] = name_of(m, &m->parties, row->party);
	args[1] = name_of(m, others, row->x);
	if (k == STATUS_DECIDED)
		args[2] = m->ranks[row->value];
	else if (k == OBLIGATION_AROSE)
		args[2] = value_pack((struct value){.kind = V_DATE, .t = row->value * DAY});
}

static void add_treaty(struct making *m, uint32_t i, const struct treaty *t)
{
	packed *args = add(m, OPENED, OPENED_DAY)->args;
	args[0] = name_of(m, &m->treaties, i);
	args[1] = value_pack((struct value){.kind = V_INT, .i = t->threshold});
	args[2] = value_pack((struct value){.kind = V_SPAN, .span = {(uint32_t)t->months, SPAN_MONTH}});
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

static int make_acts(struct making *m, struct rows *r)
{
	struct pact *p = m->pact;
	struct row row;
	size_t most = r->most + r->ntreaties + 1; /* what is not used of the room costs nothing */
	int rc;
	for (size_t i = 1; i < 4; i++)
		m->ranks[i] = value_pack((struct value){.kind = V_WORD, .s = syms_intern(&p->syms, str_of(RANKS[i]))});
	m->args = arena_array(&p->arena, most * MOST_ARGS, packed);
	p->acts.v = arena_array(&p->arena, most, struct act);
	p->acts.cap = most;
	for (uint32_t i = 0; i < r->ntreaties; i++)
		add_treaty(m, i, &r->treaties[i]);
	while ((rc = rows_next(r, &row)) > 0)
		add_row(m, &row);
	return rc;
}

int pact_load(struct pact *p, const char *rows, const char *treaties, const char *rulebook, struct err *e)
{
	struct rows r;
	struct making m = {.pact = p, .parties.letter = 'p', .orgs.letter = 'g', .treaties.letter = 't', .obligations.letter = 'o'};
	*p = (struct pact){0};
	int rc = rulebook_load_file(rulebook, &p->rulebook, e);
	if (rc == 0)
		rc = find_kinds(&m, e);
	if (rc < 0)
		return rc;
	syms_init(&p->syms, &p->arena, &p->rulebook->syms);
	rc = rows_open(&r, rows, treaties);
	if (rc == 0)
		rc = make_acts(&m, &r);
	rows_free(&r);
	return rc < 0 ? err_set(e, ERR_INPUT, rows, "cannot be used") : 0;
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
