/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions put to a large evaluation: how long a reason takes.
 */
#include "pact.h"

#include <inttypes.h>
#include <stdlib.h>

#include "rules/explain.h"
#include "rules/rulebook.h"

struct questions {
	const struct eval *eval;
	uint32_t fact;
	uint64_t wanted, least; /* how many; how deep each must be */
	uint64_t put, nodes;
};

/* How many facts stand above each other in the longest branch. */
static uint64_t facts_deep(const struct proof *p)
{
	uint64_t most = 0;
	for (size_t i = 0; i < p->nkids; i++) {
		uint64_t deep = facts_deep(p->kids[i]);
		if (deep > most)
			most = deep;
	}
	return most + (p->kind == PROOF_FACT);
}

static uint64_t count_nodes(const struct proof *p)
{
	uint64_t n = 1;
	for (size_t i = 0; i < p->nkids; i++)
		n += count_nodes(p->kids[i]);
	return n;
}

/* Asks why, on the first day of the last interval. Only what is deep enough counts. */
static void put(struct questions *q, const struct inst *i, struct arena *scratch)
{
	struct step *steps;
	struct value args[MAX_ARGS];
	size_t n = eval_steps(q->eval, i, scratch, &steps);
	if (n) {
		double began = seconds_now();
		const struct proof *p = explain_why(q->eval, q->fact, inst_args(i, args), steps[n - 1].from + DAY - 1, scratch);
		double took = seconds_now() - began;
		if (p->holds && facts_deep(p) >= q->least) {
			printf("why %.6f\n", took);
			q->put++;
			q->nodes += count_nodes(p);
		}
	}
	arena_reset(scratch);
}

/* Spread evenly over the instances, so that neighbours in memory do not help each other. */
static void put_all(struct questions *q)
{
	struct arena scratch = {0};
	const struct insts all = eval_all(q->eval, q->fact);
	size_t stride = all.n / q->wanted + 1;
	for (size_t from = 0; from < stride && q->put < q->wanted; from++)
		for (size_t i = from; i < all.n && q->put < q->wanted; i += stride)
			put(q, insts_at(&all, i), &scratch);
	if (q->put)
		printf("nodes %" PRIu64 "\n", q->nodes / q->put);
	arena_done(&scratch);
}

int bench_why(int argc, char **argv)
{
	struct questions q = {0};
	struct pact p = {0};
	struct arena a = {0};
	struct syms names;
	struct eval *eval = NULL;
	struct err e = {0};
	if (argc != 8 || !str_u64(str_of(argv[6]), &q.least) || !str_u64(str_of(argv[7]), &q.wanted) || !q.wanted) {
		fputs("usage: comity-bench why ROWS.csv TREATIES.csv RULEBOOK FACT DEPTH QUESTIONS\n", stderr);
		return 2;
	}
	int rc = pact_load(&p, argv[2], argv[3], argv[4], &e);
	if (rc == 0)
		rc = pact_derive(&p, UINT64_MAX, &names, &a, &eval, &e);
	q.eval = eval;
	q.fact = rc == 0 ? rulebook_fact(p.rulebook, str_of(argv[5])) : NO_ID;
	if (rc == 0 && q.fact == NO_ID)
		rc = err_set(&e, ERR_INPUT, argv[4], "has no fact %s", argv[5]);
	if (rc == 0)
		put_all(&q);
	eval_free(eval);
	arena_done(&a);
	pact_free(&p);
	return rc < 0 ? bench_fail(&e) : 0;
}

