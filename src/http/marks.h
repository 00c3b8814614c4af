/* SPDX-License-Identifier: Apache-2.0
 *
 * Marks that newsletters, social networks and advertisers put on the links that they pass on ("utm_source=letter"), to count who follows them.
 * They are no questions to the register: an address with them is the address without them, where every other parameter that is not known is
 * refused, since it may be a day that was mistyped.
 */
#ifndef HTTP_MARKS_H
#define HTTP_MARKS_H

#include "base/str.h"

bool is_mark(struct str name); /* of a parameter, decoded */
void marks_pattern(struct buf *b); /* "(?:utm_[^=&]*+|...)": the same as a regular expression, for nginx */

#endif
