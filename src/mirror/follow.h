/* SPDX-License-Identifier: Apache-2.0
 *
 * A mirror: it follows the log of a register, holds all of it, and believes nothing that it has not found so itself.
 *
 * A round: read the checkpoint; hold it against what is held, against the policy, and against what others were shown; take in all
 * entries that are new, with the rulebooks and documents that they name (log/import.h: all of it, or nothing); compare tiles and
 * blobs with what is held; compare every derived fact; cosign.
 *
 * Invariants:
 * - Signatures, hashes and the rulebook decide, not the server. Nothing wrong is ever taken in.
 * - What cannot be read is no fraud: the round ends, and the next one tries again. What is wrong is one: it is named in one sentence,
 *   kept as evidence (mirror/evidence.h), and the mirror stops, until a person says that it should go on.
 * - A cosignature says: I hold and serve all of this. It is given only at the end of a round in which all was in step.
 * - Killed at any moment, it goes on from what is durable.
 *
 * A sealed act is held as what it is to the public, a commitment; with its body, if the owner of the copy may read it and says so by a key.
 * Bodies are held beside the entries: what is compared and co-signed is what is public, and a round whose bodies could not be read is in step.
 * Which bodies its owner may read changes with the law: by an act, by a date. So the register is asked for a list of all, old and new, in the
 * first round, whenever the log has grown, after trouble, and else in every BODIES_ROUNDS-th round (a few bytes for each); bodies themselves are
 * asked for from the first that is listed and not held. Each is held against its commitment, and before it is kept the whole record is
 * read with it as if it were held: an act by somebody who might not sign it is a finding, kept apart (MIRROR_SEALED_DIR).
 */
#ifndef MIRROR_FOLLOW_H
#define MIRROR_FOLLOW_H

#include "mirror/state.h"

enum { FOLLOW_MAX_PEERS = 16, BODIES_ROUNDS = 12 };

struct follow_config {
	const char *dir;   /* of the copy: made if it is not there, its parent must exist */
	struct str url;	   /* of the register: "https://register.example" */
	struct str vkey;   /* of the log: from outside, never from the server */
	struct str policy; /* text of a policy file (log/policy.h); empty: none */
	struct str cosign; /* a secret key for cosignatures (log/note.h); empty: none */
	const struct ed25519_key *read; /* of somebody who may read sealed acts: their bodies are asked for; NULL: none */
	const struct str *peers; /* addresses at which others show what they have seen of the log: mirrors, witnesses (tlog-mirror) */
	size_t npeers;
	bool whole;	    /* each round compares all tiles and blobs again; else what is new, and a part of the others in turn */
	bool resume;	    /* go on though there is an alert */
	bool (*stopped)(void *ctx); /* asked while waiting; true ends a round. May be NULL */
	void (*progress)(void *ctx, uint64_t done, uint64_t total); /* of the entries of a round. May be NULL */
	void *ctx;
};

struct follow;

/* What the configuration points to must outlive the handle. One handle for a directory in all processes (ERR_CONFLICT). ERR_INPUT: a key,
 * policy or address that is none; else as log_import_open, and ERR_CORRUPT: the copy is not what was taken in. */
int follow_open(const struct follow_config *c, struct follow **ret, struct err *e);
void follow_close(struct follow *f); /* NULL is allowed */

enum follow_end {
	FOLLOW_IN_STEP,
	FOLLOW_FRAUD,	   /* or one was found before: the alert says what. No round goes on from here */
	FOLLOW_UNREADABLE, /* *e says why */
};
enum follow_end follow_round(struct follow *f, struct err *e);

/* As of the last round; valid until the next. */
const struct mirror_state *follow_state(const struct follow *f);

#endif
