/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything derived from nothing: from rows to facts, and as known at a position.
 */
#include "pact.h"

#include <stdlib.h>

#include "rules/rulebook.h"

/* The eight facts of the bench, as the rulebook has them. */
static const struct {
	const char *name, *fact, *value; /* value: only the intervals with this one; NULL: all */
} FACTS[] = {
	{"status", "status", NULL}, {"ratified", "has_ratified", NULL}, {"in_force", "in_force", NULL},
	{"party", "party", NULL}, {"pending", "duty", "pending"}, {"overdue", "duty", "overdue"},
	{"fulfilled", "duty", "fulfilled"}, {"may_attend", "may_attend", NULL},
};

static void add_steps(const struct eval *e, const struct inst *i, sym value, struct arena *scratch, struct sums *sums)
{
	struct step *steps;
	size_t n = eval_steps(e, i, scratch, &steps);
	for (size_t k = 0; k < n; k++)
		if (value == SYM_ABSENT || steps[k].value.s == value)
			sums_add(sums, steps[k].from / DAY, steps[k].to == CIVIL_NEVER ? OPEN_END : steps[k].to / DAY);
	arena_reset(scratch);
}

static int print_facts(const struct eval *e)
{
	struct arena scratch = {0};
	for (size_t f = 0; f < sizeof FACTS / sizeof *FACTS; f++) {
		struct sums sums = {0};
		uint32_t fact = rulebook_fact(e->rb, str_of(FACTS[f].fact));
		sym value = FACTS[f].value ? syms_find(&e->rb->syms, str_of(FACTS[f].value)) : SYM_ABSENT;
		if (fact == NO_ID || (FACTS[f].value && value == SYM_ABSENT)) {
			fprintf(stderr, "comity-bench: the rulebook has no fact %s\n", FACTS[f].fact);
			return -1;
		}
		const struct insts all = eval_all(e, fact);
		for (size_t i = 0; i < all.n; i++)
			add_steps(e, insts_at(&all, i), value, &scratch, &sums);
		sums_print(FACTS[f].name, &sums);
	}
	arena_done(&scratch);
	return 0;
}

static int engine_once(char **argv, bool print)
{
	struct pact p;
	struct arena a = {0};
	struct syms names;
	struct eval *eval = NULL;
	struct err e = {0};
	double began = seconds_now(), spent = seconds_spent();
	int rc = pact_load(&p, argv[2], argv[3], argv[4], &e);
	double loaded = seconds_now();
	if (rc == 0)
		rc = pact_derive(&p, UINT64_MAX, &names, &a, &eval, &e);
	if (rc == 0) {
		printf("load %.4f\nderive %.4f\nspent %.4f\n", loaded - began, seconds_now() - loaded, seconds_spent() - spent);
		printf("peak %.0f\n", peak_megabytes());
		rc = print ? print_facts(eval) : 0;
	}
	eval_free(eval);
	arena_done(&a);
	pact_free(&p);
	return e.code < 0 ? bench_fail(&e) : rc < 0 ? 2 : 0;
}

int bench_engine(int argc, char **argv)
{
	uint64_t runs = 1;
	int status = 0;
	if (argc < 5 || argc > 6 || (argc == 6 && !str_u64(str_of(argv[5]), &runs))) {
		fputs("usage: comity-bench engine ROWS.csv TREATIES.csv RULEBOOK [RUNS]\n", stderr);
		return 2;
	}
	for (uint64_t i = 0; i < runs && status == 0; i++)
		status = engine_once(argv, i == runs - 1);
	return status;
}

/* ---- as known at a position ------------------------------------------------------------------------------------------ */

static int known_once(const struct pact *p, uint64_t known, bool print)
{
	struct arena a = {0};
	struct syms names;
	struct eval *eval = NULL;
	struct err e = {0};
	double began = seconds_now(), spent = seconds_spent();
	int rc = pact_derive(p, known, &names, &a, &eval, &e);
	if (rc == 0) {
		printf("derive %.4f\nspent %.4f\n", seconds_now() - began, seconds_spent() - spent);
		rc = print ? print_facts(eval) : 0;
	}
	eval_free(eval);
	arena_done(&a);
	return e.code < 0 ? bench_fail(&e) : rc < 0 ? 2 : 0;
}

int bench_known(int argc, char **argv)
{
	uint64_t known, runs = 1;
	struct pact p;
	struct err e = {0};
	if (argc < 6 || argc > 7 || !str_u64(str_of(argv[5]), &known) || (argc == 7 && !str_u64(str_of(argv[6]), &runs))) {
		fputs("usage: comity-bench known ROWS.csv TREATIES.csv RULEBOOK POSITION [RUNS]\n", stderr);
		return 2;
	}
	int status = pact_load(&p, argv[2], argv[3], argv[4], &e) < 0 ? bench_fail(&e) : 0;
	for (uint64_t i = 0; i < runs && status == 0; i++)
		status = known_once(&p, known, i == runs - 1);
	pact_free(&p);
	return status;
}
