/* SPDX-License-Identifier: Apache-2.0
 *
 * The place at which a page names the entry by which it became what it is (ask_named). A page is made once, with a number there that nothing
 * else in it can be; then it is held against the file that is there as if it named the old entry, and written, if it differs, naming the new one.
 */
#ifndef PUBLISH_HOLE_H
#define PUBLISH_HOLE_H

#include "html/html.h"

/* A number of nineteen digits that nobody could have written into a record: drawn anew each time. 0: the system gives none. */
uint64_t hole_draw(void);
/* These bytes with `entry` wherever `hole` stands in them, in the digits of the tongue, too (NULL: it has the common ones). Where there is none, the
 * same bytes; else new ones, of the arena. */
struct str hole_fill(struct arena *a, struct str bytes, const struct tongue *t, uint64_t hole, uint64_t entry);

#endif
