/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/log/faultfiles.h"

#include "tests/log/faultdisk.h"
#include "tests/log/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES = 16, FILES = 4 * NAMES, FDS = 16, ROOM = 8192 };

/* A file, whatever its name: what is in it, and what of that is certain. */
struct file {
	uint8_t now[ROOM], synced[ROOM];
	size_t n, nsynced;
};

struct name {
	char text[64];
	struct file *now, *durable; /* NULL: there is no such file */
};

static struct {
	char dir[256];
	struct name names[NAMES];
	struct file files[FILES];
	size_t nnames;
	struct {
		int fd; /* and one; 0: unused */
		struct file *file;
	} open[FDS];
} disk;

/* The system's own, under the names that the linker gives them. */
int __real_openat(int dirfd, const char *path, int flags, ...);
int __real_openat64(int dirfd, const char *path, int flags, ...);
ssize_t __real_write(int fd, const void *p, size_t n);
int __real_fsync(int fd);
int __real_close(int fd);
int __real_renameat(int from_dir, const char *from, int to_dir, const char *to);
int __real_unlinkat(int dirfd, const char *path, int flags);

int __wrap_openat(int dirfd, const char *path, int flags, ...);
int __wrap_openat64(int dirfd, const char *path, int flags, ...);
ssize_t __wrap_write(int fd, const void *p, size_t n);
int __wrap_fsync(int fd);
int __wrap_close(int fd);
int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to);
int __wrap_unlinkat(int dirfd, const char *path, int flags);

/* Names and files ---- */

