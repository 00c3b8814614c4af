/* SPDX-License-Identifier: Apache-2.0
 *
 * Time-stamps of the register by authorities outside it (log/timestamp.h), on record as acts `timestamped(size)` of the standard
 * vocabulary: the token and the text of the checkpoint that it is over are their documents.
 *
 * Invariants: only a token that was verified is stored, and only if the act that names it passes every check. Each token covers the
 * acts of those before it, so a later one keeps an earlier one provable after the earlier one's certificate has expired (the
 * renewal of RFC 4998).
 */
#ifndef REGISTER_ANCHOR_H
#define REGISTER_ANCHOR_H

#include "log/timestamp.h"
#include "register/reg.h"

enum { ANCHOR_MAX_SKEW = 300 }; /* seconds by which the authority's clock and ours may differ */

/* What to ask an authority: the newest checkpoint, and the request for a token over it. ERR_REFUSED: the rulebook in force does not
 * have the act. */
struct anchor_ask {
	struct checkpoint over; /* its origin lives as long as the register */
	struct timestamp_request request;
	struct str query; /* TimeStampReq, for the authority */
};
int reg_anchor_ask(struct reg *r, struct arena *a, struct anchor_ask *ret, struct err *e);

struct anchor_answer {
	struct str reply; /* TimeStampResp, or a token alone */
	const struct timestamp_roots *roots;
	const struct timestamp_request *request; /* whose nonce it must repeat; NULL: not known any more */
	struct str url;				 /* who was asked; empty: not said */
	int64_t now;				 /* seconds since 1970, UTC */
	int64_t asked;				 /* when the request was made; 0: not known */
};

/* One token on record. */
struct anchor {
	uint64_t pos;	     /* the act */
	uint64_t size;	     /* of the tree that it is over */
	struct str text;     /* of the checkpoint over that tree, made again from the log; empty: there was none */
	struct digest token; /* SHA-256 of it */
	struct str bytes;    /* of the token; empty: it is not here, or is none */
	struct timestamp stamp; /* what it says, if there are `bytes` */
	int64_t judged;	     /* when its certificates had to be valid: when the next good token covered it, else now */
	struct err fault;    /* code 0: nothing wrong was found */
};

/* Files the act of a token: the answer is read and verified now, the checkpoint that it is over is looked for in the log.
 * ERR_REFUSED: not a token over a signed checkpoint of this log by an authority of `roots`; ERR_CONFLICT: on record already. Whatever is
 * refused changes nothing. */
int reg_anchor_file(struct reg *r, const struct anchor_answer *in, struct arena *a, struct anchor *ret, struct err *e);

/* All public tokens on record that stand, in order. Each must be over the checkpoint of the first `size` entries, made again from the
 * log. With `roots` it must also be signed by an authority of them whose certificates were valid at `judged`. What is wrong with
 * one is its `fault`; the function fails only if the log cannot be read. */
int reg_anchors(struct reg *r, const struct timestamp_roots *roots, int64_t now, struct arena *a, struct anchor **ret, size_t *ret_n,
	struct err *e);

#endif
