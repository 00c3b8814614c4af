/* SPDX-License-Identifier: Apache-2.0
 *
 * Under what the cache keeps an answer: what was asked, as it was understood; and the words in which it was asked, so that a question that
 * comes again in the same words need not be understood again.
 */
#ifndef WEB_ASKED_H
#define WEB_ASKED_H

#include "web/web.h"

enum { ASKED_KEY_MAX = TARGET_MAX + 256, ASKED_NAME_MAX = 1024 };

/* All that an answer depends on beside the position: row, form, day, entry, path, parameters. */
struct str asked_key(const struct ask *a, char out[ASKED_KEY_MAX]);
/* All of the request on which an answer that is kept depends beside the position. No key is such a name. Empty: no such answer is kept,
 * or the words are too many to come often. */
struct str asked_name(const struct site_source *s, const struct http_request *rq, civil today, char out[ASKED_NAME_MAX]);

#endif
