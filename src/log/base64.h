/* SPDX-License-Identifier: Apache-2.0
 *
 * Standard base64 with padding (RFC 4648, section 4), in its one canonical spelling; and a reader that also takes
 * padding bits that are not zero, as Go's decoder does, for the signature lines of notes. Neither takes blanks.
 */
#ifndef LOG_BASE64_H
#define LOG_BASE64_H

#include "base/str.h"

enum base64_rule { BASE64_STRICT, BASE64_LOOSE_BITS };

#define BASE64_LEN(n) (((n) + 2) / 3 * 4) /* characters for n bytes */

void base64_add(struct buf *out, const void *bytes, size_t n);
void base64url_add(struct buf *out, const void *bytes, size_t n); /* RFC 4648, section 5, without padding */
/* Reads all of `text` into out[0..cap). False if it is not base64 or does not fit. */
bool base64_read(struct str text, enum base64_rule rule, uint8_t *out, size_t cap, size_t *ret_n);

#endif
