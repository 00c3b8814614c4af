/* SPDX-License-Identifier: Apache-2.0
 *
 * What a mirror found wrong, kept so that somebody who was not there can judge it: one file, a JSON object, checked with the log's
 * public key alone, without the log and without a network. docs/operating.md says what each kind holds.
 *
 * Honesty is the point of it: a signature binds whoever signed, an answer of a server binds nobody. So the judge parts what the file
 * proves from what the mirror only says, and believes no sentence in the file: it makes its own from what it has checked.
 */
#ifndef MIRROR_EVIDENCE_H
#define MIRROR_EVIDENCE_H

#include "log/checkpoint.h"
#include "log/merkle.h"

enum {
	EVIDENCE_MAX_BYTES = 4 << 20,
	EVIDENCE_MAX_SERVED = 1 << 20, /* of what a server gave out; longer, and only its hash is kept */
};

enum finding_kind {
	FOUND_FORK,	 /* two signed checkpoints that no one log has, or one that none has */
	FOUND_ROLLBACK,	 /* an earlier signed checkpoint given out after a later one */
	FOUND_SIGNATURE, /* a checkpoint that the log's key did not sign, or that was altered afterwards */
	FOUND_DATE,	 /* a cosignature that was altered, or that dates a later tree before an earlier one */
	FOUND_SWAP,	 /* other bytes given out for an entry than were signed */
	FOUND_ENTRY,	 /* an entry in the signed tree that is no act by who might sign it */
	FOUND_TILE,	 /* a tile given out with other hashes than the signed tree has */
	FOUND_TREE,	 /* tiles given out that do not come to the root that was signed over them */
	FOUND_MISSING,	 /* something not given out that the signed tree has */
	FOUND_BLOB,	 /* a rulebook or document given out that is not the one the signed entry names */
	FOUND_FACTS,	 /* another consequence derived than follows from the signed entries */
	FINDINGS
};

struct found_side { /* of a fact: one interval; empty: none, or open */
	struct str value, from, to;
};

/* A finding; each kind has its members (finding_needs in evidence.c), the others are empty. */
struct finding {
	enum finding_kind kind;
	uint64_t has;	   /* bit set, by the table of members */
	struct str log;	   /* vkey */
	struct str server; /* address */
	struct str found;  /* when, in UTC by the mirror's clock: "2026-07-01T12:00:00Z" */
	struct str says;   /* one sentence */

	struct str first, second; /* signed checkpoints */
	uint64_t index;		  /* an entry, or a hash of a tile */
	struct digest hash;	  /* SWAP, TILE: what stands there in the signed tree; FORK, ROLLBACK: the root that the later tree had at the
				     size of the earlier; TREE: the root that the tiles come to; BLOB: of what was given out */
	struct merkle_proof proof; /* of consistency from `hash` to the later root (FORK, ROLLBACK), else of inclusion under `first` */
	struct str entry;	   /* as it stands in the signed tree */
	struct str body;	   /* ENTRY: what the entry commits to, if it is sealed and this is about what it seals */
	bool secret;		   /* not in the file: it may say what only some may read, and is kept apart */
	struct str bytes;	   /* as they were given out */
	struct str path;	   /* "tile/0/000.p/7", "blob/<sha256>" */
	uint64_t status;	   /* of HTTP */
	struct str witness;	   /* vkey */
	struct str why;		   /* ENTRY: in the register's words */
	struct str fact, args, reading;
	struct found_side here, there; /* what follows, what the server says */
};

uint64_t finding_bits(const char *names); /* of members, by their names: "first index proof" */
const char *finding_name(enum finding_kind kind); /* "fork": in the file and its name */

void evidence_write(const struct finding *f, struct buf *out);
/* Strings live in the arena. ERR_INPUT, ERR_LIMIT: no such file; it names the member. */
int evidence_read(struct str text, const char *where, struct arena *a, struct finding *ret, struct err *e);

/* Two checkpoints as files: as `comity witness evidence` writes them (what the witness signed; what it refused, alone or as the request with its
 * proof), or as anybody has kept them. Makes a finding of them, in which they may contradict each other or not. Strings live in the arena.
 * ERR_INPUT: one of them is none, or both are requests. */
struct evidence_file {
	const char *where;
	struct str text;
};
int evidence_of_two(const struct evidence_file file[2], struct arena *a, struct finding *ret, struct err *e);

/* As much of a text from the file as one may print: cut, without control characters. */
const char *evidence_shown(struct str s, struct arena *a);

enum claim_kind {
	CLAIM_PROVED, /* by signatures and hashes in the file */
	CLAIM_WORD,   /* who kept the file says so */
	CLAIM_CHECK,  /* whoever has a copy of the log can find out */
	CLAIM_FALSE,  /* the file says so, and it is not so */
	CLAIM_CARE,   /* nothing that is claimed: how the file is to be handled */
};

enum verdict {
	VERDICT_PROVED,
	VERDICT_WORD,
	VERDICT_OPEN, /* what is signed is proved; whether it is wrong, what is here does not show */
	VERDICT_FALSE
};

struct judgement {
	enum verdict verdict;
	struct str by; /* VERDICT_PROVED: against whom: the name of the key */
	struct {
		struct judged_claim {
			enum claim_kind kind;
			struct str says; /* a sentence */
		} *v;
		size_t n, cap;
	} claims;
};

/* What a finding is worth to somebody who knows the log by this public key. Strings live in the arena. ERR_INPUT: it is no vkey. */
int evidence_judge(const struct finding *f, struct str vkey, struct arena *a, struct judgement *ret, struct err *e);

#endif
