/* SPDX-License-Identifier: Apache-2.0
 *
 * A witness (C2SP tlog-witness v1.0.0): it remembers the newest tree of each log that it knows, and cosigns a newer one only
 * if that grew out of the one that it remembers. So whoever sees its line knows that everybody was shown one history.
 *
 *	DIR/witness.key	its key, mode 0600; locked by whoever runs the witness
 *	DIR/witness.db	what it cosigned last, and requests that contradict it (log/heads.h)
 *	DIR/logs	the logs it knows: lines "log <vkey> [<url>]" and comments, as in a policy. Several keys of one origin
 *			are one log whose key is being exchanged. Read anew when it changes
 *
 * Invariants:
 * - A cosignature leaves this file only after the head that it speaks of is durable, and heads are compared and replaced by
 *   one commit at a time: for each log the sizes that were cosigned never go back, and no size has two roots.
 * - A head belongs to the origin, not to a key, and stays when the log is taken out of `logs`: nothing is forgotten.
 * - Requests that came together share one fsync (base/gather.h).
 *
 * Never put an old witness.db back: the witness would cosign a second history. Make a new witness with a new key instead.
 *
 * Threads: all functions of an open witness may be called from many at once, but for witness_close.
 */
#ifndef LOG_WITNESS_H
#define LOG_WITNESS_H

#include "log/cosign.h"
#include "log/heads.h"
#include "log/merkle.h"

enum {
	WITNESS_MAX_PROOF = 63, /* hashes in a request */
	WITNESS_MAX_REQUEST = NOTE_MAX_BYTES + 4096,
	WITNESS_MAX_KEYS = 8, /* of one log at a time */
	WITNESS_MOST = 1024,  /* requests that share a commit */
};

/* A request as it stands in the body of a POST. */
struct witness_request {
	uint64_t old;
	struct merkle_proof proof;
	struct note note;
	struct checkpoint checkpoint;
};

/* ERR_INPUT, ERR_LIMIT: not such a request. Views point into `body`, signatures into the arena. */
int witness_request_read(struct str body, struct arena *a, struct witness_request *ret, struct err *e);
/* The other side: what a log sends. */
void witness_request_write(uint64_t old, const struct merkle_proof *proof, struct str note, struct buf *out);

/* Makes the directory (its parent must exist), or takes an empty one. The name is that of its cosignatures, for ever; seed as in
 * ed25519_key_make. */
int witness_create(const char *dir, struct str name, const uint8_t *seed, struct err *e);
/* Adds a line to `logs`. ERR_CONFLICT: the key is there already. A witness that runs sees it at its next request. */
int witness_add_log(const char *dir, struct str vkey, struct err *e);

struct witness;

enum witness_mode {
	WITNESS_RUN,  /* ERR_CONFLICT if another does already */
	WITNESS_LOOK, /* beside one that runs; without the key */
};

int witness_open(const char *dir, enum witness_mode mode, struct witness **ret, struct err *e);
void witness_close(struct witness *w); /* nobody may be inside; NULL is allowed */
struct str witness_vkey(const struct witness *w);
struct str witness_name(const struct witness *w);

/* What is said to a request, as HTTP has it. */
struct witness_answer {
	int status; /* 200: `body` is the cosignature; 400, 403, 404, 409 (`body` is the size), 422, 500 */
	const char *type;
	char body[1024]; /* ends in LF */
	struct err failed; /* 500: why, for the one who runs it; `body` does not tell */
};

/* Answers a request that came at `now` (seconds since 1970-01-01T00:00:00Z). Waits for the disk. */
void witness_add_checkpoint(struct witness *w, struct str request, uint64_t now, struct witness_answer *ret);

/* The newest checkpoint of the log whose origin has this SHA-256, signed by the log and cosigned by us. ERR_ABSENT. */
int witness_checkpoint(struct witness *w, const struct digest *origin, struct buf *out, struct err *e);

struct witness_head {
	struct str origin;
	size_t keys; /* 0: no longer in `logs` */
	bool has;    /* a checkpoint was cosigned */
	uint64_t size, time;
	struct digest root, id; /* id: SHA-256 of the origin */
	size_t kept[EVIDENCE_KINDS]; /* refused requests, see log/heads.h */
};

/* All logs, in the order of their origins; views are valid during the call. A value other than 0 stops and is returned. */
int witness_each(struct witness *w, int (*each)(void *ctx, const struct witness_head *h), void *ctx);
/* Why `logs` could not be read anew, if that is so; what stood in it before counts on. */
bool witness_stale(struct witness *w, struct err *ret);
/* All that was kept of refused requests, with a view of its own; WITNESS_LOOK. */
int witness_evidence(struct witness *w, int (*each)(void *ctx, const struct evidence *v), void *ctx, struct err *e);

#endif
