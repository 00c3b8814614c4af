/* SPDX-License-Identifier: Apache-2.0
 *
 * A small site for tests: an organisation that does not exist, four rows, a log whose position the test sets.
 */
#ifndef TESTS_WEB_DEMO_H
#define TESTS_WEB_DEMO_H

#include "web/web.h"

#include <stdatomic.h>

struct demo {
	atomic_ullong position;
	atomic_ullong rendered; /* answers that a handler made */
	civil today;
	struct arena arena;
};

/* A configuration whose source is `d`; its words live in d->arena. */
struct web_config demo_config(struct demo *d);

extern const struct routes demo_routes;

#endif
