/* SPDX-License-Identifier: Apache-2.0
 *
 * Strings: a view (struct str) at every internal boundary, and one growable buffer (struct buf) with a maximum.
 *
 * Invariants: a view owns nothing and need not end in NUL. A buffer never grows past its maximum: the call that would
 * do so sets `over`, adds nothing, and so do all later ones; whoever made the buffer looks at `over` once, at the end.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(lit) ((struct str){"" lit, sizeof(lit) - 1}) /* of a literal */
#define STR_INIT(lit) {"" lit, sizeof(lit) - 1}		 /* in the initialiser of a static object */
#define STR_ARG(s) (int)(s).n, (s).p			 /* for "%.*s" */

static inline struct str str_of(const char *z) /* view of a NUL-terminated string; NULL gives the empty view */
{
	return (struct str){z, z ? strlen(z) : 0};
}
bool str_eq(struct str a, struct str b);
int str_cmp(struct str a, struct str b); /* bytewise, as memcmp; a prefix is smaller */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
struct str str_slice(struct str s, size_t from, size_t to); /* clamped to the string */
struct str str_trim(struct str s);			    /* without blanks, tabs and line ends at both ends */
size_t str_find(struct str s, struct str what);		    /* offset, or s.n when absent */
bool str_cut(struct str s, char sep, struct str *ret_before, struct str *ret_after); /* at the first sep; false: none */
/* The next line of *rest without its LF (a CR before it stays); false when nothing is left. */
bool str_line(struct str *rest, struct str *ret_line);
bool str_u64(struct str s, uint64_t *ret); /* decimal, whole string, no sign, no leading zero but "0" itself */
bool str_utf8(struct str s);		   /* valid UTF-8 (RFC 3629: no surrogates, nothing overlong) */
size_t str_utf8_mend(char *z);		   /* takes out, in place, whatever is not well formed; the new length */
uint64_t str_hash(struct str s);	   /* eight bytes at a time; for tables in memory only */
bool hex_parse(struct str s, uint8_t *out, size_t n); /* exactly 2n lower- or upper-case digits */

struct buf {
	char *p; /* NUL after p[n - 1] once anything was added */
	size_t n, cap, max;
	bool over; /* an addition did not fit, or memory ran out */
};

void buf_init(struct buf *b, size_t max); /* max: bytes of content */
void buf_done(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */
void buf_grow_add(struct buf *b, struct str s);
static inline void buf_add(struct buf *b, struct str s) /* mostly there is room */
{
	if (b->over || b->n + s.n >= b->cap || b->n + s.n > b->max) {
		buf_grow_add(b, s);
		return;
	}
	if (s.n)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}
void buf_adds(struct buf *b, const char *z);
void buf_addc(struct buf *b, char c);
void buf_add_u64(struct buf *b, uint64_t n); /* in decimal */
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_addv(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_add_hex(struct buf *b, const void *bytes, size_t n);
struct str buf_str(const struct buf *b); /* valid until the next change */

#endif
