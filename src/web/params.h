/* SPDX-License-Identifier: Apache-2.0
 *
 * What is asked beside the path: the dates of an address, and the parameters of its row.
 *
 * A form of a page may hold days as people type them (typed.h): a->typed then tells that the page stands at another address.
 *
 * Invariant: what is wrong is refused and never guessed, and the refusal leads to what may have been meant: a day that exists, an entry, the
 * address without what it does not take.
 */
#ifndef WEB_PARAMS_H
#define WEB_PARAMS_H

#include "web/route.h"

/* Reads them for a->route and a->form from the target; fills on, known, param. Negative with *p filled. */
int params_read(struct ask *a, const struct target *t, struct problem *p);

#endif
