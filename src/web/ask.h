/* SPDX-License-Identifier: Apache-2.0
 *
 * A question to the site, understood: which row of the route table, in which language and form, on which day, as known
 * at which entry; and what a handler gives back. Handlers see neither HTTP nor the address as it was sent.
 *
 * Invariants: every piece of text is valid UTF-8 without control characters; every parameter is one that the route
 * declares, of its type; `on` is a day; `known` is an entry that exists. An answer may rest on nothing later than
 * `position`, which is also what the cache compares.
 */
#ifndef WEB_ASK_H
#define WEB_ASK_H

#include "base/date.h"
#include "base/err.h"
#include "register/reads.h"
#include "html/html.h"

enum form { /* what an answer is made of; the order is that of preference when the client has none */
	FORM_HTML,
	FORM_JSON,
	FORM_CSV,
	FORM_ATOM,
	FORM_ICS,
	FORM_TEXT,
	FORM_XML,
	FORM_JSONLD,
	FORM_CSVW,
	FORM_SQLITE,
	FORM_FEED,
	FORM_AKN,
	FORM_BIB,
	FORM_CSL,
	FORM_RIS,
	FORM_BYTES, /* a file: the answer names its media type */
	FORM_MAX
};

enum { ASK_IDS = 4, ASK_PARAMS = 8 };

struct ask_value {
	bool given;
	struct str text; /* as decoded */
	uint64_t number; /* PARAM_NUMBER */
	civil day;	 /* PARAM_DATE */
};

struct frame;
struct route;
struct site;
struct site_source;

/* A page as a file of a publication (publish.h), which stays as it is until what it shows changes. So it says nothing of this server, of this
 * hour or of the newest checkpoint, and names the entry by which it became what it is. */
struct published {
	civil today;
	uint64_t position; /* the newest entry: what is known */
	struct url server; /* "https://register.example", who answers what is no file */
	uint64_t named; /* the page writes this number where it names its point of knowledge (ask_named): whoever publishes it puts the entry there */
	uint64_t entry; /* that entry, for what reckons with it (ask_entry): nothing from there to `position` changes the page */
	struct arena *arena;
	struct reads reads;    /* given back: what was read of the view (register/reads.h); to be freed with reads_done */
	const struct tongue *tongue; /* given back: the language of the page */
	bool reckons;	       /* given back: what it says depends on `entry`; else it only names it */
	bool all_noted;	       /* given back: the page was made from nothing else, but what a new day may change (trace.h) */
	bool days_too;	       /* given back: it is published on the days in reads.days, too */
};

struct ask {
	const struct route *route;
	const struct site *site;
	const struct site_source *source;
	const struct tongue *tongue; /* of the page; for machine addresses the site's first */
	enum form form;
	bool suffixed; /* did the address choose the form, by a suffix? */
	bool has_on, has_known; /* were they asked for, or are they the default? */
	civil on, today;
	uint64_t known, position; /* log indexes; known = position when not asked */
	const struct str *segment; /* of the path, decoded, without the suffix that chose the form */
	size_t segments;
	struct str id[ASK_IDS]; /* what the {holes} of the pattern matched, {lang} left out, in their order */
	size_t ids;
	struct ask_value param[ASK_PARAMS]; /* in the order of route->params */
	bool typed; /* one of them is a day that the address does not say exactly: the page stands at the one that does */
	struct str accept_language;
	bool posted; /* a POST, to a route with body_max; its answer is never kept */
	struct str body, content_type;
	struct published *published; /* NULL: the page answers a reader */
	struct frame *frame; /* a copy of the page's frame goes there, for whoever cites the page; NULL: nobody does */
	struct arena *arena; /* lives until the answer is made */
};

/* The value of a parameter that the route declares; a name that it does not declare reads as not given. */
struct ask_value ask_param(const struct ask *a, const char *name);

/* Of one that tells the part of a list: how many a part holds at the most; 0: the route declares none of that name. */
uint32_t ask_each(const struct ask *a, const char *name);

/* The entry that the page names as its point of knowledge: only to be written; and to reckon with. */
uint64_t ask_named(const struct ask *a);
uint64_t ask_entry(const struct ask *a);

