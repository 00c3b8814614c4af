/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of the rule language: loading a text (with other texts to include), its messages as one string, and a rule of
 * the program written out, so that a test can say what a text was understood as.
 */
#ifndef TESTS_RULES_TEXT_H
#define TESTS_RULES_TEXT_H

#include "tests/test.h"

#include "rules/rulebook.h"

struct included { /* a list ends in {NULL, NULL} */
	const char *name, *text;
};

/* `others` may be NULL. *ret_code: that of rulebook_load. */
struct rulebook *text_load(const char *text, const struct included *others, int *ret_code);
struct rulebook *text_good(const char *text);	  /* there must be no error */
char *text_messages(const struct rulebook *rb);	  /* all of them, one a line; the caller frees it */
char *text_of_rule(const struct rulebook *rb, size_t i);
/* "status(S) := member on granted(S) if not leaving(S) from (+ that-day 3 days) regardless"; lists in prefix form; a^ is
 * an ending; a variable has its number behind it where two of the rule share a name. */
void assert_rule(const struct rulebook *rb, size_t i, const char *expected);
/* The text has exactly these messages (NULL: none), each "line: [article] message" or the beginning of one. */
void assert_messages(const char *text, const char *const *expected);

#endif
