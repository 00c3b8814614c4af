/* SPDX-License-Identifier: Apache-2.0
 *
 * What pages say of the witnesses of the register (mirror/submit.h).
 */
#ifndef WEB_WITNESSES_H
#define WEB_WITNESSES_H

#include "web/model.h"
#include "web/site.h"

/* The alert, if a tree waits too long and there is no other alert. */
void witnesses_dress(struct register_site *s, const struct ask *q, struct frame *f);
/* The sentence of the foot about the state of the record, with slots {n}, {root}, {check}, and {witnesses}, {confirmed} for the two numbers. */
const char *witnesses_sentence(struct register_site *s, uint64_t size, struct arena *a, struct str *ret_n, struct str *ret_confirmed);
/* By whom the first published tree with this entry was cosigned, and when. */
struct html witnesses_of(const struct model *m, uint64_t pos);
/* What /checkpoint gives out: the newest checkpoint with the quorum that the register's policy wants; where it wants none, or this is a copy,
 * the newest that was signed. False: none has its quorum yet. */
bool witnesses_checkpoint(struct register_site *s, struct arena *a, struct str *ret);
/* Is this entry in a tree that is published? True also where there is no quorum to wait for. */
bool witnesses_have(struct register_site *s, uint64_t pos, struct arena *a);
/* A handler's answer where the quorum is still missing: 503. */
int witnesses_wait(struct response *ret, struct err *e, const char *what);

#endif
