/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes back: the headers of every answer, and the answers that no handler makes, a redirect and an error that helps, as a page or as JSON.
 *
 * Each takes what the visit knows by then; the caller owns the reference, NULL when memory is short.
 */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "web/visit.h"

enum { REPLY_MAX = 16 << 20 }; /* bytes of a body */

struct http_reply *reply_finish(struct visit *v, struct response *w); /* takes the body over */
struct http_reply *reply_redirect(struct visit *v, int status, struct url to, const char *vary); /* vary: the headers that chose it; NULL: none */
struct http_reply *reply_complain(struct visit *v); /* v->problem */

#endif
