/* SPDX-License-Identifier: Apache-2.0
 *
 * What a reader must know of the very server that answers: that the mirror behind it found something wrong. It is read from the
 * mirror's state (mirror/state.h), which another process may write, at most once a second.
 */
#ifndef WEB_ALERT_H
#define WEB_ALERT_H

#include "web/frame.h"

struct alert;

struct alert *alert_new(const char *dir); /* `dir` must outlive it */
void alert_free(struct alert *a);	  /* NULL is allowed */
uint64_t alert_number(struct alert *a);	  /* another one whenever the alert has changed */
void alert_dress(struct alert *a, const struct ask *q, struct frame *f); /* puts it over the page, in the language of the page; nothing if there is none */

#endif
