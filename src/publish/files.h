/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of a publication (publish.h): written whole, aside and then put in place, and only where they differ from what is there; and the
 * shortened copy beside each, for servers that send files as they stand.
 *
 * Invariants: names are paths below the folder, without a leading slash; nothing outside it is touched. Safe for many threads, each with
 * other names.
 */
#ifndef PUBLISH_FILES_H
#define PUBLISH_FILES_H

#include "base/err.h"
#include "base/syms.h"

enum { FILE_NAME_MAX = 4096, FILE_PART_MAX = 200 }; /* bytes: of a name; of what stands between two slashes, with room for suffixes */

struct folder;

struct shortener { /* of one thread, from one file to the next; all zero: it has made none yet */
	struct libdeflate_compressor *by;
	char *room;
	size_t cap;
};
void shortener_done(struct shortener *s);

int folder_open(const char *dir, struct folder **ret, struct err *e); /* makes it, if its parent is there */
void folder_close(struct folder *f);			       /* NULL is fine */
bool folder_can_hold(const char *name); /* false: a part is too long for a file, or would lead elsewhere */
bool folder_has(const struct folder *f, const char *name); /* and something is in it: a crash of the system leaves empty what it had no time to write */
bool folder_same(const struct folder *f, const char *name, struct str bytes); /* it holds just these */
/* `by`: with NAME.gz beside it where that is shorter (gzip, RFC 1952); NULL: without. */
int folder_write(const struct folder *f, const char *name, struct str bytes, struct shortener *by, struct err *e);
int folder_remove(const struct folder *f, const char *name, struct err *e); /* with NAME.gz; that it is not there is fine */
/* Removes the files in the folder `room` of it, and in those below that, which are neither named in `kept` nor the shortened copy of one that is, and adds
 * their number. Whatever else lies there, as a link that somebody made, stays. */
int folder_sweep(const struct folder *f, const char *room, const struct syms *kept, size_t *removed, struct err *e);
/* Reads a file of at most `max` bytes; ERR_ABSENT: it is not there. */
int folder_read(const struct folder *f, const char *name, size_t max, struct arena *a, struct str *ret, struct err *e);
/* One at a time may have it. ERR_CONFLICT: somebody else has. Until folder_close. */
int folder_lock(struct folder *f, const char *name, struct err *e);

#endif
