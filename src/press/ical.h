/* SPDX-License-Identifier: Apache-2.0
 *
 * Calendars (RFC 5545, with the names of RFC 7986). Data in, bytes out.
 *
 * Invariants: lines end in CRLF and are at most 75 octets long, a character is not cut in two; text is escaped, and characters that the
 * grammar forbids become U+FFFD. What a calendar client needs to follow a change is demanded: a UID that stays, a SEQUENCE that grows,
 * a time of the last change. Same calendar, same bytes.
 *
 * Written here and not by libical, which keeps its zones and its errors in state that all threads share; libical reads it in the tests.
 */
#ifndef PRESS_ICAL_H
#define PRESS_ICAL_H

#include "base/date.h"
#include "base/err.h"

enum { ICAL_EVENTS_MAX = 10000, ICAL_LINE_MAX = 75 };

enum ical_status { ICAL_CONFIRMED, ICAL_TENTATIVE, ICAL_CANCELLED };

struct ical_event {
	struct str uid;
	struct str summary, lang;	       /* lang: of the words (BCP 47); may be empty */
	struct str location, description, url, category; /* may be empty */
	civil first, last; /* at the seat; both days (then all of `last` too), or both times; the same time: an instant */
	enum ical_status status;
	uint32_t sequence;
	civil changed; /* the last change, at the seat */
};

struct ical_shift { /* of the seat's clocks */
	civil at;     /* what they show when it happens, before it */
	int from, to; /* seconds from UTC */
};

struct ical {
	struct str product, name, description, lang, url; /* product: "-//Organisation//Register//EN" */
	struct str zone;		     /* as in the IANA database; empty: UTC */
	const struct ical_shift *shifts;     /* in order; none: the zone has one distance, `offset` */
	size_t nshifts;
	int offset; /* before the first of them, seconds */
	const struct ical_event *events;
	size_t nevents;
};

/* ERR_INPUT: something is missing or impossible (where: "event 3"); ERR_LIMIT: too many events, or out is too small. */
int ical_write(const struct ical *c, struct buf *out, struct err *e);

#endif
