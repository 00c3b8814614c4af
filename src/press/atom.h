/* SPDX-License-Identifier: Apache-2.0
 *
 * Atom feeds (RFC 4287), with archives (RFC 5005 section 4) and hubs. Data in, bytes out; what is public the caller decides.
 *
 * Invariants: what is written is valid Atom, or nothing is: a feed or an entry that lacks what the RFC demands is an error
 * that names it. Characters that XML does not allow become U+FFFD. The same feed gives the same bytes.
 */
#ifndef PRESS_ATOM_H
#define PRESS_ATOM_H

#include "base/date.h"
#include "base/err.h"

enum { ATOM_ENTRIES_MAX = 10000 };

struct atom_link {
	const char *rel;	      /* "alternate", "related", "via", "enclosure", "self", ... */
	struct str href;	      /* an IRI, absolute */
	struct str type, lang, title; /* may be empty */
	uint64_t length;	      /* of an enclosure, in bytes; 0: not said */
};

struct atom_category {
	struct str term, label, scheme; /* label and scheme may be empty */
};

enum atom_text { ATOM_PLAIN, ATOM_HTML }; /* HTML: markup, escaped once more here (RFC 4287 3.1.1.2) */

struct atom_entry {
	struct str id;	   /* an IRI that never changes */
	struct str title, title_lang; /* a language that is empty is the feed's */
	civil updated;	   /* at the seat */
	civil published;   /* CIVIL_NEVER: not said */
	struct str author; /* empty: the feed's */
	struct str summary, summary_lang;
	struct str content; /* may be empty; then a link "alternate" is needed (4.1.2) */
	enum atom_text content_type;
	const struct atom_link *links;
	size_t nlinks;
	const struct atom_category *categories;
	size_t ncategories;
};

struct atom_feed {
	struct str id, title, subtitle, lang, author, rights;
	civil updated;	    /* CIVIL_NEVER: that of the newest entry; an empty feed must say it */
	int offset_minutes; /* the seat's distance from UTC, for the times: +480 */
	bool archive;	    /* a document that will not change any more (RFC 5005) */
	const struct atom_link *links; /* "self" is expected; "next", "hub", "prev-archive", "next-archive", "current" */
	size_t nlinks;
	const struct atom_entry *entries; /* newest first */
	size_t nentries;
};

/* What RFC 4287 demands of it. *ret_updated: the time of its last change. ERR_INPUT, ERR_LIMIT as of atom_write. */
int atom_check(const struct atom_feed *f, civil *ret_updated, struct err *e);

enum { ATOM_TIME_LEN = 48 };
/* RFC 3339: civil time at the seat, with its distance from UTC. Returns `out`. */
const char *atom_time(civil t, int offset_minutes, char out[ATOM_TIME_LEN]);

/* Writes the feed to `out`. ERR_INPUT: something required is missing or cannot be (where: "entry 3"); ERR_LIMIT: too many
 * entries, or out is too small; ERR_SYSTEM: memory. On an error the content of `out` is undefined. */
int atom_write(const struct atom_feed *f, struct buf *out, struct err *e);

#endif
