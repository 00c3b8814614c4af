/* SPDX-License-Identifier: Apache-2.0
 *
 * The record: what an audience can read of the log up to a position, checked, with the rulebook that governs it and the
 * entities it introduces. Entries that the audience may not read keep their number and say nothing else. So whoever asks
 * a record for an act, a list or a title cannot be told more than that audience may know, nor what came later.
 *
 * Invariants: a record never changes once others hold it, so any number of threads may read it. A grown log gives new
 * records; old ones live until nobody holds them. All names in values, `struct entity` and acts are numbers in its syms.
 */
#ifndef REGISTER_RECORD_H
#define REGISTER_RECORD_H

#include "base/json.h"
#include "log/sha256.h"
#include "register/words.h"
#include "rules/acts.h"
#include "rules/rulebook.h"

enum entry_kind {
	ENTRY_GENESIS,	/* names the log and its key, adopts the first rulebook */
	ENTRY_ADOPTION, /* adopts another one: from here on everything is read under it */
	ENTRY_KEY,	/* puts a key in force, or out of it (register/keyring.h) */
	ENTRY_ACT,
	ENTRY_SEALED, /* kept from this audience */
};

/* One entry of the record. Strings live as long as the record. */
struct record_act {
	uint64_t pos; /* log index */
	enum entry_kind entry;
	struct act act;	    /* as the rules see it; kind NO_ID: no act, or an annulment without one (of an adoption: its date) */
	const json_t *json; /* everything it says; of a sealed entry: what everybody can read */
	civil received;	    /* when the secretariat got it, else its date */
	civil entered;	    /* when the record came to hold it: as received; if that is not said, of a correction, and within a month or a year, when the entry before it did */
	bool recorded;	    /* recorded by the registrar from sources, not signed by who could sign */
	struct str certainty; /* sourced | unverified | disputed */
	const json_t *unverified; /* the names of single fields that are; NULL: none */
	const json_t *about; /* names of what it says it is about; NULL: nothing */
	struct str precision; /* day | latest | month | year */
	const struct str *signers; /* keyids under the entry */
	size_t nsigners;
	struct str audiences; /* words of `for`, joined by ','; empty: public */
	const uint64_t *corrected_by; /* positions of corrections of this very entry, in order */
	size_t ncorrected_by;
};

struct entity {
	sym name;
	uint32_t type;	     /* T_ENTITY type of the rulebook */
	uint64_t introduced; /* place of the act that first named it (struct placed_act) */
	uint64_t named;	     /* place of the act whose business it is to introduce it; UINT64_MAX: none yet */
	struct title *titles; /* from what stands there now */
	size_t ntitles;
};

struct org;    /* register/org.h */
struct keyring;
struct record; /* members are read through the functions below */

const struct record *record_ref(const struct record *r);
void record_unref(const struct record *r); /* NULL is allowed */

const struct rulebook *record_rulebook(const struct record *r);
const struct digest *record_bundle(const struct record *r); /* of the bundle (register/bundle.h) that holds it */
const struct syms *record_syms(const struct record *r);
const struct org *record_org(const struct record *r);
uint64_t record_size(const struct record *r); /* entries: positions 0 .. size - 1; size - 1 is the point of knowledge */
const struct act_list *record_acts(const struct record *r);

const struct record_act *record_act(const struct record *r, uint64_t pos); /* NULL: no such entry in this record */
/* What stands at the place of this entry: itself, or the correction that replaces it; of a correction: what stands where it
 * corrects. NULL: annulled, or no act. */
const struct record_act *record_standing(const struct record *r, uint64_t pos);
uint64_t record_place(const struct record *r, uint64_t pos); /* the first act that a chain of corrections leads to */
/* register/keyring.h: as of the last entry; ask for a key by index. Notes nothing: what a key was at an entry stays so; who tells
 * which are in force asks for the size, too. */
const struct keyring *record_keys(const struct record *r);
struct str record_precision(const struct record_act *a, struct str arg); /* of an argument that is a date: day | latest | month | year */
bool record_unverified(const struct record_act *a, struct str field); /* "date", "title.ru", an argument; or the whole act */

/* Is `member` this type, or one of this union's? */
bool type_accepts(const struct rulebook *rb, uint32_t type, uint32_t member);
/* Entities, in the order of the acts that introduced them; type NO_ID: all. A union type gives all its members. */
size_t record_entities(const struct record *r, uint32_t type, struct arena *a, const struct entity ***ret);
const struct entity *record_entity(const struct record *r, struct str name); /* NULL: not introduced */
/* The same, faster where the name has that number among those of the record, as it has in evaluations of it. */
const struct entity *record_entity_at(const struct record *r, sym number, struct str name);
/* Known names close to a wrong one, the closest first, for "did you mean"; at most n. `open`: only by what is public. */
size_t record_similar(const struct record *r, struct str name, bool open, struct str *ret, size_t n);

/* Names for people, in `lang`, else English, else any, else (where std.json says so) from ICU by country code, else the
 * name itself. */
struct said record_title(const struct record *r, struct str name, struct str lang);
/* What an act says in its member "title" or "text": in `lang`, else English, else any, and then in which; empty if nothing. An act
 * without a title is said in words by phrase_act. */
struct said act_said(const struct record_act *a, const char *member, struct str lang);
const struct words *record_words(const struct record *r); /* labels of values, facts, kinds, types: register/words.h */

#endif
