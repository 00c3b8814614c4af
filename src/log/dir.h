/* SPDX-License-Identifier: Apache-2.0
 *
 * The small files beside the database, read and written whole.
 *
 * Invariant: dir_write is atomic and durable: after a crash the file has the old bytes or the new ones.
 */
#ifndef LOG_DIR_H
#define LOG_DIR_H

#include "base/err.h"

struct dir {
	int fd;
	char *path;
};

int dir_open(const char *path, struct dir *ret, struct err *e); /* ERR_ABSENT */
/* Makes it, or takes an empty one: ERR_CONFLICT if it holds anything. *ret_made: it was not there before. */
int dir_make(const char *path, struct dir *ret, bool *ret_made, struct err *e);
/* The error in errno, in words, about a file of the directory (NULL: the directory itself). `doing`: "read". */
int dir_fail(const char *path, const char *name, const char *doing, struct err *e);
void dir_close(struct dir *d); /* an all-zero one is allowed */

bool dir_has(const struct dir *d, const char *name);
/* "path/name" for functions that want one; the caller frees. */
char *dir_path(const struct dir *d, const char *name);

int dir_read(const struct dir *d, const char *name, struct buf *out, struct err *e); /* up to out->max bytes */
int dir_write(const struct dir *d, const char *name, struct str bytes, unsigned mode, struct err *e);

/* Makes the file, if it is not there, and locks it for this handle alone, as below. */
int dir_lock(const struct dir *d, const char *name, int *ret_fd, struct err *e);

/* A secret file: written once, for the owner only. Opened, it is locked for this handle alone (*ret_fd, close it to let
 * go): ERR_CONFLICT if another handle in any process holds it, ERR_REFUSED if others may read it. */
int dir_write_secret(const struct dir *d, const char *name, struct str bytes, int *ret_fd, struct err *e);
int dir_read_secret(const struct dir *d, const char *name, struct buf *out, int *ret_fd, struct err *e);

#endif
