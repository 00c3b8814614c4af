/* SPDX-License-Identifier: Apache-2.0
 *
 * Cosignatures (C2SP tlog-cosignature v1.0.0, the Ed25519 form): a witness says that at a time this checkpoint was the newest
 * of its log that it knew, and grew out of all that it knew before. It is one more signature line of the note:
 *
 *	U+2014 SP name SP base64(key hash || time in 8 bytes || 64 bytes)		over
 *	cosignature/v1 LF time SP <decimal seconds> LF <the whole text of the checkpoint>
 *
 * Invariants: a key of type NOTE_COSIGNATURE signs nothing else, and no other key signs this. A time is in seconds since
 * 1970-01-01T00:00:00Z, not zero, at most 2^63 - 1. The name is not signed: so one key has one name and one role.
 */
#ifndef LOG_COSIGN_H
#define LOG_COSIGN_H

#include "log/checkpoint.h"

enum {
	COSIGN_BYTES = 8 + ED25519_SIG, /* of a line, after the key hash */
	COSIGN_SKEW = 300,		/* seconds that two clocks may differ */
};
#define COSIGN_MAX_TIME ((uint64_t)INT64_MAX)

/* The times that one is ready to believe. */
struct cosign_times {
	uint64_t from, to;
};

struct cosign_times cosign_any_time(void);
struct cosign_times cosign_until(uint64_t now);  /* however long ago, but not in the future */
struct cosign_times cosign_around(uint64_t now); /* made just now */

/* Appends the line of the key for this text of a checkpoint. ERR_INPUT: no checkpoint, no such key, no such time. */
int cosign_write(struct str text, uint64_t time, const struct note_key *k, const struct ed25519_key *secret, struct buf *out,
	struct err *e);

enum cosign_state {
	COSIGN_ABSENT,
	COSIGN_UNTIMELY, /* well signed, but at no time that is believed */
	COSIGN_GOOD,
};

/* Did the key cosign the note? *ret_time: of several lines, the earliest believed. ERR_REFUSED: a line of the key does not fit
 * the text, and the note is not to be trusted. */
int cosign_check(const struct note *n, const struct note_key *k, struct cosign_times believed, enum cosign_state *ret,
	uint64_t *ret_time, struct err *e);

/* Appends to `out` the note and, from `lines`, the good cosignatures of these keys that it has not yet; all else in `lines` is
 * left out. ERR_INPUT, ERR_LIMIT: not such lines; ERR_REFUSED: one by a key of these does not fit or has another time. */
int cosign_collect(struct str note, struct str lines, const struct note_key *keys, size_t nkeys, struct cosign_times believed,
	struct buf *out, size_t *ret_added, struct err *e);

#endif
