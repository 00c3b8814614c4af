/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A promise of the reader under test. */
#define must(what)                                                                                                     \
	do {                                                                                                           \
		if (!(what)) {                                                                                         \
			(void)fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #what);                       \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

#endif
