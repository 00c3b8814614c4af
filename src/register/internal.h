/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the register: entries as read from the log, and the insides of records and views. Not for other rooms.
 */
#ifndef REGISTER_INTERNAL_H
#define REGISTER_INTERNAL_H

#include "register/bundle.h"
#include "register/keyring.h"
#include "register/reads.h"
#include "register/reg.h"

#define ACT_TYPE REG_ACT_TYPE
#define SEALED_TYPE "application/vnd.comity.sealed.v1+json"

enum { MAX_ACT_BYTES = 65535, MAX_CORRECTION_DEPTH = 32, MAX_AUDIENCE_BYTES = 1024, SEAL_SALT = 32 };

/* May b be adopted after `now`: the same register and registrar, and other rules only with a higher version? ERR_REFUSED. */
int bundle_follows(const struct bundle *now, const struct bundle *b, const char *where, struct err *e);

/* ---- entries (entry.c) -------------------------------------------------------------------------------------------- */

/* One entry of the log, parsed; shared by all records; counted. */
struct entry {
	uint64_t pos;
	enum entry_kind kind;
	json_t *payload;	  /* what was signed */
	json_t *opened;		  /* ENTRY_SEALED: the sealed body, if this machine holds it; else NULL */
	struct digest commitment; /* ENTRY_SEALED */
	struct digest bundle;	  /* ENTRY_GENESIS, ENTRY_ADOPTION: the rulebook that is adopted */
	civil date;		  /* ENTRY_ADOPTION */
	char *audiences;	  /* words of `for`, joined by ','; "": public, or not known */
	struct str *signers;	  /* keyids */
	size_t nsigners;
	int refs;		  /* atomic */
};

int entry_read(uint64_t pos, struct str type, struct str payload, struct signers by, struct entry **ret, struct err *e);
int entry_take(const struct log_entry *in, struct entry **ret, struct err *e); /* the same, of an entry of the log */
struct signers entry_signers(const struct entry *n);
/* Opens a sealed entry with the body blob {"salt": "64 hexadecimal digits", "act": {...}}. */
int entry_open(struct entry *n, struct str blob, struct err *e);
bool entry_is_reserved(struct str kind); /* a kind that is no act of any rulebook */
struct entry *entry_ref(struct entry *n);
void entry_unref(struct entry *n);

const json_t *entry_act(const struct entry *n); /* what the act says; NULL: no act, or sealed and not opened */

/* The words of an act's `for` joined by ','; "" if public. False: ill-formed. */
bool audiences_join(const json_t *act, struct buf *out);
/* Do `words` (joined by ',') let this audience read? The registrar's role reads everything, because it files everything. */
bool audience_reads(const struct org *org, struct str audience, struct str words);

/* ---- records (record.c) --------------------------------------------------------------------------------------------- */

struct record_slot {
	struct record_act act;
	struct entry *entry;
	uint64_t place;
	uint32_t depth; /* of corrections: 0 for a place */
};

struct record {
	int refs; /* atomic */
	struct arena arena;
	const struct bundle *bundle;
	struct str audience;
	struct syms syms, ids; /* ids: that acts signed elsewhere carry; each comes once */
	struct keyring keys;
	struct { struct record_slot *v; size_t n, cap; } slots; /* by position */
	struct act_list list;
	struct { struct entity *v; size_t n, cap; } entities;
	uint32_t *entity_of; /* by sym: index + 1, 0: none */
	size_t nentity_of;
	bool unverified; /* is the date of any act unverified? */
	struct reads *reads; /* of a copy that view_noted made: what is asked of it is noted there; else NULL */
	struct { uint64_t *v; size_t n, cap; } sealed; /* positions of entries that are sealed here; what is named and not introduced may be introduced there */
};

/* Is this the body of an act that the record does not open? Its hash is public, so that any act may name it as a document: it stays sealed. */
bool record_seals(const struct record *r, const struct digest *sha256);
struct record *record_new(const struct bundle *b, struct str audience);
void record_reserve(struct record *r, size_t n); /* room for so many entries: what grows by and by takes twice as much */
/* Does every act that stands name things that are introduced, of the types that its kind asks for? Filing sees to it; under another
 * rulebook it may no longer be so. Nobody can tell where some of the record is sealed. ERR_REFUSED. */
int record_check_names(const struct record *r, struct err *e);
civil period_begins(civil last, struct str precision); /* of the day, month or year of which this is the last day */
int record_check_id(const struct record *r, const json_t *act, const char *where, struct err *e); /* ERR_REFUSED: its id is taken */
/* Do the rules come to an end on all of it, in every reading? ERR_LIMIT: they do not. */
int record_try_rules(const struct record *r, struct err *e);
/* What the entity `id` of a type is called in a language in which no act names it: by ICU if it is a country, by org.json if it is the
 * organisation itself, else by the words of the organisation ("names"); empty if none of them knows. */
