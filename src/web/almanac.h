/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of one view in one language that many pages need, made once: the standard vocabulary looked up in the
 * rulebook, every party with its statuses over time, the acts by date.
 *
 * Invariants: immutable once made, counted, shared by all threads; holds a reference to its view, in whose arena and
 * record everything here lives. Names of the standard vocabulary (rules/std.md) stand here as words of C; the values
 * that an organisation adds to them do not. A rulebook that lacks a name has NO_ID for it, and every question about
 * NO_ID has an empty answer. A word that it lacks is SYM_ABSENT, which no value is.
 */
#ifndef WEB_ALMANAC_H
#define WEB_ALMANAC_H

#include "register/view.h"
#include "html/parts.h"

/* The names that pages know. */
/* clang-format off */
#define VOCABULARY_TYPES(X) \
	X(State) X(Organisation) X(Party) X(Body) X(Area) X(Meeting) X(Instrument) X(Decision) X(Commitment) \
	X(Project) X(Release) X(Consultation) X(Authority) X(Goal) X(Indicator)

#define VOCABULARY_FACTS(X) \
	X(status) X(granted) X(leaving) X(signatory) X(approved) X(consented) X(open_to) X(threshold) X(counted) X(met) X(in_force) \
	X(party) X(provisional) X(reservation) X(sitting) X(cancelled) X(open) X(may_attend) X(must_invite) X(answer) \
	X(present) X(admission) X(owes) X(late) X(meets) X(decision) X(position) X(final) X(takes_part) \
	X(eligible) X(project) X(cooperates) X(own_status) X(release) X(breach)

#define VOCABULARY_ACTS(X) \
	X(area_listed) X(project_started) X(consultation_agreed) X(authority_designated) X(goal_set) X(indicator_set) \
	X(status_applied) X(status_granted) X(withdrawal_notified) X(body_established) X(body_dissolved) \
	X(instrument_adopted) X(instrument_opened) X(reserved) X(provisionally_applied) X(in_force_certified) \
	X(party_certified) X(consent_approved) X(consent_deposited) X(meeting_convened) X(meeting_closed) \
	X(session_opened) X(area_assigned) X(guest_invited) X(attended) X(admission_requested) \
	X(memorandum_signed) X(commitment_made) X(evidence_filed) X(evidence_accepted) X(decision_tabled) \
	X(subject_named) X(gavelled) X(cooperation_signed) X(release_issued) X(meeting_cancelled)

/* What std.md and the constructs of the language say that a fact can be: of an obligation, a decision, a reservation, a release. */
#define VOCABULARY_WORDS(X) \
	X(overdue) X(fulfilled) X(waived) X(lapsed) X(open) X(adopted) X(rejected) X(killed)
/* clang-format on */

#define VOCABULARY_MEMBER(name) uint32_t name;
#define VOCABULARY_WORD(name) sym name;

struct vocabulary {
	struct {
		VOCABULARY_TYPES(VOCABULARY_MEMBER)
	} type;
	struct {
		VOCABULARY_FACTS(VOCABULARY_MEMBER)
	} fact;
	struct {
		VOCABULARY_ACTS(VOCABULARY_MEMBER)
	} act;
	struct {
		VOCABULARY_WORDS(VOCABULARY_WORD)
	} word;
};

static inline bool is_word(struct value v, sym word)
{
	return v.kind == V_WORD && v.s == word;
}

/* Is nothing owed any more? Of whatever an obligation can become (rules reference, obligations), the last three cannot change again. */
static inline bool obligation_over(const struct vocabulary *voc, struct value state)
{
	return is_word(state, voc->word.fulfilled) || is_word(state, voc->word.waived) || is_word(state, voc->word.lapsed);
}

/* What made a value begin: the act in whose step it happened (NULL: the calendar), and the rule (NULL: a table). */
struct cause {
	const struct record_act *act;
	const struct rule *rule;
};

/* A span of time in which an instance of a fact has one value, or in which the readings of the law differ about it.
 * Spans of one instance are in order and do not overlap; between them it has no value in any reading. */
struct stretch {
	civil from, to; /* CIVIL_ALWAYS, CIVIL_NEVER if open */
	bool disputed;
	struct value value;           /* of the reading that gives the highest rank, when disputed */
	const struct value *readings; /* disputed: one for each reading; V_NONE: none */
	bool from_unverified, to_unverified;
	struct cause cause, end;
};

struct participant {
	const struct entity *entity;
	struct str title;
	struct value who;
	struct stretch *statuses;
	size_t nstatuses;
	struct stretch *waiting; /* statuses granted that had yet to take effect */
	size_t nwaiting;
	size_t place; /* in almanac_parties */
};

typedef LIST(const struct participant *) participant_list;
typedef LIST(const struct record_act *) act_refs;
typedef LIST(civil) changing_days;

struct dated_act {
	civil date;
	const struct record_act *act;
};

