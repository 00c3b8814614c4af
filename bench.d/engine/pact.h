/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the engine's bench as acts of a rulebook, and the parts of comity-bench that measure the engine with them.
 */
#ifndef BENCH_PACT_H
#define BENCH_PACT_H

#include "rows.h"
#include "rules/eval.h"

struct pact {
	struct arena arena;
	struct rulebook *rulebook;
	struct syms syms;
	struct act_list acts; /* the opening of each treaty, then one act a row */
};

/* Reads the rulebook and the rows and makes acts of them, as pact.md declares them. Free with pact_free, also after an error. */
int pact_load(struct pact *p, const char *rows, const char *treaties, const char *rulebook, struct err *e);
void pact_free(struct pact *p);
/* Everything derived as known at `known`. `names` gets what the evaluation adds to the names and must outlive it. */
int pact_derive(const struct pact *p, uint64_t known, struct syms *names, struct arena *a, struct eval **ret, struct err *e);

int bench_fail(const struct err *e); /* prints it; the exit status */

int bench_engine(int argc, char **argv); /* comity-bench engine ROWS TREATIES RULEBOOK [RUNS] */
int bench_known(int argc, char **argv);	 /* comity-bench known ROWS TREATIES RULEBOOK POSITION [RUNS] */
int bench_why(int argc, char **argv);	 /* comity-bench why ROWS TREATIES RULEBOOK FACT DEPTH QUESTIONS */
int bench_late(int argc, char **argv);	 /* comity-bench late ROWS TREATIES RULEBOOK ACTS */

#endif
