/* SPDX-License-Identifier: Apache-2.0
 *
 * What a proof file brings along to rest on: entries of the log as they stand there, the signed checkpoint above them, the rulebook that
 * they adopted. Everything is hashed and verified again; nothing else of the file is needed to know what happened.
 */
#ifndef PROOF_EVIDENCE_H
#define PROOF_EVIDENCE_H

#include "base/json.h"
#include "proof/past.h"

/* A value of this kind from JSON; false: it is none. Names are entered among those of the book. */
bool ck_read_value(struct ck_book *b, enum value_kind kind, const json_t *v, struct value *ret);
/* An act from its JSON. ERR_INPUT; the arguments go into the arena. */
int ck_act_read(struct ck_book *b, const json_t *obj, uint64_t pos, struct arena *a, struct ck_act *ret, struct err *e);

#endif
