/* SPDX-License-Identifier: Apache-2.0
 *
 * What the list of acts and the page of one entry show.
 */
#ifndef WEB_PAGE_ACTS_H
#define WEB_PAGE_ACTS_H

#include "web/listing.h"

/* What the parameters of the list ask for. */
struct acts_wanted {
	struct str kind;
	uint32_t of_kind; /* the same; NO_ID: any */
	bool by_year;
	int year;
	bool about;
	sym entity;
	struct str param;	/* of this name, as an argument, ... */
	struct str says;	/* ... this word, */
	sym word;		/* the same; SYM_ABSENT: no act has it */
	const uint32_t *params; /* by kind, the number of the parameter of that name; NO_ID: the kind has none. NULL: any argument will do */
};

int acts_wanted_read(struct model *m, struct acts_wanted *w, struct err *e); /* ERR_INPUT, ERR_ABSENT: no such kind, no such thing */
/* The same without an address: those of a kind; those with this word as the argument of this name. */
struct acts_wanted acts_of_kind(const struct model *m, uint32_t kind);
struct acts_wanted acts_with(const struct model *m, struct str param, struct str word);
bool acts_fit(const struct model *m, const struct acts_wanted *w, const struct record_act *a); /* and is dated up to the day asked about */
size_t acts_count(const struct model *m, const struct acts_wanted *w, size_t most); /* that fit; `most`: no more need be counted */

struct acts_page {
	struct frame frame;
	struct html lead;
	struct filter filter;
	struct html about; /* only acts that name this entity */
	struct str word, argument; /* only acts with this word as that argument: "Ratification", "Form" */
	struct url all;	   /* the list without filters; empty when there are none */
	struct records acts;
	struct pager pager;
	struct url feed;
};

struct in_language {
	struct str lang, name; /* of the language, by itself */
	struct html paragraphs;
	struct str title;
};

struct act_source {
	struct str title, host, hash;
	struct url href;
};

struct act_document {
	struct said name, tongue; /* tongue: the language it is in, in that language; empty: none */
	struct str hash, type;	  /* type: of media, as the act says */
	struct url href;
};

typedef LIST(struct act_source) act_sources;
void list_sources(const struct model *m, const struct record_act *a, act_sources *ret); /* page_act.c */

struct beside { /* an entry beside this one in the log */
	struct str number;
	struct html title;
	struct url href;
	bool current;
};

struct hash_step {
	struct str hash;
	bool right; /* the other half stands to the right */
};

struct act_did {
	struct records effects;
	struct html lead;   /* empty, or what to know of them first */
	conditions nothing; /* why it changed nothing */
	bool none;	    /* it does not count at all */
};

struct act_page {
	struct frame frame;
	struct html over, title;
	struct html later;    /* it is dated after the day asked about */
	struct html state;    /* corrected, annulled, a correction: a note on top */
	enum tag_kind state_kind;
	LIST(struct in_language) texts, titles; /* titles in other languages */
	struct html how;      /* how the entry came into the record */
	pairs args;	      /* what the act says, argument by argument */
	struct html doubt;    /* what of it is not verified */
	struct html introduces;
	struct act_did did;
	LIST(struct act_document) documents;
	act_sources sources;
	struct str filed;     /* as filed, spread over lines for reading */
	struct verify verify;
	LIST(struct beside) beside;
	LIST(struct hash_step) path;
	struct gazette corrections;
	struct url raw_json, raw_dsse;
	bool act;	      /* else the first entry, or one that is kept from this audience */
};

/* The entry's place in the log and what proves it (act_log.c). False: this entry is not what was signed; the box says so. */
bool act_place(const struct model *m, uint64_t pos, struct act_page *p);
/* What the act changed, and why nothing if nothing (act_effects.c). */
int act_effects(const struct model *m, const struct record_act *a, struct act_did *ret, struct err *e); /* by pages ("effects") */

#endif
