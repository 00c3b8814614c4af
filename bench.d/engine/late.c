/* SPDX-License-Identifier: Apache-2.0
 *
 * An act that comes late: added to a large record, dated anywhere in it. How long until all that depends on it is right again?
 */
#include "pact.h"

#include <inttypes.h>
#include <stdlib.h>

#include "rules/late.h"
#include "rules/rulebook.h"

struct late_bench {
	struct pact *pact;
	struct late *late;
	struct act_list acts; /* those of the record, and those that came late */
	uint64_t random;
	uint64_t drawn;
};

/* Brings the evaluation up to date with one act more; how many facts it looked at again beyond the one that the act itself
 * changes. */
static int append_act(struct late_bench *l, const struct act *act, uint64_t *ret_dependants, struct err *e)
{
	int rc = late_append(l->late, act, e);
	uint64_t looked_at = rc < 0 ? 0 : late_stats(l->late).looked_at;
	*ret_dependants = looked_at ? looked_at - 1 : 0;
	return rc;
}

static uint64_t draw(struct late_bench *l, uint64_t n)
{
	l->random ^= l->random << 13;
	l->random ^= l->random >> 7;
	l->random ^= l->random << 17;
	return (l->random >> 11) % n;
}

/* An act like one that is on record (so its names exist), on another day of those 36 years: a decision on a status, or
 * a ratification or withdrawal. */
static struct act draw_act(struct late_bench *l)
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

static int append_often(struct late_bench *l, uint64_t acts, struct err *e)
{
	for (uint64_t i = 0; i < acts; i++) {
		uint64_t dependants;
		struct act act = draw_act(l);
		arena_push(&l->pact->arena, &l->acts, act);
		double began = seconds_spent();
		int rc = append_act(l, &act, &dependants, e);
		double ended = seconds_spent();
		if (rc < 0)
			return rc;
		printf("late %.9f %" PRIu64 "\n", ended - began, dependants);
	}
	return 0;
}

/* Does every fact have the same steps as in a full evaluation of all acts? */
static uint64_t checksum(const struct eval *e)
{
	struct arena a = {0};
	uint64_t sum = 0;
	for (uint32_t f = 0; f < e->rb->facts.n; f++) {
		const struct insts all = eval_all(e, f);
		for (size_t i = 0; i < all.n; i++) {
			const struct inst *inst = insts_at(&all, i);
			struct step *steps;
			size_t n = eval_steps(e, inst, &a, &steps);
			uint64_t h = hash_value(0, f);
			for (uint32_t k = 0; k < inst->nargs; k++)
				h = hash_value(h, inst_packed(inst)[k]);
			for (size_t k = 0; k < n; k++)
				h = hash_value(hash_value(hash_value(h, (uint64_t)steps[k].from), (uint64_t)steps[k].to), value_pack(steps[k].value));
			sum += n ? hash_end(h) : 0;
			arena_reset(&a);
		}
	}
	arena_done(&a);
	return sum;
}

static int compare(struct late_bench *l, struct syms *names, struct err *e)
{
	struct eval *full;
	int rc = eval_new(l->pact->rulebook, names, &l->acts, UINT64_MAX, 0, &full, e);
	if (rc < 0)
		return rc;
	printf("full %" PRIu64 "\nsame %d\n", late_stats(l->late).full, checksum(full) == checksum(late_eval(l->late)));
	eval_free(full);
	return 0;
}

int bench_late(int argc, char **argv)
{
	struct pact p = {0};
	struct arena a = {0};
	struct syms names;
	struct err e = {0};
	struct late_bench l = {.pact = &p, .random = 88172645463325252u};
	uint64_t acts;
	if (argc != 6 || !str_u64(str_of(argv[5]), &acts)) {
		fputs("usage: comity-bench late ROWS.csv TREATIES.csv RULEBOOK ACTS\n", stderr);
		return 2;
	}
	int rc = pact_load(&p, argv[2], argv[3], argv[4], &e);
	double began = seconds_now();
	if (rc == 0) {
		syms_init(&names, &a, &p.syms);
		rc = late_open(p.rulebook, &names, &p.acts, 0, &l.late, &e);
	}
	if (rc == 0) {
		printf("open %.4f\npeak %.0f\n", seconds_now() - began, peak_megabytes());
		for (size_t i = 0; i < p.acts.n; i++)
			arena_push(&p.arena, &l.acts, p.acts.v[i]);
		rc = append_often(&l, acts, &e);
	}
	if (rc == 0)
		rc = compare(&l, &names, &e);
	late_close(l.late);
	arena_done(&a);
	pact_free(&p);
	return rc < 0 ? bench_fail(&e) : 0;
}