struct str other_name(const struct bundle *b, uint32_t type, struct str id, struct str lang, struct arena *a);
/* What people call it in a language, whatever its acts do: that name, and one that the words of the organisation have for the search alone ("also").
 * Returns how many. */
enum { ALSO_CALLED = 2 };
size_t also_called(const struct bundle *b, uint32_t type, struct str id, struct str lang, struct arena *a, struct str ret[ALSO_CALLED]);
/* The correction of this act that counted before entry `before` was there; NULL: none. It may have been corrected in its turn. */
const struct record_act *record_replaced_by(const struct record *r, uint64_t pos, uint64_t before);
/* Adds the next entry; the caller's reference stays his. ERR_INPUT, ERR_CORRUPT: it is no act of the rulebook. */
int record_add(struct record *r, struct entry *n, struct err *e);

/* ---- views (view.c) ----------------------------------------------------------------------------------------------------- */

struct instance_list {
	size_t *v; /* into view.all */
	size_t n, cap;
};

struct view {
	int refs; /* atomic */
	struct arena arena;
	const struct record *record;
	struct syms syms[MAX_READINGS]; /* of each evaluation; they stand on those of the record, and add nothing to them */
	struct eval *evals[MAX_READINGS];
	const struct pending **applied[MAX_READINGS]; /* delayed changes that came to be, in order of the rounds in which they did */
	size_t napplied[MAX_READINGS];
	uint32_t n;
	struct { struct instance *v; size_t n, cap; } all; /* by fact */
	struct course *courses[MAX_READINGS];		   /* of each of all */
	size_t *first_of;				   /* by fact (and one more): index into all */
	struct instance_list *about;			   /* by sym */
	size_t nabout;
	struct reads *reads; /* as in struct record */
};

/* What is asked is noted (view_note.c); nothing where nobody wants to know. */
void view_note_instance(const struct view *v, enum read_of what, uint32_t fact, const struct value *args);
void view_note_changes(const struct view *v, const struct eval *e, const struct inst *inst); /* its days; inst may be NULL */
void view_note_then(const struct view *v, uint32_t fact, struct value about, civil t, const struct instance *list, size_t n);

/* Evaluates everything in the record (which must not grow any more). ERR_LIMIT: the rules do not come to an end. */
int view_new(struct record *r, const struct view **ret, struct err *e);

/* The reading of that name; NO_ID: there is none. */
uint32_t view_reading_named(const struct view *v, struct str name);

/* ---- retroactivity (retroactive.c) ------------------------------------------------------------------------------------ */

/* The rules by which the facts of two views, under two texts of the rulebook, differ before the day on which the later was decided,
 * except those marked `retroactive`, in the order in which they are found. Facts that only one text has are not compared. */
size_t past_find(const struct view *before, const struct view *after, civil decided, struct arena *a, struct past_change **ret);
void past_print(const struct past_change *x, civil decided, struct buf *out); /* FILE:LINE: [article] what (remedy) */

/* ---- checks (check.c, check_signer.c, check_members.c) ------------------------------------------------------------------- */

/* Checks an act (parsed: `act`) as if it were filed at the end of `all`, a record of everything, signed by these keys. Errors name the
 * field after `where` ("args.I"; with a `prefix`, "record.jsonl:12: args.I"). */
int check_act(const struct record *all, const json_t *act, struct signers by, const char *prefix, struct err *e);
/* An act and who signed it: on its way, or on record. */
struct signing {
	const struct record *all;
	const struct act *act;
	const struct syms *syms; /* of the act's values */
	const json_t *json;
	struct signers by;
	uint64_t pos; /* of the act; what comes after it in `all` is not looked at */
	const char *prefix;
	struct err *e;
};
/* May those who signed it say it? What it corrects, if anything, is an act of `all`. ERR_REFUSED. */
int check_signer(const struct signing *s);
/* Of an act about keys, beside what the keyring asks: its holder is one, and kinds of acts that it names are declared. */
int check_key_act(const struct record *all, const json_t *act, const char *prefix, struct err *e);
/* May those who signed the entry at `pos` of `all` say what it says, here? Nothing else of it is looked at. */
int check_entitled(const struct record *all, uint64_t pos, struct err *e);
/* title, text, documents, sources and the like: shape and words. */
int check_members(const struct record *all, const json_t *act, const struct act *read, const char *prefix, struct err *e);

int field_error(struct err *e, int code, const char *prefix, const char *field, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
bool name_is_entity(struct str s); /* [A-Za-z0-9][A-Za-z0-9._-]{0,63} */

#endif
