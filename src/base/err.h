/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors are values: a function returns 0 or a negative code, and fills the caller's struct err once, where it happened.
 * `where` names the place in the user's terms (file:line, field, address), `what` is one sentence, `hint` says what to do.
 * Both are English; how they were made is kept, so that whoever has the words can say them in another language (web/fault.h).
 * Libraries never print and never exit.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/str.h"

enum {
	ERR_INPUT = -1,	   /* what came in is not right: syntax, type, range */
	ERR_REFUSED = -2,  /* understood, but not allowed: signer, rights, rulebook with errors */
	ERR_ABSENT = -3,   /* no such thing */
	ERR_CORRUPT = -4,  /* stored bytes are not what was signed */
	ERR_SYSTEM = -5,   /* the operating system or a library said no: disk, memory, socket */
	ERR_LIMIT = -6,	   /* a limit was passed */
	ERR_CONFLICT = -7, /* somebody else holds it, or it exists already */
};

enum { ERR_VALUES = 6 };

/* A sentence as it stands in the source, and where in what was made of it each value stands. */
struct err_made {
	const char *fmt; /* as in printf; NULL: not known, as of one that was cut short */
	struct {
		uint16_t from, to;
	} value[ERR_VALUES];
	size_t n;
};

struct err {
	int code;
	char where[160], what[400], hint[240];
	struct err_made made, hint_made;
};

#define ERR_N(words) words /* marks a value that is itself words, for the catalogue */

/* Each returns `code`, so that one can write `return err_set(...)`. A NULL err is allowed. */
int err_set(struct err *e, int code, const char *where, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
int err_setv(struct err *e, int code, const char *where, const char *fmt, va_list values) __attribute__((format(printf, 4, 0)));
int err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* returns e->code */
void err_print(const struct err *e, struct buf *out); /* "where: what (hint)" on one line, without a line end */

#endif
