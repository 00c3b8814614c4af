/* SPDX-License-Identifier: Apache-2.0
 *
 * The route table: one row for each address of the site. Matching, the check of parameters (params.h), the navigation, the choice
 * of the form and docs/addresses.md all come from the row.
 *
 * A pattern is a path whose parts are words, or holes "{name}"; "{lang}" is the language of a page and comes first;
 * "{name*}" at the end takes all that is left. The last part may carry the suffix of a form ("BY.json"); a pattern that
 * ends in a slash takes it as "index.json". The first row that matches is the one.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "base/json.h"
#include "web/ask.h"
#include "http/target.h"

enum param_type { PARAM_DATE, PARAM_NUMBER, PARAM_WORD, PARAM_TEXT };

struct query_param {
	const char *name; /* NULL ends the list */
	enum param_type type;
	const char *words; /* PARAM_WORD: those allowed, separated by blanks */
	uint32_t max;	   /* PARAM_TEXT: bytes, 0 = 500; PARAM_NUMBER: highest value, 0 = any */
	unsigned forms;	   /* of the row those that take it, the others know none of this name; 0: all */
	const char *part;  /* which list it tells the part of; NULL: of none. Of another day, or of what else is asked for, the list is another */
	uint32_t each;	   /* with `part`: how many a part holds at the most; listing.h cuts the list by it */
	const char *label; /* N_(): what stands over its field in a form; NULL: it has none */
	bool is_on;	   /* another name for the day that the page shows: leads to `on` */
	const char *says;  /* for docs/addresses.md, which adds how many */
};

enum keep { KEEP_FRESH, KEEP_NOT, KEEP_FOREVER }; /* cached by position; not at all; immutable, by everyone */

#define FORMS(f) (1u << (f))
#define CITES (FORMS(FORM_BIB) | FORMS(FORM_RIS) | FORMS(FORM_CSL)) /* how a page is cited (web/cite.h) */

enum { LANE_HERE, LANE_POSTS, LANE_WORK, LANE_PAST }; /* where an answer is made (web.h) */

struct model;

struct route {
	const char *pattern;
	ask_handler *handler;
	unsigned forms;		    /* FORMS(FORM_HTML) | FORMS(FORM_JSON) */
	unsigned asked;		    /* those of them that are answered when somebody asks, and never published as files (publish.h) */
	bool lasts;		    /* what it says stays true, though it may be said otherwise later: a proof up to an older checkpoint */
	bool when;		    /* takes `on` and `known` */
	bool typed;		    /* with `when`: takes both as people type them, too (typed.h), and leads to the address that says so exactly */
	bool days_asked;	    /* with `when`: published of today only: on other days it says the same, or every act gives it one more and changes it on all */
	bool statuses;		    /* with `when`: it is about all statuses: the ruler of its date bar marks the days on which one of them changes, if it watches no others (model_watch) */
	enum keep keep;
	unsigned lane;		    /* LANE_WORK: the answer goes through much of the record */
	size_t body_max;	    /* POST is answered too, with a body of up to so many bytes; 0: the address only answers */
	bool post_only;		    /* with body_max: nothing else is answered */
	const char *policy;	    /* content security policy in place of that of all pages (http.c); NULL: that one, or what the handler says */
	bool exact;		    /* only this spelling: no percent sign, no suffix, no redirect from one with a slash at the end */
	const struct query_param *params; /* NULL: none of its own */
	json_t *(*linked)(struct model *m, struct err *e); /* what it says as linked data (linked.h); NULL: nothing */
	const char *section;	    /* N_(): its word in the navigation */
	const char *more;	    /* N_(): its word among the links at the foot of every page */
	const char *title;	    /* what it shows, for docs/addresses.md and "did you mean" */
};

struct routes {
	const struct route *v;
	size_t n;
};

extern const struct routes web_routes; /* routes.c: the table of the site */

struct route_match {
	const struct route *route; /* NULL: no row matches */
	bool moved;		   /* only the last slash differs: redirect to the pattern's own spelling */
	bool suffixed;		   /* the form was chosen by a suffix */
	enum form form;
	struct str lang; /* empty for machine addresses */
	struct str id[ASK_IDS];
	size_t ids;
	struct str segment[TARGET_SEGMENTS];
	size_t segments;
};

void route_find(struct routes table, const struct target *t, struct route_match *ret); /* parts of *ret are slices of *t */
size_t routes_body_max(struct routes table); /* bytes: the longest body that any row takes */
void param_says(const struct query_param *p, struct buf *out); /* "page of the acts, up to 50 each"; empty if nothing is said */
bool route_takes(const struct query_param *p, enum form f); /* Does that form of a row take this parameter of it? */
/* The best of `forms` for an Accept header (RFC 9110 12.5.1); with nothing acceptable, or no header, the first. */
enum form route_negotiate(unsigned forms, struct str accept);
/* The offered language that an Accept-Language header likes best (RFC 4647 3.4), as an index; 0 when none fits. */
size_t route_language(const struct tongue *const *offered, size_t n, struct str accept_language);
/* Rows whose address is within a typing error or two of the target, or needs only a language before it. */
void route_near(struct routes table, const struct target *t, const struct tongue *fallback, struct arena *a, struct nears *ret);
void route_print(struct routes table, struct buf *out); /* docs/addresses.md */

#endif
