/* SPDX-License-Identifier: Apache-2.0
 *
 * Drafts of acts, for filing.c and loading.c. All functions: with the register locked.
 */
#ifndef REGISTER_DRAFT_H
#define REGISTER_DRAFT_H

#include "register/reg_internal.h"

/* One act on its way into the log. */
struct draft {
	struct str text;      /* as it came; of a sealed act: what the log gets */
	struct str body;      /* of a sealed act: the blob */
	struct entry *entry;  /* as it will be read */
	struct str envelope;
	const struct act_in *in;
	struct log_checked *checked; /* of what was signed elsewhere: its signatures are good for its place */
};

/* Everything before signing, against r->all; nothing is written. Errors begin with the prefix ("record.jsonl:12"). On success
 * the caller gives back ret->entry. */
int draft_make(struct reg *r, const struct act_in *in, const char *prefix, struct draft *ret, struct arena *a, struct err *e);
int draft_sign(struct reg *r, struct draft *d, const char *prefix, struct arena *a, struct err *e);
/* The same, with signatures that were found good for some place (log_check) under whatever keys were in force then. */
int draft_take_checked(struct reg *r, struct log_checked *c, const struct act_in *in, const char *prefix, struct draft *ret, struct err *e);
struct log_keys reg_keys(const struct record *all); /* who may sign, for log_append and log_verify; `all` may grow */
/* Appends n signed drafts, all or none, and makes their entries known. r->all is left to the caller. */
int drafts_store(struct reg *r, struct draft *drafts, size_t n, struct arena *a, struct err *e);
struct gather *reg_door_new(struct reg *r);
int reg_check_mode(const struct reg *r, struct err *e); /* ERR_REFUSED: opened for reading */

#endif
