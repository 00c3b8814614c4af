/* SPDX-License-Identifier: Apache-2.0
 *
 * Short numbers for what a page can be made from: two views in which a key of register/reads.h has the same fingerprint give the same
 * answers to every question that leaves this key. What a publication kept is so compared with the record as it is now.
 *
 * Invariants: both views are of one register, under one rulebook, one of them earlier. Fingerprints stand for differences that come about by
 * themselves: they are not made to withstand somebody who looks for two that are equal.
 */
#ifndef PUBLISH_FINGERPRINT_H
#define PUBLISH_FINGERPRINT_H

#include "web/almanac.h"

struct fingerprint {
	uint64_t key;
	uint64_t print; /* 0: nothing in the view has that key */
	uint64_t guard; /* of what takes long to work out: as long as this is the same, so is the print */
};

struct fingerprints;

/* Of the view of this almanac, which must outlive them, on the day `on`. For one thread. */
struct fingerprints *fingerprints_new(const struct almanac *al, civil on);
void fingerprints_free(struct fingerprints *f); /* NULL is fine */
/* Brings the fingerprint of its key, all zero or of another view, up to this one. True: it reads otherwise. What takes long (reasons, effects) is
 * worked out when it is asked for. */
bool fingerprint_renew(struct fingerprints *f, struct fingerprint *io);

#endif
