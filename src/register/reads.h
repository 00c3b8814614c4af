/* SPDX-License-Identifier: Apache-2.0
 *
 * What was read of a view: for whoever keeps what was made of one, and wants to know whether another view would make it otherwise. Each
 * question leaves a key, which two views under one rulebook share; where whatever a key stands for is the same in both, so are the answers.
 *
 *	struct reads r = {0};
 *	const struct view *v = view_noted(shared, &r, &arena);      asked in place of the shared one
 *	...                                                         r.keys now says on what the answers rest
 *
 * Beside the keys stand the days on which what was read changes by itself, in one view: whoever asks again on a day on which none of it changes is told
 * what he was told the day before. Reasons are no part of that: they tell the days of what they explain, not of what that follows from.
 *
 * Invariants: a question that nobody knows how to narrow down notes READ_ANYTHING. Names are hashed as the numbers that they have in the
 * record: these stay as long as it only grows.
 */
#ifndef REGISTER_READS_H
#define REGISTER_READS_H

#include "base/date.h"
#include "rules/value.h"

enum read_of {
	READ_ANYTHING,	  /* maybe all of it */
	READ_FACT,	  /* one instance of a fact: how it went */
	READ_FACTS,	  /* all instances of a fact (NO_ID: of all) that name an entity (none: all) */
	READ_REASONS,	  /* one instance of a fact, and whatever can be a reason that it is so, or is not */
	READ_PROOF,	  /* why it is so on the day on which it is read, as explain_why_brief says it in each reading */
	READ_EFFECTS,	  /* what an act did, or why nothing */
	READ_ENTRY,	  /* an entry: that it is there, what stands in its place */
	READ_ACTS,	  /* all acts */
	READ_ACTS_DATED,  /* those of one date, and which dates stand next to it */
	READ_ACTS_OF,	  /* those of a kind */
	READ_ACTS_NAMING, /* those that name an entity, or say that they are about it */
	READ_NAME,	  /* is it that of an entity, and what is it called? */
	READ_NAMES,	  /* all entities of a type (NO_ID: of all) */
	READ_RANKED,	  /* who is a party with a status at some time, and what it is called */
};

struct number_set { /* all zero: none */
	uint64_t *v; /* each once, in the order in which they came */
	size_t n, cap;
	uint32_t *slots; /* index into v + 1 */
	size_t nslots;	 /* a power of two */
};

struct reads { /* all zero: nothing was read */
	struct number_set keys;
	struct number_set days; /* since 1970 */
	bool undated;		/* nobody wants to know them */
};

void reads_reset(struct reads *r); /* nothing was read */
void reads_done(struct reads *r);
bool reads_have(const struct reads *r, uint64_t key);
void reads_note(struct reads *r, uint64_t key); /* r may be NULL: nobody wants to know */
void reads_note_day(struct reads *r, civil t);	/* the day of that instant; of CIVIL_ALWAYS and CIVIL_NEVER none */

uint64_t reads_key(enum read_of what, uint64_t which); /* which: the number of a fact, a kind, a type, a name, an entry */
uint64_t reads_instance(enum read_of what, uint32_t fact, const struct value *args, uint32_t n);
uint64_t reads_facts(uint32_t fact, struct value about);
uint64_t reads_name(struct str name);
/* The same as it stood at a moment: facts as they were then, acts dated up to then; and that nothing changes, or is dated, until the next time that
 * something does. `last`: when it did last; CIVIL_ALWAYS: not yet. Two moments between which nothing changes share the key, and a third that comes
 * between them changes what it stands for. */
uint64_t reads_until(uint64_t key, civil last);

/* Hashes that keys and fingerprints are made of. */
static inline uint64_t hash_more(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15u; /* the golden ratio: an odd number whose bits look random */
	return h ^ h >> 29;
}
uint64_t hash_str(uint64_t h, struct str s);

#endif
