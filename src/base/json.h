/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON in and out. jansson reads (strict: no duplicate keys, valid UTF-8, one value and nothing after it); these few
 * calls give its errors our shape and keep writing in one place. The rest of the program may use jansson's own getters.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/err.h"

#include <jansson.h>

enum { JSON_MAX_BYTES = 64 << 20, JSON_MAX_DEPTH = 32 };

/* Reads one value. `where` goes into the error ("record.jsonl:12"). The caller owns *ret (json_decref). */
int json_read(struct str text, const char *where, json_t **ret, struct err *e);
/* The same of a text with at most `most` members and elements in all, told before memory is taken for any: ERR_LIMIT. For what comes from
 * whoever likes: jansson takes up to a hundred bytes for a value of three. */
int json_read_few(struct str text, const char *where, size_t most, json_t **ret, struct err *e);
struct str json_str(const json_t *v); /* view of a string value; {NULL, 0} if it is none */
struct str json_get_str(const json_t *obj, const char *key);
void json_write(const json_t *v, size_t flags, struct buf *out); /* flags: jansson's; 0 = compact, keys as inserted */

/* A writer for what is not worth building as a tree: the caller writes the punctuation. */
void json_quote(struct buf *out, struct str s); /* "..." with escapes; invalid UTF-8 becomes U+FFFD */

/* AUTO_JSON json_t *v = NULL: the value is released at the end of the scope. */
void json_auto(json_t **v);
#define AUTO_JSON __attribute__((cleanup(json_auto)))

#endif
