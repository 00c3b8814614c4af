/* SPDX-License-Identifier: Apache-2.0 */
#include "log/dir.h"

#include "base/arena.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int dir_fail(const char *path, const char *name, const char *doing, struct err *e)
{
	int os = errno, code = os == ENOENT ? ERR_ABSENT : os == EEXIST ? ERR_CONFLICT : ERR_SYSTEM;
	char where[160];
	(void)snprintf(where, sizeof where, "%s%s%s", path, name ? "/" : "", name ? name : "");
	bool full = os == ENOSPC || os == EDQUOT || os == EFBIG;
	err_set(e, code, where, "it could not be %s: %s", doing, full ? "the disk is full" : strerror(os));
	if (full)
		err_hint(e, "free some space and try again");
	if (os == EACCES || os == EPERM || os == EROFS)
		err_hint(e, "check the rights on the directory and its files");
	return code;
}

int dir_open(const char *path, struct dir *ret, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return dir_fail(path, NULL, "opened", e);
	char *copy = strdup(path);
	if (!copy)
		arena_oom();
	*ret = (struct dir){fd, copy};
	return 0;
}

static bool is_empty(int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = again < 0 ? NULL : fdopendir(again);
	bool empty = list != NULL;
	for (struct dirent *d; empty && (d = readdir(list));)
		empty = strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0 ||
			strcmp(d->d_name, "lost+found") == 0;
	if (list)
		closedir(list);
	else if (again >= 0)
		close(again);
	return empty;
}

int dir_make(const char *path, struct dir *ret, bool *ret_made, struct err *e)
{
	struct dir d;
	bool made = mkdir(path, 0700) == 0; /* for its owner: bodies of sealed acts will lie in it */
	if (!made && errno != EEXIST)
		return dir_fail(path, NULL, "made", e);
	int rc = dir_open(path, &d, e);
	if (rc < 0)
		return rc;
	if (!made && !is_empty(d.fd)) {
		dir_close(&d);
		rc = err_set(e, ERR_CONFLICT, path, "the directory is not empty");
		err_hint(e, "name a new directory, or empty this one yourself");
		return rc;
	}
	*ret = d;
	*ret_made = made;
	return 0;
}

void dir_close(struct dir *d)
{
	if (d->path)
		close(d->fd);
	free(d->path);
	*d = (struct dir){0};
}

bool dir_has(const struct dir *d, const char *name)
{
	return faccessat(d->fd, name, F_OK, 0) == 0;
}

char *dir_path(const struct dir *d, const char *name)
{
	char *path;
	if (asprintf(&path, "%s/%s", d->path, name) < 0)
		arena_oom();
	return path;
}

static int read_fd(const struct dir *d, const char *name, int fd, struct buf *out, struct err *e)
{
	char part[4096];
	ssize_t n;
	while ((n = read(fd, part, sizeof part)) > 0 && !out->over)
		buf_add(out, (struct str){part, (size_t)n});
	memset(part, 0, sizeof part);
	if (n < 0)
		return dir_fail(d->path, name, "read", e);
	return out->over ? err_set(e, ERR_LIMIT, name, "the file is longer than %zu bytes", out->max) : 0;
}

int dir_read(const struct dir *d, const char *name, struct buf *out, struct err *e)
{
	int fd = openat(d->fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return dir_fail(d->path, name, "opened", e);
	int rc = read_fd(d, name, fd, out, e);
	close(fd);
	return rc;
}

/* All bytes, and onto the disk. 0, or -1 and errno. */
static int write_all(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			bytes = str_slice(bytes, (size_t)n, bytes.n);
	}
	return fsync(fd);
}

int dir_write(const struct dir *d, const char *name, struct str bytes, unsigned mode, struct err *e)
{
	char next[64];
	(void)snprintf(next, sizeof next, "%s.new", name);
	int fd = openat(d->fd, next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return dir_fail(d->path, name, "written", e);
	bool good = write_all(fd, bytes) == 0;
	int os = errno;
	close(fd); /* after fsync there is nothing left that could fail */
	if (good) {
		good = renameat(d->fd, next, d->fd, name) == 0 && fsync(d->fd) == 0;
		os = errno;
	}
	if (good)
		return 0;
	(void)unlinkat(d->fd, next, 0);
	errno = os;
	return dir_fail(d->path, name, "written", e);
}

static int lock(const struct dir *d, const char *name, int fd, struct err *e)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return dir_fail(d->path, name, "locked", e);
	int rc = err_set(e, ERR_CONFLICT, d->path, "another process is writing here: a server that runs, a load, or a mirror");
	err_hint(e, "stop it first, or ask it to do the work; reading works beside it");
	return rc;
}

int dir_lock(const struct dir *d, const char *name, int *ret_fd, struct err *e)
{
	int fd = openat(d->fd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return dir_fail(d->path, name, "made", e);
	int rc = lock(d, name, fd, e);
	if (rc < 0)
		close(fd);
	else
		*ret_fd = fd;
	return rc;
}

int dir_write_secret(const struct dir *d, const char *name, struct str bytes, int *ret_fd, struct err *e)
{
	int fd = openat(d->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return dir_fail(d->path, name, "made", e);
	int rc = lock(d, name, fd, e);
	if (rc == 0 && (write_all(fd, bytes) < 0 || fsync(d->fd) < 0))
		rc = dir_fail(d->path, name, "written", e);
	if (rc < 0) {
		(void)unlinkat(d->fd, name, 0);
		close(fd);
		return rc;
	}
	*ret_fd = fd;
	return 0;
}

int dir_read_secret(const struct dir *d, const char *name, struct buf *out, int *ret_fd, struct err *e)
{
	struct stat st;
	int fd = openat(d->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return dir_fail(d->path, name, "opened", e);
	int rc = fstat(fd, &st) < 0 ? dir_fail(d->path, name, "read", e) : 0;
	if (rc == 0 && st.st_mode & (S_IRWXG | S_IRWXO)) {
		rc = err_set(e, ERR_REFUSED, name, "others than its owner may read the secret key");
		err_hint(e, "chmod 600 %s/%s", d->path, name);
	}
	if (rc == 0)
		rc = lock(d, name, fd, e);
	if (rc == 0)
		rc = read_fd(d, name, fd, out, e);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	*ret_fd = fd;
	return 0;
}
