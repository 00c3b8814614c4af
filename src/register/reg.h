/* SPDX-License-Identifier: Apache-2.0
 *
 * The register: acts in, facts out. The one place where log and rules meet; nothing above it computes a consequence.
 *
 *	DIR/log.db ...	the log (log/log.h); the rulebook in force is a blob of it, adopted by the genesis entry
 *
 * A register opened for reading follows a log that another process writes: reg_refresh is cheap when nothing happened.
 *
 * Threads: reg_view and reg_record may be called by many threads; filing by one at a time (the register locks).
 */
#ifndef REGISTER_REG_H
#define REGISTER_REG_H

#include "register/view.h"

struct reg;

enum reg_mode { REG_READ, REG_WRITE };

/* Makes a register in `dir` from an organisation's folder (rulebook.md, org.json, words/): checks the rulebook (errors are
 * written to `diags`, one a line; ERR_INPUT), makes the key and the genesis entry. */
int reg_create(const char *dir, const char *org_dir, struct buf *diags, struct err *e);
int reg_open(const char *dir, enum reg_mode mode, struct reg **ret, struct err *e);
void reg_close(struct reg *r);
int reg_refresh(struct reg *r, struct err *e); /* sees what others appended */

const struct record *reg_record(struct reg *r); /* the newest; give back with record_unref */
struct log *reg_log(struct reg *r);		/* for proofs and blobs; under reg_lock */
void reg_lock(struct reg *r);
void reg_unlock(struct reg *r);

/* The view of an audience ("public", "secretariat", "members", or words joined by ',': "members,BY") as known at `known`
 * (UINT64_MAX: all). Kept in a small cache. ERR_INPUT if `known` is not a position. Give back with view_unref. */
int reg_view(struct reg *r, struct str audience, uint64_t known, const struct view **ret, struct err *e);

/* Checks one act (its JSON text) as if it were filed next, and files it unless `dry`. What is checked: JSON, size, kind, arguments,
 * dates, entities that must have been introduced, names of entities, signer: an act `by S` needs S's key, or `recorded` with
 * sources or a document; corrections point to an act. Errors name field and reason; nothing is written. */
struct filed {
	uint64_t pos;
	struct difference *changes; /* what it changes in the public view, by its first reading */
	size_t nchanges;
};
int reg_file(struct reg *r, struct str json, bool dry, struct arena *a, struct filed *ret, struct err *e);

/* Files every line of a JSONL text; commits in groups. progress(ctx, done, total) may be NULL. Stops at the first bad line
 * (`name:line` in the error) with nothing of its group written; *ret_done acts were filed. */
int reg_load(struct reg *r, struct str text, const char *name, void (*progress)(void *ctx, uint64_t done, uint64_t total),
	void *ctx, uint64_t *ret_done, struct err *e);

/* Reads everything again and checks it: the log (log_verify), and that each entry is an act of its declared kind. */
int reg_verify(const char *dir, void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
	struct log_verdict *ret, struct err *e);

#endif
