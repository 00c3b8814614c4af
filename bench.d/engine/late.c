/* SPDX-License-Identifier: Apache-2.0
 *
 * An act that comes late: added to a large record, dated anywhere in it. How long until all that depends on it is right again?
 */
#include "pact.h"

#include <inttypes.h>
#include <stdlib.h>

#include "rules/rulebook.h"

struct late {
	struct pact *pact;
	struct eval *eval;
	uint64_t random;
	uint64_t drawn;
};

/* Brings l->eval up to date with one act more; how many facts it looked at again beyond those that the act itself changes.
 * This is the one function to write when evaluations can grow. -1: they cannot yet. */
static int append_act(struct late *l, const struct act *act, uint64_t *ret_dependants)
{
	(void)l;
	(void)act;
	*ret_dependants = 0;
	return -1;
}

static uint64_t draw(struct late *l, uint64_t n)
{
	l->random ^= l->random << 13;
	l->random ^= l->random >> 7;
	l->random ^= l->random << 17;
	return (l->random >> 11) % n;
}

/* An act like one that is on record (so its names exist), on another day of those 36 years: a decision on a status, or
 * a ratification or withdrawal. */
static struct act draw_act(struct late *l)
{
	const struct act_list *all = &l->pact->acts;
	const struct act *like;
	uint32_t kinds[] = {rulebook_act(l->pact->rulebook, STR("status_decided")), rulebook_act(l->pact->rulebook, STR("ratified")),
		rulebook_act(l->pact->rulebook, STR("withdrew"))};
	do
		like = &all->v[draw(l, all->n)];
	while (like->kind != kinds[0] && like->kind != kinds[1] && like->kind != kinds[2]);
	struct act act = {.pos = all->n + ++l->drawn, .kind = like->kind, .args = like->args};
	act.date = (FIRST_DAY + (civil)draw(l, DAYS)) * DAY;
	return act;
}

static int append_often(struct late *l, uint64_t acts)
{
	for (uint64_t i = 0; i < acts; i++) {
		uint64_t dependants;
		struct act act = draw_act(l);
		double began = seconds_now();
		if (append_act(l, &act, &dependants) < 0) {
			puts("late not measured: an evaluation is made from all acts at once; no call adds one act to it yet");
			return 0;
		}
		printf("late %.9f %" PRIu64 "\n", seconds_now() - began, dependants);
	}
	return 0;
}

int bench_late(int argc, char **argv)
{
	struct pact p = {0};
	struct arena a = {0};
	struct syms names;
	struct err e = {0};
	struct late l = {.pact = &p, .random = 88172645463325252u};
	uint64_t acts;
	if (argc != 6 || !str_u64(str_of(argv[5]), &acts)) {
		fputs("usage: comity-bench late ROWS.csv TREATIES.csv RULEBOOK ACTS\n", stderr);
		return 2;
	}
	int rc = pact_load(&p, argv[2], argv[3], argv[4], &e);
	if (rc == 0)
		rc = pact_derive(&p, UINT64_MAX, &names, &a, &l.eval, &e);
	if (rc == 0)
		rc = append_often(&l, acts);
	eval_free(l.eval);
	arena_done(&a);
	pact_free(&p);
	return rc < 0 ? bench_fail(&e) : 0;
}
