/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page that lists the data sets shows.
 */
#ifndef WEB_PAGE_DATA_H
#define WEB_PAGE_DATA_H

#include "web/listing.h"

struct data_column {
	struct str name, title, type;
};

struct data_set_line {
	struct str name, title, says;
	links forms;
	LIST(struct data_column) columns;
};

struct data_page {
	struct frame frame;
	links whole; /* the catalogue, everything as one file */
	LIST(struct data_set_line) sets;
	struct link licence; /* href empty: none is named */
};

#endif
