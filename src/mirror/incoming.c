/* SPDX-License-Identifier: Apache-2.0
 *
 * Bundles on their way in, DIR/incoming/N: what was fetched before a mirror was killed is not fetched again. Each file is a bundle after
 * its SHA-256, so that what the disk spoils is not taken for what a server gave out. Nothing here is trusted: it is read like an answer.
 */
#include "mirror/follow_int.h"

#include "log/dir.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INCOMING "incoming"

static int open_folder(struct follow *f, bool make, struct dir *ret, struct err *e)
{
	struct arena a = {0};
	struct str path = arena_fmt(&a, "%s/" INCOMING, f->c.dir);
	int rc = make && mkdir(path.p, 0700) < 0 && errno != EEXIST ? dir_fail(path.p, NULL, "made", e) : dir_open(path.p, ret, e);
	arena_done(&a);
	return rc;
}

bool incoming_get(struct follow *f, uint64_t number, struct arena *a, struct str *ret)
{
	struct dir d = {0};
	struct digest is;
	struct buf file;
	char name[32];
	(void)snprintf(name, sizeof name, "%" PRIu64, number);
	buf_init(&file, TILE_MAX_BYTES + DIGEST_LEN);
	bool good = open_folder(f, false, &d, NULL) == 0 && dir_read(&d, name, &file, NULL) == 0 && file.n >= DIGEST_LEN;
	if (good) {
		struct str bytes = str_slice(buf_str(&file), DIGEST_LEN, file.n);
		sha256(&f->hasher, bytes, &is);
		good = memcmp(is.b, file.p, DIGEST_LEN) == 0;
		if (good)
			*ret = arena_str(a, bytes);
	}
	buf_done(&file);
	dir_close(&d);
	return good;
}

int incoming_put(struct follow *f, uint64_t number, struct str bytes, struct err *e)
{
	struct dir d = {0};
	struct digest is;
	struct buf file;
	char name[32];
	(void)snprintf(name, sizeof name, "%" PRIu64, number);
	int rc = open_folder(f, true, &d, e);
	if (rc < 0)
		return rc;
	buf_init(&file, TILE_MAX_BYTES + DIGEST_LEN);
	sha256(&f->hasher, bytes, &is);
	buf_add(&file, (struct str){(const char *)is.b, DIGEST_LEN});
	buf_add(&file, bytes);
	rc = dir_write(&d, name, buf_str(&file), 0600, e);
	buf_done(&file);
	dir_close(&d);
	return rc;
}

void incoming_clear(struct follow *f)
{
	struct dir d = {0};
	struct arena a = {0};
	if (open_folder(f, false, &d, NULL) < 0)
		return;
	DIR *list = fdopendir(dup(d.fd));
	for (struct dirent *each; list && (each = readdir(list));)
		(void)unlinkat(d.fd, each->d_name, 0); /* "." and ".." are no files */
	if (list)
		closedir(list);
	dir_close(&d);
	(void)rmdir(arena_fmt(&a, "%s/" INCOMING, f->c.dir).p);
	arena_done(&a);
}
