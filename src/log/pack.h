/* SPDX-License-Identifier: Apache-2.0
 *
 * A few files in one: the tar archive of POSIX (IEEE Std 1003.1, pax, "ustar Interchange Format"), so that in thirty years
 * any computer takes a backup apart without us. Only regular files; sizes of 8 GiB and more as GNU tar writes them (base 256).
 *
 * Invariant: the same names and bytes give the same archive; no owner and no time is in it.
 *
 * All functions work at the place where the file stands. 0, or a negative code; `path` is the name of the archive for errors.
 */
#ifndef LOG_PACK_H
#define LOG_PACK_H

#include "base/err.h"

enum { PACK_MAX_NAME = 100 };

struct pack_member {
	char name[PACK_MAX_NAME + 1];
	uint64_t size; /* bytes */
};

/* One member (mode 0600 in the archive) from memory, or from a file from where it stands. */
int pack_bytes(int fd, const char *path, const char *name, struct str bytes, struct err *e);
int pack_file(int fd, const char *path, const char *name, int from, struct err *e);
int pack_end(int fd, const char *path, struct err *e);

/* The next member: 1; 0 at the end mark. ERR_INPUT: not such an archive, or cut off. Then take its bytes, all of them. */
int pack_next(int fd, const char *path, struct pack_member *ret, struct err *e);
int pack_take(int fd, const char *path, const struct pack_member *m, int to, struct err *e);

#endif
