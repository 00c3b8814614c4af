/* SPDX-License-Identifier: Apache-2.0
 *
 * The record: all entries of the log up to a position, read and checked, with the rulebook that governs them and the
 * entities they introduce. It never changes once it is made, so any number of threads may read it; a grown log gives a
 * new one, and the old one lives until nobody holds it.
 */
#ifndef REGISTER_RECORD_H
#define REGISTER_RECORD_H

#include "base/json.h"
#include "log/log.h"
#include "rules/acts.h"
#include "rules/rulebook.h"

/* One act of the record. Entries that are no acts have kind NO_ID and no act. */
struct record_act {
	uint64_t pos;	   /* log index */
	struct act act;	   /* as the rules see it */
	const json_t *json; /* everything it says */
	civil date, received; /* received: when the secretariat got it, else its date */
	bool recorded;	   /* recorded by the registrar from sources, not signed by who could sign */
	struct str certainty; /* sourced | unverified | disputed */
	struct str precision; /* day | month | year */
	struct str keyid;     /* whose signature the entry carries */
	struct str audiences; /* words of `for`, joined by ','; empty: public */
	uint64_t *corrected_by; /* positions of corrections of this act, in order */
	size_t ncorrected_by;
};

struct title {
	struct str lang, text;
	bool unverified;
};

struct entity {
	sym name;	     /* in record.syms */
	uint32_t type;	     /* T_ENTITY type of the rulebook */
	uint64_t introduced; /* position of the act that introduced it */
	struct title *titles;
	size_t ntitles;
};

/* The organisation's facts for pages that are not law: org.json of the bundle. */
struct org {
	struct str id, origin;
	struct title *names, *shorts, *notices; /* by language */
	size_t nnames, nshorts, nnotices;
	struct str *languages;
	size_t nlanguages;
	int first_year; /* of rulers and charts */
	struct tile { struct str entity; int col, row; } *tiles; /* the tile map */
	size_t ntiles;
	const json_t *json; /* all of it */
};

struct record; /* members are read through the functions below */

const struct record *record_ref(const struct record *r);
void record_unref(const struct record *r);

const struct rulebook *record_rulebook(const struct record *r);
const struct syms *record_syms(const struct record *r);
const struct org *record_org(const struct record *r);
uint64_t record_size(const struct record *r); /* entries; positions 0 .. size - 1 */
struct str record_checkpoint(const struct record *r);
const struct act_list *record_acts(const struct record *r);

const struct record_act *record_act(const struct record *r, uint64_t pos); /* NULL: no such entry */

/* Entities, in the order in which they were introduced; type NO_ID: all. A union type gives all its members. */
size_t record_entities(const struct record *r, uint32_t type, struct arena *a, const struct entity ***ret);
const struct entity *record_entity(const struct record *r, struct str name); /* NULL: never introduced */

/* Names for people. `lang` falls back to English, then to any title, then (States) to ICU, then to the name itself. */
struct str record_title(const struct record *r, sym name, struct str lang);
struct str act_title(const struct record *r, const struct record_act *a, struct str lang); /* its title, else a phrase from its kind */

/* Words of the rulebook by language (files words/LANG.json of the bundle): labels of values, facts, kinds of acts, types. */
struct str words_value(const struct record *r, struct str lang, struct str fact, struct str value); /* "dialogue partner" */
struct str words_fact(const struct record *r, struct str lang, struct str fact);
struct str words_act(const struct record *r, struct str lang, struct str kind);
struct str words_type(const struct record *r, struct str lang, struct str type);

#endif
