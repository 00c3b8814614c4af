/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of all addresses. docs/addresses.md is printed from it. The first row that matches is the one; a row with a
 * `section` stands in the navigation, in the order of the table.
 */
#include "web/handlers.h"
#include "web/route.h"

static const struct query_param date_params[] = {
	{"page", PARAM_TEXT, .max = 1000, .says = "the page to show on that date"},
	{0},
};

#define BOTH (FORMS(FORM_HTML) | FORMS(FORM_JSON))

static const struct route table[] = {
	{"/", root_get, FORMS(FORM_HTML), .keep = KEEP_NOT, .title = "the front page in the reader's language"},
	{"/{lang}/participants/{id}", participant_get, FORMS(FORM_HTML), .when = true,
		.title = "one participant: its status, since when, by which act and article, and what follows"},
	{"/{lang}/date", date_get, FORMS(FORM_HTML), .when = true, .params = date_params, .title = "the date form"},
	{"/asset/{name}", asset_get, FORMS(FORM_BYTES), .keep = KEEP_FOREVER, .title = "style sheet and icon"},
};

const struct routes web_routes = {table, sizeof table / sizeof *table};
