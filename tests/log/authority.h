/* SPDX-License-Identifier: Apache-2.0
 *
 * A time-stamping authority for tests, with a clock that the test sets and certificates valid when the test says.
 */
#ifndef TESTS_LOG_AUTHORITY_H
#define TESTS_LOG_AUTHORITY_H

#include "base/str.h"

struct authority;

struct authority_with {
	const char *name;	/* common name; the root's is the same with " Root" */
	int64_t from, until;	/* of its certificate; the root's is valid from 1990 to 2090 */
	bool weak_key;		/* RSA of 1024 bits instead of P-256 */
	bool weak_hash;		/* signs over SHA-1 */
	bool long_token;	/* with a hundred certificates more */
};

struct authority *authority_new(const struct authority_with *w);
void authority_free(struct authority *a);
void authority_root(const struct authority *a, struct buf *out); /* appends PEM */
/* Appends a TimeStampResp to the request; `at`: what its clock says. */
void authority_reply(struct authority *a, struct str query, int64_t at, struct buf *out);

#endif
