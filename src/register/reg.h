/* SPDX-License-Identifier: Apache-2.0
 *
 * The register: acts in, facts out. The one place where log and rules meet; nothing above it computes a consequence.
 *
 *	DIR/log.db ...	the log (log/log.h); rulebooks are blobs of it, adopted by the genesis entry and by later ones
 *
 * A question asked as known at an entry is answered under the rulebook that was in force at that entry.
 *
 * An act is a JSON object (rules/std.md says what it may carry), signed and stored byte for byte. One that is not for
 * everybody is *sealed*: the log gets {"kind":"sealed","commitment":"sha256:..."}; the body, with 32 random bytes, is a blob
 * of that hash, and only views of an audience named in `for` read it.
 *
 * A register opened for reading follows a log that another process writes: reg_refresh is cheap when nothing happened.
 *
 * Threads: everything but reg_close may be called by many threads; filing is done one at a time (the register locks).
 */
#ifndef REGISTER_REG_H
#define REGISTER_REG_H

#include "register/view.h"

#define REG_ACT_TYPE "application/vnd.comity.act.v1+json" /* of every entry */

struct reg;

enum reg_mode { REG_READ, REG_WRITE };

/* Makes a register in `dir` from an organisation's folder (rulebook.md, org.json, words/): checks the rulebook (errors and
 * warnings are written to `diags`, one a line; ERR_REFUSED if it has errors), makes the key and the genesis entry. */
int reg_create(const char *dir, const char *org_dir, struct buf *diags, struct err *e);
int reg_open(const char *dir, enum reg_mode mode, struct reg **ret, struct err *e);
void reg_close(struct reg *r);		       /* NULL is allowed; views live on */
int reg_refresh(struct reg *r, struct err *e); /* sees what others appended */

uint64_t reg_size(struct reg *r);			     /* entries */
struct str reg_checkpoint(struct reg *r, struct arena *a);   /* the newest signed note */
struct log *reg_log(struct reg *r);			     /* for proofs and entries; only between reg_lock and reg_unlock */
/* Nothing else reads or writes the log in between. Not to be taken twice, and other functions of this header take it too. */
void reg_lock(struct reg *r);
void reg_unlock(struct reg *r);

/* The view of an audience ("public", a role, "members", or words joined by ',': "members,BY") as known at `known`
 * (UINT64_MAX: all). Kept in a small cache. ERR_INPUT if `known` is not a position. Give back with view_unref. */
int reg_view(struct reg *r, struct str audience, uint64_t known, const struct view **ret, struct err *e);

/* A blob that this view may read; ERR_ABSENT also if there is one that it may not read. */
int reg_blob(struct reg *r, const struct view *v, const struct digest *sha256, struct arena *a, struct log_blob *ret,
	struct err *e);

/* An act as it is handed in: its JSON text, to be signed with the organisation's key, or an envelope in its one spelling (log/dsse.h) that
 * was signed elsewhere, by keys of the register (register/keyring.h): of an act, a sealed act with its body, or an act about keys. Such an act
 * names the register (ERR_REFUSED: another) and has an id (ERR_REFUSED: it is on record). */
struct act_in {
	struct str text;
	struct str body;	     /* of an envelope that is sealed, else empty */
	struct log_blob *documents; /* that the act names and that are not here yet; their hashes are filled in */
	size_t ndocuments;
};
bool act_is_signed(struct str text); /* is it an envelope? */
/* The hashes by which the act, whatever else is wrong with it, names documents. ERR_INPUT: it cannot be read. */
int act_documents(const struct act_in *in, struct arena *a, struct digest **ret, size_t *ret_n, struct err *e);

/* Checks one act as if it were filed next, and files it unless `dry`. What is checked: JSON, size, kind, arguments,
 * members, dates, entities that must have been introduced, names of entities, audience, documents, signer: an act `by S` needs S's key, or
 * `recorded` with sources or a document; corrections point to an act; the rules come to an end. Errors name field and reason
 * (ERR_INPUT: ill-formed; ERR_REFUSED: understood, but not allowed); nothing is written. */
