/* SPDX-License-Identifier: Apache-2.0
 *
 * Short numbers for what a page can be made from: two views in which a key of register/reads.h has the same fingerprint give the same
 * answers to every question that leaves this key. What a publication kept is so compared with the record as it is now.
 *
 * Invariants: both views are of one register, under one rulebook, one of them earlier. Fingerprints stand for differences that come about by
 * themselves: they are not made to withstand somebody who looks for two that are equal.
 */
#ifndef WEB_FINGERPRINT_H
#define WEB_FINGERPRINT_H

#include "web/almanac.h"

struct fingerprints;

/* Of the view of this almanac, which must outlive them. For one thread. */
struct fingerprints *fingerprints_new(const struct almanac *al);
void fingerprints_free(struct fingerprints *f); /* NULL is fine */
/* 0: nothing in this view has that key. Reasons and effects are worked out when they are asked for. */
uint64_t fingerprint(struct fingerprints *f, uint64_t key);

#endif
