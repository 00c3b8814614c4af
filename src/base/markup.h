/* SPDX-License-Identifier: Apache-2.0
 *
 * Text as it stands in markup, HTML or XML: the one place that escapes it.
 *
 * Invariant: what is added reads as the text that was given and as nothing else, whatever that holds; only control characters that neither
 * HTML nor XML allows become U+FFFD.
 */
#ifndef BASE_MARKUP_H
#define BASE_MARKUP_H

#include "base/str.h"

void markup_text(struct buf *b, struct str s); /* between tags */
void markup_attr(struct buf *b, struct str s); /* the value of an attribute, between double quotes */

#endif
