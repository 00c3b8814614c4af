/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies of sealed acts, handed out to those who may read them: to a holder of a key that asks for them with it. So a member's copy of
 * the log holds what that member may know, and nobody else's does.
 *
 * The request is a DSSE envelope of the type BODIES_REQUEST_TYPE over
 *
 *	{"kind":"bodies_requested","register":"<origin>","from":<entry>,"time":"<UTC, 2026-11-26T07:00:00Z>"}
 *
 * to which "list":true may be added, signed by one key in force now: one that was registered, or one that was delegated for "bodies_requested", with which nothing else can
 * be done. It is good for BODIES_FRESH seconds around its time. The answer is
 *
 *	{"entries":[{"entry":<index>,"body":"<the body>"},...],"next":<entry>,"size":<entries of the log>}
 *
 * in the order of the log; it goes on from `next`, unless that is `size`. Whoever gets it holds each body against the commitment in the log. To a
 * request for a list "entries" are the indexes alone: so one finds out what there is to ask for, also of long ago, without being given it again.
 *
 * Who may read what: the holder itself by its name, the offices that it holds, and each audience of org.json whose question is answered yes
 * for it today, in every reading of the law.
 */
#ifndef REGISTER_BODIES_H
#define REGISTER_BODIES_H

#include "register/org.h"
#include "register/reg.h"

#define BODIES_REQUEST_TYPE "application/vnd.comity.request.v1+json"
#define BODIES_KIND "bodies_requested"

enum { BODIES_FRESH = 300, BODIES_MAX_ANSWER = 4 << 20, BODIES_MAX_REQUEST = 16 << 10 };

/* The payload of a request for bodies, or for a list of them, at this time (seconds since 1970). */
void bodies_ask(struct str origin, uint64_t from, bool list, int64_t now, struct buf *out);
/* Answers a signed request. ERR_INPUT: it is none; ERR_REFUSED: no such key, a bad signature, another register, or not fresh. */
int bodies_answer(struct reg *r, struct str envelope, int64_t now, struct arena *a, struct buf *out, struct err *e);

/* Is this what a sealed entry commits to? Then *body gets its hash and type: as a blob it opens the entry, unless it is no act at all (which
 * intake_take finds). ERR_INPUT: the entry is not sealed; ERR_CORRUPT: it is another body. */
int sealed_body_check(const struct log_entry *entry, struct log_blob *body, struct err *e);
/* What a body that has been checked says, and for whom ("KZ,members"); into the arena. ERR_CORRUPT: it is no act for a named audience. */
int sealed_body_read(const struct log_entry *entry, struct str body, struct arena *a, struct str *ret_act, struct str *ret_for, struct err *e);

/* The audience that a holder is, in the one spelling of reg_view ("KZ,members"), as of today, into the arena. */
int holder_audience(const struct view *registrar, struct str holder, struct arena *a, struct str *ret, struct err *e);
/* The question of an audience, asked of this name. */
struct str audience_question(const struct audience *of, struct str holder, struct arena *a);

#endif
