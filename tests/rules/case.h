/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of evaluations and explanations: a rulebook and acts as texts, questions as a person writes them, a proof as
 * lines of text.
 */
#ifndef TESTS_RULES_CASE_H
#define TESTS_RULES_CASE_H

#include "tests/rules/rulebooks.h"

#include "rules/explain.h"

struct kase {
	struct book book;
	struct act_list acts;
	struct eval *eval;
};

/* Acts: one a line, `KIND(ARG, ARG ...) DATE`, the arguments in the order of the declaration, `-` for one that is missing;
 * `@N` before it: position N (else one more than the last); `>N` before the kind: it corrects act N; `>N void`: annuls it. A text that
 * starts with `{` is JSON lines. The test fails if anything is wrong. */
void kase_open(struct kase *k, const char *rulebook, const char *acts);
/* A record of RANDOM_ACTS acts under this rulebook, known but for the last few. False: it could not be evaluated; close it all the same. */
enum { RANDOM_ACTS = 24 };
bool kase_random(struct kase *k, const char *rulebook, uint64_t *seed);
void kase_reading(struct kase *k, uint64_t known, uint32_t reading); /* evaluates again */
void kase_known(struct kase *k, uint64_t known);
void kase_close(struct kase *k);

/* `status("KZ") on 2015-01-01`: the value as printed, at the end of that date. */
const char *kase_value(struct kase *k, const char *question);
const char *kase_steps(struct kase *k, const char *fact); /* "observer 2015-06-01..2025-09-01, partner 2025-09-01.." */
const struct proof *kase_why(struct kase *k, const char *question);
const struct proof *kase_whynot(struct kase *k, const char *question); /* `status("X") is member on DATE`, `in_force("X") on DATE` */
struct question kase_question(struct kase *k, const char *question, civil *ret_at);

/* The tree, one node a line, indented by depth: `+` or `-` (holds or not), the kind, and what it says. */
const char *kase_tree(struct kase *k, const struct proof *p);
/* Lines of the tree that contain `what`; the tree is printed if the number is not as expected. */
void assert_lines(struct kase *k, const struct proof *p, const char *what, size_t expected);
#define assert_line(k, p, what) assert_lines((k), (p), (what), SIZE_MAX) /* at least one */
void assert_no_line(struct kase *k, const struct proof *p, const char *what);
/* Each node agrees with its kids and with the evaluation; the tree is within its bounds. */
void assert_sound(struct kase *k, const struct proof *p, civil t);

/* The conformance cases of $COMITY_SHARED in the order of their names, or the one that $CASE names. */
typedef void case_fn(const char *dir, const char *name);
void each_case(case_fn *fn);
char *case_file(const char *dir, const char *name, const char *file); /* its text, to be freed; NULL: it has none */

#endif
