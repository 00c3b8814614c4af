/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/files.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEVEL = 1, SHORTEN_FROM = 256, MODE_FILE = 0644, MODE_FOLDER = 0755 };

struct folder {
	int fd, lock;
	bool made; /* by us: so nothing was in it */
	char *dir;
};

static int fail(const struct folder *f, const char *name, const char *doing, struct err *e)
{
	char where[FILE_NAME_MAX + 200];
	(void)snprintf(where, sizeof where, "%s/%s", f->dir, name);
	return err_set(e, ERR_SYSTEM, where, "cannot be %s: %s", doing, strerror(errno));
}

int folder_open(const char *dir, struct folder **ret, struct err *e)
{
	struct folder *f = calloc(1, sizeof *f);
	char *copy = strdup(dir);
	if (!f || !copy) {
		free(f);
		free(copy);
		return err_set(e, ERR_SYSTEM, dir, "memory is short");
	}
	*f = (struct folder){.fd = -1, .lock = -1, .dir = copy};
	f->made = mkdir(dir, MODE_FOLDER) == 0;
	if ((!f->made && errno != EEXIST) || (f->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		(void)err_set(e, ERR_SYSTEM, dir, "cannot be used as a folder: %s", strerror(errno));
		folder_close(f);
		return err_hint(e, "its parent must be there, and belong to who publishes");
	}
	*ret = f;
	return 0;
}

void folder_close(struct folder *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		close(f->fd);
	if (f->lock >= 0)
		close(f->lock);
	free(f->dir);
	free(f);
}

bool folder_can_hold(const char *name)
{
	size_t part = 0, n = 0;
	for (const char *p = name;; p++, n++) {
		if (*p && *p != '/') {
			part++;
			continue;
		}
		if (part == 0 || part > FILE_PART_MAX || n >= FILE_NAME_MAX - 32 || p[-(ptrdiff_t)part] == '.')
			return false;
		if (!*p)
			return true;
		part = 0;
	}
}

bool folder_has(const struct folder *f, const char *name)
{
	struct stat st;
	return fstatat(f->fd, name, &st, 0) == 0 && st.st_size > 0;
}

bool folder_same(const struct folder *f, const char *name, struct str bytes)
{
	UNSET char part[65536];
	struct stat st;
	int fd = f->made ? -1 : openat(f->fd, name, O_RDONLY | O_CLOEXEC);
	bool same = fd >= 0 && fstat(fd, &st) == 0 && (uint64_t)st.st_size == bytes.n;
	for (size_t at = 0; same && at < bytes.n;) {
		ssize_t n = read(fd, part, sizeof part);
		same = n > 0 && (size_t)n <= bytes.n - at && memcmp(part, bytes.p + at, (size_t)n) == 0;
		at += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	return same;
}

/* The folder of that file; those above it first, where they are not there either: mostly they are. */
static bool make_folder(const struct folder *f, char *name)
{
	char *slash = strrchr(name, '/');
	if (!slash)
		return true;
	*slash = 0;
	bool there = mkdirat(f->fd, name, MODE_FOLDER) == 0 || errno == EEXIST ||
		     (errno == ENOENT && make_folder(f, name) && (mkdirat(f->fd, name, MODE_FOLDER) == 0 || errno == EEXIST));
	*slash = '/';
	return there;
}

static bool write_whole(int fd, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		ssize_t n = write(fd, s.p + at, s.n - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

/* A web server tells two states of a file apart by its length and the second in which it was written: two of one length are never of one second, or who
 * holds the first would be told for ever that nothing has changed. */
static void part_seconds(const struct folder *f, int fd, const char *name)
{
	struct stat was, is;
	if (f->made || fstatat(f->fd, name, &was, 0) < 0 || fstat(fd, &is) < 0 || was.st_size != is.st_size || was.st_mtim.tv_sec < is.st_mtim.tv_sec)
		return;
	const struct timespec later[] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = was.st_mtim.tv_sec + 1}};
	(void)futimens(fd, later);
}

/* In one step. What stood under that name changes places with it, and is removed then: renamed over it, a file is written out to the disk at
 * once, each by itself (ext4(5), auto_da_alloc). What a crash of the system takes with it, the next publication finds (publish.c, boot_print). */
static bool take_name(const struct folder *f, const char *aside, const char *name)
{
	if (!f->made && renameat2(f->fd, aside, f->fd, name, RENAME_EXCHANGE) == 0)
		return unlinkat(f->fd, aside, 0) == 0;
	return renameat(f->fd, aside, f->fd, name) == 0; /* nothing stood there, or the file system exchanges nothing */
}

/* Aside, in the same folder, so that the name is taken in one step. */
static int put(const struct folder *f, const char *name, struct str bytes, struct err *e)
{
	char aside[FILE_NAME_MAX + 8];
	(void)snprintf(aside, sizeof aside, "%s.part", name);
	int fd = openat(f->fd, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, MODE_FILE);
	if (fd < 0 && errno == ENOENT && make_folder(f, aside))
		fd = openat(f->fd, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, MODE_FILE);
	if (fd < 0)
		return fail(f, name, "written", e);
	bool whole = write_whole(fd, bytes);
	int why = errno;
	part_seconds(f, fd, name);
	if (close(fd) < 0 || !whole || !take_name(f, aside, name)) {
		errno = whole ? errno : why;
		(void)fail(f, name, "written", e);
		(void)unlinkat(f->fd, aside, 0);
		return ERR_SYSTEM;
	}
	return 0;
}

static bool gone(const struct folder *f, const char *name)
{
	return unlinkat(f->fd, name, 0) == 0 || errno == ENOENT || errno == ENOTDIR || errno == EISDIR;
}

void shortener_done(struct shortener *s)
{
	libdeflate_free_compressor(s->by);
	free(s->room);
	*s = (struct shortener){0};
}

/* Its length; 0: less would not be worth a file, or memory is short. */
static size_t shorten(struct shortener *s, struct str bytes)
{
	size_t most = bytes.n - bytes.n / 10;
	if (bytes.n < SHORTEN_FROM)
		return 0;
	if (s->cap < most) {
		free(s->room);
		s->room = malloc(2 * most);
		s->cap = s->room ? 2 * most : 0;
	}
	if (!s->by)
		s->by = libdeflate_alloc_compressor(LEVEL);
	return s->by && s->cap ? libdeflate_gzip_compress(s->by, bytes.p, bytes.n, s->room, most) : 0;
}

static int put_short(const struct folder *f, const char *name, struct str bytes, struct shortener *by, struct err *e)
{
	char path[FILE_NAME_MAX + 4];
	(void)snprintf(path, sizeof path, "%s.gz", name);
	size_t n = shorten(by, bytes);
	return n ? put(f, path, (struct str){by->room, n}, e) : gone(f, path) ? 0 : fail(f, path, "removed", e);
}

/* The shortened form first: where one of the two is old for a moment, it is the one that few ask for. */
int folder_write(const struct folder *f, const char *name, struct str bytes, struct shortener *by, struct err *e)
{
	int rc = by ? put_short(f, name, bytes, by, e) : 0;
	return rc < 0 ? rc : put(f, name, bytes, e);
}

int folder_remove(const struct folder *f, const char *name, struct err *e)
{
	char path[FILE_NAME_MAX + 4];
	(void)snprintf(path, sizeof path, "%s.gz", name);
	if (!gone(f, name) || !gone(f, path))
		return fail(f, name, "removed", e);
	return 0;
}

static bool is_kept(const struct syms *kept, struct str name)
{
	struct str whole = str_ends(name, STR(".gz")) ? str_slice(name, 0, name.n - 3) : name;
	return syms_find(kept, name) != SYM_ABSENT || syms_find(kept, whole) != SYM_ABSENT;
}

int folder_sweep(const struct folder *f, const char *room, const struct syms *kept, size_t *removed, struct err *e)
{
	char path[2 * FILE_NAME_MAX];
	(void)snprintf(path, sizeof path, "%s/%s", f->dir, room);
	FTS *walk = f->made ? NULL : fts_open((char *const[]){path, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int rc = 0;
	for (FTSENT *at; walk && rc == 0 && (at = fts_read(walk)) != NULL;) {
		const char *name = at->fts_path + strlen(f->dir) + 1;
		if (at->fts_info != FTS_F || is_kept(kept, str_of(name)))
			continue;
		rc = gone(f, name) ? 0 : fail(f, name, "removed", e);
		++*removed;
	}
	if (walk)
		(void)fts_close(walk);
	return rc;
}

int folder_read(const struct folder *f, const char *name, size_t max, struct arena *a, struct str *ret, struct err *e)
{
	struct stat st;
	int fd = openat(f->fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return err_set(e, ERR_ABSENT, name, "is not there");
	if (fd < 0 || fstat(fd, &st) < 0 || (uint64_t)st.st_size > max) {
		int rc = fd < 0 ? fail(f, name, "read", e) : err_set(e, ERR_LIMIT, name, "is longer than %zu bytes", max);
		if (fd >= 0)
			close(fd);
		return rc;
	}
	char *p = arena_alloc(a, (size_t)st.st_size + 1);
	size_t n = 0;
	for (ssize_t got = 1; got > 0 && n < (size_t)st.st_size; n += got > 0 ? (size_t)got : 0)
		got = read(fd, p + n, (size_t)st.st_size - n);
	close(fd);
	*ret = (struct str){p, n};
	return 0;
}

int folder_lock(struct folder *f, const char *name, struct err *e)
{
	f->lock = openat(f->fd, name, O_RDWR | O_CREAT | O_CLOEXEC, MODE_FILE);
	if (f->lock < 0)
		return fail(f, name, "written", e);
	if (flock(f->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return err_set(e, ERR_CONFLICT, f->dir, "somebody else is publishing into it");
}
