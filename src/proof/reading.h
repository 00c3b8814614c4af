/* SPDX-License-Identifier: Apache-2.0
 *
 * What evidence.c, texts.c, record.c and signer.c share while the evidence is read; gone afterwards.
 */
#ifndef PROOF_READING_H
#define PROOF_READING_H

#include "log/checkpoint.h"
#include "log/log.h"
#include "log/merkle.h"
#include "proof/evidence.h"

struct intake {
	struct ck_evidence *ev;
	const struct jv *json; /* the member `evidence` */
	const struct ck_options *o;
	struct log *log; /* the copy of the log, if one was given */
	struct hasher h;
	struct checkpoint top;
	struct merkle_range tree;
	struct { struct ck_entry *v; size_t n, cap; } entries;
	struct { uint64_t *index; struct digest *leaf; size_t n; } touched; /* entries to be tied together (touched form) */
	size_t given;	   /* of the earlier texts, those that the file has */
	struct syms ids;   /* that acts carry; each comes once */
	uint64_t governs;  /* the last adoption before the entry under way */
	uint64_t again;	   /* bytes of entries that were read a second time, and corrections looked at again: at most CK_BUDGET */
	struct err *e;
};

int ck_refuse(struct intake *r, const char *where, const char *what, const char *meaning);
int ck_refuse_entry(struct intake *r, uint64_t index, const char *what, const char *meaning);

/* ---- what an entry says (record.c) ---------------------------------------------------------------------------------------- */

struct said {
	const struct jv *json;
	const struct jv *act; /* the same; of a sealed entry what its body says, NULL if it was not given, or the entry is no act */
	bool sealed, adopts, about_keys;
};

/* *ret lives in the arena, which holds one entry at a time. */
int ck_read_said(struct intake *r, struct arena *a, const struct ck_entry *n, struct said *ret);
/* All entries in their order: which keys sign, what acts there are, and whether those who signed may say so. */
int ck_read_record(struct intake *r);

/* ---- rulebooks (texts.c) -------------------------------------------------------------------------------------------------- */

int ck_read_texts(struct intake *r, const struct jv *proof); /* the adopted one, and those before that the file has */
/* The text that entry `adopted` adopted, read when it is first asked for. ERR_ABSENT: the file does not have it. */
int ck_text_then(struct intake *r, uint64_t adopted, const struct ck_text **ret);
int ck_texts_used(struct intake *r); /* ERR_REFUSED: nothing rests on one that the file has */

/* ---- who signed (signer.c) ------------------------------------------------------------------------------------------------ */

/* May those who signed this entry say this act? Its keys were in force. */
int ck_check_signer(struct intake *r, struct ck_entry *n, const struct said *said, const struct ck_act *act);

#endif
