/* SPDX-License-Identifier: Apache-2.0
 *
 * How a mirror stands, in DIR/mirror.json: written after each round, read by whoever serves the directory, and by the mirror when it
 * starts again. An alert stays until a person has looked at it (comity mirror --resume).
 */
#ifndef MIRROR_STATE_H
#define MIRROR_STATE_H

#include "base/arena.h"
#include "base/err.h"

#define MIRROR_STATE_FILE "mirror.json"
#define MIRROR_COSIGNED_FILE "cosigned" /* the newest checkpoint with the mirror's own cosignature */
#define MIRROR_EVIDENCE_DIR "evidence"
#define MIRROR_SEALED_DIR MIRROR_EVIDENCE_DIR "/sealed" /* evidence that is not for everybody: never served */
#define MIRROR_POLICY_FILE "mirror.policy" /* the policy by which it follows, for whoever serves the copy */

enum { MIRROR_STATE_MAX_BYTES = 64 << 10 };

/* Times are UTC, "2026-07-01T12:00:00Z"; what is empty is not so. */
struct mirror_state {
	struct str origin, url; /* of the log, and where it is followed */
	uint64_t size;		/* entries held */
	uint64_t sealed;	/* of them: sealed acts, held as commitments */
	uint64_t bodies;	/* of these: with their bodies beside */
	struct str in_step;	/* when all of it was last found to be what is held, and signed */
	struct str tried;	/* the last round */
	struct str trouble;	/* why the last round came to no end */
	struct str unread;	/* why bodies of sealed acts could not be read, though all that is public was */
	struct str kind, says, evidence, found; /* the alert: what was found, in a sentence, where the file is, when */
	struct str peers;	/* who was compared with in the last round, in a sentence */
};

/* Strings live in the arena. ERR_ABSENT: this directory is no mirror's. */
int mirror_state_read(const char *dir, struct arena *a, struct mirror_state *ret, struct err *e);
int mirror_state_write(const char *dir, const struct mirror_state *s, struct err *e); /* atomic */
/* `owner`: also what only the owner of the copy should know, which bodies it holds, and why not others. */
void mirror_state_json(const struct mirror_state *s, bool owner, struct buf *out);

#endif