static bool is_watched(int dirfd)
{
	struct stat a, b;
	return disk.dir[0] && fstat(dirfd, &a) == 0 && stat(disk.dir, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static bool in_use(const struct file *f)
{
	bool used = false;
	for (size_t i = 0; i < disk.nnames && !used; i++)
		used = disk.names[i].now == f || disk.names[i].durable == f;
	for (size_t i = 0; i < FDS && !used; i++)
		used = disk.open[i].fd && disk.open[i].file == f;
	return used;
}

static struct file *new_file(void)
{
	for (size_t i = 0; i < FILES; i++)
		if (!in_use(&disk.files[i])) {
			disk.files[i] = (struct file){0};
			return &disk.files[i];
		}
	abort();
}

static void path_of(const char *name, char out[512])
{
	(void)snprintf(out, 512, "%s/%s", disk.dir, name);
}

static struct name *known(const char *text)
{
	for (size_t i = 0; i < disk.nnames; i++)
		if (!strcmp(disk.names[i].text, text))
			return &disk.names[i];
	return NULL;
}

/* One that was there before anybody looked is durable. */
static struct name *name_of(const char *text)
{
	if (known(text))
		return known(text);
	if (disk.nnames == NAMES || strlen(text) >= sizeof disk.names[0].text)
		abort();
	struct name *name = &disk.names[disk.nnames++];
	char path[512];
	(void)snprintf(name->text, sizeof name->text, "%s", text);
	path_of(text, path);
	if (access(path, F_OK) == 0) {
		struct buf bytes = fixture_file(path);
		struct file *f = new_file();
		if (bytes.n > ROOM)
			abort();
		memcpy(f->now, bytes.p ? bytes.p : "", f->n = bytes.n);
		memcpy(f->synced, f->now, f->nsynced = f->n);
		name->now = name->durable = f;
		buf_done(&bytes);
	}
	return name;
}

static struct file *file_of(int fd)
{
	for (size_t i = 0; i < FDS; i++)
		if (disk.open[i].fd == fd + 1)
			return disk.open[i].file;
	return NULL;
}

static void track(int fd, struct file *f)
{
	for (size_t i = 0; i < FDS; i++)
		if (!disk.open[i].fd) {
			disk.open[i].fd = fd + 1;
			disk.open[i].file = f;
			return;
		}
	abort();
}

/* After the power was cut ---- */

static void put_back(const struct file *f, const char *name)
{
	char path[512];
	path_of(name, path);
	if (f)
		fixture_write(path, (struct str){(const char *)f->now, f->n});
	else
		(void)unlink(path);
}

static void settle_file(struct file *f, uint64_t *seed)
{
	bool certain = f->n == f->nsynced && memcmp(f->now, f->synced, f->n) == 0;
	if (!certain && test_random(seed) % 3 == 0) {
		memcpy(f->now, f->synced, f->n = f->nsynced);
	} else if (!certain) {
		f->n = test_random(seed) % (f->n + 1);
	}
	memcpy(f->synced, f->now, f->nsynced = f->n);
}

static void restart(uint64_t *seed)
{
	memset(disk.open, 0, sizeof disk.open);
	for (size_t i = 0; i < disk.nnames; i++) {
		struct name *name = &disk.names[i];
		name->now = name->durable = test_random(seed) % 2 ? name->now : name->durable;
	}
	for (size_t i = 0; i < FILES; i++)
		settle_file(&disk.files[i], seed);
	for (size_t i = 0; i < disk.nnames; i++)
		put_back(disk.names[i].now, disk.names[i].text);
}

void faultfiles_watch(const char *dir)
{
	memset(&disk, 0, sizeof disk);
	(void)snprintf(disk.dir, sizeof disk.dir, "%s", dir);
	faultdisk_at_restart(restart);
}

/* In the place of the system ---- */

/* 0, or -1 and errno. */
static int outcome(enum fault_op op)
{
	size_t n = 0;
	enum fault_outcome met = fault_meet(op, &n);
	errno = met == OUTCOME_FULL ? ENOSPC : EIO;
	return met == OUTCOME_FULL || met == OUTCOME_ERROR ? -1 : 0;
}

static int open_one(int (*real)(int, const char *, int, ...), int dirfd, const char *path, int flags, mode_t mode)
{
	if (!(flags & O_CREAT) || !is_watched(dirfd))
		return real(dirfd, path, flags, mode);
	struct name *name = name_of(path);
	int fd = outcome(OP_CREATE) < 0 ? -1 : real(dirfd, path, flags, mode);
	if (fd < 0)
		return fd;
	if (!name->now)
		name->now = new_file();
	if (flags & O_TRUNC)
		name->now->n = 0;
	track(fd, name->now);
	return fd;
}

int __wrap_openat(int dirfd, const char *path, int flags, ...)
{
	va_list ap;
	va_start(ap, flags);
	mode_t mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return open_one(__real_openat, dirfd, path, flags, mode);
}

int __wrap_openat64(int dirfd, const char *path, int flags, ...)
{
	va_list ap;
	va_start(ap, flags);
	mode_t mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return open_one(__real_openat64, dirfd, path, flags, mode);
}

ssize_t __wrap_write(int fd, const void *p, size_t n)
{
	struct file *f = file_of(fd);
	size_t part = n;
	if (!f)
		return __real_write(fd, p, n);
	enum fault_outcome met = fault_meet(OP_WRITE, &part);
	ssize_t done = part ? __real_write(fd, p, part) : 0;
	if (done < 0 || f->n + (size_t)done > ROOM)
		abort();
	memcpy(f->now + f->n, p, (size_t)done);
	f->n += (size_t)done;
	fault_met();
	if (met == OUTCOME_GOOD || (met == OUTCOME_PART && done > 0))
		return done;
	errno = met == OUTCOME_FULL ? ENOSPC : met == OUTCOME_PART ? EINTR : EIO;
	return -1;
}

int __wrap_fsync(int fd)
{
	struct file *f = file_of(fd);
	bool names = !f && is_watched(fd);
	if (!f && !names)
		return __real_fsync(fd);
	if (outcome(names ? OP_SYNC_NAMES : OP_SYNC) < 0)
		return -1;
	if (f)
		memcpy(f->synced, f->now, f->nsynced = f->n);
	for (size_t i = 0; names && i < disk.nnames; i++)
		disk.names[i].durable = disk.names[i].now;
	return 0;
}

int __wrap_close(int fd)
{
	bool ours = file_of(fd) != NULL;
	int rc = ours ? outcome(OP_CLOSE) : 0;
	for (size_t i = 0; ours && i < FDS; i++)
		if (disk.open[i].fd == fd + 1)
			disk.open[i].fd = 0;
	return __real_close(fd) < 0 ? -1 : rc; /* also where it fails the descriptor is gone */
}

int __wrap_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	if (!is_watched(from_dir))
		return __real_renameat(from_dir, from, to_dir, to);
	struct name *a = name_of(from), *b = name_of(to);
	if (outcome(OP_RENAME) < 0 || __real_renameat(from_dir, from, to_dir, to) < 0)
		return -1;
	b->now = a->now;
	a->now = NULL;
	return 0;
}

int __wrap_unlinkat(int dirfd, const char *path, int flags)
{
	if (!is_watched(dirfd))
		return __real_unlinkat(dirfd, path, flags);
	struct name *name = known(path); /* or one of SQLite's */
	if (outcome(OP_DELETE) < 0 || __real_unlinkat(dirfd, path, flags) < 0)
		return -1;
	if (name)
		name->now = NULL;
	return 0;
}
