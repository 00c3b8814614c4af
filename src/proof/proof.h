/* SPDX-License-Identifier: Apache-2.0
 *
 * The door: is this proof file (docs/proof.md) sound? Nothing of it is believed: entries are tied to the signed checkpoint, the rules to
 * the adopted text, and what follows from them is worked out again, step by step, by an evaluator that shares nothing with the one that
 * made the file.
 */
#ifndef PROOF_PROOF_H
#define PROOF_PROOF_H

#include "base/err.h"
#include "log/note.h"

enum { CK_MAX_FILE = 64 << 20 };

/* The steps of a check, in their order; a refusal names the one that failed. */
enum ck_step { CK_STEP_FILE, CK_STEP_LOG, CK_STEP_ENTRIES, CK_STEP_RULEBOOK, CK_STEP_ACTS, CK_STEP_SIGNERS, CK_STEP_HISTORY, CK_STEP_ANSWER, CK_STEP_REASONS,
	CK_STEPS };

struct ck_options {
	struct str key;	     /* the register's public key, known from elsewhere; empty: only the file's own */
	const char *log_dir; /* a copy of the log, or NULL */
	bool all_signatures; /* of every entry; else of those that the answer can rest on, see docs/proof.md */
};

struct ck_verdict {
	enum ck_step step; /* the one that failed */
	bool own_key, whole;
	bool keys; /* acts about keys count in it */
	uint64_t known, size, entries, sealed, signatures, nodes, acts, cites;
	uint64_t basis, recorded; /* acts that it rests on under all readings; of these, those that the registrar recorded from sources */
	char origin[256], vkey[NOTE_MAX_VKEY + 1], answer[600], audience[120];
	char signers[400]; /* who signed those acts; empty: it rests on none */
};

const char *ck_step_words(enum ck_step step); /* "the entries of the log" */

/* 0: accepted. ERR_REFUSED: a step fails; ERR_INPUT, ERR_LIMIT: it cannot be read as a proof. *e says which, in words; *ret is filled as far
 * as the check came. */
int ck_check(struct str file, const struct ck_options *o, struct ck_verdict *ret, struct err *e);

#endif
