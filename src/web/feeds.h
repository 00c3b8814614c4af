/* SPDX-License-Identifier: Apache-2.0
 *
 * The feed of a page (feeds.c): FORM_ATOM or FORM_FEED.
 */
#ifndef WEB_FEEDS_H
#define WEB_FEEDS_H

#include "web/model.h"

int feed_show(struct model *m, struct err *e); /* the answer (RFC 4287; JSON Feed 1.1); errors: those of the page */

#endif