struct almanac {
	int refs; /* atomic */
	struct arena arena;
	const struct view *view;
	const struct tongue *tongue;
	struct vocabulary voc;
	const char *const *paths; /* by type: the part of the address under which its entities have pages; NULL: none */
	uint32_t nranks;          /* number of values of the fact `status`, which is that of ranks */
	struct { /* asked for by the functions below, which note what was read of the view (register/reads.h) */
		LIST(struct participant) everybody;
		uint32_t *party_of; /* by sym: index into everybody + 1; 0: none */
		participant_list parties, ranked;
		size_t nsyms;
		act_refs *naming, *speaking; /* by sym */
		act_refs acts;
		act_refs *of_kind; /* by kind of act */
		LIST(struct dated_act) dated;
		changing_days days;
	} kept;
	struct html *standing; /* by article: how far its text can be relied on, in the rulebook's words; empty: it does not say */
	struct str *languages; /* the names of the organisation's languages, each in its own words */
	int first_year;   /* of rulers and charts: the organisation's, else that of the earliest act */
};

int almanac_new(const struct view *v, const struct tongue *t, struct almanac **ret, struct err *e);
struct almanac *almanac_ref(struct almanac *al);
void almanac_unref(struct almanac *al); /* NULL is fine */
/* The same of view_noted: what is asked of it is noted. Not counted: it lasts as long as al, r and the arena. */
struct almanac *almanac_noted(const struct almanac *al, struct reads *r, struct arena *a);

const participant_list *almanac_parties(const struct almanac *al); /* every party on record, in alphabetical order */
const participant_list *almanac_ranked(const struct almanac *al);  /* those that have a status at some time, or were granted one; so, too */
/* The same, from the arena: those that a fact about that thing or an act about it names; that have one of these facts at some time; that these
 * acts name. `ranked`: and all those. */
const participant_list *almanac_parties_about(const struct almanac *al, sym thing, bool ranked, struct arena *a);
const participant_list *almanac_parties_with(const struct almanac *al, const uint32_t *facts, size_t n, bool ranked, struct arena *a);
const participant_list *almanac_parties_in(const struct almanac *al, const act_refs *acts, struct arena *a);
const changing_days *almanac_days(const struct almanac *al);   /* on which the status of any party changes, in order */
const act_refs *almanac_acts(const struct almanac *al);	       /* standing and corrected alike, the newest entry first */
const struct dated_act *almanac_dated(const struct almanac *al); /* the same in order of their dates, of one date the earliest entry first */
const struct participant *almanac_party(const struct almanac *al, sym name); /* NULL: no party of that name */
const act_refs *almanac_naming(const struct almanac *al, sym entity); /* the acts that name it, the newest entry first; never NULL */
const act_refs *almanac_speaking(const struct almanac *al, sym entity); /* those, and the acts that say they are about it; never NULL */
const act_refs *almanac_of_kind(const struct almanac *al, uint32_t kind); /* the acts of a kind; of NO_ID none; never NULL */
/* The acts dated before the instant t, in order of their dates; of one date, of their entries. They are looked at from the last one back, each after
 * almanac_look: so no more are noted. */
const struct dated_act *almanac_dated_until(const struct almanac *al, civil t, size_t *ret_n);
void almanac_look(const struct almanac *al, const struct dated_act *a);
/* Those dated after the instant `from` and up to `to`, in the same order, for whoever looks at no others. */
const struct dated_act *almanac_dated_between(const struct almanac *al, civil from, civil to, size_t *ret_n);
/* Those that name it, those that speak of it, those of a kind, for whoever looks at none of those dated at the instant t or later. */
const act_refs *almanac_naming_until(const struct almanac *al, sym entity, civil t);
const act_refs *almanac_speaking_until(const struct almanac *al, sym entity, civil t);
const act_refs *almanac_of_kind_until(const struct almanac *al, uint32_t kind, civil t);
/* Those of several kinds, the newest entry first. */
const act_refs *almanac_of_kinds_until(const struct almanac *al, const uint32_t *kinds, size_t n, civil t, struct arena *a);
size_t almanac_until(const struct almanac *al, civil t); /* how many of almanac_dated are dated before the instant t */
unsigned almanac_rank(const struct almanac *al, struct value status);        /* 1: the highest; 0: none */

/* Place of a word among the values of its fact, from 1; words that are not in a list come last. */
uint32_t value_place(const struct rulebook *rb, uint32_t fact, struct value v);
/* All spans of one instance, from `a`; 0 if `fact` is NO_ID. */
size_t stretches(const struct view *v, uint32_t fact, const struct value *args, struct arena *a, struct stretch **ret);
size_t stretches_of(const struct view *v, const struct instance *of, struct arena *a, struct stretch **ret);
const struct stretch *stretch_at(const struct stretch *s, size_t n, civil t); /* NULL: no value then */
/* The value of a named parameter of an act; V_NONE: not given, or its kind has none of that name. */
struct value act_arg(const struct rulebook *rb, const struct act *act, const char *param);
/* The number of that parameter, for whoever reads it of many acts (act_value); NO_ID: the kind has none of that name. */
uint32_t act_param(const struct rulebook *rb, uint32_t kind, const char *param);

#endif
