/* SPDX-License-Identifier: Apache-2.0
 *
 * What the test template shows.
 */
#ifndef TESTS_WEB_ESCAPE_H
#define TESTS_WEB_ESCAPE_H

#include "html/parts.h"

struct escape_row {
	struct str name;
	LIST(struct str) words;
};

struct escape_inner {
	struct str deep;
};

struct escape {
	struct str text;
	const char *z;
	struct html markup;
	struct url address;
	int minus;
	uint64_t big;
	size_t n;
	bool yes;
	LIST(struct escape_row) rows;
	struct escape_inner in;
	const struct escape_inner *far;
};

#endif
