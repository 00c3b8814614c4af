/* SPDX-License-Identifier: Apache-2.0
 *
 * The request target ("/en/participants/BY?on=2016-01-01"), cut and decoded (RFC 9112 3.2, RFC 3986).
 *
 * Invariants: every piece is valid UTF-8 without control characters, whatever came in; nothing is guessed and nothing is
 * allocated. Pieces are views into the target's own `bytes`, so a parsed target must not be copied or moved.
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "base/err.h"

enum { TARGET_MAX = 2048, TARGET_SEGMENTS = 8, TARGET_PARAMS = 16 };

struct target {
	struct str segment[TARGET_SEGMENTS]; /* "/en/x" has two; "/" and "" after a last slash have none */
	size_t segments;
	bool slash;   /* the path ends in a slash */
	bool escaped; /* it was sent with a percent sign: another spelling of the same words */
	struct target_param {
		struct str name, value;
	} param[TARGET_PARAMS];
	size_t params;
	char bytes[TARGET_MAX];
};

/* Reads `raw`, as it stood in the request line. ERR_INPUT or ERR_LIMIT, with a name for programs in *ret_id
 * ("address.percent"); *ret is then undefined. */
int target_parse(struct str raw, struct target *ret, const char **ret_id, struct err *e);

#endif
