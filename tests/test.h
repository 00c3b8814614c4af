/* SPDX-License-Identifier: Apache-2.0
 *
 * What every unit test includes: cmocka, TAP output, and the folder of shared vectors.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

/* cmocka's macro wants an array, so this is one too. */
#define test_main(tests) (cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests((tests), NULL, NULL))

/* The folder of test vectors ($COMITY_SHARED), or NULL: then say skip(). */
static inline const char *test_shared(void)
{
	const char *dir = getenv("COMITY_SHARED");
	return dir && *dir ? dir : NULL;
}

#define NEED_SHARED() \
	do { \
		if (!test_shared()) { \
			print_message("# SKIP: set COMITY_SHARED to the folder of test vectors\n"); \
			skip(); \
		} \
	} while (0)

#endif
