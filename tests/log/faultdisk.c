/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/log/faultdisk.h"

#include "tests/log/fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

/* One change that is not synced yet: bytes at an offset, or (bytes NULL) a new size. With what was there before. */
struct change {
	char *path;
	int64_t at, old_size;
	size_t n;
	uint8_t *bytes, *before;
};

static struct {
	sqlite3_vfs vfs, *real;
	enum fault_kind kind;
	uint64_t left;
	unsigned cut;
	bool reached, synced, dying;
	struct change *changes;
	size_t n, cap;
	void (*restart)(uint64_t *seed);
} disk;

struct fault_file {
	sqlite3_file base;
	char *path;
	sqlite3_file *real; /* right behind this */
};

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct fault_file *)f)->real;
}

enum fault_outcome fault_meet(enum fault_op op, size_t *n)
{
	bool sync = op == OP_SYNC || op == OP_SYNC_NAMES;
	if (disk.kind == FAULT_NONE)
		return OUTCOME_GOOD;
	if (disk.left > 0) {
		disk.left--;
		return OUTCOME_GOOD;
	}
	bool first = !disk.reached;
	disk.reached = true;
	switch (disk.kind) {
	case FAULT_FULL: *n = 0; return sync || op == OP_CLOSE || op == OP_DELETE ? OUTCOME_GOOD : OUTCOME_FULL;
	case FAULT_ONCE: *n = first ? 0 : *n; return first ? OUTCOME_ERROR : OUTCOME_GOOD;
	case FAULT_POWER: *n = first ? *n * disk.cut / 8 : 0; return OUTCOME_ERROR;
	case FAULT_KILL:
		*n = *n * disk.cut / 8;
		disk.dying = true;
		if (*n == 0)
			fault_met();
		return OUTCOME_PART;
	case FAULT_SHORT:
		if (!first || op != OP_WRITE)
			return OUTCOME_GOOD;
		*n = *n * disk.cut / 8;
		return OUTCOME_PART;
	case FAULT_NONE:
	default: return OUTCOME_GOOD;
	}
}

void fault_met(void)
{
	if (disk.dying)
		(void)kill(getpid(), SIGKILL);
}

/* The same for SQLite, which wants its own errors. */
static int meet(enum fault_op op, int error)
{
	size_t n = 0;
	bool before = disk.reached;
	enum fault_outcome met = fault_meet(op, &n);
	disk.synced |= op == OP_SYNC && !before && disk.reached;
	switch (met) {
	case OUTCOME_GOOD:
	case OUTCOME_PART: return SQLITE_OK;
	case OUTCOME_FULL: return SQLITE_FULL;
	case OUTCOME_ERROR:
	default: return error;
	}
}

static void forget(size_t i)
{
	free(disk.changes[i].path);
	free(disk.changes[i].bytes);
	free(disk.changes[i].before);
	memmove(&disk.changes[i], &disk.changes[i + 1], (--disk.n - i) * sizeof *disk.changes);
}

static void remember(struct fault_file *f, int64_t at, const void *bytes, size_t n)
{
	struct change c = {.path = strdup(f->path), .at = at, .n = n};
	sqlite3_int64 size = 0;
	f->real->pMethods->xFileSize(f->real, &size);
	c.old_size = size;
	size_t reach = bytes ? n : (size_t)(size > at ? size - at : 0);
	c.before = calloc(1, reach + 1);
	if (size > at)
		(void)f->real->pMethods->xRead(f->real, c.before, (int)reach, at);
	if (bytes)
		c.bytes = memcpy(malloc(n + 1), bytes, n);
	else
		c.n = reach;
	if (disk.n == disk.cap)
		disk.changes = realloc(disk.changes, (disk.cap = disk.cap * 2 + 64) * sizeof c);
	disk.changes[disk.n++] = c;
}

static int f_close(sqlite3_file *f)
{
	struct fault_file *x = (struct fault_file *)f;
	int rc = x->real->pMethods ? x->real->pMethods->xClose(x->real) : SQLITE_OK;
	free(x->path);
	return rc;
}

static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}

