/* SPDX-License-Identifier: Apache-2.0
 *
 * Time-stamps (RFC 3161, RFC 5816) by OpenSSL: an authority outside the organisation attests that a checkpoint, and so every entry
 * under it, existed at a time. `openssl ts` is the independent judge of all of it.
 *
 * What is stamped is the SHA-256 of a checkpoint's text: origin, size and root on three lines, without signatures. It follows from the
 * entries alone, so a token can be judged without a copy of the note, whoever signed or cosigned that.
 *
 * Invariants: nothing here opens a socket or a file, or asks a clock. Requests, replies and tokens have at most TIMESTAMP_MAX_BYTES
 * and nothing after their end; a token is kept as the bytes that came. What an authority wrote is cut and mended before it is words.
 */
#ifndef LOG_TIMESTAMP_H
#define LOG_TIMESTAMP_H

#include "base/arena.h"
#include "base/err.h"
#include "log/checkpoint.h"

#define TIMESTAMP_QUERY_TYPE "application/timestamp-query"		     /* RFC 3161, 3.4 */
#define TIMESTAMP_REPLY_TYPE "application/timestamp-reply"		     /* the same */
#define TIMESTAMP_TOKEN_TYPE "application/vnd.etsi.timestamp-token" /* a token alone, as ETSI registered it */

enum {
	TIMESTAMP_MAX_BYTES = 64 << 10, /* usual are 1,000 to 8,000 */
	TIMESTAMP_MAX_ROOTS = 1 << 20,
	TIMESTAMP_MAX_NONCE = 32,
	TIMESTAMP_MAX_NAME = 300, /* of an authority, in bytes of UTF-8; a longer one is cut */
	TIMESTAMP_TIME = 24,	  /* bytes that timestamp_time writes at most, NUL included */
};

/* The SHA-256 of the text of a checkpoint. */
void timestamp_imprint(struct hasher *h, const struct checkpoint *c, struct digest *ret);

/* A question to an authority: what is to be stamped, and a number that its answer repeats. */
struct timestamp_request {
	struct digest imprint;
	uint8_t nonce[TIMESTAMP_MAX_NONCE]; /* big endian, without leading zeros */
	size_t nonce_n;			    /* 0: none */
};

/* A new one with a random nonce; its TimeStampReq, which asks for the certificate too, is appended to `out`. */
int timestamp_request_make(const struct digest *imprint, struct timestamp_request *ret, struct buf *out, struct err *e);
/* Reads a TimeStampReq back. ERR_INPUT: it is none, or not over a SHA-256. */
int timestamp_request_read(struct str der, struct timestamp_request *ret, struct err *e);

/* The token in an answer (TimeStampResp), or in a file that holds a token alone: a view into `reply`. ERR_INPUT: neither;
 * ERR_REFUSED: the authority gave none, and said why. The token itself is not looked at yet. */
int timestamp_reply_read(struct str reply, struct str *ret_token, struct err *e);

/* What a token says. */
struct timestamp {
	struct digest imprint;
	int64_t time;	      /* when, in seconds since 1970-01-01T00:00:00Z */
	struct str serial;    /* "0x1A2B" */
	struct str policy;    /* "1.3.6.1.4.1..." */
	struct str authority; /* subject of the certificate that signed: "CN=..., O=..., C=.."; empty: not in the token */
	int64_t valid_until;  /* of that certificate; 0: not in the token */
};

/* Reads a token without believing it; strings go into the arena. ERR_INPUT: it is none, or not over a SHA-256. */
int timestamp_read(struct str token, struct arena *a, struct timestamp *ret, struct err *e);

/* "2026-11-23T10:00:05Z". Returns `out`. */
const char *timestamp_time(int64_t time, char out[TIMESTAMP_TIME]);

/* Whom to believe: the certificates of a PEM file, roots and, if need be, what stands between. To be freed. */
struct timestamp_roots;
int timestamp_roots_read(struct str pem, struct timestamp_roots **ret, struct err *e);
void timestamp_roots_free(struct timestamp_roots *r); /* NULL is allowed */

/* Is this token over q->imprint, with q->nonce if there is one, signed by a certificate for time-stamping (RFC 3161, 2.3) that
 * chains up to one of the roots, all of them valid at `at` (seconds since 1970, UTC)? No revocation is looked up. Not for two threads with the
 * same roots. *ret as by timestamp_read. ERR_REFUSED: it is not, and why; ERR_INPUT: as timestamp_read. */
int timestamp_verify(struct str token, const struct timestamp_roots *roots, const struct timestamp_request *q, int64_t at, struct arena *a,
	struct timestamp *ret, struct err *e);

#endif
