/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries of a log as they come from somewhere else, each held to what the register holds its own to: an entry is taken in only if
 * it is an act of the rulebook in force, about what the entries before it have made known, signed by who may say so.
 *
 * Invariant: what intake_take accepted one after the other, from the genesis entry on, reg_open reads and reg_verify finds good.
 */
#ifndef REGISTER_INTAKE_H
#define REGISTER_INTAKE_H

#include "log/log.h"

struct intake;
struct view; /* register/view.h */

/* Rulebooks and the bodies of sealed acts are read from `log`, which must outlive the intake. */
struct intake *intake_new(struct log *log);
void intake_free(struct intake *t); /* NULL is allowed */
uint64_t intake_size(const struct intake *t);

/* Bodies of sealed acts that the log does not hold yet, each with its hash: told before the first entry, to see what would follow if it did.
 * They must outlive the intake. */
void intake_try_bodies(struct intake *t, const struct log_blob *v, size_t n);

enum intake_sealed { INTAKE_OPEN, INTAKE_BODY_HELD, INTAKE_COMMITMENT }; /* not sealed; sealed, with its body here, or without */
enum intake_sealed intake_sealed(const struct intake *t, uint64_t pos); /* pos < intake_size */
void intake_count(const struct intake *t, uint64_t *ret_sealed, uint64_t *ret_bodies); /* of what was taken in: acts that are sealed; those of them whose bodies were there */

/* The next entry. Its rulebook, if it adopts one, must be in the log as a blob. After an error the intake is of no more use: free it.
 * ERR_CORRUPT, ERR_INPUT, ERR_REFUSED: it is no act of the rulebook in force, or was not theirs to say who signed it. */
int intake_take(struct intake *t, const struct log_entry *in, struct err *e);
/* What follows for this audience from all that was taken in: made anew each time, held by nobody but the caller (view_unref). */
int intake_view(const struct intake *t, struct str audience, const struct view **ret, struct err *e);
/* The keys that may sign the entry that comes next. Valid as long as the intake. */
struct log_keys intake_keys(struct intake *t);

/* What an entry names by its hash, as far as everybody can read it. */
struct named_blob {
	struct digest sha256;
	struct str type; /* media type, as the entry says it; never empty */
};
struct entry_names {
	bool adopts; /* a rulebook: without it neither this entry nor any later one can be read */
	struct named_blob rulebook;
	bool sealed; /* an act for some: its body has this hash, and is not for everybody to read */
	struct digest commitment;
	struct named_blob *documents; /* of an act that is for everybody */
	size_t ndocuments;
};
/* Of one entry, whatever it is. ERR_CORRUPT, ERR_INPUT: it is none of a register. */
int entry_names(const struct log_entry *in, struct arena *a, struct entry_names *ret, struct err *e);

#endif
