/* SPDX-License-Identifier: Apache-2.0
 *
 * The design's pages, rebuilt from our components and the design's own rows, to be looked at beside the originals.
 */
#ifndef TESTS_WEB_GALLERY_H
#define TESTS_WEB_GALLERY_H

#include "web/frame.h"

struct gallery_page {
	struct frame frame;
	struct axis axis;
	struct tiles tiles;
	struct counts counts;
	struct lanes lanes;
	struct timeline timeline;
	chart_key key;
	struct gazette acts, news;
	struct records table;
	pairs facts;
	milestones steps;
	struct versions versions;
	struct reason proof;
	conditions conditions;
	readings readings;
	struct verify verify;
};

#endif
