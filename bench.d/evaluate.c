/* SPDX-License-Identifier: Apache-2.0
 *
 * comity-bench DIR [RUNS]: evaluates the whole public record of a data directory RUNS times, each time from nothing, and prints
 * the milliseconds of each run, one a line. An evaluation is what a view needs: every fact, once per reading of the rulebook.
 *
 * comity-bench engine|known|why|late ...: the engine on a large record (engine/pact.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/pact.h"
#include "register/reg.h"
#include "rules/eval.h"

static double milliseconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int evaluate(const struct record *record, uint32_t reading, struct err *e)
{
	struct arena names = {0};
	struct syms syms;
	struct eval *eval = NULL;
	syms_init(&syms, &names, record_syms(record));
	int rc = eval_new(record_rulebook(record), &syms, record_acts(record), record_size(record) - 1, reading, &eval, e);
	eval_free(eval);
	arena_done(&names);
	return rc;
}

static int evaluate_often(const struct record *record, uint64_t runs, struct err *e)
{
	size_t readings = record_rulebook(record)->readings.n;
	int rc = 0;
	for (uint64_t i = 0; i < runs && rc == 0; i++) {
		double started = milliseconds();
		for (uint32_t reading = 0; reading < (readings ? readings : 1) && rc == 0; reading++)
			rc = evaluate(record, reading, e);
		printf("%.4f\n", milliseconds() - started);
	}
	return rc;
}

static int run(const char *dir, uint64_t runs, struct err *e)
{
	struct reg *reg;
	const struct view *view;
	int rc = reg_open(dir, REG_READ, &reg, e);
	if (rc < 0)
		return rc;
	rc = reg_view(reg, STR("public"), UINT64_MAX, &view, e);
	if (rc == 0) {
		rc = evaluate_often(view_record(view), runs, e);
		view_unref(view);
	}
	reg_close(reg);
	return rc;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} PARTS[] = {{"engine", bench_engine}, {"known", bench_known}, {"why", bench_why}, {"late", bench_late}};

int main(int argc, char **argv)
{
	struct err e = {0};
	uint64_t runs = 100;
	for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS && argc > 1; i++)
		if (strcmp(argv[1], PARTS[i].name) == 0)
			return PARTS[i].run(argc, argv);
	if (argc < 2 || argc > 3 || (argc == 3 && !str_u64(str_of(argv[2]), &runs))) {
		fputs("usage: comity-bench DIR [RUNS]\n", stderr);
		return 2;
	}
	if (run(argv[1], runs, &e) == 0)
		return 0;
	fprintf(stderr, "comity-bench: %s: %s\n", e.where, e.what);
	return 2;
}