static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	size_t part = (size_t)n;
	enum fault_outcome met = fault_meet(OP_WRITE, &part);
	int rc = SQLITE_OK;
	if (disk.kind == FAULT_SHORT)
		part = (size_t)n; /* SQLite's own VFS asks again by itself */
	if (part > 0) {
		remember((struct fault_file *)f, at, p, part);
		rc = real_of(f)->pMethods->xWrite(real_of(f), p, (int)part, at);
	}
	fault_met();
	return met == OUTCOME_FULL ? SQLITE_FULL : met == OUTCOME_ERROR ? SQLITE_IOERR_WRITE : rc;
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int rc = meet(OP_TRUNCATE, SQLITE_IOERR_TRUNCATE);
	if (rc != SQLITE_OK)
		return rc;
	remember((struct fault_file *)f, size, NULL, 0);
	return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int f_sync(sqlite3_file *f, int flags)
{
	(void)flags; /* this disk syncs by remembering */
	int rc = meet(OP_SYNC, SQLITE_IOERR_FSYNC);
	for (size_t i = 0; rc == SQLITE_OK && i < disk.n;)
		if (!strcmp(disk.changes[i].path, ((struct fault_file *)f)->path))
			forget(i);
		else
			i++;
	return rc;
}

static int f_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), n);
}

static int f_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int f_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int f_reserved(sqlite3_file *f, int *ret)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), ret);
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int f_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int f_device(sqlite3_file *f)
{
	(void)f;
	return 0; /* promises nothing: neither atomic writes nor an order */
}

static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, ret);
}

static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void f_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int f_shm_unmap(sqlite3_file *f, int remove_it)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), remove_it);
}

static const sqlite3_io_methods methods = {2, f_close, f_read, f_write, f_truncate, f_sync, f_size, f_lock, f_unlock,
	f_reserved, f_control, f_sector, f_device, f_shm_map, f_shm_lock, f_shm_barrier, f_shm_unmap, NULL, NULL};

static int v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	(void)vfs;
	struct fault_file *x = (struct fault_file *)f;
	x->real = (sqlite3_file *)(x + 1);
	x->path = strdup(name ? name : "");
	int rc = disk.real->xOpen(disk.real, name, x->real, flags, out);
	x->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
	if (rc != SQLITE_OK)
		free(x->path);
	return rc;
}

static int v_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	int rc = meet(OP_DELETE, SQLITE_IOERR_DELETE);
	if (rc != SQLITE_OK)
		return rc;
	for (size_t i = 0; i < disk.n;)
		if (!strcmp(disk.changes[i].path, name))
			forget(i);
		else
			i++;
	return disk.real->xDelete(disk.real, name, sync);
}

void faultdisk_install(void)
{
	if (disk.real)
		return;
	disk.real = sqlite3_vfs_find(NULL);
	disk.vfs = *disk.real;
	disk.vfs.zName = "faultdisk";
	disk.vfs.szOsFile = (int)sizeof(struct fault_file) + disk.real->szOsFile;
	disk.vfs.xOpen = v_open;
	disk.vfs.xDelete = v_delete;
	disk.vfs.pNext = NULL;
	assert_int_equal(sqlite3_vfs_register(&disk.vfs, 1), SQLITE_OK);
}

void faultdisk_cut(unsigned eighths)
{
	disk.cut = eighths;
}

void faultdisk_at_restart(void (*restart)(uint64_t *seed))
{
	disk.restart = restart;
}

void faultdisk_arm(enum fault_kind kind, uint64_t after)
{
	disk.kind = kind;
	disk.left = after;
	disk.reached = disk.synced = false;
}

bool faultdisk_reached(void)
{
	return disk.reached;
}

bool faultdisk_met_sync(void)
{
	return disk.synced;
}

void faultdisk_disarm(void)
{
	disk.kind = FAULT_NONE;
	disk.reached = false;
}

static void undo(const struct change *c)
{
	int fd = open(c->path, O_RDWR);
	if (fd < 0)
		return; /* deleted since */
	if (c->before)
		(void)!pwrite(fd, c->before, c->n, c->at);
	(void)!ftruncate(fd, c->old_size);
	close(fd);
}

/* A write may be on the disk in part: some of its sectors. */
static void redo(const struct change *c, uint64_t *seed)
{
	int fd = open(c->path, O_RDWR);
	if (fd < 0)
		return;
	if (c->bytes)
		(void)!pwrite(fd, c->bytes, test_random(seed) % 4 ? c->n : test_random(seed) % (c->n / 512 + 1) * 512, c->at);
	else
		(void)!ftruncate(fd, c->at);
	close(fd);
}

void faultdisk_settle(void)
{
	while (disk.n)
		forget(disk.n - 1);
	faultdisk_disarm();
}

void faultdisk_restart(uint64_t *seed)
{
	for (size_t i = disk.n; i-- > 0;)
		undo(&disk.changes[i]);
	uint64_t part = test_random(seed) % 5; /* nothing, all, or some of it */
	for (size_t i = 0; i < disk.n; i++)
		if (part == 1 || (part > 1 && test_random(seed) % part == 0))
			redo(&disk.changes[i], seed);
	if (disk.restart)
		disk.restart(seed);
	faultdisk_settle();
}
