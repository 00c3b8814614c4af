/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept of the public views of a register: the almanac of each in each language that was asked for. (What a search
 * compares is the register's: register/search.h.)
 *
 * Invariants: each is made once at a time, whoever asks for it meanwhile waits for it; of pasts no more than SHELF_MAKES are being
 * made at any moment, since each takes the evaluation of a whole record and anybody may ask for any `known`; what is known now, on
 * which every page rests, waits for no past and never gives way to one. No more than SHELF_PLACES are kept, the least recently used goes
 * first. Safe for all threads; what is kept is found without waiting for what is being made.
 */
#ifndef WEB_SHELF_H
#define WEB_SHELF_H

#include "register/reg.h"
#include "web/almanac.h"

enum { SHELF_PLACES = 8, SHELF_MAKES = 2 };

struct shelf;

struct shelf_figures {
	uint64_t almanacs;     /* made since it was opened */
	unsigned making, most; /* pasts that are being made now; the most there ever were at once */
};

struct shelf *shelf_new(struct reg *r); /* NULL when memory is short; the register outlives it */
void shelf_free(struct shelf *s);	/* NULL is fine */
/* The almanac as known at entry `known`; give back with almanac_unref. Errors are those of reg_view. */
int shelf_almanac(struct shelf *s, uint64_t known, const struct tongue *t, struct almanac **ret, struct err *e);
bool shelf_has(struct shelf *s, uint64_t known, const struct tongue *t); /* is it there now? */
struct shelf_figures shelf_count(struct shelf *s);

#endif
