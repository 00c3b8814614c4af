/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions put to a large evaluation: how much processor time a reason takes. (Other work on the machine would show in the slowest
 * of them by wall time.)
 */
#include "pact.h"

#include <inttypes.h>
#include <stdlib.h>

#include "rules/explain.h"
#include "rules/rulebook.h"

struct questions {
	const struct eval *eval;
	uint32_t fact;
	uint64_t wanted, least; /* how many; how deep each reason must be */
	uint64_t put, nodes;
	struct insts all; /* of the fact */
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

static void took(const char *what, double began)
{
	printf("%s %.6f\n", what, seconds_spent() - began);
}

/* Asks why, on the first day of the last interval. Only what is deep enough counts. */
static void put_why(struct questions *q, size_t i, struct arena *scratch)
{
	struct step *steps;
	struct value args[MAX_ARGS];
	const struct inst *inst = insts_at(&q->all, i);
	size_t n = eval_steps(q->eval, inst, scratch, &steps);
	if (!n)
		return;
	double began = seconds_spent();
	const struct proof *p = explain_why(q->eval, q->fact, inst_args(inst, args), steps[n - 1].from + DAY - 1, scratch);
	double needed = seconds_spent() - began;
	if (p->holds && facts_deep(p) >= q->least) {
		printf("why %.6f\n", needed);
		q->put++;
		q->nodes += count_nodes(p);
	}
}

/* Asks why not, and what would help, of arguments that belong to different instances, in the middle of the record. */
static void put_whynot(struct questions *q, size_t i, struct arena *scratch)
{
	struct value args[MAX_ARGS], others[MAX_ARGS];
	struct remedy *remedies;
	const struct inst *one = insts_at(&q->all, i), *other = insts_at(&q->all, (i * 7919 + 1) % q->all.n);
	civil t = q->eval->acts[q->eval->nacts / 2].act->date;
	inst_args(one, args);
	args[0] = inst_args(other, others)[0];
	double began = seconds_spent();
	const struct proof *p = explain_whynot(q->eval, q->fact, args, VALUE_YES, t, scratch);
	if (p->holds)
		return;
	took("whynot", began);
	began = seconds_spent();
	(void)explain_remedies(q->eval, p, q->fact, args, VALUE_YES, t, scratch, &remedies);
	took("remedies", began);
	q->put++;
}

/* Asks what an act did. */
static void put_effects(struct questions *q, size_t i, struct arena *scratch)
{
	struct effect *effects;
	uint64_t place = q->eval->acts[i * 7919 % q->eval->nacts].place;
	double began = seconds_spent();
	(void)explain_effects(q->eval, place, scratch, &effects);
	took("effects", began);
	q->put++;
}

/* Spread evenly over the instances, so that neighbours in memory do not help each other. */
static void put_all(struct questions *q, void (*put)(struct questions *, size_t, struct arena *), uint64_t wanted)
{
	struct arena scratch = {0};
	size_t stride = q->all.n / wanted + 1;
	q->put = 0;
	for (size_t from = 0; from < stride && q->put < wanted; from++)
		for (size_t i = from; i < q->all.n && q->put < wanted; i += stride) {
			put(q, i, &scratch);
			arena_reset(&scratch);
		}
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
	if (rc == 0) {
		q.all = eval_all(eval, q.fact);
		put_all(&q, put_why, q.wanted);
		if (q.put)
			printf("nodes %" PRIu64 "\n", q.nodes / q.put);
		put_all(&q, put_whynot, q.wanted);
		put_all(&q, put_effects, q.wanted / 20 + 1);
	}
	eval_free(eval);
	arena_done(&a);
	pact_free(&p);
	return rc < 0 ? bench_fail(&e) : 0;
}

