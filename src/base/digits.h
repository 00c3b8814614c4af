/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers for people, in the digits of their language.
 *
 * Invariants: only the ten ASCII digits are replaced, so what is written in a language without digits of its own comes back as it was.
 * What machines read (addresses, ISO dates, hashes) never goes through here.
 */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include "base/arena.h"

/* `ten`: the digits from zero to nine, each of the same number of bytes ("۰۱۲۳۴۵۶۷۸۹"); anything else: `text` as it is. */
struct str digits_in(struct str text, struct str ten, struct arena *a);
bool digits_only(struct str text); /* one ASCII digit or more, and nothing else */

#endif