/* The language of the site that the reader likes best (Accept-Language). */
const struct tongue *ask_preferred(const struct ask *a);
/* Whom an error is told: in the language of the page; at a machine address, which answers all alike, in the one that the reader likes best. */
const struct tongue *ask_reader(const struct ask *a);

/* Addresses that keep the question's dates. Empty parameters are left out. */
struct url ask_when(const struct ask *a); /* "?on=2016-01-01&known=120", or "" */
struct url ask_also(const struct ask *a); /* "&on=2016-01-01&known=120", or "": after a query that has begun */
struct url ask_self(const struct ask *a); /* the path as asked, encoded, without query */
/* This address with other dates: a day, an entry. Every other parameter is kept. */
struct url ask_on(const struct ask *a, civil on);
struct url ask_on_known(const struct ask *a, bool with_on, civil on, bool with_known, uint64_t known);
struct url ask_form(const struct ask *a, enum form f); /* this page in another form, dates kept */
struct url url_fmt(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* of encoded parts */

struct near {
	struct str text;
	struct url href;
	struct str lang; /* of the text, when it is not the page's */
};

struct nears {
	struct near *v;
	size_t n, cap;
};

/* Why there is no answer, for people and for programs. */
struct problem {
	int status;	     /* 400, 404, 405, 413, 414, 431, 500, 503 */
	struct str id;	     /* for programs, stable: "date.day_out_of_range" */
	struct str heading;  /* of the page; empty: one that fits the status */
	struct err err;	     /* where, what, hint; English, for programs */
	struct str say;	     /* what, and what to do, in the reader's language; empty: err says it */
	struct str field, value; /* the parameter to correct and what it was */
	struct str label;    /* the words over that field; empty: its name in the address */
	struct str any;	     /* where it takes no text but one of the options: what it says if none is chosen */
	struct {
		struct option {
			struct str value, text, lang; /* lang: of the text, when it is not the page's */
		} *v;
		size_t n, cap;
	} options;
	bool later;	     /* what is asked about exists, but is not on record at that point: the address is right */
	struct nears near;   /* correct values close to the wrong one */
};

/* Says what is wrong, in English for programs and in the language of the page for people. */
struct tr_slot;
void problem_say_both(const struct ask *a, struct problem *p, int code, const char *where, const char *msgid, const struct tr_slot *plain, const struct tr_slot *v, size_t n); /* plain: the values for programs, n too */
void problem_say(const struct ask *a, struct problem *p, int code, const char *where, const char *msgid, const struct tr_slot *v, size_t n);
#define PROBLEM(a, p, code, where, msgid, ...) \
	problem_say((a), (p), (code), (where), (msgid), (const struct tr_slot[]){__VA_ARGS__}, \
		sizeof((const struct tr_slot[]){__VA_ARGS__}) / sizeof(struct tr_slot))

/* ... of a handler: return ASK_FAULT(a, ret, e, ERR_ABSENT, "blob", N_("There is no {name}."), {"name", s}); */
#define ASK_FAULT(a, ret, e, code, where, msgid, ...) (PROBLEM((a), &(ret)->problem, (code), (where), (msgid), __VA_ARGS__), *(e) = (ret)->problem.err, (code))

struct response {
	int status; /* 200 */
	struct buf body;
	const char *media;   /* FORM_BYTES: the media type; else that of the form */
	struct url location; /* with 301 to 308 */
	struct str link;     /* of the header Link (RFC 8288); may be empty */
	const char *vary;    /* request headers the answer depends on, beside Accept */
	const char *policy;  /* content security policy in place of that of all pages (http.c); lives as long as the request */
	struct problem problem;	/* filled by a handler that fails: what it leaves empty is taken from its error */
};

/* Returns 0 with the body written, or a negative code with *e filled: ERR_ABSENT becomes 404, ERR_INPUT and ERR_LIMIT
 * 400, ERR_REFUSED 403, everything else 500. */
typedef int ask_handler(const struct ask *a, void *ctx, struct response *ret, struct err *e);

const char *form_media(enum form f);
const char *form_suffix(enum form f);
const char *form_name(enum form f); /* as people write it: "JSON" */

#endif
