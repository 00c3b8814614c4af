/* SPDX-License-Identifier: Apache-2.0
 *
 * What the demonstration page of the tests shows.
 */
#ifndef TESTS_WEB_DEMO_PAGE_H
#define TESTS_WEB_DEMO_PAGE_H

#include "web/frame.h"

struct demo_page {
	struct frame frame;
	struct str name, q;
	const struct ask *ask;
};

#endif
