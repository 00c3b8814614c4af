/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Feed 1.1: the same feed as Atom's (press/atom.h), for readers that would rather have JSON.
 *
 * Invariant: whatever atom_write refuses is refused here.
 */
#ifndef PRESS_JSONFEED_H
#define PRESS_JSONFEED_H

#include "press/atom.h"

/* `self`, `alternate`, `next`, `hub` of the feed's links become feed_url, home_page_url, next_url, hubs. Errors as of atom_write. */
int jsonfeed_write(const struct atom_feed *f, struct buf *out, struct err *e);

#endif