struct filed {
	uint64_t pos;
	const struct view *before, *after; /* the public view, or for a sealed act the registrar's; view_unref both */
	struct view_difference *changes;   /* between them */
	size_t nchanges;
};
int reg_file(struct reg *r, const struct act_in *in, bool dry, struct arena *a, struct filed *ret, struct err *e);

/* The same from many threads at once, without saying what changes: whatever comes together is checked, evaluated, made durable and signed
 * together (base/gather.h), and each call returns when its act is. What is refused changes nothing for the others. */
int reg_submit(struct reg *r, const struct act_in *in, uint64_t *ret_pos, struct err *e); /* an envelope */
/* Can nothing be filed just now, and why (log_stopped)? For a register that is open for writing. Like reg_checkpoint, it tells how the
 * last filing ended, and never waits for one. */
bool reg_stopped(struct reg *r, struct err *ret);

/* Seals an act (its JSON text): what the log gets, and the body, both into the arena. */
int act_seal(struct str act, struct arena *a, struct str *ret_public, struct str *ret_body, struct err *e);

/* The view that an audience (as of reg_view) would have if this act were filed next: its newest entry, view_known, is that act.
 * Checked as by reg_file; nothing is signed or written, and no later question meets it. Give back with view_unref. */
int reg_suppose(struct reg *r, struct str json, struct str audience, const struct view **ret, struct err *e);

/* Adopts the rulebook in an organisation's folder, from the next entry on; the organisation decided so on `date`
 * (CIVIL_NEVER: today, at its seat). ERR_REFUSED: it has errors; it is of another register; it is the one in force; its version is not
 * higher; an act on record could not be read under it; it changes facts of before that day by rules that are not marked `retroactive`.
 * `diags` then gets the diagnostics of the text (as by reg_create), or those rules, one a line. Whatever is refused changes nothing: the
 * rulebook in force stays. *ret is as of reg_file: what changes between the public views before and after, in the facts that both
 * rulebooks have. */
int reg_adopt(struct reg *r, const char *org_dir, civil date, struct buf *diags, struct arena *a, struct filed *ret, struct err *e);

/* What would change for this audience if the rulebook in the file `path` were adopted on `date`, which may lie ahead. org.json and the
 * words are those beside it, or if there are none those in force. Everything is checked as by reg_adopt, but rules that change the past
 * are told in *ret_past (and `diags`), not refused. Nothing is written. */
struct past_change {
	const struct rulebook *rulebook; /* of ret->after; if `gone` of ret->before */
	const struct rule *rule;	 /* changes the past, or did not stay to keep it */
	bool gone;
	civil from; /* of the earliest fact that differs; CIVIL_ALWAYS: since ever */
	size_t facts; /* that differ before the day */
};
struct past {
	struct past_change *v;
	size_t n;
};
int reg_preview(struct reg *r, const char *path, struct str audience, civil date, struct buf *diags, struct arena *a, struct filed *ret,
	struct past *ret_past, struct err *e);

/* Files every line of a JSONL text; commits in groups. progress(ctx, done, total) may be NULL. Stops at the first bad line
 * (`name:line` in the error) with nothing of its group written; *ret_done acts were filed. */
int reg_load(struct reg *r, struct str text, const char *name, void (*progress)(void *ctx, uint64_t done, uint64_t total),
	void *ctx, uint64_t *ret_done, struct err *e);

struct reg_verdict {
	struct log_verdict log;
	uint64_t sealed, bodies; /* acts that are sealed; those whose bodies are here, so that they were read too */
};
/* Reads everything again and checks it: the log (log_verify), and that each entry is an act of its declared kind. */
int reg_verify(const char *dir, void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
	struct reg_verdict *ret, struct err *e);
/* log_rebuild, with the keys that the register's entries put in force. */
int reg_rebuild(const char *dir, void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx, struct log_rebuilt *ret,
	struct err *e);

#endif
