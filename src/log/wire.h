/* SPDX-License-Identifier: Apache-2.0
 *
 * The encoding that keys and signatures of OpenSSH have (RFC 4251, section 5), and ours of passkeys: big-endian numbers, and
 * strings of bytes with their length before them.
 *
 * Invariants: a reader takes from the front of *rest what it reads, and on false leaves everything as it was. A string is a
 * view into what is read; nothing is allocated, and no length is believed that goes past the end.
 */
#ifndef LOG_WIRE_H
#define LOG_WIRE_H

#include "base/str.h"

bool wire_take(struct str *rest, struct str literal); /* exactly these bytes */
bool wire_u8(struct str *rest, uint8_t *ret);
bool wire_u32(struct str *rest, uint32_t *ret);
bool wire_str(struct str *rest, struct str *ret);

void wire_add_u32(struct buf *out, uint32_t n);
void wire_add_str(struct buf *out, struct str s);

#endif
