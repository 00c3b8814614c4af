/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands around every page: the organisation and its notice, languages, sections, the date bar, the foot. The site's
 * owner gives the words (struct site); the register behind it gives dates and the state of the record (struct site_source).
 *
 * Invariant: nothing here or in the templates names an organisation; all of it comes with the site.
 */
#ifndef WEB_FRAME_H
#define WEB_FRAME_H

#include "web/ask.h"
#include "html/parts.h"
#include "web/route.h"

/* The site's own words, once for each language it speaks. */
struct site_words {
	const struct tongue *tongue;
	struct str organisation, kind; /* "Public register" */
	struct str within;	       /* the organisation inside a sentence */
	struct str notice;	       /* the demonstration notice over every page; empty: none */
	struct url notice_href;	       /* what that means */
	struct str notice_link;
	links foot;		       /* about, accessibility, reuse, contact */
	struct str small_print;
};

struct site {
	struct site_words *words; /* the first is the fallback */
	size_t n;
	struct url base; /* "https://register.example", without a slash at the end; permanent addresses begin with it */
	struct routes routes;
	const char *search; /* pattern of the route that searches ("/{lang}/search", parameter q); NULL: no search box */
	struct typed *typed; /* reads what people type; NULL: dates are read as addresses have them alone */
};

struct datebar {
	civil on;
	bool past, future, limited; /* before today; after it; known limited to an entry */
	uint64_t known;
	struct url known_href, other_href, since_href; /* the entry; "Another date"; what changed since; each may be absent */
	struct link prev, next;		   /* changes of this page: "1 September 2025: one partner status" */
	size_t differ;			   /* facts on this page that differ today */
	struct url differ_href, today_href;
	struct ruler ruler; /* drawn when its axis is set */
	bool form;	    /* the date form is open */
	struct url form_action;
	struct str form_page;  /* where that leads to: a path */
	struct str form_known; /* value of the field "As known" */
	civil first_day;       /* the earliest sensible day; CIVIL_ALWAYS: not said */
};

struct frame {
	const struct site_words *words;
	const struct tongue *tongue;
	struct str title;
	struct html shown; /* the title where a page can say of what language its parts are; empty: all of the page's own */
	struct url css, icon, home, search;
	struct html head; /* in place of the links to css and icon, for a page that must be whole by itself */
	struct html linked; /* what the page says as linked data, for its head; may be empty */
	struct str keep_on, keep_known; /* the dates of the question, which the search keeps; empty: not asked */
	links languages, sections, more, data; /* more: sections of the second rank, at the foot */
	links alternates;     /* this page in each language, absolute, for its head; `lang`: the tag, or x-default */
	struct url calendar, webcal; /* the page as a calendar: for once, and to subscribe to (of today); empty: it is none */
	struct datebar bar;
	bool has_bar;
	struct str permanent; /* address of what the reader sees now; empty on errors */
	struct html cite;     /* how it is cited; empty: it is not */
	links cites;	      /* the same as files */
	struct html record;   /* the state of the record, a sentence */
	struct str alert;     /* what a reader must know of this very server, before all else, in the page's language; empty: nothing */
	struct str alert_says; /* what was found, in the words of the program that found it: English */
	struct url alert_href; /* the particulars */
};

/* What the site asks the register. All are called in several threads at once. */
struct site_source {
	void *ctx;				    /* handed to handlers too */
	uint64_t (*position)(void *ctx);	    /* index of the newest entry */
	civil (*today)(void *ctx);		    /* at the seat */
	/* Adds to the frame what only the register knows: the state of the record; ruler and neighbours where the row says `statuses`. May be NULL. */
	void (*dress)(void *ctx, const struct ask *a, struct frame *f);
	/* A number that changes when the alert over the pages does: pages made before are not shown any more. May be NULL. */
	uint64_t (*alert)(void *ctx);
	/* For pages at a time (memento.h); NULL: there are none. Civil time is that of the seat. */
	uint64_t (*known_at)(void *ctx, civil t, uint64_t position); /* the last entry received by t, of those up to position */
	/* From when on the entry `known` was the last one received, on that day; false: at no time of it. */
	bool (*led_here)(void *ctx, civil on, uint64_t known, uint64_t position, civil *ret);
	civil (*seat)(void *ctx, int64_t utc);
	int64_t (*utc)(void *ctx, civil t);
	/* Is all at hand that the answer rests on, or must a past be worked out first? May be NULL: it is. */
	bool (*ready)(void *ctx, const struct ask *a);
	/* Told of answers that failed inside (500), which the reader is not shown. May be NULL. */
	void (*report)(void *ctx, const struct err *e);
};

/* Fills the frame of a page, and lets the source dress it. */
void frame_sections(struct frame *f, const struct ask *a); /* its links to the sections of the site alone */
void frame_init(struct frame *f, const struct ask *a, struct str title);
void frame_named(struct frame *f, const struct ask *a, struct str title, struct html shown); /* the same, of a title that may be of another language */
void frame_without(struct frame *f, enum form form); /* the page does not have this form on this day */
const struct site_words *site_words(const struct site *s, const struct tongue *t); /* NULL: a language it does not speak */

struct error_page {
	struct frame frame;
	struct problem problem;
	struct str over; /* "404, not found" */
	struct str address; /* as asked, for 404 */
	struct str json;
	LIST(struct target_param) kept; /* the other parameters, for the form that asks again */
	links go_on;
};

struct date_page {
	struct frame frame;
};

#endif
