/* SPDX-License-Identifier: Apache-2.0
 *
 * What a search found, as a page shows it and as data: each hit with its name, kind, date, and how it stands on the day asked about.
 */
#ifndef WEB_FOUND_H
#define WEB_FOUND_H

#include "register/search.h"
#include "web/data.h"
#include "web/page_search.h"

/* What no search gives out on the day asked about, though the index proposes it: what is under embargo then, and a label of what nothing is by
 * then. `ctx`: the model (search_query.hides). */
bool found_hides(void *ctx, const struct search_hit *h);
bool found_hides_thing(struct model *m, const struct entity *en); /* the same of what is called by its code */

/* `t` may be NULL: nothing is marked. */
/* A page of the site, by its name in the navigation. */
struct search_line found_page(const struct model *m, const struct search_terms *t, const struct link *page);
json_t *found_page_json(const struct link *page);
struct search_line found_line(const struct model *m, const struct search_terms *t, const struct search_hit *h);
json_t *found_json(const struct model *m, const struct search_terms *t, const struct search_hit *h);

/* What reg_search and its like gave back: ERR_CONFLICT is answered with 503, in the page's words. Returns rc. */
int found_failed(const struct model *m, int rc);

#endif
