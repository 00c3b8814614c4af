/* SPDX-License-Identifier: Apache-2.0
 *
 * The record at a time (RFC 7089). A page is its own timegate: asked with Accept-Datetime for a time T it leads (302) to itself as known
 * at the last entry received by T, on the date of T at the seat. What stands there for ever says from when on the gate led to it.
 *
 * Invariants: a page whose address has dates of its own is not asked for another time; a date that cannot be read is refused with
 * 400 and never guessed; a time to come is now.
 */
#ifndef WEB_MEMENTO_H
#define WEB_MEMENTO_H

#include "register/view.h"
#include "web/frame.h"

enum { HTTP_DATE_LEN = 30, TIMEMAP_MAX = 5000 }; /* days that a time map names at most: the newest */

/* "Thu, 04 Jul 2024 10:30:00 GMT" (rfc1123-date, as RFC 7089 2.1.1 asks), the day of the week that it is. False: it is no such date. */
bool http_date_read(struct str s, int64_t *ret);
const char *http_date_print(int64_t at, char out[HTTP_DATE_LEN]); /* years 1 to 9999; returns `out` */

/* When the record came to hold it (record.h), at the seat; false: it does not say (the genesis, what is not for this audience). */
bool received_at(const struct record_act *a, civil *ret);
/* The last entry of the record that was received by t; 0 if none was. */
uint64_t known_at(const struct record *r, civil t);

/* What a reply says of time, beside its content. Strings in the arena of the ask; empty: it does not say it. */
struct memento {
	struct url moved;      /* where the time asked for is */
	bool speaks;	       /* there is something to say, once a reply is made: memento_say */
	struct str link;       /* of the header Link */
	struct str datetime;   /* of the header Memento-Datetime */
	bool varies;	       /* another Accept-Datetime would have given another answer */
};

/* `accept_datetime`: the header, empty if there is none; `suffixed`: the address chose the form. ERR_INPUT with *p filled. */
int memento_of(const struct ask *a, struct str accept_datetime, bool suffixed, struct memento *ret, struct problem *p);
/* Writes link and datetime, once, for an ask as memento_of had it; a reply that is kept already needs neither. */
void memento_say(const struct ask *a, bool suffixed, struct memento *m);

#endif
