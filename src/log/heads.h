/* SPDX-License-Identifier: Apache-2.0
 *
 * What a witness remembers, in one SQLite file: the newest tree of each log that it cosigned, and the requests that it refused
 * because they contradict it.
 *
 * Invariants: those of log/db.h; and triggers see to it that a head never goes away and its size never goes back, also at an
 * SQL prompt. What is kept of refused requests is bounded: of each kind and log, and all together.
 */
#ifndef LOG_HEADS_H
#define LOG_HEADS_H

#include "base/arena.h"
#include "base/err.h"
#include "log/sha256.h"

enum {
	HEADS_MAX_FORKS = 32,	 /* of one log: the first ones, which nobody can push out */
	HEADS_MAX_UNPROVED = 16, /* of one log: the newest ones */
	HEADS_MAX_EVIDENCE = 2000,
	HEADS_MAX_NOTE = 1 << 20, /* bytes of one note or request */
};

struct heads;

int heads_create(const char *path, struct str vkey, struct heads **ret, struct err *e);
int heads_open(const char *path, bool write, struct heads **ret, struct err *e);
void heads_close(struct heads *h); /* NULL is allowed */
struct str heads_vkey(const struct heads *h);

int heads_begin(struct heads *h, bool write, struct err *e);
int heads_commit(struct heads *h, struct err *e); /* durable when it returns 0 */
void heads_rollback(struct heads *h);

/* The newest head of a log. ERR_CONFLICT: the one that is there is larger. */
int heads_put(struct heads *h, struct str origin, uint64_t size, struct str note, struct err *e);
/* All heads: heads_next returns 1 and a row, valid until the next call, or 0. */
int heads_scan(struct heads *h, struct err *e);
int heads_next(struct heads *h, struct str *ret_origin, uint64_t *ret_size, struct str *ret_note, struct err *e);

enum evidence_kind {
	EVIDENCE_FORK,	   /* two trees of one size, both signed by the log: proves by itself that it lied */
	EVIDENCE_UNPROVED, /* a later tree, signed by the log, without a proof that it grew out of the one that we hold */
	EVIDENCE_KINDS
};

struct evidence {
	uint64_t time; /* seconds since 1970-01-01T00:00:00Z, when it came */
	enum evidence_kind kind;
	struct str origin;
	struct digest text;   /* SHA-256 of the checkpoint's text: one is kept of each */
	struct str request;   /* as it came */
	struct str held;      /* the checkpoint that we hold; empty: none */
};

/* 1: it was put in; 0: it is there already, or there is no room. */
int heads_evidence_put(struct heads *h, const struct evidence *v, struct err *e);
int heads_evidence_scan(struct heads *h, struct err *e); /* in the order in which they came */
int heads_evidence_next(struct heads *h, struct evidence *ret, struct err *e);

#endif
