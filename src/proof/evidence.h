/* SPDX-License-Identifier: Apache-2.0
 *
 * What a proof file brings along to rest on: entries of the log as they stand there, the signed checkpoint above them, the rulebook that
 * they adopted. Everything is hashed and verified again; nothing else of the file is needed to know what happened.
 *
 * Invariants: acts are only those of entries that were tied to the checkpoint; the law is only the text whose hash an entry names.
 */
#ifndef PROOF_EVIDENCE_H
#define PROOF_EVIDENCE_H

#include "proof/keys.h"
#include "proof/past.h"
#include "proof/proof.h"

enum { CK_MAX_ENTRIES = 1000000, CK_MAX_CORRECTION_DEPTH = 32 };

struct ck_entry {
	uint64_t index;
	const struct jv *envelope; /* as the file has it */
	struct str bytes, payload; /* or as a copy of the log has it */
	struct str body;	   /* of a sealed one, if the file opens it: {"salt", "act"} */
	struct ck_signers by;
	bool others;	  /* somebody signed with another key than the log's own */
	bool helped;	  /* an act about keys that rests on all those before */
	bool recorded;	  /* an act that the registrar recorded from sources */
	bool verified;	  /* its signatures */
	bool told;	  /* by whom it was signed */
	uint8_t depth;	  /* of corrections; 0: no act, else 1 + depth */
	uint32_t act;	  /* index into acts, if it is one */
	const struct ck_entry *corrected, *beside; /* the last correction of it so far; the one of the same act before this one */
};

struct ck_text { /* a rulebook as it was adopted, and org.json of its bundle */
	uint64_t adopted; /* by this entry */
	struct str bundle;
	struct ck_book *book; /* NULL: not read yet */
	const struct jv *org;
};

struct ck_evidence {
	struct arena arena;
	struct ck_entry *entries; /* in order of index */
	size_t n;
	uint64_t known, size; /* size: of the checkpoint */
	bool whole;	      /* every entry up to `known` */
	bool own_key;	      /* no key was given: the file vouches for itself */
	struct str origin, vkey, audience;
	struct note_key key;
	size_t nsealed;	 /* not opened */
	size_t nsignatures; /* verified */
	uint64_t adopted;
	const struct jv *org; /* org.json of the adopted text */
	struct ck_book book;
	struct { struct ck_text **v; size_t n, cap; } earlier; /* than the adopted one */
	struct ck_keys keys;
	struct { uint64_t *v; size_t n, cap; } key_acts; /* the entries about keys, in order */
	struct ck_act *acts;
	size_t nacts;
	enum ck_step step; /* under way, or failed */
};

/* Everything up to the law and the acts. *ret is to be given to ck_evidence_done in every case. ERR_REFUSED, ERR_INPUT, ERR_LIMIT: *e
 * says what is wrong and ret->step where. */
int ck_evidence_read(const struct jv *proof, const struct ck_options *o, struct ck_evidence *ret, struct err *e);
void ck_evidence_done(struct ck_evidence *ev);
/* Verify signatures, and those under the acts about keys on which they rest. */
int ck_evidence_signed(struct ck_evidence *ev, const uint64_t *at, size_t n, struct err *e); /* of the entries at these positions */
int ck_evidence_all_signed(struct ck_evidence *ev, struct err *e);
/* Of acts of these kinds (by kind), and of what corrects one or was corrected by one, if others than the log's own key signed. */
int ck_evidence_kinds_signed(struct ck_evidence *ev, const bool *kinds, struct err *e);
/* Who signed the acts at these positions, each holder once, joined by ", ". The number of acts, each counted once; *ret_recorded: how many of
 * them the registrar recorded from sources. */
uint64_t ck_evidence_who(struct ck_evidence *ev, const uint64_t *at, size_t n, struct buf *out, uint64_t *ret_recorded);

/* ---- entries (envelope.c) ------------------------------------------------------------------------------------------------- */

#define ACT_TYPE "application/vnd.comity.act.v1+json"

/* Is it an envelope of an act, by its form? Its keyids go into the arena. */
bool ck_envelope_is(struct arena *a, const struct jv *obj, struct ck_signers *ret);
/* In the one spelling that is hashed, its base64 as it stands: what is no strict base64 is no leaf of the tree. */
void ck_envelope_spell(const struct jv *obj, struct buf *out);
bool ck_envelope_payload(struct arena *a, const struct jv *obj, struct str *ret); /* false: it is no strict base64 */
struct ck_entry *ck_entry_at(const struct ck_evidence *ev, uint64_t index);	   /* NULL */
int ck_at_entry(struct err *e, uint64_t index); /* says that what was refused is this entry; returns its code */

/* ---- acts (acts.c) -------------------------------------------------------------------------------------------------------- */

/* A value of this kind from JSON; false: it is none. Names are entered among those of the book. */
bool ck_read_value(struct ck_book *b, enum value_kind kind, const struct jv *v, struct value *ret);
/* An act from its JSON. ERR_INPUT; the arguments go into the arena. */
int ck_act_read(struct ck_book *b, const struct jv *obj, uint64_t pos, struct arena *a, struct ck_act *ret, struct err *e);

/* ---- the answer (answer.c) ------------------------------------------------------------------------------------------------ */

/* Only the answer, from a law and acts that the caller vouches for: question, values, reasons. `known`: as of ck_past_make; `all`: these are
 * all acts up to it. */
int ck_answer(struct ck_book *b, const struct ck_act *acts, size_t n, uint64_t known, bool all, const struct jv *proof, struct ck_verdict *ret, struct err *e);

#endif
