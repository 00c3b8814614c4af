/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows that the design's own pages show, as data for the components: who had which status when.
 */
#ifndef TESTS_WEB_GALLERY_DATA_H
#define TESTS_WEB_GALLERY_DATA_H

#include "html/parts.h"

struct party_bar {
	const char *from, *to; /* to NULL: still so */
	unsigned rank;
	enum swatch kind;
};

struct party {
	const char *group, *code, *name;
	unsigned col, row; /* of its tile */
	const char *label; /* its bars in words */
	struct party_bar bars[4];
};

extern const struct party parties[];
extern const size_t parties_n;

civil day(const char *iso);
struct axis gallery_axis(const struct tongue *t);	    /* 2001 to 2026 */
void gallery_tiles(struct arena *a, struct tiles *t);	    /* in the order of rows, then columns */
void gallery_lanes(struct arena *a, struct lanes *l);
void gallery_counts(struct arena *a, struct counts *c);
void gallery_timeline(struct arena *a, struct timeline *t); /* of Belarus */
void gallery_ruler(struct arena *a, struct ruler *r, const char *on, const char *from, const char *to);

#endif
