/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking a time-stamping authority over HTTP (RFC 3161, 3.4). What it answers is judged by log/timestamp.h.
 */
#ifndef MIRROR_STAMP_H
#define MIRROR_STAMP_H

#include "base/arena.h"
#include "mirror/fetch.h"

/* Sends a TimeStampReq; the answer, at most TIMESTAMP_MAX_BYTES, goes into the arena. Errors as fetch_ask; ERR_INPUT also: it answers
 * with another status than 200, or something else than a TimeStampResp. */
int stamp_ask(struct fetch *f, struct str url, struct str query, struct arena *a, struct str *ret_reply, struct err *e);

#endif
